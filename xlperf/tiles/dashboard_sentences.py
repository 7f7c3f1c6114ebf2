"""The dashboard as a whole, in sentences: how many of its colours chance alone would make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assessment.chance_colours import chance_colours
from xlperf.assessment.rag import Reason
from xlperf.message_texts import number_of
from xlperf.tiles.figures import rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.assessment.chance_colours import ChanceColours
    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings

TOGETHER = (
    "Lines of one measure, and of one season, move together: then none or many are more frequent,"
    " and the average is the same."
)


def chance_in_short(lines: Sequence[Assessment], settings: Settings) -> str:
    """Say in one sentence how many colours chance alone would make; empty: no line is tested."""
    found = chance_colours(lines, settings)
    if not found.tested:
        return ""
    by_chance = (
        f"By chance alone about {_number(found.expected)} of"
        f" {number_of(found.tested, 'tested line')} would be red or green"
    )
    if settings.false_discovery:
        return f"{by_chance} one by one; judged together, {_are(found.found)}."
    return f"{by_chance}; {_are(found.found)}."


def chance_in_full(lines: Sequence[Assessment], settings: Settings) -> str:
    """Say which lines are counted, what chance would make of them, and what that does not say."""
    found = chance_colours(lines, settings)
    if not found.tested:
        return "No line has a colour that rests on a test, so chance alone makes none."
    return " ".join(
        text
        for text in (_expected(found), TOGETHER, _without_test(found), _among(lines, settings))
        if text
    )


def _expected(found: ChanceColours) -> str:
    have = "1 line has" if found.coloured == 1 else f"{found.coloured} lines have"
    return (
        f"{have} a colour; {found.tested} of them a test could make red or green. If nothing had"
        " changed, and no force differed from its group, chance alone would make about"
        f" {_number(found.expected)} of these red or green (were lines independent, at most"
        f" {found.seldom_above} in 97 of 100 such dashboards); {_are(found.found)}."
    )


def _without_test(found: ChanceColours) -> str:
    if not found.without_test:
        return ""
    more = "1 more is" if found.without_test == 1 else f"{found.without_test} more are"
    return (
        f"{more} red or green without a test, by trends that reach no target or a target date"
        " passed: these have no such rate."
    )


def _among(lines: Sequence[Assessment], settings: Settings) -> str:
    """Say what the setting does, where lines are judged among many."""
    if not settings.false_discovery:
        return ""
    lost = sum(line.reason is Reason.AMONG_MANY for line in lines)
    rate = settings.false_discovery
    have = "1 line is" if lost == 1 else f"{lost or 'no'} lines are"
    alone = "itself" if lost == 1 else "themselves"
    return (
        f"Lines are judged together (false_discovery {rate:g}): {have} AMBER that would be red or"
        f" green by {alone}, and of those red or green by a test at most {100 * rate:g} in 100 are"
        " to be expected by chance."
    )


def _number(expected: float) -> str:
    return rounded(expected, 1)


def _are(number: int) -> str:
    return "1 is" if number == 1 else f"{number or 'none'} are"
