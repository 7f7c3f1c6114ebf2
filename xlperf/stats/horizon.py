"""How far ahead can be said, and how sure: one range that holds, and the chance of a target.

Of eleven ways to project a yearly total none beats the last twelve months by much, and the range of
a single trend promises far more than it keeps. What holds is the halved change of the last year,
with a range as wide as such totals have really drifted. ``python -m tests.honesty.
stated_and_measured`` tries it on what came: 95% ranges held 95.5, 94.9 and 95.4% of 23,584
projections in London's boroughs, and 95.9, 95.6 and 95.2% of 63,250 of police forces, from which
nothing was taken, at 12, 18 and 30 months.

Less than a year ahead some of the twelve months are counted already, and only the others are
uncertain: no total is below what is counted. At 1, 3, 6 and 9 months 95% ranges held 94.7, 95.2,
95.4 and 95.4% of 38,368 projections in London's boroughs; rolling years of forces do not show
single months.

No method knows a turn that all areas take together. London rose by 10% more than any of them
expected at 30 months, so its middle chances came out 15 to 20 points too hopeful. That is why
chances are given in fifths, beside what became of such chances.
"""

from __future__ import annotations

from math import exp, log, sqrt
from typing import TYPE_CHECKING

import numpy as np

from xlperf.frozen import NamedTuple
from xlperf.stats.defaults import Z
from xlperf.stats.distributions import Floats, two_sided_level
from xlperf.stats.projection import TrendName, projected_total, trend_path
from xlperf.stats.rounding import TOLERANCE

if TYPE_CHECKING:
    import numpy.typing as npt

DRIFT_MONTHS = (1.0, 2.0, 3.0, 4.0, 6.0, 9.0, 12.0, 18.0, 30.0)
DRIFTS = (0.70, 0.47, 0.38, 0.33, 0.26, 0.20, 0.15, 0.16, 0.18)
"""Yearly drift, log change, at so many months ahead: set on half of London's boroughs, 2010 to
2019, so that ranges hold on the other half. Below 12 it is that of the months still to come, which
vary more than a year does.
"""
YEAR = 12
SMALLEST_CENTRE = 0.5
"""A projected total of nothing is held here, so that its range is not nothing too."""


class FifthRecord(NamedTuple):
    """What became of chances that were given as the same number of fifths."""

    forces: int | None
    """Of 100 projections of police forces, how many met the target; None: not known."""
    london: int
    """Of 100 projections of London's boroughs."""


FIFTH_RECORDS = (
    FifthRecord(6, 3),
    FifthRecord(19, 10),
    FifthRecord(40, 22),
    FifthRecord(62, 47),
    FifthRecord(82, 71),
    FifthRecord(94, 92),
)
"""By fifths, 0 to 5. Forces: Home Office, recorded crime by rolling year, outcomes to 2018, without
fraud, stalking, homicide, violence and burglary, which were recorded anew; Brier score 0.165 (0.248
without knowledge). London: Metropolitan Police, boroughs, outcomes to March 2020; 0.156 (0.226).
"""
NEAR_RECORDS = (
    FifthRecord(None, 1),
    FifthRecord(None, 11),
    FifthRecord(None, 28),
    FifthRecord(None, 56),
    FifthRecord(None, 80),
    FifthRecord(None, 97),
)
"""The same for 1, 3, 6 and 9 months ahead, London's boroughs; Brier score 0.078 (0.238)."""


def fifth_record(fifths: int, months_ahead: int) -> FifthRecord:
    """Record of chances of so many fifths, so many months ahead."""
    return (FIFTH_RECORDS if months_ahead >= YEAR else NEAR_RECORDS)[fifths]


class TrendRecord(NamedTuple):
    """Of 100 targets, how many were met, by what four trends said so many months before."""

    unimproved: tuple[int, int, int, int, int]
    """With 0, 1, 2, 3 and 4 of the four trends reaching it, the latest year not found better."""
    improved: int
    """With all four, the latest year found better than the baseline year."""


TREND_RECORDS = {
    1: TrendRecord((1, 23, 45, 60, 97), 100),
    3: TrendRecord((2, 27, 52, 65, 94), 100),
    6: TrendRecord((3, 25, 48, 56, 89), 99),
    9: TrendRecord((5, 30, 40, 50, 84), 98),
    12: TrendRecord((7, 29, 41, 45, 77), 96),
    18: TrendRecord((8, 30, 36, 40, 72), 92),
    30: TrendRecord((10, 29, 32, 40, 63), 84),
}
"""By months ahead: boroughs of London, 11 offences, April 2010 to March 2020, the target fewer than
in the year that ended eighteen months before; 61,952 projections.
"""


def trend_record(months_ahead: int) -> TrendRecord:
    """Record at the horizon nearest to so many months ahead; between two the further one."""
    return TREND_RECORDS[min(TREND_RECORDS, key=lambda tried: (abs(tried - months_ahead), -tried))]


class Outlook(NamedTuple):
    """Twelve-month total that is to be expected, and its range."""

    centre: float
    lower: float
    upper: float
    spread: float
    """Standard deviation of the logarithm of the months still to come."""
    drift: float
    """Yearly log change that the range allows for."""
    counted: float
    """Total of those of the twelve months that are counted already; 0 a year or more ahead."""

    def probability_below(self, total: float) -> float:
        """Chance that the total will be below `total`: 0 for what is counted already, or less."""
        left = total - self.counted
        if left <= 0:
            return 0.0
        return two_sided_level(log((self.centre - self.counted) / left) / self.spread) / 2


