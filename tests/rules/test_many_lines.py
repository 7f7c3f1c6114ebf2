"""All lines judged together

Of forty lines tested, chance alone makes one or two red or green. With the setting
`false_discovery` above 0 (0.10 here) a colour stays only where it is strong enough among as many.
"""

from __future__ import annotations

from tests.assessment.casebook import END, MARCH_2013, Book


def _surveys(*latest: int) -> Book:
    """Measures with 750 satisfied of 1,000 in the baseline year, and these in the latest."""
    book = Book(false_discovery=0.1)
    for number, satisfied in enumerate(latest, 1):
        name = f"survey{number}"
        book.measure(name, "survey", "up")
        book.survey(name, MARCH_2013, 1000, 750).survey(name, END, 1000, satisfied)
    return book


def test_too_weak_among_as_many(gives):
    """A green by itself whose p is too large among the lines tested: amber."""
    gives(_surveys(790, 752, 749, 751), survey1="AMBER AMONG_MANY")


def test_strong_enough(gives):
    """The same among fewer lines, or a smaller p among as many: green."""
    gives(_surveys(790, 752), survey1="GREEN BETTER")
    gives(_surveys(850, 752, 749, 751), survey1="GREEN BETTER")


def test_a_decision_of_people(gives):
    """What people decided stays, whatever the lines would be together."""
    book = _surveys(790, 752, 749, 751).override("survey1", "GREEN")
    gives(book, survey1="GREEN AMONG_MANY")
