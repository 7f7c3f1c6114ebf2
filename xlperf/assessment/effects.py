"""What each finding does to the colours of this period, worked out from the data it is about, not
from its words.

The rule. A finding is about lines (those of its measure that its table decides) and months (those
of its row, unless it says otherwise). If no judgement uses those months, it is about other periods.
If a figure is lacking because of it, and a line has no colour for want of figures, it took the
colour. Otherwise the colour that rests on it is in doubt; notes change nothing. What cannot be told
counts as the heavier: lines unknown are all lines, months unknown are used.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.assessment.rag import Rag, Reason
from xlperf.assessment.uses import OF_FIGURES, READ_FROM, reads, uses
from xlperf.excel.port import normalised
from xlperf.periods import Period, month_of
from xlperf.tables import schema
from xlperf.tables.measure_kinds import KINDS, LINES, LineKind
from xlperf.tables.problems import Code, Effect, Problem, Severity
from xlperf.tables.schema import Consequence, Holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlperf.assessment.basis import Basis
    from xlperf.assessment.evidence import Assessment
    from xlperf.tables.data import Tables

LACKING = frozenset(
    {
        *(Code.BLANK, Code.GAP, Code.INCOMPLETE, Code.MONTH_LOST, Code.NO_FIGURES),
        *(Code.PEER_MISSING, Code.TABLE_MISSING),
    }
)
"""Findings because of which a figure is not there, whatever their severity and column."""
FOR_WANT_OF_FIGURES = frozenset(
    {
        *(
            Reason.INSUFFICIENT_DATA,
            Reason.MONTH_LOST,
            Reason.TOO_SHORT,
            Reason.TREND_UNKNOWN,
            Reason.NO_BASELINE,
            Reason.MIX,
            Reason.NO_N,
        ),
        *(Reason.TOO_FEW_PEERS, Reason.NO_DATA, Reason.NOT_RECEIVED, Reason.NOT_SEEN),
    }
)
"""Reasons of a line without a colour: usable figures would give it one."""
SAID_BY_RETURN = frozenset({Reason.NOT_AVAILABLE, Reason.IN_DEVELOPMENT, Reason.NOT_APPLICABLE})
"""Reasons that a return gives for a line without figures: a row of figures that cannot be used
would give it back too.
"""
NUMBERS = frozenset({Holds.WHOLE, Holds.NUMBER, Holds.DECIMAL, Holds.PERCENT})
OF_MANY_ROWS = frozenset({Code.UNKNOWN_MEASURE, Code.UNKNOWN_FORCE, Code.WRONG_KIND})
"""Findings told at the first of several rows: of which months is not known."""
DECIDING = frozenset(
    {"Measure", "Kind", "Direction", "Target change %", "MSG measure", "Design effect"}
)
"""Columns of Measures that decide colours; the others hold words, or what may be shown outside."""
WITHOUT_COLOUR = frozenset(kind for kind, record in LINES.items() if not record.coloured)


def with_effects(
    problems: Iterable[Problem], lines: Sequence[Assessment], basis: Basis
) -> list[Problem]:
    """Give each finding its effect, and the lines concerned; one that knows its effect keeps it."""
    judge = _Judge(lines, basis)
    taken = _taken(lines, basis.tables)
    names = {table.name.lower(): table.name for table in schema.ALL}

    def spelt(problem: Problem) -> Problem:
        name = names.get(problem.table.lower(), "")
        return problem if name == problem.table else replace(problem, table=name)

    return [
        replace(problem, effect=Effect.COLOUR, lines=taken[problem.where])
        if problem.severity is Severity.ERROR and problem.where in taken
        else problem
        if problem.effect
        else judge.judged(problem)
        for problem in map(spelt, problems)
    ]


def _taken(lines: Sequence[Assessment], tables: Tables) -> dict[str, tuple[str, ...]]:
    """Lines without a colour because something cannot be read, by its place."""
    found: dict[str, dict[str, None]] = {}
    without = [
        line for line in lines if line.reason is Reason.CONFIG and line.kind not in WITHOUT_COLOUR
    ]
    for doubt in tables.doubts:
        of = [
            line.line
            for line in without
            if doubt.concerns(line.measure.name, line.line, position=line.kind is LineKind.POSITION)
        ]
        for place in doubt.places if of else ():
            found.setdefault(place, {}).update(dict.fromkeys(of))
    return {place: tuple(names) for place, names in found.items()}


class _Judge:
    """Lines by the names that findings know them by."""

    def __init__(self, lines: Sequence[Assessment], basis: Basis) -> None:
        self.lines = lines
        self.known: dict[tuple[str, str, Period, bool], bool] = {}
        self.group = {normalised(force) for force in basis.tables.group}
        self.cases = {line.line: basis.case(line.measure.name) for line in lines}
        self.by_line = {normalised(line.line): line for line in lines}
        self.by_measure: dict[str, list[Assessment]] = {}
        for line in lines:
            names = {
                line.measure.name,
                *([line.measure.msg_measure] if line.kind is LineKind.POSITION else []),
            }
            for name in map(normalised, names):
                self.by_measure.setdefault(name, []).append(line)

    def judged(self, problem: Problem) -> Problem:
        if problem.standing:
            return self._standing(problem)
        if problem.code is Code.REVISED and (line := self.by_line.get(normalised(problem.measure))):
            return self._heaviest(problem, _own(line), [line])
        if problem.table == schema.HISTORY.name and problem.row is not None:
            return replace(problem, effect=Effect.LATER)
        known = problem.table in READ_FROM or problem.code is Code.UNKNOWN_FORCE
        if not known and problem.table not in ("", schema.SETTINGS.name):
            return replace(
                problem, effect=_least(problem, Effect.SHOWN), lines=self._named(problem)
            )
        if not known:
            return replace(
                problem, effect=_least(problem, Effect.DOUBT), lines=self._named(problem)
            )
        table = problem.table or schema.FORCES.name
        return self._heaviest(problem, table, self._about(problem, table))

    def _named(self, problem: Problem) -> tuple[str, ...]:
        """The line, or the lines of the measure, that a finding names."""
        line = self.by_line.get(normalised(problem.measure))
        return (line.line,) if line else ()

    def _standing(self, problem: Problem) -> Problem:
        line = self.by_line.get(normalised(problem.measure))
        if line is None:
            return replace(problem, effect=Effect.SHOWN)
        if problem.code is Code.OVERRIDE:
            effect = Effect.COLOUR if line.shown is not line.rag else Effect.SHOWN
        elif line.kind in WITHOUT_COLOUR:
            effect = Effect.SHOWN
        else:
            effect = Effect.COLOUR if line.rag is Rag.NA else Effect.DOUBT
        return replace(problem, effect=effect, lines=(line.line,))

    def _heaviest(self, problem: Problem, table: str, about: Sequence[Assessment]) -> Problem:
        """The heaviest effect that a finding in a table has on any line it is about, and the lines
        it has it on.
        """
        if not about:
            return self._without_line(problem, table)
        effects = {line.line: self._on(problem, line, table) for line in about}
        heaviest = min(effects.values(), key=list(Effect).index)
        named = heaviest not in (Effect.LATER, Effect.INFORMATION)
        lines = (
            tuple(line for line, effect in effects.items() if effect is heaviest) if named else ()
        )
        return replace(problem, effect=heaviest, lines=lines)

    def _without_line(self, problem: Problem, table: str) -> Problem:
        """A measure that cannot be used has no line, but it would have; elsewhere no line takes
        anything from it.
        """
        if table == schema.MEASURES.name and problem.severity is Severity.ERROR:
            return replace(
                problem, effect=Effect.COLOUR, lines=(problem.measure,) if problem.measure else ()
            )
        effect = Effect.DOUBT if table == schema.OVERRIDES.name else Effect.SHOWN
        return replace(problem, effect=_least(problem, effect))

    def _about(self, problem: Problem, table: str) -> list[Assessment]:
        if table == schema.OVERRIDES.name:
            line = self.by_line.get(normalised(problem.measure))
            return [line] if line else []
        of_measure = self.by_measure.get(normalised(problem.measure), [])
        if table == schema.MEASURES.name and problem.row is not None and not of_measure:
            return []
        if problem.code is Code.NO_FIGURES:
            return [line for line in of_measure if line.kind is not LineKind.POSITION]
        reading = [
            line
            for line in of_measure or self.lines
            if reads(line.kind, table, self.cases[line.line])
        ]
        return reading or of_measure

    def _on(self, problem: Problem, line: Assessment, table: str) -> Effect:
        """Effect on one line."""
        if not self._used(problem, line, table):
            return Effect.LATER
        if table == schema.OVERRIDES.name:
            return _least(problem, Effect.DOUBT)
        if table == schema.MEASURES.name and problem.column not in ("", *DECIDING):
            return _least(problem, Effect.SHOWN)
        if line.rag is not Rag.NA:
            return _least(problem, Effect.DOUBT)
        if (
            _lacking(problem)
            and line.kind not in WITHOUT_COLOUR
            and line.reason in _reasons(problem, table)
        ):
            return Effect.COLOUR
        return _least(problem, Effect.SHOWN)

    def _used(self, problem: Problem, line: Assessment, table: str) -> bool:
        months = _months(problem)
        if months is not None and not self._uses(line, table, months, lacking=_lacking(problem)):
            return False
        force = ""
        if problem.row is not None and table == schema.PEERS.name:
            force = problem.row.name("Force")
        return not force or problem.code in OF_MANY_ROWS or normalised(force) in self.group

    def _uses(self, line: Assessment, table: str, months: Period, *, lacking: bool) -> bool:
        """Ask once for each line and months: a table of many faults has few of either."""
        key = line.line, table, months, lacking
        if key not in self.known:
            self.known[key] = uses(line.kind, table, months, self.cases[line.line], lacking=lacking)
        return self.known[key]


def _own(line: Assessment) -> str:
    """Table of the figures of a line."""
    if line.kind is LineKind.POSITION:
        return schema.PEERS.name
    table = KINDS[line.measure.kind].table
    return table.name if table else ""


def _least(problem: Problem, effect: Effect) -> Effect:
    return Effect.INFORMATION if problem.severity is Severity.NOTE else effect


def _lacking(problem: Problem) -> bool:
    """Whether a figure, or what decides how it is judged, is not there because of a finding."""
    if problem.code is Code.INCOMPLETE and problem.table == schema.SURVEYS.name:
        return False  # used all the same
    if problem.code in LACKING:
        return True
    if problem.severity is not Severity.ERROR and problem.code is not Code.COLUMN_MISSING:
        return False
    columns = (
        column for table in schema.DATA if table.name == problem.table for column in table.columns
    )
    column = next((column for column in columns if column.title == problem.column), None)
    return (
        column is None
        or column.needed
        or column.holds in NUMBERS
        or column.unreadable is Consequence.NO_COLOUR
    )


def _reasons(problem: Problem, table: str) -> frozenset[Reason]:
    """Reasons of a line without a colour that a finding can be behind."""
    wanted = FOR_WANT_OF_FIGURES | {Reason.CONFIG}
    return wanted if table not in OF_FIGURES or problem.row is None else wanted | SAID_BY_RETURN


def _months(problem: Problem) -> Period | None:
    """Months a finding is about; None when they are not known, or it is about none."""
    if problem.months is not None or problem.row is None or problem.code in OF_MANY_ROWS:
        return problem.months
    row = problem.row
    end = row.if_readable(row.day, "Month") or row.if_readable(row.day, "Period end")
    start = row.if_readable(row.day, "Period start") if "Period start" in row.frame.order else end
    if start is None or end is None:
        return None
    return Period(month_of(min(start, end)), month_of(end))
