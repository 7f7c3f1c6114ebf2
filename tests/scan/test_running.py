"""A scan as a user meets it: the table, the verdicts, the faults, and what an interruption leaves."""

from __future__ import annotations

import csv
import gzip
import json
import sys
from pathlib import Path

import duckdb
import numpy as np
import openpyxl
import pytest

from xlperf import outcome
from xlperf.cli import main
from xlperf.ending import DONE, REFUSED, WRONG_USAGE
from xlperf.errors import XlperfError
from xlperf.periods import month_name
from xlperf.scan import running

TITLES = ["Force", "Area", "Month", "Count"]
SERIES = ["--series", "Force", "Area"]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(running, "BLOCK", 16)


def counts(series=40, months=48):
    """Counts like months of small areas; the first two series double, and halve, in the last year."""
    y = np.random.default_rng(2).poisson(60, (series, months))
    y[0, -12:] *= 2
    y[1, -12:] //= 2
    return y


def months_of(number):
    return [f"{2010 + at // 12}-{at % 12 + 1:02d}" for at in range(number)]


def rows_of(y):
    """Rows of a long table; series come in another order than they are named in."""
    return [
        [f"Force {row % 2}", f"Area {row:03d}", month, count]
        for row in range(len(y))
        for month, count in zip(months_of(y.shape[1]), y[row], strict=True)
    ]


def write_csv(path, titles, rows, **form):
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, **form).writerows([titles, *rows])
    return path


@pytest.fixture
def table(tmp_path):
    folder = tmp_path / "Counts [2014] of 'us'"
    folder.mkdir()
    return write_csv(folder / "counts.csv", TITLES, rows_of(counts()))


def scan(source, *options, output="result.parquet"):
    target = source.parent / output
    code = main(["scan", str(source), "--output", str(target), *options])
    return code, target


def quoted(path):
    return "'" + str(path).replace("'", "''") + "'"


def result(path, columns="*", where="true"):
    return duckdb.sql(f"SELECT {columns} FROM {quoted(path)} WHERE {where}").fetchall()


def faults(path):
    return duckdb.sql(f"FROM {quoted(path.with_suffix('.faults.parquet'))}").fetchall()


# -- verdicts


def test_the_series_that_changed_are_found_among_all(table, capsys):
    code, path = scan(table, *SERIES, "--direction", "down")
    assert code == DONE
    found = result(path, "Force, Area, change, latest, before", "change_counts")
    assert [row[:3] for row in found] == [
        ("Force 0", "Area 000", "rise"),
        ("Force 1", "Area 001", "fall"),
    ]
    y = counts()
    assert found[0][3:] == (y[0, -12:].sum(), y[0, -24:-12].sum())
    out = " ".join(capsys.readouterr().out.split())
    assert "counts.csv: 40 series, January 2010 to December 2013." in out
    assert "2 of 40 tested have changed (1 rise, 1 fall); on average at most 0.1 of them" in out
    assert "No faults in the input." in out
    assert not path.with_name("result.parquet.blocks").exists()


def test_the_workbook_shows_the_worst_with_charts_of_excel_first_those_for_the_worse(table):
    _, path = scan(table, *SERIES, "--direction", "down")
    book = openpyxl.load_workbook(path.with_suffix(".xlsx"))
    sheet, months = book["Worst"], book["Months"]
    texts = [cell.value for row in sheet for cell in row if cell.value]
    assert "Scan of counts.csv, year to Dec 2013" in texts
    assert "Force 0 · Area 000" in texts
    assert "Force 1 · Area 001" not in texts
    assert len(sheet._charts) == sum(" · " in text for text in texts)
    drawn = [cell.value for cell in months["B"][1:]]
    assert drawn == counts()[0].tolist()


def test_without_a_direction_the_worst_go_either_way_and_nothing_has_a_colour(table):
    _, path = scan(table, *SERIES)
    texts = [
        cell.value
        for row in openpyxl.load_workbook(path.with_suffix(".xlsx"))["Worst"]
        for cell in row
    ]
    assert {"Force 0 · Area 000", "Force 1 · Area 001"} <= set(texts)
    assert set(result(path, "colour, chart_colour")) == {(None, None)}


