"""A fault in the data, as a value: where it is, what was found and what to do. Collected, never
raised.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING

from xlperf.errors import WorkbookError
from xlperf.frozen import frozen

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
    """Kinds of check. The page of codes is made from the texts below their names: what was found,
    and the remedy.
    """

    MARKER = "MARKER"
    """A marker that cannot be connected: unknown, there twice, with other text, in a formula, a
    merged cell or a header. Remedy: correct it; it fills a cell alone.
    """
    NOT_A_NUMBER = "NOT_A_NUMBER"
    """Text where a number belongs, or one with two readings, such as 1.000: what needs it has no
    colour. Remedy: type the number, or leave the cell empty.
    """
    NUMBER_AS_TEXT = "NUMBER_AS_TEXT"
    """A number typed as text: it is read, since its value is clear. Remedy: convert it to a number.
    """
    NEGATIVE = "NEGATIVE"
    """A count below 0. Remedy: correct it."""
    FRACTION = "FRACTION"
    """A count that is not whole. Remedy: type the count itself."""
    OUT_OF_RANGE = "OUT_OF_RANGE"
    """A figure outside what is possible, such as 120%, 0.845 for a percentage, or more satisfied
    than asked. Remedy: correct it.
    """
    NOT_A_DATE = "NOT_A_DATE"
    """No date, or one that could be two, such as 03/04/2014 as text. Remedy: type it again as a
    date.
    """
    DATE_AS_TEXT = "DATE_AS_TEXT"
    """A date typed as text or shown as a number: it is read. Remedy: type it again, or format it,
    as a date.
    """
    DATE_ADJUSTED = "DATE_ADJUSTED"
    """A date with a time of day, or a month that is not the first: read as the day or month.
    Remedy: type the day, or the first of the month.
    """
    ERROR_VALUE = "ERROR_VALUE"
    """An Excel error such as #N/A. Remedy: correct the formula, or type the value."""
    NO_RESULT = "NO_RESULT"
    """A formula that was never calculated, or whose result is an empty text, or a cell under a
    merged one: not read, and not taken as blank. Remedy: open and save the workbook in Excel; type
    the value, or clear the cell; take the merged cell apart.
    """
    NOT_IN_LIST = "NOT_IN_LIST"
    """A word that is not among the choices. Remedy: choose from the list."""
    BLANK = "BLANK"
    """A cell that the row needs is blank. Remedy: fill it, or delete the row."""
    TABLE_MISSING = "TABLE_MISSING"
    """A table is not there: nothing is known of it, and lines that could need it have no colour.
    Remedy: restore the sheet, or name the table again.
    """
    COLUMN_MISSING = "COLUMN_MISSING"
    """A column is not there: it counts as if none of its cells could be read. Remedy: add it, or
    give it its title again.
    """
    COLUMN_TWICE = "COLUMN_TWICE"
    """Two columns of one title: a cell is used where both say the same. Remedy: rename one."""
    OUTSIDE_TABLE = "OUTSIDE_TABLE"
    """Something stands below or beside a table and is not part of it. Remedy: draw the table over
    it (drag its lower right corner), move it, or clear it.
    """
    SETTING_MISSING = "SETTING_MISSING"
    """A setting without a row: its default is used. Remedy: add the row to change it."""
    SETTING_UNKNOWN = "SETTING_UNKNOWN"
    """A row for a setting that does not exist. Remedy: correct the key."""
    UNKNOWN_MEASURE = "UNKNOWN_MEASURE"
    """A measure that *Measures* does not have. Remedy: correct the name, or add the measure."""
    UNKNOWN_FORCE = "UNKNOWN_FORCE"
    """A force that *Forces* does not have, or an own force that is not in the group: no positions.
    Remedy: correct the name, or add the force.
    """
    UNKNOWN_LINE = "UNKNOWN_LINE"
    """An override of, or a comment on, a line that does not exist. Remedy: take the name from
    *Workings*.
    """
    UNKNOWN_PRIORITY = "UNKNOWN_PRIORITY"
    """A comment on a priority that no measure has, a measure whose priority *Priorities* does not
    list, or a priority there without a measure. Remedy: correct it, or add it.
    """
    NO_PRIORITIES = "NO_PRIORITIES"
    """The workbook lists no priorities: documents print the titles of its tiles, or codes alone.
    Remedy: give them in *Priorities*.
    """
    TITLE_KEPT = "TITLE_KEPT"
    """The title of a tile is neither that of *Priorities* nor one that a refresh wrote: it is kept.
    Remedy: clear the cell, to have the title of *Priorities*; or change it there too.
    """
    LABEL_KEPT = "LABEL_KEPT"
    """The label of a line is neither that of *Measures* nor one that a refresh wrote: it is kept.
    Remedy: type the label of *Measures* there, or change it there too.
    """
    DRAFTS = "DRAFTS"
    """Drafted comments wait for a decision; or *Comments* lacks the columns for them. Remedy:
    accept, edit or reject; or add the columns.
    """
    DRAFTS_NOT_WRITTEN = "DRAFTS_NOT_WRITTEN"
    """Drafts found no row: a totals row, or something below the table. Remedy: insert blank rows
    into the table.
    """
    UNDECIDED = "UNDECIDED"
    """A draft was changed, but has no decision: kept, not shown. Remedy: choose edit or reject."""
    COMMENT_PERIOD = "COMMENT_PERIOD"
    """Comments, or texts of *Priorities*, of another period, or whose period cannot be read: not
    shown; or without one: shown in every issue. Remedy: give the month they speak of.
    """
    CARRIED_OVER = "CARRIED_OVER"
    """A text that is word for word that of an earlier period, or a remark that came before the
    period ended. Remedy: rewrite it, or leave it if it still holds.
    """
    TEXT_DISAGREES = "TEXT_DISAGREES"
    """A number in a comment, a remark or a text of *Priorities* is near the tile's figure, but not
    it; or a change is not the tile's. Remedy: correct it, or name what it speaks of.
    """
    WRONG_KIND = "WRONG_KIND"
    """Rows of a measure in a table of another kind. Remedy: move them, or change the kind."""
    DUPLICATE = "DUPLICATE"
    """The same thing twice; where the two differ, which is used (or that neither is) is said.
    Remedy: delete the wrong one.
    """
    GAP = "GAP"
    """A month without a row: never taken as 0. Remedy: add it; with 0 if there were none."""
    MONTH_LOST = "MONTH_LOST"
    """Months whose counts will never come (status *missing*): lines that need them have no colour.
    Remedy: nothing; if one comes after all, enter it and change the status.
    """
    NO_FIGURES = "NO_FIGURES"
    """A measure without any figure for the period. Remedy: enter it, or say in *Returns* why it is
    missing.
    """
    FUTURE = "FUTURE"
    """A figure after the period end: not used yet. Remedy: nothing, until you report on it."""
    INCOMPLETE = "INCOMPLETE"
    """A figure taken before its period was over: counts as missing. Remedy: enter the complete one.
    """
    PERIOD_ODD = "PERIOD_ODD"
    """A period that is not whole months, or of an unusual length. Remedy: correct its dates."""
    IMPOSSIBLE_PERCENTAGE = "IMPOSSIBLE_PERCENTAGE"
    """No whole number of n gives that percentage. Remedy: ask for the number itself; n may be
    another.
    """
    DISAGREES = "DISAGREES"
    """Percentage and counts say different things: the counts are used; or a figure is there that is
    said to be awaited. Remedy: correct one.
    """
    DOES_NOT_ADD = "DOES_NOT_ADD"
    """Parts that do not add up to their total. Remedy: correct the one that is wrong."""
    STALE = "STALE"
    """The newest figure is old. Remedy: ask its owner."""
    OVERDUE = "OVERDUE"
    """A return is still awaited after the day it was due. Remedy: ask for it, or give its new day.
    """
    REVISED = "REVISED"
    """A figure differs from the one published before. Remedy: say so in *Comments* if it was
    revised.
    """
    PROJECTION_KEPT = "PROJECTION_KEPT"
    """A projection that *History* keeps is not as a refresh wrote it, or *History* has no columns
    to keep projections in: it is not scored. Remedy: restore the row, or add the columns.
    """
    PROVISIONAL = "PROVISIONAL"
    """Some months are provisional. Remedy: refresh again when they are final."""
    POPULATION = "POPULATION"
    """A population or number of households that cannot be. Remedy: correct it."""
    PEER_MISSING = "PEER_MISSING"
    """A force of the group without a figure. Remedy: add it, or correct the group."""
    OVERRIDE_ENDED = "OVERRIDE_ENDED"
    """An override that has ended: the calculated colour is shown. Remedy: delete it, or give a
    later date and say why.
    """
    OVERRIDE = "OVERRIDE"
    """A colour shown by decision of a person: always shown. Remedy: nothing, or delete the row."""
    COLOUR_TYPED_OVER = "COLOUR_TYPED_OVER"
    """A status or its fill was changed by hand: it was replaced. Remedy: use *Overrides*."""
    TILE_CELL = "TILE_CELL"
    """A tile's cell that must not be written or was deleted, a line without a cell, or a cell
    without a line (it shows NA). Remedy: clear the cell, undo the deletion (or *Lay out tiles*),
    name one, or correct the measure's row.
    """
    STATUS_COVERED = "STATUS_COVERED"
    """A conditional format covers a status and may hide its colour. Remedy: take the cell out of
    the rule.
    """
    PERIOD_GIVEN = "PERIOD_GIVEN"
    """The period was given with the command, not by the setting. Remedy: nothing."""
    JUMP = "JUMP"
    """A figure far from those it is compared with: other periods, the group, the months around it.
    Remedy: correct it if it is the slip that is named; if it is right, leave it.
    """
    ZERO = "ZERO"
    """A 0 where a large figure was to be expected. Remedy: correct it; clear the cell if the figure
    is not known.
    """
    COPIED = "COPIED"
    """Figures of another period, force or measure, too many to be chance. Remedy: enter the figures
    of the row.
    """
    WRONG_FORCE = "WRONG_FORCE"
    """Figures that fit other forces: two swapped, or a column that slipped by a row. Remedy:
    compare figures and forces.
    """
    AWAITED = "AWAITED"
    """A return that is awaited and not overdue: always shown, until it comes. Remedy: enter its
    figures, the date and *received*.
    """
    LASTING_STEP = "LASTING_STEP"
    """A measure seems to have another level from some month on, and no break is entered there.
    Remedy: ask what changed; enter a break if recording or method did, or settle it.
    """
    NOT_ACKNOWLEDGED = "NOT_ACKNOWLEDGED"
    """A row of *Acknowledged* that settles nothing: it cannot be used, has ended, names what is
    never quiet, or what is gone. Remedy: as it says; a row without a use can be deleted.
    """


LONGEST_QUOTED = 300
"""Characters of a finding that a sentence repeats."""
MOST_PROBLEMS = 10_000
"""Findings that are listed, of a workbook or of one table: more of them nobody reads."""
STANDING = (Code.OVERRIDE, Code.OVERDUE, Code.AWAITED)
"""Findings that are always shown and cannot be settled: overrides in force, overdue returns, then
awaited ones.
"""


@frozen
class Problem:
    """One row of the Checks sheet.

    A check that finds something fills in the fields up to `mentions`; effect, lines, identity and
    acknowledgement are determined afterwards, for all findings alike (`xlperf.assessment.effects`,
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
    subjects: tuple[str, ...] = ()
    """What it is about, where that and not its words makes it the same in the next quarter; after
    the first, what else it may have been about when it was settled.
    """
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
