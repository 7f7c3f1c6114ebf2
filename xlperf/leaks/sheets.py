"""Workbooks of others: sheets, rows, columns, names and formats that hide; caches of charts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlperf.excel import markup
from xlperf.excel.areas import Area, address
from xlperf.excel.office_parts import flag, real, whole
from xlperf.excel.package import normalised
from xlperf.excel.port import column_letters
from xlperf.leaks.findings import as_number, number_key
from xlperf.leaks.kinds import LeakKind
from xlperf.leaks.office_files import OUTSIDE, TINY, WHITES, sheet_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from xml.etree.ElementTree import Element

    from xlperf.excel.office_parts import Parts
    from xlperf.leaks.findings import Inspection

NO_HEIGHT, NO_WIDTH = 3.0, 0.5
"""Points of height and characters of width that show nothing. This program's choice."""
CHART = re.compile(r"xl/charts/chart\d*\.xml$")
FILTER_NAME = "_xlnm._FilterDatabase"
"""A hidden name that Excel keeps with every filter; it holds a place only."""
LONGEST_FORMULA = 8_192
"""Characters of a formula (Excel specifications and limits); a longer one cannot be opened."""
PLACES = re.compile(
    r"(?:'(?:[^']|'')+'|[^'!\s,]+)!\$?[A-Z]{0,3}\$?\d{0,7}(?::\$?[A-Z]{0,3}\$?\d{0,7})?"
    r"|[A-Za-z_]\w*(?:\[[\w #%.,:()&£-]*\])?",
    re.IGNORECASE,
)
"""Cells of a sheet; a table or a column of one."""
SECTION = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
LITERALS = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]')
PLACEHOLDER = re.compile(r"[0#?@ymdhsge]|general|standard", re.IGNORECASE)
"""Of a number format: where a section ends, what is printed as it is, what stands for the value."""
WHITE_NUMBERS = ("1", "9", "65")
"""White by the number of a colour (ECMA-376 part 1, 18.8.27)."""


def inspect_workbook(
    parts: Parts, main: str, trees: Mapping[str, Element], seen: Inspection
) -> None:
    """Report what a workbook hides; `trees` are its parts by normalised names."""
    root, book, names = trees[normalised(main)], _Book(seen), sheet_names(parts, main)
    book.strings = [_joined(item) for item in trees.get("xl/sharedstrings.xml", ())]
    book.hiding = dict(_hiding(trees.get("xl/styles.xml", root)))
    for (part, name), element in zip(names.items(), root.iter("sheet"), strict=True):
        if (state := element.get("state", "visible")) != "visible":
            how = "very hidden, not in Excel's list" if state == "veryHidden" else "hidden"
            seen.add(LeakKind.HIDDEN_SHEET, f"sheet {name}", how)
        seen.private(f"sheet {name}", name)
        book.sheet(name, trees[normalised(part)], visible=state == "visible")
    for element in root.iter("definedName"):
        _name(element, seen)
    for index in sorted({*range(len(book.strings))} - book.used):
        if text := book.strings[index].strip():
            seen.add(LeakKind.LEFTOVER, "xl/sharedStrings.xml", text)
    for part in filter(CHART.match, trees):
        book.chart(part, trees[part])
    known = {name.get("name", "") for name in root.iter("definedName")} | {*names.values()}
    app = trees.get("docprops/app.xml", root)
    for text in (text for item in app.iter("TitlesOfParts") for text in item.itertext()):
        if text.strip() and not {re.sub(r"!Print_\w+$", "", text).strip("'"), text} & known:
            seen.add(LeakKind.PROPERTY, "docProps/app.xml, TitlesOfParts", text)


def _name(element: Element, seen: Inspection) -> None:
    name, text = element.get("name", ""), (element.text or "").strip()[:LONGEST_FORMULA]
    where = f"name {name}"
    if flag(element, "hidden") and name != FILTER_NAME:
        seen.add(LeakKind.NAME, where, text)
    if any(flag(element, key) for key in ("function", "xlm", "vbProcedure")):
        seen.add(LeakKind.MACRO, where, text)
    if OUTSIDE.search(text):
        seen.add(LeakKind.EXTERNAL_LINK, where, text)
    elif PLACES.sub("", text).strip(", ") or "#REF!" in text:
        seen.add(LeakKind.NAME, where, text)


