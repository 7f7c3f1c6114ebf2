"""Office and OpenDocument files of others: parts, properties, links and marks that keep something
out of sight.

What is looked for is listed by the name of the part, element or attribute. What is drawn over
something else, and text in nearly the colour of its background, is not looked for.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from xlperf.excel.markup import as_utf8
from xlperf.excel.office_parts import flag, real, tree
from xlperf.excel.package import normalised
from xlperf.excel.parts import CONTENTS
from xlperf.leaks.findings import TextMatch
from xlperf.leaks.forms import RELATIONS_PART, reached_parts, remarks
from xlperf.leaks.images import inspect_image
from xlperf.leaks.kinds import LeakKind
from xlperf.leaks.properties import look_at_property

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from xlperf.excel.office_parts import Parts
    from xlperf.excel.package import Package
    from xlperf.leaks.findings import Inspection

NAMED_PARTS = re.compile(
    r"(?P<MACRO>.*(?:vba|macrosheets|xlmacro|attachedtoolbars\.bin)|(?:basic|scripts|dialogs)/)"
    r"|(?P<ACTIVEX>.*(?:activex|ctrlprops))|(?P<EMBEDDED>.*(?:embeddings|afchunk|/oleobject))"
    r"|(?P<EXTERNAL_LINK>.*externallink)|(?P<DATA_MODEL>.*xl/model)"
    r"|(?P<CONNECTION>.*(?:xl/connections|querytable|/queries|customdata|webextension))"
    r"|(?P<PIVOT_CACHE>.*(?:pivot|slicer|timeline))"
    r"|(?P<COMMENT>.*(?:comment|persons?/|people|vmldrawing))"
    r"|(?P<PROPERTY>.*(?:labelinfo|docmetadata))|(?P<FIELD>.*(?:mailmerge|recipientdata))"
    r"|(?P<TRACKED_CHANGE>.*(?:revisions?/|revisionheaders|usernames|ink/))"
)
"""What parts are that may not leave, by a word of their names."""
PLAIN_PARTS = re.compile(
    r"\[content_types\]\.xml|(?:.*/)?_rels/[^/]*\.rels|docprops/(?:core|app|custom)\.xml"
    r"|(?:xl|word)/(?:theme/theme\d*|charts/(?:chart|style|colors)\d*|drawings/drawing\d+"
    r"|styles|settings|workbook|document|sharedstrings|calcchain|metadata|richdata/\w+|fonttable"
    r"|worksheets/sheet\d+|chartsheets/sheet\d+|tables/table\d+|styleswitheffects|websettings"
    r"|numbering|footnotes|endnotes|header\d*|footer\d*)\.xml|(?:xl|word)/media/[^/]+\.(?:png|jpe?g)"
    r"|customxml/itemprops\d+\.xml"
)
OPEN_PARTS = re.compile(
    r"mimetype|meta-inf/manifest\.xml|manifest\.rdf|(?:object \d+/)?(?:content|styles|meta"
    r"|settings)\.xml|thumbnails/thumbnail\.png|configurations2/.*|pictures/[^/]+\.(?:png|jpe?g)|.*/"
    r"|objectreplacements/.*"
)
"""Parts that hold what is seen, or how it looks, of Office and of OpenDocument files; LibreOffice
always writes the small picture.
"""
EMPTY_SOURCES = re.compile(
    rb"(?:<\?xml[^>]*>)?\s*<(?:\w+:)?Sources\b[^>]*(?:/>|>\s*</(?:\w+:)?Sources>)\s*"
)
"""Custom XML of every document of Word: a list of sources without a source."""
THUMBNAIL_OF_LIBRARY = "96367138dc44ce09bf2c8f0f8e49348a1478d2c5c0af69bbc2bbc38b63cdcead"
"""SHA-256 of the picture in every document of python-docx: of an empty page."""
MARKS = re.compile(
    r"(?P<TRACKED_CHANGE>(?:ins|del|moveFrom|moveTo|\w+PrE?x?Change|tblGridChange|numberingChange"
    r"|cellIns|cellDel|cellMerge|trackRevisions|tracked-changes|delText|delInstrText)$)|(?P<COMMENT>annotation$)"
    r"|(?P<FIELD>(?:docVar|mailMerge|variable-decl|user-field-decl|dataBinding|smartTag"
    r"|conditional-text)$)|(?P<PROPERTY>(?:permStart|fileSharing|protectedRanges)$)"
    r"|(?P<EMBEDDED>(?:altChunk|oleObjects|OLEObject|object-ole|plugin)$)"
    r"|(?P<SCENARIO>(?:scenario|customSheetViews|customWorkbookViews)$)"
    r"|(?P<EXTERNAL_LINK>(?:externalReferences|attachedTemplate|dataConsolidate|saveThroughXslt"
    r"|dde-source|dde-connection-decl|table-source|cell-range-source)$)"
    r"|(?P<CONNECTION>database-range-source$)|(?P<ACTIVEX>controls$)|(?P<PATH>absPath$)"
    r"|(?P<PIVOT_CACHE>(?:pivotCaches|pivotSource|data-pilot-table)$)"
    r"|(?P<UNEXPECTED_PART>attachedSchema$)|(?P<HIDDEN_TEXT>(?:hidden-text|hidden-paragraph|rPh)$)"
    r"|(?P<MACRO>functionGroups$|event-listener$|sp macro=.)|(?P<HIDDEN_CELLS>filterColumn$)"
    r"|(?P<HIDDEN_OBJECT>(?:cNvPr|docPr) hidden=(?:1|true)$|srcRect [ltrb]=[1-9]"
    r"|\S+ clip=rect\(.*[1-9]|\S+ style=.*visibility:\s*hidden)",
    re.DOTALL,
)
"""Elements, and attributes with their values, that say so themselves (ISO/IEC 29500-1, 17 and 18;
OpenDocument 1.3, part 3).
"""
PROPERTIES = ("coreProperties", "Properties", "document-meta")
"""Elements that hold the properties of a file."""
READ_BY_PEOPLE = frozenset(
    ("descr", "title", "alt", "altText", "prompt", "promptTitle", "error", "tooltip", "errorTitle",
     "comment", "statusBar", "displayText", "placeholder", "totalsRowLabel", "desc", "formula",
     "help-message", "string-value")
)  # fmt: skip
RUNS, CELLS = frozenset(("t", "span", "a")), frozenset(("t", "c", "v"))
"""Elements whose text is looked at with its paragraph, or with its cell."""
PRINTED_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-F]{6}|\d+|[LCRPNDTFAGBIUESXYOHZ&])')
"""Codes of headers and footers (ECMA-376 part 1, 18.3.1.46)."""
PLAIN_FIELDS = frozenset(
    ("PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "PAGEREF", "REF", "NOTEREF", "SEQ", "STYLEREF",
     "TOC", "INDEX", "DATE", "TIME", "SYMBOL", "EQ", "=", "HYPERLINK", "ADVANCE")
)  # fmt: skip
"""Fields that show the document itself, or lead out of it as a link does."""
OUTSIDE = re.compile(
    r"\[[^\[\]]+\][^!\[]*!|\\\\|https?:|file:|\|[^|!]*'?!|\b(?:WEBSERVICE|RTD)\(", re.IGNORECASE
)
"""A formula or name that leads to another file, or to a program."""
LINK_OF_FIELD = re.compile(r'HYPERLINK\s+(?:\\l\s+)?"?([^"\s]+)')
SHOWN = ("t", "tab", "br", "cr")
"""Elements of a run that show text, or space."""
DARK = ("tbl", "sp", "wsp", "title")
"""Elements that may draw something behind their text."""
WHITES = ("FFFFFF", "FFFFFFFF", "bg1", "lt1", "window", "background1")
UNSHOWN = ("collapse", "filter", "none", "condition")
"""Values of OpenDocument by which rows, columns and sections are not shown."""
NO_SIZE = re.compile(r"[0-3](?:\.\d+)?pt")
"""As `TINY`, of a style of OpenDocument."""
MARKED, TINY = "marked hidden", 4.0
"""Points below which text is not there to be read. This program's choice: the smallest print in use
is 5 points.
"""


def inspect_office(parts: Parts, main: str, kind: str, seen: Inspection) -> None:
    """Report the leaks of a workbook or a document of others."""
    trees: dict[str, Element] = {}
    reached = reached_parts(parts)
    sheets = sheet_names(parts, main) if kind == "workbook" else {}
    for name, part in parts.names.items():
        data = parts.read(part)
        if name.endswith((".xml", ".rels")):
            remarks(data, part, seen)
        if rels := RELATIONS_PART.fullmatch(part):
            _relations(parts, rels[1] + rels[2], seen)
        elif _is_plain(name, data, PLAIN_PARTS, part, seen):
            if name not in reached and name != normalised(CONTENTS):
                seen.add(LeakKind.LEFTOVER, part, f"{len(data):,} bytes")
            if name.endswith(".xml"):
                trees[name] = tree(data, part)
                _content(sheets.get(part, part), trees[name], seen)
            elif not name.startswith("docprops/"):
                inspect_image(data, part, seen)
    if "macroenabled" in parts.content_type(main).lower():
        seen.add(LeakKind.MACRO, main, f"declared as '{parts.content_type(main)}'")
    if kind == "workbook":
        from xlperf.leaks.sheets import inspect_workbook

        inspect_workbook(parts, main, trees, seen)


def sheet_names(parts: Parts, main: str) -> dict[str, str]:
    """Names of the sheets of a workbook, by their parts."""
    by_id = {relation.id: relation.target for relation in parts.relations(main)}
    sheets = parts.tree(main).iter("sheet")
    return {by_id.get(sheet.get("r:id", ""), ""): sheet.get("name", "") for sheet in sheets}


def inspect_open_document(package: Package, seen: Inspection) -> None:
    """Report the leaks of an OpenDocument file; `WorkbookError` when a part is damaged."""
    for name, member in package.by_name.items():
        part, data = member.filename, package.read(member.filename)
        if not _is_plain(name, data, OPEN_PARTS, part, seen):
            continue
        if name.endswith(".xml") and not name.startswith("configurations2/"):
            data = as_utf8(data)
            remarks(data, part, seen)
            _content(part, tree(data, part), seen)
        elif name.startswith("pictures/"):
            inspect_image(data, part, seen)


def _is_plain(name: str, data: bytes, plain: re.Pattern[str], part: str, seen: Inspection) -> bool:
    """Whether a part may be there; if not, it is reported by its name."""
    if (
        plain.fullmatch(name)
        or (name.startswith("customxml/") and EMPTY_SOURCES.fullmatch(data))
        or hashlib.sha256(data).hexdigest() == THUMBNAIL_OF_LIBRARY
    ):
        return True
    seen.add(kind_of_part(name) or LeakKind.UNEXPECTED_PART, part, f"the part {part}")
    return False


def kind_of_part(name: str) -> LeakKind | None:
    """What a part that may not leave is, by its name in small letters; None: not known."""
    match = NAMED_PARTS.match(name)
    return None if match is None else LeakKind[str(match.lastgroup)]


def _relations(parts: Parts, owner: str, seen: Inspection) -> None:
    if owner and normalised(owner) not in parts.names:
        seen.add(LeakKind.LEFTOVER, f"{owner}.rels", f"there is no part {owner}")
    for relation in parts.relations(owner):
        if relation.external and relation.kind == "hyperlink":
            seen.link(owner, relation.target)
        elif relation.external:
            seen.add(LeakKind.EXTERNAL_LINK, owner, f"{relation.kind}: {relation.target}")
            seen.path(owner, relation.target)
        elif normalised(relation.target) not in parts.names:
            seen.aside(owner, relation.target)


def _content(where: str, root: Element, seen: Inspection) -> None:
    """Look into one part: the elements and attributes that say so themselves, and its texts."""
    hidden = {
        style.get("name", "") for style in root.iter("style")
        if any(
            properties.get("display") in ("false", "none")
            or NO_SIZE.fullmatch(properties.get("font-size", ""))
            for properties in style
        )
    }  # fmt: skip
    elsewhere = CELLS if root.tag in ("worksheet", "sst") else RUNS
    if root.tag in PROPERTIES:
        for item in root.find("meta") or root:
            text, place = "".join(item.itertext()).strip(), item.get("name") or item.tag
            look_at_property(item.tag, f"{where}, {place}", text, seen)
    waiting, paragraphs = [(root, False)], 0
    while waiting:
        item, shaded = waiting.pop()
        shaded = shaded or item.tag in DARK or _has_shade(item)
        _element(item, where, seen)
        if item.tag in ("p", "h"):
            paragraphs += 1
            place = where.rpartition("/")[2].removesuffix(".xml")
            _paragraph(item, f"{place}, paragraph {paragraphs}", seen, shaded=shaded)
        elif item.tag in ("style", "rPrDefault") and _unseen(item.find("rPr"), shaded=True):
            found = f"the style {item.get('styleId', 'of all text')} hides its text"
            seen.add(LeakKind.HIDDEN_TEXT, where, found)
        elif item.tag == "rPr" and elsewhere is CELLS and _points(item.find("sz")) < TINY:
            seen.add(LeakKind.HIDDEN_TEXT, where, f"a part of a cell has {TINY:g} pt or less")
        elif item.tag not in elsewhere:
            _text(item, where, seen)
        if item.get("style-name") in hidden or any(
            item.get(key) in UNSHOWN for key in ("visibility", "display")
        ):
            _hidden(item, where, seen)
        waiting.extend((child, shaded) for child in reversed(item))


def _hidden(item: Element, where: str, seen: Inspection) -> None:
    """Report what an OpenDocument file does not display."""
    text = "".join(item.itertext()).strip()
    of_text = dict.fromkeys(("span", "p", "h", "section"), LeakKind.HIDDEN_TEXT)
    kind = {"table": LeakKind.HIDDEN_SHEET, **of_text}.get(item.tag)
    if text or item.tag in ("table", "table-column"):
        name = item.get("name", "")
        seen.add(kind or LeakKind.HIDDEN_CELLS, where, f"{item.tag} {name} {text}")


def _element(item: Element, where: str, seen: Inspection) -> None:
    if item.tag == "trPr" and item.find("hidden") is not None:
        seen.add(LeakKind.HIDDEN_CELLS, where, "a row of a table")
    if mark := MARKS.match(item.tag):
        texts = (item.tag, *item.attrib.values(), *item.itertext())
        seen.add(LeakKind[str(mark.lastgroup)], where, " ".join(texts))
    for key, value in item.attrib.items():
        if mark := MARKS.match(f"{item.tag} {key}={value}"):
            seen.add(LeakKind[str(mark.lastgroup)], where, f"{key}={value}")
        if key in READ_BY_PEOPLE or item.tag in ("lvlText", "alias", "tag"):
            seen.private(f"{where}, {key}", value)
        elif key == "href" and item.tag == "a":
            seen.link(where, value)
        elif key == "href" and ("://" in value or value.startswith("../")):
            seen.add(LeakKind.EXTERNAL_LINK, where, value)
        elif not value.startswith("http://schemas."):
            seen.aside(where, value)


def _text(item: Element, where: str, seen: Inspection) -> None:
    text = item.text or ""
    if not text.strip():
        return
    if item.tag.endswith(("Header", "Footer")):
        where = f"{where}, {item.tag}"
        if "&Z" in text:
            seen.add(LeakKind.PATH, where, "prints the folder of the file")
        text = PRINTED_CODE.sub(" ", text)
    elif item.tag == "config-item" and item.get("name") in ("PrinterName", "PrinterSetup"):
        seen.add(LeakKind.UNEXPECTED_PART, where, f"printer: {text}")
    if item.tag in ("formula", "formula1", "formula2") and OUTSIDE.search(text):
        seen.add(LeakKind.EXTERNAL_LINK, where, f"={text}")
    seen.private(where, text)


def _paragraph(paragraph: Element, where: str, seen: Inspection, *, shaded: bool) -> None:
    """Look at a paragraph: its text, its fields, and what of it is hidden."""
    items = list(_within(paragraph))
    runs = [item for item in items if item.tag == "r"]
    for run in runs:
        text = "".join(item.text or "" for item in _within(run) if item.tag == "t")
        if text.strip() and (why := _unseen(run.find("rPr"), shaded=shaded)):
            seen.add(LeakKind.HIDDEN_TEXT, where, f"{text} ({why})")
    texts = (item.text or "" if item.tag == "t" else " " for item in items if item.tag in SHOWN)
    seen.text(where, "".join(texts if runs else paragraph.itertext()), TextMatch.PARAGRAPH)
    codes = "".join(
        item.text or "" if item.tag == "instrText" else f"\n{item.get('instr', '')}\n"
        for item in items
        if item.tag in ("instrText", "fldChar", "fldSimple")
    )
    for code in filter(str.strip, codes.splitlines()):
        if code.split()[0].upper() not in PLAIN_FIELDS:
            seen.add(LeakKind.FIELD, where, code.strip())
        for target in LINK_OF_FIELD.findall(code):
            seen.link(where, target)


def _within(paragraph: Element) -> Iterator[Element]:
    """Elements of a paragraph in their order, without those of paragraphs inside it."""
    waiting = list(reversed(paragraph))
    while waiting:
        item = waiting.pop()
        if item.tag not in ("p", "h"):
            yield item
            waiting.extend(reversed(item))


def _has_shade(item: Element) -> bool:
    shade = item.find(f"{item.tag}Pr/shd") if item.tag in ("p", "tc") else None
    return shade is not None and shade.get("fill", "auto") not in ("auto", *WHITES)


def _points(size: Element | None) -> float:
    return TINY if size is None else real(size.get("val"), TINY)


def _unseen(properties: Element | None, *, shaded: bool) -> str:
    """Why the text of a run cannot be seen; empty when it can."""
    if properties is None:
        return ""
    marks = [*properties.findall("vanish"), *properties.findall("specVanish")]
    if any(flag(mark, "val", default=True) for mark in marks):
        return MARKED
    size = properties.find("sz")
    halves = real(properties.get("sz"), 1800) / 50 if size is None else real(size.get("val"), 22)
    if halves < 2 * TINY:
        return f"{halves / 2:g} pt"
    coloured = [*properties.findall("color"), *properties.findall("solidFill")]
    values = {
        value for found in coloured for item in found.iter() for value in item.attrib.values()
    }
    dark = shaded or any(properties.find(tag) is not None for tag in ("shd", "highlight"))
    return "white" if not dark and values & {*WHITES} else ""
