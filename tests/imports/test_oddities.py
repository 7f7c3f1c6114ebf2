"""Files with something odd in them: each ends as told, and no figure is lost without a word.

A case is a file, what is said with it, and how it must end: the figures that would be written, and a
piece of each sentence about what is left out, doubted or refused. Where each label has one measure,
figures written, there already and left out add up to those in the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.imports.dashboards import (
    archive,
    dashboard,
    figures_planned,
    left_out,
    plan_of,
    text_file,
    workbook_file,
)
from xlperf.errors import XlperfError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

APRIL, MAY = "burglary Apr 2014", "burglary May 2014"
KENT = "Peers: Burglary rate Kent year to Mar 2014"
RATES = ("Domestic burglary=Burglary rate",)


@dataclass(frozen=True)
class Oddity:
    """One file, and how it must end."""

    file: str | Callable[[Path], Path]
    """Text of a CSV file, or what makes another file."""
    figures: dict[str, float] = field(default_factory=dict)
    left: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    refused: str = ""
    given: dict[str, Any] = field(default_factory=dict)
    books: tuple[str, ...] = ()
    summed: bool = False


def sheet(*rows: tuple[Any, ...], **more: Any) -> Callable[[Path], Path]:
    return lambda folder: workbook_file(folder, {"Table 1": rows}, **more)


def months(*cells: str) -> str:
    """A row of burglaries for April and May 2014."""
    return f"Offence,Apr-14,May-14\nDomestic burglary,{','.join(cells)}\n"


def long(*rows: str, titles: str = "Month,Offence,Count") -> str:
    return "\n".join([titles, *rows]) + "\n"


def rates(*rows: str, title: str = "12 months ending") -> str:
    return long(*rows, titles=f"{title},Force,Offence,Number")


ONS = [
    (
        "Table P1: Police recorded crime by offence group and police force area, year ending March 2014 [note 1]",
    ),
    ("England and Wales, numbers",),
    (),
    (),
    (
        "Area code",
        "Area name",
        "Total",
        "With injury",
        "Without injury",
        "Domestic burglary",
        "Other",
    ),
    ("E12000008", "South East", 9_999, 8_888, 1_111, 7_777, 1),
    ("E23000028", "Essex", 9_000, "[x]", 100, 920, 1),
    ("E23000032", "Kent", 9_100, "1,234 [p]", 100, 910, 1),
    ("E23000031", "Surrey", 9_200, 1_300, 100, 900, 1),
    (),
    ("[note 1] Source: Home Office",),
]
CELLS = {
    "not available": Oddity(
        months("[x]", "90"),
        {MAY: 90},
        ("1 without a number: '[x]', not available: burglary, Apr 2014 (B2)",),
    ),
    "two dots": Oddity(months("..", "90"), {MAY: 90}, ("'..', not available",)),
    "a star": Oddity(months("*", "90"), {MAY: 90}, ("'*', suppressed",)),
    "fewer than five": Oddity(months("<5", "90"), {MAY: 90}, ("'<5', not the number itself",)),
    "confidential": Oddity(months("[c]", "90"), {MAY: 90}, ("'[c]', kept confidential",)),
    "a dash is not none": Oddity(months("-", "90"), {MAY: 90}, ("'-', a dash",)),
    "a blank is not none": Oddity(months("", "90"), {MAY: 90}, ("blank cells",)),
    "provisional": Oddity(months("88p", "90 [p]"), {APRIL: 88, MAY: 90}),
    "revised": Oddity(months("88 r", "90 (r)"), {APRIL: 88, MAY: 90}),
    "a note beside the figure": Oddity(months("88 [note 2]", "90¹"), {APRIL: 88, MAY: 90}),
    "thousands with a comma": Oddity(months('"1,088"', '"1,090"'), {APRIL: 1088, MAY: 1090}),
    "thousands with a space": Oddity(
        months("1 088", "1090"), {MAY: 1090}, ("Is it one number? Type it without spaces",)
    ),
    "thousands with a point": Oddity(
        months("1.088", "1090"), {MAY: 1090}, ("which has no one reading",)
    ),
    "half an offence": Oddity(months("88.5", "90"), {MAY: 90}, ("88.5 is no whole number",)),
    "fewer than none": Oddity(months("-3", "90"), {MAY: 90}, ("-3, which is less than none",)),
    "a percentage of offences": Oddity(months("88%", "90"), {MAY: 90}, ("88% is no count",)),
    "a word": Oddity(months("many", "90"), {MAY: 90}, ("'many'",)),
    "a date among figures": Oddity(
        sheet(("Offence", "Apr-14", "May-14"), ("Domestic burglary", date(2014, 4, 1), 90)),
        {MAY: 90},
        ("no number: '2014-04-01'",),
    ),
    "an error value": Oddity(months("#DIV/0!", "90"), {MAY: 90}, ("'#DIV/0!', an error value",)),
    "truth": Oddity(
        sheet(("Offence", "Apr-14", "May-14"), ("Domestic burglary", True, 90)),
        {MAY: 90},
        ("no number: 'TRUE'",),
    ),
}
PERIODS = {
    "months in every spelling": Oddity(
        long(
            "Apr-14,Domestic burglary,88",
            "05/2014,Domestic burglary,90",
            "201406,Domestic burglary,91",
            "July 2014,Domestic burglary,92",
        ),
        {
            APRIL: 88,
            MAY: 90,
            "burglary Jun 2014": 91,
            "burglary Jul 2014": 92,
        },
    ),
    "a quarter for a measure of months": Oddity(
        long("2014-15 Q1,Domestic burglary,270", titles="Quarter,Offence,Count"),
        {},
        ("of periods longer than a month",),
    ),
    "a quarter for totals": Oddity(
        long("2014-15 Q1,Robberies,27", titles="Quarter,Offence,Count"),
        {"robberies Apr 2014 to Jun 2014": 27},
    ),
    "year and quarter in two columns": Oddity(
        "Financial Year,Financial Quarter,Force Name,Offence Description,Offence Subgroup,Offence Code,Number of Offences\n"
        "2014/15,1,Kent,Robbery of business,Robberies,34A,7\n2014/15,1,Kent,Robbery of person,Robberies,34B,20\n",
        {"robberies Apr 2014 to Jun 2014": 27},
        summed=True,
    ),
    "month and financial year in two columns": Oddity(
        "Year,Month,Domestic burglary\n2014/15,Apr,88\n2013/14,February,7\n",
        {APRIL: 88, "burglary Feb 2014": 7},
    ),
    "month and calendar year": Oddity(
        "Calendar year,Month,Domestic burglary\n2014,4,88\n2014,5,90\n", {APRIL: 88, MAY: 90}
    ),
    "month and some year": Oddity(
        "Year,Month,Domestic burglary\n2014,4,88\n",
        {},
        ("'2014' may be a calendar year or a financial year",),
    ),
    "the fourth month of what?": Oddity(
        "Financial year,Month,Domestic burglary\n2014,4,88\n",
        {},
        ("'4' may be counted from January or from April",),
    ),
    "a year that may be of two kinds": Oddity(
        long("2014,Robberies,27", "2013/14,Robberies,99", titles="Period,Offence,Count"),
        {"robberies year to Mar 2014": 99},
        ("'2014' may be a calendar year or a financial year",),
    ),
    "a month that may be a year": Oddity(
        "Offence,2010-11\nRobberies,27\n", {}, ("'2010-11' may be a month or a financial year",)
    ),
    "years, not months": Oddity(
        "Offence,2009-10,2010-11\nRobberies,27,28\n",
        {"robberies year to Mar 2010": 27, "robberies year to Mar 2011": 28},
    ),
    "months, not years": Oddity(
        "Offence,2010-10,2010-11\nRobberies,27,28\n",
        {"robberies Oct 2010": 27, "robberies Nov 2010": 28},
    ),
    "the end of what?": Oddity(
        long("30/09/2014,Robberies,27", titles="Date,Offence,Count"),
        {},
        ("may be the end of a month or of a longer period", "--span"),
    ),
    "the end of a month, as said": Oddity(
        long("30/09/2014,Robberies,27", titles="Date,Offence,Count"),
        {"robberies Sep 2014": 27},
        given={"span": "month"},
    ),
    "a day within a month": Oddity(
        rates("30-12-2013,Kent,Domestic burglary,900", "31-03-2014,Kent,Domestic burglary,910"),
        {KENT: 910},
        ("30 December 2013 is not the last day of a month",),
        given={"maps": RATES},
    ),
    "day and month either way": Oddity(
        long("04/05/2014,Robberies,27", "01/06/2014,Robberies,28"),
        {"robberies Jun 2014": 28},
        ("4 May 2014 is not the last day of a month",),
    ),
    "rolling years under plain months": Oddity(
        lambda folder: workbook_file(
            folder,
            {
                "T": [
                    ("Rolling 12 months to date shown",),
                    ("Offence", "Mar-14"),
                    ("Domestic burglary", 910),
                ]
            },
        ),
        {},
        ("of periods longer than a month",),
    ),
    "year to date": Oddity(
        long("YTD Sep-14,Robberies,27", titles="Period,Offence,Count"),
        {"robberies Apr 2014 to Sep 2014": 27},
    ),
    "the period stands in the title": Oddity(
        sheet(
            ("Table 1: Recorded crime, year ending March 2014",),
            ("Area", "Domestic burglary", "Robbery"),
            ("Kent", 910, 12),
            ("Essex", 920, 13),
        ),
        {KENT: 910, "Peers: Burglary rate Essex year to Mar 2014": 920},
        ("2 of labels that are mapped to no measure: Robbery",),
        given={"maps": RATES},
    ),
    "two periods stand in the title": Oddity(
        sheet(
            ("Year ending March 2014 compared with year ending March 2013",),
            ("Area", "Domestic burglary"),
            ("Kent", 910),
        ),
        {},
        ("the titles name several periods",),
        given={"maps": RATES},
    ),
    "years above months": Oddity(
        sheet(
            ("", "2013", None, "2014", None),
            ("Offence", "Nov", "Dec", "Jan", "Feb"),
            ("Domestic burglary", 1, 2, 3, 4),
        ),
        {
            "burglary Nov 2013": 1,
            "burglary Dec 2013": 2,
            "burglary Jan 2014": 3,
            "burglary Feb 2014": 4,
        },
    ),
    "the year turns without a word": Oddity(
        sheet(
            (None, "2013", None, None),
            ("Offence", "Nov", "Dec", "Jan"),
            ("Domestic burglary", 1, 2, 3),
        ),
        {"burglary Nov 2013": 1, "burglary Dec 2013": 2},
        notes=("not used: Jan",),
    ),
    "financial year above months": Oddity(
        sheet(
            (None, "2013/14", None, None),
            ("Offence", "Dec", "Jan", "Feb"),
            ("Domestic burglary", 1, 2, 3),
        ),
        {
            "burglary Dec 2013": 1,
            "burglary Jan 2014": 2,
            "burglary Feb 2014": 3,
        },
    ),
    "a provisional month": Oddity(
        "Offence,Apr-14,May-14 (p)\nDomestic burglary,88,90\n", {APRIL: 88, MAY: 90}
    ),
}
NAMES = {
    "a force in its other spellings": Oddity(
        rates(
            "31-03-2014,Kent Police,Domestic burglary,910",
            "31-03-2014,ESSEX CONSTABULARY,Domestic burglary,920",
            "31-03-2014,Devon & Cornwall,Domestic burglary,930",
        ),
        {
            KENT: 910,
            "Peers: Burglary rate Essex year to Mar 2014": 920,
            "Peers: Burglary rate Devon and Cornwall year to Mar 2014": 930,
        },
        given={"maps": RATES},
    ),
    "a force by its code": Oddity(
        rates("31-03-2014,E23000032,Domestic burglary,910"), {KENT: 910}, given={"maps": RATES}
    ),
    "a force mistyped": Oddity(
        rates(
            "31-03-2014,Essexx,Domestic burglary,920",
            "31-03-2014,Kent,Domestic burglary,910",
            "31-03-2014,Surrey,Domestic burglary,910",
        ),
        {KENT: 910},
        ("Essexx (did you mean Essex?)", "not in the Forces sheet: Surrey"),
        given={"maps": RATES},
    ),
    "regions among forces": Oddity(
        rates(
            "31-03-2014,Kent,Domestic burglary,910",
            "31-03-2014,Essex,Domestic burglary,9",
            "31-03-2014,England,Domestic burglary,9999",
        ),
        {KENT: 910, "Peers: Burglary rate Essex year to Mar 2014": 9},
        ("of names that are no force: England",),
        given={"maps": RATES},
    ),
    "other forces beside the own": Oddity(
        long(
            "Apr-14,Kent,Domestic burglary,88",
            "Apr-14,Essex,Domestic burglary,77",
            titles="Month,Force,Offence,Count",
        ),
        {APRIL: 88},
        ("of other forces than Kent: Essex",),
    ),
    "labels that mean nothing": Oddity(
        months("88", "90") + "Arson,1,2\n",
        {APRIL: 88, MAY: 90},
        ("2 of labels that are mapped to no measure: Arson",),
    ),
    "labels with other capitals": Oddity("OFFENCE,Apr-14\nDOMESTIC  BURGLARY,88\n", {APRIL: 88}),
    "no label means anything": Oddity(
        "Offence,Apr-14\nArson,1\nBurglaries,2\n",
        refused="none of its labels is a name of a measure",
    ),
    "a measure that is not there": Oddity(
        months("88", "90"),
        refused="There is no measure 'burglry'. Did you mean burglary?",
        given={"maps": ("Domestic burglary=burglry",)},
    ),
    "parts are added": Oddity(
        "Offence,Apr-14\nIn homes,88\nIn sheds,12\n",
        {APRIL: 100},
        given={"maps": ("In homes + In sheds=burglary",)},
        summed=True,
    ),
    "a part is missing": Oddity(
        "Offence,Apr-14,May-14\nIn homes,88,89\nIn sheds,,11\n",
        {MAY: 100},
        ("2 without a number: blank cells",),
        given={"maps": ("In homes + In sheds=burglary",)},
        summed=True,
    ),
    "a part has gone": Oddity(
        "Offence,Apr-14\nIn homes,88\n",
        {},
        ("no 'In sheds'",),
        doubts=("There is no figure of 'In sheds'",),
        given={"maps": ("In homes + In sheds=burglary",)},
    ),
}
SHAPES = {
    "months down": Oddity(
        "Month,Domestic burglary,Violence\nApr-14,88,77\nMay-14,90,78\n",
        {
            APRIL: 88,
            MAY: 90,
            "violence Apr 2014": 77,
            "violence May 2014": 78,
        },
    ),
    "a total beside the months": Oddity(
        "Offence,Apr-14,May-14,Total\nDomestic burglary,88,90,178\n",
        {APRIL: 88, MAY: 90},
        notes=("not used: Total",),
    ),
    "notes below the table": Oddity(
        months("88", "90") + "\nSource: the force\n[p] provisional\n", {APRIL: 88, MAY: 90}
    ),
    "lines above the table": Oddity(
        "Crime in Kent\n\nMade on Monday,\n" + months("88", "90"), {APRIL: 88, MAY: 90}
    ),
    "a line twice": Oddity(
        months("88", "90") + "Domestic burglary,88,90\n",
        {APRIL: 88, MAY: 90},
        ("2 that repeat another line",),
    ),
    "two lines that differ": Oddity(
        months("88", "90") + "Domestic burglary,87,90\n",
        {MAY: 90},
        ("2 of two figures for the same that differ: burglary, Apr 2014: B2 and B3",),
    ),
    "areas to choose from": Oddity(
        "Offence,Area,Apr-14\nDomestic burglary,North,40\nDomestic burglary,South,48\n",
        refused="The column 'Area' has several values",
    ),
    "one of the areas": Oddity(
        "Offence,Area,Apr-14\nDomestic burglary,North,40\nDomestic burglary,South,48\n",
        {APRIL: 48},
        given={"only": {"Area": "South"}},
    ),
    "areas added up": Oddity(
        "Offence,Area,Apr-14\nDomestic burglary,North,40\nDomestic burglary,South,48\n",
        {APRIL: 88},
        given={"sums": ("Area",)},
        summed=True,
    ),
    "an area is missing in a month": Oddity(
        long(
            "Apr-14,Domestic burglary,North,40",
            "Apr-14,Domestic burglary,South,48",
            "May-14,Domestic burglary,North,41",
            titles="Month,Offence,Area,Count",
        ),
        {APRIL: 88},
        ("no 'South'",),
        given={"sums": ("Area",)},
        summed=True,
    ),
    "a column that says nothing more": Oddity(
        "Offence,Group,Apr-14\nDomestic burglary,Theft,40\nViolence,Person,48\n",
        {APRIL: 40, "violence Apr 2014": 48},
        given={"columns": {"measure": "Offence"}},
    ),
    "a column that is not there": Oddity(
        months("88", "90"),
        refused="has no column 'Ofence'. Did you mean 'Offence'?",
        given={"columns": {"measure": "Ofence"}},
    ),
    "merged labels": Oddity(
        sheet(
            ("Offence", "Area", "Apr-14"),
            (None, "North", 40),
            (None, "South", 48),
            merged=[("Table 1", 1, 0, 2, 0, "Domestic burglary")],
        ),
        {APRIL: 48},
        given={"only": {"Area": "South"}},
    ),
    "a table of the Office for National Statistics": Oddity(
        lambda folder: workbook_file(
            folder,
            {"Cover": [("Notes only",)], "Table P1": ONS},
            merged=[
                ("Table P1", 3, 3, 3, 4, "Violence against the person [note 2]"),
                ("Table P1", 3, 5, 3, 6, "Theft"),
            ],
        ),
        {
            KENT: 910,
            "Peers: Burglary rate Essex year to Mar 2014": 920,
            "Peers: Violence rate Kent year to Mar 2014": 1234,
        },
        (
            "'[x]', not available: Violence rate, Essex",
            "that are not in the Forces sheet: Surrey",
            "no force: South East",
        ),
        notes=("not used: Area code",),
        given={
            "maps": (
                "Theft: Domestic burglary=Burglary rate",
                "Violence against the person: With injury=Violence rate",
            ),
            "sheet": "Table P1",
        },
    ),
    "changes beside the figures": Oddity(
        sheet(
            (None, "Number of offences", None, "Percentage change"),
            ("Offence", "Apr 12 to Mar 13", "Apr 13 to Mar 14", "Apr 13 to Mar 14"),
            ("Robberies", 100, 110, 10),
        ),
        {"robberies year to Mar 2013": 100, "robberies year to Mar 2014": 110},
        notes=("not used: Apr 13 to Mar 14",),
    ),
    "a survey of residents": Oddity(
        sheet(
            ("Confidence in the police, Crime Survey, 12 months to March 2014",),
            ("Force", "Doing a good job (%)", "Unweighted base"),
            ("Kent", 61.5, 1200),
            ("Essex", 58, "1,150"),
            ("England and Wales", 62, 40000),
        ),
        {
            "Peers: Confidence of residents.Percent Kent year to Mar 2014": 61.5,
            "Peers: Confidence of residents.Percent Essex year to Mar 2014": 58,
            "Peers: Confidence of residents.n Kent year to Mar 2014": 1200,
            "Peers: Confidence of residents.n Essex year to Mar 2014": 1150,
        },
        ("2 of names that are no force: England and Wales",),
        given={
            "maps": (
                "Doing a good job (%)=Confidence of residents",
                "Unweighted base=Confidence of residents.n",
            )
        },
    ),
    "figures formatted as percentages": Oddity(
        sheet(("Force", "Year ending", "Doing a good job"), ("Kent", "Mar 2014", 0.615)),
        {},
        ("0.615 may be 61.5% typed as a fraction",),
        given={"maps": ("Doing a good job=Confidence of residents",)},
    ),
    "years in numbers": Oddity(
        sheet(("Offence", 2012, 2013), ("Robberies", 100, 110)),
        {},
        ("'2012' may be a calendar year or a financial year",),
    ),
    "years in numbers, as said": Oddity(
        sheet(("Offence", 2012, 2013), ("Robberies", 100, 110)),
        {"robberies year to Mar 2013": 100, "robberies year to Mar 2014": 110},
        given={"span": "financial year"},
    ),
    "counts that look like years": Oddity(
        sheet(("Offence", "Apr-14", "May-14"), ("Domestic burglary", 1999, 2004)),
        {APRIL: 1999, MAY: 2004},
    ),
    "figures in thousands": Oddity(
        sheet(("Crime in Kent, in thousands",), ("Offence", "Apr-14"), ("Domestic burglary", 88)),
        {APRIL: 88},
        doubts=("The file says 'in thousands' above its figures",),
    ),
    "rates, not counts": Oddity(
        sheet(("Force", "Year ending", "Burglary per 1,000"), ("Kent", "Mar 2014", 4)),
        {KENT: 4},
        doubts=("The file says 'per 1,000'",),
        given={"maps": ("Burglary per 1,000=Burglary rate",)},
    ),
    "a value that no row has": Oddity(
        "Offence,Area,Apr-14\nDomestic burglary,North,40\nDomestic burglary,South,48\n",
        refused="has no figure in a row whose column Area is 'Nord'; it has: 'North', 'South'",
        given={"only": {"Area": "Nord"}},
    ),
    "another table below": Oddity(
        sheet(
            (None, "Apr-14", "May-14"),
            ("Domestic burglary", 5, 6),
            (),
            (None, "Apr-15", "May-15"),
            ("Violence", 7, 8),
        ),
        {APRIL: 5, MAY: 6},
        notes=("In row 4 of the sheet 'Table 1' of figures.xlsx another table begins",),
    ),
    "the other table": Oddity(
        sheet(
            (None, "Apr-14", "May-14"),
            ("Domestic burglary", 5, 6),
            (),
            (None, "Apr-15", "May-15"),
            ("Violence", 7, 8),
        ),
        {"violence Apr 2015": 7, "violence May 2015": 8},
        given={"header_row": 4},
    ),
    "two columns of figures": Oddity(
        "Month,Offence,Count,Share\nApr-14,Domestic burglary,5,0.1\n",
        refused="has 2 columns of figures: 'Count', 'Share'. Name one with --column figure=TITLE",
    ),
    "one of two columns of figures": Oddity(
        "Month,Offence,Count,Share\nApr-14,Domestic burglary,5,0.1\n",
        {APRIL: 5},
        notes=("not used: Share",),
        given={"columns": {"figure": "Count"}},
    ),
    "a row of totals": Oddity(
        "Month,Domestic burglary\nApr-14,88\nMay-14,90\nTotal,178\n",
        {APRIL: 88, MAY: 90},
        ("'Total' is no period",),
    ),
    "areas that change from month to month": Oddity(
        "Month,Offence,Area,Count\nApr-14,Domestic burglary,North,40\nMay-14,Domestic burglary,South,48\n",
        refused="The column 'Area' has several values for burglary",
    ),
    "a column of remarks": Oddity(
        "Month,Offence,Remark,Count\nApr-14,Domestic burglary,late,40\nMay-14,Domestic burglary,in time,48\n",
        {APRIL: 40, MAY: 48},
        notes=("not used: Remark",),
        given={"ignored": ("Remark",), "columns": {"measure": "Offence"}},
    ),
    "a column of statuses": Oddity(
        "Month,Offence,Status,Count\nApr-14,Domestic burglary,Final,40\nMay-14,Domestic burglary,Provisional,48\n",
        {APRIL: 40, MAY: 48},
    ),
    "months below rolling years": Oddity(
        sheet(("Rolling 12 months",), ("Month", "Robberies"), (date(2014, 4, 1), 100)),
        refused="by its columns a date stands for a month, by the text above for a year. Say which with --span",
    ),
    "commas that are not quoted": Oddity(
        "Offence,Apr-14,May-14\nDomestic burglary,1,088,1,090\nViolence,7,8\n",
        {"violence Apr 2014": 7, "violence May 2014": 8},
        ("2 without a number: in lines with more cells than the heading has",),
    ),
    "no table": Oddity("Hello\nWorld\n", refused="no table was found"),
}
FILES = {
    "a line that names the separator": Oddity(
        "sep=;\nOffence;Apr-14;May-14\nDomestic burglary;88;90\n", {APRIL: 88, MAY: 90}
    ),
    "dates as programs write them": Oddity(
        long(
            "2014-04-01 00:00:00,Domestic burglary,88", "2014-05-01T00:00:00,Domestic burglary,90"
        ),
        {APRIL: 88, MAY: 90},
    ),
    "semicolons": Oddity("Offence;Apr-14;May-14\nDomestic burglary;88;90\n", {APRIL: 88, MAY: 90}),
    "tabs and UTF-16": Oddity(
        lambda folder: text_file(
            folder, "Offence\tApr-14\nDomestic burglary\t88\n", encoding="utf-16"
        ),
        {APRIL: 88},
    ),
    "Windows letters": Oddity(
        lambda folder: text_file(
            folder, "Offence,Apr-14\nDomestic burglary,88\nCafé,1\n", encoding="cp1252"
        ),
        {APRIL: 88},
        ("Café",),
        notes=("not UTF-8",),
    ),
    "packed": Oddity(
        lambda folder: text_file(folder, months("88", "90"), "figures.csv.gz"), {APRIL: 88, MAY: 90}
    ),
    "packed and cut short": Oddity(
        lambda folder: cut(text_file(folder, months("88", "90"), "figures.csv.gz")),
        refused="is damaged or cut short",
    ),
    "in an archive": Oddity(
        lambda folder: archive(folder, {"a/figures.csv": months("88", "90")}), {APRIL: 88, MAY: 90}
    ),
    "two sheets": Oddity(
        lambda folder: workbook_file(
            folder,
            {
                "One": [("Offence", "Apr-14"), ("Domestic burglary", 88)],
                "Two": [("Offence", "Apr-14"), ("Domestic burglary", 87)],
            },
        ),
        refused="has 2 sheets that are not blank: One, Two",
    ),
    "a hidden sheet": Oddity(
        lambda folder: workbook_file(
            folder,
            {
                "One": [("Offence", "Apr-14"), ("Domestic burglary", 88)],
                "Two": [("Offence", "Apr-14"), ("Domestic burglary", 87)],
            },
            hidden=["Two"],
        ),
        {APRIL: 88},
        notes=("'Two' of figures.xlsx is hidden",),
    ),
    "a web page for a file": Oddity(
        "<!doctype html><html><body>Sign in</body></html>", refused="is a web page"
    ),
    "nothing": Oddity("", refused="is empty"),
    "a cell far out": Oddity(
        lambda folder: workbook_file(folder, {"T": far_out()}), refused="more than is read"
    ),
    "no text and no workbook": Oddity(
        lambda folder: text_file(folder, "\0\1\2\3"), refused="neither a workbook nor a text"
    ),
}
STANDING = "tblMonthly\nMeasure | Month | Count | Status | As at\nburglary | 2014-04-01 | 100 | final | 2014-05-01\nburglary | 2014-05-01 | 110 | final | 2014-06-01"
YEARS = "tblTotals\nMeasure | Period start | Period end | Count\nrobberies | 2012-04-01 | 2013-03-31 | 400"
GROUP = "tblPeers\nMeasure | Period end | Force | Count | Denominator\nBurglary rate | 2013-03-31 | Kent | 4000 | 1700000\nBurglary rate | 2013-03-31 | Essex | 4100 | 1800000"
WHOLES = {
    "half a year taken for a whole one": Oddity(
        long("Year ending Mar 2014,Robberies,190", titles="Period,Offence,Count"),
        {"robberies year to Mar 2014": 190},
        doubts=("which is 0.47 times the period before (400). Is it part of it",),
        books=(YEARS,),
    ),
    "half years beside whole ones": Oddity(
        long("Apr 2013 to Sep 2013,Robberies,190", titles="Period,Offence,Count"),
        {"robberies Apr 2013 to Sep 2013": 190},
        doubts=("a total of 6 months; those in Totals are of 12",),
        books=(YEARS,),
    ),
    "half years of a group": Oddity(
        rates("31-03-2014,Kent,Domestic burglary,1900", "31-03-2014,Essex,Domestic burglary,2100"),
        {KENT: 1900, "Peers: Burglary rate Essex year to Mar 2014": 2100},
        doubts=("0.49 times the period before",),
        books=(GROUP,),
        given={"maps": RATES},
    ),
    "an older file": Oddity(
        "Offence,Apr-14\nDomestic burglary,99\n",
        {APRIL: 99},
        doubts=("The file is older than the workbook",),
        books=(STANDING,),
    ),
    "an earlier issue": Oddity(
        months("99", "110"),
        {APRIL: 99},
        doubts=("taken after 30 April 2014", "not over on 30 April 2014"),
        books=(STANDING,),
        given={"as_at": date(2014, 4, 30)},
    ),
    "older and the same": Oddity(
        "Offence,Apr-14\nDomestic burglary,100\n",
        {},
        notes=(
            "In the file the figures of burglary end in Apr 2014, those of Monthly in May 2014.",
        ),
        books=(STANDING,),
    ),
    "totals since April for months, untitled": Oddity(
        "Offence,Apr-14,May-14,Jun-14,Jul-14\nDomestic burglary,9,17,29,36\n",
        {
            f"burglary {month} 2014": count
            for month, count in (("Apr", 9), ("May", 17), ("Jun", 29), ("Jul", 36))
        },
        doubts=("rise from each April on and never fall within a year. Are they totals since",),
    ),
    "months that happen to rise once": Oddity(
        "Offence,Apr-13,May-13,Jun-13,Jul-13,Apr-14,May-14,Jun-14,Jul-14\n"
        "Domestic burglary,9,8,12,10,9,17,29,36\n",
        {
            f"burglary {month} {year}": count
            for year, counts in ((2013, (9, 8, 12, 10)), (2014, (9, 17, 29, 36)))
            for month, count in zip(("Apr", "May", "Jun", "Jul"), counts, strict=True)
        },
    ),
    "ten times as many": Oddity(
        months("1000", "110"),
        {APRIL: 1000},
        doubts=("which is 10.00 times what stands there now",),
        books=(STANDING,),
    ),
}
ODDITIES = CELLS | PERIODS | NAMES | SHAPES | FILES | WHOLES


def far_out() -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = [("Offence", "Apr-14"), ("Domestic burglary", 88)]
    return [*rows, *([()] * 19_997), (*(None,) * 1_999, 1)]


def cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:-12])
    return path


@pytest.mark.parametrize("oddity", ODDITIES.values(), ids=ODDITIES.keys())
def test_an_odd_file_ends_as_told(oddity, tmp_path):
    path = (
        text_file(tmp_path, oddity.file) if isinstance(oddity.file, str) else oddity.file(tmp_path)
    )
    book = dashboard(*oddity.books)
    if oddity.refused:
        with pytest.raises(XlperfError) as refusal:
            plan_of(book, path, **oddity.given)
        assert oddity.refused in str(refusal.value)
        return
    plan = plan_of(book, path, **oddity.given)
    assert figures_planned(plan) == oddity.figures
    said = "\n".join(left_out(plan)) + "\n" + "\n".join(item.advice for item in plan.left_out)
    assert [piece for piece in oddity.left if piece not in said] == []
    assert len(plan.doubts) == len(oddity.doubts), plan.doubts
    assert [piece for piece in oddity.doubts if piece not in "\n".join(plan.doubts)] == []
    notes = "\n".join([*plan.notes, *(f"{role}: {title}" for role, title, _ in plan.roles)])
    assert [piece for piece in oddity.notes if piece not in notes] == []
    if not oddity.summed:
        counted = len(oddity.figures) + plan.comparison.same
        assert plan.figures == counted + sum(item.number for item in plan.left_out)
    if not oddity.left:
        assert plan.left_out == ()


def test_there_are_sixty_of_them():
    assert len(ODDITIES) >= 60
