"""The data of one workbook, as frozen values. Each remembers its row, for checks."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING

from xlperf.excel.port import normalised
from xlperf.frozen import frozen
from xlperf.periods import day_name, last_day
from xlperf.tables.measure_kinds import KINDS, Comparison, MeasureKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from xlperf.periods import Month, Period
    from xlperf.tables.doubts import Doubt
    from xlperf.tables.kept_projections import KeptProjection, Unscorable
    from xlperf.tables.measure_kinds import LineKind
    from xlperf.tables.report_tables import TextPlace
    from xlperf.tables.rows import DataRow


@frozen
class PlanPriority:
    """One priority of the plan."""

    code: str
    title: str = ""
    """Empty: none is known, and the code stands alone."""
    owner: str = ""
    board: str = ""
    text: str = ""
    """Printed below its heading in the report."""
    row: DataRow | None = field(default=None, compare=False, repr=False)
    """None: the title is that of its tile, since the workbook has no rows of priorities."""
    period: str = ""
    """Period the text speaks of, as in `Comment`."""

    @property
    def heading(self) -> str:
        """Title, or the code where none is known."""
        return self.title or self.code


class Direction(StrEnum):
    """Which way is better."""

    DOWN = "down"
    UP = "up"
    NONE = "none"


@frozen
class Measure:
    """One row of the Measures sheet."""

    name: str
    priority: str
    label: str
    kind: MeasureKind
    direction: Direction
    target_change: float
    msg_measure: str
    proxy: bool
    design_effect: float
    unit: str
    source: str
    owner: str
    suppress_below: int | None
    caveat: str
    row: DataRow = field(compare=False, repr=False)
    compared: Comparison = Comparison.BASELINE
    target: float | None = None
    """Figure to be reached in twelve months; None: it is not compared with one."""
    effect_assumed: bool = False
    """Whether nobody gave the design effect, so that 1 is assumed."""
    part_of: tuple[str, ...] = ()
    """Measures that are the sum of this one and others."""
    faults: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Cells of this row that decide colours and cannot be used, by column, each with a sentence."""

    @property
    def main_line(self) -> LineKind:
        """Kind of its main line. Counts by month are judged as totals unless their baseline is the
        baseline year: the rule of the report and its trends are about whole years.
        """
        record = KINDS[self.kind]
        if record.monthly and self.compared is not Comparison.BASELINE:
            return KINDS[MeasureKind.TOTAL].line
        return record.line


@frozen
class Force:
    """One row of the Forces sheet."""

    name: str
    in_group: bool
    valid_from: date | None
    row: DataRow = field(compare=False, repr=False)


@frozen
class MonthCount:
    """Offences of one month: a whole number in a workbook; a function may also be given rates."""

    month: Month
    count: float
    provisional: bool
    as_at: date | None
    row: DataRow = field(compare=False, repr=False)

    @property
    def period_end(self) -> date:
        """Last day of the month."""
        return last_day(self.month)


@frozen
class LostMonth:
    """A month of which it is known that its count will never come."""

    month: Month
    row: DataRow = field(compare=False, repr=False)
    count: None = None


@frozen
class SurveyResult:
    """A survey of twelve months, or of a part. `successes` is None when only a percentage is known.

    One that was given by parts has them in `parts`, and is their sum as they came.
    """

    period_end: date
    n: int | None
    successes: int | None
    percent: float | None
    score: float | None
    as_at: date | None
    row: DataRow = field(compare=False, repr=False)
    part: str = ""
    """Name of the part; empty: the whole."""
    counting: str = ""
    """How it counts, in the words of the sheet."""
    weight: float | None = None
    """Of the part in a fixed mix, as typed."""
    parts: tuple[SurveyResult, ...] = ()
    provisional: bool = False
    """Whether it, or a part of it, may still change."""

    @property
    def proportion(self) -> float | None:
        """Share, 0 to 1: exact where the number is known, else the percentage as published."""
        if self.successes is not None and self.n:
            return self.successes / self.n
        return None if self.percent is None else self.percent / 100


@frozen
class PeriodTotal:
    """A count for whole months."""

    period: Period
    count: int
    as_at: date | None
    row: DataRow = field(compare=False, repr=False)
    provisional: bool = False

    @property
    def period_end(self) -> date:
        """Last day of the last month."""
        return last_day(self.period.last)


@frozen
class PeerFigure:
    """One force's figure. `rate` is per head (or household), or the share satisfied."""

    force: str
    period_end: date
    rate: float
    count: int | None
    denominator: float | None
    n: int | None
    row: DataRow = field(compare=False, repr=False)


@frozen
class Amount:
    """Millions of pounds, exact."""

    item: str
    value: Decimal
    as_at: date | None
    row: DataRow = field(compare=False, repr=False)


@frozen
class CouncilFamilies:
    """Families engaged by one council, and how many show a reduction in what."""

    council: str
    period_end: date
    counting: str
    engaged: int
    asb_only: int
    offending_only: int
    both: int
    row: DataRow = field(compare=False, repr=False)

    def reduced(self, counting: str) -> int:
        """Families that count as reduced when both reductions are needed ("and") or one ("or")."""
        return self.both if counting == "and" else self.both + self.asb_only + self.offending_only


