"""Every reader of xlperf that is given files by others, with real files to begin with."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tests.excel.torture import png, torture
from tests.imports import dashboards as imports
from tests.imports.dashboards import archive, text_file, workbook_file
from tests.installing.fake_machine import PROFILE, VENV, FakeMachine
from tests.leaks import clean
from tests.release.packs import published, signed
from tests.returns.offices import Filling, Office, forms
from tests.shipped import BLANK, ROOT, SHIPPED
from tests.users import lived_in
from xlperf import cli, ending
from xlperf.documents.pack_contents import contents
from xlperf.documents.panel_report import panel_report
from xlperf.documents.word_writer import word_report
from xlperf.excel.file import FileWorkbook
from xlperf.excel.port import SetFill, SetRows, SetValue
from xlperf.imports.import_sentences import preview
from xlperf.imports.importing import ImportRequest, plan_import
from xlperf.installing.performing import perform
from xlperf.pipeline import assess_workbook
from xlperf.release import manifest

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlperf.documents.pack_values import PackContents

TODAY = date(2014, 11, 3)
NOW = datetime(2014, 11, 3, 12, 0, tzinfo=UTC)
CONF = rf"{PROFILE}\.xlwings\xlwings.conf"
SETTINGS = (
    b'"INTERPRETER_WIN","C:\\Python\\python.exe"\r\n"PYTHONPATH","C:\\x;%USERPROFILE%\\y"\r\n"SHOW'
    b' CONSOLE","False"\r\n'
    b'"LICENSE_KEY","noncommercial"\r\n"ONEDRIVE_COMMERCIAL_WIN","C:\\Users\\ann\\OneDrive"\r\n'
)


@dataclass(frozen=True)
class Reader:
    """A reader: the files it begins with, by name, and its work on a changed one, which gives an
    exit code.
    """

    name: str
    samples: Callable[[], dict[str, bytes]]
    work: Callable[[bytes, str, Path], int]
    """Is given the changed file, the name of the sample, and a folder of its own."""
    answers: bool = False
    """It may end with 1 and its answer on standard output: what it looks for was found."""


@cache
def dashboards() -> dict[str, bytes]:
    """Dashboards: as shipped, blank, and with sheets, charts and pictures of a user's own."""
    shipped = SHIPPED.read_bytes()
    return {
        "Dashboard.xlsm": shipped,
        "Blank.xlsm": BLANK.read_bytes(),
        "Lived in.xlsm": lived_in(shipped),
    }


def _kept(data: bytes, name: str, folder: Path) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


# -- files of others that are imported
# --------------------------------------------------------------------------------------------------


@cache
def _published() -> dict[str, bytes]:
    rows = [("Crime, year ending March 2014",), ("Force", "Domestic burglary", "Violence"),
            ("Kent", 910, "1,234 [p]"), ("Essex", 920, "[x]")]  # fmt: skip
    text = "Month,Force,Offence,Count\nApr-14,Kent,Violence,88\nMay-14,Kent,Violence,<5\n"
    street = (
        "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Crime type\n"
        "1,2014-09,Kent Police,Kent Police,1,52,Burglary\n"
    )
    with TemporaryDirectory() as folder:
        place = Path(folder)
        files = (
            workbook_file(place, {"Table": rows}, merged=[("Table", 6, 0, 7, 1, "both")]),
            text_file(place, text),
            text_file(place, text, "figures.csv.gz"),
            archive(place, {"2014-09-kent-street.csv": street, "notes.csv": text}),
        )
        return {path.name: path.read_bytes() for path in files}


def _import(data: bytes, name: str, folder: Path) -> int:
    def work() -> int:
        plan = plan_import(
            imports.dashboard(),
            ImportRequest((_kept(data, name, folder),), "Test", learn=True),
        )
        print(preview(plan, "Dashboard.xlsm"))
        return ending.DONE

    return ending.ended(work)


# -- workbooks
# --------------------------------------------------------------------------------------------------


def _refresh(data: bytes, name: str, folder: Path) -> int:
    """Refresh; what was written can be read again."""
    output = folder / f"out {name}"
    output.unlink(missing_ok=True)
    code = cli.main(["refresh", str(_kept(data, name, folder)), "--output", str(output)])
    return (
        code
        or int(cli.main(["check", "--json", str(output)]) not in (ending.DONE, ending.DATA_ERRORS))
        * ending.FAULT
    )


