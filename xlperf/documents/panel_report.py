"""The report for the panel: a Word document made from the contents of the pack and from nothing else.

docxtpl fills the template of `xlperf.documents.report_template`, or one that the office has restyled. Rules. A text of
the workbook is never read as a tag, as markup or as a formula. Where a tag of the template cannot be filled nothing is
made, rather than a document in which something is missing. Properties, dates and parts of the package are set here,
whatever the template carries; the same contents and template give the same bytes.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Any

from xlperf.addin.priorities import SUBJECT
from xlperf.assess.evidence import LineKind
from xlperf.assess.rag import Rag
from xlperf.documents.pack_contents import NOTES
from xlperf.documents.pictures import picture
from xlperf.documents.report_template import CONTENTS_MARK, LANGUAGE, packed, template
from xlperf.documents.template_file import read, refusing
from xlperf.errors import PackError
from xlperf.excel.markup import NOT_XML
from xlperf.periods import day_name
from xlperf.tiles.layout import WHITE, font_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from docx.shared import Emu

    from xlperf.documents.pack_contents import Contents, Row, Section, Sheet
    from xlperf.excel.port import Scalar

GROUPS = {
    "Priorities": "Notes by priority",
    "Sign": "Signs",
    "Rule": "Rules",
    "Method": "Method",
    "Reading": "Readings",
}
"""Headings of the subjects of the sheet of notes; another subject is its own heading."""
CHANGES = "Changes since last time"
APPENDICES = ("Data not received", "Revisions", CHANGES, "Measures")
DECIDED = (Rag.RED, Rag.GREEN)
"""Colours, shown or worked out, of the lines that stand on the first page."""
SIGN = "Sign"
LISTED = ("Heading 1", "Heading 2")
"""Styles of the headings in the list of contents, as python-docx names them."""
NO_TEXT = "\ufffd"
"""Stands for a character that XML cannot hold."""
MARK = "\ue000contents\ue001"
"""Text, of private characters, whose paragraph becomes the list of contents."""
PRIVATE_USE = re.compile("[\ue000\ue001]")
LEAST_WIDTH = 8
"""Characters of the narrowest column of an appendix."""
LONGEST_PROPERTY = 255
"""Characters python-docx takes for a property."""
TAG_FAULTS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a tag may lead to that reckons with what is not there."""
CELL_ORDER = (
    "tcW",
    "gridSpan",
    "vMerge",
    "tcBorders",
    "shd",
    "noWrap",
    "tcMar",
    "textDirection",
    "tcFitText",
    "vAlign",
)
"""Order of the properties of a cell (ISO/IEC 29500-1, 17.4.66)."""


