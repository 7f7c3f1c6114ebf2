"""Six months against the twelve before: the three readings, their edges, and a second
implementation.
"""

from __future__ import annotations

import statistics
from itertools import pairwise
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from xlperf.stats import control

MONTHS = st.lists(st.integers(0, 2000), min_size=18, max_size=18)
gentle = settings(max_examples=80, derandomize=True)


@gentle
@given(MONTHS)
def test_lines_equal_those_of_textbook_formulas(months: list[int]) -> None:
    # Design, section 4; second implementation with Python's statistics module and scipy's t
    # distribution.
    before, now = months[:12], months[12:]
    mean, sd = statistics.fmean(before), statistics.stdev(before)
    moving = statistics.fmean(abs(b - a) for a, b in pairwise(before))
    lines = {
        "points": (max(0.0, mean - 1.96 * sd), mean + 1.96 * sd),
        "mean": tuple(
            max(0.0, mean + s * stats.t.ppf(stats.norm.cdf(1.96), 11) * sd * sqrt(1 / 6 + 1 / 12))
            for s in (-1, 1)
        ),
        "xmr": (max(0.0, mean - 1.96 * moving / 1.128), mean + 1.96 * moving / 1.128),
    }
    for basis, (lower, upper) in lines.items():
        found = control.compare_blocks(before, now, basis=basis)
        assert (float(found.lower), float(found.upper)) == pytest.approx(
            (lower, upper), abs=1e-9 * (1 + sd)
        )
        assert float(found.recent_mean) == pytest.approx(statistics.fmean(now))
        if sd > 0:
            t = 2 * (statistics.fmean(now) - mean) / sd
            assert float(found.t) == pytest.approx(t)
            assert float(found.p) == pytest.approx(2 * stats.t.sf(abs(t), 11))
            assert 0 <= float(found.p) <= 1


@gentle
@given(MONTHS)
def test_the_mean_reading_leaves_its_lines_exactly_when_p_is_below_5_per_cent(
    months: list[int],
) -> None:
    found = control.compare_blocks(months[:12], months[12:], basis="mean")
    outside = found.recent_mean > found.upper or found.recent_mean < found.lower
    if float(found.sd) > 0 and abs(float(found.p) - 2 * stats.norm.sf(1.96)) > 1e-9:
        assert bool(outside) == (float(found.p) < 2 * stats.norm.sf(1.96))


@gentle
@given(MONTHS, st.integers(1, 500), st.sampled_from(["points", "mean", "xmr"]))
def test_a_lower_recent_mean_never_gets_a_worse_place(
    months: list[int], fall: int, basis: str
) -> None:
    # Lines held: they come from the months before alone.
    first = control.compare_blocks(months[:12], months[12:], basis=basis)
    second = control.compare_blocks(months[:12], np.array(months[12:]) - fall, basis=basis)
    assert (float(first.lower), float(first.upper)) == (float(second.lower), float(second.upper))
    assert float(second.recent_mean) < float(first.recent_mean)


def test_the_report_s_lines_are_3_92_standard_errors_wide() -> None:
    found = control.compare_blocks([90, 110] * 6, [110] * 6)
    standard_error = float(found.sd) * sqrt(1 / 6 + 1 / 12)
    assert (float(found.upper) - 100) / standard_error == pytest.approx(3.92)
    # The printed answers of the docstring, by hand: SD = sqrt(1200/11).
    assert (round(float(found.lower), 2), round(float(found.upper), 2)) == (79.53, 120.47)
    assert (round(float(found.t), 3), round(float(found.p), 4)) == (1.915, 0.0819)


def test_months_assessed_inside_their_own_baseline_could_never_leave_the_lines() -> None:
    # docs/methods.md, Latest six months: the mean of 6 of 18 is at most 1.37 SD from the mean of
    # the 18.
    worst = np.array([0.0] * 12 + [1.0] * 6)
    assert (worst[12:].mean() - worst.mean()) / worst.std(ddof=1) == pytest.approx(1.37, abs=0.005)


def test_the_printed_width_of_the_exact_reading_is_1_10_sd() -> None:
    # docs/methods.md, Latest six months: the reading `mean`.
    found = control.compare_blocks([90, 110] * 6, [100] * 6, basis="mean")
    assert (float(found.upper) - 100) / float(found.sd) == pytest.approx(1.10, abs=0.001)
    found = control.compare_blocks([90, 110] * 6, [100] * 6, basis="xmr")
    assert (float(found.upper) - 100) / 20 == pytest.approx(1.7376, abs=5e-5)


@pytest.mark.parametrize("value", [7.0, 0.0, 0.1, 1e15])
@pytest.mark.parametrize("basis", ["points", "mean", "xmr"])
def test_a_baseline_that_does_not_vary_has_both_lines_on_its_mean(value: float, basis: str) -> None:
    found = control.compare_blocks([value] * 12, [value] * 6, basis=basis)
    assert float(found.sd) == 0.0
    assert (float(found.lower), float(found.baseline_mean), float(found.upper)) == (
        value,
        value,
        value,
    )
    assert np.isnan(found.t)
    assert np.isnan(found.p)


@pytest.mark.parametrize("basis", ["points", "mean", "xmr"])
@pytest.mark.parametrize("place", [0, 11])
def test_a_missing_month_gives_no_lines_never_a_guess(basis: str, place: int) -> None:
    before = np.arange(12.0)
    before[place] = np.nan
    found = control.compare_blocks(before, [1.0] * 6, basis=basis)
    for name in ("baseline_mean", "sd", "lower", "upper", "t", "p"):
        assert np.isnan(getattr(found, name)), name
    assert np.isnan(
        control.compare_blocks(np.arange(12.0), [1.0] * 5 + [np.nan], basis=basis).recent_mean
    )


def test_lower_lines_of_single_months_stop_at_zero() -> None:
    # docs/methods.md, Latest six months: not below 0. GREEN cannot occur then.
    found = control.compare_blocks([0, 0, 0, 9] * 3, [0] * 6)
    assert float(found.lower) == 0.0


def test_many_series_at_once_equal_each_on_its_own() -> None:
    x = np.random.default_rng(18).poisson(30, (50, 18)).astype(float)
    for basis in ("points", "mean", "xmr"):
        together = control.compare_blocks(x[:, :12], x[:, 12:], basis=basis)
        for i, row in enumerate(x):
            alone = control.compare_blocks(row[:12], row[12:], basis=basis)
            for name in ("lower", "upper", "t", "p"):
                assert float(getattr(together, name)[i]) == pytest.approx(
                    float(getattr(alone, name)), rel=1e-12
                )


@pytest.mark.parametrize(
    ("before", "now", "basis"), [([1.0], [1.0], "points"), ([1.0, 2.0], [], "mean")]
)
def test_blocks_too_short_are_refused(before: list[float], now: list[float], basis: str) -> None:
    with pytest.raises(ValueError, match="baseline needs 2 months or more and recent 1"):
        control.compare_blocks(before, now, basis=basis)


def test_an_unknown_reading_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'points', 'mean' or 'xmr', but is 'sigma'"):
        control.compare_blocks([1.0, 2.0], [1.0], basis="sigma")
