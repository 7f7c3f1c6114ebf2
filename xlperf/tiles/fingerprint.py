"""A hash of all that people gave to an assessment, by which the Log tells any change."""

from __future__ import annotations

from datetime import datetime, time
from hashlib import sha256
from typing import TYPE_CHECKING

from xlperf.tables import schema
from xlperf.tables.decision_tables import ON_THE_TILE
from xlperf.tiles.draft_rows import untouched_rows
from xlperf.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlperf.config import Settings
    from xlperf.excel.port import Grid, Scalar

LENGTH = 16
"""Hexadecimal digits of the SHA-256 of data and settings kept in the Log: 64 bits."""


def fingerprint(grids: Mapping[str, Grid], settings: Settings) -> str:
    """Hash the data tables, the settings with the period, and the version."""
    digest = sha256(f"{VERSION}|{settings!r}".encode())
    for table in schema.DATA:
        grid = grids.get(table.name)
        rows = [] if grid is None else [grid.header, *_given(table, grid)]
        digest.update(
            repr((table.name, [[_canonical(cell) for cell in row] for row in rows])).encode()
        )
        for cell in () if grid is None else grid.outside:  # one by one: there may be many
            digest.update(repr((cell.address, _canonical(cell.value))).encode())
    return digest.hexdigest()[:LENGTH]


def _given(table: schema.Table, grid: Grid) -> list[tuple[Scalar, ...]]:
    """Rows of a table that people gave: of Comments, all but what xlperf drafted and nobody
    touched; of Priorities and Measures, all but the titles and labels that it wrote.
    """
    drafted = untouched_rows(grid) if table is schema.COMMENTS else ()
    memory = grid.column(ON_THE_TILE) if table in (schema.PRIORITIES, schema.MEASURES) else None
    return [
        cells if memory is None else (*cells[:memory], *cells[memory + 1 :])
        for place, cells in enumerate(grid.rows)
        if place not in drafted
    ]


def _canonical(cell: Scalar) -> object:
    """Give a cell one form: 3 and 3.0, a date with and without its midnight, are the same."""
    if isinstance(cell, datetime):
        return cell.isoformat() if cell.time() != time() else cell.date()
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return None if cell == "" else cell
