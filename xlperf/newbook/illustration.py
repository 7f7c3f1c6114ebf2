"""Illustrative data of a new workbook: the report's figures, and made-up ones around them that add
up to them.

The same source gives the same rows. Months of offences are shared out in `xlperf.newbook.months`.

Which report and which open data: see `xlperf.newbook.published`.
"""

from __future__ import annotations

from datetime import date
from random import Random
from types import MappingProxyType
from typing import TYPE_CHECKING

from xlperf.newbook import published
from xlperf.newbook.months import FIRST_QUARTERS, SEED, month_counts
from xlperf.newbook.published import LAST_QUARTER, OWN, REPORTED
from xlperf.periods import first_day, last_day, month_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlperf.excel.port import Scalar
    from xlperf.periods import Month

    Row = tuple[Scalar, ...]
    Rows = tuple[Row, ...]

BASELINE_START, BASELINE_END = date(2012, 4, 1), date(2013, 3, 31)
LATEST_START, HALF_YEAR_START, LATEST_END = date(2013, 10, 1), date(2014, 4, 1), date(2014, 9, 30)
FIRST_MONTH: Month = month_of(date(published.FIRST_YEAR, 4, 1))

POLICE = "Leicestershire Police"
OPCC = "Police and crime commissioner's office"
RECORDED = "Police recorded crime; position: Home Office open data, per head of population"
RECORDED_ILLUSTRATIVE = "Police recorded crime; position: illustrative"
SURVEY = "Survey of victims"


def tables() -> dict[str, Rows]:
    """Rows of every data table but the settings, by table name; cells in the order of the table's
    columns.

    None is a blank cell, dates are `datetime.date`, money is a float that prints as its decimal
    (23.0, 7.8, ...).
    """
    return {
        "tblMeasures": MEASURES,
        "tblMonthly": _monthly(),
        "tblSurveys": _surveys(),
        "tblTotals": _totals(),
        "tblPeers": _peers(),
        "tblForces": tuple(
            (force, "yes", None, "Unverified: the group of 2014 is not public. Replace with yours.")
            for force in published.POPULATIONS
        ),
        "tblAmounts": tuple(
            (f"SP18_{item.replace(' ', '_')}", item, amount, LATEST_END)
            for item, amount in published.SAVINGS.items()
        ),
        "tblFamilies": tuple(
            (measure, *row)
            for measure in ("SP4_reoffending", "SP4_asb")
            for row in FAMILIES_COUNTED
        ),
        "tblBreaks": (),
        "tblReturns": RETURNS,
        "tblOverrides": (),
        "tblAcknowledged": (),
        "tblComments": COMMENTS,
    }


# Measures, in the order of the tiles.


def _measure(
    name: str,
    line: str,
    kind: str,
    direction: str,
    unit: str | None,
    source: str | None,
    owner: str,
    *,
    msg: str | None = None,
    proxy: str | None = None,
    suppress: int | None = None,
    caveat: str | None = None,
) -> Row:
    return (
        *(name, name.partition("_")[0], line, kind, direction, None, msg, proxy, None),
        *(unit, source, owner, suppress, caveat),
    )


def _outcome(priority: str) -> Row:
    return _measure(
        f"{priority}_outcome",
        "Victim-focused outcome",
        "survey",
        "up",
        "% of victims",
        None,
        POLICE,
    )


def _satisfaction(priority: str, *, msg: str | None = None, caveat: str | None = None) -> Row:
    name = f"{priority}_satisfaction"
    line = "Satisfaction with service"
    return _measure(
        name, line, "survey", "up", "% satisfied", SURVEY, POLICE, msg=msg, caveat=caveat
    )


def _awareness(priority: str) -> Row:
    return _measure(
        f"{priority}_awareness", "Awareness of services", "survey", "up", "% aware", None, OPCC
    )


def _offences(priority: str, msg: str, source: str = RECORDED, proxy: str | None = None) -> Row:
    name = f"{priority}_offences"
    return _measure(
        name,
        "Number of offences",
        "offences",
        "down",
        "offences",
        source,
        POLICE,
        msg=msg,
        proxy=proxy,
    )


def _crime(
    priority: str,
    offences: str,
    satisfaction: str,
    source: str = RECORDED,
    proxy: str | None = None,
) -> Rows:
    return (
        _offences(priority, offences, source, proxy),
        _outcome(priority),
        _satisfaction(priority, msg=satisfaction),
    )


