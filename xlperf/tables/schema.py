"""The Excel tables of a workbook: their columns, what each may hold, and what it means.

One source for the reader, the checks, the workbook builder (headers, validation, notes) and the documentation.
Titles compare without regard to case or spacing. ``OWNED`` tables are written by xlperf, all others by people.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Holds(StrEnum):
    """What a column holds."""

    TEXT = "text"
    KEY = "key"  # a measure's or a setting's name: letters, digits, underscores
    WHOLE = "whole number, 0 or more"
    NUMBER = "number"
    DECIMAL = "exact decimal"
    PERCENT = "percentage, 0 to 100"
    DATE = "date"
    MONTH = "first day of a month"
    PERIOD = "month that a period ends in, or a day of that month"
    FLAG = "yes or no"


class Consequence(StrEnum):
    """What follows where a cell cannot be read, a needed cell is blank in a filled row, or the column is not there."""

    NOT_USED = "not used"
    """The cell, or the row that needs it, is left out. For what a colour cannot rest on, or misses by itself."""
    NO_COLOUR = "no colour"
    """What the row is about has no colour, with the reason CONFIG; all it could be about, where that is not known."""
    STRICTEST = "strictest"
    """It is a safeguard, and holds at its strictest."""
    REFUSED = "refused"
    """The command is refused."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title in the header, what it holds, what follows when that cannot be read, and what it means."""

    title: str
    holds: Holds
    meaning: str
    needed: bool = False
    choices: tuple[str, ...] = ()
    width: float = 14.0
    """Width in the shipped workbook, in characters."""
    optional: bool = False
    """Workbooks made before may lack it, and nothing is said of that where columns are read."""
    unreadable: Consequence = Consequence.NOT_USED
    cost: str = ""
    """What follows, as the end of a sentence, where the consequence does not say it exactly."""

    @property
    def consequence(self) -> str:
        """What follows where a cell cannot be read, as the end of a sentence; empty when there is nothing to say."""
        return self.cost or COSTS.get(self.unreadable, "")


COSTS = {
    Consequence.NO_COLOUR: "the lines that need it have no colour",
    Consequence.REFUSED: "nothing can be refreshed",
}


@dataclass(frozen=True, slots=True)
class Table:
    """One table and the sheet it ships on (users may move it to any other)."""

    name: str
    sheet: str
    purpose: str
    columns: tuple[Column, ...]
    optional: bool = False
    """Workbooks made before may lack it, and nothing is said of that."""

    @property
    def titles(self) -> tuple[str, ...]:
        """Column titles in order."""
        return tuple(column.title for column in self.columns)

    def column(self, title: str) -> Column:
        """Column of a title, in the spelling of the schema; raises KeyError when there is none."""
        return {column.title: column for column in self.columns}[title]


KINDS = ("offences", "survey", "total", "cohort", "rate", "families", "rating", "amount", "text")
DIRECTIONS = ("down", "up", "none")
THRESHOLD = "Suppress below"
"""Column of Measures with the count below which figures stay in the office."""
COLOURS = ("RED", "AMBER", "GREEN")
DECISIONS = ("accept", "edit", "reject")
RETURN_STATUSES = ("received", "awaited", "not available", "in development", "not applicable")

SETTINGS = Table(
    "tblSettings",
    "Settings",
    "What the assessment is made of; each choice of a reading is here.",
    (
        Column(
            "Key",
            Holds.KEY,
            "Name of the setting. Do not change.",
            needed=True,
            width=26,
            unreadable=Consequence.REFUSED,
        ),
        Column("Value", Holds.TEXT, "The value in use.", width=20, unreadable=Consequence.REFUSED),
        Column("Meaning", Holds.TEXT, "What it does, the values it may take, and where it comes from.", width=100),
    ),
)

