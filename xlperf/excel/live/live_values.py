"""Conversion of values from and to xlwings, and grouping of cells into blocks."""

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
from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

SAME = 1e-14
"""Relative difference up to which two numbers are the same in 15 digits."""
Block: TypeAlias = list[list[Any]]
Cells: TypeAlias = dict[tuple[int, int], Any]
"""Values to pass to Excel, by row and column of a sheet."""


class CellBlock(NamedTuple):
    """Values and formulas of an area, row by row. The formula of a constant is the constant."""

    area: Area
    values: Block
    formulas: Block

    def part(self, area: Area) -> CellBlock:
        """Return a part; cells outside this area count as blank."""
        return CellBlock(
            area, self._cut(self.values, area, None), self._cut(self.formulas, area, "")
        )

    def _cut(self, rows: Block, area: Area, blank: Any) -> Block:
        top, left = self.area.top, self.area.left
        if self.area.contains(area):
            return [
                row[area.left - left : area.right - left + 1]
                for row in rows[area.top - top : area.bottom - top + 1]
            ]
        return [
            [
                rows[row - top][column - left] if (row, column) in self.area else blank
                for column in area.columns
            ]
            for row in area.rows
        ]

    def shown(self) -> Block:
        """Return the values, with formulas marked whose result is an empty text or only spaces;
        xlwings returns an empty text as blank.
        """
        return [
            [
                NoResult.EMPTY_TEXT if shows_nothing(value) and is_live(formula) else value
                for value, formula in zip(*rows, strict=True)
            ]
            for rows in zip(self.values, self.formulas, strict=True)
        ]


def is_formula(formula: object, value: object) -> bool:
    """Whether a cell holds a formula that must not be overwritten: any except a jump that xlperf
    wrote.

    The formula of a text that begins with an equals sign is the text itself.
    """
    return (
        isinstance(formula, str)
        and formula.startswith("=")
        and formula != value
        and not is_jump_formula(formula[1:])
    )


def is_live(formula: object) -> bool:
    """Whether this is a formula and not a raw value.

    A text that begins with an equals sign counts as a formula here.
    """
    return isinstance(formula, str) and formula.startswith("=")


def shows_nothing(value: object) -> bool:
    """Whether a value is None or only spaces. The empty text of a formula arrives as None."""
    return value is None or (isinstance(value, str) and not value.strip())


def hexadecimal(colour: tuple[int, int, int]) -> str:
    """Return red, green and blue as ``#RRGGBB``."""
    return "#{:02X}{:02X}{:02X}".format(*colour)


def incoming(value: Any) -> Scalar:
    """Convert a value from Excel, with errors as texts, into the form that all engines return."""
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
    """Convert a value into the form that Excel takes. Raises `LayoutError` if a cell cannot hold
    it.
    """
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
        raise LayoutError(f"{value} is not a number that a cell can hold. Nothing was written.")
    if isinstance(value, date):
        to_serial(value, date1904=False)
        return datetime.combine(value, time()) if not isinstance(value, datetime) else value
    return value


def restored(value: Scalar, formula: object) -> Any:
    """Return what to pass to Excel so that a cell holds its old content again."""
    return (
        formula
        if isinstance(formula, str) and formula.startswith("=") and formula != value
        else outgoing(value)
    )


def alike(now: Scalar, value: Scalar | Link, formula: object = None) -> bool:
    """Whether a cell already holds a value."""
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


def is_as_written(result: Any, value: Scalar, formula: object) -> bool:
    """Whether a cell holds what was written to it.

    `result` is what was passed to Excel; `value` and `formula` are what was read back. Numbers
    compare in 15 digits (Excel's specifications). A date reads as a number if the cell does not
    show dates.
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
    """Return a few rectangles that contain each of `cells` once, with their values.

    The rectangles may also contain `spare` cells, with the value None.
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
    """Extend one of the areas above a row's span over the span, or add the span as a new area.

    An area is extended only if all other cells that it would include are free.
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
