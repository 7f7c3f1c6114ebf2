"""Evidence: what a line without a judgement may hold, and that no two types can be taken for each
other.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import get_args

import pytest

from tests.assessment.casebook import twelve_to
from xlperf.assessment.evidence import (
    Alone,
    AmountComparison,
    AtTarget,
    Evidence,
    Families,
    Figures,
    Limits,
    Projection,
    ShareDifference,
    TooFew,
    Unjudged,
    Words,
)
from xlperf.assessment.evidence_parts import text_of, without_judgement
from xlperf.config import TrendRule
from xlperf.tables.measure_kinds import FigureForm, LineKind

YEAR = Figures(twelve_to("2014-09"), 0.3, 400, date(2014, 9, 30), twelve_to("2013-03"), 0.2, 380)


def test_there_is_one_type_for_each_kind_of_line_and_one_for_what_is_not_judged():
    kinds = [kind for kind in get_args(Evidence) if kind is not Unjudged]
    assert sorted(kind.kind for kind in kinds) == sorted(LineKind)


@pytest.mark.parametrize(
    "evidence",
    [
        Families(YEAR, 400, "No change", TooFew(12.0, 380, None)),
        Words("Training began", date(2014, 9, 30)),
        AmountComparison(Decimal("7.8"), None),
        Unjudged(LineKind.TEXT, text="In May"),
    ],
)
def test_without_a_judgement_nothing_is_left_but_words_and_the_figures_given(evidence):
    assert without_judgement(evidence, Figures()) == Unjudged(
        evidence.kind, evidence.form, Figures(), text_of(evidence)
    )


def test_results_and_outlooks_of_two_types_are_never_equal():
    # Tuples are equal whatever their types: what may be shown is found by comparing, so their
    # fields must differ.
    limits = Limits(0.0, 0.0)
    results = (ShareDifference(0.0, limits, 0.0, ()), TooFew(0.0, None, None), Alone(limits))
    outlooks = (Projection((), TrendRule.ANY, None), AtTarget(0.0, 0.0))
    for made in (results, outlooks):
        assert len({len(item) for item in made}) == len(made)


def test_forms_are_those_of_the_figures():
    assert (Families.form, AmountComparison.form, Unjudged(LineKind.SPC).form) == (
        FigureForm.SHARE,
        FigureForm.MONEY,
        FigureForm.COUNT,
    )
