"""Sheets written as text, so that a test shows what a person typed beside what is to come of it.

A block begins with a table's name; then its header, then its rows, cells parted by ``|``. A cell is
read as Excel reads what is typed: ``12`` is a number, ``2014-09-30`` a date, ``TRUE`` a truth
value, ``#N/A`` an error, ``'12`` the text 12 (the apostrophe says so), ``=`` a formula without a
result, ``=""`` one that gives an empty text, nothing an empty cell. The header stands in row 1,
from column A. Columns of the table that the header leaves out stand to its right, empty; after
``tblName only`` they are not there at all.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from xlperf.config import SETTINGS, Settings
from xlperf.excel.port import CellError, Grid, NoResult, Scalar
from xlperf.periods import first_day
from xlperf.tables import schema
from xlperf.tables.checks import check
from xlperf.tables.reading import read_tables
from xlperf.tables.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from xlperf.tables.data import Tables
    from xlperf.tables.problems import Problem

TABLES = {table.name: table for table in schema.ALL}

MEASURES = """
tblMeasures
Measure          | Priority | Line          | Kind     | Direction | MSG measure | Target change % | Design effect
SP11_offences    | SP11     | Offences      | offences | down      |             |                 |
"""
NO_RESULTS = {"=": NoResult.NOT_CALCULATED, '=""': NoResult.EMPTY_TEXT}
KINDS: tuple[tuple[str, Callable[[str], Scalar]], ...] = (
    (r"\d{4}-\d\d-\d\d", date.fromisoformat),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d", datetime.fromisoformat),
    (r"-?\d+", int),
    (r"-?\d+\.\d+", float),
)


def typed(text: str) -> Scalar:
    """Read a cell as Excel reads what is typed."""
    text = text.strip()
    if text.startswith("'"):
        return text[1:]
    if text in ("TRUE", "FALSE"):
        return text == "TRUE"
    if text.startswith("#") and not re.fullmatch("#[0-9A-Fa-f]{6}", text):
        return CellError(text)
    if text in NO_RESULTS:
        return NO_RESULTS[text]
    for pattern, kind in KINDS:
        if re.fullmatch(pattern, text):
            return kind(text)
    return text or None


def grids(text: str) -> dict[str, Grid]:
    """Read blocks of text, parted by blank lines, to grids."""
    found = {}
    for block in re.split(r"\n\s*\n", text.strip()):
        name, header, *rows = (line.strip() for line in block.strip().splitlines())
        name, _, only = name.partition(" ")
        titles = tuple(title.strip() for title in header.split("|"))
        if not only:
            titles += tuple(title for title in TABLES[name].titles if title not in titles)
        cells = [tuple(map(typed, row.split("|"))) for row in rows]
        padded = tuple((row + (None,) * len(titles))[: len(titles)] for row in cells)
        found[name] = Grid(name, TABLES[name].sheet, titles, padded, 1, 1)
    return found


def workbook(text: str, measures: str = MEASURES) -> dict[str, Grid]:
    """Read blocks to the grids of a whole workbook: tables without a block are there and empty."""
    given = grids(text)
    if "tblMeasures" not in given:
        given |= grids(measures)
    empty = {
        table.name: Grid(
            table.name, table.sheet, table.titles, ((None,) * len(table.titles),), 1, 1
        )
        for table in schema.ALL
        if table.name not in given
    }
    return given | empty


def settings(**values: object) -> Settings:
    """Read the defaults, with a force of the sheets, but for the settings given."""
    values = {"own_force": "Leicestershire"} | values
    rows = tuple((item.key, values.get(item.key, item.default)) for item in SETTINGS)
    return read_settings(Grid("tblSettings", "Settings", ("Key", "Value"), rows, 1, 1))[0]


def read(text: str, **values: object) -> tuple[Tables, list[Problem]]:
    """Read and check a workbook."""
    return read_and_check(workbook(text), settings(**values))


def read_and_check(book: Mapping[str, Grid], chosen: Settings) -> tuple[Tables, list[Problem]]:
    tables, problems = read_tables(book)
    return tables, problems + check(tables, chosen)


def shown(problems: Iterable[Problem], *codes: str) -> list[str]:
    """Write problems as ``severity CODE Sheet!Cell``; of some codes only, if they are given."""
    return [
        f"{item.severity} {item.code} {item.where}"
        for item in problems
        if not codes or item.code in codes
    ]


def monthly(
    *lines: str, measure: str = "SP11_offences", first: int = 12 * 2012 + 3, count: int = 30
) -> str:
    """A Monthly block of `count` months of 100 offences from April 2012; `lines` take the place of
    months they name.

    A line is ``month | count | status | as at``, the month as 2014-09; without a count the month is
    left out.
    """
    given = {line.split("|")[0].strip(): line for line in lines}
    rows = []
    for month in range(first, first + count):
        name = f"{first_day(month):%Y-%m}"
        line = given.pop(name, f"{name} | 100")
        _, *cells = line.split("|")
        if cells:
            rows.append(f"{measure} | {name}-01 | {' | '.join(cells)}")
    for line in given.values():
        name, *cells = line.split("|")
        rows.append(f"{measure} | {name.strip()}-01 | {' | '.join(cells)}")
    return "\n".join(["tblMonthly", "Measure | Month | Count | Status | As at", *rows])
