"""Files that others publish -> the plan of a new workbook: its measures, priorities and periods.

Each label of the files that has the figures which a comparison needs becomes a measure, and each
group of offences a priority. Nothing is estimated: a label that lacks a figure is left out, with
the reason. The groups are those of the Home Office ("Police recorded crime and outcomes: open data
tables user guide"), with burglary and vehicle offences apart from other theft.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files as package_files
from typing import TYPE_CHECKING

from xlperf.errors import UsageError
from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.imports.file_readings import read_files
from xlperf.imports.import_plan import ENOUGH
from xlperf.imports.importing import ImportRequest
from xlperf.imports.known_sources import ReadingInstructions
from xlperf.imports.label_targets import EVERY_DENOMINATOR, IN_PEERS, LabelMapping, Target
from xlperf.imports.left_out import LeftOutCollection
from xlperf.imports.our_figures import Receiver, our_figures
from xlperf.newbook.content import Content, with_force
from xlperf.newbook.open_data_sentences import (
    end_of_next_year,
    group_notes,
    lacking_notes,
    period_notes,
    year_name,
)
from xlperf.periods import Period, last_day, twelve_months_to
from xlperf.tables import schema
from xlperf.tables.comparison import QUARTER, year_before
from xlperf.tables.data import Direction
from xlperf.tables.measure_kinds import Comparison, MeasureKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from xlperf.excel.port import Scalar
    from xlperf.imports.file_readings import FileReading

SOURCE = "Open data"
"""Name of the source under which the files are remembered."""
BY_POLICE_WORK = ("drug offences", "possession of weapons")
"""Groups, normalised, whose counts rise with the work of the police: no direction is better
(Office for National Statistics, "User guide to crime statistics for England and Wales").
"""
OFFENCE_GROUP = "offence group"
"""Title of the column in which a file names the group itself."""
YEAR = 12
"""Months of a total that can be compared with those of other forces."""
NONE_LEFT = 0.01
"""Share of the figures of another period below which a label is taken as not counted."""
LONGEST_NAME = 40
"""Characters of a measure's name after its priority."""
KINDS_BY_LENGTH = {
    1: (MeasureKind.OFFENCES, Comparison.BASELINE),
    QUARTER: (MeasureKind.TOTAL, Comparison.QUARTER),
    YEAR: (MeasureKind.TOTAL, Comparison.BASELINE),
}
"""Kind of measure, and what it is compared with, by the months that a figure is of."""


class OpenDataRequest(NamedTuple):
    """Whom a workbook is for, and what it is made from."""

    files: tuple[Path, ...]
    force: str
    group: tuple[str, ...] = ()
    """Its most similar forces."""
    period_end: int | None = None
    """Last month of the twelve that are reported on; None: the last that the files have."""
    baseline: Period | None = None
    """None: the last financial year before those twelve months that the files have."""
    target_given: bool = False
    """Whether the date to which trends are projected is given as a setting."""
    plan: Content | None = None
    """Measures and priorities of one's own; None: they are made from the labels of the files."""
    maps: tuple[str, ...] = ()
    """``THEIR LABEL=OUR_MEASURE``, each, where the plan is one's own."""


@dataclass(frozen=True)
class OpenDataPlan:
    """A plan made from files."""

    content: Content
    request: ImportRequest
    """What to import into the new workbook."""
    notes: tuple[str, ...]
    """What was decided, and what was left out: sentences."""


@dataclass(frozen=True)
class _OwnFigures:
    """What the files have of the own force."""

    spelling: Mapping[str, str]
    """Labels as the files write them, by label normalised, in the order of the files."""
    counts: Mapping[str, Mapping[Period, float]]
    """Figures by label, normalised."""
    every: Mapping[str, Mapping[Period, float]]
    """Sums of the figures of all forces, by label, normalised."""
    groups: Mapping[str, str]
    """Groups that the files name themselves, by label, normalised."""


