"""An Excel workbook: what it holds that a reader of its sheets does not see, and whether what is
seen is expected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlperf.excel import markup
from xlperf.excel.areas import Area, parse_reference
from xlperf.excel.package import normalised
from xlperf.leaks.drawings import (
    ChartReference,
    inspect_chart,
    inspect_objects,
    inspect_shape_texts,
    series_of,
)
from xlperf.leaks.findings import as_number, number_key
from xlperf.leaks.kinds import LeakKind
from xlperf.leaks.looks import Looks, theme_colours
from xlperf.leaks.package_parts import WORKBOOK_PARTS, Parts, flag, inspect_parts
from xlperf.leaks.properties import inspect_properties
from xlperf.leaks.sheets import InspectedSheet, inspect_sheet
from xlperf.leaks.strings import Strings

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from xlperf.leaks.findings import Inspection

ALLOWED_ELEMENTS = frozenset(
    ("fileVersion", "workbookPr", "workbookProtection", "bookViews", "sheets", "definedNames",
     "calcPr", "extLst", "AlternateContent", "revisionPtr")
)  # fmt: skip
"""What the main part may hold (ECMA-376 part 1, 18.2.27); paths in the alternate content are looked
for apart.
"""
ELEMENT_KINDS = {
    "externalReferences": LeakKind.EXTERNAL_LINK,
    "pivotCaches": LeakKind.PIVOT_CACHE,
    "customWorkbookViews": LeakKind.SCENARIO,
    "fileSharing": LeakKind.PROPERTY,
    "functionGroups": LeakKind.MACRO,
}
PLACE = re.compile(
    r"(?:'(?:[^']|'')+'|[^'!\s,]+)!\$?[A-Z]{0,3}\$?\d{0,7}(?::\$?[A-Z]{0,3}\$?\d{0,7})?",
    re.IGNORECASE,
)
BUILT_IN = "_xlnm."
FILTER_NAME = "_xlnm._FilterDatabase"
"""A hidden name that Excel keeps with every filter; it holds a place only."""
OUTSIDE_REFERENCE = re.compile(
    r"(?:^|[=(,])\[[^\]]+\][^!]*!|'[^']*\[[^\]]+\][^']*'!|\\\\|https?:|file:", re.IGNORECASE
)
TABLE_PLACE = re.compile(r"[A-Za-z_]\w*(?:\[[\w #%.,:()&£-]*\])?")
"""A table, or a column of one."""


@dataclass
class InspectedWorkbook:
    """A workbook being looked at."""

    parts: Parts
    seen: Inspection
    looks: Looks
    strings: Strings
    sheets: list[InspectedSheet] = field(default_factory=list)

    def sheet(self, name: str) -> InspectedSheet | None:
        """A sheet by name, without case."""
        return next((sheet for sheet in self.sheets if sheet.name.lower() == name.lower()), None)


def inspect_workbook(parts: Parts, main: str, seen: Inspection) -> None:
    """Report the leaks of a workbook."""
    inspect_parts(parts, WORKBOOK_PARTS, seen)
    root = parts.tree(main)
    theme = next((parts.tree(part) for part in parts.targets(main, "theme")), None)
    styles = next((parts.tree(part) for part in parts.targets(main, "styles")), None)
    looks = Looks(styles, theme_colours(theme))
    book = InspectedWorkbook(parts, seen, looks, Strings.read(parts, main, looks))
    _elements(root, main, seen)
    book.sheets = _sheets(root, book, main)
    _names(root, book)
    charts = _charts(book)
    _watch_cells(book, charts)
    for sheet in book.sheets:
        inspect_sheet(sheet, parts, looks, book.strings, seen)
    for sheet in book.sheets:
        _tables(sheet, book)
        _drawings(sheet, book)
    for part, chart, sheet in charts:
        inspect_chart(chart, f"{part} on {sheet.name}", seen, lambda *point: _holds(book, *point))
    book.strings.orphans(seen)
    titles = {sheet.name for sheet in book.sheets} | {
        name.get("name", "") for name in root.iter("definedName")
    }
    inspect_properties(parts, seen, frozenset(titles | _local_names(root, book)))


def _elements(root: Element, main: str, seen: Inspection) -> None:
    for element in root:
        if element.tag not in ALLOWED_ELEMENTS:
            kind = ELEMENT_KINDS.get(element.tag, LeakKind.UNEXPECTED_PART)
            details = " ".join(element.attrib.values()) or " ".join(child.tag for child in element)
            seen.add(kind, main, f"{element.tag} {details}")


def _sheets(root: Element, book: InspectedWorkbook, main: str) -> list[InspectedSheet]:
    by_id = {relation.id: relation.target for relation in book.parts.relations(main)}
    sheets = []
    for element in root.iter("sheet"):
        name, state = element.get("name", ""), element.get("state", "visible")
        part = by_id.get(element.get("r:id", ""), "")
        if part not in book.parts.package:
            book.seen.add(LeakKind.UNREADABLE, f"sheet {name}", "its part is missing")
            continue
        sheet = InspectedSheet(name, part, hidden=state != "visible")
        sheets.append(sheet)
        if sheet.hidden:
            how = (
                "very hidden, not in Excel's list of hidden sheets"
                if state == "veryHidden"
                else "hidden"
            )
            book.seen.add(LeakKind.HIDDEN_SHEET, f"sheet {name}", how)
        book.seen.text(f"sheet {name}", name)
    return sheets


def _names(root: Element, book: InspectedWorkbook) -> None:
    for element in root.iter("definedName"):
        name, text = element.get("name", ""), (element.text or "").strip()
        where = f"name {name}"
        for key in ("comment", "description", "help", "statusBar", "customMenu"):
            book.seen.text(where, element.get(key, ""))
        if flag(element, "hidden") and name != FILTER_NAME:
            book.seen.add(LeakKind.HIDDEN_NAME, where, text)
        if flag(element, "function") or flag(element, "xlm") or flag(element, "vbProcedure"):
            book.seen.add(LeakKind.MACRO, where, text)
        if OUTSIDE_REFERENCE.search(text):
            book.seen.add(LeakKind.EXTERNAL_LINK, where, text)
        elif not _is_place(text, book):
            book.seen.add(LeakKind.NAME, where, text)


def _is_place(text: str, book: InspectedWorkbook) -> bool:
    """Whether a name points to cells of this workbook's sheets, and nothing else."""
    if not text or TABLE_PLACE.fullmatch(text):
        return True
    sheets = {sheet.name.lower() for sheet in book.sheets}
    places = PLACE.findall(text)
    rest = PLACE.sub("", text).strip(", ")
    return not rest and all(
        place.rpartition("!")[0].strip("'").replace("''", "'").lower() in sheets for place in places
    )


