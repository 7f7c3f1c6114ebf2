"""Fills and font colours: cells of one colour are written together, and each gets its own back."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

from xlperf.excel.live.calls import retry_while_busy
from xlperf.excel.live.live_structure import NamePlace
from xlperf.excel.live.live_values import runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from xlperf.excel.areas import Area
    from xlperf.excel.live.live_reading import Reader

LONGEST_ADDRESS = 255
"""Number of characters of an address that Excel accepts (documentation of Range)."""


class Colours:
    """Colours the cells of a workbook."""

    def __init__(self, reader: Reader, fills: dict[NamePlace, str | None]) -> None:
        """`fills` are the fills that are known already; every fill that is written is added."""
        self._reader, self._fills = reader, fills

    def forget(self) -> None:
        """Forget all fills, so that they are read again."""
        self._fills.clear()
        self._reader.structure.forget_colours()

    def write(
        self,
        sheet: str,
        colours: Mapping[tuple[int, int], tuple[str, str]],
        back: list[Callable[[], object]],
    ) -> None:
        """Colour the cells of one colour together: one call for the fills and one for the fonts.

        The calls that restore the colours are added to `back` first.
        """
        for style in dict.fromkeys(colours.values()):
            places = [place for place, colour in colours.items() if colour == style]
            for areas in _together(places):
                back += self._colours_back(sheet, areas)
                retry_while_busy(partial(self._colour_areas, sheet, areas, *style))
        fills = {NamePlace(sheet, *place): fill for place, (fill, _) in colours.items()}
        self._fills |= fills
        self._reader.structure.forget_colours(fills)

    def _colours_back(self, sheet: str, areas: Sequence[Area]) -> list[Callable[[], object]]:
        """Return calls that restore the current fill and font colour of each cell of some areas."""
        cells = [
            NamePlace(sheet, row, column)
            for area in areas
            for row, column in product(area.rows, area.columns)
        ]
        fonts = self._reader.structure.fonts(cells) or self._fonts_singly(sheet, areas, cells)
        styles: dict[tuple[str | None, Any], list[tuple[int, int]]] = {}
        for cell, font in zip(cells, fonts, strict=True):
            styles.setdefault((self._fills.get(cell), font), []).append((cell.row, cell.column))
        return [
            partial(retry_while_busy, partial(self._colour_areas, sheet, some, fill, font))
            for (fill, font), places in styles.items()
            for some in _together(places)
        ]

    def _fonts_singly(
        self, sheet: str, areas: Sequence[Area], cells: Sequence[NamePlace]
    ) -> list[Any]:
        together = self._font(sheet, areas)
        return [self._font(sheet, [cell.area]) if together is None else together for cell in cells]

    def _font(self, sheet: str, areas: Sequence[Area]) -> Any:
        """Return the font colour of some areas; None if they have several.

        For several colours Excel answers Null, which xlwings cannot convert.
        """
        ranges = retry_while_busy(partial(self._ranges, sheet, areas))
        try:
            colours = {retry_while_busy(partial(_font_colour, rng)) for rng in ranges}
        except TypeError:
            return None
        return colours.pop() if len(colours) == 1 else None

    def _ranges(self, sheet: str, areas: Sequence[Area]) -> list[Any]:
        """Return one range of all areas.

        If an engine takes only the first of several areas, returns one range for each.
        """
        together = ",".join(map(str, areas))
        rng = self._reader.structure.sheet(sheet).range(together)
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
    """Group cells into areas, and areas into lists whose address Excel accepts."""
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
