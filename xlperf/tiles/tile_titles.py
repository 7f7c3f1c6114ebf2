"""Titles of tiles: a refresh keeps them those of the plan, as long as nobody typed others.

Which titles a refresh wrote is remembered beside the priorities, in a column of their table. A
title that is not among them is a person's, and stays. A workbook without rows of priorities has no
other titles than those of its tiles, so documents print them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from xlperf.excel.port import KEEP, OPENING, SetRows, SetValue, normalised
from xlperf.tables import schema
from xlperf.tables.coercion import cell_text
from xlperf.tables.data import PlanPriority
from xlperf.tables.decision_tables import ON_THE_TILE
from xlperf.tables.lines import title_cell
from xlperf.tables.problems import Code, Effect, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlperf.excel.port import CellState, Edit, Grid, Workbook
    from xlperf.tables.data import Tables


class TileTitles(NamedTuple):
    """What a refresh does about the titles of tiles."""

    edits: tuple[Edit, ...]
    problems: tuple[Problem, ...]


def fill_titles(book: Workbook, tables: Tables, grid: Grid | None) -> tuple[Tables, TileTitles]:
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
            PlanPriority(code, _text(cells[name].value) if name in cells else "")
            for name, code in codes.items()
        )
        found = (_no_plan(grid),) if tables.measures else ()
        return replace(tables, priorities=titles), TileTitles((), found)
    wanted = {
        name: title
        for name, code in codes.items()
        if name in cells and (title := tables.priority(code).title)
    }
    written = _remembered(grid)
    kept = [
        name
        for name, title in wanted.items()
        if (now := _text(cells[name].value)) != _text(title) and (now or cells[name].refusal)
        if cells[name].refusal or now not in written
    ]
    ours = {name: title for name, title in wanted.items() if name not in kept}
    edits: list[Edit] = [
        SetValue(name, title)
        for name, title in ours.items()
        if _text(cells[name].value) != _text(title)
    ]
    memory = _memory(grid, {normalised(codes[name]): title for name, title in ours.items()})
    if memory is not None and book.refusal(memory) is None:
        edits.append(memory)
    problems = tuple(_kept(cells[name], codes[name], wanted[name]) for name in kept)
    return tables, TileTitles(tuple(edits), problems)


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


def _text(value: object) -> str:
    """Text of a cell, without surplus spaces; empty for a marker, and for what is no text."""
    if not isinstance(value, str) or value.startswith(OPENING):
        return ""
    return " ".join(value.split())


def _column(grid: Grid, title: str) -> int | None:
    titles = [normalised(each) for each in grid.header]
    return titles.index(normalised(title)) if normalised(title) in titles else None


def _remembered(grid: Grid) -> frozenset[str]:
    """Titles that refreshes wrote, of whichever row: rows are moved and typed over."""
    place = _column(grid, ON_THE_TILE)
    return frozenset() if place is None else frozenset(_text(row[place]) for row in grid.rows)


def _memory(grid: Grid, titles: Mapping[str, str]) -> SetRows | None:
    """Edit that remembers the titles of tiles, by code; None where they are remembered, or there is
    no column for them.
    """
    place, codes = _column(grid, ON_THE_TILE), _column(grid, "Code")
    if place is None or codes is None:
        return None
    wanted = [titles.get(normalised(cell_text(row[codes]))) for row in grid.rows]
    if all(
        title is None or _text(row[place]) == _text(title)
        for row, title in zip(grid.rows, wanted, strict=True)
    ):
        return None
    rows = tuple((KEEP if title is None else title,) for title in wanted)
    return SetRows(schema.PRIORITIES.name, (ON_THE_TILE,), rows)


def _kept(state: CellState, code: str, title: str) -> Problem:
    now = _text(state.value)
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
