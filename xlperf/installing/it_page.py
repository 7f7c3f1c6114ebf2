"""The page for an IT department: what runs, what it touches, what to allow, and the way that needs
nothing allowed.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from xlperf.installing import conf, install, office_keys
from xlperf.version import VERSION

if TYPE_CHECKING:
    from xlperf.installing.machine import Machine


def page(machine: Machine) -> str:
    """Give the page, with the paths of this computer where they are known."""
    facts = install.gather(machine)
    windows = machine.system == "Windows"
    stops = ((office_keys.CHILD_PROCESSES, "1 and 2"), (office_keys.WIN32_CALLS, "2, not 1"))
    rules = (
        f"| {rule.name}, `{rule.identifier}` | {what} | {_state(rule, machine)} |"
        for rule, what in stops
    )
    text = resources.files("xlperf.installing").joinpath("it_page.md").read_text(encoding="utf-8")
    return text.format(
        version=VERSION,
        whose="this computer" if windows else "a usual set-up, since this computer has no Windows",
        interpreter=(
            facts.interpreter if windows else r"%LOCALAPPDATA%\xlperf\.venv\Scripts\python.exe"
        ),
        key=conf.INTERPRETER,
        dll=office_keys.dll_name(facts.xlwings or "VERSION", office_keys.excel_bits(machine) or 64),
        conf=facts.conf_file if windows else r"%USERPROFILE%\.xlwings\xlwings.conf",
        locations=rf"{office_keys.USER_SECURITY}\{office_keys.TRUSTED}",
        rules="\n".join(rules),
    )


def _state(rule: office_keys.DefenderRule, machine: Machine) -> str:
    if machine.system != "Windows":
        return "not known"
    return office_keys.rule_state(machine, rule) or "not found where this account may read"
