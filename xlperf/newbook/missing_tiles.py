"""A sheet of tiles for lines that no other sheet shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.newbook.key_texts import MISSING_SENTENCES
from xlperf.newbook.look import INK, MIST
from xlperf.newbook.priorities import bands
from xlperf.newbook.tile_grid import HEAD, HEAD_ROWS, TileGrid, lines_of

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from xlperf.newbook.measures import MeasureRow


class MissingTiles(TileGrid):
    """Draws such a sheet; `write_missing` does it all."""

    def write_missing(
        self,
        measures: Sequence[MeasureRow],
        priorities: Sequence[str],
        titles: Mapping[str, str],
        lines: Container[str],
    ) -> None:
        """Draw tiles of some lines alone: a sheet for what no other one shows.

        `priorities`: all of the plan, in its order.
        """
        self.titles = titles
        tiles = {
            name: tile
            for name in priorities
            if (tile := [line for line in lines_of(measures, name) if line.name in lines])
        }
        self._columns()
        self._bars()
        self.sheet.write_string(0, 1, self.title, self.look(**HEAD))
        for at, text in enumerate(MISSING_SENTENCES, 1):
            self.sheet.write_string(at, 1, text, self.look(bg_color=MIST, font_color=INK, indent=1))
        row = HEAD_ROWS
        for band in bands(list(tiles)):
            row = self.band(row, band, [tiles[name] for name in band])
        self._page(row)
