"""Nothing is lost: only the parts of the edited cells change, and in them only those cells."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from tests.excel import torture
from tests.excel.lint import faults
from tests.excel.torture import TILES, cells_of, injected, packed, unpacked, without_cells
from tests.tools import converted, soffice, validate
from xlperf.excel.file import FileWorkbook
from xlperf.excel.port import Edit, Link, SetFill, SetRows, SetValue

if TYPE_CHECKING:
    from pathlib import Path

BOARD, DATA, WRITTEN = (f"xl/worksheets/sheet{number}.xml" for number in (1, 2, 3))
TABLE = "xl/tables/table2.xml"
OWNED = {f"{column}{row}" for column in "BC" for row in range(3, 9)}


def edits(rows: int = 6) -> list[Edit]:
    """What a refresh does: values, colours, one table."""
    made: list[Edit] = [SetValue(name, f"value of {name}") for name in TILES]
    made += [SetFill(name, "#FFC000", "#000000") for name in TILES if name.endswith("rag")]
    body = tuple((f"k{i}", f"new {i}", i / 7, None, Link("Data", f"A{i + 2}")) for i in range(rows))
    return [*made, SetRows("tblWritten", ("Key", "Text", "Number", "Day", "Where"), body)]


def edited(data: bytes, rows: int = 6) -> bytes:
    book = FileWorkbook(data, "Torture.xlsm")
    assert book.apply(edits(rows)).needs_recalculation
    return book.to_bytes()


def test_only_the_parts_of_the_edited_cells_change():
    before, after = unpacked(injected()), unpacked(edited(injected()))
    assert list(before) == list(after)
    assert {name for name in before if before[name] != after[name]} == {
        BOARD,
        WRITTEN,
        TABLE,
        "xl/styles.xml",
    }


def test_the_torture_workbook_holds_what_it_should():
    names = "\n".join(unpacked(injected()))
    for part in (
        "charts/chart",
        "chartsheets/",
        "vbaProject.bin",
        "comments1",
        "media/image1",
        "vmlDrawing",
        "ctrlProps",
    ):
        assert part in names or part == "ctrlProps"
    board = unpacked(injected())[BOARD]
    for mark in (
        b"x14:sparkline",
        b"x14:dataBar",
        b"iconSet",
        b"sheetProtection",
        b"legacyDrawingHF",
        b"zz:keep",
    ):
        assert mark in board


@pytest.mark.parametrize("rows", [6, 3, 1])
def test_in_an_edited_sheet_everything_but_the_owned_cells_survives(rows):
    before, after = unpacked(injected()), unpacked(edited(injected(), rows))
    old, new = cells_of(before[BOARD]), cells_of(after[BOARD])
    assert {at for at in old.keys() | new.keys() if old.get(at) != new.get(at)} == OWNED
    assert without_cells(before[BOARD]) == without_cells(after[BOARD])
    old, new = cells_of(before[WRITTEN]), cells_of(after[WRITTEN])
    changed = {at for at in old.keys() | new.keys() if old.get(at) != new.get(at)}
    assert all(2 <= int(at[1:]) <= 7 for at in changed)
    assert {f"F{row}" for row in (2, 3, 4)} & changed == set()
    head, tail = before[WRITTEN].split(b"<sheetData>")[0], after[WRITTEN].split(b"<sheetData>")[0]
    assert head.replace(b"A1:G4", b"") == tail.replace(b"A1:G7", b"").replace(b"A1:G4", b"")


def test_members_that_do_not_change_keep_their_compressed_bytes_order_and_dates():
    data = injected()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(BytesIO(edited(data))) as new:
        assert [info.filename for info in old.infolist()] == [
            info.filename for info in new.infolist()
        ]
        for one, other in zip(old.infolist(), new.infolist(), strict=True):
            assert one.date_time == other.date_time
            if one.CRC == other.CRC:
                assert one.compress_size == other.compress_size


def test_a_second_refresh_changes_no_byte(tmp_path: Path):
    path = tmp_path / "Book.xlsm"
    path.write_bytes(edited(injected()))
    book = FileWorkbook.open(path)
    assert not book.apply(edits()).has_changes
    assert book.save() is None
    assert book.to_bytes() == path.read_bytes()
    assert [item.name for item in tmp_path.iterdir()] == ["Book.xlsm"]


def test_the_same_edits_give_the_same_bytes():
    assert edited(injected()) == edited(injected())


def test_styles_change_in_fill_and_font_colour_only_and_do_not_grow():
    data = edited(injected())
    for _ in range(3):
        book = FileWorkbook(data, "Torture.xlsm")
        book.apply([SetFill("tile_0_rag", colour, "#000000") for colour in ("#111111", "#FFC000")])
        data = book.to_bytes()
    styles = unpacked(edited(injected()))["xl/styles.xml"]
    assert unpacked(data)["xl/styles.xml"].count(b"<xf ") <= styles.count(b"<xf ") + 1
    board = cells_of(unpacked(data)[BOARD])
    assert b's="' in board["C3"]


def test_no_fault_is_added(tmp_path: Path):
    path = tmp_path / "Torture.xlsm"
    path.write_bytes(torture.torture())
    assert faults(path) == []
    for rows in (6, 1, 3):
        book = FileWorkbook.open(path)
        columns = ("Key", "Text", "Number", "Day", "Where", "Note")
        body = tuple(
            (f"k{i}", "text", i, date(2014, 9, 1), Link("Data", "A2"), f"note {i}")
            for i in range(rows)
        )
        book.apply([*edits(rows)[:-1], SetRows("tblWritten", columns, body)])
        book.save()
        assert faults(path) == []


@pytest.mark.validator
def test_microsofts_validator_finds_nothing_wrong(tmp_path: Path):
    path = tmp_path / "Torture.xlsm"
    path.write_bytes(torture.torture())
    before = validate(path)
    if before is None:
        pytest.skip("the validator is not installed")
    path.write_bytes(edited(path.read_bytes()))
    assert validate(path) == before == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_opens_the_result_and_sees_the_values(tmp_path: Path):
    if soffice() is None:
        pytest.skip("LibreOffice is not installed")
    path = tmp_path / "Torture.xlsx"
    path.write_bytes(edited(torture.torture(macros=False)))
    folder = tmp_path / "out"
    folder.mkdir()
    assert converted(path, "pdf", folder).stat().st_size > 1000
    book = FileWorkbook.open(converted(path, "xlsx", folder))
    assert book.cells(["tile_0_rag"])["tile_0_rag"].value == "value of tile_0_rag"
    assert book.cells(["tile_0_rag"])["tile_0_rag"].fill == "#FFC000"
    grid = book.read(["tblWritten"])["tblWritten"]
    assert [row[:3] for row in grid.rows] == [
        (f"k{i}", f"new {i}", pytest.approx(i / 7)) for i in range(6)
    ]
    assert [row[4] for row in grid.rows] == [f"Data!A{i + 2}" for i in range(6)]


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_what_another_program_saves_can_be_edited_too(tmp_path: Path):
    import openpyxl

    path = tmp_path / "Other.xlsx"
    openpyxl.load_workbook(BytesIO(torture.torture(macros=False))).save(path)
    assert faults(path) == []
    path.write_bytes(edited(path.read_bytes()))
    assert faults(path) == []
    values = {
        cell.coordinate: cell.value
        for row in openpyxl.load_workbook(path)["Written"]["A2:C7"]
        for cell in row
    }
    assert (values["A7"], values["B7"], values["C7"]) == ("k5", "new 5", 5 / 7)


def test_a_package_written_by_us_is_read_by_the_standard_library():
    with zipfile.ZipFile(BytesIO(edited(packed(unpacked(injected()))))) as package:
        assert package.testzip() is None


def test_a_cell_under_a_conditional_format_is_told():
    """The board's rules cover B3:B8 and C3:C8."""
    cells = FileWorkbook(injected(), "Torture.xlsm").cells([*TILES, "tile_blank", "tile_merged"])
    assert all(cells[name].covered for name in TILES)
    assert not cells["tile_blank"].covered
    assert not cells["tile_merged"].covered
