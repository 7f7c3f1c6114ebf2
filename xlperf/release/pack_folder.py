"""The folder of a pack: written whole beside, then given its name; an earlier pack is put aside."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from xlperf import outcome
from xlperf.errors import PackError, UsageError, WrittenState
from xlperf.excel.making import making
from xlperf.excel.paths import require_path
from xlperf.excel.saving import flush_folder, retry_move, write_flushed, writing
from xlperf.periods import day_name
from xlperf.release import manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path


def require_place(folder: Path, *, again: bool) -> None:
    """Refuse a folder that cannot take a pack; raises `UsageError`."""
    require_path(folder)
    try:
        parent, exists, is_folder = folder.parent.is_dir(), folder.exists(), folder.is_dir()
        holds = is_folder and any(folder.iterdir())
        holds_pack = (folder / manifest.NAME).is_file()
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be used: {error.strerror or error}. Give another folder."
        ) from None
    if not parent:
        raise UsageError(f"There is no folder {folder.parent}. Make it first, or give another.")
    if exists and not is_folder:
        raise UsageError(f"{folder} is a file. Give a folder for the pack.")
    if holds and not (again and holds_pack):
        what = "holds a pack" if holds_pack else "is not empty"
        remedy = ", or --again to keep that one beside it" if holds_pack else ""
        raise UsageError(
            f"{folder} {what} already and was left as it is. Give a new folder{remedy}."
        )


@outcome.joining()
def put_in_place(
    folder: Path,
    files: Mapping[str, bytes],
    now: datetime,
    *,
    again: bool,
    leaving: Callable[[], object] = bool,
) -> Path | None:
    """Write all files into a new folder beside, then give it the wanted name; gives where an
    earlier pack is now. `leaving` is called in between, when only the name is still to be given.
    """
    record = outcome.current()
    new = files[manifest.NAME]
    pack = record.announce(
        outcome.PACK, str(folder), partial(_state, folder, new, _pack_file(folder))
    )
    try:
        with writing(folder.resolve(), "publishing"), making(folder.resolve()) as new_folder:
            for name, data in files.items():
                write_flushed(new_folder / name, data)
            flush_folder(new_folder)
            require_place(folder, again=again)
            leaving()
            aside = _exchanged(new_folder, folder, now, pack)
            flush_folder(folder.parent)
    except OSError as error:
        raise PackError(
            f"The pack could not be written to {folder} ({error.strerror or error})."
            f" {record.sentence}",
            record.state,
        ) from error
    return aside


def holds(folder: Path, content: bytes) -> bool:
    """Whether the pack in a folder has this pack.json."""
    return _pack_file(folder) == content


def _pack_file(folder: Path) -> bytes | None:
    """Give pack.json of a folder; None: there is none."""
    try:
        return (folder / manifest.NAME).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _state(folder: Path, new: bytes, old: bytes | None) -> WrittenState:
    """See which pack is in a folder."""
    content = _pack_file(folder)
    return (
        WrittenState.OLD
        if content == old
        else WrittenState.NEW
        if content == new
        else WrittenState.NOT_KNOWN
    )


def _exchanged(new_folder: Path, folder: Path, now: datetime, pack: outcome.Write) -> Path | None:
    """Give the new folder its name; an earlier pack gets another, and its own back on failure."""
    if folder.exists() and not any(folder.iterdir()):
        folder.rmdir()
    if not folder.exists():
        with pack.happening():
            retry_move(lambda: new_folder.rename(folder))
        return None
    aside = manifest.aside(folder, f"{day_name(now.date())} {now:%H%M%S}")
    look = partial(_state, aside, _pack_file(folder) or b"", None)
    moved = outcome.current().announce(outcome.MOVED, str(aside), look, minor=True)
    try:
        with moved.happening():
            retry_move(lambda: folder.rename(aside))
        with pack.happening():
            retry_move(lambda: new_folder.rename(folder))
    except BaseException:
        moved.settle(None)
        if aside.exists() and not folder.exists():
            retry_move(lambda: aside.rename(folder))
        raise
    return aside
