"""Tiles of a plan on a sheet, three wide: rows of frames of one height, each with a bar, headings
and lines.

Every cell that a refresh fills has a defined name, and is found by it from then on: users may move,
insert and restyle. Nothing is merged but cells for long texts, so that the sheet reads in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlperf.assessment.rag import Rag
from xlperf.excel.port import column_letters
from xlperf.newbook.key_texts import FILLS
from xlperf.newbook.look import BLACK, GREY, INK, LINE, MIST, NAVY, WHITE
from xlperf.newbook.paper import PAGE_SCALE, page_breaks
from xlperf.newbook.priorities import badge
from xlperf.newbook.small_charts import add_months, add_savings
from xlperf.tables.lines import SPC, cell_name, heading_cells, title_cell
from xlperf.tables.measure_kinds import LineKind
from xlperf.tiles.headings import headings
from xlperf.tiles.layout import font_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence, Set

    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from xlperf.newbook.charts_sheet import SeriesPlaces
    from xlperf.newbook.look import WorkbookFormats
    from xlperf.newbook.measures import MeasureRow, TileLine

SHEET = "Dashboard"
BADGE, LABEL, BASELINE, LATEST, CHANGE, OUTLOOK, EDGE, STATUS_COLUMN = range(8)
WIDTHS = (52, 140, 64, 72, 90, 64, 6, 70)
"""Of the columns of a tile, in pixels at 100%; the edge keeps figures apart from the status.

