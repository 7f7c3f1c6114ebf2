"""The tables in which people say what is measured, what they decided, and what partners owe."""

from __future__ import annotations

from xlperf.tables.columns import Column, Consequence, Holds, Table, colouring
from xlperf.tables.data import Direction
from xlperf.tables.measure_kinds import COMPARED, TARGET_FIGURE, Comparison, MeasureKind

DIRECTIONS = tuple(map(str, Direction))

THRESHOLD = "Suppress below"
"""Column of Measures with the count below which figures stay in the office."""

PART_OF = "Part of"
"""Column of Measures with the sums that a measure is a part of."""

COLOURS = ("RED", "AMBER", "GREEN")

DECISIONS = ("accept", "edit", "reject")

RETURN_STATUSES = (
    "received",
    "awaited",
    "with its board",
    "not available",
    "in development",
    "not applicable",
)

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
        Column(
            "Meaning",
            Holds.TEXT,
            "What it does, the values it may take, and where it comes from.",
            width=100,
        ),
    ),
)

ON_THE_TILE = "On the tile"
"""Column of Priorities and Measures in which a refresh remembers what it wrote: titles, labels."""

PRIORITIES = Table(
    "tblPriorities",
    "Priorities",
    "The priorities of the plan: their titles and their order, on the dashboard and in the pack.",
    (
        Column(
            "Code",
            Holds.TEXT,
            "Short name of the priority, such as P1: as in the column Priority of Measures.",
            needed=True,
            width=9,
            cost="the row is not used",
        ),
        Column(
            "Title",
            Holds.TEXT,
            "Printed beside the code, on its tile and in every document. Blank: the code alone.",
            width=44,
            cost="the code stands alone",
        ),
        Column(
            "Order",
            Holds.WHOLE,
            "Place among the priorities: 1 comes first. Blank: after those with a number.",
            width=8,
            cost="the priority comes after those with a number",
        ),
        Column("Owner", Holds.TEXT, "Who answers for it. Printed in the report.", width=26),
        Column("Board", Holds.TEXT, "Board that sees it. Printed in the report.", width=28),
        Column(
            "Text for the report", Holds.TEXT, "Printed below its heading in the report.", width=60
        ),
        Column(
            "Period",
            Holds.PERIOD,
            "Last month of the period that the text for the report speaks of, such as Sep 2014:"
            " printed for that one only. Blank: for every one.",
            width=12,
            optional=True,
            unreadable=Consequence.STRICTEST,
            cost="the text is not printed",
        ),
        Column(
            ON_THE_TILE,
            Holds.TEXT,
            "Written by xlperf: the title it last gave to the tile. Leave it as it is.",
            width=44,
            optional=True,
        ),
    ),
    optional=True,
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
        Column(
            "Priority", Holds.TEXT, "Code of its priority, as in Priorities.", needed=True, width=9
        ),
        Column("Line", Holds.TEXT, "Label on the tile.", needed=True, width=40),
        Column(
            "Kind",
            Holds.TEXT,
            "What sort of number it is; decides the rule.",
            needed=True,
            choices=tuple(map(str, MeasureKind)),
            width=11,
        ),
        *colouring(
            Column(
                "Direction",
                Holds.TEXT,
                "Which way is better.",
                needed=True,
                choices=DIRECTIONS,
                width=10,
                cost="the measure has no colour: which way is better is never guessed",
            ),
            Column(
                "Target change %",
                Holds.NUMBER,
                "Change wanted by the target date, in per cent of the baseline year: -10"
                " means ten per cent lower. Blank: any improvement.",
                width=11,
            ),
            Column(
                COMPARED,
                Holds.TEXT,
                "What its figure is compared with: the baseline year (blank), the same months of"
                " the financial year before, the same quarter a year before, or its target.",
                choices=tuple(map(str, Comparison)),
                width=13,
                optional=True,
                cost="the measure has no colour: what it is compared with is never guessed",
            ),
            Column(
                TARGET_FIGURE,
                Holds.NUMBER,
                "Only with Compared = target: the figure to be reached in twelve months, a count.",
                width=10,
                optional=True,
                cost="the measure has no colour",
            ),
            Column(
                "MSG measure",
                Holds.TEXT,
                "Name in the Peers sheet of the figure compared with the most similar"
                " forces. Blank: no position line.",
                width=24,
                cost="the measure has no colour and no position",
            ),
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
        Column(
            PART_OF,
            Holds.TEXT,
            "Measure that is the sum of this one and others, as in the column Measure; several with"
            " commas. Small counts are protected with it. Blank: it is part of no sum.",
            width=24,
            optional=True,
            unreadable=Consequence.STRICTEST,
            cost="no figure of the measure is shown outside the office",
        ),
        Column("Caveat", Holds.TEXT, "Printed beside the value wherever it is shown.", width=50),
        Column(
            ON_THE_TILE,
            Holds.TEXT,
            "Written by xlperf: the label it last gave to the tile. Leave it as it is.",
            width=40,
            optional=True,
        ),
    ),
)

