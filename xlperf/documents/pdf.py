"""PDFs of the pack: the report through LibreOffice Writer, the Dashboard through Excel or
LibreOffice Calc.

Rules. The program that lays out works on a copy in a folder of its own, with settings of its own,
for a limited time; nothing of the user's is opened or changed. What comes out is looked at before
it is given: it must be tagged, say its language, and the dashboard must be one A3 page. Then title,
author, dates and identifier are set here, so that the file says nothing that was not meant; of the
program it tells the name.

Excel's own export is called through xlwings' public interface; it has not been run, since that
needs Excel.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from xml.sax.saxutils import escape

from xlperf.documents.report_template import LANGUAGE, packed
from xlperf.documents.word_finish import plain
from xlperf.errors import PackError
from xlperf.excel.making import making, sweep
from xlperf.newbook.dashboard import SHEET

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from pypdf import PdfReader, PdfWriter

    from xlperf.documents.pack_values import PackContents

SECONDS = 180
"""Time a program may take for one document; the shipped ones take it some seconds."""
A3 = (1190.55, 841.89)
"""Width and height of A3 on its side, in points (ISO 216: 420 mm by 297 mm)."""
NEAR = 3.0
"""Points by which a page may differ from its size: programs round it in their own ways."""
WORKBOOK, SHEETS = "xl/workbook.xml", "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PLACES = (
    r"{PROGRAMFILES}\LibreOffice\program\soffice.com",
    r"{PROGRAMFILES(X86)}\LibreOffice\program\soffice.com",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
"""Where LibreOffice is when it is not on the path."""
INSTALL = (
    "Install LibreOffice 7.4 or newer from libreoffice.org (it needs Writer and Calc), or save the"
    " document as PDF in Word or Excel."
)


class PdfKind(StrEnum):
    """What a PDF is made of."""

    REPORT = "report"
    DASHBOARD = "dashboard"


SUFFIX = {PdfKind.REPORT: ".docx", PdfKind.DASHBOARD: ".xlsx"}
FILTER = {PdfKind.REPORT: "writer_pdf_Export", PdfKind.DASHBOARD: "calc_pdf_Export"}
OPTIONS = {
    "UseTaggedPDF": True,
    "PDFUACompliance": True,
    "ExportBookmarks": True,
    "DisplayPDFDocumentTitle": True,
    "UseLosslessCompression": True,
    "ReduceImageResolution": False,
    "ExportNotes": False,
    "ExportFormFields": False,
}
"""Options of LibreOffice's export."""
SETTINGS = (
    ("/org.openoffice.Setup/L10N", "ooSetupSystemLocale", LANGUAGE),
    ("/org.openoffice.Office.Linguistic/General", "DefaultLocale", LANGUAGE),
    ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", "2"),
)
"""Of LibreOffice while it works: British English, no macros, no links followed."""


class Printer(Protocol):
    """A program that turns a document into a PDF."""

    @property
    def name(self) -> str:
        """Name of the program, as the PDF tells it."""

    def prints(self, kind: PdfKind) -> bool:
        """Whether it is there and can do it."""

    def print(self, source: Path, kind: PdfKind, target: Path) -> None:
        """Write the PDF of a file; `PackError` when it cannot."""


def pdf(
    document: bytes,
    kind: PdfKind,
    contents: PackContents,
    *,
    printers: Sequence[Printer] | None = None,
) -> bytes:
    """Give the bytes of a PDF.

    Parameters
    ----------
    document
        The report, a .docx; or the panel workbook, an .xlsx, of which the sheet Dashboard is
        printed.
    kind
        Which of them it is.
    contents
        What the document was made from: gives title, office, marking and date.
    printers
        Programs to try in turn; None: Excel for the dashboard, if it is there, then LibreOffice.

    Raises
    ------
    PackError
        No program could make it, or none made it as it must be: the sentence says why. The PDF was
        not made.
    """
    made_from = sha256(document)
    source = only_dashboard(document) if kind is PdfKind.DASHBOARD else document
    reasons: list[str] = []
    for printer in printers if printers is not None else (Excel(), LibreOffice()):
        if not printer.prints(kind):
            continue
        try:
            return _finished(
                _printed(printer, source, kind), kind, contents, printer.name, made_from.digest()
            )
        except PackError as error:
            reasons.append(str(error))
    if not reasons:
        reasons = [f"LibreOffice was not found on this computer. {INSTALL}"]
    raise PackError(f"The PDF of the {kind} was not made. " + " ".join(reasons))


def _printed(printer: Printer, document: bytes, kind: PdfKind) -> bytes:
    temporary = Path(tempfile.gettempdir())
    sweep(temporary)
    with making(temporary / "xlperf") as folder:
        source = folder / f"{kind}{SUFFIX[kind]}"
        source.write_bytes(document)
        target = source.with_suffix(".pdf")
        printer.print(source, kind, target)
        return target.read_bytes()


