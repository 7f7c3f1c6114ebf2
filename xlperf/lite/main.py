"""
# xlperf

Choose a script above, or press its button. What it has to say is shown under Output.

*Refresh* writes; *Check*, *Why* and *What changed* write nothing.
"""

import xlwings as xw
from xlwings import arg, func, script

from xlperf.lite import scripts
from xlperf.lite.answers import answer


@script(name="Refresh")
async def refresh(book: xw.BookAsync):
    """Fill and colour every tile from the data sheets, and say what changed."""
    await scripts.refresh(book)


@script(name="Check")
async def check(book: xw.BookAsync):
    """Check the data sheets, and say what was found. Writes nothing."""
    await scripts.check(book)


@script(name="Why")
async def why(book: xw.BookAsync):
    """Select a figure or status on a tile, or a row of Workings: why it has its colour. Writes nothing."""
    await scripts.why(book)


@script(name="What changed")
async def changes(book: xw.BookAsync):
    """What changed since the period before. Writes nothing."""
    await scripts.changes(book)


@func
@arg("values", doc="Monthly counts, oldest first, as a row or a column; blanks at the ends are left out.", ndim=2, err_to_str=True)
@arg("direction", doc="Which way is better: down or up. Left out: down.", ndim=2, err_to_str=True)
@arg("basis", doc="Lines: points, levels, mean or xmr. Left out: points.", ndim=2, err_to_str=True)
@arg("z", doc="Width in standard deviations. Left out: 1.96.", ndim=2, err_to_str=True)
def XP_SPC(values, direction=None, basis=None, z=None):
    """Colour of the mean of the latest six months against lines from the twelve before: RED, AMBER or GREEN."""
    return answer("XP_SPC", values, direction, basis, z)


@func
@arg("values", doc="Monthly counts, oldest first, as a row or a column; blanks at the ends are left out.", ndim=2, err_to_str=True)
@arg("basis", doc="Lines: points, levels, mean or xmr. Left out: points.", ndim=2, err_to_str=True)
@arg("z", doc="Width in standard deviations. Left out: 1.96.", ndim=2, err_to_str=True)
def XP_LINES(values, basis=None, z=None):
    """Lower line, centre and upper line that the mean of the latest six months is compared with."""
    return answer("XP_LINES", values, basis, z)


@func
@arg("values", doc="Figures, oldest first, as a row or a column.", ndim=2, err_to_str=True)
@arg("sigmas", doc="Width of the lines in standard deviations. Left out: 3.", ndim=2, err_to_str=True)
@arg("centre", doc="mean, with the mean moving range; median, with the median one, which outliers do not move. Left out: mean.", ndim=2, err_to_str=True)
@arg("least", doc="Value that no figure can be below: 0 for counts. The lower limit is not drawn below it. Left out: there is none.", ndim=2, err_to_str=True)
def XP_XMR(values, sigmas=None, centre=None, least=None):
    """Lower line, centre and upper line of an individuals chart, from the moving ranges of all values."""
    return answer("XP_XMR", values, sigmas, centre, least)


@func
@arg("values", doc="Figures, oldest first, as a row or a column.", ndim=2, err_to_str=True)
@arg("sigmas", doc="Width of the lines in standard deviations. Left out: 3.", ndim=2, err_to_str=True)
@arg("in_a_row", doc="Values in a row that make a run or a trend: 6, 7 or more. Left out: 7.", ndim=2, err_to_str=True)
@arg("centre", doc="mean, with the mean moving range; median, with the median one, which outliers do not move. Left out: mean.", ndim=2, err_to_str=True)
@arg("least", doc="Value that no figure can be below: 0 for counts. The lower limit is not drawn below it. Left out: there is none.", ndim=2, err_to_str=True)
def XP_RUN(values, sigmas=None, in_a_row=None, centre=None, least=None):
    """Run rules that each value is part of: outside the lines, seven on one side, seven rising or falling, two of three near a line. One cell for each value."""
    return answer("XP_RUN", values, sigmas, in_a_row, centre, least)


