"""Quantiles and tails: those of tables, and of scipy.special, which this package goes without where
it can.
"""

from __future__ import annotations

from math import atan, inf, isnan, pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from xlperf.stats import distributions as dist

thorough = settings(max_examples=400, derandomize=True)
DF = st.integers(1, 250) | st.floats(0.5, 250.0)
DIGITS = 1e-11


def test_t_quantiles_are_those_of_tables() -> None:
    # Student's t, 97.5 %: Fisher and Yates (1963), table III; as NIST/SEMATECH e-Handbook 1.3.6.7.2
    # prints them.
    printed = {1: 12.706, 2: 4.303, 5: 2.571, 6: 2.447, 7: 2.365, 11: 2.201, 30: 2.042, 100: 1.984}
    exact = 1.959963984540054
    assert {df: round(dist.t_quantile(df, exact), 3) for df in printed} == printed


def test_f_tails_are_those_of_tables() -> None:
    # Upper 5 % points of F: NIST/SEMATECH e-Handbook 1.3.6.7.3.
    for df, point in {(1, 1): 161.448, (2, 10): 4.103, (5, 20): 2.711, (10, 30): 2.165}.items():
        assert (
            float(dist.f_tail(point + 0.0005, df)) < 0.05 < float(dist.f_tail(point - 0.0005, df))
        )


@given(st.floats(0, 1e4), DF)
@thorough
def test_two_sided_t_agrees_with_scipy(t: float, df: float) -> None:
    # By the incomplete beta function, since scipy's own t loses digits near 0; of its two ways the
    # one that keeps them.
    found = float(dist.two_sided_t(t, df))
    if t < 1:
        expected = 1 - float(special.betainc(0.5, df / 2, t * t / (df + t * t)))
    else:
        expected = float(special.betainc(df / 2, 0.5, df / (df + t * t)))
    assert found == pytest.approx(expected, rel=DIGITS, abs=1e-290)
    assert float(dist.two_sided_t(-t, df)) == found


@given(st.floats(-8.5, 8.5), DF)
@thorough
def test_t_quantiles_agree_with_scipy(z: float, df: float) -> None:
    expected = -float(special.stdtrit(df, special.ndtr(-abs(z)))) * (-1 if z < 0 else 1)
    found = dist.t_quantile(df, z)
    assert found == pytest.approx(expected, rel=1e-9)  # scipy inverts to fewer digits
    assert float(dist.two_sided_t(found, df)) == pytest.approx(
        dist.two_sided_level(abs(z)), rel=DIGITS
    )


@given(st.floats(0, 1e3), st.integers(2, 30))
@thorough
def test_f_tails_agree_with_scipy(statistic: float, years: int) -> None:
    df = 11, 11 * (years - 1)
    assert float(dist.f_tail(statistic, df)) == pytest.approx(
        float(special.fdtrc(*df, statistic)), rel=DIGITS
    )


def test_one_degree_of_freedom_is_the_cauchy_distribution() -> None:
    for t in (1e-8, 0.3, 1.0, 12.706, 1e6):
        assert float(dist.two_sided_t(t, 1)) == pytest.approx(2 / pi * atan(1 / t), rel=DIGITS)


def test_many_numbers_at_once_give_what_each_gives_alone() -> None:
    t, f = np.linspace(-6, 6, 101), np.linspace(0, 6, 101)
    assert t.size > dist.FEW
    assert dist.two_sided_t(t, 11) == pytest.approx(
        [float(dist.two_sided_t(value, 11)) for value in t], rel=DIGITS
    )
    assert dist.f_tail(f, (11, 44)) == pytest.approx(
        [float(dist.f_tail(value, (11, 44))) for value in f], rel=DIGITS
    )
    assert dist.two_sided_t(t[:12].reshape(3, 4), 11).shape == (3, 4)
    assert dist.f_tail(f[:12].reshape(3, 4), (11, 44)).shape == (3, 4)


def test_the_ends_are_certain_and_nan_stays_nan() -> None:
    assert [float(dist.two_sided_t(t, 11)) for t in (0.0, inf, -inf)] == [1.0, 0.0, 0.0]
    assert [float(dist.f_tail(f, (11, 44))) for f in (0.0, inf)] == [1.0, 0.0]
    assert [dist.t_quantile(11, z) for z in (0.0, 40.0, -40.0)] == [0.0, inf, -inf]
    assert isnan(dist.two_sided_t(np.nan, 11))
    assert isnan(dist.f_tail(np.nan, (11, 44)))
    assert isnan(dist.t_quantile(11, np.nan))
    assert list(dist.normal_cdf(np.array([-inf, -9.0, 9.0, inf]))) == [0.0, 0.0, 1.0, 1.0]
    assert isnan(dist.normal_cdf(np.array([np.nan]))[0])


@given(st.floats(-9, 9))
@thorough
def test_normal_probabilities_are_off_by_less_than_they_say(z: float) -> None:
    assert float(dist.normal_cdf(np.array(z))) == pytest.approx(float(special.ndtr(z)), abs=3.1e-6)


def test_nodes_are_the_middles_of_equally_likely_parts() -> None:
    assert dist.normal_nodes(2) == pytest.approx(
        [-0.6744897501960817, 0.6744897501960817], abs=5e-5
    )
    assert dist.normal_nodes(4000) == pytest.approx(
        special.ndtri((np.arange(4000) + 0.5) / 4000), abs=5e-5
    )
    assert float(np.mean(dist.normal_nodes(4000) ** 2)) == pytest.approx(1.0, abs=1e-3)


@given(st.floats(0, 37))
def test_levels_keep_their_digits_far_out(z: float) -> None:
    assert dist.two_sided_level(z) == pytest.approx(float(special.erfc(z / sqrt(2))), rel=1e-12)
