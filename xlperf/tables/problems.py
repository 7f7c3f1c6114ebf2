"""A fault in the data, as a value: where it is, what was found and what to do. Collected, never
raised.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from xlperf.errors import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.periods import Period
    from xlperf.tables.data import Acknowledgement
    from xlperf.tables.rows import DataRow


class Severity(StrEnum):
    """How much a fault costs."""

    ERROR = "error"
    """The figure is not used."""
    WARNING = "warning"
    """It is used, but somebody should look."""
    NOTE = "note"
    """For information."""


class Effect(StrEnum):
    """What a finding does to what is shown for this period; the heaviest first."""

    COLOUR = "colour"
    """A line has no colour, or shows another than the calculated one, because of it."""
    DOUBT = "doubt"
    """The colour of a line may be wrong because of it."""
    SHOWN = "shown"
    """It concerns what is shown or written, but no colour rests on it."""
    LATER = "later"
    """It is about other periods: no judgement of this period uses the figure."""
    INFORMATION = "information"
    """It changes nothing."""


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
    AWAITED = "AWAITED"
    NOT_ACKNOWLEDGED = "NOT_ACKNOWLEDGED"


LONGEST_QUOTED = 300
"""Characters of a finding that a sentence repeats."""
MOST_PROBLEMS = 10_000
"""Findings that are listed, of a workbook or of one table: more of them nobody reads."""
STANDING = (Code.OVERRIDE, Code.OVERDUE, Code.AWAITED)
"""Findings that are always shown and cannot be settled: overrides in force, overdue returns, then
awaited ones.
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """One row of the Checks sheet.

    A check that finds something fills in the fields up to `mentions`; effect, lines, identity and
    acknowledgement are determined afterwards, for all findings alike (`xlperf.assess.effects`,
    `xlperf.tiles.settling`).
    """

    severity: Severity
    code: Code
    sheet: str
    cell: str
    found: str
    remedy: str
    measure: str = ""
    table: str = ""
    """Table that it was found in."""
    column: str = ""
    """Title of the column, of a finding in one cell of a row."""
    row: DataRow | None = field(default=None, compare=False, repr=False)
    """The row it was found in."""
    months: Period | None = None
    """Months it is about, where they are not those of its row."""
    mentions: tuple[str, ...] = ()
    """Addresses that `found` names: they change when rows are inserted, the finding does not."""
    effect: Effect | None = None
    """None: not determined yet. A check that knows it sets it."""
    lines: tuple[str, ...] = ()
    """Lines of this period that it has this effect on."""
    identity: str = ""
    """What a row of the Acknowledged sheet names it by; the same as long as nothing of it changes.
    """
    settled: Acknowledgement | None = None
    """Why it may stay quiet."""

    @property
    def standing(self) -> bool:
        """Whether it is always shown, whatever else there is."""
        return self.code in STANDING

    @property
    def where(self) -> str:
        """Sheet and cell, as Excel writes them."""
        return f"{self.sheet}!{self.cell}" if self.cell else self.sheet

    def __str__(self) -> str:
        return f"{self.where}: {self.found} {self.remedy}"


def require_few(problems: Sequence[Problem]) -> None:
    """Refuse a workbook in which more is wrong than can be listed; raises `WorkbookError`."""
    if len(problems) <= MOST_PROBLEMS:
        return
    sheet, number = Counter(problem.sheet for problem in problems).most_common(1)[0]
    first = next(problem for problem in problems if problem.sheet == sheet)
    raise too_many(sheet, number, f"{first.where}: {first.found[:LONGEST_QUOTED]}")


def too_many(sheet: str, number: int, first: str) -> WorkbookError:
    """More is wrong on a sheet than can be listed."""
    return WorkbookError(
        f"The sheet '{sheet}' has {number:,} faults or more, too many to list, so the workbook was"
        " not assessed. Correct or delete what does not belong there, then try again. The first:"
        f" {first}"
    )
