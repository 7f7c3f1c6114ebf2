"""The command `install`: what to set up for this user, planned first (`plan`), done second
(`steps.carry_out`).

Rules. Nothing needs an administrator: it is the user's xlwings.conf, a DLL beside this interpreter,
compiled Python files, and with --trust one registry key of the user. What others put there stays.
Macro security is not touched: a trusted location is one folder, never one that files reach by
themselves. Installing twice does nothing the second time but compile. `removal` takes back what the
record says was done, and only where it still stands as it was done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlperf.errors import UsageError
from xlperf.installing import conf, office_keys, record
from xlperf.installing.record import SetupRecord
from xlperf.installing.steps import (
    CompileFolder,
    CopyFile,
    DeleteFile,
    DeleteKey,
    SetKey,
    Step,
    WriteFile,
)
from xlperf.version import INSTALL_XLWINGS

if TYPE_CHECKING:
    from pathlib import PurePath

    from xlperf.installing.machine import Machine, Python

COMPILED = ("xlperf", "xlwings", "numpy", "scipy", "python_calamine")
SHARED = (
    "TEMP", "TMP", "WINDIR", "APPDATA", "LOCALAPPDATA", "PROGRAMFILES", "PROGRAMFILES(X86)",
    "PROGRAMDATA", "PUBLIC",
)  # fmt: skip
CLOUDS = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
"""Variables that name folders too wide to be trusted."""
UNPACKED = ("TEMP", "TMP", "WINDIR")
"""Variables that name folders in which programs put files by themselves, below them too."""
ATTACHMENTS = r"%LOCALAPPDATA%\Microsoft\Windows\INetCache"
"""Where attachments of e-mails are put when they are opened."""
XLWINGS_MISSING = (
    f"xlwings is not installed, so Excel cannot call Python. Run: {INSTALL_XLWINGS}, then"
    " python -m xlperf install again. (python -m xlperf refresh FILE works without it.)"
)
ELSEWHERE = {
    "Darwin": (
        "On macOS there is nothing to set up for python -m xlperf refresh FILE; the buttons need"
        " 'xlwings runpython install' once. Excel for Mac can load cell functions only in an"
        " add-in: see docs/lite.md."
    ),
    "Linux": (
        "There is no Excel on Linux, so there is nothing to set up: python -m xlperf refresh FILE"
        " works as it is."
    ),
}


@dataclass(frozen=True, slots=True)
class SetupFacts:
    """What is there, as far as set-up must know it."""

    python: Python
    xlwings: str | None
    interpreter: str
    """This interpreter as it is written into xlwings.conf."""
    conf_file: str
    conf: bytes | None
    dlls: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    """Name, copies the package brought, places where Excel looks (beside Python last)."""
    present: frozenset[str]
    """Those of these places that hold the DLL."""
    folders: tuple[str, ...]
    """Of the packages to compile."""
    locations: tuple[tuple[str, str, bool, str], ...]
    user_locations_count: bool
    record: SetupRecord
    record_file: str


@dataclass(frozen=True, slots=True)
class SetupPlan:
    """What to do, and what to advise."""

    steps: tuple[Step, ...]
    advice: tuple[str, ...]


def gather(machine: Machine) -> SetupFacts:
    """Look at the computer; changes nothing."""
    python, version = machine.python, machine.version("xlwings")
    file = conf.user_file(machine)
    dlls = []
    for name in (office_keys.dll_name(version, bits) for bits in (64, 32)) if version else ():
        where = tuple(
            str(machine.path(folder) / name)
            for folder in reversed(office_keys.dll_folders(python.executable, machine))
        )
        guessed = (str(machine.path(prefix) / name) for prefix in python.prefixes)
        sources = dict.fromkeys((*machine.package_files("xlwings", name), *guessed))
        dlls.append((name, tuple(path for path in sources if holds(machine, path)), where))
    return SetupFacts(
        python,
        version,
        conf.shortened(python.executable, machine),
        file,
        machine.read(file),
        tuple(dlls),
        frozenset(path for _, _, where in dlls for path in where if holds(machine, path)),
        tuple(folder for package in COMPILED if (folder := machine.package_folder(package))),
        tuple(office_keys.trusted_locations(machine)),
        office_keys.user_locations_count(machine),
        record.read(machine),
        record.file(machine),
    )


def holds(machine: Machine, path: str) -> bool:
    """Whether a file is there, by the names of its folder: a DLL in use may not be readable."""
    whole = machine.path(path)
    return whole.name.lower() in {name.lower() for name in machine.names(str(whole.parent))}


def plan(facts: SetupFacts, trust: str | None, machine: Machine) -> SetupPlan:
    """Plan what to write. `trust` is a folder whose workbooks may run macros, if any."""
    trusting = [] if trust is None else _trusting(facts, trust, machine)
    settings, advice = _settings(facts)
    copies, about_copies = _copies(facts)
    advice += about_copies
    if trust is not None and not facts.user_locations_count:
        advice.append(
            "A policy of your organisation makes Excel ignore trusted locations that users add."
            " Ask the IT department to add the folder, or to sign the workbook (python -m xlperf"
            " doctor --it prints a page for them)."
        )
    changes: list[Step] = [*settings, *copies, *trusting]
    steps = (
        *_recording(facts, settings, copies, trusting),
        *changes,
        *map(CompileFolder, facts.folders),
    )
    return SetupPlan(steps, tuple(advice))


def _recording(
    facts: SetupFacts, settings: list[WriteFile], copies: list[CopyFile], trusting: list[SetKey]
) -> list[Step]:
    """Keep what is about to be done, before it is."""
    locations = tuple((step.key, str(dict(step.values)["Path"])) for step in trusting)
    more = SetupRecord(copies=tuple(step.target for step in copies), locations=locations)
    for step in settings:
        before = record.conf_taken_back(facts.record, facts.conf)
        more = SetupRecord(facts.interpreter, before, step.content, more.copies, more.locations)
    joined = record.added(facts.record, more)
    if joined == facts.record:
        return []
    return [
        WriteFile(facts.record_file, record.written(joined), "what install --remove takes back")
    ]


def _settings(facts: SetupFacts) -> tuple[list[WriteFile], list[str]]:
    """Which Python Excel starts, in the user's xlwings.conf."""
    steps: list[WriteFile] = []
    advice: list[str] = []
    settings = conf.parsed(facts.conf or b"")
    named = settings.get(conf.INTERPRETER)
    if named != facts.interpreter:
        content = conf.updated(facts.conf or b"", conf.INTERPRETER, facts.interpreter)
        was = f" (was {named})" if named else ""
        steps.append(
            WriteFile(facts.conf_file, content, f"{conf.INTERPRETER} = {facts.interpreter}{was}")
        )
        if named:
            advice.append(
                f"xlwings.conf named another Python ({named}). Other workbooks that use xlwings now"
                " start this one; name theirs in a sheet xlwings.conf of those workbooks, or take"
                " this back."
            )
    if not facts.interpreter.isascii():
        advice.append(
            f"The path of this Python ({facts.interpreter}) has letters beyond plain ASCII, which"
            " Excel may misread. If Refresh does not find Python, make the environment in a folder"
            " without them."
        )
    if settings.get("CONDA PATH") and settings.get("CONDA ENV"):
        advice.append(
            "xlwings.conf also names a conda environment, which is started first. If that fails,"
            f" take the lines CONDA PATH and CONDA ENV out of {facts.conf_file}."
        )
    return steps, advice


