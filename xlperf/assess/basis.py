"""What every kind of line needs: the data of one measure, and how a line without a colour is made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlperf.assess.evidence import Assessment, Caveat, Evidence, LineKind
from xlperf.assess.rag import Rag, Reason
from xlperf.periods import Period, last_day, month_name, month_of
from xlperf.tables.doubts import first_doubt
from xlperf.tables.tables import Direction, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from xlperf.config import Settings
    from xlperf.periods import Month
    from xlperf.tables.tables import Measure, PartnerReturn, Tables

DECIDED_BY = {
    "Target change %": frozenset({LineKind.OFFENCES}),
    "Design effect": frozenset({LineKind.SURVEY, LineKind.RATING}),
}
"""Lines whose colour rests on a column of Measures, where those are not all."""
LINE_KINDS = {
    Kind.OFFENCES: LineKind.OFFENCES,
    Kind.SURVEY: LineKind.SURVEY,
    Kind.RATE: LineKind.SURVEY,
    Kind.TOTAL: LineKind.TOTAL,
    Kind.COHORT: LineKind.TOTAL,
    Kind.FAMILIES: LineKind.FAMILIES,
    Kind.RATING: LineKind.RATING,
    Kind.AMOUNT: LineKind.AMOUNT,
    Kind.TEXT: LineKind.TEXT,
}

REASONS_OF_RETURNS = {
    "awaited": Reason.NOT_RECEIVED,
    "not available": Reason.NOT_AVAILABLE,
    "in development": Reason.IN_DEVELOPMENT,
    "not applicable": Reason.NOT_APPLICABLE,
}


@dataclass(frozen=True, slots=True)
class Case:
    """One measure, with the tables and settings it is judged by."""

    measure: Measure
    tables: Tables
    settings: Settings

    @property
    def breaks(self) -> tuple[Month, ...]:
        """First months of a new way of recording, up to the period end."""
        last = self.settings.latest.last
        return tuple(sorted(item.month for item in self.tables.breaks.get(self.measure.name, ()) if item.month <= last))

    def broken(self, first: Month, last: Month) -> Month | None:
        """A break after `first` and not after `last`: figures on its two sides do not compare."""
        return next((month for month in self.breaks if first < month <= last), None)

    def judged(
        self,
        rag: Rag,
        reason: Reason,
        evidence: Evidence,
        caveats: Sequence[tuple[Caveat, str]] = (),
        *,
        kind: LineKind | None = None,
        suffix: str = "",
        label: str = "",
    ) -> Assessment:
        """Make the assessment.

        A line that something unreadable decides, or with no better way, gets no colour; nor does one whose figure is
        older than the period while its return says that there is no newer one.
        """
        direction, shown = self.measure.direction, kind or LINE_KINDS[self.measure.kind]
        older = not suffix and _is_older(reason, caveats)
        owed = self._owed() if older else None
        if doubt := self.doubt(shown, suffix, older=older):
            rag, reason, evidence = Rag.NA, Reason.CONFIG, replace(evidence, missing=doubt)
        elif owed is not None:
            rag, reason, evidence = Rag.NA, owed, self._last_known(evidence)
        elif rag is not Rag.NA and direction is Direction.NONE:
            rag, reason = Rag.NA, Reason.NO_DIRECTION
        noted = [(Caveat.NOTE, self.measure.caveat)] if self.measure.caveat and not suffix else []
        return Assessment(
            line=self.measure.name + suffix,
            kind=shown,
            measure=self.measure,
            label=label or self.measure.label,
            direction=direction,
            rag=rag,
            reason=reason,
            evidence=evidence,
            caveats=(*caveats, *noted),
        )

    def doubt(self, kind: LineKind, suffix: str = "", *, older: bool = False) -> str:
        """Say what cannot be read that the colour of a line rests on; empty when all can. `older`: so is its figure."""
        for title, fault in self.measure.faults.items():
            if kind in DECIDED_BY.get(title, LineKind) or (kind is LineKind.POSITION and self._weighted(title)):
                return fault
        name = self.measure.name
        return first_doubt(self.tables.doubts, name, name + suffix, position=kind is LineKind.POSITION, older=older)

    def _weighted(self, title: str) -> bool:
        """Whether positions rest on a column of Measures because the group's figures are of surveys."""
        return title == "Design effect" and self.measure.kind is not Kind.OFFENCES

    def _owed(self) -> Reason | None:
        """Give the reason that the return of the measure has for there being no newer figure."""
        partner = self.tables.returns.get(self.measure.name)
        return REASONS_OF_RETURNS.get(partner.status) if partner else None

    def _last_known(self, evidence: Evidence) -> Evidence:
        """Keep the figures themselves, and nothing of what was made of them; say what the return says of new ones."""
        said = _said_of(self.tables.returns[self.measure.name])
        return Evidence(
            form=evidence.form,
            period=evidence.period,
            baseline=evidence.baseline,
            baseline_name=evidence.baseline_name,
            latest=evidence.latest,
            n_baseline=evidence.n_baseline,
            n_latest=evidence.n_latest,
            as_at=evidence.as_at,
            text=evidence.text,
            missing=". ".join(part for part in (said, evidence.missing) if part),
        )

    def without_data(self, missing: str, evidence: Evidence | None = None) -> Assessment:
        """Make the line of a measure without any figures, with the reason its return gives."""
        partner = self.tables.returns.get(self.measure.name)
        reason = REASONS_OF_RETURNS.get(partner.status, Reason.NO_DATA) if partner else Reason.NO_DATA
        text = missing
        if partner and reason is not Reason.NO_DATA:
            text = _said_of(partner)
        elif partner and partner.status == "received":
            text = f"{missing} The Returns sheet has it as received."
        return self.judged(Rag.NA, reason, replace(evidence or Evidence(), missing=text))

    def stale(self, end: date) -> list[tuple[Caveat, str]]:
        """Caveat for a figure older than the period."""
        if end >= self.settings.period_end:
            return []
        return [(Caveat.STALE, month_name(month_of(end)))]

    def revised(self, baseline: float | None, *, decimals: int = 0, scale: float = 1.0) -> list[tuple[Caveat, str]]:
        """Caveat for a baseline figure that was another one in the last issue, if there was an earlier issue.

        `scale` is 100 for shares, which are compared and named in per cent.
        """
        issues = [
            past
            for past in self.tables.history
            if past.line.lower() == self.measure.name.lower() and past.period_end < self.settings.period_end
        ]
        if baseline is None or not issues:
            return []
        last = max(issues, key=lambda past: past.period_end)
        was = last.baseline
        if was is None or abs(baseline - was) * 100 <= self.settings.revision_limit * abs(was):
            return []
        old, new = (f"{scale * value:,.{decimals}f}" for value in (was, baseline))
        return [(Caveat.REVISED, f"{old}|{month_name(month_of(last.period_end))}|{new}")]


def _is_older(reason: Reason, caveats: Sequence[tuple[Caveat, str]]) -> bool:
    """Whether the newest figure is of an earlier time, or months of the latest lack."""
    return reason is Reason.INSUFFICIENT_DATA or any(caveat is Caveat.STALE for caveat, _ in caveats)


def _said_of(partner: PartnerReturn) -> str:
    """What is known of a return that has not come: who owes it, until when, which board sees it first, the remark."""
    board = f"to be seen by {partner.board} first" if partner.board and not partner.seen else ""
    known = "; ".join(part for part in (partner.owner, partner.when_due, board) if part)
    return ". ".join(part for part in (known, partner.remark.rstrip(".")) if part)


def name_months(months: Sequence[Month]) -> str:
    """Name the months, or the first three and how many more."""
    names = [month_name(month) for month in months[:3]]
    more = len(months) - 3
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")


def as_at_or_end(as_at: date | None, period: Period) -> date:
    """Date of a figure: when it was taken, else the end of its period."""
    return as_at or last_day(period.last)
