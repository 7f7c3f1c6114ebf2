"""Counts that come only as totals

Green: a significant improvement against the baseline. Red: a significant deterioration. Amber:
neither. A half year is shown annualised and tested at its true length.
"""

from __future__ import annotations

from tests.assessment.casebook import Book


def test_better(gives):
    """Less than half of the baseline: green."""
    gives(Book().totals(5417, 2288), young="GREEN BETTER")


def test_worse(gives):
    """Three quarters more: red."""
    gives(Book().totals(400, 700), young="RED WORSE")


def test_no_evidence(gives):
    """2.5% more is within what chance does: amber."""
    gives(Book().totals(400, 410), young="AMBER NO_EVIDENCE")


def test_a_half_year(gives):
    """185 in half a year are shown as 370 and tested as 185."""
    gives(Book().totals(667, 185, half=True), young="GREEN BETTER")


def test_none_then_and_none_now(gives):
    """Nothing in either period: amber."""
    gives(Book().totals(0, 0), young="AMBER NO_CHANGE_FROM_ZERO")
