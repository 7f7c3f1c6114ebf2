"""The sheet Sources: how the files of a source were read the last time.

A row a fact (`xlperf.tables.intake_tables.SourceItem`), so that a person can correct one thing. An
import adds rows and corrects its own; it takes none away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from xlperf.errors import UsageError
from xlperf.excel.port import normalised
from xlperf.imports.known_sources import ReadingInstructions
from xlperf.imports.label_targets import LabelMapping
from xlperf.periods import NAMES, first_day, month_of
from xlperf.tables import schema
from xlperf.tables.date_texts import day_in_text
from xlperf.tables.intake_tables import SourceItem
from xlperf.tables.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlperf.excel.port import Grid
    from xlperf.imports.label_targets import OurNames, Target
    from xlperf.periods import Month
    from xlperf.tables.rows import DataRow


class UnknownSourceError(UsageError):
    """No source is named, and the file's name fits none that is remembered."""


COLUMN_ITEMS = (
    SourceItem.PERIOD,
    SourceItem.YEAR,
    SourceItem.QUARTER,
    SourceItem.MONTH,
    SourceItem.FORCE,
    SourceItem.MEASURE,
    SourceItem.FIGURE,
)


@dataclass(frozen=True)
class ImportSource:
    """A source as remembered."""

    name: str
    patterns: tuple[str, ...] = ()
    """Patterns of its file names."""
    instructions: ReadingInstructions = field(default_factory=ReadingInstructions)
    mapping: LabelMapping = field(default_factory=lambda: LabelMapping({}, {}))
    read: Mapping[str, str] = field(default_factory=dict)
    """Fingerprints of the files that were read, by name."""
    origin: str = ""
    """Where its records are counted; empty: it has files."""
    query: str = ""

    def fits(self, file: str) -> bool:
        """Whether a file name has one of its patterns."""
        return any(fnmatch(file.lower(), pattern.lower()) for pattern in self.patterns)


def read_sources(grid: Grid | None, names: OurNames) -> dict[str, ImportSource]:
    """Read the sources, by name normalised. Raises `UsageError` for a row that is not
    understood.
    """
    if grid is None:
        return {}
    rows, problems = read_rows(grid, schema.SOURCES)
    if problems:
        first = problems[0]
        raise UsageError(f"{first.where}: {first.found} {first.remedy} Nothing was imported.")
    facts: dict[str, tuple[str, list[tuple[SourceItem, str, str, str]]]] = {}
    for row in rows:
        name = row.text("Source")
        own = facts.setdefault(normalised(name), (name, []))[1]
        item = SourceItem(row.text("Item"))
        own.append((item, row.text("Theirs"), row.text("Ours"), row.where))
    return {key: _source(name, own, names) for key, (name, own) in facts.items()}


def _source(
    name: str, facts: Sequence[tuple[SourceItem, str, str, str]], names: OurNames
) -> ImportSource:
    def theirs(wanted: SourceItem) -> tuple[str, ...]:
        return tuple(their for item, their, _, _ in facts if item is wanted and their)

    def ours(wanted: SourceItem) -> str:
        return next((our for item, _, our, _ in facts if item is wanted), "")

    columns = {item: theirs(item)[0] for item in COLUMN_ITEMS if theirs(item)}
    header = ours(SourceItem.HEADER_ROW)
    instructions = ReadingInstructions(
        sheet=next(iter(theirs(SourceItem.SHEET)), ""),
        header_row=_row_number(header, name),
        columns=columns,
        sums=theirs(SourceItem.SUM),
        ignored=theirs(SourceItem.IGNORED),
        only={their: our for item, their, our, _ in facts if item is SourceItem.ONLY},
        span=ours(SourceItem.SPAN),
        since=since_month(ours(SourceItem.SINCE)),
    )
    pairs: list[tuple[str, Target | None]] = []
    for item, their, our, where in facts:
        if item is SourceItem.LABEL:
            try:
                pairs.append((their, names.target(our) if our else None))
            except UsageError as error:
                raise UsageError(f"{where}: {error} Correct it, or clear it.") from None
    read = {their: our for item, their, our, _ in facts if item is SourceItem.READ}
    origin, query = (next(iter(theirs(item)), "") for item in (SourceItem.FROM, SourceItem.QUERY))
    patterns, mapping = theirs(SourceItem.FILE), LabelMapping.of(pairs)
    return ImportSource(name, patterns, instructions, mapping, read, origin, query)


def _row_number(text: str, source: str) -> int | None:
    if not text:
        return None
    if not text.isdigit() or int(text) < 1:
        raise UsageError(f"Sources: the header row of {source} is '{text}', no row number.")
    return int(text)


def since_month(text: str) -> Month | None:
    """Read the month that figures are taken from; raises `UsageError` where it is none."""
    if not text:
        return None
    day, _ = day_in_text(text, month_only=True)
    if day is None:
        raise UsageError(f"'{text}' is no month. Give it as 2012-04.")
    return month_of(day)


MONTH_WORDS = "|".join(f"{name}|{name[:3]}" for name in NAMES)
CHANGING = re.compile(rf"[0-9]+|(?<![A-Za-z])(?:{MONTH_WORDS}|sept)(?![A-Za-z])", re.IGNORECASE)
"""Parts of a file name that differ from one issue to the next."""


def pattern_of(file: str) -> str:
    """Pattern of a file's name: digits and months change from one issue to the next."""
    pattern = CHANGING.sub("*", file)
    return re.sub(r"[\[\]]", "?", re.sub(r"\*+", "*", pattern))


