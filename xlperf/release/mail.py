"""The mail that takes a panel pack to the panel: who gets it, what is attached, its text; as a
draft or to be sent.

A mail is made of a pack that is as it was published, leak check passed, marked OFFICIAL, signed off
by three people. It goes to addresses of the pack's own list. Anything else is refused in a
sentence, and nothing is made. The files attached are the very bytes that were compared with what
was signed.

The marking stands first in the subject (as English councils ask; Cheshire East, Protective marking,
2024), first and last in the text, in the names of the files, and in the header
X-Protective-Marking. No British convention for a header was found. The name is that of the
Australian government's Email Protective Marking Standard, which mail gateways know. Its value there
is a list with a namespace (``NS=gov.au``) that would be untrue here, so ours is the bare marking.

Nothing of the computer or its user is in a mail: no name of either, no program, no time zone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_string
from email.header import Header
from email.policy import SMTP
from importlib import resources
from pathlib import PurePosixPath
from string import Template
from typing import TYPE_CHECKING

from xlperf.documents.marking import marked
from xlperf.errors import MailError, PackError, UsageError
from xlperf.excel import paths, saving
from xlperf.periods import month_name, month_of
from xlperf.release.mailable import require_mailable
from xlperf.release.manifest import ATTACHABLE, digest
from xlperf.release.recipients import narrowed
from xlperf.release.signoff import state_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from email.message import EmailMessage
    from pathlib import Path

    from xlperf.release.manifest import Manifest, Pack

SUBJECT = re.compile(r"Subject:[ \t]*(\S[^\n]*)\n[ \t]*\n(.*\S.*)", re.DOTALL)
"""A text for a mail: its subject, a blank line, what follows."""
LONGEST_SUBJECT = 150
UNFOLDED = SMTP.clone(max_line_length=200)
"""Header lines as long as a subject may be: folded at 78, the marking would stand on a line of its
own, and a long file name in pieces that not every mail program joins. 998 are allowed (RFC 5322,
2.1.1). Bodies keep their 76 (RFC 2045).
"""
LONGEST_WORD = 75
"""Letters of a word that stands for letters that are not ASCII (RFC 2047, 2)."""
HEADER = "X-Protective-Marking"
UNSENT = "X-Unsent"
"""With the value 1, Outlook opens the file to be written on and sent, not as one received
(Microsoft, IConverterSession::MIMEToMAPI).
"""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, with everything but sender and time."""

    marking: str
    subject: str
    """One line, the marking first."""
    text: str
    to: tuple[str, ...]
    attachments: Mapping[str, bytes]


def compose(pack: Pack, *, to: Sequence[str] = (), text: str | None = None) -> Mail:
    """Make the mail of a pack, or refuse it.

    Parameters
    ----------
    pack
        The folder as it was read.
    to
        Some of the pack's recipients; none given: all of them.
    text
        Subject and text with placeholders, as `mail.txt` beside this module; None: that one.

    Raises
    ------
    PackError
        The pack is not as published, its leak check did not pass, it is not OFFICIAL, somebody is
        not on its list, a file is not marked, the sign-off is not complete or void, or the leak
        check finds something in the words.
    MailError
        The text cannot be used.
    """
    manifest = pack.manifest
    require_mailable(pack, recipients=False)
    recipients = narrowed(manifest.recipients, to)
    signoff = state_of(pack)
    if not signoff.complete:
        raise PackError(
            f"{signoff.sentence} No mail was made or sent. (python -m xlperf signoff FOLDER says"
            " more.)"
        )
    subject, body = _filled(default_text() if text is None else text, manifest)
    marking = manifest.marking
    parts = (marking, plain(manifest.data_note), body, f"{marking}\n")
    text = "\n\n".join(filter(None, parts))
    attached = {name: pack.contents[name] for name in manifest.attach}
    mail = Mail(marking, f"{marking}: {subject}", text, recipients, attached)
    _require_clean(mail)
    return mail


def _require_clean(mail: Mail) -> None:
    """Refuse words or headers in which the leak check finds what was not meant to leave.

    The files were looked into when they were published, and are the same to the byte.
    """
    from xlperf import leaks

    listed = frozenset(mail.to)
    words = draft(replace(mail, attachments={}))
    expected = leaks.Expected(allowed=listed, recipients=listed)
    found = leaks.check(words, marked("mail.eml"), expected=expected)
    if found:
        raise PackError(
            f"The mail was not made: the leak check found what must not leave. {found[0].where}:"
            f" {found[0].kind.called}" + (f"; and {len(found) - 1} more." if found[1:] else ".")
        )


def draft(mail: Mail) -> bytes:
    """Give a mail as the content of an .eml file that opens as not yet sent: the person who opens
    it is the sender.

    It has no sender, date or identity: the mail program adds them. The same mail gives the same
    bytes.
    """
    message = _message(mail)
    message[UNSENT] = "1"
    return content(message)


