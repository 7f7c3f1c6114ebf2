"""What the commands ``returns new`` and ``collect`` print, called as a user calls them."""

from __future__ import annotations

import json

import pytest

from tests.returns.offices import Filling, Office, forms, rows_of
from xlperf.cli import main
from xlperf.excel.file import FileWorkbook
from xlperf.returns.received_cells import NO_FIGURE
from xlperf.tables import schema


@pytest.fixture
def office(tmp_path):
    return Office().owes("North", "reports").owes("South", "words", "text").file(tmp_path)


def test_forms_are_made_and_named(office, tmp_path, capsys):
    forms = tmp_path / "forms"
    assert main(["returns", "new", str(office), str(forms), "--due", "2015-01-23"]) == 0
    said = capsys.readouterr().out
    assert "2 returns made in" in said
    assert "Returns of Office.xlsm says awaited, due 23 January 2015." in said
    assert sorted(path.name for path in forms.iterdir()) == [
        "Return 2014-12 North.xlsx",
        "Return 2014-12 South.xlsx",
    ]


def test_a_collection_is_printed_with_who_is_missing(office, tmp_path, capsys):
    form = forms(FileWorkbook.open(office))["North"]
    Filling(form).all(10, 20, 30, 40, "n/k", seen=None).save(tmp_path / "in")
    call = ["collect", str(office), str(tmp_path / "in"), "--received", "2015-02-01"]
    assert main([*call, "--preview"]) == 0
    said = capsys.readouterr().out
    assert said.splitlines() == [
        "Returns for October to December 2014",
        "",
        "Return 2014-12 North.xlsx: North, version 1: nothing could be taken.",
        f"  F16, reports: It holds 'n/k', which is no number. {NO_FIGURE}",
        "",
        "Still missing:",
        "  North: received, with faults, not taken: to be corrected (reports)",
        "  South: OVERDUE since 21 January 2015 (words)",
        "",
        "1 file: 0 taken, 1 not taken; 1 fault; 1 return missing, 1 to be corrected.",
        "Nothing was written: this is a preview.",
    ]
    assert rows_of(office, schema.RECEIVED) == []
    assert main(call) == 0
    assert "Office.xlsm is as it was; 2 answers drafted in" in capsys.readouterr().out
    assert main(call) == 0
    assert "Nothing is new" in capsys.readouterr().out


def test_machines_read_json(office, tmp_path, capsys):
    form = forms(FileWorkbook.open(office))["North"]
    Filling(form).all(10, 20, 30, 40, 101, seen=None).save(tmp_path / "in")
    assert main(["collect", str(office), str(tmp_path / "in"), "--json"]) == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert file["measures"] == {"reports": "not taken"}
    assert [fault["cell"] for fault in file["faults"]] == ["F16"]


def test_a_quarter_ends_in_one_of_four_months(office, tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["collect", str(office), str(tmp_path), "--period", "2014-11"])
    assert "does not end a quarter" in capsys.readouterr().err


def test_a_workbook_without_the_sheets_of_returns_is_refused(office, tmp_path, capsys):
    from tests.imports.dashboards import dashboard
    from xlperf.errors import LayoutError
    from xlperf.returns.collect_plan import plan_collection

    book = dashboard(without=(schema.RECEIVED.name,))
    with pytest.raises(LayoutError, match="no table tblReceived, in which returns are recorded"):
        plan_collection(book, (), today=None)


def test_an_older_workbook_gets_the_sheets_of_returns(tmp_path, capsys):
    office = Office().owes("North", "reports").file(tmp_path)
    older = FileWorkbook.open(office)
    older.release([table.sheet for table in schema.INTAKE], [], {})
    older.save()
    form = forms(FileWorkbook.open(office))["North"]
    Filling(form).all(10, 20, 30, 40, 100, seen=None).save(tmp_path / "in")
    (tmp_path / "in" / "late").mkdir()
    assert main(["collect", str(office), str(tmp_path / "in")]) == 0
    said = capsys.readouterr().out
    assert "new in this workbook: Sources, Revisions, Received and Contributions" in said
    assert "The folder in it was not read: late." in said
    assert [row["Partner"] for row in rows_of(office, schema.RECEIVED)] == ["North"]


def test_nothing_is_kept_of_returns_for_a_workbook_that_is_open(office, tmp_path, capsys):
    form = forms(FileWorkbook.open(office))["North"]
    Filling(form).all(10, 20, 30, 40, 100, seen=None).save(tmp_path / "in")
    (tmp_path / ".~lock.Office.xlsm#").write_bytes(b"")
    assert main(["collect", str(office), str(tmp_path / "in")]) == 1
    assert "is open in LibreOffice" in capsys.readouterr().err
    assert not (tmp_path / "Office returns").exists()
