"""The order of day and month in a column of dates."""

from __future__ import annotations

import pytest

from xlperf.imports.day_texts import DayOrder, order_of_days, usual_spelling


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["04/01/2014", "18/01/2014"], DayOrder.DAY),
        (["01/04/2014", "04/30/2014"], DayOrder.MONTH),
        (["01/04/2014", "01/05/2014"], DayOrder.DAY),
        (["04/01/2014", "05/01/2014"], DayOrder.MONTH),
        (["01/04/2014", "05/01/2014"], DayOrder.UNKNOWN),
        (["30/04/2014", "04/30/2014"], DayOrder.UNKNOWN),
        (["03/04/2014", "01/01/2014", "Apr 2014"], None),
    ],
)
def test_dates_of_a_column_say_their_order(texts, order):
    assert order_of_days(texts) is order


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("2014 SEP", "SEP 2014"),
        ("30-Sep-14", "30 Sep 2014"),
        ("Sep/2014", "Sep 2014"),
        ("14-Sep", "14-Sep"),
        ("Sep-99", "Sep-99"),
    ],
)
def test_months_with_a_name(text, usual):
    assert usual_spelling(text) == usual
