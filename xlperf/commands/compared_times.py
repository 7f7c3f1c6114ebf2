"""What a person asks to compare a workbook with, or to rebuild: a refresh, an issue, a period."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.causes.what_changed import REFRESH_BEFORE
from xlperf.errors import UsageError
from xlperf.periods import last_day, month_of
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
    from xlperf.release.rebuilding import issue_mark

    place = pack_or_period(text, workbook)
    if isinstance(place, date):
        return place
    return issue_mark(place, manifest.parsed((place / manifest.NAME).read_bytes()))


def pack_or_period(text: str, workbook: Path, ways: str = WAYS) -> Path | date:
    """Give the folder of a pack, or the last day of a month; raises `UsageError`, which ends with
    what may be given.
    """
    if text.strip().lower() == ISSUE:
        return _newest_pack(workbook.resolve().parent)
    try:
        day = datetime.strptime(text.strip(), "%Y-%m")  # noqa: DTZ007 - a month has no time zone
    except ValueError:
        return _folder(Path(text), ways)
    return last_day(month_of(day.date()))


def _folder(folder: Path, ways: str) -> Path:
    if not (folder / manifest.NAME).is_file():
        raise UsageError(f"'{folder}' is no folder of a panel pack. {ways}")
    return folder


def _newest_pack(folder: Path) -> Path:
    """Give the pack beside a workbook whose manifest was written last."""
    packs = [path.parent for path in folder.glob(f"*/{manifest.NAME}") if path.is_file()]
    if not packs:
        raise UsageError(
            f"There is no panel pack in a folder beside the workbook, in {folder}. Name the folder"
            " of the pack instead."
        )
    return max(packs, key=lambda path: (path / manifest.NAME).stat().st_mtime)
