"""The functions give what the tiles give, on whatever shape the figures come in, and sentences for what cannot be used."""

from __future__ import annotations

import doctest
import inspect
import subprocess
import sys
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables.sheets import settings

import xlperf
from xlperf import functions
from xlperf.addin import illustration
from xlperf.assess.assessing import assess
from xlperf.config import SETTINGS
from xlperf.errors import FunctionError, XlperfError
from xlperf.excel.port import CellError, Grid
from xlperf.functions import judgements, numbers
from xlperf.tables import schema
from xlperf.tables.reading import read_tables

OFFENCES = ("SP11", "SP12", "SP13", "SP14A", "SP14B")
EIGHTEEN = [420, 418, 371, 437, 443, 424, 431, 457, 352, 436, 414, 435, 352, 420, 385, 430, 375, 400]
ALL = {name: getattr(functions, name) for name in functions.__all__}


@pytest.fixture(scope="module")
def shipped():
    """Tables and assessed lines of the shipped workbook."""
    rows = {name: tuple(map(tuple, table)) for name, table in illustration.tables().items()}
    grids = {
        table.name: Grid(table.name, table.sheet, table.titles, rows.get(table.name, ()), 4, 1) for table in schema.ALL
    }
    tables, _ = read_tables(grids)
    chosen = settings(**{item.key: item.default for item in SETTINGS})
    return tables, {line.line: line for line in assess(tables, chosen)}


