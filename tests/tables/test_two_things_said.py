"""Two cells that should say the same and do not: which of them holds is not known, so neither
does.
"""

from __future__ import annotations

import pytest

from tests.tables.sheets import read, shown
from xlperf.tables.records import SUPPRESS_ALL

MEASURES = """
tblMeasures
Measure | Priority | Line | Kind | Direction | MSG measure | Suppress below | Suppress  Below
SP1_entrants | SP1 | Entrants | total | down | | {} | {}
"""


def threshold(left: str, right: str) -> tuple[int | None, list[str]]:
    tables, problems = read(MEASURES.format(left, right))
    return tables.measures[0].suppress_below, shown(problems, "COLUMN_TWICE")


@pytest.mark.parametrize(
    ("left", "right"), [("", "5"), ("5", ""), ("5", "6"), ("5", "#N/A"), ("=", "5")]
)
def test_of_two_columns_with_one_title_a_threshold_holds_only_where_both_say_it(left, right):
    kept, said = threshold(left, right)
    assert kept == SUPPRESS_ALL
    assert said == ["warning COLUMN_TWICE Measures!H1", "error COLUMN_TWICE Measures!G2"]


@pytest.mark.parametrize(("both", "kept"), [("5", 5), ("", None)])
def test_of_two_columns_with_one_title_a_cell_is_used_where_both_say_the_same(both, kept):
    assert threshold(both, both) == (kept, ["warning COLUMN_TWICE Measures!H1"])


def test_a_break_with_two_months_takes_the_colour_of_its_measure():
    tables, problems = read(
        "tblBreaks\nMeasure | Month | MONTH\nSP11_offences | 2009-07-01 | 2014-04-01"
    )
    found = next(problem.found for problem in problems if problem.where == "Breaks!B2")
    assert found.startswith(
        "Two columns are titled 'Month', and say '2009-07-01' in B2 and '2014-04-01' in C2. The"
    )
    assert [(doubt.measures, doubt.places) for doubt in tables.doubts] == [
        ({"SP11_offences"}, ("Breaks!B2",))
    ]


COMMENTS = (
    "tblComments only\nPriority | Author role | Text | {}\nSP11 | force | A draft nobody decided on"
    " | {}"
)


@pytest.mark.parametrize(
    ("titles", "cells"),
    [
        ("Decision | Drafts", "| SP11_offences RUN 2014-09 00000000"),
        ("Decided | Draft", "accept |"),
    ],
)
def test_no_text_is_shown_where_drafts_and_decisions_cannot_be_told(titles, cells):
    tables, problems = read(COMMENTS.format(titles, cells))
    assert not tables.comments
    assert shown(problems, "COLUMN_MISSING") == ["error COLUMN_MISSING Comments!A1"]


def test_a_workbook_made_before_drafts_shows_its_texts():
    tables, problems = read("tblComments only\nPriority | Author role | Text\nSP11 | force | Ours")
    assert [comment.text for comment in tables.comments] == ["Ours"]
    assert not shown(problems, "COLUMN_MISSING")


def test_a_formula_that_gives_no_name_of_a_figure_to_compare_with_is_not_a_blank_one():
    tables, problems = read(
        "tblMeasures\nMeasure | Priority | Line | Kind | Direction | MSG measure\n"
        'SP11_offences | SP11 | Offences | offences | down | =""'
    )
    assert "MSG measure" in tables.measures[0].faults
    assert shown(problems, "NO_RESULT") == ["error NO_RESULT Measures!F2"]
