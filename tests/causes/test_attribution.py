"""Laws of the causes, for any mixture of changes: the parts add up, and no cause is named of which
nothing was changed.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assessment.casebook import Book, first_day, month, wobbling
from tests.causes.quarters import Quarters, assert_parts_add_up, by_line, last
from xlperf.causes.what_changed import REFRESH_BEFORE
from xlperf.excel.port import CellError
from xlperf.tables import schema
from xlperf.tiles.change_causes import Cause

if TYPE_CHECKING:
    from collections.abc import Mapping

RATES = [5300, 5000, 5100, 5200, 5400, 5500, 5600, 5700]


def rows() -> Quarters:
    """A workbook for the period to June 2014, never refreshed."""
    book = Book(period_end=last("2014-06")).measure("crime", "offences", MSG_measure="crime")
    book.months("crime", wobbling(400, 63), last="2014-06", leaving_out=["2014-02"])
    book.measure("asb", "offences").months("asb", wobbling(90, 63), last="2014-06")
    book.measure("sat", "survey", "up").survey("sat", last("2013-03"), 400, 300)
    book.survey("sat", last("2014-06"), 400, 330)
    return Quarters(book.peers(RATES, end=last("2014-06")))


@cache
def written() -> Mapping[str, Any]:
    """What a refresh writes into it."""
    made = rows()
    made.refresh("2014-06")
    return made.owned


def come(quarters: Quarters) -> None:
    quarters.book.settings_given["period_end"] = last("2014-09")
    quarters.book.months("crime", [430, 500, 470], last="2014-09")
    quarters.book.months("asb", [60, 50, 55], last="2014-09")
    quarters.book.survey("sat", last("2014-09"), 380, 290)


CHANGES = {
    Cause.NEW: come,
    Cause.REVISED: lambda it: it.count("crime", "2013-12", 700),
    Cause.LATE: lambda it: it.book.add(
        schema.MONTHLY, Measure="crime", Month=first_day(month("2014-02")), Count=401
    ),
    Cause.DEFINITION: lambda it: it.row(schema.MEASURES, Measure="asb").update(Direction="up"),
    Cause.SETTING: lambda it: it.book.settings_given.update(z=3.0, small_months=100.0),
    Cause.DECISION: lambda it: it.book.override("asb", "RED"),
    Cause.RETURN: lambda it: it.book.owed("sat", "awaited"),
    Cause.UNREADABLE: lambda it: it.row(schema.PEERS, Force="Kent").update(Count=CellError("#N/A")),
}


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.sets(st.sampled_from(list(CHANGES))))
def test_parts_add_up_and_no_cause_is_invented(chosen):
    quarters = rows()
    quarters.owned = dict(written())
    for cause in chosen:
        CHANGES[cause](quarters)
    quarters.book.add(schema.RETURNS, Measure="asb", Status="received")  # it changes no line
    found = quarters.changes(REFRESH_BEFORE)
    assert_parts_add_up(found)
    lines = by_line(found).values()
    named = {item.cause for line in lines for item in (*line.parts, *line.partners)}
    named |= {cause for line in lines for cause in line.alone}
    allowed = chosen | ({Cause.REVISED} if Cause.UNREADABLE in chosen else set())
    assert named <= allowed
    if not chosen:
        assert not by_line(found)
