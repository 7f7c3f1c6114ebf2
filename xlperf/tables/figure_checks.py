"""Checks of figures by period: percentages for their n, totals and parts, amounts."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from xlperf.periods import Period, day_name
from xlperf.stats.intervals import attainable, printed_percent
from xlperf.tables import schema
from xlperf.tables.measure_kinds import KINDS
from xlperf.tables.problems import Code, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlperf.tables.data import Amount, PeriodTotal, SurveyResult, Tables
    from xlperf.tables.rows import DataRow

PARTS = (6, 3, 1)
"""Lengths in months that a longer total is looked for in parts of: half years, quarters, months."""

UNITS = tuple(Decimal(10) ** power for power in (-6, -3, -2, -1, 1, 2, 3, 6))
"""Factors of a slip in units (pounds or thousands for millions) or of the decimal point."""


def check_survey(result: SurveyResult) -> Iterator[Problem]:
    """Check that a published percentage is one that its n, and its number satisfied, can give."""
    if result.as_at is not None and result.as_at < result.period_end:
        found = (
            f"The result was taken on {day_name(result.as_at)}, before its twelve months were over."
        )
        remedy = "Enter the complete result, with the date it was taken."
        yield result.row.problem(Severity.WARNING, Code.INCOMPLETE, "As at", found, remedy)
    if result.percent is not None and result.n is not None:
        yield from check_percentage(result.row, result.percent, result.n, result.successes)


def check_percentage(
    row: DataRow, percent: float, n: int, successes: int | None = None
) -> Iterator[Problem]:
    """Check a percentage, given in the row's column 'Percent', against n."""
    text = printed_percent(percent)
    decimals = len(text.partition(".")[2])
    if successes is not None:
        if successes not in attainable(text, n):
            found = (
                f"{successes:,} of {n:,} is {100 * successes / n:.{max(1, decimals)}f}%, not"
                f" {text}%; the counts are used."
            )
            remedy = "Correct the percentage or the counts."
            yield row.problem(Severity.WARNING, Code.DISAGREES, "Percent", found, remedy)
    elif n < 10 ** (decimals + 2) and not attainable(text, n):
        below = int(Decimal(text) * n / 100)
        near = [
            f"{k:,} is {100 * k / n:.{max(1, decimals)}f}%" for k in (below, below + 1) if k <= n
        ]
        found = f"{text}% is impossible with n = {n:,}: {' and '.join(near)}."
        remedy = "Ask for the number satisfied; n may be another, or the figure weighted."
        yield row.problem(Severity.WARNING, Code.IMPOSSIBLE_PERCENTAGE, "Percent", found, remedy)


def check_parts(totals: Sequence[PeriodTotal]) -> Iterator[Problem]:
    """Check that totals agree with their half years, quarters or months, where all are there."""
    by_period = {total.period: total.count for total in totals}
    for total in totals:
        first, last = total.period.first, total.period.last
        for length in PARTS:
            if length >= total.period.length or total.period.length % length:
                continue
            parts = [
                by_period.get(Period(start, start + length - 1))
                for start in range(first, last + 1, length)
            ]
            known = [part for part in parts if part is not None]
            if len(known) == len(parts) and sum(known) != total.count:
                yield total.row.problem(
                    Severity.WARNING,
                    Code.DOES_NOT_ADD,
                    "Count",
                    f"The total for {total.period} is {total.count:,}, but its {len(parts)} parts"
                    f" of {length} month{'s' if length > 1 else ''} add up to {sum(known):,}.",
                    "Correct the one that is wrong; figures taken on different days can differ by"
                    " revisions.",
                )


def check_amounts(tables: Tables) -> Iterator[Problem]:
    """Check that an item is there once; what is required is realised, identified or to find."""
    by_priority: dict[str, list[Amount]] = {}
    for measure in tables.measures:
        if KINDS[measure.kind].table is schema.AMOUNTS:
            of_measure = tables.amounts.get(measure.name, ())
            yield from _repeated(of_measure)
            by_priority.setdefault(measure.priority, []).extend(of_measure)
    for priority, amounts in by_priority.items():
        required = [amount for amount in amounts if amount.item == "required"]
        parts = [amount for amount in amounts if amount.item != "required"]
        if not required or {part.item for part in parts} != {"realised", "identified", "to find"}:
            continue
        wanted, total = (
            sum((amount.value for amount in some), Decimal(0)) for some in (required, parts)
        )
        if wanted != total:
            yield required[0].row.problem(
                Severity.WARNING,
                Code.DOES_NOT_ADD,
                "£ million",
                f"{priority}: realised, identified and to find add up to £{total} million, not"
                f" £{wanted} million." + _misplaced(required, parts),
                "Correct the amount that is wrong.",
            )


def _misplaced(required: Sequence[Amount], parts: Sequence[Amount]) -> str:
    """Ask whether one amount has its decimal point elsewhere, if just one makes the sum agree."""
    gap = sum((amount.value for amount in required), Decimal(0)) - sum(
        (amount.value for amount in parts), Decimal(0)
    )
    fitting = [
        f" It would with {amount.item} at £{(amount.value * factor).normalize():f} million: is it"
        " in other units?"
        for amount in (*required, *parts)
        for factor in UNITS
        if gap + (amount.value * factor - amount.value) * (1 if amount in required else -1) == 0
        and amount.value
    ]
    return fitting[0] if len(fitting) == 1 else ""


def _repeated(amounts: Sequence[Amount]) -> Iterator[Problem]:
    seen: dict[str, Amount] = {}
    for amount in amounts:
        if amount.item in seen:
            yield amount.row.problem(
                Severity.WARNING,
                Code.DUPLICATE,
                "Item",
                f"'{amount.item}' is there more than once (first in"
                f" {seen[amount.item].row.cell('Item')}); the amounts are added together.",
                "Delete the surplus row, unless both belong to it.",
                mentions=(seen[amount.item].row.cell("Item"),),
            )
        seen.setdefault(amount.item, amount)
