"""The four trends: second implementations, floor and cap, ranges, and what a flat series must
give.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from xlperf.stats import projection
from xlperf.stats.projection import TrendName

gentle = settings(max_examples=60, derandomize=True)
COUNTS = st.lists(st.integers(0, 3000), min_size=36, max_size=80)
AHEAD = st.integers(1, 48)


def _trends(
    counts: object, months_ahead: int, **options: float
) -> dict[TrendName, projection.ProjectedTrend]:
    return {
        trend.name: trend
        for trend in projection.project(counts, months_ahead=months_ahead, **options)
    }  # type: ignore[arg-type]


def _steps(ahead: int) -> list[int]:
    return list(range(max(1, ahead - 11), ahead + 1))


def _known(counts: list[int], ahead: int) -> int:
    return sum(counts[len(counts) - (12 - ahead) :]) if ahead < 12 else 0


@gentle
@given(COUNTS, AHEAD, st.sampled_from([24, 36]))
def test_straight_lines_are_those_of_scipy_s_regression(
    counts: list[int], ahead: int, window: int
) -> None:
    fit = stats.linregress(np.arange(window), counts[-window:])
    total = _known(counts, ahead) + sum(
        max(0.0, fit.intercept + fit.slope * (window - 1 + s)) for s in _steps(ahead)
    )
    found = _trends(counts, ahead)[TrendName(f"OLS{window}")]
    if not found.capped:
        assert found.total == pytest.approx(total, abs=1e-6)


def test_the_error_of_a_straight_line_is_that_of_a_prediction() -> None:
    # Textbook: variance of a sum of new observations, s^2 (1' (I + X0 (X'X)^-1 X0') 1), with the
    # matrices written out.
    y = np.random.default_rng(36).normal(100, 9, 36)
    x, new = (
        np.column_stack([np.ones(36), np.arange(36)]),
        np.column_stack([np.ones(12), np.arange(54, 66)]),
    )
    beta = np.linalg.solve(x.T @ x, x.T @ y)
    s2 = ((y - x @ beta) ** 2).sum() / 34
    one = np.ones(12)
    error = np.sqrt(s2 * (one @ (np.eye(12) + new @ np.linalg.inv(x.T @ x) @ new.T) @ one))
    found = _trends(y, 30)[TrendName.OLS36]
    assert found.se_relative * found.total == pytest.approx(error)


def _plain_regression(window: np.ndarray, ahead: int) -> tuple[float, float]:
    """Second implementation: Newton's method on the 13 coefficients, then the damped months one by
    one.
    """
    x = np.zeros((36, 13))
    x[np.arange(36), np.arange(36) % 12] = 1
    x[:, 12] = np.arange(36) - 35
    beta = np.append(np.full(12, np.log(window.mean())), 0.0)
    for _ in range(60):
        mu = np.exp(x @ beta)
        beta = beta + np.linalg.solve(x.T @ (x * mu[:, None]), x.T @ (window - mu))
    mu = np.exp(x @ beta)
    phi = max(1.0, ((window - mu) ** 2 / mu).sum() / 23)
    total, gradient = 0.0, np.zeros(13)
    for s in _steps(ahead):
        row = np.zeros(13)
        row[(35 + s) % 12] = 1
        row[12] = sum(0.9**j for j in range(1, s + 1))
        total += np.exp(row @ beta)
        gradient += np.exp(row @ beta) * row
    information = x.T @ (x * mu[:, None])
    return total, float(np.sqrt(phi * (gradient @ np.linalg.solve(information, gradient) + total)))


@pytest.mark.parametrize("ahead", [1, 5, 12, 18, 30])
@pytest.mark.parametrize("slope", [-0.03, 0.0, 0.02])
def test_the_damped_trend_is_the_quasi_poisson_regression_it_says(ahead: int, slope: float) -> None:
    season = 1 + 0.3 * np.cos(np.arange(36) * np.pi / 6)
    y = (
        np.random.default_rng(ahead)
        .poisson(60 * np.exp(slope * np.arange(36)) * season)
        .astype(float)
    )
    total, error = _plain_regression(y, ahead)
    known = y[len(y) - (12 - ahead) :].sum() if ahead < 12 else 0.0
    found = _trends(y, ahead)[TrendName.DAMPED]
    assert found.total == pytest.approx(known + total, rel=1e-10)
    assert found.se_relative * found.total == pytest.approx(error, rel=1e-8)


@gentle
@given(COUNTS, AHEAD)
def test_half_of_the_last_change_is_carried_on_once_month_by_month(
    counts: list[int], ahead: int
) -> None:
    before, now = counts[-24:-12], counts[-12:]
    factor = 1 + (sum(now) / sum(before) - 1) / 2 if sum(before) else 1.0
    total = _known(counts, ahead) + sum(now[(s - 1) % 12] * factor for s in _steps(ahead))
    found = _trends(counts, ahead)[TrendName.YEAR_ON_YEAR]
    if not found.capped:
        assert found.total == pytest.approx(total, abs=1e-6)


@gentle
@given(COUNTS, AHEAD)
def test_a_range_holds_its_total_and_nothing_is_negative_or_without_bound(
    counts: list[int], ahead: int
) -> None:
    most = max(4.0 * sum(counts[-12:]), 1.0)
    for found in _trends(counts, ahead).values():
        assert found.available
        assert 0 <= found.lower <= found.total <= found.upper <= most
        assert np.isfinite([found.total, found.se_relative]).all()


@gentle
@given(COUNTS, AHEAD, st.floats(0, 0.4))
def test_the_range_is_the_printed_formula(counts: list[int], ahead: int, drift: float) -> None:
    # Design, section 4: exp(+-1.96 sqrt((se/total)^2 + d^2 h/12)), d no less than the series' own
    # drift.
    totals = [
        sum(counts[len(counts) - 12 * (k + 1) : len(counts) - 12 * k])
        for k in range(len(counts) // 12)
    ][::-1]
    own = 0.0
    if min(totals) > 0:
        own = float(np.sqrt(np.mean([np.log(b / a) ** 2 for a, b in pairwise(totals)])))
    for found in _trends(counts, ahead, drift=drift).values():
        if found.total > 0:
            half = 1.96 * np.sqrt(found.se_relative**2 + max(drift, own) ** 2 * ahead / 12)
            assert found.lower == pytest.approx(found.total * np.exp(-half))


@pytest.mark.parametrize("level", [0, 1, 7, 100, 58_805 / 12, 1e9])
@pytest.mark.parametrize("ahead", [1, 7, 12, 30])
def test_a_flat_series_is_projected_flat_to_the_last_digit(level: float, ahead: int) -> None:
    # A total a billionth below the baseline would "achieve" it.
    for found in _trends(np.full(48, float(level)), ahead).values():
        assert found.total == pytest.approx(12 * level, rel=1e-13)
        assert not found.floored
        assert not found.capped


def test_a_season_is_not_taken_for_a_trend() -> None:
    season = np.tile(100 * (1 + 0.4 * np.cos(np.arange(12) * np.pi / 6)), 3)
    for name in (TrendName.YEAR_ON_YEAR, TrendName.DAMPED):
        assert _trends(season, 30)[name].total == pytest.approx(1200)


def test_the_seasonal_trends_scale_with_the_counts() -> None:
    y = np.random.default_rng(1).poisson(200, 36).astype(float)
    for name in TrendName:
        assert _trends(10 * y, 30)[name].total == pytest.approx(10 * _trends(y, 30)[name].total)


def test_months_below_zero_are_held_at_zero_and_said_so() -> None:
    found = _trends(np.arange(36.0, 0.0, -1.0), 30)
    for name in (TrendName.OLS24, TrendName.OLS36):
        assert (found[name].total, found[name].lower, found[name].floored) == (0.0, 0.0, True)
    noisy = np.arange(36.0, 0.0, -1.0) + np.tile([2.0, -2.0], 18)
    fallen = _trends(noisy, 30)[TrendName.OLS24]
    assert fallen.total == 0.0
    assert fallen.upper > 10  # no line is so sure that there will be none


def test_explosive_growth_is_held_at_four_times_the_latest_year_and_said_so() -> None:
    y = 1.2 ** np.arange(36)
    for name in (TrendName.YEAR_ON_YEAR, TrendName.DAMPED):
        found = _trends(y, 30)[name]
        assert found.capped
        assert found.total == found.upper == pytest.approx(4 * y[-12:].sum())


@pytest.mark.parametrize(
    "counts", [[0] * 35 + [7], [7] + [0] * 35, [0] * 24 + [5] * 12, [5] * 12 + [0] * 24, [0] * 36]
)
def test_a_series_that_began_or_ended_gives_numbers_all_the_same(counts: list[int]) -> None:
    for found in _trends(counts, 30).values():
        assert np.isfinite([found.total, found.lower, found.upper]).all()
        assert 0 <= found.lower <= found.total <= found.upper


def test_a_missing_month_makes_unavailable_the_trends_that_need_it() -> None:
    y = np.full(40, 10.0)
    y[8] = np.nan
    found = _trends(y, 30)
    assert {name for name, trend in found.items() if trend.available} == {
        TrendName.OLS24,
        TrendName.YEAR_ON_YEAR,
    }
    assert np.isnan(found[TrendName.OLS36].total)
    assert [trend.needs for trend in found.values()] == [24, 36, 24, 36]
    assert not any(trend.available for trend in _trends([1.0] * 23, 30).values())


def test_the_range_of_two_years_rests_on_the_smallest_drift_alone() -> None:
    # Three whole years are needed to see a drift of the series' own; the printed answer of the
    # docstring.
    for months in (24, 36):
        found = _trends(np.full(months, 100.0), 12)[TrendName.OLS24]
        assert [round(v) for v in (found.total, found.lower, found.upper)] == [1200, 986, 1460]


def test_questions_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="months_ahead must be 1 or more, but is 0"):
        projection.project([1.0] * 36, months_ahead=0)
    with pytest.raises(ValueError, match="one dimension, but has 2"):
        projection.project(np.ones((2, 36)), months_ahead=3)
