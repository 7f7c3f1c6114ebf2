"""How far a figure may be from others like it before somebody should look, and what the slip could
be.

A figure is queried, never changed. It must differ from what it is compared with by a factor *and*
by more than chance: counts are taken as Poisson, so that 3 after 6 is no slip, while 60 after 120
is one. What is compared, and the factor, is one of the `RULES`. A figure within a series must
differ from its neighbours on both sides, one at an end from the nearest two on its side: a series
that moved to another level is queried once, when it moves, and what follows a slip is not queried
for it. Nothing is compared across a change of recording in Breaks.

Sensitivity, in true figures queried per 1,000 and slips found in counts of 100 or more, per cent.
Measured by ``tests/plausibility/trial.py`` on the newest figure: police recorded crime by force and
offence, rolling years to March 2007 to December 2018 (Home Office; each force with the seven most
like it), and boroughs of London by month, April 2010 to November 2025 (Metropolitan Police).
"Recorded anew": with fraud and burglary, whose recording changed on the way.

======================  =======  =============  ======  =======  =====  =====
Compared with           Queried  recorded anew  halved  quarter  tenth    0
======================  =======  =============  ======  =======  =====  =====
Peers, 5 quarters           0.3            1.8      98      100    100    100
Peers, 2 quarters           0.2            1.6     100      100    100    100
Peers, 3 years              1.6            5.3      63       94    100    100
Peers, 1 period             4.2            4.3      37       77     98    100
... all crime only          0.2                     88      100    100    100
Totals, 5 quarters          0.1            5.3      95      100    100    100
Totals, 3 years             1.3           23.7       0       86     99    100
Totals, 2 years             0.2            9.2       0        0     92    100
Months, all                 0.7
Months, the newest          5.9                     27       96     99    100
======================  =======  =============  ======  =======  =====  =====

Ten, twelve and a thousand times are found as a tenth is, or better. Of Peers in five quarters also:
all copied from the quarter before 100 %, all halved 99 %, a column slipped by a row 97 %, two
forces swapped 57 % (those alike in size cannot be recognised), one force's figure copied 0.3 %
(chance makes it too). Shares, scores, families, amounts: by theory only.
"""

from __future__ import annotations

from math import exp, fsum, log, sqrt
from typing import TYPE_CHECKING

from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from xlperf.periods import Month
    from xlperf.tables.rows import DataRow

CHANCE = 3.5
"""Standard deviations by which counts must differ: chance alone exceeds it in 1 of 2,150 pairs."""
ZERO_LEAST = 20
"""A 0 and at least this many are queried beside each other: chance alone gives 0 for 20 in 1 of 500
million.
"""
NOTHING = 0.5
"""What 0 counts as in a ratio."""


class PlausibilityRule(NamedTuple):
    """How far is too far, as a factor above or below: `factor`, or more where the others differ
    much themselves.
    """

    compared: str
    """What a figure is compared with."""
    factor: float
    """The least factor that is queried."""
    spreads: float
    """Standard deviations of the others' logarithms that it must exceed as well, ..."""
    always: float
    """... but beyond this factor a figure is queried however much they differ."""
    source: str
    """Why these numbers: what was tried, on which figures."""

    def limit(self, spread: float = 0.0) -> float:
        """Logarithm of the ratio beyond which a figure is queried; `spread`: of the others'."""
        return max(log(self.factor), min(self.spreads * spread, log(self.always)))


OPEN_DATA = "Home Office, police recorded crime by force, rolling years 2007 to 2018"
BOROUGHS = "Metropolitan Police, crimes by borough and month, 2010 to 2025"

NEAR = PlausibilityRule(
    "the same force up to six months away, moved as the other forces moved", 1.5, 4, 5, OPEN_DATA
)
FAR = PlausibilityRule(
    "the same force further away, moved as the other forces moved", 1.7, 4, 5, OPEN_DATA
)
GROUP = PlausibilityRule(
    "the rates of the other forces, where a force has one period only", 1.5, 4.5, 6, OPEN_DATA
)
AGREED = PlausibilityRule(
    "two other periods of a measure, one up to six months away or one on each side",
    1.7,
    2,
    8,
    OPEN_DATA,
)
DISTANT = PlausibilityRule(
    "two other periods of a measure, both further away and on one side", 3, 2, 8, OPEN_DATA
)
ONLY = PlausibilityRule(
    "the one other period of a measure; less cannot be distinguished from a real change",
    8,
    0,
    8,
    "Office of the PCC for Leicestershire, report of 2014: 1,207 fell to 298 in 18 months",
)
MONTH = PlausibilityRule(
    "the six months on each side, and the same month of the years beside", 2, 4, 5, BOROUGHS
)
RULES = (NEAR, FAR, GROUP, AGREED, DISTANT, ONLY, MONTH)

