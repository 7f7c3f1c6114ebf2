"""What is drawn of a chart: heights, lengths and labels."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlperf.assessment.charts import GroupChart, MonthsChart
from xlperf.documents.chart_marks import GroupMarks, MonthsMarks, mark_texts, marks, month_labels
from xlperf.periods import month_of

JANUARY = month_of(date(2014, 1, 1))
MONTHS = MonthsChart(
    "SP12",
    tuple(range(JANUARY - 3, JANUARY + 3)),
    (10.0, 14.0, None, 12.5, 9.0, 30.0),
    12.0,
    4.0,
    20.0,
)
GROUP = GroupChart(
    "SP12", "per 1,000", ("Kent", "Ours", "Essex"), (1.0, 2.0, None), (False, True, False), 0.5, 2.5
)


def test_points_stand_at_the_height_of_their_figures_and_a_missing_month_is_none():
    drawn = marks(MONTHS)
    assert isinstance(drawn, MonthsMarks)
    heights = dict(zip(MONTHS.counts, drawn.points, strict=True))
    assert heights[None] is None
    assert heights[30.0] - heights[10.0] == pytest.approx(4 * (heights[14.0] - heights[9.0]))
    levels = {level.text: level.at for level in drawn.levels}
    assert list(levels) == ["Lower limit 4.0", "Mean 12.0", "Upper limit 20.0"]
    assert heights[10.0] < levels["Mean 12.0"] < heights[12.5]
    assert drawn.last == "30"


def test_an_axis_that_does_not_begin_at_zero_says_so():
    assert marks(MONTHS).head.endswith("does not begin at 0")
    near = MonthsChart("m", MONTHS.months, (1.0,) * 5 + (20.0,), None, None, None)
    assert marks(near).head == "Number a month"


def test_names_of_limits_are_clear_of_each_other():
    close = MonthsChart("m", MONTHS.months, (1.0, 100.0) * 3, 50.0, 49.9, 50.1)
    places = [level.name_at for level in marks(close).levels]
    assert places[1] - places[0] >= 0.08
    assert places[2] - places[1] >= 0.08


def test_years_stand_where_they_begin():
    assert list(month_labels(range(JANUARY - 2, JANUARY + 1))) == [
        ("Nov", "2013"), ("Dec", ""), ("Jan", "2014"),
    ]  # fmt: skip


def test_bars_are_as_long_as_their_figures_and_one_that_is_not_shown_has_none():
    drawn = marks(GROUP)
    assert isinstance(drawn, GroupMarks)
    kent, ours, essex = drawn.bars
    assert ours.length == pytest.approx(2 * kent.length)
    assert (essex.length, essex.text) == (None, "not shown")
    assert (ours.own, ours.text) == (True, "2.00")
    assert [limit.text for limit in drawn.limits] == ["Lower limit 0.50", "Upper limit 2.50"]


@given(
    st.lists(st.none() | st.floats(0, 1e12), min_size=1, max_size=18),
    st.none() | st.floats(0, 1e9),
)
def test_any_chart_can_be_drawn_and_nothing_leaves_the_plot(counts, centre):
    drawn = marks(
        MonthsChart("m", tuple(range(JANUARY, JANUARY + len(counts))), tuple(counts), centre)
    )
    assert all(point is None or 0 <= point <= 1 for point in drawn.points)
    assert all(-1e-9 <= mark.at <= 1 + 1e-9 for mark in drawn.scale)
    assert len({mark.text for mark in drawn.scale}) == len(drawn.scale) <= 20
    bars = marks(
        GroupChart("g", "per cent", ("A",) * len(counts), tuple(counts), (False,) * len(counts))
    )
    assert all(bar.length is None or 0 <= bar.length <= 1 for bar in bars.bars)
    assert all(isinstance(text, str) for text in (*mark_texts(drawn), *mark_texts(bars)))
