"""PDFs: what their objects carry beside the pages, earlier versions in the file, text out of sight.

Read with pypdf: it is written in Python alone, limits what a stream may unpack to, and gives
objects, drawing operations and text.
"""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from io import BytesIO
from logging.handlers import BufferingHandler
from typing import TYPE_CHECKING, Any

from xlperf.errors import WorkbookError
from xlperf.excel.office_parts import tree
from xlperf.leaks.findings import TextMatch
from xlperf.leaks.forms import comparison
from xlperf.leaks.images import JPEG, inspect_image
from xlperf.leaks.kinds import LeakKind
from xlperf.leaks.pages import unseen
from xlperf.leaks.properties import look_at_property

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlperf.leaks.findings import Inspection

START, END_MARK = b"%PDF-", re.compile(rb"startxref\s+\d+\s+%%EOF[\r\n]*")
LINEARISED, HEAD = re.compile(rb"/Linearized\b"), 2048
"""What a file made for the web says, in its first bytes (ISO 32000-1, annex F)."""
XMP_TEXTS = re.compile(
    r"\d{1,5}|x-default|[a-z]{2}(?:-[A-Z]{2})?|default|draft|proof|created|saved|converted"
    r"|internal|external|Text|Integer|Resource"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)|[A-Za-z0-9+/]{22}==(?:_source)?"
    r"|(?:XMP Media Management|Adobe PDF|PDF/UA Identification) schema|xmpMM|pdf|pdfuaid"
    r"|http://(?:ns\.adobe\.com/(?:xap/1\.0/mm|pdf/1\.3)|www\.aiim\.org/pdfua/ns/id)/"
    r"|InstanceID|Keywords|PDFVersion|Producer|Trapped|part|Typst [\d.]+"
    r"|UUID based identifier for specific incarnation of a document"
    r"|Keywords associated with the document|Whether the document has been trapped"
    r"|Version of the PDF specification to which the document conforms"
    r"|Name of the application that created the PDF document|Part Number of ISO 14289 \(PDF/UA\)"
)
"""Texts by which a file describes its properties (ISO 19005-2, 6.6.2.3) and its saving."""
KINDS = re.compile(
    r"/(?:(?P<EMBEDDED>EmbeddedFiles|AF|Collection|EF|Filespec)|(?P<HIDDEN_OBJECT>OCProperties)"
    r"|(?P<MACRO>JS|JavaScript|Launch|SubmitForm|ImportData|Rendition|RichMediaExecute|Hide"
    r"|SetOCGState|ResetForm|Movie|Sound)|(?P<EXTERNAL_LINK>GoToR|GoToE|Thread)"
    r"|(?P<FIELD>XFA|FT|Widget)|(?P<PROPERTY>PieceInfo|SpiderInfo|LastModified)"
    r"|(?P<UNEXPECTED_PART>Perms|DSS|Thumb))"
)
"""What entries and types lead to (ISO 32000-1, tables 28, 30, 31 and 12.6.4)."""
SAYING = ("/T", "/V", "/Contents", "/UF", "/F", "/JS")
"""Entries that say which one a thing is."""
READ_ALOUD = ("/Alt", "/ActualText", "/E", "/TU", "/T")
OF_BOOKMARKS = ("/Parent", "/Dest", "/A", "/Next", "/Prev")
PLACED = ("", "/Link", "/Popup", "/Form", "/Image", "/Widget")
"""What has a place on a page and is no annotation of a person."""
UPWARDS = ("/Parent", "/P")
"""Entries that lead upwards: followed last, so that a page's things are named by it."""
FORM = "pdf"
"""Name of the objects of PDFs in a form."""
WHOLE, OBJECTS_SHOWN, MOST_PAGES, MOST_DOUBTS = "the PDF", 5, 2_000, 1_000_000
FREE = 65535
"""Generation of an object's number that is not in use (ISO 32000-1, 7.5.4)."""
FAULTS = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, NotImplementedError,
    OSError, RuntimeError, TypeError, ValueError,
)  # fmt: skip
"""What a reader may raise on a file that is not put together as a PDF should be."""


def inspect_pdf(data: bytes, seen: Inspection) -> None:
    """Report the leaks of a PDF; `WorkbookError` when it cannot be read or is encrypted."""
    _versions(data, seen)
    with _doubts() as doubts, _opened(data) as reader:
        met = set[tuple[int, int]]()
        for item, owner, where in objects(reader, met):
            _dictionary(item, where, seen)
            if seen.expected.form:
                _compare(item, owner, where, seen)
        _unreached(reader, met, seen)
        for key, value in (reader.metadata or {}).items():
            look_at_property(key[1:], f"property {key[1:]}", str(value), seen)
        _xmp(reader, seen)
        for number, page in enumerate(reader.pages, 1):
            _page(page, f"page {number}", seen)
        for number, why, text in unseen(data):
            kind = LeakKind.HIDDEN_TEXT if why else LeakKind.NOT_LOOKED_AT
            seen.add(kind, f"page {number}", f"{text} ({why})" if why else text)
    for doubt in doubts:
        found = f"not put together as it should be: {doubt.getMessage()}"
        seen.add(LeakKind.UNREADABLE, WHOLE, found)