@pytest.mark.parametrize("module", [judgements, numbers], ids=lambda module: module.__name__)
def test_the_examples_give_what_they_say(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("priority", OFFENCES)
def test_monthly_counts_are_judged_as_on_the_tile(shipped, priority):
    tables, lines = shipped
    months = tables.monthly[f"{priority}_offences"]
    ordered = [months[month].count for month in sorted(months)]
    days = [date(month // 12, month % 12 + 1, 1) for month in sorted(months)]
    assert functions.spc(ordered) == lines[f"{priority}_offences_spc"].rag
    assert functions.spc(ordered[-18:]) == lines[f"{priority}_offences_spc"].rag
    assert functions.offences(days, ordered) == lines[f"{priority}_offences"].rag
    evidence = lines[f"{priority}_offences_spc"].evidence
    assert functions.lines(ordered) == [[pytest.approx(x) for x in (evidence.lower, evidence.centre, evidence.upper)]]
    trends = [row[1] for row in functions.projection(ordered, 30)]
    assert trends == [pytest.approx(trend.total) for trend in lines[f"{priority}_offences"].evidence.trends]


def test_surveys_are_judged_as_on_the_tile(shipped):
    tables, lines = shipped
    for name, results in tables.surveys.items():
        line = lines[name]
        if line.evidence.n_baseline and line.kind == "survey":
            before = next(item for item in results if item.period_end == date(2013, 3, 31))
            now = next(item for item in results if item.period_end == date(2014, 9, 30))
            given = (100 * before.proportion, before.n, 100 * now.proportion, now.n)
            assert functions.survey(*given) == line.rag, name


def test_positions_are_judged_as_on_the_tile(shipped):
    tables, lines = shipped
    for measure in tables.measures:
        if measure.msg_measure:
            group = [figure.rate for figure in tables.peers[measure.msg_measure]]
            own = next(item.rate for item in tables.peers[measure.msg_measure] if item.force == "Leicestershire")
            line = lines[f"{measure.name}_position"]
            assert functions.msg(own, group, str(measure.direction)) == line.rag
            place = line.evidence.place
            assert functions.position(own, group, str(measure.direction)).startswith(str(place.rank))


def test_totals_are_judged_as_on_the_tile(shipped):
    _, lines = shipped
    for name, baseline, latest, months in (("SP1_entrants", 667, 185, 6), ("SP2_reoffending", 372, 97, 12)):
        (row,) = functions.total(baseline, latest, months)
        evidence = lines[name].evidence
        assert row == [*map(pytest.approx, (evidence.statistic, evidence.lower, evidence.upper, evidence.p)), "GREEN"]


def test_a_change_of_two_years_reproduces_a_published_fit():
    # R 4.2, glm(y ~ year + month, quasipoisson): phi 5.0 exactly where every month falls by a tenth is 0, so held at 1.
    before, now = [100] * 12, [90] * 12
    ((ratio, lower, upper, p, finding),) = functions.change(before, now)
    assert ratio == pytest.approx(0.9)
    assert lower < 0.9 < upper < 1
    assert p < 0.05
    assert finding == "better"
    assert functions.change(now, before)[0][4] == "worse"
    assert functions.change(now, before, "up")[0][4] == "better"


@pytest.mark.parametrize(
    "shaped",
    [
        [EIGHTEEN],
        [[count] for count in EIGHTEEN],
        [None, *EIGHTEEN, "", None],
        tuple(map(str, EIGHTEEN)),
        np.array(EIGHTEEN),
        np.array(EIGHTEEN, dtype=float).reshape(18, 1),
        pd.Series(EIGHTEEN),
        pd.DataFrame({"count": EIGHTEEN}),
        pd.Series([*EIGHTEEN, None]),
    ],
    ids=[
        "row",
        "column",
        "blanks around",
        "numbers as text",
        "array",
        "column array",
        "series",
        "table",
        "NaN at the end",
    ],
)
def test_figures_may_come_in_any_shape(shaped):
    assert functions.spc(shaped) == functions.spc(EIGHTEEN) == "AMBER"
    assert functions.lines(shaped) == functions.lines(EIGHTEEN)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: functions.spc(EIGHTEEN[:17]), "values has 17 values, but 18 are needed"),
        (lambda: functions.spc([*EIGHTEEN[:5], None, *EIGHTEEN[6:]]), "values, cell 6 is blank. A missing figure"),
        (lambda: functions.spc([*EIGHTEEN[:5], "n/a", *EIGHTEEN[6:]]), "values, cell 6 is 'n/a', which is no number"),
        (lambda: functions.spc([*EIGHTEEN[:5], CellError("#REF!"), *EIGHTEEN[6:]]), "cell 6 is the error #REF!"),
        (lambda: functions.spc([*EIGHTEEN[:5], True, *EIGHTEEN[6:]]), "which is no number"),
        (lambda: functions.spc([*EIGHTEEN[:5], -4, *EIGHTEEN[6:]]), "Counts are 0 or more"),
        (lambda: functions.spc([]), "values has no value"),
        (lambda: functions.spc(EIGHTEEN, "sideways"), "direction is 'sideways'. Give one of: down, up, none"),
        (lambda: functions.spc(EIGHTEEN, "none"), "Give down or up"),
        (lambda: functions.spc(EIGHTEEN, basis="mean of means"), "Give one of: points, mean, xmr"),
        (lambda: functions.spc(EIGHTEEN, z=60), "z is 60. Give 0.5 to 6"),
        (lambda: functions.position(4, [1, 2, 3]), "not in the group"),
        (lambda: functions.msg(1, [1, 2, 3], lines="funnel"), "Give group or peers"),
        (lambda: functions.survey(84.2, 0, 83.4, 395), "baseline_n is 0. Give 1"),
        (lambda: functions.survey(840, 410, 83.4, 395), "baseline_percent is 840. Give 0 to 100"),
        (lambda: functions.survey(84.2, 410.5, 83.4, 395), "Give a whole number"),
        (lambda: functions.change([1] * 11, [1] * 12), "baseline has 11 values. Give twelve months"),
        (lambda: functions.offences(["2014-01-01"], [1, 2]), "months has 1 cells and counts 2"),
        (lambda: functions.offences(["x"], [1]), "months, cell 1 is 'x', which is no date"),
        (lambda: functions.offences(["2014-01-01"] * 2, [1, 2]), "January 2014 twice"),
        (lambda: functions.offences(["2014-01-01"], [1], "2012"), "Give a financial year"),
        (lambda: functions.wilson([1, 2], 32), "percent has 2 cells. Give one"),
        (lambda: functions.attainable(37.55, 65, 1), "more than 1 decimals"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence(call, said):
    with pytest.raises(FunctionError) as stopped:
        call()
    assert said in str(stopped.value)
    assert str(stopped.value).endswith(".")


def test_offences_without_enough_data_say_why():
    assert functions.offences(["2014-01-01"], [5]).startswith("NA: ")
    assert functions.msg(1, [1, 2, 3]) == "NA: TOO_FEW_PEERS"


def test_equal_ranks_share_the_better_place():
    assert functions.position(2, [1, 2, 2, 5]) == "2nd= of 4"
    assert functions.position(5, [1, 2, 2, 5], "up") == "1st of 4"


def test_run_rules_say_which():
    found = functions.runs([5, 6, 5, 6, 5, 6, 5, 9, 9.1, 9.2, 9.3, 9.4, 9.5, 9.6])
    assert len(found) == 14
    assert found[-1] == ["above the upper line; run above the mean; rising"]


def test_published_percentages_are_told_from_impossible_ones():
    # The panel report of September 2014, endnotes: 91.4% of 105 can be; 37.5% of 65 cannot.
    assert functions.attainable(91.4, 105)
    assert not functions.attainable(37.5, 65)
    assert functions.attainable(90, 10, 1)


GARBAGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.text(max_size=8),
    st.dates(),
    st.just(CellError("#N/A")),
)


def answer_or_sentence(name: str, arguments: dict) -> object:
    try:
        return ALL[name](**arguments)
    except XlperfError as error:
        return str(error)


@given(st.sampled_from(sorted(ALL)), st.data())
def test_no_argument_makes_anything_but_an_answer_or_a_sentence(name, data):
    arguments = {}
    for parameter in inspect.signature(ALL[name]).parameters.values():
        given_garbage = parameter.default is inspect.Parameter.empty or data.draw(st.booleans())
        if given_garbage:
            arguments[parameter.name] = data.draw(st.one_of(GARBAGE, st.lists(GARBAGE, max_size=4), st.just(EIGHTEEN)))
    answer = answer_or_sentence(name, arguments)
    assert isinstance(answer, (str, float, bool, list))
    assert len(str(answer)) < 4000


def test_the_functions_are_there_on_import_and_loaded_only_when_used():
    code = (
        "import sys, xlperf; print('numpy' in sys.modules, xlperf.survey(84.2, 410, 83.4, 395), 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "AMBER", "True"]
    assert set(functions.__all__) <= set(dir(xlperf))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = xlperf.nonsense
