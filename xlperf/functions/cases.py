"""Cases made of arguments: one measure, its figures in months that make no difference, and the
settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlperf.assess.basis import Case
from xlperf.config import Settings
from xlperf.periods import Month, Period, last_day
from xlperf.tables.data import Direction, Measure, MonthCount, Tables
from xlperf.tables.rows import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlperf.tables.measure_kinds import MeasureKind

NAME = "values"
BASELINE = Period(12 * 2012 + 3, 12 * 2013 + 2)
LATEST = Period(12 * 2013 + 9, 12 * 2014 + 8)
"""Years that figures without a date are put into; which years makes no difference to what is
judged.
"""
TARGET = 12 * 2017 + 2


def make_measure(
    kind: MeasureKind,
    direction: Direction,
    *,
    effect: float = 1.0,
    target: float = 0.0,
    msg: str = "",
) -> Measure:
    """Make the measure that arguments describe."""
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


def make_case(
    measure: Measure, settings: Settings, *, group: Sequence[str] = (), **figures: Mapping[str, Any]
) -> Case:
    """Make a case of one measure and its figures."""
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


def make_settings(**changes: Any) -> Settings:
    """Settings as a new workbook has them, but for what is given."""
    given = {
        "period_end": last_day(LATEST.last),
        "baseline": BASELINE,
        "target": TARGET,
        "own_force": "own",
    }
    return Settings(**{**given, **changes})


def make_months(counts: Sequence[float], last: Month) -> dict[Month, MonthCount]:
    """Put counts into the months up to `last`."""
    first = last - len(counts) + 1
    return {
        first + place: MonthCount(first + place, count, provisional=False, as_at=None, row=NOWHERE)
        for place, count in enumerate(counts)
    }
