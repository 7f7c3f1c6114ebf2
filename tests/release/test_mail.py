"""The mail: whom it goes to, what it holds, and that nothing from the workbook becomes a header or
another file.
"""

from __future__ import annotations

import getpass
import re
import socket
import sys
from datetime import datetime, timedelta, timezone
from email import message_from_bytes, policy
from types import ModuleType, SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.release.packs import ATTACHED, CHAIR, CLERK, NOW, PEOPLE, published, signed
from tests.shipped import ROOT
from xlperf.cli import main
from xlperf.documents import marking
from xlperf.errors import MailError, PackError, UsageError
from xlperf.release import mail, manifest, outlook, recipients, signoff
from xlperf.release.mail import compose, draft, message

HEADERS = {"subject", "to", "x-protective-marking", "mime-version", "content-type", "x-unsent"}
PART_HEADERS = {
    "content-type",
    "content-language",
    "content-transfer-encoding",
    "content-disposition",
    "mime-version",
}


@pytest.fixture
def pack(tmp_path):
    return signed(published(tmp_path / "2014-09"))


def made(pack, **options):
    return compose(manifest.read(pack), **options)


def read(data):
    return message_from_bytes(data, policy=policy.default)


def body(found):
    """Text of a mail, with line ends as Python has them."""
    return found.get_body().get_content().replace("\r\n", "\n")


# -- what a draft holds
# ----------------------------------------------------------------------------------------------


def test_a_draft_read_back_has_exactly_the_bytes_of_the_files(pack):
    found = read(draft(made(pack)))
    assert {
        part.get_filename(): part.get_content() for part in found.iter_attachments()
    } == ATTACHED
    assert [part.get_content_type() for part in found.iter_attachments()] == [
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/pdf",
    ]
    assert found.defects == []


def test_a_draft_opens_as_unsent_and_carries_the_marking_everywhere(pack):
    found = read(draft(made(pack)))
    assert found["X-Unsent"] == "1"
    assert found["X-Protective-Marking"] == "OFFICIAL"
    assert found.get_body()["Content-Language"] == "en-GB"
    assert (
        found["Subject"]
        == "OFFICIAL: Police and Crime Plan dashboard, twelve months to September 2014"
    )
    assert found["To"] == f"{CLERK}, {CHAIR}"
    text = body(found)
    assert text.splitlines()[0] == text.splitlines()[-1] == "OFFICIAL"
    assert "Illustrative data" in text.splitlines()
    assert "- OFFICIAL Report September 2014.docx\n" in text
    assert "Office of the Police and Crime Commissioner" in text
    assert all(part.get_filename().startswith("OFFICIAL ") for part in found.iter_attachments())


def test_a_draft_tells_nothing_of_computer_and_user(pack):
    data = draft(made(pack))
    found = read(data)
    assert set(map(str.lower, found.keys())) == HEADERS
    for part in found.walk():
        assert set(map(str.lower, part.keys())) <= HEADERS | PART_HEADERS
    text = b"".join(data.split(b"base64")[:1]).decode()
    for word in (socket.gethostname(), socket.getfqdn(), str(pack.parent), "xlperf", "Python"):
        assert word not in text
    assert getpass.getuser() not in re.sub(
        r"[a-z]*\.example", "", " ".join(map(str, found.values()))
    )


def test_a_draft_is_made_as_mail_must_be(pack):
    data = draft(made(pack))
    assert data.isascii()
    for line in data.split(
        b"\r\n"
    ):  # RFC 2045, 6.7 and 6.8: 76 in a body; RFC 5322, 2.1.1: 998 in a header
        assert len(line) <= 76 or re.match(rb"(?:Subject|Content-\w+): ", line)
        assert len(line) <= 200
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")


def test_the_same_pack_gives_the_same_bytes(pack):
    assert draft(made(pack)) == draft(made(pack))


@settings(max_examples=40)
@given(files=st.lists(st.binary(max_size=400), min_size=1, max_size=3), text=st.text(max_size=200))
def test_any_bytes_and_any_text_arrive_as_they_were(files, text):
    attached = {f"OFFICIAL {number}.pdf": data for number, data in enumerate(files)}
    sent = "\n".join(text.encode("utf-8", "ignore").decode().splitlines()) + "\n"
    found = read(draft(mail.Mail("OFFICIAL", "OFFICIAL: s", sent, (CLERK,), attached)))
    assert {
        part.get_filename(): part.get_content() for part in found.iter_attachments()
    } == attached
    assert body(found).splitlines() == sent.splitlines()