Three tiles take 1,718 pixels with their gaps: all of a screen of 1,920, beside Excel's own frame.
"""
GAP, MARGIN = 12, 10
PITCH = len(WIDTHS) + 1
HEAD_ROWS = 4
BAR_HEIGHTS = (30, 18, 18)
TITLE_HEIGHT, HEADER_HEIGHT, LINE_HEIGHT, GRAPH_HEIGHT, GAP_HEIGHT = 19, 13.5, 16.5, 33, 7
TEXT_HEIGHT = 25
"""Height of a line of words: two lines of small print."""
MORE_HEIGHT = 13
"""What each further line of a label or a title adds."""
LABEL_LETTERS, TITLE_LETTERS = 31, 65
"""Letters of a label, and of a title, that fit in one line."""
HEAD: dict[str, Any] = {
    "bg_color": INK,
    "font_size": 20,
    "font_color": WHITE,
    "bold": True,
    "indent": 1,
}
"""Look of the title at the head."""
WORDS_ROWS = 3
"""Rows of a tile of words, at least: its label, and the text below."""

FIELD_COLUMNS = {
    "baseline": BASELINE,
    "latest": LATEST,
    "change": CHANGE,
    "outlook": OUTLOOK,
    "rag": STATUS_COLUMN,
}
HEADINGS = {CHANGE: "Change", OUTLOOK: "Trends / n", STATUS_COLUMN: "Status"}


@dataclass(slots=True)
class _Place:
    """Where a tile goes: first column and first row, counted from 0."""

    row: int
    column: int
    lines: int
    priority: str


class TileGrid:
    """Draws tiles on a sheet of their own; `band` draws one row of them."""

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
        self.names: dict[str, str] = {}
        """Address of the cell of each name, without its sheet."""
        self.blocks: list[tuple[int, float]] = []
        """First row and height, in points, of what stays together on a page."""

    # --- Frame

    def _columns(self) -> None:
        self.sheet.set_column_pixels(0, 0, MARGIN)
        for tile in range(3):
            first = 1 + tile * PITCH
            for offset, width in enumerate(WIDTHS):
                self.sheet.set_column_pixels(first + offset, first + offset, width)
            gap = first + len(WIDTHS)
            self.sheet.set_column_pixels(gap, gap, GAP if tile < 2 else MARGIN)

    def _bars(self) -> None:
        """Draw the bars at the head, without texts."""
        sheet, last = self.sheet, self.last_column
        bars = zip(BAR_HEIGHTS, (INK, MIST, MIST), (20, 10, 10), (WHITE, INK, INK), strict=True)
        for row, (height, fill, size, colour) in enumerate(bars):
            sheet.set_row(row, height)
            style = {"bg_color": fill, "font_size": size, "font_color": colour, "bold": row == 0}
            for column in range(1, last + 1):
                sheet.write_blank(row, column, None, self.look(**style))
        sheet.set_row(3, GAP_HEIGHT)
        sheet.freeze_panes(3, 0)

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
        """Merge and name cells for a long text; `area`: first row, column, last row, column."""
        self.sheet.merge_range(*area, "", self.look(**style))
        self._name(name, area[0], area[1])

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
        sheet.set_footer("&L&8&F&R&8Page &P of &N")
        sheet.set_zoom(100)
        sheet.activate()

    # --- Tiles

    def band(
        self,
        row: int,
        priorities: Sequence[str],
        lines: Sequence[Sequence[TileLine]],
        least: int = 1,
    ) -> int:
        """Draw one row of tiles, all of one height; gives the first row after it. `least`: rows
        below the headings, at least.
        """
        if any(_of_words(tile) for tile in lines):
            least = max(least, WORDS_ROWS)
        depth = max(least, *map(len, lines))
        titles = [self.titles.get(priority) or priority for priority in priorities]
        more = max(_rows(title, TITLE_LETTERS) for title in titles) - 1
        heights = (
            TITLE_HEIGHT + MORE_HEIGHT * more,
            HEADER_HEIGHT,
            *(_height(tile[at] for tile in lines if at < len(tile)) for at in range(depth)),
        )
        for index, (priority, tile) in enumerate(zip(priorities, lines, strict=True)):
            self._tile(_Place(row, 1 + index * PITCH, depth, priority), tile)
        return self._block(row, heights)

    def _block(self, row: int, heights: Sequence[float]) -> int:
        """Set the heights of rows kept on one page, and of a gap below; gives the row after it."""
        for place, height in enumerate((*heights, GAP_HEIGHT), row):
            self.sheet.set_row(place, height)
        self.blocks.append((row, sum(heights) + GAP_HEIGHT))
        return row + len(heights) + 1

    def _tile(self, place: _Place, lines: Sequence[TileLine]) -> None:
        self._title(place)
        kinds = {line.kind for line in lines}
        words = kinds == {LineKind.TEXT}
        compared = [line.compared for line in lines if line.compared is not None]
        if words or kinds == {LineKind.AMOUNT}:
            first = {} if words else {LATEST: "£ million"}
            self._headings(place, first, {STATUS_COLUMN} if words else set())
        else:
            before, latest = headings(compared)
            self._headings(place, {BASELINE: before, LATEST: latest}, set(HEADINGS))
            for offset, name in zip((BASELINE, LATEST), heading_cells(place.priority), strict=True):
                self._name_once(name, place.row + 1, place.column + offset)
        for number in range(place.lines):
            self._blank(place, number, ruled=number < len(lines))
        if _of_words(lines):
            self._words(place, lines[0])
            return
        for number, line in enumerate(lines):
            self._line(place, number, line)
        if kinds == {LineKind.AMOUNT}:
            self._savings(place, lines)

    def _title(self, place: _Place) -> None:
        """Write code and title of a tile; a title of several lines gets an area of its own."""
        row, column, priority = place.row, place.column, place.priority
        title, name = self.titles.get(priority) or priority, title_cell(priority)
        white = {"font_color": WHITE, "bold": True, "font_size": 11}
        corner = self.look(**white, bg_color=INK, align="center", shrink=True)
        self.sheet.write_string(row, column, badge(priority), corner)
        long = _rows(title, TITLE_LETTERS) > 1
        bar = self.look(**white, bg_color=NAVY, indent=1, text_wrap=long)
        for offset in range(1, len(WIDTHS)):
            self.sheet.write_blank(row, column + offset, None, bar)
        if long:
            last = column + len(WIDTHS) - 1
            self.sheet.merge_range(row, column + 1, row, last, "", bar)
        self.sheet.write_string(row, column + 1, title, bar)
        self._name_once(name, row, column + 1)

    def _headings(self, place: _Place, first: Mapping[int, str], others: Set[int]) -> None:
        """Write the headings of a tile: those given, and the usual ones of `others`."""
        for offset in range(len(WIDTHS)):
            usual = HEADINGS[offset] if offset in others else ""
            text = first.get(offset, usual)
            align = "center" if offset == STATUS_COLUMN else "right"
            style = self._framed(place, -1, offset, bg_color=MIST, font_color=GREY)
            style |= {"font_size": 8.5, "align": align}
            self.sheet.write_string(place.row + 1, place.column + offset, text, self.look(**style))

    @staticmethod
    def _framed(
        place: _Place, number: int, offset: int, *, ruled: bool = False, **style: Any
    ) -> dict[str, Any]:
        """Add what a cell shows of the frame of its tile, and the rule below its line."""
        sides = {"left": offset == 0, "right": offset == STATUS_COLUMN}
        sides["bottom"] = ruled or number == place.lines - 1
        for side, drawn in sides.items():
            if drawn:
                style |= {side: 1, f"{side}_color": LINE}
        return style

    def _blank(self, place: _Place, number: int, *, ruled: bool) -> None:
        for offset in range(len(WIDTHS)):
            style = self.look(**self._framed(place, number, offset, ruled=ruled))
            self.sheet.write_blank(place.row + 2 + number, place.column + offset, None, style)

    def _line(self, place: _Place, number: int, line: TileLine) -> None:
        row, first = place.row + 2 + number, place.column
        self._label(place, number, line)
        styles: dict[str, dict[str, Any]] = {
            "baseline": {"align": "right", "num_format": line.number_format},
            "latest": {"align": "right", "num_format": line.number_format, "bold": True},
            "change": {"align": "right", "font_color": GREY},
            "outlook": {"align": "right", "font_color": GREY},
            "rag": self._chip(Rag.NA),
        }
        if line.kind is LineKind.POSITION:
            styles["change"] = {"align": "left", "font_color": GREY, "font_size": 9, "indent": 1}
        if line.kind is LineKind.TEXT:
            styles["latest"] = {"align": "left", "font_color": GREY, "font_size": 9}
        for field in line.fields:
            offset, name = FIELD_COLUMNS[field], cell_name(line.name, field)
            if line.kind is LineKind.TEXT and field == "latest":
                style = self._framed(place, number, BASELINE, ruled=True, **styles[field])
                area = (row, first + BASELINE, row, first + EDGE)
                self._named_area(name, area, **style, text_wrap=True)
                continue
            style = self._framed(place, number, offset, ruled=True, **styles[field])
            self._named(name, row, first + offset, **style)
        if line.kind is LineKind.SPC:
            size = (WIDTHS[CHANGE] + WIDTHS[OUTLOOK] - 8, int(GRAPH_HEIGHT * 4 / 3) - 4)
            measure = line.name.removesuffix(SPC)
            title = self.titles.get(place.priority) or place.priority
            name = f"{place.priority} {title} ({measure})"
            where = (row, first + CHANGE)
            add_months(self.book, self.sheet, where, size, measure, name, self.places)

    def _label(self, place: _Place, number: int, line: TileLine) -> None:
        """Write the label of a line; one of several lines gets an area of its own."""
        row, first = place.row + 2 + number, place.column
        second = line.kind in (LineKind.POSITION, LineKind.SPC)
        long = _label_rows(line) > 1
        style = self._framed(place, number, 0, ruled=True, text_wrap=long, align="left")
        style |= {"font_color": GREY if second else BLACK, "indent": 2 if second else 1}
        if long:
            self.sheet.merge_range(row, first, row, first + LABEL, "", self.look(**style))
        self.sheet.write_string(row, first, line.label, self.look(**style))

    @staticmethod
    def _chip(rag: Rag) -> dict[str, Any]:
        fill = FILLS[rag]
        return {"bg_color": fill, "font_color": font_on(fill), "bold": True, "align": "center"}

    def _words(self, place: _Place, line: TileLine) -> None:
        """Tile of words: the label, then the text in an area of its own."""
        row, first = place.row + 2, place.column
        style = self._framed(place, 0, 0, indent=1)
        self.sheet.write_string(row, first, line.label, self.look(**style))
        style = self._framed(place, 0, STATUS_COLUMN, ruled=True, **self._chip(Rag.NA))
        self._named(cell_name(line.name, "rag"), row, first + STATUS_COLUMN, **style)
        style = {"font_color": GREY, "text_wrap": True, "valign": "top", "align": "left"}
        for side in ("left", "right", "bottom"):
            style |= {side: 1, f"{side}_color": LINE}
        area = (row + 1, first, row + place.lines - 1, first + STATUS_COLUMN)
        self._named_area(cell_name(line.name, "latest"), area, **style, indent=1)

    def _savings(self, place: _Place, _lines: Sequence[TileLine]) -> None:
        """Bar of the savings beside the amounts; the first line is their sum."""
        row, first = place.row + 2, place.column
        wide = sum(WIDTHS[CHANGE:])
        size = (wide - 12, int(4 * LINE_HEIGHT * 4 / 3) - 6)
        add_savings(self.book, self.sheet, (row, first + CHANGE), size, (row, first), LATEST)


def _of_words(lines: Sequence[TileLine]) -> bool:
    """Whether a tile consists of one text."""
    return [line.kind for line in lines] == [LineKind.TEXT]


def _rows(text: str, letters: int) -> int:
    """Lines that a text takes, at most."""
    return max(1, -(-len(text) // letters))


def _label_rows(line: TileLine) -> int:
    """Lines of a label: one that stands beside a blank cell may run on into it."""
    beside = "baseline" in line.fields or line.kind is LineKind.TEXT
    return _rows(line.label, LABEL_LETTERS) if beside else 1


def _height(lines: Iterable[TileLine]) -> float:
    """Height of a row of a band, by what stands in it."""
    usual = {LineKind.SPC: GRAPH_HEIGHT, LineKind.TEXT: TEXT_HEIGHT}
    heights = (
        usual.get(line.kind, LINE_HEIGHT) + MORE_HEIGHT * (_label_rows(line) - 1) for line in lines
    )
    return max(heights, default=LINE_HEIGHT)


def lines_of(measures: Sequence[MeasureRow], priority: str) -> list[TileLine]:
    """Lines of the tile of a priority."""
    return [line for item in measures if item.priority == priority for line in item.lines]