def texts_of_pages(data: bytes) -> tuple[str, ...]:
    """Give the text of each page of a PDF; raises as `inspect_pdf`."""
    with _doubts(), _opened(data) as reader:
        return tuple(page.extract_text() for page in reader.pages)


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    """Open a PDF; whatever its reader raises within is one sentence."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted:
            raise WorkbookError("The PDF is encrypted. Make it without a password.")
        if (pages := len(reader.pages)) > MOST_PAGES:
            raise WorkbookError(f"The PDF has {pages:,} pages; {MOST_PAGES:,} can be checked.")
        yield reader
    except (PyPdfError, *FAULTS) as error:
        raise WorkbookError(f"The PDF is damaged ({error}). Make it again.") from None


@contextmanager
def _doubts() -> Iterator[list[logging.LogRecord]]:
    """Collect what the reader warns of, instead of printing it."""
    logger, handler = logging.getLogger("pypdf"), BufferingHandler(MOST_DOUBTS)
    passed_on, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield handler.buffer
    finally:
        logger.removeHandler(handler)
        logger.propagate = passed_on


def _versions(data: bytes, seen: Inspection) -> None:
    """Report bytes before and after the file proper, and earlier versions in it."""
    start, ends = data.find(START), [match.end() for match in END_MARK.finditer(data)]
    if start > 0:
        seen.add(LeakKind.EARLIER_VERSION, "before the start of the PDF", f"{start:,} bytes")
    if len(ends) > (2 if LINEARISED.search(data, start, start + HEAD) else 1):
        found = f"saved {len(ends)} times, each version is in the file"
        seen.add(LeakKind.EARLIER_VERSION, WHOLE, found)
    if ends and data[ends[-1] :].strip(b"\0\r\n\t "):
        found = f"{len(data) - ends[-1]:,} bytes"
        seen.add(LeakKind.EARLIER_VERSION, "after the end of the PDF", found)


def objects(reader: Any, met: set[tuple[int, int]]) -> Iterator[tuple[Any, str, str]]:
    """Give each dictionary that the file's trailer leads to, the entry it stands in, and where it
    is; `met` gets the numbers of all objects.
    """
    from pypdf.generic import DictionaryObject, IndirectObject

    pages = {page.indirect_reference.idnum: n for n, page in enumerate(reader.pages, 1)}
    waiting: list[tuple[Any, str, str]] = [(reader.trailer, "trailer", WHOLE)]
    waiting += [(page.indirect_reference, "", WHOLE) for page in reversed(reader.pages)]
    later: list[tuple[Any, str, str]] = []
    while waiting or later:
        item, owner, where = (waiting or later).pop()
        if isinstance(item, IndirectObject):
            if (number := (item.idnum, item.generation)) in met:
                continue
            met.add(number)
            where = f"page {pages[item.idnum]}" if item.idnum in pages else where
            item = item.get_object()
        if isinstance(item, DictionaryObject):
            yield item, owner, where
            for key in item:
                upwards = key in UPWARDS
                of = later if upwards else waiting
                of.append((item.raw_get(key), key, WHOLE if upwards else where))
        elif isinstance(item, list):
            waiting.extend((value, owner, where) for value in item)


def _dictionary(item: Any, where: str, seen: Inspection) -> None:
    """Report what a dictionary leads to, and its texts."""
    texts = [str(item[key]) for key in SAYING if isinstance(item.get(key), (str, bytes))]
    subtype, action = str(item.get("/Subtype", "")), item.get("/S")
    types = [name for name in (item.get("/Type"), action, subtype) if isinstance(name, str)]
    for match in filter(None, map(KINDS.fullmatch, [*(key for key in item if item[key]), *types])):
        seen.add(LeakKind[str(match.lastgroup)], where, " ".join((match.group()[1:], *texts)))
    if "/Rect" in item and subtype not in PLACED:
        seen.add(LeakKind.COMMENT, where, " ".join((subtype[1:], *texts)))
    if subtype == "/Image":
        _image(item, where, seen)
    for key, value in item.items():
        if not isinstance(value, (str, bytes)):
            continue
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        if key in READ_ALOUD and item.get("/Type") == "/StructElem":
            seen.text(f"{where}, alternative text", text, TextMatch.PARAGRAPH)
        elif key == "/Title" and any(beside in item for beside in OF_BOOKMARKS):
            seen.text("bookmark", text, TextMatch.PARAGRAPH)
        elif key == "/URI" and action == "/URI":
            seen.link(where, text)
        elif key not in ("/ID", "" if subtype == "/Link" else "/Contents"):
            (seen.private if subtype == "/Link" else seen.aside)(where, text)


def _image(item: Any, where: str, seen: Inspection) -> None:
    if "/Metadata" in item:
        seen.add(LeakKind.IMAGE_METADATA, where, "XMP data of a picture")
    filters = item.get("/Filter")
    last = filters[-1] if isinstance(filters, list) and filters else filters
    if last == "/DCTDecode" and (data := item.get_data()).startswith(JPEG):
        inspect_image(data, f"{where}, picture", seen)


def _unreached(reader: Any, met: set[tuple[int, int]], seen: Inspection) -> None:
    """Report objects in the file that nothing leads to, and that hold something."""
    from pypdf.generic import IndirectObject

    known = {(number, 0) for number in reader.xref_objStm}
    known |= {(n, at) for at, numbers in reader.xref.items() if at != FREE for n in numbers if n}
    items = ((n, IndirectObject(n, at, reader).get_object()) for n, at in sorted(known - met))
    left = [str(number) for number, item in items if _has_content(item)]
    if left:
        found = f"objects that no page uses ({len(left)}): {', '.join(left[:OBJECTS_SHOWN])}"
        seen.add(LeakKind.EARLIER_VERSION, WHOLE, found)


def _has_content(item: Any) -> bool:
    """Whether an object is more than a number, a name, a list of objects or hints for the web."""
    if not isinstance(item, dict):
        return isinstance(item, (list, str, bytes)) and item[:1] != "/"
    serves = item.get("/Type") in ("/XRef", "/ObjStm") or isinstance(item.get("/S"), int)
    return not serves and "/Linearized" not in item


def _compare(item: Any, owner: str, where: str, seen: Inspection) -> None:
    """Compare a dictionary of a PDF of our own with its form; `owner` is the entry it stands in."""
    compared = comparison(seen.expected.form, FORM, seen)
    kind = kind_of(item, owner)
    listed = compared.listed.elements.get(kind)
    if listed is None:
        seen.add(LeakKind.NOT_LISTED, where, f"an object of the kind {kind}")
        return
    for key in item:
        takes = listed.get(numbered(key))
        if takes is None:
            seen.add(LeakKind.NOT_LISTED, where, f"{kind} {key[1:]}")
            continue
        for value in plain_values(item.raw_get(key)):
            if not compared.takes(takes, value, f"{where}, {key[1:]} of {kind}"):
                seen.add(LeakKind.NOT_LISTED, where, f"{kind} {key[1:]} {value}")


def kind_of(item: Any, owner: str) -> str:
    """What a dictionary is: its type and subtype; the entry it stands in, where it has no type."""
    if "/Title" in item and "/Parent" in item:
        return "Bookmark"
    names = [str(item[key])[1:] for key in ("/Type", "/Subtype") if isinstance(item.get(key), str)]
    return ".".join(names) if "/Type" in item else numbered(owner or "/page")


def numbered(key: str) -> str:
    """An entry's name, without its number."""
    return re.sub(r"\d+", "#", key.removeprefix("/"))


