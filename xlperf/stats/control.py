"""Control charts: two blocks of months compared, XmR lines, and run rules.

References
----------
Montgomery, *Introduction to Statistical Quality Control*, 6th ed., sections 6.4 (individuals
    charts) and appendix VI.
Nelson, J. Quality Technology 14 (1982) 172-173 (screening of moving ranges).
NHS England and NHS Improvement, *Making Data Count*; the R package NHSRplotthedots (definitions of
    the rules).
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from xlperf.frozen import NamedTuple
from xlperf.stats.defaults import Z
from xlperf.stats.distributions import Floats, t_quantile, two_sided_t
from xlperf.stats.rounding import TOLERANCE

if TYPE_CHECKING:
    import numpy.typing as npt

    Signals = npt.NDArray[np.int8]
    Numbers = Floats | npt.NDArray[np.int16]
    Flags = npt.NDArray[np.bool_]
    Pair = npt.NDArray[Any]
    """Flags up and down, shape (2, ..., n); of many series eight a byte, along the second axis."""

D2 = 1.128
"""Mean moving range of two, in standard deviations; Montgomery appendix VI (three decimals, as
tables print it).
"""
D4 = 3.267
"""Upper line of the moving range, in mean moving ranges; Montgomery appendix VI."""
CHUNK = 4096
"""Series handled at a time: keeps 60 months of them inside a processor's cache."""
SHORT, SHORT_MOST = np.int16, 16_383
"""Type of small whole counts in a block, and the largest of which a difference of two is one too.

They are a quarter of the bytes, and give the same answers: sums of whole numbers are exact.
"""


class BlockComparison(NamedTuple):
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
    baseline: npt.ArrayLike, recent: npt.ArrayLike, *, basis: str = "points", z: float = Z
) -> BlockComparison:
    """Compare the mean of recent months with lines from the months before.

    Parameters
    ----------
    baseline
        Counts, shape (..., n), n >= 2, oldest first; the twelve months before.
    recent
        Counts, shape (..., m); the latest six months.
    basis
        ``points``: mean ± z SD of single months. ``mean``: an exact comparison of two means, mean ±
        t(n - 1) SD sqrt(1/n + 1/m). ``xmr``: mean ± z MR/1.128. The lower line is never below 0.

    Raises
    ------
    ValueError
        Blocks too short, or a basis that does not exist.

    Notes
    -----
    All baseline months equal: SD 0, both lines on the mean, t and p NaN. NaN in a block: NaN in all
    that rests on it.

    With n = 12 and m = 6 the standard error of the difference is SD/2, so lines at 1.96 SD are 3.92
    standard errors away: about a 99.8% line for an average of six, not 95%.

    Examples
    --------
    Baseline 90, 110 six times over, recent all 110: mean 100, SD 10.44, lines at 79.53 and 120.47
    (``points``), at
    88.51 and 111.49 (``mean``), t = 1.915, p = 0.0819.
    """
    before, now = np.asarray(baseline, dtype=np.float64), np.asarray(recent, dtype=np.float64)
    n, m = before.shape[-1], now.shape[-1]
    if n < 2 or m < 1:
        raise ValueError(
            f"baseline needs 2 months or more and recent 1, but they have {n} and {m}."
        )
    with np.errstate(invalid="ignore"):
        level = before.max(-1) == before.min(
            -1
        )  # exactly: the mean of 12 times 0.1 is not 0.1 in binary
        mean = np.where(level, before[..., 0], before.mean(-1))
        sd = np.where(level, 0.0, before.std(-1, ddof=1))
        recent_mean = now.mean(-1)
        ranges = np.abs(np.diff(before, axis=-1))
    spread = sqrt(1 / n + 1 / m)
    if basis == "points":
        half = z * sd
    elif basis == "mean":
        half = t_quantile(n - 1, z) * spread * sd
    elif basis == "xmr":
        half = z / D2 * ranges.mean(-1)
    else:
        raise ValueError(f"basis must be 'points', 'mean' or 'xmr', but is {basis!r}.")
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(sd > 0, (recent_mean - mean) / (sd * spread), np.nan)
    lower = np.maximum(mean - half, 0.0)
    return BlockComparison(
        mean, recent_mean, sd, np.asarray(lower), mean + half, t, two_sided_t(t, n - 1), basis
    )


