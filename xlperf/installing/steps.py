"""What setting up may do, each a value that says what it is; only `carry_out` does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from xlperf.errors import SetupError

if TYPE_CHECKING:
    from xlperf.installing.machine import Machine, RegistryValue


@dataclass(frozen=True, slots=True)
class WriteFile:
    """Write a file."""

    path: str
    content: bytes
    what: str

    def __str__(self) -> str:
        return f"write {self.path}: {self.what}"


@dataclass(frozen=True, slots=True)
class CopyFile:
    """Copy a file."""

    source: str
    target: str

    def __str__(self) -> str:
        return f"copy {self.source} to {self.target}"


@dataclass(frozen=True, slots=True)
class DeleteFile:
    """Delete a file that set-up made."""

    path: str

    def __str__(self) -> str:
        return f"delete {self.path}"


@dataclass(frozen=True, slots=True)
class CompileFolder:
    """Compile Python files, since Excel starts Python in a way that keeps no compiled code."""

    folder: str

    def __str__(self) -> str:
        return f"compile {self.folder}"


@dataclass(frozen=True, slots=True)
class SetKey:
    """Make a registry key of this user with values."""

    key: str
    values: tuple[tuple[str, RegistryValue], ...]

    def __str__(self) -> str:
        return f"set {self.key}: " + ", ".join(f"{name} = {value}" for name, value in self.values)


@dataclass(frozen=True, slots=True)
class DeleteKey:
    """Delete a registry key that set-up made."""

    key: str

    def __str__(self) -> str:
        return f"delete {self.key}"


Step: TypeAlias = WriteFile | CopyFile | DeleteFile | CompileFolder | SetKey | DeleteKey


def carry_out(step: Step, machine: Machine) -> str:
    """Do one step; gives a remark where it went less well. Raises `SetupError`."""
    try:
        return _done(step, machine)
    except OSError as error:
        why = error.strerror or str(error)
        raise SetupError(
            f"Could not {step}: {why}. Nothing after it was done; correct that and run it again."
        ) from None


def _copied(step: CopyFile, machine: Machine) -> str:
    """Copy; into Program Files only an administrator may, and the buttons work without."""
    try:
        machine.copy(step.source, step.target)
    except PermissionError:
        return (
            f"{step.target} could not be written: only an administrator may. Refresh works; for the"
            f" =XP_... formulas an administrator copies {step.source} there once."
        )
    return ""


def _done(step: Step, machine: Machine) -> str:
    match step:
        case WriteFile():
            machine.write(step.path, step.content)
        case CopyFile():
            return _copied(step, machine)
        case DeleteFile():
            machine.delete(step.path)
        case SetKey():
            machine.set_values(step.key, dict(step.values))
        case DeleteKey():
            machine.delete_key(step.key)
        case CompileFolder():
            if not machine.compile(step.folder):
                return (
                    f"Not every file in {step.folder} could be compiled: Refresh works, a little"
                    " slower."
                )
    return ""
