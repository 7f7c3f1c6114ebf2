"""Shares by parts at a fixed mix: published answers, a second derivation, and what must hold."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlperf.stats import fixed_mix, intervals

gentle = settings(max_examples=80, derandomize=True)
PARTS = st.lists(
    st.tuples(st.integers(20, 2000), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=5
)
SHARES = (0.7, 0.4)


def test_of_one_part_it_is_newcombes_published_interval() -> None:
    # Newcombe 1998, table II, example (a), method 10.
    found = fixed_mix.change_at_fixed_mix([1], [48], [80], [56], [70])
    assert [round(float(value), 4) for value in found] == [0.2, 0.0524, 0.3339]


def test_a_contrast_of_three_shares_is_near_the_published_interval_of_another_method() -> None:
    # Price and Bonett, Comput. Stat. Data Anal. 45 (2004) 449-456; their adjusted Wald interval of
    # this contrast as the R package statpsych prints it (ci.lc.prop.bs): 0.0629 to 0.3610.
    found = fixed_mix.linear([-0.5, -0.5, 1], [26, 24, 38], [60, 60, 60])
    assert (float(found.lower), float(found.upper)) == pytest.approx((0.0629, 0.3610), abs=0.007)


def test_the_interval_is_that_of_a_second_derivation() -> None:
    # Zou, Huang and Zhang 2009, section 2, written out; Wilson's limits as roots of
    # |p - x/n| = z sqrt(p (1 - p) / n).
    z, weights = 1.96, (0.3, 0.7)
    then, now = ((40, 90), (150, 210)), ((55, 100), (120, 190))
    low = high = estimate = 0.0
    for weight, first, last in zip(weights, then, now, strict=True):
        for coefficient, (x, n) in ((-weight, first), (weight, last)):
            # p^2 (1 + z^2/n) - p (2 x/n + z^2/n) + (x/n)^2 = 0
            lower, upper = sorted(
                np.roots([1 + z * z / n, -(2 * x / n + z * z / n), (x / n) ** 2]).real
            )
            mean, ends = coefficient * x / n, (coefficient * lower, coefficient * upper)
            estimate += mean
            low += (mean - min(ends)) ** 2
            high += (max(ends) - mean) ** 2
    found = fixed_mix.change_at_fixed_mix(
        weights, *(tuple(zip(*pairs, strict=True))[i] for pairs in (then, now) for i in (0, 1)), z=z
    )
    assert tuple(map(float, found)) == pytest.approx(
        (estimate, estimate - sqrt(low), estimate + sqrt(high))
    )


def test_a_mix_shift_alone_is_no_change_at_a_fixed_mix() -> None:
    before, now = np.array([500, 500]), np.array([690, 310])
    given_data = (SHARES * before, before, SHARES * now, now)
    mix = before / before.sum()
    parts = fixed_mix.components(mix, *given_data)
    assert parts == pytest.approx((0.057, 0, 0.057))
    silent = intervals.newcombe(*(values.sum() for values in given_data))
    assert silent.lower > 0  # added up it would be an improvement
    held = fixed_mix.change_at_fixed_mix(mix, *given_data)
    assert held.lower < 0 < held.upper


@gentle
@given(PARTS, st.integers(1, 4))
def test_with_equal_mixes_it_is_the_difference_added_up(
    parts: list[tuple[int, float, float]], times: int
) -> None:
    n = np.array([part[0] for part in parts], dtype=float)
    before, now = (np.array([part[i] for part in parts]) * n for i in (1, 2))
    mix = n / n.sum()
    found = fixed_mix.change_at_fixed_mix(mix, before, n, now * times, n * times)
    added = now.sum() / n.sum() - before.sum() / n.sum()
    assert float(found.estimate) == pytest.approx(added, abs=1e-12)
    components = fixed_mix.components(mix, before, n, now * times, n * times)
    assert components.by_mix == pytest.approx(0, abs=1e-12)
    assert fixed_mix.effective_number(mix, n) == pytest.approx(n.sum())


@gentle
@given(PARTS, PARTS)
def test_the_components_add_up_and_the_interval_holds_its_estimate(
    parts: list[tuple[int, float, float]], others: list[tuple[int, float, float]]
) -> None:
    size = min(len(parts), len(others))
    n0, n1 = (np.array([part[0] for part in some[:size]], dtype=float) for some in (parts, others))
    x0, x1 = (np.array([part[1] for part in some[:size]]) for some in (parts, others))
    mix = n0 / n0.sum()
    found = fixed_mix.components(mix, x0 * n0, n0, x1 * n1, n1)
    assert found.total == pytest.approx(found.by_shares + found.by_mix, abs=1e-12)
    # Kitagawa's own form with the baseline's mix: the mix alone at the latest shares.
    assert found.by_mix == pytest.approx(((n1 / n1.sum() - mix) * x1).sum(), abs=1e-12)
    held = fixed_mix.change_at_fixed_mix(mix, x0 * n0, n0, x1 * n1, n1)
    assert held.lower <= held.estimate <= held.upper
    assert float(held.estimate) == pytest.approx(found.by_shares, abs=1e-12)


def test_in_large_samples_the_variance_is_that_of_a_stratified_estimate() -> None:
    # Cochran 1977, 5.3: sum w^2 p (1 - p) / n, of both years.
    mix, n = np.array([0.2, 0.5, 0.3]), np.array([4e6, 2e6, 1e6])
    p0, p1 = np.array([0.3, 0.6, 0.8]), np.array([0.31, 0.59, 0.82])
    found = fixed_mix.change_at_fixed_mix(mix, p0 * n, n, p1 * n, n)
    variance = (mix**2 * (p0 * (1 - p0) + p1 * (1 - p1)) / n).sum()
    assert float(found.upper - found.lower) == pytest.approx(2 * 1.96 * sqrt(variance), rel=1e-4)


@pytest.mark.parametrize("numbers", [(60, 40, 25), (200, 150, 100)])
@pytest.mark.parametrize("shares", [(0.95, 0.8, 0.6), (0.5, 0.4, 0.3), (0.99, 0.97, 0.9)])
def test_the_interval_holds_the_true_change_as_often_as_stated(
    numbers: tuple[int, ...], shares: tuple[float, ...]
) -> None:
    rng, z = np.random.default_rng(20), NormalDist().inv_cdf(0.975)
    n0, n1 = np.array(numbers), np.array(numbers[::-1])
    p = np.array(shares)
    mix = n0 / n0.sum()
    before, now = rng.binomial(n0, p, size=(4000, 3)), rng.binomial(n1, p, size=(4000, 3))
    found = fixed_mix.change_at_fixed_mix(mix, before, n0, now, n1, z=z)
    held = np.mean((found.lower <= 0) & (found.upper >= 0))
    # Where hardly anybody differs it holds more often, as Newcombe's does.
    assert 0.94 <= held <= (0.985 if min(shares) < 0.9 else 1)
