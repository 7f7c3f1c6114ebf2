"""The report for the panel: the contents of the pack as blocks that every writer can write.

Only the contents are read, and nothing is decided here: colours, sentences and figures are those of
the tiles. What a panel reads first stands first; lines without a colour are gathered in one table;
what only an analyst reads (p-values, dispersion) is in the last appendix.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import count
from typing import TYPE_CHECKING

from xlperf.assessment.charts import MonthsChart
from xlperf.assessment.rag import Rag
from xlperf.documents.column_widths import longest_word
from xlperf.documents.pack_summary import CHANGES
from xlperf.documents.pack_values import CONTRIBUTED, NOTES, RECORD
from xlperf.documents.plain_text import plain
from xlperf.documents.report_blocks import (
    Align,
    Bullets,
    ChartRow,
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
from xlperf.tables.report_tables import TextPlace
from xlperf.tiles.explanations import FOR_ANALYSTS
from xlperf.tiles.headings import printed_headings
from xlperf.tiles.record_sentences import OUR_RECORD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlperf.documents.pack_values import (
        PackContents,
        PrintedChart,
        PrintedTable,
        Section,
        TileRow,
    )
    from xlperf.documents.report_blocks import Block
    from xlperf.excel.port import Scalar

GROUPS = {
    "Sign": "Signs",
    "Rule": "Rules",
    "Method": "Method",
    "Reading": "Readings",
    RECORD: OUR_RECORD,
}
"""Headings of the subjects of the sheet of notes; another subject is its own heading."""
PRIORITIES = "Priorities"
"""Subject of the notes that stand with their priorities here."""
IN_FRONT = ("Sign", "Rule", RECORD)
"""Subjects that a panel needs; the others are for those who want to follow the calculation."""
ABOUT = "About this priority"
ACTIONS = "Actions"
APPENDICES = ("Revisions", CHANGES, "Measures", CONTRIBUTED)
"""Sheets of the panel workbook that are an appendix where they have rows."""
LEFT_OUT = {"Measures": ("What it is", "Unit", "Target change %")}
"""Columns that are in the workbook alone, by sheet: the lines say as much, and their rules."""
WHERE_SIGNS = "What the signs, the lines and the trends are: see Notes and definitions."
NO_COLOUR = "Lines without a colour"
FIGURES = "baseline, latest figure, change, trends or number who answered, and status"
LEAST_WIDTH = 8
"""Characters of the narrowest column of an appendix."""
PART_OF_LETTER = 0.45
"""Share of a letter, where a column of nine letters has 9 ** 0.62."""


def panel_report(contents: PackContents) -> Report:
    """Build the report of a pack."""
    blocks = (
        *_first_page(contents),
        *_introduction(contents),
        *_priorities(contents),
        *_standing(contents, TextPlace.AFTER),
        *_notes(contents),
    )
    appendices = ReportPart(tuple(_appendices(contents)), sideways=True)
    return _report(contents, ReportPart(blocks), appendices)


def panel_summary(contents: PackContents) -> Report:
    """Build the first page of the report, which stands for itself."""
    return _report(contents, ReportPart(tuple(_first_page(contents))))


def _report(contents: PackContents, *parts: ReportPart) -> Report:
    return Report(
        contents.title,
        contents.period,
        contents.office,
        contents.force,
        contents.marking,
        contents.note,
        contents.prepared,
        parts,
    )


# -- first page


def _first_page(contents: PackContents) -> Iterator[Block]:
    summary = contents.summary
    yield Paragraph(contents.title, TextRole.TITLE)
    yield Paragraph(contents.period, TextRole.SUBTITLE)
    yield Paragraph(contents.office, TextRole.PUBLISHER)
    yield Paragraph(f"{contents.force}  ·  Prepared {day_name(contents.prepared)}", TextRole.SMALL)
    if contents.note:
        yield Paragraph(contents.note, TextRole.REMARK)
    yield _by_colour(contents)
    yield Paragraph(contents.basis, TextRole.SMALL)
    yield Heading("What changed since last time", 1, listed=False)
    yield Paragraph(summary.changed_lead)
    if summary.changed:
        yield Bullets(summary.changed)
    yield Heading("What is red, and why", 1, listed=False)
    yield Bullets(summary.red)
    if summary.green:
        yield Heading("What is green", 1, listed=False)
        yield Paragraph(summary.green)
    if summary.overruled:
        yield Heading("Overruled by a person", 1, listed=False)
        yield Bullets(summary.overruled)
    if summary.overdue:
        yield Heading("What is overdue", 1, listed=False)
        yield Bullets(summary.overdue)
    if summary.quiet:
        yield Paragraph(summary.quiet, TextRole.SMALL)


def _by_colour(contents: PackContents) -> TableBlock:
    rags = [row.rag for section in contents.sections for row in section.rows]
    columns = tuple(
        TableColumn(status, 1, Align.CENTRE, contents.fills[rag]) for status, rag in contents.key
    )
    rows = (tuple(TableCell(str(rags.count(rag)), Look.NUMBER) for _status, rag in contents.key),)
    return TableBlock(
        "Lines by colour", "Number of lines of each status.", columns, rows, together=False
    )


def _introduction(contents: PackContents) -> Iterator[Block]:
    yield from _standing(contents, TextPlace.BEFORE)
    yield Heading("Contents", 1, listed=False)
    yield ContentsList()
    yield Paragraph(WHERE_SIGNS, TextRole.SMALL)


def _standing(contents: PackContents, place: TextPlace) -> Iterator[Block]:
    """Texts that the office keeps, at their place; actions of no single priority come after."""
    if place is TextPlace.AFTER and contents.actions:
        yield Heading(ACTIONS, 1, listed=False)
        yield Bullets(contents.actions)
    for item in contents.standing:
        if item.place is place:
            yield Heading(item.heading, 1, listed=False)
            for text in item.texts:
                yield from map(Paragraph, _paragraphs(text))


# -- priorities


def _priorities(contents: PackContents) -> Iterator[Block]:
    yield Heading("Strategic priorities", 1)
    numbers = count(1)
    for section in contents.sections:
        coloured = [row for row in section.rows if row.rag is not Rag.NA]
        rest = list(_said(section))
        if not (coloured or rest or section.charts):
            continue
        yield Heading(section.heading, 2)
        if coloured:
            yield _lines(section, coloured, contents)
            yield Bullets(tuple(f"{row.label}. {row.why}" for row in coloured))
        yield from _chart_rows(section.charts, numbers)
        yield from rest
    yield from _without_colour(contents)


def _chart_rows(charts: Sequence[PrintedChart], numbers: Iterator[int]) -> Iterator[ChartRow]:
    """Lines of months first, each with a group beside it; the other groups in pairs."""
    months = [item for item in charts if isinstance(item.chart, MonthsChart)]
    groups = [item for item in charts if not isinstance(item.chart, MonthsChart)]
    rows = [[item, *groups[at : at + 1]] for at, item in enumerate(months)]
    rest = groups[len(months) :]
    rows += [rest[at : at + 2] for at in range(0, len(rest), 2)]
    for row in rows:
        yield ChartRow(
            tuple(NumberedChart(next(numbers), item.title, item.alt, item.chart) for item in row)
        )


def _status(row: TileRow, contents: PackContents) -> TableCell:
    return TableCell(row.status, Look.STATUS, contents.fills[row.rag])


def _figures(row: TileRow, contents: PackContents) -> tuple[TableCell, ...]:
    """Baseline, latest figure, change and outlook, which are texts in a line of words; status."""
    look = Look.TEXT if row.kind is LineKind.TEXT else Look.FIGURE
    texts = (row.baseline, row.latest, row.change, row.outlook)
    return (*(TableCell(text, look) for text in texts), _status(row, contents))


def _lines(section: Section, rows: Sequence[TileRow], contents: PackContents) -> TableBlock:
    before, latest = printed_headings(section.comparisons)
    return TableBlock(
        section.heading,
        f"Each line of the priority that has a colour: {FIGURES}.",
        (
            TableColumn("Line", 3458),
            TableColumn(before, 1134, Align.END),
            TableColumn(latest, 1587, Align.END),
            TableColumn("Change", 1474, Align.END),
            TableColumn("Trends / n", 964, Align.END),
            TableColumn("Status", 1020, Align.CENTRE),
        ),
        tuple((TableCell(row.label), *_figures(row, contents)) for row in rows),
    )


def _said(section: Section) -> Iterator[Block]:
    """What to bear in mind, what the plan says, comments by who wrote them, actions."""
    spoken: dict[str, list[str]] = {}
    for text in section.about:
        spoken.setdefault(ABOUT, []).extend(_paragraphs(text))
    for comment in section.comments:
        if texts := _paragraphs(comment.text):
            spoken.setdefault(f"Comment of the {comment.role}", []).extend(texts)
    reasons = [row.why for row in section.rows]
    remarks = [text for text in section.remarks if not any(text in why for why in reasons)]
    if remarks:
        yield Bullets(tuple(remarks), small=True)
    for heading, texts in spoken.items():
        yield Heading(heading, 3)
        for text in texts:
            yield Paragraph(text, TextRole.COMMENT)
    if section.actions:
        yield Heading(ACTIONS, 3)
        yield Bullets(section.actions)


def _without_colour(contents: PackContents) -> Iterator[Block]:
    """Every line without a colour, what there is of it and why; the same of several once."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for section in contents.sections:
        for row in section.rows:
            if row.rag is Rag.NA:
                latest = (
                    "" if row.kind is LineKind.TEXT else row.latest
                )  # its words are in the reason
                alike.setdefault((row.label, latest, row.why), []).append(section.priority)
    if alike:
        yield Heading(NO_COLOUR, 2)
        yield TableBlock(
            NO_COLOUR,
            "Lines that have no colour: what there is, and why.",
            (
                TableColumn("Priority", 1300),
                TableColumn("Line", 2300),
                TableColumn("Latest", 1900),
                TableColumn("Why", 4137),
            ),
            tuple(
                tuple(map(TableCell, (", ".join(dict.fromkeys(priorities)), *texts)))
                for texts, priorities in alike.items()
            ),
            together=False,
        )


