"""Reading a whole workbook: three requests for each sheet, and some for merged cells, conditional
formats and colours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlperf.errors import LayoutError, WorkbookError
from xlperf.excel.areas import LAST_ROW, Area, enclosing, halves, parse_reference
from xlperf.excel.lite.asking import TOO_OLD, answer
from xlperf.excel.lite.snapshot import BLANK, SheetCells, Snapshot, TableState, snapshot_cell
from xlperf.excel.live.live_values import hexadecimal
from xlperf.excel.live.named_cells import STATUS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlperf.excel.lite.snapshot import Place, SnapshotCell
    from xlperf.excel.live.live_values import Block

MOST = 2_000_000
"""Maximum number of cells of a sheet that are read. Excel counts cells with a format as in use."""
MOST_AT_ONCE = 50_000
"""Number of cells in one request. An answer of Excel on the web has at most 5 MB (Resource limits
of Office add-ins).
"""


async def read_snapshot(book: Any, *, prefixes: tuple[str, ...] = ("",)) -> Snapshot:
    """Read a workbook.

    Parameters
    ----------
    book
        An ``xlwings.BookAsync``.
    prefixes
        Beginnings, in lower case, of the names of the cells to be read.

    Raises
    ------
    LayoutError
        A sheet is too large to be read.
    WorkbookBusyError, WorkbookError
        Excel does not answer.
    """
    if not hasattr(book.sheets[0].range("A1"), "get_colors"):
        raise WorkbookError(TOO_OLD)
    if book.app.calculation != "automatic":  # otherwise old results could be judged
        book.app.calculate()
    sheets = {sheet.name: sheet for sheet in book.sheets}
    targets = _targets(book, sheets, prefixes)
    tables = {sheet.name: list(sheet.tables) for sheet in sheets.values()}
    sheet_names = [
        name
        for name, sheet_tables in tables.items()
        if sheet_tables or any(sheet == name for _, sheet, _ in targets.values())
    ]
    read: dict[str, SheetCells] = {}
    states: dict[str, TableState] = {}
    for name in sheet_names:
        used = await answer(sheets[name].get_used_range())
        area = None if used is None else area_of(used)
        read[name] = await cells_of(sheets[name], area)
        for table in tables[name]:
            states[table.name.lower()] = await _table(sheets[name], table, area)
    names = await _names(sheets, read, targets)
    broken = (
        item.name
        for item in book.names
        if "!" not in item.name
        and item.name.lower().startswith(prefixes)
        and "#REF!" in str(item.refers_to)
    )
    return Snapshot(read, states, names, tuple(broken))


def _targets(
    book: Any, sheets: dict[str, Any], prefixes: tuple[str, ...]
) -> dict[str, tuple[str, str, Area]]:
    targets = {}
    for item in book.names:
        name, target = item.name, parse_reference(str(item.refers_to or "").removeprefix("="))
        if (
            "!" not in name
            and target is not None
            and target[0] in sheets
            and name.lower().startswith(prefixes)
        ):
            targets[name.lower()] = (name, *target)
    return targets


async def cells_of(sheet: Any, area: Area | None) -> SheetCells:
    """Read the cells of an area, in bands of rows."""
    cells = SheetCells()
    if area is None:
        return cells
    if len(area.rows) * len(area.columns) > MOST:
        raise LayoutError(
            f"The sheet '{sheet.name}' is in use down to row {area.bottom:,}, so it cannot be read"
            " whole. Delete the rows below what you need (not only their content), save, then try"
            " again; nothing was written."
        )
    step = max(1, MOST_AT_ONCE // len(area.columns))
    for top in range(area.top, area.bottom + 1, step):
        band = Area(top, area.left, min(top + step - 1, area.bottom), area.right)
        cells.filled |= await _band(sheet, band)
    return cells


async def _band(sheet: Any, area: Area) -> dict[Place, SnapshotCell]:
    """Read the filled cells of a small area, in two requests."""
    rng = sheet.range(str(area))
    values: Block = await answer(
        rng.options("raw").get_value()
    )  # otherwise a text in the form of a date becomes a date
    formulas: Block = await answer(rng.options(ndim=2).get_formula())
    rows = zip(area.rows, values, formulas, strict=True)
    read_cells = {
        (r, c): snapshot_cell(*both)
        for r, *row in rows
        for c, *both in zip(area.columns, *row, strict=True)
    }
    return {place: cell for place, cell in read_cells.items() if cell != BLANK}


async def _table(sheet: Any, table: Any, used: Area | None) -> TableState:
    area = area_of(table.range)
    below = Area(
        area.bottom + 1, area.left, max(area.bottom + 1, used.bottom if used else 0), area.right
    )
    merged = False
    if used is not None and area.bottom < used.bottom and below.top <= LAST_ROW:
        merged = await answer(sheet.range(str(below)).get_merge_cells()) is not False
    return TableState(table.name, sheet.name, area, table.show_headers, table.show_totals, merged)


async def _names(
    sheets: dict[str, Any], read: dict[str, SheetCells], targets: dict[str, tuple[str, str, Area]]
) -> dict[str, tuple[str, str, Place]]:
    """Return names of single cells, or of a whole merged area.

    Also stores in `read` the refusals, fills and conditional formats of their cells.
    """
    names: dict[str, tuple[str, str, Place]] = {}
    for key, (name, sheet, area) in targets.items():
        first = Area(area.top, area.left, area.top, area.left)
        if (
            first != area
            and area_of(await answer(sheets[sheet].range(str(first)).get_merge_area())) != area
        ):
            continue
        names[key] = (name, sheet, (area.top, area.left))
    for sheet, cells in read.items():
        here = {place: name for name, where, place in names.values() if where == sheet}
        blank = sorted(place for place in here if cells[place].formula == "")
        for place, merged in (await _merged_areas(sheets[sheet], blank)).items():
            if (merged.top, merged.left) != place:
                cells.refusals[place] = f"is inside the merged area {merged}"
        cells.fills = await fills_of(sheets[sheet], here)
        statuses = sorted(place for place, name in here.items() if name.lower().endswith(STATUS))
        cells.covered = await _covered_cells(sheets[sheet], statuses)
    return names


async def _merged_areas(sheet: Any, places: list[Place]) -> dict[Place, Area]:
    """Return the merged area of each cell, by halving: one request can be about many cells.

    The area of a cell that is not merged is the cell itself.
    """
    if not places:
        return {}
    rng = sheet.range(str(enclosing(places)))
    if len(places) == 1:
        return {places[0]: area_of(await answer(rng.get_merge_area()))}
    if await answer(rng.get_merge_cells()) is False:
        return {}
    one, other = halves(places, lambda place: place)
    return await _merged_areas(sheet, one) | await _merged_areas(sheet, other)


async def _covered_cells(sheet: Any, places: list[Place]) -> set[Place]:
    """Return the cells that a conditional format covers, by halving."""
    if (
        not places
        or len(await answer(sheet.range(str(enclosing(places))).get_conditional_formats())) == 0
    ):
        return set()
    if len(places) == 1:
        return set(places)
    one, other = halves(places, lambda place: place)
    return await _covered_cells(sheet, one) | await _covered_cells(sheet, other)


async def fills_of(sheet: Any, places: Iterable[Place]) -> dict[Place, str]:
    """Return the fills of some cells; cells that are close together take one request."""
    places = list(places)
    if not places:
        return {}
    area = enclosing(places)
    if len(area.rows) * len(area.columns) > MOST_AT_ONCE and len(places) > 1:
        half = len(places) // 2
        return await fills_of(sheet, places[:half]) | await fills_of(sheet, places[half:])
    colours = await answer(sheet.range(str(area)).get_colors())
    found = {place: colours[place[0] - area.top][place[1] - area.left] for place in places}
    return {place: hexadecimal(colour) for place, colour in found.items() if colour is not None}


def area_of(rng: Any) -> Area:
    """Return the area of a range."""
    return Area.of(rng.address.replace("$", ""))
