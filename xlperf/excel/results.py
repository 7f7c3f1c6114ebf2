"""Results of formulas, put beside the formulas as a file keeps them; the formulas themselves stay.

A dynamic array is an array formula whose cell has the metadata index ``cm`` (ECMA-376 part 1,
18.3.1.4); its ``ref`` says how far it has spilt, and the cells of that area hold its values. Where
it is to spill further, all cells below it must be blank, or Excel gives #SPILL! instead.
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
    """Work out which cells change, and how many formulas of the sheet have their result then."""
    changes: dict[tuple[int, int], CellContent] = {}
    settled = 0
    for row, column, cell in sheet.cells(1):
        if cell.formula is None or cell.formula not in results:
            continue
        result = results[cell.formula]
        made = (
            _spilt(sheet, (row, column), cell, result)
            if isinstance(result, tuple)
            else _single(sheet, (row, column), cell, result, date1904=date1904)
        )
        if made is not None:
            settled += 1
            changes |= made
    return changes, settled


def _single(
    sheet: WorksheetPart,
    place: tuple[int, int],
    cell: ScannedCell,
    result: Scalar,
    *,
    date1904: bool,
) -> dict[tuple[int, int], CellContent] | None:
    """Change of an ordinary formula's cell, none if it holds its result; None where it is of
    another kind.
    """
    if cell.formula_kind != "normal":
        return None
    kind, value = _stored(result, date1904=date1904)
    return _content_change(sheet, place, cell, _formula(sheet, cell), kind, value)


def _spilt(
    sheet: WorksheetPart, place: tuple[int, int], cell: ScannedCell, texts: tuple[str, ...]
) -> dict[tuple[int, int], CellContent] | None:
    """Changes of a dynamic array's cells; None where it is none, or something is in its way."""
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
        (found is not None and not found.blank) or sheet.merged_at(number, column)
        for number, found in below
    ):
        return None
    tag, _, rest = _formula(sheet, cell).partition(b">")
    reference = markup.with_attributes(tag + b">", {"ref": str(after)})
    changes = _content_change(sheet, place, cell, reference + rest, "str", _text(texts[0]))
    for number in range(row + 1, max(before.bottom, after.bottom) + 1):
        found = sheet.cell(number, column)
        value = _text(texts[number - row]) if number <= after.bottom else b""
        if not (_holds(found, "str", value) if value else found is None or found.blank):
            changes[number, column] = CellContent(
                value, "str" if value else "", sheet.style_of(found, number, column)
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
    """Whether a cell has this type and value; numbers are compared as numbers, however they are
    written.
    """
    if cell is None or cell.value is None or cell.kind != (kind or "n"):
        return False
    stored = value.removeprefix(b"<v>").removesuffix(b"</v>").decode()
    try:
        return (
            float(cell.value) == float(stored)
            if not kind
            else cell.value == markup.unescaped(stored)
        )
    except ValueError:
        return False


def _formula(sheet: WorksheetPart, cell: ScannedCell) -> bytes:
    """The formula's element as it stands, without a prefix."""
    match = FORMULA.search(sheet.data, cell.tag_end, cell.end)
    return b"" if match is None else PREFIX.sub(rb"<\1\2", match.group())


def _text(text: str) -> bytes:
    return _stored(text, date1904=False)[1]


def _stored(result: Scalar, *, date1904: bool) -> tuple[str, bytes]:
    """Type and value of a result: unlike a typed text, that of a formula stands in the value."""
    if isinstance(result, str):
        return "str", f"<v>{markup.cell_text(result)}</v>".encode()
    return encoded(result, date1904=date1904)
