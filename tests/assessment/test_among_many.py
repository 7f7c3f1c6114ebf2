"""Lines judged together: which colours stay among as many tests."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tests.assessment.casebook import END, MARCH_2013, Book, wobbling
from tests.disclosure.test_suppression import Published
from tests.honesty import dashboards
from xlperf.assessment.among_many import alone
from xlperf.assessment.assessing import assess
from xlperf.assessment.basis import Basis
from xlperf.assessment.chance_colours import by_test, is_tested
from xlperf.assessment.rag import Rag, Reason
from xlperf.tiles.distance import to_next_colour
from xlperf.tiles.drafts import drafts

N = 1000


def surveys(*latest: int, **settings: object) -> Book:
    """Measures s1, s2, ... with 750 satisfied of 1,000 in the baseline year, and these now."""
    book = Book(**settings)
    for number, satisfied in enumerate(latest, 1):
        book.measure(f"s{number}", "survey", "up")
        book.survey(f"s{number}", MARCH_2013, N, 750).survey(f"s{number}", END, N, satisfied)
    return book


WEAK, STRONG, SAME = 790, 850, 752
"""Satisfied of 1,000 after 750: p 0.034, below 0.000001, and 0.9."""


def test_one_by_one_is_the_default_and_says_nothing_of_others():
    line = surveys(WEAK, *[SAME] * 9).line("s1")
    assert (line.rag, line.reason, line.among) == (Rag.GREEN, Reason.BETTER, None)


def test_a_colour_with_a_weak_p_is_amber_among_many_and_says_so():
    book = surveys(WEAK, STRONG, *[SAME] * 8, false_discovery=0.1)
    lines = book.lines()
    assert book.verdict("s1") == ("AMBER", "AMONG_MANY")
    assert book.verdict("s2") == ("GREEN", "BETTER")
    assert book.verdict("s3") == ("AMBER", "NO_EVIDENCE")
    among = lines["s1"].among
    assert among.tested == 10
    assert among.p == pytest.approx(0.0339, abs=5e-4)
    assert among.adjusted == pytest.approx(5 * among.p)  # second smallest of ten
    assert among.largest == pytest.approx(0.02)
    assert book.sentence("s1").endswith(
        "By itself it would be GREEN (p = 0.034), but adjusted for the"
        " 10 lines tested p = 0.168, more than the 0.1 allowed: AMBER."
    )
    assert book.explanation("s1").summary.endswith(
        "an improvement that chance alone is unlikely to explain. That holds for this line by"
        " itself, which would be GREEN; among 10 lines tested together one such finding may well be"
        " chance."
    )
    assert book.sentence("s2").endswith(
        "Judged together: adjusted for the 10 lines tested p < 0.001, within the 0.1 allowed."
    )
    assert book.sentence("s3").endswith(
        "It is one of the 10 lines tested together, and AMBER by itself."
    )


def test_the_distance_is_the_p_that_would_do_or_that_of_the_line_by_itself():
    book = surveys(WEAK, STRONG, *[SAME] * 8, false_discovery=0.1)
    _, settings, _ = book.read()
    said = {name: to_next_colour(line, settings) for name, line in book.lines().items()}
    assert said["s1"] == "GREEN if p were 0.02 or less, other lines as they are"
    assert said["s2"].endswith("; judged by itself")


def test_among_fewer_lines_the_same_p_counts():
    assert surveys(WEAK, STRONG, false_discovery=0.1).verdict("s1") == ("GREEN", "BETTER")


def test_lines_without_a_colour_or_a_test_are_not_among_them():
    book = surveys(WEAK, STRONG, false_discovery=0.1)
    for number in range(8):
        book.measure(f"empty{number}", "survey", "up")
        book.measure(f"small{number}", "survey", "up")
        book.survey(f"small{number}", MARCH_2013, 30, 20).survey(f"small{number}", END, 30, 20)
    assert book.line("s1").among.tested == 2
    assert book.line("empty0").among is None
    assert book.verdict("small0") == ("AMBER", "SMALL_N")
    assert book.line("small0").among is None


def test_a_decision_of_a_person_stays_and_changes_nothing_for_others():
    book = surveys(WEAK, STRONG, *[SAME] * 8, false_discovery=0.1)
    before = book.lines()
    decided = book.override("s1", "GREEN").override("s2", "RED").lines()
    assert decided["s1"].shown is Rag.GREEN
    assert decided["s1"].reason is Reason.AMONG_MANY
    assert decided["s2"].shown is Rag.RED
    assert decided["s2"].among == before["s2"].among


def test_a_small_p_of_totals_without_months_counts_as_often_as_it_happens():
    book = surveys(*[SAME] * 20, false_discovery=0.1).totals(1000, 700)
    line = book.line("young")
    assert book.verdict("young") == ("AMBER", "AMONG_MANY")
    assert line.among.p > 2 * line.evidence.test.p
    assert "among many, since some totals vary more than most), but adjusted" in book.sentence(
        "young"
    )


def test_red_by_the_trends_stays_red():
    rising = [round(100 * 1.02**i) for i in range(60)]
    book = surveys(*[SAME] * 9, false_discovery=0.05).offences("rising", rising)
    assert book.verdict("rising") == ("RED", "NOT_IMPROVED_NOT_PROJECTED")
    assert book.line("rising").among.p == 1


def test_an_improvement_among_many_is_amber_whatever_the_trends_say():
    falling = [*wobbling(400, 48), *wobbling(325, 12)]
    alone_verdict = Book().offences("crime", falling).verdict("crime")
    assert alone_verdict == ("GREEN", "IMPROVED_SUSTAINED")
    book = surveys(*[SAME] * 60, false_discovery=1e-9).offences("crime", falling)
    assert book.verdict("crime") == ("AMBER", "AMONG_MANY")
    assert "By itself it would be GREEN" in book.sentence("crime")


def test_no_draft_is_made_of_a_colour_that_does_not_count():
    book = surveys(WEAK, STRONG, *[SAME] * 8, false_discovery=0.1)
    tables, settings, _ = book.read()
    said = {draft.line for draft in drafts(assess(tables, settings), Basis(tables, settings))}
    assert "s1" not in said
    assert "s2" in said


def without_p(line):
    """A line without the p of a share, which is worked out only where lines are judged together."""
    result = getattr(line.evidence, "result", None)
    if not hasattr(result, "p"):
        return line
    return replace(line, evidence=replace(line.evidence, result=result._replace(p=None)))


@pytest.mark.slow
@examples(max_examples=15, derandomize=True, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.01, 0.05, 0.1, 0.2, 0.5]))
def test_judging_together_never_adds_a_colour(seed, rate):
    book = dashboards.book(np.random.default_rng(seed), 0.25)
    tables, settings, _ = book.read()
    before = assess(tables, settings)
    after = assess(tables, replace(settings, false_discovery=rate))
    for one, many in zip(before, after, strict=True):
        assert without_p(replace(alone(many), among=None)) == without_p(one)
        if many.rag is not one.rag:
            assert by_test(one)
            assert (many.rag, many.reason) == (Rag.AMBER, Reason.AMONG_MANY)
        assert (many.among is not None) == is_tested(one)
    counted = [line.among.adjusted <= rate for line in after if line.among]
    assert sum(counted) == sum(map(by_test, after))


def test_what_is_published_is_judged_among_what_is_published():
    # With the two lines that are withheld, ten are tested; without them eight.
    latest = [WEAK, STRONG, *[SAME] * 6]
    book = surveys(*latest, false_discovery=0.14)
    for name in ("few", "fewer"):
        book.measure(name, "total", "down", Suppress_below=5)
        book.total(name, "2012-04", "2013-03", 4).total(name, "2013-10", "2014-09", 3)
    published = Published(book)
    assert str(published.given[0].rag) == "AMBER"
    assert published.given[0].among.tested == 10
    # Its colour depends on how many lines are counted, and so on what is withheld: none is shown.
    assert published.verdict("s1") == ("NA", "SUPPRESSED")
    assert published.verdict("s2") == ("GREEN", "BETTER")
    assert published.line("s2").among.tested == 8
