"""The live engine: a workbook that is open in Excel, through the public interface of xlwings.

Every call crosses from one process to another, so a table is read in one, a block of cells in one, and written in one;
names are looked up once. All edits are worked out against what the cells hold before the first is made. Nothing is
saved: that is for the person at the keyboard, who can also undo by closing without saving.

Texts are written with Excel's leading apostrophe, which marks what follows as text: else "Sep 2014" would become a
date and "+2.5%" a number.
"""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import pairwise, product
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from xlperf.errors import LayoutError, WorkbookBusyError, WorkbookError
from xlperf.excel.areas import Area, address, referenced
from xlperf.excel.live_values import Block, alike, incoming, is_formula, outgoing, restored, runs
from xlperf.excel.port import (
    KEEP,
    Applied,
    CellState,
    Edit,
    Grid,
    NoResult,
    Outside,
    SetFill,
    SetRows,
    SetValue,
    Workbook,
    normalised,
)
from xlperf.excel.refusals import no_cell, no_header, no_table, not_ours

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

T = TypeVar("T")

BUSY = frozenset((-2147418111, -2147417846, -2146777998))
"""RPC_E_CALL_REJECTED, RPC_E_SERVERCALL_RETRYLATER, and Excel's own code while a cell is being edited."""
EXCEPTION = -2147352567
"""DISP_E_EXCEPTION: what Excel says is the last of the details."""
TRIES, FIRST_PAUSE, LONGEST_PAUSE = 8, 0.1, 1.0
"""Calls tried while Excel is busy, and seconds between them, doubled each time: some five seconds in all."""
CANNOT = (
    "Excel is reached in a way that does not tell which cells hold formulas, so nothing was written: one of yours "
    "could be written over. Close the workbook and run: python -m xlperf refresh FILE"
)
MOST_OUTSIDE = 2_000_000
"""Cells of a sheet, outside its table, that are asked for at most: Excel counts cells with a format as in use."""
LONGEST_ADDRESS = 255
"""Characters of an address that Excel takes (documentation of Range)."""
STATUS = "_rag"
"""End of the names of status cells: only their fills are read, a call each."""
QUIET = (("screen_updating", False), ("enable_events", False), ("calculation", "manual"))


def patiently(call: Callable[[], T], *, pause: Callable[[float], None] = time.sleep) -> T:
    """Make a call, again and again for a while when Excel is busy.

    Raises `WorkbookBusyError` when it stays busy; `WorkbookError` where the engine cannot do such a thing at all, as
    that of xlwings Server, which gives no formulas; any other fault as it is.
    """
    wait = FIRST_PAUSE
    for _ in range(TRIES):
        try:
            return call()
        except NotImplementedError as error:
            raise WorkbookError(CANNOT) from error
        except Exception as error:
            if not _busy(error):
                raise
            pause(wait)
            wait = min(2 * wait, LONGEST_PAUSE)
    raise WorkbookBusyError(
        "Excel is busy, perhaps because a cell is being edited: press Enter or Esc there, then try again."
    )


def _busy(error: Exception) -> bool:
    if type(error).__name__ == "ExcelBusyError":  # of xlwings on Windows, which cannot be imported elsewhere
        return True
    arguments: tuple[Any, ...] = (*error.args, None, None, None)
    code, _, details = arguments[:3]
    if code == EXCEPTION and isinstance(details, tuple) and details:
        code = details[-1]
    return code in BUSY


@contextmanager
def quiet(app: Any) -> Iterator[None]:
    """Keep Excel from redrawing, calculating and firing events; whatever happens, it is put back as it was.

    What an engine does not know of these three is passed over.
    """
    with ExitStack() as stack:
        for name, value in QUIET:
            try:
                before = patiently(partial(getattr, app, name))
                patiently(partial(setattr, app, name, value))
            except (NotImplementedError, AttributeError):
                continue
            stack.callback(patiently, partial(setattr, app, name, before))
        yield


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a name points: its sheet, and the top left cell."""

    sheet: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class _Found:
    """A table: its name and its sheet's, asked once."""

    name: str
    sheet: str
    table: Any


@dataclass(slots=True)
class _Look:
    """A named cell as it was read."""

    state: CellState
    place: _Place
    formula: Any


Cells: TypeAlias = dict[tuple[int, int], Any]
"""What to hand to Excel, by row and column of a sheet."""


