"""Texts by people that are those of an earlier period: said before they are published.

A comment that is word for word one of an earlier period was carried over. The text of a priority
has no earlier one beside it: its period says whether it still speaks of this one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.excel.port import normalised
from xlperf.periods import month_name, month_of
from xlperf.tables.comments import PERIOD, UNREADABLE, period_text, title_to_add
from xlperf.tables.problems import Code, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from xlperf.tables.data import Comment, PlanPriority, Tables
    from xlperf.tables.problems import Problem

GIVE_PERIOD = "Give the last month of the period it speaks of, such as Sep 2014."


def check_texts(tables: Tables, period_end: date) -> Iterator[Problem]:
    """Report comments that are word for word those of an earlier period, and texts of priorities
    that are of another period, or may be.
    """
    yield from _repeated(tables.comments, period_text(period_end))
    for item in tables.priorities:
        yield from _of_plan(item, period_end)


def texts_of_period(plan: Iterable[PlanPriority], period_end: date) -> tuple[PlanPriority, ...]:
    """Give the plan with the texts that hold for a period: one with a period is of that alone."""
    now = period_text(period_end)
    return tuple(item if item.period in ("", now) else replace(item, text="") for item in plan)


def _repeated(comments: Iterable[Comment], now: str) -> Iterator[Problem]:
    earlier: dict[tuple[str, str], Comment] = {}
    for comment in comments:
        if comment.period not in ("", UNREADABLE) and comment.period < now:
            words = _words(comment)
            known = earlier.get(words)
            if known is None or known.period < comment.period:
                earlier[words] = comment
    for comment in comments:
        before = earlier.get(_words(comment))
        if before is None or before.row is None or comment.row is None:
            continue
        if comment.period in ("", now):
            at = before.row.cell("Text")
            found = (
                f"This text of {comment.priority} is word for word that of"
                f" {_month(before.period)} ({at})."
            )
            remedy = "Rewrite it, or leave it if it still holds."
            yield comment.row.problem(
                Severity.NOTE, Code.CARRIED_OVER, "Text", found, remedy, mentions=(at,)
            )


def _words(comment: Comment) -> tuple[str, str]:
    """Priority and words of a comment, whatever their case, spaces and marks."""
    return normalised(comment.priority), " ".join(re.findall(r"\w+", normalised(comment.text)))


def _month(period: str) -> str:
    year, month = map(int, period.split("-"))
    return month_name(12 * year + month - 1)


def _of_plan(item: PlanPriority, period_end: date) -> Iterator[Problem]:
    """Report the text of a priority: of another period, of one that cannot be read, or of none
    though it has a number, which will not hold for long.
    """
    if item.row is None or not item.text or item.period == period_text(period_end):
        return
    title, severity, remedy = PERIOD, Severity.NOTE, GIVE_PERIOD
    if item.period == UNREADABLE:
        severity = Severity.ERROR
        found = f"The period of the text of {item.code} cannot be read, so it is not printed."
    elif item.period:
        found = (
            f"The text of {item.code} is of {_month(item.period)}, not of"
            f" {month_name(month_of(period_end))}, so it is not printed."
        )
        remedy = "Rewrite it and give its new period, or clear the period of one that still holds."
    elif any(map(str.isdigit, item.text)):
        title = "Text for the report"
        found = f"The text of {item.code} has a number but no period: it is printed in every issue."
        remedy = title_to_add(item.row, "it") or GIVE_PERIOD
    else:
        return
    yield item.row.problem(severity, Code.COMMENT_PERIOD, title, found, remedy)
