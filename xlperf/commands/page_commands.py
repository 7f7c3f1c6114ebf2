"""Commands that say why a line has its colour, and show the dashboard in a browser: explain,
view.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.command_line import JSON, PERIOD, WORKBOOK_FILE, argument, command, flag, one_of
from xlperf.commands.workbook_commands import assessed_file
from xlperf.ending import DONE, say
from xlperf.errors import UsageError, XlperfError
from xlperf.json_output import dashboard_json, line_json, print_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.causes.what_changed import Against
    from xlperf.tiles.assessed import Assessed
    from xlperf.tiles.changes import Changes
    from xlperf.views.view_contents import ViewSource

HTML_ENDINGS, PNG_ENDINGS = (".html", ".htm"), (".png",)
OPEN = flag("--open", "show it in the browser at once")
OVERWRITE = flag(
    "--overwrite",
    "replace any file of that name; a copy of it is kept. A page that was made before is"
    " replaced without it",
)
REFRESH = "refresh"
NO_ISSUE = "No issue beside the workbook is recorded that it could be compared with."
PACK_FOLDER = (
    "{} is the folder of a panel pack. This {} is for the office alone and holds what the pack"
    " leaves out. Put it elsewhere."
)


@command(
    WORKBOOK_FILE,
    argument(
        "what",
        "LINE",
        "a priority such as SP12, a measure or a line by name, or words of its title such as"
        " burglary; left out: the dashboard as a whole, and how many of its colours chance alone"
        " would make",
        nargs="*",
    ),
    one_of(
        argument(
            "--html",
            "PAGE",
            "write the explanation, with its charts and what changed, to a page for a browser",
            Path,
        ),
        argument("--png", "PICTURE", "the same as a picture", Path),
        JSON,
    ),
    OPEN,
    OVERWRITE,
    PERIOD,
)
def explain(options: argparse.Namespace) -> int:
    """Say why each line of a priority has its colour; writes nothing, or a page or picture of it.

    The workbook stays as it is.
    """
    from xlperf.scenarios.lines_by_words import lines_meant
    from xlperf.terminal import dashboard_explained, explanations

    place = options.html or options.png
    _require_shown_place(options, place)
    assessed = assessed_file(options)
    if not options.what:
        if options.json:
            print_json({"file": str(options.file), **dashboard_json(assessed)})
        else:
            say(dashboard_explained(assessed, options.file))
        return DONE
    lines = lines_meant(" ".join(options.what), assessed.lines, assessed.tables)
    if options.json:
        print_json([line_json(line, assessed) for line in lines])
    elif place is None:
        say(explanations(lines, assessed))
    else:
        _write(_explained(lines, assessed, options), place, options)
    return DONE


def _require_shown_place(options: argparse.Namespace, place: Path | None) -> None:
    """Refuse what cannot be written before the work."""
    if place is None:
        if options.open or options.overwrite:
            raise UsageError("--open and --overwrite belong to --html or --png.")
        return
    if not options.what:
        raise UsageError(
            "Name a line, or words such as burglary. The whole dashboard as a page: python -m"
            f" xlperf view {options.file.name}"
        )
    _require_place(place, HTML_ENDINGS if options.html else PNG_ENDINGS, options)


@command(
    WORKBOOK_FILE,
    argument(
        "--to", "PAGE", "the page, .html; left out: beside the workbook, under its name", Path
    ),
    OPEN,
    OVERWRITE,
)
def view(options: argparse.Namespace) -> int:
    """Make the dashboard as one page for a browser, each line with why, what changed and charts.

    For the office: it is not for sending. The workbook stays as it is.
    """
    from xlperf.views.page import dashboard_page

    options.period = None
    place: Path = options.to or options.file.with_suffix(HTML_ENDINGS[0])
    _require_place(place, HTML_ENDINGS, options)
    assessed = assessed_file(options)
    _write(dashboard_page(assessed, _source(options)), place, options)
    return DONE


def _explained(
    lines: Sequence[Assessment], assessed: Assessed, options: argparse.Namespace
) -> bytes:
    source = _source(options)
    if options.png:
        from xlperf.views.line_picture import lines_picture

        return lines_picture(lines, assessed, source)
    from xlperf.views.page import lines_page

    return lines_page(lines, assessed, source)


def _source(options: argparse.Namespace) -> ViewSource:
    """What a page is made of besides the assessment; where an earlier period is asked for, nothing
    is compared with it.
    """
    from xlperf.views.view_contents import ViewSource

    today = datetime.now().astimezone().date()
    if options.period is not None:
        return ViewSource(options.file.name, today)
    return ViewSource(options.file.name, today, *_compared(options.file))


def _compared(file: Path) -> tuple[tuple[Changes, ...], tuple[str, ...]]:
    """Compare with the last refresh, the last issue and the period before, each where it is
    recorded; and say of those that are not why. The last refresh stands first: where data have
    changed since, the others end before that. Of two that show the same the one of periods or of an
    issue stays, whose name says more.
    """
    from xlperf.commands.compared_times import ISSUE, compared_time

    compared: list[Changes] = []
    missing: list[str] = []
    for text in (None, ISSUE, REFRESH):
        try:
            found = _changes(file, compared_time(text, file))
        except XlperfError as error:
            missing.append(NO_ISSUE if _without_issue(text, error) else str(error))
            continue
        if found.earlier is None:
            missing.append(str(found))
        elif not any(_shown(found) == _shown(item) for item in compared):
            compared.append(found)
    return tuple(reversed(compared)), tuple(missing)


def _without_issue(text: str | None, error: XlperfError) -> bool:
    from xlperf.commands.compared_times import ISSUE

    return text == ISSUE and isinstance(error, UsageError)


def _shown(found: Changes) -> list[tuple[object, ...]]:
    """What a comparison shows of lines: two that show the same are one."""
    return [
        (item.line, item.before, item.after, item.latest_before, item.latest_after)
        for item in (*found.changes, *found.figures)
    ]


def _changes(file: Path, against: Against) -> Changes:
    from xlperf.causes.what_changed import what_changed
    from xlperf.excel.file import FileWorkbook

    return what_changed(FileWorkbook.open(file), against)


def _require_place(place: Path, endings: tuple[str, ...], options: argparse.Namespace) -> None:
    """Refuse a place where the page or picture must not be written."""
    from xlperf.excel import paths, saving
    from xlperf.release import manifest
    from xlperf.views.page import is_page

    what = "page" if endings is HTML_ENDINGS else "picture"
    if place.suffix.lower() not in endings:
        raise UsageError(f"'{place.name}' should end in {endings[0]}: it is a {what}.")
    real = paths.require_place(place, what)
    if any((folder / manifest.NAME).is_file() for folder in real.parents):
        raise UsageError(PACK_FOLDER.format(real.parent, what))
    if real.exists() and not options.overwrite and not is_page(saving.Origin.read(place)[1]):
        saving.refuse_existing(place)


def _write(data: bytes, place: Path, options: argparse.Namespace) -> None:
    """Write a page or picture, which nobody may read who may not read the workbook."""
    from xlperf.excel import saving
    from xlperf.views.page import is_page

    target, kept = place.resolve(), None
    with saving.writing(target, "making"):
        if target.exists():
            origin, before = saving.Origin.read(target)
            keep = None if is_page(before) else before
            kept = saving.write(target, data, over=origin, keep=keep)
        else:
            saving.write(target, data, over=None, like=options.file.resolve())
    say(f"Made {place}. It is for the office: do not send it. {options.file.name} was not changed.")
    if kept is not None:
        say(f"The version before is kept as {kept.name}.")
    if options.open:
        import webbrowser

        if not webbrowser.open(target.as_uri()):
            say("No browser was found to show it: open the file yourself.")
