"""What the statistics say of themselves beside what happens, over series whose truth is known.

Each function takes a truth and gives a few numbers; `stated_and_measured` prints them, and the tests
hold a short form of them to their limits.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from tests.honesty.series import Floats, Truth, draw
from xlperf.stats import (
    chance,
    change,
    control,
    levels,
    pooled,
    ranks,
    same_months,
    step_changes,
)

LEVEL = change.two_sided_level(1.96)
AT_ONCE = 400
"""Series tested at a time: keeps what a test of levels needs inside some tens of megabytes."""

Test = Callable[[Floats], Floats]


def _in_parts(test: Test) -> Test:
    def whole(counts: Floats) -> Floats:
        parts = (counts[at : at + AT_ONCE] for at in range(0, len(counts), AT_ONCE))
        return np.concatenate([test(part) for part in parts])

    return whole


def _t_of_eighteen(counts: Floats) -> Floats:
    return control.compare_blocks(counts[:, -18:-6], counts[:, -6:], basis="mean").p


def _printed_lines(counts: Floats) -> Floats:
    """0 where the average of six crosses the printed lines, else 1."""
    found = control.compare_blocks(counts[:, -18:-6], counts[:, -6:])
    outside = (found.recent_mean > found.upper) | (found.recent_mean < found.lower)
    return np.where(outside, 0.0, 1.0)


def _quasi_poisson(counts: Floats) -> Floats:
    """The reading of the years before: quasi-Poisson, dispersion from the two years."""
    baseline, latest = counts[:, -24:-12], counts[:, -12:]
    if counts.shape[1] >= 36:
        years = counts[:, counts.shape[1] % 12 :].reshape(len(counts), -1, 12)
        effect = change.design_effect(change.autocorrelation(years))
    else:
        effect = change.design_effect_two_years(baseline, latest)
    found = change.year_change(baseline, latest, design_effect=effect)
    return np.where((found.lower > 1) | (found.upper < 1), 0.0, 1.0)


def _totals(counts: Floats) -> Floats:
    totals = counts[:, -24:].reshape(-1, 2, 12).sum(-1).tolist()
    return np.array([pooled.pooled_change(before, now).p for before, now in totals])


def _years(counts: Floats) -> Floats:
    return levels.two_years_change(counts, baseline=counts.shape[1] - 24).p


def _same_period(period: int, counts: Floats) -> Floats:
    return levels.same_period_change(counts, period=period).p


class Compared(NamedTuple):
    name: str
    months: int
    test: Test
    honest: bool
    """Whether it says 5% and means it; the others are there to be compared with."""
    latest: int
    """Months that a change would have come in."""


TESTS = [
    Compared("six months, t on 11 df (reading 'mean')", 18, _t_of_eighteen, honest=False, latest=6),
    Compared("six months, printed lines", 18, _printed_lines, honest=False, latest=6),
    *(
        Compared(f"six months, levels, {months} months", months, test, honest=True, latest=6)
        for months in (18, 36, 60)
        for test in [_in_parts(lambda counts: levels.six_months_change(counts).p)]
    ),
    *(
        Compared(
            f"same six months, {(months - 6) // 12} earlier years", months, test, True, latest=6
        )
        for months in (30, 42, 54)
        for test in [lambda counts: same_months.same_months_change(counts).p]
    ),
    Compared("year, quasi-Poisson, 60 months", 60, _quasi_poisson, honest=False, latest=12),
    *(
        Compared(f"year, levels, {months} months", months, _in_parts(_years), True, latest=12)
        for months in (24, 36, 60, 96)
    ),
    *(
        Compared(f"{name}, levels, {months} months", months, test, True, latest=period)
        for name, period in (("quarter", 3), ("year to date of six months", 6))
        for months in (24, 60)
        for test in [_in_parts(partial(_same_period, period))]
    ),
    Compared("year, totals only", 24, _totals, honest=True, latest=12),
]


class Sizes(NamedTuple):
    """Per cent found changed when nothing has, of all and by thirds of the latent correlation."""

    size: float
    thirds: tuple[float, ...]


def sizes(rng: np.random.Generator, compared: Compared, truth: Truth) -> Sizes:
    third = np.searchsorted(np.quantile(truth.rho, [1 / 3, 2 / 3]), truth.rho)
    found = 100.0 * (compared.test(draw(rng, truth, compared.months)) < LEVEL)
    return Sizes(
        float(found.mean()), tuple(float(found[third == part].mean()) for part in range(3))
    )


def power(rng: np.random.Generator, compared: Compared, truth: Truth, factor: float) -> float:
    """Per cent found changed when the latest months have their mean multiplied by a factor."""
    y = draw(rng, truth, compared.months, latest=compared.latest, factor=factor)
    return float(100 * (compared.test(y) < LEVEL).mean())


def coverage(rng: np.random.Generator, truth: Truth, months: int, factor: float) -> float:
    """Per cent of limits of the ratio of two years that hold the true one."""
    y = draw(rng, truth, months, latest=12, factor=factor)
    held = []
    for at in range(0, len(y), AT_ONCE):
        found = levels.two_years_change(y[at : at + AT_ONCE], baseline=months - 24)
        held.append((found.lower <= factor) & (factor <= found.upper))
    return float(100 * np.concatenate(held).mean())


class ChanceRow(NamedTuple):
    kind: str
    series: int
    stated: float
    measured: float
    """Per cent, mean over the series of the class."""


def chances(rng: np.random.Generator, truth: Truth, months: int, repeats: int) -> list[ChanceRow]:
    """Chance statements by class, beside how often those series really cross the lines."""
    stated = [chance.line_chance(y) for y in draw(rng, truth, months)]
    crossed = np.zeros(truth.level.size)
    for _ in range(repeats):
        crossed += _printed_lines(draw(rng, truth, 18)) == 0
    measured = 100 * crossed / repeats
    rows = []
    for kind in chance.ChanceClass:
        chosen = np.array([found.kind is kind for found in stated])
        if chosen.any():
            said = 100 * np.mean([found.chance for found in stated if found.kind is kind])
            rows.append(
                ChanceRow(kind.name, int(chosen.sum()), float(said), float(measured[chosen].mean()))
            )
    said = float(100 * np.mean([found.chance for found in stated]))
    return [*rows, ChanceRow("all", truth.level.size, said, float(measured.mean()))]


class RankCell(NamedTuple):
    """A group of eight forces."""

    rho: float
    cv: float
    """Variation of a month beyond Poisson."""
    spread: float
    """Standard deviation of the forces' true levels, as a share of them."""
    level: float


