"""Rule 4: shares against the baseline year, other proportions, and star ratings."""

from __future__ import annotations

from datetime import date

import pytest

from tests.assessment.casebook import END, MARCH_2013, Book, month
from xlperf.assessment.caveats import (
    AssumedDesignEffect,
    ImpossiblePercentage,
    Remark,
    Revised,
    Stale,
)
from xlperf.assessment.evidence import Alone
from xlperf.stats import intervals
from xlperf.tables import schema
from xlperf.tables.measure_kinds import FigureForm
from xlperf.tiles.caveat_sentences import caveats_text
from xlperf.tiles.distance import to_next_colour
from xlperf.tiles.layout import notes


def test_with_95_percent_confidence_better_is_green_and_worse_red():
    assert Book().surveys((300, 400), (340, 400)).verdict("sat") == ("GREEN", "BETTER")
    assert Book().surveys((340, 400), (300, 400)).verdict("sat") == ("RED", "WORSE")
    assert Book().surveys((345, 410), (330, 395)).verdict("sat") == ("AMBER", "NO_EVIDENCE")


def test_the_interval_is_newcombes():
    # Newcombe 1998, table II, example (a): 56/70 and 48/80, difference 0.2000, method 10: 0.0524 to
    # 0.3339.
    evidence = Book(largest_margin=50).surveys((48, 80), (56, 70)).line("sat").evidence
    assert (
        round(evidence.result.estimate, 4),
        round(evidence.result.limits.lower, 4),
        round(evidence.result.limits.upper, 4),
    ) == (0.2, 0.0524, 0.3339)


def test_a_rate_that_should_fall_mirrors_the_colours():
    assert Book().surveys((300, 400), (340, 400), "down").verdict("sat") == ("RED", "WORSE")


def test_without_a_baseline_there_is_no_colour_but_an_interval():
    line = Book().surveys(None, (96, 105)).line("sat")
    assert (line.rag, line.reason) == ("NA", "NO_BASELINE")
    assert isinstance(line.evidence.result, Alone)


def test_the_32_victims_of_the_report_are_amber_for_small_numbers():
    # Report, 10.2: 90.6% of 32, "a confidence interval of 17%", amber. The margin is the worst
    # case, 17.3 points.
    book = Book().surveys(None, (29, 32))
    line = book.line("sat")
    assert (line.rag, line.reason) == ("AMBER", "SMALL_N")
    assert round(line.evidence.result.margin, 1) == 17.3
    assert (
        round(line.evidence.result.limits.lower, 3),
        round(line.evidence.result.limits.upper, 3),
    ) == (
        0.758,
        0.968,
    )  # Wilson, 75.8 to 96.8
    assert "17.3 points" in book.sentence("sat")


def test_small_numbers_in_either_period_never_give_red_or_green():
    assert Book().surveys((5, 32), (400, 400)).verdict("sat") == ("AMBER", "SMALL_N")
    assert Book().surveys((400, 400), (5, 32)).verdict("sat") == ("AMBER", "SMALL_N")
    assert "the baseline survey (n = 32)" in Book().surveys((5, 32), (400, 400)).sentence("sat")


def test_small_numbers_may_be_na_by_a_setting():
    book = Book(small_survey="na").surveys((20, 32), (29, 32))
    assert book.verdict("sat") == ("NA", "SMALL_N")
    assert "small numbers: NA" in book.reading("sat")


