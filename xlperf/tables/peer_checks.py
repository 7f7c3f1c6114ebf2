"""Checks of the group: forces without a figure, populations that cannot be, and the own force's figure."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from xlperf.excel.port import normalised
from xlperf.periods import day_name, month_name, month_of
from xlperf.tables.figure_checks import check_percentage
from xlperf.tables.month_checks import JUMP_RATIO, complete
from xlperf.tables.problems import Code, Problem, Severity
from xlperf.tables.schema import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlperf.config import Settings
    from xlperf.tables.tables import Measure, PeerFigure, Tables

FORCE_POPULATION = (4_000, 20_000_000)
"""Denominators outside this range cannot be those of a force: the City of London has some 7,400 residents in 4,400
households, the Metropolitan Police area some 9,000,000 residents. It also catches populations in thousands."""
POPULATION_CHANGE = 0.10
"""A population does not change by more than this share from one period to the next."""


def check_group(tables: Tables, settings: Settings) -> Iterator[Problem]:
    """Check the group itself: the own force must be in it, and each membership must have begun."""
    sheet, cell = settings.places.get("own_force", (SETTINGS.sheet, ""))
    own = next((force for force in tables.forces if normalised(force.name) == normalised(settings.own_force)), None)
    if any(measure.msg_measure for measure in tables.measures):
        fault = None
        if own is None:
            fault = f"The own force, '{settings.own_force}', is not in the Forces sheet"
        elif own.name != settings.own_force:
            fault = f"The own force is '{settings.own_force}' here and '{own.name}' in the Forces sheet"
        elif own.name not in tables.group:
            fault = f"The own force, {own.name}, is not in the group"
        if fault:
            remedy = "Spell own_force as in the Forces sheet, and have 'yes' beside it there."
            found = f"{fault}, so it has no position."
            yield Problem(Severity.ERROR, Code.UNKNOWN_FORCE, sheet, cell, found, remedy)
    for force in tables.forces:
        if force.in_group and force.valid_from is not None and force.valid_from > settings.period_end:
            yield force.row.problem(
                Severity.WARNING,
                Code.FUTURE,
                "Valid from",
                f"{force.name} is in the group only from {day_name(force.valid_from)}, after the period; it is counted "
                "all the same.",
                "Keep the group as it was in the period, or correct the date.",
            )


def check_peers(tables: Tables, settings: Settings) -> Iterator[Problem]:
    """Check the figures of each MSG measure up to the period end."""
    by_name: dict[str, list[Measure]] = {}
    for measure in tables.measures:
        if measure.msg_measure:
            by_name.setdefault(measure.msg_measure, []).append(measure)
    for name, measures in by_name.items():
        used = [figure for figure in tables.peers.get(name, ()) if figure.period_end <= settings.period_end]
        for figure in used:
            if figure.n is not None:
                yield from check_percentage(figure.row, 100 * figure.rate, figure.n)
        yield from _changes(used)
        grouped = [figure for figure in used if figure.force in tables.group]
        if not grouped:
            continue
        newest = max(figure.period_end for figure in grouped)
        now = [figure for figure in grouped if figure.period_end == newest]
        yield from _missing(now, tables)
        yield from _denominators(now)
        yield from _rates(now)
        own = next((figure for figure in now if figure.force == settings.own_force), None)
        if own is not None and own.count is not None:
            for measure in measures:
                if not measure.proxy:
                    yield from _own_total(measure, own, tables, settings)


def _missing(now: Sequence[PeerFigure], tables: Tables) -> Iterator[Problem]:
    present = {figure.force for figure in now}
    missing = [force for force in tables.group if force not in present]
    if missing:
        yield now[0].row.problem(
            Severity.WARNING,
            Code.PEER_MISSING,
            "Force",
            f"No figure to {day_name(now[0].period_end)} for: {', '.join(missing)}.",
            "Add their rows, or correct the group in the Forces sheet.",
        )


def _denominators(now: Sequence[PeerFigure]) -> Iterator[Problem]:
    low, high = FORCE_POPULATION
    seen: dict[float, str] = {}
    for figure in now:
        if figure.denominator is None:
            continue
        if not low <= figure.denominator <= high:
            yield figure.row.problem(
                Severity.WARNING,
                Code.POPULATION,
                "Denominator",
                f"{figure.denominator:,.0f} is no population or number of households of a force.",
                "Give heads or households, not thousands.",
            )
        elif figure.denominator in seen:
            yield figure.row.problem(
                Severity.WARNING,
                Code.POPULATION,
                "Denominator",
                f"{figure.force} and {seen[figure.denominator]} have the same denominator, {figure.denominator:,.0f}.",
                "One of the two was probably copied: correct it.",
            )
        seen.setdefault(figure.denominator, figure.force)


def _changes(used: Sequence[PeerFigure]) -> Iterator[Problem]:
    """Compare each force's denominator with that of its period before."""
    before: dict[str, PeerFigure] = {}
    for figure in sorted(used, key=lambda figure: figure.period_end):
        if figure.denominator is None:
            continue
        earlier = before.get(figure.force)
        before[figure.force] = figure
        if earlier is not None and earlier.denominator and (
            abs(figure.denominator / earlier.denominator - 1) > POPULATION_CHANGE
        ):  # fmt: skip
            yield figure.row.problem(
                Severity.WARNING,
                Code.POPULATION,
                "Denominator",
                f"The denominator of {figure.force} is {figure.denominator:,.0f}; it was {earlier.denominator:,.0f} to "
                f"{day_name(earlier.period_end)} ({earlier.row.cell('Denominator')}).",
                "Use the same sort of denominator for every period: heads, or households.",
                mentions=(earlier.row.cell("Denominator"),),
            )


def _rates(now: Sequence[PeerFigure]) -> Iterator[Problem]:
    usual = median(figure.rate for figure in now)
    if len(now) < 4 or usual <= 0:
        return
    for figure in now:
        if figure.rate > JUMP_RATIO * usual or figure.rate * JUMP_RATIO < usual:
            yield figure.row.problem(
                Severity.WARNING,
                Code.JUMP,
                "Percent" if figure.denominator is None else "Denominator",
                f"The rate of {figure.force} is far from the others': {figure.rate:.3g} against a median of "
                f"{usual:.3g}.",
                "Look for a slip of a digit in the count or the denominator.",
            )


def _own_total(measure: Measure, own: PeerFigure, tables: Tables, settings: Settings) -> Iterator[Problem]:
    series = tables.monthly.get(measure.name, {})
    last = month_of(own.period_end)
    months = [series[month] for month in range(last - 11, last + 1) if month in series]
    counts = [item.count for item in months if complete(item)]
    total = sum(counts)
    if len(counts) < 12 or total == own.count or own.count is None:
        return
    small = 100 * abs(total - own.count) <= settings.revision_limit * max(total, own.count)
    yield own.row.problem(
        Severity.NOTE if small else Severity.WARNING,
        Code.DOES_NOT_ADD,
        "Count",
        f"{own.force} has {own.count:,} here, but its months to {month_name(last)} add up to {total:,}"
        + (": within revisions." if small else "."),
        "Use figures taken on the same day, or say that the MSG measure is a proxy.",
        measure.name,
    )
