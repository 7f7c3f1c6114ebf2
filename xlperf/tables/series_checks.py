"""Plausibility of figures by period: totals, surveys, families, amounts, with History."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from xlperf.periods import day_name, month_of
from xlperf.tables.copies import (
    ENTER_ANEW,
    Pair,
    chance_of_equal_counts,
    chance_of_equal_shares,
    copied,
)
from xlperf.tables.plausibility import (
    CORRECT_ZERO,
    LOOK,
    ONLY,
    UNKNOWN_N,
    ZERO_LEAST,
    Figure,
    OddFigure,
    complement,
    likely,
    odd_counts,
    odd_scores,
    odd_shares,
)
from xlperf.tables.problems import Code, Problem, Severity
from xlperf.tables.records import COUNTS_OF_FAMILIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from xlperf.config import Settings
    from xlperf.periods import Month, Period
    from xlperf.tables.data import Measure, PastLine, PeriodTotal, SurveyResult, Tables
    from xlperf.tables.rows import DataRow

Key = TypeVar("Key")


def check_series(tables: Tables, settings: Settings) -> Iterator[Problem]:
    """Check the figures of every measure up to the period end."""
    newest = settings.latest.last
    for measure in tables.measures:
        name = measure.name
        broken = [item.month for item in tables.breaks.get(name, ())]
        totals = [total for total in tables.totals.get(name, ()) if total.period.last <= newest]
        if totals:
            yield from check_totals(totals, broken, _published(measure, tables, settings))
        surveys = [
            result
            for result in tables.surveys.get(name, ())
            if result.period_end <= settings.period_end
        ]
        if len(surveys) > 1:
            yield from _surveys(surveys, broken)
        if name in tables.families:
            yield from _families(measure, broken, tables, settings)
        if name in tables.amounts:
            yield from _amount(measure, tables, settings)
    yield from _copied_totals(tables, settings)
    yield from _copied_surveys(tables, settings)


# Totals.


def check_totals(
    totals: Sequence[PeriodTotal], broken: Sequence[Month] = (), published: Iterable[Figure] = ()
) -> Iterator[Problem]:
    """Check the totals of one measure against each other, and against those in History."""
    figures = [
        Figure(total.count, of.last, total.row, "Count", of.length, label=_name(of))
        for total in totals
        for of in [total.period]
    ]
    lasts = {figure.last for figure in figures}
    earlier = [figure for figure in published if figure.last not in lasts]
    for odd in odd_counts([*figures, *earlier], broken):
        yield _count_problem(odd, f"for {odd.figure.label}", f"for {odd.other.label}")
    for part in totals:
        for whole in totals:
            within = (
                whole.period.first <= part.period.first and part.period.last <= whole.period.last
            )
            if within and part.period != whole.period:
                yield from _part(part, whole)


def _name(period: Period) -> str:
    return f"the {period}" if period.length == 12 else str(period)


def _part(part: PeriodTotal, whole: PeriodTotal) -> Iterator[Problem]:
    """A part may not exceed the whole, and is hardly ever equal to it."""
    both = (
        f"The total for {_name(part.period)} is {part.count:,}, and that for {_name(whole.period)},"
        f" which holds it, {whole.count:,} ({whole.row.cell('Count')})"
    )
    code, found, remedy = Code.DOES_NOT_ADD, f"{both}.", "Correct the one that is wrong."
    if part.count == whole.count:
        code, found, remedy = Code.COPIED, f"{both}. Does one figure stand for both?", LOOK
    if part.count > whole.count or part.count == whole.count >= ZERO_LEAST:
        mentions = (whole.row.cell("Count"),)
        yield part.row.problem(Severity.WARNING, code, "Count", found, remedy, mentions=mentions)


def _published(measure: Measure, tables: Tables, settings: Settings) -> list[Figure]:
    """Totals of twelve months as History has them; a shorter one was made one of these."""
    return [
        Figure(past.latest, month_of(past.period_end), past.row, "Latest", known=True,
               label=f"the published year to {day_name(past.period_end)}")
        for past in _past(measure, tables, settings)
        if past.latest is not None and past.latest >= 0
    ]  # fmt: skip


def _past(measure: Measure, tables: Tables, settings: Settings) -> list[PastLine]:
    name = measure.name.lower()
    return [
        past
        for past in tables.history
        if past.line.lower() == name and past.period_end < settings.period_end
    ]


def _count_problem(odd: OddFigure, when: str, other_when: str, whose: str = "") -> Problem:
    """Report a count that is far from another period's."""
    figure, other = odd.figure, odd.other
    subject = f"{whose}{figure.value:,.0f} {when}"
    compared = f"{other.value:,.0f} {other_when} ({other.place})"
    if not figure.value:
        found = f"{subject}, beside {compared}."
        return figure.row.problem(
            Severity.WARNING, Code.ZERO, figure.title, found, CORRECT_ZERO, mentions=(other.place,)
        )
    found = (
        f"{subject}, beside {compared}: {_times(odd.ratio)} what was to be"
        f" expected.{likely(odd.ratio, figure.months)}"
    )
    return figure.row.problem(
        Severity.WARNING, Code.JUMP, figure.title, found, LOOK, mentions=(other.place,)
    )


def _times(ratio: float) -> str:
    return f"{ratio:,.3g} times" if ratio >= 1 else f"{100 * ratio:.2g}% of"


# Surveys.


