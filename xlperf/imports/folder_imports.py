"""A folder of files -> imports of the sources that know them, each source by itself.

A file is read as the sheet *Sources* remembers it. One that fits no source, or several, is left
alone. What stops a file (a doubt, a fault) stops that file only: nothing of it is written.

A file that was imported before adds what is not there yet, and changes nothing: where a figure
stands otherwise now, a later file or a person has changed it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.errors import XlperfError
from xlperf.frozen import NamedTuple
from xlperf.imports.import_sentences import stopping_doubts
from xlperf.imports.importing import ImportRequest, apply_import, plan_import, require_written
from xlperf.imports.label_targets import OurNames
from xlperf.imports.published_files import file_bytes, fingerprint
from xlperf.imports.sources import read_sources
from xlperf.tables import schema
from xlperf.tables.workbook import read_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from xlperf.excel.port import Workbook
    from xlperf.imports.import_plan import ImportPlan
    from xlperf.imports.sources import ImportSource


class FolderImport(NamedTuple):
    """What became of the files of one import."""

    files: tuple[str, ...]
    source: str
    plan: ImportPlan | None = None
    """None: the files could not be read."""
    obstacle: str = ""
    """Why nothing of them was imported, and what to do; empty: nothing was in the way."""
    known: bool = False
    """Whether this very file was imported before."""
    other_now: int = 0
    """Figures of a file imported before that stand otherwise now, and stay."""
    copy_of: str = ""
    """The file of the folder that has the same content; then it is that file that is imported."""
    changed_workbook: bool = False

    @property
    def imported(self) -> bool:
        """Whether the workbook has what these files say."""
        return not self.obstacle


class UnmatchedFile(NamedTuple):
    """A file that no source takes."""

    file: str
    fitting: tuple[str, ...]
    """Sources that it fits, if there are several."""


class FolderImports(NamedTuple):
    """What became of a folder."""

    imports: tuple[FolderImport, ...]
    """In the order of the sheet Sources."""
    unmatched: tuple[UnmatchedFile, ...]
    without_file: tuple[ImportSource, ...]
    """Sources of which the folder has no file."""
    has_sources: bool
    """Whether any source is remembered."""


def import_folder(
    book: Workbook, paths: Sequence[Path], *, today: date, anyway: bool = False
) -> FolderImports:
    """Put the files that sources know into an open workbook, without saving it.

    Parameters
    ----------
    paths
        Files, in the order in which those of one source are read.
    today
        Day of the revisions.
    anyway
        Whether doubts stop nothing.

    Raises
    ------
    UsageError
        The sheet Sources cannot be read.
    LayoutError
        A table did not take a figure: the workbook must not be saved.
    """
    names = OurNames.of(read_workbook(book).tables.measures)
    sources = read_sources(book.read([schema.SOURCES.name]).get(schema.SOURCES.name), names)
    fitting = {path: [item for item in sources.values() if item.fits(path.name)] for path in paths}
    importer = _Importer(book, today, anyway)
    imports: list[FolderImport] = []
    for source in sources.values():
        own = [path for path, found in fitting.items() if found == [source]]
        imports += importer.of_source(source, own)
    unmatched = (
        UnmatchedFile(path.name, tuple(item.name for item in found))
        for path, found in fitting.items()
        if len(found) != 1
    )
    fitted = [source for found in fitting.values() for source in found]
    left = (source for source in sources.values() if source not in fitted)
    return FolderImports(tuple(imports), tuple(unmatched), tuple(left), bool(sources))


class _Importer(NamedTuple):
    """Imports the files of one source after another."""

    book: Workbook
    today: date
    anyway: bool

    def of_source(self, source: ImportSource, paths: Sequence[Path]) -> Iterator[FolderImport]:
        """Import the files of a source: those of before first, then the new ones; each of the two
        together, so that what two files say differently is left out.
        """
        known: list[Path] = []
        new: list[Path] = []
        first: dict[str, str] = {}
        for path in paths:
            try:
                digest = fingerprint(file_bytes(path))
            except XlperfError as error:
                yield FolderImport((path.name,), source.name, obstacle=str(error))
                continue
            if first.setdefault(digest, path.name) != path.name:
                yield FolderImport((path.name,), source.name, copy_of=first[digest])
                continue
            (known if digest in source.read.values() else new).append(path)
        if known:
            yield self._imported(source, known, known=True)
        if new:
            yield from self._new_files(source, new)

    def _new_files(self, source: ImportSource, new: Sequence[Path]) -> Iterator[FolderImport]:
        """Import new files together; if they cannot be, those together that can be by
        themselves.
        """
        whole = self._imported(source, new)
        if whole.imported or len(new) == 1:
            yield whole
            return
        alone = {path: self._planned(source, [path]) for path in new}
        yield from (done for done in alone.values() if not done.imported)
        good = [path for path, done in alone.items() if done.imported]
        if good:
            yield self._imported(source, good)

    def _planned(
        self, source: ImportSource, paths: Sequence[Path], *, known: bool = False
    ) -> FolderImport:
        """Plan the import of some files; of those of before, what is added."""
        done = FolderImport(tuple(path.name for path in paths), source.name, known=known)
        try:
            request = ImportRequest(tuple(paths), source.name, today=self.today)
            plan = plan_import(self.book, request)
        except XlperfError as error:
            return done._replace(obstacle=str(error))
        if known:
            kept = plan.comparison
            done = done._replace(other_now=len(kept.changed) + len(kept.restated))
            plan = replace(plan, comparison=replace(kept, changed=[], restated=[]))
        obstacle = stopping_doubts(plan, source.name, anyway=self.anyway)
        return done._replace(plan=plan, obstacle=obstacle)

    def _imported(
        self, source: ImportSource, paths: Sequence[Path], *, known: bool = False
    ) -> FolderImport:
        """Put some files into the open workbook, if nothing is in the way."""
        done = self._planned(source, paths, known=known)
        if done.plan is None or done.obstacle:
            return done
        try:
            applied = apply_import(self.book, done.plan, self.today)
        except XlperfError as error:
            return done._replace(obstacle=str(error))
        require_written(self.book, done.plan)
        return done._replace(changed_workbook=applied.has_changes)
