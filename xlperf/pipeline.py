"""The whole program on one screen: a workbook in, assessments, edits, the same workbook out.

Data flows one way: grids -> tables -> assessments -> edits. Only this module joins the stages; only `excel` touches a
file. The clock and the user's name come in as arguments.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from hashlib import sha256
from typing import TYPE_CHECKING

from xlperf.assess.assessing import assess, check_overrides
from xlperf.assess.basis import Case
from xlperf.assess.effects import with_effects
from xlperf.assess.evidence import LineKind
from xlperf.assess.positions import newest_group
from xlperf.assess.rag import Rag
from xlperf.assess.series import Series
from xlperf.errors import UsageError, WorkbookError
from xlperf.excel.port import normalised
from xlperf.tables import schema
from xlperf.tables.checks import check
from xlperf.tables.comments import check_periods, of_period
from xlperf.tables.forces import spelt
from xlperf.tables.lines import POSITION, PREFIX, SPC, cell_name, line_of, line_of_status
from xlperf.tables.problems import Code, Effect, Problem, Severity
from xlperf.tables.reading import read_overrides, read_tables
from xlperf.tables.return_checks import with_overdue
from xlperf.tables.schema import Consequence
from xlperf.tables.settings import read_settings
from xlperf.tables.tables import Kind
from xlperf.tiles import layout, written
from xlperf.tiles.changes import Changes, check_memory, last_changes
from xlperf.tiles.differences import Before, Difference, differences
from xlperf.tiles.draft_rows import propose, untouched_rows
from xlperf.tiles.drafts import drafts
from xlperf.tiles.quoted import disagreements
from xlperf.tiles.series import GroupSeries, MonthlySeries
from xlperf.tiles.settling import in_order
from xlperf.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from xlperf.assess.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.excel.port import Applied, CellState, Edit, Grid, Scalar, SetRows, Workbook
    from xlperf.periods import Month
    from xlperf.tables.tables import Tables

REPLACED = "It was replaced by the colour worked out."
FINGERPRINT_LENGTH = 16
"""Hexadecimal digits of the SHA-256 of data and settings kept in the Log: 64 bits."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """A workbook read, checked and judged; nothing written yet."""

    settings: Settings
    tables: Tables
    lines: tuple[Assessment, ...]
    problems: tuple[Problem, ...]
    grids: Mapping[str, Grid]
    cells: Mapping[str, CellState]
    drafted: SetRows | None = None
    """Edit that puts drafts into the Comments sheet; None when they stand there already, or cannot."""

    @property
    def fingerprint(self) -> str:
        """Hash of everything the assessment was made from: data tables, settings, period, version."""
        digest = sha256(f"{VERSION}|{self.settings!r}".encode())
        for table in schema.DATA:
            grid = self.grids.get(table.name)
            rows = [] if grid is None else [grid.header, *_given(table, grid)]
            digest.update(repr((table.name, [[_canonical(cell) for cell in row] for row in rows])).encode())
            if grid is not None and grid.outside:
                digest.update(repr([(cell.address, _canonical(cell.value)) for cell in grid.outside]).encode())
        return digest.hexdigest()[:FINGERPRINT_LENGTH]


def _given(table: schema.Table, grid: Grid) -> list[tuple[Scalar, ...]]:
    """Rows of a table that people gave: of Comments, all but what xlperf drafted and nobody touched."""
    drafted = untouched_rows(grid) if table is schema.COMMENTS else ()
    return [cells for place, cells in enumerate(grid.rows) if place not in drafted]


def _canonical(cell: Scalar) -> object:
    """Give a cell one form, however it was read: 3 and 3.0, a date with and without its midnight."""
    if isinstance(cell, datetime):
        return cell.isoformat() if cell.time() != time() else cell.date()
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return None if cell == "" else cell


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did."""

    assessed: Assessed
    applied: Applied
    differences: tuple[Difference, ...]
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
    """Read, check and judge a workbook.

    Parameters
    ----------
    today
        Returns due before this day, or before the period end, are overdue; None: the period end alone.

    Raises
    ------
    WorkbookError
        It is not a dashboard of ours.
    SettingsError
        A setting cannot be read.
    UsageError
        `period` is outside the data.
    """
    progress("Reading the data sheets")
    grids = book.read(table.name for table in schema.ALL)
    _require_ours(book, grids)
    settings, problems = read_settings(grids[schema.SETTINGS.name], period=period)
    tables, found = read_tables(grids)
    settings = replace(settings, own_force=spelt(settings.own_force, [force.name for force in tables.forces]))
    problems += check_periods(tables.comments, settings.period_end)
    tables = replace(tables, comments=of_period(tables.comments, settings.period_end))
    tables = with_overdue(tables, max(settings.period_end, today or settings.period_end))
    if period is not None:
        _require_data(tables, settings)
    progress("Checking")
    problems += found + check(tables, settings)
    progress("Assessing")
    lines = assess(tables, settings)
    problems += check_overrides(lines, tables, settings) + disagreements(lines, tables, settings)
    problems += check_memory(grids.get(schema.HISTORY.name), lines)
    comments = grids.get(schema.COMMENTS.name)
    drafted, found = propose(comments, drafts(lines, tables, settings), lines, settings, book.refusal)
    problems += found
    cells = book.cells(layout.cell_names(lines, book.defined_names(PREFIX)))
    problems += _tile_problems(lines, cells) + _typed_over(lines, settings, cells, grids)
    ordered = in_order(with_effects(problems, lines, tables, settings), tables.acknowledged, settings)
    return Assessed(settings, tables, lines, ordered, grids, cells, drafted)


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
    """Refresh a workbook: judge it; write tiles, Workings, Checks, History and Series; a Log row if anything changed.

    With `dry_run` everything is worked out and nothing is saved. A file at `output` is replaced with `force` only.
    """
    assessed = assess_workbook(book, period=period, today=now.date(), progress=progress)
    before = Before.of(assessed.grids)
    progress("Writing")
    applied = book.apply(edits(assessed))
    if applied.changed:
        log = written.log_row(
            assessed.lines,
            assessed.settings,
            when=now,
            who=who,
            version=VERSION,
            fingerprint=assessed.fingerprint,
            checks=len(assessed.problems),
            seconds=seconds(),
        )
        book.apply(_log_edits(assessed.grids, log))
    backup = None if dry_run else book.save(output, force=force)
    return Refreshed(
        assessed,
        applied,
        differences(before, assessed.lines),
        first=not before.colours,
        written_to=None if dry_run or not (applied.changed or output) else output,
        backup=backup,
    )


