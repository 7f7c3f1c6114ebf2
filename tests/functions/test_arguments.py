"""Arguments that come from pandas: labels stay with their figures, and are never silently wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import xlperf
from tests.functions.eighteen import EIGHTEEN
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


def test_lengths_of_time_are_no_numbers():
    for unit in ("ns", "s"):
        with pytest.raises(ValueError, match="cell 1 is '0:07:00', which is no number"):
            xlperf.xmr(COUNTS.astype("timedelta64[s]").astype(f"timedelta64[{unit}]"))


def test_short_floats_are_what_they_print():
    assert xlperf.attainable(np.float32(84.2), 1000)
    rates = pd.Series([1.8, 2.4, 2.7, 3.3, 3.9, 4.1, 4.2, 4.7], dtype="float32")
    assert xlperf.position(4.2, rates).place == xlperf.position(rates[6], rates).place == 7


def test_a_block_within_an_array_is_no_series():
    block = np.reshape(EIGHTEEN, (1, 3, 6))
    with pytest.raises(ValueError, match="values has 3 rows and 6 columns"):
        xlperf.spc(block)
    assert xlperf.spc(np.reshape(EIGHTEEN, (1, 1, 18))) == xlperf.spc(EIGHTEEN)


def test_years_whose_dates_do_not_compare_are_refused():
    year = COUNTS[:12]
    later = year.set_axis(year.index + 24)
    assert xlperf.change(year, later) == xlperf.change(EIGHTEEN[:12], EIGHTEEN[:12])
    for wrong in (year, year.set_axis(year.index - 12), year.set_axis(year.index + 13)):
        with pytest.raises(ValueError, match="Give the same months of a later year"):
            xlperf.change(year, wrong)


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
