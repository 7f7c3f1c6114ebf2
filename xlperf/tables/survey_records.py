"""One row of Surveys to one result, or to the reason why it cannot be used, as in `records`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.tables.data import SurveyResult
from xlperf.tables.measure_kinds import KINDS, FigureForm, MeasureKind
from xlperf.tables.problems import Code, Severity
from xlperf.tables.records import MOST_ASKED, is_provisional, no_figure, period_end, refuse

if TYPE_CHECKING:
    from xlperf.tables.records import Problems
    from xlperf.tables.rows import DataRow


def survey(row: DataRow, problems: Problems, kind: MeasureKind) -> SurveyResult | None:
    """Read a survey result: a share, or the mean of a rating."""
    end = period_end(row, problems)
    if end is None:
        return None
    rating = KINDS[kind].form is FigureForm.SCORE
    n = row.whole("n")
    score = row.number("Mean score") if rating else row.if_readable(row.number, "Mean score")
    percent = row.if_readable(row.number, "Percent")
    successes = (
        row.whole("Satisfied")
        if percent is None and not rating
        else row.if_readable(row.whole, "Satisfied")
    )
    if successes is None and not rating:
        percent = row.number("Percent")
    weight = row.number("Weight")
    if fault := _asked(n) or _answers(n, successes, score) or _weight(weight):
        refuse(row, problems, Code.OUT_OF_RANGE, *fault)
        return None
    unwanted = ("Satisfied", "Percent") if rating else ("Mean score",)
    problems += [
        row.problem(
            Severity.WARNING,
            Code.WRONG_KIND,
            title,
            f"'{title}' is filled in, but the measure is of kind {kind}; the cell is not used.",
            "Clear it, or correct the kind in the Measures sheet.",
        )
        for title in unwanted
        if row.if_readable(row.value, title) is not None
    ]
    if rating and score is None:
        no_figure(
            row, problems, ("Mean score",), "There is no mean score, so no result.", "Enter it."
        )
        return None
    if not rating and percent is None and (successes is None or n is None):
        lacking = ("n",) if successes is not None else ("Satisfied", "Percent")
        found = "n with the number satisfied, or the percentage, is missing: no result."
        remedy = "Enter it, or delete the row."
        no_figure(row, problems, lacking, found, remedy)
        return None
    if n is None:
        found = "There is no n, so the figure is shown but cannot be coloured."
        remedy = "Enter n."
        no_figure(row, problems, ("n",), found, remedy)
    return SurveyResult(
        end,
        n,
        None if rating else successes,
        None if rating else percent,
        score if rating else None,
        row.day("As at"),
        row,
        part=row.text("Part"),
        counting=row.text("Counting"),
        weight=weight,
        provisional=is_provisional(row),
    )


def _weight(weight: float | None) -> tuple[str, str, str] | None:
    if weight is not None and weight <= 0:
        found = f"The weight is {weight:g}: a part of the whole weighs more than nothing."
        return "Weight", found, "Give its population or its share, or leave out the part."
    return None


def _asked(n: int | None) -> tuple[str, str, str] | None:
    if n == 0:
        return (
            "n",
            "n is 0: nobody was asked, so there is no result.",
            "Leave the row out until there are answers.",
        )
    if n is not None and n > MOST_ASKED:
        return "n", f"n is {n:,}: no survey has so many answers.", "Correct n."
    return None


def _answers(
    n: int | None, successes: int | None, score: float | None
) -> tuple[str, str, str] | None:
    if n is not None and successes is not None and successes > n:
        found = f"{successes:,} satisfied of n = {n:,}: more than were asked."
        return "Satisfied", found, "Correct one of the two."
    if score is not None and not 1 <= score <= 5:
        return (
            "Mean score",
            f"The mean score is {score:g}; stars go from 1 to 5.",
            "Correct the score.",
        )
    return None
