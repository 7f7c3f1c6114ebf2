"""Standing texts and actions: which of them the report prints."""

from __future__ import annotations

from datetime import date

import pytest

from tests.assessment.casebook import Book
from xlperf.pipeline import assess_workbook
from xlperf.tables import schema
from xlperf.tables.data import Action
from xlperf.tables.report_reading import with_report_tables
from xlperf.tables.report_tables import TextPlace

START, END = date(2013, 10, 1), date(2014, 9, 30)


def read(book: Book):
    made = book.offences("one", [100] * 42).workbook()
    return with_report_tables(assess_workbook(made).tables, made, START, END)


def text(book: Book, **cells: object) -> Book:
    return book.add(schema.REPORT_TEXTS, **{"Heading": "Purpose", "Text": "To tell."} | cells)


def action(book: Book, **cells: object) -> Book:
    return book.add(schema.ACTIONS, **{"Priority": "SP1", "Action": "Meet"} | cells)


def test_a_workbook_without_the_tables_has_none():
    tables, problems = read(Book())
    assert (tables.report_texts, tables.actions, problems) == ((), (), [])


@pytest.mark.parametrize(
    ("cells", "places"),
    [
        ({}, [TextPlace.BEFORE]),
        ({"Place": "after"}, [TextPlace.AFTER]),
        ({"Place": "somewhere"}, [TextPlace.BEFORE]),
        ({"Period": date(2014, 9, 30)}, [TextPlace.BEFORE]),
        ({"Period": date(2014, 6, 30)}, []),
        ({"Period": "some day"}, []),
        ({"Text": None}, []),
    ],
)  # fmt: skip
def test_which_texts_are_printed_and_where(cells, places):
    tables, problems = read(text(Book(), **cells))
    assert [item.place for item in tables.report_texts] == places
    assert bool(problems) == ("some" in str(cells.get("Period", cells.get("Place"))))


def test_actions_are_read_under_the_priority_as_measures_spells_it():
    book = action(Book(), Priority="sp1 ", Owner="Chair", Due=date(2014, 12, 1))
    book = action(book, Priority="all", Action="Publish")
    tables, problems = read(book)
    assert tables.actions == (
        Action("SP1", "Meet", "Chair", date(2014, 12, 1), None),
        Action("All", "Publish", "", None, None),
    )
    assert problems == []


def test_an_action_of_an_unknown_priority_is_printed_and_reported():
    tables, (problem,) = read(action(Book(), Priority="SP99"))
    assert [item.priority for item in tables.actions] == ["All"]
    assert "No measure has the priority 'SP99'" in problem.found


@pytest.mark.parametrize(
    ("done", "printed"),
    [(None, True), (date(2013, 9, 30), False), (date(2013, 10, 1), True), (date(2014, 10, 2), True),
     ("soon", True)],
)  # fmt: skip
def test_an_action_that_was_done_before_the_period_is_left_out(done, printed):
    tables, problems = read(action(Book(), Done=done))
    assert bool(tables.actions) is printed
    assert bool(problems) is (done == "soon")
    assert all(item.done is None or item.done == done for item in tables.actions)
