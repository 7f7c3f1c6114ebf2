"""Every code of a check: what was typed, and the row of Checks it makes. docs/codes.md is made from
the same codes.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.tables.sheets import MEASURES, monthly, read, read_and_check, settings, shown, workbook
from xlperf.config import SETTINGS
from xlperf.excel.port import Grid
from xlperf.tables.problems import Code
from xlperf.tables.settings import read_settings

SOURCES = Path(__file__).parents[2] / "xlperf"
ELSEWHERE = {
    Code.MARKER,  # newbook/test_adopting.py
    Code.NO_PRIORITIES,
    Code.LABEL_KEPT,
    Code.TITLE_KEPT,
    *(
        Code.UNKNOWN_LINE,
        Code.OVERRIDE,
        Code.TILE_CELL,
        Code.STATUS_COVERED,
        Code.COLOUR_TYPED_OVER,
        Code.LASTING_STEP,
    ),
    *(Code.DRAFTS, Code.DRAFTS_NOT_WRITTEN, Code.TEXT_DISAGREES, Code.NOT_ACKNOWLEDGED),
}
"""Codes that need assessments or tiles, and are raised where those are made."""
OF_A_PERIOD = {Code.COMMENT_PERIOD, Code.CARRIED_OVER, Code.OVERDUE}
"""Codes that need the period, or the day, and have tests of their own: test_comments,
test_carried_over, test_returns.
"""
IN_SETTINGS = {Code.SETTING_MISSING, Code.SETTING_UNKNOWN, Code.PERIOD_GIVEN}

SURVEY = """
tblMeasures
Measure          | Priority | Line         | Kind   | Direction
SP7_satisfaction | SP7      | Satisfaction | survey | up

tblSurveys
Measure          | Period end | n | Satisfied | Percent | Mean score | As at
"""
TOTAL = """
tblMeasures
Measure      | Priority | Line     | Kind  | Direction
SP1_entrants | SP1      | Entrants | total | down

tblTotals
Measure      | Period start | Period end | Count | As at
"""
PEERS = f"""{
    MEASURES.replace(
        "SP11_offences    | SP11     | Offences      | offences | down      |             |",
        "SP11_offences    | SP11     | Offences      | offences | down      | All crime   |",
    )
}
tblForces
Force          | In group | Valid from
Leicestershire | yes      |
Kent           | yes      |
Essex          | yes      |

tblPeers
Measure   | Period end | Force          | Count | Denominator | Percent | n
"""
FORCES = ("Leicestershire", "Kent", "Essex", "Hampshire", "Surrey", "Durham")
SLIPPED = (
    PEERS.replace(
        "Essex          | yes      |", "\n".join(f"{force} | yes |" for force in FORCES[2:])
    )
    # Counts of the year to June 2014 as 60 a thousand residents, each beside the next force down.
    + "\n".join(
        f"All crime | 2014-06-30 | {force} | {60 * thousands} | {people}000"
        for force, people, thousands in zip(
            FORCES,
            (1017, 1728, 1725, 1898, 1132, 619),
            (619, 1017, 1728, 1725, 1898, 1132),
            strict=True,
        )
    )
)
AMOUNTS = """
tblMeasures
Measure      | Priority | Line    | Kind   | Direction
SP18_savings | SP18     | Savings | amount | none

