"""The command `install`: look, plan, do, and say what was done and how to take it back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from xlperf import outcome
from xlperf.errors import WrittenState
from xlperf.installing import install
from xlperf.installing.steps import (
    CompileFolder,
    CopyFile,
    DeleteFile,
    DeleteKey,
    SetKey,
    Step,
    WriteFile,
    carry_out,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlperf.installing.machine import Machine, RegistryValue

NEXT = (
    "Next: python -m xlperf doctor FILE checks a workbook. To take all of this back:"
    " python -m xlperf install --remove"
)


def perform(
    machine: Machine,
    *,
    trust: str | None = None,
    remove: bool = False,
    dry_run: bool = False,
    progress: Callable[[str], None],
) -> str:
    """Set this computer up, or take that back; gives the output. `SetupError`, `UsageError`."""
    if machine.system != "Windows":
        return install.ELSEWHERE.get(machine.system, install.ELSEWHERE["Linux"])
    facts = install.gather(machine)
    plan = install.removal(facts, machine) if remove else install.plan(facts, trust, machine)
    undone, remarks = ([], []) if dry_run else _carry_out(plan.steps, machine, progress)
    if dry_run:
        title = "It would:" if plan.steps else "There is nothing to do."
    else:
        title = "Done:" if plan.steps else "There was nothing to do."
    done = [step for step in plan.steps if step not in undone]
    rows = [
        title,
        *(f"  {row}" for row in _rows(done)),
        *(f"Note: {advice}" for advice in (*remarks, *plan.advice)),
    ]
    return "\n".join(rows if remove else [*rows, NEXT])


def _carry_out(
    steps: Sequence[Step], machine: Machine, progress: Callable[[str], None]
) -> tuple[list[Step], list[str]]:
    """Do the steps; gives those that could not be done and may be left, and remarks."""
    undone: list[Step] = []
    remarks = []
    record = outcome.current()
    states = [partial(_state, step, machine, _place(step, machine)) for step in steps]
    writes = [
        record.announce(outcome.STEP, str(step), state)
        for step, state in zip(steps, states, strict=True)
    ]
    for step, write in zip(steps, writes, strict=True):
        progress(str(step))
        with write.happening():
            remark = carry_out(step, machine)
        if remark:
            remarks.append(remark)
        if remark and isinstance(step, CopyFile):
            undone.append(step)
            write.settle(WrittenState.OLD)
    return undone, remarks


def _state(
    step: Step, machine: Machine, before: bytes | Mapping[str, RegistryValue] | None
) -> WrittenState:
    """See whether a step was done. `before`: what was at its place."""
    now = _place(step, machine)
    match step:
        case WriteFile():
            done = now == step.content
        case CopyFile():
            done = now is not None and now == machine.read(step.source)
        case SetKey() if isinstance(now, Mapping):
            done = now.items() >= {name.lower(): value for name, value in step.values}.items()
        case DeleteFile() | DeleteKey():
            done = now is None
        case _:
            done = False
    return (
        WrittenState.NEW if done else WrittenState.OLD if now == before else WrittenState.NOT_KNOWN
    )


def _place(step: Step, machine: Machine) -> bytes | Mapping[str, RegistryValue] | None:
    """Give what is where a step writes; nothing of compiled files, which only save time."""
    match step:
        case WriteFile() | DeleteFile():
            return machine.read(step.path)
        case CopyFile():
            return machine.read(step.target)
        case SetKey() | DeleteKey():
            return machine.values(step.key)
    return None


def _rows(steps: Sequence[Step]) -> list[str]:
    """Steps as text rows; folders that are compiled take one row together."""
    rows = [str(step) for step in steps if not isinstance(step, CompileFolder)]
    folders = [step.folder for step in steps if isinstance(step, CompileFolder)]
    return [*rows, f"compile {', '.join(folders)}"] if folders else rows
