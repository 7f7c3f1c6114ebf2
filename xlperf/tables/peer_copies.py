"""Forces' figures that are copies: of the period before, or of another force."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from xlperf.periods import day_name, month_of
from xlperf.tables.copies import (
    ENTER_ANEW,
    TWINS_LEAST,
    Pair,
    chance_of_equal_counts,
    chance_of_equal_shares,
    copied,
)
from xlperf.tables.plausibility import UNKNOWN_N
from xlperf.tables.problems import Code, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from xlperf.tables.data import PeerFigure


def check_copies(figures: Mapping[str, Sequence[PeerFigure]]) -> Iterator[Problem]:
    """Check the figures of all measures, each force once a period in each."""
    by_force: dict[tuple[date, date, str], list[Pair]] = {}
    for of_measure in figures.values():
        yield from _twins(of_measure)
        by_end: dict[date, dict[str, PeerFigure]] = {}
        for figure in of_measure:
            by_end.setdefault(figure.period_end, {})[figure.force] = figure
        for before, now in pairwise(sorted(by_end)):
            pairs = [
                _pair(figure, by_end[before][force])
                for force, figure in by_end[now].items()
                if force in by_end[before]
            ]
            if copied(pairs):
                yield _copied(
                    [pair for pair in pairs if pair.equal], len(pairs), "force", now, before
                )
                continue
            for pair in pairs:
                by_force.setdefault((before, now, pair.name), []).append(pair)
    for (before, now, _), pairs in by_force.items():
        if len(pairs) > 1 and copied(pairs):
            yield _copied(
                [pair for pair in pairs if pair.equal], len(pairs), "measure", now, before
            )


def _copied(equal: Sequence[Pair], among: int, what: str, now: date, before: date) -> Problem:
    first = equal[0]
    names = first.name if what == "measure" else ", ".join(pair.name for pair in equal)
    if what == "force" and len(equal) == among > 1:
        names = f"All {among} forces"
    where = f" for {len(equal)} of {among} measures, this the first" if what == "measure" else ""
    verb = "have" if what == "force" and len(equal) > 1 else "has"
    return first.row.problem(
        Severity.WARNING,
        Code.COPIED,
        "Percent" if first.row.has("Percent") else "Count",
        f"{names} {verb} the same figures to {day_name(now)} as to {day_name(before)}{where}. Were"
        " they copied?",
        ENTER_ANEW,
    )


def _pair(now: PeerFigure, before: PeerFigure) -> Pair:
    """Compare a force's figure with its figure in another period."""
    apart = abs(month_of(now.period_end) - month_of(before.period_end))
    if now.count is not None:
        chance = chance_of_equal_counts(now.count, apart)
    else:
        chance = chance_of_equal_shares(now.rate, now.n or 10 * UNKNOWN_N, apart)
        if now.n is not None:
            chance *= chance_of_equal_counts(now.n, apart)
    equal = (now.count, now.n) == (before.count, before.n) and (
        now.count is not None or now.rate == before.rate
    )
    return Pair(now.row, now.force, chance, equal)


def _twins(figures: Sequence[PeerFigure]) -> Iterator[Problem]:
    """Report two forces with one figure: an equal, large count, or equal in all they have."""
    seen: dict[tuple[date, float, float | None], PeerFigure] = {}
    for figure in figures:
        large = (figure.count or 0) >= TWINS_LEAST
        known = figure.n if figure.count is None else None if large else figure.denominator
        if (figure.count is None and known is None) or figure.count == 0:
            continue
        key = figure.period_end, figure.rate if figure.count is None else figure.count, known
        first = seen.setdefault(key, figure)
        if first is not figure:
            title = "Percent" if figure.count is None else "Count"
            yield figure.row.problem(
                Severity.WARNING,
                Code.COPIED,
                title,
                f"{figure.force} and {first.force} have the same figure to"
                f" {day_name(figure.period_end)} ({first.row.cell(title)}).",
                "One of the two was probably copied: correct it.",
                mentions=(first.row.cell(title),),
            )
