"""Where drafts stand in the Comments sheet: its people's rows stay, in their order, whatever is in
them.

A draft without a decision, its words untouched, is xlperf's own row: it is written anew in its
place when the period or the figures change, and given up when nothing is to be said any more. All
other rows are people's. New drafts take places given up and rows that are wholly blank, then rows
at the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.excel.port import KEEP, Scalar, SetRows
from xlperf.frozen import NamedTuple
from xlperf.tables import schema
from xlperf.tables.coercion import cell_text, is_blank
from xlperf.tables.comments import Mark, Standing, checksum, period_text, standing
from xlperf.tables.problems import Code, Effect, Problem, Severity
from xlperf.tiles.false_alarms import false_alarm_note

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.excel.port import Edit, Grid, Keep
    from xlperf.tiles.draft_rules import Draft

    Cells = tuple[Scalar | Keep, ...]
    Texts = tuple[str, str, str, str, str]
    """Of the columns of `TITLES`."""

TABLE = schema.COMMENTS
TITLES = ("Priority", "Author role", "Text", "Decision", "Draft")
"""Columns that a draft fills; the others, Period among them, are people's alone."""
DECISION, DRAFT = "Decision", "Draft"
NEEDED = ("Priority", "Text", DECISION, DRAFT)
"""Columns without which no draft is written: nobody could tell it from a person's words."""
BLANK = "", "", "", "", ""
GIVEN_UP: Cells = (None,) * len(TITLES)
KEPT: Cells = (KEEP,) * len(TITLES)


class Placed(NamedTuple):
    """Drafts and the rows for them, counted from 0; those past the end make the table grow."""

    waiting: Mapping[int, Draft]
    rows: tuple[Cells, ...]
    """The body of the table as it is to be; all `KEPT` where nothing changes."""
    height: int
    """Rows the table has now."""

    @property
    def edit(self) -> SetRows | None:
        """The edit that puts them there; None when they are there already."""
        if len(self.rows) == self.height and all(row == KEPT for row in self.rows):
            return None
        return SetRows(TABLE.name, TITLES, self.rows)

    def without_growth(self) -> Placed:
        """Make the same, but leave out what has no row yet."""
        waiting = {place: draft for place, draft in self.waiting.items() if place < self.height}
        return Placed(waiting, self.rows[: self.height], self.height)


def place_drafts(grid: Grid, drafts: Sequence[Draft], settings: Settings) -> Placed:
    """Find the rows of a period's drafts in a Comments table that has all of `NEEDED`."""
    period = period_text(settings.period_end)
    rows, extras = _ours(grid)
    marks = {
        place: mark for place, row in enumerate(rows) if (mark := Mark.read(row[-1])) is not None
    }
    untouched = {
        place: mark for place, mark in marks.items() if _standing(rows[place]) is Standing.UNTOUCHED
    }
    decided = {
        mark.key
        for place, mark in marks.items()
        if place not in untouched and mark.period == period
    }
    pending = {draft.key: draft for draft in drafts if draft.key not in decided}
    waiting: dict[int, Draft] = {}
    for place, mark in untouched.items():
        if mark.key in pending:
            waiting[place] = pending.pop(mark.key)
    given_up = untouched.keys() - waiting.keys()
    free = [
        place
        for place, row in enumerate(rows)
        if not extras[place] and (place in given_up or row == BLANK)
    ]
    places = [*free, *range(len(rows), len(rows) + len(pending))]
    waiting |= dict(zip(places, pending.values(), strict=False))
    height = max(len(rows), *(place + 1 for place in waiting)) if waiting else len(rows)
    wanted = [GIVEN_UP if place in given_up else KEPT for place in range(height)]
    for place, draft in waiting.items():
        wanted[place] = _row(draft, period, rows[place] if place < len(rows) else BLANK)
    while len(wanted) > 1 and wanted[-1] == GIVEN_UP and not extras[len(wanted) - 1]:
        wanted.pop()
    return Placed(dict(sorted(waiting.items())), tuple(wanted), len(rows))