def message(mail: Mail, sender: str, now: datetime) -> EmailMessage:
    """Give a mail ready to be sent by SMTP, with sender, date (UTC) and identity (RFC 5322, 3.6.1
    and 3.6.4).

    The identity is made of the mail and the second it is sent in, and of the sender's domain, not
    the computer's name.
    """
    message = _message(mail)
    when = now.astimezone(UTC).replace(microsecond=0)
    message["From"] = sender
    message["Date"] = when
    identity = digest(content(message))[:32]
    message["Message-ID"] = f"<{identity}@{sender.rpartition('@')[2]}>"
    return message


def content(message: EmailMessage) -> bytes:
    """Give a mail as the bytes of a file or of a transfer."""
    return message.as_bytes(policy=UNFOLDED)


def default_text() -> str:
    """Subject and text of a mail as shipped."""
    return resources.files("xlperf.release").joinpath("mail.txt").read_text(encoding="utf-8")


def read_text(path: Path) -> str:
    """Read an office's own text for the mail; raises `WorkbookError`; `MailError`: no UTF-8."""
    _, data = saving.Origin.read(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MailError(
            f"{path} is not UTF-8 text. Save it as plain text with the encoding UTF-8."
        ) from None


def write_draft(
    mail: Mail, folder: Path, target: Path | None = None, *, force: bool = False
) -> Path:
    """Write the draft of a pack to `target`, or beside its folder under its name, and say where.

    Never into the folder: that would void the sign-off. A file that is there and holds something
    else stays, and `UsageError` says so; with `force` it is replaced, and kept as its backup.
    """
    place = target or folder.resolve().with_name(marked(f"{folder.resolve().name}.eml"))
    if place.suffix.lower() != ".eml":
        raise UsageError(f"'{place.name}' should end in .eml: then mail programs open it.")
    real = paths.require_place(place, "draft")
    if folder.resolve() in real.parents:
        raise UsageError(
            f"{place} is inside the pack, whose sign-off a new file would void. Give a place"
            " outside it."
        )
    data = draft(mail)
    if real.exists() and saving.Origin.read(place)[1] == data:
        saving.tidy(real)
        return place
    if not force:
        saving.refuse_existing(place, "another with --eml, or --overwrite to replace it")
    saving.write_over(place, data, "making")
    return place


def plain(text: str) -> str:
    """Give a text of the workbook on one line, without what is unseen or turns the direction."""
    spaced = (" " if letter.isspace() else letter for letter in text)
    return " ".join("".join(letter for letter in spaced if letter.isprintable()).split())


def _filled(text: str, manifest: Manifest) -> tuple[str, str]:
    """Subject and body with the pack's words, which are put in once: $, {{ or = stay so."""
    parts = SUBJECT.fullmatch("\n".join(text.splitlines()))
    if parts is None:
        raise MailError(
            "The text of the mail cannot be used. It begins with a line 'Subject: …', then a blank"
            " line, then the text."
        )
    values = {
        "period": month_name(month_of(manifest.period)),
        "office": plain(manifest.office),
        "marking": manifest.marking,
        "files": "\n".join(f"- {name}" for name in manifest.attach),
    }
    subject = plain(_put(parts[1], {**values, "files": str(len(manifest.attach))}))
    if len(subject) > LONGEST_SUBJECT:
        raise MailError(
            f"The subject of the mail has {len(subject)} letters; {LONGEST_SUBJECT} are the most."
            " Shorten it in the text of the mail, or the setting 'office' if it is used there."
        )
    return subject, _put(parts[2], values).strip("\n")


def _put(text: str, values: Mapping[str, str]) -> str:
    try:
        return Template(text).substitute(values)
    except KeyError as error:
        what = f"${error.args[0]} is no placeholder"
    except ValueError:
        what = "a $ stands alone (write $$ for the sign)"
    raise MailError(
        f"The text of the mail cannot be used: {what}. There are"
        f" {', '.join(f'${name}' for name in values)}."
    )


def _encoded(subject: str) -> str:
    """Give a subject as it stands in a mail, encoded (RFC 2047) if it is not ASCII or could be
    taken for encoded.

    `EmailMessage` would do so itself, but loses a space where a long one is folded (seen in Python
    3.11).
    """
    if subject.isascii() and "=?" not in subject:
        return subject
    return Header(
        subject, charset="utf-8", maxlinelen=LONGEST_WORD + 1, header_name="Subject"
    ).encode()


def _message(mail: Mail) -> EmailMessage:
    message = message_from_string(f"Subject: {_encoded(mail.subject)}\n\n", policy=SMTP)
    message["To"] = ", ".join(mail.to)
    message[HEADER] = mail.marking
    message.set_content(mail.text, charset="utf-8", cte="quoted-printable")
    message["Content-Language"] = "en-GB"
    for name, data in mail.attachments.items():
        kind, form = ATTACHABLE[PurePosixPath(name).suffix]
        message.add_attachment(data, maintype=kind, subtype=form, filename=name)
    # "=_" cannot occur in quoted-printable or base64 (RFC 2045, 6.7), so this boundary is never
    # within a part.
    parts = "".join(digest(data) for data in mail.attachments.values())
    message.set_boundary(f"=_{digest(f'{mail.subject}{mail.text}{parts}'.encode())[:32]}")
    return message
