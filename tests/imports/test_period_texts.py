"""Periods in the spellings of publications."""

from __future__ import annotations

from datetime import date

import pytest

from xlperf.imports.period_texts import (
    MONTH,
    YEAR,
    periods_within,
    read_period,
    read_periods,
    span_in,
)

READ = {
    "Sep 2014": ("Sep-14", "09/2014", "201409", 201409, 201409.0, "September 2014", "Sept 2014",
                 "Sep '14", "2014-09", date(2014, 9, 1), "Sep 2014 [p]", "01/09/2014"),
    "year to Sep 2014": ("Year ending Sep 2014", "Year ending 30 September 2014", "YE Sep 2014",
                         "12 months to September 2014", "twelve months ending Sep-14",
                         "12 months ending 30-09-2014", "Rolling year to Sep 2014",
                         "Oct 2013 to Sep 2014", "Oct 2013 - Sep 2014", "Oct-Sep 2014",
                         "1 October 2013 to 30 September 2014", "year to 30/09/2014"),
    "year to Mar 2014": ("2013/14", "2013-14", "2013/2014", "FY 2013/14"),
    "year to Dec 2014": ("Calendar year 2014",),
    "Jul 2014 to Sep 2014": ("2014-15 Q2", "Q2 2014/15", "2014/15 quarter 2", "quarter ending Sep 2014"),
    "Apr 2014 to Sep 2014": ("YTD Sep-14", "Year to date September 2014", "six months to Sep 2014",
                             "6 months ending 30 September 2014", "Apr-Sep 2014", "half year to Sep 2014"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "wanted"), [(cell, wanted) for wanted, cells in READ.items() for cell in cells]
)
def test_a_period_is_read(cell, wanted):
    read = read_period(cell)
    assert read.period is not None, read.reason
    assert str(read.period) == wanted


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("2014", "may be a calendar year or a financial year"),
        (2014, "may be a calendar year or a financial year"),
        (1234, "no period"),
        ("Q2 2014", "may be a quarter of a calendar year or of a financial year"),
        ("2010-11", "may be a month or a financial year"),
        ("30/09/2014", "may be the end of a month or of a longer period"),
        (date(2014, 9, 30), "may be the end of a month or of a longer period"),
        (date(2014, 9, 15), "is not the last day of a month"),
        ("Year ending 30 December 2017", "is not the last day of a month"),
        ("04/05/2014", "is a day within a month"),
        ("2013/15", "is no financial year"),
        ("2013-15 Q1", "names no two years in a row"),
        ("Sep 2014 to Apr 2014", "is not whole months"),
        ("15 April 2014 to 30 September 2014", "is not whole months"),
        ("Sep 1814", "is not between"),
        ("Kent", "is no period"),
        (None, "no period"),
        (True, "no period"),
    ],
)
def test_what_has_no_one_reading_is_no_period(cell, reason):
    read = read_period(cell)
    assert read.period is None
    assert reason in read.reason


def test_neighbours_decide_between_months_and_years():
    def texts(*cells):
        return [str(read.period) for read in read_periods(cells)]

    assert texts("2009-10", "2010-11") == ["year to Mar 2010", "year to Mar 2011"]
    assert texts("2010-10", "2010-11", "2010-12") == ["Oct 2010", "Nov 2010", "Dec 2010"]
    assert texts("2012-13", "2010-11") == ["year to Mar 2013", "year to Mar 2011"]


def test_titles_say_what_a_date_stands_for():
    assert span_in("12 months ending") is YEAR
    assert span_in("Rolling year total number of offences") is YEAR
    assert span_in("Month") is MONTH
    assert span_in("Date") is None
    assert span_in("Year to date").name == "year to date"
    assert span_in("Quarter ending").name == "quarter"
    assert str(read_period(date(2014, 9, 30), YEAR).period) == "year to Sep 2014"


def test_a_sentence_names_its_periods():
    found = periods_within(
        "Table 1: Recorded crime, year ending September 2014, compared with April 2012 to March 2013"
    )
    assert {str(period) for period in found} == {"year to Sep 2014", "year to Mar 2013"}
