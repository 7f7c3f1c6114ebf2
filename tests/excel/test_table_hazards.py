"""Tables that grow and shrink, and what stands below, beside and upon them."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from tests.excel.lint import faults
from tests.excel.torture import cells_of, mended, packed, simple, torture, unpacked
from xlperf.errors import LayoutError, WorkbookError
from xlperf.excel.cell_values import movable
from xlperf.excel.file import FileWorkbook
from xlperf.excel.port import KEEP, NoResult, SetRows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHEET, TABLE = "xl/worksheets/sheet1.xml", "xl/tables/table1.xml"
THREE = SetRows("tblA", ("A", "B"), (("x", 1), ("y", 2), ("z", 3)))


def built(add: Callable[[Any, Any], None], rows: int = 2, **options: Any) -> bytes:
    """A table A1:B3 on the sheet One, and what `add` puts beside it."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("One")
        for row in range(1, rows + 1):
            sheet.write_row(row, 0, [f"t{row}", row])
        sheet.add_table(
            0,
            0,
            rows + int(bool(options.get("total_row"))),
            1,
            {"name": "tblA", **options} | columns(options),
        )
        add(book, sheet)
    return out.getvalue()


def columns(options: dict[str, Any]) -> dict[str, Any]:
    return {} if "columns" in options else {"columns": [{"header": "A"}, {"header": "B"}]}


def grown(data: bytes, edit: SetRows = THREE) -> bytes:
    book = FileWorkbook(data, "Book.xlsx")
    book.apply([edit])
    return book.to_bytes()


@pytest.mark.parametrize(
    ("add", "said"),
    [
        (lambda _book, sheet: sheet.write("B4", "kept"), "B4 below it holds 'kept'"),
        (
            lambda _book, sheet: sheet.write_formula("A4", "=1+1", None, 2),
            "A4 below it holds '=1.1'",
        ),
        (
            lambda _book, sheet: sheet.add_table("A4:B6", {"name": "tblBelow"}),
            "the table tblBelow is below it",
        ),
        (lambda _book, sheet: sheet.merge_range("B4:C5", ""), "merged"),
        (
            lambda _book, sheet: sheet.write_array_formula("B4:B5", "{=A2:A3}", None, 1),
            "B4 below it holds",
        ),
    ],
)
def test_a_table_grows_over_nothing(add, said):
    data = built(add)
    book = FileWorkbook(data, "Book.xlsx")
    with pytest.raises(LayoutError, match=said):
        book.apply([THREE])
    assert book.to_bytes() == data


def test_what_is_below_but_not_in_the_way_stays():
    data = built(
        lambda _book, sheet: (
            sheet.write("A5", "kept"),
            sheet.write("C4", "beside"),
            sheet.write("A4", None),
        )
    )
    after = cells_of(unpacked(grown(data))[SHEET])
    before = cells_of(unpacked(data)[SHEET])
    assert (after["A5"], after["C4"]) == (before["A5"], before["C4"])


def test_a_table_beside_is_not_touched():
    data = built(lambda _book, sheet: sheet.add_table("D1:E3", {"name": "tblBeside"}))
    before, after = unpacked(data), unpacked(grown(data))
    assert before["xl/tables/table2.xml"] == after["xl/tables/table2.xml"]
    assert {at for at in cells_of(after[SHEET]) if at[0] in "DE"} == {
        at for at in cells_of(before[SHEET]) if at[0] in "DE"
    }


def test_a_totals_row_keeps_the_table_from_growing_and_blank_rows_above_it():
    data = built(lambda _book, _sheet: None, rows=3, total_row=True)
    with pytest.raises(LayoutError, match=r"totals row.*Total Row"):
        grown(data, SetRows("tblA", ("A",), tuple((i,) for i in range(4))))
    shrunk = grown(data, SetRows("tblA", ("A", "B"), (("only", 1),)))
    assert FileWorkbook(shrunk, "x").read(["tblA"])["tblA"].rows == (
        ("only", 1),
        (None, None),
        (None, None),
    )
    assert unpacked(shrunk)[TABLE] == unpacked(data)[TABLE]


