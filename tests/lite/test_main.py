"""`main.py`, which users paste into the add-in: its functions are those of the registry."""

from __future__ import annotations

import inspect
import sys
from datetime import datetime
from types import ModuleType
from typing import Any

import pytest

from tests.functions.excel import CODES, Cells, cells, from_cell
from tests.functions.test_cells import ARGUMENTS, python_answer
from tests.shipped import ROOT
from xlperf.excel.port import CellError
from xlperf.functions.registry import FUNCTIONS, LONGEST_HELP, Function

MAIN = ROOT / "xlperf" / "lite" / "main.py"
HEAD = '''\
"""
# xlperf

Choose a script above, or press its button. What it has to say is shown under Output.

*Refresh* writes; *Check*, *Why* and *What changed* write nothing.
"""

import xlwings as xw
from xlwings import arg, func, script

from xlperf.lite import scripts
from xlperf.lite.answers import answer

'''
SCRIPTS = {
    "refresh": (
        "Refresh",
        "Fill and colour every tile from the data sheets, and say what changed.",
    ),
    "check": ("Check", "Check the data sheets, and say what was found. Writes nothing."),
    "why": (
        "Why",
        (
            "Select a figure or status on a tile, or a row of Workings: why it has its colour."
            " Writes nothing."
        ),
    ),
    "changes": ("What changed", "What changed since the period before. Writes nothing."),
}


def text() -> str:
    """Make the whole file from the registry."""
    made = HEAD
    for name, (title, summary) in SCRIPTS.items():
        made += (
            f'\n@script(name="{title}")\nasync def {name}(book: xw.BookAsync):\n   '
            f' """{summary}"""\n'
        )
        made += f"    await scripts.{name}(book)\n\n"
    return made + "\n".join(map(one, FUNCTIONS))


TRIPLE = '"' * 3


def one(function: Function) -> str:
    made = "\n@func\n"
    for item in function.arguments:
        made += f'@arg("{item.name}", doc={_quoted(item.meaning)}, ndim=2, err_to_str=True)\n'
    names = [item.name for item in function.arguments]
    signature = ", ".join(
        f"{item.name}=None" if item.optional else item.name for item in function.arguments
    )
    made += (
        f"def {function.name}({signature}):\n   "
        f" {TRIPLE}{function.summary[:LONGEST_HELP]}{TRIPLE}\n"
    )
    return f"{made}    return answer({', '.join([_quoted(function.name), *names])})\n"


def _quoted(value: str) -> str:
    return '"' + value[:LONGEST_HELP].replace("\\", "\\\\").replace('"', '\\"') + '"'


def test_it_is_made_of_the_registry():
    assert MAIN.read_text(encoding="utf-8") == text(), "renew it: python tests/lite/test_main.py"


class Decorators(ModuleType):
    """xlwings, as far as the file needs it, that keeps what it is told."""

    class BookAsync:
        pass

    def __init__(self) -> None:
        super().__init__("xlwings")
        self.scripts: dict[str, Any] = {}
        self.functions: dict[str, Any] = {}
        self.options: list[dict[str, Any]] = []

    def script(self, *, name: str) -> Any:
        return lambda function: self.scripts.setdefault(name, function)

    def func(self, function: Any) -> Any:
        return self.functions.setdefault(function.__name__, function)

    def arg(self, name: str, **options: Any) -> Any:
        self.options.append({"name": name, **options})
        return lambda function: function


@pytest.fixture
def pasted(monkeypatch) -> Decorators:
    """The file, run as the add-in runs it."""
    import xlperf.lite.answers  # noqa: F401 - it binds its functions to the xlwings that is installed, when first imported

    xlwings = Decorators()
    monkeypatch.setitem(sys.modules, "xlwings", xlwings)
    code = compile(MAIN.read_text(encoding="utf-8"), "main.py", "exec", dont_inherit=True)
    exec(code, {"__name__": "main"})  # noqa: S102
    return xlwings


def test_it_gives_the_scripts_and_every_function(pasted):
    assert list(pasted.scripts) == ["Refresh", "Check", "Why", "What changed"]
    for script in pasted.scripts.values():
        (book,) = inspect.signature(script).parameters.values()
        assert inspect.iscoroutinefunction(script)
        assert book.annotation is Decorators.BookAsync
    assert list(pasted.functions) == [function.name for function in FUNCTIONS]
    assert all(option["ndim"] == 2 and option["err_to_str"] for option in pasted.options)


@pytest.mark.parametrize("function", FUNCTIONS, ids=[function.name for function in FUNCTIONS])
def test_every_function_answers_the_add_in_as_it_answers_python(pasted, function):
    given = ARGUMENTS[function.name]
    answer = pasted.functions[function.name](*map(rows, given))
    assert answer == python_answer(function.name, *given)


@pytest.mark.parametrize("error", CODES)
def test_an_error_from_the_add_in_is_neither_a_blank_nor_a_figure(pasted, error):
    told = f"is the error {error}, which is no number. Give a number."
    call = pasted.functions
    assert (
        call["XP_XMR"](rows(cells(5, 6, CellError(error))))
        == f"#XLPERF! XP_XMR: values, cell 3 {told}"
    )
    assert call["XP_MARGIN"](rows(cells(CellError(error)))) == f"#XLPERF! XP_MARGIN: n {told}"


def rows(argument: Any) -> list[list[Any]]:
    """An argument as the add-in gives it: rows of cells; dates as day numbers, errors as texts
    (`_xlofficejs`).
    """
    names = {code: name for name, code in CODES.items()}
    value = argument.raw_value if isinstance(argument, Cells) else from_cell(argument)

    def cell(item: Any) -> Any:
        if type(item) is int and item in names:
            return names[item]
        return (item - datetime(1899, 12, 30)).days if isinstance(item, datetime) else item

    return [
        [cell(item) for item in line]
        for line in (value if isinstance(value, tuple) else ((value,),))
    ]


if __name__ == "__main__":
    MAIN.write_text(text(), encoding="utf-8")
