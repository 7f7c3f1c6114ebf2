"""Labels of a Series or a table of pandas: the dates among them, and their order.

Labels are dates of Python or pandas, periods, texts and numbers that the data sheets read as a
month (2013-04, Apr 2013, 201304), or a MultiIndex with one of these in it, or with a year and a
month.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from numbers import Integral
from typing import TYPE_CHECKING, TypeAlias

from xlperf.errors import FunctionError
from xlperf.periods import Month, month_name, month_of
from xlperf.tables.coercion import coerce, quoted
from xlperf.tables.schema import Column, Holds

if TYPE_CHECKING:
    import pandas as pd

Moment: TypeAlias = tuple[int, ...]
"""Year, month, day, and the time of the day; comparable."""

UNITS = (
    *("year", "month", "day", "hour", "minute", "second"),
    *("microsecond", "nanosecond", "fold"),
)
MONTH, DATE = (Column("the label", holds, "") for holds in (Holds.MONTH, Holds.DATE))
LIKE_A_DATE = re.compile(r"\d+[-/. ]\w+[-/. ]\d+")
"""A text of three parts, such as 01/04/2013, that was not read as a date."""
YEARS, MONTHS = range(1990, 2100), range(1, 13)


def labels(values: object, size: int) -> pd.Index | None:
    """Labels of a Series, or of the longer side of a table, of pandas."""
    if not hasattr(values, "to_numpy"):
        return None
    sides = (getattr(values, "index", None), getattr(values, "columns", None))
    return next((side for side in sides if side is not None and len(side) == size), None)


def require_same_labels(months: object, counts: object) -> None:
    """Refuse two columns of pandas whose rows do not belong together."""
    both = (months, counts)
    sides = [item.index for item in both if hasattr(item, "to_numpy") and hasattr(item, "index")]
    if len(sides) == 2 and not sides[0].equals(sides[1]):
        raise FunctionError("months and counts have different labels. Give columns of one table.")


def months_in_order(name: str, index: pd.Index | None) -> tuple[Month, ...]:
    """Months of labels that are dates; none: they are no dates.

    Raises `FunctionError` for dates that do not ascend, and for one that is there twice, as where
    the rows of two measures are mixed.
    """
    moments = _moments(name, index)
    for before, after in pairwise(moments):
        if after < before:
            raise FunctionError(
                f"{name} has dates that do not ascend. Give the figures oldest first: sort_index()."
            )
        if after == before:
            raise FunctionError(
                f"{name} has the same date twice, in {month_name(_month(after))}. Give one figure"
                " for each date."
            )
    return tuple(map(_month, moments))


def label_months(name: str, index: pd.Index | None) -> tuple[Month, ...]:
    """Months of labels that are dates, in any order; none: they are no dates."""
    return tuple(map(_month, _moments(name, index)))


def _moments(name: str, index: pd.Index | None) -> list[Moment]:
    """What dates the labels are; none where no label is one.

    Raises `FunctionError` where some are and others not, as with a total below the months.
    """
    pairs = [] if index is None else [(label, _moment(name, label)) for label in index]
    others = [label for label, moment in pairs if moment is None]
    if len(others) == len(pairs) or any(isinstance(label, Integral) for label in others):
        return []
    if others:
        raise FunctionError(
            f"{name} has the label {quoted(str(others[0]))} among dates. Give the figures of the"
            " dates alone."
        )
    return [moment for _, moment in pairs if moment is not None]


def _moment(name: str, label: object) -> Moment | None:
    parts = label if isinstance(label, tuple) else (label,)
    known = [moment for part in parts if (moment := _of_date(name, part))]
    known = known or [
        (int(year), int(month), 1)
        for year, month in pairwise(parts)
        if isinstance(year, Integral) and isinstance(month, Integral)
        if year in YEARS and month in MONTHS
    ]
    return known[0] if len(known) == 1 else None


def _of_date(name: str, part: object) -> Moment | None:
    if hasattr(part, "day"):
        if part != part:  # noqa: PLR0124 - NaT differs from itself
            raise FunctionError(f"{name} has a figure without a date. Give each its date.")
        return tuple(getattr(part, unit, 0) for unit in UNITS)
    if not isinstance(part, str):
        return _of_text(str(part)) if isinstance(part, Integral) and len(str(part)) == 6 else None
    moment = _of_text(part)
    if moment is None and LIKE_A_DATE.match(part):
        raise FunctionError(
            f"{name} has the label {quoted(part)}, and what date that is, is not known. Give dates:"
            " pandas.to_datetime()."
        )
    return moment


def _of_text(text: str) -> Moment | None:
    day = coerce(text, DATE)[0] or coerce(text, MONTH)[0]
    return tuple(getattr(day, unit, 0) for unit in UNITS) if hasattr(day, "day") else None


def _month(moment: Moment) -> Month:
    return month_of(date(moment[0], moment[1], 1))