@frozen
class Break:
    """From this month on, recorded in a new way."""

    month: Month
    note: str
    row: DataRow | None = field(default=None, compare=False, repr=False)


@frozen
class PartnerReturn:
    """What a partner owes for a measure, and where it stands."""

    owner: str
    due: date | None
    received: date | None
    board: str
    seen: date | None
    status: str
    remark: str
    row: DataRow | None = field(default=None, compare=False, repr=False)
    overdue: bool = False
    """It is awaited, and the day it is due has passed."""

    @property
    def when_due(self) -> str:
        """Say when it is due, or since when it is overdue; empty without a date."""
        if self.due is None:
            return ""
        return f"{'overdue since' if self.overdue else 'due'} {day_name(self.due)}"


@frozen
class Contribution:
    """What a partner says of a measure for the period. Its figures stand in their own tables."""

    measure: str
    partner: str
    status: str
    rule: str
    """How it counts."""
    context: str
    board: str
    seen: date | None


@frozen
class ReportText:
    """A paragraph of a standing text of the report."""

    heading: str
    text: str
    place: TextPlace


@frozen
class Action:
    """What was agreed to be done."""

    priority: str
    """Code of a priority, or All."""
    text: str
    owner: str
    due: date | None
    done: date | None


@frozen
class Override:
    """A colour decided by a person."""

    line: str
    colour: str
    reason: str
    who: str
    until: date
    row: DataRow = field(compare=False, repr=False)


@frozen
class Acknowledgement:
    """A finding of Checks that somebody has looked into and settled."""

    check: str
    """Identity of the finding, as the column 'Settle with' of Checks gives it."""
    reason: str
    role: str
    until: date | None
    """Last period end it holds for; None: as long as the finding does not change."""
    fault: str = ""
    """Why it cannot be used."""
    row: DataRow = field(compare=False, repr=False, kw_only=True)


@frozen
class Comment:
    """One text on a priority that a person wrote, or took over from a draft."""

    priority: str
    role: str
    text: str
    row: DataRow | None = field(default=None, compare=False, repr=False)
    period: str = ""
    """Period it speaks of, as 2014-09: as typed beside it, or of the draft that it was. Blank: none
    is named, so it holds for every period. `xlperf.tables.comments.UNREADABLE`: one is named that
    cannot be read.
    """
    about: str = ""
    """Label of the line it is about; empty: it is about the priority."""

    @property
    def printed(self) -> str:
        """The text, with the label before it."""
        begins = normalised(self.text).startswith(normalised(self.about))
        return self.text if begins else f"{self.about}: {self.text}"


@frozen
class PastLine:
    """One row of the History sheet."""

    period_end: date
    line: str
    baseline: float | None
    latest: float | None
    colour: str
    reason: str
    position: str
    trends: str
    row: DataRow = field(compare=False, repr=False)
    worked_out: str = ""
    """Calculated colour, another than `colour` if overruled; blank: not recorded."""
    kept: KeptProjection | Unscorable | None = None
    """What was stated of the months to come; None: nothing."""


@frozen
class Tables:
    """Everything people put into a workbook, read and checked. Keys are names of measures."""

    measures: tuple[Measure, ...]
    monthly: Mapping[str, Mapping[Month, MonthCount]]
    surveys: Mapping[str, tuple[SurveyResult, ...]]
    totals: Mapping[str, tuple[PeriodTotal, ...]]
    peers: Mapping[str, tuple[PeerFigure, ...]]
    group: tuple[str, ...]
    """Forces in the most similar group."""
    amounts: Mapping[str, tuple[Amount, ...]]
    families: Mapping[str, tuple[CouncilFamilies, ...]]
    breaks: Mapping[str, tuple[Break, ...]]
    returns: Mapping[str, PartnerReturn]
    overrides: tuple[Override, ...]
    comments: tuple[Comment, ...]
    """What people say. Drafts that nobody accepted are no comments."""
    history: tuple[PastLine, ...]
    forces: tuple[Force, ...] = ()
    """All forces, one entry each, in the order of the sheet."""
    doubts: tuple[Doubt, ...] = ()
    """What could not be read, and which lines have no colour because of it."""
    acknowledged: tuple[Acknowledgement, ...] = ()
    priorities: tuple[PlanPriority, ...] = ()
    """The plan, in its order. Priorities that measures name may be missing in it."""
    lost_months: Mapping[str, Mapping[Month, LostMonth]] = field(default_factory=dict)
    """Months whose counts will never come."""
    contributions: tuple[Contribution, ...] = ()
    """Of partners; read for the pack alone, as are texts and actions of the report."""
    report_texts: tuple[ReportText, ...] = ()
    actions: tuple[Action, ...] = ()

    def priority(self, code: str) -> PlanPriority:
        """Give the priority of a code; one without a title where the plan does not have it."""
        wanted = normalised(code)
        known = (item for item in self.priorities if normalised(item.code) == wanted)
        return next(known, PlanPriority(code))