def _victims(priority: str, *, msg: str | None = None) -> Rows:
    return _outcome(priority), _satisfaction(priority, msg=msg), _awareness(priority)


YOUTH, REDUCING, TREATMENT = (
    "Youth offending services",
    "Reducing Reoffending Board",
    "Substance misuse commissioners",
)
FAMILY_TEAMS, MENTAL, FINANCE = (
    "Supporting Families teams",
    "Mental Health Partnership",
    "Force finance",
)
COHORT = (
    "People picked as likely to offend; some were in prison for part of April to September 2014"
)
ONE_COUNT = "One count serves both lines: the councils do not report them apart"
ALL_USERS = "All users: victims of burglary, vehicle crime and violence taken together"

MEASURES: Rows = (
    _measure(
        *("SP1_entrants", "First-time entrants aged 10–17", "total", "down", "young people"),
        *("Youth offending returns", YOUTH),
        suppress=5,
    ),
    _measure(
        *(
            "SP2_offending",
            "Offences, aged 18–24",
            "cohort",
            "down",
            "offences",
            "Offender management",
            REDUCING,
        ),
        suppress=5,
        caveat=COHORT,
    ),
    _measure(
        *(
            "SP2_reoffending",
            "Reoffences, aged 18–24",
            "cohort",
            "down",
            "offences",
            "Offender management",
            REDUCING,
        ),
        suppress=5,
        caveat=COHORT,
    ),
    _measure(
        "SP3_drug_reoffending",
        "Reoffending, drug programme",
        "rate",
        "down",
        "% of offenders",
        None,
        TREATMENT,
    ),
    _measure(
        "SP3_completions", "Treatments completed", "total", "up", "treatments", None, TREATMENT
    ),
    _measure(
        "SP3_representations",
        "Returns to treatment",
        "total",
        "down",
        "people",
        None,
        TREATMENT,
        suppress=5,
    ),
    _measure(
        *("SP3_night_economy", "Licensed premises, 7pm to 7am", "total", "down", "incidents"),
        *("Police incident log", POLICE),
        caveat="Incidents in or near licensed premises; recorded since April 2013",
    ),
    _measure(
        *("SP4_reoffending", "Families offending less", "families", "up", "families"),
        *("Council returns (illustrative)", FAMILY_TEAMS),
        caveat=ONE_COUNT,
    ),
    _measure(
        *("SP4_asb", "Families causing less ASB", "families", "up", "families"),
        *("Council returns (illustrative)", FAMILY_TEAMS),
        caveat=ONE_COUNT,
    ),
    *_victims("SP5"),
    *_victims("SP6"),
    *_victims("SP7", msg="Hate crime satisfaction"),
    _satisfaction("SP8"),
    _satisfaction("SP9", msg="All-user satisfaction", caveat=ALL_USERS),
    _measure(
        *("SP10_confidence", "Police are doing a good job", "survey", "up", "% who agree"),
        *("Survey of residents", POLICE),
        msg="Police doing a good job",
    ),
    _offences("SP11", "All crime"),
    *_crime("SP12", "Domestic burglary", "Burglary satisfaction"),
    *_crime("SP13", "Violence", "Violence satisfaction", proxy="yes"),
    *_crime(
        "SP14A", "Theft from a vehicle", "Vehicle crime satisfaction (from)", RECORDED_ILLUSTRATIVE
    ),
    *_crime(
        "SP14B", "Theft of a vehicle", "Vehicle crime satisfaction (of)", RECORDED_ILLUSTRATIVE
    ),
    _measure(
        "SP15_framework",
        "Performance framework",
        "text",
        "none",
        None,
        None,
        "Safeguarding children boards",
    ),
    _measure("SP16_conveyance", "Conveyance of patients", "text", "none", None, None, MENTAL),
    _measure("SP16_training", "Training of front-line staff", "text", "none", None, None, MENTAL),
    _measure("SP16_policies", "Joint policies and procedures", "text", "none", None, None, MENTAL),
    _measure(
        "SP17_missing",
        "Reports of missing people",
        "total",
        "down",
        "reports",
        "Police incident log",
        POLICE,
    ),
    _measure(
        *(
            "SP17_absent",
            "Reports of absent people",
            "total",
            "down",
            "reports",
            "Police incident log",
            POLICE,
        ),
        caveat=(
            "‘Absent’ is thought to have become a category in April 2013: ask what 2012/13 counted"
        ),
    ),
    _measure(
        *(
            "SP17_locations",
            "Reports from nine key places",
            "total",
            "down",
            "reports",
            "Police incident log",
            POLICE,
        ),
        suppress=5,
    ),
    _measure(
        *(
            "SP18_required",
            "Savings required",
            "amount",
            "none",
            "£ million",
            "Financial plan",
            FINANCE,
        ),
        caveat="For April 2013 to March 2017; the estimate is under review",
    ),
    _measure(
        "SP18_realised",
        "Realised to date",
        "amount",
        "none",
        "£ million",
        "Financial plan",
        FINANCE,
    ),
    _measure(
        "SP18_identified",
        "Identified, not realised",
        "amount",
        "none",
        "£ million",
        "Financial plan",
        FINANCE,
    ),
    _measure(
        "SP18_to_find", "Still to find", "amount", "none", "£ million", "Financial plan", FINANCE
    ),
)

