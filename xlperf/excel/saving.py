"""Writing a file so that at any moment the old one or the new one is there, whole.

Temporary files beside the target are written and flushed to the disk; the file is compared with
what was read; then they are moved, the copy of the old version first. One writer at a time
(`locking`); a workbook open in Excel, or changed since it was read, is refused. On Windows a virus
scanner or OneDrive may hold a file for a moment: the move is tried again for a bounded time. What
is on the disk after a failure, the record of the command says (`xlperf.outcome`).
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import time
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from xlperf import outcome
from xlperf.errors import UsageError, WorkbookBusyError, WorkbookError, WrittenState, XlperfError
from xlperf.excel import making, paths
from xlperf.excel.locking import lock_path, locked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BACKUP, TEMPORARY = ".xlperf-backup", ".xlperf-tmp"
WINDOWS_BUSY = (5, 32, 33)
"""Access denied, sharing violation, lock violation: another program holds the file."""
TRIES, PAUSE = 10, 0.2
"""Moves tried and seconds between them: two seconds in all."""
NO_FLUSH = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)
"""Answers of a network folder that cannot be flushed; the move itself is done."""


class Origin(NamedTuple):
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
        real = paths.resolved(path)
        try:
            data = real.read_bytes()
        except OSError as error:
            raise paths.unreadable(path, error) from None
        return cls.of(real, data), data


def refuse_if_open(path: Path) -> None:
    """Refuse a workbook that Excel (or LibreOffice) has open, naming the user when the owner file
    tells.
    """
    owner = path.with_name("~$" + path.name)
    office = path.with_name(f".~lock.{path.name}#")
    if owner.exists():
        raise WorkbookBusyError(
            f"{path.name} is open in Excel{_user(owner)}. Close it there, then try again; nothing"
            f" was written. (If it is open nowhere, Excel has left the file {owner.name} behind:"
            " delete that.)"
        )
    if office.exists():
        raise WorkbookBusyError(
            f"{path.name} is open in LibreOffice. Close it there, then try again; nothing was"
            " written."
        )
    try:
        writable = os.access(path, os.W_OK) and path.stat().st_mode & stat.S_IWUSR
    except OSError as error:
        raise paths.unreadable(path, error) from None
    if not writable:
        raise WorkbookError(
            f"{path.name} is read-only. Take the protection off, or give --output; nothing was"
            " written."
        )


def _user(owner: Path) -> str:
    """User named in an owner file: a byte of length, then the name in the system's code page."""
    try:
        content = owner.read_bytes()
    except OSError:
        return ""
    name = content[1 : 1 + content[0]].decode("cp1252", errors="replace").strip() if content else ""
    return f" by {name}" if name.isprintable() and name else ""


def refuse_existing(path: Path, remedy: str = "or --force to replace it") -> None:
    """Refuse to write over a file that was not read, unless told to."""
    if path.exists():
        raise UsageError(
            f"{path} exists already and was left as it is. Give another name, {remedy}."
        )


# -- writing
# --------------------------------------------------------------------------------------------------


@contextmanager
def writing(path: Path, work: str = "refresh") -> Iterator[None]:
    """Hold the lock of a file, and delete what interrupted runs left of it and of the folders made
    beside it.
    """
    with outcome.joining() as record, locked(path, work) as is_locked:
        if is_locked:
            _sweep(path)
        else:
            record.notes.append(
                f"{path.name} was written without a lock, which this drive refuses: see to it that"
                " nobody else writes it at the same time."
            )
        yield


def write_over(path: Path, data: bytes, work: str) -> Path | None:
    """Put `data` at `path`, whatever file stands there; gives where that is kept."""
    target = paths.require_place(path, "file")
    with writing(target, work):
        if not target.exists():
            return write(target, data, over=None)
        origin, before = Origin.read(target)
        return write(target, data, over=origin, keep=before)


def write(
    path: Path,
    data: bytes,
    *,
    over: Origin | None,
    keep: bytes | None = None,
    like: Path | None = None,
) -> Path | None:
    """Put `data` at `path` in one move; gives where the old version is kept.

    Parameters
    ----------
    over
        The file that is replaced, as it was read; None: there is none. Anything else there is
        refused.
    keep
        Content of the file replaced, to be kept as a backup beside it.
    like
        File whose mode a new file gets; a file replaced keeps its own.

    Raises
    ------
    WorkbookError
        It could not be written: the sentence, and `state`, say what is on the disk now.
    """
    record = outcome.current()
    target = path.resolve() if over is None else over.path
    moves = [
        _Move.announced(target, data, outcome.MADE if over is None else outcome.REPLACED, over)
    ]
    if keep is not None:
        moves.insert(
            0, _Move.announced(backup_path(target), keep, outcome.BACKUP, None, minor=True)
        )
    try:
        for move in moves:
            move.prepare(target if over is not None else like)
        _require_as_read(target, over)
        for move in moves:
            move.do()
        flush_folder(target.parent)
    except OSError as error:
        kind = WorkbookBusyError if isinstance(error, HeldError) else WorkbookError
        why = error.strerror or error
        raise kind(
            f"{path.name} could not be written: {why}. {record.sentence}", record.state
        ) from None
    finally:
        for move in moves:
            with contextlib.suppress(OSError):
                move.temporary.unlink(missing_ok=True)
    return moves[0].target if keep is not None else None


