"""Pages made from the code are up to date."""

from __future__ import annotations

import pytest

from tests.docs import generated
from tests.docs.pages import DOCS, compare_page


@pytest.mark.parametrize("name", generated.PAGES)
def test_a_page_made_from_the_code_is_as_the_code_is(name):
    compare_page(DOCS / name, generated.PAGES[name]())
