"""Charts of shares, rates and rare events as the functions give them: published answers, and no
limit of counts below 0.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import xlperf
from tests.functions.excel import cells, row
from tests.stats.test_step_changes import NILE
from xlperf.stats import attributes

# fmt: off
CANS = [
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12,
    7, 13, 9, 6,
]
"""Cans that leak, of 50 each: Montgomery, *Introduction to Statistical Quality Control*, 6th ed.,
table 7.1."""
SPOTS = [14, 12, 20, 11, 7, 10, 21, 16, 19, 23]
ROLLS = [10.0, 8.0, 13.0, 10.0, 9.5, 10.0, 12.0, 10.5, 12.0, 12.5]
"""Faults of dyed cloth, and its units of 50 square metres: Montgomery, example 7.4."""
# fmt: on


def test_shares_are_charted_as_montgomery_does() -> None:
    # Section 7.2.1: p = 0.2313, limits 0.0524 and 0.4102; samples 15 and 23 lie outside.
    chart = xlperf.p_chart(CANS, 50, "chance")
    assert chart.spread == 1
    limits = (chart.lower[0], chart.centre[0], chart.upper[0])
    assert limits == pytest.approx((0.0524, 0.2313, 0.4102), abs=0.00006)
    outside = [place for place, text in enumerate(chart.signals, 1) if "above the upper" in text]
    assert outside == [15, 23]


def test_rates_are_charted_as_montgomery_does() -> None:
    # Example 7.4: u = 153 / 107.5 = 1.42; limits of 10 units 0.29 and 2.55, of 8 units 0.16, 2.68
    # (with u rounded to 1.42).
    chart = xlperf.u_chart(SPOTS, ROLLS, "chance")
    assert chart.centre[0] == pytest.approx(1.42, abs=0.005)
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((0.29, 2.55), abs=0.006)
    assert (chart.lower[1], chart.upper[1]) == pytest.approx((0.16, 2.68), abs=0.01)
    assert chart.count == 0


def test_laney_s_limits_are_wider_where_large_groups_differ() -> None:
    # Laney 2002: with thousands in each group chance alone puts nearly every point outside.
    rng = np.random.default_rng(4)
    sizes = rng.integers(20_000, 30_000, 40)
    parts = rng.binomial(sizes, rng.normal(0.3, 0.02, 40))
    plain, laney = (xlperf.p_chart(parts, sizes, kind) for kind in ("chance", "laney"))
    assert sum("line" in text for text in plain.signals) > 15
    assert sum("line" in text for text in laney.signals) <= 1
    assert laney.spread > 4


def test_signals_are_those_of_rules_that_such_limits_have() -> None:
    chart = xlperf.g_chart([20, 22, 19, 25, 20, 21, 3, 2, 4, 1, 2, 3, 400], in_a_row=6)
    assert chart.signals[-1] == "above the upper line"
    assert chart.signals[6:12] == ("run below the centre",) * 6
    assert xlperf.g_chart([20, 22, 19, 25, 20, 21, 3, 2, 4, 1, 2, 3, 400]).count == 1


def test_run_rules_of_six_and_of_seven_points() -> None:
    # *Making Data Count* has seven; Nelson, J. Qual. Technol. 16 (1984) 237-239, six for a trend.
    rising = [10, 9, 1, 2, 3, 4, 5, 6, 2, 9, 8]
    assert xlperf.runs(rising).count == 0
    assert xlperf.runs(rising, in_a_row=6).signals[2:8] == ("rising",) * 6


def test_a_median_centre_is_named_and_stays_where_an_outlier_pulls_the_mean() -> None:
    values = [10, 12, 10, 12, 11, 10, 12, 90]
    mean, median = xlperf.runs(values), xlperf.runs(values, centre="median")
    assert mean.centre > 20
    assert median.centre == 11.5
    assert median.signals[-1] == "above the upper line"
    steady = xlperf.runs([9.0] * 8 + [11, 12] * 8, centre="median")
    assert "run below the median" in steady.signals[0]
    whole = attributes.median_chart(values)
    assert xlperf.xmr(values, centre="median").upper == whole.upper[0]


def test_rows_stand_beside_their_cells_whatever_is_blank_around(excel) -> None:
    column = excel.call("XP_GCHART", cells(None, 3, 0, 41, None))
    assert [line[0] for line in column] == ["", 3, 0, 41, ""]
    assert column[0] == [""] * 5
    assert excel.call("XP_PCHART", row(3, 4), row(10, 10))[1][:1] == [0.4]
    assert excel.call("XP_STEPS", cells(*[50, 48, 52] * 12)) == "no lasting step"


def test_steps_of_figures_that_are_no_months_are_those_of_the_general_method(excel) -> None:
    # Cobb, Biometrika 65 (1978) 243-251: the flow of the Nile fell, and 1899 is the first low year.
    (found,) = excel.call("XP_STEPS", cells(*NILE.tolist()), "independent")
    assert found[0] == 1899 - 1871 + 1
    assert found[1:] == [pytest.approx(NILE[:28].mean()), pytest.approx(NILE[28:].mean()), ""]


def test_tables_have_the_labels_of_what_was_given() -> None:
    months = pd.period_range("2013-04", periods=4, freq="M")
    parts = pd.Series([30, 32, 28, 33], index=months)
    frame = xlperf.p_chart(parts, pd.Series([90, 95, 91, 92], index=months)).to_frame()
    pd.testing.assert_index_equal(frame.index, months)
    assert list(frame.columns) == ["value", "lower", "centre", "upper", "signal"]
    quarters = parts.set_axis(pd.period_range("2013Q1", periods=4, freq="Q"))
    assert xlperf.u_chart(quarters, 52.4).count == 0
    areas = pd.Series([10, 12, 90], index=["North", "South", "Centre"])
    assert list(xlperf.funnel(areas, [1000, 1100, 900]).to_frame().index) == list(areas.index)
    level = pd.Series(
        [100] * 30 + [60] * 30, index=pd.period_range("2010-01", periods=60, freq="M")
    )
    (step,) = xlperf.steps(level).to_frame().itertuples()
    assert (str(step.Index), step.before, step.after, step.of_100) == ("2012-07", 100, 60, 1)


def test_days_between_dates_of_pandas_are_charted() -> None:
    dates = pd.Series(pd.to_datetime(["2014-01-05", "2014-03-01", "2014-03-04", "2014-09-30"]))
    chart = xlperf.g_chart(dates.diff().dt.days)
    assert chart.values == (None, 55, 3, 210)
    assert chart.centre[1] == 55


COUNTS = st.lists(st.integers(0, 60), min_size=3, max_size=24)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(COUNTS, st.floats(0.5, 6))
def test_no_limit_of_counts_shares_rates_or_times_lies_below_0(counts, width) -> None:
    charts = [
        xlperf.p_chart(counts, 60, sigmas=width),
        xlperf.p_chart(counts, 60, "chance", width),
        xlperf.u_chart(counts, 9.5, sigmas=width),
        xlperf.u_chart(counts, 9.5, "chance", width),
        xlperf.g_chart(counts, width),
        xlperf.t_chart([count + 0.5 for count in counts], width),
        xlperf.funnel(counts, 9.5, width),
    ]
    for chart in charts:
        assert min(chart.lower) >= 0
        assert all(low <= high for low, high in zip(chart.lower, chart.upper, strict=True))
    for centre in ("mean", "median"):
        assert xlperf.xmr(counts, width, centre, least=0).lower >= 0
        assert xlperf.runs(counts, width, centre=centre, least=0).lower >= 0


def test_a_bound_moves_no_signal() -> None:
    # The outer third of a limit that lies below 0 begins where it did.
    values = [1, 0, 0, 9, 1, 0, 0, 8, 0, 1]
    assert xlperf.runs(values, least=0).signals == xlperf.runs(values).signals
