"""The doctor: each fault of a Windows computer or a workbook is found, with its remedy; a healthy
one has none.
"""

from __future__ import annotations

import json
import re
import tomllib
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
import xlwings

from tests.installing.fake_machine import DASHBOARDS, PROFILE, PYTHON, VENV, FakeMachine, snapshot
from xlperf.cli import main
from xlperf.ending import DONE, REFUSED
from xlperf.installing import conf, it_page, office_keys
from xlperf.installing.check_results import CheckResult, CheckState
from xlperf.installing.doctor import examine, has_problems, output
from xlperf.installing.performing import perform
from xlperf.version import INSTALL_XLWINGS

FILE = DASHBOARDS + r"\Dashboard.xlsm"
CONF = PROFILE + r"\.xlwings\xlwings.conf"
DLL = rf"{VENV}\xlwings64-0.37.8.dll"
LOCATION = rf"{office_keys.USER_SECURITY}\{office_keys.TRUSTED}\Location10"
SHEET = {"UDF MODULES": "xlperf.udfs", "ADD_WORKBOOK_TO_PYTHONPATH": False, "USE UDF SERVER": False}
MARK = b"[ZoneTransfer]\r\nZoneId=3\r\n"
RULE = office_keys.RULE_KEYS[0]
CHILD, WIN32 = office_keys.CHILD_PROCESSES.identifier, office_keys.WIN32_CALLS.identifier
STARTED, CALLED = "Defender: programs started by Office", "Defender: Win32 calls of macros"
ENVIRONMENT = VENV + r"\pyvenv.cfg"
STORE = (
    r"C:\Program"
    r" Files\WindowsApps\PythonSoftwareFoundation.Python.3.12_3.12.1264.0_x64__qbz5n2kfra8p0"
)
OK, WARNING, PROBLEM, NOT_HERE = (
    CheckState.OK,
    CheckState.WARNING,
    CheckState.PROBLEM,
    CheckState.NOT_HERE,
)


def workbook(settings=None, macros="quickstart_standalone.xlsm") -> bytes:
    """A workbook with a sheet xlwings.conf and the macros of one that xlwings ships."""
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("Dashboard")
        for row, pair in enumerate((settings or {}).items()):
            sheet = book.get_worksheet_by_name("xlwings.conf") or book.add_worksheet("xlwings.conf")
            sheet.write_row(row, 0, pair)
        if macros:
            with zipfile.ZipFile(Path(xlwings.__file__).parent / macros) as package:
                book.add_vba_project(BytesIO(package.read("xl/vbaProject.bin")), is_stream=True)
    return out.getvalue()


def healthy() -> FakeMachine:
    """A computer where all is well: set up by `python -m xlperf install` itself."""
    machine = FakeMachine(
        files={
            FILE: workbook(SHEET),
            DLL: b"dll",
            PYTHON: b"exe",
            ENVIRONMENT: b"",
            site("xlperf", "__pycache__", "cli.pyc"): b"",
        },
        registry={office_keys.EXCEL_PATH: {}, office_keys.CLICK_TO_RUN: {"Platform": "x64"}},
    )
    perform(machine, trust=DASHBOARDS, progress=lambda _: None)
    return machine


def site(*parts: str) -> str:
    return "\\".join((VENV, "Lib", "site-packages", *parts))


def states(machine: FakeMachine, file: str | None = FILE) -> dict[str, CheckState]:
    """The worst state of each check."""
    order = [NOT_HERE, OK, WARNING, PROBLEM]
    found: dict[str, CheckState] = {}
    for finding in examine(machine, file):
        found[finding.check] = max(
            found.get(finding.check, NOT_HERE), finding.state, key=order.index
        )
    return found


def told(machine: FakeMachine, check: str) -> str:
    """What a check found."""
    return next(finding.found for finding in examine(machine, FILE) if finding.check == check)