# -- nothing from the workbook becomes a header
# ----------------------------------------------------------------------

SLY = st.text(
    st.sampled_from("\r\n\0\t:<>,;\"'=?${}\x0b\x0c\x1c\x85\u2028\u202e\u200b\ud800é€ Bcx@.y")
    | st.characters(),
    max_size=60,
)


@settings(max_examples=150)
@given(office=SLY, note=SLY)
def test_no_text_of_the_workbook_becomes_a_header_or_a_part(office, note):
    # What is tried: the words of the settings 'office' and 'data_note', in subject and text,
    # against the finished mail.
    words = manifest.Manifest(
        NOW.date(), office, note, "OFFICIAL", (CLERK,), {}, ("OFFICIAL a.pdf",), "passed", "", ""
    )
    text = mail._filled("Subject: $office $period\n\n$office\n$files\n", words)
    sent = mail.Mail(
        "OFFICIAL",
        f"OFFICIAL: {text[0]}",
        f"{mail.plain(note)}\n{text[1]}",
        (CLERK,),
        {"OFFICIAL a.pdf": b"%PDF"},
    )
    found = read(draft(sent))
    assert [name.lower() for name, _ in found.items()].count("to") == 1
    assert set(map(str.lower, found.keys())) == HEADERS
    assert found["To"] == CLERK
    assert str(found["Subject"]) == f"OFFICIAL: {text[0]}"
    assert str(found["Subject"]).isprintable()
    assert len(list(found.iter_parts())) == 2
    text_shown = body(found)
    assert all(line.isprintable() for line in text_shown.split("\n"))
    assert mail.plain(office) in text_shown


@pytest.mark.parametrize(
    "office", ["$marking", "${files}", "{{ 7*7 }}", "{% x %}", "=1+1", "%s", "\\1", "$$"]
)
def test_words_that_look_like_formulas_or_placeholders_stay_words(tmp_path, office):
    pack = signed(published(tmp_path / "pack", office=office))
    found = read(draft(made(pack)))
    assert office in body(found).splitlines()


@pytest.mark.parametrize("letter", ["a", "é", "a é ", "字", "é¡ ¡ 𝒩", "a\u00a0b"])
def test_a_long_subject_arrives_whole(pack, letter):
    subject = mail.plain(letter * 150)[:150].strip()
    data = draft(made(pack, text=f"Subject: {subject}\n\ntext"))
    assert read(data)["Subject"] == f"OFFICIAL: {subject}"
    words = re.findall(r"=\?\S+\?=", data.decode())
    assert bool(words) is not subject.isascii()
    assert all(len(word) <= 75 for word in words)  # RFC 2047, 2


def test_words_that_look_encoded_are_not_decoded():
    subject = "=?utf-8?q?a=0D=0ABcc:_thief@other.example?="
    data = draft(
        mail.Mail("OFFICIAL", f"OFFICIAL: {subject}", "t\n", (CLERK,), {"OFFICIAL a.pdf": b""})
    )
    assert read(data)["Subject"] == f"OFFICIAL: {subject}"
    assert b"thief" not in data


def test_a_line_end_in_the_office_is_a_space(tmp_path):
    pack = signed(published(tmp_path / "pack", office="Office\r\nBcc: thief\r\n\r\n<script>"))
    found = read(draft(made(pack, text="Subject: $office\n\n$office\n")))
    assert found["Subject"] == "OFFICIAL: Office Bcc: thief <script>"
    assert found["Bcc"] is None


def test_an_address_in_the_words_stops_the_mail(tmp_path):
    pack = signed(published(tmp_path / "pack", office="Office of jane.doe@other.example"))
    with pytest.raises(
        PackError,
        match=r"The mail was not made: the leak check found what must not leave\. header Subject",
    ):
        made(pack, text="Subject: $office\n\n$period\n")


# -- the office's own text
# -------------------------------------------------------------------------------------------


def test_the_text_shipped_for_offices_is_the_one_used():
    assert (ROOT / "templates" / "mail.txt").read_text(encoding="utf-8") == mail.default_text()


