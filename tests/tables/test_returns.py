"""What partners owe: overdue once the day is past, and said to have come where the figure is
there.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.tables.sheets import settings, shown, workbook
from xlperf.tables.checks import check
from xlperf.tables.problems import Code
from xlperf.tables.reading import read_tables
from xlperf.tables.return_checks import with_overdue

SURVEY = """
tblMeasures
Measure | Priority | Line         | Kind   | Direction
sat     | SP7      | Satisfaction | survey | up

tblReturns
Measure | Owner        | Due        | Status
sat     | Health board | 2014-10-21 | {status}

tblSurveys
Measure | Period end | n   | Satisfied
sat     | {end}      | 400 | 340
"""


def found(day: date, status: str = "awaited", end: str = "2014-06-30") -> list[str]:
    tables, _ = read_tables(workbook(SURVEY.format(status=status, end=end)))
    problems = check(with_overdue(tables, day), settings())
    return [
        f"{item.where}: {item.found}"
        for item in problems
        if item.code in (Code.OVERDUE, Code.DISAGREES)
    ]


def test_a_return_is_overdue_from_the_day_after_it_was_due():
    assert found(date(2014, 10, 21)) == []
    assert found(date(2014, 10, 22)) == [
        (
            "Returns!C2: The return of sat was due on 21 October 2014 from Health board and is still"
            " awaited."
        )
    ]


@pytest.mark.parametrize(
    "status", ["received", "not available", "in development", "not applicable", ""]
)
def test_only_what_is_awaited_can_be_overdue(status):
    assert found(date(2015, 1, 1), status) == []


def test_a_figure_that_is_there_though_it_is_awaited_is_told_and_not_overdue():
    said = [
        (
            "Returns!D2: The return of sat is awaited, but its figure to 30 September 2014 is there;"
            " the figure is used."
        )
    ]
    assert found(date(2015, 1, 1), end="2014-09-30") == said


def test_a_return_without_a_day_is_never_overdue():
    tables, _ = read_tables(
        workbook(SURVEY.format(status="awaited", end="2014-06-30").replace("2014-10-21", ""))
    )
    assert shown(check(with_overdue(tables, date(2020, 1, 1)), settings()), Code.OVERDUE) == []


WORDS = """
tblMeasures
Measure | Priority | Line     | Kind | Direction
plan    | SP16     | Training | text | none

tblReturns
Measure | Received   | Status   | Remark
plan    | {received} | received | Sessions are arranged
"""


@pytest.mark.parametrize(
    ("received", "told"), [("2014-11-04", False), ("2014-08-01", False), ("2013-11-04", True)]
)
def test_a_remark_that_came_long_before_the_period_ended_is_told(received, told):
    tables, _ = read_tables(workbook(WORDS.format(received=received)))
    problems = check(tables, settings())
    assert shown(problems, Code.STALE) == (["warning STALE Returns!B2"] if told else [])


OWNERS = """
tblMeasures
Measure | Priority | Line         | Kind   | Direction
sat     | SP7      | Satisfaction | survey | up

tblReturns
Measure | Owner | Due        | Status
sat     | North | 2014-10-21 | {north}
sat     | South | 2014-10-28 | {south}
sat     | North | 2014-07-21 | received
"""


@pytest.mark.parametrize(
    ("north", "south", "owner"),
    [
        ("received", "received", "South"),
        ("awaited", "received", "North"),
        ("received", "with its board", "South"),
        ("awaited", "awaited", "South"),
    ],
)
def test_of_several_owners_one_that_still_owes_its_return_is_shown(north, south, owner):
    tables, problems = read_tables(workbook(OWNERS.format(north=north, south=south)))
    assert tables.returns["sat"].owner == owner
    doubles = [item.where for item in problems if item.code is Code.DUPLICATE]
    assert doubles == ["Returns!C4"]