@dataclass
class _Chosen:
    """A label that becomes a measure."""

    label: str
    length: int
    """Months that each of its figures is of."""
    name: str = field(default="")
    """Name of the measure."""


def files_given(given: Iterable[Path]) -> tuple[Path, ...]:
    """Files, and those in folders by name. Raises `UsageError` where there is none."""
    files: list[Path] = []
    for path in given:
        if path.is_dir():
            files += sorted(
                item
                for item in path.rglob("*")
                if item.is_file() and not item.name.startswith((".", "~$"))
            )
        else:
            files.append(path)
    if not files:
        raise UsageError("The folder holds no file. Give the files of open data.")
    return tuple(files)


def plan_from_open_data(request: OpenDataRequest) -> OpenDataPlan:
    """Make the plan of a workbook from files alone; see the module.

    Raises
    ------
    UsageError
        The force is not known, or the files do not hold what a comparison needs.
    WorkbookError
        A file cannot be read.
    """
    content = with_force(request.plan or Content({}), request.force, request.group)
    own_force = str(content.settings["own_force"])
    readings, populations = _readings(request.files)
    own = _own_figures([reading for same in readings.values() for reading in same], own_force)
    if not any(own.counts.values()):
        raise UsageError(
            f"The files have no figure of {own_force} that can be used. Give files with its counts."
        )
    end = _end(own) if request.period_end is None else request.period_end
    baseline = _baseline(own, end) if request.baseline is None else request.baseline
    settings = {**content.settings, **_periods(end, baseline)}
    notes = tuple(
        period_notes(
            end,
            baseline,
            end_given=request.period_end is not None,
            baseline_given=request.baseline is not None,
            target_given=request.target_given,
        )
    )
    if request.plan is not None:
        files = (*readings, *(populations if request.group else ()))
        asked = ImportRequest(files, SOURCE, maps=request.maps)
        return OpenDataPlan(replace(content, settings=settings), asked, notes)
    chosen, lacking = _chosen(own, end, baseline)
    if not chosen:
        raise UsageError(_nothing(own_force, end, baseline, lacking))
    rates = bool(request.group and populations) and any(item.length == YEAR for item in chosen)
    tables = _plan_tables(chosen, own, rates=rates)
    since = baseline.first if rates and all(item.length == YEAR for item in chosen) else None
    pairs = tuple(_pairs(chosen, populations if rates else {}))
    files = (*readings, *(populations if rates else ()))
    names = [path.name for path in populations]
    about_group = group_notes(names, group=bool(request.group), rates=rates)
    return OpenDataPlan(
        replace(content, tables={**content.tables, **tables}, settings=settings),
        ImportRequest(files, SOURCE, ReadingInstructions(since=since), pairs=pairs),
        (*notes, *lacking_notes(lacking), *about_group),
    )


def _periods(end: int, baseline: Period) -> dict[str, Scalar]:
    """The settings of periods."""
    return {
        "period_end": last_day(end),
        "baseline_year": year_name(baseline),
        "target_date": last_day(end_of_next_year(end)),
    }


def _readings(files: Sequence[Path]) -> tuple[dict[Path, list[FileReading]], dict[Path, list[str]]]:
    """Tables of counts, and the labels of those of populations, by file."""
    counts: dict[Path, list[FileReading]] = {}
    populations: dict[Path, list[str]] = {}
    for path in files:
        try:
            read = read_files([path], ReadingInstructions(), ())
        except UsageError as error:
            raise UsageError(
                f"{error} 'new' reads files that need no such word: make the workbook without this"
                " file, and import it afterwards."
            ) from None
        if all(_is_population(reading) for reading in read.readings):
            populations[path] = list(read.labels)
            continue
        for reading in read.readings:
            if reading.unit:
                raise UsageError(
                    f"{path.name} says '{reading.unit}' above its figures, so they are no counts."
                    " Make the workbook without it."
                )
        counts[path] = read.readings
    return counts, populations


