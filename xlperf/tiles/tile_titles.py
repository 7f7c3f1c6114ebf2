"""Titles of tiles: a refresh keeps them those of the plan, as long as nobody typed others.

A workbook without rows of priorities has no other titles than those of its tiles, so documents
print them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.excel.port import normalised
from xlperf.tables import schema
from xlperf.tables.data import PlanPriority
from xlperf.tables.lines import title_cell
from xlperf.tables.problems import Code, Effect, Problem, Severity
from xlperf.tiles.tile_texts import TileTexts, memory, plain, remembered, shown, split

if TYPE_CHECKING:
    from xlperf.excel.port import CellState, Grid, Workbook
    from xlperf.tables.data import Tables


def fill_titles(book: Workbook, tables: Tables, grid: Grid | None) -> tuple[Tables, TileTexts]:
    """Give the tables with the titles that documents print, and what the tiles get.

    Parameters
    ----------
    grid
        The Priorities table; None: the workbook has none.
    """
    codes = _codes(tables)
    cells = book.cells(codes)
    if grid is None or all(cell is None for row in grid.rows for cell in row):
        titles = tuple(
            PlanPriority(code, plain(cells[name].value) if name in cells else "")
            for name, code in codes.items()
        )
        found = (_no_plan(grid),) if tables.measures else ()
        return replace(tables, priorities=titles), TileTexts((), found)
    wanted = {
        name: title
        for name, code in codes.items()
        if name in cells and (title := tables.priority(code).title)
    }
    texts = split(wanted, cells, remembered(grid))
    edits = texts.edits(cells)
    of_codes = {normalised(codes[name]): title for name, title in texts.ours.items()}
    rows = memory(grid, schema.PRIORITIES.name, "Code", of_codes)
    if rows is not None and book.refusal(rows) is None:
        edits.append(rows)
    problems = tuple(_kept(cells[name], codes[name], title) for name, title in texts.kept.items())
    return tables, TileTexts(tuple(edits), problems)


def _codes(tables: Tables) -> dict[str, str]:
    """Codes of the priorities by the name of the title's cell, in the order of the plan; those that
    would have one name have no cell.
    """
    listed = [item.code for item in tables.priorities]
    every: dict[str, str] = {}
    for code in (*listed, *(measure.priority for measure in tables.measures)):
        every.setdefault(normalised(code), code)
    by_name: dict[str, list[str]] = {}
    for code in every.values():
        by_name.setdefault(normalised(title_cell(code)), []).append(code)
    return {title_cell(codes[0]): codes[0] for codes in by_name.values() if len(codes) == 1}


def _kept(state: CellState, code: str, title: str) -> Problem:
    now = shown(state)
    shows = f"says '{now}'" if now else "cannot be written"
    return Problem(
        Severity.NOTE,
        Code.TITLE_KEPT,
        state.sheet,
        state.address,
        f"The title of the tile of {code} {shows}; Priorities, and every document, '{title}'. The"
        " tile was left as it is.",
        "Clear the cell and refresh, to have the title of Priorities; or change that one too.",
        effect=Effect.SHOWN,
    )


def _no_plan(grid: Grid | None) -> Problem:
    table = schema.PRIORITIES
    if grid is None:
        found = "The workbook has no table of priorities"
        remedy = (
            f"Add a sheet {table.sheet} with a table (Insert, Table) named {table.name} (Table"
            f" Design, Table Name) and the columns {', '.join(table.titles)}; give each priority a"
            " row with its code and title."
        )
    else:
        found = f"The table {table.name} is blank"
        remedy = "Give each priority a row with its code and title."
    return Problem(
        Severity.NOTE,
        Code.NO_PRIORITIES,
        schema.MEASURES.sheet if grid is None else grid.sheet,
        "" if grid is None else grid.address(0, 0),
        f"{found}: documents print the titles of its tiles, or codes alone where a title has no"
        " named cell.",
        remedy,
        effect=Effect.INFORMATION,
    )
