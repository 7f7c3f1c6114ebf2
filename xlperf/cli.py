"""The command line: reads arguments, calls the pipeline, prints sentences. No calculation happens here."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf import outcome
from xlperf.ending import (
    DATA_ERRORS,
    DONE,
    EXIT_CODES,
    FAULT,
    INTERRUPTED,
    NOT_KNOWN,
    REFUSED,
    WRITTEN_BUT,
    WRONG_USAGE,
    ended,
    put,
    say,
)
from xlperf.errors import UsageError, WorkbookError
from xlperf.logbook import user
from xlperf.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from xlperf.assess.evidence import Assessment
    from xlperf.periods import Month
    from xlperf.pipeline import Refreshed
    from xlperf.release.mail import Mail
    from xlperf.tables.problems import Problem
    from xlperf.tiles.assessed import Assessed
    from xlperf.tiles.changes import Changes

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
"""NumPy's linear algebra starts a thread for each core when it is loaded, which takes longer than its work here: fits
of 36 months."""
PROGRAM = "python -m xlperf"
"""How a person starts it: the script that pip makes beside Python is an unsigned program, which many offices block."""
SMTP = "XLPERF_SMTP_"
"""What the variables with the mail server begin with."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. No exception leaves it."""

    def run() -> int:
        os.environ.setdefault(*ONE_THREAD)
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(encoding="utf-8", errors="replace")
        options = _parser().parse_args(arguments)
        code: int = options.run(options)
        return code

    return ended(run)


def program(arguments: Sequence[str] | None = None) -> int:
    """Run the command of this process, which then ends: what it holds is not looked through for garbage once more."""
    code = main(arguments)
    gc.freeze()
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Assess a police and crime plan dashboard: from data sheets to coloured, explained tiles.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"xlperf {VERSION}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    refresh = _command(commands, "refresh", _refresh, "fill and colour every tile of a workbook, and say what changed")
    _file(refresh)
    refresh.add_argument("--dry-run", action="store_true", help="work everything out, write nothing")
    refresh.add_argument(
        "--output", metavar="FILE", type=Path, help="write to another file and leave this one as it is"
    )
    refresh.add_argument("--force", action="store_true", help="replace the file of --output; a copy of it is kept")
    _period(refresh)
    _json(refresh)

    check = _command(commands, "check", _check, "check the data sheets; writes nothing")
    _file(check)
    _period(check)
    _json(check)

    explain = _command(commands, "explain", _explain, "say why each line of a priority has its colour; writes nothing")
    _file(explain)
    explain.add_argument("what", metavar="PRIORITY", help="a priority such as SP12, or a measure or line by name")
    _period(explain)
    _json(explain)

    changes = _command(commands, "changes", _changes, "say what changed since the period before; writes nothing")
    _file(changes)
    _json(changes)

    new = _command(commands, "new", _new, "make a new workbook, with illustrative data or blank")
    new.add_argument("file", metavar="FILE", type=Path, help="where to put it, such as Dashboard.xlsm")
    new.add_argument("--blank", action="store_true", help="without the illustrative figures, ready for your own")
    new.add_argument("--without-macros", action="store_true", help="without ribbon and functions; needs no xlwings")
    new.add_argument("--force", action="store_true", help="replace the file if it exists; a copy of it is kept")

    _setup_commands(commands)

    leakcheck = _command(
        commands, "leakcheck", _leakcheck, "look into files that are about to be sent for what was not meant to leave"
    )
    leakcheck.add_argument(
        "files", metavar="FILE", type=Path, nargs="+", help="workbooks, documents, PDFs, mails (.eml), pictures, texts"
    )
    leakcheck.add_argument(
        "--allow",
        metavar="TEXT",
        action="append",
        default=[],
        help="what is meant to be seen: an e-mail address, a domain as @office.example, a telephone number, a "
        "postcode, an author or other property, the host of a link; may be given again",
    )
    _json(leakcheck)

    _pack_commands(commands)

    return parser


