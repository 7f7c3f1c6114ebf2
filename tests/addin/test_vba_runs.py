"""The VBA at work in LibreOffice, whose Basic compiles and runs it: only what calls Python is stood in for.

LibreOffice 7.4 is not Excel: no ribbon is shown, so a double presses its buttons; an object that `Application.Caller`
gives cannot be asked its type, so that line of the wrappers is taken out here; and without a window there is no command
bar to ask whether a dialog is open, so a double says that.
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
COMMAND = 'Application.CommandBars("Standard").Controls(1).Enabled'
DOUBLE = """\
Attribute VB_Name = "xlwings"
Private Calls As String
Private DialogOpen As Boolean

Public Function CommandEnabled() As Boolean
    CommandEnabled = Not DialogOpen
End Function

Public Sub Dialog(whether As String)
    DialogOpen = (whether = "open")
End Sub

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
    If func = "XP_WHY" Then
        If IsArray(arguments(1)) Then
            CallUDF = CallUDF & ": " & arguments(1)(1, 1) & ", " & arguments(1)(1, 2) & ", " & arguments(1)(2, 1) & ", " & arguments(1)(2, 2)
        End If
    End If
End Function

Public Sub Exec(code As String)
    Record code
End Sub
"""
MACROS = re.findall(r'tag="(\w+)"', ribbon(EDITIONS[0]).decode())
"""What the buttons call."""
FORMULAS = {function.name: f"={function.name}({';'.join('1' * len(function.arguments))})" for function in FUNCTIONS}
FORMULAS["XP_WHY"] = "=XP_WHY(1;GM1:GN1)"  # LibreOffice takes a number for an object (IsObject); Excel does not


TABLE = (("Label", "Line", "Note", "Explanation"), ("a", "SP1_A", "1", "one"), ("b", "SP2_B", "2", "two"))
TYPED = [f"@G{'HIJK'[column]}{row} {text}" for row, texts in enumerate(TABLE, 1) for column, text in enumerate(texts)]
ONE_ROW, NO_SUCH_ROW = '=XP_WHY("sp2_B";GH1:GK3)', '=XP_WHY("sp2*";GH1:GK3)'


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
    assert COMMAND in "".join(item.source for item in made)
    plainer = {CALLER: "On Error GoTo failed", COMMAND: "CommandEnabled()"}
    for before, after in plainer.items():
        made = [Module(item.name, item.kind, item.source.replace(before, after)) for item in made]
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
    calls += [*TYPED, ONE_ROW, NO_SUCH_ROW, "xlwings.Dialog open", "=XP_MARGIN(2;2;2)", "xlwings.Dialog closed"]
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


@pytest.mark.libreoffice
def test_of_the_table_that_xp_why_looks_in_only_the_header_and_the_row_go_to_python(ran):
    called = "xlperf.udfs.XP_WHY with 2{}"
    assert ran["answers"][ONE_ROW] == called.format(": Line, Explanation, SP2_B, two")
    assert ran["answers"][NO_SUCH_ROW] == called.format("")  # Python says what is wrong, so it needs all of it


@pytest.mark.libreoffice
def test_while_a_dialog_is_open_no_formula_calls_python(ran):
    assert ran["answers"]["=XP_MARGIN(2;2;2)"] == "#XLPERF! XP_MARGIN: not worked out while a dialog is open."
