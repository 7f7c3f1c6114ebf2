"""Parts of the XMP data of a PDF that say nothing of who made it, in what, or of what else.

PDF/A (ISO 19005-2, 6.6.2.3) has a file describe the properties it uses, and programs note when they
saved it. Each such text must be one of those known, so that nothing else can stand there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SCHEMAS = {
    "schema": "XMP Media Management schema|Adobe PDF schema|PDF/UA Identification schema",
    "namespaceURI": (
        r"http://ns\.adobe\.com/xap/1\.0/mm/|http://ns\.adobe\.com/pdf/1\.3/"
        r"|http://www\.aiim\.org/pdfua/ns/id/"
    ),
    "prefix": "xmpMM|pdf|pdfuaid",
    "category": "internal|external",
    "description": (
        "UUID based identifier for specific incarnation of a document"
        "|Keywords associated with the document"
        "|Version of the PDF specification to which the document conforms"
        "|Name of the application that created the PDF document"
        r"|Whether the document has been trapped|Part Number of ISO 14289 \(PDF/UA\)"
    ),
    "name": "InstanceID|Keywords|PDFVersion|Producer|Trapped|part",
    "valueType": "Text|Integer",
}
"""Texts of each element that describes a property."""
HISTORY = {
    "action": "created|saved|converted",
    "when": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)",
    "softwareAgent": r"Typst [\d.]+",
    "instanceID": "[A-Za-z0-9+/=]{8,40}(?:_source)?",
}
"""Texts of each element that notes a saving."""
KNOWN = {"schemas": SCHEMAS, "History": HISTORY}
SIMPLE = {"NPages": r"\d{1,5}", "RenditionClass": "default|draft|proof"}
ATTRIBUTES = frozenset((("parseType", "Resource"),))


def says_nothing(element: Element) -> bool:
    """Whether a property of XMP data, tags without namespaces, holds known texts alone."""
    if element.tag in SIMPLE:
        return _matches(SIMPLE[element.tag], element)
    rules = KNOWN.get(element.tag)
    return rules is not None and all(_known(inner, rules) for inner in element.iter())


def _known(inner: Element, rules: dict[str, str]) -> bool:
    if len(inner) == 0:
        return inner.tag in rules and _matches(rules[inner.tag], inner)
    around = (inner.text, *(child.tail for child in inner))
    return not any(text and text.strip() for text in around) and _plain(inner)


def _matches(pattern: str, element: Element) -> bool:
    return _plain(element) and re.fullmatch(pattern, (element.text or "").strip()) is not None


def _plain(element: Element) -> bool:
    return set(element.attrib.items()) <= ATTRIBUTES
