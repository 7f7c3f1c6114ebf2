"""Files in every format, and those that are refused."""

from __future__ import annotations

import gzip
from datetime import date

import pytest

from tests.imports.dashboards import archive, text_file, workbook_file
from tests.tools import soffice
from xlperf.errors import WorkbookError
from xlperf.imports.published_files import (
    PublishedSheet,
    file_bytes,
    sheets_in,
    unpacked_files,
)

ROWS = [("Offence", "Apr-14"), ("Burglary", 88), ("Robbery", None)]


def sheets(path):
    notes: list[str] = []
    data = file_bytes(path)
    return [
        sheet
        for name, content in unpacked_files(path.name, data)
        for sheet in sheets_in(name, content, notes)
    ]


def test_a_workbook_gives_its_values_and_merged_cells(tmp_path):
    path = workbook_file(
        tmp_path,
        {"A": [("x", None), (date(2014, 9, 1), 1.5)]},
        merged=[("A", 3, 0, 4, 1, "both")],
    )
    (sheet,) = sheets(path)
    assert sheet.rows[1] == (date(2014, 9, 1), 1.5)
    assert sheet.merged == ((3, 0, 4, 1),)
    assert sheet.place(1, 1) == "A!B2"


@pytest.mark.libreoffice
@pytest.mark.skipif(soffice() is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_other_formats_give_the_same(kind, tmp_path):
    import subprocess

    source = workbook_file(tmp_path, {"A": ROWS}, "source.xlsx")
    subprocess.run(
        [soffice(), f"-env:UserInstallation=file://{tmp_path}/office", "--headless",
         "--convert-to", kind, "--outdir", tmp_path, source],
        check=True, capture_output=True,
    )  # fmt: skip
    (own,), (other,) = sheets(source), sheets(tmp_path / f"source.{kind}")
    assert other.rows[:2] == own.rows[:2]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252")],
)
def test_the_encoding_is_recognised_and_said(encoding, said, tmp_path):
    (sheet,) = sheets(text_file(tmp_path, "Café,1\nB,2\n", encoding=encoding))
    assert sheet.rows == (("Café", "1"), ("B", "2"))
    assert sheet.kind == f"{said}, separated by commas"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_that_gives_equal_rows(separator, tmp_path):
    text = "\n".join(separator.join(row) for row in (("a", "b"), ("1,5;x", "2"), ("3", "4")))
    (sheet,) = sheets(text_file(tmp_path, f"{text.replace('1,5;x', 'x')}\n"))
    assert sheet.rows[0] == ("a", "b")


def test_archives_in_archives_are_unpacked(tmp_path):
    inner = text_file(tmp_path, "a,b\n1,2\n", "inner.csv.gz")
    path = tmp_path / "outer.csv.gz"
    path.write_bytes(gzip.compress(inner.read_bytes()))
    assert sheets(path)[0].rows == (("a", "b"), ("1", "2"))
    packed = archive(tmp_path, {"one.csv": "a,b\n", "two.csv": "c,d\n"})
    assert [sheet.file for sheet in sheets(packed)] == [
        "archive.zip/one.csv",
        "archive.zip/two.csv",
    ]


@pytest.mark.slow
def test_a_bomb_is_refused(tmp_path):
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as stream:
        for _ in range(1100):
            stream.write(bytes(1 << 20))
    with pytest.raises(WorkbookError, match="unpacks to more than"):
        sheets(path)


def test_a_place_in_a_text_is_that_of_the_cell_in_excel():
    assert PublishedSheet("f.csv", "", ()).place(3, 27) == "AB4"
