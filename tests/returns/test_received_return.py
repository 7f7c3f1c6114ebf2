"""Whatever stands in the cells of a form, every measure is taken whole, or has a fault with a cell."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.returns.offices import QUARTER, TODAY, Office, forms
from xlperf.excel.areas import Area
from xlperf.excel.file import FileWorkbook
from xlperf.excel.port import CellError, NoResult
from xlperf.periods import last_day
from xlperf.returns import form_places as places
from xlperf.returns.received_file import ReceivedCell, ReceivedSheet, read_received
from xlperf.returns.received_return import read_head, read_measures
from xlperf.returns.return_form import FigureStatus
from xlperf.returns.return_rules import MeasureCircumstances, check_measure
from xlperf.returns.return_workbook import return_bytes

VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 2000), st.floats(allow_nan=False, width=32),
    st.text(max_size=8), st.sampled_from(["n/k", "58%", "<5", "final", "confidential", "and", "="]),
    st.sampled_from(list(map(str, FigureStatus))), st.dates(date(2010, 1, 1), date(2020, 1, 1)),
    st.just(datetime(2015, 1, 1, 9)), st.sampled_from(NoResult), st.just(CellError("#N/A")),
)  # fmt: skip
CELLS = st.builds(ReceivedCell, VALUES, st.booleans(), st.booleans())
PLACES = st.tuples(st.integers(1, 30), st.integers(1, 15))


@pytest.fixture(scope="module")
def form(tmp_path_factory):
    office = (
        Office()
        .owes("North", "total")
        .owes("North", "months", "offences", Board="Board")
        .owes("North", "survey", "survey", Unit="% satisfied")
        .owes("North", "families", "families")
        .owes("North", "words", "text")
    )
    path = office.file(tmp_path_factory.mktemp("office"))
    return forms(FileWorkbook.open(path))["North"]


@pytest.mark.slow
@given(changes=st.dictionaries(PLACES, CELLS, max_size=25), merged=st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_measure_is_taken_whole_or_has_a_fault(form, changes, merged):
    read = read_received("R.xlsx", return_bytes(form), places.SHEET)
    areas = (Area(13, 6, 15, 6),) if merged else ()
    sheet = ReceivedSheet({**read.cells, **changes}, areas, {}, ())
    faults = []
    read_head(sheet, faults)
    measures = read_measures(sheet, form, frozenset(), faults)
    about = MeasureCircumstances(QUARTER, last_day(QUARTER.last), TODAY)
    assert [of.measure for of in measures] == ["total", "months", "survey", "families", "words"]
    for of in measures:
        check_measure(of, about)
        faults += of.faults
        if not of.taken:
            continue
        assert {item.row.key for item in of.rows} >= {
            row.key for row in form.rows if row.measure == of.measure and row.needed
        }
        for item in of.rows:
            assert item.status is not None or not item.row.needed
            if item.status is not None and item.status.has_figure and item.row.figures:
                assert item.number is not None or item.percent is not None
    assert all(fault.found for fault in faults)
