"""What many tests share: the shipped workbook, copied."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import hypothesis
import pytest

from tests.shipped import SHIPPED, of_priorities

hypothesis.settings.register_profile("without a limit of time", deadline=None)
hypothesis.settings.load_profile("without a limit of time")

CASES_MEASURED = 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests run in full, but coverage, which doubles their time, is not measured in those that
    only repeat the way of others: slow ones, properties (of many examples), and the cases of a test
    after its first two.
    """
    cases: Counter[str] = Counter()
    for item in items:
        test = item.nodeid.partition("[")[0]
        cases[test] += 1
        repeats = cases[test] > CASES_MEASURED
        properties = hypothesis.is_hypothesis_test(getattr(item, "function", None))
        if repeats or properties or item.get_closest_marker("slow"):
            item.add_marker("no_cover")


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