def test_a_table_without_header_row_cannot_be_read_and_says_so():
    data = built(lambda _book, _sheet: None, header_row=False)
    with pytest.raises(LayoutError, match="Header Row"):
        FileWorkbook(data, "x").read(["tblA"])


def test_filter_and_sorting_follow_the_rows():
    sort = b'<sortState ref="A2:B3"><sortCondition ref="B2:B3"/></sortState>'
    data = mended(
        built(lambda _book, _sheet: None),
        TABLE,
        lambda part: part.replace(
            b'<autoFilter ref="A1:B3"/>', b'<autoFilter ref="A1:B3"/>' + sort
        ),
    )
    table = unpacked(grown(data))[TABLE]
    for reference in (
        b'<autoFilter ref="A1:B4"/>',
        b'<sortState ref="A2:B4">',
        b'<sortCondition ref="B2:B4"/>',
    ):
        assert reference in table
    shrunk = unpacked(grown(grown(data), SetRows("tblA", ("A", "B"), (("x", 1),))))[TABLE]
    assert b'<sortState ref="A2:B2">' in shrunk


def test_the_row_excel_shows_for_a_table_without_data_becomes_a_row():
    data = mended(
        simple([]), TABLE, lambda part: part.replace(b"<table ", b'<table insertRow="1" ')
    )
    assert b"insertRow" in unpacked(grown(data, SetRows("tblA", ("A",), ())))[TABLE]
    assert b"insertRow" not in unpacked(grown(data, SetRows("tblA", ("A",), (("x",),))))[TABLE]


def test_new_rows_take_the_style_of_the_first_even_where_they_are_blank():
    def styled(book: Any, sheet: Any) -> None:
        sheet.write("A2", "first", book.add_format({"bold": True}))
        sheet.write("B2", 1, book.add_format({"num_format": "0.0", "bg_color": "#FF0000"}))

    cells = cells_of(
        unpacked(grown(built(styled), SetRows("tblA", ("A", "B"), ((1, 2), (3, 4), ("x", None)))))[
            SHEET
        ]
    )
    assert re.search(rb's="(\d+)"', cells["A4"]).group(1) == re.search(
        rb's="(\d+)"', cells["A2"]
    ).group(1)
    assert re.search(rb's="(\d+)"', cells["B4"]).group(1) == re.search(
        rb's="(\d+)"', cells["B2"]
    ).group(1)
    assert cells["B4"].endswith(b"/>")


def test_conditional_formats_and_validations_go_on_in_new_rows():
    def covered(book: Any, sheet: Any) -> None:
        sheet.conditional_format("B2:B3", {"type": "data_bar", "data_bar_2010": True})
        sheet.conditional_format(
            "A2:A3", {"type": "duplicate", "format": book.add_format({"bold": True})}
        )
        sheet.conditional_format("B2", {"type": "cell", "criteria": ">", "value": 3})
        sheet.data_validation("A2:A3", {"validate": "length", "criteria": "<", "value": 9})
        sheet.data_validation("D2:D3", {"validate": "length", "criteria": "<", "value": 9})

    part = unpacked(grown(built(covered)))[SHEET].decode()
    found = re.findall(r'(?:sqref="|<xm:sqref>)([^"<]*)', part)
    ours = [areas for areas in found if areas != "A1"]  # A1: what is selected
    assert sorted(ours) == ["A2:A4", "A2:A4", "B2", "B2:B4", "B2:B4", "D2:D3"]


def test_a_calculated_column_is_excels_and_grows_and_shrinks_with_the_rows(tmp_path: Path):
    names = ("Key", "Text", "Number", "Day", "Where", "Note", "Double")
    book = FileWorkbook(torture(), "Torture.xlsm")
    for number in (5, 2, 4):
        book.apply(
            [
                SetRows(
                    "tblWritten",
                    names,
                    tuple((f"k{i}", "t", i, None, None, "n", "lost") for i in range(number)),
                )
            ]
        )
        cells = cells_of(unpacked(book.to_bytes())["xl/worksheets/sheet3.xml"])
        formulas = [at for at, cell in cells.items() if b"<f>" in cell]
        assert formulas == [f"G{row}" for row in range(2, 2 + number)]
    path = tmp_path / "Book.xlsm"
    path.write_bytes(book.to_bytes())
    assert faults(path) == []


