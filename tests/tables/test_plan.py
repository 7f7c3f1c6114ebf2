"""The plan as the Priorities sheet gives it: titles, order, and what is not known of it."""

from __future__ import annotations

import pytest

from tests.tables.sheets import read

MEASURES = """
tblMeasures
Measure | Priority | Line | Kind  | Direction
one     | P1       | One  | total | down
two     | p2       | Two  | total | down
three   | P3       | Three| total | down
other   | P1       | More | total | down
"""


def plan(rows: str):
    return read(f"{MEASURES}\ntblPriorities\nCode | Title | Order | Text for the report\n{rows}")[0]


def test_priorities_come_by_number_then_those_without_one():
    tables = plan("P1 | First | 20\nP2 | Second |\nP3 | Third | 3")
    assert [item.title for item in tables.priorities] == ["Third", "First", "Second"]
    assert [item.name for item in tables.measures] == ["three", "one", "other", "two"]


def test_a_title_is_found_however_the_code_is_spelt():
    tables = plan("P1 | First\nP2 | Second")
    assert tables.priority("p1").heading == "First"
    assert tables.priority("p2").heading == "Second"


def test_measures_of_no_listed_priority_come_last_and_have_their_code_alone():
    tables = plan("P3 | Third\nP2 | Second")
    assert [item.name for item in tables.measures] == ["three", "two", "one", "other"]
    assert tables.priority("P1").heading == "P1"
    assert tables.priority("P1").title == ""


@pytest.mark.parametrize("cell", ["#N/A", "="])
def test_a_title_that_cannot_be_read_is_no_title(cell):
    assert plan(f"P1 | {cell} | 1").priority("P1").title == ""


def test_of_two_titles_of_one_code_neither_is_used_but_one_said_twice_is():
    assert plan("P1 | First\np1 | Another").priority("P1").title == ""
    assert plan("P1 | First | 1 | A.\np1 | #N/A | 2 | A.").priority("P1").title == ""
    assert plan("P1 | First\np1 | First").priority("P1").title == "First"


def test_without_rows_the_order_of_the_measures_stays():
    tables, problems = read(MEASURES)
    assert [item.name for item in tables.measures] == ["one", "two", "three", "other"]
    assert not [problem for problem in problems if problem.table == "tblPriorities"]