def test_an_office_may_have_its_own_text(pack, tmp_path):
    own = tmp_path / "own.txt"
    own.write_bytes("\ufeffSubject: Für $period\r\n\r\nDear all,\r\n$$5\r\n$files\r\n".encode())
    assert main(["mail", str(pack), "--text", str(own), "--eml", str(tmp_path / "own.eml")]) == 0
    found = read((tmp_path / "own.eml").read_bytes())
    assert found["Subject"] == "OFFICIAL: Für September 2014"
    assert "Dear all,\n$5\n- OFFICIAL Dashboard" in body(found)
    assert body(found).startswith("OFFICIAL\n")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"Subject: {'a' * 151}\n\ntext", "has 151 letters; 150 are the most"),
        ("", "begins with a line 'Subject: "),
        ("Dear all,\n\ntext", "begins with a line 'Subject: "),
        ("Subject: \n\ntext", "begins with a line 'Subject: "),
        ("Subject: a\nBcc: x@y.example\n\ntext", "begins with a line 'Subject: "),
        ("Subject: a\n\n \n", "begins with a line 'Subject: "),
        ("Subject: a\n\n$perod", r"\$perod is no placeholder. There are \$period, \$office"),
        ("Subject: a\n\n$ 5", r"a \$ stands alone"),
    ],
)
def test_a_text_that_cannot_be_used_is_refused(pack, text, says):
    with pytest.raises(MailError, match=says):
        made(pack, text=text)


def test_a_text_that_is_no_utf_8_is_refused(pack, tmp_path, capsys):
    (tmp_path / "own.txt").write_bytes(b"Subject: \xe9\n\ntext")
    assert main(["mail", str(pack), "--text", str(tmp_path / "own.txt")]) == 1
    assert "is not UTF-8 text" in capsys.readouterr().err


# -- to whom, and with which marking
# ---------------------------------------------------------------------------------


def test_the_setting_is_read_strictly_and_each_address_once():
    assert recipients.allowed(f" {CLERK} ;; {CHAIR}; CLERK@panel.example ;") == (CLERK, CHAIR)
    assert recipients.allowed("  ") == ()


@pytest.mark.parametrize(
    "text",
    [
        "clerk", "clerk@panel", "@panel.example", "clerk@", "clerk@@panel.example", "a b@panel.example",
        "Clerk <clerk@panel.example>", '"a b"@panel.example', "clerk@[127.0.0.1]", "clerk@panel..example",
        ".clerk@panel.example", "clerk.@panel.example", "cl..erk@panel.example", "clerk@-panel.example",
        "clerk@panel.example-", "clerk@panel.example,chair@panel.example", "clerk@panel.example\nBcc: x@y.example",
        "clerk@panel.example\n", "clérk@panel.example", "clerk@pänel.example", "clerk@panel.example(x)",
        f"{'a' * 65}@panel.example", f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 20}", f"a@{'b' * 64}.example",
        "clerk@panel.example\u200b", "\u202eclerk@panel.example", "mailto:clerk@panel.example",
    ],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(text):
    with pytest.raises(PackError, match="is no e-mail address that can be used"):
        recipients.allowed(f"{CLERK};{text}")


@given(
    text=st.text(st.sampled_from("abC1.-_@\r\n <>,;:\"\\()[]é\0+'") | st.characters(), max_size=40)
)
def test_an_address_accepted_is_one_mailbox_to_the_library_too(text):
    try:
        found = recipients.address(text)
    except PackError:
        return
    assert found == text.strip(" ")
    sent = read(draft(mail.Mail("OFFICIAL", "s", "t\n", (found,), {"OFFICIAL a.pdf": b""})))
    assert [item.addr_spec for item in sent["To"].addresses] == [found]


def test_a_mail_goes_to_all_of_the_list_or_to_those_named(pack):
    assert made(pack).to == (CLERK, CHAIR)
    assert made(pack, to=[CHAIR.upper(), CHAIR]).to == (CHAIR,)
    assert read(draft(made(pack, to=[CHAIR])))["To"] == CHAIR


@given(st.lists(st.sampled_from([CLERK, CHAIR, "thief@other.example", CLERK.upper()]), max_size=4))
def test_naming_recipients_only_ever_narrows(wanted):
    listed = (CLERK, CHAIR)
    if "thief@other.example" in wanted:
        with pytest.raises(PackError, match=r"may not go to thief@other\.example: the list has"):
            recipients.narrowed(listed, wanted)
    else:
        assert set(recipients.narrowed(listed, wanted)) <= set(listed)


def test_without_a_list_it_goes_to_nobody(tmp_path):
    pack = signed(published(tmp_path / "pack", recipients=()), without_mail=True)
    for to in ([], [CLERK]):
        with pytest.raises(PackError, match=r"may go to nobody\. Put the addresses"):
            made(pack, to=to)


