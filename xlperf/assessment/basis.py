"""What every kind of line needs: the data of one measure, and how a line gets no colour."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from xlperf.assessment.caveats import Note, Provisional, Revised, Stale
from xlperf.assessment.evidence import NO_FIGURES, Assessment, Figures, Unjudged
from xlperf.assessment.evidence_parts import without_judgement
from xlperf.assessment.monthly_counts import MonthlyCounts
from xlperf.assessment.rag import Rag, Reason
from xlperf.frozen import frozen
from xlperf.message_texts import first_few
from xlperf.periods import Period, last_day, month_name, month_of
from xlperf.tables.data import Direction
from xlperf.tables.doubts import first_doubt
from xlperf.tables.measure_kinds import DESIGN_EFFECT, KINDS, Comparison, LineKind, lines_with

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from xlperf.assessment.caveats import Caveat
    from xlperf.assessment.evidence import Evidence
    from xlperf.config import Settings
    from xlperf.periods import Month
    from xlperf.tables.data import Measure, PartnerReturn, PeriodTotal, SurveyResult, Tables
    from xlperf.tables.measure_kinds import KindRecord


REASONS_OF_RETURNS = {
    "awaited": Reason.NOT_RECEIVED,
    "with its board": Reason.NOT_SEEN,
    "not available": Reason.NOT_AVAILABLE,
    "in development": Reason.IN_DEVELOPMENT,
    "not applicable": Reason.NOT_APPLICABLE,
}


@frozen
class Case:
    """One measure, with the tables and settings it is judged by."""

    measure: Measure
    tables: Tables
    settings: Settings

    @cached_property
    def series(self) -> MonthlyCounts:
        """Its monthly counts, those that may be used."""
        months = self.tables.monthly.get(self.measure.name, {})
        lost = self.tables.lost_months.get(self.measure.name, {})
        return MonthlyCounts.of(months.values(), self.settings.latest.last, self.breaks, lost)

    @property
    def kind(self) -> KindRecord:
        """What differs by the kind of the measure."""
        return KINDS[self.measure.kind]

    @property
    def breaks(self) -> tuple[Month, ...]:
        """First months of a new way of recording, up to the period end."""
        last = self.settings.latest.last
        breaks = self.tables.breaks.get(self.measure.name, ())
        return tuple(sorted(item.month for item in breaks if item.month <= last))

    def broken(self, first: Month, last: Month) -> Month | None:
        """A break after `first` and not after `last`: figures on its two sides do not compare."""
        return next((month for month in self.breaks if first < month <= last), None)

    def counted_since(self, month: Month) -> Month | None:
        """First month of the way of recording that holds in a month; None: no change is known."""
        return max((first for first in self.breaks if first <= month), default=None)

    def recorded_later(self, period: Period, known: Month) -> str:
        """Say that recording began after the start of a period: the first month known is not before
        a change of recording. Empty where that is not so.
        """
        entered = self.tables.breaks.get(self.measure.name, ())
        first = next((item for item in entered if period.first < item.month <= known), None)
        if first is None:
            return ""
        note = f" ({first.note.rstrip('.')})" if first.note else ""
        return f"It is recorded since {month_name(first.month)} only{note}."

    def judged(
        self,
        rag: Rag,
        reason: Reason,
        evidence: Evidence,
        caveats: Sequence[Caveat] = (),
        *,
        missing: str = "",
        suffix: str = "",
        label: str = "",
    ) -> Assessment:
        """Make the assessment.

        A line that something unreadable decides, or with no better way, gets no colour; nor does
        one whose figure is older than the period while its return says that there is no newer one.
        """
        direction = self.measure.direction
        older = not suffix and _is_older(reason, caveats)
        owed = self._owed() if older else None
        if doubt := self.doubt(evidence.kind, suffix, older=older):
            rag, reason, missing = Rag.NA, Reason.CONFIG, doubt
        elif owed is not None:
            said = _said_of(self.tables.returns[self.measure.name])
            rag, reason, missing = Rag.NA, owed, ". ".join(part for part in (said, missing) if part)
            evidence = without_judgement(evidence, evidence.figures)
        elif rag is not Rag.NA and direction is Direction.NONE:
            rag, reason = Rag.NA, Reason.NO_DIRECTION
        noted = [Note(self.measure.caveat)] if self.measure.caveat and not suffix else []
        return Assessment(
            line=self.measure.name + suffix,
            measure=self.measure,
            label=label or self.measure.label,
            direction=direction,
            rag=rag,
            reason=reason,
            evidence=evidence,
            missing=missing,
            caveats=(*caveats, *noted),
        )

    def unjudged(
        self,
        reason: Reason,
        missing: str,
        figures: Figures = NO_FIGURES,
        caveats: Sequence[Caveat] = (),
        text: str = "",
    ) -> Assessment:
        """Make the main line of the measure without a judgement: what is known of it, and what is
        missing.
        """
        evidence = Unjudged(self.measure.main_line, self.kind.form, figures, text)
        return self.judged(Rag.NA, reason, evidence, caveats, missing=missing)

    def doubt(self, kind: LineKind, suffix: str = "", *, older: bool = False) -> str:
        """Say what cannot be read that the colour of a line rests on; empty when all can. `older`:
        so is its figure.
        """
        for title, fault in self.measure.faults.items():
            if kind in lines_with(title) or (kind is LineKind.POSITION and self._weighted(title)):
                return fault
        name = self.measure.name
        return first_doubt(
            self.tables.doubts, name, name + suffix, position=kind is LineKind.POSITION, older=older
        )

    def _weighted(self, title: str) -> bool:
        """Whether positions rest on a column of Measures, the group's figures being of surveys."""
        return title == DESIGN_EFFECT and not self.kind.monthly

    def _owed(self) -> Reason | None:
        """Give the reason that the return of the measure has for there being no newer figure."""
        partner = self.tables.returns.get(self.measure.name)
        return REASONS_OF_RETURNS.get(partner.status) if partner else None

    def without_data(
        self, missing: str, figures: Figures = NO_FIGURES, text: str = ""
    ) -> Assessment:
        """Make the line of a measure without any figures, with the reason its return gives."""
        partner = self.tables.returns.get(self.measure.name)
        reason = (
            REASONS_OF_RETURNS.get(partner.status, Reason.NO_DATA) if partner else Reason.NO_DATA
        )
        if partner and reason is not Reason.NO_DATA:
            missing = _said_of(partner)
        elif partner and partner.status == "received":
            missing = f"{missing} The Returns sheet has it as received."
        return self.unjudged(reason, missing, figures, text=text)

    def stale(self, end: date) -> list[Caveat]:
        """Caveat for a figure older than the period."""
        if end >= self.settings.period_end:
            return []
        return [Stale(month_of(end))]

    def of_latest(self, latest: PeriodTotal | SurveyResult) -> list[Caveat]:
        """Caveats for a latest figure that is older than the period, or may still change."""
        return [*self.stale(latest.period_end), *([Provisional(None)] * latest.provisional)]

    def revised(self, baseline: float | None) -> list[Caveat]:
        """Caveat for a baseline figure that was another one in the last issue, if there was an
        earlier issue; of a measure that is compared with something else each issue has its own.
        """
        if self.measure.compared is not Comparison.BASELINE:
            return []
        issues = [
            past
            for past in self.tables.history
            if past.line.lower() == self.measure.name.lower()
            and past.period_end < self.settings.period_end
        ]
        if baseline is None or not issues:
            return []
        last = max(issues, key=lambda past: past.period_end)
        was = last.baseline
        if was is None or abs(baseline - was) * 100 <= self.settings.revision_limit * abs(was):
            return []
        return [Revised(was, month_of(last.period_end), baseline, self.kind.form)]


