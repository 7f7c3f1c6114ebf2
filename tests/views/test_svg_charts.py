"""Charts of a page: each mark stands where its value is, and says what it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.assessment.casebook import Book, wobbling
from tests.views.pages import shipped
from xlperf.assessment.basis import Basis
from xlperf.assessment.judgement_charts import PlaceChart, judgement_chart, judgement_charts
from xlperf.tiles.chart_sentences import chart_sentence
from xlperf.views.plots import HIGH, LEFT, LETTER, TOP, WIDTH, Plot, PlotLevel
from xlperf.views.svg_charts import drawing, has_figures


def drawn(line: str):
    assessed = shipped()
    chart = judgement_chart(
        next(item for item in assessed.lines if item.line == line),
        Basis(assessed.tables, assessed.settings),
    )
    assert chart
    return chart, drawing(chart, "x")


def texts(picture) -> list[str]:
    return [item.text for item in picture.iter("text")]


def of(picture, tag: str, look: str):
    return [item for item in picture.iter(tag) if look in (item.get("class") or "").split()]


def points(item) -> list[tuple[float, float]]:
    return [tuple(map(float, spot.split(","))) for spot in item.get("points").split()]


def test_a_plot_has_its_values_between_its_ends():
    plot = Plot.of(3, [0, 10, None, 100])
    assert plot.y(plot.low) == TOP + HIGH
    assert plot.y(plot.high) == TOP
    assert plot.left < plot.x(0) < plot.x(2) < plot.end


def test_long_names_and_large_figures_have_room_beside_the_plot():
    small, large = Plot.of(3, [1, 2]), Plot.of(3, [1e6, 2e6], [PlotLevel("A" * 15, 1.5e6, "limit")])
    assert large.left > small.left >= LEFT
    assert WIDTH - large.end > 15 * LETTER
    (_, name) = large.levels([PlotLevel("A" * 15, 1.5e6, "limit")])
    assert float(name.get("x")) > large.end


def test_every_drawing_has_a_title_and_the_sentence_of_its_chart():
    assessed = shipped()
    charts = judgement_charts(assessed.lines, Basis(assessed.tables, assessed.settings))
    assert len(charts) > 40
    for place, chart in enumerate(charts):
        picture = drawing(chart, f"c{place}") if has_figures(chart) else None
        if picture is None:
            continue
        assert picture.get("role") == "img"
        assert picture.get("aria-labelledby") == f"c{place}-title c{place}-text"
        assert picture.find("desc").text == chart_sentence(chart)
        _, _, width, height = map(float, picture.get("viewBox").split())
        assert width == WIDTH
        for item in picture.iter("circle"):
            assert 0 <= float(item.get("cx")) <= width
            assert 0 <= float(item.get("cy")) <= height


def test_months_have_a_mark_each_provisional_ones_hollow_signals_a_shape_of_their_own():
    chart, picture = drawn("SP12_offences_spc")
    dots, better = of(picture, "circle", "dot"), of(picture, "polygon", "better")
    signals = sum(signal is not None for signal in chart.signals)
    in_key = 2  # a better signal and a provisional month
    assert len(dots) + len(better) == len(chart.months) + in_key
    assert len(better) == signals + 1
    hollow = [*of(picture, "circle", "hollow"), *of(picture, "polygon", "hollow")]
    assert len(hollow) == sum(chart.provisional) + 1
    assert {len(points(item)) for item in better} == {4}  # diamonds, as on the sheet Charts
    assert {"Upper 462.7", "Mean 349.9", "Lower 237.1", "signal, better", "provisional"} <= set(
        texts(picture)
    )


def test_a_worse_signal_is_a_triangle():
    book = Book().offences(counts=[*wobbling(100, 60), 130, 131, 129, 128, 132, 133])
    tables, settings, _ = book.read()
    (_, spc) = judgement_charts(book.lines().values(), Basis(tables, settings))
    worse = of(drawing(spc, "x"), "polygon", "worse")
    assert len(worse) == sum(map(bool, spc.signals)) + 1
    assert {len(points(item)) for item in worse} == {3}


def test_the_way_to_the_target_has_history_trends_range_and_levels():
    chart, picture = drawn("SP12_offences")
    (course,) = of(picture, "polyline", "course")
    assert len(points(course)) == sum(total is not None for total in chart.totals)
    assert len(of(picture, "polyline", "trend")) == len(chart.trends) == 4
    assert len(of(picture, "polyline", "reaches")) == chart.achieving == 1
    (fan,) = of(picture, "polygon", "fan")
    assert points(fan)[0] == points(fan)[-1] == points(course)[-1]
    assert {"Target 3,935", "4,253", "range to be expected"} <= set(texts(picture))


def test_a_survey_has_a_range_for_each_result():
    chart, picture = drawn("SP12_satisfaction")
    assert len(of(picture, "circle", "dot")) == len(chart.points)
    assert {"88.3%", "Baseline 89.7%", "range of a result"} <= set(texts(picture))
    for dot, point in zip(of(picture, "circle", "dot"), chart.points, strict=True):
        x, y = float(dot.get("cx")), float(dot.get("cy"))
        (upright,) = [
            item for item in of(picture, "line", "range")
            if float(item.get("x1")) == float(item.get("x2")) == x
        ]  # fmt: skip
        low, high = float(upright.get("y1")), float(upright.get("y2"))
        assert high < y < low
        share = (low - y) / (low - high)
        limits = point.limits
        assert share == pytest.approx(
            (point.share - limits.lower) / (limits.upper - limits.lower), abs=0.01
        )


def test_bars_begin_at_nought_and_percentages_are_dots():
    chart, picture = drawn("SP12_offences_position")
    bars = [*of(picture, "rect", "own"), *of(picture, "rect", "other")]
    assert len(bars) == len(chart.group.forces) == 8
    widths = sorted(float(item.get("width")) for item in bars)
    values = sorted(chart.group.values)
    assert widths[-1] / widths[0] == pytest.approx(values[-1] / values[0], rel=0.01)
    _, shares = drawn("SP12_satisfaction_position")
    assert not list(shares.iter("rect"))
    assert len(of(shares, "circle", "own")) == 1


def test_figures_that_are_missing_are_said_and_nothing_is_drawn_of_nothing():
    chart, _ = drawn("SP12_offences_position")
    assert isinstance(chart, PlaceChart)
    group = replace(chart.group, values=(None, *chart.group.values[1:]))
    picture = drawing(replace(chart, group=group), "x")
    assert "not shown" in texts(picture)
    assert len(of(picture, "rect", "other")) + len(of(picture, "rect", "own")) == 7
    empty = replace(chart, group=replace(chart.group, values=(None,) * 8))
    assert not has_figures(empty)
    assert not has_figures(drawn_empty())


def drawn_empty():
    book = Book().measure("crime", "offences")
    tables, settings, _ = book.read()
    return judgement_charts(book.lines().values(), Basis(tables, settings))[0]
