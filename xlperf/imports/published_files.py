"""A file that somebody publishes -> its sheets, as rows of plain values.

Workbooks (.xlsx, .xlsm, .xls, .xlsb, .ods) are read by python-calamine; texts (.csv, .tsv) have
their encoding and separator recognised and reported; gzip and zip are unpacked. The content decides
what a file is, not its name. Formulas give the results that are stored; nothing of a file is run.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, cast

from xlperf.errors import UsageError, WorkbookError
from xlperf.excel import paths
from xlperf.excel.package import Package
from xlperf.excel.port import column_letters
from xlperf.imports.sheet_facts import has_uncalculated, hidden_parts, require_small

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from xlperf.excel.port import Scalar

    Rows = tuple[tuple[Scalar, ...], ...]

MOST_BYTES = 1 << 30
"""Largest unpacked file, in bytes: 1 GiB. A year of a large force's street files has a tenth."""
MOST_NESTED = 5
"""Archives in archives that are followed."""
ZIP, GZIP, COMPOUND = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
SEPARATOR_LINE = re.compile(r"sep=([,;\t|])\r?\n")
"""First line by which some programs tell Excel the separator."""
SAMPLE_LINES = 200
"""Lines from which the separator of a text is recognised."""
MOST_MERGED = 200_000
"""Cells in merged areas of a sheet; a published table has some hundreds."""
LONGEST_REASON = 120
"""Characters quoted of what a library says."""
WORKBOOK_MEMBERS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")


@dataclass(frozen=True, slots=True)
class PublishedSheet:
    """One sheet of a file: rows of values from the first cell on, None where a cell is blank."""

    file: str
    """Name of the file; with that of a member, in an archive."""
    name: str
    """Name of the sheet; empty in a text."""
    rows: Rows
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """Merged areas: first row and column, last row and column, from 0."""
    kind: str = ""
    """What it was read as: ``UTF-8, separated by commas``."""

    def cell(self, row: int, column: int) -> Scalar:
        """A cell; for one under merged cells, the first of them."""
        cells = self.rows[row]
        value = cells[column] if column < len(cells) else None
        if value is None and self.merged:
            first = _first_cells(self.merged).get((row, column))
            if first is not None and first != (row, column):
                return self.cell(*first)
        return value

    def place(self, row: int, column: int) -> str:
        """Where a cell is, from 0: ``Table 1!C14``; ``C14`` of a text, as Excel opens it."""
        address = f"{column_letters(column + 1)}{row + 1}"
        return f"{self.name}!{address}" if self.name else address


@lru_cache(maxsize=16)
def _first_cells(
    merged: tuple[tuple[int, int, int, int], ...],
) -> Mapping[tuple[int, int], tuple[int, int]]:
    """First cell of the merged area that each cell is in."""
    return {
        (row, column): (top, left)
        for top, left, bottom, right in merged
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    }


def file_bytes(path: Path) -> bytes:
    """Content of a file, as it is on the disk."""
    real = paths.resolved(path)
    try:
        data = real.read_bytes()
    except OSError as error:
        raise paths.unreadable(path, error) from None
    if not data:
        raise WorkbookError(f"{path.name} is empty (0 bytes). Download it again.")
    return data


def opened_bytes(path: Path) -> BinaryIO:
    """Open a file to read its bytes, unpacked where its name ends in .gz."""
    opening = gzip.open if path.suffix.lower() == ".gz" else open
    return cast("BinaryIO", opening(path, "rb"))


def unpacked_length(path: Path) -> int:
    """Bytes of a file, unpacked; reads a packed one to its end, since engines take one that is cut
    off for a whole one. Raises `EOFError`, `OSError` or `zlib.error` where it is not whole.
    """
    if path.suffix.lower() != ".gz":
        return path.stat().st_size
    with opened_bytes(path) as stream:
        return sum(map(len, iter(lambda: stream.read(1 << 20), b"")))


def fingerprint(data: bytes) -> str:
    """Fingerprint of a file's content."""
    return sha256(data).hexdigest()[:16]


