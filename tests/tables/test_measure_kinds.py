"""The kinds of measures: what is said of a table's kinds is what is read from it."""

from __future__ import annotations

import pytest

from xlperf.tables.data import MeasureKind
from xlperf.tables.measure_kinds import KINDS, kinds_in


def test_every_kind_of_measure_has_its_entry():
    assert set(KINDS) == set(MeasureKind)


@pytest.mark.parametrize(
    "table", {of_kind.table for of_kind in KINDS.values()} - {None}, ids=lambda table: table.name
)
def test_the_column_of_measures_names_the_kinds_whose_figures_stand_in_the_table(table):
    words = table.column("Measure").meaning.replace(",", " ").rstrip(".").split()
    assert set(words) & set(MeasureKind) == kinds_in(table)


@pytest.mark.parametrize("kind", MeasureKind)
def test_the_period_of_a_figure_stands_in_a_column_of_its_table(kind):
    table, dated_by = KINDS[kind].table, KINDS[kind].dated_by
    assert not dated_by or dated_by in table.titles
