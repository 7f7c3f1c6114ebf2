"""Sending, against a real mail server on this computer: with --send it arrives, and else nothing
does.
"""

from __future__ import annotations

import os
import re
import socket
import threading
from email import message_from_bytes, policy

import pytest
import trustme

from tests.release.packs import ATTACHED, CHAIR, CLERK, NOW, PEOPLE, published, signed
from tests.release.servers import context, free_port, serving, trust
from xlperf.cli import main
from xlperf.errors import UsageError
from xlperf.release import sending, signoff

OFFICE = "office@opcc.example"


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(autouse=True)
def trusted(authority, tmp_path, monkeypatch):
    """This computer trusts the authority that certified the server, and no variable names a
    server.
    """
    for name in ("SERVER", "FROM", "USER", "PASSWORD"):
        monkeypatch.delenv(f"XLPERF_SMTP_{name}", raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", trust(authority, tmp_path))


@pytest.fixture
def inbox(authority):
    """A server that wants encryption, as offices' do."""
    with serving(tls_context=context(authority), require_starttls=True) as found:
        yield found


@pytest.fixture
def pack(tmp_path):
    return signed(published(tmp_path / "2014-09"))


def send(pack, inbox, *options):
    return main(
        [
            "mail",
            str(pack),
            "--send",
            "--server",
            f"127.0.0.1:{inbox.port}",
            "--from",
            OFFICE,
            *options,
        ]
    )


# -- what arrives
# --------------------------------------------------------------------------------------------------


def test_with_send_the_mail_arrives_encrypted_with_the_bytes_of_the_files(pack, inbox, capsys):
    assert send(pack, inbox) == 0
    assert (
        f"Sent to {CLERK}, {CHAIR} through 127.0.0.1:{inbox.port}: 3 files"
        in capsys.readouterr().out
    )
    ((sender, to, data),) = inbox.mails
    assert (sender, to, inbox.encrypted) == (OFFICE, [CLERK, CHAIR], [True])
    found = message_from_bytes(data, policy=policy.default)
    assert {
        part.get_filename(): part.get_content() for part in found.iter_attachments()
    } == ATTACHED
    assert found["From"] == OFFICE
    assert found["X-Unsent"] is None
    assert found["X-Protective-Marking"] == "OFFICIAL"


def test_the_computer_is_not_named_to_the_server(pack, inbox):
    assert send(pack, inbox) == 0
    assert set(inbox.greetings) == {"[127.0.0.1]"}
    assert socket.gethostname().encode() not in inbox.mails[0][2].split(b"base64")[0]


def test_a_mail_goes_only_to_those_named(pack, inbox):
    assert send(pack, inbox, "--to", CHAIR) == 0
    assert inbox.mails[0][1] == [CHAIR]


def test_a_line_that_is_a_dot_arrives_as_one(pack, inbox, tmp_path):
    text = tmp_path / "own.txt"
    text.write_text("Subject: s\n\n.\n..\n.a\nend\n", encoding="utf-8")
    assert send(pack, inbox, "--text", str(text)) == 0
    found = message_from_bytes(inbox.mails[0][2], policy=policy.default)
    assert ".\n..\n.a\nend\n" in found.get_body().get_content().replace("\r\n", "\n")


def test_server_and_sender_may_come_from_the_environment(pack, inbox, monkeypatch):
    monkeypatch.setenv("XLPERF_SMTP_SERVER", f"127.0.0.1:{inbox.port}")
    monkeypatch.setenv("XLPERF_SMTP_FROM", OFFICE)
    assert main(["mail", str(pack), "--send"]) == 0
    assert len(inbox.mails) == 1


def test_without_send_nothing_is_sent_whatever_the_environment_says(
    pack, inbox, monkeypatch, tmp_path
):
    monkeypatch.setenv("XLPERF_SMTP_SERVER", f"127.0.0.1:{inbox.port}")
    monkeypatch.setenv("XLPERF_SMTP_FROM", OFFICE)
    assert main(["mail", str(pack)]) == 0
    assert main(["mail", str(pack), "--eml", str(tmp_path / "a.eml")]) == 0
    assert inbox.mails == []
    assert inbox.greetings == []


@pytest.mark.parametrize(
    "options",
    [["--server", "127.0.0.1"], ["--from", OFFICE], ["--user", "u"], ["--no-tls"]],
    ids=lambda options: options[0],
)
def test_what_belongs_to_sending_needs_send(pack, options, capsys):
    assert main(["mail", str(pack), *options]) == 2
    assert re.search(r"belongs? to --send.* nothing is sent", capsys.readouterr().err)


# -- what is refused before anybody is asked
# -------------------------------------------------------------------------


def unsigned(folder):
    return published(folder), "not signed off: signed by nobody"


def half_signed(folder):
    pack = published(folder)
    signoff.sign(pack, "analyst", PEOPLE["analyst"], NOW)
    return pack, "missing: assurer, approver"


def changed(folder):
    pack = signed(published(folder))
    (pack / "OFFICIAL Report September 2014.pdf").write_bytes(b"%PDF-1.7 other")
    return pack, "'OFFICIAL Report September 2014.pdf' was changed"


def republished(folder):
    pack = signed(published(folder))
    return published(pack, recipients=("thief@other.example",)), "void: 'pack.json' was changed"


def sensitive(folder):
    return published(folder, marking="OFFICIAL-SENSITIVE"), "Only what is OFFICIAL may go"


def nobody(folder):
    return signed(published(folder, recipients=()), without_mail=True), "may go to nobody"


def leaking(folder):
    return published(folder, leakcheck="failed"), "leak check of this pack did not pass"


def unmarked(folder):
    return published(folder, files={"Report.pdf": b"%PDF"}), "does not begin with the marking"


REFUSED = [unsigned, half_signed, changed, republished, sensitive, nobody, leaking, unmarked]


@pytest.mark.parametrize("case", REFUSED)
def test_a_pack_that_must_not_leave_sends_nothing_and_makes_nothing(case, tmp_path, inbox, capsys):
    pack, says = case(tmp_path / "pack")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for command in (lambda: send(pack, inbox), lambda: main(["mail", str(pack)])):
        assert command() == 1
        shown = capsys.readouterr()
        assert shown.out == ""
        assert says in shown.err
        assert shown.err.count("\n") == 1
    assert inbox.greetings == []
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_recipient_who_is_not_listed_gets_nothing_and_neither_do_the_others(pack, inbox, capsys):
    assert send(pack, inbox, "--to", CLERK, "--to", "thief@other.example") == 1
    assert "may not go to thief@other.example" in capsys.readouterr().err
    assert inbox.greetings == []


# -- what the server refuses
# -----------------------------------------------------------------------------------------

REPLIES = {
    "a recipient": (
        {CHAIR: "550 no such mailbox"},
        f"refused {CHAIR} (550 no such mailbox). Nothing was sent to anyb",
    ),
    "all recipients": (
        {CHAIR: "550 no", CLERK: "451 later"},
        f"refused {CLERK} (451 later); {CHAIR} (550 no)",
    ),
    "the sender": (
        {"MAIL": "553 not you"},
        f"refused the sender {OFFICE} (553 not you). Nothing was sent. Check --from",
    ),
    "the mail": (
        {"DATA": "554 a virus"},
        "refused the mail itself (554 a virus). Nothing was sent",
    ),
    "the end": ({"DATA": "cut"}, "whether it was sent is not known. Ask a recipient"),
}


@pytest.mark.parametrize("kind", REPLIES)
def test_what_the_server_refuses_reaches_nobody_and_is_told(kind, pack, authority, capsys):
    replies, says = REPLIES[kind]
    with serving(replies, tls_context=context(authority)) as inbox:
        assert send(pack, inbox) == (5 if kind == "the end" else 1)
    shown = capsys.readouterr()
    assert says in shown.err
    assert shown.err.count("\n") == 1
    assert shown.out == ""
    assert inbox.mails == []


def test_a_mail_larger_than_the_server_takes_is_not_offered(pack, authority, capsys):
    with serving(tls_context=context(authority), data_size_limit=3000) as inbox:
        assert send(pack, inbox) == 1
    assert "the server takes 0.0 MB at most. Nothing was sent" in capsys.readouterr().err
    assert inbox.mails == []


# -- encryption and passwords
# ----------------------------------------------------------------------------------------


def test_a_server_of_another_name_is_not_trusted(pack, authority, capsys):
    with serving(tls_context=context(authority, "mail.other.example")) as inbox:
        assert send(pack, inbox) == 1
    assert (
        "its certificate must be valid for this name. Nothing was sent" in capsys.readouterr().err
    )
    assert inbox.mails == []


def test_a_server_that_nobody_vouches_for_is_not_trusted(pack, capsys):
    with serving(tls_context=context(trustme.CA())) as inbox:
        assert send(pack, inbox) == 1
    assert "cannot be trusted" in capsys.readouterr().err
    assert inbox.mails == []


def test_a_server_without_encryption_gets_nothing_unless_told(pack, capsys):
    with serving() as inbox:
        assert send(pack, inbox) == 1
        assert (
            "STARTTLS extension not supported by server. Nothing was sent"
            in capsys.readouterr().err
        )
        assert inbox.mails == []
        assert send(pack, inbox, "--no-tls") == 0
    assert inbox.encrypted == [False]


def test_a_server_encrypted_from_the_first_byte_is_spoken_to_so(pack, authority, monkeypatch):
    with serving(ssl_context=context(authority)) as inbox:
        monkeypatch.setattr(
            sending, "SUBMISSION_TLS", inbox.port
        )  # 465 may not be listened on without rights
        assert send(pack, inbox) == 0
    assert len(inbox.mails) == 1


def test_a_password_is_taken_from_the_environment_and_shown_nowhere(
    pack, authority, monkeypatch, capsys
):
    with serving(tls_context=context(authority), auth_required=True) as inbox:
        assert send(pack, inbox) == 1
        assert "refused the sender" in capsys.readouterr().err
        monkeypatch.setenv("XLPERF_SMTP_PASSWORD", "wrong-word")
        assert send(pack, inbox, "--user", "office") == 1
        shown = capsys.readouterr()
        assert "did not accept user and password (535" in shown.err
        assert "wrong-word" not in shown.out + shown.err
        assert inbox.mails == []
        monkeypatch.setenv("XLPERF_SMTP_PASSWORD", "right")
        assert send(pack, inbox, "--user", "office") == 0
    assert (b"office", b"right") in inbox.logins
    assert len(inbox.mails) == 1
    assert "right" not in repr(
        sending.server("mail", user="office", password=os.environ["XLPERF_SMTP_PASSWORD"])
    )


def test_a_password_is_asked_for_at_a_terminal(pack, authority, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: "right")
    with serving(tls_context=context(authority), auth_required=True) as inbox:
        assert send(pack, inbox, "--user", "office") == 0
    assert len(inbox.mails) == 1


@pytest.mark.parametrize(
    ("options", "password", "says"),
    [
        (
            ["--user", "office"],
            "",
            "no password for 'office'. Put it into the variable XLPERF_SMTP_PASSWORD",
        ),
        (["--user", "office", "--no-tls"], "right", "A password is not sent without encryption"),
        (["--user", "office"], "£", "ASCII letters only"),
    ],
)
def test_a_password_that_cannot_be_sent_safely_is_not(
    pack, inbox, monkeypatch, capsys, options, password, says
):
    monkeypatch.setenv("XLPERF_SMTP_PASSWORD", password)
    assert send(pack, inbox, *options) == 2
    assert says in capsys.readouterr().err
    assert inbox.greetings == []


# -- a server that is not there, or no mail server
# -------------------------------------------------------------------


def test_a_server_that_does_not_answer_is_told(pack, capsys):
    arguments = [
        "mail",
        str(pack),
        "--send",
        "--server",
        f"127.0.0.1:{free_port()}",
        "--from",
        OFFICE,
    ]
    assert main(arguments) == 1
    assert (
        "cannot be reached, or broke off (Connection refused). Nothing was sent"
        in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    "greeting", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", b"554 go away\r\n", b"421 busy\r\n"]
)
def test_what_is_no_willing_mail_server_is_told(pack, greeting, capsys):
    with socket.create_server(("127.0.0.1", 0)) as place:

        def answer():
            with place.accept()[0] as line:
                line.sendall(greeting)

        other = threading.Thread(target=answer)
        other.start()
        arguments = [
            "mail",
            str(pack),
            "--send",
            "--from",
            OFFICE,
            "--server",
            f"127.0.0.1:{place.getsockname()[1]}",
        ]
        assert main(arguments) == 1
        other.join()
    shown = capsys.readouterr().err
    assert "Nothing was sent" in shown
    assert shown.count("\n") == 1


def test_a_server_that_will_not_take_the_text_is_told_and_it_is_known_that_nothing_went(
    pack, capsys
):
    answers = [
        b"220 hello",
        b"250 hello",
        b"250 sender",
        b"250 one",
        b"250 two",
        b"451 no room",
        b"221 bye",
    ]
    with socket.create_server(("127.0.0.1", 0)) as place:

        def answer():
            with place.accept()[0] as line, line.makefile("rb") as asked:
                for reply in answers:
                    line.sendall(reply + b"\r\n")
                    asked.readline()

        other = threading.Thread(target=answer)
        other.start()
        server = f"127.0.0.1:{place.getsockname()[1]}"
        assert (
            main(["mail", str(pack), "--send", "--from", OFFICE, "--server", server, "--no-tls"])
            == 1
        )
        other.join()
    assert f"{server} refused (451 no room). Nothing was sent" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("place", "host", "port"),
    [
        ("mail.office.example", "mail.office.example", 587),
        ("mail.office.example:465", "mail.office.example", 465),
        ("[::1]:25", "::1", 25),
        ("127.0.0.1", "127.0.0.1", 587),
    ],
)
def test_a_server_is_read(place, host, port):
    found = sending.server(place)
    assert (found.host, found.port, found.encrypted) == (host, port, True)


