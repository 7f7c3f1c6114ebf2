"""The search for garbage rests while a workbook is read, and goes on as it was."""

from __future__ import annotations

import gc

from xlperf.excel.collecting import without_collecting


def test_the_search_for_garbage_rests_and_then_goes_on_also_after_an_error():
    def fails() -> None:
        with without_collecting():
            assert not gc.isenabled()
            with without_collecting():
                pass
            assert not gc.isenabled(), "what is inside another does not end it"
            raise LookupError

    try:
        fails()
    except LookupError:
        assert gc.isenabled()
