"""What a workbook file says of the set-up it needs: macros, their version, its settings."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from xlperf.errors import WorkbookError
from xlperf.excel.contents import WorkbookParts
from xlperf.installing import conf
from xlperf.vba.project import xlwings_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlperf.installing.machine import Machine

CONF_SHEET = "xlwings.conf"
MOST_SETTINGS = 200


@dataclass(frozen=True, slots=True)
class WorkbookFacts:
    """A workbook file, as far as set-up is concerned."""

    path: str
    folder: str
    name: str
    problem: str = ""
    """Why it cannot be read; empty: it can."""
    macros: bool = False
    signed: bool = False
    xlwings: str | None = None
    """Version of the xlwings module in it."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Of its sheet xlwings.conf; a blank value is ``""``."""
    beside: Mapping[str, str] = field(default_factory=dict)
    """Of the file xlwings.conf in its folder."""
    neighbours: tuple[str, ...] = ()
    """Python files in its folder."""
    mark: str | None = None
    """The mark of the web, as Windows keeps it beside the file; None: not marked."""


def look(path: str, machine: Machine) -> WorkbookFacts:
    """Read a workbook for what set-up must know. A file that is none gives facts that say so."""
    file = machine.path(path)
    folder = str(file.parent)
    beside = conf.parsed(machine.read(str(file.parent / CONF_SHEET)) or b"")
    neighbours = tuple(name for name in machine.names(folder) if name.lower().endswith(".py"))
    book = WorkbookFacts(
        path, folder, file.name, beside=beside, neighbours=neighbours, mark=_mark(path, machine)
    )
    data = machine.read(path)
    if data is None:
        return replace(book, problem=f"There is no file {path}, or it may not be read.")
    try:
        contents = WorkbookParts(data, file.name)
        return replace(
            book,
            macros=any(item.endswith("vbaproject.bin") for item in contents.package.by_name),
            signed=any("vbaprojectsignature" in item for item in contents.package.by_name),
            xlwings=_version(contents),
            settings=_settings(contents),
        )
    except WorkbookError as error:
        return replace(book, problem=str(error))


def _mark(path: str, machine: Machine) -> str | None:
    if machine.system != "Windows":
        return None
    stream = machine.read(f"{path}:Zone.Identifier")
    return None if stream is None else stream.decode("utf-8", errors="replace")


def _version(contents: WorkbookParts) -> str | None:
    part = next(
        (name for name in contents.package.by_name if name.endswith("vbaproject.bin")), None
    )
    return None if part is None else xlwings_version(contents.package.read(part))


def _settings(contents: WorkbookParts) -> dict[str, str]:
    """Keys in column A down to the first blank, values in column B: how the VBA reads the sheet."""
    entry = next(
        (entry for entry in contents.workbook.sheets if entry.name.lower() == CONF_SHEET), None
    )
    if entry is None or entry.kind != "worksheet":
        return {}
    sheet = contents.sheet(entry)
    settings: dict[str, str] = {}
    for row in range(1, MOST_SETTINGS + 1):
        key = contents.value(sheet.cell(row, 1))
        if key is None:
            break
        value = contents.value(sheet.cell(row, 2))
        shown = (
            "" if value is None else str(value).upper() if isinstance(value, bool) else str(value)
        )
        settings.setdefault(str(key).upper(), shown)
    return settings
