"""The sign-off: three people, in order, for these bytes; any change voids it and is named."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.release.packs import NOW, PEOPLE, published, signed
from xlperf.cli import main
from xlperf.errors import PackError, UsageError, WorkbookBusyError
from xlperf.excel import saving
from xlperf.release import manifest
from xlperf.release.signoff import Role, sign, state


@pytest.fixture
def pack(tmp_path):
    return published(tmp_path / "pack")


def test_a_pack_is_signed_when_all_three_have_signed(pack):
    assert state(pack).missing == tuple(Role)
    assert "nobody" in state(pack).sentence
    for number, (role, who) in enumerate(PEOPLE.items()):
        found = sign(pack, role, who, NOW + timedelta(hours=number))
        assert found == state(pack)
        assert found.missing == tuple(Role)[number + 1 :]
        assert found.complete is (number == 2)
    assert [(item.role, item.who, item.when) for item in state(pack).signatures] == [
        (Role(role), who, NOW + timedelta(hours=number))
        for number, (role, who) in enumerate(PEOPLE.items())
    ]


def test_the_record_holds_who_when_hashes_version_and_fingerprint(pack):
    signed(pack)
    data = json.loads((pack / "signoff.json").read_bytes())
    assert data["schema"] == 1
    assert data["fingerprint"] == "0123456789abcdef"
    assert data["files"] == manifest.read(pack).hashes
    assert {"pack.json", "QA log.txt"} < set(data["files"])
    assert data["signatures"][0] == {
        "role": "analyst",
        "who": "Ann Able",
        "when": "2014-11-03T10:00:00+00:00",
        "xlperf": "0.1.0",
    }
    assert "no identity" in data["note"]


def changed(pack):
    (pack / "QA log.txt").write_bytes(b"other")
    return "'QA log.txt' was changed"


def gone(pack):
    (pack / "OFFICIAL Report September 2014.pdf").unlink()
    return "'OFFICIAL Report September 2014.pdf' is gone"


def added(pack):
    (pack / "note.txt").write_bytes(b"")
    return "'note.txt' was added"


def added_below(pack):
    (pack / "more").mkdir()
    (pack / "more" / "note.txt").write_bytes(b"")
    return "'more/note.txt' was added"


def list_changed(pack):
    published(pack, recipients=("thief@other.example",))
    return "'pack.json' was changed"


CHANGES = [changed, gone, added, added_below, list_changed]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("signatures", [1, 3])
def test_any_change_voids_it_and_is_named(pack, change, signatures):
    for role, who in list(PEOPLE.items())[:signatures]:
        sign(pack, role, who, NOW)
    said = change(pack)
    found = state(pack)
    assert found.voided == (said,)
    assert found.missing == tuple(Role)
    assert not found.complete
    assert said in found.sentence


def test_with_the_old_bytes_back_it_holds_again(pack):
    signed(pack)
    before = (pack / "QA log.txt").read_bytes()
    changed(pack)
    assert not state(pack).complete
    (pack / "QA log.txt").write_bytes(before)
    assert state(pack).complete


@pytest.mark.parametrize(
    "name", ["~$OFFICIAL Report.docx", ".~lock.a.docx#", "Thumbs.db", ".DS_Store", "desktop.ini"]
)
def test_what_office_and_file_managers_leave_voids_nothing(pack, name):
    signed(pack)
    (pack / name).write_bytes(b"x")
    assert state(pack).complete


def test_a_republished_pack_is_signed_anew_and_the_old_record_is_kept(pack):
    signed(pack)
    list_changed(pack)
    with pytest.raises(PackError, match=r"void: 'pack.json' was changed.*Nothing was signed"):
        sign(pack, "assurer", "Dan Dee", NOW)
    sign(pack, "analyst", "Ann Able", NOW)
    list_changed(pack)
    published(pack)
    sign(pack, "analyst", "Ann Able", NOW)
    data = json.loads((pack / "signoff.json").read_bytes())
    assert [len(item["signatures"]) for item in data["earlier"]] == [3, 1]
    assert data["earlier"][0]["voided"] == ["'pack.json' was changed"]
    assert state(pack).missing == (Role.ASSURER, Role.APPROVER)


@pytest.mark.parametrize(
    ("change", "says"), [(changed, "was changed"), (gone, "is gone"), (added, "was added")]
)
def test_a_pack_that_is_not_as_published_cannot_be_signed(pack, change, says):
    change(pack)
    with pytest.raises(PackError, match=f"not as it was published.*{says}"):
        sign(pack, "analyst", "Ann Able", NOW)
    assert not (pack / "signoff.json").exists()


def test_a_pack_with_a_leak_cannot_be_signed(tmp_path):
    pack = published(tmp_path / "pack", leakcheck="3 leaks")
    with pytest.raises(PackError, match=r"did not pass: pack\.json says '3 leaks'"):
        sign(pack, "analyst", "Ann Able", NOW)


@pytest.mark.parametrize(
    ("before", "role", "who", "says"),
    [
        ((), "assurer", "Bob Barr", "assurer cannot sign yet: the analyst signs first"),
        ((), "approver", "Cat Cole", "approver cannot sign yet: the analyst signs first"),
        (("analyst",), "approver", "Cat Cole", "approver cannot sign yet: the assurer signs first"),
        (
            ("analyst",),
            "analyst",
            "Ann Able",
            "analyst has signed already .Ann Able, 3 November 2014",
        ),
        (("analyst",), "analyst", "Someone Else", "analyst has signed already .Ann Able"),
        (
            ("analyst",),
            "assurer",
            "Ann Able",
            "has signed as analyst and cannot be the assurer too",
        ),
        (("analyst",), "assurer", " ann  ABLE ", "three different people"),
        (("analyst",), "assurer", "AnnAble", "three different people"),
        (("analyst",), "assurer", "Ａｎｎ Able", "three different people"),
        (("analyst", "assurer"), "approver", "bob barr", "has signed as assurer"),
        (("analyst", "assurer", "approver"), "approver", "Cat Cole", "approver has signed already"),
    ],
)
def test_a_signing_out_of_turn_is_refused_and_changes_nothing(pack, before, role, who, says):
    for done in before:
        sign(pack, done, PEOPLE[done], NOW)
    record = pack / "signoff.json"
    kept = record.read_bytes() if before else None
    with pytest.raises(PackError, match=says):
        sign(pack, role, who, NOW)
    assert (record.read_bytes() if before else None) == kept


@pytest.mark.parametrize("role", ["boss", "", "analyst;approver"])
def test_an_unknown_role_is_refused(pack, role):
    with pytest.raises(UsageError, match=r"is no role\. Give one of: analyst, assurer, approver"):
        sign(pack, role, "Ann Able", NOW)


@pytest.mark.parametrize("who", ["", "  \t", "Ann\u200bAble", "Ann\x00", "A" * 101, "\u202eelbA"])
def test_a_name_that_cannot_be_read_is_refused(pack, who):
    with pytest.raises(UsageError, match="cannot be a name"):
        sign(pack, "analyst", who, NOW)


def test_a_time_without_a_zone_is_a_fault_of_the_caller(pack):
    with pytest.raises(ValueError, match="time zone"):
        sign(pack, "analyst", "Ann Able", NOW.replace(tzinfo=None))


def test_two_do_not_sign_at_once(pack):
    with (
        saving.locked(pack / "signoff.json", "signing"),
        pytest.raises(WorkbookBusyError, match="Another signing"),
    ):
        sign(pack, "analyst", "Ann Able", NOW)
    assert sign(pack, "analyst", "Ann Able", NOW).signatures


def with_field(**fields):
    def change(data):
        return json.dumps({**json.loads(data), **fields}).encode()

    return change


def with_signatures(*people):
    """As written by hand: role and name."""
    return with_field(
        signatures=[
            {"role": role, "who": who, "when": NOW.isoformat(), "xlperf": "0.1.0"}
            for role, who in people
        ]
    )


DAMAGE = {
    "empty": lambda data: b"",
    "cut short": lambda data: data[:-40],
    "not UTF-8": lambda data: b"\xff" + data,
    "a list": lambda data: b"[]",
    "nested without end": lambda data: b"[" * 100_000,
    "no files": with_field(files=None),
    "no signatures": with_field(signatures=[]),
    "a signature of nothing": with_field(signatures=[{}]),
    "no earlier ones": with_field(earlier=None),
    "pack.json unsigned": with_field(files={}),
    "an unknown role": with_signatures(("boss", "Ann Able")),
    "an order that cannot be": with_signatures(("approver", "Ann Able")),
    "one person twice": with_signatures(("analyst", "Ann Able"), ("assurer", "ann able")),
    "no name": with_signatures(("analyst", "")),
    "no zone": with_field(
        signatures=[{"role": "analyst", "who": "A", "when": "2014-11-03T10:00:00", "xlperf": "1"}]
    ),
    "no time": with_field(
        signatures=[{"role": "analyst", "who": "A", "when": "noon", "xlperf": "1"}]
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_record_is_told_and_left_as_it_is(pack, kind):
    sign(pack, "analyst", "Ann Able", NOW)
    record = pack / "signoff.json"
    record.write_bytes(DAMAGE[kind](record.read_bytes()))
    before = record.read_bytes()
    for ask in (lambda: state(pack), lambda: sign(pack, "assurer", "Bob Barr", NOW)):
        with pytest.raises(PackError, match=r"^signoff\.json is damaged.*Put back a copy"):
            ask()
    assert record.read_bytes() == before


def test_a_record_of_another_form_is_not_read(pack):
    sign(pack, "analyst", "Ann Able", NOW)
    record = pack / "signoff.json"
    record.write_bytes(with_field(schema=2)(record.read_bytes()))
    with pytest.raises(PackError, match="has the form '2', and this xlperf reads form 1"):
        state(pack)


def test_the_commands_sign_and_say_how_far_it_is(pack, capsys):
    assert main(["signoff", str(pack)]) == 1
    assert "missing: analyst, assurer, approver" in capsys.readouterr().out
    for role, who in PEOPLE.items():
        assert main(["sign", str(pack), "--role", role, "--who", who]) == 0
    assert "approver: Cat Cole" in capsys.readouterr().out
    assert main(["signoff", str(pack)]) == 0
    out = capsys.readouterr().out
    assert "signed off by analyst, assurer and approver, and unchanged since" in out
    assert "proves no identity" in out
    assert "It may be mailed to clerk@panel.example, chair@council.example." in out
    assert main(["signoff", str(pack), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["complete"] is True
    changed(pack)
    assert main(["signoff", str(pack)]) == 1
    assert "void: 'QA log.txt' was changed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--role", "boss", "--who", "A"], 2, "is no role"),
        (["--role", "approver", "--who", "A"], 1, "cannot sign yet"),
    ],
)
def test_the_command_refuses_in_a_sentence(pack, arguments, code, says, capsys):
    assert main(["sign", str(pack), *arguments]) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert says in shown.err
    assert shown.err.count("\n") == 1
