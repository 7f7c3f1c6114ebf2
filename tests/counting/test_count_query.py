"""Queries of counts: what is read, and what is refused with a sentence."""

from __future__ import annotations

import pytest

from tests.assessment.casebook import month
from tests.counting.records import QUERY, query
from xlperf.cli import main
from xlperf.counting.count_query import LEAST, CodeSpan
from xlperf.counting.count_sql import sql_of
from xlperf.counting.counting import counts_file, notes_on
from xlperf.counting.engines import opened
from xlperf.ending import WRONG_USAGE
from xlperf.errors import UsageError


def test_a_measure_has_other_codes_before_and_after_a_change_of_recording(tmp_path):
    read = query(tmp_path)
    burglary, violence = read.measures
    assert burglary.spans == (
        CodeSpan(("28",), None, month("2013-03")),
        CodeSpan(("28A", "28B"), month("2013-04"), None),
    )
    assert (burglary.small_counts, violence.small_counts) == (False, True)
    assert read.least == LEAST
    assert read.columns == ("day", "code", "force", "id", "entered", "status")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("code =", "kode ="), "the query has 'kode', which means nothing here"),
        (('date = "day"', ""), "'date' is missing"),
        (('["28"]', '"28"'), "the codes of SP12_offences are a list of texts"),
        (('["28"]', "[28]"), "the codes of SP12_offences are a list of texts"),
        (('"2013-03"', '"March"'), "'March' is no month"),
        (('from = "2013-04"', 'from = "2013-04"\nuntil = "2013-01"'), "end before they begin"),
        (('entered = "entered"', ""), "'record' needs 'entered'"),
        (("late_months = 2", "late_months = true"), "'late_months' is a whole number"),
        (('"rec\'orded"', "true"), "'only' asks for one text of 'status'"),
        (('"rec\'orded"', '["a", "b"]'), "'only' asks for one text of 'status'"),
        (('"rec\'orded"', '" "'), "'only' asks for one text of 'status'"),
        (("[[measures]]", "[[measures"), "is no query that can be read"),
    ],
)
def test_what_a_query_says_wrongly_is_refused(tmp_path, change, sentence):
    with pytest.raises(UsageError, match=r"niche\.toml") as refused:
        query(tmp_path, QUERY.replace(*change, 1))
    assert sentence in str(refused.value)


def test_counts_that_did_not_leave_and_late_months_are_marked(tmp_path):
    read = query(tmp_path)
    columns = ("month", "area", "uncoded", *read.count_columns)
    cells = [
        (month("2014-07"), "Kent", None, None, 0),
        (month("2014-09"), "Kent", 9, 12, None),
        (None, "Kent", 0, 6, 1),
    ]
    rows = [dict(zip(columns, row, strict=True)) for row in cells]
    text = counts_file(rows, read, month("2014-07")).decode("utf-8-sig")
    assert text.splitlines() == [
        "Month,Force,Measure,Count",
        "2014-07,Kent,SP12_offences,[c]",
        "2014-07,Kent,SP13_offences,0",
        "2014-09,Kent,SP12_offences,12 [p]",
        "2014-09,Kent,SP13_offences,[c] [p]",
    ]
    assert list(notes_on(rows, read)) == [
        "Records of these measures without date, area or day of entry are not counted: 7 or more.",
        "Records without a code are not counted: 9 or more.",
        "There are no records, or too few to say so, in August 2014 of Kent.",
        (
            "SP12_offences has other codes from April 2013 on. If that changes what is counted,"
            " add a row to the sheet Breaks."
        ),
    ]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("postgresql://me:secret@host/db", "The address has a password"),
        ("postgresql://host/db?password=secret", "The address has a password"),
        ("https://host/a.csv?sig=secret", "The address has a password"),
        ("ftp://host/db", "is not understood. Give files"),
        ("nothing.csv", "There is no file nothing.csv"),
        ("nothing.duckdb", "There is no file nothing.duckdb"),
    ],
)
def test_an_address_that_cannot_be_read_is_refused(tmp_path, address, sentence):
    if address.endswith(("csv", "duckdb")) or address.startswith("ftp"):
        pytest.importorskip("ibis", reason="the extra warehouse is not installed")
    with pytest.raises(UsageError) as refused, opened(address, query(tmp_path)):
        pass
    assert sentence in str(refused.value)
    assert "secret" not in str(refused.value)


def test_without_the_extra_it_is_said_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("xlperf.counting.count_expression.NEEDED", ("no_such_module",))
    read = query(tmp_path)
    with pytest.raises(UsageError, match=r"xlperf\[warehouse\]"), opened("a.csv", read):
        pass
    with pytest.raises(UsageError, match=r"xlperf\[warehouse\]"):
        sql_of(read, "mssql", as_at=None, since=None)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Give the files to read; or --from and --query to count records"),
        (("--from", "a.csv"), "Give the files to read; or --from and --query to count records"),
        (("--from", "a.csv", "--query", "none"), "none.toml cannot be read: No such file"),
        (("a.csv", "--from", "b.csv"), "leave the files out"),
        (("--sql", "mssql"), "--sql needs --query"),
    ],
)
def test_what_is_lacking_to_count_is_asked_for(refreshed, capsys, words, sentence):
    assert main(["import", str(refreshed), *words]) == WRONG_USAGE
    assert sentence in " ".join(capsys.readouterr().err.split())
