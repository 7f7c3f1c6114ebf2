"""Tiles that follow the plan: what is drawn, what is kept, and which names go.

Without a redrawing nobody's sheet changes: lines that no cell shows get a sheet of their own, with
their charts, and the names of lines that no measure has are deleted. With it, dashboard and charts
are drawn anew in their places, and the old sheets are kept at the end.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlperf.assessment.rag import Rag
from xlperf.errors import LayoutError
from xlperf.excel.new_sheets import NewSheet, NewSheets
from xlperf.excel.port import ADOPTED, SetFill, SetValue, normalised
from xlperf.excel.transplant.workbook_lists import free_name
from xlperf.newbook import charts_sheet
from xlperf.newbook.tile_grid import SHEET
from xlperf.newbook.tile_sheets import DRAWN, ChartData, PlanOfTiles, TileDrawing
from xlperf.tables import schema
from xlperf.tables.lines import (
    CHART_DATA_SHEET,
    CHARTS_SHEET,
    FIELDS,
    KEY_CELLS,
    MISSING_CELLS,
    NEW_SHEET,
    NOTE_CELLS,
    PREFIX,
    TITLE_CELLS,
    cell_name,
    chart_names,
    heading_cells,
    line_of,
    line_of_label,
    title_cell,
)
from xlperf.tiles import layout, written
from xlperf.tiles.chart_rows import chart_rows, charts_of_series
from xlperf.tiles.chart_titles import with_chart_titles
from xlperf.tiles.differences import Before
from xlperf.tiles.wording import STATUS

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence
    from datetime import date

    from xlperf.excel.new_sheets import SheetTaker
    from xlperf.excel.port import CellState, Edit, Grid
    from xlperf.tiles.assessed import Assessed
    from xlperf.tiles.written import Record

NEW_TILES, NEW_CHARTS = "New tiles", "New charts"
"""Sheets for lines that no other sheet shows."""
HEADING_ENDS = ("_heading_before", "_heading_latest")
THEIRS = (
    "The dashboard on the sheet '{}' is your own, so it was not drawn anew. Without --redraw, lines"
    " that no cell shows get tiles on sheets of their own; nothing was written."
)
KEPT_NAMES = "No names were deleted, since rows of Measures cannot be read: {}."
OLD_CHARTS = (
    "The charts are those of an earlier version: 18 months, and no way to a target. They go on"
    " working; --redraw draws dashboard and charts anew and keeps the old sheets."
)
DEAD_CHARTS = (
    "The charts show nothing, since the sheet Chart data was deleted. --redraw draws dashboard and"
    " charts anew and keeps the old sheets."
)
NO_CHARTS = (
    "There is no sheet Charts. --redraw draws it, and the dashboard, anew, and keeps the old sheet."
)
FRAME = (*TITLE_CELLS, *NOTE_CELLS, *MISSING_CELLS, *KEY_CELLS.values())


@dataclass(frozen=True, slots=True)
class LaidOut:
    """What was done to the tiles of a workbook."""

    added: Mapping[str, Sequence[str]]
    """Lines that have a tile now and had none, by the code of their priority."""
    gone: Sequence[str]
    """Lines that no measure has: the names of their cells were deleted."""
    sheets: Sequence[str]
    """New sheets."""
    kept_as: Mapping[str, str]
    """Old sheets, and what they are called now."""
    elsewhere: Sequence[str]
    """Cells on other sheets that lost their names to a redrawn dashboard, as Sheet!C4."""
    doubts: Sequence[str] = ()
    """What was not done, and why: sentences."""

    @property
    def has_changes(self) -> bool:
        """Whether anything was done."""
        return bool(self.sheets or self.gone)


def lay_out_tiles(book: SheetTaker, assessed: Assessed, *, redraw: bool, today: date) -> LaidOut:
    """Make the tiles of a workbook those of its plan; a refresh fills them afterwards.

    Raises `LayoutError` where `redraw` would lose tiles of measures whose rows cannot be read, and
    `WorkbookError` for a workbook that takes no sheets.
    """
    return _Tiles(book, assessed).lay_out(redraw=redraw, today=today)


class _Tiles:
    def __init__(self, book: SheetTaker, assessed: Assessed) -> None:
        self.book, self.assessed = book, assessed
        self.plan = PlanOfTiles.of(assessed.tables)
        self.lines = {
            line.name: item.priority for item in self.plan.measures for line in item.lines
        }
        self.names = book.defined_names(PREFIX)
        self.cells: Mapping[str, CellState] = book.cells([*self.names, *FRAME, CHARTS_SHEET])
        lines = (
            line_of(name)
            for name in self.cells
            if name.startswith(PREFIX) and not self._is_heading(name)
        )
        self.shown = {line.lower() for line in lines if line is not None}

    def lay_out(self, *, redraw: bool, today: date) -> LaidOut:
        unread = self._unread_measures()
        if redraw and unread:
            raise LayoutError(
                f"The dashboard was not drawn anew, since it would lose tiles: {', '.join(unread)}"
                " cannot be read. Correct them (see Checks), or delete those rows, then try again;"
                " nothing was written."
            )
        if redraw and self._is_theirs():
            raise LayoutError(THEIRS.format(self._sheet_of_tiles()))
        missing = {
            name: code for name, code in self.lines.items() if name.lower() not in self.shown
        }
        gone = [] if unread else self._gone()
        if redraw or not self.cells.keys() - {CHARTS_SHEET}:
            if self._is_as_drawn() and not (missing or gone):
                return LaidOut({}, (), (), {}, ())
            return self._redraw(missing, gone, today)
        doubts = [KEPT_NAMES.format(", ".join(unread))] if unread else []
        if self._sheet_of_charts() is None:
            doubts += [NO_CHARTS] * bool(schema.CHART_DATA.name in self.assessed.grids)
        elif schema.CHART_DATA.name not in self.assessed.grids:
            deleted = self.book.name_text(CHART_DATA_SHEET) is not None
            doubts.append(DEAD_CHARTS if deleted else OLD_CHARTS)
        if not (missing or gone):
            return LaidOut({}, (), (), {}, (), doubts)
        return self._extend(missing, gone, doubts)

    # -- what there is

    def _unread_measures(self) -> list[str]:
        """Cells of rows of Measures that are not among the measures read, as Measures!A14."""
        grid = self.assessed.grids[schema.MEASURES.name]
        column = grid.column("Measure") or 0
        known = {normalised(item.name) for item in self.plan.measures}
        return [
            f"{grid.sheet}!{grid.address(row, column)}"
            for row, cells in enumerate(grid.rows)
            if any(cell is not None for cell in cells)
            and normalised(str(cells[column])) not in known
        ]

    def _gone(self) -> list[str]:
        """Lines that have named cells but no measure."""
        known = {name.lower() for name in self.lines}
        named = dict.fromkeys(
            filter(None, (line_of(name) for name in self.names if not self._is_heading(name)))
        )
        return [line for line in named if line.lower() not in known]

    def _is_heading(self, name: str) -> bool:
        """Whether a name is that of a heading of a tile: one of two that belong together."""
        folded = name.lower()
        both = {folded.replace("_heading_latest", HEADING_ENDS[0]), folded}
        return folded.endswith(HEADING_ENDS) and both <= {item.lower() for item in self.names}

    def _is_as_drawn(self) -> bool:
        """Whether the dashboard is what would be drawn: the same plan, each cell in its place."""
        mark = self.book.name_text(DRAWN)
        home, charts = self._sheet_of_tiles(), self._sheet_of_charts()
        if mark is None or home is None or charts is None:
            return False
        drawing = self._drawing()
        drawn = drawing.all(home, charts, "")
        cells = self.book.cells(drawn.names)
        places = {name: f"{state.sheet}!{state.address}" for name, state in cells.items()}
        return drawn.names[DRAWN] == mark.removeprefix("=") and all(
            places.get(name) == _plain(reference)
            for name, reference in drawn.names.items()
            if name != DRAWN
        )

    def _is_theirs(self) -> bool:
        """Whether the cells that are filled stand on a dashboard that its owner drew."""
        adopted = self.book.name_text(ADOPTED) is not None
        drawn = self.book.name_text(DRAWN) is not None
        return adopted and not drawn and self._sheet_of_tiles() is not None

    def _sheet_of_tiles(self) -> str | None:
        """Sheet of the dashboard: that of its head, else the one with most tiles."""
        heads = [self.cells[name].sheet for name in FRAME if name in self.cells]
        sheets = heads or [
            state.sheet for name, state in self.cells.items() if name != CHARTS_SHEET
        ]
        return Counter(sheets).most_common(1)[0][0] if sheets else None

    def _sheet_of_charts(self) -> str | None:
        state = self.cells.get(CHARTS_SHEET)
        return None if state is None else state.sheet

    def _drawing(self) -> TileDrawing:
        grids = self.book.read([schema.SERIES.name, schema.CHART_DATA.name])
        data: Grid | ChartData | None = grids.get(schema.CHART_DATA.name)
        if data is None:
            name = free_name(schema.CHART_DATA.sheet, self.book.sheet_names())
            data = ChartData(name, self._chart_rows(None))
        return TileDrawing(self.plan, grids.get(schema.SERIES.name), data)

    def _chart_rows(self, grid: Grid | None) -> list[Record]:
        return chart_rows(self.assessed.judgement_charts, self.assessed.tables, grid)

    # -- what is done

    def _prepare(self, gone: Iterable[str]) -> None:
        """Give the Series table a row for each chart, and the cells of lines that are gone NA."""
        names = {cell_name(line, field) for line in gone for field in FIELDS}
        settings, tables = self.assessed.settings, self.assessed.tables
        edits = [
            edit
            for edit in layout.lay_out(
                self.assessed.lines, tables, settings, self.assessed.problems, self.cells
            )
            if isinstance(edit, (SetValue, SetFill)) and edit.name in names
        ]
        grid = self.assessed.grids.get(schema.SERIES.name)
        rows = written.set_rows(schema.SERIES, grid, self._series_rows(grid), ("Measure", "Series"))
        drawn = self.assessed.grids.get(schema.CHART_DATA.name)
        charted = written.set_rows(
            schema.CHART_DATA, drawn, self._chart_rows(drawn), ("Measure", "Series")
        )
        self.book.apply([*edits, *(edit for edit in (rows, charted) if edit is not None)])

    def _series_rows(self, grid: Grid | None) -> list[Record]:
        rows = written.series_rows(charts_of_series(self.assessed.charts, self.assessed.grids))
        known = {(row["Measure"], row["Series"]) for row in rows}
        rows += [
            {"Measure": measure, "Series": series}
            for measure, series in charts_sheet.series_keys(self.plan.measures)
            if (measure, series) not in known
        ]
        return with_chart_titles(written.in_place(grid, rows), self.assessed.tables)

    def _extend(
        self, missing: Mapping[str, str], gone: Sequence[str], doubts: Sequence[str]
    ) -> LaidOut:
        """Put sheets for what is missing behind those of the dashboard, and delete names."""
        self._prepare(gone)
        names = self._names_of(gone)
        if not missing:
            self.book.put_sheets(NewSheets(b"", (), {}, {}, tuple(names), _charts_of(gone)))
            return LaidOut({}, gone, (), {}, (), doubts)
        taken = self.book.sheet_names()
        tiles, charts = free_name(NEW_TILES, taken), free_name(NEW_CHARTS, taken)
        drawn = self._drawing().missing(frozenset(missing), tiles, charts, NEW_TILES)
        number = 1 + len(self.book.defined_names(NEW_SHEET))
        mark = {f"{NEW_SHEET}{number}": f"'{tiles}'!$A$1"}
        if drawn.charts:
            mark[f"{NEW_SHEET}{number + 1}"] = f"'{charts}'!$A$1"
        new = {name: text for name, text in drawn.names.items() if name not in self.cells}
        sheets = [NewSheet(tiles, after=self._sheet_of_tiles())]
        if drawn.charts:
            sheets.append(NewSheet(charts, after=self._sheet_of_charts()))
        if drawn.chart_data:
            sheets.append(NewSheet(drawn.chart_data))
        self.book.put_sheets(
            NewSheets(*(drawn.data, tuple(sheets), {}, new | mark, tuple(names)), _charts_of(gone))
        )
        self.book.apply(self._statuses(new))
        return LaidOut(
            _by_priority(missing), gone, [sheet.name for sheet in sheets], {}, (), doubts
        )

    def _redraw(self, missing: Mapping[str, str], gone: Sequence[str], today: date) -> LaidOut:
        """Draw dashboard and charts anew, and keep the old sheets at the end."""
        self._prepare(gone)
        home, charts = self._sheet_of_tiles(), self._sheet_of_charts()
        added = self.book.cells(self.book.defined_names(NEW_SHEET))
        taken = self.book.sheet_names()
        former = (home, charts, *(cell.sheet for cell in added.values()))
        old = [sheet for sheet in dict.fromkeys(former) if sheet is not None]
        kept_as: dict[str, str] = {}
        for sheet in old:
            kept_as[sheet] = free_name(f"{sheet} ({today.isoformat()})", taken)
            taken.append(kept_as[sheet])
        tiles = home or free_name(SHEET, taken)
        of_charts = charts if charts and charts != home else free_name(charts_sheet.SHEET, taken)
        drawn = self._drawing().all(tiles, of_charts, self.assessed.settings.dashboard_title)
        sheets = (
            NewSheet(tiles, replaces=home),
            NewSheet(of_charts, replaces=charts if charts != home else None),
            *([NewSheet(drawn.chart_data)] if drawn.chart_data else []),
        )
        lost = {
            f"{state.sheet}!{state.address}"
            for name, state in self.cells.items()
            if state.sheet not in old
        }
        names = [name for name in (*self.names, *added) if name not in drawn.names]
        self.book.put_sheets(NewSheets(drawn.data, sheets, kept_as, drawn.names, tuple(names)))
        self.book.apply(self._statuses(drawn.names))
        return LaidOut(_by_priority(missing), gone, [tiles, of_charts], kept_as, sorted(lost))

    def _statuses(self, drawn: Container[str]) -> list[Edit]:
        """Give new status cells what the old ones show, else what the last refresh found: a blank
        one would look cleared by hand.
        """
        settings = self.assessed.settings
        edits: list[Edit] = []
        for line, colour in Before.of(self.assessed.grids).colours.items():
            name = cell_name(line, "rag")
            if name not in drawn or colour not in set(Rag):
                continue
            state = self.cells.get(name)
            text = STATUS[Rag(colour)] if state is None else state.value
            fill = layout.fill_of(Rag(colour), settings) if state is None else state.fill
            edits.append(SetValue(name, text))
            if fill is not None:
                edits.append(SetFill(name, fill, layout.font_on(fill)))
        return edits

    def _names_of(self, gone: Iterable[str]) -> list[str]:
        """Names of the cells of lines that are gone, and of titles of priorities that are."""
        lines = {line.lower() for line in gone}
        used = {
            name.lower()
            for code in self.plan.priorities
            for name in (title_cell(code), *heading_cells(code))
        }
        return [
            name
            for name in self.names
            if (line_of(name) or line_of_label(name) or "").lower() in lines
            or (
                (name.lower().endswith("_title") or self._is_heading(name))
                and name.lower() not in used
            )
        ]


def _charts_of(gone: Iterable[str]) -> frozenset[str]:
    """Names of the charts of lines that are gone."""
    return frozenset(name for line in gone for name in chart_names(line))


def _by_priority(lines: Mapping[str, str]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for line, code in lines.items():
        grouped.setdefault(code, []).append(line)
    return grouped


def _plain(reference: str) -> str:
    """Return ``'Dashboard'!$B$3`` as Dashboard!B3."""
    sheet, _, cell = reference.rpartition("!")
    return f"{sheet[1:-1].replace(chr(39) * 2, chr(39))}!{cell.replace('$', '')}"
