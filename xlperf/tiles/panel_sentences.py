"""Why a line has its colour, for a panel: the figure, what it is compared with, what the colour
means and how far the target is, in words that need no statistics.

The numbers of the tests, chances and readings are in `xlperf.tiles.analyst_sentences`.
"""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, assert_never

from xlperf.assessment import evidence as kinds
from xlperf.assessment.evidence import ChangeFinding
from xlperf.assessment.rag import Rag, Reason
from xlperf.config import SpcBasis, TrendRule
from xlperf.periods import month_name
from xlperf.stats.chance import ChanceClass
from xlperf.stats.change import Method
from xlperf.tables.data import Direction
from xlperf.tables.measure_kinds import FORMS, FigureForm, LineKind
from xlperf.tiles.chance_sentences import CHANCES, record_of_targets
from xlperf.tiles.figures import (
    bare,
    compared_with,
    figure,
    number_in_words,
    percent_change,
    place,
    place_range,
    rounded,
    signed,
    within,
)
from xlperf.tiles.wording import (
    SHORT_REASONS,
    UNCOLOURED,
    WITHOUT_FIGURES,
    at_one_mix,
    capital,
    sentence_of,
    total_now,
    trends_leading,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings

NOT_BETTER_EITHER_WAY = "Neither more nor less is better for this measure, so it is not coloured."
UNLIKELY = "that chance alone is unlikely to explain"
FINDINGS = {
    ChangeFinding.BETTER: f"an improvement {UNLIKELY}",
    ChangeFinding.WORSE: f"a change for the worse {UNLIKELY}",
    ChangeFinding.NEITHER: "no evidence of a change",
}
OF_REASON = {
    Reason.BETTER: FINDINGS[ChangeFinding.BETTER],
    Reason.WORSE: FINDINGS[ChangeFinding.WORSE],
    Reason.NO_EVIDENCE: FINDINGS[ChangeFinding.NEITHER],
    Reason.NO_CHANGE_FROM_ZERO: "none then and none now",
}
AGAINST_TARGET = {
    Reason.BETTER: "better than the target, by more than chance alone is likely to explain",
    Reason.WORSE: "worse than the target, by more than chance alone is likely to explain",
    Reason.NO_EVIDENCE: "chance alone may explain the difference from the target",
}
NEEDED = {
    TrendRule.ANY: "",
    TrendRule.MAJORITY: ", where more than half are needed",
    TrendRule.ALL: ", where all are needed",
}
WHERE = {
    Reason.ABOVE_UPPER: "above the usual range",
    Reason.BELOW_LOWER: "below the usual range",
    Reason.BETWEEN_LINES: "inside the usual range",
    Reason.ON_LINE: "at an end of the usual range, which counts as inside,",
}
SIDES = {Rag.GREEN: ", which is better", Rag.RED: ", which is worse"}
OFTEN = (ChanceClass.THREE_TO_TEN, ChanceClass.ABOVE_TEN)
"""Chances that are worth a word beside a red or green line."""


def panel_sentences(line: Assessment, settings: Settings) -> str:
    """Give the sentences of a line, without its colour and caveats."""
    evidence = line.evidence
    match evidence:
        case kinds.Offences():
            said = _offences(line, evidence, settings)
        case kinds.Position():
            said = _position(line, evidence)
        case kinds.Blocks():
            said = _blocks(line, evidence, settings)
        case kinds.Survey() | kinds.Rating():
            said = _survey(line, evidence, settings)
        case kinds.Families():
            said = _families(line, evidence, settings)
        case kinds.Total(test=test):
            said = _total(line, test, settings)
        case kinds.AmountComparison():
            said = _money(evidence.value)
        case kinds.Words():
            said = _words(evidence.text)
        case kinds.Unjudged():
            said = _unjudged(line, evidence)
        case _:
            assert_never(evidence)
    return said


# -- lines that are not judged


def _unjudged(line: Assessment, evidence: kinds.Unjudged) -> str:
    """Say what is known of a line that is not judged, and why it is not."""
    figures, text = evidence.figures, evidence.text
    known = figures.latest is not None
    match evidence.kind:
        case LineKind.TEXT if text:
            said = _words(text)
        case LineKind.FAMILIES if known:
            reduction = _reduction(figures.latest, figures.n_latest)
            said = f"{reduction} {within(figures.period)}. {line.missing}{_of_board(text)}"
        case LineKind.FAMILIES:
            said = without_colour(line) + _of_board(text)
        case LineKind.AMOUNT if known:
            said = _money(figures.latest)
        case LineKind.TOTAL if known:
            said = f"{total_now(line).rstrip(',')}. {line.missing}"
        case LineKind.SURVEY | LineKind.RATING if known:
            now = _of_answers(figures.latest, figures.n_latest, evidence.form)
            said = f"{now} {within(figures.period)}. {line.missing}"
        case _:
            said = without_colour(line)
    return said


def without_colour(line: Assessment) -> str:
    """Reason and detail of a line without anything to judge; what is known of it comes first."""
    figures, known = line.figures, ""
    if figures.latest is not None:
        last = "Last known:" if line.reason in WITHOUT_FIGURES else ""
        known = (
            f"{_joined(last, figure(figures.latest, line.evidence.form), within(figures.period))}. "
        )
    short, detail = SHORT_REASONS.get(line.reason, ""), line.missing
    text = detail or short
    if detail and line.reason in WITHOUT_FIGURES:
        text = f"{short}{'.' if line.reason is Reason.NO_DATA else ':'} {detail}"
    return known + sentence_of(capital(text) if known else text)


def _joined(*texts: str) -> str:
    return " ".join(filter(None, texts))


def _why_uncoloured(line: Assessment) -> str:
    """Say why figures that could be judged have no colour. A reason without words is a KeyError:
    no sentence is better than a false one.
    """
    return {Reason.CONFIG: line.missing, Reason.NO_DIRECTION: NOT_BETTER_EITHER_WAY}[line.reason]


def _money(value: float | Decimal | None) -> str:
    return f"{figure(value, FigureForm.MONEY)}. Amounts are shown, not coloured."


def _words(text: str) -> str:
    return f"{sentence_of(text)} Words are shown, not coloured."


# -- monthly counts


def _offences(line: Assessment, evidence: kinds.Offences, settings: Settings) -> str:
    figures, outlook = evidence.figures, evidence.outlook
    change = figures.change_percent
    compared = (
        f"{figure(figures.latest, FigureForm.COUNT)} {within(figures.period)} against "
        f"{figure(figures.baseline, FigureForm.COUNT)} in {settings.baseline_name}"
        + (f" ({percent_change(change)})" if change is not None else "")
    )
    if line.reason is Reason.NO_CHANGE_FROM_ZERO:
        return f"{compared}: none then and none now."
    if line.reason in UNCOLOURED:
        compared += "."
    match outlook:
        case kinds.AtTarget():
            first = f"{compared.rstrip('.')}. " if figures.latest is not None else ""
            return f"{first}{_at_target(line, outlook, settings)}"
        case kinds.Projection():
            if line.reason in UNCOLOURED:
                return f"{compared} {_why_uncoloured(line)}"
            return f"{compared}. {_projection(line, evidence.test, outlook, settings)}"
        case _:
            assert_never(outlook)


def _at_target(line: Assessment, outlook: kinds.AtTarget, settings: Settings) -> str:
    passed = (
        f"The target date has passed: {figure(outlook.total, FigureForm.COUNT)} in the twelve"
        f" months to {month_name(settings.target)}"
    )
    if line.reason in UNCOLOURED:
        return f"{passed}. {_why_uncoloured(line)}"
    met = "met" if line.reason is Reason.TARGET_MET else "did not meet"
    return f"{passed} {met} the target, {_target(line, outlook.threshold)}; that verdict stands."


def _projection(
    line: Assessment, test: kinds.ChangeTest | None, outlook: kinds.Projection, settings: Settings
) -> str:
    """Say whether there is a change, what the trends promise, and how far the target is."""
    finding = None if test is None else test.finding
    improved = finding is ChangeFinding.BETTER
    if finding is None and line.reason is Reason.TREND_UNKNOWN:
        return f"No trend can be calculated. {line.missing}"
    changed = "" if finding is None else f"{_opening(finding)}{FINDINGS[finding]}"
    if line.reason is Reason.TREND_UNKNOWN:
        pair = (
            (str(Rag.GREEN), settings.improved_not_sustained)
            if improved
            else (str(Rag.RED), str(Rag.AMBER))
        )
        return (
            f"{changed}. No trend can be calculated, so {pair[0]} and {pair[1]} cannot be told"
            f" apart. {line.missing}"
        )
    if outlook.threshold is None:
        return f"{changed}."
    if outlook.threshold == 0 and line.direction is Direction.DOWN:
        none = f"There were none in {settings.baseline_name}, so no trend can fall below that."
        return f"{changed}. {none}"
    achieves = outlook.achieving >= outlook.required
    joined = ", and" if improved is achieves else ", but"
    trends = f"{_trends(outlook)} by {month_name(settings.target)}"
    record = record_of_targets(outlook, improved=improved) if achieves else ""
    distance = _distance(line, outlook.threshold)
    sentences = (
        f"{changed}{joined} {trends}." if changed else sentence_of(trends),
        f"The target is {distance}{f'; {record}' if record else ''}.",
        _disagreement(line),
    )
    return _joined(*sentences)


def _opening(finding: ChangeFinding) -> str:
    return "There is " if finding is ChangeFinding.NEITHER else "This is "


def _trends(outlook: kinds.Projection) -> str:
    """Say how many trends reach the target: one of the four trends reaches the target."""
    of, achieving = len(outlook.trends), outlook.achieving
    achieves = achieving >= outlook.required
    if of == 1:
        return f"the one trend known {'reaches' if achieving else 'does not reach'} the target"
    if not achieving:
        return f"none of the {number_in_words(of)} trends reaches the target"
    if achieving == of:
        return f"{'both' if of == 2 else f'all {number_in_words(of)}'} trends reach the target"
    only, needed = ("", "") if achieves else ("only ", NEEDED[outlook.rule])
    reach = "reaches" if achieving == 1 else "reach"
    number = number_in_words(achieving)
    return f"{only}{number} of the {number_in_words(of)} trends {reach} the target{needed}"


def _target(line: Assessment, threshold: float | None) -> str:
    word = "more" if line.direction is Direction.UP else "fewer"
    return f"{word} than {figure(threshold, FigureForm.COUNT)}"


def _distance(line: Assessment, threshold: float) -> str:
    """Write the target and how far the latest year is from it."""
    target, latest = _target(line, threshold), line.figures.latest
    if latest is None:
        return target
    up = line.direction is Direction.UP
    gap = (threshold - float(latest)) if up else (float(latest) - threshold)
    if gap < 0:
        return f"{target}, which the latest year is already"
    more = "more" if up else "fewer"
    return f"{target}, so at least {rounded(floor(gap) + 1)} {more} than in the latest year"


def _disagreement(line: Assessment) -> str:
    """Say that as many trends lead up as down; empty where they do not."""
    leading = trends_leading(line)
    if leading is None or not leading.disagree:
        return ""
    number = number_in_words(leading.up)
    lead = "leads" if leading.up == 1 else "lead"
    return f"The trends disagree: {number} {lead} up and {number} down."


# -- group and control chart


def _position(line: Assessment, evidence: kinds.Position) -> str:
    likely = place_range(evidence.place)
    first = "highest" if line.direction is Direction.UP else "lowest"
    also = f"likely {likely}; " if likely else ""
    ranked = f"{place(evidence.place)} ({also}the {first} is 1st)"
    limits = evidence.lines
    if limits is None:
        return f"{ranked}. {line.missing}"
    own = f"{figure(evidence.figures.latest, evidence.form)} {within(evidence.figures.period)}"
    if line.reason is Reason.SD_ZERO:
        return f"{ranked}. All forces have the same figure, {own}."
    if line.reason in UNCOLOURED:
        return f"{own}; {ranked}. {_why_uncoloured(line)}"
    lower, centre, upper = (
        bare(value, evidence.form) for value in (limits.lower, limits.centre, limits.upper)
    )
    return (
        f"{own}, {WHERE[line.reason]} of the group (average {centre}), {lower} to"
        f" {upper}{SIDES.get(line.rag, '')}. The place, {ranked}, does not decide the colour."
    )


def _blocks(line: Assessment, evidence: kinds.Blocks, settings: Settings) -> str:
    now = f"an average of {rounded(evidence.mean, 1)} a month {within(evidence.period)}"
    centre, last_year = rounded(evidence.centre, 1), rounded(evidence.last_year, 1)
    before = (
        f"{centre} {within(evidence.before)} and {last_year} in the same six months a year before"
    )
    if line.reason is Reason.SMALL_NUMBERS:
        few = f"Fewer than {settings.small_months:g} a month are too few to judge a change."
        equal = "Months that are all equal are too little to judge a change by."
        why = few if evidence.centre < settings.small_months else equal
        return f"{now}, after {before}. {why}"
    limits = f"{rounded(evidence.limits.lower, 1)} to {rounded(evidence.limits.upper, 1)}"
    compared = f"The average was {before}."
    if line.reason in UNCOLOURED:
        return f"{now}; the usual range is {limits}. {compared} {_why_uncoloured(line)}"
    where = f"{WHERE[line.reason]} of the twelve months before, {limits}{SIDES.get(line.rag, '')}"
    return _joined(f"{now}, {where}.", compared, _chance(line, evidence, settings))


def _chance(line: Assessment, evidence: kinds.Blocks, settings: Settings) -> str:
    """Say how often chance alone crosses the limits a colour rests on, where that is not rare."""
    if (
        line.rag not in SIDES
        or settings.spc_basis is not SpcBasis.POINTS
        or evidence.chance.kind not in OFTEN
    ):
        return ""
    return f"Chance alone leaves that range in {CHANCES[evidence.chance.kind]} of 100 such cases."


# -- surveys, families, totals


def _of_answers(value: float | Decimal | None, n: int | None, form: FigureForm) -> str:
    """Write a figure of a survey with its n: 84.2% of 410 answers; 2.5 stars from 40 answers."""
    joined = "of" if form is FigureForm.SHARE else "from"
    return figure(value, form) + (f" {joined} {n:,} answers" if n else "")


def _survey(line: Assessment, evidence: kinds.Survey | kinds.Rating, settings: Settings) -> str:
    figures, form = evidence.figures, evidence.form
    now = f"{_of_answers(figures.latest, figures.n_latest, form)} {within(figures.period)}"
    before = _of_answers(figures.baseline, figures.n_baseline, form)
    return _of_shares(line, evidence.result, (now, before), settings)


def _of_shares(
    line: Assessment,
    result: kinds.ShareDifference | kinds.TooFew | kinds.Alone | None,
    figures: tuple[str, str],
    settings: Settings,
) -> str:
    """Compare two shares or means, written out as the latest and the one before."""
    now, before = figures
    match result:
        case None | kinds.Alone():
            return f"{now}. {line.missing}"
        case kinds.TooFew():
            if line.reason in UNCOLOURED:
                return f"{now}. {_why_uncoloured(line)}"
            few = "answered in the baseline year" if result.n_baseline is not None else "answered"
            return f"{now}. Too few {few} to say whether it has changed."
        case kinds.ShareDifference():
            form = FORMS[line.evidence.form]
            change = signed(result.estimate * form.scale, 1, f" {form.difference}")
            compared = (
                f"{now} against {before} in {settings.baseline_name}{at_one_mix(line)} ({change})"
            )
            return _ended(line, compared)
        case _:
            assert_never(result)


def _ended(line: Assessment, compared: str, findings: Mapping[Reason, str] = OF_REASON) -> str:
    """End a comparison with what it says, or with why nothing is said."""
    finding = findings.get(line.reason)
    return f"{compared}: {finding}." if finding else f"{compared}. {_why_uncoloured(line)}"


def _total(line: Assessment, test: kinds.ChangeTest, settings: Settings) -> str:
    figures, to_target = line.figures, test.method is Method.TARGET
    change = figures.change_percent
    before = figure(figures.baseline, FigureForm.COUNT)
    against = (
        f"a target of {before}"
        if to_target
        else f"{before} {compared_with(figures.against, settings)}"
    )
    changed = f" ({percent_change(change)})" if change is not None else ""
    compared = f"{total_now(line)} against {against}{changed}"
    return _ended(line, compared, AGAINST_TARGET if to_target else OF_REASON)


def _reduction(share: float | Decimal | None, engaged: int | None) -> str:
    """Write a share of families: 24% of 2,130 families show a reduction; without their number where
    it is withheld.
    """
    of = "the" if engaged is None else f"{engaged:,}"
    return f"{figure(share, FigureForm.SHARE, decimals=0)} of {of} families show a reduction"


def _of_board(text: str) -> str:
    return f" Assessment of the board: {sentence_of(text)}" if text else ""


def _families(line: Assessment, evidence: kinds.Families, settings: Settings) -> str:
    figures, said = evidence.figures, _of_board(evidence.text)
    if figures.latest is None:
        return without_colour(line) + said
    if evidence.result is None:
        reduction = _reduction(figures.latest, evidence.engaged)
        return f"{reduction} {within(figures.period)}. {line.missing}{said}"
    now = _of_families(figures.latest, figures.n_latest)
    now += f" show a reduction {within(figures.period)}"
    before = _of_families(figures.baseline, figures.n_baseline)
    return _of_shares(line, evidence.result, (now, before), settings) + said


def _of_families(share: float | Decimal | None, n: int | None) -> str:
    return figure(share, FigureForm.SHARE) + (f" of {n:,} families" if n else "")
