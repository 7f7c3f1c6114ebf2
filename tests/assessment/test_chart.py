"""Rule 3: the mean of the latest six months against lines from the twelve before."""

from __future__ import annotations

from datetime import date
from math import sqrt
from statistics import mean, stdev

import pytest

from tests.assessment.casebook import Book, wobbling
from xlperf.assessment.caveats import Autocorrelated, ReadingMatters, Remark, Season
from xlperf.assessment.rag import Rag
from xlperf.stats import levels
from xlperf.stats.chance import line_chance
from xlperf.stats.same_months import same_months_change
from xlperf.tables import schema

HIGH_JULY = [100, 90, 80, 90, 110, 130, 160, 130, 110, 100, 90, 90]
"""A season, January first."""


def chart(
    before: list[int], recent: list[int], direction: str = "down", **settings: object
) -> Book:
    """A series of just the eighteen months that count."""
    return Book(**settings).offences(counts=[*before, *recent], direction=direction)


BEFORE = [90, 110] * 6


def test_the_lines_are_those_of_single_months_as_the_report_prints():
    evidence = chart(BEFORE, [100] * 6).line("crime_spc").evidence
    assert evidence.centre == mean(BEFORE)
    assert evidence.limits.upper == pytest.approx(100 + 1.96 * stdev(BEFORE))
    assert evidence.limits.lower == pytest.approx(100 - 1.96 * stdev(BEFORE))


def test_the_p_beside_the_colour_is_that_of_the_test_of_levels():
    book = chart(BEFORE, [110] * 6)
    test = book.line("crime_spc").evidence.test
    assert test.p == pytest.approx(float(levels.six_months_change([*BEFORE, *[110] * 6]).p))
    assert (test.months, test.season) == (18, False)
    assert "cannot tell season, drift and change apart" in book.sentence("crime_spc")


def test_all_months_since_recording_last_changed_say_what_is_season_and_how_alike_neighbours_are():
    # Authority: the statistics themselves, given those months by hand.
    counts = [HIGH_JULY[(3 + i) % 12] + (7 * i) % 11 for i in range(66)]
    book = Book().offences(counts=counts).recording_changed("crime", "2010-01")
    evidence = book.line("crime_spc").evidence
    known = counts[9:]
    assert evidence.test.p == pytest.approx(float(levels.six_months_change(known).p))
    assert (evidence.test.months, evidence.test.season) == (57, True)
    assert evidence.chance == line_chance(known)
    same = same_months_change(known)
    assert evidence.same_months == (float(same.ratio), float(same.p), 4)
    sentence = book.sentence("crime_spc")
    assert "Season and neighbouring months allowed for, p " in sentence
    assert "the same months of four earlier years p " in sentence
    assert "of 100 cases of a series like this one" in sentence


@pytest.mark.parametrize("recent", [60, 85, 95, 100, 104, 115, 140])
def test_the_lines_of_levels_colour_as_its_p_says(recent):
    line = chart(BEFORE, [recent + (i % 3) for i in range(6)], spc_basis="levels").line("crime_spc")
    test = line.evidence.test
    assert (line.rag == "AMBER") is (test.p > 0.05)
    assert (line.rag == "GREEN") is (test.limits.upper < 1)
    assert (line.rag == "RED") is (test.limits.lower > 1)


def test_lines_for_single_months_say_how_often_chance_crosses_them():
    sentence = chart(BEFORE, [100] * 6).sentence("crime_spc")
    assert "in 1 to 3 of 100 cases of series of this kind" in sentence  # 18 months: of its kind
    assert "Chance" not in chart(BEFORE, [100] * 6, spc_basis="levels").sentence("crime_spc")


@pytest.mark.parametrize(
    ("recent", "down", "up"),
    [
        (125, ("RED", "ABOVE_UPPER"), ("GREEN", "ABOVE_UPPER")),
        (75, ("GREEN", "BELOW_LOWER"), ("RED", "BELOW_LOWER")),
    ],
)
def test_outside_the_lines_is_coloured_by_the_direction(recent, down, up):
    assert chart(BEFORE, [recent] * 6).verdict("crime_spc") == down
    assert chart(BEFORE, [recent] * 6, "up").verdict("crime_spc") == up


