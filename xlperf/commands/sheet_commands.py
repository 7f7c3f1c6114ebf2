"""Commands that put sheets into a workbook, or take them out: layout, adopt."""

from __future__ import annotations

import time
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.command_line import JSON, WORKBOOK_FILE, argument, command, flag, one_of, progress_shown
from xlperf.ending import DONE, say
from xlperf.json_output import print_json
from xlperf.logbook import user

if TYPE_CHECKING:
    import argparse


@command(
    WORKBOOK_FILE,
    flag("--redraw", "draw dashboard and charts anew; the old sheets are kept under other names"),
    JSON,
)
def layout(options: argparse.Namespace) -> int:
    """Make the tiles and charts of a workbook those of its plan, and fill them."""
    started = time.perf_counter()
    from xlperf.excel.file import FileWorkbook
    from xlperf.newbook.laying_out import lay_out_tiles
    from xlperf.newbook.layout_sentences import layout_sentences
    from xlperf.pipeline import connect_and_assess, refresh

    now = datetime.now().astimezone()
    with progress_shown(options) as progress:
        progress(f"Opening {options.file.name}")
        book = FileWorkbook.open(options.file)
        assessed = connect_and_assess(book, today=now.date(), progress=progress)
        progress("Drawing")
        result = lay_out_tiles(book, assessed, redraw=options.redraw, today=now.date())
        refreshed = None
        if result.has_changes:
            refreshed = refresh(
                book,
                now=now,
                who=user(),
                seconds=lambda: time.perf_counter() - started,
                progress=progress,
            )
    if options.json:
        done = {item.name: getattr(result, item.name) for item in fields(result)}
        backup = None if refreshed is None else refreshed.backup
        print_json({"file": options.file, **done, "backup": backup})
        return DONE
    say("\n".join(layout_sentences(result)))
    if refreshed is not None:
        from xlperf.terminal import refreshed as refreshed_text

        seconds = time.perf_counter() - started
        say("\n" + refreshed_text(refreshed, options.file, None, dry_run=False, seconds=seconds))
    return DONE


@command(
    argument("file", "FILE", "a workbook of your own, .xlsx or .xlsm", Path),
    one_of(
        flag("--preview", "say what would be added; write nothing"),
        flag("--remove", "take xlperf out again; connected cells get their markers back"),
    ),
)
def adopt(options: argparse.Namespace) -> int:
    """Add data and result sheets to a workbook that has a dashboard of its own."""
    from xlperf.excel.file import FileWorkbook
    from xlperf.newbook.adopting import plan_adoption, release
    from xlperf.newbook.adoption_sentences import (
        adoption_sentences,
        preview_sentences,
        release_sentences,
    )
    from xlperf.pipeline import OUR_TABLES

    book = FileWorkbook.open(options.file)
    if options.remove:
        result = release(book, options.file.name)
        texts = release_sentences(result)
    else:
        planned = plan_adoption(book, options.file.name)
        book.adopt(planned.new)
        if options.preview:
            marked, changed = book.marked_cells(OUR_TABLES), book.changed_parts()
            say("\n".join(preview_sentences(planned, marked, changed, options.file)))
            return DONE
        texts = adoption_sentences(planned, book.marked_cells(OUR_TABLES), options.file)
    backup = book.save()
    if backup is not None:
        texts.append(f"The version before is kept as {backup.name}.")
    say("\n".join(texts))
    return DONE
