"""Markers that people type into cells of their own dashboard: which line and field each means.

``[[SP12_offences.latest]]`` is a cell of a line, ``[[SP12.title]]`` the title of a priority,
``[[dashboard.period]]`` a text of the head. A marker fills its cell alone; what cannot be connected
is a finding with its address.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlperf.excel.areas import quoted_sheet
from xlperf.frozen import NamedTuple
from xlperf.message_texts import first_few
from xlperf.tables.lines import FIELDS, PREFIX, TITLE_CELLS, cell_name, title_cell
from xlperf.tables.problems import Code, Effect, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.excel.port import CellState, MarkedCell, Workbook
    from xlperf.tables.data import Tables

MARKER = re.compile(r"\[\[\s*([^\[\]]*?)\s*\]\]")
HEAD = "dashboard"
"""What stands before the point in a marker of a text of the head."""
NEAREST = 3
"""Names that a finding suggests."""
NOT_SEARCHED = (
    "If it holds new ones, save and close the workbook, then run: python -m xlperf refresh FILE"
)
MOST_PLACES = 3
"""Other places of a marker that a finding names."""


class Markers(NamedTuple):
    """What the markers of a workbook mean."""

    cells: Mapping[str, MarkedCell]
    """Cells to be connected, by the names they get."""
    former: tuple[str, ...]
    """Names that cells have from before another marker was typed into them: they are deleted."""
    problems: tuple[Problem, ...]


def read_markers(
    marked: Sequence[MarkedCell], lines: Iterable[Assessment], tables: Tables, book: Workbook
) -> Markers:
    """Find out what markers mean. `book` is asked which of their cells have names already."""
    if not marked:
        return Markers({}, (), ())
    listed = [item.code for item in tables.priorities]
    known = known_markers(lines, [*listed, *(item.priority for item in tables.measures)])
    cells = book.cells([*known.values(), *book.defined_names(PREFIX)])
    by_name: dict[str, list[MarkedCell]] = {}
    problems: list[Problem] = []
    for cell in marked:
        match = MARKER.fullmatch(cell.text)
        if cell.fault is not None:
            problems.append(_cannot_be_filled(cell))
        elif match is None:
            found = f"'{_short(cell.text)}' is no marker that fills its cell alone."
            problems.append(_problem(cell, found, _like(cell.text, known)))
        elif (name := known.get(match[1].lower())) is None:
            found = f"The marker [[{match[1]}]] names nothing that is measured."
            problems.append(_problem(cell, found, _like(match[1], known)))
        elif name in cells:
            if (cells[name].sheet, cells[name].address) == (cell.sheet, cell.address):
                continue  # connected already, and about to be filled
            sheet, at = cells[name].sheet, cells[name].address
            found = f"The marker [[{match[1]}]] is shown in {sheet}!{at} already: not filled here."
            remedy = f"Write ={quoted_sheet(sheet)}!{at} here, to show it twice."
            problems.append(_problem(cell, found, remedy))
        else:
            by_name.setdefault(name, []).append(cell)
    for places in by_name.values():
        for cell in places if len(places) > 1 else ():
            found = (
                f"The marker {cell.text} is there more than once ({_others(cell, places)}), so none"
                " is filled."
            )
            problems.append(_problem(cell, found, "Keep one; let the other cells refer to it."))
    single = {name: places[0] for name, places in by_name.items() if len(places) == 1}
    return Markers(single, _former(marked, cells, known), tuple(problems))


def _cannot_be_filled(cell: MarkedCell) -> Problem:
    if not cell.text:
        found = f"This sheet was not searched for markers, since it {cell.fault}."
        return _problem(cell, found, NOT_SEARCHED, Severity.NOTE)
    found = f"The marker in this cell cannot be filled: the cell {cell.fault}."
    return _problem(cell, found, "Type the marker into a cell of its own.")


def _others(cell: MarkedCell, places: Sequence[MarkedCell]) -> str:
    """Some of the other places of a marker."""
    others = [f"{each.sheet}!{each.address}" for each in places if each is not cell]
    return first_few(others, MOST_PLACES)


def _former(
    marked: Sequence[MarkedCell], cells: Mapping[str, CellState], known: Mapping[str, str]
) -> tuple[str, ...]:
    """Names of cells that hold the marker of another: with both, a cell would show either."""
    own: dict[tuple[str, str], str | None] = {}
    for cell in marked:
        match = MARKER.fullmatch(cell.text)
        own[cell.sheet, cell.address] = None if match is None else known.get(match[1].lower())
    return tuple(
        name
        for name, state in cells.items()
        if (state.sheet, state.address) in own and own[state.sheet, state.address] != name
    )


def known_markers(lines: Iterable[Assessment], priorities: Iterable[str]) -> dict[str, str]:
    """Names of cells by what stands in their markers, in lower case. The code of a priority may be
    written as in the name of its cell too: ``[[SP_12.title]]`` for SP-12.
    """
    titles = {code: title_cell(code) for code in priorities}
    return {
        **{f"{line.line}.{f}".lower(): cell_name(line.line, f) for line in lines for f in FIELDS},
        **{(marker_of(name) or "").strip("[]").lower(): name for name in titles.values()},
        **{f"{code}.title".lower(): name for code, name in titles.items()},
        **{name.replace("dash_", f"{HEAD}."): name for name in TITLE_CELLS},
    }


def marker_of(name: str) -> str | None:
    """Return the marker of a cell, by its name; None for a name that no marker has."""
    if name in TITLE_CELLS:
        return f"[[{name.replace('dash_', HEAD + '.')}]]"
    line, _, field = name.removeprefix("tile_").rpartition("_")
    if not name.startswith("tile_") or not line or field not in (*FIELDS, "title"):
        return None
    return f"[[{line}.{field}]]"


def _like(text: str, known: Mapping[str, str]) -> str:
    from difflib import get_close_matches  # only where a marker is not known

    wanted = text.strip("[] ").lower()
    nearest = get_close_matches(wanted, known, NEAREST, 0.5)
    if not nearest:
        return "Markers are a line and a field, such as [[SP12_offences.latest]]."
    original = {key: (marker_of(name) or "").strip("[]") for key, name in known.items()}
    return f"Did you mean {' or '.join(f'[[{original[key]}]]' for key in nearest)}?"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def _problem(
    cell: MarkedCell, found: str, remedy: str, severity: Severity = Severity.WARNING
) -> Problem:
    return Problem(
        *(severity, Code.MARKER, cell.sheet, cell.address, found, remedy), effect=Effect.SHOWN
    )