def test_a_calculated_column_that_names_cells_is_left_blank_in_new_rows():
    data = mended(
        built(
            lambda _book, _sheet: None, columns=[{"header": "A"}, {"header": "B", "formula": "1+1"}]
        ),
        TABLE,
        lambda part: part.replace(b"1+1<", b"$D$1+E2<"),
    )
    cells = cells_of(unpacked(grown(data, SetRows("tblA", ("A",), ((1,), (2,), (3,)))))[SHEET])
    assert "B4" not in cells or b"<f" not in cells["B4"]


def test_columns_in_another_order_and_columns_of_users_are_respected():
    data = built(lambda _book, _sheet: None, columns=[{"header": "B"}, {"header": "Mine"}])
    after = FileWorkbook(
        grown(data, SetRows("tblA", ("A", "B"), (("lost", 10), ("lost", 20)))), "x"
    ).read(["tblA"])["tblA"]
    assert after.header == ("B", "Mine")
    assert after.rows == ((10, 1), (20, 2))


def test_a_column_name_with_a_line_break_is_found():
    data = built(lambda _book, _sheet: None, columns=[{"header": "A long\nname"}, {"header": "B"}])
    after = FileWorkbook(
        grown(data, SetRows("tblA", ("a long name",), (("x",), ("y",)))), "x"
    ).read(["tblA"])["tblA"]
    assert [row[0] for row in after.rows] == ["x", "y"]


@pytest.mark.parametrize(
    "formula",
    [
        b'<f t="shared" ref="B2:B3" si="0">A2</f><v>1</v>',
        b'<f t="dataTable" ref="B2:B3" dt2D="0" r1="D1"/><v>1</v>',
        b'<f t="array" ref="B2:B3">A2:A3</f><v>1</v>',
        b"<f>A2</f><v>1</v>",
    ],
)
def test_formulas_that_stand_in_our_columns_are_refused(formula):
    data = mended(
        built(lambda _book, _sheet: None),
        SHEET,
        lambda part: part.replace(b'<c r="B2"><v>1</v>', b'<c r="B2">' + formula),
    )
    with pytest.raises(LayoutError, match=r"One!B[23].*(formula|data table)"):
        grown(data)


def test_a_table_whose_columns_do_not_fit_its_area_is_refused():
    data = mended(
        simple([[1, 2]]), TABLE, lambda part: part.replace(b'ref="A1:B2"', b'ref="A1:C2"')
    )
    with pytest.raises(WorkbookError, match="2 columns but covers A1:C2"):
        FileWorkbook(data, "x").table_names()


def test_a_table_on_a_sheet_of_its_own_changes_only_that_sheet():
    parts = unpacked(torture())
    book = FileWorkbook(torture(), "Torture.xlsm")
    book.apply([SetRows("tblData", ("Name",), (("n",),) * 4)])
    after = unpacked(book.to_bytes())
    assert {name for name in parts if parts[name] != after[name]} == {
        "xl/worksheets/sheet2.xml",
        "xl/tables/table1.xml",
    }


@pytest.mark.slow
def test_a_table_of_fifty_thousand_rows_is_written():
    edit = SetRows("tblA", ("A", "B"), tuple((f"row {i}", i) for i in range(50_000)))
    book = FileWorkbook(simple([["a", 1]]), "x")
    book.apply([edit])
    assert len(FileWorkbook(book.to_bytes(), "x").read(["tblA"])["tblA"].rows) == 50_000
    assert packed(unpacked(book.to_bytes()))


