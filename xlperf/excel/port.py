"""What a workbook is to the rest of xlperf: grids come in, edits go out.

Rules of this module. It imports no Excel library. A place is a table's name or a defined name,
never an address: users move, insert and rename freely. Addresses occur only in what is reported
back to them (`Grid.address`). Rows and columns are counted from 1, as Excel shows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class CellError:
    """An Excel error value in a cell: ``#N/A``, ``#DIV/0!``, ``#REF!``, ..."""

    code: str

    def __str__(self) -> str:
        return self.code


ERRORS_BY_NUMBER = {
    2000: "#NULL!",
    2007: "#DIV/0!",
    2015: "#VALUE!",
    2023: "#REF!",
    2029: "#NAME?",
    2036: "#NUM!",
    2042: "#N/A",
    2043: "#GETTING_DATA",
    2045: "#SPILL!",
    2046: "#CONNECT!",
    2047: "#BLOCKED!",
    2048: "#UNKNOWN!",
    2049: "#FIELD!",
    2050: "#CALC!",
}
"""Error values by Excel's number for them (its enumeration XlCVError)."""
NUMBERS_FROM, NUMBERS_TO = 0x800A0000 - 2**32, 0x800AFFFF - 2**32
"""What COM adds to an error's number when it hands it over as a whole number, and the last such:
-2,146,762,753.
"""
UNNAMED_ERROR = "#ERROR!"
"""An error value whose number no name is known for."""
ERROR_CODES = frozenset(
    (*ERRORS_BY_NUMBER.values(), "#BUSY!", "#EXTERNAL!", "#PYTHON!", "#TIMEOUT!", UNNAMED_ERROR)
)
"""Error values that a host may hand over as texts (those without a number: ErrorCellValueType of
Office add-ins).
"""


def error_value(value: object) -> CellError | None:
    """Give the error value that a host means by a text or a whole number; None: it means no error.

    xlwings names the seven oldest error values and hands over the others as whole numbers; numbers
    of cells are floats.
    """
    if isinstance(value, str):
        return CellError(value) if value in ERROR_CODES else None
    if type(value) is int and NUMBERS_FROM <= value <= NUMBERS_TO:
        return CellError(ERRORS_BY_NUMBER.get(value - NUMBERS_FROM, UNNAMED_ERROR))
    return None


class NoResult(Enum):
    """A cell that gives nothing to read: what it means is not known, and it does not count as
    blank.
    """

    NOT_CALCULATED = "a formula without a result"
    """No result is stored: a program that does not calculate has written the file."""
    EMPTY_TEXT = "a formula whose result is an empty text"
    COVERED = "hidden under a merged cell"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Link:
    """A cell's text that jumps to another cell of the workbook when clicked. Shown as
    ``Monthly!C14``.
    """

    sheet: str
    cell: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}"


Scalar: TypeAlias = None | bool | int | float | str | date | datetime | CellError | NoResult
"""One cell's value. ``None`` is an empty cell; ``""`` may be written, makes the cell empty, and
reads back as ``None``. A `NoResult` is only ever read: writing one is refused.

Whole numbers arrive as int or float. Text keeps its first 32,767 characters. A date without a time
of day arrives as a date, if the cell's format shows a date. What no cell can hold (NaN, infinity, a
time zone) is refused by `apply`.
"""


@dataclass(frozen=True, slots=True)
class CellOutside:
    """A filled cell on the sheet of a table, in its header's row or further down, in no header and
    no data row.
    """

    row: int
    column: int
    value: Scalar
    totals: bool = False
    """It stands in a totals row."""

    @property
    def address(self) -> str:
        """Address, such as ``C14``."""
        return f"{column_letters(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Grid:
    """One Excel table as read: its header, its data rows, and where it stands today."""

    table: str
    sheet: str
    header: tuple[str, ...]
    rows: tuple[tuple[Scalar, ...], ...]
    header_row: int
    """Row number of the header, counted from 1."""
    first_column: int
    """Column number of the first column, counted from 1 (A)."""
    outside: tuple[CellOutside, ...] = ()
    """What else stands on the sheet, beside and below: row by row."""

    def address(self, row: int, column: int) -> str:
        """Give the address, such as ``C14``, of data row `row` and column `column`, both counted
        from 0.
        """
        return f"{column_letters(self.first_column + column)}{self.header_row + 1 + row}"


