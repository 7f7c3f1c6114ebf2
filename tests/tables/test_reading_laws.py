"""Laws of reading: what people do to a sheet without meaning to change its data does not change
what is read.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables.sheets import monthly, read_and_check, settings, workbook
from xlperf.config import SETTINGS
from xlperf.excel.port import CellError, Grid
from xlperf.newbook.sample_tables import sample_tables
from xlperf.tables import schema

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=True, allow_infinity=True),
    st.text(max_size=12),
    st.dates(),
    st.datetimes(),
    st.sampled_from(
        [
            CellError("#N/A"),
            CellError("#DIV/0!"),
            "n/a",
            "1,234",
            "12O",
            "£7.8",
            " 5 ",
            "03/04/2014",
        ]
    ),
)


@pytest.fixture(scope="module")
def shipped() -> dict[str, Grid]:
    """The grids of the shipped workbook."""
    data = sample_tables()
    rows = {name: tuple(map(tuple, table)) for name, table in data.items()}
    rows["tblSettings"] = tuple((item.key, item.default, item.sentence) for item in SETTINGS)
    return {
        table.name: Grid(
            table.name,
            table.sheet,
            table.titles,
            rows.get(table.name, ((None,) * len(table.titles),)),
            4,
            1,
        )
        for table in schema.ALL
    }


def said(problems):
    """Problems without their places."""
    return sorted(
        (item.severity, item.code, item.found, item.remedy, item.measure) for item in problems
    )


def test_the_shipped_workbook_has_no_error_and_no_warning(shipped):
    _, problems = read_and_check(shipped, settings())
    assert {str(item.severity) for item in problems} <= {"note"}


@pytest.mark.parametrize(
    "table", [table.name for table in schema.DATA if table is not schema.SETTINGS]
)
def test_blank_rows_change_nothing(shipped, table):
    grid = shipped[table]
    blank = (None,) * len(grid.header)
    spaced = tuple(
        row
        for pair in zip(grid.rows, [blank, ("", *blank[1:])] * len(grid.rows), strict=False)
        for row in pair
    )
    changed = shipped | {table: replace(grid, rows=spaced)}
    assert read_and_check(changed, settings())[0] == read_and_check(shipped, settings())[0]


@pytest.mark.parametrize(
    "table", [table.name for table in schema.DATA if table is not schema.SETTINGS]
)
def test_the_order_of_columns_changes_nothing(shipped, table):
    grid = shipped[table]
    turned = replace(grid, header=grid.header[::-1], rows=tuple(row[::-1] for row in grid.rows))
    tables, problems = read_and_check(shipped | {table: turned}, settings())
    expected, known = read_and_check(shipped, settings())
    assert tables == expected
    assert said(problems) == said(known)


def test_titles_are_compared_without_case_and_surplus_spaces(shipped):
    grid = shipped["tblMonthly"]
    titles = tuple(f" {title.upper().replace(' ', '  ')}\n" for title in grid.header)
    assert (
        read_and_check(shipped | {"tblMonthly": replace(grid, header=titles)}, settings())[0]
        == read_and_check(shipped, settings())[0]
    )


def test_another_sheet_changes_only_where_things_are(shipped):
    broken = replace(
        shipped["tblMonthly"],
        rows=(*shipped["tblMonthly"].rows, ("SP99_offences", None, 5, None, None)),
    )
    moved = replace(broken, sheet="Counts by month", header_row=40, first_column=28)
    before = read_and_check(shipped | {"tblMonthly": broken}, settings())[1]
    after = read_and_check(shipped | {"tblMonthly": moved}, settings())[1]
    assert said(before) == said(after)
    assert {item.sheet for item in after} - {item.sheet for item in before} == {"Counts by month"}
    assert any(item.cell.startswith("AC") for item in after)  # its second column; the first is AB


def test_the_order_of_rows_changes_nothing(shipped):
    turned = {
        name: replace(shipped[name], rows=shipped[name].rows[::-1])
        for name in ("tblMonthly", "tblPeers", "tblSurveys")
    }
    tables, problems = read_and_check(shipped | turned, settings())
    expected, known = read_and_check(shipped, settings())
    assert {
        name: dict(sorted(months.items())) for name, months in tables.monthly.items()
    } == expected.monthly
    assert {name: set(items) for name, items in tables.surveys.items()} == {
        name: set(items) for name, items in expected.surveys.items()
    }
    assert {item.code for item in problems} == {item.code for item in known}


def test_names_are_compared_as_excel_compares_them():
    tables, problems = read_and_check(workbook(monthly(measure="  sp11_OFFENCES ")), settings())
    assert len(tables.monthly["SP11_offences"]) == 30
    assert [item for item in problems if item.code == "UNKNOWN_MEASURE"] == []


@given(
    st.sampled_from([table.name for table in schema.DATA if table is not schema.SETTINGS]),
    st.data(),
)
def test_no_cell_makes_an_exception_and_no_row_goes_without_a_word(table, data):
    """Every row is either read or spoken of: a fault, or cells that are all blank."""
    titles = next(item.titles for item in schema.DATA if item.name == table)
    row = tuple(data.draw(SCALARS) for _ in titles)
    book = workbook(monthly())
    if table == "tblMonthly":
        row = ("SP11_offences", *row[1:])
    book[table] = Grid(table, table, titles, (row,), 1, 1)
    tables, problems = read_and_check(book, settings())
    if table == "tblMonthly" and not tables.monthly:
        assert any(item.sheet == table for item in problems)


@given(st.integers(0, 10**6), st.sampled_from(["{}", " {} ", "{:,}", "'{}"]))
def test_a_count_is_read_as_it_is_typed(count, form):
    value = count if form == "{}" else form.format(count).removeprefix("'")
    book = workbook(monthly("2014-09"))
    grid = book["tblMonthly"]
    book["tblMonthly"] = replace(
        grid, rows=(*grid.rows, ("SP11_offences", date(2014, 9, 1), value, None, None))
    )
    tables, _ = read_and_check(book, settings())
    assert tables.monthly["SP11_offences"][12 * 2014 + 8].count == count
