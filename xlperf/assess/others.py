"""Lines with rules of their own: families with a reduction, savings in exact decimals, and words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from xlperf.assess import rag as rules
from xlperf.assess.basis import REASONS_OF_RETURNS
from xlperf.assess.evidence import Assessment, Caveat, Evidence, Form
from xlperf.assess.rag import Rag, Reason
from xlperf.config import CHOICE, PRINTED
from xlperf.periods import Period, month_of
from xlperf.stats import intervals

if TYPE_CHECKING:
    from datetime import date

    from xlperf.assess.basis import Case
    from xlperf.tables.tables import CouncilFamilies


def assess_families(case: Case) -> Assessment:
    """Share of families engaged that show a reduction, each council counted in its own way.

    The report: ASB down by 60 % or more and/or minors' offending down by 33 % or more, six months against the six
    before; one council needs both, the other one of the two. Compared with the baseline year only where both were
    counted for it too.
    """
    rows = case.tables.families.get(case.measure.name, ())
    ends = [row.period_end for row in rows if row.period_end <= case.settings.period_end]
    if not ends:
        return case.without_data("There is no row for the period in the Families sheet.", Evidence(form=Form.SHARE))
    end = max(ends)
    now, before = _at(rows, end), _at(rows, case.settings.baseline_end)
    engaged, reduced = sum(row.engaged for row in now), sum(row.reduced(row.counting) for row in now)
    last = month_of(end)
    evidence = Evidence(
        form=Form.SHARE,
        period=str(Period(last - 5, last)),
        latest=reduced / engaged if engaged else None,
        n_latest=engaged,
        baseline_name=case.settings.baseline_name,
        as_at=end,
        reading=f"A reduction is ASB down by 60 % and/or offending down by 33 % ({PRINTED}).",
        text=_remark(case),
    )
    caveats = case.stale(end)
    if len({row.counting for row in now}) > 1 and engaged:
        both, either = (sum(row.reduced(counting) for row in now) / engaged for counting in ("and", "or"))
        ways = ", ".join(f"{row.council} counts '{row.counting}'" for row in now)
        caveats.append((Caveat.COUNTED_DIFFERENTLY, f"{ways}|{both:.1%}|{either:.1%}"))
    compared = {row.council: row for row in before}
    comparable = all(row.council in compared and compared[row.council].counting == row.counting for row in now)
    if not engaged or not comparable or end == case.settings.baseline_end:
        missing = f"There is no comparable count for {case.settings.baseline_name}."
        return case.judged(Rag.NA, Reason.NO_BASELINE, replace(evidence, missing=missing), caveats)
    engaged_before = sum(row.engaged for row in before)
    difference = intervals.newcombe(
        sum(row.reduced(row.counting) for row in before), engaged_before, reduced, engaged, z=case.settings.z
    )
    lower, upper = float(difference.lower), float(difference.upper)
    tested = replace(
        evidence,
        baseline=sum(row.reduced(row.counting) for row in before) / engaged_before,
        n_baseline=engaged_before,
        statistic=float(difference.estimate),
        lower=lower,
        upper=upper,
        method="Newcombe hybrid score",
        reading=f"{evidence.reading} Change: Newcombe's interval ({CHOICE}).",
    )
    return case.judged(*rules.change(lower, upper, 0.0, case.measure.direction), tested, caveats)


def _at(rows: tuple[CouncilFamilies, ...], end: date) -> list[CouncilFamilies]:
    return [row for row in rows if row.period_end == end]


def _remark(case: Case) -> str:
    partner = case.tables.returns.get(case.measure.name)
    return partner.remark if partner and partner.status == "received" else ""


def assess_amount(case: Case) -> Assessment:
    """Show an amount of money; amounts are not coloured."""
    amounts = case.tables.amounts.get(case.measure.name, ())
    if not amounts:
        return case.without_data("There is no amount.", Evidence(form=Form.MONEY))
    dates = [amount.as_at for amount in amounts if amount.as_at]
    evidence = Evidence(
        form=Form.MONEY,
        latest=sum((amount.value for amount in amounts), Decimal(0)),
        as_at=max(dates) if dates else None,
        reading="Amounts are shown, not coloured.",
    )
    return case.judged(Rag.NA, Reason.NOT_ASSESSED, evidence)


def assess_text(case: Case) -> Assessment:
    """Show what the owner says of a line that has no figure."""
    remark = _remark(case)
    if remark:
        partner = case.tables.returns[case.measure.name]
        return case.judged(Rag.NA, Reason.NOT_ASSESSED, Evidence(text=remark, as_at=partner.received))
    partner_or_none = case.tables.returns.get(case.measure.name)
    if partner_or_none and partner_or_none.status in REASONS_OF_RETURNS:
        return case.without_data("")
    return case.without_data("There is no return with a remark for this line.")
