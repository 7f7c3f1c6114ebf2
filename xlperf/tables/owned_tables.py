"""The tables that xlperf writes: what colours were made of, what to correct, what was before."""

from __future__ import annotations

from xlperf.stats.defaults import Z
from xlperf.tables import kept_projections
from xlperf.tables.columns import Column, Holds, Table

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
        Column("Explanation", Holds.TEXT, "Why, in sentences for a panel.", width=92),
        Column(
            "For analysts", Holds.TEXT, "Numbers of the test, chances, what is expected.", width=60
        ),
        Column("Rule", Holds.TEXT, "The rule applied.", width=46),
        Column(
            "Reading",
            Holds.TEXT,
            "How the rule was read, and whether that is printed in the report.",
            width=100,
        ),
        Column("Period", Holds.TEXT, "What the latest figure covers.", width=26),
        Column("Baseline", Holds.NUMBER, "Baseline figure.", width=11),
        Column("Latest", Holds.NUMBER, "Latest figure.", width=11),
        Column("Change %", Holds.NUMBER, "Latest against baseline.", width=10),
        Column("n baseline", Holds.NUMBER, "Number who answered, baseline.", width=10),
        Column("n latest", Holds.NUMBER, "Number who answered, latest.", width=10),
        Column(
            "Lower line",
            Holds.NUMBER,
            "Lower control line, or lower limit of the interval.",
            width=11,
        ),
        Column(
            "Upper line",
            Holds.NUMBER,
            "Upper control line, or upper limit of the interval.",
            width=11,
        ),
        Column("Statistic", Holds.NUMBER, "The quantity compared with the lines.", width=11),
        Column("p", Holds.NUMBER, "Two-sided p value.", width=9),
        Column("Dispersion", Holds.NUMBER, "Index of dispersion (phi).", width=11),
        Column("Autocorrelation", Holds.NUMBER, "Of months (rho).", width=14),
        Column(
            "Design effect",
            Holds.NUMBER,
            "Of the twelve-month mean (V), or of the survey.",
            width=11,
        ),
        Column("Trends", Holds.TEXT, "How many of the trends reach the target.", width=9),
        Column(
            "Trend OLS 24", Holds.NUMBER, "Projected twelve months to the target date.", width=12
        ),
        Column("Trend OLS 36", Holds.NUMBER, "The same, straight line over 36 months.", width=12),
        Column(
            "Trend year on year", Holds.NUMBER, "The same, year-on-year ratio halved.", width=12
        ),
        Column(
            "Trend seasonal damped",
            Holds.NUMBER,
            "The same, seasonal log-linear, damped.",
            width=12,
        ),
        Column(
            "Trend ranges",
            Holds.TEXT,
            f"Ranges of the four, in the same order: 95% at z = {Z}.",
            width=40,
        ),
        Column("Position", Holds.TEXT, "Place in the group.", width=12),
        Column("Position range", Holds.TEXT, "95% range of the place.", width=14),
        Column(
            "To next colour", Holds.TEXT, "How far the figure is from another colour.", width=48
        ),
        Column("Data as at", Holds.DATE, "Date of the data.", width=12),
        Column(
            "Proxy", Holds.TEXT, "The figure compared, if it is only near to this one.", width=26
        ),
        Column("Caveats", Holds.TEXT, "What to bear in mind.", width=60),
        Column(
            "Override", Holds.TEXT, "The colour worked out, who overruled it and why.", width=30
        ),
        Column(
            "Own record",
            Holds.TEXT,
            "How earlier projections of the line did.",
            width=60,
            optional=True,
        ),
    ),
)

CHECKS = Table(
    "tblChecks",
    "Checks",
    "Every doubt about the data: where, what, and what to do.",
    (
        Column(
            "Effect",
            Holds.TEXT,
            "What it does to the colours of this period, and to which lines; or how it was"
            " settled.",
            width=36,
        ),
        Column("About", Holds.TEXT, "The lines it was found in.", width=36),
        Column("Found", Holds.TEXT, "What was found.", width=60),
        Column("To do", Holds.TEXT, "What to do about it.", width=56),
        Column(
            "Where",
            Holds.TEXT,
            "Sheet and cell; click to go there. Of several alike, the first.",
            width=20,
        ),
        Column(
            "Severity",
            Holds.TEXT,
            "error: not used; warning: used, but look; note: for information.",
            width=10,
        ),
        Column("Code", Holds.TEXT, "Kind of check.", width=24),
        Column("Measure", Holds.TEXT, "The measure or line concerned.", width=26),
        Column(
            "Settle with",
            Holds.TEXT,
            "To settle it, copy this into the column Check of the sheet Acknowledged. Blank: it"
            " cannot be settled.",
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
            "Worked out",
            Holds.TEXT,
            "Colour worked out: another where a person overruled it.",
            width=11,
            optional=True,
        ),
        *kept_projections.COLUMNS,
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
        Column("Checks", Holds.WHOLE, "Findings on the Checks sheet.", width=9),
        Column("Seconds", Holds.NUMBER, "Time taken before writing.", width=9),
    ),
)

