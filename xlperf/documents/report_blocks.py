"""What a report is made of: headings, paragraphs, lists, tables and charts, in parts.

A report is built once (`xlperf.documents.panel_report`), and each writer (Word, PDF) writes all of
it: so they say the same. A text is a text: no writer reads markup, tags or formulas out of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from xlperf.assessment.charts import MonthsChart

if TYPE_CHECKING:
    from datetime import date

    from xlperf.assessment.charts import Chart


class TextRole(StrEnum):
    """What a paragraph is for: the name of its style in Word."""

    TITLE = "Title"
    SUBTITLE = "Subtitle"
    PUBLISHER = "Publisher"
    SMALL = "Small"
    LEAD = "Lead"
    REMARK = "Remark"
    BODY = "Normal"
    COMMENT = "Comment"


class Align(StrEnum):
    """Where a text stands in its column."""

    START = "start"
    CENTRE = "centre"
    END = "end"


class Look(StrEnum):
    """How the text of a cell looks; figures stand at the end of their column."""

    TEXT = "text"
    FINE = "fine"
    """A text of a large table of an appendix."""
    FIGURE = "figure"
    NUMBER = "number"
    """One large number, such as how many lines are red."""
    STATUS = "status"
    """A shape and a word on a fill."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a line break in its text is one."""

    text: str
    role: TextRole = TextRole.BODY


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3; `listed`: levels 1 and 2 stand in the list of contents."""

    text: str
    level: int
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of texts, at least one; `small`: for those who look something up."""

    texts: tuple[str, ...]
    small: bool = False


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table. `width`: its share of the width of the text, in any unit."""

    title: str
    width: float
    align: Align = Align.START
    fill: str = ""
    """#RRGGBB behind the title where the title is a status; else empty."""


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of a table. `fill`: #RRGGBB behind a status; else empty."""

    text: str
    look: Look = Look.TEXT
    fill: str = ""


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table with one header row and at least one other. Its name and description are read to
    those who cannot see it. `together`: it stays on one page where it can.
    """

    name: str
    description: str
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    together: bool = True


@dataclass(frozen=True, slots=True)
class NumberedChart:
    """A chart with its caption and its number among all; `alt`: what it shows, in words."""

    number: int
    title: str
    alt: str
    chart: Chart


TEXT_WIDTH = 170
"""Millimetres: width of the text of an A4 page with margins of 2 cm."""
MONTHS_WIDTH, GROUP_WIDTH, HALF_WIDTH = 98, 68, 83
"""Millimetres of a line of months, of a group beside it, and of each of two groups."""


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One chart, or two beside each other."""

    charts: tuple[NumberedChart, ...]

    @property
    def widths(self) -> tuple[int, ...]:
        """Width of each chart, in millimetres; together at most that of the text."""
        kinds = [type(item.chart) for item in self.charts]
        if kinds.count(MonthsChart) == 0:
            return (HALF_WIDTH,) * len(kinds)
        return tuple(MONTHS_WIDTH if kind is MonthsChart else GROUP_WIDTH for kind in kinds)


@dataclass(frozen=True, slots=True)
class ContentsList:
    """The list of contents: every listed heading of levels 1 and 2 of the report."""


Block: TypeAlias = Paragraph | Heading | Bullets | TableBlock | ChartRow | ContentsList


@dataclass(frozen=True, slots=True)
class ReportPart:
    """Pages that are all upright, or all on their side."""

    blocks: tuple[Block, ...]
    sideways: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report, with what stands on every page and in its properties."""

    title: str
    period: str
    office: str
    force: str
    marking: str
    note: str
    """Stands beside the marking, such as that the data is illustrative; may be empty."""
    prepared: date
    parts: tuple[ReportPart, ...]