MEASURES = Table(
    "tblMeasures",
    "Measures",
    "One row a measure. A measure may have several lines on its tile.",
    (
        Column(
            "Measure",
            Holds.KEY,
            "Short name, used in every other sheet and in the names of the tile's cells.",
            needed=True,
            width=24,
        ),
        Column("Priority", Holds.TEXT, "Strategic priority: SP1 to SP18.", needed=True, width=9),
        Column("Line", Holds.TEXT, "Label on the tile.", needed=True, width=40),
        Column(
            "Kind", Holds.TEXT, "What sort of number it is; decides the rule.", needed=True, choices=KINDS, width=11
        ),
        Column(
            "Direction",
            Holds.TEXT,
            "Which way is better.",
            needed=True,
            choices=DIRECTIONS,
            width=10,
            unreadable=Consequence.NO_COLOUR,
            cost="the measure has no colour: which way is better is never guessed",
        ),
        Column(
            "Target change %",
            Holds.NUMBER,
            "Change wanted by the target date, in per cent of the baseline year: "
            "-10 means ten per cent lower. Blank: any improvement.",
            width=11,
            unreadable=Consequence.NO_COLOUR,
        ),
        Column(
            "MSG measure",
            Holds.TEXT,
            "Name in the Peers sheet of the figure compared with the most similar forces. Blank: no position line.",
            width=24,
            unreadable=Consequence.NO_COLOUR,
            cost="the measure has no colour and no position",
        ),
        Column(
            "Proxy",
            Holds.FLAG,
            "Yes if the MSG measure is only near to this one.",
            choices=("yes", "no"),
            width=8,
            unreadable=Consequence.STRICTEST,
            cost="the MSG measure counts as only near to this one",
        ),
        Column(
            "Design effect",
            Holds.NUMBER,
            "Surveys: variance relative to simple random sampling; blank is 1.",
            width=9,
            unreadable=Consequence.NO_COLOUR,
        ),
        Column("Unit", Holds.TEXT, "What is counted.", width=16),
        Column("Source", Holds.TEXT, "Where the figures come from.", width=30),
        Column("Owner", Holds.TEXT, "Who supplies them.", width=24),
        Column(
            THRESHOLD,
            Holds.WHOLE,
            "Counts below this are not shown outside the office; blank: none.",
            width=11,
            unreadable=Consequence.STRICTEST,
            cost="no figure of the measure is shown outside the office",
        ),
        Column("Caveat", Holds.TEXT, "Printed beside the value wherever it is shown.", width=50),
    ),
)

MONTHLY = Table(
    "tblMonthly",
    "Monthly",
    "Counts by month.",
    (
        Column(
            "Measure",
            Holds.KEY,
            "A measure of kind offences.",
            needed=True,
            width=18,
            unreadable=Consequence.NO_COLOUR,
            cost="no measure of months has a colour: the month may be of any",
        ),
        Column(
            "Month",
            Holds.MONTH,
            "First day of the month.",
            needed=True,
            width=12,
            unreadable=Consequence.NO_COLOUR,
            cost="the measure has no colour: the count may be of any month",
        ),
        Column(
            "Count",
            Holds.WHOLE,
            "Offences recorded in the month.",
            width=10,
            unreadable=Consequence.NO_COLOUR,
            cost="the measure has no colour",
        ),
        Column(
            "Status",
            Holds.TEXT,
            "Final or provisional.",
            choices=("final", "provisional"),
            width=12,
            unreadable=Consequence.STRICTEST,
            cost="the month counts as provisional",
        ),
        Column(
            "As at",
            Holds.DATE,
            "Date the figure was taken.",
            width=12,
            unreadable=Consequence.NO_COLOUR,
            cost="the measure has no colour: the month may not have been over",
        ),
    ),
)

