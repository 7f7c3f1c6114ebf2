"""The values of a panel pack: plain, so that every document can be made from them alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlperf.assessment.charts import GroupChart, MonthsChart
from xlperf.newbook.measures import MeasureRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from xlperf.assessment.charts import Chart
    from xlperf.assessment.rag import Rag
    from xlperf.excel.port import Scalar
    from xlperf.tables.measure_kinds import Comparison, LineKind
    from xlperf.tables.report_tables import TextPlace

NOTES, EXPLAINED = "Notes and definitions", "RAG explained"
RECORD = "Record"
"""Subject, on the sheet of notes, of how earlier projections did."""
"""Names of two sheets of the panel workbook."""


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A plain table, as a sheet of the panel workbook or an appendix of the report."""

    name: str
    purpose: str
    titles: tuple[str, ...]
    rows: tuple[tuple[Scalar, ...], ...]
    widths: tuple[int, ...]
    """Of the columns, in characters."""


@dataclass(frozen=True, slots=True)
class TileRow:
    """One line of a tile, as printed."""

    line: str
    label: str
    kind: LineKind
    baseline: str
    latest: str
    change: str
    outlook: str
    status: str
    """A shape and a word: ● Green."""
    rag: Rag
    worked_out: Rag
    decided: str
    """Label with the two colours, who decided and why, where a person overruled the calculated one;
    else empty.
    """
    why: str
    """For a panel, as the column Explanation of Workings."""
    analysts: str
    """As the column For analysts of Workings."""
    caveats: str
    """Those that an analyst reads in other words, or alone."""


@dataclass(frozen=True, slots=True)
class PrintedChart:
    """A chart with the words around it."""

    title: str
    alt: str
    """What it shows, in words, for those who cannot see it."""
    chart: Chart


@dataclass(frozen=True, slots=True)
class PrintedComment:
    """A text of a person, and the role it was written in: force or commissioner; may be empty."""

    role: str
    text: str


def priority_heading(code: str, title: str) -> str:
    """Give a code and what it is; the code alone where that is all."""
    return "  ".join(dict.fromkeys((code, title)))


@dataclass(frozen=True, slots=True)
class StandingText:
    """A section of the report that an office keeps: purpose, implications, contacts."""

    heading: str
    texts: tuple[str, ...]
    place: TextPlace


@dataclass(frozen=True, slots=True)
class Summary:
    """What stands first: sentences, each on one line of the dashboard."""

    changed_lead: str
    """Between which periods, and how many changed which way."""
    changed: tuple[str, ...]
    """From what to what: worse first, better last; without those that a person decided. Where they
    are many, the last says how many more there are.
    """
    red: tuple[str, ...]
    """What is red, and why; one sentence where nothing is."""
    green: str
    """What is green, in one sentence; empty where nothing is."""
    overruled: tuple[str, ...]
    """Decided by a person against the rule, or no longer: neither better nor worse."""
    overdue: tuple[str, ...]
    """What partners owe, and actions, whose day has passed."""
    quiet: str
    """Said where nothing is overruled or overdue; else empty."""


@dataclass(frozen=True, slots=True)
class Section:
    """One strategic priority."""

    priority: str
    title: str
    rows: tuple[TileRow, ...]
    comments: tuple[PrintedComment, ...]
    charts: tuple[PrintedChart, ...]
    about: tuple[str, ...] = ()
    """What the plan says of it: its text, its owner, its board."""
    comparisons: tuple[Comparison, ...] = ()
    """How its measures are compared."""
    actions: tuple[str, ...] = ()
    """What was agreed to be done, with who does it and when."""
    remarks: tuple[str, ...] = ()
    """What to bear in mind about its figures, and who overruled a colour."""

    @property
    def heading(self) -> str:
        """Its code and what it is; the code alone where that is all."""
        return priority_heading(self.priority, self.title)


@dataclass(frozen=True, slots=True)
class PackContents:
    """Everything in the pack."""

    title: str
    period: str
    """Twelve months to September 2014."""
    period_end: date
    basis: str
    counts: str
    """3 red · 29 amber · …"""
    office: str
    force: str
    marking: str
    note: str
    """Shown at the head, such as that the data is illustrative; may be empty."""
    prepared: date
    cells: Mapping[str, Scalar]
    """Values of the named cells of the dashboard."""
    colours: Mapping[str, Rag]
    """Colours of its status cells, by name."""
    fills: Mapping[Rag, str]
    key: tuple[tuple[str, Rag], ...]
    """Words of a status, and its colour."""
    priorities: tuple[tuple[str, ...], ...]
    """Rows of tiles, left to right."""
    measures: tuple[MeasureRow, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    """By priority, all of them."""
    missing: tuple[str, ...]
    """Data not received, all of it."""
    sheets: tuple[PrintedTable, ...]
    series: tuple[Mapping[str, Scalar], ...]
    """Rows of the Series table: what charts of the workbook show."""
    group: int
    """Forces in the group."""
    summary: Summary
    standing: tuple[StandingText, ...] = ()
    actions: tuple[str, ...] = ()
    """Of no single priority."""

    def sheet(self, name: str) -> PrintedTable:
        """Give a sheet by its name."""
        return next(sheet for sheet in self.sheets if sheet.name == name)


CONTRIBUTED = "Contributions of partners"
"""Title of the sheet, and of the appendix, of what partners say."""

PRINTED: Mapping[type, tuple[str, ...]] = {
    PackContents: (
        "title", "period", "period_end", "basis", "counts", "office", "force", "marking", "note",
        "prepared", "cells", "key", "priorities", "measures", "sections", "notes", "missing",
        "sheets", "series", "summary", "standing", "actions",
    ),
    MeasureRow: ("priority", "label", "msg_measure"),
    Section: (
        "priority", "title", "rows", "comments", "charts", "about", "actions", "remarks",
    ),
    StandingText: ("heading", "texts"),
    Summary: ("changed_lead", "changed", "red", "green", "overruled", "overdue", "quiet"),
    TileRow: (
        "label", "baseline", "latest", "change", "outlook", "status", "decided", "why", "analysts",
        "caveats",
    ),
    PrintedComment: ("role", "text"),
    PrintedChart: ("title", "alt", "chart"),
    MonthsChart: ("month_labels", "counts", "centre", "lower", "upper"),
    GroupChart: ("unit", "forces", "values", "lower", "upper"),
    PrintedTable: ("name", "purpose", "titles", "rows"),
}  # fmt: skip
"""Fields of each record that documents may print. What is not declared here must not leave: where
a document shows it, the leak check stops the pack.
"""
