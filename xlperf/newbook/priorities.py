"""The strategic priorities of the sample data: their titles, and where their tiles stand on the
dashboard.
"""

from __future__ import annotations

from itertools import groupby
from types import MappingProxyType

from xlperf.newbook.sample_tables import sample_rows

DASHBOARD, SUBJECT = (
    "Police and Crime Plan dashboard",
    "Strategic priorities of the Police and Crime Plan",
)
"""What the dashboard is called, and what it and the documents made from it are about."""
PRIORITIES = tuple(sample_rows("priorities"))
"""Priority, title, row of the grid, source."""
TITLES = MappingProxyType({priority: title for priority, title, _, _ in PRIORITIES})
GRID: tuple[tuple[str, ...], ...] = tuple(
    tuple(priority for priority, _, _, _ in band)
    for _, band in groupby(PRIORITIES, key=lambda row: row[2])
)
"""Rows of tiles, left to right. Where a row has one tile, the key stands beside it."""
