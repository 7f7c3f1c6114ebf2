"""Programs that print a document of the pack as a PDF: LibreOffice Writer and Calc, and Excel.

Rules. A program works on a copy in a folder of its own, with settings of its own, for a limited
time; nothing of the user's is opened or changed.

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
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from xlperf.documents.plain_text import LANGUAGE
from xlperf.errors import PackError
from xlperf.newbook.dashboard import SHEET

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 180
"""Time a program may take for one document; the shipped ones take it some seconds."""
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
        """Name of the program, as the PDF gives it."""

    def prints(self, kind: PdfKind) -> bool:
        """Whether it is there and can do it."""

    def print(self, source: Path, kind: PdfKind, target: Path) -> None:
        """Write the PDF of a file; `PackError` when it cannot."""


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
        message = self._run(command)
        if not target.is_file():
            part = "Writer" if kind is PdfKind.REPORT else "Calc"
            reason = f": {message}" if message else ""
            raise PackError(
                f"LibreOffice made no PDF{reason}. Its part {part} may be missing. {INSTALL}"
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
            output, _nothing = process.communicate(timeout=self.seconds)
        except subprocess.TimeoutExpired:
            raise PackError(
                f"LibreOffice did not finish within {self.seconds:g} seconds and was stopped. Close"
                " other programs and try again."
            ) from None
        finally:
            if process.poll() is None:
                _stop(process)
        lines = output.decode("utf-8", "replace").strip().splitlines()
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
