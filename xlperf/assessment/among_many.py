"""The colours of all lines together: which would still be found among as many tests.

With `false_discovery` above 0, a green or red that rests on a test stays only where the test counts
by the procedure of Benjamini and Hochberg over all tested lines of the dashboard in the period. The
others become amber, for a reason of their own. Lines without a colour, or that no test could make
green or red, are not among those counted; nor does a decision of a person change what is tested.

A tested line that is amber by itself counts with a p of 1. So what the procedure finds is exactly
what is coloured, and the share it limits is that of the colours seen: an offence that became worse,
or an average between the limits of its chart, has a small p at times and no colour, and must not
make room for others. Under no change such a p is at most as often small as it says, which is all
the procedure asks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from xlperf.assessment.chance_colours import by_test, is_tested, p_of
from xlperf.assessment.rag import Rag, Reason
from xlperf.frozen import NamedTuple
from xlperf.stats import many_tests

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlperf.assessment.evidence import Assessment
    from xlperf.assessment.rag import Verdict
    from xlperf.config import Settings


class AmongMany(NamedTuple):
    """The test of one line among all lines tested."""

    p: float
    """Of the line by itself; 1 where that is amber."""
    adjusted: float
    """Smallest rate of false discoveries at which it would count."""
    rate: float
    """The rate that decides."""
    largest: float
    """Largest p with which it would count, the other lines as they are."""
    tested: int
    """Lines tested, this one included."""
    alone: Verdict
    """Colour and reason of the line by itself."""


def judge_among_many(lines: Iterable[Assessment], settings: Settings) -> list[Assessment]:
    """Decide the colours of tested lines among all of them; as they are where the setting is 0."""
    judged = list(lines)
    if not settings.false_discovery:
        return judged
    tested = [place for place, line in enumerate(judged) if is_tested(line)]
    p = np.array([_p(judged[place], settings) for place in tested], dtype=np.float64)
    adjusted = many_tests.adjusted_p(p).tolist()
    for test, place in enumerate(tested):
        line = judged[place]
        largest = many_tests.largest_p(np.delete(p, test), settings.false_discovery)
        among = AmongMany(
            float(p[test]),
            adjusted[test],
            settings.false_discovery,
            largest,
            len(tested),
            (line.rag, line.reason),
        )
        judged[place] = _judged(line, among)
    return judged


def _p(line: Assessment, settings: Settings) -> float:
    return p_of(line, settings) if by_test(line) else 1.0


def _judged(line: Assessment, among: AmongMany) -> Assessment:
    if by_test(line) and among.p > among.largest:
        return replace(line, rag=Rag.AMBER, reason=Reason.AMONG_MANY, among=among)
    return replace(line, among=among)


def alone(line: Assessment) -> Assessment:
    """Give the line with the colour and the reason it has by itself; `among` stays."""
    if line.among is None:
        return line
    rag, reason = line.among.alone
    return replace(line, rag=rag, reason=reason)