class HeldError(OSError):
    """Another program holds the file, for longer than a moment."""


class _Move(NamedTuple):
    """A temporary file, to be moved over another."""

    target: Path
    temporary: Path
    data: bytes
    write: outcome.Write

    @classmethod
    def announced(
        cls,
        target: Path,
        data: bytes,
        wording: outcome.Wording,
        over: Origin | None,
        *,
        minor: bool = False,
    ) -> _Move:
        look = partial(_state, target, None if over is None else over.digest, sha256(data).digest())
        write = outcome.current().announce(wording, target.name, look, minor=minor)
        return cls(
            target,
            target.with_name(f".{target.name}{TEMPORARY}-{os.urandom(4).hex()}"),
            data,
            write,
        )

    def prepare(self, like: Path | None) -> None:
        """Write the temporary file, with the mode of `like`."""
        mode = None if like is None else stat.S_IMODE(like.stat().st_mode) & 0o777
        write_flushed(self.temporary, self.data, mode=mode)
        if mode is None or stat.S_IMODE(self.temporary.stat().st_mode) == mode:
            return
        try:
            self.temporary.chmod(mode)
        except OSError as error:
            outcome.current().notes.append(
                f"The rights of {self.target.name} could not be set to what they were, which this"
                f" drive refused ({error.strerror or error}): check who may open it."
            )

    def do(self) -> None:
        """Move it."""
        with self.write.happening():
            patiently(lambda: self.temporary.replace(self.target))


def patiently(move: Callable[[], object]) -> None:
    """Do a move that Windows may refuse for a moment; raises `HeldError` when it is refused for
    longer.
    """
    for attempt in range(TRIES):
        try:
            move()
        except OSError as error:
            if getattr(error, "winerror", None) not in WINDOWS_BUSY:
                raise
            if attempt == TRIES - 1:
                reason = "it is open in another program. Close it there, then try again"
                raise HeldError(error.errno, reason) from None
            time.sleep(PAUSE)
        else:
            return


def _state(path: Path, old: bytes | None, new: bytes) -> WrittenState:
    """See which version a file is. `old`: its hash; None: there was no file, or whatever stood
    there.
    """
    try:
        digest = sha256(path.read_bytes()).digest()
    except FileNotFoundError:
        digest = None
    if digest == old:  # first, for the same version may be written again
        return WrittenState.OLD
    return (
        WrittenState.NEW
        if digest == new
        else WrittenState.OLD
        if old is None
        else WrittenState.NOT_KNOWN
    )


def _require_as_read(target: Path, over: Origin | None) -> None:
    """Refuse a file changed since it was read. Its times say too little: clocks are coarse."""
    if over is None:
        if target.exists():
            raise WorkbookError(
                f"{target.name} was made by somebody else just now; nothing was written. Look"
                " at it."
            )
        return
    try:
        same = sha256(target.read_bytes()).digest() == over.digest
    except FileNotFoundError:
        same = False
    if not same:
        raise WorkbookError(
            f"{target.name} was changed while this was worked out; nothing was written. Try again."
        )


def replace_file(path: Path, data: bytes) -> None:
    """Put `data` at `path` in one move, whatever file is there; raises OSError, and then it is as
    it was.
    """
    move = _Move.announced(path, data, outcome.MADE, None, minor=True)
    try:
        move.prepare(path if path.exists() else None)
        move.do()
    finally:
        with contextlib.suppress(OSError):
            move.temporary.unlink(missing_ok=True)


def write_flushed(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Write a new file so that its bytes last through a power cut."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o666 if mode is None else mode), "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def flush_folder(folder: Path) -> None:
    """Make the move itself last through a power cut, where the system can (not on Windows)."""
    if os.name == "nt":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in NO_FLUSH:
            outcome.current().faults.append(
                f"The folder {folder.name} could not be flushed to the disk"
                f" ({error.strerror or error}): if the power fails in the next moments, look which"
                " version is there."
            )


def backup_path(path: Path) -> Path:
    """Where the version before the last refresh is kept: Dashboard.xlperf-backup.xlsm."""
    return path.with_name(f"{path.stem}{BACKUP}{path.suffix}")


# -- leftovers
# --------------------------------------------------------------------------------------------------


def tidy(path: Path) -> None:
    """Delete what interrupted runs left of a file, if there is anything and nobody is at work on
    it.
    """
    try:
        if any(_leftovers(path)) or lock_path(path).exists():
            with locked(path) as is_locked:
                if is_locked:
                    _sweep(path)
        making.sweep(path.parent)
    except (XlperfError, OSError):
        return


def _sweep(path: Path) -> None:
    for leftover in _leftovers(path):
        with contextlib.suppress(OSError):
            leftover.unlink()
    making.sweep(path.parent)


def _leftovers(path: Path) -> list[Path]:
    names = "|".join(re.escape(item.name) for item in (path, backup_path(path)))
    ours = re.compile(rf"\.(?:{names}){re.escape(TEMPORARY)}-[0-9a-f]{{1,8}}")
    try:
        return [
            item
            for item in path.parent.iterdir()
            if ours.fullmatch(item.name) and not item.is_dir()
        ]
    except OSError:
        return []
