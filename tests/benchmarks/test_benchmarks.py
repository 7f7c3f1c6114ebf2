"""The benchmarks run, and print what they are for; no test has a limit of time."""

from __future__ import annotations

import sys

import pytest

from tests.benchmarks import small_counts
from tests.benchmarks.__main__ import lines, main
from tests.benchmarks.measuring import Bench, Beside, Measured, Result, elsewhere


def bench(folder, runs: int = 3) -> Bench:
    return Bench(folder, runs, quick=True, large=False, peers=sys.executable, processor=False)


def test_what_is_beside_runs_in_turn_and_is_left_out_with_the_reason(tmp_path):
    seconds = iter([9.0, 2.0, 2.0, 4.0])
    here = bench(tmp_path)
    [result] = here.compare(
        "work",
        10,
        lambda: Measured(next(seconds), 0, "12"),
        {
            "half": elsewhere(1.0),
            "slow": elsewhere(40.0),
            "wrong": lambda: Measured(1.0, 0, "13"),
            "absent": here.child("import no_such_package"),
        },
        {"half": ["≤ 3"]},
    )
    assert result.ours == 2.0
    half, slow, wrong, absent = result.beside
    assert (half.ratio, half.budget) == (2.0, "≤ 3")
    assert slow.ratio == 0.05
    assert wrong.note == "ANOTHER ANSWER"
    assert absent.takes is None
    assert "no_such_package" in absent.note


def test_a_process_says_how_long_it_took_and_how_much_memory(tmp_path):
    measured = bench(tmp_path).child("begin()\nx = bytearray(50_000_000)\nend(len(x))")()
    assert measured.answer == 50_000_000
    assert measured.seconds > 0
    assert measured.megabytes > 47 or sys.platform != "linux"


def test_a_line_of_the_table_has_growth_ratio_and_budget_and_fits():
    beside = (Beside("other", 40.0, 0.05, "≤ 1/5"), Beside("absent", None, note="not installed"))
    before = Result("work", 10, "s", 0.5, ())
    first, second, note = lines(Result("work", 100, "s", 2.0, beside), before)
    assert first.split() == ["100", "work", "2", "s", "4.0", "other", "40", "s", "1/20", "≤", "1/5"]
    assert second.split() == ["absent", "-"]
    assert note.split() == ["not", "installed"]
    assert max(map(len, (first, second, note))) <= 130


@pytest.mark.slow
def test_the_command_measures_series_records_and_scans(capsys):
    assert main(["--quick", "--runs", "1", "--only", "charts", "scan", "count"]) == 0
    out = capsys.readouterr().out
    for word in ("NHSRplotthedots", "pandas", "1,000 series", "of that judging", "records counted"):
        assert word in out
    assert "ANOTHER ANSWER" not in out
    assert "left out" not in out


@pytest.mark.slow
def test_the_benchmark_of_small_counts_gives_seconds_memory_and_what_is_withheld(capsys):
    assert small_counts.main(["--issues", "1"]) == 0
    out = capsys.readouterr().out
    assert "0 already out" in out
    assert "audit of all issues" in out
    assert "0 narrow" in out
