"""The tables of what partners sent: each return that was accepted, and each figure of it.

A refresh reads neither, so an older workbook without them is refreshed as before. What a return
says reaches the tables that a refresh reads when its board has seen it.
"""

from __future__ import annotations

from enum import StrEnum

from xlperf.tables.columns import Column, Holds, Table


class ContributionUse(StrEnum):
    """What became of a figure that a partner sent."""

    USED = "used"
    """It is in the data sheets, or in Returns where it is words."""
    WAITING = "waits for its board"
    REPLACED = "replaced by a later version"
    ON_RECORD = "on record"
    """A part of the figure that is used, or a reason why there is none."""
    NOT_ADDED = "not added up"
    """Several partners count the same measure, which takes one figure."""


RECEIVED = Table(
    "tblReceived",
    "Received",
    "Every return of a partner that was accepted, one row a version. The file itself is kept.",
    (
        Column("Received", Holds.DATE, "Day it was collected.", width=12),
        Column("Partner", Holds.TEXT, "Who sent it: an owner in Returns.", width=28),
        Column("Quarter end", Holds.DATE, "Last day of the quarter it is for.", width=12),
        Column("Version", Holds.WHOLE, "As the return says: 1 is the first.", width=9),
        Column("File", Holds.TEXT, "Name of the file as it came.", width=44),
        Column(
            "SHA-256", Holds.TEXT, "Fingerprint of the file: any change makes another.", width=66
        ),
        Column("Kept as", Holds.TEXT, "Where its copy is, beside this workbook.", width=60),
        Column("Completed by", Holds.TEXT, "Role of the person who completed it.", width=26),
    ),
    optional=True,
)

CONTRIBUTIONS = Table(
    "tblContributions",
    "Contributions",
    "Every figure and every word that partners sent, by version, and what became of it.",
    (
        Column("Partner", Holds.TEXT, "Who sent it.", width=28),
        Column("Quarter end", Holds.DATE, "Last day of the quarter of the return.", width=12),
        Column("Version", Holds.WHOLE, "Version of the return.", width=9),
        Column("Measure", Holds.TEXT, "The measure.", width=24),
        Column("Item", Holds.TEXT, "What was asked, where a measure has several.", width=16),
        Column("Period start", Holds.DATE, "First day of the period.", width=12),
        Column("Period end", Holds.DATE, "Last day of the period.", width=12),
        Column("Count", Holds.WHOLE, "The number.", width=10),
        Column("Out of", Holds.WHOLE, "Number it is out of, or number who answered.", width=10),
        Column("Per cent", Holds.NUMBER, "Percentage, or mean of ratings.", width=10),
        Column("Status", Holds.TEXT, "What the partner says of it.", width=14),
        Column("Counting rule", Holds.TEXT, "How it is counted, in the partner's words.", width=40),
        Column(
            "Context", Holds.TEXT, "What the panel should know, in the partner's words.", width=60
        ),
        Column("Board", Holds.TEXT, "Board that must see it first.", width=28),
        Column("Seen by board", Holds.DATE, "When the board saw it.", width=13),
        Column(
            "Use",
            Holds.TEXT,
            "What became of it.",
            choices=tuple(map(str, ContributionUse)),
            width=24,
        ),
        Column("Place", Holds.TEXT, "The row's cell in the return.", width=9),
    ),
    optional=True,
)
