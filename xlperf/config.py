"""Every setting of an assessment: its key, default, what it may be, what it does, and where the
choice comes from.

The Settings sheet of a workbook holds these keys. A reading marked "as printed in the report"
follows its words; one marked "this workbook's choice" is ours where the report is silent, with the
evidence in the README.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from xlperf.periods import Month, Period, last_day, month_of, twelve_months_to

if TYPE_CHECKING:
    from collections.abc import Mapping

PRINTED = "as printed in the report"
CHOICE = "this workbook's choice"


class SpcBasis(StrEnum):
    """Lines a six-month average is compared with."""

    POINTS = "points"
    MEAN = "mean"
    XMR = "xmr"


class SeasonUse(StrEnum):
    """What to do when the months of the year differ."""

    SHOW = "show"
    USE = "use"


class TrendRule(StrEnum):
    """How many trends must reach the target."""

    ANY = "any"
    MAJORITY = "majority"
    ALL = "all"


class Dispersion(StrEnum):
    """How a change of monthly counts allows for months that vary and are alike."""

    AVERAGED = "averaged"
    TWO_YEARS = "two_years"
    ALL_YEARS = "all_years"


class TotalsVariation(StrEnum):
    """How totals of which no months are known are taken to vary."""

    POOLED = "pooled"
    ASSUMED = "assumed"


class PositionLines(StrEnum):
    """Lines around a group of forces."""

    GROUP = "group"
    PEERS = "peers"
    FUNNEL = "funnel"


class SmallSurvey(StrEnum):
    """What a survey too small to judge gets."""

    AMBER = "amber"
    NA = "na"


class RoundTo(StrEnum):
    """Base that counts are rounded to before they leave the building; 1: they are not."""

    ONE = "1"
    FIVE = "5"
    TEN = "10"


class SettingForm(StrEnum):
    """What a setting's value may be."""

    DATE = "date"
    YEAR = "financial year"
    NUMBER = "number"
    CHOICE = "choice"
    TEXT = "text"
    COLOUR = "colour"


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the Settings sheet."""

    key: str
    form: SettingForm
    default: date | float | str
    meaning: str
    origin: str
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    whole: bool = False
    """A number that must be whole."""
    safeguard: bool = False
    """It keeps something in the building: without its row nothing is published, since what it said
    is not known.
    """

    @property
    def sentence(self) -> str:
        """Meaning, allowed values and origin in one text, as the Settings sheet shows it."""
        allowed = f" One of: {', '.join(self.choices)}." if self.choices else ""
        return f"{self.meaning}{allowed} ({self.origin[0].upper()}{self.origin[1:]}.)"


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "period_end",
        SettingForm.DATE,
        date(2014, 9, 30),
        "Last day of the twelve months assessed.",
        PRINTED,
    ),
    Setting(
        "baseline_year",
        SettingForm.YEAR,
        "2012/13",
        "Financial year that everything is compared with.",
        PRINTED,
    ),
    Setting(
        "target_date",
        SettingForm.DATE,
        date(2017, 3, 31),
        "Trends are projected to the twelve months ending on this day.",
        PRINTED,
    ),
    Setting(
        "own_force",
        SettingForm.TEXT,
        "Leicestershire",
        "The force assessed, as in the Forces sheet.",
        "a name",
    ),
    Setting(
        "office",
        SettingForm.TEXT,
        "Office of the Police and Crime Commissioner",
        "Who publishes the dashboard.",
        "a name",
    ),
    Setting(
        "marking",
        SettingForm.TEXT,
        "OFFICIAL",
        "Protective marking shown at the head of the dashboard.",
        CHOICE,
        safeguard=True,
    ),
    Setting(
        "data_note",
        SettingForm.TEXT,
        "Illustrative data",
        "Shown at the head of the dashboard; clear it when the figures are real.",
        CHOICE,
    ),
    Setting(
        "z",
        SettingForm.NUMBER,
        1.96,
        "Width of control lines in standard deviations, and of intervals.",
        PRINTED,
        least=0.5,
        most=6,
    ),
    Setting(
        "spc_basis",
        SettingForm.CHOICE,
        SpcBasis.POINTS,
        "Lines for the six-month average. points: lines for single months, mean ± z × SD of the 12"
        " months before (about a 99.8% line for an average of six); mean: an exact 95% comparison"
        " of the two averages; xmr: lines from the moving range.",
        f"points is {PRINTED}, the others {CHOICE}",
        tuple(SpcBasis),
    ),
    Setting(
        "spc_season",
        SettingForm.CHOICE,
        SeasonUse.SHOW,
        "When 36 months show a season: show prints the verdict with "
        "the season removed beside the colour; use colours by it.",
        CHOICE,
        tuple(SeasonUse),
    ),
    Setting(
        "small_months",
        SettingForm.NUMBER,
        5.0,
        "Control charts: a mean below this many a month is AMBER for small numbers.",
        CHOICE,
        least=0,
        most=1000,
    ),
    Setting(
        "change_dispersion",
        SettingForm.CHOICE,
        Dispersion.AVERAGED,
        "How a change of monthly counts allows for months that vary and are alike. averaged: from"
        " every month known, over all dispersions and autocorrelations that fit; of 100 unchanged"
        " series like London's 4 to 5 are found changed. two_years: dispersion from the two years"
        " compared; 10 to 12 of 100. all_years: from every complete year; 8 to 10 of 100.",
        CHOICE,
        tuple(Dispersion),
    ),
    Setting(
        "trend_rule",
        SettingForm.CHOICE,
        TrendRule.ANY,
        "How many of the four trends must reach the target.",
        f"any is {PRINTED}, the others {CHOICE}",
        tuple(TrendRule),
    ),
    Setting(
        "improved_not_sustained",
        SettingForm.CHOICE,
        "AMBER",
        "Colour of offences that improved now though no trend holds it; the report does not say.",
        CHOICE,
        ("RED", "AMBER", "GREEN"),
    ),
    Setting(
        "totals_variation",
        SettingForm.CHOICE,
        TotalsVariation.POOLED,
        "How totals vary of which no months are known. pooled: as those of other series of their"
        " size do; of 100 unchanged ones 4 to 5 are found changed. assumed: with"
        " assumed_dispersion; none of 100 small totals and 37 of 100 large ones.",
        CHOICE,
        tuple(TotalsVariation),
    ),
    Setting(
        "assumed_dispersion",
        SettingForm.NUMBER,
        4.0,
        "Index of dispersion of totals where totals_variation is assumed.",
        CHOICE,
        least=1,
        most=100,
    ),
    Setting(
        "drift",
        SettingForm.NUMBER,
        0.10,
        "Smallest yearly drift allowed for in the range of a projection (a ratio).",
        CHOICE,
        least=0,
        most=1,
    ),
    Setting(
        "position_lines",
        SettingForm.CHOICE,
        PositionLines.GROUP,
        "Lines around the group. group: mean ± z × SD of all, own force included (about a 98%"
        " line); peers: from the other forces only, widened for a new one; funnel: over-dispersed"
        " funnel.",
        f"group is {PRINTED}, the others {CHOICE}",
        tuple(PositionLines),
    ),
    Setting(
        "smallest_group",
        SettingForm.NUMBER,
        6.0,
        "With fewer forces there is a position but no colour.",
        CHOICE,
        least=3,
        most=50,
        whole=True,
    ),
    Setting(
        "largest_margin",
        SettingForm.NUMBER,
        10.0,
        "Surveys: a worst-case margin above this many percentage points is small numbers.",
        CHOICE,
        least=1,
        most=50,
    ),
    Setting(
        "small_survey",
        SettingForm.CHOICE,
        SmallSurvey.AMBER,
        "What such a survey gets.",
        f"amber is {PRINTED}",
        tuple(SmallSurvey),
    ),
    Setting(
        "revision_limit",
        SettingForm.NUMBER,
        1.0,
        "A published figure that changed by more than this per cent is reported in Checks.",
        CHOICE,
        least=0,
        most=100,
    ),
    Setting(
        "stale_months",
        SettingForm.NUMBER,
        6.0,
        "Data older than this many months before the period end is reported in Checks.",
        CHOICE,
        least=0,
        most=60,
        whole=True,
    ),
    Setting(
        "publish_round_to",
        SettingForm.CHOICE,
        1.0,
        "What leaves the building: counts of measures that have a threshold are rounded to this. 1:"
        " they are not.",
        CHOICE,
        tuple(RoundTo),
        safeguard=True,
    ),
    Setting("fill_red", SettingForm.COLOUR, "#9D1020", "Fill of a red status.", CHOICE),
    Setting("fill_amber", SettingForm.COLOUR, "#FCBB2E", "Fill of an amber status.", CHOICE),
    Setting("fill_green", SettingForm.COLOUR, "#269B86", "Fill of a green status.", CHOICE),
    Setting("fill_na", SettingForm.COLOUR, "#F2F2F2", "Fill where there is no colour.", CHOICE),
    Setting(
        "recipients",
        SettingForm.TEXT,
        "",
        "E-mail addresses the panel pack may go to, separated by semicolons.",
        "a list",
    ),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one assessment, read and checked. Attributes are the keys of `SETTINGS`."""

    period_end: date
    baseline: Period
    target: Month
    own_force: str
    office: str = ""
    marking: str = "OFFICIAL"
    data_note: str = ""
    z: float = 1.96
    spc_basis: SpcBasis = SpcBasis.POINTS
    spc_season: SeasonUse = SeasonUse.SHOW
    small_months: float = 5.0
    change_dispersion: Dispersion = Dispersion.AVERAGED
    trend_rule: TrendRule = TrendRule.ANY
    improved_not_sustained: str = "AMBER"
    totals_variation: TotalsVariation = TotalsVariation.POOLED
    assumed_dispersion: float = 4.0
    drift: float = 0.10
    position_lines: PositionLines = PositionLines.GROUP
    smallest_group: int = 6
    largest_margin: float = 10.0
    small_survey: SmallSurvey = SmallSurvey.AMBER
    revision_limit: float = 1.0
    stale_months: int = 6
    publish_round_to: RoundTo = RoundTo.ONE
    fill_red: str = "#9D1020"
    fill_amber: str = "#FCBB2E"
    fill_green: str = "#269B86"
    fill_na: str = "#F2F2F2"
    recipients: str = ""
    places: Mapping[str, tuple[str, str]] = field(default_factory=dict, compare=False, repr=False)
    """Sheet and cell each setting was read from, for checks to point at; no part of what the
    settings are.
    """

    @property
    def latest(self) -> Period:
        """The twelve months assessed."""
        return twelve_months_to(month_of(self.period_end))

    @property
    def baseline_end(self) -> date:
        """Last day of the baseline year."""
        return last_day(self.baseline.last)

    @property
    def baseline_name(self) -> str:
        """The baseline year as 2012/13."""
        return f"{self.baseline.first // 12}/{self.baseline.last // 12 % 100:02d}"
