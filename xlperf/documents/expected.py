"""What the documents of a pack may hold, for the leak check: gathered from the contents, never from
the documents.

The fixed words of a document, such as its headings and key, are read from one that is made without
any figure.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import fields, is_dataclass, replace
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from xlperf.documents.pack_values import NOTES, MonthsChart
from xlperf.documents.pdf import PdfKind
from xlperf.excel.cell_values import to_serial
from xlperf.leaks import Expected
from xlperf.periods import day_name
from xlperf.tables.measure_kinds import LineKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlperf.documents.pack_values import GroupChart, PackContents, PrintedTable, Section

NONE = "–"
"""Stands for every text that is of this period alone."""
SAID_IN = ("descr", "title", "name", "displayName", "val")
"""Attributes that hold texts a reader may meet: alternative texts, and titles of tables and charts.
"""
PARTS_OF_FOOTERS, IN_FOOTERS = re.compile("&[LCR]"), re.compile(r"&(\d+|[A-Z])")
"""Codes in headers and footers of sheets (ECMA-376, 18.3.1.46): where a part begins; size, page
number and the like.
"""
QUOTED = re.compile(r'"([^"]*)"')
"""Words that a number format puts beside a number."""


def expected(
    contents: PackContents, blanks: Iterable[bytes], recipients: Iterable[str] = ()
) -> Expected:
    """Gather what documents made from some contents may hold.

    Parameters
    ----------
    contents
        Texts, numbers and dates of every part of it may be shown.
    blanks
        Documents made from `without_figures(contents)`, for their fixed words.
    recipients
        Addresses that a mail may go to.
    """
    texts, numbers = set[str](), set[float]()
    for value in _values(contents):
        if isinstance(value, bool):
            continue
        if isinstance(value, str):
            texts.add(value)
        elif isinstance(value, date):
            texts.add(day_name(value))
            numbers.add(to_serial(value, date1904=False))
        else:
            numbers.add(float(value))
    money = (
        row.latest
        for section in contents.sections
        for row in section.rows
        if row.kind is LineKind.AMOUNT
    )
    texts.update(
        text.removeprefix("£").removesuffix(" million") for text in money
    )  # as the bar of savings has them
    texts.update(str(kind).capitalize() for kind in PdfKind)  # as a PDF says what it is
    charts = sum(len(section.charts) for section in contents.sections)
    texts.update(f"Figure {number}" for number in range(1, charts + 1))
    for blank in blanks:
        texts.update(_said(blank))
    addresses = frozenset(recipients)
    return Expected(
        frozenset(texts), frozenset(numbers), addresses | {contents.office}, addresses or None
    )


def without_figures(contents: PackContents) -> PackContents:
    """Give the same contents without a figure, a comment or anything else that is of this period
    alone.

    One chart is left, for the words that stand beside charts.
    """
    drawn = next((chart for section in contents.sections for chart in section.charts), None)
    return replace(
        contents,
        cells={
            name: 0.0 if isinstance(value, (int, float)) else None
            for name, value in contents.cells.items()
        },
        colours={},
        sections=tuple(_frame(section, drawn) for section in contents.sections),
        notes=(),
        missing=(),
        sheets=tuple(_bare(sheet) for sheet in contents.sheets),
        series=tuple(
            {
                title: 0.0 if isinstance(value, (int, float)) else value
                for title, value in row.items()
            }
            for row in contents.series
        ),
    )


def _bare(sheet: PrintedTable) -> PrintedTable:
    """One row for each subject of the notes, since a document has a heading for it; no row of other
    sheets.
    """
    subjects = dict.fromkeys(str(row[0]) for row in sheet.rows) if sheet.name == NOTES else {}
    return replace(sheet, rows=tuple((subject, NONE) for subject in subjects))


def _frame(section: Section, drawn: MonthsChart | GroupChart | None) -> Section:
    """A section's headings and titles."""
    rows = (
        replace(
            row, baseline="", latest="", change="", outlook="", decided="", why=NONE, caveats=""
        )
        for row in section.rows
    )
    comments = (replace(comment, text=NONE) for comment in section.comments)
    return replace(
        section,
        rows=tuple(rows),
        comments=tuple(comments),
        charts=tuple(_flat(chart) for chart in section.charts if chart is drawn),
    )


def _flat(chart: MonthsChart | GroupChart) -> MonthsChart | GroupChart:
    if isinstance(chart, MonthsChart):
        return replace(
            chart, alt=NONE, counts=(0.0,) * len(chart.counts), centre=None, lower=None, upper=None
        )
    return replace(chart, alt=NONE, values=(0.0,) * len(chart.values), lower=None, upper=None)


def _values(found: Any) -> Iterator[Any]:
    """Every text, number and date in a value, however deep."""
    if found is None:
        return
    if isinstance(found, (str, int, float, date)):
        yield found
    elif is_dataclass(found):
        for item in fields(found):
            if item.repr:  # the rows of the workbook that a record came from are not printed
                yield from _values(getattr(found, item.name))
    elif hasattr(found, "items"):
        for key, value in found.items():
            yield from _values(key)
            yield from _values(value)
    elif isinstance(found, (list, tuple, set, frozenset)):
        for value in found:
            yield from _values(value)


def _said(document: bytes) -> Iterator[str]:
    """Texts in the parts of a document that this program made itself: of elements, and of
    attributes for readers.
    """
    with zipfile.ZipFile(BytesIO(document)) as package:
        for name in package.namelist():
            if not name.endswith(".xml"):
                continue
            root = ET.fromstring(package.read(name))  # noqa: S314 - made here, a moment ago
            for element in root.iter():
                if element.text and element.text.strip():
                    yield element.text
                    yield from (
                        IN_FOOTERS.sub("", piece) for piece in PARTS_OF_FOOTERS.split(element.text)
                    )
                yield from QUOTED.findall(element.get("formatCode", ""))
                yield from (
                    value
                    for key, value in element.attrib.items()
                    if key.rpartition("}")[2] in SAID_IN
                )
                if element.tag.endswith("}p") and "wordprocessingml" in element.tag:
                    yield "".join(
                        text.text or "" for text in element.iter() if text.tag.endswith("}t")
                    )
