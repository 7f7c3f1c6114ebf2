"""Cells of publications: figures with their marks, and what stands instead of one."""

from __future__ import annotations

from datetime import date

import pytest

from xlperf.imports.published_cells import PublishedCell, is_figure, published_cell, without_marks


@pytest.mark.parametrize(
    ("cell", "value", "mark"),
    [
        (12, 12, ""),
        (12.5, 12.5, ""),
        ("1,234", 1234, ""),
        ("5\u00a0123", 5123, ""),
        (" 7 ", 7, ""),
        ("1,234p", 1234, "provisional"),
        ("1,234 [p]", 1234, "provisional"),
        ("1234r", 1234, "revised"),
        ("[r] 55", 55, "revised"),
        ("12 [b]", 12, "break in the series"),
        ("12 [note 3]", 12, ""),
        ("12\u00b2", 12, ""),
        ("1,234 (p) [note 1]", 1234, "provisional"),
    ],
)
def test_a_figure_keeps_its_mark(cell, value, mark):
    assert published_cell(cell) == PublishedCell(value, "", (mark,) if mark else ())
    assert is_figure(cell)


def test_a_percentage_is_known_by_its_sign():
    assert published_cell("58.5%") == PublishedCell(58.5, "", (), percent=True)


@pytest.mark.parametrize(
    "cell", ["[x]", "..", ":", "*", "<5", "[c]", "-", "\u2013", "n/a", "[low]"]
)
def test_a_symbol_is_no_figure_and_stands_for_one(cell):
    read = published_cell(cell)
    assert read.value is None
    assert repr(cell) in read.reason
    assert is_figure(cell)


@pytest.mark.parametrize(
    "cell",
    ["", None, True, float("nan"), "abc", "1.234", "1 234", "1,23", "1e5", "\uff11\uff12", "(12)",
     "12 or 13", date(2014, 9, 1), "12p4", "5,5"],
)  # fmt: skip
def test_what_has_no_one_reading_has_no_value(cell):
    read = published_cell(cell)
    assert read.value is None
    assert read.reason


@pytest.mark.parametrize("text", ["Group", "Kent (r)egion", "Q2 2014-15", "Paper", "shop", "[z]"])
def test_letters_at_the_end_of_words_are_no_marks(text):
    assert without_marks(text) == (text, ())
