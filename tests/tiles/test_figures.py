"""Numbers as words: rounding half up, signs, ranks."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlperf.assessment.evidence import GroupPlace
from xlperf.tables.measure_kinds import FigureForm
from xlperf.tiles.figures import (
    figure,
    ordinal,
    percent_change,
    place,
    place_range,
    rounded,
    signed,
)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (-2.5, 0, "−3"),
        (0.05, 1, "0.1"),
        (90.625, 1, "90.6"),
        (60260, 0, "60,260"),
        (-0.04, 1, "0.0"),
        (1.005, 2, "1.01"),
        (Decimal("17.25"), 1, "17.3"),
        (1e15, 0, "1,000,000,000,000,000"),
    ],
)
def test_figures_are_rounded_half_up_as_a_reader_would(value, decimals, text):
    assert rounded(value, decimals) == text


@given(st.floats(-1e12, 1e12, allow_nan=False), st.integers(0, 4))
def test_rounding_is_never_further_off_than_half_a_unit(value, decimals):
    back = float(rounded(value, decimals).replace(",", "").replace("−", "-"))
    assert abs(back - value) <= 0.5 * 10**-decimals + abs(value) * 1e-14


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (60260, FigureForm.COUNT, "60,260"),
        (370.5, FigureForm.COUNT, "370.5"),
        (0.84, FigureForm.SHARE, "84.0%"),
        (0.00418, FigureForm.RATE, "4.18 per 1,000"),
        (2.5, FigureForm.SCORE, "2.5 stars"),
        (Decimal("7.8"), FigureForm.MONEY, "£7.8 million"),
        (Decimal("7.85"), FigureForm.MONEY, "£7.85 million"),
        (Decimal(23), FigureForm.MONEY, "£23.0 million"),
        (None, FigureForm.COUNT, "NA"),
    ],
)
def test_each_form_has_its_own_writing(value, form, text):
    assert figure(value, form) == text


@pytest.mark.parametrize(
    ("value", "text"),
    # The changes printed for SP1, SP2 and SP17, and those worked out for SP11 and SP12 (numbers N01
    # to N11).
    [
        (-44.528, "−45%"),
        (-57.985, "−58%"),
        (-73.925, "−74%"),
        (2.474, "+2.5%"),
        (8.081, "+8.1%"),
        (0.0, "0.0%"),
        (-0.04, "0.0%"),
    ],
)
def test_changes_carry_their_sign(value, text):
    assert percent_change(value) == text


def test_points_carry_their_sign():
    assert signed(-0.8, 1, " pts") == "−0.8 pts"
    assert signed(7.4, 1, " pts") == "+7.4 pts"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (8, "8th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (112, "112th"),
    ],
)
def test_ranks_are_written_as_ordinals(number, text):
    assert ordinal(number) == text


def test_positions_say_of_how_many_and_mark_ties():
    assert place(GroupPlace(5, 8, False, 4, 6)) == "5th of 8"
    assert place(GroupPlace(3, 8, True, 3, 3)) == "3rd= of 8"
    assert place_range(GroupPlace(5, 8, False, 4, 6)) == "4th to 6th"
    assert place_range(GroupPlace(3, 8, True, 3, 3)) == "3rd"
    assert place_range(GroupPlace(3, 8, True, None, None)) == ""
