"""The benchmarks run, and print what they are for; no test has a limit of time."""

from __future__ import annotations

import pytest

from tests.benchmarks import count_records, scan_series, small_counts
from tests.benchmarks.ratios import main

pytestmark = pytest.mark.slow


def test_ratios_name_their_yardsticks(capsys):
    assert main(["--quick", "--runs", "1"]) == 0
    out = capsys.readouterr().out
    for word in ("openpyxl", "calamine", "pandas", "Ratio"):
        assert word in out


def test_the_benchmark_of_small_counts_gives_seconds_memory_and_what_is_withheld(capsys):
    assert small_counts.main(["--issues", "1"]) == 0
    out = capsys.readouterr().out
    assert "0 already out" in out
    assert "audit of all issues" in out
    assert "0 narrow" in out


def test_the_benchmark_of_a_scan_says_where_the_time_goes(capsys):
    assert scan_series.main(["--series", "100", "--workers", "1"]) == 0
    out = capsys.readouterr().out
    assert "reading" in out
    assert "the same bytes" in out


def test_the_benchmark_of_counting_gives_the_same_counts_by_every_way(capsys):
    assert count_records.main(["--rows", "5000"]) == 0
    out = capsys.readouterr().out
    assert "xlperf: " in out
    assert "the same counts" in out
