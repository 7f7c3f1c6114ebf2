"""The VBA at work in LibreOffice, whose Basic compiles and runs it: only what calls Python is stood
in for.

LibreOffice 7.4 is not Excel: no ribbon is shown, so a double presses its buttons; an object that
`Application.Caller` gives cannot be asked its type, so that line of the wrappers is taken out here;
without a window there is no command bar to ask whether a dialog is open, so a double says that; and
it knows no ListObjects, so of tables the macro finds none here.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.excel.torture import mended
from tests.live.engine import install, open_book, structure
from tests.openpyxl_books import openpyxl_book
from tests.tools import soffice
from xlperf.functions.registry import FUNCTIONS
from xlperf.installing import office_keys
from xlperf.newbook.builder import workbook_bytes
from xlperf.newbook.ribbon_part import EDITIONS, ribbon
from xlperf.vba.project import PROJECT, modules
from xlperf.vba.project_file import Module, ModuleKind, vba_project

SYSTEM_PYTHON = Path("/usr/bin/python3")
"""The Python that LibreOffice's bindings are installed for."""
CALLER = "If TypeOf Application.Caller Is Range Then On Error GoTo failed"
FOR_MAC = re.compile(r"(?ms)^ *#If Mac Then\n.*?^ *#Else\n(.*?)^ *#End If\n")
"""Code for a Mac and for Windows: LibreOffice passes over the conditions and would run both."""
TABLES = "In sheet.ListObjects"
COMMAND = 'Application.CommandBars("Standard").Controls(1).Enabled'
DOUBLE = """\
Attribute VB_Name = "xlwings"
Private Calls As String
Private Settings As String
Private Files As String
Private Keys As String
Private Texts As String
Private DialogOpen As Boolean

Public Function CommandEnabled() As Boolean
    CommandEnabled = Not DialogOpen
End Function

Public Sub Dialog(whether As String)
    DialogOpen = (whether = "open")
End Sub

Public Function RunPython(PythonCommand As String)
    Calls = Calls & "RunPython " & PythonCommand
End Function

Public Function RunFrozenPython(Executable As String, Optional Args As String)
    Calls = Calls & "RunFrozenPython " & Executable & " " & Args
End Function

Public Function Recorded() As String
    Recorded = Calls
    Calls = ""
End Function

Public Function Between(text As String, key As String) As String
    Dim at As Long
    at = InStr(text, "<" & key & "=")
    If at > 0 Then Between = Mid(text, at + Len(key) + 2, InStr(at, text, ">") - at - Len(key) - 2)
End Function

Public Function GetConfig(configKey As String, Optional default As String = "") As Variant
    GetConfig = Between(Settings, configKey)
    If GetConfig = "" And configKey = "USE UDF SERVER" Then GetConfig = False
End Function

Public Function FileExists(FileSpec As String) As Boolean
    FileExists = InStr(Files, "<" & FileSpec & ">") > 0
End Function

Public Function ReadFile(FileName As String) As String
    ReadFile = Replace(Between(Texts, FileName), "|", vbCrLf)
End Function

Public Function ParentFolder(Folder As String) As String
    ParentFolder = Left(Folder, InStrRev(Folder, "\\") - 1)
End Function

Public Function WScript() As Object
    Set WScript = New FakeShell
End Function

Public Function RegistryValue(name As String) As String
    RegistryValue = Between(Keys, name)
End Function

Public Function XLPy() As Object
    Set XLPy = New Dictionary
End Function

Public Sub Given(config As String, present As String, contents As String, registry As String)
    Settings = config
    Files = present
    Texts = contents
    Keys = registry
End Sub

Public Sub Obstacle()
    Calls = Calls & ObstacleFound()
End Sub

Public Sub Failure(number As String)
    Calls = Calls & FailureText(CLng(number), "as Excel says")
End Sub

Public Sub Question()
    Calls = Calls & BlockedText()
End Sub

Public Sub Structure()
    Calls = Calls & xlperf_structure()
End Sub

Public Sub Written()
    Dim places As String
    places = "Log" & vbTab & "H40:I41" & vbLf & "Guide" & vbTab & "Z90"
    Calls = Calls & Flat(xlperf_write(places, Array("a", 2.5, 36526#, "=1+1", "last"), "2"))
    If Not IsArray(xlperf_read("No such sheet" & vbTab & "A1")) Then Calls = Calls & "none"
    If Not IsArray(xlperf_write(places, Array("too few"), "")) Then Calls = Calls & "none"
End Sub

Private Function Flat(thing As Variant) As String
    Dim item As Variant
    If Not IsArray(thing) Then
        Flat = "<" & CStr(thing) & ">"
        Exit Function
    End If
    For Each item In thing
        Flat = Flat & Flat(item)
    Next
End Function

Public Sub Start(macro As String)
    StartPython macro
End Sub

Public Sub Press(macro As String)
    Dim control As Object
    Set control = New FakeControl
    control.Tag = macro
    xlperf_run control
End Sub
"""
SHELL = """\
Public Function RegRead(name As String) As Variant
    RegRead = RegistryValue(name)
    If RegRead = "" Then Err.Raise 5
End Function
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
"""
VENV = r"C:\xlperf\.venv"
PYTHON = VENV + r"\Scripts\python.exe"
HOME = r"C:\Python312"
CHILD, WIN32 = "d4f940ab-401b-4efc-aadc-ad5f3c50688a", "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b"
"""Rules of Defender: Microsoft, "Attack surface reduction rules reference"."""
WHOLE = {
    "config": f"<INTERPRETER_WIN={PYTHON}>",
    "present": f"<{PYTHON}><{VENV}\\pyvenv.cfg><{HOME}\\python.exe>",
    "read": f"<{VENV}\\pyvenv.cfg=home = {HOME}|include-system-site-packages = false|>",
    "registry": "",
}
"""A computer where all is well: settings, files, texts of files, registry, as the double of xlwings
is told them.
"""
POLICY = f"<{office_keys.RULE_KEYS[0]}\\{{}}=1>"
MACROS = re.findall(r'tag="(\w+)"', ribbon(EDITIONS[0]).decode())
"""What the buttons call."""
LONGEST_MESSAGE = 1024
"""Characters: MsgBox shows about so many, by its documentation."""
TOLD = ("xlwings.Obstacle", "xlwings.Failure", "xlwings.Question")


