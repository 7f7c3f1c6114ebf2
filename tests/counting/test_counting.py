"""Records are counted alike by every engine, and as a loop counts them; a journey from records to a
workbook. Skipped where the extras are not installed, PostgreSQL and Spark where none is given.
"""

from __future__ import annotations

import csv
import gzip
import zipfile
from datetime import date
from pathlib import Path

import pytest

from tests.counting.records import COLUMNS, QUERY, counted_by_hand, query, records, write_csv
from tests.counting.servers import postgres_table, spark_address
from xlperf.cli import main
from xlperf.counting.count_sql import COMPILERS, sql_of
from xlperf.counting.counting import Counted, count_records
from xlperf.counting.engines import PASSWORD, opened, password_of
from xlperf.ending import DONE, REFUSED
from xlperf.errors import UsageError, WorkbookError
from xlperf.excel.file import FileWorkbook
from xlperf.newbook.builder import workbook_bytes
from xlperf.tables import schema

duckdb = pytest.importorskip("duckdb", reason="the extra warehouse is not installed")
pytest.importorskip("ibis", reason="the extra warehouse is not installed")
AS_AT = date(2014, 6, 30)
TYPED = (
    "CREATE TABLE crimes AS SELECT id::int AS id, nullif(day, '')::date AS day,"
    " nullif(code, '') AS code, nullif(force, '') AS force, entered::timestamp AS entered, status"
    " FROM texts"
)


def of_csv(folder: Path) -> str:
    return str(write_csv(folder / "crimes.csv", records()))


def of_zip(folder: Path) -> str:
    """An archive of two months, as police.uk makes them, with another list beside."""
    rows = records()
    with zipfile.ZipFile(folder / "crimes.zip", "w") as archive:
        for place, part in enumerate((rows[:1000], rows[1000:])):
            write_csv(folder / "part.csv", part)
            archive.write(folder / "part.csv", f"2014-0{place + 1}/kent-street.csv")
        archive.writestr("2014-01/kent-outcomes.csv", "id,outcome\n1,none\n")
    return str(folder / "crimes.zip")


def of_parquet(folder: Path) -> str:
    with duckdb.connect() as connection:
        typed(folder, connection)
        connection.table("crimes").write_parquet(str(folder / "crimes.parquet"))
    return f"{folder}/crimes*.parquet"


def of_database(folder: Path) -> str:
    with duckdb.connect(str(folder / "force.duckdb")) as connection:
        typed(folder, connection)
    return str(folder / "force.duckdb")


def typed(folder: Path, connection: object) -> None:
    """Make the table of the records, with numbers, days and times."""
    path = write_csv(folder / "texts.csv", records())
    texts = connection.read_csv(str(path), all_varchar=True)  # type: ignore[attr-defined]
    assert texts is not None  # DuckDB finds it by the name of the variable
    connection.execute(TYPED)  # type: ignore[attr-defined]


def of_postgres(folder: Path) -> str:
    columns = "id int, day date, code text, force text, entered timestamp, status text"
    rows = [[cell if cell or place == 2 else None for place, cell in enumerate(row)]
            for row in records()]  # fmt: skip
    return postgres_table("crimes", columns, rows)


def of_spark(folder: Path) -> str:
    return spark_address(of_csv(folder))


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Spark's sockets
@pytest.mark.parametrize(
    "place",
    [
        of_csv,
        of_zip,
        of_parquet,
        of_database,
        pytest.param(of_postgres, marks=pytest.mark.engine),
        pytest.param(of_spark, marks=pytest.mark.engine),
    ],
    ids=lambda it: it.__name__,
)
def test_every_engine_counts_as_a_loop_does(place, tmp_path):
    counted = count_records(place(tmp_path), query(tmp_path), as_at=AS_AT)
    assert list(counted.rows) == counted_by_hand(records(), AS_AT)


def test_street_files_of_police_uk_are_counted(tmp_path):
    text = 'date = "Month"\ncode = "Crime type"\narea = "Falls within"\nleast = 0\n[[measures]]\n'
    street = query(tmp_path, text + 'name = "SP12_offences"\ncodes = ["Burglary"]\n')
    lines = ["Month,Falls within,Crime type"]
    lines += ["2014-09,Kent Police,Burglary"] * 3 + ["2014-10,Kent Police,Drugs"]
    (tmp_path / "a-street.csv").write_text("\n".join(lines))
    counted = count_records(str(tmp_path), street, as_at=date(2014, 10, 31))
    assert counted.file.decode("utf-8-sig").splitlines()[1:] == [
        "2014-09,Kent Police,SP12_offences,3",
        "2014-10,Kent Police,SP12_offences,0",
    ]


