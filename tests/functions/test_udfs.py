"""The functions as Excel's cells call them, through xlwings' own conversion code; only Windows itself is stood in for."""

from __future__ import annotations

import inspect
import sys
import types
from datetime import datetime
from types import SimpleNamespace

import pytest
import xlwings
from hypothesis import given
from hypothesis import strategies as st

from xlperf import functions, udfs
from xlperf.addin.registry import CATEGORY, FUNCTIONS, LONGEST_HELP

MISSING = -2147352572
"""What Excel hands over for an argument that was left out."""
EIGHTEEN = [420, 418, 371, 437, 443, 424, 431, 457, 352, 436, 414, 435, 352, 420, 385, 430, 375, 400]
COLUMN = tuple((float(count),) for count in EIGHTEEN)
"""A range of cells as COM gives it: rows of floats."""
BY_NAME = {function.name: function for function in FUNCTIONS}


class Engine:
    """What the conversion asks of Excel: values of cells cleaned on the way in, prepared on the way out."""

    name, type = "excel", "desktop"

    @staticmethod
    def clean_value_data(data, datetime_builder, empty_as, number_builder, err_to_str):
        def clean(value):
            if value is None or value == "":
                return empty_as
            if isinstance(value, int) and not isinstance(value, bool) and value in ERRORS:
                return ERRORS[value] if err_to_str else None
            return value

        return [[clean(value) for value in row] for row in data]

    @staticmethod
    def prepare_xl_data_element(value, options):
        return "" if value is None else value


ERRORS = {-2146826246: "#N/A", -2146826281: "#DIV/0!"}


@pytest.fixture(scope="module")
def host():
    """xlwings' module of classic functions, imported with Windows stood in for, and ours bound to it."""
    kept = dict(sys.modules)
    for name in ("pythoncom", "pywintypes", "win32com", "win32com.client"):
        sys.modules[name] = types.ModuleType(name)
    sys.modules["pythoncom"].CoInitialize = lambda: None
    sys.modules["win32com.client"].Dispatch = lambda book: book
    windows = types.ModuleType("xlwings._xlwindows")
    windows.Range = lambda xl: xl
    windows.is_range_instance = lambda value: False
    sys.modules["xlwings._xlwindows"] = xlwings._xlwindows = windows
    server = types.ModuleType("xlwings.com_server")
    server.loop = None
    sys.modules["xlwings.com_server"] = server
    before = dict(xlwings.engines.engines_by_name)
    xlwings.engines.engines_by_name["excel"] = xlwings.main.Engine(impl=Engine())
    from xlwings import udfs as classic

    bound = udfs.bind(SimpleNamespace(func=classic.xlfunc, arg=classic.xlarg))
    module = types.ModuleType("bound_functions")
    module.__file__ = __file__
    vars(module).update(bound)
    sys.modules["bound_functions"] = module
    yield classic, module
    xlwings.engines.engines_by_name.clear()
    xlwings.engines.engines_by_name.update(before)
    for name in set(sys.modules) - set(kept):
        if name.startswith(("pythoncom", "pywintypes", "win32com", "xlwings.", "bound_functions")):
            del sys.modules[name]
    del xlwings._xlwindows


def call(host, name, *arguments):
    """Call a function as Excel does: arguments by place, those left out as Excel marks them."""
    classic, _ = host
    missing = len(BY_NAME[name].arguments) - len(arguments)
    caller = SimpleNamespace(address="$A$1")
    block = classic.call_udf("bound_functions", name, (*arguments, *[MISSING] * missing), None, caller)
    return block[0][0] if len(block) == len(block[0]) == 1 else block  # Excel shows a block of one cell as its value


def test_the_three_formulas_of_the_specification(host):
    group = tuple((value,) for value in (1.8, 2.4, 2.7, 3.3, 3.9, 4.1, 4.2, 4.7))
    assert call(host, "XP_SPC", COLUMN) == "AMBER"
    assert call(host, "XP_POSITION", 4.2, group) == "7th of 8"
    assert call(host, "XP_SURVEY", 84.2, 410.0, 83.4, 395.0) == "AMBER"


