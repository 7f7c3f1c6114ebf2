"""All grids of a workbook to `Tables`, and every fault found on the way.

What one row alone can tell is in `records` and `peers`; here rows find their measures. Checks that need the settings,
and gaps, jumps and sums, are in `checks`. Names are compared without case and surplus spaces, as Excel compares them,
and come out as the Measures and Forces sheets spell them.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from xlperf.excel.port import normalised
from xlperf.periods import day_name, month_name
from xlperf.tables import records, schema
from xlperf.tables.comments import Mark, Standing, standing
from xlperf.tables.duplicates import once_each
from xlperf.tables.peers import read_forces, read_peers
from xlperf.tables.problems import Code, Problem, Severity
from xlperf.tables.rows import read_rows
from xlperf.tables.tables import Comment, Kind, Tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from xlperf.excel.port import Grid
    from xlperf.periods import Month
    from xlperf.tables.rows import Row
    from xlperf.tables.tables import CouncilFamilies, Measure, MonthCount, PartnerReturn, PeriodTotal, SurveyResult

T = TypeVar("T")

KINDS_OF_TABLE = {
    schema.MONTHLY.name: (Kind.OFFENCES,),
    schema.SURVEYS.name: (Kind.SURVEY, Kind.RATE, Kind.RATING),
    schema.TOTALS.name: (Kind.TOTAL, Kind.COHORT),
    schema.AMOUNTS.name: (Kind.AMOUNT,),
    schema.FAMILIES.name: (Kind.FAMILIES,),
}
ALL_PRIORITIES = "All"
"""What a comment on no single priority has in its place."""


def read_tables(grids: Mapping[str, Grid]) -> tuple[Tables, list[Problem]]:
    """Read every table of a workbook (all but the settings).

    Parameters
    ----------
    grids
        By the table names of `schema`. A table that is absent is reported and counts as empty.
    """
    reader = _Reader(grids)
    reader.report_missing_tables()
    measures = reader.read_measures()
    forces = read_forces(reader.rows(schema.FORCES), reader.problems)
    wanted = {measure.msg_measure for measure in measures} - {""}
    tables = Tables(
        measures=measures,
        monthly={
            name: one_a_month(rows, reader.problems)
            for name, rows in reader.by_measure(schema.MONTHLY, records.month).items()
        },
        surveys=reader.settled(schema.SURVEYS, reader.survey, one_survey_a_period),
        totals=reader.settled(schema.TOTALS, records.total, one_total_a_period),
        peers=read_peers(reader.rows(schema.PEERS), wanted, forces, reader.problems),
        group=tuple(force.name for force in forces if force.in_group),
        amounts=reader.by_measure(schema.AMOUNTS, records.amount),
        families=reader.settled(schema.FAMILIES, records.families, one_a_council),
        breaks=reader.by_measure(schema.BREAKS, records.recording_break),
        returns={
            name: due_last(items, reader.problems)
            for name, items in reader.by_measure(schema.RETURNS, records.partner_return).items()
        },
        overrides=tuple(_some(map(records.override, reader.rows(schema.OVERRIDES)))),
        comments=reader.comments(measures),
        history=tuple(_some(records.past_line(row, reader.problems) for row in reader.rows(schema.HISTORY))),
        forces=forces,
        acknowledged=tuple(map(records.acknowledgement, reader.rows(schema.ACKNOWLEDGED, lenient=("Until",)))),
    )
    return tables, reader.problems


def _some(items: Iterable[T | None]) -> Iterable[T]:
    return (item for item in items if item is not None)


class _Reader:
    """Reads one table after another, keeping the problems."""

    def __init__(self, grids: Mapping[str, Grid]) -> None:
        self.grids = grids
        self.problems: list[Problem] = []
        self.measures: dict[str, Measure] = {}
        self.refused: set[str] = set()

    def report_missing_tables(self) -> None:
        for table in schema.ALL:
            if table is not schema.SETTINGS and table.name not in self.grids and not table.optional:
                cost = "there is nowhere to write it" if table in schema.OWNED else "nothing is known of it"
                self.problems.append(
                    Problem(
                        Severity.WARNING,
                        Code.TABLE_MISSING,
                        table.sheet,
                        "",
                        f"There is no table named {table.name}, so {cost}: {table.purpose}",
                        "Restore the sheet, or give the table its name again (Table Design, Table Name).",
                        table=table.name,
                    )
                )

    def rows(self, table: schema.Table, *, lenient: tuple[str, ...] = ()) -> list[Row]:
        grid = self.grids.get(table.name)
        if grid is None:
            return []
        rows, problems = read_rows(grid, table, lenient=lenient)
        self.problems += problems
        return rows

    def read_measures(self) -> tuple[Measure, ...]:
        """Measures by name, and the spelling that names of MSG measures have from now on: that of the first."""
        before = len(self.problems)
        rows = self.rows(schema.MEASURES, lenient=("Direction",))
        spelt: dict[str, str] = {}
        for row in rows:
            key = normalised(row.text("Measure"))
            if key in self.measures:
                first = self.measures[key].row
                records.refuse(
                    row,
                    self.problems,
                    Code.DUPLICATE,
                    "Measure",
                    f"The measure '{row.text('Measure')}' is there twice (first in {first.cell('Measure')}).",
                    "Give each measure one row and a name of its own; capitals make no difference.",
                    mentions=(first.cell("Measure"),),
                )
                continue
            msg_measure = row.text("MSG measure")
            if msg_measure:
                row = row.named("MSG measure", spelt.setdefault(normalised(msg_measure), msg_measure))  # noqa: PLW2901
            self.measures[key] = records.measure(row, self.problems)
        self.refused = {normalised(problem.measure) for problem in self.problems[before:]} - self.measures.keys()
        return tuple(self.measures.values())

    def by_measure(
        self, table: schema.Table, make: Callable[[Row, list[Problem]], T | None]
    ) -> dict[str, tuple[T, ...]]:
        """Rows of a table by measure; rows of unknown measures or of another kind are reported and left out."""
        grouped: dict[str, list[T]] = defaultdict(list)
        strangers: dict[str, list[Row]] = defaultdict(list)
        allowed = KINDS_OF_TABLE.get(table.name)
        found: dict[str, Measure | None] = {}
        for row in self.rows(table):
            name = row.text("Measure")
            if name not in found:
                found[name] = self.measures.get(normalised(name))
            measure = found[name]
            if measure is None or (allowed and measure.kind not in allowed):
                strangers[name].append(row)
                continue
            made = make(row if name == measure.name else row.named("Measure", measure.name), self.problems)
            if made is not None:
                grouped[measure.name].append(made)
        self.problems += [self._stranger(name, rows, table) for name, rows in strangers.items()]
        return {name: tuple(items) for name, items in grouped.items()}

    def _stranger(self, name: str, rows: list[Row], table: schema.Table) -> Problem:
        measure = self.measures.get(normalised(name))
        cost = "its row here is not used" if len(rows) == 1 else f"its {len(rows):,} rows here are not used"
        if measure is not None:
            return rows[0].problem(
                Severity.ERROR,
                Code.WRONG_KIND,
                "Measure",
                f"'{name}' is of kind {measure.kind}, which does not belong in the table {table.name}; {cost}.",
                "Move the rows, or change the kind in the Measures sheet.",
            )
        if normalised(name) in self.refused:
            found, remedy = f"The row of '{name}' in the Measures sheet cannot be used; {cost}.", "Mend that row first."
        else:
            found = f"There is no measure '{name}' in the Measures sheet; {cost}."
            remedy = "Correct the name, or add the measure."
        return rows[0].problem(Severity.ERROR, Code.UNKNOWN_MEASURE, "Measure", found, remedy)

    def settled(
        self,
        table: schema.Table,
        make: Callable[[Row, list[Problem]], T | None],
        settle: Callable[[tuple[T, ...], list[Problem]], list[T]],
    ) -> dict[str, tuple[T, ...]]:
        """Records of a table by measure, without those that are there twice."""
        return {name: tuple(settle(items, self.problems)) for name, items in self.by_measure(table, make).items()}

    def survey(self, row: Row, problems: list[Problem]) -> SurveyResult | None:
        return records.survey(row, problems, self.measures[normalised(row.text("Measure"))].kind)

    def comments(self, measures: Iterable[Measure]) -> tuple[Comment, ...]:
        """Comments under the priorities as the Measures sheet spells them; others are kept and reported.

        Drafts without a decision, and rejected rows, are left out.
        """
        spelt = {normalised(name): name for name in (ALL_PRIORITIES, *(measure.priority for measure in measures))}
        comments = []
        for row in self.rows(schema.COMMENTS):
            written, text = row.text("Priority"), row.text("Text")
            priority_typed, role, words, decision, draft = map(row.as_typed, schema.COMMENTS.titles)
            whose = standing((priority_typed, role, words), decision, draft)
            if whose in (Standing.REJECTED, Standing.UNTOUCHED):
                continue
            if whose is Standing.CHANGED:
                self.problems += [] if decision else [_undecided(row)]
                continue
            priority = spelt.get(normalised(written))
            if not text:
                found = f"The comment on {written} has no text, so there is nothing to show."
                records.no_figure(row, self.problems, ("Text",), found, "Type it, or delete the row.")
                continue
            if priority is None:
                self.problems.append(
                    row.problem(
                        Severity.WARNING,
                        Code.UNKNOWN_PRIORITY,
                        "Priority",
                        f"No measure has the priority '{written}'; the comment is shown under that name.",
                        f"Use a priority of the Measures sheet, or {ALL_PRIORITIES}.",
                    )
                )
            mark = Mark.read(draft)
            comments.append(
                Comment(priority or written, row.text("Author role"), text, row, mark.period if mark else "")
            )
        return tuple(comments)


def _undecided(row: Row) -> Problem:
    return row.problem(
        Severity.WARNING,
        Code.UNDECIDED,
        "Decision",
        "The draft was changed, but 'Decision' is blank, so it is kept and not shown.",
        "Choose edit to show it in your words, or reject.",
    )


def one_a_month(items: tuple[MonthCount, ...], problems: list[Problem]) -> dict[Month, MonthCount]:
    """Months by month, each once."""
    kept = once_each(
        items,
        lambda item: item.month,
        lambda item: item.count,
        "Month",
        lambda item: f"{month_name(item.month)}",
        problems,
    )
    return {item.month: item for item in kept}


def one_survey_a_period(items: tuple[SurveyResult, ...], problems: list[Problem]) -> list[SurveyResult]:
    """Survey results, one a period."""
    return once_each(
        items,
        lambda item: item.period_end,
        lambda item: (item.n, item.successes, item.percent, item.score),
        "Period end",
        lambda item: f"A result for the twelve months to {day_name(item.period_end)}",
        problems,
    )


def one_total_a_period(items: tuple[PeriodTotal, ...], problems: list[Problem]) -> list[PeriodTotal]:
    """Totals, one a period."""
    return once_each(
        items,
        lambda item: item.period,
        lambda item: item.count,
        "Count",
        lambda item: f"The total for {item.period}",
        problems,
    )


def one_a_council(items: tuple[CouncilFamilies, ...], problems: list[Problem]) -> list[CouncilFamilies]:
    """Counts of families, one a council and period."""
    return once_each(
        items,
        lambda item: (normalised(item.council), item.period_end),
        lambda item: (item.counting, item.engaged, item.asb_only, item.offending_only, item.both),
        "Council",
        lambda item: f"{item.council} to {day_name(item.period_end)}",
        problems,
    )


def due_last(items: tuple[PartnerReturn, ...], problems: list[Problem]) -> PartnerReturn:
    """Of several returns for one measure the one due last; of those due on one day the first."""
    used = max(items, key=lambda item: item.due or date.min)
    problems += [
        item.row.problem(
            Severity.WARNING if item.due == used.due else Severity.NOTE,
            Code.DUPLICATE,
            "Due",
            f"The measure has {len(items)} returns; the one due last is shown, not this.",
            "Delete the row when it is no longer wanted.",
        )
        for item in items
        if item is not used and item.row is not None
    ]
    return used
