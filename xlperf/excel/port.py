"""What a workbook is to the rest of xlperf: it gives grids and takes edits.

Rules of this module. It imports no Excel library. A place is the name of a table or a defined name,
never an address: users move, insert and rename freely. Addresses occur only in reports to users
(`Grid.address`). Rows and columns are counted from 1, as Excel shows them.
"""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from xlperf.frozen import NamedTuple, frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path


@frozen
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
"""Error values by their number in Excel (its enumeration XlCVError)."""
NUMBERS_FROM, NUMBERS_TO = 0x800A0000 - 2**32, 0x800AFFFF - 2**32
"""COM returns an error as this number plus the error's number; the second is the highest possible:
-2,146,762,753.
"""
UNNAMED_ERROR = "#ERROR!"
"""An error value whose number has no known name."""
ERROR_CODES = frozenset(
    (*ERRORS_BY_NUMBER.values(), "#BUSY!", "#EXTERNAL!", "#PYTHON!", "#TIMEOUT!", UNNAMED_ERROR)
)
"""Error values that a host may return as texts (those without a number: ErrorCellValueType of
Office add-ins).
"""


def error_value(value: object) -> CellError | None:
    """Return the error value that a text or whole number from a host stands for; None if it is no
    error.

    xlwings returns the seven oldest error values by name and the others as whole numbers. Numbers
    in cells are floats.
    """
    if isinstance(value, str):
        return CellError(value) if value in ERROR_CODES else None
    if type(value) is int and NUMBERS_FROM <= value <= NUMBERS_TO:
        return CellError(ERRORS_BY_NUMBER.get(value - NUMBERS_FROM, UNNAMED_ERROR))
    return None


class NoResult(Enum):
    """A cell whose value is not known. It does not count as blank."""

    NOT_CALCULATED = "a formula without a result"
    """No result is stored, because a program that does not calculate has written the file."""
    EMPTY_TEXT = "a formula whose result is an empty text"
    COVERED = "hidden under a merged cell"

    def __str__(self) -> str:
        return self.value


@frozen
class Link:
    """A cell's text that jumps to another cell of the workbook when clicked. It shows
    ``Monthly!C14``.
    """

    sheet: str
    cell: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}"


Scalar: TypeAlias = None | bool | int | float | str | date | datetime | CellError | NoResult
"""The value of one cell. ``None`` is an empty cell. ``""`` may be written: it empties the cell,
which then reads as ``None``. A `NoResult` is only read: writing it is refused.

Whole numbers are read as int or float. Text is cut to its first 32,767 characters. A date without a
time of day is read as a date if the cell's format shows a date. `apply` refuses values that a cell
cannot hold (NaN, infinity, a time zone).
"""


@frozen
class CellOutside:
    """A filled cell on the sheet of a table that is in no header and no data row of a table.

    It is in the row of the table's header or further down.
    """

    row: int
    column: int
    value: Scalar
    totals: bool = False
    """Whether it is in a totals row."""

    @property
    def address(self) -> str:
        """Address of the cell, such as ``C14``."""
        return f"{column_letters(self.column)}{self.row}"


@frozen
class Grid:
    """One Excel table as it was read: its header, its data rows, and its place on the sheet."""

    table: str
    sheet: str
    header: tuple[str, ...]
    rows: tuple[tuple[Scalar, ...], ...]
    header_row: int
    """Row number of the header, counted from 1."""
    first_column: int
    """Column number of the first column, counted from 1 (A)."""
    outside: tuple[CellOutside, ...] = ()
    """Filled cells beside and below the table, row by row."""

    def address(self, row: int, column: int) -> str:
        """Return the address, such as ``C14``, of data row `row` and column `column`, counted from
        0.
        """
        return f"{column_letters(self.first_column + column)}{self.header_row + 1 + row}"

    def column(self, title: str) -> int | None:
        """Find the column with a title, counted from 0."""
        titles = [normalised(each) for each in self.header]
        return titles.index(normalised(title)) if normalised(title) in titles else None

    def lacks(self, titles: Iterable[str]) -> list[str]:
        """Which of these titles no column has."""
        return [title for title in titles if self.column(title) is None]


class CellState(NamedTuple):
    """The cell that a defined name points to now."""

    name: str
    sheet: str
    address: str
    value: Scalar
    fill: str | None
    """Solid fill as ``#RRGGBB``; None: no fill, a pattern, or a colour that is not plain RGB.

    A live engine reads it only for status cells (names that end in ``_rag``).
    """
    refusal: str | None
    """Why xlperf must not write here ("holds a formula", "is inside a merged area", ...); None if
    it may write.
    """
    covered: bool = False
    """Whether a conditional format covers the cell, so that it may show another colour than its
    fill.
    """


ADOPTED = "xlperf_adopted"
"""Name that a workbook of somebody else has since it took our sheets: only there are markers looked
for.
"""
OPENING = "[["
"""How a marker begins."""


class MarkedCell(NamedTuple):
    """A cell that can get a name: its text holds a marker, such as ``[[SP12_offences.latest]]``, or
    stands before a cell with a name.
    """

    sheet: str
    address: str
    text: str
    """All that the cell shows."""
    fault: str | None = None
    """Why it cannot be filled ("holds a formula", ...); None: it can. With an empty text: why the
    area was not searched.
    """


class SetValue(NamedTuple):
    """Write one value into the cell of a defined name. The cell's style does not change."""

    name: str
    value: Scalar | Link


