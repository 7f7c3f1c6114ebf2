"""The stand-alone VBA of xlwings, taken from the installed package: its version must be that of the
package and DLL.

Licences: ``xlwings.bas`` BSD 3-clause, Zoomer Analytics; ``Dictionary.cls`` MIT, Tim Hall. Their
notices stay in the modules and so in the workbook; the full texts are in ``NOTICE.txt`` beside this
file. xlwings is not imported: only its files are read.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from xlperf.errors import XlperfError
from xlperf.vba.project_file import Module, ModuleKind

FILES = {"xlwings": ("xlwings.bas",), "Dictionary": ("addin", "Dictionary.cls")}
DECLARED_VERSION = re.compile(r'^Public Const XLWINGS_VERSION As String = "([^"]+)"', re.MULTILINE)
CLASS_HEADER = re.compile(r"\AVERSION [^\n]*\nBEGIN\n.*?\nEND\n", re.DOTALL)
CLASS_BASE = 'Attribute VB_Base = "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}"'
"""What a class derives from. Text that the editor exports leaves it out; the workbook that xlwings
ships has it.
"""
CLASS_ENDING = "Attribute VB_TemplateDerived = False\nAttribute VB_Customizable = False"


def xlwings_modules() -> list[Module]:
    """Give the modules that RunPython and the functions of cells need."""
    found = find_spec("xlwings")
    if found is None or found.origin is None:
        raise XlperfError(
            "A workbook with macros needs xlwings, whose VBA goes into it. In the folder of xlperf"
            ' run: python -m pip install ".[excel]". A workbook without macros: python -m xlperf'
            " new FILE --without-macros"
        )
    folder = Path(found.origin).parent
    try:
        sources = {name: _text(folder.joinpath(*path)) for name, path in FILES.items()}
        installed = version("xlwings")
    except (OSError, UnicodeDecodeError, PackageNotFoundError) as error:
        raise XlperfError(_damaged(str(error))) from error
    declared = DECLARED_VERSION.search(sources["xlwings"])
    if declared is None or declared.group(1) != installed:
        raise XlperfError(
            _damaged(
                f"its VBA is of version {declared and declared.group(1)}, the package {installed}"
            )
        )
    return [
        Module("xlwings", ModuleKind.PROCEDURES, sources["xlwings"]),
        Module("Dictionary", ModuleKind.CLASS, as_stored(sources["Dictionary"])),
    ]


def as_stored(exported: str) -> str:
    """Source of a class as a project stores it, from the text that the editor exports."""
    body = CLASS_HEADER.sub("", exported)
    name, _, rest = body.partition("\n")
    return re.sub(
        r"(?m)^(Attribute VB_Exposed = \w+)$",
        rf"\1\n{CLASS_ENDING}",
        f"{name}\n{CLASS_BASE}\n{rest}",
        count=1,
    )


def _text(path: Path) -> str:
    return path.read_text(encoding="ascii").replace("\r\n", "\n")


def _damaged(why: str) -> str:
    return (
        f"The installed xlwings is not whole ({why}). Install it anew, in the folder of xlperf:"
        ' python -m pip uninstall -y xlwings, then python -m pip install ".[excel]"'
    )
