"""Every setting of an assessment, declared once: its name, type, default, what it may be, what it
does and changes, and where the choice comes from.

A setting is a field of `Settings` annotated with a `Setting`. What reads the Settings sheet of a
workbook, what writes that of a new one, and the documentation take them from `SETTINGS`. A reading
marked "as printed in the report" follows its words; one marked "this workbook's choice" is ours
where the report is silent, with the evidence in docs/methods.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, MISSING, field, fields, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, get_args

from xlperf.frozen import frozen
from xlperf.periods import Month, Period, last_day, month_of, twelve_months_to
from xlperf.stats.defaults import DISPERSION, DRIFT, Z

PRINTED = "as printed in the report"
CHOICE = "this workbook's choice"


class SpcBasis(StrEnum):
    """Limits that a six-month average is compared with."""

    POINTS = "points"
    LEVELS = "levels"
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
    """Limits around a group of forces."""

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


class Affects(StrEnum):
    """What a setting changes."""

    JUDGEMENT = "figures and colours"
    CHECKS = "what is reported in Checks"
    RELEASE = "what leaves the office"
    LOOK = "how it looks"


FORMS = {
    date: SettingForm.DATE,
    Period: SettingForm.YEAR,
    float: SettingForm.NUMBER,
    int: SettingForm.NUMBER,
    str: SettingForm.TEXT,
}
"""Forms by the type of the field; any other type is a choice."""


@frozen
class Setting:
    """One setting, as its field of `Settings` is annotated and completed by `_declared`."""

    meaning: str
    origin: str
    _: KW_ONLY
    affects: Affects = Affects.JUDGEMENT
    least: float | None = None
    most: float | None = None
    safeguard: bool = False
    """It keeps something in the office: without its row nothing is published, since what it said
    is not known.
    """
    default: date | float | str = ""
    """What a new workbook has, and what counts where the row is not there: the default of the
    field, if it has one.
    """
    key: str = ""
    """Name in the Settings sheet: that of the field, if none is declared."""
    form: SettingForm = SettingForm.TEXT
    """TEXT: that of the type of the field."""
    kind: type = str
    """Type of a choice or a number: a `StrEnum`, str, int or float."""
    choices: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether it is a number that must be whole."""
        return self.form is SettingForm.NUMBER and self.kind is int

    @property
    def sentence(self) -> str:
        """Meaning, allowed values and origin in one text, as the Settings sheet shows it."""
        allowed = f" One of: {', '.join(self.choices)}." if self.choices else ""
        return f"{self.meaning}{allowed} ({self.origin[0].upper()}{self.origin[1:]}.)"


def _fill(status: str) -> Setting:
    return Setting(f"Fill {status}.", CHOICE, form=SettingForm.COLOUR, affects=Affects.LOOK)