def _command(*arguments: str) -> Callable[[bytes, str, Path], int]:
    def work(data: bytes, name: str, folder: Path) -> int:
        path = str(_kept(data, name, folder))
        return cli.main([path if argument == "FILE" else argument for argument in arguments])

    return work


def _edit(data: bytes, name: str, folder: Path) -> int:
    """Read everything of a workbook that is no dashboard, change cells and a table, and read that
    again.
    """

    def work() -> int:
        book = FileWorkbook.open(_kept(data, name, folder))
        tables = book.read(book.table_names())
        names = book.defined_names("tile_")
        book.cells(names)
        edits = [
            SetValue("tile_0_value", 5.5),
            SetFill("tile_1_rag", "#C00000", "#FFFFFF"),
            SetRows(
                "tblWritten", ("Key", "Text", "Day"), tuple(("k", "t\n", TODAY) for _ in range(6))
            ),
        ]
        book.apply([edit for edit in edits if book.refusal(edit) is None])
        again = FileWorkbook(book.to_bytes(), name)
        assert again.read(book.table_names()).keys() == tables.keys()
        print(len(again.cells(names)))
        return ending.DONE

    return ending.ended(work)


def _publish(data: bytes, name: str, folder: Path) -> int:
    """Read the workbook here, and publish it in a process of its own: making PDFs starts threads,
    of which a forked process has one, and it would wait for the others for ever.
    """
    rmtree(folder / "Published", ignore_errors=True)
    path = _kept(data, name, folder)
    path.with_suffix(".xlperf-ledger.jsonl").unlink(missing_ok=True)
    read = ending.ended(lambda: len(FileWorkbook.open(path).sheet_names()) * 0)
    if read != ending.DONE:
        return read
    to = ["--to", str(folder / "Published"), "--first-issue"]
    return subprocess.run(
        [sys.executable, "-m", "xlperf", "publish", str(path), *to], check=False
    ).returncode


# -- documents, packs, mail, settings
# ----------------------------------------------------------------------------------


def _documents(*names: str) -> Callable[[], dict[str, bytes]]:
    @cache
    def samples() -> dict[str, bytes]:
        everything: dict[str, Callable[[], bytes]] = {
            "Panel.xlsx": clean.workbook,
            "Report.docx": clean.document,
            "Template.docx": (ROOT / "templates" / "report.docx").read_bytes,
            "Report.pdf": clean.pdf,
            "Draft.eml": clean.mail,
            "Logo.png": lambda: png().getvalue(),
        }
        return {name: everything[name]() for name in names}

    return samples


@cache
def _pack() -> dict[str, bytes]:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as place:
        folder = signed(published(Path(place) / "Panel"))
        return {
            path.name: path.read_bytes()
            for path in sorted(folder.iterdir())
            if path.suffix == ".json"
        }


def _in_pack(*arguments: str) -> Callable[[bytes, str, Path], int]:
    def work(data: bytes, name: str, folder: Path) -> int:
        rmtree(folder / "Panel", ignore_errors=True)
        place = published(folder / "Panel")
        for other, content in _pack().items():
            (place / other).write_bytes(content)
        if "sign" in arguments and name == manifest.NAME:
            (place / manifest.SIGNOFF).unlink()
        (place / name).write_bytes(data)
        for draft in folder.glob("*.eml"):
            draft.unlink()
        return cli.main(
            [str(place) if argument == "FOLDER" else argument for argument in arguments]
        )

    return work


def _mail_text(data: bytes, name: str, folder: Path) -> int:
    text = _kept(data, name, folder)
    return _in_pack("mail", "FOLDER", "--text", str(text))(
        _pack()[manifest.NAME], manifest.NAME, folder
    )


@cache
def _contents() -> PackContents:
    made = contents(assess_workbook(FileWorkbook.open(SHIPPED), today=TODAY), prepared=TODAY)
    return replace(made, sections=made.sections[-2:])


def _report(data: bytes, name: str, folder: Path) -> int:
    def work() -> int:
        print(len(word_report(panel_report(_contents()), _kept(data, name, folder))))
        return ending.DONE

    return ending.ended(work)


