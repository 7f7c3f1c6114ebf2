"""How many drafts chance alone would make, were nothing changed anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assessment import evidence as kinds
from xlperf.assessment.chance_colours import FALSE_CHANGES, LEVEL, rate_of_blocks
from xlperf.assessment.rag import Reason
from xlperf.stats.distributions import two_sided_level
from xlperf.tiles.draft_rules import DraftRule
from xlperf.tiles.drafts_of_lines import rules_tried
from xlperf.tiles.drafts_of_months import MONTH_RULES, monthly
from xlperf.tiles.figures import rounded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings

FALSE_ALARMS: Mapping[DraftRule, float] = {
    DraftRule.RUN: 0.03,
    DraftRule.OUTSIDE: 0.04,
    DraftRule.TREND: 0.001,
    DraftRule.YEAR_BEFORE: LEVEL,
    DraftRule.BASELINE: LEVEL,
    DraftRule.SURVEY: LEVEL,
    DraftRule.POSITION: 0.019,
    DraftRule.RANK: 0.04,
}
"""How often a rule speaks of a series in which nothing has changed, a quarter.

Run, months outside and trend: the highest of four kinds of simulated offences (100 and 400 a month,
with and without a season and correlation), rounded up; at 5,000 a month with an autocorrelation of
0.4, months outside come to 8%. The year: 2 to 6% in the same simulations. Position: one force of
eight alike, own force included in the lines. Rank: first or last of eight forces alike, shares of
260 to 1,850 answers. Intervals: as they are made. Simulated again by the tests.
"""
OF_Z = (DraftRule.YEAR_BEFORE, DraftRule.BASELINE, DraftRule.SURVEY, DraftRule.POSITION)
"""Rules whose lines or intervals follow z of the settings."""


def expected_false_alarms(lines: Sequence[Assessment], settings: Settings) -> float:
    """How many drafts a quarter would be made if nothing had changed anywhere: the rates of the
    rules, added up.

    Only lines whose figures a rule can look at count. Drafts about small numbers, or figures that
    are not there, are never false.
    """
    tried = [rule for line in lines for rule in rules_tried(line)]
    tried += [rule for _ in monthly(lines) for rule in MONTH_RULES]
    blocks = sum(_rate_of_blocks(line, settings) for line in lines)
    return blocks + sum(_rate(rule, settings) for rule in tried if rule is not DraftRule.BLOCK)


def _rate(rule: DraftRule, settings: Settings) -> float:
    by_months = rule in (DraftRule.BASELINE, DraftRule.YEAR_BEFORE)
    rate = FALSE_CHANGES[settings.change_dispersion] if by_months else FALSE_ALARMS[rule]
    return rate * two_sided_level(settings.z) / LEVEL if rule in OF_Z else rate


def _rate_of_blocks(line: Assessment, settings: Settings) -> float:
    """How often the control chart of a line speaks when nothing has changed."""
    if not isinstance(line.evidence, kinds.Blocks) or line.reason is Reason.SMALL_NUMBERS:
        return 0.0
    return rate_of_blocks(line.evidence, settings)


def false_alarm_note(lines: Sequence[Assessment], settings: Settings) -> str:
    """Say how many drafts chance alone would make in a quarter on this dashboard; empty where no
    rule could speak by chance.
    """
    expected = expected_false_alarms(lines, settings)
    if not expected:
        return ""
    number = f"about {rounded(expected, 1)}" if expected >= 0.05 else "fewer than 0.1"
    return f"If nothing had changed anywhere, chance alone would still draft {number} a quarter."
