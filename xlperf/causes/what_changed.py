"""What changed since an earlier period, the refresh before, or an issue, with the causes.

Periods are compared as History has them, a refresh and an issue as the sheet Inputs has them. Where
Inputs does not have what is compared, or has it otherwise than History, no cause is named.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from xlperf.causes.attribution import Moment, by_rules, causes
from xlperf.causes.cause_steps import Inputs
from xlperf.errors import SettingsError, UsageError
from xlperf.frozen import NamedTuple
from xlperf.periods import day_name
from xlperf.pipeline import assess_workbook
from xlperf.tables import schema
from xlperf.tiles.change_causes import Cause, ChangePart, LineStanding
from xlperf.tiles.changes import GONE, NAMING, NEW, ColourChange, changes, changes_among, named
from xlperf.tiles.stored_inputs import read_store, state_of
from xlperf.tiles.written import records

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from typing import TypeAlias

    from xlperf.excel.port import Grid, Workbook
    from xlperf.tiles.assessed import Assessed
    from xlperf.tiles.changes import Changes
    from xlperf.tiles.stored_inputs import LineState, Store, StoredState

NO_CAUSES = "No causes are known: {}"
NO_TABLE = (
    f"the workbook has no table {schema.INPUTS.name} to keep what a refresh"
    " was made from. A new workbook with everything of this one has it:"
    " python -m xlperf new NEW --from OLD."
)
DAMAGED = (
    f"the texts in the sheet {schema.INPUTS.sheet} cannot be read. The next refresh begins anew."
)
NEWER = f"a later version of xlperf has written the sheet {schema.INPUTS.sheet}. Update xlperf."
NOT_KEPT = "what the period to {} was made from is not kept."
CONTRADICTED = "History no longer says what its refresh showed"


class RefreshBefore(Enum):
    """Type of `REFRESH_BEFORE`."""

    REFRESH_BEFORE = "refresh"


REFRESH_BEFORE = RefreshBefore.REFRESH_BEFORE
"""Compare the workbook as it stands with its last refresh; where nothing differs since, that one
with the refresh before.
"""


class IssueMark(NamedTuple):
    """A published issue, as its manifest names it."""

    name: str
    fingerprint: str
    """Of the assessment (`xlperf.pipeline.Assessed.fingerprint`)."""
    inputs: str
    """Fingerprint of what it was made from; empty: its manifest does not have it."""
    version: str = ""
    """Of xlperf that made it."""


Against: TypeAlias = "date | RefreshBefore | IssueMark | None"


def what_changed(book: Workbook, against: Against = None) -> Changes:
    """Compare and find the causes; nothing is written.

    Parameters
    ----------
    against
        End of an earlier period; `REFRESH_BEFORE`; an issue. None: the period before the last.

    Raises
    ------
    WorkbookError, SettingsError
        As `assess_workbook`.
    UsageError
        What to compare with is not recorded.
    """
    if isinstance(against, (RefreshBefore, IssueMark)):
        return _since_state(book, against)
    found = changes(book, against)
    if found.earlier is None or found.later is None:
        return found
    grid = book.read([schema.INPUTS.name]).get(schema.INPUTS.name)
    store = read_store(grid)
    missing = unreadable(grid, store)
    before, after = store.last_of(found.earlier), store.last_of(found.later)
    if not missing and (before is None or after is None):
        missing = NOT_KEPT.format(day_name(found.earlier if before is None else found.later))
    if before is None or after is None or missing:
        return _without_causes(found, NO_CAUSES.format(missing) if missing else "")
    return _with_causes(found, before, after)


def unreadable(grid: Grid | None, store: Store) -> str:
    """Say why the sheet Inputs cannot be read, as the end of a sentence; empty: it can."""
    if grid is None:
        return NO_TABLE
    return DAMAGED if store.damaged else NEWER if store.newer else ""


def _since_state(book: Workbook, against: RefreshBefore | IssueMark) -> Changes:
    assessed = assess_workbook(book)
    grid = assessed.grids.get(schema.INPUTS.name)
    store = read_store(grid)
    if missing := unreadable(grid, store):
        raise UsageError(NO_CAUSES.format(missing))
    now = state_of(assessed)
    if isinstance(against, IssueMark):
        stored, after, since = stored_issue(store, against), now, against.name
        if stored is None:
            raise UsageError(
                f"What {against.name} was made from is not kept in the sheet"
                f" {schema.INPUTS.sheet}. Compare with its period instead."
            )
        before = stored
    else:
        before, after, since = _refresh_before(store, now, assessed)
    ended = "the workbook as it is now" if after is now else "the last refresh"
    return changes_between(before, after, f"between {since} and {ended}", book)


def changes_between(
    before: StoredState, after: StoredState, between: str, book: Workbook
) -> Changes:
    """Compare two states, with the causes and with names as the workbook has them now.

    Lines of which only the figure that they are compared with differs are among those with another
    figure.
    """
    sides = before.line_states(), after.line_states()
    names = dict.fromkeys((*sides[1], *sides[0]))
    compared = {name: _compared(name, *sides) for name in names}
    found = changes_among(compared.values(), before.end, after.end, len(sides[1]))
    listed = {item.line for item in (*found.changes, *found.figures)}
    baselines = tuple(
        compared[name]
        for name in names
        if name not in listed and by_rules(sides[0].get(name)) != by_rules(sides[1].get(name))
    )
    found = found._replace(between=between, figures=(*found.figures, *baselines))
    tables = book.read(table.name for table in NAMING)
    return named(_with_causes(found, before, after), book, tables)


def stored_issue(store: Store, issue: IssueMark) -> StoredState | None:
    """Give what an issue was made from, as the version that made it has kept it where several
    have; None: it is not kept.
    """
    kept = [
        state
        for state in store.states
        if state.logged == issue.fingerprint or state.fingerprint == issue.inputs
    ]
    return max(reversed(kept), key=lambda state: state.version == issue.version, default=None)


def _refresh_before(
    store: Store, now: StoredState, assessed: Assessed
) -> tuple[StoredState, StoredState, str]:
    """Give the two states that are compared, and the name of the earlier one."""
    if not store.states:
        raise UsageError(f"The sheet {schema.INPUTS.sheet} is empty. Refresh the workbook first.")
    *earlier, last = store.states
    if not last.same(now):
        return last, now, _refresh_name(last, assessed)
    if not earlier:
        raise UsageError("Nothing changed since the last refresh, and no other is kept.")
    return earlier[-1], last, _refresh_name(earlier[-1], assessed)


def _refresh_name(state: StoredState, assessed: Assessed) -> str:
    rows = records(assessed.grids.get(schema.LOG.name), schema.LOG)
    times = [str(row.get("When") or "") for row in rows if row.get("Data") == state.logged]
    when = times[0][:16].replace("T", " ") if times else ""
    return f"the refresh of {when}" if when else f"the refresh for the period to {state.period_end}"


def _compared(
    name: str, before: Mapping[str, LineState], after: Mapping[str, LineState]
) -> ColourChange:
    was, now = before.get(name), after.get(name)
    line = now or was
    assert line is not None  # noqa: S101 - a name of either
    return ColourChange(
        name,
        was.shown if was else NEW,
        now.shown if now else GONE,
        (was.position or "") if was else "",
        (now.position or "") if now else "",
        "",
        was.latest if was else None,
        now.latest if now else None,
        was.calculated if was and was.calculated != was.shown else "",
        now.calculated if now and now.calculated != now.shown else "",
        label=line.label,
        priority=line.priority,
        form=line.form,
    )


def _with_causes(found: Changes, before: StoredState, after: StoredState) -> Changes:
    try:
        moments = _moment(before), _moment(after)
    except SettingsError as fault:
        return _without_causes(found, NO_CAUSES.format(fault))
    parts = causes(*moments)

    def explained(change: ColourChange) -> ColourChange:
        was, now = (moment.lines.get(change.line) for moment in moments)
        line = now or was
        if line is None or not _agree(change, was, now):
            return change._replace(parts=_not_recorded(change, CONTRADICTED))
        of_line = parts[change.line]
        return change._replace(
            parts=of_line.parts,
            alone=of_line.alone,
            partners=of_line.partners,
            label=change.label or line.label,
            priority=change.priority or line.priority,
            form=line.form,
        )

    return found._replace(
        changes=tuple(map(explained, found.changes)), figures=tuple(map(explained, found.figures))
    )


def _moment(state: StoredState) -> Moment:
    return Moment(state.version, state.end, Inputs(*state.data()), state.line_states())


def _agree(change: ColourChange, was: LineState | None, now: LineState | None) -> bool:
    """Whether a change is between what two states showed."""
    return (
        (was.shown, was.position or "", was.latest)
        == (change.before, change.position_before, change.latest_before)
        if was
        else change.before == NEW
    ) and (
        (now.shown, now.position or "", now.latest)
        == (change.after, change.position_after, change.latest_after)
        if now
        else change.after == GONE
    )


def _without_causes(found: Changes, why: str) -> Changes:
    def unknown(change: ColourChange) -> ColourChange:
        return change._replace(parts=_not_recorded(change, ""))

    return found._replace(
        changes=tuple(map(unknown, found.changes)),
        figures=tuple(map(unknown, found.figures)),
        unknown=why,
    )


def _not_recorded(change: ColourChange, why: str) -> tuple[ChangePart, ...]:
    """One part for the whole difference; its baseline is not known either."""
    sides = (
        (change.before, change.position_before, change.latest_before),
        (change.after, change.position_after, change.latest_after),
    )
    standings = [
        LineStanding(colour, position, None, latest if isinstance(latest, (int, float)) else None)
        for colour, position, latest in sides
    ]
    return (ChangePart(Cause.NOT_RECORDED, why, standings[0], standings[1]),)
