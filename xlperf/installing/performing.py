"""The command `install` from end to end: look, plan, do, and say what was done and how to take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf import outcome
from xlperf.errors import State
from xlperf.installing import install
from xlperf.installing.steps import CompileFolder, CopyFile, Step, carry_out

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlperf.installing.machine import Machine

NEXT = (
    "Next: python -m xlperf doctor FILE checks a workbook. To take all of this back: python -m xlperf install --remove"
)


def perform(
    machine: Machine,
    *,
    trust: str | None = None,
    remove: bool = False,
    dry_run: bool = False,
    progress: Callable[[str], None],
) -> str:
    """Set this user's computer up, or take that back; returns what to tell. Raises `SetupError`, `UsageError`."""
    if machine.system != "Windows":
        return install.ELSEWHERE.get(machine.system, install.ELSEWHERE["Linux"])
    facts = install.gather(machine)
    plan = install.removal(facts, machine) if remove else install.plan(facts, trust, machine)
    undone, remarks = ([], []) if dry_run else _carry_out(plan.steps, machine, progress)
    if dry_run:
        title = "It would:" if plan.steps else "There is nothing to do."
    else:
        title = "Done:" if plan.steps else "There was nothing to do."
    lines = [title, *(f"  {line}" for line in _shown([step for step in plan.steps if step not in undone]))]
    lines.extend(f"Note: {advice}" for advice in (*remarks, *plan.advice))
    if not remove:
        lines.append(NEXT)
    return "\n".join(lines)


def _carry_out(
    steps: Sequence[Step], machine: Machine, progress: Callable[[str], None]
) -> tuple[list[Step], list[str]]:
    """Do the steps; gives those that could not be done and may be left, and remarks."""
    undone: list[Step] = []
    remarks = []
    announced = [(step, outcome.current().announce(outcome.STEP, str(step))) for step in steps]
    for step, write in announced:
        progress(str(step))
        with write.happening():
            remark = carry_out(step, machine)
        if remark:
            remarks.append(remark)
        if remark and isinstance(step, CopyFile):
            undone.append(step)
            write.settle(State.OLD)
    return undone, remarks


def _shown(steps: Sequence[Step]) -> list[str]:
    """Steps as lines; folders that are compiled take one line together."""
    lines = [str(step) for step in steps if not isinstance(step, CompileFolder)]
    folders = [step.folder for step in steps if isinstance(step, CompileFolder)]
    if folders:
        lines.append(f"compile {', '.join(folders)}")
    return lines
