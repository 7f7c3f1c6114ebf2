"""The text of a workbook: every cell as it shows, and its rows."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from xlperf.excel.areas import address
from xlperf.excel.contents import WorkbookParts
from xlperf.excel.office_parts import whole
from xlperf.excel.port import NoResult
from xlperf.periods import day_name
from xlperf.proof.passages import Passage, ProofText, TextCell, with_notes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

    from xlperf.excel.office_parts import Parts
    from xlperf.excel.parts import SheetEntry
    from xlperf.excel.port import Scalar

DECIMALS = re.compile(r"\.(0+)")
BUILT_IN_CODES = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}
"""Number formats that a file names by their number alone (ECMA-376 part 1, 18.8.30), of numbers."""


def text_of_workbook(data: bytes, name: str, parts: Parts, main: str) -> ProofText:
    """Read a workbook; raises `WorkbookError` where it is damaged. Formulas give their results."""
    contents = WorkbookParts(data, name)
    styles = next((parts.tree(part) for part in parts.targets(main, "styles")), None)
    codes = _number_codes(styles)
    passages: list[Passage] = []
    lines: list[Passage] = []
    tables = []
    unread = []
    for entry in contents.workbook.sheets:
        if entry.kind != "worksheet":
            continue
        rows, unknown = _rows(contents, entry, codes)
        passages += [Passage(cell.where, cell.text) for row in rows for cell in row if cell.text]
        lines += [_line(row) for row in rows if any(cell.text for cell in row)]
        tables.append(tuple(rows))
        if unknown:
            formulas = "1 formula has" if unknown == 1 else f"{unknown:,} formulas have"
            unread.append(
                f"{entry.name}: {formulas} no stored result, so nothing is known of it. Open and"
                " save the workbook in Excel."
            )
    return ProofText(
        with_notes(passages), tuple(lines), tuple(tables), headed=False, unread=tuple(unread)
    )


def _number_codes(styles: Element | None) -> dict[int, str]:
    """Number formats by the number of a cell's style."""
    if styles is None:
        return {}
    codes = BUILT_IN_CODES | {
        whole(item.get("numFmtId")): item.get("formatCode", "")
        for item in styles.findall("numFmts/numFmt")
    }
    return {
        number: codes.get(whole(xf.get("numFmtId")), "")
        for number, xf in enumerate(styles.findall("cellXfs/xf"))
    }


def _rows(
    contents: WorkbookParts, entry: SheetEntry, codes: dict[int, str]
) -> tuple[list[tuple[TextCell, ...]], int]:
    """Rows of a sheet, each from its first column on, and how many cells have no result."""
    by_row: dict[int, dict[int, str]] = defaultdict(dict)
    unknown = 0
    for row, column, cell in contents.sheet(entry).cells(1):
        value = contents.value(cell)
        unknown += value is NoResult.NOT_CALCULATED
        by_row[row][column] = _shown(value, codes.get(cell.style, ""))
    rows = []
    for row in range(1, max(by_row, default=0) + 1) if len(by_row) else ():
        texts = by_row.get(row, {})
        rows.append(
            tuple(
                TextCell(f"{entry.name}!{address(row, column)}", texts.get(column, ""))
                for column in range(1, max(texts, default=0) + 1)
            )
        )
    return rows, unknown


def _shown(value: Scalar, code: str) -> str:
    """Write a value as its cell shows it, as far as numbers go."""
    if isinstance(value, date):
        return day_name(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _number(value, code)
    return value if isinstance(value, str) else ""


def _number(value: float, code: str) -> str:
    first = code.partition(";")[0]
    percent = "%" in first
    number = Decimal(repr(value)) * (100 if percent else 1)
    decimals = DECIMALS.search(first)
    if percent or decimals or "0" in first:
        places = len(decimals[1]) if decimals else 0
        number = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    sign = "+" if first.startswith(("+", '"+"')) and number > 0 else ""
    return f"{sign}{number:f}{'%' if percent else ''}"


def _line(row: Sequence[TextCell]) -> Passage:
    filled = [cell for cell in row if cell.text]
    return Passage(filled[0].where, " ".join(cell.text for cell in filled))
