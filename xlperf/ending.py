"""How a command ends: whatever happens, one sentence and an exit code that say what is in place
now.

Standard output and error may be full, closed or cut off; a signal may come at any moment. None of
them changes what is said of the disk, which is the record's to say (`xlperf.outcome`).
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from contextlib import contextmanager
from textwrap import fill
from typing import TYPE_CHECKING, Any, NoReturn

from xlperf import outcome
from xlperf.errors import UsageError, WrittenState, XlperfError
from xlperf.logbook import logged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xlperf.outcome import OutcomeRecord

DONE, REFUSED, WRONG_USAGE, DATA_ERRORS, WRITTEN_BUT, NOT_KNOWN = range(6)
FAULT = 70
INTERRUPTED = 130
SIGNALLED = 128
"""Added to the number of a signal, as shells do: 130 for Ctrl+C, 143 for a request to end."""
STOPPING = ("SIGINT", "SIGTERM", "SIGHUP")

EXIT_MEANINGS = {
    DONE: "done",
    REFUSED: (
        "refused: the sentence says why; nothing was written, no mail sent (doctor: something is in"
        " the way; leakcheck: a file must not be sent; proof: a file cannot be read; signoff: it is"
        " not complete; rebuild: the issue is not the same, or what it was made from is not stored)"
    ),
    WRONG_USAGE: "the command was not understood, or would write over a file; nothing was written",
    DATA_ERRORS: "check: there are errors in the data; proof: numbers that cannot be right",
    WRITTEN_BUT: (
        "written, or sent; but something after it failed, or stopped it: the sentence says what"
    ),
    NOT_KNOWN: (
        "a part was written, or it is not known what was written or sent: the sentence says where"
        " to look"
    ),
    FAULT: ("a fault of the program; nothing was written; the sentence says where the details are"),
    INTERRUPTED: "interrupted (129, 143: asked to end); nothing was written",
}
"""What each exit code means."""
EXIT_CODES = "exit codes:\n" + "".join(
    fill(meaning, 94, initial_indent=f"  {code:<5}", subsequent_indent=" " * 7) + "\n"
    for code, meaning in EXIT_MEANINGS.items()
)
"""The same for the end of every help."""


class OutputError(Exception):
    """Standard output took no more."""


class Stopped(KeyboardInterrupt):
    """A signal asked the program to end. `number`: which."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def ended(command: Callable[[], int]) -> int:
    """Run a command, say how it ended where it does not say so itself, and give its exit code."""
    _reserve_streams()
    with outcome.recording() as record, _signals():
        try:
            try:
                code = command()
            finally:  # SystemExit, too: the help is a result
                _flush()
            _ignore_signals()
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last resort
            _ignore_signals()
            why, code = _reason(error, record)
            return _end(record, why, code, refused=isinstance(error, XlperfError))
        if record.faults:
            return _end(record, "", code)
    return code


def _reason(error: BaseException, record: OutcomeRecord) -> tuple[str, int]:
    """Say why a command stopped, and what its exit code is as long as nothing was written."""
    if isinstance(error.__cause__, KeyboardInterrupt):  # DuckDB: "Query interrupted"
        error = error.__cause__
    match error:
        case UsageError():
            return str(error), WRONG_USAGE
        case XlperfError():
            return str(error), REFUSED
        case KeyboardInterrupt():
            return "interrupted.", SIGNALLED + int(getattr(error, "number", signal.SIGINT))
        case OutputError():
            return f"the result could not be printed ({error}).", REFUSED
        case OSError():
            return f"{error.filename or 'the system'}: {error.strerror or error}.", REFUSED
        case Exception():  # the last resort: a sentence for the analyst, the traceback for the log
            return logged(error, state=outcome.within(record.sentence).removesuffix(".")), FAULT
    raise error


def _end(record: OutcomeRecord, why: str, code: int, *, refused: bool = False) -> int:
    """Say what stopped the command and what is in place; the code says that first, and only
    then what stopped it.

    `refused`: `why` says itself that nothing was written, if no write was begun.
    """
    state = record.sentence
    repeated = state.lower() in why.lower() or (refused and not record.writes)
    _complain(" ".join(filter(None, ["xlperf:", why, "" if repeated else state, *record.faults])))
    if record.state is WrittenState.NOT_KNOWN:
        return NOT_KNOWN
    return WRITTEN_BUT if record.state is WrittenState.NEW else code


def say(text: str) -> None:
    """Print the result of a command for a person, and what it went on without."""
    put("\n".join([text, *(f"Note: {note}" for note in outcome.current().notes)]))


def put(text: str) -> None:
    """Print a text; raises `OutputError`. A reader who has gone away is no fault."""
    try:
        if sys.stdout is None:
            _refuse("it is closed")
        print(text)
    except BrokenPipeError:
        _discard()
    except (OSError, ValueError) as error:
        _refuse(getattr(error, "strerror", None) or str(error))
    _flush()


def _flush() -> None:
    """See that what was printed is out, not in a buffer."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        _discard()
    except (OSError, ValueError) as error:
        _refuse(getattr(error, "strerror", None) or str(error))


def _refuse(why: str) -> NoReturn:
    _discard()
    raise OutputError(why)


def _discard() -> None:
    """Let what is still in the buffer go nowhere, or Python complains of it at its end."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _complain(text: str) -> None:
    """Print to standard error, if it takes anything: the exit code says the same."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            print(text, file=sys.stderr, flush=True)


def _reserve_streams() -> None:
    """Keep a file that is opened from the number of a closed stream, and from its output."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            with contextlib.suppress(OSError):
                os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free


@contextmanager
def _signals() -> Iterator[None]:
    """Have a request to end raise `Stopped`, as Ctrl+C does; what somebody else has set stays."""
    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for number in filter(None, (getattr(signal, name, None) for name in STOPPING)):
            handler = signal.getsignal(number)
            if handler in (signal.SIG_DFL, signal.default_int_handler):
                before[number] = handler
                signal.signal(number, _stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, _frame: object) -> NoReturn:
    raise Stopped(number)


def _ignore_signals() -> None:
    """Let the last sentence be said: nothing else is left to do."""
    if threading.current_thread() is threading.main_thread():
        for number in filter(None, (getattr(signal, name, None) for name in STOPPING)):
            if signal.getsignal(number) is _stop:
                signal.signal(number, signal.SIG_IGN)