# Months.


def _monthly() -> Rows:
    """Months become final three months later; the last three are provisional. Figures are taken on
    the 14th.
    """
    newest = FIRST_MONTH + 3 * LAST_QUARTER + 2
    rows: list[Row] = []
    for measure in FIRST_QUARTERS:
        for place, count in enumerate(month_counts(measure)):
            month = FIRST_MONTH + place
            provisional = month > newest - 3
            taken = first_day(newest + 1 if provisional else month + 4).replace(day=14)
            rows.append(
                (measure, first_day(month), count, "provisional" if provisional else "final", taken)
            )
    return tuple(rows)


# Surveys: twelve months to each of seven quarter ends; who answered, and who of them was satisfied.

QUARTER_ENDS = tuple(last_day(month_of(BASELINE_END) + 3 * i) for i in range(7))
ANSWERS: Mapping[str, tuple[tuple[int, int], ...]] = MappingProxyType(
    {
        "SP7_satisfaction": (
            (278, 234),
            (277, 234),
            (271, 228),
            (259, 217),
            (279, 234),
            (281, 235),
            (277, 231),
        ),
        "SP8_satisfaction": (
            (920, 763),
            (894, 738),
            (877, 721),
            (913, 747),
            (921, 749),
            (906, 734),
            (913, 736),
        ),
        "SP10_confidence": (
            *((1_642, 1_236), (1_621, 1_238), (1_601, 1_247), (1_616, 1_280)),
            *((1_600, 1_285), (1_612, 1_315), (1_636, 1_353)),
        ),
        "SP12_satisfaction": (
            (672, 603),
            (670, 604),
            (669, 606),
            (685, 624),
            (688, 622),
            (662, 590),
            (738, 652),
        ),
        "SP13_satisfaction": (
            (434, 339),
            (431, 336),
            (437, 339),
            (392, 303),
            (420, 323),
            (429, 327),
            (375, 285),
        ),
        "SP14A_satisfaction": (
            (539, 463),
            (538, 464),
            (571, 494),
            (593, 512),
            (557, 478),
            (572, 486),
            (573, 484),
        ),
        "SP14B_satisfaction": (
            (163, 123),
            (165, 126),
            (158, 123),
            (147, 116),
            (153, 122),
            (164, 132),
            (163, 132),
        ),
    }
)
"""Made up; the first and the last of each print the percentages of the report to one decimal, and
their differences.
"""
PARTS_OF_ALL = (
    "SP12_satisfaction",
    "SP13_satisfaction",
    "SP14A_satisfaction",
    "SP14B_satisfaction",
)
"""All-user satisfaction (SP9) is the sum of these."""


def answers(measure: str) -> tuple[tuple[int, int], ...]:
    """Who answered and who was satisfied, at each of `QUARTER_ENDS` (for SP5 and SP6: at the last
    only).
    """
    if measure in published.SURVEYED:
        return (published.SURVEYED[measure],)
    if measure == "SP9_satisfaction":
        quarters = zip(*(ANSWERS[part] for part in PARTS_OF_ALL), strict=True)
        return tuple(
            (sum(n for n, _ in parts), sum(satisfied for _, satisfied in parts))
            for parts in quarters
        )
    return ANSWERS[measure]


def _surveys() -> Rows:
    rows: list[Row] = []
    for measure in sorted((*published.SURVEYED, *ANSWERS, "SP9_satisfaction"), key=_tile_order):
        given = answers(measure)
        for end, (n, satisfied) in zip(QUARTER_ENDS[-len(given) :], given, strict=True):
            taken = first_day(month_of(end) + 1).replace(day=21)
            rows.append((measure, end, n, satisfied, None, None, taken))
    return tuple(rows)


