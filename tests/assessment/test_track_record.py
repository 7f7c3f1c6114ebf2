"""How kept projections are scored: rows of History as a refresh wrote them, and what came."""

from __future__ import annotations

from datetime import date

import pytest

from tests.assessment.casebook import Book, month, wobbling
from xlperf.assessment.basis import Basis
from xlperf.assessment.track_record import (
    Horizon,
    RangeOutcome,
    Statement,
    TrackRecord,
    first_made,
    track_record,
)
from xlperf.tables import schema

LEVEL = wobbling(100, 66)
"""1,200 in each twelve months, to September 2014."""
SEPTEMBER_2013, MARCH_2014 = date(2013, 9, 30), date(2014, 3, 31)


def kept(book: Book, **changed: object) -> Book:
    """Add what a refresh of September 2013 kept: 1,200 expected, 1,000 to 1,400."""
    cells: dict[str, object] = {
        "Period_end": SEPTEMBER_2013, "Line": "crime", "Baseline": 1200, "Latest": 1200, "Made_from": 1200,
        "Target_date": MARCH_2014, "Target_level": 1200, "Aim": "down 2012/13", "Chance": 0.4,
        "Expected": 1200, "Range_from": 1000, "Range_to": 1400, "Year_ahead": 1200,
        "Year_ahead_from": 1050, "Year_ahead_to": 1350, "Confidence": 0.95,
    }  # fmt: skip
    return book.add(schema.HISTORY, **(cells | changed))


def book(counts: list[int] = LEVEL, **settings: object) -> Book:
    return Book(**settings).offences(counts=counts)


def record(made: Book) -> TrackRecord:
    tables, settings, _ = made.read()
    return track_record(Basis(tables, settings))


def outcomes(made: Book) -> list[RangeOutcome]:
    return [item.outcome for item in record(made).statements]


def test_a_range_is_scored_when_its_twelve_months_are_over():
    at_target, year = record(kept(book())).statements
    assert (at_target.horizon, at_target.due) == (Horizon.TARGET, month("2014-03"))
    assert (year.horizon, year.due) == (Horizon.YEAR_AHEAD, month("2014-09"))
    assert at_target.outcome is year.outcome is RangeOutcome.HELD
    assert at_target.total == year.total == 1200
    assert (at_target.chance, at_target.met) == (0.4, False)
    assert (year.chance, year.met) == (None, None)


def test_what_is_not_due_waits_and_what_is_of_this_period_is_not_looked_at():
    made = kept(book(), Period_end=date(2014, 6, 30), Target_date=date(2017, 3, 31))
    kept(made, Period_end=date(2014, 9, 30), Target_date=date(2017, 3, 31))
    assert record(made) == TrackRecord((), waiting=2)


def test_a_target_is_met_as_the_tile_says_by_the_baseline_of_today():
    counts = [*wobbling(110, 48), *wobbling(100, 18)]
    held = record(kept(book(counts), Target_level=1190)).statements[0]
    assert held.met
    tables, settings, _ = book(counts, target_date=MARCH_2014).read()
    line = book(counts, target_date=MARCH_2014).line("crime")
    assert (line.reason == "TARGET_MET") is held.met
    assert settings.target == held.due
    assert tables.measures


def test_a_range_that_missed_by_the_level_is_one_of_level():
    made = kept(book(), Range_from=300, Range_to=500, Expected=400)
    assert outcomes(made) == [RangeOutcome.LEVEL, RangeOutcome.HELD]


def test_a_range_that_missed_because_its_months_were_revised_is_one_of_revision():
    cells = {"Made_from": 400, "Range_from": 300, "Range_to": 500, "Expected": 400}
    assert outcomes(kept(book(), **cells))[0] is RangeOutcome.REVISION


def test_revised_months_excuse_no_miss_that_the_method_would_have_made_all_the_same():
    counts = [*wobbling(100, 54), *wobbling(900, 12)]
    cells = {"Made_from": 1190, "Target_date": date(2014, 9, 30)}
    assert outcomes(kept(book(counts), **cells))[0] is RangeOutcome.LEVEL


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("2014-02", [RangeOutcome.DEFINITION, RangeOutcome.DEFINITION]),
        ("2014-06", [RangeOutcome.HELD, RangeOutcome.DEFINITION]),
        ("2013-05", [RangeOutcome.DEFINITION, RangeOutcome.DEFINITION]),
    ],
)
def test_a_change_of_recording_between_or_entered_late_leaves_nothing_to_score(changed, expected):
    statements = record(kept(book()).recording_changed("crime", changed)).statements
    assert [item.outcome for item in statements] == expected
    assert all(item.met is None for item in statements if item.outcome is RangeOutcome.DEFINITION)


def test_a_change_of_recording_that_was_known_then_changes_nothing():
    made = kept(book(), Counted_since=date(2011, 4, 1)).recording_changed("crime", "2011-04")
    assert outcomes(made) == [RangeOutcome.HELD, RangeOutcome.HELD]


@pytest.mark.parametrize(
    "made",
    [
        kept(book(baseline_year="2011/12")),
        kept(Book().offences(counts=LEVEL, Target_change_percent=-5)),
        kept(Book().offences(counts=LEVEL, direction="up")),
    ],
    ids=["baseline", "change asked for", "way"],
)
def test_another_target_leaves_the_range_but_no_chance(made):
    first = record(made).statements[0]
    assert (first.outcome, first.chance, first.met) == (RangeOutcome.HELD, None, None)


def test_what_is_not_known_is_not_scored():
    gap = Book().measure("crime", "offences").months("crime", LEVEL, leaving_out=["2014-05"])
    assert outcomes(kept(gap)) == [RangeOutcome.HELD, RangeOutcome.NO_FIGURES]
    assert outcomes(kept(book(), Line="gone")) == [RangeOutcome.NO_FIGURES] * 2
    doubtful = kept(book())
    doubtful.rows[schema.MONTHLY.name][3]["Count"] = "many"
    assert outcomes(doubtful) == [RangeOutcome.NO_FIGURES] * 2


def test_of_two_rows_of_one_line_and_period_the_lower_counts():
    made = kept(kept(book()), Chance=0.9, Line="CRIME")
    assert [item.chance for item in record(made).statements] == [0.9, None]


def test_a_row_that_cannot_be_read_is_counted():
    made = kept(kept(book(), Chance="likely"), Period_end=date(2013, 6, 30))
    found = record(made)
    assert (len(found.statements), found.unreadable) == (2, 1)


def test_of_projections_that_share_months_the_one_made_first_counts():
    made = book()
    for place, end in enumerate((date(2013, 3, 31), date(2013, 6, 30), SEPTEMBER_2013)):
        kept(made, Period_end=end, Chance=0.1 * (place + 1))
    statements = record(made).statements
    assert len(statements) == 6
    taken: list[Statement] = first_made(statements)
    assert [(item.horizon, item.stated_at) for item in taken] == [
        (Horizon.TARGET, month("2013-03")),
        (Horizon.YEAR_AHEAD, month("2013-03")),
    ]


def test_a_record_can_be_of_one_line_or_without_some():
    found = record(kept(kept(book()), Line="other"))
    assert {item.line for item in found.of_line("CRIME").statements} == {"crime"}
    assert {item.line for item in found.without(["Crime"]).statements} == {"other"}


def test_a_measure_that_is_compared_with_something_else_now_has_no_chance_to_score():
    made = Book().offences(counts=LEVEL, Compared="year to date")
    first = record(kept(made)).statements[0]
    assert (first.outcome, first.chance) == (RangeOutcome.HELD, None)
