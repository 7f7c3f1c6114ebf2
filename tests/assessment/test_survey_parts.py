"""Shares that come in parts, areas or councils, compared at one mix."""

from __future__ import annotations

import pytest

from tests.assessment.casebook import END, MARCH_2013, Book
from xlperf.assessment.assessing import assess
from xlperf.assessment.basis import Basis
from xlperf.assessment.caveats import FixedMixUsed, PartsCountDifferently
from xlperf.tables import schema
from xlperf.tiles.caveat_sentences import caveats_text
from xlperf.tiles.drafts import drafts
from xlperf.tiles.layout import fields, notes


def by_parts(*rows) -> Book:
    """(part, satisfied then, n then, satisfied now, n now), perhaps with more cells for both."""
    book = Book().measure("sat", "survey", "up")
    for part, x0, n0, x1, n1, *more in rows:
        for end, n, satisfied in ((MARCH_2013, n0, x0), (END, n1, x1)):
            if n is not None:
                book.survey("sat", end, n, satisfied, Part=part, **(more[0] if more else {}))
    return book


SHIFT = (("City", 350, 500, 483, 690), ("County", 200, 500, 124, 310))
"""Shares of 70% and 40% in both years; only the mix shifts: added up, 55.0% to 60.7%."""


def test_a_mix_shift_alone_is_not_green():
    assert Book().surveys((550, 1000), (607, 1000)).verdict("sat") == ("GREEN", "BETTER")
    book = by_parts(*SHIFT)
    line = book.line("sat")
    assert (line.rag, line.reason) == ("AMBER", "NO_EVIDENCE")
    assert (line.figures.baseline, line.figures.latest) == pytest.approx((0.55, 0.55))
    assert fixed_mix_of(line) == FixedMixUsed(
        2, "2012/13", pytest.approx(0.057), pytest.approx(0.057)
    )
    said = caveats_text(line)
    assert "the change would be +5.7 points, of which the mix alone makes +5.7" in said
    assert fields(book.line("sat"))["change"] == "0.0 pts"
    assert any("the mix alone makes +5.7 points" in note for note in notes_of(book))


def notes_of(book: Book) -> list[str]:
    return notes(tuple(book.lines().values()), book.read()[0])


def fixed_mix_of(line):
    return next(item for item in line.caveats if isinstance(item, FixedMixUsed))


def test_a_real_change_is_seen_through_a_mix_that_shifts_against_it():
    # 70 to 76% and 40 to 46%, and the mix moves to the lower part.
    book = by_parts(("City", 700, 1000, 380, 500), ("County", 400, 1000, 690, 1500))
    assert book.verdict("sat") == ("GREEN", "BETTER")
    assert fixed_mix_of(book.line("sat")).added_up < 0.0


def test_the_sentence_and_the_draft_say_that_both_figures_are_at_one_mix():
    book = by_parts(("City", 700, 1000, 380, 500), ("County", 400, 1000, 690, 1500))
    tables, settings, _ = book.read()
    said = book.sentence("sat")
    assert "in 2012/13, both at one mix of the parts" in said
    (draft,) = drafts(assess(tables, settings), Basis(tables, settings))
    assert "both at one mix of the parts, 6.0 percentage points higher" in draft.text


def test_parts_in_the_same_mix_give_the_change_added_up():
    book = by_parts(("City", 350, 500, 700, 1000), ("County", 200, 500, 400, 1000))
    line = book.line("sat")
    assert line.figures.latest == pytest.approx(0.55)
    assert fixed_mix_of(line).by_mix == pytest.approx(0)
    assert not any("mix" in note for note in notes_of(book))


def test_one_part_or_none_is_judged_as_ever():
    plain = Book().surveys((345, 410), (330, 395))
    part = by_parts(("City", 345, 410, 330, 395))
    assert plain.line("sat").evidence == part.line("sat").evidence
    assert plain.line("sat").caveats == part.line("sat").caveats


def test_typed_weights_take_the_place_of_the_baseline_mix():
    rows = [(*row, {"Weight": weight}) for row, weight in zip(SHIFT, (90, 10), strict=True)]
    line = by_parts(*rows).line("sat")
    assert line.figures.latest == pytest.approx(0.9 * 0.7 + 0.1 * 0.4)
    assert line.figures.baseline == line.figures.latest
    assert fixed_mix_of(line).baseline == ""
    assert "that of the weights given" in caveats_text(line)


def test_weights_that_make_no_mix_leave_no_colour():
    some = by_parts((*SHIFT[0], {"Weight": 90}), SHIFT[1])
    assert some.verdict("sat") == ("NA", "MIX")
    assert "Give a weight to each, or to none." in some.line("sat").missing
    two = Book().measure("sat", "survey", "up")
    for end, weight in ((MARCH_2013, 40), (END, 50)):
        two.survey("sat", end, 500, 350, Part="City", Weight=weight)
        two.survey("sat", end, 500, 200, Part="County", Weight=50)
    assert two.verdict("sat") == ("NA", "MIX")
    assert "weight 40 in 2012/13 and 50 now" in two.line("sat").missing
    none = by_parts((*SHIFT[0], {"Weight": 0}), SHIFT[1])
    assert none.verdict("sat") == ("NA", "CONFIG")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            (*SHIFT, ("Rutland", None, None, 80, 100)),
            "only the latest period has the part 'Rutland'",
        ),
        ((*SHIFT, ("Rutland", 80, 100, None, None)), "only 2012/13 has the part 'Rutland'"),
    ],
)
def test_a_part_of_one_year_only_leaves_no_colour_and_says_what_to_enter(rows, said):
    book = by_parts(*rows)
    line = book.line("sat")
    assert (line.rag, line.reason) == ("NA", "MIX")
    assert said in line.missing
    assert "Enter the same parts for both." in line.missing
    assert line.figures.baseline is None  # no change is shown of what cannot be compared
    assert fields(book.line("sat"))["change"] == "parts differ"


