"""How many values each protected count can still have, for a reader of all facts.

A value counts only with a *witness*: whole counts that agree with every fact, checked in integers.
So safety does not rest on the tolerance of a solver; where a solver errs, a count looks narrower
than it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xlperf.disclosure.facts import VALUES, Fact, holds, value_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from xlperf.disclosure.facts import Atom, Form, Protected


@dataclass(frozen=True, slots=True)
class Narrow:
    """A protected count with fewer values than asked for."""

    key: Hashable
    values: tuple[int, ...]
    """All that remain, ascending."""
    obtainable: int
    """As many as it could have, at most as many as asked for."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What facts leave of the protected counts."""

    narrow: tuple[Narrow, ...] = ()
    contradiction: tuple[Fact, ...] = ()
    """Facts that cannot hold together, or not with the true counts: then nothing is safe."""

    @property
    def safe(self) -> bool:
        """Whether each protected count keeps as many values as asked for."""
        return not self.narrow and not self.contradiction


def audit(
    facts: Sequence[Fact],
    protected: Sequence[Protected],
    truth: Mapping[Atom, int],
    values: int = VALUES,
) -> Audit:
    """Count the values that facts leave to each protected count, up to `values`.

    `truth` holds every atom.
    """
    wrong = tuple(fact for fact in facts if not holds(fact, truth))
    if wrong:
        return Audit(contradiction=wrong)
    left = ((item.key, remaining(facts, item.form, truth, values)) for item in protected)
    return Audit(tuple(Narrow(key, had, values) for key, had in left if len(had) < values))


def remaining(
    facts: Sequence[Fact], form: Form, truth: Mapping[Atom, int], enough: int
) -> tuple[int, ...]:
    """Values of a sum that facts leave, up to `enough`, those next to the true one first found."""
    return tuple(sorted(witnesses(facts, form, truth, enough)))


def witnesses(
    facts: Sequence[Fact], form: Form, truth: Mapping[Atom, int], enough: int
) -> dict[int, Mapping[Atom, int]]:
    """Values of a sum that facts leave, up to `enough`, each with counts that prove it."""
    start = value_of(form, truth)
    proofs: dict[int, Mapping[Atom, int]] = {start: truth}
    for sign in (1, -1):
        value = start
        while len(proofs) < enough:
            counts = _next(facts, form, truth, value, sign)
            if counts is None:
                break
            value = value_of(form, counts)
            proofs[value] = counts
    return proofs


def _next(
    facts: Sequence[Fact], form: Form, truth: Mapping[Atom, int], value: int, sign: int
) -> Mapping[Atom, int] | None:
    """Find counts with the next value of a sum beyond one, upwards (1) or downwards (-1)."""
    from scipy.optimize import LinearConstraint, milp

    beyond = Fact(tuple((atom, sign * factor) for atom, factor in form), sign * value + 1, None)
    rows = (*facts, beyond)
    place = {atom: column for column, atom in enumerate(truth)}
    matrix = np.zeros((len(rows), len(place)))
    for row, fact in enumerate(rows):
        for atom, factor in fact.form:
            matrix[row, place[atom]] += factor
    low = [fact.low for fact in rows]
    high = [np.inf if fact.high is None else fact.high for fact in rows]
    solved = milp(
        matrix[-1], integrality=np.ones(len(place)), constraints=LinearConstraint(matrix, low, high)
    )
    if solved.x is None:
        return None
    counts = {atom: round(solved.x[column]) for atom, column in place.items()}
    fits = min(counts.values()) >= 0 and all(holds(fact, counts) for fact in rows)
    return counts if fits else None
