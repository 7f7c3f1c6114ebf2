"""Lists and lines of messages."""

from __future__ import annotations

from xlperf.message_texts import WIDTH, below, first_few, number_of, wrapped


def test_a_list_says_how_many_more_there_are() -> None:
    assert first_few(["a", "b"], 2) == "a, b"
    assert first_few(["a", "b", "c", "d"], 2, "; ") == "a; b and 2 more"
    assert below(["a", "b", "c"], 1) == "\n  a\n  and 2 more"


def test_lines_are_wrapped_below_their_first_one() -> None:
    text = "word " * 40
    first, second = wrapped(text, 2, hanging=4).splitlines()[:2]
    assert (first[:3], second[:7]) == ("  w", "      w")
    assert len(first) <= WIDTH
    path = "/".join(["folder-of-files"] * 10)
    assert path in wrapped(f"Written to {path}", whole_words=True)


def test_one_of_a_thing_has_no_s():
    assert [number_of(number, "file") for number in (0, 1, 2, 1234)] == [
        "0 files",
        "1 file",
        "2 files",
        "1,234 files",
    ]
