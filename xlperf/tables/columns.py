"""What a table of a workbook is made of: its columns, what each may hold, what follows where that
cannot be read.
"""

from __future__ import annotations

from enum import StrEnum

from xlperf.frozen import NamedTuple


class Holds(StrEnum):
    """What a column holds."""

    TEXT = "text"
    KEY = "key"  # a measure's or a setting's name: letters, digits, underscores
    WHOLE = "whole number, 0 or more"
    NUMBER = "number"
    DECIMAL = "exact decimal"
    PERCENT = "percentage, 0 to 100"
    DATE = "date"
    MONTH = "first day of a month"
    PERIOD = "month that a period ends in, or a day of that month"
    FLAG = "yes or no"


class Consequence(StrEnum):
    """What follows where a cell cannot be read, a needed cell is blank in a filled row, or the
    column is not there.
    """

    NOT_USED = "not used"
    """The cell, or the row that needs it, is left out. For what no colour rests on, or without
    which there is no colour anyway.
    """
    NO_COLOUR = "no colour"
    """What the row is about has no colour, with the reason CONFIG; all it could be about, where
    that is not known.
    """
    STRICTEST = "strictest"
    """It is a safeguard, and holds at its strictest."""
    REFUSED = "refused"
    """The command is refused."""


class Column(NamedTuple):
    """One column: its title in the header, what it holds, what follows when that cannot be read,
    and what it means.
    """

    title: str
    holds: Holds
    meaning: str
    needed: bool = False
    choices: tuple[str, ...] = ()
    width: float = 14.0
    """Width in the shipped workbook, in characters."""
    optional: bool = False
    """Older workbooks may lack it; that is not reported where columns are read."""
    unreadable: Consequence = Consequence.NOT_USED
    cost: str = ""
    """What follows, as the end of a sentence, where the consequence does not say it exactly."""

    @property
    def consequence(self) -> str:
        """What follows where a cell cannot be read, as the end of a sentence; empty when there is
        nothing to say.
        """
        return self.cost or COSTS.get(self.unreadable, "")


COSTS = {
    Consequence.NO_COLOUR: "the lines that need it have no colour",
    Consequence.REFUSED: "nothing can be refreshed",
}


def colouring(*columns: Column, cost: str = "") -> tuple[Column, ...]:
    """Columns that colours rest on: what is about a cell that cannot be read has no colour.

    `cost`: what follows, of those that do not say it themselves.
    """
    return tuple(
        column._replace(unreadable=Consequence.NO_COLOUR, cost=column.cost or cost)
        for column in columns
    )


class Table(NamedTuple):
    """One table and the sheet it ships on (users may move it to any other)."""

    name: str
    sheet: str
    purpose: str
    columns: tuple[Column, ...]
    optional: bool = False
    """Older workbooks may lack it; that is not reported."""

    @property
    def titles(self) -> tuple[str, ...]:
        """Column titles in order."""
        return tuple(column.title for column in self.columns)

    def column(self, title: str) -> Column:
        """Column of a title, in the spelling of the schema; raises KeyError when there is none."""
        return {column.title: column for column in self.columns}[title]
