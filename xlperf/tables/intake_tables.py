"""The tables of what is imported: how each source is read, and every figure that an import
replaced.

A refresh reads neither, so an older workbook without them is refreshed as before.
"""

from __future__ import annotations

from enum import StrEnum

from xlperf.tables.columns import Column, Holds, Table


class SourceItem(StrEnum):
    """What a row of Sources says of its source."""

    FILE = "file"
    """Theirs: the pattern of the file names, with * for what changes."""
    SHEET = "sheet"
    """Theirs: the sheet of the workbook."""
    HEADER_ROW = "header row"
    """Ours: its number."""
    PERIOD = "period column"
    YEAR = "year column"
    QUARTER = "quarter column"
    MONTH = "month column"
    FORCE = "force column"
    MEASURE = "measure column"
    FIGURE = "figure column"
    """Theirs: the title of the column."""
    SUM = "sum over column"
    """Theirs: the title of a column whose rows are added up."""
    IGNORED = "ignored column"
    """Theirs: the title of a column that says nothing of what a figure is of."""
    ONLY = "only"
    """Theirs: the title of a column. Ours: the one value whose rows are used."""
    SPAN = "span"
    """Ours: what a date or month names, where the file does not say it: month or year."""
    SINCE = "since"
    """Ours: the first month whose figures are used."""
    LABEL = "label"
    """Theirs: a label. Ours: the measure; blank: left out."""
    FROM = "from"
    """Theirs: where records are counted (`xlperf.counting.engines`); no password is in it."""
    QUERY = "query"
    """Theirs: the query by which they are counted."""
    READ = "read"
    """Theirs: the file that was read last. Ours: its fingerprint."""


SOURCES = Table(
    "tblSources",
    "Sources",
    "How the files of each source are read. The import writes it; correct it where it is wrong.",
    (
        Column("Source", Holds.TEXT, "Name of the source.", needed=True, width=24),
        Column(
            "Item",
            Holds.TEXT,
            "What the row says of the source.",
            needed=True,
            choices=tuple(map(str, SourceItem)),
            width=17,
        ),
        Column(
            "Theirs",
            Holds.TEXT,
            "Name in the file: of the file itself, a sheet, a column or a label.",
            width=48,
        ),
        Column(
            "Ours",
            Holds.TEXT,
            "What it means here: a measure, an MSG measure, a number. A label without one is left"
            " out.",
            width=32,
        ),
    ),
    optional=True,
)

REVISIONS = Table(
    "tblRevisions",
    "Revisions",
    "Every figure that an import replaced, as it was before. Nothing here is ever changed.",
    (
        Column("Date", Holds.DATE, "Day of the import.", width=12),
        Column("Source", Holds.TEXT, "Name of the source.", width=24),
        Column("File", Holds.TEXT, "The file.", width=40),
        Column("Place", Holds.TEXT, "The figure's cell or line in the file.", width=18),
        Column("Table", Holds.TEXT, "Table of this workbook.", width=12),
        Column("Measure", Holds.TEXT, "The measure or MSG measure.", width=26),
        Column("Force", Holds.TEXT, "The force, in Peers.", width=18),
        Column("Period start", Holds.DATE, "First day of the period.", width=12),
        Column("Period end", Holds.DATE, "Last day of the period.", width=12),
        Column("Column", Holds.TEXT, "The column.", width=12),
        Column("Before", Holds.TEXT, "What was there.", width=12),
        Column("Now", Holds.TEXT, "What is there since.", width=12),
        Column("As at before", Holds.DATE, "When the figure before was taken, if known.", width=12),
    ),
    optional=True,
)
