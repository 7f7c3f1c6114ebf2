"""The text of a file: by its bytes, through the readers of the leak check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.errors import WorkbookError
from xlperf.excel.office_parts import Parts, main_kind
from xlperf.excel.package import COMPOUND_FILE, Package
from xlperf.leaks.checking import PDF_HEAD, TEXT_ENDINGS
from xlperf.proof.passages import Passage, ProofText, of_lines, with_notes

if TYPE_CHECKING:
    from collections.abc import Iterable

KNOWN = "Known are .docx, .xlsx, .xlsm, .pdf, .txt, .md and .csv."


def text_of_file(data: bytes, name: str) -> ProofText:
    """Read the text of a file.

    Raises
    ------
    WorkbookError
        The file is empty, damaged, encrypted, of a kind that is not known, or has no text at all.
    """
    text = _by_kind(data, name)
    if not text.passages and not text.lines:
        raise WorkbookError(
            f"{name} has no text that can be read, so nothing of it was checked."
            " Is it made of pictures, such as a scan? Check the document that it was made from."
        )
    return text


def _by_kind(data: bytes, name: str) -> ProofText:
    if not data:
        raise WorkbookError(f"{name} is empty (0 bytes).")
    if data.startswith(COMPOUND_FILE):
        raise WorkbookError(
            f"{name} is protected by a password, or in an old format (.xls, .doc). Save it without"
            " a password, as .docx or .xlsx."
        )
    if data.startswith(b"PK"):
        return _of_package(data, name)
    if b"%PDF-" in data[:PDF_HEAD]:
        return _of_pdf(data)
    if name.lower().endswith(TEXT_ENDINGS):
        return _of_text(data, name)
    raise WorkbookError(f"{name} is of a kind that is not known. {KNOWN}")


def _of_package(data: bytes, name: str) -> ProofText:
    from xlperf.proof.sheet_text import text_of_workbook
    from xlperf.proof.word_text import text_of_document

    parts = Parts(Package(data, name))
    main, kind = main_kind(parts)
    if kind == "workbook":
        return text_of_workbook(data, name, parts, main)
    if kind == "document":
        return text_of_document(parts, main)
    raise WorkbookError(f"{name} is neither a workbook nor a Word document. {KNOWN}")


def _of_pdf(data: bytes) -> ProofText:
    from xlperf.leaks.pdfs import texts_of_pages

    lines: list[Passage] = []
    unread = []
    for number, text in enumerate(texts_of_pages(data), 1):
        if not text.strip():
            unread.append(f"Page {number} has no text that can be read, so it was not checked.")
        lines += _numbered(f"page {number}, line ", text.splitlines())
    return _of_lines(lines, tuple(unread) if any(line.text for line in lines) else ())


def _of_text(data: bytes, name: str) -> ProofText:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WorkbookError(f"The text of {name} is not UTF-8. Save it as UTF-8.") from None
    return _of_lines(list(_numbered("line ", text.splitlines())))


def _of_lines(lines: list[Passage], unread: tuple[str, ...] = ()) -> ProofText:
    passages = with_notes(of_lines(lines))
    return ProofText(passages, tuple(line for line in lines if line.text.strip()), unread=unread)


def _numbered(before: str, lines: Iterable[str]) -> Iterable[Passage]:
    for number, line in enumerate(lines, 1):
        yield Passage(f"{before}{number}", line)
