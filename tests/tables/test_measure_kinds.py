"""The kinds of measures: what a sheet says of its kinds is what is read from it."""

from __future__ import annotations

import pytest

from xlperf.tables.measure_kinds import KINDS, MeasureKind, kinds_in


def test_every_kind_of_measure_has_its_record():
    assert set(KINDS) == set(MeasureKind)


@pytest.mark.parametrize(
    "table",
    dict.fromkeys(record.table for record in KINDS.values() if record.table),
    ids=lambda table: table.name,
)
def test_the_column_of_measures_names_the_kinds_whose_figures_stand_in_the_table(table):
    words = table.column("Measure").meaning.replace(",", " ").rstrip(".").split()
    assert set(words) & set(MeasureKind) == set(kinds_in(table.name))
