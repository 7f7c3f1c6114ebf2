"""Figures for the workbook beside those that stand there: what is new, what changes.

A table is read as a refresh reads it. A row whose measure, period or force cannot be read could be
any: then nothing is imported into its table until it is corrected.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlperf.errors import LayoutError
from xlperf.excel.port import NoResult, normalised
from xlperf.frozen import NamedTuple
from xlperf.imports.label_targets import TABLES
from xlperf.imports.stated_status import StatedStatus, stated_together
from xlperf.periods import Period, is_month_end, month_of
from xlperf.tables import schema
from xlperf.tables.coercion import is_blank
from xlperf.tables.forces import force_key
from xlperf.tables.records import is_provisional
from xlperf.tables.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from xlperf.excel.port import Grid, Scalar
    from xlperf.imports.left_out import LeftOutCollection
    from xlperf.imports.our_figures import OurFigure
    from xlperf.tables.rows import DataRow
    from xlperf.tables.schema import Table

AS_AT, STATUS = "As at", "Status"
STANDS_FOR = {
    StatedStatus.FINAL: (StatedStatus.FINAL.value, ""),
    StatedStatus.PROVISIONAL: (StatedStatus.PROVISIONAL.value,),
}
"""Texts of the column *Status* that say what a file says."""
Key = tuple[str, str, int, int]
"""Measure and force as compared, first and last month."""


class CellChange(NamedTuple):
    """A figure that differs from what stands in the workbook, or is not there yet."""

    figure: OurFigure
    row: int | None
    """Row of the table's body, from 0; None: the row is new."""
    before: Scalar
    """What stands there; None: the cell is blank."""
    as_at: date | None = None
    """When the figure before was taken."""

    @property
    def is_new(self) -> bool:
        """Whether nothing is replaced."""
        return is_blank(self.before)


class StatusChange(NamedTuple):
    """A figure of which the file says that it is final, or provisional, and the workbook not."""

    figure: OurFigure
    row: int
    """Row of the table's body, from 0."""
    before: str
    """Status that stands there; empty: none."""
    as_at: date | None
    """When the figure before was taken."""


@dataclass
class ImportComparison:
    """What figures would do to a workbook."""

    added: list[CellChange] = field(default_factory=list)
    changed: list[CellChange] = field(default_factory=list)
    restated: list[StatusChange] = field(default_factory=list)
    marked: list[StatusChange] = field(default_factory=list)
    """Rows without a status, whose figure is added with one."""
    same: int = 0
    unstated: list[OurFigure] = field(default_factory=list)
    """Figures that are provisional here, and of which the file does not say what they are."""
    unclear: list[str] = field(default_factory=list)
    """Cells of a status that cannot be read, of figures of which the file says one."""
    unmarked: list[OurFigure] = field(default_factory=list)
    """Provisional figures for a table without a column of statuses."""

    @property
    def written(self) -> list[OurFigure]:
        """Figures that are added or changed, or get another status."""
        changes = [change.figure for change in (*self.added, *self.changed)]
        return [*changes, *(change.figure for change in self.restated)]

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that something is written to."""
        return tuple(dict.fromkeys(figure.target.table for figure in self.written))

    carried: list[tuple[OurFigure, float]] = field(default_factory=list)
    """New figures of the group, each with the denominator of the force's row before."""


@dataclass(frozen=True)
class ExistingRows:
    """The rows of one table, by what they are of."""

    table: Table
    grid: Grid
    rows: Mapping[Key, DataRow]
    twice: frozenset[Key]


def existing_rows(grids: Mapping[str, Grid], names: Iterable[str]) -> dict[str, ExistingRows]:
    """Read the tables that figures go to. Raises `LayoutError` for one that is not there, or that
    has a row which may be of anything.
    """
    by_name = {table.name: table for table in TABLES}
    return {name: _existing(grids.get(name), by_name[name]) for name in dict.fromkeys(names)}