def test_json_has_the_numbers_of_the_sentences(table, capsys):
    scan(table, *SERIES, "--json")
    found = json.loads(capsys.readouterr().out)
    assert (found["series"], found["change"]["counts"]) == (40, 2)
    assert found["change"]["expected_among"] == pytest.approx(0.1)
    assert found["change"]["expected_alone"] == pytest.approx(40 * 0.05, rel=0.01)
    assert found["findings"] == {"rise": 1, "fall": 1}


# -- the table


def test_every_form_of_the_same_table_gives_the_same_result(table):
    y, folder = counts(), table.parent
    wide = [[f"Force {row % 2}", f" Area {row:03d} ", *y[row]] for row in range(len(y))]
    titles = ["Force", "Area", *(month_name(12 * 2010 + at) for at in range(y.shape[1]))]
    forms = [
        table,
        write_csv(folder / "wide.csv", titles, wide),
        write_csv(folder / "semicolons.csv", TITLES, rows_of(y), delimiter=";"),
        folder / "packed.csv.gz",
        folder / "counts.parquet",
    ]
    forms[3].write_bytes(gzip.compress(b"\xef\xbb\xbf" + table.read_bytes()))
    duckdb.sql(
        f"COPY (SELECT Force, Area, CAST(Month || '-01' AS DATE) AS Month, Count FROM read_csv({quoted(table)},"
        f" types={{'Month': 'VARCHAR'}}) ORDER BY Count) TO {quoted(forms[4])} (FORMAT parquet)"
    )
    results = []
    for number, form in enumerate(forms):
        code, path = scan(form, *SERIES, output=f"result{number}.parquet")
        assert code == DONE
        results.append(path.read_bytes())
    assert all(one == results[0] for one in results)


def test_what_is_no_count_is_a_fault_and_never_0(tmp_path, capsys):
    y = counts(6)
    rows = rows_of(y)
    bad = {5: "-3", 60: "n/a", 110: "2.5", 150: "1,234", 200: ""}
    for at, text in bad.items():
        rows[at][3] = text
    rows[250][2] = "Smarch"
    rows[20][1] = " "
    rows.append(rows[30])
    code, path = scan(write_csv(tmp_path / "bad.csv", TITLES, rows), *SERIES)
    assert code == DONE
    found = {(row[2], row[3], row[4]): row[5] for row in faults(path)}
    months = months_of(48)
    assert found == {
        ("Area 000", months[5], "-3"): "the count is negative",
        ("Area 001", months[12], "n/a"): "the count is a text",
        ("Area 002", months[14], "2.5"): "the count is not a whole number",
        ("Area 003", months[6], "1,234"): "the count is a text",
        ("Area 004", months[8], None): "there is no count",
        ("Area 005", "Smarch", str(y[5, 10])): "the month cannot be read",
        ("Area 005", months[10], None): "there is no count",
        (None, months[20], str(y[0, 20])): "a part of the name of the series is blank",
        ("Area 000", months[20], None): "there is no count",
        ("Area 000", months[30], None): "the month has two rows",
    }
    assert [row[0] for row in faults(path)][:2] == [6, 21]
    known = dict(result(path, "Area, known"))
    assert (known["Area 000"], known["Area 001"]) == (45, 47)
    assert result(path, "before", "Area = 'Area 000'") == [(None,)]
    assert "10 faults in the input, which are never taken as 0" in " ".join(
        capsys.readouterr().out.split()
    )


def test_a_month_without_a_row_is_0_only_where_it_is_said_and_the_force_has_others(tmp_path):
    y = counts(6)
    y[2, -5] = 0
    rows = [
        row for row in rows_of(y) if row[3] and not (row[0] == "Force 1" and row[2] == "2013-02")
    ]
    table = write_csv(tmp_path / "sparse.csv", TITLES, rows)
    _, path = scan(table, *SERIES)
    assert result(path, "change_reason", "Area = 'Area 002'") == [("INSUFFICIENT_DATA",)]
    _, path = scan(table, *SERIES, "--absent-is-none", output="sparse.parquet")
    assert result(path, "latest", "Area = 'Area 002'") == [(y[2, -12:].sum(),)]
    reasons = result(path, "DISTINCT change_reason", "Force = 'Force 1'")
    assert reasons == [("INSUFFICIENT_DATA",)]


