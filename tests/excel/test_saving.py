"""A file is replaced in one move, or left as it was; who else is at it is respected."""

from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.excel.torture import simple, torture
from xlperf.errors import WorkbookBusyError, WorkbookError, WrittenState
from xlperf.excel import saving
from xlperf.excel.file import FileWorkbook
from xlperf.excel.port import SetValue

EDIT = SetValue("spot", "new")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "Book [1].xlsx"
    made.write_bytes(simple([["a", 1]]))
    return made


def edited(path: Path, value: object = "new") -> FileWorkbook:
    book = FileWorkbook.open(path)
    book.apply([SetValue("spot", value)])  # type: ignore[arg-type]
    return book


def names(path: Path) -> list[str]:
    return sorted(item.name for item in path.parent.iterdir())


def test_a_save_replaces_the_file_and_keeps_a_backup_and_nothing_else(path):
    before = path.read_bytes()
    backup = edited(path).save()
    assert backup == path.with_name("Book [1].xlperf-backup.xlsx")
    assert backup.read_bytes() == before
    assert FileWorkbook.open(path).cells(["spot"])["spot"].value == "new"
    assert names(path) == ["Book [1].xlperf-backup.xlsx", "Book [1].xlsx"]


def test_saving_twice_writes_once_and_the_next_backup_is_the_last_version(path):
    book = edited(path)
    book.save()
    first = path.read_bytes()
    times = path.stat().st_mtime_ns
    assert book.save() is None
    assert path.stat().st_mtime_ns == times
    book.apply([SetValue("spot", "newer")])
    backup = book.save()
    assert backup is not None
    assert backup.read_bytes() == first
    assert FileWorkbook.open(path).cells(["spot"])["spot"].value == "newer"


def test_an_owner_file_of_excel_refuses_and_names_the_user(path):
    before = path.read_bytes()
    owner = path.with_name("~$" + path.name)
    name = "Zoë Analyst"
    owner.write_bytes(
        bytes([len(name)]) + name.encode("cp1252").ljust(54) + name.encode("utf-16-le")
    )
    with pytest.raises(
        WorkbookBusyError, match=r"open in Excel by Zoë Analyst\. .*nothing was written.*~\$Book"
    ):
        edited(path).save()
    owner.write_bytes(b"")
    with pytest.raises(WorkbookBusyError, match=r"open in Excel\. "):
        edited(path).save()
    assert path.read_bytes() == before
    assert names(path) == ["Book [1].xlsx", "~$Book [1].xlsx"]


def test_a_lock_of_libreoffice_refuses(path):
    path.with_name(f".~lock.{path.name}#").write_text("someone")
    with pytest.raises(WorkbookBusyError, match="LibreOffice"):
        edited(path).save()


def test_a_read_only_file_is_refused_and_may_be_read(path):
    path.chmod(0o444)
    book = edited(path)
    with pytest.raises(WorkbookError, match="read-only"):
        book.save()
    assert names(path) == ["Book [1].xlsx"]


@pytest.mark.skipif(os.name == "nt", reason="modes and links as on Unix")
def test_the_mode_of_the_file_is_kept(path):
    path.chmod(0o640)
    backup = edited(path).save()
    assert backup is not None
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(backup.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name == "nt", reason="modes and links as on Unix")
def test_the_target_of_a_link_is_replaced_and_not_the_link(path, tmp_path: Path):
    folder = tmp_path / "folder"
    folder.mkdir()
    link = folder / "Link.xlsx"
    link.symlink_to(path)
    backup = edited(link).save()
    assert link.is_symlink()
    assert backup is not None
    assert backup.parent == path.parent
    assert FileWorkbook.open(path).cells(["spot"])["spot"].value == "new"
    assert [item.name for item in folder.iterdir()] == ["Link.xlsx"]


def test_a_file_changed_meanwhile_is_refused(path):
    book = edited(path)
    times = path.stat()
    edited(path, "other").save()
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    with pytest.raises(WorkbookError, match="was changed in the meantime"):
        book.save()
    assert FileWorkbook.open(path).cells(["spot"])["spot"].value == "other"


def test_a_file_deleted_meanwhile_is_not_made_anew(path):
    book = edited(path)
    path.unlink()
    with pytest.raises(WorkbookError, match=r"\.$"):
        book.save()
    assert not path.exists()


def test_a_file_only_touched_meanwhile_is_saved(path):
    book = edited(path)
    os.utime(path)
    assert book.save() is not None


def test_another_refresh_holds_the_lock(path):
    book = edited(path)
    with saving.locked(path), pytest.raises(WorkbookBusyError, match="Another refresh"):
        book.save()
    assert book.save() is not None


def test_left_over_temporary_files_are_swept_and_others_are_not(path):
    left = [
        f".{path.name}.xlperf-tmp-99999",
        f".{path.stem}.xlperf-backup{path.suffix}.xlperf-tmp-1",
    ]
    kept = [".Book 1.xlsx.xlperf-tmp-1", ".Other.xlsx.xlperf-tmp-1"]
    for name in left + kept:
        path.with_name(name).write_bytes(b"half")
    edited(path).save()
    assert not set(left) & set(names(path))
    assert set(kept) <= set(names(path))


@pytest.mark.parametrize(
    "fault", [PermissionError(13, "denied"), OSError(28, "No space left on device")]
)
def test_a_write_that_fails_leaves_the_file_as_it_was(path, monkeypatch, fault):
    before = path.read_bytes()
    book = edited(path)

    def fail(*_args: object) -> None:
        raise fault

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(WorkbookError, match="could not be written"):
        book.save()
    assert path.read_bytes() == before
    assert names(path) == ["Book [1].xlsx"]


