"""After any fault, what is said is what is on the disk. Some points of the scenes that are quick to
play.

`every_point` plays them all.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.faults.scenes import sending
from tests.faults.staging import staged
from tests.release.servers import serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.faults.injecting import Ended, Fault, Scene, Stage

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace, which puts them in"),
]
SPREAD = 5
"""Points of each scene beside those at a rename, spread evenly over its calls."""
NAMES = (
    "refresh", "refresh to another", "refresh over another", "new", "sign", "mail", "publish again",
)  # fmt: skip
SLOW = ("publish again",)
"""Scenes of a second or more, played at fewer points: an error and an end at every rename, and
another.
"""


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, dict[str, Scene]]]:
    with staged(tmp_path_factory.mktemp("faults")) as (stage, scenes):
        yield stage, {scene.name: scene for scene in scenes}


def some(
    points: list[Fault], spread: int = SPREAD, kinds: Sequence[str] = ("EIO", "SIGKILL", "SIGTERM")
) -> list[Fault]:
    """Points to play: at every rename an error and an end; of the others, a few."""
    moves = [point for point in points if point.call.startswith("rename") and point.kind in kinds]
    others = [point for point in points if point not in moves]
    return moves + others[3 :: max(1, len(others) // spread)]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_is_what_is_there(theatre, name):
    stage, scenes = theatre
    scene = scenes[name]
    points = stage.faults(scene)
    chosen = some(points, 1, ("EIO", "SIGKILL")) if name in SLOW else some(points)
    assert [text for point in chosen for text in stage.play(scene, point)] == []


def test_what_is_said_of_a_mail_is_what_the_server_has(theatre):
    stage, _ = theatre
    with serving() as inbox:
        scene = sending(inbox)
        points = stage.faults(scene)
        assert [
            text for point in points[:: len(points) // SPREAD] for text in stage.play(scene, point)
        ] == []


# -- what some drives refuse, and what fails after the write
# -----------------------------------------------------------


def refreshed_with(
    theatre, *options: str, json_wanted: bool = False, mode: int = 0o644
) -> tuple[Ended, Path]:
    """Refresh with faults at every call of a name, from the first on."""
    stage, scenes = theatre
    stage._set(scenes["refresh"])
    book = stage.folder / "Book.xlsm"
    book.chmod(mode)
    more = ["--json"] if json_wanted else []
    return stage.driver.run(
        ["refresh", str(book), *more], [part for option in options for part in ("-e", option)]
    ), book


@pytest.mark.parametrize("error", ["ENOLCK", "EOPNOTSUPP", "ENOSYS", "EACCES"])
def test_a_drive_that_refuses_locks_is_written_to_and_it_is_told(theatre, error):
    ended, book = refreshed_with(theatre, f"inject=flock:error={error}")
    assert (ended.code, ended.err) == (0, "")
    assert "Note: Book.xlsm was written without a lock, which this drive refuses" in ended.out
    assert sorted(path.name for path in book.parent.iterdir()) == [
        "Book.xlperf-backup.xlsm",
        "Book.xlsm",
    ]
    told = json.loads(
        refreshed_with(theatre, f"inject=flock:error={error}", json_wanted=True)[0].out
    )
    assert len(told["notes"]) == 1


def test_a_drive_that_refuses_modes_is_written_to_and_it_is_told(theatre):
    ended, book = refreshed_with(theatre, "inject=?chmod,fchmod,fchmodat:error=EPERM", mode=0o666)
    assert (ended.code, ended.err) == (0, "")
    assert "Note: The rights of Book.xlsm could not be set to what they were" in ended.out
    assert sorted(path.name for path in book.parent.iterdir()) == [
        "Book.xlperf-backup.xlsm",
        "Book.xlsm",
    ]


def test_without_a_lock_a_change_by_another_is_seen(theatre, tmp_path):
    from xlperf.errors import WorkbookError
    from xlperf.excel import saving

    path = tmp_path / "Book.xlsm"
    path.write_bytes(b"read")
    origin, _ = saving.Origin.read(path)
    path.write_bytes(b"other")
    with pytest.raises(WorkbookError, match="was changed in the meantime"):
        saving.write(path, b"mine", over=origin)
    assert path.read_bytes() == b"other"


def test_a_folder_that_cannot_be_flushed_is_told_as_written(theatre):
    stage, scenes = theatre
    last = [
        fault
        for fault in stage.faults(scenes["refresh"])
        if fault.call == "fsync" and fault.kind == "EIO"
    ][-1]
    ended, _ = refreshed_with(theatre, last.option)
    assert ended.code == 4
    assert "Book.xlsm is written" in ended.err
    assert "The folder stage could not be flushed" in ended.err


def test_a_lock_that_cannot_be_removed_is_told_as_written(theatre):
    ended, _ = refreshed_with(theatre, "inject=unlink:error=EACCES:when=1+")
    assert ended.code == 4
    assert "Book.xlsm is written" in ended.err
    assert "The lock file .Book.xlsm.xlperf-lock could not be removed" in ended.err


@pytest.mark.parametrize("more", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize("out", ["/dev/full", None], ids=["full", "closed"])
def test_output_that_takes_nothing_changes_nothing_of_the_truth(theatre, out, more):
    stage, scenes = theatre
    stage._set(scenes["refresh"])
    book = str(stage.folder / "Book.xlsm")
    ended = stage.driver.run(["refresh", book, *more], out=out)
    assert ended.code == 4
    assert ended.err.startswith("xlperf: the result could not be printed (")
    assert ended.err.endswith("). Book.xlsm is written: it is the new version.\n")
    ended = stage.driver.run(["check", book, *more], out=out)
    assert ended.code == 1
    assert ended.err.endswith("). Nothing was written or sent.\n")
    assert stage.driver.run(["check", book, *more], out=out, err="/dev/full").code == 1


def test_a_folder_that_cannot_be_written_is_said_to_be_that(theatre):
    stage, scenes = theatre
    scene = scenes["refresh to another"]
    stage._set(scene)
    first = next(
        fault for fault in stage.faults(scene) if "O_CREAT" in fault.text and fault.kind == "EACCES"
    )
    stage._set(scene)
    ended = stage.driver.run(
        scene.arguments(stage.folder),
        ["-e", first.option, "-e", f"inject=openat:error=EACCES:when={first.number}+"],
    )
    assert ended.code == 1
    assert "Nothing can be written to the folder" in ended.err
    assert "Another" not in ended.err
