"""The VBA at work in LibreOffice, whose Basic compiles and runs it: only what calls Python is stood in for.

LibreOffice 7.4 is not Excel: no ribbon is shown, so a double presses its buttons, and an object that `Application.Caller`
gives cannot be asked its type, so that line of the wrappers is taken out here.
"""

from __future__ import annotations

import json
import re
import subprocess
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from excel.torture import mended
from tools import soffice

from xlperf.addin.builder import workbook_bytes
from xlperf.addin.registry import FUNCTIONS
from xlperf.addin.ribbonx import EDITIONS, ribbon
from xlperf.addin.vba.project import PROJECT, modules
from xlperf.addin.vbaproject import Kind, Module, vba_project

SYSTEM_PYTHON = Path("/usr/bin/python3")
"""The Python that LibreOffice's bindings are installed for."""
CALLER = "If TypeOf Application.Caller Is Range Then On Error GoTo failed"
DOUBLE = """\
Attribute VB_Name = "xlwings"
Private Calls As String

Public Function RunPython(PythonCommand As String)
    Calls = Calls & PythonCommand
End Function

Public Function Recorded() As String
    Recorded = Calls
    Calls = ""
End Function

Public Function GetConfig(configKey As String) As Variant
    GetConfig = "python.exe"
End Function

Public Function XLPy() As Object
    Set XLPy = New Dictionary
End Function

Public Sub Record(what As String)
    Calls = Calls & what
End Sub

Public Sub Press(macro As String)
    Dim control As Object
    Set control = New FakeControl
    control.Tag = macro
    xlperf_run control
End Sub
"""
CLASS_HEAD = """\
Attribute VB_Name = "{}"
Attribute VB_Base = "0{{FCFB3D2A-A0FA-1068-A738-08002B3371B5}}"
Attribute VB_GlobalNameSpace = False
Attribute VB_Creatable = False
Attribute VB_PredeclaredId = False
Attribute VB_Exposed = True
Attribute VB_TemplateDerived = False
Attribute VB_Customizable = False
"""
CONTROL = "Public Tag As String\n"
SERVER = """\
Public Function CallUDF(module As String, func As String, arguments As Variant, book As Variant, caller As Variant) As Variant
    CallUDF = module & "." & func & " with " & (UBound(arguments) + 1)
End Function

Public Sub Exec(code As String)
    Record code
End Sub
"""
MACROS = re.findall(r'tag="(\w+)"', ribbon(EDITIONS[0]).decode())
"""What the buttons call."""
FORMULAS = {function.name: f"={function.name}({';'.join('1' * len(function.arguments))})" for function in FUNCTIONS}


def doubles() -> list[Module]:
    return [
        Module("xlwings", Kind.PROCEDURES, DOUBLE),
        Module("Dictionary", Kind.CLASS, CLASS_HEAD.format("Dictionary") + SERVER),
        Module("FakeControl", Kind.CLASS, CLASS_HEAD.format("FakeControl") + CONTROL),
    ]


def with_doubles(data: bytes) -> bytes:
    """The workbook, with doubles for the modules of xlwings, and wrappers that do not ask for their caller's type."""
    made = [item for item in modules(code_names(data)) if item.name not in ("xlwings", "Dictionary")]
    assert CALLER in "".join(item.source for item in made)
    made = [Module(item.name, item.kind, item.source.replace(CALLER, "On Error GoTo failed")) for item in made]
    return mended(data, "xl/vbaProject.bin", lambda _: vba_project(PROJECT, [*made, *doubles()]))


def code_names(data: bytes) -> list[str]:
    """Code names of the sheets, in their order."""
    book = openpyxl.load_workbook(BytesIO(data), keep_vba=True)
    return [sheet.sheet_properties.codeName for sheet in book]


def bindings() -> bool:
    """Whether LibreOffice can be told from Python what to do."""
    if not SYSTEM_PYTHON.exists():
        return False
    return subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The workbook opened in LibreOffice with macros on, every callback run, every function calculated."""
    program = soffice()
    if program is None or not bindings():
        pytest.skip("LibreOffice with python3-uno is not installed")
    folder = tmp_path_factory.mktemp("office")
    path = folder / "Dashboard.xlsm"
    path.write_bytes(with_doubles(workbook_bytes()))
    calls = [f"xlwings.Press {name}" for name in MACROS]
    calls += ["xlperf_ribbon.xlperf_start", "xlperf_functions.DescribeFunctions", *FORMULAS.values()]
    script = Path(__file__).with_name("office_macros.py")
    run = subprocess.run(
        [SYSTEM_PYTHON, script, program, folder, path, *calls], capture_output=True, text=True, timeout=180, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.libreoffice
def test_libreoffice_opens_the_project_and_lists_every_module(ran):
    listed = set(ran["modules"][PROJECT])
    assert ran["vba"]
    assert {"ThisWorkbook", "shDashboard", "xlperf_ribbon", "xlperf_functions", "xlwings_udfs"} <= listed
    assert "VBADocumentModule" in ran["modules"][PROJECT]["shDashboard"]


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", MACROS)
def test_each_button_calls_its_macro(ran, name):
    called = ran["answers"][f"xlwings.Press {name}"]
    assert called == f"import xlperf.ribbon; xlperf.ribbon.{name}()"


@pytest.mark.libreoffice
def test_the_start_warms_the_python_that_serves_cells(ran):
    assert ran["answers"]["xlperf_ribbon.xlperf_start"] == "import xlperf.udfs"


@pytest.mark.libreoffice
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_a_formula_calls_its_python_function_with_every_argument(ran, function):
    shown = ran["answers"][FORMULAS[function.name]]
    assert shown == f"xlperf.udfs.{function.name} with {len(function.arguments)}"