def _tile_order(measure: str) -> int:
    return [row[0] for row in MEASURES].index(measure)


def _totals() -> Rows:
    taken = date(2014, 10, 21)
    rows: list[Row] = []
    for measure, before in published.BASELINE_TOTALS.items():
        rows.append((measure, BASELINE_START, BASELINE_END, before, date(2013, 5, 21)))
        if measure in published.LATEST_TOTALS:
            rows.append(
                (measure, LATEST_START, LATEST_END, published.LATEST_TOTALS[measure], taken)
            )
    rows.append(("SP1_entrants", HALF_YEAR_START, LATEST_END, published.HALF_YEAR_ENTRANTS, taken))
    rows.append(
        ("SP3_night_economy", HALF_YEAR_START, LATEST_END, published.NIGHT_INCIDENTS, taken)
    )
    return tuple(sorted(rows, key=lambda row: _tile_order(str(row[0]))))


# Peers: counts of three offences are published; all else is made up, with the own force at the
# place the report prints.

PEER_SHARES: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {
        "Theft from a vehicle": (0.0, 0.740, 0.755, 0.782, 0.770, 0.752, 0.790, 0.776),
        "Theft of a vehicle": (0.0, 0.192, 0.201, 0.163, 0.158, 0.206, 0.149, 0.171),
    }
)
"""Share of all vehicle offences; the own force has its own counts."""
PEER_SURVEYS: Mapping[str, tuple[str, int, int, tuple[float, ...]]] = MappingProxyType(
    {
        "Hate crime satisfaction": (
            "SP7_satisfaction",
            -1,
            260,
            (79.6, 82.7, 84.9, 86.1, 81.9, 80.8, 82.2),
        ),
        "All-user satisfaction": (
            "SP9_satisfaction",
            -1,
            1_850,
            (82.6, 83.1, 85.5, 87.2, 84.8, 81.7, 86.4),
        ),
        "Police doing a good job": (
            "SP10_confidence",
            -2,
            1_100,
            (76.0, 78.9, 83.1, 85.0, 80.2, 77.5, 79.4),
        ),
        "Burglary satisfaction": (
            "SP12_satisfaction",
            -1,
            680,
            (89.6, 91.0, 92.6, 95.0, 91.9, 90.4, 93.4),
        ),
        "Violence satisfaction": (
            "SP13_satisfaction",
            -1,
            420,
            (74.0, 77.2, 78.8, 81.9, 75.1, 72.6, 80.1),
        ),
        "Vehicle crime satisfaction (from)": (
            "SP14A_satisfaction",
            -1,
            570,
            (81.5, 83.6, 86.7, 88.0, 82.9, 80.7, 85.6),
        ),
        "Vehicle crime satisfaction (of)": (
            "SP14B_satisfaction",
            -1,
            160,
            (76.2, 79.8, 83.6, 85.1, 78.5, 77.9, 82.0),
        ),
    }
)
"""By MSG measure: the own measure and which of its quarters, about how many answered, and
percentages of the others.
"""


def _peers() -> Rows:
    rows: list[Row] = []
    counts = {**published.PEER_COUNTS, **{name: _vehicle_counts(name) for name in PEER_SHARES}}
    for name, given in counts.items():
        for (force, population), count in zip(published.POPULATIONS.items(), given, strict=True):
            rows.append((name, LATEST_END, force, count, population, None, None))
    random = Random(SEED)  # noqa: S311 - illustrative data, not secrets
    for name, (measure, place, size, percentages) in PEER_SURVEYS.items():
        own_n, own_satisfied = answers(measure)[place]
        others = (force for force in published.POPULATIONS if force != OWN)
        end = QUARTER_ENDS[place]
        rows.append((name, end, OWN, None, None, percent(own_satisfied, own_n), own_n))
        for force, share in zip(others, percentages, strict=True):
            n = int(size * (0.9 + 0.2 * random.random()))
            rows.append((name, end, force, None, None, percent(round(share * n / 100), n), n))
    return tuple(rows)


def _vehicle_counts(name: str) -> tuple[int, ...]:
    own = REPORTED["SP14A_offences" if "from" in name else "SP14B_offences"][1]
    shares = zip(published.PEER_VEHICLE_OFFENCES, PEER_SHARES[name], strict=True)
    return (own, *(round(total * share) for total, share in list(shares)[1:]))


