"""Commands on a workbook: refresh, check, explain, changes, new."""

from __future__ import annotations

import gc
import time
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.command_line import JSON, PERIOD, WORKBOOK_FILE, argument, command, progress_shown
from xlperf.ending import DATA_ERRORS, DONE, say
from xlperf.errors import UsageError, WorkbookError
from xlperf.json_output import (
    changes_json,
    checks_json,
    dashboard_json,
    line_json,
    print_json,
    refreshed_json,
)
from xlperf.logbook import user

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from xlperf.tiles.assessed import Assessed


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Keep Python from looking for garbage: nearly all that a refresh makes, modules first, lives
    until it ends. Afterwards all of it counts as old, or Python would look through it at once.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()
            gc.unfreeze()
            gc.enable()


@command(
    WORKBOOK_FILE,
    argument("--dry-run", action="store_true", help="work everything out, write nothing"),
    argument(
        "--output",
        metavar="FILE",
        type=Path,
        help="write to another file and leave this one as it is",
    ),
    argument(
        "--force", action="store_true", help="replace the file of --output; a copy of it is kept"
    ),
    PERIOD,
    JSON,
)
@_without_collecting()
def refresh(options: argparse.Namespace) -> int:
    """Fill and colour every tile of a workbook, and say what changed."""
    started = time.perf_counter()
    from xlperf.excel.file import FileWorkbook
    from xlperf.pipeline import refresh

    _require_output(options)
    with progress_shown(options) as progress:
        progress(f"Opening {options.file.name}")
        result = refresh(
            FileWorkbook.open(options.file),
            now=datetime.now().astimezone(),
            who=user(),
            seconds=lambda: time.perf_counter() - started,
            period=options.period,
            output=options.output,
            force=options.force,
            dry_run=options.dry_run,
            progress=progress,
        )
    seconds = time.perf_counter() - started
    if options.json:
        print_json(refreshed_json(result, options, seconds))
    else:
        from xlperf.terminal import refreshed

        say(
            refreshed(
                result, options.file, options.output, dry_run=options.dry_run, seconds=seconds
            )
        )
    return DONE


def _require_output(options: argparse.Namespace) -> None:
    """Refuse a place for the workbook before the work, not after it."""
    from xlperf.excel import paths, saving

    paths.require_path(options.file)
    if options.output is None:
        if options.force:
            raise UsageError(
                "--force belongs to --output. Without it the workbook is refreshed in place."
            )
        return
    real = paths.require_place(options.output, "workbook", WorkbookError)
    if not options.force and real != options.file.resolve():
        saving.refuse_existing(options.output)


def _assessed(options: argparse.Namespace) -> Assessed:
    from xlperf.excel.file import FileWorkbook
    from xlperf.pipeline import assess_workbook

    with progress_shown(options) as progress:
        progress(f"Opening {options.file.name}")
        return assess_workbook(
            FileWorkbook.open(options.file),
            period=options.period,
            today=datetime.now().astimezone().date(),
            progress=progress,
        )


@command(WORKBOOK_FILE, PERIOD, JSON)
def check(options: argparse.Namespace) -> int:
    """Check the data sheets; writes nothing."""
    assessed = _assessed(options)
    if options.json:
        print_json({"file": str(options.file), **checks_json(assessed.problems)})
    else:
        from xlperf.terminal import checked

        say(checked(assessed, options.file))
    errors = [
        problem
        for problem in assessed.problems
        if problem.severity == "error" and problem.settled is None
    ]
    return DATA_ERRORS if errors else DONE


@command(
    WORKBOOK_FILE,
    argument(
        "what",
        metavar="PRIORITY",
        nargs="?",
        help="a priority such as SP12, or a measure or line by name; left out: the dashboard as a"
        " whole, and how many of its colours chance alone would make",
    ),
    PERIOD,
    JSON,
)
def explain(options: argparse.Namespace) -> int:
    """Say why each line of a priority has its colour; writes nothing."""
    from xlperf.terminal import dashboard_explained, explanations, lines_named

    assessed = _assessed(options)
    if options.what is None:
        if options.json:
            print_json({"file": str(options.file), **dashboard_json(assessed)})
        else:
            say(dashboard_explained(assessed, options.file))
        return DONE
    lines = lines_named(options.what, assessed.lines)
    if options.json:
        print_json([line_json(line, assessed) for line in lines])
    else:
        say(explanations(lines, assessed))
    return DONE


@command(WORKBOOK_FILE, JSON)
def changes(options: argparse.Namespace) -> int:
    """Say what changed since the period before; writes nothing."""
    from xlperf.excel.file import FileWorkbook
    from xlperf.tiles.changes import changes

    differences = changes(FileWorkbook.open(options.file))
    if options.json:
        print_json(changes_json(differences, options.file))
    else:
        from xlperf.terminal import changed

        say(changed(differences, options.file))
    return DONE


@command(
    argument("file", metavar="FILE", type=Path, help="where to put it, such as Dashboard.xlsm"),
    argument(
        "--blank", action="store_true", help="without the illustrative figures, ready for your own"
    ),
    argument("--without-macros", action="store_true", help="without ribbon and functions"),
    argument(
        "--force", action="store_true", help="replace the file if it exists; a copy of it is kept"
    ),
)
def new(options: argparse.Namespace) -> int:
    """Make a new workbook, with illustrative data or blank."""
    from xlperf.excel import paths, saving
    from xlperf.newbook.builder import build

    target: Path = options.file
    if target.suffix.lower() != ".xlsm":
        raise UsageError(
            f"'{target.name}' should end in .xlsm: the dashboard is a macro-enabled workbook."
        )
    paths.require_place(target, "workbook")
    if not options.force:
        saving.refuse_existing(target)
    build(target, blank=options.blank, macros=not options.without_macros)
    if options.blank:
        say(f"Made {target}, without figures. Put yours into the blue sheets, save and close it.")
        say(f"Then: python -m xlperf refresh {target}")
    else:
        say(f"Made {target}, with illustrative data. Next: python -m xlperf refresh {target}")
    return DONE