def _setup_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    install = _command(commands, "install", _install, "set this computer up for the buttons and functions in Excel")
    either = install.add_mutually_exclusive_group()
    either.add_argument("--trust", metavar="FOLDER", help="let workbooks in this folder run their macros")
    either.add_argument("--remove", action="store_true", help="take back what it did, and only that")
    install.add_argument("--dry-run", action="store_true", help="say what it would do, do nothing")
    install.set_defaults(json=False)

    wheels = _command(
        commands, "wheels", _wheels, "put xlperf and all it needs into a folder, for a computer without the internet"
    )
    wheels.add_argument("folder", metavar="FOLDER", type=Path, help="where to put the files")
    wheels.add_argument(
        "--for", choices=["windows"], dest="system", help="that computer's system, if another than here"
    )
    wheels.add_argument("--python", metavar="X.Y", help="that computer's Python, such as 3.12, if another than here")
    wheels.set_defaults(json=False)

    doctor = _command(commands, "doctor", _doctor, "check this computer, and a workbook, for what Excel needs")
    doctor.add_argument("file", metavar="FILE", nargs="?", type=Path, help="a workbook to check as well")
    doctor.add_argument("--it", action="store_true", help="print a page for the IT department instead")
    _json(doctor)


def _pack_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    publish = _command(commands, "publish", _publish, "make the panel pack: workbook, report and PDFs; sends nothing")
    _file(publish)
    publish.add_argument("--to", metavar="FOLDER", type=Path, required=True, help="a new folder for the pack")
    publish.add_argument("--again", action="store_true", help="keep an earlier pack of that folder beside it")
    publish.add_argument("--template", metavar="FILE", type=Path, help="your own template of the report (.docx)")
    _period(publish)
    _json(publish)

    sign = _command(commands, "sign", _sign, "sign a panel pack off, as analyst, assurer or approver")
    _folder(sign)
    sign.add_argument("--role", required=True, metavar="ROLE", help="analyst, assurer or approver, in this order")
    sign.add_argument("--who", required=True, metavar="NAME", help="name of the person who signs")
    sign.set_defaults(json=False)

    signoff = _command(commands, "signoff", _signoff, "say who has signed a panel pack, and whether it changed since")
    _folder(signoff)
    _json(signoff)

    mail = _command(commands, "mail", _mail, "make the mail of a signed panel pack: a draft, unless told to send")
    _folder(mail)
    mail.add_argument("--to", metavar="ADDRESS", action="append", default=[], help="to these of its recipients only")
    mail.add_argument("--text", metavar="FILE", type=Path, help="subject and text, as templates/mail.txt")
    way = mail.add_mutually_exclusive_group()
    way.add_argument("--eml", metavar="FILE", type=Path, help="where to put the draft, instead of beside the folder")
    mail.add_argument("--force", action="store_true", help="replace a draft that is there; a copy of it is kept")
    way.add_argument("--outlook", action="store_true", help="show the draft in Outlook instead (Windows)")
    way.add_argument("--send", action="store_true", help="send it now, through --server")
    mail.add_argument("--server", metavar="HOST[:PORT]", help=f"mail server; or the variable {SMTP}SERVER")
    mail.add_argument("--from", metavar="ADDRESS", dest="sender", help=f"who sends it; or the variable {SMTP}FROM")
    mail.add_argument(
        "--user", metavar="NAME", help=f"user at the server; its password is in {SMTP}PASSWORD, or asked for"
    )
    mail.add_argument("--no-tls", action="store_true", help="without encryption, and then without a password")


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    summary: str,
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run)
    return command


