"""What changed from one period to the next, from the History sheet: colours and positions, line by line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from xlperf.assess.rag import Rag
from xlperf.periods import day_name
from xlperf.tables import schema
from xlperf.tiles.written import day_of, records

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from xlperf.excel.port import Grid, Link, Scalar
    from xlperf.tiles.written import Record

NEW, GONE = "new", "gone"
"""Instead of a colour: the line was not there before; it is no longer there."""
WORST_FIRST = (str(Rag.RED), str(Rag.AMBER), str(Rag.GREEN))


class Turn(Enum):
    """Which way a colour went, in the order in which changes are told."""

    WORSE = "worse"
    OTHER = "otherwise"
    """To or from no colour, a line that is new or gone, or another position and the same colour."""
    BETTER = "better"


@dataclass(frozen=True, slots=True)
class Change:
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

    @property
    def turn(self) -> Turn:
        """Which way its colour went."""
        if self.before == self.after or not {self.before, self.after} <= set(WORST_FIRST):
            return Turn.OTHER
        better = WORST_FIRST.index(self.after) > WORST_FIRST.index(self.before)
        return Turn.BETTER if better else Turn.WORSE

    def __str__(self) -> str:
        """Write it: ``SP12_offences_position: AMBER -> RED, 7th of 8 -> 8th of 8 (ABOVE_UPPER)``."""
        parts = [f"{self.before} -> {self.after}" if self.before != self.after else self.after]
        if self.position_before != self.position_after:
            parts.append(f"{self.position_before or 'no position'} -> {self.position_after or 'no position'}")
        return f"{self.line}: {', '.join(parts)}{f' ({self.reason})' if self.reason else ''}"


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes between the last two periods; without an earlier period there are none."""

    earlier: date | None
    later: date | None
    lines: int
    """Lines of the later period."""
    changes: tuple[Change, ...]
    """Worse colours first, better ones last."""

    def __str__(self) -> str:
        """Say in one sentence how many lines changed, and which way."""
        if self.later is None:
            return "The History sheet has no period yet. Refresh the workbook first."
        if self.earlier is None:
            only = f"one period only, to {day_name(self.later)}"
            return f"The History sheet has {only}: there is nothing to compare it with."
        between = f"between the periods to {day_name(self.earlier)} and to {day_name(self.later)}"
        if not self.changes:
            return f"No colour and no position changed {between}."
        turns = Counter(change.turn for change in self.changes)
        counted = ", ".join(f"{turns[turn]} {turn.value}" for turn in Turn if turns[turn])
        return f"{len(self.changes)} of {self.lines} lines changed {between}: {counted}."


def last_changes(history: Grid | None) -> Changes:
    """Compare the last two periods recorded.

    Rows without a date or a line are passed over; of two rows of one line and period the lower counts.
    """
    periods: dict[date, dict[str, Record]] = {}
    for record in records(history, schema.HISTORY):
        day = day_of(record.get("Period end"))
        if day is not None and record.get("Line"):
            periods.setdefault(day, {})[str(record["Line"])] = record
    days: list[date | None] = [None, None, *sorted(periods)]
    earlier, later = days[-2:]
    after = periods[later] if later else {}
    if earlier is None:
        return Changes(None, later, len(after), ())
    before = periods[earlier]
    found = (_change(line, before.get(line), after.get(line)) for line in dict.fromkeys([*after, *before]))
    return changes_among(found, earlier, later, len(after))


def changes_among(compared: Iterable[Change], earlier: date, later: date | None, lines: int) -> Changes:
    """Keep those compared lines whose colour or position differs, worse colours first, better ones last.

    Parameters
    ----------
    compared
        Every line of either period.
    lines
        How many lines the later period has.
    """
    changed = [item for item in compared if (item.before, item.position_before) != (item.after, item.position_after)]
    order = list(Turn)
    return Changes(earlier, later, lines, tuple(sorted(changed, key=lambda item: order.index(item.turn))))


def _change(line: str, before: Record | None, after: Record | None) -> Change:
    def text(record: Record | None, title: str) -> str:
        return str((record or {}).get(title) or "")

    return Change(
        line,
        NEW if before is None else text(before, "Colour") or str(Rag.NA),
        GONE if after is None else text(after, "Colour") or str(Rag.NA),
        text(before, "Position"),
        text(after, "Position"),
        text(after, "Reason code"),
        (before or {}).get("Latest"),
        (after or {}).get("Latest"),
    )
