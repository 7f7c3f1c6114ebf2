"""All grids of a workbook to `Tables`, and every fault found on the way.

Reading keeps what one row alone can tell; what needs several rows (duplicates, gaps, sums) is in `checks`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from xlperf.periods import Period, first_day, last_day, month_of
from xlperf.tables import schema
from xlperf.tables.problems import Code, Problem, Severity
from xlperf.tables.rows import Row, read_rows
from xlperf.tables.tables import (
    Amount,
    Break,
    Comment,
    CouncilFamilies,
    Direction,
    Kind,
    Measure,
    MonthCount,
    Override,
    PartnerReturn,
    PastLine,
    PeerFigure,
    PeriodTotal,
    SurveyResult,
    Tables,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from xlperf.excel.port import Grid

T = TypeVar("T")

KINDS_OF_TABLE = {
    schema.MONTHLY.name: (Kind.OFFENCES,),
    schema.SURVEYS.name: (Kind.SURVEY, Kind.RATE, Kind.RATING),
    schema.TOTALS.name: (Kind.TOTAL, Kind.COHORT),
    schema.AMOUNTS.name: (Kind.AMOUNT,),
    schema.FAMILIES.name: (Kind.FAMILIES,),
}


class _Reader:
    """Reads one table after another, keeping the problems."""

    def __init__(self, grids: Mapping[str, Grid]) -> None:
        self.grids = grids
        self.problems: list[Problem] = []
        self.kinds: dict[str, Kind] = {}

    def rows(self, table: schema.Table) -> list[Row]:
        grid = self.grids.get(table.name)
        if grid is None:
            if table in schema.DATA:
                self.problems.append(
                    Problem(
                        Severity.WARNING,
                        Code.TABLE_MISSING,
                        table.sheet,
                        "",
                        f"There is no table named {table.name}, so nothing is known of it: {table.purpose}",
                        "Restore the sheet, or give the table its name again (Table Design, Table Name).",
                    )
                )
            return []
        rows, problems = read_rows(grid, table)
        self.problems += problems
        return rows

    def by_measure(self, table: schema.Table, make: Callable[[Row], T | None]) -> dict[str, tuple[T, ...]]:
        """Rows of a table by measure; rows of unknown measures or of another kind are reported and left out."""
        grouped: dict[str, list[T]] = defaultdict(list)
        reported: set[str] = set()
        allowed = KINDS_OF_TABLE.get(table.name)
        for row in self.rows(table):
            name = row.text("Measure")
            kind = self.kinds.get(name)
            if kind is None or (allowed and kind not in allowed):
                if name not in reported:
                    reported.add(name)
                    self.problems.append(_unknown(row, name, kind, table))
                continue
            made = make(row)
            if made is not None:
                grouped[name].append(made)
        return {name: tuple(items) for name, items in grouped.items()}

    def report(self, row: Row, severity: Severity, code: Code, title: str, found: str, remedy: str) -> None:
        self.problems.append(row.problem(severity, code, title, found, remedy))

    def measure(self, row: Row) -> Measure | None:
        name = row.text("Measure")
        if name in self.kinds:
            self.report(
                row,
                Severity.ERROR,
                Code.DUPLICATE,
                "Measure",
                f"The measure '{name}' is there twice; this row is not used.",
                "Give each measure one row.",
            )
            return None
        kind = Kind(row.text("Kind"))
        effect = row.number("Design effect")
        if effect is not None and effect < 1 / 4:
            self.report(
                row,
                Severity.ERROR,
                Code.OUT_OF_RANGE,
                "Design effect",
                f"The design effect is {effect:g}; 1 was used.",
                "Give the variance relative to simple random sampling: usually 1 to 3.",
            )
            effect = None
        self.kinds[name] = kind
        return Measure(
            name=name,
            priority=row.text("Priority"),
            label=row.text("Line"),
            kind=kind,
            direction=Direction(row.text("Direction")),
            target_change=row.number("Target change %") or 0.0,
            msg_measure=row.text("MSG measure"),
            proxy=row.flag("Proxy"),
            design_effect=1.0 if effect is None else effect,
            unit=row.text("Unit"),
            source=row.text("Source"),
            owner=row.text("Owner"),
            suppress_below=row.whole("Suppress below"),
            caveat=row.text("Caveat"),
            row=row,
        )

    def survey(self, row: Row) -> SurveyResult | None:
        end = row.day("Period end")
        n, successes, score = row.whole("n"), row.whole("Satisfied"), row.number("Mean score")
        if n == 0:
            self.report(
                row,
                Severity.ERROR,
                Code.OUT_OF_RANGE,
                "n",
                "n is 0: nobody was asked, so there is no result. The row is not used.",
                "Leave the row out until there are answers.",
            )
            return None
        if n is not None and successes is not None and successes > n:
            self.report(
                row,
                Severity.ERROR,
                Code.OUT_OF_RANGE,
                "Satisfied",
                f"{successes:,} satisfied of n = {n:,}: more than were asked. The row is not used.",
                "Correct one of the two.",
            )
            return None
        if score is not None and not 1 <= score <= 5:
            self.report(
                row,
                Severity.ERROR,
                Code.OUT_OF_RANGE,
                "Mean score",
                f"The mean score is {score:g}; stars go from 1 to 5. The row is not used.",
                "Correct the score.",
            )
            return None
        if end is None:
            return None
        return SurveyResult(end, n, successes, row.number("Percent"), score, row.day("As at"), row)

    def total(self, row: Row) -> PeriodTotal | None:
        start, end, count = row.day("Period start"), row.day("Period end"), row.whole("Count")
        if start is None or end is None or count is None:
            return None
        first, last = month_of(start), month_of(end)
        if start != first_day(first) or end != last_day(last) or last < first:
            self.report(
                row,
                Severity.ERROR,
                Code.PERIOD_ODD,
                "Period end",
                "The period is not whole months, from the first day of one to the last day of another. "
                "The row is not used.",
                "Correct the two dates.",
            )
            return None
        return PeriodTotal(Period(first, last), count, row.day("As at"), row)

    def month(self, row: Row) -> MonthCount | None:
        day, count = row.day("Month"), row.whole("Count")
        if day is None or count is None:
            return None
        return MonthCount(month_of(day), count, row.text("Status") == "provisional", row.day("As at"), row)

    def peer(self, row: Row) -> PeerFigure | None:
        end, count, denominator = row.day("Period end"), row.whole("Count"), row.number("Denominator")
        percent, n = row.number("Percent"), row.whole("n")
        if end is None:
            return None
        if percent is not None:
            return PeerFigure(row.text("Force"), end, percent / 100, None, None, n, row)
        if count is None or denominator is None:
            if count is not None:
                self.report(
                    row,
                    Severity.ERROR,
                    Code.BLANK,
                    "Denominator",
                    "There is a count but no denominator, so no rate. The row is not used.",
                    "Give the population or the households.",
                )
            return None
        if denominator <= 0 or count > denominator:
            self.report(
                row,
                Severity.ERROR,
                Code.POPULATION,
                "Denominator",
                f"{count:,} offences among {denominator:,.0f} cannot be. The row is not used.",
                "Correct the count or the denominator.",
            )
            return None
        return PeerFigure(row.text("Force"), end, count / denominator, count, denominator, None, row)

    def families(self, row: Row) -> CouncilFamilies | None:
        end = row.day("Period end")
        counts = [row.whole(title) for title in ("Engaged", "ASB only", "Offending only", "Both")]
        if end is None or any(count is None for count in counts):
            return None
        engaged, asb_only, offending_only, both = (count or 0 for count in counts)
        if asb_only + offending_only + both > engaged:
            self.report(
                row,
                Severity.ERROR,
                Code.DOES_NOT_ADD,
                "Engaged",
                f"{asb_only + offending_only + both:,} families with a reduction, of {engaged:,} engaged. "
                "The row is not used.",
                "Correct the counts.",
            )
            return None
        return CouncilFamilies(
            row.text("Council"), end, row.text("Counting"), engaged, asb_only, offending_only, both, row
        )


def _unknown(row: Row, name: str, kind: Kind | None, table: schema.Table) -> Problem:
    if kind is None:
        return row.problem(
            Severity.ERROR,
            Code.UNKNOWN_MEASURE,
            "Measure",
            f"There is no measure '{name}' in the Measures sheet; its rows here are not used.",
            "Correct the name, or add the measure.",
        )
    return row.problem(
        Severity.ERROR,
        Code.WRONG_KIND,
        "Measure",
        f"'{name}' is of kind {kind}, which does not belong in the table {table.name}; its rows here are not used.",
        "Move the rows, or change the kind in the Measures sheet.",
    )


def read_tables(grids: Mapping[str, Grid]) -> tuple[Tables, list[Problem]]:
    """Read every table of a workbook (all but the settings).

    Parameters
    ----------
    grids
        By the table names of `schema`. A data table that is absent is reported and counts as empty.
    """
    reader = _Reader(grids)
    measures = tuple(_some(map(reader.measure, reader.rows(schema.MEASURES))))
    months = reader.by_measure(schema.MONTHLY, reader.month)
    forces = reader.rows(schema.FORCES)
    tables = Tables(
        measures=measures,
        monthly={name: _first_of_each_month(reader, rows) for name, rows in months.items()},
        surveys=reader.by_measure(schema.SURVEYS, reader.survey),
        totals=reader.by_measure(schema.TOTALS, reader.total),
        peers=_peers(
            reader, {measure.msg_measure for measure in measures} - {""}, {row.text("Force") for row in forces}
        ),
        group=tuple(dict.fromkeys(row.text("Force") for row in forces if row.flag("In group"))),
        amounts=reader.by_measure(schema.AMOUNTS, _amount),
        families=reader.by_measure(schema.FAMILIES, reader.families),
        breaks=reader.by_measure(schema.BREAKS, _break),
        returns={name: items[-1] for name, items in reader.by_measure(schema.RETURNS, _return).items()},
        overrides=tuple(_some(map(_override, reader.rows(schema.OVERRIDES)))),
        comments=tuple(
            Comment(row.text("Priority"), row.text("Author role"), row.text("Text"))
            for row in reader.rows(schema.COMMENTS)
            if row.text("Text")
        ),
        history=tuple(_some(map(_past, reader.rows(schema.HISTORY)))),
    )
    return tables, reader.problems


def _some(items: Iterable[T | None]) -> Iterable[T]:
    return (item for item in items if item is not None)


def _first_of_each_month(reader: _Reader, rows: tuple[MonthCount, ...]) -> dict[int, MonthCount]:
    """Months by month. Of a month given twice neither is used when they differ: which is right is not ours to say."""
    found: dict[int, MonthCount] = {}
    rejected: set[int] = set()
    for item in rows:
        earlier = found.get(item.month)
        if earlier is None:
            found[item.month] = item
        elif earlier.count == item.count:
            reader.report(
                item.row,
                Severity.WARNING,
                Code.DUPLICATE,
                "Month",
                f"The month is there twice with the same count (also in {earlier.row.cell('Month')}); it counts once.",
                "Delete one of the rows.",
            )
        else:
            rejected.add(item.month)
            reader.report(
                item.row,
                Severity.ERROR,
                Code.DUPLICATE,
                "Month",
                f"The month is there twice with different counts: {earlier.count:,} in {earlier.row.cell('Count')} and "
                f"{item.count:,} here. Neither is used.",
                "Delete the wrong row.",
            )
    return {month: item for month, item in found.items() if month not in rejected}


def _peers(reader: _Reader, wanted: set[str], forces: set[str]) -> dict[str, tuple[PeerFigure, ...]]:
    by_name = {name.lower(): name for name in wanted}
    grouped: dict[str, list[PeerFigure]] = defaultdict(list)
    seen: dict[tuple[str, str, object], PeerFigure] = {}
    reported: set[str] = set()
    for row in reader.rows(schema.PEERS):
        name, force = by_name.get(row.text("Measure").lower()), row.text("Force")
        if name is None:
            if row.text("Measure") not in reported:
                reported.add(row.text("Measure"))
                reader.report(
                    row,
                    Severity.NOTE,
                    Code.UNKNOWN_MEASURE,
                    "Measure",
                    f"No measure has the MSG measure '{row.text('Measure')}'; its rows here are not used.",
                    "Correct the name here, or enter it under 'MSG measure' in the Measures sheet.",
                )
            continue
        if force not in forces:
            reader.report(
                row,
                Severity.ERROR,
                Code.UNKNOWN_FORCE,
                "Force",
                f"There is no force '{force}' in the Forces sheet; the row is not used.",
                "Correct the name, or add the force.",
            )
            continue
        figure = reader.peer(row)
        if figure is None:
            continue
        key = (name, force, figure.period_end)
        if key in seen:
            reader.report(
                row,
                Severity.ERROR if seen[key].rate != figure.rate else Severity.WARNING,
                Code.DUPLICATE,
                "Force",
                f"{force} is there twice for this measure and period (also in {seen[key].row.cell('Force')}); "
                + ("the figures differ, so neither is used." if seen[key].rate != figure.rate else "it counts once."),
                "Delete the wrong row.",
            )
            if seen[key].rate != figure.rate and seen[key] in grouped[name]:
                grouped[name].remove(seen[key])
            continue
        seen[key] = figure
        grouped[name].append(figure)
    return {name: tuple(figures) for name, figures in grouped.items()}


def _amount(row: Row) -> Amount | None:
    value = row.decimal("£ million")
    return None if value is None else Amount(row.text("Item"), value, row.day("As at"), row)


def _break(row: Row) -> Break | None:
    day = row.day("Month")
    return None if day is None else Break(month_of(day), row.text("Note"))


def _return(row: Row) -> PartnerReturn:
    return PartnerReturn(
        row.text("Owner"),
        row.day("Due"),
        row.day("Received"),
        row.text("Board"),
        row.day("Seen by board"),
        row.text("Status"),
        row.text("Remark"),
    )


def _override(row: Row) -> Override | None:
    until = row.day("Until")
    if until is None:
        return None
    return Override(row.text("Line"), row.text("Colour"), row.text("Reason"), row.text("Who"), until, row)


def _past(row: Row) -> PastLine | None:
    end = row.day("Period end")
    if end is None:
        return None
    return PastLine(
        end,
        row.text("Line"),
        row.number("Baseline"),
        row.number("Latest"),
        row.text("Colour"),
        row.text("Reason code"),
        row.text("Position"),
        row.text("Trends"),
        row,
    )
