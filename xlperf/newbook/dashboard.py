"""The Dashboard of a new workbook: head, tiles three wide, key, notes; A3, one page."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from xlperf.newbook.key_texts import KEY_SIGNS, KEY_TEXTS, KEY_TITLE
from xlperf.newbook.look import BLACK, INK, MIST
from xlperf.newbook.tile_grid import (
    HEAD,
    HEAD_ROWS,
    PITCH,
    TITLE_HEIGHT,
    WIDTHS,
    TileGrid,
    lines_of,
)
from xlperf.tables.lines import KEY_CELLS, MISSING_CELLS, NOTE_CELLS
from xlperf.tiles.wording import STATUS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlperf.assessment.rag import Rag
    from xlperf.newbook.measures import MeasureRow

NOTE_HEIGHT, KEY_HEIGHT, END_HEIGHT = 12.5, 14.5, 13.5
SMALL: dict[str, Any] = {"font_size": 8.5, "font_color": BLACK, "align": "left", "indent": 1}
"""Look of the texts at the foot."""


class DashboardSheet(TileGrid):
    """Draws the sheet; `write` does it all."""

    reasons = "Workings"
    """Sheet that says how each colour was reached."""

    def write(
        self,
        measures: Sequence[MeasureRow],
        grid: Sequence[Sequence[str]],
        titles: Mapping[str, str],
    ) -> None:
        """Draw head, tiles, key and notes, and set up the page.

        Parameters
        ----------
        grid
            Priorities: rows of tiles, left to right.
        titles
            By priority; one without a title has its code.
        """
        self.titles = titles
        self._columns()
        self._head()
        row = HEAD_ROWS
        for priorities in grid[:-1]:
            row = self.band(row, priorities, [lines_of(measures, name) for name in priorities])
        row = self._last_band(row, grid[-1] if grid else (), measures)
        self._page(self._notes(row))

    def _head(self) -> None:
        self._bars()
        last = self.last_column
        self._named("dash_title", 0, 1, **HEAD)
        if self.title:
            self.sheet.write_string(0, 1, self.title, self.look(**HEAD))
        self._named(
            "dash_period", 0, last, **{**HEAD, "font_size": 15, "bold": False, "align": "right"}
        )
        plain = {"bg_color": MIST, "font_color": INK, "indent": 1}
        self._named("dash_basis", 1, 1, **plain)
        self._named("dash_counts", 2, 1, **plain, bold=True)
        self._named("dash_checks", 2, last, **plain, align="right")

    # --- Foot

    def _heading(self, row: int, tile: int, text: str, tiles: int = 1) -> None:
        """Draw a heading of the foot: lighter than the bar of a tile, and without a code."""
        first = 1 + tile * PITCH
        style = {"bg_color": MIST, "font_color": INK, "bold": True, "indent": 1, "align": "left"}
        style |= {"top": 2, "top_color": INK}
        for column in range(first, first + tiles * PITCH - 1):
            self.sheet.write_blank(row, column, None, self.look(**style))
        self.sheet.write_string(row, first, text, self.look(**style))

    def _last_band(
        self, row: int, priorities: Sequence[str], measures: Sequence[MeasureRow]
    ) -> int:
        """Draw the last tiles and the key: beside a tile that is alone, else in a row of its own;
        gives the first row after them.
        """
        lines = [lines_of(measures, name) for name in priorities]
        texts = self._key_texts()
        if len(priorities) == 1:
            self._key(row, [(), texts[:4], texts[4:]])
            return self.band(row, priorities, lines, least=3)
        if priorities:
            row = self.band(row, priorities, lines)
        self._key(row, [texts[:2], texts[2:4], [*map(_joined, texts[4::2], texts[5::2])]])
        return self._block(row, (TITLE_HEIGHT, KEY_HEIGHT, KEY_HEIGHT))

    def _key_texts(self) -> list[tuple[Rag | None, str]]:
        """Give the texts of the key, each with its colour."""
        colours = [(rag, words.format(reasons=self.reasons)) for rag, words in chain(*KEY_TEXTS)]
        return [*colours, *((None, words) for words in KEY_SIGNS)]

    def _key(self, row: int, columns: Sequence[Sequence[tuple[Rag | None, str]]]) -> None:
        """Draw the key: heading and texts by columns of tiles, of which the first may be blank."""
        free = sum(not texts for texts in columns)
        self._heading(row, free, KEY_TITLE, len(columns) - free)
        text = self.look(**SMALL, shrink=True)
        for tile, texts in enumerate(columns):
            left = 1 + tile * PITCH
            for at, (rag, words) in enumerate(texts, row + 1):
                if rag is not None:
                    chip = {**self._chip(rag), "font_size": 8.5}
                    self._named(KEY_CELLS[str(rag)], at, left, **chip)
                    self.sheet.write_string(at, left, STATUS[rag], self.look(**chip))
                first = left + (rag is not None)
                self.sheet.merge_range(at, first, at, left + len(WIDTHS) - 1, words, text)

    def _notes(self, row: int) -> int:
        """Draw the notes by priority and the list of missing data; gives the last row, which says
        where the reasons are.
        """
        half = len(NOTE_CELLS) // 2
        blocks: tuple[tuple[int, str, tuple[str, ...], int], ...] = (
            (0, "Notes by priority", NOTE_CELLS[:half], 2),
            (1, "Notes by priority, continued", NOTE_CELLS[half:], 2),
            (2, "Not received, not available or in development", MISSING_CELLS, 1),
        )
        for tile, title, names, tall in blocks:
            first = 1 + tile * PITCH
            last = first + len(WIDTHS) - 1
            self._heading(row, tile, title)
            fitted = {"text_wrap": True, "valign": "top"} if tall > 1 else {"shrink": True}
            for number, name in enumerate(names):
                top = row + 1 + number * tall
                self._named_area(name, (top, first, top + tall - 1, last), **SMALL, **fitted)
        last = self._block(row, (TITLE_HEIGHT, *(NOTE_HEIGHT,) * len(MISSING_CELLS)))
        self.sheet.set_row(last, END_HEIGHT)
        style = {**SMALL, "bg_color": MIST}
        for column in range(1, self.last_column + 1):
            self.sheet.write_blank(last, column, None, self.look(**style))
        end = f"How each colour was reached: {self.reasons} sheet"
        self.sheet.write_string(last, 1, end, self.look(**style))
        return last


def _joined(one: tuple[Rag | None, str], other: tuple[Rag | None, str]) -> tuple[None, str]:
    """Give two texts of the key as one."""
    return None, f"{one[1]};  {other[1]}"