def test_a_folder_of_street_files_is_counted_by_force_and_category(tmp_path):
    folder = tmp_path / "street"
    folder.mkdir()
    titles = ["Month", "Reported by", "Falls within", "Longitude", "Crime type"]
    for at, month in enumerate(
        f"{year}-{month:02d}" for year in (2014, 2015) for month in range(1, 13)
    ):
        rows = [[month, "Kent Police", "Kent Police", "1.0", "Burglary"]] * (30 + at % 5)
        write_csv(folder / f"{month}-kent-street.csv", titles, rows)
    code, path = scan(folder)
    assert code == DONE
    assert result(path, "Force, latest, before", "Category = 'Burglary'") == [("Kent", 385, 381)]
    assert result(path, "latest", "Category = 'Robbery'") == [(0,)]


# -- refusals


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--series", "Ward"], "has no column 'Ward'. Its columns: Force, Area, Month, Count."),
        (["--output", "result.txt"], "give a name that ends in .parquet"),
        (["--output", "nowhere/result.parquet"], "no place for a result"),
        ([], "Name the columns that make a series"),
        ([*SERIES, "--month", "When"], "no other whose title is a month"),
        ([*SERIES, "--period", "2014-06"], "The table has January 2010 to December 2013"),
        ([*SERIES, "--baseline", "2013-06"], "must end before the twelve months"),
        ([*SERIES, "--target", "2013-06"], "--target must be after December 2013"),
    ],
)
def test_what_cannot_be_scanned_is_refused_in_a_sentence(table, capsys, options, sentence):
    code, _ = scan(table, *options)
    assert code == WRONG_USAGE
    assert sentence in capsys.readouterr().err
    assert [item.name for item in table.parent.iterdir()] == ["counts.csv"]


@pytest.mark.parametrize(
    "content",
    [
        b"Force,Area,Month,Count\nA,B,2014-01,1,2\n",
        "Force,Area,Month,Count\nA,Caf\xe9,2014-01,1\n".encode("latin-1"),
        b"Force,Area,Month,Count\nA,B,soon,1\n",
        b"Force,Force,Month,Count\n",
        b"",
    ],
)
def test_a_table_that_cannot_be_read_is_refused(tmp_path, capsys, content):
    table = tmp_path / "bad.csv"
    table.write_bytes(content)
    code, path = scan(table, *SERIES)
    assert code in (REFUSED, WRONG_USAGE)
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert not path.exists()


def test_a_packed_table_that_is_cut_off_is_refused(table, capsys):
    """The last line may be one that still reads, with fewer figures to its count."""
    lines = table.read_bytes().rstrip()
    packed = table.with_name("cut.csv.gz")
    packed.write_bytes(gzip.compress(lines)[:-4])
    assert scan(packed, *SERIES)[0] == REFUSED
    assert "cut.csv.gz cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["none.csv", "none.parquet"])
def test_a_table_that_is_not_there_is_refused(table, capsys, name):
    assert scan(table.with_name(name), *SERIES)[0] == REFUSED
    assert f"{name}. Nothing was written" in capsys.readouterr().err


def test_a_full_disk_is_no_fault_of_the_table(table, capsys):
    resource = pytest.importorskip("resource", reason="Windows sets no limit to files")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    try:
        assert scan(table, *SERIES)[0] == REFUSED
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "Is the disk of the result full? Nothing was written." in capsys.readouterr().err


def test_the_name_of_a_table_is_no_pattern(table):
    other = write_csv(table.with_name("counts[1].csv"), TITLES, rows_of(counts(series=3)))
    write_csv(table.with_name("counts1.csv"), TITLES, rows_of(counts(series=5)))
    assert result(scan(other, *SERIES)[1], "count(*)") == [(3,)]


