"""What is particular to xlwings Lite: what it cannot tell, batches that fail half way, values as it
gives them.
"""

from __future__ import annotations

import asyncio
import inspect
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlwings
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table, TableColumn, TableFormula

from tests.lite import client
from tests.lite.client import Book, Opened
from xlperf.errors import LayoutError, WorkbookBusyError, WorkbookError
from xlperf.excel.lite import lite_reading, read_snapshot
from xlperf.excel.lite.snapshot import snapshot_cell
from xlperf.excel.port import CellError, Link, NoResult, SetFill, SetRows, SetValue

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlperf.excel.port import Edit

NAMES = {"here": "$D$2", "there": "$D$3", "blank": "$G$7", "tile_a_rag": "$G$9", "far": "$J$40"}


def excel(change: Callable[[openpyxl.Workbook], object] = lambda _book: None) -> Book:
    """A workbook with a table at A1:B3 and named cells."""
    book = openpyxl.Workbook()
    board = book.active
    board.title = "Board"
    for row in (("Name", "Number"), ("a", 1), ("b", 2)):
        board.append(row)
    board.add_table(Table(displayName="tblSmall", ref="A1:B3"))
    for name, area in NAMES.items():
        book.defined_names[name] = DefinedName(name, attr_text=f"Board!{area}")
    change(book)
    out = BytesIO()
    book.save(out)
    return Book(out.getvalue())


def content(book: Book) -> list[Any]:
    """All that a refresh could have changed."""
    cells = [
        (
            cell.coordinate,
            cell.value,
            cell.fill.fill_type and cell.fill.fgColor.rgb,
            cell.font.color and cell.font.color.rgb,
        )
        for row in book.book["Board"].iter_rows(max_row=9, max_col=9)
        for cell in row
    ]
    return [cells, [table.ref for table in book.book["Board"].tables.values()]]


def full(book: openpyxl.Workbook) -> None:
    """Cells of every kind, to be written over and to be put back."""
    board = book["Board"]
    board["D2"], board["D3"], board["G7"] = "=1+2", "Sep 2014", date(2014, 9, 1)
    board["D2"].data_type = "s"
    board["D3"].fill = PatternFill("solid", fgColor="FFABCDEF")
    for place in ("D2", "D3"):
        board[place].font = Font(color="FF112233")


EDITS: list[Edit] = [
    *(SetValue(name, f"new {name}") for name in ("here", "there", "blank")),
    *(SetFill(name, "#C00000", "#FFFFFF") for name in ("here", "there")),
]


@pytest.mark.parametrize("rows", [1, 2, 5])
@pytest.mark.parametrize("failing", range(1, 10))
def test_a_batch_that_fails_half_way_is_taken_back(rows, failing):
    opened = Opened(excel(full))
    before = content(opened.excel)
    opened.apply(
        [*EDITS, SetRows("tblSmall", ("Number", "Name"), tuple((i, f"+{i}%") for i in range(rows)))]
    )
    opened.excel.fails_at = {failing}
    told = ""
    try:
        opened.write()
    except WorkbookError as error:
        told = str(error)
    assert ("All was put back: the workbook holds what it held before." in told) is (
        failing <= opened.excel.actions
    )
    assert (content(opened.excel) == before) is bool(told)
    assert opened.excel.queue == []


def test_fonts_of_several_colours_are_put_back():
    def change(book: openpyxl.Workbook) -> None:
        for place, name, font in (("I2", "one", "FFFFFFFF"), ("I3", "two", "FF112233")):
            book.defined_names[name] = DefinedName(name, attr_text=f"Board!{place}")
            book["Board"][place].font = Font(color=font)

    opened = Opened(excel(change))
    before = content(opened.excel)
    opened.apply(
        [*(SetFill(name, "#C00000", "#FF00FF") for name in ("one", "two")), SetValue("there", "x")]
    )
    opened.excel.changes = {("D3", "'x"): "y"}
    with pytest.raises(WorkbookError, match="All was put back"):
        opened.write()
    assert content(opened.excel) == before


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_formats_that_new_rows_were_given_are_told(rows):
    opened = Opened(excel())
    opened.apply([SetRows("tblSmall", ("Number",), tuple((7,) for _ in range(rows)))])
    opened.excel.changes = {("B2", 7): 8}
    with pytest.raises(WorkbookError, match="All was put back") as told:
        opened.write()
    assert ("Cells below tblSmall may have kept the format of new rows." in str(told.value)) is (
        rows == 3
    )


