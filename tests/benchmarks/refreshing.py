"""A refresh of the shipped workbook, closed and open, and what a button loads."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from datetime import datetime
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.measuring import Beside, NotMeasuredError, Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.benchmarks.measuring import Bench

REFRESH = """
import os, sys; from xlperf.cli import program
if os.path.exists(sys.argv[2]): os.unlink(sys.argv[2])
sys.exit(program(['refresh', sys.argv[1], '--output', sys.argv[2]]))
"""
LOAD_AND_SAVE = """
import sys, openpyxl
openpyxl.load_workbook(sys.argv[1], keep_vba=True).save(sys.argv[2])
"""
FLOOR = """
import sys, zipfile, numpy
with zipfile.ZipFile(sys.argv[1]) as book:
    for name in book.namelist(): book.read(name).count(b'<c ')
"""
IMPORTS = "import numpy, scipy.special"
BUTTON = """
from xlperf.excel.light import xlwings_alone
xlwings_alone()
import xlperf.button, xlperf.ribbon, xlperf.excel.live, xlperf.pipeline, xlperf.terminal
"""
"""What the macro of a button loads, the way `xlperf.button` loads it."""
READ_FROM_DISK = ("numpy", "scipy", "openpyxl", "et_xmlfile", "lxml")
CALLS = {"reads": "read", "writes": "write", "questions": "ask", "settings": "set"}


def shipped(folder: Path) -> Path:
    """Make the shipped workbook, without macros."""
    from xlperf.newbook.builder import workbook_bytes

    path = folder / "Dashboard.xlsm"
    if not path.exists():
        path.write_bytes(workbook_bytes(macros=False))
    return path


def refresh(bench: Bench) -> Iterator[Result]:
    """Measure whole processes on the closed workbook, files and modules in memory."""
    book, saved = shipped(bench.folder), bench.folder / "saved.xlsm"
    others = {
        "openpyxl: load and save": bench.python(LOAD_AND_SAVE, book, saved),
        "floor: import numpy, unpack and scan": bench.python(FLOOR, book),
        "import numpy, scipy.special": bench.python(IMPORTS),
    }
    if not bench.quick:
        office = (shutil.which("soffice") or "soffice", "--headless", "--convert-to", "xlsx")
        profile = f"-env:UserInstallation={(bench.folder / 'office').as_uri()}"
        folder = bench.folder / "converted"
        others["LibreOffice: recalculate and convert"] = bench.process(
            *office, profile, "--outdir", folder, book
        )
    yield from bench.compare(
        "refresh, warm, whole process",
        0,
        bench.python(REFRESH, book, bench.folder / "refreshed.xlsm"),
        others,
        {
            "openpyxl: load and save": ["≤ 0.45"],
            "floor: import numpy, unpack and scan": ["≤ 1.3"],
        },
    )


def cold(bench: Bench) -> Iterator[Result]:
    """Measure the first refresh after an installation: nothing of xlperf is compiled, and files
    are read from the disk, as far as the system lets go of what it has in memory.
    """
    import xlperf

    book, package = shipped(bench.folder), Path(xlperf.__file__).parent
    copy = bench.folder / "copy"
    refreshing = f"import sys; sys.path.insert(0, {str(copy)!r})\n{REFRESH}"

    def let_go() -> None:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(package, copy / "xlperf", ignore=shutil.ignore_patterns("__pycache__"))
        _let_go([book, *copy.rglob("*")])

    yield from bench.compare(
        "refresh, cold, nothing compiled",
        0,
        bench.python(refreshing, book, bench.folder / "cold.xlsm", before=let_go),
        {
            "openpyxl: load and save, from disk": bench.python(
                LOAD_AND_SAVE, book, bench.folder / "saved.xlsm", before=let_go
            ),
            "floor: import numpy, unpack and scan": bench.python(FLOOR, book, before=let_go),
        },
    )


def _let_go(files: Iterable[Path]) -> None:
    """Ask the system to drop files from memory: these, and those of Python and its packages."""
    if not hasattr(os, "posix_fadvise"):
        return
    specs = [find_spec(name) for name in READ_FROM_DISK]
    packages = [Path(spec.origin).parent for spec in specs if spec and spec.origin]
    library = Path(sysconfig.get_path("stdlib"))
    patterns = ("*", "__pycache__/*", "lib-dynload/*")
    standard = chain.from_iterable(library.glob(pattern) for pattern in patterns)
    others = chain.from_iterable(folder.rglob("*") for folder in packages)
    for path in filter(Path.is_file, chain(files, standard, others)):
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def button(bench: Bench) -> Iterator[Result]:
    """Measure what a click loads before it works."""
    yield from bench.compare(
        "what a button loads, whole process",
        0,
        bench.python(BUTTON),
        {"import numpy, scipy.special": bench.python(IMPORTS)},
    )


def live(_bench: Bench) -> Iterator[Result]:
    """Count how often a refresh of the open workbook crosses to Excel, on the engine of the tests.

    What a crossing costs is for Excel to say. Every call of xlwings' engine is one, and every
    property or method asked of Excel's own object; the object on the way to a property (Interior,
    Font, ListObjects) is not counted apart. Reads and writes are of cells, their colours and merged
    areas, and of tables' sizes; settings are those of Excel that are set; all others are questions.
    A macro of the workbook that answers is one read, write or question.
    """
    from tests.live.engine import install, open_book
    from tests.shipped import SHIPPED
    from xlperf.excel.live import LiveWorkbook
    from xlperf.pipeline import refresh as refreshed

    if sys.platform == "win32":
        raise NotMeasuredError("the engine of the tests would take the place of Excel")
    engine = install()
    for where, most in (("open workbook", 100), ("without macros", None)):
        if most is None:
            engine.macros = {}
        book = open_book(engine, SHIPPED)
        for which in ("first", "second"):
            engine.calls.clear()
            refreshed(LiveWorkbook(book), now=datetime(2014, 11, 3), who="", seconds=lambda: 0.0)
            total = sum(engine.calls.values())
            kinds = [
                Beside(
                    f"of them {title}",
                    sum(count for call, count in engine.calls.items() if call.startswith(kind)),
                )
                for title, kind in CALLS.items()
            ]
            budget = [Beside("budget", most, total / most, "≤ 1")] if most else []
            yield Result(f"{which} refresh, {where}", 0, "calls", total, (*budget, *kinds))
