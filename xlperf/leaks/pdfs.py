"""A PDF: what its objects carry beside the pages, earlier versions in the file, and text that no
reader sees.

Read with pypdf: it is written in Python alone, widely used and kept up, limits what a stream may
unpack to, and gives the objects and the drawing operations as they are.
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
from xlperf.leaks.findings import TextMatch
from xlperf.leaks.images import JPEG, inspect_image
from xlperf.leaks.kinds import LeakKind
from xlperf.leaks.package_parts import tree
from xlperf.leaks.pages import Hidden, hidden_text
from xlperf.leaks.xmp import says_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlperf.leaks.findings import Inspection

START = b"%PDF-"
END_MARK = re.compile(rb"startxref\s+\d+\s+%%EOF[\r\n]*")
LINEARISED = re.compile(rb"/Linearized\b")
HEAD = 2048
"""Bytes at the start in which a file made for the web says so (ISO 32000-1, annex F)."""
PRODUCERS = re.compile(
    r"(?:Typst|LibreOffice|Writer|Calc|Microsoft®? ?(?:Excel|Word|Print to"
    r" PDF)|pypdf|PyPDF2|pikepdf|qpdf|Skia/PDF|Chromium"
    r"|Adobe (?:PDF Library|Acrobat|InDesign)|Acrobat|macOS|Mac OS"
    r" X|cairo|Matplotlib|ReportLab|WeasyPrint"
    r"|(?:GPL )?Ghostscript)"
    r"[\w .®/()+:;,-]*",
    re.IGNORECASE,
)
"""Programs that may have made a file: they name nobody."""
DATES = ("/CreationDate", "/ModDate", "/Trapped")
PROGRAMS = ("/Creator", "/Producer")
READ = ("/Title", "/Subject", "/Keywords")
ACTIONS = {
    "/JavaScript": LeakKind.SCRIPT,
    "/Launch": LeakKind.SCRIPT,
    "/SubmitForm": LeakKind.SCRIPT,
    "/ImportData": LeakKind.SCRIPT,
    "/Rendition": LeakKind.SCRIPT,
    "/RichMediaExecute": LeakKind.SCRIPT,
    "/Hide": LeakKind.SCRIPT,
    "/SetOCGState": LeakKind.SCRIPT,
    "/ResetForm": LeakKind.SCRIPT,
    "/Movie": LeakKind.SCRIPT,
    "/Sound": LeakKind.SCRIPT,
    "/GoToR": LeakKind.EXTERNAL_LINK,
    "/GoToE": LeakKind.EXTERNAL_LINK,
    "/Thread": LeakKind.EXTERNAL_LINK,
}
"""Actions that do more than jump within the file or open a page of the web (ISO 32000-1, 12.6.4).
"""
KEYS = {
    "/EmbeddedFiles": LeakKind.ATTACHMENT,
    "/JS": LeakKind.SCRIPT,
    "/XFA": LeakKind.FORM_FIELD,
    "/AcroForm": LeakKind.FORM_FIELD,
    "/OCProperties": LeakKind.OPTIONAL_CONTENT,
    "/PieceInfo": LeakKind.EXTENSION,
    "/Thumb": LeakKind.THUMBNAIL,
    "/Perms": LeakKind.SIGNATURE,
    "/Collection": LeakKind.ATTACHMENT,
    "/LastModified": LeakKind.PROPERTY,
    "/SpiderInfo": LeakKind.EXTENSION,
    "/DSS": LeakKind.SIGNATURE,
}
"""Entries of dictionaries that lead to such things (ISO 32000-1, tables 28, 30, 31)."""
READ_ALOUD = ("/Alt", "/ActualText", "/E", "/TU", "/T")
XMP_PLAIN = frozenset(
    ("CreateDate", "ModifyDate", "MetadataDate", "DocumentID", "InstanceID", "format", "part",
     "conformance", "rev", "language", "date", "Trapped", "PDFVersion", "amd", "corr")
)  # fmt: skip
XMP_READ = frozenset(("title", "description", "subject", "Keywords", "Title"))
XMP_PROGRAMS = frozenset(("CreatorTool", "Producer"))
UPWARDS = ("/Parent", "/P")
"""Entries that lead from an object to what it belongs to: followed last, so that a page's things
are named by it.
"""
WHOLE = "the PDF"
OBJECTS_SHOWN = 5
MOST_PAGES = 2_000
FAULTS = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, NotImplementedError,
    OSError,
    RecursionError, TypeError, ValueError,
)  # fmt: skip
"""What a reader may raise on a file that is not put together as a PDF should be."""


class _Doubts(logging.Handler):
    """Collects what the reader warns of: places where the file is not as a PDF should be."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a warning."""
        self.found.append(record.getMessage())


