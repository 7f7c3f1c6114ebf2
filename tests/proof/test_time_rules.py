"""Dates, months and quarters."""

from __future__ import annotations

import pytest

from tests.proof.texts import wrong

LATE = "{} is {} years after 2014, the latest year that the document names more than once."
YEARS = "It was 2014, and 2014 again.\n\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It is due on 31 September 2014.", "September 2014 has 30 days, not 31."),
        ("It met on Monday 4 November 2014.", "4 November 2014 is a Tuesday, not a Monday."),
        (
            "The inspection was in September 2104.",
            LATE.format("September 2104", 90),
        ),
        (
            "The inspection was in September 2041.",
            LATE.format("September 2041", 27),
        ),
        (
            "In the seven months from October 2013 to February 2014 it rose.",
            "October 2013 to February 2014 is 5 months, not 7.",
        ),
        ("From September 2014 to April 2014 it fell.", "April 2014 is before September 2014."),
        (
            "In Quarter 2 2014/15 (April to June) it fell.",
            "Quarter 2 is July to September, not April to June.",
        ),
    ],
)
def test_a_date_that_cannot_be(text, found):
    assert wrong(YEARS + text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "It is due on 30 September 2014, a Tuesday; it met on Tuesday 4 November 2014.",
        "Police were founded in September 1829. Net zero is due in March 2050.",
        "In the five months from October 2013 to February 2014 it rose.",
        "In the six months from April 2014 to October 2014 it rose.",
        "725 windows of 60 months, April 2010 to March 2020.",
        "In Quarter 2 (July to September) and in Quarter 2 (April to June) it fell.",
        "Between September 2014 and April 2014 nothing changed.",
        "About seven months from October 2013 to February 2014.",
    ],
)
def test_what_may_be_right_is_left_alone(text):
    assert wrong(YEARS + text) == []


STALE = (
    "The heading says quarter 1; the document is of the period to September 2014 and names quarter"
    " 2 most often."
)


def report(heading: str, *, end: str = "Period ended September 2014") -> list[str]:
    return wrong(
        f"{end}\n\n4. {heading}\n\n5.1. Boards have met to speak of Quarter 2 performance.\n"
        "6.1. Quarter 2 reporting shows less offending.\n"
    )


def test_the_quarter_of_a_heading():
    assert report("Quarter 1 Performance") == [STALE]


@pytest.mark.parametrize(
    ("heading", "end"),
    [
        ("Quarter 2 Performance", "Period ended September 2014"),
        ("Quarter 1 and 2 Performance", "Period ended September 2014"),
        ("Comparison with the last Quarter 1", "Period ended September 2014"),
        ("Quarter 1 Performance", "Period ended December 2014"),
        ("Quarter 1 Performance", "No end"),
        ("In Quarter 1 it was so. It is not now.", "Period ended September 2014"),
    ],
)
def test_other_headings_are_left_alone(heading, end):
    assert report(heading, end=end) == []