def test_between_the_lines_is_amber_and_other_readings_stand_beside():
    line = chart(BEFORE, [115] * 6).line("crime_spc")
    assert (line.rag, line.reason) == ("AMBER", "BETWEEN_LINES")
    assert dict(line.evidence.others) == {"levels": "RED", "mean": "RED", "xmr": "AMBER"}
    assert ReadingMatters(Rag.AMBER, Rag.RED) in line.caveats


@pytest.mark.parametrize("basis", ["points", "mean", "xmr"])
def test_each_basis_is_a_setting_with_its_own_reading(basis):
    book = chart(BEFORE, [115] * 6, spc_basis=basis)
    line = book.line("crime_spc")
    assert line.rag == {"points": "AMBER", "mean": "RED", "xmr": "AMBER"}[basis]
    half = {
        "points": 1.96 * stdev(BEFORE),
        "mean": 2.20099 * stdev(BEFORE) * sqrt(1 / 6 + 1 / 12),
        "xmr": 1.96 * 20 / 1.128,
    }
    assert line.evidence.limits.upper == pytest.approx(100 + half[basis], rel=1e-5)
    said = "as printed in the report" if basis == "points" else "this workbook's choice"
    assert said in book.reading("crime_spc").split("; z = 1.96")[0]


def test_points_says_it_is_about_a_99_8_percent_line_and_follows_z():
    assert "99.8% line" in chart(BEFORE, [100] * 6).reading("crime_spc")
    wider = chart(BEFORE, [100] * 6, z=1.1).reading("crime_spc")
    assert "95% line" in wider
    assert "z = 1.1, this workbook's choice; the report has 1.96" in wider


def test_the_same_six_months_a_year_before_stand_beside():
    before = [10, 20, 30, 40, 50, 60, 100, 100, 100, 100, 100, 100]
    assert chart(before, [50] * 6).line("crime_spc").evidence.last_year == 35


def test_the_assessed_months_are_never_part_of_the_lines():
    # docs/methods-evidence.md, Traps: with overlap the lines could never be crossed.
    calm, wild = (
        chart(BEFORE, recent).line("crime_spc").evidence for recent in ([100] * 6, [900] * 6)
    )
    assert calm.limits == wild.limits


def test_fewer_than_eighteen_months_are_too_short():
    assert Book().offences(counts=[100] * 17).verdict("crime_spc") == ("NA", "TOO_SHORT")


def test_a_gap_in_the_eighteen_leaves_no_colour():
    book = (
        Book()
        .measure("crime", "offences")
        .months("crime", wobbling(100, 30), leaving_out=["2013-08"])
    )
    assert book.verdict("crime_spc") == ("NA", "INSUFFICIENT_DATA")
    assert "August 2013" in book.sentence("crime_spc")


def test_a_month_taken_before_it_was_over_is_a_gap():
    book = (
        Book()
        .measure("crime", "offences")
        .months("crime", wobbling(100, 30), leaving_out=["2014-09"])
    )
    book.add(
        schema.MONTHLY, Measure="crime", Month=date(2014, 9, 1), Count=1, As_at=date(2014, 9, 8)
    )
    assert book.verdict("crime_spc") == ("NA", "INSUFFICIENT_DATA")


def test_twelve_equal_months_are_amber_for_small_numbers():
    for recent in ([50] * 6, [80] * 6):
        assert chart([50] * 12, recent).verdict("crime_spc") == ("AMBER", "SMALL_NUMBERS")


