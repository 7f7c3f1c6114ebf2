"""What people decide, write and owe, over two periods of the shipped workbook: as the commands tell
it.
"""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from docx import Document

from tests.openpyxl_books import openpyxl_book
from tests.shipped import of_priorities
from tests.users import changed
from xlperf.cli import main
from xlperf.ending import DONE, REFUSED
from xlperf.excel.file import FileWorkbook
from xlperf.pipeline import assess_workbook, refresh
from xlperf.release.publish import publish
from xlperf.release.publish_sentences import publish_output

if TYPE_CHECKING:
    from xlperf.release.publish import Published

NOW = datetime(2014, 12, 10, 9, 30, tzinfo=UTC)
COLOURS = {"RED": 3, "AMBER": 29, "GREEN": 7, "NA": 23}


def told(capsys, *arguments: object) -> str:
    assert main([str(argument) for argument in arguments]) == DONE
    return capsys.readouterr().out


def refreshed_json(capsys, book: Path) -> dict:
    return json.loads(told(capsys, "refresh", book, "--json"))


def pack(book: Path, folder: Path) -> Published:
    return publish(FileWorkbook.open(book), folder, workbook=book, first_issue=True, now=NOW)


def small(folder: Path, *priorities: str) -> Path:
    """A workbook of some priorities of the shipped plan."""
    path = folder / "Dashboard.xlsm"
    path.write_bytes(of_priorities(*priorities))
    return path


def report_text(folder: Path) -> str:
    document = Document(str(next(folder.glob("*Report*.docx"))))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


# -- the own force
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "own", ["leicestershire", "Leicestershire Police", "THE LEICESTERSHIRE CONSTABULARY"]
)
def test_the_own_force_may_be_written_in_any_way(dashboard, capsys, own):
    found = refreshed_json(capsys, changed(dashboard, "tblSettings", "own_force", Value=own))
    assert found["counts"] == COLOURS
    assert {check["code"] for check in found["checks"]} & {"UNKNOWN_FORCE", "DOES_NOT_ADD"} == set()
    assert assess_workbook(FileWorkbook.open(dashboard)).settings.own_force == "Leicestershire"


def test_an_own_force_that_is_not_in_the_group_is_a_fault_of_the_setting(dashboard, capsys):
    found = refreshed_json(capsys, changed(dashboard, "tblSettings", "own_force", Value="Rutland"))
    (check,) = [check for check in found["checks"] if check["code"] == "UNKNOWN_FORCE"]
    assert (
        check["found"]
        == "The own force, 'Rutland', is not in the Forces sheet. So no line has a position."
    )
    positions = [line for line in found["lines"] if line["line"].endswith("_position")]
    assert {(line["colour"], line["reason_code"], line["position"]) for line in positions} == {
        ("NA", "CONFIG", "")
    }


# -- overrides
# --------------------------------------------------------------------------------------------------


@pytest.fixture
def overruled(tmp_path, capsys) -> Path:
    """June as worked out; in September a person overrules SP13, RED, to AMBER."""
    dashboard = small(tmp_path, "SP12", "SP13")
    told(capsys, "refresh", dashboard, "--period", "2014-06")
    cells = {
        "Line": "SP13_offences",
        "Colour": "AMBER",
        "Reason": "The recording was mended in May.",
        "Who": "Board",
    }
    return changed(dashboard, "tblOverrides", "None", Until=date(2014, 9, 30), **cells)


def test_a_refresh_says_that_a_person_overruled_a_colour(overruled, capsys):
    assert main(["refresh", str(overruled), "--dry-run"]) == DONE
    said = " ".join(capsys.readouterr().out.split())
    assert "-> AMBER Number of offences (overruled by a person, worked out RED)" in said
    found = refreshed_json(capsys, overruled)
    (change,) = [item for item in found["changes"] if item["line"] == "SP13_offences"]
    assert change["decision"] == "overruled by a person, worked out RED"


def test_the_changes_of_a_period_never_call_a_decision_better(overruled, capsys):
    told(capsys, "refresh", overruled)
    said = told(capsys, "changes", overruled)
    assert "1 overruled by a person" in said
    assert "overruled by a person, worked out RED, " in " ".join(said.split())
    turns = json.loads(told(capsys, "changes", overruled, "--json"))["changes"]
    (of_line,) = [item for item in turns if item["line"] == "SP13_offences"]
    assert (of_line["turn"], of_line["after"], of_line["worked_out_after"]) == (
        "overruled by a person",
        "AMBER",
        "RED",
    )


