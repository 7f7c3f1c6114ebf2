"""Rule 1: monthly counts against the baseline year, and the projection to the target date."""

from __future__ import annotations

from datetime import date
from math import log, sqrt

import numpy as np
import pytest

from tests.assessment.casebook import Book, month, wobbling
from xlperf.assessment.caveats import Provisional, Remark, Revised, SmallNumbers, TrendsShort
from xlperf.assessment.evidence import AtTarget, ChangeFinding
from xlperf.config import Dispersion
from xlperf.periods import Period
from xlperf.stats import horizon, levels
from xlperf.tables import schema
from xlperf.tables.measure_kinds import FigureForm
from xlperf.tiles.distance import to_next_colour

MONTHS = 66
"""April 2009 to September 2014."""


def steps(*levels: tuple[float, int], width: float = 1.0) -> list[int]:
    """Months at one level after another."""
    return [count for level, months in levels for count in wobbling(level, months, width=width)]


FELL = steps((100, 54), (60, 12))
ROSE = steps((100, 54), (140, 12))
FLAT = wobbling(100, MONTHS)
SLOWLY_DOWN = [round(120 - 0.3 * i + (3, -3, 1, -1)[i % 4]) for i in range(MONTHS)]


def test_a_clear_fall_that_trends_carry_on_is_green():
    line = Book().offences(counts=FELL).line("crime")
    assert (line.rag, line.reason) == ("GREEN", "IMPROVED_SUSTAINED")
    assert line.evidence.test.limits.upper < 1
    assert line.evidence.outlook.achieving == 4


def test_a_clear_rise_is_red_and_marked_as_worse():
    line = Book().offences(counts=ROSE).line("crime")
    assert (line.rag, line.reason) == ("RED", "NOT_IMPROVED_NOT_PROJECTED")
    assert line.evidence.test.finding is ChangeFinding.WORSE
    assert Remark.WORSE_NOW in line.caveats


def test_a_rise_with_a_falling_trend_is_amber_by_the_words_and_still_marked_as_worse():
    counts = steps((200, 36), (100, 15)) + [100 + 4 * i for i in range(15)]
    line = Book().offences(counts=counts).line("crime")
    assert (line.rag, line.reason) == ("AMBER", "NOT_IMPROVED_PROJECTED")
    assert Remark.WORSE_NOW in line.caveats


def test_a_fall_too_small_to_tell_but_projected_is_amber():
    line = Book().offences(counts=SLOWLY_DOWN[:54] + FLAT[54:]).line("crime")
    assert (line.rag, line.reason) == ("AMBER", "NOT_IMPROVED_PROJECTED")
    assert 0 < line.evidence.outlook.achieving <= 4


@pytest.mark.parametrize("colour", ["AMBER", "RED", "GREEN"])
def test_improved_but_not_held_by_enough_trends_takes_the_setting(colour):
    book = Book(improved_not_sustained=colour, trend_rule="all")
    book.offences(counts=steps((200, 48), (90, 6), (130, 12)), Target_change_percent=-50)
    line = book.line("crime")
    assert (line.rag, line.reason) == (colour, "IMPROVED_NOT_SUSTAINED")
    assert 0 < line.evidence.outlook.achieving < 4
    assert f"is {colour} (this workbook's choice" in book.reading("crime")


@pytest.mark.parametrize(("rule", "needed"), [("any", 1), ("majority", 3), ("all", 4)])
def test_the_setting_says_how_many_trends_are_needed(rule, needed):
    line = Book(trend_rule=rule).offences(counts=FELL).line("crime")
    assert line.evidence.outlook.required == needed
    only = line.evidence.outlook._replace(trends=line.evidence.outlook.trends[:2])
    assert only.required == {"any": 1, "majority": 2, "all": 2}[rule]


def test_the_reading_says_how_often_one_trend_alone_came_true():
    reading = Book().offences(counts=FELL).reading("crime")
    assert "of 100 targets 30 months ahead 29 were met where one trend" in reading
    assert "as printed in the report" in reading
    assert "this workbook's choice" in reading


