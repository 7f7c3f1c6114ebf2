"""Whole sheets read by python-calamine, which is fast but trusts its input.

It allocates memory for the whole rectangle up to the furthest cell, and ends the process if there
is not enough memory. Therefore calamine never reads the file itself. It reads a package built here:
the sheets unchanged, the shared strings in the plain form, and a new workbook part and new styles.
And it reads a sheet only if the sheet is in the plain form too (`xlperf.excel.plain`) and has
enough cells for its rectangle. Calamine reads error values, and formulas without a result, as
blanks; this module restores them.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeAlias

from xlperf.excel import markup
from xlperf.excel.areas import LAST_ROW, split_address
from xlperf.excel.package import PackedPart, assemble
from xlperf.excel.port import CellError, NoResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from xlperf.excel.plain import Cells
    from xlperf.excel.styles import StylesPart

    State: TypeAlias = tuple[bytes, CellError | NoResult]
    """Address of a cell, and what calamine reads as blank there."""

FREE_CELLS = 5_000_000
"""Cells that the rectangle of a sheet may have, however few are filled: about 200 MB during
reading.
"""
CELLS_PER_FILLED = 3
"""Cells that a larger rectangle may have for each filled cell."""
ROW = re.compile(rb'<row r="([0-9]+)"')
LETTERS = re.compile(rb'<c r="([A-Z]+)')
WIDE, VERY_WIDE = re.compile(rb'<c r="[A-Z]{2}'), re.compile(rb'<c r="[A-Z]{3}')
ONE_LETTER, TWO_LETTERS = 26, 702
"""Number of columns whose addresses have one letter, and up to two letters."""
CELL = rb'<c r="([A-Z]{1,3}[0-9]{1,7})"'
STYLED = rb'(?: s="[0-9]+")?'
TAG_END_AND_FORMULA = rb"[^<>]*>(?:<f(?:[^<>]*/>|[^<>]*>[^<]*</f>))"
"""The end of a cell's start tag, and the cell's formula."""
FORMULA = re.compile(rb"<f[ />]")
# Patterns that few workbooks need are no objects: `re` compiles them when one does.
ERROR_CELL = CELL + STYLED + rb' t="e"' + TAG_END_AND_FORMULA + rb"?<v>([^<]*)<"
NO_RESULT = (
    CELL
    + STYLED
    + rb'(?: t="([a-z]+)")?'
    + TAG_END_AND_FORMULA
    + rb"(?:<v[^<>]*/>|<v[^<>]*>\s*</v>|(<v>0</v>))?</c>"
)
"""A formula without a result, or with the result 0. Programs that do not calculate write this for
every formula.
"""
NEGATIVE = CELL + rb' s="([0-9]+)"' + TAG_END_AND_FORMULA + rb"?<v>-"
DATE, NUMBER = 14, 0
"""Built-in number formats: a date, and General (ECMA-376 part 1, 18.8.30)."""
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
RELATION = '<Relationship Id="r{0}" Type="' + markup.RELATIONS + '/{1}" Target="{2}"/>'


class BulkWorkbook:
    """The sheets of a workbook for calamine; opened when the first sheet is read."""

    def __init__(
        self,
        sheets: Mapping[str, PackedPart],
        texts: PackedPart | None,
        styles: StylesPart,
        *,
        date1904: bool,
        calculated: bool,
    ) -> None:
        """Prepare a package for calamine.

        `sheets` are the worksheets by part name; `texts` is the part of the shared strings in the
        plain form. `calculated` says whether the program that wrote the workbook calculates
        formulas (`WorkbookPart.calculated`).
        """
        self._calculated = calculated
        self._numbers = {part: number for number, part in enumerate(sheets, 1)}
        self._styles = styles
        contents = {
            f"xl/worksheets/{number}.xml": sheets[part] for part, number in self._numbers.items()
        }
        if texts is not None:
            contents["xl/sharedStrings.xml"] = texts
        own = _frame(self._numbers.values(), date1904=date1904) | {
            "xl/styles.xml": _date_styles(styles)
        }
        contents |= {name: PackedPart.of(text.encode(), level=1) for name, text in own.items()}
        self._package = assemble(contents)
        self._workbook: Any = None

    def sheet(self, part: str, states: Iterable[State]) -> list[list[Any]] | None:
        """Read all cells of a worksheet part from A1 on; `states` are those of its bytes.

        Returns None if calamine fails.
        """
        grid: list[list[Any]] | None = _attempt(lambda: self._read(str(self._numbers[part])))
        return None if grid is None else _restored(grid, states)

    def states(self, part: str, data: bytes, cells: Cells) -> list[State] | None:
        """Find error values and missing results in a part in the plain form; `data` are its bytes.

        Returns None if calamine cannot read this part safely.
        """
        if (
            part not in self._numbers
            or not is_readable(data, cells)
            or self._has_negative_dates(data)
        ):
            return None
        states: list[State] = []
        if re.search(rb't="e"', data):  # faster than `in` for so few bytes
            states += [
                (place, CellError(value.decode())) for place, value in re.findall(ERROR_CELL, data)
            ]
        if FORMULA.search(data):
            for place, kind, zero in re.findall(NO_RESULT, data):
                if not zero:
                    empty = kind == b"str"
                    states.append(
                        (place, NoResult.EMPTY_TEXT if empty else NoResult.NOT_CALCULATED)
                    )
                elif not self._calculated:
                    states.append((place, NoResult.NOT_CALCULATED))
        return states

    def _read(self, name: str) -> Any:
        import python_calamine

        if self._workbook is None:
            package, self._package = BytesIO(self._package), b""  # calamine makes its own copy
            self._workbook = python_calamine.CalamineWorkbook.from_filelike(package)
        return self._workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)

    def _has_negative_dates(self, data: bytes) -> bool:
        """Whether a number below zero is shown as a date, which calamine would read as midnight."""
        negative_cells = re.findall(NEGATIVE, data) if re.search(rb"<v>-", data) else ()
        return any(
            self._styles.is_date(int(style)) for style in {style for _, style in negative_cells}
        )


def _restored(grid: list[list[Any]], states: Iterable[State]) -> list[list[Any]]:
    """Put error values and missing results back into the grid.

    Calamine leaves out rows and columns at the end that hold nothing else.
    """
    for place, value in states:
        row, column = split_address(place.decode())
        grid.extend([] for _ in range(row - len(grid)))
        cells = grid[row - 1]
        cells.extend([None] * (column - len(cells)))
        cells[column - 1] = value
    return grid


def is_readable(data: bytes, cells: Cells) -> bool:
    """Whether calamine can read a worksheet part in the plain form safely.

    The part must contain each row once, and have enough cells for its rectangle.
    """
    place = cells.first, cells.last
    rows = ROW.findall(data, *place)
    numbers = set(map(int, rows))
    last = max(numbers, default=0)
    if last > LAST_ROW or len(numbers) != len(rows):
        return False
    allowed = max(FREE_CELLS, CELLS_PER_FILLED * data.count(b'<c r="', *place))
    return _has_at_most(allowed // max(last, 1), data, *place)


def _has_at_most(columns: int, data: bytes, first: int, last: int) -> bool:
    """Whether no cell is right of so many columns."""
    if columns < ONE_LETTER:
        wide = re.compile(rb'<c r="(?![A-%c][0-9])' % (ord("A") + columns - 1))
    else:
        wide = WIDE if columns < TWO_LETTERS else VERY_WIDE
    if wide.search(data, first, last) is None:
        return True
    letters = set(LETTERS.findall(data, first, last))
    return max(map(_column, letters)) <= columns


def _column(letters: bytes) -> int:
    return split_address(f"{letters.decode()}1")[1]


def _attempt(read: Callable[[], Any]) -> Any:
    """Return the result of `read`; None if it fails. A panic of calamine is not an Exception."""
    try:
        return read()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - the sheet is then read in the other way, which reports what is wrong
        return None


def _frame(sheets: Iterable[int], *, date1904: bool) -> dict[str, str]:
    """Return the parts that list the sheets."""
    entries = "".join(
        f'<sheet name="{number}" sheetId="{number}" r:id="r{number}"/>' for number in sheets
    )
    relations = "".join(
        RELATION.format(number, "worksheet", f"worksheets/{number}.xml") for number in sheets
    )
    main = RELATION.format(0, "officeDocument", "xl/workbook.xml")
    return {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        ),
        "_rels/.rels": f'<Relationships xmlns="{RELATIONSHIPS}">{main}</Relationships>',
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{RELATIONSHIPS}">{relations}</Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{markup.MAIN}" xmlns:r="{markup.RELATIONS}">'
            f'<workbookPr date1904="{int(date1904)}"/><sheets>{entries}</sheets></workbook>'
        ),
    }


def _date_styles(styles: StylesPart) -> str:
    """Return styles that only distinguish dates from numbers, as `Styles.is_date` does."""
    formats = "".join(
        f'<xf numFmtId="{DATE if styles.is_date(style) else NUMBER}"/>'
        for style in range(len(styles))
    )
    return f'<styleSheet xmlns="{markup.MAIN}"><cellXfs>{formats}</cellXfs></styleSheet>'
