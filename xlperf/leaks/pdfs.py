"""PDFs: what their objects carry beside the pages, earlier versions in the file, text out of sight.

Read with pypdf: it is written in Python alone, limits what a stream may unpack to, and gives
objects, drawing operations and text.
"""

from __future__ import annotations

import logging
import re
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

from xlperf.errors import WorkbookError
from xlperf.excel.office_parts import tree
from xlperf.leaks.findings import TextMatch
from xlperf.leaks.forms import comparison
from xlperf.leaks.images import JPEG, inspect_image
from xlperf.leaks.kinds import LeakKind
from xlperf.leaks.pages import PageText
from xlperf.leaks.properties import WRITERS
from xlperf.leaks.xmp import says_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlperf.leaks.findings import Inspection

START, END_MARK = b"%PDF-", re.compile(rb"startxref\s+\d+\s+%%EOF[\r\n]*")
LINEARISED, HEAD = re.compile(rb"/Linearized\b"), 2048
"""What a file made for the web says, in its first bytes (ISO 32000-1, annex F)."""
PRODUCERS = re.compile(
    r"(?:LibreOffice|Writer|Calc|Microsoft®? ?(?:Excel|Word|Print to PDF)|pypdf|PyPDF2|pikepdf|qpdf"
    r"|Skia/PDF|Chromium|Adobe (?:PDF Library|Acrobat|InDesign)|Acrobat|macOS|Mac OS X|cairo"
    r"|Matplotlib|ReportLab|WeasyPrint|Typst|krilla|(?:GPL )?Ghostscript)[\w .®/()+:;,-]*",
    re.IGNORECASE,
)
"""Programs that may have made a file: they name nobody."""
PLAIN_PROPERTIES, PROGRAMS = ("/CreationDate", "/ModDate", "/Trapped"), ("/Creator", "/Producer")
READ = ("/Title", "/Subject", "/Keywords")
ACTIONS = dict.fromkeys(
    ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/RichMediaExecute",
     "/Hide", "/SetOCGState", "/ResetForm", "/Movie", "/Sound"), LeakKind.SCRIPT,
) | dict.fromkeys(("/GoToR", "/GoToE", "/Thread"), LeakKind.EXTERNAL_LINK)  # fmt: skip
"""Actions that do more than jump within the file or open a page of the web (ISO 32000-1, 12.6.4).
"""
KEYS = {
    "/EmbeddedFiles": LeakKind.ATTACHMENT,
    "/AF": LeakKind.ATTACHMENT,
    "/Collection": LeakKind.ATTACHMENT,
    "/JS": LeakKind.SCRIPT,
    "/XFA": LeakKind.FORM_FIELD,
    "/AcroForm": LeakKind.FORM_FIELD,
    "/OCProperties": LeakKind.OPTIONAL_CONTENT,
    "/PieceInfo": LeakKind.PROPERTY,
    "/SpiderInfo": LeakKind.PROPERTY,
    "/LastModified": LeakKind.PROPERTY,
    "/Thumb": LeakKind.THUMBNAIL,
    "/Perms": LeakKind.SIGNATURE,
    "/DSS": LeakKind.SIGNATURE,
}
"""Entries of dictionaries that lead to such things (ISO 32000-1, tables 28, 30, 31)."""
READ_ALOUD = ("/Alt", "/ActualText", "/E", "/TU", "/T")
XMP_PLAIN = frozenset(
    ("CreateDate", "ModifyDate", "MetadataDate", "DocumentID", "InstanceID", "format", "part",
     "conformance", "rev", "language", "date", "Trapped", "PDFVersion", "amd", "corr", "about")
)  # fmt: skip
XMP_READ = frozenset(("title", "description", "subject", "Keywords", "Title"))
XMP_PROGRAMS = frozenset(("CreatorTool", "Producer"))
UPWARDS = ("/Parent", "/P")
"""Entries that lead from an object to what it belongs to: followed last, so that a page's things
are named by it.
"""
FORM = "pdf"
"""Name of the objects of PDFs in a form."""
WHOLE, OBJECTS_SHOWN, MOST_PAGES = "the PDF", 5, 2_000
FAULTS = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, NotImplementedError,
    OSError, RecursionError, TypeError, ValueError,
)  # fmt: skip
"""What a reader may raise on a file that is not put together as a PDF should be."""


