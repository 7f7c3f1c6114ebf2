"""Projections that refreshes kept in History, to be scored when their date has come.

A row holds what was stated, not how it was made: when it can be checked, a later version of the
program, or other settings, must not improve it. A row that lacks something, or that contradicts
itself, is reported and not scored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.frozen import NamedTuple, frozen
from xlperf.periods import month_of
from xlperf.tables.columns import Column, Holds
from xlperf.tables.data import Direction
from xlperf.tables.measure_kinds import Comparison
from xlperf.tables.problems import Code, Severity

if TYPE_CHECKING:
    from xlperf.config import Settings
    from xlperf.periods import Month
    from xlperf.tables.data import Measure
    from xlperf.tables.problems import Problem
    from xlperf.tables.rows import DataRow

NOT_SCORED = "the projection of this row is not scored"


def _kept(title: str, holds: Holds, meaning: str, width: float = 11) -> Column:
    return Column(title, holds, meaning, width=width, optional=True, cost=NOT_SCORED)


TARGET_DATE = _kept("Target date", Holds.DATE, "Last day of the twelve months projected.", 12)
EXPECTED = _kept("Expected", Holds.NUMBER, "Centre of the range of those twelve months.")
LOWER = _kept("Range from", Holds.NUMBER, "Lower limit of that range.")
UPPER = _kept("Range to", Holds.NUMBER, "Upper limit of that range.")
YEAR_AHEAD = _kept("Year ahead", Holds.NUMBER, "Centre of the range of the next twelve months.")
YEAR_LOWER = _kept("Year ahead from", Holds.NUMBER, "Lower limit of that range.")
YEAR_UPPER = _kept("Year ahead to", Holds.NUMBER, "Upper limit of that range.")
CONFIDENCE = _kept("Confidence", Holds.NUMBER, "Of both ranges: 0.95 is 95%.")
TARGET_LEVEL = _kept("Target level", Holds.NUMBER, "Twelve-month total that the target stands for.")
CHANCE = _kept("Chance", Holds.NUMBER, "Stated chance of meeting the target, 0 to 1.")
MADE_FROM = _kept("Made from", Holds.NUMBER, "Total of the twelve months to the period end, then.")
AIM = _kept("Aim", Holds.TEXT, "What the target was: way, baseline year, change asked for.", 20)
COUNTED_SINCE = _kept(
    "Counted since", Holds.DATE, "First month of the way of recording; blank: no change known.", 12
)
COLUMNS = (
    *(TARGET_DATE, TARGET_LEVEL, AIM, CHANCE, EXPECTED, LOWER, UPPER),
    *(YEAR_AHEAD, YEAR_LOWER, YEAR_UPPER, CONFIDENCE, MADE_FROM, COUNTED_SINCE),
)
"""Columns of History, in their order there."""
NEEDED = (
    *(TARGET_DATE, EXPECTED, LOWER, UPPER),
    *(YEAR_AHEAD, YEAR_LOWER, YEAR_UPPER, CONFIDENCE, MADE_FROM),
)
AIMED = (TARGET_LEVEL, CHANCE, AIM)
"""Together, or all blank where neither way is better."""
RANGES = ((LOWER, EXPECTED, UPPER), (YEAR_LOWER, YEAR_AHEAD, YEAR_UPPER))
REMEDY = (
    "Restore the row from an earlier copy of the workbook. If there is none, clear its cells from"
    f" '{TARGET_DATE.title}' to '{COUNTED_SINCE.title}'."
)


class KeptRange(NamedTuple):
    """A range that was stated of twelve months."""

    centre: float
    lower: float
    upper: float

    def holds(self, total: float) -> bool:
        """Whether a total lies in it, its limits included."""
        return self.lower <= total <= self.upper


@frozen
class KeptProjection:
    """What was stated of a line at one period end."""

    target: Month
    at_target: KeptRange
    year_ahead: KeptRange
    confidence: float
    made_from: float
    """Total of the twelve months to the period end, as it was then."""
    chance: float | None
    """None where neither way was better."""
    aim: str
    counted_since: Month | None


def aim_of(measure: Measure, settings: Settings) -> str:
    """Write what the target of a measure is: ``down 2012/13 -5%``; empty: neither way is better, or
    it is not compared with the baseline year.
    """
    if measure.direction is Direction.NONE or measure.compared is not Comparison.BASELINE:
        return ""
    change = f" {measure.target_change:+g}%" if measure.target_change else ""
    return f"{measure.direction} {settings.baseline_name}{change}"


class Unscorable(NamedTuple):
    """A kept projection that cannot be read; Checks says why."""


def kept_projection(row: DataRow, problems: list[Problem]) -> KeptProjection | Unscorable | None:
    """Read what a row of History states; None where it states nothing, as of most lines."""
    titles = [column.title for column in COLUMNS]
    if any(title not in row.frame.places for title in titles):
        return None
    if all(row.blank(title) for title in titles):
        return None
    if any(row.unreadable(title) for title in titles):
        return Unscorable()
    fault = _fault(row)
    if fault is not None:
        title, found = fault
        text = f"{found} {NOT_SCORED[0].upper()}{NOT_SCORED[1:]}."
        problems.append(row.problem(Severity.WARNING, Code.PROJECTION_KEPT, title, text, REMEDY))
        return Unscorable()
    return _read(row)


def _fault(row: DataRow) -> tuple[str, str] | None:
    """Say what is wrong with a row whose cells can all be read, and in which column."""
    needed = [column.title for column in NEEDED]
    if any(row.has(column.title) for column in AIMED):
        needed += [column.title for column in AIMED]
    for title in needed:
        if not row.has(title):
            return title, f"'{title}' is blank, though the row has a projection."
    end, target = row.day("Period end"), row.day(TARGET_DATE.title)
    if end is None or target is None or month_of(target) <= month_of(end):
        return TARGET_DATE.title, "The target date is not after the period end."
    for columns in RANGES:
        lower, centre, upper = (_number(row, column) for column in columns)
        if not 0 <= lower <= centre <= upper:
            return columns[1].title, f"'{columns[1].title}' is not within its range."
    if not 0 < _number(row, CONFIDENCE) < 1:
        return CONFIDENCE.title, "The confidence is not between 0 and 1."
    if row.has(CHANCE.title) and not 0 <= _number(row, CHANCE) <= 1:
        return CHANCE.title, "The chance is not from 0 to 1."
    return None


def _number(row: DataRow, column: Column) -> float:
    """Number of a cell that is known to hold one."""
    return row.number(column.title) or 0.0


def _read(row: DataRow) -> KeptProjection | None:
    target, since = row.day(TARGET_DATE.title), row.day(COUNTED_SINCE.title)
    if target is None:
        return None
    ranges = (
        KeptRange(*(_number(row, column) for column in (centre, lower, upper)))
        for lower, centre, upper in RANGES
    )
    return KeptProjection(
        month_of(target),
        next(ranges),
        next(ranges),
        _number(row, CONFIDENCE),
        _number(row, MADE_FROM),
        row.number(CHANCE.title),
        row.text(AIM.title),
        None if since is None else month_of(since),
    )
