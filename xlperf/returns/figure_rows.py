"""Figures of returns -> rows of the data sheets: what is new, what changes, the revisions kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.errors import LayoutError
from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.periods import Period, first_day, last_day
from xlperf.returns.form_places import cell_of
from xlperf.returns.return_form import FigureStatus, FormColumn
from xlperf.tables import schema
from xlperf.tables.coercion import is_blank
from xlperf.tables.measure_kinds import KINDS, FigureForm, MeasureKind
from xlperf.tables.row_edits import how_to_add, table_rows, value_text
from xlperf.tables.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from xlperf.excel.port import Edit, Grid, Scalar
    from xlperf.returns.received_return import ReceivedMeasure, ReceivedRow
    from xlperf.tables.data import Measure
    from xlperf.tables.rows import DataRow
    from xlperf.tables.schema import Table

    Cells = dict[str, Scalar]

FAMILY_TITLES = {
    "engaged": "Engaged",
    "ASB only": "ASB only",
    "offending only": "Offending only",
    "both": "Both",
}
"""Columns of Families by the items of the form."""
KEPT_QUIET = ("As at", "Status", "Counting")
"""Columns whose change is no revision of a figure."""


class FigureSource(NamedTuple):
    """Where figures come from."""

    partner: str
    file: str
    as_at: date | None
    shared: bool
    """Whether other partners send parts of the same measure."""


class DataFigure(NamedTuple):
    """Cells of one row of a data sheet."""

    table: Table
    key: Cells
    """Columns that say which row it is."""
    cells: Cells
    """Its figures; None: the cell is blank."""
    period: Period
    source: FigureSource
    place: str
    """Cell of the return."""
    only_where_there: bool = False
    """Whether no row is added where there is none."""


def takes_one_figure(measure: Measure) -> bool:
    """Whether its sheet has no place for the parts of several partners."""
    return KINDS[measure.kind].table in (schema.MONTHLY, schema.TOTALS)


def is_shown(item: ReceivedRow, measure: Measure) -> bool:
    """Whether the figure of a row goes to a data sheet; the others are parts, or their whole."""
    kind = KINDS[measure.kind]
    if kind.monthly:
        return item.row.is_part
    return measure.kind is MeasureKind.FAMILIES or not item.row.is_part


def figures_of(
    of: ReceivedMeasure, measure: Measure, source: FigureSource, *, counted: bool
) -> Iterator[DataFigure]:
    """Rows that a measure makes. `counted`: its sheet says how each row counts."""
    table = KINDS[measure.kind].table
    if table is None:
        return
    if measure.kind is MeasureKind.FAMILIES:
        yield _families(of, measure, source)
        return
    for item in of.rows:
        if not is_shown(item, measure) or item.status is None or not item.status.has_figure:
            continue
        key, cells = _row_of(item, of, measure, source, counted=counted)
        place = cell_of(item.place, FormColumn.COUNT)
        yield DataFigure(table, key, cells, item.row.period, source, place)


def withdrawn_of(
    of: ReceivedMeasure, measure: Measure, source: FigureSource
) -> Iterator[DataFigure]:
    """Rows of figures that a partner gave before and has no longer: their cells become blank.

    What two partners count together has one figure, which a person typed: it stays.
    """
    if KINDS[measure.kind].table is None or (source.shared and takes_one_figure(measure)):
        return
    emptied = replace(of, rows=[item._replace(status=FigureStatus.FINAL) for item in of.rows])
    for figure in figures_of(emptied, measure, source, counted=False):
        blank: Cells = {
            title: None for title in figure.cells if title not in ("As at", "Status", "Counting")
        }
        yield figure._replace(cells=blank, only_where_there=True)


def _row_of(
    item: ReceivedRow, of: ReceivedMeasure, measure: Measure, source: FigureSource, *, counted: bool
) -> tuple[Cells, Cells]:
    period, as_at = item.row.period, source.as_at
    key: Cells = {"Measure": measure.name}
    status = "provisional" if item.status is FigureStatus.PROVISIONAL else "final"
    match KINDS[measure.kind].table:
        case schema.MONTHLY:
            key["Month"] = first_day(period.last)
            return key, {"Count": item.number, "Status": status, "As at": as_at}
        case schema.TOTALS:
            key |= {"Period start": first_day(period.first), "Period end": last_day(period.last)}
            return key, {"Count": item.number, "Status": status, "As at": as_at}
        case _:
            key |= {"Period end": last_day(period.last)}
            key["Part"] = source.partner if source.shared else None
            score = KINDS[measure.kind].form is FigureForm.SCORE
            percent = item.percent if item.number is None else None
            cells: Cells = {
                "n": item.out_of,
                "Satisfied": item.number,
                "Percent": None if score else percent,
                "Mean score": percent if score else None,
                "Status": status,
                "As at": as_at,
            }
            if counted or source.shared:
                cells["Counting"] = of.rule or None
            return key, cells


def _families(of: ReceivedMeasure, measure: Measure, source: FigureSource) -> DataFigure:
    period = of.rows[0].row.period
    counts: Cells = {FAMILY_TITLES[item.row.item]: item.number for item in of.rows}
    return DataFigure(
        schema.FAMILIES,
        {"Measure": measure.name, "Council": source.partner, "Period end": last_day(period.last)},
        {"Counting": of.rule.lower(), **counts},
        period,
        source,
        cell_of(of.rows[0].place, FormColumn.COUNT),
    )


# Into the sheets.


def figure_edits(
    figures: Sequence[DataFigure], grids: Mapping[str, Grid], today: date
) -> list[Edit]:
    """Edits that put figures into their sheets, and what they replace into Revisions.

    Raises `LayoutError` where a sheet is missing, has a row that may be of anything, or would lose
    a figure for want of the sheet Revisions.
    """
    edits: list[Edit] = []
    revisions: list[Cells] = []
    for name in dict.fromkeys(figure.table.name for figure in figures):
        own = [figure for figure in figures if figure.table.name == name]
        edits += _table_edit(own, grids.get(name), revisions, today)
    if revisions:
        grid = grids.get(schema.REVISIONS.name)
        if grid is None:
            raise LayoutError(
                f"{len(revisions)} figures would be replaced, and there is no table"
                f" {schema.REVISIONS.name} to keep those of before. {how_to_add(schema.REVISIONS)}"
                " Nothing was collected."
            )
        require_columns(grid, schema.REVISIONS.titles)
        edits.append(table_rows(grid, schema.REVISIONS, {}, revisions))
    return edits


def _table_edit(
    figures: Sequence[DataFigure], grid: Grid | None, revisions: list[Cells], today: date
) -> Iterator[Edit]:
    table = figures[0].table
    if grid is None:
        raise LayoutError(
            f"There is no table named {table.name}, which the figures go to. Restore the sheet"
            f" {table.sheet}; nothing was collected."
        )
    for figure in figures:
        given = [title for title, value in (figure.key | figure.cells).items() if value is not None]
        if table is not schema.MONTHLY:  # an older workbook has no place for it
            given = [title for title in given if title != "Status"]
        require_columns(grid, given)
    rows = _rows_by_key(grid, table, tuple(figures[0].key))
    changed: dict[int, Cells] = {}
    added: list[Cells] = []
    for figure in figures:
        row = rows.get(_key(figure.key))
        if row is None and figure.only_where_there:
            continue
        if row is None:
            added.append({**figure.key, **figure.cells})
            continue
        different = {
            title: value
            for title, value in figure.cells.items()
            if title in row.frame.places and not _same(_cell(row, title), value)
        }
        if different:
            changed[row.index] = different
            revisions += _revisions(figure, row, different, today)
    if changed or added:
        yield table_rows(grid, table, changed, added)


def _rows_by_key(
    grid: Grid, table: Table, titles: Sequence[str]
) -> dict[tuple[object, ...], DataRow]:
    read, _ = read_rows(grid, table)
    rows: dict[tuple[object, ...], DataRow] = {}
    for row in read:
        for title in titles:
            if title in row.frame.places and row.unreadable(title):
                raise _unreadable(f"{grid.sheet}!{row.cell(title)} ('{title}')")
        rows.setdefault(_key({title: row.state(title) for title in titles}), row)  # type: ignore[misc]
    indexes = {row.index for row in read}
    for index, cells in enumerate(grid.rows):
        if index not in indexes and not all(map(is_blank, cells)):
            raise _unreadable(f"The row of {grid.sheet}!{grid.address(index, 0)}")
    return rows


def require_columns(grid: Grid, titles: Iterable[str]) -> None:
    """Refuse a table that lacks a column for something that is to be kept."""
    missing = grid.lacks(titles)
    if missing:
        raise LayoutError(
            f"The table {grid.table} ({grid.sheet}) has no column {', '.join(missing)}, so what was"
            " sent could not be kept. Add it. Nothing was collected."
        )


def _unreadable(where: str) -> LayoutError:
    return LayoutError(
        f"{where} cannot be read, so it may hold a figure that is collected. Correct it first;"
        " nothing was collected."
    )


def _key(cells: Mapping[str, Scalar]) -> tuple[object, ...]:
    return tuple(
        normalised(value) if isinstance(value, str) else value or "" for value in cells.values()
    )


def _cell(row: DataRow, title: str) -> Scalar:
    return row.frame.grid.rows[row.index][row.frame.places[title]]


def _same(now: Scalar, value: Scalar) -> bool:
    return (is_blank(now) and is_blank(value)) or now == value


def _revisions(figure: DataFigure, row: DataRow, different: Cells, today: date) -> Iterator[Cells]:
    as_at = row.if_readable(row.day, "As at") if "As at" in row.frame.places else None
    for title, value in different.items():
        before = _cell(row, title)
        if is_blank(before) or title in KEPT_QUIET:
            continue
        yield {
            "Date": today,
            "Source": f"Return of {figure.source.partner}",
            "File": figure.source.file,
            "Place": figure.place,
            "Table": figure.table.name,
            "Measure": figure.key["Measure"],
            "Period start": first_day(figure.period.first),
            "Period end": last_day(figure.period.last),
            "Column": title,
            "Before": value_text(before),
            "Now": "blank" if value is None else value_text(value),
            "As at before": as_at,
        }
