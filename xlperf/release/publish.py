"""The command `publish`: all that goes to the panel, made in memory, checked as it will be sent,
put in place whole.

The order is the safety: small numbers are taken out first; every document is made from what is left
and from nothing else; the leak check reads the very bytes that are written; and a folder appears
only when all of it is there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from xlperf import leaks, outcome
from xlperf.config import SETTINGS
from xlperf.disclosure.suppression import disclosable
from xlperf.documents.expected import expected, without_figures
from xlperf.documents.marking import marked, require_official
from xlperf.documents.pack_contents import contents
from xlperf.documents.panel_report import report
from xlperf.documents.panel_workbook import panel_workbook
from xlperf.documents.pdf import PdfKind, pdf
from xlperf.errors import PackError, UsageError, WrittenState
from xlperf.excel.making import making
from xlperf.excel.paths import require_path
from xlperf.excel.port import normalised
from xlperf.excel.saving import flush_folder, patiently, write_flushed, writing
from xlperf.periods import day_name
from xlperf.pipeline import assess_workbook, silent
from xlperf.release import manifest, qa, recipients
from xlperf.tables import schema
from xlperf.tables.lines import line_of_status
from xlperf.tables.problems import Code
from xlperf.tables.rows import Unreadable
from xlperf.tiles import written
from xlperf.tiles.counting import checks_text, counted
from xlperf.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from xlperf.config import Settings
    from xlperf.disclosure.suppression import Withheld
    from xlperf.documents.pack_values import PackContents
    from xlperf.documents.pdf import Printer
    from xlperf.excel.port import Workbook
    from xlperf.leaks import Leak
    from xlperf.periods import Month
    from xlperf.tables.data import Measure
    from xlperf.tiles.assessed import Assessed

SHOWN_FIRST = 5
"""Lines or leaks named in a sentence; the others are counted."""
WARNED = (Code.COMMENT_PERIOD, Code.TEXT_DISAGREES, Code.OVERRIDE, Code.OVERDUE)
"""Checks that are told again when a pack is made of them."""
COMPARED = ("Colour", "Reason code", "Explanation")
"""Columns of Workings that must say what the pack will say."""


@dataclass(frozen=True, slots=True)
class Published:
    """A pack that is in place."""

    folder: Path
    files: tuple[str, ...]
    """Names of the files that go to the panel."""
    kept: tuple[str, ...]
    """Names of those that stay in the office."""
    not_made: tuple[str, ...]
    """A sentence for each document that could not be made."""
    withheld: tuple[Withheld, ...]
    warnings: tuple[str, ...]
    """Sentences on what to see to before the pack is signed; the QA log has them too."""
    replaced: Path | None
    """Where an earlier pack of this folder is now."""
    checks: Mapping[str, int]
    """How many checks the figures have, by kind."""
    checks_text: str
    """The same in words."""


def publish(
    book: Workbook,
    folder: Path,
    *,
    workbook: str,
    now: datetime,
    period: Month | None = None,
    again: bool = False,
    template: Path | None = None,
    printers: Sequence[Printer] | None = None,
    progress: Callable[[str], None] = silent,
) -> Published:
    """Make the pack of a workbook.

    Parameters
    ----------
    folder
        Where the pack goes: a folder that does not exist yet, or is empty. With `again` an earlier
        pack there is kept beside it under another name.
    workbook
        Name of the workbook's file, for the log.
    now
        Its day is printed as the day of preparation.
    template
        The office's own template of the report.
    printers
        Programs that make PDFs; None: those of this computer.

    Raises
    ------
    PackError
        The marking is not OFFICIAL, or something would leak: nothing was written.
    UsageError
        The folder cannot take a pack, or Workings says otherwise than the data does now.
    WorkbookError, SettingsError
        As `assess_workbook`.
    """
    _require_place(folder, again=again)
    assessed = assess_workbook(book, period=period, today=now.date(), progress=progress)
    _require_safeguards(assessed.settings)
    require_official(assessed.settings.marking)
    addresses = _addresses(assessed.settings)
    _require_refreshed(assessed)
    _require_thresholds(assessed.tables.measures)
    _require_history(assessed)
    progress("Taking out small numbers")
    shown = disclosable(assessed.tables, assessed.lines, assessed.settings)
    of = frozenset(item.measure for item in shown.withheld)
    public = replace(assessed, tables=shown.tables, lines=shown.lines)
    made = contents(public, prepared=now.date(), withheld=of)
    documents, blanks, not_made = _documents(made, template, printers, progress)
    progress("Looking for leaks")
    meant = expected(made, blanks, addresses)
    found = {name: leaks.check(data, name, expected=meant) for name, data in documents.items()}
    _require_clean(found)
    hashes = {name: manifest.digest(data) for name, data in documents.items()}
    warnings = _warnings(assessed, addresses)
    kept = _office_files(assessed, hashes, shown.withheld, found, workbook, now, not_made, warnings)
    progress("Writing the pack")
    pack = manifest.Manifest(
        period=assessed.settings.period_end,
        office=assessed.settings.office,
        data_note=assessed.settings.data_note,
        marking=assessed.settings.marking,
        recipients=addresses,
        files=hashes | {name: manifest.digest(data) for name, data in kept.items()},
        attach=tuple(documents),
        leakcheck=manifest.PASSED,
        fingerprint=assessed.fingerprint,
        version=VERSION,
    )
    replaced = _put(
        folder, documents | kept | {manifest.NAME: manifest.written(pack)}, now, again=again
    )
    return Published(
        folder,
        tuple(documents),
        (*kept, manifest.NAME),
        not_made,
        shown.withheld,
        warnings,
        replaced,
        counted(assessed.problems),
        checks_text(assessed.problems),
    )


def _documents(
    made: PackContents,
    template: Path | None,
    printers: Sequence[Printer] | None,
    progress: Callable[[str], None],
) -> tuple[dict[str, bytes], tuple[bytes, ...], tuple[str, ...]]:
    """Documents by name, those of them without figures, and a sentence for each PDF that could not
    be made.
    """
    stem, bare = f"{made.period_end:%Y-%m}", without_figures(made)
    progress("Making the workbook")
    workbook, blank_workbook = panel_workbook(made), panel_workbook(bare)
    progress("Making the report")
    document, blank_document = report(made, template), report(bare, template)
    documents = {
        marked(f"Dashboard {stem}.xlsx"): workbook,
        marked(f"Report {stem}.docx"): document,
    }
    not_made = []
    for kind, source, name in (
        (PdfKind.DASHBOARD, workbook, marked(f"Dashboard {stem}.pdf")),
        (PdfKind.REPORT, document, marked(f"Report {stem}.pdf")),
    ):
        progress(f"Printing the {kind} as PDF")
        try:
            documents[name] = pdf(source, kind, made, printers=printers)
        except PackError as error:
            not_made.append(str(error))
    return documents, (blank_workbook, blank_document), tuple(not_made)


def _addresses(settings: Settings) -> tuple[str, ...]:
    """Read the addresses that the pack may go to."""
    try:
        return recipients.allowed(settings.recipients)
    except PackError as error:
        raise PackError(
            f"{_place_of(settings)} (recipients): {error} Nothing was published."
        ) from None


def _place_of(settings: Settings) -> str:
    sheet, cell = settings.places.get("recipients", (schema.SETTINGS.sheet, ""))
    return f"{sheet}!{cell}" if cell else sheet


def _warnings(assessed: Assessed, addresses: Sequence[str]) -> tuple[str, ...]:
    """Say what to see to before anybody signs: a pack that cannot be mailed, and checks of what
    people wrote or owe.
    """
    found = [
        f"{problem.where}: {problem.found}"
        for problem in assessed.problems
        if problem.code in WARNED
    ]
    if not addresses:
        found.insert(
            0,
            f"{_place_of(assessed.settings)}: the setting 'recipients' is blank, so the pack can be"
            " mailed to nobody. Put the addresses of the panel there, refresh and publish anew, or"
            " hand it over otherwise.",
        )
    return tuple(found)


def _require_refreshed(assessed: Assessed) -> None:
    """Refuse a workbook that shows other than what would be published. One that was never refreshed
    shows nothing.
    """
    grid = assessed.grids.get(schema.WORKINGS.name)
    if grid is None and any(
        state.value for name, state in assessed.cells.items() if line_of_status(name)
    ):
        raise UsageError(
            f"There is no table named {schema.WORKINGS.name}, so it is not known what the last"
            " refresh has shown. Restore the sheet Workings, or name its table again (Table"
            " Design, Table Name), refresh it, then publish."
        )
    rows = written.records(grid, schema.WORKINGS)
    shown = {str(row["Line"]): row for row in rows if row.get("Line")}
    if not shown:
        return
    now = {line.line: written.working(line, assessed.settings) for line in assessed.lines}
    differing = [
        line
        for line in dict.fromkeys([*now, *shown])
        if line not in now
        or line not in shown
        or any(now[line][at] != shown[line].get(at) for at in COMPARED)
    ]
    if differing:
        raise UsageError(
            f"Workings says otherwise than the data does now, for {_some(differing)}: something was"
            " changed since the last refresh. Refresh the workbook, look at it, then publish."
        )


def _require_safeguards(settings: Settings) -> None:
    """Refuse a workbook without the row of a setting that keeps something in the building."""
    absent = [
        setting.key
        for setting in SETTINGS
        if setting.safeguard and setting.key not in settings.places
    ]
    if absent:
        raise PackError(
            f"Nothing was published: the table {schema.SETTINGS.name} has no row for"
            f" {' and '.join(absent)}, so it is not known what must not leave the office. Add a row"
            " with that key and your value, refresh, then publish."
        )


def _require_thresholds(measures: Sequence[Measure]) -> None:
    """Refuse a workbook of which no threshold can be read: its column is missing, or was given
    another title.
    """
    unknown = [
        state
        for measure in measures
        if isinstance(state := measure.row.state(schema.THRESHOLD), Unreadable)
    ]
    if unknown and len(unknown) == len(measures):
        raise PackError(
            f"Nothing was published: {unknown[0]}, so it is not known which counts must not leave"
            f" the office. Give the column the title '{schema.THRESHOLD}' again, or mend its cells,"
            " refresh, then publish."
        )


def _require_history(assessed: Assessed) -> None:
    """Refuse a workbook with thresholds of which it is not known what earlier issues have shown."""
    grid, wanted = assessed.grids.get(schema.HISTORY.name), ("Period end", "Line")
    titles = () if grid is None else tuple(map(normalised, grid.header))
    if all(normalised(title) in titles for title in wanted):
        return
    if any(measure.suppress_below for measure in assessed.tables.measures):
        lost = (
            f"no table named {schema.HISTORY.name} with the columns '{wanted[0]}' and '{wanted[1]}'"
        )
        raise PackError(
            f"Nothing was published: there is {lost}, so it is not known what earlier issues have"
            " shown, and what could be worked out with them. Restore the sheet History, or give"
            " table and columns their names again."
        )


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN_FIRST} more" if len(names) > SHOWN_FIRST else ""
    return ", ".join(names[:SHOWN_FIRST]) + more


def _require_clean(found: Mapping[str, Sequence[Leak]]) -> None:
    blocking = [
        f"{name}, {leak.where}: {leak.title}"
        for name, some in found.items()
        for leak in some
        if leak.blocks
    ]
    if blocking:
        raise PackError(
            "Nothing was published: the leak check found what must not leave."
            f" {'; '.join(blocking[:SHOWN_FIRST])}"
            + (f"; and {len(blocking) - SHOWN_FIRST} more" if len(blocking) > SHOWN_FIRST else "")
            + ". What people typed (comments, remarks, names) is the first place to look."
        )


def _office_files(
    assessed: Assessed,
    hashes: Mapping[str, str],
    withheld: Sequence[Withheld],
    found: Mapping[str, Sequence[Leak]],
    workbook: str,
    now: datetime,
    not_made: Sequence[str],
    warnings: Sequence[str],
) -> dict[str, bytes]:
    """The QA log, which stays in the office."""
    sentences = list(map(str, withheld))
    facts = qa.PackFacts(
        when=now,
        workbook=workbook,
        period=assessed.settings.period_end,
        marking=assessed.settings.marking,
        fingerprint=assessed.fingerprint,
        warnings=warnings,
        checks=assessed.problems,
        suppression=[
            *(sentences or ["No figure is below the threshold of its measure."]),
            *not_made,
        ],
        leaks={
            name: [f"{leak.where}: {leak.title}" for leak in some] for name, some in found.items()
        },
        files=hashes,
        attached=tuple(hashes),
        versions=qa.versions(),
    )
    return qa.log(facts)


# -- the folder
# --------------------------------------------------------------------------------------------------


def _require_place(folder: Path, *, again: bool) -> None:
    require_path(folder)
    try:
        parent, exists, is_folder = folder.parent.is_dir(), folder.exists(), folder.is_dir()
        holds = is_folder and any(folder.iterdir())
        holds_pack = (folder / manifest.NAME).is_file()
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be used: {error.strerror or error}. Give another folder."
        ) from None
    if not parent:
        raise UsageError(f"There is no folder {folder.parent}. Make it first, or give another.")
    if exists and not is_folder:
        raise UsageError(f"{folder} is a file. Give a folder for the pack.")
    if holds and not (again and holds_pack):
        what = "holds a pack" if holds_pack else "is not empty"
        remedy = ", or --again to keep that one beside it" if holds_pack else ""
        raise UsageError(
            f"{folder} {what} already and was left as it is. Give a new folder{remedy}."
        )


@outcome.joining()
def _put(folder: Path, files: Mapping[str, bytes], now: datetime, *, again: bool) -> Path | None:
    """Write all files into a new folder beside, then give it the wanted name; gives where an
    earlier pack is now.
    """
    record = outcome.current()
    new = files[manifest.NAME]
    pack = record.announce(
        outcome.PACK, str(folder), partial(_state, folder, new, _pack_file(folder))
    )
    try:
        with writing(folder.resolve(), "publishing"), making(folder.resolve()) as made:
            for name, data in files.items():
                write_flushed(made / name, data)
            flush_folder(made)
            _require_place(folder, again=again)
            aside = _exchanged(made, folder, now, pack)
            flush_folder(folder.parent)
    except OSError as error:
        raise PackError(
            f"The pack could not be written to {folder} ({error.strerror or error})."
            f" {record.sentence}",
            record.state,
        ) from error
    return aside


def _pack_file(folder: Path) -> bytes | None:
    """Give pack.json of a folder; None: there is none."""
    try:
        return (folder / manifest.NAME).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _state(folder: Path, new: bytes, old: bytes | None) -> WrittenState:
    """See which pack is in a folder."""
    found = _pack_file(folder)
    return (
        WrittenState.OLD
        if found == old
        else WrittenState.NEW
        if found == new
        else WrittenState.NOT_KNOWN
    )


def _exchanged(made: Path, folder: Path, now: datetime, pack: outcome.Write) -> Path | None:
    """Give the new folder the wanted name; an earlier pack of that name gets another, and its own
    back on failure.
    """
    if folder.exists() and not any(folder.iterdir()):
        folder.rmdir()
    if not folder.exists():
        with pack.happening():
            patiently(lambda: made.rename(folder))
        return None
    aside = manifest.aside(folder, f"{day_name(now.date())} {now:%H%M%S}")
    moved = outcome.current().announce(
        outcome.MOVED,
        str(aside),
        partial(_state, aside, _pack_file(folder) or b"", None),
        minor=True,
    )
    try:
        with moved.happening():
            patiently(lambda: folder.rename(aside))
        with pack.happening():
            patiently(lambda: made.rename(folder))
    except BaseException:
        moved.settle(None)
        if aside.exists() and not folder.exists():
            patiently(lambda: aside.rename(folder))
        raise
    return aside
