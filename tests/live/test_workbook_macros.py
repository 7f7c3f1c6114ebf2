"""What the macros of a workbook answer and write, and that without them Excel is asked and written
to singly, with the same result.
"""

from __future__ import annotations

from datetime import datetime

import pytest
from openpyxl.workbook.defined_name import DefinedName

from tests.live.engine import (
    ComError,
    install,
    open_book,
    read_places,
    resize_table,
    structure,
    write_places,
)
from tests.shipped import ROOT, few
from xlperf.errors import WorkbookError
from xlperf.excel.areas import Area
from xlperf.excel.live import LiveWorkbook, live_reading
from xlperf.excel.live.workbook_macros import WorkbookMacros
from xlperf.excel.port import SetRows, SetValue
from xlperf.pipeline import refresh

TABLES = ("tblMonthly", "tblWorkings", "tblLog")
BUSY = ComError(-2146777998, "busy")


def opened(**macros):
    engine = install()
    engine.macros |= macros
    return engine, open_book(engine, few())


def seen(**macros):
    """Tables, and cells of all names of tiles; and how often Excel was asked."""
    engine, book = opened(**macros)
    live = LiveWorkbook(book)
    grids, names = live.read(TABLES), live.defined_names("tile_")
    assert len(names) > 30
    assert len(grids) == len(TABLES)
    return (grids, live.cells(names)), sum(engine.calls.values())


def refreshed(**macros):
    """All cells and styles after a refresh, and the names of the calls."""
    engine, book = opened(**macros)
    if macros.get("none"):
        engine.macros = {}
    refresh(LiveWorkbook(book), now=datetime(2014, 11, 3), who="x", seconds=lambda: 0.0)
    cells = {
        (sheet.title, cell.coordinate): (
            getattr(cell.value, "text", cell.value),  # an array formula
            cell.number_format,
            cell.fill.fgColor.rgb,
            cell.font.color,
        )
        for sheet in book.impl.book
        for row in sheet.iter_rows()
        for cell in row
    }
    tables = [item for sheet in book.impl.book for item in sheet.tables.items()]
    return cells, tables, engine.calls


@pytest.fixture(scope="module")
def singly():
    """What is seen without macros."""
    return seen(xlperf_structure=broken, xlperf_read=broken)


@pytest.fixture(scope="module")
def refreshed_singly():
    return refreshed(none=True)


def broken(*_):
    raise ComError(-2147352567, "Exception occurred.", (0, "Microsoft Excel", "macros are off"))


def test_the_macros_answer_as_excel_does_in_a_fiftieth_of_the_calls(singly):
    known, calls = seen()
    assert known == singly[0]
    assert calls < singly[1] / 50


def half_written(book, places, contents, dates):
    """Half is written, then it fails, as an error in the macro ends: in no answer."""
    write_places(book, places.split("\n")[0], contents, dates)


@pytest.mark.slow
@pytest.mark.parametrize(
    "write", [write_places, broken, half_written, lambda *_: None, lambda *_: ("", "")]
)
def test_a_refresh_gives_the_same_workbook_however_cells_are_written(write, refreshed_singly):
    cells, tables, calls = refreshed(xlperf_write=write)
    assert cells == refreshed_singly[0]
    assert tables == refreshed_singly[1]
    assert ("write raw_value" in calls) == (write is not write_places)


@pytest.mark.parametrize(
    "odd",
    [
        broken,
        lambda _: None,
        lambda _: 7.0,
        lambda _: "",
        lambda book: structure(book).rpartition("\n")[0],
        lambda book: structure(book) + "\nmore",
        lambda book: structure(book).replace("escaped\t", ""),
        lambda book: structure(book).replace("name\t", "name\t\\"),
        lambda book: structure(book).replace("\tnone", "\twhite"),
        lambda book: structure(book).replace("\tnone", "", 1),
        lambda book: structure(book).replace("sheet\t", "page\t", 1),
        lambda book: structure(book).replace("\tyes", "\tunknown", 1),
    ],
)
def test_an_answer_that_is_not_whole_is_not_used(odd, singly):
    assert seen(xlperf_structure=odd)[0] == singly[0]


def changed(change):
    def read(book, places):
        head, *blocks = read_places(book, places)
        return change(head, [list(block) for block in blocks])

    return read


def without_a_row(head, blocks):
    blocks[0][1] = blocks[0][1][1:]
    return head, *blocks