def test_a_month_in_two_archives_is_not_counted_twice(tmp_path):
    first = Path(of_zip(tmp_path))
    (tmp_path / "again.zip").write_bytes(first.read_bytes())
    with pytest.raises(UsageError, match=r"Two files kent-street\.csv hold the same records"):
        count_records(f"{tmp_path}/*.zip", query(tmp_path), as_at=AS_AT)


@pytest.mark.parametrize("engine", COMPILERS)
def test_the_sql_of_every_engine_makes_nothing_and_uses_no_patterns(engine, tmp_path):
    text = sql_of(query(tmp_path), engine, as_at=AS_AT, since=12 * 2012).upper()
    assert text.startswith("SELECT")
    assert "'REC''ORDED'" in text or "'REC\\'ORDED'" in text
    for word in ("REGEXP", "RLIKE", "CREATE", "INSERT", "TEMP"):
        assert word not in text
    assert text.count(">= 5") == 2
    assert "\\V" not in text  # Spark and Snowflake read it as the letter


@pytest.mark.parametrize("engine", COMPILERS)
def test_people_see_the_sql_in_few_rows_with_long_lists_of_codes_shortened(engine, tmp_path):
    codes = ", ".join(f'"Z{number}"' for number in range(300))
    read = query(tmp_path, QUERY.replace("codes = [", f"codes = [{codes}, ", 1))
    sql = sql_of(read, engine, as_at=AS_AT, since=None)
    counted = Counted(engine, sql, (), (), (), b"")
    shown = counted.sql_shown(whole=False)
    assert shown.startswith("Its SQL, with long parts left out (whole: --whole-sql):\n\n")
    assert "'Z0', 'Z1', 'Z2', … and" in shown
    assert 2 * shown.count("\n") < sql.count("\n")
    assert counted.sql_shown(whole=True) == f"Its SQL:\n\n{sql}"
    assert sql.count("'Z") == 300
    few = Counted(engine, "SELECT code FROM crimes WHERE code IN ('1', '2')", (), (), (), b"")
    assert few.sql_shown(whole=False).startswith("Its SQL:\n\nSELECT")


@pytest.mark.parametrize("texts", ["", "dates_are_texts = true\n"])
def test_the_sql_of_sql_server_has_no_search_of_words_and_no_raw_end_of_line(texts, tmp_path):
    text = sql_of(query(tmp_path, texts + QUERY), "mssql", as_at=AS_AT, since=None)
    assert "CONTAINS" not in text  # a predicate of tables with an index of words
    assert "LIKE '%' + CHAR(10) + '%'" in text
    assert "\t" not in text
    assert "\r" not in text
    assert text.count("'") % 2 == 0
    assert all(row.count("'") % 2 == 0 for row in text.split("\n"))


def test_a_table_of_a_schema_and_days_with_times_are_meant(tmp_path):
    read = query(tmp_path, QUERY.replace('"crimes"', '"dbo.crimes"'))
    text = sql_of(read, "mssql", as_at=date(2014, 6, 30), since=None)
    assert "FROM [dbo].[crimes]" in text
    assert "[entered] < DATEFROMPARTS(2014, 7, 1)" in text


def test_sql_leaves_out_a_month_that_is_not_over(tmp_path):
    text = sql_of(query(tmp_path), "mssql", as_at=date(2014, 6, 29), since=None)
    assert f"<= {12 * 2014 + 4}\n" in text


def test_another_engine_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(UsageError, match=r"'oracle' is no engine\. Give one of bigquery, "):
        sql_of(query(tmp_path), "oracle", as_at=None, since=None)


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [("30/09/2014", "cannot be counted"), ("2014-13-01", "do not begin as 2014-09-30")],
)
def test_a_date_that_is_none_stops_the_count(cell, sentence, tmp_path):
    row = ("1", cell, "28", "Kent", "2014-01-01", "rec'orded")
    path = write_csv(tmp_path / "crimes.csv", [row])
    with pytest.raises(WorkbookError, match=sentence):
        count_records(str(path), query(tmp_path), as_at=AS_AT)


