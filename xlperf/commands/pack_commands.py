"""Commands on what leaves the office: publish, sign, signoff, mail, leakcheck, proof."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf import outcome
from xlperf.command_line import (
    JSON,
    PACK_FOLDER,
    PERIOD,
    WORKBOOK_FILE,
    argument,
    command,
    flag,
    one_of,
    progress_shown,
    repeated,
)
from xlperf.commands.workbook_commands import assessed_workbook
from xlperf.ending import DATA_ERRORS, DONE, REFUSED, say
from xlperf.errors import UsageError
from xlperf.json_output import print_json

if TYPE_CHECKING:
    import argparse

    from xlperf.release.mail import Mail
    from xlperf.release.manifest import Pack
    from xlperf.release.sending_record import Sending

SMTP = "XLPERF_SMTP_"
"""What the variables with the mail server begin with."""
THEN_RECORD = "Then record it: python -m xlperf mail FOLDER --was-sent --from ADDRESS."


@command(
    WORKBOOK_FILE,
    argument("--to", "FOLDER", "a new folder for the pack", Path, required=True),
    flag("--again", "keep an earlier pack of that folder beside it"),
    flag("--first-issue", "nothing of this workbook was ever published: begin its ledger"),
    argument(
        "--texts-read-by",
        "NAME",
        "who has read the texts on measures with withheld figures: they are shown",
        default="",
    ),
    argument("--template", "FILE", "your own template of the report (.docx)", Path),
    PERIOD,
    JSON,
)
def publish(options: argparse.Namespace) -> int:
    """Make the panel pack: workbook, report and PDFs; sends nothing."""
    from xlperf.excel.file import FileWorkbook
    from xlperf.release.publish import publish

    with progress_shown(options) as progress:
        progress(f"Opening {options.file.name}")
        pack = publish(
            FileWorkbook.open(options.file),
            options.to,
            workbook=options.file,
            now=datetime.now().astimezone(),
            period=options.period,
            again=options.again,
            first_issue=options.first_issue,
            texts_read_by=options.texts_read_by,
            template=options.template,
            progress=progress,
        )
    if options.json:
        print_json(
            {
                "folder": str(pack.folder),
                "files": pack.files,
                "kept_in_office": pack.office_files,
                "not_made": pack.not_made,
                "withheld": list(map(str, pack.withheld)),
                "warnings": pack.warnings,
                "ledger": str(pack.ledger),
                "earlier_pack": pack.replaced and str(pack.replaced),
                "counts_of_checks": pack.checks,
                "notes": outcome.current().notes,
            }
        )
    else:
        from xlperf.release.publish_sentences import publish_output

        say(publish_output(pack))
    return DONE


@command(
    PACK_FOLDER,
    argument("--role", "ROLE", "analyst, assurer or approver, in this order", required=True),
    argument("--who", "NAME", "name of the person who signs", required=True),
    flag("--without-mail", "sign a pack that has no recipients, since it is handed over otherwise"),
)
def sign(options: argparse.Namespace) -> int:
    """Sign a panel pack off, as analyst, assurer or approver."""
    from xlperf.excel.paths import require_path
    from xlperf.release import manifest, signoff

    require_path(options.folder)
    now = datetime.now().astimezone()
    signed = signoff.sign(
        options.folder, options.role, options.who, now, without_mail=options.without_mail
    )
    say("\n".join([signoff.output(signed), *_goes_to(manifest.read(options.folder))]))
    return DONE


def _goes_to(pack: Pack) -> list[str]:
    """Say whom a pack may be mailed to: who signs, signs that too."""
    to = pack.manifest.recipients
    return [f"It may be mailed to {', '.join(to)}."] if to else []


@command(PACK_FOLDER, JSON)
def signoff(options: argparse.Namespace) -> int:
    """Say who has signed a panel pack, whether it changed since, and to whom it was sent."""
    from xlperf.excel.paths import require_path
    from xlperf.release import manifest, sending_record, signoff

    pack = manifest.read(require_path(options.folder))
    state, sent = signoff.state_of(pack), sending_record.sendings(pack)
    if options.json:
        print_json(signoff.as_json(state) | {"sendings": sending_record.as_json(sent)})
    else:
        lines = (*_goes_to(pack), *(f"Sent {sending}." for sending in sent))
        say("\n".join([signoff.output(state), *lines]))
    return DONE if state.complete else REFUSED


@command(
    PACK_FOLDER,
    repeated("--to", "ADDRESS", "to these of its recipients only"),
    argument("--text", "FILE", "subject and text, as templates/mail.txt", Path),
    one_of(
        argument("--eml", "FILE", "where to put the draft, instead of beside the folder", Path),
        flag("--outlook", "show the draft in Outlook instead (Windows)"),
        flag("--send", "send it now, through --server"),
        flag("--was-sent", "record that the draft was sent, by --from; makes and sends nothing"),
    ),
    flag("--again", "to somebody who was sent this very pack before"),
    flag("--overwrite", "replace a draft that is there; a copy of it is kept"),
    argument("--server", "HOST[:PORT]", f"mail server; or the variable {SMTP}SERVER"),
    argument("--from", "ADDRESS", f"who sends it; or the variable {SMTP}FROM", dest="sender"),
    argument(
        "--user", "NAME", f"user at the server; its password is in {SMTP}PASSWORD, or asked for"
    ),
    flag("--no-tls", "without encryption, and then without a password"),
)
def mail(options: argparse.Namespace) -> int:
    """Make the mail of a signed panel pack as a draft; it is sent only with --send."""
    from xlperf.excel.paths import require_path
    from xlperf.release import mail, manifest, sending_record

    require_path(options.folder)
    if not options.send and (options.server or options.user or options.no_tls):
        raise UsageError(
            "--server, --user and --no-tls belong to --send. Without it nothing is sent."
        )
    if options.sender and not (options.send or options.was_sent):
        raise UsageError("--from belongs to --send or --was-sent. Without --send nothing is sent.")
    text = None if options.text is None else mail.read_text(options.text)
    manifest.require_current(options.folder)
    pack = manifest.read(options.folder)
    draft = mail.compose(pack, to=options.to, text=text)
    if not options.again:
        sending_record.require_first(pack, draft.to)
    to = ", ".join(draft.to)
    if options.outlook:
        from xlperf.release import outlook

        outlook.show(draft)
        say(f"Shown in Outlook, to {to}. Read it there, and send it yourself. {THEN_RECORD}")
    elif options.send:
        _send(pack, draft, options)
    elif options.was_sent:
        sending_record.record(options.folder, _sending(pack, draft, _sender(options)))
        say(f"Recorded in {manifest.SENT}: sent by hand to {to}. Nothing was sent now.")
    else:
        target = mail.write_draft(draft, options.folder, options.eml, force=options.overwrite)
        say(f"Made {target}, to {to}. Nothing was sent: open it, read it, send it. {THEN_RECORD}")
    return DONE


def _sending(pack: Pack, draft: Mail, sender: str) -> Sending:
    """Give the record of a mail that a person has sent."""
    from xlperf.release.manifest import NAME, digest
    from xlperf.release.sending_record import BY_HAND, Sending, SendingState

    now = datetime.now().astimezone().replace(microsecond=0)
    identity = digest(pack.contents[NAME])
    return Sending(now, sender, draft.to, identity, "", BY_HAND, SendingState.SENT)


def _sender(options: argparse.Namespace) -> str:
    """Read the address of who sends; raises `UsageError` where there is none."""
    from xlperf.release import recipients

    sender = options.sender or os.environ.get(f"{SMTP}FROM", "")
    if not sender:
        raise UsageError(f"Give the sender with --from, or the variable {SMTP}FROM.")
    return recipients.address(sender)


def _send(pack: Pack, draft: Mail, options: argparse.Namespace) -> None:
    from xlperf.release import mail, manifest, sending, sending_record

    place = options.server or os.environ.get(f"{SMTP}SERVER", "")
    if not place or not (options.sender or os.environ.get(f"{SMTP}FROM")):
        raise UsageError(
            f"To send, give --server and --from, or the variables {SMTP}SERVER and {SMTP}FROM."
        )
    sender = _sender(options)
    user_name = options.user or os.environ.get(f"{SMTP}USER", "")
    password = os.environ.get(f"{SMTP}PASSWORD", "")
    if user_name and not password and sys.stdin.isatty():
        from getpass import getpass

        password = getpass(f"Password of {user_name} at {place}: ")
    server = sending.server(place, encrypted=not options.no_tls, user=user_name, password=password)
    message = mail.message(draft, sender, datetime.now().astimezone())
    by_hand = _sending(pack, draft, sender)
    way = f"through {server.host}:{server.port}"
    record = replace(by_hand, mail=manifest.digest(mail.content(message)), way=way)
    with sending_record.recording(options.folder, record):
        sending.send(message, server)
    to, files = ", ".join(draft.to), len(draft.attachments)
    say(f"Sent to {to} through {server.host}:{server.port}: {files} files.")


@command(
    argument(
        "files",
        "FILE",
        "workbooks, documents, PDFs, mails (.eml), pictures, texts; the folder of a pack",
        Path,
        nargs="+",
    ),
    repeated(
        "--allow",
        "TEXT",
        "what is meant to be seen: an e-mail address, a domain as @office.example, a telephone"
        " number, a postcode, an author or other property, the host of a link; may be given"
        " again",
    ),
    JSON,
)
def leakcheck(options: argparse.Namespace) -> int:
    """Look into files that are about to be sent for what was not meant to leave."""
    from xlperf.release.leak_checking import check_paths

    with progress_shown(options) as progress:
        checked = check_paths(options.files, frozenset(options.allow), progress)
    if options.json:
        print_json([file.for_json for file in checked])
    else:
        say("\n\n".join(file.output for file in checked))
    return REFUSED if any(file.blocks for file in checked) else DONE


@command(
    argument(
        "files",
        "FILE",
        "documents to check: .docx, .pdf, .xlsx, .xlsm, .txt, .md, .csv",
        Path,
        nargs="+",
    ),
    argument(
        "--dashboard", "WORKBOOK", "compare the text with the tiles of this workbook too", Path
    ),
    PERIOD,
    JSON,
)
def proof(options: argparse.Namespace) -> int:
    """Check the numbers of documents: percentages, changes, sums, dates; writes nothing."""
    from xlperf.excel.saving import Origin
    from xlperf.proof import proofread
    from xlperf.proof.proof_output import proof_json, proof_output

    if options.period is not None and options.dashboard is None:
        raise UsageError("--period belongs to --dashboard: it is the period of the workbook.")
    with progress_shown(options) as progress:
        dashboard = None
        if options.dashboard:
            dashboard = assessed_workbook(options.dashboard, options.period, progress)
        read = []
        for path in options.files:
            progress(f"Reading {path.name}")
            read.append(proofread(Origin.read(path)[1], path.name, dashboard=dashboard))
    if options.json:
        print_json([proof_json(item) for item in read])
    else:
        say("\n\n".join(map(proof_output, read)))
    if any(item.refused for item in read):
        return REFUSED
    return DATA_ERRORS if any(item.findings for item in read) else DONE
