"""What a command prints for a person: plain text of 80 columns that reads well in a file."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from xlperf.assessment.evidence import Blocks, Position
from xlperf.assessment.evidence_parts import projection_of
from xlperf.assessment.rag import Rag
from xlperf.message_texts import wrapped
from xlperf.periods import month_name
from xlperf.scenarios.lines_by_words import titled
from xlperf.tables import schema
from xlperf.tables.lines import line_of
from xlperf.tables.problems import Effect
from xlperf.tiles.caveat_sentences import analyst_caveats
from xlperf.tiles.compared_numbers import numbers_of
from xlperf.tiles.counting import (
    KINDS,
    SETTLED,
    WORDS,
    checks_text,
    counted,
    effect_text,
    grouped,
    line_names,
    places,
)
from xlperf.tiles.dashboard_sentences import chance_in_full, chance_in_short
from xlperf.tiles.distance import to_next_colour
from xlperf.tiles.explanations import FOR_ANALYSTS, explain
from xlperf.tiles.figures import figure, p_text, place, place_range, rounded
from xlperf.tiles.layout import colour_counts
from xlperf.tiles.readings import reading
from xlperf.tiles.record_sentences import of_line
from xlperf.tiles.settling import can_be_settled
from xlperf.tiles.wording import STATUS, TREND_NAMES, data_as_at, status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from xlperf.assessment.evidence import Assessment
    from xlperf.pipeline import Refreshed
    from xlperf.tables.problems import Problem
    from xlperf.tiles.assessed import Assessed
    from xlperf.tiles.changes import Changes
    from xlperf.tiles.counting import AlikeFindings, LineName

MOST_CHECKS = 8
"""Checks printed after a refresh, besides those that must be; all are in the sheet Checks and
printed by ``check``.
"""
MOST_PLACES = 12
"""Cells named of checks that are alike, after a refresh."""
HEADINGS = {
    "change_colour": "They change a colour of this period:",
    "look_at": "To look at:",
    "other_periods": "About other periods; no judgement of this one uses them:",
    "notes": "Notes:",
}
TESTED, TO_ANOTHER_COLOUR = "Tests and chances", "To another colour"
TRENDS, BEAR_IN_MIND = "Trends", "Bear in mind"


def refreshed(
    result: Refreshed, file: Path, output: Path | None, *, dry_run: bool, seconds: float
) -> str:
    """Say what a refresh did: counts, changes, checks, where to look."""
    assessed = result.assessed
    period = month_name(assessed.settings.latest.last)
    text = [
        (
            f"{file.name}, twelve months to {period}: {len(assessed.lines)} lines judged in"
            f" {seconds:.1f} s."
        ),
        "",
        counts_text(assessed),
        *filter(None, [chance_in_short(assessed.lines, assessed.settings)]),
        "",
        *change_lines(result),
        *_checks(assessed),
        _where(result, file, output, dry_run=dry_run),
    ]
    if result.differences and schema.INPUTS.name in assessed.grids:
        written = (output or file).name
        text.append(f"Why they changed: python -m xlperf changes {written} --against refresh")
    return "\n".join(text)


def counts_text(assessed: Assessed) -> str:
    """Say how many lines have each colour."""
    counts = colour_counts(assessed.lines)
    order = (Rag.RED, Rag.AMBER, Rag.GREEN, Rag.NA)
    return "   ".join(f"{STATUS[colour]} {counts[colour]}" for colour in order)


def dashboard_explained(assessed: Assessed, file: Path) -> str:
    """Say what holds of the dashboard as a whole: its colours, and how many chance would make."""
    period = month_name(assessed.settings.latest.last)
    said = chance_in_full(assessed.lines, assessed.settings)
    whole = f"{file.name}, twelve months to {period}: {len(assessed.lines)} lines."
    return "\n".join([whole, "", counts_text(assessed), "", wrapped(said, hanging=0)])


def change_lines(result: Refreshed) -> list[str]:
    """Say which colours changed since the last refresh; a blank line ends it."""
    if result.first:
        shown = any(map(line_of, result.assessed.cells))
        done = "every tile was filled" if shown else "no cell shows a line"
        return [f"First refresh of this workbook: {done}.", ""]
    if not result.applied.has_changes:
        return ["Nothing changed since the last refresh.", ""]
    if not result.differences:
        return ["No colour changed since the last refresh; figures or texts did.", ""]
    lines = [f"{len(result.differences)} changed since the last refresh:"]
    lines += [
        f"  {item.line:<30} {item.before.rjust(5)} -> {item.after:<5}  {item.label}".rstrip()
        + (f" ({item.decision})" if item.decision else "")
        for item in result.differences
    ]
    return [*lines, ""]


def _checks(assessed: Assessed) -> list[str]:
    problems, names = assessed.problems, line_names(assessed.lines)
    if not problems:
        return ["No checks raised.", ""]
    lines = [f"{checks_text(problems)}."]
    others = more = 0
    for group in grouped(problems):
        others += not group.must_be_shown
        if group.must_be_shown or others <= MOST_CHECKS:
            lines.append(_wrapped(f"{told(group, MOST_PLACES)}{_on_lines(group, names)}"))
        else:
            more += len(group.problems)
    if more:
        lines.append(f"  … and {more} more, all in the Checks sheet.")
    return [*lines, ""]


def told(group: AlikeFindings, most: int) -> str:
    """Tell findings that are equal or alike in one paragraph, with at most `most` of the places."""
    first, severity = group.first, str(group.first.severity).upper()
    if group.equal:
        return f"{severity}  {places(group.problems, most)}: {first.found} {first.remedy}"
    head = f"{severity}  {len(group.problems)} like this ({first.code})"
    if first.standing:
        return " ".join(
            [f"{head}:", *(f"{item.where}: {item.found}" for item in group.problems), first.remedy]
        )
    others = places(group.problems[1:], most)
    return f"{head}: {first.where}: {first.found} {first.remedy} The others: {others}."


def _on_lines(group: AlikeFindings, names: Mapping[str, LineName]) -> str:
    """Lines whose colour is concerned."""
    heavy = group.first.effect in (Effect.COLOUR, Effect.DOUBT)
    if heavy and any(item.lines for item in group.problems):
        return f" {effect_text(group.problems, names)}."
    return ""


def _wrapped(text: str) -> str:
    return wrapped(text, 2, hanging=4, whole_words=True)


def _where(result: Refreshed, file: Path, output: Path | None, *, dry_run: bool) -> str:
    if dry_run:
        return "Dry run: nothing was written."
    target = output or file
    if not result.applied.has_changes and output is None:
        return f"{file} was left as it is."
    text = f"Written to {target}. {_see(result.assessed)}"
    if result.backup is not None:
        text += f"\nThe version before is kept as {result.backup.name}."
    if result.applied.needs_recalculation:
        text += "\nIt holds formulas: Excel will recalculate them when it opens the file."
    return text


def _see(assessed: Assessed) -> str:
    """Say which sheets show the figures, which one why, and which one what to correct."""
    shown = [cell.sheet for name, cell in assessed.cells.items() if line_of(name)]
    sheets = list(dict.fromkeys(shown))
    why, correct = (
        _quoted(assessed.grids[table.name].sheet if table.name in assessed.grids else table.sheet)
        for table in (schema.WORKINGS, schema.CHECKS)
    )
    if not sheets:
        return f"No cell shows a line: see {why}; {correct} says what to correct."
    more = f" and {len(sheets) - 1} more" if len(sheets) > 1 else ""
    return f"See {_quoted(sheets[0])}{more}; {why} says why, {correct} what to correct."


def _quoted(sheet: str) -> str:
    return sheet if sheet.isidentifier() else f"'{sheet}'"


def checked(assessed: Assessed, file: Path) -> str:
    """List every check."""
    if not assessed.problems:
        return f"{file.name}: no checks raised."
    lines = [f"{file.name}. {checks_text(assessed.problems)}."]
    groups, names = grouped(assessed.problems), line_names(assessed.lines)
    for kind in WORDS:
        of_it = [group for group in groups if KINDS[group.first.effect or Effect.DOUBT] == kind]
        if of_it:
            lines += [
                "",
                HEADINGS[kind],
                *(text for group in of_it for text in _listed(group, names)),
            ]
    if number := counted(assessed.problems)[SETTLED]:
        lines += [
            "",
            (
                f"{number} settled by a row of the sheet Acknowledged: see the end of the Checks"
                " sheet."
            ),
        ]
    return "\n".join(lines)


def _listed(group: AlikeFindings, names: Mapping[str, LineName]) -> list[str]:
    """List findings that are equal or alike, each place and identity of them."""
    first = group.first
    if group.equal:
        named = [item for item in group.problems if can_be_settled(item)]
        each = len(named) > 1
        identities = ", ".join(
            f"{item.identity} ({item.where})" if each else item.identity for item in named
        )
        text = f"{told(group, len(group.problems))}{_on_lines(group, names)}"
        return [_wrapped(text), *([_below(f"Settle with: {identities}")] if named else [])]
    text = (
        f"{str(first.severity).upper()}  {len(group.problems)} like this ({first.code})."
        f" {first.remedy}"
    )
    head = _wrapped(f"{text}{_on_lines(group, names)}")
    return [
        head,
        *(
            _below(f"{item.where}: {item.found} {_settle_with(item)}".rstrip())
            for item in group.problems
        ),
    ]


def _settle_with(problem: Problem) -> str:
    return f"Settle with: {problem.identity}" if can_be_settled(problem) else ""


def _below(text: str) -> str:
    return wrapped(text, 6, whole_words=True)


def changed(changes: Changes, file: Path) -> str:
    """Say what changed: lines by the way that colours went, each with its causes."""
    from xlperf.tiles.change_sentences import ORDER

    blocks = [wrapped(f"{file.name}. {changes}", hanging=0), *change_blocks(changes)]
    if changes.changes and not changes.unknown:
        blocks.append(wrapped(ORDER, hanging=0))
    return "\n\n".join(blocks)


def change_blocks(changes: Changes) -> list[str]:
    """Write the lines that changed, below what was compared."""
    from xlperf.tiles.change_sentences import change_groups, figures_sentence

    blocks = [wrapped(changes.unknown, hanging=0)] if changes.unknown else []
    for group in change_groups(changes):
        block = [group.heading]
        for text in group.texts:
            block.append(_wrapped(text.headline))
            block += [_below(detail) for detail in text.details]
        blocks.append("\n".join(block))
    if more := figures_sentence(changes):
        blocks.append(wrapped(more, hanging=0))
    return blocks


def explanations(lines: Sequence[Assessment], assessed: Assessed) -> str:
    """Explain lines one by one: what a panel reads, then for analysts tests, numbers, distance,
    trends, reading, caveats.
    """
    blocks = []
    for line in lines:
        head = f"{line.measure.priority}  {titled(line, assessed.tables)}"
        block = [f"{head}  [{line.line}]   {status(line)}"]
        block.append(wrapped(explain(line, assessed.settings).summary, 4))
        block.append(f"    {FOR_ANALYSTS}")
        block += [wrapped(f"{title}: {text}", 6) for title, text in details(line, assessed).items()]
        blocks.append("\n".join(block))
    return "\n\n".join(blocks)


def details(line: Assessment, assessed: Assessed) -> dict[str, str]:
    """What stands behind the summary of a line, by title; without what it has not."""
    settings = assessed.settings
    texts = {
        TESTED: explain(line, settings).analysts,
        "Numbers": _numbers(line),
        TO_ANOTHER_COLOUR: to_next_colour(line, settings),
        TRENDS: _trends(line),
        "Own record": of_line(line, assessed.record),
        "Reading": reading(line.evidence, settings),
        "Other readings": _other_readings(line),
        BEAR_IN_MIND: analyst_caveats(line),
        "Data as at": data_as_at(line),
        "Reason code": str(line.reason),
    }
    return {title: text for title, text in texts.items() if text}


def _other_readings(line: Assessment) -> str:
    evidence = line.evidence
    if isinstance(evidence, Blocks):
        return ", ".join(f"{basis}: {rag}" for basis, rag in evidence.others)
    return ""


def _numbers(line: Assessment) -> str:
    """Write the numbers that the rule compared, unrounded enough to check them."""
    evidence, numbers = line.evidence, numbers_of(line.evidence)
    named = [
        ("statistic", numbers.statistic),
        ("lower", numbers.lower),
        ("centre", numbers.centre),
        ("upper", numbers.upper),
        ("dispersion", numbers.phi),
        ("autocorrelation", numbers.rho),
        ("design effect", numbers.design_effect),
        ("target", numbers.target),
    ]
    parts = [
        f"{name} {value:,.6g}" for name, value in named if value is not None and isfinite(value)
    ]
    if numbers.p is not None:
        parts.append(f"p {p_text(numbers.p)}")
    if isinstance(evidence, Position) and (likely := place_range(evidence.place)):
        parts.append(f"position {place(evidence.place)}, likely {likely}")
    return ", ".join(parts)


def _trends(line: Assessment) -> str:
    """Write each trend, and beside them what no change at all would give."""
    projection = projection_of(line.evidence)
    if projection is None or not projection.trends:
        return ""
    trends = [
        f"{TREND_NAMES[trend.name]} {rounded(trend.total)}"
        f"{', reaches the target' if trend.achieves else ''}"
        for trend in projection.trends
    ]
    return "; ".join([*trends, f"no change {figure(line.figures.latest, line.evidence.form)}"])
