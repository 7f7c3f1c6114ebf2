"""Exception commentary drafted by rule: sentences for people to accept, edit or reject.

Rules of this module. Every sentence has a test (or a plain lack of data) behind it and names what
was compared with what. No adjective goes beyond the test, no cause is given, and a record is one
"in the series", whose start is named. Numbers are rounded as on the tiles. A line without figures
never gets a sentence with figures, whatever is known of its measure elsewhere: what was withheld
stays withheld.

How often each rule speaks when nothing has changed is in `xlperf.tiles.false_alarms`.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, assert_never

from xlperf.assess import evidence as kinds
from xlperf.assess import rag as rules
from xlperf.assess.caveats import Remark, Season
from xlperf.assess.patterns import find_patterns
from xlperf.assess.rag import Rag, Reason, Side
from xlperf.periods import month_name, month_of
from xlperf.stats.distributions import two_sided_level
from xlperf.tables.data import Direction
from xlperf.tables.lines import SPC
from xlperf.tables.measure_kinds import FigureForm, LineKind
from xlperf.tiles import readings
from xlperf.tiles.caveat_sentences import caveat_sentence
from xlperf.tiles.figures import (
    bare,
    compared_with,
    figure,
    number_in_words,
    ordinal_in_words,
    percent_change,
    place_in_words,
    rounded,
    with_n,
    within,
)
from xlperf.tiles.wording import sentence_of, total_now

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xlperf.assess.basis import Basis
    from xlperf.assess.evidence import Assessment, GroupPlace
    from xlperf.assess.monthly_counts import MonthlyCounts
    from xlperf.assess.patterns import MonthsOutside, MonthsTrend, Run, YearBefore
    from xlperf.config import Settings
    from xlperf.periods import Period
    from xlperf.tables.data import Tables


class DraftRule(StrEnum):
    """What a draft rests on. Drafts are known again by line and rule, so these names stay."""

    RUN = "RUN"
    """Seven months or more on one side of the average."""
    OUTSIDE = "OUTSIDE"
    """A month of the quarter beyond three-sigma lines."""
    TREND = "TREND"
    """Seven months or more, each above or below the one before."""
    BLOCK = "BLOCK"
    """The latest six months against the twelve before: the control chart of the dashboard."""
    YEAR_BEFORE = "YEAR_BEFORE"
    """Twelve months against the same months a year before."""
    BASELINE = "BASELINE"
    """Counts against the baseline year."""
    SURVEY = "SURVEY"
    """Shares, or stars, against the baseline year."""
    POSITION = "POSITION"
    """Outside the lines of the group."""
    RANK = "RANK"
    """First or last of the group, the whole likely range of the place in that half of it."""
    SMALL_NUMBERS = "SMALL_NUMBERS"
    NOT_RECEIVED = "NOT_RECEIVED"
    NOT_AVAILABLE = "NOT_AVAILABLE"
    NO_DATA = "NO_DATA"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


class Draft(NamedTuple):
    """One sentence, not yet anybody's."""

    priority: str
    line: str
    """The line, or, of data that is not there, the priority whose lines lack it."""
    rule: DraftRule
    comparator: str
    """What the figure is compared with; these words stand in the text."""
    text: str

    @property
    def key(self) -> str:
        """What the draft is known by from quarter to quarter: line and rule."""
        return f"{re.sub(r'[^A-Za-z0-9]', '_', self.line)} {self.rule}"


BOUNDLESS = 1e6
"""Ratio from which the upper limit of a change is no number to print."""
LEAST_RESULTS = 4
"""Survey results from which the highest or lowest of them is worth saying."""
MISSING = {
    Reason.NOT_RECEIVED: (DraftRule.NOT_RECEIVED, "Not received"),
    Reason.NOT_AVAILABLE: (DraftRule.NOT_AVAILABLE, "Not available"),
    Reason.NO_DATA: (DraftRule.NO_DATA, "No figure"),
}
"""Reasons for a figure that should be there and is not, in words. What is in development is only
listed.
"""


