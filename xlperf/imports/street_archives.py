"""Street-level files of police.uk: a line a crime -> counts by month, force and category.

A category of a month counts as 0 where the file of a force has no line of it, since the file lists
every crime; before a category was introduced, or after it ended, it has no count at all
(``street_categories.csv``; police.uk divided *Other crime* in September 2011, and introduced
today's categories in May 2013). Lines without a place are counted as all others, and their number
is given: they are missing wherever a file is cut by area.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from xlperf.errors import UsageError, WorkbookError
from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.imports.force_names import known_force
from xlperf.imports.period_texts import MONTH, ReadPeriod, read_period
from xlperf.imports.published_cells import PublishedCell
from xlperf.imports.published_figures import PublishedFigure
from xlperf.imports.published_files import LONGEST_REASON
from xlperf.message_texts import first_few
from xlperf.periods import month_name, month_of
from xlperf.tables.date_texts import day_in_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlperf.periods import Month, Period

MONTH_COLUMN, FORCE_COLUMN, CATEGORY_COLUMN = "Month", "Falls within", "Crime type"
REPORTER_COLUMN, PLACE_COLUMN = "Reported by", "Longitude"
COLUMNS = (MONTH_COLUMN, REPORTER_COLUMN, FORCE_COLUMN, PLACE_COLUMN, CATEGORY_COLUMN)
MOST_MISSING = 6
"""Months without a file that a note names."""
NO_LINE = "no line of this category"


class StreetFile(NamedTuple):
    """Counts of one file. Forces and categories are spelt as usual, where they are known."""

    name: str
    lines: int
    counts: Counter[tuple[str, str, str]]
    """Lines by month, force and category."""
    without_place: int
    by_others: int
    """Lines that another force reported than that in whose area they fall."""
    not_counted: int = 0
    """Lines without a month, a force or a category."""


class Category(NamedTuple):
    """One category, and the months in which it is used."""

    name: str
    first: Month
    last: Month | None


@cache
def categories() -> dict[str, Category]:
    """Categories of police.uk, by name normalised."""
    text = files(__package__).joinpath("street_categories.csv").read_text(encoding="utf-8")
    by_name = {}
    for row in csv.DictReader(text.splitlines()):
        first, last = (_month(row[title]) for title in ("From", "To"))
        assert first is not None  # noqa: S101 - in the file
        by_name[normalised(row["Category"])] = Category(row["Category"], first, last)
    return by_name


def _month(text: str) -> Month | None:
    day, _ = day_in_text(text, month_only=True)
    return None if day is None else month_of(day)


def in_use(label: str, period: Period) -> bool:
    """Whether a category has counts in a month; one that is not known may have."""
    category = categories().get(normalised(label))
    return category is None or (
        category.first <= period.first and (category.last is None or period.last <= category.last)
    )


def is_street_file(data: bytes) -> bool:
    """Whether the first line has the columns of a street-level file."""
    return set(COLUMNS) <= _titles(data)


def _titles(data: bytes) -> set[str]:
    line = data[:4096].splitlines()[:1]
    titles = (b"" if not line else line[0]).decode("utf-8-sig", errors="replace").split(",")
    return {title.strip(' "') for title in titles}


def require_whole(name: str, data: bytes) -> None:
    """Refuse a street file that lacks a column: counted as another table, it would be wrong."""
    lacking = [title for title in COLUMNS if title not in _titles(data)]
    if lacking and CATEGORY_COLUMN not in lacking and len(lacking) < len(COLUMNS) - 1:
        raise WorkbookError(
            f"{name} seems to be a street file of police.uk without its column"
            f" {', '.join(map(repr, lacking))}. Download it again."
        )


def count_lines(name: str, data: bytes) -> StreetFile:
    """Count the lines of one file."""
    import pandas as pd

    try:
        frame = pd.read_csv(
            io.BytesIO(data),
            usecols=list(COLUMNS),
            dtype=str,
            keep_default_na=False,
            encoding="utf-8-sig",
            encoding_errors="replace",
            index_col=False,
        )
    except ValueError as error:  # pandas' own errors are ValueErrors
        why = " ".join(str(error).split())[:LONGEST_REASON]
        raise WorkbookError(f"{name} cannot be read as a street file ({why}).") from None
    lines = sum(1 for line in data.splitlines() if line.strip()) - 1
    if lines != len(frame):
        raise WorkbookError(
            f"{name} has {lines:,} lines, of which {len(frame):,} can be told apart: a quotation"
            " mark is not closed. Download it again."
        )
    keys = [MONTH_COLUMN, FORCE_COLUMN, CATEGORY_COLUMN]
    frame = frame.apply(lambda column: column.str.strip())
    blank = (frame[keys] == "").any(axis=1)
    counts: Counter[tuple[str, str, str]] = Counter()
    for (month, force, category), number in frame[~blank].groupby(keys).size().items():
        usual = categories().get(normalised(category))
        key = month, known_force(force) or force, usual.name if usual else category
        counts[key] += int(number)
    without_place = int((frame[PLACE_COLUMN] == "").sum())
    by_others = int((frame[REPORTER_COLUMN] != frame[FORCE_COLUMN])[~blank].sum())
    return StreetFile(name, len(frame), counts, without_place, by_others, int(blank.sum()))


def street_figures(street: Sequence[StreetFile]) -> Iterator[PublishedFigure]:
    """Figures of the files: the categories there are, and 0 for those in use that have no line.

    Raises `UsageError` where two files have lines of the same force and month.
    """
    _require_apart(street)
    for file in street:
        groups: dict[tuple[str, str], dict[str, int]] = {}
        for (month, force, category), number in file.counts.items():
            groups.setdefault((month, force), {})[category] = number
        for (month, force), own in groups.items():
            period = read_period(month, MONTH)
            for category, number in own.items():
                yield _figure(category, force, period, number, file.name, "counted lines")
            if period.period is None:
                continue
            there = set(map(normalised, own))
            for key, known in categories().items():
                if key not in there and in_use(key, period.period):
                    yield _figure(known.name, force, period, 0, file.name, NO_LINE)


def _figure(
    category: str, force: str, period: ReadPeriod, number: int, file: str, place: str
) -> PublishedFigure:
    return PublishedFigure(category, force, (), period, PublishedCell(number), file, place)


def _require_apart(street: Sequence[StreetFile]) -> None:
    """Refuse to count a force's month twice."""
    seen: dict[tuple[str, str], str] = {}
    for file in street:
        for month, force in {(month, force) for month, force, _ in file.counts}:
            first = seen.setdefault((month, known_force(force) or force), file.name)
            if first != file.name:
                period = read_period(month, MONTH).period
                when = month_name(period.last) if period else month
                raise UsageError(
                    f"{when} of {force} is in two files, {first} and {file.name}: it would be"
                    " counted twice. Import one of them."
                )


