"""Cells of an open workbook that hold markers, and the names that connect them."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from xlperf.excel.areas import Area, address, enclosing, quoted_sheet
from xlperf.excel.live.calls import retry_while_busy
from xlperf.excel.live.live_structure import area_of
from xlperf.excel.live.live_values import is_formula
from xlperf.excel.port import ADOPTED, OPENING, MarkedCell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from xlperf.excel.live.live_reading import Reader

MOST_CELLS = 2_000_000
"""Cells in use of a sheet that are looked through; Excel counts those with a format too."""


def marked_cells(reader: Reader, tables: Iterable[str]) -> tuple[MarkedCell, ...]:
    """Return the cells that hold markers, on sheets without any of `tables`; none in a workbook
    that was not adopted.
    """
    structure = reader.structure
    if ADOPTED not in structure.names():
        return ()
    names = {name.lower() for name in tables}
    ours = {table.sheet for name, table in structure.tables().items() if name in names}
    others = [name for name in structure.sheet_names() if name not in ours]
    reader.load(others)
    return tuple(cell for name in others for cell in _of_sheet(reader, name))


def _of_sheet(reader: Reader, name: str) -> Iterator[MarkedCell]:
    area = reader.structure.used(name)
    if area is None:
        return
    if area.number_of_cells > MOST_CELLS:
        yield MarkedCell(name, str(area), "", f"has over {MOST_CELLS:,} cells in use")
        return
    _, values, formulas = reader.cells(name, area)
    if not any(_holds(value) for row in values for value in row):
        return
    headers = [
        table.area
        for table in reader.structure.tables().values()
        if table.sheet == name and table.headers
    ]
    for row, cells in enumerate(values):
        for column, value in enumerate(cells):
            if _holds(value):
                at = (area.top + row, area.left + column)
                fault = (
                    "holds a formula"
                    if is_formula(formulas[row][column], value)
                    else _fault(reader.structure.sheet(name), at, headers)
                )
                yield MarkedCell(name, address(*at), str(value).strip(), fault)


def _holds(value: object) -> bool:
    return isinstance(value, str) and OPENING in value


def _fault(sheet: Any, at: tuple[int, int], headers: list[Area]) -> str | None:
    merged = area_of(sheet.range(address(*at)).merge_area)
    if (merged.top, merged.left) != (merged.bottom, merged.right):
        return f"is inside the merged area {merged}"
    row, column = at
    if any(area.top == row and area.left <= column <= area.right for area in headers):
        return "is a header of a table"
    return None


def texts_before(reader: Reader, names: Iterable[str]) -> dict[str, tuple[MarkedCell, ...]]:
    """Return the texts left of named cells, no formulas, nearest first, by name."""
    places = {name: place for name in names if (place := reader.structure.place(name)) is not None}
    reader.load(place.sheet for place in places.values())
    found: dict[str, tuple[MarkedCell, ...]] = {}
    for sheet in sorted({place.sheet for place in places.values()}):
        here = {name: place for name, place in places.items() if place.sheet == sheet}
        around = enclosing((place.row, place.column) for place in here.values())
        area = Area(around.top, 1, around.bottom, around.right)
        _, values, formulas = reader.cells(sheet, area)
        for name, place in here.items():
            row = place.row - around.top
            found[name] = tuple(
                MarkedCell(sheet, address(place.row, column), value)
                for column in range(place.column - 1, 0, -1)
                if isinstance(value := values[row][column - 1], str)
                and value.strip()
                and not is_formula(formulas[row][column - 1], value)
            )
    return found


def reference_to(cell: MarkedCell) -> str:
    """Write the place of a cell as names do: 'Sheet'!$C$4."""
    letters = cell.address.rstrip("0123456789")
    return f"{quoted_sheet(cell.sheet)}!${letters}${cell.address[len(letters) :]}"


def name_cells(
    book: Any,
    cells: Mapping[str, MarkedCell],
    gone: Sequence[str],
    undo: list[Callable[[], object]],
) -> None:
    """Give cells names of the workbook, and delete others; see `set_names`."""
    set_names(book, {name: reference_to(cell) for name, cell in cells.items()}, gone, undo)


def set_names(
    book: Any, places: Mapping[str, str], gone: Sequence[str], undo: list[Callable[[], object]]
) -> None:
    """Delete names of a workbook, and define others; what takes each step back goes to `undo`."""
    known = {item.name.lower(): item for item in retry_while_busy(lambda: list(book.names))}
    for name in gone:
        item = known.pop(name.lower(), None)
        if item is not None:
            before = item.name, item.refers_to
            retry_while_busy(item.delete)
            undo.append(partial(book.names.add, *before))
    for name, place in places.items():
        item = known.get(name.lower())
        if item is None:
            retry_while_busy(partial(book.names.add, name, f"={place}"))
            undo.append(partial(_delete_name, book, name))
        else:
            undo.append(partial(setattr, item, "refers_to", item.refers_to))
            retry_while_busy(partial(setattr, item, "refers_to", f"={place}"))


def _delete_name(book: Any, name: str) -> None:
    book.names[name].delete()


def take_back(undo: list[Callable[[], object]]) -> None:
    """Take steps back, the last one first, as far as Excel lets them."""
    while undo:
        with suppress(Exception):
            retry_while_busy(undo.pop())
