"""A Windows computer of dictionaries that keeps the contract of
`xlperf.installing.machine.Machine`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlperf.installing.machine import Python, path_on

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import PurePath

    from xlperf.installing.machine import RegistryValue

PROFILE = r"C:\Users\ann"
VENV = PROFILE + r"\AppData\Local\xlperf\.venv"
PYTHON = VENV + r"\Scripts\python.exe"
DASHBOARDS = r"C:\Dashboards"
BASE = r"C:\Python312"
AT_WORK = Python(PYTHON, "3.12.4", 64, (VENV, BASE, PROFILE + r"\AppData\Roaming\Python"), BASE)
VERSIONS = {
    "xlperf": "0.1.0",
    "numpy": "2.0",
    "scipy": "1.14",
    "python-calamine": "0.3",
    "xlsxwriter": "3.2",
    "rich": "13.9",
    "xlwings": "0.37.8",
    "pywin32": "308",
}


@dataclass
class FakeMachine:
    """Files by path, registry by key; neither cares about case. What is written stays to be looked
    at.
    """

    system: str = "Windows"
    python: Python = AT_WORK
    versions: dict[str, str] = field(default_factory=lambda: dict(VERSIONS))
    variables: dict[str, str] = field(
        default_factory=lambda: {
            "USERPROFILE": PROFILE,
            "LOCALAPPDATA": PROFILE + r"\AppData\Local",
            "APPDATA": PROFILE + r"\AppData\Roaming",
            "PROGRAMFILES": r"C:\Program Files",
            "TEMP": PROFILE + r"\AppData\Local\Temp",
        }
    )
    files: dict[str, bytes] = field(default_factory=dict)
    folders: set[str] = field(default_factory=lambda: {DASHBOARDS})
    links: dict[str, str] = field(default_factory=dict)
    """Folders that lead elsewhere, and where to."""
    registry: dict[str, dict[str, RegistryValue]] = field(default_factory=dict)
    removed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By package, files of it that something removed."""
    package_dlls: tuple[str, ...] = ()
    refuses: frozenset[str] = frozenset()
    """Files that may not be written."""
    full: bool = False
    compiled: list[str] = field(default_factory=list)
    compiles: bool = True

    def path(self, text: str) -> PurePath:
        return path_on(self.system, text)

    def home(self) -> str:
        return PROFILE

    def variable(self, name: str) -> str | None:
        return {key.upper(): value for key, value in self.variables.items()}.get(name.upper())

    def version(self, package: str) -> str | None:
        return self.versions.get(package)

    def package_folder(self, package: str) -> str | None:
        return (
            str(self.path(VENV) / "Lib" / "site-packages" / package)
            if package in self.versions
            else None
        )

    def package_files(self, package: str, suffix: str) -> tuple[str, ...]:
        return tuple(path for path in self.package_dlls if path.endswith(suffix))

    def missing_files(self, package: str) -> tuple[str, ...]:
        return self.removed.get(package, ())

    def _key(self, path: str) -> PurePath:
        return self.path(path)

    def _by_path(self) -> dict[PurePath, tuple[str, bytes]]:
        return {self._key(name): (name, content) for name, content in self.files.items()}

    def read(self, path: str) -> bytes | None:
        return self._by_path().get(self._key(path), ("", None))[1]

    def is_folder(self, path: str) -> bool:
        return any(self._key(folder) == self._key(path) for folder in self.folders)

    def real(self, path: str) -> str:
        return next(
            (there for here, there in self.links.items() if self._key(here) == self._key(path)),
            path,
        )

    def names(self, folder: str) -> tuple[str, ...]:
        return tuple(
            sorted(path.name for path in self._by_path() if path.parent == self._key(folder))
        )

    def may_write(self, folder: str) -> bool:
        return not self.full

    def write(self, path: str, content: bytes) -> None:
        if path in self.refuses:
            raise PermissionError(13, "Permission denied")
        self.delete(path)
        self.files[path] = content

    def copy(self, source: str, target: str) -> None:
        content = self.read(source)
        assert content is not None
        self.write(target, content)

    def delete(self, path: str) -> None:
        found = self._by_path().get(self._key(path))
        if found is not None:
            del self.files[found[0]]

    def compile(self, folder: str) -> bool:
        self.compiled.append(folder)
        return self.compiles

    def values(self, key: str) -> Mapping[str, RegistryValue] | None:
        found = {name.lower(): values for name, values in self.registry.items()}.get(key.lower())
        return None if found is None else {name.lower(): value for name, value in found.items()}

    def subkeys(self, key: str) -> tuple[str, ...]:
        below = key.lower() + "\\"
        names = {
            name[len(below) :].split("\\")[0]
            for name in self.registry
            if name.lower().startswith(below)
        }
        return tuple(sorted(names))

    def set_values(self, key: str, values: Mapping[str, RegistryValue]) -> None:
        self._of_the_user(key)
        self.registry.setdefault(key, {}).update(values)

    def delete_key(self, key: str) -> None:
        self._of_the_user(key)
        self.registry.pop(key, None)

    def _of_the_user(self, key: str) -> None:
        if not key.startswith("HKCU\\"):
            raise PermissionError(13, "Only keys of the user are written")

    def administrator_sets(self, key: str, **values: RegistryValue) -> None:
        """Set values as somebody else would, not the program."""
        self.registry.setdefault(key, {}).update(
            {name.replace("_", " "): value for name, value in values.items()}
        )


def snapshot(machine: FakeMachine) -> tuple[dict[str, bytes], dict[str, dict[str, RegistryValue]]]:
    """What is on the machine, for comparing."""
    return dict(machine.files), {key: dict(values) for key, values in machine.registry.items()}
