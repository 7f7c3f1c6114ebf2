r"""The computer, as far as setting up needs it: files, registry, environment, the Python at work.

Rules. Paths are text, in the style of the computer they are on: take them apart with
`Machine.path`, never with `pathlib.Path`. Registry keys are written ``HKCU\Software\...``. What is
missing or may not be read is None or empty, never an error; what cannot be written raises
`OSError`.
"""

from __future__ import annotations

import compileall
import csv
import os
import platform
import site
import struct
import sys
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import TypeAlias

from xlperf.excel.saving import replace_file
from xlperf.installing import windows_registry

RegistryValue: TypeAlias = str | int
CODE = (".py", ".pyd", ".dll")
"""How the names of files end that Python or Excel loads."""


@dataclass(frozen=True, slots=True)
class Python:
    """The interpreter that runs this."""

    executable: str
    version: str
    bits: int
    prefixes: tuple[str, ...]
    """Folders an installation puts its files under: of the environment, of its base, of the user.
    """
    base: str = ""
    """Folder of the Python an environment was made from (``sys.base_prefix``), or its own."""


class Machine:
    """What setting up reads and writes: the computer this runs on. Tests have one of
    dictionaries, with the same methods.
    """

    @property
    def system(self) -> str:
        """``Windows``, ``Darwin`` or ``Linux``."""
        return platform.system()

    @property
    def python(self) -> Python:
        """The interpreter at work."""
        prefixes = dict.fromkeys((sys.prefix, sys.base_prefix, site.getuserbase()))
        bits = struct.calcsize("P") * 8
        return Python(
            sys.executable, platform.python_version(), bits, tuple(prefixes), sys.base_prefix
        )

    def path(self, text: str) -> PurePath:
        """Take a path apart by the rules of this computer."""
        return path_on(self.system, text)

    def home(self) -> str:
        """The user's own folder."""
        return str(Path.home())

    def variable(self, name: str) -> str | None:
        """An environment variable."""
        return os.environ.get(name)

    def version(self, package: str) -> str | None:
        """Version of an installed Python package; None: not installed."""
        try:
            return metadata.version(package)
        except metadata.PackageNotFoundError:
            return None

    def package_folder(self, package: str) -> str | None:
        """Folder of an installed Python package's code."""
        spec = find_spec(package)
        places = spec.submodule_search_locations if spec else None
        return str(places[0]) if places else None

    def package_files(self, package: str, suffix: str) -> tuple[str, ...]:
        """Files an installed package brought, wherever they were put, that end in `suffix`."""
        try:
            files = metadata.files(package) or ()
        except metadata.PackageNotFoundError:
            return ()
        return tuple(
            str(Path(str(file.locate())).resolve())
            for file in files
            if file.name.lower().endswith(suffix.lower())
        )

    def missing_files(self, package: str) -> tuple[str, ...]:
        """Files of code that an installed package brought and that are gone; its RECORD lists them.

        ``metadata.files`` leaves those out since Python 3.12.
        """
        try:
            distribution = metadata.distribution(package)
        except metadata.PackageNotFoundError:
            return ()
        names = (
            row[0]
            for row in csv.reader((distribution.read_text("RECORD") or "").splitlines())
            if row
        )
        files = (Path(str(distribution.locate_file(name))) for name in names if name.endswith(CODE))
        return tuple(str(file.resolve()) for file in files if not file.exists())

    def read(self, path: str) -> bytes | None:
        """Content of a file; None: it is not there or may not be read."""
        try:
            return Path(path).read_bytes()
        except (OSError, ValueError):
            return None

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder of this name."""
        return Path(path).is_dir()

    def real(self, path: str) -> str:
        """Where a path leads: through links, on Windows a mapped drive to its share."""
        return os.path.realpath(path)

    def names(self, folder: str) -> tuple[str, ...]:
        """Names of what is in a folder, sorted."""
        try:
            return tuple(sorted(item.name for item in Path(folder).iterdir()))
        except OSError:
            return ()

    def may_write(self, folder: str) -> bool:
        """Whether a file could be made in the folder, or in the nearest above it that exists."""
        place = Path(folder)
        while not place.exists() and place != place.parent:
            place = place.parent
        return place.is_dir() and os.access(place, os.W_OK)

    def write(self, path: str, content: bytes) -> None:
        """Write a file, and the folders it needs; in one move, so that it is never half there."""
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, content)

    def copy(self, source: str, target: str) -> None:
        """Copy a file, in one move."""
        replace_file(Path(target), Path(source).read_bytes())

    def delete(self, path: str) -> None:
        """Delete a file; nothing happens if there is none."""
        Path(path).unlink(missing_ok=True)

    def compile(self, folder: str) -> bool:
        """Compile the Python files under a folder; says whether all could be."""
        return bool(compileall.compile_dir(folder, quiet=2))

    values = staticmethod(windows_registry.values)
    subkeys = staticmethod(windows_registry.subkeys)
    set_values = staticmethod(windows_registry.set_values)
    delete_key = staticmethod(windows_registry.delete_key)


def path_on(system: str, text: str) -> PurePath:
    """Take a path apart by the rules of a system."""
    return PureWindowsPath(text) if system == "Windows" else PurePosixPath(text)
