"""Published figures that the illustrative data of a new workbook rests on. Facts only; every other
number is made up.

Two sources. *The report*: performance report and dashboard to the Leicestershire Police and Crime
Panel, period ended September 2014. *The open data*: Home Office, police recorded crime open data
tables, police force area, rolling twelve-month totals (Open Government Licence v3.0), as revised
after the report was written; populations from the Census 2011, Office for National Statistics (the
same licence).

Quarters are counted from April to June 2009, which is quarter 0. Totals are of twelve months.
"""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType

FIRST_YEAR, LAST_QUARTER = 2009, 21
"""Quarter 0 begins in April of the first; the last quarter is July to September 2014."""
FIRST_ROLLING = 3
"""Quarter that the first rolling total ends in: January to March 2010."""
BASELINE_QUARTER = 15
"""Quarter that the baseline year 2012/13 ends in."""

ALL_CRIME = (
    *(81_244, 79_536, 76_847, 73_223, 71_355, 68_974, 68_258, 68_410, 68_242, 65_804),
    *(62_818, 61_397, 58_878, 58_472, 59_293, 60_003, 60_834, 60_963, 60_360),
)
"""Leicestershire, all offences, twelve months to March 2010, June 2010, ... September 2014. Source:
the open data.
"""
DOMESTIC_BURGLARY = (
    *(5_497, 5_324, 4_942, 4_508, 4_393, 4_234, 4_135, 4_171, 4_231, 4_265),
    *(4_354, 4_278, 3_935, 3_743, 3_670, 3_969, 4_199, 4_326, 4_253),
)
"""The same for domestic burglary."""
VIOLENCE_WITH_INJURY = (
    *(6_830, 6_265, 5_839, 5_604, 5_670, 5_675, 5_587, 5_502, 5_143, 4_816),
    *(4_524, 4_368, 4_365, 4_442, 4_701, 4_888, 5_052, 5_005, 4_912),
)
"""The same for violence with injury and death or serious injury by illegal driving, which the
report counts with it.
"""
VEHICLE_OFFENCES = (
    *(8_430, 8_182, 7_643, 7_200, 6_987, 6_650, 6_467, 6_565, 6_752, 6_646),
    *(6_551, 6_625, 6_515, 6_516, 6_756, 6_895, 6_854, 6_975, 7_128),
)
"""The same for all vehicle offences: theft from, theft of, aggravated taking and interference."""

REPORTED = MappingProxyType(
    {
        "SP11_offences": (58_805, 60_260),
        "SP12_offences": (3_935, 4_253),
        "SP13_offences": (4_365, 4_912),
        "SP14A_offences": (5_236, 5_466),
        "SP14B_offences": (1_051, 1_198),
    }
)
"""Offences in 2012/13 and in the twelve months to September 2014. Source: the report's dashboard.
"""
TOLERANCE = 0.002
"""Largest difference from the open data, as a share. The report's all crime is 0.12 and 0.17% below
the figures as revised since; its burglary and violence are the same.
"""

HALF_YEAR_ENTRANTS = 185
"""First-time entrants, April to September 2014: half of the 370 that the report shows, which it
says is doubled.
"""
BASELINE_TOTALS = MappingProxyType(
    {
        "SP1_entrants": 667,
        "SP2_offending": 407,
        "SP2_reoffending": 372,
        "SP17_missing": 5_929,
        "SP17_absent": 5_417,
        "SP17_locations": 1_207,
    }
)
"""Totals of 2012/13. Source: the report's dashboard."""
LATEST_TOTALS = MappingProxyType(
    {
        "SP2_offending": 171,
        "SP2_reoffending": 97,
        "SP17_missing": 3_804,
        "SP17_absent": 2_288,
        "SP17_locations": 298,
    }
)
"""Totals of the twelve months to September 2014. Source: the report's dashboard."""
NIGHT_INCIDENTS = 1_633
"""Incidents in or near licensed premises at night, April to September 2014. Source: the report's
dashboard.
"""
SURVEYED = MappingProxyType({"SP5_satisfaction": (105, 96), "SP6_satisfaction": (32, 29)})
"""Victims asked and satisfied, twelve months to September 2014. Source: the report, paragraphs 9.3
and 10.2: 91.4% of 105, and 90.6% of 32.
"""
SAVINGS = MappingProxyType({"required": 23.0, "realised": 7.8, "identified": 9.5, "to find": 5.7})
"""Millions of pounds. Source: the report's dashboard."""

OWN = "Leicestershire"
POPULATIONS = MappingProxyType(
    {
        "Leicestershire": 1_017_697,
        "Bedfordshire": 615_061,
        "Essex": 1_724_950,
        "Hampshire": 1_897_991,
        "Hertfordshire": 1_116_062,
        "Kent": 1_727_665,
        "Nottinghamshire": 1_091_482,
        "Staffordshire": 1_097_497,
    }
)
"""Usual residents at the Census 2011, of the eight forces compared."""
PEER_COUNTS = MappingProxyType(
    {
        "All crime": (60_260, 38_212, 99_895, 101_458, 54_844, 111_840, 69_678, 59_298),
        "Domestic burglary": (4_253, 2_889, 7_037, 3_496, 2_956, 5_805, 4_301, 2_636),
        "Violence": (9_724, 6_931, 19_290, 21_213, 8_976, 25_692, 13_918, 14_002),
    }
)
"""Offences of the twelve months to September 2014, in the order of `POPULATIONS`. Source: the open
data; but the own all crime is the report's, so that it is the sum of the own months. Violence:
homicide, with injury and without.
"""
PEER_VEHICLE_OFFENCES = (7_128, 4_870, 11_676, 7_051, 5_406, 10_358, 6_934, 4_463)
"""The same for all vehicle offences, of which theft from and theft of are not published apart."""


def rolling_totals(measure: str) -> tuple[int, ...]:
    """Twelve-month totals that the illustrative months of a measure add up to, quarter
    `FIRST_ROLLING` first.

    They are those of the open data. For all crime the report's own two totals win, and the years to
    March and June 2014 are 26 above and 121 below: the report has every month of April to June 2014
    below the year before, while as revised since the quarter is 129 above. All differences are
    within `TOLERANCE`.

    Theft from and theft of vehicles are not published apart. Their shares of all vehicle offences
    are those of 2012/13 up to then, and move evenly to those of the year to September 2014.
    """
    place = BASELINE_QUARTER - FIRST_ROLLING
    match measure:
        case "SP11_offences":
            changed = {
                place: REPORTED[measure][0],
                place + 4: 60_860,
                place + 5: 60_842,
                place + 6: REPORTED[measure][1],
            }
            return tuple(changed.get(i, total) for i, total in enumerate(ALL_CRIME))
        case "SP12_offences":
            return DOMESTIC_BURGLARY
        case "SP13_offences":
            return VIOLENCE_WITH_INJURY
    vehicles = VEHICLE_OFFENCES
    before = Fraction(REPORTED[measure][0], vehicles[place])
    step = (Fraction(REPORTED[measure][1], vehicles[-1]) - before) / (len(vehicles) - 1 - place)
    return tuple(
        round(total * (before + step * max(0, i - place))) for i, total in enumerate(vehicles)
    )
