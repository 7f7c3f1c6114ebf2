"""A month whose count will never come: a reason of its own, once among the checks, and never 0."""

from __future__ import annotations

from datetime import date

import pytest

from tests.assessment.casebook import Book, wobbling
from xlperf.tables import schema
from xlperf.tables.checks import check
from xlperf.tables.problems import Code
from xlperf.tiles.layout import fields

FLAT = wobbling(100, 60)
AUGUST = "Of the same months a year before there is no count for August 2013, and none will come."


def crime(*months: str, **cells: str) -> Book:
    book = Book().measure("crime", "offences", **cells)
    return book.months("crime", FLAT, leaving_out=months).lost("crime", *months)


def found(book: Book, *codes: Code) -> list[tuple[Code, str]]:
    tables, settings, problems = book.read()
    every = [*problems, *check(tables, settings)]
    return [(item.code, item.found) for item in every if item.code in (*codes, Code.MONTH_LOST)]


@pytest.mark.parametrize(
    ("months", "cells", "sentence"),
    [
        (("2014-02",), {}, "There is no count for February 2014, and none will come."),
        (
            ("2012-07", "2012-08"),
            {},
            "In the baseline year there is no count for July 2012, August 2012, and none will come.",
        ),
        (
            ("2013-05",),
            {"Compared": "year to date"},
            "Of the same months a year before there is no count for May 2013, and none will come.",
        ),
        (
            ("2013-08",),
            {"Compared": "quarter"},
            AUGUST,
        ),
        (
            ("2014-08",),
            {"Compared": "quarter"},
            "There is no count for August 2014, and none will come.",
        ),
    ],
)
def test_a_line_that_needs_the_month_has_its_reason_and_no_figure_in_its_place(
    months, cells, sentence
):
    line = crime(*months, **cells).line("crime")
    assert (line.rag, line.reason, line.missing) == ("NA", "MONTH_LOST", sentence)
    assert None in (line.figures.baseline, line.figures.latest)
    assert fields(line)["change"] == "month lost"


def test_lines_that_do_not_need_the_month_are_judged_as_ever():
    plain = Book().measure("crime", "offences", Compared="quarter").months("crime", FLAT)
    for line in ("crime", "crime_spc"):
        assert crime("2012-01", Compared="quarter").verdict(line) == plain.verdict(line)


def test_the_control_chart_has_the_reason_too():
    assert crime("2013-10").verdict("crime_spc") == ("NA", "MONTH_LOST")


def test_trends_that_end_at_the_month_say_so():
    line = crime("2013-09").line("crime")
    assert (line.rag, line.reason) == ("NA", "MONTH_LOST")
    assert line.missing.startswith("There is no count for September 2013, and none will come. Each")


def test_another_month_that_lacks_is_still_to_be_entered():
    book = Book().measure("crime", "offences")
    book.months("crime", FLAT, leaving_out=["2014-02", "2014-03"]).lost("crime", "2014-02")
    line = book.line("crime")
    assert line.reason == "INSUFFICIENT_DATA"
    assert line.missing == (
        "There is no complete count for March 2014. There is no count for February 2014, and none"
        " will come."
    )
    assert [code for code, _ in found(book, Code.GAP)] == [Code.MONTH_LOST, Code.GAP]


def test_it_is_among_the_checks_once_and_is_no_gap():
    months = [f"2012-{number:02}" for number in range(4, 11)]
    ((code, text),) = found(crime(*months), Code.GAP, Code.BLANK)
    assert code is Code.MONTH_LOST
    assert text == (
        "No count will come for April 2012, May 2012, June 2012, July 2012, August 2012, September"
        " 2012 and 1 more: it is taken neither as 0 nor as awaited."
    )


def test_a_baseline_year_that_was_never_counted_is_no_gap_either():
    book = Book().measure("crime", "offences").months("crime", FLAT[-18:])
    months = [f"2012-{number:02}" for number in range(4, 13)] + ["2013-01", "2013-02", "2013-03"]
    assert found(book.lost("crime", *months), Code.GAP) == found(book)
    assert book.verdict("crime") == ("NA", "MONTH_LOST")


@pytest.mark.parametrize("count", [0, 120])
def test_a_count_beside_the_status_is_not_used(count):
    book = Book().measure("crime", "offences").months("crime", FLAT, leaving_out=["2014-02"])
    book.add(schema.MONTHLY, Measure="crime", Month=date(2014, 2, 1), Count=count, Status="missing")
    assert book.line("crime").rag == "NA"
    (code, text), *_ = found(book, Code.DISAGREES)
    assert code is Code.DISAGREES
    assert f"has a count of {count}" in text


def test_two_rows_of_a_month_that_disagree_are_both_left():
    book = crime("2014-02").months("crime", [100], last="2014-02")
    assert [code for code, _ in found(book, Code.DUPLICATE)] == [Code.DUPLICATE]
    assert book.line("crime").rag == "NA"
    assert book.line("crime").reason != "MONTH_LOST"
