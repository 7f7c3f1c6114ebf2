"""The functions of the registry, bound to Excel's cells through xlwings: name this module under UDF
Modules.

xlwings is needed only here, and only on the computer whose cells call the functions. Elsewhere the
module still gives the functions as Excel would call them: blank optional arguments, ranges as lists
of rows, faults as sentences.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from inspect import Parameter, Signature
from math import isfinite
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from xlperf.errors import XlperfError
from xlperf.excel.live.live_values import incoming
from xlperf.functions.registry import CATEGORY, FUNCTIONS, LONGEST_HELP, Function
from xlperf.tables.coercion import stripped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

REMEMBERED, LARGEST_REMEMBERED = 2048, 500
"""Calls whose answers are kept, since a sheet calculated again asks the same; and cells that such a
call may have.
"""
LONGEST_TEXT = 255
"""Characters of a text that Excel takes from a function of xlwings; of a longer one it makes
#VALUE!.
"""


@dataclass(frozen=True, slots=True)
class Truth:
    """TRUE or FALSE, told from 1 and 0: Python takes them for equal, and so would the memory of
    calls.
    """

    value: bool


def answer(function: Function, arguments: tuple[Any, ...]) -> Any:
    """Call a function as a cell does.

    Parameters
    ----------
    function
        Of the registry.
    arguments
        In its order, those at the end may be missing: a value, a list (a column) or rows of values,
        an array; error values as a host gives them (`xlperf.excel.port.error_value`). A blank
        optional argument counts as left out.

    Returns
    -------
    str, float, int, bool, or list of rows of them
        What Excel shows or spills: numbers are finite, texts have 255 characters at most. A fault
        is a sentence that begins with #XLPERF! and the function's name; nothing is raised.
    """
    try:
        pairs = zip(function.arguments, map(_frozen, arguments), strict=False)
        given = tuple(
            (item.name, value)
            for item, value in pairs
            if not (item.optional and value in (None, ""))
        )
        remembered = sum(_size(value) for _, value in given) <= LARGEST_REMEMBERED
        return _shown((_remembered if remembered else _called)(function.behind, given))
    except XlperfError as error:
        return _cut(f"#XLPERF! {function.name}: {error}")
    except Exception as error:  # noqa: BLE001 - a cell shows a sentence, never a traceback
        return _cut(f"#XLPERF! {function.name}: {_told(type(error).__name__, error)}")


def _frozen(value: Any) -> Any:
    """Ranges as tuples, so that a call can be remembered; a range of one cell as its value; one row
    stays a row.
    """
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        frozen = tuple(map(_frozen, value))
        return frozen[0] if len(frozen) == 1 and not isinstance(frozen[0], tuple) else frozen
    if isinstance(value, bool):
        return Truth(value)
    return stripped(value) if isinstance(value := incoming(value), str) else value


def _size(value: Any) -> int:
    return sum(map(_size, value)) if isinstance(value, tuple) else 1


def _called(behind: str, given: tuple[tuple[str, Any], ...]) -> Any:
    from xlperf import functions

    return getattr(functions, behind)(**{name: _thawed(value) for name, value in given})


_remembered = lru_cache(maxsize=REMEMBERED)(_called)


def _thawed(value: Any) -> Any:
    """Give frozen values as the functions take them."""
    if isinstance(value, Truth):
        return value.value
    return [_thawed(item) for item in value] if isinstance(value, tuple) else value


def _shown(found: Any) -> Any:
    """Answer as a cell can show it: no number that is none; a text that is too long goes on in the
    cells below.
    """
    if isinstance(found, list):
        return [[_shown_cell(value) for value in row] for row in found]
    if isinstance(found, str) and len(found) > LONGEST_TEXT:
        return [[part] for part in wrap(found, LONGEST_TEXT, break_on_hyphens=False)]
    return _shown_cell(found)


def _shown_cell(value: Any) -> Any:
    if isinstance(value, float) and not isfinite(value):
        return ""
    return _cut(value) if isinstance(value, str) else value


def _cut(sentence: str) -> str:
    return sentence if len(sentence) <= LONGEST_TEXT else f"{sentence[: LONGEST_TEXT - 1]}…"


_seen: set[str] = set()


def _told(kind: str, error: Exception) -> str:
    """Sentence for a fault of the program; its traceback goes to the log once, however many cells
    meet it.
    """
    from xlperf import logbook

    if kind in _seen:
        return f"a fault of the program ({kind}). Details are in the log of xlperf."
    _seen.add(kind)
    return logbook.logged(error, state="no figure was given")


def _as_function(function: Function) -> Callable[..., Any]:
    """Python function with the arguments of the registry and no annotations: xlwings reads both."""

    def call(*arguments: Any) -> Any:
        return answer(function, arguments)

    kinds = Parameter.POSITIONAL_OR_KEYWORD
    call.__signature__ = Signature(  # type: ignore[attr-defined]
        [
            Parameter(item.name, kinds, default=None if item.optional else Parameter.empty)
            for item in function.arguments
        ]
    )
    call.__name__ = call.__qualname__ = function.name
    call.__doc__ = function.summary[:LONGEST_HELP]
    call.__annotations__ = {}
    return call


def bind(xlwings: Any) -> dict[str, Callable[..., Any]]:
    """Give every function of the registry, decorated for classic Excel.

    Ranges come as rows of cells, so that a row is told from a column, and error values as texts, so
    that they are told from blanks.

    Parameters
    ----------
    xlwings
        The module whose ``func`` and ``arg`` decorate.
    """
    bound = {}
    for function in FUNCTIONS:
        call = _as_function(function)
        for item in function.arguments:
            call = xlwings.arg(item.name, doc=item.meaning[:LONGEST_HELP], ndim=2, err_to_str=True)(
                call
            )
        bound[function.name] = xlwings.func(category=CATEGORY, call_in_wizard=False)(call)
    return bound


def _bind_here() -> Mapping[str, Callable[..., Any]]:
    if sys.platform == "emscripten":  # in xlwings Lite, main.py binds them
        return {function.name: _as_function(function) for function in FUNCTIONS}
    try:
        import xlwings
    except ImportError:
        return {function.name: _as_function(function) for function in FUNCTIONS}
    return bind(xlwings)


globals().update(_bind_here())
__all__ = ["answer", "bind", *(function.name for function in FUNCTIONS)]  # noqa: PLE0604 - names are those of the registry