def drafts(lines: Sequence[Assessment], basis: Basis) -> tuple[Draft, ...]:
    """Draft the exceptions of a period, in the order of the lines.

    The same assessments and basis give the same drafts.
    """
    tables, settings = basis.tables, basis.settings
    found = [draft for line in lines for draft in _of_line(line, tables, settings)]
    found += _months(lines, basis)
    found += _not_there(lines, tables, settings)
    order = {
        priority: place
        for place, priority in enumerate(dict.fromkeys(line.measure.priority for line in lines))
    }
    places = {line.line: place for place, line in enumerate(lines)}
    kinds = {rule: place for place, rule in enumerate(DraftRule)}
    found.sort(
        key=lambda draft: (
            order[draft.priority],
            places.get(draft.line, len(places)),
            kinds[draft.rule],
        )
    )
    return tuple(found)


def _of_line(line: Assessment, tables: Tables, settings: Settings) -> Iterator[Draft]:
    evidence = line.evidence
    match evidence:
        case _ if line.reason is Reason.CONFIG:
            return
        case kinds.Offences(test=test) | kinds.Total(test=test):
            if test is not None:
                yield from _against_baseline(line, test, settings)
        case (
            kinds.Survey(result=result)
            | kinds.Rating(result=result)
            | kinds.Families(result=result)
        ):
            yield from _survey(line, result, tables, settings)
        case kinds.Blocks():
            yield from _block(line, evidence, settings)
        case kinds.Position():
            yield from _position(line, evidence)
        case kinds.AmountComparison() | kinds.Words() | kinds.Unjudged():
            return
        case _:
            assert_never(evidence)


def _draft(line: Assessment, rule: DraftRule, comparator: str, text: str) -> Draft:
    """Make a draft about a line; a position or a chart is known by its measure's label."""
    sentence = sentence_of(_on_one_line(f"{line.measure.label}: {text}"))
    return Draft(line.measure.priority, line.line, rule, comparator, sentence)


def _on_one_line(text: str) -> str:
    """Undo line breaks and double spaces of labels and names: a draft must be read back as it was
    written.
    """
    return " ".join(text.split())


def _within(period: Period | None) -> str:
    return within(period, month_name)


def _against(line: Assessment, settings: Settings) -> str:
    return compared_with(line.figures.against, settings, month_name)


# What the assessment itself says of a line.


def _against_baseline(
    line: Assessment, test: kinds.ChangeTest, settings: Settings
) -> Iterator[Draft]:
    """Counts that differ from the baseline year by the test of the line."""
    if test.limits is not None:
        differs = rules.side(1.0, *test.limits) in (Side.ABOVE, Side.BELOW)
        of_test = _ratio_range(*test.limits, settings)
    else:
        differs, of_test = test.p < two_sided_level(settings.z), "exact test"
    if not differs:
        return
    figures = line.figures
    comparator = f"against {figure(figures.baseline, FigureForm.COUNT)} {_against(line, settings)}"
    word = "higher" if test.latest > test.before else "lower"
    brackets = _in_brackets(figures.change_percent, of_test)
    yield _draft(
        line,
        DraftRule.BASELINE,
        comparator,
        f"{total_now(line, month_name)} {comparator}, statistically {word} {brackets}",
    )


def _in_brackets(change: float | None, of_test: str) -> str:
    """Put a change and its test in brackets; without a change where there was none to start
    from.
    """
    return f"({percent_change(change)}, {of_test})" if change is not None else f"({of_test})"


def _ratio_range(lower: float, upper: float, settings: Settings) -> str:
    low = percent_change(100 * (lower - 1))
    above = (
        f"to {percent_change(100 * (upper - 1))}" if upper < BOUNDLESS else "upwards without limit"
    )
    return f"{readings.confidence(settings)} range {low} {above}"


