"""Patterns in the months: what counts as one, what a season explains, and how often chance alone
makes one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.assessment.casebook import Book, month, wobbling
from tests.stats.simulated import Cell, counts, tolerance
from xlperf.assessment.basis import Case
from xlperf.assessment.patterns import Patterns, find_patterns
from xlperf.periods import Period
from xlperf.stats.change import Method
from xlperf.tables.data import MonthCount
from xlperf.tiles.draft_rules import DraftRule
from xlperf.tiles.false_alarms import FALSE_ALARMS


def found(counts_given, **more) -> Patterns:
    book = Book().offences(counts=counts_given)
    for name, value in more.items():
        getattr(book, name)(*value)
    tables, settings, _ = book.read()
    case = Case(tables.measures[0], tables, settings)
    return find_patterns(case)


def test_months_that_go_up_and_down_about_one_level_have_no_pattern():
    assert found(wobbling(400, 60)) == Patterns()


def test_a_run_is_seven_months_on_one_side_of_the_average_of_the_twelve_before_the_latest_six():
    # 12 months of 400 +- 5, then seven months below 400; the seventh from the end is the last of
    # the twelve.
    level = [400, 405, 395, 402, 398, 401, 399, 404, 396, 403, 407, 390]
    run = found([*level, 391, 392, 393, 390, 391, 394]).run
    assert run is not None
    assert (run.above, run.months) == (False, Period(month("2014-03"), month("2014-09")))
    assert run.average == pytest.approx(400.0)
    assert run.average_of == Period(month("2013-04"), month("2014-03"))
    assert found([*level[:-1], 402, 391, 392, 393, 390, 391, 394]).run is None  # six only
    assert found([*level, 391, 392, 393, 390, 391, 410]).run is None  # it is over


def test_a_month_on_the_average_ends_a_run():
    level = [400, 405, 395, 402, 398, 401, 399, 404, 396, 403, 397, 400]
    assert found([*level, 390, 390, 390, 390, 390, 390]).run is None


def test_a_trend_is_seven_months_each_below_the_one_before():
    level = wobbling(400, 12)
    trend = found([*wobbling(400, 48), *level[:5], 420, 410, 400, 390, 380, 370, 360]).trend
    assert trend is not None
    assert (trend.rising, trend.months, trend.first, trend.last) == (
        *(False, Period(month("2014-03"), month("2014-09"))),
        *(420, 360),
    )
    assert found([*wobbling(400, 48), *level[:5], 420, 410, 400, 400, 380, 370, 360]).trend is None


def test_a_month_of_the_quarter_beyond_three_sigma_lines_is_outside():
    months = wobbling(400, 60)
    months[-2] = 450
    outside = found(months).outside
    assert outside is not None
    assert (outside.above, outside.months) == (True, ((month("2014-08"), 450.0),))
    assert outside.lines_of == Period(month("2012-07"), month("2014-06"))
    # Wheeler: average + 3 x mean moving range / 1.128, from the 24 months alone.
    before = np.array(months[-27:-3], dtype=float)
    assert outside.line == pytest.approx(before.mean() + 3 * np.abs(np.diff(before)).mean() / 1.128)
    months[-2], months[-4] = 400, 450
    assert found(months).outside is None  # the quarter before


def test_months_outside_on_both_sides_are_no_one_sentence():
    months = wobbling(400, 60)
    months[-2], months[-1] = 460, 340
    assert found(months).outside is None


def test_a_season_that_comes_every_year_is_no_pattern():
    year = [
        330,
        335,
        328,
        333,
        329,
        331,
        470,
        468,
        473,
        471,
        467,
        472,
    ]  # quiet from April to September
    seasonal = [count + (i * 7) % 5 for i, count in enumerate(year * 5)]
    shifted = (
        seasonal[6:] + seasonal[:6]
    )  # ends in September, after six quiet months and one that was not
    assert found(shifted).run is None
    assert found(shifted).outside is None
    assert found(seasonal[-42:] + [300] * 6 + [400] * 6 + [300] * 6).run is None


def test_the_year_before_is_judged_by_the_test_of_the_first_rule():
    months = wobbling(400, 48) + wobbling(340, 12)
    year = found(months).year
    assert year is not None
    assert (year.compared.before, year.compared.latest) == (4800.0, 4080.0)
    assert (year.before, year.latest) == (
        Period(month("2012-10"), month("2013-09")),
        Period(month("2013-10"), month("2014-09")),
    )
    assert found(wobbling(400, 48) + wobbling(399, 12)).year is None
    few = found([2] * 48 + [0] * 12).year
    assert few is not None
    assert few.compared.method is Method.LEVELS


def test_nothing_is_looked_for_across_a_gap_or_a_change_of_recording():
    months = wobbling(400, 48) + wobbling(300, 12)
    assert found(months).year is not None
    assert found(months, recording_changed=("crime", "2014-02")) == Patterns()
    tables, settings, _ = (
        Book().measure("crime", "offences").months("crime", months, leaving_out=["2014-09"])
    ).read()
    case = Case(tables.measures[0], tables, settings)
    assert find_patterns(case) == Patterns()


@pytest.mark.parametrize(
    "cell",
    [
        Cell(100),
        Cell(400, cv=0.07),
        Cell(100, cv=0.10, season=0.10, ar=0.15),
        Cell(400, cv=0.07, season=0.10, ar=0.25),
    ],
    ids=str,
)
def test_chance_makes_no_more_patterns_than_is_said(cell):
    # The rates of `FALSE_ALARMS`, simulated: 600 series of five years in which nothing changes.
    number = 600
    tables, settings, _ = Book().offences(counts=[1] * 60).read()
    case = Case(tables.measures[0], tables, settings)
    last, row = settings.latest.last, tables.monthly["crime"][settings.latest.last].row
    found_in = dict.fromkeys(("run", "outside", "trend", "year"), 0)
    for months in counts(np.random.default_rng(20140930), cell, number, 60).tolist():
        by_month = {
            last - 59 + i: MonthCount(last - 59 + i, n, False, date(2014, 10, 1), row)
            for i, n in enumerate(months)
        }
        patterns = find_patterns(replace(case, tables=replace(tables, monthly={"crime": by_month})))
        for name in found_in:
            found_in[name] += getattr(patterns, name) is not None
    rules = {
        "run": DraftRule.RUN,
        "outside": DraftRule.OUTSIDE,
        "trend": DraftRule.TREND,
        "year": DraftRule.YEAR_BEFORE,
    }
    for name, rule in rules.items():
        stated = 100 * FALSE_ALARMS[rule]
        assert 100 * found_in[name] / number <= stated + tolerance(stated, number, 10**9), name
    assert found_in["run"] + found_in["outside"] > number * 0.02
