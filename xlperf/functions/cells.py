"""The adapter between cells and functions, one for every host: blank optional arguments, ranges as
lists of rows, flat answers, faults as sentences.

xlwings is needed only to bind the functions to classic Excel, on the computer whose cells call
them.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from inspect import Parameter, Signature
from math import isfinite
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from xlperf.errors import XlperfError
from xlperf.excel.live.live_values import incoming
from xlperf.functions.arguments import is_row
from xlperf.functions.registry import BY_NAME, CATEGORY, FUNCTIONS, LONGEST_HELP
from xlperf.tables.coercion import stripped

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlperf.functions.registry import Function, Shown

MOST_CACHED, LARGEST_CACHED = 2048, 500
"""Calls whose results are cached, since a sheet that is calculated again calls the same; and cells
that such a call may have.
"""
LONGEST_TEXT = 255
"""Characters of a text that Excel takes from a function of xlwings; longer: #VALUE!."""


@dataclass(frozen=True, slots=True)
class Truth:
    """TRUE or FALSE, apart from 1 and 0: Python takes them for equal, and so would the cache."""

    value: bool


def answer(name: str, arguments: tuple[object, ...]) -> Any:
    """Call a function as a cell does.

    Parameters
    ----------
    name
        Of the registry: XP_SPC.
    arguments
        In the order of the registry, those at the end may be missing: a value, a list (a column) or
        rows of values, an array; error values as a host gives them
        (`xlperf.excel.port.error_value`). A blank optional argument counts as left out.

    Returns
    -------
    str, float, int, bool, or list of rows of them
        What Excel shows or spills: numbers are finite, texts have 255 characters at most. A fault
        is a sentence that begins with #XLPERF! and the function's name; nothing is raised.
    """
    try:
        function = BY_NAME[name]
        pairs = zip(function.arguments, map(_cache_key, arguments), strict=False)
        values = dict(function.defaults)
        for item, value in pairs:
            if not (item.optional and value in (None, "")):
                values[item.name] = value
        call = _cached if sum(map(_size, values.values())) <= LARGEST_CACHED else _call
        result = call(function.behind, tuple(values.items()))
        return _cell_values(function.flat(result), *arguments[:1])
    except XlperfError as error:
        return _cut(f"#XLPERF! {name}: {error}")
    except Exception as error:  # noqa: BLE001 - a cell shows a sentence, never a traceback
        return _cut(f"#XLPERF! {name}: {_fault(type(error).__name__, error)}")


def _cache_key(value: Any) -> Any:
    """Ranges as tuples, for the cache; a range of one cell as its value; one row stays a row."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        key = tuple(map(_cache_key, value))
        return key[0] if len(key) == 1 and not isinstance(key[0], tuple) else key
    if isinstance(value, bool):
        return Truth(value)
    return stripped(value) if isinstance(value := incoming(value), str) else value


def _size(value: object) -> int:
    return sum(map(_size, value)) if isinstance(value, tuple) else 1


def _call(behind: Callable[..., object], values: tuple[tuple[str, object], ...]) -> object:
    return behind(**{argument: _plain_values(value) for argument, value in values})


_cached = lru_cache(maxsize=MOST_CACHED)(_call)


def _plain_values(value: object) -> object:
    """Values of a cached call as the functions take them."""
    if isinstance(value, Truth):
        return value.value
    return [_plain_values(item) for item in value] if isinstance(value, tuple) else value


def _cell_values(shown: Shown, first: object = None) -> Any:
    """Rows of an answer, or its one value. One value for each cell stands as the cells of the first
    argument do; a text that is too long goes on in the cells below.
    """
    if isinstance(shown, str) and len(shown) > LONGEST_TEXT:
        return [[part] for part in wrap(shown, LONGEST_TEXT, break_on_hyphens=False)]
    if isinstance(shown, tuple):
        shown = [shown] if is_row(first) else [[value] for value in shown]
    if isinstance(shown, list):
        return [[_cell(value) for value in row] for row in shown]
    return _cell(shown)


def _cell(value: object) -> object:
    """A value as a cell can show it: a number that does not exist is blank."""
    if value is None or (isinstance(value, float) and not isfinite(value)):
        return ""
    return _cut(value) if isinstance(value, str) else value


def _cut(sentence: str) -> str:
    return sentence if len(sentence) <= LONGEST_TEXT else f"{sentence[: LONGEST_TEXT - 1]}…"


_logged: set[str] = set()


def _fault(kind: str, error: Exception) -> str:
    """Sentence for a fault of the program; its traceback is logged once, not for each cell."""
    from xlperf import logbook

    if kind in _logged:
        return f"a fault of the program ({kind}). Details are in the log of xlperf."
    _logged.add(kind)
    return logbook.logged(error, state="no figure was given")


def _as_function(function: Function) -> Callable[..., Any]:
    """Python function with the arguments of the registry and no annotations: xlwings reads both."""

    def call(*arguments: object) -> Any:
        return answer(function.name, arguments)

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

    Ranges come as rows of cells, so that a row differs from a column, and error values as texts, so
    that they differ from blanks.

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


def bind_here() -> dict[str, Callable[..., Any]]:
    """Give every function, decorated where xlwings is installed.

    In xlwings Lite (emscripten) the user's main.py decorates its own.
    """
    if sys.platform != "emscripten":
        with suppress(ImportError):
            import xlwings

            return bind(xlwings)
    return {function.name: _as_function(function) for function in FUNCTIONS}