def test_parts_against_a_whole_have_no_mix():
    book = by_parts(*((part, None, None, x, n) for part, _, _, x, n in SHIFT))
    book.survey("sat", MARCH_2013, 1000, 550)
    assert book.verdict("sat") == ("NA", "MIX")
    assert "only 2012/13 has a result without parts" in book.line("sat").missing


def test_a_part_without_its_n_has_no_mix():
    book = by_parts(SHIFT[0])
    book.survey("sat", MARCH_2013, None, None, Part="County", Percent=40.0)
    book.survey("sat", END, 310, 124, Part="County")
    assert book.verdict("sat") == ("NA", "MIX")
    assert "The part 'County' has no n for 2012/13" in book.line("sat").missing


def test_a_row_that_counts_in_another_way_is_not_compared():
    for part in (None, "City"):
        book = Book().measure("sat", "survey", "up")
        book.survey("sat", MARCH_2013, 400, 300, Part=part, Counting="by telephone")
        book.survey("sat", END, 400, 340, Part=part, Counting="online")
        assert book.verdict("sat") == ("NA", "MIX")
        assert "'by telephone' in 2012/13, 'online' now" in book.line("sat").missing


def test_parts_that_count_differently_among_themselves_are_each_compared_with_themselves():
    ways = ({"Counting": "and"}, {"Counting": "or"})
    book = by_parts(*((*row, way) for row, way in zip(SHIFT, ways, strict=True)))
    assert book.verdict("sat") == ("AMBER", "NO_EVIDENCE")
    assert PartsCountDifferently((("City", "and"), ("County", "or"))) in book.line("sat").caveats


def test_rows_of_one_period_without_parts_stay_a_fault():
    book = Book().surveys((300, 400), (340, 400)).survey("sat", END, 500, 300)
    assert book.verdict("sat") == ("NA", "CONFIG")
    beside = by_parts(*SHIFT).survey("sat", END, 1000, 607)
    assert beside.verdict("sat") == ("NA", "CONFIG")
    assert any("has no part, and others" in item.found for item in beside.read()[2])
    twice = by_parts(*SHIFT, ("city", None, None, 480, 690))
    assert twice.verdict("sat") == ("NA", "CONFIG")


def test_stars_that_come_in_parts_are_not_combined():
    book = Book().measure("stars", "rating", "up")
    for end in (MARCH_2013, END):
        for part in ("City", "County"):
            book.survey("stars", end, 100, None, Mean_score=3.5, Part=part)
    assert book.verdict("stars") == ("NA", "MIX")


def test_the_distance_to_the_next_colour_moves_all_parts_together():
    line = by_parts(*SHIFT).line("sat")
    green = next(turn for turn in line.evidence.result.turns if turn.rag == "GREEN")
    rate = green.at / 0.55
    beyond = by_parts(
        *((p, x0, n0, round(x1 + (n1 - x1) * (rate - 1)) + 4, n1) for p, x0, n0, x1, n1 in SHIFT)
    )
    assert line.rag == "AMBER"
    assert beyond.verdict("sat")[0] == "GREEN"


# Councils


def councils(*rows: tuple[str, str, int, int, int, int]) -> Book:
    """(council, counting, reduced then, engaged then, reduced now, engaged now); reduced: in
    both.
    """
    book = Book().measure("fam", "families", "up")
    for council, counting, x0, n0, x1, n1 in rows:
        for end, n, both in ((MARCH_2013, n0, x0), (END, n1, x1)):
            book.add(
                schema.FAMILIES,
                Measure="fam",
                Council=council,
                Period_end=end,
                Counting=counting,
                Engaged=n,
                ASB_only=0,
                Offending_only=0,
                Both=both,
            )
    return book


def test_councils_that_count_differently_are_not_pooled():
    # City needs both and finds 40%, County one of two and finds 70%; County alone grows.
    book = councils(("City", "and", 200, 500, 124, 310), ("County", "or", 350, 500, 483, 690))
    line = book.line("fam")
    assert (line.rag, line.reason) == ("AMBER", "NO_EVIDENCE")
    assert (line.figures.baseline, line.figures.latest) == pytest.approx((0.55, 0.55))
    assert fixed_mix_of(line).by_mix == pytest.approx(0.057)
    assert fields(line)["latest"] == "55%"


def test_a_council_without_families_in_one_period_leaves_no_mix():
    book = councils(("City", "and", 0, 0, 124, 310), ("County", "or", 350, 500, 483, 690))
    assert book.verdict("fam") == ("NA", "MIX")
    assert "'City' has nobody for 2012/13" in book.line("fam").missing
