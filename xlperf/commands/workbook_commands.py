"""Commands on a workbook: refresh, check, changes, new."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.command_line import (
    JSON,
    PERIOD,
    WORKBOOK_FILE,
    argument,
    command,
    flag,
    one_of,
    progress_shown,
    repeated,
)
from xlperf.ending import DATA_ERRORS, DONE, say
from xlperf.errors import UsageError, WorkbookError
from xlperf.excel.collecting import without_collecting
from xlperf.json_output import changes_json, checks_json, print_json, refreshed_json
from xlperf.logbook import user
from xlperf.periods import financial_year, month_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from xlperf.excel.port import Scalar
    from xlperf.imports.importing import ImportRequest
    from xlperf.newbook.content import Content
    from xlperf.periods import Month
    from xlperf.tiles.assessed import Assessed


@command(
    WORKBOOK_FILE,
    flag("--dry-run", "work everything out, write nothing"),
    argument("--output", "FILE", "write to another file and leave this one as it is", Path),
    flag("--overwrite", "replace the file of --output; a copy of it is kept"),
    PERIOD,
    JSON,
)
@without_collecting()
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


def assessed_file(options: argparse.Namespace) -> Assessed:
    """Assess the workbook of a command, and show the steps; nothing is written."""
    with progress_shown(options) as progress:
        return assessed_workbook(options.file, options.period, progress)


def assessed_workbook(
    file: Path, period: Month | None, progress: Callable[[str], None]
) -> Assessed:
    """Open and assess a workbook as of today."""
    from xlperf.excel.file import FileWorkbook
    from xlperf.pipeline import assess_workbook

    progress(f"Opening {file.name}")
    today = datetime.now().astimezone().date()
    return assess_workbook(FileWorkbook.open(file), period=period, today=today, progress=progress)


@command(WORKBOOK_FILE, PERIOD, JSON)
def check(options: argparse.Namespace) -> int:
    """Check the data sheets; writes nothing."""
    assessed = assessed_file(options)
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
        "--against",
        "WHAT",
        "refresh (the one before), issue (the newest panel pack beside the workbook), the"
        " folder of a pack, or the last month of an earlier period, such as 2014-06; without it"
        " the period before",
    ),
    JSON,
)
def changes(options: argparse.Namespace) -> int:
    """Say what changed since the period before, or another time, and why; writes nothing."""
    from xlperf.causes.what_changed import what_changed
    from xlperf.commands.compared_times import compared_time
    from xlperf.excel.file import FileWorkbook

    against = compared_time(options.against, options.file)
    differences = what_changed(FileWorkbook.open(options.file), against)
    if options.json:
        print_json(changes_json(differences, options.file))
    else:
        from xlperf.terminal import changed

        say(changed(differences, options.file))
    return DONE


@command(
    argument("file", "FILE", "where to put it, such as Dashboard.xlsm", Path),
    one_of(
        flag("--blank", "with a few examples instead of a plan"),
        argument("--plan", "CSV", "with your plan, a list of measures", Path),
        argument(
            "--from",
            "OLD",
            "with everything that the tables of another dashboard hold",
            Path,
            dest="old",
        ),
    ),
    argument("--force", "NAME", "your police force, such as Kent"),
    argument(
        "--data",
        "PUBLISHED",
        "open data, files or a folder: measures, periods and figures come from it",
        Path,
        nargs="+",
        default=[],
    ),
    argument("--group", "NAMES", "its most similar forces: 'Essex; Sussex'", default=""),
    argument(
        "--set",
        "KEY=VALUE",
        "a setting, such as baseline_year=2013/14; may be given several times",
        dest="settings",
        action="append",
        default=[],
    ),
    repeated(
        "--map",
        "LABEL=MEASURE",
        "with --data and --plan: what a label of the files is in your plan, as of import",
    ),
    flag("--without-macros", "without ribbon and functions"),
    flag("--overwrite", "replace the file if it exists; a copy of it is kept"),
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
    content, request = _with_data(options) if options.data else (_content(options), None)
    made = workbook_bytes(content, macros=not options.without_macros)
    if request is not None:
        made = _imported(made, target, request)
    kept = saving.write_over(target, made, "making")
    for text in content.left_out:
        say(f"Left behind, {text}")
    shown = f'"{target}"' if " " in str(target) else target
    refresh = f"python -m xlperf refresh {shown}"
    if options.old:
        say(f"Made {target}, with what the tables of {options.old} hold. Next: {refresh}")
    elif request is not None:
        say(f"Made {target}, with the figures of {content.settings['own_force']}. Next: {refresh}")
    elif options.blank or options.plan or options.force:
        say(f"Made {target}, without figures. Put yours into the blue sheets, save and close it.")
        say(f"Then: {refresh}")
    else:
        say(f"Made {target}, with illustrative data. Next: {refresh}")
    if kept is not None:
        say(f"The version before is kept as {kept.name}.")
    return DONE


def _with_data(options: argparse.Namespace) -> tuple[Content, ImportRequest]:
    """What the new workbook is to hold where it is made from open data, and what to import."""
    from xlperf.newbook.open_data import OpenDataRequest, files_given, plan_from_open_data
    from xlperf.newbook.plan_file import planned_content

    if options.blank or options.old:
        raise UsageError("--data makes a workbook from files: leave out --blank and --from.")
    if options.map and not options.plan:
        raise UsageError("--map belongs to --plan: it says which label is which measure of yours.")
    if options.force is None:
        raise UsageError("--data needs --force: whose figures are to be taken?")
    settings = _settings_given(options, {})
    end, baseline = settings.get("period_end"), settings.get("baseline_year")
    plan = plan_from_open_data(
        OpenDataRequest(
            files_given(options.data),
            options.force,
            _group(options),
            month_of(end) if isinstance(end, date) else None,
            financial_year(baseline) if isinstance(baseline, str) else None,
            "target_date" in settings,
            planned_content(options.plan) if options.plan else None,
            tuple(options.map),
        )
    )
    for note in plan.notes:
        say(note)
    return _with_settings(plan.content, options), plan.request


def _imported(data: bytes, target: Path, request: ImportRequest) -> bytes:
    """The new workbook with the figures of its files; says what was read and left out."""
    from xlperf.excel.file import FileWorkbook
    from xlperf.imports import import_sentences as sentences
    from xlperf.imports.importing import apply_import, plan_import, require_written

    book = FileWorkbook(data, target.name)
    today = datetime.now().astimezone().date()
    plan = plan_import(book, request._replace(today=today))
    say(f"\n{sentences.summary(plan)}\n")
    apply_import(book, plan, today)
    require_written(book, plan)
    return book.to_bytes()


def _group(options: argparse.Namespace) -> tuple[str, ...]:
    return tuple(name.strip() for name in options.group.split(";") if name.strip())


def _content(options: argparse.Namespace) -> Content:
    """What the new workbook is to hold."""
    from xlperf.newbook.content import (
        content_of,
        example_content,
        own_sheets,
        sample_content,
        with_force,
    )

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
        content = with_force(content, options.force, _group(options))
    elif options.group:
        raise UsageError("--group belongs to --force: it is the group of that force.")
    return _with_settings(content, options)


def _with_settings(content: Content, options: argparse.Namespace) -> Content:
    """The content with the settings that were given."""
    from xlperf.tables.settings import require_later_target

    settings = _settings_given(options, content.settings)
    if options.settings:
        require_later_target(settings)
    return replace(content, settings=settings)


def _settings_given(
    options: argparse.Namespace, settings: Mapping[str, Scalar]
) -> dict[str, Scalar]:
    """Settings, with those that were given in the place of others."""
    from xlperf.tables.settings import typed_setting

    given = dict(settings)
    for text in options.settings:
        key, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"--set {text}: give a setting and its value, KEY=VALUE.")
        given[key.strip()] = typed_setting(key.strip(), value.strip())
    return given
