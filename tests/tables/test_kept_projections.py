"""Rows of History with a projection: what is read of them, and what is reported."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.assessment.casebook import Book, wobbling
from tests.assessment.test_track_record import kept
from tests.tables.sheets import shown
from xlperf.tables import schema
from xlperf.tables.kept_projections import (
    COLUMNS,
    KeptProjection,
    Unscorable,
    aim_of,
)
from xlperf.tables.reading import read_tables


def read(**changed: object):
    """Kept projection of a row, and what is reported of it."""
    tables, _, problems = kept(Book().offences(counts=wobbling(100, 66)), **changed).read()
    return tables.history[0].kept, problems


def test_what_a_refresh_wrote_is_read_without_a_word():
    projection, problems = read()
    assert isinstance(projection, KeptProjection)
    assert projection.at_target == (1200, 1000, 1400)
    assert projection.year_ahead == (1200, 1050, 1350)
    assert (projection.chance, projection.aim) == (0.4, "down 2012/13")
    assert not problems


def test_where_no_way_is_better_there_is_a_range_alone():
    projection, problems = read(Chance=None, Aim=None, Target_level=None)
    assert isinstance(projection, KeptProjection)
    assert projection.chance is None
    assert not problems


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"Chance": "likely"}, "error NOT_A_NUMBER History!M2"),
        ({"Chance": 1.5}, "warning PROJECTION_KEPT History!M2"),
        ({"Chance": None}, "warning PROJECTION_KEPT History!M2"),
        ({"Range_to": None}, "warning PROJECTION_KEPT History!P2"),
        ({"Expected": 5000}, "warning PROJECTION_KEPT History!N2"),
        ({"Year_ahead_from": 1300}, "warning PROJECTION_KEPT History!Q2"),
        ({"Confidence": 95}, "warning PROJECTION_KEPT History!T2"),
        ({"Target_date": date(2013, 9, 30)}, "warning PROJECTION_KEPT History!J2"),
        ({"Target_date": "soon"}, "error NOT_A_DATE History!J2"),
        ({"Counted_since": "'long ago"}, "error NOT_A_DATE History!V2"),
        ({"Made_from": None}, "warning PROJECTION_KEPT History!U2"),
    ],
)
def test_a_row_edited_by_hand_is_reported_at_its_cell_and_not_scored(changed, problem):
    projection, problems = read(**changed)
    assert shown(problems) == [problem]
    assert isinstance(projection, Unscorable)
    if "PROJECTION_KEPT" in problem:
        assert problems[0].found.endswith("The projection of this row is not scored.")


def test_rows_without_a_projection_and_histories_without_its_columns_are_no_fault():
    blank = {column.title.replace(" ", "_"): None for column in COLUMNS}
    assert read(**blank) == (None, [])
    grids = kept(Book().offences(counts=wobbling(100, 66))).grids()
    history = grids[schema.HISTORY.name]
    older = replace(
        history, header=history.header[:12], rows=tuple(cells[:12] for cells in history.rows)
    )
    tables, problems = read_tables(grids | {history.table: older})
    assert [past.kept for past in tables.history] == [None]
    assert not problems
    titles = [column.title for column in COLUMNS]
    assert older.lacks(titles) == titles[3:]


def test_the_aim_names_way_baseline_and_change():
    for cells, aim in (
        ({}, "down 2012/13"),
        ({"Target_change_percent": -5}, "down 2012/13 -5%"),
        ({"direction": "none"}, ""),
    ):
        tables, settings, _ = Book().offences(counts=[1], **cells).read()
        assert aim_of(tables.measures[0], settings) == aim
