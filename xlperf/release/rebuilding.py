"""An issue made again from what is stored of it, and compared with what left the office.

The sheet Inputs has what a refresh was made from. What was published is in the file of figures of
the pack and in the ledger; of a period without an issue, in History. Where the inputs are not
stored, the workbook as it is now is judged for that period instead. Nothing is written.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.assessment.assessing import assess
from xlperf.causes.what_changed import IssueMark, changes_between, stored_issue, unreadable
from xlperf.documents.pack_figures import figures_csv, figures_table
from xlperf.errors import SettingsError, UsageError
from xlperf.frozen import NamedTuple
from xlperf.periods import day_name, month_of
from xlperf.pipeline import assess_workbook
from xlperf.release.manifest import Pack
from xlperf.release.published_rows import last_issue, published_rows, row_comparisons, state_row
from xlperf.tables import schema
from xlperf.tiles.assessed import Assessed
from xlperf.tiles.stored_inputs import packed_lines, read_store, state_of
from xlperf.tiles.written import day_of, records
from xlperf.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from xlperf.excel.port import Grid, Workbook
    from xlperf.release.ledger import Ledger
    from xlperf.release.manifest import Manifest
    from xlperf.release.published_rows import PublishedRows, RowComparison
    from xlperf.tiles.changes import Changes
    from xlperf.tiles.stored_inputs import Store, StoredState


class Rebuilt(NamedTuple):
    """An issue made again."""

    name: str
    version: str
    """Of xlperf that made it; empty: not known."""
    assessed: Assessed | None
    """The stored inputs, judged; None: they are not stored."""
    missing: str
    """What is missing, in sentences; empty: nothing."""
    comparisons: tuple[RowComparison, ...]
    recorded: Changes | None
    """From what its refresh has recorded to the rebuilt lines."""
    since: Changes | None
    """From the rebuilt lines to those of the workbook as it is now, for the same period."""
    notes: tuple[str, ...]
    """What could not be compared, and why."""
    not_now: str = ""
    """Why the workbook as it is now cannot be judged for the period; empty: it can."""

    @property
    def differs(self) -> bool:
        """Whether anything that was compared differs."""
        record = self.recorded
        of_record = record is not None and bool(record.changes or record.figures)
        return of_record or any(item.differing for item in self.comparisons)

    @property
    def same(self) -> bool:
        """Whether it was rebuilt, and is the same in every record; false where one is missing."""
        whole = self.assessed is not None and bool(self.comparisons) and not self.notes
        return whole and not self.differs

    def figures(self) -> bytes:
        """Give the rebuilt lines as a file of figures, nothing withheld; raises `UsageError` where
        the inputs are not stored.
        """
        if self.assessed is None:
            raise UsageError(f"{self.missing} So no file was written.")
        return figures_csv(figures_table(self.assessed))


def issue_mark(folder: Path, pack: Manifest) -> IssueMark:
    """Name the issue in a folder."""
    name = f"the issue {folder.name} (period to {day_name(pack.period)})"
    return IssueMark(name, pack.fingerprint, pack.inputs, pack.version)


def rebuild(book: Workbook, issue: Pack | date, ledger: Ledger) -> Rebuilt:
    """Make an issue again and compare it.

    Parameters
    ----------
    issue
        The folder of its pack as read; or the last day of a period: its last issue by the ledger,
        and without one what History has of it.
    ledger
        Of this workbook.

    Raises
    ------
    WorkbookError, SettingsError
        As `assess_workbook`.
    UsageError
        Nothing at all is known of a period.
    """
    grids = book.read([schema.INPUTS.name, schema.HISTORY.name])
    store, end = read_store(grids.get(schema.INPUTS.name)), _end(issue)
    published, notes = published_rows(issue, ledger, grids.get(schema.HISTORY.name))
    state = _state_of(issue, store, published)
    if state is None and not published and not isinstance(issue, Pack):
        raise UsageError(_nothing_known(end, store, grids.get(schema.HISTORY.name)))
    now, not_now = _now(book, end)
    name = _name(issue, ledger)
    missing = _missing(grids.get(schema.INPUTS.name), store) if state is None else ""
    again = None
    if state is not None:
        try:
            again = _again(state, now)
        except SettingsError as error:
            missing = f"What it was made from cannot be read by this version: {error}"
    lines = again or now
    recorded, since = _changes(book, name, state, again, now) if state and again else (None, None)
    version = issue.manifest.version if isinstance(issue, Pack) else state.version if state else ""
    comparisons = tuple(row_comparisons(issue, published, lines, notes)) if lines else ()
    return Rebuilt(
        name, version, again, missing, comparisons, recorded, since, tuple(notes), not_now
    )


def _end(issue: Pack | date) -> date:
    return issue.manifest.period if isinstance(issue, Pack) else issue


def _name(issue: Pack | date, ledger: Ledger) -> str:
    if isinstance(issue, Pack):
        return issue_mark(issue.folder, issue.manifest).name
    number = last_issue(ledger, issue)
    what = f"issue {number} of the ledger" if number else "the last refresh"
    return f"{what} for the period to {day_name(issue)}"


def _state_of(
    issue: Pack | date, store: Store, published: Sequence[PublishedRows]
) -> StoredState | None:
    """Give what it was made from. Of the states of a period, that which showed most of what was
    published; of those alike the last.
    """
    if isinstance(issue, Pack):
        return stored_issue(store, issue_mark(issue.folder, issue.manifest))
    states = [state for state in reversed(store.states) if state.end == issue]
    return max(states, key=lambda state: _agreement(state, published), default=None)


def _agreement(state: StoredState, published: Sequence[PublishedRows]) -> int:
    shown = state.line_states()
    return sum(
        all(row[title] == text for title, text in state_row(shown[name]).items() if title in row)
        for record in published
        for name, row in record.rows.items()
        if name in shown
    )


def _again(state: StoredState, now: Assessed | None) -> Assessed:
    """Judge a state; titles of priorities, which are not stored, are those of now. Raises
    `SettingsError` where this version cannot read it.
    """
    tables, settings = state.data()
    if now is not None:
        tables = replace(tables, priorities=now.tables.priorities)
    return Assessed(settings, tables, tuple(assess(tables, settings)), (), {}, {})


def _now(book: Workbook, end: date) -> tuple[Assessed | None, str]:
    """Judge the workbook as it is now for a period; else say why that cannot be done."""
    try:
        return assess_workbook(book, period=month_of(end)), ""
    except UsageError as error:
        return None, f"The workbook as it is now cannot be judged for this period: {error}"


def _changes(
    book: Workbook, name: str, state: StoredState, again: Assessed, now: Assessed | None
) -> tuple[Changes, Changes | None]:
    rebuilt = state._replace(version=VERSION, lines=packed_lines(again.lines))
    recorded = changes_between(
        state, rebuilt, f"between {name} and the same rebuilt from its stored inputs", book
    )
    if now is None:
        return recorded, None
    between = f"between {name}, rebuilt, and the workbook as it is now, for the same period"
    return recorded, changes_between(rebuilt, state_of(now), between, book)


def _missing(grid: Grid | None, store: Store) -> str:
    if fault := unreadable(grid, store):
        return f"What it was made from is not known: {fault}"
    ends = dict.fromkeys(day_name(state.end) for state in store.states)
    kept = (
        f"has refreshes for the periods to {', '.join(ends)}, and none of them is that of the issue"
        if ends
        else "is empty"
    )
    return f"What it was made from is not stored: the sheet {schema.INPUTS.sheet} {kept}."


def _nothing_known(end: date, store: Store, history: Grid | None) -> str:
    rows = records(history, schema.HISTORY)
    days = {state.end for state in store.states} | {
        day for row in rows if (day := day_of(row.get("Period end")))
    }
    known = ", ".join(f"{day:%Y-%m}" for day in sorted(days))
    return f"Nothing is stored of the period to {day_name(end)}. " + (
        f"Choose one of {known}, or name the folder of a panel pack."
        if known
        else "Nothing is stored of any period: refresh the workbook first."
    )
