"""Ranges ahead and chances of meeting a target, tried on what really came."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tests.honesty import windows
from xlperf.stats import horizon, levels, projection
from xlperf.stats.projection import halved_growth

if TYPE_CHECKING:
    from pathlib import Path

HORIZONS = (12, 18, 30)
NEAR = (1, 3, 6, 9)
"""Months ahead with part of the twelve counted already; of forces only whole years are known."""
LEFT_OUT = ("fraud", "stalking", "homicide", "violence", "burglary")
"""Recorded anew in those years, or passed to a national centre."""
LAST_OUTCOME = 2018 * 4 + 3
"""Quarter that the last outcome of a force ends in; of a borough: March 2020."""


class Tried(NamedTuple):
    months_ahead: int
    outlook: horizon.Outlook
    baseline: float
    """Total that the target asks to come below: that of twelve months before the latest."""
    outcome: float


def boroughs(path: Path) -> list[Tried]:
    """Every third month from the third year on; the target is the year before the latest."""
    tried = []
    for (_, area), counts in windows.monthly(path).items():
        if area == "all" or counts[:36].mean() < 1:
            continue
        for end in range(36, counts.size, 3):
            known = counts[:end]
            latest, before = known[-12:].sum(), known[-24:-12].sum()
            drift = horizon.yearly_drift(known)
            for ahead in (*NEAR, *HORIZONS):
                if end + ahead > counts.size:
                    continue
                counted = horizon.counted_already(known, ahead)
                left = known[-12:][:ahead].sum() if ahead < 12 else latest
                centre = counted + left * halved_growth(before, latest)
                found = horizon.look_ahead(
                    centre, latest, months_ahead=ahead, counted=counted, own_drift=drift
                )
                outcome = float(counts[end + ahead - 12 : end + ahead].sum())
                tried.append(Tried(ahead, found, float(before), outcome))
    return tried


def forces(path: Path) -> list[Tried]:
    """Every quarter with three years known, from rolling years."""
    tried = []
    for (offence, _), totals in windows.rolling_years(path).items():
        if any(word in offence.lower() for word in LEFT_OUT):
            continue
        for quarter, latest in totals.items():
            earlier = [totals.get(quarter - 4 * back) for back in range(3)]
            if any(total is None or total <= 0 for total in earlier):
                continue
            logs = np.log(np.array(earlier, dtype=float))
            drift = float(np.sqrt(np.mean(np.diff(logs) ** 2)))
            before = float(earlier[1] or 0.0)
            for ahead in HORIZONS:
                outcome = totals.get(quarter + ahead // 3)
                if outcome is None or quarter + ahead // 3 > LAST_OUTCOME:
                    continue
                centre = latest * halved_growth(before, latest)
                found = horizon.look_ahead(centre, latest, months_ahead=ahead, own_drift=drift)
                tried.append(Tried(ahead, found, before, outcome))
    return tried


class Promised(NamedTuple):
    """What the four trends said of a target, and what came."""

    months_ahead: int
    agreeing: int
    """Trends of the four that reach it."""
    improved: bool
    """Whether the latest year was found better than the baseline year by the test of levels."""
    met: bool


AGAINST = 18
"""Months from the end of the baseline year to the latest month, as in the report."""


def promises(path: Path) -> list[Promised]:
    """Fewer than in the baseline year as the target, every third month from the third year on."""
    found = []
    for (_, area), counts in windows.monthly(path).items():
        if area == "all" or counts[:36].mean() < 1:
            continue
        for end in range(36, counts.size - min(NEAR) + 1, 3):
            known, first = counts[:end], end - AGAINST - 12
            target = known[first : first + 12].sum()
            if not target:
                continue
            improved = float(levels.two_years_change(known, baseline=first).upper) < 1
            for ahead in (*NEAR, *HORIZONS):
                if end + ahead > counts.size:
                    continue
                trends = projection.project(known, months_ahead=ahead)
                agreeing = sum(trend.total < target for trend in trends)
                met = counts[end + ahead - 12 : end + ahead].sum() < target
                found.append(Promised(ahead, agreeing, improved, bool(met)))
    return found


def print_promises(promised: list[Promised]) -> None:
    print("\ntargets met by how many of the four trends promised them, % (projections), boroughs")
    for improved, name in ((True, "improved now (GREEN)"), (False, "not improved now (AMBER)")):
        for ahead in (*NEAR, *HORIZONS):
            some = [
                item
                for item in promised
                if item.months_ahead == ahead and item.improved == improved
            ]
            rows = []
            for agreeing in range(5):
                met = [item.met for item in some if item.agreeing == agreeing]
                rows.append(
                    f"{agreeing} of 4: {100 * np.mean(met):.1f} ({len(met)})" if met else ""
                )
            print(f"{name}, {ahead} months: {'; '.join(filter(None, rows))}")


def print_tried(name: str, tried: list[Tried]) -> None:
    print(f"\nstated 95%: ranges ahead, {name}, {len(tried)} projections")
    for ahead in (*NEAR, *HORIZONS):
        some = [item for item in tried if item.months_ahead == ahead]
        if not some:
            continue
        held = 100 * np.mean(
            [item.outlook.lower <= item.outcome <= item.outlook.upper for item in some]
        )
        wide = 100 * (np.median([item.outlook.upper / item.outlook.centre for item in some]) - 1)
        print(f"{ahead} months: {held:.1f}%, upper limit +{wide:.0f}% ({len(some)})")
    for horizons in (NEAR, HORIZONS):
        if some := [item for item in tried if item.months_ahead in horizons]:
            print_chances(" ".join(map(str, horizons)), some)


def print_chances(horizons: str, tried: list[Tried]) -> None:
    chances = np.array([item.outlook.probability_below(item.baseline) for item in tried])
    met = np.array([item.outcome < item.baseline for item in tried])
    fifths = np.array([horizon.in_fifths(value) for value in chances])
    rows = [
        f"{100 * chances[fifths == part].mean():.0f} -> {100 * met[fifths == part].mean():.1f}"
        for part in range(6)
        if (fifths == part).any()
    ]
    brier, base = np.mean((chances - met) ** 2), met.mean() * (1 - met.mean())
    print(f"{horizons} months: chance of the target, stated -> true, by fifths: {'; '.join(rows)}")
    print(f"Brier score {brier:.3f} (base rate {base:.3f}, {len(tried)} projections)")