def elsewhere(head, blocks):
    blocks[0][0] = "A1"
    return head, *blocks


@pytest.mark.parametrize(
    "odd",
    [
        broken,
        lambda *_: None,
        lambda *_: "text",
        changed(lambda head, blocks: (head, *blocks[1:])),
        changed(lambda head, blocks: ("", *blocks)),
        changed(without_a_row),
        changed(elsewhere),
    ],
)
def test_blocks_that_are_not_whole_are_read_singly(odd, singly):
    assert seen(xlperf_read=odd)[0] == singly[0]


def test_a_busy_excel_is_asked_again():
    asked = []

    def busy_once(book):
        asked.append(book)
        if len(asked) == 1:
            raise BUSY
        return structure(book)

    engine, book = opened(xlperf_structure=busy_once)
    assert LiveWorkbook(book).defined_names("tile_")
    assert len(asked) == 2
    assert engine.calls["ask what a name refers to"] == 0


def test_cells_that_come_out_otherwise_are_put_back():
    engine, book = opened()
    live = LiveWorkbook(book)
    name = "tile_SP12_offences_latest"
    before = live.cells([name])[name]
    engine.altered = {before.address: 2 * ["somebody else"]}
    with pytest.raises(WorkbookError, match="somebody else"):
        live.apply([SetValue(name, 12)])
    assert LiveWorkbook(book).cells([name])[name] == before


def test_what_a_macro_wrote_before_it_failed_is_put_back():
    engine, book = opened(xlperf_write=half_written)
    live = LiveWorkbook(book)
    names = [name for name in live.defined_names("tile_") if name.endswith("_latest")][::20]
    before = live.cells(names)
    engine.broken_writes = {2}
    with pytest.raises(ComError):
        live.apply([SetValue(name, 7) for name in names])
    assert engine.writes > 2
    assert LiveWorkbook(book).cells(names) == before


def test_what_is_written_is_compared_with_what_cells_hold_then():
    _, book = opened()
    live = LiveWorkbook(book)
    name = "tile_SP12_offences_latest"
    cell = live.cells([name])[name]
    book.sheets[cell.sheet].range(cell.address).value = 12
    assert not live.apply([SetValue(name, 12)]).has_changes


@pytest.mark.parametrize("resize", [resize_table, broken, lambda *_: "", lambda *_: None])
def test_a_table_that_was_resized_is_known_in_its_new_size(resize):
    engine, book = opened(xlperf_resize=resize)
    live = LiveWorkbook(book)
    grid = live.read(["tblLog"])["tblLog"]
    rows = tuple((f"row {number}",) for number in range(len(grid.rows) + 3))
    live.apply([SetRows("tblLog", grid.header[:1], rows)])
    assert len(live.read(["tblLog"])["tblLog"].rows) == len(rows)
    live.apply([SetRows("tblLog", grid.header[:1], rows[:2])])
    assert len(live.read(["tblLog"])["tblLog"].rows) == 2
    assert ("write resize" in engine.calls) == (resize is not resize_table)


def test_a_table_that_stays_as_it_is_is_said():
    engine, book = opened()
    engine.stubborn = {"tblLog"}
    live = LiveWorkbook(book)
    title = live.read(["tblLog"])["tblLog"].header[0]
    with pytest.raises(WorkbookError, match="stays"):
        live.apply([SetRows("tblLog", (title,), tuple((str(row),) for row in range(9)))])


def test_dates_before_march_1900_are_left_to_excel():
    _, book = opened()
    area = Area(1, 1, 1, 2)
    macros = WorkbookMacros(book)
    places = [("Log", area)]
    assert macros.write(places, [[[datetime(1900, 2, 28), 1]]]) is None
    (block,) = macros.write(places, [[[datetime(1900, 3, 1, 12), 1]]])
    assert block.values == [[datetime(1900, 3, 1, 12), 1.0]]


def test_a_workbook_with_an_apostrophe_in_its_name_has_its_macros(tmp_path):
    path = tmp_path / "The team's.xlsm"
    path.write_bytes(few().read_bytes())
    engine = install()
    assert LiveWorkbook(open_book(engine, path)).defined_names("tile_")
    assert engine.calls["ask by macro"] == 1
    assert engine.calls["ask names"] == 0


def test_the_workbook_of_the_macros_need_not_be_the_active_one():
    engine, book = opened()
    open_book(engine, ROOT / "templates" / "Dashboard-blank.xlsm")
    assert LiveWorkbook(book).defined_names("tile_")
    assert engine.calls["ask names"] == 0


