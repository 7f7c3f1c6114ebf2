"""The parts of an Office document, as whole elements by local name.

Elements and attributes are known by their local names. Attributes of the relationships' namespace
keep an ``r:`` before their name.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote
from xml.etree.ElementTree import Element, TreeBuilder

from xlperf.errors import WorkbookError
from xlperf.excel import markup
from xlperf.excel.package import Package, normalised
from xlperf.excel.parts import CONTENTS
from xlperf.frozen import frozen

RELATION_NAMESPACES = (
    markup.RELATIONS + markup.SEPARATOR,
    "http://purl.oclc.org/ooxml/officeDocument/relationships" + markup.SEPARATOR,
)


@frozen
class OfficeRelation:
    """One relation of a part, external ones included."""

    id: str
    kind: str
    target: str
    external: bool


@dataclass
class Parts:
    """An Office document taken apart."""

    package: Package
    names: dict[str, str] = field(init=False)
    """Names as the file writes them, by normalised name."""
    _types: dict[str, str] = field(init=False, default_factory=dict)
    _defaults: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.names = {name: member.filename for name, member in self.package.by_name.items()}
        if CONTENTS not in self.package:
            raise WorkbookError("The file is no Office document: it has no list of contents.")

        def start(tag: str, attributes: dict[str, str], _offset: int) -> None:
            declared = attributes.get("ContentType", "")
            if tag.endswith("Override"):
                self._types[normalised(attributes.get("PartName", ""))] = declared
            elif tag.endswith("Default"):
                self._defaults[attributes.get("Extension", "").lower()] = declared

        markup.parse(self.read(CONTENTS), CONTENTS, start=start)

    def read(self, part: str) -> bytes:
        """Bytes of a part, XML as UTF-8."""
        return markup.as_utf8(self.package.read(part))

    def content_type(self, part: str) -> str:
        """Declared content type of a part; empty when there is none."""
        return self._types.get(normalised(part)) or self._defaults.get(
            part.rpartition(".")[2].lower(), ""
        )

    def relations(self, part: str) -> list[OfficeRelation]:
        """Relations of a part (of the whole package for ""), targets resolved to names of parts."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", name + ".rels")
        relations: list[OfficeRelation] = []
        if rels not in self.package:
            return relations

        def start(tag: str, attributes: dict[str, str], _offset: int) -> None:
            if not tag.endswith("Relationship"):
                return
            external = attributes.get("TargetMode", "Internal") == "External"
            target = attributes.get("Target", "")
            if not external:
                inside = unquote(target).replace("\\", "/")
                absolute = inside if inside.startswith("/") else posixpath.join(folder, inside)
                target = posixpath.normpath(absolute).lstrip("/")
            kind = attributes.get("Type", "").rpartition("/")[2]
            relations.append(OfficeRelation(attributes.get("Id", ""), kind, target, external))

        markup.parse(self.read(rels), rels, start=start)
        return relations

    def targets(self, part: str, kind: str) -> list[str]:
        """Parts that a part leads to by one kind of relation, if they are there."""
        found = (
            item.target for item in self.relations(part) if item.kind == kind and not item.external
        )
        return [target for target in found if target in self.package]

    def tree(self, part: str, *, without: str = "") -> Element:
        """Parse a part into elements by local name; the content of the elements named `without` is
        left out.
        """
        return tree(self.read(part), part, without=without)


@lru_cache(maxsize=4096)
def local(name: str) -> str:
    """Local name of ``uri name``; an ``r:`` before attributes that are relations."""
    if name.startswith(RELATION_NAMESPACES):
        return "r:" + name.rpartition(markup.SEPARATOR)[2]
    return name.rpartition(markup.SEPARATOR)[2]


def tree(data: bytes, part: str, *, without: str = "") -> Element:
    """Parse XML into elements by local name; document types are refused."""
    builder = TreeBuilder()
    skipped = 0

    def start(name: str, attributes: dict[str, str], _offset: int) -> None:
        nonlocal skipped
        tag = local(name)
        if skipped == 0:
            builder.start(tag, {local(key): value for key, value in reversed(attributes.items())})
        if tag == without or skipped:
            skipped += 1

    def end(name: str, _offset: int) -> None:
        nonlocal skipped
        skipped -= bool(skipped)
        if skipped == 0:
            builder.end(local(name))

    def text(content: str) -> None:
        if skipped == 0:
            builder.data(content)

    markup.parse(data, part, start=start, end=end, text=text)
    return builder.close()


def flag(element: Element | None, name: str, *, default: bool = False) -> bool:
    """Read an attribute that is true or false."""
    value = None if element is None else element.get(name)
    return default if value is None else value.lower() in ("1", "true", "on", "t")


def whole(text: str | None, default: int = 0) -> int:
    """Read a whole number; the default for anything else."""
    try:
        return int(text) if text is not None else default
    except ValueError:
        return default


def real(text: str | None, default: float = 0.0) -> float:
    """Read a number; the default for anything else."""
    try:
        return float(text) if text is not None else default
    except ValueError:
        return default


def main_kind(parts: Parts) -> tuple[str, str]:
    """Name of the main part, and what kind of document it is by its content type: workbook,
    document or empty.
    """
    for relation in parts.relations(""):
        if relation.kind == "officeDocument" and normalised(relation.target) in parts.names:
            declared = parts.content_type(relation.target).lower()
            if "spreadsheetml" in declared or "ms-excel" in declared:
                return relation.target, "workbook"
            if "wordprocessingml" in declared or "ms-word" in declared:
                return relation.target, "document"
            return relation.target, ""
    return "", ""