def test_after_install_nothing_is_in_the_way():
    findings = examine(healthy(), FILE)
    assert [finding for finding in findings if finding.state is not OK] == []
    assert output(findings).endswith("\nNo problem found.")


def test_looking_changes_nothing():
    machine = healthy()
    before = snapshot(machine)
    examine(machine, FILE)
    assert snapshot(machine) == before


def from_python(machine: FakeMachine, executable: str) -> None:
    """Have the computer set up by another Python."""
    machine.python = machine.python.__class__(executable, "3.12.4", 64, ())
    machine.files[executable] = b"exe"
    perform(machine, progress=lambda _: None)


def in_program_files(machine: FakeMachine, base: str) -> None:
    """Have xlperf in an environment for all users, of a Python in some folder."""
    folder = r"C:\Program Files\xlperf\.venv"
    from_python(machine, folder + r"\Scripts\python.exe")
    machine.files[rf"{folder}\{DLL.rpartition(chr(92))[2]}"] = b"dll"
    machine.python = replace(machine.python, base=base)


FAULTS = {
    "old Python": (lambda m: setattr(m, "python", m.python.__class__(PYTHON, "3.9.1", 64, ())), "Python", PROBLEM),
    "Python of the Store": (lambda m: from_python(m, r"C:\WindowsApps\python.exe"), "Python", WARNING),
    "environment of a Python of the Store": (lambda m: setattr(m, "python", replace(m.python, base=STORE)), "Python", WARNING),
    "letters beyond ASCII": (lambda m: from_python(m, "C:\\Zoë\\python.exe"), "Python that Excel starts", WARNING),
    "a long path": (lambda m: from_python(m, "C:\\" + "x" * 200 + "\\python.exe"), "Python that Excel starts", WARNING),
    "a package missing": (lambda m: m.versions.pop("scipy"), "Packages", PROBLEM),
    "no xlwings": (lambda m: m.versions.pop("xlwings"), "xlwings", PROBLEM),
    "no pywin32": (lambda m: m.versions.pop("pywin32"), "xlwings", PROBLEM),
    "no Excel": (lambda m: m.registry.pop(office_keys.EXCEL_PATH), "Excel", WARNING),
    "no DLL": (lambda m: m.delete(DLL), "DLL for cell functions", PROBLEM),
    "32-bit Excel": (lambda m: m.administrator_sets(office_keys.CLICK_TO_RUN, Platform="x86"), "DLL for cell functions", PROBLEM),
    "not set up": (lambda m: m.delete(CONF), "Python that Excel starts", PROBLEM),
    "another Python": (lambda m: m.write(CONF, b'"INTERPRETER_WIN","C:\\p\\python.exe"'), "Python that Excel starts", PROBLEM),
    "Python gone": (lambda m: m.delete(PYTHON), "Python that Excel starts", PROBLEM),
    "misspelt key": (lambda m: m.write(CONF, m.read(CONF) + b'"UDF_MODULES","x"'), "xlwings.conf", WARNING),
    "conda": (lambda m: m.write(CONF, m.read(CONF) + b'"CONDA PATH","C:\\c"\r\n"CONDA ENV","e"'), "xlwings.conf", WARNING),
    "nothing compiled": (lambda m: m.delete(site("xlperf", "__pycache__", "cli.pyc")), "Compiled files", WARNING),
    "Python moved": (lambda m: (m.delete(PYTHON), m.delete(ENVIRONMENT)), "Python that Excel starts", PROBLEM),
    "Python made for one user": (lambda m: in_program_files(m, PROFILE + r"\Python312"), "Python", WARNING),
    "a file of a package removed": (
        lambda m: m.removed.update(scipy=(site("scipy", "special", "_ufuncs.pyd"),)), "Files of the packages", PROBLEM,
    ),
    "child processes blocked": (lambda m: m.administrator_sets(RULE, **{CHILD: "1"}), STARTED, PROBLEM),
    "the same, by device management": (
        lambda m: m.administrator_sets(office_keys.RULES_BY_DEVICE_MANAGEMENT, ASRRules=f"x=2|{CHILD.lower()}=1"), STARTED, PROBLEM,
    ),
    "child processes asked about": (lambda m: m.administrator_sets(RULE, **{CHILD: "6"}), STARTED, WARNING),
    "Win32 calls blocked": (lambda m: m.administrator_sets(RULE, **{WIN32.lower(): "1"}), CALLED, PROBLEM),
    "Win32 calls asked about": (lambda m: m.administrator_sets(RULE, **{WIN32: "6"}), CALLED, WARNING),
    "macros off by a policy": (
        lambda m: (m.delete_key(LOCATION), m.set_values(office_keys.POLICY_SECURITY, {"VBAWarnings": 4})), "Macros", PROBLEM,
    ),
    "mark of the web": (
        lambda m: (m.delete_key(LOCATION), m.files.update({FILE + ":Zone.Identifier": MARK})), "Mark of the web", PROBLEM,
    ),
    "no place for a log": (lambda m: setattr(m, "full", True), "Log", WARNING),
    "no such workbook": (lambda m: m.delete(FILE), "Workbook", PROBLEM),
    "no workbook": (lambda m: m.write(FILE, b"text"), "Workbook", PROBLEM),
    "another xlwings": (lambda m: m.versions.update(xlwings="0.30.0"), "xlwings in the workbook", PROBLEM),
    "blank switch": (lambda m: m.write(FILE, workbook({**SHEET, "DEBUG UDFS": ""})), "xlwings.conf", PROBLEM),
    "code beside the workbook": (lambda m: m.write(FILE, workbook({})), "Code beside the workbook", WARNING),
    "not trusted": (lambda m: m.delete_key(LOCATION), "Trusted location", WARNING),
    "OneDrive": (lambda m: m.variables.update(OneDrive=DASHBOARDS), "OneDrive or SharePoint", WARNING),
}  # fmt: skip