class SetFill(NamedTuple):
    """Give the cell of a defined name a solid fill and a font colour (``#RRGGBB``).

    The rest of its style does not change.
    """

    name: str
    fill: str
    font: str


class Keep(Enum):
    """Type of `KEEP`."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP
"""Used in a row for a cell that stays as it is, whatever it holds, even a formula."""


class SetRows(NamedTuple):
    """Replace the body of a table: the named columns get these rows; other columns do not change.

    The table gets ``max(1, len(rows))`` data rows (an Excel table has at least one, which may be
    blank). New rows take the style of the table's first data row, and the formulas of calculated
    columns. Columns that the table does not have are ignored, and so are calculated ones. A totals
    row does not move: the table keeps blank rows above it instead of shrinking, and an edit that
    needs more rows is refused. Cells given as `KEEP` do not change; in a new row they are blank.
    """

    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Scalar | Link | Keep, ...], ...]


class SetResults(NamedTuple):
    """Store the results that Excel would calculate beside formulas, for readers that do not
    calculate.

    The formulas are on the sheet of a named cell. Each is identified by its text as a file holds it
    and does not change. A tuple holds the values that a dynamic array spills downwards. A formula
    that is not there, or that somebody changed, is ignored, and so is a spill that is blocked by
    other cells. An engine with a running Excel ignores this edit, because Excel calculates.
    """

    name: str
    results: Mapping[str, Scalar | tuple[str, ...]]


Edit: TypeAlias = SetValue | SetFill | SetRows | SetResults


class ApplyResult(NamedTuple):
    """The changes that edits made: the number of cells whose value or colours really changed.

    A table that only grew counts as one.
    """

    values: int
    fills: int
    needs_recalculation: bool
    """Whether formulas may now have old results in the file; Excel recalculates them when it opens
    it.
    """

    @property
    def has_changes(self) -> bool:
        """Whether the file differs at all."""
        return bool(self.values or self.fills)


class Workbook(Protocol):
    """An open workbook. The engines (file, live, xlwings Lite) and the fake of the tests implement
    it.
    """

    def table_names(self) -> frozenset[str]:
        """Return the names of all Excel tables as written in the workbook."""

    def read(self, tables: Iterable[str]) -> Mapping[str, Grid]:
        """Read the tables in `tables` that exist.

        Names compare case-insensitively; the keys are the names as in `tables`.
        """

    def cells(self, names: Iterable[str]) -> Mapping[str, CellState]:
        """Look up names of single cells. Names that are missing or broken are left out of the
        answer.
        """

    def defined_names(self, prefix: str) -> tuple[str, ...]:
        """Return all workbook-level defined names that begin with `prefix`, sorted."""

    def marked_cells(self, tables: Iterable[str]) -> Sequence[MarkedCell]:  # noqa: ARG002 - an engine's own may need them
        """Return the cells that hold markers, on sheets without any of `tables`; none in a workbook
        that was not adopted.
        """
        return ()

    def texts_before(self, names: Iterable[str]) -> Mapping[str, Sequence[MarkedCell]]:  # noqa: ARG002 - an engine's own may need them
        """Return the texts, no formulas, that stand left of named cells in their rows, nearest
        first, by name.
        """
        return {}

    def call_cells(self, cells: Mapping[str, MarkedCell]) -> None:
        """Let names stand for cells that `texts_before` gave, as long as this workbook is open; the
        workbook itself gets no names.
        """
        raise ValueError(f"no text was given, so none is called {next(iter(cells), '')}")

    def name_cells(self, cells: Mapping[str, MarkedCell], gone: Sequence[str] = ()) -> None:  # noqa: ARG002 - engines that know markers use it
        """Give cells names of the workbook, so that they can be filled, only those that
        `marked_cells` gave; delete the names `gone`.
        """
        raise ValueError(f"no cell is marked, so none gets the name {next(iter(cells), '')}")

    def writing(self) -> AbstractContextManager[None]:
        """Take all that is applied within for one piece of work: what an engine has to set for a
        write is set once, and restored whatever happens.
        """
        return nullcontext()

    def apply(self, edits: Sequence[Edit]) -> ApplyResult:
        """Make all edits, or none. If one cannot be made, raises `LayoutError` before anything
        changes.
        """

    def refusal(self, edit: Edit) -> str | None:
        """Return why an edit cannot be made, in the words of `apply`; None if it can.

        This is for edits that must not stop others, such as additions to a sheet that belongs to
        users.
        """

    def save(self, output: Path | None = None, *, force: bool = False) -> Path | None:
        """Write atomically to `output` (default: the file it came from). Returns the path of the
        backup if one was made.

        If nothing changed and `output` is None, nothing is written. If another file is at `output`,
        raises `UsageError`; with `force`, that file is replaced and kept as a backup.
        """


def normalised(title: str) -> str:
    """Return a title or name in the form for comparison: no case, no extra spaces or
    line breaks.
    """
    return " ".join(str(title).split()).lower()


@lru_cache(maxsize=20_000)
def column_letters(number: int) -> str:
    """Return the letters of a column counted from 1: 1 -> A, 27 -> AA."""
    letters = ""
    while number > 0:
        number, remainder = divmod(number - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters


@lru_cache(maxsize=20_000)
def column_number(letters: str) -> int:
    """Return the number of a column counted from 1: A -> 1, AA -> 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
