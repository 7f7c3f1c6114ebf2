"""What the cells of the form take: lists and limits, with what a person reads in the cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlperf.newbook.datasheets import A_DATE, with_message
from xlperf.returns import form_places as places
from xlperf.returns.received_cells import LONGEST
from xlperf.returns.return_form import COUNTINGS, FigureStatus, FormColumn

if TYPE_CHECKING:
    from xlperf.returns.return_form import FormRow

MOST_VERSIONS = 20
MESSAGES = {
    FormColumn.COUNT: "A whole number. Not known: leave blank, and choose a status.",
    FormColumn.OUT_OF: "The number it is out of, or that answered.",
    FormColumn.PERCENT: "Only where the number is not known: 58 for 58 per cent, not 0.58.",
    FormColumn.STATUS: "Choose from the list.",
    FormColumn.RULE: "The same words each time, unless you count in another way now.",
    FormColumn.CONTEXT: "What explains the figure. No names of people.",
    FormColumn.SEEN: "The day on which its board saw it; blank, if it has not.",
}
"""What is said in a cell, by its column."""
WHOLE: dict[str, Any] = {"validate": "integer", "criteria": ">=", "value": 0}
TEXT: dict[str, Any] = {"validate": "length", "criteria": "<=", "value": LONGEST}
LIMITS: dict[FormColumn, dict[str, Any]] = {
    FormColumn.COUNT: WHOLE,
    FormColumn.OUT_OF: WHOLE,
    FormColumn.PERCENT: {
        "validate": "decimal",
        "criteria": "between",
        "minimum": 0,
        "maximum": 100,
    },
    FormColumn.STATUS: {"validate": "list", "source": list(map(str, FigureStatus))},
    FormColumn.RULE: TEXT,
    FormColumn.CONTEXT: TEXT,
    FormColumn.SEEN: A_DATE,
}


def rule_of(row: FormRow, title: FormColumn) -> dict[str, Any]:
    """Validation of a cell of a row, as XlsxWriter takes it."""
    if title is FormColumn.RULE and row.item:
        message = "'and': both reductions are needed; 'or': one is enough."
        return _with_message(title, message, {"validate": "list", "source": list(COUNTINGS)})
    return _with_message(title, MESSAGES[title], LIMITS[title])


def _with_message(title: str, message: str, limits: dict[str, Any]) -> dict[str, Any]:
    return with_message(title, message, message, limits) | {"ignore_blank": True}


HEAD_RULES = {
    places.VERSION: _with_message(
        "Version",
        "1 the first time; one more each time you send it again.",
        {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": MOST_VERSIONS},
    ),
    places.ROLE: _with_message(
        "Completed by", "Your role, such as Performance officer. No name, please.", TEXT
    ),
    places.AS_AT: _with_message(
        "Figures taken on", "The day the figures were taken from your system.", A_DATE
    ),
}
"""Validation of the cells of the head that a partner fills in."""
