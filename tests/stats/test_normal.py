"""Normal probabilities without scipy: scipy's own, the ends, and what is not known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from xlperf.stats.normal import normal_below


@pytest.mark.slow
def test_probabilities_are_those_of_scipy_to_twelve_digits() -> None:
    z = np.linspace(-8, 8, 100_001)
    assert normal_below(z) == pytest.approx(special.ndtr(z), rel=1e-9, abs=1e-15)
    z = np.linspace(-37, -8, 10_001)
    assert normal_below(z) == pytest.approx(special.ndtr(z), rel=1e-5)


def test_the_ends_are_certain_and_the_unknown_stays_unknown() -> None:
    assert normal_below([-np.inf, -1e9, 0.0, 1e9, np.inf]).tolist()[2:] == [0.5, 1.0, 1.0]
    assert normal_below([-np.inf, -1e9]).max() < 1e-300
    assert np.isnan(normal_below(np.nan))
