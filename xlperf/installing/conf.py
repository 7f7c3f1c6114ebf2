"""The settings file of xlwings: ``"KEY","value"`` a line, as the VBA in a workbook reads and writes
it.

Rules, from the VBA module of xlwings 0.37: a key is looked for in the sheet *xlwings.conf* of the
workbook, then in xlwings.conf beside it, then in the user's file; the first that has it decides.
Case of keys does not matter. ``%NAME%`` stands for an environment variable. VBA reads the file in
the code page of Windows, so a path that is not plain ASCII is written with a variable where one
leads to it.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlperf.installing.machine import Machine

KNOWN = frozenset(
    (
        "INTERPRETER_WIN", "INTERPRETER_MAC", "INTERPRETER", "PYTHONPATH",
        "ADD_WORKBOOK_TO_PYTHONPATH", "UDF MODULES", "USE UDF SERVER", "DEBUG UDFS", "SHOW CONSOLE",
        "CONDA PATH", "CONDA ENV", "ONEDRIVE_CONSUMER_WIN", "ONEDRIVE_CONSUMER_MAC",
        "ONEDRIVE_COMMERCIAL_WIN", "ONEDRIVE_COMMERCIAL_MAC", "SHAREPOINT_WIN", "SHAREPOINT_MAC",
        "LICENSE_KEY", "SHOW_ERROR_POPUPS", "TEMP DIR",
        # read by the xlwings add-in only, for a server of its own
        "INCLUDE", "EXCLUDE", "TIMEOUT", "ENABLE_AUTO_PROXY", "INSECURE", "FOLLOW_REDIRECTS",
        "PROXY_PASSWORD", "PROXY_USERNAME", "PROXY_SERVER", "PROXY_BYPASS_LIST", "API_KEY", "AUTH",
        "AZUREAD_TENANT_ID", "AZUREAD_CLIENT_ID", "AZUREAD_PORT", "AZUREAD_SCOPES",
        "AZUREAD_USERNAME", "CLI_PATH",
    )
)  # fmt: skip
"""Keys the VBA reads, with the spaces some of them have."""
KNOWN_BEGINNING = (  #: of keys the VBA makes itself, an account's number at their end
    "AZUREAD_ACCESS_TOKEN_"
)
BOOLEAN = frozenset(
    (
        "ADD_WORKBOOK_TO_PYTHONPATH",
        "USE UDF SERVER",
        "DEBUG UDFS",
        "SHOW CONSOLE",
        "SHOW_ERROR_POPUPS",
    )
)
INTERPRETER = "INTERPRETER_WIN"
VARIABLE = re.compile(r"%([^%]+)%")
SHORTENING = ("LOCALAPPDATA", "APPDATA", "USERPROFILE")
CODE_PAGE = "cp1252"  #: of Windows in Western Europe


def user_file(machine: Machine) -> str:
    """Where the settings of the user stand."""
    if machine.system == "Darwin":
        return str(
            machine.path(machine.home())
            / "Library/Containers/com.microsoft.Excel/Data/xlwings.conf"
        )
    profile = machine.variable("USERPROFILE") if machine.system == "Windows" else None
    return str(machine.path(profile or machine.home()) / ".xlwings" / "xlwings.conf")


def decoded(content: bytes) -> str:
    """Text of a line of a settings file: UTF-8 where it is, else in the code page."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode(CODE_PAGE, errors="surrogateescape")


def parsed(content: bytes) -> dict[str, str]:
    """Keys (upper case) and values; of a key given twice the first counts, as for VBA. Other lines
    are passed over.
    """
    settings: dict[str, str] = {}
    for row in map(_row, content.splitlines()):
        if len(row) >= 2 and row[0].strip():
            settings.setdefault(row[0].strip().upper(), row[1])
    return settings


def updated(content: bytes, key: str, value: str | None) -> bytes:
    """Set one key where it stands first, or at the end; None takes it out; else no change."""
    lines = content.splitlines(keepends=True)
    at = next((number for number, line in enumerate(lines) if _key(line) == key), None)
    if at is not None:
        end = lines[at][len(lines[at].rstrip(b"\r\n")) :]
        lines[at] = b"" if value is None else _line(key, value) + end
    elif value is not None:
        end = b"\n" if content.endswith(b"\n") and not content.endswith(b"\r\n") else b"\r\n"
        unfinished = lines and not lines[-1].endswith((b"\r", b"\n"))
        lines.append((end if unfinished else b"") + _line(key, value) + end)
    return b"".join(lines)


def _row(line: bytes) -> list[str]:
    try:
        return next(csv.reader([decoded(line)]), [])
    except csv.Error:
        return []


def _key(line: bytes) -> str:
    row = _row(line.rstrip(b"\r\n"))
    return row[0].strip().upper() if row else ""


def _line(key: str, value: str) -> bytes:
    text = f'"{key}","{value}"'
    try:
        return text.encode(CODE_PAGE)
    except UnicodeEncodeError:
        return text.encode()


def expanded(text: str, machine: Machine) -> str:
    """Put in environment variables, as Windows does; one that is not set stays as written."""
    return VARIABLE.sub(lambda match: machine.variable(match.group(1)) or match.group(0), text)


def shortened(path: str, machine: Machine) -> str:
    """Write a path with a variable where one leads to it: plain ASCII, moves with the profile."""
    whole = machine.path(path)
    for name in SHORTENING:
        folder = machine.variable(name)
        if folder and whole.is_relative_to(machine.path(folder)):
            return str(machine.path(f"%{name}%") / whole.relative_to(machine.path(folder)))
    return path


def value_and_place(
    key: str, layers: Sequence[tuple[str, Mapping[str, str]]]
) -> tuple[str, str] | None:
    """Value of a key and its place, the first of (place, settings) in order; None: nowhere."""
    return next(((settings[key], place) for place, settings in layers if key in settings), None)


def unknown(keys: Iterable[str]) -> list[str]:
    """Keys that the VBA never reads: mostly misspelt, as ``UDF_MODULES`` for ``UDF MODULES``."""
    return sorted(key for key in keys if key not in KNOWN and not key.startswith(KNOWN_BEGINNING))