@func
@arg("numerators", doc="How many of each period had the outcome, oldest first: 37 of 400.", ndim=2, err_to_str=True)
@arg("denominators", doc="Of how many, above 0: one for each period, or one for all.", ndim=2, err_to_str=True)
@arg("variation", doc="laney: as the points themselves vary, which suits large denominators; chance: as chance alone makes them. Left out: laney.", ndim=2, err_to_str=True)
@arg("sigmas", doc="Width of the limits in standard deviations. Left out: 3.", ndim=2, err_to_str=True)
@arg("in_a_row", doc="Values in a row that make a run or a trend: 6, 7 or more. Left out: 7.", ndim=2, err_to_str=True)
def XP_PCHART(numerators, denominators, variation=None, sigmas=None, in_a_row=None):
    """Chart of shares such as outcome rates: share, lower line, centre, upper line and signals of each period, a row each (Laney's p' chart)."""
    return answer("XP_PCHART", numerators, denominators, variation, sigmas, in_a_row)


@func
@arg("events", doc="Count of each period, oldest first.", ndim=2, err_to_str=True)
@arg("exposure", doc="Residents, vehicles or days that the counts are of, in any unit, above 0: one for each period, or one for all.", ndim=2, err_to_str=True)
@arg("variation", doc="laney: as the points themselves vary, which suits large counts; chance: as chance alone makes them. Left out: laney.", ndim=2, err_to_str=True)
@arg("sigmas", doc="Width of the limits in standard deviations. Left out: 3.", ndim=2, err_to_str=True)
@arg("in_a_row", doc="Values in a row that make a run or a trend: 6, 7 or more. Left out: 7.", ndim=2, err_to_str=True)
def XP_UCHART(events, exposure, variation=None, sigmas=None, in_a_row=None):
    """Chart of rates such as offences per resident: rate, lower line, centre, upper line and signals of each period, a row each (Laney's u' chart)."""
    return answer("XP_UCHART", events, exposure, variation, sigmas, in_a_row)


@func
@arg("between", doc="Cases, or whole days, between one event and the next, oldest first, 0 or more. Of dates in A2:A20: A3:A20-A2:A19.", ndim=2, err_to_str=True)
@arg("sigmas", doc="Width of the limits in standard deviations. Left out: 3.", ndim=2, err_to_str=True)
@arg("in_a_row", doc="Values in a row that make a run or a trend: 6, 7 or more. Left out: 7.", ndim=2, err_to_str=True)
def XP_GCHART(between, sigmas=None, in_a_row=None):
    """Chart of rare events such as homicides, from the whole days or cases between them: value, lower line, centre, upper line and signals, a row each. High is rare."""
    return answer("XP_GCHART", between, sigmas, in_a_row)


@func
@arg("times", doc="Time between one event and the next in days, hours or any unit, oldest first, above 0. With days that can be 0: XP_GCHART.", ndim=2, err_to_str=True)
@arg("sigmas", doc="Width of the limits in standard deviations. Left out: 3.", ndim=2, err_to_str=True)
@arg("in_a_row", doc="Values in a row that make a run or a trend: 6, 7 or more. Left out: 7.", ndim=2, err_to_str=True)
def XP_TCHART(times, sigmas=None, in_a_row=None):
    """Chart of rare events from the times between them, none of them 0: time, lower line, centre, upper line and signals, a row each. High is rare."""
    return answer("XP_TCHART", times, sigmas, in_a_row)


@func
@arg("values", doc="Monthly counts, oldest first, as a row or a column; blanks at the ends are left out.", ndim=2, err_to_str=True)
@arg("kind", doc="months: counts with season, each like its neighbours; independent: any figures, none of which depends on another. Left out: months.", ndim=2, err_to_str=True)
def XP_STEPS(values, kind=None):
    """Lasting steps of monthly counts that are proposed: number of the first month of the new level, mean before, mean after, and how many of 100 steady series at most show one as clear. A row each."""
    return answer("XP_STEPS", values, kind)


@func
@arg("baseline", doc="Twelve monthly counts of the baseline year, oldest first; or one total, which is taken to vary as other totals of its size do.", ndim=2, err_to_str=True)
@arg("latest", doc="Twelve monthly counts of the latest year, of the same months as the baseline year unless `between` is given; or one total.", ndim=2, err_to_str=True)
@arg("direction", doc="Which way is better: down or up. Left out: down.", ndim=2, err_to_str=True)
@arg("z", doc="Width in standard deviations. Left out: 1.96.", ndim=2, err_to_str=True)
@arg("before", doc="Monthly counts up to the month before the baseline year. Left out: not known.", ndim=2, err_to_str=True)
@arg("between", doc="Monthly counts between the two years. Left out: not known.", ndim=2, err_to_str=True)
def XP_CHANGE(baseline, latest, direction=None, z=None, before=None, between=None):
    """Ratio of a year to the baseline year, its lower and upper limit, p, and better, worse or neither. As on the tile when given the same months; from two years alone less is known."""
    return answer("XP_CHANGE", baseline, latest, direction, z, before, between)


