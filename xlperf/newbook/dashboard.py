"""The Dashboard sheet of a new workbook: tiles three wide, a head, a key, notes; A3 landscape on
one page.

Every cell that a refresh fills has a defined name, and is found by it from then on: users may move,
insert and restyle. Nothing on the sheet is merged but cells for long texts and for small graphs, so
that it reads in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlperf.assessment.rag import Rag
from xlperf.excel.port import column_letters
from xlperf.newbook.key_texts import FILLS, KEY_SIGNS, KEY_TEXTS
from xlperf.newbook.look import BLACK, GREY, INK, LINE, MIST, NAVY, WHITE
from xlperf.newbook.paper import PAGE_SCALE, page_breaks
from xlperf.newbook.priorities import badges
from xlperf.newbook.small_charts import add_months, add_savings
from xlperf.tables.lines import (
    KEY_CELLS,
    MISSING_CELLS,
    NOTE_CELLS,
    SPC,
    cell_name,
    heading_cells,
    title_cell,
)
from xlperf.tables.measure_kinds import LineKind
from xlperf.tiles.headings import headings
from xlperf.tiles.layout import font_on
from xlperf.tiles.wording import STATUS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from xlperf.newbook.charts_sheet import SeriesPlaces
    from xlperf.newbook.look import WorkbookFormats
    from xlperf.newbook.measures import MeasureRow, TileLine

SHEET = "Dashboard"
BADGE, LABEL, BASELINE, LATEST, CHANGE, OUTLOOK, STATUS_COLUMN = range(7)
WIDTHS = (52, 176, 72, 88, 96, 62, 70)
"""Of the columns of a tile, in pixels at 100%: three tiles fit a laptop's screen and, scaled to
0.8, A3.
"""
GAP, MARGIN = 14, 12
PITCH = len(WIDTHS) + 1
HEAD_ROWS = 4
BAR_HEIGHTS = (30, 18, 18)
TITLE_HEIGHT, HEADER_HEIGHT, LINE_HEIGHT, GRAPH_HEIGHT, GAP_HEIGHT = 19, 13.5, 16.5, 25, 7
NOTE_HEIGHT = 12.5
KEY_ROWS = 4
HEAD: dict[str, Any] = {
    "bg_color": INK,
    "font_size": 20,
    "font_color": WHITE,
    "bold": True,
    "indent": 1,
}
"""Look of the title at the head."""
WORDS_ROWS = 4
"""Rows given to the text of a tile of words."""

FIELD_COLUMNS = {
    "baseline": BASELINE,
    "latest": LATEST,
    "change": CHANGE,
    "outlook": OUTLOOK,
    "rag": STATUS_COLUMN,
}
HEADINGS = {
    CHANGE: "Change",
    OUTLOOK: "Trends / n",
    STATUS_COLUMN: "Status",
}


@dataclass(slots=True)
class _Place:
    """Where a tile goes: first column and first row, counted from 0."""

    row: int
    column: int
    lines: int


class DashboardSheet:
    """Draws the sheet; `write` does it all."""

    reasons = "Workings"
    """Sheet that says how each colour was reached."""

    def __init__(
        self,
        book: Workbook,
        look: WorkbookFormats,
        places: SeriesPlaces,
        *,
        name: str = SHEET,
        title: str = "",
    ) -> None:
        """`name` is that of the sheet; `title` stands at its head until a refresh writes it."""
        self.book, self.look, self.places, self.title = book, look, places, title
        self.sheet: Worksheet = book.add_worksheet(name)
        self.last_column = 1 + 3 * PITCH - 2
        self.titles: Mapping[str, str] = {}
        self.badges: Mapping[str, str] = {}
        self.names: dict[str, str] = {}
        """Address of the cell of each name, without its sheet."""
        self.blocks: list[tuple[int, float]] = []
        """First row and height, in points, of each row of tiles and of the notes."""

    def write(
        self,
        measures: Sequence[MeasureRow],
        grid: Sequence[Sequence[str]],
        titles: Mapping[str, str],
    ) -> None:
        """Draw head, tiles, key and notes, and set up the page. The key goes beside the first tile
        that is alone.

        Parameters
        ----------
        grid
            Priorities: rows of tiles, left to right.
        titles
            By priority; one without a title has its code.
        """
        self.titles, self.badges = titles, badges([code for band in grid for code in band])
        self._columns()
        self._head()
        row = HEAD_ROWS
        keyed = False
        for priorities in grid if any(len(band) == 1 for band in grid) else [*grid, ()]:
            tiles = [lines_of(measures, name) for name in priorities]
            with_key = len(priorities) <= 1 and not keyed
            row = self._band(row, priorities, tiles, with_key=with_key)
            keyed = keyed or with_key
        last = self._notes(row)
        self._page(last)

    # --- Frame

    def _columns(self) -> None:
        self.sheet.set_column_pixels(0, 0, MARGIN)
        for tile in range(3):
            first = 1 + tile * PITCH
            for offset, width in enumerate(WIDTHS):
                self.sheet.set_column_pixels(first + offset, first + offset, width)
            self.sheet.set_column_pixels(
                first + len(WIDTHS), first + len(WIDTHS), GAP if tile < 2 else MARGIN
            )

    def _bars(self) -> None:
        """Draw the bars at the head, without texts."""
        sheet, last = self.sheet, self.last_column
        bars = zip(BAR_HEIGHTS, (INK, MIST, MIST), (20, 10, 10), (WHITE, INK, INK), strict=True)
        for row, (height, fill, size, colour) in enumerate(bars):
            sheet.set_row(row, height)
            style = {
                "bg_color": fill,
                "font_size": size,
                "font_color": colour,
                "bold": row == 0,
            }
            for column in range(1, last + 1):
                sheet.write_blank(row, column, None, self.look(**style))
        sheet.set_row(3, GAP_HEIGHT)
        sheet.freeze_panes(3, 0)

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

    def _named(self, name: str, row: int, column: int, **style: Any) -> None:
        """Give a blank cell its style and its name."""
        self.sheet.write_blank(row, column, None, self.look(**style))
        self._name(name, row, column)

    def _name(self, name: str, row: int, column: int) -> None:
        self.names[name] = f"${column_letters(column + 1)}${row + 1}"

    def _name_once(self, name: str, row: int, column: int) -> None:
        """Name a cell, unless another has the name: two codes may differ in what it cannot hold."""
        if name.lower() not in map(str.lower, self.names):
            self._name(name, row, column)

    def _named_area(self, name: str, area: tuple[int, int, int, int], **style: Any) -> None:
        """Merge cells for a long text, and name them; `area`: first row and column, last row and
        column.
        """
        self.sheet.merge_range(*area, "", self.look(**style))
        self._name(name, area[0], area[1])

    # --- Tiles

    def _band(
        self,
        row: int,
        priorities: Sequence[str],
        lines: Sequence[Sequence[TileLine]],
        *,
        with_key: bool,
    ) -> int:
        """Draw one row of tiles, all of one height; gives the first row after it."""
        depth = max(1, KEY_ROWS - 1 if with_key else 1, *map(len, lines))
        graphs = {
            place for tile in lines for place, line in enumerate(tile) if line.kind is LineKind.SPC
        }
        self.sheet.set_row(row, TITLE_HEIGHT)
        self.sheet.set_row(row + 1, HEADER_HEIGHT)
        heights = [GRAPH_HEIGHT if place in graphs else LINE_HEIGHT for place in range(depth)]
        for place, height in enumerate(heights):
            self.sheet.set_row(row + 2 + place, height)
        self.blocks.append((row, TITLE_HEIGHT + HEADER_HEIGHT + sum(heights) + GAP_HEIGHT))
        for index, (priority, tile) in enumerate(zip(priorities, lines, strict=True)):
            self._tile(_Place(row, 1 + index * PITCH, depth), priority, tile)
        if with_key:
            self._key(row, 1 + len(priorities) * PITCH)
        self.sheet.set_row(row + 2 + depth, GAP_HEIGHT)
        return row + 3 + depth

    def _tile(self, place: _Place, priority: str, lines: Sequence[TileLine]) -> None:
        title, name = self.titles.get(priority) or priority, title_cell(priority)
        self._title(place.row, place.column, self.badges[priority], title)
        self._name_once(name, place.row, place.column + 1)
        kinds = {line.kind for line in lines}
        words = kinds == {LineKind.TEXT}
        compared = [line.compared for line in lines if line.compared is not None]
        if words or kinds == {LineKind.AMOUNT}:
            first = {} if words else {LATEST: "£ million"}
            self._headings(place, first, {STATUS_COLUMN} if words else set())
        else:
            before, latest = headings(compared)
            self._headings(place, {BASELINE: before, LATEST: latest}, set(HEADINGS))
            for offset, name in zip((BASELINE, LATEST), heading_cells(priority), strict=True):
                self._name_once(name, place.row + 1, place.column + offset)
        if words and len(lines) == 1:
            self._words(place, lines[0])
            return
        for number in range(place.lines):
            row = place.row + 2 + number
            if number < len(lines):
                self._line(row, place.column, lines[number])
            else:
                for offset in range(len(WIDTHS)):
                    self.sheet.write_blank(row, place.column + offset, None, self.look())
        if kinds == {LineKind.AMOUNT}:
            self._savings(place, lines)

    def _title(
        self, row: int, column: int, badge: str, text: str, *, width: int = len(WIDTHS)
    ) -> None:
        self.sheet.write_string(
            row,
            column,
            badge,
            self.look(bg_color=INK, font_color=WHITE, bold=True, align="center", font_size=11),
        )
        bar = self.look(bg_color=NAVY, font_color=WHITE, bold=True, font_size=11, indent=1)
        for offset in range(1, width):
            self.sheet.write_blank(row, column + offset, None, bar)
        self.sheet.write_string(row, column + 1, text, bar)

    def _headings(self, place: _Place, first: Mapping[int, str], others: Set[int]) -> None:
        """Write the headings of a tile: those given, and the usual ones of `others`."""
        for offset in range(len(WIDTHS)):
            usual = HEADINGS[offset] if offset in others else ""
            text = first.get(offset, usual)
            align = "center" if offset == STATUS_COLUMN else "right"
            self.sheet.write_string(
                place.row + 1,
                place.column + offset,
                text,
                self.look(bg_color=MIST, font_color=GREY, font_size=8.5, align=align),
            )

    def _line(self, row: int, first: int, line: TileLine) -> None:
        under = {"bottom": 1, "bottom_color": LINE}
        second = line.kind in (LineKind.POSITION, LineKind.SPC)
        label = self.look(**under, font_color=GREY if second else BLACK, indent=2 if second else 1)
        for offset in range(len(WIDTHS)):
            self.sheet.write_blank(row, first + offset, None, self.look(**under))
        self.sheet.write_string(row, first, line.label, label)
        styles: dict[str, dict[str, Any]] = {
            "baseline": {"align": "right", "num_format": line.number_format},
            "latest": {"align": "right", "num_format": line.number_format, "bold": True},
            "change": {"align": "right", "font_color": GREY},
            "outlook": {"align": "right", "font_color": GREY, "indent": 1},
            "rag": self._chip(Rag.NA),
        }
        if line.kind is LineKind.POSITION:
            styles["change"] = {"align": "left", "font_color": GREY, "font_size": 9, "indent": 1}
        if line.kind is LineKind.TEXT:
            styles["latest"] = {"align": "left", "font_color": GREY, "font_size": 9}
        for field in line.fields:
            column = first + FIELD_COLUMNS[field]
            if line.kind is LineKind.TEXT and field == "latest":
                column = first + BASELINE
                name = cell_name(line.name, field)
                area = (row, column, row, first + OUTLOOK)
                self._named_area(name, area, **under, **styles[field], text_wrap=True)
                continue
            self._named(cell_name(line.name, field), row, column, **under, **styles[field])
        if line.kind is LineKind.SPC:
            size = (WIDTHS[CHANGE] + WIDTHS[OUTLOOK] - 12, int(GRAPH_HEIGHT * 4 / 3) - 4)
            measure = line.name.removesuffix(SPC)
            add_months(self.book, self.sheet, (row, first + CHANGE), size, measure, self.places)

    @staticmethod
    def _chip(rag: Rag) -> dict[str, Any]:
        fill = FILLS[rag]
        return {"bg_color": fill, "font_color": font_on(fill), "bold": True, "align": "center"}

    def _words(self, place: _Place, line: TileLine) -> None:
        """Tile of words: the label, then the text in an area of its own."""
        label = self.look(indent=1, bottom=1, bottom_color=LINE)
        row = place.row + 2
        for offset in range(len(WIDTHS)):
            self.sheet.write_blank(row, place.column + offset, None, label)
        self.sheet.write_string(row, place.column, line.label, label)
        self._named(
            cell_name(line.name, "rag"),
            row,
            place.column + STATUS_COLUMN,
            **self._chip(Rag.NA),
            bottom=1,
            bottom_color=LINE,
        )
        last = row + min(place.lines, WORDS_ROWS) - 1
        self._named_area(
            cell_name(line.name, "latest"),
            (row + 1, place.column, last, place.column + STATUS_COLUMN),
            font_color=GREY,
            text_wrap=True,
            valign="top",
            indent=1,
        )

    def _savings(self, place: _Place, _lines: Sequence[TileLine]) -> None:
        """Bar of the savings beside the amounts; the first line is their sum."""
        row, first = place.row + 2, place.column
        wide = WIDTHS[CHANGE] + WIDTHS[OUTLOOK] + WIDTHS[STATUS_COLUMN]
        size = (wide - 8, int(4 * LINE_HEIGHT * 4 / 3) - 6)
        add_savings(self.book, self.sheet, (row, first + CHANGE), size, (row, first), LATEST)

    # --- Key and notes

    def _key(self, row: int, left: int) -> None:
        """Draw the key in two places: beside a tile that is alone, or in a row of its own."""
        right = left + PITCH
        self._title(row, left, "?", "Key: what the colours mean")
        self._title(row, right, "?", "Key: signs")
        text = self.look(font_size=8.5, font_color=BLACK, indent=1)
        for column, chips in zip((left, right), KEY_TEXTS, strict=True):
            for number, (rag, words) in enumerate(chips):
                chip = {**self._chip(rag), "font_size": 8.5}
                self._named(KEY_CELLS[str(rag)], row + 1 + number, column, **chip)
                self.sheet.write_string(row + 1 + number, column, STATUS[rag], self.look(**chip))
                self.sheet.write_string(
                    row + 1 + number, column + 1, words.format(reasons=self.reasons), text
                )
        for number, words in enumerate(KEY_SIGNS):
            self.sheet.write_string(row + 2 + number, right, words, text)

    def _notes(self, row: int) -> int:
        """Draw the notes by priority and the list of missing data; gives the last row."""
        half = len(NOTE_CELLS) // 2
        blocks: tuple[tuple[int, str, tuple[str, ...], int], ...] = (
            (0, "Notes by priority", NOTE_CELLS[:half], 2),
            (1, "Notes by priority, continued", NOTE_CELLS[half:], 2),
            (2, "Not received, not available or in development", MISSING_CELLS, 1),
        )
        self.sheet.set_row(row, TITLE_HEIGHT)
        for offset in range(len(MISSING_CELLS)):
            self.sheet.set_row(row + 1 + offset, NOTE_HEIGHT)
        style = {
            "font_size": 8.5,
            "text_wrap": True,
            "valign": "top",
            "bottom": 1,
            "bottom_color": LINE,
            "indent": 1,
        }
        for tile, title, names, tall in blocks:
            first = 1 + tile * PITCH
            last = first + len(WIDTHS) - 1
            self._title(row, first, "", title)
            for number, name in enumerate(names):
                top = row + 1 + number * tall
                self._named_area(name, (top, first, top + tall - 1, last), **style)
        self.blocks.append((row, TITLE_HEIGHT + NOTE_HEIGHT * len(MISSING_CELLS)))
        return row + len(MISSING_CELLS)

    def _page(self, last_row: int) -> None:
        sheet = self.sheet
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(8)  # A3
        breaks = page_breaks(self.blocks, sum(BAR_HEIGHTS) + GAP_HEIGHT)
        if breaks:
            sheet.set_print_scale(round(100 * PAGE_SCALE))
            sheet.set_h_pagebreaks(breaks)
            sheet.repeat_rows(0, HEAD_ROWS - 1)
        else:
            sheet.fit_to_pages(1, 1)
        sheet.center_horizontally()
        sheet.set_margins(left=0.3, right=0.3, top=0.3, bottom=0.55)
        sheet.print_area(0, 0, last_row, self.last_column + 1)
        sheet.set_footer(
            f"&L&8&F&C&8How each colour was reached: {self.reasons} sheet&R&8Page &P of &N"
        )
        sheet.set_zoom(100)
        sheet.activate()
        sheet.set_first_sheet()


def lines_of(measures: Sequence[MeasureRow], priority: str) -> list[TileLine]:
    """Lines of the tile of a priority."""
    return [line for item in measures if item.priority == priority for line in item.lines]
