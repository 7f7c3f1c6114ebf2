"""xlperf: from the data sheets of a police and crime plan dashboard to coloured tiles that explain
themselves.

Data flows one way: excel -> tables -> assessment (stats) -> tiles -> excel. ``pipeline`` shows the
whole program.

For Python there are ``xlperf.assess(path)``, ``xlperf.refresh(path)`` and ``xlperf.publish(path,
folder)`` (`xlperf.interface`), and the judgements as functions of lists, arrays and tables
(`xlperf.functions`): ``xlperf.spc(counts)``. They are loaded when they are first used, so that
importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.version import VERSION

if TYPE_CHECKING:
    from xlperf.functions import *
    from xlperf.interface import assess, publish, refresh

__version__ = VERSION
__all__ = [
    "__version__",
    "assess",
    "attainable",
    "change",
    "funnel",
    "g_chart",
    "margin",
    "offences",
    "p_chart",
    "position",
    "projection",
    "publish",
    "refresh",
    "runs",
    "spc",
    "steps",
    "survey",
    "t_chart",
    "total",
    "u_chart",
    "whatif",
    "why",
    "wilson",
    "xmr",
]


def __getattr__(name: str) -> object:
    """Load a function when it is first used."""
    if name in {"assess", "publish", "refresh"}:
        from xlperf import interface

        return getattr(interface, name)
    if name in __all__:
        from xlperf import functions

        return getattr(functions, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the functions too."""
    return sorted({*globals(), *__all__})