def yearly_drift(counts: npt.ArrayLike) -> float:
    """Root mean square of the log changes between complete years, counted back from the end.

    `counts` of shape (n,), oldest first. Fewer than three complete years, a month among them that
    is NaN, or a year of 0: 0. Years of 100, 110 and 100: 0.0953.
    """
    y: Floats = np.asarray(counts, dtype=np.float64)
    years = y.shape[-1] // 12
    if years < 3:
        return 0.0
    totals = y[-12 * years :].reshape(years, 12).sum(-1)
    if not (totals > 0).all():
        return 0.0
    return float(np.sqrt(np.mean(np.diff(np.log(totals)) ** 2)))


def counted_already(counts: npt.ArrayLike, months_ahead: int) -> float:
    """Total of those of the twelve months ending so many ahead that are among `counts`, shape (n,),
    oldest first. 12 or more ahead: 0; 3 ahead: the latest nine.
    """
    y: Floats = np.asarray(counts, dtype=np.float64)
    return float(y[-(YEAR - months_ahead) :].sum()) if months_ahead < YEAR else 0.0


def look_ahead(
    centre: float,
    latest: float,
    *,
    months_ahead: int,
    counted: float = 0.0,
    own_drift: float = 0.0,
    z: float = Z,
) -> Outlook:
    """Range of the total of the twelve months that end so many months ahead.

    Parameters
    ----------
    centre
        Projected total: the latest twelve months moved by half of the last year's change (see
        `projection.halved_growth`; `projection.project` counts the months known when fewer than
        twelve are ahead).
    latest
        Total of the latest twelve months.
    months_ahead
        1 or more.
    counted
        Total of the months of the twelve that are counted already: see `counted_already`.
    own_drift
        Of the series itself: see `yearly_drift`.

    Raises
    ------
    ValueError
        A total below 0 or NaN, more counted than projected, or fewer than one month ahead.

    Notes
    -----
    centre x exp(± z s), s = sqrt(2 / (T + 1) + max(d, own)^2 H / 12), T the latest twelve months, H
    the months ahead, d from `DRIFTS`, between two of them by a straight line. A centre of 0 counts
    as 1/2, and the 1 keeps T = 0 finite: the upper limit then is 8 a year ahead, where an exact
    Poisson forecast has 5 and no drift.

    Less than twelve months ahead the same holds of the months still to come: K + (centre - K)
    exp(± z s), K those counted already, and centre - K takes the place of T.

    Examples
    --------
    1,000 last year and before, 30 months ahead: 570 to 1,755. 3 months ahead, 750 of them counted:
    916 to 1,125.
    """
    if not (centre >= 0 and latest >= 0 and counted >= 0):
        raise ValueError(f"totals must be 0 or more, but are {centre}, {latest} and {counted}.")
    if counted > centre * (1 + TOLERANCE):
        raise ValueError(f"{counted} are counted already, but {centre} are projected.")
    if months_ahead < 1:
        raise ValueError(f"months_ahead must be 1 or more, but is {months_ahead}.")
    drift = max(float(np.interp(months_ahead, DRIFT_MONTHS, DRIFTS)), own_drift)
    left = centre - counted
    size = latest if months_ahead >= YEAR else left
    spread = sqrt(2 / (size + 1) + drift**2 * months_ahead / 12)
    middle = max(left, SMALLEST_CENTRE)
    lower = counted + (middle * exp(-z * spread) if left > 0 else 0.0)
    upper = counted + middle * exp(z * spread)
    return Outlook(counted + middle, lower, upper, spread, drift, counted)


def outlook_of(
    counts: npt.ArrayLike, *, months_ahead: int, drift: float = 0.0, z: float = Z
) -> Outlook | None:
    """Range of the total of the twelve months that end so many months after the last count.

    Parameters
    ----------
    counts
        Shape (n,), oldest first; fewer than 24: None, and so it is if one of the last 24 is NaN.
    drift
        Smallest yearly drift, where the series' own is smaller.

    Notes
    -----
    See `look_ahead`; the centre is that of the year-on-year trend.
    """
    y: Floats = np.asarray(counts, dtype=np.float64)
    centre = projected_total(TrendName.YEAR_ON_YEAR, y, months_ahead=months_ahead)
    if centre is None:
        return None
    return look_ahead(
        centre,
        float(y[-12:].sum()),
        months_ahead=months_ahead,
        counted=counted_already(y, months_ahead),
        own_drift=max(drift, yearly_drift(y)),
        z=z,
    )


def outlook_path(
    counts: npt.ArrayLike, *, months_ahead: int, drift: float = 0.0, z: float = Z
) -> tuple[Outlook, ...]:
    """What `outlook_of` gives 1, 2, ... `months_ahead` months ahead; empty where it gives None."""
    y: Floats = np.asarray(counts, dtype=np.float64)
    centres = trend_path(TrendName.YEAR_ON_YEAR, y, months_ahead=months_ahead)
    if centres is None:
        return ()
    latest, own = float(y[-12:].sum()), max(drift, yearly_drift(y))
    return tuple(
        look_ahead(
            float(centre),
            latest,
            months_ahead=ahead,
            counted=counted_already(y, ahead),
            own_drift=own,
            z=z,
        )
        for ahead, centre in enumerate(centres, 1)
    )


def in_fifths(probability: float) -> int:
    """Nearest number of fifths, 0 to 5. 0.09: 0; 0.1: 1, as much as 0.29; 0.95: 5."""
    return min(5, int(probability * 5 + 0.5 + 1e-9))
