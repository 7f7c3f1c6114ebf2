"""Sequences of issues, attacked from what they show alone by a solver written apart.

Thresholds go up, figures are revised, issues come out in any order and twice, with one to three
measures, with and without their sum.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import pytest

from tests.disclosure.attacker import values_left
from tests.disclosure.printed_counts import (
    Ratio,
    behind_change,
    behind_number,
    printed_alike,
    ratio_fact,
)
from xlperf.disclosure.audit import audit
from xlperf.disclosure.choice import choose
from xlperf.disclosure.facts import Cell, Fact, Protected, holds, kinds, value_of
from xlperf.tiles.figures import MINUS, percent_change, rounded

MONTHS = 12
CASES = 200 if os.environ.get("XLPERF_LONG") else 25
"""The long form runs all; each seed is a sequence of its own."""
AT_ONCE = 25


@dataclass
class Office:
    """Counts in their versions, and what left the building."""

    rng: np.random.Generator
    names: list[str]
    has_sum: bool
    with_kinds: bool
    truth: dict = field(default_factory=dict)
    latest: dict = field(default_factory=dict)
    known: list = field(default_factory=list)
    protected: dict = field(default_factory=dict)
    others: dict = field(default_factory=dict)
    withheld: set = field(default_factory=set)
    obtainable: dict = field(default_factory=dict)
    left_narrow: int = 0

    def revise(self, share: float) -> None:
        """Give some months a new value; where it differs it is another atom."""
        for month in range(MONTHS):
            changed = False
            for name in self.names:
                old = self.latest.get((name, month))
                if old is None or self.rng.random() < share:
                    value = int(self.rng.poisson(self.rng.choice([3, 8, 25])))
                    if old is None or self.truth[old] != value:
                        self.latest[name, month] = (name, month, old[2] + 1 if old else 0)
                        self.truth[self.latest[name, month]] = value
                        changed = True
            if self.has_sum and changed:
                parts = [self.latest[name, month] for name in self.names]
                old = self.latest.get(("sum", month))
                whole = ("sum", month, old[2] + 1 if old else 0)
                self.latest["sum", month] = whole
                self.truth[whole] = sum(self.truth[part] for part in parts)
                form = ((whole, 1), *((part, -1) for part in parts))
                self.known.append(Fact(form, 0, 0, "declared sum"))

    def spans(self, end: int) -> list[tuple[int, int]]:
        totals = {(max(end - 2, 0), end), (0, end), (max(end - 5, 0), end), (0, 2), (0, 5)}
        return [(month, month) for month in range(end + 1)] + sorted(
            span for span in totals if span[0] < span[1] <= end
        )

    def publish(self, end: int, threshold: int) -> None:
        cells, plain = {}, []
        for name in [*self.names, *(["sum"] if self.has_sum else [])]:
            for first, last in self.spans(end):
                atoms = tuple(self.latest[name, month] for month in range(first, last + 1))
                form, key = tuple((atom, 1) for atom in atoms), atoms
                value = value_of(form, self.truth)
                fact = Fact(form, value, value, key)
                if value < threshold:
                    before = self.protected.get(key)
                    highest = max(threshold, before.threshold if before else 0)
                    self.protected[key] = Protected(key, form, highest)
                elif key not in self.protected:
                    self.others[key] = Protected(key, form, threshold)
                    cost = 1 if len(atoms) == 1 else 3
                    cells[key] = Cell(key, (fact,), cost, key in self.withheld)
                plain.append(fact)
        self.others = {k: v for k, v in self.others.items() if k not in self.protected}
        small = list(self.protected.values())
        shown_plain = [fact for fact in plain if fact.source not in self.protected]
        choice = choose(self.fixed(), list(cells.values()), small, self.truth)
        assert not choice.audit.contradiction
        self.withheld |= choice.withheld
        self.obtainable = {item.key: item.obtainable for item in choice.already_out}
        for item in choice.already_out:
            assert (
                len(values_left(self.fixed(), self.protected[item.key].form, 5)) == item.obtainable
            )
        self.left_narrow += not audit([*self.fixed(), *shown_plain], small, self.truth).safe
        self.known += [
            fact
            for cell in cells.values()
            if cell.key not in choice.withheld
            for fact in cell.facts
        ]

    def fixed(self) -> list[Fact]:
        known = kinds(self.protected.values(), self.others.values()) if self.with_kinds else ()
        return [*self.known, *known]


def sequence(seed: int) -> Office:
    rng = np.random.default_rng(seed)
    names = list("abc"[: rng.integers(1, 4)])
    office = Office(rng, names, bool(len(names) > 1 and rng.random() < 0.6), seed % 3 == 0)
    office.revise(1)
    ends = [int(end) for end in rng.choice([5, 7, 8, 11], rng.integers(2, 4), replace=True)]
    for end in ends:
        office.publish(end, int(rng.choice([5, 10])))
        office.revise(float(rng.choice([0, 0.05, 0.15])))
    return office


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, CASES, AT_ONCE))
def test_no_withheld_count_is_narrowed_by_what_any_number_of_issues_show(first):
    attacked = narrow_without = 0
    for seed in range(first, first + AT_ONCE):
        office = sequence(seed)
        facts = office.fixed()
        narrow_without += office.left_narrow
        assert all(holds(fact, office.truth) for fact in facts)
        for item in office.protected.values():
            needed = office.obtainable.get(item.key, 5)
            assert len(values_left(facts, item.form, 5)) >= needed, (seed, item)
            attacked += 1
    assert attacked > 2 * AT_ONCE
    assert narrow_without > AT_ONCE // 5
    print(f"{attacked} counts attacked; without the choice {narrow_without} issues were unsafe")


def printed_figures(seed):
    """Surveys that add up, with percentages of rounded or unequal n, and a change from a base."""
    rng = np.random.default_rng(seed)
    truth, cells, small, fixed = {}, [], [], []
    names = list("abcd"[: rng.integers(2, 5)])
    decimals, base = int(rng.integers(0, 2)), int(rng.choice([1, 5, 10]))
    for name in names:
        n = int(rng.integers(8, 120))
        good = int(rng.binomial(n, rng.choice([0.5, 0.9, 0.97])))
        truth |= {(name, "yes"): good, (name, "no"): n - good}
    for key, chosen in [*((name, [name]) for name in names), ("all", names)]:
        yes = tuple(((name, "yes"), 1) for name in chosen)
        asked = (*yes, *(((name, "no"), 1) for name in chosen))
        good, n = value_of(yes, truth), value_of(asked, truth)
        ratio = Ratio(yes, asked, good, n)
        ends = behind_number(Decimal(rounded(100 * good / n, decimals)))
        share = ratio_fact(ratio, ends, source=key)
        count = printed_alike(n, lambda value: (value + base // 2) // base)
        shown = Fact(asked, *count, key)
        if n - good < 5 and key != "all":
            small.append(Protected(key, (((key, "no"), 1),), 5))
            if rng.random() < 0.5:  # an earlier issue showed the n alone
                fixed.append(shown)
        else:
            cells += [Cell((key, "share"), share, 2), Cell((key, "n"), (shown,), 1)]
    before, after = (((names[0], kind), 1) for kind in ("yes", "no"))
    if truth[names[0], "yes"]:
        change = 100 * (truth[after[0]] - truth[before[0]]) / truth[before[0]]
        printed = Decimal(percent_change(change).replace(MINUS, "-").replace(",", "").strip("+%"))
        low, high = behind_change(printed)
        ratio = Ratio((after,), (before,), truth[after[0]], truth[before[0]])
        cells.append(Cell("change", ratio_fact(ratio, (100 + low, 100 + high)), 1))
    return truth, fixed, cells, small


@pytest.mark.slow
def test_percentages_rounded_counts_and_changes_narrow_no_count_either():
    attacked = chosen = out = 0
    for seed in range(60):
        truth, fixed, cells, small = printed_figures(seed)
        choice = choose(fixed, cells, small, truth)
        assert not choice.audit.contradiction
        known = [fact for cell in cells if cell.key not in choice.withheld for fact in cell.facts]
        obtainable = {item.key: item.obtainable for item in choice.already_out}
        for item in small:
            needed = obtainable.get(item.key, 5)
            assert len(values_left([*fixed, *known], item.form, 5)) >= needed, (seed, item)
            if needed < 5:
                assert len(values_left(fixed, item.form, 5)) == needed
        attacked, chosen = attacked + len(small), chosen + bool(choice.withheld)
        out += len(obtainable)
    assert attacked > 40
    assert chosen > 10
    print(attacked, chosen, out)
