"""A form of an imaginary partner, with a row of each sort: the template that is shipped
(``templates/partner_return.xlsx``).
"""

from __future__ import annotations

from datetime import date

from xlperf.periods import NAMES, Period
from xlperf.returns.return_form import FIGURES, FormColumn, FormRow, ReturnForm

QUARTER = Period(12 * 2014 + 9, 12 * 2014 + 11)
YEAR = Period(QUARTER.last - 11, QUARTER.last)
COUNT = frozenset({FormColumn.COUNT})
BOARD = "The board of the partners"


def example_form() -> ReturnForm:
    """Make the form."""
    incidents = "P1_incidents", "Incidents near schools"
    rows = [
        FormRow(
            *incidents, f"{NAMES[month % 12]} 2014: incidents", Period(month, month), COUNT,
            is_part=True, is_first=month == QUARTER.first,
            board=BOARD if month == QUARTER.first else "",
        )
        for month in QUARTER.months
    ]  # fmt: skip
    rows += [
        FormRow(*incidents, "The quarter: incidents", QUARTER, COUNT),
        FormRow(
            "P2_satisfied", "People satisfied with support",
            "Twelve months: number satisfied, and out of how many", YEAR, frozenset(FIGURES),
            is_first=True, board=BOARD,
        ),
        FormRow(
            "P3_training", "Training of staff", "Words for the panel", QUARTER, frozenset(),
            is_first=True,
        ),
    ]  # fmt: skip
    return ReturnForm(
        "Office of the Police and Crime Commissioner",
        "Name of the partner",
        QUARTER,
        date(2015, 1, 21),
        tuple(rows),
    )
