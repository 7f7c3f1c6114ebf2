"""Many tests at once: which count, with which p one more would, and how many succeed by chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from xlperf.stats.many_tests import adjusted_p, largest_p, successes

TRIAL = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459),
    *(0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
]
"""p of fifteen comparisons of two treatments (Benjamini and Hochberg 1995, section 4.1)."""
gentle = settings(max_examples=100, derandomize=True)
SHARES = st.floats(0, 1)
MANY = st.lists(SHARES, min_size=1, max_size=40)


def test_of_the_fifteen_of_benjamini_and_hochberg_four_count() -> None:
    # There: "reject the four hypotheses" at .05, where Bonferroni's procedure rejects three.
    assert (adjusted_p(TRIAL) <= 0.05).tolist() == [True] * 4 + [False] * 11


@gentle
@given(MANY)
def test_adjusted_p_are_those_of_scipy(p: list[float]) -> None:
    assert adjusted_p(p) == pytest.approx(stats.false_discovery_control(p), abs=1e-12)


@gentle
@given(MANY)
def test_adjusting_never_makes_a_p_smaller_and_keeps_the_order(p: list[float]) -> None:
    found, order = adjusted_p(p), np.argsort(p)
    assert np.all(found >= np.array(p))
    assert np.all(np.diff(found[order]) >= 0)


@gentle
@given(MANY, SHARES, st.sampled_from([0.05, 0.1, 0.2]))
def test_one_more_test_counts_up_to_the_largest_p(
    others: list[float], p: float, rate: float
) -> None:
    limit = largest_p(others, rate)
    for value in (limit * (1 - 1e-9), min(1.0, limit * (1 + 1e-9)), p):
        if value != pytest.approx(limit, rel=1e-12):
            assert (adjusted_p([*others, value])[-1] <= rate) == (value < limit)


@gentle
@given(st.lists(SHARES, max_size=12))
def test_successes_of_unequal_chances_have_their_mean_and_variance(chances: list[float]) -> None:
    found, numbers = successes(chances), np.arange(len(chances) + 1)
    mean, each = float(found @ numbers), np.array(chances)
    assert found.sum() == pytest.approx(1)
    assert mean == pytest.approx(each.sum(), abs=1e-9)
    variance = float(found @ numbers**2) - mean**2
    assert variance == pytest.approx((each * (1 - each)).sum(), abs=1e-9)


def test_equal_chances_give_the_binomial_distribution() -> None:
    assert successes([0.05] * 39) == pytest.approx(stats.binom.pmf(np.arange(40), 39, 0.05))


def test_no_tests_need_no_adjusting() -> None:
    assert adjusted_p([]).size == 0
    assert successes([]).tolist() == [1.0]
    assert largest_p([], 0.1) == pytest.approx(0.1)


@pytest.mark.parametrize("wrong", [[-0.1], [1.1], [float("nan")], [[0.1, 0.2]]])
def test_what_is_no_probability_is_refused(wrong: list[float]) -> None:
    with pytest.raises(ValueError, match=r"probabilities|one number"):
        adjusted_p(wrong)
