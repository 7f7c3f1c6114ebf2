"""The workbook's VBA project: its documents, our own modules, those made from the registry, those
of xlwings.

The modules of xlwings stand beside this file, those of the one version that xlperf works with
(`xlperf.version.XLWINGS_VERSION`), so that a workbook can be made where xlwings is not installed.
Licences: ``xlwings.bas`` BSD
3-clause, Zoomer Analytics; ``Dictionary.cls`` MIT, Tim Hall. Their notices stay in the modules and
so in the workbook; the full texts are in ``NOTICE.txt``.
"""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from xlperf.vba.project_file import Module, ModuleKind, sources_of, vba_project
from xlperf.vba.wrappers import generated_modules

if TYPE_CHECKING:
    from collections.abc import Sequence

PROJECT = "xlperf"
"""Name of the project in the VBA editor; no module may have it."""
WORKBOOK = "ThisWorkbook"
OWN = ("xlperf_ribbon", "xlperf_failures", "xlperf_cells")
"""Our modules: the buttons, the words for what keeps Python from starting, and what a refresh asks
of all names at once.
"""
XLWINGS, DICTIONARY = "xlwings", "Dictionary"
"""Modules of others: RunPython and the functions of cells, and a class that these use on a Mac."""
DECLARED_VERSION = re.compile(r'XLWINGS_VERSION As String = "([^"]+)"')


def modules(sheets: Sequence[str]) -> list[Module]:
    """Give every module; `sheets` are the code names of the worksheets, in their order."""
    sheet = source("sheet.cls")
    return [
        Module(WORKBOOK, ModuleKind.DOCUMENT, source(f"{WORKBOOK}.cls")),
        *(Module(name, ModuleKind.DOCUMENT, sheet.replace("{name}", name)) for name in sheets),
        *(Module(name, ModuleKind.PROCEDURES, source(f"{name}.bas")) for name in OWN),
        *generated_modules(),
        Module(XLWINGS, ModuleKind.PROCEDURES, source(f"{XLWINGS}.bas")),
        Module(DICTIONARY, ModuleKind.CLASS, source(f"{DICTIONARY}.cls")),
    ]


def project(sheets: Sequence[str]) -> bytes:
    """Give the bytes of ``vbaProject.bin``."""
    return vba_project(PROJECT, modules(sheets))


def source(name: str) -> str:
    """Text of a source file beside this module."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def xlwings_version(data: bytes) -> str | None:
    """Version that the xlwings module of a ``vbaProject.bin`` declares; None: there is none in it,
    or it cannot be read.
    """
    try:
        sources = sources_of(data)
    except Exception:  # noqa: BLE001 - olefile raises whatever a damaged project leads it to
        return None
    declared = (DECLARED_VERSION.search(text) for text in sources.values())
    return next((match.group(1) for match in declared if match), None)
