"""What the documents of a pack may hold, for the leak check: gathered from the contents of the
pack, never from its documents.

Of the contents, only the fields that `xlperf.documents.pack_values.PRINTED` declares are gathered.
The fixed words of a document, such as its headings and key, are read from one that is made without
any figure.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass, replace
from datetime import date
from enum import Enum
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from xlperf.assessment.charts import MonthsChart
from xlperf.documents.chart_marks import mark_texts, marks
from xlperf.documents.dashboard_pdf import amount_bar, dashboard_data
from xlperf.documents.glyphs import pdf_text
from xlperf.documents.pack_figures import READ_AS_FORMULA
from xlperf.documents.pack_values import NOTES, PRINTED, PrintedChart, Summary
from xlperf.excel.cell_values import to_serial
from xlperf.leaks import Expected
from xlperf.periods import day_name
from xlperf.tables.lines import cell_name
from xlperf.tables.measure_kinds import LineKind
from xlperf.tiles.figures import rounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlperf.assessment.charts import Chart
    from xlperf.documents.pack_values import PackContents, PrintedTable, Section
    from xlperf.excel.port import Scalar

NONE = "–"
"""Stands for every text that is of this period alone."""
BARE_SUMMARY = Summary(NONE, (NONE,), (NONE,), NONE, (NONE,), (NONE,), NONE)
"""Every heading that may stand first."""
READ_ATTRIBUTES = ("descr", "title", "name", "displayName", "val")
"""Attributes that hold texts a reader may meet: alternative texts, and titles of tables and charts.
"""
FOOTER_PART, FOOTER_CODE = re.compile("&[LCR]"), re.compile(r"&(\d+|[A-Z])")
"""Codes in headers and footers (ECMA-376, 18.3.1.46): beginning of a part; size, page."""
QUOTED = re.compile(r'"([^"]*)"')
"""Words that a number format puts beside a number."""
FORMS = ("pack_form.txt", "word_form.txt")
"""Lists of the parts, elements and attributes of documents of a pack."""
FIGURE_DIGITS = 10
"""Digits of the numbers in the file of figures (`xlperf.documents.pack_figures`)."""
LOOKS = frozenset(("fill", "look"))
"""Data of a layout that say how something looks."""
SUBJECTS = "Report", "Dashboard"
"""What a PDF says that it is, in its properties."""
BAR_DECIMALS = 1
"""Decimals of the labels on the bar of savings (`xlperf.newbook.dashboard`)."""


def expected_content(
    contents: PackContents, blanks: Iterable[bytes], recipients: Iterable[str] = ()
) -> Expected:
    """Gather what documents made from some contents may hold.

    Parameters
    ----------
    contents
        What its declared fields hold may be printed.
    blanks
        Documents made from `without_figures(contents)`, for their fixed words.
    recipients
        Addresses that a mail may go to.

    Raises
    ------
    KeyError
        The contents hold a record whose printed fields nobody has declared.
    """
    texts, numbers = set[str](), set[float]()
    for value in printed(contents):
        if isinstance(value, str):
            texts.add(f"'{value}" if value.startswith(READ_AS_FORMULA) else value)
            texts.add(value)
        elif isinstance(value, date):
            texts.update((day_name(value), value.isoformat()))
            numbers.add(to_serial(value, date1904=False))
        else:
            numbers.update((float(value), float(f"{value:.{FIGURE_DIGITS}g}")))
    texts.update(_bar_labels(contents))
    texts.update(_drawn_texts(contents))
    texts.update(SUBJECTS)
    texts.update(_strings(dashboard_data(without_figures(contents))))
    charts = sum(len(section.charts) for section in contents.sections)
    texts.update(f"Figure {number}" for number in range(1, charts + 1))
    for blank in blanks:
        texts.update(_fixed_texts(blank))
    texts.update([pdf_text(text) for text in texts if not text.isascii()])
    addresses = frozenset(recipients)
    allowed = addresses | {contents.office}
    return Expected(frozenset(texts), frozenset(numbers), allowed, addresses or None, form())


def form() -> str:
    """What the makers of the documents write, and what a template that was saved in Word adds."""
    files = resources.files("xlperf.documents")
    return "".join(files.joinpath(name).read_text(encoding="utf-8") for name in FORMS)


def _drawn_texts(contents: PackContents) -> Iterator[str]:
    """Texts that stand in a chart: figures beside its points and bars, marks of its axes."""
    for section in contents.sections:
        for item in section.charts:
            yield from mark_texts(marks(item.chart))
        parts, alt = amount_bar(section.rows, contents)
        yield from (alt, *(part.text for part in parts))


def _strings(value: object) -> Iterator[str]:
    """Every text in the data of a layout that a reader meets."""
    if isinstance(value, str) and value:
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        yield from _strings(asdict(value))
    elif isinstance(value, Mapping):
        yield from _strings(tuple(item for key, item in value.items() if key not in LOOKS))
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from _strings(item)


def _bar_labels(contents: PackContents) -> Iterator[str]:
    """Amounts as the bar of savings labels them: 7.8, where the tile has £7.8 million."""
    for section in contents.sections:
        for row in section.rows:
            amount = contents.cells.get(cell_name(row.line, "latest"))
            if row.kind is LineKind.AMOUNT and isinstance(amount, (int, float)):
                yield rounded(amount, BAR_DECIMALS)


def without_figures(contents: PackContents) -> PackContents:
    """Give the same contents without a figure, a comment or anything else that is of this period
    alone.

    One chart is left, for the words that stand beside charts.
    """
    one_chart = next((chart for section in contents.sections for chart in section.charts), None)
    standing = (replace(item, texts=(NONE,) * len(item.texts)) for item in contents.standing)

    def flat(row: Mapping[str, Scalar]) -> dict[str, Scalar]:
        return {
            name: 0.0 if isinstance(value, (int, float)) else value for name, value in row.items()
        }

    return replace(
        contents,
        cells={
            name: 0.0 if isinstance(value, (int, float)) else None
            for name, value in contents.cells.items()
        },
        colours={},
        sections=tuple(_frame(section, one_chart) for section in contents.sections),
        notes=(),
        missing=(),
        summary=BARE_SUMMARY,
        standing=tuple(standing),
        actions=(NONE,) * bool(contents.actions),
        sheets=tuple(_bare(sheet) for sheet in contents.sheets),
        series=tuple(map(flat, contents.series)),
    )


def _bare(sheet: PrintedTable) -> PrintedTable:
    """One row for each subject of the notes, since a document has a heading for it; one of another
    sheet that has rows, since it may be an appendix.
    """
    if sheet.name == NOTES:
        subjects = dict.fromkeys(str(row[0]) for row in sheet.rows)
        return replace(sheet, rows=tuple((subject, NONE) for subject in subjects))
    return replace(sheet, rows=((NONE,) * len(sheet.titles),) * bool(sheet.rows))


def _frame(section: Section, one_chart: PrintedChart | None) -> Section:
    """A section's headings and titles."""
    rows = (
        replace(
            row,
            baseline=NONE if row.baseline else "",
            latest="",
            change=NONE if row.change else "",
            outlook=NONE if row.outlook else "",
            decided="",
            why=NONE,
            caveats="",
        )
        for row in section.rows
    )
    comments = (replace(comment, text=NONE) for comment in section.comments)
    return replace(
        section,
        rows=tuple(rows),
        comments=tuple(comments),
        about=(NONE,) * bool(section.about),
        actions=(NONE,) * bool(section.actions),
        remarks=(),
        charts=tuple(_flat(chart) for chart in section.charts if chart is one_chart),
    )


