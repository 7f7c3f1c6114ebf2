"""Named cells: their content, why one must not be written, and the fills of status cells."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from xlperf.excel.areas import address, enclosing, halves
from xlperf.excel.live.live_structure import area_of
from xlperf.excel.live.live_values import hexadecimal, is_formula
from xlperf.excel.port import CellState
from xlperf.excel.refusals import no_cell, not_ours

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from xlperf.excel.areas import Area
    from xlperf.excel.live.live_reading import Reader
    from xlperf.excel.live.live_structure import NamePlace

STATUS = "_rag"
"""End of the names of status cells. Only their fills are read, as each takes a call where the
workbook's macro does not answer.
"""


@dataclass(slots=True)
class NamedCell:
    """A named cell as it was read."""

    state: CellState
    place: NamePlace
    formula: Any


class NamedCells:
    """Cells of a workbook by their names. Merged areas and colours of single cells are
    read once.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.fills: dict[NamePlace, str | None] = {}
        """Fills that were read."""
        self._merged: dict[NamePlace, str | None] = {}
        """Why a cell must not be written: it is inside a merged area but is not its first cell."""

    def look(self, names: Iterable[str], coloured: Container[str]) -> dict[str, NamedCell]:
        """Read the cells of names. Names that point to no cell are left out. Fills are read of
        `coloured`.
        """
        structure = self._reader.structure
        places = {name: place for name in names if (place := structure.place(name)) is not None}
        self._reader.load(place.sheet for place in places.values())
        cells = {}
        for sheet in sorted({place.sheet for place in places.values()}):
            here = {name: place for name, place in places.items() if place.sheet == sheet}
            area = _around(here.values())
            _, values, formulas = self._reader.cells(sheet, area)
            values_by_place = {
                place: values[place.row - area.top][place.column - area.left]
                for place in here.values()
            }
            blank = [
                place
                for place, value in values_by_place.items()
                if value is None and place not in self._merged and not self._is_answered(place)
            ]
            self._find_merged(sorted(blank, key=lambda place: (place.row, place.column)))
            for name, place in here.items():
                row, column = place.row - area.top, place.column - area.left
                value, formula = values[row][column], formulas[row][column]
                refusal = (
                    "holds a formula" if is_formula(formula, value) else self._merged.get(place)
                )
                fill = self.fill(place) if name in coloured else None
                state = CellState(
                    name, sheet, address(place.row, place.column), value, fill, refusal
                )
                cells[name] = NamedCell(state, place, formula)
        return cells

    def _is_answered(self, place: NamePlace) -> bool:
        """Take what is known of the merged area of a cell; returns whether it is known."""
        merged = self._reader.structure.merged(place)
        if merged is not None:
            self._merged[place] = _refusal(place, merged)
        return merged is not None

    def _find_merged(self, places: Sequence[NamePlace]) -> None:
        """Find which blank cells of a sheet are inside merged areas, by halving: a call can ask
        about many.

        A filled cell is not merged, or is the first cell of its merged area.
        """
        if not places:
            return
        area = _around(places)
        rng = self._reader.range(places[0].sheet, area)
        if len(places) == 1:
            self._merged[places[0]] = _refusal(places[0], area_of(rng.merge_area))
        elif rng.merge_cells is False:
            self._merged |= dict.fromkeys(places)
        else:
            for half in halves(places, attrgetter("row", "column")):
                self._find_merged(half)

    def fill(self, place: NamePlace) -> str | None:
        """Return the fill of a cell as ``#RRGGBB``; None if it has none."""
        if place not in self.fills:
            colour = self._reader.structure.fill(place)
            self.fills[place] = None if colour is None else hexadecimal(colour)
        return self.fills[place]


def _refusal(place: NamePlace, merged: Area) -> str | None:
    first = (merged.top, merged.left) == (place.row, place.column)
    return None if first else f"is inside the merged area {merged}"


def writable(name: str, cells: Mapping[str, NamedCell]) -> NamedCell:
    """Return the cell of a name. Raises `LayoutError` if there is none or it must not
    be written.
    """
    cell = cells.get(name)
    if cell is None:
        raise no_cell(name)
    state = cell.state
    if state.refusal:
        raise not_ours(state.sheet, state.address, name, state.refusal)
    return cell


def _around(places: Iterable[NamePlace]) -> Area:
    return enclosing((place.row, place.column) for place in places)
