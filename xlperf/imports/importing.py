"""The front door: files and a workbook -> what an import would do; then, if wanted, it is done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from xlperf.errors import LayoutError, UsageError
from xlperf.excel.port import normalised
from xlperf.imports.comparing import compare, existing_rows, key_of
from xlperf.imports.import_edits import import_edits
from xlperf.imports.import_plan import ImportPlan, doubts_about
from xlperf.imports.known_sources import (
    ReadingInstructions,
    publication_of,
    with_titles_of,
)
from xlperf.imports.left_out import LeftOutCollection
from xlperf.imports.our_figures import WHOLE, OtherColumns, Receiver, always, our_figures
from xlperf.imports.published_figures import column_roles, figures_in, unit_of
from xlperf.imports.published_files import (
    chosen_sheet,
    file_bytes,
    fingerprint,
    sheets_in,
    unpacked_files,
)
from xlperf.imports.sources import ImportSource, read_sources, source_for
from xlperf.imports.street_archives import (
    count_lines,
    in_use,
    is_street_file,
    street_figures,
    street_notes,
)
from xlperf.imports.table_shapes import find_table, listed
from xlperf.imports.targets import LabelMapping, OurNames, pairs_in
from xlperf.imports.understood import RoleLine, roles_of_street, roles_of_table
from xlperf.tables import schema
from xlperf.tables.row_edits import how_to_add
from xlperf.tables.workbook import read_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from xlperf.excel.port import ApplyResult, Grid, Workbook
    from xlperf.imports.our_figures import OurFigure
    from xlperf.imports.published_figures import ColumnRoles, PublishedFigure
    from xlperf.imports.published_files import PublishedSheet
    from xlperf.imports.street_archives import StreetFile
    from xlperf.imports.table_shapes import TableShape
    from xlperf.imports.targets import Target
    from xlperf.periods import Period


class ImportRequest(NamedTuple):
    """What a person asks for."""

    files: tuple[Path, ...]
    source: str = ""
    """Name of the source; empty: it is known by the names of the files."""
    told: ReadingInstructions = ReadingInstructions()
    maps: tuple[str, ...] = ()
    """``THEIR LABEL=OUR_MEASURE``, each."""
    as_at: date | None = None
    """When the figures were taken."""
    learn: bool = False
    """Whether a file none of whose labels means anything is no fault: its labels go to Sources."""


class FileReading(NamedTuple):
    """One table, or the street files, as read."""

    figures: list[PublishedFigure]
    columns: OtherColumns
    kind: str
    roles: list[RoleLine]
    told: ReadingInstructions
    in_use: Callable[[str, Period], bool] = always
    unit: str = ""
    """Words of the file by which its figures are no plain counts: ``thousands``."""


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
    told = request.told.over(source.instructions)
    pairs: list[tuple[str, Target | None]] = [
        pair for text in request.maps for pair in pairs_in(text, names)
    ]
    before = _with_pairs(source.mapping, pairs)
    notes: list[str] = []
    files: dict[str, str] = {}
    known = {*names.targets, *before.targets}
    readings = _read_files(request.files, told, known, notes, files)
    labels = dict.fromkeys(figure.label for reading in readings for figure in reading.figures)
    mapping = before.completed(labels, names)
    if not request.learn:
        _require_some(mapping, labels, request)
    _require_own_force(data.settings.own_force, mapping, readings)
    receiver = Receiver(
        data.settings.own_force, tuple(force.name for force in data.tables.forces), told.since
    )
    left = LeftOutCollection()
    figures = [
        figure
        for reading in readings
        for figure in our_figures(
            reading.figures, mapping, receiver, reading.columns, left, reading.in_use
        )
    ]
    figures = _once_between_files(figures, left)
    tables = [target.table for targets in mapping.targets.values() for target in targets]
    existing = existing_rows(grids, tables)
    comparison = compare(figures, existing, left)
    doubts = [
        *doubts_about(figures, comparison, existing, request.as_at),
        *_labels_gone(mapping, labels, readings),
        *_units(readings, figures),
    ]
    notes += _notes(source, labels, readings, receiver, files, grids)
    return ImportPlan(
        source,
        files,
        tuple(dict.fromkeys(reading.kind for reading in readings)),
        tuple(dict.fromkeys(line for reading in readings for line in reading.roles)),
        replace(told, open_sums=()),
        mapping,
        sum(len(reading.figures) for reading in readings),
        len(figures),
        comparison,
        tuple(left.items()),
        tuple(dict.fromkeys(doubts)),
        tuple(dict.fromkeys(notes)),
        tuple(
            _suggestions(
                mapping,
                [label for label in labels if normalised(label) not in before.targets],
                names,
            )
        ),
        request.as_at,
        tuple(
            label
            for label in labels
            if normalised(label) not in before.targets and mapping.targets[normalised(label)]
        ),
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
    tables = {change.figure.target.table for change in plan.comparison.added}
    tables |= {change.figure.target.table for change in plan.comparison.changed}
    grids = book.read([*tables, *(table.name for table in schema.INTAKE)])
    applied = book.apply(import_edits(plan, grids, today))
    _require_written(book, plan, tables)
    return ImportDone(applied, book.save(output, force=force))


def _require_written(book: Workbook, plan: ImportPlan, tables: Iterable[str]) -> None:
    """See that every figure stands where it belongs: a column that is missing, or that Excel fills
    with a formula, takes none.
    """
    existing = existing_rows(book.read(tables), tables)
    for change in [*plan.comparison.added, *plan.comparison.changed]:
        figure = change.figure
        rows = existing[figure.target.table]
        row = None if figure.period is None else rows.rows.get(key_of(figure, figure.period))
        if row is None or row.state(figure.target.column) != figure.value:
            raise LayoutError(
                f"The table {rows.grid.table} ({rows.grid.sheet}) does not take figures in its"
                f" column '{figure.target.column}': it is missing, or Excel fills it with a"
                " formula. Correct that; nothing was imported."
            )


def _with_pairs(mapping: LabelMapping, pairs: Sequence[tuple[str, Target | None]]) -> LabelMapping:
    """A mapping with what a person says in the place of what was remembered of the same labels."""
    said = {normalised(label) for label, _ in pairs}
    kept: list[tuple[str, Target | None]] = [
        (mapping.spelling[key], target)
        for key, targets in mapping.targets.items()
        if key not in said
        for target in targets or (None,)
    ]
    return LabelMapping.of([*kept, *pairs])


# Reading.


def _read_files(
    paths: Sequence[Path],
    told: ReadingInstructions,
    known: set[str],
    notes: list[str],
    files: dict[str, str],
) -> list[FileReading]:
    readings: list[FileReading] = []
    street: list[StreetFile] = []
    for path in paths:
        data = file_bytes(path)
        digest = fingerprint(data)
        if digest in files.values():
            raise UsageError(f"{path.name} is there twice. Give each file once.")
        files[path.name] = digest
        contents = list(_leaves(path.name, data, street, notes))
        if contents:
            sheets = [sheet for name, part in contents for sheet in sheets_in(name, part, notes)]
            reading, note = _read_table(path.name, sheets, told, known)
            readings.append(reading)
            notes += filter(None, [note])
    if street:
        notes += street_notes(street)
        figures = list(street_figures(street))
        columns = OtherColumns((), (), open=True)
        roles = roles_of_street(figures)
        kind = f"{len(street)} street files of police.uk"
        readings.append(FileReading(figures, columns, kind, roles, told, in_use))
    return readings


def _leaves(
    name: str, data: bytes, street: list[StreetFile], notes: list[str]
) -> list[tuple[str, bytes]]:
    """Files in a file that are no street files; those are counted at once, one at a time. Beside
    street files, others of the archive are of something else, and are left aside.
    """
    others: list[tuple[str, bytes]] = []
    before = len(street)
    for member, content in unpacked_files(name, data):
        if is_street_file(content):
            street.append(count_lines(member, content))
        else:
            others.append((member, content))
    if others and len(street) > before:
        notes.append(
            f"{len(others)} other files of {name} are not street files and are not read:"
            f" {', '.join(member.rpartition('/')[2] for member, _ in others[:3])}."
        )
        return []
    return others


def _read_table(
    file: str, sheets: Sequence[PublishedSheet], told: ReadingInstructions, known: set[str]
) -> tuple[FileReading, str]:
    """Read the table of a file; with what is not read of its sheet."""
    sheet = chosen_sheet(file, sheets, told.sheet)
    shape = find_table(sheet, None if told.header_row is None else told.header_row - 1)
    publication = publication_of(shape.titles)
    own = told
    if publication is not None:
        own = told.over(with_titles_of(publication.instructions, shape.titles))
    roles = column_roles(shape, own, known)
    figures = list(figures_in(shape, roles, own, known))
    if not figures:
        raise UsageError(f"{file} has no figure{_of_rows(shape, roles)}.")
    kind = f"{sheet.kind}{f', sheet {sheet.name}' if sheet.name else ''}" + (
        f"; {publication.name}" if publication else ""
    )
    lines = roles_of_table(shape, roles, figures)
    reading = FileReading(
        figures, OtherColumns.of(shape, roles), kind, lines, own, unit=unit_of(shape, roles)
    )
    return reading, shape.note


def _of_rows(shape: TableShape, roles: ColumnRoles) -> str:
    """Say which rows were looked for, and what the column holds."""
    return "".join(
        f" in a row whose column {shape.titles[column]} is '{value}'; it has:"
        f" {listed(sorted(shape.texts(column)))}"
        for column, value in roles.only.items()
    )


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


def _require_some(
    mapping: LabelMapping,
    labels: Mapping[str, None],
    request: ImportRequest,
) -> None:
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
            left.add(
                "of which two files say different things",
                f"{same[0].target.measure} ({places})",
                "Import the newer file alone.",
                len(same),
            )
            continue
        once.append(same[0])
        if len(same) > 1:
            left.add("that several files say alike", same[0].target.measure, "", len(same) - 1)
    return once


def _labels_gone(
    mapping: LabelMapping, labels: Mapping[str, None], readings: Sequence[FileReading]
) -> list[str]:
    """Labels that are mapped and have no figure in these files."""
    if any(reading.in_use is in_use for reading in readings):
        return []
    there = set(map(normalised, labels))
    gone = [
        mapping.spelling[key]
        for key, targets in mapping.targets.items()
        if targets and key not in there
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
    source: ImportSource,
    labels: Mapping[str, None],
    readings: Sequence[FileReading],
    receiver: Receiver,
    files: Mapping[str, str],
    grids: Mapping[str, Grid],
) -> list[str]:
    """What to know besides."""
    notes = []
    remembered = source.mapping.targets
    if remembered and (fresh := [label for label in labels if normalised(label) not in remembered]):
        notes.append(f"New labels since the last time: {listed(fresh)}.")
    notes += [
        f"{name} is the same file as at the last import."
        for name, digest in files.items()
        if source.read.get(name) == digest
    ]
    if any(not figure.force for reading in readings for figure in reading.figures[:1]):
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
