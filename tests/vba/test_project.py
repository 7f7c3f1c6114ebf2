"""The VBA in the workbook: our sources word for word, the wrappers as xlwings writes them, help for
each function.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import distribution
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import xlwings

from tests.functions.excel import host
from tests.openpyxl_books import openpyxl_book
from tests.shipped import ROOT
from tests.vba.decompiled import sources as decompiled
from xlperf.cli import main
from xlperf.ending import DONE
from xlperf.functions.registry import FUNCTIONS, LONGEST_HELP
from xlperf.newbook.builder import code_name, workbook_bytes
from xlperf.vba.project import PROJECT, modules, source
from xlperf.vba.project_file import ModuleKind
from xlperf.vba.wrappers import literal
from xlperf.version import XLWINGS_VERSION

ENDINGS = {ModuleKind.PROCEDURES: "bas", ModuleKind.CLASS: "cls", ModuleKind.DOCUMENT: "cls"}
WORDS = """
call case close const declare dim do else elseif end endif enum erase event exit for friend function get global gosub
goto if implements input let lock loop lset next on open option print private public put raiseevent redim resume return
rset seek select set static stop sub type unlock wend while with write rem any as byref byval each in new shared until
withevents optional paramarray preserve spc tab then to addressof and eqv imp is like mod not or typeof xor me true
false nothing empty null boolean byte currency date double integer long longlong longptr single string variant decimal
abs cbool cbyte ccur cdate cdbl cdec cint clng csng cstr cvar cverr debug doevents fix int len lenb pset scale sgn
array circle inputb lbound ubound attribute"""
RESERVED = frozenset(WORDS.split())
"""Reserved identifiers of VBA, [MS-VBAL] 3.3.5.2."""


STORED_ONLY = (
    'Attribute VB_Base = "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}"',
    "Attribute VB_TemplateDerived = False",
    "Attribute VB_Customizable = False",
)
"""Attributes of a class that a project has and an exported file has not."""


@pytest.fixture(scope="module")
def data() -> bytes:
    return workbook_bytes()


@pytest.fixture(scope="module")
def book(data: bytes) -> Any:
    return openpyxl_book(data, keep_vba=True)


@pytest.fixture(scope="module")
def sources(data: bytes) -> dict[str, str]:
    """Modules of the workbook as oletools reads them."""
    return decompiled(data)


def test_the_workbook_decompiles_to_exactly_the_sources(sources, book):
    names = [code_name(sheet.title) for sheet in book]
    expected = {
        f"{item.name}.{ENDINGS[item.kind]}": item.stored.decode("cp1252") for item in modules(names)
    }
    assert sources == expected


def test_our_own_modules_are_the_files_of_the_repository(sources):
    folder = ROOT / "xlperf" / "vba"
    for name in (
        "xlperf_ribbon.bas",
        "xlperf_failures.bas",
        "xlperf_cells.bas",
        "ThisWorkbook.cls",
    ):
        assert sources[name].replace("\r\n", "\n") == (folder / name).read_text(encoding="ascii")


def test_the_workbook_and_every_sheet_has_the_code_name_of_a_document_module(sources, data):
    with zipfile.ZipFile(BytesIO(data)) as package:
        parts = {
            name: package.read(name).decode()
            for name in package.namelist()
            if name.endswith(".xml")
        }
    assert 'codeName="ThisWorkbook"' in parts["xl/workbook.xml"]
    sheets = [text for name, text in parts.items() if name.startswith("xl/worksheets/sheet")]
    names = [re.search(r'<sheetPr[^>]* codeName="(\w+)"', text).group(1) for text in sheets]
    documents = {name for name, code in sources.items() if "VB_PredeclaredId = True" in code}
    assert documents == {"ThisWorkbook.cls", *(f"{name}.cls" for name in names)}
    assert len(set(names)) == len(sheets)


def test_no_module_has_the_name_of_the_project(sources):
    assert PROJECT not in {name.rpartition(".")[0].lower() for name in sources}


def test_the_modules_of_xlwings_are_those_of_the_installed_version(sources):
    assert f'XLWINGS_VERSION As String = "{xlwings.__version__}"' in sources["xlwings.bas"]
    assert "xlwings is distributed under a BSD 3-clause license." in sources["xlwings.bas"]
    assert "@license: MIT" in sources["Dictionary.cls"]


@pytest.mark.parametrize("name", ["xlwings.bas", "Dictionary.cls"])
def test_the_modules_are_stored_as_the_workbook_that_xlwings_ships_stores_them(sources, name):
    # The class without the header of an exported file and with VB_Base; otherwise Excel cannot
    # compile it. The editor changes the case of names, which VBA does not tell apart.
    with zipfile.ZipFile(ROOT / xlwings.__path__[0] / "quickstart_standalone.xlsm") as package:
        theirs = decompiled(package.read("xl/vbaProject.bin"))
    assert sources[name].lower().split() == theirs[name].lower().split()


def test_the_modules_beside_ours_are_those_of_the_installed_version():
    """A new version of xlwings is taken over by copying these two files again."""
    package = Path(xlwings.__file__).parent
    theirs = (package / "xlwings.bas").read_text(encoding="ascii")
    assert source("xlwings.bas") == theirs
    exported = (package / "addin" / "Dictionary.cls").read_text(encoding="ascii")
    header, _, body = exported.partition("END\n")
    assert header.startswith("VERSION 1.0 CLASS\n")
    ours = [line for line in source("Dictionary.cls").splitlines() if line not in STORED_ONLY]
    assert ours == body.splitlines()


def test_the_version_in_pyproject_is_the_one_that_is_installed():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert set(re.findall(r'"xlwings(=[^";]*)', text)) == {f"=={xlwings.__version__}"}
    assert xlwings.__version__ == XLWINGS_VERSION


def test_instructions_that_name_the_old_extra_still_work():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["optional-dependencies"]["excel"] == []


# --- Wrappers and help
# ------------------------------------------------------------------------------------------


DIALOG = 'If (Not Application.CommandBars("Standard").Controls(1).Enabled)'
"""How xlwings tells that the function wizard is open."""


def test_the_wrappers_are_what_xlwings_would_write_but_for_help_a_sentence_and_one_row(
    sources, tmp_path
):
    path = tmp_path / "wrappers.bas"
    with host() as excel, path.open("w", encoding="utf-8") as file:
        writer = excel.classic.VBAWriter(file)
        # the head that xlwings.udfs.import_udfs writes
        writer.writeln('Attribute VB_Name = "xlwings_udfs"')
        writer.writeln("'Autogenerated code by xlwings - changes will be lost with next import!")
        writer.writeln("""#Const App = "Microsoft Excel" 'Adjust when using outside of Excel""")
        excel.classic.generate_vba_wrapper(
            "xlperf.udfs", excel.module, file, SimpleNamespace(Name="Dashboard.xlsm")
        )
    theirs = path.read_text(encoding="utf-8")
    assert theirs.count(f"{DIALOG} Then Exit Function") == len(FUNCTIONS)  # and a cell would show 0
    ours = (
        sources["xlwings_udfs.bas"].replace("\r\n", "\n").partition("Private Function OneRow(")[0]
    )
    ours = re.sub(r"(?m)^Attribute XP_.*\n", "", ours)
    for function in FUNCTIONS:
        said = (
            f'{function.name} = "#XLPERF! {function.name}: not worked out while a dialog is open."'
        )
        assert ours.count(f"{DIALOG} Then {said}: Exit Function") == 1
        ours = ours.replace(f"{said}: Exit Function", "Exit Function")
    assert ours.replace("OneRow(line, workings)", "workings") == theirs