def _local_names(root: Element, book: InspectedWorkbook) -> set[str]:
    """Names of print areas and titles as the properties list them: with their sheets."""
    names = set()
    for element in root.iter("definedName"):
        name = element.get("name", "")
        index = element.get("localSheetId", "")
        if index.isdigit() and int(index) < len(book.sheets):
            sheet = book.sheets[int(index)].name
            plain = name.removeprefix(BUILT_IN)
            names |= {
                f"{quoted}!{plain}"
                for quoted in (sheet, f"'{sheet.replace(chr(39), chr(39) * 2)}'")
            }
    return names


# -- tables and drawings of sheets
# ----------------------------------------------------------------------------------------------


def _charts(book: InspectedWorkbook) -> list[tuple[str, Element, InspectedSheet]]:
    """Charts, each with its part and its sheet."""
    charts = []
    for sheet in book.sheets:
        for drawing in book.parts.targets(sheet.part, "drawing"):
            charts += [
                (part, book.parts.tree(part), sheet)
                for part in book.parts.targets(drawing, "chart")
            ]
            sheet.drawings.append(drawing)
    return charts


def _watch_cells(
    book: InspectedWorkbook, charts: list[tuple[str, Element, InspectedSheet]]
) -> None:
    """Set the cells of each sheet whose values are remembered: those of charts and of headings of
    tables.
    """
    for _, chart, _ in charts:
        for series in series_of(chart):
            for name, area in _areas(series.reference):
                sheet = book.sheet(name)
                if sheet is not None:
                    sheet.watched.append(area)
    for sheet in book.sheets:
        for part in book.parts.targets(sheet.part, "table"):
            table = book.parts.tree(part)
            try:
                area = Area.of(table.get("ref", ""))
            except ValueError:
                book.seen.add(
                    LeakKind.UNREADABLE, part, f"a table that covers '{table.get('ref', '')}'"
                )
                continue
            sheet.tables.append((part, table, area))
            sheet.watched.append(Area(area.top, area.left, area.top, area.right))


