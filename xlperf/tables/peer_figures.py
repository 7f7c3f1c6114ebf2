"""Plausibility of the forces' figures: against their other periods, the group, and each other.

A measure of the group is a table of forces by periods. Each figure is compared with the same
force's other periods, moved as the other forces moved; where a force has one period only, with the
rates of the others. What a whole block has in common (half years for years, a column that slipped
by a row, last quarter's figures again) is reported once.
"""

from __future__ import annotations

from itertools import combinations
from math import exp, inf, log
from typing import TYPE_CHECKING

from xlperf.frozen import NamedTuple
from xlperf.periods import day_name, month_of
from xlperf.stats.ranks import median
from xlperf.tables.peer_columns import FEWEST_OTHERS, PeerColumn, column_of
from xlperf.tables.plausibility import (
    ALIKE,
    FAR,
    GROUP,
    LOOK,
    NEAR,
    NEAR_MONTHS,
    NOTHING,
    ONLY,
    SHARE_DIFFERENCE,
    UNKNOWN_N,
    complement,
    departure,
    deviation,
    likely,
    neighbours,
    one_sided,
    share_departure,
)
from xlperf.tables.problems import Code, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from xlperf.periods import Month
    from xlperf.tables.data import PeerFigure
    from xlperf.tables.plausibility import PlausibilityRule

GROUP_SPREADS = {3: 3.0, 4: 1.7, 5: 1.25, 6: 1.1}
"""Multiplies `GROUP.spreads` with fewer than seven others: t quantiles at the same level."""
MOST = 0.75
"""Share of the forces that must have moved far to one side for the period as a whole to be
reported instead of each.
"""
SHIFT_FEWEST, SHIFT_LEAST, SHIFT_BETTER = 5, 0.35, 2.5
"""A column has slipped by a row if more than so many figures do not fit their forces (standard
deviation of the logarithms at least the second, and twice what chance makes of such counts) and fit
the row beside so many times better.
"""


class OddPeerFigure(NamedTuple):
    """A figure far from what was to be expected of its force."""

    figure: PeerFigure
    value: float
    usual: float
    departure: float
    other: PeerFigure | None
    """Figure it was compared with; None: the group."""


def check_figures(
    figures: Sequence[PeerFigure], group: Iterable[str], broken: Iterable[Month]
) -> Iterator[Problem]:
    """Check every figure of one measure.

    Parameters
    ----------
    figures
        Of one measure, in the order of the sheet, each force once a period.
    group
        Forces whose rates are compared.
    broken
        Months from which the measure is recorded in a new way.
    """
    starts, members = tuple(broken), set(group)
    for title in ("Count", "n"):
        column = column_of(figures, title, starts)
        yield from _odd_counts(column, members)
    yield from _odd_shares(column_of(figures, "Percent", starts), members)


# Counts, and numbers of answers.


def _odd_counts(column: PeerColumn, members: set[str]) -> Iterator[Problem]:
    for end in column.ends:
        slipped = _slipped(column, end, members) if column.title == "Count" else None
        common = slipped or _odd_block(column, end)
        if common is not None:
            yield common
            continue
        odd = _odd_in_time(column, end)
        if column.title == "Count":
            odd |= _odd_in_group(column, end, members)
        yield from _problems_of(odd, column)


def _odd_block(column: PeerColumn, end: date) -> Problem | None:
    """Report a period in which all forces departed alike: other lengths, or other units."""
    compared = [
        column.ends[place]
        for place in neighbours(column.ends.index(end), len(column.ends))
        if column.era(column.ends[place]) == column.era(end)
    ]
    if len(compared) == 1 and end < compared[0]:
        return None  # two periods disagree: the newer is named
    steps = [_step(column, end, other) for other in compared]
    if not one_sided(steps):
        return None
    first, other = next(iter(column.figures[end].values())), compared[0]
    moves, ratio = column.moves(end, other).by_force, exp(steps[0])
    return first.row.problem(
        Severity.WARNING,
        Code.JUMP,
        column.title,
        f"The figures of the {len(moves)} forces to {day_name(end)} are about {ratio:.2g} times"
        f" those to {day_name(other)}.{likely(ratio)}",
        "Look at the whole period, from here down; if it is right, leave it, or say in Breaks that"
        " recording changed.",
    )


def _step(column: PeerColumn, end: date, other: date) -> float:
    """How far forces moved together between two periods, if most moved beyond the rule; else 0."""
    moves = list(column.moves(end, other).by_force.values())
    if len(moves) <= FEWEST_OTHERS:
        return 0.0
    middle = median(moves)
    limit = _rule(end, other).limit()
    before, now = column.values[other], column.values[end]
    total = departure(sum(now[force] for force in now if force in before),
                      sum(before[force] for force in before if force in now), limit)  # fmt: skip
    far = sum(move * middle > 0 and abs(move) > limit for move in moves)
    return middle if total and far >= MOST * len(moves) else 0.0


