"""Checks of the computer: Python, packages, the DLL, the settings file, Defender."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlperf.installing import conf, office_keys
from xlperf.installing.check_results import (
    CheckResult,
    Examined,
    not_here,
    ok,
    problem,
    warning,
    windows_only,
)
from xlperf.installing.install import holds
from xlperf.message_texts import first_few
from xlperf.version import INSTALL_XLWINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

OLDEST = (3, 11)
IT_PAGE = "python -m xlperf doctor --it"
REFRESH = "python -m xlperf refresh FILE"
"""What works on the closed workbook, whatever is in the way of Excel."""
ASK_IT = f"Give the IT department the page of: {IT_PAGE}"
NEEDED = ("xlperf", "numpy", "scipy", "python-calamine", "xlsxwriter", "rich")
LONGEST_INTERPRETER = 200
INSTALL = "Run: python -m xlperf install"
DLL_CHECK = "DLL for cell functions"
DEFENDER = (
    (
        "Defender: programs started by Office",
        office_keys.CHILD_PROCESSES,
        "the buttons and the formulas: Excel may not start Python (error 70, permission denied)",
    ),
    (
        "Defender: Win32 calls of macros",
        office_keys.WIN32_CALLS,
        (
            "the formulas, which load a DLL; the buttons call none, but the macros of the workbook"
            " name such calls"
        ),
    ),
)
"""Check, rule, and what the rule stops here."""


def python(case: Examined) -> Iterator[CheckResult]:
    """Version, bitness, and a kind of Python that Excel cannot start."""
    at_work = case.machine.python
    version = tuple(int(number) for number in re.findall(r"\d+", at_work.version)[:2])
    found = f"Python {at_work.version}, {at_work.bits}-bit, {at_work.executable}"
    if version < OLDEST:
        yield problem("Python", found, "Install Python 3.11 or newer, and xlperf into it.")
    elif case.windows and office_keys.from_the_store(at_work):
        # "Using Python on Windows", python.org: such a Python writes to private copies of AppData
        # and the registry.
        yield warning(
            "Python",
            f"{found}: from the Microsoft Store; Excel may not see what it writes",
            "If the buttons fail, install Python from python.org (for you alone, no administrator"
            " needed), and xlperf into it.",
        )
    elif (
        case.windows
        and office_keys.for_all_users(at_work.executable, case.machine)
        and _of_one_user(case)
    ):
        yield warning(
            "Python",
            f"{found}: for all users, but made from the Python of one, {at_work.base}",
            "Install Python for all users, and make the environment again from that one.",
        )
    else:
        whose = ""
        if case.windows:
            shared = office_keys.for_all_users(at_work.executable, case.machine)
            whose = ", in Program Files: for all users" if shared else ", for this user"
        yield ok("Python", f"{found}{whose}")


def _of_one_user(case: Examined) -> bool:
    """Whether Python itself lies in somebody's profile, where others cannot read it."""
    base = case.machine.path(case.machine.python.base)
    return base.is_relative_to(case.machine.path(case.machine.home()).parent)


def packages(case: Examined) -> Iterator[CheckResult]:
    """What xlperf needs: that it is there and complete."""
    versions = {name: case.machine.version(name) for name in NEEDED}
    missing = [name for name, version in versions.items() if version is None]
    if missing:
        remedy = f"Run: python -m pip install {' '.join(missing)}"
        yield problem("Packages", f"not installed: {', '.join(missing)}", remedy)
    else:
        yield ok("Packages", ", ".join(f"{name} {version}" for name, version in versions.items()))
    yield from _removed(case)


@windows_only("xlwings")
def excel_packages(case: Examined) -> Iterator[CheckResult]:
    """What xlperf needs to talk to Excel."""
    without = [name for name in ("xlwings", "pywin32") if case.machine.version(name) is None]
    if without:
        yield problem(
            "xlwings",
            f"not installed: {', '.join(without)}; Excel cannot call Python",
            f"Run: {INSTALL_XLWINGS}. Without it, {REFRESH} works.",
        )
    else:
        yield ok(
            "xlwings",
            f"xlwings {case.machine.version('xlwings')}, pywin32 {case.machine.version('pywin32')}",
        )


def _removed(case: Examined) -> Iterator[CheckResult]:
    """Files that were installed and are gone: only a virus scanner, or a person, does that."""
    check = "Files of the packages"
    gone = {
        name: files
        for name in (*NEEDED, "xlwings", "pywin32")
        if (files := case.machine.missing_files(name))
    }
    if not gone:
        return
    lost = first_few(sum(gone.values(), ()), 1)
    packages = " ".join(f'"{name}=={case.machine.version(name)}"' for name in gone)
    yield problem(
        check,
        f"gone since they were installed: {lost}; a virus scanner may have removed them",
        "Ask the IT department to restore and allow them. Or run: python -m pip install"
        " --force-reinstall --no-deps " + packages,
    )


@windows_only("Excel")
def excel(case: Examined) -> Iterator[CheckResult]:
    """Excel itself."""
    bits = office_keys.excel_bits(case.machine)
    kind = f"{bits}-bit" if bits else "32-bit or 64-bit: its set-up does not say"
    if case.machine.values(office_keys.EXCEL_PATH) is not None:
        yield ok("Excel", f"installed, {kind}")
    else:
        yield warning("Excel", "not found", f"{REFRESH} needs no Excel; the buttons do.")


