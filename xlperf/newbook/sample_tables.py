"""What new workbooks hold that ships with the program: one CSV file a table.

The folder ``sample`` has the illustrative plan and figures, ``example`` the few rows of a blank
workbook that show what to give. A file has the columns of its table and, last, *From*: where the
row comes from. What that names, and how made-up months add up to published totals, is in
``sample/README.md``. Dates are written as 2014-09-30; a blank cell is an empty text.
"""

from __future__ import annotations

import csv
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING

from xlperf.tables import schema
from xlperf.tables.schema import Holds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xlperf.excel.port import Scalar

    Row = tuple[Scalar, ...]
    Rows = tuple[Row, ...]

PROVENANCE = "From"
"""Title of the last column of each file."""
VALUE_READERS: dict[Holds, Callable[[str], Scalar]] = {
    Holds.WHOLE: int,
    Holds.NUMBER: float,
    Holds.DECIMAL: float,
    Holds.PERCENT: float,
    Holds.DATE: date.fromisoformat,
    Holds.MONTH: date.fromisoformat,
    Holds.PERIOD: date.fromisoformat,
}
"""How the text of a cell is read; what is not here stays text."""


def sample_tables(folder: str = "sample") -> dict[str, Rows]:
    """Rows of every data table but the settings, by table name; cells in the order of the table's
    columns, None where blank.
    """
    return {
        table.name: tuple(
            tuple(
                VALUE_READERS.get(column.holds, str)(text) if text else None
                for column, text in zip(table.columns, row, strict=False)
            )
            for row in sample_rows(table.name.removeprefix("tbl").lower(), folder)
        )
        for table in (*schema.DATA, *schema.REPORT)
        if table is not schema.SETTINGS
    }


def sample_settings() -> dict[str, Scalar]:
    """Settings of the sample data that are not the defaults, by key."""
    return {key: value for key, value, *_ in sample_rows("settings")}


def sample_rows(name: str, folder: str = "sample") -> Iterator[list[str]]:
    """Rows of a file below its header, with the column *From*; none where there is no such file,
    for not every table has sample data.
    """
    file = files(__package__).joinpath(folder, f"{name}.csv")
    if file.is_file():
        yield from list(csv.reader(file.read_text(encoding="utf-8").splitlines()))[1:]
