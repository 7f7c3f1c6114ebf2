"""Measures compared with something else than the baseline year: the year to date, a quarter, a
target.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tests.assessment.casebook import Book
from tests.tables.sheets import read
from xlperf.assessment.caveats import PooledVariation, Remark, SmallNumbers
from xlperf.periods import Period
from xlperf.stats.levels import same_period_change
from xlperf.stats.pooled import against_target
from xlperf.tables.comparison import year_before
from xlperf.tables.measure_kinds import LineKind
from xlperf.tiles.chance_sentences import smallest_change
from xlperf.tiles.layout import fields

YEAR_TO_DATE = {"Compared": "year to date"}
APRIL, SEPTEMBER = 12 * 2014 + 3, 12 * 2014 + 8
EVEN = [200] * 54
FALLEN = [*EVEN, *[120] * 6]


def test_the_year_to_date_is_compared_with_the_same_months_of_the_year_before():
    # The tile of SP3 in the report of September 2014 has the columns YTD, L.YTD and % Var.
    main, chart = Book().offences("crime", FALLEN, **YEAR_TO_DATE).lines().values()
    figures = main.figures
    assert (figures.period, figures.against) == (
        Period(APRIL, SEPTEMBER),
        Period(APRIL - 12, SEPTEMBER - 12),
    )
    assert figures.against == year_before(figures.period)
    assert (figures.latest, figures.baseline) == (720, 1200)
    assert (main.kind, main.rag, main.reason) == (LineKind.TOTAL, "GREEN", "BETTER")
    assert main.evidence.test.p == same_period_change(FALLEN, period=6).p
    assert main.evidence.test.months == 60
    assert chart.kind is LineKind.SPC


def test_it_needs_no_baseline_year_and_no_target_date():
    book = Book(target_date=date(2014, 3, 31)).offences("crime", FALLEN[-24:], **YEAR_TO_DATE)
    assert book.verdict("crime") == ("GREEN", "BETTER")


@pytest.mark.parametrize(
    ("direction", "colour"), [("down", "GREEN"), ("up", "RED"), ("none", "NA")]
)
def test_the_direction_decides_which_way_is_better(direction, colour):
    book = Book().offences("crime", FALLEN, direction, **YEAR_TO_DATE)
    assert book.line("crime").rag == colour


def test_at_the_end_of_the_year_it_is_the_year_against_the_year_before():
    line = Book(period_end=date(2014, 3, 31)).measure("crime", "offences", **YEAR_TO_DATE)
    line = line.months("crime", FALLEN, last="2014-03").line("crime")
    assert line.figures.period.is_year
    assert (line.figures.latest, line.figures.baseline) == (6 * 320, 2400)


def test_a_quarter_is_compared_with_the_same_three_months():
    line = Book().offences("crime", FALLEN, Compared="quarter").line("crime")
    assert (line.figures.latest, line.figures.baseline) == (360, 600)
    assert line.figures.period == Period(SEPTEMBER - 2, SEPTEMBER)
    assert line.evidence.test.p == same_period_change(FALLEN, period=3).p


def test_two_years_less_a_month_are_compared_as_totals():
    line = Book().offences("crime", FALLEN[-23:], **YEAR_TO_DATE).line("crime")
    assert any(isinstance(caveat, PooledVariation) for caveat in line.caveats)
    assert line.evidence.test.months == 0


def test_small_numbers_are_told_and_none_is_no_change():
    few = Book().offences("crime", [1] * 60, **YEAR_TO_DATE).line("crime")
    assert SmallNumbers(6, 6, yearly=False) in few.caveats
    none = Book().offences("crime", [*[5] * 40, *[0] * 20], **YEAR_TO_DATE)
    assert none.verdict("crime") == ("AMBER", "NO_CHANGE_FROM_ZERO")


@pytest.mark.parametrize(
    ("left_out", "reason"),
    [("2014-08", "INSUFFICIENT_DATA"), ("2013-08", "NO_BASELINE")],
)
def test_a_gap_in_either_period_gives_no_colour_and_its_reason(left_out, reason):
    book = Book().measure("crime", "offences", **YEAR_TO_DATE)
    assert book.months("crime", FALLEN, leaving_out=[left_out]).verdict("crime") == ("NA", reason)


def test_a_gap_in_another_month_costs_nothing_but_that_month():
    book = Book().measure("crime", "offences", **YEAR_TO_DATE)
    line = book.months("crime", FALLEN, leaving_out=["2012-05"]).line("crime")
    assert (line.rag, line.evidence.test.months) == ("GREEN", 59)


def test_a_change_of_recording_between_the_two_gives_no_colour():
    book = Book().offences("crime", FALLEN, **YEAR_TO_DATE)
    book.recording_changed("crime", "2014-01")
    assert book.verdict("crime") == ("NA", "BREAK")


def test_a_series_that_wanders_says_so():
    rng = np.random.default_rng(4)
    walk = np.round(300 * np.exp(np.cumsum(0.12 * rng.standard_normal(60)))).astype(int).tolist()
    line = Book().offences("crime", walk, **YEAR_TO_DATE).line("crime")
    assert Remark.WANDERS in line.caveats


def test_the_nearest_totals_of_another_colour_are_where_the_colour_turns():
    for counts in (EVEN + [200] * 6, FALLEN):
        line = Book().offences("crime", counts, **YEAR_TO_DATE).line("crime")
        for turn in line.evidence.test.turns:
            # the same change of the root of each month, as the statement says
            assert turn.rag != line.rag
            assert turn.at != line.figures.latest


def test_totals_of_the_year_to_date_are_compared_as_they_were_counted():
    book = Book().measure("nights", "total", **YEAR_TO_DATE)
    book.total("nights", "2013-04", "2013-09", 1633)
    book.total("nights", "2014-04", "2014-09", 1200)
    # longer and later totals are of another sort
    book.total("nights", "2013-10", "2014-09", 9999)
    line = book.line("nights")
    assert (line.rag, line.figures.latest, line.figures.baseline) == ("GREEN", 1200, 1633)
    assert fields(line)["change"] == "−27% YTD"


def test_a_total_without_that_of_the_year_before_says_what_is_missing():
    book = Book().measure("nights", "total", **YEAR_TO_DATE)
    line = book.total("nights", "2014-04", "2014-09", 1633).line("nights")
    assert (line.rag, line.reason) == ("NA", "NO_BASELINE")
    assert line.missing == "There is no total for Apr 2013 to Sep 2013."


@pytest.mark.parametrize(
    ("count", "direction", "verdict"),
    [
        (71, "down", ("GREEN", "BETTER")),
        (72, "down", ("AMBER", "NO_EVIDENCE")),
        (140, "down", ("RED", "WORSE")),
        (140, "up", ("GREEN", "BETTER")),
    ],
)
def test_a_year_is_compared_with_its_target(count, direction, verdict):
    book = Book().measure("calls", "total", direction, Compared="target", Target=100)
    book.total("calls", "2013-10", "2014-09", count)
    line = book.line("calls")
    assert (line.rag, line.reason) == verdict
    assert (line.figures.baseline, line.figures.against) == (100, None)
    assert "against a target of 100" in book.sentence("calls")


def test_months_are_compared_with_a_target_as_their_year():
    line = Book().offences("crime", FALLEN, Compared="target", Target=2500).line("crime")
    assert (line.figures.latest, line.figures.baseline) == (1920, 2500)
    found = against_target(2500, 1920)
    assert line.evidence.test.p == found.p


def test_half_a_year_is_annualised_for_a_target():
    book = Book().measure("calls", "total", Compared="target", Target=100)
    line = book.total("calls", "2014-04", "2014-09", 60).line("calls")
    assert line.figures.latest == 120
    assert line.evidence.test.p == against_target(100, 60, exposure=0.5).p


def measures(cells: str):
    header = "Measure | Priority | Line | Direction | Kind | Compared | Target"
    return read(f"tblMeasures\n{header}\ncrime | P1 | Line | down | {cells}")


@pytest.mark.parametrize(
    ("cells", "where"),
    [
        ("survey | year to date |", "Compared"),
        ("offences | target |", "Target"),
        ("offences | target | 0", "Target"),
        ("offences | last year |", "Compared"),
        ("offences | target | many", "Target"),
    ],
)
def test_a_comparison_that_makes_no_sense_gives_no_colour(cells, where):
    tables, problems = measures(cells)
    assert [problem.column for problem in problems if problem.column == where] == [where]
    assert list(tables.measures[0].faults) == [where]


def test_a_target_that_is_not_used_is_told():
    _, problems = measures("offences | | 100")
    assert "not compared with it" in " ".join(problem.found for problem in problems)


AGAINST_TARGET = {"Compared": "target", "Target": 2400}


def test_of_a_monthly_count_against_a_target_nothing_untrue_is_said():
    """Its months are known; a figure beyond the target is no improvement of anything."""
    book = Book().offences("crime", EVEN, **AGAINST_TARGET)
    assert book.verdict("crime")[0] == "AMBER"
    assert "Only totals are known" not in str(book.explanation("crime"))
    said = smallest_change(book.line("crime"))
    assert "would have been better than the target by more than chance" in said


@pytest.mark.parametrize("kind", ["offences", "total"])
def test_a_total_of_two_ways_of_recording_is_not_compared_with_a_target(kind):
    book = Book().measure("crime", kind, **AGAINST_TARGET).recording_changed("crime", "2014-01")
    if kind == "offences":
        book.months("crime", EVEN)
    else:
        book.total("crime", "2013-10", "2014-09", 2400)
    assert book.verdict("crime") == ("NA", "BREAK")


def test_one_month_is_written_as_one_month():
    book = Book(period_end=date(2014, 4, 30)).measure("crime", "offences", **YEAR_TO_DATE)
    book.months("crime", EVEN, last="2014-04")
    assert "in Apr 2014 against 200 in Apr 2013" in book.sentence("crime")


def test_where_only_none_would_be_an_improvement_it_says_so():
    text = smallest_change(Book().totals(5, 5).line("young"))
    assert text == "Only 0 (−100%) would have been an improvement."
