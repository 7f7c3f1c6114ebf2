"""The whole program on one screen: a workbook in, assessments, edits, the same workbook out.

Data flows one way: grids -> tables -> assessments -> edits. Only this module joins the stages; only
`excel` touches a file. The clock and the user's name come in as arguments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assessment.assessing import check_overrides, judge
from xlperf.assessment.basis import Basis
from xlperf.assessment.effects import with_effects
from xlperf.assessment.lasting_steps import check_steps
from xlperf.frozen import frozen
from xlperf.tables import schema
from xlperf.tables.checks import check
from xlperf.tables.lines import CHARTS_SHEET, HEAD, NEW_SHEET, PREFIX, SHEETS
from xlperf.tables.problems import require_few
from xlperf.tables.workbook import read_workbook
from xlperf.tiles import formulas, layout
from xlperf.tiles.assessed import Assessed
from xlperf.tiles.changes import check_memory
from xlperf.tiles.colours_by_hand import check_by_hand
from xlperf.tiles.differences import Before, LineDifference, differences
from xlperf.tiles.draft_rows import propose
from xlperf.tiles.drafts import drafts
from xlperf.tiles.edits import edits, log_edits
from xlperf.tiles.markers import read_markers
from xlperf.tiles.quoted import disagreements
from xlperf.tiles.record_sentences import check_kept
from xlperf.tiles.settling import in_order
from xlperf.tiles.tile_checks import check_charts, check_tiles
from xlperf.tiles.tile_labels import fill_labels
from xlperf.tiles.tile_titles import fill_titles

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from pathlib import Path

    from xlperf.excel.port import ApplyResult, Workbook
    from xlperf.periods import Month


OUR_TABLES = tuple(table.name for table in schema.ALL)


@frozen
class Refreshed:
    """What a refresh did."""

    assessed: Assessed
    applied: ApplyResult
    differences: tuple[LineDifference, ...]
    first: bool
    """No earlier refresh is recorded in the workbook."""
    written_to: Path | None
    """Another file, if one was given; None: in place, or nothing was written."""
    backup: Path | None


def silent(_step: str) -> None:
    """Report no progress."""


def assess_workbook(
    book: Workbook,
    *,
    period: Month | None = None,
    today: date | None = None,
    progress: Callable[[str], None] = silent,
) -> Assessed:
    """Read, check and judge a workbook; arguments and errors are those of `read_workbook`."""
    progress("Reading the data sheets")
    settings, tables, problems, grids = read_workbook(book, period=period, today=today)
    progress("Checking")
    problems = problems + check(tables, settings)
    require_few(problems)
    progress("Assessing")
    basis = Basis(tables, settings)
    lines = judge(basis)
    problems += check_overrides(lines, tables, settings) + disagreements(lines, basis)
    problems += check_steps(basis)
    history = grids.get(schema.HISTORY.name)
    problems += check_memory(history, lines) + check_kept(history, lines)
    comments = grids.get(schema.COMMENTS.name)
    drafted, found = propose(comments, drafts(lines, basis), lines, settings, book.refusal)
    problems += found
    sheet_names = book.defined_names(SHEETS)
    of_charts = (CHARTS_SHEET, *(name for name in sheet_names if name.startswith(NEW_SHEET)))
    tile_names = book.defined_names(PREFIX)
    names = layout.cell_names(lines, tile_names)
    cells = book.cells([*names, *formulas.CELLS, *of_charts])
    problems += check_charts(sheet_names, grids)
    problems += check_tiles(lines, cells, (*tile_names, *book.defined_names(HEAD)))
    problems += check_by_hand(lines, settings, cells, grids)
    markers = read_markers(book.marked_cells(OUR_TABLES), lines, tables, book)
    problems += markers.problems
    tables, titles = fill_titles(book, tables, grids.get(schema.PRIORITIES.name))
    labels = fill_labels(book, lines, cells, grids)
    problems += titles.problems + labels.problems
    require_few(problems)
    ordered = in_order(with_effects(problems, lines, basis), tables.acknowledged, settings)
    return Assessed(
        *(settings, tables, lines, ordered, grids, cells, drafted, titles.edits + labels.edits),
        connections=markers.cells,
        disconnected=markers.former,
    )


def connect_and_assess(
    book: Workbook,
    *,
    period: Month | None = None,
    today: date | None = None,
    progress: Callable[[str], None] = silent,
) -> Assessed:
    """Assess a workbook, give cells the names of their markers, and assess it with those."""
    assessed = assess_workbook(book, period=period, today=today, progress=progress)
    if assessed.connections or assessed.disconnected:
        book.name_cells(assessed.connections, assessed.disconnected)
        assessed = assess_workbook(book, period=period, today=today, progress=progress)
    return assessed


def refresh(
    book: Workbook,
    *,
    now: datetime,
    who: str,
    seconds: Callable[[], float],
    period: Month | None = None,
    output: Path | None = None,
    force: bool = False,
    dry_run: bool = False,
    progress: Callable[[str], None] = silent,
) -> Refreshed:
    """Refresh a workbook: judge it; write tiles, Workings, Checks, History and Series; a Log row if
    anything changed.

    With `dry_run` everything is worked out and nothing is saved. A file at `output` is replaced
    with `force` only.
    """
    assessed = connect_and_assess(book, period=period, today=now.date(), progress=progress)
    before = Before.of(assessed.grids)
    progress("Writing")
    with book.writing():
        applied = book.apply(edits(assessed))
        if applied.has_changes:
            book.apply(log_edits(assessed, now=now, who=who, seconds=seconds()))
    backup = None if dry_run else book.save(output, force=force)
    return Refreshed(
        assessed,
        applied,
        differences(before, assessed.lines),
        first=not before.colours,
        written_to=None if dry_run or not (applied.has_changes or output) else output,
        backup=backup,
    )
