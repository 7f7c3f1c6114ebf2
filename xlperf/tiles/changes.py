"""What changed from one period to the next, from the History sheet: colours and positions, line by
line.

A colour that a person decided is neither better nor worse than another: it is told as overruled,
with the colour worked out beside it. History remembers that colour in its column 'Worked out'. Rows
written before the column was there do not have it; for them the overrides of now tell what they
can.
"""

from __future__ import annotations

from collections import Counter
from enum import Enum
from typing import TYPE_CHECKING

from xlperf.assessment.rag import Rag
from xlperf.errors import UsageError
from xlperf.frozen import NamedTuple
from xlperf.periods import day_name
from xlperf.tables import schema
from xlperf.tables.lines import ALL_LINES
from xlperf.tables.measure_kinds import KINDS
from xlperf.tables.problems import Code, Problem, Severity
from xlperf.tables.reading import read_overrides, read_tables
from xlperf.tables.requirements import require_dashboard, require_history
from xlperf.tiles.change_causes import Cause
from xlperf.tiles.tile_titles import fill_titles
from xlperf.tiles.written import day_of, records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from xlperf.assessment.evidence import Assessment
    from xlperf.excel.port import Grid, Link, Scalar, Workbook
    from xlperf.tables.data import Override
    from xlperf.tiles.change_causes import ChangePart, PartnerCause
    from xlperf.tiles.written import Record

WORKED_OUT = "Worked out"
"""Column of History with the colour worked out."""
NEW, GONE = "new", "gone"
"""Instead of a colour: the line was not there before; it is no longer there."""
UNKNOWN = "unknown"
"""Instead of a colour: it was worked out, and overruled, but is not recorded."""
NAMING = (*schema.NEEDED, schema.PRIORITIES, schema.WORKINGS)
"""Tables that `named` reads."""
WORST_FIRST = (str(Rag.RED), str(Rag.AMBER), str(Rag.GREEN))


class ColourTurn(Enum):
    """Which way a colour went, in the order in which changes are told."""

    WORSE = "worse"
    OVERRULED = "overruled by a person"
    """The colour is one that a person decided, against the one worked out."""
    ENDED = "override ended"
    """It was one before, and is the one worked out now."""
    OTHER = "otherwise"
    """To or from no colour, a line that is new or gone, or another position and the same colour."""
    BETTER = "better"


class ColourChange(NamedTuple):
    """A line whose colour or position is another than a period before."""

    line: str
    before: str
    """Colour: RED, AMBER, GREEN or NA; `NEW` when the line was not there."""
    after: str
    """Colour; `GONE` when the line is no longer there."""
    position_before: str
    """5th of 8; empty without one."""
    position_after: str
    reason: str
    """Reason code of the later period; empty when the line is gone."""
    latest_before: Scalar | Link
    """Latest figure of the earlier period, as History has it: a share of 1 for percentages."""
    latest_after: Scalar | Link
    worked_out_before: str = ""
    """Colour worked out where a person had overruled it; empty when nobody had, `UNKNOWN` when it
    is not recorded.
    """
    worked_out_after: str = ""
    title: str = ""
    """Title of its priority; empty: none is known, or the line is gone."""
    label: str = ""
    """As on its tile; empty: not known."""
    priority: str = ""
    """Code of its priority; empty: not known."""
    form: str = ""
    """Of its figures: a `FigureForm`; empty: not known."""
    parts: tuple[ChangePart, ...] = ()
    """What each cause makes of it, in the order of `Cause`; none: causes were not asked for."""
    alone: tuple[Cause, ...] = ()
    """Causes of which each alone would have given its colour by the rules."""
    partners: tuple[PartnerCause, ...] = ()
    """Causes that work only together with those of the parts."""

    @property
    def turned_by(self) -> tuple[Cause, ...]:
        """Causes that turn its colour by the rules, in their order."""
        turning = (part.cause for part in self.parts if part.turns)
        return tuple(dict.fromkeys(cause for cause in turning if cause is not Cause.DECISION))

    @property
    def turn(self) -> ColourTurn:
        """Which way its colour went."""
        if self.worked_out_after:
            return ColourTurn.OVERRULED
        if self.worked_out_before and self.after != GONE:
            return ColourTurn.ENDED
        if self.before == self.after or not {self.before, self.after} <= set(WORST_FIRST):
            return ColourTurn.OTHER
        better = WORST_FIRST.index(self.after) > WORST_FIRST.index(self.before)
        return ColourTurn.BETTER if better else ColourTurn.WORSE

    @property
    def decision(self) -> str:
        """Say what a person did to it: overruled, with the colour worked out; empty: nothing."""
        match self.turn:
            case ColourTurn.OVERRULED:
                return f"{ColourTurn.OVERRULED.value}, worked out {self.worked_out_after}"
            case ColourTurn.ENDED:
                return f"{ColourTurn.ENDED.value}, worked out {self.worked_out_before} before"
            case _:
                return ""


