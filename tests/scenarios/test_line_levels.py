"""What a line would take to have each colour, where figures are few, missing or of no use."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.assessment.casebook import END, MARCH_2013, Book, wobbling
from xlperf.assessment.assessing import judge
from xlperf.assessment.basis import Basis
from xlperf.assessment.rag import Rag, Reason
from xlperf.scenarios.level_sentences import assumptions, panel_sentences_of
from xlperf.scenarios.levers import Quantity
from xlperf.scenarios.line_levels import line_levels

if TYPE_CHECKING:
    from xlperf.scenarios.line_levels import LineLevels


def asked(book: Book, name: str, until: int | None = None) -> LineLevels:
    tables, settings, _ = book.read()
    basis = Basis(tables, settings)
    lines = judge(basis)
    return line_levels(basis, lines, next(line for line in lines if line.line == name), until)


def said(book: Book, name: str) -> str:
    _, settings, _ = book.read()
    found = asked(book, name)
    return " ".join([*panel_sentences_of(found, settings), assumptions(found, settings)])


def test_a_steady_series_needs_fewer_than_the_baseline_at_the_target_date():
    text = said(Book().offences(counts=wobbling(100, 60)), "crime")
    assert (
        "At the target date, March 2017 (30 months to come, judged by the count alone): 3,000"
        in text
    )
    assert "GREEN with 2,998 or fewer (99.9 a month, 0.1% fewer)" in text
    assert "no number up to 24,000 gives AMBER" in text
    assert "season of the same months before" in text


def test_a_target_date_that_has_passed_is_said_and_no_number_is_named():
    book = Book(target_date=date(2014, 3, 31)).offences(counts=wobbling(100, 60))
    assert asked(book, "crime").levels == ()
    assert "The target date, March 2014, has passed" in said(book, "crime")
    assert asked(book, "crime_spc").levels


@pytest.mark.parametrize("leaving_out", [["2012-06"], [f"2012-{n:02d}" for n in range(4, 13)]])
def test_with_months_of_the_baseline_year_missing_no_number_gives_a_colour(leaving_out):
    book = Book().measure("crime", "offences")
    book.months("crime", wobbling(100, 60), leaving_out=leaving_out)
    for levels in asked(book, "crime").levels:
        assert levels.colours == {Rag.NA}
    assert " gives a colour. In the baseline year there is no complete count" in said(book, "crime")


def test_a_month_of_the_latest_year_that_is_missing_does_not_hide_the_target_date():
    book = Book().measure("crime", "offences")
    book.months("crime", wobbling(100, 60), leaving_out=["2014-06"])
    found = asked(book, "crime")
    assert found.line.rag is Rag.NA
    assert found.levels[-1].colours == {Rag.GREEN, Rag.RED}
    assert "those of another year stand for them" in said(book, "crime")


def test_a_month_that_was_not_over_counts_as_missing_here_too():
    book = Book().offences(counts=wobbling(100, 59))
    book.rows["tblMonthly"][-1]["As at"] = date(2014, 9, 3)
    assert asked(book, "crime").levels[0].lever.filled


def test_counts_of_zero_are_counts():
    text = said(Book().offences(counts=[0] * 60), "crime")
    assert "0, as many as in the same months before" in text
    assert "no number up to 480 gives GREEN" in text


def test_of_a_few_the_exact_test_decides():
    found = asked(Book().offences(counts=[1, 0, 0] * 20), "crime")
    assert found.levels[0].lever.now == 4
    assert {Rag.AMBER, Rag.RED} <= found.levels[0].colours


def test_a_survey_of_one_person_has_no_colour_by_any_answer_but_by_more_answers():
    found = asked(Book().surveys((300, 400), (1, 1)), "sat")
    satisfied, people = found.levels
    assert [(band.rag, band.small) for band in satisfied.bands] == [(Rag.AMBER, True)]
    assert people.lever.quantity is Quantity.ASKED
    assert people.bands[0].last == 96
    assert people.bands[1].rag is Rag.GREEN
    text = said(Book().surveys((300, 400), (1, 1)), "sat")
    assert "no number gives GREEN or RED" in text
    assert "GREEN with 97 or more" in text


def test_a_baseline_of_few_answers_is_not_mended_by_more_answers_now():
    people = asked(Book().surveys((30, 40), (350, 400)), "sat").levels[1]
    assert [(band.rag, band.small) for band in people.bands] == [(Rag.AMBER, True)]


def test_without_a_baseline_no_number_gives_a_colour():
    text = said(Book().surveys(None, (350, 400)), "sat")
    assert "no number gives a colour. There is no result for 2012/13" in text


def test_a_survey_that_is_not_there_has_no_figure_that_could_be_another():
    text = said(Book().measure("sat", "survey", "up").owed("sat", "in development"), "sat")
    assert "no figure that could be another one" in text


def test_without_a_better_way_no_number_gives_a_colour():
    text = said(Book().offences(counts=wobbling(100, 60), direction="none"), "crime")
    assert "Neither more nor less is better." in text


def test_without_a_target_no_number_gives_a_colour():
    book = Book().offences(counts=wobbling(100, 60), Compared="target")
    assert {levels.as_it_is.reason for levels in asked(book, "crime").levels} <= {
        Reason.NO_BASELINE,
        Reason.CONFIG,
    }


def test_a_cell_that_cannot_be_read_is_not_got_round():
    book = Book().offences(counts=wobbling(100, 60), direction="sideways")
    assert all(levels.colours == {Rag.NA} for levels in asked(book, "crime").levels)
    assert "(Measures!E2) cannot be read" in said(book, "crime")


def test_words_and_amounts_are_never_coloured():
    book = Book().measure("money", "amount", "none")
    book.rows["tblAmounts"].append({"Measure": "money", "Item": "a", "Amount £m": 2})
    assert "never coloured" in said(book, "money") or "no figure" in said(book, "money")


def test_a_decision_of_a_person_is_said_and_the_colour_calculated_is_asked_about():
    text = said(Book().surveys((300, 400), (310, 400)).override("sat", "GREEN"), "sat")
    assert "shown GREEN by decision of Performance manager" in text
    assert "as now, gives AMBER" in text


def test_the_own_figure_moves_the_limits_of_the_group():
    book = Book().offences(counts=wobbling(100, 60), MSG_measure="crime")
    book.peers([400, 410, 420, 430, 440, 450, 460, 470])
    text = said(book, "crime_position")
    assert "the limits move with it" in text
    assert "RED with" in text


def test_wider_than_any_own_figure_can_be_no_number_is_outside():
    book = Book(z=2.6).offences(counts=wobbling(100, 60), MSG_measure="crime")
    book.peers([400, 410, 420, 430, 440, 450, 460, 470])
    assert "gives GREEN or RED" in said(book, "crime_position")


def test_a_month_of_ones_own_choice():
    book = Book().offences(counts=wobbling(100, 60))
    _, settings, _ = book.read()
    (levels,) = asked(book, "crime", settings.latest.last + 3).levels
    assert levels.lever.period.length == 3
    assert levels.lever.now == 300
    (levels,) = asked(book, "crime", settings.target + 6).levels
    assert levels.lever.period.last == settings.target


def test_half_a_year_and_stars_have_levers_too():
    text = said(Book().totals(400, 180, half=True), "young")
    assert "another count in the period (Apr 2014 to Sep 2014)" in text
    assert "180 (360 a year), as now, gives AMBER" in text
    assert "RED with 287 or more (574 a year, 59% more)" in text
    stars = Book().measure("stars", "rating", "up")
    for end, score in ((MARCH_2013, 3.0), (END, 3.2)):
        stars.survey("stars", end, 400, Mean_score=score)
    text = said(stars, "stars")
    assert "3.2 stars, as now, gives AMBER" in text
    assert "GREEN with 3." in text


def test_the_share_of_a_force_is_asked_in_the_decimals_that_are_published():
    book = Book().surveys((300, 400), (320, 400), MSG_measure="sat")
    book.peers([80.3, 81, 82, 83, 84, 85, 86, 87], name="sat", shares=True)
    (levels,) = asked(book, "sat_position").levels
    assert (levels.lever.now, levels.lever.unit) == (803, 0.001)
    red = next(band for band in levels.bands if band.rag is Rag.RED)
    assert f"RED with {red.last / 10:.1f}% or less" in said(book, "sat_position")


def test_a_colour_that_only_none_gives_is_named_without_or_fewer():
    text = said(Book(z=1.0).offences(counts=[*[2, 0, 1] * 8, *[1, 0, 0] * 12]), "crime")
    assert "0 or fewer" not in text


def test_a_percentage_between_two_counts_has_the_colour_of_its_line():
    book = Book().measure("sat", "survey", "up")
    for end, percent in ((MARCH_2013, 80.0), (END, 86.1)):
        book.survey("sat", end, 371, Percent=percent)
    line = asked(book, "sat").line
    assert f"as now, gives {line.rag}" in said(book, "sat")