def _copies(facts: SetupFacts) -> tuple[list[CopyFile], list[str]]:
    """The DLLs that cell functions load, 64-bit and 32-bit, to where Excel looks for them."""
    steps: list[CopyFile] = []
    advice = [XLWINGS_MISSING] if facts.xlwings is None else []
    for name, sources, where in facts.dlls:
        if facts.present.intersection(where):
            continue
        if sources:
            steps.append(CopyFile(sources[0], where[-1]))
        elif "64-" in name:
            advice.append(
                f"{name} is not in this installation, so cell functions cannot load; Refresh works."
                " Run: python -m "
                f'pip install --force-reinstall --no-deps "xlwings=={facts.xlwings}"'
            )
    return steps, advice


def _trusting(facts: SetupFacts, trust: str, machine: Machine) -> list[SetKey]:
    shown = _checked(trust, machine)
    for _, path, _, _ in facts.locations:
        if machine.path(conf.expanded(path, machine)) == machine.path(trust):
            return []
    parent = rf"{office_keys.USER_SECURITY}\{office_keys.TRUSTED}"
    taken = {name.lower() for name in machine.subkeys(parent)}
    name = next(
        f"Location{number}" for number in range(10, 10_000) if f"location{number}" not in taken
    )
    return [
        SetKey(rf"{parent}\{name}", (("Path", shown), ("Description", office_keys.MARK_OF_OURS)))
    ]


