"""The command line: reads arguments and runs a command, which prints sentences. No calculation
happens here.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from xlperf.command_line import Command, parser
from xlperf.ending import ended

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FUNCTIONS = {
    "refresh": "workbook_commands.refresh",
    "check": "workbook_commands.check",
    "explain": "page_commands.explain",
    "view": "page_commands.view",
    "changes": "workbook_commands.changes",
    "rebuild": "rebuild_commands.rebuild",
    "whatif": "whatif_commands.whatif",
    "new": "workbook_commands.new",
    "import": "import_commands.import_files",
    "returns": "return_commands.returns",
    "collect": "return_commands.collect",
    "quarter": "quarter_commands.quarter",
    "scan": "scan_commands.scan",
    "layout": "sheet_commands.layout",
    "adopt": "sheet_commands.adopt",
    "install": "computer_commands.install",
    "wheels": "computer_commands.wheels",
    "doctor": "computer_commands.doctor",
    "leakcheck": "pack_commands.leakcheck",
    "publish": "pack_commands.publish",
    "sign": "pack_commands.sign",
    "signoff": "pack_commands.signoff",
    "mail": "pack_commands.mail",
    "proof": "pack_commands.proof",
}
"""Where each command is in `xlperf.commands`, in the order of the help."""


class Commands(Mapping[str, Command]):
    """The commands by their names. The module of a command is loaded when the command is used."""

    def __getitem__(self, name: str) -> Command:
        module, function = FUNCTIONS[name].split(".")
        found: Command = getattr(import_module(f"xlperf.commands.{module}"), function)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(FUNCTIONS)

    def __len__(self) -> int:
        return len(FUNCTIONS)


COMMANDS = Commands()
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "1")
"""NumPy's linear algebra starts a thread for each core when it is loaded, which takes longer than
its work here: fits of 36 months.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. No exception leaves it."""

    def run() -> int:
        os.environ.setdefault(*ONE_THREAD)
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(encoding="utf-8", errors="replace")
        words = sys.argv[1:] if arguments is None else arguments
        chosen = {name: COMMANDS[name] for name in words[:1] if name in COMMANDS}
        options = parser(chosen or COMMANDS).parse_args(words)
        code: int = options.run(options)
        return code

    return ended(run)


def program(arguments: Sequence[str] | None = None) -> int:
    """Run the command of this process, which then ends with its exit code.

    What the process holds is not given back piece by piece, which would take 5 % of the time of a
    refresh. What others register for the end of the process from here on is done before.
    """
    codes: list[int] = []
    atexit.register(_end_at_once, codes)
    codes.append(main(arguments))
    return codes[0]


def _end_at_once(codes: Sequence[int]) -> None:
    if codes:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(codes[0])


if __name__ == "__main__":
    sys.exit(main())