def _survey(
    line: Assessment,
    result: kinds.ShareDifference | kinds.TooFew | kinds.Alone | None,
    tables: Tables,
    settings: Settings,
) -> Iterator[Draft]:
    """Shares and stars: a difference from the baseline year whose interval leaves out 0, or too few
    to tell.
    """
    match result:
        case kinds.TooFew():
            yield _few_answers(line, result, settings)
        case kinds.ShareDifference(limits=limits) if rules.side(0.0, *limits) not in (
            Side.INSIDE,
            Side.ON,
        ):
            comparator = _of_baseline(line, settings)
            text = _difference(line, result, comparator, settings)
            record = _record_of_results(line, tables, settings, up=result.estimate > 0)
            yield _draft(line, DraftRule.SURVEY, comparator, text + record)
        case None | kinds.ShareDifference() | kinds.Alone():
            return
        case _:
            assert_never(result)


def _of_baseline(line: Assessment, settings: Settings) -> str:
    figures = line.figures
    before = with_n(figures.baseline, figures.n_baseline, line.evidence.form)
    return f"against {before} {_against(line, settings)}"


def _difference(
    line: Assessment, found: kinds.ShareDifference, comparator: str, settings: Settings
) -> str:
    figures, form = line.figures, line.evidence.form
    scale, unit = (100.0, "percentage points") if form is FigureForm.SHARE else (1.0, "stars")
    word = "higher" if found.estimate > 0 else "lower"
    low, high = (
        rounded(scale * limit, 1) for limit in sorted(abs(limit) for limit in found.limits)
    )
    return (
        f"{with_n(figures.latest, figures.n_latest, form)} {_within(figures.period)} {comparator}, "
        f"{rounded(scale * abs(found.estimate), 1)} {unit} {word} "
        f"({readings.confidence(settings)} range {low} to {high})"
    )


def _record_of_results(line: Assessment, tables: Tables, settings: Settings, *, up: bool) -> str:
    """Say that the latest result is the highest (lowest) of the series, if it is, alone, and there
    are some.
    """
    results = sorted(
        (
            result
            for result in tables.surveys.get(line.measure.name, ())
            if result.period_end <= settings.period_end
        ),
        key=lambda result: result.period_end,
    )
    values = [
        result.score if line.evidence.form is FigureForm.SCORE else result.proportion
        for result in results
    ]
    known = [value for value in values if value is not None]
    if len(known) < max(LEAST_RESULTS, len(values)):
        return ""
    best = max(known[:-1]) if up else min(known[:-1])
    if not (known[-1] > best if up else known[-1] < best):
        return ""
    start = month_name(month_of(results[0].period_end))
    word = "highest" if up else "lowest"
    return (
        f", the {word} of the {number_in_words(len(known))} results in the series, which begins"
        f" with {start}"
    )


def _few_answers(line: Assessment, few: kinds.TooFew, settings: Settings) -> Draft:
    """Say what a survey too small to judge cannot tell."""
    figures = line.figures
    now = (
        f"{with_n(figures.latest, figures.n_latest, line.evidence.form)} {_within(figures.period)}"
    )
    n = few.n_baseline
    which = "with so few answers" if n is None else f"with n = {n:,} in {settings.baseline_name}"
    comparator = f"the {settings.largest_margin:g} points allowed"
    margin = rounded(few.margin, 1)
    text = (
        f"{now}; {which} the margin can be {margin} points, above {comparator}, so no change can be"
        " told either way"
    )
    return _draft(line, DraftRule.SMALL_NUMBERS, comparator, text)


def _block(line: Assessment, blocks: kinds.Blocks, settings: Settings) -> Iterator[Draft]:
    """Control chart: the mean of six months outside the lines of the twelve before, or too few to
    draw lines.
    """
    mean = f"{rounded(blocks.mean, 1)} a month {_within(blocks.period)}"
    before = f"{rounded(blocks.centre, 1)} a month {_within(blocks.before)}"
    if line.reason is Reason.SMALL_NUMBERS:
        if blocks.centre < settings.small_months:
            comparator = f"the {settings.small_months:g} a month that control lines need"
            yield _draft(
                line,
                DraftRule.SMALL_NUMBERS,
                comparator,
                f"{mean} after {before}, below {comparator}",
            )
        return
    if (limit := _crossed(blocks.mean, blocks.limits)) is None:
        return
    where, at = limit
    of_season = (
        caveat
        for caveat in line.caveats
        if isinstance(caveat, Season) or caveat is Remark.SEASON_TAKEN_OUT
    )
    season = " ".join(map(caveat_sentence, of_season))
    text = f"{mean} on average, {where} line of {rounded(at, 1)} drawn from {before}"
    yield _draft(line, DraftRule.BLOCK, before, f"{text}. {season}" if season else text)