@pytest.mark.parametrize(
    ("done", "state", "said"),
    [
        (
            "nothing",
            WrittenState.OLD,
            (
                "Book [1].xlsx is as it was. Book [1].xlperf-backup.xlsx is a copy of the same"
                " version now"
            ),
        ),
        ("the move", WrittenState.NEW, "Book [1].xlsx is written: it is the new version."),
        (
            "damage",
            WrittenState.NOT_KNOWN,
            "Whether Book [1].xlsx is the old or the new one is not known.",
        ),
    ],
)
def test_a_move_that_fails_is_looked_after_and_the_error_carries_what_is_there(
    path, monkeypatch, done, state, said
):
    """A network drive may answer with an error though it has done what was asked."""
    book, moved = edited(path), Path.replace

    def replace(self: Path, target: Path) -> Any:
        if target != path:
            return moved(self, target)
        if done == "the move":
            moved(self, target)
        elif done == "damage":
            target.write_bytes(b"half")
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(WorkbookError) as raised:
        book.save()
    assert raised.value.state is state
    assert said in str(raised.value)
    assert "xlperf-tmp" not in "".join(names(path))


@pytest.mark.skipif(os.name == "nt", reason="replaces flock")
def test_what_a_save_went_on_without_is_a_warning_to_a_program(path, monkeypatch):
    def refusing(_handle: int, _how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refusing)
    with pytest.warns(UserWarning, match=r"Book \[1\]\.xlsx was written without a lock"):
        edited(path).save()


@pytest.mark.parametrize("number", [5, 32, 33])
@pytest.mark.parametrize("held", [3, 10_000])
def test_a_file_held_for_a_moment_on_windows_is_waited_for_a_bounded_time(
    path, monkeypatch, number, held
):
    book, moved, before = edited(path), Path.replace, path.read_bytes()
    tries = []

    def replace(self: Path, target: Path) -> Any:
        if target.name == path.name and len(tries) < held:
            tries.append(1)
            error = OSError(13, "in use")
            error.winerror = number  # type: ignore[attr-defined]
            raise error
        return moved(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    if held == 3:
        assert book.save() is not None
        return
    with pytest.raises(WorkbookBusyError, match="open in another program"):
        book.save()
    assert len(tries) == saving.TRIES
    assert path.read_bytes() == before


def test_another_place_gets_a_copy_and_the_file_stays(path, tmp_path: Path):
    before = path.read_bytes()
    output = tmp_path / "Copy.xlsx"
    assert edited(path).save(output) is None
    assert path.read_bytes() == before
    assert FileWorkbook.open(output).cells(["spot"])["spot"].value == "new"
    unchanged = tmp_path / "Same.xlsx"
    FileWorkbook.open(path).save(unchanged)
    assert unchanged.read_bytes() == before


def test_an_output_that_is_the_file_itself_is_saved_in_place(path):
    assert edited(path).save(path.parent / "." / path.name) is not None
    assert FileWorkbook.open(path).save(path) is None


@pytest.mark.parametrize(
    ("output", "said"),
    [("Copy.xlsm", "should end in .xlsx"), ("none/Copy.xlsx", "no place"), (".", "no place")],
)
def test_an_output_that_cannot_be_is_refused(path, output, said):
    with pytest.raises(WorkbookError, match=re.escape(said)):
        edited(path).save(path.parent / output)


@pytest.mark.parametrize(
    ("what", "said"), [("missing.xlsx", "There is no file"), ("", "is a folder")]
)
def test_what_is_no_file_is_refused(path, what, said):
    with pytest.raises(WorkbookError, match=said):
        FileWorkbook.open(path.parent / what)


# -- other processes
# --------------------------------------------------------------------------------------------------

LOOP = """
import sys; from pathlib import Path
from xlperf.excel.file import FileWorkbook; from xlperf.excel.port import SetValue
path, number = Path(sys.argv[1]), 0
while True:
    number += 1
    book = FileWorkbook.open(path)
    book.apply([SetValue(f"tile_{i}_{what}", f"{what} {number}") for i in range(6) for what in ("value", "rag")])
    book.save()
    print(number, flush=True)
"""
COUNT = """
import sys; from pathlib import Path
from xlperf.errors import WorkbookError
from xlperf.excel.file import FileWorkbook; from xlperf.excel.port import SetValue
path, done = Path(sys.argv[1]), 0
while done < 15:
    try:
        book = FileWorkbook.open(path)
        book.apply([SetValue("tile_0_value", int(book.cells(["tile_0_value"])["tile_0_value"].value) + 1)])
        book.save()
        done += 1
    except WorkbookError:
        pass
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals as on Unix")
def test_killed_at_any_moment_the_file_is_the_old_or_the_new_one(tmp_path: Path):
    path = tmp_path / "Book.xlsm"
    path.write_bytes(torture())
    for attempt in range(25):
        with subprocess.Popen(
            [sys.executable, "-c", LOOP, str(path)], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.0013 * attempt)
            process.send_signal(signal.SIGKILL)
        states = FileWorkbook.open(path).cells([f"tile_{i}_value" for i in range(6)]).values()
        assert len({state.value for state in states}) == 1
        shutil.copy(path, tmp_path / "last.xlsm")
    book = FileWorkbook.open(path)
    book.apply([SetValue("tile_0_value", "last")])
    book.save()
    left = {item.name for item in tmp_path.iterdir()}
    assert left == {"Book.xlsm", "Book.xlperf-backup.xlsm", "last.xlsm"}


def test_two_writers_lose_no_update(tmp_path: Path):
    path = tmp_path / "Book.xlsm"
    path.write_bytes(torture())
    writers = [subprocess.Popen([sys.executable, "-c", COUNT, str(path)]) for _ in range(2)]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    assert FileWorkbook.open(path).cells(["tile_0_value"])["tile_0_value"].value == 30