ROW = ("1", "2014-01-05", "28", "Kent", "2014-01-05", "recorded")
LATER = QUERY.replace("rec'orded", "recorded").replace("late_months", "least = 0\nlate_months")
LATER = LATER.replace('until = "2013-03"', "")


def counted_rows(folder: Path, *rows: tuple[str, ...], as_at: date = AS_AT) -> dict[object, int]:
    """Count rows of SP12 by month."""
    path = write_csv(folder / "crimes.csv", rows)
    counted = count_records(str(path), query(folder, LATER), as_at=as_at)
    return {row["month"]: row["m0_SP12_offences"] for row in counted.rows}


def test_a_record_that_was_cancelled_later_is_not_counted(tmp_path):
    cancelled = (*ROW[:4], "2014-02-05", "cancelled")
    assert counted_rows(tmp_path, ROW, cancelled) == {}
    assert counted_rows(tmp_path, ROW, cancelled, as_at=date(2014, 1, 31)) == {24168: 1}


def test_records_with_a_blank_number_are_several(tmp_path):
    assert counted_rows(tmp_path, *([(" ", *ROW[1:])] * 4)) == {24168: 4}


def test_a_row_without_a_day_of_entry_is_said_and_not_lost(tmp_path):
    assert counted_rows(tmp_path, ROW, ("2", *ROW[1:4], "", ROW[5])) == {24168: 1, None: 1}


TIED = [ROW, (*ROW[:5], "cancelled")], [ROW, (*ROW[:3], "Essex", *ROW[4:])]


@pytest.mark.parametrize("rows", [*TIED, *(pair[::-1] for pair in TIED)])
def test_of_rows_entered_at_once_one_is_taken_whatever_their_order(rows, tmp_path):
    path = write_csv(tmp_path / "crimes.csv", rows)
    counted = count_records(str(path), query(tmp_path, LATER), as_at=AS_AT)
    assert [(row["area"], row["m0_SP12_offences"]) for row in counted.rows] == [("Kent", 1)]


@pytest.mark.parametrize(
    ("first", "last"),
    [("2014-02-05T09:00", "2014-02-05 10:00"), ("2014-02-05", " 2014-03-05"),
     ("2014-02-05 23:59:59", "2014-02-06")],
)  # fmt: skip
def test_the_row_entered_last_counts_however_its_day_is_written(first, last, tmp_path):
    rows = [(*ROW[:4], first, "recorded"), (*ROW[:4], last, "cancelled")]
    assert counted_rows(tmp_path, *rows) == {}


def test_a_record_whose_last_row_is_not_known_stops_the_count(tmp_path):
    rows = [(*ROW[:4], "2014-02-05 11:00 AM", "recorded"),
            (*ROW[:4], "2014-02-05 01:00 PM", "cancelled")]  # fmt: skip
    with pytest.raises(WorkbookError, match="with AM, PM or an hour as 9:00"):
        counted_rows(tmp_path, *rows)


@pytest.mark.parametrize("blank", ["\u00a0", "\t"])
def test_blanks_around_names_numbers_and_codes_are_no_part_of_them(blank, tmp_path):
    row = tuple(f"{blank}{cell}{blank}" for cell in ROW)
    first = ("1", ROW[1], row[2], row[3], ROW[4], row[5])
    assert counted_rows(tmp_path, first) == {24168: 1}
    later = (row[0], *ROW[1:4], "2014-02-05", "cancelled")
    assert counted_rows(tmp_path, first, later) == {}


def test_a_column_may_have_the_name_of_one_of_ours(tmp_path):
    read = query(tmp_path, LATER.replace('"id"', '"row_of_record"'))
    path = write_csv(tmp_path / "crimes.csv", [("", *ROW[1:])] * 3)
    path.write_text(path.read_text().replace("id,", "row_of_record,", 1))
    assert count_records(str(path), read, as_at=AS_AT).rows[0]["m0_SP12_offences"] == 3