@pytest.mark.parametrize(("break_it", "check", "state"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found_and_has_a_remedy(break_it, check, state):
    machine = healthy()
    break_it(machine)
    assert states(machine)[check] is state
    worst = [
        finding
        for finding in examine(machine, FILE)
        if finding.check == check and finding.state is state
    ]
    assert all(finding.remedy for finding in worst)


def test_what_is_missing_and_why_is_told_apart():
    machine = healthy()
    machine.delete(PYTHON)
    assert "a virus scanner may have removed it" in told(machine, "Python that Excel starts")
    machine.delete(ENVIRONMENT)
    assert "it was moved, renamed or deleted" in told(machine, "Python that Excel starts")


def test_a_rule_that_blocks_is_named_with_its_identifier_and_what_excel_says():
    machine = healthy()
    machine.administrator_sets(RULE, **{CHILD: "1", WIN32: "1"})
    assert CHILD in told(machine, STARTED)
    assert "error 70, permission denied" in told(machine, STARTED)
    assert WIN32 in told(machine, CALLED)


def test_with_a_problem_the_report_names_what_works_meanwhile():
    machine = healthy()
    machine.delete(PYTHON)
    assert output(examine(machine, FILE)).endswith(
        "on the closed workbook: python -m xlperf refresh FILE"
    )


def test_xlperf_for_all_users_is_as_well_as_for_one():
    machine = healthy()
    in_program_files(machine, r"C:\Program Files\Python312")
    findings = examine(machine, FILE)
    assert [finding for finding in findings if finding.state is not OK] == []
    assert "for all users" in told(machine, "Python")
    assert (
        rb'"INTERPRETER_WIN","C:\Program Files\xlperf\.venv\Scripts\python.exe"'
        in machine.files[CONF]
    )


@pytest.mark.parametrize("state", ["0", "2", "5"])
def test_a_rule_that_does_not_block_is_no_problem(state):
    machine = healthy()
    machine.administrator_sets(RULE, **{CHILD: state, WIN32: state})
    assert states(machine)[STARTED] is states(machine)[CALLED] is OK


def test_the_sheet_of_the_workbook_outranks_the_user_s_settings():
    machine = healthy()
    machine.write(FILE, workbook({**SHEET, "INTERPRETER_WIN": r"C:\p\python.exe"}))
    finding = next(
        item for item in examine(machine, FILE) if item.check == "Python that Excel starts"
    )
    assert finding.state is PROBLEM
    assert "the sheet xlwings.conf of Dashboard.xlsm" in finding.found


def test_python_files_beside_the_workbook_are_a_problem_only_when_they_are_run():
    machine = healthy()
    machine.write(DASHBOARDS + r"\statistics.py", b"")
    assert states(machine)["Code beside the workbook"] is OK
    machine.write(FILE, workbook({}))
    assert states(machine)["Code beside the workbook"] is PROBLEM


def test_a_workbook_in_onedrive_is_a_problem_only_when_code_is_sought_there():
    machine = healthy()
    machine.variables["OneDriveCommercial"] = "C:\\"
    assert states(machine)["OneDrive or SharePoint"] is WARNING
    machine.write(FILE, workbook({}))
    assert states(machine)["OneDrive or SharePoint"] is PROBLEM


@pytest.mark.parametrize(
    ("trusted", "marked", "setting", "policy", "expected"),
    [
        (True, True, 4, 4, {"Mark of the web": OK, "Macros": OK}),
        (False, False, None, None, {"Mark of the web": OK, "Macros": OK}),
        (False, True, None, None, {"Mark of the web": PROBLEM, "Macros": OK}),
        (False, False, 1, None, {"Macros": WARNING}),
        (False, False, 2, None, {"Macros": OK}),
        (False, False, 3, None, {"Macros": PROBLEM}),
        (False, False, 4, None, {"Macros": PROBLEM}),
        (False, False, 1, 4, {"Macros": PROBLEM}),
        (False, False, 4, 2, {"Macros": OK}),
    ],
)
def test_whether_macros_run_follows_from_place_mark_and_settings(
    trusted, marked, setting, policy, expected
):
    machine = healthy()
    if not trusted:
        machine.delete_key(LOCATION)
    if marked:
        machine.files[FILE + ":Zone.Identifier"] = MARK
    for key, value in ((office_keys.USER_SECURITY, setting), (office_keys.POLICY_SECURITY, policy)):
        if value is not None:
            machine.set_values(key, {"VBAWarnings": value})
    found = states(machine)
    assert {check: found[check] for check in expected} == expected


@pytest.mark.parametrize("zone", [0, 1, 2])
def test_a_mark_of_a_trusted_zone_is_none(zone):
    machine = healthy()
    machine.delete_key(LOCATION)
    machine.files[FILE + ":Zone.Identifier"] = f"[ZoneTransfer]\r\nZoneId={zone}\r\n".encode()
    assert states(machine)["Mark of the web"] is OK


def test_a_policy_against_macros_from_the_internet_counts_only_for_such_files():
    machine = healthy()
    machine.delete_key(LOCATION)
    machine.set_values(office_keys.POLICY_SECURITY, {"blockcontentexecutionfrominternet": 1})
    assert states(machine)["Macros"] is OK
    machine.files[FILE + ":Zone.Identifier"] = MARK
    assert states(machine)["Macros"] is PROBLEM


def test_a_trusted_location_that_policy_passes_over_is_none():
    machine = healthy()
    machine.set_values(office_keys.MIX_POLICY, {"Allow User Locations": 0})
    assert states(machine)["Trusted location"] is WARNING


@pytest.mark.parametrize(("below", "state"), [(1, OK), (0, WARNING)])
def test_a_folder_below_a_trusted_one_counts_only_where_that_says_so(below, state):
    machine = healthy()
    file = DASHBOARDS + r"\2014\Dashboard.xlsm"
    machine.write(file, workbook(SHEET))
    machine.set_values(LOCATION, {"AllowSubFolders": below})
    assert states(machine, file)["Trusted location"] is state


def test_a_name_with_an_equals_sign_is_a_problem():
    machine, file = healthy(), DASHBOARDS + r"\A=B.xlsm"
    machine.write(file, workbook(SHEET))
    assert states(machine, file)["Name of the workbook"] is PROBLEM


def test_a_path_longer_than_excel_opens_is_a_problem():
    machine, file = healthy(), DASHBOARDS + "\\" + "x" * 210 + ".xlsm"
    machine.write(file, workbook(SHEET))
    assert states(machine, file)["Length of the path"] is PROBLEM


def test_a_workbook_without_macros_needs_nothing_of_this():
    machine = healthy()
    machine.write(FILE, workbook(macros=None))
    found = states(machine)
    assert found["xlwings in the workbook"] is NOT_HERE
    assert not {"Macros", "Mark of the web", "Trusted location", "Code beside the workbook"} & set(
        found
    )


@pytest.mark.parametrize("system", ["Linux", "Darwin"])
def test_where_there_is_no_windows_its_checks_are_not_here(system):
    machine = FakeMachine(system=system, variables={}, files={"a/Dashboard.xlsm": workbook(SHEET)})
    found = states(machine, "a/Dashboard.xlsm")
    for check in (
        "xlwings",
        "Excel",
        "DLL for cell functions",
        "xlwings.conf",
        "Compiled files",
        "Macros",
    ):
        assert found[check] is NOT_HERE
    findings = examine(machine, "a/Dashboard.xlsm")
    assert not has_problems(findings)
    assert output(findings).count("only Excel on Windows") == 1
    assert output(findings).endswith(
        "No problem found. python -m xlperf refresh FILE needs nothing of what was not checked."
    )


def test_without_a_workbook_it_says_how_to_name_one():
    assert "python -m xlperf doctor FILE" in output(examine(healthy()))


def test_problems_give_exit_code_1_and_machines_get_json(dashboard, tmp_path, capsys):
    assert main(["doctor", str(dashboard), "--json"]) == DONE
    findings = json.loads(capsys.readouterr().out)
    assert {"check", "state", "found", "remedy"} == set(findings[0])
    assert {finding["state"] for finding in findings} <= set(CheckState)
    assert main(["doctor", str(tmp_path / "Missing.xlsm")]) == REFUSED
    assert "1 problem to correct first" in capsys.readouterr().out


def test_the_page_for_it_names_what_is_started_and_the_way_without_macros(capsys):
    assert main(["doctor", "--it"]) == DONE
    page = capsys.readouterr().out
    for text in (
        "cmd.exe", "python.exe", CHILD, WIN32, "--no-index", "python -m xlperf refresh FILE", "Network: none", "PolyForm Noncommercial",
        "BSD-3-Clause", "docs/lite.md", "after the last change", r"%USERPROFILE%\.xlwings\xlwings.conf",
    ):  # fmt: skip
        assert text in page


def test_the_page_for_it_names_every_package_that_is_installed_under_its_licence():
    project = tomllib.loads(
        (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    )["project"]
    _, _, licences = it_page.page(healthy()).lower().partition("## licences")
    for needed in project["dependencies"]:
        assert re.match(r"[\w-]+", needed).group() in licences
    for font in ("carlito", "dejavu"):
        assert font in licences


def test_the_page_for_it_has_the_paths_and_the_rule_of_the_computer():
    machine = healthy()
    machine.administrator_sets(RULE, **{CHILD: "1", WIN32: "2"})
    page = it_page.page(machine)
    for text in (
        r"%LOCALAPPDATA%\xlperf\.venv\Scripts\python.exe",
        "xlwings64-0.37.8.dll",
        f"`{CHILD}` | 1 and 2 | block |",
        f"`{WIN32}` | 2, not 1 | audit |",
        CONF,
    ):
        assert text in page


def test_a_new_workbook_needs_nothing_more_than_install(tmp_path):
    from xlperf.newbook.builder import workbook_bytes

    (tmp_path / "New.xlsm").write_bytes(workbook_bytes())
    machine = healthy()
    machine.write(FILE, (tmp_path / "New.xlsm").read_bytes())
    findings = examine(machine, FILE)
    assert CheckResult("Workbook", OK, "Dashboard.xlsm can be read") in findings
    assert [finding for finding in findings if finding.state in (WARNING, PROBLEM)] == []


def test_a_python_that_is_there_but_is_another_one_is_a_problem():
    machine = healthy()
    machine.write(r"C:\p\python.exe", b"exe")
    machine.write(CONF, b'"INTERPRETER_WIN","C:\\p\\python.exe"\r\n')
    finding = next(
        item for item in examine(machine, FILE) if item.check == "Python that Excel starts"
    )
    assert finding.state is PROBLEM
    assert PYTHON in finding.found


def test_keys_that_only_the_xlwings_add_in_reads_are_not_taken_for_misspelt():
    machine = healthy()
    machine.write(
        CONF, machine.read(CONF) + b'"API_KEY","x"\r\n"AZUREAD_ACCESS_TOKEN_EXPIRES_ON_1","0"\r\n'
    )
    assert "xlwings.conf" not in states(machine)


def test_no_remedy_has_a_package_of_this_name_fetched_from_an_index():
    machine = healthy()
    machine.versions = {"xlperf": "0.1.0"}
    remedies = "".join(finding.remedy for finding in examine(machine, FILE))
    assert f"Run: {INSTALL_XLWINGS}. " in remedies


def test_without_xlwings_there_is_no_dll_to_look_for():
    machine = healthy()
    del machine.versions["xlwings"]
    assert states(machine, None)["DLL for cell functions"] is NOT_HERE
    machine.write(FILE, workbook(SHEET))
    assert states(machine)["xlwings in the workbook"] is NOT_HERE


@pytest.mark.parametrize(
    ("installed", "said"),
    [
        (False, "xlwings is not installed here, so which one it needs was not looked up"),
        (True, "its macros have no xlwings module of their own, or it cannot be read"),
    ],
)
def test_a_workbook_whose_xlwings_is_not_seen_is_told_with_the_reason(installed, said):
    machine = healthy()
    machine.write(FILE, workbook(SHEET, macros="quickstart.xlsm"))
    if not installed:
        del machine.versions["xlwings"]
    (finding,) = [
        finding for finding in examine(machine, FILE) if finding.check == "xlwings in the workbook"
    ]
    assert finding.found == said


def test_macros_of_others_are_no_matter_of_ours():
    machine = healthy()
    machine.write(FILE, workbook(SHEET, macros="quickstart.xlsm"))
    assert states(machine)["xlwings in the workbook"] is NOT_HERE


def test_when_all_trusted_locations_are_off_none_counts():
    machine = healthy()
    machine.administrator_sets(
        rf"{office_keys.POLICY_SECURITY}\{office_keys.TRUSTED}", AllLocationsDisabled=1
    )
    assert states(machine)["Trusted location"] is WARNING


def test_warnings_alone_are_no_problem():
    machine = healthy()
    machine.administrator_sets(RULE, **{CHILD: "6"})
    findings = examine(machine, FILE)
    assert not has_problems(findings)
    assert output(findings).endswith("\nNo problem found, 1 warning.")


def test_the_settings_of_a_mac_are_where_excel_may_read_them():
    machine = FakeMachine(system="Darwin")
    assert conf.user_file(machine).endswith(
        "/Library/Containers/com.microsoft.Excel/Data/xlwings.conf"
    )
