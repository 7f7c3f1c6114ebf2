"""What many tests share: the shipped workbook, copied."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.shipped import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Iterator

hypothesis.settings.register_profile("without a limit of time", deadline=None)
hypothesis.settings.load_profile("without a limit of time")


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


@pytest.fixture(scope="session", autouse=True)
def _each_picture_is_drawn_once() -> Iterator[None]:
    """Reports of many tests hold the same charts, and drawing takes two thirds of a publication.

    The same chart gives the same bytes: `tests/documents/test_pictures.py` draws each afresh.
    """
    from xlperf.documents import word_writer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_writer, "picture", cache(word_writer.picture))
        yield
