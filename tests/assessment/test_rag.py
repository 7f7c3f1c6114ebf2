"""The rules by themselves: the report's truth tables, lines held and values moved, directions
mirrored.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlperf.assessment import rag as rules
from xlperf.assessment.rag import Rag, Reason, Side
from xlperf.tables.data import Direction

FINITE = st.floats(-1e9, 1e9, allow_nan=False)
BETTER = {Rag.GREEN: 2, Rag.AMBER: 1, Rag.RED: 0}
MIRROR = {Rag.GREEN: Rag.RED, Rag.AMBER: Rag.AMBER, Rag.RED: Rag.GREEN, Rag.NA: Rag.NA}


@pytest.mark.parametrize(
    ("improved", "achieves", "expected"),
    [
        # Report, "Number of offences": RED neither; AMBER not improved, but a trend achieves; GREEN
        # both.
        (False, False, (Rag.RED, Reason.NOT_IMPROVED_NOT_PROJECTED)),
        (False, True, (Rag.AMBER, Reason.NOT_IMPROVED_PROJECTED)),
        (True, True, (Rag.GREEN, Reason.IMPROVED_SUSTAINED)),
        # The report is silent.
        (True, False, (Rag.AMBER, Reason.IMPROVED_NOT_SUSTAINED)),
        (True, None, (Rag.NA, Reason.TREND_UNKNOWN)),
        (False, None, (Rag.NA, Reason.TREND_UNKNOWN)),
    ],
)
def test_offences_follow_the_truth_table_of_the_report(improved, achieves, expected):
    assert rules.offences(improved=improved, achieves=achieves) == expected


@pytest.mark.parametrize("colour", [Rag.RED, Rag.AMBER, Rag.GREEN])
def test_improved_but_not_sustained_takes_the_colour_of_the_setting(colour):
    assert rules.offences(improved=True, achieves=False, unsustained=colour)[0] is colour


def test_above_the_upper_line_is_red_for_offences_and_green_for_satisfaction():
    assert rules.lines(Side.ABOVE, Direction.DOWN) == (Rag.RED, Reason.ABOVE_UPPER)
    assert rules.lines(Side.ABOVE, Direction.UP) == (Rag.GREEN, Reason.ABOVE_UPPER)
    assert rules.lines(Side.BELOW, Direction.DOWN) == (Rag.GREEN, Reason.BELOW_LOWER)
    assert rules.lines(Side.BELOW, Direction.UP) == (Rag.RED, Reason.BELOW_LOWER)


def test_a_value_on_a_line_is_inside_it_and_says_so():
    assert rules.side(3.0, 1.0, 3.0) is Side.ON
    assert rules.lines(Side.ON, Direction.DOWN) == (Rag.AMBER, Reason.ON_LINE)


def test_a_floating_tie_is_on_the_line():
    assert 0.1 + 0.2 > 0.3
    assert rules.side(0.1 + 0.2, 0.0, 0.3) is Side.ON
    assert rules.side(0.3 * (1 + 1e-10), 0.0, 0.3) is Side.ABOVE


@given(st.tuples(FINITE, FINITE).map(sorted), st.tuples(FINITE, FINITE).map(sorted))
def test_with_lines_held_a_better_value_never_earns_a_worse_colour(lines, values):
    (lower, upper), (less, more) = lines, values
    for direction, better, worse in ((Direction.DOWN, less, more), (Direction.UP, more, less)):
        colours = [
            rules.lines(rules.side(value, lower, upper), direction)[0] for value in (better, worse)
        ]
        assert BETTER[colours[0]] >= BETTER[colours[1]]


@given(FINITE, st.tuples(FINITE, FINITE).map(sorted))
def test_flipping_the_direction_mirrors_the_colours_of_lines(value, lines):
    where = rules.side(value, *lines)
    assert rules.lines(where, Direction.UP)[0] is MIRROR[rules.lines(where, Direction.DOWN)[0]]


@given(st.tuples(FINITE, FINITE).map(sorted))
def test_flipping_the_direction_mirrors_the_colours_of_changes(interval):
    down, up = (
        rules.change(*interval, 0.0, direction)[0] for direction in (Direction.DOWN, Direction.UP)
    )
    assert up is MIRROR[down]


def test_an_interval_that_touches_no_change_is_no_evidence():
    assert rules.change(0.0, 2.0, 0.0, Direction.UP) == (Rag.AMBER, Reason.NO_EVIDENCE)
    assert rules.change(0.1, 2.0, 0.0, Direction.UP) == (Rag.GREEN, Reason.BETTER)


def test_an_exact_test_colours_only_below_its_level():
    assert rules.by_p(0.05, fewer=True, level=0.05, direction=Direction.DOWN)[0] is Rag.AMBER
    assert rules.by_p(0.04, fewer=True, level=0.05, direction=Direction.DOWN)[0] is Rag.GREEN
    assert rules.by_p(0.04, fewer=True, level=0.05, direction=Direction.UP)[0] is Rag.RED


def test_after_the_target_date_amber_is_out_of_reach():
    assert {rules.target_passed(met=met)[0] for met in (True, False)} == {Rag.GREEN, Rag.RED}
