"""The totals rule: significant improvement, none, or deterioration, at the true lengths of the
periods.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from math import sqrt

import pytest
from scipy.stats import norm, poisson_means_test

from tests.assessment.casebook import Book, month
from xlperf.assessment.caveats import (
    Annualised,
    AssumedDispersion,
    LastYear,
    Note,
    PooledVariation,
    Remark,
    Revised,
    SmallNumbers,
    Stale,
)
from xlperf.periods import Period
from xlperf.stats.change import totals_change
from xlperf.tables import schema
from xlperf.tables.measure_kinds import FigureForm


@pytest.mark.parametrize(
    ("before", "now", "change"),
    # SP2 and SP17 of the September 2014 report, with the change it prints.
    [(407, 171, -58), (372, 97, -74), (5929, 3804, -36), (5417, 2288, -58), (1207, 298, -75)],
)
@pytest.mark.parametrize("dispersion", [1, 4, 16])
def test_the_printed_totals_improved_under_any_dispersion_up_to_16(before, now, change, dispersion):
    book = Book(totals_variation="assumed", assumed_dispersion=dispersion)
    line = book.totals(before, now).line("young")
    assert Book().totals(before, now).verdict("young") == ("GREEN", "BETTER")
    assert (line.rag, line.reason) == ("GREEN", "BETTER")
    assert round(line.figures.change_percent) == change


@pytest.mark.parametrize(
    "dispersion", [1, 4, 8, 13]
)  # by the difference of rates 16 (z = -7.92 / 4), by their ratio 13
def test_a_half_year_is_shown_annualised_and_tested_at_its_true_length(dispersion):
    # SP1: 667 in 2012/13, 185 in the half year to September 2014, printed doubled as 370, -45%.
    book = Book(totals_variation="assumed", assumed_dispersion=dispersion)
    line = book.totals(667, 185, half=True).line("young")
    assert (line.rag, line.reason, line.figures.latest) == ("GREEN", "BETTER", 370)
    assert round(line.figures.change_percent) == -45
    assert Annualised(185, 6) in line.caveats
    true = totals_change(667, 185, latest_exposure=0.5, phi=dispersion)
    assert (line.evidence.test.limits.lower, line.evidence.test.limits.upper) == (
        true.lower,
        true.upper,
    )
    if dispersion == 1:
        assert (
            round(true.statistic, 2) == -7.92
        )  # and -9.22 if the doubled count were taken for one


def test_a_half_year_never_borrows_certainty_from_its_doubling():
    # 100 against 40 doubled to 80 would be judged on 180 offences; in truth it is 140.
    whole, half = (
        Book().totals(300, 200).line("young"),
        Book().totals(300, 100, half=True).line("young"),
    )
    assert half.figures.latest == whole.figures.latest
    assert half.evidence.test.limits.upper > whole.evidence.test.limits.upper


def test_deterioration_is_red_and_direction_up_mirrors():
    assert Book().totals(400, 700).verdict("young") == ("RED", "WORSE")
    assert Book().totals(400, 700, "up").verdict("young") == ("GREEN", "BETTER")
    assert Book().totals(400, 410).verdict("young") == ("AMBER", "NO_EVIDENCE")


@pytest.mark.parametrize(
    ("before", "now"), [(10, 3), (19, 5), (49, 30), (20, 12), (0, 4), (0, 8), (7, 0)]
)
def test_two_small_totals_are_compared_by_the_exact_test(before, now):
    line = Book(totals_variation="assumed").totals(before, now).line("young")
    p = poisson_means_test(before, 1, now, 1).pvalue
    assert line.evidence.test.method == "E-test"
    assert line.evidence.test.p == pytest.approx(p, abs=1e-6)
    assert line.rag == ("AMBER" if p >= 0.05 else "GREEN" if now < before else "RED")
    assert any(isinstance(caveat, SmallNumbers) for caveat in line.caveats)


def test_the_exact_test_takes_the_true_lengths():
    line = Book(totals_variation="assumed").totals(40, 8, half=True).line("young")
    assert line.evidence.test.p == pytest.approx(
        poisson_means_test(40, 1, 8, 0.5).pvalue, rel=0.02
    )  # scipy misses ties


def test_none_then_and_none_now_is_amber():
    line = Book().totals(0, 0).line("young")
    assert (line.rag, line.reason, line.figures.change_percent) == (
        "AMBER",
        "NO_CHANGE_FROM_ZERO",
        None,
    )


def test_from_none_to_many_is_worse_without_a_percentage():
    line = Book().totals(0, 80).line("young")
    assert (line.rag, line.reason) == ("RED", "WORSE")
    assert line.figures.change_percent is None
    assert line.evidence.test.ratio is None


def test_only_totals_assume_a_dispersion_and_say_so():
    book = Book(totals_variation="assumed", assumed_dispersion=6).totals(667, 600)
    assert AssumedDispersion(6) in book.line("young").caveats
    assert "dispersion of 6 assumed (this workbook's choice" in book.reading("young")


@pytest.mark.parametrize(("before", "now"), [(49, 31), (667, 600), (0, 8), (12, 4)])
def test_totals_vary_as_those_of_their_size_do_and_say_so(before, now):
    # Authority: the formula of the method notes, section 2, "only totals".
    line = Book().totals(before, now).line("young")
    size = (before + now) / 2 + 0.5
    c = min(0.12, 0.085 * (1000 / size) ** 0.18)
    z = 2 * (sqrt(now + 3 / 8) - sqrt(before + 3 / 8)) / sqrt(2 * (1 + c * c * size))
    assert line.evidence.test.p == pytest.approx(2 * norm.sf(abs(z)))
    assert line.rag == ("AMBER" if abs(z) < 1.96 else "GREEN" if z < 0 else "RED")
    assert PooledVariation(pytest.approx(c)) in line.caveats
    assert "4 to 6 are found changed up to 10,000 a year" in Book().totals(before, now).reading(
        "young"
    )


def test_people_chosen_for_their_offending_would_offend_less_anyhow():
    def told(kind: str, before: int, now: int) -> bool:
        book = Book().measure("young", kind).total("young", "2012-04", "2013-03", before)
        line = book.total("young", "2013-10", "2014-09", now).line("young")
        return Remark.CHOSEN_FOR_OFFENDING in line.caveats

    assert told("cohort", 400, 200)
    assert not told("cohort", 200, 400)
    assert not told("total", 400, 200)


def test_the_colour_never_jumps_where_small_totals_end():
    # With an exact test below 50 and a dispersion of 4 above, 49 -> 31 was GREEN, and from 50 only 16.
    def largest(before: int) -> float:
        turns = Book().totals(before, before).line("young").evidence.test.turns
        return next(turn.at for turn in turns if turn.rag == "GREEN")

    falls = [largest(before) for before in range(45, 56)]
    assert all(0 <= after - then <= 1 for then, after in pairwise(falls))


def test_without_a_baseline_the_same_months_a_year_before_are_compared():
    # SP3.4: recording began in April 2013, so there is no 2012/13.
    book = Book().measure("young", "total").total("young", "2013-04", "2013-09", 1700)
    book.total("young", "2014-04", "2014-09", 1633)
    line = book.line("young")
    assert (line.rag, line.reason) == ("AMBER", "NO_EVIDENCE")
    assert LastYear(Period(month("2013-04"), month("2013-09"))) in line.caveats
    assert Annualised not in book.caveats("young")


def test_without_anything_to_compare_with_the_count_is_shown_as_it_is():
    line = Book().measure("young", "total").total("young", "2014-04", "2014-09", 1633).line("young")
    assert (line.rag, line.reason) == ("NA", "NO_BASELINE")
    assert (line.figures.latest, line.figures.change_percent) == (1633, None)


def test_a_total_recorded_since_a_month_only_says_so():
    book = Book().measure("young", "total").total("young", "2014-04", "2014-09", 1633)
    line = book.recording_changed("young", "2013-04").line("young")
    assert (line.rag, line.reason) == ("NA", "RECORDED_LATER")


def test_a_total_that_shares_months_with_the_baseline_is_not_compared():
    book = Book().totals(667, None).total("young", "2012-10", "2013-09", 300)
    assert book.verdict("young") == ("NA", "OVERLAP")


def test_a_break_between_the_totals_leaves_no_colour():
    assert Book().totals(667, 300).recording_changed("young", "2013-07").verdict("young") == (
        "NA",
        "BREAK",
    )


def test_the_newest_total_is_used_and_an_older_one_is_dated():
    book = (
        Book()
        .totals(667, None)
        .total("young", "2013-07", "2014-06", 300)
        .total("young", "2014-10", "2015-09", 1)
    )
    line = book.line("young")
    assert line.figures.latest == 300
    assert Stale(month("2014-06")) in line.caveats


def test_a_cohort_is_judged_with_its_caveat_beside_the_value():
    book = Book().measure("cohort", "cohort", Caveat="Some of them were in prison")
    book.total("cohort", "2012-04", "2013-03", 407).total("cohort", "2013-10", "2014-09", 171)
    line = book.line("cohort")
    assert line.rag == "GREEN"
    assert Note("Some of them were in prison") in line.caveats


def test_without_a_total_the_return_says_who_owes_it_and_when():
    book = Book().totals(667, None)
    book.owed(
        "young",
        "awaited",
        Owner="Youth Offending Service",
        Due=date(2014, 12, 1),
        Board="Management Board",
    )
    line = book.line("young")
    assert (line.rag, line.reason, line.figures.baseline) == ("NA", "NOT_RECEIVED", 667)
    assert (
        line.missing
        == "Youth Offending Service; due 1 December 2014; to be seen by Management Board first"
    )


def test_a_revised_baseline_total_is_said():
    book = Book().totals(667, 300)
    book.add(
        schema.HISTORY, Period_end=date(2014, 6, 30), Line="young", Baseline=600, Colour="GREEN"
    )
    assert Revised(600, month("2014-06"), 667, FigureForm.COUNT) in book.line("young").caveats


@pytest.mark.parametrize(
    ("before", "now", "half"), [(667, 600, False), (20, 12, False), (667, 250, True), (0, 2, False)]
)
def test_moved_to_the_next_colour_the_line_has_it(before, now, half):
    line = Book().totals(before, now, half=half).line("young")
    assert line.evidence.test.turns
    for turn in line.evidence.test.turns:
        count = round(turn.at / (2 if half else 1))
        assert Book().totals(before, count, half=half).verdict("young")[0] == turn.rag
        back = count + (1 if count < now else -1)
        assert Book().totals(before, back, half=half).verdict("young")[0] == line.rag


def test_a_total_without_a_direction_is_shown_only():
    line = Book().totals(667, 300, "none").line("young")
    assert (line.rag, line.reason, line.evidence.test.turns) == ("NA", "NO_DIRECTION", ())
