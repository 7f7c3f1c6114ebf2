"""Import of xlwings without the optional packages that it would load.

``xlwings.main``, ``xlwings.utils`` and ``xlwings.conversion`` (0.37) import matplotlib, pandas,
polars, plotly and Pillow if they are installed (each in ``except ImportError``), and xlwings PRO if
its licence allows. xlperf uses none of them here, and loading them takes several times as long as
the rest of a click.

If a name is None in ``sys.modules``, its import raises `ModuleNotFoundError` (Python's language
reference, "The import system", The module cache). So xlwings finds none of these packages and works
without them. Afterwards, other code can load them as usual.
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
"""Packages that xlwings looks for and that a click does not need."""


def xlwings_alone() -> ModuleType:
    """Return xlwings; if this is its first import, without the packages of `NOT_NEEDED`.

    If xlwings is loaded already, it is returned as it is. Raises ImportError if it is not
    installed.
    """
    loaded = sys.modules.get("xlwings")
    if loaded is not None:
        return loaded
    with _hide(NOT_NEEDED):
        return importlib.import_module("xlwings")


@contextmanager
def _hide(names: tuple[str, ...]) -> Iterator[None]:
    """Make imports of these names fail, except of those that are loaded already."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: documented, see above
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