@frozen
class Basis:
    """What the lines of a workbook are judged by: tables, settings, and one case a measure."""

    tables: Tables
    settings: Settings

    def case(self, measure: str) -> Case:
        """Give the case of a measure, the same one each time."""
        return self._cases[measure]

    @cached_property
    def _cases(self) -> dict[str, Case]:
        measures = self.tables.measures
        return {item.name: Case(item, self.tables, self.settings) for item in measures}


def _is_older(reason: Reason, caveats: Sequence[Caveat]) -> bool:
    """Whether the newest figure is of an earlier time, or months of the latest lack."""
    return reason is Reason.INSUFFICIENT_DATA or any(
        isinstance(caveat, Stale) for caveat in caveats
    )


def _said_of(partner: PartnerReturn) -> str:
    """What is known of a return that has not come: who, until when, which board, the remark."""
    board = f"to be seen by {partner.board} first" if partner.board and not partner.seen else ""
    known = "; ".join(part for part in (partner.owner, partner.when_due, board) if part)
    return ". ".join(part for part in (known, partner.remark.rstrip(".")) if part)


def name_months(months: Sequence[Month]) -> str:
    """Name the months, or the first three and how many more."""
    return first_few([*map(month_name, months)], 3)


def as_at_or_end(as_at: date | None, period: Period) -> date:
    """Date of a figure: when it was taken, else the end of its period."""
    return as_at or last_day(period.last)