tblAmounts
Measure      | Item     | £ million
"""
HISTORY = """
tblHistory
Period end | Line          | Baseline | Latest
"""


class Example(NamedTuple):
    code: Code
    typed: str
    row: str
    """``severity CODE Sheet!Cell`` of Checks."""
    says: str


EXAMPLES = [
    Example(Code.NOT_A_NUMBER, monthly("2014-09 | 12O"), "error NOT_A_NUMBER Monthly!C31", "is '12O'"),
    Example(Code.NUMBER_AS_TEXT, monthly("2014-09 | '101"), "warning NUMBER_AS_TEXT Monthly!C31", "read as 101"),
    Example(Code.NEGATIVE, monthly("2014-09 | -3"), "error NEGATIVE Monthly!C31", "-3"),
    Example(Code.FRACTION, monthly("2014-09 | 99.5"), "error FRACTION Monthly!C31", "99.5"),
    Example(Code.ERROR_VALUE, monthly("2014-09 | #REF!"), "error ERROR_VALUE Monthly!C31", "#REF!"),
    Example(Code.NOT_A_DATE, monthly("2014-09 | 100 | | 03/10/2014"), "error NOT_A_DATE Monthly!E31", "03/10/2014"),
    Example(Code.DATE_AS_TEXT, monthly("2014-09 | 100 | | 41940"), "warning DATE_AS_TEXT Monthly!E31", "28 October 2014"),
    Example(Code.DATE_ADJUSTED, monthly("2014-09 | 100 | | 2014-10-28T09:30"), "note DATE_ADJUSTED Monthly!E31", "09:30"),
    Example(Code.NOT_IN_LIST, monthly("2014-09 | 100 | prelim"), "error NOT_IN_LIST Monthly!D31", "prelim"),
    Example(Code.BLANK, monthly("2014-09 | "), "note BLANK Monthly!C31", "counts as missing, not as 0"),
    Example(Code.DUPLICATE, monthly("2014-09 | 100", "2014-10 | 1") + "\nSP11_offences | 2014-09-01 | 101",
            "error DUPLICATE Monthly!B33", "none of them is used"),
    Example(Code.GAP, monthly("2014-05", "2014-06"), "error GAP Monthly!B26", "for May 2014 to June 2014"),
    Example(Code.MONTH_LOST, monthly("2014-05 | | missing"), "note MONTH_LOST Monthly!D27", "No count will come for May 2014"),
    Example(Code.FUTURE, monthly("2014-10 | 100", "2014-12 | 100"), "note FUTURE Monthly!B32", "2 rows are for after"),
    Example(Code.INCOMPLETE, monthly("2014-09 | 60 | | 2014-09-20"), "warning INCOMPLETE Monthly!E31", "20 September 2014"),
    Example(Code.STALE, monthly(count=20), "error STALE Monthly!B21", "10 months older"),
    Example(Code.PROVISIONAL, monthly("2014-09 | 100 | provisional"), "note PROVISIONAL Monthly!D31", "1 of the latest"),
    Example(Code.JUMP, monthly("2013-09 | 1000"), "warning JUMP Monthly!C19", "months around it"),
    Example(Code.ZERO, TOTAL + "SP1_entrants | 2012-04-01 | 2013-03-31 | 0\nSP1_entrants | 2014-04-01 | 2014-09-30 | 185",
            "warning ZERO Totals!D2", "185 for Apr 2014 to Sep 2014 (Totals!D3)"),
    Example(Code.COPIED, PEERS + "All crime | 2014-06-30 | Kent | 99895 | 1732000\n"
            "All crime | 2014-06-30 | Essex | 99895 | 1724950", "warning COPIED Peers!D3", "Essex and Kent have the same"),
    Example(Code.WRONG_FORCE, SLIPPED, "warning WRONG_FORCE Peers!D2", "slipped by a row"),
    Example(Code.UNKNOWN_MEASURE, monthly(measure="SP12_offences"), "error UNKNOWN_MEASURE Monthly!A2", "30 rows"),
    Example(Code.NO_FIGURES, MEASURES, "warning NO_FIGURES Measures!A2", "no return says why"),
    Example(Code.COLUMN_MISSING, "tblMonthly only\nMeasure | Month | Counts\nSP11_offences | 2014-09-01 | 100",
            "error COLUMN_MISSING Monthly!A1", "no column 'Count', so the measure has no colour"),
    Example(Code.NO_RESULT, monthly("2014-09 | ="), "error NO_RESULT Monthly!C31", "a formula without a result"),
    Example(Code.COLUMN_TWICE, "tblMonthly only\nMeasure | Month | Count | COUNT\nSP11_offences | 2014-09-01 | 100 | 1",
            "warning COLUMN_TWICE Monthly!D1", "a cell is used where both say the same"),
    Example(Code.OUT_OF_RANGE, SURVEY + "SP7_satisfaction | 2014-09-30 | 0 | 0", "error OUT_OF_RANGE Surveys!C2",
            "nobody was asked"),
    Example(Code.WRONG_KIND, SURVEY.replace("survey", "offences") + "SP7_satisfaction | 2014-09-30 | 9 | 5",
            "error WRONG_KIND Surveys!A2", "kind offences"),
    # the report's own slip
    Example(Code.IMPOSSIBLE_PERCENTAGE, SURVEY + "SP7_satisfaction | 2014-09-30 | 65 | | 37.5",
            "warning IMPOSSIBLE_PERCENTAGE Surveys!E2", "24 is 36.9% and 25 is 38.5%"),
    Example(Code.DISAGREES, SURVEY + "SP7_satisfaction | 2014-09-30 | 65 | 24 | 38.5", "warning DISAGREES Surveys!E2",
            "24 of 65 is 36.9%, not 38.5%"),
    Example(Code.PERIOD_ODD, TOTAL + "SP1_entrants | 2014-04-01 | 2014-09-29 | 185", "error PERIOD_ODD Totals!C2",
            "not whole months"),
    Example(Code.DOES_NOT_ADD, TOTAL + "SP1_entrants | 2012-04-01 | 2013-03-31 | 667\n"
            "SP1_entrants | 2012-04-01 | 2012-09-30 | 333\nSP1_entrants | 2012-10-01 | 2013-03-31 | 333",
            "warning DOES_NOT_ADD Totals!D2", "its 2 parts of 6 months add up to 666"),
    Example(Code.UNKNOWN_FORCE, PEERS + "All crime | 2014-06-30 | Surrey | 5 | 500000", "error UNKNOWN_FORCE Peers!C2",
            "no force 'Surrey'"),
    Example(Code.PEER_MISSING, PEERS + "All crime | 2014-06-30 | Kent | 60000 | 1700000", "warning PEER_MISSING Peers!C2",
            "Leicestershire, Essex"),
    Example(Code.POPULATION, PEERS + "All crime | 2014-06-30 | Kent | 60000 | 1700", "error POPULATION Peers!E2",
            "60,000 offences among 1,700"),
    Example(Code.REVISED, monthly() + "\n" + HISTORY + "2014-06-30 | SP11_offences | 1300 | 1200",
            "warning REVISED History!C2", "was 1,300 when 30 June 2014 was refreshed; it is 1,200 now"),
    Example(Code.PROJECTION_KEPT, monthly() + "\n\ntblHistory\nPeriod end | Line | Latest | Target date\n"
            "2014-06-30 | SP11_offences | 1200 | 2014-03-31",
            "warning PROJECTION_KEPT History!N2", "'Expected' is blank, though the row has a projection"),
    Example(Code.OVERRIDE_ENDED, "tblOverrides\nLine | Colour | Reason | Who | Until\n"
            "SP11_offences | RED | Data in doubt | Head of performance | 2014-06-30",
            "note OVERRIDE_ENDED Overrides!E2", "ended on 30 June 2014"),
    Example(Code.AWAITED, "tblReturns\nMeasure | Owner | Due | Status\nSP11_offences | Board | 2014-10-21 | awaited",
            "note AWAITED Returns!D2", "awaited from Board, due 21 October 2014"),
    Example(Code.UNKNOWN_PRIORITY, "tblComments\nPriority | Author role | Text\nSP99 | force | All is well",
            "warning UNKNOWN_PRIORITY Comments!A2", "'SP99'"),
    Example(Code.UNKNOWN_PRIORITY, MEASURES + "\ntblPriorities\nCode | Title\nSP12 | Burglary",
            "warning UNKNOWN_PRIORITY Measures!B2", "does not list 'SP11'"),
    Example(Code.UNKNOWN_PRIORITY, MEASURES + "\ntblPriorities\nCode | Title\nSP11 | Crime\nSP12 | Burglary",
            "note UNKNOWN_PRIORITY Priorities!A3", "No measure has the priority 'SP12'"),
    Example(Code.BLANK, MEASURES + "\ntblPriorities\nCode | Title | Order\nSP11 | | 1",
            "warning BLANK Priorities!B2", "its code stands alone"),
    Example(Code.DUPLICATE, MEASURES + "\ntblPriorities\nCode | Title\nSP11 | Crime\nsp11 | Burglary",
            "warning DUPLICATE Priorities!A3", "neither is used"),
    Example(Code.DUPLICATE, MEASURES + "\ntblPriorities\nCode | Title | Order\nSP11 | Crime | 1\nSP12 | Burglary | 1",
            "warning DUPLICATE Priorities!C3", "the upper row comes first"),
    Example(Code.UNDECIDED, MEASURES + "\ntblComments\nPriority | Text | Draft\nSP11 | Ours | SP11 RUN 2014-09 00000000",
            "warning UNDECIDED Comments!E2", "The draft was changed"),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example.code))
def test_what_was_typed_makes_a_row_of_checks_that_says_where_and_what(example):
    _, problems = read(example.typed)
    assert example.row in shown(problems)
    found = [problem for problem in problems if shown([problem]) == [example.row]]
    assert any(example.says in problem.found for problem in found), [
        problem.found for problem in found
    ]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example.code))
def test_every_message_is_two_sentences_what_was_found_and_what_to_do(example):
    _, problems = read(example.typed)
    for problem in problems:
        assert problem.found[0].isupper() or problem.found[0] in "'0123456789£n", problem.found
        assert problem.found.endswith((".", "?")), problem.found
        assert problem.remedy.endswith((".", "?")), problem.remedy
        assert problem.sheet
        assert str(problem) == f"{problem.where}: {problem.found} {problem.remedy}"


def test_a_table_that_is_gone_is_reported_and_the_others_are_read():
    book = workbook(monthly())
    for name in ("tblSurveys", "tblHistory"):
        del book[name]
    tables, problems = read_and_check(book, settings())
    assert shown(problems, Code.TABLE_MISSING) == [
        "error TABLE_MISSING Surveys",
        "warning TABLE_MISSING History",
    ]
    assert len(tables.monthly["SP11_offences"]) == 30


def test_codes_of_settings_are_raised():
    rows = (*((item.key, item.default) for item in SETTINGS if item.key != "z"), ("zz", 1.96))
    _, problems = read_settings(
        Grid("tblSettings", "Settings", ("Key", "Value"), rows, 1, 1), period=12 * 2014 + 5
    )
    assert {problem.code for problem in problems} == IN_SETTINGS


def test_each_code_is_raised_by_a_test_or_by_the_module_that_owns_it():
    elsewhere = {Code.TABLE_MISSING, Code.OUTSIDE_TABLE} | IN_SETTINGS | ELSEWHERE | OF_A_PERIOD
    assert {example.code for example in EXAMPLES} | elsewhere == set(Code)
    others = [
        SOURCES / "pipeline.py",
        *(SOURCES / "assessment").glob("*.py"),
        *(SOURCES / "tiles").glob("*.py"),
    ]
    text = "".join(path.read_text(encoding="utf-8") for path in others)
    assert all(f"Code.{code.name}" in text for code in ELSEWHERE)


def test_good_data_makes_no_row_of_checks():
    rows = "\n".join(
        f"All crime | 2014-06-30 | {force} | {count} | {people}"
        for force, count, people in (
            ("Leicestershire", 1200, 1017000),
            ("Kent", 2000, 1732000),
            ("Essex", 2100, 1729000),
        )
    )
    _, problems = read(f"{PEERS}{rows}\n\n{monthly('2014-09 | 100 | final | 2014-10-02')}")
    assert problems == []
