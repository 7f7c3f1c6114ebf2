"""The statistics of a block of series: counts in, columns of answers out.

A block is an array, so the same function serves a process on this computer and a partition of an
engine elsewhere. The tests and rules are those of a dashboard (`xlperf.assessment.offences` and
`chart`); series with the same months known are tested together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlperf.assessment import rag as rules
from xlperf.assessment.chart import BEFORE, RECENT
from xlperf.assessment.evidence import FINDINGS, ChangeFinding, trends_required
from xlperf.assessment.rag import Rag, Reason, Side
from xlperf.assessment.targets import meets_target
from xlperf.config import SETTINGS_BY_KEY, SpcBasis, TrendRule
from xlperf.frozen import NamedTuple
from xlperf.stats import control, horizon, levels, projection
from xlperf.stats.defaults import DRIFT, Z
from xlperf.stats.detection import level_limits
from xlperf.stats.scoring import YEAR
from xlperf.tables.data import Direction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    import numpy.typing as npt

    from xlperf.stats.distributions import Floats

    Flags: TypeAlias = npt.NDArray[np.bool_]
    Columns: TypeAlias = dict[str, npt.NDArray[Any]]

AT_ONCE = 64
"""Series tested together: what a test of levels needs stays inside a processor's cache, which
halves the time.
"""
CHANGE_WORDS = {Rag.GREEN: "fall", Rag.RED: "rise", Rag.AMBER: "no evidence"}
"""What a change is, by the colour it would have if fewer were better."""
CHART_WORDS = {
    Side.ABOVE: "above",
    Side.BELOW: "below",
    Side.INSIDE: "inside",
    Side.ON: "inside",
}
SIGNALS = ("outside", "shift", "trend", "two_of_three")
EXPECTED = ("expected", "expected_lower", "expected_upper")
"""Total of the next twelve months, and its range."""
FIGURES = (
    *("first", "known", "before", "latest", "ratio", "lower", "upper", "change_p", "phi"),
    *("rho", "wandering", "average", "centre", "chart_lower", "chart_upper", "chart_p"),
    *("xmr_centre", "xmr_lower", "xmr_upper", *SIGNALS),
    *(*EXPECTED, "trends", "trends_reaching"),
)
"""Columns of numbers, in their order; NaN where there is none."""
WORDS = ("change", "change_reason", "chart", "chart_reason", "colour", "chart_colour")
"""Columns of words, in their order; empty where there is none."""


class ScanChoices(NamedTuple):
    """What the series of a scan are judged by; the names are those of the settings."""

    baseline: int
    """Place of the first month of the baseline year, from 0; the last month of all is the period
    end.
    """
    z: float = Z
    spc_basis: SpcBasis = SpcBasis.LEVELS
    small_months: float = float(str(SETTINGS_BY_KEY["small_months"].default))
    drift: float = DRIFT
    direction: Direction = Direction.NONE
    """Which way is better; NONE: no colours."""
    ahead: int | None = None
    """Months from the period end to the target date; None: no target, so no colour of the change,
    which needs the trends.
    """
    trend_rule: TrendRule = TrendRule.ANY
    improved_not_sustained: Rag = Rag.AMBER


def judge_block(counts: Floats, choices: ScanChoices) -> Columns:
    """Judge a block of series.

    Parameters
    ----------
    counts
        Shape (series, months), oldest first, the same months for all; NaN where a count is not
        known. The last month is the period end.

    Returns
    -------
    dict
        One array of shape (series,) for each of `FIGURES` and `WORDS`. Where a verdict cannot be
        given it is empty, and the code of the reason (`Reason`) stands beside it.

    Raises
    ------
    ValueError
        Fewer than 24 months, or a baseline year that is not wholly before the latest twelve months.
    """
    number, months = counts.shape
    if not 0 <= choices.baseline <= months - 2 * YEAR:
        raise ValueError(f"baseline must lie from 0 to {months - 2 * YEAR}.")
    known = ~np.isnan(counts)
    out: Columns = {name: np.full(number, np.nan) for name in FIGURES}
    out |= {name: np.full(number, "", dtype="U32") for name in WORDS}
    first = np.where(known.any(1), known.argmax(1), months)
    if choices.ahead is not None:
        out["colour"][:] = str(Rag.NA)
    if choices.direction is not Direction.NONE:
        out["chart_colour"][:] = str(Rag.NA)
    out["first"][:] = np.where(first < months, first, np.nan)
    out["known"][:] = known.sum(1)
    testable = _reasons(known, first, choices, out)
    for rows in _alike(known):
        start = int(first[rows[0]])
        for test, flags in zip((_change, _chart), testable, strict=True):
            for part in _parts(rows[flags[rows]]):
                own = choices._replace(baseline=choices.baseline - start)
                for name, values in test(counts[part, start:], own).items():
                    out[name][part] = values
    _signals(counts, known, out)
    _look_ahead(counts, known, choices, out)
    return out


def _reasons(
    known: Flags, first: npt.NDArray[np.intp], choices: ScanChoices, out: Columns
) -> tuple[Flags, Flags]:
    """Write why a series cannot be judged; gives those whose change, and whose chart, can."""
    months = known.shape[1]
    at = choices.baseline
    none = first == months
    year, window = known[:, -YEAR:].all(1), known[:, -(BEFORE + RECENT) :].all(1)
    base = known[:, at : at + YEAR].all(1)
    change = np.select(
        [none, ~year & (first > months - YEAR), ~year, ~base],
        [Reason.NO_DATA, Reason.TOO_SHORT, Reason.INSUFFICIENT_DATA, Reason.NO_BASELINE],
        "",
    )
    chart = np.select(
        [none, ~window & (first > months - BEFORE - RECENT), ~window],
        [Reason.NO_DATA, Reason.TOO_SHORT, Reason.INSUFFICIENT_DATA],
        "",
    )
    out["change_reason"][:], out["chart_reason"][:] = change, chart
    return change == "", chart == ""


def _alike(known: Flags) -> Iterator[npt.NDArray[np.intp]]:
    """Rows that have the same months known, group by group."""
    packed = np.packbits(known, axis=1)
    _, inverse = np.unique(packed, axis=0, return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    ends = np.flatnonzero(np.diff(inverse.ravel()[order])) + 1
    yield from (rows for rows in np.split(order, ends) if rows.size)


def _parts(rows: npt.NDArray[np.intp]) -> Iterator[npt.NDArray[np.intp]]:
    yield from (rows[at : at + AT_ONCE] for at in range(0, rows.size, AT_ONCE))


def _change(counts: Floats, choices: ScanChoices) -> dict[str, npt.ArrayLike]:
    """Compare the latest twelve months with the baseline year, as `assess_offences` does."""
    at = choices.baseline
    found = levels.two_years_change(counts, baseline=at, z=choices.z)
    before, latest = counts[:, at : at + YEAR].sum(1), counts[:, -YEAR:].sum(1)
    lower, upper, p = levels.about_the_totals(found, before, latest)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(before > 0, latest / before, np.nan)
    limits = zip(lower.tolist(), upper.tolist(), strict=True)
    colours = [rules.change(low, high, 1.0, Direction.DOWN)[0] for low, high in limits]
    return {
        "before": before,
        "latest": latest,
        "ratio": ratio,
        "lower": lower,
        "upper": upper,
        "change_p": p,
        "phi": found.phi,
        "rho": found.rho,
        "wandering": found.wandering,
        "change": [CHANGE_WORDS[colour] for colour in colours],
        "change_reason": np.where(before + latest > 0, "", Reason.NO_CHANGE_FROM_ZERO),
    }


def _chart(counts: Floats, choices: ScanChoices) -> dict[str, npt.ArrayLike]:
    """Compare the latest six months with the twelve before, as `assess_chart` does."""
    found = levels.six_months_change(counts, z=choices.z)
    before, recent = counts[:, -(BEFORE + RECENT) : -RECENT], counts[:, -RECENT:]
    by_levels, direction = choices.spc_basis is SpcBasis.LEVELS, choices.direction
    basis = "points" if by_levels else str(choices.spc_basis)
    compared = control.compare_blocks(before, recent, basis=basis, z=choices.z)
    lower, upper = compared.lower, compared.upper
    if by_levels:
        lower, upper = level_limits(found, recent)
    columns = (compared.recent_mean.tolist(), lower.tolist(), upper.tolist())
    places = [rules.side(mean, low, high) for mean, low, high in zip(*columns, strict=True)]
    small = (compared.baseline_mean < choices.small_months) | (compared.sd == 0)
    coloured = direction is not Direction.NONE
    colours = [rules.lines(place, direction)[0] if coloured else "" for place in places]
    return {
        "average": compared.recent_mean,
        "centre": compared.baseline_mean,
        "chart_lower": lower,
        "chart_upper": upper,
        "chart_p": found.p,
        "chart": np.where(small, "", [CHART_WORDS[place] for place in places]),
        "chart_reason": np.where(small, Reason.SMALL_NUMBERS, ""),
        "chart_colour": np.where(small & coloured, Rag.AMBER, colours),
    }


def _signals(counts: Floats, known: Flags, out: Columns) -> None:
    """Draw XmR limits through all months, and keep the patterns that the last month belongs to."""
    drawn = control.chart(counts)
    for name, line in (("centre", 0), ("lower", 1), ("upper", 2)):
        out[f"xmr_{name}"][:] = drawn.limits[line]
    seen = known[:, -1] & ~np.isnan(drawn.limits.upper)
    for name in SIGNALS:
        out[name][:] = np.where(seen, getattr(drawn.signals, name)[:, -1], np.nan)


def _look_ahead(counts: Floats, known: Flags, choices: ScanChoices, out: Columns) -> None:
    """Project each series that has 24 months without a gap up to the period end."""
    runs = np.where(known.all(1), known.shape[1], np.argmin(known[:, ::-1], axis=1))
    for row, run in enumerate(runs.tolist()):
        series = counts[row, known.shape[1] - run :]
        ahead = horizon.outlook_of(series, months_ahead=YEAR, drift=choices.drift, z=choices.z)
        if ahead is not None:
            for name, value in zip(EXPECTED, ahead[:3], strict=True):
                out[name][row] = value
        if choices.ahead is not None and out["change"][row]:
            _colour(series, choices, choices.ahead, row, out)


def _colour(series: Floats, choices: ScanChoices, ahead: int, row: int, out: Columns) -> None:
    """Give the colour of rule 1: an improvement now, and trends that reach the target."""
    trends = projection.project(series, months_ahead=ahead, drift=choices.drift, z=choices.z)
    usable = [trend for trend in trends if trend.available]
    before, direction = float(out["before"][row]), choices.direction
    reaching = sum(meets_target(trend.total, before, direction) for trend in usable)
    out["trends"][row], out["trends_reaching"][row] = len(usable), reaching
    colour = rules.change(float(out["lower"][row]), float(out["upper"][row]), 1.0, direction)[0]
    required = trends_required(choices.trend_rule, len(usable))
    verdict, _ = rules.offences(
        improved=FINDINGS[colour] is ChangeFinding.BETTER,
        achieves=reaching >= required if usable else None,
        unsustained=choices.improved_not_sustained,
    )
    from_none = out["change_reason"][row] == Reason.NO_CHANGE_FROM_ZERO
    out["colour"][row] = str(Rag.AMBER if from_none else verdict)
