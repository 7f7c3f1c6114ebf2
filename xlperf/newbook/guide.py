"""The Guide sheet of a new workbook: how to use it, how colours are reached, its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.newbook.look import GREY, INK, NAVY, WHITE
from xlperf.newbook.paper import A4, set_sideways
from xlperf.stats.defaults import Z
from xlperf.tables import schema
from xlperf.tables.lines import GUIDE_SHEET

if TYPE_CHECKING:
    from xlsxwriter import Workbook

    from xlperf.newbook.look import WorkbookFormats

SHEET = "Guide"
REFRESH = (
    "2  Press Refresh on the tab Performance, where this computer is set up for it; then save"
    " the workbook yourself. Or save and close the workbook, then run: python -m xlperf refresh"
    " Dashboard.xlsm"
)
READ_CHECKS = (
    "3  Read the sheet Checks: every doubt about the data, with a link to the cell and what to do."
    " What changes a colour of this period stands first."
)
SETTLE = (
    "8  To settle a finding you have looked into, copy what Checks has under 'Settle with' into a"
    " row of Acknowledged, with a reason and your role. It is not reported again until it"
    " changes."
)
LOOK_AT = (
    "4  Look at the Dashboard. To see why a line has its colour, select its figure or status and"
    " press Why this colour?, or find it in the sheet Workings."
)
STEPS = (
    (
        "1  Put your figures into the blue sheets. Each column says what it needs when you click"
        " into it."
    ),
    REFRESH,
    READ_CHECKS,
    LOOK_AT,
    (
        "5  What changed compares the last two periods recorded; Charts shows the control charts;"
        " Settings every choice."
    ),
    (
        "6  Read the drafts in Comments. Accept, edit or reject each: only accepted and edited ones"
        " are shown."
    ),
    (
        "7  To overrule a colour, add a row to Overrides. A colour typed over by hand is reported"
        " and replaced."
    ),
    SETTLE,
)
RULE_OFFENCES = (
    "Green: improved, statistically, and at least one trend still meets the target at the target"
    " date. Amber: not (yet) improved, but at least one trend meets it. Red: neither. Improved but"
    " no trend meets it: Amber (a setting; the report does not say)."
)
RULE_POSITION = (
    "Red above the upper limit of the group, Green below the lower, Amber between. The rank is"
    " shown; it never decides."
)
RULE_CHART = (
    "The mean of the latest six months against limits from the twelve months before them. Red"
    " above, Green below, Amber between."
)
RULE_SURVEY = (
    f"Green: confident of better (95% at z = {Z}). Red: confident of worse. Amber: no evidence"
    " either way, or too few answers. Results that come in parts are compared at one fixed mix."
)
RULE_SURVEY_POSITION = "The opposite of the position of offences: above the upper limit is Green."
TOTALS = "Totals without months; counts compared with a year to date, a quarter or a target"
RULE_TOTALS = (
    "Green: significant improvement. Amber: no significant change. Red: significant deterioration."
)
FORMULAS = (
    "The panel report names a methodology whose formulas are not public. Every reading of a rule is"
    " a setting, is printed in Workings, and says whether it is printed in the report or this"
    " workbook's choice."
)
LINES = (
    "Limits at 1.96 standard deviations of single months are not 95% limits for an average of six."
    " How often chance crosses them, and the p value of a test that allows for season and"
    " neighbouring months, stand beside every such colour."
)
TRENDS = (
    "“At least one trend” is generous. In a test on real series, of 100 targets thirty months"
    " ahead, 29 were met if one trend of four reached them, and 63 if all four did. The tile says"
    " how many of four agree."
)
POSITIONS = "A position among eight forces is uncertain: the likely range stands beside it."
DRAFTS = (
    "A drafted comment says what a test found, never why. Of about seventy tests a quarter, some"
    " are wrong by chance: Checks says how many to expect."
)
PRIVATE = "Nothing leaves this computer: xlperf reads and writes this file, and sends nothing."
RULES = (
    ("Offences against the baseline year", RULE_OFFENCES),
    ("Offences, position v most similar forces", RULE_POSITION),
    ("Latest 6 months v previous 12", RULE_CHART),
    ("Satisfaction and confidence against the baseline year", RULE_SURVEY),
    ("Satisfaction and confidence, position", RULE_SURVEY_POSITION),
    (TOTALS, RULE_TOTALS),
)
WRITTEN = (*schema.OWNED, *schema.INTAKE)
"""Tables that xlperf writes: at a refresh, or at an import."""
HONESTY = (FORMULAS, LINES, TRENDS, POSITIONS, DRAFTS, PRIVATE)


def write_guide(book: Workbook, look: WorkbookFormats) -> None:
    """Add the sheet."""
    sheet = book.add_worksheet(SHEET)
    book.define_name(GUIDE_SHEET, f"={SHEET}!$A$1")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 2)
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, 2, 110)
    heading = look(bold=True, font_size=12, font_color=WHITE, bg_color=NAVY, indent=1)
    body = look(text_wrap=True, valign="top", indent=1)
    strong = look(text_wrap=True, valign="top", bold=True, indent=1)
    sheet.write_string(0, 1, "Guide", look(bold=True, font_size=16, font_color=INK))
    row = 2

    def title(text: str) -> None:
        nonlocal row
        sheet.write_string(row, 1, text, heading)
        sheet.write_blank(row, 2, None, heading)
        row += 1

    def pair(left: str, right: str, lines: int = 1) -> None:
        nonlocal row
        sheet.write_string(row, 1, left, strong)
        sheet.write_string(row, 2, right, body)
        sheet.set_row(row, 15.0 * lines)
        row += 1

    title("What to do")
    for step in STEPS:
        number, _, text = step.partition("  ")
        pair(number, text, -(-len(text) // 115))
    row += 1
    title("How each colour is reached")
    for name, text in RULES:
        pair(name, text, max(1, -(-len(text) // 115), -(-len(name) // 34)))
    row += 1
    title("What it does not claim")
    for place, text in enumerate(HONESTY, 1):
        pair(str(place), text, -(-len(text) // 115))
    row += 1
    title("The sheets")
    for table in (*schema.ALL, *schema.REPORT, *schema.INTAKE):
        who = "written by xlperf" if table in WRITTEN else "yours"
        pair(table.sheet, f"{table.purpose} ({who})")
    sheet.write_string(
        row + 1,
        1,
        "Sheets may be moved, renamed and restyled: data is found by the names of tables, tiles by"
        " the names of cells.",
        look(font_color=GREY, italic=True, indent=1),
    )
    set_sideways(sheet, A4, down=2)