class Changes(NamedTuple):
    """The changes between the last two periods; without an earlier period there are none."""

    earlier: date | None
    later: date | None
    lines: int
    """Lines of the later period."""
    changes: tuple[ColourChange, ...]
    """Worse colours first, better ones last."""
    figures: tuple[ColourChange, ...] = ()
    """Lines that have another figure, and the same colour and position."""
    between: str = ""
    """What is compared, as the end of a sentence, where it is not two periods."""
    unknown: str = ""
    """Why no causes are known, in a sentence; empty: they are."""

    @property
    def times(self) -> str:
        """What is compared, as the end of a sentence; empty: there is nothing to compare with."""
        if self.earlier is None or self.later is None:
            return ""
        periods = f"to {day_name(self.earlier)} and to {day_name(self.later)}"
        return self.between or f"between the periods {periods}"

    def __str__(self) -> str:
        """Say in one sentence how many lines changed, and which way."""
        if self.later is None:
            return "The History sheet has no period yet. Refresh the workbook first."
        if self.earlier is None:
            only = f"one period only, to {day_name(self.later)}"
            return f"The History sheet has {only}: there is nothing to compare it with."
        if not self.changes:
            return f"No colour and no position changed {self.times}."
        turns = Counter(change.turn for change in self.changes)
        counted = ", ".join(_counted(turn, turns[turn]) for turn in ColourTurn if turns[turn])
        return f"{len(self.changes)} of {self.lines} lines changed {self.times}: {counted}."


def _counted(turn: ColourTurn, number: int) -> str:
    if turn is ColourTurn.ENDED and number > 1:
        return f"{number} overrides ended"
    return f"{number} {turn.value}"


def changes(book: Workbook, since: date | None = None) -> Changes:
    """Compare the last period that a refresh of a workbook has recorded with an earlier one.

    Parameters
    ----------
    since
        End of the earlier period; None: the one before the last.

    Raises
    ------
    WorkbookError
        It is not a dashboard of ours, or has no table of them.
    UsageError
        The earlier period is not recorded, or not earlier.
    """
    grids = book.read(table.name for table in (*NAMING, schema.HISTORY, schema.OVERRIDES))
    require_dashboard(book, grids)
    require_history(grids)
    found = last_changes(
        grids[schema.HISTORY.name], read_overrides(grids.get(schema.OVERRIDES.name)), since
    )
    return named(found, book, grids)


def named(found: Changes, book: Workbook, grids: Mapping[str, Grid]) -> Changes:
    """Give lines the titles of their priorities and the labels of their tiles, as the workbook has
    them now. Tables needed: `NAMING`.
    """
    names = _names(book, grids)
    workings = records(grids.get(schema.WORKINGS.name), schema.WORKINGS)
    shown = {str(row.get("Line")).lower(): row for row in workings}

    def with_names(change: ColourChange) -> ColourChange:
        line = change.line.lower()
        row = shown.get(line, {})
        title, form = names.get(line, ("", ""))
        return change._replace(
            title=title,
            form=change.form or form,
            label=change.label or str(row.get("Label") or ""),
            priority=change.priority or str(row.get("Priority") or ""),
        )

    return found._replace(
        changes=tuple(map(with_names, found.changes)), figures=tuple(map(with_names, found.figures))
    )


def _names(book: Workbook, grids: Mapping[str, Grid]) -> dict[str, tuple[str, str]]:
    """Title of its priority and form of its figures by line, in small letters, as the workbook has
    them now; the form is empty where more than the measure decides it.
    """
    plan = grids.get(schema.PRIORITIES.name)
    names = {schema.MEASURES.name, schema.PRIORITIES.name}
    of_plan = {name: grid for name, grid in grids.items() if name in names}
    tables, _ = fill_titles(book, read_tables(of_plan)[0], plan)
    return {
        (measure.name + end).lower(): (
            tables.priority(measure.priority).title,
            "" if end else str(KINDS[measure.kind].form),
        )
        for measure in tables.measures
        for end in ALL_LINES
    }


def last_changes(
    history: Grid | None, overrides: Iterable[Override] = (), since: date | None = None
) -> Changes:
    """Compare the last period recorded with the one before, or with that to `since`.

    Rows without a date or a line are passed over; of two rows of one line and period the lower
    counts.

    Parameters
    ----------
    overrides
        Those of the workbook now, for rows of History that do not have the colour worked out.
    """
    periods: dict[date, dict[str, Record]] = {}
    for record in records(history, schema.HISTORY):
        day = day_of(record.get("Period end"))
        if day is not None and record.get("Line"):
            periods.setdefault(day, {})[str(record["Line"])] = record
    days: list[date | None] = [None, None, *sorted(periods)]
    earlier, later = days[-2:]
    if since is not None:
        earlier = _recorded(since, sorted(periods))
    after = periods[later] if later else {}
    if earlier is None or later is None:
        return Changes(None, later, len(after), ())
    before = periods[earlier]
    told = tuple(overrides)

    def compared(line: str) -> ColourChange:
        was = Issue.of_record(before.get(line), earlier, told)
        return change_between(line, was, Issue.of_record(after.get(line), later, told))

    found = map(compared, dict.fromkeys([*after, *before]))
    return changes_among(found, earlier, later, len(after))


