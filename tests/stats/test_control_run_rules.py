"""The four run rules: answers of NHSRplotthedots and PowerBI-SPC, a plain second implementation,
and properties.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stats.published import cases
from xlperf.stats import control

CASES = cases("run_rules.json")
SIGN = {"none": 0, "upper": 1, "lower": -1}
gentle = settings(max_examples=80, derandomize=True)


def _of(*rules: str) -> list[dict[str, Any]]:
    return [case for case in CASES if case["rule"] in rules]


def _name(case: dict[str, Any]) -> str:
    return str(case["id"])


def _seven_up_to(ends: list[int]) -> list[int]:
    """NHSRplotthedots marks the seven points up to each end of a run (its
    ``ptd_part_of_seven``).
    """
    return [int(any(ends[i : i + 7])) for i in range(len(ends))]


@pytest.mark.parametrize("case", _of("part_of_seven"), ids=_name)
def test_this_file_spreads_a_run_as_nhsrplotthedots_does(case: dict[str, Any]) -> None:
    assert _seven_up_to(case["inputs"]["v"]) == case["expected"]


@pytest.mark.parametrize("case", _of("seven_one_side_end"), ids=_name)
def test_runs_on_one_side_are_those_of_nhsrplotthedots(case: dict[str, Any]) -> None:
    # Published are the ends of the runs; the chart marks the points up to them.
    shift = control.run_rules(case["inputs"]["relative_to_mean"], 0.0, -3.0, 3.0).shift
    assert np.abs(shift).tolist() == _seven_up_to(case["expected"])


@pytest.mark.parametrize("case", _of("seven_trend_end"), ids=_name)
def test_trends_are_those_of_nhsrplotthedots(case: dict[str, Any]) -> None:
    trend = control.run_rules(case["inputs"]["y"], 0.0, -99.0, 99.0).trend
    assert np.abs(trend).tolist() == _seven_up_to(case["expected"])
    assert {int(sign) for sign in trend} - {0} == set(case["expected"]) - {0}


@pytest.mark.parametrize("case", _of("two_in_three_window"), ids=_name)
def test_two_of_three_are_those_of_nhsrplotthedots(case: dict[str, Any]) -> None:
    # Published are the windows of three; of these the points near the line are marked
    # (``ptd_part_of_two_in_three``).
    near = np.array(case["inputs"]["close_to_limits"])
    side = np.array(case["inputs"]["relative_to_mean"])
    found = control.run_rules(side * np.where(near == 1, 2.5, 1.0), 0.0, -3.0, 3.0).two_of_three
    assert np.abs(found).tolist() == (np.array(case["expected"]) * near).tolist()


@pytest.mark.parametrize("case", _of("shift"), ids=_name)
def test_shifts_are_those_of_powerbi_spc(case: dict[str, Any]) -> None:
    inputs = case["inputs"]
    targets = np.array(inputs["targets"], dtype=float)
    found = control.run_rules(
        inputs["val"], targets, targets - 50, targets + 50, run=inputs["n"]
    ).shift
    assert found.tolist() == [SIGN[word] for word in case["expected"]]


@pytest.mark.parametrize("case", _of("trend"), ids=_name)
def test_trends_are_those_of_powerbi_spc(case: dict[str, Any]) -> None:
    # Turning points too: they belong to the later trend.
    found = control.run_rules(
        case["inputs"]["val"], 0.0, -99.0, 99.0, trend=case["inputs"]["n"]
    ).trend
    assert found.tolist() == [SIGN[word] for word in case["expected"]]


@pytest.mark.parametrize("case", _of("astronomical"), ids=_name)
def test_points_outside_are_those_of_powerbi_spc(case: dict[str, Any]) -> None:
    low, high = (np.array(case["inputs"][name], dtype=float) for name in ("ll99", "ul99"))
    found = control.run_rules(case["inputs"]["val"], (low + high) / 2, low, high).outside
    assert found.tolist() == [SIGN[word] for word in case["expected"]]


def _plain_rules(x: list[float], centre: float, half: float) -> dict[str, list[int]]:
    """Second implementation: every window looked at, one after the other."""
    n = len(x)
    marks = {name: [0] * n for name in ("outside", "shift", "trend", "two_of_three")}
    side = [(value > centre) - (value < centre) for value in x]
    marks["outside"] = [(value > centre + half) - (value < centre - half) for value in x]
    near = [
        abs(value - centre) > half * 2 / 3 and not out
        for value, out in zip(x, marks["outside"], strict=True)
    ]
    for sign in (1, -1):
        for i in range(n - 6):
            if all(s == sign for s in side[i : i + 7]):
                marks["shift"][i : i + 7] = [sign] * 7
        for i in range(n - 2):
            if all(s == sign for s in side[i : i + 3]) and sum(near[i : i + 3]) >= 2:
                for j in range(i, i + 3):
                    marks["two_of_three"][j] = sign if near[j] else marks["two_of_three"][j]
    for i in range(n - 6):
        for sign in (1, -1):
            if all(sign * (b - a) > 0 for a, b in zip(x[i : i + 6], x[i + 1 : i + 7], strict=True)):
                marks["trend"][i : i + 7] = [sign] * 7
    return marks


@gentle
@given(st.integers(0, 2**32), st.integers(1, 60))
def test_signals_equal_those_of_a_plain_loop(seed: int, n: int) -> None:
    # Waves with noise, on quarters: trends, runs, ties and points on lines all occur, and every
    # number is exact.
    rng = np.random.default_rng(seed)
    wave = 8 * np.sin(np.arange(n) / rng.uniform(2, 9)) + rng.normal(0, rng.uniform(0, 3), n)
    x = np.round(wave * 4) / 4
    found = control.run_rules(x, 0.0, -6.0, 6.0)
    for name, expected in _plain_rules(x.tolist(), 0.0, 6.0).items():
        assert getattr(found, name).tolist() == expected, name


@gentle
@given(st.lists(st.integers(-9, 9), min_size=0, max_size=40))
def test_turning_the_chart_over_turns_every_signal_over(values: list[int]) -> None:
    x = np.array(values, dtype=float)
    up, down = control.run_rules(x, 0.25, -5.0, 5.5), control.run_rules(-x, -0.25, -5.5, 5.0)
    for name in control.RunSignals._fields:
        assert (getattr(up, name) == -getattr(down, name)).all()


@pytest.mark.parametrize("value", [5.0, 0.1, 1e-300, 0.0, 123_456.7])
def test_equal_values_have_no_signal_though_their_mean_is_rounded(value: float) -> None:
    # docs/methods-evidence.md, What other tools do: of a constant series one tool flags all
    # 24 points. 24 times 0.1 has not the mean 0.1 in binary.
    signals = control.chart(np.full((3, 60), value)).signals
    assert not any(getattr(signals, name).any() for name in control.RunSignals._fields)


def test_a_point_on_a_line_is_inside_it_though_the_line_is_rounded() -> None:
    line = 0.1 + 0.2  # 0.30000000000000004
    signals = control.run_rules([0.3, line, -0.3, -line], 0.0, -0.3, 0.3)
    assert not signals.outside.any()
    assert control.run_rules([0.2 + 1e-17, 0.2, 0.2], 0.0, -0.3, 0.1 * 3).two_of_three.tolist() == [
        0,
        0,
        0,
    ]


def test_a_gap_breaks_a_run_and_has_no_mark() -> None:
    x = [1.0] * 6 + [np.nan] + [1.0] * 6
    signals = control.run_rules(x, 0.0, -3.0, 3.0)
    assert not signals.shift.any()
    assert control.run_rules([*x[:6], 1.0], 0.0, -3.0, 3.0).shift.tolist() == [1] * 7


def test_a_missing_line_does_not_silence_the_others() -> None:
    signals = control.run_rules([1.0] * 7, 0.0, -np.inf, np.inf)
    assert signals.shift.tolist() == [1] * 7
    assert not signals.outside.any()


@pytest.mark.parametrize("lines", [(np.nan,) * 3, (4.0, np.nan, np.nan), (np.nan, 6.0, 4.0)])
@pytest.mark.parametrize("shape", [(8,), (9, 8)])
def test_short_whole_numbers_have_the_marks_of_the_same_numbers(
    lines: tuple[float, ...], shape: tuple[int, ...]
) -> None:
    x = np.full(shape, 5, dtype=np.int16)
    pairs = zip(control.run_rules(x, *lines), control.run_rules(x * 1.0, *lines), strict=True)
    assert all(np.array_equal(short, whole) for short, whole in pairs)


def test_a_run_of_one_is_refused() -> None:
    with pytest.raises(ValueError, match="2 or more, but are 1 and 7"):
        control.run_rules([1.0], 0.0, -1.0, 1.0, run=1)


def test_limits_may_be_one_value_one_a_series_or_one_a_point_and_these_may_be_mixed() -> None:
    x = np.array([[1.0, 2, 9, 2, 1], [5, 5, 5, 5, 0]])
    alike = control.run_rules(x, 3.0, np.full(2, 1.0), np.full(x.shape, 8.0))
    plain = control.run_rules(
        x, np.full(x.shape, 3.0), np.full(x.shape, 1.0), np.full(x.shape, 8.0)
    )
    assert (alike.outside == plain.outside).all()
    one = control.run_rules(x[0], 3.0, 1.0, np.full(5, 8.0))
    assert (one.outside == plain.outside[0]).all()
    with pytest.raises(ValueError, match="one value, one a series or one a point"):
        control.run_rules(x, 3.0, 1.0, np.full(4, 8.0))
