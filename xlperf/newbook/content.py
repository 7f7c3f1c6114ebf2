"""What a new workbook holds: the shipped sample, a few examples, a plan from a file, or all that an
older workbook had.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from xlperf.errors import UsageError, WorkbookError
from xlperf.excel.port import CellError, NoResult, normalised
from xlperf.imports.force_names import force_in_list, near_force, territorial_forces
from xlperf.message_texts import below, first_few, number_of
from xlperf.newbook.conf_sheet import SHEET as CONF_SHEET
from xlperf.newbook.sample_tables import sample_settings, sample_tables
from xlperf.tables import schema
from xlperf.tables.coercion import coerce, is_blank
from xlperf.tables.decision_tables import ON_THE_TILE
from xlperf.tables.lines import PREFIX
from xlperf.tables.measure_kinds import KINDS
from xlperf.tables.problems import Severity
from xlperf.tables.requirements import require_dashboard
from xlperf.tiles.formulas import CELLS
from xlperf.tiles.tile_titles import fill_titles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlperf.excel.new_sheets import SheetTaker
    from xlperf.excel.port import Grid, Scalar, Workbook
    from xlperf.newbook.sample_tables import Rows
    from xlperf.tables.columns import Column

TAKEN_OVER = (
    *schema.DATA,
    *schema.REPORT,
    *schema.INTAKE,
    schema.HISTORY,
    schema.LOG,
    schema.INPUTS,
)
"""Tables of an older workbook whose rows a new one gets."""
PLAN = (schema.MEASURES, schema.PRIORITIES)
"""Tables that tiles are drawn from."""
OUR_NAMES = (PREFIX, "dash_", "sheet_", *CELLS)
"""Beginnings of the names of cells on sheets that we draw."""
MOST_NAMED = 5
"""Cells named in a refusal; the rest are counted."""

ILLUSTRATIVE = (
    "Illustrative figures: made up so that they add up to published totals. Replace them with your"
    " own."
)
UNVERIFIED = "The group is unverified: replace it with the one you are compared with."
PLAN_OF_ONE = (
    "Example rows, from the plan of one office. Delete them and give your own, here and in"
    " Priorities, Measures, Forces and Returns."
)
EXAMPLES = "Examples of rows: delete them and give your own, here and in Priorities and Measures."
GIVEN = "Given when the workbook was made"
YOUR_GROUP = "Choose yes beside the forces of your most similar group, your own among them."


@dataclass(frozen=True)
class Content:
    """Rows of the tables of a new workbook, and its settings."""

    tables: Mapping[str, Rows]
    """By table name; cells in the order of the table's columns."""
    settings: Mapping[str, Scalar] = field(default_factory=dict)
    """By key; those that are not given have their defaults."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """What is said above a table, by its name, where it is not the usual."""
    left_out: tuple[str, ...] = ()
    """What an older workbook has that the new one does not, a sentence each."""


def sample_content() -> Content:
    """The plan and the illustrative figures that ship."""
    tables = sample_tables()
    figures = (*(kind.table for kind in KINDS.values() if kind.table), schema.PEERS)
    notes = {table.name: ILLUSTRATIVE for table in figures if tables[table.name]}
    plan = dict.fromkeys((schema.PRIORITIES.name, schema.MEASURES.name), PLAN_OF_ONE)
    return Content(tables, sample_settings(), {**notes, **plan, schema.FORCES.name: UNVERIFIED})


def example_content() -> Content:
    """A few rows of *Priorities* and *Measures* that say what to give, and no figures."""
    notes = dict.fromkeys((schema.PRIORITIES.name, schema.MEASURES.name), EXAMPLES)
    return Content(sample_tables("example"), notes=notes)


def with_force(content: Content, name: str, group: Sequence[str] = ()) -> Content:
    """Make a force the own one, and list the territorial forces, those of its group with yes.

    A list of forces that is there already stays, with the own force in the group; a group that is
    given takes the place of the one that was there.

    Raises
    ------
    UsageError
        A name is not that of a territorial force, nor of one that is listed.
    """
    titles = schema.FORCES.titles
    force, member, source = map(titles.index, ("Force", "In group", "Source"))
    listed = [list(row) for row in content.tables.get(schema.FORCES.name, ())]
    names = [str(row[force]) for row in listed]
    known = (*names, *territorial_forces())
    own = force_named(name, known)
    members = {own, *(force_named(other, known) for other in group)}
    notes = dict(content.notes)
    if not listed:
        notes[schema.FORCES.name] = YOUR_GROUP
    added = sorted(members.difference(names)) if listed else territorial_forces()
    listed += [[{"Force": each, "In group": "no"}.get(title) for title in titles] for each in added]
    for row in listed:
        if row[force] in members and (group or row[member] != "yes"):
            row[member], row[source] = "yes", GIVEN
        elif group and row[force] not in members:
            row[member] = "no"
    tables = {**content.tables, schema.FORCES.name: tuple(map(tuple, listed))}
    settings = {**content.settings, "own_force": own}
    return replace(content, tables=tables, settings=settings, notes=notes)


def force_named(name: str, known: Sequence[str]) -> str:
    """Spell the name of a force as a list has it; raises `UsageError` with the nearest names."""
    found = force_in_list(name, known)
    if not found:
        near = force_in_list(near_force(name), known)
        meant = f"Did you mean {near}?" if near else "Give one in full, such as Kent."
        if "," in name:
            meant = "Put semicolons between names: 'Essex; Sussex'."
        raise UsageError(f"'{name}' is not the name of a police force here. {meant}")
    return found


def content_of(book: Workbook) -> Content:
    """Everything that a workbook's tables hold, for a new one; its own look stays behind.

    Raises
    ------
    WorkbookError
        It is no dashboard of ours, cells hold errors or formulas without a result, or *Measures* or
        *Priorities* has an error: the tiles are drawn from them.
    """
    grids = book.read(table.name for table in (*TAKEN_OVER, schema.PRIORITIES))
    require_dashboard(book, grids)
    left_out: list[str] = []
    unknown: list[str] = []
    tables = {}
    for table in TAKEN_OVER:
        if table is not schema.SETTINGS and (grid := grids.get(table.name)) is not None:
            tables[table.name] = tuple(_rows(table, grid, left_out, unknown))
    settings = _settings(grids[schema.SETTINGS.name], left_out, unknown)
    if unknown:
        raise WorkbookError(
            "Cells without a value cannot be taken over, so no workbook was made:"
            f" {first_few(unknown, MOST_NAMED)}. Correct them, or open the workbook in Excel, let"
            " it calculate, and save it."
        )
    _require_plan(grids)
    if not tables.get(schema.PRIORITIES.name):
        tables[schema.PRIORITIES.name] = _titles_of_tiles(book, grids)
    return Content(tables, settings, left_out=tuple(left_out))


def own_sheets(book: SheetTaker) -> list[str]:
    """Sheets that a new workbook does not have: those without a table or named cell of ours."""
    grids = book.read(table.name for table in (*schema.ALL, *schema.REPORT, *schema.INTAKE))
    names = [name for beginning in OUR_NAMES for name in book.defined_names(beginning)]
    ours = {CONF_SHEET, *(grid.sheet for grid in grids.values())}
    ours |= {state.sheet for state in book.cells(names).values()}
    return [sheet for sheet in book.sheet_names() if sheet not in ours]


def _require_plan(grids: Mapping[str, Grid]) -> None:
    """Refuse a plan with errors; raises `WorkbookError` with their cells."""
    from xlperf.tables.reading import read_tables

    plan = {table.name: grids[table.name] for table in PLAN if table.name in grids}
    faults = [
        str(problem)
        for problem in read_tables(plan)[1]
        if problem.severity is Severity.ERROR and problem.row is not None
    ]
    if faults:
        raise WorkbookError(
            "The tiles cannot be drawn from this plan, so no workbook was made."
            f"{below(faults, MOST_NAMED)}"
        )


def _rows(
    table: schema.Table, grid: Grid, left_out: list[str], unknown: list[str]
) -> Iterator[tuple[Scalar, ...]]:
    """Rows of a table with a value, in the order of the schema's columns."""
    places = {normalised(title): place for place, title in enumerate(grid.header)}
    columns = [places.get(normalised(title)) for title in table.titles]
    strange = [
        title
        for place, title in enumerate(grid.header)
        if place not in columns and any(not is_blank(row[place]) for row in grid.rows)
    ]
    if strange:
        left_out.append(f"{grid.sheet}: the columns of your own, {', '.join(strange)}.")
    if grid.outside:
        cells = number_of(len(grid.outside), "filled cell")
        left_out.append(f"{grid.sheet}: {cells} beside or below the table {grid.table}.")
    for number, row in enumerate(grid.rows):
        if all(is_blank(cell) for cell in row):
            continue
        unknown += [
            f"{grid.sheet}!{grid.address(number, place)}"
            for place in columns
            if place is not None and isinstance(row[place], (CellError, NoResult))
        ]
        yield tuple(
            None
            if place is None or column.title == ON_THE_TILE
            else as_read(row[place], column)
            if table in PLAN
            else row[place]
            for column, place in zip(table.columns, columns, strict=True)
        )