def _paragraphs(text: str) -> list[str]:
    return [part for part in re.split(r"\n\s*\n", plain(text).strip()) if part]


# -- notes and appendices


def _texts(notes: PrintedTable, subject: str) -> tuple[str, ...]:
    return tuple(str(text) for row_subject, text in notes.rows if row_subject == subject)


def _notes(contents: PackContents) -> Iterator[Block]:
    yield Heading(NOTES, 1)
    yield from _subjects(contents, in_front=True)


def _subjects(contents: PackContents, *, in_front: bool) -> Iterator[Block]:
    notes = contents.sheet(NOTES)
    for subject in dict.fromkeys(str(subject) for subject, _text in notes.rows):
        if subject != PRIORITIES and (subject in IN_FRONT) is in_front:
            yield Heading(GROUPS.get(subject, subject), 2, listed=False)
            yield Bullets(_texts(notes, subject), small=True)


def _for_analysts(sections: Sequence[Section]) -> tuple[str, ...]:
    """What stands behind the colours, line by line; nothing where nothing was tested."""
    return tuple(
        f"{section.priority}  {row.label}: {said}"
        for section in sections
        for row in section.rows
        if (said := f"{row.analysts} {row.caveats}".strip())
    )


def _appendices(contents: PackContents) -> Iterator[Block]:
    """Plain tables that have something to show, then what stands behind the colours."""
    sheets = {sheet.name: sheet for sheet in contents.sheets if sheet.rows}
    yield Heading("Appendices", 1)
    letters = iter("ABCDE")
    for sheet in (sheets[name] for name in APPENDICES if name in sheets):
        yield Heading(f"{next(letters)}  {sheet.name}", 2)
        yield Paragraph(sheet.purpose, TextRole.LEAD)
        yield plain_table(_without(sheet, LEFT_OUT.get(sheet.name, ())))
    if texts := _for_analysts(contents.sections):
        yield Heading(f"{next(letters)}  {FOR_ANALYSTS}", 2)
        yield Bullets(texts, small=True)
    yield from _subjects(contents, in_front=False)