SURVEYS = Table(
    "tblSurveys",
    "Surveys",
    "Survey results for twelve months ending on a date.",
    (
        Column(
            "Measure",
            Holds.KEY,
            "A measure of kind survey, rate or rating.",
            needed=True,
            width=22,
            unreadable=Consequence.NO_COLOUR,
        ),
        Column(
            "Period end",
            Holds.DATE,
            "Last day of the twelve months surveyed.",
            needed=True,
            width=12,
            unreadable=Consequence.NO_COLOUR,
        ),
        Column("n", Holds.WHOLE, "Number who answered.", width=9, unreadable=Consequence.NO_COLOUR),
        Column(
            "Satisfied",
            Holds.WHOLE,
            "Number satisfied (or number of the kind counted).",
            width=10,
            unreadable=Consequence.NO_COLOUR,
        ),
        Column(
            "Percent",
            Holds.PERCENT,
            "Percentage as published, where the number satisfied is not known.",
            width=10,
            unreadable=Consequence.NO_COLOUR,
        ),
        Column(
            "Mean score",
            Holds.NUMBER,
            "Ratings: mean of the stars, 1 to 5.",
            width=10,
            unreadable=Consequence.NO_COLOUR,
        ),
        Column("As at", Holds.DATE, "Date the figure was taken.", width=12),
    ),
)

TOTALS = Table(
    "tblTotals",
    "Totals",
    "Counts that come only as totals for a period.",
    (
        Column(
            "Measure",
            Holds.KEY,
            "A measure of kind total or cohort.",
            needed=True,
            width=22,
            unreadable=Consequence.NO_COLOUR,
        ),
        Column(
            "Period start",
            Holds.DATE,
            "First day of the period.",
            needed=True,
            width=12,
            unreadable=Consequence.NO_COLOUR,
        ),
        Column(
            "Period end", Holds.DATE, "Last day of the period.", needed=True, width=12, unreadable=Consequence.NO_COLOUR
        ),
        Column(
            "Count", Holds.WHOLE, "Count in the period, not annualised.", width=10, unreadable=Consequence.NO_COLOUR
        ),
        Column(
            "As at",
            Holds.DATE,
            "Date the figure was taken.",
            width=12,
            unreadable=Consequence.NO_COLOUR,
            cost="the measure has no colour: the period may not have been over",
        ),
    ),
)

PEERS = Table(
    "tblPeers",
    "Peers",
    "The same figure for each force of the most similar group.",
    (
        Column(
            "Measure",
            Holds.TEXT,
            "The MSG measure named in the Measures sheet.",
            needed=True,
            width=26,
            unreadable=Consequence.NO_COLOUR,
            cost="the positions that need it have no colour",
        ),
        Column(
            "Period end",
            Holds.DATE,
            "Last day of the twelve months.",
            needed=True,
            width=12,
            unreadable=Consequence.NO_COLOUR,
            cost="the positions that need it have no colour",
        ),
        Column(
            "Force",
            Holds.TEXT,
            "Name of the force.",
            needed=True,
            width=18,
            unreadable=Consequence.NO_COLOUR,
            cost="the positions that need it have no colour",
        ),
        Column(
            "Count",
            Holds.WHOLE,
            "Offences.",
            width=10,
            unreadable=Consequence.NO_COLOUR,
            cost="the positions that need it have no colour",
        ),
        Column(
            "Denominator",
            Holds.NUMBER,
            "Population or households.",
            width=13,
            unreadable=Consequence.NO_COLOUR,
            cost="the positions that need it have no colour",
        ),
        Column(
            "Percent",
            Holds.PERCENT,
            "Surveys: percentage.",
            width=10,
            unreadable=Consequence.NO_COLOUR,
            cost="the positions that need it have no colour",
        ),
        Column(
            "n",
            Holds.WHOLE,
            "Surveys: number who answered.",
            width=9,
            unreadable=Consequence.NO_COLOUR,
            cost="the positions that need it have no colour",
        ),
    ),
)

FORCES = Table(
    "tblForces",
    "Forces",
    "The forces, and which are in the most similar group.",
    (
        Column(
            "Force",
            Holds.TEXT,
            "Name of the force, as in the Peers sheet.",
            needed=True,
            width=18,
            unreadable=Consequence.NO_COLOUR,
            cost="no position has a colour: the group is not known",
        ),
        Column(
            "In group",
            Holds.FLAG,
            "Yes if it is in the group of most similar forces.",
            needed=True,
            choices=("yes", "no"),
            width=10,
            unreadable=Consequence.NO_COLOUR,
            cost="no position has a colour: the group is not known",
        ),
        Column("Valid from", Holds.DATE, "Since when.", width=12),
        Column("Source", Holds.TEXT, "Who says so.", width=44),
    ),
)

