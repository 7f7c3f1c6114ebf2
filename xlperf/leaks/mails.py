"""A mail (.eml): its headers, whom it goes to, what its HTML hides or fetches, and every
attachment.
"""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from xlperf.leaks.findings import TextMatch
from xlperf.leaks.kinds import LeakKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlperf.leaks.findings import Inspection

ALLOWED_HEADERS = frozenset(
    (
        "from", "to", "cc", "subject", "date", "mime-version", "content-type",
        "content-transfer-encoding", "message-id", "reply-to", "content-language", "x-unsent",
        "x-protective-marking", "sensitivity", "importance", "x-priority",
    )
)  # fmt: skip
"""Headers a draft needs (RFC 5322), the mark of a draft, and markings."""
PART_HEADERS = ALLOWED_HEADERS | {"content-disposition", "content-id", "content-description"}
TO, FROM = ("to", "cc", "bcc"), ("from", "reply-to", "sender")
FETCHING = frozenset(
    ("img", "script", "iframe", "link", "object", "embed", "video", "audio", "source", "input",
     "form", "base")
)  # fmt: skip
"""Elements that fetch or send when the mail is read."""
FETCHED = re.compile(r"url\(\s*['\"]?(?:https?:)?//|@import", re.IGNORECASE)
BLOCKS = re.compile(r"p|div|h\d|li|td|th|tr|table|br|body|title|ul|ol|blockquote|pre")
"""Elements that begin a paragraph."""
HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|opacity\s*:\s*0(?:\.0+)?(?![\d.])|font-size\s*:\s*[0-3](?:\.\d+)?"
    r"(?:px|pt)?\s*(?:;|$|!)|(?:max-)?(?:height|width)\s*:\s*0|(?<!-)color\s*:\s*(?:#fff(?:fff)?\b|white\b|transparent)",
    re.IGNORECASE,
)
BACKGROUND = re.compile(
    r"background(?:-color)?\s*:\s*(?!#fff|white|transparent|none)", re.IGNORECASE
)
EMPTY = frozenset(
    ("img", "br", "hr", "meta", "link", "input", "base", "source", "col", "area", "wbr", "embed")
)
"""Elements without an end (HTML, 13.1.2)."""
WEB = ("http:", "https:", "//")
WHO_MADE = ("author", "generator", "progid", "originator")


def is_mail(data: bytes) -> bool:
    """Whether bytes begin like a mail: header lines, one of them known."""
    head = data[:4000].lstrip(b"\r\n").replace(b"\r\n", b"\n").split(b"\n\n")[0]
    return (
        re.search(
            rb"(?im)^(?:from|to|subject|mime-version|received|x-unsent|date|return-path|message-id):",
            head,
        )
        is not None
    )


def inspect_mail(
    data: bytes, seen: Inspection, inner: Callable[[bytes, str, Inspection], None]
) -> None:
    """Report the leaks of a mail; `inner` checks an attachment: its bytes, its name, where to
    report.
    """
    message = message_from_bytes(data, policy=policy.default)
    _headers(message, ALLOWED_HEADERS | {"content-disposition"}, "header", seen)
    _people(message, seen)
    _part(message, "body", seen, inner)


def _headers(message: EmailMessage, allowed: frozenset[str], where: str, seen: Inspection) -> None:
    for name, value in message.items():
        text = str(value)
        if name.lower() not in allowed:
            seen.add(LeakKind.MAIL_HEADER, f"{where} {name}", text)
        elif name.lower() == "subject":
            seen.text(f"{where} {name}", text, TextMatch.PARAGRAPH)
        elif name.lower() not in (*TO, *FROM, "message-id", "content-id"):
            seen.aside(f"{where} {name}", text)
    for defect in message.defects:
        seen.add(
            LeakKind.UNREADABLE,
            where,
            f"not put together as a mail should be: {type(defect).__name__}",
        )


def _people(message: EmailMessage, seen: Inspection) -> None:
    """Compare every address with the allowed ones, when a list was given."""
    expected = seen.expected
    if expected.recipients is None:
        return
    addresses = {address.strip().casefold() for address in expected.recipients}
    for name in (*TO, *FROM):
        for _, address in getaddresses([str(value) for value in message.get_all(name, [])]):
            listed = name in TO and address.casefold() in addresses
            if not listed and not (
                name in FROM and (expected.allows(address) or address.casefold() in addresses)
            ):
                seen.add(LeakKind.RECIPIENT, f"header {name.title()}", address)


