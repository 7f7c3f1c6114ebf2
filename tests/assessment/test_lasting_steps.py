"""Lasting steps are proposed in Checks: where a break would stand, once, and never applied."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.assessment.casebook import Book
from xlperf.pipeline import assess_workbook
from xlperf.tables import schema
from xlperf.tables.problems import Code, Effect, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

STEP = 30
"""Months before the step: of 48 to September 2014 April 2013 is the first of the new level."""
DECEMBER: dict[str, Any] = {"last": "2014-12", "period_end": date(2014, 12, 31)}


def counts(months: int = 48, *, step: int = STEP, after: float = 310) -> list[int]:
    """Months of about 230, and of another level from a step on."""
    wobble = np.resize([7, -9, 3, 12, -5, -8, 9, -2, -11, 4, 1, -1, 6], months)
    level = np.where(np.arange(months) < step, 230.0, after)
    return [round(value) for value in level + wobble]


def book(
    values: list[int], last: str = "2014-09", leaving_out: Sequence[str] = (), **settings: Any
) -> Book:
    made = Book(**settings).measure("crime", "offences")
    return made.months("crime", values, last=last, leaving_out=leaving_out)


def proposals(made: Book) -> list[Problem]:
    return [
        item for item in assess_workbook(made.workbook()).problems if item.code is Code.LASTING_STEP
    ]


def test_a_step_is_proposed_with_both_levels_at_the_cell_of_its_month() -> None:
    (found,) = proposals(book(counts()))
    assert found.found == (
        "crime seems to have another level from about April 2013 on: 231 a month before, 309 since."
        " Of 100 such series without a step, at most 1 would show one as clear."
    )
    assert found.remedy == (
        "Ask what changed. If it was recording or method, enter April 2013 in the sheet Breaks:"
        " nothing is compared across it then, and limits start there. If not, settle this."
    )
    assert (found.severity, found.effect) == (Severity.NOTE, Effect.INFORMATION)
    assert (found.where, found.measure, found.lines) == (
        f"Monthly!B{STEP + 2}",
        "crime",
        ("crime",),
    )


def test_nothing_is_applied_by_itself() -> None:
    lines = book(counts()).lines()
    assert {line.reason for line in lines.values()}.isdisjoint({"BREAK"})


@pytest.mark.parametrize("month", ["2013-03", "2013-04", "2013-07"])
def test_a_break_typed_near_it_ends_the_proposal(month: str) -> None:
    assert proposals(book(counts()).recording_changed("crime", month)) == []


def test_a_break_far_from_it_does_not() -> None:
    made = book(counts(60, step=42)).recording_changed("crime", "2010-10")
    (found,) = proposals(made)
    assert "April 2013" in found.found


def settled(made: Book, check: str) -> Book:
    return made.add(
        schema.ACKNOWLEDGED, Check=check, Place="Monthly", Reason="A real rise.", Role="Analyst"
    )


@pytest.mark.parametrize("moved", [0, 1, -2, 3])
def test_what_is_settled_stays_settled_in_the_quarters_after_though_figures_change(
    moved: int,
) -> None:
    (first,) = proposals(book(counts()))
    later = counts(51, step=STEP + moved, after=305)
    (found,) = proposals(settled(book(later, **DECEMBER), first.identity))
    assert found.settled is not None


@pytest.mark.parametrize(
    "other", [counts(51, step=STEP + 6), counts(51, after=150)], ids=["later", "the other way"]
)
def test_another_step_is_not_settled_with_it(other: list[int]) -> None:
    (first,) = proposals(book(counts()))
    (found,) = proposals(settled(book(other, **DECEMBER), first.identity))
    assert found.settled is None
    assert found.identity != first.identity


@pytest.mark.parametrize(
    "made",
    [
        book(counts(after=230)),
        book(counts(23, step=12)),
        book(counts(), leaving_out=["2013-06"]),
        book(counts(), leaving_out=["2014-09"]),
    ],
    ids=["no step", "too few months", "a gap since", "latest month missing"],
)
def test_without_a_step_or_the_months_to_see_one_nothing_is_said(made: Book) -> None:
    assert proposals(made) == []


def test_a_step_before_everything_that_is_judged_is_not_news() -> None:
    old = counts(96, step=30)
    assert proposals(book(old)) == []
    (found,) = proposals(book(old, baseline_year="2008/09"))
    assert "April 2009" in found.found


def test_an_identity_is_that_of_the_step_and_not_of_the_words() -> None:
    (first,) = proposals(book(counts()))
    (other,) = proposals(book(counts(after=400)))
    assert replace(other, found=first.found) == first
