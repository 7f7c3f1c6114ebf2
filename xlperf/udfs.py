"""The functions of the registry, bound to Excel's cells through xlwings: name this module under UDF Modules.

xlwings is needed only here, and only on the computer whose cells call the functions. Elsewhere the module still gives
the functions as Excel would call them: blank optional arguments, ranges as lists of rows, faults as sentences.
"""

from __future__ import annotations

from functools import lru_cache
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any

from xlperf.addin.registry import CATEGORY, FUNCTIONS, LONGEST_HELP, Function
from xlperf.errors import XlperfError
from xlperf.excel.port import ERROR_CODES, CellError

if TYPE_CHECKING:
    from collections.abc import Callable

REMEMBERED = 2048
"""Calls whose answers are kept: a sheet that is calculated again asks the same."""
LONGEST_TEXT = 255
"""Characters a text inside a spilled answer may have."""


def answer(function: Function, arguments: tuple[Any, ...]) -> Any:
    """Call a function as a cell does: the answer, or a sentence that begins with #XLPERF!."""
    given = tuple(
        (item.name, _frozen(value))
        for item, value in zip(function.arguments, arguments, strict=False)
        if not (item.optional and (value is None or value == ""))
    )
    try:
        return _remembered(function.behind, given)
    except XlperfError as error:
        return f"#XLPERF! {function.name}: {error}"[:LONGEST_TEXT]
    except Exception as error:  # noqa: BLE001 - a cell shows a sentence, never a traceback
        return f"#XLPERF! {function.name}: a fault of the program ({type(error).__name__}). Tell who looks after it."


def _frozen(value: Any) -> Any:
    """Ranges as tuples, so that a call can be remembered; error values as texts that are told from others."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return tuple(map(_frozen, value))
    return value


@lru_cache(maxsize=REMEMBERED)
def _remembered(behind: str, given: tuple[tuple[str, Any], ...]) -> Any:
    from xlperf import functions

    return getattr(functions, behind)(**{name: _thawed(value) for name, value in given})


def _thawed(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_thawed(item) for item in value]
    if isinstance(value, str) and value in ERROR_CODES:
        return CellError(value)
    return value


def _as_function(function: Function) -> Callable[..., Any]:
    """Python function with the arguments of the registry and no annotations: xlwings reads both."""

    def call(*arguments: Any) -> Any:
        return answer(function, arguments)

    kinds = Parameter.POSITIONAL_OR_KEYWORD
    call.__signature__ = Signature(  # type: ignore[attr-defined]
        [Parameter(item.name, kinds, default=None if item.optional else Parameter.empty) for item in function.arguments]
    )
    call.__name__ = call.__qualname__ = function.name
    call.__doc__ = function.summary[:LONGEST_HELP]
    call.__annotations__ = {}
    return call


def bind(xlwings: Any, *, classic: bool = True) -> dict[str, Callable[..., Any]]:
    """Give every function of the registry, decorated for a host.

    Parameters
    ----------
    xlwings
        The module whose ``func`` and ``arg`` decorate: ``xlwings`` for classic functions, ``xlwings.server`` for custom
        functions of an add-in.
    classic
        Whether the host knows categories (the classic one does).
    """
    bound = {}
    for function in FUNCTIONS:
        call = _as_function(function)
        for item in function.arguments:
            options = {"err_to_str": True} if classic else {}
            call = xlwings.arg(item.name, doc=item.meaning[:LONGEST_HELP], **options)(call)
        decorated = xlwings.func(category=CATEGORY) if classic else xlwings.func
        bound[function.name] = decorated(call)
    return bound


def _bind_here() -> dict[str, Callable[..., Any]]:
    try:
        import xlwings
    except ImportError:
        return {function.name: _as_function(function) for function in FUNCTIONS}
    return bind(xlwings)


globals().update(_bind_here())
__all__ = ["answer", "bind", *(function.name for function in FUNCTIONS)]  # noqa: PLE0604 - names are those of the registry
