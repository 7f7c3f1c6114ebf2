"""What is said of a workbook made from open data: its periods, and what it has no measure of."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from xlperf.imports.table_shapes import listed
from xlperf.periods import month_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xlperf.periods import Period


def year_name(year: Period) -> str:
    """Write a financial year as 2012/13."""
    return f"{year.first // 12}/{year.last // 12 % 100:02d}"


def end_of_next_year(end: int) -> int:
    """Last month of the financial year after the one that a month lies in."""
    return end + (2 - end) % 12 + 12


def period_notes(
    end: int, baseline: Period, *, end_given: bool, baseline_given: bool, target_given: bool
) -> Iterator[str]:
    """Say which periods were chosen, and why."""
    origin = "the last month of the files" if not end_given else "as given"
    yield f"Reported on: the twelve months to {month_name(end)} (period_end), {origin}."
    origin = "the last financial year before them" if not baseline_given else "as given"
    yield f"Compared with: {year_name(baseline)} (baseline_year), {origin}."
    if not target_given:
        yield (
            f"Projected to: {month_name(end_of_next_year(end))} (target_date), the end of the next"
            " financial year. No file says it: give that of your plan on Settings."
        )


def lacking_notes(lacking: Mapping[str, str]) -> Iterator[str]:
    """Say which labels make no measure, by reason."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for label, why in lacking.items():
        by_reason[why].append(label)
    for why, labels in by_reason.items():
        yield f"No measure of {listed(labels)}: {why}."


def group_notes(populations: Iterable[str], *, group: bool, rates: bool) -> Iterator[str]:
    """Say why there is no position in a group."""
    if rates:
        return
    if group:
        yield (
            "No position in the group: it needs totals of twelve months of each force, and a file"
            " of their populations."
        )
    else:
        yield "No position in a group: give its forces with --group, and their populations."
    if names := ", ".join(populations):
        yield f"Not used: {names}, of populations."
