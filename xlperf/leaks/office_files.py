"""Office files of others: parts, properties, links and marks that keep something out of sight.

What is looked for is listed by the name of the part or element. What is drawn over something else,
and text in nearly the colour of its background, is not looked for.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from xlperf.excel import markup
from xlperf.excel.office_parts import flag, local, real, whole
from xlperf.excel.package import normalised
from xlperf.excel.parts import CONTENTS
from xlperf.leaks.findings import TextMatch
from xlperf.leaks.forms import RELATIONS_PART, reached_parts, remarks
from xlperf.leaks.images import inspect_image
from xlperf.leaks.kinds import LeakKind
from xlperf.leaks.properties import inspect_properties

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from xlperf.excel.office_parts import Parts
    from xlperf.leaks.findings import Inspection

NAMED_PARTS = (
    (re.compile(r"vba|macrosheets|xlmacro|\.bin\b(?<=attachedtoolbars\.bin)"), LeakKind.MACRO),
    (re.compile(r"activex|ctrlprops"), LeakKind.ACTIVEX),
    (re.compile(r"embeddings|afchunk|/oleobject"), LeakKind.EMBEDDED),
    (re.compile(r"externallink"), LeakKind.EXTERNAL_LINK),
    (
        re.compile(r"xl/connections|querytable|/queries|customdata|webextension"),
        LeakKind.CONNECTION,
    ),
    (re.compile(r"xl/model"), LeakKind.DATA_MODEL),
    (re.compile(r"pivot"), LeakKind.PIVOT_CACHE),
    (re.compile(r"slicer|timeline"), LeakKind.SLICER_CACHE),
    (re.compile(r"customxml"), LeakKind.CUSTOM_XML),
    (re.compile(r"comment|persons?/|people|vmldrawing"), LeakKind.COMMENT),
    (re.compile(r"printersettings"), LeakKind.PRINTER),
    (re.compile(r"thumbnail"), LeakKind.THUMBNAIL),
    (re.compile(r"_xmlsignatures|digitalsignature|\.psdsxs|\.sigs"), LeakKind.SIGNATURE),
    (re.compile(r"labelinfo|docmetadata"), LeakKind.PROPERTY),
    (re.compile(r"revisions?/|revisionheaders|usernames|ink/"), LeakKind.TRACKED_CHANGE),
    (re.compile(r"mailmerge|recipientdata"), LeakKind.DOCUMENT_VARIABLE),
)
"""What parts are that may not leave, by a word of their names; the first that fits."""
PLAIN_PARTS = re.compile(
    r"\[content_types\]\.xml|(?:.*/)?_rels/[^/]*\.rels|docprops/(?:core|app|custom)\.xml"
    r"|(?:xl|word)/(?:theme/theme\d*|charts/(?:chart|style|colors)\d*|drawings/drawing\d+"
    r"|styles|settings|workbook|document|sharedstrings|calcchain|metadata|richdata/\w+|fonttable"
    r"|worksheets/sheet\d+|chartsheets/sheet\d+|tables/table\d+|styleswitheffects|websettings"
    r"|numbering|footnotes|endnotes|header\d*|footer\d*)\.xml|(?:xl|word)/media/[^/]+\.(?:png|jpe?g)"
)
"""Parts that hold what is seen, or how it looks."""
EMPTY_SOURCES = re.compile(
    rb"<(?:\w+:)?Sources\b[^>]*/>|<(?:\w+:)?Sources\b[^>]*>\s*</(?:\w+:)?Sources>"
)
"""Custom XML of every document of Word: a list of sources without a source."""
THUMBNAIL_OF_LIBRARY = "96367138dc44ce09bf2c8f0f8e49348a1478d2c5c0af69bbc2bbc38b63cdcead"
"""SHA-256 of the picture in every document of python-docx: of an empty page."""
ELEMENTS = {
    **dict.fromkeys(
        ("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "sectPrChange",
         "tblPrChange", "tblPrExChange", "trPrChange", "tcPrChange", "tblGridChange",
         "numberingChange", "cellIns", "cellDel", "cellMerge", "trackRevisions"),
        LeakKind.TRACKED_CHANGE,
    ),
    **dict.fromkeys(("docVar", "mailMerge"), LeakKind.DOCUMENT_VARIABLE),
    **dict.fromkeys(("dataBinding", "smartTag"), LeakKind.CONTENT_CONTROL),
    **dict.fromkeys(("permStart", "fileSharing", "protectedRanges"), LeakKind.PROPERTY),
    **dict.fromkeys(("altChunk", "oleObjects", "OLEObject"), LeakKind.EMBEDDED),
    **dict.fromkeys(("scenario", "customSheetViews", "customWorkbookViews"), LeakKind.SCENARIO),
    **dict.fromkeys(
        ("externalReferences", "attachedTemplate", "dataConsolidate", "saveThroughXslt"),
        LeakKind.EXTERNAL_LINK,
    ),
    **dict.fromkeys(("pivotCaches", "pivotSource"), LeakKind.PIVOT_CACHE),
    "attachedSchema": LeakKind.CUSTOM_XML,
    "functionGroups": LeakKind.MACRO,
    "controls": LeakKind.ACTIVEX,
    "absPath": LeakKind.PATH,
}  # fmt: skip
"""Elements that say so themselves (ISO/IEC 29500-1, 17 and 18)."""
READ_BY_PEOPLE = ("descr", "title", "alt", "altText", "prompt", "promptTitle", "error", "tooltip",
                  "errorTitle", "comment", "statusBar", "displayText", "placeholder")  # fmt: skip
PLAIN_FIELDS = frozenset(
    ("PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "PAGEREF", "REF", "NOTEREF", "SEQ", "STYLEREF",
     "TOC", "TC", "INDEX", "XE", "DATE", "TIME", "SYMBOL", "EQ", "=", "HYPERLINK", "ADVANCE")
)  # fmt: skip
"""Fields that show the document itself, or lead out of it as a link does."""
LINK_OF_FIELD = re.compile(r'HYPERLINK\s+(?:\\l\s+)?"?([^"\s]+)')
SHOWN = ("t", "tab", "br", "cr")
"""Elements of a run that show text, or space."""
CROPPING = ("l", "t", "r", "b")
WHITES = ("FFFFFF", "FFFFFFFF", "bg1", "lt1", "window", "background1")
TINY = 4.0
"""Points below which text is not there to be read. This program's choice: the smallest print in use
is 5 points.
"""


def inspect_office(parts: Parts, main: str, kind: str, seen: Inspection) -> None:
    """Report the leaks of a workbook or a document of others."""
    reached = reached_parts(parts)
    for name, part in parts.names.items():
        if name.endswith((".xml", ".rels")):
            remarks(parts.read(part), part, seen)
        rels = RELATIONS_PART.fullmatch(part)
        if rels is not None:
            _relations(parts, rels[1] + rels[2], seen)
        elif not _named(parts, name, part, seen):
            if name not in reached and name != normalised(CONTENTS):
                seen.add(LeakKind.ORPHAN_PART, part, f"{parts.package.size(part):,} bytes")
            _content(parts, part, seen)
    if "macroenabled" in parts.content_type(main).lower():
        seen.add(LeakKind.MACRO, main, f"declared as '{parts.content_type(main)}'")
    titles: frozenset[str] | None = None
    if kind == "workbook":
        from xlperf.leaks.sheets import inspect_workbook

        titles = inspect_workbook(parts, main, seen)
    inspect_properties(parts, seen, titles)


def _named(parts: Parts, name: str, part: str, seen: Inspection) -> bool:
    """Report a part that may not leave, by its name."""
    data = parts.read(part) if name.startswith(("customxml/", "docprops/thumb")) else b""
    if (
        PLAIN_PARTS.fullmatch(name)
        or EMPTY_SOURCES.search(data)
        or re.fullmatch(r"customxml/itemprops\d+\.xml", name)
        or hashlib.sha256(data).hexdigest() == THUMBNAIL_OF_LIBRARY
    ):
        return False
    kind = next((kind for word, kind in NAMED_PARTS if word.search(name)), LeakKind.UNEXPECTED_PART)
    seen.add(kind, part, f"the part {part}")
    return True


def _relations(parts: Parts, owner: str, seen: Inspection) -> None:
    if owner and normalised(owner) not in parts.names:
        seen.add(LeakKind.ORPHAN_PART, f"{owner}.rels", f"there is no part {owner}")
    for relation in parts.relations(owner):
        if relation.external and relation.kind == "hyperlink":
            seen.link(owner, relation.target)
        elif relation.external:
            seen.add(LeakKind.EXTERNAL_LINK, owner, f"{relation.kind}: {relation.target}")
            seen.path(owner, relation.target)
        elif normalised(relation.target) not in parts.names:
            seen.aside(owner, relation.target)


def _content(parts: Parts, part: str, seen: Inspection) -> None:
    """Look into one part: the elements that say so themselves, and its texts."""
    if part.lower().startswith("docprops/thumb"):
        return
    if not part.lower().endswith(".xml"):
        inspect_image(parts.package.read(part), part, seen)
        return
    if part.lower().startswith(("word/", "xl/drawings", "xl/charts")):
        root = parts.tree(part)
        _Story(part.rpartition("/")[2].removesuffix(".xml"), seen).inspect(root)

    def start(tag: str, attributes: dict[str, str], _offset: int) -> None:
        _element(local(tag), {local(key): attributes[key] for key in attributes}, part, seen)

    def text(content: str) -> None:
        seen.aside(part, content)

    of_cells = part.lower() == "xl/sharedstrings.xml"  # each is looked at in its cell
    markup.parse(parts.read(part), part, start=start, text=None if of_cells else text)


def _element(name: str, attributes: dict[str, str], part: str, seen: Inspection) -> None:
    values = " ".join(attributes.values())
    if name in ELEMENTS:
        seen.add(ELEMENTS[name], part, f"{name} {values}")
    elif name in ("cNvPr", "docPr") and attributes.get("hidden", "0") in ("1", "true"):
        seen.add(LeakKind.HIDDEN_OBJECT, part, attributes.get("name", ""))
    elif name == "srcRect" and any(whole(attributes.get(side)) > 0 for side in CROPPING):
        seen.add(LeakKind.CROPPED, part)
    elif name == "sp" and attributes.get("macro"):
        seen.add(LeakKind.MACRO, part, attributes["macro"])
    elif "visibility:hidden" in attributes.get("style", "").replace(" ", ""):
        seen.add(LeakKind.HIDDEN_OBJECT, part, attributes["style"])
    for key, value in attributes.items():
        if key in READ_BY_PEOPLE:
            seen.private(f"{part}, {key}", value)
        elif not value.startswith("http://schemas."):
            seen.aside(part, value)


class _Story:
    """The paragraphs of a part: their text, their fields, and what of it is hidden."""

    def __init__(self, name: str, seen: Inspection) -> None:
        self.name, self.seen, self.number = name, seen.counted_by(name), 0

    def inspect(self, element: Element, *, shaded: bool = False) -> None:
        """Look at all paragraphs, each with whether something is drawn behind it."""
        for child in element:
            behind = shaded or child.tag in ("tbl", "sp", "wsp", "title") or _has_shade(child)
            if child.tag == "p":
                self._paragraph(child, shaded=behind)
            elif child.tag == "style":
                self._style(child)
            self.inspect(child, shaded=behind)

    def _style(self, style: Element) -> None:
        for properties in style.findall("rPr"):
            for tag in ("vanish", "specVanish"):
                if properties.find(tag) is not None and flag(
                    properties.find(tag), "val", default=True
                ):
                    where = f"{self.name}, style {style.get('styleId')}"
                    self.seen.add(LeakKind.HIDDEN_TEXT, where, "a style that hides its text")

    def _paragraph(self, paragraph: Element, *, shaded: bool) -> None:
        self.number += 1
        where = f"{self.name}, paragraph {self.number}"
        items = list(within(paragraph))
        for run in (item for item in items if item.tag == "r"):
            text = "".join(item.text or "" for item in within(run) if item.tag == "t")
            why = _unseen(run.find("rPr"), shaded=shaded)
            if why and text.strip():
                self.seen.add(LeakKind.HIDDEN_TEXT, where, f"{text} ({why})")
        texts = (item.text or "" if item.tag == "t" else " " for item in items if item.tag in SHOWN)
        self.seen.text(where, "".join(texts), TextMatch.PARAGRAPH)
        fields = [item.get("instr", "") for item in items if item.tag == "fldSimple"]
        fields += "".join(
            item.text or "" if item.tag == "instrText" else "\n"
            for item in items
            if item.tag in ("instrText", "fldChar")
        ).splitlines()
        for instruction in filter(str.strip, fields):
            if instruction.split()[0].upper() not in PLAIN_FIELDS:
                self.seen.add(LeakKind.FIELD, where, instruction.strip())
            for target in LINK_OF_FIELD.findall(instruction):
                self.seen.link(where, target)


def within(paragraph: Element) -> Iterator[Element]:
    """Elements of a paragraph in their order, without those of paragraphs inside it."""
    waiting = list(reversed(paragraph))
    while waiting:
        item = waiting.pop()
        if item.tag not in ("p", "h"):
            yield item
            waiting.extend(reversed(item))


def _has_shade(element: Element) -> bool:
    if element.tag not in ("p", "tc"):
        return False
    shade = element.find(f"{element.tag}Pr/shd")
    return shade is not None and shade.get("fill", "auto") not in ("auto", *WHITES)


def _unseen(properties: Element | None, *, shaded: bool) -> str:
    """Why the text of a run cannot be seen; empty when it can."""
    if properties is None:
        return ""
    for tag in ("vanish", "specVanish"):
        if properties.find(tag) is not None and flag(properties.find(tag), "val", default=True):
            return "marked hidden"
    size = properties.find("sz")
    points = (
        real(properties.get("sz"), 1800) / 100 if size is None else real(size.get("val"), 22) / 2
    )
    if points < TINY:
        return f"{points:g} pt"
    dark = shaded or properties.find("shd") is not None or properties.find("highlight") is not None
    colours = {
        value
        for tag in ("color", "solidFill")
        for found in properties.findall(tag)
        for item in found.iter()
        for value in (item.get("val"), item.get("themeColor"))
        if item.tag in ("color", "srgbClr", "schemeClr", "sysClr") and value
    }
    return "white" if not dark and colours & set(WHITES) else ""