NEAR_MONTHS = 6
"""Periods up to this many months apart are near: rolling years then share half of their months."""

SHARE_DIFFERENCE, SHARE_DIFFERENCE_ONLY = 0.10, 0.25
"""A share is queried when it is this far from two others that agree, or from the only other one
(0.1: 10 points) ...
"""
SHARE_CHANCE = 5.0
"""... and this many standard errors. By theory: no open survey series by force was at hand."""
SCORE_DIFFERENCE, SCORE_DIFFERENCE_ONLY = 1.0, 1.5
"""The same for mean scores, in stars."""
UNKNOWN_N = 100
"""Answers assumed behind a percentage without n."""

SPANS = (
    (1, "a month"),
    (3, "a quarter"),
    (6, "half a year"),
    (12, "a year"),
    (24, "two years, or a year twice,"),
)
DIGITS = (
    (10, "a digit too many"), (100, "two digits too many"), (1000, "units instead of thousands"),
    (1 / 10, "a digit too few"), (1 / 100, "two digits too few"), (1 / 1000,
     "thousands instead of units"),
)  # fmt: skip
LOOK = "Correct it if it is a slip; if it is right, leave it."
CORRECT_ZERO = (
    "Correct it; clear the cell if the figure is not known: a blank is missing, a 0 counts."
)
"""What to do about a figure, or a 0, that is far from the others."""
ALIKE = 1.2
"""A ratio within this factor of a known slip is reported as that slip."""


def likely(ratio: float, months: int = 12) -> str:
    """Say what could make a figure for so many months this many times too large; a question, with a
    blank before it.

    >>> likely(0.52)
    ' Half a year instead of a year?'
    """
    if ratio <= 0:
        return ""
    usual = next((words for span, words in SPANS if span == months), f"{months} months")
    known = [
        (span / months, f"{words} instead of {usual}") for span, words in SPANS if span != months
    ]
    near = [(abs(log(ratio / factor)), words) for factor, words in (*known, *DIGITS)]
    guess = " or ".join(words for far, words in sorted(near) if far < log(ALIKE))
    if guess:
        return f" {guess[0].upper()}{guess[1:]}?"
    return " A slip of a digit, a wrong row, another unit or another period?"


def departure(value: float, before: float, limit: float, scale: float = 1.0) -> float:
    """Logarithm of the ratio of a count to what was to be expected, if it is beyond the limit and
    chance; else 0.

    Parameters
    ----------
    before
        The count compared with.
    limit
        Logarithm of the ratio, from `Rule.limit`.
    scale
        What `before` is multiplied by to be compared: lengths of periods, and how the others moved.
    """
    usual = before * scale
    if min(value, usual) == 0 and max(value, usual) < ZERO_LEAST:
        return 0.0
    ratio = log(max(value, NOTHING) / max(usual, NOTHING))
    if abs(ratio) <= limit:
        return 0.0
    # The square root of a Poisson count has a standard deviation of a half.
    distance = 2 * abs(sqrt(value + 0.375) - sqrt(scale * (before + 0.375))) / sqrt(1 + scale)
    return ratio if distance > CHANCE else 0.0


