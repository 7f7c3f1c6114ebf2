"""Our data and result sheets for a workbook of somebody else, and what makes up an adoption.

The dashboard stays theirs: a cell of it is connected by a marker that is typed into it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.errors import LayoutError, UsageError
from xlperf.excel.new_sheets import NewSheet, NewSheets
from xlperf.excel.port import ADOPTED
from xlperf.excel.transplant.workbook_lists import free_name
from xlperf.frozen import NamedTuple
from xlperf.newbook import datasheets
from xlperf.newbook.laying_out import FRAME
from xlperf.newbook.tile_sheets import DRAWN
from xlperf.tables import schema
from xlperf.tables.lines import (
    CHART_DATA_SHEET,
    CHARTS_SHEET,
    GUIDE_SHEET,
    NEW_SHEET,
    PREFIX,
    RECORD_CELLS,
    TITLE_CELLS,
)
from xlperf.tiles import formulas
from xlperf.tiles.markers import marker_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlperf.excel.file import FileWorkbook
    from xlperf.excel.transplant.adoption import Released

SHEETS = (*schema.DATA, *schema.OWNED)
"""Tables that an adopted workbook gets, one a sheet, in this order."""
NAMES = {
    datasheets.MEASURES_NAME: f"{schema.MEASURES.name}[Measure]",
    datasheets.FORCES_NAME: f"{schema.FORCES.name}[Force]",
    ADOPTED: "TRUE",
}
OUR_NAMES = (PREFIX, "dash_")
"""What names of cells begin with that a refresh fills."""
WRITTEN_NAMES = (*RECORD_CELLS, *formulas.CELLS, CHARTS_SHEET, CHART_DATA_SHEET, GUIDE_SHEET, DRAWN)
"""Other names that a refresh fills, or by which our sheets are found."""
BLANK_SETTINGS = ("own_force", "data_note")
"""Settings that the owner of the workbook gives: nothing stands in for them."""


class Adoption(NamedTuple):
    """What a workbook of somebody else gets."""

    new: NewSheets
    renamed: dict[str, str]
    """Sheets that have another name than their table, since theirs has it."""


def plan_adoption(book: FileWorkbook, what: str) -> Adoption:
    """Draw the sheets for a workbook, under names that it does not use.

    Raises `UsageError` if it has been adopted or is one of ours, and `LayoutError` if a name that
    cannot be another is in use.
    """
    by_name = [table.name for table in SHEETS]
    tables = {name.lower() for name in book.table_names()}
    taken = [name for name in by_name if name.lower() in tables]
    needed = {table.name for table in schema.NEEDED}
    if book.name_text(ADOPTED) is not None or needed <= set(taken):
        raise UsageError(f"{what} has the sheets of xlperf already. Next: python -m xlperf refresh")
    in_use = book.names_in_use()
    exact = (*by_name, *NAMES, *WRITTEN_NAMES)
    taken += [name for name in exact if name.lower() in in_use and name not in taken]
    taken += sorted(name for name in in_use if name.startswith((*OUR_NAMES, NEW_SHEET)))
    if taken:
        raise LayoutError(
            f"{what} uses names that xlperf needs: {', '.join(dict.fromkeys(taken))}. Give them"
            " others (Formulas, Name Manager), save, then try again; nothing was written."
        )
    names = free_names(SHEETS, book.sheet_names())
    settings = [
        (key, "" if key in BLANK_SETTINGS else value, meaning)
        for key, value, meaning in datasheets.settings_rows()
    ]
    rows = {schema.SETTINGS: settings}
    donor = datasheets.tables_alone(names, rows, NAMES, date1904=book.date1904)
    other = {table.sheet: name for table, name in names.items() if table.sheet != name}
    return Adoption(NewSheets(donor, tuple(map(NewSheet, names.values())), {}, NAMES), other)


def free_names(tables: Iterable[schema.Table], taken: Sequence[str]) -> dict[schema.Table, str]:
    """Names for the sheets of tables that no sheet has."""
    names: dict[schema.Table, str] = {}
    for table in tables:
        names[table] = free_name(table.sheet, [*taken, *names.values()])
    return names


def release(book: FileWorkbook, what: str) -> Released:
    """Take our sheets and names out of an adopted workbook; connected cells get their markers back.

    Raises `UsageError` if it was not adopted, and `LayoutError` if other sheets use ours.
    """
    if book.name_text(ADOPTED) is None:
        raise UsageError(
            f"{what} was not adopted, so there is nothing to take out; or its name {ADOPTED} was"
            " deleted: then define it again, as =TRUE (Formulas, Name Manager), and save."
        )
    ours = {table.name for table in SHEETS}
    drawn = [*book.defined_names(NEW_SHEET), *book.defined_names(CHART_DATA_SHEET)]
    if book.name_text(DRAWN) is not None:
        drawn += [CHARTS_SHEET, *FRAME]
    tiles = (cell.sheet for cell in book.cells(drawn).values())
    data = (grid.sheet for grid in book.read(ours).values())
    sheets = list(dict.fromkeys((*data, *tiles)))
    names = [name for prefix in OUR_NAMES for name in book.defined_names(prefix)]
    names += [*drawn, DRAWN]
    markers = {
        name: marker for name in (*names, *TITLE_CELLS) if (marker := marker_of(name)) is not None
    }
    return book.release(sheets, [*names, *NAMES], markers)
