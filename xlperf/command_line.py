"""The commands and their arguments, as a person types them. What each command does is in
`xlperf.cli`.
"""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.ending import EXIT_CODES
from xlperf.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from xlperf.periods import Month

    Run: TypeAlias = Callable[[argparse.Namespace], int]

PROGRAM = "python -m xlperf"
"""How a person starts it: the script that pip makes beside Python is an unsigned program, which
many offices block.
"""
SMTP = "XLPERF_SMTP_"
"""What the variables with the mail server begin with."""


def parser(run: Mapping[str, Run]) -> argparse.ArgumentParser:
    """Make the parser of all commands; `run` has what each does, by its name."""
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
    commands = whole.add_subparsers(metavar="COMMAND", required=True)

    refresh = _command(
        commands, run, "refresh", "fill and colour every tile of a workbook, and say what changed"
    )
    _file(refresh)
    refresh.add_argument(
        "--dry-run", action="store_true", help="work everything out, write nothing"
    )
    refresh.add_argument(
        "--output",
        metavar="FILE",
        type=Path,
        help="write to another file and leave this one as it is",
    )
    refresh.add_argument(
        "--force", action="store_true", help="replace the file of --output; a copy of it is kept"
    )
    _period(refresh)
    _json(refresh)

    check = _command(commands, run, "check", "check the data sheets; writes nothing")
    _file(check)
    _period(check)
    _json(check)

    explain = _command(
        commands, run, "explain", "say why each line of a priority has its colour; writes nothing"
    )
    _file(explain)
    explain.add_argument(
        "what", metavar="PRIORITY", help="a priority such as SP12, or a measure or line by name"
    )
    _period(explain)
    _json(explain)

    changes = _command(
        commands, run, "changes", "say what changed since the period before; writes nothing"
    )
    _file(changes)
    _json(changes)

    new = _command(commands, run, "new", "make a new workbook, with illustrative data or blank")
    new.add_argument(
        "file", metavar="FILE", type=Path, help="where to put it, such as Dashboard.xlsm"
    )
    new.add_argument(
        "--blank", action="store_true", help="without the illustrative figures, ready for your own"
    )
    new.add_argument(
        "--without-macros",
        action="store_true",
        help="without ribbon and functions; needs no xlwings",
    )
    new.add_argument(
        "--force", action="store_true", help="replace the file if it exists; a copy of it is kept"
    )

    _setup_commands(commands, run)

    leakcheck = _command(
        commands,
        run,
        "leakcheck",
        "look into files that are about to be sent for what was not meant to leave",
    )
    leakcheck.add_argument(
        "files",
        metavar="FILE",
        type=Path,
        nargs="+",
        help="workbooks, documents, PDFs, mails (.eml), pictures, texts; the folder of a pack",
    )
    leakcheck.add_argument(
        "--allow",
        metavar="TEXT",
        action="append",
        default=[],
        help=(
            "what is meant to be seen: an e-mail address, a domain as @office.example, a telephone"
            " number, a postcode, an author or other property, the host of a link; may be given"
            " again"
        ),
    )
    _json(leakcheck)

    _pack_commands(commands, run)

    return whole


def _setup_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], run: Mapping[str, Run]
) -> None:
    install = _command(
        commands, run, "install", "set this computer up for the buttons and functions in Excel"
    )
    either = install.add_mutually_exclusive_group()
    either.add_argument(
        "--trust", metavar="FOLDER", help="let workbooks in this folder run their macros"
    )
    either.add_argument(
        "--remove", action="store_true", help="take back what it did, and only that"
    )
    install.add_argument("--dry-run", action="store_true", help="say what it would do, do nothing")
    install.set_defaults(json=False)

    wheels = _command(
        commands,
        run,
        "wheels",
        "put xlperf and all it needs into a folder, for a computer without the internet",
    )
    wheels.add_argument("folder", metavar="FOLDER", type=Path, help="where to put the files")
    wheels.add_argument(
        "--for",
        choices=["windows"],
        dest="system",
        help="that computer's system, if another than here",
    )
    wheels.add_argument(
        "--python", metavar="X.Y", help="that computer's Python, such as 3.12, if another than here"
    )
    wheels.set_defaults(json=False)

    doctor = _command(
        commands, run, "doctor", "check this computer, and a workbook, for what Excel needs"
    )
    doctor.add_argument(
        "file", metavar="FILE", nargs="?", type=Path, help="a workbook to check as well"
    )
    doctor.add_argument(
        "--it", action="store_true", help="print a page for the IT department instead"
    )
    _json(doctor)


