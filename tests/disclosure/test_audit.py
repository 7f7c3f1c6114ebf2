"""What facts leave of counts: against trial of all counts, and laws that need no authority."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.attacker import by_trial
from xlperf.disclosure.audit import Narrow, audit
from xlperf.disclosure.bounds import presolve
from xlperf.disclosure.facts import Fact, Protected, holds, kinds, value_of

MOST = 7
"""Each count is 0 to this."""


@st.composite
def models(draw):
    """Up to four counts, facts that are true of them, and a sum that is protected."""
    truth = draw(st.dictionaries(st.sampled_from("abcd"), st.integers(0, MOST), min_size=1))
    coefficients = st.integers(-3, 3)
    forms = st.lists(st.tuples(st.sampled_from(sorted(truth)), coefficients), min_size=1)
    limit = [Fact(((atom, 1),), 0, MOST, atom) for atom in truth]
    facts = []
    for number, form in enumerate(draw(st.lists(forms, max_size=4))):
        value = value_of(form, truth)
        low = value - draw(st.integers(0, 2))
        high = draw(st.sampled_from([None, value, value + 1]))
        facts.append(Fact(tuple(form), low, high, number))
    form = tuple((atom, 1) for atom in draw(st.sets(st.sampled_from(sorted(truth)), min_size=1)))
    return truth, limit, facts, Protected("small", form, 5)


def left(facts, item, truth, values=99):
    """Values of a count that an audit finds; it reports them of a narrow count only."""
    return audit(facts, [item], truth, values).narrow[0].values


@pytest.mark.slow
@settings(deadline=None, max_examples=150)
@given(model=models())
def test_an_audit_finds_just_the_values_that_trial_finds(model):
    truth, limit, facts, item = model
    found = by_trial([*limit, *facts], item.form, sorted(truth), MOST)
    assert set(left([*limit, *facts], item, truth)) == found
    assert audit([*limit, *facts], [item], truth).safe == (len(found) >= 5)


@settings(deadline=None, max_examples=50)
@given(model=models(), order=st.randoms(use_true_random=False))
def test_more_facts_leave_less_and_their_order_does_not_matter(model, order):
    truth, limit, facts, item = model
    some = left([*limit, *facts[:1]], item, truth)
    every = left([*limit, *facts], item, truth)
    assert set(every) <= set(some)
    mixed = [*limit, *facts]
    order.shuffle(mixed)
    assert left(mixed, item, truth) == every


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(model=models())
def test_rows_in_their_shortest_form_allow_the_same_counts(model):
    truth, limit, facts, item = model
    atoms = sorted(truth)
    rows = [
        ([(atoms.index(atom), factor) for atom, factor in fact.form], fact.low, fact.high)
        for fact in (*limit, *facts)
    ]
    short = presolve(len(atoms), rows)
    again = [
        *(Fact(((n, 1),), short.low[n], short.high[n]) for n in range(len(atoms))),
        *(
            Fact(terms, low if low is not None else -999, high)
            for terms, (low, high) in short.rows.items()
        ),
    ]
    for form in (item.form, *(((atom, 1),) for atom in atoms)):
        renamed = tuple((atoms.index(atom), factor) for atom, factor in form)
        assert by_trial(again, renamed, range(len(atoms)), MOST) == by_trial(
            [*limit, *facts], form, atoms, MOST
        )


def test_holes_are_no_values():
    truth = {"x": 2, "y": 4}
    facts = [Fact((("x", 2), ("y", -1)), 0, 0), Fact((("y", 1),), 0, 9)]
    result = audit(facts, [Protected("y", (("y", 1),), 10)], truth, 9)
    assert result.narrow == (Narrow("y", (0, 2, 4, 6, 8), 9),)


def test_values_with_holes_between_them_are_enough():
    truth = {"x": 2, "y": 14}
    facts = [Fact((("x", 7), ("y", -1)), 0, 0)]
    assert audit(facts, [Protected("y", (("y", 1),), 20)], truth).safe


def test_facts_that_tighten_each_other_by_one_for_ever_come_to_an_end():
    truth = {"x": 3, "y": 3}
    facts = [Fact((("x", 1), ("y", -1)), 0, 0), Fact((("x", 1),), 0, 10**9)]
    assert audit(facts, [Protected("x", (("x", 1),), 5)], truth).safe


def test_counts_that_no_fact_names_can_be_anything():
    assert audit([], [Protected("x", (("x", 1),), 5)], {"x": 0}).safe


def test_a_fact_that_the_true_counts_deny_is_a_contradiction_whatever_else_is_safe():
    wrong = Fact((("x", 1), ("y", 1)), 9, 9, "total of June")
    result = audit([wrong], [Protected("x", (("x", 1),), 5)], {"x": 3, "y": 7})
    assert result.contradiction == (wrong,)
    assert not result.safe


def test_a_reader_of_kinds_knows_what_is_below_the_threshold_and_what_is_not():
    small, other = Protected("x", (("x", 1),), 5), Protected("y", (("y", 1),), 5)
    facts = kinds([small], [other])
    assert [holds(fact, {"x": 4, "y": 5}) for fact in facts] == [True, True]
    assert [holds(fact, {"x": 5, "y": 4}) for fact in facts] == [False, False]
    total = Fact((("x", 1), ("y", 1)), 7, 7)
    assert audit([total], [small], {"x": 1, "y": 6}).safe
    assert left([total, *facts], small, {"x": 1, "y": 6}, 5) == (0, 1, 2)


def test_two_protected_counts_with_one_key_are_a_fault_of_the_program():
    twice = [Protected("x", (("x", 1),), 5), Protected("x", (("y", 1),), 5)]
    with pytest.raises(ValueError, match="same key"):
        audit([], twice, {"x": 1, "y": 1})
