"""Latest six months against the twelve before

The mean of the latest six months is compared with limits drawn from the twelve months before them.
Red above the upper limit, green below the lower one, amber between them; mirrored where higher is
better. Three readings of the limits are a choice (setting `spc_basis`).
"""

from __future__ import annotations

from tests.assessment.casebook import Book, wobbling

BEFORE = [90, 110] * 6


def recent(level: int, direction: str = "down", **settings: object) -> Book:
    """Twelve months about 100, then six at a level."""
    return Book(**settings).offences(counts=[*BEFORE, *[level] * 6], direction=direction)


def test_above_the_upper_limit(gives):
    """Red where fewer is better."""
    gives(recent(125), crime_spc="RED ABOVE_UPPER")


def test_below_the_lower_limit(gives):
    """Green where fewer is better, red where more is better."""
    gives(recent(75), crime_spc="GREEN BELOW_LOWER")
    gives(recent(75, "up"), crime_spc="RED BELOW_LOWER")


def test_between_the_limits(gives):
    """Amber. The other readings stand beside it."""
    gives(recent(115), crime_spc="AMBER BETWEEN_LINES")


def test_another_reading_may_give_another_colour(gives):
    """The same months by an exact comparison of the two averages (`mean`): red."""
    gives(recent(115, spc_basis="mean"), crime_spc="RED ABOVE_UPPER")


def test_small_numbers(gives):
    """A mean below five a month, or twelve equal months, is amber for small numbers."""
    gives(Book().offences(counts=[1, 2] * 6 + [40] * 6), crime_spc="AMBER SMALL_NUMBERS")
    gives(Book().offences(counts=[50] * 12 + [80] * 6), crime_spc="AMBER SMALL_NUMBERS")


def test_a_gap_leaves_no_colour(gives):
    """A month is missing among the eighteen."""
    book = Book().measure("crime", "offences")
    book.months("crime", wobbling(100, 30), leaving_out=["2013-08"])
    gives(book, crime_spc="NA INSUFFICIENT_DATA")


def test_too_short(gives):
    """Seventeen months are too few."""
    gives(Book().offences(counts=[100] * 17), crime_spc="NA TOO_SHORT")
