"""Fills and font colours: the cells of one colour together, and what gives each its own back."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

from xlperf.excel.areas import Area
from xlperf.excel.live.calls import patiently
from xlperf.excel.live.live_reading import NamePlace
from xlperf.excel.live.live_values import runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from xlperf.excel.live.live_reading import Reader

LONGEST_ADDRESS = 255
"""Characters of an address that Excel takes (documentation of Range)."""


class Colours:
    """Colours the cells of a workbook."""

    def __init__(self, reader: Reader, fills: dict[NamePlace, str | None]) -> None:
        """`fills`: those that are known; what is written is added."""
        self._reader, self._fills = reader, fills

    def forget(self) -> None:
        """Ask for fills again: what is known may be so no longer."""
        self._fills.clear()

    def write(
        self,
        sheet: str,
        colours: Mapping[tuple[int, int], tuple[str, str]],
        back: list[Callable[[], object]],
    ) -> None:
        """Colour the cells of one colour together: one call for the fills and one for the fonts."""
        for style in dict.fromkeys(colours.values()):
            places = [place for place, colour in colours.items() if colour == style]
            for areas in _together(places):
                back += self._colours_back(sheet, areas)
                patiently(partial(self._colour_areas, sheet, areas, *style))
        self._fills |= {NamePlace(sheet, *place): fill for place, (fill, _) in colours.items()}

    def _colours_back(self, sheet: str, areas: Sequence[Area]) -> list[Callable[[], object]]:
        """What gives each cell of some areas the fill and the font colour again that it has now."""
        cells = [
            Area(row, column, row, column)
            for area in areas
            for row, column in product(area.rows, area.columns)
        ]
        together = self._font(sheet, areas)
        styles: dict[tuple[str | None, Any], list[tuple[int, int]]] = {}
        for cell in cells:
            font = self._font(sheet, [cell]) if together is None else together
            fill = self._fills.get(NamePlace(sheet, cell.top, cell.left))
            styles.setdefault((fill, font), []).append((cell.top, cell.left))
        return [
            partial(patiently, partial(self._colour_areas, sheet, some, fill, font))
            for (fill, font), places in styles.items()
            for some in _together(places)
        ]

    def _font(self, sheet: str, areas: Sequence[Area]) -> Any:
        """Font colour of some areas; None when it is not one: Excel answers Null, of which xlwings
        makes no colour.
        """
        ranges = patiently(partial(self._ranges, sheet, areas))
        try:
            found = {patiently(partial(_font_colour, rng)) for rng in ranges}
        except TypeError:
            return None
        return found.pop() if len(found) == 1 else None

    def _ranges(self, sheet: str, areas: Sequence[Area]) -> list[Any]:
        """One range of all areas; or one of each, where an engine takes the first of several areas
        for all.
        """
        together = ",".join(map(str, areas))
        rng = self._reader.sheets()[sheet].range(together)
        if (
            len(areas) == 1
            or rng.get_address(row_absolute=False, column_absolute=False) == together
        ):
            return [rng]
        return [self._reader.range(sheet, area) for area in areas]

    def _colour_areas(self, sheet: str, areas: Sequence[Area], fill: str | None, font: Any) -> None:
        for rng in self._ranges(sheet, areas):
            rng.color = fill
            if font is not None:
                rng.font.color = font


def _together(places: Iterable[tuple[int, int]]) -> Iterator[list[Area]]:
    """Gather cells into areas, and those into lists whose address Excel takes."""
    some: list[Area] = []
    for area, _ in runs(dict.fromkeys(places)):
        if len(",".join(map(str, [*some, area]))) > LONGEST_ADDRESS:
            yield some
            some = []
        some.append(area)
    if some:
        yield some


def _font_colour(rng: Any) -> Any:
    return rng.font.color
