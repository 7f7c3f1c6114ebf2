"""One row to one record, or to the reason why it cannot be used; several rows are compared
elsewhere.

Each function takes the row and the list that faults are put on. It gives None only after a fault
was reported: here, or by `rows`, when a cell could not be read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlperf.periods import Period, day_name, is_month_end, last_day, month_name, month_of
from xlperf.tables.data import (
    Acknowledgement,
    Amount,
    Break,
    CouncilFamilies,
    Direction,
    LostMonth,
    Measure,
    MonthCount,
    Override,
    PartnerReturn,
    PastLine,
    PeriodTotal,
)
from xlperf.tables.figure_tables import LOST
from xlperf.tables.kept_projections import kept_projection
from xlperf.tables.measure_kinds import COMPARED, KINDS, TARGET_FIGURE, Comparison, MeasureKind
from xlperf.tables.problems import Code, Problem, Severity
from xlperf.tables.schema import PART_OF, THRESHOLD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from xlperf.periods import Month
    from xlperf.tables.rows import DataRow

    Problems = list[Problem]

DECIDING = ("Direction", "Target change %", "MSG measure", "Design effect", COMPARED, TARGET_FIGURE)
"""Columns of Measures without which lines have no colour."""
SMALLEST_DESIGN_EFFECT = 1 / 4
SMALLEST_TARGET = 1
"""Count below which no number of offences would be found above or below a target."""
MOST_ASKED = 10_000_000
"""No survey has more answers; a larger n is a slip."""
SUPPRESS_ALL = 10**15
"""Threshold of a measure whose own cannot be read: nothing of it leaves the office."""


def refuse(
    row: DataRow,
    problems: Problems,
    code: Code,
    title: str,
    found: str,
    remedy: str,
    *,
    mentions: tuple[str, ...] = (),
) -> None:
    """Report why a row is not used."""
    text = f"{found} The row is not used."
    problems.append(row.problem(Severity.ERROR, code, title, text, remedy, mentions=mentions))


def no_figure(
    row: DataRow, problems: Problems, titles: Sequence[str], found: str, remedy: str
) -> None:
    """Report a row without figures, if that is because cells are blank (cells that cannot be read
    are reported).
    """
    if any(row.unreadable(title) for title in titles):
        return
    blank = next((title for title in titles if row.blank(title)), None)
    if blank is not None:
        problems.append(row.problem(Severity.NOTE, Code.BLANK, blank, found, remedy))


def period_end(row: DataRow, problems: Problems) -> date | None:
    """Last day of the row's period, which must be the last of a month."""
    end = row.day("Period end")
    if end is not None and not is_month_end(end):
        found = f"The period ends on {day_name(end)}, which is not the last day of a month."
        remedy = f"Give {day_name(last_day(month_of(end)))}, if that month is over in it."
        refuse(row, problems, Code.PERIOD_ODD, "Period end", found, remedy)
        return None
    return end


def measure(row: DataRow, problems: Problems) -> Measure:
    """Read a measure. One with a cell that decides colours and cannot be read is kept; what needs
    the cell has none.
    """
    faults = {title: str(row.state(title)) for title in DECIDING if row.unreadable(title)}
    effect, change = (
        None if title in faults else row.number(title)
        for title in ("Design effect", "Target change %")
    )
    direction = Direction.NONE if "Direction" in faults else Direction(row.text("Direction"))
    if effect is not None and effect < SMALLEST_DESIGN_EFFECT:
        found = f"The design effect is {effect:g}, so the lines that need it have no colour."
        remedy = "Give the variance relative to simple random sampling: usually 1 to 3."
        problem = row.problem(Severity.ERROR, Code.OUT_OF_RANGE, "Design effect", found, remedy)
        problems.append(problem)
        faults["Design effect"], effect = f"'Design effect' ({problem.where}) makes no sense", None
    if "Direction" not in faults and (wrong := target_fault(change or 0.0, direction)):
        code, found, remedy = wrong
        problem = row.problem(Severity.ERROR, code, "Target change %", found, remedy)
        problems.append(problem)
        faults["Target change %"] = f"'Target change %' ({problem.where}) makes no sense"
    kind = MeasureKind(row.text("Kind"))
    compared, target = _comparison(row, kind, faults, problems)
    return Measure(
        name=row.text("Measure"),
        priority=row.text("Priority"),
        label=row.text("Line"),
        kind=kind,
        direction=direction,
        target_change=0.0 if "Target change %" in faults else change or 0.0,
        msg_measure="" if "MSG measure" in faults else row.text("MSG measure"),
        proxy=row.unreadable("Proxy") or row.flag("Proxy"),
        design_effect=1.0 if effect is None else effect,
        compared=compared,
        target=target,
        unit=row.text("Unit"),
        source=row.text("Source"),
        owner=row.text("Owner"),
        suppress_below=(
            SUPPRESS_ALL
            if row.unreadable(THRESHOLD) or row.unreadable(PART_OF)
            else row.whole(THRESHOLD)
        ),
        part_of=tuple(names_in(row.if_readable(row.text, PART_OF) or "")),
        caveat=row.text("Caveat"),
        row=row,
        effect_assumed=effect is None and "Design effect" not in faults,
        faults={title: f"{fault}: see Checks." for title, fault in faults.items()},
    )


