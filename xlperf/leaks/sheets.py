"""Workbooks of others: sheets, rows, columns, names and formats that hide; caches of charts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlperf.excel import markup
from xlperf.excel.areas import Area, address
from xlperf.excel.office_parts import flag, local, real, whole
from xlperf.excel.port import column_letters
from xlperf.leaks.findings import as_number, number_key
from xlperf.leaks.kinds import LeakKind
from xlperf.leaks.office_files import TINY, WHITES

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from xlperf.excel.office_parts import Parts
    from xlperf.leaks.findings import Inspection

NO_HEIGHT, NO_WIDTH = 3.0, 0.5
"""Height in points and width in characters up to which a row or column shows nothing. This
program's choice.
"""
FILTER_NAME = "_xlnm._FilterDatabase"
"""A hidden name that Excel keeps with every filter; it holds a place only."""
LONGEST_FORMULA = 8_192
"""Characters of a formula (Excel specifications and limits); a longer one cannot be opened."""
OUTSIDE = re.compile(r"\[[^\[\]]+\][^!\[]*!|\\\\|https?:|file:|\|[^|!]*'?!", re.IGNORECASE)
"""A formula or name that leads to another file, or to a program."""
PLACES = re.compile(
    r"(?:'(?:[^']|'')+'|[^'!\s,]+)!\$?[A-Z]{0,3}\$?\d{0,7}(?::\$?[A-Z]{0,3}\$?\d{0,7})?"
    r"|[A-Za-z_]\w*(?:\[[\w #%.,:()&£-]*\])?",
    re.IGNORECASE,
)
"""Cells of a sheet; a table or a column of one."""
HEADER_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-F]{6}|\d+|[LCRPNDTFAGBIUESXYOHZ&])')
"""Codes of headers and footers (ECMA-376 part 1, 18.3.1.46)."""
SHOWN_OF_ROW = 30
"""Characters of the first content that stand for a hidden row or column."""
LITERALS, PLACEHOLDER = (
    re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]'),
    re.compile(r"[0#?@ymdhsge]|general|standard", re.IGNORECASE),
)
WHITE_NUMBERS = ("1", "9", "65")
"""White by the number of a colour (ECMA-376 part 1, 18.8.27)."""


def inspect_workbook(parts: Parts, main: str, seen: Inspection) -> frozenset[str]:
    """Report what a workbook hides; gives the names of its sheets and ranges."""
    root = parts.tree(main)
    by_id = {relation.id: relation.target for relation in parts.relations(main)}
    book = _Book(parts, seen, main)
    names = {name.get("name", "") for name in root.iter("definedName")}
    for element in root.iter("sheet"):
        name, state = element.get("name", ""), element.get("state", "visible")
        names |= {name, f"{name}!Print_Area", f"'{name}'!Print_Area"}
        names |= {f"{name}!Print_Titles", f"'{name}'!Print_Titles"}
        part = by_id.get(element.get("r:id", ""), "")
        if part not in parts.package:
            seen.add(LeakKind.UNREADABLE, f"sheet {name}", "its part is missing")
            continue
        if state != "visible":
            how = "very hidden, not in Excel's list" if state == "veryHidden" else "hidden"
            seen.add(LeakKind.HIDDEN_SHEET, f"sheet {name}", how)
        seen.private(f"sheet {name}", name)
        _Sheet(book, name, part, hidden=state != "visible").inspect()
    for element in root.iter("definedName"):
        _name(element, seen)
    for index, text in enumerate(book.strings):
        if index not in book.used and text.strip():
            seen.add(LeakKind.ORPHAN_STRING, book.strings_part, text)
    for part in parts.names.values():
        if re.fullmatch(r"xl/charts/chart\d*\.xml", part):
            book.chart(part)
    return frozenset(names)


def _name(element: Element, seen: Inspection) -> None:
    name, text = element.get("name", ""), (element.text or "").strip()
    where = f"name {name}"
    if flag(element, "hidden") and name != FILTER_NAME:
        seen.add(LeakKind.HIDDEN_NAME, where, text)
    if flag(element, "function") or flag(element, "xlm") or flag(element, "vbProcedure"):
        seen.add(LeakKind.MACRO, where, text)
    if OUTSIDE.search(text[:LONGEST_FORMULA]):
        seen.add(LeakKind.EXTERNAL_LINK, where, text)
    elif PLACES.sub("", text[:LONGEST_FORMULA]).strip(", ") or "#REF!" in text:
        seen.add(LeakKind.NAME, where, text)


@dataclass
class _Book:
    """What the sheets of a workbook share."""

    parts: Parts
    seen: Inspection
    main: str
    strings_part: str = ""
    strings: list[str] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    unseen: list[str] = field(default_factory=list)
    """Why the text of a cell format cannot be seen, by its number; empty: it can."""
    codes: list[str] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)
    """Values of all visible cells."""

    def __post_init__(self) -> None:
        for part in self.parts.targets(self.main, "sharedStrings"):
            self.strings_part = part
            for item in self.parts.tree(part).iter("si"):
                self.strings.append(_text(item))
        for part in self.parts.targets(self.main, "styles"):
            self._styles(self.parts.tree(part))

    def _styles(self, root: Element) -> None:
        codes = {whole(e.get("numFmtId")): e.get("formatCode", "") for e in root.iter("numFmt")}
        fonts, fills = root.findall("fonts/font"), root.findall("fills/fill")
        for xf in root.findall("cellXfs/xf"):
            font, fill = whole(xf.get("fontId")), whole(xf.get("fillId"))
            filled = fill < len(fills) and _is_filled(fills[fill])
            self.unseen.append(_why(fonts[font], filled=filled) if font < len(fonts) else "")
            self.codes.append(codes.get(whole(xf.get("numFmtId")), ""))

    def chart(self, part: str) -> None:
        """Report points that no visible cell shows."""
        for point in self.parts.tree(part).iter("pt"):
            value = "".join(item.text or "" for item in point.iter("v"))
            if value.strip() and _key(value) not in self.shown:
                where = f"{part}, point {whole(point.get('idx')) + 1}"
                self.seen.add(LeakKind.CHART_CACHE, where, value)


def _text(item: Element) -> str:
    return markup.plain_text("".join(text.text or "" for text in item.iter("t")))


def _key(value: str) -> str:
    number = as_number(value)
    return " ".join(value.split()) if number is None else number_key(number)


def _is_filled(fill: Element) -> bool:
    pattern = fill.find("patternFill")
    if pattern is None:
        return True
    colour = pattern.find("fgColor")
    return pattern.get("patternType", "none") != "none" and not _is_white(colour)


def _is_white(colour: Element | None) -> bool:
    return colour is not None and (
        colour.get("rgb", "").upper()[-6:] == WHITES[0]
        or (colour.get("theme") == "0" and real(colour.get("tint")) > -0.1)
        or (colour.get("theme") == "1" and real(colour.get("tint")) > 0.95)
        or colour.get("indexed") in WHITE_NUMBERS
    )


def _why(font: Element, *, filled: bool) -> str:
    size = font.find("sz")
    points = real(None if size is None else size.get("val"), 11)
    if points < TINY:
        return f"{points:g} pt"
    return "white" if not filled and _is_white(font.find("color")) else ""


class _Sheet:
    """The cells of a sheet as they come."""

    def __init__(self, book: _Book, name: str, part: str, *, hidden: bool) -> None:
        self.book, self.name, self.part, self.hidden = book, name, part, hidden
        self.seen = book.seen.counted_by(name)
        self.columns: list[tuple[int, int]] = []
        self.known_columns: dict[int, bool] = {}
        self.row = self.column = 0
        self.row_hidden = self.rows_hidden = False
        self.cell: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.open = ""
        self.unshown: dict[str, list[str]] = {}
        """First content of each hidden row or column; the others only make it longer."""
        self.formulas: list[str] = []
        self.headed: list[Area] = []
        """Headings and totals of tables, whose style may colour them."""

    def inspect(self) -> None:
        """Report what the sheet hides, and learn what it shows."""
        for part in self.book.parts.targets(self.part, "table"):
            self._table(self.book.parts.tree(part))
        data = self.book.parts.read(self.part)
        markup.parse(data, self.part, start=self._start, end=self._end, text=self._text)
        for where, texts in self.unshown.items():
            more = f" and {len(texts) - 1:,} more" if len(texts) > 1 else ""
            found = f"{texts[0][:SHOWN_OF_ROW]}{more}"
            self.seen.add(LeakKind.HIDDEN_CELLS, f"{self.name}!{where}", found)
        if self.formulas:
            found = f"{self.formulas[0]} and {len(self.formulas) - 1:,} more"
            self.seen.add(LeakKind.FORMULA, self.name, found, blocks=False)

    def _table(self, root: Element) -> None:
        try:
            area = Area.of(root.get("ref", ""))
        except ValueError:
            self.seen.add(LeakKind.UNREADABLE, self.name, f"a table of {root.get('ref', '')!r}")
            return
        for row in (area.top, area.bottom):
            self.headed.append(Area(row, area.left, row, area.right))
        self._filter(root)
        for text in root.iter():
            for key in ("name", "totalsRowLabel"):
                self.seen.private(f"{self.name}, table", text.get(key, ""))

    def _filter(self, root: Element) -> None:
        if any(True for _ in root.iter("filterColumn")):
            self.seen.add(LeakKind.HIDDEN_CELLS, self.name, "a filter is set")

    def _start(self, tag: str, attributes: dict[str, str], _offset: int) -> None:
        name = local(tag)
        if name == "sheetFormatPr":
            self.rows_hidden = attributes.get("zeroHeight", "0") in ("1", "true")
        elif name == "col":
            hidden = attributes.get("hidden", "0") in ("1", "true")
            if hidden or real(attributes.get("width"), 9.0) <= NO_WIDTH:
                self.columns.append((whole(attributes.get("min")), whole(attributes.get("max"))))
        elif name == "row":
            self.row, self.column = whole(attributes.get("r"), self.row + 1), 0
            hidden = attributes.get("hidden", str(int(self.rows_hidden))) in ("1", "true")
            self.row_hidden = hidden or real(attributes.get("ht"), 15.0) <= NO_HEIGHT
        elif name == "c":
            self.cell, self.texts = attributes, {}
            self.column += 1
            if match := re.fullmatch(r"([A-Z]{1,3})(\d+)", attributes.get("r", "")):
                area = Area.of(match.group())
                self.row, self.column = area.top, area.left
        elif name == "filterColumn":
            self.seen.add(LeakKind.HIDDEN_CELLS, self.name, "a filter is set")
        self.open = name

    def _text(self, content: str) -> None:
        self.texts[self.open] = self.texts.get(self.open, "") + content

    def _end(self, tag: str, _offset: int) -> None:
        name, self.open = local(tag), ""
        if name == "c":
            self._close()
        elif name.endswith(("Header", "Footer")) and name in self.texts:
            text = self.texts.pop(name)
            where = f"{self.name}, {name}"
            if "&Z" in text:
                self.seen.add(LeakKind.PATH, where, "prints the folder of the file")
            self.seen.private(where, HEADER_CODE.sub(" ", text))
        elif name in ("formula", "formula1", "formula2"):
            self.seen.private(f"{self.name}, {name}", self.texts.pop(name, ""))

    def _close(self) -> None:
        where = f"{self.name}!{address(self.row, self.column)}"
        kind, value = self.cell.get("t", "n"), self.texts.get("v", self.texts.get("t", ""))
        if "f" in self.texts:
            self._formula(self.texts["f"], where)
        if kind == "s":
            index = whole(value.strip(), -1)
            self.book.used.add(index)
            value = self.book.strings[index] if 0 <= index < len(self.book.strings) else ""
        if not value.strip():
            return
        if kind == "n":
            self.seen.number(where, value)
        else:
            self.seen.text(where, value)
        if self._is_visible(value, kind, where):
            self.book.shown.add(_key(value))

    def _formula(self, text: str, where: str) -> None:
        self.formulas.append(f"={text}")
        if OUTSIDE.search(text[:LONGEST_FORMULA]):
            self.seen.add(LeakKind.EXTERNAL_LINK, where, f"={text}")
        self.seen.private(where, text)

    def _column_is_hidden(self) -> bool:
        if self.column not in self.known_columns:
            hidden = any(first <= self.column <= last for first, last in self.columns)
            self.known_columns[self.column] = hidden
        return self.known_columns[self.column]

    def _is_visible(self, value: str, kind: str, where: str) -> bool:
        """Whether a reader sees the cell's content; if not, it is reported."""
        style = whole(self.cell.get("s"))
        why = self.book.unseen[style] if style < len(self.book.unseen) else ""
        letters = column_letters(self.column)
        if self.row_hidden:
            self.unshown.setdefault(f"{self.row}:{self.row}", []).append(value)
        elif self._column_is_hidden():
            self.unshown.setdefault(f"{letters}:{letters}", []).append(value)
        elif why and not any((self.row, self.column) in area for area in self.headed):
            self.seen.add(LeakKind.HIDDEN_TEXT, where, f"{value} ({why})")
        elif style < len(self.book.codes) and _is_masked(self.book.codes[style], value, kind):
            self.seen.add(LeakKind.MASKED_VALUE, where, f"{value} ({self.book.codes[style]})")
        else:
            return not self.hidden
        return False


def _is_masked(code: str, value: str, kind: str) -> bool:
    """Whether a number format shows nothing of a value; a zero that is not shown is no leak."""
    sections = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)
    number = as_number(value) if kind == "n" else None
    if number == 0 or not code:
        return False
    if number is None:
        return len(sections) > 3 and not PLACEHOLDER.search(LITERALS.sub("", sections[3]))
    shown = sections[1] if number < 0 and len(sections) > 1 else sections[0]
    return not PLACEHOLDER.search(LITERALS.sub("", shown))
