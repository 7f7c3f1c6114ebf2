"""Funnel limits within a force: the exact Poisson distribution by scipy.stats, coverage, over-dispersion, edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from xlperf.stats import funnels


@settings(max_examples=100, derandomize=True)
@given(st.floats(0.01, 5000), st.sampled_from([0.001, 0.025, 0.5, 0.975, 0.999]))
def test_limits_are_interpolated_as_in_spiegelhalter_2005(mean: float, share: float) -> None:
    # Appendix A.1 by scipy.stats: r the smallest count with P(Y <= r) >= share, alpha its interpolation weight.
    r = stats.poisson.ppf(share, mean)
    alpha = (stats.poisson.cdf(r, mean) - share) / stats.poisson.pmf(r, mean)
    assert float(funnels.poisson_limit(mean, share)) == pytest.approx(max(r - alpha, 0), abs=1e-6)


def test_areas_that_differ_by_chance_alone_lie_inside_19_times_of_20() -> None:
    rng = np.random.default_rng(1)
    sizes = rng.integers(2000, 60_000, 32)
    outside = []
    for _ in range(300):
        found = funnels.funnel(rng.poisson(sizes * 0.01), sizes)
        outside.append(((found.rates < found.lower) | (found.rates > found.upper)).mean())
    assert 0.03 <= np.mean(outside) <= 0.06


def test_areas_that_really_differ_widen_the_funnel() -> None:
    rng = np.random.default_rng(2)
    sizes = rng.integers(20_000, 60_000, 400)
    rates = 0.05 * np.exp(rng.normal(0, 0.2, 400))
    found = funnels.funnel(rng.poisson(sizes * rates), sizes)
    assert found.between == pytest.approx(0.01**2, rel=0.25)
    outside = ((found.rates < found.lower) | (found.rates > found.upper)).mean()
    assert 0.03 <= outside <= 0.09
    one = found.centre + 1.96 * np.sqrt(found.centre / sizes + found.between)
    assert found.upper == pytest.approx(one)


def test_more_residents_narrow_the_limits_and_no_line_lies_below_0() -> None:
    found = funnels.funnel([3, 30, 300], [1000, 10_000, 100_000])
    assert found.between == 0
    assert np.diff(found.upper).max() < 0
    assert found.lower.min() >= 0
    assert funnels.funnel([0, 0, 0], [10, 10, 10]).upper.tolist() == [0, 0, 0]


def test_printed_answers_and_what_is_refused() -> None:
    found = funnels.funnel([10, 10, 10], [1000, 1000, 1000])
    assert (round(float(found.lower[0]), 4), round(float(found.upper[0]), 4)) == (0.0038, 0.0162)
    with pytest.raises(ValueError, match="3 areas or more"):
        funnels.funnel([1, 2], [10, 10])
    for counts, sizes in (
        ([1, 2, np.nan], [9, 9, 9]),
        ([1, 2, 3], [9, 0, 9]),
        ([1, -2, 3], [9, 9, 9]),
    ):
        with pytest.raises(ValueError, match="sizes above 0"):
            funnels.funnel(counts, sizes)
