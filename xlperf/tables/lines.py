"""Names of a measure's lines on its tile, and of the cells of a line.

A measure has a main line, named as the measure; one of kind offences also a line for the control
chart; one with an MSG measure also a line for its position in the group. Cells have defined names
such as ``tile_SP11_offences_latest`` or ``tile_SP11_offences_position_rag`` (underscores only: a
dot means a sheet to some spreadsheet programs). A cell whose name was deleted is simply not filled.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlperf.tables.data import Measure

POSITION = "_position"
SPC = "_spc"
ALL_LINES = ("", POSITION, SPC)
"""What the names of the lines of a measure have behind its own."""

FIELDS = ("baseline", "latest", "change", "outlook", "rag")
"""Baseline figure; latest figure; change (or likely range of a position); arrow and trends (or n);
status.
"""

PREFIX, HEAD = "tile_", "dash_"
"""What the names of cells begin with: those of tiles, and those of the head and the notes."""
STATUS = "_rag"
"""End of the name of a status cell."""

LABEL = "_label"
"""End of the name of a label's cell."""

NOT_IN_NAMES = r"\W"
"""Characters of a priority's code that the name of its cell does not take over."""

TITLE_CELLS = ("dash_title", "dash_period", "dash_basis", "dash_counts", "dash_checks")
"""Head of the dashboard: its title and the force; the period in words; baseline, target and group;
how many of each colour; checks raised.
"""

CHANCE_CELL = "dash_chance"
"""How many of the colours chance alone would make, above the table of Workings."""

NOTE_CELLS = tuple(f"dash_note_{i}" for i in range(1, 15))
"""Notes by priority, one a cell."""

KEY_CELLS = {colour: f"dash_key_{colour.lower()}" for colour in ("RED", "AMBER", "GREEN", "NA")}
"""Cells of the key, by colour: filled with the colours of the settings like every status."""

MISSING_CELLS = tuple(f"dash_missing_{i}" for i in range(1, 15))
"""Data not received or in development, one a cell."""

RECORD_CELLS = tuple(f"record_{i}" for i in range(1, 4))
"""How earlier projections did, above the table of Workings."""

CHARTS_SHEET, GUIDE_SHEET = "sheet_charts", "sheet_guide"
"""First cell of each sheet that has no table to find it by: a name stays with its sheet when that
is renamed.
"""
CHART_DATA_SHEET = "sheet_chart_data"
"""First cell of the sheet that the charts point at. The name is still there when somebody deleted
that sheet; workbooks with earlier charts have never had it.
"""

SHEETS, NEW_SHEET = "sheet_", "sheet_new_"
"""What the names of first cells of sheets begin with: of all, and of those for lines that no other
sheet shows.
"""


def measures_by_line(measures: Iterable[Measure]) -> dict[str, str]:
    """Name of the measure of each line, by the name of the line in small letters."""
    return {(measure.name + end).lower(): measure.name for measure in measures for end in ALL_LINES}


def chart_names(line: str) -> tuple[str, str]:
    """Names of the charts of a line on the sheet Charts: the large one, the small one."""
    return f"Chart of {line}", f"Small chart of {line}"


def cell_name(line: str, field: str) -> str:
    """Defined name of one cell of a line."""
    return f"{PREFIX}{line}_{field}"


def title_cell(priority: str) -> str:
    """Defined name of the cell with a priority's title; an underscore for what it cannot hold."""
    return f"{PREFIX}{re.sub(NOT_IN_NAMES, '_', priority.strip())}_title"


def heading_cells(priority: str) -> tuple[str, str]:
    """Defined names of the cells above the two figures of a priority's tile, earlier and latest."""
    tile = title_cell(priority).removesuffix("_title")
    return f"{tile}_heading_before", f"{tile}_heading_latest"


def label_cell(line: str) -> str:
    """Defined name of the cell with the label of a measure's main line."""
    return f"{PREFIX}{line}{LABEL}"


def line_of_label(name: str) -> str | None:
    """Line whose label's cell has this defined name; None for other names."""
    line = name.removeprefix(PREFIX).removesuffix(LABEL)
    return line if line and name == label_cell(line) else None


def line_of(name: str) -> str | None:
    """Line whose cell has this defined name; None for other names."""
    line, _, field = name.removeprefix(PREFIX).rpartition("_")
    return line if name.startswith(PREFIX) and line and field in FIELDS else None


def line_of_status(name: str) -> str | None:
    """Line whose status cell has this defined name; None for names of other cells."""
    return line_of(name) if name.endswith(STATUS) else None
