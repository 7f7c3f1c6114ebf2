"""Writing a file so that at any moment either the complete old file or the complete new one is
there.

New content is written to temporary files beside the target and flushed to the disk. The target is
compared with what was read. Then the temporary files are moved, first the copy of the old version.
There is one writer at a time (`locking`). A workbook that is open in Excel, or was changed since it
was read, is refused. On Windows a virus scanner or OneDrive may block a file for a moment, so a
move is repeated for a limited time. After a failure, the record of the command says what is on the
disk (`xlperf.outcome`).
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
from typing import TYPE_CHECKING

from xlperf import outcome
from xlperf.errors import UsageError, WorkbookBusyError, WorkbookError, WrittenState, XlperfError
from xlperf.excel import making, paths
from xlperf.excel.locking import lock_path, locked
from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BACKUP, TEMPORARY = ".xlperf-backup", ".xlperf-tmp"
WINDOWS_BUSY = (5, 32, 33)
"""Access denied, sharing violation, lock violation: another program holds the file."""
TRIES, PAUSE = 10, 0.2
"""Number of moves that are tried, and seconds between them: two seconds in total."""
NO_FLUSH = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)
"""Error numbers of a network folder that cannot be flushed. The move itself is done."""


class Origin(NamedTuple):
    """A file as it was read."""

    path: Path
    digest: bytes

    @classmethod
    def of(cls, path: Path, data: bytes) -> Origin:
        """Return the origin for a real path and the data that the file holds."""
        return cls(path, sha256(data).digest())

    @classmethod
    def read(cls, path: Path) -> tuple[Origin, bytes]:
        """Read a whole file. Raises one sentence if it is not a file that can be read."""
        real = paths.resolved(path)
        try:
            data = real.read_bytes()
        except OSError as error:
            raise paths.unreadable(path, error) from None
        return cls.of(real, data), data


def refuse_if_open(path: Path) -> None:
    """Refuse a workbook that is open in Excel or LibreOffice. The message names the user if the
    owner file does.
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
            f"{path.name} is read-only. Take the protection off, or work on a copy; nothing was"
            " written."
        )


def _user(owner: Path) -> str:
    """Return the user in an owner file: one byte of length, then the name in the system's code
    page.
    """
    try:
        content = owner.read_bytes()
    except OSError:
        return ""
    name = content[1 : 1 + content[0]].decode("cp1252", errors="replace").strip() if content else ""
    return f" by {name}" if name.isprintable() and name else ""


def refuse_existing(path: Path, remedy: str = "or --overwrite to replace it") -> None:
    """Refuse to overwrite a file that was not read. `remedy` ends the message."""
    if path.exists():
        raise UsageError(
            f"{path} exists already and was left as it is. Give another name, {remedy}."
        )


# -- writing
# --------------------------------------------------------------------------------------------------


@contextmanager
def writing(path: Path, work: str = "refresh") -> Iterator[None]:
    """Hold the lock of a file, and delete what interrupted runs left beside it."""
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
    """Write `data` to `path`, even if a file exists there. Returns where the old file is kept."""
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
    """Write `data` to `path` in one move. Returns where the old version is kept.

    Parameters
    ----------
    over
        The file that is replaced, as it was read; None: no file is there. Any other file at `path`
        is refused.
    keep
        Content of the replaced file, to be kept as a backup beside it.
    like
        File whose mode a new file gets; a replaced file keeps its own mode.

    Raises
    ------
    WorkbookError
        The file could not be written. The sentence, and `state`, say what is on the disk now.
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
        kind = WorkbookBusyError if isinstance(error, FileInUseError) else WorkbookError
        why = error.strerror or error
        raise kind(
            f"{path.name} could not be written: {why}. {record.sentence}", record.state
        ) from None
    finally:
        for move in moves:
            with contextlib.suppress(OSError):
                move.temporary.unlink(missing_ok=True)
    return moves[0].target if keep is not None else None


class FileInUseError(OSError):
    """Another program has the file open for longer than a moment."""


class _Move(NamedTuple):
    """A temporary file that will be moved over another file."""

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
        """Move the temporary file."""
        with self.write.happening():
            retry_move(lambda: self.temporary.replace(self.target))


def retry_move(move: Callable[[], object]) -> None:
    """Make a move that Windows may refuse for a moment. Raises `FileInUseError` if it stays
    refused.
    """
    for attempt in range(TRIES):
        try:
            move()
        except OSError as error:
            if getattr(error, "winerror", None) not in WINDOWS_BUSY:
                raise
            if attempt == TRIES - 1:
                reason = "it is open in another program. Close it there, then try again"
                raise FileInUseError(error.errno, reason) from None
            time.sleep(PAUSE)
        else:
            return


def _state(path: Path, old: bytes | None, new: bytes) -> WrittenState:
    """Return which version is on the disk. `old` is the old version's hash; None: it is not known,
    or there was no file.
    """
    try:
        digest = sha256(path.read_bytes()).digest()
    except FileNotFoundError:
        digest = None
    if digest == old:  # first, because the same version may be written again
        return WrittenState.OLD
    return (
        WrittenState.NEW
        if digest == new
        else WrittenState.OLD
        if old is None
        else WrittenState.NOT_KNOWN
    )


def _require_as_read(target: Path, over: Origin | None) -> None:
    """Refuse a file that changed since it was read. Its content is compared, because clocks are too
    coarse.
    """
    if over is None:
        if target.exists():
            raise WorkbookError(
                f"{target.name} was created by somebody else just now; nothing was written. Look"
                " at it."
            )
        return
    try:
        same = sha256(target.read_bytes()).digest() == over.digest
    except FileNotFoundError:
        same = False
    if not same:
        raise WorkbookError(
            f"{target.name} was changed in the meantime; nothing was written. Try again."
        )


def replace_file(path: Path, data: bytes) -> None:
    """Write `data` to `path` in one move, replacing any file there. If it raises OSError, the old
    file is unchanged.
    """
    move = _Move.announced(path, data, outcome.MADE, None, minor=True)
    try:
        move.prepare(path if path.exists() else None)
        move.do()
    finally:
        with contextlib.suppress(OSError):
            move.temporary.unlink(missing_ok=True)


def write_flushed(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Write a new file so that its bytes survive a power cut."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o666 if mode is None else mode), "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def flush_folder(folder: Path) -> None:
    """Make a move survive a power cut, where the system can do this (not on Windows)."""
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
    """Return where the version before the last refresh is kept: Dashboard.xlperf-backup.xlsm."""
    return path.with_name(f"{path.stem}{BACKUP}{path.suffix}")


# -- leftovers
# --------------------------------------------------------------------------------------------------


def tidy(path: Path) -> None:
    """Delete what interrupted runs left beside a file, unless another process is working on it."""
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
