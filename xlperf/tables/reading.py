"""All grids of a workbook to `Tables`, and every fault found on the way.

What can be read from one row alone is in `records` and `peers`; here rows find their measures.
Checks that need the settings, and gaps, jumps and sums, are in `checks`. Names are compared without
case and surplus spaces, as Excel compares them, and come out as the Measures and Forces sheets
spell them.

A row or table that cannot be read, or whose figures are refused, makes a doubt about the measures
it is or may be of: they have no colour until it is corrected. Left out, it could give them another
colour than its figure would.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from xlperf.excel.port import normalised
from xlperf.tables import records, schema, survey_records
from xlperf.tables.comments import read_comments
from xlperf.tables.data import LostMonth, MonthCount, Tables
from xlperf.tables.doubts import Doubt, DoubtCollection, Part
from xlperf.tables.duplicates import refuse_names_of_lines
from xlperf.tables.lines import ALL_LINES
from xlperf.tables.measure_kinds import MeasureKind, kinds_in
from xlperf.tables.one_each import (
    due_last,
    months_of,
    one_a_council,
    one_a_month,
    one_survey_a_period,
    one_total_a_period,
)
from xlperf.tables.outside import Names, find_outside
from xlperf.tables.peers import read_forces, read_peers
from xlperf.tables.plan import check_plan, in_order_of_plan, read_plan
from xlperf.tables.problems import (
    LONGEST_QUOTED,
    MOST_PROBLEMS,
    Code,
    Problem,
    Severity,
    require_few,
    too_many,
)
from xlperf.tables.rows import CannotRead, read_rows
from xlperf.tables.schema import Consequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from xlperf.excel.port import Grid
    from xlperf.tables.data import Measure, Override, SurveyResult
    from xlperf.tables.rows import DataRow

T = TypeVar("T")


def read_tables(grids: Mapping[str, Grid]) -> tuple[Tables, list[Problem]]:
    """Read every table of a workbook (all but the settings).

    Parameters
    ----------
    grids
        By the table names of `schema`. A table that is absent is reported; what follows is that of
        its first column.
    """
    reader = _Reader(grids)
    reader.report_missing_tables()
    measures = reader.read_measures()
    plan = read_plan(reader.rows(schema.PRIORITIES), reader.problems)
    reader.problems += check_plan(plan, measures)
    forces = read_forces(reader.rows(schema.FORCES), reader.problems, reader.doubt_positions)
    months = reader.settled(schema.MONTHLY, records.month, one_a_month)
    tables = Tables(
        measures=measures,
        monthly=months_of(months, MonthCount),
        lost_months=months_of(months, LostMonth),
        surveys=reader.settled(schema.SURVEYS, reader.survey, one_survey_a_period),
        totals=reader.settled(schema.TOTALS, records.total, one_total_a_period),
        peers=read_peers(
            reader.rows(schema.PEERS), measures, forces, reader.problems, reader.doubt_positions
        ),
        group=tuple(force.name for force in forces if force.in_group),
        amounts=reader.by_measure(schema.AMOUNTS, records.amount),
        families=reader.settled(schema.FAMILIES, records.families, one_a_council),
        breaks=reader.by_measure(schema.BREAKS, records.recording_break),
        returns={
            name: due_last(items, reader.problems)
            for name, items in reader.by_measure(schema.RETURNS, records.partner_return).items()
        },
        overrides=reader.overrides(),
        comments=read_comments(reader.rows(schema.COMMENTS), measures, reader.problems),
        history=tuple(
            _some(records.past_line(row, reader.problems) for row in reader.rows(schema.HISTORY))
        ),
        forces=forces,
        acknowledged=tuple(map(records.acknowledgement, reader.rows(schema.ACKNOWLEDGED))),
        priorities=plan,
    )
    reader.read_outside()
    ordered = in_order_of_plan(reader.guarded(measures), plan)
    return replace(tables, measures=ordered, doubts=tuple(reader.doubts)), reader.problems


def read_overrides(grid: Grid | None) -> tuple[Override, ...]:
    """Read the overrides alone; rows at fault are left out without a word, since reading all tables
    reports them.
    """
    overrides = []
    for row in [] if grid is None else read_rows(grid, schema.OVERRIDES)[0]:
        with suppress(CannotRead):
            overrides.append(records.override(row))
    return tuple(overrides)


def _some(items: Iterable[T | None]) -> Iterable[T]:
    return (item for item in items if item is not None)


class _Reader:
    """Reads one table after another, keeping the problems."""

    def __init__(self, grids: Mapping[str, Grid]) -> None:
        self.grids = grids
        self.problems: list[Problem] = []
        self.doubts = DoubtCollection()
        self.measures: dict[str, Measure] = {}
        self.refused: set[str] = set()
        self.unguarded: frozenset[str] = frozenset()
        """Measures whose threshold may be another: beside their row something stands, or they have
        two rows.
        """

    def report_missing_tables(self) -> None:
        for table in schema.ALL:
            if table is not schema.SETTINGS and table.name not in self.grids and not table.optional:
                key = table.columns[0]
                decides = table in schema.DATA and key.unreadable is not Consequence.NOT_USED
                known = key.consequence if decides else "nothing is known of it"
                cost = "there is nowhere to write it" if table in schema.OWNED else known
                self.problems.append(
                    Problem(
                        Severity.ERROR if decides else Severity.WARNING,
                        Code.TABLE_MISSING,
                        table.sheet,
                        "",
                        f"There is no table named {table.name}, so {cost}: {table.purpose}",
                        "Restore the sheet, or give the table its name again (Table Design, Table"
                        " Name).",
                        table=table.name,
                    )
                )

    def rows(self, table: schema.Table) -> list[DataRow]:
        grid = self.grids.get(table.name)
        if grid is None:
            if table.columns[0].unreadable is Consequence.NO_COLOUR:
                what = f"The table {table.name} is missing"
                self.doubt(table, self.all_of(table), table.sheet, what, guess=True)
            return []
        rows, problems = read_rows(grid, table)
        # a refresh writes dates into cells that may have no date format, which is nobody's fault
        ours = table in schema.OWNED
        self.problems += [
            item for item in problems if not (ours and item.code is Code.DATE_AS_TEXT)
        ]
        require_few(self.problems)
        return rows

    @cached_property
    def names(self) -> Names:
        """What rows can be about; asked for once the measures are read."""
        return Names(tuple(self.measures.values()))

    def all_of(self, table: schema.Table) -> frozenset[str]:
        """Measures that a row of a table could be about."""
        kinds = kinds_in(table.name) or MeasureKind
        return frozenset(item.name for item in self.measures.values() if item.kind in kinds)

    def doubt(
        self,
        table: schema.Table,
        measures: Iterable[str],
        place: str,
        what: str,
        *,
        line: str = "",
        guess: bool = False,
        misplaced: bool = False,
    ) -> None:
        """Note that something of a table cannot be known of some measures; `guess`: it is not known
        either whether it is about them.
        """
        self.doubts.add(
            Doubt(
                frozenset(measures),
                f"{what}: see Checks.",
                (place,),
                _part(table),
                decision=table is schema.OVERRIDES,
                misplaced=misplaced,
                older=guess and table is schema.RETURNS,
                line=line,
            )
        )

    def doubt_positions(self, msg_measure: str, place: str, what: str) -> None:
        """Doubt the positions by one MSG measure; by all, if it is empty."""
        wanted = normalised(msg_measure)
        compared = [item for item in self.measures.values() if item.msg_measure]
        named = (item.name for item in compared if wanted in ("", normalised(item.msg_measure)))
        self.doubt(schema.PEERS, named, place, what)

    def read_measures(self) -> tuple[Measure, ...]:
        """Measures by name, and how names of MSG measures are spelt from now on: as the first."""
        before = len(self.problems)
        rows = self.rows(schema.MEASURES)
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
                    f"The measure '{row.text('Measure')}' is there twice (first in"
                    f" {first.cell('Measure')}).",
                    "Give each measure one row and a name of its own; capitals make no difference.",
                    mentions=(first.cell("Measure"),),
                )
                place = self.problems[-1].where
                name = self.measures[key].name
                self.doubt(schema.MEASURES, [name], place, f"{place} has the measure again")
                self.unguarded |= {name}
                continue
            msg_measure = row.if_readable(row.text, "MSG measure")
            if msg_measure:
                spelling = spelt.setdefault(normalised(msg_measure), msg_measure)
                self.measures[key] = records.measure(
                    row.named("MSG measure", spelling), self.problems
                )
            else:
                self.measures[key] = records.measure(row, self.problems)
        refuse_names_of_lines(self.measures, self.problems)
        self.refused = {
            normalised(problem.measure) for problem in self.problems[before:]
        } - self.measures.keys()
        return tuple(self.measures.values())

    def by_measure(
        self, table: schema.Table, make: Callable[[DataRow, list[Problem]], T | None]
    ) -> dict[str, tuple[T, ...]]:
        """Rows of a table by measure; of unknown measures or another kind: reported, left out."""
        grouped: dict[str, list[T]] = defaultdict(list)
        strangers: dict[str, list[DataRow]] = defaultdict(list)
        kinds = kinds_in(table.name) or MeasureKind
        by_spelling: dict[str, Measure | None] = {}
        for row in self.rows(table):
            try:
                name = row.text("Measure")
            except CannotRead as fault:
                if table is not schema.RETURNS or _says_there_is_none(row):
                    measures = self.all_of(table)
                    self.doubt(table, measures, fault.cell.where, str(fault), guess=True)
                continue
            if name not in by_spelling:
                by_spelling[name] = self.measures.get(normalised(name))
            measure = by_spelling[name]
            if measure is None or measure.kind not in kinds:
                strangers[name].append(row)
                self._require_few_strangers(strangers, table)
                continue
            before = len(self.problems)
            try:
                record = make(
                    row if name == measure.name else row.named("Measure", measure.name),
                    self.problems,
                )
            except CannotRead as fault:
                self.doubt(table, [measure.name], fault.cell.where, str(fault))
                continue
            if record is not None:
                grouped[measure.name].append(record)
            self._doubt_refused(before, measure.name, table)
        self.problems += [self._stranger(name, rows, table) for name, rows in strangers.items()]
        for name, some in strangers.items():
            if table is schema.BREAKS or (
                table is schema.RETURNS and any(map(_says_there_is_none, some))
            ):
                self._doubt_near(name, table, some[0])
        return {name: tuple(items) for name, items in grouped.items()}

    def _require_few_strangers(
        self, strangers: Mapping[str, list[DataRow]], table: schema.Table
    ) -> None:
        if len(strangers) > MOST_PROBLEMS:
            first = self._stranger(*next(iter(strangers.items())), table)
            raise too_many(
                table.sheet, len(strangers), f"{first.where}: {first.found[:LONGEST_QUOTED]}"
            )

    def _doubt_near(self, name: str, table: schema.Table, row: DataRow) -> None:
        """Doubt the measures that a name could mean which is none, where the row would change their
        colours.
        """
        meant = self.names.near(name, table) or self.names.of_priority(name)
        if table is schema.BREAKS and not meant and not self._is_past(name):
            meant = [self.names.all]
        for about in meant:
            what = f"{row.where} names '{name}'"
            self.doubt(table, about.measures, row.where, what, line=about.line, guess=True)

    def _is_past(self, name: str) -> bool:
        """Whether a measure that is gone had this name, or one with an unusable row has it."""
        wanted = normalised(name)
        return wanted in self.refused or not self._past_lines.isdisjoint(
            normalised(name + end) for end in ALL_LINES
        )

    @cached_property
    def _past_lines(self) -> frozenset[str]:
        grid = self.grids.get(schema.HISTORY.name)
        rows = [] if grid is None else read_rows(grid, schema.HISTORY)[0]
        return frozenset(normalised(row.name("Line")) for row in rows)

    def _doubt_refused(self, before: int, measure: str, table: schema.Table) -> None:
        """Doubt a measure when errors were found since there were `before` problems: what they are
        of is not used.
        """
        for problem in self.problems[before:]:
            if problem.severity is Severity.ERROR:
                self.doubt(table, [measure], problem.where, f"{problem.where} cannot be used")

    def _stranger(self, name: str, rows: list[DataRow], table: schema.Table) -> Problem:
        measure = self.measures.get(normalised(name))
        cost = (
            "its row here is not used"
            if len(rows) == 1
            else f"its {len(rows):,} rows here are not used"
        )
        if measure is not None:
            return rows[0].problem(
                Severity.ERROR,
                Code.WRONG_KIND,
                "Measure",
                f"'{name}' is of kind {measure.kind}, which does not belong in the table"
                f" {table.name}; {cost}.",
                "Move the rows, or change the kind in the Measures sheet.",
            )
        if normalised(name) in self.refused:
            found = f"The row of '{name}' in the Measures sheet cannot be used; {cost}."
            remedy = "Correct that row first."
        else:
            if table is schema.BREAKS and not self._is_past(name):
                cost += ", and what it may be about has no colour"
            found = f"There is no measure '{name}' in the Measures sheet; {cost}."
            remedy = "Correct the name, or add the measure."
        return rows[0].problem(Severity.ERROR, Code.UNKNOWN_MEASURE, "Measure", found, remedy)

    def settled(
        self,
        table: schema.Table,
        make: Callable[[DataRow, list[Problem]], T | None],
        settle: Callable[[tuple[T, ...], list[Problem]], list[T]],
    ) -> dict[str, tuple[T, ...]]:
        """Records of a table by measure, without those that are there twice."""
        records_by_measure: dict[str, tuple[T, ...]] = {}
        for name, items in self.by_measure(table, make).items():
            before = len(self.problems)
            records_by_measure[name] = tuple(settle(items, self.problems))
            self._doubt_refused(before, name, table)
        return records_by_measure

    def overrides(self) -> tuple[Override, ...]:
        """Decisions of people; one that cannot be read leaves its line without a colour."""
        decisions, known = [], self.names.of(schema.OVERRIDES)
        for row in self.rows(schema.OVERRIDES):
            line = ""
            try:
                line = row.text("Line")
                decisions.append(records.override(row))
                if normalised(line) not in known:
                    self._doubt_near(line, schema.OVERRIDES, row)
            except CannotRead as fault:
                table, where = schema.OVERRIDES, fault.cell.where
                self.doubt(table, self.all_of(table), where, str(fault), line=normalised(line))
        return tuple(decisions)

    def read_outside(self) -> None:
        """Report what stands outside the tables, and doubt what it could be about."""
        for found in find_outside(self.grids, self.names):
            self.problems.append(found.problem)
            about = found.about
            if about.measures:
                place = found.problem.where
                what = f"{place} is outside the table {found.table.name}"
                self.doubt(
                    found.table, about.measures, place, what, line=about.line, misplaced=True
                )
                if found.table is schema.MEASURES:
                    self.unguarded |= about.measures

    def guarded(self, measures: Iterable[Measure]) -> tuple[Measure, ...]:
        """Measures, with the strictest threshold where something beside the table may be one."""

        def guarded(measure: Measure) -> Measure:
            if measure.name not in self.unguarded:
                return measure
            return replace(measure, suppress_below=records.SUPPRESS_ALL)

        return tuple(map(guarded, measures))

    def survey(self, row: DataRow, problems: list[Problem]) -> SurveyResult | None:
        return survey_records.survey(
            row, problems, self.measures[normalised(row.text("Measure"))].kind
        )


def _part(table: schema.Table) -> Part:
    """What of a measure the rows of a table decide."""
    if table in (schema.PEERS, schema.FORCES):
        return Part.POSITIONS
    return Part.OTHERS if kinds_in(table.name) else Part.ALL


def _says_there_is_none(row: DataRow) -> bool:
    """Whether a row of Returns says that there is no newer figure, or cannot be read."""
    return row.unreadable("Status") or row.text("Status") not in ("", "received")
