"""What a draft is: its rules, its key, and the parts that drafts of lines and of months share."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from xlperf.frozen import NamedTuple
from xlperf.periods import month_name
from xlperf.tiles import readings
from xlperf.tiles.figures import percent_change, within
from xlperf.tiles.wording import sentence_of

if TYPE_CHECKING:
    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.periods import Period


BOUNDLESS = 1e6
"""Ratio from which the upper limit of a change is no number to print."""


class DraftRule(StrEnum):
    """What a draft rests on. Drafts are known again by line and rule, so these names stay."""

    RUN = "RUN"
    """Seven months or more on one side of the average."""
    OUTSIDE = "OUTSIDE"
    """A month of the quarter beyond three-sigma lines."""
    TREND = "TREND"
    """Seven months or more, each above or below the one before."""
    BLOCK = "BLOCK"
    """The latest six months against the twelve before: the control chart of the dashboard."""
    YEAR_BEFORE = "YEAR_BEFORE"
    """Twelve months against the same months a year before."""
    BASELINE = "BASELINE"
    """Counts against the baseline year."""
    SURVEY = "SURVEY"
    """Shares, or stars, against the baseline year."""
    POSITION = "POSITION"
    """Outside the lines of the group."""
    RANK = "RANK"
    """First or last of the group, the whole likely range of the place in that half of it."""
    SMALL_NUMBERS = "SMALL_NUMBERS"
    NOT_RECEIVED = "NOT_RECEIVED"
    NOT_SEEN = "NOT_SEEN"
    NOT_AVAILABLE = "NOT_AVAILABLE"
    NO_DATA = "NO_DATA"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


class Draft(NamedTuple):
    """One sentence, not yet anybody's."""

    priority: str
    line: str
    """The line, or, of data that is not there, the priority whose lines lack it."""
    rule: DraftRule
    comparator: str
    """What the figure is compared with; these words stand in the text."""
    text: str

    @property
    def key(self) -> str:
        """What the draft is known by from quarter to quarter: line and rule."""
        return f"{re.sub(r'[^A-Za-z0-9]', '_', self.line)} {self.rule}"


def draft_of(line: Assessment, rule: DraftRule, comparator: str, text: str) -> Draft:
    """Make a draft about a line; a position or a chart is known by its measure's label."""
    sentence = sentence_of(on_one_line(f"{line.measure.label}: {text}"))
    return Draft(line.measure.priority, line.line, rule, comparator, sentence)


def on_one_line(text: str) -> str:
    """Undo line breaks and double spaces of names: a draft must be read back as written."""
    return " ".join(text.split())


def in_months(period: Period | None) -> str:
    """Put a period into a sentence, its months written out."""
    return within(period, month_name)


def in_brackets(change: float | None, of_test: str) -> str:
    """Put a change and its test in brackets; no change where there was none to start from."""
    return f"({percent_change(change)}, {of_test})" if change is not None else f"({of_test})"


def ratio_range(lower: float, upper: float, settings: Settings) -> str:
    """Write the limits of a ratio as changes: 95% range −8% to +3%."""
    low = percent_change(100 * (lower - 1))
    above = (
        f"to {percent_change(100 * (upper - 1))}" if upper < BOUNDLESS else "upwards without limit"
    )
    return f"{readings.confidence(settings)} range {low} {above}"
