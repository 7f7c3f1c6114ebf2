"""Scores of stated chances, with the answers of others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlperf.stats import scoring

CHANCES, CAME = (0.1, 0.9, 0.8, 0.3), (False, True, True, False)
STATED = st.lists(
    st.tuples(st.sampled_from([0.0, 0.2, 0.4, 0.6, 0.8, 1.0]), st.booleans()), min_size=1
)


def test_the_brier_score_is_that_of_the_documentation_of_scikit_learn():
    # Authority: scikit-learn, brier_score_loss, example: 0.0375, and 0.0 of a perfect forecast.
    assert scoring.brier_score(CHANCES, CAME) == pytest.approx(0.0375)
    assert scoring.brier_score((0.0, 1.0, 1.0, 0.0), CAME) == 0


def test_the_brier_score_is_half_of_the_sum_over_both_classes():
    # Authority: the definition of Brier (1950), over the classes "comes" and "does not come".
    both = [
        (chance - came) ** 2 + ((1 - chance) - (not came)) ** 2
        for chance, came in zip(CHANCES, CAME, strict=True)
    ]
    assert 2 * scoring.brier_score(CHANCES, CAME) == pytest.approx(np.mean(both))


@given(STATED)
def test_the_score_is_reliability_less_resolution_plus_uncertainty(stated):
    # Authority: Murphy (1973); exact where all chances of a bin are the same.
    chances, came = zip(*stated, strict=True)
    bins, share = scoring.in_bins(chances, came), np.mean(came)
    weights = [item.outcomes / len(came) for item in bins]
    rates = [item.met / item.outcomes for item in bins]
    reliability = sum(
        w * (item.stated - r) ** 2 for w, r, item in zip(weights, rates, bins, strict=True)
    )
    resolution = sum(w * (r - share) ** 2 for w, r in zip(weights, rates, strict=True))
    uncertainty = scoring.base_rate_score(came)
    assert scoring.brier_score(chances, came) == pytest.approx(
        reliability - resolution + uncertainty
    )


def test_bins_are_the_fifths_that_are_printed():
    bins = scoring.in_bins((0.05, 0.12, 0.28, 0.95), (False, True, False, True))
    assert [(item.fifths, item.outcomes, item.met) for item in bins] == [
        (0, 1, 0),
        (1, 2, 1),
        (5, 1, 1),
    ]
    assert bins[1].stated == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("chances", "came"),
    [((), ()), ((0.1,), (True, False)), ((1.2,), (True,)), ((np.nan,), (True,))],
)
def test_what_is_no_chance_is_refused(chances, came):
    with pytest.raises(ValueError, match="chances"):
        scoring.brier_score(chances, came)


def test_of_totals_that_share_months_the_first_counts():
    assert scoring.without_shared_months([0, 3, 6, 9, 12, 12, 25]) == [0, 4, 6]
    assert scoring.without_shared_months([]) == []