@pytest.mark.parametrize("number", [7, 9])
def test_a_force_with_two_names_in_a_month_is_refused(number, tmp_path):
    rows = [(str(place), *ROW[1:3], name, *ROW[4:]) for place, name in
            enumerate(["Kent Police"] * 7 + ["KENT"] * number)]  # fmt: skip
    with pytest.raises(WorkbookError, match="'KENT' and 'Kent Police' are one force"):
        counted_rows(tmp_path, *rows)
    after = [(row[0], "2014-02-05", *row[2:]) if row[3] == "KENT" else row for row in rows]
    assert counted_rows(tmp_path, *after) == {24168: 7, 24169: number}


@pytest.mark.parametrize(
    ("place", "cell"), [(4, "05/01/2014"), (4, "25/12/2014"), (1, "2014-01-31T23:30:00-05:00"),
                        (1, "2014-06-30 23:30:00Z"), (1, "0204-01-05"), (1, "2014-01-31 UTC"),
                        (1, "2014-01-31t23:30z"), (1, "2014-01-31 23:30 Europe/Rome"),
                        (4, "2014-01-31 23:30:00+01:00"), (4, "2014-01-31 9:30")],
)  # fmt: skip
def test_days_of_entry_and_times_that_are_not_understood_stop_the_count(place, cell, tmp_path):
    row = ("1" if place == 4 else "2", *ROW[1:place], cell, *ROW[place + 1 :])
    with pytest.raises(WorkbookError, match="in column 'day' or 'entered' are texts"):
        counted_rows(tmp_path, ROW, row)


@pytest.mark.parametrize(
    ("cell", "month"),
    [("2014-01", 24168), ("2014-01 ", 24168), (" 2014-01", 24168), ("2014-01-05", 24168),
     ("  2014-01-05", 24168), ("2014-01-05 10:00", 24168), ("2014-01-05T10:00:00", 24168),
     ("   ", None), ("", None)],
)  # fmt: skip
def test_a_month_is_the_same_however_long_its_text_is(cell, month, tmp_path):
    assert counted_rows(tmp_path, ("1", cell, *ROW[2:])) == {month: 1}


@pytest.mark.parametrize("cell", [" 014-01", "2014", "014-01-05", "2014-1-05", "5-1-2014"])
def test_a_short_text_that_is_no_month_stops_the_count(cell, tmp_path):
    with pytest.raises(WorkbookError, match="cannot be counted"):
        counted_rows(tmp_path, ("1", cell, *ROW[2:]))


def test_a_month_that_is_not_over_is_named_and_not_counted(tmp_path):
    rows = [(str(place), f"2014-0{place}-01", *ROW[2:]) for place in (4, 5, 6)]
    path = write_csv(tmp_path / "crimes.csv", [*rows, ("7", "3014-01-01", *ROW[2:])])
    counted = count_records(str(path), query(tmp_path, LATER), as_at=date(2014, 6, 29))
    months = [line[:7] for line in counted.file.decode("utf-8-sig").splitlines()[1:]]
    assert sorted(set(months)) == ["2014-04", "2014-05"]
    assert counted.notes[-1].startswith(
        "Months that are not over on 2014-06-29 are not counted: June 2014, January 3014."
    )