def _surveys(used: Sequence[SurveyResult], broken: Sequence[Month]) -> Iterator[Problem]:
    def figures(value: Callable[[SurveyResult], float | None], title: str) -> list[Figure]:
        return [
            Figure(number, month_of(result.period_end), result.row, title, n=result.n or UNKNOWN_N,
                   label=day_name(result.period_end))
            for result in used
            if (number := value(result)) is not None
        ]  # fmt: skip

    for odd in odd_counts(figures(lambda result: result.n, "n"), broken):
        yield _count_problem(odd, f"answers to {odd.figure.label}", f"to {odd.other.label}")
    for odd in odd_shares(figures(lambda result: result.proportion, "Percent"), broken):
        share, usual = odd.figure.value, odd.other.value
        title = "Percent" if odd.figure.row.has("Percent") else "Satisfied"
        found = (
            f"{100 * share:.1f}% to {odd.figure.label}, beside {100 * usual:.1f}% to"
            f" {odd.other.label}.{complement(share, usual)}"
        )
        yield odd.figure.row.problem(Severity.WARNING, Code.JUMP, title, found, LOOK)
    for odd in odd_scores(figures(lambda result: result.score, "Mean score"), broken):
        found = (
            f"{odd.figure.value:.2f} stars to {odd.figure.label}, beside {odd.other.value:.2f} to"
            f" {odd.other.label}. Is the scale the other way round, or the row another's?"
        )
        yield odd.figure.row.problem(Severity.WARNING, Code.JUMP, "Mean score", found, LOOK)


# Families and amounts.


def _families(
    measure: Measure, broken: Sequence[Month], tables: Tables, settings: Settings
) -> Iterator[Problem]:
    for title in COUNTS_OF_FAMILIES:
        by_council: dict[str, list[Figure]] = {}
        for item in tables.families.get(measure.name, ()):
            count = item.row.whole(title)
            if item.period_end <= settings.period_end and count is not None:
                end, day = month_of(item.period_end), day_name(item.period_end)
                figure = Figure(count, end, item.row, title, 6, label=day)
                by_council.setdefault(item.council.lower(), []).append(figure)
        for figures in by_council.values():
            for odd in odd_counts(figures, broken):
                whose = f"{odd.figure.row.text('Council')}: "
                yield _count_problem(odd, f"to {odd.figure.label}", f"to {odd.other.label}", whose)


def _amount(measure: Measure, tables: Tables, settings: Settings) -> Iterator[Problem]:
    """Compare an amount with the one published last: thousands for millions, or a digit."""
    amounts = tables.amounts.get(measure.name, ())
    published = [past for past in _past(measure, tables, settings) if past.latest]
    if len(amounts) != 1 or not published:
        return
    newest, amount = max(published, key=lambda past: past.period_end), amounts[0]
    ratio = float(amount.value) / (newest.latest or 1.0)
    if ratio > 0 and not 1 / ONLY.factor < ratio < ONLY.factor:
        found = (
            f"£{amount.value} million, beside £{newest.latest:g} million when"
            f" {day_name(newest.period_end)} was refreshed.{likely(ratio)}"
        )
        yield amount.row.problem(Severity.WARNING, Code.JUMP, "£ million", found, LOOK)


# Copies, reported once for all measures that have them.


def _copied_totals(tables: Tables, settings: Settings) -> Iterator[Problem]:
    pairs: dict[tuple[str, str], list[Pair]] = {}
    newest = settings.latest.last
    for measure in tables.measures:
        ordered = sorted(
            tables.totals.get(measure.name, ()),
            key=lambda total: (total.period.last, total.period.length),
        )
        totals = [total for total in ordered if total.period.last <= newest]
        for before, now in pairwise(totals):
            if now.period.overlaps(before.period):
                continue
            chance = chance_of_equal_counts(now.count, 12)
            pair = Pair(now.row, measure.name, chance, now.count == before.count)
            pairs.setdefault((_name(before.period), _name(now.period)), []).append(pair)
    yield from _copies(pairs, "Count", lambda key: (f"for {key[1]}", f"for {key[0]}"))


def _copied_surveys(tables: Tables, settings: Settings) -> Iterator[Problem]:
    pairs: dict[tuple[date, date], list[Pair]] = {}
    for measure in tables.measures:
        every = tables.surveys.get(measure.name, ())
        past = (result for result in every if result.period_end <= settings.period_end)
        results = sorted(past, key=lambda result: result.period_end)
        for before, now in pairwise(results):
            pairs.setdefault((before.period_end, now.period_end), []).append(
                _survey_pair(measure.name, before, now)
            )
    yield from _copies(pairs, "n", lambda key: (f"to {day_name(key[1])}", f"to {day_name(key[0])}"))


def _survey_pair(name: str, before: SurveyResult, now: SurveyResult) -> Pair:
    apart = month_of(now.period_end) - month_of(before.period_end)
    chance = chance_of_equal_counts(now.n, apart) if now.n else 1.0
    if now.proportion is not None:
        chance *= chance_of_equal_shares(now.proportion, now.n or 10 * UNKNOWN_N, apart)
    equal = (now.n, now.successes, now.percent, now.score) == (
        before.n,
        before.successes,
        before.percent,
        before.score,
    )
    return Pair(now.row, name, chance, equal)


def _copies(
    pairs: Mapping[Key, Sequence[Pair]], title: str, when: Callable[[Key], tuple[str, str]]
) -> Iterator[Problem]:
    for key, tried in pairs.items():
        if copied(tried):
            equal: list[DataRow] = [pair.row for pair in tried if pair.equal]
            names = ", ".join(dict.fromkeys(pair.name for pair in tried if pair.equal))
            now, before = when(key)
            found = f"The same figures {now} as {before}: {names}. Were they copied?"
            yield equal[0].problem(Severity.WARNING, Code.COPIED, title, found, ENTER_ANEW, "")
