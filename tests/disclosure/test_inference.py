"""What can be worked out: the engine against every combination of counts, tried one by one."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlperf.disclosure.inference import Knowledge, Span, Sum

A, B, C = ("a",), ("b",), ("c",)
MANY = 99


def exactly(value: int) -> tuple[int, int]:
    return value, value


def test_a_total_less_the_other_months_gives_the_last_one():
    known = {Span(A, 1, 3): exactly(20), Span(A, 1, 1): exactly(9), Span(A, 3, 3): exactly(8)}
    found = Knowledge(known)
    assert found.limits(Span(A, 2, 2)) == (3, 3)
    assert found.possible(Span(A, 2, 2), MANY) == 1


def test_two_unknown_months_share_what_is_left():
    found = Knowledge(
        {Span(A, 1, 3): exactly(20), Span(A, 1, 1): exactly(9)}, asked=[Span(A, 2, 2)]
    )
    assert found.limits(Span(A, 2, 2)) == (0, 11)
    assert found.possible(Span(A, 2, 2), MANY) == 12
    assert found.possible(Span(A, 2, 2), 5) == 5


def test_what_is_known_of_kinds_narrows_it():
    # Two months of 8 together, both known to be below five: four each.
    known = {Span(A, 1, 2): exactly(8), Span(A, 1, 1): (0, 4), Span(A, 2, 2): (0, 4)}
    assert Knowledge(known).limits(Span(A, 1, 1)) == (4, 4)


def test_two_rolling_years_are_subtracted():
    # Published a month apart: 60 and 57; the month that left had 8, so the one that came has 5.
    known = {Span(A, 1, 12): exactly(60), Span(A, 2, 13): exactly(57), Span(A, 1, 1): exactly(8)}
    assert Knowledge(known, asked=[Span(A, 13, 13)]).limits(Span(A, 13, 13)) == (5, 5)


def test_nothing_known_leaves_everything_possible():
    found = Knowledge({}, asked=[Span(A, 1, 1)])
    assert found.limits(Span(A, 1, 1)) == (0, None)
    assert found.possible(Span(A, 1, 1), 7) == 7


def test_figures_that_contradict_each_other_leave_nothing():
    found = Knowledge({Span(A, 1, 2): exactly(3), Span(A, 1, 1): exactly(9)})
    assert found.contradictory(A)
    assert found.possible(Span(A, 1, 1), MANY) == 0
    assert not Knowledge({Span(A, 1, 2): exactly(3)}).contradictory(A)


def test_a_part_is_the_whole_less_the_other_part():
    adding = [Sum(Span(A, 1, 1), (Span(B, 1, 1), Span(C, 1, 1)))]
    known = {Span(A, 1, 1): exactly(12), Span(C, 1, 1): exactly(9)}
    assert Knowledge(known, adding).possible(Span(B, 1, 1), MANY) == 1
    assert Knowledge({Span(A, 1, 1): exactly(12)}, adding).possible(Span(B, 1, 1), MANY) == 13
    assert Knowledge(known, adding).possible(Span(A, 1, 1), MANY) == 1


def test_sums_that_cannot_be_leave_nothing():
    adding = [Sum(Span(A, 1, 1), (Span(B, 1, 1), Span(C, 1, 1)))]
    known = {Span(A, 1, 1): exactly(5), Span(C, 1, 1): exactly(9)}
    assert Knowledge(known, adding).possible(Span(B, 1, 1), MANY) == 0


def test_what_programmes_found_is_kept():
    memory: dict[object, int] = {}
    adding = [Sum(Span(A, 1, 1), (Span(B, 1, 1), Span(C, 1, 1)))]
    known = {Span(A, 1, 1): exactly(3)}
    assert Knowledge(known, adding, memory=memory).possible(Span(B, 1, 1), 4) == 4
    assert list(memory.values()) == [4]
    memory[next(iter(memory))] = 2
    assert Knowledge(known, adding, memory=memory).possible(Span(B, 1, 1), 4) == 2


def test_no_programme_is_run_for_what_is_published_itself():
    memory: dict[object, int] = {}
    adding = [Sum(Span(A, 1, 1), (Span(B, 1, 1), Span(C, 1, 1)))]
    known = {Span(A, 1, 1): exactly(12), Span(C, 1, 1): exactly(9)}
    assert Knowledge(known, adding, memory=memory).possible(Span(C, 1, 1), 1) == 1
    assert memory == {}


def test_narrow_spans_are_those_surely_small():
    found = Knowledge(
        {Span(A, 1, 3): exactly(20), Span(A, 1, 1): exactly(9), Span(A, 3, 3): exactly(8)}
    )
    assert found.narrow(A, 5, 5) == [Span(A, 2, 2)]
    assert found.narrow(A, 3, 5) == []


MONTHS = 4
SPANS = [(first, last) for first in range(MONTHS) for last in range(first, MONTHS)]


@settings(max_examples=60)
@given(
    counts=st.lists(st.integers(0, 4), min_size=MONTHS, max_size=MONTHS),
    shown=st.sets(st.sampled_from(SPANS)),
    asked=st.sampled_from(SPANS),
    slack=st.integers(0, 1),
)
def test_one_chain_against_every_combination(counts, shown, asked, slack):
    known = {}
    for first, last in {
        *shown,
        (0, MONTHS - 1),
    }:  # the whole is shown, so that the combinations end
        value = sum(counts[first : last + 1])
        known[Span(A, first, last)] = (max(0, value - slack), value + slack)
    most = sum(counts) + slack
    found = {
        sum(tried[asked[0] : asked[1] + 1])
        for tried in product(range(most + 1), repeat=MONTHS)
        if sum(tried) <= most
        and all(low <= sum(tried[s.first : s.last + 1]) <= high for s, (low, high) in known.items())
    }
    span = Span(A, *asked)
    result = Knowledge(known, asked=[span])
    assert result.limits(span) == (min(found), max(found))
    assert result.possible(span, MANY) == len(found)


@settings(max_examples=25)
@given(
    parts=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=2),
    shown=st.sets(
        st.sampled_from([(c, f, t) for c in (A, B, C) for f, t in ((0, 0), (1, 1), (0, 1))])
    ),
)
def test_sums_against_every_combination(parts, shown):
    true = {B: [b for b, _ in parts], C: [c for _, c in parts]}
    true[A] = [b + c for b, c in parts]
    known = {
        Span(*span): exactly(sum(true[span[0]][span[1] : span[2] + 1]))
        for span in {*shown, (A, 0, 1)}
    }
    adding = [Sum(Span(A, m, m), (Span(B, m, m), Span(C, m, m))) for m in (0, 1)]
    most = sum(true[A])
    found = set()
    for b0, b1, c0, c1 in product(range(most + 1), repeat=4):
        tried = {A: (b0 + c0, b1 + c1), B: (b0, b1), C: (c0, c1)}
        if all(sum(tried[s.chain][s.first : s.last + 1]) == low for s, (low, _) in known.items()):
            found.add(b0)
    for enough in range(1, most + 3):
        assert (Knowledge(known, adding).possible(Span(B, 0, 0), enough) == enough) is (
            len(found) >= enough
        )


@pytest.mark.parametrize(
    ("inner", "covered"), [((1, 3), True), ((2, 2), True), ((0, 2), False), ((3, 4), False)]
)
def test_spans_cover_and_overlap(inner, covered):
    assert Span(A, 1, 3).covers(Span(A, *inner)) is covered
    assert not Span(A, 1, 3).covers(Span(B, *inner))
    assert Span(A, 1, 3).overlaps(Span(A, *inner))
    assert not Span(A, 1, 3).overlaps(Span(A, 4, 5))
