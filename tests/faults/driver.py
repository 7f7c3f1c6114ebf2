"""A process that has everything loaded and runs one command after the other, each in a child that
waits to be traced.

Asked by lines of JSON on standard input: the command's arguments, and files for its output. It
answers with the child's number, waits for a line, lets the child go, and answers with how it ended:
exit code, or minus the number of a signal.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import shutil
import sys
import traceback
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
    """Load every module that a command loads, so that a child loads none any more.

    The commands run in a child of their own: they start threads (Typst's, HiGHS's), and of a
    process with threads a fork keeps one, which would wait for the others for ever.
    """
    loaded = folder / "modules.json"
    child = os.fork()
    if child == 0:
        try:
            run_every_command(folder)
            loaded.write_text(json.dumps(list(sys.modules)), encoding="utf-8")
        except BaseException:  # noqa: BLE001 - a child that went on would serve, too
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0, "a command failed while warming up"
    for name in json.loads(loaded.read_text(encoding="utf-8")):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def run_every_command(folder: Path) -> None:
    """Run every command once. The pack is of a workbook without figures, which takes less time."""
    from xlperf.cli import main as command

    book, blank, pack = folder / "Warm.xlsm", folder / "Blank.xlsm", folder / "Blank pack"
    shutil.copy(Path(sys.argv[2]), book)
    text = [["refresh", str(book)], ["refresh", str(book)]]
    text += [["new", str(blank), "--blank", "--without-macros"], ["refresh", str(blank)]]
    text += [["publish", str(blank), "--to", str(pack), "--first-issue"]]
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
