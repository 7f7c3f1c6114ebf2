"""Excel as xlwings' code for classic functions meets it: Windows and COM stood in for, the
conversion xlwings' own.
"""

from __future__ import annotations

import ast
import sys
import types
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import xlwings

from xlperf.excel.port import ERRORS_BY_NUMBER, NUMBERS_FROM, CellError
from xlperf.functions.cells import bind
from xlperf.functions.registry import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

MISSING = -2147352572
"""What Excel hands over for an argument that was left out."""
CODES = {
    name: NUMBERS_FROM + number for number, name in {**ERRORS_BY_NUMBER, 2222: "#ERROR!"}.items()
}
"""Error values as COM gives them, the last one without a name. xlwings knows the seven oldest."""


@dataclass
class Cells:
    """A range that a function is given, as xlwings asks for it: what `Value` of Excel gives, one
    value for one cell.
    """

    raw_value: Any
    max_cells_per_read: None = None
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def sheet(self) -> SimpleNamespace:
        """The sheet, for xlwings to find the engine by."""
        book = SimpleNamespace(
            app=SimpleNamespace(pid=1, engine=xlwings.engines.engines_by_name["excel"].impl)
        )
        return SimpleNamespace(book=book)


def from_cell(value: Any) -> Any:
    """A cell's value as COM gives it: numbers as floats, dates with a time, errors as whole
    numbers.
    """
    if isinstance(value, CellError):
        return CODES[value.code]
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def cells(*rows: Any) -> Cells:
    """A range of rows, or a column if no rows but values are given."""
    block = tuple(
        tuple(map(from_cell, row if isinstance(row, (list, tuple)) else [row])) for row in rows
    )
    return Cells(block[0][0] if len(block) == len(block[0]) == 1 else block)


def row(*values: Any) -> Cells:
    """A range that is a row."""
    return cells(values)


def _windows_engine() -> Any:
    """Conversion of cells' values as xlwings does it on Windows: its own source, of a module that
    imports only there.
    """
    source = (Path(xlwings.__file__).parent / "_xlwindows.py").read_text(encoding="utf-8")
    wanted = {"cell_errors", "_clean_value_data_element", "_com_time_to_datetime", "Engine"}
    chosen = [
        node
        for node in ast.parse(source).body
        if getattr(node, "name", "") in wanted
        or (isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in wanted)
    ]
    space: dict[str, Any] = {"time_types": (date, datetime), "pd": None, "np": None}
    exec(compile(ast.Module(chosen, []), "_xlwindows.py", "exec"), space)  # noqa: S102 - the conversion itself, not a copy of it
    return space["Engine"]()


class Host:
    """Excel with the functions imported: `call` does what a formula does."""

    def __init__(self, classic: Any, module: types.ModuleType) -> None:
        self.classic, self.module = classic, module

    def call(self, name: str, *arguments: Any) -> Any:
        """Call a function as Excel does: arguments by place, those left out as Excel marks them.

        Gives the value, or the rows that spill.
        """
        missing = len(BY_NAME[name].arguments) - len(arguments)
        given = (
            *(item if isinstance(item, Cells) else from_cell(item) for item in arguments),
            *[MISSING] * missing,
        )
        block = self.classic.call_udf(
            "bound_functions", name, given, None, SimpleNamespace(address="$A$1")
        )
        return block[0][0] if len(block) == len(block[0]) == 1 else block


@contextmanager
def host() -> Iterator[Host]:
    """Import xlwings' module of classic functions, Windows stood in for, and bind ours to it."""
    kept = dict(sys.modules)
    for name in ("pythoncom", "pywintypes", "win32com", "win32com.client"):
        sys.modules[name] = types.ModuleType(name)
    vars(sys.modules["pythoncom"])["CoInitialize"] = lambda: None
    vars(sys.modules["win32com.client"])["Dispatch"] = lambda book: book
    windows = types.ModuleType("xlwings._xlwindows")
    vars(windows).update(
        Range=lambda xl: xl, is_range_instance=lambda value: isinstance(value, Cells)
    )
    sys.modules["xlwings._xlwindows"] = xlwings._xlwindows = windows
    server = types.ModuleType("xlwings.com_server")
    vars(server)["loop"] = None
    sys.modules["xlwings.com_server"] = server
    before = dict(xlwings.engines.engines_by_name)
    xlwings.engines.engines_by_name["excel"] = xlwings.main.Engine(impl=_windows_engine())
    from xlwings import udfs as classic

    module = types.ModuleType("bound_functions")
    module.__file__ = __file__
    vars(module).update(bind(SimpleNamespace(func=classic.xlfunc, arg=classic.xlarg)))
    sys.modules["bound_functions"] = module
    try:
        yield Host(classic, module)
    finally:
        xlwings.engines.engines_by_name.clear()
        xlwings.engines.engines_by_name.update(before)
        for name in set(sys.modules) - set(kept):
            if name.startswith(
                ("pythoncom", "pywintypes", "win32com", "xlwings.", "bound_functions")
            ):
                del sys.modules[name]
        del xlwings._xlwindows