def test_what_cannot_be_put_back_is_named():
    opened = Opened(excel(full))
    opened.apply([SetValue("here", "x"), SetValue("far", "y")])
    opened.excel.fails_at = {2, 4}
    with pytest.raises(WorkbookError, match=r"put back except Board!D2\. Take an earlier version"):
        opened.write()


def test_a_protected_sheet_is_told_and_leaves_the_others_as_they_were():
    def change(book: openpyxl.Workbook) -> None:
        book.create_sheet("Shut").protection.sheet = True
        book.defined_names["shut"] = DefinedName("shut", attr_text="Shut!$A$1")

    opened = Opened(excel(change))
    before = content(opened.excel)
    opened.apply([SetValue("here", "x"), SetValue("shut", "y")])
    with pytest.raises(
        WorkbookError,
        match=r"AccessDenied.*All was put back.*If a sheet is protected, take that off",
    ):
        opened.write()
    assert content(opened.excel) == before


def test_what_excel_made_something_else_of_is_taken_back():
    opened = Opened(excel())
    before = content(opened.excel)
    opened.apply([SetValue("here", 12.5), SetRows("tblSmall", ("Name",), (("c",), ("d",)))])
    opened.excel.changes = {("A3", "'d"): "'c"}
    with pytest.raises(
        WorkbookError, match=r"changed what was written to Board!A3\. All was put back"
    ) as told:
        opened.write()
    assert "protected" not in str(told.value)
    assert content(opened.excel) == before


@pytest.mark.parametrize(
    ("deaf", "told"), [(1, "All was put back"), (99, "Whether it was all put back is not known")]
)
def test_what_cannot_be_read_back_is_taken_back(deaf, told):
    opened = Opened(excel())
    before = content(opened.excel)
    opened.apply([SetValue("here", 1)])
    book, ask = opened.excel, opened.excel.ask
    refused = iter(range(deaf))

    async def asked(kind: str) -> None:
        await ask(kind)
        if book.actions and next(refused, None) is not None:
            raise client.RichApiError("GeneralException")

    book.ask = asked
    with pytest.raises(WorkbookError, match=rf"^What was written could not be read back\. {told}"):
        opened.write()
    assert content(book) == before


def test_colours_that_were_not_taken_are_seen(monkeypatch):
    opened = Opened(excel())
    opened.apply([SetFill("here", "#C00000", "#FFFFFF")])
    monkeypatch.setattr(client, "_argb", lambda _colour: "FF00FF00")
    with pytest.raises(WorkbookError, match=r"written to Board!D2"):
        opened.write()


@pytest.mark.parametrize("hidden", [2, 3])
def test_a_table_with_hidden_rows_is_refused_before_anything_is_written(hidden):
    def change(book: openpyxl.Workbook) -> None:
        book["Board"].row_dimensions[hidden].hidden = True

    opened = Opened(excel(change))
    opened.apply([SetValue("far", "x"), SetRows("tblSmall", ("Name",), (("c",), ("d",)))])
    with pytest.raises(
        LayoutError,
        match=r"tblSmall on the sheet 'Board' are hidden or filtered.*nothing was written",
    ):
        opened.write()
    assert opened.excel.actions == 0


