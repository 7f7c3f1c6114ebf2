"""What stands first in a report: what changed, what is red and why, what a person decided, what is
overdue; and the actions and texts that an office keeps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assessment.evidence import Position
from xlperf.assessment.rag import Rag
from xlperf.documents.pack_values import StandingText, Summary, priority_heading
from xlperf.excel.port import normalised
from xlperf.periods import day_name
from xlperf.tiles.changes import GONE, NEW, ColourTurn
from xlperf.tiles.explanations import explain
from xlperf.tiles.figures import figure
from xlperf.tiles.wording import COLOUR_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from xlperf.assessment.evidence import Assessment
    from xlperf.tables.data import Action, Tables
    from xlperf.tables.report_tables import TextPlace
    from xlperf.tiles.assessed import Assessed
    from xlperf.tiles.changes import Changes, ColourChange

FIRST_ISSUE = "This is the first issue: there is nothing to compare it with."
NOTHING_RED = "No line is red."
QUIET = "No colour was overruled by a person, and nothing is overdue."
CHANGES = "Changes since last time"
"""Name of the sheet, and of the appendix, with every change."""
FIRST_CHANGES = 8
"""Changes that stand first."""
DECIDED = (ColourTurn.OVERRULED, ColourTurn.ENDED)


def summary(assessed: Assessed, changes: Changes, prepared: date) -> Summary:
    """Gather what stands first.

    Parameters
    ----------
    assessed
        What may be shown.
    changes
        Since the issue before.
    prepared
        Day on which an action or a return counts as overdue.
    """
    tables, lines = assessed.tables, {line.line: line for line in assessed.lines}
    moved = [(change, lines.get(change.line)) for change in changes.changes]
    overruled = (
        *(_decision(line, tables) for line in assessed.lines if line.overruled),
        *(_moved(*item, tables) for item in moved if item[0].turn is ColourTurn.ENDED),
    )
    overdue = tuple(_overdue(tables, prepared))
    red = (
        f"{_named(line, tables)}. {explain(line, assessed.settings).summary}"
        for line in assessed.lines
        if line.shown is Rag.RED
    )
    return Summary(
        FIRST_ISSUE if changes.earlier is None else str(changes),
        _first_of([_moved(*item, tables) for item in moved if item[0].turn not in DECIDED]),
        tuple(red) or (NOTHING_RED,),
        _list([_named(line, tables) for line in assessed.lines if line.shown is Rag.GREEN]),
        overruled,
        overdue,
        "" if overruled or overdue else QUIET,
    )


def printed_actions(tables: Tables, priority: str, prepared: date) -> tuple[str, ...]:
    """Actions of a priority, or of All, with who does them and what is to be said of their day."""
    return tuple(
        _action(action, prepared)
        for action in tables.actions
        if normalised(action.priority) == normalised(priority)
    )


def _action(action: Action, prepared: date) -> str:
    details = ", ".join(filter(None, (action.owner, _when(action, prepared))))
    return f"{action.text} ({details})" if details else action.text


def _first_of(changes: Sequence[str]) -> tuple[str, ...]:
    more = len(changes) - FIRST_CHANGES
    tail = (f"And {more} more, in the appendix {CHANGES}.",) if more > 0 else ()
    return (*changes[:FIRST_CHANGES], *tail)


def _list(items: Sequence[str]) -> str:
    return f"{'; '.join(items)}." if items else ""


def standing_texts(tables: Tables) -> tuple[StandingText, ...]:
    """Standing texts: paragraphs under one heading together, in the order of their headings."""
    together: dict[tuple[str, TextPlace], list[str]] = {}
    for item in tables.report_texts:
        together.setdefault((item.heading, item.place), []).append(item.text)
    return tuple(
        StandingText(heading, tuple(texts), place) for (heading, place), texts in together.items()
    )


def _named(line: Assessment, tables: Tables) -> str:
    return f"{_heading(line.measure.priority, tables)}: {line.label}"


def _heading(priority: str, tables: Tables) -> str:
    return priority_heading(priority, tables.priority(priority).heading)


def _decision(line: Assessment, tables: Tables) -> str:
    override = line.override
    reason = "" if override is None else f", decided by {override.who}: {override.reason.strip()}"
    shown, calculated = COLOUR_WORDS[line.shown], COLOUR_WORDS[line.rag]
    return f"{_named(line, tables)}: shown {shown}, calculated {calculated}{reason}"


def _moved(change: ColourChange, line: Assessment | None, tables: Tables) -> str:
    """Say from what to what a line went: colour, figure, position."""
    name = change.line if line is None else _named(line, tables)
    parts = [_pair(_colour(change.before), _colour(change.after))]
    if line is not None and isinstance(change.latest_before, (int, float)):
        latest = line.figures.latest
        before = figure(change.latest_before, line.evidence.form)
        if latest is not None and not isinstance(line.evidence, Position):
            parts.append(_pair(before, figure(latest, line.evidence.form)))
    if change.position_before and change.position_after:
        parts.append(_pair(change.position_before, change.position_after))
    return f"{name}: {', '.join(filter(None, parts))}."


def _pair(before: str, after: str) -> str:
    return f"from {before} to {after}" if before != after else f"{after} as before"


def _colour(colour: str) -> str:
    words: dict[str, str] = {NEW: "new", GONE: "gone"} | {**COLOUR_WORDS}
    return words.get(colour, colour)


def _overdue(tables: Tables, prepared: date) -> Iterator[str]:
    """Returns that are awaited and actions that are open, whose day has passed."""
    for measure in tables.measures:
        owed = tables.returns.get(measure.name)
        if owed is not None and owed.overdue:
            who = f"{owed.owner}, " if owed.owner else ""
            yield f"{_heading(measure.priority, tables)}: {measure.label}, {who}{owed.when_due}"
    for action in tables.actions:
        if action.done is None and action.due is not None and action.due < prepared:
            yield f"{_heading(action.priority, tables)}: {_action(action, prepared)}"


def _when(action: Action, prepared: date) -> str:
    if action.done is not None:
        return f"done {day_name(action.done)}"
    if action.due is None:
        return ""
    return f"{'overdue since' if action.due < prepared else 'due'} {day_name(action.due)}"
