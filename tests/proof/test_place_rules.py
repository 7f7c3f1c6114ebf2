"""Positions and intervals."""

from __future__ import annotations

import pytest

from tests.proof.texts import wrong


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The force is 9th of 8.", "‘9th of 8’ is no position: the group has 8."),
        (
            "The force is ninth of the eight.",
            "‘ninth of the eight’ is no position: the group has 8.",
        ),
        (
            "Satisfaction was 91.4% (95% CI 84.5% to 90.4%).",
            "91.4% is outside its own interval, 84.5% to 90.4%.",
        ),
        (
            "Satisfaction was 91.4% (95% interval 94.5% to 90.4%).",
            "The interval begins at 94.5% and ends at 90.4%, below it.",
        ),
        (
            "The 95% confidence interval is 95.4% to 84.5%.",
            "The interval begins at 95.4% and ends at 84.5%, below it.",
        ),
    ],
)
def test_a_position_or_interval_that_cannot_be(text, found):
    assert wrong(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "The force is fifth of eight, on the 9th of November; the first of two.",
        "Satisfaction was 91.4% (95% CI 84.5% to 95.4%).",
        "The 95% confidence interval is from 84.5% to 95.4%.",
        "Satisfaction was 91.4% (the group's range is 70% to 90%).",
    ],
)
def test_what_may_be_right_is_left_alone(text):
    assert wrong(text) == []