@dataclass(frozen=True, slots=True)
class CellState:
    """What a defined name points to now."""

    name: str
    sheet: str
    address: str
    value: Scalar
    fill: str | None
    """Solid fill as ``#RRGGBB``; None: no fill, a pattern, or a colour that is not plain RGB.

    A live engine reads it of status cells only (names that end in ``_rag``).
    """
    refusal: str | None
    """Why xlperf must not write here ("holds a formula", "is inside a merged area", ...); None if
    it may.
    """
    covered: bool = False
    """A conditional format covers the cell, and may show another colour than its fill."""


@dataclass(frozen=True, slots=True)
class SetValue:
    """Write one value into the cell a defined name points to. The cell's style stays."""

    name: str
    value: Scalar | Link


@dataclass(frozen=True, slots=True)
class SetFill:
    """Give the cell of a defined name a solid fill and a font colour (``#RRGGBB``); all else of its
    style stays.
    """

    name: str
    fill: str
    font: str


class Keep(Enum):
    """Type of `KEEP`."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP
"""Stands in a row for a cell that stays as it is, whatever it holds: a formula too."""


@dataclass(frozen=True, slots=True)
class SetRows:
    """Replace the body of a table: the named columns get these rows; other columns of the table are
    not touched.

    The table grows or shrinks to ``max(1, len(rows))`` data rows (an Excel table has at least one;
    it is blank). New rows take the style of the table's first data row, and the formulas of
    calculated columns. Columns the table has not, and calculated ones, are passed over. A table
    with a totals row does not move it: it keeps blank rows above it instead of shrinking, and is
    not made to grow. Cells given as `KEEP` are left alone; in a new row they are blank.
    """

    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Scalar | Link | Keep, ...], ...]


@dataclass(frozen=True, slots=True)
class SetResults:
    """Give formulas the results that Excel would work out, for whoever opens the file without
    working it out.

    The formulas stand on the sheet of a named cell. Each is found by its text as a file holds it,
    and keeps it; a tuple is what a dynamic array spills downwards. A formula that is not there, or
    that somebody changed, is passed over, and so is a spill with something in its way. An engine in
    which Excel runs passes over all of it: Excel calculates.
    """

    name: str
    results: Mapping[str, Scalar | tuple[str, ...]]


Edit: TypeAlias = SetValue | SetFill | SetRows | SetResults


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying edits did: cells whose value or colours really changed. A table that only grew
    counts as one.
    """

    values: int
    fills: int
    needs_recalculation: bool
    """The workbook has formulas whose cached results may now be old; Excel will recalculate when it
    opens.
    """

    @property
    def changed(self) -> bool:
        """Whether anything at all would differ in the file."""
        return bool(self.values or self.fills)


class Workbook(Protocol):
    """An open workbook. The engines (file, live, xlwings Lite) and the fake of the tests all keep
    this contract.
    """

    def table_names(self) -> frozenset[str]:
        """Names of all Excel tables, as written in the workbook."""

    def read(self, tables: Iterable[str]) -> Mapping[str, Grid]:
        """Read the tables asked for that exist (names compare case-insensitively; keys are the
        names asked for).
        """

    def cells(self, names: Iterable[str]) -> Mapping[str, CellState]:
        """Look up single-cell defined names. Names that are missing or broken are absent from the
        answer.
        """

    def defined_names(self, prefix: str) -> tuple[str, ...]:
        """All workbook-level defined names that begin with `prefix`, sorted."""

    def apply(self, edits: Sequence[Edit]) -> Applied:
        """Make all edits, or none: raises `LayoutError` before anything changed when one cannot be
        made.
        """

    def refusal(self, edit: Edit) -> str | None:
        """Say why an edit cannot be made as the workbook stands, in the words of `apply`; None if
        it can.

        For edits that must not stop the others: what a refresh adds to a sheet that belongs to its
        users.
        """

    def save(self, output: Path | None = None, *, force: bool = False) -> Path | None:
        """Write atomically to `output` (default: where it came from). Returns the backup's path, if
        one was made.

        Nothing is written when nothing changed and `output` is None. Another file that stands at
        `output` is refused (`UsageError`), or, with `force`, replaced and kept as its backup.
        """


def normalised(title: str) -> str:
    """A title or name as it is compared: without case, surplus spaces or line breaks."""
    return " ".join(str(title).split()).lower()


@lru_cache(maxsize=20_000)
def column_letters(number: int) -> str:
    """Letters of a column counted from 1: 1 -> A, 27 -> AA."""
    letters = ""
    while number > 0:
        number, remainder = divmod(number - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters


@lru_cache(maxsize=20_000)
def column_number(letters: str) -> int:
    """Count a column's letters from 1: A -> 1, AA -> 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
