"""Rows of Comments: whose words they are, and which of them are shown."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables.sheets import read, shown

from xlperf.tables.comments import Mark, Standing, checksum, of_period, standing
from xlperf.tables.problems import Code
from xlperf.tables.tables import Comment

WORDS = ("SP12", "", "Seven months were below the average.")
MARK = str(Mark("SP12_offences RUN", "2014-09", checksum(*WORDS)))
HEADER = "tblComments\nPriority | Author role | Text | Decision | Draft\n"
MEASURE = (
    "tblMeasures\nMeasure | Priority | Line | Kind | Direction\nSP12_offences | SP12 | Offences | offences | down\n\n"
)


def comments(rows: str):
    tables, problems = read(f"{MEASURE}{HEADER}{rows}")
    return tables.comments, [problem for problem in problems if problem.sheet == "Comments"]


@given(st.from_regex(r"[A-Za-z]\w{0,20}", fullmatch=True), st.tuples(*[st.text(max_size=40)] * 3))
def test_a_mark_reads_back(line, words):
    mark = Mark(f"{line} RUN", "2014-09", checksum(*words))
    if line.isascii():
        assert Mark.read(f" {mark} ") == mark


@pytest.mark.parametrize("text", ["", "draft", "SP12_offences RUN 2014-09", "SP12_offences RUN 2014-09 xyz", "yes"])
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
    tables, problems = read(f"{MEASURE}tblComments only\nPriority | Author role | Text\nSP12 | force | Ours.")
    assert [item.text for item in tables.comments] == ["Ours."]
    assert [problem for problem in problems if problem.sheet == "Comments"] == []


def test_an_accepted_draft_speaks_of_its_own_period_alone():
    always, then = Comment("SP12", "force", "Ours."), Comment("SP12", "", "Then.", period="2014-06")
    assert of_period((always, then), date(2014, 9, 30)) == (always,)
    assert of_period((always, then), date(2014, 6, 30)) == (always, then)