def unpacked_files(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Files in a file, by name: itself, what gzip packs, or the members of an archive, one at a
    time. Raises `WorkbookError` for more than can be unpacked safely.
    """
    unpacked = 0
    for member, content in _unpacked(name, data, 0):
        unpacked += len(content)
        if content is not data and unpacked > MOST_BYTES:
            raise _too_much(name)
        yield member, content


def _unpacked(name: str, data: bytes, depth: int) -> Iterator[tuple[str, bytes]]:
    packed = data.startswith(GZIP) or (
        data.startswith(ZIP)
        and not any(member in _package(name, data).by_name for member in WORKBOOK_MEMBERS)
    )
    if not packed:
        yield name, data
        return
    if depth == MOST_NESTED:
        raise WorkbookError(
            f"{name}: more than {MOST_NESTED} archives are packed in one another, which no"
            " publication does. Unpack it, and look where it came from."
        )
    if data.startswith(GZIP):
        yield from _unpacked(name, _gunzipped(name, data), depth + 1)
        return
    for member, content in members_in(name, data):
        yield from _unpacked(f"{name}/{member}", content, depth + 1)


def _too_much(name: str) -> WorkbookError:
    return WorkbookError(f"{name} unpacks to more than {MOST_BYTES >> 20:,} MB. Import parts.")


def sheets_in(name: str, data: bytes, notes: list[str]) -> Iterator[PublishedSheet]:
    """Sheets of an unpacked file. Raises `WorkbookError` for what cannot be read safely."""
    if data.startswith((ZIP, COMPOUND)):
        yield from _workbook_sheets(name, data, notes)
    else:
        yield _text_sheet(name, data, notes)


def members_in(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Files in a zip archive, in the order of their names; one at a time is unpacked."""
    package = _package(name, data)
    for member in sorted(package.by_name):
        if not member.endswith("/") and "__macosx" not in member:
            yield member, package.read(member)


def _package(name: str, data: bytes) -> Package:
    package = Package(data, name)
    if sum(map(package.size, package.by_name)) > MOST_BYTES:
        raise _too_much(name)
    return package


def _gunzipped(name: str, data: bytes) -> bytes:
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            content = stream.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise WorkbookError(f"{name} is damaged or cut short. Download it again.") from None
    if len(content) > MOST_BYTES:
        raise _too_much(name)
    return content


# Workbooks.


def _workbook_sheets(name: str, data: bytes, notes: list[str]) -> Iterator[PublishedSheet]:
    if data.startswith(ZIP):
        package = _package(name, data)
        require_small(package)
        if has_uncalculated(package):
            raise WorkbookError(
                f"{name} has formulas that no program has calculated yet, so their results are not"
                " in it. Open it in Excel, save it, and import it then."
            )
        if hidden_parts(package):
            notes.append(
                f"{name} has hidden rows or columns, by a filter or by hand: they are read as well."
            )
    other = paths.other_kind(data) if data.startswith(COMPOUND) else None
    if other is not None and ".xls format" not in other:
        raise WorkbookError(f"{name} {other}")
    yield from _attempt(name, lambda: list(_calamine_sheets(name, data, notes)))


def _attempt(name: str, read: Callable[[], list[PublishedSheet]]) -> list[PublishedSheet]:
    """Read a workbook; a fault of calamine is a sentence. Its panics are no `Exception`."""
    try:
        return read()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - whatever calamine finds wrong with a file
        why = " ".join(str(error).split())[:LONGEST_REASON]
        raise WorkbookError(
            f"{name} cannot be read as a workbook ({why}). Open it in Excel and save it as .xlsx."
        ) from None


def _calamine_sheets(name: str, data: bytes, notes: list[str]) -> Iterator[PublishedSheet]:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for about in book.sheets_metadata:
        if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        if about.visible != python_calamine.SheetVisibleEnum.Visible:
            notes.append(f"The sheet '{about.name}' of {name} is hidden; it is not read.")
            continue
        sheet = book.get_sheet_by_name(about.name)
        rows = tuple(tuple(map(_plain, row)) for row in sheet.to_python(skip_empty_area=False))
        areas = [
            (top, left, bottom, right)
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        ]
        if sum((area[2] - area[0] + 1) * (area[3] - area[1] + 1) for area in areas) > MOST_MERGED:
            notes.append(f"The merged cells of '{about.name}' are too many to be followed.")
            areas = []
        yield PublishedSheet(name, about.name, rows, tuple(areas), "a workbook")


def _plain(cell: object) -> Scalar:
    """Value of a cell as calamine gives it: blank is an empty text, and so is an error value."""
    if cell == "" or cell is None:
        return None
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == datetime.min.time() else cell
    if isinstance(cell, (bool, int, float, str, date)):
        return cell
    return str(cell)  # a time of day or a length of time: no figure and no month


# Texts.


def _text_sheet(name: str, data: bytes, notes: list[str]) -> PublishedSheet:
    other = paths.other_kind(data)
    if other is not None and not other.startswith("is text"):
        raise WorkbookError(f"{name} {other}")
    text, encoding = decoded(name, data)
    if encoding == WINDOWS:
        notes.append(
            f"{name} is not UTF-8: it was read as {WINDOWS}, so letters with accents and £ may"
            " look wrong."
        )
    separator = _separator(text)
    if match := SEPARATOR_LINE.match(text):
        separator, text = match[1], text[match.end() :]
    # strict, for a quotation mark that is not closed takes all lines up to the next
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows = tuple(tuple(cell or None for cell in row) for row in lines)
    except csv.Error:
        raise WorkbookError(
            f"{name}: a quotation mark is missing, or is one too many, in or before line"
            f" {lines.line_num:,}, so lines after it would be lost. Correct it."
        ) from None
    if row := _swallowing(rows, separator):
        notes.append(
            f"In row {row} of {name} a cell runs over several lines, with {SEPARATORS[separator]}"
            " in it: is a quotation mark missing? Look whether lines are lost."
        )
    return PublishedSheet(name, "", rows, kind=f"{encoding}, separated by {SEPARATORS[separator]}")


def _swallowing(rows: Rows, separator: str) -> int:
    """Number of the first row below which whole lines may stand in one cell; 0: there is none."""
    for number, row in enumerate(rows, start=1):
        texts = (cell for cell in row if isinstance(cell, str))
        if any(separator in text.partition("\n")[2] for text in texts):
            return number
    return 0


WINDOWS = "Windows-1252"


def decoded(name: str, data: bytes) -> tuple[str, str]:
    """Text of a file, and the name of its encoding. Raises `WorkbookError` for what is no text."""
    for mark, codec, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decoded(name, data, codec), encoding
    if b"\0" in data:
        raise WorkbookError(f"{name} is neither a workbook nor a text. Check what it is.")
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _decoded(name, data, "cp1252"), WINDOWS


def _decoded(name: str, data: bytes, codec: str) -> str:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:  # also of UTF-32, whose mark begins as that of UTF-16
        raise WorkbookError(
            f"{name} is a text in an encoding that is not known. Save it as CSV UTF-8."
        )
    return text


def _separator(text: str) -> str:
    """The separator by which most lines have the same number of cells, more than one."""
    lines = [line for line in text.splitlines()[:SAMPLE_LINES] if line.strip()]

    def lines_alike(separator: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator)]
        common = max(set(widths), key=widths.count, default=1)
        return (widths.count(common), common) if common > 1 else (0, 0)

    return max(SEPARATORS, key=lines_alike)


def chosen_sheet(file: str, sheets: Sequence[PublishedSheet], wanted: str) -> PublishedSheet:
    """The sheet of a file by name; without a name, the only one that is filled.

    Raises `UsageError` where there are several, or none of that name.
    """
    filled = [sheet for sheet in sheets if any(any(row) for row in sheet.rows)]
    names = ", ".join(sheet.name or sheet.file for sheet in filled)
    if wanted:
        for sheet in filled:
            if wanted.strip().lower() in (sheet.name.lower(), sheet.file.lower()):
                return sheet
        raise UsageError(f"{file} has no sheet '{wanted}'. It has: {names or 'none'}.")
    if len(filled) != 1:
        raise UsageError(
            f"{file} has {len(filled)} sheets that are not blank: {names}. Name one with --sheet."
            if filled
            else f"{file} has no cell that is filled."
        )
    return filled[0]
