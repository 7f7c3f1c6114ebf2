"""Commands on the computer: install, wheels, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.command_line import JSON, argument, command, flag, one_of, progress_shown
from xlperf.ending import DONE, REFUSED, say
from xlperf.json_output import print_json

if TYPE_CHECKING:
    import argparse


@command(
    one_of(
        argument("--trust", "FOLDER", "let workbooks in this folder run their macros"),
        flag("--remove", "take back what it did, and only that"),
    ),
    flag("--dry-run", "say what it would do, do nothing"),
)
def install(options: argparse.Namespace) -> int:
    """Set this computer up for the buttons and functions in Excel."""
    from xlperf.installing.machine import Machine
    from xlperf.installing.performing import perform

    with progress_shown(options) as progress:
        output = perform(
            Machine(),
            trust=options.trust,
            remove=options.remove,
            dry_run=options.dry_run,
            progress=progress,
        )
    say(output)
    return DONE


@command(
    argument("folder", "FOLDER", "where to put the files", Path),
    argument(
        "--for",
        None,
        "that computer's system, if another than here",
        choices=["windows"],
        dest="system",
    ),
    argument("--python", "X.Y", "that computer's Python, such as 3.12, if another than here"),
)
def wheels(options: argparse.Namespace) -> int:
    """Put xlperf and all it needs into a folder, for a computer without the internet."""
    from xlperf.installing.wheels import collect

    say(collect(options.folder, options.system, options.python))
    return DONE


@command(
    argument("file", "FILE", "a workbook to check as well", Path, nargs="?"),
    flag("--it", "print a page for the IT department instead"),
    JSON,
)
def doctor(options: argparse.Namespace) -> int:
    """Check this computer, and a workbook, for what Excel needs."""
    from xlperf.installing import doctor, it_page
    from xlperf.installing.machine import Machine

    if options.it:
        say(it_page.page(Machine()))
        return DONE
    findings = doctor.examine(Machine(), options.file and str(options.file.absolute()))
    if options.json:
        keys = ("check", "state", "found", "remedy")
        print_json([{key: getattr(finding, key) for key in keys} for finding in findings])
    else:
        say(doctor.output(findings))
    return REFUSED if doctor.has_problems(findings) else DONE
