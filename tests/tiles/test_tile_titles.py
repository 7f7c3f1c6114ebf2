"""Titles of tiles: those of the plan where a refresh wrote the last one, else as a person typed."""

from __future__ import annotations

import pytest

from tests.fake import FakeWorkbook
from xlperf.excel.port import SetRows, SetValue
from xlperf.tables import schema
from xlperf.tables.lines import title_cell
from xlperf.tables.problems import Code
from xlperf.tables.reading import read_tables
from xlperf.tiles.tile_titles import fill_titles

MEASURES = ("Measure", "Priority", "Line", "Kind", "Direction")
CELL = title_cell("P1")
ON_THE_TILE = schema.PRIORITIES.titles[-1]
SAME = object()


def book(shown, *, rows=(("P1", "Safer roads", "Old roads"),), refusals=(), memory=ON_THE_TILE):
    tables = {schema.MEASURES.name: (MEASURES, [("one", "P1", "One", "total", "down")])}
    if rows is not None:
        tables[schema.PRIORITIES.name] = (("Code", "Title", memory), rows)
    cells = {} if shown is SAME else {CELL: shown}
    return FakeWorkbook(tables, cells, refusals=dict(refusals))


def filled(workbook):
    grids = workbook.read([schema.MEASURES.name, schema.PRIORITIES.name])
    grid = grids.get(schema.PRIORITIES.name)
    return fill_titles(workbook, read_tables(grids)[0], grid)


def test_a_title_that_a_refresh_wrote_follows_the_plan_and_is_remembered():
    workbook = book("Old  roads")
    _, titles = filled(workbook)
    assert titles.problems == ()
    workbook.apply(titles.edits)
    assert workbook.cells([CELL])[CELL].value == "Safer roads"
    (row,) = workbook.read([schema.PRIORITIES.name])[schema.PRIORITIES.name].rows
    assert row == ("P1", "Safer roads", "Safer roads")
    assert filled(workbook)[1].edits == ()


def test_a_blank_title_is_filled():
    assert SetValue(CELL, "Safer roads") in filled(book(None))[1].edits


def test_a_title_that_a_person_typed_is_kept_and_reported():
    tables, titles = filled(book("Roads, mine"))
    assert titles.edits == ()
    (problem,) = titles.problems
    assert (problem.code, problem.sheet) == (Code.TITLE_KEPT, "Dashboard")
    assert "'Roads, mine'" in problem.found
    assert "'Safer roads'" in problem.found
    assert tables.priority("P1").heading == "Safer roads"


def test_without_the_memory_no_title_is_written_over():
    _, titles = filled(book("Old roads", memory="Mine"))
    assert titles.edits == ()
    assert [problem.code for problem in titles.problems] == [Code.TITLE_KEPT]


def test_what_was_written_is_known_in_whichever_row_it_stands():
    rows = (("P9", "Nine", "Old roads"), ("P1", "Safer roads", None))
    assert SetValue(CELL, "Safer roads") in filled(book("Old roads", rows=rows))[1].edits


@pytest.mark.parametrize(("shown", "reported"), [("Safer roads", 0), ("Old roads", 1)])
def test_a_formula_is_left_alone_and_reported_where_it_shows_another_title(shown, reported):
    _, titles = filled(book(shown, refusals={CELL: "holds a formula"}))
    assert not any(isinstance(edit, SetValue) for edit in titles.edits)
    assert len(titles.problems) == reported


def test_a_sheet_that_cannot_be_written_costs_the_memory_alone():
    workbook = book("Old roads")
    workbook.refusal = lambda edit: "is protected" if isinstance(edit, SetRows) else None
    assert filled(workbook)[1].edits == (SetValue(CELL, "Safer roads"),)


@pytest.mark.parametrize("rows", [None, ((None, None, None),)])
def test_without_a_plan_titles_are_those_of_the_tiles(rows):
    tables, titles = filled(book("Our roads", rows=rows))
    assert tables.priority("p1").heading == "Our roads"
    assert titles.edits == ()
    (problem,) = titles.problems
    assert problem.code is Code.NO_PRIORITIES
    assert problem.remedy


@pytest.mark.parametrize("shown", [SAME, None, 7])
def test_without_a_plan_and_a_title_on_a_tile_the_code_stands_alone(shown):
    assert filled(book(shown, rows=None))[0].priority("P1").heading == "P1"


def test_a_plan_that_cannot_be_read_is_not_one_that_is_not_there():
    workbook = book("Our roads", rows=((None, "Safer roads", None),))
    assert filled(workbook)[0].priority("P1").heading == "P1"


def test_a_cell_that_two_codes_would_share_gets_no_title():
    """Names of cells know no capitals: P 1, p/1 and P_1 are one."""
    rows = (("P 1", "Safer roads", None), ("p/1", "Burglary", None), ("p_1", "Fraud", None))
    measures = [
        (name, code, name, "total", "down") for name, (code, *_) in zip("abc", rows, strict=True)
    ]
    tables = {
        schema.MEASURES.name: (MEASURES, measures),
        schema.PRIORITIES.name: (("Code", "Title", ON_THE_TILE), rows),
    }
    cells = {title_cell("P 1"): None, title_cell("p/1"): None}
    assert not [
        edit for edit in filled(FakeWorkbook(tables, cells))[1].edits if isinstance(edit, SetValue)
    ]
