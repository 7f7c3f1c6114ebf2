"""`changes --against` and `rebuild --issue`: a refresh, an issue, a pack, a period."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.shipped import of_priorities
from tests.users import changed
from xlperf.cli import main
from xlperf.commands.compared_times import compared_time
from xlperf.ending import DONE, REFUSED, WRONG_USAGE
from xlperf.excel.file import FileWorkbook
from xlperf.release.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

FIGURES = "OFFICIAL Figures 2014-09.csv"
NOW = datetime(2014, 12, 10, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    """A workbook refreshed for June and September, its pack in a folder beside it; since then a
    person decided.
    """
    path = tmp_path_factory.mktemp("office") / "Dashboard.xlsm"
    path.write_bytes(of_priorities("SP6", "SP12", "SP13", "SP17"))
    for period in ("2014-06", "2014-09"):
        assert main(["refresh", str(path), "--period", period]) == DONE
    book = FileWorkbook.open(path)
    publish(book, path.parent / "Panel", workbook=path, now=NOW, first_issue=True)
    cells = {"Line": "SP13_offences", "Colour": "AMBER", "Reason": "Agreed.", "Who": "Board"}
    changed(path, "tblOverrides", "None", Until=datetime(2014, 9, 30).date(), **cells)
    return path


def said(capsys, path: Path, *more: str) -> str:
    capsys.readouterr()
    assert main(["changes", str(path), *more]) == DONE
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.slow
@pytest.mark.parametrize("against", ["issue", "folder", "refresh"])
def test_a_decision_since_the_issue_is_the_only_change(published, capsys, against):
    named = str(published.parent / "Panel") if against == "folder" else against
    text = said(capsys, published, "--against", named)
    assert "1 of 18 lines changed between" in text
    assert "the issue Panel (period to 30 September 2014)" in text or against == "refresh"
    assert "Overruled by a person SP13 Reduce violence with injury, Number of offences" in text
    assert "Decision of a person: Board: Agreed, until 30 September 2014" in text


def test_an_earlier_period_is_named_by_its_month(published, capsys):
    text = said(capsys, published, "--against", "2014-06")
    assert "between the periods to 30 June 2014 and to 30 September 2014" in text
    assert "New data: Jul 2014 to Sep 2014 (929) came in, Jul 2013 to Sep 2013 (1,002)" in text
    assert "fell out; trends that reach the target 0 of 4 -> 1 of 4." in text


def test_the_answer_for_machines_has_every_part(published, capsys):
    found = json.loads(said(capsys, published, "--json"))
    (change,) = [item for item in found["changes"] if item["line"] == "SP12_offences"]
    (part,) = change["parts"]
    assert (part["cause"], part["before"]["colour"], part["after"]["colour"]) == (
        "NEW",
        "RED",
        "AMBER",
    )
    assert (part["before"]["latest"], part["after"]["latest"]) == (4326, 4253)
    assert change["sentences"][0].startswith("SP12 Reduce domestic burglary, Number of offences: ")
    assert len(found["figures"]) == 5


@pytest.mark.parametrize(
    ("against", "sentence"),
    [
        ("2013-06", "The History sheet has no earlier period to 30 June 2013."),
        ("2014-09", "Choose one of 2014-06."),
        ("last year", "'last year' is no folder of a panel pack. Give refresh, issue,"),
    ],
)
def test_what_is_not_there_is_refused_with_what_there_is(published, capsys, against, sentence):
    assert main(["changes", str(published), "--against", against]) == WRONG_USAGE
    assert sentence in " ".join(capsys.readouterr().err.split())


def test_without_a_pack_beside_it_there_is_no_issue(tmp_path, capsys):
    assert main(["changes", str(tmp_path / "Dashboard.xlsm"), "--against", "issue"]) == WRONG_USAGE
    assert "There is no panel pack in a folder beside" in " ".join(capsys.readouterr().err.split())


def test_nothing_asked_for_is_the_period_before(tmp_path):
    assert compared_time(None, tmp_path / "Dashboard.xlsm") is None


def rebuilt(capsys, path: Path, *more: str, code: int = DONE) -> str:
    capsys.readouterr()
    before = path.read_bytes()
    assert main(["rebuild", str(path), *more]) == code
    assert path.read_bytes() == before
    out = capsys.readouterr()
    return " ".join((out.err if code == WRONG_USAGE else out.out).split())


def test_the_newest_issue_is_rebuilt_and_its_figures_written(published, tmp_path, capsys):
    target = tmp_path / "September.csv"
    text = rebuilt(capsys, published, "--output", str(target))
    assert "The issue Panel (period to 30 September 2014), made with xlperf" in text
    for record in ("recorded (sheet Inputs)", "the ledger", FIGURES):
        assert f"{record}: 18 of 18 lines are the same." in text
    assert "Since then: 1 of 18 lines changed between" in text
    assert "Decision of a person: Board: Agreed, until 30 September 2014" in text
    assert "it stays in the office" in text
    assert target.read_bytes() == (published.parent / "Panel" / FIGURES).read_bytes()
    again = rebuilt(capsys, published, "--output", str(target), code=WRONG_USAGE)
    assert "exists already and was left as it is" in again


def test_a_period_without_an_issue_is_compared_with_history(published, capsys):
    found = json.loads(rebuilt(capsys, published, "--issue", "2014-06", "--json"))
    assert (found["rebuilt"], found["same"], found["issue"]) == (
        True,
        True,
        "the last refresh for the period to 30 June 2014",
    )
    assert [(item["name"], item["same"]) for item in found["compared"]] == [
        ("the sheet History", 18)
    ]


def test_a_file_that_was_edited_is_named_and_not_compared(published, tmp_path, capsys):
    folder = tmp_path / "Panel"
    shutil.copytree(published.parent / "Panel", folder)
    (folder / FIGURES).write_text("Priority,Line\n")
    text = rebuilt(capsys, published, "--issue", str(folder), code=REFUSED)
    assert "What could be compared is the same" in text
    assert f"The pack is not as it was published: '{FIGURES}' was changed." in text
    assert f"{FIGURES}: " not in text


@pytest.mark.parametrize(
    ("issue", "sentence"),
    [
        ("no such folder", "is no folder of a panel pack. Give the folder of a panel pack, or the"),
        ("2013-06", "Nothing is stored of the period to 30 June 2013. Choose one of 2014-06, 2014"),
    ],
)
def test_what_was_never_an_issue_cannot_be_rebuilt(published, capsys, issue, sentence):
    assert sentence in rebuilt(capsys, published, "--issue", issue, code=WRONG_USAGE)