AMOUNTS = Table(
    "tblAmounts",
    "Amounts",
    "Savings, in millions of pounds.",
    (
        Column(
            "Measure",
            Holds.KEY,
            "A measure of kind amount.",
            needed=True,
            width=22,
            unreadable=Consequence.NO_COLOUR,
            cost="the amount it belongs to is not shown",
        ),
        Column(
            "Item",
            Holds.TEXT,
            "Required, realised, identified or to find.",
            needed=True,
            choices=("required", "realised", "identified", "to find"),
            width=16,
            unreadable=Consequence.NO_COLOUR,
            cost="the amount it belongs to is not shown",
        ),
        Column(
            "£ million",
            Holds.DECIMAL,
            "Exact to the last figure given.",
            width=12,
            unreadable=Consequence.NO_COLOUR,
            cost="the amount it belongs to is not shown",
        ),
        Column("As at", Holds.DATE, "Date the figure was taken.", width=12),
    ),
)

FAMILIES = Table(
    "tblFamilies",
    "Families",
    "Families in the Supporting or Troubled Families programmes, by council.",
    (
        Column(
            "Measure", Holds.KEY, "A measure of kind families.", needed=True, width=22, unreadable=Consequence.NO_COLOUR
        ),
        Column("Council", Holds.TEXT, "Who counts.", needed=True, width=20, unreadable=Consequence.NO_COLOUR),
        Column(
            "Period end",
            Holds.DATE,
            "Last day of the six months.",
            needed=True,
            width=12,
            unreadable=Consequence.NO_COLOUR,
        ),
        Column(
            "Counting",
            Holds.TEXT,
            "'and': a reduction in both ASB and offending is needed; 'or': one is enough.",
            needed=True,
            choices=("and", "or"),
            width=10,
            unreadable=Consequence.NO_COLOUR,
        ),
        Column("Engaged", Holds.WHOLE, "Families engaged.", width=10, unreadable=Consequence.NO_COLOUR),
        Column(
            "ASB only",
            Holds.WHOLE,
            "Families with ASB down by 60% or more, offending not by 33%.",
            width=10,
            unreadable=Consequence.NO_COLOUR,
        ),
        Column(
            "Offending only",
            Holds.WHOLE,
            "Families with minors' offending down by 33% or more, ASB not by 60%.",
            width=14,
            unreadable=Consequence.NO_COLOUR,
        ),
        Column("Both", Holds.WHOLE, "Families with both.", width=10, unreadable=Consequence.NO_COLOUR),
    ),
)

BREAKS = Table(
    "tblBreaks",
    "Breaks",
    "Changes in recording or in method, after which figures do not compare.",
    (
        Column(
            "Measure",
            Holds.KEY,
            "The measure concerned.",
            needed=True,
            width=22,
            unreadable=Consequence.NO_COLOUR,
            cost="no measure has a colour: the change may be of any",
        ),
        Column(
            "Month",
            Holds.MONTH,
            "First month recorded in the new way.",
            needed=True,
            width=12,
            unreadable=Consequence.NO_COLOUR,
            cost="the measure has no colour: the change may be in any month",
        ),
        Column("Note", Holds.TEXT, "What changed, and who says so.", width=60),
    ),
)

