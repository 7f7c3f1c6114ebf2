"""What is not known, and what people decide

What cannot be read is never taken as blank, what is missing never as none, and only a row of
*Overrides* overrules a colour.
"""

from __future__ import annotations

from datetime import date

from tests.assessment.casebook import Book, wobbling
from xlperf.excel.port import CellError
from xlperf.tables import schema

FLAT = wobbling(100, 66)
ROSE = [*wobbling(100, 54), *wobbling(140, 12)]


def test_an_error_value_takes_the_colour(gives):
    """A month holds #N/A: it is neither 0 nor missing, and the measure has no colour."""
    book = Book().measure("crime", "offences").months("crime", FLAT, leaving_out=["2014-05"])
    book.add(schema.MONTHLY, Measure="crime", Month=date(2014, 5, 1), Count=CellError("#N/A"))
    gives(book, crime="NA CONFIG", crime_spc="NA CONFIG")


def test_a_word_in_the_place_of_a_direction_takes_the_colour(gives):
    """Which way is better is never guessed."""
    gives(Book().offences(counts=FLAT, direction="sideways"), crime="NA CONFIG")


def test_a_break_of_an_unknown_measure_takes_every_colour_it_could_be_about(gives):
    """*Breaks* names a measure that is not there: it may mean any."""
    gives(Book().offences(counts=FLAT).recording_changed("krime", "2013-10"), crime="NA CONFIG")


def test_no_figures_and_no_reason(gives):
    """A measure without a figure, and no return that says why."""
    gives(Book().measure("young", "total"), young="NA NO_DATA")


def test_not_received(gives):
    """A return says that the figure has not come: no colour, and the sentence names who owes it."""
    book = Book().measure("young", "total").owed("young", "awaited", Owner="Youth services")
    gives(book, young="NA NOT_RECEIVED")


def test_a_decision_of_people(gives):
    """An override in force shows its colour. The reason stays that of the calculated colour."""
    book = Book().offences(counts=ROSE).override("crime", "GREEN")
    gives(book, crime="GREEN NOT_IMPROVED_NOT_PROJECTED")


def test_a_decision_that_has_ended(gives):
    """An override whose end has passed changes nothing."""
    book = Book().offences(counts=ROSE).override("crime", "GREEN", date(2014, 6, 30))
    gives(book, crime="RED NOT_IMPROVED_NOT_PROJECTED")
