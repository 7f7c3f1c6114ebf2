"""Changes against the figures they are between."""

from __future__ import annotations

import pytest

from tests.proof.texts import wrong


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Offending fell from 407 to 171, a fall of 85%.",
            "From 407 to 171 is a fall of 58%, not 85%.",
        ),
        (
            "Crimes increased by 7.6% (3935 offences to 4199).",
            "From 3935 to 4199 is a rise of 6.7%, not 7.6%.",
        ),
        (
            "Complaints are up 34% to 120 from 98.",
            "From 98 to 120 is a rise of 22%, not 34%.",
        ),
        (
            "Savings grew from £7.8m to £9.5m (32%).",
            "From 7.8m to 9.5m is a rise of 22%, not 32%.",
        ),
        (
            "Satisfaction fell from 91% in 2012/13 to 88%, a fall of 8 percentage points.",
            "From 91% to 88% is 3 points, not 8.",
        ),
        (
            "Offending rose from 407 to 171.",
            "171 is less than 407, but the text says the opposite.",
        ),
        (
            "Burglary fell by 8.1% from 3,935 to 4,253.",
            "4,253 is more than 3,935, but the text says the opposite.",
        ),
        (
            "Robbery increased by 25% from 200 to 240 offences.",
            "From 200 to 240 is a rise of 20%, not 25%.",
        ),
        (
            "Reports fell by 120%.",
            "Nothing can fall by more than 100%, but the text says ‘fell by 120%’.",
        ),
        (
            "Missing persons 5929 3804 -63%",
            "From 5929 to 3804 is a change of −36%, not -63%.",
        ),
    ],
)
def test_a_change_that_its_figures_do_not_give(text, found):
    assert wrong(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "Offending fell from 407 to 171, a fall of 58%.",
        "Crimes increased by 6.7% (3935 offences to 4199).",
        "Crimes rose from 4,400 to 4,900, up 12%; they may be 4,350.",
        "Satisfaction fell from 91% to 88%, a fall of 3.3%.",
        "Satisfaction fell from 91% to 88%, a fall of 3 percentage points.",
        "Crimes rose by 12% (8% to 16%), limits 100 to 200.",
        "Crimes rose by 12% (1,000 to 1,200).",
        "From 2012 to 2014 crime fell by 5%.",
        "It rose from about 400 to 500, up 5%.",
        "The force rose from 5 to 3 in the ranking.",
        "People aged from 18 to 24 are up 5%.",
        "It rose from 10 to 20 and from 30 to 40, up 7%.",
        "Offending 1 407 171 -58% 372 97 -74%",
        "Violence increased by 8.1% from 3,935 to 4,253.",
        "A fall of 10% is seen in 53 to 97% of cells from 100 a month.",
        "171 407 -58%",
        "Spending was 5.7% higher. It was 407 171 58%",
    ],
)
def test_what_may_be_right_is_left_alone(text):
    assert wrong(text) == []


TILES = "All crime\n\nNumber of offences 58805 60260\n\nTotal crime\n\n{}\n"


@pytest.mark.parametrize(
    ("beside", "found"),
    [
        (
            "15.8% 930",
            "930 of 58,805 is 1.58%, not 15.8%: the decimal point seems to have slipped.",
        ),
        ("1.6% 930", None),
        ("15.8% 930 of others", None),
        ("44.0% 930", None),
        ("15.8% 93", None),
    ],
)
def test_a_percentage_and_a_count_beside_each_other(beside, found):
    assert wrong(TILES.format(beside)) == ([found] if found else [])


def test_only_a_tile_of_a_total_is_compared_with_the_total():
    text = TILES.format("15.8% 930").replace("Total crime", "Theft").replace("All crime", "Crime")
    assert wrong(text) == []
