"""Laney's charts, charts of rare events, and lines about the median: published figures and identities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from xlperf.stats import attributes, control

gentle = settings(max_examples=40, derandomize=True)
VALVE = [
    286,
    948,
    536,
    124,
    816,
    729,
    4,
    143,
    431,
    8,
    2837,
    596,
    81,
    227,
    603,
    492,
    1199,
    1214,
    2831,
    96,
]
"""Hours between failures of a valve: Montgomery, Introduction to Statistical Quality Control, 6th ed., table 7.14."""
VALVE_RAISED = [
    4.80986,
    6.70903,
    5.72650,
    3.81367,
    6.43541,
    6.23705,
    1.46958,
    3.96768,
    5.39007,
    1.78151,
]
VALVE_RAISED += [
    9.09619,
    5.89774,
    3.38833,
    4.51095,
    5.91690,
    5.59189,
    7.16124,
    7.18601,
    9.09083,
    3.55203,
]
"""The same to the power of 0.2777, as that table prints them."""


def test_times_between_failures_are_charted_as_montgomery_does() -> None:
    # Example 7.6: an individuals chart of the times to the power of 0.2777; 1/3.6 is nearly the same.
    found = attributes.t_chart(VALVE)
    lines = control.xmr_limits(np.array(VALVE_RAISED))
    assert found.centre[0] ** attributes.TIME_POWER == pytest.approx(float(lines.centre), rel=5e-4)
    assert found.upper[0] ** attributes.TIME_POWER == pytest.approx(float(lines.upper), rel=1e-3)
    assert float(lines.lower) < 0
    assert found.lower.tolist() == [0.0] * 20
    assert (
        (found.values > found.lower) & (found.values < found.upper)
    ).all()  # "in control", as the text has it


@gentle
@given(st.lists(st.integers(0, 200), min_size=3, max_size=30))
def test_with_equal_sizes_laney_s_chart_is_an_individuals_chart(counts: list[int]) -> None:
    # Laney 2002: the z-scores then are the shares on another scale, so limits are mean +- 3 MR / 1.128.
    for chart, most in ((attributes.p_prime, 1.0), (attributes.u_prime, np.inf)):
        found = chart(counts, 500)
        lines = control.xmr_limits(np.array(counts) / 500)
        if not any(counts):
            assert found.upper.max() == 0
            continue
        assert found.centre[0] == pytest.approx(float(lines.centre))
        assert found.upper[0] == pytest.approx(min(float(lines.upper), most))
        assert found.lower[0] == pytest.approx(max(float(lines.lower), 0.0), abs=1e-12)


def test_points_that_vary_as_binomial_ones_give_the_lines_of_a_p_chart() -> None:
    # Laney 2002: sigma z is 1 on average then. Sizes differ.
    rng = np.random.default_rng(7)
    sizes = rng.integers(2000, 9000, 4000)
    binomial = attributes.p_prime(rng.binomial(sizes, 0.2), sizes)
    assert float(binomial.spread) == pytest.approx(1.0, abs=0.04)
    poisson = attributes.u_prime(rng.poisson(sizes * 0.2), sizes)
    assert float(poisson.spread) == pytest.approx(1.0, abs=0.04)
    varying = attributes.u_prime(rng.poisson(sizes * 0.2 * np.exp(rng.normal(0, 0.1, 4000))), sizes)
    assert float(varying.spread) > 2
    outside = (varying.values > varying.upper) | (varying.values < varying.lower)
    assert outside.mean() < 0.02


def test_laney_s_chart_by_plain_arithmetic_with_sizes_that_differ() -> None:
    numbers, sizes = [12, 30, 25, 9], [100, 200, 150, 120]
    p = 76 / 570
    errors = [(p * (1 - p) / n) ** 0.5 for n in sizes]
    z = [(y / n - p) / e for y, n, e in zip(numbers, sizes, errors, strict=True)]
    sigma_z = (abs(z[1] - z[0]) + abs(z[2] - z[1]) + abs(z[3] - z[2])) / 3 / 1.128
    found = attributes.p_prime(numbers, sizes)
    assert float(found.spread) == pytest.approx(sigma_z)
    assert found.upper.tolist() == pytest.approx([p + 3 * sigma_z * e for e in errors])
    assert found.lower.tolist() == pytest.approx([max(0, p - 3 * sigma_z * e) for e in errors])


def test_a_point_not_known_is_left_out() -> None:
    numbers, sizes = (
        np.array([12, 30, np.nan, 25, 9, 14]),
        np.array([100.0, 200, 150, 150, 120, 90]),
    )
    found = attributes.u_prime(numbers, sizes)
    kept = ~np.isnan(numbers)
    assert found.centre[0] == pytest.approx(numbers[kept].sum() / sizes[kept].sum())
    assert np.isnan(found.values[2])
    assert np.isfinite(found.spread)


def test_the_lines_of_a_g_chart_are_those_of_a_geometric_distribution() -> None:
    # Kaminsky et al. 1992: number of cases before an event, mean (1 - q)/q, variance (1 - q)/q^2 (scipy's geom - 1).
    mean, variance = stats.geom.stats(1 / 21, loc=-1)
    found = attributes.g_chart([10, 20, 30])
    assert float(mean) == pytest.approx(20)
    assert found.upper[0] == pytest.approx(float(mean + 3 * np.sqrt(variance)))
    assert (found.centre[0], found.lower[0]) == (20.0, 0.0)
    assert found.upper[0] == pytest.approx(81.48, abs=0.005)
    x = np.random.default_rng(8).geometric(1 / 41, 20_000) - 1
    beyond = (x > attributes.g_chart(x).upper).mean()
    assert beyond == pytest.approx(
        float(stats.geom.sf(40 + 3 * np.sqrt(40 * 41), 1 / 41, loc=-1)), abs=0.004
    )


def test_outliers_move_neither_the_median_nor_its_lines() -> None:
    # Wheeler: 3.145 median moving ranges on either side of the median.
    steady = np.random.default_rng(9).poisson(40, 41).astype(float)
    found = attributes.median_chart(steady)
    ranges = np.median(np.abs(np.diff(steady)))
    assert found.upper[0] == pytest.approx(np.median(steady) + 3.145 * ranges, rel=1e-3)
    spoilt = steady.copy()
    spoilt[20] = 4000
    assert attributes.median_chart(spoilt).upper[0] <= found.upper[0] + 10
    assert attributes.median_chart([10, 12, 10, 12, 90]).upper[0] == pytest.approx(18.29, abs=0.005)


def test_no_line_of_counts_lies_below_0() -> None:
    assert attributes.median_chart([0, 5, 0, 5, 0]).lower.min() == 0
    assert attributes.median_chart([0, 5, 0, 5, 0], counts=False).lower.min() < 0
    assert attributes.u_prime([0, 5, 0], [10, 10, 10]).lower.min() == 0
    assert attributes.p_prime([10, 5, 10], [10, 10, 10]).upper.max() == 1


def test_what_cannot_be_charted_is_refused() -> None:
    for chart in (attributes.p_prime, attributes.u_prime):
        with pytest.raises(ValueError, match="2 points"):
            chart([1], [2])
        with pytest.raises(ValueError, match="sizes above 0"):
            chart([1, 2], [0, 2])
    with pytest.raises(ValueError, match="above its size"):
        attributes.p_prime([1, 3], [2, 2])
    with pytest.raises(ValueError, match="must be above 0"):
        attributes.t_chart([1, 0])
    with pytest.raises(ValueError, match="0 or more"):
        attributes.g_chart([1, -1])
    with pytest.raises(ValueError, match="2 points"):
        attributes.median_chart([1])
