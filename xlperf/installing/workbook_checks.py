"""Checks of a workbook: can it be read, may its macros run, does its place cause trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.installing import office_keys
from xlperf.installing.check_results import (
    CheckResult,
    CheckState,
    Examined,
    not_here,
    ok,
    problem,
    warning,
    windows_only,
)
from xlperf.installing.computer_checks import IT_PAGE, REFRESH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlperf.installing.workbook_facts import WorkbookFacts

LONGEST_PATH = 218  #: characters of folder and name together that Excel opens
TRUST = 'Move it into a folder of its own and run: python -m xlperf install --trust "FOLDER"'
ADD = "ADD_WORKBOOK_TO_PYTHONPATH"
SET_ADD = f"Set {ADD} to FALSE in the sheet xlwings.conf of the workbook."
ALL, ASK, SIGNED, NONE = 1, 2, 3, 4  #: VBAWarnings


def workbook(case: Examined) -> Iterator[CheckResult]:
    """Everything about the workbook, or one line that says that none was given."""
    book = case.book
    if book is None:
        yield not_here("Workbook", "no workbook given: python -m xlperf doctor FILE")
        return
    if book.problem:
        yield problem("Workbook", book.problem, "Give the path of a dashboard, .xlsm or .xlsx.")
        return
    yield ok("Workbook", f"{book.name} can be read")
    yield _module(case, book)
    yield from _place(case, book)
    yield from _source(case, book)
    if book.macros:
        yield from _macros(case)


@windows_only("Macros")
def _macros(case: Examined) -> Iterator[CheckResult]:
    if case.book is not None:
        yield _trusted(case, case.book)
        yield _mark(case)
        yield _policy(case, case.book)


def _module(case: Examined, book: WorkbookFacts) -> CheckResult:
    """Compare the version of the xlwings module in the workbook with that of the package."""
    check, installed = "xlwings in the workbook", case.machine.version("xlwings")
    if not book.macros:
        return not_here(check, f"{book.name} has no macros", f"{REFRESH} works on it.")
    if book.xlwings is None and installed is None:
        return not_here(
            check, "xlwings is not installed here, so which one it needs was not looked up"
        )
    if book.xlwings is None:
        return not_here(
            check, "its macros have no xlwings module of their own, or it cannot be read"
        )
    if installed is None:
        return not_here(check, f"{book.xlwings}; xlwings is not installed here")
    if installed != book.xlwings:
        return problem(
            check,
            f"the workbook has {book.xlwings}, this Python {installed}; they must be the same",
            f'Run: python -m pip install "xlwings=={book.xlwings}", then python -m xlperf install.',
        )
    return ok(check, f"{book.xlwings}, as installed")


def _place(case: Examined, book: WorkbookFacts) -> Iterator[CheckResult]:
    """Name, length of the path, cloud folders."""
    if "=" in book.name:
        found = f"'{book.name}' has a '=', at which xlwings cuts the name off"
        yield problem("Name of the workbook", found, "Rename the file.")
    if case.windows and len(book.path) > LONGEST_PATH:
        aware = (case.machine.values(office_keys.LONG_PATHS) or {}).get("longpathsenabled") == 1
        also = ", though long paths are switched on in Windows" if aware else ""
        yield problem(
            "Length of the path",
            f"{len(book.path)} characters; Excel opens at most {LONGEST_PATH}{also}",
            "Move it to a shorter folder.",
        )
    folder = case.machine.path(book.folder)
    names = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
    roots = [case.machine.path(value) for name in names if (value := case.machine.variable(name))]
    if not any(folder.is_relative_to(root) for root in roots):
        return
    if case.windows and book.macros and _reads_folder(case):
        yield problem(
            "OneDrive or SharePoint",
            "the workbook lies there, and Excel looks for Python files at its web address",
            f"{SET_ADD} Or keep it in an ordinary folder.",
        )
    else:
        yield warning(
            "OneDrive or SharePoint",
            "the workbook lies there: others may have it open, and a refresh is uploaded as a new"
            " version",
            "Refresh with nobody else in it; keep the working copy in an ordinary folder if that is"
            " awkward.",
        )


def _reads_folder(case: Examined) -> bool:
    """Whether Python looks for code beside the workbook, as xlwings does unless set not to."""
    added = case.setting(ADD)
    return added is None or added[0].upper() != "FALSE"


def _source(case: Examined, book: WorkbookFacts) -> Iterator[CheckResult]:
    """Whether files beside the workbook could be run."""
    if not (case.windows and book.macros):
        return
    check = "Code beside the workbook"
    if not _reads_folder(case):
        yield ok(check, f"is not run ({ADD} is FALSE)")
        return
    added = case.setting(ADD)
    where = f"is {added[0] or 'blank'} in {added[1]}" if added else "is not set, which means TRUE"
    if book.neighbours:
        files = ", ".join(book.neighbours[:5])
        found = f"{files} may be run in place of Python's own: {ADD} {where}"
        yield problem(check, found, f"Move such files away. {SET_ADD}")
    else:
        yield warning(check, f"would be run: {ADD} {where}", SET_ADD)


def _trusted(case: Examined, book: WorkbookFacts) -> CheckResult:
    check = "Trusted location"
    if case.trusted:
        return ok(check, f"{book.folder} is one")
    if not office_keys.user_locations_count(case.machine):
        found = "a policy makes Excel ignore trusted locations that users add"
        remedy = f"Ask the IT department to add the folder or to sign the workbook: {IT_PAGE}"
        return warning(check, found, remedy)
    return warning(check, f"{book.folder} is none, so Excel asks, or blocks", TRUST)


def _mark(case: Examined) -> CheckResult:
    check = "Mark of the web"
    if not case.marked:
        return ok(check, "the file has none")
    if case.trusted:
        return ok(check, "the file has one; its trusted location outweighs it")
    return problem(
        check,
        "the file came from the internet or by e-mail, and Excel blocks its macros",
        "If you know where it came from: close it, right-click it, Properties, tick Unblock. Or:"
        f" {TRUST}",
    )


def _policy(case: Examined, book: WorkbookFacts) -> CheckResult:
    """Judge the macro settings, for a workbook that lies in no trusted location."""
    check = "Macros"
    value, is_policy = office_keys.macro_setting(case.machine, "vbawarnings")
    blocked, _ = office_keys.macro_setting(case.machine, "blockcontentexecutionfrominternet")
    who = "File, Options, Trust Center, Macro Settings"
    ask = "Choose 'Disable with notification' there."
    if is_policy:
        who, ask = "a policy of the organisation", f"Ask the IT department: {IT_PAGE}"
    if case.trusted:
        return ok(check, "run, since the location is trusted")
    if value == NONE:
        return problem(check, f"all are off ({who})", f"{TRUST}. Or: {ask}")
    if value == SIGNED:
        state = CheckState.WARNING if book.signed else CheckState.PROBLEM
        found = "signed: its publisher must be a trusted one" if book.signed else "not signed"
        return CheckResult(
            check,
            state,
            f"only signed ones run ({who}); the workbook is {found}",
            f"{TRUST}. Or: {ask}",
        )
    if blocked == 1 and case.marked:
        return problem(check, "a policy blocks those of files from the internet", TRUST)
    if value == ALL:
        found = f"those of every file run without asking ({who}), which is unsafe"
        return warning(check, found, f"Set it to 'Disable with notification'. {TRUST}")
    return ok(check, "Excel asks once a file: press Enable Content")
