"""Counts behind printed figures: every one of them by trial, with the functions that print."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.disclosure.printed_counts import (
    CountRange,
    Ratio,
    behind_change,
    behind_number,
    printed_alike,
    ratio_fact,
)
from xlperf.disclosure.facts import holds
from xlperf.tiles.figures import MINUS, percent_change, rounded


def share(n: int, decimals: int):
    return lambda count: rounded(count / n * 100, decimals)


@given(n=st.integers(1, 900), part=st.floats(0, 1), decimals=st.integers(0, 2))
def test_counts_behind_a_share_are_those_that_print_alike(n, part, decimals):
    count, printed = int(n * part), share(n, decimals)
    alike = [other for other in range(n + 1) if printed(other) == printed(count)]
    assert printed_alike(count, printed, most=n) == (alike[0], alike[-1])


@given(count=st.integers(0, 3000), base=st.sampled_from([3, 5, 10, 100]))
def test_counts_behind_a_rounded_count_are_those_that_print_alike(count, base):
    def printed(value):
        return (value + base // 2) // base

    alike = [other for other in range(5000) if printed(other) == printed(count)]
    assert printed_alike(count, printed) == (alike[0], alike[-1])


def test_what_prints_everything_alike_tells_nothing():
    assert printed_alike(7, lambda _: "few") == CountRange(0, None)
    assert printed_alike(7, lambda _: "few", most=9) == CountRange(0, 9)


@pytest.mark.parametrize(
    ("count", "base", "text", "least", "most"),
    [(3, 30, f"{MINUS}90%", 3, 3), (58805, 60260, f"{MINUS}2.4%", 58784, 58843)],
)
def test_a_change_from_a_known_base_tells_these_counts(count, base, text, least, most):
    def printed(value):
        return percent_change((value - base) / base * 100)

    assert printed(count) == text
    assert printed_alike(count, printed) == (least, most)


def fits(facts, part, whole):
    return all(holds(fact, {"part": part, "whole": whole}) for fact in facts)


@given(whole=st.integers(1, 60), part=st.integers(0, 60), decimals=st.integers(0, 1))
def test_a_share_without_its_n_fits_what_prints_alike_but_for_ties(whole, part, decimals):
    part = min(part, whole)
    text = rounded(100 * part / whole, decimals)
    ends = behind_number(Decimal(text))
    facts = ratio_fact(Ratio((("part", 1),), (("whole", 1),), part, whole), ends)
    assert fits(facts, part, whole)
    for n in range(1, 61):
        for count in range(n + 1):
            if Fraction(100 * count, n) not in ends:
                assert fits(facts, count, n) == (rounded(100 * count / n, decimals) == text)


@pytest.mark.slow
@given(before=st.integers(1, 50), after=st.integers(0, 80))
def test_a_change_from_an_unknown_base_fits_what_prints_alike_but_for_ties(before, after):
    text = percent_change(100 * (after - before) / before)
    printed = Decimal(text.replace(MINUS, "-").replace(",", "").strip("+%"))
    low, high = behind_change(printed)
    ratio = Ratio((("part", 1),), (("whole", 1),), after, before)
    facts = ratio_fact(ratio, (100 + low, 100 + high))
    assert fits(facts, after, before)
    for base in range(1, 51):
        for count in range(81):
            if Fraction(100 * (count - base), base) not in (low, high):
                alike = percent_change(100 * (count - base) / base) == text
                assert fits(facts, count, base) == alike


def test_a_share_of_few_tells_how_many_they_were():
    facts = ratio_fact(
        Ratio((("part", 1),), (("whole", 1),), 55, 56), behind_number(Decimal("98.2"))
    )
    of = [n for n in range(1, 61) if any(fits(facts, part, n) for part in range(n + 1))]
    assert of == [55, 56, 57]
