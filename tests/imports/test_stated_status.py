"""The mark of what is provisional follows what a file says, and stays where it says nothing."""

from __future__ import annotations

from datetime import date

import pytest

from tests.imports.dashboards import dashboard, imported, left_out, plan_of, text_file
from tests.imports.test_importing import rows
from xlperf.errors import LayoutError
from xlperf.imports.import_sentences import (
    done_in_short,
    done_sentence,
    essentials,
    plan_values,
    preview,
)
from xlperf.imports.stated_status import StatedStatus, stated_together
from xlperf.tables import schema

TODAY, TAKEN = date(2014, 10, 20), date(2014, 10, 16)
FINAL, PROVISIONAL, UNSTATED, UNREADABLE = StatedStatus
STANDING = """tblMonthly
Measure  | Month      | Count | Status      | As at
burglary | 2014-04-01 | 100   | provisional | 2014-05-01
burglary | 2014-05-01 | 110   | provisional | 2014-06-01
burglary | 2014-06-01 | 120   | final       | 2014-07-01
violence | 2014-04-01 | 80    | provisional | 2014-05-01"""


def statuses(tmp_path, text, standing=STANDING, **given):
    """Status of each month of burglary, and of violence in April, after an import."""
    book = dashboard(standing)
    imported(book, plan_of(book, text_file(tmp_path, text), **given), TODAY)
    return [row[3] for row in rows(book, schema.MONTHLY)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (  # nothing is marked: the file says nothing
            "Offence,Apr-14,May-14,Jun-14\nDomestic burglary,100,110,120\n",
            ["provisional", "provisional", "final", "provisional"],
        ),
        (  # what is not marked among marked ones is final, with the same figure or another
            "Offence,Apr-14,May-14,Jun-14\nDomestic burglary,100,111,120 [p]\nViolence,80,,\n",
            ["final", "final", "provisional", "provisional"],
        ),
        (  # a mark of the period holds for all its figures, beside other marks of a cell
            "Offence,Apr-14,May-14 [p],Jun-14 [p]\nDomestic burglary,100,110 [r],120\nViolence,80,,\n",
            ["final", "provisional", "provisional", "final"],
        ),
        (  # a figure that is estimated may change
            "Offence,Apr-14,May-14,Jun-14\nDomestic burglary,100,110 [e],120 [p]\n",
            ["final", "provisional", "provisional", "provisional"],
        ),
        (  # a column: what it leaves blank is not stated where it has a word for final
            "Month,Domestic burglary,Status\nApr-14,100,Final\nMay-14,110,\nJun-14,120,p\n",
            ["final", "provisional", "provisional", "provisional"],
        ),
        (
            "Month,Domestic burglary,Status\nApr-14,100,\nMay-14,110,[r]\nJun-14,120,[p]\n",
            ["final", "final", "provisional", "provisional"],
        ),
        (  # revised is not final where nothing is marked as provisional
            "Month,Domestic burglary,Status\nApr-14,100,r\nMay-14,110,r\n",
            ["provisional", "provisional", "final", "provisional"],
        ),
        (  # what is later than the newest that is marked may change as well
            "Offence,Apr-14,May-14 [p],Jun-14\nDomestic burglary,100,110,121\n",
            ["final", "provisional", "final", "provisional"],
        ),
        (  # marks of another force say nothing of this one
            "Force,Month,Domestic burglary,Status\nKent,Apr-14,100,\nEssex,May-14,50,p\n",
            ["provisional", "provisional", "final", "provisional"],
        ),
        (  # words of a status, and its mark beside another word
            "Month,Domestic burglary,Status\nApr-14,100,Not final\nMay-14,110,Revised [p]\nJun-14,9,Draft",
            ["provisional", "provisional", "provisional", "provisional"],
        ),
        (  # a column of statuses most of which are symbols of figures
            "Month,Domestic burglary,Status\nApr-14,100,n/a\nMay-14,110,-\nJun-14,120,p\n",
            ["provisional", "provisional", "provisional", "provisional"],
        ),
        (  # one word for all that is no known one is no label
            "Offence,Month,Count,Certainty\nDomestic burglary,Jun-14,125,Prov*\n",
            ["provisional", "provisional", "final", "provisional"],
        ),
        (  # a text that calls figures provisional, beside a mark
            "Offence,Apr-14,May-14\nDomestic burglary,100,110 [p]\nFigures are provisional,,\n",
            ["provisional", "provisional", "final", "provisional"],
        ),
        (  # a text that says what the mark means
            "Offence,Apr-14,May-14\nDomestic burglary,100,110 [p]\n[p] is provisional,,\n",
            ["final", "provisional", "final", "provisional"],
        ),
        (  # all of a label are marked
            "Month,Domestic burglary [p],Violence\nApr-14,100,80\nJun-14,120,\n",
            ["provisional", "provisional", "provisional", "provisional"],
        ),
    ],
)
def test_the_mark_follows_what_the_file_says(tmp_path, text, wanted):
    assert statuses(tmp_path, text) == wanted


