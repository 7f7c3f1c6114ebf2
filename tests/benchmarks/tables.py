"""Large tables read, and small edits written."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

from tests.benchmarks.refreshing import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.benchmarks.measuring import Bench, Result

READ = """
from pathlib import Path
from xlperf.excel.file import FileWorkbook
from xlperf.tables import schema
begin()
grid = FileWorkbook.open(Path(sys.argv[1])).read(['tblMonthly'])['tblMonthly']
end(len(grid.rows))
"""
CALAMINE = """
import python_calamine
begin()
book = python_calamine.CalamineWorkbook.from_path(sys.argv[1])
rows = book.get_sheet_by_name('Monthly').to_python()
end(len(rows) - 1)
"""
OPENPYXL = """
import openpyxl
begin()
sheet = openpyxl.load_workbook(sys.argv[1], read_only=True)['Monthly']
rows = list(sheet.iter_rows(min_row=2, values_only=True))
end(len(rows))
"""
PANDAS = """
import pandas, openpyxl
begin()
end(len(pandas.read_excel(sys.argv[1], sheet_name='Monthly')))
"""
POLARS = """
import polars, fastexcel
begin()
end(len(polars.read_excel(sys.argv[1], sheet_name='Monthly')))
"""
FLOOR = """
import zipfile
begin()
data = zipfile.ZipFile(sys.argv[1]).read('xl/worksheets/sheet1.xml')
data.count(b'<c ')
end()
"""
EDITED = 25


def read(bench: Bench) -> Iterator[Result]:
    """Measure a table of five columns read in a process of its own: texts, months, numbers."""
    for size in bench.sizes((2_000,), (10_000, 100_000), (1_000_000,)):
        path = bench.folder / "large.xlsx"
        _write_table(path, size)
        yield from bench.compare(
            "rows of a table read",
            size,
            bench.child(READ, path),
            {
                "python-calamine alone": bench.child(CALAMINE, path),
                "floor: unpack and scan": bench.child(FLOOR, path),
                "polars, by fastexcel": bench.child(POLARS, path, peer=True),
                "openpyxl, read-only": bench.child(OPENPYXL, path, peer=True),
                "pandas, by openpyxl": bench.child(PANDAS, path, peer=True),
            },
            {"python-calamine alone": ["≤ 1.3", "≤ 1.3"]},
        )


def _write_table(path: Path, size: int) -> None:
    from xlsxwriter import Workbook

    from xlperf.tables.schema import MONTHLY

    with Workbook(path) as book:
        sheet = book.add_worksheet(MONTHLY.sheet)
        day = book.add_format({"num_format": "mmm yyyy"})
        for row in range(size):
            month = date(2000 + row // 500 // 12 % 25, row // 500 % 12 + 1, 1)
            sheet.write_string(row + 1, 0, f"SP{row % 500}_offences")
            sheet.write_datetime(row + 1, 1, month, day)
            sheet.write_number(row + 1, 2, row * 7919 % 5000)
            sheet.write_string(row + 1, 3, "final")
            sheet.write_datetime(row + 1, 4, date(2014, 10, 12), day)
        columns = [{"header": title} for title in MONTHLY.titles]
        sheet.add_table(0, 0, size, len(columns) - 1, {"name": MONTHLY.name, "columns": columns})


def write(bench: Bench) -> Iterator[Result]:
    """Measure values and fills written into the shipped workbook, in this process."""
    import openpyxl

    from xlperf.excel.file import FileWorkbook
    from xlperf.excel.port import Edit, SetFill, SetValue

    path = shipped(bench.folder)
    ours, theirs = bench.folder / "ours.xlsm", bench.folder / "theirs.xlsm"
    names = FileWorkbook.open(path).defined_names("tile_")
    edits: list[Edit] = []
    for place, name in enumerate([name for name in names if name.endswith("_rag")][:EDITED]):
        edits += [SetValue(name, f"● {place}"), SetFill(name, "#9D1020", "#FFFFFF")]

    def edited() -> FileWorkbook:
        book = FileWorkbook.open(path)
        book.apply(edits)
        return book

    def to_disk() -> None:
        ours.unlink(missing_ok=True)
        edited().save(ours)

    def load_and_save(target: Path | BytesIO) -> None:
        openpyxl.load_workbook(path, keep_vba=True).save(target)

    yield from bench.compare(
        "values and fills written, in memory",
        EDITED,
        bench.here(lambda: edited().to_bytes()),
        {"openpyxl: load and save": bench.here(lambda: load_and_save(BytesIO()))},
        {"openpyxl: load and save": ["≤ 1/50"]},
    )
    yield from bench.compare(
        "values and fills, to disk, flushed",
        EDITED,
        bench.here(to_disk),
        {"openpyxl: load and save, not flushed": bench.here(lambda: load_and_save(theirs))},
    )
