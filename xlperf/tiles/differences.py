"""What a refresh shows otherwise than the one before, which the Workings sheet remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.frozen import NamedTuple
from xlperf.tables import schema
from xlperf.tiles.changes import GONE, NEW, ColourTurn
from xlperf.tiles.written import records

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.excel.port import Grid


class LineDifference(NamedTuple):
    """A line that is shown otherwise than before."""

    line: str
    label: str
    before: str
    after: str
    decision: str = ""
    """What a person had to do with it: overruled by a person, worked out RED; or override ended.
    Else empty.
    """
    priority: str = ""
    """Code of its priority; empty: the line is no longer there."""

    @property
    def name(self) -> str:
        """Name it as its tile does, ``SP12 Number of offences``; by its line where it is gone."""
        return f"{self.priority} {self.label}" if self.priority else self.line


class Before(NamedTuple):
    """Colours of the last refresh by line, and the lines on which a person had decided."""

    colours: Mapping[str, str]
    decided: frozenset[str]

    @classmethod
    def of(cls, grids: Mapping[str, Grid]) -> Before:
        """Read the Workings sheet."""
        workings = records(grids.get(schema.WORKINGS.name), schema.WORKINGS)
        rows = [row for row in workings if row.get("Line")]
        return cls(
            {str(row["Line"]): str(row.get("Colour") or "") for row in rows},
            frozenset(str(row["Line"]) for row in rows if row.get("Override")),
        )


def differences(before: Before, lines: Sequence[Assessment]) -> tuple[LineDifference, ...]:
    """Compare with the last refresh; nothing differs from none.

    A line on which a person decides since then, or no longer does, differs though its colour be the
    same.
    """
    if not before.colours:
        return ()
    found = []
    for line in lines:
        was, now = before.colours.get(line.line, NEW), str(line.shown)
        begun = line.overruled and line.line not in before.decided
        ended = line.override is None and line.line in before.decided
        if was != now or begun or ended:
            decision = ColourTurn.ENDED.value if ended else ""
            if line.overruled:
                decision = f"{ColourTurn.OVERRULED.value}, worked out {line.rag}"
            priority = line.measure.priority
            found.append(LineDifference(line.line, line.label, was, now, decision, priority))
    known = {line.line for line in lines}
    gone = [
        LineDifference(name, "", colour, GONE)
        for name, colour in before.colours.items()
        if name not in known
    ]
    return tuple(found + gone)
