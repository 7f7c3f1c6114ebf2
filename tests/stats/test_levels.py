"""The test of levels: a slow second implementation, laws, edges, and the largest totals that are a fall."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from xlperf.stats import detection, level_designs, levels, mixtures
from xlperf.stats.levels import Design

COUNTS = st.lists(st.integers(0, 400), min_size=40, max_size=40)
gentle = settings(max_examples=25, derandomize=True)


def slow(
    design: Design, counts: list[float], prior: np.ndarray
) -> tuple[float, float, float, float]:
    """p and the three limits of the difference, one grid point after the other, by plain matrices."""
    x = 2 * np.sqrt(np.array(counts) + 3 / 8)
    time, blocks = np.array(design.times), np.array(design.blocks)
    columns = [blocks == block for block in sorted(set(design.blocks))]
    if design.season:
        columns += [time % 12 == month for month in range(1, 12)]
    matrix = np.column_stack(columns).astype(float)
    contrast = np.zeros(matrix.shape[1])
    contrast[:2] = 1, -1
    log_weight, difference, error = [], [], []
    variances = [0, 0.25, 0.5, *2.0 ** np.arange(10), *2.0 ** np.arange(11, 22, 2)]
    for rho, row in zip(np.arange(10) / 10, prior, strict=True):
        for v, share in zip(variances, row, strict=True):
            covariance = np.eye(time.size) + v * rho ** np.abs(time[:, None] - time)
            inverse = np.linalg.inv(covariance)
            information = matrix.T @ inverse @ matrix
            solution = np.linalg.solve(information, matrix.T @ inverse @ x)
            residual = x - matrix @ solution
            # Harville 1977: log |S| + log |X'S^-1 X| + r'S^-1 r is the restricted deviance, but for a constant
            deviance = np.linalg.slogdet(covariance)[1] + np.linalg.slogdet(information)[1]
            log_weight.append(np.log(share) - (deviance + residual @ inverse @ residual) / 2)
            difference.append(contrast @ solution)
            error.append(np.sqrt(contrast @ np.linalg.solve(information, contrast)))
    d, se = np.array(difference), np.array(error)
    weight = np.exp(np.array(log_weight) - max(log_weight))
    weight /= weight.sum()

    def above(at: float) -> float:
        return float(weight @ stats.norm.cdf((d - at) / se))

    level = stats.norm.sf(1.96)
    limits = [
        optimize.brentq(lambda at, share=share: above(at) - share, -200, 200, xtol=1e-11)
        for share in (1 - level, 0.5, level)
    ]
    return 2 * min(above(0), 1 - above(0)), *limits


@gentle
@given(COUNTS)
def test_the_answer_is_that_of_plain_matrices(counts: list[int]) -> None:
    # Second implementation: inverse of each covariance, scipy's normal distribution and root finder.
    y = [float(count) for count in counts]
    found = levels.six_months_change(y)
    p, lower, middle, upper = slow(level_designs.six_months_design(40), y, levels.PRIOR)
    assert float(found.p) == pytest.approx(p, abs=1e-9)
    limits = float(found.difference_lower), float(found.difference), float(found.difference_upper)
    assert limits == pytest.approx((lower, middle, upper), abs=1e-7)
    y = y[:26]
    year = levels.two_years_change(y, baseline=1)
    p, lower, middle, upper = slow(level_designs.two_years_design(26, 1), y, levels.PRIOR)
    assert float(year.p) == pytest.approx(p, abs=1e-9)
    assert float(year.difference_upper) == pytest.approx(upper, abs=1e-7)


@gentle
@given(COUNTS)
def test_limits_and_p_never_contradict_each_other(counts: list[int]) -> None:
    found = levels.six_months_change(counts)
    outside = float(found.lower) > 1 or float(found.upper) < 1
    assert outside == (float(found.p) < stats.norm.sf(1.96) * 2)
    assert float(found.lower) <= float(found.ratio) <= float(found.upper)


@gentle
@given(COUNTS)
def test_the_order_of_two_blocks_mirrors_the_ratio(counts: list[int]) -> None:
    # Blocks 0 and 1 of one length, time reversed: the same months against each other the other way round.
    y = [float(count) for count in counts[:24]]
    there = levels.two_years_change(y)
    back = levels.two_years_change(y[::-1])
    assert float(there.p) == pytest.approx(float(back.p), abs=1e-9)
    assert float(there.ratio) == pytest.approx(1 / float(back.ratio), rel=1e-6)
    assert float(there.lower) == pytest.approx(1 / float(back.upper), rel=1e-6)


def test_a_repeated_season_changes_nothing_where_three_years_are_known() -> None:
    # Calendar months are columns of the model: what repeats each year on the root scale is taken out.
    x = 20 + np.random.default_rng(5).normal(0, 1, 48)
    wave = np.tile(4 * np.sin(np.arange(12) / 12 * 2 * np.pi), 4)
    plain, seasonal = (levels.six_months_change((x + w) ** 2 / 4 - 3 / 8) for w in (0 * wave, wave))
    assert float(plain.p) == pytest.approx(float(seasonal.p), abs=1e-9)
    assert float(plain.difference) == pytest.approx(float(seasonal.difference), abs=1e-7)


def test_levels_of_other_years_change_nothing_but_the_scale_of_the_noise() -> None:
    x = 20 + np.random.default_rng(6).normal(0, 1, 60)
    moved = x.copy()
    moved[6:18] += 5.0  # a whole block of older months
    plain, other = (levels.six_months_change(series**2 / 4 - 3 / 8) for series in (x, moved))
    assert float(plain.difference_upper) == pytest.approx(float(other.difference_upper), abs=1e-7)


def test_many_series_are_answered_as_each_alone() -> None:
    y = np.random.default_rng(1).poisson([[5], [80], [2000]], (3, 60)).astype(float)
    together = levels.two_years_change(y, baseline=12)
    for row, series in enumerate(y):
        alone = levels.two_years_change(series, baseline=12)
        for name in ("ratio", "lower", "upper", "p", "phi", "rho", "wandering", "difference"):
            assert getattr(together, name)[row] == pytest.approx(
                float(getattr(alone, name)), rel=1e-9
            )


def test_an_older_month_that_is_not_known_is_left_out() -> None:
    y = np.random.default_rng(2).poisson(50, 48).astype(float)
    gap = y.copy()
    gap[3] = np.nan
    found = levels.six_months_change(np.stack([y, gap]))
    design = level_designs.six_months_design(48)
    kept = np.arange(48) != 3
    left = Design(
        tuple(np.array(design.times)[kept].tolist()),
        tuple(np.array(design.blocks)[kept].tolist()),
        season=True,
    )
    assert found.p[1] == pytest.approx(float(levels.compare_levels(left, y[kept]).p))
    assert found.p[0] == pytest.approx(float(levels.six_months_change(y).p))
    # of 36 months with one unknown 35 are known: calendar months are no longer taken out
    gap = gap[-36:]
    gap[2] = np.nan
    assert not levels.six_months_change(gap).season


@pytest.mark.parametrize("place", [-1, -6, -18])
def test_a_month_compared_that_is_not_known_gives_no_number(place: int) -> None:
    y = np.full(40, 20.0)
    y[place] = np.nan
    found = levels.six_months_change(y)
    for name in ("ratio", "lower", "upper", "p", "difference", "phi", "rho", "wandering"):
        assert np.isnan(getattr(found, name)), name


def test_fewer_than_three_years_are_the_latest_eighteen_months() -> None:
    y = np.random.default_rng(3).poisson(30, 35).astype(float)
    found = levels.six_months_change(y)
    assert (found.months, found.season) == (18, False)
    assert float(found.p) == float(levels.six_months_change(y[-18:]).p)
    assert levels.six_months_change(np.r_[30.0, y]).season


def test_nothing_at_all_shows_no_change_and_wide_limits() -> None:
    for found in (levels.six_months_change(np.zeros(18)), levels.two_years_change(np.zeros(24))):
        assert float(found.p) == pytest.approx(1)
        assert float(found.ratio) == pytest.approx(1)
        assert 0 <= float(found.lower) < 0.5
        assert float(found.upper) > 2


def test_a_year_of_nothing_after_many_is_a_fall_with_a_limit_above_0() -> None:
    found = levels.two_years_change(np.r_[np.full(12, 25.0), np.zeros(12)])
    assert 0 < float(found.upper) < 1
    assert float(found.lower) >= 0
    back = levels.two_years_change(np.r_[np.zeros(12), np.full(12, 25.0)])
    assert float(back.lower) == pytest.approx(1 / float(found.upper))


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ValueError, match="18 months or more, but has 17"):
        levels.six_months_change(np.ones(17))
    with pytest.raises(ValueError, match="baseline must lie from 0 to 12"):
        levels.two_years_change(np.ones(36), baseline=13)
    with pytest.raises(ValueError, match="needs 18 months"):
        levels.compare_levels(level_designs.six_months_design(18), np.ones(20))
    with pytest.raises(ValueError, match="block 0 and in block 1"):
        levels.compare_levels(Design((0, 1), (0, 0), season=False), [1.0, 2.0])
    with pytest.raises(ValueError, match="more months than levels"):
        levels.compare_levels(Design((0, 1), (0, 1), season=False), [1.0, 2.0])


def test_the_largest_total_that_is_a_fall_is_as_published_and_has_no_cliff() -> None:
    # docs/methods-chances.md, Latest year against the baseline year: two even years, nothing
    # else known. Their months are whole numbers, ours twelfths of the total, so they may differ by one; at 15 in the baseline year they find 3.
    published = {
        20: 6,
        30: 12,
        40: 20,
        49: 27,
        50: 28,
        51: 29,
        60: 35,
        80: 52,
        100: 68,
        150: 111,
        200: 155,
    }
    largest = {}
    for before in range(5, 201):
        change = levels.two_years_change(np.full(24, before / 12))
        largest[before] = float(detection.detectable_totals(change, np.full(12, before / 12)).fall)
    assert np.isnan(largest[8])
    for before, most in published.items():
        assert abs(largest[before] - most) <= 1, before
    steps = [largest[before + 1] - largest[before] for before in range(20, 200)]
    assert set(steps) <= {0.0, 1.0}


@gentle
@given(st.integers(10, 300), st.integers(0, 100))
def test_at_the_total_named_a_change_is_found_and_one_nearer_it_is_not(
    level: int, seed: int
) -> None:
    y = np.random.default_rng(seed).poisson(level, 48).astype(float)
    totals = detection.detectable_totals(levels.two_years_change(y, baseline=6), y[-12:])
    for total, sign in ((float(totals.fall), -1), (float(totals.rise), 1)):
        for tried, expected in ((total, True), (total - sign, False)):
            found = levels.two_years_change(with_latest_total(y, tried), baseline=6)
            assert (float(found.upper) < 1 if sign < 0 else float(found.lower) > 1) is expected


def test_months_that_would_fall_below_nothing_leave_the_fall_to_the_others() -> None:
    # Six months of 0 cannot fall; the mean root is that asked for when the others fall by twice as much.
    latest = np.tile([0.0, 9.0], 6)
    change = levels.two_years_change(np.r_[np.full(12, 8.0), latest])._replace(
        difference_upper=np.asarray(1.5)
    )
    found = detection.detectable_totals(change, latest)
    assert float(found.fall) == np.floor(6 * levels.count_of(levels.root(9.0) - 3.0))
    many = detection.detectable_totals(
        change._replace(difference_upper=np.array([1.5, 1.5])), np.stack([latest, latest[::-1]])
    )
    assert many.fall.tolist() == [float(found.fall)] * 2


def with_latest_total(y: np.ndarray, total: float) -> np.ndarray:
    """The latest twelve months moved by the same amount on the root scale, until they add up to a total."""
    x = levels.root(y[-12:])
    move = optimize.brentq(lambda m: levels.count_of(x + m).sum() - total, -x.min(), 5 * x.max())
    return np.r_[y[:-12], levels.count_of(x + move)]


def test_printed_answers_of_the_docstring() -> None:
    found = levels.six_months_change(np.r_[np.tile([90.0, 110.0], 6), np.full(6, 130.0)])
    assert [round(float(v), 3) for v in (found.ratio, found.lower, found.upper)] == [
        1.301,
        1.17,
        1.441,
    ]
    assert float(found.p) == pytest.approx(0.0005, abs=5e-5)


def test_limits_of_a_mixture_of_one_are_those_of_a_normal_distribution() -> None:
    one = np.array([[1.0]]), np.array([[3.0]]), np.array([2.0])
    assert mixtures.limits(one, 1.96)[:, 0] == pytest.approx([3 - 3.92, 3.0, 3 + 3.92])
    assert mixtures.share_above(one, np.array([5.0])) == pytest.approx(stats.norm.sf(1))


def test_a_series_that_wanders_says_so() -> None:
    rng = np.random.default_rng(4)
    wandering = 1000 + np.cumsum(rng.normal(0, 40, 60))
    assert float(levels.six_months_change(wandering).wandering) > 0.5
    assert float(levels.six_months_change(rng.poisson(1000, 60)).wandering) < 0.5


@pytest.mark.parametrize("months", range(36, 131))
def test_every_design_has_whole_years_and_the_right_blocks(months: int) -> None:
    six = level_designs.six_months_design(months)
    assert six.blocks[-6:] == (0,) * 6
    assert six.blocks[-18:-6] == (1,) * 12
    for start in (0, 7, months - 24):
        years = level_designs.two_years_design(months, start)
        assert years.blocks[-12:] == (0,) * 12
        assert years.blocks[start : start + 12] == (1,) * 12
        for blocks in (six.blocks, years.blocks):
            counted = [blocks.count(block) for block in set(blocks)]
            assert max(counted) <= 12
            assert len(blocks) == months


def test_a_year_to_date_of_twelve_months_is_the_test_of_two_years():
    counts = np.random.default_rng(3).poisson(40, (5, 60))
    by_period = levels.same_period_change(counts, period=12)
    by_years = levels.two_years_change(counts, baseline=36)
    assert np.allclose(by_period.p, by_years.p)
    assert np.allclose(by_period.lower, by_years.lower)


@pytest.mark.parametrize("latest", [68, 69])
def test_half_years_as_their_documentation_says(latest):
    counts = np.array([100 / 6] * 18 + [latest / 6] * 6)
    assert (levels.same_period_change(counts, period=6).upper < 1) is np.bool_(latest == 68)


def test_a_season_of_whatever_size_is_no_change_from_the_same_months_before():
    season = 300 + 250 * np.sin(np.arange(48) * 2 * np.pi / 12)
    for period in (1, 3, 6, 9):
        assert levels.same_period_change(season, period=period).p > 0.9


@pytest.mark.parametrize(("months", "period"), [(23, 6), (60, 0), (60, 13)])
def test_too_few_months_or_no_such_period_is_refused(months, period):
    with pytest.raises(ValueError, match="but"):
        levels.same_period_change(np.ones(months), period=period)


def test_p_of_a_huge_step_is_no_less_than_none():
    """Rounding of the weights must not take it below: where lines are judged together that would
    stop every refresh.
    """
    random = np.random.default_rng(4)
    series = np.array([[*random.poisson(60, 66), *[step] * 6] for step in range(375, 395)])
    assert levels.six_months_change(series).p.min() >= 0


def test_series_with_the_same_months_known_are_tested_as_each_alone():
    counts = np.random.default_rng(3).poisson(40, (5, 60)).astype(float)
    counts[:, [2, 20, 33]] = np.nan
    together = levels.two_years_change(counts, baseline=36)
    alone = [levels.two_years_change(row, baseline=36) for row in counts]
    assert together.p == pytest.approx([float(one.p) for one in alone])
    assert together.months == alone[0].months == 57
