"""What the kinds of evidence have in common, whichever a line has."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from xlperf.assessment.evidence import (
    AmountComparison,
    Blocks,
    Families,
    Offences,
    Position,
    Projection,
    Rating,
    ShareDifference,
    Survey,
    Total,
    Unjudged,
    Words,
)

if TYPE_CHECKING:
    from xlperf.assessment.evidence import ChangeTest, Evidence, Figures


def test_of(evidence: Evidence) -> ChangeTest | ShareDifference | None:
    """Give the test of a change that a line rests on, if it has one."""
    match evidence:
        case Offences(test=test) | Total(test=test):
            return test
        case Survey(result=result) | Rating(result=result) | Families(result=result):
            return result if isinstance(result, ShareDifference) else None
        case Position() | Blocks() | AmountComparison() | Words() | Unjudged():
            return None
        case _:
            assert_never(evidence)


def projection_of(evidence: Evidence) -> Projection | None:
    """Where the trends of a line lead, if it has any."""
    outlook = evidence.outlook if isinstance(evidence, Offences) else None
    return outlook if isinstance(outlook, Projection) else None


def text_of(evidence: Evidence) -> str:
    """Words of the owner, or of the board; empty where a kind has none."""
    return evidence.text if isinstance(evidence, (Families, Words, Unjudged)) else ""


def without_judgement(evidence: Evidence, figures: Figures) -> Unjudged:
    """Keep the words of a line and these figures, and nothing that was made of others."""
    return Unjudged(evidence.kind, evidence.form, figures, text_of(evidence))
