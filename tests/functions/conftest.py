"""What the tests of functions share: Excel, stood in for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from functions import excel as stand_in

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def excel() -> Iterator[stand_in.Host]:
    """Excel with the functions imported, through xlwings' own conversion code."""
    with stand_in.host() as started:
        yield started


@pytest.fixture(scope="module")
def add_in() -> Iterator[stand_in.AddIn]:
    """Excel with the functions in an add-in, through xlwings' own conversion code."""
    with stand_in.add_in() as started:
        yield started
