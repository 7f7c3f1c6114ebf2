"""What differs by kind: one record for each kind of measure, of line and of figure.

A new kind of measure that is judged as another one is a row of `KINDS`. One that is judged in its
own way has a kind of line besides, with its evidence and rule in `xlperf.assessment` and its
sentences in `xlperf.tiles`; the type checker names each place that does not treat it yet.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from xlperf.frozen import NamedTuple
from xlperf.tables import figure_tables as tables
from xlperf.tables.lines import FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlperf.tables.columns import Table


class FigureForm(StrEnum):
    """How a figure is written."""

    COUNT = "count"
    SHARE = "share"
    RATE = "rate"
    SCORE = "score"
    MONEY = "money"


class FormRecord(NamedTuple):
    """What differs by the form of a figure."""

    scale: int = 1
    """What the value is multiplied by to be written: 100 for a share."""
    decimals: int = 0
    before: str = ""
    after: str = ""
    """Signs around the number."""
    difference: str = ""
    """Unit of a difference of two; empty where a difference is given in per cent."""
    axis: str = "per 1,000"
    """What the axis of a chart of a group says."""
    number_format: str = "General"
    """Of a cell, in the notation of Excel."""


FORMS: Mapping[FigureForm, FormRecord] = {
    FigureForm.COUNT: FormRecord(number_format="#,##0"),
    FigureForm.SHARE: FormRecord(100, 1, "", "%", "points", "per cent", "0.0%"),
    FigureForm.RATE: FormRecord(1000, 2, "", " per 1,000"),
    FigureForm.SCORE: FormRecord(1, 1, "", " stars", "stars", number_format="0.0"),
    FigureForm.MONEY: FormRecord(1, 1, "£", " million", number_format='"£"0.0" m"'),
}


class LineKind(StrEnum):
    """What a line of a tile shows."""

    OFFENCES = "offences"
    POSITION = "position"
    SPC = "spc"
    SURVEY = "survey"
    TOTAL = "total"
    FAMILIES = "families"
    RATING = "rating"
    AMOUNT = "amount"
    TEXT = "text"


class LineRecord(NamedTuple):
    """What differs by kind of line."""

    rule: str
    """Its rule, as Workings names it."""
    fields: tuple[str, ...] = FIELDS
    """Cells of a tile that it fills."""
    coloured: bool = True
    secondary: bool = False
    """It stands below the main line of its measure, and says nothing of data that is missing."""


LINES: Mapping[LineKind, LineRecord] = {
    LineKind.OFFENCES: LineRecord("1: offences against the baseline year"),
    LineKind.POSITION: LineRecord(
        "2 and 5: position v most similar forces", ("latest", "change", "rag"), secondary=True
    ),
    LineKind.SPC: LineRecord(
        "3: control chart, latest 6 v previous 12 months", ("latest", "rag"), secondary=True
    ),
    LineKind.SURVEY: LineRecord(
        "4: satisfaction, confidence or another share against the baseline year"
    ),
    LineKind.TOTAL: LineRecord("Totals: significant change against the baseline year"),
    LineKind.FAMILIES: LineRecord(
        "Families with a reduction", ("baseline", "latest", "change", "rag")
    ),
    LineKind.RATING: LineRecord("Star ratings against the baseline year"),
    LineKind.AMOUNT: LineRecord("None: an amount", ("latest",), coloured=False),
    LineKind.TEXT: LineRecord("None: words", ("latest", "rag"), coloured=False),
}


class MeasureKind(StrEnum):
    """What sort of number a measure is."""

    OFFENCES = "offences"
    SURVEY = "survey"
    TOTAL = "total"
    COHORT = "cohort"
    RATE = "rate"
    FAMILIES = "families"
    RATING = "rating"
    AMOUNT = "amount"
    TEXT = "text"


class Comparison(StrEnum):
    """What the figure of a measure is compared with."""

    BASELINE = "baseline year"
    """The baseline year of the settings with the latest twelve months."""
    YEAR_TO_DATE = "year to date"
    """The same months of the financial year before."""
    QUARTER = "quarter"
    """Three months with the same three a year before."""
    TARGET = "target"
    """Twelve months with a figure that was set."""


TARGET, DESIGN_EFFECT = "Target change %", "Design effect"
COMPARED, TARGET_FIGURE = "Compared", "Target"
"""Columns of Measures that only some kinds use."""
EVERY_COMPARISON = tuple(Comparison)


class KindRecord(NamedTuple):
    """What differs by kind of measure."""

    words: str
    """What it is, as the panel reads it."""
    table: Table | None
    """Where its figures stand; None: it has none."""
    line: LineKind
    """Its main line."""
    form: FigureForm
    in_group: str = ""
    """What a position in the group is of; empty: nothing need be said, it is the main measure."""
    columns: tuple[str, ...] = ()
    """Columns of Measures that only its kind, and others with the same, use."""
    comparisons: tuple[Comparison, ...] = (Comparison.BASELINE,)
    """What it can be compared with."""

    @property
    def monthly(self) -> bool:
        """Whether it is counted month by month: it has trends, and a control chart."""
        return self.table is tables.MONTHLY

    @property
    def counted(self) -> bool:
        """Whether its figures are counts, of which some may add up to others."""
        return self.table is not None and self.form is FigureForm.COUNT


KINDS: Mapping[MeasureKind, KindRecord] = {
    MeasureKind.OFFENCES: KindRecord(
        "offences recorded, by month", tables.MONTHLY, LineKind.OFFENCES, FigureForm.COUNT,
        columns=(TARGET, COMPARED, TARGET_FIGURE), comparisons=EVERY_COMPARISON,
    ),
    MeasureKind.SURVEY: KindRecord(
        "survey", tables.SURVEYS, LineKind.SURVEY, FigureForm.SHARE, "Survey", (DESIGN_EFFECT,)
    ),
    MeasureKind.TOTAL: KindRecord(
        "count of a period", tables.TOTALS, LineKind.TOTAL, FigureForm.COUNT, "Total",
        (COMPARED, TARGET_FIGURE), EVERY_COMPARISON,
    ),
    MeasureKind.COHORT: KindRecord(
        "offences of a group of people", tables.TOTALS, LineKind.TOTAL, FigureForm.COUNT, "Total",
        (COMPARED, TARGET_FIGURE), EVERY_COMPARISON,
    ),
    MeasureKind.RATE: KindRecord(
        "share of cases", tables.SURVEYS, LineKind.SURVEY, FigureForm.SHARE, "Share",
        (DESIGN_EFFECT,),
    ),
    MeasureKind.FAMILIES: KindRecord(
        "families with a reduction", tables.FAMILIES, LineKind.FAMILIES, FigureForm.SHARE,
        "Families",
    ),
    MeasureKind.RATING: KindRecord(
        "star ratings", tables.SURVEYS, LineKind.RATING, FigureForm.SCORE, "Rating",
        (DESIGN_EFFECT,),
    ),
    MeasureKind.AMOUNT: KindRecord(
        "amount, £ million", tables.AMOUNTS, LineKind.AMOUNT, FigureForm.MONEY, "Amount"
    ),
    MeasureKind.TEXT: KindRecord("words", None, LineKind.TEXT, FigureForm.COUNT),
}  # fmt: skip


def kinds_in(table: str) -> tuple[MeasureKind, ...]:
    """Kinds of measure whose figures stand in a table; none for a table of anything else."""
    return tuple(
        kind for kind, record in KINDS.items() if record.table and record.table.name == table
    )


def lines_with(column: str) -> frozenset[LineKind]:
    """Kinds of line that a column of Measures decides: those of some kinds, or all."""
    some = frozenset(record.line for record in KINDS.values() if column in record.columns)
    return some or frozenset(LineKind)