def street_notes(street: Sequence[StreetFile]) -> Iterator[str]:
    """What to know of the files: lines without a place, and lines of other forces."""
    lines = sum(file.lines for file in street)
    placeless = sum(file.without_place for file in street)
    yield (
        f"{lines:,} lines, a line a crime or incident; {placeless:,} of them without a place are"
        " counted too."
    )
    if without := sum(file.not_counted for file in street):
        yield (
            f"{without:,} lines without a month, a force or a category are not counted. Are files"
            " cut short?"
        )
    for file in street:
        if not file.lines:
            yield f"{file.name} has no line: its force gave nothing, or the file is cut short."
    yield from _gaps(street)
    if others := sum(file.by_others for file in street):
        yield f"{others:,} lines were reported by another force than that in whose area they fall."
    unknown = {
        category
        for file in street
        for month, _, category in file.counts
        if (read := read_period(month, MONTH).period) is not None
        and (normalised(category) not in categories() or not in_use(category, read))
    }
    if unknown:
        yield (
            f"Categories that police.uk is not known to use in these months:"
            f" {', '.join(sorted(unknown))}."
        )


def _gaps(street: Sequence[StreetFile]) -> Iterator[str]:
    """Months of a force between the first and the last that no file has."""
    months: dict[str, set[Month]] = {}
    for file in street:
        for month, force, _ in file.counts:
            period = read_period(month, MONTH).period
            if period is not None:
                months.setdefault(force, set()).add(period.last)
    for force, own in months.items():
        missing = [month for month in range(min(own), max(own)) if month not in own]
        if missing:
            names = first_few([*map(month_name, missing)], MOST_MISSING)
            yield f"No file has {names} of {force}."