ARGUMENTS = {
    "XP_SPC": (COLUMN,),
    "XP_LINES": (COLUMN,),
    "XP_XMR": (COLUMN,),
    "XP_RUN": (COLUMN,),
    "XP_CHANGE": (COLUMN[:12], COLUMN[6:]),
    "XP_PROJECTION": (COLUMN * 2, 30.0),
    "XP_OFFENCES": (tuple((datetime(2012 + i // 12, i % 12 + 1, 1),) for i in range(36)), COLUMN * 2),
    "XP_POSITION": (2.0, ((1.0, 2.0, 3.0),)),
    "XP_MSG": (2.0, ((1.0, 2.0, 3.0, 4.0, 5.0, 6.0),)),
    "XP_SURVEY": (84.2, 410.0, 83.4, 395.0),
    "XP_WILSON": (90.6, 32.0),
    "XP_MARGIN": (32.0,),
    "XP_ATTAINABLE": (37.5, 65.0),
    "XP_WHY": ("sp12_offences", (("Line", "Explanation"), ("SP12_offences", "AMBER: 4,253 ..."))),
}


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_every_function_answers_a_cell_as_it_answers_python(host, name):
    given_arguments = ARGUMENTS[name]
    answer = call(host, name, *given_arguments)
    direct = getattr(functions, BY_NAME[name].behind)(*given_arguments)
    assert answer == direct
    assert "#XLPERF!" not in str(answer)


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_the_registry_has_the_arguments_of_the_function_behind(name):
    function = BY_NAME[name]
    parameters = list(inspect.signature(getattr(functions, function.behind)).parameters.values())
    assert [item.name for item in function.arguments] == [item.name for item in parameters]
    assert [item.optional for item in function.arguments] == [item.default is not item.empty for item in parameters]


def test_help_fits_the_wizard_and_every_function_is_declared_for_it(host):
    _, module = host
    for function in FUNCTIONS:
        info = getattr(module, function.name).__xlfunc__
        assert info["category"] == CATEGORY
        assert info["ret"]["doc"] == function.summary
        assert [item["doc"] for item in info["args"]] == [item.meaning for item in function.arguments]
        assert [item["name"] for item in info["args"]] == [item.name for item in function.arguments]
        texts = [function.summary, *(item.meaning for item in function.arguments)]
        assert all(0 < len(text) <= LONGEST_HELP for text in texts)


def test_faults_are_sentences_with_the_name_of_the_function(host):
    blank = (*COLUMN[:5], (None,), *COLUMN[6:])
    error = (*COLUMN[:5], (-2146826246,), *COLUMN[6:])
    assert call(host, "XP_SPC", blank).startswith("#XLPERF! XP_SPC: values, cell 6 is blank.")
    assert "cell 6 is the error #N/A" in call(host, "XP_SPC", error)
    assert call(host, "XP_SPC", COLUMN[:3]) == ("#XLPERF! XP_SPC: values has 3 values, but 18 are needed.")
    assert "which is no number" in call(host, "XP_MARGIN", "many")
    assert "is blank" in call(host, "XP_MARGIN", None)


def test_an_optional_argument_that_is_a_blank_cell_counts_as_left_out(host):
    assert call(host, "XP_SPC", COLUMN, None, None, None) == "AMBER"
    assert call(host, "XP_SPC", COLUMN, "") == "AMBER"


def test_the_same_call_is_answered_from_memory(host):
    udfs._remembered.cache_clear()
    for _ in range(3):
        call(host, "XP_SPC", COLUMN)
    assert (udfs._remembered.cache_info().hits, udfs._remembered.cache_info().misses) == (2, 1)


def test_without_xlwings_the_functions_are_there_all_the_same(monkeypatch):
    monkeypatch.setitem(sys.modules, "xlwings", None)
    plain = udfs._bind_here()
    assert plain["XP_MARGIN"](32) == pytest.approx(17.3, abs=0.05)
    assert plain["XP_SPC"]([[count] for count in EIGHTEEN]) == "AMBER"


def test_a_custom_function_host_that_knows_no_categories_is_served_too():
    seen = []

    def arg(name, doc):
        seen.append(name)
        return lambda function: function

    bound = udfs.bind(SimpleNamespace(func=lambda function: function, arg=arg), classic=False)
    assert set(bound) == set(BY_NAME)
    assert "months_ahead" in seen


def test_the_wrapper_that_xlwings_writes_calls_every_function(host, tmp_path, monkeypatch):
    classic, module = host
    target = tmp_path / "wrapper.bas"
    with target.open("w", encoding="utf-8") as file:
        classic.generate_vba_wrapper("xlperf.udfs", module, file, SimpleNamespace(Name="Dashboard.xlsm"))
    text = target.read_text(encoding="utf-8")
    for function in FUNCTIONS:
        optional = [f"Optional {item.name}" if item.optional else item.name for item in function.arguments]
        assert f"Function {function.name}({', '.join(optional)})" in text
        assert f'XLPy.CallUDF("xlperf.udfs", "{function.name}", Array(' in text


CELLS = st.one_of(st.none(), st.floats(), st.booleans(), st.text(max_size=6), st.just("#N/A"), st.datetimes())


@pytest.mark.filterwarnings("ignore")
@given(st.sampled_from(sorted(BY_NAME)), st.data())
def test_no_cell_gets_a_traceback_or_a_long_fault(name, data):
    arguments = [
        data.draw(st.one_of(CELLS, st.lists(st.lists(CELLS, min_size=1, max_size=3), min_size=1, max_size=4)))
        for _ in BY_NAME[name].arguments
    ]
    answer = udfs.answer(BY_NAME[name], tuple(arguments))
    if isinstance(answer, str) and answer.startswith("#XLPERF!"):
        assert len(answer) <= 255
        assert "fault of the program" not in answer, (name, arguments)