def test_a_kept_formula_stays_a_formula_and_rows_are_added_below_it():
    def formulas(_book, sheet):
        sheet.write_formula("A2", '="made of "&B2', None, "made of 1")

    data = built(formulas)
    after = cells_of(
        unpacked(grown(data, SetRows("tblA", ("A", "B"), ((KEEP, KEEP), (KEEP, KEEP), ("z", 3)))))[
            SHEET
        ]
    )
    assert after["A2"] == cells_of(unpacked(data)[SHEET])["A2"]
    assert FileWorkbook(
        grown(data, SetRows("tblA", ("A", "B"), ((KEEP, KEEP), (KEEP, KEEP), ("z", 3)))), "x.xlsx"
    ).read(["tblA"])["tblA"].rows == (("made of 1", 1), ("t2", 2), ("z", 3))


def test_why_a_table_cannot_grow_is_told_beforehand():
    book = FileWorkbook(built(lambda _book, sheet: sheet.write("B4", "kept")), "Book.xlsx")
    assert "B4 below it holds 'kept'" in book.refusal(THREE)
    assert book.refusal(SetRows("tblA", ("A",), (("x",), ("y",)))) is None


WAYS = ("at once", "one by one")
"""Ways of reading the cells of a sheet; a comment in the part asks for the second."""


def read_so(data: bytes, way: str) -> bytes:
    if way == "at once":
        return data
    return mended(
        data, SHEET, lambda sheet: sheet.replace(b"</sheetData>", b"<!-- --></sheetData>")
    )


def merged(rows: str) -> bytes:
    return mended(simple([["x", 1], [None, None], ["z", None]]), SHEET, lambda sheet: sheet.replace(
        b"</sheetData>", f'</sheetData><mergeCells count="1"><mergeCell ref="{rows}"/></mergeCells>'.encode()
    ))  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_cell_under_a_merged_one_is_not_blank(way):
    rows = FileWorkbook(read_so(merged("B2:B4"), way), "Book.xlsx").read(["tblA"])["tblA"].rows
    assert rows == (("x", 1), (None, None), ("z", NoResult.COVERED))


def test_a_merged_area_elsewhere_changes_nothing_in_a_table():
    rows = FileWorkbook(merged("C2:D9"), "Book.xlsx").read(["tblA"])["tblA"].rows
    assert rows == (("x", 1), (None, None), ("z", None))


@pytest.mark.parametrize("way", WAYS)
def test_a_column_whose_cell_and_table_say_different_titles_has_neither(way):
    data = mended(simple([["x", 1]]), TABLE, lambda table: table.replace(b'name="B"', b'name="C"'))
    assert FileWorkbook(read_so(data, way), "Book.xlsx").read(["tblA"])["tblA"].header == (
        "A",
        "C / B",
    )


def test_two_tables_of_one_name_are_refused():
    data = built(lambda _book, sheet: sheet.add_table("E1:F2", {"name": "tblB"}))
    twice = mended(data, "xl/tables/table2.xml", lambda table: table.replace(b'"tblB"', b'"TBLA"'))
    with pytest.raises(WorkbookError, match="two tables named tblA, on the sheets 'One' and 'One'"):
        FileWorkbook(twice, "Book.xlsx").read(["tblA"])


@pytest.mark.parametrize(
    ("formula", "same"),
    [
        ("tblA[[#This Row],[B]]*2", True),
        ("tblA[[#This Row],[B]]*Rates!$B$2", True),
        ("VLOOKUP(tblA[[#This Row],[A]],Owners!$A:$B,2,FALSE)", True),
        ("SUM(B$2:B$9)", True),
        ("SUM(Rates!$2:$2)", True),
        ('"A1:2 "&tblA[A]', True),
        ("LOG10(tblA[[#This Row],[B]])", True),
        ("B2*Rates!$B$2", False),
        ("SUM($B$2:$B2)", False),
        ("SUM($B2:$B$9)", False),
        ("SUM(Rates!2:2)", False),
        ("SUM(Rates!$2:2)", False),
        ("", False),
        (None, False),
    ],
)
def test_new_rows_get_a_formula_that_reads_the_same_in_every_row(formula, same):
    assert movable(formula) == (formula if same else None)