BREAKS = Table(
    "tblBreaks",
    "Breaks",
    "Changes in recording or in method, after which figures do not compare.",
    (
        *colouring(
            Column(
                "Measure",
                Holds.KEY,
                "The measure concerned.",
                needed=True,
                width=22,
                cost="no measure has a colour: the change may be of any",
            ),
            Column(
                "Month",
                Holds.MONTH,
                "First month recorded in the new way.",
                needed=True,
                width=12,
                cost="the measure has no colour: the change may be in any month",
            ),
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
        Column(
            "Remark",
            Holds.TEXT,
            "Shown on the tile of a line of kind text; else in its reason.",
            width=60,
        ),
    ),
)

OVERRIDES = Table(
    "tblOverrides",
    "Overrides",
    "The only way to overrule a colour.",
    (
        *colouring(
            Column(
                "Line",
                Holds.KEY,
                "The line, as in the Workings sheet.",
                needed=True,
                width=24,
                cost="no line has a colour: the decision may be of any",
            ),
            Column(
                "Colour", Holds.TEXT, "The colour to show.", needed=True, choices=COLOURS, width=10
            ),
            Column(
                "Reason", Holds.TEXT, "Why. Shown wherever the colour is.", needed=True, width=60
            ),
            Column("Who", Holds.TEXT, "Role of the person who decided.", needed=True, width=24),
            Column("Until", Holds.DATE, "Last period end it holds for.", needed=True, width=12),
            cost="the line has no colour until the decision is complete",
        ),
    ),
)

COMMENTS = Table(
    "tblComments",
    "Comments",
    "Commentary, the force's and the commissioner's apart, and drafts of it.",
    (
        Column(
            "Priority",
            Holds.TEXT,
            "Code of a priority, as in Priorities; or All.",
            needed=True,
            width=10,
        ),
        Column("Author role", Holds.TEXT, "Who speaks.", choices=("force", "commissioner")),
        Column("Text", Holds.TEXT, "What they say.", width=110),
        Column(
            "Decision",
            Holds.TEXT,
            "On a draft. accept: shown as it stands; edit: shown in your words; reject:"
            " not shown. Blank: not shown.",
            choices=DECISIONS,
            width=10,
            optional=True,
            unreadable=Consequence.STRICTEST,
            cost="the text is not shown",
        ),
        Column(
            "Draft",
            Holds.TEXT,
            "Written by xlperf beside its drafts: line, rule, period and a checksum of its"
            " words. Leave it as it is.",
            width=44,
            optional=True,
            unreadable=Consequence.STRICTEST,
            cost="the text is not shown",
        ),
        Column(
            "Period",
            Holds.PERIOD,
            "Last month of the period it speaks of, such as Sep 2014: shown for that one"
            " only. Blank: for every one.",
            width=12,
            optional=True,
            unreadable=Consequence.STRICTEST,
            cost="the text is not shown",
        ),
        Column(
            "Line",
            Holds.TEXT,
            "Measure or line that it is about, as in Workings: its label is printed before the"
            " text. Blank: the whole priority.",
            width=24,
            optional=True,
            cost="the text is shown without the label",
        ),
    ),
)

ACKNOWLEDGED = Table(
    "tblAcknowledged",
    "Acknowledged",
    "Findings of Checks that were looked into and settled: they stay quiet while nothing"
    " of them changes.",
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
