"""Position in the group of most similar forces (rules 2 and 5). The rank is shown; only the lines
decide the colour.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from xlperf.assessment import rag as rules
from xlperf.assessment.caveats import PeersMissing, Proxy, Remark
from xlperf.assessment.evidence import (
    Assessment,
    Figures,
    GroupPlace,
    Position,
    PositionLimits,
    Unjudged,
)
from xlperf.assessment.rag import Rag, Reason
from xlperf.config import PositionLines, TotalsVariation
from xlperf.periods import month_name, month_of, twelve_months_to
from xlperf.stats import pooled, ranks
from xlperf.tables.data import Direction
from xlperf.tables.forces import same_force
from xlperf.tables.lines import POSITION
from xlperf.tables.measure_kinds import FigureForm, LineKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from xlperf.assessment.basis import Case
    from xlperf.assessment.caveats import Caveat
    from xlperf.assessment.evidence import Evidence
    from xlperf.config import Settings
    from xlperf.periods import Month
    from xlperf.tables.data import PeerFigure
LABEL = "position v most similar forces"


def is_own(force: str, settings: Settings) -> bool:
    """Whether a force is the one assessed, however its name is written."""
    return same_force(force, settings.own_force)


def newest_group(case: Case) -> list[PeerFigure]:
    """Figures of the group for the newest period not after the dashboard's, as in Forces."""
    figures = [
        figure
        for figure in case.tables.peers.get(case.measure.msg_measure, ())
        if figure.period_end <= case.settings.period_end and figure.force in case.tables.group
    ]
    if not figures:
        return []
    newest = max(figure.period_end for figure in figures)
    by_force = {figure.force: figure for figure in figures if figure.period_end == newest}
    return [by_force[force] for force in case.tables.group if force in by_force]


def assess_position(case: Case, own_spread: float | None) -> Assessment:
    """Judge the position line of a measure that has an MSG measure.

    `own_spread` is the variance of a year of the own force over its mean, from its months, if they
    are known: it widens the likely range of the rank. The years of forces without months vary as
    the setting ``totals_variation`` says.
    """
    group = newest_group(case)
    form = FigureForm.SHARE if any(figure.count is None for figure in group) else FigureForm.RATE
    unjudged = Unjudged(LineKind.POSITION, form)
    if fault := _no_group(case):
        return _line(case, (Rag.NA, Reason.CONFIG), unjudged, missing=fault)
    if not group:
        partner = case.without_data(
            f"There is no row for '{case.measure.msg_measure}' up to"
            f" {month_name(case.settings.latest.last)} in the Peers sheet."
        )
        return _line(case, (Rag.NA, partner.reason), unjudged, missing=partner.missing)
    end = group[0].period_end
    caveats = case.stale(end)
    if case.measure.proxy:
        caveats.append(Proxy(case.measure.msg_measure))
    absent = [
        force for force in case.tables.group if force not in {figure.force for figure in group}
    ]
    if absent:
        caveats.append(PeersMissing(tuple(absent)))
    own = next(
        (place for place, figure in enumerate(group) if is_own(figure.force, case.settings)), None
    )
    figures = Figures(twelve_months_to(month_of(end)), as_at=end)
    unjudged = Unjudged(LineKind.POSITION, form, figures)
    if own is None:
        missing = f"{case.settings.own_force} has no figure of its own in the Peers sheet."
        return _line(case, (Rag.NA, Reason.NOT_RECEIVED), unjudged, caveats, missing)
    if broken := _broken(case, end):
        missing = f"Recording changed in {month_name(broken)}, within the twelve months."
        return _line(case, (Rag.NA, Reason.BREAK), unjudged, caveats, missing)
    if doubt := case.doubt(
        LineKind.POSITION, POSITION
    ):  # which end is first, or the group, may be what is not known
        return _line(case, (Rag.NA, Reason.CONFIG), unjudged, caveats, doubt)
    return _ranked(case, group, own, unjudged, caveats, own_spread)


def _no_group(case: Case) -> str:
    """Say why there is no group to be placed in: a fault of the setting or of sheet Forces."""
    if not case.tables.group:
        return "The Forces sheet has no force in the group."
    if not any(is_own(force, case.settings) for force in case.tables.group):
        return (
            f"The own force, {case.settings.own_force or 'blank in Settings'}, is not in the group"
            " of the Forces sheet."
        )
    return ""