def test_a_mean_below_five_a_month_is_amber_for_small_numbers():
    before = [0, 0, 0, 1, 0, 0, 0, 0, 12, 0, 0, 0]  # mostly zeros
    assert chart(before, [40] * 6).verdict("crime_spc") == ("AMBER", "SMALL_NUMBERS")
    assert chart([4, 6] * 6, [40] * 6).verdict("crime_spc")[0] == "RED"  # five a month is judged
    assert chart([4, 6] * 6, [40] * 6, small_months=5.5).verdict("crime_spc")[1] == "SMALL_NUMBERS"


def test_a_lower_line_below_zero_is_floored_and_says_no_fall_can_cross_it():
    line = chart([1, 30] * 6, [0] * 6).line("crime_spc")
    assert line.evidence.limits.lower == 0
    assert (line.rag, line.reason) == ("AMBER", "ON_LINE")
    assert Remark.NO_LOWER_LINE in line.caveats


def test_a_seasonal_measure_shows_the_verdict_with_the_season_taken_out():
    counts = [HIGH_JULY[(3 + i) % 12] for i in range(66)]
    line = Book().offences(counts=counts).line("crime_spc")
    (season,) = (caveat for caveat in line.caveats if isinstance(caveat, Season))
    assert season.rag is Rag.AMBER
    assert season.lower <= season.mean <= season.upper
    assert season.mean < line.figures.latest  # April to September is the high half


def test_the_season_is_taken_out_first_when_the_setting_says_so():
    counts = [HIGH_JULY[(3 + i) % 12] + (i % 5) for i in range(66)]
    shown = Book().offences(counts=counts).line("crime_spc")
    book = Book(spc_season="use").offences(counts=counts)
    used = book.line("crime_spc")
    assert Remark.SEASON_TAKEN_OUT in used.caveats
    assert used.figures.latest < shown.figures.latest
    assert "season was taken out first" in book.reading("crime_spc")
    assert used.evidence.last_year == shown.evidence.last_year  # as recorded


def test_the_season_is_never_learnt_from_before_a_change_of_recording():
    counts = [HIGH_JULY[(3 + i) % 12] for i in range(66)]
    book = Book().offences(counts=counts).recording_changed("crime", "2011-10")
    assert Season not in book.caveats("crime_spc")  # 30 months before the latest six


def test_months_that_hang_together_are_said():
    counts = [round(100 + 0.6 * abs((i % 30) - 15) ** 1.5) for i in range(66)]
    assert Autocorrelated in Book().offences(counts=counts).caveats("crime_spc")


def test_the_unequal_length_of_months_is_stated():
    assert "unequal lengths" in chart(BEFORE, [100] * 6).reading("crime_spc")


def test_a_break_within_the_eighteen_leaves_no_colour():
    for first in ("2013-05", "2014-04", "2014-09"):
        book = Book().offences(counts=wobbling(100, 66)).recording_changed("crime", first)
        assert book.verdict("crime_spc") == ("NA", "BREAK"), first


def test_a_step_change_accepted_by_the_board_starts_new_lines_eighteen_months_on():
    counts = wobbling(100, 48) + wobbling(200, 18)
    book = Book().offences(counts=counts).recording_changed("crime", "2013-04")
    line = book.line("crime_spc")
    assert line.rag == "AMBER"
    assert line.evidence.centre == 200


def test_exactly_on_a_line_is_inside():
    # Mean 100 and SD 10 x sqrt(12/11); one SD wide the upper line is 100 + SD; scaled so that the
    # mean of six is on it.
    before = [89, 111] * 6
    sd = stdev(before)
    line = chart(before, [111] * 6, z=11 / sd).line("crime_spc")
    assert line.evidence.limits.upper == pytest.approx(111, rel=1e-12)
    assert (line.rag, line.reason) == ("AMBER", "ON_LINE")


def test_without_a_direction_there_are_lines_but_no_colour():
    line = chart(BEFORE, [200] * 6, "none").line("crime_spc")
    assert (line.rag, line.reason, line.evidence.others) == ("NA", "NO_DIRECTION", ())
    assert line.evidence.limits.upper is not None
    assert not line.caveats
