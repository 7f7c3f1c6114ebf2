"""Labels of pandas that are dates: one after the other, or refused."""

from __future__ import annotations

import pandas as pd
import pytest

import xlperf
from tests.functions.eighteen import EIGHTEEN
from tests.functions.test_arguments import COUNTS, DATES, MONTHS
from xlperf.stats.levels import two_years_change

PAIRED = pd.concat({"burglary": COUNTS[:9], "robbery": COUNTS[:9]})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (COUNTS[::-1], "values has dates that do not ascend. Give the figures oldest first"),
        (DATES[::-1], "values has dates that do not ascend"),
        (
            pd.concat([COUNTS[:5], COUNTS[4:]]),
            "the same date twice, in August 2013. Give one figure",
        ),
        (
            pd.concat([COUNTS, COUNTS[:1].set_axis(MONTHS[-1:] + 2)]),
            "values has November 2014 after September 2014. Give one count for each month",
        ),
        (COUNTS.set_axis(pd.period_range("2013Q1", periods=18, freq="Q")), "has June 2013 after"),
        (PAIRED, "values has dates that do not ascend"),
        (DATES.set_axis([*DATES.index[:17], pd.NaT]), "has a figure without a date"),
        (COUNTS.set_axis(MONTHS.astype(str))[::-1], "values has dates that do not ascend"),
        (COUNTS.set_axis(MONTHS.strftime("%b-%y").astype("category"))[::-1], "do not ascend"),
        (COUNTS.set_axis([int(month.strftime("%Y%m")) for month in MONTHS])[::-1], "do not ascend"),
        (COUNTS.set_axis([*MONTHS[:17].astype(str), "2014-10"]), "October 2014 after August 2014"),
        (
            pd.concat([COUNTS, pd.Series({(2014, 11): 410})]).set_axis(
                pd.MultiIndex.from_tuples([(m.year, m.month) for m in [*MONTHS, MONTHS[-1] + 2]])
            ),
            "November 2014 after September 2014",
        ),
        (COUNTS.set_axis([*MONTHS[:17], "All"]), "has the label 'All' among dates"),
        (COUNTS.set_axis(MONTHS.strftime("01/%m/%Y")), "the label '01/04/2013', and what date"),
    ],
    ids=[
        *("reversed", "reversed dates", "twice", "gap", "quarters", "two measures", "no date"),
        *("texts reversed", "categories reversed", "numbers reversed", "gap in texts"),
        *("gap in years and months", "a total", "dates of two readings"),
    ],
)
def test_months_that_are_not_one_after_the_other_are_refused(given, said):
    with pytest.raises(ValueError, match=said):
        xlperf.spc(given)


def test_figures_of_a_chart_may_have_any_dates_that_ascend():
    days = COUNTS.set_axis(pd.date_range("2014-01-01", periods=18, freq="3D"))
    assert xlperf.xmr(days) == xlperf.xmr(EIGHTEEN)
    with pytest.raises(ValueError, match="do not ascend"):
        xlperf.xmr(days[::-1])


def test_two_measures_sorted_by_month_are_not_one_chart():
    mixed = pd.concat({"burglary": COUNTS, "robbery": COUNTS}).sort_index(level=1)
    with pytest.raises(ValueError, match="values has the same date twice, in April 2013"):
        xlperf.runs(mixed)
    hours = COUNTS.set_axis(pd.date_range("2014-01-01", periods=18, freq="h"))
    assert xlperf.runs(hours) == xlperf.runs(EIGHTEEN)


def test_labels_that_are_no_dates_say_nothing_of_the_order():
    assert xlperf.spc(COUNTS.set_axis(range(18, 0, -1))) == xlperf.spc(EIGHTEEN)


def test_months_and_counts_of_two_tables_are_refused():
    plan = {"baseline": "2013/14", "target": "2017-03"}
    months = pd.Series(MONTHS)
    counts = pd.Series(EIGHTEEN)
    judged = xlperf.offences(months, counts, **plan)
    assert judged == xlperf.offences(MONTHS, COUNTS, **plan)
    assert judged.missing
    with pytest.raises(ValueError, match="months and counts have different labels"):
        xlperf.offences(months, counts.set_axis(range(1, 19)), **plan)
    with pytest.raises(ValueError, match="counts has September 2014 where months has April 2013"):
        xlperf.offences(MONTHS, COUNTS[::-1], **plan)


LONG = pd.Series(
    [400 + 7 * (place % 5) for place in range(66)],
    index=pd.period_range("2009-04", periods=66, freq="M"),
)


@pytest.mark.parametrize(
    ("before", "between", "said"),
    [
        (slice(None, "2012-02"), slice("2013-04", "2013-09"), "before ends in February 2012"),
        (slice(None, "2012-06"), slice("2013-04", "2013-09"), "before ends in June 2012"),
        (slice(None, "2012-03"), slice("2013-04", "2013-08"), "and latest begins in October 2013"),
        (slice(None, "2012-03"), slice("2013-05", "2013-09"), "and between begins in May 2013"),
    ],
)
def test_months_around_two_years_leave_none_out(before, between, said):
    then, now = LONG["2012-04":"2013-03"], LONG["2013-10":]
    whole = xlperf.change(then, now, before=LONG[:"2012-03"], between=LONG["2013-04":"2013-09"])
    assert whole == xlperf.change(
        list(then), list(now), before=list(LONG[:36]), between=list(LONG[48:54])
    )
    with pytest.raises(ValueError, match=said):
        xlperf.change(then, now, before=LONG[before], between=LONG[between])
    with pytest.raises(ValueError, match="Give every month between them once"):
        xlperf.change(then, now, between=[400] * 5)


def test_dates_say_how_far_two_years_are_apart():
    then, now = LONG["2012-04":"2013-03"] + [9, -30] * 6, LONG["2013-04":"2014-03"]
    adjacent = two_years_change([*then, *now])
    assert xlperf.change(then, now).p == pytest.approx(float(adjacent.p))
    a_year_apart = two_years_change([*then, *[float("nan")] * 12, *now])
    assert float(a_year_apart.p) != pytest.approx(float(adjacent.p))
    assert xlperf.change(list(then), list(now)).p == pytest.approx(float(a_year_apart.p))


@pytest.mark.parametrize("name", ["before", "between"])
def test_months_are_not_given_with_totals(name):
    with pytest.raises(ValueError, match=f"{name} is for months, and baseline and latest are"):
        xlperf.change(4800, 4200, **{name: [400] * 12})


def test_blank_months_around_a_year_are_not_its_first():
    blank = pd.Series([None], index=MONTHS[:1] - 1, dtype=float)
    then = pd.concat([blank, COUNTS[:12]])
    with pytest.raises(ValueError, match="latest begins in March 2014, and baseline in April 2013"):
        xlperf.change(then, COUNTS[:12].set_axis(MONTHS[:12] + 11))
