"""The dashboard as a PDF: A3 on its side, the tiles of the workbook laid out by Typst.

What stands in a tile is what the report and the workbook have: the rows of the contents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlperf.assessment.charts import MonthsChart
from xlperf.documents.chart_marks import marks
from xlperf.documents.column_widths import fitted, longest_word
from xlperf.documents.typesetting import pdf_pages
from xlperf.newbook.key_texts import KEY_SIGNS, KEY_TEXTS
from xlperf.newbook.priorities import badge
from xlperf.tables.lines import SPC, cell_name
from xlperf.tables.measure_kinds import LINES, LineKind
from xlperf.tiles.figures import rounded
from xlperf.tiles.headings import headings
from xlperf.tiles.layout import is_dark
from xlperf.tiles.wording import STATUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.assessment.rag import Rag
    from xlperf.documents.pack_values import PackContents, PrintedChart, Section, TileRow

REASONS = "the report"
"""Where a reader of the PDF finds why a line has its colour."""
WHERE_REASONS = f"How each colour was reached: see {REASONS}."
LINE, LATEST, CHANGE, OUTLOOK, STATUS_TITLE = "Line", "Latest", "Change", "Trends / n", "Status"
MILLIONS = "£ million"
NOTES_TITLE, NOTES_GO_ON = "Notes by priority", "Notes by priority, continued"
MISSING_TITLE = "Not received, not available or in development"
KEY_TITLES = "Key: what the colours mean", "Key: signs"
NO_NOTES = "None."
USUAL_WIDTHS: dict[int, tuple[float, ...]] = {
    2: (227.0, 151.0),
    3: (114.0, 221.0, 43.0),
    6: (139.0, 43.0, 45.0, 61.5, 47.0, 42.5),
}
"""Points of the columns of a tile, by their number."""
LETTER, BESIDE = 4.5, 5.0
"""Points of a letter of 8.5 points, at most, and of the room beside a text."""
LEAST_LABEL = 80.0
"""Points that the labels of a tile keep."""
MOST_TOGETHER = 40.0
"""Rows of the tallest tile that is kept on one page."""
LETTERS_A_ROW = 60
"""Letters of a row that make it as tall as another."""
FEWEST_PARTS = 2
"""Parts of a sum that make a bar."""


@dataclass(frozen=True, slots=True)
class StatusChip:
    """A status as a shape and a word on its fill, #RRGGBB."""

    text: str
    fill: str
    dark: bool


@dataclass(frozen=True, slots=True)
class TileText:
    """A text that takes some columns of a row of a tile. `look`: plain, figure, remark or words."""

    text: str
    columns: int = 1
    look: str = "plain"


@dataclass(frozen=True, slots=True)
class SmallChart:
    """A line of months over two columns, with its alternative text."""

    marks: object
    alt: str


@dataclass(frozen=True, slots=True)
class DashboardRow:
    """A row of a tile. `second`: it adds to the line before."""

    label: str
    second: bool
    texts: tuple[TileText, ...]
    chart: SmallChart | None
    chip: StatusChip | None


@dataclass(frozen=True, slots=True)
class BarPart:
    """A part of a sum: its share of all, and its texts."""

    name: str
    share: float
    text: str


@dataclass(frozen=True, slots=True)
class DashboardTile:
    """A tile: badge, title, headings and widths of its columns (six; of words three, of amounts
    two), rows, and a bar of amounts or none.
    """

    name: str
    """Its code and what it is."""
    badge: str
    title: str
    headings: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[DashboardRow, ...]
    bar: tuple[BarPart, ...]
    bar_alt: str
    tall: bool
    """It may be longer than a page, so that it may be cut between rows."""


def dashboard_pdf(contents: PackContents) -> bytes:
    """Give the bytes of the dashboard, a .pdf; raises `PackError` where it cannot be made."""
    return pdf_pages("dashboard", "Dashboard", contents, dashboard_data(contents))


def dashboard_data(contents: PackContents) -> dict[str, Any]:
    """Give all that the layout writes."""
    tiles = {section.priority: _tile(section, contents) for section in contents.sections}
    cells = contents.cells
    return {
        "foot": "",  # title and period are at the head of the page
        "head": [str(cells[f"dash_{name}"] or "") for name in ("title", "period")],
        "lead": [str(cells["dash_basis"] or ""), contents.counts, str(cells["dash_checks"] or "")],
        "bands": [[tiles[code] for code in band if code in tiles] for band in contents.priorities],
        "key": _key(contents),
        "notes": _notes(contents),
    }


# -- tiles


def _tile(section: Section, contents: PackContents) -> DashboardTile:
    charts = {
        item.chart.measure: item for item in section.charts if isinstance(item.chart, MonthsChart)
    }
    titles = tile_headings(section)
    rows = tuple(_row(row, charts, len(titles), contents) for row in section.rows)
    bar, alt = amount_bar(section.rows, contents)
    widths = _widths(titles, rows)
    corner = badge(section.priority)
    return DashboardTile(
        section.heading, corner, section.title, titles, widths, rows, bar, alt, _tall(rows)
    )


