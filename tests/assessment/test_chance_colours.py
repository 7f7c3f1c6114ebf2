"""How many colours chance alone would make, and the p of each line's test."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tests.assessment.casebook import END, FORCES, MARCH_2013, Book, wobbling
from xlperf.assessment.assessing import assess
from xlperf.assessment.chance_colours import (
    FALSE_BLOCKS,
    FALSE_CHANGES,
    LEVEL,
    by_test,
    chance_colours,
    false_rate,
    is_tested,
    p_of,
)
from xlperf.assessment.evidence import Blocks
from xlperf.assessment.rag import Rag
from xlperf.config import Dispersion, SpcBasis
from xlperf.tables import schema

gentle = examples(max_examples=60, derandomize=True)


def rate(book: Book, name: str) -> float:
    tables, settings, _ = book.read()
    return false_rate(
        next(line for line in assess(tables, settings) if line.line == name), settings
    )


def test_of_offences_only_an_improvement_can_be_green_by_chance():
    counts = wobbling(400, 60)
    assert rate(Book().offences(counts=counts), "crime") == pytest.approx(LEVEL / 2)
    old = Book(change_dispersion="two_years").offences(counts=counts)
    assert rate(old, "crime") == FALSE_CHANGES[Dispersion.TWO_YEARS] / 2
    wide = Book(z=2.576).offences(counts=counts)
    assert rate(wide, "crime") == pytest.approx(0.005, abs=1e-4)


def test_a_control_chart_has_its_own_chance_or_that_of_its_limits():
    counts = wobbling(400, 60)
    line = Book().offences(counts=counts).line("crime_spc")
    assert isinstance(line.evidence, Blocks)
    assert rate(Book().offences(counts=counts), "crime_spc") == line.evidence.chance.chance
    mean = Book(spc_basis="mean").offences(counts=counts)
    assert rate(mean, "crime_spc") == FALSE_BLOCKS[SpcBasis.MEAN]


def test_totals_with_a_dispersion_assumed_have_the_rate_of_their_size():
    assert rate(Book().totals(667, 600), "young") == pytest.approx(LEVEL)
    for before, stated in ((60, 0.002), (667, 0.061), (5000, 0.198), (58805, 0.367)):
        book = Book(totals_variation="assumed").totals(before, before)
        assert rate(book, "young") == pytest.approx(stated, rel=1e-3)
    assert rate(Book(totals_variation="assumed").totals(20, 20), "young") == pytest.approx(LEVEL)


@pytest.mark.parametrize(("reading", "stated"), [("group", 0.019), ("peers", 0.05)])
def test_one_of_eight_alike_forces_is_outside_the_limits_of_the_group_by_chance(reading, stated):
    book = Book(position_lines=reading).offences(counts=wobbling(400, 60), MSG_measure="crime")
    book.peers([30, 31, 32, 33, 34, 35, 36, 38])
    assert rate(book, "crime_position") == pytest.approx(stated, abs=3e-4)


def test_colours_that_no_test_makes_are_not_counted():
    book = Book().offences("rising", [round(100 * 1.02**i) for i in range(60)])
    book.offences("few", wobbling(2, 60, width=0.2)).surveys((25, 30), (29, 32))
    tables, settings, _ = book.read()
    lines = {line.line: line for line in assess(tables, settings)}
    assert str(lines["rising"].reason) == "NOT_IMPROVED_NOT_PROJECTED"
    assert is_tested(lines["rising"])
    assert not by_test(lines["rising"])
    for name in ("few_spc", "sat"):
        assert str(lines[name].reason) in ("SMALL_NUMBERS", "SMALL_N")
        assert not is_tested(lines[name])
    found = chance_colours(list(lines.values()), settings)
    assert found.coloured == len(lines)
    assert found.tested == len(lines) - 2
    assert found.without_test == 1
    passed = Book(target_date=END).offences(counts=wobbling(400, 60)).line("crime")
    assert str(passed.reason) == "TARGET_NOT_MET"
    assert not is_tested(passed)


def test_the_expected_number_is_the_sum_of_the_rates_and_no_colour_counts_for_nothing():
    book = Book().surveys((300, 400), (340, 400)).totals(667, 185)
    book.measure("unknown", "survey", "up").measure("neither", "total", "none")
    book.total("neither", "2012-04", "2013-03", 500).total("neither", "2013-10", "2014-09", 90)
    tables, settings, _ = book.override("sat", "RED").read()
    found = chance_colours(assess(tables, settings), settings)
    assert found == (2, 2, pytest.approx(2 * LEVEL), 1, 2, 0)
    nothing = chance_colours([], settings)
    assert nothing == (0, 0, 0.0, 0, 0, 0)


def test_a_line_without_a_test_has_no_p():
    book = Book().measure("words", "text", "none")
    _tables, settings, _ = book.read()
    with pytest.raises(ValueError, match="words has no test"):
        p_of(book.line("words"), settings)


# -- p and colour say the same ---------------------------------------------------------------------

SHARE = st.tuples(st.integers(150, 900), st.floats(0, 1))


def agree(book: Book, name: str, level: float = LEVEL) -> None:
    """A colour exactly where p is below the level, but for what lies on a limit."""
    tables, settings, _ = book.read()
    line = next(line for line in assess(tables, settings) if line.line == name)
    p = p_of(line, settings)
    if p != pytest.approx(level, rel=1e-6):
        assert (line.rag in (Rag.GREEN, Rag.RED)) == (p < level), (line.rag, p)


@gentle
@given(SHARE, SHARE, st.sampled_from([1.0, 1.5]))
def test_p_of_a_survey_is_below_5_in_100_exactly_where_it_has_a_colour(before, now, effect):
    (n0, p0), (n1, p1) = before, now
    book = Book(false_discovery=0.5).surveys(
        (round(p0 * n0), n0), (round(p1 * n1), n1), Design_effect=effect
    )
    agree(book, "sat")


@gentle
@given(st.integers(0, 40), st.integers(0, 40))
def test_p_of_stars_is_below_5_in_100_exactly_where_they_have_a_colour(before, now):
    book = Book().measure("stars", "rating", "up")
    for end, tenths in ((MARCH_2013, before), (END, now)):
        book.add(schema.SURVEYS, Measure="stars", Period_end=end, Mean_score=1 + tenths / 10, n=120)
    agree(book, "stars")


@gentle
@given(st.integers(1, 3000), st.floats(0.4, 1.8), st.sampled_from(["pooled", "assumed"]))
def test_p_of_totals_is_below_5_in_100_exactly_where_they_have_a_colour(before, factor, variation):
    agree(Book(totals_variation=variation).totals(before, round(before * factor)), "young")


@gentle
@given(
    st.lists(st.integers(2000, 4000), min_size=8, max_size=8, unique=True),
    st.sampled_from([("group", 0.01914423), ("peers", LEVEL), ("funnel", LEVEL)]),
)
def test_p_of_a_position_is_below_its_rate_exactly_where_it_has_a_colour(rates, reading):
    lines, level = reading
    book = Book(position_lines=lines).offences(counts=wobbling(400, 60), MSG_measure="crime")
    assert len(FORCES) == 8
    agree(book.peers(rates), "crime_position", level)


@gentle
@given(st.floats(0.5, 1.6))
def test_p_of_levels_is_below_5_in_100_exactly_where_the_chart_has_a_colour(factor):
    counts = [*wobbling(300, 54), *wobbling(round(300 * factor), 6)]
    agree(Book(spc_basis="levels").offences(counts=counts), "crime_spc")


@gentle
@given(st.floats(0.3, 0.9), st.floats(0.3, 0.9), st.floats(0.3, 0.9))
def test_p_of_a_survey_of_two_parts_is_that_of_its_limits_at_a_fixed_mix(city, before, county):
    book = Book(false_discovery=0.5).measure("sat", "survey", "up")
    for end, part, n, share in (
        (MARCH_2013, "City", 700, before),
        (MARCH_2013, "County", 300, county),
        (END, "City", 350, city),
        (END, "County", 600, county),
    ):
        book.survey("sat", end, n, round(n * share), Part=part)
    agree(book, "sat")