@dataclass(slots=True)
class _Plan:
    """What will be written, and what takes it back: values and colours by sheet, and bodies of tables."""

    values: dict[str, Cells] = field(default_factory=dict)
    held: dict[str, Cells] = field(default_factory=dict)
    colours: dict[str, dict[tuple[int, int], tuple[str, str]]] = field(default_factory=dict)
    blank: dict[str, set[tuple[int, int]]] = field(default_factory=dict)
    """Cells of ours that hold nothing: a block may go over them."""
    bodies: list[_Body] = field(default_factory=list)


@dataclass(slots=True)
class _Body:
    """New rows of a table; the areas include its header."""

    table: Any
    sheet: str
    cells: Cells
    area: Area
    held: Cells
    was: Area
    changed: int


class LiveWorkbook(Workbook):
    """A workbook open in Excel.

    Made anew for each refresh: what is dear to ask for (names, tables, merged areas, colours of single cells) is asked
    for once. It cannot tell whether a conditional format covers a cell.
    """

    def __init__(self, book: Any) -> None:
        """`book`: an ``xlwings.Book``."""
        self._book = book
        self._found_tables: dict[str, _Found] | None = None
        self._found_names: dict[str, tuple[str, str]] | None = None
        self._found_sheets: dict[str, Any] | None = None
        self._fills: dict[_Place, str | None] = {}
        self._merged: dict[_Place, str | None] = {}
        """Why a cell must not be written: it is inside a merged area, and not its first cell."""

    # -- reading ---------------------------------------------------------------------------------------------------

    def _sheets(self) -> dict[str, Any]:
        if self._found_sheets is None:
            self._found_sheets = {sheet.name: sheet for sheet in self._book.sheets}
        return self._found_sheets

    def _tables(self) -> dict[str, _Found]:
        if self._found_tables is None:
            tables = [
                _Found(table.name, name, table) for name, sheet in self._sheets().items() for table in sheet.tables
            ]
            self._found_tables = {found.name.lower(): found for found in tables}
        return self._found_tables

    def table_names(self) -> frozenset[str]:
        """Names of all tables."""
        return patiently(lambda: frozenset(found.name for found in self._tables().values()))

    def read(self, tables: Iterable[str]) -> Mapping[str, Grid]:
        """Read the tables asked for that exist, each in one call."""
        names = list(tables)
        return patiently(lambda: self._read(names))

    def _read(self, names: Iterable[str]) -> dict[str, Grid]:
        found = {}
        for name in names:
            known = self._tables().get(name.lower())
            if known is None:
                continue
            table = known.table
            if not table.show_headers:
                raise no_header(known.name, known.sheet)
            rng = table.range
            block = self._with_empty_texts(rng, self._values(rng))
            header, *rows = block
            body = rows[:-1] if table.show_totals else rows
            titles = tuple("" if title is None else str(title) for title in header)
            top, left = rng.row, rng.column
            own = Area(top, left, top + len(block) - 1, left + len(header) - 1)
            outside = self._outside(known, own)
            found[name] = Grid(known.name, known.sheet, titles, tuple(map(tuple, body)), top, left, outside)
        return found

    def _with_empty_texts(self, rng: Any, values: Block) -> Block:
        """Mark formulas whose result is an empty text, which xlwings gives as blanks."""
        if not any(None in row for row in values):
            return values
        return [
            [NoResult.EMPTY_TEXT if value is None and formula else value for value, formula in zip(*rows, strict=True)]
            for rows in zip(values, self._formulas(rng), strict=True)
        ]

    def _outside(self, known: _Found, own: Area) -> tuple[Outside, ...]:
        """Filled cells of a table's sheet, from its header's row on, that are in no table."""
        used, top = _area(self._sheets()[known.sheet].used_range), own.top
        others = [found for found in self._tables().values() if found.sheet == known.sheet and found is not known]
        tables = [own, *(_area(found.table.range) for found in others)]
        width, height = used.right - used.left + 1, used.bottom - top + 1
        if height < 1 or (used.bottom <= own.bottom and own.left <= used.left and used.right <= own.right):
            return ()
        if width * height > MOST_OUTSIDE:
            raise LayoutError(
                f"The sheet '{known.sheet}' is in use down to row {used.bottom:,}, so what stands outside the table "
                f"{known.name} cannot be looked at. Delete the rows below the table (not only their content), save, "
                "then try again; nothing was written."
            )
        rng = self._range(known.sheet, Area(top, used.left, used.bottom, used.right))
        return tuple(
            Outside(top + row, used.left + column, value)
            for row, values in enumerate(self._with_empty_texts(rng, self._values(rng)))
            for column, value in enumerate(values)
            if value is not None and not any((top + row, used.left + column) in area for area in tables)
        )

    @staticmethod
    def _values(rng: Any) -> Block:
        """Values of a range in one call, as rows."""
        return [[incoming(value) for value in row] for row in rng.options(ndim=2, err_to_str=True).value]

    @staticmethod
    def _formulas(rng: Any) -> Block:
        """Formulas of a range in one call, as rows; a constant is its own formula."""
        found = rng.formula
        if not isinstance(found, (list, tuple)):
            return [[found]]
        return [list(row) if isinstance(row, (list, tuple)) else [row] for row in found]

    def _names(self) -> dict[str, tuple[str, str]]:
        """Workbook-level names: in lower case, then as written and what they refer to."""
        if self._found_names is None:
            names = [(item.name, item.refers_to) for item in self._book.names]
            self._found_names = {
                name.lower(): (name, str(refers).removeprefix("=")) for name, refers in names if "!" not in name
            }
        return self._found_names

    def defined_names(self, prefix: str) -> tuple[str, ...]:
        """Workbook-level names that begin with `prefix`."""
        names = patiently(self._names).values()
        return tuple(sorted(name for name, _ in names if name.lower().startswith(prefix.lower())))

    def _place(self, name: str) -> _Place | None:
        known = self._names().get(name.lower())
        target = referenced(known[1]) if known else None
        if target is None or target[0] not in self._sheets():
            return None
        sheet, area = target
        first = Area(area.top, area.left, area.top, area.left)
        if first != area and _area(self._range(sheet, first).merge_area) != area:
            return None
        return _Place(sheet, area.top, area.left)

    def _range(self, sheet: str, area: Area) -> Any:
        return self._sheets()[sheet].range(str(area))

    def cells(self, names: Iterable[str]) -> Mapping[str, CellState]:
        """Look up cells by name: values and formulas of each sheet's block in one call each.

        Colours are a call each, so they are read of status cells only.
        """
        wanted = list(names)
        coloured = {name for name in wanted if name.lower().endswith(STATUS)}
        found = patiently(lambda: self._look(wanted, coloured))
        return {name: look.state for name, look in found.items()}

    def _look(self, names: Iterable[str], coloured: Container[str]) -> dict[str, _Look]:
        places = {name: place for name in names if (place := self._place(name)) is not None}
        found = {}
        for sheet in sorted({place.sheet for place in places.values()}):
            here = {name: place for name, place in places.items() if place.sheet == sheet}
            area = _enclosing(here.values())
            rng = self._range(sheet, area)
            values, formulas = self._values(rng), self._formulas(rng)
            held = {place: values[place.row - area.top][place.column - area.left] for place in here.values()}
            blank = [place for place, value in held.items() if value is None and place not in self._merged]
            self._find_merged(sorted(blank, key=lambda place: (place.row, place.column)))
            for name, place in here.items():
                row, column = place.row - area.top, place.column - area.left
                value, formula = values[row][column], formulas[row][column]
                refusal = "holds a formula" if is_formula(formula, value) else self._merged.get(place)
                fill = self._fill(place) if name in coloured else None
                state = CellState(name, sheet, address(place.row, place.column), value, fill, refusal)
                found[name] = _Look(state, place, formula)
        return found

    def _find_merged(self, places: Sequence[_Place]) -> None:
        """Tell blank cells of a sheet inside merged areas (a filled one is not, or is the first): by halving, as a call
        can ask about many cells.
        """
        if not places:
            return
        area = _enclosing(places)
        rng = self._range(places[0].sheet, area)
        if len(places) == 1:
            merged = _area(rng.merge_area)
            first = (merged.top, merged.left) == (area.top, area.left)
            self._merged[places[0]] = None if first else f"is inside the merged area {merged}"
        elif rng.merge_cells is False:
            self._merged |= dict.fromkeys(places)
        else:
            for half in _halves(places):
                self._find_merged(half)

    def _fill(self, place: _Place) -> str | None:
        if place not in self._fills:
            colour = self._sheets()[place.sheet].range(address(place.row, place.column)).color
            self._fills[place] = None if colour is None else "#{:02X}{:02X}{:02X}".format(*colour)
        return self._fills[place]

    # -- editing ---------------------------------------------------------------------------------------------------

    def apply(self, edits: Sequence[Edit]) -> Applied:
        """Make all edits, or none."""
        return self._carry_out(patiently(lambda: self._planned(edits)))

    def _planned(self, edits: Sequence[Edit]) -> _Plan:
        """Work out what to write. Raises `LayoutError` when one edit cannot be made."""
        named = dict.fromkeys(edit.name for edit in edits if not isinstance(edit, SetRows))
        looked = self._look(named, {edit.name for edit in edits if isinstance(edit, SetFill)})
        plan = _Plan()
        for name in {edit.name for edit in edits if isinstance(edit, SetValue)} & looked.keys():
            if (cell := looked[name]).formula in ("", None) and cell.state.refusal is None:
                plan.blank.setdefault(cell.place.sheet, set()).add((cell.place.row, cell.place.column))
        for edit in edits:
            match edit:
                case SetRows():
                    body = self._body(edit)
                    if body is not None:
                        plan.bodies.append(body)
                case SetValue():
                    cell = _writable(edit.name, looked)
                    value = outgoing(edit.value)
                    planned, held = (cells.setdefault(cell.place.sheet, {}) for cells in (plan.values, plan.held))
                    at = (cell.place.row, cell.place.column)
                    planned.pop(at, None)
                    if not alike(cell.state.value, edit.value, cell.formula):
                        planned[at], held[at] = value, restored(cell.state.value, cell.formula)
                case SetFill():
                    cell = _writable(edit.name, looked)
                    if cell.state.fill != edit.fill.upper():
                        planned = plan.colours.setdefault(cell.place.sheet, {})
                        planned[cell.place.row, cell.place.column] = (edit.fill.upper(), edit.font.upper())
        self._refuse_protected(plan)
        return plan

    def _refuse_protected(self, plan: _Plan) -> None:
        """Refuse to write to a protected sheet, before anything is written: Excel would stop half way."""
        changed = [name for cells in (plan.values, plan.colours) for name, planned in cells.items() if planned]
        for name in dict.fromkeys([*changed, *(body.sheet for body in plan.bodies)]):
            if _is_protected(self._sheets()[name]):
                raise LayoutError(
                    f"The sheet '{name}' is protected, so nothing was written. Take the protection off (Review, "
                    "Unprotect Sheet), then refresh again."
                )

    def _body(self, edit: SetRows) -> _Body | None:
        """Work out the new rows of a table; None when they are there already."""
        known = self._tables().get(edit.table.lower())
        if known is None:
            raise no_table(edit.table)
        sheet, table = self._sheets()[known.sheet], known.table
        rng = table.range
        top, left = rng.row + 1, rng.column
        header, *values = self._values(rng)
        formulas = self._formulas(rng)[1:]
        if table.show_totals:
            values, formulas = values[:-1], formulas[:-1]
        height = max(1, len(edit.rows))
        if table.show_totals and height > len(values):
            raise LayoutError(
                f"The table {known.name} has a totals row, so it cannot grow. Switch it off, then refresh."
            )
        if table.show_totals:
            height = len(values)
        area = Area(top, left, top + height - 1, left + len(header) - 1)
        self._make_room(sheet, known, area, len(values))
        columns, changed = _columns(edit, header, values, formulas, height, f"{known.sheet}, table {known.name}")
        if not changed and height == len(values):
            return None
        cells, held = {}, {}
        for row in range(max(height, len(values))):
            new = row >= len(values)
            written = {place: column[row] if row < height else None for place, column in columns.items()}
            kept = {place for place, value in written.items() if value is KEEP and not new}
            for place in written.keys() - kept:
                cells[top + row, left + place] = None if written[place] is KEEP else written[place]
            for place in range(len(header)) if new else written.keys() - kept:
                held[top + row, left + place] = None if new else restored(values[row][place], formulas[row][place])
        was = Area(top - 1, left, top + len(values) - 1, area.right)
        return _Body(table, known.sheet, cells, replace(was, bottom=area.bottom), held, was, max(1, changed))

    def _make_room(self, sheet: Any, known: _Found, area: Area, rows: int) -> None:
        """Refuse to grow over anything: cells that are filled, or another table."""
        below = Area(area.top + rows, area.left, area.bottom, area.right)
        if below.bottom < below.top:
            return
        for other in sheet.tables:
            if other.name != known.name and _area(other.range).overlaps(below):
                raise LayoutError(
                    f"The table {known.name} needs the rows {below.top} to {below.bottom} of the sheet "
                    f"'{known.sheet}', where the table {other.name} stands. Move it, then refresh again."
                )
        rng = self._range(known.sheet, below)
        if any(text not in ("", None) for row in self._formulas(rng) for text in row):
            raise LayoutError(
                f"The table {known.name} needs {below} of the sheet '{known.sheet}', which is not empty. "
                "Move what stands there, then refresh again."
            )
        if rng.merge_cells is not False:
            raise LayoutError(
                f"The table {known.name} needs {below} of the sheet '{known.sheet}', where cells are merged. "
                "Undo that, then refresh again."
            )

    def _carry_out(self, plan: _Plan) -> Applied:
        values = sum(map(len, plan.values.values())) + sum(body.changed for body in plan.bodies)
        fills = sum(map(len, plan.colours.values()))
        if not values and not fills:
            return Applied(0, 0, needs_recalculation=False)
        with quiet(self._book.app):
            back: list[Callable[[], object]] = []
            try:
                self._write_plan(plan, back)
            except Exception:
                self._take_back(back)
                raise
        return Applied(values, fills, needs_recalculation=False)

    def _write_plan(self, plan: _Plan, back: list[Callable[[], object]]) -> None:
        """Write it all; before each step, `back` is given what takes the step back."""
        for body in plan.bodies:
            back.append(partial(self._write_body, body.table, body.sheet, body.held, body.was, body.area))
            self._write_body(body.table, body.sheet, body.cells, body.area, body.was)
        tables = {body.sheet for body in plan.bodies}
        for sheet, cells in plan.values.items():
            blank = plan.blank.get(sheet, set()) if sheet not in tables else set()
            back.append(partial(self._write, sheet, plan.held[sheet], blank))
            self._write(sheet, cells, blank)
        for sheet, colours in plan.colours.items():
            self._colour(sheet, colours, back)

    def _take_back(self, back: Sequence[Callable[[], object]]) -> None:
        self._fills.clear()
        try:
            for step in reversed(back):
                step()
        except Exception as error:
            raise WorkbookError(
                "Excel stopped while cells were being written, and did not let them be put back. Close the workbook "
                "without saving, open it again, then refresh again."
            ) from error

    def _write(self, sheet: str, cells: Cells, blank: Container[tuple[int, int]] = ()) -> None:
        for area, block in runs(cells, blank):
            patiently(partial(self._write_block, sheet, area, block))

    def _write_block(self, sheet: str, area: Area, block: Block) -> None:
        """Write a block. xlwings' conversion, which only dates need, asks for the sheet's name twelve times a block."""
        rng = self._range(sheet, area)
        if any(isinstance(value, date) for row in block for value in row):
            rng.value = block
        else:
            rng.raw_value = [["" if value is None else value for value in row] for row in block]

    def _write_body(self, table: Any, sheet: str, cells: Cells, area: Area, was: Area) -> None:
        """Write rows of a table and fit it to them: Excel could stretch a table below which something is written."""
        grows = area.bottom > was.bottom
        if grows:
            patiently(lambda: table.resize(self._range(sheet, area)))
        self._write(sheet, cells)
        if area.bottom < was.bottom:
            patiently(lambda: table.resize(self._range(sheet, area)))

    def _colour(
        self, sheet: str, colours: Mapping[tuple[int, int], tuple[str, str]], back: list[Callable[[], object]]
    ) -> None:
        """Colour the cells of one colour together: one call for the fills and one for the fonts."""
        for wanted in dict.fromkeys(colours.values()):
            places = [place for place, colour in colours.items() if colour == wanted]
            for areas in _together(places):
                back += self._colours_back(sheet, areas)
                patiently(partial(self._colour_areas, sheet, areas, *wanted))
        self._fills |= {_Place(sheet, *place): fill for place, (fill, _) in colours.items()}

    def _colours_back(self, sheet: str, areas: Sequence[Area]) -> list[Callable[[], object]]:
        """What gives each cell of some areas the fill and the font colour again that it has now."""
        cells = [Area(row, column, row, column) for area in areas for row, column in product(area.rows, area.columns)]
        together = self._font(sheet, areas)
        held: dict[tuple[str | None, Any], list[tuple[int, int]]] = {}
        for cell in cells:
            font = self._font(sheet, [cell]) if together is None else together
            fill = self._fills.get(_Place(sheet, cell.top, cell.left))
            held.setdefault((fill, font), []).append((cell.top, cell.left))
        return [
            partial(patiently, partial(self._colour_areas, sheet, some, fill, font))
            for (fill, font), places in held.items()
            for some in _together(places)
        ]

    def _font(self, sheet: str, areas: Sequence[Area]) -> Any:
        """Font colour of some areas; None when it is not one: Excel answers Null, of which xlwings makes no colour."""
        try:
            found = {patiently(partial(_font_colour, rng)) for rng in self._ranges(sheet, areas)}
        except TypeError:
            return None
        return found.pop() if len(found) == 1 else None

    def _ranges(self, sheet: str, areas: Sequence[Area]) -> list[Any]:
        """One range of all areas; or one of each, where an engine takes the first of several areas for all."""
        together = ",".join(map(str, areas))
        rng = self._sheets()[sheet].range(together)
        if len(areas) == 1 or rng.get_address(row_absolute=False, column_absolute=False) == together:
            return [rng]
        return [self._range(sheet, area) for area in areas]

    def _colour_areas(self, sheet: str, areas: Sequence[Area], fill: str | None, font: Any) -> None:
        for rng in self._ranges(sheet, areas):
            rng.color = fill
            if font is not None:
                rng.font.color = font

    def refusal(self, edit: Edit) -> str | None:
        """Say why an edit cannot be made."""
        try:
            patiently(lambda: self._planned([edit]))
        except LayoutError as error:
            return str(error)
        return None

    def save(self, output: Path | None = None, *, force: bool = False) -> Path | None:  # noqa: ARG002 - the port's
        """Save nothing: the workbook is open before a person, who saves it."""
        return None