def as_read(cell: Scalar, column: Column) -> Scalar:
    """A text as it is read, *offences* for *Offences*, 2 for the text *2*; else as it is."""
    if not isinstance(cell, str):
        return cell
    value, _ = coerce(cell, column)
    return value if isinstance(value, (str, int, float)) and not isinstance(value, bool) else cell


def _settings(grid: Grid, left_out: list[str], unknown: list[str]) -> dict[str, Scalar]:
    from xlperf.config import SETTINGS_BY_KEY

    rows = _rows(schema.SETTINGS, grid, left_out, unknown)
    found = {str(key).strip(): value for key, value, *_ in rows if key is not None}
    if strange := sorted(found.keys() - SETTINGS_BY_KEY.keys()):
        left_out.append(f"{grid.sheet}: settings that are not known now, {', '.join(strange)}.")
    return {key: value for key, value in found.items() if key in SETTINGS_BY_KEY}


def _titles_of_tiles(book: Workbook, grids: Mapping[str, Grid]) -> Rows:
    """Priorities of a workbook without a table of them: the titles that its tiles show."""
    from xlperf.tables.reading import read_tables

    plan, _ = fill_titles(book, read_tables(grids)[0], None)
    rows = []
    for order, item in enumerate(plan.priorities, start=1):
        cells = {"Code": item.code, "Title": item.title or None, "Order": order}
        rows.append(tuple(map(cells.get, schema.PRIORITIES.titles)))
    return tuple(rows)
