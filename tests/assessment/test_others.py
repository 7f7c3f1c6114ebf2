"""Families with a reduction, savings in exact decimals, and words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.assessment.casebook import END, MARCH_2013, Book, wobbling
from xlperf.assessment.caveats import CountedDifferently, Stale
from xlperf.tables import schema
from xlperf.tiles.distance import to_next_colour
from xlperf.tiles.figures import figure
from xlperf.tiles.layout import fields


def families(*rows: tuple[str, date, str, int, int, int, int]) -> Book:
    """(council, period end, counting, engaged, ASB only, offending only, both)."""
    book = Book().measure("fam", "families", "up")
    for council, end, counting, engaged, asb, offending, both in rows:
        book.add(
            schema.FAMILIES,
            Measure="fam",
            Council=council,
            Period_end=end,
            Counting=counting,
            Engaged=engaged,
            ASB_only=asb,
            Offending_only=offending,
            Both=both,
        )
    return book


def test_each_council_counts_in_its_own_way_and_the_other_ways_are_shown():
    book = families(("City", END, "or", 200, 20, 10, 30), ("County", END, "and", 300, 40, 20, 30))
    line = book.line("fam")
    assert line.figures.latest == pytest.approx((60 + 30) / 500)
    assert (
        CountedDifferently((("City", "or"), ("County", "and")), 60 / 500, 150 / 500) in line.caveats
    )
    assert (line.rag, line.reason) == ("NA", "NO_BASELINE")


def test_families_are_compared_only_with_the_same_councils_counted_the_same_way():
    now = ("City", END, "or", 400, 40, 40, 80)
    assert families(now, ("City", MARCH_2013, "or", 400, 20, 20, 40)).verdict("fam") == (
        "GREEN",
        "BETTER",
    )
    assert families(now, ("City", MARCH_2013, "or", 400, 40, 40, 70)).verdict("fam") == (
        "AMBER",
        "NO_EVIDENCE",
    )
    for before in (
        ("City", MARCH_2013, "and", 400, 20, 20, 40),
        ("Town", MARCH_2013, "or", 400, 20, 20, 40),
        ("City", MARCH_2013, "or", 0, 0, 0, 0),
    ):
        assert families(now, before).verdict("fam") == ("NA", "NO_BASELINE")
    two = (("City", MARCH_2013, "or", 400, 20, 20, 40), ("Town", MARCH_2013, "or", 400, 0, 0, 0))
    assert families(now, *two).verdict("fam") == ("NA", "NO_BASELINE")


def test_few_families_are_small_numbers():
    book = families(("City", END, "or", 40, 4, 4, 8), ("City", MARCH_2013, "or", 400, 20, 20, 40))
    assert book.verdict("fam") == ("AMBER", "SMALL_N")


def test_families_of_overlapping_halves_or_across_a_change_are_not_compared():
    before = ("City", MARCH_2013, "or", 400, 20, 20, 40)
    book = families(("City", date(2013, 6, 30), "or", 400, 40, 40, 80), before)
    assert book.verdict("fam") == ("NA", "OVERLAP")
    book = families(("City", END, "or", 400, 40, 40, 80), before).recording_changed(
        "fam", "2014-01"
    )
    assert book.verdict("fam") == ("NA", "BREAK")


def test_families_of_the_baseline_only_are_no_news():
    book = families(("City", MARCH_2013, "or", 400, 20, 20, 40))
    assert book.verdict("fam") == ("NA", "NO_DATA")
    assert "There is no count after 2012/13." in book.sentence("fam")


def test_no_family_engaged_is_no_share():
    line = families(("City", END, "or", 0, 0, 0, 0)).line("fam")
    assert (line.rag, line.reason, line.figures.latest) == ("NA", "NO_DATA", None)


def test_savings_add_up_exactly():
    # Report, 22.1 and 22.2: 7.8 realised, 9.5 identified, 5.7 to find, 23.0 required.
    book = Book()
    amounts = {"required": "23.0", "realised": "7.8", "identified": "9.5", "to find": "5.7"}
    for item, value in amounts.items():
        name = item.replace(" ", "_")
        book.measure(name, "amount", "none").add(
            schema.AMOUNTS, Measure=name, Item=item, pounds_million=float(value)
        )
    lines = book.lines()
    parts = [lines[name].figures.latest for name in ("realised", "identified", "to_find")]
    assert sum(parts) == lines["required"].figures.latest == Decimal("23.0")
    assert 23 - 17.3 != 5.7  # what binary numbers would say
    assert (
        figure(lines["required"].figures.latest, lines["required"].evidence.form) == "£23.0 million"
    )
    assert {line.reason for line in lines.values()} == {"NOT_ASSESSED"}


def test_words_are_shown_and_not_coloured():
    book = (
        Book()
        .measure("plan", "text", "none")
        .owed("plan", "received", Remark="Training began in May")
    )
    line = book.line("plan")
    assert (line.rag, line.reason, line.evidence.text) == (
        "NA",
        "NOT_ASSESSED",
        "Training began in May",
    )


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("awaited", "NOT_RECEIVED"),
        ("with its board", "NOT_SEEN"),
        ("not available", "NOT_AVAILABLE"),
        ("in development", "IN_DEVELOPMENT"),
        ("not applicable", "NOT_APPLICABLE"),
        ("received", "NO_DATA"),
    ],
)
@pytest.mark.parametrize(
    "kind",
    ["offences", "survey", "rate", "total", "cohort", "families", "rating", "amount", "text"],
)
def test_a_measure_without_figures_has_the_reason_its_return_gives(kind, status, reason):
    book = (
        Book()
        .measure("m", kind, "none" if kind in ("amount", "text") else "down")
        .owed("m", status, Owner="The force")
    )
    for line in book.lines().values():
        assert (line.rag, line.reason) == ("NA", reason)
        if reason != "NO_DATA":
            assert "The force" in line.missing


JUNE = date(2014, 6, 30)
OLDER = {
    "survey": lambda book: book.surveys((300, 400), None).survey("sat", JUNE, 400, 390),
    "total": lambda book: book.totals(400, None).total("young", "2013-07", "2014-06", 100),
    "rating": lambda book: (
        book.measure("stars", "rating", "up")
        .survey("stars", date(2013, 3, 31), 400, Mean_score=2)
        .survey("stars", JUNE, 400, Mean_score=4)
    ),
    "families": lambda book: book.measure("fam", "families", "up").add(
        schema.FAMILIES, Measure="fam", Council="City", Period_end=JUNE, Counting="and", Engaged=200, ASB_only=0,
        Offending_only=0, Both=50,
    ),
    "amount": lambda book: book.measure("money", "amount", "none").add(
        schema.AMOUNTS, Measure="money", Item="realised", pounds_million=7.8, As_at=JUNE
    ),
}  # fmt: skip
"""Measures whose newest figure is of June, the period being September."""
NAMES = {"survey": "sat", "total": "young", "rating": "stars", "families": "fam", "amount": "money"}


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("awaited", "NOT_RECEIVED"),
        ("with its board", "NOT_SEEN"),
        ("not available", "NOT_AVAILABLE"),
        ("in development", "IN_DEVELOPMENT"),
        ("not applicable", "NOT_APPLICABLE"),
    ],
)
@pytest.mark.parametrize("kind", OLDER)
def test_an_older_figure_has_no_colour_while_the_return_says_that_there_is_no_newer_one(
    kind, status, reason
):
    name = NAMES[kind]
    plain = OLDER[kind](Book()).line(name)
    book = OLDER[kind](Book()).owed(name, status, Owner="Health board", Due=date(2014, 10, 21))
    line = book.line(name)
    assert (line.rag, line.reason) == ("NA", reason)
    assert line.figures.latest == plain.figures.latest
    assert Stale in book.caveats(name)
    assert "Last known: " in book.sentence(name)
    assert " in ." not in book.sentence(name)  # an amount has no period
    assert "Health board; due 21 October 2014" in book.sentence(name)
    change = fields(line)["change"]
    assert change.startswith("Jun ’14, ")
    assert not fields(line).get("outlook", "").startswith(("▲", "▼", "►"))
    assert to_next_colour(line, book.read()[1]) == ""


def test_an_older_figure_keeps_its_colour_when_nothing_newer_is_owed():
    assert OLDER["survey"](Book()).verdict("sat") == ("GREEN", "BETTER")
    assert OLDER["survey"](Book()).owed("sat", "received").verdict("sat") == ("GREEN", "BETTER")


def test_a_figure_of_the_period_keeps_its_colour_though_its_return_is_said_to_be_awaited():
    assert Book().surveys((300, 400), (390, 400)).owed("sat", "awaited").verdict("sat") == (
        "GREEN",
        "BETTER",
    )


def test_months_that_are_awaited_are_not_received_rather_than_missing():
    book = Book().measure("crime", "offences").months("crime", wobbling(400, 63), last="2014-06")
    assert book.verdict("crime") == ("NA", "INSUFFICIENT_DATA")
    book.owed("crime", "awaited", Owner="Force")
    assert book.verdict("crime") == ("NA", "NOT_RECEIVED")
    assert "There is no complete count for July 2014" in book.sentence("crime")


def test_a_measure_without_figures_or_return_is_no_data():
    assert Book().measure("m", "survey", "up").verdict("m") == ("NA", "NO_DATA")


def test_a_council_is_the_same_however_it_is_written():
    one = families(("City", MARCH_2013, "and", 200, 0, 0, 40), ("City", END, "and", 200, 0, 0, 80))
    other = families(
        ("City", MARCH_2013, "and", 200, 0, 0, 40), (" CITY ", END, "and", 200, 0, 0, 80)
    )
    assert other.line("fam") == one.line("fam")
    assert other.line("fam").rag == "GREEN"
