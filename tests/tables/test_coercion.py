"""One cell to one value: read when there is no doubt what was meant, else refused in words."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xlperf.excel.port import CellError
from xlperf.tables.coercion import LONGEST, coerce, is_blank
from xlperf.tables.problems import Code, Severity
from xlperf.tables.schema import Column, Holds

WHOLE, NUMBER, DECIMAL, PERCENT, DATE, MONTH, TEXT, KEY, FLAG = (
    Column("Cell", holds, "")
    for holds in (
        Holds.WHOLE,
        Holds.NUMBER,
        Holds.DECIMAL,
        Holds.PERCENT,
        Holds.DATE,
        Holds.MONTH,
        Holds.TEXT,
        Holds.KEY,
        Holds.FLAG,
    )
)
COLUMNS = (
    WHOLE,
    NUMBER,
    DECIMAL,
    PERCENT,
    DATE,
    MONTH,
    TEXT,
    KEY,
    FLAG,
    Column("Cell", Holds.TEXT, "", choices=("a",)),
    Column("Cell", Holds.PERIOD, ""),
)
NBSP, NARROW, MINUS = "\u00a0", "\u202f", "\u2212"


@pytest.mark.parametrize(
    ("cell", "column", "value"),
    [
        (12, WHOLE, 12),
        (12.0, WHOLE, 12),
        (0, WHOLE, 0),
        (-0.0, WHOLE, 0),
        (3.0000000000000004, WHOLE, 3),  # what a formula leaves; Excel shows and compares it as 3
        (-1.5, NUMBER, -1.5),
        (7.8, DECIMAL, Decimal("7.8")),
        (0.1 + 0.2, DECIMAL, Decimal("0.3")),  # fifteen digits, as Excel has them
        (84.5, PERCENT, 84.5),
        (0, PERCENT, 0.0),
        (100, PERCENT, 100.0),
        (date(2014, 9, 30), DATE, date(2014, 9, 30)),
        (datetime(2014, 9, 30), DATE, date(2014, 9, 30)),
        (date(2014, 9, 1), MONTH, date(2014, 9, 1)),
        ("  SP11_offences ", KEY, "SP11_offences"),
        (f"{NBSP}West Mercia\u200b", TEXT, "West Mercia"),
        (14.0, TEXT, "14"),
        (date(2014, 9, 30), TEXT, "2014-09-30"),
        (datetime(2014, 9, 30, 9), TEXT, "2014-09-30"),
        (True, TEXT, "TRUE"),
        ("Yes", FLAG, True),
        (True, FLAG, True),
        ("n", FLAG, False),
    ],
)
def test_a_cell_of_the_right_type_is_read_without_a_word(cell, column, value):
    read, fault = coerce(cell, column)
    assert read == value
    assert type(read) is type(value)
    assert fault is None


@pytest.mark.parametrize(
    ("cell", "column", "value"),
    [
        ("12", WHOLE, 12),
        (" 1,234 ", WHOLE, 1234),
        ("1,234,567", WHOLE, 1_234_567),
        (f"1{NBSP}234", WHOLE, 1234),
        (f"1{NARROW}234{NARROW}567", WHOLE, 1_234_567),
        (f"{NBSP}12{NBSP}", WHOLE, 12),
        ("12.0", WHOLE, 12),
        ("007", WHOLE, 7),
        (f"{MINUS}4.5", NUMBER, -4.5),
        ("+3", NUMBER, 3),
        ("84.5%", PERCENT, 84.5),
        ("0.5%", PERCENT, 0.5),  # the sign says that it is no fraction
        ("£7.8", DECIMAL, Decimal("7.8")),
        ("-£7.80", DECIMAL, Decimal("-7.80")),
    ],
)
def test_a_number_typed_as_text_is_read_with_a_warning(cell, column, value):
    read, fault = coerce(cell, column)
    assert read == value
    assert (fault.severity, fault.code) == (Severity.WARNING, Code.NUMBER_AS_TEXT)
    assert "Convert the cell to a number" in fault.remedy


@pytest.mark.parametrize(
    "cell",
    ["12O", "1.234,5", "1,23", "12,34", "1 2", f"1{NBSP}2", "1,234 567", "7£8", "£7", "84%", "1e5", "0x1F", "(12)",
     "--1", "12-", "n/a", "-", "١٢", "１２", "nan", "inf", "1_000", True, False, date(2014, 9, 1),
     float("nan")],
)  # fmt: skip
def test_what_might_not_be_a_count_is_refused(cell):
    read, fault = coerce(cell, WHOLE)
    assert read is None
    assert (fault.severity, fault.code) == (Severity.ERROR, Code.NOT_A_NUMBER)


@pytest.mark.parametrize(
    ("cell", "column", "readings"),
    [
        ("1.000", WHOLE, "1.000 or 1,000"),
        ("12.345", WHOLE, "12.345 or 12,345"),
        (" +1.000 ", WHOLE, "1.000 or 1,000"),
        ("-731.400", NUMBER, "731.400 or 731,400"),
        ("£7.812", DECIMAL, "7.812 or 7,812"),
    ],
)
def test_a_number_in_text_with_two_readings_is_refused_and_both_are_named(cell, column, readings):
    read, fault = coerce(cell, column)
    assert read is None
    assert (fault.severity, fault.code) == (Severity.ERROR, Code.NOT_A_NUMBER)
    assert f"{readings}?" in fault.found
    assert fault.remedy == "Type it again as a number."


@pytest.mark.parametrize(
    ("cell", "column", "value"),
    [
        ("83.412", PERCENT, 83.412),  # 83,412 is no percentage
        ("83.4", PERCENT, 83.4),
        ("12.345%", PERCENT, 12.345),
        ("0.125", NUMBER, 0.125),  # no thousands begin with 0
        ("1,234.500", NUMBER, 1234.5),  # the comma says what the point is
        ("1234.500", NUMBER, 1234.5),  # thousands would have a mark too
        ("1.25", NUMBER, 1.25),
        ("1.2345", NUMBER, 1.2345),
        ("1,000", WHOLE, 1000),  # British writing
    ],
)
def test_a_number_in_text_with_one_reading_is_read(cell, column, value):
    read, fault = coerce(cell, column)
    assert read == value
    assert (fault.severity, fault.code) == (Severity.WARNING, Code.NUMBER_AS_TEXT)


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("1.000.000", "marks between the thousands"),
        ("1.234,5", "marks between the thousands"),
        ("1,5", "Is the comma a decimal point?"),
        ("(12)", "brackets mean a minus sign"),
        ("12-", "minus sign before"),
        ("12 −", "minus sign before"),
        ("1.2k", "in full"),
        ("£7.8m", "in full"),
        ("12 thousand", "in full"),
        ("1 000", "without spaces"),
        ("12 345 678", "without spaces"),
        ("£12", "without the pound sign"),
        ("12%", "without the per cent sign"),
        ("１２", "digits 0 to 9"),
        ("١٢", "digits 0 to 9"),
        ("12½", "digits 0 to 9"),
        ("12²", "digits 0 to 9"),
        ("n/a", "leave the cell empty"),
        ("12O", "leave the cell empty"),
    ],
)
def test_a_text_that_is_no_number_is_refused_with_a_hint(cell, says):
    read, fault = coerce(cell, WHOLE)
    assert read is None
    assert (fault.severity, fault.code) == (Severity.ERROR, Code.NOT_A_NUMBER)
    assert says in fault.remedy


@pytest.mark.parametrize(
    ("cell", "column", "code", "says"),
    [
        (-1, WHOLE, Code.NEGATIVE, "-1"),
        ("-1", WHOLE, Code.NEGATIVE, "-1"),
        (12.5, WHOLE, Code.FRACTION, "12.5"),
        ("12.5", WHOLE, Code.FRACTION, "12.5"),
        (1234567.5, WHOLE, Code.FRACTION, "1234567.5"),
        (1e300, WHOLE, Code.OUT_OF_RANGE, "fifteen digits"),
        (float("inf"), NUMBER, Code.OUT_OF_RANGE, "fifteen digits"),
        ("9" * 5000, WHOLE, Code.OUT_OF_RANGE, "…"),
        (101, PERCENT, Code.OUT_OF_RANGE, "not a percentage"),
        (-1, PERCENT, Code.OUT_OF_RANGE, "not a percentage"),
        (0.845, PERCENT, Code.OUT_OF_RANGE, "84.5 per cent typed as a fraction"),
        ("0.845", PERCENT, Code.OUT_OF_RANGE, "84.5 per cent typed as a fraction"),
        (date(1900, 1, 1), DATE, Code.OUT_OF_RANGE, "not between 1990 and 2099"),
        (date(1899, 12, 31), MONTH, Code.OUT_OF_RANGE, "not between 1990 and 2099"),
        (date(2104, 9, 30), DATE, Code.OUT_OF_RANGE, "30 September 2104"),
        ("1 2", KEY, Code.NOT_IN_LIST, "not a name"),
        ("perhaps", FLAG, Code.NOT_IN_LIST, "perhaps"),
        (1, FLAG, Code.NOT_IN_LIST, "'1'"),
        (CellError("#DIV/0!"), WHOLE, Code.ERROR_VALUE, "#DIV/0!"),
        (CellError("#N/A"), TEXT, Code.ERROR_VALUE, "#N/A"),
    ],
)
def test_what_cannot_be_is_refused_and_said(cell, column, code, says):
    read, fault = coerce(cell, column)
    assert read is None
    assert (fault.severity, fault.code) == (Severity.ERROR, code)
    assert says in fault.found
    assert fault.remedy.endswith((".", "?"))


def test_one_per_cent_is_read_but_may_be_everybody():
    read, fault = coerce(1, PERCENT)
    assert (read, fault.severity, fault.code) == (1.0, Severity.WARNING, Code.OUT_OF_RANGE)
    assert "100 per cent typed as a fraction" in fault.found


SEPTEMBER_30, SEPTEMBER_1 = date(2014, 9, 30), date(2014, 9, 1)


@pytest.mark.parametrize(
    ("cell", "column", "value"),
    [
        ("30/09/2014", DATE, SEPTEMBER_30),
        ("09/30/2014", DATE, SEPTEMBER_30),  # no other reading exists
        ("30.9.2014", DATE, SEPTEMBER_30),
        ("2014-09-30", DATE, SEPTEMBER_30),
        ("30 September 2014", DATE, SEPTEMBER_30),
        ("30 Sept 2014", DATE, SEPTEMBER_30),
        (f"30 sep{NBSP}2014", DATE, SEPTEMBER_30),
        ("04/04/2014", DATE, date(2014, 4, 4)),
        (41912, DATE, SEPTEMBER_30),
        (41912.0, DATE, SEPTEMBER_30),
        ("2014-09", MONTH, SEPTEMBER_1),
        ("September 2014", MONTH, SEPTEMBER_1),
        ("Sep-2014", MONTH, SEPTEMBER_1),
        ("May 2014", MONTH, date(2014, 5, 1)),
        (41883, MONTH, SEPTEMBER_1),
        ("Sep-14", MONTH, SEPTEMBER_1),
        ("Sept 14", MONTH, SEPTEMBER_1),
        ("September ’14", MONTH, SEPTEMBER_1),
        ("Sep-49", MONTH, date(2049, 9, 1)),
        ("09/2014", MONTH, SEPTEMBER_1),
        ("9-2014", MONTH, SEPTEMBER_1),
        ("2014/09", MONTH, SEPTEMBER_1),
        ("201409", MONTH, SEPTEMBER_1),
        (201409, MONTH, SEPTEMBER_1),
        (201409.0, MONTH, SEPTEMBER_1),
        ("201209", MONTH, date(2012, 9, 1)),
        ("201301", MONTH, date(2013, 1, 1)),
        ("20140930", DATE, SEPTEMBER_30),
        (20140930, DATE, SEPTEMBER_30),
        ("20140901", MONTH, SEPTEMBER_1),
    ],
)
def test_a_date_that_lost_its_form_is_read_with_a_warning_that_names_it(cell, column, value):
    read, fault = coerce(cell, column)
    assert read == value
    assert (fault.severity, fault.code) == (Severity.WARNING, Code.DATE_AS_TEXT)
    assert f"{value.day} {value:%B %Y}" in fault.found


@pytest.mark.parametrize(
    ("cell", "column", "says"),
    [
        ("03/04/2014", DATE, "either way round"),
        ("03.04.2014", MONTH, "either way round"),
        ("31/02/2014", DATE, "no such day"),
        ("31 June 2014", DATE, "no such day"),
        ("2014-13-01", DATE, "no such day"),
        ("30/09/14", DATE, "Type a date"),
        ("September 2014", DATE, "Type a date"),  # which day?
        ("2014-09", DATE, "Type a date"),
        ("Juno 2014", MONTH, "Type a date"),
        ("Septic 2014", MONTH, "Type a date"),
        ("Q2 2014", MONTH, "Type a date"),
        (2014, DATE, "Type a date"),
        (True, DATE, "Type a date"),
        (41912.5, DATE, "Type a date"),
        (float("nan"), DATE, "Type a date"),
        ("30/09/14", DATE, "four digits"),
        ("30-Sep-14", DATE, "four digits"),
        ("Sep-14", DATE, "The day is missing"),  # the fourteenth of September, or September 2014
        ("09-10", MONTH, "four digits"),  # September 2010, 9 October, 10 September, or 2009/10
        ("09/14", MONTH, "four digits"),
        ("Sep-85", MONTH, "four digits"),
        ("09/2014", DATE, "The day is missing"),
        ("201409", DATE, "The day is missing"),
        ("201201", MONTH, "January 2012 or 1 December 2020"),
        (201201, MONTH, "January 2012 or 1 December 2020"),
        ("201413", MONTH, "no such day"),
        ("2014.1", MONTH, "Type a date"),  # January, or October that lost its 0
        ("Medi 2014", MONTH, "September 2014, Sep-14, 09/2014, 201409 and 2014-09 are understood"),
        (40421, MONTH, "Type a date"),  # September 2014 in a workbook that counts days from 1904
    ],
)
def test_a_doubtful_date_is_refused(cell, column, says):
    read, fault = coerce(cell, column)
    assert read is None
    assert (fault.severity, fault.code) == (Severity.ERROR, Code.NOT_A_DATE)
    assert says in fault.remedy


@pytest.mark.parametrize(
    ("cell", "column", "value"),
    [
        (datetime(2014, 9, 30, 17, 45), DATE, SEPTEMBER_30),
        (SEPTEMBER_30, MONTH, SEPTEMBER_1),
        (datetime(2014, 9, 1, 0, 1), MONTH, SEPTEMBER_1),
    ],
)
def test_a_time_of_day_or_a_day_within_the_month_is_dropped_with_a_note(cell, column, value):
    read, fault = coerce(cell, column)
    assert read == value
    assert (fault.severity, fault.code) == (Severity.NOTE, Code.DATE_ADJUSTED)


@pytest.mark.parametrize(
    "cell", ["2014-09", "Sep 2014", 201409, SEPTEMBER_1, SEPTEMBER_30, datetime(2014, 9, 30, 9)]
)
def test_a_period_may_be_named_by_its_month_or_any_of_its_days(cell):
    assert coerce(cell, Column("Period", Holds.PERIOD, "")) == (SEPTEMBER_1, None)


@pytest.mark.parametrize("cell", [None, "", " ", "\t\n", NBSP, "\u200b", "\ufeff ", "\u2003"])
def test_what_cannot_be_seen_is_blank(cell):
    assert is_blank(cell)


@pytest.mark.parametrize("cell", [0, 0.0, False, "0", "-", CellError("#N/A")])
def test_a_zero_is_not_blank(cell):
    assert not is_blank(cell)


def test_a_choice_is_compared_without_case_and_surplus_spaces():
    column = Column("Status", Holds.TEXT, "", choices=("not available", "received"))
    assert coerce("  Not   AVAILABLE ", column) == ("not available", None)
    assert "not available, received" in coerce("lost", column)[1].remedy


@given(st.text(), st.sampled_from(COLUMNS))
@example("9" * 5000, WHOLE)
@example("٣٠/٠٩/٢٠١٤", DATE)
@example("²", WHOLE)
@example("30 ſep 2014", DATE)
@example("0000-00-00", DATE)
@example("", TEXT)
def test_no_text_whatever_makes_an_exception(text, column):
    read, fault = coerce(text, column)
    assert read is not None or fault is not None
    if fault is not None:
        assert len(fault.found) < 200 + LONGEST
        assert "\n" not in fault.found


@given(
    st.one_of(st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes()),
    st.sampled_from(COLUMNS),
)
def test_no_number_or_date_makes_an_exception(cell, column):
    read, fault = coerce(cell, column)
    assert read is not None or fault is not None


@given(st.integers(0, 10**15 - 1))
def test_whole_numbers_round_trip(number):
    assert coerce(number, WHOLE) == (number, None)
    assert coerce(float(number), WHOLE) == (number, None)
    assert coerce(str(number), WHOLE)[0] == number
    assert coerce(f"{number:,}", WHOLE)[0] == number
    assert coerce(f"{number:,}".replace(",", NBSP), WHOLE)[0] == number


@given(st.decimals(-(10**9), 10**9, places=3))
def test_a_number_in_text_is_the_decimal_of_that_text(number):
    text = f"{number:f}"
    doubtful = 1 <= abs(number) < 1000  # 1.234 may also be 1,234
    assert coerce(text, DECIMAL)[0] == (None if doubtful else Decimal(text))
    assert coerce(text, NUMBER)[0] == (None if doubtful else float(Decimal(text)))
    assert coerce(f"{text}0", NUMBER)[0] == float(Decimal(text))


@given(st.text("0123456789,. £%-+O" + NBSP, max_size=12))
def test_whatever_is_read_from_text_is_that_text_without_its_marks(text):
    read, _ = coerce(text, DECIMAL)
    if read is not None:
        bare = text.strip().replace(",", "").replace(NBSP, "").replace("£", "")
        assert read == Decimal(bare)
    count, _ = coerce(text, WHOLE)
    assert count is None or count == read


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_dates_round_trip_in_every_form_that_leaves_no_doubt(day):
    assert coerce(day, DATE) == (day, None)
    for text in (day.isoformat(), f"{day.day} {day:%B %Y}", f"{day.day} {day:%b} {day.year}"):
        assert coerce(text, DATE)[0] == day
    assert coerce((day - date(1899, 12, 30)).days, DATE)[0] == day
    slashes = coerce(f"{day:%d/%m/%Y}", DATE)[0]
    assert slashes == (day if day.day > 12 or day.day == day.month else None)


@given(st.dates(date(1990, 1, 1), date(2095, 12, 31)))
def test_a_month_of_a_workbook_that_counts_from_1904_is_never_taken_for_another(day):
    first = day.replace(day=1)
    serial = (first - date(1904, 1, 1)).days
    assert coerce(serial, MONTH)[0] is None
