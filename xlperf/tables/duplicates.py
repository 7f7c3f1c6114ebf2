"""What is there twice.

When the rows agree they count once; when they differ none is used: which is right is not ours to
say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from xlperf.tables.lines import POSITION, SPC
from xlperf.tables.measure_kinds import KINDS
from xlperf.tables.problems import Code, Severity
from xlperf.tables.records import refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from xlperf.tables.data import Measure
    from xlperf.tables.problems import Problem
    from xlperf.tables.rows import DataRow


class _Item(Protocol):
    @property
    def row(self) -> DataRow: ...


T = TypeVar("T", bound=_Item)


def once_each(
    items: Iterable[T],
    key: Callable[[T], Hashable],
    figures: Callable[[T], object],
    title: str,
    what: Callable[[T], str],
    problems: list[Problem],
) -> list[T]:
    """Keep one item for each key, in the order they came; report each row that repeats an earlier
    one.

    Parameters
    ----------
    figures
        What must be equal for two rows to agree.
    title
        Column the report points at.
    what
        Names an item in the report: "The month September 2014".
    problems
        Where reports are put.
    """
    grouped: dict[Hashable, list[T]] = {}
    for item in items:
        grouped.setdefault(key(item), []).append(item)
    unique: list[T] = []
    for same in grouped.values():
        first = same[0]
        if len(same) == 1:
            unique.append(first)
            continue
        agree = all(figures(item) == figures(first) for item in same)
        if agree:
            unique.append(first)
        often = "twice" if len(same) == 2 else f"{len(same)} times"
        verdict = "the rows differ, so none of them is used"
        if agree:
            verdict = "the rows agree, so it counts once"
        problems += [
            item.row.problem(
                Severity.WARNING if agree else Severity.ERROR,
                Code.DUPLICATE,
                title,
                f"{what(item)} is there {often} (first in {first.row.cell(title)}); {verdict}.",
                "Delete the surplus row." if agree else "Delete the wrong row.",
                mentions=(first.row.cell(title),),
            )
            for item in same[1:]
        ]
    return unique


def refuse_names_of_lines(measures: dict[str, Measure], problems: list[Problem]) -> None:
    """Take out and report measures, by normalised name, that are called as a line of another one
    is: two lines of one name would share their cells.
    """
    for key, measure in list(measures.items()):
        for suffix in (POSITION, SPC):
            other = measures.get(key.removesuffix(suffix)) if key.endswith(suffix) else None
            if other is None or not (
                other.msg_measure if suffix == POSITION else KINDS[other.kind].monthly
            ):
                continue
            del measures[key]
            found = f"'{measure.name}' is the name of a line of the measure '{other.name}'."
            remedy = "Give the measure another name."
            refuse(measure.row, problems, Code.DUPLICATE, "Measure", found, remedy)