@pytest.mark.parametrize("direction", ["down", "up"])
def test_one_range_and_one_chance_in_fifths_stand_beside_the_trends(direction):
    # Authority: the statistics themselves, about the halved year-on-year change.
    counts = steps((100, 54), (85, 12), width=2.0)
    line = Book().offences(counts=counts, direction=direction).line("crime")
    outlook = line.evidence.outlook
    centre = next(item.total for item in outlook.trends if item.name == "YEAR_ON_YEAR")
    own = horizon.yearly_drift(counts)
    found = horizon.look_ahead(centre, 1020, months_ahead=30, own_drift=max(0.1, own))
    assert outlook.outlook.limits == (found.lower, found.upper)
    below = found.probability_below(1200)
    chance = below if direction == "down" else 1 - below
    assert outlook.outlook.fifths == horizon.in_fifths(chance)


DRIFTED = [
    *(312, 312, 310, 299, 247, 254, 211, 244, 215, 253, 235, 236),
    *(216, 235, 296, 318, 303, 337, 359, 373, 373, 309, 289, 295),
    *(311, 319, 309, 278, 294, 332, 341, 352, 317, 310, 309, 271),
    *(295, 320, 338, 286, 286, 258, 291, 269, 271, 293, 296, 307),
    *(263, 283, 284, 325, 368, 376, 302, 283, 274, 265, 260, 289),
    *(319, 313, 342, 336, 318, 292),
]
"""Months that drift: 3,510 in the baseline year and 3,593 in the latest, while their level falls."""


@pytest.mark.parametrize("direction", ["down", "up"])
def test_a_total_that_has_risen_is_never_an_improvement(direction):
    line = Book().offences(counts=DRIFTED, direction=direction).line("crime")
    test = line.evidence.test
    assert (test.before, test.latest, test.finding) == (3510, 3593, "neither")
    assert test.p == 1.0
    assert test.limits.lower <= test.ratio <= test.limits.upper
    assert (test.turns[0].at < 3510) is (direction == "down")


def test_three_months_before_the_target_date_nine_months_are_certain():
    # Three months are still to come; no total can be below the nine that are counted.
    book = Book(target_date=date(2014, 12, 31)).offences(counts=wobbling(84, 66))
    outlook = book.line("crime").evidence.outlook.outlook
    counted = sum(wobbling(84, 66)[-9:])
    assert outlook.limits.lower > counted
    assert outlook.limits.upper < counted + 2 * 252
    assert "came true in London's boroughs)" in book.sentence("crime")


def test_a_target_that_is_missed_already_has_no_chance():
    # 50 a month in the baseline year; the nine months to September have 90 each, so 600 are long passed.
    counts = [50] * 57 + [90] * 9
    line = Book(target_date=date(2014, 12, 31)).offences(counts=counts).line("crime")
    assert line.evidence.outlook.outlook.fifths == 0
    assert line.evidence.outlook.outlook.limits.lower > 810


def test_without_a_direction_there_is_a_range_but_no_chance():
    line = Book().offences(counts=FLAT, direction="none").line("crime")
    assert line.evidence.outlook.outlook.fifths is None


def test_a_series_of_nothing_has_a_range_that_is_not_nothing():
    line = Book().offences(counts=[1] * 40 + [0] * 26).line("crime")
    lower, upper = line.evidence.outlook.outlook.limits
    assert lower == 0
    assert upper > 5


def test_a_setting_that_changes_the_reading_changes_its_text():
    base = Book().offences(counts=FELL).reading("crime")
    for key, value in {
        "trend_rule": "majority",
        "improved_not_sustained": "RED",
        "drift": 0.2,
        "z": 2.5,
    }.items():
        assert Book(**{key: value}).offences(counts=FELL).reading("crime") != base, key


