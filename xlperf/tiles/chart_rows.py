"""What the charts of an assessment show: the rows of the Series sheet, from its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assess.basis import Case
from xlperf.assess.positions import newest_group
from xlperf.assess.series import Series
from xlperf.tables.lines import POSITION, SPC
from xlperf.tables.tables import Kind
from xlperf.tiles.written import series_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.assess.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.tables.tables import Tables
    from xlperf.tiles.written import Record


def chart_rows(lines: Sequence[Assessment], tables: Tables, settings: Settings) -> list[Record]:
    """Make the rows of the Series sheet: what the charts show."""
    by_name = {line.line: line for line in lines}
    charts, groups = {}, {}
    for measure in tables.measures:
        case = Case(measure, tables, settings)
        if measure.kind is Kind.OFFENCES:
            charts[measure.name] = (Series.of(case), by_name[measure.name + SPC])
        if measure.msg_measure:
            groups[measure.name] = (measure, newest_group(case), by_name[measure.name + POSITION])
    return series_rows(charts, groups, settings)
