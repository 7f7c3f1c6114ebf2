"""Mutated files, one after the other, given to a reader: those that reach something new are mutated
further.

New is a function of xlperf that no file before led to. A file that was refused is not mutated
further: it would be refused again, for the same reason. A file is named by its sample and the seeds
of its mutations, so that any of them can be made again from its name.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from tests.fuzz.mutating import mutated
from tests.fuzz.watched import watched
from xlperf import ending

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fuzz.readers import Reader
    from tests.fuzz.watched import Outcome

FRESH = 0.6
"""Share of files made from a sample itself, not from one that reached something new."""
LONGEST_CHAIN = 6
"""Mutations of a file made from others."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file by its origin: `Dashboard.xlsm 17 803` is a sample and the seeds of its mutations."""

    sample: str
    seeds: tuple[int, ...]

    def data(self, reader: Reader) -> bytes:
        """Make the file."""
        data = reader.samples()[self.sample]
        for seed in self.seeds:
            data = mutated(data, f"{self.sample} {seed}")
        return data

    def __str__(self) -> str:
        return " ".join((self.sample, *map(str, self.seeds)))


@dataclass
class Tally:
    """What came of the files of one reader."""

    endings: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)
    corpus: list[Mutant] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    largest: tuple[int, str] = (0, "")

    def add(self, mutant: Mutant, outcome: Outcome, *, answers: bool) -> None:
        """Take in one ending."""
        self.endings[outcome.code] += 1
        self.slowest = max(self.slowest, (outcome.seconds, str(mutant)))
        self.largest = max(self.largest, (outcome.memory, str(mutant)))
        fault = outcome.fault(answers=answers)
        if fault is not None:
            self.faults.append(f"{mutant}: {fault}")
        elif mutant.seeds and not outcome.complained and not outcome.reached <= self.reached:
            self.corpus.append(mutant)
        self.kinds.add(outcome.kind)
        self.reached |= outcome.reached

    def __str__(self) -> str:
        done = self.endings[ending.DONE] + self.endings[ending.DATA_ERRORS]
        refused = self.endings[ending.REFUSED] + self.endings[ending.WRONG_USAGE]
        others = {code: number for code, number in self.endings.items() if code not in (0, 1, 2, 3)}
        return (
            f"{self.endings.total():,} files: {done:,} done, {refused:,} refused,"
            f" {others or 'none'} else; {len(self.faults)} wrong; slowest {self.slowest[0]:.1f} s"
            f" ({self.slowest[1]}); most memory {self.largest[0]} MB ({self.largest[1]});"
            f" {len(self.kinds)} endings, {len(self.reached):,} functions reached,"
            f" {len(self.corpus)} kept"
        )


def played(reader: Reader, number: int, folder: Path, first: int = 0) -> Tally:
    """Give a reader its samples, then `number` mutated files with the seeds from `first` on."""
    tally = Tally()
    for mutant in _mutants(reader, number, first, tally):
        outcome = watched(
            lambda mutant=mutant: reader.work(mutant.data(reader), mutant.sample, folder),
            folder,
            trace=True,
        )
        tally.add(mutant, outcome, answers=reader.answers)
    return tally


def _mutants(reader: Reader, number: int, first: int, tally: Tally) -> Iterator[Mutant]:
    names = list(reader.samples())
    for seed in range(first, first + number):
        random = Random(f"{reader.name} {seed}")  # noqa: S311 - the same seed must give the same file
        origin = Mutant(names[seed % len(names)], ())
        if tally.corpus and random.random() > FRESH:
            origin = random.choice(tally.corpus)
            origin = (
                origin
                if len(origin.seeds) < LONGEST_CHAIN
                else Mutant(origin.sample, origin.seeds[-1:])
            )
        yield Mutant(origin.sample, (*origin.seeds, seed))