def _ours(grid: Grid) -> tuple[list[Texts], list[bool]]:
    """Texts of each row in the schema's order, and whether it holds anything in other columns."""
    places = [grid.column(title) for title in TITLES]
    others = [place for place in range(len(grid.header)) if place not in places]
    rows = []
    for cells in grid.rows:
        priority, role, text, decision, draft = (
            "" if place is None else cell_text(cells[place]) for place in places
        )
        rows.append((priority, role, text, decision, draft))
    return rows, [any(not is_blank(cells[place]) for place in others) for cells in grid.rows]


def _standing(row: Texts) -> Standing:
    return standing(row[:3], row[3], row[4])


def _row(draft: Draft, period: str, now: tuple[str, ...]) -> Cells:
    """Cells of a draft; `KEPT` where they stand already."""
    mark = str(Mark(draft.key, period, checksum(draft.priority, "", draft.text)))
    if now == (draft.priority, "", draft.text, "", mark):
        return KEPT
    return draft.priority, None, draft.text, KEEP, mark


def untouched_rows(grid: Grid) -> set[int]:
    """Rows that hold nothing of a person's: blank ones, and drafts nobody touched."""
    rows, _ = _ours(grid)
    return {
        place
        for place, row in enumerate(rows)
        if row == BLANK or _standing(row) is Standing.UNTOUCHED
    }


def propose(
    grid: Grid | None,
    drafts: Sequence[Draft],
    lines: Sequence[Assessment],
    settings: Settings,
    refusal: Callable[[Edit], str | None],
) -> tuple[SetRows | None, list[Problem]]:
    """Make the edit that puts a period's drafts into the Comments sheet, and say in Checks what
    waits or does not fit.

    Parameters
    ----------
    refusal
        Says why an edit cannot be made; None if it can. A sheet that cannot take drafts never stops
        a refresh.
    """
    if grid is None:
        return None, []
    if absent := grid.lacks(NEEDED):
        return None, [_columns_absent(grid, absent)] if drafts else []
    placed = place_drafts(grid, drafts, settings)
    wanted, why = len(placed.waiting), None
    if placed.edit is not None and (why := refusal(placed.edit)):
        placed = placed.without_growth()
        if placed.edit is not None and refusal(placed.edit):
            return None, [_no_place(grid, wanted, why)]
    problems = [_await(grid, placed, lines, settings)] if placed.waiting else []
    if why is not None:
        problems.append(_no_place(grid, wanted - len(placed.waiting), why))
    return placed.edit, problems


def _columns_absent(grid: Grid, absent: Sequence[str]) -> Problem:
    places = range(len(grid.header), len(grid.header) + len(absent))
    cells = " and ".join(grid.address(-1, place) for place in places)
    named = " and ".join(f"'{title}'" for title in absent)
    columns = "column" if len(absent) == 1 else "columns"
    return Problem(
        Severity.NOTE,
        Code.DRAFTS,
        grid.sheet,
        grid.address(-1, len(grid.header) - 1),
        f"The table {grid.table} has no {columns} {named}, so no comments are drafted.",
        f"To have drafts, type {named} into {cells}, right of the table's header, then refresh.",
    )


def _await(grid: Grid, placed: Placed, lines: Sequence[Assessment], settings: Settings) -> Problem:
    number = len(placed.waiting)
    drafts = "1 draft" if number == 1 else f"{number} drafts"
    return Problem(
        Severity.NOTE,
        Code.DRAFTS,
        grid.sheet,
        grid.address(next(iter(placed.waiting)), grid.column(DECISION) or 0),
        f"{drafts} for a decision, from here on (a refresh puts them there)."
        f" {false_alarm_note(lines, settings)}".rstrip(),
        "Choose accept, edit or reject beside each draft: only those accepted or edited are shown.",
    )


def _no_place(grid: Grid, number: int, why: str) -> Problem:
    drafts = "1 draft was" if number == 1 else f"{number} drafts were"
    return Problem(
        Severity.WARNING,
        Code.DRAFTS_NOT_WRITTEN,
        grid.sheet,
        grid.address(-1, 0),
        f"{drafts} not written. {why}",
        "Or insert blank rows into the table: drafts take those first.",
        effect=Effect.SHOWN,
    )
