"""The two lists of ``workbook.xml``: its sheets and its defined names.

Each element keeps its bytes and the bytes before it, so a list that is put together again is what
it was. Sheet-level names, the active sheet and the first tab count sheets by position: they follow
when the order changes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlperf.excel import markup
from xlperf.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")
"""Elements that come before ``definedNames`` (ECMA-376 part 1, 18.2.27)."""
LONGEST_SHEET_NAME = 31
"""UTF-16 units that Excel allows in the name of a sheet."""
CALCULATION = re.compile(rb"</?(?:[^\s/>:]+:)?calcPr\b[^>]*>")
VIEW_POSITIONS = ("activeTab", "firstSheet")


@frozen
class ListElement:
    """One element of a list: its bytes, those between it and the element before, its attributes
    and its text.
    """

    lead: bytes
    raw: bytes
    attributes: Mapping[str, str]
    text: str = ""

    @property
    def name(self) -> str:
        """Name of the sheet, or the defined name."""
        return self.attributes.get("name", "")

    @property
    def sheet_position(self) -> int | None:
        """Position of the sheet that a defined name belongs to; None: the workbook."""
        number = self.attributes.get("localSheetId")
        return None if number is None else int(number)

    def with_attributes(self, changes: dict[str, str | None]) -> ListElement:
        """Return the element with some attributes changed."""
        end = markup.tag_end(self.raw, 0)
        raw = markup.with_attributes(self.raw[:end], changes) + self.raw[end:]
        others = {key: value for key, value in self.attributes.items() if key not in changes}
        new = {key: value for key, value in changes.items() if value is not None}
        return replace(self, raw=raw, attributes={**others, **new})


@dataclass(slots=True)
class _Region:
    """Where a list stands: offsets of its tag, of its content's end and of its own end."""

    start: int = -1
    tag_end: int = -1
    content_end: int = -1
    end: int = -1