def test_no_reading_claims_to_be_the_formula_of_iquanta():
    book = (
        Book()
        .measure("crime", "offences", MSG_measure="crime")
        .months("crime", FELL)
        .peers([5, 6, 7, 8, 9, 10, 11, 12])
    )
    for line in book.surveys((90, 120), (95, 120)).totals(90, 70).lines():
        assert "iquanta" not in book.reading(line).lower()


def test_fewer_than_twelve_months_are_too_short():
    assert Book().offences(counts=FLAT[:11]).verdict("crime") == ("NA", "TOO_SHORT")


def test_a_month_missing_in_the_latest_twelve_is_never_taken_as_zero():
    book = Book().measure("crime", "offences").months("crime", FLAT, leaving_out=["2014-02"])
    line = book.line("crime")
    assert (line.rag, line.reason, line.figures.latest) == ("NA", "INSUFFICIENT_DATA", None)
    assert "February 2014" in line.missing


def test_an_incomplete_current_month_counts_as_missing():
    book = Book().measure("crime", "offences").months("crime", FLAT, leaving_out=["2014-09"])
    book.add(
        schema.MONTHLY, Measure="crime", Month=date(2014, 9, 1), Count=20, As_at=date(2014, 9, 12)
    )
    assert book.verdict("crime") == ("NA", "INSUFFICIENT_DATA")


def test_a_gap_in_the_baseline_year_leaves_no_baseline():
    book = Book().measure("crime", "offences").months("crime", FLAT, leaving_out=["2012-07"])
    assert book.verdict("crime") == ("NA", "NO_BASELINE")
    assert book.line("crime").figures.latest == 1200


@pytest.mark.parametrize("cells", [{}, {"Compared": "year to date"}])
def test_recording_that_began_later_is_a_reason_of_its_own(cells):
    book = Book().measure("crime", "offences", **cells)
    book.months("crime", FLAT[-17:]).recording_changed("crime", "2013-05")
    line = book.line("crime")
    assert (line.rag, line.reason) == ("NA", "RECORDED_LATER")
    assert line.missing.startswith("It is recorded since May 2013 only (counted in a new way).")


def test_months_before_a_change_of_recording_were_recorded():
    book = Book().measure("crime", "offences").months("crime", FLAT, leaving_out=["2012-07"])
    assert book.recording_changed("crime", "2013-05").verdict("crime") == ("NA", "NO_BASELINE")


@pytest.mark.parametrize(
    "end", [date(2014, 2, 28), date(2013, 6, 30), date(2013, 3, 31), date(2012, 9, 30)]
)
def test_a_latest_year_that_is_not_wholly_after_the_baseline_gets_no_colour(end):
    assert Book(period_end=end).offences(counts=FLAT).verdict("crime") == ("NA", "OVERLAP")


def test_the_first_year_that_does_not_overlap_is_judged():
    assert Book(period_end=date(2014, 3, 31)).offences(counts=FELL).verdict("crime")[0] != "NA"


def test_none_then_and_none_now_is_amber_without_a_percentage():
    line = Book().offences(counts=[0] * MONTHS).line("crime")
    assert (line.rag, line.reason) == ("AMBER", "NO_CHANGE_FROM_ZERO")
    assert line.figures.change_percent is None


