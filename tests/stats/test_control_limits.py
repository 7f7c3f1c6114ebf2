"""Lines of an individuals chart: published answers, a plain second implementation, and
properties.
"""

from __future__ import annotations

from itertools import pairwise
from math import isnan
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stats.published import cases
from xlperf.stats import control

WHOLE = st.lists(st.integers(0, 10_000), min_size=2, max_size=40)
gentle = settings(max_examples=60, derandomize=True)


@pytest.mark.parametrize("case", cases("xmr_limits.json"), ids=lambda case: case["id"])
def test_lines_equal_those_published(case: dict[str, Any]) -> None:
    # Wheeler p. 49, NIST 6.3.2.2, qcc, NHSRplotthedots, autospc (qicharts2), PowerBI-SPC, nhspy:
    # sources in the file.
    sigmas = 2.66 * control.D2 if case["sigma_multiplier"] == "2.66" else 3.0
    values = np.delete(np.array(case["values"], dtype=float), case["exclude_idx0"] or [])
    lines = control.xmr_limits(
        values, sigmas=sigmas, screen=case["screen_mr"], baseline=case["baseline_n"]
    )
    found = {
        "mean": lines.centre,
        "mr_bar": lines.mr_bar,
        "lpl": lines.lower,
        "upl": lines.upper,
        "sigma": lines.sigma,
    }
    for name, expected in case["expected"].items():
        if name in found:
            assert float(found[name]) == pytest.approx(expected, abs=case["tol_abs"]), name
    if "mr_ucl" in case["expected"]:
        assert float(lines.mr_upper) == pytest.approx(
            case["expected"]["mr_ucl"], abs=case["tol_abs"]
        )


def _plain_lines(values: list[float], sigmas: float) -> tuple[float, float, float]:
    """Second implementation: sums in plain Python, skipping what is missing."""
    known = [value for value in values if not isnan(value)]
    ranges = [abs(b - a) for a, b in pairwise(values) if not isnan(a + b)]
    centre, half = sum(known) / len(known), sigmas * sum(ranges) / len(ranges) / 1.128
    return centre - half, centre, centre + half


@gentle
@given(st.lists(st.one_of(st.integers(0, 500), st.just(float("nan"))), min_size=4, max_size=30))
def test_a_chart_with_gaps_uses_what_is_known_and_fills_nothing_in(values: list[float]) -> None:
    # qicharts2 and autospc do so too (docs/methods-evidence.md, What other tools do: two missing
    # months, lines 1.19 and 11.27).
    lines = control.xmr_limits(values)
    known = any(not isnan(a + b) for a, b in pairwise(values))
    if known:
        found = (float(lines.lower), float(lines.centre), float(lines.upper))
        assert found == pytest.approx(_plain_lines(values, 3.0), abs=1e-9)
    else:
        assert np.isnan(lines.upper)


@gentle
@given(WHOLE, st.integers(-1000, 1000))
def test_adding_a_constant_moves_every_line_by_it(values: list[int], constant: int) -> None:
    # Property: the lines are the mean and multiples of differences.
    before, after = control.xmr_limits(values), control.xmr_limits(np.array(values) + constant)
    for name in ("centre", "lower", "upper"):
        assert float(getattr(after, name)) == pytest.approx(
            float(getattr(before, name)) + constant, abs=1e-7
        )
    assert float(after.mr_bar) == pytest.approx(float(before.mr_bar))


@gentle
@given(WHOLE, st.sampled_from([0.1, 0.5, 3.0, 1e6]))
def test_scaling_the_counts_scales_every_line(values: list[int], factor: float) -> None:
    before, after = control.xmr_limits(values), control.xmr_limits(np.array(values) * factor)
    for name in ("centre", "lower", "upper", "mr_bar", "mr_upper", "sigma"):
        assert float(getattr(after, name)) == pytest.approx(
            float(getattr(before, name)) * factor, rel=1e-9, abs=1e-9
        )