MARKINGS = {
    "OFFICIAL-SENSITIVE": "Only what is OFFICIAL may go to the panel",
    "OFFICIAL - SENSITIVE": "Only what is OFFICIAL may go to the panel",
    "SECRET": "Only what is OFFICIAL may go to the panel",
    "OFFICIAL: POLICE ONLY": "Only what is OFFICIAL may go to the panel",
    "RESTRICTED": "Only what is OFFICIAL may go to the panel",
    "OFFICIAL\r\nX: y": "Only what is OFFICIAL may go to the panel",
    "official": "not written as OFFICIAL",
    "Official": "not written as OFFICIAL",
    "OFFICIAL ": "not written as OFFICIAL",
    " OFFICIAL": "not written as OFFICIAL",
    "OFF ICIAL": "not written as OFFICIAL",
    "OFFICIAL\u00a0": "not written as OFFICIAL",
    "OFFICIAL\u200b": "Only what is OFFICIAL may go to the panel",
    "ОFFICIAL": "Only what is OFFICIAL may go to the panel",  # a Cyrillic O
    "": "has no protective marking",
    "  ": "has no protective marking",
}


@pytest.mark.parametrize("text", MARKINGS)
def test_any_marking_but_official_is_refused(tmp_path, text):
    pack = published(tmp_path / "pack", marking=text)
    for refused in (signed, made):
        with pytest.raises(PackError, match=MARKINGS[text]):
            refused(pack)
    assert not (pack / "signoff.json").exists()


@pytest.mark.parametrize(
    "name",
    ["Report.pdf", "official Report.pdf", "OFFICIAL.pdf", "OFFICIAL-SENSITIVE Report.pdf", "OFFICIAL SENSITIVE a.pdf",
     "OFFICIAL Top secret.pdf"],
)  # fmt: skip
def test_a_file_without_the_marking_in_its_name_is_refused(tmp_path, name):
    pack = published(tmp_path / "pack", files={name: b"%PDF"})
    for refused in (signed, made):
        with pytest.raises(PackError, match="does not begin with the marking"):
            refused(pack)


def test_a_name_is_marked_once():
    assert (
        marking.marked("Report.pdf")
        == marking.marked(marking.marked("Report.pdf"))
        == "OFFICIAL Report.pdf"
    )


# -- only what was signed
# --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("signatures", [0, 1, 2])
def test_a_pack_that_not_all_three_signed_makes_no_mail(tmp_path, signatures):
    pack = published(tmp_path / "pack")
    for role, who in list(PEOPLE.items())[:signatures]:
        signoff.sign(pack, role, who, NOW)
    missing = ", ".join(list(PEOPLE)[signatures:])
    with pytest.raises(
        PackError, match=f"not signed off: .*missing: {missing}. No mail was made or sent"
    ):
        made(pack)


def test_what_is_attached_is_what_was_compared_whatever_happens_to_the_folder(pack):
    held = manifest.read(pack)
    for name in ATTACHED:
        (pack / name).write_bytes(b"other")
    assert compose(held).attachments == ATTACHED
    with pytest.raises(PackError, match="not as it was published"):
        made(pack)


def test_a_pack_republished_after_the_signing_makes_no_mail(pack):
    published(pack, recipients=("thief@other.example",))
    with pytest.raises(
        PackError, match=r"void: 'pack\.json' was changed.*No mail was made or sent"
    ):
        made(pack)


# -- the draft as a file
# ---------------------------------------------------------------------------------------------


def test_a_draft_is_put_beside_the_pack_which_stays_signed(pack, capsys):
    for _ in range(2):  # the second time it is there already, with the same content
        assert main(["mail", str(pack)]) == 0
        assert "Nothing was sent" in capsys.readouterr().out
    assert read((pack.parent / "OFFICIAL 2014-09.eml").read_bytes())["To"] == f"{CLERK}, {CHAIR}"
    assert signoff.state(pack).complete


def test_a_draft_somebody_wrote_on_is_left_as_it_is(pack, capsys):
    place = pack.parent / "mine.eml"
    place.write_bytes(b"mine")
    assert main(["mail", str(pack), "--eml", str(place)]) == 2
    assert "exists already and was left as it is" in capsys.readouterr().err
    assert place.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("2014-09/a.eml", "is inside the pack"),
        ("a.msg", "should end in .eml"),
        ("none/a.eml", "There is no folder"),
    ],
)
def test_a_draft_is_not_put_where_it_does_harm(pack, place, says, capsys):
    assert main(["mail", str(pack), "--eml", str(pack.parent / place)]) == 2
    assert says in capsys.readouterr().err
    assert not (pack.parent / place).exists()
    assert signoff.state(pack).complete