def test_a_relay_without_encryption_has_its_own_port():
    assert sending.server("relay", encrypted=False).port == 25


@pytest.mark.parametrize(
    "place",
    ["", "a b", "mail:0", "mail:70000", "mail:smtp", "a..b", "::1", "user@mail", "http://mail"],
)
def test_what_is_no_server_is_refused(place):
    with pytest.raises(UsageError, match="is no mail server"):
        sending.server(place)


@pytest.mark.parametrize("options", [["--server", "mail"], ["--from", OFFICE], []])
def test_sending_needs_server_and_sender(pack, options, capsys):
    assert main(["mail", str(pack), "--send", *options]) == 2
    assert "give --server and --from" in capsys.readouterr().err


def test_a_sender_must_be_an_address(pack, inbox, capsys):
    arguments = [
        "mail",
        str(pack),
        "--send",
        "--server",
        f"127.0.0.1:{inbox.port}",
        "--from",
        "Office <a@b.example>",
    ]
    assert main(arguments) == 1
    assert "is no e-mail address that can be used" in capsys.readouterr().err
    assert inbox.greetings == []


def test_the_kinds_of_draft_and_sending_exclude_each_other(pack, capsys):
    for pair in (
        ["--send", "--outlook"],
        ["--send", "--eml", "a.eml"],
        ["--outlook", "--eml", "a.eml"],
    ):
        with pytest.raises(SystemExit):
            main(["mail", str(pack), *pair])
    assert "not allowed with argument" in capsys.readouterr().err