def deviation(values: Sequence[float]) -> float:
    """Standard deviation of two values or more, as of a sample."""
    mean = fsum(values) / len(values)
    return sqrt(fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


def one_sided(departures: Sequence[float]) -> bool:
    """Whether a figure departs from all it is compared with, and to the same side."""
    return bool(departures) and (min(departures) > 0 or max(departures) < 0)


def neighbours(place: int, count: int) -> tuple[int, ...]:
    """Places to compare with in a series of `count`: those on both sides, at an end the nearest
    two; nearest first.
    """
    if 0 < place < count - 1:
        return place - 1, place + 1
    inwards = (1, 2) if place == 0 else (place - 1, place - 2)
    return tuple(other for other in inwards if 0 <= other < count)


class Figure(NamedTuple):
    """One figure of a series: a count for so many months, or a share or score of n answers."""

    value: float
    last: Month
    """Last month of its period."""
    row: DataRow
    title: str
    """Column it stands in."""
    months: int = 12
    n: int = UNKNOWN_N
    label: str = ""
    """Its period in words."""
    known: bool = False
    """Published before, so only compared with."""

    @property
    def place(self) -> str:
        """Its cell, with its sheet."""
        return f"{self.row.frame.grid.sheet}!{self.row.cell(self.title)}"


class OddFigure(NamedTuple):
    """A figure far from others: the nearest of these, and the ratio (of counts) or difference."""

    figure: Figure
    other: Figure
    departure: float

    @property
    def ratio(self) -> float:
        """Times what was to be expected (of counts)."""
        return exp(self.departure)


def segments(figures: Iterable[Figure], broken: Iterable[Month]) -> list[list[Figure]]:
    """Split figures, in order, at changes of recording: a figure belongs to those its last month is
    recorded as.
    """
    ordered = sorted(figures, key=lambda figure: (figure.last, figure.months))
    starts = sorted(set(broken))
    if not starts:
        return [ordered]
    parts: dict[int, list[Figure]] = {}
    for figure in ordered:
        parts.setdefault(sum(start <= figure.last for start in starts), []).append(figure)
    return list(parts.values())


def odd_counts(figures: Iterable[Figure], broken: Iterable[Month] = ()) -> list[OddFigure]:
    """Find counts of one measure that are far from its other periods, each at its rate a month."""

    def departures(figure: Figure, others: Sequence[Figure]) -> list[float]:
        limit = ONLY.limit()
        if len(others) > 1:
            first, second = (max(other.value, NOTHING) / other.months for other in others)
            away = [figure.last - other.last for other in others]
            rule = AGREED if abs(away[0]) <= NEAR_MONTHS or min(away) < 0 < max(away) else DISTANT
            limit = rule.limit(abs(log(first / second)))
        return [
            departure(figure.value, other.value, limit, figure.months / other.months)
            for other in others
        ]

    return _odd(figures, broken, departures)


def odd_shares(figures: Iterable[Figure], broken: Iterable[Month] = ()) -> list[OddFigure]:
    """Find shares (0 to 1) that are far from those of the other periods."""

    def departures(figure: Figure, others: Sequence[Figure]) -> list[float]:
        limit = _apart(others, SHARE_DIFFERENCE, SHARE_DIFFERENCE_ONLY)
        return [
            share_departure(figure.value, figure.n, other.value, other.n, limit) for other in others
        ]

    return _odd(figures, broken, departures)


def odd_scores(figures: Iterable[Figure], broken: Iterable[Month] = ()) -> list[OddFigure]:
    """Find mean scores (1 to 5) that are far from those of the other periods."""

    def departures(figure: Figure, others: Sequence[Figure]) -> list[float]:
        limit = _apart(others, SCORE_DIFFERENCE, SCORE_DIFFERENCE_ONLY)
        differences = [figure.value - other.value for other in others]
        return [difference if abs(difference) > limit else 0.0 for difference in differences]

    return _odd(figures, broken, departures)


def share_departure(
    share: float, n: int, before: float, before_n: int, limit: float, common: float = 0.0
) -> float:
    """Difference of a share from another, moved by `common`, beyond limit and chance; else 0."""
    difference = share - before - common
    pooled = (share * n + before * before_n) / (n + before_n)
    error = sqrt(max(pooled * (1 - pooled), 1 / (n + before_n)) * (1 / n + 1 / before_n))
    return difference if abs(difference) > max(limit, SHARE_CHANCE * error) else 0.0


def complement(share: float, usual: float) -> str:
    """Ask whether a share is the part not satisfied; else whether it is another figure's."""
    if abs(1 - share - usual) * 3 < abs(share - usual):
        return f" The share of those who are not: {100 * (1 - share):.1f}%?"
    return " A wrong row, another question, or a slip of a digit?"


def _apart(others: Sequence[Figure], two: float, one: float) -> float:
    return max(two, 2 * abs(others[0].value - others[1].value)) if len(others) > 1 else one


def _odd(
    figures: Iterable[Figure],
    broken: Iterable[Month],
    departures: Callable[[Figure, Sequence[Figure]], list[float]],
) -> list[OddFigure]:
    result = []
    for part in segments(figures, broken):
        odd = []
        for place, figure in enumerate(part):
            others = [part[other] for other in neighbours(place, len(part))]
            departed = departures(figure, others)
            if not figure.known and one_sided(departed):
                odd.append(OddFigure(figure, others[0], departed[0]))
        if len(part) == 2 and len(odd) == 2:  # two that disagree: the one that is 0, else the newer
            odd = [min(odd, key=lambda one: (one.figure.value != 0, -one.figure.last))]
        result += odd
    return result
