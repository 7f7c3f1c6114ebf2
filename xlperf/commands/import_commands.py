"""The command that reads what others publish into the data sheets."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.command_line import (
    JSON,
    WORKBOOK_FILE,
    Command,
    argument,
    day_typed,
    flag,
    progress_shown,
    repeated,
)
from xlperf.ending import DONE, say
from xlperf.errors import UsageError, WorkbookError, XlperfError
from xlperf.json_output import print_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from datetime import date

    from xlperf.counting.count_query import CountQuery
    from xlperf.counting.counting import Counted, Origin
    from xlperf.excel.file import FileWorkbook
    from xlperf.imports.import_plan import ImportPlan
    from xlperf.imports.known_sources import ReadingInstructions

ROLES = ("period", "year", "quarter", "month", "force", "measure", "figure")
"""Roles of columns, as `xlperf.tables.intake_tables.SourceItem` has them before *column*."""


def _row_number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) < 1:
        raise ArgumentTypeError(f"'{text}' is no row; give its number, from 1")
    return int(text)


def _instructions(options: argparse.Namespace) -> ReadingInstructions:
    from xlperf.imports.known_sources import ReadingInstructions
    from xlperf.imports.sources import since_month
    from xlperf.tables.intake_tables import SourceItem

    columns: dict[SourceItem, str] = {}
    for text in options.column:
        name, title = _pair(text, "--column", "period=Month")
        if name not in ROLES:
            raise UsageError(f"--column names one of {', '.join(ROLES)}, not '{name}'.")
        columns[SourceItem(f"{name} column")] = title
    return ReadingInstructions(
        sheet=options.sheet or "",
        header_row=options.header_row,
        columns=columns,
        sums=tuple(options.sum),
        ignored=tuple(options.ignore),
        only=dict(_pair(text, "--only", "area=Barnet") for text in options.only),
        span=options.span or "",
        since=since_month(options.since or ""),
    )


def _pair(text: str, option: str, example: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip() or not value.strip():
        raise UsageError(f"'{text}' is not understood. Give it as {option} \"{example}\".")
    return name.strip(), value.strip()


def sheets_added(book: FileWorkbook) -> tuple[str, ...]:
    """Add the sheets that an older workbook lacks; gives their names.

    Where they cannot be added, there are none: the import says itself what follows.
    """
    from xlperf.newbook.intake_sheets import add_intake_sheets

    try:
        return tuple(add_intake_sheets(book))
    except WorkbookError:
        return ()


def note_on(sheets: Sequence[str]) -> str:
    """Say which sheets are new; empty where none is."""
    *others, last = sheets or ("",)
    names = f"{', '.join(others)} and {last}" if others else last
    return f"Note: new in this workbook: {names}." if names else ""


def _import(options: argparse.Namespace) -> int:
    """Read files that others publish into the data sheets: what is new and what changed, nothing
    lost.
    """
    from tempfile import TemporaryDirectory

    from xlperf.excel.file import FileWorkbook
    from xlperf.imports import import_sentences as sentences
    from xlperf.imports.importing import carry_out

    today = datetime.now().astimezone().date()
    if options.sql:
        return _sql(options, today)
    if options.files and (options.origin or options.query):
        raise UsageError("--from and --query count records where they lie: leave the files out.")
    with progress_shown(options) as progress, TemporaryDirectory(prefix="xlperf-") as folder:
        progress(f"Opening {options.file.name}")
        book = FileWorkbook.open(options.file)
        added = note_on(sheets_added(book))
        plan, counted = _planned(options, book, today, Path(folder), progress)
    parts = [sentences.preview(plan, options.file.name), added]
    if counted:
        sql = counted.sql_shown(whole=options.whole_sql) if options.preview else ""
        parts = [counted.said, *parts, sql]
    text = "\n\n".join(filter(None, parts))
    values = {"sql": counted.sql if counted else "", **sentences.plan_values(plan)}
    if options.preview:
        if options.json:
            print_json({"file": str(options.file), "written": False, **values})
        else:
            say(f"{text}\n\n{sentences.preview_ending(plan)}")
        return DONE
    if obstacle := sentences.obstacles(plan, yes=options.yes, anyway=options.anyway):
        if not options.json:
            say(text)
        raise XlperfError(obstacle)
    done = carry_out(book, plan, today=today)
    if options.json:
        print_json({"file": str(options.file), "written": True, **values})
        return DONE
    backup = done.backup.name if done.backup else ""
    say(f"{text}\n\n{sentences.done_sentence(plan, options.file.name, backup)}")
    return DONE


def _planned(
    options: argparse.Namespace,
    book: FileWorkbook,
    today: date,
    folder: Path,
    progress: Callable[[str], None],
) -> tuple[ImportPlan, Counted | None]:
    """Plan the import of the files, or of what is counted into a folder."""
    from xlperf.counting.counting import counted_plan, counted_request
    from xlperf.imports.importing import ImportRequest, plan_import

    request = ImportRequest(
        tuple(options.files),
        options.source or "",
        _instructions(options),
        tuple(options.map),
        options.as_at,
        today=today,
    )
    if options.files:
        progress(f"Reading {options.files[0].name}")
        return plan_import(book, request), None
    origin = _origin(options, book)
    progress("Counting")
    request, counted = counted_request(request, origin, folder)
    return counted_plan(plan_import(book, request), counted, origin), counted


def _sql(options: argparse.Namespace, today: date) -> int:
    """Print the SQL of a query for an engine."""
    from xlperf.counting.count_sql import sql_of

    if not options.query:
        raise UsageError("--sql needs --query: what is counted?")
    query, since = _query(options, options.query), _instructions(options).since
    say(sql_of(query, options.sql, as_at=options.as_at or today, since=since))
    return DONE


def _query(options: argparse.Namespace, name: str) -> CountQuery:
    """Read a query by its path, or its name beside the workbook."""
    from xlperf.counting.count_query import read_query

    named = name if name.lower().endswith(".toml") else f"{name}.toml"
    places = (Path(named), options.file.parent / named)
    return read_query(next((place for place in places if place.is_file()), places[0]))


def _origin(options: argparse.Namespace, book: FileWorkbook) -> Origin:
    """Give where records are counted, and by what."""
    from xlperf.counting.counting import Origin, remembered_source

    known = remembered_source(book, options.source or "")
    address, name = options.origin or known.origin, options.query or known.query
    if not address or not name:
        raise UsageError(
            "Give the files to read; or --from and --query to count records; or --as with a source"
            " of which Sources remembers both."
        )
    return Origin(address, name, _query(options, name))


_import.__name__ = "import"

import_files = Command(
    (
        WORKBOOK_FILE,
        argument(
            "files",
            "PUBLISHED",
            "what to read: .xlsx, .xlsm, .xls, .xlsb, .ods, .csv, also packed (.gz, .zip)",
            Path,
            nargs="*",
        ),
        argument(
            "--from",
            "ADDRESS",
            "count records there instead: files (.csv, .parquet, .zip) or a folder of them, a"
            " DuckDB database, postgresql://HOST/DATABASE, spark:FILES",
            dest="origin",
        ),
        argument(
            "--query",
            "NAME",
            "the file that says what is counted (.toml), or its name beside the workbook",
        ),
        argument(
            "--sql",
            "ENGINE",
            "print the SQL of the query for an engine, such as mssql or snowflake, and end",
        ),
        argument(
            "--as",
            "SOURCE",
            "name of the source; the sheet Sources remembers under it how the file is read",
            dest="source",
        ),
        flag("--preview", "show what would be done, write nothing"),
        flag(
            "--whole-sql", "with it, show the SQL that counts as it is run, with nothing left out"
        ),
        flag(
            "--yes", "take the measures that are proposed because labels are spelt as their names"
        ),
        repeated(
            "--map",
            "LABEL=MEASURE",
            "what a label of the file is here; 'A + B=MEASURE' adds labels up, 'A=' leaves one"
            " out; MEASURE is a name of Measures, an MSG measure, or either with a column, such as"
            " SP5_outcome.n",
        ),
        argument("--sheet", "NAME", "the sheet, where a workbook has several"),
        argument("--header-row", "N", "the row of the headings, from 1", _row_number),
        repeated("--column", "ROLE=TITLE", f"the column of a role: {', '.join(ROLES)}"),
        repeated("--only", "TITLE=VALUE", "use the rows that have this value in a column"),
        repeated("--sum", "TITLE", "add up the rows that differ in this column"),
        repeated(
            "--ignore",
            "TITLE",
            "a column that says nothing of what a figure is of, such as remarks",
        ),
        argument(
            "--span",
            None,
            "what a date stands for, where the file does not say it; the last two: what 2014"
            " stands for, which as a financial year begins in April 2014",
            choices=("month", "quarter", "year", "year to date", "calendar year", "financial year"),
        ),
        argument("--since", "YYYY-MM", "leave out what begins before this month"),
        argument("--as-at", "YYYY-MM-DD", "when the figures were taken", day_typed),
        flag("--anyway", "import although the file seems older, or part of a year"),
        JSON,
    ),
    _import,
)
