"""Random edits, read back by two programs that are not ours; random damage, met with sentences."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest
import python_calamine
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.excel import torture
from tests.excel.lint import faults
from tests.excel.torture import packed, simple, unpacked
from xlperf.errors import WorkbookError
from xlperf.excel.file import FileWorkbook
from xlperf.excel.port import Scalar, SetFill, SetRows, SetValue

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
RELAXED = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Characters that need an _xHHHH_ escape are left to test_cell_hazards: the two readers undo them
# differently.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="_\ufffe\uffff"), max_size=30
)
NUMBERS = st.one_of(st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False))
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    NUMBERS,
    TEXTS,
    st.sampled_from(["=A1", "+1", " x ", "a\nb", "<&>\"'", "#N/A"]),
)
ROWS = st.lists(st.tuples(VALUES, VALUES), max_size=12)
COLOURS = st.from_regex("#[0-9A-F]{6}", fullmatch=True)


def shown(value: Scalar) -> Scalar:
    return None if value == "" else value


def same(one: object, other: object) -> bool:
    """Equal, and no boolean taken for a number; numbers to 15 digits, which is what the readers
    keep.
    """
    if isinstance(one, bool) or isinstance(other, bool) or not isinstance(one, (int, float)):
        return one == other and isinstance(one, bool) == isinstance(other, bool)
    return isinstance(other, (int, float)) and float(other) == pytest.approx(float(one), rel=1e-15)


@given(steps=st.lists(ROWS, min_size=1, max_size=3), value=VALUES, fill=COLOURS, font=COLOURS)
@RELAXED
def test_random_edits_read_back_the_same_in_every_reader(steps, value, fill, font):
    data = simple([["a", 1], ["b", 2]])
    for rows in steps:
        book = FileWorkbook(data, "Book.xlsx")
        edits = [
            SetRows("tblA", ("A", "B"), tuple(rows)),
            SetValue("spot", value),
            SetFill("spot", fill, font),
        ]
        book.apply(edits)
        data = book.to_bytes()
        assert not FileWorkbook(data, "Book.xlsx").apply(edits).has_changes
    wanted = [tuple(map(shown, row)) for row in steps[-1]] or [(None, None)]
    ours = FileWorkbook(data, "Book.xlsx")
    theirs = openpyxl.load_workbook(BytesIO(data))
    other = python_calamine.CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name("One")
    grid = other.to_python(skip_empty_area=False)
    assert theirs["One"].tables["tblA"].ref == f"A1:B{len(wanted) + 1}"
    for number, row in enumerate(wanted):
        for column, cell in enumerate(row):
            assert same(cell, ours.read(["tblA"])["tblA"].rows[number][column])
            read = theirs["One"].cell(number + 2, column + 1).value
            assert same(cell, read)
            at = (
                grid[number + 1][column]
                if number + 1 < len(grid) and column < len(grid[number + 1])
                else ""
            )
            assert same(cell, None if at == "" else at)
    assert same(shown(value), ours.cells(["spot"])["spot"].value)
    assert theirs["Two"]["B2"].fill.fgColor.rgb == "FF" + fill[1:]
    assert theirs["Two"]["B2"].font.color.rgb == "FF" + font[1:]


@given(day=st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 30)))
@RELAXED
def test_random_dates_read_back_to_the_second(day):
    book = FileWorkbook(torture.torture(), "Torture.xlsm")
    exact = day.replace(microsecond=0)
    book.apply([SetRows("tblWritten", ("Day",), ((exact,), (exact.date(),)))])
    found = [
        row[3]
        for row in FileWorkbook(book.to_bytes(), "x").read(["tblWritten"])["tblWritten"].rows[:2]
    ]
    moment = (
        found[0]
        if isinstance(found[0], datetime)
        else datetime.combine(found[0], datetime.min.time())
    )
    assert abs(moment - exact) <= timedelta(seconds=1)
    assert found[1] == exact.date()
    assert isinstance(found[1], date)


@given(rows=st.lists(st.integers(1, 9), min_size=1, max_size=6))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_growing_and_shrinking_at_random_adds_no_fault(tmp_path: Path, rows):
    path = tmp_path / "Torture.xlsm"
    data = torture.torture()
    names = ("Key", "Text", "Number", "Day", "Where", "Note")
    for number in rows:
        book = FileWorkbook(data, "Torture.xlsm")
        book.apply(
            [
                SetRows(
                    "tblWritten",
                    names,
                    tuple((f"k{i}", "t", i, None, None, None) for i in range(number)),
                )
            ]
        )
        data = book.to_bytes()
    path.write_bytes(data)
    assert faults(path) == []


@given(
    place=st.floats(0, 1),
    cut=st.integers(0, 40),
    junk=st.binary(max_size=20),
    part=st.integers(0, 40),
)
@example(place=0.9296875, cut=7, junk=b"\x80", part=10)  # a name that is no UTF-8
@settings(max_examples=150)
def test_random_damage_is_met_with_a_sentence_or_does_no_harm(place, cut, junk, part):
    parts = unpacked(torture.torture())
    name = list(parts)[part % len(parts)]
    data = parts[name]
    at = int(place * len(data))
    damaged = packed(parts | {name: data[:at] + junk + data[at + cut :]})
    try:
        book = FileWorkbook(damaged, "Torture.xlsm")
        book.read(["tblData", "tblWritten"])
        book.cells(["tile_0_rag", "tile_merged"])
        book.apply([SetValue("tile_0_rag", "x"), SetFill("tile_0_rag", "#FF0000", "#FFFFFF")])
        book.apply([SetRows("tblWritten", ("Key", "Text"), (("a", "b"),) * 5)])
        FileWorkbook(book.to_bytes(), "Torture.xlsm")
    except WorkbookError as error:
        assert str(error)  # noqa: PT017