def _existing(grid: Grid | None, table: Table) -> ExistingRows:
    if grid is None:
        raise LayoutError(
            f"There is no table named {table.name}, which the figures go to. Restore the sheet"
            f" {table.sheet}; nothing was imported."
        )
    rows: dict[Key, DataRow] = {}
    twice = set()
    read, problems = read_rows(grid, table)
    for row in read:
        key = _key_of(row, table)
        if key in rows:
            twice.add(key)
        rows.setdefault(key, row)
    indexes = {row.index for row in read}
    titles = set(map(normalised, table.titles))
    ours = [place for place, title in enumerate(grid.header) if normalised(title) in titles]
    for index, cells in enumerate(grid.rows):
        if index not in indexes and not all(_is_empty(cells[place]) for place in ours):
            where = f"{grid.sheet}!{grid.address(index, 0)}"
            fault = next((item.found for item in problems if item.where.startswith(where)), "")
            raise LayoutError(
                f"The row of {where} cannot be read, so it may hold a figure that is imported."
                f" Correct it first. {fault}".strip()
            )
    return ExistingRows(table, grid, rows, frozenset(twice))


def _is_empty(cell: Scalar) -> bool:
    return is_blank(cell) or cell is NoResult.EMPTY_TEXT


def _key_of(row: DataRow, table: Table) -> Key:
    """What a row is of. Raises `LayoutError` where that cannot be read."""
    titles = {
        schema.MONTHLY.name: ("Month",),
        schema.TOTALS.name: ("Period start", "Period end"),
        schema.SURVEYS.name: ("Period end",),
        schema.PEERS.name: ("Period end", "Force"),
    }[table.name]
    for title in ("Measure", *titles):
        if row.unreadable(title) or row.state(title) is None:
            raise LayoutError(
                f"{row.frame.grid.sheet}!{row.cell(title)} ('{title}') cannot be read, so its row"
                " may hold a figure that is imported. Correct it first; nothing was imported."
            )
    force = force_key(row.text("Force")) if table is schema.PEERS else ""
    ends = [row.day(title) for title in titles if title != "Force"]
    days = [day for day in ends if day is not None]
    last = month_of(days[-1])
    odd = table is not schema.MONTHLY and not is_month_end(days[-1])
    first = month_of(days[0]) if table is schema.TOTALS else last
    return normalised(row.text("Measure")), force, first, -last if odd else last


def key_of(figure: OurFigure, period: Period) -> Key:
    """What a figure is of, as rows are compared."""
    table = figure.target.table
    first = period.first if table == schema.TOTALS.name else period.last
    return normalised(figure.target.measure), force_key(figure.force), first, period.last


def compare(
    figures: Sequence[OurFigure], existing: Mapping[str, ExistingRows], left: LeftOutCollection
) -> ImportComparison:
    """Compare figures with the rows of their tables; those that have no place are put to `left`."""
    result = ImportComparison()
    in_rows: dict[tuple[str, int], list[tuple[OurFigure, DataRow]]] = {}
    for figure in figures:
        rows = existing[figure.target.table]
        if figure.period is None:
            continue
        fault = _wrong_length(figure.period, rows.table)
        if fault:
            left.add(fault, f"{figure.target.measure}, {figure.period!s}")
            continue
        key = key_of(figure, figure.period)
        if key in rows.twice:
            left.add(
                f"for rows that are twice in {rows.table.sheet}",
                f"{figure.target.measure}, {figure.period!s}",
                "Delete one of the two rows.",
            )
            continue
        row = rows.rows.get(key)
        _compare_cell(figure, row, rows, result)
        if row is not None:
            in_rows.setdefault((rows.table.name, row.index), []).append((figure, row))
    _compare_statuses(in_rows.values(), result)
    result.unmarked += [
        figure
        for figure in figures
        if figure.stated is StatedStatus.PROVISIONAL
        and STATUS in existing[figure.target.table].table.titles
        and existing[figure.target.table].grid.column(STATUS) is None
    ]
    for figure in figures:
        if figure.period is None:
            _for_every_period(figure, existing[figure.target.table], result, left)
    _carry_denominators(result, existing)
    return result


def _compare_cell(
    figure: OurFigure, row: DataRow | None, rows: ExistingRows, result: ImportComparison
) -> None:
    if row is None:
        result.added.append(CellChange(figure, None, None))
        return
    place = row.frame.places.get(figure.target.column)
    cell = None if place is None else rows.grid.rows[row.index][place]
    state = row.state(figure.target.column)
    as_at = _as_at(row)
    if isinstance(state, (int, float)) and not isinstance(state, bool) and state == figure.value:
        result.same += 1
    else:
        change = CellChange(figure, row.index, cell, as_at)
        (result.added if change.is_new else result.changed).append(change)


