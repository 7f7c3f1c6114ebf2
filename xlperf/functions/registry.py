"""The functions that a workbook's cells can call: names, arguments and help, declared once for
every host.

A host (classic user-defined functions, an add-in's custom functions) binds what is declared here;
the VBA wrapper and the documentation are made from it. Texts fit Excel's function wizard: 255
characters.
"""

from __future__ import annotations

from dataclasses import dataclass

CATEGORY = "xlperf"
LONGEST_HELP = 255
"""Characters the function wizard shows."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument, in the order of the call."""

    name: str
    meaning: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """One function: its name in a cell, the function of `xlperf.functions` behind it, and its
    help.
    """

    name: str
    behind: str
    summary: str
    arguments: tuple[Argument, ...]

    @property
    def usage(self) -> str:
        """How it is called: XP_SPC(values, [direction], [basis], [z])."""
        names = (f"[{item.name}]" if item.optional else item.name for item in self.arguments)
        return f"{self.name}({', '.join(names)})"


VALUES = Argument(
    "values", "Monthly counts, oldest first, as a row or a column; blanks at the ends are left out."
)
DIRECTION = Argument("direction", "Which way is better: down or up. Left out: down.", optional=True)
DIRECTION_UP = Argument(
    "direction", "Which way is better: down or up. Left out: up.", optional=True
)
BASIS = Argument("basis", "Lines: points, mean or xmr. Left out: points.", optional=True)
Z = Argument("z", "Width in standard deviations. Left out: 1.96.", optional=True)
SIGMAS = Argument(
    "sigmas", "Width of the lines in standard deviations. Left out: 3.", optional=True
)
OWN = Argument("own", "The own force's figure.")
GROUP = Argument("group", "Figures of the group, the own force among them; blanks are left out.")
EFFECT = Argument(
    "design_effect", "Variance relative to simple random sampling. Left out: 1.", optional=True
)

FUNCTIONS: tuple[Function, ...] = (
    Function(
        "XP_SPC",
        "spc",
        "Colour of the mean of the latest six months against lines from the twelve before: RED,"
        " AMBER or GREEN.",
        (VALUES, DIRECTION, BASIS, Z),
    ),
    Function(
        "XP_LINES",
        "lines",
        "Lower line, centre and upper line that the mean of the latest six months is compared"
        " with.",
        (VALUES, BASIS, Z),
    ),
    Function(
        "XP_XMR",
        "xmr",
        "Lower line, centre and upper line of an individuals chart, from the mean moving range of"
        " all values.",
        (Argument("values", "Figures, oldest first, as a row or a column."), SIGMAS),
    ),
    Function(
        "XP_RUN",
        "runs",
        "Run rules that each value is part of: outside the lines, seven on one side, seven rising"
        " or falling, two of three near a line. One cell for each value.",
        (Argument("values", "Figures, oldest first, as a row or a column."), SIGMAS),
    ),
    Function(
        "XP_CHANGE",
        "change",
        "Ratio of a year to the baseline year, its lower and upper limit, p, and better, worse or"
        " neither. As on the tile when given the same months; from two years alone less is known.",
        (
            Argument(
                "baseline",
                "Twelve monthly counts of the baseline year, oldest first; or one total, which is"
                " taken to vary as other totals of its size do.",
            ),
            Argument(
                "latest",
                "Twelve monthly counts of the latest year, beginning with the same month unless"
                " 'between' is given; or one total.",
            ),
            DIRECTION,
            Z,
            Argument("before", "Monthly counts before the baseline year.", optional=True),
            Argument("between", "Monthly counts between the two years.", optional=True),
        ),
    ),
    Function(
        "XP_PROJECTION",
        "projection",
        "Twelve-month totals that the four trends give: name, total, lower and upper end of the"
        " range. Four rows.",
        (
            VALUES,
            Argument(
                "months_ahead", "Months from the last value to the end of the twelve projected."
            ),
            Argument(
                "drift",
                "Smallest yearly drift allowed for in the ranges. Left out: 0.1.",
                optional=True,
            ),
            Z,
        ),
    ),
    Function(
        "XP_OFFENCES",
        "offences",
        "Colour of offences against the baseline year with their projection: RED, AMBER, GREEN, or"
        " NA and why.",
        (
            Argument("months", "First day of each month."),
            Argument("counts", "Count of each month, in the same order; blank if there is none."),
            Argument("baseline", "Financial year, as 2012/13. Left out: 2012/13.", optional=True),
            Argument(
                "target",
                "Last month of the twelve the target is for. Left out: March 2017.",
                optional=True,
            ),
            DIRECTION,
            Argument(
                "target_change",
                "Change wanted, per cent of the baseline: -10. Left out: any.",
                optional=True,
            ),
            Argument("rule", "Trends needed: any, majority or all. Left out: any.", optional=True),
        ),
    ),
    Function(
        "XP_POSITION",
        "position",
        "Place in a group, 1st is best: 5th of 8. Equal figures share the better place.",
        (
            OWN,
            GROUP,
            DIRECTION,
        ),
    ),
    Function(
        "XP_MSG",
        "msg",
        "Colour of a figure against the lines of its group: RED, AMBER, GREEN, or NA with fewer"
        " than six forces.",
        (
            OWN,
            GROUP,
            DIRECTION,
            Argument(
                "lines",
                "group: mean and SD of all; peers: of the others. Left out: group.",
                optional=True,
            ),
            Z,
        ),
    ),
    Function(
        "XP_SURVEY",
        "survey",
        "Colour of a survey percentage against that of the baseline year; AMBER if there is no"
        " evidence either way.",
        (
            Argument(
                "baseline_percent",
                "Percentage of the baseline year, as 84.2: 100 times the cell if it is formatted"
                " as %.",
            ),
            Argument("baseline_n", "How many answered then."),
            Argument("latest_percent", "Latest percentage, as 83.4."),
            Argument("latest_n", "How many answered."),
            EFFECT,
            DIRECTION_UP,
            Z,
        ),
    ),
    Function(
        "XP_WILSON",
        "wilson",
        "Wilson's interval of a percentage: lower and upper limit, in per cent.",
        (
            Argument("percent", "The percentage, as 90.6."),
            Argument("n", "How many answered."),
            EFFECT,
            Z,
        ),
    ),
    Function(
        "XP_MARGIN",
        "margin",
        "Largest margin, in points, that a percentage of n answers can have.",
        (Argument("n", "How many answered."), EFFECT, Z),
    ),
    Function(
        "XP_ATTAINABLE",
        "attainable",
        "Whether some whole number of n gives this percentage when rounded: TRUE or FALSE.",
        (
            Argument("percent", "The percentage, as printed."),
            Argument("n", "How many answered."),
            Argument(
                "decimals",
                "Decimals it is printed with: 1 for 90.0. Left out: as given.",
                optional=True,
            ),
        ),
    ),
    Function(
        "XP_WHY",
        "why",
        "Why a line has its colour: the explanation from the Workings table. A long one goes on in"
        " the cells below.",
        (
            Argument("line", "Name of the line, as in Workings: SP12_offences."),
            Argument("workings", "The Workings table with its header: tblWorkings[#All]."),
        ),
    ),
)
