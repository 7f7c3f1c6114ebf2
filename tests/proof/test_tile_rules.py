"""A document against the tiles of a dashboard."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tiles.test_quoted import book
from xlperf.assessment.assessing import assess
from xlperf.assessment.evidence import Position
from xlperf.proof import proofread
from xlperf.tables.data import PlanPriority
from xlperf.tiles.assessed import Assessed

PLAN = (
    PlanPriority("SP9", "To improve the quality of service"),
    PlanPriority("SP11", "To reduce all crime"),
    PlanPriority("SP18", "To save money"),
)


@pytest.fixture(scope="module")
def dashboard() -> Assessed:
    """4,800 crimes in 2012/13 and 4,813 now, 402 of them in September 2014; 84.0% and 84.2% of 400;
    5th of 8.
    """
    tables, settings, problems = book().read()
    tables = replace(tables, priorities=PLAN)
    return Assessed(settings, tables, assess(tables, settings), problems, {}, {})


def wrong(text: str, dashboard: Assessed, name: str = "a.txt") -> list[str]:
    read = proofread(text.encode(), name, dashboard=dashboard)
    return [finding.wrong for finding in read.findings]


UNDER = "11. Strategic Priority 11 – To reduce all crime\n\n11.1. {}\n\n12. Other things\n\n{}\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "There were 4,831 offences.",
            "The text says 4,831, but ‘Number of offences’ in the year to Sep 2014 is 4,813.",
        ),
        (
            "Offences are up 34%.",
            "The text says up 34%, but the change of ‘Number of offences’ since 2012/13 is +0.3%.",
        ),
        (
            "Offences are shown as green.",
            "The text says green, but ‘Number of offences’ (crime) is red.",
        ),
        ("The force is ranked 3rd.", "The text says 3rd, but the position of "),
        ("It is 3rd in its group.", "The text says 3rd, but the position of "),
        (
            "There were 420 offences in September 2014.",
            "The text says 420, but ‘Number of offences’ in September 2014 is 402.",
        ),
    ],
)
def test_what_a_section_says_otherwise_than_its_tile(text, found, dashboard):
    findings = wrong(UNDER.format(text, ""), dashboard)
    assert len(findings) == 1
    assert findings[0].startswith(found)
    assert wrong(UNDER.format("", text), dashboard) == [], "another section is not compared"


@pytest.mark.parametrize(
    "text",
    [
        "There were 4,813 offences, up 0.3%.",
        "About 4,831 offences; 4,831 offences in the year to June 2011.",
        "Shed burglary is up 34%.",
        "It would be red if it rose; it is not green.",
        "It was ranked 3rd in June 2011. It is ranked 5th. It is 3rd to 6th.",
        "There were 402 offences in September 2014, 17 in July 2014.",
        "The officer is placed 3 miles away.",
    ],
)
def test_what_a_section_may_say(text, dashboard):
    assert wrong(UNDER.format(text, ""), dashboard) == []


def test_a_colour_that_is_shown_is_right(dashboard):
    shown = next(line.shown for line in dashboard.lines if line.line == "crime")
    position = next(line for line in dashboard.lines if isinstance(line.evidence, Position))
    text = f"Offences are {shown.value.lower()}. The position is {position.shown.value.lower()}."
    assert wrong(UNDER.format(text, ""), dashboard) == []


@pytest.mark.parametrize(
    "text",
    [
        "Of SP11 there were 4,831 offences.",
        "To reduce all crime: there were 4,831 offences.",
    ],
)
def test_a_sentence_may_name_its_priority(text, dashboard):
    assert len(wrong(text, dashboard)) == 1


@pytest.mark.parametrize("text", ["Of SP11 and SP9, 4,831 offences.", "There were 4,831 offences."])
def test_a_sentence_of_no_one_priority_is_not_compared(text, dashboard):
    assert wrong(text, dashboard) == []


def test_a_number_of_a_heading_that_several_priorities_share():
    tables, settings, problems = book().read()
    plan = (PlanPriority("SP11", "Crime of all kinds"),)
    tables = replace(tables, priorities=plan)
    dashboard = Assessed(settings, tables, assess(tables, settings), problems, {}, {})
    assert len(wrong("5. Strategic Priority 11\n\nThere were 4,831 offences.", dashboard)) == 1
    assert wrong("5. Strategic Priority 1\n\nThere were 4,831 offences.", dashboard) == []


def test_the_period(dashboard):
    assert wrong("Period ended September 2014", dashboard) == []
    assert wrong("Period ended June 2014\n\nThe period to June 2014", dashboard) == [
        "The document is of the period to June 2014, the dashboard of that to September 2014."
    ]
