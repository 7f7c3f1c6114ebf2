"""What ``collect`` and ``returns new`` print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlperf.message_texts import number_of
from xlperf.periods import day_name
from xlperf.returns.replies import days, fault_line, faults_of
from xlperf.returns.return_faults import FaultWeight
from xlperf.returns.return_form import quarter_name
from xlperf.tables.return_tables import ContributionUse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlperf.returns.collect_plan import CollectPlan, MissingReturn
    from xlperf.returns.collecting import CollectDone
    from xlperf.returns.return_versions import CameReturn


def collection(plan: CollectPlan) -> str:
    """What was found, file by file, and who is missing."""
    lines = [f"Returns for {quarter_name(plan.quarter)}", ""]
    lines += file_lines(plan)
    if not plan.returns:
        lines.append("There is no file to collect.")
    if plan.missing:
        lines += ["", "Still missing:", *(f"  {missing_line(item)}" for item in plan.missing)]
    waiting = list(waiting_lines(plan))
    if waiting:
        lines += ["", "Kept until a board has seen it:", *(f"  {line}" for line in waiting)]
        sheet = "Returns" if plan.is_current else "Contributions (the first row of the measure)"
        lines.append(f"  When it has, type the day into 'Seen by board' of {sheet}; collect again.")
    lines += ["", summary(plan)]
    return "\n".join(lines)


def file_lines(plan: CollectPlan) -> list[str]:
    """What became of each file, and each fault below it."""
    lines = []
    for came in plan.returns:
        lines.append(f"{came.file}: {state_of(came, plan)}")
        lines += [f"  {fault_line(fault)}" for fault in faults_of(came)]
    return lines


def state_of(came: CameReturn, plan: CollectPlan) -> str:
    """What became of a file."""
    if came.copy_of:
        return f"the same file as {came.copy_of}."
    if not came.accepted or came.head is None:
        return "not taken."
    late = plan.days_late(came)
    outcomes = [item for item in plan.outcomes if item.came is came]
    taken = sum(item.use is not None for item in outcomes)
    before = f", taken already on {day_name(plan.received(came))}" if came.recorded else ""
    if not came.taken:
        return f"{came.head.partner}, version {came.version}: nothing could be taken."
    return (
        f"{came.head.partner}, version {came.version}{before}"
        + (f", {days(late)} late" if late else "")
        + f": {taken} of {len(outcomes)} measures taken."
    )


def folders_line(names: Sequence[str]) -> str:
    """Say which folders in a folder were not read."""
    nouns = "The folder in it was" if len(names) == 1 else "The folders in it were"
    return f"{nouns} not read: {', '.join(names)}"


def missing_line(item: MissingReturn) -> str:
    """Who owes what, since when; or that it came, with faults."""
    names = ", ".join(item.measures)
    if item.sent:
        taken = "in part" if item.in_part else "not"
        return f"{item.partner}: received, with faults, {taken} taken: to be corrected ({names})"
    due = "without a date when it is due"
    if item.due:
        due = f"{'OVERDUE since' if item.overdue else 'due'} {day_name(item.due)}"
    return f"{item.partner}: {due} ({names})"


def waiting_lines(plan: CollectPlan) -> Iterator[str]:
    """Measures that wait for their board, one line each."""
    for item in plan.outcomes:
        if item.use is ContributionUse.WAITING:
            yield f"{item.of.measure} ({item.of.board}), {item.came.file}"


def summary(plan: CollectPlan) -> str:
    """Count what came."""
    taken = sum(came.taken for came in plan.returns)
    refused = sum(not came.taken and not came.copy_of for came in plan.returns)
    faults = sum(
        fault.weight is not FaultWeight.NOTE for came in plan.returns for fault in faults_of(came)
    )
    sent = sum(item.sent for item in plan.missing)
    return (
        f"{number_of(len(plan.returns), 'file')}: {taken} taken, {refused} not taken;"
        f" {number_of(faults, 'fault')}; {number_of(len(plan.missing) - sent, 'return')} missing"
        + (f", {sent} to be corrected." if sent else ".")
    )


def done_sentence(plan: CollectPlan, done: CollectDone, workbook: str) -> str:
    """What is in place now."""
    wrote = done.applied is not None and done.applied.has_changes
    if not wrote and not done.kept and not done.replies:
        return f"Nothing is new: {workbook} and the copies are as they were."
    parts = []
    if wrote:
        figures = number_of(len(plan.figures), "row")
        parts.append(f"{workbook} is written ({figures} of figures)")
        if done.backup:
            parts.append(f"the one before is {done.backup.name}")
    else:
        parts.append(f"{workbook} is as it was")
    if done.kept:
        parts.append(f"{number_of(len(done.kept), 'file')} kept in {done.folder}")
    if done.replies:
        parts.append(
            f"{number_of(len(done.replies), 'answer')} drafted in {done.folder / 'replies'}"
        )
    return "; ".join(parts) + "."


def collection_values(plan: CollectPlan) -> dict[str, Any]:
    """The same for machines."""
    return {
        "quarter": quarter_name(plan.quarter),
        "files": [_file_values(came, plan) for came in plan.returns],
        "missing": [
            {
                "partner": item.partner,
                "due": item.due.isoformat() if item.due else None,
                "overdue": item.overdue,
                "sent": item.sent,
                "in_part": item.in_part,
                "measures": list(item.measures),
            }
            for item in plan.missing
        ],
    }


def _file_values(came: CameReturn, plan: CollectPlan) -> dict[str, Any]:
    outcomes = (item for item in plan.outcomes if item.came is came)
    keys = ("weight", "cell", "measure", "found", "remedy")
    return {
        "file": came.file,
        "partner": came.head.partner if came.head else "",
        "version": came.version,
        "sha256": came.digest,
        "taken": came.taken,
        "copy_of": came.copy_of,
        "days_late": plan.days_late(came) if came.accepted else 0,
        "measures": {item.of.measure: str(item.use or "not taken") for item in outcomes},
        "faults": [{key: getattr(fault, key) for key in keys} for fault in faults_of(came)],
    }


def made_forms(names: Sequence[str], left_out: Sequence[str], folder: str) -> str:
    """Say which forms were made, and what nobody is asked for."""
    lines = [
        f"{number_of(len(names), 'return')} made in {folder}:",
        *(f"  {name}" for name in names),
    ]
    if left_out:
        lines += ["Not asked for:", *(f"  {line}" for line in left_out)]
    return "\n".join(lines)
