"""What a chart shows, in a sentence or two, for those who cannot see it: the latest figure, where
it lies, which months stand out, where it leads.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, assert_never

from xlperf.assessment.chart import BEFORE, RECENT
from xlperf.assessment.evidence import Limits
from xlperf.assessment.judgement_charts import (
    CountsChart,
    MonthSignal,
    PlaceChart,
    SignalRule,
    SurveyChart,
    WayChart,
)
from xlperf.periods import month_of, month_short
from xlperf.stats.rounding import same
from xlperf.tables.data import Direction
from xlperf.tables.measure_kinds import FORMS, FigureForm
from xlperf.tiles.figures import figure, number_in_words, place, place_range, rounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xlperf.assessment.judgement_charts import JudgementChart
    from xlperf.periods import Month

PATTERNS = {
    SignalRule.OUTSIDE: ("below the lower limit", "above the upper limit"),
    SignalRule.SHIFT: ("seven or more below the mean", "seven or more above the mean"),
    SignalRule.TREND: ("seven or more falling", "seven or more rising"),
    SignalRule.TWO_OF_THREE: (
        "two of three near the lower limit",
        "two of three near the upper limit",
    ),
}
"""Words for a signal, by whether it is above: False, True."""


def chart_sentence(chart: JudgementChart) -> str:
    """Say what a chart shows."""
    match chart:
        case CountsChart():
            parts = _of_counts(chart)
        case WayChart():
            parts = _of_way(chart)
        case SurveyChart():
            parts = _of_survey(chart)
        case PlaceChart():
            parts = _of_place(chart)
        case _:
            assert_never(chart)
    return " ".join(f"{part}." for part in parts)


def signal_words(signal: MonthSignal) -> str:
    """Say which pattern a month belongs to: above the upper limit."""
    return PATTERNS[signal.rule][signal.above]


def _count(value: float) -> str:
    return figure(value, FigureForm.COUNT)


def _side(value: float, limits: Limits) -> str:
    """Say where a value lies; on a limit, to twelve significant digits, is inside."""
    if any(same(value, limit) for limit in limits) or limits.lower < value < limits.upper:
        return "inside"
    return "above" if value > limits.upper else "below"


def _no_figure(last: Month) -> str:
    return f"No figure up to {month_short(last)}"


# -- months


def _of_counts(chart: CountsChart) -> Iterator[str]:
    known = [place for place, count in enumerate(chart.counts) if count is not None]
    if not known:
        yield _no_figure(chart.months[-1])
        return
    at = known[-1]
    count = chart.counts[at]
    provisional = ", provisional" if chart.provisional[at] else ""
    first = month_short(chart.months[known[0]])
    yield (
        f"Number a month, {first} to {month_short(chart.months[at])}: latest"
        f" {_count(count or 0)}{provisional}"
    )
    yield from _average(chart)
    yield from _signals(chart)
    yield from _breaks(chart.breaks)


def _average(chart: CountsChart) -> Iterator[str]:
    average, limits = chart.average[-1], chart.limits
    if average is None or limits is None or chart.centre is None:
        yield "Not compared with limits"
        return
    ends = f"{rounded(limits.lower, 1)} to {rounded(limits.upper, 1)}"
    season = ", which are without season" if chart.deseasonalised else ""
    yield (
        f"The average of the latest {number_in_words(RECENT)}, {rounded(average, 1)}, is"
        f" {_side(average, limits)} the limits {ends} around the mean {rounded(chart.centre, 1)}"
        f" of the {number_in_words(BEFORE)} before{season}"
    )


def _signals(chart: CountsChart) -> Iterator[str]:
    marked = [
        (month, signal)
        for month, signal in zip(chart.months, chart.signals, strict=True)
        if signal is not None
    ]
    if marked:
        runs = [
            (signal_words(signal), [month for month, _signal in run])
            for signal, run in groupby(marked, key=lambda item: item[1])
        ]
        yield "Signals: " + "; ".join(f"{_span(months)} {words}" for words, months in runs)


def _span(months: Sequence[Month]) -> str:
    first, last = month_short(months[0]), month_short(months[-1])
    if len(months) == 1:
        return first
    if months[-1] - months[0] == len(months) - 1:
        return f"{first} to {last}"
    return ", ".join(map(month_short, months))


def _breaks(months: Iterable[Month]) -> Iterator[str]:
    named = ", ".join(map(month_short, months))
    if named:
        yield f"Recording changed in {named}"


def _of_way(chart: WayChart) -> Iterator[str]:
    known = [
        (m, total) for m, total in zip(chart.months, chart.totals, strict=True) if total is not None
    ]
    if not known:
        yield f"No twelve-month total up to {month_short(chart.latest)}"
        return
    month, total = month_short(known[-1][0]), _count(known[-1][1])
    since = "" if known[-1][0] == chart.latest else ", none known since"
    yield f"Twelve-month totals: {total} in the year to {month}{since}{_levels(chart)}"
    if chart.trends:
        yield from _projected(chart)
    yield from _breaks(chart.breaks)


def _levels(chart: WayChart) -> str:
    levels = []
    if chart.target is not None:
        word = "above" if chart.direction is Direction.UP else "below"
        levels.append(f"target {word} {_count(chart.target)}")
    if chart.baseline is not None:
        levels.append(f"baseline year {_count(chart.baseline)}")
    return "".join(f"; {level}" for level in levels)


def _projected(chart: WayChart) -> Iterator[str]:
    ends = [trend.totals[-1] for trend in chart.trends]
    totals = [rounded(total) for total in ends if total is not None]
    by = month_short(chart.months[-1])
    reach = ""
    if chart.target is not None:
        reach = f", {chart.achieving} of {len(ends)} reaching the target"
    yield f"Projected for the year to {by}: {', '.join(totals)}{reach}"
    lower, upper = chart.lower[-1], chart.upper[-1]
    if lower is not None and upper is not None:
        yield f"Expected range then: {rounded(lower)} to {rounded(upper)}"


# -- surveys and groups


def _of_survey(chart: SurveyChart) -> Iterator[str]:
    if not chart.points:
        yield "No result up to the period end"
        return
    first, latest = chart.points[0], chart.points[-1]
    number = len(chart.points)
    yield f"{number} result{'s' * (number > 1)} since {month_short(month_of(first.period_end))}"
    said = f"Latest {figure(latest.share, FigureForm.SHARE)}"
    if latest.limits is not None:
        lower, upper = (figure(limit, FigureForm.SHARE) for limit in latest.limits)
        said += f", range {lower} to {upper}"
    if latest.n is not None:
        said += f", n {latest.n:,}"
    said += f", in the year to {month_short(month_of(latest.period_end))}"
    if chart.baseline is not None:
        said += f"; baseline year {figure(chart.baseline, FigureForm.SHARE)}"
    yield said


def _of_place(chart: PlaceChart) -> Iterator[str]:
    group = chart.group
    if not group.forces:
        yield "No figures of the group up to the period end"
        return
    yield f"{len(group.forces)} forces, {group.unit}, best first"
    decimals = max(form.decimals for form in FORMS.values() if form.axis == group.unit)
    for force, value, own in zip(group.forces, group.values, group.own, strict=True):
        if own and value is not None:
            yield f"{force} {rounded(value, decimals)}{_limits(chart, value, decimals)}"
    if chart.place is not None:
        likely = place_range(chart.place)
        yield f"Position {place(chart.place)}" + (f", likely {likely}" if likely else "")


def _limits(chart: PlaceChart, value: float, decimals: int) -> str:
    lower, upper, centre = chart.group.lower, chart.group.upper, chart.centre
    if lower is None or upper is None or centre is None:
        return ", not compared with limits"
    side = _side(value, Limits(lower, upper))
    return (
        f", {side} the limits {rounded(lower, decimals)} to {rounded(upper, decimals)} around the"
        f" mean {rounded(centre, decimals)}"
    )
