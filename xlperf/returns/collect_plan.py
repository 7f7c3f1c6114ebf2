"""What collecting would do: which figures are used, which wait for their board, who is missing.

A figure is used once. What an analyst corrects afterwards in the data sheets stays, until a new
version of the return comes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.periods import Period, last_day
from xlperf.returns.contributions import (
    Cells,
    ContributionKey,
    ReturnIdentity,
    contribution_rows,
    records_in,
)
from xlperf.returns.figure_rows import (
    DataFigure,
    FigureSource,
    figures_of,
    is_shown,
    takes_one_figure,
    withdrawn_of,
)
from xlperf.returns.return_form import FigureStatus, OwedMeasure, Partners, partners_of
from xlperf.returns.return_rules import EarlierRule, MeasureCircumstances, check_measure
from xlperf.returns.return_versions import CameReturn, CollectBasis, read_returns, scores_of
from xlperf.tables import schema
from xlperf.tables.return_checks import AWAITED, RECEIVED, WITH_BOARD
from xlperf.tables.return_tables import ContributionUse
from xlperf.tables.workbook import read_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from xlperf.excel.port import Grid, Workbook
    from xlperf.periods import Month
    from xlperf.returns.contributions import Records
    from xlperf.returns.received_return import ReceivedMeasure

USED, WAITING = ContributionUse.USED, ContributionUse.WAITING
STATE_OF_STATUS = {
    FigureStatus.NOT_AVAILABLE: "not available",
    FigureStatus.CONFIDENTIAL: "not available",
    FigureStatus.NOT_APPLICABLE: "not applicable",
}
"""State in Returns of a measure that has no figure to show."""
CONFIDENTIAL = "Confidential"


class MeasureOutcome(NamedTuple):
    """What became of one measure of one return."""

    came: CameReturn
    of: ReceivedMeasure
    use: ContributionUse | None
    """None: it is not taken."""
    fresh: bool = False
    """Whether it was not so before."""


class MissingReturn(NamedTuple):
    """What was not taken of a partner for the quarter: all it owes, or a part."""

    partner: str
    measures: tuple[str, ...]
    due: date | None
    overdue: bool
    sent: bool
    """Whether a return of it came, and it is the faults that stand in the way."""
    in_part: bool = False
    """Whether other measures of it were taken."""


@dataclass
class CollectPlan:
    """What collecting would do."""

    quarter: Period
    today: date
    returns: list[CameReturn]
    records: Records
    outcomes: list[MeasureOutcome] = field(default_factory=list)
    figures: list[DataFigure] = field(default_factory=list)
    contributions: dict[ContributionKey, Cells] = field(default_factory=dict)
    states: dict[int, Cells] = field(default_factory=dict)
    """Cells of Returns by row."""
    new: list[CameReturn] = field(default_factory=list)
    """Returns that are accepted and not recorded yet."""
    missing: list[MissingReturn] = field(default_factory=list)
    due: dict[str, date | None] = field(default_factory=dict)
    """When each partner's return was due, by normalised name."""
    left_out: tuple[str, ...] = ()
    grids: Mapping[str, Grid] = field(default_factory=dict)
    is_current: bool = True
    """Whether the quarter is the one of the workbook, or after it: only then does the sheet Returns
    speak of it.
    """

    def received(self, came: CameReturn) -> date:
        """Day a return was collected first."""
        return came.recorded.received if came.recorded else self.today

    def days_late(self, came: CameReturn) -> int:
        """Days between the day a return was due and the day it was collected; 0 in time."""
        due = self.due.get(came.partner)
        return max(0, (self.received(came) - due).days) if due else 0


def plan_collection(
    book: Workbook, files: Iterable[tuple[str, bytes]], *, today: date, period: Month | None = None
) -> CollectPlan:
    """Work out what collecting files would do; nothing is written.

    Parameters
    ----------
    files
        Name and content of each.
    period
        Last month of the quarter; None: the period end of the workbook.

    Raises
    ------
    LayoutError
        A sheet is missing that figures or records go to.
    """
    data = read_workbook(book)
    grids = {**data.grids, **book.read(table.name for table in schema.INTAKE)}
    last = data.settings.latest.last if period is None else period
    quarter = Period(last - 2, last)
    partners = partners_of(grids.get(schema.RETURNS.name), data.tables)
    records = records_in(grids)
    basis = CollectBasis(data, partners, records, quarter)
    plan = CollectPlan(quarter, today, read_returns(sorted(files), basis), records, grids=grids)
    plan.is_current = basis.is_current
    plan.left_out = partners.left_out
    plan.due = {name: due_of(owed, quarter) for name, owed in partners.owed.items()}
    for came in plan.returns:
        if came.accepted:
            _check(came, basis, today)
    plan.new = [came for came in plan.returns if came.taken and came.recorded is None]
    for name, owed in partners.owed.items():
        _plan_partner(plan, name, owed, basis)
    return plan


