"""A table with its columns understood -> its figures: each with its label, force, period, status
and place, or with the reason why there is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from xlperf.errors import UsageError
from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.imports.force_names import known_force
from xlperf.imports.period_texts import (
    FIRST_MONTHS,
    MONTH,
    SPANS,
    ReadPeriod,
    quarter_of,
    read_period,
    read_periods,
)
from xlperf.imports.published_cells import PublishedCell, published_cell, without_marks
from xlperf.imports.stated_status import (
    StatedStatus,
    are_statuses,
    mark_of_label,
    mark_of_status,
    remark_on_provisional,
    with_statuses,
)
from xlperf.imports.table_shapes import ColumnContent, TableShape, listed, period_above, span_of
from xlperf.periods import Period
from xlperf.tables.intake_tables import SourceItem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from xlperf.excel.port import Scalar
    from xlperf.imports.known_sources import ReadingInstructions
    from xlperf.imports.period_texts import StatedSpan

UNITS = re.compile(
    r"\b(?:in )?(?:thousands?|000s|millions?)\b|\b(?:rates? )?per (?:1,?000|100,?000|100|head)\b",
    re.IGNORECASE,
)
"""Words for units in which a published figure is no count."""
THOUSANDS = re.compile(
    r"\bin (?:thousands|millions|000s)\b|^\W*(?:thousands|000s)\W*$", re.IGNORECASE
)
"""The same in a note below the heading, where rates of other tables are spoken of too."""
TOO_MANY_CELLS = "in lines with more cells than the heading has, such as by commas in numbers"
HALF = 0.5
"""Share of the different texts of a column that name forces, from which it holds forces."""
PERIOD_TITLES = ("period", "month", "date", "quarter", "year")
"""Words by which one of several columns of periods is taken; the first that fits one column."""


class PublishedFigure(NamedTuple):
    """One figure of a file."""

    label: str
    """What it counts, in the words of the file."""
    force: str
    """Force, in the words of the file; empty: the file has no column of forces."""
    others: tuple[str, ...]
    """Texts of the columns that are neither, in their order."""
    period: ReadPeriod
    cell: PublishedCell
    file: str
    place: str
    """Its cell in the file."""
    marks: tuple[str, ...] = ()
    """What its cell, its period, its label and a column of statuses say of it."""
    stated: StatedStatus = StatedStatus.UNSTATED


@dataclass(frozen=True, slots=True)
class ColumnRoles:
    """What each column of a table is for. Columns are counted from 0."""

    force: int | None
    measure: int | None
    """None: the headings of the columns of figures are the labels."""
    figures: tuple[int, ...]
    period: int | None
    year: int | None
    """Column of years, where that of `part` has their quarters or months."""
    part: int | None
    others: tuple[int, ...]
    """Columns of texts that are neither force nor measure."""
    sums: tuple[int, ...]
    open_sums: tuple[int, ...]
    only: Mapping[int, str]
    status: int | None
    """Column that says of each row whether it is final, provisional or revised."""
    unused: tuple[int, ...]
    """Columns of numbers without a period above them, in a table of periods across."""


def column_roles(
    shape: TableShape, instructions: ReadingInstructions, known: Collection[str]
) -> ColumnRoles:
    """Find what each column is for. Raises `UsageError` where that has two answers.

    Parameters
    ----------
    known
        Labels that mean something here, normalised.
    """
    named = {item: shape.column(title) for item, title in instructions.columns.items() if title}
    sums, open_sums = (
        tuple(map(shape.column, titles)) for titles in (instructions.sums, instructions.open_sums)
    )
    only = {shape.column(title): value for title, value in instructions.only.items()}
    numbers = [place for place in shape.columns(ColumnContent.FIGURES) if place not in shape.across]
    period, year, part = _period_columns(shape, named, numbers)
    texts = [
        place
        for place in shape.columns(ColumnContent.TEXTS)
        if shape.titles[place] and place not in (period, year, part)
    ]
    forces = _force_columns(shape, [place for place in texts if place not in only])
    force = named.get(SourceItem.FORCE, forces[0] if forces else None)
    ignored = tuple(map(shape.column, instructions.ignored))
    used = (*named.values(), *ignored, *sums, *open_sums)
    status = next(
        (
            place
            for place in (*texts, *numbers)  # n/a and dashes stand for figures elsewhere
            if place not in used and _is_status(shape, place)
        ),
        None,
    )
    numbers = [place for place in numbers if place not in (part, status)]
    figures = _figure_columns(shape, named, numbers, known)
    apart = {force, *forces, status, *ignored, *sums, *open_sums, *only}
    measure = named.get(SourceItem.MEASURE)
    if measure is None:
        measure = _measure_column(
            shape, [place for place in texts if place not in apart], figures, known
        )
    unused = (*(place for place in numbers if place not in figures),)
    others = tuple(place for place in texts if place not in (force, measure, status, *ignored))
    unused = (*ignored, *unused)
    return ColumnRoles(
        force, measure, figures, period, year, part, others, sums, open_sums, only, status, unused
    )


def _is_status(shape: TableShape, column: int) -> bool:
    return are_statuses(shape.titles[column], map(_label, shape.texts(column)))


def _period_columns(
    shape: TableShape, named: Mapping[SourceItem, int], numbers: list[int]
) -> tuple[int | None, int | None, int | None]:
    """Columns of the period; or of its year, and of the quarter or month of that."""
    year = named.get(SourceItem.YEAR)
    part = named.get(SourceItem.QUARTER, named.get(SourceItem.MONTH))
    if (year is None) != (part is None):
        raise UsageError(
            "A part of a year needs two columns: name the year and the quarter or month, with"
            " --column."
        )
    if year is not None:
        return None, year, part
    if SourceItem.PERIOD in named:
        return named[SourceItem.PERIOD], None, None
    if shape.across:
        return None, None, None
    held = shape.columns(ColumnContent.PERIODS)
    parts = [
        place
        for place in (*numbers, *shape.columns(ColumnContent.TEXTS))
        if _are_parts(shape, place)
    ]
    if len(held) == 1 and len(parts) == 1:
        return None, held[0], parts[0]
    if len(held) > 1:
        for word in PERIOD_TITLES:
            fitting = [place for place in held if word in shape.titles[place].lower()]
            if len(fitting) == 1:
                return fitting[0], None, None
        raise UsageError(
            f"{shape.sheet.file} has {len(held)} columns of periods:"
            f" {_titles(shape, held)}. Name one with --column period=TITLE."
        )
    return (held[0] if held else None), None, None


def _are_parts(shape: TableShape, column: int) -> bool:
    """Whether a column holds the quarters or months of a year, by its title and its cells."""
    cells = {shape.cell(row, column) for row in shape.body} - {None}
    read = quarter_number if "quarter" in shape.titles[column].lower() else month_number
    titled = any(word in shape.titles[column].lower() for word in ("quarter", "month"))
    return titled and bool(cells) and all(read(cell) for cell in cells)


def quarter_number(cell: Scalar) -> int | None:
    """Number of a quarter: 1 to 4, typed as 2, Q2 or Quarter 2; None: it is none."""
    text = _label(cell).lower()
    text = text.removeprefix("quarter").removeprefix("qtr").removeprefix("q").strip()
    return int(text) if text in ("1", "2", "3", "4") else None


def month_number(cell: Scalar) -> int | None:
    """Number of a month of the calendar, from its name or typed as 4; None: it is none."""
    text = _label(cell)
    if text.isdecimal() and text.isascii():
        return int(text) if 1 <= int(text) <= 12 else None
    period = read_period(f"{text} 2014", MONTH).period
    return None if period is None or period.length > 1 else period.first % 12 + 1


def _force_columns(shape: TableShape, texts: list[int]) -> list[int]:
    """Columns most of whose texts name forces, those with most of them first."""
    shares = {}
    for place in texts:
        cells = shape.texts(place)
        shares[place] = sum(bool(known_force(cell)) for cell in cells) / max(1, len(cells))
    named = [place for place in texts if shares[place] > HALF]
    return sorted(named, key=lambda place: -shares[place])


def _figure_columns(
    shape: TableShape, named: Mapping[SourceItem, int], numbers: list[int], known: Collection[str]
) -> tuple[int, ...]:
    if SourceItem.FIGURE in named:
        return (named[SourceItem.FIGURE],)
    if shape.across:
        return tuple(shape.across)
    if not numbers:
        raise UsageError(f"{shape.sheet.file} has no column of figures that was understood.")
    meant = [place for place in numbers if normalised(shape.titles[place]) in known]
    return tuple(meant if len(meant) > 1 else numbers)


def _measure_column(
    shape: TableShape, texts: list[int], figures: tuple[int, ...], known: Collection[str]
) -> int | None:
    """The column of labels: the only one of texts, else the one with most labels that are known."""
    if not texts:
        return None
    if not shape.across and len(figures) > 1:
        _require_headings(shape, texts, figures, known)
        return None
    scores = {
        place: len({normalised(cell) for cell in shape.texts(place)} & set(known))
        for place in texts
    }
    best = max(texts, key=lambda place: scores[place])
    if scores[best] and sum(score == scores[best] for score in scores.values()) == 1:
        return best
    varied = [place for place in texts if len(shape.texts(place)) > 1]
    if len(varied) == 1 or len(texts) == 1:
        return (varied or texts)[0]
    if not varied or (
        not shape.across and any(normalised(shape.titles[place]) in known for place in figures)
    ):
        return None
    raise UsageError(
        f"{shape.sheet.file}: which column says what is counted? It may be"
        f" {_titles(shape, varied)}. Name it with --column measure=TITLE."
    )


def _require_headings(
    shape: TableShape, texts: list[int], figures: tuple[int, ...], known: Collection[str]
) -> None:
    """Ask which of several columns of figures is meant, where not they but rows have labels."""
    if any(normalised(shape.titles[place]) in known for place in figures):
        return
    if any(normalised(text) in known for place in texts for text in shape.texts(place)):
        raise UsageError(
            f"{shape.sheet.file} has {len(figures)} columns of figures:"
            f" {_titles(shape, list(figures))}. Name one with --column figure=TITLE."
        )


def _titles(shape: TableShape, columns: list[int]) -> str:
    return listed(shape.titles[column] for column in columns)


# The figures.


def figures_in(
    shape: TableShape, roles: ColumnRoles, instructions: ReadingInstructions, known: Collection[str]
) -> list[PublishedFigure]:
    """Figures of a table, row by row, each with what the table says of its status.

    A row with one filled cell alone is a note, unless that is a label of `known` (normalised).
    """
    figures = _figures(shape, roles, instructions, known)
    return with_statuses(figures, marks_say_all=not remark_on_provisional(shape.beside))


def _figures(
    shape: TableShape, roles: ColumnRoles, instructions: ReadingInstructions, known: Collection[str]
) -> Iterator[PublishedFigure]:
    period_in = _period_reader(shape, roles, instructions)
    only = {column: normalised(value) for column, value in roles.only.items()}
    for row in shape.body:
        texts = shape.sheet.rows[row]
        filled = [cell for cell in texts if cell is not None]
        if not filled or (len(filled) == 1 and normalised(_label(filled[0])) not in known):
            continue
        if any(
            normalised(_label(shape.cell(row, column))) != want for column, want in only.items()
        ):
            continue
        force = _label(shape.cell(row, roles.force)) if roles.force is not None else ""
        own = _label(shape.cell(row, roles.measure)) if roles.measure is not None else ""
        others = tuple(_label(shape.cell(row, column)) for column in roles.others)
        of_row = _row_marks(shape, roles, row)
        too_long = shape.is_too_long(row)
        for column in roles.figures:
            read = published_cell(texts[column] if column < len(texts) else None)
            period = period_in(row, column)
            of_label = () if roles.measure is not None else mark_of_label(shape.titles[column])
            yield PublishedFigure(
                own if roles.measure is not None else _label(shape.titles[column]),
                force,
                others,
                period,
                PublishedCell(None, TOO_MANY_CELLS) if too_long else read,
                shape.sheet.file,
                shape.sheet.place(row, column),
                tuple(dict.fromkeys((*read.marks, *period.marks, *of_label, *of_row))),
            )


def _row_marks(shape: TableShape, roles: ColumnRoles, row: int) -> tuple[str, ...]:
    """What the label of a row and a column of statuses say; a status that is none, as it stands."""
    status = None if roles.status is None else shape.cell(row, roles.status)
    label = None if roles.measure is None else shape.cell(row, roles.measure)
    marks = (*mark_of_label(label), *mark_of_label(status))
    return (*marks, *mark_of_status(_label(status)))


def unit_of(shape: TableShape, roles: ColumnRoles) -> str:
    """Words above figures, or in their headings, by which they are no plain counts; empty: none."""
    headings = [] if shape.across else [shape.titles[column] for column in roles.figures]
    matches = (
        *(UNITS.search(text) for text in (*shape.above.splitlines(), *headings)),
        *(THOUSANDS.search(text) for text in shape.notes),
    )
    return next((match[0] for match in matches if match), "")


def _label(cell: Scalar) -> str:
    """A text of the file without notes, on one line; numbers as they are read."""
    if cell is None:
        return ""
    return _tidy(f"{cell:.15g}" if isinstance(cell, float) else str(cell))


@lru_cache(maxsize=100_000)
def _tidy(text: str) -> str:
    return " ".join(without_marks(text)[0].split())


def _period_reader(
    shape: TableShape, roles: ColumnRoles, instructions: ReadingInstructions
) -> Callable[[int, int], ReadPeriod]:
    """Give the period of a figure by its row and column."""
    if shape.across:
        span = span_instructed(instructions) or span_of(shape)
        columns = list(shape.across)
        if span is None:
            return lambda _, column: shape.across[column]
        texts = [shape.sheet.rows[shape.heading][column] for column in columns]
        again = dict(zip(columns, read_periods(texts, span), strict=True))
        return lambda _, column: again[column] if again[column].period else shape.across[column]
    if roles.year is not None and roles.part is not None:
        return _of_part(shape, roles.year, roles.part, instructions)
    if roles.period is None:
        named = period_above(shape)
        return lambda _row, _column: named
    column = roles.period
    titles = [shape.titles[column], *(shape.titles[place] for place in roles.figures)]
    span = span_instructed(instructions) or span_of(shape, *titles)
    cells = list(dict.fromkeys(_kind(shape.cell(row, column)) for row in shape.body))
    periods = dict(zip(cells, read_periods([cell for _, cell in cells], span), strict=True))
    return lambda row, _: periods[_kind(shape.cell(row, column))]


def _kind(cell: Scalar) -> tuple[type, Scalar]:
    return type(cell), cell


def span_instructed(instructions: ReadingInstructions) -> StatedSpan | None:
    """What dates stand for, as said. Raises `UsageError` for a word that is none."""
    if instructions.span and instructions.span not in SPANS:
        raise UsageError(f"'{instructions.span}' is no span. Choose one of: {', '.join(SPANS)}.")
    return SPANS[instructions.span] if instructions.span else None


def _of_part(
    shape: TableShape, year: int, part: int, instructions: ReadingInstructions
) -> Callable[[int, int], ReadPeriod]:
    """Periods from a column of years and one of their quarters or months."""
    title = shape.titles[year].lower()
    span = next(
        (span for span in FIRST_MONTHS if span.name.split()[0] in title),
        span_instructed(instructions),
    )
    quarters = "quarter" in shape.titles[part].lower()

    @cache
    def period(year_cell: Scalar, part_cell: Scalar) -> ReadPeriod:
        read = read_period(year_cell, span, financial_years=True)
        whole = read.period
        if whole is None or not whole.is_year:
            return ReadPeriod(None, read.reason or f"'{year_cell}' is no year")
        number = (quarter_number if quarters else month_number)(part_cell)
        if number is None:
            return ReadPeriod(None, f"'{part_cell}' is no part of a year")
        if quarters:
            return ReadPeriod(quarter_of(whole, number))
        if whole.first % 12 and _label(part_cell).isdecimal():
            return ReadPeriod(None, f"'{part_cell}' may be counted from January or from April")
        month = whole.first + (number - 1 - whole.first % 12) % 12
        return ReadPeriod(Period(month, month))

    return lambda row, _: period(shape.cell(row, year), shape.cell(row, part))
