"""Labels of lines on tiles: a refresh keeps them those of *Measures*, as long as nobody typed
others.

The label of a line is the text left of its figures, on its own tile; it has no name, unless
somebody gave it one (names take a question each in an open Excel).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.excel.areas import split_address
from xlperf.excel.port import ADOPTED, normalised
from xlperf.tables import schema
from xlperf.tables.lines import FIELDS, cell_name, label_cell, line_of, title_cell
from xlperf.tables.problems import Code, Effect, Problem, Severity
from xlperf.tiles.tile_texts import TileTexts, memory, plain, remembered, shown, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence, Set

    from xlperf.assessment.evidence import Assessment
    from xlperf.excel.port import CellState, Grid, MarkedCell, Workbook

BESIDE = tuple(reversed(FIELDS))
"""Fields whose cell may be in the row of the label, the status first: a text has rows of its own.
"""


def fill_labels(
    book: Workbook,
    lines: Sequence[Assessment],
    cells: Mapping[str, CellState],
    grids: Mapping[str, Grid],
) -> TileTexts:
    """Give what tiles get; `cells`: those of tiles, by their names."""
    labels = {
        label_cell(line.line): line
        for line in lines
        if line.kind is line.measure.main_line and line.measure.label
    }
    grid = grids[schema.MEASURES.name]
    written = remembered(grid) | remembered(grids.get(schema.WORKINGS.name), "Label")
    states = book.cells(labels)
    without = {name: line for name, line in labels.items() if name not in states}
    found = _unnamed(book, without, cells, written)
    others = {
        name: cell
        for name, cell in found.items()
        if plain(cell.text) != plain(labels[name].measure.label)
    }
    if others:
        book.call_cells(others)
        states = book.cells(labels)
    wanted = {name: line.measure.label for name, line in labels.items() if name in states}
    texts = split(wanted, states, written)
    edits = texts.edits(states)
    as_planned = [*(found.keys() - others.keys()), *texts.ours]
    of_measures = {normalised(labels[name].line): labels[name].measure.label for name in as_planned}
    rows = memory(grid, schema.MEASURES.name, "Measure", of_measures)
    if rows is not None and book.refusal(rows) is None:
        edits.append(rows)
    problems = tuple(
        _kept(states[name], labels[name].line, text) for name, text in texts.kept.items()
    )
    return TileTexts(tuple(edits), problems)


def _unnamed(
    book: Workbook,
    labels: Mapping[str, Assessment],
    cells: Mapping[str, CellState],
    written: Set[str],
) -> dict[str, MarkedCell]:
    """Cells of labels without a name; in a workbook of somebody else none is ours.

    Such a cell is the nearest text, and says what the plan says, or what a refresh wrote; on a tile
    that we drew, it is also the only text there is.
    """
    places = {name: place for name, line in labels.items() if (place := _beside(line, cells))}
    if not places or book.defined_names(ADOPTED):
        return {}
    texts = book.texts_before([place.name for place in places.values()])
    titles = {title_cell(labels[name].measure.priority) for name in places}
    drawn = {(state.sheet, name) for name, state in book.cells(titles).items()}
    rows, found = _NamedRows(cells), {}
    for name, place in places.items():
        line = labels[name]
        own = rows.label_texts(texts.get(place.name, ()), place, line.line)
        known = {plain(line.measure.label), *written}
        ours = (place.sheet, title_cell(line.measure.priority)) in drawn and len(own) == 1
        if own and (ours or plain(own[0].text) in known):
            found[name] = own[0]
    return found


def _beside(line: Assessment, cells: Mapping[str, CellState]) -> CellState | None:
    states = (cells.get(cell_name(line.line, field)) for field in BESIDE)
    return next((state for state in states if state is not None), None)


class _NamedRows:
    """Named cells of tiles by their row."""

    def __init__(self, cells: Mapping[str, CellState]) -> None:
        self._rows: dict[tuple[str, int], list[tuple[int, str]]] = {}
        for name, state in cells.items():
            row, column = split_address(state.address)
            line = normalised(line_of(name) or "")
            self._rows.setdefault((state.sheet, row), []).append((column, line))

    def label_texts(
        self, texts: Iterable[MarkedCell], place: CellState, line: str
    ) -> list[MarkedCell]:
        """Texts left of a cell, nearest first, as far as the nearest named cell of another line;
        those of the line itself are left out.
        """
        row, last = split_address(place.address)
        named = self._rows[place.sheet, row]
        own = {column for column, other in named if other == normalised(line)}
        fence = max(
            (column for column, _ in named if column < last and column not in own), default=0
        )
        places = ((text, split_address(text.address)[1]) for text in texts)
        return [text for text, column in places if column > fence and column not in own]


def _kept(state: CellState, line: str, label: str) -> Problem:
    now = shown(state)
    shows = f"says '{now}', which no refresh wrote" if now else "cannot be written"
    return Problem(
        Severity.NOTE,
        Code.LABEL_KEPT,
        state.sheet,
        state.address,
        f"The label of {line} on its tile {shows}; Measures, and every document, '{label}'. The"
        " tile was left as it is.",
        "Type the label of Measures there, to have it follow again; or change that one too.",
        line,
        effect=Effect.SHOWN,
    )
