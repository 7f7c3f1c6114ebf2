"""A scan of records: counted where they lie, it is the scan of a table of their counts; PostgreSQL
and Spark give the same bytes.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from tests.counting.servers import postgres_table, spark_address
from xlperf.cli import main
from xlperf.config import SpcBasis
from xlperf.counting.count_query import read_query
from xlperf.ending import DONE, REFUSED, WRONG_USAGE
from xlperf.scan import running
from xlperf.scan.gathering import TableColumns
from xlperf.scan.record_counts import RecordSource
from xlperf.scan.scan_result import written_files
from xlperf.tables.data import Direction

duckdb = pytest.importorskip("duckdb", reason="the extra warehouse is not installed")
pytest.importorskip("ibis", reason="the extra warehouse is not installed")
TITLES = ["day", "Force", "Ward's", 'Kind "of"']
QUERY = """table = "records"
date = "day"
area = "Force"
[scan]
series = ["Ward's", 'Kind "of"']
small_counts = true
"""
SMALL = "small_counts = true"
WITHOUT_PART = QUERY.partition("[scan]")[0]
DAY = date(2014, 1, 15)
AS_AT = ["--as-at", DAY.isoformat()]
MONTHS = [f"{year}-{month:02}" for year in range(2010, 2014) for month in range(1, 13)]


def records():
    """Four years of two forces; one sends nothing in May 2012; some months of a series have none.
    Some records lack a name or a date, and some are of a month that is not over.
    """
    chance = random.Random(3)  # noqa: S311 - no secret
    rows = [
        [f"{month}-{chance.randint(1, 28):02}", force, f"{ward} ", kind]
        for month in MONTHS
        for force in ("Kent", "Essex")
        for ward in range(6)
        for kind in ("burglary", "it's 'other'")
        for _ in range(chance.randint(0, 9) + 12 * (month > "2012-12" and ward == 0))
        if (force, month) != ("Kent", "2012-05")
    ]
    rows += [["2013-02-03", "Kent", "1", ""]] * 7 + [["", "Kent", "2", "burglary"]] * 6
    rows += [["2014-01-01", "Kent", "2", "burglary"]] * 9 + [["", "Essex", "of no month", "x"]]
    chance.shuffle(rows)
    return rows


def write(path, titles, rows):
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([titles, *rows])
    return path


@pytest.fixture
def folder(tmp_path):
    write(tmp_path / "records.csv", TITLES, records())
    (tmp_path / "niche.toml").write_text(QUERY)
    return tmp_path


def scan(folder, *options, address=None, output="result"):
    target = folder / f"{output}.parquet"
    origin = ["--from", address or str(folder / "records.csv"), "--query", "niche"]
    return main(["scan", *origin, "--output", str(target), *AS_AT, *options]), target


def rows_of(path, columns="*", where="true"):
    name = str(path).replace("'", "''")
    return duckdb.sql(f"SELECT {columns} FROM '{name}' WHERE {where}").fetchall()


def faults_of(path):
    return rows_of(written_files(path)[1])


def same(first, second):
    return all(
        one.read_bytes() == other.read_bytes()
        for one, other in zip(written_files(first)[:2], written_files(second)[:2], strict=True)
    )


def test_records_give_what_a_table_of_their_counts_gives(folder, capsys):
    code, counted = scan(folder, "--direction", "down")
    assert code == DONE
    out = " ".join(capsys.readouterr().out.split())
    assert "niche: 24 series, January 2010 to December 2013. Counted in DuckDB as at" in out
    assert 'as at 2014-01-15, a series for each Force, Ward\'s, Kind "of".' in out
    assert "Months that are not over on 2014-01-15 are not counted: January 2014." in out
    counts = Counter(
        (force, ward.strip(), kind, day[:7])
        for day, force, ward, kind in records()
        if day and kind and day < "2014"
    )
    rows = [[*key, number] for key, number in counts.items()]
    table = write(folder / "table.csv", [*TITLES[1:], "Month", "Count"], rows)
    by_hand = folder / "by_hand.parquet"
    words = ["scan", str(table), "--series", *TITLES[1:], "--absent-is-none"]
    assert main([*words, "--direction", "down", "--output", str(by_hand)]) == DONE
    assert counted.read_bytes() == by_hand.read_bytes()
    assert rows_of(counted, "count(*)", "change = 'rise'")[0][0] == 2
    assert faults_of(counted)[:3] == [
        (None, "Essex", "of no month", "x", None, "1", "the records have no date"),
        (None, "Kent", "1", None, "2013-02", "7", "a part of the name of the series is blank"),
        (None, "Kent", "2", "burglary", None, "6", "the records have no date"),
    ]
    assert faults_of(counted)[3:] == faults_of(by_hand)
    assert {row[4:] for row in faults_of(by_hand)} == {("2012-05", None, "there is no count")}


def test_small_counts_stay_and_their_months_are_unknown(folder, capsys):
    (folder / "niche.toml").write_text(QUERY.replace(SMALL, ""))
    code, path = scan(folder)
    assert code == DONE
    out = " ".join(capsys.readouterr().out.split())
    assert "Counts below 5 stay there: such a month is unknown here" in out
    counts = Counter(
        day[:7]
        for day, force, ward, kind in records()
        if (force, ward.strip(), kind) == ("Essex", "3", "burglary")
    )
    here = 'Force = \'Essex\' AND "Ward\'s" = \'3\' AND "Kind ""of""" = \'burglary\''
    large = sum(number >= 5 for number in counts.values())
    assert rows_of(path, "known, change_reason", here) == [(large, "INSUFFICIENT_DATA")]
    assert all(row[5] is None or int(row[5]) >= 5 for row in faults_of(path))


