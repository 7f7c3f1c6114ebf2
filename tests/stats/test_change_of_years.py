"""The year test: R's quasi-Poisson fits, dispersion, autocorrelation, design effects, and the
edges.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from tests.stats.published import cases
from xlperf.stats import change
from xlperf.stats.distributions import t_quantile

R_CASES = cases("r_year_tests.json")
YEAR = st.lists(st.integers(0, 3000), min_size=12, max_size=12)
gentle = settings(max_examples=60, derandomize=True)


@pytest.mark.parametrize("case", R_CASES, ids=lambda case: case["series"])
def test_the_change_is_that_of_r_s_quasi_poisson_regression(case: dict[str, Any]) -> None:
    # R 4.2.2: glm(y ~ year + month, family = quasipoisson) on the Metropolitan Police's counts. R
    # iterates until the deviance settles to 1e-8, so its phi is good to about five digits; ours is
    # a closed form.
    baseline, latest = _aligned(case)
    found, r = change.year_change(baseline, latest), case["glm_quasi_month"]
    assert np.log(float(found.ratio)) == pytest.approx(r["logratio"], rel=1e-9)
    assert float(found.phi) == pytest.approx(max(1.0, r["phi"]), rel=1e-5)
    if r["phi"] > 1:
        assert float(found.se) == pytest.approx(r["se"], rel=1e-5)
        assert float(found.t) == pytest.approx(r["t"], rel=1e-5)
        assert float(found.p) == pytest.approx(r["p"], rel=1e-4)
    assert found.df == r["df"] == 11


@pytest.mark.parametrize("case", R_CASES, ids=lambda case: case["series"])
def test_the_exact_ratio_is_that_of_r_s_poisson_test(case: dict[str, Any]) -> None:
    # R 4.2.2: poisson.test; its confidence is 95 % to all digits.
    r = case["poisson_exact"]
    z = float(stats.norm.ppf(0.975))
    found = change.exact_rate_ratio(sum(case["baseline"]), 1.0, sum(case["latest"]), 1.0, z=z)
    assert float(found.estimate) == pytest.approx(r["ratio"], rel=1e-12)
    assert (float(found.lower), float(found.upper)) == pytest.approx((r["lo"], r["hi"]), rel=1e-7)


def _aligned(case: dict[str, Any]) -> tuple[list[int], list[int]]:
    """The latest year begins in October, the baseline in April: the same month side by side."""
    shift = (int(case["latest_months"][5:7]) - int(case["baseline_months"][5:7])) % 12
    return case["baseline"], np.roll(case["latest"], shift).tolist()


def test_the_same_month_must_stand_side_by_side() -> None:
    # docs/methods-evidence.md, Year against year: a seasonal series laid against itself six
    # months on looks dispersed where it is not.
    season = (100 * (1 + 0.5 * np.cos(np.arange(12) / 12 * 2 * np.pi))).round()
    assert float(change.year_change(season, season).phi) == 1.0
    assert float(change.year_change(season, np.roll(season, 6)).phi) > 10


@gentle
@given(YEAR, YEAR)
def test_the_closed_form_is_the_maximum_of_the_likelihood(
    before: list[int], now: list[int]
) -> None:
    # Second implementation: naive loops over E_ij = R_i T_j / (T0 + T1).
    t0, t1 = sum(before), sum(now)
    if not (t0 and t1):
        return
    square = 0.0
    for a, b in zip(before, now, strict=True):
        for y, total in ((a, t0), (b, t1)):
            expected = (a + b) * total / (t0 + t1)
            square += (y - expected) ** 2 / expected if expected else 0.0
    found = change.year_change(before, now, design_effect=2.0)
    phi = max(1.0, square / 11)
    se = np.sqrt(phi * 2.0 * (1 / t0 + 1 / t1))
    assert float(found.phi) == pytest.approx(phi)
    assert float(found.p) == pytest.approx(2 * stats.t.sf(abs(np.log(t1 / t0) / se), 11), rel=1e-9)
    half = stats.t.ppf(stats.norm.cdf(1.96), 11) * se
    assert float(found.lower) == pytest.approx(t1 / t0 * np.exp(-half))
    assert float(found.lower) <= float(found.ratio) <= float(found.upper)
    assert 0 <= float(found.p) <= 1


@gentle
@given(YEAR, YEAR)
def test_swapping_the_years_mirrors_the_ratio(before: list[int], now: list[int]) -> None:
    there, back = change.year_change(before, now), change.year_change(now, before)
    if sum(before) and sum(now):
        assert float(there.ratio) == pytest.approx(1 / float(back.ratio))
        assert float(there.lower) == pytest.approx(1 / float(back.upper))
    assert float(there.p) == pytest.approx(float(back.p))


def test_the_first_significant_count_after_60_is_38() -> None:
    # docs/methods-evidence.md, Year against year: 60 offences, phi = V = 1: the first
    # significant count is 38 (-37 %).
    baseline = np.full(12, 5.0)
    first = max(
        total
        for total in range(60)
        if change.year_change(baseline, np.full(12, total / 12)).upper < 1
    )
    assert first == 38


def test_one_empty_year_is_judged_exactly() -> None:
    # 300 to none: n ln(1 - u) = ln(0.025) gives the upper limit of the share; the same split by
    # scipy's binomial test.
    found = change.year_change(np.full(12, 25.0), np.zeros(12))
    share = 1 - stats.norm.sf(1.96) ** (1 / 300)
    assert (float(found.ratio), float(found.lower)) == (0.0, 0.0)
    assert float(found.upper) == pytest.approx(share / (1 - share))
    assert float(found.p) == pytest.approx(stats.binomtest(0, 300).pvalue, rel=1e-9)
    back = change.year_change(np.zeros(12), np.full(12, 25.0))
    assert float(back.lower) == pytest.approx(1 / float(found.upper))
    assert float(back.upper) == np.inf


def test_dispersion_widens_the_judgement_of_an_empty_year() -> None:
    few = change.year_change([6] + [0] * 11, [0] * 12, design_effect=4.0)
    assert float(few.upper) > 1
    assert float(few.p) == pytest.approx(2 * 0.5**1.5)


def test_two_empty_years_show_no_change() -> None:
    found = change.year_change([0] * 12, [0] * 12)
    assert np.isnan(found.ratio)
    assert (float(found.lower), float(found.upper), float(found.p), float(found.phi)) == (
        0.0,
        np.inf,
        1.0,
        1.0,
    )


@pytest.mark.parametrize("side", [0, 1])
def test_a_missing_month_gives_no_number_never_a_guess(side: int) -> None:
    years = np.full((2, 12), 20.0)
    years[side, 4] = np.nan
    found = change.year_change(years[0], years[1])
    for name in ("ratio", "lower", "upper", "p", "phi", "t", "se"):
        assert np.isnan(getattr(found, name)), name
    assert np.isnan(change.autocorrelation(np.vstack([years, years])))
    assert np.isnan(change.design_effect_two_years(years[0], years[1]))
    assert np.isnan(change.dispersion(years))


def test_many_series_at_once_equal_each_on_its_own() -> None:
    y = np.random.default_rng(12).poisson(3, (40, 5, 12)).astype(float)
    rho = change.autocorrelation(y)
    effect = change.design_effect(rho)
    together = change.year_change(y[:, 0], y[:, 4], design_effect=effect, phi=change.dispersion(y))
    for i, years in enumerate(y):
        assert float(change.autocorrelation(years)) == pytest.approx(float(rho[i]), rel=1e-12)
        one = change.year_change(
            years[0], years[4], design_effect=float(effect[i]), phi=float(change.dispersion(years))
        )
        for name in ("ratio", "lower", "upper", "p", "phi"):
            assert float(getattr(one, name)) == pytest.approx(
                float(getattr(together, name)[i]), rel=1e-12
            )


def test_dispersion_of_more_years_takes_the_place_of_that_of_two() -> None:
    y = np.random.default_rng(3).poisson(50, (5, 12)).astype(float)
    given_phi = change.year_change(y[0], y[4], phi=7.0)
    assert float(given_phi.phi) == 7.0
    assert float(given_phi.se) == pytest.approx(np.sqrt(7.0 * (1 / y[0].sum() + 1 / y[4].sum())))
    assert float(change.year_change(y[0], y[4], phi=0.2).phi) == 1.0


def test_the_design_effect_is_the_variance_of_a_mean_of_twelve() -> None:
    # Second implementation: the variance of a mean is the mean of the correlation matrix, times 12.
    for rho in (0.0, 0.1, 0.4, 0.8):
        lag = np.abs(np.subtract.outer(np.arange(12), np.arange(12)))
        assert float(change.design_effect(rho)) == pytest.approx(
            float((rho**lag).mean() * 12) if rho else 1.0
        )
    assert float(change.design_effect(0.4)) == pytest.approx(2.148, abs=5e-4)


def test_autocorrelation_is_found_without_bias() -> None:
    # docs/methods.md, Change against the baseline year: rho = 1.24 r + 0.10 for 5 years and 1.32 r + 0.10 for 3 undo the bias
    # of r. What is estimated is the correlation of the counts; a large mean makes it that of the
    # disturbance.
    rng = np.random.default_rng(44)
    noise = rng.standard_normal((4000, 60))
    for month in range(1, 60):
        noise[:, month] = 0.4 * noise[:, month - 1] + np.sqrt(1 - 0.16) * noise[:, month]
    y = 1e6 * np.exp(0.05 * noise).reshape(4000, 5, 12)
    assert float(change.autocorrelation(y).mean()) == pytest.approx(0.4, abs=0.03)
    assert float(change.autocorrelation(y[:, :3]).mean()) == pytest.approx(0.4, abs=0.05)


def test_autocorrelation_equals_a_plain_loop() -> None:
    y = np.random.default_rng(9).poisson(40, (4, 12)).astype(float)
    total, residuals = y.sum(), []
    for year in range(4):
        for month in range(12):
            expected = y[year].sum() * y[:, month].sum() / total
            residuals.append((y[year, month] - expected) / expected**0.5)
    centre = sum(residuals) / 48
    up = sum((a - centre) * (b - centre) for a, b in pairwise(residuals))
    r = up / sum((a - centre) ** 2 for a in residuals)
    assert float(change.autocorrelation(y)) == pytest.approx(min(0.8, max(0.0, 1.28 * r + 0.10)))


def test_the_printed_answer_of_one_odd_month() -> None:
    y = np.full((5, 12), 10.0)
    y[4, 11] = 30.0
    assert float(change.autocorrelation(y)) == pytest.approx(0.114, abs=5e-4)


@pytest.mark.parametrize(
    "years", [np.full((3, 12), 10.0), np.outer([1, 2, 3], np.arange(1, 13)) * 0.7]
)
def test_what_rounding_leaves_is_not_taken_for_correlation(years: np.ndarray) -> None:
    # The model year x month holds exactly: the residuals are 0, whatever binary arithmetic makes of
    # them.
    assert float(change.autocorrelation(years)) == 0.10
    assert float(change.design_effect_two_years(years[0], years[1])) == pytest.approx(
        (1 + 0.125) / (1 - 0.125)
    )


def test_the_two_year_form_equals_a_plain_loop() -> None:
    y = np.random.default_rng(2).poisson(25, (2, 12)).astype(float)
    share = y.sum(1) / y.sum()
    residuals = (y - share[:, None] * y.sum(0)) / np.sqrt(share[:, None] * y.sum(0))
    r = (
        sum(residuals[j, i] * residuals[j, i + 1] for j in range(2) for i in range(11))
        / (residuals**2).sum()
    )
    rho = min(0.7, max(0.0, (12 * r + 1) / 8))
    assert float(change.design_effect_two_years(y[0], y[1])) == pytest.approx((1 + rho) / (1 - rho))


@gentle
@given(st.floats(0, 0.8))
def test_the_design_effect_grows_with_the_correlation_from_1(rho: float) -> None:
    assert (
        1.0 <= float(change.design_effect(rho)) <= float(change.design_effect(min(0.8, rho + 0.01)))
    )


def test_shapes_that_cannot_be_years_are_refused() -> None:
    with pytest.raises(ValueError, match="12 months each, but have 11 and 12"):
        change.year_change([1] * 11, [1] * 12)
    with pytest.raises(ValueError, match="3 or more"):
        change.autocorrelation(np.ones((2, 12)))
    with pytest.raises(ValueError, match="2 or more"):
        change.dispersion(np.ones(12))


def test_quantiles_are_those_of_tables() -> None:
    # t(0.975, 11) = 2.201, t(0.975, 6) = 2.447: any table; z = 1.96 is 0.975 to four digits.
    assert t_quantile(11, 1.96) == pytest.approx(2.201, abs=5e-4)
    assert t_quantile(6, 1.96) == pytest.approx(2.447, abs=5e-4)
    assert t_quantile(1e9, 1.96) == pytest.approx(1.96)
    assert change.two_sided_level(1.96) == pytest.approx(0.05, abs=5e-6)
    assert optimize.brentq(lambda z: change.two_sided_level(z) - 0.05, 1, 3) == pytest.approx(
        1.959964, abs=1e-6
    )
