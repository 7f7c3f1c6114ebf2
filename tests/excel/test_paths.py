"""What is given where a workbook is asked for, and is none: it is said what it is, and what
to do.
"""

from __future__ import annotations

import os
import socket
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.excel.torture import simple
from tests.shipped import BLANK
from xlperf.cli import main
from xlperf.ending import REFUSED, WRONG_USAGE
from xlperf.errors import UsageError, XlperfError
from xlperf.excel.file import FileWorkbook


def zipped(*names: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in names:
            package.writestr(name, b"x")
    return out.getvalue()


def compound(stream: str) -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + stream.encode("utf-16-le") + bytes(600)
    )


KINDS = {
    "CSV": ("figures.csv", b"Measure,Month,Count\nA,2014-09,3\n", "is text, such as CSV"),
    "CSV of Excel": ("figures.csv", "Measure\tCount\n".encode("utf-16"), "is text, such as CSV"),
    "text in another name": ("Book.xlsm", "Größe; 3\n".encode("cp1252"), "is text, such as CSV"),
    "old workbook": (
        "Book.xls",
        compound("Workbook"),
        "old .xls format. Save it in Excel as .xlsm",
    ),
    "password": (
        "Book.xlsm",
        compound("EncryptedPackage"),
        "protected by a password. Take the password off",
    ),
    "Word, old": ("Book.doc", compound("WordDocument"), "is a Word document"),
    "mail": ("Book.msg", compound("__nameid_version1.0"), "is a mail of Outlook"),
    "binary workbook": (
        "Book.xlsb",
        zipped("xl/workbook.bin", "[Content_Types].xml"),
        r"binary workbook (.xlsb). Save",
    ),
    "Word": ("Book.docx", zipped("word/document.xml", "[Content_Types].xml"), "is a Word document"),
    "OpenDocument": (
        "Book.ods",
        zipped("mimetype", "content.xml"),
        "(OpenDocument). Save it there as .xlsx",
    ),
    "archive": (
        "Book.zip",
        zipped("Dashboard.xlsm"),
        "is a zip archive without a workbook's parts. Unpack it",
    ),
    "gzip": ("Book.gz", b"\x1f\x8b\x08" + bytes(30), "is an archive (gzip)"),
    "PDF": ("Book.pdf", b"%PDF-1.7\n\xff", "is a PDF"),
    "picture": ("Book.png", b"\x89PNG\r\n\x1a\n" + bytes(30), "is a picture"),
    "sign-in page": (
        "Book.xlsm",
        b"\r\n<!DOCTYPE html><html><body>Sign in</body></html>",
        "is a web page",
    ),
    "old XML": (
        "Book.xml",
        b'<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "in the old XML format",
    ),
    "empty": ("Book.xlsm", b"", "is empty (0 bytes)"),
    "rubbish": ("Book.xlsm", bytes(range(256)), "is no Excel workbook"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_another_kind_of_file_is_named(kind, tmp_path, capsys):
    name, data, said = KINDS[kind]
    path = tmp_path / name
    path.write_bytes(data)
    assert main(["refresh", str(path)]) == REFUSED
    shown = capsys.readouterr().err
    assert said in shown
    assert "Restore it from a backup" not in shown or kind in ("empty", "rubbish")
    assert shown.count("\n") == 1
    assert path.read_bytes() == data


ADDRESSES = {
    "https://office.sharepoint.com/sites/plan/Dashboard.xlsm": (
        "https://office.sharepoint.com/sites/plan/Dashboard.xlsm is an address on the web"
    ),
    "http://intranet/Dashboard.xlsm": "download it",
    "office.sharepoint.com/sites/plan/Dashboard.xlsm": "is an address on the web",
    "file:///srv/My%20plan/Dashboard.xlsm": "Give the path alone: /srv/My plan/Dashboard.xlsm",
    "file:///C:/Plan/Dashboard.xlsm": "Give the path alone: C:/Plan/Dashboard.xlsm",
}


REFRESH, PUBLISH_TO = ["refresh", "{}"], ["publish", "Here.xlsx", "--to", "{}"]
COMMANDS = [
    ["check", "{}"], ["explain", "{}", "SP1"], ["changes", "{}"], ["leakcheck", "{}"], ["publish", "{}", "--to", "Panel"],
    ["refresh", "Here.xlsx", "--output", "{}"], ["new", "{}"], ["sign", "{}", "--role", "analyst", "--who", "A"],
    ["signoff", "{}"], ["mail", "{}"],
]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "address"),
    # Every kind of address where something is read and where something is made; elsewhere one.
    [(command, address) for command in (REFRESH, PUBLISH_TO) for address in ADDRESSES]
    + [(command, next(iter(ADDRESSES))) for command in COMMANDS],
    ids=lambda value: value if isinstance(value, str) else " ".join(value[:3:2]),
)
def test_an_address_is_told_from_a_file(address, command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("Here.xlsx").write_bytes(simple([["a", 1]]))
    assert main([part.format(address) for part in command]) == WRONG_USAGE
    shown = capsys.readouterr().err
    assert ADDRESSES[address] in shown
    assert shown.count("\n") == 1
    assert [path.name for path in Path().iterdir()] == ["Here.xlsx"]


@pytest.mark.skipif(os.name == "nt", reason="devices and pipes as on Unix")
def test_what_is_no_file_on_a_disk_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as place:
        place.bind(str(tmp_path / "socket"))
    for path, said in (
        (tmp_path / "pipe", "is a pipe"),
        (Path("/dev/zero"), "is a device"),
        (tmp_path / "socket", "is a socket"),
        (tmp_path, "is a folder"),
    ):
        with pytest.raises(XlperfError, match=said):
            FileWorkbook.open(path)


@pytest.mark.parametrize(
    "name", ["a" * 300 + ".xlsm", "a\0b.xlsm", "a/" * 3000 + "b.xlsm"], ids=["long", "zero", "deep"]
)
def test_a_name_that_no_file_can_have_is_told(name, tmp_path):
    for use in (FileWorkbook.open, FileWorkbook(simple([["a", 1]]), "it").save):
        with pytest.raises(XlperfError) as raised:
            use(tmp_path / name)
        assert len(str(raised.value)) < 400


def test_an_output_that_is_a_device_is_refused(tmp_path):
    with pytest.raises(XlperfError, match="is a device or pipe"):
        FileWorkbook(simple([["a", 1]]), "it").save(Path("/dev/null"))


def test_a_name_too_long_for_the_files_beside_it_is_told(tmp_path):
    path = tmp_path / ("a" * 245 + ".xlsx")
    path.write_bytes(simple([["a", 1]]))
    with pytest.raises(XlperfError, match="File name too long"):
        FileWorkbook.open(path).save(tmp_path / ("b" * 245 + ".xlsx"))


def test_another_workbook_at_the_output_is_refused_without_force(dashboard, tmp_path, capsys):
    other = tmp_path / "Other.xlsm"
    other.write_bytes(BLANK.read_bytes())
    assert main(["refresh", str(dashboard), "--output", str(other)]) == WRONG_USAGE
    assert (
        "exists already and was left as it is. Give another name, or --overwrite"
        in capsys.readouterr().err
    )
    assert other.read_bytes() == BLANK.read_bytes()
    with pytest.raises(UsageError, match="exists already"):
        FileWorkbook.open(dashboard).save(other)
    assert main(["refresh", str(dashboard), "--output", str(other), "--overwrite"]) == 0
    assert "The version before is kept as Other.xlperf-backup.xlsm" in capsys.readouterr().out
    assert (tmp_path / "Other.xlperf-backup.xlsm").read_bytes() == BLANK.read_bytes()
    assert other.read_bytes() != BLANK.read_bytes()
    assert (
        main(["refresh", str(dashboard), "--output", str(other)]) == WRONG_USAGE
    )  # its own output, too


def test_force_alone_is_told(dashboard, capsys):
    assert main(["refresh", str(dashboard), "--overwrite"]) == WRONG_USAGE
    assert "--overwrite belongs to --output" in capsys.readouterr().err