@pytest.mark.slow
def test_the_newest_months_are_not_judged_while_records_are_still_coming(folder):
    (folder / "niche.toml").write_text(QUERY.replace("[scan]", "late_months = 2\n[scan]"))
    _, late = scan(folder)
    (folder / "niche.toml").write_text(QUERY)
    _, asked = scan(folder, "--period", "2013-10", output="asked")
    assert late.read_bytes() == asked.read_bytes()


def test_a_preview_shows_the_sql_and_writes_nothing(folder, capsys):
    before = sorted(folder.iterdir())
    assert scan(folder, "--preview")[0] == DONE
    out = capsys.readouterr().out
    assert out.startswith("SELECT")
    assert '"Ward\'s"' in out
    assert sorted(folder.iterdir()) == before


def test_a_query_that_is_not_there_is_looked_for_in_both_places(folder, capsys):
    (folder / "niche.toml").unlink()
    assert scan(folder)[0] == WRONG_USAGE
    error = capsys.readouterr().err
    assert f"There is no {Path('niche.toml').absolute()} and no {folder / 'niche.toml'}: " in error


def test_the_columns_that_there_are_are_named_and_the_folder_of_the_result(
    folder, capsys, monkeypatch
):
    monkeypatch.chdir(folder)
    origin = ("--from", "records.csv", "--query", "niche", *AS_AT)
    assert main(["scan", *origin, "--output", "result.parquet"]) == DONE
    assert "Written to .:" not in capsys.readouterr().out
    text = (folder / "niche.toml").read_text(encoding="utf-8")
    (folder / "niche.toml").write_text(text.replace('"Force"', '"Farce"'), encoding="utf-8")
    assert main(["scan", *origin, "--output", "other.parquet"]) == WRONG_USAGE
    assert "has no column 'Farce'. Its columns: " in capsys.readouterr().err


def test_a_query_may_say_that_each_force_is_a_series(folder, capsys):
    (folder / "niche.toml").write_text(f"{WITHOUT_PART}[scan]\nseries = []\n{SMALL}")
    code, path = scan(folder)
    assert code == DONE
    assert rows_of(path, "Force") == [("Essex",), ("Kent",)]
    assert "a series for each Force." in " ".join(capsys.readouterr().out.split())


def test_series_of_the_command_stand_for_those_of_the_query(folder):
    _, path = scan(folder, "--series", "Force")
    assert rows_of(path, "Force") == [("Essex",), ("Kent",)]
    assert faults_of(path)[-1] == (None, "Kent", "2012-05", None, "there is no count")


@pytest.mark.parametrize("titles", [("Place", "line"), ("month", "Count"), ("Fault", "series")])
def test_names_of_series_may_be_those_of_our_own_columns(titles, folder):
    one, other = titles
    text = (folder / "records.csv").read_text(encoding="utf-8")
    renamed = text.replace('"Kind ""of"""', other, 1).replace("Ward's", one, 1)
    (folder / "records.csv").write_text(renamed, encoding="utf-8")
    _, path = scan(folder, "--series", one, other)
    marked = [f"{title} (series)" if title.lower() in ("month", "count", "fault") else title
              for title in titles]  # fmt: skip
    shown = duckdb.sql(f"DESCRIBE FROM '{written_files(path)[1]}'").fetchall()
    assert [row[0] for row in shown] == ["data_row", *marked, "month", "count", "fault"]
    names = {(ward.strip(), kind) for day, _, ward, kind in records() if day and kind}
    assert rows_of(path, f'"{marked[0]}", "{marked[1]}"') == sorted(names)


