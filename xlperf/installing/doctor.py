"""The command `doctor`: look at a computer and a workbook, say what is in the way of the buttons,
and what to do.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from xlperf.installing import computer_checks, workbook_checks, workbook_facts
from xlperf.installing.check_results import NO_WINDOWS, CheckResult, CheckState, Examined
from xlperf.message_texts import number_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.installing.machine import Machine

CHECKS = (
    computer_checks.python,
    computer_checks.packages,
    computer_checks.excel_packages,
    computer_checks.excel,
    computer_checks.dll,
    computer_checks.settings,
    computer_checks.compiled,
    computer_checks.defender,
    computer_checks.log,
    workbook_checks.workbook,
)
SIGNS = {
    CheckState.OK: "✓",
    CheckState.WARNING: "!",
    CheckState.PROBLEM: "✗",
    CheckState.NOT_HERE: "–",
}


def examine(machine: Machine, path: str | None = None) -> list[CheckResult]:
    """Make every check. Changes nothing."""
    case = Examined(machine, workbook_facts.look(path, machine) if path is not None else None)
    return [finding for check in CHECKS for finding in check(case)]


def has_problems(findings: Sequence[CheckResult]) -> bool:
    """Whether something stops the buttons or the functions."""
    return any(finding.state is CheckState.PROBLEM for finding in findings)


def output(findings: Sequence[CheckResult]) -> str:
    """Give the findings as text: a row each, the remedy below it, a summary last."""
    rows = []
    elsewhere = [finding for finding in findings if finding.only_on_windows]
    if elsewhere:
        checks = ", ".join(dict.fromkeys(finding.check for finding in elsewhere))
        rows.append(f"{SIGNS[CheckState.NOT_HERE]} Not checked, since {NO_WINDOWS}: {checks}")
    for finding in findings:
        if finding in elsewhere:
            continue
        rows.append(f"{SIGNS[finding.state]} {finding.check}: {finding.found}")
        if finding.remedy and finding.state is not CheckState.OK:
            rows.append(f"    {finding.remedy}")
    numbers = Counter(finding.state for finding in findings)
    problems, warnings = numbers[CheckState.PROBLEM], numbers[CheckState.WARNING]
    if problems:
        end = (
            f"{number_of(problems, 'problem')} to correct first, {number_of(warnings, 'warning')}."
        )
    elif warnings:
        end = f"No problem found, {number_of(warnings, 'warning')}."
    else:
        end = "No problem found."
    if elsewhere:
        end += f" {computer_checks.REFRESH} needs nothing of what was not checked."
    elif problems:
        end += f" What works meanwhile, on the closed workbook: {computer_checks.REFRESH}"
    return "\n".join((*rows, "", end))
