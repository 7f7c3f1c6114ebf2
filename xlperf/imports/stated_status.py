"""What a table says of the status of its figures: final, provisional, or nothing."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from xlperf.imports.published_cells import BREAK, FINAL, MARKS, PROVISIONAL, REVISED, without_marks
from xlperf.tables.coercion import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlperf.excel.port import Scalar
    from xlperf.imports.published_figures import PublishedFigure

WORDS = {
    "final": FINAL,
    "finalised": FINAL,
    "actual": FINAL,
    "provisional": PROVISIONAL,
    "prov": PROVISIONAL,
    "prov.": PROVISIONAL,
    "preliminary": PROVISIONAL,
    "draft": PROVISIONAL,
    "not final": PROVISIONAL,
    "p": PROVISIONAL,
    "[p]": PROVISIONAL,
    "revised": REVISED,
    "r": REVISED,
    "[r]": REVISED,
    "estimated": MARKS["e"],
}
"""Words of a column that says how certain each row is, in lower case."""
KNOWN = {*MARKS.values(), *WORDS.values()}
UNKNOWN = re.compile(
    r"(?:non-|not |semi-)?(?:prov|provisional|prelim|final|finali[sz]ed)"
    r"(?: data| figures?)?(?:\W*|\W+\(.*)|f"
)
"""Words of such a column that are like these, and are not understood."""
WORD = re.compile(r"\bprovisional", re.IGNORECASE)
KEY_OF_MARKS = re.compile(r"\bp\b", re.IGNORECASE)
"""The mark itself in a text that says what it means."""


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
    alike = {text for text in every if text in WORDS or UNKNOWN.fullmatch(text)}
    return bool(alike) and (alike == every or "status" in title.lower())


def mark_of_status(text: str) -> tuple[str, ...]:
    """The mark that a cell of such a column stands for; the text itself, where it is no status."""
    return (WORDS.get(text.lower(), text),) if text else ()


def mark_of_label(label: Scalar) -> tuple[str, ...]:
    """The mark of what is provisional beside a label; other letters may be part of its name."""
    marks = without_marks(label)[1] if isinstance(label, str) else ()
    return (PROVISIONAL,) if PROVISIONAL in marks else ()


def remark_on_provisional(texts: Iterable[str]) -> str:
    """The text beside a table that says of figures that they are provisional, other than by saying
    what a mark means: which figures, is not read. Empty: there is none.
    """
    said = (text for text in texts if WORD.search(text) and not KEY_OF_MARKS.search(text))
    return next(said, "")


def status_note(beside: Iterable[str], figures: Iterable[PublishedFigure]) -> str:
    """Say that a text beside a table calls figures provisional, and no mark says which; empty: no
    text does, or all are marked.
    """
    remark = remark_on_provisional(beside)
    if not remark or all(figure.stated is StatedStatus.PROVISIONAL for figure in figures):
        return ""
    return (
        f"The file says {quoted(remark)}. Which figures that means is not read: type provisional in"
        " Status for those that have no mark."
    )


def with_statuses(
    figures: Iterable[PublishedFigure], *, marks_say_all: bool = True
) -> list[PublishedFigure]:
    """Say of the figures of a table what their marks say together.

    Where some figures of a label and force are marked as provisional, and none in the table as
    final, the others up to the newest of these are not provisional.

    Parameters
    ----------
    marks_say_all
        Whether no text beside the table says that figures are provisional, too.
    """
    every = list(figures)
    newest: dict[tuple[str, str], int] = {}
    if marks_say_all and not any(FINAL in figure.marks for figure in every):
        for figure in every:
            if PROVISIONAL in figure.marks and figure.period.period is not None:
                series = figure.label, figure.force
                newest[series] = max(newest.get(series, 0), figure.period.period.last)
    return [
        figure._replace(
            stated=_stated(
                figure.marks,
                among_marked=figure.period.period is not None
                and figure.period.period.last <= newest.get((figure.label, figure.force), -1),
            )
        )
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
