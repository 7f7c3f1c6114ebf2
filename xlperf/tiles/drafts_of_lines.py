"""Drafts from what the assessment itself says of a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from xlperf.assessment import evidence as kinds
from xlperf.assessment import rag as rules
from xlperf.assessment.caveats import Remark, Season
from xlperf.assessment.rag import Reason, Side
from xlperf.periods import month_name, month_of
from xlperf.stats.distributions import two_sided_level
from xlperf.tables.data import Direction
from xlperf.tables.measure_kinds import FORMS, FigureForm
from xlperf.tiles import readings
from xlperf.tiles.caveat_sentences import caveat_sentence
from xlperf.tiles.draft_rules import Draft, DraftRule, draft_of, in_brackets, in_months, ratio_range
from xlperf.tiles.figures import (
    bare,
    compared_with,
    figure,
    number_in_words,
    ordinal_in_words,
    place_in_words,
    rounded,
    with_n,
)
from xlperf.tiles.wording import at_one_mix, total_now

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlperf.assessment.evidence import Assessment, GroupPlace
    from xlperf.config import Settings
    from xlperf.tables.data import Tables


LEAST_RESULTS = 4
"""Survey results from which the highest or lowest of them is worth saying."""


def drafts_of_line(line: Assessment, tables: Tables, settings: Settings) -> Iterator[Draft]:
    """Draft what the evidence of a line gives to say."""
    evidence = line.evidence
    match evidence:
        case _ if line.reason in (Reason.CONFIG, Reason.AMONG_MANY):
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


def _against(line: Assessment, settings: Settings) -> str:
    return compared_with(line.figures.against, settings, month_name)


def rules_tried(line: Assessment) -> tuple[DraftRule, ...]:
    """Rules that look at the figures of a line, whether or not they have something to say."""
    evidence = line.evidence
    match evidence:
        case kinds.Offences(test=None) | kinds.Position(lines=None):
            return ()
        case kinds.Offences() | kinds.Total():
            return (DraftRule.BASELINE,)
        case (
            kinds.Survey(result=result)
            | kinds.Rating(result=result)
            | kinds.Families(result=result)
        ):
            return (DraftRule.SURVEY,) if isinstance(result, kinds.ShareDifference) else ()
        case kinds.Blocks():
            return () if line.reason is Reason.SMALL_NUMBERS else (DraftRule.BLOCK,)
        case kinds.Position():
            return (DraftRule.POSITION, DraftRule.RANK)
        case kinds.AmountComparison() | kinds.Words() | kinds.Unjudged():
            return ()
        case _:
            assert_never(evidence)


def _against_baseline(
    line: Assessment, test: kinds.ChangeTest, settings: Settings
) -> Iterator[Draft]:
    """Counts that differ from the baseline year by the test of the line."""
    if test.limits is not None:
        differs = rules.side(1.0, *test.limits) in (Side.ABOVE, Side.BELOW)
        of_test = ratio_range(*test.limits, settings)
    else:
        differs, of_test = test.p < two_sided_level(settings.z), "exact test"
    if not differs:
        return
    figures = line.figures
    comparator = f"against {figure(figures.baseline, FigureForm.COUNT)} {_against(line, settings)}"
    word = "higher" if test.latest > test.before else "lower"
    brackets = in_brackets(figures.change_percent, of_test)
    text = f"{total_now(line, month_name)} {comparator}, statistically {word} {brackets}"
    yield draft_of(line, DraftRule.BASELINE, comparator, text)


def _survey(
    line: Assessment,
    result: kinds.ShareDifference | kinds.TooFew | kinds.Alone | None,
    tables: Tables,
    settings: Settings,
) -> Iterator[Draft]:
    """Shares and stars: a difference from the baseline year whose interval has no 0, or too few."""
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
            yield draft_of(line, DraftRule.SURVEY, comparator, text + record)
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
    scale = FORMS[form].scale
    unit = ("percentage " if form is FigureForm.SHARE else "") + FORMS[form].difference
    word = "higher" if found.estimate > 0 else "lower"
    low, high = (
        rounded(scale * limit, 1) for limit in sorted(abs(limit) for limit in found.limits)
    )
    return (
        f"{with_n(figures.latest, figures.n_latest, form)} {in_months(figures.period)}"
        f" {comparator}{at_one_mix(line)}, {rounded(scale * abs(found.estimate), 1)} {unit} {word} "
        f"({readings.confidence(settings)} range {low} to {high})"
    )


def _record_of_results(line: Assessment, tables: Tables, settings: Settings, *, up: bool) -> str:
    """Say that the latest result is the highest (lowest) of the series, alone, if it is."""
    every = tables.surveys.get(line.measure.name, ())
    past = (result for result in every if result.period_end <= settings.period_end)
    results = sorted(past, key=lambda result: result.period_end)
    values = [
        result.score if line.evidence.form is FigureForm.SCORE else result.proportion
        for result in results
    ]
    known = [value for value in values if value is not None]
    if len(known) < max(LEAST_RESULTS, len(values)) or any(result.parts for result in results):
        return ""  # the mix of parts may have changed in between
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
    latest = with_n(figures.latest, figures.n_latest, line.evidence.form)
    now = f"{latest} {in_months(figures.period)}"
    n = few.n_baseline
    which = "with so few answers" if n is None else f"with n = {n:,} in {settings.baseline_name}"
    comparator = f"the {settings.largest_margin:g} points allowed"
    margin = rounded(few.margin, 1)
    text = (
        f"{now}; {which} the margin can be {margin} points, above {comparator}, so no change can be"
        " told either way"
    )
    return draft_of(line, DraftRule.SMALL_NUMBERS, comparator, text)


def _block(line: Assessment, blocks: kinds.Blocks, settings: Settings) -> Iterator[Draft]:
    """Control chart: the mean of six months outside lines of twelve before, or too few for them."""
    mean = f"{rounded(blocks.mean, 1)} a month {in_months(blocks.period)}"
    before = f"{rounded(blocks.centre, 1)} a month {in_months(blocks.before)}"
    if line.reason is Reason.SMALL_NUMBERS:
        if blocks.centre < settings.small_months:
            comparator = f"the {settings.small_months:g} a month that control lines need"
            text = f"{mean} after {before}, below {comparator}"
            yield draft_of(line, DraftRule.SMALL_NUMBERS, comparator, text)
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
    yield draft_of(line, DraftRule.BLOCK, before, f"{text}. {season}" if season else text)


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
        yield draft_of(
            line, DraftRule.POSITION, comparator, f"{_placed(line, place)}; {comparator}"
        )
    elif _at_end(place):
        comparator = f"of {number_in_words(place.of)} most similar forces"
        text = f"{_placed(line, place)}{_within_lines(lines, position.form)}"
        yield draft_of(line, DraftRule.RANK, comparator, text)


def _placed(line: Assessment, place: GroupPlace) -> str:
    first = "highest" if line.direction is Direction.UP else "lowest"
    own = f"{figure(line.figures.latest, line.evidence.form)} {in_months(line.figures.period)}"
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
    """Whether a force is first or last, alone, with its likely range in that half of the group."""
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