def inspect_pdf(data: bytes, seen: Inspection) -> None:
    """Report the leaks of a PDF; `WorkbookError` when it cannot be read or is encrypted."""
    _versions(data, seen)
    with _doubts() as doubts, _opened(data) as reader:
        _Objects(reader, seen).inspect()
        for key, value in (reader.metadata or {}).items():
            if key not in PLAIN_PROPERTIES:
                _property(f"property {key[1:]}", str(value), key in READ, key in PROGRAMS, seen)
        _xmp(reader, seen)
        for number, page in enumerate(reader.pages, 1):
            _page(page, f"page {number}", seen)
    for doubt in dict.fromkeys(doubts):
        seen.add(LeakKind.UNREADABLE, WHOLE, f"not put together as it should be: {doubt}")


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
            raise WorkbookError(
                "The PDF is encrypted, so it cannot be looked into. Make it without a password."
            )
        if len(reader.pages) > MOST_PAGES:
            raise WorkbookError(
                f"The PDF has {len(reader.pages):,} pages, more than can be checked"
                f" ({MOST_PAGES:,})."
            )
        yield reader
    except (PyPdfError, *FAULTS) as error:
        raise WorkbookError(
            f"The PDF is damaged ({error}): it cannot be looked into. Make it again."
        ) from None


@contextmanager
def _doubts() -> Iterator[list[str]]:
    """Collect what the reader warns of, instead of printing it."""
    logger, found = logging.getLogger("pypdf"), list[str]()
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: found.append(record.getMessage())  # type: ignore[method-assign]
    passed_on, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield found
    finally:
        logger.removeHandler(handler)
        logger.propagate = passed_on


def _versions(data: bytes, seen: Inspection) -> None:
    """Report bytes before and after the file proper, and earlier versions in it."""
    start = data.find(START)
    if start > 0:
        seen.add(LeakKind.EARLIER_VERSION, "before the start of the PDF", f"{start:,} bytes")
    ends = [match.end() for match in END_MARK.finditer(data)]
    allowed = 2 if LINEARISED.search(data, start, start + HEAD) else 1
    if len(ends) > allowed:
        found = f"saved {len(ends)} times, each version is in the file"
        seen.add(LeakKind.EARLIER_VERSION, WHOLE, found)
    if ends and data[ends[-1] :].strip(b"\0\r\n\t "):
        found = f"{len(data) - ends[-1]:,} bytes"
        seen.add(LeakKind.EARLIER_VERSION, "after the end of the PDF", found)