def _flat(printed: PrintedChart) -> PrintedChart:
    chart = printed.chart
    flat: Chart = (
        MonthsChart(chart.measure, chart.months, (0.0,) * len(chart.counts))
        if isinstance(chart, MonthsChart)
        else replace(chart, values=(0.0,) * len(chart.values), lower=None, upper=None)
    )
    return PrintedChart(printed.title, NONE, flat)


def printed(value: object) -> Iterator[str | int | float | date]:
    """Every text, number and date that a value may show, however deep.

    Of a record: the fields declared in `PRINTED`. Of a mapping: its values. A yes or no, an
    enumeration and None are not printed.
    """
    if value is None or isinstance(value, (bool, Enum)):
        return
    if isinstance(value, (str, int, float, date)):
        yield value
    elif is_dataclass(value):
        for name in PRINTED[type(value)]:
            yield from printed(getattr(value, name))
    elif isinstance(value, Mapping):
        yield from printed(tuple(value.values()))
    elif isinstance(value, tuple):
        for item in value:
            yield from printed(item)
    else:
        raise TypeError(f"{type(value).__name__} is no value of a pack")


def _fixed_texts(document: bytes) -> Iterator[str]:
    """Texts in a document that this program made: of elements, and attributes for readers."""
    with zipfile.ZipFile(BytesIO(document)) as package:
        for name in package.namelist():
            if name.endswith(".xml"):
                root = ET.fromstring(package.read(name))  # noqa: S314 - made here, a moment ago
                for element in root.iter():
                    yield from _element_texts(element)


def _element_texts(element: ET.Element) -> Iterator[str]:
    if element.text and element.text.strip():
        yield element.text
        yield from (FOOTER_CODE.sub("", part) for part in FOOTER_PART.split(element.text))
    yield from QUOTED.findall(element.get("formatCode", ""))
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] in READ_ATTRIBUTES:
            yield value
    if element.tag.endswith("}p") and "wordprocessingml" in element.tag:
        yield "".join(text.text or "" for text in element.iter() if text.tag.endswith("}t"))