def _broken(case: Case, end: date) -> Month | None:
    """Find a change of recording in the twelve months: own figures around it make no sum."""
    window = twelve_months_to(month_of(end))
    return case.broken(window.first, window.last)


def direction_of(case: Case) -> Direction:
    """Which end of the ranking is first."""
    return Direction.DOWN if case.measure.direction is Direction.NONE else case.measure.direction


def _ranked(
    case: Case,
    group: Sequence[PeerFigure],
    own: int,
    known: Unjudged,
    caveats: list[Caveat],
    own_spread: float | None,
) -> Assessment:
    settings, direction = case.settings, direction_of(case)
    rates = np.array([figure.rate for figure in group])
    ranked = ranks.competition_rank(rates, lower_is_better=direction is Direction.DOWN)
    errors = standard_errors(case, group, own_spread)
    low, high = None, None
    if errors is not None and len(group) > 1:
        low, high = ranks.rank_range(
            rates, errors, own, lower_is_better=direction is Direction.DOWN
        )
    place = GroupPlace(int(ranked.place[own]), len(group), bool(ranked.tied[own]), low, high)
    rate = float(rates[own])
    figures = known.figures._replace(latest=rate, n_latest=group[own].n)
    ranked_only = Position(
        known.form, figures, place, tuple(figure.force for figure in group), None
    )
    reading = settings.position_lines
    if reading is PositionLines.FUNNEL and errors is None:
        missing = "The funnel needs n, or count and denominator, for every force."
        return _line(case, (Rag.NA, Reason.NO_N), ranked_only, caveats, missing)
    if len(group) < settings.smallest_group:
        have = "1 force has" if len(group) == 1 else f"{len(group)} forces have"
        missing = f"Only {have} a figure; at least {settings.smallest_group} are needed for lines."
        return _line(case, (Rag.NA, Reason.TOO_FEW_PEERS), ranked_only, caveats, missing)
    # of all forces by one rule: else those whose months are known would weigh the most in the mean
    alike = standard_errors(case, group, None)
    lines = ranks.group_lines(
        rates, own, reading=str(reading), variance=None if alike is None else alike**2, z=settings.z
    )
    drawn = PositionLimits(
        rate, float(lines.lower), float(lines.mean), float(lines.upper), own_spread
    )
    found = replace(ranked_only, lines=drawn)
    if float(lines.sd) == 0:
        return _line(case, (Rag.AMBER, Reason.SD_ZERO), found, caveats)
    if drawn.lower <= 0:
        caveats.append(Remark.NO_LOWER_LINE)
    if drawn.upper >= 1 and found.form is FigureForm.SHARE:
        caveats.append(Remark.NO_UPPER_LINE)
    where = rules.side(drawn.own, drawn.lower, drawn.upper)
    return _line(case, rules.lines(where, direction), found, caveats)


def _error_of_count(count: float, spread: float | None, settings: Settings) -> float:
    """Standard error of a yearly count: from its months, or as other totals of its size vary."""
    if spread is not None:
        return sqrt(spread * max(count, 1))
    if settings.totals_variation is TotalsVariation.POOLED:
        return float(pooled.rank_error(count))
    return sqrt(settings.assumed_dispersion * max(count, 1))


def standard_errors(
    case: Case, group: Sequence[PeerFigure], own_spread: float | None
) -> np.ndarray | None:
    """Standard error of each force's figure: of an autocorrelated count, or binomial for shares.

    `own_spread` is the variance over the mean of a year of the own force, from its months.
    """
    errors = []
    for figure in group:
        if figure.count is not None and figure.denominator:
            spread = own_spread if is_own(figure.force, case.settings) else None
            errors.append(_error_of_count(figure.count, spread, case.settings) / figure.denominator)
        elif figure.n:
            share = min(max(figure.rate, 0.5 / figure.n), 1 - 0.5 / figure.n)
            errors.append(sqrt(share * (1 - share) * case.measure.design_effect / figure.n))
        else:
            return None
    return np.array(errors)


def _line(
    case: Case,
    verdict: rules.Verdict,
    evidence: Evidence,
    caveats: Sequence[Caveat] = (),
    missing: str = "",
) -> Assessment:
    kind = case.kind.in_group
    label = f"{kind}, {LABEL}" if kind else LABEL.capitalize()
    return case.judged(*verdict, evidence, caveats, missing=missing, suffix=POSITION, label=label)
