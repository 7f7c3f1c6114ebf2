"""How a source is read: what a person or the sheet Sources says, and what is known of publications.

A publication is known by the titles of its columns, so its files need no further words.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.tables.intake_tables import SourceItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class ReadingInstructions:
    """How a file is read; what is blank is found by its content."""

    sheet: str = ""
    header_row: int | None = None
    """Row number of the headings, from 1."""
    columns: Mapping[SourceItem, str] = field(default_factory=dict)
    """Titles of the columns of period, year, quarter, force, measure and figure."""
    sums: tuple[str, ...] = ()
    """Titles of columns over which rows are added up; every value must be there each time."""
    open_sums: tuple[str, ...] = ()
    """The same, of columns that list only what occurred."""
    ignored: tuple[str, ...] = ()
    """Titles of columns that say nothing of what a figure is of."""
    only: Mapping[str, str] = field(default_factory=dict)
    """The value whose rows are used, by the title of its column."""
    span: str = ""
    """What a date or a month stands for: a name of `period_texts.SPANS`."""
    since: int | None = None
    """First month whose figures are used."""

    def over(self, other: ReadingInstructions) -> ReadingInstructions:
        """These instructions, and where they say nothing those of another."""
        return ReadingInstructions(
            self.sheet or other.sheet,
            other.header_row if self.header_row is None else self.header_row,
            {**other.columns, **self.columns},
            self.sums or other.sums,
            self.open_sums or other.open_sums,
            self.ignored or other.ignored,
            {**other.only, **self.only},
            self.span or other.span,
            other.since if self.since is None else self.since,
        )


class Publication(NamedTuple):
    """A table that is published again and again."""

    name: str
    titles: frozenset[str]
    """Titles of columns, normalised, by which it is known."""
    instructions: ReadingInstructions


QUARTERLY_TABLES = Publication(
    "Home Office, police recorded crime open data, by financial year and quarter",
    frozenset(
        {
            "financial year",
            "financial quarter",
            "force name",
            "offence description",
            "offence subgroup",
            "number of offences",
        }
    ),
    ReadingInstructions(
        columns={
            SourceItem.YEAR: "Financial Year",
            SourceItem.QUARTER: "Financial Quarter",
            SourceItem.FORCE: "Force Name",
            SourceItem.MEASURE: "Offence Subgroup",
            SourceItem.FIGURE: "Number of Offences",
        },
        open_sums=("Offence Description", "Offence Group", "Offence Code"),
    ),
)
"""A row for each force, offence code and quarter; the subgroup has the names of the statistics
("Police recorded crime and outcomes: open data tables user guide", Home Office).
"""
ROLLING_YEARS = Publication(
    "Home Office, police recorded crime by offence group and force, rolling years",
    frozenset({"12 months ending", "pfa", "region", "offence"}),
    ReadingInstructions(
        columns={
            SourceItem.PERIOD: "12 months ending",
            SourceItem.FORCE: "PFA",
            SourceItem.MEASURE: "Offence",
        },
        span="year",
    ),
)
"""Total of the twelve months that end on the date (the same user guide, "rolling year" tables)."""
PUBLICATIONS = (QUARTERLY_TABLES, ROLLING_YEARS)


def publication_of(titles: Iterable[str]) -> Publication | None:
    """The publication that a table with these columns is of; None: it is not known."""
    own = {normalised(title) for title in titles}
    return next((item for item in PUBLICATIONS if item.titles <= own), None)


def with_titles_of(instructions: ReadingInstructions, titles: Iterable[str]) -> ReadingInstructions:
    """Leave out columns that a table of a known publication does not have."""
    own = {normalised(title) for title in titles}
    open_sums = tuple(title for title in instructions.open_sums if normalised(title) in own)
    return replace(instructions, open_sums=open_sums)
