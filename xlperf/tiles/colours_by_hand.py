"""Colours of the last refresh that a person typed over or filled otherwise, in tiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assessment.rag import Rag
from xlperf.excel.port import OPENING
from xlperf.tables import schema
from xlperf.tables.lines import cell_name
from xlperf.tables.problems import Code, Effect, Problem, Severity
from xlperf.tiles.differences import Before
from xlperf.tiles.layout import fill_of
from xlperf.tiles.wording import OVERRIDE_MARK, STATUS
from xlperf.tiles.written import day_of, records

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.excel.port import CellState, Grid

REPLACED = "It was replaced by the colour worked out."


def check_by_hand(
    lines: Sequence[Assessment],
    settings: Settings,
    cells: Mapping[str, CellState],
    grids: Mapping[str, Grid],
) -> list[Problem]:
    """Find colours typed over or filled by hand since the last refresh, and those found earlier in
    this period.

    A finding stays in Checks while the period does, or until its row is deleted: it has been
    replaced, so nothing else would tell of it.
    """
    previous = Before.of(grids).colours
    states = {
        line.line: cells[name] for line in lines if (name := cell_name(line.line, "rag")) in cells
    }
    writable = {
        line: state
        for line, state in states.items()
        if state.refusal is None and not str(state.value or "").startswith(OPENING)
    }
    texts = typed_over(previous, {line: str(state.value or "") for line, state in writable.items()})
    palette = {rag: fill_of(rag, settings) for rag in Rag}
    fills = filled_over(previous, {line: state.fill for line, state in writable.items()}, palette)
    problems = []
    for line, state in writable.items():
        if line in texts and not texts[line]:
            found, why = "status was blank", "cleared by hand, or the name was moved"
        elif line in texts:
            found, why = f"status said '{texts[line]}'", "typed over by hand"
        elif line in fills:
            found, why = f"fill of the status was {fills[line]}", "changed by hand"
        else:
            continue
        wrote = f"where the last refresh wrote {previous[line]}: {why}"
        period = f"period {settings.period_end:%Y-%m}"
        problems.append(_by_hand(state, line, f"The {found} {wrote}, {period}. {REPLACED}"))
    known = {(problem.measure, problem.found) for problem in problems}
    kept = _kept_findings(grids, settings, states)
    return problems + [problem for problem in kept if (problem.measure, problem.found) not in known]


def _by_hand(state: CellState, line: str, found: str) -> Problem:
    return Problem(
        Severity.WARNING,
        Code.COLOUR_TYPED_OVER,
        state.sheet,
        state.address,
        found,
        "To overrule a colour, add a row to the Overrides sheet.",
        line,
        effect=Effect.DOUBT,
        lines=(line,),
    )


def _kept_findings(
    grids: Mapping[str, Grid], settings: Settings, states: Mapping[str, CellState]
) -> list[Problem]:
    """Findings of earlier refreshes of this period; without a Log, those there are."""
    log = records(grids.get(schema.LOG.name), schema.LOG)
    last = max(log, key=lambda row: str(row.get("When") or ""), default=None)
    if last is not None and day_of(last.get("Period end")) not in (None, settings.period_end):
        return []
    return [
        _by_hand(states[line], line, str(record.get("Found") or ""))
        for record in records(grids.get(schema.CHECKS.name), schema.CHECKS)
        if record.get("Code") == Code.COLOUR_TYPED_OVER
        and (line := str(record.get("Measure") or "")) in states
    ]


def filled_over(
    previous: Mapping[str, str], fills: Mapping[str, str | None], palette: Mapping[Rag, str]
) -> dict[str, str]:
    """Lines whose status cell no longer has the fill the last refresh gave it: line -> the fill it
    has now, or "none".

    The palette may have been changed in Settings since: where every line of a colour has one and
    the same other fill, that was the palette of then, not a hand.
    """
    known = {fill.upper() for fill in palette.values()}
    found: dict[str, str] = {}
    for colour, expected in palette.items():
        of_it = {
            line: (fill or "").upper()
            for line, fill in fills.items()
            if previous.get(line) == colour
        }
        others = set(of_it.values())
        if len(others) == 1 and not others & {*known, ""}:
            continue
        found |= {line: fill or "none" for line, fill in of_it.items() if fill != expected.upper()}
    return found


def typed_over(previous: Mapping[str, str], texts: Mapping[str, str]) -> dict[str, str]:
    """Lines whose status cell says something else than the last refresh wrote: what it says."""
    found = {}
    for line, text in texts.items():
        last = previous.get(line)
        if last in set(Rag) and text.rstrip(OVERRIDE_MARK).strip() != STATUS[Rag(last)]:
            found[line] = text
    return found