def test_a_packed_file_that_is_cut_off_is_refused(tmp_path):
    whole = gzip.compress(Path(of_csv(tmp_path)).read_bytes())
    (tmp_path / "cut.csv.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(WorkbookError, match="a file is not whole"):
        count_records(str(tmp_path / "cut.csv.gz"), query(tmp_path), as_at=AS_AT)


@pytest.mark.parametrize("name", ["crimes[1].csv", "crime?1.csv"])
def test_a_name_is_no_pattern(name, tmp_path):
    write_csv(tmp_path / "crimes1.csv", records(90))
    write_csv(tmp_path / name, records(60))
    counted = count_records(str(tmp_path / name), query(tmp_path), as_at=AS_AT)
    assert list(counted.rows) == counted_by_hand(records(60), AS_AT)


def test_the_same_records_under_two_names_are_refused(tmp_path):
    text = Path(of_csv(tmp_path)).read_bytes()
    (tmp_path / "again.csv.gz").write_bytes(gzip.compress(text))
    with pytest.raises(UsageError, match=r"again\.csv\.gz and crimes\.csv hold the same records"):
        count_records(str(tmp_path), query(tmp_path), as_at=AS_AT)


def test_parquet_files_of_one_length_are_refused_only_if_they_are_the_same(tmp_path):
    columns = ", ".join(
        f"'{cell}' AS {name}" for cell, name in zip(ROW[1:], COLUMNS[1:], strict=True)
    )
    files = [tmp_path / f"{number}.parquet" for number in (1, 2)]
    for path in files:
        duckdb.sql(f"SELECT '{path.stem}' AS id, {columns}").write_parquet(str(path))
    assert len({path.stat().st_size for path in files}) == 1
    read = query(tmp_path, LATER)
    assert count_records(str(tmp_path), read, as_at=AS_AT).rows[0]["m0_SP12_offences"] == 2
    files[1].write_bytes(files[0].read_bytes())
    with pytest.raises(UsageError, match="hold the same records"):
        count_records(str(tmp_path), read, as_at=AS_AT)


def test_a_month_that_lies_at_two_depths_of_archives_is_refused(tmp_path):
    name = "2014-01-kent-street.csv"
    for place, (inside, number) in enumerate(((name, 50), (f"2014-01/{name}", 60))):
        write_csv(tmp_path / "part", records(number))
        with zipfile.ZipFile(tmp_path / f"{place}.zip", "w") as archive:
            archive.write(tmp_path / "part", inside)
    with pytest.raises(UsageError, match=f"Two files {name} hold the same records"):
        count_records(str(tmp_path), query(tmp_path), as_at=AS_AT)


def test_an_archive_in_an_archive_is_refused(tmp_path):
    first = Path(of_zip(tmp_path))
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.write(first, "inner.zip")
        archive.write(tmp_path / "part.csv", "part.csv")
    with pytest.raises(UsageError, match=r"outer\.zip has inner\.zip inside"):
        count_records(str(tmp_path / "outer.zip"), query(tmp_path), as_at=AS_AT)


def test_an_archive_with_a_password_is_refused(tmp_path):
    data = bytearray(Path(of_zip(tmp_path)).read_bytes())
    data[6] |= 1
    data[data.find(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "crimes.zip").write_bytes(bytes(data))
    with pytest.raises(WorkbookError, match=r"crimes\.zip cannot be unpacked: .* is encrypted"):
        count_records(str(tmp_path / "crimes.zip"), query(tmp_path), as_at=AS_AT)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_a_text_that_is_not_utf_8_is_refused(encoding, tmp_path):
    rows = [(*ROW[:3], "Caf\xe9", *ROW[4:])]
    path = write_csv(tmp_path / "crimes.csv", rows)
    path.write_text(path.read_text(encoding="utf-8"), encoding=encoding)
    with pytest.raises(WorkbookError, match="its text is not UTF-8"):
        count_records(str(path), query(tmp_path), as_at=AS_AT)


def test_two_columns_of_one_title_are_refused(tmp_path):
    (tmp_path / "crimes.csv").write_text("id,day,code,force,entered,status,Code\n")
    with pytest.raises(UsageError, match=r"crimes\.csv has more than one column 'code'"):
        count_records(str(tmp_path / "crimes.csv"), query(tmp_path), as_at=AS_AT)


def test_no_line_of_the_records_is_shown(tmp_path):
    (tmp_path / "crimes.csv").write_text(
        "id,day,code,force,entered,status\n" + "Jane Doe,2014-01-05,28,Kent,2014-01-05,x,y\n" * 9
    )
    with pytest.raises(WorkbookError) as fault:
        count_records(str(tmp_path / "crimes.csv"), query(tmp_path), as_at=AS_AT)
    assert "Jane" not in str(fault.value)


@pytest.mark.parametrize(
    "address",
    ["postgresql://u:pass#word@h/db", "postgresql://u:pass/word@h/db", "host=h password=hunter2",
     "postgresql://h/db?sslpassword=hunter2", "postgres:u:hunter2@h", "spark:s3a://k:hunter2@b/x"],
)  # fmt: skip
def test_an_address_that_may_have_a_password_is_refused_and_not_repeated(address, tmp_path):
    with pytest.raises(UsageError, match="The address has a password") as fault:
        count_records(address, query(tmp_path), as_at=AS_AT)
    assert address not in str(fault.value)


def test_an_address_that_cannot_be_split_is_refused(tmp_path):
    with pytest.raises(UsageError, match="is not understood"):
        count_records("postgresql://[::1/db", query(tmp_path), as_at=AS_AT)


RAGGED = {
    "a line too short": "1,2014-01-01,28\n",
    "a line too long": "1,2014-01-01,28,Kent,2014-01-01,rec'orded,more\n",
    "a quotation mark left open": "1,2014-01-01,\"28,Kent,2014-01-01,rec'orded\n",
}


@pytest.mark.parametrize("line", RAGGED.values(), ids=RAGGED)
def test_a_line_that_cannot_be_read_stops_the_count(line, tmp_path):
    path = write_csv(tmp_path / "crimes.csv", records())
    whole = path.read_text()
    path.write_text(whole + line + whole.partition("\n")[2])
    with pytest.raises(WorkbookError, match="cannot be counted"):
        count_records(str(path), query(tmp_path), as_at=AS_AT)


def test_a_line_that_looks_like_a_comment_is_counted(tmp_path):
    read = query(tmp_path, QUERY.replace('record = "id"\n', ""))
    rows = [("#1", "2014-01-01", "3", "Kent", "2014-01-01", "rec'orded")] * 7
    path = write_csv(tmp_path / "crimes.csv", rows)
    assert count_records(str(path), read, as_at=AS_AT).rows[0]["m1_SP13_offences"] == 7


def test_a_file_among_others_without_a_column_is_refused(tmp_path):
    write_csv(tmp_path / "a.csv", records(50))
    (tmp_path / "b.csv").write_text("id,day,code,force,status\n1,2014-01-01,28,Kent,x\n")
    with pytest.raises(UsageError, match=r"b\.csv has no column 'entered'"):
        count_records(f"{tmp_path}/*.csv", query(tmp_path), as_at=AS_AT)


def test_times_with_a_zone_have_no_day(tmp_path):
    with duckdb.connect(str(tmp_path / "force.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE crimes AS SELECT 1 AS id, now() AS day, '28' AS code, 'Kent' AS force,"
            " DATE '2014-01-01' AS entered, 'x' AS status"
        )
    with pytest.raises(UsageError, match=r"Column 'day' holds timestamp.*Count a view in"):
        count_records(str(tmp_path / "force.duckdb"), query(tmp_path), as_at=AS_AT)


def test_a_day_before_the_year_1000_stops_the_count(tmp_path):
    with duckdb.connect(str(tmp_path / "force.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE crimes AS SELECT '1' AS id, DATE '0204-01-05' AS day, '28' AS code,"
            " 'Kent' AS force, DATE '2014-01-05' AS entered, 'recorded' AS status"
        )
    with pytest.raises(WorkbookError, match="days before the year 1000"):
        count_records(str(tmp_path / "force.duckdb"), query(tmp_path, LATER), as_at=AS_AT)


def test_codes_under_which_nothing_came_back_are_doubted(tmp_path):
    read = query(tmp_path, QUERY.replace('"28A", "28B"', '"28a"'))
    counted = count_records(of_csv(tmp_path), read, as_at=AS_AT)
    assert [text.partition(".")[0] for text in counted.doubts] == [
        "SP12_offences: no count came back for '28a'"
    ]


def test_a_table_without_a_column_is_refused_with_those_it_has(tmp_path):
    with duckdb.connect(str(tmp_path / "force.duckdb")) as connection:
        connection.execute('CREATE TABLE crimes AS SELECT 1 AS id, 2 AS "when"')
    with pytest.raises(UsageError, match=r"no column 'day', .*It has id, when"):
        count_records(str(tmp_path / "force.duckdb"), query(tmp_path), as_at=AS_AT)


def test_a_table_that_is_not_there_is_refused(tmp_path):
    read = query(tmp_path, QUERY.replace('"crimes"', "\"read_csv('secret.csv')\""))
    with pytest.raises(UsageError, match=r"There is no table 'read_csv\('secret\.csv'\)' there"):
        count_records(of_database(tmp_path), read, as_at=AS_AT)


def test_a_database_is_read_and_never_written(tmp_path):
    address = of_database(tmp_path)
    before = (tmp_path / "force.duckdb").read_bytes()
    count_records(address, query(tmp_path), as_at=AS_AT)
    assert (tmp_path / "force.duckdb").read_bytes() == before


def test_what_another_engine_gave_is_read_as_if_counted_here(tmp_path):
    read = query(tmp_path)
    counted = count_records(of_csv(tmp_path), read, as_at=AS_AT)
    with (tmp_path / "result.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, counted.rows[0])
        writer.writeheader()
        writer.writerows(
            {k: "NULL" if v is None else v for k, v in row.items()} for row in counted.rows
        )
    saved = count_records(str(tmp_path / "result.csv"), read, as_at=AS_AT)
    assert (saved.rows, saved.file) == (counted.rows, counted.file)
    text = (tmp_path / "result.csv").read_text().replace("NULL", "few", 1)
    (tmp_path / "result.csv").write_text(text)
    with pytest.raises(WorkbookError, match="is no result of the query"):
        count_records(str(tmp_path / "result.csv"), read, as_at=AS_AT)


def test_a_password_is_of_the_environment_or_the_keyring(monkeypatch):
    keyring = pytest.importorskip("keyring")
    from keyring.backends import null

    class Ring(null.Keyring):
        def get_password(self, service, username):
            return {("xlperf host/db", "reader"): "of the keyring"}.get((service, username))

    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    monkeypatch.delenv(PASSWORD, raising=False)
    try:
        assert password_of("host/db", "reader") == "of the keyring"
        assert password_of("host/db", "another") is None
        monkeypatch.setenv(PASSWORD, "of the environment")
        assert password_of("host/db", "reader") == "of the environment"
    finally:
        keyring.set_keyring(before)


@pytest.mark.engine
def test_a_session_of_postgresql_keeps_the_zone_and_the_path_that_it_has(tmp_path):
    """The days of a view are those of the zone of its reader; a table may be in any schema."""
    address = of_postgres(tmp_path)
    with pytest.importorskip("psycopg").connect(address, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS apart")
        connection.execute(
            "CREATE OR REPLACE VIEW apart.crimes AS SELECT 1 AS id,"
            " (timestamptz '2014-01-31 23:30+00')::date AS day, '28'::text AS code,"
            " 'Kent'::text AS force, date '2014-01-05' AS entered, 'recorded'::text AS status"
        )
    own = f"{address}?options=-csearch_path%3Dapart%20-cTimeZone%3DEurope/Rome"
    counted = count_records(own, query(tmp_path, LATER), as_at=AS_AT)
    assert [(row["month"], row["m0_SP12_offences"]) for row in counted.rows] == [(24169, 1)]


@pytest.mark.engine
def test_a_session_of_postgresql_writes_nothing(tmp_path):
    address, read = of_postgres(tmp_path), query(tmp_path)
    with pytest.raises(WorkbookError, match="read-only"), opened(address, read) as source:
        source.connection.execute("CREATE TABLE another (id int)")


@pytest.mark.slow
def test_records_come_into_a_workbook_and_the_source_is_remembered(tmp_path, capsys):
    workbook = tmp_path / "Dashboard.xlsm"
    workbook.write_bytes(workbook_bytes())
    query(tmp_path, QUERY.replace('area = "force"\n', ""))
    address = of_csv(tmp_path)
    words = [
        "import",
        str(workbook),
        "--from",
        address,
        "--query",
        "niche",
        "--as-at",
        "2014-12-31",
    ]
    assert main([*words, "--preview"]) == DONE
    preview = capsys.readouterr().out
    assert preview.startswith("Counted in DuckDB: no record has left it.\n")
    assert "SP12_offences = SP12_offences (Monthly)" in preview.partition("Its SQL, with")[0]
    assert preview.partition("SELECT")[2].rstrip().rpartition("\n\n")[2].startswith("Preview: no")
    assert main(words) == REFUSED  # other figures stand there: a doubt
    assert main([*words, "--anyway"]) == DONE
    rows = FileWorkbook.open(workbook).read([schema.SOURCES.name])[schema.SOURCES.name].rows
    assert [row[:3] for row in rows if row[1] in ("from", "query")] == [
        ("niche", "from", address),
        ("niche", "query", "niche"),
    ]
    capsys.readouterr()
    assert main(["import", str(workbook), "--query", "niche", "--sql", "mssql"]) == DONE
    assert capsys.readouterr().out.startswith("SELECT")
    again = ["import", str(workbook), "--as", "niche", "--as-at", "2014-12-31"]
    assert main(again) == DONE
    assert "0 figures to add, 0 to change" in capsys.readouterr().out
