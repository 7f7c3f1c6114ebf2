"""The cells of a worksheet: what is hidden, filtered, collapsed, masked, far away; formulas; what
is shown.

A sheet is read twice: once without its cells for all that says how they are shown, then cell by
cell as they come, so that a large sheet takes little memory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from xlperf.excel import markup
from xlperf.excel.areas import Area, address
from xlperf.excel.port import column_letters
from xlperf.leaks.kinds import LeakKind
from xlperf.leaks.package_parts import flag, local, real, whole
from xlperf.leaks.strings import Strings, Text, text_of

if TYPE_CHECKING:
    from xlperf.leaks.findings import Inspection
    from xlperf.leaks.looks import Looks
    from xlperf.leaks.package_parts import Parts

NO_HEIGHT, NO_WIDTH = 3.0, 0.5
"""Height in points and width in characters up to which a row or column shows nothing. This
program's choice.
"""
FAR_ROWS, FAR_COLUMNS = 100, 26
"""Empty rows or columns after which content is far from the rest: more than two screens. This
program's choice.
"""
ALLOWED_ELEMENTS = frozenset(
    ("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
     "sheetProtection", "autoFilter", "sortState", "mergeCells", "phoneticPr",
     "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins",
     "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "ignoredErrors", "drawing",
     "legacyDrawing", "legacyDrawingHF", "tableParts", "extLst")
)  # fmt: skip
"""What a sheet may hold (ECMA-376 part 1, 18.3.1.99); the parts that some of them lead to are
judged apart.
"""
ELEMENT_KINDS = {
    "scenarios": LeakKind.SCENARIO,
    "customSheetViews": LeakKind.SCENARIO,
    "oleObjects": LeakKind.EMBEDDED,
    "controls": LeakKind.ACTIVEX,
    "AlternateContent": LeakKind.ACTIVEX,
    "dataConsolidate": LeakKind.EXTERNAL_LINK,
    "protectedRanges": LeakKind.PROPERTY,
}
HEADER_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-F]{6}|K\d\d[+-]\d{3}|\d+|[LCRPNDTFAGBIUESXYOHZ&])')
"""Codes of headers and footers (ECMA-376 part 1, 18.3.1.46)."""
FOLDER_CODE = "&Z"
TALL, ANY_ROW = 1_000, 0
"""Rows of a merged area from which it is not kept by each of its rows, and the row it is kept by
then.
"""
SHOWN_OF_ROW = 30
"""Characters of the first content that stand for a hidden row or column."""
TEXT_KINDS = ("s", "str", "inlineStr")


@dataclass
class InspectedSheet:
    """One sheet of a workbook, and what was learnt of it."""

    name: str
    part: str
    hidden: bool
    drawings: list[str] = field(default_factory=list)
    tables: list[tuple[str, Element, Area]] = field(default_factory=list)
    watched: list[Area] = field(default_factory=list)
    """Cells whose visible values must be remembered."""
    values: dict[tuple[int, int], str] = field(default_factory=dict)
    """Values of those that are visible."""
    filled: dict[int, set[int]] = field(default_factory=dict)
    """Columns that hold something, by row."""

    def place(self, row: int, column: int) -> str:
        """A cell as the output names it."""
        return f"{self.name}!{address(row, column)}"

    def headed(self, row: int, column: int) -> bool:
        """Whether a cell is in the heading or totals row of a table whose style may colour it."""
        return any(
            (row, column) in area
            and row in _styled_rows(table, area)
            and table.find("tableStyleInfo") is not None
            for _, table, area in self.tables
        )


def _styled_rows(table: Element, area: Area) -> list[int]:
    """Rows of a table that its style may give a dark background: headings and totals, where it has
    them.
    """
    head = [area.top] if table.get("headerRowCount", "1") != "0" else []
    return head + ([area.bottom] if whole(table.get("totalsRowCount")) else [])


@dataclass
class _Hiding:
    """Which rows and columns of a sheet are hidden, and how."""

    columns: list[tuple[int, int, LeakKind]] = field(default_factory=list)
    filtered: list[Area] = field(default_factory=list)
    merged: dict[int, list[Area]] = field(default_factory=dict)
    rows_by_default: bool = False

    def column(self, number: int) -> LeakKind | None:
        """How a column is hidden; None when it is not."""
        return next((kind for first, last, kind in self.columns if first <= number <= last), None)

    def row(self, number: int, attributes: dict[str, str]) -> LeakKind | None:
        """How a row is hidden; None when it is not."""
        hidden = attributes.get("hidden", str(int(self.rows_by_default))) in ("1", "true")
        if not hidden and real(attributes.get("ht"), 15.0) > NO_HEIGHT:
            return None
        if hidden and any(number in area.rows for area in self.filtered):
            return LeakKind.FILTERED
        return (
            LeakKind.COLLAPSED if whole(attributes.get("outlineLevel")) else LeakKind.HIDDEN_CELLS
        )

    def under_merged(self, row: int, column: int) -> bool:
        """Whether a cell is covered by the first cell of a merged area."""
        areas = (*self.merged.get(row, ()), *self.merged.get(ANY_ROW, ()))
        return any(
            (row, column) in area and (row, column) != (area.top, area.left) for area in areas
        )


def inspect_sheet(
    sheet: InspectedSheet, parts: Parts, looks: Looks, strings: Strings, seen: Inspection
) -> None:
    """Report the leaks of a sheet, and learn what it shows."""
    seen = seen.counted_by(sheet.name)
    data = parts.read(sheet.part)
    root = parts.tree(sheet.part, without="sheetData")
    for element in root:
        if element.tag not in ALLOWED_ELEMENTS and root.tag == "worksheet":
            details = " ".join(value for child in element.iter() for value in child.attrib.values())
            seen.add(
                ELEMENT_KINDS.get(element.tag, LeakKind.UNEXPECTED_PART),
                sheet.name,
                f"{element.tag} {details}",
            )
    _conditional(root, sheet, looks, seen)
    _validations(root, sheet, seen)
    _links(root, sheet, seen)
    _headers(root, sheet, seen)
    reader = _Cells(sheet, _hiding(root, sheet, seen), looks, strings, seen)
    reader.read(data)
    _far(sheet, seen)


def _hiding(root: Element, sheet: InspectedSheet, seen: Inspection) -> _Hiding:
    found = _Hiding(rows_by_default=flag(root.find("sheetFormatPr"), "zeroHeight"))
    for column in root.iter("col"):
        hidden = flag(column, "hidden")
        if hidden or real(column.get("width"), 9.0) <= NO_WIDTH:
            kind = (
                LeakKind.COLLAPSED if whole(column.get("outlineLevel")) else LeakKind.HIDDEN_CELLS
            )
            found.columns.append((whole(column.get("min")), whole(column.get("max")), kind))
    filters = [
        *root.iter("autoFilter"),
        *(item for _, table, _ in sheet.tables for item in table.iter("autoFilter")),
    ]
    for element in filters:
        if element.find("filterColumn") is not None:
            area = _area(element.get("ref", ""))
            found.filtered += [area] if area is not None else []
            seen.add(LeakKind.FILTERED, sheet.name, f"a filter is set on {element.get('ref', '')}")
    for area in filter(None, (_area(element.get("ref", "")) for element in root.iter("mergeCell"))):
        for row in area.rows if len(area.rows) <= TALL else [ANY_ROW]:
            found.merged.setdefault(row, []).append(area)
    return found


def _area(text: str) -> Area | None:
    try:
        return Area.of(text)
    except ValueError:
        return None


def _conditional(root: Element, sheet: InspectedSheet, looks: Looks, seen: Inspection) -> None:
    """Report conditional formats that hide what they are applied to."""
    for block in root.iter("conditionalFormatting"):
        where = f"{sheet.name}!{block.get('sqref', '')}"
        for rule in block.iter("cfRule"):
            how = looks.hiding.get(whole(rule.get("dxfId"), -1))
            if how is not None:
                seen.add(LeakKind.HIDDEN_TEXT, where, f"a conditional format hides it ({how})")
            for formula in rule.iter("formula"):
                seen.private(where, formula.text or "")


def _validations(root: Element, sheet: InspectedSheet, seen: Inspection) -> None:
    for rule in root.iter("dataValidation"):
        where = f"{sheet.name}!{rule.get('sqref', '')}, list or prompt"
        for key in ("promptTitle", "prompt", "errorTitle", "error"):
            seen.text(where, rule.get(key, ""))
        for tag in ("formula1", "formula2"):
            formula = (rule.findtext(tag) or "").strip()
            if formula.startswith('"'):
                seen.all_texts(where, (item.strip() for item in formula.strip('"').split(",")))
            else:
                seen.private(where, formula)


def _links(root: Element, sheet: InspectedSheet, seen: Inspection) -> None:
    for link in root.iter("hyperlink"):
        where = f"{sheet.name}!{link.get('ref', '')}, link"
        for key in ("tooltip", "display"):
            seen.text(where, link.get(key, ""))
        seen.private(where, link.get("location", ""))


def _headers(root: Element, sheet: InspectedSheet, seen: Inspection) -> None:
    for element in root.iter("headerFooter"):
        for child in element:
            text = child.text or ""
            where = f"{sheet.name}, {child.tag}"
            if FOLDER_CODE in text:
                seen.add(LeakKind.PATH, where, "prints the folder of the file")
            pieces = re.split(r"&[LCR]", text)
            seen.all_texts(where, (HEADER_CODE.sub("", piece).strip() for piece in pieces))


def _far(sheet: InspectedSheet, seen: Inspection) -> None:
    """Report content after many empty rows or columns."""
    columns: set[int] = set().union(*sheet.filled.values())
    for number in _after_gap(set(sheet.filled), FAR_ROWS):
        column = min(sheet.filled[number])
        seen.add(
            LeakKind.FAR_CELL, sheet.place(number, column), f"after more than {FAR_ROWS} empty rows"
        )
    for number in _after_gap(columns, FAR_COLUMNS):
        row = min(row for row, filled in sheet.filled.items() if number in filled)
        seen.add(
            LeakKind.FAR_CELL,
            sheet.place(row, number),
            f"after more than {FAR_COLUMNS} empty columns",
        )


def _after_gap(numbers: set[int], gap: int) -> list[int]:
    ordered = sorted(numbers)
    return [
        number
        for before, number in zip([0, *ordered], ordered, strict=False)
        if number - before > gap + 1
    ]


class _Cells:
    """Reads the cells of a sheet as they come."""

    def __init__(
        self,
        sheet: InspectedSheet,
        hiding: _Hiding,
        looks: Looks,
        strings: Strings,
        seen: Inspection,
    ) -> None:
        self.sheet, self.hiding, self.looks, self.strings, self.seen = (
            sheet,
            hiding,
            looks,
            strings,
            seen,
        )
        self.row = self.column = 0
        self.row_hidden: LeakKind | None = None
        self.cell: dict[str, str] | None = None
        self.element: Element | None = None
        """The formula, value or inline string being read, and its ancestors up to it."""
        self.stack: list[Element] = []
        self.found: dict[str, Element] = {}
        self.column_hidden: dict[int, LeakKind | None] = {}
        self.unshown: dict[tuple[LeakKind, str], list[str]] = {}
        """First content of each hidden row or column; the others only make it longer."""

    def read(self, data: bytes) -> None:
        """Read all cells."""
        markup.parse(data, self.sheet.part, start=self._start, end=self._end, text=self._text)
        for (kind, where), texts in self.unshown.items():
            more = f" and {len(texts) - 1:,} more" if len(texts) > 1 else ""
            self.seen.add(kind, f"{self.sheet.name}!{where}", f"{texts[0][:SHOWN_OF_ROW]}{more}")

    def _start(self, name: str, attributes: dict[str, str], _offset: int) -> None:
        tag = local(name)
        if self.cell is not None:
            element = Element(tag, {local(key): value for key, value in attributes.items()})
            if self.stack:
                self.stack[-1].append(element)
            else:
                self.found[tag] = element
            self.stack.append(element)
        elif tag == "row":
            self.row = whole(attributes.get("r"), self.row + 1)
            self.column = 0
            self.row_hidden = self.hiding.row(self.row, attributes)
        elif tag == "c":
            self._open(attributes)

    def _open(self, attributes: dict[str, str]) -> None:
        self.cell, self.found = attributes, {}
        self.column += 1
        area = _area(attributes.get("r", ""))
        if area is not None:
            self.row, self.column = area.top, area.left

    def _text(self, content: str) -> None:
        if self.stack:
            self.stack[-1].text = (self.stack[-1].text or "") + content

    def _end(self, name: str, _offset: int) -> None:
        if self.stack:
            self.stack.pop()
        elif self.cell is not None and local(name) == "c":
            self._close(self.cell)
            self.cell = None

    def _close(self, cell: dict[str, str]) -> None:
        formula, value = self.found.get("f"), self.found.get("v")
        kind = cell.get("t", "n")
        text = self._content(kind, (value.text or "") if value is not None else "")
        where = self.sheet.place(self.row, self.column)
        if formula is not None:
            self.seen.add(LeakKind.FORMULA, where, f"={formula.text or ''}")
            self.seen.private(where, formula.text or "")
        if formula is None and not text.text.strip():
            return
        self.sheet.filled.setdefault(self.row, set()).add(self.column)
        visible = self._visible(cell, text, kind, where)
        if kind in (*TEXT_KINDS, "d", "e"):
            self.seen.text(where, text.text)
        elif kind == "n":
            self.seen.number(where, text.text)
        self.seen.text(f"{where}, reading aid", text.aids)
        if visible and any((self.row, self.column) in area for area in self.sheet.watched):
            self.sheet.values[self.row, self.column] = text.text

    def _content(self, kind: str, value: str) -> Text:
        if kind == "s":
            return self.strings.take(whole(value.strip(), -1))
        if kind == "inlineStr" and "is" in self.found:
            return text_of(self.found["is"], self.looks)
        return Text(markup.plain_text(value) if kind == "str" else value)

    def _visible(self, cell: dict[str, str], text: Text, kind: str, where: str) -> bool:
        """Whether a reader sees the cell's content; if not, it is reported."""
        look = self.looks[whole(cell.get("s"))]
        self.seen.all_texts(f"{where}, number format", look.wording)
        hidden = self._hidden()
        why = "" if self.sheet.headed(self.row, self.column) else look.unseen
        part = text.unseen(look.fill) if not why else ""
        if hidden is not None:
            self.unshown.setdefault(hidden, []).append(text.text)
        elif self.hiding.under_merged(self.row, self.column):
            self.seen.add(LeakKind.COVERED, where, f"{text.text} (under a merged area)")
        elif look.hides(text.text, text=kind in TEXT_KINDS):
            self.seen.add(LeakKind.MASKED_VALUE, where, f"{text.text} (shown by {look.code})")
        elif why or part:
            self.seen.add(
                LeakKind.HIDDEN_TEXT, where, f"{part or text.text} ({why or 'part of the cell'})"
            )
        else:
            return not self.sheet.hidden
        return False

    def _hidden(self) -> tuple[LeakKind, str] | None:
        """How the row or the column is hidden, and which it is."""
        if self.row_hidden is not None:
            return self.row_hidden, f"{self.row}:{self.row}"
        if self.column not in self.column_hidden:
            self.column_hidden[self.column] = self.hiding.column(self.column)
        kind = self.column_hidden[self.column]
        letters = column_letters(self.column)
        return None if kind is None else (kind, f"{letters}:{letters}")
