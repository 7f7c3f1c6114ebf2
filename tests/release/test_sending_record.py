"""Who was sent a pack is on record, and nobody is sent the same pack twice unawares."""

from __future__ import annotations

import json

import pytest

from tests.release.packs import CHAIR, CLERK, published, signed
from tests.release.servers import serving
from xlperf.cli import main
from xlperf.errors import PackError
from xlperf.release import manifest, signoff

OFFICE = "analyst@office.example"


@pytest.fixture
def pack(tmp_path):
    return signed(published(tmp_path / "2014-09"))


def send(pack, inbox, *options):
    place = f"127.0.0.1:{inbox.port}"
    return main(
        ["mail", str(pack), "--send", "--no-tls", "--server", place, "--from", OFFICE, *options]
    )


def recorded(pack):
    return json.loads((pack / "sent.json").read_bytes())["sendings"]


def test_a_sending_is_recorded_with_who_when_to_whom_and_which_bytes(pack, capsys):
    with serving() as inbox:
        assert send(pack, inbox) == 0
    (item,) = recorded(pack)
    assert item["sender"] == OFFICE
    assert item["to"] == [CLERK, CHAIR]
    assert item["state"] == "sent"
    assert item["way"] == f"through 127.0.0.1:{inbox.port}"
    assert item["pack"] == manifest.digest((pack / "pack.json").read_bytes())
    assert len(item["mail"]) == 64
    capsys.readouterr()
    assert main(["signoff", str(pack)]) == 0, "sending changes nothing of what was signed"
    assert f"to {CLERK}, {CHAIR}, from {OFFICE} (through 127.0.0.1:" in capsys.readouterr().out


def test_the_same_pack_goes_to_nobody_twice_unless_asked(pack, capsys):
    with serving() as inbox:
        assert send(pack, inbox, "--to", CLERK) == 0
        capsys.readouterr()
        assert send(pack, inbox) == 1
        refused = capsys.readouterr().err
        assert "This very pack was sent before: " in refused
        assert f"to {CLERK}, from {OFFICE}" in refused
        assert main(["mail", str(pack)]) == 1, "a draft would be sent, too"
        assert send(pack, inbox, "--to", CHAIR) == 0, "who has not got it yet may"
        assert send(pack, inbox, "--again") == 0
    assert [to for _, to, _ in inbox.mails] == [[CLERK], [CHAIR], [CLERK, CHAIR]]
    assert len(recorded(pack)) == 3


def test_a_pack_made_anew_is_another_one(pack):
    with serving() as inbox:
        assert send(pack, inbox) == 0
        published(pack, office="Another office")
        (pack / "signoff.json").unlink()
        signed(pack)
        assert send(pack, inbox) == 0
    assert len({item["pack"] for item in recorded(pack)}) == 2


@pytest.mark.parametrize(
    ("replies", "state"),
    [({CHAIR: "550 no"}, None), ({"DATA": "554 a virus"}, None), ({"DATA": "cut"}, "not known")],
)
def test_what_is_recorded_is_never_less_than_what_may_have_happened(pack, replies, state, capsys):
    with serving(replies) as inbox:
        assert send(pack, inbox) != 0
    assert [item["state"] for item in recorded(pack)] == ([state] if state else [])
    capsys.readouterr()
    if state:
        assert main(["mail", str(pack)]) == 1
        assert "but it is not known whether it went" in capsys.readouterr().err


def test_a_mail_sent_by_hand_is_recorded_when_a_person_says_so(pack, capsys):
    assert main(["mail", str(pack), "--was-sent"]) == 2
    assert "Give the sender with --from" in capsys.readouterr().err
    assert main(["mail", str(pack), "--was-sent", "--from", OFFICE, "--to", CHAIR]) == 0
    (item,) = recorded(pack)
    assert (item["to"], item["way"], item["mail"]) == ([CHAIR], "by hand", "")
    assert main(["mail", str(pack), "--to", CLERK]) == 0
    assert main(["mail", str(pack)]) == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b'{"schema": 1}', b'{"schema": 1, "sendings": [{}]}',
     b'{"schema": 1, "sendings": [{"when": "2014-11-03T10:00:00", "sender": "", "to": ["a"]}]}'],
)  # fmt: skip
def test_a_damaged_record_stops_the_mail(pack, content, capsys):
    (pack / "sent.json").write_bytes(content)
    with serving() as inbox:
        assert send(pack, inbox) == 1
        assert inbox.greetings == []
    assert "sent.json" in capsys.readouterr().err


def test_where_nothing_can_be_recorded_nothing_is_sent(pack, capsys):
    (pack / "sent.json").mkdir()
    (pack / "sent.json" / "x").write_bytes(b"x")
    with serving() as inbox:
        assert send(pack, inbox) == 1
        assert inbox.greetings == []
    assert "was added" in capsys.readouterr().err


def test_links_and_folders_are_named_and_never_followed(pack, tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "a.txt").write_text("x", encoding="utf-8")
    (pack / "elsewhere").symlink_to(secret, target_is_directory=True)
    (pack / "more.txt").symlink_to(secret / "a.txt")
    (pack / "empty").mkdir()
    read = manifest.read(pack)
    assert not any("a.txt" in name or "more" in name for name in read.contents)
    state = signoff.state(pack)
    assert state.voided == (
        "'elsewhere' is a link to somewhere else",
        "'empty' is a folder that publish did not make",
        "'more.txt' is a link to somewhere else",
    )
    with pytest.raises(PackError, match="'elsewhere' is a link"):
        manifest.require_as_published(read)


def test_a_file_of_the_pack_that_became_a_link_is_gone_and_named(pack, tmp_path):
    name = "OFFICIAL Report September 2014.pdf"
    (pack / name).rename(tmp_path / "elsewhere.pdf")
    (pack / name).symlink_to(tmp_path / "elsewhere.pdf")
    assert signoff.state(pack).voided == (
        f"'{name}' is a link to somewhere else",
        f"'{name}' is gone",
    )


def test_a_pack_without_recipients_is_signed_only_if_it_goes_without_mail(tmp_path, capsys):
    pack = published(tmp_path / "pack", recipients=())
    command = ["sign", str(pack), "--role", "analyst", "--who", "Ann Able"]
    assert main(command) == 1
    assert "mailed to nobody" in capsys.readouterr().err
    assert main([*command, "--without-mail"]) == 0
