"""The tables of what an office says in its report and on no tile: standing texts, and actions.

A refresh reads neither, so an older workbook without them is refreshed as before.
"""

from __future__ import annotations

from enum import StrEnum

from xlperf.tables.columns import Column, Consequence, Holds, Table


class TextPlace(StrEnum):
    """Where a standing text is printed."""

    BEFORE = "before"
    """Before the priorities: purpose, recommendation, background."""
    AFTER = "after"
    """Behind them: implications, consultation, contacts, background papers."""


REPORT_TEXTS = Table(
    "tblReportTexts",
    "Report texts",
    "Standing texts of the report, such as purpose, recommendation, implications and contacts.",
    (
        Column(
            "Heading",
            Holds.TEXT,
            "Printed above the text. Rows with the same heading are paragraphs of one section.",
            needed=True,
            width=30,
        ),
        Column("Text", Holds.TEXT, "What it says.", width=110),
        Column(
            "Place",
            Holds.TEXT,
            "before or after the priorities. Blank: before.",
            choices=tuple(map(str, TextPlace)),
            width=10,
            cost="the text is printed before the priorities",
        ),
        Column(
            "Period",
            Holds.PERIOD,
            "Last month of the period that the text is for, such as Sep 2014: printed for that one"
            " only. Blank: for every one.",
            width=12,
            unreadable=Consequence.STRICTEST,
            cost="the text is not printed",
        ),
    ),
    optional=True,
)

ACTIONS = Table(
    "tblActions",
    "Actions",
    "What was agreed to be done, by whom and until when. Printed in the report.",
    (
        Column(
            "Priority",
            Holds.TEXT,
            "Code of a priority, as in Priorities; or All.",
            needed=True,
            width=10,
        ),
        Column("Action", Holds.TEXT, "What is to be done.", needed=True, width=80),
        Column("Owner", Holds.TEXT, "Who does it: a role rather than a name.", width=30),
        Column(
            "Due", Holds.DATE, "When it is to be done.", width=12, cost="no day is printed for it"
        ),
        Column(
            "Done",
            Holds.DATE,
            "When it was done. It is printed for the period in which that day lies, and no longer.",
            width=12,
            cost="the action counts as open",
        ),
    ),
    optional=True,
)
