"""The front door: files and a workbook -> what an import would do; then, if wanted, it is done."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.errors import LayoutError, UsageError
from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.imports.comparing import STATUS, compare, existing_rows, key_of
from xlperf.imports.file_readings import read_files
from xlperf.imports.import_edits import import_edits
from xlperf.imports.import_plan import (
    ImportPlan,
    doubts_about,
    earlier_ends,
    not_over,
    status_notes,
)
from xlperf.imports.known_sources import ReadingInstructions
from xlperf.imports.label_targets import EVERY_DENOMINATOR, LabelMapping, OurNames, pairs_in
from xlperf.imports.left_out import LeftOutCollection
from xlperf.imports.our_figures import WHOLE, Receiver, our_figures
from xlperf.imports.sources import ImportSource, read_sources, source_for
from xlperf.imports.stated_status import stated_together
from xlperf.imports.street_archives import in_use
from xlperf.imports.table_shapes import listed
from xlperf.tables import schema
from xlperf.tables.row_edits import how_to_add
from xlperf.tables.workbook import read_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from xlperf.excel.port import ApplyResult, Grid, Workbook
    from xlperf.imports.file_readings import FileReading, FileReadings
    from xlperf.imports.label_targets import Target
    from xlperf.imports.our_figures import OurFigure
    from xlperf.periods import Period


MOST_BLANK_LABELS, LONGEST_LABEL = 500, 250
"""Labels without a measure, and characters of one, that the sheet Sources lists."""


class ImportRequest(NamedTuple):
    """What a person asks for."""

    files: tuple[Path, ...]
    source: str = ""
    """Name of the source; empty: it is known by the names of the files."""
    instructions: ReadingInstructions = ReadingInstructions()
    maps: tuple[str, ...] = ()
    """``THEIR LABEL=OUR_MEASURE``, each."""
    as_at: date | None = None
    """When the figures were taken."""
    learn: bool = False
    """Whether a file none of whose labels means anything is no fault: its labels go to Sources."""
    today: date | None = None
    """Day of the import: a later period is doubted. None: it is not looked at."""
    pairs: tuple[tuple[str, str], ...] = ()
    """The same as `maps`, each label whole and its measure."""


class ImportDone(NamedTuple):
    """What an import did."""

    applied: ApplyResult
    backup: Path | None


def plan_import(book: Workbook, request: ImportRequest) -> ImportPlan:
    """Work out what an import would do; nothing is written.

    Raises
    ------
    UsageError
        Something has to be said first: the source, a column, what labels mean.
    WorkbookError
        A file cannot be read, or the workbook is no dashboard.
    """
    data = read_workbook(book)
    names = OurNames.of(data.tables.measures)
    grids = {**data.grids, **book.read(table.name for table in schema.INTAKE)}
    sources = read_sources(grids.get(schema.SOURCES.name), names)
    source = source_for([path.name for path in request.files], request.source, sources)
    instructions = request.instructions.over(source.instructions)
    pairs: list[tuple[str, Target | None]] = [
        pair for text in request.maps for pair in pairs_in(text, names)
    ]
    pairs += [(label, names.target(measure)) for label, measure in request.pairs]
    before = _with_pairs(source.mapping, pairs)
    files = read_files(request.files, instructions, {*names.targets, *before.targets})
    mapping = before.completed(files.labels, names)
    if not request.learn:
        _require_some(mapping, files.labels, request)
    _require_own_force(data.settings.own_force, mapping, files.readings)
    forces = tuple(force.name for force in data.tables.forces)
    receiver = Receiver(data.settings.own_force, forces, instructions.since)
    left = LeftOutCollection()
    figures: list[OurFigure] = []
    for item in files.readings:
        figures += our_figures(item.figures, mapping, receiver, item.columns, left, item.in_use)
    figures = _once_between_files(figures, left)
    tables = [target.table for targets in mapping.targets.values() for target in targets]
    existing = existing_rows(grids, tables)
    comparison = compare(figures, existing, left)
    doubts = [
        *doubts_about(figures, comparison, existing, request.as_at),
        *_labels_gone(mapping, files),
        *_units(files.readings, figures),
        *not_over(figures, request.as_at or request.today),
    ]
    notes = [
        *files.notes,
        *_notes(source, files, receiver, grids),
        *(f"In the file {item}." for item in earlier_ends(figures, existing)),
        *status_notes(comparison),
    ]
    fresh = [label for label in files.labels if normalised(label) not in before.targets]
    return ImportPlan(
        source,
        files.digests,
        tuple(dict.fromkeys(reading.kind for reading in files.readings)),
        tuple(dict.fromkeys(line for reading in files.readings for line in reading.roles)),
        replace(instructions, open_sums=()),
        _remembered(mapping),
        _uses(files, mapping),
        len(figures),
        comparison,
        tuple(left.items()),
        tuple(dict.fromkeys(doubts)),
        tuple(dict.fromkeys(notes)),
        tuple(_suggestions(mapping, fresh, names)),
        request.as_at,
        tuple(label for label in fresh if mapping.targets[normalised(label)]),
    )


def carry_out(
    book: Workbook,
    plan: ImportPlan,
    *,
    today: date,
    output: Path | None = None,
    force: bool = False,
) -> ImportDone:
    """Write a planned import into the workbook, and save it.

    Raises `LayoutError` where a cell cannot be written; then nothing is.
    """
    applied = apply_import(book, plan, today)
    require_written(book, plan)
    return ImportDone(applied, book.save(output, force=force))


def apply_import(book: Workbook, plan: ImportPlan, today: date) -> ApplyResult:
    """Put a planned import into an open workbook, without saving it.

    Raises `LayoutError` where a cell cannot be written, or what is replaced cannot be kept; then
    nothing is changed. Look with `require_written` afterwards.
    """
    names = (*plan.comparison.tables, *(table.name for table in schema.INTAKE))
    return book.apply(import_edits(plan, book.read(names), today))


def require_written(book: Workbook, plan: ImportPlan) -> None:
    """See that every figure and status stands where it belongs: a column that is missing, or that
    Excel fills with a formula, takes none. Raises `LayoutError`: then the workbook must not be
    saved.
    """
    comparison = plan.comparison
    existing = existing_rows(book.read(comparison.tables), comparison.tables)
    written: list[tuple[OurFigure, str, object]] = [
        (change.figure, change.figure.target.column, change.figure.value)
        for change in (*comparison.added, *comparison.changed)
    ]
    written += [
        (change.figure, STATUS, change.figure.stated.value)
        for change in (*comparison.restated, *comparison.marked)
    ]
    for figure, title, value in written:
        rows = existing[figure.target.table]
        row = None if figure.period is None else rows.rows.get(key_of(figure, figure.period))
        if row is None or row.state(title) != value:
            raise LayoutError(
                f"The table {rows.grid.table} ({rows.grid.sheet}) does not take what is"
                f" imported into its column '{title}': it is missing, or Excel fills it with a"
                " formula. Correct that; nothing was imported."
            )


def _with_pairs(mapping: LabelMapping, pairs: Sequence[tuple[str, Target | None]]) -> LabelMapping:
    """A mapping with what a person says in the place of what was remembered of the same labels."""
    labels = {normalised(label) for label, _ in pairs}
    others: list[tuple[str, Target | None]] = [
        (mapping.spelling[key], target)
        for key, targets in mapping.targets.items()
        if key not in labels
        for target in targets or (None,)
    ]
    return LabelMapping.of([*others, *pairs])


# What has to be said.


def _suggestions(
    mapping: LabelMapping, labels: Iterable[str], names: OurNames
) -> Iterator[tuple[str, str]]:
    """Labels that nothing was said of, with a name that they may mean and no label has."""
    taken = set(mapping.parts())
    for label in labels:
        near = "" if mapping.targets[normalised(label)] else names.near(label)
        if near and names.target(near) not in taken:
            yield label, near


def _require_some(mapping: LabelMapping, labels: Sequence[str], request: ImportRequest) -> None:
    """Refuse a file none of whose labels means anything here, with what could be said."""
    if any(mapping.targets.get(normalised(label)) for label in labels):
        return
    raise UsageError(
        f"{request.files[0].name}: none of its labels is a name of a measure or an MSG measure of"
        f" this workbook. Say what they mean with --map LABEL=MEASURE. It has:"
        f" {listed(labels) or 'none'}."
    )


def _require_own_force(
    own_force: str, mapping: LabelMapping, readings: Sequence[FileReading]
) -> None:
    """Refuse figures of several forces for the own one, where that is not said."""
    own = any(not target.in_peers for targets in mapping.targets.values() for target in targets)
    named = any(figure.force for reading in readings for figure in reading.figures)
    if own and named and not own_force.strip():
        raise UsageError(
            "The file has figures of several forces, and the setting own_force does not say which"
            " is yours. Fill it in on Settings; nothing was imported."
        )


def _once_between_files(figures: Sequence[OurFigure], left: LeftOutCollection) -> list[OurFigure]:
    """One figure for a thing: what several files say alike counts once; what they say differently,
    not at all.
    """
    grouped: dict[tuple[Target, str, Period | None], list[OurFigure]] = {}
    for figure in figures:
        grouped.setdefault((figure.target, figure.force, figure.period), []).append(figure)
    once = []
    for same in grouped.values():
        if len({figure.value for figure in same}) > 1:
            places = " and ".join(f"{figure.file} {figure.place}" for figure in same[:2])
            reason, advice = (
                "of which two files say different things",
                "Import the newer file alone.",
            )
            left.add(reason, f"{same[0].target.measure} ({places})", advice, len(same))
            continue
        stated = stated_together(figure.stated for figure in same)
        once.append(same[0]._replace(stated=stated))
        if len(same) > 1:
            left.add("that several files say alike", same[0].target.measure, "", len(same) - 1)
    return once


def _remembered(mapping: LabelMapping) -> LabelMapping:
    """The mapping that Sources keeps: labels without a measure only where they can be read
    through.
    """
    blank = [key for key, targets in mapping.targets.items() if not targets]
    readable = [key for key in blank if len(mapping.spelling[key]) <= LONGEST_LABEL]
    dropped = set(blank).difference(readable if len(blank) <= MOST_BLANK_LABELS else ())
    targets = {key: value for key, value in mapping.targets.items() if key not in dropped}
    return replace(mapping, targets=targets)


def _uses(files: FileReadings, mapping: LabelMapping) -> int:
    """Number of figures; one that is for two measures counts twice, as where it is left out."""
    numbers = Counter(figure.label for reading in files.readings for figure in reading.figures)
    return sum(
        number * max(1, len(mapping.targets.get(normalised(label), ())))
        for label, number in numbers.items()
    )


def _labels_gone(mapping: LabelMapping, files: FileReadings) -> list[str]:
    """Labels that are mapped and have no figure in these files; populations are carried on."""
    if any(reading.in_use is in_use for reading in files.readings):
        return []
    there = set(map(normalised, files.labels))
    gone = [
        mapping.spelling[key]
        for key, targets in mapping.targets.items()
        if set(targets) - {EVERY_DENOMINATOR} and key not in there
    ]
    return [
        f"There is no figure of '{label}' in the file, which is mapped to"
        f" {mapping.targets[normalised(label)][0].text}. Has it another name now?"
        for label in gone
    ]


def _units(readings: Sequence[FileReading], figures: Sequence[OurFigure]) -> list[str]:
    """Figures that would be taken for counts, and of which the file says something else."""
    if not any(figure.target.column in WHOLE for figure in figures):
        return []
    return [
        f"The file says '{unit}' above its figures. Are they numbers one by one?"
        for unit in dict.fromkeys(reading.unit for reading in readings)
        if unit
    ]


def _notes(
    source: ImportSource, files: FileReadings, receiver: Receiver, grids: Mapping[str, Grid]
) -> list[str]:
    """What to know besides."""
    notes = []
    remembered = source.mapping.targets
    fresh = [label for label in files.labels if normalised(label) not in remembered]
    if remembered and fresh:
        notes.append(f"New labels since the last time: {listed(fresh)}.")
    notes += [
        f"{name} is the same file as at the last import."
        for name, digest in files.digests.items()
        if source.read.get(name) == digest
    ]
    if any(not figure.force for reading in files.readings for figure in reading.figures[:1]):
        notes.append(
            f"The file has no column of forces: its figures are taken as those of"
            f" {receiver.own_force}."
        )
    if schema.SOURCES.name not in grids:
        notes.append(
            f"How this file is read is not remembered, for there is no table"
            f" {schema.SOURCES.name}. {how_to_add(schema.SOURCES)}"
        )
    return notes