def only_dashboard(workbook: bytes) -> bytes:
    """Give a copy of a workbook in which every sheet but the Dashboard is hidden, so that it alone
    is printed.
    """
    from lxml import etree

    with zipfile.ZipFile(BytesIO(workbook)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    root = etree.fromstring(parts[WORKBOOK])
    sheets = list(root.iter(f"{SHEETS}sheet"))
    if SHEET not in [sheet.get("name") for sheet in sheets]:
        raise PackError(
            f"The PDF of the dashboard was not made: the workbook has no sheet {SHEET}."
        )
    for place, sheet in enumerate(sheets):
        if sheet.get("name") != SHEET:
            sheet.set("state", "hidden")
            continue
        for view in root.iter(f"{SHEETS}workbookView"):
            view.set("activeTab", str(place))
            view.attrib.pop("firstSheet", None)
    parts[WORKBOOK] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return packed(parts)


# -- LibreOffice
# --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LibreOffice:
    """LibreOffice without a window. `program`: where it is; None: where it is found. `seconds`:
    time it may take.
    """

    program: Path | None = None
    seconds: float = SECONDS

    @property
    def name(self) -> str:
        """Name of the program."""
        return "LibreOffice"

    def prints(self, kind: PdfKind) -> bool:
        """Whether it is there; both kinds are the same to it."""
        return kind in FILTER and self._found() is not None

    def _found(self) -> Path | None:
        if self.program is not None:
            return self.program
        named = shutil.which("soffice") or shutil.which("libreoffice")
        if named is not None:
            return Path(named)
        places = [_filled(place) for place in PLACES]
        return next((place for place in places if place.is_file()), None)

    def print(self, source: Path, kind: PdfKind, target: Path) -> None:
        """Write the PDF of a file."""
        profile = target.parent / "profile"
        _write_settings(profile / "user")
        options = {
            key: {"type": "boolean", "value": str(value).lower()} for key, value in OPTIONS.items()
        }
        command = [
            str(self._found()), f"-env:UserInstallation={profile.as_uri()}", "--headless",
            "--norestore", "--nologo", "--nodefault", "--nolockcheck", "--convert-to",
            f"pdf:{FILTER[kind]}:{json.dumps(options)}", "--outdir",
            str(target.parent), str(source),
        ]  # fmt: skip
        said = self._run(command)
        if not target.is_file():
            part = "Writer" if kind is PdfKind.REPORT else "Calc"
            raise PackError(
                f"LibreOffice made no PDF{f': {said}' if said else ''}. Its part {part} may be"
                f" missing. {INSTALL}"
            )

    def _run(self, command: list[str]) -> str:
        """Run LibreOffice; gives the last thing it said."""
        try:
            process = subprocess.Popen(  # noqa: S603 - its own program, on files that were made here
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise PackError(
                f"LibreOffice could not be started: {error.strerror or error}. {INSTALL}"
            ) from None
        try:
            said, _nothing = process.communicate(timeout=self.seconds)
        except subprocess.TimeoutExpired:
            raise PackError(
                f"LibreOffice did not finish within {self.seconds:g} seconds and was stopped. Close"
                " other programs and try again."
            ) from None
        finally:
            if process.poll() is None:
                _stop(process)
        lines = said.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""


def _filled(place: str) -> Path:
    for name in ("PROGRAMFILES(X86)", "PROGRAMFILES"):
        place = place.replace(f"{{{name}}}", os.environ.get(name, "?"))
    return Path(place)


def _write_settings(user: Path) -> None:
    """Write the settings of a profile that is used once."""
    user.mkdir(parents=True)
    space = "http://openoffice.org/2001/registry"
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}"'
        f' oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in SETTINGS
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items'
        f' xmlns:oor="{space}">{items}</oor:items>\n'
    )
    (user / "registrymodifications.xcu").write_text(text, encoding="utf-8")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a program and those it has started: LibreOffice's launcher leaves the work to
    another.
    """
    if sys.platform == "win32":
        taskkill = str(
            Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "taskkill.exe"
        )
        command = [taskkill, "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - a number
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


# -- Excel
# --------------------------------------------------------------------------------------------------


def _start_excel() -> Any:
    import xlwings

    return xlwings.App(visible=False, add_book=False)


@dataclass(frozen=True, slots=True)
class Excel:
    """Excel, through xlwings. `start`: starts an Excel of its own; None: where Excel and xlwings
    may be.
    """

    start: Callable[[], Any] | None = None

    @property
    def name(self) -> str:
        """Name of the program."""
        return "Microsoft Excel"

    def prints(self, kind: PdfKind) -> bool:
        """Whether it may be there; it prints workbooks alone."""
        there = self.start is not None or (
            sys.platform in ("win32", "darwin") and find_spec("xlwings") is not None
        )
        return there and kind is PdfKind.DASHBOARD

    def print(self, source: Path, kind: PdfKind, target: Path) -> None:
        """Write the PDF of a workbook's Dashboard."""
        try:
            with (self.start or _start_excel)() as excel:
                book = excel.books.open(str(source), update_links=False, read_only=True)
                book.to_pdf(str(target), include=SHEET, show=False)
                book.close()
        except Exception as error:
            raise PackError(
                f"Excel could not print the {kind} ({type(error).__name__}: {error})."
            ) from error
        if not target.is_file():
            raise PackError(f"Excel made no PDF of the {kind}.")


