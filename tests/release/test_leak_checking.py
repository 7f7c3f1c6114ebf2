"""leakcheck on a pack's own files: recognised by pack.json, and never kinder than publish was."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from xlsxwriter import Workbook

from tests.release.packs import CLERK, published
from xlperf.cli import main
from xlperf.ending import DONE, REFUSED, WRONG_USAGE

if TYPE_CHECKING:
    from pathlib import Path

OFFICE = "Office of the Police and Crime Commissioner"
NAME = "OFFICIAL Dashboard 2014-09.xlsx"


def workbook(text: str = "Burglary", author: str = OFFICE) -> bytes:
    memory = BytesIO()
    with Workbook(memory, {"in_memory": True}) as book:
        book.set_properties({"author": author})
        book.add_worksheet("Dashboard").write("A1", text)
    return memory.getvalue()


@pytest.fixture
def pack(tmp_path) -> Path:
    return published(tmp_path / "Panel", {NAME: workbook(f"Write to {CLERK}")})


def test_the_office_as_author_blocks_a_file_of_no_pack(tmp_path):
    (tmp_path / NAME).write_bytes(workbook())
    assert main(["leakcheck", str(tmp_path / NAME)]) == REFUSED


def test_a_file_of_a_pack_is_clean_as_it_was_published(pack, capsys):
    assert main(["leakcheck", str(pack / NAME)]) == DONE
    out = capsys.readouterr().out
    assert "nothing found that blocks it" in out
    assert "to the byte what was published" in out


def test_the_folder_of_a_pack_stands_for_its_files_for_the_panel(pack, capsys):
    assert main(["leakcheck", str(pack), "--json"]) == DONE
    (file,) = json.loads(capsys.readouterr().out)
    assert file == {"file": str(pack / NAME), "pack": "published", "leaks": []}


def test_a_file_changed_since_it_was_published_must_not_be_sent(pack, capsys):
    (pack / NAME).write_bytes(workbook("Burglary", author=""))
    assert main(["leakcheck", str(pack / NAME)]) == REFUSED
    assert "DO NOT SEND. It was changed since it was published" in capsys.readouterr().out


def test_the_folder_of_a_changed_pack_is_refused(pack, capsys):
    (pack / NAME).write_bytes(workbook("Burglary", author=""))
    assert main(["leakcheck", str(pack)]) == REFUSED
    assert "is not as it was published" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["QA log.txt", "qa LOG.txt", "pack.json"])
def test_a_file_for_the_office_must_not_be_sent(pack, name, capsys):
    if name == "qa LOG.txt":
        (pack / name).write_bytes(b"a copy by a system that ignores case\n")
    assert main(["leakcheck", str(pack / name)]) == REFUSED
    assert "It is for the office only" in capsys.readouterr().out


def test_what_a_pack_does_not_name_gets_nothing_allowed(pack):
    (pack / "Other.xlsx").write_bytes(workbook())
    assert main(["leakcheck", str(pack / "Other.xlsx")]) == REFUSED


@pytest.mark.parametrize("content", [b"", b"{}", b"not json"])
def test_a_pack_that_cannot_be_read_allows_nothing(pack, content):
    (pack / "pack.json").write_bytes(content)
    assert main(["leakcheck", str(pack / NAME)]) == REFUSED


def test_a_pack_whose_own_check_did_not_pass_allows_nothing(tmp_path):
    folder = published(tmp_path / "Panel", {NAME: workbook()}, leakcheck="not run")
    assert main(["leakcheck", str(folder / NAME)]) == REFUSED


def test_a_leak_in_a_file_of_a_pack_is_found_all_the_same(tmp_path, capsys):
    folder = published(tmp_path / "Panel", {NAME: workbook("Ask jane.doe@force.example")})
    assert main(["leakcheck", str(folder / NAME)]) == REFUSED
    assert "What looks like personal data" in capsys.readouterr().out


def test_a_folder_without_a_pack_is_refused(tmp_path, capsys):
    assert main(["leakcheck", str(tmp_path)]) in (REFUSED, WRONG_USAGE)
    assert "is no panel pack" in capsys.readouterr().err