def test_a_table_with_hidden_rows_that_stays_as_it_is_does_not_matter():
    opened = Opened(excel(lambda book: setattr(book["Board"].row_dimensions[2], "hidden", True)))
    opened.apply([SetValue("far", "x"), SetRows("tblSmall", ("Name",), (("a",), ("b",)))])
    opened.write()
    assert opened.excel.book["Board"]["J40"].value == "x"


@pytest.mark.parametrize("when", ["read", "write"])
def test_a_cell_being_edited_is_said_and_nothing_is_written(when):
    book = excel()
    book.edited = when == "read"
    if when == "read":
        with pytest.raises(WorkbookBusyError, match="press Enter or Esc"):
            asyncio.run(read_snapshot(book))
        return
    opened = Opened(book)
    opened.apply([SetValue("here", "x")])
    asked = book.ask

    async def edited_later(kind: str) -> None:
        await asked(kind)

    book.ask = edited_later
    flush = book.flush

    async def refused() -> None:
        book.edited = True
        try:
            await flush()
        finally:
            book.edited = False

    book.flush = refused
    with pytest.raises(WorkbookBusyError, match="press Enter or Esc"):
        opened.write()
    assert book.book["Board"]["D2"].value is None


@pytest.mark.parametrize(
    ("what", "told"),
    [("value", "Board!A3"), ("fill", "Board!D2"), ("size", "the size of tblSmall")],
)
def test_what_somebody_changed_meanwhile_is_not_written_over(what, told):
    opened = Opened(excel())
    opened.apply(
        [
            SetFill("here", "#C00000", "#FFFFFF"),
            SetRows("tblSmall", ("Name",), (("c",), ("d",), ("e",))),
        ]
    )
    board = opened.excel.book["Board"]
    if what == "value":
        board["A3"] = "mine"
    elif what == "fill":
        board["D2"].fill = PatternFill("solid", fgColor="FF00FF00")
    else:
        board.tables["tblSmall"].ref = "A1:B5"
    with pytest.raises(
        WorkbookError,
        match=rf"^{told}: changed by somebody since it was read\. Nothing was written\.",
    ):
        opened.write()
    assert opened.excel.actions == 0


def test_figures_are_worked_out_before_they_are_read_when_excel_does_not_do_so_itself():
    book = excel()
    book.app.calculation = "manual"
    Opened(book)
    assert book.calls["act calculate"] == 1


def calculated(book: openpyxl.Workbook) -> None:
    """A third column of the table, worked out from the second."""
    board = book["Board"]
    board["C1"], board["C2"], board["C3"] = "Twice", "=B2*2", "=B3*2"
    table = board.tables["tblSmall"]
    table.ref = "A1:C3"
    for number, name in enumerate(("Name", "Number", "Twice"), 1):
        table.tableColumns.append(TableColumn(id=number, name=name))
    table.tableColumns[2].calculatedColumnFormula = TableFormula(attr_text="B2*2")


def test_a_column_of_formulas_goes_along_when_its_table_shrinks_and_grows_again():
    opened = Opened(excel(calculated))
    for rows in (1, 4, 2):
        assert opened.apply(
            [SetRows("tblSmall", ("Name", "Number"), tuple((f"row {i}", i) for i in range(rows)))]
        ).has_changes
        opened = opened.again()
        column = [opened.excel.book["Board"].cell(row, 3).value for row in range(2, 7)]
        assert column == [f"=B{row}*2" for row in range(2, 2 + rows)] + [None] * (5 - rows)


@pytest.mark.parametrize("rows", [1, 2])
def test_a_formula_in_some_rows_of_a_column_goes_with_its_row_and_keeps_no_table_from_growing(rows):
    def change(book: openpyxl.Workbook) -> None:
        book["Board"].append(("c", 3, "=1+1"))
        book["Board"]["C1"] = "Mine"
        book["Board"].tables["tblSmall"].ref = "A1:C4"

    opened = Opened(excel(change))
    for number in (rows, 3):
        opened.apply([SetRows("tblSmall", ("Name", "Number"), (("x", 1),) * number)])
        opened = opened.again()
    assert [opened.excel.book["Board"].cell(row, 3).value for row in (2, 3, 4)] == [None] * 3


