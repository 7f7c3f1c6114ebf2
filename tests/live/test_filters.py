"""Rows that a filter hides, cells that come out other than they were written, tables that stay as
they are.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

from tests.live.com import (
    AND,
    CELL_COLOUR,
    DYNAMIC,
    NO_FILL,
    OR,
    TOP_ITEMS,
    VALUES,
    ComError,
    RangeApi,
)
from tests.live.engine import install, open_book
from tests.live.test_live import NORMAL, cell, opened
from tests.shipped import few
from xlperf import outcome, ribbon
from xlperf.errors import LayoutError, WorkbookError
from xlperf.excel.port import Link, SetFill, SetRows, SetValue

if TYPE_CHECKING:
    import openpyxl

    from tests.live.engine import Engine
    from xlperf.excel.live import LiveWorkbook
    from xlperf.excel.port import Edit

RED = 0x2010_9D
"""#9D1020 as Excel counts colours: red first, from the right."""
NEW = (("x", 7), ("y", 8), ("z", 9), ("w", 10))


def long(book: openpyxl.Workbook) -> None:
    """A second table of four rows on the sheet, below the first, one of them coloured."""
    sheet = book["Board"]
    for row, values in enumerate((("Kind", "Size"), ("a", 1), ("b", 2), ("a", 3), (None, 4)), 11):
        for column, value in enumerate(values, 1):
            sheet.cell(row, column).value = value
    sheet["A13"].fill = PatternFill("solid", fgColor="FF9D1020")
    sheet.add_table(Table(displayName="tblLong", ref="A11:B15"))


def filtered(
    *criteria: Any, table: str = "tblLong", change: Any = long
) -> tuple[Engine, LiveWorkbook]:
    engine, live = opened(change)
    rng = sheet(live).tables[table].api.Range
    for criterion in criteria:
        rng.AutoFilter(*criterion)
    return engine, live


def sheet(live: LiveWorkbook) -> Any:
    return live.book.sheets["Board"]


def state(live: LiveWorkbook, table: str | None = "tblLong") -> Any:
    return sheet(live).impl.filters.of[table].criteria


def body(live: LiveWorkbook, table: str = "tblLong") -> tuple[Any, ...]:
    return live.read([table])[table].rows


EVERY = [SetRows("tblLong", ("Kind", "Size"), NEW)]


def test_the_engine_of_the_tests_writes_a_block_into_filtered_rows_as_excel_does():
    _, live = filtered((1, "=a"))
    rng = sheet(live).range("A12:B15")
    rng.value = [["x", 7], ["y", 8], ["z", 9], ["w", 10]]
    assert rng.value == [["x", "x"], ["b", 2], ["x", "x"], [None, 4]]
    sheet(live).range("B13").value = 5  # a single cell is written wherever it is
    assert sheet(live).range("B13").value == 5


@pytest.mark.parametrize(
    "criteria",
    [
        [(1, "=a")],
        [(1, "<>a")],
        [(1, "=a", OR, "=b")],
        [(2, ">1", AND, "<4")],
        [(1, ["=a", "="], VALUES)],
        [(1, RED, CELL_COLOUR)],
        [(1, None, NO_FILL)],
        [(1, "=a"), (2, ">1")],
        [(2, ">=1.5")],
    ],
)
@pytest.mark.parametrize("rows", [1, 4, 6])
def test_a_filtered_table_is_written_right_and_filtered_again(criteria, rows):
    engine, live = filtered(*criteria)
    before = dict(state(live))
    wanted = (*NEW, ("p", 1), ("q", 2))[:rows]
    assert live.apply([SetRows("tblLong", ("Kind", "Size"), wanted)]).has_changes
    assert body(live) == wanted
    assert state(live) == before
    assert sheet(live).impl.book.app.settings == NORMAL
    assert not live.apply([SetRows("tblLong", ("Kind", "Size"), wanted)]).has_changes
    engine.calls.clear()


def test_a_filter_by_a_rule_of_excels_own_is_put_back():
    _, live = filtered()
    sheet(live).impl.filters.put("tblLong", 2, criterion := _criterion(33, DYNAMIC))
    sheet(live).impl.filters.of["tblLong"].hidden = {12}
    live.apply(EVERY)
    assert body(live) == NEW
    assert state(live) == {2: criterion}


