"""Cases made of arguments: one measure, its figures in arbitrary months, and the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from xlperf.assessment.basis import Case
from xlperf.config import Settings
from xlperf.errors import FunctionError
from xlperf.periods import Month, Period, last_day
from xlperf.tables.data import Direction, Measure, MonthCount, Tables
from xlperf.tables.rows import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from xlperf.assessment.evidence import Assessment
    from xlperf.tables.data import PeerFigure, PeriodTotal, SurveyResult
    from xlperf.tables.measure_kinds import MeasureKind

T = TypeVar("T")

NAME = "values"
BASELINE = Period(12 * 2001 + 3, 12 * 2002 + 2)
LATEST = Period(12 * 2002 + 9, 12 * 2003 + 8)
"""Years that figures without a date are put into; which years makes no difference."""
TARGET = 12 * 2006 + 2


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
    measure: Measure,
    settings: Settings,
    *,
    months: Mapping[Month, MonthCount] | None = None,
    surveys: tuple[SurveyResult, ...] = (),
    totals: tuple[PeriodTotal, ...] = (),
    peers: tuple[PeerFigure, ...] = (),
) -> Case:
    """Make a case of one measure and its figures."""
    tables = Tables(
        measures=(measure,),
        monthly={} if months is None else {NAME: months},
        surveys={NAME: surveys} if surveys else {},
        totals={NAME: totals} if totals else {},
        peers={measure.msg_measure: peers} if peers else {},
        group=tuple(figure.force for figure in peers),
        amounts={},
        families={},
        breaks={},
        returns={},
        overrides=(),
        comments=(),
        history=(),
    )
    return Case(measure, tables, settings)


def make_settings(**changes: Any) -> Settings:
    """Settings as a new workbook has them, but for these changes."""
    values = {
        "period_end": last_day(LATEST.last),
        "baseline": BASELINE,
        "target": TARGET,
        "own_force": "own",
    }
    return Settings(**{**values, **changes})


def make_months(counts: Sequence[float], last: Month) -> dict[Month, MonthCount]:
    """Put counts into the months up to `last`."""
    first = last - len(counts) + 1
    return {
        first + place: MonthCount(first + place, count, provisional=False, as_at=None, row=NOWHERE)
        for place, count in enumerate(counts)
    }


def evidence_of(line: Assessment, kind: type[T]) -> T:
    """Give what a line that has its figures rests on."""
    if not isinstance(line.evidence, kind):
        raise FunctionError(line.missing or "The figures cannot be judged.")
    return line.evidence
