"""One writer at a time: a lock file beside the target. The system holds the lock, so it ends
together with its process.

Some network drives refuse locks. There, the work continues without a lock and says so. The file is
still compared just before it is replaced (`saving`).
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
"""Number of attempts to open the lock file when each time its previous holder has just
deleted it.
"""

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
    """Return the path of the lock file of a file or folder."""
    return path.with_name(f".{path.name}{LOCK}")


@contextmanager
def locked(path: Path, work: str = "refresh") -> Iterator[bool]:
    """Hold the lock of a file. Yields whether it is held: False if the drive refuses locks.

    `work` is a noun for messages. Raises `WorkbookError` if another process holds the lock.
    """
    place = lock_path(path)
    handle, is_locked = _acquire(place, path, work)
    try:
        yield is_locked
    finally:
        _release(handle, place)


def _acquire(place: Path, path: Path, work: str) -> tuple[int, bool]:
    for _ in range(TRIES):
        handle = _open_lock_file(place, path)
        try:
            _lock(handle)
        except OSError as error:
            if error.errno in BUSY:
                os.close(handle)
                break
            return handle, False
        except BaseException:
            _release(handle, place)
            raise
        if _is_there(handle, place):
            return handle, True
        os.close(
            handle
        )  # the previous holder has just deleted this file, so its lock protects nothing
    raise WorkbookBusyError(
        f"Another {work} of {path.name} is running; nothing was written. Wait for it, then try"
        " again."
    )


def _open_lock_file(place: Path, path: Path) -> int:
    try:
        try:
            return os.open(place, os.O_RDWR | os.O_CREAT, 0o666)
        except PermissionError:  # another user's file, read-only: enough for a lock
            return os.open(place, os.O_RDONLY)
    except FileNotFoundError:
        raise WorkbookError(
            f"Nothing can be written to the folder {path.parent}: you have no right to, or it is"
            " gone. Give a folder that you may write to."
        ) from None
    except OSError as error:
        raise WorkbookError(
            f"Nothing can be written to the folder {path.parent}: {error.strerror or error}."
            " Correct that, or give another folder."
        ) from None


def _is_there(handle: int, place: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), place.stat())
    except OSError:
        return False


def _release(handle: int, place: Path) -> None:
    """Delete the lock file while its lock is still held; the next process creates its own."""
    windows = os.name == "nt"
    if windows:  # an open file cannot be deleted
        os.close(handle)
    try:
        place.unlink(missing_ok=True)
    except OSError as error:
        if not windows:  # on Windows another process has it open, and deletes it
            outcome.current().faults.append(
                f"The lock file {place.name} could not be removed ({error.strerror or error}); it"
                " does no harm, and the next run removes it."
            )
    if not windows:
        with contextlib.suppress(OSError):
            os.close(handle)
