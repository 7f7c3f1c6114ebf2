"""The dashboard as a whole, in sentences."""

from __future__ import annotations

from tests.assessment.casebook import Book
from tests.assessment.test_among_many import SAME, STRONG, WEAK, surveys
from xlperf.assessment.assessing import assess
from xlperf.tiles.dashboard_sentences import chance_in_full, chance_in_short
from xlperf.tiles.layout import head


def said(book: Book) -> tuple[str, str]:
    tables, settings, _ = book.read()
    lines = assess(tables, settings)
    return chance_in_short(lines, settings), chance_in_full(lines, settings)


def test_it_says_how_many_colours_chance_alone_would_make_beside_those_there_are():
    short, full = said(surveys(WEAK, STRONG, *[SAME] * 28))
    assert short == "By chance alone about 1.5 of 30 tested lines would be red or green; 2 are."
    assert full == (
        "30 lines have a colour; 30 of them a test could make red or green. If nothing had"
        " changed, and no force differed from its group, chance alone would make about 1.5 of these"
        " red or green (were lines independent, at most 4 in 97 of 100 such dashboards); 2 are."
        " Lines of one measure, and of one season, move together: then none or many are more"
        " frequent, and the average is the same."
    )


def test_red_by_trends_is_counted_apart():
    rising = [round(100 * 1.02**i) for i in range(60)]
    _, full = said(surveys(SAME).offences("rising", rising))
    assert "1 more is red or green without a test" in full


def test_with_a_rate_of_false_discoveries_it_says_what_that_does():
    _, full = said(surveys(WEAK, STRONG, *[SAME] * 8, false_discovery=0.1))
    assert full.endswith(
        "Lines are judged together (false_discovery 0.1): 1 line is AMBER that would be red or green"
        " by itself, and of those red or green by a test at most 10 in 100 are to be expected by"
        " chance."
    )


def test_without_a_line_that_is_tested_there_is_nothing_to_say():
    short, full = said(Book().measure("empty", "survey", "up"))
    assert short == ""
    assert full == "No line has a colour that rests on a test, so chance alone makes none."


def test_it_stands_in_the_cell_that_has_its_name():
    book = surveys(WEAK)
    tables, settings, _ = book.read()
    lines = assess(tables, settings)
    assert head(lines, tables, settings, [])["dash_chance"] == chance_in_full(lines, settings)
