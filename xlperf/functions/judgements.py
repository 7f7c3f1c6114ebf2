"""Functions that judge: each builds the one measure its arguments describe and assesses it as a tile is assessed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from xlperf.assess.basis import Case
from xlperf.assess.chart import BEFORE, RECENT, assess_chart
from xlperf.assess.evidence import Finding
from xlperf.assess.offences import assess_offences
from xlperf.assess.positions import assess_position
from xlperf.assess.series import Series
from xlperf.assess.surveys import assess_survey
from xlperf.assess.totals import assess_total
from xlperf.config import PositionLines, Settings, SpcBasis, TrendRule
from xlperf.errors import FunctionError
from xlperf.excel.port import Grid, normalised
from xlperf.functions.arguments import block, choice, dates, number, numbers, whole
from xlperf.periods import Month, Period, financial_year, last_day, month_name, month_of
from xlperf.tables.rows import Frame, Row
from xlperf.tables.tables import (
    Direction,
    Kind,
    Measure,
    MonthCount,
    PeerFigure,
    PeriodTotal,
    SurveyResult,
    Tables,
)
from xlperf.tiles.figures import place as place_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlperf.assess.evidence import Assessment

NAME = "values"
BASELINE = Period(12 * 2012 + 3, 12 * 2013 + 2)
LATEST = Period(12 * 2013 + 9, 12 * 2014 + 8)
"""Years that figures without a date are put into; which years makes no difference to what is judged."""
TARGET = 12 * 2017 + 2
FINDINGS = {"GREEN": str(Finding.BETTER), "RED": str(Finding.WORSE), "AMBER": str(Finding.NEITHER)}
NOWHERE = Row(Frame(Grid("", "", (), (), 1, 1), {}, {}), 0, ())
"""Row of figures that come from no sheet."""


def _measure(kind: Kind, direction: Direction, *, effect: float = 1.0, target: float = 0.0, msg: str = "") -> Measure:
    return Measure(
        name=NAME,
        priority="",
        label="",
        kind=kind,
        direction=direction,
        target_change=target,
        msg_measure=msg,
        proxy=False,
        design_effect=effect,
        unit="",
        source="",
        owner="",
        suppress_below=None,
        caveat="",
        row=NOWHERE,
    )


def _case(measure: Measure, settings: Settings, *, group: Sequence[str] = (), **figures: Mapping[str, Any]) -> Case:
    empty: dict[str, Any] = {}
    tables = Tables(
        measures=(measure,),
        monthly=figures.get("monthly", empty),
        surveys=figures.get("surveys", empty),
        totals=figures.get("totals", empty),
        peers=figures.get("peers", empty),
        group=tuple(group),
        amounts=empty,
        families=empty,
        breaks=empty,
        returns=empty,
        overrides=(),
        comments=(),
        history=(),
    )
    return Case(measure, tables, settings)


def _settings(**changes: Any) -> Settings:
    given = {"period_end": last_day(LATEST.last), "baseline": BASELINE, "target": TARGET, "own_force": "own"}
    return Settings(**{**given, **changes})


def _months(counts: Sequence[float], last: Month) -> dict[Month, MonthCount]:
    first = last - len(counts) + 1
    return {
        first + place: MonthCount(first + place, count, provisional=False, as_at=None, row=NOWHERE)
        for place, count in enumerate(counts)
    }


def _z(value: Any) -> float:
    return number("z", value, least=0.5, most=6)


def spc(values: Any, direction: str = "down", basis: str = "points", z: float = 1.96) -> str:
    """Judge the mean of the latest six months against lines from the twelve before them.

    Parameters
    ----------
    values
        Monthly counts, oldest first, 18 or more; the last 18 are compared.
    direction
        Which way is better: down or up.
    basis
        Lines: points, mean or xmr (see the setting ``spc_basis``).
    z
        Width of the lines in standard deviations.

    Returns
    -------
    str
        RED, AMBER or GREEN.

    Examples
    --------
    >>> spc([420, 418, 371, 437, 443, 424, 431, 457, 352, 436, 414, 435, 352, 420, 385, 430, 375, 400])
    'AMBER'
    """
    counts = numbers("values", values, least=RECENT + BEFORE)
    settings = _settings(spc_basis=choice("basis", basis, SpcBasis), z=_z(z))
    measure = _measure(Kind.OFFENCES, _direction(direction))
    case = _case(measure, settings, monthly={NAME: _months(counts, LATEST.last)})
    return str(assess_chart(case, Series.of(case)).rag)


def _direction(value: str) -> Direction:
    direction = choice("direction", value, Direction)
    if direction is Direction.NONE:
        raise FunctionError("direction is 'none', and then there is no colour. Give down or up.")
    return direction


def change(baseline: Any, latest: Any, direction: str = "down", z: float = 1.96) -> list[list[float | str]]:
    """Compare twelve months with the twelve of a baseline year.

    Parameters
    ----------
    baseline, latest
        Twelve monthly counts each, oldest first, beginning with the same calendar month; or one total each, of twelve
        months (see `total` for shorter ones).

    Returns
    -------
    list of one row
        Ratio of the totals, its lower and upper limit, the two-sided p, and better, worse or no evidence. Limits are
        blank where an exact test decides (fewer than 50 a year, or none in one of the two).
    """
    before, now = (numbers(name, given) for name, given in (("baseline", baseline), ("latest", latest)))
    if len(before) == len(now) == 1:
        (found,) = total(before[0], now[0], direction=direction, z=z)
        return [[*found[:-1], FINDINGS[str(found[-1])]]]
    for name, given in (("baseline", before), ("latest", now)):
        if len(given) != 12:
            raise FunctionError(f"{name} has {len(given)} values. Give twelve months.")
    last = BASELINE.last + 24
    months = {**_months(before, BASELINE.last), **_months(now, last)}
    settings = _settings(period_end=last_day(last), target=last + 12, z=_z(z))
    line = assess_offences(_case(_measure(Kind.OFFENCES, _direction(direction)), settings, monthly={NAME: months}))[0]
    return [_compared(line, str(line.evidence.finding or "none"))]


def total(
    baseline: float, latest: float, months: int = 12, direction: str = "down", dispersion: float = 4.0, z: float = 1.96
) -> list[list[float | str]]:
    """Compare a period's total with that of a baseline year, when there are no months.

    Parameters
    ----------
    baseline
        Total of twelve months.
    latest
        Total of `months` months, as it was counted, not annualised.
    dispersion
        How much more than Poisson the counts are taken to vary.

    Returns
    -------
    list of one row
        Ratio of the yearly rates, its lower and upper limit, the two-sided p, and RED, AMBER or GREEN.
    """
    length = whole("months", months, least=1, most=12)
    counts = [whole(name, value, least=0, most=10**12) for name, value in (("baseline", baseline), ("latest", latest))]
    settings = _settings(assumed_dispersion=number("dispersion", dispersion, least=1, most=100), z=_z(z))
    periods = (BASELINE, Period(LATEST.last - length + 1, LATEST.last))
    rows = tuple(PeriodTotal(period, count, None, NOWHERE) for period, count in zip(periods, counts, strict=True))
    line = assess_total(_case(_measure(Kind.TOTAL, _direction(direction)), settings, totals={NAME: rows}))
    return [_compared(line, str(line.rag))]


def _compared(line: Assessment, verdict: str) -> list[float | str]:
    evidence = line.evidence
    numbers_found = (evidence.statistic, evidence.lower, evidence.upper, evidence.p)
    return [*("" if value is None or value == float("inf") else value for value in numbers_found), verdict]


def offences(
    months: Any,
    counts: Any,
    baseline: str = "2012/13",
    target: Any = date(2017, 3, 31),
    direction: str = "down",
    target_change: float = 0.0,
    rule: str = "any",
) -> str:
    """Judge the latest twelve months against a baseline year and a target (rule 1).

    Parameters
    ----------
    months
        First day of each month, in any order.
    counts
        Count of each month, in the same order.
    baseline
        Financial year, as 2012/13.
    target
        Last month of the twelve that the target is for.
    target_change
        Change wanted, in per cent of the baseline year: -10 is ten per cent lower; 0 is any improvement.
    rule
        How many of the four trends must reach the target: any, majority or all.

    Returns
    -------
    str
        RED, AMBER, GREEN, or NA with the reason code.
    """
    days, given = dates("months", months), numbers("counts", counts)
    if len(days) != len(given):
        raise FunctionError(f"months has {len(days)} cells and counts {len(given)}. Give one count a month.")
    by_month: dict[Month, MonthCount] = {}
    for day, count in zip(days, given, strict=True):
        month = month_of(day)
        if month in by_month:
            raise FunctionError(f"months has {month_name(month)} twice. Give each month once.")
        by_month |= _months([count], month)
    try:
        year = financial_year(str(baseline))
    except ValueError:
        raise FunctionError(f"baseline is '{baseline}'. Give a financial year, such as 2012/13.") from None
    settings = _settings(
        period_end=last_day(max(by_month)),
        baseline=year,
        target=month_of(dates("target", target)[0]),
        trend_rule=choice("rule", rule, TrendRule),
    )
    change_wanted = number("target_change", target_change, least=-99.9, most=1000)
    measure = _measure(Kind.OFFENCES, _direction(direction), target=change_wanted)
    return _colour(assess_offences(_case(measure, settings, monthly={NAME: by_month}))[0])


def _colour(line: Assessment) -> str:
    """Colour, or NA and why."""
    return str(line.rag) if line.rag != "NA" else f"NA: {line.reason}"


def _group(own: Any, group: Any, direction: str, **settings: Any) -> Assessment:
    figures, figure = numbers("group", group, least=2, negative=True), number("own", own)
    if figure not in figures:
        raise FunctionError(f"own is {figure:g}, which is not in the group. Give the group with the own force in it.")
    place = figures.index(figure)
    forces = ["own" if i == place else f"force {i}" for i in range(len(figures))]
    peers = tuple(
        PeerFigure(force, last_day(LATEST.last), rate, 1, None, None, NOWHERE)
        for force, rate in zip(forces, figures, strict=True)
    )
    measure = _measure(Kind.OFFENCES, _direction(direction), msg="group")
    return assess_position(_case(measure, _settings(**settings), group=forces, peers={"group": peers}), None)


def position(own: float, group: Any, direction: str = "down") -> str:
    """Place of a figure in its group: 1st is best, equal figures share the better place.

    Examples
    --------
    >>> position(4.2, [1.8, 2.4, 2.7, 3.3, 3.9, 4.1, 4.2, 4.7])
    '7th of 8'
    """
    found = _group(own, group, direction).evidence.place
    return "" if found is None else place_text(found)


def msg(own: float, group: Any, direction: str = "down", lines: str = "group", z: float = 1.96) -> str:
    """Judge a figure against the lines of its group (rules 2 and 5).

    Parameters
    ----------
    lines
        group: mean ± z SD of all, the own force included; peers: from the others, widened for a new one.

    Returns
    -------
    str
        RED, AMBER, GREEN, or NA with the reason code (fewer than six figures).
    """
    reading = choice("lines", lines, PositionLines)
    if reading is PositionLines.FUNNEL:
        raise FunctionError("lines is 'funnel', which needs counts and populations. Give group or peers.")
    return _colour(_group(own, group, direction, position_lines=reading, z=_z(z)))


def survey(
    baseline_percent: float,
    baseline_n: float,
    latest_percent: float,
    latest_n: float,
    design_effect: float = 1.0,
    direction: str = "up",
    z: float = 1.96,
) -> str:
    """Judge a percentage of a survey against that of the baseline year (rule 4).

    Returns
    -------
    str
        GREEN: better with 95% confidence at z = 1.96; RED: worse; AMBER: no evidence either way, or a survey so small
        that its margin can exceed 10 points.

    Examples
    --------
    >>> survey(84.2, 410, 83.4, 395)
    'AMBER'
    """
    given = (("baseline", baseline_percent, baseline_n), ("latest", latest_percent, latest_n))
    results = tuple(
        SurveyResult(
            last_day(period.last),
            whole(f"{name}_n", n, least=1, most=10_000_000),
            None,
            number(f"{name}_percent", percent, least=0, most=100),
            None,
            None,
            NOWHERE,
        )
        for (name, percent, n), period in zip(given, (BASELINE, LATEST), strict=True)
    )
    effect = number("design_effect", design_effect, least=0.25, most=100)
    measure = _measure(Kind.SURVEY, _direction(direction), effect=effect)
    return _colour(assess_survey(_case(measure, _settings(z=_z(z)), surveys={NAME: results})))


def why(line: str, workings: Any) -> str:
    """Explanation of a line, from the Workings table.

    Parameters
    ----------
    line
        Name of the line, as in Workings, in any case: SP12_offences.
    workings
        The table with its header: rows of cells, of which the columns Line and Explanation are used.
    """
    rows = block(workings)
    titles = [normalised(str(title or "")) for title in (rows[0] if rows else [])]
    if "line" not in titles or "explanation" not in titles:
        raise FunctionError("workings has no columns Line and Explanation. Give the table with its header.")
    at, text = titles.index("line"), titles.index("explanation")
    wanted = normalised(str(line))
    for row in rows[1:]:
        if normalised(str(row[at] or "")) == wanted:
            return str(row[text] or "")
    raise FunctionError(f"line is '{line}', which is not in Workings. Give a line as the sheet has it.")
