"""The leak check: what kind of file it is, by its bytes, and who looks into it. What cannot be
judged blocks.
"""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import TYPE_CHECKING

from xlperf.errors import WorkbookError, XlperfError
from xlperf.excel.office_parts import Parts, main_kind
from xlperf.excel.package import COMPOUND_FILE, Package
from xlperf.leaks.container import inspect_container
from xlperf.leaks.findings import Expected, Inspection, TextMatch
from xlperf.leaks.images import inspect_image, is_image
from xlperf.leaks.kinds import LeakKind
from xlperf.leaks.mails import inspect_mail, is_mail

if TYPE_CHECKING:
    from xlperf.leaks.findings import Leak

MOST_DEPTH = 4
"""Mails inside mails that are looked into."""
MOST_MARKUP = 10_000_000
"""Bytes of XML that are looked through, in some 5 seconds; a panel workbook has under 1 MB."""
TEXT_ENDINGS = (".txt", ".csv", ".md")
PDF_HEAD = 1024
"""First bytes in which a PDF must begin (ISO 32000-1, 7.5.2, as viewers read it)."""
KINDS_KNOWN = "Known are .xlsx, .docx, .ods, .odt, .pdf, .eml, .png, .jpg, .txt, .csv and .json."
ENDINGS = {
    "workbook": (".xlsx", ".xlsm", ".xltx", ".xltm"),
    "document": (".docx", ".docm", ".dotx", ".dotm"),
    "open document": (".ods", ".odt"),
    "pdf": (".pdf",),
    "mail": (".eml",),
    "image": (".png", ".jpg", ".jpeg"),
}


def check(data: bytes, name: str, *, expected: Expected | None = None) -> tuple[Leak, ...]:
    """Look for everything in a file that was not meant to leave.

    Parameters
    ----------
    data : bytes
        The file exactly as it will be sent.
    name : str
        Its name, with its ending; looked at too.
    expected : Expected or None
        What the file may hold. None: content is not compared, and no address or author is allowed.

    Returns
    -------
    tuple of Leak
        All of them block. Empty for a clean file. A file that is empty, damaged, encrypted, unsafe
        to unpack or of an unknown kind gives a leak of the kind ``UNREADABLE``, never an empty
        tuple. Of each kind the first 25 are given, then one that counts the others.
    """
    seen = Inspection(expected or Expected())
    _inspect(data, name, seen, 0)
    return seen.leaks()


def _inspect(data: bytes, name: str, seen: Inspection, depth: int) -> None:
    seen.private("file name", name)
    try:
        _by_kind(data, name, seen, depth)
    except XlperfError as error:
        seen.add(LeakKind.UNREADABLE, "the file", str(error))
    except (ValueError, LookupError, RecursionError, csv.Error) as error:
        text = f"it is not put together as such a file should be ({type(error).__name__}: {error})"
        seen.add(LeakKind.UNREADABLE, "the file", text)


def _by_kind(data: bytes, name: str, seen: Inspection, depth: int) -> None:
    ending = name.lower()
    if not data:
        raise WorkbookError("it is empty (0 bytes)")
    if data.startswith(COMPOUND_FILE):
        raise WorkbookError("it has a password, or an old format (.xls, .doc, .msg)")
    if data.startswith(b"PK"):
        _package(data, name, seen)
    elif b"%PDF-" in data[:PDF_HEAD]:
        from xlperf.leaks.pdfs import inspect_pdf

        _named("pdf", name, seen)
        inspect_pdf(data, seen)
    elif is_image(data):
        _named("image", name, seen)
        inspect_image(data, "picture", seen)
    elif ending.endswith(".json"):
        _value(json.loads(data), "the file", seen)
    elif ending.endswith(TEXT_ENDINGS):
        _lines(data, seen, cells=ending.endswith(".csv") and seen.expected.texts is not None)
    elif ending.endswith(".eml") or is_mail(data):
        _mail(data, name, seen, depth)
    else:
        raise WorkbookError(f"its kind is not known. {KINDS_KNOWN}")


def _named(kind: str, name: str, seen: Inspection) -> None:
    """Report a file whose ending says that it is something else."""
    if not name.lower().endswith(ENDINGS[kind]):
        found = f"'{name}' is in truth a file of the kind {ENDINGS[kind][0]}"
        seen.add(LeakKind.UNREADABLE, "file name", found)


def _package(data: bytes, name: str, seen: Inspection) -> None:
    """Look into an Office document, the zip file around it first."""
    inspect_container(data, seen)
    package = Package(data, "The file")
    xml = (part for part in package.by_name if part.endswith((".xml", ".rels", ".vml")))
    if (size := sum(map(package.size, xml))) > MOST_MARKUP:
        raise WorkbookError(
            f"it holds {size / 1e6:,.0f} MB of cells and text, and {MOST_MARKUP / 1e6:.0f} MB are"
            " looked through. Send it in several files"
        )
    from xlperf.leaks.forms import inspect_own
    from xlperf.leaks.office_files import inspect_office, inspect_open_document

    if "mimetype" in package and "content.xml" in package:
        _named("open document", name, seen)
        inspect_open_document(package, seen)
        return
    parts = Parts(package)
    main, kind = main_kind(parts)
    if not kind:
        raise WorkbookError(f"it is a zip file that is no Office document. {KINDS_KNOWN}")
    _named(kind, name, seen)
    if seen.expected.form:
        inspect_own(parts, seen.expected.form, seen)
    elif seen.expected.texts is not None:
        raise WorkbookError("its content can be compared by a form only, and none is given")
    else:
        inspect_office(parts, main, kind, seen)


def _lines(data: bytes, seen: Inspection, *, cells: bool) -> None:
    """Look at the lines of a text; of a table, where numbers are compared, at its cells."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WorkbookError("its text is not UTF-8. Save it as UTF-8") from None
    if not cells:
        for number, line in enumerate(text.splitlines(), 1):
            seen.text(f"the file, line {number}", line, TextMatch.PARAGRAPH)
        return
    for number, row in enumerate(csv.reader(StringIO(text), strict=True), 1):
        for place, cell in enumerate(row, 1):
            seen.value(f"the file, line {number}, column {place}", cell)


def _value(value: object, where: str, seen: Inspection) -> None:
    """Look at the keys and values of JSON."""
    if isinstance(value, dict):
        for key, inner in value.items():
            seen.text(f"{where}, key", key)
            _value(inner, f"{where}, {key}", seen)
    elif isinstance(value, list):
        for inner in value:
            _value(inner, where, seen)
    elif value is not None and not isinstance(value, bool):
        seen.value(where, str(value))


def _mail(data: bytes, name: str, seen: Inspection, depth: int) -> None:
    if depth >= MOST_DEPTH:
        raise WorkbookError(f"it is a mail inside {MOST_DEPTH} others. Check it alone")
    _named("mail", name, seen)
    inspect_mail(data, seen, lambda inner, inside, found: _inspect(inner, inside, found, depth + 1))