@dataclass
class _Objects:
    """Walks all objects that can be reached from the file's trailer."""

    reader: Any
    seen: Inspection
    met: set[tuple[int, int]] = field(default_factory=set)

    def inspect(self) -> None:
        """Report what the objects are, and those that cannot be reached."""
        from pypdf.generic import DictionaryObject, IndirectObject

        pages = {page.indirect_reference.idnum: n for n, page in enumerate(self.reader.pages, 1)}
        waiting: deque[tuple[Any, str, str]] = deque([(self.reader.trailer, WHOLE, "trailer")])
        waiting.extend((page.indirect_reference, WHOLE, "") for page in reversed(self.reader.pages))
        while waiting:
            item, where, owner = waiting.pop()
            if isinstance(item, IndirectObject):
                if (item.idnum, item.generation) in self.met:
                    continue
                self.met.add((item.idnum, item.generation))
                where = f"page {pages[item.idnum]}" if item.idnum in pages else where
                item = item.get_object()
            if isinstance(item, DictionaryObject):
                self._dictionary(item, where)
                if self.seen.expected.form:
                    listed_in_form(item, owner, where, self.seen)
                for key in item:
                    value = item.raw_get(key)
                    if key in UPWARDS:
                        waiting.appendleft((value, WHOLE, key))
                    else:
                        waiting.append((value, where, key))
            elif isinstance(item, list):
                waiting.extend((value, where, owner) for value in item)
        self._unreached()

    def _dictionary(self, item: Any, where: str) -> None:
        add = self.seen.add
        for key, kind in KEYS.items():
            if key in item and _is_filled(item, key):
                add(kind, where, f"{key[1:]} {_described(item[key])}")
        if item.get("/Type") == "/Filespec" or "/EF" in item:
            add(LeakKind.ATTACHMENT, where, f"{item.get('/UF', item.get('/F', ''))}")
        action, target = item.get("/S"), item.get("/URI")
        if action in ACTIONS:
            found = f"{str(action)[1:]} {_described(item.get('/JS', item.get('/F', '')))}"
            add(ACTIONS[action], where, found)
        elif action == "/URI" and target is not None:
            self.seen.link(where, target.decode("latin-1") if isinstance(target, bytes) else target)
        subtype = str(item.get("/Subtype", ""))[1:]
        if subtype == "Widget" and "/Rect" in item:
            add(LeakKind.FORM_FIELD, where, f"{item.get('/T', '')}: {item.get('/V', '')}")
        elif "/Rect" in item and subtype not in ("", "Link", "Popup", "Form", "Image"):
            found = f"{subtype} by {item.get('/T', '')}: {item.get('/Contents', '')}"
            add(LeakKind.ANNOTATION, where, found)
        if subtype == "Image":
            self._image(item, where)
        self._texts(item, where)

    def _texts(self, item: Any, where: str) -> None:
        """Look at texts that are read aloud, at bookmarks, and at any other for what may never be
        there.
        """
        if item.get("/Type") == "/StructElem":
            for key in READ_ALOUD:
                if isinstance(item.get(key), str):
                    self.seen.text(f"{where}, alternative text", item[key], TextMatch.PARAGRAPH)
        if "/Title" in item and any(key in item for key in ("/Dest", "/A", "/Next", "/Prev")):
            self.seen.text("bookmark", str(item["/Title"]), TextMatch.PARAGRAPH)
        for key, value in item.items():
            if isinstance(value, (str, bytes)) and key not in ("/ID", "/Contents", "/URI"):
                self.seen.aside(where, str(value))

    def _image(self, item: Any, where: str) -> None:
        if "/Metadata" in item:
            self.seen.add(LeakKind.IMAGE_METADATA, where, "XMP data of a picture")
        filters = item.get("/Filter")
        last = filters[-1] if isinstance(filters, list) and filters else filters
        if last == "/DCTDecode" and (data := item.get_data()).startswith(JPEG):
            inspect_image(data, f"{where}, picture", self.seen)

    def _unreached(self) -> None:
        """Report objects in the file that nothing leads to, and that hold something."""
        from pypdf.generic import IndirectObject

        known = {
            (number, generation)
            for generation, numbers in self.reader.xref.items()
            for number in numbers
            if generation != 65535 and number != 0
        } | {(number, 0) for number in self.reader.xref_objStm}
        left = []
        for number, generation in sorted(known - self.met):
            item = IndirectObject(number, generation, self.reader).get_object()
            if not _serves_the_file(item) and _has_content(item):
                left.append(f"{number}")
        if left:
            found = f"objects that no page uses ({len(left)}): {', '.join(left[:OBJECTS_SHOWN])}"
            self.seen.add(LeakKind.EARLIER_VERSION, WHOLE, found)


def listed_in_form(item: Any, owner: str, where: str, seen: Inspection) -> None:
    """Compare a dictionary of a PDF of our own with its form; `owner` is the entry it stands in."""
    compared = comparison(seen.expected.form, FORM, seen)
    kind = kind_of(item, owner)
    listed = compared.listed.elements.get(kind)
    if listed is None:
        seen.add(LeakKind.NOT_LISTED, where, f"an object of the kind {kind}")
        return
    for key in item:
        takes = listed.get(numbered(key))
        for value in plain_values(item.raw_get(key)):
            place = f"{where}, {key[1:]} of {kind}"
            if takes is None or not compared.takes(takes, value, place):
                seen.add(LeakKind.NOT_LISTED, where, f"{kind} {key[1:]} {value}")
        if takes is None:
            seen.add(LeakKind.NOT_LISTED, where, f"{kind} {key[1:]}")


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
    """Names (with their stroke) and texts of an entry, those in arrays too; of a part of a font its
    name alone.
    """
    if isinstance(value, list):
        for inner in value:
            yield from plain_values(inner)
    elif value and isinstance(value, (bytes, str)):
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        yield re.sub(r"^/[A-Z]{6}\+", "", text)