class WorkbookLists:
    """The lists of a workbook part while they are edited."""

    def __init__(self, data: bytes, part: str) -> None:
        self.data, self.part = markup.as_utf8(data), part
        self.sheets: list[ListElement] = []
        """Every sheet in order, those that are no worksheets too."""
        self.names: list[ListElement] = []
        self._regions = {"sheets": _Region(), "definedNames": _Region()}
        self._views: list[tuple[int, int]] = []
        self._names_place = -1
        self._prefix = b""
        self._relations_prefix = ""
        self._scan()
        self.active: str | None = None
        """Sheet that is to be the active one; None: the one that is."""
        self._order = list(range(len(self.sheets)))
        """For each sheet its position at first; -1 for a new one."""

    def _scan(self) -> None:
        data, path = self.data, list[str]()
        opened, last, top = 0, 0, 0
        attributes_now: dict[str, str] = {}
        texts: list[str] = []

        def start(name: str, attributes: dict[str, str], offset: int) -> None:
            nonlocal opened, last, top, attributes_now
            tag = markup.local(name)
            top = offset if len(path) == 1 else top
            if not path:
                self._read_root(offset)
            elif len(path) == 1 and tag in self._regions:
                region = self._regions[tag]
                region.start, region.tag_end = offset, markup.tag_end(data, offset)
                last = region.tag_end
            elif len(path) == 2 and path[1] in self._regions:
                opened, attributes_now = offset, attributes
                texts.clear()
            elif tag == "workbookView":
                self._views.append((offset, markup.tag_end(data, offset)))
            path.append(tag)

        def end(_name: str, offset: int) -> None:
            nonlocal last
            tag = path.pop()
            if len(path) == 2 and path[1] in self._regions:
                after = markup.element_end(data, opened, offset)
                content = self.sheets if path[1] == "sheets" else self.names
                text, before, raw = "".join(texts).strip(), data[last:opened], data[opened:after]
                content.append(ListElement(before, raw, attributes_now, text))
                last = after
            elif len(path) == 1:
                self._leave(tag, markup.element_end(data, top, offset), last)

        markup.parse(data, self.part, start=start, end=end, text=texts.append)

    def _read_root(self, offset: int) -> None:
        tag = self.data[offset : markup.tag_end(self.data, offset)]
        name = markup.element_name(tag)
        self._prefix = name[: name.index(b":") + 1] if b":" in name else b""
        declared = {
            uri: key.removeprefix("xmlns:")
            for key, uri in markup.attributes_of(tag).items()
            if key.startswith("xmlns:")
        }
        self._relations_prefix = declared.get(markup.RELATIONS, "")

    def _leave(self, tag: str, end: int, last: int) -> None:
        region = self._regions.get(tag)
        if region is not None:
            region.end, region.content_end = end, max(last, region.tag_end)
        if tag in BEFORE_NAMES:
            self._names_place = end

    # -- reading
    # ----------------------------------------------------------------------------------------------

    def position(self, sheet: str) -> int:
        """Position of a sheet by its name; -1 if there is none."""
        folded = sheet.lower()
        return next((i for i, item in enumerate(self.sheets) if item.name.lower() == folded), -1)

    def rest(self) -> bytes:
        """The part without its lists, the views and how it is calculated: what we never change."""
        places = [(item.start, item.end) for item in self._regions.values() if item.start >= 0]
        edits = [(start, end, b"") for start, end in (*places, *self._views)]
        return CALCULATION.sub(b"", markup.splice(self.data, edits))

    # -- editing
    # ----------------------------------------------------------------------------------------------

    def add_sheet(self, name: str, relation: str, at: int | None = None) -> None:
        """Add a sheet at a position; None: at the end."""
        used = {int(item.attributes.get("sheetId", "0") or 0) for item in self.sheets}
        number = next(n for n in range(1, len(used) + 2) if n not in used)
        place = len(self.sheets) if at is None else at
        prefix = self._relations_prefix or "r"
        declaration = "" if self._relations_prefix else f' xmlns:r="{markup.RELATIONS}"'
        raw = (
            f'<{self._prefix.decode()}sheet name="{markup.attribute(name)}" sheetId="{number}"'
            f'{declaration} {prefix}:id="{relation}"/>'
        )
        attributes = {"name": name, "sheetId": str(number), f"{prefix}:id": relation}
        self.sheets.insert(place, ListElement(b"", raw.encode(), attributes))
        self._order.insert(place, -1)

    def rename_sheet(self, old: str, new: str) -> None:
        """Give a sheet another name; references to it are not changed here."""
        at = self.position(old)
        self.sheets[at] = self.sheets[at].with_attributes({"name": new})

    def remove_sheet(self, name: str) -> None:
        """Take a sheet off the list, with the names that belong to it."""
        at = self.position(name)
        gone = self._order[at]
        self.names = [item for item in self.names if item.sheet_position != gone or gone < 0]
        del self.sheets[at], self._order[at]

    def move_sheet(self, name: str, to: int) -> None:
        """Put a sheet at another position."""
        at = self.position(name)
        self.sheets.insert(to, self.sheets.pop(at))
        self._order.insert(to, self._order.pop(at))

    def set_name(self, name: str, reference: str, sheet: str | None = None) -> None:
        """Define a name of the workbook, or of a new sheet; one of the workbook that is there gets
        the reference.
        """
        local = "" if sheet is None else f' localSheetId="{{{sheet}}}"'
        tag = f"{self._prefix.decode()}definedName"
        raw = f'<{tag} name="{markup.attribute(name)}"{local}>{markup.escaped(reference)}</{tag}>'
        attributes = {"name": name} | ({} if sheet is None else {"new": sheet})
        element = ListElement(b"", raw.encode(), attributes, reference)
        for at, item in enumerate(self.names):
            same = item.name.lower() == name.lower() and item.sheet_position is None
            if same and sheet is None and "new" not in item.attributes:
                if item.text != reference:
                    self.names[at] = replace(element, lead=item.lead)
                return
        self.names.append(element)

    def replace_text(self, item: ListElement, text: str) -> None:
        """Give a defined name another text."""
        end, close = markup.tag_end(item.raw, 0), item.raw.rindex(b"</")
        raw = item.raw[:end] + markup.escaped(text).encode() + item.raw[close:]
        self.names[self.names.index(item)] = replace(item, raw=raw, text=text)

    def remove_names(self, names: Sequence[str]) -> None:
        """Remove names of the workbook."""
        gone = {name.lower() for name in names}
        self.names = [
            item
            for item in self.names
            if item.sheet_position is not None or item.name.lower() not in gone
        ]

    # -- writing
    # ----------------------------------------------------------------------------------------------

    def edited(self) -> bytes:
        """Return the part with all edits."""
        edits: list[tuple[int, int, bytes]] = []
        region = self._regions["sheets"]
        content = b"".join(item.lead + item.raw for item in self.sheets)
        edits.append((region.tag_end, region.content_end, content))
        edits += self._edited_names()
        places = {old: new for new, old in enumerate(self._order) if old >= 0}
        moved = any(old != new for old, new in places.items()) or len(places) < len(self._order)
        if moved or self.active is not None:
            edits += self._edited_views(places)
        return markup.splice(self.data, edits)

    def _edited_names(self) -> list[tuple[int, int, bytes]]:
        places = {old: new for new, old in enumerate(self._order) if old >= 0}
        content = b"".join(item.lead + self._relocated(item, places) for item in self.names)
        region, tag = self._regions["definedNames"], self._prefix + b"definedNames"
        if region.start < 0:
            whole = b"<%s>%s</%s>" % (tag, content, tag) if self.names else b""
            return [(self._names_place, self._names_place, whole)]
        if not self.names:
            return [(region.start, region.end, b"")]
        if markup.is_empty(self.data, region.tag_end):
            return [(region.start, region.end, b"<%s>%s</%s>" % (tag, content, tag))]
        return [(region.tag_end, region.content_end, content)]

    def _relocated(self, item: ListElement, places: Mapping[int, int]) -> bytes:
        new = item.attributes.get("new")
        if new is not None:
            return item.raw.replace(b"{%s}" % new.encode(), b"%d" % self.position(new), 1)
        old = item.sheet_position
        if old is None or places.get(old, old) == old:
            return item.raw
        return item.with_attributes({"localSheetId": str(places[old])}).raw

    def _edited_views(self, places: Mapping[int, int]) -> list[tuple[int, int, bytes]]:
        edits = []
        for start, end in self._views:
            tag = self.data[start:end]
            now = markup.attributes_of(tag)
            positions = {key: int(now.get(key, "0")) for key in VIEW_POSITIONS}
            after = {key: places.get(position, 0) for key, position in positions.items()}
            if self.active is not None:
                after = {VIEW_POSITIONS[0]: self.position(self.active), VIEW_POSITIONS[1]: 0}
            changes: dict[str, str | None] = {
                key: str(position) for key, position in after.items() if position != positions[key]
            }
            if changes:
                edits.append((start, end, markup.with_attributes(tag, changes)))
        return edits


def free_name(wanted: str, names: Sequence[str]) -> str:
    """Return a sheet name that is not among `names`: the one wanted, or that with a number."""
    used = {name.lower() for name in names}
    number, candidate = 1, _cut(wanted, LONGEST_SHEET_NAME)
    while candidate.lower() in used:
        number += 1
        ending = f" ({number})"
        candidate = _cut(wanted, LONGEST_SHEET_NAME - len(ending)) + ending
    return candidate


def _cut(text: str, units: int) -> str:
    while len(text.encode("utf-16-le")) > 2 * units:
        text = text[:-1]
    return text.rstrip()
