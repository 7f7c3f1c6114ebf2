"""Source of the Word template of the report: `templates/report.docx` is what it makes, part by part.

An office may restyle that file in Word and give it to `xlperf.documents.panel_report.report`. What stands in {{ }} and
{% %} is filled in by docxtpl (its tags for rows, cells and paragraphs are ``{%tr``, ``{%tc`` and ``{%p``); the names
are those that `xlperf.documents.panel_report.values` gives. Text is British English, every table has a header row that
is repeated and a description, and nothing is spaced by empty paragraphs. The same source gives the same parts.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from xlperf.addin.look import BLACK, FONT, GREY, INK, LINE, MIST, NAVY, WHITE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FIXED_DATE = (1980, 1, 1, 0, 0, 0)
"""Of every part of the package, so that the same parts give the same bytes; the first a zip file can hold."""
TWIPS_A_CM = 1440 / 2.54
PAGE, MARGIN = (11906, 16838), 1134
"""A4 and 2 cm, in twentieths of a point."""
PORTRAIT, LANDSCAPE = PAGE[0] - 2 * MARGIN, PAGE[1] - 2 * MARGIN
"""Width of the text."""
CONTENTS_MARK = "contents_list"
"""Name of the value whose paragraph becomes the list of contents."""
LANGUAGE = "en-GB"

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml."
PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SPACES = f'xmlns:w="{W}" xmlns:r="{R}"'


def template() -> bytes:
    """Give the bytes of the template, a .docx."""
    parts: dict[str, str] = {
        "word/document.xml": f"<w:document {SPACES}><w:body>{_body()}</w:body></w:document>",
        "word/styles.xml": _styles(),
        "word/numbering.xml": _numbering(),
        "word/settings.xml": _settings(),
        "word/header1.xml": f"<w:hdr {SPACES}>{_header()}</w:hdr>",
        "word/footer1.xml": f"<w:ftr {SPACES}>{_footer(PORTRAIT)}</w:ftr>",
        "word/footer2.xml": f"<w:ftr {SPACES}>{_footer(LANDSCAPE)}</w:ftr>",
    }
    kinds = {name: _relation(name).rstrip("12") for name in parts}
    types = {"document": "document.main"}
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{OFFICE}{types.get(kind, kind)}+xml"/>'
        for name, kind in kinds.items()
    )
    relations = "".join(
        f'<Relationship Id="{_relation(name)}" Type="{R}/{kind}" Target="{name.partition("/")[2]}"/>'
        for name, kind in kinds.items()
        if kind != "document"
    )
    around = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>' + overrides + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}relationships">'
        f'<Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}relationships">{relations}</Relationships>',
    }
    return packed({name: (HEAD + text).encode() for name, text in (around | parts).items()})


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Pack parts, in their order, into a package whose bytes depend on them alone."""
    memory = BytesIO()
    with zipfile.ZipFile(memory, "w") as package:
        for name, data in parts.items():
            member = zipfile.ZipInfo(name, FIXED_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0
            package.writestr(member, data)
    return memory.getvalue()


def _relation(part: str) -> str:
    return part.rpartition("/")[2].removesuffix(".xml")


# -- text --------------------------------------------------------------------------------------------------------------


def _run(text: str, properties: str = "") -> str:
    return f'<w:r>{properties and f"<w:rPr>{properties}</w:rPr>"}<w:t xml:space="preserve">{text}</w:t></w:r>'


def _paragraph(style: str, *runs: str, properties: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{"".join(runs)}</w:p>'


def _say(style: str, text: str) -> str:
    return _paragraph(style, _run(text))


def _only(condition: str, *content: str) -> str:
    """Paragraphs and tables that are there only on a condition."""
    return _tag(f"if {condition}") + "".join(content) + _tag("endif")


def _each(loop: str, *content: str) -> str:
    return _tag(f"for {loop}") + "".join(content) + _tag("endfor")


def _tag(tag: str) -> str:
    return _paragraph("Normal", _run("{%p " + tag + " %}"))


def _field(instruction: str, shown: str) -> str:
    return f'<w:fldSimple w:instr=" {instruction} ">{_run(shown)}</w:fldSimple>'


# -- tables ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a table of lines."""

    title: str
    width: float
    """In centimetres."""
    cell: str
    """Its paragraphs, in a row."""
    head: str = "TableHead"


def _figure(name: str) -> str:
    """A figure to the right; words, which have a line to themselves on the dashboard, to the left."""
    return "".join(
        (
            _tag("if line.in_words"),
            _say("TableText", "{{ " + name + " }}"),
            _tag("else"),
            _say("TableFigure", "{{ " + name + " }}"),
            _tag("endif"),
        )
    )


def _status(item: str) -> str:
    """A shape and a word on their colour, white or black, whichever can be read."""
    fill = _run("{% cellbg " + item + ".fill %}")
    word = _run("{{ " + item + ".status }}")
    return "".join(
        (
            _tag(f"if {item}.dark"),
            _paragraph("StatusOnDark", fill, word),
            _tag("else"),
            _paragraph("StatusOnLight", word),
            _tag("endif"),
        )
    )


LABEL = _Column("Line", 6.1, _say("TableText", "{{ line.label }}"))
FIGURES = (
    _Column("Baseline", 2.0, _figure("line.baseline"), "TableHeadRight"),
    _Column("Latest", 2.8, _figure("line.latest"), "TableHeadRight"),
    _Column("Change", 2.6, _figure("line.change"), "TableHeadRight"),
    _Column("Trends / n", 1.7, _figure("line.outlook"), "TableHeadRight"),
)
STATUS = _Column("Status", 1.8, _status("line"), "TableHeadCentre")
WORDS = (LABEL, _Column("Latest", 9.1, _say("TableText", "{{ line.latest }}")), STATUS)
DECIDED = (
    STATUS,
    _Column("Priority", 6.7, _say("TableText", "{{ line.heading }}")),
    _Column("Line", 5.5, _say("TableText", "{{ line.label }}")),
    _Column("Change", 3.0, _say("TableFigure", "{{ line.change }}"), "TableHeadRight"),
)
DASHBOARD_WIDTHS = (5.8, 6.5, 1.9, 4.9, 2.7, 1.9, 2.0)


def _table(caption: str, description: str, widths: Sequence[int], rows: str) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="ReportTable"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
        'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{caption}"/><w:tblDescription w:val="{description}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def _row(cells: Sequence[tuple[int, str]], *, header: bool = False, strong: bool = False) -> str:
    """`strong`: with a line above it that can be seen, where a group of rows begins."""
    line = f'<w:tcBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="{NAVY[1:]}"/></w:tcBorders>' * strong
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{line}<w:vAlign w:val="center"/></w:tcPr>{content}</w:tc>'
        for width, content in cells
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' * header}</w:trPr>{made}</w:tr>"


def _tag_row(tag: str, columns: int, width: int) -> str:
    span = f'<w:gridSpan w:val="{columns}"/>' if columns > 1 else ""
    cell = f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}</w:tcPr>{_say("TableText", "{%tr " + tag + " %}")}'
    return f"<w:tr><w:tc>{cell}</w:tc></w:tr>"


def _lines(columns: Sequence[_Column], loop: str, caption: str, description: str) -> str:
    """Build a table with a row for each line; it keeps together on a page."""
    widths = [round(column.width * TWIPS_A_CM) for column in columns]
    head = [_say(column.head, column.title) for column in columns]
    rows = (
        _row(list(zip(widths, head, strict=True)), header=True),
        _tag_row(f"for line in {loop}", len(columns), sum(widths)),
        _row([(width, column.cell) for width, column in zip(widths, columns, strict=True)]),
        _tag_row("endfor", len(columns), sum(widths)),
    )
    keep = '<w:pPr><w:pStyle w:val="{0}"/>'
    made = "".join(rows)
    for style in ("TableText", "TableFigure", "StatusOnDark", "StatusOnLight"):
        made = made.replace(keep.format(style), keep.format(style) + "<w:keepNext/>")
    return _table(caption, description, widths, made)


def _dashboard() -> str:
    """Build one table of all lines; every row names its priority, the first in words."""
    widths = [round(width * TWIPS_A_CM) for width in DASHBOARD_WIDTHS]
    columns = (LABEL, *FIGURES, STATUS)
    head = [_say("TableHead", "Priority"), *(_say(column.head, column.title) for column in columns)]
    first = [_say("TableStrong", "{{ line.heading }}"), *(column.cell for column in columns)]
    others = [_say("TableRepeated", "{{ line.priority }}"), *(column.cell for column in columns)]
    span = (len(widths), sum(widths))
    rows = (
        _row(list(zip(widths, head, strict=True)), header=True),
        _tag_row("for line in dashboard", *span),
        _tag_row("if line.first", *span),
        _row(list(zip(widths, first, strict=True)), strong=True),
        _tag_row("else", *span),
        _row(list(zip(widths, others, strict=True))),
        _tag_row("endif", *span),
        _tag_row("endfor", *span),
    )
    return _table(
        "Dashboard",
        "Every line of every strategic priority: baseline, latest figure, change, trends or number who answered, and "
        "status as a shape and a word.",
        widths,
        "".join(rows),
    )


def _colours() -> str:
    """Build the number of lines of each colour, side by side."""
    places = range(4)
    width = PORTRAIT // 4
    head = [(width, _status(f"colours[{place}]")) for place in places]
    body = [(width, _say("Number", f"{{{{ colours[{place}].lines }}}}")) for place in places]
    rows = _row(head, header=True) + _row(body)
    return _table("Lines by colour", "Number of lines of each status.", [width] * len(places), rows)


def _sheet() -> str:
    """Build a table of any number of columns; their widths are set when it is filled."""
    width = LANDSCAPE // 3

    def across(loop: str, content: str) -> list[tuple[int, str]]:
        tags = ("{%tc for " + loop + " %}", "{%tc endfor %}")
        return [(width, _say("TableText", tags[0])), (width, content), (width, _say("TableText", tags[1]))]

    rows = (
        _row(across("title in table.titles", _say("TableHead", "{{ title }}")), header=True),
        _tag_row("for row in table.rows", 3, 3 * width),
        _row(across("cell in row", _say("TableText", "{{ cell }}"))),
        _tag_row("endfor", 3, 3 * width),
    )
    return _table("{{ table.name }}", "{{ table.purpose }}", [width] * 3, "".join(rows))


# -- document ----------------------------------------------------------------------------------------------------------


def _body() -> str:
    return "".join((_front(), _on_one_page(), _priorities(), _notes(), _appendices()))


def _front() -> str:
    return "".join(
        (
            _say("Title", "{{ title }}"),
            _say("Subtitle", "{{ period }}"),
            _say("Publisher", "{{ office }}"),
            _say("Small", "{{ force }}  ·  Prepared {{ prepared }}"),
            _only("note", _say("Remark", "{{ note }}")),
            _say("ContentsHeading", "At a glance: lines by colour"),
            _colours(),
            _say("Small", "{{ basis }}"),
            _say(
                "Normal",
                "Each strategic priority has a table of its lines, the reason for each colour, and charts. These are "
                "worked out from the figures by fixed rules. What people say of them stands apart, under the heading "
                "of who says it, and is printed as it was given.",
            ),
            _only(
                "decided",
                _say("ContentsHeading", "Red and green lines"),
                _lines(
                    DECIDED,
                    "decided",
                    "Red and green lines",
                    "Lines that are red, then those that are green, overruled ones included.",
                ),
            ),
            _say("ContentsHeading", "Changes since last time"),
            _say("Normal", "{{ changes }}"),
            _only(
                "missing",
                _say("ContentsHeading", "Not received, not available or in development"),
                _each("text in missing", _say("ListBullet", "{{ text }}")),
            ),
            _paragraph("ContentsHeading", _run("Contents"), properties="<w:pageBreakBefore/>"),
            _say("Normal", "{{ " + CONTENTS_MARK + " }}"),
            _paragraph(
                "Small",
                _run("What the signs, the lines and the trends are: see Notes and definitions."),
                properties=_section(PAGE, "footer1"),
            ),
        )
    )


def _on_one_page() -> str:
    return "".join(
        (
            _say("Heading1", "Dashboard"),
            _dashboard(),
            _paragraph(
                "Small",
                _run("{{ signs }}"),
                properties=_section(PAGE[::-1], "footer2"),
            ),
        )
    )


def _priorities() -> str:
    reasons = _each(
        "line in section.lines",
        _paragraph(
            "ListBullet",
            _run("{{ line.label }}. ", "<w:b/>"),
            _run("{{ line.why }}"),
            _run("{% if line.caveats %}"),
            _run(" Bear in mind: ", "<w:b/>"),
            _run("{{ line.caveats }}"),
            _run("{% endif %}"),
        ),
    )
    charts = _each(
        "chart in section.charts",
        _paragraph("Picture", _run("{{ chart.picture }}")),
        _paragraph("Caption", _run("Figure "), _field("SEQ Figure \\* ARABIC", "{{ chart.number }}"),
                   _run(": {{ chart.title }}")),
    )  # fmt: skip
    comments = _each(
        "comment in section.comments",
        _say("Heading3", "{{ comment.heading }}"),
        _each("text in comment.texts", _say("Comment", "{{ text }}")),
    )
    section = (
        _say("Heading2", "{{ section.heading }}"),
        _tag("if section.in_words"),
        _lines(
            WORDS, "section.lines", "{{ section.heading }}", "Each line of the priority: what there is, and status."
        ),
        _tag("else"),
        _lines(
            (LABEL, *FIGURES, STATUS),
            "section.lines",
            "{{ section.heading }}",
            "Each line of the priority: baseline, latest figure, change, trends or number who answered, and status.",
        ),
        _tag("endif"),
        _say("Heading3", "Why each line has its colour"),
        reasons,
        _only("section.charts", _say("Heading3", "Charts"), charts),
        comments,
    )
    return _say("Heading1", "Strategic priorities") + _each("section in sections", *section)


def _notes() -> str:
    return "".join(
        (
            _say("Heading1", "Notes and definitions"),
            _each(
                "group in notes",
                _say("Heading2", "{{ group.heading }}"),
                _each("text in group.texts", _say("ListBullet", "{{ text }}")),
            ),
            _paragraph(
                "Small",
                _run("The appendices say what was not received, what was revised, what changed, and what each line "
                     "measures."),
                properties=_section(PAGE, "footer1"),
            ),
        )
    )  # fmt: skip


def _appendices() -> str:
    table = (
        _say("Heading2", "{{ table.heading }}"),
        _say("Lead", "{{ table.purpose }}"),
        _only("table.rows", _sheet()),
        _only("not table.rows", _say("Normal", "There is nothing to show.")),
    )
    return "".join(
        (
            _say("Heading1", "Appendices"),
            _each("table in appendices", *table),
            _section(PAGE[::-1], "footer2"),
        )
    )


def _section(page: Sequence[int], footer: str) -> str:
    """Write where a section ends, and of what size its pages are."""
    width, height = page
    turned = ' w:orient="landscape"' if width > height else ""
    edges = " ".join(f'w:{side}="{MARGIN}"' for side in ("top", "right", "bottom", "left"))
    return (
        f'<w:sectPr><w:headerReference w:type="default" r:id="header1"/>'
        f'<w:footerReference w:type="default" r:id="{footer}"/><w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{width}" w:h="{height}"{turned}/>'
        f'<w:pgMar {edges} w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
    )


def _header() -> str:
    return _paragraph("Header", _run("{{ marking }}", "<w:b/>"), _run("{% if note %}  ·  {{ note }}{% endif %}"))


def _footer(width: int) -> str:
    tabs, tab = _leading(width), "<w:r><w:tab/></w:r>"
    left, page = _run("{{ title }}: {{ period }}"), (_run("Page "), _field("PAGE", "1"))
    return _paragraph("Footer", left, tab, *page, _run(" of "), _field("NUMPAGES", "1"), properties=tabs) + _paragraph(
        "Footer", _run("{{ marking }}", "<w:b/>"), properties=CENTRED
    )


# -- styles ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Style:
    """A paragraph style; sizes in points, distances in twentieths of a point."""

    name: str
    based: str = "Normal"
    size: float = 0
    colour: str = ""
    bold: bool = False
    before: int = 0
    after: int = 0
    paragraph: tuple[str, str, str] = ("", "", "")
    """What stands before the spacing, between spacing and alignment, and after (ISO/IEC 29500-1, 17.3.1.26)."""
    following: str = ""

    def xml(self, key: str) -> str:
        """Write the style."""
        first, middle, last = self.paragraph
        run = f"{'<w:b/>' * self.bold}"
        run += f'<w:color w:val="{self.colour[1:]}"/>' if self.colour else ""
        run += f'<w:sz w:val="{round(2 * self.size)}"/><w:szCs w:val="{round(2 * self.size)}"/>' if self.size else ""
        based = f'<w:basedOn w:val="{self.based}"/>' if self.based else ""
        default = "" if self.based else ' w:default="1"'
        following = f'<w:next w:val="{self.following}"/>' if self.following else ""
        return (
            f'<w:style w:type="paragraph"{default} w:styleId="{key}">'
            f'<w:name w:val="{self.name}"/>{based}{following}<w:qFormat/>'
            f'<w:pPr>{first}<w:spacing w:before="{self.before}" w:after="{self.after}"/>{middle}{last}</w:pPr>'
            f"<w:rPr>{run}</w:rPr></w:style>"
        )


KEEP = "<w:keepNext/><w:keepLines/>"
EDGES = "".join(
    f'<w:{side} w:val="single" w:sz="24" w:space="{space}" w:color="{NAVY[1:]}"/>'
    for side, space in (("top", 1), ("left", 5), ("bottom", 1), ("right", 5))
)
BAND = f'<w:pBdr>{EDGES}</w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="{NAVY[1:]}"/>'
QUOTED = (
    f'<w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="{NAVY[1:]}"/></w:pBdr>'
    f'<w:shd w:val="clear" w:color="auto" w:fill="{MIST[1:]}"/>'
)
UNDERLINED = f'<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="4" w:color="{NAVY[1:]}"/></w:pBdr>'


def _level(number: int) -> str:
    return f'<w:outlineLvl w:val="{number}"/>'


def _leading(right: int) -> str:
    return f'<w:tabs><w:tab w:val="right" w:pos="{right}"/></w:tabs>'


CENTRED, TO_RIGHT = '<w:jc w:val="center"/>', '<w:jc w:val="right"/>'
STYLES = {
    "Normal": _Style("Normal", based="", after=120, paragraph=("<w:widowControl/>", "", "")),
    "Title": _Style("Title", size=30, colour=INK, bold=True, before=120, after=60, following="Subtitle"),
    "Subtitle": _Style("Subtitle", size=17, colour=NAVY, after=240, following="Normal"),
    "Publisher": _Style("Publisher", size=12, colour=INK, bold=True, after=40),
    "Small": _Style("Small", size=9, colour=GREY, before=80, after=120),
    "Lead": _Style("Lead", after=120, paragraph=("<w:keepNext/>", "", "")),
    "Remark": _Style("Remark", size=11, colour=INK, bold=True, before=120, after=120,
                     paragraph=(QUOTED, '<w:ind w:left="200"/>', "")),
    "Heading1": _Style("heading 1", size=20, colour=INK, bold=True, after=160,
                       paragraph=(KEEP + "<w:pageBreakBefore/>" + UNDERLINED, "", _level(0)), following="Normal"),
    "ContentsHeading": _Style("Contents Heading", size=14, colour=INK, bold=True, before=280, after=100,
                              paragraph=(KEEP, "", _level(0)), following="Normal"),
    "Heading2": _Style("heading 2", size=13, colour=WHITE, bold=True, before=400, after=140,
                       paragraph=(KEEP + BAND, '<w:ind w:left="150" w:right="150"/>', _level(1)), following="Normal"),
    "Heading3": _Style("heading 3", size=11, colour=NAVY, bold=True, before=200, after=80,
                       paragraph=(KEEP, "", _level(2)), following="Normal"),
    "TOC1": _Style("toc 1", colour=INK, bold=True, before=100, after=20, paragraph=(_leading(PORTRAIT), "", "")),
    "TOC2": _Style("toc 2", after=20, paragraph=(_leading(PORTRAIT), '<w:ind w:left="280"/>', "")),
    "ListBullet": _Style("List Bullet", after=70,
                         paragraph=('<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>', "", "")),
    "Comment": _Style("Comment", after=80, paragraph=(QUOTED, '<w:ind w:left="200"/>', "")),
    "Caption": _Style("caption", size=9.5, colour=GREY, after=200, paragraph=("<w:keepLines/>", "", "")),
    "Picture": _Style("Picture", before=60, after=40, paragraph=("<w:keepNext/>", "", "")),
    "Header": _Style("header", size=9, colour=GREY, paragraph=("", CENTRED, "")),
    "Footer": _Style("footer", size=9, colour=GREY),
    "TableText": _Style("Table Text", size=9, before=20, after=20),
    "TableFigure": _Style("Table Figure", based="TableText", before=20, after=20, paragraph=("", TO_RIGHT, "")),
    "TableStrong": _Style("Table Strong", based="TableText", colour=INK, bold=True, before=20, after=20),
    "TableRepeated": _Style("Table Repeated", based="TableText", colour=GREY, before=20, after=20),
    "TableHead": _Style("Table Head", based="TableText", colour=INK, bold=True, before=40, after=40),
    "TableHeadRight": _Style("Table Head Right", based="TableHead", before=40, after=40, paragraph=("", TO_RIGHT, "")),
    "TableHeadCentre": _Style("Table Head Centre", based="TableHead", before=40, after=40,
                              paragraph=("", CENTRED, "")),
    "StatusOnDark": _Style("Status On Dark", based="TableText", colour=WHITE, bold=True, before=20, after=20,
                           paragraph=("", CENTRED, "")),
    "StatusOnLight": _Style("Status On Light", based="TableText", colour=BLACK, bold=True, before=20, after=20,
                            paragraph=("", CENTRED, "")),
    "Number": _Style("Number", size=20, colour=INK, bold=True, before=60, after=60, paragraph=("", CENTRED, "")),
}  # fmt: skip


def _styles() -> str:
    fonts = " ".join(f'w:{script}="{FONT}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    language = " ".join(f'w:{script}="{LANGUAGE}"' for script in ("val", "eastAsia", "bidi"))
    defaults = (
        f'<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts {fonts}/><w:color w:val="{BLACK[1:]}"/><w:sz w:val="21"/>'
        f'<w:szCs w:val="21"/><w:lang {language}/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:spacing w:line="259" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
    )
    line = f'w:val="single" w:sz="4" w:space="0" w:color="{LINE[1:]}"'
    margins = "".join(f'<w:{side} w:w="70" w:type="dxa"/>' for side in ("left", "right"))
    plain = (
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/></w:style>'
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/></w:style>'
    )
    table = (
        '<w:style w:type="table" w:customStyle="1" w:styleId="ReportTable"><w:name w:val="Report Table"/>'
        '<w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr>'
        f"<w:tblBorders><w:top {line}/><w:bottom {line}/><w:insideH {line}/></w:tblBorders>"
        f'<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr><w:tblStylePr w:type="firstRow"><w:tcPr>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="{MIST[1:]}"/></w:tcPr></w:tblStylePr></w:style>'
    )
    own = "".join(style.xml(key) for key, style in STYLES.items())
    return f"<w:styles {SPACES}>{defaults}{own}{plain}{table}</w:styles>"


def _numbering() -> str:
    return (
        f'<w:numbering {SPACES}><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/>'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:pStyle w:val="ListBullet"/>'
        '<w:lvlText w:val="•"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="284" w:hanging="284"/></w:pPr></w:lvl>'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )


def _settings() -> str:
    """Write the settings: no marks of editing, the language, and the layout of Word 2013 and later."""
    word = "http://schemas.microsoft.com/office/word"
    modern = ("overrideTableStyleFontSizeAndJustification", "enableOpenTypeFeatures", "doNotFlipMirrorIndents")
    ways = [("compatibilityMode", "15"), *((name, "1") for name in modern)]
    compat = "".join(f'<w:compatSetting w:name="{name}" w:uri="{word}" w:val="{value}"/>' for name, value in ways)
    return (
        f'<w:settings {SPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/>'
        f'<w:compat>{compat}</w:compat><w:themeFontLang w:val="{LANGUAGE}"/>'
        '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )
