"""Rows of the Comments sheet: whose words they are, and whether they are shown.

A row that xlperf drafted says so in its column 'Draft': line, rule, period, and a checksum of the
words as they were written. So a row that nobody touched is known without any memory elsewhere,
wherever it was moved to. A draft is shown when a person decides so; until then, and when it was
rejected, it is nobody's word.
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum, auto
from typing import TYPE_CHECKING
from zlib import crc32

from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.periods import month_name, month_of
from xlperf.tables import schema
from xlperf.tables.data import Comment
from xlperf.tables.headers import column_missing
from xlperf.tables.lines import ALL_LINES
from xlperf.tables.problems import Code, Severity
from xlperf.tables.records import no_figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from xlperf.tables.data import Measure
    from xlperf.tables.problems import Problem
    from xlperf.tables.rows import DataRow

LINE = "Line"
"""Column with the line a comment is about."""
PERIOD = "Period"
"""Column with the period a comment speaks of."""
TITLES = ("Priority", "Author role", "Text", "Decision", "Draft")
"""Columns that say whose words a comment holds."""
OF_DRAFTS = ("Decision", "Draft")
"""Columns that say whether a text is a person's, or a person took it over."""
ALL_PRIORITIES = "All"
"""What a comment on no single priority has in its place."""
UNREADABLE = "?"
"""Period of a comment whose own cannot be read: no period that is ever refreshed."""
MARK = re.compile(r"(\w+ [A-Z_]+) ([0-9]{4}-[0-9]{2}) ([0-9a-f]{8})")


class Mark(NamedTuple):
    """What the column 'Draft' says of a row."""

    key: str
    """Line and rule."""
    period: str
    words: str
    """Checksum (CRC-32) of priority, role and text as they were drafted."""

    @classmethod
    def read(cls, text: str) -> Mark | None:
        """Read a mark; None for any other text."""
        match = MARK.fullmatch(text.strip())
        return None if match is None else cls(*match.groups())

    def __str__(self) -> str:
        return f"{self.key} {self.period} {self.words}"


class Standing(Enum):
    """Whose words a row holds."""

    OWN = auto()
    """A person's own, or a draft that was accepted or edited."""
    UNTOUCHED = auto()
    """A draft as it was written, without a decision: xlperf's to replace."""
    CHANGED = auto()
    """A draft that was changed, without a decision: a person's, but not to be shown yet."""
    REJECTED = auto()


def read_comments(
    rows: Sequence[DataRow], measures: Iterable[Measure], problems: list[Problem]
) -> tuple[Comment, ...]:
    """Read comments under the priorities as the Measures sheet spells them; others are reported,
    and shown as they are.

    Drafts without a decision, and rejected rows, are left out. So are all rows where only one of
    the two columns of drafts is there: older workbooks have neither.
    """
    missing = [title for title in OF_DRAFTS if rows and title not in rows[0].frame.places]
    if len(missing) == 1:
        problems.append(column_missing(rows[0].frame.grid, schema.COMMENTS.column(missing[0])))
        return ()
    known = {normalised(measure.name): measure for measure in measures}
    priorities = (ALL_PRIORITIES, *(measure.priority for measure in known.values()))
    spelling = {normalised(name): name for name in priorities}
    comments = ((row, _comment(row, spelling, problems)) for row in rows)
    return tuple(
        replace(comment, about=_label(row, comment.priority, known, problems))
        for row, comment in comments
        if comment is not None
    )


def _label(
    row: DataRow, priority: str, measures: Mapping[str, Measure], problems: list[Problem]
) -> str:
    """Label of the line that a comment names; empty where it names none of its priority."""
    line = "" if row.unreadable(LINE) else row.text(LINE)
    if not line:
        return ""
    name = normalised(line)
    measure = next(
        (measures[key] for end in ALL_LINES if (key := name.removesuffix(end)) in measures), None
    )
    if measure is not None and priority in (measure.priority, ALL_PRIORITIES):
        return measure.label
    of_another = f"is of {measure.priority}" if measure else "is no measure or line"
    found = f"'{line}' {of_another}, so the comment on {priority} is shown without its label."
    remedy = "Give a line of the priority, as in Workings, or clear the cell."
    problems.append(row.problem(Severity.WARNING, Code.UNKNOWN_LINE, LINE, found, remedy))
    return ""


def _comment(row: DataRow, spelling: Mapping[str, str], problems: list[Problem]) -> Comment | None:
    """Read one row; None where nothing of it is shown."""
    if any(row.unreadable(title) for title in OF_DRAFTS):
        return None  # not known to be decided
    name, text = row.text("Priority"), row.text("Text")
    priority_typed, role, words, decision, draft = map(row.as_typed, TITLES)
    whose = standing((priority_typed, role, words), decision, draft)
    if whose is Standing.CHANGED and not decision:
        found = "The draft was changed, but 'Decision' is blank, so it is kept and not shown."
        remedy = "Choose edit to show it in your words, or reject."
        problems.append(row.problem(Severity.WARNING, Code.UNDECIDED, "Decision", found, remedy))
    if whose is not Standing.OWN:
        return None
    if not text:
        sentence = f"The comment on {name} has no text, so there is nothing to show."
        no_figure(row, problems, ("Text",), sentence, "Type it, or delete the row.")
        return None
    priority = spelling.get(normalised(name))
    if priority is None:
        found = f"No measure has the priority '{name}'; the comment is shown under that name."
        remedy = f"Use a priority of the Measures sheet, or {ALL_PRIORITIES}."
        about = Severity.WARNING, Code.UNKNOWN_PRIORITY, "Priority"
        problems.append(row.problem(*about, found, remedy))
    period = period_of(row, Mark.read(draft))
    return Comment(priority or name, row.text("Author role"), text, row, period)


def period_text(period_end: date) -> str:
    """Write a period as marks do: 2014-09."""
    return f"{period_end:%Y-%m}"


def checksum(priority: str, role: str, text: str) -> str:
    """Sum up the words of a row, without the spaces around them."""
    words = "\n".join(part.strip() for part in (priority, role, text))
    return f"{crc32(words.encode()):08x}"


def standing(words: tuple[str, str, str], decision: str, draft: str) -> Standing:
    """Decide whose words a row holds.

    Parameters
    ----------
    words
        Priority, role and text.
    decision
        As it stands in the cell; one that is not in the list is no decision, but somebody's doing.
    draft
        The cell 'Draft'. Blank: the row was never a draft.
    """
    match decision.strip().lower():
        case "reject":
            return Standing.REJECTED
        case "accept" | "edit":
            return Standing.OWN
        case "" if not draft.strip():
            return Standing.OWN
        case "":
            mark = Mark.read(draft)
            return (
                Standing.UNTOUCHED if mark and mark.words == checksum(*words) else Standing.CHANGED
            )
        case _:
            return Standing.CHANGED if draft.strip() else Standing.OWN


def period_of(row: DataRow, mark: Mark | None) -> str:
    """Give the period a comment speaks of: typed beside it, else that of its draft."""
    if row.unreadable(PERIOD):
        return UNREADABLE
    day = row.day(PERIOD)
    if day is not None:
        return period_text(day)
    return mark.period if mark else ""


def of_period(comments: Iterable[Comment], period_end: date) -> tuple[Comment, ...]:
    """Comments that hold for a period: one with a period speaks of that alone."""
    period = period_text(period_end)
    return tuple(comment for comment in comments if comment.period in ("", period))


def check_periods(comments: Iterable[Comment], period_end: date) -> Iterator[Problem]:
    """Report comments that are not shown, since they speak of another period, and those that are
    shown in every issue.
    """
    now, other, unreadable, without = period_text(period_end), [], [], []
    for comment in comments:
        if comment.row is None:
            continue
        if comment.period == UNREADABLE:
            unreadable.append(comment.row)
        elif not comment.period:
            without.append(comment.row)
        elif comment.period != now and comment.row.day(PERIOD) is not None:
            other.append(comment.row)
    remedy = "Give the last month of the period it speaks of, such as Sep 2014."
    for row in unreadable:
        found = "The period of the comment cannot be read, so it is not shown."
        yield row.problem(Severity.ERROR, Code.COMMENT_PERIOD, PERIOD, found, remedy)
    if other:
        found = (
            f"{_how_many(other)} of another period than {month_name(month_of(period_end))}, so not"
            " shown."
        )
        yield other[0].problem(
            Severity.NOTE,
            Code.COMMENT_PERIOD,
            PERIOD,
            found,
            "Correct the period of one that still holds.",
        )
    if without:
        found = f"{_how_many(without)} without a period, so shown in every issue."
        yield without[0].problem(
            Severity.NOTE, Code.COMMENT_PERIOD, PERIOD, found, title_to_add(without[0]) or remedy
        )


def _how_many(rows: Sequence[DataRow]) -> str:
    return "1 comment is" if len(rows) == 1 else f"{len(rows)} comments, from here on, are"


def title_to_add(row: DataRow, beside: str = "each") -> str:
    """Say how to add the column, where the table has none; `beside` what the months are typed."""
    grid = row.frame.grid
    if PERIOD in row.frame.places:
        return ""
    cell = grid.address(-1, len(grid.header))
    return (
        f"Type '{PERIOD}' into {cell}, right of the table's header, and the month, such as Sep"
        f" 2014, beside {beside}."
    )
