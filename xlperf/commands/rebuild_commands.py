"""The command that makes a past issue again: rebuild."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.command_line import JSON, WORKBOOK_FILE, argument, command
from xlperf.ending import DONE, REFUSED, say
from xlperf.json_output import changes_json, print_json

if TYPE_CHECKING:
    import argparse

    from xlperf.release.rebuilding import Rebuilt

WAYS = "Give the folder of a panel pack, or the last month of a period as 2014-06."


@command(
    WORKBOOK_FILE,
    argument(
        "--issue",
        "WHAT",
        "the folder of a panel pack, or the last month of a period, such as 2014-06; without"
        " it the newest panel pack beside the workbook",
        default="issue",
    ),
    argument(
        "--output",
        "FILE",
        "write the rebuilt lines, nothing withheld, to a new file (.csv) that stays in the office",
        Path,
    ),
    JSON,
)
def rebuild(options: argparse.Namespace) -> int:
    """Make a past issue again from what is stored of it, and say what differs and why; leaves the
    workbook as it is.
    """
    from xlperf.commands.compared_times import pack_or_period
    from xlperf.excel import paths, saving
    from xlperf.excel.file import FileWorkbook
    from xlperf.release import ledger, manifest
    from xlperf.release.rebuilding import rebuild

    if options.output is not None:
        paths.require_place(options.output, "file of figures")
        saving.refuse_existing(options.output, "or move that file away")
    place = pack_or_period(options.issue, options.file, WAYS)
    issue = manifest.read(place) if isinstance(place, Path) else place
    rebuilt = rebuild(FileWorkbook.open(options.file), issue, ledger.read(options.file))
    if options.output is not None and rebuilt.assessed is not None:
        saving.write(options.output.resolve(), rebuilt.figures(), over=None)
    if options.json:
        print_json(_as_json(rebuilt, options.file))
    else:
        from xlperf.release.rebuild_sentences import rebuild_output

        say(rebuild_output(rebuilt, options.file, options.output))
    return DONE if rebuilt.same else REFUSED


def _as_json(rebuilt: Rebuilt, file: Path) -> dict[str, object]:
    changes = {"recorded": rebuilt.recorded, "since": rebuilt.since}
    return {
        "file": str(file),
        "issue": rebuilt.name,
        "version": rebuilt.version,
        "rebuilt": rebuilt.assessed is not None,
        "same": rebuilt.same,
        "missing": rebuilt.missing,
        "notes": rebuilt.notes,
        "compared": [
            {**item._asdict(), "differing": [row._asdict() for row in item.differing]}
            for item in rebuilt.comparisons
        ],
        **{name: found and changes_json(found, file) for name, found in changes.items()},
    }
