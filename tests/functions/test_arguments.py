"""Arguments that come from pandas: labels stay with their figures, and are never silently wrong."""

from __future__ import annotations

import pandas as pd
import pytest

import xlperf
from tests.functions.test_functions import EIGHTEEN
from xlperf.errors import FunctionError

MONTHS = pd.period_range("2013-04", periods=18, freq="M")
COUNTS = pd.Series(EIGHTEEN, index=MONTHS, name="burglary")
DATES = COUNTS.set_axis(MONTHS.to_timestamp())


@pytest.mark.parametrize(
    "call", [xlperf.spc, xlperf.xmr, xlperf.runs], ids=lambda call: call.__name__
)
@pytest.mark.parametrize("given", [COUNTS, DATES, COUNTS.to_frame(), COUNTS.to_frame().T])
def test_a_table_of_months_has_the_labels_of_what_was_given(call, given):
    frame = call(given).to_frame()
    assert list(frame.value) == EIGHTEEN
    labels = given.columns if given.shape[0] == 1 else given.index
    pd.testing.assert_index_equal(frame.index, labels)


def test_the_18_months_compared_have_their_own_labels():
    earlier = pd.Series([400] * 5, index=MONTHS[:5] - 5)
    later = pd.Series([None] * 3, index=MONTHS[-3:] + 3, dtype=float)
    frame = xlperf.spc(pd.concat([earlier, COUNTS, later])).to_frame()
    pd.testing.assert_index_equal(frame.index, MONTHS)
    assert list(frame.value) == EIGHTEEN
    assert list(frame.block) == ["before"] * 12 + ["latest"] * 6


def test_signals_stand_at_their_labels_with_blanks_around():
    rising = pd.Series([None, 5, 6, 7, 8, 9, 10, 11, 5, None], index=list("abcdefghij"))
    frame = xlperf.runs(rising).to_frame()
    assert list(frame.index[frame.signal == "rising"]) == list("bcdefgh")
    assert list(frame.index[frame.value.isna()]) == ["a", "j"]


def test_lists_and_arrays_have_numbered_rows():
    for given in (EIGHTEEN, COUNTS.to_numpy()):
        assert list(xlperf.spc(given).to_frame().index) == list(range(18))


PAIRED = pd.concat({"burglary": COUNTS[:9], "robbery": COUNTS[:9]})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (COUNTS[::-1], "values has dates that do not ascend. Give the figures oldest first"),
        (DATES[::-1], "values has dates that do not ascend"),
        (pd.concat([COUNTS[:5], COUNTS[4:]]), "has August 2013 after August 2013. Give one count"),
        (
            pd.concat([COUNTS, COUNTS[:1].set_axis(MONTHS[-1:] + 2)]),
            "values has November 2014 after September 2014. Give one count for each month",
        ),
        (COUNTS.set_axis(pd.period_range("2013Q1", periods=18, freq="Q")), "has June 2013 after"),
        (PAIRED, "values has dates that do not ascend"),
        (DATES.set_axis([*DATES.index[:17], pd.NaT]), "has a figure without a date"),
    ],
    ids=["reversed", "reversed dates", "twice", "gap", "quarters", "two measures", "no date"],
)
def test_months_that_are_not_one_after_the_other_are_refused(given, said):
    with pytest.raises(ValueError, match=said):
        xlperf.spc(given)


def test_figures_of_a_chart_may_have_any_dates_that_ascend():
    days = COUNTS.set_axis(pd.date_range("2014-01-01", periods=18, freq="3D"))
    assert xlperf.xmr(days) == xlperf.xmr(EIGHTEEN)
    with pytest.raises(ValueError, match="do not ascend"):
        xlperf.xmr(days[::-1])


def test_labels_that_are_no_dates_say_nothing_of_the_order():
    assert xlperf.spc(COUNTS.set_axis(range(18, 0, -1))) == xlperf.spc(EIGHTEEN)


def test_years_whose_dates_do_not_compare_are_refused():
    year = COUNTS[:12]
    later = year.set_axis(year.index + 12)
    assert xlperf.change(year, later) == xlperf.change(EIGHTEEN[:12], EIGHTEEN[:12])
    for wrong in (year, year.set_axis(year.index - 12), year.set_axis(year.index + 13)):
        with pytest.raises(ValueError, match="Give the same months of a later year"):
            xlperf.change(year, wrong)


def test_months_and_counts_of_two_tables_are_refused():
    plan = {"baseline": "2013/14", "target": "2017-03"}
    months = pd.Series(MONTHS)
    counts = pd.Series(EIGHTEEN)
    judged = xlperf.offences(months, counts, **plan)
    assert judged == xlperf.offences(MONTHS, COUNTS, **plan)
    assert judged.missing
    with pytest.raises(ValueError, match="months and counts have different labels"):
        xlperf.offences(months, counts.set_axis(range(1, 19)), **plan)


def test_a_fault_of_an_argument_is_one_of_python_and_one_of_xlperf():
    with pytest.raises(FunctionError) as fault:
        xlperf.spc(EIGHTEEN[:3])
    assert isinstance(fault.value, ValueError)


def test_a_repr_is_short():
    assert repr(xlperf.xmr([1, 2, 3])) == "XmrResult(lower=-0.659574, centre=2, upper=4.65957)"


def test_a_plan_has_no_default():
    with pytest.raises(TypeError, match="'baseline' and 'target'"):
        xlperf.offences(MONTHS, EIGHTEEN)


def test_a_result_cannot_be_changed_and_is_equal_to_its_like():
    found = xlperf.spc(COUNTS)
    assert found == xlperf.spc(EIGHTEEN)
    with pytest.raises(AttributeError):
        found.mean = 3