RANK_CELLS = [
    RankCell(0.0, 0.05, 0.06, 5000),
    RankCell(0.4, 0.05, 0.06, 5000),
    RankCell(0.73, 0.05, 0.06, 5000),
    RankCell(0.73, 0.08, 0.15, 1000),
    RankCell(0.4, 0.08, 0.15, 100),
]


class RankRow(NamedTuple):
    held: float
    places: float


def rank_ranges(rng: np.random.Generator, cell: RankCell, groups: int, *, months: bool) -> RankRow:
    """Per cent of 95% ranges that hold the true place, and their mean width in places, groups of eight."""
    held, places = [], []
    for _ in range(groups):
        level = cell.level * np.exp(cell.spread * rng.standard_normal(8))
        ones = np.ones(8)
        truth = Truth(level, level * cell.cv**2, cell.rho * ones, np.ones((8, 12)))
        y = draw(rng, truth, 60)
        totals = y[:, -12:].sum(-1)
        if months:
            years = y.reshape(8, 5, 12)
            effect = change.design_effect(change.autocorrelation(years))
            errors = pooled.rank_error_of_months(totals, change.dispersion(years), effect)
        else:
            errors = pooled.rank_error(totals)
        for own in range(8):
            low, high = ranks.rank_range(totals, errors, own)
            place = 1 + int((level < level[own]).sum())
            held.append(low <= place <= high)
            places.append(high - low + 1)
    return RankRow(float(100 * np.mean(held)), float(np.mean(places)))


def proposed_steps(
    rng: np.random.Generator, truth: Truth, months: int, factor: float = 1.0
) -> float:
    """Per cent of series for which a step is proposed; `factor`: the latest year is so many times as
    high, else they are stable.
    """
    y = draw(rng, truth, months, latest=12 if factor != 1 else 0, factor=factor)
    return float(100 * np.mean([bool(step_changes.propose_steps(counts)) for counts in y]))
