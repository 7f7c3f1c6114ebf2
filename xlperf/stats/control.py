"""Control charts: two blocks of months compared, XmR lines, and run rules.

References
----------
Montgomery, *Introduction to Statistical Quality Control*, 6th ed., sections 6.4 (individuals charts) and appendix VI.
Nelson, J. Quality Technology 14 (1982) 172-173 (screening of moving ranges).
NHS England and NHS Improvement, *Making Data Count*; the R package NHSRplotthedots (definitions of the rules).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from xlperf.stats.distributions import Floats, t_quantile, two_sided_t

if TYPE_CHECKING:
    import numpy.typing as npt

    Signals = npt.NDArray[np.int8]

D2 = 1.128
"""Mean moving range of two, in standard deviations; Montgomery appendix VI (three decimals, as tables print it)."""
D4 = 3.267
"""Upper line of the moving range, in mean moving ranges; Montgomery appendix VI."""
CHUNK = 2048
"""Series handled at a time: keeps the working set of 60 months inside a processor's cache."""


@dataclass(frozen=True, slots=True)
class BlockComparison:
    """Mean of the recent block against lines drawn from the block before."""

    baseline_mean: Floats
    recent_mean: Floats
    sd: Floats
    """Sample standard deviation (n - 1) of the baseline block."""
    lower: Floats
    upper: Floats
    t: Floats
    """(recent - baseline) / (sd sqrt(1/n + 1/m)); NaN when the baseline does not vary."""
    p: Floats
    """Two-sided, n - 1 degrees of freedom."""
    basis: str


def compare_blocks(
    baseline: npt.ArrayLike, recent: npt.ArrayLike, *, basis: str = "points", z: float = 1.96
) -> BlockComparison:
    """Compare the mean of recent months with lines from the months before.

    Parameters
    ----------
    baseline
        Counts, shape (..., n), n >= 2, oldest first; the twelve months before.
    recent
        Counts, shape (..., m); the latest six months.
    basis
        ``points``: mean ± z SD of single months, lower line not below 0. ``mean``: an exact comparison of two means,
        mean ± t(n - 1) SD sqrt(1/n + 1/m). ``xmr``: mean ± z MR/1.128, lower line not below 0.

    Notes
    -----
    With n = 12 and m = 6 the standard error of the difference is SD/2, so lines at 1.96 SD are 3.92 standard errors
    away: about a 99.8 % line for an average of six, not 95 %.
    """
    before, now = np.asarray(baseline, dtype=np.float64), np.asarray(recent, dtype=np.float64)
    n, m = before.shape[-1], now.shape[-1]
    if n < 2 or m < 1:
        raise ValueError(f"baseline needs 2 months or more and recent 1, but they have {n} and {m}.")
    mean, recent_mean = before.mean(-1), now.mean(-1)
    sd = before.std(-1, ddof=1)
    spread = sqrt(1 / n + 1 / m)
    if basis == "points":
        half = z * sd
    elif basis == "mean":
        half = t_quantile(n - 1, z) * spread * sd
    elif basis == "xmr":
        half = z / D2 * np.abs(np.diff(before, axis=-1)).mean(-1)
    else:
        raise ValueError(f"basis must be 'points', 'mean' or 'xmr', but is {basis!r}.")
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(sd > 0, (recent_mean - mean) / (sd * spread), np.nan)
    lower = mean - half if basis == "mean" else np.where(np.isnan(mean), np.nan, np.maximum(mean - half, 0.0))
    return BlockComparison(mean, recent_mean, sd, np.asarray(lower), mean + half, t, two_sided_t(t, n - 1), basis)


@dataclass(frozen=True, slots=True)
class XmrLimits:
    """Lines of an individuals and moving range chart."""

    centre: Floats
    lower: Floats
    upper: Floats
    mr_bar: Floats
    mr_upper: Floats
    sigma: Floats


def xmr_limits(
    values: npt.ArrayLike,
    *,
    sigmas: float = 3.0,
    d2: float = D2,
    screen: bool = False,
    baseline: int | None = None,
) -> XmrLimits:
    """Lines of an individuals chart from the mean moving range.

    Parameters
    ----------
    values
        Shape (..., n), n >= 2, oldest first. NaN points are left out with the moving ranges that touch them.
    sigmas
        Width in sigma; 3 for charts, 1.96 for the report's lines. ``2.66 * d2`` gives the rounded 2.66 of some tools.
    screen
        Leave out moving ranges above 3.267 times their mean, once (Nelson 1982). Off: the mean is what it is.
    baseline
        Use only the first so many points for the lines.

    Examples
    --------
    Wheeler, *Understanding Statistical Process Control*, p. 49: mean 41.42, lines 36.82 and 46.02.
    """
    x = np.asarray(values, dtype=np.float64)[..., :baseline]
    if x.shape[-1] < 2:
        raise ValueError(f"values needs 2 points or more, but has {x.shape[-1]}.")
    gaps = np.isnan(x)
    if not gaps.any():
        centre, ranges = x.mean(-1), np.abs(np.diff(x, axis=-1))
        mr_bar = ranges.mean(-1)
    else:
        centre, ranges = _mean(x, ~gaps), np.abs(np.diff(x, axis=-1))
        mr_bar = _mean(ranges, ~np.isnan(ranges))
    if screen:
        kept = ranges <= D4 * mr_bar[..., None]
        mr_bar = _mean(ranges, kept)
    sigma = mr_bar / d2
    half = sigmas * sigma
    return XmrLimits(centre, centre - half, centre + half, mr_bar, D4 * mr_bar, sigma)


