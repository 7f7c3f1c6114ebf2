"""The steps of a quarter on one open workbook: the period, imports, returns, the refresh. Then it
is saved, once, with one copy of the version before.

Every step sees what the one before it wrote. If one fails as a whole, nothing is saved. What stops
a single file stops that file, and is said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlperf.errors import LayoutError, UsageError, XlperfError
from xlperf.excel import saving
from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.imports.folder_imports import import_folder
from xlperf.periods import day_name, last_day, month_name, month_of
from xlperf.pipeline import refresh, silent
from xlperf.quarter.folder_files import files_of
from xlperf.quarter.missing_figures import missing_figures, sources_without_file
from xlperf.returns.collect_plan import plan_collection
from xlperf.returns.collecting import apply_collection, folder_of, keep_files, write_replies
from xlperf.tables import schema
from xlperf.tables.row_edits import table_rows
from xlperf.tables.workbook import read_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from pathlib import Path

    from xlperf.excel.port import Grid, SetRows, Workbook
    from xlperf.imports.folder_imports import FolderImports
    from xlperf.periods import Month
    from xlperf.pipeline import Refreshed
    from xlperf.quarter.folder_files import FaultyFile
    from xlperf.quarter.missing_figures import MissingFigure, SourceWithoutFile
    from xlperf.returns.collect_plan import CollectPlan

MOST_MONTHS_AHEAD = 12
"""Months that a workbook moves on at most in one go: more is a mistyped year."""
PERIOD_END, KEY, VALUE = "period_end", "Key", "Value"


class QuarterRequest(NamedTuple):
    """What a person asks for."""

    workbook: Path
    folder: Path
    now: datetime
    who: str
    seconds: Callable[[], float]
    period: Month | None = None
    """Last month of the quarter; None: that of the settings."""
    received: date | None = None
    """Day the returns came; None: today."""
    anyway: bool = False
    """Whether doubts stop no file."""
    dry_run: bool = False
    new_sheets: tuple[str, ...] = ()
    """Sheets that the open workbook got before, because it was an older one."""


class PeriodMove(NamedTuple):
    """The period of the workbook."""

    before: date
    now: date

    @property
    def moved(self) -> bool:
        """Whether it is another one."""
        return self.before != self.now


class Collection(NamedTuple):
    """What was collected of partners."""

    plan: CollectPlan | None = None
    obstacle: str = ""
    """Why nothing could be collected; empty: it could."""
    folder: Path | None = None
    """Where copies and answers are kept."""
    changed_workbook: bool = False


@dataclass(frozen=True)
class QuarterDone:
    """What was done, and what is still missing."""

    period: PeriodMove
    imports: FolderImports
    faulty: tuple[FaultyFile, ...]
    folders: tuple[str, ...]
    """Folders in the folder that were not read."""
    collection: Collection
    refreshed: Refreshed
    missing: tuple[MissingFigure, ...]
    """Measures without a figure for the period that no return is missing for."""
    sources: tuple[SourceWithoutFile, ...]
    changed: bool
    """Whether the workbook is another one; with a dry run: whether it would be."""
    backup: Path | None = None
    kept: tuple[Path, ...] = ()
    replies: tuple[Path, ...] = ()


def run_quarter(
    book: Workbook, request: QuarterRequest, progress: Callable[[str], None] = silent
) -> QuarterDone:
    """Do a quarter.

    Raises
    ------
    UsageError
        The period or the folder cannot be used, or the sheet Sources cannot be read.
    WorkbookError, SettingsError
        As for a refresh; nothing was written.
    """
    if not request.dry_run:
        saving.refuse_if_open(request.workbook)
    files = files_of(request.folder, request.workbook)
    today = request.now.date()
    period = move_period(book, request.period, today)
    progress("Importing")
    imports = import_folder(book, files.published, today=today, anyway=request.anyway)
    progress("Collecting returns")
    collection = _collected(book, files.returns, request)
    refreshed = refresh(
        book,
        now=request.now,
        who=request.who,
        seconds=request.seconds,
        dry_run=True,  # it is saved below, when the copies of the returns are kept
        progress=progress,
    )
    tables, last = refreshed.assessed.tables, month_of(period.now)
    lacking = tuple(missing_figures(tables, last))
    sources = sources_without_file(imports.without_file, lacking)
    changed = (
        bool(request.new_sheets)
        or period.moved
        or any(item.changed_workbook for item in imports.imports)
        or collection.changed_workbook
        or refreshed.applied.has_changes
    )
    done = QuarterDone(
        *(period, imports, files.faulty, files.folders, collection, refreshed),
        _by_nobody_else(lacking, sources, collection),
        sources,
        changed,
    )
    return done if request.dry_run else _saved(book, done)


def _saved(book: Workbook, done: QuarterDone) -> QuarterDone:
    """Keep the files of the returns, save the workbook, and draft the answers, in this order."""
    plan, folder = done.collection.plan, done.collection.folder
    kept = keep_files(plan, folder) if plan and folder else ()
    backup = book.save()
    replies = write_replies(plan, folder) if plan and folder else ()
    return replace(done, backup=backup, kept=kept, replies=replies)


def _by_nobody_else(
    lacking: tuple[MissingFigure, ...],
    sources: tuple[SourceWithoutFile, ...],
    collection: Collection,
) -> tuple[MissingFigure, ...]:
    """Missing figures that are named neither with a source nor with a return."""
    named = {item for source in sources for item in source.missing}
    plan = collection.plan
    owed = {normalised(name) for item in (plan.missing if plan else ()) for name in item.measures}
    return tuple(
        item
        for item in lacking
        if item not in named and (item.of_group or normalised(item.measure) not in owed)
    )


# The period.


def move_period(book: Workbook, period: Month | None, today: date) -> PeriodMove:
    """Write the period into the settings of an open workbook, without saving it.

    Raises `UsageError` for one that lies before that of the workbook, or far after it, or has not
    ended; `SettingsError` where the settings cannot be used, `LayoutError` where the cell cannot be
    written.
    """
    data = read_workbook(book)
    before = data.settings.period_end
    if period is None or last_day(period) == before:
        return PeriodMove(before, before)
    _require_next(before, period, today)
    book.apply([_period_edit(data.grids[schema.SETTINGS.name], last_day(period))])
    now = read_workbook(book).settings.period_end
    if now != last_day(period):
        raise LayoutError(
            f"The period end in Settings stayed {day_name(now)}: set period_end to"
            f" {day_name(last_day(period))} there by hand. Nothing was written."
        )
    return PeriodMove(before, now)


def _require_next(before: date, period: Month, today: date) -> None:
    ends, year, month = last_day(period), period // 12, period % 12 + 1
    if ends < before:
        raise UsageError(
            f"The workbook is at {month_name(month_of(before))}, and {month_name(period)} is before"
            " it. To look at an earlier period: refresh FILE --period"
            f" {year}-{month:02d} --output OTHER. Nothing was written."
        )
    if ends >= today:
        raise UsageError(f"{month_name(period)} has not ended yet. Nothing was written.")
    if period - month_of(before) > MOST_MONTHS_AHEAD:
        raise UsageError(
            f"{month_name(period)} is more than a year after {month_name(month_of(before))}, where"
            " the workbook is. If that is right, set period_end in Settings by hand. Nothing was"
            " written."
        )


def _period_edit(grid: Grid, end: date) -> SetRows:
    place = [normalised(title) for title in grid.header].index(normalised(KEY))
    keys = [normalised(str(cells[place] or "")) for cells in grid.rows]
    if PERIOD_END in keys:
        return table_rows(grid, schema.SETTINGS, {keys.index(PERIOD_END): {VALUE: end}}, ())
    return table_rows(grid, schema.SETTINGS, {}, [{KEY: PERIOD_END, VALUE: end}])


# Returns.


def _collected(
    book: Workbook, files: tuple[tuple[str, bytes], ...], request: QuarterRequest
) -> Collection:
    """Collect returns into the open workbook; what stops that stops nothing else."""
    day = request.received or request.now.date()
    try:
        plan = plan_collection(book, files, today=day)
        folder = folder_of(request.workbook, plan.quarter)
        applied = apply_collection(book, plan, folder)
    except XlperfError as error:
        return Collection(obstacle=str(error))
    return Collection(plan, "", folder, applied is not None and applied.has_changes)
