"""Step changes: the Nile, a second implementation, laws, and how often a stable series is cut."""

from __future__ import annotations

import numpy as np
import pytest

from tests.stats.simulated import Cell, counts
from xlperf.stats import step_changes

# fmt: off
NILE = np.array([
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960,
    1180, 799, 958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694,
    940, 833, 701, 916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832,
    764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845, 944,
    984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
    744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746,
    919, 718, 714, 740,
], dtype=float)
"""Yearly flow at Aswan, 1871 to 1970, 10^8 m^3: Cobb, Biometrika 65 (1978) 243-251; R's data set Nile."""
# fmt: on


def test_the_nile_changed_in_1899() -> None:
    # Cobb 1978: the change came in 1898, so that 1899 is the first year of the new level.
    assert step_changes.binary_segmentation(NILE) == (1899 - 1871,)


def slow_best(x: np.ndarray) -> tuple[float, int]:
    """Largest fall of the cost over all splits, by plain sums of squares; and where."""

    def cost(part: np.ndarray) -> float:
        return float(part.var() * part.size / x.var(ddof=1) + np.log(part.size))

    return max((cost(x) - cost(x[:at]) - cost(x[at:]), at) for at in range(1, x.size))


@pytest.mark.parametrize("seed", range(20))
def test_the_first_split_is_that_of_a_plain_search(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 1, 60)
    x[rng.integers(10, 50) :] += rng.normal(0, 3)
    fall, at = slow_best(x)
    assert step_changes.binary_segmentation(x, most=1) == ((at,) if fall > 3 * np.log(60) else ())


def test_several_steps_are_found_and_no_more_than_asked_for() -> None:
    rng = np.random.default_rng(3)
    x = np.r_[rng.normal(0, 1, 40), rng.normal(8, 1, 30), rng.normal(-4, 1, 50)]
    assert step_changes.binary_segmentation(x) == (40, 70)
    assert len(step_changes.binary_segmentation(x, most=1)) == 1
    assert step_changes.binary_segmentation(5 * x + 100) == (40, 70)  # the unit says nothing


def test_a_step_of_a_count_is_proposed_with_its_two_levels() -> None:
    (step,) = step_changes.propose_steps(np.r_[np.full(30, 100.0), np.full(30, 60.0)])
    assert (step.at, step.before, step.after) == (30, 100.0, 60.0)
    assert step.of_100 == 1


@pytest.mark.parametrize("months", [24, 35, 36, 60])
def test_a_level_of_two_years_is_enough_and_a_clearer_step_is_rarer_without_one(months) -> None:
    chances = []
    for later in (60, 70, 80, 90, 95):
        y = np.r_[np.full(months // 2, 100.0), np.full(months - months // 2, later)]
        y += np.resize([4, -4, 2, -2, 0], months)
        steps = step_changes.propose_steps(y)
        chances.append(steps[0].of_100 if steps else 100)
    assert chances[0] == 1
    assert chances == sorted(chances)
    assert set(chances) <= {1, 2, 5, 100}


@pytest.mark.parametrize("at", [7, 20, 33, 50])
def test_a_step_is_found_wherever_it_lies_and_whatever_the_season(at: int) -> None:
    rng = np.random.default_rng(at)
    mean = np.where(np.arange(60) < at, 200.0, 120.0) * np.tile(
        1 + 0.2 * np.sin(np.arange(12) / 2), 5
    )
    steps = step_changes.propose_steps(rng.poisson(mean))
    assert len(steps) >= 1
    assert min(abs(step.at - at) for step in steps) <= 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "cell",
    [
        Cell(10),
        Cell(100, cv=0.10, season=0.10, ar=0.15),
        Cell(400, cv=0.07, season=0.10, ar=0.25),
        Cell(5000, cv=0.05, season=0.08, ar=0.4),
    ],
    ids=str,
)
def test_stable_months_are_seldom_cut_though_plain_segmentation_cuts_them(cell: Cell) -> None:
    series = counts(np.random.default_rng(11), cell, 150, 60)
    cut = np.mean([bool(step_changes.propose_steps(y)) for y in series])
    assert cut <= 0.10


def test_too_little_is_never_cut() -> None:
    assert step_changes.propose_steps(np.r_[np.full(11, 9.0), np.full(12, 90.0)]) == ()
    assert step_changes.propose_steps(np.r_[np.full(19, 9.0), np.full(5, 90.0)]) == ()
    y = np.r_[np.full(20, 9.0), np.full(20, 90.0)]
    y[3] = np.nan
    assert step_changes.propose_steps(y) == ()
    assert step_changes.propose_steps(np.zeros(60)) == ()
    with pytest.raises(ValueError, match="one dimension"):
        step_changes.propose_steps(np.ones((2, 60)))
    with pytest.raises(ValueError, match="4 values or more"):
        step_changes.binary_segmentation([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="all known"):
        step_changes.binary_segmentation([1.0, 2.0, 3.0, np.nan])
