"""What a table says of the status of its figures: final, provisional, or nothing."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from xlperf.imports.published_cells import BREAK, FINAL, MARKS, PROVISIONAL, REVISED, without_marks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlperf.excel.port import Scalar
    from xlperf.imports.published_figures import PublishedFigure

WORDS = {
    "final": FINAL,
    "actual": FINAL,
    "provisional": PROVISIONAL,
    "p": PROVISIONAL,
    "[p]": PROVISIONAL,
    "revised": REVISED,
    "r": REVISED,
    "[r]": REVISED,
    "estimated": MARKS["e"],
}
"""Words of a column that says how certain each row is, in lower case."""
KNOWN = {*MARKS.values(), *WORDS.values()}


class StatedStatus(Enum):
    """What a file says of a figure: whether it may still change."""

    FINAL = "final"
    PROVISIONAL = "provisional"
    UNSTATED = "not stated"
    UNREADABLE = "not readable"


def stated_together(statuses: Iterable[StatedStatus]) -> StatedStatus:
    """What several statements say of the one figure that they are about: final, if all say it."""
    every = set(statuses)
    for status in (StatedStatus.UNREADABLE, StatedStatus.PROVISIONAL, StatedStatus.UNSTATED):
        if status in every:
            return status
    return StatedStatus.FINAL if every else StatedStatus.UNSTATED


def are_statuses(title: str, texts: Iterable[str]) -> bool:
    """Whether a column says how certain its rows are; where its title says so, not every text of
    it has to be understood.
    """
    every = {text.lower() for text in texts}
    known = every & WORDS.keys()
    return bool(known) and (known == every or "status" in title.lower())


def mark_of_status(text: str) -> tuple[str, ...]:
    """The mark that a cell of such a column stands for; the text itself, where it is no status."""
    return (WORDS.get(text.lower(), text),) if text else ()


def mark_of_label(label: Scalar) -> tuple[str, ...]:
    """The mark of what is provisional beside a label; other letters may be part of its name."""
    marks = without_marks(label)[1] if isinstance(label, str) else ()
    return (PROVISIONAL,) if PROVISIONAL in marks else ()


def with_statuses(figures: Iterable[PublishedFigure]) -> list[PublishedFigure]:
    """Say of the figures of a table what their marks say together.

    Where some figures of a label are marked as provisional, and none in the table as final, the
    others of that label are not provisional.
    """
    every = list(figures)
    finals = any(FINAL in figure.marks for figure in every)
    marked = {figure.label for figure in every if PROVISIONAL in figure.marks and not finals}
    return [
        figure._replace(stated=_stated(figure.marks, among_marked=figure.label in marked))
        for figure in every
    ]


def _stated(marks: Iterable[str], *, among_marked: bool) -> StatedStatus:
    said = set(marks)
    if said - KNOWN or said >= {PROVISIONAL, FINAL}:
        return StatedStatus.UNREADABLE
    if PROVISIONAL in said:
        return StatedStatus.PROVISIONAL
    if FINAL in said or (among_marked and said <= {REVISED, BREAK}):  # an estimate may change
        return StatedStatus.FINAL
    return StatedStatus.UNSTATED
