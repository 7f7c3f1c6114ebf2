"""Totals of which no months are known: published largest totals, no cliff, laws, edges, rank errors."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from xlperf.stats import pooled

gentle = settings(max_examples=80, derandomize=True)


def largest_fall(before: int) -> int:
    return max(now for now in range(before + 1) if pooled.pooled_change(before, now).upper < 1)


def test_the_largest_total_that_is_a_fall_is_as_published() -> None:
    # docs/methods-chances.md, Only totals.
    published = {
        10: 2,
        20: 8,
        30: 14,
        40: 21,
        49: 27,
        50: 28,
        60: 35,
        80: 49,
        100: 63,
        150: 98,
        200: 135,
    }
    published |= {1000: 771, 10000: 8515}
    assert {before: largest_fall(before) for before in published} == published


def test_there_is_no_cliff() -> None:
    falls = [largest_fall(before) for before in range(5, 400)]
    assert set(np.diff(falls).tolist()) <= {0, 1}


@gentle
@given(st.integers(0, 100_000), st.integers(0, 100_000))
def test_p_is_that_of_the_formula_and_agrees_with_the_limits(before: int, now: int) -> None:
    found = pooled.pooled_change(before, now)
    size = (before + now) / 2 + 0.5
    c = min(0.12, 0.085 * (1000 / size) ** 0.18)
    z = 2 * (sqrt(now + 3 / 8) - sqrt(before + 3 / 8)) / sqrt(2 * (1 + c * c * size))
    assert float(found.statistic) == pytest.approx(z)
    assert float(found.p) == pytest.approx(2 * stats.norm.sf(abs(z)))
    if abs(abs(z) - 1.96) > 1e-9:
        assert (abs(z) > 1.96) == (float(found.lower) > 1 or float(found.upper) < 1)
    back = pooled.pooled_change(now, before)
    assert float(back.p) == pytest.approx(float(found.p))
    if 0 < float(found.lower) < np.inf:
        assert float(back.upper) == pytest.approx(1 / float(found.lower), rel=1e-9)


def test_of_totals_that_vary_no_more_than_poisson_at_most_5_in_100_are_found() -> None:
    # Exact sum over all pairs of counts, no simulation. With c = 0 that page has 4.3 to 5.2 %.
    for mean, least in ((3, 0.03), (5, 0.03), (10, 0.03), (20, 0.02), (50, 0.01)):
        k = np.arange(int(mean + 12 * sqrt(mean) + 12))
        chance = stats.poisson.pmf(k, mean)
        level = 2 * stats.norm.sf(1.96)
        found = [[pooled.pooled_change(a, b).p < level for b in k.tolist()] for a in k.tolist()]
        assert least <= float((np.outer(chance, chance) * found).sum()) <= 0.05, mean


def test_a_longer_period_says_more_and_the_unit_of_time_says_nothing() -> None:
    half = pooled.pooled_change(1000, 420, latest_exposure=0.5)
    year = pooled.pooled_change(1000, 840)
    assert float(half.ratio) == pytest.approx(0.84)
    assert float(half.p) > float(year.p)


def test_no_offences_at_all_are_no_change_and_unknown_totals_no_answer() -> None:
    none = pooled.pooled_change(0, 0)
    assert np.isnan(none.ratio)
    assert float(none.p) == 1
    assert float(none.lower) < 1 < float(none.upper)
    assert np.isnan(pooled.pooled_change(np.nan, 10).p)
    assert float(pooled.pooled_change(0, 20).ratio) == np.inf
    with pytest.raises(ValueError, match="0 or more and exposures above 0"):
        pooled.pooled_change(10, -1)
    with pytest.raises(ValueError, match="0 or more and exposures above 0"):
        pooled.pooled_change(10, 1, latest_exposure=0)


def test_errors_for_ranks_are_those_of_the_formulas() -> None:
    assert float(pooled.rank_error(1000)) == pytest.approx(sqrt(1000 * (1 + 0.1**2 * 1000)))
    assert float(pooled.rank_error(100)) == pytest.approx(sqrt(100 * (1 + 0.15**2 * 100)))
    assert float(pooled.rank_error(0)) == pytest.approx(sqrt(1 + 0.15**2))
    assert float(pooled.rank_error_of_months(1000, 2, 2)) == pytest.approx(sqrt(4000))


def test_a_target_is_missed_or_met_beyond_chance_in_four_to_seven_of_a_hundred_cases():
    rng = np.random.default_rng(8)
    for target in (5, 40, 300, 5000):
        c = float(pooled.yearly_variation(target))
        sigma = np.sqrt(np.log1p(c * c))
        means = target * np.exp(sigma * rng.standard_normal(4000) - sigma**2 / 2)
        p = [pooled.against_target(target, count).p for count in rng.poisson(means).tolist()]
        assert 0.03 < np.mean(np.array(p) < 0.05) < 0.07


def test_against_a_target_as_documented():
    below = [pooled.against_target(100, count).upper < 1 for count in (71, 72)]
    assert below == [True, False]
    half = pooled.against_target(100, 36, exposure=0.5)
    assert half.ratio == 0.72
    assert half.p > pooled.against_target(100, 72).p


@pytest.mark.parametrize(("target", "count", "exposure"), [(0, 1, 1), (5, -1, 1), (5, 5, 0)])
def test_no_target_or_no_time_is_refused(target, count, exposure):
    with pytest.raises(ValueError, match="above 0"):
        pooled.against_target(target, count, exposure=exposure)