def _enclosing(places: Iterable[_Place]) -> Area:
    rows, columns = zip(*((place.row, place.column) for place in places), strict=True)
    return Area(min(rows), min(columns), max(rows), max(columns))


def _halves(places: Sequence[_Place]) -> tuple[Sequence[_Place], Sequence[_Place]]:
    """Part some cells where the widest gap between them is, so that little else lies between those of a part."""
    gaps = []
    for by in (attrgetter("row", "column"), attrgetter("column", "row")):
        ordered = sorted(places, key=by)
        gaps += [
            (by(second)[0] - by(first)[0], -abs(2 * at - len(ordered)), at, ordered)
            for at, (first, second) in enumerate(pairwise(ordered), 1)
        ]
    _, _, at, ordered = max(gaps, key=lambda gap: gap[:2])
    return ordered[:at], ordered[at:]


def _together(places: Iterable[tuple[int, int]]) -> Iterator[list[Area]]:
    """Gather cells into areas, and those into lists whose address Excel takes."""
    some: list[Area] = []
    for area, _ in runs(dict.fromkeys(places)):
        if len(",".join(map(str, [*some, area]))) > LONGEST_ADDRESS:
            yield some
            some = []
        some.append(area)
    if some:
        yield some


def _font_colour(rng: Any) -> Any:
    return rng.font.color


