"""The command line: reads arguments and runs a command, which prints sentences. No calculation
happens here.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from xlperf.command_line import parser
from xlperf.commands import (
    computer_commands,
    import_commands,
    pack_commands,
    page_commands,
    quarter_commands,
    rebuild_commands,
    return_commands,
    scan_commands,
    sheet_commands,
    whatif_commands,
    workbook_commands,
)
from xlperf.ending import (
    DATA_ERRORS,
    DONE,
    FAULT,
    INTERRUPTED,
    NOT_KNOWN,
    REFUSED,
    WRITTEN_BUT,
    WRONG_USAGE,
    ended,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "DATA_ERRORS",
    "DONE",
    "FAULT",
    "INTERRUPTED",
    "NOT_KNOWN",
    "REFUSED",
    "WRITTEN_BUT",
    "WRONG_USAGE",
    "main",
    "program",
]
COMMANDS = {
    item.name: item
    for item in (
        workbook_commands.refresh,
        workbook_commands.check,
        page_commands.explain,
        page_commands.view,
        workbook_commands.changes,
        rebuild_commands.rebuild,
        whatif_commands.whatif,
        workbook_commands.new,
        import_commands.import_files,
        return_commands.returns,
        return_commands.collect,
        quarter_commands.quarter,
        scan_commands.scan,
        sheet_commands.layout,
        sheet_commands.adopt,
        computer_commands.install,
        computer_commands.wheels,
        computer_commands.doctor,
        pack_commands.leakcheck,
        pack_commands.publish,
        pack_commands.sign,
        pack_commands.signoff,
        pack_commands.mail,
        pack_commands.proof,
    )
}
"""The commands by their names, in the order of the help."""
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
    """Run the command of this process, which then ends: what it holds is not looked through for
    garbage once more.
    """
    code = main(arguments)
    gc.freeze()
    return code


if __name__ == "__main__":
    sys.exit(main())
