"""What differs by the kind of a measure where its figures are read and checked: an entry a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xlperf.tables import schema
from xlperf.tables.data import MeasureKind

if TYPE_CHECKING:
    from collections.abc import Mapping


class KindOfMeasure(NamedTuple):
    """Where the figures of a kind stand, and what they are."""

    table: schema.Table | None = None
    """None: it has none."""
    dated_by: str = ""
    """Column with the period of a figure. Empty: a figure has no period."""
    is_share: bool = False
    """Its figures are shares, 0 to 1."""


KINDS: Mapping[MeasureKind, KindOfMeasure] = {
    MeasureKind.OFFENCES: KindOfMeasure(schema.MONTHLY, "Month"),
    MeasureKind.SURVEY: KindOfMeasure(schema.SURVEYS, "Period end", is_share=True),
    MeasureKind.RATE: KindOfMeasure(schema.SURVEYS, "Period end", is_share=True),
    MeasureKind.RATING: KindOfMeasure(schema.SURVEYS, "Period end"),
    MeasureKind.TOTAL: KindOfMeasure(schema.TOTALS, "Period end"),
    MeasureKind.COHORT: KindOfMeasure(schema.TOTALS, "Period end"),
    MeasureKind.FAMILIES: KindOfMeasure(schema.FAMILIES, "Period end"),
    MeasureKind.AMOUNT: KindOfMeasure(schema.AMOUNTS),
    MeasureKind.TEXT: KindOfMeasure(),
}


def kinds_in(table: schema.Table) -> frozenset[MeasureKind]:
    """Kinds whose figures stand in a table; all of them in a table of other things."""
    kinds = frozenset(kind for kind, of_kind in KINDS.items() if of_kind.table is table)
    return kinds or frozenset(MeasureKind)


def holds_figures(table: schema.Table) -> bool:
    """Whether a table holds the figures of some kinds."""
    return any(of_kind.table is table for of_kind in KINDS.values())
