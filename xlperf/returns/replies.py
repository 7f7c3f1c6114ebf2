"""Answers to partners: what was taken, and what to correct, cell by cell. Drafts: nobody sends them
but a person.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.periods import day_name
from xlperf.returns.return_faults import FaultWeight
from xlperf.returns.return_form import quarter_name
from xlperf.returns.return_names import file_name_of, fingerprint_of
from xlperf.tables.return_tables import ContributionUse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlperf.returns.collect_plan import CollectPlan, MeasureOutcome, MissingReturn
    from xlperf.returns.return_faults import ReturnFault
    from xlperf.returns.return_versions import CameReturn

OUTCOME_WORDS = {
    ContributionUse.USED: "taken",
    ContributionUse.ON_RECORD: "noted",
    ContributionUse.WAITING: "kept until {board} has seen it",
    ContributionUse.NOT_ADDED: "kept; it is not added to what other partners count",
    ContributionUse.REPLACED: "replaced by a later version",
}
"""What became of a measure, in words for partners."""


class ReplyName(NamedTuple):
    """What the file of an answer is called after: no two answers have the same."""

    to: str
    ending: str


def replies_of(plan: CollectPlan) -> Iterator[tuple[ReplyName, str]]:
    """Name and text of the answer to each file that came, and a reminder to who is overdue."""
    for came in plan.returns:
        if not came.copy_of:
            yield _name_of(came), reply(came, plan)
    names = Counter(file_name_of(partner) for partner in plan.due)
    for missing in plan.missing:
        if missing.overdue and not missing.sent:
            alike = names[file_name_of(normalised(missing.partner))] > 1
            mark = f"{fingerprint_of(missing.partner)} " if alike else ""
            yield ReplyName(missing.partner, f"{mark}(reminder)"), reminder(missing, plan)


def _name_of(came: CameReturn) -> ReplyName:
    if came.head and came.partner:
        return ReplyName(came.head.partner, f"v{came.version} {came.digest[:8]}")
    return ReplyName(came.file, came.digest[:8])


def reply(came: CameReturn, plan: CollectPlan) -> str:
    """The answer to one file."""
    lines = [f"Your return for {quarter_name(plan.quarter)}: {came.file}", ""]
    late = plan.days_late(came)
    if came.taken:
        lines += [
            f"Thank you. Version {came.version} came on {day_name(plan.received(came))}"
            + (f", {days(late)} after it was due." if late else ".")
        ]
    else:
        lines += ["Thank you. We could not take anything from this file:"]
    outcomes = [item for item in plan.outcomes if item.came is came]
    lines += _outcome_lines(outcomes)
    faults = faults_of(came)
    wrong = [fault for fault in faults if fault.weight is not FaultWeight.NOTE]
    notes = [fault for fault in faults if fault.weight is FaultWeight.NOTE]
    if wrong:
        if came.taken:
            lines += ["", "Please correct these cells of the sheet Return:"]
        lines += [f"- {fault_line(fault)}" for fault in wrong]
        if came.taken:
            lines += [
                "",
                f"Then set 'Version of this return' to {came.version + 1} and send the file again.",
            ]
    if notes:
        lines += ["", "To know:", *(f"- {fault_line(fault)}" for fault in notes)]
    return "\n".join([*lines, ""])


def _outcome_lines(outcomes: Sequence[MeasureOutcome]) -> Iterator[str]:
    for item in outcomes:
        if item.use is not None:
            words = OUTCOME_WORDS[item.use].format(board=item.of.board or "its board")
            yield f"- {item.of.measure}: {words}."
        else:
            yield f"- {item.of.measure}: not taken, see below."


def reminder(missing: MissingReturn, plan: CollectPlan) -> str:
    """What to write to a partner whose return is overdue."""
    due = f" It was due on {day_name(missing.due)}." if missing.due else ""
    return (
        f"Your return for {quarter_name(plan.quarter)}\n\nWe have no return from"
        f" {missing.partner} for {quarter_name(plan.quarter)}.{due} It is about:"
        f" {', '.join(missing.measures)}.\n\nPlease send it; or the same form with the status 'not"
        " available', and why. Until then the panel reads that it was not received.\n"
    )


def faults_of(came: CameReturn) -> list[ReturnFault]:
    """All faults of a file, of the whole file first."""
    return [*came.faults, *(fault for of in came.measures for fault in of.faults)]


def fault_line(fault: ReturnFault) -> str:
    """Write a fault: its cell, what was found, what to do."""
    where = ", ".join(filter(None, (fault.cell, fault.measure)))
    return " ".join(filter(None, (f"{where}:" if where else "", fault.found, fault.remedy)))


def days(number: int) -> str:
    """Write a number of days."""
    return "1 day" if number == 1 else f"{number} days"