def test_what_a_function_gives_is_an_attribute_of_its_code_so_nothing_need_run_to_say_it(sources):
    for function in FUNCTIONS:
        name = re.escape(function.name)
        head = (
            rf"^Function {name}\(.*\)\r\nAttribute {name}\.VB_Description = (\".*\")\r\nAttribute"
            rf" {name}\.(.*)\r$"
        )
        text, category = re.search(head, sources["xlwings_udfs.bas"], re.MULTILINE).groups()
        assert (
            text[1:-1].replace('""', '"') == function.summary
        )  # one literal: an attribute is no expression
        assert category == r'VB_ProcData.VB_Invoke_Func = " \n14"'  # User Defined


def test_opening_the_workbook_runs_nothing(sources):
    # [MS-VBAL] has no event of a workbook: Excel calls procedures of these names.
    everything = "".join(
        code for name, code in sources.items() if name not in ("xlwings.bas", "Dictionary.cls")
    )
    assert not re.search(
        r"(?i)\b(Workbook_\w+|Worksheet_\w+|Auto_?Open|Auto_?Close|OnTime|OnKey)\b", everything
    )
    document = [
        line
        for line in sources["ThisWorkbook.cls"].splitlines()
        if not line.startswith(("Attribute", "'"))
    ]
    assert "".join(document) == "Option Explicit"


