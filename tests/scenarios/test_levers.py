"""Levers change one number and nothing else."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.assessment.casebook import END, MARCH_2013, Book, wobbling
from xlperf.assessment.assessing import assess, judge_line
from xlperf.assessment.basis import Basis
from xlperf.periods import Period
from xlperf.scenarios import levers
from xlperf.scenarios.levers import Quantity, share_out, spread
from xlperf.scenarios.line_levels import LEVERS, horizons

EARLIER = date(2014, 3, 31)
WEIGHTS = st.lists(st.floats(0, 1e6), min_size=1, max_size=40)


@given(st.integers(0, 10**9), WEIGHTS)
def test_parts_are_whole_numbers_that_add_up_to_the_total(total, weights):
    parts = share_out(total, weights)
    assert len(parts) == len(weights)
    assert sum(parts) == total
    assert all(isinstance(part, int) and part >= 0 for part in parts)


@given(st.integers(0, 10**6), WEIGHTS)
def test_months_to_come_add_up_to_the_total_and_each_year_to_a_whole_number(total, weights):
    months = spread(total, weights)
    assert sum(months) == pytest.approx(total)
    years = [months[max(0, end - 12) : end] for end in range(len(months), 0, -12)]
    assert all(sum(year) == pytest.approx(round(sum(year)), abs=1e-6) for year in years)


@given(st.integers(0, 10**6), WEIGHTS)
def test_one_more_is_no_less_in_the_last_year(total, weights):
    before, after = (sum(spread(number, weights)[-12:]) for number in (total, total + 1))
    assert after >= before - 1e-6


def test_the_months_to_come_have_the_season_of_the_latest_year():
    months = spread(1200, [1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1])
    assert months[:6] == pytest.approx([1200 * weight / 42 for weight in range(1, 7)])


def case_of(book: Book, name: str):
    tables, settings, _ = book.read()
    lines = {line.line: line for line in assess(tables, settings)}
    line = lines[name]
    return Basis(tables, settings).case(line.measure.name), line


LINES = {
    "survey": (Book().surveys((300, 400), (320, 400)), "sat"),
    "survey in parts": (
        Book()
        .measure("sat", "survey", "up")
        .survey("sat", MARCH_2013, 200, 150, Part="A")
        .survey("sat", MARCH_2013, 100, 90, Part="B")
        .survey("sat", END, 180, 150, Part="A")
        .survey("sat", END, 120, 100, Part="B"),
        "sat",
    ),
    "total": (Book().totals(400, 380), "young"),
    "half year": (Book().totals(400, 180, half=True), "young"),
    "position of counts": (
        Book()
        .offences(counts=wobbling(100, 60), MSG_measure="crime")
        .peers([400, 410, 420, 430, 440, 450, 460, 470]),
        "crime_position",
    ),
    "position of shares": (
        Book()
        .surveys((300, 400), (320, 400), MSG_measure="sat")
        .peers([80, 81, 82, 83, 84, 85, 86, 87], name="sat", shares=True),
        "sat_position",
    ),
}


@pytest.mark.parametrize(("book", "name"), LINES.values(), ids=LINES)
def test_the_number_that_is_leaves_the_line_as_it_is(book, name):
    case, line = case_of(book, name)
    for lever in LEVERS[line.kind](case, line):
        again = judge_line(lever.changed(lever.now), line.measure.name, line.kind)
        assert (again.rag, again.reason) == (line.rag, line.reason)
        assert again.figures.latest == pytest.approx(line.figures.latest)
        assert again.figures.n_latest == line.figures.n_latest


@pytest.mark.parametrize(("book", "name"), LINES.values(), ids=LINES)
def test_the_figure_shown_is_the_number_in_its_unit(book, name):
    case, line = case_of(book, name)
    for lever in LEVERS[line.kind](case, line):
        if lever.quantity is Quantity.ASKED:
            continue
        for number in (lever.least, lever.now // 2, min(lever.most, 2 * lever.now)):
            changed = judge_line(lever.changed(number), line.measure.name, line.kind)
            assert changed.figures.latest == pytest.approx(number * lever.unit, abs=0.002)


@pytest.mark.parametrize(("book", "name"), LINES.values(), ids=LINES)
def test_nothing_else_is_changed(book, name):
    case, line = case_of(book, name)
    for lever in LEVERS[line.kind](case, line):
        basis = lever.changed(lever.most)
        other = [
            item.name
            for item in fields(basis.tables)
            if getattr(basis.tables, item.name) != getattr(case.tables, item.name)
        ]
        assert len(other) == 1
        assert basis.settings == case.settings


def test_of_months_to_come_the_period_moves_and_the_months_known_stay():
    case, _ = case_of(Book().offences(counts=wobbling(100, 60)), "crime")
    last = case.settings.latest.last
    lever = levers.months_to(case, last + 12)
    assert (lever.now, lever.period, lever.filled) == (1200, Period(last + 1, last + 12), False)
    basis = lever.changed(600)
    months = basis.tables.monthly["crime"]
    assert sum(months[month].count for month in lever.period.months) == pytest.approx(600)
    assert {month: months[month] for month in case.tables.monthly["crime"]} == (
        case.tables.monthly["crime"]
    )
    assert basis.settings.latest.last == last + 12


def test_months_after_the_period_end_that_are_known_already_give_way():
    book = Book(period_end=EARLIER).offences(counts=wobbling(100, 60))
    case, _ = case_of(book, "crime")
    last = case.settings.latest.last
    changed = levers.months_to(case, last + 12).changed(0).tables.monthly["crime"]
    assert all(changed[month].count == 0 for month in range(last + 1, last + 13))


def test_a_month_that_is_not_known_is_stood_in_for_by_that_of_another_year_and_it_is_said():
    book = Book().measure("crime", "offences")
    book.months("crime", wobbling(100, 60), leaving_out=["2014-05"])
    case, line = case_of(book, "crime")
    assert line.rag == "NA"
    lever = levers.months_to(case, case.settings.latest.last + 12)
    assert (lever.now, lever.filled) == (1200, True)


def test_without_any_month_there_is_no_lever():
    case, _ = case_of(Book().offences(), "crime")
    assert levers.months_to(case, case.settings.target) is None


def test_without_n_there_is_none_either():
    book = Book().measure("sat", "survey", "up")
    book.survey("sat", END, Percent=84.2)
    case, line = case_of(book, "sat")
    assert levers.answers(case, line) == []


@pytest.mark.parametrize(
    ("compared", "ahead"),
    [("quarter", [3]), ("year to date", [6]), ("target", [12]), (None, [12, 30])],
)
def test_months_are_asked_up_to_the_next_figure_of_the_sort_that_is_compared(compared, ahead):
    book = Book().offences(counts=wobbling(100, 60), Compared=compared, Target=1200)
    case, line = case_of(book, "crime")
    assert [end - case.settings.latest.last for end in horizons(case, line)] == ahead
