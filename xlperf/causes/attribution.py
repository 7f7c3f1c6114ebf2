"""Each difference of a line, put down to its causes by judging again.

The earlier inputs are judged by the version of today, then again after each step of `cause_steps`.
What a step changes is put down to its cause. The parts so add up to the whole. Where the first
judgement is not what was recorded then, the version is the cause, if it is another; where it is the
same, or where the last judgement is not what is there now, the cause of that line is not recorded.

The order matters where causes work together. Each step is therefore also applied alone to the
earlier inputs, and left out of all: what would have given the last colour by itself is named, and
so is what has no part of its own although the line would be another without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assessment.assessing import assess
from xlperf.causes.cause_details import begun, detail, ended
from xlperf.causes.cause_steps import Inputs, steps
from xlperf.frozen import NamedTuple
from xlperf.tiles.change_causes import Cause, ChangePart, LineStanding, PartnerCause
from xlperf.tiles.changes import GONE, NEW
from xlperf.tiles.stored_inputs import line_states

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from xlperf.assessment.evidence import Assessment
    from xlperf.causes.cause_steps import CauseStep
    from xlperf.tables.data import Override
    from xlperf.tiles.stored_inputs import LineState

UNEXPECTED = "judging the stored figures again does not give what was shown"
OVERTAKEN = "judging the later figures again does not give what is shown"


class Moment(NamedTuple):
    """A workbook at one time: what it was judged from, and what it showed."""

    version: str
    end: date
    inputs: Inputs
    lines: Mapping[str, LineState]


class LineCauses(NamedTuple):
    """Why one line differs."""

    parts: tuple[ChangePart, ...]
    alone: tuple[Cause, ...] = ()
    """Causes of which each alone would have given the later colour, where the colour by the rules
    is another.
    """
    partners: tuple[PartnerCause, ...] = ()


class _Judged(NamedTuple):
    """Inputs with the lines judged from them."""

    inputs: Inputs
    lines: Mapping[str, Assessment]
    states: Mapping[str, LineState]


def causes(before: Moment, after: Moment) -> dict[str, LineCauses]:
    """Find the causes of every line of either moment, by its name."""
    listed = tuple(steps(before.inputs, after.inputs))
    chain = [_judged(before.inputs)]
    for step in listed:
        chain.append(_judged(step.apply(chain[-1].inputs)))
    target = _judged(after.inputs)
    alone = [
        (step.cause, chain[1] if place == 0 else _judged(step.apply(before.inputs)))
        for place, step in enumerate(listed)
    ]
    without = [_judged(_all_but(place, listed, before.inputs)) for place in range(len(listed))]
    way = _Way(before, after, listed, chain, target, alone, without)
    return {name: way.of_line(name) for name in dict.fromkeys((*after.lines, *before.lines))}


def _all_but(left_out: int, listed: Sequence[CauseStep], inputs: Inputs) -> Inputs:
    for place, step in enumerate(listed):
        if place != left_out:
            inputs = step.apply(inputs)
    return inputs


def _judged(inputs: Inputs) -> _Judged:
    lines = assess(inputs.tables, inputs.settings)
    return _Judged(inputs, {line.line: line for line in lines}, line_states(lines))


class _Way(NamedTuple):
    """The way from one moment to another, judged step by step."""

    before: Moment
    after: Moment
    steps: Sequence[CauseStep]
    chain: Sequence[_Judged]
    """The earlier inputs, and those after each step."""
    target: _Judged
    """The later inputs."""
    alone: Sequence[tuple[Cause, _Judged]]
    """The earlier inputs with one step alone."""
    without: Sequence[_Judged]
    """The earlier inputs with all steps but one."""

    def of_line(self, name: str) -> LineCauses:
        """Find the causes of a line."""
        start, end = by_rules(self.before.lines.get(name)), by_rules(self.after.lines.get(name))
        fault = self._fault(name, start, end)
        if fault:
            parts = _part(Cause.NOT_RECORDED, fault, start, end)
            return LineCauses(self._with_decisions(name, parts))
        parts = self._parts(name, start)
        alone = self._alone(name, start, end)
        partners = self._partners(name, end) if start != end else ()
        return LineCauses(self._with_decisions(name, parts), alone, partners)

    def _fault(self, name: str, start: LineStanding | None, end: LineStanding | None) -> str:
        """Say why the causes of a line cannot be known; empty: they can."""
        first, last = (
            by_rules(stage.states.get(name)) for stage in (self.chain[0], self.chain[-1])
        )
        if first != start and self.before.version == self.after.version:
            return UNEXPECTED
        return "" if by_rules(self.target.states.get(name)) == last == end else OVERTAKEN

    def _parts(self, name: str, start: LineStanding | None) -> list[ChangePart]:
        versions = f"{self.before.version} -> {self.after.version}"
        standing = by_rules(self.chain[0].states.get(name))
        parts = _part(Cause.VERSION, versions, start, standing)
        for place, step in enumerate(self.steps):
            stages = self.chain[place : place + 2]
            reached = by_rules(stages[1].states.get(name))
            if reached != standing:
                lines = [stage.lines.get(name) for stage in stages]
                text = detail(step, self.before.inputs, self.after.inputs, *lines)
                parts += _part(step.cause, text, standing, reached)
            standing = reached
        return parts

    def _partners(self, name: str, end: LineStanding | None) -> tuple[PartnerCause, ...]:
        """Find steps that change nothing in their turn, but without which the line would differ."""
        found = []
        for place, step in enumerate(self.steps):
            was, reached = (
                by_rules(stage.states.get(name)) for stage in self.chain[place : place + 2]
            )
            left_out = self.without[place]
            if was == reached and by_rules(left_out.states.get(name)) != end:
                lines = [stage.lines.get(name) for stage in (left_out, self.target)]
                text = detail(step, self.before.inputs, self.after.inputs, *lines)
                found.append(PartnerCause(step.cause, text))
        return tuple(found)

    def _alone(
        self, name: str, start: LineStanding | None, end: LineStanding | None
    ) -> tuple[Cause, ...]:
        again = by_rules(self.chain[0].states.get(name))
        if start is None or again is None or end is None or start.colour == end.colour:
            return ()
        if again.colour == end.colour:  # so it is with any step, and with none
            return (Cause.VERSION,)
        found = (
            cause
            for cause, stage in self.alone
            if (standing := by_rules(stage.states.get(name))) is not None
            and standing.colour == end.colour
        )
        return tuple(dict.fromkeys(found))

    def _with_decisions(self, name: str, parts: list[ChangePart]) -> tuple[ChangePart, ...]:
        """Put before the parts that a decision ended, and after them that one began; one that
        stands as it was is none of the causes.
        """
        was, now = self.before.lines.get(name), self.after.lines.get(name)
        old, new = (
            _override(stage, name, line)
            for stage, line in ((self.chain[0], was), (self.target, now))
        )
        if old != new and was is not None and was.shown != was.calculated:
            text = ended(old, self.after.end)
            parts = [*_part(Cause.DECISION, text, _as_shown(was), by_rules(was)), *parts]
        if old != new and now is not None and now.shown != now.calculated:
            parts = [*parts, *_part(Cause.DECISION, begun(new), by_rules(now), _as_shown(now))]
        return tuple(parts)


def by_rules(line: LineState | None) -> LineStanding | None:
    """Give a line with the colour by the rules; None where there is none."""
    if line is None:
        return None
    return LineStanding(line.calculated, line.position or "", line.baseline, line.latest)


def _as_shown(line: LineState) -> LineStanding:
    return LineStanding(line.shown, line.position or "", line.baseline, line.latest)


def _part(
    cause: Cause, text: str, before: LineStanding | None, after: LineStanding | None
) -> list[ChangePart]:
    """Make the part of a cause; none where it makes no difference."""
    if before == after:
        return []
    new, gone = LineStanding(NEW, "", None, None), LineStanding(GONE, "", None, None)
    return [ChangePart(cause, text, before or new, after or gone)]


def _override(stage: _Judged, name: str, line: LineState | None) -> Override | None:
    judged = stage.lines.get(name)
    return None if judged is None or line is None else judged.override
