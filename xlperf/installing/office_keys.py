"""Where Windows and Excel keep what decides whether macros run: keys and their values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlperf.installing.machine import Machine, Python

OFFICE = "16.0"  #: Excel 2016 to 2024 and Microsoft 365
USER_SECURITY = rf"HKCU\Software\Microsoft\Office\{OFFICE}\Excel\Security"
POLICY_SECURITY = rf"HKCU\Software\Policies\Microsoft\Office\{OFFICE}\Excel\Security"
TRUSTED = "Trusted Locations"
MIX_POLICY = rf"HKCU\Software\Policies\Microsoft\Office\{OFFICE}\Common\Security\Trusted Locations"
EXCEL_PATH = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
CLICK_TO_RUN = r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
LONG_PATHS = r"HKLM\SYSTEM\CurrentControlSet\Control\FileSystem"


@dataclass(frozen=True, slots=True)
class DefenderRule:
    """A rule of Defender for the reduction of the attack surface. Source: Microsoft, "ASR rules
    reference".
    """

    name: str
    identifier: str


CHILD_PROCESSES = DefenderRule(
    "Block all Office applications from creating child processes",
    "D4F940AB-401B-4EFC-AADC-AD5F3C50688A",
)
WIN32_CALLS = DefenderRule(
    "Block Win32 API calls from Office macros", "92E97FA1-2EDF-4476-BDD6-9DD0B4DDDC7B"
)
RULE_KEYS = (
    r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules",
    r"HKLM\SOFTWARE\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules",
)
RULES_BY_DEVICE_MANAGEMENT = r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Policy Manager"
RULE_STATES = {"0": "off", "1": "block", "2": "audit", "5": "not configured", "6": "warn"}

SHELL_FOLDERS = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
WHERE_FILES_LAND = ("Personal", "Desktop", "{374DE290-123F-4565-9164-39C4925E467B}")
"""Values that name the user's Documents, Desktop and Downloads, wherever these were moved to."""

STORE = "WindowsApps"
"""Folder of programs from the Microsoft Store, and of the aliases that start them."""
PROGRAM_FILES = ("PROGRAMFILES", "PROGRAMW6432", "PROGRAMFILES(X86)")
"""Variables that name the folders into which only an administrator writes, for all users."""

MARK_OF_OURS = "xlperf"
"""Description of a trusted location that `install` made, for people who look at the list in Excel.
"""


def from_the_store(python: Python) -> bool:
    """Whether a Python, or the one its environment was made from, is of the Microsoft Store."""
    return any(STORE in path for path in (python.executable, python.base))


def for_all_users(path: str, machine: Machine) -> bool:
    """Whether a path lies in Program Files."""
    folders = (machine.variable(name) for name in PROGRAM_FILES)
    return any(
        machine.path(path).is_relative_to(machine.path(folder)) for folder in folders if folder
    )


def trusted_locations(machine: Machine) -> Iterator[tuple[str, str, bool, str]]:
    """Key, folder, whether the folders below count, and description of each trusted location."""
    for security in (POLICY_SECURITY, USER_SECURITY):
        parent = rf"{security}\{TRUSTED}"
        for name in machine.subkeys(parent):
            key = rf"{parent}\{name}"
            values = machine.values(key) or {}
            folder = str(values.get("path", ""))
            if folder:
                yield (
                    key,
                    folder,
                    values.get("allowsubfolders") == 1,
                    str(values.get("description", "")),
                )


def shell_folders(machine: Machine) -> tuple[str, ...]:
    """Folders of the user into which files are put by habit, with variables as they are written."""
    values = machine.values(SHELL_FOLDERS) or {}
    return tuple(str(values[name.lower()]) for name in WHERE_FILES_LAND if name.lower() in values)


def user_locations_count(machine: Machine) -> bool:
    """Whether Excel uses trusted locations that a user made: a policy may say that it does not."""
    mixed = (machine.values(MIX_POLICY) or {}).get("allow user locations")
    return mixed != 0 and not locations_are_off(machine)


def locations_are_off(machine: Machine) -> bool:
    """Whether all trusted locations are switched off."""
    keys = (rf"{POLICY_SECURITY}\{TRUSTED}", rf"{USER_SECURITY}\{TRUSTED}")
    return any((machine.values(key) or {}).get("alllocationsdisabled") == 1 for key in keys)


def rule_state(machine: Machine, rule: DefenderRule) -> str | None:
    """State of a Defender rule as far as this account may read it: ``block``; None: not found."""
    wanted = rule.identifier.lower()
    for key in RULE_KEYS:
        state = (machine.values(key) or {}).get(wanted)
        if state is not None:
            return RULE_STATES.get(str(state), str(state))
    managed = str((machine.values(RULES_BY_DEVICE_MANAGEMENT) or {}).get("asrrules", ""))
    for entry in managed.lower().split("|"):
        name, _, state = entry.partition("=")
        if name.strip("{} ") == wanted:
            return RULE_STATES.get(state.strip(), state.strip())
    return None


def macro_setting(machine: Machine, name: str) -> tuple[int | None, bool]:
    """Value of a macro setting, and whether a policy gives it (then the user cannot change it)."""
    for key, is_policy in ((POLICY_SECURITY, True), (USER_SECURITY, False)):
        value = (machine.values(key) or {}).get(name)
        if isinstance(value, int):
            return value, is_policy
    return None, False


def excel_bits(machine: Machine) -> int | None:
    """Whether Excel is 64-bit or 32-bit, where its set-up says so; it decides the DLL."""
    platform = (machine.values(CLICK_TO_RUN) or {}).get("platform")
    return {"x64": 64, "x86": 32}.get(str(platform).lower())


def dll_name(version: str, bits: int) -> str:
    """Name of the DLL that cell functions load; the version is part of it."""
    return f"xlwings{bits}-{version}.dll"


def dll_folders(interpreter: str, machine: Machine) -> tuple[str, str]:
    """Where the VBA looks for the DLL: beside the interpreter, then one folder up."""
    beside = machine.path(interpreter).parent
    return str(beside), str(beside.parent)
