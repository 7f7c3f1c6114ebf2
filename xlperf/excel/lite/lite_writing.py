"""Writing: all changes are flushed at once, read back and compared. If one of them is not as it
should be, all are undone.

Lite cannot detect some obstacles in advance, such as a protected sheet. They make the flush fail,
perhaps after some of the changes: its actions run one after the other until one fails
(`dispatchActions` of its JavaScript).
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

from xlperf.errors import LayoutError, WorkbookBusyError, WorkbookError, XlperfError
from xlperf.excel.areas import Area, address, enclosing
from xlperf.excel.lite.asking import BUSY, answer, is_busy
from xlperf.excel.lite.lite_reading import area_of, cells_of, fills_of
from xlperf.excel.lite.snapshot import SheetCells, SnapshotCell, outgoing_date
from xlperf.excel.live.live_values import alike, outgoing, restored, runs
from xlperf.frozen import frozen
from xlperf.message_texts import first_few

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from xlperf.excel.lite.lite_plan import CellWrite, LitePlan, Resizing, Spot
    from xlperf.excel.lite.lite_workbook import LiteWorkbook

MOST_NAMED = 5
"""Number of cells that a message names."""
SHEET_HIDES = (
    "Rows of the table {} on the sheet '{}' are hidden or filtered, and Excel can write wrongly to"
    " such rows, so nothing was written. Show them all (Data, Clear; Home, Format, Unhide Rows),"
    " then refresh again."
)
AGAIN = "Nothing was written. Leave the workbook alone while it is refreshed, and refresh again."
LOOK = "If a sheet is protected, take that off (Review, Unprotect Sheet), then refresh again."
VERSIONS = (
    "Take an earlier version (File, Info, Version History), or close without saving if AutoSave is"
    " off."
)


@frozen
class Step:
    """A change to be queued, and its reversal."""

    do: Callable[[], None]
    undo: Callable[[], None]


async def write_edits(book: Any, workbook: LiteWorkbook) -> None:
    """Write everything that was applied to a workbook, or nothing.

    Raises
    ------
    LayoutError
        Rows of a table are hidden; nothing was written.
    WorkbookBusyError
        A cell is being edited; nothing was written.
    WorkbookError
        Somebody changed cells in the meantime (Excel is not locked while Python works, and others
        may have the workbook open too), or Excel refused, or Excel changed what was written. The
        sentence says what the workbook holds now.
    """
    plans, workbook.plans = workbook.plans, []
    if not plans:
        return
    sheets = {sheet.name: sheet for sheet in book.sheets}
    await _require_all_shown(sheets, workbook, plans)
    changed_places = await _differences(book, plans, before=True)
    if changed_places:
        places = first_few(changed_places, MOST_NAMED)
        raise WorkbookError(f"{places}: changed by somebody since it was read. {AGAIN}")
    steps = [step for plan in plans for step in await _steps(sheets, plan)]
    try:
        for step in steps:
            step.do()
        await book.flush()
    except Exception as error:
        if is_busy(error) and await _is_unchanged(book, plans):
            raise WorkbookBusyError(BUSY) from error
        message = f"Excel stopped while cells were being written ({_short(error)})."
        raise WorkbookError(f"{message} {await _undo(book, steps, plans)} {LOOK}") from error
    try:
        different = await _differences(book, plans, before=False)
        message = f"Excel changed what was written to {first_few(different, MOST_NAMED)}."
    except XlperfError:
        different, message = ["?"], "What was written could not be read back."
    if different:
        raise WorkbookError(f"{message} {await _undo(book, steps, plans)}")


async def _require_all_shown(
    sheets: Mapping[str, Any], workbook: LiteWorkbook, plans: Iterable[LitePlan]
) -> None:
    """Refuse to write to a table with rows that are hidden, by hand or by a filter."""
    spots = [spot for plan in plans for spot in plan.cells]
    resized = {resizing.table.name for plan in plans for resizing in plan.resized}
    for table in workbook.snapshot.tables.values():
        area = table.area
        if table.name not in resized and not any(
            s == table.sheet and (r, c) in area for s, r, c in spots
        ):
            continue
        if await answer(sheets[table.sheet].range(str(area)).rows.get_hidden()) is not False:
            raise LayoutError(SHEET_HIDES.format(table.name, table.sheet))


async def _steps(sheets: Mapping[str, Any], plan: LitePlan) -> list[Step]:
    grown = [item for item in plan.resized if item.area.bottom > item.was.bottom]
    shrunk = [item for item in plan.resized if item.area.bottom < item.was.bottom]
    steps = [_resizing(sheets, item) for item in grown]
    steps += [step for item in grown for step in _new_rows(sheets, item)]
    for name in dict.fromkeys(spot[0] for spot in plan.cells):
        changed = {spot[1:] for spot in plan.cells if spot[0] == name}
        ours = {
            spot[1:]: change for spot, change in (plan.same | plan.cells).items() if spot[0] == name
        }
        for area, changes in runs(ours):
            if any(place in area for place in changed):
                after, before = (
                    [[_lite_value(outgoing(change.value)) for change in row] for row in changes],
                    [[_lite_value(restored(*change.before)) for change in row] for row in changes],
                )
                write = partial(_write, sheets[name], area)
                steps.append(Step(partial(write, after), partial(write, before)))
    steps += [_resizing(sheets, item) for item in shrunk]
    return steps + await _colouring(sheets, plan)


def _lite_value(value: Any) -> Any:
    """Return a value in the form that Lite takes.

    A blank becomes an empty text, because None leaves a cell unchanged (Range.values).
    """
    if isinstance(value, datetime):
        return outgoing_date(value)
    if isinstance(value, date):
        return outgoing_date(datetime.combine(value, time()))
    return "" if value is None else value


def _write(sheet: Any, area: Area, block: Sequence[Sequence[Any]]) -> None:
    sheet.range(str(area)).raw_value = block


def _resizing(sheets: Mapping[str, Any], item: Resizing) -> Step:
    def resize(area: Area) -> None:
        sheet = sheets[item.table.sheet]
        next(table for table in sheet.tables if table.name == item.table.name).resize(
            sheet.range(str(area))
        )

    return Step(partial(resize, item.area), partial(resize, item.was))


def _new_rows(sheets: Mapping[str, Any], item: Resizing) -> list[Step]:
    """Return steps that give new rows the style of the first data row and its calculated columns'
    formulas.
    """
    sheet, was = sheets[item.table.sheet], item.was
    first, new = was.top + 1, range(was.bottom + 1, item.area.bottom + 1)

    def copy_step(right_step: int, right: int, kind: str) -> Step:
        target = sheet.range(str(Area(new[0], right_step, new[-1], right)))
        source = sheet.range(str(Area(first, right_step, first, right)))
        return Step(partial(target.copy_from, source, kind), target.clear_contents)

    formats = copy_step(was.left, was.right, "formats")
    return [formats, *(copy_step(column, column, "formulas") for column in item.calculated)]


async def _colouring(sheets: Mapping[str, Any], plan: LitePlan) -> list[Step]:
    """Return steps that colour adjacent cells of one colour at once."""
    steps = []
    groups = dict.fromkeys((spot[0], colour) for spot, colour in plan.colours.items())
    for name, colour in groups:
        places = [
            spot[1:] for spot, own in plan.colours.items() if spot[0] == name and own == colour
        ]
        for area, _ in runs(dict.fromkeys(places)):
            rng = sheets[name].range(str(area))
            fonts = await _fonts(sheets[name], area)
            paint = partial(_colour, rng, colour.fill, colour.font)
            steps.append(Step(paint, partial(_uncolour, rng, colour.before, fonts)))
    return steps


async def _fonts(sheet: Any, area: Area) -> list[tuple[Any, Any]]:
    """Return the font colours of cells, each with its range.

    If all cells have one colour, it is one range; else there is one for each cell.
    """
    rng = sheet.range(str(area))
    font = await answer(rng.font.get_color())
    if font is not None:
        return [(rng, font)]
    cells = [sheet.range(address(*place)) for place in product(area.rows, area.columns)]
    return [(cell, await answer(cell.font.get_color())) for cell in cells]


def _uncolour(rng: Any, fill: str | None, fonts: Sequence[tuple[Any, Any]]) -> None:
    rng.color = fill
    for cells, font in fonts:
        if font is not None:
            cells.font.color = font


def _colour(rng: Any, fill: str, font: str) -> None:
    rng.color = fill
    rng.font.color = font


async def _differences(book: Any, plans: Sequence[LitePlan], *, before: bool) -> list[str]:
    """Return the cells that do not hold their new value, and the tables that do not have their new
    height.

    With `before`, the comparison is with the old values and heights.
    """
    sheets = {sheet.name: sheet for sheet in book.sheets}
    cells, fills, areas = _expected_state(plans, before=before)
    different = []
    for name in dict.fromkeys(spot[0] for spot in [*cells, *fills]):
        places = [spot[1:] for spot in cells if spot[0] == name]
        now = await cells_of(sheets[name], enclosing(places)) if places else SheetCells()
        different += [
            (name, place) for place in places if not _fits(now[place], cells[name, *place])
        ]
        here = [spot[1:] for spot in fills if spot[0] == name]
        fills_now = await fills_of(sheets[name], here)
        different += [
            (name, place) for place in here if fills_now.get(place) != fills[name, *place]
        ]
    addresses = [f"{sheet}!{address(*place)}" for sheet, place in dict.fromkeys(different)]
    return addresses + (await _tables_differing(book, areas) if areas else [])


async def _is_unchanged(book: Any, plans: Sequence[LitePlan]) -> bool:
    """Whether it is certain that nothing was written."""
    try:
        return not await _differences(book, plans, before=True)
    except XlperfError:
        return False


async def _tables_differing(book: Any, areas: Mapping[str, Area]) -> list[str]:
    await answer(book.load())
    tables = {table.name: table for sheet in book.sheets for table in sheet.tables}
    return [
        f"the size of {name}" for name, area in areas.items() if area_of(tables[name].range) != area
    ]


def _fits(now: SnapshotCell, expected: SnapshotCell | CellWrite) -> bool:
    """Whether a cell holds its new value (a `CellWrite`), or its old content (a `SnapshotCell`)."""
    if (
        isinstance(expected, SnapshotCell)
        and isinstance(expected.formula, str)
        and expected.formula.startswith("=")
    ):
        return bool(now.formula == expected.formula)
    return alike(now.value, expected.value, now.formula)


def _expected_state(
    plans: Sequence[LitePlan], *, before: bool
) -> tuple[dict[Spot, SnapshotCell | CellWrite], dict[Spot, str | None], dict[str, Area]]:
    """Return the expected contents of cells, their fills, and the areas of tables whose height
    changes.
    """
    cells: dict[Spot, SnapshotCell | CellWrite] = {}
    fills: dict[Spot, str | None] = {}
    areas: dict[str, Area] = {}
    for plan in reversed(plans) if before else plans:
        cells |= {spot: change.before if before else change for spot, change in plan.cells.items()}
        fills |= {
            spot: colour.before if before else colour.fill for spot, colour in plan.colours.items()
        }
        areas |= {item.table.name: item.was if before else item.area for item in plan.resized}
    return cells, fills, areas


async def _undo(book: Any, steps: Sequence[Step], plans: Sequence[LitePlan]) -> str:
    """Undo all changes one by one, so that a refusal of one does not block the others; then
    compare.

    Returns sentences that say what the workbook holds now.
    """
    for step in reversed(steps):
        with suppress(Exception):  # the comparison below finds what was not undone
            step.undo()
            await book.flush()
    try:
        remaining = await _differences(book, plans, before=True)
    except XlperfError:
        return f"Whether it was all put back is not known. {VERSIONS}"
    if remaining:
        return f"All was put back except {first_few(remaining, MOST_NAMED)}. {VERSIONS}"
    grown = [
        item.table.name
        for plan in plans
        for item in plan.resized
        if item.area.bottom > item.was.bottom
    ]
    formats = (
        f" Cells below {', '.join(grown)} may have kept the format of new rows." if grown else ""
    )
    return f"All was put back: the workbook holds what it held before.{formats}"


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:200].rstrip(".")
