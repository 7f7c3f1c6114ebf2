"""What an import prints."""

from __future__ import annotations

from dataclasses import replace

from tests.imports.dashboards import dashboard, plan_of, text_file
from xlperf.imports import import_sentences as sentences

STANDING = "tblMonthly\nMeasure | Month | Count | Status | As at\nburglary | 2014-04-01 | 100 | |"
TEXT = (
    "Offence,Apr-14,May-14,Total\nDomestic burglary,104,[x],1\nViolence,80,81 [p],2\nArson,1,2,3\n"
)


def plan(tmp_path, text=TEXT):
    return plan_of(dashboard(STANDING), text_file(tmp_path, text))


def test_the_preview_says_what_comes_in_what_changes_and_what_stays_out(tmp_path):
    assert sentences.preview(plan(tmp_path), "Dashboard.xlsm").splitlines() == [
        "figures.csv -> Dashboard.xlsm, as 'Test'",
        "Read as UTF-8, separated by commas.",
        "",
        "  period    headings in row 1  2: Apr 2014 … May 2014",
        "  measure   Offence            3 labels",
        "  not used  Total",
        "",
        "Measures:",
        "  Domestic burglary = burglary (Monthly)",
        "  Violence = violence (Monthly)",
        "",
        "2 figures to add, 1 to change, 0 already there; 3 of 6 in the file are left out.",
        "",
        "To change, old -> new (1):",
        "  burglary (Monthly)  Apr 2014  100 -> 104",
        "",
        "To add (2):",
        "  violence (Monthly)  May 2014  81  provisional",
        "  violence (Monthly)  Apr 2014  80",
        "",
        "Left out (3):",
        "  2 of labels that are mapped to no measure: Arson.",
        "  1 without a number: '[x]', not available: burglary, May 2014 (C2).",
        "",
        "Note: The file has no column of forces: its figures are taken as those of Kent.",
    ]


def test_what_is_proposed_or_doubted_has_to_be_accepted(tmp_path):
    own = plan(tmp_path)
    assert "is proposed by their names" in sentences.obstacles(own, yes=False, anyway=False)
    assert sentences.obstacles(own, yes=True, anyway=False) == ""
    doubtful = replace(own, doubts=("It is odd.",), proposed=())
    assert sentences.obstacles(doubtful, yes=True, anyway=False) == (
        "Nothing was imported. It is odd. If it is right all the same, add --anyway."
    )
    assert sentences.obstacles(doubtful, yes=False, anyway=True) == ""
    assert "with --yes," in sentences.preview_ending(own)


def test_nothing_new_is_said(tmp_path):
    same = plan(tmp_path, "Offence,Apr-14\nDomestic burglary,100\n")
    assert sentences.obstacles(same, yes=False, anyway=False) == ""
    assert "No figure is new" in sentences.done_sentence(same, "D.xlsm", "")