def source_name_of(file: str) -> str:
    """A name for the source of a file: its name without digits and endings."""
    words = re.sub(r"[0-9_.-]+", " ", file.split(".", maxsplit=1)[0]).split()
    return " ".join(words).capitalize()


def source_for(
    files: Sequence[str], wanted: str, sources: Mapping[str, ImportSource]
) -> ImportSource:
    """The source that is named; else the one whose pattern all files have.

    Raises `UsageError` where that is none, or several.
    """
    if wanted:
        return sources.get(normalised(wanted), ImportSource(wanted.strip()))
    fitting = [item for item in sources.values() if all(map(item.fits, files))]
    if len(fitting) == 1:
        return fitting[0]
    known = ", ".join(item.name for item in fitting or sources.values())
    if fitting:
        raise UsageError(f"{files[0]} fits several sources: {known}. Name one with --as.")
    raise UnknownSourceError(
        f"No source of the sheet Sources has a file such as {files[0]}. Name it: --as NAME."
        + (f" Known: {known}." if known else " The name is yours to choose.")
    )


def rows_of(
    source: ImportSource,
    files: Mapping[str, str],
    instructions: ReadingInstructions,
    mapping: LabelMapping,
) -> list[tuple[str, str, str, str]]:
    """Rows of Sources that say how this import was read.

    Parameters
    ----------
    files
        Fingerprints of the files, by name.
    """
    name = source.name
    patterns = dict.fromkeys(
        [*source.patterns, *(pattern_of(file) for file in files if not source.fits(file))]
    )
    facts: list[tuple[SourceItem, str, str]] = [(SourceItem.FILE, item, "") for item in patterns]
    if instructions.sheet:
        facts.append((SourceItem.SHEET, instructions.sheet, ""))
    if instructions.header_row is not None:
        facts.append((SourceItem.HEADER_ROW, "", str(instructions.header_row)))
    facts += [(item, title, "") for item, title in instructions.columns.items()]
    facts += [(SourceItem.SUM, title, "") for title in instructions.sums]
    facts += [(SourceItem.IGNORED, title, "") for title in instructions.ignored]
    facts += [(SourceItem.ONLY, title, value) for title, value in instructions.only.items()]
    if instructions.span:
        facts.append((SourceItem.SPAN, "", instructions.span))
    if instructions.since is not None:
        facts.append((SourceItem.SINCE, "", f"{first_day(instructions.since):%Y-%m}"))
    for key, targets in mapping.targets.items():
        label = mapping.spelling[key]
        facts += [(SourceItem.LABEL, label, target.text) for target in targets]
        if not targets:
            facts.append((SourceItem.LABEL, label, ""))
    counted = ((SourceItem.FROM, source.origin), (SourceItem.QUERY, source.query))
    facts += [(item, text, "") for item, text in counted if text]
    facts += [(SourceItem.READ, file, digest) for file, digest in files.items()]
    return [(name, str(item), theirs, ours) for item, theirs, ours in facts]


Fact = tuple[str, str, str, str]
"""A row of Sources: source, item, theirs, ours."""


def merged_rows(
    grid: Grid, facts: Iterable[Fact]
) -> tuple[dict[int, dict[str, str | None]], list[dict[str, str | None]]]:
    """Rows of Sources that change, by their place, and those to add.

    A row that says something else of the same thing is changed; one too many is emptied of what it
    says, so that no two rows disagree.
    """
    rows, _ = read_rows(grid, schema.SOURCES)
    have = {row.index: _fact(row) for row in rows}
    changed: dict[int, dict[str, str | None]] = {}
    added: list[dict[str, str | None]] = []
    wanted: dict[Fact, list[Fact]] = {}
    for fact in facts:
        wanted.setdefault(_about(fact), []).append(fact)
    for about, same in wanted.items():
        folded = {_folded(fact) for fact in same}
        there = {index: fact for index, fact in have.items() if _about(fact) == about}
        unchanged = {_folded(fact) for fact in there.values()}
        free = [index for index, fact in there.items() if _folded(fact) not in folded]
        for fact in same:
            if _folded(fact) not in unchanged:
                cells = _cells(fact)
                if free:
                    changed[free.pop(0)] = cells
                else:
                    added.append(cells)
        for index in free:
            source, item, theirs, _ = there[index]
            cleared = theirs if item == SourceItem.LABEL else ""
            changed[index] = _cells((source, item, cleared, ""))
    return {index: cells for index, cells in changed.items() if cells != _cells(have[index])}, added


def _fact(row: DataRow) -> Fact:
    source, item, theirs, ours = (row.text(title) for title in schema.SOURCES.titles)
    return source, item, theirs, ours


def _cells(fact: Fact) -> dict[str, str | None]:
    return {title: text or None for title, text in zip(schema.SOURCES.titles, fact, strict=True)}


def _folded(fact: Fact) -> Fact:
    source, item, theirs, ours = map(normalised, fact)
    return source, item, theirs, ours


def _about(fact: Fact) -> Fact:
    """What a fact is about: a label, a file that was read, a column with one value; a pattern is
    only about itself; of all else a source has one.
    """
    source, item, theirs, _ = _folded(fact)
    apart = item in (SourceItem.LABEL, SourceItem.READ, SourceItem.ONLY, SourceItem.FILE)
    return source, item, theirs if apart else "", ""