def _is_population(reading: FileReading) -> bool:
    """Whether a table has one figure for each force, of no period."""
    forces = [figure.force for figure in reading.figures]
    return (
        len({figure.label for figure in reading.figures}) == 1
        and all(forces)
        and len(set(forces)) == len(forces)
        and all(figure.period.period is None for figure in reading.figures)
    )


def _own_figures(readings: Sequence[FileReading], own_force: str) -> _OwnFigures:
    spelling: dict[str, str] = {}
    groups: dict[str, set[str]] = defaultdict(set)
    every: dict[str, dict[Period, float]] = defaultdict(lambda: defaultdict(float))
    for reading in readings:
        titles = [normalised(title) for title in reading.columns.titles]
        place = titles.index(OFFENCE_GROUP) if OFFENCE_GROUP in titles else None
        for figure in reading.figures:
            key = normalised(figure.label)
            spelling.setdefault(key, figure.label)
            if figure.period.period is not None:
                every[key][figure.period.period] += figure.cell.value or 0
            if place is not None:
                groups[key].add(figure.others[place])
    mapping = LabelMapping.of(
        (label, Target(schema.TOTALS.name, label, "Count")) for label in spelling.values() if label
    )
    counts: dict[str, dict[Period, float]] = {key: {} for key in spelling}
    receiver, left = Receiver(own_force, ()), LeftOutCollection()
    for reading in readings:
        usable = our_figures(
            reading.figures, mapping, receiver, reading.columns, left, reading.in_use
        )
        for item in usable:
            if item.period is not None:
                counts[normalised(item.target.measure)][item.period] = item.value
    named = {key: next(iter(names)) for key, names in groups.items() if len(names) == 1}
    return _OwnFigures(spelling, counts, every, named)


# The periods.


def _end(own: _OwnFigures) -> int:
    return max(period.last for counts in own.counts.values() for period in counts)


def _baseline(own: _OwnFigures, end: int) -> Period:
    """The last financial year that a label has whole before the twelve months; else the last."""
    latest = twelve_months_to(end)
    last = latest.first - 1 - (latest.first - 3) % 12
    first = min(period.first for counts in own.counts.values() for period in counts)
    for month in range(last, first, -12):
        year = twelve_months_to(month)
        if any(_has(counts, year) for counts in own.counts.values()):
            return year
    return twelve_months_to(last)


def _has(counts: Mapping[Period, float], wanted: Period) -> bool:
    """Whether there are figures of a period, or of each of its months."""
    return wanted in counts or all(Period(month, month) in counts for month in wanted.months)


# The measures.


def _chosen(own: _OwnFigures, end: int, baseline: Period) -> tuple[list[_Chosen], dict[str, str]]:
    """Labels that have what their comparison needs; and why the others have not, by label."""
    chosen, lacking = [], {}
    for key, label in own.spelling.items():
        counts = own.counts[key]
        lengths = {period.length for period in counts}
        if len(lengths) > 1:
            raise UsageError(
                f"The files have '{label}' of {' and of '.join(map(str, sorted(lengths)))} months."
                " Make the workbook from files of one of them."
            )
        length = next(iter(lengths), 0)
        why = _lack(counts, own.every[key], end, baseline) if label else "without a name"
        if why:
            lacking[label] = why
        else:
            chosen.append(_Chosen(label, length))
    return chosen, lacking


def _lack(
    counts: Mapping[Period, float], every: Mapping[Period, float], end: int, baseline: Period
) -> str:
    """Why a label makes no measure; empty: it does. Whether it is still counted under this name is
    seen in the figures of all forces, since a small force may have none by chance.
    """
    if not counts:
        return "no figure of this force can be used"
    length = next(iter(counts)).length
    if length not in KINDS_BY_LENGTH:
        return f"its figures are of {length} months"
    periods = (twelve_months_to(end), baseline)
    if length == QUARTER:
        quarter = Period(end - QUARTER + 1, end)
        periods = (quarter, year_before(quarter))
    missing = [period for period in periods if not _has(counts, period)]
    if missing:
        return f"no figure for {' and '.join(map(str, missing))}"
    now, before = (_total(every, period) for period in periods)
    if before >= ENOUGH and now < NONE_LEFT * before:
        return f"{now:,.0f} of all forces in the {periods[0]}: it seems no longer to be counted"
    if now >= ENOUGH and before < NONE_LEFT * now:
        return f"{before:,.0f} of all forces in the {periods[1]}: it seems not to have been counted"
    return ""