def edits(assessed: Assessed) -> list[Edit]:
    """Make every edit of a refresh but the Log."""
    lines, settings, grids = assessed.lines, assessed.settings, assessed.grids
    rows: list[tuple[schema.Table, list[written.Record], tuple[str, ...]]] = [
        (schema.WORKINGS, [written.working(line, settings) for line in lines], ("Line",)),
        (schema.CHECKS, [written.check_row(problem) for problem in assessed.problems], ("Where", "Code", "Found")),
        (schema.HISTORY, _history(assessed), ("Period end", "Line")),
        (schema.SERIES, _series_rows(assessed), ("Measure", "Series")),
    ]
    made: list[Edit] = list(layout.lay_out(lines, assessed.tables, settings, assessed.problems, assessed.cells))
    if assessed.drafted is not None:
        made.append(assessed.drafted)
    for table, records, key in rows:
        edit = written.set_rows(table, grids.get(table.name), records, key)
        if edit is not None:
            made.append(edit)
    return made


def _require_ours(book: Workbook, grids: Mapping[str, Grid]) -> None:
    absent = [table.name for table in schema.NEEDED if table.name not in grids]
    if absent:
        found = ", ".join(sorted(book.table_names())) or "no table at all"
        raise WorkbookError(
            f"This is not an xlperf dashboard: it has no table named {' or '.join(absent)}. Found: {found}. "
            "Use a copy of the shipped Dashboard.xlsm, or make one with: xlperf new FILE."
        )
    grid = grids[schema.MEASURES.name]
    titles = {normalised(title) for title in grid.header}
    lost = [
        column.title
        for column in schema.MEASURES.columns
        if column.needed and column.unreadable is Consequence.NOT_USED and normalised(column.title) not in titles
    ]
    if lost:
        raise WorkbookError(
            f"{grid.sheet}!{grid.address(-1, 0)}: the table {grid.table} has no column {' or '.join(lost)}, so no "
            f"measure can be read. Found: {', '.join(grid.header)}. Give the column its title again."
        )


