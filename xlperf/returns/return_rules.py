"""What the figures of one measure must agree with: their status, each other, the day of the board,
and how the partner counted before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.frozen import NamedTuple
from xlperf.periods import day_name
from xlperf.returns.form_places import cell_of
from xlperf.returns.return_faults import FaultWeight
from xlperf.returns.return_form import COUNTINGS, FigureStatus, FormColumn, quarter_name
from xlperf.stats.intervals import attainable, printed_percent
from xlperf.tables.coercion import number_text, quoted

if TYPE_CHECKING:
    from datetime import date

    from xlperf.periods import Period
    from xlperf.returns.received_return import ReceivedMeasure, ReceivedRow

MEASURE, NOTE = FaultWeight.MEASURE, FaultWeight.NOTE


class EarlierRule(NamedTuple):
    """How a partner counted before."""

    rule: str
    quarter: Period
    settled: bool
    """Whether the sheet Breaks has a month since, from which it is counted in another way."""


class MeasureCircumstances(NamedTuple):
    """What a measure is looked at with."""

    quarter: Period
    quarter_end: date
    today: date
    as_at: date | None = None
    """Day the figures were taken."""
    score: bool = False
    shared: bool = False
    """Whether several partners send figures of it."""
    earlier: EarlierRule | None = None


def check_measure(of: ReceivedMeasure, about: MeasureCircumstances) -> None:
    """Note what is wrong in a measure all of whose cells could be read."""
    for item in of.rows:
        if item.row.figures and not item.unreadable:
            _check_row(of, item, score=about.score)
    _check_words(of)
    if not of.taken:
        return
    _check_sums(of)
    _check_rule(of, about)
    _check_board(of, about)


def _check_row(of: ReceivedMeasure, item: ReceivedRow, *, score: bool) -> None:
    status, figures = item.status, (item.number, item.out_of, item.percent)
    main = FormColumn.COUNT if FormColumn.COUNT in item.row.figures else FormColumn.PERCENT
    cell, given = cell_of(item.place, main), any(figure is not None for figure in figures)
    state = cell_of(item.place, FormColumn.STATUS)
    if item.blank:
        if item.row.needed:
            found = f"There is neither a number nor a status ({item.row.what})."
            remedy = "Type the number; or choose the status not available, and say why."
            of.add(MEASURE, cell, found, remedy)
    elif status is None:
        of.add(MEASURE, state, "The number has no status.", "Choose final or provisional.")
    elif status is FigureStatus.CONFIDENTIAL and given:
        found = "There is a number, and its status is confidential: it is not used."
        remedy = "Leave the number blank next time."
        of.add(NOTE, cell, found, remedy)
    elif not status.has_figure and given:
        found = f"There is a number, and its status is {status}."
        remedy = "Clear the number, or choose final or provisional."
        of.add(MEASURE, state, found, remedy)
    elif status.has_figure and (item.number is None and item.percent is None):
        found = f"There is no number, and its status is {status}."
        remedy = "Type the number; or choose the status not available, and say why."
        of.add(MEASURE, cell, found, remedy)
    elif status.has_figure and FormColumn.OUT_OF in item.row.figures:
        _check_share(of, item, score=score)


def _check_share(of: ReceivedMeasure, item: ReceivedRow, *, score: bool) -> None:
    cell = cell_of(item.place, FormColumn.OUT_OF)
    count, out_of, percent = item.number, item.out_of, item.percent
    if not out_of:
        found = "It is not said out of how many." if out_of is None else "It is 0."
        remedy = "Type how many answered, or how many there were."
        of.add(MEASURE, cell, found, remedy)
        return
    if count is not None and count > out_of:
        of.add(MEASURE, cell, f"{count:,} out of {out_of:,} cannot be.", "Correct one of the two.")
    elif percent is not None and not score:
        share = cell_of(item.place, FormColumn.PERCENT)
        if count is not None and count not in attainable(printed_percent(percent), out_of):
            found = (
                f"{count:,} out of {out_of:,} is {100 * count / out_of:.1f} per cent, not"
                f" {number_text(percent)}."
            )
            remedy = "Correct the number, or clear the percentage: it is calculated."
            of.add(MEASURE, share, found, remedy)
        elif count is None and not attainable(printed_percent(percent), out_of):
            found = f"No number out of {out_of:,} is {number_text(percent)} per cent."
            remedy = "Type the number itself, or correct what it is out of."
            of.add(MEASURE, share, found, remedy)


def _check_words(of: ReceivedMeasure) -> None:
    for item in of.rows:
        if not item.row.is_first:
            continue
        cell = cell_of(item.place, FormColumn.CONTEXT)
        if not item.row.figures and not of.context and item.status in (None, *FINISHED):
            found = "There are no words, and words are what is asked for."
            remedy = "Write what the panel should know; or choose the status not available."
            of.add(MEASURE, cell, found, remedy)
        elif not item.row.figures and of.context and item.status is None:
            found = "The words have no status."
            remedy = "Choose final or provisional."
            of.add(MEASURE, cell_of(item.place, FormColumn.STATUS), found, remedy)
        elif of.whole.status is FigureStatus.NOT_AVAILABLE and not of.context:
            of.add(NOTE, cell, "It is not said why there is no figure.", "Say why.")


FINISHED = (FigureStatus.FINAL, FigureStatus.PROVISIONAL)


def _check_sums(of: ReceivedMeasure) -> None:
    """Parts add up to their whole; with some of them blank, they are not more than it."""
    parts = [item for item in of.rows if item.row.is_part]
    whole = of.whole
    counts = [item.number for item in parts if item.number is not None]
    if not counts or whole.number is None or whole.row.is_part:
        return
    total, families = sum(counts), bool(whole.row.item)
    for item in parts if families else ():
        if item.number is None or not (item.status and item.status.has_figure):
            found = (
                "There is no number that may be used, and all four are needed to say how many"
                " families improved."
            )
            remedy = (
                "Type the number, 0 if there is none; or choose the same status in all four rows."
            )
            of.add(MEASURE, cell_of(item.place, FormColumn.COUNT), found, remedy)
    complete = not families and len(counts) == _parts_of(whole)
    if total > whole.number or (complete and total != whole.number):
        cells = ", ".join(
            cell_of(item.place, FormColumn.COUNT) for item in parts if item.number is not None
        )
        found = f"It holds {whole.number:,}, and its parts ({cells}) add up to {total:,}."
        remedy = "Correct whichever is wrong."
        of.add(MEASURE, cell_of(whole.place, FormColumn.COUNT), found, remedy)


def _parts_of(whole: ReceivedRow) -> int:
    """Number of parts of a whole: months of a quarter, else quarters."""
    length = whole.row.period.length
    return length if length == 3 else length // 3


def _check_rule(of: ReceivedMeasure, about: MeasureCircumstances) -> None:
    first = next((item for item in of.rows if item.row.is_first), None)
    if first is None or not first.row.figures or of.whole.number is None is of.whole.percent:
        return
    cell = cell_of(first.place, FormColumn.RULE)
    if first.row.item and of.rule.lower() not in COUNTINGS:
        found = f"It holds {quoted(of.rule)}." if of.rule else "It is blank."
        remedy = "Choose 'and' where both reductions are needed, 'or' where one is enough."
        of.add(MEASURE, cell, found, remedy)
    elif about.shared and not of.rule:
        found = "It is blank, and other partners send figures of the same measure."
        remedy = (
            "Say what you count, and when: different ways of counting are never added together."
        )
        of.add(MEASURE, cell, found, remedy)
    elif about.earlier is not None and not about.earlier.settled:
        _check_same_rule(of, about.earlier, cell)


def _check_same_rule(of: ReceivedMeasure, earlier: EarlierRule, cell: str) -> None:
    if of.rule and of.rule.casefold() != earlier.rule.casefold():
        found = (
            f"It says {quoted(of.rule)}; for {quarter_name(earlier.quarter)} it was"
            f" {quoted(earlier.rule)}. What is counted in different ways is not compared."
        )
        remedy = (
            "If only the words differ, use those of before. If you count in another way now, say"
            " since which month: we enter it in the sheet Breaks."
        )
        of.add(MEASURE, cell, found, remedy)


def _check_board(of: ReceivedMeasure, about: MeasureCircumstances) -> None:
    first = next((item for item in of.rows if item.row.is_first), None)
    if first is None or of.seen is None:
        return
    cell = cell_of(first.place, FormColumn.SEEN)
    if of.seen <= about.quarter_end:
        found = (
            f"The board is said to have seen it on {day_name(of.seen)}, before the quarter was"
            " over."
        )
        remedy = "Correct the day; leave it blank if the board has not seen it."
        of.add(MEASURE, cell, found, remedy)
    elif about.as_at is not None and of.seen < about.as_at and of.board:
        found = (
            f"The board is said to have seen it on {day_name(of.seen)}, and the figures were taken"
            f" on {day_name(about.as_at)}, after that: they are kept until it has seen them."
        )
        remedy = "Correct the day that is wrong."
        of.add(NOTE, cell, found, remedy)
    elif of.seen > about.today:
        of.add(
            NOTE, cell, f"The board will see it on {day_name(of.seen)}: it is kept until then.", ""
        )
