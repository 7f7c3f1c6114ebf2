"""What every engine must do: the same tests on the fake, the file engine, the live engine and that
of xlwings Lite.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter

from tests.excel.torture import mended
from tests.fake import FakeWorkbook
from tests.lite import client as lite_client
from tests.live.engine import install, open_book
from xlperf.errors import LayoutError
from xlperf.excel.file import FileWorkbook
from xlperf.excel.live import LiveWorkbook
from xlperf.excel.port import (
    KEEP,
    CellError,
    CellOutside,
    Link,
    NoResult,
    Scalar,
    SetFill,
    SetRows,
    SetValue,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlperf.excel.port import Edit, Workbook

HEADER = ("Name", "Day", "Moment", "Number", "Flag", "Anything")
ROWS: list[list[Scalar]] = [
    ["first", date(2014, 9, 1), datetime(2014, 9, 1, 12, 30), 5, True, CellError("#N/A")],
    ["second", date(2014, 10, 1), datetime(2014, 10, 1, 6, 0), 7.25, False, None],
    ["third", date(1900, 1, 31), None, -1e-7, None, "free"],
]
CELLS: dict[str, Scalar] = {
    "tile_a_value": 12,
    "tile_a_rag": "AMBER",
    "tile_b_rag": None,
    "other": "x",
    "tile_day": None,
}
FORMATS = {"Day": "yyyy-mm-dd", "Moment": "yyyy-mm-dd hh:mm", "tile_day": "d mmm yyyy"}


OUTSIDE = {"I6": "beside", "D59": 12, "C61": CellError("#N/A"), "C62": NoResult.EMPTY_TEXT}
"""Cells on the sheet of tblData, whose header is row 5 and whose body is C6 to H8."""
TWICE = "=tblMixed[[#This Row],[Number]]*2"
WITH_FORMULAS: list[list[Scalar]] = [
    [name, number, 2 * number, 2] for name, number in (("a", 1), ("b", 2), ("c", 3))
]
"""Rows of tblMixed: its third column is a calculated one, its fourth only holds formulas."""
NO_RESULTS: list[list[Scalar]] = [["first", NoResult.EMPTY_TEXT, 1], ["second", None, 2]]


def fake() -> Workbook:
    return FakeWorkbook(
        {
            "tblData": (HEADER, ROWS),
            "tblBlank": (("Only", "Two words"), []),
            "tblFormulas": (("Name", "Empty", "Number"), NO_RESULTS),
            "tblMixed": (("Name", "Number", "Twice", "Two"), WITH_FORMULAS),
            "tblSums": (("Name", "Number"), [["a", 5]]),
        },
        {**CELLS, "tile_locked": 2},
        refusals={"tile_locked": "holds a formula"},
        broken=("gone_cell", "gone_sheet"),
        outside={"tblData": OUTSIDE},
    )


def file() -> Workbook:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        board, data, blank = (book.add_worksheet(name) for name in ("Dashboard", "Data", "Blank"))
        for row, (name, value) in enumerate(CELLS.items(), 1):
            board.write(
                row, 1, value, book.add_format({"num_format": FORMATS.get(name, "General")})
            )
            book.define_name(name, f"=Dashboard!$B${row + 1}")
        board.write_formula("B9", "=1+1", None, 2)
        book.define_name("tile_locked", "=Dashboard!$B$9")
        book.define_name("gone_sheet", "=#REF!$B$9")
        book.define_name("gone_cell", "=Dashboard!#REF!")
        for row, cells in enumerate(ROWS):
            for column, value in enumerate(cells):
                style = book.add_format({"num_format": FORMATS.get(HEADER[column], "General")})
                if isinstance(value, CellError):
                    data.write_formula(row + 5, column + 2, "=NA()", style, value.code)
                elif isinstance(value, date):
                    data.write_datetime(row + 5, column + 2, value, style)
                else:
                    data.write(row + 5, column + 2, value, style)
        data.add_table(
            4, 2, 7, 7, {"name": "tblData", "columns": [{"header": name} for name in HEADER]}
        )
        _write_outside(data)
        _write_formulas(book.add_worksheet("Formulas"))
        _write_mixed(book.add_worksheet("Mixed"))
        _write_sums(book.add_worksheet("Sums"))
        blank.add_table(
            "A1:B2", {"name": "tblBlank", "columns": [{"header": "Only"}, {"header": "Two words"}]}
        )
    data = out.getvalue()
    for part in ("xl/worksheets/sheet2.xml", "xl/worksheets/sheet4.xml"):
        data = mended(data, part, lambda sheet: as_excel_writes(sheet.replace(b"<f>NA()</f>", b"")))
    return FileWorkbook(data, "Contract.xlsx")


def _write_outside(sheet: Any) -> None:
    for address, value in OUTSIDE.items():
        if isinstance(value, (CellError, NoResult)):
            sheet.write_formula(address, '=""', None, getattr(value, "code", ""))
        else:
            sheet.write(address, value)
    sheet.write("A1", "a title above")


def _write_formulas(sheet: Any) -> None:
    for row, (name, value, number) in enumerate(NO_RESULTS, 1):
        sheet.write_row(row, 0, (name, None, number))
        if value is not None:
            sheet.write_formula(row, 1, '=""', None, "")
    titles = [{"header": title} for title in ("Name", "Empty", "Number")]
    sheet.add_table("A1:C3", {"name": "tblFormulas", "columns": titles})


def _write_mixed(sheet: Any) -> None:
    titles = [
        {"header": "Name"},
        {"header": "Number"},
        {"header": "Twice", "formula": TWICE},
        {"header": "Two"},
    ]
    sheet.add_table("A1:D4", {"name": "tblMixed", "columns": titles})
    for row, (name, number, twice, two) in enumerate(WITH_FORMULAS, 1):
        sheet.write_row(row, 0, (name, number))
        sheet.write_formula(row, 2, TWICE, None, twice)
        sheet.write_formula(row, 3, "=1+1", None, two)


def _write_sums(sheet: Any) -> None:
    sums = [
        {"header": "Name", "total_string": "Total"},
        {"header": "Number", "total_function": "sum"},
    ]
    sheet.add_table(
        "A1:B3", {"name": "tblSums", "columns": sums, "total_row": True, "data": [["a", 5]]}
    )
    sheet.write_formula("B3", "=SUBTOTAL(109,[Number])", None, 5)
    sheet.write("C3", "beside")


def as_excel_writes(sheet: bytes) -> bytes:
    """Formulas that give an empty text, in the form that Excel gives them."""
    return re.sub(rb'(<c r="\w+")(><f>""</f><v></v>)', rb'\1 t="str"\2', sheet)


def live() -> Workbook:
    """The workbook of `file`, open in what stands in for Excel."""
    return LiveWorkbook(open_book(install(), BytesIO(file().to_bytes())))


def live_filtered() -> Workbook:
    """The same with a filter on three tables: of each body some rows are hidden."""
    book = live()
    assert isinstance(book, LiveWorkbook)
    for sheet, table, criterion in (
        ("Data", "tblData", "=second"),
        ("Blank", "tblBlank", "<>"),
        ("Mixed", "tblMixed", "=b"),
    ):
        book.book.sheets[sheet].tables[table].api.Range.AutoFilter(1, criterion)
    return book


def lite() -> Workbook:
    """The same, read through what stands in for xlwings Lite."""
    return lite_client.Opened(lite_client.Book(file().to_bytes()))


ENGINES: dict[str, Callable[[], Workbook]] = {
    "fake": fake,
    "file": file,
    "live": live,
    "live, filtered": live_filtered,
    "lite": lite,
}


@pytest.fixture(params=ENGINES)
def book(request: pytest.FixtureRequest) -> Workbook:
    return ENGINES[request.param]()


def again(book: Workbook) -> Workbook:
    """The workbook as the next program sees it."""
    if isinstance(book, lite_client.Opened):
        return book.again()
    return FileWorkbook(book.to_bytes(), "Again.xlsx") if isinstance(book, FileWorkbook) else book


def rows(book: Workbook, table: str = "tblData") -> tuple[tuple[Scalar, ...], ...]:
    return again(book).read([table])[table].rows


def test_tables_are_found_by_name_whatever_the_case(book):
    assert book.table_names() == {"tblData", "tblBlank", "tblFormulas", "tblMixed", "tblSums"}
    found = book.read(["TBLDATA", "tblBlank", "tblAbsent"])
    assert set(found) == {"TBLDATA", "tblBlank"}
    assert found["TBLDATA"].table == "tblData"
    assert found["TBLDATA"].header == HEADER


def test_a_table_gives_its_values_in_their_types(book):
    grid = book.read(["tblData"])["tblData"]
    assert grid.rows == tuple(map(tuple, ROWS))
    for got, given in zip(grid.rows, ROWS, strict=True):
        assert [type(value) is bool for value in got] == [type(value) is bool for value in given]
        assert [type(value) for value in got[1:3]] == [type(value) for value in given[1:3]]


def test_a_formula_that_gives_an_empty_text_is_not_blank(book):
    assert book.read(["tblFormulas"])["tblFormulas"].rows == tuple(map(tuple, NO_RESULTS))


def test_what_stands_beside_and_below_a_table_is_given_with_it(book):
    grid = book.read(["tblData"])["tblData"]
    assert {cell.address: cell.value for cell in grid.outside} == OUTSIDE
    assert book.read(["tblBlank"])["tblBlank"].outside == ()


def test_a_totals_row_is_no_data_and_is_marked(book):
    if not isinstance(book, FakeWorkbook):
        grid = book.read(["tblSums"])["tblSums"]
        assert grid.rows == (("a", 5),)
        assert grid.outside == (
            CellOutside(3, 1, "Total", totals=True),
            CellOutside(3, 2, 5, totals=True),
            CellOutside(3, 3, "beside"),
        )


def test_a_formula_without_a_result_cannot_be_written(book):
    if not isinstance(book, FakeWorkbook):
        with pytest.raises(LayoutError, match="cannot be written"):
            book.apply([SetValue("other", NoResult.NOT_CALCULATED)])


def test_a_table_without_data_has_one_blank_row(book):
    assert book.read(["tblBlank"])["tblBlank"].rows == ((None, None),)


def test_addresses_lead_to_the_cell(book):
    grid = book.read(["tblData"])["tblData"]
    assert grid.address(1, 2) == ("C3" if isinstance(book, FakeWorkbook) else "E7")


def test_cells_are_found_by_name_and_absent_names_are_left_out(book):
    found = book.cells(["tile_a_value", "TILE_A_RAG", "tile_b_rag", "no_such_name"])
    assert set(found) == {"tile_a_value", "TILE_A_RAG", "tile_b_rag"}
    assert found["tile_a_value"].value == 12
    assert found["TILE_A_RAG"].value == "AMBER"
    assert found["tile_b_rag"].value is None
    assert found["tile_a_value"].sheet == "Dashboard"
    assert found["tile_a_value"].address == "B2"
    assert found["tile_a_value"].fill is None
    assert found["tile_a_value"].refusal is None


def test_defined_names_are_sorted_and_chosen_by_prefix(book):
    assert book.defined_names("tile_a") == ("tile_a_rag", "tile_a_value")
    assert book.defined_names("nothing") == ()


def test_names_of_cells_that_were_deleted_are_there_and_have_no_cell(book):
    names = book.defined_names("gone")
    assert names == ("gone_cell", "gone_sheet")
    assert book.cells(names) == {}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (5, 5),
        (-2.5, -2.5),
        (0.1 + 0.2, 0.1 + 0.2),
        (1e300, 1e300),
        (True, True),
        (False, False),
        ("words", "words"),
        ("=1+1", "=1+1"),
        ("  spaces kept  ", "  spaces kept  "),
        ("two\r\nlines", "two\nlines"),
        ("tab\tand < & > \" '", "tab\tand < & > \" '"),
        ("_x0041_", "_x0041_"),
        ("", None),
        (None, None),
        ("x" * 40_000, "x" * 32_767),
        (CellError("#N/A"), CellError("#N/A")),
        (CellError("#DIV/0!"), CellError("#DIV/0!")),
        (Link("Data", "C14"), "Data!C14"),
        (Link('It\'s "5 & 6"', "A1"), 'It\'s "5 & 6"!A1'),
    ],
)
def test_a_value_written_reads_back(book, written, read):
    edits: list[Edit] = [
        SetValue("tile_a_value", written),
        SetRows("tblData", ("Anything",), ((written,),)),
    ]
    book.apply(edits)
    value = again(book).cells(["tile_a_value"])["tile_a_value"].value
    assert (value, type(value) is bool) == (read, type(read) is bool)
    assert rows(book)[0][5] == read
    assert not book.apply(edits).has_changes


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (date(2014, 9, 30), date(2014, 9, 30)),
        (datetime(2014, 9, 30, 23, 59, 59), datetime(2014, 9, 30, 23, 59, 59)),
        (datetime(2014, 9, 30), date(2014, 9, 30)),
        (date(1900, 2, 28), date(1900, 2, 28)),
        (date(1900, 3, 1), date(1900, 3, 1)),
    ],
)
def test_a_date_written_reads_back_where_the_cell_shows_dates(book, written, read):
    edits: list[Edit] = [
        SetValue("tile_day", written),
        SetRows("tblData", ("Moment",), ((written,),) * 5),
    ]
    book.apply(edits)
    assert again(book).cells(["tile_day"])["tile_day"].value == read
    assert [row[2] for row in rows(book)] == [read] * 5
    assert not book.apply(edits).has_changes


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), date(1850, 1, 1), datetime(2014, 9, 30, 12, tzinfo=UTC)]
)
def test_what_no_cell_can_hold_is_refused(book, value):
    with pytest.raises(LayoutError):
        book.apply([SetValue("other", "new"), SetValue("tile_a_value", value)])
    assert again(book).cells(["other"])["other"].value == "x"


def test_a_fill_is_set_beside_the_value_and_counted_apart(book):
    applied = book.apply(
        [SetValue("tile_a_rag", "RED"), SetFill("tile_a_rag", "#C00000", "#FFFFFF")]
    )
    assert (applied.values, applied.fills) == (1, 1)
    state = again(book).cells(["tile_a_rag"])["tile_a_rag"]
    assert (state.value, state.fill) == ("RED", "#C00000")


def test_a_fill_keeps_the_value_and_may_come_first(book):
    book.apply(
        [
            SetFill("tile_a_rag", "#00aa00", "#000000"),
            SetFill("tile_b_rag", "#00AA00", "#000000"),
            SetValue("tile_b_rag", 3),
        ]
    )
    found = again(book).cells(["tile_a_rag", "tile_b_rag"])
    assert (found["tile_a_rag"].value, found["tile_a_rag"].fill) == ("AMBER", "#00AA00")
    assert (found["tile_b_rag"].value, found["tile_b_rag"].fill) == (3, "#00AA00")


def test_applying_twice_changes_nothing_the_second_time(book):
    edits: list[Edit] = [
        SetValue("tile_a_value", 13.5),
        SetFill("tile_a_rag", "#C00000", "#FFFFFF"),
        SetRows("tblData", ("Name", "Number"), tuple((f"row {i}", i) for i in range(9))),
    ]
    first = book.apply(edits)
    assert first.has_changes
    second = book.apply(edits)
    assert (second.values, second.fills, second.has_changes, second.needs_recalculation) == (
        0,
        0,
        False,
        False,
    )


def test_a_boolean_is_not_a_number(book):
    book.apply([SetValue("other", 1)])
    assert book.apply([SetValue("other", True)]).values == 1
    assert book.apply([SetValue("other", 1)]).values == 1


@pytest.mark.parametrize(
    "bad",
    [
        SetValue("no_such_name", 1),
        SetFill("no_such_name", "#C00000", "#FFFFFF"),
        SetValue("tile_locked", 1),
        SetFill("tile_locked", "#C00000", "#FFFFFF"),
        SetRows("tblAbsent", ("A",), ((1,),)),
    ],
)
def test_all_edits_are_made_or_none(book, bad):
    before = rows(book)
    with pytest.raises(LayoutError) as caught:
        book.apply(
            [
                SetValue("other", "new"),
                SetFill("other", "#C00000", "#FFFFFF"),
                SetRows("tblData", ("Name",), (("changed",),)),
                bad,
            ]
        )
    assert str(caught.value).endswith(".")
    state = again(book).cells(["other"])["other"]
    assert (state.value, state.fill) == ("x", None)
    assert rows(book) == before
    assert book.save() is None


def test_a_refused_cell_says_why(book):
    assert book.cells(["tile_locked"])["tile_locked"].refusal == "holds a formula"
    with pytest.raises(LayoutError, match=r"tile_locked.* holds a formula"):
        book.apply([SetValue("tile_locked", 1)])


def test_a_table_grows_and_shrinks_to_its_rows(book):
    for number in (7, 2, 1, 4):
        edit = SetRows(
            "tblBlank", ("Two words", "Only"), tuple((i, f"name {i}") for i in range(number))
        )
        assert book.apply([edit]).has_changes
        assert rows(book, "tblBlank") == tuple((f"name {i}", i) for i in range(number))
        assert not book.apply([edit]).has_changes


def test_a_table_with_formulas_of_its_users_shrinks_and_grows_again_with_them(book):
    for number in (1, 3, 2, 5):
        edit = SetRows(
            "tblMixed", ("Name", "Number"), tuple((f"name {i}", i) for i in range(number))
        )
        assert book.apply([edit]).has_changes
        assert [row[:2] for row in rows(book, "tblMixed")] == [
            (f"name {i}", i) for i in range(number)
        ]
        book = again(book)
        assert book.read(["tblMixed"])["tblMixed"].outside == ()
        assert not book.apply([edit]).has_changes
        if not isinstance(book, FakeWorkbook):
            assert formulas(book, number) == [[TWICE, "=1+1"]] * number


def formulas(book: Workbook, number: int) -> list[list[str]]:
    """Formulas beside the first rows of tblMixed."""
    if isinstance(book, LiveWorkbook):
        sheet = book.book.sheets["Mixed"]
        return [list(row) for row in sheet.range((2, 3), (1 + number, 4)).formula]
    content = book.excel if isinstance(book, lite_client.Opened) else book
    sheet = openpyxl.load_workbook(BytesIO(content.to_bytes()))["Mixed"]
    return [[sheet.cell(row, 3).value, sheet.cell(row, 4).value] for row in range(2, 2 + number)]


def test_columns_that_are_not_named_keep_their_values(book):
    book.apply([SetRows("tblData", ("Number",), ((1,), (2,), (3,), (4,)))])
    assert [row[0] for row in rows(book)] == ["first", "second", "third", None]


def test_no_rows_leave_one_blank_row(book):
    book.apply([SetRows("tblData", HEADER, ())])
    assert rows(book) == ((None,) * 6,)
    assert not book.apply([SetRows("tblData", HEADER, ())]).has_changes


def test_rows_find_their_columns_whatever_the_order_case_and_spaces(book):
    book.apply([SetRows("TBLBLANK", ("two  words", "Absent", "ONLY"), ((2, "lost", 1),))])
    assert rows(book, "tblBlank") == ((1, 2),)


def test_growing_by_blank_rows_is_a_change_once(book):
    edit = SetRows("tblBlank", ("Only",), ((None,), (None,)))
    assert book.apply([edit]).has_changes
    assert len(rows(book, "tblBlank")) == 2
    assert not book.apply([edit]).has_changes


def test_edits_are_seen_by_the_same_workbook(book):
    book.apply([SetValue("other", "new"), SetRows("tblData", ("Name",), (("only",),))])
    assert book.cells(["other"])["other"].value == "new"
    assert [row[0] for row in book.read(["tblData"])["tblData"].rows] == ["only"]


def test_the_last_of_two_values_for_a_cell_counts(book):
    assert book.apply([SetValue("other", "new"), SetValue("other", "newer")]).has_changes
    assert book.cells(["other"])["other"].value == "newer"


def test_saving_unchanged_work_writes_nothing(book, tmp_path: Any):
    assert book.save() is None
    assert list(tmp_path.iterdir()) == []


def test_cells_that_are_kept_stay_whatever_else_changes(book):
    before = rows(book)
    edit = SetRows(
        "tblData",
        HEADER,
        ((KEEP,) * 6, ("new", KEEP, KEEP, 8, KEEP, None), (KEEP,) * 6, ("last", *(KEEP,) * 5)),
    )
    assert book.apply([edit]).values == 3
    after = rows(book)
    assert (after[0], after[2]) == (before[0], before[2])
    assert after[1] == ("new", *before[1][1:3], 8, *before[1][4:])
    assert after[3] == ("last", *(None,) * 5)
    assert not book.apply([edit]).has_changes


def test_keeping_everything_changes_nothing(book):
    assert not book.apply([SetRows("tblData", HEADER, ((KEEP,) * 6,) * 3)]).has_changes


def test_rows_below_kept_ones_may_go(book):
    book.apply([SetRows("tblData", HEADER, ((KEEP,) * 6,))])
    assert [row[0] for row in rows(book)] == ["first"]


def test_a_refusal_is_told_beforehand_and_nothing_is_changed(book):
    before = rows(book)
    assert book.refusal(SetRows("tblData", ("Name",), (("new",),))) is None
    assert book.refusal(SetValue("other", "new")) is None
    with pytest.raises(LayoutError) as caught:
        book.apply([SetValue("tile_locked", 1)])
    assert book.refusal(SetValue("tile_locked", 1)) == str(caught.value)
    assert rows(book) == before
    assert again(book).cells(["other"])["other"].value == "x"
    assert book.save() is None
