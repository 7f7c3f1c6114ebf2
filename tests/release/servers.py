"""A mail server on this computer, for tests: it keeps what it is given, and can be told to
refuse.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import trustme


@dataclass
class Inbox:
    """What a server was told and given."""

    port: int
    replies: Mapping[str, str] = field(default_factory=dict)
    """Its answer to MAIL, RCPT of an address, or DATA, where it is not to accept; "cut" breaks the
    connection.
    """
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    greetings: list[str] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.greetings.append(hostname)
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if "MAIL" in self.replies:
            return self.replies["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.replies:
            return self.replies[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.replies.get("DATA") == "cut":
            server.transport.abort()
            return "250 OK"
        if "DATA" in self.replies:
            return self.replies["DATA"]
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        self.encrypted.append(session.ssl is not None)
        return "250 OK"

    def authenticate(self, server, session, envelope, mechanism, data):
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)


class Implicit(Controller):
    """Encrypted from the first byte; told so, since aiosmtpd looks for STARTTLS only."""

    def factory(self) -> SMTP:
        return SMTP(self.handler, **self.SMTP_kwargs)


def free_port() -> int:
    """A port of this computer that nobody listens on."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


def context(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    """Server's side of TLS, with a certificate for `name`."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(made)
    return made


@contextmanager
def serving(replies: Mapping[str, str] | None = None, **options: Any) -> Iterator[Inbox]:
    """Run a server; `options` as aiosmtpd's SMTP and Controller take them."""
    inbox = Inbox(free_port(), replies or {})
    kind = Implicit if "ssl_context" in options else Controller
    if options.get("auth_required"):
        options["authenticator"] = inbox.authenticate
    controller = kind(
        inbox, hostname="127.0.0.1", port=inbox.port, server_hostname="test", **options
    )
    controller.start()
    try:
        yield inbox
    finally:
        controller.stop()


def trust(authority: trustme.CA, folder: Path) -> str:
    """File with the authority's certificate, for the variable SSL_CERT_FILE."""
    path = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)