def _mean(values: Floats, kept: npt.NDArray[np.bool_]) -> Floats:
    number = kept.sum(-1)
    total = np.where(kept, values, 0.0).sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(number > 0, total / number, np.nan))


@dataclass(frozen=True, slots=True)
class RunSignals:
    """Signals of each point, shape (..., n): 1 above or rising, -1 below or falling, 0 none."""

    outside: Signals
    shift: Signals
    trend: Signals
    two_of_three: Signals


def run_rules(
    values: npt.ArrayLike,
    centre: npt.ArrayLike,
    lower: npt.ArrayLike,
    upper: npt.ArrayLike,
    *,
    run: int = 7,
    trend: int = 7,
) -> RunSignals:
    """Find the four patterns of *Making Data Count*, each marked on every point that belongs to it.

    * outside: above the upper or below the lower line (a point on a line is inside).
    * shift: `run` or more points in a row on one side of the centre; a point on the centre breaks the run.
    * trend: `trend` or more points in a row, each above (below) the one before.
    * two of three: of three points in a row on one side, two lie in the outer third between centre and line
      (beyond two thirds of the way, not outside the line); those two are marked.

    Parameters
    ----------
    values
        Shape (..., n), oldest first.
    centre, lower, upper
        Lines, of one value a series (shape (...)) or of one a point (shape (..., n)).
    """
    x = np.asarray(values, dtype=np.float64)
    middle, low, high = (_per_point(line, x) for line in (centre, lower, upper))
    side = np.sign(x - middle)
    side = np.where(np.isnan(side), 0.0, side).astype(np.int8)
    outside = (x > high).astype(np.int8) - (x < low).astype(np.int8)
    shift = _runs(side, run)
    steps = np.sign(np.diff(x, axis=-1))
    steps = np.where(np.isnan(steps), 0.0, steps).astype(np.int8)
    return RunSignals(outside, shift, _trends(steps, trend - 1, x.shape), _two_of_three(x, middle, low, high, side))


def _per_point(line: npt.ArrayLike, x: Floats) -> Floats:
    given = np.asarray(line, dtype=np.float64)
    return given[..., None] if given.ndim < x.ndim else given


def _runs(side: Signals, length: int) -> Signals:
    """Mark every point of a run of `length` or more equal signs."""
    n = side.shape[-1]
    marked = np.zeros_like(side)
    if length < 1 or n < length:
        return marked
    for sign in (1, -1):
        window = _all_of(side == sign, length)
        marked[_spread(window, length, n)] = sign
    return marked


def _trends(steps: Signals, length: int, shape: tuple[int, ...]) -> Signals:
    """Mark every point of a row of `length` or more equal steps, the point it starts from included."""
    marked = np.zeros(shape, dtype=np.int8)
    if length < 1 or steps.shape[-1] < length:
        return marked
    for sign in (1, -1):
        window = _all_of(steps == sign, length)
        marked[_spread(window, length + 1, shape[-1])] = sign
    return marked


def _all_of(flags: npt.NDArray[np.bool_], length: int) -> npt.NDArray[np.bool_]:
    """Whether `length` flags in a row from each start are all set, by doubling: log2(length) steps."""
    window, width = flags, 1
    while width < length:
        step = min(width, length - width)
        window = window[..., :-step] & window[..., step:]
        width += step
    return window


def _spread(starts: npt.NDArray[np.bool_], length: int, n: int) -> npt.NDArray[np.bool_]:
    """Points covered by a window of `length` from any start, by doubling."""
    covered = np.zeros((*starts.shape[:-1], n), dtype=np.bool_)
    covered[..., : starts.shape[-1]] = starts
    width = 1
    while width < length:
        step = min(width, length - width)
        shifted = covered.copy()
        shifted[..., step:] |= covered[..., :-step]
        covered, width = shifted, width + step
    return covered


def _two_of_three(x: Floats, middle: Floats, low: Floats, high: Floats, side: Signals) -> Signals:
    marked = np.zeros_like(side)
    if x.shape[-1] < 3:
        return marked
    for sign, line in ((1, high), (-1, low)):
        near = (sign * (x - middle) > sign * (line - middle) * (2 / 3)) & (sign * (line - x) >= 0) & (side == sign)
        same = _all_of(side == sign, 3)
        number = near[..., :-2].astype(np.int8) + near[..., 1:-1] + near[..., 2:]
        marked[_spread(same & (number >= 2), 3, x.shape[-1]) & near] = sign
    return marked


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines and signals of many series."""

    limits: XmrLimits
    signals: RunSignals


def chart(values: npt.ArrayLike, *, sigmas: float = 3.0, screen: bool = False) -> Chart:
    """Draw XmR lines and the four rules for many series of one length, shape (N, n), a block of series at a time."""
    x = np.asarray(values, dtype=np.float64)
    if x.ndim == 1:
        limits = xmr_limits(x, sigmas=sigmas, screen=screen)
        return Chart(limits, run_rules(x, limits.centre, limits.lower, limits.upper))
    number, n = x.shape
    lines = {name: np.empty(number) for name in XmrLimits.__dataclass_fields__}
    marks = {name: np.empty((number, n), dtype=np.int8) for name in RunSignals.__dataclass_fields__}
    for start in range(0, number, CHUNK):
        block = slice(start, start + CHUNK)
        limits = xmr_limits(x[block], sigmas=sigmas, screen=screen)
        signals = run_rules(x[block], limits.centre, limits.lower, limits.upper)
        for name, column in lines.items():
            column[block] = getattr(limits, name)
        for name, marked in marks.items():
            marked[block] = getattr(signals, name)
    return Chart(XmrLimits(**lines), RunSignals(**marks))
