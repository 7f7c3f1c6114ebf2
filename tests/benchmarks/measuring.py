"""What all benchmarks share: how long and how much memory work takes, here or in another process,
beside other ways to do it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from operator import attrgetter
from statistics import median
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

PEAK = """
import sys
def peak():
    try:
        with open('/proc/self/status') as status:
            return next(int(line.split()[1]) for line in status if line.startswith('VmHWM'))
    except (OSError, StopIteration):
        return 0
"""
"""Peak memory of a process in KiB, as Linux tells it (``ru_maxrss`` begins with the parent's); 0
elsewhere.
"""
CHILD = f"""{PEAK}
import json, os, time
clock = getattr(time, os.environ['BENCHMARK_CLOCK'])
def begin():
    global begun
    begun = clock()
def end(answer=None):
    print(json.dumps([clock() - begun, peak() / 1024, answer]))
"""
"""What a measured program may call: `begin` after its imports, and `end` with its answer."""
SLOW = 20.0
"""Seconds; what takes longer is measured once."""


class NotMeasuredError(Exception):
    """Why something cannot be measured here."""


class Measured(NamedTuple):
    """One run; without memory 0 MB, without an answer None."""

    seconds: float
    megabytes: float = 0.0
    answer: object = None


FIGURES: tuple[tuple[str, Callable[[Measured], float]], ...] = (
    ("s", attrgetter("seconds")),
    ("MB", attrgetter("megabytes")),
)
Run: TypeAlias = "Callable[[], Measured]"


class Beside(NamedTuple):
    """Another way to do the work: what it takes, and the ratio of xlperf to it."""

    name: str
    takes: float | None
    ratio: float | None = None
    budget: str = ""
    note: str = ""


class Result(NamedTuple):
    """Work of a size (rows, series; 0: of no size) with what xlperf takes, and others beside it."""

    work: str
    size: int
    unit: str
    ours: float
    beside: tuple[Beside, ...]


@dataclass(frozen=True)
class Bench:
    """How to measure: where files may lie, how often, and the Python that has the other packages.

    `processor`: seconds of processors instead of the clock, for a computer that is busy.
    """

    folder: Path
    runs: int
    quick: bool
    large: bool
    peers: str
    processor: bool

    def sizes(
        self, quick: Sequence[int], usual: Sequence[int], large: Sequence[int] = ()
    ) -> Sequence[int]:
        """Return the sizes to measure."""
        return quick if self.quick else (*usual, *large) if self.large else usual

    def here(self, work: Callable[[], object], times: int = 1) -> Run:
        """Measure work in this process, so many times in one go."""
        clock = time.process_time if self.processor else time.perf_counter

        def run() -> Measured:
            start = clock()
            for _ in range(times):
                work()
            return Measured((clock() - start) / times)

        return run

    def child(self, code: str, *arguments: object, peer: bool = False, script: bool = False) -> Run:
        """Measure what a process does between `begin` and `end`.

        `peer`: by the Python that has the other packages. `script`: from a file, as work with
        processes of its own must be.
        """
        where = ["-c", CHILD + code]
        if script:
            file = self.folder / "measured.py"
            file.write_text(CHILD + code, encoding="utf-8")
            where = [str(file)]

        def run() -> Measured:
            output = self._run([self.peers if peer else sys.executable, *where, *arguments])
            return Measured(*json.loads(output.splitlines()[-1]))

        return run

    def process(self, *command: object, before: Callable[[], object] | None = None) -> Run:
        """Measure a whole process; `before` is done first and not measured."""

        def run() -> Measured:
            if before is not None:
                before()
            used, start = _children(), time.perf_counter()
            self._run(command)
            return Measured(_children() - used if self.processor else time.perf_counter() - start)

        return run

    def python(
        self, code: str, *arguments: object, before: Callable[[], object] | None = None
    ) -> Run:
        """Measure a whole process of Python."""
        return self.process(sys.executable, "-c", code, *arguments, before=before)

    def _run(self, command: Sequence[object]) -> str:
        """Run a process that may keep compiled modules, as Python does by default."""
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
        environment["BENCHMARK_CLOCK"] = "process_time" if self.processor else "perf_counter"
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        try:
            done = subprocess.run(
                [*map(str, command)], capture_output=True, check=False, text=True, env=environment
            )
        except OSError as error:
            raise NotMeasuredError(str(error)) from None
        if done.returncode:
            raise NotMeasuredError((done.stderr.strip().splitlines() or ["it failed"])[-1])
        return done.stdout

    def compare(
        self,
        work: str,
        size: int,
        ours: Run,
        others: Mapping[str, Run],
        budgets: Mapping[str, Sequence[str]] | None = None,
    ) -> Iterator[Result]:
        """Measure ours and others in turn: seconds and, where it is known, memory.

        The first run of each does not count, unless one run is enough. `budgets` are those of the
        ratios, of seconds and of memory, by the name of the other.
        """
        measured, notes = self._in_turn({"": ours, **others})
        mine = measured[""]
        for place, (unit, figure) in enumerate(FIGURES):
            values = [*map(figure, mine)]
            if not min(values):
                continue
            beside = []
            for name in others:
                theirs = [*map(figure, measured.get(name, ()))]
                if theirs or place == 0:
                    budget = (*(budgets or {}).get(name, ()), "", "")[place]
                    beside.append(_beside(name, values, theirs, budget, notes.get(name, "")))
            yield Result(work, size, unit, median(values), tuple(beside))

    def _in_turn(self, runs: Mapping[str, Run]) -> tuple[dict[str, list[Measured]], dict[str, str]]:
        first: dict[str, Measured] = {}
        notes: dict[str, str] = {}
        for name, run in runs.items():
            try:
                first[name] = run()
            except NotMeasuredError as reason:
                if not name:
                    raise
                notes[name] = str(reason)
        for name, measured in first.items():
            if name and measured.answer not in (None, first[""].answer):
                notes[name] = "ANOTHER ANSWER"
        often = [name for name, one in first.items() if one.seconds < SLOW and self.runs > 1]
        rounds = [{name: runs[name]() for name in often} for _ in range(self.runs)]
        return {
            name: [turn[name] for turn in rounds] if name in often else [measured]
            for name, measured in first.items()
        }, notes


def _beside(
    name: str, ours: Sequence[float], theirs: Sequence[float], budget: str, note: str
) -> Beside:
    if not theirs or not min(theirs):
        return Beside(name, None, budget=budget, note=note)
    if len(ours) == len(theirs):
        ratio = median(a / b for a, b in zip(ours, theirs, strict=True))
    else:
        ratio = median(ours) / median(theirs)
    return Beside(name, median(theirs), ratio, budget, note)


def _children() -> float:
    return sum(os.times()[2:4])


def scaled(run: Run, times: float) -> Run:
    """Measure a part of the work, and take the whole to last so many times as long."""
    return lambda: Measured(run().seconds * times)


def elsewhere(seconds: float) -> Run:
    """Give what was measured on another computer."""
    return lambda: Measured(seconds)