def _file(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", type=Path, help="the workbook, .xlsm or .xlsx")


def _folder(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", metavar="FOLDER", type=Path, help="the panel pack, as publish made it")


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print JSON for machines")


def _period(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--period", metavar="YYYY-MM", type=_month, help="last month of the twelve assessed, instead of the setting"
    )


def _month(text: str) -> Month:
    from xlperf.periods import month_of

    try:
        return month_of(datetime.strptime(text, "%Y-%m").date())  # noqa: DTZ007 - a month has no time zone
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no month; give it as 2014-09") from None


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Keep Python from looking for garbage: nearly all that a refresh makes, modules first, lives until it ends."""
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
        _print_json(_refreshed_json(result, options, seconds))
    else:
        from xlperf.terminal import refreshed

        say(refreshed(result, options.file, options.output, dry_run=options.dry_run, seconds=seconds))
    return DONE


def _require_output(options: argparse.Namespace) -> None:
    """Refuse a place for the workbook before the work, not after it."""
    from xlperf.excel import places, saving

    places.require_path(options.file)
    if options.output is None:
        if options.force:
            raise UsageError("--force belongs to --output. Without it the workbook is refreshed in place.")
        return
    real = places.require_place(options.output, "workbook", WorkbookError)
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
        _print_json({"file": str(options.file), **_checks_json(assessed.problems)})
    else:
        from xlperf.terminal import checked

        say(checked(assessed, options.file))
    errors = [problem for problem in assessed.problems if problem.severity == "error" and problem.settled is None]
    return DATA_ERRORS if errors else DONE


def _explain(options: argparse.Namespace) -> int:
    from xlperf.terminal import explanations, lines_named

    assessed = _assessed(options)
    lines = lines_named(options.what, assessed.lines)
    if options.json:
        _print_json([_line_json(line, assessed) for line in lines])
    else:
        say(explanations(lines, assessed))
    return DONE


def _changes(options: argparse.Namespace) -> int:
    from xlperf.excel.file import FileWorkbook
    from xlperf.tiles.changes import changes

    found = changes(FileWorkbook.open(options.file))
    if options.json:
        _print_json(_changes_json(found, options.file))
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
        _print_json(
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
        from xlperf.release.telling import published

        say(published(made))
    return DONE


def _new(options: argparse.Namespace) -> int:
    from xlperf.addin.builder import build
    from xlperf.excel import places, saving

    target: Path = options.file
    if target.suffix.lower() != ".xlsm":
        raise UsageError(f"'{target.name}' should end in .xlsm: the dashboard is a macro-enabled workbook.")
    places.require_place(target, "workbook")
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
            ThisMachine(), trust=options.trust, remove=options.remove, dry_run=options.dry_run, progress=progress
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
        _print_json([asdict(finding) for finding in findings])
    else:
        say(doctor.report(findings))
    return REFUSED if doctor.has_problems(findings) else DONE


def _leakcheck(options: argparse.Namespace) -> int:
    from dataclasses import asdict

    from xlperf import leaks
    from xlperf.excel.saving import Origin
    from xlperf.leaks.sentences import told

    expected = leaks.Expected(allowed=frozenset(options.allow))
    found: dict[Path, tuple[leaks.Leak, ...]] = {}
    with _progress(options) as progress:
        for file in options.files:
            progress(f"Looking into {file.name}")
            found[file] = leaks.check(Origin.read(file)[1], file.name, expected=expected)
    if options.json:
        _print_json([{"file": str(file), "leaks": [asdict(leak) for leak in of]} for file, of in found.items()])
    else:
        say("\n\n".join(told(str(file), of) for file, of in found.items()))
    return REFUSED if any(leak.blocks for of in found.values() for leak in of) else DONE


def _sign(options: argparse.Namespace) -> int:
    from xlperf.excel.places import require_path
    from xlperf.release import signoff

    require_path(options.folder)
    say(signoff.report(signoff.sign(options.folder, options.role, options.who, datetime.now().astimezone())))
    return DONE


def _signoff(options: argparse.Namespace) -> int:
    from xlperf.excel.places import require_path
    from xlperf.release import signoff

    found = signoff.state(require_path(options.folder))
    if options.json:
        _print_json(signoff.as_json(found))
    else:
        say(signoff.report(found))
    return DONE if found.complete else REFUSED


def _mail(options: argparse.Namespace) -> int:
    from xlperf.excel.places import require_path
    from xlperf.release import mail, manifest

    require_path(options.folder)
    if not options.send and (options.server or options.sender or options.user or options.no_tls):
        raise UsageError("--server, --from, --user and --no-tls belong to --send. Without it nothing is sent.")
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
        raise UsageError(f"To send, give --server and --from, or the variables {SMTP}SERVER and {SMTP}FROM.")
    if user_name and not password and sys.stdin.isatty():
        from getpass import getpass

        password = getpass(f"Password of {user_name} at {place}: ")
    server = sending.server(place, encrypted=not options.no_tls, user=user_name, password=password)
    sending.send(mail.message(made, recipients.address(sender), datetime.now().astimezone()), server)
    say(f"Sent to {', '.join(made.to)} through {server.host}:{server.port}: {len(made.attachments)} files.")


@contextmanager
def _progress(options: argparse.Namespace) -> Iterator[Callable[[str], None]]:
    """Show the step at work on a terminal; silent when the output is read by a machine or goes to a file."""
    if options.json or sys.stderr is None or not sys.stderr.isatty():
        from xlperf.pipeline import silent

        yield silent
        return
    from rich.console import Console

    with Console(stderr=True).status("Starting") as spinner:
        yield lambda step: spinner.update(f"{step} …")


def _print_json(value: object) -> None:
    import json

    put(json.dumps(value, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _checks_json(problems: Sequence[Problem]) -> dict[str, object]:
    from xlperf.tiles.counting import counted

    return {"checks": [_problem_json(problem) for problem in problems], "counts_of_checks": counted(problems)}


def _problem_json(problem: Problem) -> dict[str, object]:
    from xlperf.tiles.settling import can_be_settled

    settled = problem.settled
    return {
        "severity": str(problem.severity),
        "code": str(problem.code),
        "sheet": problem.sheet,
        "cell": problem.cell,
        "measure": problem.measure,
        "found": problem.found,
        "remedy": problem.remedy,
        "effect": str(problem.effect),
        "lines": problem.lines,
        "always_shown": problem.standing,
        "settle_with": problem.identity if can_be_settled(problem) else None,
        "settled": settled and {"reason": settled.reason, "role": settled.role, "until": settled.until},
    }


def _line_json(line: Assessment, assessed: Assessed) -> dict[str, object]:
    from xlperf.tiles.written import working

    return {
        title.lower().replace(" ", "_").replace("%", "percent"): value
        for title, value in working(line, assessed.settings).items()
    }


def _changes_json(found: Changes, file: Path) -> dict[str, object]:
    return {
        "file": str(file),
        "earlier": found.earlier,
        "later": found.later,
        "lines": found.lines,
        "changes": [{**change._asdict(), "turn": change.turn.value} for change in found.changes],
    }


def _refreshed_json(result: Refreshed, options: argparse.Namespace, seconds: float) -> dict[str, object]:
    from xlperf.tiles.layout import colour_counts

    return {
        "file": str(options.output or options.file),
        "period_end": result.assessed.settings.period_end,
        "dry_run": options.dry_run,
        "changed": result.applied.changed,
        "cells_written": result.applied.values,
        "fills_written": result.applied.fills,
        "needs_recalculation": result.applied.needs_recalculation,
        "counts": {str(colour): number for colour, number in colour_counts(result.assessed.lines).items()},
        "changes": [
            {"line": item.line, "before": item.before, "after": item.after, "decision": item.decision}
            for item in result.differences
        ],
        "lines": [_line_json(line, result.assessed) for line in result.assessed.lines],
        **_checks_json(result.assessed.problems),
        "backup": result.backup and str(result.backup),
        "notes": outcome.current().notes,
        "seconds": round(seconds, 3),
    }


if __name__ == "__main__":
    sys.exit(main())