def _require_data(tables: Tables, settings: Settings) -> None:
    months = {month for series in tables.monthly.values() for month in series}
    if months and not min(months) <= settings.latest.last <= max(months):
        raise UsageError(
            f"The period {settings.period_end:%Y-%m} is outside the monthly data, which goes from "
            f"{min(months) // 12}-{min(months) % 12 + 1:02d} to {max(months) // 12}-{max(months) % 12 + 1:02d}."
        )


def _tile_problems(lines: Sequence[Assessment], cells: Mapping[str, CellState]) -> list[Problem]:
    """Cells of tiles that must not be written, and lines that no tile shows."""
    problems = [
        Problem(
            Severity.WARNING,
            Code.TILE_CELL,
            state.sheet,
            state.address,
            f"The cell of {name} {state.refusal}, so it was left as it is.",
            "Clear the cell, or give the name another cell (Formulas, Name Manager).",
            effect=Effect.COLOUR if line_of_status(name) else Effect.SHOWN,
            lines=tuple(filter(None, [line_of(name)])),
        )
        for name, state in cells.items()
        if state.refusal
    ]
    statuses = [(line.line, cells.get(cell_name(line.line, "rag"))) for line in lines]
    problems += [
        Problem(
            Severity.WARNING,
            Code.STATUS_COVERED,
            state.sheet,
            state.address,
            f"A conditional format covers the status of {name}: it may show another colour than the one written.",
            "Take the cell out of the rule (Home, Conditional Formatting, Manage Rules).",
            name,
            effect=Effect.DOUBT,
            lines=(name,),
        )
        for name, state in statuses
        if state is not None and state.covered
    ]
    gone = [(line, cells[cell_name(line, "rag")]) for line in layout.not_assessed(cells, lines)]
    problems += [
        Problem(
            Severity.WARNING,
            Code.TILE_CELL,
            state.sheet,
            state.address,
            f"This cell is named for the status of {line}, which no measure has now. It shows NA, without figures.",
            "Mend the measure's row in the Measures sheet, if it has a fault. If the measure is gone, delete the names "
            "of its tile (Formulas, Name Manager).",
            line,
            effect=Effect.COLOUR,
            lines=(line,),
        )
        for line, state in gone
    ]
    unseen = [
        line.line for line in lines if line.kind is not LineKind.AMOUNT and cell_name(line.line, "rag") not in cells
    ]
    if unseen:
        problems.append(
            Problem(
                Severity.NOTE,
                Code.TILE_CELL,
                schema.MEASURES.sheet,
                "",
                f"No cell is named for the status of: {', '.join(unseen[:5])}"
                + (f" and {len(unseen) - 5} more" if len(unseen) > 5 else "")
                + ". They are judged in Workings only.",
                f"To show one, name a cell {cell_name(unseen[0], 'rag')}.",
                effect=Effect.INFORMATION,
            )
        )
    return problems


def _typed_over(
    lines: Sequence[Assessment], settings: Settings, cells: Mapping[str, CellState], grids: Mapping[str, Grid]
) -> list[Problem]:
    """Colours typed over or filled by hand since the last refresh, and those found before that are still to be seen.

    A finding stays in Checks while the period does, or until its row is deleted: it has been replaced, so nothing else
    would tell of it.
    """
    previous = Before.of(grids).colours
    states = {line.line: cells[name] for line in lines if (name := cell_name(line.line, "rag")) in cells}
    writable = {line: state for line, state in states.items() if state.refusal is None}
    texts = written.typed_over(previous, {line: str(state.value or "") for line, state in writable.items()})
    palette = {rag: layout.fill_of(rag, settings) for rag in Rag}
    fills = written.filled_over(previous, {line: state.fill for line, state in writable.items()}, palette)
    problems = []
    for line, state in writable.items():
        if line in texts and not texts[line]:
            found = "The status was blank where the last refresh wrote {0}: cleared by hand, or the name was moved"
        elif line in texts:
            found = f"The status said '{texts[line]}' where the last refresh wrote {{0}}: typed over by hand"
        elif line in fills:
            found = f"The fill of the status was {fills[line]} where the last refresh wrote {{0}}: changed by hand"
        else:
            continue
        problems.append(_by_hand(state, line, f"{found.format(previous[line])}, {_in_period(settings)}. {REPLACED}"))
    known = {(problem.measure, problem.found) for problem in problems}
    kept = _kept_findings(grids, settings, states)
    return problems + [problem for problem in kept if (problem.measure, problem.found) not in known]


