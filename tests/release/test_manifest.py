"""pack.json: what is written is read back; what publish would never write is refused with a
sentence.
"""

from __future__ import annotations

import json

import pytest

from tests.release.packs import ATTACHED, CHAIR, CLERK, KEPT, published
from xlperf.errors import PackError
from xlperf.release import manifest
from xlperf.release.manifest import read, require_as_published


@pytest.fixture
def pack(tmp_path):
    return published(tmp_path / "pack")


def test_what_is_written_is_read_back(pack):
    found = read(pack)
    assert manifest.written(found.manifest) == (pack / "pack.json").read_bytes()
    assert {
        name: data for name, data in found.contents.items() if name != "pack.json"
    } == ATTACHED | KEPT
    assert found.manifest.recipients == (CLERK, CHAIR)
    assert found.signoff is None
    require_as_published(found)


@pytest.mark.parametrize("kind", ["missing", "a file", "no pack"])
def test_what_is_no_pack_is_refused(tmp_path, kind):
    folder = tmp_path / "folder"
    if kind == "a file":
        folder.write_bytes(b"")
    elif kind == "no pack":
        folder.mkdir()
    with pytest.raises(PackError, match=r"Give the folder that publish made\.$"):
        read(folder)


def test_who_asks_for_a_pack_that_was_put_aside_is_told_where_it_is(tmp_path):
    """A process that is killed between two moves can tell nobody."""
    published(tmp_path / "Panel (until 3 November 2014 100000)")
    (tmp_path / "Panel (until the cows come home)").mkdir()
    with pytest.raises(
        PackError,
        match=r"The earlier pack is in .*Panel \(until 3 November 2014 100000\)\. Publish again",
    ):
        read(tmp_path / "Panel")
    with pytest.raises(PackError, match=r"Give the folder that publish made\.$"):
        read(tmp_path / "Pan")


def field(**fields):
    return lambda data: json.dumps({**json.loads(data), **fields}).encode()


DIGEST = "a" * 64
DAMAGE = {
    "cut short": lambda data: data[:-3],
    "not UTF-8": lambda data: b"\xff\xff" + data,
    "a number": lambda data: b"1",
    "no schema": field(schema=None),
    "a later schema": field(schema=9),
    "no date": field(period="September"),
    "a date as a number": field(period=20140930),
    "a marking that is no text": field(marking=["OFFICIAL"]),
    "no address": field(recipients=["the clerk"]),
    "an address with a name": field(recipients=["Clerk <clerk@panel.example>"]),
    "files as a list": field(files=[]),
    "a hash cut short": field(files={"a.pdf": "abc"}, attach=["a.pdf"]),
    "a file outside": field(files={"../a.pdf": DIGEST}, attach=["../a.pdf"]),
    "a file in a folder": field(files={"b/a.pdf": DIGEST}, attach=["b/a.pdf"]),
    "a file of Windows outside": field(files={"..\\a.pdf": DIGEST}, attach=["..\\a.pdf"]),
    "a hidden file": field(files={".a.pdf": DIGEST}, attach=[".a.pdf"]),
    "a line end in a name": field(
        files={"a\r\nBcc: x@y.z.pdf": DIGEST}, attach=["a\r\nBcc: x@y.z.pdf"]
    ),
    "a name that turns its direction": field(
        files={"a\u202efdp.pdf": DIGEST}, attach=["a\u202efdp.pdf"]
    ),
    "itself": field(files={"pack.json": DIGEST}),
    "nothing attached": field(attach=[]),
    "an unknown file attached": field(attach=["other.pdf"]),
    "a file attached twice": field(attach=[next(iter(ATTACHED))] * 2),
    "names that differ in case": field(files={"a.pdf": DIGEST, "A.pdf": DIGEST}, attach=["a.pdf"]),
    "the log attached": field(attach=["QA log.txt"]),
    "macros attached": field(files={"a.xlsm": DIGEST}, attach=["a.xlsm"]),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_manifest_that_publish_never_writes_is_refused_in_a_sentence(pack, kind):
    path = pack / "pack.json"
    path.write_bytes(DAMAGE[kind](path.read_bytes()))
    with pytest.raises(PackError, match=r"^pack\.json[: ].*\.$") as refused:
        read(pack)
    assert "\n" not in str(refused.value)
    assert str(refused.value).isprintable()


def test_publish_is_refused_what_could_not_be_read_back(tmp_path):
    with pytest.raises(PackError, match=r"attaches 'a\.xlsm'"):
        published(tmp_path / "pack", files={"a.xlsm": b""})


def test_a_file_that_cannot_be_read_is_told(pack, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    with pytest.raises(PackError, match=r"cannot be read: Permission denied\. Close it"):
        read(pack)
