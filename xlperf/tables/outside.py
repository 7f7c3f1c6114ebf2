"""What stands on a data sheet outside its table: beside it, or below.

Excel takes a row typed under a table into it, unless that was switched off, the sheet is protected
or another program wrote the row. Then the row looks like part of the table and is not. So each such
place is reported. Where it could hold what a table decides by its rows (a break, an override,
a threshold, a figure of a measure), the measures it could be about have no colour until it is
cleared:

* a row under the table, in its columns, that names a measure in the table's column for it;
* on the sheets of breaks and overrides also a row that names no measure where the table has it, but
  has something else there, and any cell beside that names one;
* beside a row of Measures, a number, or what cannot be read: it could be that measure's threshold.

A number with a title of its own, a note, a sum: these are reported and decide nothing. A totals row
is such a row too: of one with a label and sums a note says that it is not used.
"""

from __future__ import annotations

import re
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from xlperf.excel.port import CellError, CellOutside, NoResult, column_letters, normalised
from xlperf.frozen import NamedTuple
from xlperf.message_texts import first_few
from xlperf.tables import schema
from xlperf.tables.coercion import NEAR, coerce, quoted
from xlperf.tables.lines import ALL_LINES
from xlperf.tables.problems import Code, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlperf.excel.port import Grid
    from xlperf.tables.data import Measure

WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
"""What a name is made of."""
BELOW = re.compile(r"\s*[<≤]\s*=?\s*[0-9]")
"""A threshold as people write it in a text: <5."""
NAMES = {table.name: table.columns[0].title for table in schema.DATA} | {
    schema.PEERS.name: "Measure"
}
"""Column that says what a row is about."""
DECIDING = {schema.BREAKS: "Month", schema.OVERRIDES: "Colour"}
"""Tables whose rows take or give colours, with the column that says what they do."""
LIKE_A_ROW = DECIDING | {schema.FORCES: "In group"}
"""Columns that are filled in a row of the table, and not in a row of sums."""
PLACES_NAMED = 4
"""Places beside a table that one message names."""


class About(NamedTuple):
    """What something could be about."""

    measures: frozenset[str] = frozenset()
    """Names of measures; none: it decides nothing."""
    line: str = ""
    """The one line, in the form of `normalised`; empty: all."""


class OutsideFinding(NamedTuple):
    """What stands outside a table: where, and what it could be about."""

    table: schema.Table
    problem: Problem
    about: About


NOTHING = About()


class Names:
    """The names that a row of a data sheet can be about."""

    def __init__(self, measures: Sequence[Measure]) -> None:
        self.all = About(frozenset(measure.name for measure in measures))
        self.positions = About(
            frozenset(measure.name for measure in measures if measure.msg_measure)
        )
        self._measures = {
            normalised(measure.name): About(frozenset({measure.name})) for measure in measures
        }
        self._lines = {
            normalised(measure.name + end): About(
                frozenset({measure.name}), normalised(measure.name + end)
            )
            for measure in measures
            for end in ALL_LINES
        }
        self._priorities: dict[str, About] = {}
        self._compared: dict[str, About] = {}
        for measure in measures:
            key = normalised(measure.priority)
            self._priorities[key] = About(
                self._priorities.get(key, NOTHING).measures | {measure.name}
            )
            if measure.msg_measure:
                key = normalised(measure.msg_measure)
                known = self._compared.get(key, NOTHING)
                self._compared[key] = About(known.measures | {measure.name})

    def of(self, table: schema.Table) -> Mapping[str, About]:
        """Names that rows of a table have."""
        if table is schema.OVERRIDES:
            return self._lines
        return self._compared if table is schema.PEERS else self._measures

    def of_priority(self, name: str) -> list[About]:
        """What the name of a priority is about; empty for any other name."""
        about = self._priorities.get(normalised(name))
        return [] if about is None else [about]

    def in_text(self, text: str, table: schema.Table) -> list[About]:
        """What a text is about, by the names in it."""
        known = self.of(table)
        words = dict.fromkeys(normalised(word) for word in WORD.findall(text))
        return [known[word] for word in words if word in known]

    def near(self, name: str, table: schema.Table) -> list[About]:
        """What a mistyped name may be about: names near to it."""
        from difflib import get_close_matches

        known = self.of(table)
        return [known[other] for other in get_close_matches(normalised(name), known, cutoff=NEAR)]


