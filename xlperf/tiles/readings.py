"""How each rule was read, in sentences that follow the settings: what is printed in the report,
what is our choice.

The report names a methodology whose formulas are not public. No reading here claims to be that
formula.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from xlperf.assessment import evidence as kinds
from xlperf.config import CHOICE, PRINTED, Dispersion, PositionLines, SeasonUse, SpcBasis, TrendRule
from xlperf.stats import ranks
from xlperf.stats.change import Method
from xlperf.stats.control import D2
from xlperf.stats.defaults import Z
from xlperf.stats.distributions import two_sided_level, two_sided_t
from xlperf.stats.level_designs import SEASON_NEEDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.config import Settings

UNEQUAL_MONTHS = (
    "Months count as they are: their unequal lengths move an average of six by less than 1% against"
    " one of twelve."
)
COMES_TRUE = (
    "Tried on past figures of London's boroughs, of 100 targets 30 months ahead 29 were met where"
    " one trend of four reached them, 63 where all four did, and 84 where the latest year was"
    " better too."
)
NEEDED = {
    TrendRule.ANY: "one of the four is enough",
    TrendRule.MAJORITY: "more than half of the four must reach the target",
    TrendRule.ALL: "all four must reach the target",
}
SEEN, SEEN_IN_TWO_YEARS, SEEN_IN_TOTALS = 24, 19, 11
"""Of 100 falls of 10%, over series like London's, how many are found: by 36 months and more, by 24,
and by totals alone.
"""
REDUCTION = (
    "A reduction is ASB down by 60% or more and/or minors' offending down by 33% or more"
    f" ({PRINTED})."
)


def reading(evidence: kinds.Evidence, settings: Settings) -> str:
    """Say how the rule of a line was read; empty where none was applied."""
    match evidence:
        case kinds.Offences():
            text = _offences(evidence, settings)
        case kinds.Position(forces=forces):
            text = position(settings, forces)
        case kinds.Blocks(deseasonalised=deseasonalised):
            text = spc(settings, deseasonalised=deseasonalised)
        case kinds.Survey(design_effect=effect):
            text = survey(settings, effect)
        case kinds.Rating():
            text = rating(settings)
        case kinds.Families():
            text = REDUCTION if evidence.result is None else f"{REDUCTION} {survey(settings, 1.0)}"
        case kinds.Total(test=test):
            text = totals(settings, test.method)
        case kinds.AmountComparison():
            text = "Amounts are shown, not coloured."
        case kinds.Words() | kinds.Unjudged():
            text = ""
        case _:
            assert_never(evidence)
    return text


def _offences(evidence: kinds.Offences, settings: Settings) -> str:
    test = evidence.test
    parts = [] if test is None else [change(settings, test)]
    match evidence.outlook:
        case kinds.AtTarget():
            parts.append(TARGET_PASSED)
        case kinds.Projection(threshold=None):
            pass
        case kinds.Projection():
            parts.append(trends(settings))
    return " ".join(parts)


def width(settings: Settings) -> str:
    """Write the width of lines: z = 1.96 as printed, any other as our choice."""
    printed = settings.z == Z
    return f"z = {settings.z:g}" + ("" if printed else f", {CHOICE}; the report has {Z:g}")


def confidence(settings: Settings) -> str:
    """Confidence that z stands for: 1.96 is 95%."""
    return percent(1 - two_sided_level(settings.z))


def percent(share: float) -> str:
    """Write a coverage: 95%, 99.8%."""
    return f"{100 * share:.1f}".removesuffix(".0") + "%"


def spc(settings: Settings, *, deseasonalised: bool) -> str:
    """Reading of the control chart."""
    match settings.spc_basis:
        case SpcBasis.POINTS:
            coverage = percent(1 - float(two_sided_t(2 * settings.z, 11)))
            lines = (
                "Lines for single months: mean ± z × SD of the 12 months before, not below 0"
                f" ({PRINTED}; {width(settings)}). For an average of six independent months they"
                f" are about a {coverage} line; neighbouring months are alike and years have"
                " seasons, so chance crosses them oftener: how often is worked out for each series"
                " over all dispersions, autocorrelations and seasons that fit it."
            )
        case SpcBasis.LEVELS:
            lines = (
                "Lines are the averages of six from which on the level has changed: that of the"
                " latest six months against the twelve before, calendar months taken out where 36"
                " are known, averaged over all dispersions and autocorrelations that fit; of 100"
                f" unchanged series like London's 4 to 6 are found changed ({CHOICE};"
                f" {width(settings)})."
            )
        case SpcBasis.MEAN:
            lines = (
                f"Lines for the average of six: a {confidence(settings)} comparison of two averages"
                " of independent months, mean ± t × SD × √(1/6 + 1/12) on 11 degrees of freedom; of"
                " 100 unchanged series like London's 15 are found changed"
                f" ({CHOICE}; {width(settings)})."
            )
        case SpcBasis.XMR:
            lines = (
                "Lines for single months from the moving range: mean ± z × mean range /"
                f" {D2:g}, not below 0 ({CHOICE}; {width(settings)})."
            )
    season = ""
    if settings.spc_season is SeasonUse.USE and deseasonalised:
        season = f" The season was taken out first ({CHOICE})."
    elif settings.spc_season is SeasonUse.USE:
        season = " The season would be taken out first, but 36 months do not show one."
    return (
        f"{lines} A mean below {settings.small_months:g} a month, or months that are all equal, is"
        f" small numbers ({CHOICE}). p is that of the test of levels.{season} {UNEQUAL_MONTHS}"
    )


def change(settings: Settings, test: kinds.ChangeTest) -> str:
    """Reading of the change of monthly counts against the baseline year."""
    match test.method:
        case Method.LEVELS:
            said = (
                "ratio of the levels of the two years, calendar months taken out, averaged over the"
                f" dispersions and autocorrelations that fit the {test.months} months known; of 100"
                " unchanged series like London's 4 to 6 are found changed, of 100 that fell by 10%"
                f" about {SEEN if test.months >= SEASON_NEEDS else SEEN_IN_TWO_YEARS}"
            )
        case Method.E_TEST:
            said = "an exact test of two small counts (E-test)"
        case Method.EXACT:
            said = "an exact test, since one of the two years has none"
        case _:
            said = _quasi_poisson(settings, test.years)
    return (
        f"Change: {said}; an improvement when the {confidence(settings)} range of the ratio leaves"
        f" out 1 ({CHOICE}; the report names no formula; {width(settings)})."
    )


def _quasi_poisson(settings: Settings, years: int) -> str:
    known = f"{years} complete years" if years else "the two years alone"
    all_years = settings.change_dispersion is Dispersion.ALL_YEARS
    rate = "8 to 10" if all_years else "10 to 12"
    return (
        "ratio of the two years, compared month by month (quasi-Poisson), its margin widened for"
        f" months that vary more than chance (dispersion, from"
        f" {known if all_years else 'the two years'}) and are autocorrelated (design effect, from"
        f" {known}); of 100 unchanged series like London's {rate} are found changed"
    )


def trends(settings: Settings) -> str:
    """Reading of the projections."""
    rule, unsustained = settings.trend_rule, settings.improved_not_sustained
    origin = PRINTED if rule is TrendRule.ANY else CHOICE
    return (
        f"Trends: {NEEDED[rule]} ({origin}); which four is {CHOICE}. "
        + (f"{COMES_TRUE} " if rule is TrendRule.ANY else "")
        + f"The {confidence(settings)} range is that of the halved year-on-year change, with the"
        " drift that totals of boroughs and forces really had, or of the series itself, at least"
        f" {100 * settings.drift:g}% a year; tried on what came, 95% ranges held 95 to 96%"
        f" ({CHOICE})."
        f" Improved, but held by too few trends, is {unsustained} ({CHOICE}; the report does not"
        " say)."
    )


TARGET_PASSED = (
    f"The target date has passed: the actual figure takes the place of the trends ({CHOICE})."
)


def position(settings: Settings, forces: Sequence[str]) -> str:
    """Reading of the lines around the group, with the forces in it."""
    n = len(forces)
    match settings.position_lines:
        case PositionLines.GROUP:
            lines = (
                f"Lines: mean ± z × SD of the group's figures, own force included ({PRINTED};"
                f" {width(settings)}); with {n} forces about a"
                f" {percent(group_coverage(n, settings.z))} line."
            )
        case PositionLines.PEERS:
            lines = (
                f"Lines from the other forces only, widened for a new one: a {confidence(settings)}"
                f" line ({CHOICE}; {width(settings)})."
            )
        case PositionLines.FUNNEL:
            lines = (
                f"Lines: over-dispersed funnel around the weighted mean ({CHOICE};"
                f" {width(settings)})."
            )
    return (
        f"{lines} Below {settings.smallest_group} forces there is no colour ({CHOICE}). Group:"
        f" {', '.join(forces)}."
    )


def group_coverage(n: int, z: float) -> float:
    """Share of like forces inside mean ± z SD, itself among the n: 0.981 for 8 at 1.96."""
    return 1 - ranks.outside_chance(1.0, n, z=z) if n >= 3 else 1.0


def survey(settings: Settings, design_effect: float) -> str:
    """Reading of the change of a share."""
    weighted = (
        f" n counts as n / {design_effect:g}, its design effect." if design_effect != 1 else ""
    )
    return (
        "Change: range of the difference of two shares by Newcombe's method 10; of parts at one mix"
        f" by that of Zou, Huang and Zhang, the same for one part ({CHOICE});"
        f" {confidence(settings)}, two-sided ({width(settings)}).{weighted} A worst-case margin"
        f" above {settings.largest_margin:g} points is small numbers:"
        f" {settings.small_survey.upper()}."
    )


def rating(settings: Settings) -> str:
    """Reading of the change of a mean of stars."""
    return (
        f"Change: difference of two means, each with the widest spread it can have ({CHOICE};"
        f" {confidence(settings)}, {width(settings)})."
    )


def totals(settings: Settings, method: Method) -> str:
    """Reading of the change between two totals."""
    if method is Method.POOLED:
        return (
            "Change: difference of the roots of the two totals at their true lengths, which vary as"
            " totals of their size do in other series; of 100 unchanged years 4 to 6 are found"
            " changed up to 10,000 a year, perhaps 10 to 20 above, where few series were tried; of"
            f" 100 years that fell by 10% about {SEEN_IN_TOTALS}, of shorter periods fewer. A half"
            f" year should be compared with the same half ({CHOICE}; {confidence(settings)},"
            f" {width(settings)})."
        )
    if method is Method.LEVELS:
        return (
            "Change: ratio of the levels of the two periods, calendar months taken out, averaged"
            " over the dispersions and autocorrelations that fit the months known; of 100 unchanged"
            f" series like London's 4 to 6 are found changed ({CHOICE}; {confidence(settings)},"
            f" {width(settings)})."
        )
    if method is Method.TARGET:
        return (
            "Change: difference of the roots of the total and of its target, where a total varies"
            f" as those of its size do in other series ({CHOICE}; {confidence(settings)},"
            f" {width(settings)})."
        )
    if method is Method.E_TEST:
        return (
            f"Change: exact test of two small counts at their true lengths (E-test, {CHOICE};"
            f" {confidence(settings)})."
        )
    return (
        "Change: ratio of the two rates at their true lengths, with a dispersion of"
        f" {settings.assumed_dispersion:g} assumed ({CHOICE}; {confidence(settings)},"
        f" {width(settings)})."
    )