RETURNS = Table(
    "tblReturns",
    "Returns",
    "What partners owe: due, received, seen by their board.",
    (
        Column(
            "Measure",
            Holds.KEY,
            "The measure concerned.",
            needed=True,
            width=24,
            unreadable=Consequence.NO_COLOUR,
            cost="no measure with an older figure has a colour: its new one may be awaited",
        ),
        Column("Owner", Holds.TEXT, "Who owes it.", width=26),
        Column("Due", Holds.DATE, "When it is due.", width=12),
        Column("Received", Holds.DATE, "When it came.", width=12),
        Column("Board", Holds.TEXT, "Board that must see it first.", width=28),
        Column("Seen by board", Holds.DATE, "When the board saw it.", width=13),
        Column(
            "Status",
            Holds.TEXT,
            "Where it stands.",
            choices=RETURN_STATUSES,
            width=15,
            unreadable=Consequence.NO_COLOUR,
            cost="the measure has no colour: its figure may be awaited",
        ),
        Column("Remark", Holds.TEXT, "Shown on the tile of a line of kind text; else in its reason.", width=60),
    ),
)

OVERRIDES = Table(
    "tblOverrides",
    "Overrides",
    "The only way to overrule a colour.",
    (
        Column(
            "Line",
            Holds.KEY,
            "The line, as in the Workings sheet.",
            needed=True,
            width=24,
            unreadable=Consequence.NO_COLOUR,
            cost="no line has a colour: the decision may be of any",
        ),
        Column(
            "Colour",
            Holds.TEXT,
            "The colour to show.",
            needed=True,
            choices=COLOURS,
            width=10,
            unreadable=Consequence.NO_COLOUR,
            cost="the line has no colour until the decision is complete",
        ),
        Column(
            "Reason",
            Holds.TEXT,
            "Why. Shown wherever the colour is.",
            needed=True,
            width=60,
            unreadable=Consequence.NO_COLOUR,
            cost="the line has no colour until the decision is complete",
        ),
        Column(
            "Who",
            Holds.TEXT,
            "Role of the person who decided.",
            needed=True,
            width=24,
            unreadable=Consequence.NO_COLOUR,
            cost="the line has no colour until the decision is complete",
        ),
        Column(
            "Until",
            Holds.DATE,
            "Last period end it holds for.",
            needed=True,
            width=12,
            unreadable=Consequence.NO_COLOUR,
            cost="the line has no colour until the decision is complete",
        ),
    ),
)

COMMENTS = Table(
    "tblComments",
    "Comments",
    "Commentary, the force's and the commissioner's apart, and drafts of it.",
    (
        Column("Priority", Holds.TEXT, "Strategic priority: SP1 to SP18, or All.", needed=True, width=10),
        Column("Author role", Holds.TEXT, "Who speaks.", choices=("force", "commissioner"), width=14),
        Column("Text", Holds.TEXT, "What they say.", width=110),
        Column(
            "Decision",
            Holds.TEXT,
            "On a draft. accept: shown as it stands; edit: shown in your words; reject: not shown. Blank: not shown.",
            choices=DECISIONS,
            width=10,
            optional=True,
            unreadable=Consequence.STRICTEST,
            cost="the text is not shown",
        ),
        Column(
            "Draft",
            Holds.TEXT,
            "Written by xlperf beside its drafts: line, rule, period and a checksum of its words. Leave it as it is.",
            width=44,
            optional=True,
            unreadable=Consequence.STRICTEST,
            cost="the text is not shown",
        ),
        Column(
            "Period",
            Holds.PERIOD,
            "Last month of the period it speaks of, such as Sep 2014: shown for that one only. Blank: for every one.",
            width=12,
            optional=True,
            unreadable=Consequence.STRICTEST,
            cost="the text is not shown",
        ),
    ),
)

ACKNOWLEDGED = Table(
    "tblAcknowledged",
    "Acknowledged",
    "Findings of Checks that were looked into and settled: they stay quiet while nothing of them changes.",
    (
        Column(
            "Check",
            Holds.TEXT,
            "What the column 'Settle with' of Checks says, copied from there.",
            needed=True,
            width=38,
        ),
        Column("Place", Holds.TEXT, "Where it is, for the reader; it is not compared.", width=26),
        Column("Reason", Holds.TEXT, "Why it is settled.", needed=True, width=60),
        Column("Role", Holds.TEXT, "Role of the person who settled it.", needed=True, width=24),
        Column(
            "Until",
            Holds.DATE,
            "Last period end it holds for. Blank: as long as nothing changes.",
            width=12,
            unreadable=Consequence.STRICTEST,
            cost="the row settles nothing",
        ),
    ),
    optional=True,
)

