"""Lasting steps of monthly counts, proposed in Checks and never applied.

A step that nobody entered in Breaks is either a real change, which is news, or a change of
recording, across which nothing compares. Which of the two, people know and statistics do not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.assessment.chart import BEFORE, RECENT
from xlperf.periods import Period, month_name
from xlperf.stats import levels, step_changes
from xlperf.tables.problems import Code, Effect, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlperf.assessment.basis import Basis, Case
    from xlperf.config import Settings
    from xlperf.periods import Month
    from xlperf.stats.step_changes import StepChange

TREND_MONTHS = 36
"""Months that the longest trend looks back on."""
NEAR = 3
"""Months by which a step may move when a quarter is added, and be the one that was settled: 99 of
100 move no further (simulated).
"""


def check_steps(basis: Basis) -> list[Problem]:
    """Report lasting steps of every measure of monthly counts that a judgement of this period looks
    across: since the last break, and in months without a gap.
    """
    return [
        problem
        for measure in basis.tables.measures
        if basis.tables.monthly.get(measure.name)
        for problem in _of_measure(basis.case(measure.name))
    ]


def _of_measure(case: Case) -> Iterator[Problem]:
    series, last = case.series, case.settings.latest.last
    if last not in series.by_month:
        return
    run = series.run_back(last)
    used = Period(max(run.first, last - levels.MOST_MONTHS + 1), last)
    if used.length < step_changes.MONTHS_NEEDED:
        return
    oldest = _oldest(case.settings, last)
    for step in step_changes.propose_steps(series.counts(used)):
        month = used.first + step.at
        if month > oldest:
            yield _proposal(case, month, step)


def _oldest(settings: Settings, last: Month) -> Month:
    """First month that a judgement of the period may use."""
    return min(settings.baseline.first, last - RECENT - BEFORE + 1, last - TREND_MONTHS + 1)


def _proposal(case: Case, month: Month, step: StepChange) -> Problem:
    name = case.measure.name
    problem = case.series.by_month[month].row.problem(
        Severity.NOTE,
        Code.LASTING_STEP,
        "Month",
        f"{name} seems to have another level from about {month_name(month)} on:"
        f" {step.before:,.0f} a month before, {step.after:,.0f} since. Of 100 such series without a"
        f" step, at most {step.of_100} would show one as clear.",
        f"Ask what changed. If it was recording or method, enter {month_name(month)} in the sheet"
        " Breaks: nothing is compared across it then, and limits start there. If"
        " not, settle this.",
        name,
    )
    way = "up" if step.after > step.before else "down"
    near = sorted(range(month - NEAR, month + NEAR + 1), key=lambda other: abs(other - month))
    subjects = tuple(f"{way} {month_name(other)}" for other in near)
    return replace(problem, row=None, effect=Effect.INFORMATION, lines=(name,), subjects=subjects)
