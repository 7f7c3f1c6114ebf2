"""A mail (.eml): its headers, whom it goes to, what its HTML hides or fetches, and every
attachment.
"""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from typing import TYPE_CHECKING

from xlperf.leaks.findings import TextMatch
from xlperf.leaks.kinds import LeakKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from xlperf.leaks.findings import Inspection

ALLOWED_HEADERS = frozenset(
    (
        "from", "to", "cc", "subject", "date", "mime-version", "content-type",
        "content-transfer-encoding", "message-id", "reply-to", "content-language", "x-unsent",
        "x-protective-marking", "sensitivity", "importance", "x-priority",
    )
)  # fmt: skip
"""Headers a draft needs (RFC 5322), the mark of a draft, and markings."""
KNOWN_HEADER = re.compile(
    rb"(?im)^(?:from|to|subject|mime-version|received|x-unsent|date|return-path|message-id):"
)
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
WEB = ("http:", "https:", "//")
WHO_MADE = ("author", "generator", "progid", "originator")


def is_mail(data: bytes) -> bool:
    """Whether bytes begin like a mail: header lines, one of them known."""
    head = data[:4000].lstrip(b"\r\n").replace(b"\r\n", b"\n").split(b"\n\n")[0]
    return KNOWN_HEADER.search(head) is not None


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
        found = f"not put together as a mail should be: {type(defect).__name__}"
        seen.add(LeakKind.UNREADABLE, where, found)


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
        _html(_text(message), where, seen)
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


def _html(text: str, where: str, seen: Inspection) -> None:
    """Look at a mail's HTML: what it shows, hides, fetches and links to."""
    from lxml import etree, html

    try:
        root = html.document_fromstring(text)
    except etree.LxmlError as error:
        seen.add(LeakKind.UNREADABLE, where, f"its HTML cannot be read ({error})")
        return

    def add(found: str) -> None:
        seen.add(LeakKind.MAIL_HTML, where, found)
        seen.private(where, found)

    for item in list(root.iter()):
        if not isinstance(item.tag, str):
            add(f"a remark: {item.text}")
            continue
        _element(item.tag, dict(item.attrib), where, seen, add)
        if item.tag == "style" and FETCHED.search(item.text or ""):
            add(f"a style that fetches: {item.text}")
        elif _is_hidden(item.attrib) and (hidden := item.text_content().strip()):
            add(f"hidden text: {hidden}")
        if BLOCKS.fullmatch(item.tag):
            item.text, item.tail = f"\n{item.text or ''}", f"\n{item.tail or ''}"
    etree.strip_elements(root, etree.Comment, "script", "style", with_tail=False)
    for line in root.text_content().splitlines():
        seen.text(where, " ".join(line.split()), TextMatch.PARAGRAPH)


def _element(
    tag: str, attributes: dict[str, str], where: str, seen: Inspection, add: Callable[[str], None]
) -> None:
    style, values = attributes.get("style", ""), attributes.values()
    outside = [value for value in values if value.lower().startswith(WEB)]
    fetches = outside if tag in FETCHING or "background" in attributes else []
    if fetches or tag in ("script", "form", "iframe") or FETCHED.search(style):
        add(f"<{tag}> {' '.join(fetches) or style}")
    for name in ("alt", "title", "summary", "aria-label"):
        text = attributes.get(name, "")
        seen.text(f"{where}, {name} of {tag}", text, TextMatch.PARAGRAPH)
    if tag == "a":
        seen.link(f"{where}, link", attributes.get("href", ""))
    if tag == "meta" and attributes.get("name", "").lower() in WHO_MADE:
        content = attributes.get("content", "")
        seen.add(LeakKind.PROPERTY, f"{where}, meta {attributes['name']}", content)
    for value in values:
        if not value.lower().startswith(("mailto:", *WEB)):
            seen.aside(where, value)


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    style = attributes.get("style", "")
    hides = HIDING.search(style) is not None and not BACKGROUND.search(style)
    white = attributes.get("color", "").lower() in ("white", "#fff", "#ffffff")
    return hides or white or "hidden" in attributes