def inspect_pdf(data: bytes, seen: Inspection) -> None:
    """Report the leaks of a PDF; `WorkbookError` when it cannot be read or is encrypted."""
    _versions(data, seen)
    with _doubts() as doubts, _opened(data) as reader:
        _Objects(reader, seen).inspect()
        _information(reader, seen)
        _xmp(reader, seen)
        for number, page in enumerate(reader.pages, 1):
            _page(page, f"page {number}", seen)
    for doubt in dict.fromkeys(doubts.found):
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
def _doubts() -> Iterator[_Doubts]:
    """Collect the reader's warnings instead of printing them."""
    logger, handler = logging.getLogger("pypdf"), _Doubts()
    passed_on = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield handler
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
        seen.add(
            LeakKind.EARLIER_VERSION, WHOLE, f"saved {len(ends)} times, each version is in the file"
        )
    if ends and data[ends[-1] :].strip(b"\0\r\n\t "):
        seen.add(
            LeakKind.EARLIER_VERSION, "after the end of the PDF", f"{len(data) - ends[-1]:,} bytes"
        )


# -- objects
# --------------------------------------------------------------------------------------------------


@dataclass
class _Objects:
    """Walks all objects that can be reached from the file's trailer."""

    reader: Any
    seen: Inspection
    met: set[tuple[int, int]] = field(default_factory=set)

    def inspect(self) -> None:
        """Report what the objects are, and those that cannot be reached."""
        from pypdf.generic import DictionaryObject, IndirectObject

        numbers = {
            page.indirect_reference.idnum: number
            for number, page in enumerate(self.reader.pages, 1)
        }
        waiting: deque[tuple[Any, str]] = deque([(self.reader.trailer, WHOLE)])
        waiting.extend((page.indirect_reference, WHOLE) for page in reversed(self.reader.pages))
        while waiting:
            item, where = waiting.pop()
            if isinstance(item, IndirectObject):
                if (item.idnum, item.generation) in self.met:
                    continue
                self.met.add((item.idnum, item.generation))
                where = f"page {numbers[item.idnum]}" if item.idnum in numbers else where
                item = item.get_object()
            if isinstance(item, DictionaryObject):
                self._dictionary(item, where)
                waiting.extend((item.raw_get(key), where) for key in item if key not in UPWARDS)
                waiting.extendleft((item.raw_get(key), WHOLE) for key in item if key in UPWARDS)
            elif isinstance(item, list):
                waiting.extend((value, where) for value in item)
        self._unreached()

    def _dictionary(self, item: Any, where: str) -> None:
        for key, kind in KEYS.items():
            if key in item and _filled(item, key):
                self.seen.add(kind, where, f"{key[1:]} {_described(item[key])}")
        if item.get("/Type") == "/Filespec" or "/EF" in item:
            self.seen.add(LeakKind.ATTACHMENT, where, f"{item.get('/UF', item.get('/F', ''))}")
        self._action(item, where)
        if "/Subtype" in item and "/Rect" in item:
            self._annotation(item, where)
        if item.get("/Subtype") == "/Image":
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

    def _action(self, item: Any, where: str) -> None:
        kind = item.get("/S")
        if kind in ACTIONS:
            self.seen.add(
                ACTIONS[kind],
                where,
                f"{str(kind)[1:]} {_described(item.get('/JS', item.get('/F', '')))}",
            )
        elif kind == "/URI" and "/URI" in item:
            target = item["/URI"]
            self.seen.link(
                where, target.decode("latin-1") if isinstance(target, bytes) else str(target)
            )

    def _annotation(self, item: Any, where: str) -> None:
        kind = str(item["/Subtype"])[1:]
        if kind in ("Link", "Popup", "Form", "Image"):
            return
        if kind == "Widget":
            self.seen.add(LeakKind.FORM_FIELD, where, f"{item.get('/T', '')}: {item.get('/V', '')}")
            return
        self.seen.add(
            LeakKind.ANNOTATION,
            where,
            f"{kind} by {item.get('/T', '')}: {item.get('/Contents', '')}",
        )

    def _image(self, item: Any, where: str) -> None:
        if "/Metadata" in item:
            self.seen.add(LeakKind.IMAGE_METADATA, where, "XMP data of a picture")
        filters = item.get("/Filter")
        last = filters[-1] if isinstance(filters, list) and filters else filters
        if last == "/DCTDecode":
            data = item.get_data()
            if data.startswith(JPEG):
                inspect_image(data, f"{where}, picture", self.seen)

    def _unreached(self) -> None:
        """Report objects in the file that nothing leads to."""
        known = {
            (number, generation)
            for generation, numbers in self.reader.xref.items()
            for number in numbers
            if generation != 65535 and number != 0
        } | {(number, 0) for number in self.reader.xref_objStm}
        from pypdf.generic import IndirectObject

        left = []
        for number, generation in sorted(known - self.met):
            item = IndirectObject(number, generation, self.reader).get_object()
            if not _of_the_file(item) and _has_content(item):
                left.append(f"{number}")
        if left:
            text = ", ".join(left[:OBJECTS_SHOWN])
            self.seen.add(
                LeakKind.EARLIER_VERSION, WHOLE, f"objects that no page uses ({len(left)}): {text}"
            )