@dataclass(frozen=True, slots=True)
class Colour:
    """Number of lines of a status; `dark`: white stands on its fill, not black."""

    status: str
    lines: int
    fill: str
    """RRGGBB."""
    dark: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a tile. `first`: of its priority; `in_words`: what is latest is a text, not a figure."""

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
class Chart:
    """A picture with its number among all."""

    number: int
    title: str
    picture: object


@dataclass(frozen=True, slots=True)
class Group:
    """Texts under a heading: comments of one role, notes of one subject."""

    heading: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Priority:
    """One section. `in_words`: no line has a figure beside the latest, so that the table needs no columns for them."""

    heading: str
    lines: tuple[Line, ...]
    comments: tuple[Group, ...]
    charts: tuple[Chart, ...]
    in_words: bool


@dataclass(frozen=True, slots=True)
class Appendix:
    """A plain table."""

    heading: str
    name: str
    purpose: str
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def report(contents: Contents, template_file: Path | None = None) -> bytes:
    """Give the bytes of the report, a .docx.

    Parameters
    ----------
    contents
        What the pack holds.
    template_file
        A restyled template; None: the one that comes with the program. It is filled with the values of `values`.

    Raises
    ------
    PackError
        The template cannot be read, has a tag that cannot be filled, or tags that do not nest.
    """
    name = "The template that comes with the program" if template_file is None else f"The template {template_file}"
    filling = _Filling(name, template_file)
    found = values(contents, filling)
    memory = BytesIO()
    with refusing(name, foreign=template_file is not None):
        filling.fill(found)
        _list_contents(filling.document)
        _order_cells(filling.document)
        _widen(filling.document, contents)
        _set_properties(filling.document, contents)
        filling.document.save(memory)
    with zipfile.ZipFile(memory) as package:
        return packed({part: package.read(part) for part in sorted(package.namelist(), key=_place)})


def _place(part: str) -> tuple[bool, str]:
    """Place of a part in the package: the list of types first, as readers expect."""
    return part != "[Content_Types].xml", part


# -- values ------------------------------------------------------------------------------------------------------------


def values(contents: Contents, filling: _Filling) -> dict[str, object]:
    """Give the values of the template by name."""
    rows = [row for section in contents.sections for row in section.rows]
    numbers = count(1)
    sections = [_priority(section, contents, filling, numbers) for section in contents.sections]
    lines = [line for section in sections for line in section.lines]
    return {
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
            Colour(status, sum(row.rag is rag for row in rows), *_colour(rag, contents)) for status, rag in contents.key
        ],
        "dashboard": lines,
        "decided": _decided(rows, lines),
        "changes": contents.sheet(CHANGES).purpose,
        "sections": sections,
        "signs": "  ·  ".join(_texts(contents.sheet(NOTES), SIGN)),
        "notes": _notes(contents.sheet(NOTES)),
        "missing": contents.missing,
        "appendices": [
            _appendix(letter, contents.sheet(name)) for letter, name in zip("ABCD", APPENDICES, strict=True)
        ],
        CONTENTS_MARK: MARK,
    }


def _decided(rows: Sequence[Row], lines: Sequence[Line]) -> list[Line]:
    """Red lines, then green ones: those shown so, and those worked out so that a person overruled, which say it."""
    return [
        replace(line, label=row.decided or line.label)
        for rag in DECIDED
        for row, line in zip(rows, lines, strict=True)
        if rag in (row.rag, row.worked_out)
    ]


def _colour(rag: Rag, contents: Contents) -> tuple[str, bool]:
    fill = contents.fills[rag]
    return fill.removeprefix("#"), font_on(fill) == WHITE


def _priority(section: Section, contents: Contents, filling: _Filling, numbers: Iterator[int]) -> Priority:
    heading = "  ".join(dict.fromkeys((section.priority, section.title)))
    lines = tuple(
        _line(row, (heading, section.priority), contents, first=place == 0) for place, row in enumerate(section.rows)
    )
    spoken: dict[str, list[str]] = {}
    for comment in section.comments:
        texts = [text for text in re.split(r"\n\s*\n", plain(comment.text).strip()) if text]
        if texts:
            spoken.setdefault(comment.role, []).extend(texts)
    return Priority(
        heading,
        lines,
        tuple(Group(f"Comment of the {role}", tuple(texts)) for role, texts in spoken.items()),
        tuple(
            Chart(next(numbers), chart.title, filling.picture(picture(chart), chart.alt)) for chart in section.charts
        ),
        in_words=not any((row.baseline or row.change or row.outlook) for row in section.rows),
    )


def _line(row: Row, names: tuple[str, str], contents: Contents, *, first: bool) -> Line:
    fill, dark = _colour(row.rag, contents)
    return Line(
        *names, row.label, row.baseline, row.latest, row.change, row.outlook, row.status, fill, dark, row.why,
        row.caveats, first, row.kind is LineKind.TEXT,
    )  # fmt: skip


def _texts(notes: Sheet, subject: str) -> list[str]:
    return [str(text) for found, text in notes.rows if found == subject]


def _notes(notes: Sheet) -> list[Group]:
    subjects = dict.fromkeys(str(subject) for subject, _text in notes.rows)
    return [Group(GROUPS.get(subject, subject), tuple(_texts(notes, subject))) for subject in subjects]


def _appendix(letter: str, sheet: Sheet) -> Appendix:
    rows = tuple(tuple(_cell(value) for value in row) for row in sheet.rows)
    return Appendix(f"{letter}  {sheet.name}", sheet.name, sheet.purpose, sheet.titles, rows)


def _cell(value: Scalar) -> str:
    if isinstance(value, date):
        return day_name(value)
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


# -- filling -----------------------------------------------------------------------------------------------------------


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

    def fill(self, found: Mapping[str, object]) -> None:
        """Fill every tag."""
        from jinja2 import StrictUndefined, TemplateError
        from jinja2.sandbox import SandboxedEnvironment
        from lxml.etree import XMLSyntaxError

        environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=_as_text)
        self._read_strictly()
        try:
            self._template.render(dict(found), environment, autoescape=True)
        except XMLSyntaxError as error:
            raise PackError(
                f"{self._name} has tags that do not nest: a row, cell or paragraph is begun in one and ended in "
                f"another ({error}). Put each tag and its end into rows, cells or paragraphs beside each other."
            ) from None
        except (TemplateError, *TAG_FAULTS) as error:
            raise PackError(
                f"{self._name} has a tag that cannot be filled: {error}{_near(error)}. "
                "Mend the tag, or copy it from the template that comes with the program."
            ) from None

    def _read_strictly(self) -> None:
        """Refuse what is no XML: docxtpl would read on past a fault, and what stands behind it would be missing."""
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


def plain(text: str) -> str:
    """Give a text as XML can hold it; line breaks are kept."""
    broken = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n")
    return PRIVATE_USE.sub(NO_TEXT, NOT_XML.sub(NO_TEXT, broken))


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
    found = " ".join(line for line in lines if "{" in line)
    return f" (near: {found[:200]})" if found else ""


def _text_width(document: Any) -> int:
    """Width of the text of the narrowest pages, in EMU."""
    widths = (section.page_width - section.left_margin - section.right_margin for section in document.sections)
    return int(min(widths))


# -- finishing ---------------------------------------------------------------------------------------------------------


def _list_contents(document: Any) -> None:
    """Put the headings into the list of contents, each a link to its place.

    The number of the page is a field. It is empty until a program lays the pages out and fills it: a number printed
    before that could only be a guess.
    """
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    levels = {style.style_id: int(style.name[-1]) for style in document.styles if style.name in LISTED}
    paragraphs = list(document.element.body.iter(qn("w:p")))
    mark = next((paragraph for paragraph in paragraphs if _words(paragraph) == MARK), None)
    headings = [paragraph for paragraph in paragraphs if paragraph.style in levels and _words(paragraph)]
    for number, heading in enumerate(headings, 1):
        place = f"_Toc{number:08d}"
        heading.pPr.addnext(parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="{number}" w:name="{place}"/>'))
        heading.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="{number}"/>'))
        if mark is not None:
            mark.addprevious(_entry(_words(heading), place, levels[heading.style]))
    if mark is not None:
        _keep_section(mark)
        mark.getparent().remove(mark)


def _keep_section(mark: Any) -> None:
    """Hand on the end of a section to the paragraph before, where a template has put it at the list of contents."""
    from docx.oxml.ns import qn

    end, before = mark.find(f"{qn('w:pPr')}/{qn('w:sectPr')}"), mark.getprevious()
    if end is not None and before is not None:
        before.get_or_add_pPr().append(end)


def _words(paragraph: Any) -> str:
    from docx.oxml.ns import qn

    return "".join(text.text or "" for text in paragraph.iter(qn("w:t"))).strip()


def _entry(text: str, place: str, level: int) -> Any:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from markupsafe import escape

    def field(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    return parse_xml(
        f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="TOC{level}"/></w:pPr>'
        f'<w:hyperlink w:anchor="{place}" w:history="1"><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
        f"<w:r><w:tab/></w:r>{field('begin')}"
        f'<w:r><w:instrText xml:space="preserve"> PAGEREF {place} \\h </w:instrText></w:r>'
        f"{field('separate')}<w:r><w:t></w:t></w:r>{field('end')}</w:hyperlink></w:p>"
    )


def _order_cells(document: Any) -> None:
    """Put the shading that docxtpl has added into its place among a cell's properties."""
    from docx.oxml.ns import qn

    order = {qn(f"w:{name}"): place for place, name in enumerate(CELL_ORDER)}
    for properties in document.element.body.iter(qn("w:tcPr")):
        properties[:] = sorted(properties, key=lambda child: order.get(child.tag, len(order)))