@frozen
class Settings:
    """The settings of one assessment, read and checked."""

    period_end: Annotated[
        date, Setting("Last day of the twelve months assessed.", PRINTED, default=date(2014, 9, 30))
    ]
    baseline: Annotated[
        Period,
        Setting(
            "Financial year that everything is compared with.",
            PRINTED,
            key="baseline_year",
            default="2012/13",
        ),
    ]
    target: Annotated[
        Month,
        Setting(
            "Trends are projected to the twelve months ending on this day.",
            PRINTED,
            key="target_date",
            form=SettingForm.DATE,
            default=date(2017, 3, 31),
        ),
    ]
    own_force: Annotated[str, Setting("The force assessed, as in the Forces sheet.", "a name")]
    office: Annotated[
        str, Setting("Who publishes the dashboard.", "a name", affects=Affects.LOOK)
    ] = "Office of the Police and Crime Commissioner"
    dashboard_title: Annotated[
        str,
        Setting(
            "What the dashboard is called, on screen and on paper.", CHOICE, affects=Affects.LOOK
        ),
    ] = "Police and Crime Plan dashboard"
    marking: Annotated[
        str,
        Setting(
            "Protective marking shown at the head of the dashboard.",
            CHOICE,
            safeguard=True,
            affects=Affects.RELEASE,
        ),
    ] = "OFFICIAL"
    data_note: Annotated[
        str,
        Setting(
            "Shown at the head of the dashboard; clear it when the figures are real.",
            CHOICE,
            affects=Affects.LOOK,
        ),
    ] = ""
    z: Annotated[
        float,
        Setting(
            "Width of control lines in standard deviations, and of intervals.",
            PRINTED,
            least=0.5,
            most=6,
        ),
    ] = Z
    spc_basis: Annotated[
        SpcBasis,
        Setting(
            "Lines for the six-month average. points: lines for single months, mean ± z × SD of"
            " the 12 months before; how often chance crosses them stands beside each. levels: from"
            " which averages on the level has changed, season and neighbouring months allowed for;"
            " of 100 unchanged series like London's 4 to 6 are found changed. mean: comparison of"
            " two averages as if months were independent (15 of 100). xmr: from the moving range.",
            f"points is {PRINTED}, the others {CHOICE}",
        ),
    ] = SpcBasis.POINTS
    spc_season: Annotated[
        SeasonUse,
        Setting(
            "When 36 months show a season: show prints the verdict with the season removed beside"
            " the colour; use colours by it.",
            CHOICE,
        ),
    ] = SeasonUse.SHOW
    small_months: Annotated[
        float,
        Setting(
            "Control charts: a mean below this many a month is AMBER for small numbers.",
            CHOICE,
            least=0,
            most=1000,
        ),
    ] = 5.0
    change_dispersion: Annotated[
        Dispersion,
        Setting(
            "How a change of monthly counts allows for months that vary and are alike. averaged:"
            " from every month known, over all dispersions and autocorrelations that fit; of 100"
            " unchanged series like London's 4 to 6 are found changed. two_years: dispersion from"
            " the two years compared; 10 to 12 of 100. all_years: from every complete year; 8 to 10"
            " of 100.",
            CHOICE,
        ),
    ] = Dispersion.AVERAGED
    trend_rule: Annotated[
        TrendRule,
        Setting(
            "How many of the four trends must reach the target.",
            f"any is {PRINTED}, the others {CHOICE}",
        ),
    ] = TrendRule.ANY
    improved_not_sustained: Annotated[
        Literal["RED", "AMBER", "GREEN"],
        Setting(
            "Colour of offences that improved now though no trend holds it; the report does not"
            " say.",
            CHOICE,
        ),
    ] = "AMBER"
    totals_variation: Annotated[
        TotalsVariation,
        Setting(
            "How totals vary of which no months are known. pooled: as those of other series of"
            " their size do; of 100 unchanged ones 4 to 6 are found changed up to 10,000 a year,"
            " perhaps 10 to 20 above, where few series were tried. assumed: with"
            " assumed_dispersion; none of 100 small totals and 37 of 100 large ones.",
            CHOICE,
        ),
    ] = TotalsVariation.POOLED
    assumed_dispersion: Annotated[
        float,
        Setting(
            "Index of dispersion of totals where totals_variation is assumed.",
            CHOICE,
            least=1,
            most=100,
        ),
    ] = DISPERSION
    drift: Annotated[
        float,
        Setting(
            "Smallest yearly drift allowed for in the range of a projection (a ratio).",
            CHOICE,
            least=0,
            most=1,
        ),
    ] = DRIFT
    position_lines: Annotated[
        PositionLines,
        Setting(
            "Lines around the group. group: mean ± z × SD of all, own force included (at"
            f" z = {Z} about a 98% line); peers: from the other forces only, widened for a new one;"
            " funnel: over-dispersed funnel.",
            f"group is {PRINTED}, the others {CHOICE}",
        ),
    ] = PositionLines.GROUP
    smallest_group: Annotated[
        int,
        Setting("With fewer forces there is a position but no colour.", CHOICE, least=3, most=50),
    ] = 6
    false_discovery: Annotated[
        float,
        Setting(
            "Largest share of chance findings among the green and red that rest on tests, such as"
            " 0.10: with it lines are judged together (Benjamini and Hochberg), and a colour that"
            " its p is too large for among as many lines is AMBER. 0: each line is judged alone.",
            f"0 is {PRINTED}, any other {CHOICE}",
            least=0,
            most=0.5,
        ),
    ] = 0.0
    largest_margin: Annotated[
        float,
        Setting(
            "Surveys: a worst-case margin above this many percentage points is small numbers.",
            CHOICE,
            least=1,
            most=50,
        ),
    ] = 10.0
    small_survey: Annotated[
        SmallSurvey, Setting("What such a survey gets.", f"amber is {PRINTED}")
    ] = SmallSurvey.AMBER
    revision_limit: Annotated[
        float,
        Setting(
            "A published figure that changed by more than this per cent is reported in Checks.",
            CHOICE,
            least=0,
            most=100,
            affects=Affects.CHECKS,
        ),
    ] = 1.0
    stale_months: Annotated[
        int,
        Setting(
            "Data older than this many months before the period end is reported in Checks.",
            CHOICE,
            least=0,
            most=60,
            affects=Affects.CHECKS,
        ),
    ] = 6
    publish_round_to: Annotated[
        RoundTo,
        Setting(
            "What leaves the building: counts of measures that have a threshold are rounded to"
            " this. 1: they are not.",
            CHOICE,
            safeguard=True,
            affects=Affects.RELEASE,
        ),
    ] = RoundTo.ONE
    fill_red: Annotated[str, _fill("of a red status")] = "#9D1020"
    fill_amber: Annotated[str, _fill("of an amber status")] = "#FCBB2E"
    fill_green: Annotated[str, _fill("of a green status")] = "#269B86"
    fill_na: Annotated[str, _fill("where there is no colour")] = "#F2F2F2"
    recipients: Annotated[
        str,
        Setting(
            "E-mail addresses the panel pack may go to, separated by semicolons.",
            "a list",
            affects=Affects.RELEASE,
        ),
    ] = ""
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


def _declared() -> Iterator[Setting]:
    """Complete each annotation by the name, type and default of its field."""
    for item in fields(Settings):
        kind, *about = get_args(item.type)
        if not (about and isinstance(about[0], Setting)):
            continue
        setting = about[0]
        words, by_type = get_args(kind), FORMS.get(kind, SettingForm.CHOICE)  # words of a Literal
        yield replace(
            setting,
            key=setting.key or item.name,
            kind=str if words else kind,
            form=by_type if setting.form is SettingForm.TEXT else setting.form,
            default=setting.default if item.default is MISSING else item.default,
            choices=words or (tuple(kind) if issubclass(kind, StrEnum) else ()),
        )


SETTINGS: tuple[Setting, ...] = tuple(_declared())
"""Every setting, in the order of the Settings sheet."""
SETTINGS_BY_KEY = {setting.key: setting for setting in SETTINGS}
