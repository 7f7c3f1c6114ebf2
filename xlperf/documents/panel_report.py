"""The report for the panel: a Word document made from the contents of the pack and from nothing
else.

docxtpl fills the template of `xlperf.documents.report_template`, or one that the office has
restyled. Rules. A text of the workbook is never read as a tag, as markup or as a formula. Where a
tag of the template cannot be filled nothing is made, rather than a document in which something is
missing. Properties, dates and parts of the package are set here, whatever the template carries; the
same contents and template give the same bytes.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Any

from xlperf.assessment.rag import Rag
from xlperf.documents.pack_values import CONTRIBUTED, NOTES, RECORD
from xlperf.documents.pictures import picture
from xlperf.documents.report_template import CONTENTS_MARK, packed, template
from xlperf.documents.template_file import read, refusing
from xlperf.documents.word_finish import (
    MARK,
    list_contents,
    order_cells,
    plain,
    set_properties,
    widen,
)
from xlperf.errors import PackError
from xlperf.periods import day_name
from xlperf.tables.measure_kinds import LineKind
from xlperf.tiles.explanations import FOR_ANALYSTS
from xlperf.tiles.headings import printed_headings
from xlperf.tiles.layout import WHITE, font_on
from xlperf.tiles.record_sentences import OUR_RECORD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from xlperf.documents.pack_values import PackContents, PrintedTable, Section, TileRow
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
TAG_FAULTS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a tag of the template raises that calculates with a missing value."""


