"""Colours of the last refresh that a person typed over or filled with another colour."""

from __future__ import annotations

from xlperf.assessment.rag import Rag
from xlperf.tiles.colours_by_hand import filled_over, typed_over

PALETTE = {Rag.RED: "#9D1020", Rag.AMBER: "#FCBB2E", Rag.GREEN: "#269B86", Rag.NA: "#F2F2F2"}


def test_a_status_typed_over_is_found_and_a_mark_is_not():
    previous = {"a": "RED", "b": "AMBER", "c": "GREEN", "d": ""}
    texts = {"a": "■ Red*", "b": "● Green", "c": "", "d": "anything", "new": "x"}
    assert typed_over(previous, texts) == {"b": "● Green", "c": ""}


def test_a_fill_changed_by_hand_is_found():
    previous = {"a": "RED", "b": "RED", "c": "AMBER"}
    fills = {"a": "#269B86", "b": "#9d1020", "c": None}
    assert filled_over(previous, fills, PALETTE) == {"a": "#269B86", "c": "none"}


def test_a_new_palette_in_the_settings_is_no_hand():
    previous = {"a": "RED", "b": "RED", "c": "AMBER"}
    fills = {"a": "#FF0000", "b": "#FF0000", "c": "#FCBB2E"}
    assert filled_over(previous, fills, PALETTE) == {}
    assert filled_over(previous, fills | {"b": "#9D1020"}, PALETTE) == {"a": "#FF0000"}
    assert filled_over(previous, {"a": "#269B86", "b": "#269B86"}, PALETTE) == {
        "a": "#269B86",
        "b": "#269B86",
    }
