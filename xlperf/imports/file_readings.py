"""Files of others -> their figures, whatever their kind; and what was understood of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlperf.errors import UsageError
from xlperf.frozen import NamedTuple
from xlperf.imports.known_sources import publication_of, with_titles_of
from xlperf.imports.our_figures import OtherColumns, always
from xlperf.imports.published_figures import column_roles, figures_in, unit_of
from xlperf.imports.published_files import (
    chosen_sheet,
    file_bytes,
    fingerprint,
    sheets_in,
    unpacked_files,
)
from xlperf.imports.stated_status import status_note
from xlperf.imports.street_archives import (
    count_lines,
    in_use,
    is_street_file,
    require_whole,
    street_figures,
    street_notes,
)
from xlperf.imports.table_shapes import find_table, listed
from xlperf.imports.understood import RoleLine, roles_of_street, roles_of_table

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from xlperf.imports.known_sources import ReadingInstructions
    from xlperf.imports.published_figures import ColumnRoles, PublishedFigure
    from xlperf.imports.published_files import PublishedSheet
    from xlperf.imports.street_archives import StreetFile
    from xlperf.imports.table_shapes import TableShape
    from xlperf.periods import Period


class FileReading(NamedTuple):
    """One table, or the street files, as read."""

    figures: list[PublishedFigure]
    columns: OtherColumns
    kind: str
    roles: list[RoleLine]
    instructions: ReadingInstructions
    in_use: Callable[[str, Period], bool] = always
    unit: str = ""
    """Words of the file by which its figures are no plain counts: ``thousands``."""


@dataclass
class FileReadings:
    """What was read of all files of an import."""

    readings: list[FileReading] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    """Fingerprints of the files, by name."""
    notes: list[str] = field(default_factory=list)

    @property
    def labels(self) -> tuple[str, ...]:
        """The different labels, in the order in which they come."""
        every = (figure.label for reading in self.readings for figure in reading.figures)
        return tuple(dict.fromkeys(every))


def read_files(
    paths: Sequence[Path], instructions: ReadingInstructions, known: Collection[str]
) -> FileReadings:
    """Read files. Raises `UsageError` or `WorkbookError` with one sentence.

    Parameters
    ----------
    known
        Labels that mean something here, normalised.
    """
    files = FileReadings()
    street: list[StreetFile] = []
    for path in paths:
        data = file_bytes(path)
        digest = fingerprint(data)
        if digest in files.digests.values():
            raise UsageError(f"{path.name} is there twice. Give each file once.")
        files.digests[path.name] = digest
        contents = _leaves(path.name, data, street, files.notes)
        sheets = [sheet for name, part in contents for sheet in sheets_in(name, part, files.notes)]
        if contents:
            reading, notes = _read_table(path.name, sheets, instructions, known)
            files.readings.append(reading)
            files.notes += filter(None, notes)
    if street:
        files.notes += street_notes(street)
        files.readings.append(_read_street(street, instructions))
    return files


def _read_street(street: Sequence[StreetFile], instructions: ReadingInstructions) -> FileReading:
    figures = list(street_figures(street))
    if not figures:
        raise UsageError(f"{street[0].name} has no line to be counted. Download it again.")
    columns = OtherColumns((), (), open=True)
    kind = f"{len(street)} street files of police.uk"
    return FileReading(figures, columns, kind, roles_of_street(figures), instructions, in_use)


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
            require_whole(member, content)
            others.append((member, content))
    if others and len(street) > before:
        notes.append(
            f"{len(others)} other files of {name} are not street files and are not read:"
            f" {', '.join(member.rpartition('/')[2] for member, _ in others[:3])}."
        )
        return []
    return others


def _read_table(
    file: str,
    sheets: Sequence[PublishedSheet],
    instructions: ReadingInstructions,
    known: Collection[str],
) -> tuple[FileReading, tuple[str, ...]]:
    """Read the table of a file; with what is not read of its sheet."""
    sheet = chosen_sheet(file, sheets, instructions.sheet)
    shape = find_table(
        sheet, None if instructions.header_row is None else instructions.header_row - 1
    )
    publication = publication_of(shape.titles)
    own = instructions
    if publication is not None:
        own = instructions.over(with_titles_of(publication.instructions, shape.titles))
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
    return reading, (shape.note, status_note(shape.beside, figures))


def _of_rows(shape: TableShape, roles: ColumnRoles) -> str:
    """Say which rows were looked for, and what the column holds."""
    return "".join(
        f" in a row whose column {shape.titles[column]} is '{value}'; it has:"
        f" {listed(sorted(shape.texts(column)))}"
        for column, value in roles.only.items()
    )
