"""The chance that printed lines are crossed: known rates, the class, and that nothing but the data decides."""

from __future__ import annotations

import numpy as np
import pytest

from tests.stats.simulated import Cell, counts
from xlperf.stats import chance, levels
from xlperf.stats.chance import ChanceClass


def test_the_fixed_numbers_are_normal_and_independent() -> None:
    from scipy import stats

    x = chance._normals(60_000)
    assert stats.kstest(x, "norm").pvalue > 0.01
    assert abs(np.corrcoef(x[1:], x[:-1])[0, 1]) < 0.012
    # SplitMix64 by plain integers, after Steele, Lea and Flood 2014
    mask, state = 2**64 - 1, chance.SEED
    for number in x[:50]:
        state = (state + 0x9E3779B97F4A7C15) & mask
        mixed = state
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed = ((mixed ^ (mixed >> shift)) * factor) & mask
        uniform = ((mixed ^ (mixed >> 31)) >> 52) + 0.5
        assert number == pytest.approx(stats.norm.ppf(uniform / 2**12), abs=1e-3)


@pytest.mark.parametrize("rho", [0, 2, 4, 6, 8, 9])
@pytest.mark.parametrize("place", [0, 4, 12])
def test_months_of_one_correlation_cross_as_often_as_in_a_simulation_of_their_own(
    rho: int, place: int
) -> None:
    weight = np.zeros((10, levels.EXTRA.size))
    weight[rho, place] = 1.0
    season = np.sin(np.arange(18) / 12 * 2 * np.pi)
    rng = np.random.default_rng(5)
    covariance = np.eye(18) + levels.EXTRA[place] * (rho / 10) ** np.abs(
        np.subtract.outer(*[np.arange(18)] * 2)
    )
    x = rng.multivariate_normal(season, covariance, 20_000)
    before = x[:, :12]
    true = (np.abs(x[:, 12:].mean(-1) - before.mean(-1)) > 1.96 * before.std(-1, ddof=1)).mean()
    found = chance._crossed(weight, season, 1.96).mean()
    assert found == pytest.approx(true, abs=4 * np.sqrt(max(true, 0.002) / chance.DRAWS))


def test_independent_months_cross_seldom_and_wandering_ones_often() -> None:
    rng = np.random.default_rng(1)
    steady = chance.line_chance(rng.poisson(100, 60))
    assert steady.own
    assert steady.kind in (ChanceClass.UNDER_ONE, ChanceClass.ONE_TO_THREE)
    wandering = chance.line_chance(counts(rng, Cell(5000, cv=0.15, ar=0.85), 1, 96)[0])
    assert wandering.chance > 0.05


def test_fewer_than_1_in_100_is_said_from_42_months_on() -> None:
    # With 36 months it was true of 1.05 in 100 cases over series like London's: not of fewer than 1.
    known = [chance.line_chance(np.full(months, 100.0)) for months in (41, 42)]
    assert all(found.chance < 0.01 for found in known)
    assert [found.kind.name for found in known] == ["ONE_TO_THREE", "UNDER_ONE"]


def test_a_season_makes_crossing_likelier() -> None:
    y = np.random.default_rng(2).poisson(400, 60).astype(float)
    seasonal = y * np.tile(1 + 0.25 * np.sin(np.arange(12) / 12 * 2 * np.pi), 5)
    assert chance.line_chance(seasonal).chance != chance.line_chance(y).chance


def test_less_than_three_years_known_is_the_figure_of_the_pool() -> None:
    y = np.random.default_rng(3).poisson(50, 40).astype(float)
    pooled = chance.line_chance(y[:35])
    assert pooled == (pytest.approx(chance.POOLED), ChanceClass.ONE_TO_THREE, False)
    gaps = y.copy()
    gaps[:5] = np.nan
    assert not chance.line_chance(gaps).own
    assert chance.line_chance(y).own
    gaps = np.r_[y, y]
    gaps[3] = np.nan
    assert chance.line_chance(gaps).own


def test_the_same_data_give_the_same_answer() -> None:
    y = np.random.default_rng(4).poisson(50, 60)
    assert chance.line_chance(y) == chance.line_chance(y.copy())
    assert chance.line_chance(np.zeros(60)).chance <= 0.01
    with pytest.raises(ValueError, match="one dimension"):
        chance.line_chance([[1.0, 2.0]])


def test_wider_lines_are_crossed_more_seldom_whether_by_the_series_or_by_its_kind() -> None:
    y = np.random.default_rng(6).poisson(50, 60)
    for months in (20, 60):
        found = [
            chance.line_chance(y[:months], z=z).chance for z in (0.5, 1.0, 1.96, 2.2, 3.0, 9.0)
        ]
        assert found == sorted(found, reverse=True)
    assert chance.line_chance(y[:20], z=1.96).chance == pytest.approx(chance.POOLED)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (0.0, ChanceClass.UNDER_ONE),
        (0.0099, ChanceClass.UNDER_ONE),
        (0.01, ChanceClass.ONE_TO_THREE),
        (0.03, ChanceClass.THREE_TO_TEN),
        (0.1, ChanceClass.ABOVE_TEN),
        (1.0, ChanceClass.ABOVE_TEN),
    ],
)
def test_classes_begin_at_their_lower_end(value: float, kind: ChanceClass) -> None:
    assert chance.class_of(value) is kind