@pytest.mark.slow
def test_when_it_ends_that_is_told_too(overruled, capsys):
    told(capsys, "refresh", overruled)
    changed(overruled, "tblOverrides", "SP13_offences", Until=date(2014, 6, 30))
    said = " ".join(told(capsys, "refresh", overruled, "--dry-run").split())
    assert "AMBER -> RED Number of offences (override ended)" in said


def test_an_override_that_began_in_the_period_before_ends_with_it(tmp_path, capsys):
    dashboard = small(tmp_path, "SP12", "SP13")
    cells = {"Line": "SP13_offences", "Colour": "AMBER", "Reason": "Agreed.", "Who": "Board"}
    changed(dashboard, "tblOverrides", "None", Until=date(2014, 6, 30), **cells)
    told(capsys, "refresh", dashboard, "--period", "2014-06")
    told(capsys, "refresh", dashboard)
    said = " ".join(told(capsys, "changes", dashboard).split())
    name = "SP13 Reduce violence with injury, Number of offences"
    assert f"{name}: AMBER -> RED, override ended, worked out" in said


@pytest.mark.slow
def test_an_overruled_line_stays_on_the_first_page_of_the_report(overruled, capsys, tmp_path):
    told(capsys, "refresh", overruled)
    made = pack(overruled, tmp_path / "Panel")
    text = report_text(tmp_path / "Panel")
    decided = "shown amber, calculated red, decided by Board: The recording was mended in May."
    assert f"Number of offences: {decided}" in text
    assert "1 overruled by a person" in text
    assert any(
        "SP13_offences is shown AMBER; worked out: RED." in warning for warning in made.warnings
    )


@pytest.mark.slow
def test_a_history_without_a_place_for_it_is_told_how_to_have_one(overruled, capsys):

    book = openpyxl_book(overruled, keep_vba=True)
    sheet = book["History"]
    next(cell for cell in sheet[4] if cell.value == "Worked out").value = "Mine"
    next(
        column for column in sheet.tables["tblHistory"].tableColumns if column.name == "Worked out"
    ).name = "Mine"
    book.save(overruled)
    found = refreshed_json(capsys, overruled)
    (check,) = [check for check in found["checks"] if check["code"] == "COLUMN_MISSING"]
    assert "does not remember which colours people overruled" in check["found"]
    said = " ".join(told(capsys, "changes", overruled).split())
    assert "overruled by a person, worked out unknown" in said


# -- comments
# --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_comment_of_september_is_not_in_the_pack_of_june(tmp_path, capsys):
    book = small(tmp_path, "SP6", "SP12")
    told(capsys, "refresh", book, "--period", "2014-06")
    made = publish(
        FileWorkbook.open(book),
        tmp_path / "Panel",
        workbook=book,
        first_issue=True,
        now=NOW,
        period=12 * 2014 + 5,
    )
    assert "Encouraging, but with 32 answers" not in report_text(tmp_path / "Panel")
    assert any(
        "2 comments, from here on, are of another period than June 2014" in text
        for text in made.warnings
    )
    assert "of another period than June 2014, so not shown." in publish_output(made)


@pytest.mark.slow
def test_a_change_in_a_comment_that_is_not_the_tiles_is_told_before_it_is_published(
    tmp_path, capsys
):
    dashboard = small(tmp_path, "SP12")
    changed(dashboard, "tblComments", "SP12", Text="Burglary is up 34%.")
    told(capsys, "refresh", dashboard)
    made = pack(dashboard, tmp_path / "Panel")
    said = "The text says up 34%, but the change of ‘Number of offences’ since 2012/13 is +8.1%."
    assert any(said in warning for warning in made.warnings)