def find_outside(grids: Mapping[str, Grid], names: Names) -> Iterator[OutsideFinding]:
    """Find what stands outside the data tables.

    Parameters
    ----------
    grids
        By the table names of `schema`.
    names
        What they can be about.
    """
    present = [(table, grids[table.name]) for table in schema.DATA if table.name in grids]
    for table, grid in present:
        yield from _below(table, grid, names)
    looked_from: dict[str, int] = {}
    for table, grid in present:
        end = looked_from.get(grid.sheet)
        beside = [cell for cell in grid.outside if end is None or cell.row < end]
        for _, other in present if beside else ():
            if other.sheet == grid.sheet:
                beside = [cell for cell in beside if not _is_below(cell, other)]
        looked_from[grid.sheet] = grid.header_row if end is None else min(end, grid.header_row)
        yield from _beside(table, grid, beside, names)


def _is_below(cell: CellOutside, grid: Grid) -> bool:
    """Whether a cell stands under a table, in its columns."""
    place = cell.column - grid.first_column
    return 0 <= place < len(grid.header) and cell.row > grid.header_row + len(grid.rows)


def _below(table: schema.Table, grid: Grid, names: Names) -> Iterator[OutsideFinding]:
    """Rows under a table in its columns; neighbours about the same are one finding."""
    titles = {normalised(title): place for place, title in enumerate(grid.header)}
    runs: list[tuple[About, list[int]]] = []
    for row, some in groupby(
        (cell for cell in grid.outside if _is_below(cell, grid)), attrgetter("row")
    ):
        cells = {cell.column - grid.first_column: cell for cell in some}
        about = _about_row(table, titles, cells, names)
        if any(cell.totals for cell in cells.values()):
            yield _totals_finding(table, grid, about, row)
        elif runs and runs[-1][0] == about and runs[-1][1][1] == row - 1:
            runs[-1][1][1] = row
        else:
            runs.append((about, [row, row]))
    for about, (first, last) in runs:
        yield _rows_finding(table, grid, about, first, last)


def _rows_finding(
    table: schema.Table, grid: Grid, about: About, first: int, last: int
) -> OutsideFinding:
    which = f"Row {first} stands" if first == last else f"Rows {first} to {last} stand"
    left, right = (column_letters(grid.first_column + place) for place in (0, len(grid.header) - 1))
    found = (
        f"{which} below the table {table.name} and {'is' if first == last else 'are'} not part of"
        " it: not used."
    )
    if about.measures:
        found += f" {_whose(about)} until the row is part of the table, or cleared."
    remedy = (
        f"Drag the lower right corner of the table to row {last} (or Table Design, Resize Table),"
        " or clear it."
    )
    severity = Severity.ERROR if about.measures else Severity.WARNING
    return _finding(table, grid, severity, f"{left}{first}:{right}{last}", (found, remedy), about)


def _totals_finding(table: schema.Table, grid: Grid, about: About, row: int) -> OutsideFinding:
    found = f"Row {row} is the totals row of the table {table.name}: not used."
    if about.measures:
        found += f" {_whose(about)}, since it could be a row of data."
    remedy = (
        "If it is a row of data, switch the totals row off (Table Design, Total Row). If it holds"
        " sums, leave it."
    )
    severity = Severity.ERROR if about.measures else Severity.NOTE
    left, right = (column_letters(grid.first_column + place) for place in (0, len(grid.header) - 1))
    return _finding(table, grid, severity, f"{left}{row}:{right}{row}", (found, remedy), about)