def _of_the_file(item: Any) -> bool:
    """Whether an object serves the file itself, so that none refers to it: lists of objects, hints
    for the web.
    """
    if not isinstance(item, dict):
        return item is None
    return (
        item.get("/Type") in ("/XRef", "/ObjStm")
        or "/Linearized" in item
        or isinstance(item.get("/S"), int)
    )


def _has_content(item: Any) -> bool:
    """Whether an object holds a stream or a text, itself or in what it lists; bare numbers and
    names say nothing.
    """
    from pypdf.generic import NameObject, StreamObject

    if isinstance(item, StreamObject):
        return True
    if isinstance(item, dict):
        return any(_has_content(value) for value in item.values() if not hasattr(value, "idnum"))
    if isinstance(item, list):
        return any(_has_content(value) for value in item)
    return isinstance(item, (str, bytes)) and not isinstance(item, NameObject) and bool(item)


def _filled(item: Any, key: str) -> bool:
    """Whether an entry holds something; a form without fields holds nothing."""
    value = item[key]
    if key == "/AcroForm" and isinstance(value, dict):
        return bool(value.get("/Fields")) or "/XFA" in value
    return bool(value)


def _described(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _information(reader: Any, seen: Inspection) -> None:
    """Look at the information dictionary."""
    for key, value in (reader.metadata or {}).items():
        text, where = str(value), f"property {key[1:]}"
        if not text.strip() or key in DATES:
            continue
        if key in READ:
            seen.text(where, text, TextMatch.PARAGRAPH)
        elif not (seen.expected.allows(text) or (key in PROGRAMS and PRODUCERS.fullmatch(text))):
            seen.add(LeakKind.PROPERTY, where, text)
            seen.path(where, text)


def _xmp(reader: Any, seen: Inspection) -> None:
    """Look at the XMP metadata, which repeat the properties and may hold a history."""
    stream = reader.trailer["/Root"].get("/Metadata")
    if stream is None:
        return
    data = stream.get_object().get_data()
    body = re.sub(rb"<\?xpacket.*?\?>", b"", data, flags=re.DOTALL).strip()
    if not body:
        return

    for description in tree(body, "XMP data").iter("Description"):
        for name, text in description.attrib.items():
            _xmp_text(name, text, seen)
        for element in description:
            if says_nothing(element):
                continue
            attributes = [
                text
                for inner in element.iter()
                for key, text in inner.attrib.items()
                if key != "lang"
            ]
            _xmp_text(
                element.tag, " ".join(["".join(element.itertext()), *attributes]).strip(), seen
            )


def _xmp_text(name: str, text: str, seen: Inspection) -> None:
    where = f"XMP data, {name}"
    if not text.strip() or name == "about" or name in XMP_PLAIN:
        return
    if name in XMP_READ:
        seen.text(where, text, TextMatch.PARAGRAPH)
    elif not (seen.expected.allows(text) or (name in XMP_PROGRAMS and PRODUCERS.fullmatch(text))):
        seen.add(LeakKind.PROPERTY, where, text)


# -- pages
# --------------------------------------------------------------------------------------------------


def _page(page: Any, where: str, seen: Inspection) -> None:
    seen = seen.counted_by(where)
    for number, line in enumerate(page.extract_text().splitlines(), 1):
        seen.text(f"{where}, line {number}", line, TextMatch.LINE)
    kinds = {Hidden.OUTSIDE: LeakKind.OUTSIDE_PAGE, Hidden.COVERED: LeakKind.COVERED}
    for hidden, text in hidden_text(page):
        seen.add(kinds.get(hidden, LeakKind.HIDDEN_TEXT), where, f"{text} ({hidden.value})")