def given(machine: dict[str, str]) -> list[str]:
    """The call that tells the double of xlwings about a computer."""
    return ["xlwings.Given", *(machine[part] for part in WHOLE)]


@dataclass(frozen=True)
class Case:
    """What is called on a computer that differs from a whole one, and words of the answer."""

    machine: dict[str, str]
    call: list[str]
    said: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()


OBSTACLE = ["xlwings.Obstacle"]
QUESTION = ["xlwings.Question"]
START = ["xlwings.Start", "refresh"]
BY_NAME = {"config": "<INTERPRETER_WIN=python>"}
SERVED = "<USE UDF SERVER=True>"
CONDA = "<CONDA PATH=C:\\conda><CONDA ENV=base>"
INSTALL = "python -m xlperf install"
CASES = {
    "all is well": Case({}, OBSTACLE, unsaid=("P", "p")),
    "no interpreter": Case({"config": ""}, OBSTACLE, ("not told which Python", INSTALL)),
    "an older setting": Case({"config": "<INTERPRETER=python>"}, OBSTACLE, unsaid=("told",)),
    "conda": Case({"config": CONDA}, OBSTACLE, unsaid=("told",)),
    "a name alone": Case(BY_NAME, OBSTACLE, unsaid=("P",)),
    "moved": Case(
        {"present": ""}, OBSTACLE, ("not where Excel was told", PYTHON, INSTALL), ("virus",)
    ),
    "moved, at the root of a drive": Case(
        {"config": r"<INTERPRETER_WIN=C:\python.exe>", "present": ""},
        OBSTACLE,
        ("not where Excel was told", INSTALL),
    ),
    "removed by a scanner": Case(
        {"present": f"<{VENV}\\pyvenv.cfg>"},
        OBSTACLE,
        ("virus scanner may have removed it", PYTHON, INSTALL),
    ),
    "its own Python gone": Case(
        {"present": f"<{PYTHON}><{VENV}\\pyvenv.cfg>"},
        OBSTACLE,
        (HOME, "uninstalled", "again", INSTALL),
    ),
    "no environment": Case({"present": f"<{PYTHON}>", "read": ""}, OBSTACLE, unsaid=("P",)),
    "no rule": Case({}, QUESTION, unsaid=("e",)),
    "rule for child processes": Case(
        {"registry": POLICY.format(CHILD)},
        QUESTION,
        (CHILD, "error 70", "exclusion", f'"{PYTHON}" -m xlperf refresh'),
        (WIN32,),
    ),
    "rule for Win32 calls, which the buttons do without": Case(
        {"registry": POLICY.format(WIN32)}, QUESTION, unsaid=("e",)
    ),
    "rule for Win32 calls, where the DLL serves the buttons": Case(
        {"registry": POLICY.format(WIN32), "config": WHOLE["config"] + SERVED},
        QUESTION,
        (WIN32, "error 70"),
        (CHILD,),
    ),
    "both rules, by device management": Case(
        {
            "registry": (
                f"<{office_keys.RULES_BY_DEVICE_MANAGEMENT}\\ASRRules={{{CHILD.upper()}}}=1|{WIN32}=1>"
            )
        },
        QUESTION,
        (CHILD, WIN32),
    ),
    "rules that only audit": Case(
        {"registry": f"<{office_keys.RULES_BY_DEVICE_MANAGEMENT}\\ASRRules={CHILD}=2|{WIN32}=6>"},
        QUESTION,
        unsaid=("e",),
    ),
    "error 70": Case(
        {}, ["xlwings.Failure", "70"], ("error 70", "Most often", "doctor --it", f'"{PYTHON}" -m')
    ),
    "error 70 with both rules": Case(
        {"registry": POLICY.format(CHILD) + POLICY.format(WIN32)},
        ["xlwings.Failure", "70"],
        (CHILD, WIN32),
    ),
    "access denied": Case(
        {}, ["xlwings.Failure", "-2147024891"], ("did not let it", "doctor --it")
    ),
    "of the DLL": Case({}, ["xlwings.Failure", "1000"], ("did not let the DLL", "doctor --it")),
    "error 53": Case(
        {}, ["xlwings.Failure", "53"], ("error 53", "DLL of xlwings", "virus scanner", INSTALL)
    ),
    "error 48": Case(
        {}, ["xlwings.Failure", "48"], ("error 48", "DLL of xlwings", "virus scanner", INSTALL)
    ),
    "a setting": Case(
        {}, ["xlwings.Failure", "13"], ("A setting", f'"{PYTHON}" -m xlperf doctor FILE')
    ),
    "no Script Host": Case({}, ["xlwings.Failure", "429"], ("Windows Script Host", "doctor --it")),
    "a policy": Case({}, ["xlwings.Failure", "-2147023636"], ("AppLocker", "doctor --it")),
    "a virus scanner": Case(
        {}, ["xlwings.Failure", "-2147024671"], ("virus scanner stopped", "doctor --it")
    ),
    "another error": Case(
        {"present": ""}, ["xlwings.Failure", "9"], ("error 9: as Excel says", INSTALL)
    ),
    "started by name": Case(
        BY_NAME, START, ("RunPython import xlperf.ribbon; xlperf.ribbon.refresh()",)
    ),
    "started by conda": Case({"config": WHOLE["config"] + CONDA}, START, ("RunPython import",)),
    "started by the Python of the functions": Case(
        {"config": WHOLE["config"] + SERVED}, START, ("RunPython import",)
    ),
    "started with folders of its own": Case(
        {"config": WHOLE["config"] + "<PYTHONPATH=C:\\ours>"}, START, ("RunPython import",)
    ),
}
"""By name, a computer and what is said there."""
FORMULAS = {
    function.name: f"={function.name}({';'.join('1' * len(function.arguments))})"
    for function in FUNCTIONS
}
FORMULAS["XP_WHY"] = (
    "=XP_WHY(1;GM1:GN1;1)"  # LibreOffice takes a number for an object (IsObject); Excel does not
)


