"""False alarms when nothing has changed: the rates of docs/methods-evidence.md, simulated
afresh.

Authority: simulations of 200,000 series a cell (control chart) and 60,000 (years), percentages to
one decimal; here 20,000 series with a fixed seed, so the tolerance is four binomial standard errors
of the difference and the rounding.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.stats.simulated import Cell, counts, tolerance
from xlperf.stats import change, control

pytestmark = pytest.mark.slow
SERIES = 20_000
CONTROL_CHART = {
    # cell: RED and GREEN per cent of readings A "points", Ct "mean" and E "xmr"
    Cell(10): (0.2, 0.1, 3.1, 1.9, 0.3, 0.1),
    Cell(100): (0.2, 0.1, 2.7, 2.3, 0.2, 0.2),
    Cell(100, cv=0.10): (0.2, 0.1, 3.0, 2.1, 0.3, 0.1),
    Cell(400, cv=0.07): (0.2, 0.1, 2.9, 2.1, 0.2, 0.1),
    Cell(100, season=0.10): (0.2, 0.1, 3.4, 2.8, 0.7, 0.5),
    Cell(400, cv=0.07, ar=0.3): (0.6, 0.3, 5.5, 4.4, 1.0, 0.6),
    Cell(100, cv=0.10, season=0.10, ar=0.15): (0.4, 0.1, 4.4, 3.0, 0.8, 0.4),
    Cell(400, cv=0.07, season=0.10, ar=0.25): (0.5, 0.2, 5.3, 4.0, 1.9, 1.2),
    Cell(5000, cv=0.05, season=0.08, ar=0.4): (0.8, 0.4, 7.0, 5.9, 5.1, 4.1),
}
YEARS = {
    # cell: per cent significant of "QP+month, phi & AR1(VIF12) from 5 yrs (t11)", from 3 years, and
    # "AR1-inflated"
    Cell(10): (1.7, 1.4, 1.3),
    Cell(100): (1.8, 1.6, 1.4),
    Cell(400, cv=0.07, season=0.10, ar=0.25): (4.2, 5.0, 5.4),
    Cell(100, cv=0.10, season=0.10, ar=0.15): (3.4, 3.5, 3.9),
    Cell(400, cv=0.07, season=0.03, ar=0.25): (4.3, 4.8, 5.7),
    Cell(1900, cv=0.045, season=0.078, ar=0.22): (4.3, 4.7, 5.8),
    Cell(5000, cv=0.05, season=0.08, ar=0.4): (5.6, 7.1, 8.5),
    Cell(5000, cv=0.05, season=0.03, ar=0.4): (5.7, 7.0, 8.7),
    Cell(1370, cv=0.09, season=0.10, ar=0.55): (7.6, 9.2, 11.5),
}


@pytest.mark.parametrize(("cell", "published"), CONTROL_CHART.items(), ids=str)
def test_the_control_chart_raises_as_many_false_alarms_as_published(
    cell: Cell, published: tuple[float, ...]
) -> None:
    # docs/methods-evidence.md, Six months against twelve: per cent RED and GREEN of
    # stable series.
    x = counts(np.random.default_rng(20140930), cell, SERIES, 18)
    found = []
    for basis in ("points", "mean", "xmr"):
        compared = control.compare_blocks(x[:, :12], x[:, 12:], basis=basis)
        found += [
            100 * np.mean(compared.recent_mean > compared.upper),
            100 * np.mean(compared.recent_mean < compared.lower),
        ]
    for rate, expected in zip(found, published, strict=True):
        assert rate == pytest.approx(expected, abs=tolerance(expected, SERIES, 200_000))


def test_the_mean_reading_is_an_exact_test_when_months_are_normal() -> None:
    # Theory: (m6 - m12)/(s12/2) has a t distribution with 11 degrees of freedom, so p is uniform.
    x = np.random.default_rng(11).normal(1000, 30, (SERIES, 18))
    compared = control.compare_blocks(x[:, :12], x[:, 12:], basis="mean")
    outside = (compared.recent_mean > compared.upper) | (compared.recent_mean < compared.lower)
    assert 100 * np.mean(outside) == pytest.approx(5.0, abs=tolerance(5.0, SERIES, 10**9))
    for level in (0.01, 0.10, 0.50):
        assert 100 * np.mean(compared.p < level) == pytest.approx(
            100 * level, abs=tolerance(100 * level, SERIES, 10**9)
        )


def test_points_are_a_line_of_99_8_per_cent_for_an_average_of_six() -> None:
    # Arithmetic: 1.96 SD are 3.92 standard errors; P(|t11| > 3.92) = 0.0024.
    from scipy.stats import t

    assert 2 * t.sf(3.92, 11) == pytest.approx(0.0024, abs=5e-5)
    baseline = np.array([90.0, 110.0] * 6)
    line = control.compare_blocks(baseline, [0.0] * 6).upper
    at_line = control.compare_blocks(baseline, [float(line)] * 6)
    assert float(at_line.p) == pytest.approx(2 * t.sf(3.92, 11), rel=1e-9)


@pytest.mark.parametrize(("cell", "published"), YEARS.items(), ids=str)
def test_the_year_test_raises_as_many_false_alarms_as_published(
    cell: Cell, published: tuple[float, ...]
) -> None:
    # docs/methods-evidence.md, Year against year: baseline first and latest year last of 5
    # or 3 years. The rows take the dispersion, too, from all the years.
    x = counts(np.random.default_rng(20170331), cell, SERIES, 60).reshape(SERIES, 5, 12)
    found = []
    for years in (x, x[:, :3]):
        effect = change.design_effect(change.autocorrelation(years))
        tested = change.year_change(
            years[:, 0], years[:, -1], design_effect=effect, phi=change.dispersion(years)
        )
        found.append(100 * np.mean(tested.p < change.two_sided_level(1.96)))
    effect = change.design_effect_two_years(x[:, 0], x[:, -1])
    tested = change.year_change(x[:, 0], x[:, -1], design_effect=effect)
    found.append(100 * np.mean((tested.upper < 1) | (tested.lower > 1)))
    for rate, expected in zip(found, published, strict=True):
        assert rate == pytest.approx(expected, abs=tolerance(expected, SERIES, 60_000))


def test_months_that_hang_together_deceive_a_test_that_takes_them_as_independent() -> None:
    # docs/methods-evidence.md, Year against year: with V = 1, 17.7 % false alarms at 5,000
    # a month and a correlation of 0.4.
    x = counts(
        np.random.default_rng(5), Cell(5000, cv=0.05, season=0.08, ar=0.4), SERIES, 60
    ).reshape(SERIES, 5, 12)
    tested = change.year_change(x[:, 0], x[:, -1])
    assert 100 * np.mean(tested.p < 0.05) == pytest.approx(
        17.7, abs=tolerance(17.7, SERIES, 60_000)
    )


def test_the_runs_of_a_stable_chart_signal_as_often_as_published() -> None:
    # docs/methods-evidence.md, Run rules: 24 months in control, a run of 7 in 8.5 % of
    # charts, a 7-point trend in 0.4 %.
    x = np.random.default_rng(24).normal(100, 10, (SERIES, 24))
    signals = control.chart(x).signals
    assert 100 * np.mean((signals.trend != 0).any(-1)) == pytest.approx(
        0.4, abs=tolerance(0.4, SERIES, SERIES)
    )
    assert 100 * np.mean((signals.shift != 0).any(-1)) == pytest.approx(
        8.5, abs=tolerance(8.5, SERIES, SERIES)
    )
