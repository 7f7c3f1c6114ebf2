"""A Word document: tracked changes, hidden and invisible text, fields, controls, and whether its
text is expected.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlperf.leaks.drawings import inspect_chart, inspect_objects
from xlperf.leaks.findings import TextMatch
from xlperf.leaks.kinds import LeakKind
from xlperf.leaks.looks import TINY, WHITE, contrast, unseen
from xlperf.leaks.package_parts import DOCUMENT_PARTS, Parts, flag, inspect_parts, real, whole
from xlperf.leaks.properties import inspect_properties
from xlperf.leaks.word_styles import WordStyles, behind, colour_of, fill_of, size_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from xlperf.leaks.findings import Inspection

STORIES = ("header", "footer", "footnotes", "endnotes")
CHANGES = frozenset(
    ("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange",
     "tblPrExChange", "trPrChange", "tcPrChange", "tblGridChange", "numberingChange", "cellIns",
     "cellDel", "cellMerge", "delText", "delInstrText", "moveFromRangeStart", "moveToRangeStart",
     "customXmlDelRangeStart", "customXmlInsRangeStart")
)  # fmt: skip
"""Elements of tracked changes (ISO/IEC 29500-1, 17.13.5)."""
SETTINGS = {
    "docVars": LeakKind.DOCUMENT_VARIABLE,
    "mailMerge": LeakKind.DOCUMENT_VARIABLE,
    "attachedTemplate": LeakKind.EXTERNAL_LINK,
    "attachedSchema": LeakKind.CUSTOM_XML,
    "trackRevisions": LeakKind.TRACKED_CHANGE,
    "saveThroughXslt": LeakKind.EXTERNAL_LINK,
}
SAFE_FIELDS = frozenset(
    ("PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "TOC", "TC", "PAGEREF", "REF", "NOTEREF", "SEQ",
     "STYLEREF", "HYPERLINK", "SYMBOL", "LISTNUM", "INDEX", "XE")
)  # fmt: skip
"""Fields that show what stands in the document itself (ISO/IEC 29500-1, 17.16.5)."""
LINKED = re.compile(r'HYPERLINK\s+"([^"]+)"', re.IGNORECASE)
SHAPES = ("wsp", "sp", "textbox", "shape", "rect")
EMU_PER_TWIP = 635
LEAST_SCALE = 10
"""Per cent of its width below which text cannot be read. This program's choice."""


def inspect_document(parts: Parts, main: str, seen: Inspection) -> None:
    """Report the leaks of a document."""
    inspect_parts(parts, DOCUMENT_PARTS, seen)
    styles = WordStyles.read(
        next((parts.tree(part) for part in parts.targets(main, "styles")), None)
    )
    root = parts.tree(main)
    _Story(root, "document", styles, seen).inspect()
    settings = next((parts.tree(part) for part in parts.targets(main, "settings")), None)
    if settings is not None:
        _settings(settings, seen)
    for kind in STORIES:
        for part in parts.targets(main, kind):
            story = parts.tree(part)
            name = part.rpartition("/")[2].removesuffix(".xml")
            _Story(story, name, styles, seen).inspect()
            _unused_notes(story, name, root, seen)
    _unused_headers(parts, main, root, settings, seen)
    for part in _charts(parts, main):
        inspect_chart(parts.tree(part), part, seen)
    inspect_properties(parts, seen)


def _charts(parts: Parts, main: str) -> list[str]:
    owners = [main, *(part for kind in STORIES for part in parts.targets(main, kind))]
    return [chart for owner in owners for chart in parts.targets(owner, "chart")]


def _settings(root: Element, seen: Inspection) -> None:
    for element in root:
        kind = SETTINGS.get(element.tag)
        if kind is not None:
            details = " ".join(value for child in element.iter() for value in child.attrib.values())
            seen.add(kind, "word/settings.xml", f"{element.tag} {details}")
    sessions = len(root.findall("rsids/rsid"))
    if sessions:
        seen.add(
            LeakKind.EDIT_HISTORY, "word/settings.xml", f"{sessions} editing sessions", blocks=False
        )


def _unused_notes(story: Element, name: str, root: Element, seen: Inspection) -> None:
    """Report footnotes and endnotes that nothing refers to."""
    tag = {"footnotes": "footnote", "endnotes": "endnote"}.get(name)
    if tag is None:
        return
    referenced = {reference.get("id") for reference in root.iter(f"{tag}Reference")}
    for note in story.iter(tag):
        text = "".join(item.text or "" for item in note.iter("t"))
        if text.strip() and note.get("id") not in referenced:
            seen.add(
                LeakKind.HIDDEN_TEXT,
                f"{name}, note {note.get('id')}",
                f"{text} (nothing refers to it)",
            )


