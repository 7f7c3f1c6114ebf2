"""A plan written as a list: one row a measure, in a CSV file.

The columns are those of *Measures* and *Priorities*, under the titles that they have there, in any
order; *Title* is that of the priority. Only *Measure*, *Priority*, *Line*, *Kind* and *Direction*
are needed. A priority's cells need be given in one of its rows.
"""

from __future__ import annotations

import csv
from difflib import get_close_matches
from typing import TYPE_CHECKING

from xlperf.errors import UsageError
from xlperf.excel.port import Grid, normalised
from xlperf.newbook.content import Content
from xlperf.tables import schema
from xlperf.tables.columns import Holds
from xlperf.tables.comments import PERIOD
from xlperf.tables.decision_tables import ON_THE_TILE
from xlperf.tables.problems import Severity
from xlperf.tables.reading import read_tables

if TYPE_CHECKING:
    from pathlib import Path

    from xlperf.excel.port import Scalar

OF_MEASURES = tuple(schema.MEASURES.titles)
OWNER = "Owner of the priority"
"""*Owner* alone is who supplies the figures, as in *Measures*."""
OF_PRIORITIES = {
    OWNER if title == "Owner" else title: title
    for title in schema.PRIORITIES.titles
    if title not in ("Code", ON_THE_TILE, PERIOD)
}
"""Columns of *Priorities*, by their title in a plan."""
DELIMITERS = ",;\t"
LARGEST = 5_000_000
"""Bytes; a plan has some hundred rows."""
MOST_NAMED = 10


def planned_content(path: Path) -> Content:
    """Read a plan; see the module.

    Raises
    ------
    UsageError
        It cannot be read, lacks a column, has one that is not known, or has a fault in a cell: all
        are named.
    """
    header, rows = _read(path)
    columns = _columns(header, path)
    measures = [_measure(row, columns) for row in rows]
    priorities = _priorities(rows, columns)
    cells = {schema.MEASURES.name: measures, schema.PRIORITIES.name: priorities}
    grids = {
        table.name: Grid(
            table.name, path.name, table.titles, tuple(cells.get(table.name, ())), 1, 1
        )
        for table in schema.DATA
    }
    _, problems = read_tables(grids)
    faults = [
        f"row {problem.row.index + 2}, {problem.column}: {problem.found}"
        if problem.row is not None
        else problem.found
        for problem in problems
        if problem.severity is Severity.ERROR
    ]
    if faults:
        more = f"\n  and {len(faults) - MOST_NAMED} more" if len(faults) > MOST_NAMED else ""
        listed = "".join(f"\n  {fault}" for fault in faults[:MOST_NAMED])
        raise UsageError(f"{path}: the plan cannot be used as it is.{listed}{more}")
    return Content(
        {
            schema.MEASURES.name: tuple(filter(any, measures)),
            schema.PRIORITIES.name: tuple(priorities),
        }
    )


def _read(path: Path) -> tuple[list[str], list[list[str]]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(data) > LARGEST:
        raise UsageError(f"{path} is larger than a plan can be: give a list of measures as CSV.")
    if b"\0" in data:
        raise UsageError(f"{path} is no CSV file. In Excel: Save As, CSV UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter)]
    if not rows or not any(any(row) for row in rows[1:]):
        raise UsageError(f"{path} has no measure: give a header and one row a measure.")
    return rows[0], rows[1:]


def _columns(header: list[str], path: Path) -> dict[str, int]:
    """Place of each title of the schema; raises `UsageError`."""
    known = {normalised(title): title for title in (*OF_MEASURES, *OF_PRIORITIES)}
    places: dict[str, int] = {}
    for place, title in enumerate(header):
        if not title:
            continue
        name = known.get(normalised(title))
        if name is None:
            near = get_close_matches(normalised(title), known, 1)
            meant = f" Did you mean {known[near[0]]}?" if near else ""
            raise UsageError(
                f"{path}: the column '{title}' is not one of Measures or Priorities.{meant}"
            )
        if name in places:
            raise UsageError(f"{path}: the column '{title}' is there twice.")
        places[name] = place
    lacking = [
        column.title
        for column in schema.MEASURES.columns
        if column.needed and column.title not in places
    ]
    if lacking:
        raise UsageError(f"{path}: the plan has no column {' or '.join(lacking)}.")
    return places


def _measure(row: list[str], columns: dict[str, int]) -> tuple[Scalar, ...]:
    return tuple(
        _value(_cell(row, columns, column.title), column.holds)
        for column in schema.MEASURES.columns
    )


def _cell(row: list[str], columns: dict[str, int], title: str) -> str:
    place = columns.get(title)
    return row[place] if place is not None and place < len(row) else ""


def _value(text: str, holds: Holds) -> Scalar:
    """Value of a cell as Excel would read it; a text that is no number stays, and is reported."""
    if not text:
        return None
    if holds in (Holds.NUMBER, Holds.WHOLE):
        try:
            number = float(text.replace("−", "-"))
        except ValueError:
            return text
        return int(number) if number.is_integer() else number
    return text


def _priorities(rows: list[list[str]], columns: dict[str, int]) -> list[tuple[Scalar, ...]]:
    """One row a priority, in the order of the list; the first cell given of each column."""
    found: dict[str, dict[str, str]] = {}
    for row in filter(any, rows):
        code = _cell(row, columns, "Priority")
        cells = found.setdefault(normalised(code), {"Code": code})
        for title, name in OF_PRIORITIES.items():
            if text := _cell(row, columns, title):
                cells.setdefault(name, text)
    for order, cells in enumerate(found.values(), start=1):
        cells.setdefault("Order", str(order))
    return [
        tuple(
            _value(cells.get(column.title, ""), column.holds)
            for column in schema.PRIORITIES.columns
        )
        for cells in found.values()
    ]
