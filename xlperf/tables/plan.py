"""The plan: rows of the Priorities sheet, and the order that they give to measures.

A title that is not known is empty, never one of another source: of two titles of one code neither
is used.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.excel.port import normalised
from xlperf.tables.comments import UNREADABLE, period_of
from xlperf.tables.data import PlanPriority
from xlperf.tables.lines import title_cell
from xlperf.tables.problems import Code, Effect, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xlperf.tables.data import Measure
    from xlperf.tables.problems import Problem
    from xlperf.tables.rows import DataRow


def read_plan(rows: Sequence[DataRow], problems: list[Problem]) -> tuple[PlanPriority, ...]:
    """Read the priorities in the order of the plan: by number, without one last, as they stand."""
    by_code: dict[str, list[DataRow]] = {}
    for row in rows:
        by_code.setdefault(normalised(row.text("Code")), []).append(row)
    firsts = [some[0] for some in by_code.values()]
    problems += [_twice(some[0], row) for some in by_code.values() for row in some[1:]]
    problems += [_without_title(row) for row in firsts if _has_no_title(row)]
    problems += _same_order(firsts)
    ordered = sorted(by_code.values(), key=lambda some: _place(some[0]))
    return tuple(
        PlanPriority(
            some[0].text("Code"),
            title=_agreed(some, "Title"),
            owner=_agreed(some, "Owner"),
            board=_agreed(some, "Board"),
            text=_agreed(some, "Text for the report"),
            row=some[0],
            period=_period(some),
        )
        for some in ordered
    )


def in_order_of_plan(
    measures: Iterable[Measure], plan: Sequence[PlanPriority]
) -> tuple[Measure, ...]:
    """Sort measures by the order of their priorities; those of others follow, and within a priority
    they stay as they stand.
    """
    places = {normalised(item.code): place for place, item in enumerate(plan)}
    last = len(places)
    return tuple(sorted(measures, key=lambda item: places.get(normalised(item.priority), last)))


def check_plan(plan: Sequence[PlanPriority], measures: Sequence[Measure]) -> Iterator[Problem]:
    """Find priorities of measures that the plan does not list, and those of the plan without a
    measure; nothing where there is no plan.
    """
    listed = {normalised(item.code) for item in plan}
    strangers = {
        normalised(item.priority): item
        for item in reversed(measures)
        if plan and normalised(item.priority) not in listed
    }
    for measure in reversed(strangers.values()):
        found = f"Priorities does not list '{measure.priority}', so it has no title and comes last."
        remedy = "Add it to the sheet Priorities, or correct it here."
        yield _shown(
            measure.row, Severity.WARNING, Code.UNKNOWN_PRIORITY, "Priority", found, remedy
        )
    yield from _one_name(plan, measures)
    used = {normalised(measure.priority) for measure in measures}
    for item in plan:
        if item.row is not None and normalised(item.code) not in used:
            found = f"No measure has the priority '{item.code}', so documents show nothing of it."
            remedy = "Give it a measure in the sheet Measures, or delete the row."
            yield _shown(item.row, Severity.NOTE, Code.UNKNOWN_PRIORITY, "Code", found, remedy)


def _one_name(plan: Sequence[PlanPriority], measures: Sequence[Measure]) -> Iterator[Problem]:
    """Codes whose tiles would have cells of one name: capitals, and what a name cannot hold, make
    no difference there.
    """
    first: dict[str, tuple[str, DataRow]] = {}
    codes = [(item.code, "Code", item.row) for item in plan]
    codes += [(measure.priority, "Priority", measure.row) for measure in measures]
    for code, title, row in codes:
        if row is None:
            continue
        other, its_row = first.setdefault(normalised(title_cell(code)), (code, row))
        if normalised(other) == normalised(code):
            continue
        cell = its_row.cell("Priority" if "Priority" in its_row.frame.places else "Code")
        found = (
            f"The tiles of '{other}' ({cell}) and '{code}' would share the names of their cells, so"
            " no title is written there."
        )
        remedy = "Give one of them a code that differs in letters or digits."
        yield _shown(row, Severity.ERROR, Code.DUPLICATE, title, found, remedy, (cell,))


def _agreed(rows: Sequence[DataRow], title: str) -> str:
    """Text of a column, where all rows of the priority say the same; else none."""
    texts = {row.name(title) for row in rows}
    return texts.pop() if len(texts) == 1 and not any(row.unreadable(title) for row in rows) else ""


def _period(rows: Sequence[DataRow]) -> str:
    """Period of the text; not known where rows of the priority give several."""
    periods = {period_of(row, None) for row in rows}
    return periods.pop() if len(periods) == 1 else UNREADABLE


def _place(row: DataRow) -> tuple[bool, int]:
    order = row.whole("Order")
    return order is None, order or 0


def _has_no_title(row: DataRow) -> bool:
    return "Title" in row.frame.places and not row.unreadable("Title") and not row.text("Title")


def _without_title(row: DataRow) -> Problem:
    found = f"The priority '{row.text('Code')}' has no title, so its code stands alone."
    remedy = "Type its title."
    return _shown(row, Severity.WARNING, Code.BLANK, "Title", found, remedy)


def _twice(first: DataRow, row: DataRow) -> Problem:
    same = first.name("Title") == row.name("Title")
    cost = "the first is used" if same else "their titles differ, so neither is used"
    at = first.cell("Code")
    found = f"The priority '{row.text('Code')}' is there twice (first in {at}): {cost}."
    remedy = "Give each priority one row and a code of its own; capitals make no difference."
    return _shown(row, Severity.WARNING, Code.DUPLICATE, "Code", found, remedy, (at,))


def _same_order(rows: Sequence[DataRow]) -> Iterator[Problem]:
    first: dict[int, DataRow] = {}
    for row in rows:
        order = row.whole("Order")
        if order is None:
            continue
        if order in first:
            cell = first[order].cell("Order")
            found = (
                f"The order {order} is there twice (first in {cell}): the upper row comes first."
            )
            remedy = "Give each priority a number of its own."
            yield _shown(row, Severity.WARNING, Code.DUPLICATE, "Order", found, remedy, (cell,))
        first.setdefault(order, row)


def _shown(
    row: DataRow,
    severity: Severity,
    code: Code,
    title: str,
    found: str,
    remedy: str,
    mentions: tuple[str, ...] = (),
) -> Problem:
    """Make a finding that no colour rests on."""
    problem = row.problem(severity, code, title, found, remedy, mentions=mentions)
    note = severity is Severity.NOTE
    return replace(problem, effect=Effect.INFORMATION if note else Effect.SHOWN)