class XmrLimits(NamedTuple):
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
        Shape (..., n), n >= 2, oldest first. A chart may have gaps: NaN points are left out with
        the moving ranges that touch them, and nothing is put in their place. No two neighbours
        known: lines NaN.
    sigmas
        Width in sigma; 3 for charts, 1.96 for the report's lines. ``2.66 * d2`` gives the rounded
        2.66 of some tools.
    screen
        Leave out moving ranges above 3.267 times their mean, once (Nelson 1982), unless nothing but
        zeros is left. Off: the mean is what it is.
    baseline
        Use only the first so many points for the lines.

    Notes
    -----
    The lower line may be negative; counts cannot fall below it then. All values equal: the lines
    lie on the centre.

    Examples
    --------
    Wheeler, *Understanding Statistical Process Control*, p. 49: mean 41.42, lines 36.82 and 46.01.
    """
    x = _numbers(values)[..., :baseline]
    if x.shape[-1] < 2:
        raise ValueError(f"values needs 2 points or more, but has {x.shape[-1]}.")
    ranges = np.diff(x, axis=-1)
    np.abs(ranges, out=ranges)
    centre, mr_bar = x.mean(-1), ranges.mean(-1)
    if np.isnan(centre).any():
        centre, mr_bar = _mean(x, ~np.isnan(x)), _mean(ranges, ~np.isnan(ranges))
    if screen:
        screened = _mean(ranges, ranges <= D4 * mr_bar[..., None])
        mr_bar = np.where(screened > 0, screened, mr_bar)
    sigma = mr_bar / d2
    half = sigmas * sigma
    return XmrLimits(centre, centre - half, centre + half, mr_bar, D4 * mr_bar, sigma)


def _mean(values: Numbers, kept: Flags) -> Floats:
    number = kept.sum(-1)
    total = np.where(kept, values, 0.0).sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(number > 0, total / number, np.nan))


class RunSignals(NamedTuple):
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

    * outside: above the upper or below the lower line.
    * shift: `run` or more points in a row on one side of the centre.
    * trend: `trend` or more points in a row, each above (below) the one before; a turning point
      between two trends has the mark of the later one.
    * two of three: of three points in a row on one side of the centre, two or three lie in the
      outer third between centre and line (beyond two thirds of the way, not outside the line);
      those are marked.

    Parameters
    ----------
    values
        Shape (..., n), oldest first. A NaN point breaks every pattern and has no mark.
    centre, lower, upper
        Lines, of one value a series (shape (...)) or of one a point (shape (..., n)).

    Notes
    -----
    A point on a line, to twelve significant digits, is inside it; a point on the centre breaks a
    run. So a series of equal values has no marks. Definitions and answers are those of
    NHSRplotthedots 0.2.2.

    Examples
    --------
    2, 1, 2, 3, 4, 5, 6, 7, 3 about any centre: the trend is marked on the seven points from 1 to 7.
    """
    if run < 2 or trend < 2:
        raise ValueError(f"run and trend must be 2 or more, but are {run} and {trend}.")
    x = _numbers(values)
    n = x.shape[-1]
    lines = [_per_point(line, x) for line in (centre, lower, upper)]
    middle, low, high = np.broadcast_arrays(*lines)
    slack = TOLERANCE * np.maximum.reduce(
        [np.where(np.isfinite(v), np.abs(v), 0.0) for v in (middle, low, high)]
    )
    far_high, far_low = middle + (high - middle) * (2 / 3), middle - (middle - low) * (2 / 3)
    side = _beyond(x, middle + slack, middle - slack)
    out = _beyond(x, high + slack, low - slack)
    near = _beyond(x, far_high + slack, far_low - slack) & ~out
    step = _pair(x[..., 1:] > x[..., :-1], x[..., 1:] < x[..., :-1])
    pairs = (out, _runs(side, run), _trends(step, trend, n), _two_of_three(near, side))
    return RunSignals(*(_signed(pair, x) for pair in pairs))


def _numbers(values: npt.ArrayLike) -> Numbers:
    """Values as floating-point numbers, but small whole counts (`SHORT_MOST`) as they are."""
    x = np.asarray(values)
    small = x.dtype == SHORT and x.size > 0
    if small and x.min() >= -SHORT_MOST and x.max() <= SHORT_MOST:
        return x
    return np.asarray(x, dtype=np.float64)


def _short(values: Floats) -> Numbers:
    """Give numbers as short ones where all are whole and small enough."""
    with np.errstate(invalid="ignore"):
        short = values.astype(SHORT)
    return short if (short == values).all() else values


