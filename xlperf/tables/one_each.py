"""Rows of which there may be only one each: a month, a period, a council and period, a return."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from xlperf.excel.port import normalised
from xlperf.periods import day_name, month_name
from xlperf.tables.duplicates import once_each
from xlperf.tables.mixes import whole_results
from xlperf.tables.problems import Code, Problem, Severity
from xlperf.tables.rows import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlperf.periods import Month
    from xlperf.tables.data import (
        CouncilFamilies,
        LostMonth,
        MonthCount,
        PartnerReturn,
        PeriodTotal,
        SurveyResult,
    )

M = TypeVar("M", "MonthCount", "LostMonth")


def one_a_month(
    items: tuple[MonthCount | LostMonth, ...], problems: list[Problem]
) -> list[MonthCount | LostMonth]:
    """Months, each once."""
    return once_each(
        items,
        lambda item: item.month,
        lambda item: item.count,
        "Month",
        lambda item: f"{month_name(item.month)}",
        problems,
    )


def months_of(
    months: Mapping[str, tuple[MonthCount | LostMonth, ...]], kind: type[M]
) -> dict[str, dict[Month, M]]:
    """Months of one kind, by measure; measures without any are left out."""
    found: dict[str, dict[Month, M]] = {}
    for name, items in months.items():
        for item in items:
            if isinstance(item, kind):
                found.setdefault(name, {})[item.month] = item
    return found


def one_survey_a_period(
    items: tuple[SurveyResult, ...], problems: list[Problem]
) -> list[SurveyResult]:
    """Survey results, one a period; of those given by parts one a part, added up."""
    by_parts = {item.period_end for item in items if item.part}
    beside = [item for item in items if not item.part and item.period_end in by_parts]
    for item in beside:
        found = (
            f"The result for the twelve months to {day_name(item.period_end)} has no part, and"
            " others for them have one; it is not used."
        )
        remedy = "Name its part, or delete the row if it is the sum of the others."
        problems.append(item.row.problem(Severity.ERROR, Code.DUPLICATE, "Part", found, remedy))

    def key(item: SurveyResult) -> tuple[object, ...]:
        return item.period_end, normalised(item.part)

    def figures(item: SurveyResult) -> tuple[object, ...]:
        shares = item.n, item.successes, item.percent, item.score
        return *shares, normalised(item.counting), item.weight

    rest = [item for item in items if item not in beside]
    return whole_results(once_each(rest, key, figures, "Period end", _survey_named, problems))


def _survey_named(item: SurveyResult) -> str:
    of_part = f" of the part '{item.part}'" if item.part else ""
    return f"A result{of_part} for the twelve months to {day_name(item.period_end)}"


def one_total_a_period(
    items: tuple[PeriodTotal, ...], problems: list[Problem]
) -> list[PeriodTotal]:
    """Totals, one a period."""
    return once_each(
        items,
        lambda item: item.period,
        lambda item: item.count,
        "Count",
        lambda item: f"The total for {item.period}",
        problems,
    )


def one_a_council(
    items: tuple[CouncilFamilies, ...], problems: list[Problem]
) -> list[CouncilFamilies]:
    """Counts of families, one a council and period; a council is spelt as in its first row."""
    spelt: dict[str, str] = {}
    same = (
        replace(item, council=spelt.setdefault(normalised(item.council), item.council))
        for item in items
    )
    return once_each(
        tuple(same),
        lambda item: (normalised(item.council), item.period_end),
        lambda item: (item.counting, item.engaged, item.asb_only, item.offending_only, item.both),
        "Council",
        lambda item: f"{item.council} to {day_name(item.period_end)}",
        problems,
    )


def due_last(items: tuple[PartnerReturn, ...], problems: list[Problem]) -> PartnerReturn:
    """Of several returns of one owner for a measure the one due last; of those due on one day the
    first. Of several owners one that has not sent its own: the figure needs all of them.
    """
    of_owners: dict[str, list[PartnerReturn]] = {}
    for item in items:
        of_owners.setdefault(normalised(item.owner), []).append(item)
    newest = []
    for own in of_owners.values():
        used = max(own, key=_due)
        newest.append(used)
        problems += [_not_shown(item, used, len(own)) for item in own if item is not used]
    owed = [item for item in newest if item.status not in COME]
    return max(owed or newest, key=_due)


COME = ("", "received")
"""States of a return that withhold no figure."""


def _due(item: PartnerReturn) -> date:
    return item.due or date.min


def _not_shown(item: PartnerReturn, used: PartnerReturn, number: int) -> Problem:
    row = item.row or NOWHERE
    return row.problem(
        Severity.WARNING if item.due == used.due else Severity.NOTE,
        Code.DUPLICATE,
        "Due",
        f"The measure has {number} returns; the one due last is shown, not this.",
        "Delete the row when it is no longer wanted.",
    )
