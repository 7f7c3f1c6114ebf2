"""What stands in a cell of a return is read, or has its reason."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlperf.excel.port import CellError, NoResult
from xlperf.returns import received_cells as read
from xlperf.returns.received_file import ReceivedCell
from xlperf.returns.return_faults import CellFault


def cell(value, **more):
    return ReceivedCell(value, **more)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (58, 58),
        (58.0, 58),
        ("58", 58),
        (" 1,305 ", 1305),
        ("\u00a012", 12),
        (0, 0),
        (None, None),
        ("  ", None),
    ],
)
def test_numbers(value, number):
    assert read.whole_number(cell(value)) == number


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (0.58, "Is it a share (58 per cent)?"),
        (58.5, "asks for a whole number"),
        (-3, "which no count can be"),
        (1e15, "which no count can be"),
        ("58%", "the form asks for the number itself"),
        ("n/k", "which is no number"),
        ("N / A", "which is no number"),
        ("tbc", "which is no number"),
        ("-", "which is no number"),
        ("<5", "hidden because it is small"),
        ("*", "hidden because it is small"),
        ("12 (est.)", "which is no number"),
        ("1.305", "which is no number"),
        (True, "which is no number"),
        (date(2014, 1, 1), "which is no number"),
        (CellError("#REF!"), "the error #REF!"),
        (NoResult.NOT_CALCULATED, "a formula"),
    ],
)
def test_what_is_no_number(value, found):
    fault = read.whole_number(cell(value))
    assert isinstance(fault, CellFault)
    assert found in fault.found


def test_a_formula_is_never_a_value():
    for reader in (read.whole_number, read.percentage, read.day, read.words):
        assert "a formula" in reader(cell(5, is_formula=True)).found


@pytest.mark.parametrize(
    ("value", "percent", "result"),
    [(58, False, 58), (0.58, True, 58), ("58%", False, 58), ("58.5 per cent", False, 58.5), (0, False, 0),
     (1.5, False, 1.5), (None, False, None)],
)  # fmt: skip
def test_percentages(value, percent, result):
    assert read.percentage(cell(value, is_percent=percent)) == result


@pytest.mark.parametrize(
    ("value", "percent", "found"),
    [(0.58, False, "is that 58 per cent, or 0.58 per cent?"), (58, True, "5800 per cent"), (-1, False, "-1 per cent"),
     ("about half", False, "no number"), (True, False, "no percentage")],
)  # fmt: skip
def test_what_is_no_percentage(value, percent, found):
    assert found in read.percentage(cell(value, is_percent=percent)).found


def test_a_mean_of_stars():
    assert read.percentage(cell(4.2), score=True) == 4.2
    assert "no mean of 1 to 5" in read.percentage(cell(42), score=True).found


def test_days():
    assert read.day(cell(datetime(2015, 1, 21, 9, 30))) == date(2015, 1, 21)
    assert read.day(cell(None)) is None
    for value in ("21/1/2015", 42025, date(1900, 1, 1)):
        assert "which is no date" in read.day(cell(value)).found


def test_words():
    assert read.words(cell(" two\n lines ")) == "two lines"
    assert read.words(cell(12.0)) == "12"
    for text in ("=cmd|' /C calc'!A0", "+1", "@SUM(A1)"):
        assert "as a formula does" in read.words(cell(text)).found
    assert "there is room for" in read.words(cell("x" * 3000)).found


@given(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=40),
        st.dates(), st.datetimes(), st.sampled_from(NoResult), st.builds(CellError, st.text(max_size=8)),
    ),
    st.booleans(),
    st.booleans(),
)  # fmt: skip
def test_whatever_stands_in_a_cell_has_a_value_or_a_reason(value, formula, percent):
    for reader in (read.whole_number, read.percentage, read.day, read.words):
        result = reader(cell(value, is_formula=formula, is_percent=percent))
        if isinstance(result, CellFault):
            assert result.found
            assert result.remedy
        elif isinstance(result, str):
            assert "\n" not in result
