"""Results of formulas, stored beside the formulas in the file. The formulas do not change.

A dynamic array is an array formula whose cell has the metadata index ``cm`` (ECMA-376 part 1,
18.3.1.4). Its ``ref`` is the area of its spill, and the cells of that area hold its values. If it
must spill further, all cells below must be blank; otherwise Excel returns #SPILL!.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlperf.excel import markup
from xlperf.excel.areas import Area
from xlperf.excel.cell_values import encoded
from xlperf.excel.sheet import CellContent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlperf.excel.port import Scalar
    from xlperf.excel.scanned import ScannedCell
    from xlperf.excel.sheet import WorksheetPart

FORMULA = re.compile(rb"<(?:\w+:)?f\b[^<>]*>[^<]*</(?:\w+:)?f>")
PREFIX = re.compile(rb"<(/?)\w+:(f\b)")


def result_changes(
    sheet: WorksheetPart, results: Mapping[str, Scalar | tuple[str, ...]], *, date1904: bool
) -> tuple[dict[tuple[int, int], CellContent], int]:
    """Return the cells that change, and the number of formulas that have their result afterwards.

    `results` are the results by the text of the formula.
    """
    changes: dict[tuple[int, int], CellContent] = {}
    calculated = 0
    for row, column, cell in sheet.cells(1):
        if cell.formula is None or cell.formula not in results:
            continue
        result = results[cell.formula]
        cell_changes = (
            _spill_changes(sheet, (row, column), cell, result)
            if isinstance(result, tuple)
            else _single(sheet, (row, column), cell, result, date1904=date1904)
        )
        if cell_changes is not None:
            calculated += 1
            changes |= cell_changes
    return changes, calculated


def _single(
    sheet: WorksheetPart,
    place: tuple[int, int],
    cell: ScannedCell,
    result: Scalar,
    *,
    date1904: bool,
) -> dict[tuple[int, int], CellContent] | None:
    """Return the change of an ordinary formula's cell; empty if the cell already holds the result.

    Returns None if the formula is of another kind.
    """
    if cell.formula_kind != "normal":
        return None
    kind, value = _stored_content(result, date1904=date1904)
    return _content_change(sheet, place, cell, _formula(sheet, cell), kind, value)


def _spill_changes(
    sheet: WorksheetPart, place: tuple[int, int], cell: ScannedCell, texts: tuple[str, ...]
) -> dict[tuple[int, int], CellContent] | None:
    """Return the changes of a dynamic array's cells.

    Returns None if the formula is not a dynamic array, or if other cells block its spill.
    """
    row, column = place
    if cell.formula_kind != "array" or not cell.covers:
        return None
    before = Area.of(cell.covers)
    after = Area(row, column, row + len(texts) - 1, column)
    below = [
        (number, sheet.cell(number, column))
        for number in range(before.bottom + 1, after.bottom + 1)
    ]
    if before.left != before.right or any(
        (cell_below is not None and not cell_below.blank) or sheet.merged_at(number, column)
        for number, cell_below in below
    ):
        return None
    tag, _, rest = _formula(sheet, cell).partition(b">")
    reference = markup.with_attributes(tag + b">", {"ref": str(after)})
    changes = _content_change(sheet, place, cell, reference + rest, "str", _text(texts[0]))
    for number in range(row + 1, max(before.bottom, after.bottom) + 1):
        other_cell = sheet.cell(number, column)
        value = _text(texts[number - row]) if number <= after.bottom else b""
        if not (
            _holds(other_cell, "str", value) if value else other_cell is None or other_cell.blank
        ):
            changes[number, column] = CellContent(
                value, "str" if value else "", sheet.style_of(other_cell, number, column)
            )
    return changes


def _content_change(
    sheet: WorksheetPart,
    place: tuple[int, int],
    cell: ScannedCell,
    formula: bytes,
    kind: str,
    value: bytes,
) -> dict[tuple[int, int], CellContent]:
    if formula == _formula(sheet, cell) and _holds(cell, kind, value):
        return {}
    return {
        place: CellContent(formula + value, kind, cell.style, dynamic=cell.formula_kind == "array")
    }


def _holds(cell: ScannedCell | None, kind: str, value: bytes) -> bool:
    """Whether a cell has this type and value. Numbers compare as numbers, however they
    are written.
    """
    if cell is None or cell.value is None or cell.kind != (kind or "n"):
        return False
    stored = value.removeprefix(b"<v>").removesuffix(b"</v>").decode()
    try:
        if not kind:
            return float(cell.value) == float(stored)
        return cell.value == markup.unescaped(stored)
    except ValueError:
        return False


def _formula(sheet: WorksheetPart, cell: ScannedCell) -> bytes:
    """Return the formula's element as it is, without a prefix."""
    match = FORMULA.search(sheet.data, cell.tag_end, cell.end)
    return b"" if match is None else PREFIX.sub(rb"<\1\2", match.group())


def _text(text: str) -> bytes:
    return _stored_content(text, date1904=False)[1]


def _stored_content(result: Scalar, *, date1904: bool) -> tuple[str, bytes]:
    """Return the type and value of a result. The text result of a formula is stored in the value,
    unlike a typed text.
    """
    if isinstance(result, str):
        return "str", f"<v>{markup.cell_text(result)}</v>".encode()
    return encoded(result, date1904=date1904)
