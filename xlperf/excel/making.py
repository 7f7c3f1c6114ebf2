"""A temporary folder beside a destination. It is filled and then moved there; later runs delete it
if its process was stopped.

The folder is named .NAME.making-xxxxxxxx and contains a marker file, and its process holds a lock
beside it. A folder is deleted only if it has such a name and the marker file, and nobody holds its
lock. One exception is a folder that a process left between two steps: it is empty, or contains only
the beginning of the marker file. The marker file is created first and deleted last, so that an
interrupted deletion can be continued.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from xlperf import outcome
from xlperf.errors import XlperfError
from xlperf.excel.locking import LOCK, lock_path, locked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MARKER = "xlperf-made-this.txt"
SAID = (
    b"xlperf makes something in this folder. Done or stopped, it deletes the folder with all that"
    b" is in it.\n"
)
OURS = re.compile(r"\..+\.making-[0-9a-f]{8}", re.DOTALL)
OUR_LOCK = re.compile(rf"\.(\..+\.making-[0-9a-f]{{8}}){re.escape(LOCK)}", re.DOTALL)
ABANDONED = 24 * 3600
"""Seconds after which a folder is certainly abandoned, on a drive without locks."""


@contextmanager
def making(destination: Path) -> Iterator[Path]:
    """Yield a new folder beside `destination`, to be filled and moved; at the end, delete what
    remains.

    Raises OSError.
    """
    outer = destination.with_name(f".{destination.name}.making-{os.urandom(4).hex()}")
    with locked(outer, "making"):
        try:
            outer.mkdir(mode=0o700)
            _mark(outer / MARKER)
            inner = outer / "made"
            inner.mkdir()
            yield inner
        finally:
            _delete(outer)
            if outer.exists():
                outcome.current().notes.append(
                    f"The folder {outer.name} could not be deleted: the next run does it, or delete"
                    " it yourself."
                )


def _mark(marker: Path) -> None:
    """Write the marker file; it is on the disk before anything else is in the folder."""
    with marker.open("xb") as stream:
        stream.write(SAID)
        stream.flush()
        os.fsync(stream.fileno())


def sweep(folder: Path) -> None:
    """Delete what stopped processes left in a folder. Folders that cannot be deleted stay."""
    try:
        leftovers = [
            item
            for item in folder.iterdir()
            if OURS.fullmatch(item.name) or OUR_LOCK.fullmatch(item.name)
        ]
    except OSError:
        return
    for item in leftovers:
        lock = OUR_LOCK.fullmatch(item.name)
        leftover = item.with_name(lock[1]) if lock else item
        # Notes of this deletion do not belong to the record of the running command.
        with contextlib.suppress(OSError, XlperfError), outcome.recording(), _exclusive(leftover):
            _delete(leftover)


@contextmanager
def _exclusive(leftover: Path) -> Iterator[None]:
    """Hold the lock of a folder that is ours.

    Raises `XlperfError` if the folder is not ours, or if its process still runs.
    """
    if not lock_path(leftover).exists() and not _is_ours(leftover):
        raise XlperfError(f"{leftover} is not ours to delete.")
    with locked(leftover, "making") as is_locked:
        if not is_locked and time.time() - leftover.stat().st_mtime < ABANDONED:
            raise XlperfError(f"{leftover} may be in use.")
        yield


def _is_ours(folder: Path) -> bool:
    if folder.is_symlink() or not folder.is_dir():
        return False
    try:
        content = (folder / MARKER).read_bytes()
    except FileNotFoundError:
        return not any(folder.iterdir())
    if content == SAID:
        return True
    return SAID.startswith(content) and all(item.name == MARKER for item in folder.iterdir())


def _delete(outer: Path) -> None:
    """Delete a folder that is ours, its marker file last. Raises nothing."""
    with contextlib.suppress(OSError):
        if not _is_ours(outer):
            return
        for item in outer.iterdir():
            if item.is_dir() and not item.is_symlink():
                shutil.rmtree(item, ignore_errors=True)
            elif item.name != MARKER:
                item.unlink()
        (outer / MARKER).unlink(missing_ok=True)
        outer.rmdir()
