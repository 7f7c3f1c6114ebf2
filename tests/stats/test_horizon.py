"""Projected ranges and chances of meeting a target: the formula by another way, laws, and edges."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from xlperf.stats import horizon
from xlperf.stats.projection import halved_growth

gentle = settings(max_examples=60, derandomize=True)


@gentle
@given(
    st.floats(0.1, 1e5),
    st.floats(0, 1e5),
    st.integers(12, 60),
    st.floats(0, 0.5),
    st.floats(0.1, 1e6),
)
def test_range_and_chance_are_those_of_one_normal_distribution(
    centre: float, latest: float, ahead: int, own: float, target: float
) -> None:
    found = horizon.look_ahead(centre, latest, months_ahead=ahead, own_drift=own)
    drift = max(own, float(np.interp(ahead, [12, 18, 30], [0.15, 0.16, 0.18])))
    normal = stats.norm(log(max(centre, 0.5)), sqrt(2 / (latest + 1) + drift**2 * ahead / 12))
    assert log(found.lower) == pytest.approx(normal.ppf(stats.norm.sf(1.96)), abs=1e-9)
    assert log(found.upper) == pytest.approx(normal.ppf(stats.norm.cdf(1.96)), abs=1e-9)
    assert found.probability_below(target) == pytest.approx(
        float(normal.cdf(log(target))), abs=1e-12
    )


def test_further_ahead_is_wider_and_a_steady_series_has_the_drift_of_its_kind() -> None:
    year = [83.0 + place % 2 for place in range(12)]
    ranges = [
        horizon.look_ahead(
            1002, 1002, months_ahead=ahead, counted=horizon.counted_already(year, ahead)
        )
        for ahead in range(1, 49)
    ]
    widths = [found.upper - found.lower for found in ranges]
    assert widths == sorted(widths)
    assert horizon.look_ahead(1000, 1000, months_ahead=12).drift == 0.15
    assert horizon.look_ahead(1000, 1000, months_ahead=12, own_drift=0.3).drift == 0.3


def test_a_range_is_never_nothing() -> None:
    none = horizon.look_ahead(0, 0, months_ahead=12)
    assert none.lower == 0.0
    assert none.upper == pytest.approx(8.1, abs=0.05)
    assert none.probability_below(0.0) == 0.0
    assert 0 < none.probability_below(1.0) < 1


@gentle
@given(st.floats(0, 1e4), st.floats(0, 1e4), st.integers(1, 11), st.floats(0, 2e4))
def test_what_is_counted_already_is_certain(
    counted: float, left: float, ahead: int, target: float
) -> None:
    # Nine months counted and three to come: no total is below the nine, and their spread is that of the three.
    found = horizon.look_ahead(counted + left, 1e4, months_ahead=ahead, counted=counted)
    drift = float(np.interp(ahead, horizon.DRIFT_MONTHS, horizon.DRIFTS))
    left = counted + left - counted
    normal = stats.norm(log(max(left, 0.5)), sqrt(2 / (left + 1) + drift**2 * ahead / 12))
    assert counted <= found.lower <= found.centre <= found.upper
    assert found.upper == pytest.approx(counted + np.exp(normal.ppf(stats.norm.cdf(1.96))))
    expected = float(normal.cdf(log(target - counted))) if target > counted else 0.0
    assert found.probability_below(target) == pytest.approx(expected, abs=1e-9)


def test_what_is_counted_already_are_the_latest_months() -> None:
    months = list(range(1, 25))
    assert horizon.counted_already(months, 3) == sum(range(16, 25))
    assert horizon.counted_already(months, 11) == 24
    assert horizon.counted_already(months, 12) == 0
    with pytest.raises(ValueError, match=r"3\.0 are counted already, but 2\.0 are projected"):
        horizon.look_ahead(2.0, 5.0, months_ahead=3, counted=3.0)


def test_the_last_change_counts_half_and_once() -> None:
    assert 80 * halved_growth(100, 80) == pytest.approx(72)
    assert 80 * halved_growth(0, 80) == 80
    assert 0 * halved_growth(100, 0) == 0


def test_own_drift_is_that_of_complete_years() -> None:
    years = np.repeat([100.0, 110.0, 100.0], 12) / 12
    expected = log(1.1)
    assert horizon.yearly_drift(years) == pytest.approx(expected)
    assert horizon.yearly_drift(np.r_[[7.0] * 5, years]) == pytest.approx(expected)
    assert horizon.yearly_drift(years[1:]) == 0.0
    years[30] = np.nan
    assert horizon.yearly_drift(years) == 0.0
    assert horizon.yearly_drift(np.zeros(36)) == 0.0


@pytest.mark.parametrize(
    ("probability", "fifths"),
    [(0, 0), (0.09, 0), (0.1, 1), (0.29, 1), (0.3, 2), (0.5, 3), (0.9, 5), (1, 5)],
)
def test_chances_are_given_in_fifths_of_which_the_past_is_known(
    probability: float, fifths: int
) -> None:
    assert horizon.in_fifths(probability) == fifths
    far, near = (horizon.fifth_record(fifths, ahead) for ahead in (12, 11))
    assert far is horizon.FIFTH_RECORDS[fifths]
    assert 0 <= far.london <= (far.forces or 0) <= 100
    assert near.forces is None
    assert 0 <= near.london <= 100


def test_more_trends_that_agree_came_true_more_often() -> None:
    for ahead, nearest in ((1, 1), (2, 3), (8, 9), (14, 12), (15, 18), (24, 30), (60, 30)):
        record = horizon.trend_record(ahead)
        assert record is horizon.TREND_RECORDS[nearest]
        assert list(record.unimproved) == sorted(record.unimproved)
        assert record.improved > record.unimproved[4]


def test_what_cannot_be_projected_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        horizon.look_ahead(float("nan"), 1, months_ahead=12)
    with pytest.raises(ValueError, match="months_ahead must be 1 or more, but is 0"):
        horizon.look_ahead(1, 1, months_ahead=0)
