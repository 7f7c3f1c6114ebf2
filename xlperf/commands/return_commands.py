"""Commands on returns of partners: make the forms of a quarter, collect what came back."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.command_line import (
    JSON,
    WORKBOOK_FILE,
    argument,
    command,
    flag,
    progress_shown,
    quarter_end,
    repeated,
)
from xlperf.commands.import_commands import note_on, sheets_added
from xlperf.ending import DONE, say
from xlperf.json_output import print_json
from xlperf.periods import day_name

if TYPE_CHECKING:
    import argparse


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"'{text}' is no date; give it as 2015-01-21") from None


QUARTER = argument(
    "--period",
    "YYYY-MM",
    "last month of the quarter, instead of the period end in Settings",
    quarter_end,
)
RECEIVED = argument("--received", "YYYY-MM-DD", "the day the returns came, if not today", _day)


@command(
    argument("what", "new", "make the forms of a quarter", choices=("new",)),
    WORKBOOK_FILE,
    argument("folder", "FOLDER", "where the forms are put", Path),
    QUARTER,
    argument(
        "--due",
        "YYYY-MM-DD",
        "when they are to be back; Returns then says awaited, with this day",
        _day,
    ),
    repeated("--partner", "NAME", "this owner of Returns alone; may be given again"),
)
def returns(options: argparse.Namespace) -> int:
    """Make a form for each partner to fill in: a workbook with a row for each figure it owes."""
    from xlperf.excel.file import FileWorkbook
    from xlperf.returns.making_forms import plan_forms, write_forms
    from xlperf.returns.return_sentences import made_forms

    book = FileWorkbook.open(options.file)
    plan = plan_forms(book, period=options.period, due=options.due, wanted=options.partner)
    names = write_forms(plan, options.folder)
    text = made_forms(names, plan.left_out, str(options.folder))
    if plan.edits and book.apply(plan.edits).has_changes:
        book.save()
        text += f"\nReturns of {options.file.name} says awaited, due {day_name(options.due)}."
    say(text)
    return DONE


@command(
    WORKBOOK_FILE,
    argument(
        "places", "FOLDER", "where the files are that partners sent; or the files", Path, nargs="+"
    ),
    QUARTER,
    flag("--preview", "show what would be done, write nothing"),
    RECEIVED,
    JSON,
)
def collect(options: argparse.Namespace) -> int:
    """Take figures from partners' returns: each fault by file and cell, an answer drafted."""
    from xlperf.excel import saving
    from xlperf.excel.file import FileWorkbook
    from xlperf.returns import return_sentences as sentences
    from xlperf.returns.collect_plan import plan_collection
    from xlperf.returns.collecting import carry_out, files_in, folders_below

    with progress_shown(options) as progress:
        progress(f"Opening {options.file.name}")
        if not options.preview:
            saving.refuse_if_open(options.file)
        book = FileWorkbook.open(options.file)
        added = sheets_added(book)
        progress("Reading the returns")
        files = files_in(options.places, options.file)
        today = options.received or datetime.now().astimezone().date()
        plan = plan_collection(book, files, today=today, period=options.period)
        done = None if options.preview else carry_out(book, plan, options.file.absolute())
    if options.json:
        print_json(
            {"file": str(options.file), "written": done is not None}
            | sentences.collection_values(plan)
        )
        return DONE
    ending = (
        "Nothing was written: this is a preview."
        if done is None
        else sentences.done_sentence(plan, done, options.file.name)
    )
    notes = [note_on(added)] if done is not None and done.applied is not None else []
    if below := folders_below(options.places):
        notes.append(f"{sentences.folders_line(below)}. Give a folder by itself to collect it.")
    say("\n".join(filter(None, (sentences.collection(plan), ending, *notes))))
    return DONE
