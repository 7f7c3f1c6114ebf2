"""What an import would do, before anything is written; and the doubts that stop it.

A doubt is about the whole: a file older than what stands in the workbook, half a year taken for a
whole one, a label that was there last time and is not now. It stops an import until a person says
to go on.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.imports.label_targets import TABLES
from xlperf.imports.stated_status import StatedStatus
from xlperf.message_texts import first_few
from xlperf.periods import day_name, last_day, month_short
from xlperf.tables import schema
from xlperf.tables.forces import force_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from xlperf.imports.comparing import CellChange, ExistingRows, ImportComparison, StatusChange
    from xlperf.imports.known_sources import ReadingInstructions
    from xlperf.imports.label_targets import LabelMapping, Target
    from xlperf.imports.left_out import LeftOut
    from xlperf.imports.our_figures import OurFigure
    from xlperf.imports.sources import ImportSource
    from xlperf.periods import Month, Period

LEAST, MOST = 0.65, 1.6
"""A year's total is never this small or large a part of a year's before: half a year, or two."""
LEAST_SHORT, MOST_SHORT = 0.25, 4.0
"""The same for months and quarters, which vary more: a figure of twelve months is far above."""
ENOUGH = 100
"""Total below which a ratio says nothing."""
YEAR_STARTS = {"April": 3, "January": 0}
"""Months, counted from 0, in which a financial and a calendar year begin."""
FEWEST_RUNNING = 4
"""Months of a year from which on a running total is told from counts: four counts that never fall,
the last twice the first or more, are rare; a rate that stays gives four times.
"""


MOST_NAMED = 3
"""Figures that a note names."""
SHEETS = {table.name: table.sheet for table in TABLES}


@dataclass(frozen=True)
class ImportPlan:
    """What an import would do."""

    source: ImportSource
    files: Mapping[str, str]
    """Fingerprints of the files, by name."""
    kinds: tuple[str, ...]
    """What each file was read as."""
    roles: tuple[tuple[str, str, str], ...]
    """What was understood: role, title in the file, what of it is used."""
    instructions: ReadingInstructions
    mapping: LabelMapping
    figures: int
    """Figures in the files, each once for each of its measures."""
    used: int
    """Figures that were found for the workbook, whether they change it or not."""
    comparison: ImportComparison
    left_out: tuple[LeftOut, ...]
    doubts: tuple[str, ...]
    notes: tuple[str, ...]
    suggestions: tuple[tuple[str, str], ...] = ()
    """Labels that are not mapped, each with the name that it may mean."""
    as_at: date | None = None
    proposed: tuple[str, ...] = ()
    """Labels that have a measure only because they are spelt as a name of it."""

    @property
    def writes(self) -> bool:
        """Whether figures are added or changed, or their status is."""
        return bool(self.comparison.tables)

    @property
    def understood(self) -> bool:
        """Whether any label has a measure."""
        return any(self.mapping.targets.values())


def doubts_about(
    figures: Sequence[OurFigure],
    comparison: ImportComparison,
    existing: Mapping[str, ExistingRows],
    as_at: date | None,
) -> Iterator[str]:
    """Doubts about figures as a whole."""
    yield from _older(earlier_ends(figures, existing), comparison)
    yield from _taken_earlier([*comparison.changed, *comparison.restated], as_at)
    yield from _parts_of_years(figures, existing)
    yield from _other_lengths(figures, existing)
    yield from _running_totals(figures)


class EarlierEnd(NamedTuple):
    """A measure whose figures in a file end before those in the workbook."""

    target: Target
    end: Month
    newest: Month
    sheet: str

    def __str__(self) -> str:
        return (
            f"the figures of {self.target.measure} end in {month_short(self.end)}, those of"
            f" {self.sheet} in {month_short(self.newest)}"
        )


def earlier_ends(
    figures: Sequence[OurFigure], existing: Mapping[str, ExistingRows]
) -> list[EarlierEnd]:
    """Measures of which the workbook has later figures than the file."""
    ends: dict[Target, Month] = {}
    for figure in figures:
        if figure.period is not None and figure.target.column != "Denominator":
            ends[figure.target] = max(ends.get(figure.target, 0), figure.period.last)
    earlier = []
    for target, end in ends.items():
        rows = existing[target.table]
        measure = normalised(target.measure)
        newest = max((last for (name, _, _, last) in rows.rows if name == measure), default=0)
        if end < newest:
            earlier.append(EarlierEnd(target, end, newest, rows.table.sheet))
    return earlier


def _older(ends: Sequence[EarlierEnd], comparison: ImportComparison) -> Iterator[str]:
    """A file that ends before the workbook does, and changes figures or makes them provisional
    again, may be an earlier issue.
    """
    changed = {change.figure.target for change in comparison.changed} | {
        change.figure.target
        for change in comparison.restated
        if change.figure.stated is StatedStatus.PROVISIONAL
    }
    for item in ends:
        if item.target in changed:
            yield f"The file is older than the workbook: {item}, and it would change some."


def _taken_earlier(
    changed: Sequence[CellChange | StatusChange], as_at: date | None
) -> Iterator[str]:
    later = [item.as_at for item in changed if item.as_at and as_at and item.as_at > as_at]
    if later and as_at:
        yield (
            f"{len(later)} of the figures that would change were taken after {day_name(as_at)}, the"
            f" latest on {day_name(max(later))}: the file is an earlier issue."
        )


def status_notes(comparison: ImportComparison) -> Iterator[str]:
    """Name figures whose mark stays as it is, or cannot be kept."""
    if comparison.unstated:
        yield (
            f"The file does not say whether these are final, so they stay provisional:"
            f" {_some(comparison.unstated)}. Where they are final, type final in Status."
        )
    if comparison.unclear:
        yield (
            f"The status that stands in {first_few(comparison.unclear, MOST_NAMED)} cannot be read,"
            " so it stays. Correct it, and import again."
        )
    if comparison.unmarked:
        sheets = dict.fromkeys(SHEETS[figure.target.table] for figure in comparison.unmarked)
        yield (
            f"{' and '.join(sheets)} has no column Status, so it is lost that these are"
            f" provisional: {_some(comparison.unmarked)}. Add the column, and import again."
        )


def _some(figures: Sequence[OurFigure]) -> str:
    texts = [f"{figure.target.measure}, {figure.period!s}" for figure in figures]
    return first_few(texts, MOST_NAMED, "; ")


def not_over(figures: Sequence[OurFigure], today: date | None) -> Iterator[str]:
    """Doubt figures of periods that were not over when they were taken."""
    later = [
        figure.period
        for figure in figures
        if figure.period is not None and today is not None and last_day(figure.period.last) > today
    ]
    if later and today is not None:
        newest = max(later, key=lambda period: period.last)
        yield (
            f"{len(later):,} of the figures are of periods that were not over on {day_name(today)},"
            f" the newest of {newest!s}. Is the year right, and is the period complete?"
        )


def _parts_of_years(
    figures: Sequence[OurFigure], existing: Mapping[str, ExistingRows]
) -> Iterator[str]:
    """Compare the counts of a period, over all forces, with those that stand for it, else with
    those of the period before: in the file, or in the workbook.
    """
    there = _counts_there(existing)
    ours: dict[Series, dict[Month, float]] = defaultdict(dict)
    counts = [
        (figure, figure.period)
        for figure in figures
        if figure.period is not None and figure.target.column == "Count"
    ]
    for figure, period in counts:
        ours[_series(figure, period)][period.last] = figure.value
    sums: dict[tuple[str, Period, bool], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for figure, period in counts:
        series = _series(figure, period)
        before = there[series].get(period.last)
        replaced = before is not None
        known = {**there[series], **ours[series]}
        earlier = [month for month in known if month < period.last]
        if before is None and earlier:
            before = known[max(earlier)]
        if before is not None:
            pair = sums[figure.target.measure, period, replaced]
            pair[0] += figure.value
            pair[1] += before
    far: dict[tuple[str, int, bool], list[FarTotal]] = defaultdict(list)
    for (measure, period, replaced), (now, before) in sums.items():
        low, high = (LEAST, MOST) if period.is_year or replaced else (LEAST_SHORT, MOST_SHORT)
        if before >= ENOUGH and not low <= now / before <= high:
            far[measure, period.length, replaced].append(FarTotal(period, now, before))
    for (measure, _, replaced), totals in far.items():
        yield _far_sentence(measure, totals, replaced=replaced)


class FarTotal(NamedTuple):
    """A total that is far from what it is compared with."""

    period: Period
    now: float
    before: float


def _far_sentence(measure: str, totals: Sequence[FarTotal], *, replaced: bool) -> str:
    """Say how far totals are from others: the newest, and how many more there are."""
    newest, *others = sorted(totals, key=lambda total: -total.period.last)
    more = f"; {len(others)} more from {others[-1].period!s} on are as far" if others else ""
    meant = "part of it" if newest.now < newest.before else "more than that period"
    if not newest.now:
        meant = "no longer counted under this label"
    other = "what stands there now" if replaced else "the period before"
    return (
        f"{measure}, {newest.period!s}: {newest.now:,.0f}, which is"
        f" {newest.now / newest.before:.2f} times {other} ({newest.before:,.0f}){more}. Is it"
        f" {meant}, or of something else?"
    )


Series = tuple[str, str, str, int]
"""Table, measure and force as compared, and the length of the periods in months."""


def _counts_there(existing: Mapping[str, ExistingRows]) -> dict[Series, dict[Month, float]]:
    counts: dict[Series, dict[Month, float]] = defaultdict(dict)
    for name, rows in existing.items():
        for (measure, force, first, last), row in rows.rows.items():
            length = 12 if name == schema.PEERS.name else last - first + 1
            count = row.if_readable(row.number, "Count") if "Count" in row.frame.places else None
            if count is not None:
                counts[name, measure, force, length][last] = count
    return counts


def _series(figure: OurFigure, period: Period) -> Series:
    target = figure.target
    return target.table, normalised(target.measure), force_key(figure.force), period.length


def _other_lengths(
    figures: Sequence[OurFigure], existing: Mapping[str, ExistingRows]
) -> Iterator[str]:
    """Totals of six months beside totals of twelve."""
    rows = existing.get(schema.TOTALS.name)
    if rows is None:
        return
    lengths: dict[str, set[int]] = defaultdict(set)
    for name, _, first, last in rows.rows:
        lengths[name].add(last - first + 1)
    reported: set[str] = set()
    for figure in figures:
        name = normalised(figure.target.measure)
        if figure.target.table != schema.TOTALS.name or figure.period is None or name in reported:
            continue
        if lengths[name] and figure.period.length not in lengths[name]:
            reported.add(name)
            there = " and ".join(map(str, sorted(lengths[name])))
            yield (
                f"{figure.target.measure}, {figure.period!s}: a total of"
                f" {figure.period.length} months; those in Totals are of {there}."
            )


def _running_totals(figures: Sequence[OurFigure]) -> Iterator[str]:
    """Counts of months that rise through each of their years, as totals since its start do."""
    months: dict[str, dict[str, dict[Month, float]]] = defaultdict(lambda: defaultdict(dict))
    for figure in figures:
        if figure.period is not None and figure.target.table == schema.MONTHLY.name:
            of_force = months[figure.target.measure][force_key(figure.force)]
            of_force[figure.period.last] = figure.value
    for measure, forces in months.items():
        for name, start in YEAR_STARTS.items():
            years = [year for counts in forces.values() for year in _years(counts, start)]
            if years and all(map(_rises, years)):
                yield (
                    f"{measure}: the figures rise from each {name} on and never fall within a year."
                    " Are they totals since then, and not counts of single months?"
                )
                break


def _years(counts: Mapping[Month, float], start: int) -> Iterator[list[float]]:
    """Counts of each year that is known from its first month on, as far as months follow."""
    for first in counts:
        if first % 12 == start:
            months = takewhile(counts.__contains__, range(first, first + 12))
            year = [counts[month] for month in months]
            if len(year) >= FEWEST_RUNNING:
                yield year


def _rises(counts: Sequence[float]) -> bool:
    """Whether counts never fall, and end where a running total would at half its first rate."""
    never_falls = all(earlier <= later for earlier, later in pairwise(counts))
    return never_falls and counts[-1] > 0 and counts[-1] >= len(counts) / 2 * counts[0]
