"""Number of offences against the baseline year

Green: improved now, and a trend holds it. Amber: not proved better, but at least one trend reaches
the target. Red: neither. "Improved" means that the 95% range of the ratio of the two years lies
below 1; four trends are projected to the twelve months that end on the target date.
"""

from __future__ import annotations

from datetime import date

from tests.assessment.casebook import Book, wobbling
from xlperf.tables import schema


def steps(*levels: tuple[float, int]) -> list[int]:
    """Months at one level after another."""
    return [count for level, months in levels for count in wobbling(level, months)]


FELL = steps((100, 54), (60, 12))
ROSE = steps((100, 54), (140, 12))
FLAT = wobbling(100, 66)


def test_improved_and_held_by_a_trend(gives):
    """Improved now, and at least one trend keeps it below the target: green."""
    gives(Book().offences(counts=FELL), crime="GREEN IMPROVED_SUSTAINED")


def test_not_improved_but_a_trend_reaches_the_target(gives):
    """Higher than the baseline year, but some trend leads below it by the target date: amber."""
    counts = [*steps((200, 36), (100, 15)), *(100 + 4 * i for i in range(15))]
    gives(Book().offences(counts=counts), crime="AMBER NOT_IMPROVED_PROJECTED")


def test_neither(gives):
    """Higher than the baseline year, and no trend reaches the target: red."""
    gives(Book().offences(counts=ROSE), crime="RED NOT_IMPROVED_NOT_PROJECTED")


def test_improved_but_held_by_too_few_trends(gives):
    """The report gives no colour to an improvement that the trends do not hold. The setting
    `improved_not_sustained` does: amber, unless it is changed. (Here all four trends are asked for,
    and not all of them reach the target.)
    """
    book = Book(trend_rule="all")
    counts = steps((200, 48), (90, 6), (130, 12))
    book.offences(counts=counts, Target_change_percent=-50)
    gives(book, crime="AMBER IMPROVED_NOT_SUSTAINED")


def test_the_direction_mirrors_the_colours(gives):
    """Where more is better, the same fall is red."""
    gives(Book().offences(counts=FELL, direction="up"), crime="RED NOT_IMPROVED_NOT_PROJECTED")


def test_at_the_target_date_the_actual_figure_counts(gives):
    """When the target date has come, the actual total takes the place of the trends."""
    end = date(2017, 3, 31)
    for level, verdict in ((97, "GREEN TARGET_MET"), (103, "RED TARGET_NOT_MET")):
        book = Book(period_end=end).measure("crime", "offences")
        gives(book.months("crime", steps((100, 84), (level, 12)), last="2017-03"), crime=verdict)


def test_none_then_and_none_now(gives):
    """No offence in either year: amber, and no percentage is made of it."""
    gives(Book().offences(counts=[0] * 66), crime="AMBER NO_CHANGE_FROM_ZERO")


def test_a_missing_month_is_never_taken_as_zero(gives):
    """One of the latest twelve months is missing: no colour."""
    book = Book().measure("crime", "offences")
    book.months("crime", FLAT, leaving_out=["2014-02"])
    gives(book, crime="NA INSUFFICIENT_DATA")


def test_a_month_taken_before_it_was_over_counts_as_missing(gives):
    """September was taken on the 12th: no colour until it is complete."""
    book = Book().measure("crime", "offences").months("crime", FLAT, leaving_out=["2014-09"])
    book.add(
        schema.MONTHLY, Measure="crime", Month=date(2014, 9, 1), Count=20, As_at=date(2014, 9, 12)
    )
    gives(book, crime="NA INSUFFICIENT_DATA")


def test_no_comparison_crosses_a_change_of_recording(gives):
    """Offences are counted in a new way between the two years: no colour."""
    gives(Book().offences(counts=FLAT).recording_changed("crime", "2013-10"), crime="NA BREAK")


def test_years_that_share_months_are_not_compared(gives):
    """The latest twelve months begin within the baseline year: no colour."""
    gives(Book(period_end=date(2014, 2, 28)).offences(counts=FLAT), crime="NA OVERLAP")


def test_without_a_direction_nothing_is_better(gives):
    """Neither way is better: the figures are shown, without a colour."""
    gives(Book().offences(counts=ROSE, direction="none"), crime="NA NO_DIRECTION")
