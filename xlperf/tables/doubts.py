"""What cannot be known about a line, so that it has no colour: a cell, row or table of it that
cannot be read.

A doubt names the measures it is about, all of them where that is not known. It is a value,
collected while the tables are read; the assessment asks `first_doubt` before it gives a colour.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Part(Enum):
    """What of a measure a doubt is about."""

    ALL = auto()
    POSITIONS = auto()
    """Its position in the group alone."""
    OTHERS = auto()
    """Everything but its position."""


class Doubt(NamedTuple):
    """Something that cannot be read."""

    measures: frozenset[str]
    """Names as the Measures sheet has them."""
    why: str
    """A sentence: what cannot be read, and where."""
    places: tuple[str, ...] = ()
    """Sheet and cell of all that makes this doubt, as `Problem.where` has them."""
    part: Part = Part.ALL
    decision: bool = False
    """It is about what a person decided, so that no decision about the line holds."""
    misplaced: bool = False
    """It is there, outside its table."""
    older: bool = False
    """It says whether a newer figure is awaited: it is about measures whose newest figure is older
    than the period.
    """
    line: str = ""
    """The one line it is about, in the form of `normalised`; empty: all lines of `part`."""

    def concerns(self, measure: str, line: str, *, position: bool) -> bool:
        """Whether it is about a line of a measure."""
        if measure not in self.measures or (self.line and self.line != normalised(line)):
            return False
        return self.part is Part.ALL or (self.part is Part.POSITIONS) is position


class DoubtCollection:
    """Doubts that arise while tables are read. Of several about the same lines the first gives the
    reason, and each a place.
    """

    def __init__(self) -> None:
        self._doubts: dict[Doubt, tuple[str, dict[str, None]]] = {}

    def add(self, doubt: Doubt) -> None:
        """Add a doubt with its one place."""
        scope = doubt._replace(why="", places=())
        places = self._doubts.setdefault(scope, (doubt.why, {}))[1]
        places |= dict.fromkeys(doubt.places)

    def __iter__(self) -> Iterator[Doubt]:
        for scope, (why, places) in self._doubts.items():
            yield scope._replace(why=why, places=tuple(places))


def first_doubt(
    doubts: Iterable[Doubt], measure: str, line: str, *, position: bool, older: bool = False
) -> str:
    """Why a line has no colour; empty without a doubt. `older`: so is its newest figure."""
    for doubt in doubts:
        if doubt.older <= older and doubt.concerns(measure, line, position=position):
            return doubt.why
    return ""
