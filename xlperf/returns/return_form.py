"""What a plan asks of each partner for a quarter: the rows of its return.

A measure that is counted by month has a row a month, and one for the quarter. One that comes as a
total has a row for each quarter of the period that the dashboard shows, and one for the whole. The
parts must add up to the whole; the whole, or the months, are what the dashboard takes.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.periods import Period, last_day, month_name, twelve_months_to
from xlperf.tables import schema
from xlperf.tables.comparison import QUARTER, year_to_date
from xlperf.tables.measure_kinds import KINDS, Comparison, FigureForm, MeasureKind
from xlperf.tables.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from xlperf.config import Settings
    from xlperf.excel.port import Grid
    from xlperf.periods import Month
    from xlperf.tables.data import Measure, Tables
    from xlperf.tables.rows import DataRow
    from xlperf.tables.workbook import WorkbookData

NOT_ASKED = ("in development", "not applicable")
"""States in Returns of what no partner is asked for."""
FAMILY_ITEMS = ("engaged", "ASB only", "offending only", "both")
WORDS_OF_FAMILIES = {
    "engaged": "Families engaged in all",
    "ASB only": "of these: ASB down by 60% or more, offending not by 33%",
    "offending only": "of these: minors' offending down by 33% or more, ASB not by 60%",
    "both": "of these: both down",
}
COUNTINGS = ("and", "or")
"""How families are counted: as in the sheet Families."""


class FigureStatus(StrEnum):
    """What a partner says of a figure."""

    FINAL = "final"
    PROVISIONAL = "provisional"
    NOT_AVAILABLE = "not available"
    NOT_APPLICABLE = "not applicable"
    CONFIDENTIAL = "confidential"

    @property
    def has_figure(self) -> bool:
        """Whether a figure belongs to it."""
        return self in (FigureStatus.FINAL, FigureStatus.PROVISIONAL)


class FormColumn(StrEnum):
    """Columns of the form, in order; the value is the title."""

    MEASURE = "Measure"
    LINE = "What it is"
    WHAT = "What to give"
    FROM = "From"
    TO = "To"
    COUNT = "Number"
    OUT_OF = "Out of"
    PERCENT = "Per cent"
    STATUS = "Status"
    RULE = "How you count it"
    CONTEXT = "What the panel should know"
    BOARD = "Board that sees it first"
    SEEN = "Board saw it on"


FIGURES = (FormColumn.COUNT, FormColumn.OUT_OF, FormColumn.PERCENT)


class RowKey(NamedTuple):
    """What a row is of."""

    measure: str
    """Normalised."""
    first: Month
    last: Month
    item: str = ""
    """Of families: which of the four numbers."""


class FormRow(NamedTuple):
    """One row of a return."""

    measure: str
    line: str
    what: str
    period: Period
    figures: frozenset[FormColumn]
    """Which of the figures it takes; none: words alone."""
    item: str = ""
    is_part: bool = False
    """One of several that add up to the row of the whole, which is the last of its measure."""
    needed: bool = True
    """A return without it is not complete."""
    is_first: bool = False
    """First row of its measure: it takes counting rule, context and the day of the board."""
    board: str = ""

    @property
    def key(self) -> RowKey:
        """What it is of."""
        return RowKey(normalised(self.measure), self.period.first, self.period.last, self.item)


class ReturnForm(NamedTuple):
    """What one partner is asked for."""

    office: str
    partner: str
    quarter: Period
    due: date | None
    rows: tuple[FormRow, ...]


class OwedMeasure(NamedTuple):
    """A row of Returns that a partner is asked for."""

    measure: Measure
    owner: str
    row: DataRow


class Partners(NamedTuple):
    """Partners by normalised name, and what of Returns nobody is asked for, with the reason."""

    owed: Mapping[str, tuple[OwedMeasure, ...]]
    left_out: tuple[str, ...]


def partners_of(grid: Grid | None, tables: Tables) -> Partners:
    """Collect what each owner of Returns is asked for, in the order of the sheet."""
    measures = {item.name.lower(): item for item in tables.measures}
    owed: dict[str, list[OwedMeasure]] = {}
    left: list[str] = []
    for row in read_rows(grid, schema.RETURNS)[0] if grid is not None else ():
        owner, state = row.name("Owner"), row.name("Status")
        measure = measures.get(row.name("Measure").lower())
        where = f"{row.frame.grid.sheet}!{row.cell('Measure')}"
        if measure is None:
            left.append(f"{where}: there is no measure '{row.as_typed('Measure')}'.")
        elif not owner:
            left.append(f"{where}: {measure.name} has no owner, so nobody is asked for it.")
        elif state in NOT_ASKED:
            left.append(f"{where}: {measure.name} is {state}.")
        elif KINDS[measure.kind].table is schema.AMOUNTS:
            left.append(f"{where}: {measure.name} is an amount, which is typed into Amounts.")
        elif all(item.measure is not measure for item in owed.get(normalised(owner), ())):
            owed.setdefault(normalised(owner), []).append(OwedMeasure(measure, owner, row))
    return Partners({name: tuple(items) for name, items in owed.items()}, tuple(left))


def form_of(
    owed: tuple[OwedMeasure, ...], quarter: Period, data: WorkbookData, due: date | None = None
) -> ReturnForm:
    """Make the form of one partner. `due`: when it is to be back; None: as Returns says."""
    days = [day for item in owed if (day := item.row.if_readable(item.row.day, "Due"))]
    rows = [row for item in owed for row in _rows_of(item, quarter, data)]
    return ReturnForm(
        data.settings.office,
        owed[0].owner,
        quarter,
        due or min((day for day in days if day > last_day(quarter.last)), default=None),
        tuple(rows),
    )


def _rows_of(owed: OwedMeasure, quarter: Period, data: WorkbookData) -> Iterator[FormRow]:
    board = owed.row.name("Board")
    for place, row in enumerate(_figure_rows(owed.measure, quarter, data)):
        yield row._replace(is_first=place == 0, board=board if place == 0 else "")


def _figure_rows(measure: Measure, quarter: Period, data: WorkbookData) -> Iterator[FormRow]:
    count = frozenset({FormColumn.COUNT})
    year = twelve_months_to(quarter.last)
    unit = measure.unit

    def row(what: str, period: Period, figures: frozenset[FormColumn]) -> FormRow:
        return FormRow(measure.name, measure.label, what, period, figures)

    kind = KINDS[measure.kind]
    if kind.table is None:
        yield row("Words for the panel", quarter, frozenset())
    elif kind.monthly:
        for month in quarter.months:
            name = month_name(month)
            yield row(f"{name}: {unit}", Period(month, month), count)._replace(is_part=True)
        yield row(f"The quarter: {unit}", quarter, count)
    elif measure.kind is MeasureKind.FAMILIES:
        half = Period(quarter.last - 5, quarter.last)
        for item in FAMILY_ITEMS:
            yield row(WORDS_OF_FAMILIES[item], half, count)._replace(
                item=item, is_part=item != FAMILY_ITEMS[0]
            )
    elif kind.table is schema.SURVEYS:
        score = kind.form is FigureForm.SCORE
        figures = frozenset({FormColumn.OUT_OF, FormColumn.PERCENT})
        what = (
            "Twelve months: number of ratings under 'Out of', their mean under 'Per cent'"
            if score
            else f"Twelve months: number of {unit.removeprefix('% of ').removeprefix('% ')}, and"
            " out of how many"
        )
        yield row(what, year, figures if score else figures | count)
    else:
        yield from _total_rows(measure, quarter, data.settings, data.tables)


def _total_rows(
    measure: Measure, quarter: Period, settings: Settings, tables: Tables
) -> Iterator[FormRow]:
    count = frozenset({FormColumn.COUNT})
    whole = _period_of_total(measure, quarter, settings, tables)
    for last in range(whole.first + QUARTER - 1, whole.last + 1, QUARTER):
        part = Period(last - QUARTER + 1, last)
        if part != whole:
            what = f"{_months(part)}: {measure.unit}"
            yield FormRow(
                measure.name, measure.label, what, part, count,
                is_part=True, needed=part == quarter,
            )  # fmt: skip
    what = f"{_length(whole)}: {measure.unit}"
    yield FormRow(measure.name, measure.label, what, whole, count)


def _period_of_total(
    measure: Measure, quarter: Period, settings: Settings, tables: Tables
) -> Period:
    """The period that the dashboard shows of a total: what it compares; part of a year, where the
    totals of the measure so far begin with the financial year.
    """
    to_date = year_to_date(quarter.last, settings)
    if measure.compared is Comparison.QUARTER:
        return quarter
    if measure.compared is Comparison.YEAR_TO_DATE:
        return to_date
    periods = [item.period for item in tables.totals.get(measure.name, ())]
    past = (period for period in periods if period.last <= quarter.last)
    newest = max(past, key=lambda period: (period.last, period.length), default=None)
    if newest is not None and not newest.is_year and newest == year_to_date(newest.last, settings):
        return to_date
    return twelve_months_to(quarter.last)


def _months(period: Period) -> str:
    first, last = month_name(period.first), month_name(period.last)
    same_year = period.first // 12 == period.last // 12
    return f"{first.split()[0] if same_year else first} to {last}"


quarter_name = _months
"""Write a quarter as July to September 2014."""


def _length(period: Period) -> str:
    if period.is_year:
        return f"Twelve months to {month_name(period.last)}"
    return f"All of {_months(period)}" if period.length != QUARTER else _months(period)
