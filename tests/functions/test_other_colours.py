"""XP_WHATIF: how many offences would give a colour."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import xlperf
from tests.functions.excel import cells
from tests.shipped import SHIPPED
from xlperf import functions
from xlperf.assessment.assessing import judge
from xlperf.assessment.basis import Basis
from xlperf.errors import FunctionError
from xlperf.excel.file import FileWorkbook
from xlperf.functions import cells as adapter
from xlperf.functions.other_colours import whatif
from xlperf.pipeline import assess_workbook
from xlperf.scenarios.bands import nearest
from xlperf.scenarios.line_levels import line_levels

MONTHS = [date(2012 + (3 + i) // 12, (3 + i) % 12 + 1, 1) for i in range(30)]
RISEN = [100] * 12 + [110] * 18


@pytest.mark.parametrize("priority", ["SP12", "SP13"])
def test_it_says_what_the_command_says_of_a_tile(priority):
    data = assess_workbook(FileWorkbook.open(SHIPPED))
    basis = Basis(data.tables, data.settings)
    lines = judge(basis)
    line = next(item for item in lines if item.line == f"{priority}_offences")
    months = data.tables.monthly[line.line]
    given = [date(month // 12, month % 12 + 1, 1) for month in months]
    counts = [item.count for item in months.values()]
    for levels, by in zip(line_levels(basis, lines, line).levels, ("2015-09", None), strict=True):
        for band in levels.bands:
            found = whatif(given, counts, str(band.rag), "2012/13", "2017-03", by)
            expected = nearest(levels.bands, band.rag, levels.lever.now)
            assert (found.least, found.now) == (expected.first, levels.lever.now)
            assert found.most == (None if band.last == levels.lever.most else expected.last)


def test_python_finds_it_by_its_name():
    assert xlperf.whatif is whatif


def test_the_answer_turns_the_colour_and_one_more_does_not():
    found = whatif(MONTHS, RISEN, "green", "2012/13", "2015-09")
    assert (found.least, found.most, found.now, str(found.now_colour)) == (0, 1199, 1320, "RED")

    def colour(number):
        months = [*MONTHS, *(date(2014 + (9 + i) // 12, (9 + i) % 12 + 1, 1) for i in range(12))]
        counts = [*RISEN, *(number // 12 + (i < number % 12) for i in range(12))]
        return str(functions.offences(months, counts, "2012/13", "2015-09").colour)

    assert (colour(1199), colour(1200)) == ("GREEN", "RED")


def test_a_cell_shows_least_most_a_month_and_per_cent(excel):
    answer = excel.call("XP_WHATIF", cells(*MONTHS), cells(*RISEN), "green", "2012/13", "2015-09")
    assert answer == [[0, 1199, pytest.approx(99.9, abs=0.05), pytest.approx(-9.17, abs=0.01)]]
    red = excel.call("XP_WHATIF", cells(*MONTHS), cells(*RISEN), "Red", "2012/13", "2015-09")
    assert red[0][:2] == [1200, ""]


def test_no_number_is_said_in_words(excel):
    answer = excel.call("XP_WHATIF", cells(*MONTHS), cells(*RISEN), "amber", "2012/13", "2015-09")
    assert answer == "no number up to 10,560 gives AMBER."
    short = excel.call("XP_WHATIF", cells(*MONTHS[12:]), cells(*RISEN[12:]), "green")
    assert short.startswith("no number up to 26,400 gives GREEN. In the baseline year there is no")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"colour": "blue"}, "Give one of: RED, AMBER, GREEN"),
        ({"colour": "NA"}, "colour is 'NA'"),
        ({"target": "2014-03"}, "The target date has passed"),
        ({"by": "2014-09"}, "Give a month after September 2014"),
        ({"by": "2040-09"}, "and not after September 2015"),
        ({"counts": [None] * 30}, "counts has no value"),
    ],
)
def test_what_cannot_be_asked_is_refused(change, said):
    asked = {"colour": "green", "baseline": "2012/13", "target": "2015-09", "counts": RISEN}
    with pytest.raises(FunctionError, match=said):
        whatif(MONTHS, **(asked | change))


@settings(max_examples=10, deadline=None)
@given(
    st.one_of(
        st.lists(st.sampled_from([0.0, 1.0, 500.0, 1e14]), min_size=30, max_size=30),
        st.lists(st.integers(0, 60), min_size=30, max_size=30),
    ),
    st.sampled_from(["green", "amber", "red"]),
    st.sampled_from(["down", "up"]),
)
def test_figures_of_any_size_get_an_answer(counts, colour, direction):
    months = [[month] for month in MONTHS]
    answer = adapter.answer(
        "XP_WHATIF", (months, counts, colour, "2012/13", "2015-03", None, direction)
    )
    assert "#XLPERF!" not in str(answer)