def _area(rng: Any) -> Area:
    return Area.of(rng.get_address(row_absolute=False, column_absolute=False))


def _is_protected(sheet: Any) -> bool:
    """Whether a sheet is protected: one that only Excel on Windows can tell of; elsewhere no."""
    return bool(getattr(sheet.api, "ProtectContents", False))


def _writable(name: str, cells: Mapping[str, _Look]) -> _Look:
    cell = cells.get(name)
    if cell is None:
        raise no_cell(name)
    state = cell.state
    if state.refusal:
        raise not_ours(state.sheet, state.address, name, state.refusal)
    return cell


def _columns(
    edit: SetRows, header: Sequence[Any], values: Block, formulas: Block, height: int, where: str
) -> tuple[dict[int, list[Any]], int]:
    """Give the columns to be written (place in the table: values), and how many cells differ from what is there."""
    titles = {normalised(title): place for place, title in enumerate(header)}
    columns: dict[int, list[Any]] = {}
    changed = 0
    for at, title in enumerate(edit.columns):
        place = titles.get(normalised(title))
        if place is None:
            continue
        held = [is_formula(formula[place], value[place]) for formula, value in zip(formulas, values, strict=True)]
        wanted = [edit.rows[row][at] if row < len(edit.rows) else None for row in range(max(height, len(held)))]
        if held and all(held) and KEEP not in wanted:
            continue  # a calculated column
        if any(value is not KEEP for value, formula in zip(wanted, held, strict=False) if formula):
            raise LayoutError(f"{where}, column '{title}', holds a formula. Clear it, then refresh again.")
        columns[place] = [value if value is KEEP else outgoing(value) for value in wanted[:height]]
        for row, value in enumerate(wanted[:height]):
            if value is KEEP:
                continue
            now = values[row][place] if row < len(values) else None
            formula = formulas[row][place] if row < len(formulas) else None
            changed += not alike(now, value, formula)
    return columns, changed
