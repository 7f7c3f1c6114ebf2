"""The command line: reads arguments, calls the pipeline, prints sentences. No calculation happens
here.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from xlperf import outcome
from xlperf.command_line import SMTP, parser
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
    say,
)
from xlperf.errors import UsageError, WorkbookError
from xlperf.json_output import changes_json, checks_json, line_json, print_json, refreshed_json
from xlperf.logbook import user

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from xlperf.release.mail import Mail
    from xlperf.tiles.assessed import Assessed

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
        options = parser(COMMANDS).parse_args(arguments)
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


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Keep Python from looking for garbage: nearly all that a refresh makes, modules first, lives
    until it ends.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_without_collecting()
def _refresh(options: argparse.Namespace) -> int:
    started = time.perf_counter()
    from xlperf.excel.file import FileWorkbook
    from xlperf.pipeline import refresh

    _require_output(options)
    with _progress(options) as progress:
        progress(f"Opening {options.file.name}")
        result = refresh(
            FileWorkbook.open(options.file),
            now=datetime.now().astimezone(),
            who=user(),
            seconds=lambda: time.perf_counter() - started,
            period=options.period,
            output=options.output,
            force=options.force,
            dry_run=options.dry_run,
            progress=progress,
        )
    seconds = time.perf_counter() - started
    if options.json:
        print_json(refreshed_json(result, options, seconds))
    else:
        from xlperf.terminal import refreshed

        say(
            refreshed(
                result, options.file, options.output, dry_run=options.dry_run, seconds=seconds
            )
        )
    return DONE


def _require_output(options: argparse.Namespace) -> None:
    """Refuse a place for the workbook before the work, not after it."""
    from xlperf.excel import paths, saving

    paths.require_path(options.file)
    if options.output is None:
        if options.force:
            raise UsageError(
                "--force belongs to --output. Without it the workbook is refreshed in place."
            )
        return
    real = paths.require_place(options.output, "workbook", WorkbookError)
    if not options.force and real != options.file.resolve():
        saving.refuse_existing(options.output)


def _assessed(options: argparse.Namespace) -> Assessed:
    from xlperf.excel.file import FileWorkbook
    from xlperf.pipeline import assess_workbook

    with _progress(options) as progress:
        progress(f"Opening {options.file.name}")
        return assess_workbook(
            FileWorkbook.open(options.file),
            period=options.period,
            today=datetime.now().astimezone().date(),
            progress=progress,
        )


def _check(options: argparse.Namespace) -> int:
    assessed = _assessed(options)
    if options.json:
        print_json({"file": str(options.file), **checks_json(assessed.problems)})
    else:
        from xlperf.terminal import checked

        say(checked(assessed, options.file))
    errors = [
        problem
        for problem in assessed.problems
        if problem.severity == "error" and problem.settled is None
    ]
    return DATA_ERRORS if errors else DONE


def _explain(options: argparse.Namespace) -> int:
    from xlperf.terminal import explanations, lines_named

    assessed = _assessed(options)
    lines = lines_named(options.what, assessed.lines)
    if options.json:
        print_json([line_json(line, assessed) for line in lines])
    else:
        say(explanations(lines, assessed))
    return DONE


def _changes(options: argparse.Namespace) -> int:
    from xlperf.excel.file import FileWorkbook
    from xlperf.tiles.changes import changes

    found = changes(FileWorkbook.open(options.file))
    if options.json:
        print_json(changes_json(found, options.file))
    else:
        from xlperf.terminal import changed

        say(changed(found, options.file))
    return DONE


def _publish(options: argparse.Namespace) -> int:
    from xlperf.excel.file import FileWorkbook
    from xlperf.release.publish import publish

    with _progress(options) as progress:
        progress(f"Opening {options.file.name}")
        made = publish(
            FileWorkbook.open(options.file),
            options.to,
            workbook=options.file.name,
            now=datetime.now().astimezone(),
            period=options.period,
            again=options.again,
            template=options.template,
            progress=progress,
        )
    if options.json:
        print_json(
            {
                "folder": str(made.folder),
                "files": made.files,
                "kept_in_office": made.kept,
                "not_made": made.not_made,
                "withheld": list(map(str, made.withheld)),
                "warnings": made.warnings,
                "earlier_pack": made.replaced and str(made.replaced),
                "counts_of_checks": made.checks,
                "notes": outcome.current().notes,
            }
        )
    else:
        from xlperf.release.publish_sentences import publish_output

        say(publish_output(made))
    return DONE


def _new(options: argparse.Namespace) -> int:
    from xlperf.excel import paths, saving
    from xlperf.newbook.builder import build

    target: Path = options.file
    if target.suffix.lower() != ".xlsm":
        raise UsageError(
            f"'{target.name}' should end in .xlsm: the dashboard is a macro-enabled workbook."
        )
    paths.require_place(target, "workbook")
    if not options.force:
        saving.refuse_existing(target)
    build(target, blank=options.blank, macros=not options.without_macros)
    if options.blank:
        say(f"Made {target}, without figures. Put yours into the blue sheets, save and close it.")
        say(f"Then: python -m xlperf refresh {target}")
    else:
        say(f"Made {target}, with illustrative data. Next: python -m xlperf refresh {target}")
    return DONE


def _install(options: argparse.Namespace) -> int:
    from xlperf.installing.machine import ThisMachine
    from xlperf.installing.performing import perform

    with _progress(options) as progress:
        told = perform(
            ThisMachine(),
            trust=options.trust,
            remove=options.remove,
            dry_run=options.dry_run,
            progress=progress,
        )
    say(told)
    return DONE


def _wheels(options: argparse.Namespace) -> int:
    from xlperf.installing.wheels import collect

    say(collect(options.folder, options.system, options.python))
    return DONE


def _doctor(options: argparse.Namespace) -> int:
    from dataclasses import asdict

    from xlperf.installing import doctor, it_page
    from xlperf.installing.machine import ThisMachine

    if options.it:
        say(it_page.page(ThisMachine()))
        return DONE
    findings = doctor.examine(ThisMachine(), options.file and str(options.file.absolute()))
    if options.json:
        print_json([asdict(finding) for finding in findings])
    else:
        say(doctor.report(findings))
    return REFUSED if doctor.has_problems(findings) else DONE


def _leakcheck(options: argparse.Namespace) -> int:
    from dataclasses import asdict

    from xlperf import leaks
    from xlperf.excel.saving import Origin
    from xlperf.leaks.sentences import leaks_output

    expected = leaks.Expected(allowed=frozenset(options.allow))
    found: dict[Path, tuple[leaks.Leak, ...]] = {}
    with _progress(options) as progress:
        for file in options.files:
            progress(f"Looking into {file.name}")
            found[file] = leaks.check(Origin.read(file)[1], file.name, expected=expected)
    if options.json:
        print_json(
            [
                {"file": str(file), "leaks": [asdict(leak) for leak in of]}
                for file, of in found.items()
            ]
        )
    else:
        say("\n\n".join(leaks_output(str(file), of) for file, of in found.items()))
    return REFUSED if any(leak.blocks for of in found.values() for leak in of) else DONE


def _sign(options: argparse.Namespace) -> int:
    from xlperf.excel.paths import require_path
    from xlperf.release import signoff

    require_path(options.folder)
    say(
        signoff.output(
            signoff.sign(options.folder, options.role, options.who, datetime.now().astimezone())
        )
    )
    return DONE


def _signoff(options: argparse.Namespace) -> int:
    from xlperf.excel.paths import require_path
    from xlperf.release import signoff

    found = signoff.state(require_path(options.folder))
    if options.json:
        print_json(signoff.as_json(found))
    else:
        say(signoff.output(found))
    return DONE if found.complete else REFUSED


def _mail(options: argparse.Namespace) -> int:
    from xlperf.excel.paths import require_path
    from xlperf.release import mail, manifest

    require_path(options.folder)
    if not options.send and (options.server or options.sender or options.user or options.no_tls):
        raise UsageError(
            "--server, --from, --user and --no-tls belong to --send. Without it nothing is sent."
        )
    text = None if options.text is None else mail.read_text(options.text)
    made = mail.compose(manifest.read(options.folder), to=options.to, text=text)
    if options.outlook:
        from xlperf.release import outlook

        outlook.show(made)
        say(f"Shown in Outlook, to {', '.join(made.to)}. Read it there, and send it yourself.")
    elif options.send:
        _send(made, options)
    else:
        target = mail.write_draft(made, options.folder, options.eml, force=options.force)
        say(f"Made {target}, to {', '.join(made.to)}. Nothing was sent: open it, read it, send it.")
    return DONE


def _send(made: Mail, options: argparse.Namespace) -> None:
    from xlperf.release import mail, recipients, sending

    def given(option: str | None, name: str) -> str:
        return option or os.environ.get(SMTP + name, "")

    place, sender = given(options.server, "SERVER"), given(options.sender, "FROM")
    user_name, password = given(options.user, "USER"), os.environ.get(f"{SMTP}PASSWORD", "")
    if not place or not sender:
        raise UsageError(
            f"To send, give --server and --from, or the variables {SMTP}SERVER and {SMTP}FROM."
        )
    if user_name and not password and sys.stdin.isatty():
        from getpass import getpass

        password = getpass(f"Password of {user_name} at {place}: ")
    server = sending.server(place, encrypted=not options.no_tls, user=user_name, password=password)
    sending.send(
        mail.message(made, recipients.address(sender), datetime.now().astimezone()), server
    )
    say(
        f"Sent to {', '.join(made.to)} through {server.host}:{server.port}: {len(made.attachments)}"
        " files."
    )


@contextmanager
def _progress(options: argparse.Namespace) -> Iterator[Callable[[str], None]]:
    """Show the step at work on a terminal; silent when the output is read by a machine or goes to a
    file.
    """
    if options.json or sys.stderr is None or not sys.stderr.isatty():
        from xlperf.pipeline import silent

        yield silent
        return
    from rich.console import Console

    with Console(stderr=True).status("Starting") as spinner:
        yield lambda step: spinner.update(f"{step} …")


COMMANDS = {
    "refresh": _refresh,
    "check": _check,
    "explain": _explain,
    "changes": _changes,
    "new": _new,
    "install": _install,
    "wheels": _wheels,
    "doctor": _doctor,
    "leakcheck": _leakcheck,
    "publish": _publish,
    "sign": _sign,
    "signoff": _signoff,
    "mail": _mail,
}
"""What each command does, by its name."""


if __name__ == "__main__":
    sys.exit(main())