WORKINGS = Table(
    "tblWorkings",
    "Workings",
    "A row for each line of each tile: what its colour was made of.",
    (
        Column("Line", Holds.KEY, "The line; begins with its measure.", width=26),
        Column("Priority", Holds.TEXT, "Strategic priority.", width=9),
        Column("Label", Holds.TEXT, "As on the tile.", width=34),
        Column("Colour", Holds.TEXT, "RED, AMBER, GREEN, or NA.", width=9),
        Column("Reason code", Holds.TEXT, "Why, as a code.", width=24),
        Column("Explanation", Holds.TEXT, "Why, as a sentence.", width=92),
        Column("Rule", Holds.TEXT, "The rule applied.", width=46),
        Column("Reading", Holds.TEXT, "How the rule was read, and whether that is printed in the report.", width=100),
        Column("Period", Holds.TEXT, "What the latest figure covers.", width=26),
        Column("Baseline", Holds.NUMBER, "Baseline figure.", width=11),
        Column("Latest", Holds.NUMBER, "Latest figure.", width=11),
        Column("Change %", Holds.NUMBER, "Latest against baseline.", width=10),
        Column("n baseline", Holds.NUMBER, "Number who answered, baseline.", width=10),
        Column("n latest", Holds.NUMBER, "Number who answered, latest.", width=10),
        Column("Lower line", Holds.NUMBER, "Lower control line, or lower limit of the interval.", width=11),
        Column("Upper line", Holds.NUMBER, "Upper control line, or upper limit of the interval.", width=11),
        Column("Statistic", Holds.NUMBER, "The quantity compared with the lines.", width=11),
        Column("p", Holds.NUMBER, "Two-sided p value.", width=9),
        Column("Dispersion", Holds.NUMBER, "Index of dispersion (phi).", width=11),
        Column("Autocorrelation", Holds.NUMBER, "Of months (rho).", width=14),
        Column("Design effect", Holds.NUMBER, "Of the twelve-month mean (V), or of the survey.", width=11),
        Column("Trends", Holds.TEXT, "How many of the trends reach the target.", width=9),
        Column("Trend OLS 24", Holds.NUMBER, "Projected twelve months to the target date.", width=12),
        Column("Trend OLS 36", Holds.NUMBER, "The same, straight line over 36 months.", width=12),
        Column("Trend year on year", Holds.NUMBER, "The same, year-on-year ratio halved.", width=12),
        Column("Trend seasonal damped", Holds.NUMBER, "The same, seasonal log-linear, damped.", width=12),
        Column("Trend ranges", Holds.TEXT, "95% ranges of the four, in the same order.", width=40),
        Column("Position", Holds.TEXT, "Place in the group.", width=12),
        Column("Position range", Holds.TEXT, "95% range of the place.", width=14),
        Column("To next colour", Holds.TEXT, "How far the figure is from another colour.", width=48),
        Column("Data as at", Holds.DATE, "Date of the data.", width=12),
        Column("Proxy", Holds.TEXT, "The figure compared, if it is only near to this one.", width=26),
        Column("Caveats", Holds.TEXT, "What to bear in mind.", width=60),
        Column("Override", Holds.TEXT, "The colour worked out, who overruled it and why.", width=30),
    ),
)

CHECKS = Table(
    "tblChecks",
    "Checks",
    "Every doubt about the data: where, what, and what to do.",
    (
        Column("Severity", Holds.TEXT, "error: not used; warning: used, but look; note: for information.", width=10),
        Column("Where", Holds.TEXT, "Sheet and cell; click to go there.", width=24),
        Column("Measure", Holds.TEXT, "The measure or line concerned.", width=26),
        Column("Found", Holds.TEXT, "What was found.", width=70),
        Column("To do", Holds.TEXT, "What to do about it.", width=70),
        Column("Code", Holds.TEXT, "Kind of check.", width=24),
        Column(
            "Effect",
            Holds.TEXT,
            "What it does to the colours of this period, and to which lines; or how it was settled.",
            width=44,
        ),
        Column(
            "Settle with",
            Holds.TEXT,
            "To settle it, copy this into the column Check of the sheet Acknowledged. Blank: it cannot be settled.",
            width=38,
        ),
    ),
)

