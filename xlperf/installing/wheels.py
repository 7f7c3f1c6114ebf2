"""The command `wheels`: xlperf and all it needs as files in a folder, for a computer without the
internet.

pip makes them in two steps, since neither of its commands does both: ``pip wheel`` knows the
sources of xlperf, ``pip download`` other systems. The wheel of xlperf is named by its path, so that
nothing of this name comes from an index. pip reads the conditions of requirements ("only on
Windows") for the system it runs on, so what only Windows needs is named here.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.errors import SetupError
from xlperf.version import VERSION, XLWINGS_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SOURCE = Path(__file__).parents[2]
WHEEL = f"xlperf-{VERSION}-py3-none-any.whl"
PLATFORMS = {"windows": "win_amd64"}
"""Systems by pip's name of their 64-bit kind."""
ONLY_THERE = {"windows": (f"xlwings=={XLWINGS_VERSION}", "pywin32", "tzdata")}
"""What is required on that system alone: by xlperf, by xlwings and by pandas."""
NEXT = """\
Take the folder to the other computer, and there, with Python {version} (64-bit):
  {make} -m venv .venv
  {python} -m pip install --no-index --find-links FOLDER xlperf
  {python} -m xlperf doctor"""


def collect(
    folder: Path,
    system: str | None = None,
    python: str | None = None,
    run: Callable[[Sequence[str]], int] | None = None,
) -> str:
    """Put the wheels into a folder; what is there stays. Returns the output.

    Parameters
    ----------
    folder
        Made if it is not there.
    system
        Of the other computer, a key of `PLATFORMS`; None: as this one.
    python
        Of the other computer, such as ``3.12``; None: as this one.
    run
        Runs a command line and gives its exit code.

    Raises
    ------
    SetupError
        Where the sources are not there, or pip ended with an error: what it said is then on the
        error output.
    """
    if not (SOURCE / "pyproject.toml").is_file():
        raise SetupError(
            "The sources of xlperf are not here: only what was installed from them. Run this in the"
            " folder of xlperf, the one with pyproject.toml."
        )
    run = run or _run
    target = ["--platform", PLATFORMS[system]] if system else []
    target += ["--python-version", python] if python else []
    _pip(run, folder, "wheel", "--no-deps", "--wheel-dir", str(folder), str(SOURCE))
    _pip(
        run, folder, "download", "--dest", str(folder), "--only-binary", ":all:", *target,
        str(folder / WHEEL), *ONLY_THERE.get(system or "", ()),
    )  # fmt: skip
    files = [file.stat().st_size for file in folder.glob("*.whl")]
    return "\n".join(
        (
            f"{len(files)} files, {sum(files) / 1e6:.0f} MB, in {folder}.",
            _next(python or f"{sys.version_info.major}.{sys.version_info.minor}", system),
        )
    )


def _next(version: str, system: str | None) -> str:
    """What to do on the other computer, in the words of its system."""
    windows = system == "windows" or sys.platform == "win32"
    make, python = ("py", r".venv\Scripts\python") if windows else ("python3", ".venv/bin/python")
    return NEXT.format(version=version, make=make, python=python)


def _pip(run: Callable[[Sequence[str]], int], folder: Path, *arguments: str) -> None:
    code = run((sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments))
    if code:
        raise SetupError(
            f"pip could not do it (exit code {code}): what it said is above. {folder} is not"
            " complete; correct that and run this again."
        )


def _run(command: Sequence[str]) -> int:
    return subprocess.run(command, check=False).returncode  # noqa: S603 - this Python, with arguments made above
