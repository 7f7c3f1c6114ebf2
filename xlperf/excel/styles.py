"""The styles part: the fill of a cell, and a copy of its style with another fill and font colour.

A cell's format (``xf``) is copied, and only ``fillId``, ``fontId`` and their ``apply`` flags
change. The font is copied, and only its colour changes. Existing items are used again, so a second
refresh adds nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from xlperf.errors import LayoutError, WorkbookError
from xlperf.excel import markup

MOST_FORMATS = 64_000
"""Number of cell formats that Excel allows in a workbook."""
DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)))
"""Built-in number formats that show a date or a time (ECMA-376 part 1, 18.8.30)."""
PERCENT_FORMATS = (9, 10)
"""Built-in number formats that show per cent (the same)."""
NOT_DATE_TEXT = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]')
"""Quoted text, an escaped character, a character whose width is left blank or that fills the cell,
a colour or a condition.
"""
ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
RGB = rb"(?![^>]*\btint\b)\b[^>]*\brgb\s*=\s*[\"'](?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})[\"']"
RESERVED_FILLS = (b"none", b"gray125")
"""Patterns of the first two fills, whatever the part says. Excel writes them so in
every workbook.
"""
LISTS = ("fonts", "fills", "cellXfs")
ITEMS = ("font", "fill", "xf")


@dataclass(slots=True)
class _List:
    """One list of the part: the offsets of its tag and its end, and its items as bytes."""

    start: int = -1
    tag_end: int = -1
    close: int = -1
    items: list[bytes] = field(default_factory=list)
    original_length: int = 0

    def begin(self, start: int, tag_end: int) -> None:
        """Store where its tag is. Raises ValueError if the part has the list twice."""
        if self.start >= 0:
            raise ValueError("a list of formats is there twice")
        self.start, self.tag_end = start, tag_end


class StylesPart:
    """A scanned styles part. New formats are added in memory; `edited` returns the new part."""

    def __init__(self, data: bytes, part: str) -> None:
        self.data, self.part = markup.as_utf8(data), part
        self.lists = {name: _List() for name in LISTS}
        self.formats: dict[int, str] = {}
        self.prefix = b""
        self._dates: dict[int, bool] = {}
        self._with_dates: dict[int, bool] = {}
        self._coloured: dict[tuple[int, str, str], int] = {}
        self._fills: dict[int, str | None] = {}
        try:
            self._scan()
        except ValueError as error:
            raise self._damage(error) from None

    def _scan(self) -> None:
        data, depth = self.data, 0
        current: _List | None = None
        item_start = -1

        def start(name: str, attributes: dict[str, str], offset: int) -> None:
            nonlocal depth, current, item_start
            tag = markup.local(name)
            if depth == 0:
                opened = re.match(rb"<((?:[^\s/>:]+:)?)styleSheet", data[offset : offset + 200])
                self.prefix = opened.group(1) if opened else b""
            elif depth == 1 and tag in self.lists:
                current = self.lists[tag]
                current.begin(offset, markup.tag_end(data, offset))
            elif depth == 2 and current is not None and tag in ITEMS:
                item_start = offset
            elif tag == "numFmt" and "numFmtId" in attributes and depth == 2:
                self.formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
            depth += 1

        def end(name: str, offset: int) -> None:
            nonlocal depth, current
            depth -= 1
            if depth == 2 and current is not None and markup.local(name) in ITEMS:
                current.items.append(
                    data[item_start : markup.element_end(data, item_start, offset)]
                )
            elif depth == 1 and current is not None and markup.local(name) in self.lists:
                current.close = offset
                current = None

        markup.parse(data, self.part, start=start, end=end)
        for content in self.lists.values():
            content.original_length = len(content.items)

    def __len__(self) -> int:
        """Number of cell formats."""
        return len(self.lists["cellXfs"].items)

    def _damage(self, error: Exception) -> WorkbookError:
        return WorkbookError(
            f"The part {self.part} is damaged ({str(error)[:100]}). Restore the workbook from a"
            " backup."
        )

    def _number(self, style: int, attribute: str) -> int:
        """Return the number of the fill, font or number format of a style."""
        try:
            return int(self._xf(style).get(attribute, "0"))
        except ValueError as error:
            raise self._damage(error) from None

    def _xf(self, style: int) -> dict[str, str]:
        items = self.lists["cellXfs"].items
        if not 0 <= style < len(items):
            return {}
        return markup.attributes_of(items[style][: markup.tag_end(items[style], 0)])

    def fill(self, style: int) -> str | None:
        """Return the solid fill of a style as ``#RRGGBB``; None for no fill, patterns and theme
        colours.
        """
        if style not in self._fills:
            self._fills[style] = self._solid(self._number(style, "fillId"))
        return self._fills[style]

    def _solid(self, fill: int) -> str | None:
        items = self.lists["fills"].items
        if not 0 <= fill < len(items):
            return None
        content = items[fill]
        if not re.search(rb'patternType\s*=\s*["\']solid["\']', content):
            return None
        colour = re.search(rb"fgColor" + RGB, content)
        return f"#{colour.group(1).decode().upper()}" if colour else None

    def font_colour(self, style: int) -> str | None:
        """Return the font colour of a style as ``#RRGGBB``; None if it is automatic or a theme
        colour.
        """
        items = self.lists["fonts"].items
        font = self._number(style, "fontId")
        if not 0 <= font < len(items):
            return None
        colour = re.search(rb"color" + RGB, items[font])
        return f"#{colour.group(1).decode().upper()}" if colour else None

    def is_date(self, style: int) -> bool:
        """Whether a style shows numbers as dates or times."""
        if style not in self._with_dates:
            number = self._number(style, "numFmtId")
            if number not in self._dates:
                self._dates[number] = self._shows_date(number)
            self._with_dates[style] = self._dates[number]
        return self._with_dates[style]

    def is_percent(self, style: int) -> bool:
        """Whether a style shows numbers times 100, with a per cent sign."""
        number = self._number(style, "numFmtId")
        plain = NOT_DATE_TEXT.sub("", self.formats.get(number, ""))
        return number in PERCENT_FORMATS or "%" in plain

    def _shows_date(self, number: int) -> bool:
        if number in DATE_FORMATS:
            return True
        if ELAPSED.search(self.formats.get(number, "")):
            return False
        plain = NOT_DATE_TEXT.sub("", self.formats.get(number, "")).lower()
        return bool(re.search(r"[ymdhs]", plain)) and "general" not in plain

    def coloured(self, style: int, fill: str, font: str) -> int:
        """Return a style like `style` with this solid fill and font colour; `style` itself if it
        has them.
        """
        key = (style, fill.upper(), font.upper())
        if key not in self._coloured:
            self._coloured[key] = self._like(*key)
        return self._coloured[key]

    def _like(self, style: int, fill: str, font: str) -> int:
        if self.fill(style) == fill and self.font_colour(style) == font:
            return style
        absent = [name for name, content in self.lists.items() if content.start < 0]
        if absent:
            raise LayoutError(
                f"The part {self.part} has no list of {' and '.join(absent)}, so nothing can be"
                " coloured. Open the workbook in Excel and save it."
            )
        xfs, fonts = self.lists["cellXfs"], self.lists["fonts"]
        if not 0 <= style < len(xfs.items):
            raise LayoutError(
                f"The part {self.part} has no format {style}. Open the workbook in Excel and"
                " save it."
            )
        font_id = self._number(style, "fontId")
        if not fonts.items:
            fonts.items.append(
                b"<%sfont/>" % self.prefix
            )  # the first is that of the whole workbook
        base = (
            fonts.items[font_id] if 0 <= font_id < len(fonts.items) else b"<%sfont/>" % self.prefix
        )
        changes = {
            "fillId": str(self._fill_id(fill)),
            "fontId": str(_index(fonts, self._recoloured(base, font))),
            "applyFill": "1",
            "applyFont": "1",
        }
        own = xfs.items[style]
        end = markup.tag_end(own, 0)
        index = _index(xfs, markup.with_attributes(own[:end], dict(changes)) + own[end:])
        if index >= MOST_FORMATS:
            raise LayoutError(
                f"The workbook has {MOST_FORMATS:,} cell formats, as many as Excel allows. Remove"
                " some."
            )
        return index

    def _fill_id(self, colour: str) -> int:
        fills = self.lists["fills"]
        p = self.prefix
        for pattern in RESERVED_FILLS[len(fills.items) :]:
            fills.items.append(
                b'<%sfill><%spatternFill patternType="%s"/></%sfill>' % (p, p, pattern, p)
            )
        for index in range(len(RESERVED_FILLS), len(fills.items)):
            if self._solid(index) == colour:
                return index
        fills.items.append(
            b'<%sfill><%spatternFill patternType="solid"><%sfgColor rgb="FF%s"/><%sbgColor'
            b' indexed="64"/></%spatternFill></%sfill>' % (p, p, p, colour[1:].encode(), p, p, p)
        )
        return len(fills.items) - 1

    def _recoloured(self, font: bytes, colour: str) -> bytes:
        tag = b'<%scolor rgb="FF%s"/>' % (self.prefix, colour[1:].encode())
        name = re.escape(self.prefix)
        new_part, number = re.subn(
            rb"<" + name + rb"color\b[^>]*?(?:/>|>\s*</" + name + rb"color>)", tag, font, count=1
        )
        if number:
            return new_part
        if markup.is_empty(font, len(font)):
            return font[:-2].rstrip() + b">" + tag + b"</%sfont>" % self.prefix
        before = re.search(rb"<" + name + rb"(?:name|rFont|family|charset|scheme)\b", font)
        at = before.start() if before else font.rindex(b"</")
        return font[:at] + tag + font[at:]

    def edited(self) -> bytes | None:
        """Return the part with everything that was added; None if nothing was added."""
        edits: list[tuple[int, int, bytes]] = []
        for content in self.lists.values():
            added = content.items[content.original_length :]
            if not added:
                continue
            tag = markup.with_attributes(
                self.data[content.start : content.tag_end], {"count": str(len(content.items))}
            )
            if tag.endswith(b"/>"):
                opened, closed = tag[:-2] + b">", b"</%s>" % markup.element_name(tag)
                edits.append((content.start, content.tag_end, opened + b"".join(added) + closed))
            else:
                edits.append((content.start, content.tag_end, tag))
                edits.append((content.close, content.close, b"".join(added)))
        return markup.splice(self.data, edits) if edits else None


def _index(content: _List, item: bytes) -> int:
    """Return the place of an item in a list; the item is added if it is missing."""
    if item in content.items:
        return content.items.index(item)
    content.items.append(item)
    return len(content.items) - 1
