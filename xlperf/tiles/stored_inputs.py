"""What earlier refreshes were made from, kept in the sheet Inputs so that later differences can be
put down to their causes.

A state is all that decides figures and colours: data tables, decisions, settings, the period, the
version; and the figures and colours that came of it. Texts that decide nothing (comments, remarks,
names of owners) and addresses of e-mail are left out. Of each period the last state is kept, and
the latest `RECENT` of any. States share their rows, so that a quarter adds little more than its new
rows. The whole is packed (JSON, zlib, base64) into texts that cells can hold. A refresh that
changes no state writes nothing here, whatever the packing of this computer would give.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from datetime import date, datetime, time
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeAlias

from xlperf.assessment.evidence import Position
from xlperf.config import SETTINGS, Affects
from xlperf.excel.port import CellError, CellOutside, Grid, NoResult, SetRows, normalised
from xlperf.frozen import NamedTuple
from xlperf.periods import month_of
from xlperf.stats.rounding import as_written
from xlperf.tables import schema
from xlperf.tables.decision_tables import ON_THE_TILE
from xlperf.tables.workbook import read_grids
from xlperf.tiles.figures import place
from xlperf.tiles.written import records, set_rows
from xlperf.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.excel.port import Scalar
    from xlperf.tables.data import Tables
    from xlperf.tiles.assessed import Assessed
    from xlperf.tiles.written import Record

Packed: TypeAlias = str | int | float | None
"""A cell: a text with a letter before it that says what it is, a number, or nothing."""
PackedRow: TypeAlias = tuple[Packed, ...]

FORMAT = 1
"""Of the packed text; a refresh leaves one with a higher number as it is."""
LONGEST_TEXT = 8000
"""Characters in a cell: a cell holds 32,767, but not every Excel takes more than 8,203 when many
cells are set at once (Microsoft, "Error when setting a range to an array").
"""
RECENT = 10
"""Latest states that are kept beside the last one of each period."""
FINGERPRINT_LENGTH = 16
"""Hexadecimal digits of the SHA-256 of the inputs: 64 bits."""
PERIOD_END = "period_end"
DECIDING = frozenset(setting.key for setting in SETTINGS if setting.affects is Affects.JUDGEMENT)
"""Keys of the settings that are kept."""
TABLES = (
    *(schema.SETTINGS, schema.MEASURES, schema.MONTHLY, schema.SURVEYS, schema.TOTALS),
    *(schema.PEERS, schema.FORCES, schema.AMOUNTS, schema.FAMILIES, schema.BREAKS),
    *(schema.RETURNS, schema.OVERRIDES),
)
"""Tables that are kept."""
SILENT = frozenset(
    {"Source", "Owner", "Board", "Seen by board", "Remark", "Caveat", "Meaning", ON_THE_TILE}
)
"""Columns that decide no colour and no figure; they are not kept."""
TEXT, DAY, MOMENT, FLAG, FAULT, NO_RESULT = "'dtben"
"""Letters before a packed text."""


class LineState(NamedTuple):
    """A line as a refresh showed it."""

    line: str
    label: str
    priority: str
    form: str
    """Of its figures: a `FigureForm`."""
    baseline: float | None
    latest: float | None
    shown: str
    """Colour."""
    calculated: str
    """Colour by the rules: another than `shown` where a person decided."""
    position: str | None


class StoredTable(NamedTuple):
    """A table as it was read, packed."""

    header: tuple[str, ...]
    rows: tuple[PackedRow, ...]
    outside: tuple[PackedRow, ...]
    """Cells beside and below it: rows below its header, columns right of its first, value, whether
    in a totals row.
    """


class StoredState(NamedTuple):
    """What one refresh was made from, and what came of it."""

    version: str
    period_end: str
    """As 2014-09-30."""
    tables: Mapping[str, StoredTable]
    lines: tuple[PackedRow, ...]
    logged: str = ""
    """Fingerprint that the Log has of the first refresh with it."""

    @property
    def end(self) -> date:
        """Last day of its period."""
        return date.fromisoformat(self.period_end)

    @property
    def fingerprint(self) -> str:
        """Hash of what it was made from."""
        inputs = (self.period_end, sorted(self.tables.items()))
        return sha256(repr(inputs).encode()).hexdigest()[:FINGERPRINT_LENGTH]

    def same(self, other: StoredState) -> bool:
        """Whether the two were made from the same, and came to the same."""
        return self._replace(logged="") == other._replace(logged="")

    def line_states(self) -> dict[str, LineState]:
        """Lines by name, in their order."""
        rows = (LineState(*map(unpacked, row)) for row in self.lines)  # type: ignore[arg-type]
        return {row.line: row for row in rows}

    def data(self) -> tuple[Tables, Settings]:
        """Read it as the reader of today reads workbooks; raises `SettingsError`."""
        grids = {name: _grid(name, stored) for name, stored in self.tables.items()}
        for table in schema.DATA:  # what decides nothing stands empty
            if table not in TABLES:
                blank = ((None,) * len(table.titles),)
                grids[table.name] = Grid(table.name, table.sheet, table.titles, blank, 1, 1)
        settings, tables, _, _ = read_grids(grids, period=month_of(self.end))
        return tables, settings


class Store(NamedTuple):
    """The states of a workbook, oldest first."""

    states: tuple[StoredState, ...] = ()
    newer: bool = False
    """A later version of xlperf has written it."""
    damaged: bool = False
    """Something is there that cannot be read."""

    def last_of(self, end: date) -> StoredState | None:
        """Give the last state of a period."""
        return next((state for state in reversed(self.states) if state.end == end), None)


def line_states(lines: Iterable[Assessment]) -> dict[str, LineState]:
    """Give lines as a refresh shows them, by name."""
    return {
        line.line: LineState(
            line.line,
            line.label,
            line.measure.priority,
            str(line.evidence.form),
            as_written(line.figures.baseline),
            as_written(line.figures.latest),
            str(line.shown),
            str(line.rag),
            place(line.evidence.place) if isinstance(line.evidence, Position) else None,
        )
        for line in lines
    }


def state_of(assessed: Assessed) -> StoredState:
    """Give the state of a workbook as it was assessed."""
    settings = assessed.settings
    tables = {
        table.name: _stored(table, grid, settings)
        for table in TABLES
        if (grid := assessed.grids.get(table.name)) is not None
    }
    end = settings.period_end.isoformat()
    return StoredState(VERSION, end, tables, packed_lines(assessed.lines))


def packed_lines(lines: Iterable[Assessment]) -> tuple[PackedRow, ...]:
    """Give lines as a state has them."""
    return tuple(tuple(map(packed, line)) for line in line_states(lines).values())


def read_store(grid: Grid | None) -> Store:
    """Read the sheet Inputs; what cannot be read gives no states, and says so."""
    rows = records(grid, schema.INPUTS)
    if not rows:
        return Store()
    try:
        ordered = sorted(rows, key=lambda row: int(row["Part"]))  # type: ignore[arg-type]
        text = "".join(str(row["Text"]).removeprefix("|") for row in ordered)
        content = json.loads(zlib.decompress(b64decode(text, validate=True)))
        if content["format"] > FORMAT:
            return Store(newer=True)
        pool = [tuple(row) for row in content["rows"]]
        return Store(tuple(_state(item, pool) for item in content["states"]))
    except (KeyError, TypeError, ValueError, IndexError, Base64Error, zlib.error):
        return Store(damaged=True)


def inputs_edit(assessed: Assessed) -> SetRows | None:
    """Make the edit that keeps this state; None where it is the last one already, or there is no
    place for it.
    """
    grid = assessed.grids.get(schema.INPUTS.name)
    if grid is None:
        return None
    store, state = read_store(grid), state_of(assessed)
    if store.newer or (store.states and store.states[-1].same(state)):
        return None
    kept = _to_keep((*store.states, state._replace(logged=assessed.fingerprint)))
    return set_rows(schema.INPUTS, grid, store_rows(kept), ("Part",))


def store_rows(states: Iterable[StoredState]) -> list[Record]:
    """Give the rows of the sheet Inputs that hold these states."""
    text = _text_of(states)
    parts = (text[start : start + LONGEST_TEXT] for start in range(0, len(text), LONGEST_TEXT))
    return [{"Part": number, "Text": f"|{part}"} for number, part in enumerate(parts, 1)]


def _to_keep(states: Sequence[StoredState]) -> list[StoredState]:
    last = {state.period_end: place for place, state in enumerate(states)}
    recent = len(states) - RECENT
    return [
        state
        for place, state in enumerate(states)
        if place >= recent or last[state.period_end] == place
    ]


def _text_of(states: Iterable[StoredState]) -> str:
    pool: dict[PackedRow, int] = {}
    listed = [
        {
            "version": state.version,
            "period": state.period_end,
            "logged": state.logged,
            "lines": _places(state.lines, pool),
            "tables": {
                name: [table.header, _places(table.rows, pool), table.outside]
                for name, table in state.tables.items()
            },
        }
        for state in states
    ]
    content = {"format": FORMAT, "rows": list(pool), "states": listed}
    compact = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    return b64encode(zlib.compress(compact.encode(), 6)).decode()


def _places(rows: Iterable[PackedRow], pool: dict[PackedRow, int]) -> list[int]:
    """Put rows into the pool; give where they are, as first place and number by turns."""
    runs: list[int] = []
    after = -1
    for row in rows:
        place = pool.setdefault(row, len(pool))
        if place == after:
            runs[-1] += 1
        else:
            runs += [place, 1]
        after = place + 1
    return runs


def _state(item: Mapping[str, Any], pool: Sequence[PackedRow]) -> StoredState:
    date.fromisoformat(item["period"])
    tables = {
        name: StoredTable(tuple(header), _rows_at(runs, pool), tuple(map(tuple, outside)))
        for name, (header, runs, outside) in item["tables"].items()
    }
    lines, logged = _rows_at(item["lines"], pool), str(item["logged"])
    return StoredState(str(item["version"]), item["period"], tables, lines, logged)


def _rows_at(runs: Sequence[int], pool: Sequence[PackedRow]) -> tuple[PackedRow, ...]:
    rows: list[PackedRow] = []
    for first, number in zip(runs[::2], runs[1::2], strict=True):
        rows += pool[first : first + number]
    return tuple(rows)


def _stored(table: schema.Table, grid: Grid, settings: Settings) -> StoredTable:
    """Pack what decides of a table: rows that are not blank, columns of the schema."""
    ours = {normalised(title) for title in table.titles if title not in SILENT}
    places = [place for place, title in enumerate(grid.header) if normalised(title) in ours]
    columns = [_packed_column([cells[place] for cells in grid.rows]) for place in places]
    kept = tuple(row for row in zip(*columns, strict=True) if row.count(None) < len(places))
    header = tuple(grid.header[place] for place in places)
    if table is schema.SETTINGS:
        return _stored_settings(header, kept, settings)
    row, column = grid.header_row, grid.first_column
    outside = tuple(
        (cell.row - row, cell.column - column, packed(cell.value), int(cell.totals))
        for cell in grid.outside
    )
    return StoredTable(header, kept, outside)


def _packed_column(cells: Sequence[Scalar]) -> list[Packed]:
    """Pack the cells of a column, equal ones once: 100,000 rows have few months and measures."""
    if {bool, int, float} & set(map(type, cells)) > {bool}:  # True equals 1, and is packed apart
        return list(map(packed, cells))
    texts = {cell: packed(cell) for cell in set(cells)}
    return [texts[cell] for cell in cells]


def _stored_settings(
    header: tuple[str, ...], rows: Iterable[PackedRow], settings: Settings
) -> StoredTable:
    """Pack the settings that decide, with the period that was assessed."""
    titles = [normalised(title) for title in header]
    key, value = titles.index("key"), titles.index("value")
    kept = [
        (row[key], row[value])
        for row in rows
        if (name := normalised(str(unpacked(row[key])))) in DECIDING and name != PERIOD_END
    ]
    period: PackedRow = (packed(PERIOD_END), packed(settings.period_end))
    return StoredTable(("Key", "Value"), (period, *kept), ())


def _grid(name: str, stored: StoredTable) -> Grid:
    table = next(table for table in TABLES if table.name == name)
    rows = tuple(tuple(map(unpacked, row)) for row in stored.rows)
    outside = tuple(
        CellOutside(1 + int(row), 1 + int(column), unpacked(value), bool(totals))  # type: ignore[arg-type]
        for row, column, value, totals in stored.outside
    )
    blank: tuple[tuple[Scalar, ...], ...] = ((None,) * len(stored.header),)
    return Grid(name, table.sheet, stored.header, rows or blank, 1, 1, outside)


def packed(cell: Scalar) -> Packed:
    """Give a cell one form: 3 and 3.0, a date with and without its midnight, are the same."""
    if cell is None or cell == "":
        return None
    packer = _PACKERS.get(type(cell))
    if packer is None:  # an engine's own kind of date or number
        packer = next(_PACKERS[kind] for kind in type(cell).__mro__ if kind in _PACKERS)
    return packer(cell)


def _packed_moment(moment: datetime) -> str:
    if moment.time() == time():
        return f"{DAY}{moment.date().isoformat()}"
    return f"{MOMENT}{moment.isoformat()}"


_PACKERS: Mapping[type, Callable[[Any], Packed]] = {
    str: lambda text: f"{TEXT}{text}",
    int: int,
    float: lambda number: int(number) if number.is_integer() else number,
    bool: lambda flag: f"{FLAG}{int(flag)}",
    date: lambda day: f"{DAY}{day.isoformat()}",
    datetime: _packed_moment,
    CellError: lambda error: f"{FAULT}{error.code}",
    NoResult: lambda result: f"{NO_RESULT}{result.name}",
}
_UNPACKERS: Mapping[str, Callable[[str], Scalar]] = {
    TEXT: str,
    DAY: date.fromisoformat,
    MOMENT: datetime.fromisoformat,
    FLAG: lambda flag: flag == "1",
    FAULT: CellError,
    NO_RESULT: NoResult.__getitem__,
}


def unpacked(cell: Packed) -> Scalar:
    """Give back a cell; raises KeyError or ValueError where it was not packed here."""
    return _UNPACKERS[cell[:1]](cell[1:]) if isinstance(cell, str) else cell