def test_new_rows_take_the_style_of_the_first():
    opened = Opened(excel(lambda book: setattr(book["Board"]["B2"], "number_format", "0.0")))
    opened.apply([SetRows("tblSmall", ("Number",), ((1,), (2,), (3,)))])
    opened.write()
    assert opened.excel.book["Board"]["B4"].number_format == "0.0"


def refused_room(book: openpyxl.Workbook, kind: str) -> None:
    board = book["Board"]
    if kind == "filled":
        board["B4"] = "mine"
    if kind == "formula":
        board["A4"] = '=""'
    if kind == "merged":
        board.merge_cells("A6:B7")
    if kind == "table":
        board.append(("x", "y"))
        board.append((1, 2))
        board.add_table(Table(displayName="tblOther", ref="A4:B5"))


@pytest.mark.parametrize("kind", ["filled", "formula", "merged", "table"])
def test_a_table_does_not_grow_over_anything(kind):
    opened = Opened(excel(lambda book: refused_room(book, kind)))
    edit = SetRows("tblSmall", ("Name",), (("a",),) * 6)
    with pytest.raises(LayoutError, match=r"The table tblSmall needs A4:B7 of the sheet 'Board'"):
        opened.apply([SetValue("here", "x"), edit])
    assert opened.plans == []


def test_merged_areas_are_written_in_their_first_cell_only():
    def change(book: openpyxl.Workbook) -> None:
        book["Board"].merge_cells("D2:E3")
        for name, area in {
            "inside": "$E$3",
            "whole": "$D$2:$E$3",
            "part": "$D$2:$D$3",
            "two": "$G$1:$G$2",
        }.items():
            book.defined_names[name] = DefinedName(name, attr_text=f"Board!{area}")

    found = Opened(excel(change)).cells(["here", "there", "inside", "whole", "part", "two", "far"])
    assert {name: state.refusal for name, state in found.items()} == {
        "here": None,
        "there": "is inside the merged area D2:E3",
        "inside": "is inside the merged area D2:E3",
        "whole": None,
        "far": None,
    }


def test_a_status_under_a_conditional_format_is_known():
    def change(book: openpyxl.Workbook) -> None:
        book["Board"].conditional_formatting.add("G8:G10", FormulaRule(formula=["TRUE"]))

    opened = Opened(excel(change))
    assert opened.cells(["tile_a_rag"])["tile_a_rag"].covered
    assert not Opened(excel()).cells(["tile_a_rag"])["tile_a_rag"].covered


@pytest.mark.parametrize(
    "refers", ["Gone!$A$1", "#REF!", "Board!$A:$A", "1+1", "Board!$A$1,Board!$B$1"]
)
def test_names_that_point_to_no_cell_are_absent(refers):
    opened = Opened(
        excel(
            lambda book: book.defined_names.update({"lost": DefinedName("lost", attr_text=refers)})
        )
    )
    assert opened.cells(["lost", "here"]).keys() == {"here"}


def test_a_large_sheet_is_read_in_bands_of_rows(monkeypatch):
    whole = Opened(excel(full)).snapshot
    monkeypatch.setattr(lite_reading, "MOST_AT_ONCE", 14)
    in_bands = Opened(excel(full))
    assert in_bands.excel.calls["read values"] > 3
    assert in_bands.snapshot == whole


def test_a_sheet_that_is_too_large_is_refused():
    with pytest.raises(
        LayoutError, match=r"'Board' is in use down to row 1,048,576.*nothing was written"
    ):
        Opened(excel(lambda book: book["Board"].cell(1_048_576, 3, "far down")))


