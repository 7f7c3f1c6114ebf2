"""Every line of every measure, judged: the whole of an assessment in one pass over the measures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.assessment.among_many import judge_among_many
from xlperf.assessment.basis import Basis, Case
from xlperf.assessment.chart import assess_chart
from xlperf.assessment.monthly_counts import LEAST_YEARS
from xlperf.assessment.offences import assess_months, assess_offences
from xlperf.assessment.others import assess_amount, assess_families, assess_text
from xlperf.assessment.positions import assess_position
from xlperf.assessment.surveys import assess_rating, assess_survey
from xlperf.assessment.totals import assess_total
from xlperf.stats import change
from xlperf.tables.doubts import first_doubt
from xlperf.tables.measure_kinds import LineKind
from xlperf.tables.problems import Code, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.tables.data import Override, Tables

RULES: dict[LineKind, Callable[[Case], Assessment]] = {
    LineKind.SURVEY: assess_survey,
    LineKind.RATING: assess_rating,
    LineKind.TOTAL: assess_total,
    LineKind.FAMILIES: assess_families,
    LineKind.AMOUNT: assess_amount,
    LineKind.TEXT: assess_text,
}


def assess(tables: Tables, settings: Settings) -> tuple[Assessment, ...]:
    """Judge every line of these tables."""
    return judge(Basis(tables, settings))


def judge(basis: Basis) -> tuple[Assessment, ...]:
    """Judge every line, in the order of the Measures sheet: main line, position, control chart.

    First each by itself, then among all lines tested where the settings ask for it; what a person
    decided comes last.
    The same tables and settings give the same assessments: there is no clock and no chance in it.
    """
    tables, settings = basis.tables, basis.settings
    alone = [line for measure in tables.measures for line in judge_measure(basis, measure.name)]
    lines = judge_among_many(alone, settings)
    decided = overrides_in_force(tables, settings)
    return tuple(
        replace(line, override=decided[line.line.lower()])
        if line.line.lower() in decided and not _in_doubt(line, tables)
        else line
        for line in lines
    )


def judge_measure(basis: Basis, measure: str) -> list[Assessment]:
    """Judge the lines of one measure, each by itself: main line, position, control chart."""
    case = basis.case(measure)
    first, *rest = assess_offences(case) if case.kind.monthly else [RULES[case.kind.line](case)]
    if case.measure.msg_measure:
        rest.insert(0, assess_position(case, _own_spread(case)))
    return [first, *rest]


def judge_line(basis: Basis, measure: str, kind: LineKind) -> Assessment:
    """Judge one line of a measure by itself, as `judge_measure` does, without the others.

    `kind` is that of a line that the measure has.
    """
    case = basis.case(measure)
    if kind is LineKind.POSITION:
        return assess_position(case, _own_spread(case))
    if kind is LineKind.SPC:
        return assess_chart(case) if case.series.by_month else assess_offences(case)[1]
    return assess_months(case) if case.kind.monthly else RULES[case.kind.line](case)


def _own_spread(case: Case) -> float | None:
    """Variance over mean of a year of the own force, from three complete years on; else None."""
    if not case.kind.monthly:
        return None
    series, last = case.series, case.settings.latest.last
    if last not in series.by_month or series.run_back(last).length < 12 * LEAST_YEARS:
        return None
    years = series.complete_years(last)
    effect = change.design_effect(change.autocorrelation(years))
    return float(change.dispersion(years) * effect)


def _in_doubt(line: Assessment, tables: Tables) -> bool:
    """Whether what a person decided of a line may be another decision than the one read."""
    doubts = [doubt for doubt in tables.doubts if doubt.decision]
    return bool(
        first_doubt(doubts, line.measure.name, line.line, position=line.kind is LineKind.POSITION)
    )


def overrides_in_force(tables: Tables, settings: Settings) -> dict[str, Override]:
    """Overrides that hold for the period, by line in small letters; of two for one, the last."""
    return {
        item.line.lower(): item for item in tables.overrides if item.until >= settings.period_end
    }


def check_overrides(
    lines: tuple[Assessment, ...], tables: Tables, settings: Settings
) -> list[Problem]:
    """Report overrides in force, those that agree with the rules too, and of unknown lines."""
    known = {line.line.lower(): line for line in lines}
    decided = overrides_in_force(tables, settings)
    problems = []
    for override in decided.values():
        line = known.get(override.line.lower())
        if line is None:
            found = f"There is no line '{override.line}'; the override does nothing."
            remedy = "Use the name of the line as in the Workings sheet."
            problems.append(
                override.row.problem(
                    Severity.ERROR, Code.UNKNOWN_LINE, "Line", found, remedy, override.line
                )
            )
        else:
            problems.append(
                override.row.problem(
                    Severity.NOTE,
                    Code.OVERRIDE,
                    "Colour",
                    f"{line.line} is shown {override.colour}; worked out: {line.rag}. "
                    f"{override.who}: {override.reason}",
                    "Delete the row to show the colour worked out.",
                    override.line,
                )
            )
    return problems
