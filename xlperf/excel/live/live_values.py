"""Values as xlwings gives them and as it must be given them, and cells gathered into blocks."""

from __future__ import annotations

import math
from datetime import date, datetime, time
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Any, TypeAlias

from xlperf.errors import LayoutError
from xlperf.excel.areas import Area
from xlperf.excel.cell_values import is_jump_formula, jump, kept_text, to_serial
from xlperf.excel.port import CellError, Link, NoResult, Scalar, error_value

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

SAME = 1e-14
"""Relative difference between numbers that are the same in 15 digits."""
Block: TypeAlias = list[list[Any]]
Cells: TypeAlias = dict[tuple[int, int], Any]
"""What to hand to Excel, by row and column of a sheet."""


def is_formula(formula: object, value: object) -> bool:
    """Whether a cell holds a formula that must not be written over: any but a jump that xlperf
    wrote.

    A text that begins with an equals sign has itself for its formula.
    """
    return (
        isinstance(formula, str)
        and formula.startswith("=")
        and formula != value
        and not is_jump_formula(formula[1:])
    )


def is_live(formula: object) -> bool:
    """Whether it is a formula, not a bare value. A text that begins with an equals sign looks like
    one.
    """
    return isinstance(formula, str) and formula.startswith("=")


def shows_nothing(value: object) -> bool:
    """Whether a value is none, or spaces alone: of a formula an empty text arrives as none."""
    return value is None or (isinstance(value, str) and not value.strip())


def hexadecimal(colour: tuple[int, int, int]) -> str:
    """Write red, green and blue as ``#RRGGBB``."""
    return "#{:02X}{:02X}{:02X}".format(*colour)


def incoming(value: Any) -> Scalar:
    """Value of a cell as it comes from Excel, with errors as texts: as the other engines give
    it.
    """
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
    if isinstance(value, NoResult):
        raise LayoutError(f"{value} cannot be written as a value. Nothing was written.")
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
    return (
        formula
        if isinstance(formula, str) and formula.startswith("=") and formula != value
        else outgoing(value)
    )


def alike(now: Scalar, value: Scalar | Link, formula: object = None) -> bool:
    """Whether a cell holds a value already."""
    if isinstance(value, Link):
        expected = jump(value)
        return formula == f"={expected}" if expected is not None else now == str(value)
    if isinstance(formula, str) and formula.startswith("=") and formula != now:
        return False
    if value == "":
        value = None
    if isinstance(value, bool) or isinstance(now, bool):
        return now is value
    if isinstance(value, str):
        return now == kept_text(value)
    return now == incoming(value)


def came_out(result: Any, value: Scalar, formula: object) -> bool:
    """Whether a cell holds what it was handed: `given` as it was handed over, `value` and `formula`
    as they came back.

    A number has 15 digits that count (Excel's specifications); a date in a cell that shows no date
    is a number.
    """
    if result is None or result == "":
        return value is None and formula in ("", None)
    if isinstance(result, str):
        if result.startswith("="):
            return formula == result
        return str(value) == result.removeprefix("'") or (result == "'" and value is None)
    if isinstance(result, bool) or isinstance(value, bool):
        return value is result
    if isinstance(result, date):
        return value == incoming(result) or _same(to_serial(result, date1904=False), value)
    return _same(result, value)


def _same(number: float, value: Scalar) -> bool:
    return isinstance(value, (int, float)) and math.isclose(number, value, rel_tol=SAME)


def runs(
    cells: Mapping[tuple[int, int], Any], spare: Container[tuple[int, int]] = ()
) -> list[tuple[Area, Block]]:
    """Few rectangles that hold every one of some cells once, and besides them only spare ones,
    which get None.
    """
    rows: dict[int, list[int]] = {}
    for row, column in sorted(cells):
        rows.setdefault(row, []).append(column)

    def free(rows: range, columns: range) -> bool:
        return all(place in spare and place not in cells for place in product(rows, columns))

    areas: list[Area] = []
    for row, columns in rows.items():
        spans: list[tuple[int, int]] = []
        for column in columns:
            if spans and free(range(row, row + 1), range(spans[-1][1] + 1, column)):
                spans[-1] = (spans[-1][0], column)
            else:
                spans.append((column, column))
        for left, right in spans:
            _add_span(areas, Area(row, left, row, right), free)
    return [
        (area, [[cells.get((row, column)) for column in area.columns] for row in area.rows])
        for area in areas
    ]


def _add_span(areas: list[Area], span: Area, free: Callable[[range, range], bool]) -> None:
    """Let one of the areas above a row's span grow over it, if all else it comes to hold is free;
    or add another.
    """
    for place in range(len(areas) - 1, -1, -1):
        area = areas[place]
        if area.bottom == span.top or area.right < span.left or span.right < area.left:
            continue
        left, right = min(area.left, span.left), max(area.right, span.right)
        others = (
            (area.rows, range(left, area.left)),
            (area.rows, range(area.right + 1, right + 1)),
            (range(area.bottom + 1, span.top), range(left, right + 1)),
            (span.rows, range(left, span.left)),
            (span.rows, range(span.right + 1, right + 1)),
        )
        if all(free(rows, columns) for rows, columns in others):
            areas[place] = Area(area.top, left, span.bottom, right)
            return
    areas.append(span)
