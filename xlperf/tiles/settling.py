"""Findings in the order they are to be read, with an identity each, and those that somebody has
settled at the end.

The identity of a finding is made of what it is about: code, severity, table, column, the names,
periods and figures of its row, and its words. It is the same wherever the row is moved to; as soon
as a figure, a word or the severity changes it is another one, so that what was settled comes back.
A finding that says itself what it is about (`Problem.subjects`) has that in place of its words. Of
findings that are equal in all this each has its own.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from xlperf.excel.areas import split_address
from xlperf.excel.port import normalised
from xlperf.message_texts import first_few
from xlperf.periods import day_name
from xlperf.tables import schema
from xlperf.tables.problems import STANDING, Code, Effect, Problem, Severity
from xlperf.tables.schema import Holds

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from xlperf.config import Settings
    from xlperf.tables.data import Acknowledgement

IDENTITY_LENGTH = 10
"""Hexadecimal digits of the SHA-256 in an identity, 40 bits: of a thousand findings of one code two
are taken for the same once in two million workbooks.
"""
IDENTITY = rf"(?i:({'|'.join(Code)})-[0-9a-f]{{{IDENTITY_LENGTH}}})"
MOST_NAMED = 10
"""Rows that settle nothing any more named by their cells."""
FIGURES = frozenset({Holds.WHOLE, Holds.NUMBER, Holds.DECIMAL, Holds.PERCENT})
NOT_KNOWN = (
    "Copy the text from the column 'Settle with' of Checks, or from: python -m xlperf check FILE."
)
WEIGHTS = {level: place for place, level in enumerate((*Effect, *Severity))}
"""The heavier an effect or a severity, the smaller."""
BETWEEN = "; "
"""Between the identities of findings that Checks gathers in one row."""


def in_order(
    problems: Iterable[Problem], acknowledged: Sequence[Acknowledgement], settings: Settings
) -> tuple[Problem, ...]:
    """Give each finding once, with its identity and what settled it, in the order they are to be
    read.

    First what changes a colour of this period, overrides and awaited returns ahead; then by weight,
    severity, kind and place; settled findings last. Acknowledgements that settle nothing are
    findings themselves.
    """
    acknowledged = list(_each(acknowledged))
    found = _identified(dict.fromkeys(problems), {normalised(item.check) for item in acknowledged})
    known = {normalised(problem.identity): problem for problem in found}
    valid, faults = _valid(acknowledged, known, settings)
    settled = [_settled(problem, valid) for problem in found]
    faults += _refused(known, acknowledged) + _idle(known, acknowledged)
    everything = [*settled, *faults]
    kinds = _places(problem.code for problem in everything)
    sheets = _places(problem.sheet for problem in everything)

    def weight(problem: Problem) -> tuple[int, ...]:
        effect, severity = WEIGHTS[problem.effect or Effect.DOUBT], WEIGHTS[problem.severity]
        ahead = STANDING.index(problem.code) if problem.standing else len(STANDING)
        return (
            problem.settled is not None,
            effect,
            ahead,
            severity,
            kinds[problem.code],
            sheets[problem.sheet],
            *_row_and_column(problem),
        )

    return tuple(sorted(everything, key=weight))


def _places(names: Iterable[str]) -> dict[str, int]:
    """Number names by where they are first met: what is of one kind stands together."""
    return {name: place for place, name in enumerate(dict.fromkeys(names))}


def _row_and_column(problem: Problem) -> tuple[int, int]:
    try:
        return split_address(problem.cell)
    except ValueError:
        return 0, 0


def can_be_settled(problem: Problem) -> bool:
    """Whether a finding may stay quiet: it takes no colour, is no override, no awaited return."""
    if problem.standing or problem.table == schema.ACKNOWLEDGED.name:
        return False
    return not (problem.severity is Severity.ERROR and problem.effect is Effect.COLOUR)


# -- identities


def _identified(problems: Iterable[Problem], settled: Collection[str]) -> list[Problem]:
    """Give each its identity; of several that it may have, the one that is settled."""
    times: dict[tuple[str, ...], int] = {}
    found = []
    for problem in problems:
        contents = [_content(problem, words) for words in problem.subjects or (problem.found,)]
        times[contents[0]] = times.get(contents[0], 0) + 1
        names = [_name(problem.code, content, times[contents[0]]) for content in contents]
        known = (name for name in names if normalised(name) in settled)
        found.append(replace(problem, identity=next(known, names[0])))
    return found


def _name(code: Code, content: tuple[str, ...], times: int) -> str:
    digest = sha256(repr((*content, times)).encode()).hexdigest()[:IDENTITY_LENGTH]
    return f"{code}-{digest}"


def _content(problem: Problem, words: str) -> tuple[str, ...]:
    """What makes a finding the one it is, without where it stands."""
    for address in problem.mentions:
        words = re.sub(rf"(?<!\w){re.escape(address)}(?!\w)", "", words)
    about = (
        problem.code,
        problem.severity,
        problem.table,
        problem.column,
        normalised(problem.measure),
        words,
    )
    return (*map(str, about), *_cells(problem))


def _cells(problem: Problem) -> list[str]:
    """Names, periods, figures of the row and the cell itself, as typed; not when taken."""
    if problem.row is None:
        return []
    return [
        _in_one_form(problem.row.as_typed(title)) for title in _taken(problem.table, problem.column)
    ]


@cache
def _taken(table: str, own: str) -> tuple[str, ...]:
    """Columns of a row that make a finding in one of them."""
    columns = next((item.columns for item in schema.ALL if item.name == table), ())
    return tuple(
        item.title for item in columns if item.needed or item.holds in FIGURES or item.title == own
    )


def _in_one_form(text: str) -> str:
    """Give a text one form: 3 and 3.0, a date with and without its midnight, are the same."""
    return normalised(text).removesuffix(".0").removesuffix(" 00:00:00")


# -- acknowledgements


def _each(acknowledged: Iterable[Acknowledgement]) -> Iterator[Acknowledgement]:
    """Give each finding that a row settles an acknowledgement of its own."""
    for item in acknowledged:
        names = filter(None, map(str.strip, item.check.split(BETWEEN.strip())))
        yield from (replace(item, check=name) for name in list(names) or [item.check])


def _valid(
    acknowledged: Sequence[Acknowledgement], known: Mapping[str, Problem], settings: Settings
) -> tuple[dict[str, Acknowledgement], list[Problem]]:
    """Acknowledgements in force by identity, and what is wrong with the others."""
    valid: dict[str, Acknowledgement] = {}
    faults = []
    for item in acknowledged:
        if item.fault:
            found = f"{item.fault}, so the row settles nothing."
            remedy = "Type the date, or leave the cell blank."
            faults.append(_fault(item, "Until", found, remedy, Severity.ERROR))
        elif re.fullmatch(IDENTITY, item.check) is None:
            found = "This names no finding, so the row settles nothing."
            faults.append(_fault(item, "Check", found, NOT_KNOWN, Severity.ERROR))
        elif item.until is not None and item.until < settings.period_end:
            if normalised(item.check) in known:
                found = f"It held until {day_name(item.until)}; the finding is shown again."
                remedy = "Look into it again: give a later date, or delete the row."
                faults.append(_fault(item, "Until", found, remedy))
        else:
            valid.setdefault(normalised(item.check), item)
    return valid, faults


def _settled(problem: Problem, valid: dict[str, Acknowledgement]) -> Problem:
    item = valid.get(normalised(problem.identity)) if valid else None
    return (
        replace(problem, settled=item) if item is not None and can_be_settled(problem) else problem
    )


def _refused(
    known: Mapping[str, Problem], acknowledged: Sequence[Acknowledgement]
) -> list[Problem]:
    """Tell of acknowledgements of what is never quiet."""
    faults = []
    for item in acknowledged:
        problem = known.get(normalised(item.check))
        if problem is not None and not can_be_settled(problem):
            why = "is always shown" if problem.standing else "takes the colour of a line away"
            told = f"The finding at {problem.where} {why}, so it cannot be settled."
            faults.append(_fault(item, "Check", told, "Mend what it found, and delete this row."))
    return faults


def _idle(known: Mapping[str, Problem], acknowledged: Sequence[Acknowledgement]) -> list[Problem]:
    """Tell once of all acknowledgements whose finding is not there any more, or is another now."""
    of_rows: dict[str, list[Acknowledgement]] = {}
    for item in acknowledged:
        of_rows.setdefault(item.row.cell("Check"), []).append(item)
    idle = [
        items[0]
        for items in of_rows.values()
        if all(
            re.fullmatch(IDENTITY, item.check) and normalised(item.check) not in known
            for item in items
        )
    ]
    if not idle:
        return []
    rows = (
        "The finding of this row is"
        if len(idle) == 1
        else f"The findings of {len(idle)} rows, from here on, are"
    )
    told = f"{rows} gone, or changed since: what is new is shown."
    places = first_few([item.row.cell("Check") for item in idle], MOST_NAMED)
    return [_fault(idle[0], "Check", told, f"This can be deleted: {places}.", Severity.NOTE)]


def _fault(
    item: Acknowledgement,
    title: str,
    found: str,
    remedy: str,
    severity: Severity = Severity.WARNING,
) -> Problem:
    effect = Effect.INFORMATION if severity is Severity.NOTE else Effect.SHOWN
    return replace(
        item.row.problem(severity, Code.NOT_ACKNOWLEDGED, title, found, remedy), effect=effect
    )
