"""Checks of the cells that tiles are shown in: those that cannot be written or seen, and lines
without a cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from xlperf.tiles.layout import not_assessed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.excel.port import CellState


def check_tiles(lines: Sequence[Assessment], cells: Mapping[str, CellState]) -> list[Problem]:
    """Find cells of tiles that must not be written, and lines that no tile shows."""
    problems = [
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
    gone = [(line, cells[cell_name(line, "rag")]) for line in not_assessed(cells, lines)]
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
        for line, state in gone
    ]
    unseen = [
        line.line
        for line in lines
        if line.kind is not LineKind.AMOUNT and cell_name(line.line, "rag") not in cells
    ]
    if unseen:
        problems.append(
            Problem(
                Severity.NOTE,
                Code.TILE_CELL,
                schema.MEASURES.sheet,
                "",
                f"No cell is named for the status of: {', '.join(unseen[:5])}"
                + (f" and {len(unseen) - 5} more" if len(unseen) > 5 else "")
                + ". They are judged in Workings only.",
                f"To show one, name a cell {cell_name(unseen[0], 'rag')}.",
                effect=Effect.INFORMATION,
            )
        )
    return problems


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
