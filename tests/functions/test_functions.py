"""The functions give what the tiles give, on whatever shape the figures come in, and sentences for
what cannot be used.
"""

from __future__ import annotations

import doctest
import inspect
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from math import inf

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import xlperf
from tests.functions.eighteen import EIGHTEEN
from xlperf import functions
from xlperf.errors import FunctionError, XlperfError
from xlperf.excel.port import CellError
from xlperf.functions import comparisons, control_charts, explanations, groups, percentages
from xlperf.functions import series as series_functions
from xlperf.functions.cells import answer
from xlperf.functions.result_types import Result

WORKINGS = [
    ["Line", "Explanation"],
    ["SP12_offences", "AMBER"],
    ["SP12_offences_spc", None],
    ["SP13_offences"],
]
ALL = {name: getattr(functions, name) for name in functions.__all__}


MODULES = [comparisons, control_charts, explanations, groups, percentages, series_functions]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_the_examples_give_what_they_say(module):
    done = doctest.testmod(module)
    assert done.attempted > 0
    assert done.failed == 0


def test_a_change_of_two_years_has_a_direction():
    before, now = [100] * 12, [80] * 12
    found = functions.change(before, now)
    assert found.ratio == pytest.approx(0.8)
    assert found.lower < 0.8 < found.upper < 1
    assert found.p < 0.05
    assert (found.finding, found.colour) == ("better", "GREEN")
    assert functions.change(now, before).finding == "worse"
    assert functions.change(now, before, "up").finding == "better"


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
        pd.Series([pd.NA, *EIGHTEEN], dtype="Int64"),
        [pd.NA, *EIGHTEEN, pd.NaT],
        [Decimal(count) for count in EIGHTEEN],
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
        "NA at the start",
        "NA and NaT in a list",
        "amounts of money",
    ],
)
def test_figures_may_come_in_any_shape(shaped):
    assert functions.spc(shaped) == functions.spc(EIGHTEEN)
    assert functions.spc(shaped).colour == "AMBER"


def offences(months, counts, baseline="2012/13", target=date(2017, 3, 31), **options):
    """Judge offences against the plan of the shipped workbook."""
    return functions.offences(months, counts, baseline, target, **options)


TWO_COLUMNS = pd.DataFrame({"burglary": EIGHTEEN, "robbery": EIGHTEEN})
OF_ONE_SERIES = (
    functions.spc,
    functions.xmr,
    functions.runs,
    lambda values: functions.projection(values, 12),
    lambda values: functions.change(values, EIGHTEEN[:12]),
    lambda values: functions.change(EIGHTEEN[:12], values),
    lambda values: offences(values, EIGHTEEN),
    lambda values: offences(["2014-09"] * 18, values),
    lambda values: functions.position(400, values),
    lambda values: functions.p_chart(values, 1000),
    lambda values: functions.p_chart([1] * 18, values),
    lambda values: functions.u_chart(values, 9.5),
    lambda values: functions.u_chart([1] * 18, values),
    functions.g_chart,
    functions.t_chart,
    functions.steps,
    lambda values: functions.funnel(values, 1000),
)


@pytest.mark.parametrize("call", OF_ONE_SERIES)
@pytest.mark.parametrize(
    ("values", "said"),
    [
        (TWO_COLUMNS, "has 18 rows and 2 columns, burglary, robbery. Give one row or one column."),
        (TWO_COLUMNS.to_numpy(), "has 18 rows and 2 columns. Give one row or one column."),
        (TWO_COLUMNS.T.to_numpy().tolist(), "has 2 rows and 18 columns."),
        ([pd.Series(EIGHTEEN), pd.Series(EIGHTEEN)], "has 2 rows and 18 columns."),
        ((tuple(EIGHTEEN), tuple(EIGHTEEN)), "has 2 rows and 18 columns."),
        ([EIGHTEEN[:10], EIGHTEEN[:8]], "has rows of several lengths."),
    ],
    ids=["table", "array", "lists", "two series", "tuples", "ragged"],
)
def test_several_rows_and_columns_are_never_mixed_into_one_series(call, values, said):
    with pytest.raises(FunctionError, match=re.escape(said)):
        call(values)


