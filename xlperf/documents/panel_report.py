"""The report for the panel: the contents of the pack as blocks that every writer can write.

Only the contents are read, and nothing is decided here: colours, sentences and figures are those of
the tiles.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import count
from typing import TYPE_CHECKING

from xlperf.assessment.rag import Rag
from xlperf.documents.pack_values import CONTRIBUTED, NOTES, RECORD
from xlperf.documents.plain_text import plain
from xlperf.documents.report_blocks import (
    Align,
    Bullets,
    ContentsList,
    Heading,
    Look,
    NumberedChart,
    Paragraph,
    Report,
    ReportPart,
    TableBlock,
    TableCell,
    TableColumn,
    TextRole,
)
from xlperf.periods import day_name
from xlperf.tables.measure_kinds import LineKind
from xlperf.tiles.explanations import FOR_ANALYSTS
from xlperf.tiles.headings import printed_headings
from xlperf.tiles.record_sentences import OUR_RECORD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlperf.documents.pack_values import PackContents, PrintedTable, Section, TileRow
    from xlperf.documents.report_blocks import Block
    from xlperf.excel.port import Scalar

GROUPS = {
    "Priorities": "Notes by priority",
    "Sign": "Signs",
    "Rule": "Rules",
    "Method": "Method",
    "Reading": "Readings",
    RECORD: OUR_RECORD,
}
"""Headings of the subjects of the sheet of notes; another subject is its own heading."""
ABOUT = "About this priority"
CHANGES = "Changes since last time"
APPENDICES = ("Data not received", "Revisions", CHANGES, "Measures")
DECIDED = (Rag.RED, Rag.GREEN)
"""Colours, shown or calculated, of the lines that stand on the first page."""
SIGN = "Sign"
PURPOSE = (
    "Each strategic priority has a table of its lines, the reason for each colour, and charts."
    " These are worked out from the figures by fixed rules. What people say of them stands apart,"
    " under the heading of who says it, and is printed as it was given."
)
WHERE_SIGNS = "What the signs, the lines and the trends are: see Notes and definitions."
WHAT_APPENDICES = (
    "The appendices say what was not received, what was revised, what changed, and what each line"
    " measures."
)
FIGURES = "baseline, latest figure, change, trends or number who answered, and status"
LEAST_WIDTH = 8
"""Characters of the narrowest column of an appendix."""
PART_OF_LETTER = 0.45
"""Share of a letter, where a column of nine letters has 9 ** 0.62."""
LONGEST_WORD = 24
"""Letters from which a word may be broken: no column can be as wide as every word."""


def panel_report(contents: PackContents) -> Report:
    """Build the report of a pack."""
    return Report(
        contents.title,
        contents.period,
        contents.office,
        contents.force,
        contents.marking,
        contents.note,
        contents.prepared,
        (
            ReportPart(tuple(_front(contents))),
            ReportPart(tuple(_dashboard(contents)), sideways=True),
            ReportPart((*_priorities(contents), *_notes(contents))),
            ReportPart(tuple(_appendices(contents)), sideways=True),
        ),
    )


# -- first page
# --------------------------------------------------------------------------------------------


def _front(contents: PackContents) -> Iterator[Block]:
    yield Paragraph(contents.title, TextRole.TITLE)
    yield Paragraph(contents.period, TextRole.SUBTITLE)
    yield Paragraph(contents.office, TextRole.PUBLISHER)
    yield Paragraph(f"{contents.force}  ·  Prepared {day_name(contents.prepared)}", TextRole.SMALL)
    if contents.note:
        yield Paragraph(contents.note, TextRole.REMARK)
    yield Heading("At a glance: lines by colour", 1, listed=False)
    yield _by_colour(contents)
    yield Paragraph(contents.basis, TextRole.SMALL)
    yield Paragraph(PURPOSE)
    decided = list(_decided(contents))
    if decided:
        yield Heading("Red and green lines", 1, listed=False)
        yield TableBlock(
            "Red and green lines",
            "Lines that are red, then those that are green, overruled ones included.",
            (
                TableColumn("Status", 1020, Align.CENTRE),
                TableColumn("Priority", 3798),
                TableColumn("Line", 3118),
                TableColumn("Change", 1701, Align.END),
            ),
            tuple(decided),
        )
    yield Heading(CHANGES, 1, listed=False)
    yield Paragraph(contents.sheet(CHANGES).purpose)
    if contents.missing:
        yield Heading("Not received, not available or in development", 1, listed=False)
        yield Bullets(contents.missing)
    yield Heading("Contents", 1, listed=False, new_page=True)
    yield ContentsList()
    yield Paragraph(WHERE_SIGNS, TextRole.SMALL)


def _by_colour(contents: PackContents) -> TableBlock:
    rags = [row.rag for section in contents.sections for row in section.rows]
    return TableBlock(
        "Lines by colour",
        "Number of lines of each status.",
        tuple(
            TableColumn(status, 1, Align.CENTRE, contents.fills[rag])
            for status, rag in contents.key
        ),
        (tuple(TableCell(str(rags.count(rag)), Look.NUMBER) for _status, rag in contents.key),),
        together=False,
    )


def _decided(contents: PackContents) -> Iterator[tuple[TableCell, ...]]:
    """Red lines, then green ones: those shown in this colour, and those calculated in it that a
    person overruled, which say so.
    """
    for rag in DECIDED:
        for section in contents.sections:
            for row in section.rows:
                if rag in (row.rag, row.worked_out):
                    yield (
                        _status(row, contents),
                        TableCell(_heading(section)),
                        TableCell(row.decided or row.label),
                        TableCell(row.change, Look.FIGURE),
                    )


# -- lines of priorities
# --------------------------------------------------------------------------------------------


def _heading(section: Section) -> str:
    return "  ".join(dict.fromkeys((section.priority, section.title)))


def _status(row: TileRow, contents: PackContents) -> TableCell:
    return TableCell(row.status, Look.STATUS, contents.fills[row.rag])


def _figures(row: TileRow, contents: PackContents) -> tuple[TableCell, ...]:
    """Baseline, latest figure, change and outlook, which are texts in a line of words; status."""
    look = Look.TEXT if row.kind is LineKind.TEXT else Look.FIGURE
    texts = (row.baseline, row.latest, row.change, row.outlook)
    return (*(TableCell(text, look) for text in texts), _status(row, contents))


def _dashboard(contents: PackContents) -> Iterator[Block]:
    before, latest = printed_headings(
        way for section in contents.sections for way in section.comparisons
    )
    yield Heading("Dashboard", 1)
    yield TableBlock(
        "Dashboard",
        f"Every line of every strategic priority: {FIGURES} as a shape and a word.",
        (
            TableColumn("Priority", 3288),
            TableColumn("Line", 3685),
            TableColumn(before, 1077, Align.END),
            TableColumn(latest, 2778, Align.END),
            TableColumn("Change", 1531, Align.END),
            TableColumn("Trends / n", 1077, Align.END),
            TableColumn("Status", 1134, Align.CENTRE),
        ),
        tuple(
            (
                TableCell(section.priority, Look.REPEATED)
                if place
                else TableCell(_heading(section), Look.STRONG),
                TableCell(row.label),
                *_figures(row, contents),
            )
            for section in contents.sections
            for place, row in enumerate(section.rows)
        ),
        together=False,
    )
    yield Paragraph("  ·  ".join(_texts(contents.sheet(NOTES), SIGN)), TextRole.SMALL)


def _priorities(contents: PackContents) -> Iterator[Block]:
    yield Heading("Strategic priorities", 1)
    numbers = count(1)
    for section in contents.sections:
        yield Heading(_heading(section), 2)
        yield _lines(section, contents)
        yield Heading("Why each line has its colour", 3)
        yield Bullets(tuple(f"{row.label}. {row.why}" for row in section.rows))
        if section.charts:
            yield Heading("Charts", 3)
        for item in section.charts:
            yield NumberedChart(next(numbers), item.title, item.alt, item.chart)
        yield from _spoken(section)


def _lines(section: Section, contents: PackContents) -> TableBlock:
    """The lines of a priority; without the columns of figures where no line has one beside the
    latest.
    """
    if not any((row.baseline or row.change or row.outlook) for row in section.rows):
        return TableBlock(
            _heading(section),
            "Each line of the priority: what there is, and status.",
            (
                TableColumn("Line", 3458),
                TableColumn("Latest", 5159),
                TableColumn("Status", 1020, Align.CENTRE),
            ),
            tuple(
                (TableCell(row.label), TableCell(row.latest), _status(row, contents))
                for row in section.rows
            ),
        )
    before, latest = printed_headings(section.comparisons)
    return TableBlock(
        _heading(section),
        f"Each line of the priority: {FIGURES}.",
        (
            TableColumn("Line", 3458),
            TableColumn(before, 1134, Align.END),
            TableColumn(latest, 1587, Align.END),
            TableColumn("Change", 1474, Align.END),
            TableColumn("Trends / n", 964, Align.END),
            TableColumn("Status", 1020, Align.CENTRE),
        ),
        tuple((TableCell(row.label), *_figures(row, contents)) for row in section.rows),
    )


def _spoken(section: Section) -> Iterator[Block]:
    """What the plan says of a priority, then the comments, by who wrote them."""
    spoken: dict[str, list[str]] = {}
    for text in section.about:
        spoken.setdefault(ABOUT, []).extend(_paragraphs(text))
    for comment in section.comments:
        if texts := _paragraphs(comment.text):
            spoken.setdefault(f"Comment of the {comment.role}", []).extend(texts)
    for heading, texts in spoken.items():
        yield Heading(heading, 3)
        for text in texts:
            yield Paragraph(text, TextRole.COMMENT)


def _paragraphs(text: str) -> list[str]:
    return [part for part in re.split(r"\n\s*\n", plain(text).strip()) if part]


# -- notes and appendices
# --------------------------------------------------------------------------------------------


def _texts(notes: PrintedTable, subject: str) -> list[str]:
    return [str(text) for row_subject, text in notes.rows if row_subject == subject]


def _notes(contents: PackContents) -> Iterator[Block]:
    notes = contents.sheet(NOTES)
    yield Heading(NOTES, 1)
    for subject in dict.fromkeys(str(subject) for subject, _text in notes.rows):
        yield Heading(GROUPS.get(subject, subject), 2)
        yield Bullets(tuple(_texts(notes, subject)))
    if texts := _for_analysts(contents.sections):
        yield Heading(FOR_ANALYSTS, 2)
        yield Bullets(texts)
    yield Paragraph(WHAT_APPENDICES, TextRole.SMALL)


def _for_analysts(sections: Sequence[Section]) -> tuple[str, ...]:
    """What stands behind the colours, line by line; nothing where nothing was tested."""
    return tuple(
        f"{section.priority}  {row.label}: {said}"
        for section in sections
        for row in section.rows
        if (said := f"{row.analysts} {row.caveats}".strip())
    )


def _appendices(contents: PackContents) -> Iterator[Block]:
    """Plain tables: what partners say is the last, where they say something."""
    there = [sheet.name for sheet in contents.sheets if sheet.name == CONTRIBUTED]
    yield Heading("Appendices", 1)
    for letter, name in zip("ABCDE", [*APPENDICES, *there], strict=False):
        sheet = contents.sheet(name)
        yield Heading(f"{letter}  {sheet.name}", 2)
        yield Paragraph(sheet.purpose, TextRole.LEAD)
        yield plain_table(sheet) if sheet.rows else Paragraph("There is nothing to show.")


def plain_table(sheet: PrintedTable) -> TableBlock:
    """Give a sheet of the panel workbook as a table, with the widths that it asks for."""
    return TableBlock(
        sheet.name,
        sheet.purpose,
        tuple(map(TableColumn, sheet.titles, _shares(sheet))),
        tuple(tuple(TableCell(_cell(value)) for value in row) for row in sheet.rows),
        together=False,
    )


def _cell(value: Scalar) -> str:
    if isinstance(value, date):
        return day_name(value)
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def _shares(sheet: PrintedTable) -> list[float]:
    """Share a width out: in proportion, but the root of it, so that short columns can hold their
    titles; and so that no word is broken, up to `LONGEST_WORD`.
    """
    return [
        max(max(width, LEAST_WIDTH) ** 0.62, PART_OF_LETTER * _longest_word(sheet, place))
        for place, width in enumerate(sheet.widths)
    ]


def _longest_word(sheet: PrintedTable, place: int) -> int:
    """Letters of the longest word of a column."""
    texts = (str(row[place]) for row in sheet.rows if row[place] is not None)
    return min(max((len(word) for text in texts for word in text.split()), default=0), LONGEST_WORD)
