"""What a scan says of chance is true of series whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from tests.honesty.series import draw, like_london
from xlperf.scan.block import ScanChoices, judge_block
from xlperf.scan.chances import among_series
from xlperf.stats import many_tests

SERIES = 1500


def judged(counts, *, rate=0.05):
    """The change of the year and the control charts of a block, each judged together."""
    found = judge_block(counts, ScanChoices(counts.shape[1] - 24))
    year, six = found["change"], found["chart"]
    alone = np.isin(year, ["rise", "fall"]), np.isin(six, ["above", "below"])
    mean = (found["before"] + found["latest"]) / 24
    return (
        among_series(found["change_p"], mean > 0, alone[0], mean, rate=rate),
        among_series(found["chart_p"], six != "", alone[1], found["centre"], rate=rate),
    )


def test_series_count_among_all_as_lines_of_a_dashboard_do():
    rng = np.random.default_rng(1)
    p = np.round(rng.random(60) ** 3, 3)
    tested, alone = rng.random(60) < 0.9, p < 0.05
    found = among_series(p, tested, alone, np.full(60, 50.0), rate=0.1)
    counted = np.where(alone, p, 1.0)[tested]
    largest = [many_tests.largest_p(np.delete(counted, at), 0.1) for at in range(counted.size)]
    assert found.counts[tested].tolist() == [
        bool(one < 1) and bool(one <= limit) for one, limit in zip(counted, largest, strict=True)
    ]
    assert not found.counts[~tested].any()
    assert np.isnan(found.q[~tested]).all()
    assert found.expected == pytest.approx(0.05 * tested.sum(), rel=0.01)


def test_without_any_series_nothing_is_found():
    none = np.array([])
    found = among_series(none, none > 0, none > 0, none, rate=0.05)
    assert (found.expected, found.expected_among) == (0, 0)
    assert among_series(none, none > 0, none > 0, none, rate=0.05, z=2.58).expected is None


@pytest.mark.parametrize("scale", [1.0, 0.02])
def test_about_as_many_as_stated_are_found_alone_while_nothing_changes(scale):
    rng = np.random.default_rng(4)
    truth = like_london(rng, SERIES)
    truth = truth._replace(level=truth.level * scale, extra=truth.extra * scale)
    for found in judged(draw(rng, truth, 60)):
        spread = 4 * np.sqrt(found.expected)
        assert abs(found.alone.sum() - found.expected) <= spread + 0.2 * found.expected


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.0, 0.2])
def test_of_those_that_count_no_more_than_the_rate_are_there_by_chance(share):
    rng = np.random.default_rng(6)
    false = []
    for _ in range(16):
        truth = like_london(rng, 200)
        changed = int(200 * share)
        counts = draw(rng, truth, 60)
        counts[:changed] = draw(rng, truth, 60, latest=12, factor=0.6)[:changed]
        found, _ = judged(counts, rate=0.1)
        false.append(found.counts[changed:].sum() / max(found.counts.sum(), 1))
    assert np.mean(false) <= 0.1 + 4 * np.std(false) / np.sqrt(16)
