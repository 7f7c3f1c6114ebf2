"""What a button loads: xlwings without the heavy packages that it takes along wherever it finds
them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.shipped import ROOT, few
from xlperf import ribbon
from xlperf.button import main
from xlperf.excel.light import NOT_NEEDED
from xlperf.version import INSTALL_XLWINGS

HEAVY = ("matplotlib", "pandas", "polars", "plotly", "docx", "typst", "pypdf", "pypdfium2")
"""Packages for figures and documents; docx is that of python-docx."""
LIGHT = sorted(set(ribbon.BUTTONS) - {"publish"})
"""Buttons that make no documents."""
ENGINE = """
import json, sys
from xlperf.excel.light import xlwings_alone
xlwings_alone()
from tests.live.engine import install, open_book
from xlperf import ribbon
loaded = {}
for name in sys.argv[2:]:
    open_book(install(), sys.argv[1])
    ribbon.BUTTONS[name]()
    loaded[name] = sorted(sys.modules)
print(json.dumps(loaded))
"""


@pytest.fixture(autouse=True)
def _log_elsewhere(tmp_path, monkeypatch):
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def child(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run code in a Python of its own, with this xlperf and the doubles of the tests."""
    paths = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": paths},
    )


def answer(code: str, *arguments: object) -> Any:
    done = child(code, *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def loaded(code: str) -> set[str]:
    return set(answer(code))


def test_these_packages_are_here_and_xlwings_would_load_them():
    # Without this, the tests below could not fail.
    assert find_spec("matplotlib")
    assert find_spec("pandas")
    assert {"matplotlib", "pandas"} <= loaded(
        "import json, sys, xlwings.utils; print(json.dumps(sorted(sys.modules)))"
    )


def test_xlwings_is_loaded_without_them_and_none_of_them_stays_hidden():
    code = (
        "import json, sys; from xlperf.excel.light import xlwings_alone; xlwings_alone()\n"
        "print(json.dumps(sorted(name for name in sys.modules)))\n"
    )
    names = loaded(code)
    assert "xlwings.main" in names
    assert not names & {*HEAVY, *NOT_NEEDED}


@pytest.mark.slow
def test_no_button_loads_figures_or_documents(tmp_path):
    # In one process: the first button after which one of them is there has loaded it.
    path = Path(shutil.copy(few(), tmp_path))
    after = answer(ENGINE, path, *LIGHT)
    assert list(after) == LIGHT
    assert {name: set(HEAVY).intersection(modules) for name, modules in after.items()} == {
        name: set() for name in LIGHT
    }


def test_what_needs_them_finds_them_afterwards():
    done = child(
        "from xlperf.excel.light import xlwings_alone; xlwings_alone()\n"
        "import matplotlib.figure, pandas; print(pandas.DataFrame({'a': [1]}).a.sum())"
    )
    assert (done.stdout, done.returncode) == ("1\n", 0), done.stderr


def test_values_and_arrays_are_converted_as_ever():
    code = (
        "from xlperf.excel.light import xlwings_alone; xw = xlwings_alone()\n"
        "import numpy, xlwings.conversion as c\n"
        "array = c.accessors[numpy.array].read_value([[1, 2], [3, 4]], c.Options({}))\n"
        "print(array.sum(), c.accessors[numpy.ndarray].write_value(array, c.Options({})))"
    )
    done = child(code)
    assert (done.stdout, done.returncode) == ("10 [[1, 2], [3, 4]]\n", 0), done.stderr


def test_an_xlwings_that_is_there_already_is_left_as_it_is():
    code = (
        "import sys, xlwings, pandas; from xlperf.excel.light import"
        " xlwings_alone\nprint(xlwings_alone() is xlwings, sys.modules['pandas'] is pandas,"
        " xlwings.main.pd is pandas)"
    )
    assert child(code).stdout == "True True True\n"


# --- The entry
# --------------------------------------------------------------------------------------------------


def started(*arguments: str, code: str = "") -> subprocess.CompletedProcess[str]:
    """Start the entry as the VBA does, after `code`."""
    run = (
        f"{code}\nimport runpy, sys; sys.argv[0] = 'button'\nrunpy.run_module('xlperf.button',"
        " run_name='__main__')"
    )
    return child(run, *arguments)


@pytest.mark.slow
def test_the_entry_runs_the_macro_of_the_button_on_the_calling_workbook(tmp_path):
    code = (
        "import os, xlwings; from live.engine import install, open_book\nbook ="
        f" open_book(install(), {str(few())!r})\nimport atexit; atexit.register(lambda:"
        " print(next(iter(book.app.impl.engine.apps)).alerts, os.getcwd()))"
    )
    done = started("check", "--wb=Dashboard.xlsm", "--from_xl=0", code=code)
    assert done.returncode == 0, done.stderr
    assert "Nothing was written" in done.stdout
    assert str(Path(sys.executable).parent) in done.stdout


def test_a_button_that_is_not_there_is_told():
    done = started("dance")
    assert done.returncode == 1
    assert done.stderr.startswith("xlperf has no button 'dance'")
    assert "python -m xlperf refresh FILE" in done.stderr


@pytest.mark.parametrize(
    ("code", "missing"),
    [("import sys; sys.modules['xlwings'] = None", "xlwings"), ("", "pywintypes")],
    ids=["xlwings", "pywin32"],
)
@pytest.mark.skipif(sys.platform == "win32", reason="pywin32 is there")
def test_where_a_package_for_excel_is_missing_a_sentence_says_so(code, missing):
    done = started("refresh", "--wb=Dashboard.xlsm", "--from_xl=1", "--hwnd=7", code=code)
    assert done.returncode == 1
    assert missing in done.stderr
    assert INSTALL_XLWINGS in done.stderr
    assert "python -m xlperf refresh FILE" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_excel_that_cannot_be_reached_is_a_sentence_and_the_rest_is_in_the_log(tmp_path):
    done = started("refresh", "--wb=Dashboard.xlsm", "--from_xl=1")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "python -m xlperf refresh FILE" in done.stderr
    assert "Traceback" in (tmp_path / "xlperf" / "xlperf.log").read_text(encoding="utf-8")


def test_without_a_name_nothing_is_run():
    with pytest.raises(SystemExit, match="no button ''"):
        main([])
