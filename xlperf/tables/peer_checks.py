"""Checks of the group: forces without a figure, impossible populations, the own force's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.periods import day_name, month_name, month_of
from xlperf.stats.ranks import median
from xlperf.tables.coercion import quoted
from xlperf.tables.figure_checks import check_percentage
from xlperf.tables.forces import same_force
from xlperf.tables.month_checks import complete
from xlperf.tables.peer_copies import check_copies
from xlperf.tables.peer_figures import check_figures
from xlperf.tables.plausibility import likely
from xlperf.tables.problems import Code, Problem, Severity
from xlperf.tables.schema import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from xlperf.config import Settings
    from xlperf.tables.data import Measure, PeerFigure, Tables

FORCE_POPULATION = (4_000, 20_000_000)
"""Denominators outside this range cannot be those of a force: the City of London has some 7,400
residents in 4,400 households, the Metropolitan Police area some 9,000,000 residents. It also
catches populations in thousands.
"""
POPULATION_CHANGE = 0.10
"""A population does not change by more than this share from one period to the next."""
PEOPLE_IN_HOUSEHOLD = (1.6, 3.2)
"""Residents a household: 2.4 in England and Wales (census of 2011), 1.7 in the City of London."""
MOST_CHANGED = 3
"""Changes of denominators in one period that are reported as one, if they are most of them."""
MEASURES_COMPARED, FORCES_COMPARED = 3, 4
"""Measures, and forces, needed to say which of several denominators is of another sort."""


def check_group(tables: Tables, settings: Settings) -> Iterator[Problem]:
    """Check the group itself: the own force must be in it, and each membership must have begun."""
    sheet, cell = settings.places.get("own_force", (SETTINGS.sheet, ""))
    if any(measure.msg_measure for measure in tables.measures) and not any(
        same_force(force, settings.own_force) for force in tables.group
    ):
        known = any(same_force(force.name, settings.own_force) for force in tables.forces)
        named = quoted(settings.own_force) if settings.own_force else "blank in Settings"
        where = "not in the Forces sheet"
        if known:
            where = "not in the group: the Forces sheet has no 'yes' beside it"
        found = f"The own force, {named}, is {where}. So no line has a position."
        remedy = (
            "Give own_force the name of a force of the Forces sheet that has 'yes' beside it;"
            " capitals do not matter, nor does 'Police' or 'Constabulary'."
        )
        yield Problem(Severity.ERROR, Code.UNKNOWN_FORCE, sheet, cell, found, remedy)
    for force in tables.forces:
        if (
            force.in_group
            and force.valid_from is not None
            and force.valid_from > settings.period_end
        ):
            found = (
                f"{force.name} is in the group only from {day_name(force.valid_from)}, after the"
                " period; it is counted all the same."
            )
            remedy = "Keep the group as it was in the period, or correct the date."
            yield force.row.problem(Severity.WARNING, Code.FUTURE, "Valid from", found, remedy)


def check_peers(tables: Tables, settings: Settings) -> Iterator[Problem]:
    """Check the figures of each MSG measure up to the period end."""
    by_name: dict[str, list[Measure]] = {}
    for measure in tables.measures:
        if measure.msg_measure:
            by_name.setdefault(measure.msg_measure, []).append(measure)
    end = settings.period_end
    by_measure = {
        name: [figure for figure in tables.peers.get(name, ()) if figure.period_end <= end]
        for name in by_name
    }
    yield from _mixed(by_measure, tables.group)
    yield from check_copies(by_measure)
    for name, measures in by_name.items():
        used = by_measure[name]
        for figure in used:
            if figure.n is not None:
                yield from check_percentage(figure.row, 100 * figure.rate, figure.n)
        yield from _changes(used)
        broken = [
            item.month for measure in measures for item in tables.breaks.get(measure.name, ())
        ]
        yield from check_figures(used, tables.group, broken)
        grouped = [figure for figure in used if figure.force in tables.group]
        if not grouped:
            continue
        newest = max(figure.period_end for figure in grouped)
        now = [figure for figure in grouped if figure.period_end == newest]
        yield from _missing(now, tables)
        yield from _denominators(now)
        own = next((figure for figure in now if same_force(figure.force, settings.own_force)), None)
        if own is not None and own.count is not None:
            for measure in measures:
                if not measure.proxy:
                    yield from _own_total(measure, own, tables, settings)


def _missing(now: Sequence[PeerFigure], tables: Tables) -> Iterator[Problem]:
    present = {figure.force for figure in now}
    missing = [force for force in tables.group if force not in present]
    if missing:
        found = f"No figure to {day_name(now[0].period_end)} for: {', '.join(missing)}."
        remedy = "Add their rows, or correct the group in the Forces sheet."
        yield now[0].row.problem(Severity.WARNING, Code.PEER_MISSING, "Force", found, remedy)


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
                f"{figure.denominator:,.0f} cannot be the population or the households of a force.",
                "Give heads or households, not thousands.",
            )
        elif figure.denominator in seen:
            yield figure.row.problem(
                Severity.WARNING,
                Code.POPULATION,
                "Denominator",
                f"{figure.force} and {seen[figure.denominator]} have the same denominator,"
                f" {figure.denominator:,.0f}.",
                "One of the two was probably copied: correct it.",
            )
        seen.setdefault(figure.denominator, figure.force)


def _changes(used: Sequence[PeerFigure]) -> Iterator[Problem]:
    """Compare each force's denominator with its period before; once where most changed."""
    before: dict[str, PeerFigure] = {}
    pairs: dict[date, list[tuple[PeerFigure, PeerFigure]]] = {}
    for figure in sorted(used, key=lambda figure: figure.period_end):
        if figure.denominator is None:
            continue
        if figure.force in before:
            pairs.setdefault(figure.period_end, []).append((before[figure.force], figure))
        before[figure.force] = figure
    for compared in pairs.values():
        changed = [(earlier, now) for earlier, now in compared if _changed(earlier, now)]
        most = len(changed) >= MOST_CHANGED and 2 * len(changed) > len(compared)
        for earlier, now in changed[:1] if most else changed:
            was, size = earlier.denominator or 1.0, now.denominator or 1.0
            others = f", and {len(changed) - 1} more changed likewise" if most else ""
            yield now.row.problem(
                Severity.WARNING,
                Code.POPULATION,
                "Denominator",
                f"The denominator of {now.force} is {size:,.0f}; it was {was:,.0f} to"
                f" {day_name(earlier.period_end)}"
                f" ({earlier.row.cell('Denominator')}){others}.{_sort(size / was)}",
                "Use the same sort of denominator for every period: heads, or households.",
                mentions=(earlier.row.cell("Denominator"),),
            )


