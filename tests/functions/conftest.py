"""What the tests of functions share: Excel, stood in for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.functions import excel as stand_in

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def excel() -> Iterator[stand_in.Host]:
    """Excel with the functions imported, through xlwings' own conversion code."""
    with stand_in.host() as started:
        yield started