@windows_only(DLL_CHECK)
def dll(case: Examined) -> Iterator[CheckResult]:
    """The DLL for cell functions, by the name the VBA asks for."""
    version = (case.book.xlwings if case.book else None) or case.machine.version("xlwings")
    if version is None:
        yield not_here(DLL_CHECK, "xlwings is not installed")
        return
    name = office_keys.dll_name(version, office_keys.excel_bits(case.machine) or 64)
    folders = office_keys.dll_folders(case.interpreter, case.machine)
    places = {folder: str(case.machine.path(folder) / name) for folder in folders}
    where = next((folder for folder in folders if holds(case.machine, places[folder])), None)
    if where:
        yield ok(DLL_CHECK, f"{name} in {where}")
    else:
        yield problem(
            DLL_CHECK,
            f"no {name} in {folders[0]} or {folders[1]}; the buttons work, =XP_… formulas do not",
            f"{INSTALL}. If that does not help: python -m pip install --force-reinstall"
            f' "xlwings=={version}"',
        )


@windows_only("xlwings.conf")
def settings(case: Examined) -> Iterator[CheckResult]:
    """The settings of xlwings: which Python, misspelt keys, blank switches, conda."""
    yield _interpreter(case)
    for place, values in case.layers:
        wrong = conf.unknown(values)
        if wrong:
            yield warning(
                "xlwings.conf",
                f"{place} has keys that nothing reads: {', '.join(wrong)}",
                "Correct the spelling, such as UDF MODULES with a space, or take the line out.",
            )
        blank = sorted(
            key for key in conf.BOOLEAN if values.get(key, "FALSE").upper() not in ("TRUE", "FALSE")
        )
        if blank:
            yield problem(
                "xlwings.conf",
                f"{place}: {', '.join(blank)} should be TRUE or FALSE",
                "Type TRUE or FALSE: Excel stops with an error at anything else, a blank too.",
            )
    conda = [
        found for key in ("CONDA PATH", "CONDA ENV") if (found := case.setting(key)) and found[0]
    ]
    if len(conda) == 2:
        yield warning(
            "xlwings.conf",
            f"{conda[0][1]} has a conda environment started before Python",
            "Take the lines CONDA PATH and CONDA ENV out, unless xlperf lives in that environment.",
        )


def _interpreter(case: Examined) -> CheckResult:
    check, machine = "Python that Excel starts", case.machine
    found = case.setting(conf.INTERPRETER)
    if found is None or not found[0]:
        return problem(
            check, f"{conf.INTERPRETER} is not set: Excel takes whichever it finds", INSTALL
        )
    path, place = found
    if not holds(machine, path):
        return _not_there(case, path, place)
    if machine.path(path) != machine.path(machine.python.executable):
        return problem(
            check,
            f"{place} names {path}, but this is {machine.python.executable}",
            f"{INSTALL}, or run the doctor with the Python that Excel starts.",
        )
    written = conf.value_and_place(conf.INTERPRETER, case.layers)
    if written is not None and not written[0].isascii():
        return warning(
            check,
            f"{path} (from {place}) has letters beyond plain ASCII",
            "If Refresh cannot find Python, make the environment in a folder without them.",
        )
    if len(path) > LONGEST_INTERPRETER:
        return warning(check, f"{path} is {len(path)} characters long", "Use a shorter folder.")
    return ok(check, f"{path} (from {place})")


def _not_there(case: Examined, path: str, place: str) -> CheckResult:
    """Tell a Python that was moved from one taken out of an environment that is still there."""
    folder = case.machine.path(path).parent.parent
    if holds(case.machine, str(folder / "pyvenv.cfg")):
        found = (
            f"{place} names {path}, which is missing from its environment: a virus scanner may have"
            " removed it"
        )
        remedy = (
            "Ask the IT department to restore it and to allow it. Or make the environment again."
            f" {INSTALL}"
        )
    else:
        found = f"{place} names {path}, where there is none: it was moved, renamed or deleted"
        remedy = INSTALL
    return problem("Python that Excel starts", found, remedy)


@windows_only("Compiled files")
def compiled(case: Examined) -> Iterator[CheckResult]:
    """Whether compiled Python files are there: Excel starts Python in a way that keeps none."""
    folder = case.machine.package_folder("xlperf")
    cache = case.machine.names(str(case.machine.path(folder) / "__pycache__")) if folder else ()
    if any(name.endswith(".pyc") for name in cache):
        yield ok("Compiled files", "there")
    else:
        yield warning(
            "Compiled files", "none: every click compiles again, several times slower", INSTALL
        )


@windows_only(*(check for check, _, _ in DEFENDER))
def defender(case: Examined) -> Iterator[CheckResult]:
    """Defender's rules against what macros do here, as far as this account may read them."""
    for check, rule, what in DEFENDER:
        yield _rule(case, check, rule, what)


def _rule(case: Examined, check: str, rule: office_keys.DefenderRule, what: str) -> CheckResult:
    state, named = office_keys.rule_state(case.machine, rule), f"'{rule.name}' ({rule.identifier})"
    if state == "block":
        return problem(check, f"{named} blocks {what}, unless IT made an exclusion", ASK_IT)
    if state == "warn":
        return warning(
            check, f"{named} asks before it allows {what}", f"Answer Unblock. Or: {ASK_IT}"
        )
    if state is None:
        return ok(check, f"{named} not found where this account may read; it may still be on")
    return ok(check, f"{named} is set to '{state}', which stops nothing")


def log(case: Examined) -> Iterator[CheckResult]:
    """Where the log goes."""
    machine = case.machine
    home = machine.variable("LOCALAPPDATA") or machine.variable("XDG_STATE_HOME")
    base = machine.path(home) if home else machine.path(machine.home()) / ".local" / "state"
    folder = str(base / "xlperf")
    if machine.may_write(folder):
        yield ok("Log", f"can be kept in {folder}")
    else:
        yield warning("Log", f"cannot be kept in {folder}", "Ask for the right to write there.")