def _as_at(row: DataRow) -> date | None:
    return row.if_readable(row.day, AS_AT) if AS_AT in row.frame.places else None


def _compare_statuses(
    in_rows: Iterable[Sequence[tuple[OurFigure, DataRow]]], result: ImportComparison
) -> None:
    """Compare what the file says of the figures of each row with the status that stands there.

    A row without a status is as good as final.
    """
    for same in in_rows:
        (figure, row), *_ = same
        if STATUS not in row.frame.places:
            continue
        stated = stated_together(figure.stated for figure, _ in same)
        figure = figure._replace(stated=stated)
        if stated is StatedStatus.UNSTATED:
            if row.as_typed(STATUS) and is_provisional(row):
                result.unstated.append(figure)
        elif row.unreadable(STATUS):
            result.unclear.append(f"{row.frame.grid.sheet}!{row.cell(STATUS)}")
        elif (before := row.text(STATUS)) not in STANDS_FOR[stated]:
            stands = before or any(row.state(item.target.column) is not None for item, _ in same)
            change = StatusChange(figure, row.index, before, _as_at(row))
            (result.restated if stands else result.marked).append(change)


def _wrong_length(period: Period, table: Table) -> str:
    """Why a period has no place in a table; empty: it has one."""
    if table is schema.MONTHLY and period.length != 1:
        return "of periods longer than a month, for measures that are counted by month"
    if table in (schema.SURVEYS, schema.PEERS) and period.length != 12:
        return f"of periods other than twelve months, which {table.sheet} is of"
    return ""


def _for_every_period(
    figure: OurFigure, rows: ExistingRows, result: ImportComparison, left: LeftOutCollection
) -> None:
    """A denominator without a period: for each row of the force that has a count, or that gets one
    in the same import.
    """
    measure, force = normalised(figure.target.measure), force_key(figure.force)
    new_rows = [
        change.figure
        for change in result.added
        if change.row is None
        and change.figure.target.in_peers
        and change.figure.target.column == "Count"
        and force_key(change.figure.force) == force
        and measure in ("", normalised(change.figure.target.measure))
    ]
    with_count = [
        row
        for (name, who, _, _), row in rows.rows.items()
        if who == force
        and measure in ("", name)
        and row.if_readable(row.value, "Count") is not None
    ]
    for row in with_count:
        last = month_of(row.day("Period end") or row.frame.grid.rows[row.index][0])  # type: ignore[arg-type]
        named = figure._replace(
            target=figure.target._replace(measure=row.text("Measure")),
            period=Period(last - 11, last),
        )
        _compare_cell(named, row, rows, result)
    for counted in new_rows:
        target = figure.target._replace(measure=counted.target.measure)
        named = figure._replace(target=target, force=counted.force, period=counted.period)
        result.added.append(CellChange(named, None, None))
    if not with_count and not new_rows:
        left.add("denominators of forces without a count in Peers", figure.force)


def _carry_denominators(result: ImportComparison, existing: Mapping[str, ExistingRows]) -> None:
    """Give each new row of the group the denominator of the force's newest row before it."""
    rows = existing.get(schema.PEERS.name)
    if rows is None:
        return
    denominators = {
        key_of(change.figure, change.figure.period)
        for change in result.added
        if change.figure.target.column == "Denominator" and change.figure.period
    }
    for change in result.added:
        figure = change.figure
        counted = figure.target.in_peers and figure.target.column == "Count"
        if not counted or change.row is not None or figure.period is None:
            continue
        measure, force, _, last = key = key_of(figure, figure.period)
        known = [
            (end, row.number("Denominator"))
            for (name, who, _, end), row in rows.rows.items()
            if (name, who) == (measure, force) and row.has("Denominator")
        ]
        nearest = min(known, key=lambda item: (abs(item[0] - last), item[0]), default=None)
        if nearest is not None and nearest[1] is not None and key not in denominators:
            result.carried.append((figure, nearest[1]))
