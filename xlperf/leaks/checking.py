"""The leak check: what kind of file it is, by its bytes, and who looks into it. What cannot be
judged blocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.errors import XlperfError
from xlperf.excel.package import COMPOUND_FILE, Package
from xlperf.leaks.container import inspect_container
from xlperf.leaks.findings import Expected, Inspection, TextMatch
from xlperf.leaks.images import inspect_image, is_image
from xlperf.leaks.kinds import LeakKind
from xlperf.leaks.mails import inspect_mail, is_mail
from xlperf.leaks.package_parts import Parts

if TYPE_CHECKING:
    from xlperf.leaks.findings import Leak

MOST_DEPTH = 4
"""Mails inside mails that are looked into."""
MOST_MARKUP = 10_000_000
"""Bytes of XML in a document that are looked through, which takes some 5 seconds; a panel workbook
has under 1 MB.
"""
TEXT_ENDINGS = (".txt", ".csv", ".md")
PDF_HEAD = 1024
"""Bytes within which a PDF must begin for a viewer to take it (ISO 32000-1, 7.5.2, as viewers read
it).
"""
KINDS_KNOWN = "Known are .xlsx, .docx, .pdf, .eml, .png, .jpg, .txt and .csv."
ENDINGS = {
    "workbook": (".xlsx", ".xlsm", ".xltx", ".xltm"),
    "document": (".docx", ".docm", ".dotx", ".dotm"),
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
        What blocks first. Empty for a clean file. A file that is empty, damaged, encrypted, unsafe
        to unpack or of an unknown kind gives a leak of the kind ``UNREADABLE``, never an empty
        tuple. Of many leaks alike the first 25 of a sheet or part are given, then one that counts
        the others.
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
    except (ValueError, LookupError, RecursionError) as error:
        text = f"it is not put together as such a file should be ({type(error).__name__}: {error})"
        seen.add(LeakKind.UNREADABLE, "the file", text)


def _by_kind(data: bytes, name: str, seen: Inspection, depth: int) -> None:
    if not data:
        seen.add(LeakKind.UNREADABLE, "the file", "it is empty (0 bytes)")
    elif data.startswith(COMPOUND_FILE):
        text = (
            "it is protected by a password, or in an old format (.xls, .doc, .msg) that cannot be"
            " looked into"
        )
        seen.add(LeakKind.UNREADABLE, "the file", text)
    elif data.startswith(b"PK"):
        _package(data, name, seen)
    elif b"%PDF-" in data[:PDF_HEAD]:
        from xlperf.leaks.pdfs import inspect_pdf

        _named("pdf", name, seen)
        inspect_pdf(data, seen)
    elif is_image(data):
        _named("image", name, seen)
        inspect_image(data, "picture", seen)
    elif name.lower().endswith(TEXT_ENDINGS):
        _text(data, seen)
    elif name.lower().endswith(".eml") or is_mail(data):
        _mail(data, name, seen, depth)
    else:
        seen.add(
            LeakKind.UNREADABLE, "the file", f"it is of a kind that is not known. {KINDS_KNOWN}"
        )


def _named(kind: str, name: str, seen: Inspection) -> None:
    """Report a file whose ending says that it is something else."""
    if not name.lower().endswith(ENDINGS[kind]):
        seen.add(
            LeakKind.UNREADABLE,
            "file name",
            f"'{name}' is in truth a file of the kind {ENDINGS[kind][0]}",
        )


def _package(data: bytes, name: str, seen: Inspection) -> None:
    """Look into an Office document, the zip file around it first."""
    from xlperf.leaks.word_files import inspect_document
    from xlperf.leaks.workbooks import inspect_workbook, main_kind

    inspect_container(data, seen)
    package = Package(data, "The file")
    markup = sum(
        package.size(part) for part in package.by_name if part.endswith((".xml", ".rels", ".vml"))
    )
    if markup > MOST_MARKUP:
        text = (
            f"it holds {markup / 1e6:,.0f} MB of cells and text, and at most"
            f" {MOST_MARKUP / 1e6:.0f} MB are looked through. Send less of it, in several files"
        )
        seen.add(LeakKind.UNREADABLE, "the file", text)
        return
    parts = Parts(package)
    main, kind = main_kind(parts)
    if not kind:
        text = (
            "it is a zip file that is neither a workbook nor a document. Unpack it and check its"
            f" files. {KINDS_KNOWN}"
        )
        seen.add(LeakKind.UNREADABLE, "the file", text)
        return
    _named(kind, name, seen)
    (inspect_workbook if kind == "workbook" else inspect_document)(parts, main, seen)


def _text(data: bytes, seen: Inspection) -> None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        seen.add(LeakKind.UNREADABLE, "the file", "its text is not UTF-8. Save it as UTF-8.")
        return
    seen = seen.counted_by("the file")
    for number, line in enumerate(text.splitlines(), 1):
        seen.text(f"the file, line {number}", line, TextMatch.PARAGRAPH)


def _mail(data: bytes, name: str, seen: Inspection, depth: int) -> None:
    if depth >= MOST_DEPTH:
        seen.add(
            LeakKind.UNREADABLE,
            "the file",
            f"it is a mail inside {MOST_DEPTH} others. Take it out and check it alone.",
        )
        return
    _named("mail", name, seen)
    inspect_mail(data, seen, lambda inner, inside, found: _inspect(inner, inside, found, depth + 1))