def _criterion(*values: Any) -> Any:
    from tests.live.com import Criterion

    return Criterion(*values)


@pytest.mark.parametrize(
    ("arguments", "column"),
    [((1, ["=a"], VALUES), "A"), ((2, "2", TOP_ITEMS), "B"), ((2, 5, 10), "B")],
)
def test_a_filter_that_cannot_be_put_back_is_refused_before_anything_is_written(arguments, column):
    engine, live = filtered()
    engine.refuses_lists = True
    sheet(live).tables["tblLong"].api.Range.AutoFilter(*arguments)
    sheet(live).impl.filters.of["tblLong"].hidden = {13}
    engine.calls.clear()
    with pytest.raises(
        LayoutError,
        match=rf"table tblLong of the sheet 'Board' is filtered by column {column} .*Clear",
    ):
        live.apply([SetValue("here", 1), *EVERY])
    assert not [kind for kind in engine.calls if kind.startswith("write")]
    assert cell(live) is None


@pytest.mark.parametrize("separator", [".", ","])
def test_a_fraction_in_a_filter_is_put_back_where_it_reads_as_ours(separator):
    engine, live = filtered((2, ">=1.5"))
    engine.decimal_separator = separator
    if separator == ".":
        assert live.apply(EVERY).has_changes
    else:
        with pytest.raises(LayoutError, match="filtered by column B"):
            live.apply(EVERY)


def test_a_comparison_of_dates_is_refused():
    def days(book: openpyxl.Workbook) -> None:
        long(book)
        for row in range(12, 16):
            book["Board"].cell(row, 2).value = datetime(2014, row - 3, 1)
            book["Board"].cell(row, 2).number_format = "dd/mm/yyyy"

    _, live = filtered(change=days)
    sheet(live).impl.filters.put("tblLong", 2, None)
    sheet(live).impl.filters.of["tblLong"].criteria[2] = _criterion(">=41913")
    sheet(live).impl.filters.of["tblLong"].hidden = {12}
    with pytest.raises(LayoutError, match="filtered by column B"):
        live.apply(EVERY)


def test_the_filter_of_a_range_is_set_aside_too_and_one_of_another_table_with_it():
    def wide(book: openpyxl.Workbook) -> None:
        long(book)
        for row, value in enumerate(("Free", 1, 2, 3), 1):
            book["Board"].cell(row, 7).value = value
        book.defined_names["low"] = DefinedName("low", attr_text="Board!$D$14")

    _, live = filtered((1, "=b"), change=wide)
    sheet(live).range("G1:G4").api.AutoFilter(1, "=3")
    edits: list[Edit] = [
        SetValue("here", "h"),
        SetValue("low", "l"),
        SetFill("here", "#C00000", "#FFFFFF"),
        *EVERY,
    ]
    assert live.apply(
        [*edits, SetRows("tblSmall", ("Name", "Number"), (("p", 5), ("q", 6)))]
    ).has_changes
    assert (body(live), body(live, "tblSmall")) == (NEW, (("p", 5), ("q", 6)))
    assert (cell(live), cell(live, "low")) == ("h", "l")
    assert state(live, None).keys() == state(live).keys() == {1}
    assert not sheet(live).impl.filters.of["tblLong"].hidden - {12, 13, 14, 15}


def test_an_advanced_filter_is_refused():
    engine, live = filtered()
    sheet(live).impl.filters.advanced = {13}
    engine.calls.clear()
    with pytest.raises(LayoutError, match=r"'Board' are hidden by an advanced filter.*Clear it"):
        live.apply(EVERY)
    assert not engine.writes


def test_rows_hidden_by_hand_or_in_a_group_stay_so_and_do_not_disturb():
    def hidden(book: openpyxl.Workbook) -> None:
        long(book)
        book["Board"].row_dimensions[13].hidden = True
        book["Board"].row_dimensions.group(14, 15, outline_level=1, hidden=True)

    _, live = opened(hidden)
    live.apply(EVERY)
    assert body(live) == NEW
    assert [sheet(live).impl.sheet.row_dimensions[row].hidden for row in (12, 13, 14)] == [
        False,
        True,
        True,
    ]