def plain_values(value: Any) -> Iterator[str]:
    """Names (with their stroke) and texts of an entry, in arrays too; of a font its name."""
    if isinstance(value, list):
        for inner in value:
            yield from plain_values(inner)
    elif value and isinstance(value, (bytes, str)):
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        yield re.sub(r"^/[A-Z]{6}\+", "", text)


def _xmp(reader: Any, seen: Inspection) -> None:
    """Look at the XMP metadata, which repeat the properties and may hold a history."""
    stream = reader.trailer["/Root"].get("/Metadata")
    data = b"" if stream is None else stream.get_object().get_data()
    body = re.sub(rb"<\?xpacket[^>]*>", b"", data).strip()
    for description in tree(body, "XMP data").iter("Description") if body else ():
        found = list(description.attrib.items())
        for element in description:
            for inner in element.iter():
                texts = (*inner.attrib.values(), inner.text, inner.tail)
                found += [(element.tag, text.strip()) for text in texts if text]
        for name, text in found:
            if not XMP_TEXTS.fullmatch(text):
                look_at_property(name, f"XMP data, {name}", text, seen)


def drawn_text(page: Any) -> tuple[str, set[str], list[str]]:
    """Give the text of a page, every operation that draws it, and the texts that marked content has
    instead of what is drawn (ISO 32000-1, 14.6.2, 14.9.4).
    """
    operators, said = set[str](), list[str]()

    def visit(operator: bytes, operands: Any, *_: object) -> None:
        operators.add(operator.decode("latin-1"))
        if operator in (b"BDC", b"DP") and isinstance(operands[-1], dict):
            values = (value for value in operands[-1].values() if isinstance(value, (str, bytes)))
            said.extend(str(value) for value in values if not str(value).startswith("/"))

    return page.extract_text(visitor_operand_before=visit), operators, said


def _page(page: Any, where: str, seen: Inspection) -> None:
    _ = page.mediabox, page.cropbox  # damaged ones are an error
    text, operators, said = drawn_text(page)
    for number, line in enumerate(text.splitlines(), 1):
        seen.text(f"{where}, line {number}", line, TextMatch.LINE)
    for line in said:
        seen.text(f"{where}, marked content", line, TextMatch.LINE)
    if seen.expected.form:
        compared = comparison(seen.expected.form, FORM, seen)
        listed = compared.listed.elements["operators"]["."]
        for operator in sorted(operators):
            if not compared.takes(listed, f"/{operator}", where):
                seen.add(LeakKind.NOT_LISTED, where, f"the drawing operation {operator}")
