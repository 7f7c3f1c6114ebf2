"""Tables and statistics to assessments: a colour, the reason for it, and the evidence. No Excel, no
files, no clock.

The package can be called, since the name ``xlperf.assess`` is its own: ``xlperf.assess(path)`` is
`xlperf.interface.assess`.
"""

from __future__ import annotations

import sys
from types import ModuleType


class _CallablePackage(ModuleType):
    """A package whose call goes to the Python interface; no module here depends on that."""

    def __call__(self, *arguments: object, **options: object) -> object:
        from importlib import import_module

        return import_module("xlperf.interface").assess(*arguments, **options)


sys.modules[__name__].__class__ = _CallablePackage
