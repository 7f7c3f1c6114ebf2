"""Texts of a query in the SQL of an engine."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.counting.records import QUERY, query
from xlperf.counting.count_sql import sql_of

pytest.importorskip("ibis", reason="the extra warehouse is not installed")


def test_letters_beyond_those_of_a_code_page_are_marked_for_sql_server(tmp_path):
    read = query(tmp_path, QUERY.replace('"28A", "28B"', '"\u0141\'x", "28A"'))
    text = sql_of(read, "mssql", as_at=date(2014, 6, 30), since=None)
    assert "IN (N'\u0141''x', '28A')" in text
    assert "PARTITION BY" in text  # which sqlglot holds in a tuple, where it replaces nothing
    assert "\u00a0" not in text
    assert "NCHAR(160)" in text


@pytest.mark.parametrize("engine", ["mssql", "snowflake", "bigquery", "databricks"])
def test_no_text_of_a_query_is_a_pattern_or_ends_its_literal(engine, tmp_path):
    """Only T-SQL takes a backslash as it is; the others read it as an escape."""
    code = "it's 100%_[a]^\\"
    read = query(tmp_path, QUERY.replace('"28"', json.dumps(code)))
    text = sql_of(read, engine, as_at=None, since=None)
    escaped = code.replace("\\", "\\\\").replace("'", "\\'")
    assert f"'{code.replace(chr(39), chr(39) * 2) if engine == 'mssql' else escaped}'" in text
    assert not any("100" in line for line in text.splitlines() if "LIKE" in line)
