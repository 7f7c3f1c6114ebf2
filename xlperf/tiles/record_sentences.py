"""How earlier projections did, in sentences: of a line, and of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assessment.evidence_parts import projection_of
from xlperf.assessment.scorecard import is_few, scorecard
from xlperf.assessment.track_record import SCORED, Horizon, RangeOutcome, first_made
from xlperf.excel.port import SetValue
from xlperf.periods import month_name
from xlperf.stats.scoring import FEWEST_OUTCOMES
from xlperf.tables.kept_projections import COLUMNS
from xlperf.tables.lines import RECORD_CELLS
from xlperf.tables.problems import Code, Problem, Severity
from xlperf.tiles.figures import rounded

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.assessment.scorecard import ChanceScore, RangeScore
    from xlperf.assessment.track_record import Statement, TrackRecord
    from xlperf.excel.port import CellState, Grid

OUR_RECORD = "How our earlier projections did"
"""Heading of the record."""
RANGES = {
    Horizon.TARGET: "Ranges of the twelve months to a target date",
    Horizon.YEAR_AHEAD: "Ranges of the next twelve months",
}
CAUSES = {
    RangeOutcome.REVISION: "because figures were revised since",
    RangeOutcome.LEVEL: "because the level moved further than the range",
}
NOT_SCORED = {
    RangeOutcome.DEFINITION: "what is counted was changed meanwhile",
    RangeOutcome.NO_FIGURES: "the figures are missing, in doubt, or no longer in the workbook",
}
CHANCES = (
    "very unlikely",
    "about 1 in 5",
    "about 2 in 5",
    "about 3 in 5",
    "about 4 in 5",
    "very likely",
)
"""Of a target, by fifths, 0 to 5."""
NOTHING_DUE = "No projection kept in History has come due yet."
ONCE = (
    "Of projections of one line whose twelve months overlap, the one made first counts; measures"
    " of one area still rise and fall together, so the record is worth less than as many separate"
    " ones."
)


def of_all(record: TrackRecord) -> list[str]:
    """Say how the projections did of all lines; empty where nothing was ever kept."""
    card = scorecard(record)
    said = [_ranges(score) for score in card.ranges]
    if card.chances is not None:
        said.append(_chances(card.chances))
    if said:
        said.append(ONCE)
    elif card.waiting:
        said.append(NOTHING_DUE)
    if card.unreadable:
        one = card.unreadable == 1
        said.append(
            f"Not in these numbers: the projection{'' if one else 's'} of {card.unreadable}"
            f" row{'' if one else 's'} of History that cannot be read."
        )
    return said


def of_pack(record: TrackRecord, withheld: Collection[str]) -> list[str]:
    """Say it of what may be shown outside the office; empty where nothing has come due.

    `withheld`: measures of which something is not shown. Nothing of them is counted.
    """
    shown = record.without(withheld)
    if not shown.statements:
        return []
    rest = ["Measures of which something is withheld are not in these numbers."]
    return [*of_all(shown), *(rest if withheld else [])]


def record_edits(record: TrackRecord, cells: Mapping[str, CellState]) -> list[SetValue]:
    """Write the sentences above the table of Workings, where the workbook has cells for them: one a
    cell, the last cell takes the rest.
    """
    said = of_all(record)
    full = len(RECORD_CELLS) - 1
    texts = [*said[:full], " ".join(said[full:])]
    texts += [""] * (len(RECORD_CELLS) - len(texts))
    return [
        SetValue(name, text or None)
        for name, text in zip(RECORD_CELLS, texts, strict=True)
        if (state := cells.get(name)) is not None and not state.refusal
    ]


def _ranges(score: RangeScore) -> str:
    if not score.scored:
        return f"{RANGES[score.horizon]}: none could be scored.{_not_scored(score)}"
    return (
        f"{RANGES[score.horizon]}: {score.held} of {score.scored} held what came"
        f" ({rounded(100 * score.stated)} of 100 stated){_misses(score)}."
        f"{_few(score.scored)}{_not_scored(score)}"
    )


def _misses(score: RangeScore) -> str:
    causes = {RangeOutcome.REVISION: score.revision, RangeOutcome.LEVEL: score.level}
    parts = [f"{number} {CAUSES[cause]}" for cause, number in causes.items() if number]
    return f"; missed: {', '.join(parts)}" if parts else ""


def _not_scored(score: RangeScore) -> str:
    reasons = {RangeOutcome.DEFINITION: score.definition, RangeOutcome.NO_FIGURES: score.no_figures}
    return "".join(
        f" Not scored: {number}, since {NOT_SCORED[reason]}."
        for reason, number in reasons.items()
        if number
    )


def _chances(score: ChanceScore) -> str:
    said = f"Targets: {score.met} of {score.outcomes} were met."
    if is_few(score.outcomes):
        return said + _few(score.outcomes)
    bins = "; ".join(
        f"{CHANCES[item.fifths]}: {item.met} of {item.outcomes} ({rounded(100 * item.stated)} of"
        " 100 stated)"
        for item in score.bins
    )
    return (
        f"{said} By the chance that was stated, {bins}. Brier score {score.brier:.3f}: 0 is"
        f" perfect, and {score.base_rate:.3f} is had by stating {rounded(100 * score.met_share)} of"
        " 100 each time."
    )


def _few(outcomes: int) -> str:
    return f" Fewer than {FEWEST_OUTCOMES} are too few to judge by." if is_few(outcomes) else ""


def of_line(line: Assessment, record: TrackRecord) -> str:
    """Say how the projections of one line did; empty where none has come due."""
    own = record.of_line(line.line).statements
    return " ".join(
        _of_horizon(horizon, due)
        for horizon in Horizon
        if (due := [item for item in own if item.horizon is horizon])
    )


def _of_horizon(horizon: Horizon, due: Sequence[Statement]) -> str:
    scored = first_made(item for item in due if item.outcome in SCORED)
    if not scored:
        return f"{RANGES[horizon]}: none could be scored, since {NOT_SCORED[due[-1].outcome]}."
    held = sum(item.outcome is RangeOutcome.HELD for item in scored)
    said = f"{RANGES[horizon]}: {held} of {len(scored)} held what came."
    return f"{said} {_latest(scored[-1])}"


def _latest(last: Statement) -> str:
    cause = CAUSES.get(last.outcome, "")
    said = (
        f"Year to {month_name(last.due)}: {rounded(last.stated.lower)} to"
        f" {rounded(last.stated.upper)} stated in {month_name(last.stated_at)},"
        f" {rounded(last.total or 0)} came{f', missed {cause}' if cause else ''}."
    )
    if last.chance is None:
        return said
    met = "met" if last.met else "not met"
    return f"{said} Its target: {rounded(100 * last.chance)} of 100 stated, {met}."


def check_kept(history: Grid | None, lines: Sequence[Assessment]) -> list[Problem]:
    """Say how to keep projections, where History has no place for them."""
    missing = [] if history is None else history.lacks(column.title for column in COLUMNS)
    if history is None or not missing or not any(map(_projected, lines)):
        return []
    titles = ", ".join(f"'{title}'" for title in missing)
    cell = history.address(-1, len(history.header))
    place = history.sheet, history.address(-1, 0)
    found = (
        f"The table {history.table} has no columns {titles}, so projections are not kept and cannot"
        " be scored when their date comes."
    )
    remedy = (
        f"Type these titles into the cells from {cell} on, right of the table's header, then"
        " refresh."
    )
    return [Problem(Severity.NOTE, Code.PROJECTION_KEPT, *place, found, remedy)]


def _projected(line: Assessment) -> bool:
    projection = projection_of(line.evidence)
    return projection is not None and projection.outlook is not None