def _pack_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], run: Mapping[str, Run]
) -> None:
    publish = _command(
        commands, run, "publish", "make the panel pack: workbook, report and PDFs; sends nothing"
    )
    _file(publish)
    publish.add_argument(
        "--to", metavar="FOLDER", type=Path, required=True, help="a new folder for the pack"
    )
    publish.add_argument(
        "--again", action="store_true", help="keep an earlier pack of that folder beside it"
    )
    publish.add_argument(
        "--template", metavar="FILE", type=Path, help="your own template of the report (.docx)"
    )
    _period(publish)
    _json(publish)

    sign = _command(commands, run, "sign", "sign a panel pack off, as analyst, assurer or approver")
    _folder(sign)
    sign.add_argument(
        "--role", required=True, metavar="ROLE", help="analyst, assurer or approver, in this order"
    )
    sign.add_argument("--who", required=True, metavar="NAME", help="name of the person who signs")
    sign.set_defaults(json=False)

    signoff = _command(
        commands, run, "signoff", "say who has signed a panel pack, and whether it changed since"
    )
    _folder(signoff)
    _json(signoff)

    mail = _command(
        commands, run, "mail", "make the mail of a signed panel pack: a draft, unless told to send"
    )
    _folder(mail)
    mail.add_argument(
        "--to",
        metavar="ADDRESS",
        action="append",
        default=[],
        help="to these of its recipients only",
    )
    mail.add_argument(
        "--text", metavar="FILE", type=Path, help="subject and text, as templates/mail.txt"
    )
    way = mail.add_mutually_exclusive_group()
    way.add_argument(
        "--eml",
        metavar="FILE",
        type=Path,
        help="where to put the draft, instead of beside the folder",
    )
    mail.add_argument(
        "--force", action="store_true", help="replace a draft that is there; a copy of it is kept"
    )
    way.add_argument(
        "--outlook", action="store_true", help="show the draft in Outlook instead (Windows)"
    )
    way.add_argument("--send", action="store_true", help="send it now, through --server")
    mail.add_argument(
        "--server", metavar="HOST[:PORT]", help=f"mail server; or the variable {SMTP}SERVER"
    )
    mail.add_argument(
        "--from", metavar="ADDRESS", dest="sender", help=f"who sends it; or the variable {SMTP}FROM"
    )
    mail.add_argument(
        "--user",
        metavar="NAME",
        help=f"user at the server; its password is in {SMTP}PASSWORD, or asked for",
    )
    mail.add_argument(
        "--no-tls", action="store_true", help="without encryption, and then without a password"
    )


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    run: Mapping[str, Run],
    name: str,
    summary: str,
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run[name])
    return command


def _file(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", type=Path, help="the workbook, .xlsm or .xlsx")


def _folder(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "folder", metavar="FOLDER", type=Path, help="the panel pack, as publish made it"
    )


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print JSON for machines")


def _period(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--period",
        metavar="YYYY-MM",
        type=_month,
        help="last month of the twelve assessed, instead of the setting",
    )


def _month(text: str) -> Month:
    from xlperf.periods import month_of

    try:
        return month_of(datetime.strptime(text, "%Y-%m").date())  # noqa: DTZ007 - a month has no time zone
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no month; give it as 2014-09") from None
