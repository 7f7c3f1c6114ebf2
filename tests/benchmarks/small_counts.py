"""Seconds of the processor and memory for the audit and the choice of a synthetic office: 40
measures of 72 months in 8 quarterly issues.

`python -m tests.benchmarks.small_counts [--threshold 5] [--issues 8] [--kinds]`.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from xlperf.disclosure.audit import audit
from xlperf.disclosure.choice import choose
from xlperf.disclosure.facts import Cell, Fact, Protected, kinds, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlperf.disclosure.choice import Choice

MONTHS, FIRST_ISSUE, QUARTER = 72, 51, 3
LARGE, SMALL, TOTALS, PARTS = 12, 10, 3, 5
COST_OF_MONTH, COST_OF_TOTAL, COST_OF_LATEST = 1, 3, 10


def office(seed: int = 1) -> tuple[dict[tuple[str, int], int], list[Fact]]:
    """Months of all measures, and the sums that hold among them."""
    rng = np.random.default_rng(seed)
    means = {f"large{n}": rng.uniform(100, 3000) for n in range(LARGE)}
    means |= {f"small{n}": rng.uniform(4, 14) for n in range(SMALL)}
    means |= {f"part{t}{p}": rng.uniform(4, 40) for t in range(TOTALS) for p in range(PARTS)}
    counts = {
        (name, month): int(count)
        for name, mean in means.items()
        for month, count in enumerate(rng.poisson(mean, MONTHS), 1)
    }
    sums = []
    for total in range(TOTALS):
        for month in range(1, MONTHS + 1):
            parts = [(f"part{total}{part}", month) for part in range(PARTS)]
            counts[f"total{total}", month] = sum(counts[part] for part in parts)
            form = (((f"total{total}", month), 1), *((part, -1) for part in parts))
            sums.append(Fact(form, 0, 0, f"sum of {total}"))
    return counts, sums


def spans(end: int) -> Iterator[tuple[int, int, int]]:
    """First month, last month and cost of the figures that an issue shows of a measure."""
    yield from ((month, month, COST_OF_MONTH) for month in range(1, end + 1))
    yield from ((end - 11, end, COST_OF_LATEST), (end - 23, end - 12, COST_OF_LATEST))
    yield from ((end - 5, end, COST_OF_TOTAL), ((end - 1) // 12 * 12 + 1, end, COST_OF_TOTAL))
    yield from ((first, first + 11, COST_OF_TOTAL) for first in range(1, end - 10, 12))


@dataclass
class Publisher:
    """Publishes one issue after the other; what it has shown stays known."""

    counts: dict[tuple[str, int], int]
    known: list[Fact]
    threshold: int
    with_kinds: bool = False
    protected: dict[object, Protected] = field(default_factory=dict)
    others: dict[object, Protected] = field(default_factory=dict)
    withheld: set[object] = field(default_factory=set)

    def offered(self, end: int) -> list[Cell]:
        """Figures of an issue that are not small; the small ones are put down as protected."""
        cells = {}
        for name in sorted({name for name, _ in self.counts}):
            for first, last, cost in spans(end):
                key = (name, first, last)
                form = tuple(((name, month), 1) for month in range(first, last + 1))
                count = Protected(key, form, self.threshold)
                value = value_of(form, self.counts)
                if value < self.threshold:
                    self.protected[key] = count
                else:
                    self.others[key] = count
                    before = key in self.withheld
                    cells.setdefault(key, Cell(key, (Fact(form, value, value, key),), cost, before))
        return list(cells.values())

    def of_kinds(self) -> Sequence[Fact]:
        """What a reader knows who knows which counts are small."""
        small, other = self.protected.values(), self.others.values()
        return kinds(small, other) if self.with_kinds else ()

    def publish(self, end: int) -> tuple[Choice, list[Cell]]:
        cells = self.offered(end)
        small = list(self.protected.values())
        choice = choose([*self.known, *self.of_kinds()], cells, small, self.counts)
        shown = [cell for cell in cells if cell.key not in choice.withheld]
        self.known += [fact for cell in shown for fact in cell.facts]
        self.withheld |= choice.withheld
        return choice, cells


def peak() -> float:
    """Most memory of this process so far, MB; 0 where it is not known."""
    try:
        import resource
    except ImportError:
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threshold", type=int, default=5)
    parser.add_argument("--issues", type=int, default=8)
    parser.add_argument("--kinds", action="store_true")
    options = parser.parse_args(arguments)
    counts, sums = office()
    office_of = Publisher(counts, sums, options.threshold, options.kinds)
    print(f"before: {peak():.0f} MB")
    for number in range(options.issues):
        start = time.process_time()
        choice, cells = office_of.publish(FIRST_ISSUE + QUARTER * number)
        seconds = time.process_time() - start
        cost = sum(cell.cost for cell in cells if cell.key in choice.withheld)
        print(
            f"issue {number + 1}: {len(cells)} figures, {len(office_of.protected)} small counts,"
            f" {len(choice.withheld)} withheld besides (cost {cost}),"
            f" {len(choice.already_out)} already out: {seconds:.1f} s, {peak():.0f} MB"
        )
    start = time.process_time()
    small = list(office_of.protected.values())
    result = audit([*office_of.known, *office_of.of_kinds()], small, counts)
    print(
        f"audit of all issues: {len(office_of.known)} facts, {len(result.narrow)} narrow:"
        f" {time.process_time() - start:.1f} s, {peak():.0f} MB"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
