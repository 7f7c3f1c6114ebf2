"""Rows of Measures as the builder needs them: the lines each makes, and their cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlperf.tables import schema
from xlperf.tables.lines import POSITION, SPC
from xlperf.tables.measure_kinds import (
    COMPARED,
    FORMS,
    KINDS,
    LINES,
    Comparison,
    LineKind,
    MeasureKind,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.tables.data import Measure


@dataclass(frozen=True, slots=True)
class TileLine:
    """One line of a tile, as the builder needs it."""

    name: str
    label: str
    kind: LineKind
    number_format: str
    compared: Comparison | None = None
    """What its figure is compared with; None: it is no main line, or is compared with none."""

    @property
    def fields(self) -> tuple[str, ...]:
        """Fields that a refresh fills."""
        return LINES[self.kind].fields


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """What the builder needs of one row of the Measures table."""

    name: str
    priority: str
    label: str
    kind: MeasureKind
    msg_measure: str
    compared: Comparison = Comparison.BASELINE

    @classmethod
    def of(cls, measure: Measure) -> MeasureRow:
        """Take it from a measure that was read."""
        return cls(
            measure.name,
            measure.priority,
            measure.label,
            measure.kind,
            measure.msg_measure,
            measure.compared,
        )

    @property
    def lines(self) -> list[TileLine]:
        """Its lines, in the order of an assessment: main line, position, control chart."""
        kind = KINDS[self.kind]
        form = FORMS[kind.form].number_format if kind.table else "General"
        compared = self.compared if "baseline" in LINES[kind.line].fields else None
        lines = [TileLine(self.name, self.label, kind.line, form, compared)]
        if self.msg_measure:
            name, label = self.name + POSITION, "Position v most similar forces"
            lines.append(TileLine(name, label, LineKind.POSITION, "General"))
        if kind.monthly:
            name, label = self.name + SPC, "Latest 6 months v previous 12"
            lines.append(TileLine(name, label, LineKind.SPC, "General"))
        return lines


def measure_rows(rows: Sequence[Sequence[Any]]) -> list[MeasureRow]:
    """Read what the builder needs of the rows of the Measures table."""
    titles = ("Measure", "Priority", "Line", "Kind", "MSG measure", COMPARED)
    places = [schema.MEASURES.titles.index(title) for title in titles]
    measures = []
    for row in rows:
        name, priority, label, kind, msg, compared = (row[place] for place in places)
        names, group = (str(name), str(priority), str(label)), str(msg or "")
        way = Comparison(compared or Comparison.BASELINE)
        measures.append(MeasureRow(*names, MeasureKind(kind), group, way))
    return measures
