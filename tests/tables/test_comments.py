"""Rows of Comments: whose words they are, and which of them are shown."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.assessment.casebook import Book
from tests.tables.sheets import read, shown
from xlperf.tables import schema
from xlperf.tables.comments import Mark, Standing, check_periods, checksum, of_period, standing
from xlperf.tables.data import Comment
from xlperf.tables.problems import Code
from xlperf.tiles.layout import notes

WORDS = ("SP12", "", "Seven months were below the average.")
MARK = str(Mark("SP12_offences RUN", "2014-09", checksum(*WORDS)))
HEADER = "tblComments\nPriority | Author role | Text | Decision | Draft\n"
MEASURE = (
    "tblMeasures\nMeasure | Priority | Line | Kind | Direction\nSP12_offences | SP12 | Offences |"
    " offences | down\n\n"
)


def comments(rows: str):
    tables, problems = read(f"{MEASURE}{HEADER}{rows}")
    return tables.comments, [problem for problem in problems if problem.sheet == "Comments"]


@given(st.from_regex(r"[A-Za-z]\w{0,20}", fullmatch=True), st.tuples(*[st.text(max_size=40)] * 3))
def test_a_mark_reads_back(line, words):
    mark = Mark(f"{line} RUN", "2014-09", checksum(*words))
    if line.isascii():
        assert Mark.read(f" {mark} ") == mark


@pytest.mark.parametrize(
    "text", ["", "draft", "SP12_offences RUN 2014-09", "SP12_offences RUN 2014-09 xyz", "yes"]
)
def test_what_is_no_mark_is_none(text):
    assert Mark.read(text) is None


@pytest.mark.parametrize(
    ("words", "decision", "draft", "expected"),
    [
        (WORDS, "", "", Standing.OWN),
        (WORDS, "", MARK, Standing.UNTOUCHED),
        (("SP12", "", " Seven months were below the average. "), "", MARK, Standing.UNTOUCHED),
        (("SP12", "force", WORDS[2]), "", MARK, Standing.CHANGED),
        (("SP13", "", WORDS[2]), "", MARK, Standing.CHANGED),
        (("SP12", "", "Burglary fell."), "", MARK, Standing.CHANGED),
        (("SP12", "", ""), "", MARK, Standing.CHANGED),
        (WORDS, "", "mine", Standing.CHANGED),
        (WORDS, "Accept", MARK, Standing.OWN),
        (WORDS, " edit", MARK, Standing.OWN),
        (WORDS, "reject", MARK, Standing.REJECTED),
        (WORDS, "reject", "", Standing.REJECTED),
        (WORDS, "perhaps", MARK, Standing.CHANGED),
        (WORDS, "perhaps", "", Standing.OWN),
    ],
)
def test_whose_words_a_row_holds(words, decision, draft, expected):
    assert standing(words, decision, draft) is expected


def test_only_decided_drafts_and_own_words_are_comments():
    found, problems = comments(
        "SP12 | force | Ours. | |\n"
        f"{WORDS[0]} | | {WORDS[2]} | | {MARK}\n"
        f"{WORDS[0]} | | {WORDS[2]} | accept | {MARK}\n"
        f"SP12 | force | In our words. | edit | {MARK}\n"
        f"{WORDS[0]} | | {WORDS[2]} | reject | {MARK}"
    )
    assert [(item.role, item.text, item.period) for item in found] == [
        ("force", "Ours.", ""),
        ("", WORDS[2], "2014-09"),
        ("force", "In our words.", "2014-09"),
    ]
    assert problems == []


def test_a_draft_changed_without_a_decision_is_not_shown_and_is_told():
    found, problems = comments(f"SP12 | | In our words. | | {MARK}")
    assert found == ()
    assert shown(problems) == ["warning UNDECIDED Comments!D2"]


def test_a_decision_that_is_not_in_the_list_is_told_once():
    found, problems = comments(f"SP12 | | In our words. | perhaps | {MARK}")
    assert found == ()
    assert [problem.code for problem in problems] == [Code.NOT_IN_LIST]


def test_a_workbook_made_before_reads_as_it_did():
    tables, problems = read(
        f"{MEASURE}tblComments only\nPriority | Author role | Text\nSP12 | force | Ours."
    )
    assert [item.text for item in tables.comments] == ["Ours."]
    assert [problem for problem in problems if problem.sheet == "Comments"] == []


def test_an_accepted_draft_speaks_of_its_own_period_alone():
    always, then = Comment("SP12", "force", "Ours."), Comment("SP12", "", "Then.", period="2014-06")
    assert of_period((always, then), date(2014, 9, 30)) == (always,)
    assert of_period((always, then), date(2014, 6, 30)) == (always, then)


def of_september(
    rows: str, header: str = "Priority | Author role | Text | Decision | Draft | Period"
):
    """Comments that are shown for September 2014, and what is said of the others."""
    tables, faults = read(f"{MEASURE}tblComments only\n{header}\n{rows}")
    problems = list(check_periods(tables.comments, date(2014, 9, 30)))
    shown_now = [comment.text for comment in of_period(tables.comments, date(2014, 9, 30))]
    return shown_now, problems, [item for item in faults if item.sheet == "Comments"]


def test_a_comment_is_shown_for_the_period_beside_it_and_for_no_other():
    rows = (
        "SP12 | force | Now. | | | 2014-09-30\nSP12 | force | Then. | | | 2014-06-01\nSP12 | force"
        " | Too. | | | '2014-09"
    )
    texts, problems, faults = of_september(rows + "\nSP12 | force | Later. | | | 'Dec-14")
    assert (texts, faults) == (["Now.", "Too."], [])
    assert shown(problems) == ["note COMMENT_PERIOD Comments!F3"]
    assert (
        problems[0].found
        == "2 comments, from here on, are of another period than September 2014, so not shown."
    )


def test_a_comment_without_a_period_is_shown_in_every_issue_and_told():
    texts, problems, _ = of_september("SP12 | force | Always. | | | ")
    assert texts == ["Always."]
    assert shown(problems) == ["note COMMENT_PERIOD Comments!F2"]
    assert problems[0].found == "1 comment is without a period, so shown in every issue."


def test_a_period_that_cannot_be_read_is_never_taken_for_none():
    texts, problems, faults = of_september("SP12 | force | When? | | | last quarter")
    assert texts == []
    assert shown(problems) == ["error COMMENT_PERIOD Comments!F2"]
    assert shown(faults) == ["error NOT_A_DATE Comments!F2"]


def test_a_workbook_without_the_column_is_told_how_to_add_it():
    texts, problems, faults = of_september("SP12 | force | Ours.", "Priority | Author role | Text")
    assert (texts, faults) == (["Ours."], [])
    assert problems[0].remedy.startswith("Type 'Period' into D1, right of the table's header")


def test_a_draft_keeps_its_own_period_unless_another_is_typed_beside_it():
    rows = (
        f"{' | '.join(WORDS)} | accept | {MARK} | \n{' | '.join(WORDS)} | edit | {MARK} |"
        " 2014-06-30"
    )
    texts, problems, _ = of_september(rows)
    assert texts == [WORDS[2]]
    assert shown(problems) == ["note COMMENT_PERIOD Comments!F3"]


@pytest.mark.parametrize(
    ("line", "printed", "found"),
    [
        ("one", "First line: It fell.", None),
        ("ONE_spc", "First line: It fell.", None),
        (None, "It fell.", None),
        ("other", "It fell.", "'other' is of P2"),
        ("none", "It fell.", "'none' is no measure or line"),
    ],
)
def test_a_comment_names_the_line_that_it_is_about(line, printed, found):
    book = Book().measure("one", "total", Priority="P1", Line="First line")
    book.measure("other", "total", Priority="P2", Line="Other line")
    book.add(schema.COMMENTS, Priority="P1", Text="It fell.", Line=line)
    tables, _, problems = book.read()
    assert [item.printed for item in tables.comments] == [printed]
    unknown = [item for item in problems if item.code is Code.UNKNOWN_LINE]
    assert [found in item.found for item in unknown] == ([True] if found else [])


def test_a_label_that_the_text_begins_with_is_printed_once():
    book = Book().measure("one", "total", Priority="P1", Line="First line")
    book.add(schema.COMMENTS, Priority="P1", Text="First line: it fell.", Line="one")
    assert notes(list(book.lines().values()), book.read()[0])[0] == "P1  First line: it fell."