def _in_period(settings: Settings) -> str:
    return f"period {settings.period_end:%Y-%m}"


def _by_hand(state: CellState, line: str, found: str) -> Problem:
    return Problem(
        Severity.WARNING,
        Code.COLOUR_TYPED_OVER,
        state.sheet,
        state.address,
        found,
        "To overrule a colour, add a row to the Overrides sheet.",
        line,
        effect=Effect.DOUBT,
        lines=(line,),
    )


def _kept_findings(grids: Mapping[str, Grid], settings: Settings, states: Mapping[str, CellState]) -> list[Problem]:
    kept = []
    for record in written.records(grids.get(schema.CHECKS.name), schema.CHECKS):
        line, found = str(record.get("Measure") or ""), str(record.get("Found") or "")
        of_now = record.get("Code") == Code.COLOUR_TYPED_OVER and _in_period(settings) in found
        if of_now and line in states:
            kept.append(_by_hand(states[line], line, found))
    return kept


def _history(assessed: Assessed) -> list[written.Record]:
    """Earlier periods as they stand, then this one; ordered by period, so that refreshing again changes nothing."""
    end = assessed.settings.period_end
    kept = [
        record
        for record in written.records(assessed.grids.get(schema.HISTORY.name), schema.HISTORY)
        if record.get("Line") and written.day_of(record.get("Period end")) != end
    ]
    fresh = [written.history_row(line, assessed.settings) for line in assessed.lines]
    earlier = [row for row in kept if not _later(row, end)]
    later = [row for row in kept if _later(row, end)]
    return [*earlier, *fresh, *later]


def _later(row: written.Record, end: date) -> bool:
    day = written.day_of(row.get("Period end"))
    return day is not None and day > end


def _series_rows(assessed: Assessed) -> list[written.Record]:
    return written.in_place(assessed.grids.get(schema.SERIES.name), written.series_rows(series(assessed)))


def series(assessed: Assessed) -> tuple[MonthlySeries | GroupSeries, ...]:
    """Give what the charts show: first the months of measures of counts, then the groups of compared measures."""
    lines, settings = {line.line: line for line in assessed.lines}, assessed.settings
    cases = [Case(measure, assessed.tables, settings) for measure in assessed.tables.measures]
    return (
        *(
            MonthlySeries.of(Series.of(case), lines[case.measure.name + SPC], settings.latest.last)
            for case in cases
            if case.measure.kind is Kind.OFFENCES
        ),
        *(
            GroupSeries.of(newest_group(case), lines[case.measure.name + POSITION], settings)
            for case in cases
            if case.measure.msg_measure
        ),
    )


def _log_edits(grids: Mapping[str, Grid], row: written.Record) -> list[Edit]:
    earlier = [
        record
        for record in written.records(grids.get(schema.LOG.name), schema.LOG)
        if any(v is not None for v in record.values())
    ]
    edit = written.set_rows(schema.LOG, grids.get(schema.LOG.name), [*earlier, row], ("When",))
    return [edit] if edit else []


def changes(book: Workbook) -> Changes:
    """Compare the last two periods that refreshes of a workbook have recorded.

    Raises
    ------
    WorkbookError
        It is not a dashboard of ours, or has no table of them.
    """
    grids = book.read([*(table.name for table in schema.NEEDED), schema.HISTORY.name, schema.OVERRIDES.name])
    _require_ours(book, grids)
    if schema.HISTORY.name not in grids:
        raise WorkbookError(
            f"There is no table named {schema.HISTORY.name}, so nothing is known of earlier periods. Restore the sheet "
            "History, or name its table again (Table Design, Table Name)."
        )
    return last_changes(grids[schema.HISTORY.name], read_overrides(grids.get(schema.OVERRIDES.name)))


def explained(assessed: Assessed, wanted: str) -> list[Assessment]:
    """Find the lines of a priority (SP12), a measure or a line; raises UsageError when there are none."""
    key = wanted.strip().lower()
    found = [
        line
        for line in assessed.lines
        if key in (line.measure.priority.lower(), line.measure.name.lower(), line.line.lower())
    ]
    if not found:
        priorities = ", ".join(dict.fromkeys(line.measure.priority for line in assessed.lines))
        raise UsageError(f"There is no priority, measure or line '{wanted}'. Priorities: {priorities}.")
    return found
