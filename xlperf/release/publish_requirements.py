"""What must hold before a pack is written: what does not is refused, with what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.config import SETTINGS
from xlperf.disclosure.issues import State
from xlperf.errors import PackError, UsageError
from xlperf.excel.port import normalised
from xlperf.message_texts import first_few
from xlperf.release.ledger import NOT_THERE, Ledger
from xlperf.tables import schema
from xlperf.tables.lines import line_of_status
from xlperf.tables.rows import Unreadable
from xlperf.tiles import written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from xlperf.config import Settings
    from xlperf.disclosure.suppression import Disclosable
    from xlperf.leaks import Leak
    from xlperf.tables.data import Measure
    from xlperf.tables.problems import Problem
    from xlperf.tiles.assessed import Assessed

SHOWN_FIRST = 5
"""Lines or leaks named in a sentence; the others are counted."""
COMPARED = ("Colour", "Reason code", "Explanation")
"""Columns of Workings that must say what the pack will say."""


def require_refreshed(assessed: Assessed) -> None:
    """Refuse a workbook that shows other than would be published; one never refreshed passes."""
    grid = assessed.grids.get(schema.WORKINGS.name)
    if grid is None and any(
        state.value for name, state in assessed.cells.items() if line_of_status(name)
    ):
        raise UsageError(
            f"There is no table named {schema.WORKINGS.name}, so it is not known what the last"
            " refresh has shown. Restore the sheet Workings, or name its table again (Table"
            " Design, Table Name), refresh it, then publish."
        )
    rows = written.records(grid, schema.WORKINGS)
    workings = {str(row["Line"]): row for row in rows if row.get("Line")}
    if not workings:
        return
    now = {
        line.line: written.working(line, assessed.settings, assessed.record)
        for line in assessed.lines
    }
    differing = [
        line
        for line in dict.fromkeys([*now, *workings])
        if line not in now
        or line not in workings
        or any(now[line][at] != workings[line].get(at) for at in COMPARED)
    ]
    if differing:
        raise UsageError(
            f"Workings says otherwise than the data does now, for"
            f" {first_few(differing, SHOWN_FIRST)}: something was changed since the last refresh."
            " Refresh the workbook, look at it, then publish."
        )


def require_safeguards(settings: Settings) -> None:
    """Refuse a workbook without the row of a setting that keeps something in the building."""
    needed = [setting.key for setting in SETTINGS if setting.safeguard]
    absent = [key for key in needed if key not in settings.places]
    if absent:
        raise PackError(
            f"Nothing was published: the table {schema.SETTINGS.name} has no row for"
            f" {' and '.join(absent)}, so it is not known what must not leave the office. Add a row"
            " with that key and your value, refresh, then publish."
        )


def require_thresholds(measures: Sequence[Measure]) -> None:
    """Refuse a workbook of which no threshold can be read: no column, or another title."""
    states = (measure.row.state(schema.THRESHOLD) for measure in measures)
    unknown = [state for state in states if isinstance(state, Unreadable)]
    if unknown and len(unknown) == len(measures):
        raise PackError(
            f"Nothing was published: {unknown[0]}, so it is not known which counts must not leave"
            f" the office. Give the column the title '{schema.THRESHOLD}' again, or correct its"
            " cells, refresh, then publish."
        )


def require_sums(measures: Sequence[Measure]) -> None:
    """Refuse a sum that is not known while measures have thresholds: parts could be calculated."""
    known = {normalised(measure.name) for measure in measures}
    wrong = [
        f"{measure.name} is part of '{name}' ({measure.row.where})"
        for measure in measures
        for name in measure.part_of
        if normalised(name) not in known - {normalised(measure.name)}
    ]
    if wrong and any(measure.suppress_below for measure in measures):
        raise PackError(
            f"Nothing was published: {'; '.join(wrong[:SHOWN_FIRST])}, which is no other measure,"
            " so it is not known what adds up. Correct the column"
            f" '{schema.PART_OF}' of {schema.MEASURES.name}, refresh, then publish."
        )


def require_ledger(ledger: Ledger, assessed: Assessed, *, first_issue: bool) -> Ledger:
    """Refuse measures with thresholds of which it is not known what earlier issues have shown, and
    a ledger that is there and damaged; raises `PackError`, or `UsageError` where the issue is said
    to be the first and is not.
    """
    if not ledger.fault:
        if first_issue and ledger.issues:
            raise UsageError(
                f"{ledger.path.name} has issues before this one ({len(ledger.issues)}), so this is"
                " not the first. Leave --first-issue out."
            )
        return ledger
    # A damaged one may have thresholds of earlier issues: those of today do not say.
    guarded = any(measure.suppress_below for measure in assessed.tables.measures)
    if (guarded or ledger.fault != NOT_THERE) and not first_issue:
        raise PackError(
            f"Nothing was published: the ledger {ledger.path} {ledger.fault}. It says what earlier"
            " issues have shown and withheld; without it small counts could be calculated from"
            " this issue and an earlier one. Put the ledger back: it stands beside the workbook,"
            " under the same name. Only if nothing of this workbook was ever published, begin one:"
            " python -m xlperf publish FILE --to FOLDER --first-issue"
        )
    return Ledger(ledger.path, data=ledger.data, fault=ledger.fault)


def ledger_warnings(ledger: Ledger, public: Disclosable, assessed: Assessed) -> list[str]:
    """Say what the ledger cannot protect, and which safeguards are not in use."""
    sentences = []
    if ledger.fault and ledger.data:
        sentences.append(
            f"The ledger {ledger.path.name} {ledger.fault}. It was put aside, and a new one begun:"
            " what it says of earlier issues was not looked at."
        )
    if public.already_out:
        some = ", ".join(public.already_out[:SHOWN_FIRST])
        sentences.append(
            f"Earlier issues have shown small counts, or left them fewer than five values, so that"
            f" withholding them now does not protect them: {len(public.already_out)} ({some})."
        )
    names = {normalised(measure.name) for measure in assessed.tables.measures}
    gone = {
        figure.measure
        for issue in ledger.issues
        for figure in issue.figures
        if figure.state is not State.SHOWN and normalised(figure.measure) not in names
    }
    sentences += [
        f"Figures of {name} were withheld in an earlier issue, and there is no such measure now. If"
        " it has another name now, give it its old one: under the new one they are not protected."
        for name in sorted(gone)
    ]
    if ledger.issues and ledger.issues[-1].sums and not public.issue.sums:
        sentences.append(
            f"The issue before had sums ('{schema.PART_OF}' of {schema.MEASURES.name}), and this"
            " one has none: parts are not protected by each other. If the column was lost, restore"
            " it."
        )
    if not any(measure.suppress_below for measure in assessed.tables.measures):
        sentences.append(
            f"No measure has a threshold ('{schema.THRESHOLD}' of {schema.MEASURES.name} is blank"
            " everywhere), so no count is withheld, however small."
        )
    return sentences


def is_of_safeguard(problem: Problem) -> bool:
    """Whether a check is about a safeguard: a threshold, a sum, the marking, rounding."""
    if problem.table == schema.MEASURES.name:
        return problem.column in (schema.THRESHOLD, schema.PART_OF)
    keys = {setting.key for setting in SETTINGS if setting.safeguard}
    return problem.table == schema.SETTINGS.name and problem.column in keys


def require_plain(template: Path, leaks_found: Sequence[Leak]) -> None:
    """Refuse a template that brings into the report what the program would not write there."""
    if leaks_found:
        blocking = [f"{leak.where}: {leak.found}" for leak in leaks_found]
        raise PackError(
            f"Nothing was made: the template {template} holds what no report has."
            f" {first_few(blocking, SHOWN_FIRST, '; ')}. Remove it in Word (fields, bookmarks,"
            " controls, permissions, comments, styles and fonts of your own), save it, then publish"
            " again."
        )


def require_clean(leaks_found: Mapping[str, Sequence[Leak]]) -> None:
    """Refuse documents in which the leak check has found what must not leave."""
    leaks = [(name, leak) for name, some in leaks_found.items() for leak in some]
    blocking = [f"{name}, {leak.where}: {leak.kind.called}" for name, leak in leaks]
    if blocking:
        raise PackError(
            "Nothing was published: the leak check found what must not leave."
            f" {first_few(blocking, SHOWN_FIRST, '; ')}. What people typed (comments, remarks,"
            " names) is the first place to look."
        )
