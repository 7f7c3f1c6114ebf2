"""What many tests share: the shipped workbook, copied."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "workbook" / "Dashboard.xlsm"


@pytest.fixture
def dashboard(tmp_path: Path) -> Path:
    """A copy of the shipped workbook."""
    return Path(shutil.copy(SHIPPED, tmp_path / "Dashboard.xlsm"))
