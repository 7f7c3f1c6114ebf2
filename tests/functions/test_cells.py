"""The functions as Excel's cells call them, through xlwings' own conversion code; only Windows
itself is stood in for.
"""

from __future__ import annotations

import inspect
import sys
import warnings
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from math import isfinite
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.functions.eighteen import EIGHTEEN
from tests.functions.excel import CODES, Cells, cells, row
from xlperf import udfs
from xlperf.excel.port import CellError
from xlperf.functions import cells as adapter
from xlperf.functions.registry import BY_NAME, CATEGORY, FUNCTIONS, LONGEST_HELP

COLUMN = cells(*EIGHTEEN)
TWICE = cells(*EIGHTEEN, *EIGHTEEN)
MONTHS = cells(*(date(2012 + (3 + i) // 12, (3 + i) % 12 + 1, 1) for i in range(36)))


def test_the_three_formulas_of_the_specification(excel):
    group = cells(1.8, 2.4, 2.7, 3.3, 3.9, 4.1, 4.2, 4.7)
    assert excel.call("XP_SPC", COLUMN) == "AMBER"
    assert excel.call("XP_POSITION", cells(4.2), group) == "7th of 8"
    assert excel.call("XP_SURVEY", 84.2, 410, 83.4, 395) == "AMBER"


ARGUMENTS = {
    "XP_SPC": (COLUMN, "up", "mean", 1),
    "XP_LINES": (COLUMN, cells("xmr"), 3),
    "XP_XMR": (row(*EIGHTEEN), 2, "median", 0),
    "XP_RUN": (row(*EIGHTEEN), 1, 6, "median", 0),
    "XP_PCHART": (cells(*EIGHTEEN), cells(*[900] * 17, 1000), "chance", 2, 6),
    "XP_UCHART": (cells(*EIGHTEEN), 52.4, "chance", 2, 6),
    "XP_GCHART": (cells(3, 0, 41, 17), 2, 6),
    "XP_TCHART": (cells(3, 0.5, 41, 17), 2, 6),
    "XP_STEPS": (cells(*[100] * 30, *[60] * 30), "independent"),
    "XP_FUNNEL": (cells(10, 12, 40), cells(1000, 1100, 1500), 3),
    "XP_CHANGE": (
        cells(*EIGHTEEN[:12]),
        row(*EIGHTEEN[6:]),
        "up",
        1,
        row(*EIGHTEEN),
        cells(*EIGHTEEN[:7]),
    ),
    "XP_PROJECTION": (TWICE, cells(30), 0.2, 1),
    "XP_OFFENCES": (MONTHS, TWICE, "2012/13", cells(date(2016, 3, 31)), "up", 2, "all"),
    "XP_WHATIF": (
        *(MONTHS, TWICE, "green", "2012/13", cells(date(2016, 3, 31)), cells(date(2015, 6, 1))),
        *("up", 2, "all"),
    ),
    "XP_POSITION": (cells(2.5), row(1, 2.5, 3), "up"),
    "XP_MSG": (2, row(1, 2, 3, 4, 5, 6), "up", "peers", 1),
    "XP_SURVEY": (cells(84.2), 410, 83.4, 395, 2, "down", 1),
    "XP_WILSON": (90.6, 32, 2, 1),
    "XP_MARGIN": (32, 2, 1),
    "XP_ATTAINABLE": (37.5, 65, 1),
    "XP_WHY": (
        "sp12_offences",
        cells(["Line", "Explanation"], ["SP12_offences", "AMBER: 4,253 ..."]),
        cells(["Code", "Title"], ["SP12", "Reduce burglary"]),
    ),
}


def python(argument):
    """An argument as Python is given it."""
    return argument.raw_value if isinstance(argument, Cells) else argument


def python_answer(name, *arguments):
    """What a cell should show, from what the Python function gives."""
    function = BY_NAME[name]
    names = [item.name for item in function.arguments]
    given = dict(zip(names, map(python, arguments), strict=False))
    shown = function.flat(function.behind(**{**function.defaults, **given}))
    if name == "XP_RUN":
        return [list(shown)]
    return (
        [["" if value is None else value for value in row] for row in shown]
        if isinstance(shown, list)
        else shown
    )


@pytest.mark.parametrize("name", sorted(BY_NAME))
@pytest.mark.parametrize(
    "all_given", [True, False], ids=["all arguments", "only what must be given"]
)
def test_every_function_answers_a_cell_as_it_answers_python(excel, name, all_given):
    needed = (
        len(ARGUMENTS[name])
        if all_given
        else sum(not item.optional for item in BY_NAME[name].arguments)
    )
    assert len(ARGUMENTS[name]) == len(BY_NAME[name].arguments)
    arguments = ARGUMENTS[name][:needed]
    answer = excel.call(name, *arguments)
    assert answer == python_answer(name, *arguments)
    assert "#XLPERF!" not in str(answer)


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_help_says_what_an_argument_is_and_what_it_is_when_left_out(name):
    defaults = {
        item.name: item.default
        for item in inspect.signature(BY_NAME[name].behind).parameters.values()
    }
    for item in BY_NAME[name].arguments:
        assert len(item.meaning.partition("Left out:")[0]) > 10, item
        assert item.optional is ("Left out: " in item.meaning)
        assert item.meaning.endswith(".")
        if isinstance(default := defaults[item.name], float) and default:
            assert item.meaning.endswith(f" Left out: {default:g}.")


def test_help_fits_the_wizard_and_every_function_is_declared_for_it(excel):
    for function in FUNCTIONS:
        info = getattr(excel.module, function.name).__xlfunc__
        assert info["category"] == CATEGORY
        assert info["ret"] == {"doc": function.summary, "options": {}}
        assert [item["doc"] for item in info["args"]] == [
            item.meaning for item in function.arguments
        ]
        assert [item["name"] for item in info["args"]] == [item.name for item in function.arguments]
        texts = [function.summary, *(item.meaning for item in function.arguments)]
        assert all(0 < len(text) <= LONGEST_HELP for text in texts)


def test_faults_are_sentences_with_the_name_of_the_function(excel):
    blank = cells(*EIGHTEEN[:5], None, *EIGHTEEN[6:])
    error = cells(*EIGHTEEN[:5], CellError("#N/A"), *EIGHTEEN[6:])
    assert excel.call("XP_SPC", blank).startswith("#XLPERF! XP_SPC: values, cell 6 is blank.")
    assert "cell 6 is the error #N/A" in excel.call("XP_SPC", error)
    assert (
        excel.call("XP_SPC", cells(1, 2, 3))
        == "#XLPERF! XP_SPC: values has 3 values, but 18 are needed."
    )
    assert "which is no number" in excel.call("XP_MARGIN", "many")
    assert "is blank" in excel.call("XP_MARGIN", None)


def test_of_a_table_the_header_and_one_row_are_enough_as_vba_hands_them_over(excel):
    part = (("Line", "Explanation"), ("SP12_offences", "AMBER: 4,253 ..."))
    assert excel.call("XP_WHY", "sp12_offences", part) == "AMBER: 4,253 ..."


def test_a_sentence_that_is_too_long_for_a_cell_is_cut(excel):
    names = [f"SP12_{'long_' * 30}{place}" for place in range(4)]
    answer = excel.call(
        "XP_WHY", "sp12", cells(["Line", "Explanation"], *([name, "AMBER"] for name in names))
    )
    assert answer.startswith(
        "#XLPERF! XP_WHY: line is 'sp12', which is not in Workings. Give one of: SP12_long"
    )
    assert len(answer) == 255
    assert answer.endswith("…")


def test_counts_of_very_different_size_are_compared_without_a_warning(excel):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ((ratio, lower, _, p, finding),) = excel.call("XP_CHANGE", 1, 10**14)
    assert lower < ratio == 10**14
    assert 0 <= p < 0.05
    assert finding == "worse"


def test_an_optional_argument_that_is_a_blank_cell_counts_as_left_out(excel):
    assert excel.call("XP_SPC", COLUMN, None, None, None) == "AMBER"
    assert excel.call("XP_SPC", COLUMN, "") == "AMBER"
    assert excel.call("XP_SPC", COLUMN, cells("  "), cells("\u200b")) == "AMBER"


def test_the_same_call_is_answered_from_memory(excel):
    adapter._cached.cache_clear()
    for _ in range(3):
        excel.call("XP_SPC", COLUMN)
    assert (adapter._cached.cache_info().hits, adapter._cached.cache_info().misses) == (2, 1)


def test_two_functions_that_show_parts_of_one_result_calculate_it_once(excel):
    adapter._cached.cache_clear()
    for name in ("XP_SPC", "XP_LINES"):
        excel.call(name, COLUMN)
    assert adapter._cached.cache_info().misses == 1


def test_true_is_not_answered_from_memory_as_if_it_were_one(excel):
    assert excel.call("XP_MARGIN", 1.0) == pytest.approx(98)
    assert (
        excel.call("XP_MARGIN", True)
        == "#XLPERF! XP_MARGIN: n is 'TRUE', which is no number. Give a number."
    )


def test_what_a_caller_does_to_an_answer_does_not_change_the_one_remembered(excel):
    excel.call("XP_LINES", COLUMN)
    adapter.answer("XP_LINES", (EIGHTEEN,))[0].clear()
    assert len(excel.call("XP_LINES", COLUMN)[0]) == 3


def test_a_whole_column_is_read_and_not_remembered(excel):
    adapter._cached.cache_clear()
    column = cells(*[None] * 40_000, *EIGHTEEN, *[None] * 40_000)
    assert excel.call("XP_SPC", column) == "AMBER"
    assert adapter._cached.cache_info().currsize == 0


@pytest.mark.parametrize("error", CODES)
def test_an_error_in_the_last_cell_is_neither_a_blank_nor_a_figure(excel, error):
    figures, told = (
        cells(5, 6, CellError(error)),
        f"is the error {error}, which is no number. Give a number.",
    )
    assert excel.call("XP_XMR", figures) == f"#XLPERF! XP_XMR: values, cell 3 {told}"
    assert excel.call("XP_POSITION", 5, figures) == f"#XLPERF! XP_POSITION: group, cell 3 {told}"
    assert excel.call("XP_MARGIN", cells(CellError(error))) == f"#XLPERF! XP_MARGIN: n {told}"


def test_a_row_is_answered_in_a_row_and_a_column_in_a_column(excel):
    column = excel.call("XP_RUN", cells(*range(8)))
    assert [len(line) for line in column] == [1] * 8
    assert excel.call("XP_RUN", row(*range(8))) == [[line[0] for line in column]]


def test_a_signal_stands_in_the_row_of_its_figure_whatever_is_blank_before(excel):
    column = excel.call("XP_RUN", cells(*range(8)))
    assert column[0][0]
    assert excel.call("XP_RUN", cells(None, "", *range(8), None)) == [[""], [""], *column, [""]]


def test_a_long_explanation_goes_on_in_the_cells_below(excel):
    explanation = " ".join(f"year-on-year {i}." for i in range(60))
    found = excel.call("XP_WHY", "SP1", cells(["Line", "Explanation"], ["SP1", explanation]))
    assert len(found) > 2
    assert all(len(row) == 1 and len(row[0]) <= adapter.LONGEST_TEXT for row in found)
    assert " ".join(row[0] for row in found) == explanation


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_none_is_a_blank_cell(excel, monkeypatch, value):
    series = SimpleNamespace(lower=value, centre=1.0, upper=value)
    function = replace(BY_NAME["XP_XMR"], behind=lambda **_given: series)
    monkeypatch.setitem(BY_NAME, "XP_XMR", function)
    adapter._cached.cache_clear()
    assert excel.call("XP_XMR", COLUMN) == [["", 1.0, ""]]
    adapter._cached.cache_clear()


def test_a_fault_of_the_program_is_told_in_a_sentence_and_logged_once(excel, monkeypatch, tmp_path):
    def fails(**_given):
        raise ZeroDivisionError("something unforeseen")

    monkeypatch.setitem(BY_NAME, "XP_MARGIN", replace(BY_NAME["XP_MARGIN"], behind=fails))
    monkeypatch.setattr(adapter, "_logged", set())
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    first, second = excel.call("XP_MARGIN", 7777.0), excel.call("XP_MARGIN", 7778.0)
    assert first.startswith(
        "#XLPERF! XP_MARGIN: a fault of the program stopped it (ZeroDivisionError)"
    )
    assert (
        second
        == "#XLPERF! XP_MARGIN: a fault of the program (ZeroDivisionError). Details are in the log"
        " of xlperf."
    )
    assert (tmp_path / "xlperf" / "xlperf.log").read_text(encoding="utf-8").count("Traceback") == 1


@pytest.mark.skipif(find_spec("pandas") is None, reason="pandas is not installed")
def test_arrays_are_taken_as_ranges_are():
    import numpy as np

    assert adapter.answer("XP_SPC", (np.array(EIGHTEEN).reshape(18, 1),)) == "AMBER"


def test_the_name_that_workbooks_call_has_every_function():
    assert {name for name in vars(udfs) if name.startswith("XP_")} == set(BY_NAME)
    assert udfs.XP_MARGIN(32) == pytest.approx(17.3, abs=0.05)


def test_without_xlwings_the_functions_are_there_all_the_same(monkeypatch):
    monkeypatch.setitem(sys.modules, "xlwings", None)
    plain = adapter.bind_here()
    assert plain["XP_MARGIN"](32) == pytest.approx(17.3, abs=0.05)
    assert plain["XP_SPC"]([[count] for count in EIGHTEEN]) == "AMBER"


def test_the_wrapper_that_xlwings_writes_calls_every_function(excel, tmp_path, monkeypatch):
    target = tmp_path / "wrapper.bas"
    with target.open("w", encoding="utf-8") as file:
        excel.classic.generate_vba_wrapper(
            "xlperf.udfs", excel.module, file, SimpleNamespace(Name="Dashboard.xlsm")
        )
    text = target.read_text(encoding="utf-8")
    for function in FUNCTIONS:
        optional = [
            f"Optional {item.name}" if item.optional else item.name for item in function.arguments
        ]
        assert f"Function {function.name}({', '.join(optional)})" in text
        assert f'XLPy.CallUDF("xlperf.udfs", "{function.name}", Array(' in text


CELLS = st.one_of(
    *(
        st.none(),
        st.floats(),
        st.booleans(),
        st.text(max_size=6),
        st.text(min_size=200, max_size=300),
    ),
    *(
        st.just("#N/A"),
        st.just(CODES["#SPILL!"]),
        st.datetimes(),
        st.integers(),
        st.floats(0, 100),
        st.integers(1, 500),
    ),
)
WORDS = st.sampled_from(
    [
        "down",
        "up",
        "none",
        "points",
        "mean",
        "xmr",
        "any",
        "all",
        "group",
        "peers",
        "2012/13",
        "x" * 300,
    ]
)
FIGURES = st.one_of(
    st.lists(st.floats(0, 1e14), min_size=12, max_size=48),
    st.lists(st.sampled_from([0.0, 1e-300, 0.1, 1.0]), min_size=12, max_size=48),
    st.lists(st.sampled_from([0.0, 1.0, 7.0, 500.0]), min_size=12, max_size=48),
    st.lists(st.integers(0, 60), min_size=12, max_size=48),
)
BLOCKS = st.lists(st.lists(CELLS, min_size=1, max_size=3), min_size=1, max_size=4)
ANY_ARGUMENT = st.one_of(
    CELLS, WORDS, BLOCKS, FIGURES, FIGURES.map(lambda row: [[value] for value in row])
)


def shown(answer):
    """Every value of an answer."""
    return [value for row in answer for value in row] if isinstance(answer, list) else [answer]


@settings(max_examples=400)
@given(st.sampled_from(sorted(BY_NAME)), st.data())
def test_no_cell_gets_a_traceback_a_long_text_or_a_number_that_is_none(name, data):
    arguments = tuple(data.draw(ANY_ARGUMENT) for _ in BY_NAME[name].arguments)
    for value in shown(adapter.answer(name, arguments)):
        assert isinstance(value, (str, float, int, bool))
        assert not isinstance(value, float) or isfinite(value)
        if isinstance(value, str):
            assert len(value) <= 255
            assert "fault of the program" not in value, (name, arguments)


@settings(max_examples=150)
@given(FIGURES, FIGURES, st.sampled_from(["down", "up"]), st.data())
def test_figures_of_any_size_are_judged(first, second, direction, data):
    months = [[date(2012 + (3 + i) // 12, (3 + i) % 12 + 1, 1)] for i in range(len(first))]
    calls = {
        "XP_SPC": (first, direction, data.draw(st.sampled_from(["points", "mean", "xmr"]))),
        "XP_LINES": (first,),
        "XP_XMR": (first,),
        "XP_RUN": (first,),
        "XP_CHANGE": (first[:12], second[:12], direction),
        "XP_PROJECTION": (first, data.draw(st.integers(1, 240))),
        "XP_OFFENCES": (months, first, "2012/13", None, direction),
        "XP_POSITION": (first[0], first, direction),
        "XP_MSG": (first[0], first, direction, data.draw(st.sampled_from(["group", "peers"]))),
    }
    for name, arguments in calls.items():
        answer = adapter.answer(name, arguments)
        assert "fault of the program" not in str(answer), (name, arguments)
        assert all(not isinstance(value, float) or isfinite(value) for value in shown(answer))
