"""Four quarters of a made-up office, each with one command: what the workbook holds after each, and
what is said.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.returns.offices import Filling, Office, rows_of
from xlperf.cli import main
from xlperf.excel.file import FileWorkbook
from xlperf.periods import Period, first_day, last_day
from xlperf.returns.making_forms import plan_forms
from xlperf.tables import schema
from xlperf.tables.row_edits import table_rows

START, LAST = 12 * 2012 + 3, 12 * 2014 + 11
FORCES = ("Kent", "Essex", "Sussex", "Surrey", "Hampshire", "Dorset", "Devon and Cornwall")
MARCH, JUNE, SEPTEMBER, DECEMBER = (12 * 2015 + month for month in (2, 5, 8, 11))


def months(first: int, last: int, count: int) -> list[dict[str, Any]]:
    return [
        {"Measure": "burglary", "Month": first_day(month), "Count": count + month % 5}
        for month in range(first, last + 1)
    ]


def group(last: int, counts: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "Measure": "Burglary rate",
            "Force": force,
            "Period end": last_day(last),
            "Count": count,
            "Denominator": 500_000,
        }
        for force, count in counts.items()
    ]


@pytest.fixture
def office(tmp_path) -> Path:
    """An office at December 2014: offences by month, their group, and two partners."""
    made = Office()
    made.measures.append(
        {
            "Measure": "burglary",
            "Priority": "P1",
            "Line": "Burglary of homes",
            "Kind": "offences",
            "Direction": "down",
            "MSG measure": "Burglary rate",
            "Owner": "Force performance",
        }
    )
    made.owes("North", "reports", Due=date(2015, 4, 21))
    made.owes("South", "training", "text", Due=date(2015, 4, 21))
    counts = {force: 3000 + 10 * place for place, force in enumerate(FORCES)}
    made.with_rows("tblMonthly", *months(START, LAST, 100))
    made.with_rows("tblPeers", *group(LAST, counts))
    made.with_rows("tblForces", *({"Force": force, "In group": "yes"} for force in FORCES))
    (tmp_path / "in").mkdir()
    path = made.file(tmp_path)
    put(tmp_path, "crime 2014-12.csv", "Offence,Nov-14,Dec-14\nHomes,103,104\nSheds,4,5\n")
    put(tmp_path, "rates 2014-12.csv", rates(LAST, counts))
    as_force = ("--as", "Force", "--map", "Homes=burglary")
    as_rates = ("--as", "Rates", "--map", "Domestic burglary=Peers: Burglary rate")
    for words in (("crime 2014-12.csv", *as_force), ("rates 2014-12.csv", *as_rates)):
        assert main(["import", str(path), str(tmp_path / "in" / words[0]), *words[1:]]) == 0
    return path


def put(folder: Path, name: str, text: str) -> None:
    (folder / "in" / name).write_text(text, encoding="utf-8")


def crime(first: int, *counts: int, more: str = "") -> str:
    """A file of the force: months across."""
    titles = [f"{first_day(first + place):%b-%y}" for place in range(len(counts))]
    return f"Offence,{','.join(titles)}\nHomes,{','.join(map(str, counts))}\nSheds{',4' * len(counts)}\n{more}"  # fmt: skip


def rates(last: int, counts: dict[str, int]) -> str:
    """A file of all forces, for twelve months."""
    rows = [f"{last_day(last):%d/%m/%Y},{force},Domestic burglary,{n}" for force, n in counts.items()]  # fmt: skip
    return "\n".join(["12 months ending,Force,Offence,Number", *rows, ""])


def send(office: Path, last: int, partner: str, *numbers: int, words: str = "", late: str = "") -> None:  # fmt: skip
    """Put the return of a partner into the folder of returns, as it fills in its form."""
    forms = {
        form.partner: form for form in plan_forms(FileWorkbook.open(office), period=last).forms
    }
    taken = first_day(last + 1).replace(day=10)
    filled = Filling(forms[partner]).head(as_at=taken)
    if words:
        filled.give(0, context=words)
    else:
        filled.all(*numbers, seen=None)
    filled.save(office.parent / "in" / "returns", late)


def run(office: Path, *words: str) -> int:
    return main(["quarter", str(office), str(office.parent / "in"), *words])


def count_of(office: Path, month: int) -> int:
    return next(
        row["Count"]
        for row in rows_of(office, schema.MONTHLY)
        if row["Measure"] == "burglary" and row["Month"] == first_day(month)
    )


def colours(office: Path) -> dict[str, Any]:
    return {row["Line"]: row for row in rows_of(office, schema.WORKINGS)}


def tile(office: Path, name: str) -> Any:
    """What a cell of a tile shows."""
    return FileWorkbook.open(office).cells([f"tile_{name}"])[f"tile_{name}"].value


def files(office: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in office.parent.rglob("*") if path.is_file()}


def again(office: Path, capsys: Any, *words: str) -> str:
    """Run the same a second time: no byte of any file changes."""
    before = files(office)
    capsys.readouterr()
    assert run(office, *words) == 0
    said = capsys.readouterr().out
    assert f"Nothing is new: {office.name} is as it was." in said
    assert files(office) == before
    return said


@pytest.mark.slow
def test_four_quarters(office, tmp_path, capsys):
    counts = {force: 2900 + 10 * place for place, force in enumerate(FORCES)}
    # March: a month is revised; one partner sends, the other is late.
    put(tmp_path, "crime 2015-03.csv", crime(LAST, 98, 101, 99, 102))
    put(tmp_path, "rates 2015-03.csv", rates(MARCH, counts))
    send(office, MARCH, "North", 10, 20, 30, 40, 100)
    words = ("--period", "2015-03", "--received", "2015-04-20")
    capsys.readouterr()
    assert run(office, *words) == 0
    said = capsys.readouterr().out
    assert said.startswith(
        "Office.xlsm, quarter to March 2015\n"
        "Settings: period_end 31 December 2014 -> 31 March 2015\n"
    )
    assert "crime 2015-03.csv (Force): 3 figures added, 1 changed, 0 there already, 4 left" in said
    assert "rates 2015-03.csv (Rates): 7 figures added" in said
    assert "Return 2015-03 North.xlsx: North, version 1: 1 of 1 measures taken." in said
    missing = said.partition("Still missing:\n")[2].partition("\n\n")[0]
    assert missing == "  South: due 21 April 2015 (training)"
    assert (count_of(office, LAST), count_of(office, MARCH)) == (98, 102)
    (revision,) = rows_of(office, schema.REVISIONS)
    assert (revision["Before"], revision["Now"], revision["Source"]) == ("104", "98", "Force")
    (came,) = rows_of(office, schema.RECEIVED)
    assert (came["Partner"], came["Quarter end"]) == ("North", date(2015, 3, 31))
    latest = sum(count_of(office, month) for month in range(MARCH - 11, MARCH + 1))
    assert colours(office)["burglary"]["Latest"] == tile(office, "burglary_latest") == latest
    assert colours(office)["burglary_position"]["Position"] == "1st of 7"
    again(office, capsys, *words)

    # June: the late return of March comes with its own period; the sources have new files.
    send(office, MARCH, "South", words="Two courses held", late="late.xlsx")
    assert run(office, "--received", "2015-05-02") == 0
    said = capsys.readouterr().out
    assert "late.xlsx: South, version 1, 11 days late: 1 of 1 measures taken." in said
    assert "nothing: every measure reaches the period, every return is here." in said
    assert rows_of(office, schema.RETURNS)[1]["Remark"] == "Two courses held"
    assert rows_of(office, schema.RECEIVED)[1]["Received"] == date(2015, 5, 2)
    for path in (tmp_path / "in" / "returns").iterdir():
        path.unlink()

    # June: a force is spelt otherwise, another is one nobody knows; a label is new.
    renamed = {**counts, "Devon & Cornwall Police": counts["Devon and Cornwall"] + 5}
    del renamed["Devon and Cornwall"]
    put(tmp_path, "rates 2015-06.csv", rates(JUNE, {**renamed, "Wessex Region": 9}))
    put(tmp_path, "crime 2015-06.csv", crime(MARCH + 1, 90, 91, 92, more="Online,7,8,9\n"))
    words = ("--period", "2015-06", "--received", "2015-07-20")
    assert run(office, *words) == 0
    said = capsys.readouterr().out
    assert "rates 2015-06.csv (Rates): 7 figures added" in said
    assert "Wessex Region" in said
    assert "New labels since the last time: 'Online'." in said
    peers = [row for row in rows_of(office, schema.PEERS) if row["Period end"] == date(2015, 6, 30)]
    assert {row["Force"]: row["Count"] for row in peers}["Devon and Cornwall"] == 2965
    assert len(peers) == len(FORCES)
    assert colours(office)["burglary_position"]["Period"] == "year to Jun 2015"
    assert "North: OVERDUE since" not in said
    assert "North: without a date when it is due (reports)" in said
    again(office, capsys, *words)

    # September: the file of the force does not come.
    put(tmp_path, "rates 2015-09.csv", rates(SEPTEMBER, counts))
    for name in ("crime 2014-12.csv", "crime 2015-03.csv", "crime 2015-06.csv"):
        (tmp_path / "in" / name).unlink()
    words = ("--period", "2015-09", "--received", "2015-10-20")
    assert run(office, *words) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Force: no file such as crime *-*.csv (burglary: none after Jun 2015)" in said
    again(office, capsys, *words)

    # December: both quarters of the force in one file.
    put(tmp_path, "crime 2015-12.csv", crime(JUNE + 1, 80, 81, 82, 83, 84, 85))
    put(tmp_path, "rates 2015-12.csv", rates(DECEMBER, counts))
    words = ("--period", "2015-12", "--received", "2016-01-20")
    assert run(office, *words) == 0
    assert "6 figures added" in capsys.readouterr().out
    year = Period(DECEMBER - 11, DECEMBER)
    latest = sum(count_of(office, month) for month in year.months)
    assert colours(office)["burglary"]["Latest"] == tile(office, "burglary_latest") == latest
    assert len(rows_of(office, schema.REVISIONS)) == 1
    ends = {row["Period end"] for row in rows_of(office, schema.HISTORY)}
    assert ends == {last_day(month) for month in (MARCH, JUNE, SEPTEMBER, DECEMBER)}
    again(office, capsys, *words)


def test_there_is_one_copy_of_the_version_before_and_one_row_of_the_log(office, tmp_path):
    before = office.read_bytes()
    put(tmp_path, "crime 2015-03.csv", crime(LAST + 1, 101, 99, 102))
    send(office, MARCH, "North", 10, 20, 30, 40, 100)
    assert run(office, "--period", "2015-03") == 0
    assert (tmp_path / "Office.xlperf-backup.xlsm").read_bytes() == before
    assert len(rows_of(office, schema.LOG)) == 1


def test_a_dry_run_says_the_same_and_writes_nothing(office, tmp_path, capsys):
    put(tmp_path, "crime 2015-03.csv", crime(LAST + 1, 101, 99, 102))
    send(office, MARCH, "North", 10, 20, 30, 40, 100)
    before = files(office)
    capsys.readouterr()
    assert run(office, "--period", "2015-03", "--dry-run") == 0
    dry = capsys.readouterr().out
    assert files(office) == before
    assert "Dry run: nothing was written." in dry
    assert run(office, "--period", "2015-03") == 0
    real = capsys.readouterr().out
    assert dry.partition("Dry run")[0] == real.partition("Written to")[0]


def test_a_doubt_stops_its_file_only(office, tmp_path, capsys):
    put(tmp_path, "crime 2015-03.csv", crime(LAST + 1, 1010, 99, 102))
    put(tmp_path, "rates 2015-03.csv", rates(MARCH, dict.fromkeys(FORCES, 3000)))
    capsys.readouterr()
    assert run(office, "--period", "2015-03") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "crime 2015-03.csv (Force): NOT imported. burglary, Feb 2015: 99, which is 0.10" in said
    assert "add --anyway" in said
    assert "rates 2015-03.csv (Rates): 7 figures added" in said
    assert max(row["Month"] for row in rows_of(office, schema.MONTHLY)) == first_day(LAST)
    assert "crime 2015-03.csv" not in str(rows_of(office, schema.SOURCES))
    assert run(office, "--anyway") == 0
    assert count_of(office, LAST + 1) == 1010


def test_what_was_corrected_by_hand_stays_though_its_file_is_still_there(office, tmp_path, capsys):
    put(tmp_path, "crime 2015-03.csv", crime(LAST + 1, 101, 99, 102))
    assert run(office, "--period", "2015-03") == 0
    book = FileWorkbook.open(office)
    grid = book.read([schema.MONTHLY.name])[schema.MONTHLY.name]
    place = [row[1] for row in grid.rows].index(first_day(LAST + 2))
    book.apply([table_rows(grid, schema.MONTHLY, {place: {"Count": 97}}, ())])
    book.save()
    capsys.readouterr()
    assert run(office) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert (
        "crime 2014-12.csv, crime 2015-03.csv (Force): imported before; 4 of its figures are there,"
        " none is new. 1 of its figures stand otherwise now and stay so"
    ) in said
    assert count_of(office, LAST + 2) == 97


def test_a_label_that_gets_a_measure_later_is_taken_from_the_same_file(office, tmp_path, capsys):
    put(tmp_path, "crime 2015-03.csv", crime(LAST + 1, 101, 99, 102))
    assert run(office, "--period", "2015-03") == 0
    book = FileWorkbook.open(office)
    grid = book.read([schema.SOURCES.name])[schema.SOURCES.name]
    place = [row[2] for row in grid.rows].index("Homes")
    book.apply([table_rows(grid, schema.SOURCES, {place: {"Ours": None}}, ())])
    book.save()
    put(tmp_path, "crime 2015-06.csv", crime(MARCH + 1, 90, 91, 92))
    assert run(office, "--period", "2015-06") == 0
    assert max(row["Month"] for row in rows_of(office, schema.MONTHLY)) == first_day(MARCH)
    book = FileWorkbook.open(office)
    grid = book.read([schema.SOURCES.name])[schema.SOURCES.name]
    book.apply([table_rows(grid, schema.SOURCES, {place: {"Ours": "burglary"}}, ())])
    book.save()
    assert run(office) == 0
    assert count_of(office, JUNE) == 92
    again(office, capsys)


def test_what_two_new_files_say_differently_is_never_guessed(office, tmp_path, capsys):
    put(tmp_path, "crime 2015-01.csv", crime(LAST + 1, 101))
    put(tmp_path, "crime 2015-02.csv", crime(LAST + 1, 102, 99))
    put(tmp_path, "crime 2015-03.csv", "no table")
    put(tmp_path, "crime 2015-04.csv", crime(LAST + 1, 101))
    capsys.readouterr()
    assert run(office, "--period", "2015-03") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "crime 2015-03.csv (Force): NOT imported." in said
    assert "crime 2015-01.csv, crime 2015-02.csv (Force): 1 figure added" in said
    assert "of which two files say different things: burglary" in said
    assert "crime 2015-04.csv (Force): the same file as crime 2015-01.csv." in said
    assert [row["Month"] for row in rows_of(office, schema.MONTHLY)][-1] == first_day(LAST + 2)
    again(office, capsys)


def test_new_files_of_a_source_that_complete_each_other_are_one_import(office, tmp_path, capsys):
    put(tmp_path, "crime 2015-01.csv", crime(LAST + 1, 101))
    put(tmp_path, "crime 2015-02.csv", crime(LAST + 2, 99))
    capsys.readouterr()
    assert run(office, "--period", "2015-03") == 0
    assert (
        "crime 2015-01.csv, crime 2015-02.csv (Force): 2 figures added" in capsys.readouterr().out
    )


def test_broken_and_strange_files_are_named_and_the_others_go_on(office, tmp_path, capsys):
    folder = tmp_path / "in"
    put(tmp_path, "crime 2015-03.csv", crime(LAST + 1, 101, 99, 102))
    put(tmp_path, "rates 2015-03.csv", "")
    put(tmp_path, "minutes.csv", "Item,Who\nBudget,Chair\n")
    (folder / "crime 2015-02.csv").symlink_to(tmp_path / "gone.csv")
    (folder / "~$crime 2015-03.xlsx").write_bytes(b"x")
    (folder / ".crime 2015-03.csv").write_bytes(b"x")
    (folder / "crime.xlperf-backup.csv").write_bytes(b"x")
    (folder / "old").mkdir()
    (folder / "returns").mkdir()
    (folder / "returns" / "broken.xlsx").write_bytes(b"PK\x03\x04 no")
    capsys.readouterr()
    assert run(office, "--period", "2015-03") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "crime 2015-03.csv (Force): 3 figures added" in said
    assert "rates 2015-03.csv (Rates): NOT imported. rates 2015-03.csv is empty" in said
    assert "minutes.csv: fits no source. It was left alone." in said
    assert "minutes.csv --as NAME --preview" in said
    assert "crime 2015-02.csv: not read. There is no file" in said
    assert "broken.xlsx: not taken." in said
    assert "backup" not in said.partition("Returns:")[0]
    assert "~$" not in said


def test_a_file_that_is_open_in_another_program_is_named(office, tmp_path, monkeypatch, capsys):
    put(tmp_path, "crime 2015-03.csv", crime(LAST + 1, 101, 99, 102))
    read = Path.read_bytes

    def refused(path):  # as Windows does while another program has the file; root may read any
        if path.name == "crime 2015-03.csv":
            raise PermissionError(13, "in use", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    assert run(office, "--period", "2015-03") == 0
    assert "it is open in another program" in capsys.readouterr().out


def test_a_return_beside_the_published_files_is_no_published_file(office, tmp_path, capsys):
    send(office, MARCH, "North", 10, 20, 30, 40, 100, late="crime 2015-03.xlsx")
    (tmp_path / "in" / "returns" / "crime 2015-03.xlsx").rename(tmp_path / "in" / "answer 1.xlsx")
    (tmp_path / "in" / "Return 2015-03 East.xlsx").write_bytes(b"PK\x03\x04 no")
    capsys.readouterr()
    assert run(office, "--period", "2015-03", "--received", "2015-04-20") == 0
    returns = capsys.readouterr().out.partition("Returns:\n")[2]
    assert returns.startswith("  Return 2015-03 East.xlsx: not taken.\n")
    assert "  answer 1.xlsx: North, version 1: 1 of 1 measures taken.\n" in returns


def test_a_folder_without_files(office, tmp_path, capsys):
    for path in (tmp_path / "in").iterdir():
        path.unlink()
    capsys.readouterr()
    assert run(office, "--period", "2015-03", "--received", "2015-04-20") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "There is no file to import in the folder." in said
    assert "There is no return in the folder." in said
    assert "Force: no file such as crime *-*.csv (burglary: none after Dec 2014)" in said
    assert "Rates: no file such as rates *-*.csv (Burglary rate: none after Dec 2014)" in said


def test_without_sources_each_file_is_listed_with_what_to_do(tmp_path, capsys):
    path = Office().owes("North", "reports").file(tmp_path)
    (tmp_path / "in").mkdir()
    put(tmp_path, "crime.csv", crime(LAST, 3))
    assert run(path) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "crime.csv: fits no source. It was left alone." in said
    assert "The sheet Sources names no source yet" in said


def test_an_older_workbook_gets_the_sheets_it_needs(tmp_path, capsys):
    path = Office().owes("North", "reports").file(tmp_path)
    older = FileWorkbook.open(path)
    names = [table.sheet for table in schema.INTAKE]
    older.release(names, [], {})
    older.save()
    (tmp_path / "in").mkdir()
    send(path, LAST, "North", 10, 20, 30, 40, 100)
    assert run(path) == 0
    said = capsys.readouterr().out
    assert "Note: new in this workbook: Sources, Revisions, Received and Contributions." in said
    assert "days late: 1 of 1 measures taken." in said
    assert set(names) <= set(FileWorkbook.open(path).sheet_names())
    again(path, capsys)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--period", "2014-09"), "The workbook is at December 2014, and September 2014 is before"),
        (("--period", "2099-12"), "December 2099 has not ended yet."),
        (("--period", "2016-03"), "is more than a year after December 2014"),
        (("--period", "2015-02"), "does not end a quarter"),
    ],
)
def test_a_period_that_cannot_be_meant_is_refused(words, said, office, capsys):
    before = files(office)
    with pytest.raises(SystemExit) if said.startswith("does") else _nothing():
        assert run(office, *words) == 2
    assert said in " ".join(capsys.readouterr().err.split())
    assert files(office) == before


class _nothing:  # noqa: N801 - a context that does nothing
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def test_a_folder_that_is_not_there_and_a_workbook_that_is_open(office, tmp_path, capsys):
    assert main(["quarter", str(office), str(tmp_path / "none")]) == 2
    assert "There is no folder" in capsys.readouterr().err
    put(tmp_path, "crime 2015-03.csv", crime(LAST + 1, 101, 99, 102))
    send(office, MARCH, "North", 10, 20, 30, 40, 100)
    (tmp_path / "~$Office.xlsm").write_bytes(b"")
    before = files(office)
    assert run(office, "--period", "2015-03") == 1
    assert "is open in Excel" in capsys.readouterr().err
    assert files(office) == before


def test_a_fault_of_the_whole_leaves_everything_as_it_was(office, tmp_path, capsys):
    book = FileWorkbook.open(office)
    grid = book.read([schema.SOURCES.name])[schema.SOURCES.name]
    book.apply([table_rows(grid, schema.SOURCES, {0: {"Item": "files"}}, ())])
    book.save()
    send(office, MARCH, "North", 10, 20, 30, 40, 100)
    before = files(office)
    assert run(office, "--period", "2015-03") == 2
    assert "Sources!B" in capsys.readouterr().err
    assert files(office) == before


def test_machines_read_json(office, tmp_path, capsys):
    put(tmp_path, "crime 2015-03.csv", crime(LAST + 1, 101, 99, 102))
    put(tmp_path, "minutes.csv", "Item,Who\nBudget,Chair\n")
    capsys.readouterr()
    assert run(office, "--period", "2015-03", "--json") == 0
    given = json.loads(capsys.readouterr().out)
    assert (given["period_before"], given["period_end"]) == ("2014-12-31", "2015-03-31")
    assert given["changed"] is True
    assert [item["imported"] for item in given["imports"]] == [True] * 3
    assert given["no_source"] == [{"file": "minutes.csv", "fits": []}]
    assert given["missing"]["measures"] == [
        {"measure": "Burglary rate", "owner": "the group (Peers)", "newest": "2014-12", "of_group": True}
    ]  # fmt: skip
    assert given["returns"]["missing"][0]["partner"] == "North"


def test_a_workbook_in_the_folder_is_not_imported_into_itself(office, tmp_path, capsys):
    target = tmp_path / "in" / "crime 2015-03.xlsm"
    target.write_bytes(office.read_bytes())
    capsys.readouterr()
    assert main(["quarter", str(target), str(target.parent)]) == 0
    assert "crime 2015-03.xlsm (Force)" not in capsys.readouterr().out
