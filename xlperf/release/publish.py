"""The command `publish`: all that goes to the panel, made in memory, checked as it will be sent,
put in place whole.

The order is the safety: small numbers are taken out first; every document is made from what is left
and from nothing else; the leak check reads the very bytes that are written; and a folder appears
only when all of it is there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlperf import leaks
from xlperf.disclosure.suppression import disclosable
from xlperf.documents.dashboard_pdf import dashboard_pdf
from xlperf.documents.glyphs import missing_characters
from xlperf.documents.marking import marked, require_official
from xlperf.documents.pack_contents import contents
from xlperf.documents.pack_figures import FIGURES, figures_csv
from xlperf.documents.panel_report import panel_report, panel_summary
from xlperf.documents.panel_workbook import panel_workbook
from xlperf.documents.plain_text import NO_TEXT
from xlperf.documents.report_pdf import report_pdf
from xlperf.documents.word_writer import word_report
from xlperf.errors import PackError
from xlperf.excel.saving import writing
from xlperf.message_texts import first_few
from xlperf.periods import first_day, month_of
from xlperf.pipeline import assess_workbook, silent
from xlperf.release import manifest, qa, recipients
from xlperf.release.expected_content import expected_content, form, printed, without_figures
from xlperf.release.ledger import ledger_path, new_issue, with_packs_beside, writing_issue
from xlperf.release.ledger import read as read_ledger
from xlperf.release.pack_folder import holds, put_in_place, require_place
from xlperf.release.publish_requirements import (
    is_of_safeguard,
    ledger_warnings,
    require_clean,
    require_ledger,
    require_plain,
    require_refreshed,
    require_safeguards,
    require_sums,
    require_thresholds,
)
from xlperf.tables import schema
from xlperf.tables.contributed import with_contributions
from xlperf.tables.problems import Code
from xlperf.tables.report_reading import with_report_tables
from xlperf.tiles.counting import checks_text, counted
from xlperf.tiles.stored_inputs import state_of
from xlperf.tiles.wording import WITHHELD
from xlperf.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from xlperf.config import Settings
    from xlperf.disclosure.suppression import Disclosable, Withheld
    from xlperf.documents.pack_values import PackContents
    from xlperf.excel.port import Workbook
    from xlperf.periods import Month
    from xlperf.release.ledger import Ledger
    from xlperf.tables.data import Tables
    from xlperf.tables.problems import Problem
    from xlperf.tiles.assessed import Assessed

CHARACTERS_NAMED = 10
"""Characters without a glyph that a warning names."""
WARNED = (Code.COMMENT_PERIOD, Code.CARRIED_OVER, Code.TEXT_DISAGREES, Code.OVERRIDE, Code.OVERDUE)
"""Checks that are reported again when a pack is published."""
NONE_SMALL = "No figure is below the threshold of its measure."


@dataclass(frozen=True, slots=True)
class Published:
    """A pack that is in place."""

    folder: Path
    files: tuple[str, ...]
    """Names of the files that go to the panel."""
    office_files: tuple[str, ...]
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
    ledger: Path
    """File of the office that has the issue now."""


def publish(
    book: Workbook,
    folder: Path,
    *,
    workbook: Path,
    now: datetime,
    period: Month | None = None,
    again: bool = False,
    first_issue: bool = False,
    texts_read_by: str = "",
    template: Path | None = None,
    progress: Callable[[str], None] = silent,
) -> Published:
    """Make the pack of a workbook.

    Parameters
    ----------
    folder
        Where the pack goes: a folder that does not exist yet, or is empty. With `again` an earlier
        pack there is kept beside it under another name.
    workbook
        The workbook's file: its ledger is beside it, and the log names it.
    now
        Its day is printed as the day of preparation.
    first_issue
        Nothing of this workbook was ever published: a ledger is begun.
    texts_read_by
        Who has read the texts on measures with withheld figures, and says that they give nothing
        away; empty: they are left out.
    template
        The office's own template of the report.

    Raises
    ------
    PackError
        The marking is not OFFICIAL, there is no whole ledger, or something would leak: nothing was
        written.
    UsageError
        The folder cannot take a pack, or Workings says otherwise than the data does now.
    WorkbookError, SettingsError
        As `assess_workbook`.
    """
    require_place(folder, again=again)
    reader = " ".join(texts_read_by.split())
    with writing(ledger_path(workbook), "publishing"):
        assessed = assess_workbook(book, period=period, today=now.date(), progress=progress)
        addresses, ledger = _require_publishable(
            assessed, workbook, folder, first_issue=first_issue
        )
        assessed, faults = _with_texts(assessed, book)
        progress("Taking out small numbers")
        public = disclosable(
            assessed.tables,
            assessed.lines,
            assessed.settings,
            ledger.issues,
            texts_confirmed=bool(reader),
        )
        pack_contents = _contents(assessed, public, now)
        documents, blanks, not_made = _documents(pack_contents, template, progress)
        progress("Looking for leaks")
        meant = expected_content(pack_contents, blanks, addresses)
        leaks_found = {
            name: leaks.check(data, name, expected=meant) for name, data in documents.items()
        }
        require_clean(leaks_found)
        warnings = (
            *_warnings(assessed, addresses),
            *(f"{fault.where}: {fault.found}" for fault in faults),
            *_unnamed(assessed.tables, public.tables),
            *_without_glyphs(pack_contents),
            *ledger_warnings(ledger, public, assessed),
        )
        confirmed = [f"{text} by {reader}" for text in public.confirmed]
        hashes = {name: manifest.digest(data) for name, data in documents.items()}
        withheld = [*map(str, public.withheld), *confirmed]
        office_files = qa.log(
            qa.PackFacts(
                when=now,
                workbook=workbook.name,
                period=assessed.settings.period_end,
                marking=assessed.settings.marking,
                fingerprint=assessed.fingerprint,
                warnings=warnings,
                checks=assessed.problems,
                suppression=[*(withheld or [NONE_SMALL]), *not_made],
                leaks={
                    name: [f"{leak.where}: {leak.kind.called}" for leak in some]
                    for name, some in leaks_found.items()
                },
                files=hashes,
                attached=tuple(hashes),
                versions=qa.versions(),
            )
        )
        progress("Writing the pack")
        entry = new_issue(ledger, public.issue, workbook=workbook.name, now=now, texts=confirmed)
        described = manifest.written(
            manifest.Manifest(
                period=assessed.settings.period_end,
                office=assessed.settings.office,
                data_note=public.data_note,
                marking=assessed.settings.marking,
                recipients=addresses,
                files=hashes | {name: manifest.digest(data) for name, data in office_files.items()},
                attach=tuple(documents),
                leakcheck=manifest.PASSED,
                fingerprint=assessed.fingerprint,
                version=VERSION,
                inputs=state_of(assessed).fingerprint,
                ledger=entry.mark,
            )
        )
        with writing_issue(ledger, entry, now, lambda: holds(folder, described)) as write_issue:
            files = documents | office_files | {manifest.NAME: described}
            replaced = put_in_place(folder, files, now, again=again, leaving=write_issue)
    return Published(
        folder,
        tuple(documents),
        (*office_files, manifest.NAME),
        not_made,
        public.withheld,
        warnings,
        replaced,
        counted(assessed.problems),
        checks_text(assessed.problems),
        ledger.path,
    )


def _require_publishable(
    assessed: Assessed, workbook: Path, folder: Path, *, first_issue: bool
) -> tuple[tuple[str, ...], Ledger]:
    """Refuse a workbook that may not be published as it is; gives its addresses and its ledger."""
    require_safeguards(assessed.settings)
    require_official(assessed.settings.marking)
    addresses = _addresses(assessed.settings)
    require_refreshed(assessed)
    require_thresholds(assessed.tables.measures)
    require_sums(assessed.tables.measures)
    ledger = with_packs_beside(read_ledger(workbook), folder)
    return addresses, require_ledger(ledger, assessed, first_issue=first_issue)


def _with_texts(assessed: Assessed, book: Workbook) -> tuple[Assessed, Sequence[Problem]]:
    """Read what a pack has besides the lines: contributions of partners, texts and actions."""
    end = assessed.settings.period_end
    tables, faults = with_report_tables(
        with_contributions(assessed.tables, book, end), book, first_day(month_of(end) - 11), end
    )
    return replace(assessed, tables=tables), faults


def _contents(assessed: Assessed, public: Disclosable, now: datetime) -> PackContents:
    """Gather what the pack holds, from what may be shown alone."""
    settings = replace(assessed.settings, data_note=public.data_note)
    shown = replace(assessed, tables=public.tables, lines=public.lines, settings=settings)
    return contents(shown, prepared=now.date(), withheld=public.unsaid)


def _documents(
    pack_contents: PackContents, template: Path | None, progress: Callable[[str], None]
) -> tuple[dict[str, bytes], tuple[bytes, ...], tuple[str, ...]]:
    """Documents by name, those without figures, and a sentence for each PDF that failed."""
    stem, bare = f"{pack_contents.period_end:%Y-%m}", without_figures(pack_contents)
    blank_document = word_report(panel_report(bare), template)
    if template is not None:
        allowed = leaks.Expected(allowed=frozenset({pack_contents.office}), form=form())
        require_plain(template, leaks.check(blank_document, "Report.docx", expected=allowed))
    progress("Making the workbook")
    workbook, blank_workbook = panel_workbook(pack_contents), panel_workbook(bare)
    progress("Making the report")
    content, summary = panel_report(pack_contents), panel_summary(pack_contents)
    document = word_report(content, template)
    documents = {
        marked(f"Dashboard {stem}.xlsx"): workbook,
        marked(f"Report {stem}.docx"): document,
        marked(f"Summary {stem}.docx"): word_report(summary, template),
        marked(f"Figures {stem}.csv"): figures_csv(pack_contents.sheet(FIGURES)),
    }
    not_made = []
    progress("Making the PDFs")
    pdfs: dict[str, Callable[[], bytes]] = {
        f"Dashboard {stem}.pdf": lambda: dashboard_pdf(pack_contents),
        f"Report {stem}.pdf": lambda: report_pdf(content),
        f"Summary {stem}.pdf": lambda: report_pdf(summary),
    }
    for name, made in pdfs.items():
        try:
            documents[marked(name)] = made()
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
    """Say what to see to before anybody signs: no recipients, and checks of what people wrote."""
    sentences = [
        f"{problem.where}: {problem.found}"
        for problem in assessed.problems
        if problem.code in WARNED or is_of_safeguard(problem)
    ]
    if not addresses:
        sentences.insert(
            0,
            f"{_place_of(assessed.settings)}: the setting 'recipients' is blank, so the pack can be"
            " mailed to nobody. Put the addresses of the panel there, refresh and publish again, or"
            " hand it over otherwise and sign it with --without-mail.",
        )
    return tuple(sentences)


def _unnamed(tables: Tables, public: Tables) -> list[str]:
    """Say which lines have lost their name in the pack."""
    return [
        f"{measure.row.frame.grid.sheet}!{measure.row.cell('Line')}: the name of this line has a"
        f" number, and figures of it are withheld, so the pack shows {WITHHELD} for it. Name the"
        " line without the number, refresh and publish again; one that is not below the threshold"
        " is shown once the texts are read (--texts-read-by NAME)."
        for measure, shown in zip(tables.measures, public.measures, strict=True)
        if measure.label != shown.label
    ]


def _without_glyphs(pack_contents: PackContents) -> list[str]:
    """Say which characters the PDFs cannot show."""
    texts = (text for text in printed(pack_contents) if isinstance(text, str))
    lost = sorted(set().union(*map(missing_characters, texts)))
    if not lost:
        return []
    named = first_few([f"U+{ord(character):04X}" for character in lost], CHARACTERS_NAMED)
    sentence = f"The PDFs show {NO_TEXT} for characters that their fonts do not have: {named}."
    return [f"{sentence} The workbook and the Word report have them."]