def _unused_headers(
    parts: Parts, main: str, root: Element, settings: Element | None, seen: Inspection
) -> None:
    """Report headers and footers that no page shows."""
    even = settings is not None and settings.find("evenAndOddHeaders") is not None
    shown_ids: set[str] = set()
    for section in root.iter("sectPr"):
        first = section.find("titlePg") is not None
        for tag in ("headerReference", "footerReference"):
            for reference in section.iter(tag):
                kind = reference.get("type", "default")
                if kind == "default" or (kind == "first" and first) or (kind == "even" and even):
                    shown_ids.add(reference.get("r:id", ""))
    for relation in parts.relations(main):
        if (
            relation.kind in ("header", "footer")
            and relation.id not in shown_ids
            and relation.target in parts.package
        ):
            text = "".join(item.text or "" for item in parts.tree(relation.target).iter("t"))
            if text.strip():
                seen.add(LeakKind.HIDDEN_TEXT, relation.target, f"{text} (no page shows it)")


class _Story:
    """One story of a document: its body, a header, the footnotes."""

    def __init__(self, root: Element, name: str, styles: WordStyles, seen: Inspection) -> None:
        self.root, self.name, self.styles = root, name, styles
        self.seen = seen.counted_by(name)
        self.parents = {id(child): parent for parent in root.iter() for child in parent}

    def inspect(self) -> None:
        """Report the leaks of the story."""
        inspect_objects(self.root, self.name, self.seen)
        for number, paragraph in enumerate(self.root.iter("p"), 1):
            self._paragraph(paragraph, f"{self.name}, paragraph {number}")
        for element in self.root.iter():
            if element.tag in CHANGES and not self._inside_maths(element):
                self._change(element)
        self._fields()
        self._controls()
        self._shapes()

    def _inside_maths(self, element: Element) -> bool:
        return (
            element.tag == "del"
            and element.get("id") is None
            and element.find("r") is None
            and len(element) > 0
        )

    def _ancestors(self, element: Element) -> Iterator[Element]:
        while (parent := self.parents.get(id(element))) is not None:
            yield parent
            element = parent

    def _change(self, element: Element) -> None:
        text = "".join(item.text or "" for item in element.iter() if item.tag in ("t", "delText"))
        if element.tag in ("delText", "rPrChange") and any(
            above.tag in CHANGES for above in self._ancestors(element)
        ):
            return
        author = element.get("author", "")
        self.seen.add(
            LeakKind.TRACKED_CHANGE, self._where(element), f"{element.tag}: {text} (by {author})"
        )

    def _where(self, element: Element) -> str:
        """Paragraph in which an element stands."""
        above = [element, *self._ancestors(element)]
        inside = next((item for item in above if item.tag == "p"), None)
        for number, paragraph in enumerate(self.root.iter("p"), 1):
            if paragraph is inside:
                return f"{self.name}, paragraph {number}"
        return self.name

    # -- text
    # ----------------------------------------------------------------------------------------------

    def _paragraph(self, paragraph: Element, where: str) -> None:
        pieces: list[str] = []
        for run in self._own(paragraph):
            if run.tag != "r":
                continue
            text = "".join(piece(item) for item in run)
            pieces.append(text)
            if text.strip():
                why = self._unseen(run, paragraph)
                if why:
                    self.seen.add(LeakKind.HIDDEN_TEXT, where, f"{text} ({why})")
        self.seen.text(where, "".join(pieces), TextMatch.PARAGRAPH)

    def _own(self, paragraph: Element) -> Iterator[Element]:
        """Elements of a paragraph, without those of paragraphs inside it (in text boxes)."""
        for child in paragraph:
            if child.tag != "p":
                yield child
                yield from self._own(child)

    def _unseen(self, run: Element, paragraph: Element) -> str:
        """Why the text of a run cannot be seen; empty when it can."""
        given = list(self._given(run, paragraph))
        vanish = next((item for properties in given for item in properties.findall("vanish")), None)
        if vanish is not None and flag(vanish, "val", default=True):
            return "marked hidden"
        scale = next((item for properties in given for item in properties.findall("w")), None)
        if scale is not None and real(scale.get("val"), 100) < LEAST_SCALE:
            return f"{scale.get('val')} % wide"
        size = size_of(given)
        if size < TINY:
            return f"{size:g} pt"
        colour = colour_of(given)
        reasons = [unseen(colour, fill, size) for fill in self._backgrounds(run, paragraph, given)]
        return reasons[0] if all(reasons) else ""

    def _given(self, run: Element, paragraph: Element) -> Iterator[Element]:
        """Properties of a run, the strongest first: its own, its style's, its paragraph's style's,
        the defaults.
        """
        own = run.find("rPr")
        if own is not None:
            yield own
        names = [own.find("rStyle") if own is not None else None, paragraph.find("pPr/pStyle")]
        styles = [name.get("val", "") for name in names if name is not None]
        if names[1] is None:
            styles.append(self.styles.normal)
        for style in styles:
            for name in self.styles.chain(style):
                properties = self.styles.runs.get(name)
                if properties is not None:
                    yield properties
        if self.styles.default is not None:
            yield self.styles.default

    def _backgrounds(
        self, run: Element, paragraph: Element, properties_of_run: list[Element]
    ) -> list[str]:
        """Colours that may be behind a run: the nearest shading, or those of the table's style, or
        the page.
        """
        near = [behind(properties) for properties in properties_of_run] + [
            fill_of(paragraph.find("pPr/shd"))
        ]
        style = paragraph.find("pPr/pStyle")
        chain = self.styles.chain("" if style is None else style.get("val", ""))
        layers = [[fill] for fill in near if fill]
        layers += [sorted(self.styles.fills[name]) for name in chain if self.styles.fills.get(name)]
        layers += filter(None, (self._around(above) for above in self._ancestors(run)))
        return layers[0] if layers else [WHITE]

    def _around(self, above: Element) -> list[str]:
        """Colours that a cell, a table or a shape may put behind what is in it; none when it has
        none.
        """
        if above.tag == "tc":
            return list(filter(None, [fill_of(above.find("tcPr/shd"))]))
        if above.tag == "tbl":
            table = above.find("tblPr/tblStyle")
            fills = self.styles.table_fills("" if table is None else table.get("val", ""))
            return sorted(fills | {WHITE}) if fills else []
        return ["shape"] if above.tag in SHAPES and _dark(above) else []

    # -- fields, controls, shapes
    # --------------------------------------------------------------------------------------

    def _fields(self) -> None:
        for field_ in self.root.iter("fldSimple"):
            self._instruction(field_.get("instr", ""), self._where(field_))
        for paragraph in self.root.iter("p"):
            instructions = [
                item for item in self._own(paragraph) if item.tag in ("instrText", "fldChar")
            ]
            text = ""
            for item in instructions:
                if item.tag == "instrText":
                    text += item.text or ""
                elif text:
                    self._instruction(text, self._where(paragraph))
                    text = ""
            if text:
                self._instruction(text, self._where(paragraph))

    def _instruction(self, text: str, where: str) -> None:
        name = (text.split() or [""])[0].upper()
        if name.lstrip("\\") and name not in SAFE_FIELDS:
            self.seen.add(LeakKind.FIELD, where, text)
        linked = LINKED.search(text)
        if linked is not None:
            self.seen.link(where, linked.group(1))
        else:
            self.seen.private(where, text)

    def _controls(self) -> None:
        for properties in self.root.iter("sdtPr"):
            where = self._where(properties)
            if any(child.tag == "dataBinding" for child in properties.iter()):
                self.seen.add(LeakKind.CONTENT_CONTROL, where, "bound to data in the file")
            for tag in ("alias", "tag"):
                for element in properties.findall(tag):
                    self.seen.private(where, element.get("val", ""))
            for item in properties.iter("listItem"):
                self.seen.text(
                    f"{where}, list", item.get("displayText", "") or item.get("value", "")
                )
        for tag in ("customXml", "smartTag"):
            for element in self.root.iter(tag):
                if element.get("element"):
                    self.seen.add(
                        LeakKind.CUSTOM_XML, self._where(element), element.get("element", "")
                    )

    def _shapes(self) -> None:
        """Report shapes that are hidden by their style, or stand off the page."""
        for element in self.root.iter():
            style = element.get("style", "").replace(" ", "").lower()
            if "visibility:hidden" in style or "display:none" in style or "mso-hide" in style:
                self.seen.add(
                    LeakKind.HIDDEN_OBJECT, self._where(element), element.get("style", "")
                )
        pages = [whole(page.get("w"), 12240) for page in self.root.iter("pgSz")] or [12240]
        for anchor in self.root.iter("anchor"):
            offset = whole(anchor.findtext("positionH/posOffset"))
            size = anchor.find("extent")
            width = whole(None if size is None else size.get("cx"))
            if (
                offset > max(pages) * EMU_PER_TWIP
                or offset + width < -max(pages) * EMU_PER_TWIP // 4
            ):
                self.seen.add(
                    LeakKind.OUTSIDE_PAGE, self._where(anchor), "a picture or shape beside the page"
                )


def piece(item: Element) -> str:
    """Text that an element of a run shows itself."""
    match item.tag:
        case "t":
            return item.text or ""
        case "tab" | "ptab":
            return "\t"
        case "br" | "cr":
            return "\n"
        case "noBreakHyphen":
            return "-"
        case _:
            return ""


def _dark(shape: Element) -> bool:
    """Whether a shape has a background on which white text can be read."""
    fills = [
        colour.get("val", "") for fill in shape.iter("solidFill") for colour in fill.iter("srgbClr")
    ]
    fills += [shape.get("fillcolor", "").lstrip("#")] if shape.get("fillcolor") else []
    return any(True for _ in shape.iter("schemeClr")) or any(
        contrast(fill, WHITE) > 1.15 for fill in fills
    )