def _crossed(value: float, limits: kinds.Limits) -> tuple[str, float] | None:
    """The line a value is beyond, in words and as a number; None where it is beyond neither."""
    match rules.side(value, *limits):
        case Side.ABOVE:
            return "above the upper", limits.upper
        case Side.BELOW:
            return "below the lower", limits.lower
        case Side.INSIDE | Side.ON:
            return None


def _position(line: Assessment, position: kinds.Position) -> Iterator[Draft]:
    """Position outside the lines of the group, or at one end of it beyond doubt."""
    place, lines, limit = position.place, position.lines, None
    if lines is not None and line.reason is not Reason.SD_ZERO:
        limit = _crossed(lines.own, kinds.Limits(lines.lower, lines.upper))
    if limit is not None:
        comparator = f"{limit[0]} line of the group, {figure(limit[1], position.form)}"
        yield _draft(line, DraftRule.POSITION, comparator, f"{_placed(line, place)}; {comparator}")
    elif _at_end(place):
        comparator = f"of {number_in_words(place.of)} most similar forces"
        text = f"{_placed(line, place)}{_within_lines(lines, position.form)}"
        yield _draft(line, DraftRule.RANK, comparator, text)


def _placed(line: Assessment, place: GroupPlace) -> str:
    first = "highest" if line.direction is Direction.UP else "lowest"
    own = f"{figure(line.figures.latest, line.evidence.form)} {_within(line.figures.period)}"
    return (
        f"{own}, {place_in_words(place)} most similar forces (first is the {first}){_likely(place)}"
    )


def _likely(place: GroupPlace) -> str:
    if place.low is None or place.high is None:
        return ""
    if place.low == place.high:
        return f", likely {ordinal_in_words(place.low)}"
    return f", likely {ordinal_in_words(place.low)} to {ordinal_in_words(place.high)}"


def _at_end(place: GroupPlace) -> bool:
    """Whether a force is first or last, alone, and its whole likely range lies in that half of the
    group.
    """
    if place.low is None or place.high is None or place.tied:
        return False
    return (place.rank == 1 and place.high <= place.of // 2) or (
        place.rank == place.of and place.low > place.of - place.of // 2
    )


def _within_lines(lines: kinds.PositionLimits | None, form: FigureForm) -> str:
    if lines is None:
        return ""
    return (
        f"; between the lines of the group, {bare(lines.lower, form)} to {bare(lines.upper, form)}"
    )


# Patterns in the months.


def monthly(lines: Sequence[Assessment]) -> Iterator[Assessment]:
    """Lines of offences whose months may be spoken of: they and their control chart show
    figures.
    """
    known = {line.line: line for line in lines}
    for line in lines:
        chart = known.get(line.line + SPC)
        shown = (
            line.kind is LineKind.OFFENCES
            and line.figures.latest is not None
            and line.reason is not Reason.CONFIG
        )
        if shown and chart is not None and isinstance(chart.evidence, kinds.Blocks):
            yield line


def _months(lines: Sequence[Assessment], basis: Basis) -> Iterator[Draft]:
    for line in monthly(lines):
        case = basis.case(line.measure.name)
        found = find_patterns(case)
        if found.run:
            yield _run(line, found.run)
        if found.outside:
            yield _outside(line, found.outside, case.series)
        if found.trend:
            yield _trend(line, found.trend)
        if found.year:
            yield _year_before(line, found.year, basis.settings)


def _run(line: Assessment, run: Run) -> Draft:
    side = "above" if run.above else "below"
    comparator = f"the average of {rounded(run.average, 1)} a month {_within(run.average_of)}"
    months = f"each of the {number_in_words(run.months.length)} months {_within(run.months)}"
    return _draft(line, DraftRule.RUN, comparator, f"{months} was {side} {comparator}")