def _about_row(  # noqa: PLR0911
    table: schema.Table, titles: Mapping[str, int], cells: Mapping[int, CellOutside], names: Names
) -> About:
    """What a row below a table could be about; `titles`: places of the table's columns."""
    place = titles.get(normalised(NAMES[table.name]))
    cell = None if place is None else cells.get(place)
    if table in (schema.SETTINGS, schema.PRIORITIES, schema.COMMENTS, schema.ACKNOWLEDGED):
        return NOTHING
    sums = any(cell.totals for cell in cells.values()) and not _is_like_a_row(table, titles, cells)
    if table is schema.FORCES:
        return names.positions if len(cells) > 1 and not sums else NOTHING
    if cell is not None and isinstance(cell.value, str):
        known = names.of(table).get(normalised(cell.value))
        if known is None and table in DECIDING:
            meant = (
                names.near(cell.value, table)
                or names.of_priority(cell.value)
                or names.in_text(cell.value, table)
            )
            return (
                _any_of(meant) if meant or not _is_like_a_row(table, titles, cells) else names.all
            )
        return known or NOTHING
    if table in (schema.BREAKS, schema.OVERRIDES):
        return NOTHING if sums else names.all
    if cell is not None and isinstance(cell.value, (CellError, NoResult)):
        return names.positions if table is schema.PEERS else names.all
    return NOTHING


def _is_like_a_row(
    table: schema.Table, titles: Mapping[str, int], cells: Mapping[int, CellOutside]
) -> bool:
    """Whether cells under a table have what makes a row of it: a month, a colour, or whether it is
    in the group.
    """
    if table not in LIKE_A_ROW:
        return False
    column = table.column(LIKE_A_ROW[table])
    place = titles.get(normalised(column.title))
    cell = None if place is None else cells.get(place)
    return cell is not None and (
        isinstance(cell.value, (CellError, NoResult)) or coerce(cell.value, column)[0] is not None
    )


def _any_of(some: Sequence[About]) -> About:
    if len(some) == 1:
        return some[0]
    return About(frozenset().union(*(about.measures for about in some)))


def _beside(
    table: schema.Table, grid: Grid, cells: Sequence[CellOutside], names: Names
) -> Iterator[OutsideFinding]:
    """Cells beside a table, or below and not in its columns."""
    quiet = []
    for cell in cells:
        about = _about_cell(table, grid, cell, names)
        if not about.measures:
            quiet.append(cell)
            continue
        found = (
            f"{quoted(cell.value)} stands beside the table {table.name} and is not part of it."
            f" {_whose(about)} "
        )
        remedy = "Move it into the table, or to another sheet, or clear it."
        words = (f"{found}until it is cleared.", remedy)
        yield _finding(table, grid, Severity.ERROR, cell.address, words, about)
    if quiet:
        places = first_few([cell.address for cell in quiet], PLACES_NAMED)
        found = (
            f"Beside the table {table.name} stands what is not part of it, and is not used:"
            f" {places}."
        )
        remedy = (
            "If it belongs to the table, move it there; if not, leave it, or move it to another"
            " sheet."
        )
        yield _finding(table, grid, Severity.NOTE, quiet[0].address, (found, remedy), NOTHING)


def _about_cell(table: schema.Table, grid: Grid, cell: CellOutside, names: Names) -> About:
    if table in DECIDING and isinstance(cell.value, str):
        return _any_of(names.in_text(cell.value, table))
    index = cell.row - grid.header_row - 1
    place = grid.column("Measure")
    if table is not schema.MEASURES or not 0 <= index < len(grid.rows) or place is None:
        return NOTHING
    name = grid.rows[index][place]
    threshold = table.column(schema.THRESHOLD)
    unknown = (
        isinstance(cell.value, (CellError, NoResult))
        or coerce(cell.value, threshold)[0] is not None
    )
    unknown = unknown or (isinstance(cell.value, str) and BELOW.match(cell.value) is not None)
    return names.of(table).get(normalised(str(name)), NOTHING) if unknown else NOTHING


def _whose(about: About) -> str:
    if about.line:
        return f"The line {about.line} has no colour"
    some = sorted(about.measures)
    if len(some) == 1:
        return f"{some[0]} has no colour"
    return f"{len(some)} measures have no colour, since it may be about each of them,"


def _finding(
    table: schema.Table,
    grid: Grid,
    severity: Severity,
    cell: str,
    words: tuple[str, str],
    about: About,
) -> OutsideFinding:
    measure = next(iter(about.measures)) if len(about.measures) == 1 else ""
    problem = Problem(
        severity, Code.OUTSIDE_TABLE, grid.sheet, cell, *words, measure, table=table.name
    )
    return OutsideFinding(table, problem, about)
