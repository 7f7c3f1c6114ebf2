"""The command: what it prints and writes, and how it refuses."""

from __future__ import annotations

import json

import pytest

from tests.imports.dashboards import text_file
from xlperf.cli import main
from xlperf.ending import DONE, REFUSED, WRONG_USAGE
from xlperf.excel.file import FileWorkbook
from xlperf.newbook.builder import workbook_bytes

TEXT = "Offence,Sep-14,Oct-14\nHomes,300,301\nSheds,4,5\n"
MAPPED = ("--map", "Homes=SP12_offences")


@pytest.fixture(scope="module")
def made():
    return workbook_bytes()


@pytest.fixture
def book(tmp_path, made):
    path = tmp_path / "Dashboard.xlsm"
    path.write_bytes(made)
    return path


def run(book, *words, text=TEXT, name="crime.csv"):
    path = text_file(book.parent, text, name)
    return main(["import", str(book), str(path), *words])


def test_a_preview_writes_nothing(book, made, capsys):
    assert run(book, "--as", "Ours", "--preview", *MAPPED) == DONE
    out = capsys.readouterr().out
    assert "1 figure to add, 1 to change" in out
    assert out.endswith("To write it, run the same without --preview.\n")
    assert book.read_bytes() == made


def test_the_second_time_the_source_is_known_and_no_byte_changes(book, made, capsys):
    assert run(book, "--as", "Ours", *MAPPED) == DONE
    assert "1 figure added, 1 changed; those of before are in Revisions." in capsys.readouterr().out
    written = book.read_bytes()
    assert (book.parent / "Dashboard.xlperf-backup.xlsm").read_bytes() == made
    assert run(book) == DONE
    assert "No figure is new" in capsys.readouterr().out
    assert book.read_bytes() == written


def test_what_is_proposed_by_its_name_needs_a_yes(book, made, capsys):
    text = TEXT.replace("Homes", "SP12_offences")
    assert run(book, "--as", "Ours", text=text) == REFUSED
    shown = capsys.readouterr()
    assert "SP12_offences = SP12_offences (Monthly)" in shown.out
    assert "add --yes; else say it with --map" in shown.err
    assert book.read_bytes() == made
    assert run(book, "--as", "Ours", "--yes", text=text) == DONE


def test_a_doubt_stops_it_until_it_is_said(book, made, capsys):
    text = TEXT.replace("300", "3000")
    assert run(book, "--as", "Ours", *MAPPED, text=text) == REFUSED
    assert "Is it more than that period, or of something else?" in capsys.readouterr().err
    assert book.read_bytes() == made
    assert run(book, "--as", "Ours", "--anyway", *MAPPED, text=text) == DONE


@pytest.mark.parametrize("preview", [True, False])
def test_the_plan_for_machines(preview, book, capsys):
    assert run(book, "--as", "Ours", "--json", *MAPPED, *["--preview"][:preview]) == DONE
    plan = json.loads(capsys.readouterr().out)
    assert plan["written"] is not preview
    assert plan["mapping"] == {"Homes": ["SP12_offences"], "Sheds": []}
    assert plan["changed"][0] == {
        "table": "tblMonthly",
        "measure": "SP12_offences",
        "force": "",
        "period": "Sep 2014",
        "column": "Count",
        "before": "302",
        "now": 300,
        "status": "",
        "file": "crime.csv",
        "place": "B2",
    }
    assert plan["left_out"][0]["examples"] == ["Sheds"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Name it: --as NAME"),
        (("--as", "Ours"), "none of its labels is a name of a measure"),
        (("--as", "Ours", "--map", "Homes"), "is no mapping"),
        (("--as", "Ours", "--map", "Homes=SP12_offences.rate"), "go to Count, not to 'rate'"),
        (("--as", "Ours", "--column", "day=x"), "--column names one of period, year"),
        (("--as", "Ours", "--only", "area"), "Give it as --only"),
        (("--as", "Ours", "--sheet", "Two", *MAPPED), "has no sheet 'Two'"),
        (("--as", "Ours", "--since", "soon", *MAPPED), "'soon' is no month"),
        (("--as", "Ours", "--header-row", "9", *MAPPED), "no table was found"),
    ],
)
def test_what_is_not_understood_is_said_in_a_sentence(words, said, book, made, capsys):
    assert run(book, *words) == WRONG_USAGE
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.err.count("\n") == 1
    assert book.read_bytes() == made


@pytest.mark.parametrize("row", ["0", "-5", "two", "1.5"])
def test_a_row_that_there_cannot_be_is_refused(row, book, made, capsys):
    with pytest.raises(SystemExit) as ending:
        run(book, "--as", "Ours", *MAPPED, "--header-row", row)
    assert ending.value.code == WRONG_USAGE
    assert f"'{row}' is no row" in capsys.readouterr().err
    assert book.read_bytes() == made


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.replace("300", "300 [p]").replace("301", "[x]"),
        "Month,Offence,Count\n30/09/2014,Homes,310\n31/10/2014,Homes,1e3\nNov-14,Homes,5\n",
        "Offence,Sep-14,Sep-14,Dec-14\nHomes,300,301,302\n",
    ],
)
def test_what_the_preview_says_is_what_happens(text, book, capsys):
    words = ("--as", "Ours", *MAPPED, "--span", "month", "--anyway", "--json")
    run(book, "--preview", *words, text=text)
    preview = json.loads(capsys.readouterr().out)
    assert run(book, *words, text=text) == DONE
    written = json.loads(capsys.readouterr().out)
    assert {**preview, "written": True} == written
    (grid,) = FileWorkbook.open(book).read(["tblMonthly"]).values()
    there = {(row[0], f"{row[1]:%b %Y}"): row[2] for row in grid.rows}
    changes = [*preview["added"], *preview["changed"]]
    assert changes
    for change in changes:
        assert there[change["measure"], change["period"]] == change["now"]
    assert run(book, *words, text=text) == DONE
    again = json.loads(capsys.readouterr().out)
    assert not again["added"]
    assert not again["changed"]


def test_several_files_are_one_import(book, capsys):
    text_file(book.parent, TEXT.replace("Sep-14,Oct-14", "Nov-14,Dec-14"), "later.csv")
    words = (str(book.parent / "later.csv"), "--as", "Ours", *MAPPED)
    assert run(book, *words) == DONE
    assert "3 figures added, 1 changed" in capsys.readouterr().out


def test_a_workbook_without_the_sheets_gets_them(book, capsys):
    older = FileWorkbook.open(book)
    older.release(["Sources", "Revisions"], [], {})
    older.save()
    assert not {"tblSources", "tblRevisions"} & FileWorkbook.open(book).table_names()
    before = book.read_bytes()
    assert run(book, "--as", "Ours", "--preview", *MAPPED) == DONE
    assert "Note: new in this workbook: Sources and Revisions." in capsys.readouterr().out
    assert book.read_bytes() == before
    assert run(book, "--as", "Ours", *MAPPED) == DONE
    capsys.readouterr()
    grids = FileWorkbook.open(book).read(["tblSources", "tblRevisions"])
    assert [row[-3:-1] for row in grids["tblRevisions"].rows] == [("302", "300")]
    assert ("Ours", "label", "Homes", "SP12_offences") in grids["tblSources"].rows
    assert run(book) == DONE
    assert "new in this workbook" not in capsys.readouterr().out
    assert main(["refresh", str(book)]) == DONE