def test_without_duckdb_the_command_says_what_to_install(table, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)  # as Python has a module that is not there
    assert scan(table, *SERIES)[0] == REFUSED
    assert 'python -m pip install "duckdb>=1.5,<2"' in capsys.readouterr().err


def test_files_that_are_there_stay(table, capsys):
    path = table.with_name("result.xlsx")
    path.write_text("mine", encoding="utf-8")
    assert scan(table, *SERIES)[0] == WRONG_USAGE
    assert "result.xlsx exists already" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_folder_of_something_else_is_not_taken_for_blocks(table):
    mine = table.with_name("result.parquet.blocks")
    mine.mkdir()
    (mine / "letter.txt").write_text("mine", encoding="utf-8")
    assert scan(table, *SERIES)[0] == WRONG_USAGE
    assert (mine / "letter.txt").exists()


# -- interruptions and workers


class Interruption:
    """Progress of a scan that is stopped after a block, as Ctrl+C does it."""

    def __init__(self, after):
        self.left = after

    def __call__(self, step):
        self.left -= "judged" in step and not step.startswith("0 of")
        if not self.left:
            raise KeyboardInterrupt


def request(table, workers=1, output="result.parquet"):
    from xlperf.config import SpcBasis
    from xlperf.scan.gathering import TableColumns
    from xlperf.tables.data import Direction

    columns = TableColumns(("Force", "Area"))
    return running.ScanRequest(
        table, table.with_name(output), columns, None, None, None, Direction.NONE, SpcBasis.LEVELS,
        1.96, 0.05, workers,
    )  # fmt: skip


def test_a_scan_that_was_stopped_goes_on_and_gives_the_same(table):
    _, whole = scan(table, *SERIES, output="whole.parquet")
    stopped = request(table)
    with outcome.recording() as record, pytest.raises(KeyboardInterrupt):
        running.run_scan(stopped, Interruption(after=2))
    assert (
        record.sentence == f"Finished blocks are in {stopped.kept.name}: the same command goes on."
    )
    assert not stopped.output.exists()
    kept = {path: path.stat().st_mtime_ns for path in stopped.kept.glob("*-00000[01].parquet")}
    assert len(kept) == 4
    (stopped.kept / "answers-000002.123").write_bytes(b"half of a blo")
    steps = []

    def progress(step):
        steps.append(step)
        assert {path: path.stat().st_mtime_ns for path in kept} == kept

    running.run_scan(stopped, progress)
    assert [step for step in steps if "judged" in step] == [
        "32 of 40 series judged",
        "40 of 40 series judged",
    ]
    assert stopped.output.read_bytes() == whole.read_bytes()
    assert faults(stopped.output) == faults(whole)


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_a_part_of_a_table_does_not_stay_where_reading_stopped(table, monkeypatch, fault):
    def stopped(*_arguments):
        raise fault

    monkeypatch.setattr(Path, "replace", stopped)  # the last step of reading
    with pytest.raises((KeyboardInterrupt, XlperfError)) as raised:
        running.run_scan(request(table), lambda _step: None)
    assert not request(table).kept.exists()
    if isinstance(fault, OSError):
        assert str(raised.value) == (
            "The scan stopped (No space left on device). No result was written. Is the"
            f" disk of {table.parent} full, or the memory?"
        )


@pytest.mark.parametrize("changed", ["input", "choice"])
def test_blocks_of_another_input_or_choice_are_not_used(table, changed):
    stopped = request(table)
    with pytest.raises(KeyboardInterrupt):
        running.run_scan(stopped, Interruption(after=1))
    options = ["--rate", "0.2"] if changed == "choice" else []
    if changed == "input":
        rows = rows_of(counts())
        rows[47][3] += 1000
        write_csv(table, TITLES, rows)
    _, went_on = scan(table, *SERIES, *options)
    _, anew = scan(table, *SERIES, *options, output="anew.parquet")
    assert went_on.read_bytes() == anew.read_bytes()


def test_two_workers_give_the_same_bytes(table):
    _, one = scan(table, *SERIES, output="one.parquet")
    code, two = scan(table, *SERIES, "--workers", "2", output="two.parquet")
    assert code == DONE
    assert one.read_bytes() == two.read_bytes()
