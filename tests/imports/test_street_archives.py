"""Street-level files: counts, what is none, and what would be counted twice."""

from __future__ import annotations

import pytest

from tests.imports.dashboards import (
    archive,
    dashboard,
    figures_planned,
    left_out,
    plan_of,
    text_file,
)
from xlperf.errors import UsageError
from xlperf.imports.street_archives import categories, in_use
from xlperf.periods import Period

TITLES = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context\n"
)


def line(category, month="2014-09", force="Kent Police", place="-1.1,52.6", reporter=""):
    return f"id,{month},{reporter or force},{force},{place},On or near,E0,L 1,{category},,\n"


def street(*lines):
    return TITLES + "".join(lines)


def test_lines_are_counted_and_those_without_a_place_are_told(tmp_path):
    text = street(line("Burglary"), line("Burglary", place=","), line("Robbery"), line("Drugs"))
    plan = plan_of(
        dashboard(),
        text_file(tmp_path, text),
        maps=("Burglary=burglary", "Violence and sexual offences=violence"),
    )
    assert figures_planned(plan) == {
        "burglary Sep 2014": 2,
        "violence Sep 2014": 0,
    }
    assert plan.notes[0] == (
        "4 lines, a line a crime or incident; 1 of them without a place are counted too."
    )


def test_a_category_before_its_time_has_no_count_and_its_successor_takes_over(tmp_path):
    maps = ("Violent crime + Violence and sexual offences=violence", "Burglary=")
    before = text_file(tmp_path, street(line("Violent crime", "2013-04")), "2013-04-a-street.csv")
    after = text_file(
        tmp_path, street(line("Violence and sexual offences", "2013-05")), "2013-05-a-street.csv"
    )
    plan = plan_of(dashboard(), before, after, maps=maps)
    assert figures_planned(plan) == {
        "violence Apr 2013": 1,
        "violence May 2013": 1,
    }
    assert not in_use("Drugs", Period(12 * 2011 + 7, 12 * 2011 + 7))
    assert in_use("Something new", Period(12 * 2011 + 7, 12 * 2011 + 7))
    assert len(categories()) == 16


def test_a_category_that_is_not_known_is_told(tmp_path):
    plan = plan_of(
        dashboard(), text_file(tmp_path, street(line("Piracy"), line("Burglary"))),
        maps=("Burglary=burglary",),
    )  # fmt: skip
    assert any("not known to use in these months: Piracy." in note for note in plan.notes)


def test_other_forces_and_reporters_are_told(tmp_path):
    text = street(
        line("Burglary"),
        line("Burglary", force="Essex Police"),
        line("Burglary", reporter="British Transport Police"),
    )
    plan = plan_of(dashboard(), text_file(tmp_path, text), maps=("Burglary=burglary",))
    assert figures_planned(plan) == {"burglary Sep 2014": 2}
    assert any("1 lines were reported by another force" in note for note in plan.notes)
    assert any("of other forces than Kent: Essex" in text for text in left_out(plan))


def test_an_archive_is_read_and_what_is_not_street_is_told(tmp_path):
    path = archive(
        tmp_path,
        {
            "2014-09/2014-09-kent-street.csv": street(line("Burglary")),
            "2014-10/2014-10-kent-street.csv": street(line("Burglary", "2014-10")),
            "2014-09/2014-09-kent-outcomes.csv": "Crime ID,Month\n1,2014-09\n",
        },
    )
    plan = plan_of(dashboard(), path, maps=("Burglary=burglary",))
    assert len(figures_planned(plan)) == 2
    assert any("2014-09-kent-outcomes.csv" in note for note in plan.notes)


def test_a_month_that_is_in_two_files_is_refused(tmp_path):
    one = text_file(tmp_path, street(line("Burglary")), "one-street.csv")
    two = text_file(tmp_path, street(line("Burglary"), line("Drugs")), "two-street.csv")
    with pytest.raises(UsageError, match="September 2014 of Kent is in two files"):
        plan_of(dashboard(), one, two, maps=("Burglary=burglary",))