def _hiding(root: Element) -> Iterator[tuple[int, tuple[LeakKind, str]]]:
    """Formats of cells that hide their content, by their number, and why."""
    codes = {whole(e.get("numFmtId")): e.get("formatCode", "") for e in root.iter("numFmt")}
    fonts, fills = root.findall("fonts/font"), root.findall("fills/fill")
    for style, xf in enumerate(root.findall("cellXfs/xf")):
        font, fill = fonts[whole(xf.get("fontId"))], fills[whole(xf.get("fillId"))]
        code, size = codes.get(whole(xf.get("numFmtId")), ""), font.find("sz")
        if (points := real(None if size is None else size.get("val"), 11)) < TINY:
            yield style, (LeakKind.HIDDEN_TEXT, f"{points:g} pt")
        elif _is_white(font.find("color")) and not _is_filled(fill):
            yield style, (LeakKind.HIDDEN_TEXT, "white")
        elif any(not PLACEHOLDER.search(LITERALS.sub("", part)) for part in _sections(code)):
            yield style, (LeakKind.MASKED_VALUE, code)


def _sections(code: str) -> list[str]:
    """Sections of a number format, but that of zero; a zero that is not shown is no leak."""
    sections = SECTION.split(code) if code else []
    return sections[:2] + sections[3:]


def _is_filled(fill: Element) -> bool:
    pattern = fill.find("patternFill")
    return pattern is None or (
        pattern.get("patternType", "none") != "none" and not _is_white(pattern.find("fgColor"))
    )


def _is_white(colour: Element | None) -> bool:
    return colour is not None and (
        colour.get("rgb", "").upper()[-6:] == WHITES[0]
        or (colour.get("theme") == "0" and real(colour.get("tint")) > -0.1)
        or (colour.get("theme") == "1" and real(colour.get("tint")) > 0.95)
        or colour.get("indexed") in WHITE_NUMBERS
    )


def _joined(item: Element) -> str:
    return markup.plain_text("".join(text.text or "" for text in item.iter("t")))


def _key(value: str) -> str:
    number = as_number(value)
    return " ".join(value.split()) if number is None else number_key(number)


@dataclass
class _Book:
    """What the sheets of a workbook share."""

    seen: Inspection
    strings: list[str] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    hiding: dict[int, tuple[LeakKind, str]] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)
    """Values of all visible cells."""

    def sheet(self, name: str, root: Element, *, visible: bool) -> None:
        """Report what a sheet hides, and learn what it shows."""
        columns = [
            range(whole(column.get("min")), whole(column.get("max")) + 1)
            for column in root.iter("col")
            if flag(column, "hidden") or real(column.get("width"), 9.0) <= NO_WIDTH
        ]
        unshown: dict[str, str] = {}
        for row, column, cell, row_is_hidden in _cells(root):
            where, value = f"{name}!{address(row, column)}", self._value(cell)
            formula = cell.find("f")
            if formula is not None and OUTSIDE.search((formula.text or "")[:LONGEST_FORMULA]):
                self.seen.add(LeakKind.EXTERNAL_LINK, where, f"={formula.text}")
            if not value.strip():
                continue
            (self.seen.number if cell.get("t", "n") == "n" else self.seen.text)(where, value)
            kind, why = self.hiding.get(whole(cell.get("s")), (None, ""))
            if row_is_hidden:
                unshown.setdefault(f"{row}:{row}", value)
            elif any(column in hidden for hidden in columns):
                unshown.setdefault("{0}:{0}".format(column_letters(column)), value)
            elif kind is not None:
                self.seen.add(kind, where, f"{value} ({why})")
            elif visible:
                self.shown.add(_key(value))
        for place, value in unshown.items():
            self.seen.add(LeakKind.HIDDEN_CELLS, f"{name}!{place}", value)

    def _value(self, cell: Element) -> str:
        """The text or number of a cell; empty when it has none."""
        value = cell.find("v")
        text = _joined(cell) if value is None else value.text or ""
        if cell.get("t") != "s":
            return text
        index = whole(text.strip(), -1)
        self.used.add(index)
        return self.strings[index] if 0 <= index < len(self.strings) else ""

    def chart(self, part: str, root: Element) -> None:
        """Report points of a chart that no visible cell shows."""
        for point in root.iter("pt"):
            value = "".join(item.text or "" for item in point.iter("v"))
            if value.strip() and _key(value) not in self.shown:
                where = f"{part}, point {whole(point.get('idx')) + 1}"
                self.seen.add(LeakKind.CHART_CACHE, where, value)


def _cells(root: Element) -> Iterator[tuple[int, int, Element, bool]]:
    """Row, column and element of each cell, and whether its row is hidden."""
    by_default, number = any(flag(e, "zeroHeight") for e in root.iter("sheetFormatPr")), 0
    for row in root.iter("row"):
        number, column = whole(row.get("r"), number + 1), 0
        hidden = flag(row, "hidden", default=by_default)
        hidden = hidden or real(row.get("ht"), 15.0) <= NO_HEIGHT
        for cell in row.iter("c"):
            place = re.fullmatch(r"[A-Z]{1,3}\d+", cell.get("r", ""))
            column = Area.of(place.group()).left if place else column + 1
            yield number, column, cell, hidden
