"""The same months of earlier years: Student's t by scipy, and the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from xlperf.stats import same_months


@settings(max_examples=40, derandomize=True)
@given(st.lists(st.integers(0, 500), min_size=30, max_size=70))
def test_p_is_that_of_a_prediction_by_student_s_t(counts: list[int]) -> None:
    found = same_months.same_months_change(counts)
    y = np.array(counts, dtype=float)
    totals = [
        np.log(y[y.size - 12 * k - 6 : y.size - 12 * k].sum() + 0.5) for k in range(found.years + 1)
    ]
    latest, earlier = totals[0], totals[1:]
    assert found.years == min((len(counts) - 6) // 12, 4)
    sd = np.std(earlier, ddof=1)
    if sd == 0:
        assert np.isnan(found.p)
        return
    t = (latest - np.mean(earlier)) / (sd * np.sqrt(1 + 1 / len(earlier)))
    assert float(found.t) == pytest.approx(t)
    assert float(found.p) == pytest.approx(2 * stats.t.sf(abs(t), len(earlier) - 1))
    assert float(found.lower) <= float(found.ratio) <= float(found.upper)


def test_a_season_however_strong_changes_nothing() -> None:
    totals = np.repeat([400.0, 500.0, 450.0, 600.0], 12)[: 3 * 12 + 6]
    season = np.tile(np.linspace(0.1, 1.9, 12), 4)[: totals.size]
    plain, seasonal = (
        same_months.same_months_change(totals),
        same_months.same_months_change(totals * season),
    )
    assert float(plain.p) == pytest.approx(
        float(seasonal.p), rel=1e-3
    )  # but for the half that is added


def test_printed_answers_and_edges() -> None:
    y = np.zeros(42)
    for back, total in enumerate((600, 450, 500, 400)):
        y[42 - 12 * back - 6 : 42 - 12 * back] = total / 6
    found = same_months.same_months_change(y)
    assert [round(float(v), 3) for v in (found.ratio, found.t, found.p)] == [1.338, 2.264, 0.152]
    y[40] = np.nan
    assert np.isnan(same_months.same_months_change(y).p)
    with pytest.raises(ValueError, match="30 months or more, but has 29"):
        same_months.same_months_change(np.ones(29))
    with pytest.raises(ValueError, match="months must be 1 to 12"):
        same_months.same_months_change(np.ones(60), months=13)
