"""Percentages against the numbers they are of."""

from __future__ import annotations

import pytest

from tests.proof.texts import wrong
from xlperf.proof import proofread

IMPOSSIBLE = "37.5% of 65 is not possible: 24 of 65 is 36.9%, 25 of 65 is 38.5%."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Only 37.5% (n = 65) took it up.", IMPOSSIBLE),
        ("Only 37.5% of victims (n=65) took it up.", IMPOSSIBLE),
        ("Some 12 left, and 37.5% of 65 respondents agreed.", IMPOSSIBLE),
        ("Of all, 24 of 65 (37.5%) took it up.", "24 of 65 is 36.9%, not 37.5%."),
        ("The offer was taken up by 37.5% (24 of the 65).", "24 of 65 is 36.9%, not 37.5%."),
        ("70 out of 65 victims (93%) agreed.", "70 of 65 is more than all of them."),
        ("120% of victims were satisfied.", "120% of people is more than all of them."),
    ],
)
def test_a_percentage_that_its_n_does_not_allow(text, found):
    assert wrong(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "Only 37.5% (n = 64) took it up.",
        "91.4% (n = 105) were satisfied, 24 of 65 (36.9%) took it up.",
        "About 37.5% of 65 people agreed; nearly 37.5% (n = 65) did.",
        "The weighted share is 37.5% (n = 65).",
        "37.5% of 2014 offences; 93.3% of 101 calls; 33.3% of 20 minutes; 12.5% of 15 million.",
        "37.5% of 6,500 victims.",
        "Satisfaction was 91.4% (95% interval 84.5% to 95.4%, n = 105).",
        "It was 37.5%, and 65 people were asked in another survey.",
        "5 of 8 (62%), 5 of 8 (63%).",
        "Costs are at 120% of the budget.",
    ],
)
def test_what_may_be_right_is_left_alone(text):
    assert wrong(text) == []


def test_another_n_is_proposed():
    (finding,) = proofread(b"37.5% (n = 65).", "a.txt").findings
    assert finding.right == ("Ask for the number itself; n may be another: 24 of 64 is 37.5%.")
    assert (finding.where, str(finding.rule)) == ("line 1", "percentage and n")


@pytest.mark.parametrize(
    ("notes", "found"),
    [
        ("Endnotes\ni (n=105)\nii\n(n=65)\n", [IMPOSSIBLE]),
        ("Endnotes i (n=105) ii (n=64)\n", []),
        ("Endnotes\nii (n=65)\nii (n=64)\n", []),
    ],
)
def test_the_n_of_a_note_at_the_end(notes, found):
    text = f"91.4%i were satisfied.\nOnly 37.5%ii took it up.\n\n{notes}"
    assert wrong(text) == found
