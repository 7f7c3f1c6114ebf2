"""Runs a command line of xlperf in a process of its own, under watch: how it ended, what it said, seconds and memory.

The child is forked from this process, which has loaded what the command needs, so that a run costs no start-up.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MOST_SECONDS = 10.0
MOST_MEMORY = 600
"""Peak of resident memory allowed, MB."""
ADDRESS_SPACE = 4 << 30
"""Bytes after which nothing more is given: a mistake must not take the whole computer."""
FAULT = 99
"""Exit code of a child whose work raised."""
LONGEST_SENTENCE = 1_500
PAUSE = 0.005


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one run ended."""

    code: int
    """Exit code; below zero: the signal that ended it."""
    said: str
    complained: str
    seconds: float
    memory: int
    """Peak, MB."""

    @property
    def fault(self) -> str | None:
        """What is wrong with it, if anything: it must have done its work, or refused it in one sentence."""
        lines = self.complained.strip().splitlines()
        if self.seconds > MOST_SECONDS or self.memory > MOST_MEMORY:
            return f"{self.seconds:.1f} s, {self.memory} MB"
        if self.code not in (0, 1, 2, 3):
            return f"ended with {self.code}: {self.complained.strip()[-LONGEST_SENTENCE:]}"
        if self.code in (1, 2) and not self.is_a_sentence:
            return f"no sentence: {self.complained.strip()[-LONGEST_SENTENCE:]}"
        if self.code in (0, 3) and lines:
            return f"said beside its work: {lines[-1][:LONGEST_SENTENCE]}"
        return None

    @property
    def is_a_sentence(self) -> bool:
        """Whether it complained in one line that ends as a sentence does."""
        text = self.complained.strip()
        right = text.startswith("xlperf: ") and text.endswith((".", ".)", "?")) and len(text) <= LONGEST_SENTENCE
        return right and "\n" not in text


def watched(work: Callable[[], int], folder: Path, *, seconds: float = MOST_SECONDS) -> Outcome:
    """Run some work in a forked process; what it prints is kept in files of `folder`."""
    said, complained = folder / "stdout", folder / "stderr"
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        _run(work, said, complained)
    killer_at = started + seconds * 1.5
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
    return Outcome(code, _text(said), _text(complained), spent, used.ru_maxrss // 1024)


def _run(work: Callable[[], int], said: Path, complained: Path) -> None:
    code = FAULT
    try:
        for number, path in ((1, said), (2, complained)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
        code = work()
    except BaseException:  # noqa: BLE001 - it is told to the parent
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