def _checked(trust: str, machine: Machine) -> str:
    """Give the folder as Excel wants it, or refuse one that would open the door too wide."""
    folder, led_to = machine.path(trust), machine.path(machine.real(trust))
    leads = "" if led_to == folder else f" (it leads to {led_to})"
    if any(place.drive.startswith("\\\\") for place in (folder, led_to)):
        raise UsageError(
            f"{trust}{leads} is a network folder, which Excel does not trust unless the IT"
            " department allows it. Give a folder of this computer, such as C:\\Dashboards."
        )
    if not folder.is_absolute() or ".." in folder.parts:
        raise UsageError(
            f"'{trust}' is not a full path. Give one that starts with a drive, such as"
            " C:\\Dashboards."
        )
    if any(_too_wide(place, machine) for place in (folder, led_to)):
        raise UsageError(
            f"{trust}{leads} is too wide to trust: a macro in any file that lands there would run."
            " Make a folder of its own for the dashboard and give that."
        )
    if not machine.is_folder(trust):
        raise UsageError(f"There is no folder {trust}. Make it first, or give another.")
    return str(folder).rstrip("\\") + "\\"


def _too_wide(folder: PurePath, machine: Machine) -> bool:
    """Whether files come into a folder by themselves: drive, profile, Downloads, temporary."""
    profile = machine.path(machine.variable("USERPROFILE") or machine.home())
    wide = {machine.path(value) for name in SHARED if (value := machine.variable(name))}
    homes = {
        profile,
        *(machine.path(value) for name in CLOUDS if (value := machine.variable(name))),
    }
    wide |= homes | {
        home / name for home in homes for name in ("Downloads", "Desktop", "Documents")
    }
    wide |= {
        machine.path(conf.expanded(text, machine)) for text in office_keys.shell_folders(machine)
    }
    unpacked = [machine.path(value) for name in UNPACKED if (value := machine.variable(name))]
    unpacked.append(machine.path(conf.expanded(ATTACHMENTS, machine)))
    return (
        folder == machine.path(folder.anchor)
        or folder in wide
        or any(folder in place.parents for place in (profile, *unpacked))
        or any(folder.is_relative_to(place) for place in unpacked)
    )


def removal(facts: SetupFacts, machine: Machine) -> SetupPlan:
    """Plan how to take back what the record says was done."""
    if facts.record == SetupRecord():
        return SetupPlan(
            (), ("Nothing is recorded that install did on this computer, so nothing was touched.",)
        )
    steps: list[Step] = []
    advice: list[str] = []
    back = record.conf_taken_back(facts.record, facts.conf)
    if back is None and facts.conf is not None:
        steps.append(DeleteFile(facts.conf_file))
    elif back is not None and back != facts.conf:
        named = conf.parsed(back).get(conf.INTERPRETER)
        what = f"{conf.INTERPRETER} = {named}" if named else f"{conf.INTERPRETER} taken out"
        steps.append(WriteFile(facts.conf_file, back, what))
    elif facts.record.interpreter and facts.conf != facts.record.before:
        advice.append(f"{facts.conf_file} was changed since and was left as it is.")
    steps.extend(DeleteFile(path) for path in facts.record.copies if holds(machine, path))
    places_now = {key: (folder, description) for key, folder, _, description in facts.locations}
    for key, folder in facts.record.locations:
        if places_now.get(key) == (folder, office_keys.MARK_OF_OURS):
            steps.append(DeleteKey(key))
        elif key in places_now:
            advice.append(
                f"The trusted location {places_now[key][0]} was changed since and was left as it is"
                f" ({key})."
            )
    steps.append(DeleteFile(facts.record_file))
    advice.append(
        "Compiled Python files stay until the program goes: delete the folder .venv, or pip"
        " uninstall xlperf"
    )
    return SetupPlan(tuple(steps), tuple(advice))
