"""Files of records are one table, or refused."""

from __future__ import annotations

import os
from datetime import date

import pytest

from tests.counting.servers import SPARK
from xlperf.counting.count_query import CodeSpan, CountedMeasure, CountQuery
from xlperf.counting.counting import count_records
from xlperf.counting.record_files import require_same_kinds
from xlperf.errors import UsageError, XlperfError
from xlperf.scan.record_counts import RecordSource, gather_records

duckdb = pytest.importorskip("duckdb", reason="the extra warehouse is not installed")


@pytest.fixture
def files(tmp_path):
    def write(*values):
        paths = [str(tmp_path / f"{place}.parquet") for place in range(len(values))]
        for path, value in zip(paths, values, strict=True):
            duckdb.sql(f"SELECT {value}").write_parquet(path)
        return paths

    return write


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ("7", "'007'", "Column 'code' is whole numbers in 0.parquet, and VARCHAR in 1.parquet"),
        ("7", "7.5::double", "Column 'code' is whole numbers in 0.parquet, and DOUBLE in"),
        ("DATE '2014-06-30'", "now()", "is DATE in 0.parquet, and TIMESTAMP WITH TIME ZONE in"),
        ("7", "7 AS other, 8", "1.parquet has no column 'code'. Its columns: other, 8."),
    ],
)
def test_parquet_files_whose_columns_differ_are_refused(first, second, sentence, files):
    second = second if "other" in second else f"{second} AS code"
    with pytest.raises(UsageError) as refused:
        require_same_kinds(files(f"{first} AS code", second), ["code"])
    assert sentence in str(refused.value)


def test_whole_numbers_of_any_width_are_one_kind(files):
    require_same_kinds(files("7::tinyint AS code", "8::uint64 AS code", "9 AS code"), ["code"])


@pytest.fixture(scope="module")
def spark():
    """Give what counts files in Spark by a query of three columns."""
    if not os.environ.get(SPARK):
        pytest.skip(f"{SPARK} is not set: Spark takes a minute and 500 MB")
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    query = CountQuery("niche", "day", "code", (CountedMeasure("SP12", (CodeSpan(("28",)),)),),
                       area="force", least=0)  # fmt: skip
    return lambda files: count_records(f"spark:{files}", query, as_at=date(2014, 12, 31)).rows


def places(folder, **texts):
    for name, text in texts.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(exist_ok=True)
        path.with_suffix(".csv").write_text(text, encoding="cp1252")
    return folder


TITLES = "day,code,force\n"
KENT = f"{TITLES}2014-01-05,28,Kent\n"


@pytest.mark.engine
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ({"a": KENT, "b": "day,force,code\n2014-01-05,Kent,28\n"}, "other titles than the first"),
        ({"a": KENT, "sub__b": f"{KENT}2014-01-06,28,Kent\n"}, "would read 1 of 2 files"),
        ({"a": KENT, "_b": f"{KENT}2014-01-06,28,Kent\n"}, "would read 1 of 2 files"),
        ({"a": KENT, "b": KENT}, "hold the same records"),
        ({"a": KENT, "b": "day,code\n2014-01-05,28\n"}, "b.csv has no column 'force'"),
        ({"a": KENT + "2014-01-05,28\n"}, "more or fewer cells than titles"),
        ({"a": KENT + "2014-01-05,28,Kent\n" * 999 + "2014-01-05,28,Caf\xe9\n"}, "is not UTF-8"),
    ],
)
def test_files_that_spark_would_read_otherwise_are_refused(texts, sentence, spark, tmp_path):
    with pytest.raises(XlperfError) as refused:
        spark(places(tmp_path, **texts))
    assert sentence in str(refused.value)


@pytest.mark.engine
@pytest.mark.filterwarnings("ignore")
def test_a_quotation_mark_left_open_takes_no_records_in_spark(spark, tmp_path):
    lines = '2014-01-05,28,Kent,"x\n' + "2014-01-05,28,Kent,x\n" * 3
    rows = spark(places(tmp_path, a="day,code,force,note\n" + lines))
    assert [row["m0_SP12"] for row in rows] == [4]


@pytest.mark.engine
@pytest.mark.filterwarnings("ignore")
def test_times_of_spark_that_have_a_zone_have_no_day(spark, tmp_path):
    duckdb.sql("SELECT now() AS day, '28' AS code, 'Kent' AS force").write_parquet(
        str(tmp_path / "a.parquet")
    )
    with pytest.raises(UsageError, match=r"holds timestamp.*Count a view in"):
        spark(tmp_path)


@pytest.mark.engine
@pytest.mark.filterwarnings("ignore")
def test_what_a_scan_that_failed_has_left_in_spark_is_not_counted(spark, tmp_path):
    query = CountQuery("niche", "day", "", (), area="force", small_series=True)
    source = RecordSource(f"spark:{tmp_path}", query, date(2014, 12, 31))
    for number in (1, 2):
        places(tmp_path, a=TITLES + "".join(f"2014-0{m + 1}-05,28,Kent\n" for m in range(number)))
        table = gather_records(source, tmp_path / f"{number}.duckdb", 1)
        assert table.last - table.first == number - 1
