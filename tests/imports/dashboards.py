"""Workbooks that files are imported into, and the files."""

from __future__ import annotations

import gzip
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook

from tests.fake import FakeWorkbook
from tests.shipped import ROOT
from tests.tables import sheets
from xlperf.config import SETTINGS
from xlperf.imports.importing import ImportRequest, carry_out, plan_import
from xlperf.imports.known_sources import ReadingInstructions
from xlperf.tables import schema
from xlperf.tables.intake_tables import SourceItem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from xlperf.imports.import_plan import ImportPlan

OPEN_DATA = next(
    (folder for parent in ROOT.parents if (folder := parent / "shared" / "data").is_dir()),
    None,
)
MEASURES = """
tblMeasures
Measure     | Priority | Line               | Kind     | Direction | MSG measure
burglary    | P1       | Domestic burglary  | offences | down      | Burglary rate
violence    | P2       | Violence           | offences | down      | Violence rate
robberies   | P3       | Robberies          | total    | down      |
confidence  | P4       | Confidence         | survey   | up        | Confidence of residents
"""
FORCES = """
tblForces
Force              | In group
Kent               | yes
Essex              | yes
Devon and Cornwall | yes
Metropolitan Police | no
"""


def dashboard(
    *blocks: str, own_force: str = "Kent", without: Sequence[str] = (), intake: Any = None
) -> FakeWorkbook:
    """A workbook with four measures of the force Kent, and the blocks of figures given."""
    grids = sheets.workbook("\n\n".join([MEASURES.strip(), FORCES.strip(), *blocks]))
    tables: dict[str, Any] = {name: (grid.header, grid.rows) for name, grid in grids.items()}
    rows = [
        (item.key, own_force if item.key == "own_force" else item.default, "") for item in SETTINGS
    ]
    tables["tblSettings"] = (schema.SETTINGS.titles, rows)
    for table in schema.INTAKE:
        tables[table.name] = (table.titles, (intake or {}).get(table.name, ()))
    return FakeWorkbook({name: table for name, table in tables.items() if name not in without})


def instructions(**given: Any) -> ReadingInstructions:
    """Instructions; columns by role: ``columns={"period": "Month"}``."""
    columns = {
        SourceItem(f"{name} column"): title for name, title in given.pop("columns", {}).items()
    }
    return ReadingInstructions(columns=columns, **given)


def plan_of(book: FakeWorkbook, *files: Path, maps: Sequence[str] = (), **given: Any) -> ImportPlan:
    """Plan an import of files as the source *Test*."""
    source = given.pop("source", "Test")
    as_at, learn = given.pop("as_at", None), given.pop("learn", False)
    today = given.pop("today", None)
    request = ImportRequest(
        files, source, instructions(**given), tuple(maps), as_at, learn, today=today
    )
    return plan_import(book, request)


def imported(book: FakeWorkbook, plan: ImportPlan, today: date) -> None:
    """Carry out an import."""
    carry_out(book, plan, today=today)


def text_file(folder: Path, text: str, name: str = "figures.csv", encoding: str = "utf-8") -> Path:
    """A text as a file; packed where its name says so."""
    data = text.encode(encoding)
    if name.endswith(".gz"):
        data = gzip.compress(data)
    path = folder / name
    path.write_bytes(data)
    return path


def archive(folder: Path, members: dict[str, str], name: str = "archive.zip") -> Path:
    """A zip archive of texts."""
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for member, text in members.items():
            packed.writestr(member, text)
    return path


def workbook_file(
    folder: Path,
    sheets_by_name: dict[str, Sequence[Sequence[Any]]],
    name: str = "figures.xlsx",
    merged: Sequence[tuple[str, int, int, int, int, Any]] = (),
    hidden: Sequence[str] = (),
) -> Path:
    """A workbook of rows; merged cells are sheet, first row and column, last ones, and value."""
    memory = BytesIO()
    book = Workbook(memory, {"in_memory": True, "default_date_format": "mmm yy"})
    for title, rows in sheets_by_name.items():
        sheet = book.add_worksheet(title)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(number, column, value)
        for of, top, left, bottom, right, value in merged:
            if of == title:
                sheet.merge_range(top, left, bottom, right, value)
        if title in hidden:
            sheet.hide()
    book.close()
    path = folder / name
    path.write_bytes(memory.getvalue())
    return path


def figures_planned(plan: ImportPlan) -> dict[str, float]:
    """What would be added or changed: measure, force and period to the figure."""
    return {
        " ".join(
            filter(
                None,
                (
                    change.figure.target.text,
                    change.figure.force,
                    str(change.figure.period or "every period"),
                ),
            )
        ): change.figure.value
        for change in [*plan.comparison.added, *plan.comparison.changed]
    }


def left_out(plan: ImportPlan) -> list[str]:
    """What is left out, each as ``number reason: examples``."""
    return [f"{item.number} {item.reason}: {'; '.join(item.examples)}" for item in plan.left_out]
