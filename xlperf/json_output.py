"""What a command prints for a machine: JSON; a changed name has a note in the CHANGELOG."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from xlperf import outcome
from xlperf.ending import put

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from xlperf.assessment.evidence import Assessment
    from xlperf.pipeline import Refreshed
    from xlperf.tables.problems import Problem
    from xlperf.tiles.assessed import Assessed
    from xlperf.tiles.changes import Changes, ColourChange


def print_json(value: object) -> None:
    """Print a value as JSON."""
    import json

    put(json.dumps(value, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def checks_json(problems: Sequence[Problem]) -> dict[str, object]:
    """Give findings, and how many of each kind."""
    from xlperf.tiles.counting import counted

    return {
        "checks": [_problem_json(problem) for problem in problems],
        "counts_of_checks": counted(problems),
    }


def _problem_json(problem: Problem) -> dict[str, object]:
    from xlperf.tiles.settling import can_be_settled

    settled = problem.settled
    return {
        "severity": str(problem.severity),
        "code": str(problem.code),
        "sheet": problem.sheet,
        "cell": problem.cell,
        "measure": problem.measure,
        "found": problem.found,
        "remedy": problem.remedy,
        "effect": str(problem.effect),
        "lines": problem.lines,
        "always_shown": problem.standing,
        "settle_with": problem.identity if can_be_settled(problem) else None,
        "settled": settled
        and {"reason": settled.reason, "role": settled.role, "until": settled.until},
    }


def line_json(line: Assessment, assessed: Assessed) -> dict[str, object]:
    """Give a line as its row in Workings."""
    from xlperf.tiles.written import working

    row = {
        title.lower().replace(" ", "_").replace("%", "percent"): value
        for title, value in working(line, assessed.settings, assessed.record).items()
    }
    return {**row, "adjusted_p": line.among and line.among.adjusted}


def record_json(assessed: Assessed) -> dict[str, object]:
    """Give how earlier projections did: counts, scores, and the sentences that say them."""
    from xlperf.assessment.scorecard import scorecard
    from xlperf.tiles.record_sentences import of_all

    card = scorecard(assessed.record)
    chances = card.chances
    return {
        "ranges": [score._asdict() | {"scored": score.scored} for score in card.ranges],
        "chances": chances
        and chances._asdict() | {"bins": [item._asdict() for item in chances.bins]},
        "waiting": card.waiting,
        "unreadable": card.unreadable,
        "sentences": of_all(assessed.record),
    }


def dashboard_json(assessed: Assessed) -> dict[str, object]:
    """Give how many of its colours chance alone would make, and the rate of the settings."""
    from xlperf.assessment.chance_colours import chance_colours

    return {
        **chance_colours(assessed.lines, assessed.settings)._asdict(),
        "false_discovery": assessed.settings.false_discovery,
    }


def changes_json(found: Changes, file: Path) -> dict[str, object]:
    """Give what changed, and what each cause makes of it."""
    return {
        "file": str(file),
        "earlier": found.earlier,
        "later": found.later,
        "between": found.between,
        "unknown": found.unknown,
        "lines": found.lines,
        "changes": [_change_json(change) for change in found.changes],
        "figures": [_change_json(change) for change in found.figures],
    }


def _change_json(change: ColourChange) -> dict[str, object]:
    from xlperf.tiles.change_sentences import change_text

    text = change_text(change)
    return {
        **change._asdict(),
        "turn": change.turn.value,
        "parts": [
            {
                "cause": part.cause.name,
                "detail": part.detail,
                "before": part.before._asdict(),
                "after": part.after._asdict(),
            }
            for part in change.parts
        ],
        "alone": [cause.name for cause in change.alone],
        "partners": [{"cause": item.cause.name, "detail": item.detail} for item in change.partners],
        "turned_by": [cause.name for cause in change.turned_by],
        "sentences": [text.headline, *text.details],
    }


def refreshed_json(
    result: Refreshed, options: argparse.Namespace, seconds: float
) -> dict[str, object]:
    """Give what a refresh did."""
    from xlperf.tiles.layout import colour_counts

    return {
        "file": str(options.output or options.file),
        "period_end": result.assessed.settings.period_end,
        "dry_run": options.dry_run,
        "changed": result.applied.has_changes,
        "cells_written": result.applied.values,
        "fills_written": result.applied.fills,
        "needs_recalculation": result.applied.needs_recalculation,
        "counts": {
            str(colour): number for colour, number in colour_counts(result.assessed.lines).items()
        },
        "colours_by_chance": dashboard_json(result.assessed),
        "changes": [
            {
                "line": item.line,
                "before": item.before,
                "after": item.after,
                "decision": item.decision,
            }
            for item in result.differences
        ],
        "lines": [line_json(line, result.assessed) for line in result.assessed.lines],
        "record": record_json(result.assessed),
        **checks_json(result.assessed.problems),
        "backup": result.backup and str(result.backup),
        "notes": outcome.current().notes,
        "seconds": round(seconds, 3),
    }
