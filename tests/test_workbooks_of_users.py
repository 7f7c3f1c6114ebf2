"""A workbook that people have worked in: it refreshes as before, and nothing of theirs changes."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from tests.excel.lint import faults
from tests.excel.torture import cells_of, unpacked, without_cells
from tests.shipped import SHIPPED
from tests.tools import converted, soffice, validate
from tests.users import insert, lived_in, related, rename, sheet_part
from xlperf.cli import main
from xlperf.excel.file import FileWorkbook
from xlperf.tables import schema

if TYPE_CHECKING:
    from pathlib import Path

MOVED = ("Dashboard", "Monthly", "Workings", "Checks", "Series", "Peers")


@pytest.fixture(scope="module")
def worked_in() -> bytes:
    """The shipped workbook with a user's own sheet, rows and columns inserted, sheets renamed."""
    data = lived_in(SHIPPED.read_bytes())
    for name in MOVED:
        data = insert(data, name, rows=3, columns=2)
    for name in MOVED:
        data = rename(data, name, f"{name} (Q2)")
    return data


@pytest.fixture(scope="module")
def both(worked_in, tmp_path_factory) -> tuple[Path, Path]:
    """That workbook before and after a refresh."""
    folder = tmp_path_factory.mktemp("worked-in")
    before, after = folder / "before.xlsm", folder / "after.xlsm"
    before.write_bytes(worked_in)
    assert main(["refresh", str(before), "--output", str(after)]) == 0
    return before, after


def tiles(path: Path) -> dict[str, tuple[object, object]]:
    """Value and fill of every cell xlperf owns on the dashboard, by name."""
    book = FileWorkbook.open(path)
    names = [*book.defined_names("tile_"), *book.defined_names("dash_")]
    return {name: (state.value, state.fill) for name, state in book.cells(names).items()}


def test_it_gets_the_tiles_of_the_shipped_workbook(both, refreshed):
    expected = tiles(refreshed)
    assert len(expected) > 200
    assert tiles(both[1]) == expected


def test_its_tables_hold_what_those_of_the_shipped_workbook_hold(both, refreshed):
    names = [table.name for table in schema.OWNED if table is not schema.LOG]
    ours, theirs = FileWorkbook.open(refreshed).read(names), FileWorkbook.open(both[1]).read(names)
    for name in names:
        if name != schema.CHECKS.name:
            assert theirs[name].rows == ours[name].rows, name
    # Checks say where, so there the sheets' new names and places must be found.
    at = schema.CHECKS.titles.index("Where")
    where = {str(row[at]) for row in theirs[schema.CHECKS.name].rows}
    assert any("Monthly (Q2)!" in text for text in where), where


def test_only_the_parts_that_hold_owned_cells_change(both):
    before, after = (unpacked(path.read_bytes()) for path in both)
    changed = {name for name in before if before[name] != after[name]}
    own_sheets = {
        sheet_part(before, name)
        for name in ("Dashboard (Q2)", "Workings (Q2)", "Checks (Q2)", "Series (Q2)")
    }
    own_sheets |= {
        sheet_part(before, name)
        for name in ("Comments", "History", "Log", "Formulas", "Inputs", "Charts", "Chart data")
    }
    own_tables = {table for sheet in own_sheets for table in related(before, sheet, "table")}
    assert list(before) == list(after)
    assert changed <= own_sheets | own_tables | {"xl/styles.xml", "xl/workbook.xml"}
    for kind in (
        "charts/",
        "media/",
        "drawings/",
        "slicers/",
        "threadedComments/",
        "pivotTables/",
        "persons/",
    ):
        assert any(kind in name for name in before), kind


def test_on_the_dashboard_only_owned_cells_change(both):
    before, after = (unpacked(path.read_bytes()) for path in both)
    part = sheet_part(before, "Dashboard (Q2)")
    owned = {state.address for state in _owned(both[0])}
    old, new = cells_of(before[part]), cells_of(after[part])
    assert {place for place in old.keys() | new.keys() if old.get(place) != new.get(place)} <= owned
    assert without_cells(before[part]) == without_cells(after[part])


def _owned(path: Path) -> list:
    book = FileWorkbook.open(path)
    return list(book.cells([*book.defined_names("tile_"), *book.defined_names("dash_")]).values())


def test_a_second_refresh_changes_no_byte(both, tmp_path):
    again = tmp_path / "again.xlsm"
    again.write_bytes(both[1].read_bytes())
    assert main(["refresh", str(again)]) == 0
    assert again.read_bytes() == both[1].read_bytes()


def test_no_lint_fault_is_added(both):
    before, after = (set(faults(path)) for path in both)
    assert after <= before, after - before


@pytest.mark.slow
@pytest.mark.validator
def test_the_schema_validator_finds_nothing(both):
    for path in both:
        found = validate(path)
        if found is None:
            pytest.skip("the Open XML validator is not installed")
        assert found == []


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.filterwarnings(
    "ignore::UserWarning"
)  # openpyxl warns of what it does not know; here it only reads
def test_libreoffice_opens_it_without_an_error_value(both, tmp_path):
    if soffice() is None:
        pytest.skip("LibreOffice is not installed")
    import openpyxl

    saved = converted(both[1], "xlsx", tmp_path)
    book = openpyxl.load_workbook(BytesIO(saved.read_bytes()), data_only=True)
    for sheet in (
        sheet for sheet in book if sheet.title != "My notes"
    ):  # its pivot table comes without a cache
        for row in sheet.iter_rows(values_only=True):
            for value in row:
                assert not (
                    isinstance(value, str)
                    and re.match(r"#(REF|NAME|VALUE|DIV|N/A|NUM|NULL)", value)
                ), sheet.title