def _total(counts: Mapping[Period, float], period: Period) -> float:
    if period in counts:
        return counts[period]
    return sum(counts[Period(month, month)] for month in period.months)


def _nothing(force: str, end: int, baseline: Period, lacking: Mapping[str, str]) -> str:
    label, why = next(iter(lacking.items()))
    return (
        f"No label of the files has what a comparison of {force} needs: figures for the"
        f" {twelve_months_to(end)} and for the financial {baseline}, month by month or as totals"
        f" of a year; or for a quarter and the same quarter a year before. {label}: {why}. Give"
        " more files, or the years with --set period_end=… and --set baseline_year=…."
    )


@cache
def offence_groups() -> Mapping[str, str]:
    """Group of each offence, by its name normalised."""
    text = package_files(__package__).joinpath("offence_groups.csv").read_text(encoding="utf-8")
    return {normalised(row["Offence"]): row["Group"] for row in csv.DictReader(text.splitlines())}


def _plan_tables(
    chosen: Sequence[_Chosen], own: _OwnFigures, *, rates: bool
) -> dict[str, tuple[tuple[Scalar, ...], ...]]:
    """Rows of Priorities and Measures; gives each label the name of its measure."""
    by_group: dict[str, list[_Chosen]] = {}
    for item in chosen:
        key = normalised(item.label)
        group = offence_groups().get(key) or own.groups.get(key) or item.label
        by_group.setdefault(group, []).append(item)
    measures: list[tuple[Scalar, ...]] = []
    priorities: list[tuple[Scalar, ...]] = []
    names: set[str] = set()
    for number, (group, items) in enumerate(by_group.items(), start=1):
        code = f"P{number}"
        priorities.append(_row(schema.PRIORITIES, {"Code": code, "Title": group, "Order": number}))
        for item in items:
            item.name = _name(code, item.label, names)
            measures.append(_row(schema.MEASURES, _cells(code, group, item, rates=rates)))
    return {schema.MEASURES.name: tuple(measures), schema.PRIORITIES.name: tuple(priorities)}


def _cells(code: str, group: str, item: _Chosen, *, rates: bool) -> dict[str, Scalar]:
    kind, compared = KINDS_BY_LENGTH[item.length]
    direction = Direction.NONE if normalised(group) in BY_POLICE_WORK else Direction.DOWN
    return {
        "Measure": item.name,
        "Priority": code,
        "Line": item.label,
        "Kind": str(kind),
        "Direction": str(direction),
        "Compared": None if compared is Comparison.BASELINE else str(compared),
        "MSG measure": item.label if rates and item.length == YEAR else None,
    }


def _row(table: schema.Table, cells: Mapping[str, Scalar]) -> tuple[Scalar, ...]:
    return tuple(cells.get(title) for title in table.titles)


def _name(code: str, label: str, taken: set[str]) -> str:
    """A name for a measure that no other has: P2_domestic_burglary."""
    words = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:LONGEST_NAME].strip("_")
    stem = name = f"{code}_{words or 'measure'}"
    number = 1
    while name in taken:
        number += 1
        name = f"{stem}_{number}"
    taken.add(name)
    return name


# The imports.


def _pairs(
    chosen: Sequence[_Chosen], populations: Mapping[Path, Sequence[str]]
) -> Iterator[tuple[str, str]]:
    """Labels, each with its measure; with populations, those of the group besides."""
    for item in chosen:
        yield item.label, item.name
        if populations and item.length == YEAR:
            yield item.label, IN_PEERS + item.label
    for labels in populations.values():
        for label in labels:
            yield label, EVERY_DENOMINATOR.text