def _rule(end: date, other: date) -> PlausibilityRule:
    return NEAR if abs(month_of(end) - month_of(other)) <= NEAR_MONTHS else FAR


def _odd_in_time(column: PeerColumn, end: date) -> dict[str, OddPeerFigure]:
    odd = {}
    for force, value in column.values[end].items():
        compared = column.compared[force, end]
        departures = [_departure(column, force, end, other) for other in compared]
        if not one_sided([departed for departed, _ in departures]):
            continue
        other = compared[0]
        if len(compared) == 1 and not _worse(column, force, end, other):
            continue
        departed, usual = departures[0]
        odd[force] = OddPeerFigure(
            column.figures[end][force], value, usual, departed, column.figures[other][force]
        )
    return odd


def _departure(column: PeerColumn, force: str, end: date, other: date) -> tuple[float, float]:
    """How far a figure is from the force's in another period, and what was to be expected."""
    value, before = column.values[end][force], column.values[other][force]
    moves, rule = column.moves(end, other), _rule(end, other)
    if moves.alike(force, rule.limit()):
        return 0.0, before
    others = moves.others(force)
    if len(others) < FEWEST_OTHERS:
        return departure(value, before, ONLY.limit()), before
    common = median(others)
    spread = 1.4826 * median(abs(move - common) for move in others)
    return departure(value, before, rule.limit(spread), exp(common)), before * exp(common)


def _worse(column: PeerColumn, force: str, end: date, other: date) -> bool:
    """Whether this figure of two that disagree is reported: the one further from the group's rates,
    else the newer.
    """

    def far(period: date) -> float:
        figures = column.figures[period]
        rates = [figure.rate for name, figure in figures.items() if name != force]
        if column.title != "Count" or len(rates) < FEWEST_OTHERS or not median(rates):
            return 0.0
        return round(abs(log(max(figures[force].rate, 1e-12) / median(rates))), 6)

    return (far(end), end) > (far(other), other)


def _odd_in_group(column: PeerColumn, end: date, members: set[str]) -> dict[str, OddPeerFigure]:
    figures = {force: figure for force, figure in column.figures[end].items() if force in members}
    odd = {}
    for force, figure in figures.items():
        if column.compared[force, end]:
            continue
        others = [log(max(figure.rate, 1e-12)) for name, figure in figures.items() if name != force]
        if len(others) < FEWEST_OTHERS:
            continue
        middle = median(others)
        usual = exp(middle) * (figure.denominator or 0.0)
        limit = GROUP.limit(deviation(others) * GROUP_SPREADS.get(len(others), 1.0))
        departed = departure(figure.count or 0, usual, limit)
        if departed:
            odd[force] = OddPeerFigure(figure, figure.count or 0, usual, departed, None)
    return odd


# What several figures have in common.


def _expected(column: PeerColumn, end: date, members: set[str]) -> dict[str, float]:
    """What was to be expected of each force: its nearest period, else the group's rate; up to a
    common factor.
    """
    figures = column.figures[end]
    nearest: dict[str, float] = {}
    for force in figures:
        compared = column.compared[force, end]
        if compared:
            nearest[force] = column.values[compared[0]][force]
    if nearest:
        return nearest
    return {
        force: figure.denominator or 0.0 for force, figure in figures.items() if force in members
    }


def _slipped(column: PeerColumn, end: date, members: set[str]) -> Problem | None:
    """Report a column whose figures fit the forces one row above or below much better."""
    expected = _expected(column, end, members)
    forces = [
        force for force in column.values[end] if expected.get(force) and column.values[end][force]
    ]
    if len(forces) <= SHIFT_FEWEST:
        return None
    actual = [log(column.values[end][force]) for force in forces]
    usual = [log(expected[force]) for force in forces]
    # The row at an end has no counterpart: it must not be what made the column fit badly.
    own = min(_misfit(actual[1:], usual[1:]), _misfit(actual[:-1], usual[:-1]))
    beside = {"above": _misfit(actual[1:], usual[:-1]), "below": _misfit(actual[:-1], usual[1:])}
    side = min(beside, key=lambda key: beside[key])
    chance = sum(1 / column.values[end][force] + 1 / expected[force] for force in forces) / len(
        forces
    )
    if own**2 < SHIFT_LEAST**2 + 2 * chance or beside[side] * SHIFT_BETTER > own:
        return None
    first = column.figures[end][forces[0]]
    found = (
        f"To {day_name(end)} the counts fit the forces one row {side} far better than their own."
        " Has the column slipped by a row?"
    )
    remedy = "Compare the counts with the forces, from here down; if they are right, leave them."
    return first.row.problem(Severity.WARNING, Code.WRONG_FORCE, column.title, found, remedy)


def _misfit(actual: Sequence[float], usual: Sequence[float]) -> float:
    return deviation([now - before for now, before in zip(actual, usual, strict=True)])


