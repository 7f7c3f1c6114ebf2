"""The workbook's VBA project: its documents, our own modules, those made from the registry, those
of xlwings.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from xlperf.vba.foreign import xlwings_modules
from xlperf.vba.project_file import Module, ModuleKind, vba_project
from xlperf.vba.wrappers import generated_modules

if TYPE_CHECKING:
    from collections.abc import Sequence

PROJECT = "xlperf"
"""Name of the project in the VBA editor; no module may have it."""
WORKBOOK = "ThisWorkbook"
OWN = ("xlperf_ribbon", "xlperf_failures")
"""Our modules: the buttons, and the words for what keeps Python from starting."""


def modules(sheets: Sequence[str]) -> list[Module]:
    """Give every module; `sheets` are the code names of the worksheets, in their order."""
    sheet = source("sheet.cls")
    return [
        Module(WORKBOOK, ModuleKind.DOCUMENT, source(f"{WORKBOOK}.cls")),
        *(Module(name, ModuleKind.DOCUMENT, sheet.replace("{name}", name)) for name in sheets),
        *(Module(name, ModuleKind.PROCEDURES, source(f"{name}.bas")) for name in OWN),
        *generated_modules(),
        *xlwings_modules(),
    ]


def project(sheets: Sequence[str]) -> bytes:
    """Give the bytes of ``vbaProject.bin``."""
    return vba_project(PROJECT, modules(sheets))


def source(name: str) -> str:
    """Text of a source file beside this module."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