def test_a_number_in_text_with_two_readings_is_no_figure_of_a_function():
    with pytest.raises(
        FunctionError,
        match=r"values, cell 3 is '1\.000', which may be 1\.000 or 1,000\. Give a number",
    ):
        functions.xmr([1, 2, "1.000", 4])
    assert functions.wilson("83.412", 400) == functions.wilson(83.412, 400)
    assert functions.wilson("83.412%", 400) == functions.wilson(83.412, 400)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: functions.spc(EIGHTEEN[:17]), "values has 17 values, but 18 are needed"),
        (
            lambda: functions.spc([*EIGHTEEN[:5], None, *EIGHTEEN[6:]]),
            "values, cell 6 is blank. A missing figure",
        ),
        (
            lambda: functions.spc([*EIGHTEEN[:5], "n/a", *EIGHTEEN[6:]]),
            "values, cell 6 is 'n/a', which is no number",
        ),
        (
            lambda: functions.spc([*EIGHTEEN[:5], CellError("#REF!"), *EIGHTEEN[6:]]),
            "cell 6 is the error #REF!",
        ),
        (lambda: functions.spc([*EIGHTEEN[:5], True, *EIGHTEEN[6:]]), "which is no number"),
        (lambda: functions.spc([*EIGHTEEN[:5], -4, *EIGHTEEN[6:]]), "Counts are 0 or more"),
        (lambda: functions.spc([]), "values has no value"),
        (
            lambda: functions.spc(EIGHTEEN, "sideways"),
            "direction is 'sideways'. Give one of: down, up.",
        ),
        (lambda: functions.spc(EIGHTEEN, "none"), "direction is 'none'. Give one of: down, up."),
        (
            lambda: functions.spc(EIGHTEEN, basis="mean of means"),
            "Give one of: points, levels, mean, xmr",
        ),
        (lambda: functions.spc(EIGHTEEN, z=60), "z is 60. Give 0.5 to 6"),
        (lambda: functions.position(4, [1, 2, 3]), "not in the group"),
        (lambda: functions.position(1, [1, 2, 3], lines="funnel"), "Give group or peers"),
        (lambda: functions.survey(84.2, 0, 83.4, 395), "baseline_n is 0. Give 1"),
        (lambda: functions.survey(840, 410, 83.4, 395), "baseline_percent is 840. Give 0 to 100"),
        (lambda: functions.survey(84.2, 410.5, 83.4, 395), "Give a whole number"),
        (
            lambda: functions.survey(0.842, 410, 83.4, 395),
            "is 0.842: 0.842 per cent, or 84.2? Give per cent",
        ),
        (
            lambda: functions.survey(84.2, 410, 1, 395),
            "latest_percent is 1: 1 per cent, or 100? Give per cent",
        ),
        (lambda: functions.wilson(0.5, 410), "percent is 0.5: 0.5 per cent, or 50?"),
        (lambda: functions.attainable(0.5, 410), "percent is 0.5: 0.5 per cent, or 50?"),
        (lambda: functions.wilson("half", 410), "percent is 'half', which is no number"),
        (lambda: functions.margin(CellError("#NUM!")), "n is the error #NUM!"),
        (lambda: functions.margin(1e300), "n is '1e+300', which has more digits than Excel keeps"),
        (lambda: functions.margin(10**400), "which has more digits than Excel keeps"),
        (lambda: functions.margin(1e9), "n is 1000000000. Give 1 to 10,000,000"),
        (lambda: functions.spc(EIGHTEEN, []), "direction has 0 cells. Give one"),
        (lambda: functions.spc(EIGHTEEN, ["up", "down"]), "direction has 2 cells. Give one"),
        (lambda: functions.spc(EIGHTEEN, CellError("#REF!")), "direction is the error #REF!"),
        (lambda: functions.xmr([5]), "values has 1 value, but 2 are needed"),
        (
            lambda: functions.position(4.2, [4.2, "n/a", 3]),
            "group, cell 2 is 'n/a', which is no number",
        ),
        (
            lambda: functions.change([1] * 11, [1] * 12),
            "baseline has 11 values. Give twelve months",
        ),
        (lambda: offences(["2014-01-01"], [1, 2]), "months has 1 cells and counts 2"),
        (lambda: offences(["x"], [1]), "months, cell 1 is 'x', which is no date"),
        (lambda: offences(["2014-01-01"] * 2, [1, 2]), "January 2014 twice"),
        (lambda: offences(["2014-01-01"], [1], "2012"), "Give a financial year"),
        (
            lambda: offences(["2014-01-01", None], [1, 2]),
            "months, cell 2 is blank. Give the first day",
        ),
        (
            lambda: offences(["2014-01-01", "2014-02-01"], [None, ""]),
            "counts has no value",
        ),
        (
            lambda: offences(["2014-01-01"], [1], target="soon"),
            "target is 'soon', which is no date",
        ),
        (
            lambda: offences(["2014-01-01"], [1], target=None),
            "target is blank. Give a date",
        ),
        (
            lambda: functions.change([1.5] * 12, [1] * 12),
            "baseline, cell 1 is 1.5. Give counts, which are whole numbers",
        ),
        (
            lambda: functions.projection([None, 3, 1.5] * 9, 6),
            "values, cell 3 is 1.5. Give counts, which are whole numbers",
        ),
        (
            lambda: offences(["2014-01-01"], [-1]),
            "counts, cell 1 is -1. Counts are 0 or more",
        ),
        (
            lambda: offences(["2014-01-01", "2014-02-01"], [1, "x"]),
            "counts, cell 2 is 'x', which is no number",
        ),
        (
            lambda: offences(["2014-01-01"], [1], target="2013-03"),
            "target is March 2013, which is not after",
        ),
        (
            lambda: offences(["2014-01-01"], [1], target_change=-0.1),
            "or is it -10% typed as a fraction?",
        ),
        (
            lambda: offences(["2014-01-01"], [1], target_change=-100),
            "there is no such target",
        ),
        (
            lambda: offences(["2014-01-01"], [1], target_change=5),
            "+5 per cent goes against the direction, down",
        ),
        (lambda: functions.change(1.5, 3), "baseline is 1.5. Give counts, which are whole numbers"),
        (
            lambda: functions.change([1] * 12, 12),
            "latest has 1 value. Give twelve months, or one total in both",
        ),
        (lambda: functions.spc([None, "", *EIGHTEEN[:9], "x"]), "values, cell 12 is 'x'"),
        (lambda: functions.margin(32, 0.2), "design_effect is 0.2. Give 0.25 or more"),
        (lambda: functions.total(5, 6, dispersion=0.5), "dispersion is 0.5. Give 1 to 100"),
        (lambda: functions.projection([1] * 24, 12, drift=2), "drift is 2. Give 0 to 1"),
        (lambda: functions.xmr([1, 2], 0.4), "sigmas is 0.4. Give 0.5 to 6"),
        (lambda: functions.xmr([1, 2], centre="mode"), "Give one of: mean, median"),
        (lambda: functions.xmr([1, -2], least=0), "least is 0, but values has -2"),
        (lambda: functions.runs([1, 2], in_a_row=3), "in_a_row is 3. Give 5 to 15"),
        (
            lambda: functions.p_chart([None, 9, 12], [10, 10, 10]),
            "denominators has 3 values and numerators 2 values, or they stand in other cells",
        ),
        (
            lambda: functions.p_chart([9, 12], 10),
            "numerators, cell 2 is 12, of 10 in denominators. Correct the one that is wrong",
        ),
        (lambda: functions.p_chart([9, 12], [10, 0]), "denominators, cell 2 is 0. Give one above"),
        (lambda: functions.p_chart([9, 12], 20.5), "is 20.5. Give counts"),
        (
            lambda: functions.u_chart(pd.Series([9, 12]), pd.Series([9, 12], index=[1, 0])),
            "exposure and events have different labels. Give columns of one table",
        ),
        (lambda: functions.u_chart([9, 12], -1), "exposure, cell 1 is -1. Give one above 0"),
        (lambda: functions.g_chart([9, -12]), "between, cell 2 is -12. Counts are 0 or more"),
        (lambda: functions.t_chart([9, 0]), "times, cell 2 is 0. Times are above 0"),
        (lambda: functions.steps([9] * 23), "values has 23 values, but 24 are needed"),
        (lambda: functions.funnel([9, 8], 10), "events has 2 values, but 3 are needed"),
        (lambda: functions.why("SP1", [["Line"], ["SP1"]]), "no columns Line and Explanation"),
        (lambda: functions.why("", WORKINGS), "line is blank. Give the name"),
        (
            lambda: functions.why("SP12", WORKINGS),
            "not in Workings. Give one of: SP12_offences, SP12_offences_spc.",
        ),
        (
            lambda: functions.why("SP99", WORKINGS),
            "line is 'SP99', which is not in Workings. Give a line",
        ),
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
    found = offences(["2014-01-01"], [5])
    assert found.colour == "NA"
    assert found.verdict == f"NA: {found.missing}"
    assert (found.baseline, found.latest, found.change, found.trends) == (None, None, None, ())
    assert (
        functions.position(1, [1, 2, 3]).verdict
        == "NA: Only 3 forces have a figure; at least 6 are needed for lines."
    )


