"""Charts that carry the judgement: what they hold equals what the line was judged by."""

from __future__ import annotations

import pytest

from tests.assessment.casebook import Book, month, wobbling
from xlperf.assessment.basis import Basis
from xlperf.assessment.evidence import AtTarget, Blocks, Limits, Offences, Projection
from xlperf.assessment.judgement_charts import (
    CountsChart,
    JudgementChart,
    PlaceChart,
    SignalRule,
    SurveyChart,
    WayChart,
    judgement_charts,
)
from xlperf.config import SpcBasis
from xlperf.periods import last_day
from xlperf.stats.rounding import as_written
from xlperf.tiles.chart_sentences import chart_sentence

STEADY = wobbling(100, 66)


def drawn(book: Book) -> tuple[JudgementChart, ...]:
    tables, settings, _problems = book.read()
    return judgement_charts(book.lines().values(), Basis(tables, settings))


def spc_and_way(book: Book) -> tuple[CountsChart, WayChart]:
    way, spc = drawn(book)
    assert isinstance(spc, CountsChart)
    assert isinstance(way, WayChart)
    return spc, way


@pytest.mark.parametrize("known", [1, 18, 36, 150])
def test_a_control_chart_has_the_months_known_18_at_least_and_36_at_most(known: int) -> None:
    spc, _way = spc_and_way(Book().offences(counts=wobbling(100, known)))
    assert len(spc.months) == min(max(known, 18), 36)
    assert sum(count is not None for count in spc.counts) == min(known, 36)
    assert spc.months[-1] == month("2014-09")
    assert (spc.limits is None) is (known < 18)


def test_centre_and_limits_are_those_of_the_line_and_the_average_ends_at_its_mean() -> None:
    book = Book().offences(counts=[*STEADY[:-6], 130, 131, 129, 128, 132, 133])
    spc, _way = spc_and_way(book)
    blocks = book.line("crime_spc").evidence
    assert isinstance(blocks, Blocks)
    assert (spc.centre, spc.limits) == (
        as_written(blocks.centre),
        Limits(*map(as_written, blocks.limits)),
    )
    assert spc.average[-1] == as_written(blocks.mean)
    assert spc.baseline == 100
    late = [signal for signal in spc.signals[-6:] if signal]
    assert {(signal.rule, signal.above) for signal in late} == {(SignalRule.OUTSIDE, True)}
    assert late[0].better(spc.direction) is False
    assert not any(spc.signals[: spc.limits_from])
    assert "above the upper limit" in chart_sentence(spc)


@pytest.mark.parametrize("basis", [SpcBasis.MEAN, SpcBasis.LEVELS])
def test_single_months_are_not_compared_with_limits_of_an_average(basis: SpcBasis) -> None:
    book = Book(spc_basis=basis).offences(counts=[*STEADY[:-6], 100, 131, 99, 100, 98, 101])
    spc, _way = spc_and_way(book)
    assert spc.limits is not None
    assert spc.limits.upper < 131
    assert not any(spc.signals)


def test_a_seasonal_run_is_no_signal_where_the_limits_are_without_season() -> None:
    season = [140, 130, 120, 100, 90, 70, 60, 70, 90, 100, 110, 120]
    book = Book(spc_season="use").offences(counts=season * 6)
    spc, _way = spc_and_way(book)
    assert spc.deseasonalised
    assert not any(spc.signals)


def test_breaks_gaps_and_provisional_months_are_marked() -> None:
    counts = [*STEADY[:-1], None]
    book = Book().offences(counts=counts).recording_changed("crime", "2013-06")
    spc, way = spc_and_way(book)
    assert spc.counts[-1] is None
    assert spc.average[-1] is None
    assert spc.breaks == way.breaks == (month("2013-06"),)
    across = way.months.index(month("2014-04"))
    assert way.totals[across] is None
    assert way.totals[across + 1] is not None
    assert (spc.limits, spc.baseline, way.baseline, way.target) == (None,) * 4
    assert "Recording changed in Jun 2013" in chart_sentence(spc)
    assert "in the year to Aug 2014, none known since" in chart_sentence(way)


@pytest.mark.parametrize("target", [month("2014-11"), month("2017-03")])
def test_trends_and_range_lead_to_the_figures_of_the_line(target: int) -> None:
    counts = [100 + place // 2 + (7 * place) % 11 for place in range(66)]
    book = Book(target_date=last_day(target)).offences(counts=counts)
    _spc, way = spc_and_way(book)
    offences = book.line("crime").evidence
    assert isinstance(offences, Offences)
    outlook = offences.outlook
    assert isinstance(outlook, Projection)
    assert outlook.outlook is not None
    assert way.months[-1] == target
    assert [(t.name, t.totals[-1], t.achieves) for t in way.trends] == [
        (t.name, as_written(t.total), t.achieves) for t in outlook.trends
    ]
    assert (way.lower[-1], way.upper[-1]) == tuple(map(as_written, outlook.outlook.limits))
    at = way.months.index(way.latest)
    assert {t.totals[at] for t in way.trends} == {way.totals[at]} == {way.lower[at]}
    assert (way.target, way.totals[at]) == (as_written(outlook.threshold), offences.figures.latest)
    assert "reaching the target" in chart_sentence(way)


def test_after_the_target_date_nothing_is_projected() -> None:
    book = Book(target_date=last_day(month("2014-03"))).offences(counts=STEADY)
    _spc, way = spc_and_way(book)
    evidence = book.line("crime").evidence
    assert isinstance(evidence, Offences)
    assert isinstance(evidence.outlook, AtTarget)
    assert (way.trends, way.months[-1]) == ((), way.latest)
    assert way.totals[way.months.index(way.target_month)] == evidence.outlook.total


def test_a_survey_has_each_result_with_its_range_and_its_number() -> None:
    book = (
        Book().surveys((300, 400), (330, 400)).survey("sat", last_day(month("2014-03")), 400, 320)
    )
    (chart,) = drawn(book)
    assert isinstance(chart, SurveyChart)
    assert [point.share for point in chart.points] == [0.75, 0.8, 0.825]
    limits = chart.points[-1].limits
    assert limits is not None
    assert limits.lower < 0.825 < limits.upper
    assert (chart.baseline, chart.points[-1].n) == (0.75, 400)
    assert chart_sentence(chart).startswith("3 results since Mar 2013. Latest 82.5%, range ")


def test_a_group_has_its_mean_the_rank_and_a_range_of_each_figure() -> None:
    book = Book().measure("crime", "offences", MSG_measure="crime").peers([1, 2, 3, 4, 5, 6, 7, 8])
    (chart,) = [chart for chart in drawn(book) if isinstance(chart, PlaceChart)]
    assert chart.from_zero
    assert chart.place is not None
    assert "Position 1st of 8" in chart_sentence(chart)
    for value, limits in zip(chart.group.values, chart.ranges, strict=True):
        assert value is not None
        assert limits is not None
        assert limits.lower < value < limits.upper
