"""What a person asks to compare a workbook with: a refresh, an issue, a period."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.causes.what_changed import REFRESH_BEFORE, IssueMark
from xlperf.errors import UsageError
from xlperf.periods import day_name, last_day, month_of
from xlperf.release import manifest

if TYPE_CHECKING:
    from xlperf.causes.what_changed import Against

ISSUE = "issue"
WAYS = "Give refresh, issue, the folder of a panel pack, or a month as 2014-06."


def compared_time(text: str | None, workbook: Path) -> Against:
    """Read what to compare with; raises `UsageError`, and `PackError` for a pack that cannot be
    read.
    """
    if text is None:
        return None
    if text.strip().lower() == REFRESH_BEFORE.value:
        return REFRESH_BEFORE
    if text.strip().lower() == ISSUE:
        return _issue(_newest_pack(workbook.resolve().parent))
    try:
        day = datetime.strptime(text.strip(), "%Y-%m")  # noqa: DTZ007 - a month has no time zone
    except ValueError:
        return _issue(_folder(Path(text)))
    return last_day(month_of(day.date()))


def _folder(folder: Path) -> Path:
    if not (folder / manifest.NAME).is_file():
        raise UsageError(f"'{folder}' is no folder of a panel pack. {WAYS}")
    return folder


def _newest_pack(folder: Path) -> Path:
    """Give the pack beside a workbook whose manifest was written last."""
    packs = [path.parent for path in folder.glob(f"*/{manifest.NAME}") if path.is_file()]
    if not packs:
        raise UsageError(
            f"There is no panel pack in a folder beside the workbook, in {folder}. Name its"
            " folder: --against FOLDER."
        )
    return max(packs, key=lambda path: (path / manifest.NAME).stat().st_mtime)


def _issue(folder: Path) -> IssueMark:
    pack = manifest.parsed((folder / manifest.NAME).read_bytes())
    name = f"the issue {folder.name} (period to {day_name(pack.period)})"
    return IssueMark(name, pack.fingerprint, pack.inputs)