def test_a_month_whose_count_is_blank_is_a_month_without_one():
    months = [f"{2012 + (3 + i) // 12}-{(3 + i) % 12 + 1:02}" for i in range(36)]
    counts = [400] * 12 + [360] * 18
    assert (
        offences(months, [*counts, *[None] * 6]).verdict
        == offences(months[:30], counts).verdict
        == "GREEN"
    )
    counts[28] = ""
    assert (
        offences(months[:30], counts).verdict == "NA: There is no complete count for August 2014."
    )


def test_dates_may_be_day_numbers_as_in_cells_without_a_format():
    days = [
        (date(2012 + (3 + i) // 12, (3 + i) % 12 + 1, 1) - date(1899, 12, 30)).days
        for i in range(30)
    ]
    counts = [400] * 12 + [360] * 18
    assert offences(days, counts).colour == "GREEN"
    for target in (42825, 42825.0, date(2017, 3, 31), "2017-03", "31/03/2017", "March 2017"):
        assert offences(days, counts, target=target).colour == "GREEN"


@pytest.mark.parametrize("unit", ["ns", "us", "s"])
def test_months_may_be_dates_of_a_table(unit):
    months = pd.Series(pd.date_range("2012-04-01", periods=30, freq="MS")).astype(
        f"datetime64[{unit}]"
    )
    table = pd.DataFrame({"month": months, "count": [400] * 12 + [360] * 18})
    assert offences(table["month"], table["count"]).colour == "GREEN"
    assert offences(list(table["month"]), table["count"]).colour == "GREEN"
    assert offences(table["month"].to_numpy(), table["count"].to_numpy()).colour == "GREEN"


def test_a_percentage_of_one_or_less_is_taken_when_its_sign_is_typed():
    assert functions.wilson("0.5%", 4000) != functions.wilson("50%", 4000)
    assert functions.wilson("50%", 4000) == functions.wilson(50, 4000)
    assert functions.survey("84.2%", 410, "83.4", 395).colour == "AMBER"


def test_a_force_without_a_figure_is_left_out_of_the_group():
    assert functions.position(4.2, [1.8, None, 2.4, "", 4.2, 4.7]) == functions.position(
        4.2, [1.8, 2.4, 4.2, 4.7]
    )
    assert (
        functions.position(0.3, [0.1 + 0.2, 0.1]).text == "2nd of 2"
    )  # equal to twelve digits, as on the tile


def test_signals_stand_beside_their_figures():
    rising = [5, 6, 7, 8, 9, 10, 11, 5]
    said = (*["rising"] * 7, "")
    assert functions.runs(rising).signals == said
    assert functions.runs([[None, *rising, None]]).signals == ("", *said, "")
    assert functions.runs([[None], *([x] for x in rising)]).signals == ("", *said)
    assert functions.runs(pd.DataFrame({"count": rising})) == functions.runs(rising)
    assert functions.runs(rising).count == 7


def test_equal_ranks_share_the_better_place():
    tied = functions.position(2, [1, 2, 2, 5])
    assert (tied.text, tied.place, tied.of, tied.tied) == ("2nd= of 4", 2, 4, True)
    assert functions.position(5, [1, 2, 2, 5], "up").text == "1st of 4"


def test_run_rules_say_which():
    found = functions.runs([5, 6, 5, 6, 5, 6, 5, 9, 9.1, 9.2, 9.3, 9.4, 9.5, 9.6])
    assert len(found.signals) == 14
    assert found.signals[-1] == "above the upper line; run above the mean; rising"


def test_published_percentages_are_told_from_impossible_ones():
    # The panel report of September 2014, endnotes: 91.4% of 105 can be; 37.5% of 65 cannot.
    assert functions.attainable(91.4, 105)
    assert not functions.attainable(37.5, 65)
    assert functions.attainable(90, 10, 1)
    for ninety in (90, 90.0, "90", "90%"):  # a cell does not keep the decimals that are 0
        assert functions.attainable(ninety, 105)
        assert not functions.attainable(ninety, 105, 1)
    assert not functions.attainable("90.0", 105)
    assert functions.attainable("\u22120%", 105)  # with the minus sign of typography


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
            arguments[parameter.name] = data.draw(
                st.one_of(GARBAGE, st.lists(GARBAGE, max_size=4), st.just(EIGHTEEN))
            )
    given_back = answer_or_sentence(name, arguments)
    assert isinstance(given_back, (str, float, bool, Result))
    assert len(repr(given_back)) < 4000


def test_the_functions_are_there_on_import_and_loaded_only_when_used():
    code = (
        "import sys, xlperf; print('numpy' in sys.modules, xlperf.survey(84.2, 410, 83.4, 395).verdict,"
        " 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "AMBER", "True"]
    assert set(functions.__all__) <= set(dir(xlperf))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = xlperf.nonsense


def test_a_count_that_is_whole_as_excel_shows_it_is_whole():
    assert functions.total(0.1 * 3 * 10, 5) == functions.total(3, 5)
    assert 0.1 * 3 * 10 != 3


def test_there_is_no_ratio_to_nothing():
    found = functions.change(0, 5)
    assert (found.ratio, found.upper, found.finding) == (None, inf, "worse")
    assert found.p == pytest.approx(0.01817, abs=1e-5)
    assert answer("XP_CHANGE", (0, 5)) == [["", found.lower, "", found.p, "worse"]]


def test_a_limit_beyond_every_number_is_infinite_and_blank_in_a_cell():
    before, now = [*[0] * 11, 10**7], [7, *[0] * 11]
    found = functions.change(before, now)
    assert (found.upper, found.finding) == (inf, "neither")
    assert found.ratio == pytest.approx(7 / 1e7)
    assert answer("XP_CHANGE", (before, now))[0][2] == ""


def test_a_trend_that_needs_more_months_is_none_and_blank_in_a_cell():
    trends = functions.projection([100] * 24, 12).trends
    assert [item.total is None for item in trends] == [False, True, False, True]
    rows = answer("XP_PROJECTION", ([100] * 24, 12))
    assert [row[1:] == ["", "", ""] for row in rows] == [False, True, False, True]
    assert all(len(row) == 4 for row in rows)


def test_words_are_read_in_any_case_and_whatever_cannot_be_seen_around_them():
    falling = [390, 410] * 6 + [300] * 6
    assert (
        functions.spc(falling, " UP\u200b")
        == functions.spc(falling, "up")
        != functions.spc(falling)
    )


LINES = [
    ["Line", "Priority", "Label", "Explanation"],
    ["SP12_offences", "SP12", "Number of offences", "AMBER: burglaries"],
    ["SP12_satisfaction", "SP12", "Satisfaction with service", "GREEN: after burglary"],
    ["SP13_satisfaction", "SP13", "Satisfaction with service", "RED: after violence"],
    ["SP1_robbery", "SP1", "Robbery", "RED: robberies"],
]
TITLES = [["Code", "Title"], ["SP12", "Reduce burglary"], ["sp13", "Reduce violence"]]


@pytest.mark.parametrize(
    ("words", "priorities", "said"),
    [
        ("Robbery", None, "RED: robberies"),
        ("robb", None, "RED: robberies"),
        ("offences", None, "AMBER: burglaries"),
        ("burglary satisfaction", TITLES, "GREEN: after burglary"),
        ("VIOLENCE", TITLES, "RED: after violence"),
        ("sp1_robbery", None, "RED: robberies"),
    ],
)
def test_why_finds_a_line_by_words_that_only_it_has(words, priorities, said):
    assert functions.why(words, LINES, priorities) == said


@pytest.mark.parametrize(
    ("words", "priorities", "said"),
    [
        ("satisfaction", None, "fits 2 lines. Give one of: SP12_satisfaction, SP13_satisfaction."),
        ("burglary", None, "which is not in Workings"),
        ("burglary", TITLES, "fits 2 lines. Give one of: SP12_offences, SP12_satisfaction."),
        ("SP1_robber", None, "Give one of: SP1_robbery."),
        ("rob", None, "which is not in Workings"),
        ("robbery", [["Code"]], "priorities has no columns Code and Title"),
    ],
)
def test_why_answers_for_no_line_that_it_is_not_sure_of(words, priorities, said):
    with pytest.raises(FunctionError, match=re.escape(said)):
        functions.why(words, LINES, priorities)


def test_at_most_four_lines_alike_are_named():
    rows = [["Line", "Explanation"], *([f"SP{place}", "AMBER"] for place in range(1, 7))]
    with pytest.raises(FunctionError, match=r"Give one of: SP1, SP2, SP3, SP4\.$"):
        functions.why("SP", rows)


def test_a_survey_with_a_design_effect_tells_less():
    assert functions.survey(80, 400, 88, 400).colour == "GREEN"
    assert functions.survey(80, 400, 88, 400, 3).colour == "AMBER"


def test_lines_and_signals_have_the_width_that_is_asked_for():
    values = [5, 8, 5, 8, 5, 8, 20]
    usual, narrow = functions.xmr(values), functions.xmr(values, 1.5)
    assert narrow.centre == usual.centre
    assert narrow.lower == pytest.approx((usual.lower + usual.centre) / 2)
    assert narrow.upper == pytest.approx((usual.upper + usual.centre) / 2)
    assert functions.runs(values).signals[-1] == ""
    assert functions.runs(values, 2).signals[-1] == "above the upper line"
