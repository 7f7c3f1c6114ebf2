"""One mix for two periods: what it is, and what there is to enter where there is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assessment.casebook import END, MARCH_2013, Book
from tests.tables.sheets import read_and_check, workbook
from tests.tables.sheets import settings as sheet_settings
from xlperf.tables import mixes
from xlperf.tables.checks import check
from xlperf.tables.mixes import FixedMix, MixPart
from xlperf.tables.problems import Code
from xlperf.tables.schema import HISTORY

gentle = settings(max_examples=60, derandomize=True)


def test_the_mix_is_that_of_the_baseline_whatever_the_order_and_capitals():
    then, now = [MixPart("City", 300), MixPart("County", 100)], [MixPart("county", 5)]
    found = mixes.fixed_mix(then, [*now, MixPart("CITY ", 1)], "2012/13")
    assert found == FixedMix((0.75, 0.25), (1, 0), typed=False)


@gentle
@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_weights_add_up_to_1_and_only_their_ratios_count(numbers, random):
    parts = [MixPart(str(place), n) for place, n in enumerate(numbers)]
    turned = parts[:]
    random.shuffle(turned)
    found = mixes.fixed_mix(parts, turned, "then")
    assert sum(found.weights) == pytest.approx(1)
    assert [turned[place] for place in found.order] == parts
    typed = [part._replace(weight=7.0 * part.n) for part in parts]
    assert mixes.fixed_mix(typed, turned, "then").weights == pytest.approx(found.weights)


def test_results_of_parts_are_one_result_and_what_one_lacks_is_not_known_of_all():
    book = Book().measure("sat", "survey", "up")
    book.survey("sat", END, 200, 150, Part="City").survey("sat", END, 100, 40, Part="County")
    book.survey("sat", MARCH_2013, 300, None, Part="City", Percent=70.0)
    book.survey("sat", MARCH_2013, 100, 30, Part="County")
    tables, _, problems = book.read()
    latest, before = tables.surveys["sat"]
    assert (latest.n, latest.successes, len(latest.parts)) == (300, 190, 2)
    assert (before.n, before.successes, before.proportion) == (400, None, pytest.approx(0.6))
    assert not problems
    book.survey("sat", MARCH_2013, None, None, Part="Town", Percent=55.0)
    (_, unknown) = book.read()[0].surveys["sat"]
    assert (unknown.n, unknown.proportion) == (None, None)


def test_a_percentage_of_a_part_is_tested_as_any_other():
    book = Book().measure("sat", "survey", "up").survey("sat", END, 100, 40, Part="County")
    book.survey("sat", END, 65, None, Part="City", Percent=37.5)
    tables, given_settings, _ = book.read()
    codes = [item.code for item in check(tables, given_settings)]
    assert codes.count(Code.IMPOSSIBLE_PERCENTAGE) == 1


def test_the_figure_that_was_shown_of_parts_is_not_taken_for_a_revision():
    # Shown in September: 55.0% at the mix of 2012/13; added up 60.7%.
    book = Book(period_end=END.replace(month=12, day=31)).measure("sat", "survey", "up")
    for end, cases in ((MARCH_2013, (350, 500, 200, 500)), (END, (483, 690, 124, 310))):
        book.survey("sat", end, cases[1], cases[0], Part="City")
        book.survey("sat", end, cases[3], cases[2], Part="County")
    book.add(HISTORY, Period_end=END, Line="sat", Baseline=0.55, Latest=0.55, Colour="AMBER")
    tables, given_settings, _ = book.read()
    assert not [item for item in check(tables, given_settings) if item.code is Code.REVISED]


OLD = """
tblMeasures
Measure | Priority | Line         | Kind   | Direction | Design effect
sat     | SP1      | Satisfaction | survey | up        |

tblSurveys only
Measure | Period end | n   | Satisfied | Percent | Mean score | As at
sat     | 2013-03-31 | 400 | 300       |         |            |
sat     | 2014-09-30 | 400 | 340       |         |            |
"""


def test_a_workbook_without_the_columns_of_parts_is_read_as_ever():
    tables, problems = read_and_check(workbook(OLD, measures=""), sheet_settings())
    assert not [item for item in problems if item.table == "tblSurveys"]
    assert [(item.n, item.part, item.parts) for item in tables.surveys["sat"]] == [
        (400, "", ()),
        (400, "", ()),
    ]
