"""A folder -> the files that others publish, and the returns of partners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.errors import UsageError, XlperfError
from xlperf.excel import paths
from xlperf.frozen import NamedTuple
from xlperf.returns.collecting import (
    files_in,
    folders_below,
    is_return,
    is_workbook_itself,
    left_by_programs,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RETURNS = "returns"
"""Name of the folder in the folder whose files are all returns."""


class FaultyFile(NamedTuple):
    """A file that cannot be read."""

    file: str
    why: str


class FolderFiles(NamedTuple):
    """What a folder holds."""

    published: tuple[Path, ...]
    returns: tuple[tuple[str, bytes], ...]
    """Name and content of each, as they are collected."""
    faulty: tuple[FaultyFile, ...]
    folders: tuple[str, ...]
    """Folders in it that are not read."""


def files_of(folder: Path, workbook: Path) -> FolderFiles:
    """Sort the files of a folder, by name; other folders in it are not read, nor are the workbook
    and the copies of it.

    Raises `UsageError` where there is no such folder.
    """
    paths.require_path(folder)
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder}. Give the folder that holds the files.")
    published: list[Path] = []
    returns: list[tuple[str, bytes]] = []
    faulty: list[FaultyFile] = []
    for path, sent in _entries(folder, workbook):
        try:
            paths.resolved(path)
            if sent or is_return(path):
                returns += files_in([path])
            else:
                published.append(path)
        except XlperfError as error:
            faulty.append(FaultyFile(path.name, str(error)))
    folders = [name for name in folders_below([folder]) if name.lower() != RETURNS]
    return FolderFiles(tuple(published), tuple(returns), tuple(faulty), tuple(folders))


def _entries(folder: Path, workbook: Path) -> Iterator[tuple[Path, bool]]:
    """Files, each with whether it lies among the returns."""
    try:
        entries = sorted(folder.iterdir())
        for path in entries:
            if not path.is_dir():
                if _is_ours_to_read(path, workbook):
                    yield path, False
            elif path.name.lower() == RETURNS:
                yield from (
                    (sent, True)
                    for sent in sorted(path.iterdir())
                    if not sent.is_dir() and not left_by_programs(sent.name)
                )
    except OSError as error:
        raise paths.unreadable(folder, error) from None


def _is_ours_to_read(path: Path, workbook: Path) -> bool:
    """Whether a file is neither left by a program, nor the workbook or a copy of it."""
    return not (left_by_programs(path.name) or is_workbook_itself(path, workbook))
