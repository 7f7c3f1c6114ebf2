"""Texts of tiles that follow the plan, titles and labels, as long as nobody typed others.

Which ones a refresh wrote is remembered beside the plan, in a column of its table. A text that is
not among them is a person's, and stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.excel.port import KEEP, OPENING, SetRows, SetValue, normalised
from xlperf.frozen import NamedTuple
from xlperf.tables.coercion import cell_text
from xlperf.tables.decision_tables import ON_THE_TILE

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from xlperf.excel.port import CellState, Edit, Grid
    from xlperf.tables.problems import Problem


class TileTexts(NamedTuple):
    """What a refresh does about texts of tiles."""

    edits: tuple[Edit, ...]
    problems: tuple[Problem, ...]


class Split(NamedTuple):
    """Texts that the plan wants in cells, by the name of the cell."""

    ours: Mapping[str, str]
    """Of cells that are as a refresh left them, or blank."""
    kept: Mapping[str, str]
    """Of cells that say something else, or cannot be written."""

    def edits(self, cells: Mapping[str, CellState]) -> list[Edit]:
        """Write what is ours and says something else now."""
        return [
            SetValue(name, text)
            for name, text in self.ours.items()
            if plain(cells[name].value) != plain(text)
        ]


def split(wanted: Mapping[str, str], cells: Mapping[str, CellState], written: Set[str]) -> Split:
    """Divide what is wanted in cells; `written`: what refreshes wrote."""
    kept = {name for name, text in wanted.items() if _stays(cells[name], text, written)}
    ours = {name: text for name, text in wanted.items() if name not in kept}
    return Split(ours, {name: text for name, text in wanted.items() if name in kept})


def _stays(state: CellState, text: str, written: Set[str]) -> bool:
    now = shown(state)
    return plain(now) != plain(text) and bool(state.refusal or (now and now not in written))


def shown(state: CellState) -> str:
    """What a cell says; empty for a blank one and a marker."""
    value = state.value
    return plain(value) if value is None or isinstance(value, str) else str(value)


def plain(value: object) -> str:
    """Text of a cell, without surplus spaces; empty for a marker, and for what is no text."""
    if not isinstance(value, str) or value.startswith(OPENING):
        return ""
    return " ".join(value.split())


def remembered(grid: Grid | None, title: str = ON_THE_TILE) -> frozenset[str]:
    """Texts of a column, of whichever row: rows are moved and typed over."""
    place = None if grid is None else grid.column(title)
    if grid is None or place is None:
        return frozenset()
    return frozenset(text for row in grid.rows if (text := plain(row[place])))


def memory(grid: Grid, table: str, key: str, texts: Mapping[str, str]) -> SetRows | None:
    """Edit that remembers what tiles say, by the normalised text of the column `key`; None where it
    is remembered, or there is no column for it.
    """
    place, keys = grid.column(ON_THE_TILE), grid.column(key)
    if place is None or keys is None:
        return None
    wanted = [texts.get(normalised(cell_text(row[keys]))) for row in grid.rows]
    if all(
        text is None or plain(row[place]) == plain(text)
        for row, text in zip(grid.rows, wanted, strict=True)
    ):
        return None
    rows = tuple((KEEP if text is None else text,) for text in wanted)
    return SetRows(table, (ON_THE_TILE,), rows)
