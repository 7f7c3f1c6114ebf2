"""What a command has written or sent: known for certain where it can be, and put into words in one
place.

Each write is announced before anything is touched, together with a way to see whether it was done.
A fault, an interruption or a full disk can come between any two steps. So a write is old until its
decisive step begins, in doubt until that step has returned, then new; and while it is in doubt, the
disk is asked.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlperf.errors import WrittenState
from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Wording(NamedTuple):
    """Sentences for the states of a thing; {} is its name. Empty: no sentence is needed."""

    old: str
    new: str
    not_known: str


REPLACED = Wording(
    "{} is as it was.",
    "{} is written: it is the new version.",
    "Whether {} is the old or the new one is not known.",
)
MADE = Wording(
    "{} was not written.", "{} is written.", "Whether {} was written is not known: look for it."
)
BACKUP = Wording(
    "",
    "{} is a copy of the same version now, and the one before that is gone.",
    "Whether {} is the version before, or a copy of the same one, is not known.",
)
PACK = Wording(
    "No pack was put in place.",
    "The pack is in {}.",
    "Whether the pack is in {} is not known: look there.",
)
MOVED = Wording(
    "", "The earlier pack is in {} now.", "Whether the earlier pack was moved to {} is not known."
)
MAIL = Wording(
    "Nothing was sent.",
    "The mail was sent: the server has accepted it.",
    "Whether it was sent is not known. Ask a recipient before you send it again.",
)
STEP = Wording("", "Done: {}.", "Done in part, perhaps: {}.")
NOTHING = "Nothing was written or sent."


class Write:
    """One thing that is to be written or sent."""

    def __init__(
        self, wording: Wording, name: str, look: Callable[[], WrittenState] | None, *, minor: bool
    ) -> None:
        """Announce it: `look` sees whether it was done; `minor`: of interest only where the main
        thing is not new.
        """
        self._wording, self._name, self._look, self.minor = wording, name, look, minor
        self._known: WrittenState | None = WrittenState.OLD

    @contextmanager
    def happening(self) -> Iterator[None]:
        """Do the decisive step within: it is in doubt until it has returned."""
        self.settle(None)
        yield
        self.settle(WrittenState.NEW)

    def settle(self, state: WrittenState | None) -> None:
        """Say what is in place; None: in doubt."""
        self._known = state

    @property
    def state(self) -> WrittenState:
        """What is in place now."""
        if self._known is None and self._look is not None:
            try:
                self._known = self._look()
            except OSError:
                return WrittenState.NOT_KNOWN
        return self._known or WrittenState.NOT_KNOWN

    @property
    def sentence(self) -> str:
        """What is in place now, in words."""
        words = {
            WrittenState.OLD: self._wording.old,
            WrittenState.NEW: self._wording.new,
            WrittenState.NOT_KNOWN: self._wording.not_known,
        }
        return words[self.state].format(self._name)


@dataclass(slots=True)
class OutcomeRecord:
    """What a command set out to write, and what there is to say of it."""

    writes: list[Write] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What it went on without: sentences."""
    faults: list[str] = field(default_factory=list)
    """What failed after the write, and beside it: sentences."""

    def announce(
        self,
        wording: Wording,
        name: str,
        look: Callable[[], WrittenState] | None = None,
        *,
        minor: bool = False,
    ) -> Write:
        """Announce a write, before anything is touched."""
        write = Write(wording, name, look, minor=minor)
        self.writes.append(write)
        return write

    @property
    def state(self) -> WrittenState:
        """What is in place of all that matters: not known, too, where only a part of it is new."""
        states = {write.state for write in self.writes if not write.minor}
        return (
            states.pop()
            if len(states) == 1
            else WrittenState.NOT_KNOWN
            if states
            else WrittenState.OLD
        )

    @property
    def sentence(self) -> str:
        """What is in place now, in words."""
        done = self.state is WrittenState.NEW
        said = [write.sentence for write in self.writes if not (write.minor and done)]
        return " ".join(filter(None, said)) or NOTHING


def within(sentence: str) -> str:
    """Give a sentence of the state as it follows a colon or semicolon."""
    plain = sentence.startswith(("Nothing ", "Whether ", "No ", "The "))
    return sentence[0].lower() + sentence[1:] if plain else sentence


_CURRENT: ContextVar[OutcomeRecord | None] = ContextVar("record", default=None)


@contextmanager
def recording() -> Iterator[OutcomeRecord]:
    """Give the record in which everything written within is noted."""
    record = OutcomeRecord()
    token = _CURRENT.set(record)
    try:
        yield record
    finally:
        _CURRENT.reset(token)


@contextmanager
def joining() -> Iterator[OutcomeRecord]:
    """Give the record of the command at work; without one, one for all within, whose notes become
    Python warnings.
    """
    record = _CURRENT.get()
    if record is not None:
        yield record
        return
    with recording() as record:
        try:
            yield record
        finally:
            for sentence in (*record.notes, *record.faults):
                warnings.warn(sentence, stacklevel=2)


def current() -> OutcomeRecord:
    """Give the record of the command at work; one of its own for a write that nobody records."""
    return _CURRENT.get() or OutcomeRecord()