def _part(
    message: EmailMessage,
    where: str,
    seen: Inspection,
    inner: Callable[[bytes, str, Inspection], None],
) -> None:
    """Look at one part and those inside it."""
    for text in (message.preamble, message.epilogue):
        if text and text.strip():
            seen.add(LeakKind.ZIP_LEFTOVER, where, f"text between the parts: {text}")
    if message.is_multipart() and message.get_content_maintype() == "multipart":
        for number, part in enumerate(message.iter_parts(), 1):
            assert isinstance(part, EmailMessage)  # noqa: S101 - the policy makes all parts so
            place = f"{where}, part {number}"
            _headers(part, PART_HEADERS, f"{place}, header", seen)
            _part(part, place, seen, inner)
        return
    name = message.get_filename()
    kind = message.get_content_type()
    if name is None and kind == "text/plain":
        seen = seen.counted_by(where)
        for number, line in enumerate(_text(message).splitlines(), 1):
            seen.text(f"{where}, line {number}", line, TextMatch.PARAGRAPH)
    elif name is None and kind == "text/html":
        _Html(where, seen).feed_all(_text(message))
    else:
        _attachment(message, name or kind, seen, inner)


def _text(message: EmailMessage) -> str:
    return str(message.get_content())


def _attachment(
    message: EmailMessage,
    name: str,
    seen: Inspection,
    inner: Callable[[bytes, str, Inspection], None],
) -> None:
    from xlperf.leaks.findings import printable

    for key in ("creation-date", "modification-date", "read-date"):
        value = message.get_param(key, header="content-disposition")
        if value is not None:
            seen.add(LeakKind.MAIL_HEADER, f"attachment {name}", f"{key}: {value}")
    if message.get_content_type() == "message/rfc822":
        content = message.get_content()
        data = content.as_bytes() if isinstance(content, EmailMessage) else bytes(content)
        name = name if name.lower().endswith(".eml") else f"{name}.eml"
    else:
        payload = message.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
    inner(data, name, seen.inside(f"attachment {printable(name)}"))


class _Html(HTMLParser):
    """Reads a mail's HTML: what it shows, hides, fetches and links to."""

    def __init__(self, where: str, seen: Inspection) -> None:
        super().__init__(convert_charrefs=True)
        self.where, self.seen = where, seen
        self.open: list[tuple[str, bool]] = []
        """Open elements, and whether each hides its content."""
        self.pieces: list[str] = []

    def feed_all(self, text: str) -> None:
        """Read a whole document."""
        self.feed(text)
        self.close()
        self._flush()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at a tag's attributes, and note whether it hides what follows."""
        attributes = {name: value or "" for name, value in attrs}
        if BLOCKS.fullmatch(tag):
            self._flush()
        style = attributes.get("style", "")
        outside = [value for value in attributes.values() if value.lower().startswith(WEB)]
        fetches = outside if tag in FETCHING or "background" in attributes else []
        if fetches or tag in ("script", "form", "iframe") or FETCHED.search(style):
            self._add(f"<{tag}> {' '.join(fetches) or style}")
        if tag not in EMPTY:
            hides = HIDING.search(style) and not BACKGROUND.search(style)
            white = attributes.get("color", "").lower() in ("white", "#fff", "#ffffff")
            self.open.append((tag, bool(hides) or white or "hidden" in attributes))
        for name in ("alt", "title", "summary", "aria-label"):
            where = f"{self.where}, {name} of {tag}"
            self.seen.text(where, attributes.get(name, ""), TextMatch.PARAGRAPH)
        if tag == "a" and "href" in attributes:
            self.seen.link(f"{self.where}, link", attributes["href"])
        if tag == "meta" and attributes.get("name", "").lower() in WHO_MADE:
            where = f"{self.where}, meta {attributes['name']}"
            self.seen.add(LeakKind.PROPERTY, where, attributes.get("content", ""))
        for value in attributes.values():
            if not value.lower().startswith(("mailto:", *WEB)):
                self.seen.aside(self.where, value)

    def handle_endtag(self, tag: str) -> None:
        """Close the nearest element of this name."""
        if BLOCKS.fullmatch(tag):
            self._flush()
        for index in range(len(self.open) - 1, -1, -1):
            if self.open[index][0] == tag:
                del self.open[index:]
                return

    def handle_data(self, data: str) -> None:
        """Take in text: shown, hidden, or of a style sheet."""
        tags = {tag for tag, _ in self.open}
        if "style" in tags:
            if FETCHED.search(data):
                self._add(f"a style that fetches: {data}")
        elif data.strip() and any(hides for _, hides in self.open):
            self._add(f"hidden text: {data}")
        elif "script" not in tags:
            self.pieces.append(data)

    def _add(self, found: str) -> None:
        self.seen.add(LeakKind.MAIL_HTML, self.where, found)
        self.seen.private(self.where, found)

    def _flush(self) -> None:
        text = " ".join("".join(self.pieces).split())
        self.pieces = []
        self.seen.text(self.where, text, TextMatch.PARAGRAPH)

    def handle_comment(self, data: str) -> None:
        """Report a remark."""
        self._add(f"a remark: {data}")

    unknown_decl = handle_pi = handle_comment