@pytest.mark.parametrize(
    ("now", "colour", "finding"), [(1, "RED", "neither"), (60, "RED", "worse")]
)
@pytest.mark.parametrize("reading", list(Dispersion))
def test_from_none_to_some_is_tested_exactly_and_has_no_percentage(now, colour, finding, reading):
    counts = [0] * 54 + [now // 12 + (i < now % 12) for i in range(12)]
    line = Book(change_dispersion=reading).offences(counts=counts).line("crime")
    assert (line.rag, line.evidence.test.finding, line.figures.change_percent) == (
        colour,
        finding,
        None,
    )
    assert line.evidence.test.ratio is None  # no ratio to nothing


def test_from_many_to_none_is_an_improvement():
    line = Book().offences(counts=wobbling(20, 54) + [0] * 12).line("crime")
    assert (line.rag, line.evidence.test.finding) == ("GREEN", "better")


def test_two_small_years_are_compared_by_the_exact_test():
    line = (
        Book(change_dispersion="two_years")
        .offences(counts=[2, 1] * 27 + [1, 1, 1] + [0] * 9)
        .line("crime")
    )
    assert line.evidence.test.method == "E-test"
    assert line.evidence.test.finding is ChangeFinding.BETTER
    assert line.evidence.test.limits is None  # the interval did not decide, so it is not shown
    assert any(isinstance(caveat, SmallNumbers) for caveat in line.caveats)


def test_direction_up_mirrors_the_finding_and_the_target():
    down, up = (Book().offences(counts=FELL, direction=way).line("crime") for way in ("down", "up"))
    assert (down.rag, up.rag) == ("GREEN", "RED")
    assert (down.evidence.test.finding, up.evidence.test.finding) == (
        ChangeFinding.BETTER,
        ChangeFinding.WORSE,
    )
    assert {t.achieves for t in down.evidence.outlook.trends} == {True}
    assert {t.achieves for t in up.evidence.outlook.trends} == {False}


def test_a_measure_without_a_direction_is_never_coloured_and_has_no_target():
    line = Book().offences(counts=ROSE, direction="none").line("crime")
    assert (line.rag, line.reason) == ("NA", "NO_DIRECTION")
    assert line.evidence.test.finding is None
    assert line.evidence.outlook.threshold is None
    assert not line.caveats


def test_without_enough_months_for_any_trend_red_and_amber_cannot_be_told_apart():
    book = Book().measure("crime", "offences")
    book.months("crime", wobbling(100, 12), last="2013-03").months("crime", wobbling(100, 12))
    line = book.line("crime")
    assert (line.rag, line.reason) == ("NA", "TREND_UNKNOWN")
    assert "RED and AMBER cannot be told apart" in book.sentence("crime")


def test_with_24_months_only_two_trends_are_known_and_it_says_so():
    book = Book().measure("crime", "offences").recording_changed("crime", "2012-04")
    line = book.months("crime", wobbling(100, MONTHS)).line("crime")
    assert len(line.evidence.outlook.trends) == 2
    assert TrendsShort(2, 4) in line.caveats


def test_a_trend_below_zero_is_held_at_zero():
    counts = [max(0, round(300 - 4.5 * i)) for i in range(MONTHS)]
    line = Book().offences(counts=counts).line("crime")
    assert min(trend.total for trend in line.evidence.outlook.trends) == 0
    assert Remark.TREND_FLOORED in line.caveats


def test_a_trend_that_explodes_is_held_at_four_times_the_latest_year():
    counts = [1] * 36 + [round(1.15**i) for i in range(30)]
    line = Book().offences(counts=counts).line("crime")
    assert max(trend.total for trend in line.evidence.outlook.trends) <= 4 * line.figures.latest
    assert Remark.TREND_CAPPED in line.caveats


def test_a_target_change_moves_the_total_to_reach():
    line = Book().offences(counts=FLAT, Target_change_percent=-10).line("crime")
    assert line.evidence.outlook.threshold == pytest.approx(1080)
    assert line.evidence.outlook.achieving == 0


# -- the target date
# --------------------------------------------------------------------------------------------------


def through(months: list[int], end: date) -> Book:
    last = f"{end:%Y-%m}"
    return Book(period_end=end).measure("crime", "offences").months("crime", months, last=last)


def test_at_the_target_date_the_actual_total_takes_the_place_of_the_trends():
    end = date(2017, 3, 31)
    book = through(steps((100, 84), (97, 12)), end)
    line = book.line("crime")
    assert (line.rag, line.reason) == ("GREEN", "TARGET_MET")
    assert isinstance(line.evidence.outlook, AtTarget)
    assert line.evidence.outlook.total == 97 * 12
    assert through(steps((100, 84), (103, 12)), end).verdict("crime") == ("RED", "TARGET_NOT_MET")


@pytest.mark.parametrize("after", [50, 200])
def test_after_the_target_date_the_verdict_is_frozen(after):
    book = through(steps((100, 84), (97, 12), (after, 12)), date(2018, 3, 31))
    line = book.line("crime")
    assert (line.rag, line.reason) == ("GREEN", "TARGET_MET")
    assert line.figures.latest == after * 12
    assert "that verdict stands" in book.sentence("crime")


def test_neither_a_gap_nor_a_break_after_the_target_date_alters_the_frozen_verdict():
    end = date(2018, 3, 31)
    months = steps((100, 84), (97, 12), (97, 12))
    book = Book(period_end=end).measure("crime", "offences")
    book.months("crime", months, last="2018-03", leaving_out=["2017-09"]).recording_changed(
        "crime", "2017-06"
    )
    assert book.verdict("crime") == ("GREEN", "TARGET_MET")


def test_none_then_and_none_at_the_target_date_is_amber():
    assert through([0] * 96, date(2017, 3, 31)).verdict("crime") == ("AMBER", "NO_CHANGE_FROM_ZERO")


# -- changes of recording and revisions
# --------------------------------------------------------------------------------


def test_a_break_between_baseline_and_now_leaves_no_colour():
    book = Book().offences(counts=FLAT).recording_changed("crime", "2013-10")
    assert book.verdict("crime") == ("NA", "BREAK")
    assert "October 2013" in book.sentence("crime")


@pytest.mark.parametrize("first", ["2012-05", "2013-03", "2014-09"])
def test_a_break_inside_either_year_leaves_no_colour(first):
    assert Book().offences(counts=FLAT).recording_changed("crime", first).verdict("crime") == (
        "NA",
        "BREAK",
    )


def test_trends_and_correlation_never_reach_across_a_break_before_the_baseline():
    counts = steps((500, 36), (100, 30))
    crossed = Book().offences(counts=counts).line("crime")
    stopped = Book().offences(counts=counts).recording_changed("crime", "2012-04").line("crime")
    assert [trend.name for trend in stopped.evidence.outlook.trends] == ["OLS24", "YEAR_ON_YEAR"]
    assert len(crossed.evidence.outlook.trends) == 4
    assert (stopped.evidence.test.months, crossed.evidence.test.months) == (30, 66)
    old = Book(change_dispersion="two_years").offences(counts=counts)
    crossed = old.line("crime").evidence.test
    stopped = old.recording_changed("crime", "2012-04").line("crime").evidence.test
    assert stopped.rho is None  # 30 months since the break: no three years
    assert stopped.design_effect != crossed.design_effect


def test_a_break_after_the_period_does_not_matter():
    assert (
        Book().offences(counts=FELL).recording_changed("crime", "2014-10").verdict("crime")[0]
        == "GREEN"
    )


def test_a_revised_baseline_is_recomputed_and_says_old_and_new():
    book = Book().offences(counts=FLAT)
    book.add(
        schema.HISTORY,
        Period_end=date(2014, 6, 30),
        Line="crime",
        Baseline=1100,
        Latest=1200,
        Colour="RED",
    )
    line = book.line("crime")
    assert line.figures.baseline == 1200
    assert Revised(1100, month("2014-06"), 1200, FigureForm.COUNT) in line.caveats
    within_limit = Book().offences(counts=FLAT)
    within_limit.add(
        schema.HISTORY, Period_end=date(2014, 6, 30), Line="crime", Baseline=1195, Colour="RED"
    )
    assert Revised not in within_limit.caveats("crime")


def test_a_row_of_history_of_the_same_period_never_counts_as_a_revision():
    book = Book().offences(counts=FLAT)
    book.add(
        schema.HISTORY, Period_end=date(2014, 9, 30), Line="crime", Baseline=1000, Colour="RED"
    )
    assert Revised not in book.caveats("crime")


def test_provisional_months_are_counted_and_said():
    book = Book().measure("crime", "offences").months("crime", FELL[:-2], last="2014-07")
    book.months("crime", FELL[-2:], status="provisional")
    line = book.line("crime")
    assert line.rag == "GREEN"
    assert Provisional(2) in line.caveats


def test_suppression_is_for_what_leaves_the_building_and_leaves_the_assessment_alone():
    shown = Book().offences(counts=FELL).line("crime")
    assert Book().offences(counts=FELL, Suppress_below=5000).verdict("crime") == (
        shown.rag,
        shown.reason,
    )


def test_a_latest_year_that_does_not_start_in_april_is_aligned_by_calendar_month():
    # Every calendar month doubles exactly: aligned, no dispersion is left.
    base = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120]  # April 2012 to March 2013
    latest = [2 * count for count in (*base[6:], *base[:6])]  # October 2013 to September 2014
    book = (
        Book(change_dispersion="two_years")
        .measure("crime", "offences")
        .months("crime", base, last="2013-03")
        .months("crime", latest)
    )
    assert book.line("crime").evidence.test.phi == 1


