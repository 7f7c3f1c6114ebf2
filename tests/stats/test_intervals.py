"""Intervals of shares, differences, counts and scores; possible percentages."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.stats.published import cases, rows, z_of
from xlperf.stats import intervals

SINGLE, TWO = rows("proportion_single.csv"), rows("proportion_two.csv")
gentle = settings(max_examples=80, derandomize=True)
SHARES = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def _by(table: list[dict[str, str]], method: str) -> list[dict[str, str]]:
    found = [row for row in table if row["method"] == method]
    assert found
    return found


def test_wilson_intervals_are_those_published() -> None:
    # PHEindicatormethods, Newcombe 1998 table I, Fagerland et al. 2017: sources in the file.
    for row in _by(SINGLE, "wilson"):
        found = intervals.wilson(float(row["x"]), float(row["n"]), z=z_of(row))
        expected = (float(row["lower"]), float(row["upper"]))
        assert (float(found.lower), float(found.upper)) == pytest.approx(
            expected, abs=float(row["tol_abs"])
        ), row


def test_exact_intervals_of_shares_are_those_published() -> None:
    # Newcombe 1998 table I; R DescTools BinomCI.
    for row in _by(SINGLE, "clopper_pearson"):
        found = intervals.clopper_pearson(
            float(row["x"]), float(row["n"]), confidence=float(row["conf"])
        )
        expected = (float(row["lower"]), float(row["upper"]))
        assert (float(found.lower), float(found.upper)) == pytest.approx(
            expected, abs=float(row["tol_abs"])
        ), row


def test_differences_are_those_of_newcombe_s_table() -> None:
    # Newcombe 1998, 873-890, table II, method 10; Perondi 2004. There the first share minus the
    # second.
    for row in _by(TWO, "newcombe_10_hybrid_score"):
        x1, n1, x2, n2 = (float(row[name]) for name in ("x1", "n1", "x2", "n2"))
        found = intervals.newcombe(x2, n2, x1, n1, z=z_of(row))
        expected = (float(row["lower"]), float(row["upper"]))
        assert (float(found.lower), float(found.upper)) == pytest.approx(
            expected, abs=float(row["tol_abs"])
        ), row


@pytest.mark.parametrize(
    "case", cases("r_two_proportions.json"), ids=lambda case: f"{case['x1']} of {case['n1']}"
)
def test_differences_give_the_verdict_of_r_s_test_of_two_shares(case: dict[str, Any]) -> None:
    # R 4.2.2 prop.test without correction (chi-squared). Its limits (Wald) differ by a point or
    # two, the verdicts not.
    found = intervals.newcombe(case["x2"], case["n2"], case["x1"], case["n1"])
    assert (float(found.lower) > 0 or float(found.upper) < 0) == (case["p"] < 0.05)
    assert case["lo"] <= float(found.estimate) <= case["hi"]
    assert float(found.estimate) == pytest.approx(case["x1"] / case["n1"] - case["x2"] / case["n2"])


def test_the_report_s_32_victims_have_the_intervals_worked_out_for_them() -> None:
    # The report's check N18: worst case 17.32 points; Wilson 75.8 to 96.8, Clopper-Pearson 75.0 to
    # 98.0.
    assert 100 * float(intervals.worst_margin(32)) == pytest.approx(17.32, abs=0.005)
    wilson, exact = intervals.wilson(29, 32), intervals.clopper_pearson(29, 32)
    assert [round(100 * float(end), 1) for end in (wilson.lower, wilson.upper)] == [75.8, 96.8]
    assert [round(100 * float(end), 1) for end in (exact.lower, exact.upper)] == [75.0, 98.0]
    assert (
        100 * float(intervals.worst_margin(96)) > 10 > 100 * float(intervals.worst_margin(97))
    )  # close reading, 3.4


@pytest.mark.parametrize(
    ("before", "now", "n"), [(82.9, 80.6, 2167), (84.2, 83.4, 16298), (75.3, 82.7, 233)]
)
def test_the_report_s_changes_need_the_surveys_worked_out_for_them(
    before: float, now: float, n: int
) -> None:
    # The report's checks N20 to N22: smallest n a period for significance, by the plain z test;
    # this one is within 3 %.
    def significant(number: float) -> bool:
        found = intervals.newcombe(before / 100 * number, number, now / 100 * number, number)
        return bool(found.lower > 0 or found.upper < 0)

    assert significant(n * 1.03)
    assert not significant(n * 0.97)


@gentle
@given(SHARES)
def test_an_interval_of_a_share_holds_it_and_stays_between_0_and_1(share: tuple[int, int]) -> None:
    for found in (intervals.wilson(*share), intervals.clopper_pearson(*share)):
        assert 0 <= float(found.lower) <= float(found.estimate) <= float(found.upper) <= 1
    mirrored = intervals.wilson(share[1] - share[0], share[1])
    assert float(mirrored.lower) == pytest.approx(
        1 - float(intervals.wilson(*share).upper), abs=1e-12
    )


@gentle
@given(SHARES)
def test_wilson_limits_are_the_shares_that_z_just_leaves(share: tuple[int, int]) -> None:
    # Second definition: at a limit p0 the score (p - p0)/sqrt(p0 (1 - p0)/n) is z.
    x, n = share
    found = intervals.wilson(x, n)
    for limit in (float(found.lower), float(found.upper)):
        if 0 < limit < 1:
            assert abs(x / n - limit) / np.sqrt(limit * (1 - limit) / n) == pytest.approx(
                1.96, rel=1e-6
            )


@gentle
@given(SHARES)
def test_exact_limits_are_those_of_scipy(share: tuple[int, int]) -> None:
    expected = stats.binomtest(*share).proportion_ci(method="exact")
    found = intervals.clopper_pearson(*share)
    assert (float(found.lower), float(found.upper)) == pytest.approx(
        (expected.low, expected.high), abs=1e-9
    )


@gentle
@given(SHARES, SHARES)
def test_swapping_the_surveys_mirrors_the_difference(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    there, back = intervals.newcombe(*first, *second), intervals.newcombe(*second, *first)
    assert float(there.lower) == pytest.approx(-float(back.upper), abs=1e-12)
    assert -1 <= float(there.lower) <= float(there.estimate) <= float(there.upper) <= 1


@gentle
@given(SHARES)
def test_a_design_effect_widens_an_interval(share: tuple[int, int]) -> None:
    plain, designed = intervals.wilson(*share), intervals.wilson(share[0] / 1.44, share[1] / 1.44)
    assert float(designed.upper - designed.lower) > float(plain.upper - plain.lower)


def test_nobody_asked_means_no_number_never_a_guess() -> None:
    nan = float("nan")
    for found in (
        intervals.wilson(0, 0),
        intervals.wilson(nan, 5),
        intervals.wilson(2, nan),
        intervals.clopper_pearson(0, 0),
        intervals.clopper_pearson(nan, 5),
        intervals.newcombe(0, 0, 5, 9),
        intervals.rating_difference(3.0, 0, 3.0, 9),
        intervals.rating_difference(nan, 9, 3.0, 9),
    ):
        assert np.isnan(found.lower)
        assert np.isnan(found.upper)
    assert float(intervals.worst_margin(0)) == np.inf
    assert np.isnan(intervals.worst_margin(nan))


def test_nothing_and_everything_have_limits_of_0_and_1() -> None:
    # docs/methods-evidence.md, What other tools do: Wald does not stay in range there.
    assert [float(intervals.wilson(x, 20).lower) for x in (0, 20)] == [
        0.0,
        pytest.approx(1 - 0.1611, abs=6e-5),
    ]
    assert [float(intervals.wilson(x, 20).upper) for x in (0, 20)] == [
        pytest.approx(0.1611, abs=6e-5),
        1.0,
    ]


def test_many_surveys_at_once_equal_each_on_its_own() -> None:
    x, n = np.array([0, 5, 29, 32]), np.array([0, 9, 32, 32])
    together, difference = intervals.wilson(x, n), intervals.newcombe(x, n, x[::-1], n[::-1])
    for i in range(4):
        alone, one = (
            intervals.wilson(x[i], n[i]),
            intervals.newcombe(x[i], n[i], x[3 - i], n[3 - i]),
        )
        assert float(alone.lower) == pytest.approx(float(together.lower[i]), nan_ok=True)
        assert float(one.upper) == pytest.approx(float(difference.upper[i]), nan_ok=True)


@pytest.mark.parametrize(("x", "n"), [(-1, 5), (6, 5)])
def test_impossible_shares_are_refused(x: int, n: int) -> None:
    with pytest.raises(ValueError, match="successes must be 0 to n"):
        intervals.wilson(x, n)


@pytest.mark.parametrize(("percent", "n", "possible"), [
    ("91.4", 105, (96,)),
    ("37.5", 65, ()),
    ("37.5", 64, (24,)),
    ("90.6", 32, (29,)),
    ("90.6", 0, ()),
    ("100", 3, (3,)),
    ("100.1", 3, ()),
    ("-1", 3, ()),
    ("12", 8, (1,)),
    ("13", 8, (1,)),
    ("0", 1000, (0, 1, 2, 3, 4, 5)),
    ("11", 200, (21, 22)),
    ("12", 200, (23, 24, 25)),
])  # fmt: skip
def test_possible_percentages_are_those_worked_out_for_the_report(
    percent: str, n: int, possible: tuple[int, ...]
) -> None:
    # The report's checks N15 to N17; 1 of 8 is 12.5 and prints as 13 or, to even, as 12; 23 of 200
    # is 11.5 and prints as 12 either way.
    assert intervals.attainable(percent, n) == possible


@gentle
@given(st.integers(0, 1005), st.integers(1, 400), st.integers(0, 2))
def test_possible_percentages_are_those_of_trying_every_number(
    tenths: int, n: int, decimals: int
) -> None:
    percent = Decimal(tenths).scaleb(-1)
    unit = Decimal(1).scaleb(-decimals)
    printed = percent.quantize(unit, ROUND_HALF_UP)
    tried = tuple(
        k
        for k in range(n + 1)
        if printed
        in {(Decimal(100 * k) / n).quantize(unit, way) for way in (ROUND_HALF_UP, ROUND_HALF_EVEN)}
    )
    assert intervals.attainable(percent, n, decimals) == tried


@gentle
@given(SHARES, st.integers(0, 3))
def test_a_percentage_rounded_from_a_count_is_always_possible(
    share: tuple[int, int], decimals: int
) -> None:
    k, n = share
    text = f"{(Decimal(100 * k) / n).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)}"
    assert k in intervals.attainable(text, n)


@pytest.mark.parametrize("text", ["n/a", "NaN", "Infinity", ""])
def test_what_is_not_a_percentage_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="percent must be a"):
        intervals.attainable(text, 10)


@gentle
@given(
    st.lists(st.integers(1, 5), min_size=2, max_size=60),
    st.lists(st.integers(1, 5), min_size=2, max_size=60),
)
def test_a_difference_of_scores_is_wider_than_any_spread_would_make_it(
    before: list[int], now: list[int]
) -> None:
    # Bhatia and Davis 2000: no scores with this mean vary more than those at the two ends.
    for scores in (before, now):
        mean = np.mean(scores)
        assert np.var(scores) <= (5 - mean) * (mean - 1) + 1e-9
    found = intervals.rating_difference(np.mean(before), len(before), np.mean(now), len(now))
    assert float(found.lower) <= float(found.estimate) <= float(found.upper)
    swapped = intervals.rating_difference(np.mean(now), len(now), np.mean(before), len(before))
    assert float(found.lower) == pytest.approx(-float(swapped.upper), abs=1e-9)


def test_two_people_who_gave_five_stars_prove_nothing() -> None:
    # At an end of the scale the largest variance is 0, and a plain interval would have no width.
    found = intervals.rating_difference(4.9, 400, 5.0, 2)
    assert float(found.lower) < 0
    assert (round(float(found.upper), 2), round(float(found.estimate), 2)) == (0.18, 0.1)
    with pytest.raises(ValueError, match="mean scores must be 1 to 5"):
        intervals.rating_difference(0.5, 4, 5.0, 2)


@gentle
@given(SHARES, SHARES, st.sampled_from([1.0, 1.645, 1.96, 2.576]))
def test_p_of_limits_is_below_the_level_exactly_where_they_leave_out_no_difference(
    before: tuple[int, int], now: tuple[int, int], z: float
) -> None:
    found = intervals.newcombe(*before, *now, z=z)
    p = intervals.p_of_limits(lambda width: intervals.newcombe(*before, *now, z=width))
    nearest = min(abs(float(found.lower)), abs(float(found.upper)))
    if nearest > 1e-9:
        left_out = bool(found.lower > 0 or found.upper < 0)
        assert (p < 2 * stats.norm.sf(z)) == left_out


def test_p_of_equal_shares_is_1_and_of_newcombe_s_example_what_its_limits_say() -> None:
    equal = intervals.p_of_limits(lambda z: intervals.newcombe(40, 80, 35, 70, z=z))
    assert equal == pytest.approx(1)
    # 48 of 80 against 56 of 70 (Newcombe 1998, table II): 95% limits 0.0524 to 0.3339.
    p = intervals.p_of_limits(lambda z: intervals.newcombe(48, 80, 56, 70, z=z))
    at = float(stats.norm.isf(p / 2))
    assert float(intervals.newcombe(48, 80, 56, 70, z=at).lower) == pytest.approx(0, abs=1e-9)
    unknown = intervals.p_of_limits(lambda z: intervals.newcombe(0, 0, 56, 70, z=z))
    assert np.isnan(unknown)