@pytest.mark.parametrize(
    ("query", "options", "code", "sentence"),
    [
        ('date = "day"', [], WRONG_USAGE, "does not say what makes a series"),
        (WITHOUT_PART, [], WRONG_USAGE, "that make one within each 'Force': series = [\"COL"),
        (WITHOUT_PART, ["--preview"], WRONG_USAGE, "(series = []: one for each 'Force')"),
        (f"{WITHOUT_PART}[scan]\n{SMALL}", [], WRONG_USAGE, "Add the line [scan] to niche.toml"),
        (QUERY, ["--series", "Beat"], WRONG_USAGE, "records.csv has no column 'Beat'"),
        (QUERY, ["--absent-is-none"], WRONG_USAGE, "--absent-is-none: only for a table of counts"),
        (QUERY, ["--month", "Month"], WRONG_USAGE, "--month: only for a table of counts"),
        (QUERY, ["--count", "Count", "--month", "M"], WRONG_USAGE, "--month and --count: only for"),
        (QUERY, ["--workers", "2", "--from", "Spark:"], WRONG_USAGE, "--workers: only for"),
        (QUERY, ["table.csv"], WRONG_USAGE, "Give a table of counts (FILE), or records"),
        (QUERY.replace("series =", "serie ="), [], WRONG_USAGE, "scan has 'serie'"),
        (QUERY.replace('"day"', '"Force"'), [], REFUSED, "cannot be counted"),
        (QUERY + "[only]\nForce = 'Surrey'", [], REFUSED, "No count came back from"),
        (QUERY + "[only]\n'Kind \"of\"' = ' '", [], WRONG_USAGE, "'only' asks for one text"),
        (QUERY, ["--since", "2014-01"], REFUSED, "No count came back from"),
        (QUERY, ["--since", "2012-06"], WRONG_USAGE, "The table has June 2012 to December 2013"),
    ],
)
def test_what_cannot_be_counted_is_refused_and_leaves_nothing(
    folder, capsys, query, options, code, sentence
):
    (folder / "niche.toml").write_text(query)
    assert scan(folder, *options)[0] == code
    err = capsys.readouterr().err
    assert sentence in err
    assert err.count("\n") == 1
    assert sorted(path.name for path in folder.iterdir()) == ["niche.toml", "records.csv"]


def test_records_of_which_none_has_a_whole_name_are_refused(folder, capsys):
    write(folder / "records.csv", TITLES, [[f"{month}-01", "Kent", "", "x"] for month in MONTHS])
    assert scan(folder)[0] == REFUSED
    error = capsys.readouterr().err
    assert "niche has no series: no row with a month has all of Force, Ward's, Kind" in error
    assert sorted(path.name for path in folder.iterdir()) == ["niche.toml", "records.csv"]


def test_a_table_without_rows_is_refused(folder, capsys):
    write(folder / "records.csv", TITLES, [])
    assert scan(folder)[0] == REFUSED
    assert "there are no records of a month that is over on 2014-01-15" in capsys.readouterr().err


class StopError(Exception):
    """Ends a scan between two blocks, as Ctrl+C does."""


@pytest.mark.parametrize("changed", [False, True])
def test_a_scan_that_was_stopped_goes_on_with_what_it_counted(folder, monkeypatch, changed):
    monkeypatch.setattr(running, "BLOCK", 4)
    steps = []

    def progress(step, stop_at=""):
        steps.append(step)
        if step == stop_at:
            raise StopError

    table = folder / "records.csv"
    source = RecordSource(str(table), read_query(folder / "niche.toml", scan=True), DAY)
    request = running.ScanRequest(
        source, folder / "result.parquet", TableColumns(()), None, None, None, Direction.NONE,
        SpcBasis.LEVELS, 1.96, 0.05,
    )  # fmt: skip
    with pytest.raises(StopError):
        running.run_scan(request, partial(progress, stop_at="8 of 24 series judged"))
    if changed:
        write(table, TITLES, [*records(), *[["2013-12-05", "Kent", "3", "burglary"]] * 50])
    steps.clear()
    running.run_scan(request, progress)
    assert steps[1] == f"{0 if changed else 8} of 24 series judged"
    anew = replace(request, output=folder / "anew.parquet")
    running.run_scan(anew, progress)
    assert same(request.output, anew.output)


def of_postgres(folder):
    columns = 'day date, "Force" text, "Ward\'s" text, "Kind ""of""" text'
    rows = [[cell or None for cell in row] for row in records()]
    return postgres_table("records", columns, rows)


def of_spark(folder):
    return spark_address(folder / "records.csv")


@pytest.mark.engine
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Spark's sockets
@pytest.mark.parametrize(
    ("place", "small"), [(of_postgres, True), (of_postgres, False), (of_spark, True)]
)
def test_every_engine_gives_the_same_bytes(place, small, folder, monkeypatch):
    monkeypatch.setattr(running, "BLOCK", 5)
    if not small:
        (folder / "niche.toml").write_text(f"least = 3\n{QUERY.replace(SMALL, '')}")
    _, here = scan(folder, "--direction", "down")
    code, there = scan(folder, "--direction", "down", address=place(folder), output="there")
    assert code == DONE
    assert same(here, there)
    assert not there.with_name("there.parquet.blocks").exists()


def test_credentials_in_an_address_are_refused(folder, capsys):
    assert scan(folder, address="postgresql://me:secret@host/db")[0] == WRONG_USAGE
    err = capsys.readouterr().err
    assert "The address has a password" in err
    assert "secret" not in err