def names_in(text: str) -> Iterator[str]:
    """Names of measures that stand in a cell, with commas, semicolons or line breaks between."""
    for name in re.split(r"[,;\n]", text):
        if name.strip():
            yield name.strip()


def _comparison(
    row: DataRow, kind: MeasureKind, faults: dict[str, str], problems: Problems
) -> tuple[Comparison, float | None]:
    """Read what the measure is compared with, and its target; faults are added to `faults`."""
    compared = Comparison.BASELINE
    if COMPARED not in faults:
        compared = Comparison(row.text(COMPARED) or Comparison.BASELINE)
    target = None if TARGET_FIGURE in faults else row.number(TARGET_FIGURE)

    def wrong(title: str, found: str, remedy: str) -> None:
        problem = row.problem(Severity.ERROR, Code.DISAGREES, title, found, remedy)
        problems.append(problem)
        faults[title] = f"'{title}' ({problem.where}) makes no sense"

    if compared not in KINDS[kind].comparisons:
        wrong(
            COMPARED,
            f"A measure of kind {kind} cannot be compared with '{compared}', so it has no colour.",
            f"Give one of: {', '.join(KINDS[kind].comparisons)}; or correct the kind.",
        )
        return Comparison.BASELINE, None
    if compared is not Comparison.TARGET:
        if target is not None:
            found = f"A target of {target:,g} is given, but the measure is not compared with it."
            remedy = f"Choose 'target' in the column {COMPARED}, or clear the cell."
            problems.append(
                row.problem(Severity.WARNING, Code.DISAGREES, TARGET_FIGURE, found, remedy)
            )
        return compared, None
    if target is None and TARGET_FIGURE not in faults:
        wrong(
            TARGET_FIGURE,
            "The measure is compared with a target, and has none, so it has no colour.",
            "Type the figure to be reached in twelve months.",
        )
    elif target is not None and target < SMALLEST_TARGET:
        wrong(
            TARGET_FIGURE,
            f"The target is {target:,g}, so the measure has no colour.",
            f"Give a count of {SMALLEST_TARGET} or more for twelve months.",
        )
        target = None
    return compared, target


def target_fault(change: float, direction: Direction) -> tuple[Code, str, str] | None:
    """Say what is wrong with a target change in per cent, and what to type; None: it makes sense,
    and so does 0.
    """
    if not change:
        return None
    if abs(change) < 1 or change <= -100:
        doubt = ": there is no such target."
        if abs(change) < 1:
            doubt = f", or is it {change:.0%} typed as a fraction?"
        return (
            Code.OUT_OF_RANGE,
            f"The target change is {change:g} per cent{doubt}",
            "Type per cent, -10 and not -0.10, and do not format the cell as %.",
        )
    if (direction is Direction.DOWN and change > 0) or (direction is Direction.UP and change < 0):
        return (
            Code.DISAGREES,
            f"The target change of {change:+g} per cent goes against the direction, {direction}.",
            "Give a reduction a minus sign, or correct the direction.",
        )
    return None


def month(row: DataRow, problems: Problems) -> MonthCount | LostMonth | None:
    """Read the count of one month, or that there will never be one."""
    day, count = row.day("Month"), row.whole("Count")
    if day is None:
        return None
    if not row.unreadable("Status") and row.text("Status") == LOST:
        return _lost_month(row, month_of(day), count, problems)
    if count is None:
        found = "The month has no count; it counts as missing, not as 0."
        remedy = "Enter the count; 0 if nothing was recorded."
        no_figure(row, problems, ("Count",), found, remedy)
        return None
    return MonthCount(month_of(day), count, is_provisional(row), row.day("As at"), row)


def is_provisional(row: DataRow) -> bool:
    """Whether a figure may still change, as its row says; one whose status cannot be read may."""
    return row.unreadable("Status") or row.text("Status") == "provisional"


def _lost_month(
    row: DataRow, month: Month, count: int | None, problems: Problems
) -> LostMonth | None:
    if row.unreadable("Count"):
        return None
    if count is None:
        return LostMonth(month, row)
    found = (
        f"{month_name(month)} is said to be missing, and has a count of {count:,}: the count is not"
        " used."
    )
    remedy = "Clear the count; or, if it has come after all, give the month another status."
    refuse(row, problems, Code.DISAGREES, "Status", found, remedy)
    return None