def _changed(earlier: PeerFigure, now: PeerFigure) -> bool:
    return abs((now.denominator or 0.0) / (earlier.denominator or 1.0) - 1) > POPULATION_CHANGE


def _sort(ratio: float) -> str:
    """Ask which other sort of denominator it could be, this many times the usual one."""
    low, high = PEOPLE_IN_HOUSEHOLD
    if low < ratio < high:
        return " Heads for households?"
    return " Households for heads?" if low < 1 / ratio < high else likely(ratio)


def _mixed(
    by_measure: Mapping[str, Sequence[PeerFigure]], group: Sequence[str]
) -> Iterator[Problem]:
    """Compare each force's denominators among the measures: others' say what sort each measure is
    divided by.
    """
    newest: dict[str, dict[str, PeerFigure]] = {}
    for name, used in by_measure.items():
        for figure in sorted(used, key=lambda figure: figure.period_end):
            if figure.denominator is not None and figure.force in group:
                newest.setdefault(name, {})[figure.force] = figure
    usual: dict[str, float] = {}
    for force in group:
        sizes = [
            figures[force].denominator or 1.0 for figures in newest.values() if force in figures
        ]
        if len(sizes) >= MEASURES_COMPARED:
            usual[force] = median(sizes)
    for figures in newest.values():
        ratios = {
            force: (item.denominator or 1.0) / usual[force]
            for force, item in figures.items()
            if force in usual
        }
        if len(ratios) < FORCES_COMPARED:
            continue
        common = median(ratios.values())
        for force, ratio in ratios.items():
            if abs(ratio / common - 1) > POPULATION_CHANGE:
                figure = figures[force]
                yield figure.row.problem(
                    Severity.WARNING,
                    Code.POPULATION,
                    "Denominator",
                    f"The denominator of {force} is {figure.denominator:,.0f} here and about"
                    f" {usual[force]:,.0f} for other measures; those of the other forces do not"
                    f" differ so.{_sort(ratio / common)}",
                    "Give every force of a measure the same sort of denominator: heads, or"
                    " households.",
                )


def _own_total(
    measure: Measure, own: PeerFigure, tables: Tables, settings: Settings
) -> Iterator[Problem]:
    series = tables.monthly.get(measure.name, {})
    last = month_of(own.period_end)
    months = [series[month] for month in range(last - 11, last + 1) if month in series]
    counts = [item.count for item in months if complete(item)]
    total = sum(counts)
    if len(counts) < 12 or total == own.count or own.count is None:
        return
    small = 100 * abs(total - own.count) <= settings.revision_limit * max(total, own.count)
    said = likely(own.count / total) if own.count and total else ""
    yield own.row.problem(
        Severity.NOTE if small else Severity.WARNING,
        Code.DOES_NOT_ADD,
        "Count",
        f"{own.force} has {own.count:,} here, but its months to {month_name(last)} add up to"
        f" {total:,}{': within revisions.' if small else f'.{said}'}",
        "Use figures taken on the same day, or say that the MSG measure is a proxy.",
        measure.name,
    )
