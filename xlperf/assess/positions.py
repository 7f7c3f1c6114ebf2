"""Position in the group of most similar forces (rules 2 and 5). The rank is shown; only the lines decide the colour."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from xlperf.assess import rag as rules
from xlperf.assess.evidence import Assessment, Caveat, Evidence, Form, LineKind, Place
from xlperf.assess.rag import Rag, Reason
from xlperf.config import CHOICE, PRINTED, PositionLines
from xlperf.periods import month_of, month_short
from xlperf.stats import ranks
from xlperf.tables.lines import POSITION
from xlperf.tables.tables import Direction, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.assess.basis import Case
    from xlperf.tables.tables import PeerFigure

READINGS = {
    PositionLines.GROUP: f"Lines: mean ± z × SD of the group, own force included ({PRINTED}); about a 98 % line.",
    PositionLines.PEERS: f"Lines from the other forces only, widened for a new one ({CHOICE}).",
    PositionLines.FUNNEL: f"Lines: over-dispersed funnel ({CHOICE}).",
}


def newest_group(case: Case) -> list[PeerFigure]:
    """Figures of the group for the newest period not after the dashboard's, in order of the Forces sheet."""
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


def assess_position(case: Case, dispersion: float | None) -> Assessment:
    """Judge the position line of a measure that has an MSG measure.

    `dispersion` is the index of dispersion found for the own force's months, if there is one: it widens the likely
    range of the rank. Without one the assumed dispersion of the settings is used.
    """
    group = newest_group(case)
    form = Form.SHARE if any(figure.count is None for figure in group) else Form.RATE
    if not group:
        partner = case.without_data(f"There is no row for '{case.measure.msg_measure}' in the Peers sheet.")
        return _line(case, (Rag.NA, partner.reason), Evidence(missing=partner.evidence.missing))
    end = group[0].period_end
    caveats: list[tuple[Caveat, str]] = case.stale(end)
    if case.measure.proxy:
        caveats.append((Caveat.PROXY, case.measure.msg_measure))
    absent = [force for force in case.tables.group if force not in {figure.force for figure in group}]
    if absent:
        caveats.append((Caveat.PEERS_MISSING, ", ".join(absent)))
    own = next((place for place, figure in enumerate(group) if figure.force == case.settings.own_force), None)
    evidence = Evidence(form=form, period=f"year to {month_short(month_of(end))}", as_at=end)
    if own is None:
        missing = f"{case.settings.own_force} has no figure of its own in the Peers sheet."
        return _line(case, (Rag.NA, Reason.NOT_RECEIVED), Evidence(form=form, missing=missing, as_at=end), caveats)
    return _ranked(case, group, own, evidence, caveats, dispersion)


def direction_of(case: Case) -> Direction:
    """Which end of the ranking is first."""
    return Direction.DOWN if case.measure.direction is Direction.NONE else case.measure.direction


def _ranked(
    case: Case,
    group: Sequence[PeerFigure],
    own: int,
    evidence: Evidence,
    caveats: list[tuple[Caveat, str]],
    dispersion: float | None,
) -> Assessment:
    settings, direction = case.settings, direction_of(case)
    rates = np.array([figure.rate for figure in group])
    ranked = ranks.competition_rank(rates, lower_is_better=direction is Direction.DOWN)
    errors = _standard_errors(case, group, dispersion)
    low, high = None, None
    if errors is not None and len(group) > 1:
        low, high = ranks.rank_range(rates, errors, own, lower_is_better=direction is Direction.DOWN)
    place = Place(int(ranked.place[own]), len(group), bool(ranked.tied[own]), low, high)
    reading = settings.position_lines
    if reading is PositionLines.FUNNEL and errors is None:
        missing = "The funnel needs n, or count and denominator, for every force."
        return _line(case, (Rag.NA, Reason.NO_N), _with(evidence, place=place, missing=missing), caveats)
    if len(group) < settings.smallest_group:
        missing = f"{len(group)} forces have a figure; at least {settings.smallest_group} are needed for lines."
        short = _with(evidence, place=place, latest=float(rates[own]), missing=missing)
        return _line(case, (Rag.NA, Reason.TOO_FEW_PEERS), short, caveats)
    lines = ranks.group_lines(
        rates, own, reading=str(reading), variance=None if errors is None else errors**2, z=settings.z
    )
    found = _with(
        evidence,
        place=place,
        latest=float(rates[own]),
        n_latest=group[own].n,
        statistic=float(rates[own]),
        centre=float(lines.mean),
        lower=float(lines.lower),
        upper=float(lines.upper),
        phi=dispersion,
        method=str(reading),
        reading=READINGS[reading],
    )
    if float(lines.sd) == 0:
        return _line(case, (Rag.AMBER, Reason.SD_ZERO), found, caveats)
    where = rules.side(float(rates[own]), float(lines.lower), float(lines.upper))
    return _line(case, rules.lines(where, direction), found, caveats)


def _standard_errors(case: Case, group: Sequence[PeerFigure], dispersion: float | None) -> np.ndarray | None:
    """Standard error of each force's figure: over-dispersed Poisson for counts, binomial for shares."""
    phi = case.settings.assumed_dispersion if dispersion is None else max(1.0, dispersion)
    errors = []
    for figure in group:
        if figure.count is not None and figure.denominator:
            errors.append(sqrt(phi * max(figure.count, 1)) / figure.denominator)
        elif figure.n:
            share = min(max(figure.rate, 0.5 / figure.n), 1 - 0.5 / figure.n)
            errors.append(sqrt(share * (1 - share) * case.measure.design_effect / figure.n))
        else:
            return None
    return np.array(errors)


def _with(evidence: Evidence, **changes: object) -> Evidence:
    from dataclasses import replace

    return replace(evidence, **changes)  # type: ignore[arg-type]


def _line(
    case: Case, verdict: rules.Verdict, evidence: Evidence, caveats: Sequence[tuple[Caveat, str]] = ()
) -> Assessment:
    return case.judged(
        *verdict,
        evidence,
        caveats,
        kind=LineKind.POSITION,
        suffix=POSITION,
        label="Position v most similar forces"
        if case.measure.kind is Kind.OFFENCES
        else "Satisfaction, position v most similar forces",
    )
