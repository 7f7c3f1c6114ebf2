"""Counts of issues as sums of unknowns: what is the same unknown, and what another version."""

from __future__ import annotations

from datetime import date

from xlperf.disclosure.atoms import Atoms
from xlperf.disclosure.counts_shown import Count, Span
from xlperf.disclosure.facts import holds, value_of
from xlperf.disclosure.issues import Issue, IssueFigure, State


def issue(*counts: tuple[int, int, int]) -> Issue:
    """An issue of one series: first and last month, and count."""
    figures = (
        IssueFigure(
            f"{first} {last}",
            "m",
            (Count(Span(("m",), first, last), value),),
            5,
            1,
            State.SHOWN,
        )
        for first, last, value in counts
    )
    return Issue(date(2014, 9, 30), tuple(figures))


def form(atoms: Atoms, place: int, first: int, last: int) -> set[object]:
    found = atoms.form(place, Span(("m",), first, last))
    assert found is not None
    return {atom for atom, _ in found}


def test_a_month_is_the_same_unknown_until_it_is_revised():
    months = [(1, 1, 30), (2, 2, 4)]
    atoms = Atoms([issue(*months, (1, 2, 34)), issue((1, 1, 31), (2, 2, 4), (1, 2, 35))])
    assert form(atoms, 0, 2, 2) == form(atoms, 1, 2, 2)
    assert form(atoms, 0, 1, 1).isdisjoint(form(atoms, 1, 1, 1))
    assert form(atoms, 0, 1, 2) == form(atoms, 0, 1, 1) | form(atoms, 0, 2, 2)


def test_periods_that_overlap_share_the_months_between_their_ends():
    atoms = Atoms([issue((1, 6, 40), (1, 12, 43), (4, 12, 30))])
    assert form(atoms, 0, 1, 6) < form(atoms, 0, 1, 12)
    for first, last, value in ((1, 6, 40), (1, 12, 43), (4, 12, 30)):
        found = atoms.form(0, Span(("m",), first, last))
        assert value_of(found, atoms.truth) == value
    assert min(atoms.truth.values()) >= 0


def test_what_follows_from_two_periods_is_known():
    atoms = Atoms([issue((1, 6, 40), (1, 12, 43))])
    assert [(item.most, {atom for atom, _ in item.form}) for item in atoms.narrowed if item.most == 3] == [
        (3, form(atoms, 0, 1, 12) - form(atoms, 0, 1, 6))
    ]  # fmt: skip


def test_figures_that_contradict_each_other_are_other_versions():
    atoms = Atoms([issue((1, 6, 3), (7, 12, 90), (1, 12, 64))])
    assert form(atoms, 0, 1, 6) < form(atoms, 0, 1, 12)
    assert form(atoms, 0, 7, 12).isdisjoint(form(atoms, 0, 1, 12))


def test_a_figure_that_two_versions_share_ties_them():
    before, now = (
        issue((1, 6, 50), (7, 12, 3), (1, 12, 53)),
        issue((1, 6, 60), (7, 12, 3), (1, 12, 63)),
    )
    atoms = Atoms([before, now])
    assert form(atoms, 0, 7, 12).isdisjoint(form(atoms, 1, 7, 12))
    (tie,) = atoms.ties
    assert {atom for atom, _ in tie.form} == form(atoms, 0, 7, 12) | form(atoms, 1, 7, 12)
    assert holds(tie, atoms.truth)


def test_what_is_only_known_by_month_is_known_for_longer_periods():
    atoms = Atoms([issue((1, 1, 4), (2, 2, 5))])
    assert atoms.form(0, Span(("m",), 1, 2)) is not None
    assert atoms.form(0, Span(("m",), 1, 3)) is None