@func
@arg("values", doc="Monthly counts, oldest first, as a row or a column; blanks at the ends are left out.", ndim=2, err_to_str=True)
@arg("months_ahead", doc="Months from the last value to the end of the twelve projected.", ndim=2, err_to_str=True)
@arg("drift", doc="Smallest yearly drift allowed for in the range. Left out: 0.1.", ndim=2, err_to_str=True)
@arg("z", doc="Width in standard deviations. Left out: 1.96.", ndim=2, err_to_str=True)
def XP_PROJECTION(values, months_ahead, drift=None, z=None):
    """Twelve-month totals that the four trends give: name, total, and for the halved year-on-year change lower and upper end of its range. Four rows."""
    return answer("XP_PROJECTION", values, months_ahead, drift, z)


@func
@arg("months", doc="First day of each month.", ndim=2, err_to_str=True)
@arg("counts", doc="Count of each month, in the same order; blank if there is none.", ndim=2, err_to_str=True)
@arg("baseline", doc="Financial year, as 2012/13. Left out: 2012/13.", ndim=2, err_to_str=True)
@arg("target", doc="Last month of the twelve the target is for. Left out: March 2017.", ndim=2, err_to_str=True)
@arg("direction", doc="Which way is better: down or up. Left out: down.", ndim=2, err_to_str=True)
@arg("target_change", doc="Change wanted, per cent of the baseline: -10. Left out: any.", ndim=2, err_to_str=True)
@arg("rule", doc="Trends needed: any, majority or all. Left out: any.", ndim=2, err_to_str=True)
def XP_OFFENCES(months, counts, baseline=None, target=None, direction=None, target_change=None, rule=None):
    """Colour of offences against the baseline year with their projection: RED, AMBER, GREEN, or NA and why."""
    return answer("XP_OFFENCES", months, counts, baseline, target, direction, target_change, rule)


@func
@arg("months", doc="First day of each month.", ndim=2, err_to_str=True)
@arg("counts", doc="Count of each month, in the same order; blank if there is none.", ndim=2, err_to_str=True)
@arg("colour", doc="Colour wanted: green, amber or red.", ndim=2, err_to_str=True)
@arg("baseline", doc="Financial year, as 2012/13. Left out: 2012/13.", ndim=2, err_to_str=True)
@arg("target", doc="Last month of the twelve the target is for. Left out: March 2017.", ndim=2, err_to_str=True)
@arg("by", doc="Last of the months to come, in which the colour is wanted. Left out: the month of the target.", ndim=2, err_to_str=True)
@arg("direction", doc="Which way is better: down or up. Left out: down.", ndim=2, err_to_str=True)
@arg("target_change", doc="Change wanted, per cent of the baseline: -10. Left out: any.", ndim=2, err_to_str=True)
@arg("rule", doc="Trends needed: any, majority or all. Left out: any.", ndim=2, err_to_str=True)
def XP_WHATIF(months, counts, colour, baseline=None, target=None, by=None, direction=None, target_change=None, rule=None):
    """Offences in the months to come that would give a colour: least, most (blank: no end), a month, and per cent against the same months before. Each judged by the rule of XP_OFFENCES."""
    return answer("XP_WHATIF", months, counts, colour, baseline, target, by, direction, target_change, rule)


@func
@arg("own", doc="The own force's figure.", ndim=2, err_to_str=True)
@arg("group", doc="Figures of the group, the own force among them; blanks are left out.", ndim=2, err_to_str=True)
@arg("direction", doc="Which way is better: down or up. Left out: down.", ndim=2, err_to_str=True)
def XP_POSITION(own, group, direction=None):
    """Place in a group, 1st is best: 5th of 8. Equal figures share the better place."""
    return answer("XP_POSITION", own, group, direction)