TABLE = (
    ("Label", "Line", "Note", "Explanation"),
    ("a", "SP1_A", "1", "one"),
    ("b", "SP2_B", "2", "two"),
)
TYPED = [
    [f"@G{'HIJK'[column]}{row}", text]
    for row, texts in enumerate(TABLE, 1)
    for column, text in enumerate(texts)
]
ONE_ROW, NO_SUCH_ROW = '=XP_WHY("sp2_B";GH1:GK3)', '=XP_WHY("sp2*";GH1:GK3)'

IN_DIALOG = "=XP_MARGIN(2;2;2)"


def doubles() -> list[Module]:
    return [
        Module("xlwings", ModuleKind.PROCEDURES, DOUBLE),
        Module("Dictionary", ModuleKind.CLASS, CLASS_HEAD.format("Dictionary") + SERVER),
        Module("FakeControl", ModuleKind.CLASS, CLASS_HEAD.format("FakeControl") + CONTROL),
        Module("FakeShell", ModuleKind.CLASS, CLASS_HEAD.format("FakeShell") + SHELL),
    ]


def with_doubles(data: bytes) -> bytes:
    """The workbook with doubles for the modules of xlwings, as for Windows; wrappers do not ask for
    their caller's type.
    """
    made = [
        item for item in modules(code_names(data)) if item.name not in ("xlwings", "Dictionary")
    ]
    assert CALLER in "".join(item.source for item in made)
    assert COMMAND in "".join(item.source for item in made)
    assert TABLES in "".join(item.source for item in made)
    made = [Module(item.name, item.kind, as_on_windows(item.source)) for item in made]
    return mended(data, "xl/vbaProject.bin", lambda _: vba_project(PROJECT, [*made, *doubles()]))


