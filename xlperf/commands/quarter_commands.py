"""The command that does a quarter in one go."""

from __future__ import annotations

import time
from datetime import datetime
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
)
from xlperf.commands.import_commands import note_on, sheets_added
from xlperf.commands.return_commands import RECEIVED
from xlperf.ending import DONE, say
from xlperf.json_output import print_json, refreshed_json
from xlperf.logbook import user

if TYPE_CHECKING:
    import argparse


@command(
    WORKBOOK_FILE,
    argument(
        "folder",
        "FOLDER",
        "where the files of the quarter are: published ones that Sources knows, and returns"
        " (also in a folder 'returns' there)",
        Path,
    ),
    argument(
        "--period",
        "YYYY-MM",
        "last month of the quarter that the workbook moves on to; it is written to Settings",
        quarter_end,
    ),
    flag("--dry-run", "show it all, write nothing"),
    flag("--anyway", "import files although they seem older, or part of a year"),
    RECEIVED,
    JSON,
)
def quarter(options: argparse.Namespace) -> int:
    """Import what a folder holds, collect returns, refresh, and say what is missing and from
    whom.
    """
    started = time.perf_counter()
    from xlperf.excel.file import FileWorkbook
    from xlperf.quarter.quarter_run import QuarterRequest, run_quarter
    from xlperf.quarter.quarter_sentences import quarter_text, quarter_values

    with progress_shown(options) as progress:
        progress(f"Opening {options.file.name}")
        book = FileWorkbook.open(options.file)
        added = sheets_added(book)
        request = QuarterRequest(
            options.file,
            options.folder,
            datetime.now().astimezone(),
            user(),
            lambda: time.perf_counter() - started,
            options.period,
            options.received,
            options.anyway,
            options.dry_run,
            added,
        )
        done = run_quarter(book, request, progress)
    if options.json:
        options.output = None
        seconds = time.perf_counter() - started
        print_json(refreshed_json(done.refreshed, options, seconds) | quarter_values(done))
    else:
        text = quarter_text(done, options.file, options.folder, dry_run=options.dry_run)
        say("\n\n".join(filter(None, (text, note_on(added)))))
    return DONE
