"""OpenDocument files (.ods, .odt): what they hide, link to, and say of who made them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlperf.excel.markup import as_utf8
from xlperf.excel.office_parts import tree
from xlperf.leaks.forms import remarks
from xlperf.leaks.images import inspect_image
from xlperf.leaks.kinds import LeakKind
from xlperf.leaks.office_files import within
from xlperf.leaks.properties import is_allowed

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from xlperf.excel.package import Package
    from xlperf.leaks.findings import Inspection

PLAIN_PARTS = re.compile(
    r"mimetype|meta-inf/manifest\.xml|manifest\.rdf|(?:object \d+/)?(?:content|styles|meta"
    r"|settings)\.xml|thumbnails/thumbnail\.png|configurations2/.*|pictures/[^/]+\.(?:png|jpe?g)|.*/"
    r"|objectreplacements/.*"
)
"""Parts that hold what is seen, or how it looks; LibreOffice always writes the small picture."""
MACRO_PARTS = re.compile(r"basic/|scripts/|dialogs/")
ELEMENTS = {
    "tracked-changes": LeakKind.TRACKED_CHANGE,
    "annotation": LeakKind.COMMENT,
    "hidden-text": LeakKind.HIDDEN_TEXT,
    "hidden-paragraph": LeakKind.HIDDEN_TEXT,
    "conditional-text": LeakKind.FIELD,
    "dde-source": LeakKind.EXTERNAL_LINK,
    "dde-connection-decl": LeakKind.EXTERNAL_LINK,
    "table-source": LeakKind.EXTERNAL_LINK,
    "cell-range-source": LeakKind.EXTERNAL_LINK,
    "event-listener": LeakKind.MACRO,
    "scenario": LeakKind.SCENARIO,
    "data-pilot-table": LeakKind.PIVOT_CACHE,
    "database-range-source": LeakKind.CONNECTION,
    "object-ole": LeakKind.EMBEDDED,
    "plugin": LeakKind.EMBEDDED,
    "variable-decl": LeakKind.DOCUMENT_VARIABLE,
    "user-field-decl": LeakKind.DOCUMENT_VARIABLE,
}
"""Elements that say so themselves (OpenDocument 1.3, part 3)."""
WHO = frozenset(("initial-creator", "creator", "printed-by", "user-defined", "template"))
"""Elements of the properties that name people and places (OpenDocument 1.3, part 3, 4.3)."""
HIDDEN = ("collapse", "filter")
PRINTERS = ("PrinterName", "PrinterSetup")


def inspect_open_document(package: Package, seen: Inspection) -> None:
    """Report the leaks of an OpenDocument file; `WorkbookError` when a part is damaged."""
    for name, member in package.by_name.items():
        part = member.filename
        if MACRO_PARTS.match(name):
            seen.add(LeakKind.MACRO, part, f"the part {part}")
        elif not PLAIN_PARTS.fullmatch(name):
            seen.add(LeakKind.UNEXPECTED_PART, part, f"the part {part}")
        elif name.endswith(".xml") and not name.startswith("configurations2/"):
            data = as_utf8(package.read(part))
            remarks(data, part, seen)
            _Story(part, seen.counted_by(part)).inspect(tree(data, part))
        elif name.startswith("pictures/"):
            inspect_image(package.read(part), part, seen)


class _Story:
    """The elements of one part, in their order."""

    def __init__(self, part: str, seen: Inspection) -> None:
        self.part, self.seen, self.hidden_styles = part, seen, set[str]()

    def inspect(self, element: Element) -> None:
        """Look at an element and all in it."""
        for item in element.iter():
            self._element(item)
            self._link(item)
            if item.tag in ("p", "h"):
                self.seen.text(self.part, _text(item))
            for key, value in item.attrib.items():
                if key in ("title", "desc", "formula", "help-message"):
                    self.seen.private(self.part, value)
                else:
                    self.seen.aside(self.part, value)

    def _element(self, item: Element) -> None:
        add = self.seen.add
        if item.tag in ELEMENTS and (_text(item) or item.attrib):
            add(ELEMENTS[item.tag], self.part, f"{item.tag} {_text(item)}")
        elif item.tag in WHO and not is_allowed(_text(item), self.seen):
            add(LeakKind.PROPERTY, f"{self.part}, {item.tag}", _text(item))
        elif item.tag == "config-item" and item.get("name") in PRINTERS and _text(item):
            add(LeakKind.PRINTER, self.part, _text(item))
        elif item.tag == "style" and any(
            properties.get("display") in ("false", "none") for properties in item
        ):
            self.hidden_styles.add(item.get("name", ""))
        elif item.tag == "table" and item.get("style-name") in self.hidden_styles:
            add(LeakKind.HIDDEN_SHEET, f"sheet {item.get('name', '')}", "hidden")
        elif item.tag == "span" and item.get("style-name") in self.hidden_styles:
            add(LeakKind.HIDDEN_TEXT, self.part, _text(item))
        elif item.get("visibility") in HIDDEN and (item.tag == "table-column" or _text(item)):
            add(LeakKind.HIDDEN_CELLS, self.part, f"{item.tag} {_text(item)}")

    def _link(self, item: Element) -> None:
        target = item.get("href", "")
        if target and item.tag == "a":
            self.seen.link(self.part, target)
        elif "://" in target or target.startswith("../"):
            self.seen.add(LeakKind.EXTERNAL_LINK, self.part, target)


def _text(item: Element) -> str:
    """Text of an element; of one that has paragraphs inside, that of its own elements."""
    holds_more = any(inner.tag in ("p", "h") for inner in item.iter() if inner is not item)
    texts = (inner.text or "" for inner in (item, *within(item))) if holds_more else item.itertext()
    return " ".join("".join(texts).split())