HISTORY = Table(
    "tblHistory",
    "History",
    "One row for each line and period; refreshing a period again replaces it.",
    (
        Column("Period end", Holds.DATE, "Last day of the period.", width=12),
        Column("Line", Holds.KEY, "The line.", width=28),
        Column("Baseline", Holds.NUMBER, "Baseline figure.", width=11),
        Column("Latest", Holds.NUMBER, "Latest figure.", width=11),
        Column("Colour", Holds.TEXT, "RED, AMBER, GREEN, or NA.", width=9),
        Column("Reason code", Holds.TEXT, "Why.", width=26),
        Column("Position", Holds.TEXT, "Place in the group.", width=12),
        Column("Trends", Holds.TEXT, "How many of the trends reach the target.", width=9),
        Column(
            "Worked out", Holds.TEXT, "Colour worked out: another where a person overruled it.", width=11, optional=True
        ),
    ),
)

LOG = Table(
    "tblLog",
    "Log",
    "One row for each refresh that changed something.",
    (
        Column("When", Holds.TEXT, "Date and time, with the offset from UTC.", width=26),
        Column("Who", Holds.TEXT, "User name on the computer.", width=18),
        Column("Version", Holds.TEXT, "Version of xlperf.", width=10),
        Column("Period end", Holds.DATE, "Period refreshed.", width=12),
        Column("Data", Holds.TEXT, "Fingerprint of data and settings.", width=18),
        Column("Red", Holds.WHOLE, "Lines red.", width=7),
        Column("Amber", Holds.WHOLE, "Lines amber.", width=7),
        Column("Green", Holds.WHOLE, "Lines green.", width=7),
        Column("NA", Holds.WHOLE, "Lines without a colour.", width=7),
        Column("Overrides", Holds.WHOLE, "Colours overruled.", width=10),
        Column("Checks", Holds.WHOLE, "Rows of the Checks sheet.", width=9),
        Column("Seconds", Holds.NUMBER, "Time taken before writing.", width=9),
    ),
)

SERIES_LENGTH = 18
"""Months shown in sparklines and charts: the 12 the lines are drawn from and the 6 compared with them."""

CHART_SERIES = ("Month", "Count", "Centre", "Lower", "Upper")
"""Rows of the Series sheet for each measure of monthly counts."""
GROUP_SERIES = ("Force", "Others", "Own", "Group lower", "Group upper")
"""Rows for each measure compared with the group: best first; the own force's figure is apart, so that it stands out."""

SERIES = Table(
    "tblSeries",
    "Series",
    "Figures behind the charts and the small graphs on the tiles.",
    (
        Column("Measure", Holds.KEY, "The measure.", width=26),
        Column(
            "Series",
            Holds.TEXT,
            f"{', '.join(CHART_SERIES)}; or, for the group, {', '.join(GROUP_SERIES)}.",
            width=10,
        ),
        *(
            Column(f"Point {i}", Holds.TEXT, "Oldest first (months) or best first (forces).", width=10)
            for i in range(1, SERIES_LENGTH + 1)
        ),
    ),
)

DATA = (
    SETTINGS,
    MEASURES,
    MONTHLY,
    SURVEYS,
    TOTALS,
    PEERS,
    FORCES,
    AMOUNTS,
    FAMILIES,
    BREAKS,
    RETURNS,
    OVERRIDES,
    ACKNOWLEDGED,
    COMMENTS,
)
OWNED = (WORKINGS, CHECKS, HISTORY, LOG, SERIES)
ALL = DATA + OWNED

NEEDED = (SETTINGS, MEASURES)
"""Without these two a workbook is not a dashboard of ours."""