def as_on_windows(source: str) -> str:
    return (
        FOR_MAC.sub(r"\1", source)
        .replace(CALLER, "On Error GoTo failed")
        .replace(COMMAND, "CommandEnabled()")
        .replace(TABLES, "In Array()")
    )


def code_names(data: bytes) -> list[str]:
    """Code names of the sheets, in their order."""
    book = openpyxl_book(data, keep_vba=True)
    return [sheet.sheet_properties.codeName for sheet in book]


def bindings() -> bool:
    """Whether LibreOffice can be told from Python what to do."""
    if not SYSTEM_PYTHON.exists():
        return False
    return (
        subprocess.run(
            [SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False
        ).returncode
        == 0
    )


ODD_TEXT, ESCAPED_TEXT = '"two\nlines \\ t"', '"two\\nlines \\\\ t"'
"""Formula of a name with a line end, and as the macro says it."""


def with_odd_name(workbook):
    text = ODD_TEXT.replace('"', "&quot;").replace("\n", "&#10;")
    name = f'<definedName name="zz_odd">{text}</definedName></definedNames>'
    return mended(workbook, "xl/workbook.xml", lambda part: part.replace(
        b"</definedNames>", name.encode()))  # fmt: skip


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The workbook opened in LibreOffice with macros on, every callback run, every function
    calculated.
    """
    program = soffice()
    if program is None or not bindings():
        pytest.skip("LibreOffice with python3-uno is not installed")
    folder = tmp_path_factory.mktemp("office")
    path = folder / "Dashboard.xlsm"
    path.write_bytes(with_doubles(with_odd_name(workbook_bytes())))
    calls = {name: [given(WHOLE), ["xlwings.Press", name]] for name in MACROS}
    calls |= {name: [given(WHOLE | case.machine), case.call] for name, case in CASES.items()}
    calls |= {name: [[formula]] for name, formula in FORMULAS.items()}
    calls["structure"] = [["xlwings.Structure"]]
    calls["written"] = [["xlwings.Written"]]
    calls |= {"typed": TYPED, ONE_ROW: [[ONE_ROW]], NO_SUCH_ROW: [[NO_SUCH_ROW]]}
    calls |= {
        "dialog": [["xlwings.Dialog", "open"], [IN_DIALOG]],
        "no dialog": [["xlwings.Dialog", "closed"]],
    }
    script = Path(__file__).with_name("office_macros.py")
    run = subprocess.run(
        [SYSTEM_PYTHON, script, program, folder, path, json.dumps(calls)],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_opens_the_project_and_lists_every_module(ran):
    listed = set(ran["modules"][PROJECT])
    assert ran["vba"]
    assert {
        "ThisWorkbook",
        "shDashboard",
        "xlperf_ribbon",
        "xlperf_failures",
        "xlperf_functions",
    } <= listed
    assert "VBADocumentModule" in ran["modules"][PROJECT]["shDashboard"]


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", MACROS)
def test_each_button_calls_its_macro(ran, name):
    assert ran["answers"][name] == f"RunFrozenPython {PYTHON} -P -B -m xlperf.button {name}"


@pytest.mark.libreoffice
def test_the_structure_is_that_of_the_workbook(ran, tmp_path):
    path = tmp_path / "Dashboard.xlsm"
    path.write_bytes(workbook_bytes())
    expected = structure(open_book(install(), path).impl).replace("$", "").split("\n")
    head, *lines = ran["answers"]["structure"].replace("$", "").split("\n")
    assert head == f"xlperf_structure\tescaped\t{len(lines)}"
    assert f"name\tzz_odd\t={ESCAPED_TEXT}" in [line.rstrip("\t") for line in lines]
    tiles = {line for line in expected if line.startswith("name\ttile_")}
    assert len(tiles) > 200
    assert len({line.split("\t", 3)[3] for line in tiles}) > 200
    assert tiles <= set(lines)
    assert {line.split("\t")[1] for line in lines if line.startswith("sheet")} == {
        line.split("\t")[1] for line in expected if line.startswith("sheet")
    }


@pytest.mark.libreoffice
def test_blocks_are_written_and_read_in_one_call(ran):
    places = "Log\tH40:I41\nGuide\tZ90"
    block = ["H40:I41", "a", "36526", "2.5", "2", "a", "36526", "2.5", "=1+1"]  # by columns
    texts = [places, *block, "Z90", "last", "last"]
    assert ran["answers"]["written"] == "".join(f"<{text}>" for text in texts) + 2 * "none"


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", CASES)
def test_what_is_in_the_way_of_python_is_told_with_what_to_do(ran, name):
    said, case = ran["answers"][name], CASES[name]
    for text in case.said:
        assert text in said
    for text in case.unsaid:
        assert text not in said
    assert len(said) <= LONGEST_MESSAGE
    if said and case.call[0] in TOLD:
        assert re.search(r"What works now: .*-m xlperf refresh \".*Dashboard\.xlsm\"", said), said


@pytest.mark.libreoffice
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_a_formula_calls_its_python_function_with_every_argument(ran, function):
    shown = ran["answers"][function.name]
    assert shown == f"xlperf.udfs.{function.name} with {len(function.arguments)}"


@pytest.mark.libreoffice
def test_of_the_table_that_xp_why_looks_in_only_the_header_and_the_row_go_to_python(ran):
    called = "xlperf.udfs.XP_WHY with 3{}"
    assert ran["answers"][ONE_ROW] == called.format(": Line, Explanation, SP2_B, two")
    assert ran["answers"][NO_SUCH_ROW] == called.format(
        ""
    )  # Python says what is wrong, so it needs all of it


@pytest.mark.libreoffice
def test_while_a_dialog_is_open_no_formula_calls_python(ran):
    assert ran["answers"]["dialog"] == "#XLPERF! XP_MARGIN: not worked out while a dialog is open."
