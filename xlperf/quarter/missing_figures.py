"""What a period still lacks: measures whose newest figure ends before it, by who supplies them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.periods import month_of
from xlperf.tables.measure_kinds import KINDS
from xlperf.tables.schema import AMOUNTS, PEERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlperf.imports.sources import ImportSource
    from xlperf.periods import Month
    from xlperf.tables.data import Measure, Tables

NOT_DUE = ("not available", "not applicable", "in development")
"""States in Returns of a measure that has no figure, with the reason."""


class MissingFigure(NamedTuple):
    """A measure, or an MSG measure of the group, without a figure that reaches the period end."""

    measure: str
    owner: str
    """Who supplies it, as Returns or Measures says; empty: nobody is named."""
    newest: Month | None
    """Last month of its newest figure; None: it has none."""
    of_group: bool = False


class SourceWithoutFile(NamedTuple):
    """A source of which the folder has no file."""

    source: str
    patterns: tuple[str, ...]
    missing: tuple[MissingFigure, ...]
    """Its measures that do not reach the period end; none: they are there."""


def missing_figures(tables: Tables, last: Month) -> Iterator[MissingFigure]:
    """Measures whose newest figure ends before a month, in the order of the plan, and after them
    those of the group.

    Amounts and words have no period of their own, and are left out, as are measures of which
    Returns says why there is none.
    """
    for measure in tables.measures:
        table, owed = KINDS[measure.kind].table, tables.returns.get(measure.name)
        if table is None or table is AMOUNTS or (owed and owed.status in NOT_DUE):
            continue
        newest = max(_ends(measure, tables, last), default=None)
        if newest is None or newest < last:
            owner = (owed.owner if owed else "") or measure.owner or measure.source
            yield MissingFigure(measure.name, owner, newest)
    for name in dict.fromkeys(item.msg_measure for item in tables.measures if item.msg_measure):
        ends = (month_of(item.period_end) for item in tables.peers.get(name, ()))
        newest = max((end for end in ends if end <= last), default=None)
        if newest is None or newest < last:
            yield MissingFigure(name, f"the group ({PEERS.sheet})", newest, of_group=True)


def _ends(measure: Measure, tables: Tables, last: Month) -> Iterator[Month]:
    """Last months of the figures of a measure, up to a month."""
    name = measure.name
    every: Iterable[Month] = (
        *tables.monthly.get(name, ()),
        *tables.lost_months.get(name, ()),
        *(month_of(item.period_end) for item in tables.surveys.get(name, ())),
        *(item.period.last for item in tables.totals.get(name, ())),
        *(month_of(item.period_end) for item in tables.families.get(name, ())),
    )
    return (month for month in every if month <= last)


def sources_without_file(
    sources: Iterable[ImportSource], missing: Iterable[MissingFigure]
) -> tuple[SourceWithoutFile, ...]:
    """Say of each source which of its measures are missing."""
    lacking = {(item.of_group, normalised(item.measure)): item for item in missing}
    found = []
    for source in sources:
        targets = source.mapping.parts()
        keys = dict.fromkeys((item.in_peers, normalised(item.measure)) for item in targets)
        own = tuple(lacking[key] for key in keys if key in lacking)
        found.append(SourceWithoutFile(source.name, source.patterns, own))
    return tuple(found)