def _widen(document: Any, contents: Contents) -> None:
    """Give the columns of the appendices the widths of the sheets they are made from."""
    from docx.oxml.ns import qn

    named = {sheet.name: sheet for sheet in contents.sheets if sheet.name in APPENDICES}
    for table in document.element.body.iter(qn("w:tbl")):
        caption = table.tblPr.find(qn("w:tblCaption"))
        sheet = named.get("" if caption is None else caption.get(qn("w:val")))
        if sheet is None:
            continue
        columns = table.tblGrid.gridCol_lst
        widths = _shares(sheet.widths, sum(column.w or 0 for column in columns))
        for column, width in zip(columns, widths, strict=True):
            column.w = width
        for row in table.tr_lst:
            for cell, width in zip(row.tc_lst, widths, strict=True):
                cell.width = width


def _shares(widths: Sequence[int], total: int) -> list[Emu]:
    """Share a width out: in proportion, but the root of it, so that short columns can hold their titles."""
    from docx.shared import Emu

    parts = [max(width, LEAST_WIDTH) ** 0.62 for width in widths]
    return [Emu(total * part / sum(parts)) for part in parts]


def _set_properties(document: Any, contents: Contents) -> None:
    """Set the properties on purpose, and drop every other part that speaks of the file."""
    properties = document.core_properties
    made = datetime.combine(contents.prepared, time())
    properties.title = plain(f"{contents.title}: {contents.period}")[:LONGEST_PROPERTY]
    properties.subject = SUBJECT
    properties.author = properties.last_modified_by = plain(contents.office)[:LONGEST_PROPERTY]
    properties.keywords = plain(contents.marking)[:LONGEST_PROPERTY]
    properties.language = LANGUAGE
    properties.created = properties.modified = made
    properties.revision = 1
    for name in ("category", "comments", "content_status", "identifier", "version"):
        setattr(properties, name, "")
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if not relation.reltype.endswith(("/officeDocument", "/core-properties")):
            del package.rels[key]