def _install(data: bytes, name: str, folder: Path) -> int:
    """Set a computer up whose settings of xlwings, or whose record of an earlier time, are others;
    take it back.
    """

    def work() -> int:
        machine = FakeMachine(
            files={rf"{VENV}\xlwings64-0.37.8.dll": b"dll", **_installed(), _place(name): data}
        )
        for remove in (False, True):
            print(perform(machine, remove=remove, progress=lambda _: None))
        return ending.DONE

    return ending.ended(work)


@cache
def _installed() -> dict[str, bytes]:
    machine = FakeMachine(files={rf"{VENV}\xlwings64-0.37.8.dll": b"dll", CONF: SETTINGS})
    perform(machine, progress=lambda _: None)
    return {
        path: content
        for path, content in machine.files.items()
        if path.endswith((".conf", ".json"))
    }


def _place(name: str) -> str:
    return next(path for path in _installed() if path.endswith(name))


def _of_install() -> dict[str, bytes]:
    return {path.rpartition("\\")[2]: content for path, content in _installed().items()}


@cache
def _office() -> tuple[bytes, bytes]:
    """A dashboard, and the return of a partner of it."""
    with TemporaryDirectory() as folder:
        path = Office().owes("North", "reports").file(Path(folder))
        form = forms(FileWorkbook.open(path))["North"]
        return path.read_bytes(), Filling(form).all(10, 20, 30, 40, 100, seen=None).bytes()


def _collect(data: bytes, name: str, folder: Path) -> int:
    office = _kept(_office()[0], "Office.xlsm", folder)
    return cli.main(["collect", str(office), str(_kept(data, name, folder)), "--period", "2014-12"])


READERS: tuple[Reader, ...] = (
    Reader("refresh", dashboards, _refresh),
    Reader("check", dashboards, _command("check", "FILE")),
    Reader("explain", dashboards, _command("explain", "FILE", "SP12")),
    Reader("changes", dashboards, _command("changes", "FILE")),
    Reader(
        "edit", lambda: {"Torture.xlsm": torture(), "Torture.xlsx": torture(macros=False)}, _edit
    ),
    Reader("publish", dashboards, _publish),
    Reader("leakcheck of a dashboard", dashboards, _command("leakcheck", "FILE"), answers=True),
    Reader(
        "leakcheck of a workbook",
        _documents("Panel.xlsx"),
        _command("leakcheck", "FILE"),
        answers=True,
    ),
    Reader(
        "leakcheck of a document",
        _documents("Report.docx", "Template.docx"),
        _command("leakcheck", "FILE"),
        answers=True,
    ),
    Reader(
        "leakcheck of a PDF", _documents("Report.pdf"), _command("leakcheck", "FILE"), answers=True
    ),
    Reader(
        "leakcheck of a mail", _documents("Draft.eml"), _command("leakcheck", "FILE"), answers=True
    ),
    Reader(
        "leakcheck of a picture",
        _documents("Logo.png"),
        _command("leakcheck", "FILE"),
        answers=True,
    ),
    Reader("signoff", _pack, _in_pack("signoff", "FOLDER"), answers=True),
    Reader("sign", _pack, _in_pack("sign", "FOLDER", "--role", "analyst", "--who", "Ann Able")),
    Reader("mail", _pack, _in_pack("mail", "FOLDER")),
    Reader(
        "text of a mail",
        lambda: {"mail.txt": (ROOT / "templates" / "mail.txt").read_bytes()},
        _mail_text,
    ),
    Reader("import", _published, _import),
    Reader("template of the report", _documents("Template.docx"), _report),
    Reader("collect", lambda: {"Return.xlsx": _office()[1]}, _collect),
    Reader("install", _of_install, _install),
)
WORKBOOKS = (
    "refresh",
    "check",
    "explain",
    "changes",
    "edit",
    "publish",
    "leakcheck of a dashboard",
)
"""Readers of whole workbooks of an office."""


def warm(folder: Path, readers: tuple[Reader, ...] = READERS) -> dict[str, Any]:
    """Have every reader read what it begins with, so that a forked child loads nothing; gives their
    exit codes.
    """
    return {
        f"{reader.name}: {name}": reader.work(data, name, folder)
        for reader in readers
        for name, data in reader.samples().items()
    }
