"""What a page or picture is made of, gathered once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlperf.assessment.basis import Basis
from xlperf.documents.pack_contents import contents
from xlperf.periods import day_name
from xlperf.tiles.changes import ColourTurn
from xlperf.version import VERSION

if TYPE_CHECKING:
    from datetime import date

    from xlperf.assessment.evidence import Assessment
    from xlperf.documents.pack_values import PackContents
    from xlperf.tiles.assessed import Assessed
    from xlperf.tiles.changes import Changes


FOR_THE_OFFICE = (
    "For the office: do not send or publish this. It shows small numbers that a panel pack leaves"
    " out."
)
"""Stands at the head of every page and picture."""


@dataclass(frozen=True, slots=True)
class ViewSource:
    """What a page or picture is made of besides the assessment."""

    file: str
    """Name of the workbook."""
    made: date
    compared: tuple[Changes, ...] = ()
    """With earlier times, the most asked for first; each has something to compare with."""
    not_compared: tuple[str, ...] = ()
    """Why there is no other comparison: sentences."""


@dataclass(frozen=True, slots=True)
class ViewContents:
    """An assessment with the texts of the dashboard and the names of its lines in a page."""

    assessed: Assessed
    source: ViewSource
    printed: PackContents
    basis: Basis
    identities: dict[str, str]
    """By the name of the line; of names as a person typed them, none is one."""

    @classmethod
    def of(cls, assessed: Assessed, source: ViewSource) -> ViewContents:
        """Gather what is shown; nothing is withheld."""
        return cls(
            assessed,
            source,
            contents(assessed, prepared=source.made),
            Basis(assessed.tables, assessed.settings),
            {line.line: f"line-{place}" for place, line in enumerate(assessed.lines, 1)},
        )

    @property
    def made(self) -> str:
        """Say when it was made, and of what."""
        day = day_name(self.source.made)
        return (
            f"Made on {day} from {self.source.file} by xlperf {VERSION}; the workbook was not"
            " changed."
        )

    def line(self, name: str) -> Assessment:
        """Give a line by its name."""
        return next(line for line in self.assessed.lines if line.line == name)

    def turned(self, line: str) -> bool:
        """Whether its colour went to another colour, or to or from one that a person decided, since
        the time that is compared first.
        """
        first = self.source.compared[:1]
        turned = (item for found in first for item in found.changes if item.line == line)
        return any(item.turn is not ColourTurn.OTHER for item in turned)