@gentle
@given(WHOLE)
def test_lines_do_not_know_which_way_time_runs(values: list[int]) -> None:
    assert float(control.xmr_limits(values).upper) == pytest.approx(
        float(control.xmr_limits(values[::-1]).upper)
    )


def test_screening_never_leaves_lines_without_width() -> None:
    # docs/methods-evidence.md, What other tools do: of 20 zeros, 3 and 3 zeros several
    # make lines of width 0 and flag all 24 points.
    values = [0.0] * 20 + [3.0] + [0.0] * 3
    lines = control.xmr_limits(values, screen=True)
    assert (round(float(lines.lower), 2), round(float(lines.upper), 2)) == (
        -0.57,
        0.82,
    )  # as the same table prints them
    assert float(lines.upper) == float(control.xmr_limits(values).upper)


def test_only_the_first_points_draw_the_lines_when_asked() -> None:
    values = [10.0, 12.0, 11.0, 500.0]
    assert float(control.xmr_limits(values, baseline=3).centre) == 11.0


def test_a_single_point_has_no_lines() -> None:
    with pytest.raises(ValueError, match="2 points or more, but has 1"):
        control.xmr_limits([4.0])


@pytest.mark.parametrize("screen", [False, True])
def test_many_series_at_once_equal_each_on_its_own(screen: bool) -> None:
    # More series than one block holds, some with gaps, some constant.
    rng = np.random.default_rng(60)
    x = rng.poisson(8, (control.CHUNK + 40, 30)).astype(float)
    x[5], x[7, 3:9] = 0.1, np.nan
    together = control.chart(x, screen=screen)
    for i in (0, 5, 7, 100, control.CHUNK - 1, control.CHUNK, control.CHUNK + 39):
        alone = control.chart(x[i], screen=screen)
        for name in control.XmrLimits._fields:
            expected = float(getattr(alone.limits, name))
            assert float(getattr(together.limits, name)[i]) == pytest.approx(
                expected, rel=1e-12, abs=1e-12, nan_ok=True
            )
        for name in control.RunSignals._fields:
            assert (getattr(together.signals, name)[i] == getattr(alone.signals, name)).all()


@pytest.mark.parametrize("largest", [1, 30, 16_383, 16_384, 32_767, 100_000, 0.5])
def test_small_whole_counts_have_the_same_answers_bit_for_bit_as_other_numbers(largest: float):
    # A gap in the last series lets the whole block be handled as floating-point numbers.
    rng = np.random.default_rng(16)
    x = np.round(rng.uniform(-1, 1, (60, 48)).cumsum(1) / 4 * largest).clip(-largest, largest)
    x[0], x[1] = largest, -largest
    x[2, ::2], x[2, 1::2] = largest, -largest
    gap = np.full((1, 48), np.nan)
    for screen in (False, True):
        alike = control.chart(x, screen=screen)
        plain = control.chart(np.vstack([x, gap]), screen=screen)
        for ours, theirs in zip(
            (*alike.limits, *alike.signals), (*plain.limits, *plain.signals), strict=True
        ):
            assert (ours == theirs[:-1]).all()


@pytest.mark.parametrize("kind", [np.int16, np.int32, np.uint8, np.float32])
def test_whole_numbers_of_any_type_are_numbers(kind: type) -> None:
    values = np.array([[0, 120, 3, 90, 250, 7]] * 3).astype(kind)
    most = np.array([32_767, -32_768, 32_767], dtype=np.int16)
    assert (
        control.xmr_limits(values).upper == control.xmr_limits(values.astype(float)).upper
    ).all()
    assert float(control.xmr_limits(most).mr_bar) == 65_535
    assert control.run_rules(most, 0.0, -32_768, 32_766.5).outside.tolist() == [1, 0, 1]


def test_a_chart_of_no_series_is_empty_and_one_of_a_cube_is_refused() -> None:
    assert control.chart(np.empty((0, 12))).signals.shift.shape == (0, 12)
    with pytest.raises(ValueError, match="one or two dimensions, but has 3"):
        control.chart(np.ones((2, 2, 12)))
