"""xlperf: from the data sheets of a police and crime plan dashboard to coloured tiles that explain
themselves.

Data flows one way: excel -> tables -> assess (stats) -> tiles -> excel. ``pipeline`` shows the
whole program.

The judgements are also functions on lists, arrays and tables (`xlperf.functions`):
``xlperf.spc(counts)``. They are loaded when they are first used, so that importing the package
costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlperf.version import VERSION

if TYPE_CHECKING:
    from xlperf.functions import (
        attainable,
        change,
        margin,
        offences,
        position,
        projection,
        runs,
        spc,
        survey,
        total,
        why,
        wilson,
        xmr,
    )

__version__ = VERSION
__all__ = [
    "__version__",
    "attainable",
    "change",
    "margin",
    "offences",
    "position",
    "projection",
    "runs",
    "spc",
    "survey",
    "total",
    "why",
    "wilson",
    "xmr",
]


def __getattr__(name: str) -> Any:
    """Load a function when it is first asked for."""
    if name in __all__:
        from xlperf import functions

        return getattr(functions, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the functions too."""
    return sorted({*globals(), *__all__})