def due_of(owed: Sequence[OwedMeasure], quarter: Period) -> date | None:
    """First day on which something of a partner is due after a quarter."""
    days = [day for item in owed if (day := item.row.if_readable(item.row.day, "Due"))]
    return min((day for day in days if day > last_day(quarter.last)), default=None)


def _check(came: CameReturn, basis: CollectBasis, today: date) -> None:
    owed = basis.partners.owed[came.partner]
    scores = scores_of(owed)
    for of in came.measures:
        name = normalised(of.measure)
        about = MeasureCircumstances(
            basis.quarter, last_day(basis.quarter.last), today, came.head and came.head.as_at,
            name in scores, is_shared(of.measure, basis.partners), _earlier(came, of, basis),
        )  # fmt: skip
        check_measure(of, about)


def is_shared(measure: str, partners: Partners) -> bool:
    """Whether several partners send figures of a measure."""
    owners = sum(item.measure.name == measure for owed in partners.owed.values() for item in owed)
    return owners > 1


def _earlier(came: CameReturn, of: ReceivedMeasure, basis: CollectBasis) -> EarlierRule | None:
    before = basis.records.rule_before(came.partner, basis.quarter, normalised(of.measure))
    if before is None:
        return None
    rule, quarter = before
    settled = any(
        quarter.first <= item.month <= basis.quarter.last
        for item in basis.data.tables.breaks.get(of.measure, ())
    )
    return EarlierRule(rule, quarter, settled)


def _plan_partner(
    plan: CollectPlan, name: str, owed: tuple[OwedMeasure, ...], basis: CollectBasis
) -> None:
    own = sorted(
        (came for came in plan.returns if came.accepted and came.partner == name),
        key=lambda came: came.version,
    )
    owing = [item for item in owed if not _came_otherwise(item, basis)]
    here = {normalised(of.measure) for came in own for of in came.measures if of.taken}
    here |= {
        measure
        for item in owed
        if basis.records.uses(name, basis.quarter, measure := normalised(item.measure.name))
    }
    lacking = [item for item in owing if normalised(item.measure.name) not in here]
    if lacking:
        due = plan.due[name]
        names = tuple(item.measure.name for item in lacking)
        overdue = due is not None and due < plan.today
        sent = any(came.is_of(name, basis.quarter) for came in plan.returns)
        sent = sent or bool(basis.records.of(name, basis.quarter))
        missing = MissingReturn(owed[0].owner, names, due, overdue, sent, bool(here))
        plan.missing.append(missing)
    for item in owed:
        _MeasurePlan(plan, basis, name, item, own).settle()


def _is_overdue(owed: OwedMeasure, basis: CollectBasis, today: date) -> bool:
    """Whether Returns still has the return of an earlier quarter as received, though that of this
    quarter is overdue.
    """
    due = owed.row.if_readable(owed.row.day, "Due")
    return (
        owed.row.name("Status") == RECEIVED
        and not _came_otherwise(owed, basis)
        and due is not None
        and last_day(basis.quarter.last) < due < today
    )


def _came_otherwise(owed: OwedMeasure, basis: CollectBasis) -> bool:
    """Whether Returns has it as received after the quarter, without a form: somebody typed it. The
    day may also be that of a late return of a quarter before, which is none of this one.
    """
    day, last = owed.row.if_readable(owed.row.day, "Received"), basis.quarter.last
    return (
        owed.row.name("Status") == RECEIVED
        and day is not None
        and day > last_day(last)
        and not basis.records.is_received_day(normalised(owed.owner), day, before=last)
    )


SETTLED = {
    str(ContributionUse.USED),
    str(ContributionUse.NOT_ADDED),
    str(ContributionUse.ON_RECORD),
}
NOT_ADDED_REMARK = "Partners count it apart: type the one figure to show, then say received"