def total(row: DataRow, problems: Problems) -> PeriodTotal | None:
    """Read the total of a period of whole months."""
    start = row.day("Period start")
    end = row.day("Period end")
    count = row.whole("Count")
    as_at = row.day("As at")
    if start is None or end is None:  # neither is: both are needed
        return None
    if start.day != 1 or not is_month_end(end) or end < start:
        found = (
            f"The period {day_name(start)} to {day_name(end)} is not whole months, from the first"
            " day of one to the last day of another."
        )
        remedy = "Correct the two dates."
        refuse(row, problems, Code.PERIOD_ODD, "Period end", found, remedy)
        return None
    if count is None:
        found = "The period has no count; it counts as missing, not as 0."
        remedy = "Enter it."
        no_figure(row, problems, ("Count",), found, remedy)
        return None
    if as_at is not None and as_at < end:
        found = (
            f"The total was taken on {day_name(as_at)}, before the period was over on"
            f" {day_name(end)}."
        )
        remedy = "Enter the complete total, with the date it was taken."
        refuse(row, problems, Code.INCOMPLETE, "As at", found, remedy)
        return None
    period = Period(month_of(start), month_of(end))
    return PeriodTotal(period, count, as_at, row, is_provisional(row))


COUNTS_OF_FAMILIES = ("Engaged", "ASB only", "Offending only", "Both")


def families(row: DataRow, problems: Problems) -> CouncilFamilies | None:
    """Read the families of one council."""
    end = period_end(row, problems)
    if end is None:
        return None
    counts = [row.whole(title) for title in COUNTS_OF_FAMILIES]
    known = [count for count in counts if count is not None]
    if len(known) < len(counts):
        found = "Not all four counts are there, so the row is not used; a blank is not 0."
        remedy = "Enter them; 0 if there are none."
        no_figure(row, problems, COUNTS_OF_FAMILIES, found, remedy)
        return None
    engaged, asb_only, offending_only, both = known
    if asb_only + offending_only + both > engaged:
        found = (
            f"{asb_only + offending_only + both:,} families with a reduction, of {engaged:,}"
            " engaged."
        )
        remedy = "Correct the counts."
        refuse(row, problems, Code.DOES_NOT_ADD, "Engaged", found, remedy)
        return None
    return CouncilFamilies(
        row.text("Council"), end, row.text("Counting"), engaged, asb_only, offending_only, both, row
    )


def amount(row: DataRow, problems: Problems) -> Amount | None:
    """Read an amount of money."""
    value = row.decimal("£ million")
    if value is None:
        found = "There is no amount; it counts as missing, not as 0."
        remedy = "Enter it."
        no_figure(row, problems, ("£ million",), found, remedy)
        return None
    return Amount(row.text("Item"), value, row.day("As at"), row)


def recording_break(row: DataRow, _problems: Problems) -> Break | None:
    """Read a change of recording."""
    day = row.day("Month")
    return None if day is None else Break(month_of(day), row.text("Note"), row)


def partner_return(row: DataRow, _problems: Problems) -> PartnerReturn:
    """Read what a partner owes."""
    return PartnerReturn(
        row.text("Owner"),
        row.day("Due"),
        row.day("Received"),
        row.text("Board"),
        row.day("Seen by board"),
        row.text("Status"),
        row.text("Remark"),
        row,
    )


def override(row: DataRow) -> Override:
    """Read a colour decided by a person. Raises `CannotRead` when the decision is not complete."""
    until = row.day("Until")
    assert until is not None  # noqa: S101 - needed, so read or raised
    return Override(
        row.text("Line"), row.text("Colour"), row.text("Reason"), row.text("Who"), until, row
    )


def acknowledgement(row: DataRow) -> Acknowledgement:
    """Read a settled finding. One whose end cannot be read is kept, but settles nothing."""
    fault = "'Until' cannot be read" if row.unreadable("Until") else ""
    until = row.if_readable(row.day, "Until")
    return Acknowledgement(
        row.text("Check"), row.text("Reason"), row.text("Role"), until, fault, row=row
    )


def past_line(row: DataRow, problems: Problems) -> PastLine | None:
    """Read a row of the History sheet."""
    end, line = row.day("Period end"), row.text("Line")
    if end is None or not line:
        found = "A row of History needs its period end and its line; it is not compared with."
        remedy = "Restore it from an earlier copy, or delete the row."
        no_figure(row, problems, ("Period end", "Line"), found, remedy)
        return None
    return PastLine(
        end,
        line,
        row.number("Baseline"),
        row.number("Latest"),
        row.text("Colour"),
        row.text("Reason code"),
        row.text("Position"),
        row.text("Trends"),
        row,
        row.text("Worked out"),
        kept_projection(row, problems),
    )
