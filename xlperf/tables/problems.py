"""A fault in the data, as a value: where it is, what was found and what to do. Collected, never raised."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a fault costs."""

    ERROR = "error"
    """The figure is not used."""
    WARNING = "warning"
    """It is used, but somebody should look."""
    NOTE = "note"
    """For information."""


class Code(StrEnum):
    """Kinds of check; the README's table of messages has one entry for each."""

    NOT_A_NUMBER = "NOT_A_NUMBER"
    NUMBER_AS_TEXT = "NUMBER_AS_TEXT"
    NEGATIVE = "NEGATIVE"
    FRACTION = "FRACTION"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    NOT_A_DATE = "NOT_A_DATE"
    DATE_AS_TEXT = "DATE_AS_TEXT"
    DATE_ADJUSTED = "DATE_ADJUSTED"
    ERROR_VALUE = "ERROR_VALUE"
    NO_RESULT = "NO_RESULT"
    NOT_IN_LIST = "NOT_IN_LIST"
    BLANK = "BLANK"
    TABLE_MISSING = "TABLE_MISSING"
    COLUMN_MISSING = "COLUMN_MISSING"
    COLUMN_TWICE = "COLUMN_TWICE"
    OUTSIDE_TABLE = "OUTSIDE_TABLE"
    SETTING_MISSING = "SETTING_MISSING"
    SETTING_UNKNOWN = "SETTING_UNKNOWN"
    UNKNOWN_MEASURE = "UNKNOWN_MEASURE"
    UNKNOWN_FORCE = "UNKNOWN_FORCE"
    UNKNOWN_LINE = "UNKNOWN_LINE"
    UNKNOWN_PRIORITY = "UNKNOWN_PRIORITY"
    DRAFTS = "DRAFTS"
    DRAFTS_NOT_WRITTEN = "DRAFTS_NOT_WRITTEN"
    UNDECIDED = "UNDECIDED"
    COMMENT_PERIOD = "COMMENT_PERIOD"
    TEXT_DISAGREES = "TEXT_DISAGREES"
    WRONG_KIND = "WRONG_KIND"
    DUPLICATE = "DUPLICATE"
    GAP = "GAP"
    NO_FIGURES = "NO_FIGURES"
    FUTURE = "FUTURE"
    INCOMPLETE = "INCOMPLETE"
    PERIOD_ODD = "PERIOD_ODD"
    IMPOSSIBLE_PERCENTAGE = "IMPOSSIBLE_PERCENTAGE"
    DISAGREES = "DISAGREES"
    DOES_NOT_ADD = "DOES_NOT_ADD"
    STALE = "STALE"
    OVERDUE = "OVERDUE"
    REVISED = "REVISED"
    PROVISIONAL = "PROVISIONAL"
    POPULATION = "POPULATION"
    PEER_MISSING = "PEER_MISSING"
    OVERRIDE_ENDED = "OVERRIDE_ENDED"
    OVERRIDE = "OVERRIDE"
    COLOUR_TYPED_OVER = "COLOUR_TYPED_OVER"
    TILE_CELL = "TILE_CELL"
    STATUS_COVERED = "STATUS_COVERED"
    PERIOD_GIVEN = "PERIOD_GIVEN"
    JUMP = "JUMP"
    ZERO = "ZERO"
    COPIED = "COPIED"
    WRONG_FORCE = "WRONG_FORCE"


@dataclass(frozen=True, slots=True)
class Problem:
    """One row of the Checks sheet."""

    severity: Severity
    code: Code
    sheet: str
    cell: str
    found: str
    remedy: str
    measure: str = ""

    @property
    def where(self) -> str:
        """Sheet and cell, as Excel writes them."""
        return f"{self.sheet}!{self.cell}" if self.cell else self.sheet

    def __str__(self) -> str:
        return f"{self.where}: {self.found} {self.remedy}"
