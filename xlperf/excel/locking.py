"""One writer at a time: a lock file beside what is written, held by the system, so that it ends
with its process.

Some network drives refuse locks. There the work goes on without, says so, and relies on comparing
the file just before it is replaced (`saving`).
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from xlperf import outcome
from xlperf.errors import WorkbookBusyError, WorkbookError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK = ".xlperf-lock"
TRIES = 20
"""Lock files opened, each of which the holder before took away just then."""

if sys.platform == "win32":
    import msvcrt

    BUSY = (errno.EACCES, errno.EDEADLK)

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    BUSY = (errno.EWOULDBLOCK, errno.EAGAIN)

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def lock_path(path: Path) -> Path:
    """Where the lock file of a file or folder is while somebody writes it."""
    return path.with_name(f".{path.name}{LOCK}")


@contextmanager
def locked(path: Path, work: str = "refresh") -> Iterator[bool]:
    """Hold the lock of a file while `work` (a noun, for the sentence) is done; refuses when another
    has it.

    Gives whether it is held: False where the drive refuses locks.
    """
    place = lock_path(path)
    handle, is_locked = _acquired(place, path, work)
    try:
        yield is_locked
    finally:
        _released(handle, place)


def _acquired(place: Path, path: Path, work: str) -> tuple[int, bool]:
    for _ in range(TRIES):
        handle = _opened(place, path)
        try:
            _lock(handle)
        except OSError as error:
            if error.errno in BUSY:
                os.close(handle)
                break
            return handle, False
        except BaseException:
            _released(handle, place)
            raise
        if _is_there(handle, place):
            return handle, True
        os.close(
            handle
        )  # the holder before has just taken this file away: its lock would keep nobody out
    raise WorkbookBusyError(
        f"Another {work} of {path.name} is running; nothing was written. Wait for it, then try"
        " again."
    )


def _opened(place: Path, path: Path) -> int:
    try:
        try:
            return os.open(place, os.O_RDWR | os.O_CREAT, 0o666)
        except PermissionError:  # left by somebody else, to be read only: that is enough for a lock
            return os.open(place, os.O_RDONLY)
    except FileNotFoundError:
        raise WorkbookError(
            f"Nothing can be written to the folder {path.parent}: you have no right to, or it is"
            " gone. Give a folder that you may write to."
        ) from None
    except OSError as error:
        raise WorkbookError(
            f"Nothing can be written to the folder {path.parent}: {error.strerror or error}. Mend"
            " that, or give another folder."
        ) from None


def _is_there(handle: int, place: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), place.stat())
    except OSError:
        return False


def _released(handle: int, place: Path) -> None:
    """Take the lock file away, while it is held: whoever comes next makes one of their own."""
    windows = os.name == "nt"
    if windows:  # deletes no file that is open
        os.close(handle)
    try:
        place.unlink(missing_ok=True)
    except OSError as error:
        if not windows:  # there, another has it open, and takes it away
            outcome.current().faults.append(
                f"The lock file {place.name} could not be removed ({error.strerror or error}); it"
                " does no harm, and the next run removes it."
            )
    if not windows:
        with contextlib.suppress(OSError):
            os.close(handle)
