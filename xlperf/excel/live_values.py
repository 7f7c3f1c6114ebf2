"""Values as xlwings gives them and as it must be given them, and cells gathered into blocks."""

from __future__ import annotations

import math
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from xlperf.errors import LayoutError
from xlperf.excel.areas import Area
from xlperf.excel.port import CellError, Link, Scalar, error_value
from xlperf.excel.values import is_jump_formula, jump, kept_text, to_serial

if TYPE_CHECKING:
    from collections.abc import Mapping

Block: TypeAlias = list[list[Any]]


def is_formula(formula: object, value: object) -> bool:
    """Whether a cell holds a formula that must not be written over: any but a jump that xlperf wrote.

    A text that begins with an equals sign has itself for its formula.
    """
    return (
        isinstance(formula, str) and formula.startswith("=") and formula != value and not is_jump_formula(formula[1:])
    )


def incoming(value: Any) -> Scalar:
    """Value of a cell as it comes from Excel, with errors as texts: as the other engines give it."""
    error = error_value(value)
    if error is not None:
        return error
    if value == "":
        return None
    if isinstance(value, Decimal):  # of a cell that shows money
        return float(value)
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value.replace(tzinfo=None)
    result: Scalar = value
    return result


def outgoing(value: Scalar | Link) -> Any:
    """Value as it is handed to Excel. Raises `LayoutError` for what no cell can hold."""
    if value is None or value == "":
        return None
    if isinstance(value, Link):
        formula = jump(value)
        return f"'{value}" if formula is None else f"={formula}"
    if isinstance(value, CellError):
        return value.code
    if isinstance(value, str):
        return f"'{kept_text(value)}"
    if isinstance(value, float) and not math.isfinite(value):
        raise LayoutError(f"{value} is no number a cell can hold. Nothing was written.")
    if isinstance(value, date):
        to_serial(value, date1904=False)
        return datetime.combine(value, time()) if not isinstance(value, datetime) else value
    return value


def restored(value: Scalar, formula: object) -> Any:
    """What to hand to Excel so that a cell holds again what it held."""
    return formula if isinstance(formula, str) and formula.startswith("=") and formula != value else outgoing(value)


def alike(now: Scalar, value: Scalar | Link, formula: object = None) -> bool:
    """Whether a cell holds a value already."""
    if isinstance(value, Link):
        wanted = jump(value)
        return formula == f"={wanted}" if wanted is not None else now == str(value)
    if isinstance(formula, str) and formula.startswith("=") and formula != now:
        return False
    if value == "":
        value = None
    if isinstance(value, bool) or isinstance(now, bool):
        return now is value
    if isinstance(value, str):
        return now == kept_text(value)
    return now == incoming(value)


def runs(cells: Mapping[tuple[int, int], Any]) -> list[tuple[Area, Block]]:
    """Rectangles without a gap that make up some cells: neighbours in a row, then rows of one extent below another."""
    spans: list[tuple[int, int, int]] = []
    for row, column in sorted(cells):
        if spans and spans[-1][0] == row and spans[-1][2] == column - 1:
            spans[-1] = (row, spans[-1][1], column)
        else:
            spans.append((row, column, column))
    areas: dict[tuple[int, int, int], Area] = {}
    for row, left, right in spans:
        above = areas.pop((row - 1, left, right), None)
        areas[row, left, right] = Area(row if above is None else above.top, left, row, right)
    return [(area, [[cells[row, column] for column in area.columns] for row in area.rows]) for area in areas.values()]