def test_help_of_arguments_leaves_signatures_shared_files_and_the_state_of_the_workbook_alone(
    sources,
):
    code = sources["xlperf_functions.bas"].replace("\r\n", "\n")
    before, _, after = code.partition("    Describe ")
    assert "signed = book.VBASigned" in before
    assert "stored = book.AutoSaveOn" in before
    assert "If signed Or stored Then Exit Sub" in before
    assert "unchanged = book.Saved" in before
    assert "    If unchanged Then book.Saved = True\nEnd Sub" in after


def described(source: str) -> dict[str, list[str]]:
    """Texts of the help module: name -> summary and the meaning of each argument, as VBA would read
    them.
    """
    joined = source.replace("\r\n", "\n").replace(" _\n", " ")
    found = {}
    for line in joined.split("\n"):
        if line.strip().startswith('Describe "'):
            name, *texts = [
                text.replace('""', '"') for text in re.findall(r'"((?:[^"]|"")*)"', line)
            ]
            found[name] = texts
    return found


def test_every_function_and_argument_has_its_help(sources):
    expected = {
        item.name: [item.summary, *(argument.meaning for argument in item.arguments)]
        for item in FUNCTIONS
    }
    assert described(sources["xlperf_functions.bas"]) == expected
    assert all(len(text) <= LONGEST_HELP for texts in expected.values() for text in texts)


def test_no_line_is_longer_and_no_statement_goes_over_more_lines_than_vba_allows():
    # [MS-VBAL] 3.3.1 leaves both to the host: 1,023 characters and 24 continuations in Excel.
    for module in (
        module for module in modules([]) if module.name.startswith(("xlperf", "xlwings_udfs"))
    ):
        lines = module.source.split("\n")
        assert max(map(len, lines)) <= 1023, module.name
        continued = "".join("c" if line.endswith(" _") else "." for line in lines)
        assert max((len(run) for run in re.findall("c+", continued)), default=0) <= 24, module.name


def test_texts_become_expressions_of_vba():
    assert literal('say "yes"') == '"say ""yes"""'
    assert literal("£5 ± 1") == '"£5 ± 1"'
    assert literal("up ▲ now") == '"up " & ChrW$(9650) & " now"'
    assert literal("") == '""'
    assert literal("a\nb") == '"a" & ChrW$(10) & "b"'


def test_no_argument_has_a_name_that_vba_keeps_for_itself():
    for function in FUNCTIONS:
        names = [argument.name.lower() for argument in function.arguments]
        assert not set(names) & RESERVED, function.name
        assert all(re.fullmatch(r"[a-z]\w*", name) for name in names), function.name


def test_every_own_module_demands_declared_variables_and_no_trust_in_the_object_model(sources):
    for name in (
        "xlperf_ribbon.bas",
        "xlperf_failures.bas",
        "xlperf_cells.bas",
        "xlperf_functions.bas",
        "ThisWorkbook.cls",
    ):
        assert "\r\nOption Explicit\r\n" in sources[name], name
    assert not any("VBProject" in code for name, code in sources.items() if name != "xlwings.bas")


# --- The sheet of xlwings' settings
# --------------------------------------------------------------------------------