# -- ready to be sent
# ------------------------------------------------------------------------------------------------


def test_a_mail_to_be_sent_has_sender_date_and_identity_set_on_purpose(pack):
    home = timezone(timedelta(hours=5, minutes=30))
    now = datetime(2014, 11, 3, 15, 30, 0, 123456, tzinfo=home)
    found = read(message(made(pack), "office@opcc.example", now).as_bytes())
    assert found["From"] == "office@opcc.example"
    assert found["Date"] == "Mon, 03 Nov 2014 10:00:00 +0000"
    assert re.fullmatch(r"<[0-9a-f]{32}@opcc\.example>", found["Message-ID"])
    assert found["X-Unsent"] is None  # or the copy received would open as a draft
    assert set(map(str.lower, found.keys())) == HEADERS - {"x-unsent"} | {
        "from",
        "date",
        "message-id",
    }
    again = message(made(pack), "office@opcc.example", now + timedelta(seconds=1))
    assert again["Message-ID"] != found["Message-ID"]


# -- Outlook, with COM itself stood in for
# ---------------------------------------------------------------------------


class ComError(Exception):
    """What pywin32 raises for a call that COM refuses."""


class Item:
    """A MailItem: keeps what is set, copies files as Outlook does."""

    def __init__(self, fails=False):
        self.calls, self.attached, self.headers, self.fails = [], {}, {}, fails
        self.Attachments = SimpleNamespace(Add=self.add)
        self.PropertyAccessor = SimpleNamespace(SetProperty=self.headers.__setitem__)

    def add(self, path):
        from pathlib import Path

        if self.fails:
            raise ComError(
                -2147352567, "Exception occurred.", (0, "Outlook", "Not allowed", None, 0, 0), None
            )
        self.attached[Path(path).name] = Path(path).read_bytes()

    def Display(self, modal):
        self.calls.append(("Display", modal))

    def Send(self):
        self.calls.append(("Send",))


@pytest.fixture
def com(monkeypatch):
    item = Item()
    application = SimpleNamespace(CreateItem=lambda kind: item if kind == 0 else None)
    client, types = ModuleType("win32com.client"), ModuleType("pywintypes")
    client.Dispatch = lambda name: application if name == "Outlook.Application" else None
    types.com_error = ComError
    for module in (ModuleType("win32com"), client, types):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return item


def test_outlook_shows_the_mail_and_sends_nothing(pack, com, capsys):
    assert main(["mail", str(pack), "--outlook", "--to", CHAIR]) == 0
    assert com.calls == [("Display", False)]
    assert com.attached == ATTACHED
    assert (com.To, com.BodyFormat) == (CHAIR, 1)
    assert com.Subject.startswith("OFFICIAL: Police and Crime Plan")
    assert com.Body.startswith("OFFICIAL\r\n\r\n")
    (key,) = com.headers
    assert key.endswith("/{00020386-0000-0000-C000-000000000046}/X-Protective-Marking")
    assert com.headers[key] == "OFFICIAL"
    assert "send it yourself" in capsys.readouterr().out


def test_what_outlook_refuses_is_told(pack, com, capsys):
    com.fails = True
    assert main(["mail", str(pack), "--outlook"]) == 1
    assert "Outlook did not make the draft" in capsys.readouterr().err
    assert com.calls == []


def test_without_windows_another_way_is_named(pack, monkeypatch):
    monkeypatch.setitem(sys.modules, "win32com", None)
    with pytest.raises(MailError, match=r"on Windows only.*--eml FILE"):
        outlook.show(made(pack))


def test_an_unsigned_pack_is_not_shown_in_outlook(tmp_path, com, capsys):
    assert main(["mail", str(published(tmp_path / "pack")), "--outlook"]) == 1
    assert "not signed off" in capsys.readouterr().err
    assert com.calls == []
    assert com.attached == {}


def test_write_draft_refuses_before_it_writes(pack):
    with pytest.raises(UsageError):
        mail.write_draft(made(pack), pack, pack / "a.eml")


def test_a_pack_that_a_later_one_replaced_is_not_mailed(pack, capsys):
    earlier = pack.rename(manifest.aside(pack, "11 December 2014 093000"))
    assert main(["mail", str(earlier)]) == 1
    assert "was replaced by a later pack. Mail that one" in capsys.readouterr().err
    assert main(["mail", str(earlier.rename(pack.with_name("June again")))]) == 0
