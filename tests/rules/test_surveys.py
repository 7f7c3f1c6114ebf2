"""Satisfaction and confidence against the baseline year

Green: 95% confident that it is better. Red: 95% confident that it is worse. Amber: no evidence
either way, or too few answers to tell. The range is Newcombe's for a difference of two
percentages.
"""

from __future__ import annotations

from tests.assessment.casebook import END, MARCH_2013, Book


def test_better(gives):
    """The whole range of the difference is above 0: green."""
    gives(Book().surveys((300, 400), (340, 400)), sat="GREEN BETTER")


def test_worse(gives):
    """The whole range of the difference is below 0: red."""
    gives(Book().surveys((340, 400), (300, 400)), sat="RED WORSE")


def test_no_evidence(gives):
    """The range includes 0: amber."""
    gives(Book().surveys((345, 410), (330, 395)), sat="AMBER NO_EVIDENCE")


def test_too_few_answers(gives):
    """The margin of 32 answers can be 17.3 points, more than the setting `largest_margin` allows:
    amber, whatever they said.
    """
    gives(Book().surveys((400, 400), (5, 32)), sat="AMBER SMALL_N")


def test_no_baseline(gives):
    """There is nothing to compare with: no colour, but a range of the percentage itself."""
    gives(Book().surveys(None, (96, 105)), sat="NA NO_BASELINE")


def test_a_percentage_without_n(gives):
    """Nobody knows how many answered: the percentage is shown, without a colour."""
    book = Book().surveys((300, 400), None).survey("sat", END, None, None, Percent=84.2)
    gives(book, sat="NA NO_N")


def by_parts(*rows: tuple[str, int, int, int, int]) -> Book:
    book = Book().measure("sat", "survey", "up")
    for part, before, n_before, now, n in rows:
        book.survey("sat", MARCH_2013, n_before, before, Part=part)
        if n:
            book.survey("sat", END, n, now, Part=part)
    return book


def test_a_mix_that_shifts(gives):
    """Both parts are as they were, 70% and 40%; added up it would be 5.7 points more: amber."""
    gives(
        by_parts(("City", 350, 500, 483, 690), ("County", 200, 500, 124, 310)),
        sat="AMBER NO_EVIDENCE",
    )


def test_a_part_that_is_missing(gives):
    """Parts of one period only have no mix that both could be compared at: no colour."""
    gives(by_parts(("City", 350, 500, 483, 690), ("County", 200, 500, 0, 0)), sat="NA MIX")
