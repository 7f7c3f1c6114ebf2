"""Checks of the cells that tiles are shown in: those that cannot be written or seen, those that
were deleted, and lines without a cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.message_texts import first_few
from xlperf.tables import schema
from xlperf.tables.lines import (
    CHART_DATA_SHEET,
    CHARTS_SHEET,
    NEW_SHEET,
    cell_name,
    line_of,
    line_of_status,
)
from xlperf.tables.measure_kinds import LineKind
from xlperf.tables.problems import Code, Effect, Problem, Severity
from xlperf.tiles import formulas
from xlperf.tiles.layout import cell_names, not_assessed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.excel.port import CellState


MOST_NAMED = 5
"""Lines, tiles or cells that a finding names."""


def check_tiles(
    lines: Sequence[Assessment], cells: Mapping[str, CellState], names: Collection[str]
) -> list[Problem]:
    """Find cells of tiles that must not be written, or are gone, and lines that no tile shows.

    `names`: every name that the workbook has for a cell of a tile or of the head.
    """
    known = {name.lower() for name in cells}
    gone = {name.lower() for name in names} - known
    lost = [line for line in lines if cell_name(line.line, "rag").lower() in gone]
    shown = [line for line in lines if cell_name(line.line, "rag") in cells]
    sheet = _sheet(cells)
    problems = [*_lost_statuses(lost, shown, sheet), *_lost_others(shown, gone, sheet)]
    problems += [
        Problem(
            Severity.WARNING,
            Code.TILE_CELL,
            state.sheet,
            state.address,
            f"The cell of {name} {state.refusal}, so it was left as it is.",
            "Clear the cell, or give the name another cell (Formulas, Name Manager).",
            effect=Effect.COLOUR if line_of_status(name) else Effect.SHOWN,
            lines=tuple(filter(None, [line_of(name)])),
        )
        for name, state in cells.items()
        if state.refusal
        and name not in formulas.CELLS
        and not name.startswith((CHARTS_SHEET, NEW_SHEET))
    ]
    statuses = [(line.line, cells.get(cell_name(line.line, "rag"))) for line in lines]
    problems += [
        Problem(
            Severity.WARNING,
            Code.STATUS_COVERED,
            state.sheet,
            state.address,
            f"A conditional format covers the status of {name}: it may show another colour than the"
            " one written.",
            "Take the cell out of the rule (Home, Conditional Formatting, Manage Rules).",
            name,
            effect=Effect.DOUBT,
            lines=(name,),
        )
        for name, state in statuses
        if state is not None and state.covered
    ]
    former = [(line, cells[cell_name(line, "rag")]) for line in not_assessed(cells, lines)]
    problems += [
        Problem(
            Severity.WARNING,
            Code.TILE_CELL,
            state.sheet,
            state.address,
            f"This cell is named for the status of {line}, which no measure has now. It shows NA,"
            " without figures.",
            "Mend the measure's row in the Measures sheet, if it has a fault. If the measure is"
            " gone, delete the names of its tile (Formulas, Name Manager).",
            line,
            effect=Effect.COLOUR,
            lines=(line,),
        )
        for line, state in former
    ]
    unseen = [
        line.line
        for line in lines
        if line.kind is not LineKind.AMOUNT
        and cell_name(line.line, "rag") not in cells
        and line not in lost
    ]
    if unseen:
        problems.append(
            Problem(
                Severity.NOTE,
                Code.TILE_CELL,
                schema.MEASURES.sheet,
                "",
                f"No cell is named for the status of: {first_few(unseen, MOST_NAMED)}. They are"
                " judged in Workings only.",
                f"To show one, name a cell {cell_name(unseen[0], 'rag')}.",
                effect=Effect.INFORMATION,
            )
        )
    return problems


NO_CELL = "names point to no cell (#REF!), or to several, as after something was deleted"
UNDO = "Undo the deletion, or take the workbook as it was before"


def _lost_statuses(
    lost: Sequence[Assessment], shown: Sequence[Assessment], sheet: str
) -> Iterator[Problem]:
    """Find lines whose status has a name and no cell: all, those of whole tiles, or some."""
    if not lost:
        return
    what = f"Nothing of the dashboard is shown, and it had {len(lost)} lines"
    remedy = f"{UNDO}; or draw the dashboard anew (layout --redraw)."
    if shown:
        kept = {line.measure.priority for line in shown}
        of_tiles = [line for line in lost if line.measure.priority not in kept]
        tiles = list(dict.fromkeys(line.measure.priority for line in of_tiles))
        single = [line.line for line in lost if line not in of_tiles]
        parts = (
            [f"the tile{'s' * (len(tiles) > 1)} of {first_few(tiles, MOST_NAMED)}"] if tiles else []
        )
        parts += [f"the status of {first_few(single, MOST_NAMED)}"] if single else []
        what = f"Not shown any more: {', and '.join(parts)}"
        remedy = (
            f"{UNDO}; or have them added again (layout, or Lay out tiles). If they are not wanted,"
            " delete their names (Formulas, Name Manager)."
        )
    yield Problem(
        Severity.WARNING,
        Code.TILE_CELL,
        sheet,
        "",
        f"{what}: the {NO_CELL}. Workings has the colours.",
        remedy,
        effect=Effect.COLOUR,
        lines=tuple(line.line for line in lost),
    )


def _lost_others(
    lines: Sequence[Assessment], gone: Collection[str], sheet: str
) -> Iterator[Problem]:
    """Find other cells with a name and no cell. `lines`: those whose status is there."""
    known = {line.line for line in lines}
    names = [
        name
        for name in cell_names(lines)
        if name.lower() in gone and (line_of(name) is None or line_of(name) in known)
    ]
    if lines and names:
        yield Problem(
            Severity.WARNING,
            Code.TILE_CELL,
            sheet,
            "",
            f"Not shown any more: {first_few(names, MOST_NAMED)}: these {NO_CELL}.",
            f"{UNDO}; or give each name a cell again (Formulas, Name Manager).",
            effect=Effect.SHOWN,
        )


def _sheet(cells: Mapping[str, CellState]) -> str:
    """The sheet that shows lines; Workings, where none does."""
    sheets = [state.sheet for name, state in cells.items() if line_of(name)]
    return sheets[0] if sheets else schema.WORKINGS.sheet


def check_charts(names: Collection[str], tables: Collection[str]) -> list[Problem]:
    """Find that the figures of the charts were deleted. `names`: of cells of the workbook."""
    table = schema.CHART_DATA
    if CHART_DATA_SHEET not in names or table.name in tables:
        return []
    return [
        Problem(
            Severity.WARNING,
            Code.TABLE_MISSING,
            table.sheet,
            "",
            f"There is no table named {table.name}, so the charts show nothing, or what they showed"
            " before.",
            "Restore the sheet, or draw dashboard and charts anew (layout --redraw); the old sheets"
            " are kept.",
            effect=Effect.SHOWN,
            table=table.name,
        )
    ]