# -- looking at it, and setting what it says
# ---------------------------------------------------------------------------


def _finished(
    data: bytes, kind: PdfKind, contents: PackContents, program: str, made_from: bytes
) -> bytes:
    """Check a PDF and set what it says of itself; the same PDF and contents give the same bytes."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(BytesIO(data))
        _require(reader, kind, program)
        writer = PdfWriter(clone_from=reader)
        writer.pdf_header = reader.pdf_header
        _describe(writer, kind, contents, program, made_from)
        memory = BytesIO()
        writer.write(memory)
    except PyPdfError as error:
        raise PackError(f"The PDF that {program} made is damaged: {error}.") from None
    return memory.getvalue()


def _require(reader: PdfReader, kind: PdfKind, program: str) -> None:
    """Refuse a PDF that is not tagged, or a dashboard that is not one A3 page."""
    root: Any = reader.root_object
    if "/StructTreeRoot" not in root or not root.get("/MarkInfo", {}).get("/Marked"):
        raise PackError(
            f"The PDF that {program} made has no tags, which people who cannot see it need. Use"
            " LibreOffice 7.4 or newer."
        )
    if kind is not PdfKind.DASHBOARD:
        return
    if len(reader.pages) != 1:
        raise PackError(
            f"The dashboard takes {len(reader.pages)} pages in {program}, not one: there are too"
            " many lines for it."
        )
    box = reader.pages[0].mediabox
    size = (float(box.width), float(box.height))
    if any(abs(found - meant) > NEAR for found, meant in zip(size, A3, strict=True)):
        found = " by ".join(f"{points / 72 * 25.4:.0f} mm" for points in size)
        raise PackError(
            f"The dashboard came out of {program} on a page of {found}, not on A3 (420 mm by 297"
            " mm)."
        )


def _describe(
    writer: PdfWriter, kind: PdfKind, contents: PackContents, program: str, made_from: bytes
) -> None:
    from pypdf.generic import (
        ArrayObject,
        BooleanObject,
        ByteStringObject,
        DictionaryObject,
        NameObject,
        TextStringObject,
    )

    root: Any = writer.root_object
    metadata = root.get("/Metadata")
    accessible = metadata is not None and b"pdfuaid" in metadata.get_object().get_data()
    title = plain(f"{contents.title}: {contents.period}")
    writer.metadata = {
        "/Title": title,
        "/Author": plain(contents.office),
        "/Subject": plain(str(kind).capitalize()),
        "/Keywords": plain(contents.marking),
        "/Producer": program,
        "/CreationDate": f"D:{contents.prepared:%Y%m%d}000000Z",
        "/ModDate": f"D:{contents.prepared:%Y%m%d}000000Z",
    }
    writer.xmp_metadata = _xmp(title, contents, program, accessible=accessible)
    root[NameObject("/Lang")] = TextStringObject(LANGUAGE)
    preferences = root.setdefault(NameObject("/ViewerPreferences"), DictionaryObject()).get_object()
    preferences[NameObject("/DisplayDocTitle")] = BooleanObject(True)  # noqa: FBT003 - as pypdf takes it
    identifier = ByteStringObject(sha256(made_from + str(kind).encode()).digest()[:16])
    writer._ID = ArrayObject((identifier, identifier))  # noqa: SLF001 - pypdf's public way is a random one


def _xmp(title: str, contents: PackContents, program: str, *, accessible: bool) -> bytes:
    """Write the metadata as XMP (ISO 16684-1): the same as the document information."""

    def one(name: str, value: str) -> str:
        return f"<{name}>{escape(value)}</{name}>"

    def listed(name: str, kind: str, value: str) -> str:
        language = ' xml:lang="x-default"' if kind == "Alt" else ""
        return (
            f"<{name}><rdf:{kind}><rdf:li{language}>{escape(value)}</rdf:li></rdf:{kind}></{name}>"
        )

    spaces = {
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "dc": "http://purl.org/dc/elements/1.1/",
        "pdf": "http://ns.adobe.com/pdf/1.3/",
        "xmp": "http://ns.adobe.com/xap/1.0/",
        "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    }
    moment = _moment(contents.prepared)
    said = "".join(
        (
            listed("dc:title", "Alt", title),
            listed("dc:creator", "Seq", plain(contents.office)),
            listed("dc:language", "Bag", LANGUAGE),
            one("pdf:Producer", program),
            one("pdf:Keywords", plain(contents.marking)),
            one("xmp:CreateDate", moment),
            one("xmp:ModifyDate", moment),
            one("pdfuaid:part", "1") if accessible else "",
        )
    )
    declared = " ".join(f'xmlns:{name}="{space}"' for name, space in spaces.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta'
        f' xmlns:x="adobe:ns:meta/"><rdf:RDF {declared}><rdf:Description'
        f' rdf:about="">{said}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
