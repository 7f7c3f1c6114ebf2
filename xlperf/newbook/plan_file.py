"""A plan written as a list: one row a measure, in a CSV file.

The columns are those of *Measures* and *Priorities*, under the titles that they have there, in any
order; *Title* is that of the priority. Only *Measure*, *Priority*, *Line*, *Kind* and *Direction*
are needed. A priority's cells need be given in one of its rows.
"""

from __future__ import annotations

import csv
from difflib import get_close_matches
from io import StringIO
from string import ascii_uppercase
from typing import TYPE_CHECKING

from xlperf.errors import UsageError
from xlperf.excel.port import Grid, normalised
from xlperf.frozen import NamedTuple
from xlperf.message_texts import below
from xlperf.newbook.content import Content, as_read
from xlperf.tables import schema
from xlperf.tables.comments import PERIOD
from xlperf.tables.decision_tables import ON_THE_TILE
from xlperf.tables.problems import Severity
from xlperf.tables.reading import read_tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from xlperf.excel.port import Scalar
    from xlperf.tables.problems import Problem

OF_MEASURES = tuple(title for title in schema.MEASURES.titles if title != ON_THE_TILE)
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
SEPARATOR = "sep="
"""Beginning of a first row that tells Excel the separator."""
SAVE_AS = "In Excel: Save As, CSV UTF-8."


class Lines(NamedTuple):
    """The rows of a plan as they stand in its file."""

    header: list[str]
    rows: list[list[str]]
    header_row: int
    """Row of the header, counted from 1, as Excel shows the file."""

    def number(self, index: int) -> int:
        """Row of the file in which row `index` below the header, counted from 0, stands."""
        return self.header_row + 1 + index


def planned_content(path: Path) -> Content:
    """Read a plan; see the module.

    Raises
    ------
    UsageError
        It cannot be read, lacks a column, has one that is not known, or has a fault in a cell: all
        are named.
    """
    lines = _read(path)
    columns = _columns(lines.header, path)
    measures = [_measure(row, columns) for row in lines.rows]
    priorities, sources, faults = _priorities(lines, columns)
    cells = {schema.MEASURES.name: measures, schema.PRIORITIES.name: priorities}
    grids = {}
    for table in schema.DATA:
        body, row = tuple(cells.get(table.name, ())), lines.header_row
        grids[table.name] = Grid(table.name, path.name, table.titles, body, row, 1)
    _, problems = read_tables(grids)
    faults += _wide(lines)
    faults += [
        _fault(problem, lines, sources)
        for problem in problems
        if problem.severity is Severity.ERROR
    ]
    if faults:
        listed = below(faults, MOST_NAMED)
        raise UsageError(f"{path}: the plan cannot be used as it is.{listed}")
    rows = tuple(filter(any, measures))
    return Content({schema.MEASURES.name: rows, schema.PRIORITIES.name: tuple(priorities)})


def _fault(problem: Problem, lines: Lines, sources: Sequence[Mapping[str, int]]) -> str:
    """Say a finding with the row of the file and what to do."""
    found = problem.found
    for address in problem.mentions:
        found = found.replace(address, f"row {address.lstrip(ascii_uppercase)}")
    text = f"{found} {problem.remedy}"
    if problem.row is None:
        return text
    index, title = problem.row.index, problem.column
    of_priority = problem.table == schema.PRIORITIES.name
    number = sources[index].get(title) if of_priority else lines.number(index)
    return f"row {number}, {title}: {text}"


def _wide(lines: Lines) -> list[str]:
    """Texts that stand under no title: mostly since one before has a comma and no quotes."""
    titles = [*lines.header, *[""] * max(map(len, lines.rows))]
    return [
        f"row {lines.number(index)}: '{cell}' stands under no title. Give the column one; or, if a"
        " text has a comma in it, put the text in quotation marks."
        for index, row in enumerate(lines.rows)
        for title, cell in zip(titles, row, strict=False)
        if cell and not title
    ]


def _read(path: Path) -> Lines:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(data) > LARGEST:
        raise UsageError(f"{path} is larger than a plan can be: give a list of measures as CSV.")
    if b"\0" in data:
        raise UsageError(f"{path} is no CSV file. {SAVE_AS}")
    text = _decoded(data, path)
    shown = [line for line in text.splitlines() if line.strip()]
    first = next((line for line in shown if not line.startswith(SEPARATOR)), "")
    reader = csv.reader(
        StringIO(text, newline=None), delimiter=max(DELIMITERS, key=first.count), strict=True
    )
    try:
        rows = [[cell.strip() for cell in row] for row in reader]
    except csv.Error as error:
        raise UsageError(
            f"{path}, line {reader.line_num}: the quotation marks cannot be read. A text with a"
            " comma or with quotation marks stands in quotation marks, those inside it doubled."
        ) from error
    start = next((at for at, row in enumerate(rows) if _is_header(row)), len(rows))
    if not any(any(row) for row in rows[start + 1 :]):
        raise UsageError(f"{path} has no measure: give a header and one row a measure.")
    return Lines(rows[start], rows[start + 1 :], start + 1)


def _is_header(row: list[str]) -> bool:
    """Whether a row is not blank, nor one that names the separator for Excel."""
    return any(row) and not row[0].startswith(SEPARATOR)


def _decoded(data: bytes, path: Path) -> str:
    """Text of a file in UTF-8, or in the code page that Excel for Windows uses in Britain."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError(f"{path} has characters that cannot be read. {SAVE_AS}")


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
        as_read(_cell(row, columns, column.title) or None, column)
        for column in schema.MEASURES.columns
    )


def _cell(row: list[str], columns: dict[str, int], title: str) -> str:
    place = columns.get(title)
    return row[place] if place is not None and place < len(row) else ""


def _priorities(
    lines: Lines, columns: dict[str, int]
) -> tuple[list[tuple[Scalar, ...]], list[dict[str, int]], list[str]]:
    """One row a priority, in the order of the list; in which row of the file each of its cells
    stands; and where two rows say different things of it.
    """
    cells: dict[str, dict[str, str]] = {}
    sources: dict[str, dict[str, int]] = {}
    faults: list[str] = []
    for index, row in enumerate(lines.rows):
        code, number = _cell(row, columns, "Priority"), lines.number(index)
        if not code:
            continue
        given = cells.setdefault(normalised(code), {"Code": code})
        places = sources.setdefault(normalised(code), {"Code": number})
        for title, name in OF_PRIORITIES.items():
            text = _cell(row, columns, title)
            if text and given.setdefault(name, text) != text:
                faults.append(
                    f"row {number}, {title}: '{text}', but row {places[name]} has '{given[name]}'"
                    f" for the same priority, {code}. Give one of them."
                )
            elif text:
                places.setdefault(name, number)
    for order, given in enumerate(cells.values(), start=1):
        given.setdefault("Order", str(order))
    rows = [
        tuple(as_read(given.get(column.title), column) for column in schema.PRIORITIES.columns)
        for given in cells.values()
    ]
    return rows, list(sources.values()), faults