def test_a_change_of_status_is_shown_kept_and_dated(tmp_path):
    book = dashboard(STANDING)
    text = "Offence,Apr-14,May-14,Jun-14\nDomestic burglary,100,110 [p],120 [p]\nViolence,80,,\n"
    plan = plan_of(book, text_file(tmp_path, text), as_at=TAKEN)
    shown = preview(plan, "Dashboard.xlsm")
    assert (
        "0 figures to add, 0 to change, 4 already there; 2 of 6 in the file are left out. 1 figure"
        " is no\n  longer provisional; 1 figure is now provisional." in shown
    )
    assert (
        "No longer provisional (1):\n  burglary (Monthly)  Apr 2014  100\n\n"
        "Now provisional (1):\n  burglary (Monthly)  Jun 2014  120\n" in shown
    )
    assert (
        "Note: The file does not say whether these are final, so they stay provisional: violence,"
        " Apr 2014. Where they are final, type final in Status." in " ".join(shown.split())
    )
    assert essentials(plan)[2:4] == [
        "burglary (Monthly) Apr 2014: no longer provisional",
        "burglary (Monthly) Jun 2014: now provisional",
    ]
    assert done_in_short(plan).endswith(
        "left out. 1 figure is no longer provisional; 1 figure is now provisional."
    )
    assert done_sentence(plan, "D.xlsm", "").endswith(
        "0 changed, 1 no longer provisional, 1 now provisional; those of before are in Revisions."
    )
    assert plan_values(plan)["statuses"][0] == {
        "table": "tblMonthly", "measure": "burglary", "force": "", "period": "Apr 2014",
        "before": "provisional", "now": "final",
    }  # fmt: skip
    imported(book, plan, TODAY)
    assert rows(book, schema.MONTHLY)[0] == ("burglary", date(2014, 4, 1), 100, "final", TAKEN)
    assert [row[-4:] for row in rows(book, schema.REVISIONS)] == [
        ("Status", "provisional", "final", date(2014, 5, 1)),
        ("Status", "final", "provisional", date(2014, 7, 1)),
    ]
    assert not plan_of(book, text_file(tmp_path, text)).writes


def test_without_a_sheet_for_what_was_before_no_status_changes(tmp_path):
    book = dashboard(STANDING, without=[schema.REVISIONS.name])
    text = "Month,Domestic burglary,Status\nApr-14,100,Final\n"
    with pytest.raises(LayoutError, match=r"Figures, or their status, would be replaced \(1\)"):
        imported(book, plan_of(book, text_file(tmp_path, text)), TODAY)


def test_a_status_that_cannot_be_read_changes_nothing_and_is_named(tmp_path):
    book = dashboard(STANDING)
    text = "Month,Domestic burglary,Status\nApr-14,101,Prov?\nMay-14,111,Final\n"
    path = text_file(tmp_path, text)
    plan = plan_of(book, path)
    assert left_out(plan) == ["1 whose status cannot be read: burglary, Apr 2014: 'Prov?' (B2)"]
    imported(book, plan, TODAY)
    assert [row[2:4] for row in rows(book, schema.MONTHLY)][:2] == [
        (100, "provisional"),
        (111, "final"),
    ]
    assert left_out(plan_of(book, path, ignored=("Status",))) == []


