"""Files for a computer without the internet: which pip is asked for, and what is told."""

from __future__ import annotations

import sys

import pytest

from xlperf.cli import main
from xlperf.ending import WRONG_USAGE
from xlperf.errors import SetupError
from xlperf.installing import wheels
from xlperf.version import XLWINGS_VERSION


class Pip:
    """In place of the command line: keeps what it is asked, makes the file, and ends with the code
    it was given.
    """

    def __init__(self, *codes: int) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.codes = list(codes)

    def __call__(self, command):
        self.asked.append(tuple(command))
        return self.codes.pop(0) if self.codes else 0


def test_the_wheel_of_xlperf_is_made_here_and_named_by_its_path_so_no_index_is_asked_for_it(
    tmp_path,
):
    pip = Pip()
    wheels.collect(tmp_path, run=pip)
    make, fetch = pip.asked
    assert make[:3] == fetch[:3] == (sys.executable, "-m", "pip")
    assert make[-1] == str(wheels.SOURCE)
    assert fetch[-1] == str(tmp_path / wheels.WHEEL)
    assert "--platform" not in fetch


def test_for_windows_its_own_packages_are_fetched_too_whatever_this_computer_is(tmp_path):
    pip = Pip()
    told = wheels.collect(tmp_path, "windows", "3.12", run=pip)
    fetch = " ".join(pip.asked[1])
    assert "--platform win_amd64 --python-version 3.12" in fetch
    assert fetch.endswith(f" xlwings=={XLWINGS_VERSION} pywin32 tzdata")
    assert "--no-index" in told
    assert "Python 3.12" in told


@pytest.mark.parametrize(
    ("here", "system", "python"),
    [
        ("linux", None, ".venv/bin/python"),
        ("darwin", None, ".venv/bin/python"),
        ("linux", "windows", r".venv\Scripts\python"),
        ("win32", None, r".venv\Scripts\python"),
    ],
)
def test_what_to_do_there_is_told_in_commands_of_that_system(
    here, system, python, tmp_path, monkeypatch
):
    monkeypatch.setattr(sys, "platform", here)
    told = wheels.collect(tmp_path, system, run=Pip())
    assert told.endswith(f"  {python} -m xlperf doctor")
    assert f"  {python} -m pip install --no-index" in told


def test_what_is_in_the_folder_is_counted(tmp_path):
    (tmp_path / wheels.WHEEL).write_bytes(bytes(2_000_000))
    assert wheels.collect(tmp_path, run=Pip()).startswith("1 files, 2 MB")


@pytest.mark.parametrize("codes", [(1,), (0, 2)])
def test_where_pip_fails_a_sentence_says_that_the_folder_is_not_complete(codes, tmp_path):
    with pytest.raises(SetupError, match="is not complete; correct that"):
        wheels.collect(tmp_path, run=Pip(*codes))


def test_without_the_sources_a_sentence_says_where_to_run_it(tmp_path, monkeypatch):
    monkeypatch.setattr(wheels, "SOURCE", tmp_path)
    with pytest.raises(SetupError, match="in the folder of xlperf"):
        wheels.collect(tmp_path, run=Pip())


def test_another_system_is_not_understood(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["wheels", "folder", "--for", "solaris"])
    assert ended.value.code == WRONG_USAGE
