"""A package while parts are added, changed and removed; nothing is written until `to_bytes`.

A new part gets its content type in an ``Override``: which ``Default`` types a host declares is its
own affair. Relations are written with absolute targets, which are right wherever the owner is.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from xlperf.errors import WorkbookError
from xlperf.excel import markup
from xlperf.excel.package import Package, normalised
from xlperf.excel.parts import CONTENTS, Relation, relations, without_part
from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
NUMBERED = re.compile(r"(.*?)(\d*)(\.\w+)")
"""Name of a part: what comes before its number, the number, and the ending."""
CLOSING = re.compile(rb"</(?:[^\s/>:]+:)?(?:Types|Relationships)\s*>")
EMPTY_ROOT = re.compile(rb"<(?P<name>(?:[^\s/>:]+:)?(?:Types|Relationships))\b(?P<rest>[^>]*)/>")


class NewRelation(NamedTuple):
    """A relation to be written: its id, type (a URI) and target; the target is a part or, if
    external, an address.
    """

    identifier: str
    uri: str
    target: str
    external: bool = False


class PackageEdit:
    """The parts of a workbook as they are after all edits made so far."""

    def __init__(self, package: Package) -> None:
        self.package, self.what = package, package.what
        self.changed: dict[str, bytes] = {}
        """New content of parts that the package has, by normalised name."""
        self.added: dict[str, bytes] = {}
        """New parts, by name."""
        self.removed: set[str] = set()
        """Normalised names."""

    def __contains__(self, name: str) -> bool:
        key = normalised(name)
        return key in self._new_parts() or (key in self.package and key not in self.removed)

    def _new_parts(self) -> dict[str, str]:
        return {normalised(name): name for name in self.added}

    def read(self, name: str) -> bytes:
        """Return the content of a part as it is now."""
        key = normalised(name)
        added = self._new_parts().get(key)
        if added is not None:
            return self.added[added]
        return self.changed[key] if key in self.changed else self.package.read(name)

    def write(self, name: str, data: bytes) -> None:
        """Give a part this content; a part that is not there is added."""
        key = normalised(name)
        if key in self.package and key not in self.removed:
            if data != self.read(name):
                self.changed[key] = data
        else:
            self.added[self._new_parts().get(key, name)] = data

    def restore(self, name: str, data: bytes) -> None:
        """Give a part the bytes that it had, also one that was removed."""
        self.removed.discard(normalised(name))
        self.write(name, data)

    def remove(self, name: str) -> None:
        """Take a part out of the package, with its relations and its content type."""
        for part in (rels_of(name), name):
            key = normalised(part)
            self.added.pop(self._new_parts().get(key, ""), None)
            self.changed.pop(key, None)
            if key in self.package:
                self.removed.add(key)

    def unlist(self, name: str, owner: str) -> None:
        """Remove the relation of `owner` to a part, and the part's content type."""
        for part, data in without_part(self, name, owner).items():
            self.write(part, data)

    def names(self) -> Iterator[str]:
        """Names of all parts, and names that have a content type, normalised."""
        yield from (name for name in self.package.by_name if name not in self.removed)
        yield from self._new_parts()
        yield from self._overrides()

    def declared(self, content_type: str) -> set[str]:
        """Normalised names of the parts whose own content type is this."""
        return {part for part, kind in self._overrides().items() if kind == content_type}

    def _overrides(self) -> dict[str, str]:
        """Content types of the parts that have one of their own, by normalised name."""
        types: dict[str, str] = {}

        def start(tag: str, attributes: dict[str, str], _offset: int) -> None:
            if tag.endswith("Override"):
                part = normalised(attributes.get("PartName", ""))
                types[part] = attributes.get("ContentType", "").lower()

        markup.parse(self.read(CONTENTS), CONTENTS, start=start)
        return types

    def new_name(self, like: str) -> str:
        """Return a name for a new part like another: with the lowest number above all in use."""
        folder, file = posixpath.split(like)
        match = NUMBERED.fullmatch(file)
        stem, _, ending = match.groups() if match else (file, "", "")
        start = normalised(posixpath.join(folder, stem))
        pattern = re.compile(re.escape(start) + r"(\d*)" + re.escape(ending.lower()))
        used = [int(match[1] or 0) for name in self.names() if (match := pattern.fullmatch(name))]
        return posixpath.join(folder, f"{stem}{max(used, default=0) + 1}{ending}")

    def declare(self, name: str, content_type: str) -> None:
        """List the content type of a part. The first new ``.rels`` of a host that lists each by
        name gets the usual default.
        """
        data = markup.as_utf8(self.read(CONTENTS))
        prefix = _prefix(data)
        entry = (
            f'<{prefix}Override PartName="/{markup.attribute(name)}" ContentType="{content_type}"/>'
        )
        if not re.search(
            rb"<[^>]*Default\b[^>]*Extension\s*=\s*[\"']rels[\"']", data, re.IGNORECASE
        ):
            default = f'<{prefix}Default Extension="rels" ContentType="{RELATIONS_TYPE}"/>'
            first = re.search(rb"<(?:[^\s/>:!?]+:)?(?:Default|Override)\b", data)
            at = first.start() if first else _closing(data)
            data = markup.splice(data, [(at, at, default.encode())])
        self.write(CONTENTS, _with_entry(data, entry.encode()))

    def relate(self, owner: str, uri: str, target: str) -> str:
        """Add a relation to a part and return its id."""
        rels = rels_of(owner)
        if rels not in self:
            raise KeyError(rels)
        data = markup.as_utf8(self.read(rels))
        used = {match.lower() for match in re.findall(rb"\bId\s*=\s*[\"']([^\"']*)", data)}
        number = next(n for n in range(1, len(used) + 2) if f"rid{n}".encode() not in used)
        entry = (
            f'<{_prefix(data)}Relationship Id="rId{number}" Type="{uri}"'
            f' Target="/{markup.attribute(target)}"/>'
        )
        self.write(rels, _with_entry(data, entry.encode()))
        return f"rId{number}"

    def write_relations(self, owner: str, entries: list[NewRelation]) -> None:
        """Write the relations of a new part."""
        body = "".join(
            f'<Relationship Id="{item.identifier}" Type="{item.uri}"'
            f' Target="{markup.attribute(item.target)}"'
            + (' TargetMode="External"/>' if item.external else "/>")
            for item in entries
        )
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        text = f'{head}<Relationships xmlns="{PACKAGE_RELATIONS}">{body}</Relationships>'
        self.write(rels_of(owner), text.encode())

    def relations(self, part: str) -> dict[str, Relation]:
        """Internal relations of a part, by id."""
        return relations(self, part)

    def to_bytes(self) -> bytes:
        """Return the bytes of the package."""
        return self.package.write(self.changed, self.removed, self.added)


def rels_of(part: str) -> str:
    """Return the name of the part that holds the relations of a part."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", name + ".rels")


def _prefix(data: bytes) -> str:
    match = re.search(rb"<((?:[^\s/>:!?]+:)?)(?:Types|Relationships)\b", data)
    return match.group(1).decode() if match else ""


def _closing(data: bytes) -> int:
    ends = [match.start() for match in CLOSING.finditer(data)]
    if not ends:
        raise WorkbookError(
            "A list of parts or relations holds XML that cannot be edited safely. Open the workbook"
            " in Excel and save it."
        )
    return ends[-1]


def _with_entry(data: bytes, entry: bytes) -> bytes:
    """Add an entry at the end of a list of relations or content types."""
    empty = EMPTY_ROOT.search(data)
    if empty is not None:
        name, rest = empty["name"], empty["rest"]
        whole = b"<%s%s>%s</%s>" % (name, rest, entry, name)
        return data[: empty.start()] + whole + data[empty.end() :]
    at = _closing(data)
    return markup.splice(data, [(at, at, entry)])