@pytest.mark.parametrize("text", ["All are provisional,,\n,,\n{}", "{}All are provisional,,\n"])
def test_a_text_that_calls_figures_provisional_is_named(tmp_path, text):
    table = "Offence,Apr-14,Jul-14\nDomestic burglary,100,130\n"
    note = (
        "The file says 'All are provisional'. Which figures that means is not read: type"
        " provisional in Status for those that have no mark."
    )
    assert note in plan_of(dashboard(STANDING), text_file(tmp_path, text.format(table))).notes
    marked = text.format(table.replace("-14", "-14 [p]"))
    assert note not in plan_of(dashboard(STANDING), text_file(tmp_path, marked)).notes


def test_rows_of_one_status_alone_state_it(tmp_path):
    text = "Month,Domestic burglary,Status\nApr-14,100,Final\nApr-14,99,Provisional\n"
    wanted = ["final", "provisional", "final", "provisional"]
    assert statuses(tmp_path, text, only={"Status": "Final"}) == wanted


def test_final_and_provisional_at_once_cannot_be_read(tmp_path):
    text = "Month,Domestic burglary,Status\nApr-14,101 [p],Final\nMay-14,111,Final\n"
    plan = plan_of(dashboard(STANDING), text_file(tmp_path, text))
    assert left_out(plan) == [
        "1 whose status cannot be read: burglary, Apr 2014: 'provisional, final' (B2)"
    ]


def test_a_status_of_the_workbook_that_cannot_be_read_stays_and_is_named(tmp_path):
    book = dashboard(STANDING.replace("100   | provisional", "100   | prov?      "))
    plan = plan_of(book, text_file(tmp_path, "Month,Domestic burglary,Status\nApr-14,100,Final\n"))
    assert not plan.writes
    assert (
        "The status that stands in Monthly!D2 cannot be read, so it stays. Correct it, and import"
        " again." in plan.notes
    )


@pytest.mark.parametrize(
    ("before", "status", "after"),
    [("", "p", "provisional"), ("", "Final", None), ("provisional", "Final", "final"),
     ("missing", "Final", "final"), ("missing", "p", "provisional")],
)  # fmt: skip
def test_a_figure_that_comes_into_a_row_that_is_there_brings_its_status(
    tmp_path, before, status, after
):
    standing = f"""tblMonthly
Measure  | Month      | Count | Status      | As at
burglary | 2014-04-01 |       | {before}    |"""
    text = f"Month,Domestic burglary,Status\nApr-14,100,{status}\n"
    assert statuses(tmp_path, text, standing) == [after]


def test_a_table_without_a_column_of_statuses_is_named(tmp_path):
    book = dashboard(STANDING)
    titles = tuple(title for title in schema.TOTALS.titles if title != "Status")
    book = type(book)({**book.tables, schema.TOTALS.name: (titles, ())})
    text = "Period,Robberies\nApr 2014 to Mar 2015,12 [p]\n"
    plan = plan_of(book, text_file(tmp_path, text))
    assert any(
        note.startswith(
            "Totals has no column Status, so it is lost that these are provisional: robberies,"
        )
        for note in plan.notes
    )


def test_an_earlier_issue_that_makes_a_figure_provisional_again_is_doubted(tmp_path):
    book = dashboard(STANDING)
    text = "Offence,Apr-14,May-14\nDomestic burglary,100,110\n"
    standing = STANDING.replace("110   | provisional", "110   | final      ")
    marked = text.replace("110", "110 [p]")
    plan = plan_of(dashboard(standing), text_file(tmp_path, marked))
    assert any(doubt.startswith("The file is older than the workbook") for doubt in plan.doubts)
    final = "Month,Domestic burglary,Status\nApr-14,100,Final\n"
    assert plan_of(book, text_file(tmp_path, final)).doubts == ()


def test_several_statements_are_final_only_together():
    assert stated_together([FINAL, FINAL]) is FINAL
    assert stated_together([FINAL, UNSTATED]) is UNSTATED
    assert stated_together([UNSTATED, PROVISIONAL]) is PROVISIONAL
    assert stated_together([PROVISIONAL, UNREADABLE]) is UNREADABLE
    assert stated_together([]) is UNSTATED
