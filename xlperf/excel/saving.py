"""Writing a file so that at any moment the old one or the new one is there, whole.

A temporary file beside the target is written, flushed to the disk and moved over it. One writer at a time (a lock file
beside the workbook); a workbook open in Excel, or changed since it was read, is refused. On Windows a virus scanner or
OneDrive may hold a file for a moment: the move is tried again for a bounded time.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from xlperf.errors import WorkbookBusyError, WorkbookError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BACKUP, LOCK, TEMPORARY = ".xlperf-backup", ".xlperf-lock", ".xlperf-tmp"
WINDOWS_BUSY = (5, 32, 33)
"""Access denied, sharing violation, lock violation: another program holds the file."""
TRIES, PAUSE = 10, 0.2
"""Moves tried and seconds between them: two seconds in all."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A file as it was read."""

    path: Path
    digest: bytes

    @classmethod
    def of(cls, path: Path, data: bytes) -> Origin:
        """Say that `path`, a real path, holds `data`."""
        return cls(path, sha256(data).digest())

    @classmethod
    def read(cls, path: Path) -> tuple[Origin, bytes]:
        """Read a file whole; refuses what is no readable file, in one sentence."""
        try:
            real = path.resolve(strict=True)
            if real.is_dir():
                raise WorkbookError(f"{path} is a folder. Give the workbook in it.")
            data = real.read_bytes()
        except FileNotFoundError:
            raise WorkbookError(f"There is no file {path}. Check the name and the folder.") from None
        except PermissionError:
            raise WorkbookBusyError(
                f"{path} cannot be read: it is open in another program, or you have no right to it. Close it there."
            ) from None
        except OSError as error:
            raise WorkbookError(f"{path} cannot be read: {error.strerror or error}.") from None
        return cls.of(real, data), data

    def changed(self) -> bool:
        """Whether the file holds other bytes than were read. Its times say too little: clocks are coarse."""
        try:
            return sha256(self.path.read_bytes()).digest() != self.digest
        except OSError:
            return True


def refuse_if_open(path: Path) -> None:
    """Refuse a workbook that Excel (or LibreOffice) has open, naming the user when the owner file tells."""
    owner = path.with_name("~$" + path.name)
    office = path.with_name(f".~lock.{path.name}#")
    if owner.exists():
        raise WorkbookBusyError(
            f"{path.name} is open in Excel{_user(owner)}. Close it there, then try again; nothing was written. "
            f"(If it is open nowhere, Excel has left the file {owner.name} behind: delete that.)"
        )
    if office.exists():
        raise WorkbookBusyError(
            f"{path.name} is open in LibreOffice. Close it there, then try again; nothing was written."
        )
    if not (os.access(path, os.W_OK) and path.stat().st_mode & stat.S_IWUSR):
        raise WorkbookError(
            f"{path.name} is read-only. Take the protection off, or give --output; nothing was written."
        )


def _user(owner: Path) -> str:
    """User named in an owner file: a byte of length, then the name in the system's code page."""
    try:
        content = owner.read_bytes()
    except OSError:
        return ""
    name = content[1 : 1 + content[0]].decode("cp1252", errors="replace").strip() if content else ""
    return f" by {name}" if name.isprintable() and name else ""


@contextmanager
def locked(path: Path, work: str = "refresh") -> Iterator[None]:
    """Hold the lock of a file while `work` (a noun, for the sentence) is done; refuses when another has it."""
    from filelock import FileLock, Timeout

    lock_path = path.with_name(f".{path.name}{LOCK}")
    lock = FileLock(lock_path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise WorkbookBusyError(f"Another {work} of {path.name} is running. Wait for it, then try again.") from None
    except OSError as error:
        raise WorkbookError(f"Nothing can be written to the folder {path.parent}: {error.strerror or error}.") from None
    try:
        yield
    finally:
        if os.name != "nt":  # while it is held: whoever comes next makes a lock file of their own
            lock_path.unlink(missing_ok=True)
        lock.release()
        if os.name == "nt":  # which deletes no file that another has open
            with contextlib.suppress(OSError):
                lock_path.unlink(missing_ok=True)


def write(path: Path, data: bytes, *, like: Path | None = None) -> None:
    """Put `data` at `path` in one move. The mode is that of the file replaced, or of `like`."""
    target = path.resolve()
    temporary = target.with_name(f".{target.name}{TEMPORARY}-{os.getpid()}")
    try:
        write_flushed(temporary, data)
        model = target if target.exists() else like
        if model is not None:
            temporary.chmod(model.stat().st_mode & 0o777)
        _replace(temporary, target)
        _flush_folder(target.parent)
    except OSError as error:
        raise WorkbookError(
            f"{path.name} could not be written: {error.strerror or error}. The file is as it was."
        ) from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_flushed(path: Path, data: bytes) -> None:
    """Write a file so that its bytes last through a power cut."""
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _replace(temporary: Path, target: Path) -> None:
    for attempt in range(TRIES):
        try:
            temporary.replace(target)
        except OSError as error:
            if getattr(error, "winerror", None) not in WINDOWS_BUSY:
                raise
            if attempt == TRIES - 1:
                raise WorkbookBusyError(
                    f"{target.name} is open in another program. Close it there, then try again; nothing was written."
                ) from None
            time.sleep(PAUSE)
        else:
            return


def _flush_folder(folder: Path) -> None:
    """Make the move itself last through a power cut, where the system can (not on Windows)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        return  # some network folders cannot; the move itself is done
    finally:
        os.close(handle)


def sweep(*paths: Path) -> None:
    """Delete temporary files that interrupted refreshes left behind. The lock is held, so no other is at work."""
    for path in paths:
        for leftover in path.parent.glob(f".{literal(path.name)}{TEMPORARY}-*"):
            with contextlib.suppress(OSError):
                leftover.unlink()


def literal(name: str) -> str:
    """Give a name as a pattern of `glob` that it alone matches."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)


def backup_path(path: Path) -> Path:
    """Where the version before the last refresh is kept: Dashboard.xlperf-backup.xlsm."""
    return path.with_name(f"{path.stem}{BACKUP}{path.suffix}")