def test_a_sheet_without_hidden_rows_is_asked_one_question_more():
    engine, live = opened(long)
    live.apply(EVERY)
    assert engine.calls["ask hidden rows"] == 1
    assert "ask filter" not in engine.calls


@pytest.mark.parametrize("failing", range(1, 9))
def test_filters_are_put_back_when_writing_stops(failing):
    engine, live = filtered((1, "=a"))
    before, rows = dict(state(live)), body(live)
    engine.writes, engine.broken_writes = 0, {failing}
    with outcome.recording() as record:
        try:
            live.apply([SetValue("here", "h"), *EVERY])
        except ComError:
            assert body(live) == rows
            assert not record.faults
        if not record.faults:
            assert state(live) == before
        for fault in record.faults:
            assert (
                fault
                == "The filter of tblLong on the sheet 'Board' could not be put back. Set it again."
            )


def test_a_cell_that_comes_out_otherwise_is_told_and_all_is_put_back():
    engine, live = opened(long)
    rows = body(live)
    engine.altered = {"B13": ["mine"]}
    with pytest.raises(
        WorkbookError, match=r"B13 of the sheet 'Board' holds the text 'mine' where 8 was written"
    ):
        live.apply([SetValue("here", 1), *EVERY])
    assert cell(live) is None
    assert body(live) == rows


def test_a_cell_that_cannot_be_put_back_is_told():
    engine, live = opened(long)
    engine.altered = {"B13": ["mine"] * 9}
    with pytest.raises(WorkbookError, match="did not let them be put back"):
        live.apply(EVERY)


def test_a_number_in_a_cell_for_text_is_told():
    def text(book: openpyxl.Workbook) -> None:
        book["Board"]["D2"].number_format = "@"

    _, live = opened(text)
    with pytest.raises(
        WorkbookError, match=r"holds the text '12' where 12 was written.*format for text"
    ):
        live.apply([SetValue("here", 12)])
    assert live.apply([SetValue("here", "12")]).has_changes


@pytest.mark.parametrize("rows", [1, 6])
def test_a_table_that_stays_as_it_is_is_told_and_all_is_put_back(rows):
    engine, live = opened(long)
    before = body(live)
    engine.stubborn = {"tblLong"}
    with pytest.raises(
        WorkbookError, match=r"table on the sheet 'Board' stays A11:B15 where .*Resize Table"
    ):
        live.apply([SetRows("tblLong", ("Kind", "Size"), (("x", 1),) * rows)])
    assert body(live) == before
    assert sheet(live).range("A16").value is None


@pytest.mark.parametrize("failing", range(1, 8))
@pytest.mark.parametrize("rows", [1, 4])
def test_formulas_of_users_are_put_back_when_writing_stops(rows, failing):
    def formulas(book: openpyxl.Workbook) -> None:
        long(book)
        book["Board"]["A12"], book["Board"]["B2"], book["Board"]["B3"] = "k", "=1+1", "=1+1"

    engine, live = opened(formulas)
    edits: list[Edit] = [SetRows("tblSmall", ("Name",), tuple((f"n{i}",) for i in range(rows)))]
    before = sheet(live).range("A1:B8").formula
    engine.broken_writes = {failing}
    try:
        live.apply([*edits, SetValue("here", 1)])
    except ComError:
        assert sheet(live).range("A1:B8").formula == before
    else:
        assert [row[1] for row in sheet(live).range("A2:B8").formula[: rows + 1]] == [
            "=1+1"
        ] * rows + [""]


@pytest.mark.parametrize("filling", [True, False])
def test_a_jump_in_a_table_does_not_fill_its_column(filling):
    _, live = opened()
    correct = live.book.app.impl.correct
    correct.AutoFillFormulasInLists = filling
    edit = SetRows(
        "tblSmall", ("Name", "Number"), ((Link("Board", "D2"), None), (None, None), (None, 3))
    )
    live.apply([edit])
    assert body(live, "tblSmall") == (("Board!D2", None), (None, None), (None, 3))
    assert correct.AutoFillFormulasInLists is filling
    assert not live.apply([edit]).has_changes


