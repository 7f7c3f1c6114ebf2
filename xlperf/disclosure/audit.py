"""How many values each protected count can still have, for a reader of all facts.

A value counts only with a *witness*: whole counts that agree with every fact, checked in integers.
So safety does not rest on the tolerance of a solver; where a solver errs, a count looks narrower
than it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xlperf.disclosure.bounds import Columns, presolve
from xlperf.disclosure.facts import VALUES, Fact, holds
from xlperf.disclosure.linked_counts import limit_arrays, linked_parts, sparse

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from xlperf.disclosure.facts import Atom, Protected
    from xlperf.disclosure.solving import Integers


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

    `truth` holds every atom; a fact that is not true of it is a contradiction.
    """
    return Auditor(facts, protected, truth).audit(values)


class Auditor:
    """Facts, and the data sets that agree with all of them."""

    def __init__(
        self, facts: Sequence[Fact], protected: Sequence[Protected], truth: Mapping[Atom, int]
    ) -> None:
        if len({item.key for item in protected}) < len(protected):
            raise ValueError("two protected counts have the same key")
        self.facts, self.protected = facts, protected
        self.contradiction = tuple(fact for fact in facts if not holds(fact, truth))
        self.columns = Columns(truth)
        self.truth = np.array([truth[atom] for atom in self.columns.atoms], np.int64)
        self.data_sets = self.truth[None, :]

    def audit(self, values: int) -> Audit:
        """Count the values of each protected count, up to as many as asked for."""
        if self.contradiction:
            return Audit(contradiction=self.contradiction)
        lacking = [item for item, had in self._proofs() if len(had) < values]
        if lacking:
            self._search(lacking, values)
        return Audit(
            tuple(
                Narrow(item.key, tuple(sorted(had)), values)
                for item, had in self._proofs()
                if len(had) < values
            )
        )

    def learn(self, data_sets: Integers) -> None:
        """Take data sets that may agree: whole numbers, one column for each atom in order."""
        self.data_sets = np.vstack([self.data_sets, data_sets])

    def _proofs(self) -> list[tuple[Protected, set[int]]]:
        """Values of each protected count that a data set proves, checked against every fact."""
        if not self.protected:
            return []
        agree = self._agreeing()
        sums = sparse([self.columns.terms(item.form) for item in self.protected], agree.shape[1])
        each = (sums @ agree.T).tolist()
        return [(item, set(had)) for item, had in zip(self.protected, each, strict=True)]

    def _agreeing(self) -> Integers:
        rows = sparse([self.columns.terms(fact.form) for fact in self.facts], len(self.truth))
        low, high = limit_arrays([(fact.low, fact.high) for fact in self.facts])
        activity = rows @ self.data_sets.T
        agree = ((activity >= low[:, None]) & (activity <= high[:, None])).all(axis=0)
        agreeing: Integers = self.data_sets[agree & (self.data_sets >= 0).all(axis=1)]
        return agreeing

    def _search(self, protected: Sequence[Protected], values: int) -> None:
        """Find data sets for protected counts, in each part of the counts by itself."""
        terms = self.columns.terms
        bounds = presolve(
            len(self.truth), ((terms(fact.form), fact.low, fact.high) for fact in self.facts)
        )
        rows = list(bounds.rows.items())
        found = []
        for part in linked_parts(
            bounds, rows, [terms(item.form) for item in protected], self.truth
        ):
            on = np.ones(part.counts.rows.shape[0], np.bool_)
            aims = dict.fromkeys(range(len(part.sums)), values)
            part.counts.lacking(aims, on)
            found.append((part.counts.columns, part.counts.proofs(aims, on)))
        self.learn(joined(found, self.truth))


def joined(found: Sequence[tuple[Integers, Integers]], truth: Integers) -> Integers:
    """Put data sets of parts that share nothing side by side, as deviations from the truth."""
    data_sets = np.tile(truth, (max((len(pool) for _, pool in found), default=0), 1))
    for columns, pool in found:
        data_sets[: len(pool), columns] += pool
    return data_sets
