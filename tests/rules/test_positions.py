"""Position in the group of most similar forces

Red above the upper limit, green below the lower one, amber between them; mirrored where higher is
better, as for satisfaction. The limits are the mean of the group ± 1.96 standard deviations of its
figures, the own force included.
"""

from __future__ import annotations

from tests.assessment.casebook import Book, wobbling


def group(rates: list[float | None], direction: str = "down") -> Book:
    """Rates per 100,000, the own force's first."""
    book = Book().measure("crime", "offences", direction, MSG_measure="crime")
    return book.months("crime", wobbling(400, 66)).peers(rates)


LOW_OWN = [3000, 5100, 5200, 5300, 5400, 5500, 5600, 5700]
WORST = [5700, 5000, 5100, 5200, 5300, 5400, 5500, 5600]


def test_outside_the_limits_on_the_better_side(gives):
    """Far fewer offences than the others: green."""
    gives(group(LOW_OWN), crime_position="GREEN BELOW_LOWER")


def test_the_direction_mirrors_the_colours(gives):
    """Where more is better, the same place is red."""
    gives(group(LOW_OWN, "up"), crime_position="RED BELOW_LOWER")


def test_the_place_never_decides_the_colour(gives):
    """The last of eight is amber while it lies between the limits."""
    gives(group(WORST), crime_position="AMBER BETWEEN_LINES")


def test_satisfaction(gives):
    """Of satisfaction, below the lower limit is red."""
    book = Book().surveys((320, 400), (340, 400), MSG_measure="crime")
    book.peers([70, 84, 85, 86, 84, 85, 86, 85], shares=True)
    gives(book, sat_position="RED BELOW_LOWER")


def test_too_few_forces(gives):
    """With fewer than six forces there is a place, but no colour."""
    gives(group([5000, 5100, 5200, 5300, 9000]), crime_position="NA TOO_FEW_PEERS")


def test_all_forces_are_equal(gives):
    """All have the same figure: amber, and all are first."""
    gives(group([5000] * 8), crime_position="AMBER SD_ZERO")


def test_without_its_own_figure_the_force_has_no_colour(gives):
    """The others' figures are there, the own one is not."""
    gives(group([None, *WORST[1:]]), crime_position="NA NOT_RECEIVED")
