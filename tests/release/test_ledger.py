"""The ledger of an office: what it holds, and what happens when it is not whole."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.release.test_publish import published
from tests.users import changed
from xlperf import leaks
from xlperf.cli import main
from xlperf.ending import DONE
from xlperf.errors import PackError, UsageError, WorkbookError
from xlperf.excel.locking import locked
from xlperf.release import manifest
from xlperf.release.leak_checking import check_paths
from xlperf.release.ledger import KEEP, Ledger, ledger_path, read

NOW = datetime(2014, 12, 10, 9, 30, tzinfo=UTC)
LATER = {"now": NOW + timedelta(days=1)}


@pytest.fixture(scope="module")
def first_issue(few_lines, tmp_path_factory) -> Path:
    """Folder of a workbook, its ledger and its first pack. Do not change it: copy it."""
    folder = tmp_path_factory.mktemp("first issue")
    path = Path(shutil.copy(few_lines, folder))
    changed(path, "tblMeasures", "SP17_absent", Suppress_below=3000)
    published(path, folder / "Panel")
    return folder


@pytest.fixture
def issued(first_issue, tmp_path) -> Path:
    """A workbook with one issue, whose pack is in the folder Panel."""
    shutil.copytree(first_issue, tmp_path, dirs_exist_ok=True)
    return tmp_path / "Dashboard.xlsm"


@pytest.fixture
def source(issued, tmp_path) -> Path:
    """The same workbook before any issue."""
    ledger_path(issued).unlink()
    shutil.rmtree(tmp_path / "Panel")
    return issued


def records(path: Path) -> list[dict]:
    return [json.loads(line) for line in ledger_path(path).read_text().splitlines()]


def test_each_figure_has_a_record_and_the_first_line_says_that_it_is_secret(issued, tmp_path):
    head, issue, *rest = records(issued)
    assert head["keep"] == KEEP
    assert issue["period"] == "2014-09-30"
    absent = [item for item in rest if item.get("measure") == "SP17_absent"]
    assert {(item["state"], item["counts"][0][-1]) for item in absent} == {
        ("shown", 5417),
        ("withheld, small", 2288),
    }
    assert [item["printed"] for item in absent if item["state"] != "shown"] == [[]]
    assert rest[-1]["end"] == len(rest) - 1
    assert read(issued).fault == ""
    mark = manifest.read(tmp_path / "Panel").manifest.ledger
    assert mark == read(issued).mark


def test_a_second_issue_is_added_and_nothing_before_it_changed(issued, tmp_path):
    before = ledger_path(issued).read_bytes()
    published(issued, tmp_path / "Second", **LATER)
    assert ledger_path(issued).read_bytes().startswith(before)
    assert len(read(issued).issues) == 2
    one, other = read(issued).issues
    assert replace(one, lines=()) == replace(other, lines=())


def test_it_is_refused_to_publish_without_it_and_what_that_means_is_said(source, tmp_path):
    with pytest.raises(PackError, match=r"is not there\. It says what earlier.*--first-issue"):
        published(source, tmp_path / "Panel", first_issue=False)
    assert not (tmp_path / "Panel").exists()
    assert not ledger_path(source).exists()


def edited(data: bytes) -> bytes:
    return data.replace(b"withheld, small", b"shown", 1)


def without_a_line(data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join([*lines[:5], *lines[6:]])


def in_another_order(data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join([*lines[:5], lines[6], lines[5], *lines[7:]])


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (edited, "was changed: line"),
        (without_a_line, "was changed: line 6 is not"),
        (in_another_order, "was changed: line 6 is not"),
        (lambda data: data[:-20], "ends within a line"),
        (lambda data: b"".join(data.splitlines(keepends=True)[:-1]), "ends within an issue"),
        (lambda _data: b"", "ends within a line"),
        (lambda data: b"\xff" + data, "holds what publish does not write"),
        (lambda data: data.replace(b'"ledger": 1', b'"ledger": 9'), "was changed: line 1"),
        (lambda _data: b"[]\n", "cannot be read in line 1"),
    ],
)
def test_one_that_is_not_whole_is_refused(issued, tmp_path, change, fault):
    place = ledger_path(issued)
    place.write_bytes(change(place.read_bytes()))
    with pytest.raises(PackError, match=fault):
        published(issued, tmp_path / "Second")
    assert not (tmp_path / "Second").exists()


def test_an_older_copy_lacks_the_issue_of_a_pack_beside(issued, tmp_path):
    old = ledger_path(issued).read_bytes()
    published(issued, tmp_path / "Second", **LATER)
    ledger_path(issued).write_bytes(old)
    with pytest.raises(PackError, match=r"lacks the issue in .*Second: it was cut off"):
        published(issued, tmp_path / "Third")


def test_a_first_issue_puts_a_damaged_one_aside(issued, tmp_path):
    damaged = edited(ledger_path(issued).read_bytes())
    ledger_path(issued).write_bytes(damaged)
    made = published(issued, tmp_path / "Second", first_issue=True, **LATER)
    aside = tmp_path / "Dashboard.xlperf-ledger (until 11 December 2014 093000).jsonl"
    assert aside.read_bytes() == damaged
    assert len(read(issued).issues) == 1
    assert any("was put aside" in warning for warning in made.warnings)


def test_a_first_issue_that_is_none_is_refused(issued, tmp_path):
    with pytest.raises(
        UsageError, match=r"has issues before this one \(1\), so this is not the first"
    ):
        published(issued, tmp_path / "Second", first_issue=True)


def test_two_cannot_publish_at_the_same_time(source, tmp_path):
    with (
        locked(ledger_path(source), "publishing"),
        pytest.raises(WorkbookError, match="is running"),
    ):
        published(source, tmp_path / "Panel")


def test_an_issue_that_does_not_leave_is_taken_back(issued, tmp_path, monkeypatch):
    before = ledger_path(issued).read_bytes()

    def refusing(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("xlperf.release.pack_folder._exchanged", refusing)
    with pytest.raises(PackError, match="No space left"):
        published(issued, tmp_path / "Second")
    assert ledger_path(issued).read_bytes() == before


def test_without_thresholds_none_is_needed_and_one_is_begun(blank_dashboard, tmp_path):
    made = published(blank_dashboard, tmp_path / "Panel", first_issue=False)
    assert any("No measure has a threshold" in warning for warning in made.warnings)
    assert len(read(blank_dashboard).issues) == 1


def test_a_damaged_one_is_refused_though_there_is_no_threshold_now(blank_dashboard, tmp_path):
    published(blank_dashboard, tmp_path / "Panel")
    place = ledger_path(blank_dashboard)
    damaged = place.read_bytes()[:-20]
    place.write_bytes(damaged)
    with pytest.raises(PackError, match="ends within a line"):
        published(blank_dashboard, tmp_path / "Second")
    assert place.read_bytes() == damaged


@pytest.fixture
def blank_dashboard(tmp_path) -> Path:
    path = tmp_path / "Blank.xlsm"
    assert main(["new", str(path), "--blank"]) == DONE
    return path


def test_it_is_no_part_of_a_pack_and_must_not_be_sent(issued, tmp_path):
    assert not list((tmp_path / "Panel").glob("*ledger*"))
    place = ledger_path(issued)
    assert leaks.check(place.read_bytes(), place.name)
    renamed = tmp_path / "Notes.txt"
    renamed.write_bytes(place.read_bytes())
    for path in (place, renamed):
        (found,) = check_paths([path], frozenset(), lambda _text: None)
        assert found.blocks
        assert "is the ledger of an office" in found.output
    with pytest.raises(ValueError, match="is no name of a file of a pack"):
        manifest._file_name(place.name)


@pytest.mark.slow
def test_a_figure_that_was_withheld_under_another_name_is_told(issued, tmp_path):
    changed(issued, "tblMeasures", "SP17_absent", Measure="SP17_away")
    changed(issued, "tblTotals", "SP17_absent", Measure="SP17_away")
    changed(issued, "tblTotals", "SP17_absent", Measure="SP17_away")
    assert main(["refresh", str(issued)]) in (0, 1, 2, 3)
    made = published(issued, tmp_path / "Second", **LATER)
    assert any("Figures of SP17_absent were withheld" in text for text in made.warnings)


def test_a_ledger_without_a_file_has_no_name(tmp_path):
    assert Ledger(tmp_path / "x").mark == Ledger(tmp_path / "x").name == ""
