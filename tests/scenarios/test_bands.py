"""The search finds where colours turn, and what it says is what the whole assessment says."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.assessment.casebook import Book, wobbling
from tests.shipped import SHIPPED
from xlperf.assessment.assessing import assess, judge
from xlperf.assessment.basis import Basis
from xlperf.assessment.rag import Rag, Reason
from xlperf.excel.file import FileWorkbook
from xlperf.pipeline import assess_workbook
from xlperf.scenarios.bands import bands, judged_with, nearest
from xlperf.scenarios.levers import Lever, Quantity
from xlperf.scenarios.line_levels import line_levels

COLOURS = (Rag.GREEN, Rag.AMBER, Rag.RED)
EXAMPLE = Book().totals(400, 380).line("young")


def lever(most: int, now: int) -> Lever:
    """A lever that changes nothing."""
    tables, settings, _ = Book().read()
    return Lever(Quantity.COUNT, now, 0, most, lambda _: Basis(tables, settings))


@given(
    st.lists(st.integers(1, 1_000_000), min_size=1, max_size=2, unique=True),
    st.integers(0, 1_000_000),
)
def test_each_turn_is_found_however_narrow_what_is_between(turns, now):
    turns.sort()

    def judged(number: int):
        return replace(EXAMPLE, rag=COLOURS[bisect_right(turns, number)], reason=Reason.NO_EVIDENCE)

    found = bands(judged, lever(1_000_000, now))
    assert [band.first for band in found] == [0, *turns]
    assert [band.last for band in found] == [*(turn - 1 for turn in turns), 1_000_000]
    assert [band.rag for band in found] == list(COLOURS[: len(found)])


@given(st.integers(1, 5000), st.integers(0, 5000))
def test_few_numbers_are_tried(turn, now):
    tried = []

    def judged(number: int):
        tried.append(number)
        return replace(EXAMPLE, rag=Rag.GREEN if number < turn else Rag.RED)

    bands(judged, lever(1_000_000_000, now))
    assert len(tried) == len(set(tried)) < 90


def test_the_nearest_band_of_a_colour_is_that_of_the_present_number_or_next_to_it():
    found = bands(
        lambda number: replace(EXAMPLE, rag=Rag.AMBER if 40 <= number <= 60 else Rag.RED),
        lever(64, 50),
    )
    assert [(band.first, band.last) for band in found] == [(0, 39), (40, 60), (61, 64)]
    assert nearest(found, Rag.AMBER, 50) == found[1]
    assert nearest(found, Rag.RED, 55) == found[2]
    assert nearest(found, Rag.RED, 45) == found[0]
    assert nearest(found, Rag.GREEN, 50) is None


def test_an_amber_for_small_numbers_is_apart_from_the_amber_of_a_test():
    found = bands(
        lambda number: replace(EXAMPLE, reason=Reason.SMALL_N if number < 9 else Reason.BETTER),
        lever(64, 50),
    )
    assert [(band.small, band.first) for band in found] == [(True, 0), (False, 9)]


def test_a_band_names_each_reason_that_was_met_in_it():
    found = bands(
        lambda number: replace(
            EXAMPLE, reason=Reason.NO_EVIDENCE if number else Reason.NO_CHANGE_FROM_ZERO
        ),
        lever(64, 0),
    )
    assert [band.reasons for band in found] == [(Reason.NO_CHANGE_FROM_ZERO, Reason.NO_EVIDENCE)]


# -- laws, on real lines


@pytest.fixture(scope="module")
def shipped():
    """Tables and settings of the shipped workbook."""
    data = assess_workbook(FileWorkbook.open(SHIPPED))
    return data.tables, data.settings


SAMPLE = (
    *("SP1_entrants", "SP2_offending", "SP4_asb", "SP6_satisfaction", "SP7_satisfaction_position"),
    *("SP10_confidence", "SP11_offences_position", "SP12_offences", "SP12_offences_spc"),
    *("SP12_satisfaction", "SP13_offences", "SP14B_offences", "SP17_missing"),
)


@pytest.mark.parametrize("name", SAMPLE)
def test_the_whole_assessment_gives_each_colour_up_to_its_end_and_not_one_further(shipped, name):
    turns_colour(*shipped, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SP10_confidence", "SP12_offences", "SP17_missing"])
def test_so_it_does_where_lines_are_judged_together(shipped, name):
    tables, settings = shipped
    turns_colour(tables, replace(settings, false_discovery=0.1), name)


def turns_colour(tables, settings, name):
    """Compare every end of a band, and the number beside it, with an assessment of all lines."""
    basis = Basis(tables, settings)
    lines = judge(basis)
    line = next(item for item in lines if item.line == name)
    compared = 0
    for levels in line_levels(basis, lines, line).levels:
        if settings.false_discovery and levels.lever.period is not None and line.kind != "total":
            continue  # the others stay as they are now, which no assessment of all lines gives
        for earlier, later in pairwise(levels.bands):
            assert later.first == earlier.last + 1
            for number, band in ((earlier.last, earlier), (later.first, later)):
                changed = levels.lever.changed(number)
                every = changed.tables
                own = replace(every, measures=(line.measure,))
                of = every if settings.false_discovery else own
                found = {item.line: item for item in assess(of, changed.settings)}
                assert found[name].rag is band.rag
                compared += 1
    assert compared or name in ("SP6_satisfaction", "SP12_offences")


@pytest.mark.parametrize(("direction", "better"), [("down", "fewer"), ("up", "more")])
def test_fewer_or_more_is_greener_as_the_measure_wants(direction, better):
    tables, settings, _ = Book().offences(counts=wobbling(100, 60), direction=direction).read()
    basis = Basis(tables, settings)
    lines = judge(basis)
    for line in lines:
        for levels in line_levels(basis, lines, line).levels:
            colours = [band.rag for band in levels.bands]
            order = COLOURS if better == "fewer" else COLOURS[::-1]
            assert colours == [rag for rag in order if rag in colours]
            assert colours[-1 if better == "more" else 0] is Rag.GREEN


def test_at_the_target_date_green_is_exactly_what_meets_the_target():
    tables, settings, _ = Book().offences(counts=wobbling(100, 60), Target_change_percent=-5).read()
    basis = Basis(tables, settings)
    lines = judge(basis)
    levels = line_levels(basis, lines, lines[0]).levels[-1]
    green = next(band for band in levels.bands if band.rag is Rag.GREEN)
    for number, year in ((green.last, 1139), (green.last + 1, 1140)):
        judged = judged_with(lines, "crime", levels.lever)(number)
        assert judged.figures.latest == pytest.approx(year)


def test_a_share_of_a_survey_turns_where_the_tile_says_it_would():
    tables, settings, _ = Book().surveys((300, 400), (310, 400)).read()
    basis = Basis(tables, settings)
    lines = judge(basis)
    satisfied = line_levels(basis, lines, lines[0]).levels[0]
    said = {turn.rag: round(400 * turn.at) for turn in lines[0].evidence.result.turns}
    bands_by_colour = {band.rag: band for band in satisfied.bands}
    assert said == {
        Rag.GREEN: bands_by_colour[Rag.GREEN].first,
        Rag.RED: bands_by_colour[Rag.RED].last,
    }
