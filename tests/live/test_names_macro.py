"""What the workbook's macro says of its names, and that without it each is asked for singly."""

from __future__ import annotations

import pytest

from tests.live.engine import ComError, install, named_cells, open_book
from tests.shipped import SHIPPED
from xlperf.excel.live import LiveWorkbook

NAMES = ("tile_SP12_offences_value", "tile_SP12_offences_rag", "tile_SP1_SP1_rag")
BUSY = ComError(-2146777998, "busy")


def looked_at(macro):
    """The cells of all names of tiles, and how often Excel was asked."""
    engine = install()
    engine.macro = macro
    live = LiveWorkbook(open_book(engine, SHIPPED))
    names = live.defined_names("tile_")
    assert len(names) > 200
    return live.cells(names), sum(engine.calls.values())


@pytest.fixture(scope="module")
def singly():
    """The same without a macro."""
    return looked_at(None)


def test_the_macro_answers_as_the_cells_do_in_a_tenth_of_the_calls(singly):
    cells, calls = looked_at(named_cells)
    assert cells == singly[0]
    assert calls < singly[1] / 10


def macro_off(_book):
    raise ComError(-2147352567, "Exception occurred.", (0, "Microsoft Excel", "macros are off"))


@pytest.mark.parametrize(
    "odd",
    [
        macro_off,
        lambda _: None,
        lambda _: 7.0,
        lambda _: "",
        lambda book: named_cells(book).rpartition("\n")[0],
        lambda book: named_cells(book) + "\nmore",
        lambda book: named_cells(book).replace("\tnone", "\twhite"),
        lambda book: named_cells(book).replace("\tnone", "", 1),
    ],
)
def test_an_answer_that_is_not_whole_is_not_used(odd, singly):
    assert looked_at(odd)[0] == singly[0]


def test_a_busy_excel_is_asked_again():
    asked = []

    def busy_once(book):
        asked.append(book)
        if len(asked) == 1:
            raise BUSY
        return named_cells(book)

    engine = install()
    engine.macro = busy_once
    assert LiveWorkbook(open_book(engine, SHIPPED)).defined_names("tile_")
    assert len(asked) == 2
    assert engine.calls["ask what a name refers to"] == 0