@pytest.mark.parametrize(
    "text", ["Sep 2014", "+2.5%", "12", "'quoted'", "=1+1", "#N/A here", "2014-09-30", "TRUE"]
)
def test_texts_that_excel_would_turn_into_something_else_stay_texts(text):
    opened = Opened(excel())
    opened.apply([SetValue("here", text), SetRows("tblSmall", ("Name",), ((text,),))])
    again = opened.again()
    assert again.cells(["here"])["here"].value == text
    assert again.read(["tblSmall"])["tblSmall"].rows[0][0] == text
    assert not again.apply([SetValue("here", text)]).has_changes


@pytest.mark.parametrize(
    ("value", "formula", "read"),
    [
        (
            "1900-01-30T00:00:00.000Z",
            31,
            date(1900, 1, 31),
        ),  # Excel's 31 January 1900, as Lite counts days
        ("1900-01-30T00:00:00.000Z", "=A1", date(1900, 1, 31)),
        ("2014-09-01T00:00:00.000Z", 41883, date(2014, 9, 1)),
        ("2014-09-01T12:00:00.000Z", 41883.5, datetime(2014, 9, 1, 12)),
        ("1899-12-30T12:00:00.000Z", 0.5, 0.5),  # a time of day
        ("2014-09-01T00:00:00.000Z", "=A1", date(2014, 9, 1)),
        (
            "2014-09-01T00:00:00.000Z",
            "2014-09-01T00:00:00.000Z",
            "2014-09-01T00:00:00.000Z",
        ),  # a text like Lite's dates
        (
            "2014-09-01T12:00:00+01:00",
            "2014-09-01T12:00:00+01:00",
            "2014-09-01T12:00:00+01:00",
        ),  # as in the Log sheet
        ({"type": "Entity"}, "=A1", CellError("#ERROR!")),
        ("+010000-01-01T00:00:00.000Z", 2958466, 2958466.0),  # beyond Excel's calendar
        (-2146826246, -2146826246, -2146826246.0),  # a number, where COM would mean #N/A
        ("#N/A", "=NA()", CellError("#N/A")),
        ("#SPILL!", "=B1#", CellError("#SPILL!")),
        ("", '=""', NoResult.EMPTY_TEXT),
        (None, '=""', NoResult.EMPTY_TEXT),
        (" ", '=" "', NoResult.EMPTY_TEXT),
        (" ", " ", " "),
        ("", "", None),
        (True, True, True),
        (3, 3, 3.0),
        ("=1+1", "=1+1", "=1+1"),
    ],
)
def test_values_are_what_the_cell_holds(value, formula, read):
    found = snapshot_cell(value, formula).value
    assert (found, type(found)) == (read, type(read))


def test_a_jump_is_written_as_a_formula_and_is_not_written_again():
    opened = Opened(excel())
    opened.apply([SetValue("here", Link("Board", "A2"))])
    again = opened.again()
    assert opened.excel.book["Board"]["D2"].value == '=HYPERLINK("#\'Board\'!A2","Board!A2")'
    assert not again.apply([SetValue("here", Link("Board", "A2"))]).has_changes


def test_an_older_xlwings_is_refused_with_what_to_do(monkeypatch):
    monkeypatch.delattr(client.Range, "get_colors")
    with pytest.raises(WorkbookError, match=r"xlwings>=0\.37\.5 into requirements\.txt"):
        Opened(excel())


@pytest.mark.parametrize(
    ("fake", "real"),
    [
        (client.App, xlwings.App),
        (client.Range, xlwings.Range),
        (client.RangeFont, xlwings.main.Font),
        (client.Rows, xlwings.main.RangeRows),
        (client.Sheet, xlwings.Sheet),
        (client.Table, xlwings.main.Table),
    ],
)
def test_the_client_has_nothing_that_xlwings_has_not(fake, real):
    for name, mine in vars(fake).items():
        if name.startswith("_") or name in {"bounds", "cells", "book", "sheet"}:
            continue
        theirs = getattr(real, name)
        assert inspect.iscoroutinefunction(mine) == inspect.iscoroutinefunction(theirs), name
        assert isinstance(mine, property) == isinstance(theirs, property), name