def select(live: LiveWorkbook, place: str) -> None:
    live.book.app.impl.selected = sheet(live).impl.range(place)


def test_a_filter_of_a_table_that_excel_gives_as_the_sheets_is_put_back_once():
    engine, live = filtered((1, "=a"))
    select(live, "A12")
    live.apply(EVERY)
    assert body(live) == NEW
    assert state(live).keys() == {1}
    assert engine.calls["write filter"] == 3  # one by the test


@pytest.mark.parametrize("selected", ["A12", "H1"])
def test_an_advanced_filter_beside_a_filtered_table_is_refused(selected):
    _, live = filtered((1, "=a"))
    select(live, selected)
    sheet(live).impl.filters.advanced = {13}
    before = body(live)
    with pytest.raises(LayoutError, match=r"advanced filter.*Nothing was written"):
        live.apply(EVERY)
    assert body(live) == before
    assert state(live).keys() == {1}


@pytest.mark.parametrize("broken", [set(), {20}])
def test_a_filter_that_is_lost_is_told_whatever_else_is(monkeypatch, tmp_path, broken):
    for name in ("HOME", "USERPROFILE", "XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    engine = install()
    book = open_book(engine, few())
    book.sheets["Workings"].tables["tblWorkings"].api.Range.AutoFilter(1, ["x"], VALUES)
    engine.macros, engine.broken_writes = {}, broken

    def refuses(*_: Any, **__: Any) -> None:
        raise ComError(-2147352567, "AutoFilter method of Range class failed")

    monkeypatch.setattr(RangeApi, "AutoFilter", refuses)
    ribbon.refresh()
    (_, text), *_ = next(iter(engine.apps)).alerts
    assert (
        "The filter of tblWorkings on the sheet 'Workings' could not be put back. Set it again."
        in text
    )
    assert ("A fault of the program" in text) is bool(broken)


def test_a_filter_whose_text_is_none_is_refused():
    _, live = filtered((1, "=a"))
    state(live)[1].first = 5
    with pytest.raises(LayoutError, match="filtered by column A"):
        live.apply(EVERY)


def test_where_excel_cannot_be_asked_what_is_hidden_all_is_read_back_and_put_back_cell_by_cell(
    monkeypatch,
):
    # Excel on a Mac is asked in other words.
    _, live = filtered((1, "=a"))
    before = body(live)
    monkeypatch.setattr(RangeApi, "EntireRow", property(lambda api: api.no_such_thing))
    with pytest.raises(
        WorkbookError, match=r"B12 of the sheet 'Board' holds the text 'x' where 7 was written"
    ):
        live.apply(EVERY)
    assert body(live) == before


def test_blank_cells_that_a_block_goes_over_are_read_back_too(monkeypatch):
    def named(book: openpyxl.Workbook) -> None:
        long(book)
        for name, place in (("one", "$D$12"), ("two", "$D$13"), ("three", "$D$14")):
            book.defined_names[name] = DefinedName(name, attr_text=f"Board!{place}")

    _, live = filtered((1, "=b"), change=named)
    monkeypatch.setattr(RangeApi, "EntireRow", property(lambda api: api.no_such_thing))
    with pytest.raises(WorkbookError, match=r"D1[234] of the sheet 'Board' holds"):
        live.apply([SetValue("one", 1), SetValue("two", None), SetValue("three", 1)])
    assert [cell(live, name) for name in ("one", "two", "three")] == [None, None, None]


def test_money_is_read_as_it_is_given_where_no_more_can_be_asked(monkeypatch):
    def money(book: openpyxl.Workbook) -> None:
        book["Board"]["B2"] = 12.5
        book["Board"]["B2"].number_format = "£#,##0.00"

    monkeypatch.delattr(RangeApi, "Value2")
    _, live = opened(money)
    assert body(live, "tblSmall")[0] == ("a", 12.5)


def test_money_is_read_to_all_its_decimals():
    def money(book: openpyxl.Workbook) -> None:
        book["Board"]["B2"] = 12.3456789
        book["Board"]["B2"].number_format = "£#,##0.00"

    _, live = opened(money)
    assert live.read(["tblSmall"])["tblSmall"].rows[0] == ("a", 12.3456789)
