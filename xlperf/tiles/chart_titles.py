"""Titles of the charts on the sheet Charts: those of the plan, in a column of Series."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from xlperf.tables import schema
from xlperf.tables.measure_kinds import FORMS, KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlperf.tables.data import Tables
    from xlperf.tables.measure_kinds import MeasureKind
    from xlperf.tiles.written import Record

MONTHS_ROW, GROUP_ROW = schema.CHART_SERIES[1], schema.GROUP_SERIES[0]
"""Rows of Series that hold the title of a chart."""


class ChartedMeasure(Protocol):
    """What a title says of a measure."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def priority(self) -> str:
        """Code of its priority."""

    @property
    def kind(self) -> MeasureKind:
        """What sort of number it is."""

    @property
    def msg_measure(self) -> str:
        """Figure compared with the group; empty: none."""


def chart_titles(
    measures: Iterable[ChartedMeasure], titles: Mapping[str, str]
) -> dict[tuple[str, str], str]:
    """Titles of control charts and of the bars of groups, by measure and row of Series; `titles`:
    by priority.
    """
    found = {}
    for item in measures:
        title = titles.get(item.priority) or item.name
        found[item.name, MONTHS_ROW] = f"{item.priority}  {title}: number of offences"
        if item.msg_measure:
            axis = FORMS[KINDS[item.kind].form].axis
            found[item.name, GROUP_ROW] = (
                f"{item.priority}  {item.msg_measure}: position in the group, {axis}"
            )
    return found


def with_chart_titles(rows: Iterable[Record], tables: Tables) -> list[Record]:
    """Give rows of Series the titles of charts; a chart whose measure is gone says so."""
    priorities = {item.priority: tables.priority(item.priority) for item in tables.measures}
    measures = (replace(item, priority=priorities[item.priority].code) for item in tables.measures)
    titles = chart_titles(measures, {item.code: item.title for item in priorities.values()})
    return [_titled(row, titles) for row in rows]


def _titled(row: Record, titles: dict[tuple[str, str], str]) -> Record:
    measure, series = str(row.get("Measure")), str(row.get("Series"))
    if series not in (MONTHS_ROW, GROUP_ROW):
        return row
    return row | {schema.CHART_TITLE: titles.get((measure, series), f"{measure}: no figures now")}
