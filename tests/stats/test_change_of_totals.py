"""Two totals: the E-test as published, the report's figures, assumed dispersion, and the edges."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.stats.published import rows
from xlperf.stats import change

TWO = rows("poisson_two.csv")
gentle = settings(max_examples=60, derandomize=True)
# The report's offences: line of its check, 2012/13, year to September 2014, z of the difference at
# phi = 1, and the dispersion at which it stops being significant (to one decimal).
REPORT = [
    ("N10", 58805, 60260, 4.22, 4.6),
    ("N11", 3935, 4253, 3.51, 3.2),
    ("N12", 4365, 4912, 5.68, 8.4),
    ("N13", 5236, 5466, 2.22, 1.3),
    ("N14", 1051, 1198, 3.10, 2.5),
]
KEY = [
    ("first-time entrants", 667, 185, 0.5),
    ("offending", 407, 171, 1.0),
    ("re-offending", 372, 97, 1.0),
]
KEY += [
    ("missing", 5929, 3804, 1.0),
    ("absent", 5417, 2288, 1.0),
    ("key locations", 1207, 298, 1.0),
]


@pytest.mark.parametrize(
    "row", [row for row in TWO if row["method"] == "e_test"], ids=lambda row: row["source"][:30]
)
def test_the_e_test_gives_the_published_p_values(row: dict[str, str]) -> None:
    # Krishnamoorthy and Thomson 2004, their Fortran (by way of scipy), and ptools.
    p = change.e_test(
        float(row["count1"]),
        float(row["exp1"]),
        float(row["count2"]),
        float(row["exp2"]),
        difference=float(row["diff0"]),
        alternative=row["alternative"],
    )
    assert p == pytest.approx(float(row["p"]), abs=float(row["tol_abs_p"]))


@pytest.mark.parametrize(
    "row", [row for row in TWO if row["method"] != "e_test"], ids=lambda row: row["method"]
)
def test_z_of_two_rates_is_that_of_gu_and_others(row: dict[str, str]) -> None:
    # Gu et al. 2008, Biometrical Journal 50, by way of statsmodels: 60 in 51477.5 and 30 in
    # 54308.7.
    found = change.totals_change(
        float(row["count2"]),
        float(row["count1"]),
        baseline_exposure=float(row["exp2"]),
        latest_exposure=float(row["exp1"]),
        phi=1.0,
    )
    if row["method"] == "wald":
        assert found.statistic == pytest.approx(float(row["z"]), abs=1e-6)
    else:
        assert found.p == pytest.approx(float(row["p"]), abs=float(row["tol_abs_p"]))


@pytest.mark.parametrize(("k1", "k2"), list(product((0, 1, 5, 17, 30), (0, 1, 4, 11, 33))))
def test_the_e_test_adds_up_every_outcome_as_extreme_as_the_one_seen(k1: int, k2: int) -> None:
    # Second implementation: rates x1/1 and x2/2, outcomes compared as whole numbers, (2 x1 - x2)^2
    # / (4 x1 + x2), so that ties count. (scipy's poisson_means_test loses some of them to rounding:
    # 17 and 11 here.)
    def square(x1: int, x2: int) -> tuple[int, int]:
        return (2 * x1 - x2) ** 2, max(1, 4 * x1 + x2)

    rate = (k1 + k2) / 3
    seen = square(k1, k2)
    first, second = stats.poisson(rate), stats.poisson(2 * rate)
    expected = 0.0
    for x1, x2 in product(
        range(int(rate + 8 * rate**0.5) + 20), range(int(2 * rate + 8 * (2 * rate) ** 0.5) + 20)
    ):
        up, down = square(x1, x2)
        if up * seen[1] >= seen[0] * down:
            expected += _pmf(first, x1) * _pmf(second, x2)
    assert change.e_test(k1, 1.0, k2, 2.0) == pytest.approx(min(expected, 1.0), abs=1e-8)


@cache
def _pmf(distribution: Any, k: int) -> float:
    return float(distribution.pmf(k))


@pytest.mark.parametrize(("name", "before", "now", "z", "limit"), REPORT)
def test_the_report_s_offences_have_the_z_worked_out_for_them(
    name: str, before: int, now: int, z: float, limit: float
) -> None:
    found = change.totals_change(before, now, phi=1.0)
    assert found.statistic == pytest.approx(z, abs=0.005)
    assert (
        change.totals_change(before, now, phi=limit - 0.05).lower > 1
    )  # still significant, and worse
    assert change.totals_change(before, now, phi=limit + 0.05).lower < 1
    assert (found.statistic / 1.96) ** 2 == pytest.approx(limit, abs=0.05)


@pytest.mark.parametrize(("before", "now", "phis"), [
    (58805, 60260, (4.22, 2.11, 1.33)),
    (3935, 4253, (3.51, 1.76, 1.11)),
    (4365, 4912, (5.68, 2.84, 1.80)),
    (5236, 5466, (2.22, 1.11, 0.70)),
    (1051, 1198, (3.10, 1.55, 0.98)),
])  # fmt: skip
def test_dispersion_divides_z_as_printed(before: int, now: int, phis: tuple[float, ...]) -> None:
    # The close reading of the report, 3.2: z at phi = 1, 4 and 10.
    for phi, z in zip((1.0, 4.0, 10.0), phis, strict=True):
        assert change.totals_change(before, now, phi=phi).statistic == pytest.approx(z, abs=0.0051)


def test_half_a_year_is_compared_at_its_true_length() -> None:
    # N07: 185 in half a year against 667 in one: z = -7.92; doubled to 370 it would seem -9.22.
    assert change.totals_change(667, 185, latest_exposure=0.5, phi=1.0).statistic == pytest.approx(
        -7.92, abs=0.005
    )
    assert change.totals_change(667, 370, phi=1.0).statistic == pytest.approx(-9.22, abs=0.005)


@pytest.mark.parametrize(
    ("before", "now", "exposure"), [row[1:] for row in KEY], ids=[row[0] for row in KEY]
)
def test_the_report_s_falls_are_real_under_any_dispersion_up_to_16(
    before: int, now: int, exposure: float
) -> None:
    # The report's rows with a percentage: significant by z of the rates for phi up to 16, the
    # first-time entrants at half a year with z = -7.92 at phi = 1. The log ratio, which decides, is
    # stricter: there it is so up to 13.
    for phi in np.arange(1.0, 16.01, 0.5):
        found = change.totals_change(before, now, latest_exposure=exposure, phi=float(phi))
        assert found.statistic < -1.96
        if phi <= 13 or exposure == 1:
            assert found.upper < 1
            assert found.p < 0.05


@gentle
@given(
    st.integers(0, 400), st.integers(0, 400), st.sampled_from([0.25, 0.5, 1.0]), st.floats(1, 20)
)
def test_limits_hold_the_ratio_and_p_a_probability(
    before: int, now: int, exposure: float, phi: float
) -> None:
    found = change.totals_change(before, now, latest_exposure=exposure, phi=phi)
    assert 0 <= found.p <= 1
    assert found.lower >= 0
    if before or now:
        assert found.lower <= found.ratio <= found.upper
    if found.method != "E-test":
        assert (found.p < change.two_sided_level(1.96)) == (found.lower > 1 or found.upper < 1)
    else:
        assert found.phi == 1.0


@gentle
@given(st.integers(1, 400), st.integers(1, 400), st.integers(2, 9))
def test_the_unit_of_time_does_not_matter(before: int, now: int, factor: int) -> None:
    one = change.totals_change(before, now)
    other = change.totals_change(before, now, baseline_exposure=factor, latest_exposure=factor)
    assert (one.ratio, one.p, one.statistic) == pytest.approx(
        (other.ratio, other.p, other.statistic)
    )


@gentle
@given(st.integers(0, 200), st.integers(0, 200))
def test_swapping_the_totals_mirrors_the_change(before: int, now: int) -> None:
    there, back = change.totals_change(before, now), change.totals_change(now, before)
    assert there.p == pytest.approx(back.p)
    assert there.statistic == pytest.approx(-back.statistic)
    if before and now:
        assert there.lower == pytest.approx(1 / back.upper)


def test_none_after_many_is_an_improvement_with_limits_that_are_true() -> None:
    # 100 to none at phi = 4 weighs as 25 to none: 2 x 0.5^25, and 1 - 0.025^(1/25) of the split.
    found = change.totals_change(100, 0, phi=4.0)
    share = 1 - stats.norm.sf(1.96) ** (1 / 25)
    assert (found.ratio, found.lower) == (0.0, 0.0)
    assert found.upper == pytest.approx(share / (1 - share))
    assert found.p == pytest.approx(2 * 0.5**25)
    back = change.totals_change(0, 100, phi=4.0)
    assert (back.ratio, back.upper) == (float("inf"), float("inf"))
    assert back.lower == pytest.approx(1 / found.upper)


def test_small_totals_go_to_the_e_test_and_their_interval_is_at_its_dispersion() -> None:
    # Design: both totals below 50. The exact limits are those of R's poisson.test(c(20, 40)):
    # 0.2785 to 0.8744.
    found = change.totals_change(40, 20, phi=4.0, z=float(stats.norm.ppf(0.975)))
    assert (found.method, found.phi) == ("E-test", 1.0)
    assert found.p == pytest.approx(stats.poisson_means_test(20, 1, 40, 1).pvalue, abs=1e-9)
    split = stats.binomtest(20, 60).proportion_ci(method="exact")
    assert found.lower == pytest.approx(split.low / (1 - split.low))
    assert found.upper == pytest.approx(split.high / (1 - split.high))
    assert change.totals_change(50, 20).method != "E-test"
    assert change.totals_change(20, 50).method != "E-test"


def test_the_e_test_of_fewer_is_the_other_half_of_the_question() -> None:
    # The two one-sided p values share the outcomes that tie with the one seen, and leave out none.
    less, greater = (change.e_test(3, 12, 4, 20, alternative=side) for side in ("less", "greater"))
    assert greater == pytest.approx(0.40416, abs=5e-6)  # published
    assert 1.0 <= less + greater < 1.2


def test_nothing_before_and_nothing_now_is_no_change() -> None:
    found = change.totals_change(0, 0)
    assert np.isnan(found.ratio)
    assert (found.lower, found.upper, found.p, found.statistic) == (0.0, float("inf"), 1.0, 0.0)


@pytest.mark.parametrize("totals", [(float("nan"), 3), (3, float("nan")), (float("nan"), 3000)])
def test_a_missing_total_gives_no_number_never_a_guess(totals: tuple[float, float]) -> None:
    found = change.totals_change(*totals)
    assert all(np.isnan([found.ratio, found.lower, found.upper, found.p, found.statistic]))
    assert np.isnan(change.e_test(totals[0], 1, totals[1], 1))


@pytest.mark.parametrize("bad", [{"baseline": -1}, {"latest_exposure": 0}, {"phi": 0}])
def test_impossible_totals_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="counts must be 0 or more"):
        change.totals_change(**{"baseline": 10, "latest": 20} | bad)
    with pytest.raises(ValueError, match="counts must be 0 or more"):
        change.e_test(-1, 1, 1, 1)
    with pytest.raises(ValueError, match="alternative must be"):
        change.e_test(1, 1, 1, 1, alternative="both")