def _beyond(x: Numbers, upper: Numbers, lower: Numbers) -> Pair:
    """Flags of the points above `upper`, and of those below `lower`."""
    if x.dtype == SHORT:  # a whole number is above 3.7 if it is above 3, and never above NaN
        most = SHORT_MOST + 1
        ends = (np.fmin(np.floor(upper), most), np.fmax(np.ceil(lower), -most))
        upper, lower = (end.clip(-most, most).astype(SHORT) for end in ends)
    return _pair(x > upper, x < lower)


def _per_point(line: npt.ArrayLike, x: Numbers) -> Floats:
    given = np.asarray(line, dtype=np.float64)
    if given.shape not in ((), x.shape[:-1], x.shape):
        raise ValueError(
            "centre, lower and upper need one value, one a series or one a point; of values of"
            f" shape {x.shape} one has shape {given.shape}."
        )
    return given if given.shape == x.shape else given[..., None]


def _pair(up: Flags, down: Flags) -> Pair:
    """Flags of both directions. Eight series share a byte: work on many is eight times as fast."""
    if up.ndim < 2:
        return np.array((up, down))
    return np.stack([np.packbits(flags, axis=0) for flags in (up, down)])


def _signed(pair: Pair, x: Numbers) -> Signals:
    """Signals of the points of `x`."""
    up, down = pair
    if x.ndim > 1:
        up, down = (np.unpackbits(flags, axis=0, count=len(x)) for flags in pair)
    return np.asarray(up.view(np.int8) - down.view(np.int8))


def _runs(flags: Pair, length: int) -> Pair:
    """Mark every point of a run of `length` or more flags."""
    return _covered(_all_of(flags, length), length, flags.shape[-1])


def _trends(step: Pair, length: int, n: int) -> Pair:
    """Mark every point of `length` or more that rise (fall) each above (below) the one before."""
    marks = _covered(_all_of(step, length - 1), length, n)
    later = marks[..., :-1] & step
    marks[..., :-1] &= ~later[::-1]  # a turning point has the mark of the trend that begins there
    return marks


def _two_of_three(near: Pair, side: Pair) -> Pair:
    first, second, third = near[..., :-2], near[..., 1:-1], near[..., 2:]
    two = (first & second) | (second & third) | (first & third)
    return _covered(two & _all_of(side, 3), 3, near.shape[-1]) & near


def _all_of(flags: Pair, length: int) -> Pair:
    """Whether `length` flags in a row from each start are all set, by doubling: log2(length)
    steps.
    """
    window, width = flags, 1
    while width < length:
        step = min(width, length - width)
        window = window[..., :-step] & window[..., step:]
        width += step
    return window


def _covered(starts: Pair, length: int, n: int) -> Pair:
    """Which of `n` points are covered by a window of `length` from any start, by doubling."""
    covered, width = starts, 1
    while width < length:
        step = min(width, length - width)
        longer = np.empty_like(covered, shape=(*covered.shape[:-1], covered.shape[-1] + step))
        longer[..., :-step], longer[..., -step:] = covered, False
        longer[..., step:] |= covered
        covered, width = longer, width + step
    return covered[..., :n]


class Chart(NamedTuple):
    """Lines and signals of many series."""

    limits: XmrLimits
    signals: RunSignals


def chart(values: npt.ArrayLike, *, sigmas: float = 3.0, screen: bool = False) -> Chart:
    """Draw XmR lines and the four rules for many series of one length, shape (N, n), or one, shape
    (n,).

    The answers are those of `xmr_limits` and `run_rules`. A block of series at a time is laid out
    month by month, so that every operation runs over neighbouring numbers in the processor's cache:
    three times as fast as in one go.
    """
    x = np.asarray(values, dtype=np.float64)
    if x.ndim not in (1, 2):
        raise ValueError(f"values must have one or two dimensions, but has {x.ndim}.")
    if x.ndim == 1:
        limits = xmr_limits(x, sigmas=sigmas, screen=screen)
        return Chart(limits, run_rules(x, limits.centre, limits.lower, limits.upper))
    number, n = x.shape
    lines = np.empty((len(XmrLimits._fields), number))
    marks = np.empty((len(RunSignals._fields), n, number), dtype=np.int8).transpose(0, 2, 1)
    for start in range(0, number, CHUNK):
        block = slice(start, start + CHUNK)
        by_month = np.asfortranarray(_short(x[block]))
        limits = xmr_limits(by_month, sigmas=sigmas, screen=screen)
        signals = run_rules(by_month, *limits[:3])
        for place, line in enumerate(limits):
            lines[place, block] = line
        for place, marked in enumerate(signals):
            marks[place, block] = marked
    return Chart(XmrLimits(*lines), RunSignals(*marks))
