"""The chart of the group says in which unit its bars are: by the figures of the forces, whatever
the measure's kind.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.assessment.casebook import Book
from xlperf.assessment.charts import GroupChart
from xlperf.documents.pack_contents import contents
from xlperf.pipeline import assess_workbook

RATES = [53, 50, 51, 52, 54, 55, 56, 57]


@pytest.mark.parametrize(
    ("kind", "shares", "unit"),
    [("total", False, "per 1,000"), ("offences", False, "per 1,000"), ("survey", True, "per cent")],
)
def test_a_chart_of_the_group_is_in_the_unit_of_its_figures(kind, shares, unit):
    book = Book().measure("m", kind, "down", MSG_measure="crime").peers(RATES, shares=shares)
    made = contents(assess_workbook(book.workbook()), prepared=date(2014, 12, 10))
    (printed,) = [item for item in made.sections[0].charts if isinstance(item.chart, GroupChart)]
    chart = printed.chart
    assert chart.unit == unit
    assert printed.title.endswith(unit)
    assert max(value for value in chart.values if value is not None) == pytest.approx(
        57 if shares else 0.57
    )
