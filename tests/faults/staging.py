"""A stage with everything that the scenes need: a process that is warm, workbooks, a pack."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.faults.injecting import Driver, Stage
from tests.faults.scenes import scenes
from tests.release.packs import published, signed
from tests.shipped import few

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.injecting import Scene


@contextmanager
def staged(place: Path) -> Iterator[tuple[Stage, list[Scene]]]:
    """Make a stage in a folder, which may be filled."""
    place = place.resolve()
    fresh = place / "Fresh.xlsm"
    shutil.copy(few(), fresh)
    driver = Driver(place / "driver", fresh, signed(published(place / "Signed")))
    try:
        warm = place / "driver" / "warm"
        found = scenes(fresh, warm / "Warm.xlsm", warm / "Blank.xlsm", warm / "Blank pack")
        yield Stage(driver, place / "stage"), found
    finally:
        driver.stop()
