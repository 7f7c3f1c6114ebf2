"""A mail (.eml): its headers, whom it goes to, its plain text, and every attachment.

HTML is not looked at, and blocks.
"""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from typing import TYPE_CHECKING

from xlperf.leaks.findings import TextMatch, printable
from xlperf.leaks.kinds import LeakKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlperf.leaks.findings import Inspection

    Inner = Callable[[bytes, str, Inspection], None]

HEADERS = frozenset(
    ("from", "to", "cc", "subject", "date", "mime-version", "content-type",
     "content-transfer-encoding", "message-id", "reply-to", "content-language", "x-unsent",
     "x-protective-marking", "sensitivity", "importance", "x-priority", "content-disposition")
)  # fmt: skip
"""Headers a draft needs (RFC 5322), the mark of a draft, and markings."""
PART_HEADERS = HEADERS | {"content-id", "content-description"}
TO, FROM = ("to", "cc", "bcc"), ("from", "reply-to", "sender")
KNOWN_HEADER = re.compile(
    rb"(?im)^(?:from|to|subject|mime-version|received|x-unsent|date|return-path|message-id):"
)


def is_mail(data: bytes) -> bool:
    """Whether bytes begin like a mail: header lines, one of them known."""
    head = data[:4000].lstrip(b"\r\n").replace(b"\r\n", b"\n").split(b"\n\n")[0]
    return KNOWN_HEADER.search(head) is not None


def inspect_mail(data: bytes, seen: Inspection, inner: Inner) -> None:
    """Report the leaks of a mail; `inner` checks an attachment: bytes, name, where to report."""
    message = message_from_bytes(data, policy=policy.default)
    _headers(message, HEADERS, "header", seen)
    _people(message, seen)
    _part(message, "body", seen, inner)


def _headers(message: EmailMessage, allowed: frozenset[str], where: str, seen: Inspection) -> None:
    for name, value in message.items():
        text = str(value)
        if name.lower() not in allowed:
            seen.add(LeakKind.MAIL_HEADER, f"{where} {name}", text)
        elif name.lower() == "subject":
            seen.text(f"{where} {name}", text, TextMatch.PARAGRAPH)
        elif name.lower() in (*TO, *FROM):
            for shown, _ in getaddresses([text]):
                seen.private(f"{where} {name}", shown)
        elif name.lower() not in ("message-id", "content-id"):
            seen.aside(f"{where} {name}", text)
    names = [name.lower() for name in message]
    for name in sorted({name for name in names if names.count(name) > 1} & HEADERS):
        seen.add(LeakKind.UNREADABLE, f"{where} {name}", "it stands there more than once")
    for defect in message.defects:
        found = f"not put together as a mail should be: {type(defect).__name__}"
        seen.add(LeakKind.UNREADABLE, where, found)


def _people(message: EmailMessage, seen: Inspection) -> None:
    """Compare every address with the allowed ones, when a list was given."""
    listed = seen.expected.recipients
    known = {address.strip().casefold() for address in listed or ()}
    for name in (*TO, *FROM) if listed is not None else ():
        for _, address in getaddresses([str(value) for value in message.get_all(name, [])]):
            ours = name in FROM and seen.expected.allows(address)
            if address.casefold() not in known and not ours:
                seen.add(LeakKind.RECIPIENT, f"header {name.title()}", address)


def _part(message: EmailMessage, where: str, seen: Inspection, inner: Inner) -> None:
    """Look at one part and those inside it."""
    for text in filter(str.strip, filter(None, (message.preamble, message.epilogue))):
        seen.add(LeakKind.LEFTOVER, where, f"text between the parts: {text}")
    name, kind = message.get_filename(), message.get_content_type()
    if message.is_multipart() and message.get_content_maintype() == "multipart":
        for number, part in enumerate(message.iter_parts(), 1):
            assert isinstance(part, EmailMessage)  # noqa: S101 - the policy makes all parts so
            place = f"{where}, part {number}"
            _headers(part, PART_HEADERS, f"{place}, header", seen)
            _part(part, place, seen, inner)
    elif name is None and kind == "text/plain":
        for number, line in enumerate(str(message.get_content()).splitlines(), 1):
            seen.text(f"{where}, line {number}", line, TextMatch.PARAGRAPH)
    elif name is None and kind == "text/html":
        seen.add(LeakKind.MAIL_HTML, where)
    else:
        _attachment(message, name or kind, seen, inner)


def _attachment(message: EmailMessage, name: str, seen: Inspection, inner: Inner) -> None:
    for key in ("creation-date", "modification-date", "read-date"):
        if (value := message.get_param(key, header="content-disposition")) is not None:
            seen.add(LeakKind.MAIL_HEADER, f"attachment {name}", f"{key}: {value}")
    if message.get_content_type() == "message/rfc822":
        content = message.get_content()
        data = content.as_bytes() if isinstance(content, EmailMessage) else bytes(content)
        name = name if name.lower().endswith(".eml") else f"{name}.eml"
    else:
        payload = message.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
    inner(data, name, seen.inside(f"attachment {printable(name)}"))
