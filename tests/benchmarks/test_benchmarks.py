"""The benchmarks run, and print what they are for; no test has a limit of time."""

from __future__ import annotations

import pytest

from tests.benchmarks.ratios import main

pytestmark = pytest.mark.slow


def test_ratios_name_their_yardsticks(capsys):
    assert main(["--quick", "--runs", "1"]) == 0
    out = capsys.readouterr().out
    for word in ("openpyxl", "calamine", "pandas", "Ratio"):
        assert word in out
