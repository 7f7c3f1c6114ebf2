"""Columns that hold their longest words."""

from __future__ import annotations

import pytest

from xlperf.documents.column_widths import LONGEST_UNBROKEN, fitted, longest_word


def test_a_column_takes_what_it_lacks_from_those_with_more_than_they_need():
    assert fitted([100, 20, 40], [50, 40, 40]) == [80, 40, 40]
    assert fitted([100, 20], [10, 10]) == [100, 20]


def test_where_the_page_has_no_room_no_column_gets_less_than_it_needs_to_help_another():
    widths = fitted([50, 20], [40, 90])
    assert sum(widths) == pytest.approx(70)
    assert widths[0] == pytest.approx(40)


def test_a_word_that_a_page_breaks_counts_no_longer():
    assert longest_word(["a bc", "", "def g"]) == 3
    assert longest_word(["x" * 90]) == LONGEST_UNBROKEN
    assert longest_word([]) == 0
