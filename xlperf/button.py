"""What a button of the workbook starts: ``python -P -B -m xlperf.button refresh --wb=NAME
--from_xl=1 --hwnd=NUMBER``.

The name of a macro comes first (`xlperf.ribbon.BUTTONS`); what follows is xlwings' own and is read
by its ``Book.caller``. The VBA starts it with ``RunFrozenPython`` of xlwings: ``RunPython`` loads
xlwings before anything of xlperf is at work, and with it whatever heavy package it finds. What goes
to the error output is shown by the VBA when the exit code is not 0, so it is always one sentence.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WINDOW = "--hwnd="
"""Names the window of Excel, on Windows: there xlwings needs pywin32; without it, it loads but has
no engine.
"""
LOOK = "look at the workbook before you go on"
"""What can be said where it is not known how far it came, or whether Excel saves by itself."""
OTHER_WAY = "Without buttons: close the workbook and run: python -m xlperf refresh FILE"


def main(arguments: Sequence[str]) -> None:
    """Run the macro that is named first. Raises SystemExit with a sentence where that cannot be."""
    from xlperf import logbook, ribbon
    from xlperf.excel.light import xlwings_alone
    from xlperf.version import INSTALL_XLWINGS

    name = next(iter(arguments), "")
    macro = ribbon.BUTTONS.get(name)
    if macro is None:
        raise SystemExit(
            f"xlperf has no button '{name}': workbook and xlperf are of different versions."
            f" {OTHER_WAY}"
        )
    os.chdir(
        Path(sys.executable).parent
    )  # as RunPython does: never the folder that Excel happens to be in
    try:
        xlwings = xlwings_alone()
        if any(item.startswith(WINDOW) for item in arguments) and not xlwings.has_pywin32:
            importlib.import_module("pywintypes")
    except ImportError as error:
        raise SystemExit(
            f"The Python that Excel starts, {sys.executable}, cannot load what it needs to talk to"
            f" Excel ({error}). With this Python run: {INSTALL_XLWINGS}. {OTHER_WAY}"
        ) from None
    try:
        macro()
    except Exception as error:  # noqa: BLE001 - the last resort: a sentence for the analyst, the traceback for the log
        raise SystemExit(f"{logbook.logged(error, state=LOOK)} {OTHER_WAY}") from None


if __name__ == "__main__":
    main(sys.argv[1:])
