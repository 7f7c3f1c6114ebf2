"""xlwings without the packages that it loads whenever it finds them.

``xlwings.main``, ``xlwings.utils`` and ``xlwings.conversion`` (0.37) take matplotlib, pandas,
polars, plotly and Pillow along if they are installed, each guarded by ``except ImportError``, and
xlwings PRO if its licence allows. None of them is used here, and together they take several times
as long to load as all the rest of a click.

A name that is None in ``sys.modules`` raises `ModuleNotFoundError` where it is imported (Python's
language reference, "The import system", The module cache). So xlwings finds none of them and does
without; afterwards they can be loaded by whoever needs them.
"""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

NOT_NEEDED = ("matplotlib", "pandas", "polars", "plotly", "PIL", "xlwings.pro")
"""What xlwings looks for and a click does without."""


def xlwings_alone() -> ModuleType:
    """Give xlwings; where it is loaded here for the first time, without the packages of
    `NOT_NEEDED`.

    One that something else has loaded before is left as it is. Raises ImportError where xlwings is
    not installed.
    """
    loaded = sys.modules.get("xlwings")
    if loaded is not None:
        return loaded
    with _hidden(NOT_NEEDED):
        return importlib.import_module("xlwings")


@contextmanager
def _hidden(names: tuple[str, ...]) -> Iterator[None]:
    """Have imports of these names fail, those apart that are loaded."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: documented, see above
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