def _without(sheet: PrintedTable, titles: Sequence[str]) -> PrintedTable:
    """Leave columns out of a table."""
    places = [place for place, title in enumerate(sheet.titles) if title not in titles]
    return replace(
        sheet,
        titles=tuple(sheet.titles[place] for place in places),
        rows=tuple(tuple(row[place] for place in places) for row in sheet.rows),
        widths=tuple(sheet.widths[place] for place in places),
    )


def plain_table(sheet: PrintedTable) -> TableBlock:
    """Give a sheet of the panel workbook as a table, with the widths that it asks for."""
    columns = tuple(map(TableColumn, sheet.titles, _shares(sheet)))
    rows = tuple(tuple(TableCell(_cell(value), Look.FINE) for value in row) for row in sheet.rows)
    return TableBlock(sheet.name, sheet.purpose, columns, rows, together=False)


def _cell(value: Scalar) -> str:
    if isinstance(value, date):
        return day_name(value)
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def _shares(sheet: PrintedTable) -> list[float]:
    """Share a width out: in proportion, but the root of it, so that short columns can hold their
    titles; and so that no word is broken that a page does not break.
    """
    columns = [
        longest_word(str(row[place]) for row in sheet.rows if row[place] is not None)
        for place in range(len(sheet.widths))
    ]
    return [
        max(max(width, LEAST_WIDTH) ** 0.62, PART_OF_LETTER * letters)
        for width, letters in zip(sheet.widths, columns, strict=True)
    ]