def percent(part: int, whole: int) -> float:
    """Give a percentage to one decimal, halves up: 29 of 32 is 90.6."""
    return (2_000 * part + whole) // (2 * whole) / 10


# Families, returns, comments.

FAMILIES_COUNTED: Rows = (
    ("Leicester City", BASELINE_END, "and", 640, 52, 47, 158),
    ("Leicestershire County", BASELINE_END, "or", 520, 54, 33, 42),
    ("Leicester City", LATEST_END, "and", 1_150, 96, 84, 290),
    ("Leicestershire County", LATEST_END, "or", 910, 94, 57, 77),
)
"""Made up. The report, section 8: over 2,000 families, a quarter of them with a reduction, no
change over time; one council needs both reductions, the other one of the two.
"""

APRIL, JANUARY, OCTOBER = date(2015, 4, 1), date(2015, 1, 15), date(2014, 10, 21)
OUTCOME = "Measures are being tried; a question on the outcome may join the surveys"
NATIONAL = "The national source has stopped; a local one is planned"


def _returns() -> Rows:
    police, opcc = (POLICE, APRIL, None, None, None), (OPCC, APRIL, None, None, None)
    treatment = (TREATMENT, APRIL, None, None, None, "not available", NATIONAL)
    families = (
        FAMILY_TEAMS,
        OCTOBER,
        OCTOBER,
        "Families boards",
        date(2014, 11, 6),
        "received",
        "No change",
    )
    mental = (
        MENTAL,
        JANUARY,
        date(2014, 11, 4),
        "Mental Health Partnership",
        date(2014, 11, 4),
        "received",
    )
    reducing = (REDUCING, OCTOBER, OCTOBER, REDUCING, date(2014, 11, 12), "received", None)
    outcomes = ("SP5", "SP6", "SP7", "SP12", "SP13", "SP14A", "SP14B")
    rows: list[Row] = [
        (
            *(
                "SP1_entrants",
                YOUTH,
                OCTOBER,
                OCTOBER,
                "Youth Offending Management Board",
                None,
                "received",
            ),
            "Six months only; the board sees them in December 2014",
        ),
        ("SP2_offending", *reducing),
        ("SP2_reoffending", *reducing),
        *(
            (f"SP3_{name}", *treatment)
            for name in ("drug_reoffending", "completions", "representations")
        ),
        (
            *("SP3_night_economy", POLICE, JANUARY, OCTOBER, None, None, "received"),
            "April to September 2013 should exist: ask for it",
        ),
        ("SP4_reoffending", *families),
        ("SP4_asb", *families),
        *((f"{priority}_outcome", *police, "in development", OUTCOME) for priority in outcomes),
        *(
            (f"SP{i}_awareness", *opcc, "in development", "Partners are consulted on what to ask")
            for i in (5, 6, 7)
        ),
        (
            *(
                "SP15_framework",
                "Safeguarding children boards",
                APRIL,
                None,
                "Missing and exploitation sub-group",
            ),
            *(None, "in development", "Published when partners have agreed it"),
        ),
        ("SP16_conveyance", *mental, "Draft policy ready; consultation next quarter"),
        ("SP16_training", *mental, "Council staff: sessions arranged"),
        ("SP16_policies", *mental, "Review under way"),
    ]
    return tuple(rows)


RETURNS = _returns()

COMMENTS: Rows = (
    (
        "SP6",
        "commissioner",
        "Encouraging, but with 32 answers nothing is proved either way.",
        None,
        None,
        LATEST_END,
    ),
    (
        "SP10",
        "commissioner",
        "Confidence has gone up at every quarter since April 2013.",
        None,
        None,
        LATEST_END,
    ),
    (
        "SP11",
        "force",
        (
            "After the rise of 2013/14, every month since April 2014 was below that of the year"
            " before."
        ),
        None,
        None,
        LATEST_END,
    ),
    (
        "SP12",
        "force",
        "Burglary was high from October 2013 to February 2014 and below its average since.",
        None,
        None,
        LATEST_END,
    ),
    (
        "SP13",
        "force",
        "The comparison is with 2012/13; on the same six months of 2013 violence is down.",
        None,
        None,
        LATEST_END,
    ),
)
"""Made up, after what the report says; no names, no sentences of the report."""
