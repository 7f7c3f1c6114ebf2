"""The control chart of monthly counts: mean of six against lines of twelve before (rule 3)."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from xlperf.assessment import rag as rules
from xlperf.assessment.caveats import Autocorrelated, ReadingMatters, Remark, Season
from xlperf.assessment.evidence import (
    Assessment,
    Blocks,
    Figures,
    LevelsTest,
    Limits,
    SameMonths,
    Unjudged,
)
from xlperf.assessment.monthly_counts import LEAST_YEARS
from xlperf.assessment.months_compared import latest_gap
from xlperf.assessment.rag import Rag, Reason
from xlperf.config import SeasonUse, SpcBasis
from xlperf.frozen import NamedTuple
from xlperf.periods import Period, last_day, month_name
from xlperf.stats import chance, change, control, levels, same_months, season
from xlperf.stats.detection import level_limits
from xlperf.tables.data import Direction
from xlperf.tables.lines import SPC
from xlperf.tables.measure_kinds import LineKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from xlperf.assessment.basis import Case
    from xlperf.assessment.caveats import Caveat
    from xlperf.assessment.evidence import Evidence
    from xlperf.assessment.monthly_counts import MonthlyCounts
    from xlperf.config import Settings
    from xlperf.stats.levels import LevelChange

    Counts = npt.NDArray[np.float64]

RECENT, BEFORE = 6, 12
"""Months averaged, and months before them that the lines are drawn from (the report, SPC)."""
SEASON_LEVEL = 0.05
WANDERS = 0.5
"""Weight on a series without a level of its own from which that is said; suggested, not tried."""
AUTOCORRELATED = 0.5
"""Correlation of one month with the next from which the lines give false alarms several times as
often (simulated).
"""


class Compared(NamedTuple):
    """One reading of the chart."""

    recent: float
    centre: float
    sd: float
    limits: Limits
    rag: Rag
    reason: Reason


def chart_without_data(case: Case, reason: Reason, missing: str) -> Assessment:
    """Make the line of a chart that cannot be drawn."""
    return _line(case, (Rag.NA, reason), Unjudged(LineKind.SPC), missing=missing)


def _line(
    case: Case,
    verdict: rules.Verdict,
    evidence: Evidence,
    caveats: Sequence[Caveat] = (),
    missing: str = "",
) -> Assessment:
    label = f"Latest {RECENT} months v previous {BEFORE}"
    return case.judged(*verdict, evidence, caveats, missing=missing, suffix=SPC, label=label)


def assess_chart(case: Case) -> Assessment:
    """Judge the control chart of a measure of monthly counts."""
    settings, series, last = case.settings, case.series, case.settings.latest.last
    window = Period(last - RECENT - BEFORE + 1, last)
    period = Period(last - RECENT + 1, last)
    unjudged = Unjudged(LineKind.SPC, figures=Figures(period))
    if stopped := latest_gap(case, window):
        reason, missing = stopped
        return _line(case, (Rag.NA, reason), unjudged, missing=missing)
    if broken := case.broken(window.first, last):
        missing = f"Recording changed in {month_name(broken)}, so the months before do not compare."
        return _line(case, (Rag.NA, Reason.BREAK), unjudged, missing=missing)
    counts = series.counts(window)
    known = series.known(Period(series.since(window.first), last))
    tested = levels.six_months_change(known, z=settings.z)
    adjusted = without_season(series, window)
    season_decides = (
        settings.spc_season is SeasonUse.USE and settings.spc_basis is not SpcBasis.LEVELS
    )
    use_adjusted = season_decides and adjusted is not None
    compared = adjusted if adjusted is not None and use_adjusted else counts
    judged = _compare_all(compared, case) | {SpcBasis.LEVELS: _by_levels(counts, tested, case)}
    chosen = judged[settings.spc_basis]
    centre = chosen.centre
    small = centre < settings.small_months or chosen.sd == 0
    coloured = case.measure.direction is not Direction.NONE
    others = (
        (basis, other.rag) for basis, other in judged.items() if basis is not settings.spc_basis
    )
    found = Blocks(
        period=period,
        mean=chosen.recent,
        as_at=series.by_month[last].as_at or last_day(last),
        before=Period(window.first, last - RECENT),
        centre=centre,
        limits=chosen.limits,
        test=LevelsTest(
            float(tested.p),
            Limits(float(tested.lower), float(tested.upper)),
            tested.months,
            tested.season,
        ),
        chance=chance.line_chance(known, z=settings.z),
        last_year=float(counts[:RECENT].mean()),
        same_months=_same_months(known, settings),
        season_of=_season_months(series, window) if season_decides else None,
        deseasonalised=use_adjusted,
        others=tuple(others) if coloured and not small else (),
    )
    if small:
        return _line(case, (Rag.AMBER, Reason.SMALL_NUMBERS), found)
    caveats = _caveats(case, judged, None if use_adjusted else adjusted) if coloured else []
    if coloured and float(tested.wandering) > WANDERS:
        caveats.append(Remark.WANDERS)
    if use_adjusted:
        caveats.append(Remark.SEASON_TAKEN_OUT)
    if found.limits.lower <= 0:
        caveats.append(Remark.NO_LOWER_LINE)
    return _line(case, (chosen.rag, chosen.reason), found, caveats)


def _caveats(case: Case, judged: dict[SpcBasis, Compared], adjusted: Counts | None) -> list[Caveat]:
    """What another reading, the season or the run of the months would say of the colour."""
    caveats: list[Caveat] = []
    points, by_levels = judged[SpcBasis.POINTS], judged[SpcBasis.LEVELS]
    if points.rag is not by_levels.rag:
        caveats.append(ReadingMatters(points.rag, by_levels.rag))
    basis = case.settings.spc_basis
    if adjusted is not None and basis is not SpcBasis.LEVELS:
        other = _compare_all(adjusted, case)[basis]
        caveats.append(Season(other.rag, other.recent, *other.limits))
    years = case.series.complete_years(case.settings.latest.last)
    if len(years) >= LEAST_YEARS:
        rho = float(change.autocorrelation(years))
        if rho >= AUTOCORRELATED:
            caveats.append(Autocorrelated(rho))
    return caveats


def _compare_all(counts: Counts, case: Case) -> dict[SpcBasis, Compared]:
    """Every reading of the lines that is made of the eighteen months alone."""
    return {
        basis: _compare(counts, basis, case.settings, case.measure.direction)
        for basis in SpcBasis
        if basis is not SpcBasis.LEVELS
    }


def _by_levels(counts: Counts, tested: LevelChange, case: Case) -> Compared:
    """Read the lines as the averages from which on the level is found changed."""
    lower, upper = level_limits(tested, counts[BEFORE:])
    before, recent = counts[:BEFORE], float(counts[BEFORE:].mean())
    where = rules.side(recent, float(lower), float(upper))
    return Compared(
        recent,
        float(before.mean()),
        float(before.std(ddof=1)),
        Limits(float(lower), float(upper)),
        *rules.lines(where, case.measure.direction),
    )


def _same_months(known: Counts, settings: Settings) -> SameMonths | None:
    """Compare the latest six months with the same months of earlier years, if two are known."""
    years = 0
    while years < same_months.MOST_YEARS:
        end = known.size - 12 * (years + 1)
        if end < RECENT or np.isnan(known[end - RECENT : end]).any():
            break
        years += 1
    if years < 2:
        return None
    used = known[-(12 * years + RECENT) :]
    found = same_months.same_months_change(used, months=RECENT, z=settings.z)
    return SameMonths(float(found.ratio), _finite(float(found.p)), found.years)


def _compare(counts: Counts, basis: SpcBasis, settings: Settings, direction: Direction) -> Compared:
    numbers = control.compare_blocks(
        counts[:BEFORE], counts[BEFORE:], basis=str(basis), z=settings.z
    )
    limits = Limits(float(numbers.lower), float(numbers.upper))
    recent = float(numbers.recent_mean)
    centre, sd = float(numbers.baseline_mean), float(numbers.sd)
    where = rules.side(recent, *limits)
    return Compared(recent, centre, sd, limits, *rules.lines(where, direction))


def without_season(series: MonthlyCounts, window: Period) -> Counts | None:
    """Counts of a window with the season taken out, or None when no season can be told.

    The factors come from the months before the six that are judged, none of them before a change of
    recording.
    """
    history = _season_months(series, window)
    if history is None:
        return None
    counts, first_month = series.counts(history), history.first % 12
    if not float(season.season_test(counts, first_month).p) < SEASON_LEVEL:
        return None
    factors = season.month_factors(counts, first_month)
    return np.asarray(
        season.deseasonalise(series.counts(window), window.first % 12, factors), dtype=np.float64
    )


def _season_months(series: MonthlyCounts, window: Period) -> Period | None:
    """Months before the six that are judged, where they are enough to show a season."""
    history = series.run_back(window.last - RECENT)
    return history if history.length >= 12 * LEAST_YEARS else None


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None