def _areas(reference: str) -> list[tuple[str, Area]]:
    """Sheets and cells of a chart's reference, which may be several in brackets."""
    places = [parse_reference(piece) for piece in PLACE.findall(reference.strip("()"))]
    return [place for place in places if place is not None]


def _holds(book: InspectedWorkbook, series: ChartReference, place: int, value: str) -> bool:
    """Whether the cell behind a point is visible and shows its value; literals are looked for in
    all those cells.
    """
    areas = _areas(series.reference)
    if not areas:
        texts = (text for sheet in book.sheets for text in sheet.values.values())
        return not series.reference and any(_same(value, text) for text in texts)
    for name, area in areas:
        width, height = len(area.columns), len(area.rows)
        if place < width * height:
            sheet = book.sheet(name)
            cell = (area.top + place // width, area.left + place % width)
            return sheet is not None and _same(value, sheet.values.get(cell, ""))
        place -= width * height
    return False


def _same(one: str, other: str) -> bool:
    left, right = as_number(one), as_number(other)
    if left is None or right is None:
        return one.strip() == other.strip()
    return number_key(left) == number_key(right)


def _tables(sheet: InspectedSheet, book: InspectedWorkbook) -> None:
    for part, table, area in sheet.tables:
        where = f"table {table.get('displayName', part)} on {sheet.name}"
        book.seen.text(where, table.get("comment", ""))
        for formula in (*table.iter("calculatedColumnFormula"), *table.iter("totalsRowFormula")):
            book.seen.add(LeakKind.FORMULA, where, formula.text or "")
        if any(True for _ in table.iter("filterColumn")):
            book.seen.add(LeakKind.FILTERED, where, "a filter is set")
        for text in table.iter():
            for key in ("altText", "altTextSummary", "totalsRowLabel"):
                book.seen.text(where, text.get(key, ""))
        headed = table.get("headerRowCount", "1") != "0"
        for column, element in zip(area.columns, table.iter("tableColumn"), strict=False):
            name = markup.plain_text(element.get("name", ""))
            shows = sheet.values.get((area.top, column), "")
            if not headed or " ".join(name.split()) != " ".join(shows.split()):
                book.seen.text(f"{where}, column {name}", name)
                if headed and not re.fullmatch(r"Column\d+", name):
                    book.seen.add(
                        LeakKind.ORPHAN_STRING,
                        where,
                        f"column '{name}', where the cell says '{shows}'",
                    )


def _drawings(sheet: InspectedSheet, book: InspectedWorkbook) -> None:
    for part in sheet.drawings:
        root = book.parts.tree(part)
        where = f"{part} on {sheet.name}"
        inspect_objects(root, where, book.seen)
        inspect_shape_texts(root, where, book.seen)
        for anchor in root:
            covering = any(anchor.find(tag) is not None for tag in ("pic", "graphicFrame"))
            corners = [_corner(anchor.find(end)) for end in ("from", "to")]
            if covering and corners[0] is not None and corners[1] is not None:
                _covered(sheet, corners[0], corners[1], where, book.seen)


def _corner(element: Element | None) -> tuple[int, int] | None:
    """Row and column, from 0, in which a corner of an object lies."""
    if element is None:
        return None
    row, column = element.findtext("row", ""), element.findtext("col", "")
    return (int(row), int(column)) if row.isdigit() and column.isdigit() else None


def _covered(
    sheet: InspectedSheet,
    first: tuple[int, int],
    last: tuple[int, int],
    where: str,
    seen: Inspection,
) -> None:
    """Report cells with content that lie wholly under a picture or chart."""
    seen = seen.counted_by(sheet.name)
    area = Area(first[0] + 2, first[1] + 2, last[0], last[1])
    for row in area.rows:
        for column in sheet.filled.get(row, ()):
            if column in area.columns:
                seen.add(LeakKind.COVERED, sheet.place(row, column), f"under {where}")


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