def _problems_of(odd: Mapping[str, OddPeerFigure], column: PeerColumn) -> Iterator[Problem]:
    """Report odd figures: two that fit each other's forces as a swap."""
    swapped: set[str] = set()
    for one, other in combinations(odd.values(), 2):
        if (
            _fits(one, other)
            and _fits(other, one)
            and not {one.figure.force, other.figure.force} & swapped
        ):
            swapped |= {one.figure.force, other.figure.force}
            yield one.figure.row.problem(
                Severity.WARNING,
                Code.WRONG_FORCE,
                column.title,
                f"{one.figure.force} has {one.value:,.0f} and {other.figure.force}"
                f" {other.value:,.0f} ({other.figure.row.cell(column.title)}) to"
                f" {day_name(one.figure.period_end)}; each is about what was to be expected of the"
                " other. Were they swapped?",
                LOOK,
                mentions=(other.figure.row.cell(column.title),),
            )
    for force, item in odd.items():
        if force not in swapped:
            yield _jump(item, column)


def _fits(one: OddPeerFigure, other: OddPeerFigure) -> bool:
    far = abs(log(max(one.value, NOTHING) / max(other.usual, NOTHING)))
    return 3 * far < abs(one.departure)


def _jump(odd: OddPeerFigure, column: PeerColumn) -> Problem:
    figure, other = odd.figure, odd.other
    what = "answers" if column.title == "n" else "offences"
    if other is not None:
        before = column.values[other.period_end][other.force]
        compared = (
            f"it had {before:,.0f} to {day_name(other.period_end)} ({other.row.cell(column.title)})"
        )
    else:
        people = figure.denominator or 1.0
        rate, usual = 1000 * odd.value / people, 1000 * odd.usual / people
        compared = f"{rate:.3g} per 1,000, far from the others' (median {usual:.3g})"
    if not odd.value:
        found = (
            f"{figure.force} has 0 {what} to {day_name(figure.period_end)}; about"
            f" {odd.usual:,.0f} were to be expected."
        )
        remedy = "Correct it; clear the cell if the figure is not known."
        return figure.row.problem(Severity.WARNING, Code.ZERO, column.title, found, remedy)
    return figure.row.problem(
        Severity.WARNING,
        Code.JUMP,
        column.title,
        f"{figure.force} has {odd.value:,.0f} {what} to {day_name(figure.period_end)};"
        f" {compared}.{_likely(odd)}",
        LOOK,
        mentions=() if other is None else (other.row.cell(column.title),),
    )


def _likely(odd: OddPeerFigure) -> str:
    rate = 1000 * odd.usual / (odd.figure.denominator or inf)
    if rate and abs(log(odd.value / rate)) < log(ALIKE):
        return " A rate per 1,000 instead of a count?"
    return likely(exp(odd.departure))


# Percentages.


def _odd_shares(column: PeerColumn, members: set[str]) -> Iterator[Problem]:
    for end in column.ends:
        for force, value in column.values[end].items():
            compared = column.compared[force, end]
            usual = _usual_shares(column, force, end, compared, members)
            figure = column.figures[end][force]
            departures = [
                share_departure(value, figure.n or UNKNOWN_N, before, n, SHARE_DIFFERENCE, common)
                for before, n, common in usual
            ]
            if not one_sided(departures) or (
                len(compared) == 1 and not _worse(column, force, end, compared[0])
            ):
                continue
            before, _, common = usual[0]
            where = f"it had {100 * before:.1f}% to {day_name(compared[0])}" if compared else (
                f"the others have about {100 * before:.1f}%"
            )  # fmt: skip
            found = (
                f"{force} has {100 * value:.1f}% to {day_name(end)};"
                f" {where}.{complement(value, before + common)}"
            )
            yield figure.row.problem(Severity.WARNING, Code.JUMP, column.title, found, LOOK)


def _usual_shares(
    column: PeerColumn, force: str, end: date, compared: Sequence[date], members: set[str]
) -> list[tuple[float, int, float]]:
    """Shares a force's share is compared with, their n, and how the others moved since."""
    usual = []
    for other in compared:
        now, before = column.values[end], column.values[other]
        moves = [now[name] - before[name] for name in now if name in before and name != force]
        common = median(moves) if len(moves) >= FEWEST_OTHERS else 0.0
        usual.append((before[force], column.figures[other][force].n or UNKNOWN_N, common))
    if not compared and force in members:
        others = [
            value for name, value in column.values[end].items() if name != force and name in members
        ]
        if len(others) >= FEWEST_OTHERS:
            # A share is as far from the group's as 4 of the group's own standard deviations, at the
            # least.
            spread = 4 * GROUP_SPREADS.get(len(others), 1.0) * deviation(others)
            if abs(column.values[end][force] - median(others)) > spread:
                usual.append((median(others), UNKNOWN_N, 0.0))
    return usual
