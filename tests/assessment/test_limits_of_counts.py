"""No chart of counts has a limit below 0: not the line, not its chart, not the sheet Series that the
charts of the workbook are drawn from.
"""

from __future__ import annotations

import pytest

from tests.assessment.casebook import Book
from xlperf.assessment.charts import GroupChart, MonthsChart
from xlperf.config import PositionLines, SpcBasis
from xlperf.functions import spc
from xlperf.pipeline import assess_workbook
from xlperf.tables.owned_tables import FROM_CENTRE
from xlperf.tiles.written import series_rows

ROUGH = [30, 2, 0, 45, 1, 0, 60, 3, 0, 5, 40, 0]
"""Twelve months that vary so much that their mean less its range is below 0."""
SMALL = [0, 1, 0, 0, 6, 0, 0, 1, 0, 0, 0, 2]


@pytest.mark.parametrize("basis", SpcBasis)
@pytest.mark.parametrize("counts", [ROUGH, SMALL], ids=["rough", "small"])
def test_no_limit_of_monthly_counts_lies_below_0(basis: SpcBasis, counts: list[int]) -> None:
    months = [*counts, *counts, *counts[:6]]
    book = Book(spc_basis=basis, z=3.0).offences(counts=months)
    (chart,) = assess_workbook(book.workbook()).charts
    assert isinstance(chart, MonthsChart)
    assert chart.lower == spc(months, basis=str(basis), z=3.0).lower == 0
    rows = [row for row in series_rows([chart]) if row["Series"] not in FROM_CENTRE]
    points = [value for row in rows for value in row.values()]
    assert min(value for value in points if isinstance(value, (int, float))) == 0


@pytest.mark.parametrize("lines", PositionLines)
def test_no_limit_of_rates_of_a_group_lies_below_0(lines: PositionLines) -> None:
    book = Book(position_lines=lines, z=3.0).measure("crime", "offences", MSG_measure="crime")
    book.peers([1, 2, 1, 90, 2, 1, 60, 2])
    charts = assess_workbook(book.workbook()).charts
    (chart,) = [chart for chart in charts if isinstance(chart, GroupChart)]
    assert chart.lower is not None
    assert chart.lower >= 0
