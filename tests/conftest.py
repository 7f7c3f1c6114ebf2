"""What many tests share: the shipped workbook, copied."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.shipped import SHIPPED, of_priorities

if TYPE_CHECKING:
    from collections.abc import Iterator

hypothesis.settings.register_profile("without a limit of time", deadline=None)
hypothesis.settings.load_profile("without a limit of time")
# As the commands have it; more threads only wait for each other. NumPy is not loaded yet.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Workbooks are many small objects that stay: searched for garbage rarely, tests take a fifth less.
gc.set_threshold(50_000, 20, 100)

REPEATS = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests run in full, but coverage, which doubles their time, is not measured in those that
    only repeat the way of others: slow ones, properties (of many examples), and the cases of a test
    after its first.
    """
    first: set[str] = set()
    for item in items:
        test = item.nodeid.partition("[")[0]
        properties = hypothesis.is_hypothesis_test(getattr(item, "function", None))
        slow = item.get_closest_marker("slow") is not None
        item.stash[REPEATS] = test in first or properties or slow
        first.add(test)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Trace nothing in a test that repeats, nor in what is set up for it.

    The marker `no_cover` of pytest-cov 7.1 does not do so: the processes of pytest-xdist measure
    twice, one measurement around the other, and the marker ends the inner one only.
    """
    tracer, of_threads = sys.gettrace(), threading.gettrace()
    if item.stash[REPEATS]:
        sys.settrace(None)
        threading.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)
        threading.settrace(of_threads)


@pytest.fixture
def dashboard(tmp_path: Path) -> Path:
    """A copy of the shipped workbook."""
    return Path(shutil.copy(SHIPPED, tmp_path / "Dashboard.xlsm"))


@pytest.fixture(scope="session")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped workbook after a refresh. Do not change it: copy it."""
    from xlperf.cli import main

    path = tmp_path_factory.mktemp("refreshed") / "Dashboard.xlsm"
    assert main(["refresh", str(SHIPPED), "--output", str(path)]) == 0
    return path


@pytest.fixture(scope="session")
def few_lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A refreshed workbook of the priorities 6 and 17 of the shipped plan. Do not change it: copy
    it.
    """
    from xlperf.cli import main

    path = tmp_path_factory.mktemp("few lines") / "Dashboard.xlsm"
    path.write_bytes(of_priorities("SP6", "SP17"))
    assert main(["refresh", str(path)]) == 0
    return path
