"""Texts by people that are those of an earlier period are said before they are published."""

from __future__ import annotations

from datetime import date

import pytest

from tests.tables.sheets import read, settings, shown
from xlperf.tables.carried_over import check_texts, texts_of_period
from xlperf.tables.problems import Code
from xlperf.tables.return_checks import check_remark

SEPTEMBER = date(2014, 9, 30)
MEASURES = """
tblMeasures
Measure | Priority | Line | Kind | Direction
one     | P1       | One  | text | none
two     | P2       | Two  | text | none

"""


def told(sheet: str):
    tables, _ = read(MEASURES + sheet)
    return list(check_texts(tables, SEPTEMBER))


COMMENTS = "tblComments\nPriority | Author role | Text | Decision | Draft | Period\n"


def test_a_comment_that_is_word_for_word_one_of_an_earlier_period():
    problems = told(
        f"{COMMENTS}"
        "P1 | force | Burglary fell. | | | 2014-03-31\n"
        "P1 | force | Burglary fell. | | | 2014-06-30\n"
        "p1 | commissioner | burglary  fell | | | 2014-09-30\n"
    )
    assert shown(problems) == ["note CARRIED_OVER Comments!C4"]
    assert problems[0].found == "This text of P1 is word for word that of June 2014 (C3)."


@pytest.mark.parametrize(
    "rows",
    [
        "P1 | force | Burglary fell. | | | 2014-06-30\nP1 | force | It fell. | | | 2014-09-30",
        "P1 | force | Burglary fell. | | | 2014-06-30\nP2 | force | Burglary fell. | | | 2014-09-30",
        "P1 | force | Burglary fell. | | | 2014-12-31\nP1 | force | Burglary fell. | | | 2014-09-30",
        "P1 | force | Burglary fell. | | | 2014-06-30\nP1 | force | Burglary fell. | | | 2014-03-31",
        "P1 | force | Burglary fell. | | | quarter\nP1 | force | Burglary fell. | | | 2014-09-30",
        "P1 | force | Down 5%. | | | 2014-06-30\nP1 | force | Down 6%. | | | 2014-09-30",
    ],
)
def test_other_comments_are_new(rows):
    assert told(COMMENTS + rows) == []


def test_a_comment_without_a_period_that_repeats_one_with_a_period():
    rows = "P1 | force | It fell. | | | 2014-06-30\nP1 | force | It fell. | | | "
    assert shown(told(COMMENTS + rows)) == ["note CARRIED_OVER Comments!C3"]


PLAN = "tblPriorities\nCode | Title | Text for the report | Period\n"


@pytest.mark.parametrize(
    ("row", "printed", "problem"),
    [
        ("P1 | One | It fell by 5%. | 2014-09-30", True, []),
        ("P1 | One | The board sees it. | ", True, []),
        ("P1 | One | | 2014-06-30", True, []),
        ("P1 | One | It fell by 5%. | ", True, ["note COMMENT_PERIOD Priorities!C2"]),
        ("P1 | One | It fell. | 2014-06-30", False, ["note COMMENT_PERIOD Priorities!D2"]),
        ("P1 | One | It fell. | quarter", False, ["error COMMENT_PERIOD Priorities!D2"]),
        (
            "P1 | One | It fell. | 2014-06-30\nP1 | One | It fell. | 2014-09-30",
            False,
            ["error COMMENT_PERIOD Priorities!D2"],
        ),
    ],
)
def test_the_text_of_a_priority_is_printed_for_its_period(row, printed, problem):
    tables, _ = read(MEASURES + PLAN + row)
    assert shown(list(check_texts(tables, SEPTEMBER))) == problem
    (item,) = texts_of_period(tables.priorities, SEPTEMBER)
    assert item.text == (tables.priorities[0].text if printed else "")


def test_an_older_workbook_prints_its_texts_as_before():
    older = "tblPriorities only\nCode | Title | Text for the report\nP1 | One | It fell by 5%."
    tables, _ = read(MEASURES + older)
    assert texts_of_period(tables.priorities, SEPTEMBER) == tables.priorities
    (problem,) = check_texts(tables, SEPTEMBER)
    assert problem.remedy.startswith("Type 'Period' into D1, right of the table's header")


RETURNS = "tblReturns\nMeasure | Owner | Due | Received | Board | Seen by board | Status | Remark\n"


@pytest.mark.parametrize(
    ("received", "problem"),
    [
        ("2014-10-21", []),
        ("2014-09-30", ["note CARRIED_OVER Returns!H2"]),
        ("2014-07-15", ["note CARRIED_OVER Returns!H2"]),
        ("2013-07-15", ["warning STALE Returns!D2"]),
    ],
)
def test_a_remark_that_came_before_the_period_ended(received, problem):
    tables, _ = read(f"{MEASURES}{RETURNS}one | Council | | {received} | | | received | No change")
    assert shown(list(check_remark("one", tables.returns["one"], settings()))) == problem


def test_a_figure_without_a_remark_carries_nothing_over():
    tables, _ = read(f"{MEASURES}{RETURNS}one | Council | | 2014-07-15 | | | received | ")
    assert list(check_remark("one", tables.returns["one"], settings())) == []


def test_the_pack_says_it_before_anybody_signs():
    from xlperf.release.publish import WARNED

    assert {Code.CARRIED_OVER, Code.COMMENT_PERIOD, Code.TEXT_DISAGREES} <= set(WARNED)