@dataclass(frozen=True, slots=True)
class _MeasurePlan:
    """Settles which version of a measure is in use, and writes down what that changes."""

    plan: CollectPlan
    basis: CollectBasis
    partner: str
    owed: OwedMeasure
    own: Sequence[CameReturn]

    def settle(self) -> None:
        """Settle it."""
        plan, basis, measure = self.plan, self.basis, normalised(self.owed.measure.name)
        before = basis.records.uses(self.partner, basis.quarter, measure)
        versions = {
            came.version: (came, of)
            for came in self.own
            for of in came.measures
            if normalised(of.measure) == measure
        }
        uses: dict[int, ContributionUse] = {}
        for version, (came, of) in versions.items():
            if of.taken:
                uses[version] = self._use(came, of, before.get(version, set()))
            else:
                plan.outcomes.append(MeasureOutcome(came, of, None))
        settled = {version: use for version, use in uses.items() if use is not WAITING}
        older = [version for version, was in before.items() if was & SETTLED]
        newest = max([*settled, *older], default=0)
        for version, use in uses.items():
            came, of = versions[version]
            final = ContributionUse.REPLACED if version < newest else use
            fresh = str(final) not in before.get(version, set())
            plan.outcomes.append(MeasureOutcome(came, of, final, fresh))
            self._record(came, of, final)
            if fresh and version >= newest and (use is not WAITING or not newest):
                self._put_in_place(came, of, final)
        if not newest and not uses and not before and _is_overdue(self.owed, basis, plan.today):
            self._put_state({"Status": AWAITED, "Received": None, "Seen by board": None})
        self._replace_older(measure, newest)

    @property
    def _is_shared(self) -> bool:
        return is_shared(self.owed.measure.name, self.basis.partners)

    def _use(self, came: CameReturn, of: ReceivedMeasure, was: set[str]) -> ContributionUse:
        """What a measure that can be taken is used for."""
        seen = self._seen(came, of)
        if str(USED) in was:
            return USED
        status = of.whole.status
        if status is not None and not status.has_figure:
            return ContributionUse.ON_RECORD
        if not seen:
            return WAITING
        if self._is_shared and takes_one_figure(self.owed.measure):
            return ContributionUse.NOT_ADDED
        return USED

    def _seen(self, came: CameReturn, of: ReceivedMeasure) -> bool:
        """Whether the board has seen a figure, as the return says, or since then Contributions or
        Returns, where somebody typed the day; that day is noted in `of`.

        A day in Returns that is the one of another return is not of this one, unless Returns says
        that this one is with its board. Of an earlier quarter Returns says nothing.
        """
        basis, row, today = self.basis, self.owed.row, self.plan.today
        days = basis.records.board_days(came.partner, normalised(of.measure))
        recorded = days.pop((basis.quarter.last, came.version), None)
        typed = recorded is not None and recorded != of.seen
        if typed:
            of.seen = recorded
        if not row.name("Board"):
            return True
        end = last_day(basis.quarter.last)
        as_at = None if typed or came.head is None else came.head.as_at
        if of.seen is not None and end < of.seen <= today and (as_at is None or as_at <= of.seen):
            return True
        noted = row.if_readable(row.day, "Seen by board")
        if noted is None or not end < noted <= today or not basis.is_current:
            return False
        if noted in days.values() and row.name("Status") != WITH_BOARD:
            return False
        of.seen = noted
        return True

    def _record(self, came: CameReturn, of: ReceivedMeasure, use: ContributionUse) -> None:
        identity = ReturnIdentity(self.owed.owner, self.basis.quarter, came.version)
        words = not of.whole.row.figures
        uses = [
            use
            if use is not USED or words or is_shown(item, self.owed.measure)
            else ContributionUse.ON_RECORD
            for item in of.rows
        ]
        self.plan.contributions.update(contribution_rows(of, identity, uses))

    def _put_in_place(self, came: CameReturn, of: ReceivedMeasure, use: ContributionUse) -> None:
        """Note what goes to the data sheets, and how the measure stands in Returns."""
        plan, basis, measure = self.plan, self.basis, self.owed.measure
        cells: Cells = {"Received": plan.received(came)}
        as_at = came.head and came.head.as_at
        source = FigureSource(self.owed.owner, came.file, as_at, self._is_shared)
        if use is USED:
            counted = any(item.counting for item in basis.data.tables.surveys.get(measure.name, ()))
            plan.figures += figures_of(of, measure, source, counted=counted)
            cells |= {"Status": RECEIVED, "Seen by board": of.seen}
            if not of.whole.row.figures:
                cells["Remark"] = of.context
        elif use is ContributionUse.ON_RECORD and of.whole.status is not None:
            hidden = CONFIDENTIAL if of.whole.status is FigureStatus.CONFIDENTIAL else ""
            cells["Status"] = STATE_OF_STATUS[of.whole.status]
            cells["Remark"] = ": ".join(filter(None, (hidden, of.context))) or None
            before = basis.records.uses(came.partner, basis.quarter, normalised(of.measure))
            if any(str(USED) in uses for uses in before.values()):
                plan.figures += withdrawn_of(of, measure, source)
        elif use is WAITING:
            cells |= {"Status": WITH_BOARD, "Seen by board": None}
        else:
            cells |= {"Status": AWAITED, "Seen by board": of.seen, "Remark": NOT_ADDED_REMARK}
        self._put_state(cells)

    def _put_state(self, cells: Cells) -> None:
        """Note how the measure stands in Returns, if Returns speaks of the quarter."""
        if self.plan.is_current:
            self.plan.states[self.owed.row.index] = cells

    def _replace_older(self, measure: str, newest: int) -> None:
        """Mark rows of older versions that are recorded as replaced."""
        wanted = (self.partner, self.basis.quarter.last, measure)
        for key, row in self.basis.records.contributions.items():
            if (key.partner, key.quarter_end, key.measure) != wanted:
                continue
            if key.version < newest and row.name("Use") != ContributionUse.REPLACED:
                replaced = str(ContributionUse.REPLACED)
                self.plan.contributions.setdefault(key, {})["Use"] = replaced
