"""The log of faults: tracebacks go here, and a person is shown one sentence that says where. And
who that person is.
"""

from __future__ import annotations

import getpass
import os
from datetime import datetime
from pathlib import Path

from xlperf.version import VERSION


def path() -> Path:
    """Where the log is: in the user's local data on Windows, in the state folder elsewhere."""
    folder = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_STATE_HOME")
    return Path(folder or Path.home() / ".local" / "state") / "xlperf" / "xlperf.log"


def logged(error: Exception, *, state: str) -> str:
    """Write a fault's traceback to the log, and give the sentence for the user.

    `state`: how the workbook was left, as the end of a sentence.
    """
    import traceback

    log = path()
    stopped = f"a fault of the program stopped it ({type(error).__name__}); {state}."
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as stream:
            lines = traceback.format_exception(error)
            stream.write(
                f"{datetime.now().astimezone().isoformat()} xlperf {VERSION}\n{''.join(lines)}\n"
            )
    except OSError:
        return f"{stopped} No log could be kept."
    return f"{stopped} Details are in {log}."


def user() -> str:
    """Name of the account at work, for the Log sheet; "unknown" when it has none."""
    try:
        return getpass.getuser()
    except (
        KeyError,
        OSError,
        ImportError,
    ):  # no account has this number, or none of the variables is set
        return "unknown"