def _outside(line: Assessment, outside: MonthsOutside, series: MonthlyCounts) -> Draft:
    months = " and ".join(
        f"{rounded(count)} in {month_name(month)}" for month, count in outside.months
    )
    side = "above the upper" if outside.above else "below the lower"
    comparator = f"{side} line of {rounded(outside.line, 1)} for single months"
    source = (
        f"three sigma from the average of the {number_in_words(outside.lines_of.length)} months"
    )
    until = f"to {month_name(outside.lines_of.last)}"
    text = f"{months}, {comparator} ({source} {until})"
    return _draft(line, DraftRule.OUTSIDE, comparator, text + _record_of_months(outside, series))


def _record_of_months(outside: MonthsOutside, series: MonthlyCounts) -> str:
    """Say which of the months is the highest (lowest) of the series, if one is, alone."""
    last = outside.months[-1][0]
    history = series.run_back(last)
    counts = sorted(series.counts(history).tolist(), reverse=outside.above)
    month, count = (max if outside.above else min)(outside.months, key=lambda pair: pair[1])
    if counts[0] != count or counts[1] == count:
        return ""
    which = "" if len(outside.months) == 1 else f"{month_name(month)} is "
    word = "highest" if outside.above else "lowest"
    return f"; {which}the {word} month in the series, which begins in {month_name(history.first)}"


def _trend(line: Assessment, trend: MonthsTrend) -> Draft:
    word, side = ("rose", "above") if trend.rising else ("fell", "below")
    steps = trend.months.length - 1
    comparator = f"each month {side} the one before"
    text = (
        f"{word} {number_in_words(steps)} months in a row, from {rounded(trend.first)} in"
        f" {month_name(trend.months.first)} to {rounded(trend.last)} in"
        f" {month_name(trend.months.last)}, {comparator}"
    )
    return _draft(line, DraftRule.TREND, comparator, text)


def _year_before(line: Assessment, year: YearBefore, settings: Settings) -> Draft:
    then, now = year.compared.before, year.compared.latest
    comparator = f"against {rounded(then)} in the same months a year before"
    word = "higher" if now > then else "lower"
    by_ratio = _ratio_range(*year.compared.limits, settings)
    brackets = _in_brackets(
        100 * (now / then - 1) if then else None,
        by_ratio if year.compared.by_interval else "exact test",
    )
    text = f"{rounded(now)} {_within(year.latest)} {comparator}, statistically {word} {brackets}"
    return _draft(line, DraftRule.YEAR_BEFORE, comparator, text)


# Figures that are not there.


def _not_there(lines: Iterable[Assessment], tables: Tables, settings: Settings) -> Iterator[Draft]:
    """One sentence a priority and reason; a month that is missing, one a line. Figures are in none
    of them.
    """
    period = f"the twelve months to {month_name(settings.latest.last)}"
    grouped: dict[tuple[str, Reason, str], list[str]] = {}
    for line in lines:
        if line.kind in (LineKind.POSITION, LineKind.SPC):
            continue
        if line.reason is Reason.INSUFFICIENT_DATA and line.rag is Rag.NA:
            text = f"not judged for {period}. {line.missing}"
            yield _draft(line, DraftRule.INSUFFICIENT_DATA, period, text)
        elif line.reason in MISSING:
            partner = tables.returns.get(line.measure.name)
            known = ", ".join(filter(None, (partner.owner, partner.when_due))) if partner else ""
            grouped.setdefault((line.measure.priority, line.reason, known), []).append(line.label)
    by_key: dict[tuple[str, Reason], list[str]] = {}
    for (priority, reason, known), labels in grouped.items():
        by_key.setdefault((priority, reason), []).append(
            "; ".join(labels) + (f" ({known})" if known else "")
        )
    for (priority, reason), texts in by_key.items():
        rule, words = MISSING[reason]
        yield Draft(
            priority,
            priority,
            rule,
            period,
            _on_one_line(f"{words} for {period}: {'; '.join(texts)}."),
        )