def tile_headings(section: Section) -> tuple[str, ...]:
    """Give the headings of the columns of a tile: six, three where all is words, two of amounts."""
    kinds = {row.kind for row in section.rows}
    if kinds <= {LineKind.TEXT}:
        return (LINE, LATEST, STATUS_TITLE)
    if kinds == {LineKind.AMOUNT}:
        return (LINE, MILLIONS)
    return (LINE, *headings(section.comparisons), CHANGE, OUTLOOK, STATUS_TITLE)


def _row(
    row: TileRow, charts: dict[str, PrintedChart], columns: int, contents: PackContents
) -> DashboardRow:
    record, chart, chip = LINES[row.kind], None, None
    texts: tuple[TileText, ...]
    if "rag" in record.fields:
        fill = contents.fills[row.rag]
        chip = StatusChip(row.status, fill, is_dark(fill))
    match row.kind:
        case LineKind.TEXT:
            texts = (TileText(row.latest, columns - 2, "words"),)
        case LineKind.POSITION:
            texts = (TileText(row.latest, 2, "figure"), TileText(row.change, 2, "remark"))
        case LineKind.SPC:
            texts = (TileText(row.latest, 2, "figure"),)
            item = charts.get(row.line.removesuffix(SPC))
            chart = SmallChart(marks(item.chart), item.alt) if item is not None else None
        case LineKind.AMOUNT if columns == 2:
            texts = (TileText(row.latest, look="figure"),)
        case _:
            texts = (
                TileText(row.baseline),
                TileText(row.latest, look="figure"),
                TileText(row.change),
                TileText(row.outlook),
            )
    return DashboardRow(row.label, record.secondary, texts, chart, chip)


def _tall(rows: Sequence[DashboardRow]) -> bool:
    letters = (len(row.label) + sum(len(text.text) for text in row.texts) for row in rows)
    return sum(1 + count / LETTERS_A_ROW for count in letters) > MOST_TOGETHER


def _widths(titles: Sequence[str], rows: Sequence[DashboardRow]) -> tuple[float, ...]:
    """Widths of the columns: the usual ones, but wide enough for the longest word of each."""
    usual = USUAL_WIDTHS[len(titles)]
    columns: list[list[str]] = [[] for _column in usual]
    for row in rows:
        for place, text in enumerate(row.texts, 1):
            if text.columns == 1:
                columns[place].append(text.text)
    needs = [LETTER * longest_word(texts) + BESIDE if texts else 0.0 for texts in columns]
    return tuple(fitted(usual, [LEAST_LABEL, *needs[1:-1], usual[-1]]))


def amount_bar(rows: Sequence[TileRow], contents: PackContents) -> tuple[tuple[BarPart, ...], str]:
    """What a sum of amounts consists of, where the first of them is the sum and all are known."""
    amounts = [
        (row.label, contents.cells.get(cell_name(row.line, "latest")))
        for row in rows
        if row.kind is LineKind.AMOUNT
    ][1:]
    numbers = [amount for _label, amount in amounts if isinstance(amount, (int, float))]
    if len(numbers) < max(len(amounts), FEWEST_PARTS) or min(numbers) < 0 or not sum(numbers):
        return (), ""
    parts = tuple(
        BarPart(label, number / sum(numbers), rounded(number, 1))
        for (label, _amount), number in zip(amounts, numbers, strict=True)
    )
    said = "; ".join(f"{part.name} {part.text}" for part in parts)
    return parts, f"Bar of what the sum consists of, in {MILLIONS}: {said}."


# -- key and notes


def _key(contents: PackContents) -> list[dict[str, Any]]:
    blocks = []
    for title, chips in zip(KEY_TITLES, KEY_TEXTS, strict=True):
        rows = [
            {"chip": _key_chip(rag, contents), "text": words.format(reasons=REASONS.capitalize())}
            for rag, words in chips
        ]
        blocks.append({"title": title, "rows": rows, "texts": []})
    blocks[-1]["texts"] = [*KEY_SIGNS, WHERE_REASONS]
    return blocks


def _key_chip(rag: Rag, contents: PackContents) -> StatusChip:
    fill = contents.fills[rag]
    return StatusChip(STATUS[rag], fill, is_dark(fill))


def _notes(contents: PackContents) -> list[dict[str, Any]]:
    """Notes in two columns of about one length, and what is missing in a third."""
    first, second = _halves(contents.notes)
    boxes = ((NOTES_TITLE, first), (NOTES_GO_ON, second), (MISSING_TITLE, contents.missing))
    return [
        {"title": title, "texts": texts or (NO_NOTES,)}
        for title, texts in boxes
        if texts or title != NOTES_GO_ON
    ]


def _halves(texts: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    half, used = sum(map(len, texts)) / 2, 0
    for place, text in enumerate(texts):
        if used + len(text) / 2 > half:
            return tuple(texts[:place]), tuple(texts[place:])
        used += len(text)
    return tuple(texts), ()
