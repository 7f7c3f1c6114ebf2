"""The formats of a donor in the styles of its host: lists are only added to, so that what the host
has keeps its number.

Items that the host has byte for byte are used again, so drawing sheets anew adds nothing. Colours
and typefaces of the donor's theme become plain ones, for the host's theme is another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from xlperf.errors import LayoutError, WorkbookError
from xlperf.excel import markup
from xlperf.excel.styles import MOST_FORMATS, RESERVED_FILLS
from xlperf.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

ITEMS: Final = {
    "numFmts": "numFmt",
    "fonts": "font",
    "fills": "fill",
    "borders": "border",
    "cellStyleXfs": "xf",
    "cellXfs": "xf",
    "cellStyles": "cellStyle",
    "dxfs": "dxf",
}
"""Lists of the styles part in the order of the schema (ECMA-376 part 1, 18.8.39), and their items.
"""
DEFAULTS: Final = {
    "fonts": b'<font><sz val="11"/><name val="Calibri"/></font>',
    "fills": b'<fill><patternFill patternType="none"/></fill>',
    "borders": b"<border><left/><right/><top/><bottom/><diagonal/></border>",
    "cellXfs": b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',
}
"""First item of a list that the host has empty: cells without a format use it."""
BUILT_IN: Final = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    14: "m/d/yyyy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    22: "m/d/yyyy h:mm",
    49: "@",
}
"""Codes of number formats that are known by number (ECMA-376 part 1, 18.8.30), as far as a donor
uses them.
"""
LAST_BUILT_IN = 163
THEME_COLOURS = ((b'theme="1"', b'rgb="FF000000"'), (b'theme="10"', b'rgb="FF0563C1"'))
"""Colours of a theme that XlsxWriter writes, and what they are in its own: text, and a link."""
SCHEME = re.compile(rb'<scheme val="\w+"/>')
TAG = re.compile(rb"<(/?)(?=\w)")
XF_KINDS = ("NumberFormat", "Font", "Fill", "Border", "Alignment", "Protection")
ALTERNATE = b"AlternateContent"


@dataclass(slots=True)
class StyleList:
    """One list: the offsets of its tag, its tag's end and its closing tag, and its items."""

    start: int = -1
    tag_end: int = -1
    close: int = -1
    items: list[bytes] = field(default_factory=list)
    first_length: int = 0

    def index(self, item: bytes) -> int:
        """Return the place of an item, which is added if it is missing."""
        if item not in self.items:
            self.items.append(item)
        return self.items.index(item)


class StyleLists:
    """The lists of a styles part."""

    def __init__(self, data: bytes, part: str) -> None:
        self.data, self.part = markup.as_utf8(data), part
        if ALTERNATE in self.data:
            raise LayoutError(
                f"The part {part} holds formats in two versions, so it is not safe to add any. Open"
                " the workbook in Excel and save it."
            )
        self.lists = {name: StyleList() for name in ITEMS}
        self.prefix = b""
        self._root_end = -1
        self._ends: dict[str, int] = {}
        self._scan()
        if self._root_end < 0:
            raise WorkbookError(f"The part {part} holds no styles. Open and save it in Excel.")

    def _scan(self) -> None:
        data, path = self.data, list[str]()
        opened: list[int] = []

        def start(name: str, _attributes: dict[str, str], offset: int) -> None:
            tag = markup.local(name)
            if not path and tag == "styleSheet":
                self._root_end = markup.tag_end(data, offset)
                root = markup.element_name(data[offset : self._root_end])
                self.prefix = root[: root.index(b":") + 1] if b":" in root else b""
            if len(path) == 1 and tag in ITEMS:
                content = self.lists[tag]
                content.start, content.tag_end = offset, markup.tag_end(data, offset)
            path.append(tag)
            opened.append(offset)

        def end(_name: str, offset: int) -> None:
            tag, began = path.pop(), opened.pop()
            if len(path) == 2 and ITEMS.get(path[1]) == tag:
                after = markup.element_end(data, began, offset)
                self.lists[path[1]].items.append(data[began:after])
            elif len(path) == 1 and tag in ITEMS:
                self.lists[tag].close = offset
                self._ends[tag] = markup.element_end(data, began, offset)

        markup.parse(data, self.part, start=start, end=end)
        for content in self.lists.values():
            content.first_length = len(content.items)

    def number_formats(self) -> dict[int, str]:
        """Codes of number formats, by number."""
        tags = [markup.attributes_of(item) for item in self.lists["numFmts"].items]
        return {int(tag.get("numFmtId", "-1")): tag.get("formatCode", "") for tag in tags}

    def edited(self) -> bytes:
        """Return the part with all that was added."""
        edits: list[tuple[int, int, bytes]] = []
        place = self._root_end
        for name, content in self.lists.items():
            added = b"".join(content.items[content.first_length :])
            tag_name = self.prefix + name.encode()
            count = str(len(content.items))
            if added and content.start < 0:
                head = b'<%s count="%s">' % (tag_name, count.encode())
                edits.append((place, place, head + added + b"</%s>" % tag_name))
            elif added:
                tag = self.data[content.start : content.tag_end]
                if "count" in markup.attributes_of(tag):
                    tag = markup.with_attributes(tag, {"count": count})
                if markup.is_empty(tag, len(tag)):
                    opened = tag[:-2] + b">"
                    edits.append(
                        (content.start, content.tag_end, opened + added + b"</%s>" % tag_name)
                    )
                else:
                    edits.append((content.start, content.tag_end, tag))
                    edits.append((content.close, content.close, added))
            place = self._ends.get(name, place)
        return markup.splice(self.data, edits) if edits else self.data


@frozen
class FormatNumbers:
    """Numbers in the host of the donor's cell formats and differential formats, by place."""

    cells: tuple[int, ...]
    differential: tuple[int, ...]


