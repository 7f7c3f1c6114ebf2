"""The scripts on the shipped workbook: equal to the file engine, in few questions, without what the
add-in has not.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tomllib
from contextlib import redirect_stdout
from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple

import pytest
from packaging.requirements import Requirement

from tests.lite.client import Book, Opened
from tests.shipped import ROOT, SHIPPED, few
from xlperf.excel.file import FileWorkbook
from xlperf.lite import scripts
from xlperf.pipeline import refresh

if TYPE_CHECKING:
    from pathlib import Path

ABSENT = [
    "docx", "lxml", "matplotlib", "multiprocessing", "olefile", "pandas", "pypdf", "python_calamine", "typst",
    "rich", "scipy", "xlsxwriter", "xlwings",
]  # fmt: skip
"""What a refresh must do without: what the wheel does not ask for in the browser, and what does not
work there.
"""
PROGRAM = """
import asyncio, sys
from importlib.abc import MetaPathFinder

class Absent(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in set(sys.argv[2].split(",")):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
from pathlib import Path
from tests.lite.client import Book
from xlperf.lite import scripts
from xlperf.lite.answers import answer

book = Book(Path(sys.argv[1]).read_bytes())
for script in (scripts.refresh, scripts.check, scripts.changes):
    asyncio.run(script(book))
print(answer("XP_POSITION", 1, [[1, 2, 5, 7, 8, 9]]))
Path(sys.argv[1]).with_suffix(".out").write_bytes(book.to_bytes())
"""


class Refreshed(NamedTuple):
    """The shipped workbook after the script, with what that cost and printed."""

    book: Book
    reads: int
    actions: int
    flushes: int
    printed: str


@pytest.fixture(scope="module")
def first() -> Refreshed:
    book = Book(SHIPPED.read_bytes())
    with redirect_stdout(StringIO()) as out:
        asyncio.run(scripts.refresh(book))
    return Refreshed(book, book.reads, book.actions, book.calls["flush"], out.getvalue())


@pytest.fixture(scope="module")
def excel(first: Refreshed) -> Book:
    """The shipped workbook, refreshed by the script."""
    return first.book


def by_file(path: Path) -> FileWorkbook:
    """The shipped workbook, refreshed by the file engine."""
    book = FileWorkbook(path.read_bytes(), path.name)
    refresh(
        book, now=datetime.now().astimezone(), who=scripts.WHO, seconds=lambda: 0.0, dry_run=True
    )
    return FileWorkbook(book.to_bytes(), path.name)


@pytest.mark.slow
def test_a_refresh_gives_what_the_file_engine_gives(excel):
    here, there = Opened(excel), by_file(SHIPPED)
    names = there.table_names()
    assert here.table_names() == names
    mine, theirs = here.read(names), there.read(names)
    for name in names - {"tblLog"}:
        assert mine[name] == theirs[name]
    assert [row[1:-1] for row in mine["tblLog"].rows][1:] == [
        row[1:-1] for row in theirs["tblLog"].rows
    ][1:]
    cells = there.defined_names("")
    assert len(cells) > 270
    assert here.cells(cells) == there.cells(cells)


@pytest.mark.slow
def test_a_second_refresh_writes_nothing(excel, capsys):
    before, flushes = excel.actions, excel.calls["flush"]
    asyncio.run(scripts.refresh(excel))
    assert (excel.actions, excel.calls["flush"]) == (before, flushes)
    assert "Nothing changed since the last refresh." in capsys.readouterr().out


def test_questions_and_actions_are_those_of_the_documentation(first):
    assert first.flushes == 1
    told = f"{first.reads} questions and {first.actions} actions"
    assert told in (ROOT / "docs" / "lite.md").read_text(encoding="utf-8"), told


def test_a_refresh_says_what_it_did_and_whether_it_is_saved(first):
    assert "62 lines judged (RED 3, AMBER 29, GREEN 7, NA 23)" in first.printed
    assert (
        "With AutoSave on, as always in Excel for the web, the workbook is saved already"
        in first.printed
    )


@pytest.mark.slow
def test_check_tells_what_was_found(excel, capsys):
    asyncio.run(scripts.check(excel))
    assert "Nothing was written." in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["A1", None])
def test_why_needs_a_cell_of_a_tile(excel, capsys, cell):
    excel.selected = cell and excel.sheets[0].range(cell)
    asyncio.run(scripts.why(excel))
    assert "press the button again" in capsys.readouterr().out


@pytest.mark.slow
def test_why_explains_the_selected_line(excel, capsys):
    workings = next(sheet for sheet in excel.sheets if sheet.name == "Workings")
    table = workings.tables[0].range
    excel.selected = workings.range(f"A{table.row + 1}")
    asyncio.run(scripts.why(excel))
    line = workings.cells.cell(table.row + 1, 1).value
    assert f"{line.partition('_')[0]}  " in capsys.readouterr().out


@pytest.mark.slow
def test_changes_tells_what_history_says(excel, capsys):
    asyncio.run(scripts.changes(excel))
    assert "period" in capsys.readouterr().out


def test_faults_are_told_in_sentences(capsys):
    book = Book(few().read_bytes())
    book.edited = True
    asyncio.run(scripts.refresh(book))
    assert "press Enter or Esc" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            ModuleNotFoundError("No module named 'scipy'", name="scipy.special"),
            "Add a line scipy to requirements.txt",
        ),
        (ValueError("x"), "A fault of the program stopped it (ValueError); look at the workbook"),
    ],
)
def test_what_was_not_foreseen_is_a_sentence_too(error, told, capsys, monkeypatch, tmp_path):
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(scripts, "read_snapshot", broken)
    asyncio.run(scripts.refresh(Book(few().read_bytes())))
    assert told in capsys.readouterr().out


@pytest.mark.slow
def test_a_refresh_needs_nothing_that_the_add_in_has_not(dashboard):
    shutil.copy(few(), dashboard)
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(dashboard), ",".join(ABSENT)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "18 lines judged (RED 1, AMBER 6, GREEN 3, NA 8)" in run.stdout
    assert run.stdout.splitlines()[-1] == "1st of 6"
    made = FileWorkbook(dashboard.with_suffix(".out").read_bytes(), "made.xlsm").read(
        ["tblWorkings"]
    )["tblWorkings"]
    assert [row[0] for row in made.rows] == [
        row[0] for row in by_file(few()).read(["tblWorkings"])["tblWorkings"].rows
    ]


def test_in_the_browser_the_wheel_asks_for_numpy_alone():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(text) for text in project["dependencies"]]
    assert len(wanted) > 5
    for platform, names in (("emscripten", {"numpy"}), ("win32", {item.name for item in wanted})):
        needed = {
            item.name
            for item in wanted
            if item.marker is None or item.marker.evaluate({"sys_platform": platform})
        }
        assert needed == names
