"""Commands on a workbook: refresh, check, explain, changes, new."""

from __future__ import annotations

import gc
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.command_line import (
    JSON,
    PERIOD,
    WORKBOOK_FILE,
    argument,
    command,
    one_of,
    progress_shown,
)
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

    from xlperf.newbook.content import Content
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
        "--overwrite",
        action="store_true",
        help="replace the file of --output; a copy of it is kept",
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
            force=options.overwrite,
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
        if options.overwrite:
            raise UsageError(
                "--overwrite belongs to --output. Without it the workbook is refreshed in place."
            )
        return
    real = paths.require_place(options.output, "workbook", WorkbookError)
    if not options.overwrite and real != options.file.resolve():
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
    one_of(
        argument("--blank", action="store_true", help="with a few examples instead of a plan"),
        argument(
            "--plan",
            metavar="CSV",
            type=Path,
            help="with your plan, a list of measures",
        ),
        argument(
            "--from",
            metavar="OLD",
            dest="old",
            type=Path,
            help="with everything that the tables of another dashboard hold",
        ),
    ),
    argument("--force", metavar="NAME", help="your police force, such as Kent"),
    argument(
        "--group", metavar="NAMES", default="", help="its most similar forces: 'Essex; Sussex'"
    ),
    argument(
        "--set",
        metavar="KEY=VALUE",
        dest="settings",
        action="append",
        default=[],
        help="a setting, such as baseline_year=2013/14; may be given several times",
    ),
    argument("--without-macros", action="store_true", help="without ribbon and functions"),
    argument(
        "--overwrite",
        action="store_true",
        help="replace the file if it exists; a copy of it is kept",
    ),
)
def new(options: argparse.Namespace) -> int:
    """Make a new workbook: with illustrative data, blank, with your plan, or from an older one."""
    from xlperf.excel import paths, saving
    from xlperf.newbook.builder import workbook_bytes

    target: Path = options.file
    if target.suffix.lower() != ".xlsm":
        raise UsageError(
            f"'{target.name}' should end in .xlsm: the dashboard is a macro-enabled workbook."
        )
    paths.require_place(target, "workbook")
    if not options.overwrite:
        saving.refuse_existing(target)
    if target.exists():
        saving.refuse_if_open(target)
    content = _content(options)
    made = workbook_bytes(content, macros=not options.without_macros)
    kept = saving.write_over(target, made, "making")
    for text in content.left_out:
        say(f"Left behind, {text}")
    shown = f'"{target}"' if " " in str(target) else target
    refresh = f"python -m xlperf refresh {shown}"
    if options.old:
        say(f"Made {target}, with what the tables of {options.old} hold. Next: {refresh}")
    elif options.blank or options.plan or options.force:
        say(f"Made {target}, without figures. Put yours into the blue sheets, save and close it.")
        say(f"Then: {refresh}")
    else:
        say(f"Made {target}, with illustrative data. Next: {refresh}")
    if kept is not None:
        say(f"The version before is kept as {kept.name}.")
    return DONE


def _content(options: argparse.Namespace) -> Content:
    """What the new workbook is to hold."""
    from xlperf.newbook.content import (
        content_of,
        example_content,
        own_sheets,
        sample_content,
        with_force,
    )
    from xlperf.tables.settings import require_later_target, typed_setting

    if options.plan:
        from xlperf.newbook.plan_file import planned_content

        content = planned_content(options.plan)
    elif options.old:
        from xlperf.excel.file import FileWorkbook

        book = FileWorkbook.open(options.old)
        content = content_of(book)
        if own := own_sheets(book):
            left = f"the sheets of your own: {', '.join(own)}."
            content = replace(content, left_out=(*content.left_out, left))
    else:
        blank = options.blank or options.force is not None
        content = example_content() if blank else sample_content()
    if options.force is not None:
        group = [name.strip() for name in options.group.split(";") if name.strip()]
        content = with_force(content, options.force, group)
    elif options.group:
        raise UsageError("--group belongs to --force: it is the group of that force.")
    settings = dict(content.settings)
    for text in options.settings:
        key, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"--set {text}: give a setting and its value, KEY=VALUE.")
        settings[key.strip()] = typed_setting(key.strip(), value.strip())
    if options.settings:
        require_later_target(settings)
    return replace(content, settings=settings)