@func
@arg("own", doc="The own force's figure.", ndim=2, err_to_str=True)
@arg("group", doc="Figures of the group, the own force among them; blanks are left out.", ndim=2, err_to_str=True)
@arg("direction", doc="Which way is better: down or up. Left out: down.", ndim=2, err_to_str=True)
@arg("lines", doc="group: mean and SD of all; peers: of the others. Left out: group.", ndim=2, err_to_str=True)
@arg("z", doc="Width in standard deviations. Left out: 1.96.", ndim=2, err_to_str=True)
def XP_MSG(own, group, direction=None, lines=None, z=None):
    """Colour of a figure against the lines of its group: RED, AMBER, GREEN, or NA with fewer than six forces."""
    return answer("XP_MSG", own, group, direction, lines, z)


@func
@arg("events", doc="Count of each area, whole numbers.", ndim=2, err_to_str=True)
@arg("exposure", doc="Residents, dwellings or vehicles of each area, above 0, in any unit.", ndim=2, err_to_str=True)
@arg("z", doc="Width in standard deviations. Left out: 1.96.", ndim=2, err_to_str=True)
def XP_FUNNEL(events, exposure, z=None):
    """Areas beside the limits that areas of their size have: rate, lower line, centre, upper line, and whether it lies outside, a row each."""
    return answer("XP_FUNNEL", events, exposure, z)


@func
@arg("baseline_percent", doc="Percentage of the baseline year, as 84.2: 100 times the cell if it is formatted as %.", ndim=2, err_to_str=True)
@arg("baseline_n", doc="How many answered then.", ndim=2, err_to_str=True)
@arg("latest_percent", doc="Latest percentage, as 83.4.", ndim=2, err_to_str=True)
@arg("latest_n", doc="How many answered.", ndim=2, err_to_str=True)
@arg("design_effect", doc="Variance relative to simple random sampling. Left out: 1.", ndim=2, err_to_str=True)
@arg("direction", doc="Which way is better: down or up. Left out: up.", ndim=2, err_to_str=True)
@arg("z", doc="Width in standard deviations. Left out: 1.96.", ndim=2, err_to_str=True)
def XP_SURVEY(baseline_percent, baseline_n, latest_percent, latest_n, design_effect=None, direction=None, z=None):
    """Colour of a survey percentage against that of the baseline year; AMBER if there is no evidence either way."""
    return answer("XP_SURVEY", baseline_percent, baseline_n, latest_percent, latest_n, design_effect, direction, z)


@func
@arg("percent", doc="The percentage, as 90.6.", ndim=2, err_to_str=True)
@arg("n", doc="How many answered.", ndim=2, err_to_str=True)
@arg("design_effect", doc="Variance relative to simple random sampling. Left out: 1.", ndim=2, err_to_str=True)
@arg("z", doc="Width in standard deviations. Left out: 1.96.", ndim=2, err_to_str=True)
def XP_WILSON(percent, n, design_effect=None, z=None):
    """Wilson's interval of a percentage: lower and upper limit, in per cent."""
    return answer("XP_WILSON", percent, n, design_effect, z)


@func
@arg("n", doc="How many answered.", ndim=2, err_to_str=True)
@arg("design_effect", doc="Variance relative to simple random sampling. Left out: 1.", ndim=2, err_to_str=True)
@arg("z", doc="Width in standard deviations. Left out: 1.96.", ndim=2, err_to_str=True)
def XP_MARGIN(n, design_effect=None, z=None):
    """Largest margin, in points, that a percentage of n answers can have."""
    return answer("XP_MARGIN", n, design_effect, z)


@func
@arg("percent", doc="The percentage, as printed.", ndim=2, err_to_str=True)
@arg("n", doc="How many answered.", ndim=2, err_to_str=True)
@arg("decimals", doc="Decimals it is printed with: 1 for 90.0. Left out: as given.", ndim=2, err_to_str=True)
def XP_ATTAINABLE(percent, n, decimals=None):
    """Whether some whole number of n gives this percentage when rounded: TRUE or FALSE."""
    return answer("XP_ATTAINABLE", percent, n, decimals)


@func
@arg("line", doc="Name of the line, as in Workings: SP12_offences. Or words that only one line has: burglary satisfaction.", ndim=2, err_to_str=True)
@arg("workings", doc="The Workings table with its header: tblWorkings[#All].", ndim=2, err_to_str=True)
@arg("priorities", doc="The Priorities table with its header, tblPriorities[#All], for words of their titles. Left out: None.", ndim=2, err_to_str=True)
def XP_WHY(line, workings, priorities=None):
    """Why a line has its colour, by its name or by words that only it has: the explanation from the Workings table. A long one goes on in the cells below."""
    return answer("XP_WHY", line, workings, priorities)
