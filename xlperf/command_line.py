"""How a command is declared: its name, help and arguments are those of the function that runs it
(`xlperf.commands`). And the parser of all of them.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlperf.ending import EXIT_CODES
from xlperf.frozen import NamedTuple
from xlperf.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TypeAlias

    from xlperf.periods import Month

    Run: TypeAlias = Callable[[argparse.Namespace], int]

PROGRAM = "python -m xlperf"
"""How a person starts it: the script that pip makes beside Python is an unsigned program, which
many offices block.
"""


class CommandArgument(NamedTuple):
    """What a person types after a command: what ``add_argument`` of argparse takes."""

    name: str
    options: Mapping[str, Any]


class Alternatives(NamedTuple):
    """Arguments of which a person may give one."""

    arguments: tuple[CommandArgument, ...]


class Command(NamedTuple):
    """A command: its arguments, and the function that runs it and gives the exit code."""

    arguments: tuple[CommandArgument | Alternatives, ...]
    run: Run

    @property
    def name(self) -> str:
        """What a person types: the name of the function."""
        return self.run.__name__

    @property
    def summary(self) -> str:
        """What it does: the docstring of the function."""
        return " ".join((self.run.__doc__ or "").split())


def command(*arguments: CommandArgument | Alternatives) -> Callable[[Run], Command]:
    """Declare a function as a command."""
    return lambda run: Command(arguments, run)


def argument(
    name: str, metavar: str | None, words: str, read: Callable[[str], Any] = str, **options: Any
) -> CommandArgument:
    """Declare an argument; `metavar`: what stands for it in the help, `words`: its help, `read`:
    reads what a person types. `options`: as ``add_argument`` of argparse takes them.
    """
    return CommandArgument(name, {"metavar": metavar, "help": words, "type": read, **options})


def flag(name: str, words: str) -> CommandArgument:
    """Declare an argument that a person gives or leaves out; `words`: its help."""
    return CommandArgument(name, {"action": "store_true", "help": words})


def repeated(name: str, metavar: str, words: str) -> CommandArgument:
    """Declare an argument that a person may give again; `words`: its help."""
    return argument(name, metavar, words, action="append", default=[])


def one_of(*arguments: CommandArgument) -> Alternatives:
    """Declare arguments of which a person may give one."""
    return Alternatives(arguments)


def parser(commands: Mapping[str, Command]) -> argparse.ArgumentParser:
    """Make the parser of commands. What it reads has the function to run as ``run``."""
    whole = argparse.ArgumentParser(
        prog=PROGRAM,
        description=(
            "Assess a police and crime plan dashboard: from data sheets to coloured, explained"
            " tiles."
        ),
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--version", action="version", version=f"xlperf {VERSION}")
    parsers = whole.add_subparsers(metavar="COMMAND", required=True)
    for item in commands.values():
        one = parsers.add_parser(
            item.name,
            help=item.summary[:1].lower() + item.summary[1:].removesuffix("."),
            description=item.summary,
            epilog=EXIT_CODES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        one.set_defaults(run=item.run, json=False)
        for part in item.arguments:
            if isinstance(part, CommandArgument):
                one.add_argument(part.name, **part.options)
            else:
                group = one.add_mutually_exclusive_group()
                for choice in part.arguments:
                    group.add_argument(choice.name, **choice.options)
    return whole


@contextmanager
def progress_shown(options: argparse.Namespace) -> Iterator[Callable[[str], None]]:
    """Show the step at work on a terminal; silent where output goes to a machine or a file."""
    if options.json or sys.stderr is None or not sys.stderr.isatty():
        from xlperf.pipeline import silent

        yield silent
        return
    from rich.console import Console

    with Console(stderr=True).status("Starting") as spinner:
        yield lambda step: spinner.update(f"{step} …")


def month_typed(text: str) -> Month:
    """Read a month as a person types it: 2014-09."""
    from xlperf.periods import month_of

    try:
        return month_of(datetime.strptime(text, "%Y-%m").date())  # noqa: DTZ007 - a month has no time zone
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no month; give it as 2014-09") from None


def day_typed(text: str) -> date:
    """Read a day as a person types it: 2014-10-16."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no date; give it as 2014-10-16") from None


def quarter_end(text: str) -> Month:
    """Read the last month of a quarter."""
    month = month_typed(text)
    if month % 3 != 2:
        raise argparse.ArgumentTypeError(
            f"'{text}' does not end a quarter; give March, June, September or December"
        )
    return month


WORKBOOK_FILE = argument("file", "FILE", "the workbook, .xlsm or .xlsx", Path)
PACK_FOLDER = argument("folder", "FOLDER", "the panel pack, as publish made it", Path)
JSON = flag("--json", "print JSON for machines")
PERIOD = argument(
    "--period", "YYYY-MM", "last month of the twelve assessed, instead of the setting", month_typed
)
