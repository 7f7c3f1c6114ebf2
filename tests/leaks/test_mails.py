"""Each kind of leak planted in a mail is blocked and named at the right place; attachments are
looked into.
"""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from tests.leaks import clean
from tests.leaks.clean import attached, mail
from xlperf import leaks
from xlperf.leaks import LeakKind

HERON = "Operation Heron"


def header(name: str, value: str) -> bytes:
    def change(message: EmailMessage) -> None:
        message[name] = value

    return mail(change)


def with_html(body: str) -> bytes:
    return mail(html=f"<html><body>{body}</body></html>")


def with_file(data: bytes, name: str) -> bytes:
    return mail(lambda message: attached(message, data, name), attach=False)


def secret_workbook() -> bytes:
    def add(book, _board):
        book.add_worksheet("Victims").hide()

    return clean.workbook(add)


def nested(times: int) -> bytes:
    """A mail inside a mail, and so on, around a workbook that leaks."""
    data = with_file(secret_workbook(), "Dashboard.xlsx")
    for _ in range(times):
        data = with_file(data, "Earlier.eml")
    return data


def forwarded(message: EmailMessage) -> None:
    inner = EmailMessage(policy=SMTP)
    inner["From"] = "jo@force.example"
    inner["X-Originating-IP"] = "10.1.2.3"
    inner.set_content("Text")
    message.add_attachment(inner)


def epilogue(message: EmailMessage) -> None:
    message.epilogue = HERON


def dated(message: EmailMessage) -> None:
    part = next(message.iter_attachments())
    part.set_param("creation-date", "Mon, 1 Sep 2014 08:00:00 +0100", header="Content-Disposition")


PLANTED = {
    "Received": (lambda: header("Received", "from pc17.force.local"), LeakKind.MAIL_HEADER, "header Received", "pc17"),
    "X-Originating-IP": (lambda: header("X-Originating-IP", "[10.1.2.3]"), LeakKind.MAIL_HEADER, "header X-Originating-IP", "10.1.2.3"),
    "X-Mailer": (lambda: header("X-Mailer", "Outlook 16.0"), LeakKind.MAIL_HEADER, "header X-Mailer", "Outlook"),
    "Bcc": (lambda: header("Bcc", "jo@force.example"), LeakKind.MAIL_HEADER, "header Bcc", "j•@"),
    "thread": (lambda: header("In-Reply-To", "<1@x.example>"), LeakKind.MAIL_HEADER, "header In-Reply-To", ""),
    "subject with personal data": (
        lambda: mail(lambda message: message.replace_header("Subject", "About 07700 900123")), LeakKind.PERSONAL, "header Subject", "telephone",
    ),
    "HTML": (lambda: with_html(f'<p style="display: none">{HERON}</p>'), LeakKind.MAIL_HTML, "body", ""),
    "text after the last part": (lambda: mail(epilogue), LeakKind.LEFTOVER, "body", HERON),
    "when an attachment was made": (lambda: mail(dated), LeakKind.MAIL_HEADER, "attachment Dashboard.xlsx", "creation-date"),
    "attached workbook": (
        lambda: with_file(secret_workbook(), "Dashboard.xlsx"), LeakKind.HIDDEN_SHEET, "attachment Dashboard.xlsx, sheet Victims", "hidden",
    ),
    "attached PDF": (
        lambda: with_file(clean.pdf("BT 3 Tr /F1 11 Tf 72 600 Td (Heron) Tj ET"), "a.pdf"), LeakKind.HIDDEN_TEXT, "attachment a.pdf, page 1", "Heron",
    ),
    "attached mail": (lambda: mail(forwarded), LeakKind.MAIL_HEADER, "header X-Originating-IP", "10.1.2.3"),
    "attached mail with an attachment": (
        lambda: nested(1), LeakKind.HIDDEN_SHEET, "attachment Earlier.eml, attachment Dashboard.xlsx, sheet Victims", "hidden",
    ),
    "mails without end": (lambda: nested(5), LeakKind.UNREADABLE, "attachment Earlier.eml", "inside 4 others"),
    "attached zip file": (
        lambda: with_file(clean.packed({"a.txt": b"x"}), "all.zip"), LeakKind.UNREADABLE, "attachment all.zip, the file", "Office document",
    ),
    "attached unknown file": (lambda: with_file(b"\x01\x02\x03", "winmail.dat"), LeakKind.UNREADABLE, "attachment winmail.dat", "not known"),
    "attached file without content": (lambda: with_file(b"", "a.xlsx"), LeakKind.UNREADABLE, "attachment a.xlsx", "empty"),
    "name of an attachment": (
        lambda: with_file(clean.workbook(), "Victim 07700 900123.xlsx"), LeakKind.PERSONAL, "file name", "telephone",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_leak_is_blocked_and_named_at_its_place(what):
    make, kind, where, found = PLANTED[what]
    data = make()
    found_all = leaks.check(data, "Panel.eml")
    hits = [leak for leak in found_all if leak.kind is kind]
    assert any(where in leak.where and found in leak.found for leak in hits), found_all
    assert all(leak.kind.remedy for leak in hits)


@pytest.mark.parametrize(
    "address", ["other@council.example", "panel@council.example.org", "Panel <panel@evil.example>"]
)
def test_a_recipient_outside_the_list_is_blocked(address):
    expected = leaks.Expected(
        recipients=frozenset({"panel@council.example"}), allowed=frozenset({"office@pcc.example"})
    )
    data = mail(lambda message: message.replace_header("To", f"panel@council.example, {address}"))
    (leak,) = leaks.check(data, "Panel.eml", expected=expected)
    assert leak.kind is LeakKind.RECIPIENT
    assert leak.where == "header To"


def test_a_sender_that_is_not_allowed_is_blocked():
    expected = leaks.Expected(recipients=frozenset({"panel@council.example"}))
    (leak,) = leaks.check(mail(), "Panel.eml", expected=expected)
    assert (leak.kind, leak.where) == (LeakKind.RECIPIENT, "header From")