def test_macros_of_the_same_name_in_other_modules_are_not_meant():
    engine, book = opened()
    engine.namesakes = set(engine.macros)
    assert LiveWorkbook(book).defined_names("tile_")
    assert engine.calls["ask names"] == 0


ODD_NAMES = {
    "tile_SP12_offences_latest": "#REF!",
    "tile_SP11_offences_latest": "Dashboard!#REF!",
    "tile_SP13_offences_latest": "12",
    "tile_odd_1": "Dashboard!$A$1,Dashboard!$C$3",
    "tile_odd_2": "SUM(Dashboard!$A$1)",
    "tile_odd_3": "Dashboard!$A:$A",
    "tile_odd_4": "Dashboard!A5",
    "tile_odd_5": "'[Other.xlsx]Dashboard'!$A$1",
    "tile_odd_6": "Dashboard!$A$400:$B$401",
    "tile_odd_7": "Gone!$A$1",
    "tile_odd_8": "Dashboard!$A$410:$B$411",
    "tile_odd_9": '"a line\nand another\r\nwith a\ttab"&N(Dashboard!$A$1)',
    "tile_odd_10": "'C:\\temp\\new\\[Other.xlsx]Dashboard'!$A$1",
}


def cells_of_odd_names(*, macros):
    engine, book = opened()
    if not macros:
        engine.macros = {}
    book.impl.book["Dashboard"].merge_cells("A410:B411")
    for name, place in ODD_NAMES.items():
        book.impl.book.defined_names[name] = DefinedName(name, attr_text=place)
    of_sheet = DefinedName("tile_SP12_offences_rag", attr_text="Log!$A$1")
    book.impl.book["Log"].defined_names["tile_SP12_offences_rag"] = of_sheet
    live = LiveWorkbook(book)
    names = live.defined_names("tile_")
    assert [live.name_text(name) for name in ODD_NAMES] == list(ODD_NAMES.values())
    assert ("ask names" in engine.calls) != macros
    return names, live.cells(names)


@pytest.mark.slow
def test_names_of_all_kinds_are_the_same_however_excel_is_asked():
    names, cells = cells_of_odd_names(macros=True)
    assert (names, cells) == cells_of_odd_names(macros=False)
    assert set(ODD_NAMES) & set(cells) == {"tile_odd_4", "tile_odd_8"}
    assert cells["tile_SP12_offences_rag"].sheet == "Dashboard"


def test_what_the_macro_writes_otherwise_is_written_singly():
    engine, book = opened()
    live = LiveWorkbook(book)
    name = "tile_SP12_offences_latest"
    engine.altered = {live.cells([name])[name].address: [1.0]}
    assert live.apply([SetValue(name, 12)]).has_changes
    assert LiveWorkbook(book).cells([name])[name].value == 12


def test_what_was_read_before_a_calculation_is_read_again():
    _, book = opened()
    live = LiveWorkbook(book)
    name = "tile_SP12_offences_latest"
    cell = live.cells([name])[name]
    book.impl.book[cell.sheet][cell.address].value = "=1+1"
    book.app.impl.pending = {(cell.sheet, cell.address): 2}
    live.read(TABLES)
    assert live.cells([name])[name].value == 2


def test_after_the_names_are_read_again_the_tables_are_too():
    _, book = opened()
    live = LiveWorkbook(book)
    assert "tblLog" in live.table_names()
    live.name_cells({})
    table = next(sheet for sheet in book.impl.book if "tblLog" in sheet.tables).tables["tblLog"]
    table.displayName = "tblDiary"
    live.apply([])
    assert "tblLog" not in live.table_names()


@pytest.mark.parametrize("limit", ["MOST_AT_ONCE", "MOST_IN_A_CALL"])
def test_large_sheets_are_read_in_parts(monkeypatch, limit, singly):
    monkeypatch.setattr(live_reading, limit, 1_000)
    assert seen()[0] == singly[0]


@pytest.mark.parametrize(
    ("address", "area"),
    [
        ("B2", Area(2, 2, 2, 2)),
        ("A:C", Area(1, 1, 1_048_576, 3)),
        ("3:5", Area(3, 1, 5, 16_384)),
    ],
)
def test_addresses_that_excel_gives_are_areas(address, area):
    assert Area.of_address(address) == area