# -- returns
# --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_awaited_return_is_marked_listed_and_overdue_once_it_is(tmp_path):
    """SP1: the total of April to September 2014 has not come; that of the year before is all there
    is.
    """

    dashboard = small(tmp_path, "SP1", "SP17")
    book = openpyxl_book(dashboard, keep_vba=True)
    for row in book["Totals"].iter_rows():
        if row[0].value == "SP1_entrants" and row[2].value.year == 2014:
            row[1].value, row[2].value, row[4].value = (
                date(2013, 10, 1),
                date(2014, 3, 31),
                date(2014, 4, 21),
            )
    book.save(dashboard)
    changed(
        dashboard,
        "tblReturns",
        "SP1_entrants",
        Status="awaited",
        Received=None,
        Due=date(2014, 12, 10),
    )

    def run(now: datetime) -> tuple[bool, list[str], str]:
        result = refresh(FileWorkbook.open(dashboard), now=now, who="a", seconds=lambda: 1.0)
        cells = FileWorkbook.open(dashboard).cells(
            ["tile_SP1_entrants_rag", "tile_SP1_entrants_change", "dash_missing_1"]
        )
        codes = [
            str(problem.code)
            for problem in result.assessed.problems
            if problem.measure == "SP1_entrants"
        ]
        return (
            result.applied.has_changes,
            codes,
            " / ".join(str(state.value) for state in cells.values()),
        )

    due = (
        "– NA / Mar ’14, not received / SP1  First-time entrants aged 10–17: not received, Youth"
        " offending services, {}"
    )
    assert run(NOW) == (True, ["AWAITED"], due.format("due 10 December 2014"))
    made = pack(dashboard, tmp_path / "Panel")
    said = report_text(tmp_path / "Panel")
    assert "Not received: Youth offending services; due 10 December 2014" in said
    assert not any("still awaited" in warning for warning in made.warnings)
    assert run(NOW.replace(hour=18))[0] is False
    later = NOW.replace(day=11)
    assert run(later) == (True, ["OVERDUE"], due.format("overdue since 10 December 2014"))
    assert run(later)[0] is False
    made = publish(
        FileWorkbook.open(dashboard),
        tmp_path / "Later",
        workbook=dashboard,
        now=later,
    )
    assert any("still awaited" in warning for warning in made.warnings)
    overdue = "First-time entrants aged 10–17, Youth offending services, overdue since 10 December"
    assert overdue in report_text(tmp_path / "Later")


# -- recipients
# --------------------------------------------------------------------------------------------------


def test_a_pack_for_nobody_is_told_when_it_is_made(few_lines, tmp_path):
    made = pack(Path(shutil.copy(few_lines, tmp_path)), tmp_path / "Panel")
    assert (
        "the setting 'recipients' is blank, so the pack can be mailed to nobody" in made.warnings[0]
    )
    assert made.warnings[0].startswith("Settings!B")
    assert made.warnings[0] in publish_output(made)
    log = " ".join((tmp_path / "Panel" / "QA log.txt").read_text(encoding="utf-8").split())
    assert made.warnings[0] in log
    assert json.loads((tmp_path / "Panel" / "qa.json").read_bytes())["warnings"] == list(
        made.warnings
    )


def test_the_command_has_the_warnings_for_machines(few_lines, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "no programs"))
    book = Path(shutil.copy(few_lines, tmp_path))
    publish_it = ("publish", book, "--to", tmp_path / "Panel", "--json", "--first-issue")
    found = json.loads(told(capsys, *publish_it))
    assert "'recipients' is blank" in found["warnings"][0]


def test_recipients_that_cannot_be_read_are_named_with_their_cell(tmp_path, capsys):
    dashboard = small(tmp_path, "SP12")
    told(
        capsys,
        "refresh",
        changed(dashboard, "tblSettings", "recipients", Value="clerk@panel.example, the chair"),
    )
    assert main(["publish", str(dashboard), "--to", str(tmp_path / "Panel")]) == REFUSED
    said = capsys.readouterr().err
    assert "Settings!B" in said
    assert (
        "(recipients): 'clerk@panel.example, the chair' is no e-mail address that can be used."
        in said
    )
    assert not (tmp_path / "Panel").exists()


# -- as text
# --------------------------------------------------------------------------------------------------


def test_a_month_typed_as_text_is_read_with_a_note(tmp_path, capsys):
    found = with_cell(small(tmp_path, "SP12"), capsys, 1, "Sep-14")
    assert found["counts"] == {"RED": 0, "AMBER": 3, "GREEN": 0, "NA": 3}  # as with a date
    assert [check["code"] for check in found["checks"] if check["severity"] != "note"] == [
        "DATE_AS_TEXT"
    ]


@pytest.mark.slow
def test_what_has_two_readings_or_none_is_refused_with_what_would_be_read(tmp_path, capsys):
    dashboard = small(tmp_path, "SP12")
    found = with_cell(dashboard, capsys, 1, "Medi 2014")
    (check,) = [check for check in found["checks"] if check["code"] == "NOT_A_DATE"]
    assert "September 2014, Sep-14, 09/2014, 201409 and 2014-09 are understood" in check["remedy"]
    found = with_cell(dashboard, capsys, 2, "1.000")
    (check,) = [check for check in found["checks"] if check["code"] == "NOT_A_NUMBER"]
    assert "1.000 or 1,000?" in check["found"]


def with_cell(book: Path, capsys, column: int, text: str) -> dict:
    """Refresh with a text in the row of Monthly for SP12 in September 2014."""
    typed = openpyxl_book(book, keep_vba=True)
    rows = [row for row in typed["Monthly"].iter_rows(min_row=5) if row[0].value == "SP12_offences"]
    rows[-1][column].value = text
    typed.save(book)
    return refreshed_json(capsys, book)