SERIES_LENGTH = 18
"""Months shown in sparklines and charts: 12 of the lines and 6 compared with them."""

FROM_CENTRE = ("From centre", "Latest from centre", "Lower from centre", "Upper from centre")
"""Rows that the small graphs show: months and limits as differences from the centre, so that Excel,
which begins an axis of positive numbers at 0, gives their whole height to what moves.
"""
CHART_SERIES = ("Month", "Count", "Centre", "Lower", "Upper", *FROM_CENTRE)
"""Rows of the Series sheet for each measure of monthly counts."""

GROUP_SERIES = ("Force", "Others", "Own", "Group lower", "Group upper")
"""Rows for each measure compared with the group: best first; the own force's figure is apart, so
that it stands out.
"""

CHART_TITLE = "Chart title"
"""Column of Series that charts take their titles from."""

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
            width=18,
        ),
        *(
            Column(
                f"Point {i}", Holds.TEXT, "Oldest first (months) or best first (forces).", width=10
            )
            for i in range(1, SERIES_LENGTH + 1)
        ),
        Column(
            CHART_TITLE,
            Holds.TEXT,
            f"Title of the chart, in the rows {CHART_SERIES[1]} and {GROUP_SERIES[0]}.",
            width=50,
        ),
    ),
)

CHART_POINTS = 36
"""Points of a chart of the sheet Charts, at most: three years of months."""

MONTHS_ROWS = (
    *("Month", "Count", "Provisional", "Six-month average", "Mean", "Lower limit", "Upper limit"),
    *("Baseline average", "Signal: worse", "Signal: better", "Signal", "Recording changed"),
    "Height of the mark",
)
"""Rows of the control chart of a measure of monthly counts."""

WAY_ROWS = (
    *("Way: month", "Way: total", "Way: OLS 24", "Way: OLS 36", "Way: year on year"),
    *("Way: seasonal damped", "Way: expected from", "Way: expected range", "Way: target"),
    *("Way: baseline year", "Way: recording changed"),
)
"""Rows of the way to the target of a measure of monthly counts."""

SURVEY_ROWS = (
    *("Survey: period", "Survey: per cent", "Survey: provisional", "Survey: low"),
    *("Survey: high", "Survey: range", "Survey: baseline year"),
)
"""Rows of a survey, or of another share; low, high and range: ends and length of its range."""

PLACE_ROWS = (
    *("Group: force", "Group: others", "Group: own", "Group: low", "Group: high"),
    *("Group: range", "Group: lower limit", "Group: mean", "Group: upper limit"),
)
"""Rows of a position in the group; percentages as points from its mean."""

CHART_SENTENCE = "Shows"
"""Column of tblChartData with what a chart shows, in words."""

CHART_DATA = Table(
    "tblChartData",
    "Chart data",
    "Figures behind the sheet Charts, and what each chart shows, in words.",
    (
        Column("Measure", Holds.KEY, "The measure.", width=26),
        Column("Series", Holds.TEXT, "What is drawn.", width=20),
        *(
            Column(f"Point {i}", Holds.TEXT, "In the order of the chart.", width=10)
            for i in range(1, CHART_POINTS + 1)
        ),
        Column(CHART_TITLE, Holds.TEXT, "Title of the chart, in its first row.", width=50),
        Column(CHART_SENTENCE, Holds.TEXT, "What it shows, in its first row.", width=80),
    ),
    optional=True,
)

INPUTS = Table(
    "tblInputs",
    "Inputs",
    "What earlier refreshes were made from, for What changed: packed text that xlperf alone reads.",
    (
        Column("Part", Holds.WHOLE, "Order of the texts.", width=7),
        Column(
            "Text",
            Holds.TEXT,
            "Figures, measures, decisions and settings of earlier refreshes. No comments, no"
            " addresses. Clear the rows to forget them.",
            width=60,
        ),
    ),
    optional=True,
)
