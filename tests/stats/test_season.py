"""Months of the year: the F test, the factors, and counts without the season."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from xlperf.stats import season

gentle = settings(max_examples=60, derandomize=True)
COUNTS = st.lists(st.integers(0, 500), min_size=36, max_size=70)


def _plain(counts: list[int], first: int) -> tuple[float, list[float]]:
    """Second implementation: F and factors by loops over dictionaries of calendar month and
    year.
    """
    k = len(counts) // 12
    used = counts[len(counts) - 12 * k :]
    start = first + len(counts) - 12 * k
    cells = {(i // 12, (start + i) % 12): float(count) for i, count in enumerate(used)}
    year = [sum(cells[y, m] for m in range(12)) for y in range(k)]
    month = [sum(cells[y, m] for y in range(k)) for m in range(12)]
    total = sum(year)
    deviance = residual = 0.0
    for (y, m), count in cells.items():
        expected = year[y] * month[m] / total
        if count:
            deviance += 2 * count * np.log(expected / (year[y] / 12))
        residual += (count - expected) ** 2 / expected if expected else 0.0
    return deviance / 11 / (residual / (11 * (k - 1))), [12 * value / total for value in month]


@gentle
@given(COUNTS, st.integers(0, 11))
def test_the_test_and_the_factors_equal_plain_loops(counts: list[int], first: int) -> None:
    if len(set(counts[-36:])) < 3:
        return
    statistic, factors = _plain(counts, first)
    found = season.season_test(counts, first)
    assert float(found.statistic) == pytest.approx(statistic, rel=1e-9)
    assert float(found.p) == pytest.approx(stats.f.sf(statistic, *found.df), rel=1e-9, abs=1e-300)
    assert season.month_factors(counts, first).tolist() == pytest.approx(factors)
    assert season.month_factors(counts, first).mean() == pytest.approx(1.0)


def test_the_test_finds_a_season_as_often_as_it_says_when_there_is_none() -> None:
    # 5 % by construction (chi-squared over its dispersion); 20,000 series of Poisson counts.
    x = np.random.default_rng(53).poisson(100, (20_000, 60)).astype(float)
    assert np.mean(season.season_test(x, 3).p < 0.05) == pytest.approx(
        0.05, abs=4 * np.sqrt(0.05 * 0.95 / 20_000) + 0.002
    )
    assert (
        np.mean(season.season_test(x * (1 + 0.1 * np.cos(np.arange(60) * np.pi / 6)), 3).p < 0.05)
        > 0.9
    )


def test_a_season_that_repeats_exactly_is_certain_and_one_that_is_flat_is_none() -> None:
    december = np.tile([10.0] * 11 + [20.0], 3)
    certain = season.season_test(december, 0)
    assert (float(certain.statistic), float(certain.p)) == (np.inf, 0.0)
    assert season.month_factors(december, 0).round(3).tolist() == [0.923] * 11 + [1.846]
    assert (
        float(season.season_test(np.repeat([1.0, 2.5, 0.3], 12) * 0.7, 0).p) == 1.0
    )  # years differ, months do not
    none = season.season_test(np.zeros(36), 0)
    assert (float(none.statistic), float(none.p)) == (0.0, 1.0)
    assert season.month_factors(np.zeros(36), 0).tolist() == [1.0] * 12


@pytest.mark.parametrize("first", range(12))
@pytest.mark.parametrize("extra", [0, 5])
def test_factors_belong_to_calendar_months_wherever_the_series_begins(
    first: int, extra: int
) -> None:
    # docs/methods-evidence.md, Traps. Taking the season out of the season leaves nothing but the level.
    wave = 100 + 10.0 * np.arange(12)
    counts = wave[(first + np.arange(36 + extra)) % 12]
    factors = season.month_factors(counts, first)
    assert factors == pytest.approx(wave / wave.mean())
    assert season.deseasonalise(counts, first, factors) == pytest.approx(
        np.full(36 + extra, wave.mean())
    )


def test_a_month_that_never_has_any_is_left_at_none() -> None:
    counts = np.tile([0.0] + [12.0] * 11, 3)
    factors = season.month_factors(counts, 0)
    assert factors[0] == 0.0
    assert season.deseasonalise(counts, 0, factors)[[0, 12, 24]].tolist() == [0.0] * 3


def test_a_missing_month_gives_no_number_never_a_guess() -> None:
    counts = np.full(36, 10.0)
    counts[20] = np.nan
    assert np.isnan(season.season_test(counts, 0).p)
    assert np.isnan(season.month_factors(counts, 0)).all()
    assert np.isnan(season.deseasonalise(counts, 0, np.ones(12))).sum() == 1
    assert np.isnan(season.deseasonalise([5.0], 0, np.full(12, np.nan))).all()


def test_many_series_at_once_equal_each_on_its_own() -> None:
    x = np.random.default_rng(6).poisson(4, (30, 50)).astype(float)
    together, factors = season.season_test(x, 7), season.month_factors(x, 7)
    for i, row in enumerate(x):
        assert float(season.season_test(row, 7).p) == pytest.approx(float(together.p[i]), rel=1e-12)
        assert season.month_factors(row, 7) == pytest.approx(factors[i])


def test_less_than_three_years_cannot_tell_a_season() -> None:
    with pytest.raises(ValueError, match="36 months or more, but has 35"):
        season.season_test([1.0] * 35, 0)
