"""What changed between the last two periods of History."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.assessment.casebook import Book
from tests.fake import FakeWorkbook
from xlperf.excel.port import Grid
from xlperf.tables import schema
from xlperf.tables.data import Override
from xlperf.tables.rows import NOWHERE
from xlperf.tiles.change_sentences import headline
from xlperf.tiles.changes import GONE, NEW, ColourTurn, last_changes
from xlperf.tiles.changes import changes as changes_of

if TYPE_CHECKING:
    from xlperf.excel.port import Scalar

JUNE, SEPTEMBER, DECEMBER = date(2014, 6, 30), date(2014, 9, 30), date(2014, 12, 31)


def history(*rows: tuple[Scalar, ...]) -> Grid:
    """Rows of period end, line, latest, colour, reason code, position."""
    titles = ("Period end", "Line", "Latest", "Colour", "Reason code", "Position")
    return Grid(schema.HISTORY.name, "History", titles, rows, 4, 1)


def test_colours_and_positions_are_compared_the_worst_turns_first():
    found = last_changes(
        history(
            (JUNE, "better", 5, "RED", "WORSE", None),
            (JUNE, "same", 7, "AMBER", "NO_EVIDENCE", "3rd of 8"),
            (JUNE, "worse", 10, "GREEN", "BETTER", "1st of 8"),
            (JUNE, "moved", 3, "AMBER", "BETWEEN_LINES", "7th of 8"),
            (JUNE, "left", 3, "AMBER", "BETWEEN_LINES", None),
            (SEPTEMBER, "better", 4, "GREEN", "BETTER", None),
            (SEPTEMBER, "same", 9, "AMBER", "NO_EVIDENCE", "3rd of 8"),
            (SEPTEMBER, "worse", 12, "RED", "WORSE", "8th of 8"),
            (SEPTEMBER, "moved", 2, "AMBER", "BETWEEN_LINES", "6th= of 8"),
            (SEPTEMBER, "lost", 2, "NA", "NO_DATA", None),
        )
    )
    assert (found.earlier, found.later, found.lines) == (JUNE, SEPTEMBER, 5)
    assert [headline(change) for change in found.changes] == [
        "worse: GREEN -> RED, 1st of 8 -> 8th of 8",
        "lost: new -> NA",
        "moved: AMBER, 7th of 8 -> 6th= of 8",
        "left: AMBER -> gone",
        "better: RED -> GREEN",
    ]
    assert [change.turn for change in found.changes] == [
        ColourTurn.WORSE,
        ColourTurn.OTHER,
        ColourTurn.OTHER,
        ColourTurn.OTHER,
        ColourTurn.BETTER,
    ]
    assert (found.changes[0].latest_before, found.changes[0].latest_after) == (10, 12)
    assert (
        str(found)
        == "5 of 5 lines changed between the periods to 30 June 2014 and to 30 September 2014: 1"
        " worse, 3 otherwise, 1 better."
    )


@pytest.mark.parametrize(
    ("before", "after", "turn"),
    [
        ("GREEN", "AMBER", ColourTurn.WORSE),
        ("AMBER", "RED", ColourTurn.WORSE),
        ("RED", "AMBER", ColourTurn.BETTER),
        ("AMBER", "GREEN", ColourTurn.BETTER),
        ("RED", "NA", ColourTurn.OTHER),
        ("NA", "RED", ColourTurn.OTHER),
        ("GREEN", "purple", ColourTurn.OTHER),
    ],
)
def test_a_turn_is_called_better_or_worse_only_between_colours(before, after, turn):
    (change,) = last_changes(
        history((JUNE, "a", 1, before, "X", None), (SEPTEMBER, "a", 1, after, "Y", None))
    ).changes
    assert change.turn is turn


def remembered(*rows: tuple[Scalar, ...]) -> Grid:
    """Rows of period end, line, colour, colour worked out."""
    titles = ("Period end", "Line", "Colour", "Worked out")
    return Grid(schema.HISTORY.name, "History", titles, rows, 4, 1)


@pytest.mark.parametrize(
    ("before", "after", "turn", "told"),
    [
        (("RED", "RED"), ("AMBER", "RED"), ColourTurn.OVERRULED, "a: RED -> AMBER, overruled by a person, worked out RED"),
        (("AMBER", "AMBER"), ("AMBER", "RED"), ColourTurn.OVERRULED, "a: AMBER, overruled by a person, worked out RED"),
        (("GREEN", "GREEN"), ("AMBER", "RED"), ColourTurn.OVERRULED, "a: GREEN -> AMBER, overruled by a person, worked out RED"),
        (("AMBER", "RED"), ("AMBER", "GREEN"), ColourTurn.OVERRULED, "a: AMBER, overruled by a person, worked out GREEN"),
        (("AMBER", "RED"), ("RED", "RED"), ColourTurn.ENDED, "a: AMBER -> RED, override ended, worked out RED before"),
        (("AMBER", "RED"), ("AMBER", "AMBER"), ColourTurn.ENDED, "a: AMBER, override ended, worked out RED before"),
        (("RED", "RED"), ("AMBER", "reddish"), ColourTurn.OVERRULED, "a: RED -> AMBER, overruled by a person, worked out unknown"),
        # decided as it was worked out
        (("RED", "RED"), ("AMBER", "AMBER"), ColourTurn.BETTER, "a: RED -> AMBER"),
    ],
)  # fmt: skip
def test_a_colour_that_a_person_decided_is_neither_better_nor_worse(before, after, turn, told):
    (change,) = last_changes(remembered((JUNE, "a", *before), (SEPTEMBER, "a", *after))).changes
    assert (change.turn, headline(change)) == (turn, told)


def test_what_stays_overruled_as_it_was_is_no_change():
    assert (
        last_changes(
            remembered((JUNE, "a", "AMBER", "RED"), (SEPTEMBER, "a", "AMBER", "RED"))
        ).changes
        == ()
    )


def test_overrules_are_counted_by_themselves():
    names = "abcd"
    now = (("AMBER", "RED"), ("RED", "RED"), ("GREEN", "GREEN"), ("RED", "RED"))
    then = (("RED", "RED"), ("AMBER", "RED"), ("RED", "RED"), ("GREEN", "AMBER"))
    rows = [(JUNE, name, *colours) for name, colours in zip(names, then, strict=True)]
    rows += [(SEPTEMBER, name, *colours) for name, colours in zip(names, now, strict=True)]
    assert str(last_changes(remembered(*rows))).endswith(
        ": 1 overruled by a person, 2 overrides ended, 1 better."
    )


def override(until: date, colour: str = "AMBER") -> Override:
    return Override("A", colour, "Agreed.", "Board", until, NOWHERE)


def test_in_a_history_without_the_column_the_overrides_of_now_tell_what_they_can():
    rows = ((JUNE, "a", 1, "RED", "WORSE", None), (SEPTEMBER, "a", 1, "AMBER", "WORSE", None))
    (change,) = last_changes(history(*rows), [override(DECEMBER)]).changes
    assert headline(change) == "a: RED -> AMBER, overruled by a person, worked out unknown"
    (change,) = last_changes(history(*rows[::-1]), [override(DECEMBER, "GREEN")]).changes
    assert change.turn is ColourTurn.BETTER  # the colour shown is not the one decided
    ended = ((JUNE, "a", 1, "AMBER", "WORSE", None), (SEPTEMBER, "a", 1, "RED", "WORSE", None))
    (change,) = last_changes(history(*ended), [override(JUNE)]).changes
    assert change.turn is ColourTurn.ENDED


def test_a_position_that_is_lost_is_told():
    found = last_changes(
        history((JUNE, "a", 1, "AMBER", "X", "5th of 8"), (SEPTEMBER, "a", 1, "AMBER", "Y", None))
    )
    assert [headline(change) for change in found.changes] == ["a: AMBER, 5th of 8 -> no position"]


def test_the_last_two_periods_count_whatever_the_order_of_the_rows():
    found = last_changes(
        history(
            (datetime(2014, 12, 31), "a", 1, "RED", "X", None),
            (JUNE, "a", 1, "GREEN", "X", None),
            (SEPTEMBER, "a", 1, "AMBER", "X", None),
        )
    )
    assert (found.earlier, found.later) == (SEPTEMBER, DECEMBER)
    assert [headline(change) for change in found.changes] == ["a: AMBER -> RED"]


def test_nothing_changed_is_said():
    found = last_changes(
        history((JUNE, "a", 1, "RED", "X", None), (SEPTEMBER, "a", 2, "RED", "X", None))
    )
    assert (
        str(found)
        == "No colour and no position changed between the periods to 30 June 2014 and to 30"
        " September 2014."
    )


def test_with_one_period_or_none_there_is_nothing_to_compare():
    assert (
        str(last_changes(None))
        == "The History sheet has no period yet. Refresh the workbook first."
    )
    one = last_changes(history((JUNE, "a", 1, "RED", "X", None)))
    assert (
        str(one)
        == "The History sheet has one period only, to 30 June 2014: there is nothing to compare it"
        " with."
    )
    assert (one.later, one.lines, one.changes) == (JUNE, 1, ())


def test_rows_that_cannot_be_placed_are_passed_over_and_a_colour_left_blank_is_none():
    found = last_changes(
        history(
            (None, "a", 1, "RED", "X", None),
            ("30 June", "a", 1, "RED", "X", None),
            (JUNE, None, 1, "RED", "X", None),
            (JUNE, "a", 1, None, None, None),
            (SEPTEMBER, "a", 1, "RED", "X", None),
        )
    )
    assert [(change.before, change.after) for change in found.changes] == [("NA", "RED")]


COLOURS = st.dictionaries(
    st.sampled_from("abcdef"), st.sampled_from(["RED", "AMBER", "GREEN", "NA"])
)


@given(COLOURS, COLOURS)
def test_turning_time_round_turns_every_change_round(before, after):
    def changes(
        first: dict[str, str], second: dict[str, str]
    ) -> set[tuple[str, str, str, ColourTurn]]:
        rows = [
            (day, line, 1, colour, "X", None)
            for day, of in ((JUNE, first), (SEPTEMBER, second))
            for line, colour in of.items()
        ]
        return {
            (item.line, item.before, item.after, item.turn)
            for item in last_changes(history(*rows)).changes
        }

    back = {
        ColourTurn.WORSE: ColourTurn.BETTER,
        ColourTurn.BETTER: ColourTurn.WORSE,
        ColourTurn.OTHER: ColourTurn.OTHER,
    }
    ends = {NEW: GONE, GONE: NEW}
    if before and after:
        turned = {
            (line, ends.get(last, last), ends.get(first, first), back[turn])
            for line, first, last, turn in changes(before, after)
        }
        assert turned == changes(after, before)


def test_a_change_names_the_priority_of_its_line_by_its_title():
    rows = (
        (JUNE, "crime_position", 1, "RED", "ABOVE_UPPER", "8th of 8"),
        (JUNE, "gone", 1, "RED", "WORSE", None),
        (SEPTEMBER, "crime_position", 1, "AMBER", "BETWEEN_LINES", "7th of 8"),
    )
    grid = history(*rows)
    book = Book().measure("crime", "offences", Priority="P1")
    book.add(schema.PRIORITIES, Code="p1", Title="Less crime")
    tables = {item.table: (item.header, item.rows) for item in (*book.grids().values(), grid)}
    found = changes_of(FakeWorkbook(tables))
    assert [headline(change) for change in found.changes] == [
        "gone: RED -> gone",
        "Less crime, crime_position: RED -> AMBER, 8th of 8 -> 7th of 8",
    ]