def _recorded(since: date, days: Sequence[date]) -> date:
    """Give the period to compare with; raises `UsageError` where it is not an earlier one."""
    if since in days[:-1]:
        return since
    known = ", ".join(f"{day:%Y-%m}" for day in days[:-1])
    raise UsageError(
        f"The History sheet has no earlier period to {day_name(since)}. "
        + (f"Choose one of {known}." if known else "It has no earlier period at all.")
    )


def changes_among(
    compared: Iterable[ColourChange], earlier: date, later: date | None, lines: int
) -> Changes:
    """Keep those compared lines whose colour or position differs, or on which a person decided
    otherwise than before.

    Worse colours come first, better ones last.

    Parameters
    ----------
    compared
        Every line of either period.
    lines
        How many lines the later period has.
    """
    changed, figures = [], []
    for item in compared:
        was = (item.before, item.position_before, item.worked_out_before)
        if was != (item.after, item.position_after, item.worked_out_after):
            changed.append(item)
        elif item.latest_before != item.latest_after:
            figures.append(item)
    order = list(ColourTurn)
    changed.sort(key=lambda item: (order.index(item.turn), _weight(item)))
    return Changes(earlier, later, lines, tuple(changed), tuple(figures))


def _weight(change: ColourChange) -> int:
    """Order of changes that went the same way: to RED, to no colour, to AMBER, to GREEN, gone; by
    the rules where a person overruled them.
    """
    colours = (str(Rag.RED), str(Rag.NA), str(Rag.AMBER), str(Rag.GREEN))
    colour = change.worked_out_after or change.after
    return colours.index(colour) if colour in colours else len(colours)


def check_memory(history: Grid | None, lines: Sequence[Assessment]) -> list[Problem]:
    """Say how to have remembered what is worked out for lines that a person overrules, where
    History has no place.
    """
    if history is None or not any(line.overruled for line in lines):
        return []
    if history.column(WORKED_OUT) is not None:
        return []
    cell = history.address(-1, len(history.header))
    place = history.sheet, history.address(-1, 0)
    found = (
        f"The table {history.table} has no column '{WORKED_OUT}', so it does not remember which"
        " colours people overruled, nor what was worked out."
    )
    remedy = f"Type '{WORKED_OUT}' into {cell}, right of the table's header, then refresh."
    return [Problem(Severity.NOTE, Code.COLUMN_MISSING, *place, found, remedy)]


def overruled(shown: str, worked_out: str, until: Override | None) -> str:
    """Give the colour worked out of a line that a person overruled; empty when nobody did,
    `UNKNOWN` if none is known.

    Parameters
    ----------
    shown, worked_out
        Colours as recorded; the second is blank in a row that does not have it.
    until
        An override of the line that held for the period, if there is one now.
    """
    if worked_out:
        return "" if worked_out == shown else worked_out if worked_out in set(Rag) else UNKNOWN
    return UNKNOWN if until is not None and until.colour == shown else ""


class Issue(NamedTuple):
    """A line as one period shows it."""

    colour: str
    position: str
    reason: str
    latest: Scalar | Link
    worked_out: str

    @classmethod
    def of_record(
        cls, record: Record | None, period_end: date, overrides: Iterable[Override]
    ) -> Issue | None:
        """Read a row of History; None where there is none."""
        if record is None:
            return None

        def text(title: str) -> str:
            return str(record.get(title) or "")

        line, colour = text("Line").lower(), text("Colour") or str(Rag.NA)
        held = [
            item for item in overrides if item.line.lower() == line and item.until >= period_end
        ]
        worked_out = overruled(colour, text(WORKED_OUT), held[-1] if held else None)
        return cls(colour, text("Position"), text("Reason code"), record.get("Latest"), worked_out)


def change_between(line: str, before: Issue | None, after: Issue | None) -> ColourChange:
    """Give a line as one period shows it and as a later one does; None: it is not there."""
    return ColourChange(
        line,
        before.colour if before else NEW,
        after.colour if after else GONE,
        before.position if before else "",
        after.position if after else "",
        after.reason if after else "",
        before.latest if before else None,
        after.latest if after else None,
        before.worked_out if before else "",
        after.worked_out if after else "",
    )