class StyleMerge:
    """Adds the formats of a donor to the styles of a host."""

    def __init__(self, host: StyleLists, donor: StyleLists) -> None:
        self.host, self.donor = host, donor
        self._host_formats = host.number_formats()
        self._donor_formats = donor.number_formats()

    def merge(self) -> FormatNumbers:
        """Add what is missing; return the numbers. Raises `LayoutError` if they are too many."""
        self._require_defaults()
        fonts = [self._plain("fonts", item) for item in self.donor.lists["fonts"].items]
        borders = [self._plain("borders", item) for item in self.donor.lists["borders"].items]
        fills = self._fills()
        cells = tuple(
            self.host.lists["cellXfs"].index(self._format(item, fonts, fills, borders))
            for item in self.donor.lists["cellXfs"].items
        )
        if len(self.host.lists["cellXfs"].items) > MOST_FORMATS:
            raise LayoutError(
                f"{self.host.part}: the workbook would have more than {MOST_FORMATS:,} cell"
                " formats, which Excel does not allow. Remove some; nothing was written."
            )
        return FormatNumbers(cells, tuple(map(self._differential, self.donor.lists["dxfs"].items)))

    def _require_defaults(self) -> None:
        for name, item in DEFAULTS.items():
            content = self.host.lists[name]
            if not content.items:
                content.items.append(self._prefixed(item))

    def _prefixed(self, item: bytes) -> bytes:
        return TAG.sub(rb"<\1" + self.host.prefix, item) if self.host.prefix else item

    def _own(self, item: bytes) -> bytes:
        """Return an item of the donor without its theme, as the host writes tags."""
        return self._prefixed(without_theme(item))

    def _plain(self, name: str, item: bytes) -> int:
        return self.host.lists[name].index(self._own(item))

    def _fills(self) -> list[int]:
        """Numbers of fills. To Excel the first two of the host are none and grey."""
        content = self.host.lists["fills"]
        none = self._prefixed(DEFAULTS["fills"])
        for pattern in RESERVED_FILLS[len(content.items) :]:
            content.items.append(none.replace(b'"none"', b'"%s"' % pattern))
        blank = re.search(rb'patternType\s*=\s*["\'](\w+)', content.items[0])
        numbers = [0 if blank is None or blank[1] == b"none" else content.index(none), 1]
        for item in self.donor.lists["fills"].items[2:]:
            own = self._own(item)
            later = content.items[2:]
            if own not in later:
                content.items.append(own)
            numbers.append(content.items.index(own, 2))
        return numbers

    def _format(self, item: bytes, fonts: list[int], fills: list[int], borders: list[int]) -> bytes:
        end = markup.tag_end(item, 0)
        tag = markup.attributes_of(item[:end])
        normal = self._normal()
        changes: dict[str, str | None] = {
            "numFmtId": str(self._number_format(int(tag.get("numFmtId", "0")))),
            "fontId": str(fonts[int(tag.get("fontId", "0"))]),
            "fillId": str(fills[int(tag.get("fillId", "0"))]),
            "borderId": str(borders[int(tag.get("borderId", "0"))]),
            "xfId": None if normal is None else str(normal),
            **{f"apply{kind}": "1" for kind in XF_KINDS},
        }
        return self._own(markup.with_attributes(item[:end], changes) + item[end:])

    def _normal(self) -> int | None:
        """Number of the host's style Normal; None if it has no styles."""
        if not self.host.lists["cellStyleXfs"].items:
            return None
        for item in self.host.lists["cellStyles"].items:
            tag = markup.attributes_of(item[: markup.tag_end(item, 0)])
            if tag.get("builtinId") == "0":
                return int(tag.get("xfId", "0"))
        return 0

    def _number_format(self, number: int) -> int:
        """Number of a number format in the host: one that is known by number keeps it, unless the
        host gives that number another meaning.
        """
        if number <= LAST_BUILT_IN and number not in self._host_formats:
            return number
        return self._coded(number, self._donor_formats.get(number) or BUILT_IN[number])

    def _coded(self, number: int, code: str) -> int:
        if number <= LAST_BUILT_IN and number not in self._host_formats:
            return number
        for known, text in self._host_formats.items():
            if text == code and known > LAST_BUILT_IN:
                return known
        new = max(LAST_BUILT_IN, *self._host_formats, 0) + 1
        self._host_formats[new] = code
        entry = f'<numFmt numFmtId="{new}" formatCode="{markup.attribute(code)}"/>'
        self.host.lists["numFmts"].items.append(self._prefixed(entry.encode()))
        return new

    def _differential(self, item: bytes) -> int:
        """Number of a differential format, which holds its number format itself."""

        def renumbered(match: re.Match[bytes]) -> bytes:
            number, code = int(match[1]), markup.unescaped(match[2].decode())
            return b'numFmtId="%d" formatCode="%s"' % (self._coded(number, code), match[2])

        item = re.sub(rb'numFmtId="(\d+)" formatCode="([^"]*)"', renumbered, item)
        return self.host.lists["dxfs"].index(self._own(item))


def without_theme(data: bytes) -> bytes:
    """Return XML of the donor with plain colours and typefaces in place of those of its theme."""
    for theme, plain in THEME_COLOURS:
        data = data.replace(theme, plain)
    return SCHEME.sub(b"", data)


def shifted(data: bytes, attribute: str, numbers: Mapping[int, int] | tuple[int, ...]) -> bytes:
    """Return XML of the donor in which an attribute that holds a number has the host's number."""
    pattern = re.compile(rb'(\s%s=")(\d+)(?=")' % attribute.encode())
    return pattern.sub(lambda match: match[1] + b"%d" % numbers[int(match[2])], data)