def test_the_settings_sheet_has_what_xlwings_reads_and_leaves_the_interpreter_to_the_user(
    book, sources
):
    sheet = book["xlwings.conf"]
    values = {row[0].value: row[1].value for row in sheet.iter_rows()}
    assert sheet.sheet_state == "hidden"
    assert None not in values, "a gap ends the list for xlwings"
    assert values["UDF MODULES"] == "xlperf.udfs"
    of_the_user = {"INTERPRETER_WIN", "INTERPRETER", "CONDA PATH", "CONDA ENV"}
    assert not of_the_user & set(values)
    asked = set(re.findall(r'GetConfig\("([A-Z_ ]+)"', sources["xlwings.bas"]))
    assert set(values) <= asked
    flags = {"ADD_WORKBOOK_TO_PYTHONPATH", "USE UDF SERVER", "DEBUG UDFS", "SHOW CONSOLE"}
    assert {key: values[key] for key in flags} == dict.fromkeys(flags, False)
    # asked for at every call of a function on Windows: a key that is missing makes xlwings open
    # files each time
    command = (
        sources["xlwings.bas"].partition("Function XLPyCommand()")[2].partition("End Function")[0]
    )
    every_call = set(re.findall(r'GetConfig\("([A-Z_ ]+)"', command)) - of_the_user
    assert every_call <= set(values)


# --- The package
# ------------------------------------------------------------------------------------------------


def test_sources_and_notices_go_with_the_package():
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "setuptools"
    ]["package-data"]
    taken = {path for pattern in patterns["xlperf"] for path in (ROOT / "xlperf").glob(pattern)}
    sources = {
        path
        for folder in ("newbook", "vba")
        for path in (ROOT / "xlperf" / folder).rglob("*.*")
        if path.suffix not in (".py", ".pyc")
    }
    assert len(sources) >= 7
    assert sources <= taken


def test_the_full_licences_of_what_others_wrote_are_there():
    notice = " ".join((ROOT / "xlperf" / "vba" / "NOTICE.txt").read_text(encoding="utf-8").split())
    installed = distribution("xlwings").locate_file(
        f"xlwings-{xlwings.__version__}.dist-info/licenses/LICENSE.txt"
    )
    theirs = " ".join(Path(str(installed)).read_text(encoding="utf-8").split())
    assert theirs[theirs.index("Copyright (C)") :] in notice
    assert "Copyright (c) 2017 Tim Hall" in notice


def test_without_macros_there_is_no_project_and_no_ribbon(tmp_path):
    path = tmp_path / "New.xlsm"
    assert main(["new", str(path), "--without-macros"]) == DONE
    with zipfile.ZipFile(path) as package:
        assert not [
            name for name in package.namelist() if "vba" in name.lower() or "customUI" in name
        ]
        assert b"sheet.macroEnabled.main+xml" in package.read("[Content_Types].xml")


NOT_INSTALLED = """
import sys
sys.modules.update(dict.fromkeys(("xlwings", "pywintypes", "win32com", "openpyxl", "oletools")))
from xlperf.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.slow
def test_a_plain_installation_makes_refreshes_and_publishes_a_workbook(data, tmp_path):
    path = tmp_path / "New.xlsm"
    for command in (
        ("new", path), ("refresh", path), ("publish", path, "--to", tmp_path / "pack", "--first-issue"),
    ):  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", NOT_INSTALLED, *map(str, command)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (DONE, ""), command
        if command[0] == "new":
            assert path.read_bytes() == data


def test_a_refresh_keeps_project_and_ribbon_byte_for_byte(data, tmp_path):
    path = tmp_path / "Dashboard.xlsm"
    path.write_bytes(data)
    assert main(["refresh", str(path)]) == DONE
    with zipfile.ZipFile(path) as after, zipfile.ZipFile(BytesIO(data)) as before:
        kept = [name for name in before.namelist() if "vbaProject" in name or "customUI" in name]
        assert len(kept) == 3
        for name in kept:
            assert after.read(name) == before.read(name)
            assert after.getinfo(name).compress_size == before.getinfo(name).compress_size
        assert re.findall(rb'codeName="\w+"', after.read("xl/workbook.xml")) == [
            b'codeName="ThisWorkbook"'
        ]
