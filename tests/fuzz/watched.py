"""Runs some work in a process of its own, under watch: how it ended, what it said, seconds, memory,
what it reached.

The child is forked from this process, which has loaded what the work needs, so that a run costs no
start-up.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlperf
from xlperf import ending

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_SECONDS = 10.0
MOST_MEMORY = 600
"""Peak of resident memory allowed, MB."""
ADDRESS_SPACE = 4 << 30
"""Bytes after which nothing more is given, beside those the parent had asked for: a mistake must
not take the whole computer.
"""
LONGEST_SENTENCE = 1_500
PAUSE = 0.002
SOURCE = str(Path(xlperf.__file__).parent)
NOT_WORDS = re.compile(r"'[^']*'|\([^)]*\)|\S*[/\\\d]\S*")
"""What differs between sentences of one kind: quotations, explanations in brackets, paths, numbers.
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one run ended."""

    code: int
    """Exit code; below zero: the signal that ended it."""
    said: str
    complained: str
    seconds: float
    """Of the processor; of the clock if it was ended from outside."""
    memory: int
    """Peak, MB, beside what this process held."""
    reached: frozenset[str]
    """Functions of xlperf that were called, by file and line; empty unless asked for."""

    def fault(self, *, answers: bool = False) -> str | None:
        """What is wrong with it, if anything: it must have done its work, or refused it in one
        sentence.

        `answers`: 1 is also the code of an answer on standard output.
        """
        complaint = self.complained.strip()
        if self.seconds > MOST_SECONDS or self.memory > MOST_MEMORY:
            return f"{self.seconds:.1f} s, {self.memory} MB"
        if self.code in (ending.DONE, ending.DATA_ERRORS) or (
            answers and self.code == ending.REFUSED and not complaint
        ):
            return f"said beside its work: {complaint[-LONGEST_SENTENCE:]}" if complaint else None
        if self.code not in (ending.REFUSED, ending.WRONG_USAGE):
            return f"ended with {self.code}: {complaint[-LONGEST_SENTENCE:]}"
        return None if self._is_a_sentence else f"no sentence: {complaint[-LONGEST_SENTENCE:]}"

    @property
    def _is_a_sentence(self) -> bool:
        """Whether it complained in one line that ends as a sentence does."""
        text = self.complained.strip()
        right = (
            text.startswith("xlperf: ")
            and text.endswith((".", ".)", "?"))
            and len(text) <= LONGEST_SENTENCE
        )
        return right and "\n" not in text and "Traceback" not in text

    @property
    def kind(self) -> str:
        """Its exit code and its sentence without what differs from file to file."""
        return f"{self.code} {NOT_WORDS.sub('', self.complained.strip())}"


def watched(
    work: Callable[[], int], folder: Path, *, seconds: float = MOST_SECONDS, trace: bool = False
) -> Outcome:
    """Run some work in a forked process; what it prints is kept in files of `folder`."""
    files = tuple(folder / name for name in ("stdout", "stderr", "reached"))
    started, held = time.perf_counter(), _held_memory()
    child = os.fork()
    if child == 0:
        _run(work, *files, trace=trace)
    killer_at = started + seconds * 3  # of the clock: the processor is shared
    while True:
        ended, status, used = os.wait4(child, os.WNOHANG)
        if ended:
            break
        if time.perf_counter() > killer_at:
            os.kill(child, signal.SIGKILL)
            _, status, used = os.wait4(child, 0)
            break
        time.sleep(PAUSE)
    code = os.waitstatus_to_exitcode(status)
    spent = used.ru_utime + used.ru_stime if code >= 0 else time.perf_counter() - started
    said, complained, reached = map(_text, files)
    return Outcome(
        code,
        said,
        complained,
        spent,
        max(0, used.ru_maxrss // 1024 - held),
        frozenset(reached.split("\n")) - {""},
    )


def _held_memory() -> int:
    """What this process holds of its own, MB: a forked child begins with as much."""
    _, resident, shared, *_ = map(int, Path("/proc/self/statm").read_text("ascii").split())
    return (resident - shared) * os.sysconf("SC_PAGE_SIZE") >> 20


def _run(
    work: Callable[[], int], said: Path, complained: Path, reached: Path, *, trace: bool
) -> None:
    import resource  # there is none on Windows, nor is there a fork

    code, calls = ending.FAULT, set()

    def called(frame: Any, _event: str, _argument: object) -> None:
        calls.add(frame.f_code)

    try:
        for number, path in ((1, said), (2, complained)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
        sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
        reached.unlink(missing_ok=True)
        asked_for = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        most = asked_for * os.sysconf("SC_PAGE_SIZE") + ADDRESS_SPACE
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if trace:
            sys.settrace(called)
        code = work()
    except BaseException:  # noqa: BLE001 - it is told to the parent
        traceback.print_exc()
        code = ending.FAULT
    finally:
        sys.settrace(None)
        places = (
            f"{item.co_filename.removeprefix(SOURCE)}:{item.co_firstlineno}"
            for item in calls
            if SOURCE in item.co_filename
        )
        if trace:
            reached.write_text("\n".join(places))
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
