"""What a command prints for a person: plain text that fits a terminal of 80 columns and reads well in a file."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from xlperf.assess.rag import Rag
from xlperf.periods import month_name
from xlperf.tables.problems import Severity
from xlperf.tiles.layout import checks_text, colour_counts
from xlperf.tiles.wording import caveats_text, explain, status, to_next_colour

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xlperf.assess.evidence import Assessment
    from xlperf.pipeline import Assessed, Refreshed
    from xlperf.tables.problems import Problem

WIDTH = 96
MOST_CHECKS = 8
"""Checks printed after a refresh; all are in the Checks sheet and in ``xlperf check``."""


def refreshed(result: Refreshed, file: Path, output: Path | None, *, dry_run: bool, seconds: float) -> str:
    """Say what a refresh did: counts, changes, checks, where to look."""
    assessed = result.assessed
    counts = colour_counts(assessed.lines)
    period = month_name(assessed.settings.latest.last)
    text = [
        f"{file.name}, twelve months to {period}: {len(assessed.lines)} lines judged in {seconds:.1f} s.",
        "",
        "   ".join(f"{status_word(colour)} {counts[colour]}" for colour in (Rag.RED, Rag.AMBER, Rag.GREEN, Rag.NA)),
        "",
        *_changes(result),
        *_checks(assessed.problems),
        _where(result, file, output, dry_run=dry_run),
    ]
    return "\n".join(text)


def status_word(colour: Rag) -> str:
    """Colour with its symbol, as on the tiles."""
    from xlperf.tiles.wording import STATUS

    return STATUS[colour]


def _changes(result: Refreshed) -> list[str]:
    if result.first:
        return ["First refresh of this workbook: every tile was filled.", ""]
    if not result.applied.changed:
        return ["Nothing changed since the last refresh.", ""]
    if not result.differences:
        return ["No colour changed since the last refresh; figures or texts did.", ""]
    lines = [f"{len(result.differences)} changed since the last refresh:"]
    lines += [
        f"  {item.line:<30} {item.before.rjust(5)} -> {item.after:<5}  {item.label}".rstrip()
        for item in result.differences
    ]
    return [*lines, ""]


def _checks(problems: Sequence[Problem]) -> list[str]:
    if not problems:
        return ["No checks raised.", ""]
    lines = [f"{checks_text(problems)}."]
    lines += [_wrapped(problem) for problem in problems[:MOST_CHECKS]]
    if len(problems) > MOST_CHECKS:
        lines.append(f"  … and {len(problems) - MOST_CHECKS} more, all in the Checks sheet.")
    return [*lines, ""]


def _wrapped(problem: Problem) -> str:
    return textwrap.fill(
        f"{str(problem.severity).upper()}  {problem}", WIDTH, initial_indent="  ", subsequent_indent="      "
    )


def _where(result: Refreshed, file: Path, output: Path | None, *, dry_run: bool) -> str:
    if dry_run:
        return "Dry run: nothing was written."
    target = output or file
    if not result.applied.changed and output is None:
        return f"{file} was left as it is."
    text = f"Written to {target}. Look at the Dashboard; Workings says why, Checks what to mend."
    if result.backup is not None:
        text += f"\nThe version before is kept as {result.backup.name}."
    if result.applied.needs_recalculation:
        text += "\nIt holds formulas: Excel will recalculate them when it opens the file."
    return text


def checked(assessed: Assessed, file: Path) -> str:
    """List every check."""
    if not assessed.problems:
        return f"{file.name}: no checks raised."
    lines = [f"{file.name}. {checks_text(assessed.problems)}."]
    for severity in Severity:
        of_it = [problem for problem in assessed.problems if problem.severity is severity]
        if of_it:
            lines += ["", *(_wrapped(problem) for problem in of_it)]
    return "\n".join(lines)


def explanations(lines: Sequence[Assessment], assessed: Assessed) -> str:
    """Explain lines one by one: colour, sentence, distance, reading, caveats."""
    blocks = []
    for line in lines:
        details = [
            ("To another colour", to_next_colour(line)),
            ("Trends", _trends(line)),
            ("Reading", line.evidence.reading),
            ("Bear in mind", caveats_text(line)),
        ]
        block = [f"{line.measure.priority}  {line.label}  [{line.line}]   {status(line)}"]
        block.append(_paragraph(explain(line, assessed.settings)))
        block += [_paragraph(f"{title}: {text}") for title, text in details if text]
        blocks.append("\n".join(block))
    return "\n\n".join(blocks)


def _trends(line: Assessment) -> str:
    from xlperf.tiles.figures import rounded
    from xlperf.tiles.wording import TREND_NAMES

    return "; ".join(
        f"{TREND_NAMES.get(trend.name, trend.name)} {rounded(trend.total)} "
        f"({rounded(trend.lower)} to {rounded(trend.upper)}){' reaches it' if trend.achieves else ''}"
        for trend in line.evidence.trends
    )


def _paragraph(text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent="    ", subsequent_indent="      ")
