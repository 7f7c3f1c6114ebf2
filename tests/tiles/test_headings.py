"""Headings of tiles say what is compared with what; one that a person typed stays."""

from __future__ import annotations

import pytest

from tests.assessment.casebook import Book
from tests.fake import FakeWorkbook
from xlperf.excel.port import SetValue
from xlperf.tables.lines import heading_cells
from xlperf.tiles.headings import HEADINGS, MIXED, fill_headings, heading_names

BEFORE, LATEST = heading_cells("SP1")
MONTHS = [200] * 60


def filled(book: Book, before: object, latest: object) -> list[SetValue]:
    lines = list(book.lines().values())
    assert heading_names(lines) == [BEFORE, LATEST]
    cells = FakeWorkbook({}, {BEFORE: before, LATEST: latest}).cells([BEFORE, LATEST])
    return list(fill_headings(lines, cells))


@pytest.mark.parametrize(
    ("compared", "texts"), [(str(way), texts) for way, texts in HEADINGS.items()]
)
def test_headings_follow_what_the_plan_compares(compared, texts):
    target = {"Target": 2400} if compared == "target" else {}
    book = Book().offences("crime", MONTHS, Compared=compared, **target)
    edits = filled(book, *MIXED)
    assert [edit.value for edit in edits] == list(texts)


def test_lines_compared_differently_share_headings_that_fit_both():
    book = Book().offences("crime", MONTHS).offences("nights", MONTHS, Compared="quarter")
    assert filled(book, "Baseline", "Latest 12 m") == [
        SetValue(BEFORE, "Before"),
        SetValue(LATEST, "Latest"),
    ]


def test_a_heading_that_a_person_typed_stays():
    book = Book().offences("crime", MONTHS, Compared="quarter")
    assert filled(book, "A year ago", "Latest 12 m") == [SetValue(LATEST, "Quarter")]


def test_headings_that_fit_are_left_alone():
    assert filled(Book().offences("crime", MONTHS), "Baseline", "Latest 12 m") == []


def test_a_priority_spelt_in_two_ways_has_one_pair_of_headings():
    book = Book().offences("crime", MONTHS)
    book.offences("nights", MONTHS, Compared="quarter", Priority="sp1")
    assert filled(book, *MIXED) == []