@pytest.mark.parametrize(("n", "reason"), [(96, "SMALL_N"), (97, "NO_EVIDENCE")])
def test_the_margin_decides_what_is_small(n, reason):
    # 1.96 x sqrt(0.25 / 97) = 9.95 points, of 96 it is 10.002.
    assert Book().surveys((n // 2, n), (n // 2, n)).verdict("sat")[1] == reason


def test_a_little_above_small_the_interval_is_printed_wide_as_it_is():
    book = Book().surveys((60, 99), (66, 99))
    assert book.verdict("sat") == ("AMBER", "NO_EVIDENCE")
    assert "+6.1 points, 95% range −7.2 to +19.1" in book.sentence("sat")


@pytest.mark.parametrize(
    ("before", "now"), [((100, 100), (100, 100)), ((0, 100), (0, 100)), ((99, 100), (100, 100))]
)
def test_at_0_and_100_percent_there_is_no_false_certainty(before, now):
    line = Book().surveys(before, now).line("sat")
    assert line.rag == "AMBER"
    assert line.evidence.result.limits.lower < 0 < line.evidence.result.limits.upper
    assert -1 <= line.evidence.result.limits.lower <= line.evidence.result.limits.upper <= 1


def test_nobody_asked_is_no_result():
    assert Book().surveys((300, 400), (0, 0)).verdict("sat") == ("NA", "CONFIG")


def test_a_percentage_impossible_for_its_n_is_judged_and_queried():
    # Report, footnote ii: 37.5% of 65 cannot be (24 is 36.9, 25 is 38.5).
    book = Book().surveys((200, 400), None).survey("sat", END, 105, None, Percent=37.5)
    line = book.line("sat")
    assert ImpossiblePercentage("37.5", 105) in line.caveats
    assert line.rag != "NA"
    possible = Book().surveys((200, 400), None).survey("sat", END, 104, None, Percent=37.5)
    assert Remark.PERCENT_ONLY in possible.line("sat").caveats


def test_a_percentage_without_n_is_shown_but_not_coloured():
    line = Book().surveys((300, 400), None).survey("sat", END, None, None, Percent=84.2).line("sat")
    assert (line.rag, line.reason, line.figures.latest) == ("NA", "NO_N", pytest.approx(0.842))
    line = (
        Book()
        .surveys(None, (300, 400))
        .survey("sat", MARCH_2013, None, None, Percent=84.2)
        .line("sat")
    )
    assert (line.rag, line.reason) == ("NA", "NO_N")
    assert "baseline" in line.missing


def test_a_weighted_survey_counts_n_over_its_design_effect():
    assert Book().surveys((300, 400), (328, 400)).verdict("sat")[0] == "GREEN"
    book = Book().surveys((300, 400), (328, 400), Design_effect=2)
    weighted = book.line("sat")
    assert (weighted.rag, weighted.evidence.design_effect) == ("AMBER", 2)
    as_if = Book().surveys((150, 200), (164, 200)).line("sat")
    assert weighted.evidence.result.limits == pytest.approx(as_if.evidence.result.limits)
    assert "n / 2" in book.reading("sat")
    assert Book().surveys((150, 190), (164, 190), Design_effect=2).verdict("sat")[1] == "SMALL_N"


def test_windows_that_share_months_with_the_baseline_are_not_compared():
    book = (
        Book(period_end=date(2014, 2, 28))
        .surveys((300, 400), None)
        .survey("sat", date(2013, 12, 31), 400, 340)
    )
    assert book.verdict("sat") == ("NA", "OVERLAP")
    small = (
        Book(period_end=date(2014, 2, 28))
        .surveys((20, 32), None)
        .survey("sat", date(2013, 12, 31), 32, 29)
    )
    assert small.verdict("sat") == ("NA", "OVERLAP")  # no colour, not even for small numbers


@pytest.mark.parametrize("first", ["2012-06", "2013-10", "2014-09"])
def test_a_change_of_question_or_mode_is_not_compared_across(first):
    assert Book().surveys((300, 400), (340, 400)).recording_changed("sat", first).verdict(
        "sat"
    ) == ("NA", "BREAK")


def test_a_change_before_the_baseline_does_not_matter():
    assert (
        Book().surveys((300, 400), (340, 400)).recording_changed("sat", "2012-04").verdict("sat")[0]
        == "GREEN"
    )


def test_an_older_result_is_judged_and_dated():
    book = Book().surveys((300, 400), None).survey("sat", date(2014, 6, 30), 400, 340)
    line = book.line("sat")
    assert line.rag == "GREEN"
    assert Stale(month("2014-06")) in line.caveats


def test_a_later_result_is_not_used():
    book = Book().surveys((300, 400), (340, 400)).survey("sat", date(2014, 12, 31), 400, 1)
    assert book.verdict("sat") == ("GREEN", "BETTER")


def test_a_result_without_any_figure_gives_way_to_the_newest_that_has_one():
    book = (
        Book()
        .surveys((300, 400), None)
        .survey("sat", date(2014, 6, 30), 400, 340)
        .survey("sat", END)
    )
    assert book.line("sat").figures.latest == 0.85


def test_without_a_result_the_known_baseline_is_kept():
    line = Book().surveys((300, 400), None).line("sat")
    assert (line.rag, line.reason, line.figures.baseline) == ("NA", "NO_DATA", 0.75)


def test_a_revised_baseline_is_said_in_per_cent():
    book = Book().surveys((300, 400), (340, 400))
    book.add(schema.HISTORY, Period_end=date(2014, 6, 30), Line="sat", Baseline=0.7, Colour="AMBER")
    assert Revised(0.7, month("2014-06"), 0.75, FigureForm.SHARE) in book.line("sat").caveats


def test_a_survey_without_a_direction_is_shown_only():
    line = Book().surveys((300, 400), (340, 400), "none").line("sat")
    assert (line.rag, line.reason, line.evidence.result.turns) == ("NA", "NO_DIRECTION", ())


@pytest.mark.parametrize("design_effect", [1.0, 1.7])
def test_moved_to_the_next_colour_the_line_has_it(design_effect):
    before, n = (345, 410), 395
    line = Book().surveys(before, (330, n), Design_effect=design_effect).line("sat")
    assert [str(turn.rag) for turn in line.evidence.result.turns] == ["RED", "GREEN"]
    for turn, back in zip(line.evidence.result.turns, (1, -1), strict=True):
        k = round(turn.at * n)
        assert (
            Book().surveys(before, (k, n), Design_effect=design_effect).verdict("sat")[0]
            == turn.rag
        )
        assert (
            Book().surveys(before, (k + back, n), Design_effect=design_effect).verdict("sat")[0]
            == "AMBER"
        )


def test_a_small_survey_says_how_many_answers_it_takes():
    book = Book().surveys(None, (29, 32))
    assert (
        to_next_colour(book.line("sat"), book.read()[1])
        == "a colour needs about 97 answers in each survey"
    )


# -- the figures of the report
# -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now"),
    # SP7, SP8, SP9, SP12, SP13, SP14A of the September 2014 report, in per cent: all fell.
    [(84.2, 83.4), (82.9, 80.6), (84.5, 84.0), (89.7, 88.3), (78.1, 76.0), (85.9, 84.5)],
)
@pytest.mark.parametrize("n", [200, 1000, 5000])
def test_satisfaction_that_fell_is_never_green(before, now, n):
    book = (
        Book().measure("sat", "survey", "up").survey("sat", MARCH_2013, n, round(n * before / 100))
    )
    assert book.survey("sat", END, n, round(n * now / 100)).verdict("sat")[0] in ("AMBER", "RED")


@pytest.mark.parametrize(
    ("before", "now", "least"),
    # SP10 and SP14B rose. Wald needs n of 233 and 433 a period; Newcombe a little more (numbers N22
    # and the property list).
    [(75.3, 82.7, 233), (75.5, 81.0, 433)],
)
def test_satisfaction_that_rose_is_never_red_and_green_only_with_enough_asked(before, now, least):
    def verdict(n: int) -> str:
        book = (
            Book().measure("sat", "survey", "up").survey("sat", MARCH_2013, n, None, Percent=before)
        )
        return book.survey("sat", END, n, None, Percent=now).verdict("sat")[0]

    assert verdict(least - 20) == "AMBER"
    assert verdict(least + 20) == "GREEN"


# -- ratings
# --------------------------------------------------------------------------------------------------


def stars(
    before: tuple[float, int | None] | None,
    now: tuple[float, int | None] | None,
    direction: str = "up",
) -> Book:
    book = Book().measure("stars", "rating", direction)
    for end, result in ((MARCH_2013, before), (END, now)):
        if result is not None:
            book.survey("stars", end, result[1], None, Mean_score=result[0])
    return book


def test_ratings_are_judged_with_the_widest_spread_a_mean_can_have():
    line = stars((2.5, 200), (3.4, 200)).line("stars")
    assert line.rag == "GREEN"
    widest = (
        1.96 * ((2.5 * 1.5 + 1.6 * 2.4) / 200) ** 0.5
    )  # largest variance of a mean m of 1 to 5: (5 - m)(m - 1)
    assert (
        line.evidence.result.limits.upper - line.evidence.result.limits.lower
    ) / 2 == pytest.approx(widest, rel=0.02)
    assert Remark.WORST_CASE_SPREAD in line.caveats
    assert stars((2.5, 20), (3.4, 20)).verdict("stars") == ("AMBER", "NO_EVIDENCE")
    assert stars((2.5, 200), (3.4, 200), "down").verdict("stars")[0] == "RED"


def test_ratings_say_what_is_missing():
    assert stars(None, (3.4, 200)).verdict("stars") == ("NA", "NO_BASELINE")
    assert stars((2.5, 200), (3.4, None)).verdict("stars") == ("NA", "NO_N")
    assert stars((2.5, None), (3.4, 200)).verdict("stars") == ("NA", "NO_N")
    assert stars((2.5, 200), None).verdict("stars") == ("NA", "NO_DATA")
    assert stars((2.5, 200), (3.4, 200)).recording_changed("stars", "2013-10").verdict("stars") == (
        "NA",
        "BREAK",
    )


# A design effect that is assumed


def notes_of(book: Book) -> list[str]:
    return notes(tuple(book.lines().values()), book.read()[0])


def assumed(line):
    return next((item for item in line.caveats if isinstance(item, AssumedDesignEffect)), None)


def test_an_assumed_design_effect_is_said_with_what_another_would_do():
    # The range with 1.5 is that of the same shares of two thirds of the answers.
    line = Book().surveys((345, 410), (330, 395)).line("sat")
    caveat = assumed(line)
    found = intervals.newcombe(345 / 1.5, 410 / 1.5, 330 / 1.5, 395 / 1.5)
    assert caveat.limits == pytest.approx((float(found.lower), float(found.upper)))
    assert (caveat.rag, caveat.as_it_is) == ("AMBER", "AMBER")
    assert "with 1.5 the range is −6.9 to +5.6 points, AMBER as it is" in caveats_text(line)


def test_a_colour_that_hangs_on_the_assumption_is_among_the_notes():
    book = Book().surveys((300, 400), (325, 400))
    assert book.verdict("sat")[0] == "GREEN"
    assert "and the colour AMBER instead of GREEN" in caveats_text(book.line("sat"))
    assert any(
        "if less exact, it would be AMBER instead of GREEN" in note for note in notes_of(book)
    )
    steady = Book().surveys((300, 400), (340, 400))
    assert assumed(steady.line("sat")).rag == "GREEN"
    assert not any("less exact" in note for note in notes_of(steady))


def test_a_design_effect_of_1_that_was_typed_is_not_assumed():
    typed = Book().surveys((300, 400), (325, 400), Design_effect=1)
    assert assumed(typed.line("sat")) is None
    assert typed.verdict("sat")[0] == "GREEN"


def test_where_n_is_small_another_design_effect_makes_it_too_small():
    line = Book().surveys((80, 120), (90, 120)).line("sat")
    assert line.reason == "NO_EVIDENCE"
    assert "with 1.5 it is too small to judge, with a margin of 11.0 points" in caveats_text(line)
    already = Book().surveys((20, 32), (29, 32)).line("sat")
    assert "with a margin of 21.2 points, AMBER as it is" in caveats_text(already)
    alone = Book().surveys(None, (96, 105)).line("sat")
    assert "too small to judge" in caveats_text(alone)


def test_nothing_is_said_of_colours_where_a_line_has_none():
    for book in (
        Book().surveys((300, 400), (325, 400), "none"),
        Book().surveys((300, 400), (325, 400)).survey("sat", END, "x", 3),
    ):
        line = book.line("sat")
        said = caveats_text(line)
        assert line.rag == "NA"
        assert not any(colour in said for colour in ("AMBER", "GREEN", "RED"))
        assert not any("less exact" in note for note in notes_of(book))
    uncoloured = Book().surveys((300, 400), (325, 400), "none").line("sat")
    assert "with 1.5 the range is −0.8 to +13.2 points." in caveats_text(uncoloured)


def test_the_design_effect_of_a_rating_widens_its_range():
    def width(**cells) -> float:
        book = Book().measure("stars", "rating", "up", **cells)
        for end in (MARCH_2013, END):
            book.survey("stars", end, 100, None, Mean_score=3.5)
        low, high = book.line("stars").evidence.result.limits
        return high - low

    assert width(Design_effect=4) > 1.8 * width()
