"""The command that asks what would give another colour: whatif."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.command_line import (
    JSON,
    PERIOD,
    WORKBOOK_FILE,
    argument,
    command,
    month_typed,
    progress_shown,
)
from xlperf.commands.workbook_commands import assessed_workbook
from xlperf.ending import DONE, say
from xlperf.errors import UsageError
from xlperf.json_output import print_json

if TYPE_CHECKING:
    import argparse

    from xlperf.periods import Month
    from xlperf.tiles.assessed import Assessed


@command(
    WORKBOOK_FILE,
    argument(
        "words",
        "LINE",
        "a line, a measure or a priority by name, or words of its title such as burglary:"
        " which numbers would give it another colour",
        nargs="*",
    ),
    argument(
        "--by",
        "YYYY-MM",
        "last of the months to come that are asked about, instead of a year on and the target date",
        month_typed,
    ),
    argument(
        "--set",
        "KEY=VALUE",
        "other settings for every line, or the lines named before, such as spc_basis=mean"
        " z=2.58; each --set is an alternative of its own, side by side; without LINE and --set:"
        " every other reading",
        dest="alternatives",
        nargs="+",
        action="append",
        default=[],
    ),
    PERIOD,
    JSON,
)
def whatif(options: argparse.Namespace) -> int:
    """Say which numbers would give a line another colour, or which colours other settings would
    give; writes nothing.
    """
    if options.by is not None and (options.alternatives or not options.words):
        raise UsageError("--by belongs to a line, without --set: name one before it.")
    typed = _typed(options)
    with progress_shown(options) as progress:
        assessed = assessed_workbook(options.file, options.period, progress)
        progress("Trying")
        if options.words and not typed:
            return _levels(options, assessed)
        return _settings(options, assessed, typed)


def _typed(options: argparse.Namespace) -> list[dict[str, str]]:
    from xlperf.scenarios.other_settings import read_alternative

    return [read_alternative(texts) for texts in options.alternatives]


def _levels(options: argparse.Namespace, assessed: Assessed) -> int:
    from xlperf.assessment.basis import Basis
    from xlperf.scenarios.level_output import levels_json, levels_text
    from xlperf.scenarios.line_levels import line_levels
    from xlperf.scenarios.lines_by_words import lines_meant

    settings, tables = assessed.settings, assessed.tables
    _require_later(options.by, settings.latest.last)
    meant = lines_meant(" ".join(options.words), assessed.lines, tables)
    basis = Basis(tables, settings)
    found = [line_levels(basis, assessed.lines, line, options.by) for line in meant]
    if options.json:
        print_json([levels_json(item, settings) for item in found])
    else:
        say(levels_text(found, settings, tables))
    return DONE


def _require_later(until: Month | None, last: Month) -> None:
    from xlperf.periods import month_name
    from xlperf.scenarios.line_levels import LATEST_ASKED

    if until is not None and not last < until <= last + LATEST_ASKED:
        raise UsageError(
            f"--by: give a month after {month_name(last)}, the end of the period, and not after"
            f" {month_name(last + LATEST_ASKED)}."
        )


def _settings(options: argparse.Namespace, assessed: Assessed, typed: list[dict[str, str]]) -> int:
    from xlperf.scenarios.lines_by_words import lines_meant
    from xlperf.scenarios.other_settings import alternative_of, other_readings
    from xlperf.scenarios.settings_table import alternatives_json, side_by_side

    settings, tables, lines = assessed.settings, assessed.tables, assessed.lines
    words = " ".join(options.words)
    asked = lines_meant(words, lines, tables) if words else None
    every = typed or other_readings(settings)
    alternatives = [alternative_of(tables, settings, item) for item in every]
    if options.json:
        print_json(alternatives_json(lines, alternatives, settings, asked))
        return DONE
    say(f"{options.file.name}: every line under other settings. Nothing was written.\n")
    say(side_by_side(lines, alternatives, settings, tables, asked, reasons=bool(typed)))
    return DONE
