"""A mail handed to a mail server, when somebody asked for it in so many words; nothing here starts
by itself.

All or nothing: a server that refuses one recipient gets the mail for none. The connection is
encrypted and the server's certificate checked, unless the user says otherwise, and then no password
is sent. What the server answered is in the sentence.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlperf import outcome
from xlperf.errors import MailError, UsageError, WrittenState
from xlperf.release.mail import content, plain
from xlperf.tables.coercion import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

SUBMISSION, SUBMISSION_TLS, RELAY = 587, 465, 25
"""Ports: submission, encrypted by STARTTLS (RFC 6409); submission, encrypted from the first byte
(RFC 8314); relay.
"""
SECONDS = 30
"""Waited for each answer of the server."""
LONGEST_REPLY = 200
GREETING = "[127.0.0.1]"
"""Given in place of this computer's name, which servers write into the mail's Received line (RFC
5321, 4.1.4: a client without a meaningful name gives an address).
"""
PLACE = re.compile(
    r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::([0-9]{1,5}))?"
)
NOTHING = "Nothing was sent."


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server, and how to speak to it."""

    host: str
    port: int
    encrypted: bool = True
    user: str = ""
    password: str = field(default="", repr=False)


def server(place: str, *, encrypted: bool = True, user: str = "", password: str = "") -> Server:
    """Read HOST or HOST:PORT (an IPv6 address in brackets); raises `UsageError`.

    Without a port: 587, or 25 where nothing is encrypted.
    """
    found = PLACE.fullmatch(place.strip())
    port = int(found[2]) if found and found[2] else SUBMISSION if encrypted else RELAY
    if found is None or ".." in found[1] or not 0 < port < 65536:
        raise UsageError(
            f"{quoted(place)} is no mail server. Give it as mail.office.example, with :465 for a"
            " port."
        )
    if user and not encrypted:
        raise UsageError(
            "A password is not sent without encryption. Leave out the user, or the wish for no TLS."
        )
    if user and not password:
        raise UsageError(
            f"There is no password for {quoted(user)}. Put it into the variable"
            " XLPERF_SMTP_PASSWORD."
        )
    if not (user.isascii() and password.isascii()):
        raise UsageError(
            "User and password can have ASCII letters only: servers disagree on others. Ask for"
            " another."
        )
    return Server(found[1].strip("[]"), port, encrypted, user, password)


def send(message: EmailMessage, to: Server) -> None:
    """Hand a mail to a server, for all its recipients or none.

    `message` has a sender and recipients (`xlperf.release.mail.message`). Raises `MailError`, whose
    sentence says that nothing was sent, or that it is not known.
    """
    sender = message["From"].addresses[0].addr_spec
    recipients = [item.addr_spec for item in message["To"].addresses]
    data = content(message)
    with _told(to), _connected(to) as client:
        if to.user:
            client.login(to.user, to.password)
        _offer(client, sender, recipients, len(data))
        _deliver(client, data)


@contextmanager
def _told(to: Server) -> Iterator[None]:
    """Turn what can fail before the mail itself is handed over into sentences."""
    place = f"{to.host}:{to.port}"
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise MailError(
            f"{place} did not accept user and password"
            f" ({_reply(error.smtp_code, error.smtp_error)}). {NOTHING} Check --user and the"
            " variable XLPERF_SMTP_PASSWORD; some offices allow no passwords there: use the draft."
        ) from None
    except ssl.SSLError as error:
        raise MailError(
            f"{place} cannot be trusted, or speaks no TLS ({plain(error.reason or str(error))}):"
            f" its certificate must be valid for this name. {NOTHING} Check server and port"
            " with IT."
        ) from None
    except smtplib.SMTPNotSupportedError as error:
        raise MailError(
            f"{place} does not offer what is needed: {plain(str(error))} {NOTHING} Ask IT."
        ) from None
    except smtplib.SMTPResponseException as error:
        raise MailError(
            f"{place} refused ({_reply(error.smtp_code, error.smtp_error)}). {NOTHING} Use the"
            " draft, or ask IT."
        ) from None
    except (OSError, UnicodeError) as error:  # smtplib's own; a host name that no network has
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise MailError(
            f"{place} cannot be reached, or broke off ({plain(why)}). {NOTHING} Check server, port"
            " and network."
        ) from None


@contextmanager
def _connected(to: Server) -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context() if to.encrypted else None
    client: smtplib.SMTP
    if context is not None and to.port == SUBMISSION_TLS:
        client = smtplib.SMTP_SSL(
            to.host, to.port, local_hostname=GREETING, timeout=SECONDS, context=context
        )
    else:
        client = smtplib.SMTP(to.host, to.port, local_hostname=GREETING, timeout=SECONDS)
    try:
        if context is not None and to.port != SUBMISSION_TLS:
            client.starttls(context=context)
        client.ehlo_or_helo_if_needed()
        yield client
    finally:
        with contextlib.suppress(OSError):
            client.quit()
        with contextlib.suppress(OSError):
            client.close()


def _offer(client: smtplib.SMTP, sender: str, recipients: list[str], size: int) -> None:
    """Name sender and recipients; raises `MailError` unless every one is accepted."""
    limit = client.esmtp_features.get("size", "")
    if limit.isdecimal() and 0 < int(limit) < size:
        raise MailError(
            f"The mail has {_megabytes(size)}, and the server takes {_megabytes(int(limit))} at"
            f" most. {NOTHING} Send the panel a link instead, or ask IT for another server."
        )
    options = [f"size={size}"] if client.has_extn("size") else []
    code, reply = client.mail(sender, options)
    if code != 250:
        raise MailError(
            f"The server refused the sender {sender} ({_reply(code, reply)}). {NOTHING} Check"
            " --from."
        )
    refused = []
    for recipient in recipients:
        code, reply = client.rcpt(recipient)
        if code not in (250, 251):
            refused.append(f"{recipient} ({_reply(code, reply)})")
    if refused:
        raise MailError(
            f"The server refused {'; '.join(refused)}. Nothing was sent to anybody. Correct the"
            " list of recipients, or name the others with --to."
        )


def _deliver(client: smtplib.SMTP, data: bytes) -> None:
    """Hand the mail over; until the server answers it is not known whether it was sent."""
    mail = outcome.current().announce(outcome.MAIL, "")
    mail.settle(None)
    try:
        code, reply = client.data(data)
    except smtplib.SMTPDataError:  # its answer to the announcement: the mail itself was not given
        mail.settle(WrittenState.OLD)
        raise
    except OSError:  # smtplib's own, too
        raise MailError(
            f"The connection broke while the mail was handed over: {outcome.within(mail.sentence)}",
            mail.state,
        ) from None
    mail.settle(WrittenState.NEW if code == 250 else WrittenState.OLD)
    if code != 250:
        raise MailError(
            f"The server refused the mail itself ({_reply(code, reply)}). {NOTHING} Ask IT."
        )


def _reply(code: int, text: bytes | str) -> str:
    words = text.decode("ascii", errors="replace") if isinstance(text, bytes) else text
    return f"{code} {plain(words)[:LONGEST_REPLY]}".strip()


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
