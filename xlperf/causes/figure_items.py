"""Figures of a workbook one by one, each under a key that stays the same from refresh to refresh:
the month, the period, the force.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from xlperf.frozen import NamedTuple
from xlperf.periods import day_name, month_short
from xlperf.tiles.figures import rounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from xlperf.tables.data import Tables


class FigureTable(NamedTuple):
    """A table of figures: where it is in `Tables`, and how one of its items is known."""

    field: str
    key: Callable[[Any], Any]
    end: Callable[[Any], date]
    """Last day that an item is of."""
    name: Callable[[Any], str]
    """What an item is of, in words."""
    value: Callable[[Any], str]
    """Its figure, in words."""


class FigureItem(NamedTuple):
    """A figure that differs: None where it is not there."""

    table: FigureTable
    measure: str
    before: Any
    after: Any

    @property
    def name(self) -> str:
        """What it is of: Feb 2014."""
        return self.table.name(self.after or self.before)

    def __str__(self) -> str:
        """Write it: ``Feb 2014 1,203 -> 1,198``."""
        sides = [
            "none" if item is None else self.table.value(item) for item in (self.before, self.after)
        ]
        if self.before is None:
            return f"{self.name} {sides[1]}"
        if sides[0] == sides[1]:
            return f"{self.name} (its date or status)"
        return f"{self.name} {sides[0]} -> {sides[1]}"


class ChangedItems(NamedTuple):
    """Figures that differ between two workbooks."""

    revised: tuple[FigureItem, ...]
    """There before and after."""
    removed: tuple[FigureItem, ...]
    late: tuple[FigureItem, ...]
    """Only there after, of the earlier period or before it."""
    new: tuple[FigureItem, ...]
    """Only there after, of a time after the earlier period."""


def measures_of(items: Iterable[FigureItem]) -> frozenset[str]:
    """Measures that items are of."""
    return frozenset(item.measure for item in items)


def changed_items(before: Tables, after: Tables, end: date) -> ChangedItems:
    """Sort the figures that differ; `end`: the last day of the earlier period."""
    differing = [
        FigureItem(table, measure, was, now)
        for table in FIGURES
        for measure, key in _keys(table, before, after)
        if (was := _items(table, before, measure).get(key))
        != (now := _items(table, after, measure).get(key))
    ]
    fresh = [item for item in differing if item.before is None]
    return ChangedItems(
        tuple(item for item in differing if item.before is not None and item.after is not None),
        tuple(item for item in differing if item.after is None),
        tuple(item for item in fresh if item.table.end(item.after) <= end),
        tuple(item for item in fresh if item.table.end(item.after) > end),
    )


def merged(
    table: FigureTable,
    current: Tables,
    before: Tables,
    after: Tables,
    end: date,
    *,
    revised: bool,
    late: bool,
    new: bool,
) -> Mapping[str, Any]:
    """Give a table of `current` with some of the figures of `after`: those that differ from
    `before`, or are only there, up to `end` or later.
    """
    result = {}
    for measure in dict.fromkeys((*_of(table, current), *_of(table, after))):
        old, target = _items(table, before, measure), _items(table, after, measure)
        items = dict(_items(table, current, measure))
        if revised:
            items = {
                key: target.get(key, item) if key in old else item
                for key, item in items.items()
                if key in target or key not in old
            }
        for key, item in target.items():
            if key not in old and (late if table.end(item) <= end else new):
                items[key] = item
        ordered = sorted(items.items(), key=lambda pair: table.end(pair[1]))
        monthly = table.field == "monthly"
        if items:
            result[measure] = dict(ordered) if monthly else tuple(item for _, item in ordered)
    return result


def _of(table: FigureTable, tables: Tables) -> Mapping[str, Any]:
    figures: Mapping[str, Any] = getattr(tables, table.field)
    return figures


def _items(table: FigureTable, tables: Tables, measure: str) -> dict[Any, Any]:
    """Items of a measure by key; of two of one key the last counts."""
    items = _of(table, tables).get(measure, ())
    listed = items.values() if isinstance(items, Mapping) else items
    return {table.key(item): item for item in listed}


def _keys(table: FigureTable, before: Tables, after: Tables) -> list[tuple[str, Any]]:
    return [
        (measure, key)
        for measure in dict.fromkeys((*_of(table, before), *_of(table, after)))
        for key in dict.fromkeys((*_items(table, before, measure), *_items(table, after, measure)))
    ]


def _share(item: Any) -> str:
    share = item.proportion
    if share is None:
        return "none" if item.score is None else f"{rounded(item.score, 2)} stars"
    return f"{rounded(100 * share, 1)}%" + (f" (n {rounded(item.n)})" if item.n else "")


def _provisional(item: Any) -> str:
    return rounded(item.count) + (" provisional" if item.provisional else "")


FIGURES = (
    FigureTable(
        "monthly",
        lambda item: item.month,
        lambda item: item.period_end,
        lambda item: month_short(item.month),
        _provisional,
    ),
    FigureTable(
        "surveys",
        lambda item: item.period_end,
        lambda item: item.period_end,
        lambda item: f"survey to {day_name(item.period_end)}",
        _share,
    ),
    FigureTable(
        "totals",
        lambda item: item.period,
        lambda item: item.period_end,
        lambda item: str(item.period),
        _provisional,
    ),
    FigureTable(
        "peers",
        lambda item: (item.period_end, item.force),
        lambda item: item.period_end,
        lambda item: f"{item.force} to {day_name(item.period_end)}",
        lambda item: f"{item.rate:.4g}" if item.count is None else rounded(item.count),
    ),
    FigureTable(
        "amounts",
        lambda item: (item.item, item.as_at),
        lambda item: item.as_at or date.min,
        lambda item: item.item,
        lambda item: f"£{item.value} million",
    ),
    FigureTable(
        "families",
        lambda item: (item.council, item.period_end, item.counting),
        lambda item: item.period_end,
        lambda item: f"{item.council} to {day_name(item.period_end)}",
        lambda item: f"{rounded(item.both)} of {rounded(item.engaged)}",
    ),
)
"""Every table of figures."""
