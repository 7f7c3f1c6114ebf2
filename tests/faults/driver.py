"""A process that has everything loaded and runs one command after the other, each in a child that
waits to be traced.

Asked by lines of JSON on standard input: the command's arguments, and files for its output. It
answers with the child's number, waits for a line, lets the child go, and answers with how it ended:
exit code, or minus the number of a signal.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import sys
from pathlib import Path


def main() -> None:
    """Warm up, then serve."""
    from xlperf import cli

    warm(Path(sys.argv[1]))
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        wait, go = os.pipe()
        waits, ready = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(go)
            for number, name in ((1, asked["out"]), (2, asked["err"])):
                if name:
                    handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
                    os.dup2(handle, number)
                    os.close(handle)
                else:
                    os.close(number)
            sys.stdout = os.fdopen(1, "w") if asked["out"] else None  # type: ignore[assignment]
            sys.stderr = os.fdopen(2, "w") if asked["err"] else None  # type: ignore[assignment]
            os.write(ready, b"!")
            waiting = (
                select.poll()
            )  # a call that no fault is put into: the others are counted from here
            waiting.register(wait, select.POLLIN)
            waiting.poll()
            code = cli.main(asked["args"])
            with contextlib.suppress(OSError):
                if sys.stdout is not None:
                    sys.stdout.flush()
            os._exit(code)
        os.close(wait)
        os.close(ready)
        os.read(waits, 1)
        os.close(waits)
        print(child, flush=True)
        sys.stdin.readline()
        os.write(go, b"!")
        _, status = os.waitpid(child, 0)
        os.close(go)
        print(os.waitstatus_to_exitcode(status), flush=True)


def warm(folder: Path) -> None:
    """Run every command once, so that a child loads no module any more.

    The pack is of a workbook without figures: it is written in the same calls, and nothing is
    drawn, which takes long.
    """
    from xlperf.cli import main as command

    book, blank, pack = folder / "Warm.xlsm", folder / "Blank.xlsm", folder / "Blank pack"
    shutil.copy(Path(sys.argv[2]), book)
    text = [["refresh", str(book)], ["refresh", str(book)]]
    text += [["new", str(blank), "--blank", "--without-macros"], ["refresh", str(blank)]]
    text += [["publish", str(blank), "--to", str(pack)]]
    text += [
        ["sign", str(pack), "--role", role, "--who", role, "--without-mail"]
        for role in ("analyst", "assurer", "approver")
    ]
    mail = ["mail", sys.argv[3]]
    sent = [*mail, "--send", "--server", "127.0.0.1:1", "--no-tls", "--from", "a@b.example"]
    text += [mail, sent]
    for arguments in text:
        with (
            Path(os.devnull).open("w") as nowhere,
            contextlib.redirect_stdout(nowhere),
            contextlib.redirect_stderr(nowhere),
        ):
            code = command(arguments)
        assert code == 0 or arguments == sent, f"{arguments} ended with {code}"


if __name__ == "__main__":
    main()
