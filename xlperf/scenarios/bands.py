"""Which numbers give which colour: a search over the real rule, one assessment for each number
tried.

Some numbers between the least and the most are tried first; where two neighbours differ, the place
where the colour turns is found by halving. So each end of a band was itself judged, and so was the
number beside it. A colour that begins and ends again between two numbers tried, both of another
one, would be missed.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from xlperf.assessment.among_many import alone, judge_among_many
from xlperf.assessment.assessing import judge_line
from xlperf.assessment.rag import Rag, Reason
from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.scenarios.levers import Lever

    Judged: TypeAlias = Callable[[int], Assessment]

TRIED, ALL_TRIED = 8, 64
"""Numbers tried at first on each side of the present one; and a range in which all are."""
SMALL = (Reason.SMALL_N, Reason.SMALL_NUMBERS)
"""Reasons of an amber that rests on too few: apart from the amber of a test."""


class Band(NamedTuple):
    """Numbers in a row that give one colour, both ends included."""

    rag: Rag
    small: bool
    """Whether the numbers are too small to judge."""
    first: int
    last: int
    reasons: tuple[Reason, ...]
    """Reasons of the numbers tried, each once, in the order of the numbers."""

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self.first <= number <= self.last


def judged_with(lines: Sequence[Assessment], name: str, lever: Lever) -> Judged:
    """Give what judges a line with another number, the other lines as they are."""
    place = next(place for place, line in enumerate(lines) if line.line == name)
    line = lines[place]
    others = [alone(item) for item in lines]

    def judged(number: int) -> Assessment:
        basis = lever.changed(number)
        changed = judge_line(basis, line.measure.name, line.kind)
        if not basis.settings.false_discovery:
            return changed
        among = [*others[:place], changed, *others[place + 1 :]]
        return judge_among_many(among, basis.settings)[place]

    return judged


def bands(judged: Judged, lever: Lever) -> tuple[Band, ...]:
    """Numbers from the least to the most that the lever can be, by the colour they give."""
    tried: dict[int, Assessment] = {}

    def judge(number: int) -> Assessment:
        if number not in tried:
            tried[number] = judged(number)
        return tried[number]

    points = _points(lever)
    found = [_band(judge(points[0]), points[0])]
    for before, after in pairwise(points):
        found = _joined(found, judge, before, after)

    def with_reasons(band: Band) -> Band:
        reasons = (tried[number].reason for number in sorted(tried) if number in band)
        return band._replace(reasons=tuple(dict.fromkeys(reasons)))

    return tuple(map(with_reasons, found))


def _band(line: Assessment, number: int) -> Band:
    return Band(line.rag, line.reason in SMALL, number, number, (line.reason,))


def _alike(band: Band, line: Assessment) -> bool:
    return (band.rag, band.small) == (line.rag, line.reason in SMALL)


def _joined(found: list[Band], judge: Judged, before: int, after: int) -> list[Band]:
    """Go on from one number tried to the next; a third colour in between is met on the way."""
    while not _alike(found[-1], judge(after)):
        inner, outer = before, after
        while outer - inner > 1:
            middle = (inner + outer) // 2
            inner, outer = (middle, outer) if _alike(found[-1], judge(middle)) else (inner, middle)
        found = [*found[:-1], found[-1]._replace(last=inner), _band(judge(outer), outer)]
        before = outer
    return [*found[:-1], found[-1]._replace(last=after)]


def _points(lever: Lever) -> list[int]:
    """Numbers tried first: evenly up to twice the present one, beyond it in steps that grow."""
    least, now, most = lever.least, lever.now, lever.most
    if most - least <= ALL_TRIED:
        return list(range(least, most + 1))
    near = min(most, max(2 * now - least, least + ALL_TRIED))
    points = {least, min(max(now, least), most), near, most}
    points |= {least + (near - least) * step // (2 * TRIED) for step in range(2 * TRIED)}
    while near < most:
        near = min(most, near * 2)
        points.add(near)
    return sorted(points)


def nearest(found: Sequence[Band], rag: Rag, now: int) -> Band | None:
    """Band of a colour that is nearest to the present number; None: no number gives it."""
    of_it = [band for band in found if band.rag is rag]
    return min(of_it, key=lambda band: max(band.first - now, now - band.last, 0), default=None)
