"""Whole sheets read by python-calamine, which is fast and trusting: it is given only what was
looked into before.

It takes memory for the whole rectangle up to the furthest cell, and ends the process when there is
not enough. So it gets a package made here, of the sheets as they are, of shared strings in the
plain form, and of a workbook and styles written anew; and it is asked for a sheet only when that is
in the plain form too (`xlperf.excel.plain`) and its cells fill their rectangle. It reads error
values, and formulas without a result, as blanks; those are put back.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from xlperf.excel import markup, plain
from xlperf.excel.areas import LAST_COLUMN, LAST_ROW, split_address
from xlperf.excel.package import Packed, assembled
from xlperf.excel.port import CellError, NoResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from xlperf.excel.styles import StylesPart

FREE_CELLS = 5_000_000
"""Rectangle that a sheet may span however few cells it has: some 200 MB while it is read."""
EMPTY_FOR_EACH = 3
"""Cells of a larger rectangle for each that is there."""
ROW = re.compile(rb'<row r="([0-9]+)"')
LETTERS = re.compile(rb'<c r="([A-Z]+)')
WIDE, VERY_WIDE = re.compile(rb'<c r="[A-Z]{2}'), re.compile(rb'<c r="[A-Z]{3}')
ONE_LETTER, TWO_LETTERS = 26, 702
"""Columns that addresses of one letter, and of up to two, reach."""
CELL = rb'<c r="([A-Z]{1,3}[0-9]{1,7})"'
STYLED = rb'(?: s="[0-9]+")?'
MADE = rb"[^<>]*>(?:<f(?:[^<>]*/>|[^<>]*>[^<]*</f>))"
"""The end of a cell's tag, and its formula."""
ERROR_CELL = re.compile(CELL + STYLED + rb' t="e"' + MADE + rb"?<v>([^<]*)<")
NO_RESULT = re.compile(
    CELL + STYLED + rb'(?: t="([a-z]+)")?' + MADE + rb"(?:<v[^<>]*/>|<v[^<>]*>\s*</v>)?</c>"
)
PLACEHOLDER = re.compile(CELL + STYLED + rb'(?: t="[a-z]+")?' + MADE + rb"<v>0</v></c>")
"""A formula with the result 0, which is what some programs write for all they have not worked out.
"""
NEGATIVE = re.compile(CELL + rb' s="([0-9]+)"' + MADE + rb"?<v>-")
DATE, NUMBER = 14, 0
"""Built-in number formats: a date, and General (ECMA-376 part 1, 18.8.30)."""
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
RELATION = '<Relationship Id="r{0}" Type="' + markup.RELATIONS + '/{1}" Target="{2}"/>'


class BulkWorkbook:
    """The sheets of a workbook as calamine is to see them; opened when the first is read."""

    def __init__(
        self,
        sheets: Mapping[str, Packed],
        texts: Packed | None,
        styles: StylesPart,
        *,
        date1904: bool,
        calculated: bool,
    ) -> None:
        """Take in the worksheets by part, each as it is packed, and the part of the shared strings
        (in plain form).

        `calculated`: whether the program that wrote the workbook works formulas out
        (`WorkbookPart.calculated`).
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
        contents |= {name: Packed.of(text.encode(), level=1) for name, text in own.items()}
        self._package = assembled(contents)
        self._opened: Any = None

    def sheet(self, part: str, data: bytes) -> list[list[Any]] | None:
        """Read all cells of a worksheet part, whose bytes are `data`, from A1; None when that would
        not be safe.
        """
        if (
            part not in self._numbers
            or not is_readable(data, part)
            or self._has_negative_dates(data)
        ):
            return None
        grid: list[list[Any]] | None = _trusted(lambda: self._read(str(self._numbers[part])))
        return None if grid is None else self._restored_states(grid, data)

    def _read(self, name: str) -> Any:
        import python_calamine

        if self._opened is None:
            package, self._package = BytesIO(self._package), b""  # calamine makes its own copy
            self._opened = python_calamine.CalamineWorkbook.from_filelike(package)
        return self._opened.get_sheet_by_name(name).to_python(skip_empty_area=False)

    def _has_negative_dates(self, data: bytes) -> bool:
        """Whether a number below zero is shown as a date, which calamine reads as midnight."""
        negative_cells = NEGATIVE.findall(data) if b"<v>-" in data else ()
        return any(
            self._styles.is_date(int(style)) for style in {style for _, style in negative_cells}
        )

    def _restored_states(self, grid: list[list[Any]], data: bytes) -> list[list[Any]]:
        """Put back what is no blank; calamine leaves out rows and columns at the end that hold
        nothing else.
        """
        states: list[tuple[bytes, CellError | NoResult]] = []
        if b't="e"' in data:
            states += [
                (place, CellError(value.decode())) for place, value in ERROR_CELL.findall(data)
            ]
        if b"<f" in data:
            for place, kind in NO_RESULT.findall(data):
                states.append(
                    (place, NoResult.EMPTY_TEXT if kind == b"str" else NoResult.NOT_CALCULATED)
                )
            if not self._calculated:
                states += [(place, NoResult.NOT_CALCULATED) for place in PLACEHOLDER.findall(data)]
        for place, value in states:
            row, column = split_address(place.decode())
            grid.extend([] for _ in range(row - len(grid)))
            cells = grid[row - 1]
            cells.extend([None] * (column - len(cells)))
            cells[column - 1] = value
        return grid


def is_readable(data: bytes, part: str) -> bool:
    """Whether a worksheet part is in the plain form, holds each row once, and has cells enough for
    its rectangle.
    """
    readable_cells = plain.cells(data, part)
    if readable_cells is None:
        return False
    place = readable_cells.first, readable_cells.last
    rows = ROW.findall(data, *place)
    last = max(map(int, rows), default=0)
    if last > LAST_ROW or len(set(rows)) != len(rows):
        return False
    width = _rough_width(data, *place)
    if last * width > FREE_CELLS:
        width = max((_column(letters) for letters in set(LETTERS.findall(data, *place))), default=0)
    return last * width <= max(FREE_CELLS, EMPTY_FOR_EACH * data.count(b"<c ", *place))


def _rough_width(data: bytes, first: int, last: int) -> int:
    """Columns that cells reach at most; looks at each only as far as it must."""
    wide = WIDE.search(data, first, last)
    if wide is None:
        return ONE_LETTER
    return LAST_COLUMN if VERY_WIDE.search(data, wide.start(), last) else TWO_LETTERS


def _column(letters: bytes) -> int:
    return split_address(f"{letters.decode()}1")[1]


def _trusted(read: Callable[[], Any]) -> Any:
    """What `read` gives; None when it fails. A panic of calamine is no Exception."""
    try:
        return read()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - whatever it is, the other way of reading is taken, and says what is wrong
        return None


def _frame(sheets: Iterable[int], *, date1904: bool) -> dict[str, str]:
    """Parts that say which sheets there are."""
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
    """Styles that tell dates from numbers, as `Styles.is_date` does, and nothing else."""
    formats = "".join(
        f'<xf numFmtId="{DATE if styles.is_date(style) else NUMBER}"/>'
        for style in range(len(styles))
    )
    return f'<styleSheet xmlns="{markup.MAIN}"><cellXfs>{formats}</cellXfs></styleSheet>'
