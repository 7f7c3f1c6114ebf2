"""Rows of the Measures table as the builder needs them: the lines each makes on its tile, and the
cells of a line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlperf.assess.basis import SHOWN_AS
from xlperf.assess.evidence import LineKind
from xlperf.tables import schema
from xlperf.tables.data import MeasureKind
from xlperf.tables.lines import FIELDS, POSITION, SPC

if TYPE_CHECKING:
    from collections.abc import Sequence

FIELDS_OF = {
    LineKind.POSITION: ("latest", "change", "rag"),
    LineKind.SPC: ("latest", "rag"),
    LineKind.TEXT: ("latest", "rag"),
    LineKind.AMOUNT: ("latest",),
    LineKind.FAMILIES: ("baseline", "latest", "change", "rag"),
}
"""Cells of lines that have not all of them."""
NUMBER_FORMATS = {
    MeasureKind.OFFENCES: "#,##0",
    MeasureKind.TOTAL: "#,##0",
    MeasureKind.COHORT: "#,##0",
    MeasureKind.SURVEY: "0.0%",
    MeasureKind.RATE: "0.0%",
    MeasureKind.RATING: "0.0",
    MeasureKind.FAMILIES: "0.0%",
    MeasureKind.AMOUNT: '"£"0.0" m"',
}


@dataclass(frozen=True, slots=True)
class TileLine:
    """One line of a tile, as the builder needs it."""

    name: str
    label: str
    kind: LineKind
    number_format: str

    @property
    def fields(self) -> tuple[str, ...]:
        """Fields that a refresh fills."""
        return FIELDS_OF.get(self.kind, FIELDS)


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """What the builder needs of one row of the Measures table."""

    name: str
    priority: str
    label: str
    kind: MeasureKind
    msg_measure: str

    @property
    def lines(self) -> list[TileLine]:
        """Its lines, in the order of an assessment: main line, position, control chart."""
        form = NUMBER_FORMATS.get(self.kind, "General")
        found = [TileLine(self.name, self.label, SHOWN_AS[self.kind][0], form)]
        if self.msg_measure:
            found.append(
                TileLine(
                    self.name + POSITION,
                    "Position v most similar forces",
                    LineKind.POSITION,
                    "General",
                )
            )
        if self.kind is MeasureKind.OFFENCES:
            found.append(
                TileLine(self.name + SPC, "Latest 6 months v previous 12", LineKind.SPC, "General")
            )
        return found


def measure_rows(rows: Sequence[Sequence[Any]]) -> list[MeasureRow]:
    """Read what the builder needs of the rows of the Measures table."""
    titles = schema.MEASURES.titles
    return [
        MeasureRow(
            str(row[titles.index("Measure")]),
            str(row[titles.index("Priority")]),
            str(row[titles.index("Line")]),
            MeasureKind(row[titles.index("Kind")]),
            str(row[titles.index("MSG measure")] or ""),
        )
        for row in rows
    ]