@dataclass(frozen=True, slots=True)
class StatusCount:
    """Number of lines of a status; `dark`: white stands on its fill, not black."""

    status: str
    lines: int
    fill: str
    """RRGGBB."""
    dark: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a tile. `first`: of its priority; `in_words`: what is latest is a text, not a
    figure.
    """

    heading: str
    """Of its priority: SP12 and what it is."""
    priority: str
    label: str
    baseline: str
    latest: str
    change: str
    outlook: str
    status: str
    fill: str
    dark: bool
    why: str
    caveats: str
    first: bool
    in_words: bool


@dataclass(frozen=True, slots=True)
class ReportChart:
    """A picture with its number among all."""

    number: int
    title: str
    picture: object


@dataclass(frozen=True, slots=True)
class TextGroup:
    """Texts under a heading: comments of one role, notes of one subject."""

    heading: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Priority:
    """One section. `in_words`: no line has a figure beside the latest, so that the table needs no
    columns for them.
    """

    heading: str
    lines: tuple[Line, ...]
    comments: tuple[TextGroup, ...]
    charts: tuple[ReportChart, ...]
    in_words: bool
    before: str
    latest: str
    """Headings of the two figures."""


@dataclass(frozen=True, slots=True)
class Appendix:
    """A plain table."""

    heading: str
    name: str
    purpose: str
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def report(contents: PackContents, template_file: Path | None = None) -> bytes:
    """Give the bytes of the report, a .docx.

    Parameters
    ----------
    contents
        What the pack holds.
    template_file
        A restyled template; None: the one that comes with the program. It is filled with the values
        of `values`.

    Raises
    ------
    PackError
        The template cannot be read, has a tag that cannot be filled, or tags that do not nest.
    """
    name = (
        "The template that comes with the program"
        if template_file is None
        else f"The template {template_file}"
    )
    filling = _Filling(name, template_file)
    template_values = values(contents, filling)
    memory = BytesIO()
    with refusing(name, foreign=template_file is not None):
        filling.fill(template_values)
        list_contents(filling.document)
        order_cells(filling.document)
        widen(filling.document, [contents.sheet(name) for name in _appendices(contents)])
        set_properties(filling.document, contents)
        filling.document.save(memory)
    with zipfile.ZipFile(memory) as package:
        return packed({part: package.read(part) for part in sorted(package.namelist(), key=_place)})


def _place(part: str) -> tuple[bool, str]:
    """Place of a part in the package: the list of types first, as readers expect."""
    return part != "[Content_Types].xml", part


# -- values
# --------------------------------------------------------------------------------------------------


def values(contents: PackContents, filling: _Filling) -> dict[str, object]:
    """Give the values of the template by name."""
    rows = [row for section in contents.sections for row in section.rows]
    numbers = count(1)
    sections = [_priority(section, contents, filling, numbers) for section in contents.sections]
    lines = [line for section in sections for line in section.lines]
    before, latest = printed_headings(
        way for section in contents.sections for way in section.comparisons
    )
    return {
        "before": before,
        "latest": latest,
        "title": contents.title,
        "period": contents.period,
        "basis": contents.basis,
        "counts": contents.counts,
        "office": contents.office,
        "force": contents.force,
        "marking": contents.marking,
        "note": contents.note,
        "prepared": day_name(contents.prepared),
        "colours": [
            StatusCount(status, sum(row.rag is rag for row in rows), *_colour(rag, contents))
            for status, rag in contents.key
        ],
        "dashboard": lines,
        "decided": _decided(rows, lines),
        "changes": contents.sheet(CHANGES).purpose,
        "sections": sections,
        "signs": "  ·  ".join(_texts(contents.sheet(NOTES), SIGN)),
        "notes": [*_notes(contents.sheet(NOTES)), *_for_analysts(contents.sections)],
        "missing": contents.missing,
        "appendices": [
            _appendix(letter, contents.sheet(name))
            for letter, name in zip("ABCDE", _appendices(contents), strict=False)
        ],
        CONTENTS_MARK: MARK,
    }


def _appendices(contents: PackContents) -> list[str]:
    """Names of the appendices: what partners say is the last, where they say something."""
    there = [sheet.name for sheet in contents.sheets if sheet.name == CONTRIBUTED]
    return [*APPENDICES, *there]


def _decided(rows: Sequence[TileRow], lines: Sequence[Line]) -> list[Line]:
    """Red lines, then green ones: those shown in this colour, and those calculated in it that a
    person overruled, which say so.
    """
    return [
        replace(line, label=row.decided or line.label)
        for rag in DECIDED
        for row, line in zip(rows, lines, strict=True)
        if rag in (row.rag, row.worked_out)
    ]


def _colour(rag: Rag, contents: PackContents) -> tuple[str, bool]:
    fill = contents.fills[rag]
    return fill.removeprefix("#"), font_on(fill) == WHITE


def _priority(
    section: Section, contents: PackContents, filling: _Filling, numbers: Iterator[int]
) -> Priority:
    heading = "  ".join(dict.fromkeys((section.priority, section.title)))
    lines = tuple(
        _line(row, (heading, section.priority), contents, first=place == 0)
        for place, row in enumerate(section.rows)
    )
    spoken: dict[str, list[str]] = {}
    for text in section.about:
        spoken.setdefault(ABOUT, []).extend(_paragraphs(text))
    for comment in section.comments:
        if texts := _paragraphs(comment.text):
            spoken.setdefault(f"Comment of the {comment.role}", []).extend(texts)
    return Priority(
        heading,
        lines,
        tuple(TextGroup(heading, tuple(texts)) for heading, texts in spoken.items()),
        tuple(
            ReportChart(next(numbers), item.title, filling.picture(picture(item.chart), item.alt))
            for item in section.charts
        ),
        not any((row.baseline or row.change or row.outlook) for row in section.rows),
        *printed_headings(section.comparisons),
    )


def _paragraphs(text: str) -> list[str]:
    return [part for part in re.split(r"\n\s*\n", plain(text).strip()) if part]


def _line(row: TileRow, names: tuple[str, str], contents: PackContents, *, first: bool) -> Line:
    fill, dark = _colour(row.rag, contents)
    return Line(
        *names, row.label, row.baseline, row.latest, row.change, row.outlook, row.status, fill,
        dark, row.why,
        row.caveats, first, row.kind is LineKind.TEXT,
    )  # fmt: skip


def _texts(notes: PrintedTable, subject: str) -> list[str]:
    return [str(text) for row_subject, text in notes.rows if row_subject == subject]


def _notes(notes: PrintedTable) -> list[TextGroup]:
    subjects = dict.fromkeys(str(subject) for subject, _text in notes.rows)
    return [
        TextGroup(GROUPS.get(subject, subject), tuple(_texts(notes, subject)))
        for subject in subjects
    ]


def _for_analysts(sections: Sequence[Section]) -> list[TextGroup]:
    """What stands behind the colours, line by line; nothing where nothing was tested."""
    texts = tuple(
        f"{section.priority}  {row.label}: {said}"
        for section in sections
        for row in section.rows
        if (said := f"{row.analysts} {row.caveats}".strip())
    )
    return [TextGroup(FOR_ANALYSTS, texts)] if texts else []


def _appendix(letter: str, sheet: PrintedTable) -> Appendix:
    rows = tuple(tuple(_cell(value) for value in row) for row in sheet.rows)
    return Appendix(f"{letter}  {sheet.name}", sheet.name, sheet.purpose, sheet.titles, rows)


def _cell(value: Scalar) -> str:
    if isinstance(value, date):
        return day_name(value)
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


# -- filling
# --------------------------------------------------------------------------------------------------


class _Filling:
    """A template that is filled once."""

    def __init__(self, name: str, file: Path | None) -> None:
        from docxtpl import DocxTemplate

        self._name = name
        self._template = DocxTemplate(BytesIO(template() if file is None else read(file, name)))
        with refusing(name, foreign=file is not None):
            self._template.init_docx()

    @property
    def document(self) -> Any:
        """The document, of python-docx."""
        return self._template.docx

    def picture(self, data: bytes, alt: str) -> object:
        """Give what a tag turns into a picture as wide as the text, with its alternative text."""
        return _Picture(self._template, data, plain(alt))

    def fill(self, template_values: Mapping[str, object]) -> None:
        """Fill every tag."""
        from jinja2 import StrictUndefined, TemplateError
        from jinja2.sandbox import SandboxedEnvironment
        from lxml.etree import XMLSyntaxError

        environment = SandboxedEnvironment(
            autoescape=True, undefined=StrictUndefined, finalize=_as_text
        )
        self._read_strictly()
        try:
            self._template.render(dict(template_values), environment, autoescape=True)
        except XMLSyntaxError as error:
            raise PackError(
                f"{self._name} has tags that do not nest: a row, cell or paragraph is begun in one"
                f" and ended in another ({error}). Put each tag and its end into rows, cells or"
                " paragraphs beside each other."
            ) from None
        except (TemplateError, *TAG_FAULTS) as error:
            raise PackError(
                f"{self._name} has a tag that cannot be filled: {error}{_near(error)}. "
                "Correct the tag, or copy it from the template that comes with the program."
            ) from None

    def _read_strictly(self) -> None:
        """Refuse what is no XML: docxtpl would read on past a fault, and what stands behind it
        would be missing.
        """
        from lxml import etree

        forgiving = self._template.fix_tables

        def strict(xml: str) -> Any:
            etree.fromstring(xml)
            return forgiving(xml)

        self._template.fix_tables = strict


@dataclass(frozen=True, slots=True)
class _Picture:
    template: Any
    data: bytes
    alt: str

    def __html__(self) -> str:
        part = self.template.current_rendering_part
        drawing = part.new_pic_inline(BytesIO(self.data), _text_width(self.template.docx))
        for side in ("distT", "distB", "distL", "distR"):
            drawing.set(side, "0")
        drawing.docPr.set("descr", self.alt)
        drawing.docPr.set("name", f"Chart {drawing.docPr.id}")
        xml = _closed(drawing.xml)
        return f'</w:t></w:r><w:r><w:drawing>{xml}</w:drawing></w:r><w:r><w:t xml:space="preserve">'


def _as_text(value: Any) -> Any:
    """Turn what a tag gives into text, whatever it looks like; a picture stays one."""
    from markupsafe import Markup, escape

    if isinstance(value, _Picture):
        return value
    text = value if value == MARK else plain("" if value is None else str(value))
    return Markup(_closed(str(escape(text))))  # noqa: S704 - escaped in this line


def _closed(xml: str) -> str:
    """Write braces as references: docxtpl turns some of them, such as {_{, into tags again."""
    return xml.replace("{", "&#123;").replace("}", "&#125;")


def _near(error: Any) -> str:
    lines = [line.strip() for line in getattr(error, "docx_context", ())]
    tags = " ".join(line for line in lines if "{" in line)
    return f" (near: {tags[:200]})" if tags else ""


def _text_width(document: Any) -> int:
    """Width of the text of the narrowest pages, in EMU."""
    widths = (
        section.page_width - section.left_margin - section.right_margin
        for section in document.sections
    )
    return int(min(widths))
