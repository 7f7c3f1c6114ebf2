"""Nothing is lost: each row is read, or Checks says why not; and no figure that cannot be is
used.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables.sheets import MEASURES, monthly, read, read_and_check, settings, shown, workbook
from xlperf.excel.port import CellError, Grid
from xlperf.periods import Period
from xlperf.tables import schema
from xlperf.tables.coercion import is_blank
from xlperf.tables.data import Direction
from xlperf.tables.problems import Code
from xlperf.tables.reading import read_tables
from xlperf.tables.records import SUPPRESS_ALL

EVERY_KIND = """
tblMeasures
Measure          | Priority | Line         | Kind     | Direction | MSG measure
SP11_offences    | SP11     | Offences     | offences | down      | All crime
SP7_satisfaction | SP7      | Satisfaction | survey   | up        | Satisfaction
SP8_stars        | SP8      | Stars        | rating   | up        |
SP1_entrants     | SP1      | Entrants     | total    | down      |
SP18_savings     | SP18     | Savings      | amount   | none      |
SP4_families     | SP4      | Families     | families | up        |

tblForces
Force          | In group
Leicestershire | yes
Kent           | yes
"""
NAMES = (
    "SP11_offences",
    "sp7_SATISFACTION ",
    "SP8_stars",
    "SP1_entrants",
    "SP18_savings",
    "SP4_families",
    "All crime",
)
CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        [
            *NAMES,
            "Kent",
            "yes",
            "SP11",
            "RED",
            "required",
            "and",
            "final",
            "awaited",
            " ",
            "x",
            "12O",
        ]
    ),
    st.sampled_from(
        [
            date(2014, 9, 30),
            date(2014, 9, 1),
            date(2014, 4, 1),
            date(1900, 1, 1),
            CellError("#N/A"),
            True,
        ]
    ),
    st.integers(-5, 200_000),
    st.floats(),
)
DATA = [table for table in schema.DATA if table is not schema.SETTINGS] + [schema.HISTORY]


@pytest.mark.parametrize("table", DATA, ids=lambda table: table.name)
@given(data=st.data())
def test_a_row_is_blank_or_read_or_reported_at_its_cell(table, data):
    row = tuple(data.draw(CELLS) for _ in table.titles)
    book = workbook(EVERY_KIND)
    before, known = read_tables(
        book | {table.name: Grid(table.name, "Here", table.titles, (), 1, 1)}
    )
    after, problems = read_tables(
        book | {table.name: Grid(table.name, "Here", table.titles, (row,), 1, 1)}
    )
    reported = [
        problem for problem in problems if problem.sheet == "Here" and problem.cell.endswith("2")
    ]
    assert known == []
    assert all(map(is_blank, row)) or after != before or reported


def survey(*rows: str, kind: str = "survey") -> str:
    text = (
        "tblMeasures\nMeasure | Priority | Line | Kind | Direction\nSP7_s | SP7 | Satisfaction | "
        + kind
        + " | up"
    )
    head = "tblSurveys\nMeasure | Period end | n | Satisfied | Percent | Mean score | As at"
    return "\n".join([text, "", head, *(f"SP7_s | {row}" for row in rows)])


@pytest.mark.parametrize(
    ("kind", "row", "used", "report"),
    [
        ("survey", "2014-09-30 | 410 | 344", True, []),
        ("survey", "2014-09-30 | 410 |     | 83.9", True, []),
        ("survey", "2014-09-30 |     |     | 83.9", True, ["note BLANK Surveys!C2"]),
        ("survey", "2014-09-30 |     |     |", False, ["note BLANK Surveys!D2"]),
        ("survey", "2014-09-30 | 410 |     |", False, ["note BLANK Surveys!D2"]),
        ("survey", "2014-09-30 |     | 344 |", False, ["note BLANK Surveys!C2"]),
        ("survey", "2014-09-30 | 410 | 411", False, ["error OUT_OF_RANGE Surveys!D2"]),
        ("survey", "2014-09-30 | 0   | 0", False, ["error OUT_OF_RANGE Surveys!C2"]),
        ("survey", "2014-09-30 | 99000000 | 5", False, ["error OUT_OF_RANGE Surveys!C2"]),
        ("survey", "2014-09-29 | 410 | 344", False, ["error PERIOD_ODD Surveys!B2"]),
        ("survey", "2014-09-30 | 410 | n/a | 83.9", True, ["error NOT_A_NUMBER Surveys!D2"]),
        ("survey", "2014-09-30 | 410 | n/a |", False, ["error NOT_A_NUMBER Surveys!D2"]),
        ("survey", "2014-09-30 | 410 |     | 0.839", False, ["error OUT_OF_RANGE Surveys!E2"]),
        ("survey", "2014-09-30 | 410 | 344 |  | 4.5", True, ["warning WRONG_KIND Surveys!F2"]),
        ("survey", "2014-09-30 | 410 | 344 |  |  | 2014-09-01", True, ["warning INCOMPLETE Surveys!G2"]),
        ("survey", "2014-09-30 | 410 | 0", True, []),
        ("survey", "2014-09-30 | 410 | 410", True, []),
        ("rating", "2014-09-30 | 50  |     |      | 4.5", True, []),
        ("rating", "2014-09-30 | 50  |     |      | 5.5", False, ["error OUT_OF_RANGE Surveys!F2"]),
        ("rating", "2014-09-30 | 50  |     |      |", False, ["note BLANK Surveys!F2"]),
        ("rating", "2014-09-30 | 50  |     | 80   | 4.5", True, ["warning WRONG_KIND Surveys!E2"]),
    ],
)  # fmt: skip
def test_a_survey_row_is_used_only_when_it_bears_a_result(kind, row, used, report):
    tables, problems = read(survey(row, kind=kind))
    assert bool(tables.surveys) is used
    assert [line for line in shown(problems) if "NO_FIGURES" not in line] == report


def test_of_two_results_for_one_period_none_is_used_unless_they_agree():
    same, differ = "2014-09-30 | 410 | 344", "2014-09-30 | 410 | 343"
    tables, problems = read(survey(same, same))
    assert len(tables.surveys["SP7_s"]) == 1
    assert shown(problems) == ["warning DUPLICATE Surveys!B3"]
    for rows in ((same, differ, same), (differ, same, same)):
        tables, problems = read(survey(*rows))
        assert tables.surveys == {"SP7_s": ()}
        assert shown(problems, Code.DUPLICATE) == [
            "error DUPLICATE Surveys!B3",
            "error DUPLICATE Surveys!B4",
        ]


def test_of_three_counts_for_a_month_none_is_used_when_one_differs():
    text = (
        monthly("2014-09 | 100")
        + "\nSP11_offences | 2014-09-01 | 101\nSP11_offences | 2014-09-01 | 100"
    )
    tables, problems = read(text)
    assert 12 * 2014 + 8 not in tables.monthly["SP11_offences"]
    assert shown(problems, Code.DUPLICATE) == [
        "error DUPLICATE Monthly!B32",
        "error DUPLICATE Monthly!B33",
    ]
    assert shown(problems, Code.GAP) == ["error GAP Monthly!B30"]


def test_a_month_that_is_missing_or_blank_is_never_nought():
    tables, problems = read(monthly("2013-12", "2014-02 | ", "2014-03 | 0"))
    counts = {month: item.count for month, item in tables.monthly["SP11_offences"].items()}
    assert 12 * 2013 + 11 not in counts
    assert 12 * 2014 + 1 not in counts
    assert counts[12 * 2014 + 2] == 0
    assert [item.found for item in problems if item.code == Code.GAP] == [
        "After November 2013 there is no usable count for December 2013.",
        "After January 2014 there is no usable count for February 2014.",
    ]


def test_a_measure_that_began_after_the_baseline_year_says_what_is_lacking():
    _, problems = read(monthly(first=12 * 2013 + 3, count=18))
    assert [item.found for item in problems] == [
        "The counts begin in April 2013: the baseline year lacks April 2012 to March 2013."
    ]


def test_the_newest_months_missing_are_a_gap_and_a_long_silence_is_stale():
    assert shown(read(monthly(count=27))[1]) == ["error GAP Monthly!B28"]
    assert shown(read(monthly(count=18))[1]) == ["error STALE Monthly!B19"]


@pytest.mark.parametrize("as_at", ["2014-09-30", "2014-10-01", ""])
def test_a_month_taken_when_it_was_over_counts(as_at):
    assert shown(read(monthly(f"2014-09 | 100 | | {as_at}"))[1], Code.INCOMPLETE) == []


def test_a_total_taken_before_its_period_was_over_is_not_used():
    text = (
        "tblMeasures\nMeasure | Priority | Line | Kind | Direction\nSP1_e | SP1 | Entrants | total"
        " | down\n\ntblTotals\nMeasure | Period start | Period end | Count | As at\nSP1_e |"
        " 2014-04-01 | 2014-09-30 | 185 | 2014-09-15\nSP1_e | 2013-10-01 | 2014-03-31 | 190 |"
        " 2014-04-15\nSP1_e | 2013-04-01 | 2013-09-30 |\nSP1_e | 2013-09-30 | 2013-04-01 | 7"
    )
    tables, problems = read(text)
    assert [item.period for item in tables.totals["SP1_e"]] == [
        Period(12 * 2013 + 9, 12 * 2014 + 2)
    ]
    assert shown(problems) == [
        "error INCOMPLETE Totals!E2",
        "note BLANK Totals!D4",
        "error PERIOD_ODD Totals!C5",
    ]


@pytest.mark.parametrize(
    ("title", "cell", "report"),
    [
        ("Direction", "", "error BLANK Measures!F2"),
        ("Direction", "downwards", "error NOT_IN_LIST Measures!F2"),
        ("Target change %", "ten", "error NOT_A_NUMBER Measures!F2"),
        ("Target change %", "-0.1", "error OUT_OF_RANGE Measures!F2"),
        ("Target change %", "-100", "error OUT_OF_RANGE Measures!F2"),
        ("Target change %", "10", "error DISAGREES Measures!F2"),
        ("Design effect", "high", "error NOT_A_NUMBER Measures!F2"),
        ("Design effect", "0.1", "error OUT_OF_RANGE Measures!F2"),
    ],
)
def test_a_measure_with_a_cell_that_cannot_be_read_is_kept_with_its_fault(title, cell, report):
    other = "Caveat" if title == "Direction" else "Direction"
    text = (
        f"tblMeasures\nMeasure | Priority | Line | Kind | {other} | {title}\nSP11_o | SP11 | All |"
        f" offences | down | {cell}"
    )
    tables, problems = read(text)
    (measure,) = tables.measures
    assert shown(problems, report.split()[1]) == [report]
    assert measure.direction is (Direction.NONE if title == "Direction" else Direction.DOWN)
    assert measure.faults.keys() == {title}
    assert "see Checks" in measure.faults[title]


def test_a_threshold_that_cannot_be_read_suppresses_everything():
    tables, _ = read(
        "tblMeasures\nMeasure|Priority|Line|Kind|Direction|Suppress"
        " below\nA|SP1|All|offences|down|five or so"
    )
    assert tables.measures[0].suppress_below == SUPPRESS_ALL


def test_names_that_differ_only_in_case_are_one_measure():
    tables, problems = read(
        MEASURES + "sp11_OFFENCES | SP12 | Other | offences | down\n\n" + monthly()
    )
    assert [item.name for item in tables.measures] == ["SP11_offences"]
    assert shown(problems) == ["error DUPLICATE Measures!A3"]


def test_rows_of_a_measure_whose_own_row_is_at_fault_say_so():
    text = MEASURES.replace("| offences |", "| offence |") + "\n" + monthly()
    _, problems = read(text)
    assert [item.found for item in problems if item.code == Code.UNKNOWN_MEASURE] == [
        (
            "The row of 'SP11_offences' in the Measures sheet cannot be used; its 30 rows here are not"
            " used."
        )
    ]


def test_a_wrong_name_is_reported_once_with_the_number_of_its_rows():
    _, problems = read(monthly(measure="SP11_offence"))
    (found,) = [item for item in problems if item.code == Code.UNKNOWN_MEASURE]
    assert (found.cell, found.measure) == ("A2", "SP11_offence")
    assert "its 30 rows here are not used" in found.found


@pytest.mark.parametrize(
    ("rows", "remark", "severity"),
    [
        (
            ("2014-06-30 | received | old", "2014-09-30 | awaited | new"),
            "new",
            "note DUPLICATE Returns!B2",
        ),
        (
            ("2014-09-30 | awaited | new", "2014-06-30 | received | old"),
            "new",
            "note DUPLICATE Returns!B3",
        ),
        (
            ("2014-09-30 | awaited | one", "2014-09-30 | received | two"),
            "one",
            "warning DUPLICATE Returns!B3",
        ),
        ((" | awaited | one", "2014-06-30 | received | two"), "two", "note DUPLICATE Returns!B2"),
    ],
)
def test_of_several_returns_the_one_due_last_is_shown(rows, remark, severity):
    text = "\n".join(
        ["tblReturns\nMeasure | Due | Status | Remark", *(f"SP11_offences | {row}" for row in rows)]
    )
    tables, problems = read(text)
    assert tables.returns["SP11_offences"].remark == remark
    assert shown(problems, Code.DUPLICATE) == [severity]


@pytest.mark.parametrize(
    ("status", "told"), [("awaited", 0), ("in development", 0), ("received", 1), ("", 1)]
)
def test_a_measure_without_figures_is_told_unless_a_return_explains_it(status, told):
    _, problems = read(f"tblReturns\nMeasure | Status\nSP11_offences | {status}")
    assert len(shown(problems, Code.NO_FIGURES)) == told


def test_a_comment_finds_its_priority_in_any_case_and_an_empty_one_is_told():
    text = (
        "tblComments\nPriority | Author role | Text\nsp11 | force | Fewer.\nALL | | Thanks.\nSP11 |"
        " force |"
    )
    tables, problems = read(text + "\n\n" + monthly())
    assert [(item.priority, item.text) for item in tables.comments] == [
        ("SP11", "Fewer."),
        ("All", "Thanks."),
    ]
    assert shown(problems) == ["note BLANK Comments!C4"]


def test_a_break_after_the_period_and_one_before_it():
    text = (
        "tblBreaks\nMeasure | Month | Note\nSP11_offences | 2014-12-01 | New rules\nSP11_offences |"
        " 2011-12-01 |"
    )
    tables, problems = read(text + "\n\n" + monthly())
    assert len(tables.breaks["SP11_offences"]) == 2
    assert shown(problems) == ["note FUTURE Breaks!B2"]


def test_families_need_all_four_counts_and_cannot_reduce_more_than_are_engaged():
    head = (
        "tblFamilies\nMeasure | Council | Period end | Counting | Engaged | ASB only | Offending"
        " only | Both"
    )
    rows = ("SP4_families | City | 2014-09-30 | and | 50 | 5 | 5 |", "SP4_families | County | 2014-09-30 | or | 9 | 5 | 5 | 1",
            "SP4_families | Rutland | 2014-09-30 | or | 9 | 1 | 0 | 1",
            "SP4_families | rutland | 2014-09-30 | or | 9 | 1 | 0 | 2")  # fmt: skip
    tables, problems = read_tables(workbook(f"{EVERY_KIND}\n{head}\n" + "\n".join(rows)))
    assert tables.families == {"SP4_families": ()}
    assert shown(problems) == [
        "note BLANK Families!H2",
        "error DOES_NOT_ADD Families!E3",
        "error DUPLICATE Families!B5",
    ]


def test_money_adds_up_in_exact_decimals_and_an_item_there_twice_is_told():
    head = (
        MEASURES + "SP18_savings | SP18 | Savings | amount | none\n\ntblAmounts\nMeasure | Item | £"
        " million\n"
    )
    rows = [
        f"SP18_savings | {item}"
        for item in ("required | 23", "realised | 7.8", "identified | 9.5", "to find | 5.7")
    ]
    text = head + "\n".join(rows) + "\n\n" + monthly()
    assert shown(read(text)[1]) == []  # 7.8 + 9.5 + 5.7 is not 23 in binary
    assert shown(read(text.replace("5.7", "5.8"))[1]) == ["warning DOES_NOT_ADD Amounts!C2"]
    assert shown(read(text.replace("to find | 5.7", "realised | 5.7"))[1]) == [
        "warning DUPLICATE Amounts!B5"
    ]


def test_of_two_overrides_of_a_line_the_last_is_used_and_the_other_told():
    head = "tblOverrides\nLine | Colour | Reason | Who | Until\n"
    rows = (
        "SP11_offences | RED | Doubt | Chief | 2014-12-31\nsp11_Offences | GREEN | None | Chief |"
        " 2014-12-31"
    )
    assert shown(read(head + rows + "\n\n" + monthly())[1]) == ["error DUPLICATE Overrides!A2"]


def test_months_of_an_old_period_are_told_in_one_note():
    _, problems = read(monthly(), period_end=date(2013, 12, 31))
    assert shown(problems, Code.FUTURE) == ["note FUTURE Monthly!B23"]
    assert "9 rows are for after the period end" in problems[0].found


def test_a_figure_revised_since_it_was_published_is_told_whichever_year_it_is_of():
    history = "\n\ntblHistory\nPeriod end | Line | Baseline | Latest\n"
    text = monthly() + history
    assert (
        shown(read(text + "2014-06-30 | SP11_offences | 1205 | 1195")[1]) == []
    )  # within one per cent
    assert shown(read(text + "2014-06-30 | sp11_offences | 1200 | 1300")[1]) == [
        "warning REVISED History!D2"
    ]
    assert (
        shown(
            read(
                text
                + "2014-03-31 | SP11_offences | 9 | 9\n2014-06-30 | SP11_offences | 1200 | 1200"
            )[1]
        )
        == []
    )
    assert (
        shown(read(text + "2014-09-30 | SP11_offences | 9 | 9")[1]) == []
    )  # to be replaced by this refresh
    shares = (
        survey("2013-03-31 | 400 | 300", "2014-06-30 | 404 | 303", "2014-09-30 | 408 | 306")
        + history
    )
    assert shown(read(shares + "2014-06-30 | SP7_s | 0.75 | 0.70")[1]) == [
        "warning REVISED History!D2"
    ]


def test_reading_keeps_the_spelling_of_the_measures_sheet():
    tables, _ = read(monthly(measure="SP11_OFFENCES"))
    item, *_ = tables.monthly["SP11_offences"].values()
    assert item.row.text("Measure") == "SP11_offences"


def test_a_spaced_name_in_a_settings_file_points_at_its_cell():
    book = workbook(EVERY_KIND)
    chosen = replace(settings(), own_force="Surrey")
    _, problems = read_and_check(book, chosen)
    (found,) = [item for item in problems if item.code == Code.UNKNOWN_FORCE]
    assert found.where == "Settings!B5"


def test_a_total_revised_since_it_was_published_is_told():
    text = (
        "tblMeasures\nMeasure | Priority | Line | Kind | Direction\nSP1_e | SP1 | Entrants | total"
        " | down\n\ntblTotals\nMeasure | Period start | Period end | Count\nSP1_e | 2012-04-01 |"
        " 2013-03-31 | 667\nSP1_e | 2014-04-01 | 2014-09-30 | 185\n\ntblHistory\nPeriod end | Line"
        " | Baseline | Latest\n2014-06-30 | SP1_e | 700 | 370\n2014-06-30 | | 5 | 5"
    )
    assert shown(read(text)[1]) == ["note BLANK History!B3", "warning REVISED History!C2"]