def _serves_the_file(item: Any) -> bool:
    """Whether none refers to an object rightly: lists of objects, hints for the web."""
    return item is None or (
        isinstance(item, dict)
        and (
            item.get("/Type") in ("/XRef", "/ObjStm")
            or "/Linearized" in item
            or isinstance(item.get("/S"), int)
        )
    )


def _has_content(item: Any) -> bool:
    """Whether an object holds a stream or a text, itself or in what it lists; bare numbers and
    names say nothing.
    """
    from pypdf.generic import NameObject, StreamObject

    if isinstance(item, StreamObject):
        return True
    if isinstance(item, (dict, list)):
        inner = item.values() if isinstance(item, dict) else item
        return any(_has_content(value) for value in inner if not hasattr(value, "idnum"))
    return isinstance(item, (str, bytes)) and not isinstance(item, NameObject) and bool(item)


def _is_filled(item: Any, key: str) -> bool:
    """Whether an entry holds something; a form without fields holds nothing."""
    value = item[key]
    if key == "/AcroForm" and isinstance(value, dict):
        return bool(value.get("/Fields")) or "/XFA" in value
    return bool(value)


def _described(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _property(where: str, text: str, read: bool, program: bool, seen: Inspection) -> None:  # noqa: FBT001
    """Look at a property: read by people, the name of a program, or allowed by name."""
    if read:
        seen.text(where, text, TextMatch.PARAGRAPH)
    elif text.strip() and not (
        seen.expected.allows(text)
        or (program and PRODUCERS.fullmatch(text))
        or WRITERS.fullmatch(text)
    ):
        seen.add(LeakKind.PROPERTY, where, text)
        seen.path(where, text)


def _xmp(reader: Any, seen: Inspection) -> None:
    """Look at the XMP metadata, which repeat the properties and may hold a history."""
    stream = reader.trailer["/Root"].get("/Metadata")
    data = b"" if stream is None else stream.get_object().get_data()
    body = re.sub(rb"<\?xpacket[^>]*>", b"", data).strip()
    for description in tree(body, "XMP data").iter("Description") if body else ():
        found = list(description.attrib.items())
        for element in description:
            if says_nothing(element):
                continue
            inner = (item.attrib for item in element.iter())
            texts = [
                text
                for keys in inner
                for key, text in keys.items()
                if key not in ("lang", "parseType")
            ]
            found.append((element.tag, " ".join(["".join(element.itertext()), *texts]).strip()))
        for name, text in found:
            if name not in XMP_PLAIN:
                _property(f"XMP data, {name}", text, name in XMP_READ, name in XMP_PROGRAMS, seen)


def _page(page: Any, where: str, seen: Inspection) -> None:
    seen, read = seen.counted_by(where), PageText(page)
    for number, line in enumerate(read.read().splitlines(), 1):
        seen.text(f"{where}, line {number}", line, TextMatch.LINE)
    for said in read.said:
        seen.text(f"{where}, marked content", said, TextMatch.LINE)
    if seen.expected.form:
        compared = comparison(seen.expected.form, FORM, seen)
        for operator in sorted(read.operators):
            if not compared.takes(
                compared.listed.elements["operators"]["."], f"/{operator}", where
            ):
                seen.add(LeakKind.NOT_LISTED, where, f"the drawing operation {operator}")
    for reason, text in read.unseen():
        kind = LeakKind.HIDDEN_TEXT if reason else LeakKind.NOT_LOOKED_AT
        seen.add(kind, where, f"{text} ({reason})" if reason else text)