# -- distance to the next colour
# ---------------------------------------------------------------------------------------


def test_moved_by_the_distance_the_finding_turns():
    book = Book(change_dispersion="two_years").offences(counts=FLAT)
    _, settings, _ = book.read()
    line = book.line("crime")
    at, evidence = line.evidence.test.turns[0].at, line.evidence
    assert f"({at:,.0f})" in to_next_colour(line, settings)

    def upper_limit(total: float) -> float:
        se = sqrt(evidence.test.phi * evidence.test.design_effect * (1 / 1200 + 1 / total))
        return (
            log(total / 1200) + 2.20099 * se
        )  # t on 11 degrees of freedom where the normal is 1.96

    assert upper_limit(at) < 0 < upper_limit(at + 1)


def test_for_trends_it_says_how_many_fewer_would_reach_the_target():
    book = Book().offences(counts=ROSE)
    _, settings, _ = book.read()
    line = book.line("crime")
    nearest = min(trend.total for trend in line.evidence.outlook.trends)
    assert (
        f"AMBER with another {int(nearest - 1200) + 1:,} fewer in the nearest projection"
        in to_next_colour(line, settings)
    )


# -- the figures of the report
# -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now"),
    # SP11, SP12, SP13, SP14A, SP14B of the September 2014 report; each latest total is above its
    # baseline.
    [(58805, 60260), (3935, 4253), (4365, 4912), (5236, 5466), (1051, 1198)],
)
def test_the_printed_offences_rose_so_none_is_green(before, now):
    def year(total: int) -> list[int]:
        return [total // 12 + (i < total % 12) + wobbles[i] for i in range(12)]

    wobbles = (5, -5, 2, -2, 7, -7, 1, -1, 3, -3, 4, -4)
    counts = year(before) * 4 + year(before)[:6] + year(now)
    line = Book().offences(counts=counts).line("crime")
    assert line.figures.latest == now
    assert line.rag in ("RED", "AMBER")
    assert line.figures.change_percent == pytest.approx(100 * (now / before - 1))


def test_counts_typed_as_text_are_read_as_numbers():
    book = Book().measure("crime", "offences").months("crime", FELL[:-1], last="2014-08")
    book.add(schema.MONTHLY, Measure="crime", Month=date(2014, 9, 1), Count=str(FELL[-1]))
    assert book.line("crime").figures.latest == sum(FELL[-12:])


def test_periods_are_inclusive_of_both_ends():
    assert Period(0, 11).length == 12


def test_the_dispersion_is_of_the_two_years_or_of_all_as_the_setting_says():
    """Both are the Pearson statistic about year x month over its degrees of freedom: 11 for two
    years, 11 a year more.
    """
    years = np.array(steps((100, 42), (160, 12), (90, 12), width=4.0)[-60:], dtype=float).reshape(
        5, 12
    )
    book = {
        rule: Book(change_dispersion=rule).offences(counts=years.astype(int).ravel().tolist())
        for rule in ("two_years", "all_years")
    }
    found = {rule: made.line("crime").evidence.test for rule, made in book.items()}
    expected = years.sum(1, keepdims=True) * years.sum(0, keepdims=True) / years.sum()
    assert found["all_years"].phi == pytest.approx(
        max(1, ((years - expected) ** 2 / expected).sum() / 44)
    )
    assert found["two_years"].phi != found["all_years"].phi
    assert found["two_years"].rho == found["all_years"].rho
    assert "dispersion, from the two years" in book["two_years"].reading("crime")
    assert "dispersion, from 5 complete years" in book["all_years"].reading("crime")


def test_every_month_since_recording_last_changed_is_used_and_one_not_known_is_left_out():
    # Authority: the test of levels itself, given those months by hand.
    counts = wobbling(100, 54, width=3.0) + wobbling(85, 12, width=3.0)
    book = Book().measure("crime", "offences").months("crime", counts, leaving_out=["2013-06"])
    found = book.recording_changed("crime", "2010-04").line("crime").evidence.test
    months = np.array(counts[12:], dtype=float)
    months[38] = np.nan
    expected = levels.two_years_change(months, baseline=24)
    assert found.months == expected.months == 53
    assert found.p == pytest.approx(float(expected.p))
    assert found.limits == pytest.approx((float(expected.lower), float(expected.upper)))
    assert "fit the 53 months known" in book.reading("crime")


@pytest.mark.parametrize("direction", ["down", "up"])
def test_at_the_total_that_the_distance_names_levels_would_be_found_changed(direction):
    sign = 1 if direction == "down" else -1
    counts = np.array(wobbling(100, MONTHS, width=2.0), dtype=float)
    book = Book().offences(counts=counts.astype(int).tolist(), direction=direction)
    at = book.line("crime").evidence.test.turns[0].at
    assert (1200 - at) * sign > 0
    for total, outside in ((at - 3 * sign, True), (at + 3 * sign, False)):
        moved = np.r_[counts[:-12], counts[-12:] * total / 1200]
        found = levels.two_years_change(moved, baseline=36)
        assert (float(found.upper) < 1 if sign > 0 else float(found.lower) > 1) is outside


def test_a_series_that_wanders_is_said_to_have_no_level():
    rng = np.random.default_rng(4)
    wandering = (1000 + np.cumsum(rng.normal(0, 40, MONTHS))).astype(int).tolist()
    assert Remark.WANDERS in Book().offences(counts=wandering).line("crime").caveats
    assert Remark.WANDERS not in Book().offences(counts=FLAT).line("crime").caveats


def test_a_reading_says_how_often_it_finds_a_change_that_is_none():
    rates = {"averaged": "4 to 6", "two_years": "10 to 12", "all_years": "8 to 10"}
    for rule, rate in rates.items():
        assert f"{rate} are found changed" in Book(change_dispersion=rule).offences(
            counts=FLAT
        ).reading("crime")


def test_an_exact_test_shows_no_dispersion_that_it_did_not_use():
    test = Book(change_dispersion="two_years").offences(counts=[2] * 66).line("crime").evidence.test
    assert test.method == "E-test"
    assert (test.phi, test.rho, test.design_effect, test.limits) == (None, None, None, None)


@pytest.mark.parametrize("direction", ["down", "up"])
def test_a_trend_that_equals_the_baseline_does_not_reach_it(direction):
    """Months that never change: every trend gives the baseline's total, but for rounding."""
    line = Book().offences(counts=[110] * 66, direction=direction).line("crime")
    assert line.evidence.outlook.achieving == 0
    assert line.rag == "RED"
