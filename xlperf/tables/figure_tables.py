"""The tables of figures that people fill in: counts, results of surveys, totals, the group,
amounts, families.
"""

from __future__ import annotations

from xlperf.tables.columns import Column, Consequence, Holds, Table, colouring

LOST = "missing"
"""Status of a month of which it is known that its count will never come."""

MONTHLY = Table(
    "tblMonthly",
    "Monthly",
    "Counts by month.",
    (
        *colouring(
            Column(
                "Measure",
                Holds.KEY,
                "A measure of kind offences.",
                needed=True,
                width=18,
                cost="no measure of months has a colour: the month may be of any",
            ),
            Column(
                "Month",
                Holds.MONTH,
                "First day of the month.",
                needed=True,
                width=12,
                cost="the measure has no colour: the count may be of any month",
            ),
            Column(
                "Count",
                Holds.WHOLE,
                "Offences recorded in the month.",
                width=10,
                cost="the measure has no colour",
            ),
        ),
        Column(
            "Status",
            Holds.TEXT,
            "Final or provisional; missing, with no count: it is known that none will come.",
            choices=("final", "provisional", LOST),
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

PROVISIONAL = Column(
    "Status",
    Holds.TEXT,
    "Final or provisional.",
    choices=("final", "provisional"),
    width=12,
    optional=True,
    unreadable=Consequence.STRICTEST,
    cost="the figure counts as provisional",
)

SURVEYS = Table(
    "tblSurveys",
    "Surveys",
    "Survey results for twelve months ending on a date.",
    (
        *colouring(
            Column(
                "Measure",
                Holds.KEY,
                "A measure of kind survey, rate or rating.",
                needed=True,
                width=22,
            ),
            Column(
                "Period end",
                Holds.DATE,
                "Last day of the twelve months surveyed.",
                needed=True,
                width=12,
            ),
            Column("n", Holds.WHOLE, "Number who answered.", width=9),
            Column(
                "Satisfied",
                Holds.WHOLE,
                "Number satisfied (or number of the kind counted).",
                width=10,
            ),
            Column(
                "Percent",
                Holds.PERCENT,
                "Percentage as published, where the number satisfied is not known.",
                width=10,
            ),
            Column("Mean score", Holds.NUMBER, "Ratings: mean of the stars, 1 to 5.", width=10),
        ),
        Column("As at", Holds.DATE, "Date the figure was taken.", width=12),
        *colouring(
            Column(
                "Part",
                Holds.TEXT,
                "Area, wave or way of asking, where a result comes in parts, one row each; the"
                " same parts for each period. Blank: the whole.",
                width=16,
                optional=True,
            ),
            Column(
                "Counting",
                Holds.TEXT,
                "How this row counts, where rows differ: a word of your own. Rows that count in"
                " another way than in the baseline year are not compared.",
                width=14,
                optional=True,
            ),
            Column(
                "Weight",
                Holds.NUMBER,
                "Parts: population, or share of the whole. Blank for all: the mix of the baseline"
                " year.",
                width=10,
                optional=True,
            ),
        ),
        PROVISIONAL,
    ),
)

TOTALS = Table(
    "tblTotals",
    "Totals",
    "Counts that come only as totals for a period.",
    (
        *colouring(
            Column(
                "Measure", Holds.KEY, "A measure of kind total or cohort.", needed=True, width=22
            ),
            Column("Period start", Holds.DATE, "First day of the period.", needed=True, width=12),
            Column("Period end", Holds.DATE, "Last day of the period.", needed=True, width=12),
            Column("Count", Holds.WHOLE, "Count in the period, not annualised.", width=10),
            Column(
                "As at",
                Holds.DATE,
                "Date the figure was taken.",
                width=12,
                cost="the measure has no colour: the period may not have been over",
            ),
        ),
        PROVISIONAL,
    ),
)

PEERS = Table(
    "tblPeers",
    "Peers",
    "The same figure for each force of the most similar group.",
    (
        *colouring(
            Column(
                "Measure",
                Holds.TEXT,
                "The MSG measure named in the Measures sheet.",
                needed=True,
                width=26,
            ),
            Column(
                "Period end", Holds.DATE, "Last day of the twelve months.", needed=True, width=12
            ),
            Column("Force", Holds.TEXT, "Name of the force.", needed=True, width=18),
            Column("Count", Holds.WHOLE, "Offences.", width=10),
            Column("Denominator", Holds.NUMBER, "Population or households.", width=13),
            Column("Percent", Holds.PERCENT, "Surveys: percentage.", width=10),
            Column("n", Holds.WHOLE, "Surveys: number who answered.", width=9),
            cost="the positions that need it have no colour",
        ),
    ),
)

FORCES = Table(
    "tblForces",
    "Forces",
    "The forces, and which are in the most similar group.",
    (
        *colouring(
            Column(
                "Force",
                Holds.TEXT,
                "Name of the force, as in the Peers sheet.",
                needed=True,
                width=18,
            ),
            Column(
                "In group",
                Holds.FLAG,
                "Yes if it is in the group of most similar forces.",
                needed=True,
                choices=("yes", "no"),
                width=10,
            ),
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
        *colouring(
            Column("Measure", Holds.KEY, "A measure of kind amount.", needed=True, width=22),
            Column(
                "Item",
                Holds.TEXT,
                "Required, realised, identified or to find.",
                needed=True,
                choices=("required", "realised", "identified", "to find"),
                width=16,
            ),
            Column("£ million", Holds.DECIMAL, "Exact to the last figure given.", width=12),
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
        *colouring(
            Column("Measure", Holds.KEY, "A measure of kind families.", needed=True, width=22),
            Column("Council", Holds.TEXT, "Who counts.", needed=True, width=20),
            Column("Period end", Holds.DATE, "Last day of the six months.", needed=True, width=12),
            Column(
                "Counting",
                Holds.TEXT,
                "'and': a reduction in both ASB and offending is needed; 'or': one is enough.",
                needed=True,
                choices=("and", "or"),
                width=10,
            ),
            Column("Engaged", Holds.WHOLE, "Families engaged.", width=10),
            Column(
                "ASB only",
                Holds.WHOLE,
                "Families with ASB down by 60% or more, offending not by 33%.",
                width=10,
            ),
            Column(
                "Offending only",
                Holds.WHOLE,
                "Families with minors' offending down by 33% or more, ASB not by 60%.",
            ),
            Column("Both", Holds.WHOLE, "Families with both.", width=10),
        ),
    ),
)
