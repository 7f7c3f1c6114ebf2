"""The plan as the Priorities sheet gives it: titles, order, and what is not known of it."""

from __future__ import annotations

import pytest

from tests.tables.sheets import read
from xlperf.tables.problems import Severity

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


@pytest.mark.parametrize("code", ["P 1", "p/1", "P_1"])
def test_two_codes_that_would_share_the_names_of_their_cells_are_reported(code):
    _, problems = read(
        f"{MEASURES.replace('P3', 'P-1')}\ntblPriorities\nCode | Title\nP-1 | Third\n{code} | Other"
    )
    (fault,) = [problem for problem in problems if "share the names" in problem.found]
    assert (fault.severity, fault.where) == (Severity.ERROR, "Priorities!A3")
    assert "P-1" in fault.found


def test_a_measure_called_as_a_line_of_another_one_is_not_used():
    """Two lines of one name would share the cells of the tile."""
    tables, problems = read(
        """
tblMeasures
Measure       | Priority | Line | Kind     | Direction | MSG measure
a_spc         | P1       | One  | total    | down      |
a             | P1       | Two  | offences | down      | Burglary
A_position    | P1       | Three| total    | down      |
a_spc_spc     | P1       | Four | total    | down      |
b             | P1       | Five | total    | down      |
b_spc         | P1       | Six  | total    | down      |
"""
    )
    assert [item.name for item in tables.measures] == ["a", "a_spc_spc", "b", "b_spc"]
    faults = [problem for problem in problems if "name of a line" in problem.found]
    assert [problem.cell for problem in faults] == ["A2", "A4"]


def test_without_rows_the_order_of_the_measures_stays():
    tables, problems = read(MEASURES)
    assert [item.name for item in tables.measures] == ["one", "two", "three", "other"]
    assert not [problem for problem in problems if problem.table == "tblPriorities"]
