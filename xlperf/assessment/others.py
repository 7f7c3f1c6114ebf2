"""Lines with rules of their own: families with a reduction, savings in decimals, and words."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from xlperf.assessment.basis import REASONS_OF_RETURNS
from xlperf.assessment.caveats import CountedDifferently
from xlperf.assessment.evidence import AmountComparison, Assessment, Families, Figures, Words
from xlperf.assessment.rag import Rag, Reason
from xlperf.assessment.survey_parts import (
    Sample,
    Shares,
    compare_shares,
    mix_caveats,
    too_small,
    verdict_of,
)
from xlperf.periods import Period, month_name, month_of
from xlperf.tables.measure_kinds import LineKind
from xlperf.tables.mixes import FixedMix, MixPart, fixed_mix

if TYPE_CHECKING:
    from datetime import date

    from xlperf.assessment.basis import Case
    from xlperf.tables.data import CouncilFamilies


def assess_families(case: Case) -> Assessment:
    """Share of families engaged that show a reduction, each council counted in its own way.

    The report: ASB down by 60% or more and/or minors' offending down by 33% or more, six months
    against the six before; one council needs both, the other one of the two. Compared with the
    baseline year only where the same councils were counted in the same way for it too.
    """
    if doubt := case.doubt(LineKind.FAMILIES):  # a sum that may lack a council is not shown
        return case.unjudged(Reason.CONFIG, doubt)
    rows = case.tables.families.get(case.measure.name, ())
    ends = [row.period_end for row in rows if row.period_end <= case.settings.period_end]
    if not ends:
        return case.without_data(
            "There is no row for the period in the Families sheet.", text=_remark(case)
        )
    end = max(ends)
    now, before = _at(rows, end), _at(rows, case.settings.baseline_end)
    engaged, reduced = sum(row.engaged for row in now), _reduced(now)
    window = Period(month_of(end) - 5, month_of(end))
    figures = Figures(
        window, reduced / engaged if engaged else None, engaged, end, case.settings.baseline
    )
    caveats = case.stale(end)
    if len({row.counting for row in now}) > 1 and engaged:
        both, either = (_reduced(now, counting) / engaged for counting in ("and", "or"))
        ways = tuple((row.council, row.counting) for row in now)
        caveats.append(CountedDifferently(ways, both, either))
    if stopped := _cannot_compare(case, now, before, window):
        untested = Families(figures, engaged, _remark(case), None)
        return case.judged(Rag.NA, stopped[0], untested, caveats, missing=stopped[1])
    mix = _mix(case, before, now)
    if isinstance(mix, str):
        untested = Families(figures, engaged, _remark(case), None)
        return case.judged(Rag.NA, Reason.MIX, untested, caveats, missing=mix)
    shares = Shares(mix, _samples(before), _samples([now[place] for place in mix.order]))
    caveats += mix_caveats(shares, (), case.settings.baseline_name)
    compared = figures._replace(
        latest=shares.latest.share, baseline=shares.baseline.share, n_baseline=shares.baseline.n
    )
    if small := too_small(shares, case):
        rag, few = small
        return case.judged(
            rag, Reason.SMALL_N, Families(compared, engaged, _remark(case), few), caveats
        )
    difference = compare_shares(shares, case)
    return case.judged(
        *verdict_of(difference, case),
        Families(compared, engaged, _remark(case), difference),
        caveats,
    )


def _mix(case: Case, before: list[CouncilFamilies], now: list[CouncilFamilies]) -> FixedMix | str:
    """Mix of the councils at which the two periods compare, or what is to be entered."""
    then, latest = ([MixPart(row.council, row.engaged) for row in rows] for rows in (before, now))
    return fixed_mix(then, latest, case.settings.baseline_name)


def _samples(rows: list[CouncilFamilies]) -> tuple[Sample, ...]:
    return tuple(
        Sample(row.reduced(row.counting) / row.engaged, row.engaged, float(row.engaged))
        for row in rows
    )


def _cannot_compare(
    case: Case, now: list[CouncilFamilies], before: list[CouncilFamilies], window: Period
) -> tuple[Reason, str] | None:
    """Say why the families of now and of the baseline cannot be compared, if they cannot."""
    name, end = case.settings.baseline_name, case.settings.baseline.last
    if not sum(row.engaged for row in now):
        return Reason.NO_DATA, "No family was engaged."
    ways, ways_before = ({row.council: row.counting for row in rows} for rows in (now, before))
    if window.last <= end:
        return Reason.NO_DATA, f"There is no count after {name}."
    if ways != ways_before or not sum(row.engaged for row in before):
        return Reason.NO_BASELINE, f"There is no comparable count for {name}."
    if window.first <= end:
        return Reason.OVERLAP, f"The six months share months with the last six of {name}."
    if broken := case.broken(end - 5, window.last):
        return Reason.BREAK, f"Counting changed in {month_name(broken)}, so the two do not compare."
    return None


def _at(rows: tuple[CouncilFamilies, ...], end: date) -> list[CouncilFamilies]:
    """Rows of a period, one a council; of two for one council the first."""
    found: dict[str, CouncilFamilies] = {}
    for row in rows:
        if row.period_end == end:
            found.setdefault(row.council, row)
    return list(found.values())


def _reduced(rows: list[CouncilFamilies], counting: str = "") -> int:
    """Families with a reduction, counted in one way or each council in its own."""
    return sum(row.reduced(counting or row.counting) for row in rows)


def _remark(case: Case) -> str:
    partner = case.tables.returns.get(case.measure.name)
    return partner.remark if partner and partner.status == "received" else ""


def assess_amount(case: Case) -> Assessment:
    """Show an amount of money, never coloured. One that may be incomplete is not shown."""
    if doubt := case.doubt(LineKind.AMOUNT):
        return case.unjudged(Reason.CONFIG, doubt)
    amounts = case.tables.amounts.get(case.measure.name, ())
    if not amounts:
        return case.without_data("There is no amount.")
    dates = [amount.as_at for amount in amounts if amount.as_at]
    as_at = max(dates, default=None)
    evidence = AmountComparison(sum((amount.value for amount in amounts), Decimal(0)), as_at)
    return case.judged(Rag.NA, Reason.NOT_ASSESSED, evidence, case.stale(as_at) if as_at else ())


def assess_text(case: Case) -> Assessment:
    """Show what the owner says of a line that has no figure."""
    partner = case.tables.returns.get(case.measure.name)
    if partner and (remark := _remark(case)):
        return case.judged(Rag.NA, Reason.NOT_ASSESSED, Words(remark, partner.received))
    if partner and partner.status in REASONS_OF_RETURNS:
        return case.without_data("")
    return case.without_data("There is no return with a remark for this line.")
