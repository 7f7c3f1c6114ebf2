"""A dashboard's data in a few lines: `Book` takes rows as an analyst would type them, and gives
tables, lines, a workbook.

Defaults are those of the report: twelve months to September 2014, baseline 2012/13, target March
2017. Everything is read with the reader that reads workbooks, so a test sees what a user would.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tests.fake import FakeWorkbook
from xlperf.assessment.assessing import assess
from xlperf.assessment.caveats import Remark
from xlperf.config import SETTINGS
from xlperf.excel.port import Grid, Scalar
from xlperf.periods import Month, Period, first_day, last_day, month_of
from xlperf.tables import schema
from xlperf.tables.lines import FIELDS, cell_name
from xlperf.tables.reading import read_tables
from xlperf.tables.settings import read_settings
from xlperf.tiles import layout
from xlperf.tiles.explanations import Explanation, explain
from xlperf.tiles.readings import reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.tables.data import Tables
    from xlperf.tables.problems import Problem

END = date(2014, 9, 30)
MARCH_2013 = date(2013, 3, 31)
FORCES = (
    "Leicestershire",
    "Bedfordshire",
    "Essex",
    "Hampshire",
    "Hertfordshire",
    "Kent",
    "Nottinghamshire",
    "Staffordshire",
)
WOBBLE = (3, -4, 1, 5, -2, -3, 4, -1, -5, 2, 0, 0)
"""Sums to 0: twelve months of ``level + WOBBLE`` are twelve times the level."""


def month(text: str) -> Month:
    """Month of "2014-09"."""
    year, number = text.split("-")
    return 12 * int(year) + int(number) - 1


def wobbling(level: float, months: int, *, width: float = 1.0) -> list[int]:
    """Months about a level that is kept exactly over each twelve."""
    return [round(level + width * WOBBLE[i % 12]) for i in range(months)]


class Book:
    """Rows of a workbook. Every method that adds gives the book back, so that calls can be
    chained.
    """

    def __init__(self, **settings: Scalar) -> None:
        self.settings_given: dict[str, Scalar] = {"own_force": FORCES[0]} | settings
        self.rows: dict[str, list[dict[str, Scalar]]] = {
            table.name: [] for table in (*schema.ALL, *schema.REPORT)
        }
        self.without: set[str] = set()
        self.forces()

    def add(self, table: schema.Table, **cells: Scalar) -> Book:
        """Add one row; columns by title, with underscores for spaces and ``percent_`` for the
        sign.
        """
        titles = {
            title.replace(" ", "_").replace("%", "percent").replace("£", "pounds"): title
            for title in table.titles
        }
        self.rows[table.name].append({titles[name]: value for name, value in cells.items()})
        return self

    def measure(self, name: str, kind: str, direction: str = "down", **cells: Scalar) -> Book:
        defaults: dict[str, Scalar] = {"Priority": "SP1", "Line": f"Label of {name}"}
        return self.add(
            schema.MEASURES, Measure=name, Kind=kind, Direction=direction, **(defaults | cells)
        )

    def months(
        self,
        name: str,
        counts: Iterable[int],
        *,
        last: str = "2014-09",
        status: str = "final",
        leaving_out: Sequence[str] = (),
    ) -> Book:
        """Counts of months in a row, the last of them `last`."""
        listed = list(counts)
        first = month(last) - len(listed) + 1
        skipped = {month(text) for text in leaving_out}
        for offset, count in enumerate(listed):
            if first + offset not in skipped:
                self.add(
                    schema.MONTHLY,
                    Measure=name,
                    Month=first_day(first + offset),
                    Count=count,
                    Status=status,
                )
        return self

    def offences(
        self,
        name: str = "crime",
        counts: Iterable[int] = (),
        direction: str = "down",
        **cells: Scalar,
    ) -> Book:
        """A measure of monthly counts that end in September 2014."""
        return self.measure(name, "offences", direction, **cells).months(name, counts)

    def survey(
        self,
        name: str,
        end: date,
        n: int | None = None,
        satisfied: int | None = None,
        **cells: Scalar,
    ) -> Book:
        return self.add(
            schema.SURVEYS, Measure=name, Period_end=end, n=n, Satisfied=satisfied, **cells
        )

    def surveys(
        self,
        before: tuple[int, int] | None,
        now: tuple[int, int] | None,
        direction: str = "up",
        **cells: Scalar,
    ) -> Book:
        """A survey measure ``sat`` with (satisfied, n) of the baseline year and of the year to
        September 2014.
        """
        self.measure("sat", "survey", direction, **cells)
        for end, result in ((MARCH_2013, before), (END, now)):
            if result is not None:
                self.survey("sat", end, result[1], result[0])
        return self

    def total(self, name: str, first: str, last: str, count: int, **cells: Scalar) -> Book:
        start, end = first_day(month(first)), last_day(month(last))
        return self.add(
            schema.TOTALS, Measure=name, Period_start=start, Period_end=end, Count=count, **cells
        )

    def totals(
        self, before: int | None, now: int | None, direction: str = "down", *, half: bool = False
    ) -> Book:
        """A measure ``young`` with totals of 2012/13 and of the latest year, or of the half year to
        September 2014.
        """
        self.measure("young", "total", direction)
        if before is not None:
            self.total("young", "2012-04", "2013-03", before)
        if now is not None:
            self.total("young", "2014-04" if half else "2013-10", "2014-09", now)
        return self

    def forces(self, names: Sequence[str] = FORCES) -> Book:
        self.rows[schema.FORCES.name] = [{"Force": name, "In group": "yes"} for name in names]
        return self

    def peers(
        self,
        rates: Sequence[float | None],
        *,
        end: date = END,
        name: str = "crime",
        shares: bool = False,
    ) -> Book:
        """Figures of the forces in their order, own force first: counts per 100,000, or percentages
        with n = 400.
        """
        for force, rate in zip(FORCES, rates, strict=False):
            if rate is None:
                continue
            figure: dict[str, Scalar] = (
                {"Percent": rate, "n": 400}
                if shares
                else {"Count": int(rate), "Denominator": 100_000}
            )
            self.add(schema.PEERS, Measure=name, Period_end=end, Force=force, **figure)
        return self

    def lost(self, name: str, *months: str) -> Book:
        """Months whose counts will never come."""
        for text in months:
            day = first_day(month(text))
            self.add(schema.MONTHLY, Measure=name, Month=day, Status="missing")
        return self

    def recording_changed(self, name: str, first: str) -> Book:
        return self.add(
            schema.BREAKS, Measure=name, Month=first_day(month(first)), Note="counted in a new way"
        )

    def owed(self, name: str, status: str, **cells: Scalar) -> Book:
        return self.add(schema.RETURNS, Measure=name, Status=status, **cells)

    def override(self, line: str, colour: str, until: date = END) -> Book:
        return self.add(
            schema.OVERRIDES,
            Line=line,
            Colour=colour,
            Reason="The board agreed.",
            Who="Performance manager",
            Until=until,
        )

    # -- what comes of it
    # --------------------------------------------------------------------------------------------

    def grids(self) -> dict[str, Grid]:
        given = {setting.key: setting.default for setting in SETTINGS} | self.settings_given
        rows = self.rows | {
            schema.SETTINGS.name: [{"Key": key, "Value": value} for key, value in given.items()]
        }
        return {
            table.name: Grid(
                table.name,
                table.sheet,
                table.titles,
                tuple(tuple(row.get(title) for title in table.titles) for row in rows[table.name]),
                1,
                1,
            )
            for table in (*schema.ALL, *(item for item in schema.REPORT if rows[item.name]))
            if table.name not in self.without
        }

    def read(self) -> tuple[Tables, Settings, list[Problem]]:
        grids = self.grids()
        settings, found = read_settings(grids[schema.SETTINGS.name])
        tables, more = read_tables(grids)
        return tables, settings, found + more

    def lines(self) -> dict[str, Assessment]:
        """Assess; every line by its name, in order. Each also gets its sentence, so that none is
        without one.
        """
        tables, settings, _ = self.read()
        lines = {line.line: line for line in assess(tables, settings)}
        for line in lines.values():
            assert explain(line, settings).summary.strip()
        return lines

    def line(self, name: str) -> Assessment:
        return self.lines()[name]

    def verdict(self, name: str) -> tuple[str, str]:
        """Colour and reason code of a line."""
        line = self.line(name)
        return str(line.rag), str(line.reason)

    def explanation(self, name: str) -> Explanation:
        _, settings, _ = self.read()
        return explain(self.line(name), settings)

    def sentence(self, name: str) -> str:
        """Both parts of the explanation of a line, the part for analysts last."""
        return " ".join(filter(None, self.explanation(name)))

    def caveats(self, name: str) -> list[object]:
        """What is to be borne in mind about a line: remarks, and the types of other caveats."""
        caveats = self.line(name).caveats
        return [caveat if isinstance(caveat, Remark) else type(caveat) for caveat in caveats]

    def reading(self, name: str) -> str:
        _, settings, _ = self.read()
        return reading(self.line(name).evidence, settings)

    def workbook(self, **values: Any) -> FakeWorkbook:
        """A fake workbook with these tables, with a cell for everything a refresh writes; without
        priorities of its own, with a row for each that a measure names.
        """
        if not self.rows[schema.PRIORITIES.name]:
            named = dict.fromkeys(row["Priority"] for row in self.rows[schema.MEASURES.name])
            for code in filter(None, named):
                self.add(schema.PRIORITIES, Code=code, Title=f"Title of {code}")
        tables, settings, _ = self.read()
        lines = assess(tables, settings)
        names = {cell_name(line.line, field) for line in lines for field in FIELDS} | set(
            layout.cell_names(lines)
        )
        return FakeWorkbook(
            {name: (grid.header, grid.rows) for name, grid in self.grids().items()},
            dict.fromkeys(sorted(names)),
            sheets={table.name: table.sheet for table in (*schema.ALL, *schema.REPORT)},
            **values,
        )


def twelve_to(text: str) -> Period:
    """Twelve months ending in "2014-09"."""
    return Period(month(text) - 11, month(text))


__all__ = ["END", "FORCES", "MARCH_2013", "Book", "month", "month_of", "twelve_to", "wobbling"]
