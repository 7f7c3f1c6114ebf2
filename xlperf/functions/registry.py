"""The functions that a workbook's cells can call, one entry for each.

An entry says which Python function answers and what of its result the cell shows. Arguments, their
help and their defaults are those of the Python function: of its signature and of the first
paragraph on each parameter in its docstring. Every host (classic user-defined functions, the custom
functions of an add-in), the VBA wrapper and the documentation are made from these entries. Texts
fit Excel's function wizard: 255 characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from inspect import Parameter, getdoc, signature
from typing import TYPE_CHECKING, Any, TypeAlias

from xlperf.config import SETTINGS_BY_KEY
from xlperf.functions import (
    comparisons,
    control_charts,
    explanations,
    groups,
    other_colours,
    percentages,
    series,
)
from xlperf.periods import month_name, month_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

CATEGORY = "xlperf"
LONGEST_HELP = 255
"""Characters the function wizard shows."""
NO_STEP = "no lasting step"
"""What a cell shows where no step is proposed."""
PARAMETERS = re.compile(r"^Parameters\n-+\n(.*?)(?:\n\n\w+\n-+\n|\Z)", re.MULTILINE | re.DOTALL)
FIRST_PARAGRAPH = re.compile(r"^(\w+)\n((?: +\S.*\n?)+)", re.MULTILINE)

Shown: TypeAlias = "float | str | Sequence[str] | Sequence[Sequence[float | str | None]]"
"""One value; one for each cell of the first argument; or rows of values."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument, in the order of the call."""

    name: str
    meaning: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """One function: its name in a cell, the Python function behind it, and its help."""

    name: str
    behind: Callable[..., object]
    summary: str
    arguments: tuple[Argument, ...]
    flat: Callable[[Any], Shown]
    """What of the result the cell shows."""
    defaults: Mapping[str, object]
    """Values of arguments that a cell may leave out, though Python may not."""

    @property
    def usage(self) -> str:
        """How it is called: XP_SPC(values, [direction], [basis], [z])."""
        names = (f"[{item.name}]" if item.optional else item.name for item in self.arguments)
        return f"{self.name}({', '.join(names)})"


def _function(
    name: str,
    behind: Callable[..., object],
    summary: str,
    flat: Callable[[Any], Shown],
    *,
    without: Collection[str] = (),
    defaults: Mapping[str, object] | None = None,
) -> Function:
    """Make an entry; `without`: arguments that cells do not have."""
    section = PARAMETERS.search(getdoc(behind) or "")
    texts = dict(FIRST_PARAGRAPH.findall(section[1] if section else ""))
    own = defaults or {}
    arguments = tuple(
        _argument(item.name, texts.get(item.name, ""), own.get(item.name, item.default))
        for item in signature(behind).parameters.values()
        if item.name not in without
    )
    return Function(name, behind, summary, arguments, flat, own)


def _argument(name: str, text: str, default: object) -> Argument:
    """Make an argument; its help says what it is when left out, unless the docstring does."""
    meaning, optional = " ".join(text.split()), default is not Parameter.empty
    if optional and "Left out:" not in meaning:
        meaning += f" Left out: {_default_text(default)}."
    return Argument(name, meaning, optional)


def _default_text(default: object) -> str:
    if isinstance(default, date):
        return month_name(month_of(default))
    return f"{default:g}" if isinstance(default, float) else str(default)


def _limits(result: Any) -> Shown:
    return [[result.lower, result.centre, result.upper]]


def _rows(result: Any) -> Shown:
    return result.rows()  # type: ignore[no-any-return]


FUNCTIONS: tuple[Function, ...] = (
    _function(
        "XP_SPC",
        series.spc,
        "Colour of the mean of the latest six months against lines from the twelve before: RED,"
        " AMBER or GREEN.",
        lambda result: result.verdict,
    ),
    _function(
        "XP_LINES",
        series.spc,
        "Lower line, centre and upper line that the mean of the latest six months is compared"
        " with.",
        _limits,
        without=["direction"],
    ),
    _function(
        "XP_XMR",
        control_charts.xmr,
        "Lower line, centre and upper line of an individuals chart, from the moving ranges of all"
        " values.",
        _limits,
    ),
    _function(
        "XP_RUN",
        control_charts.runs,
        "Run rules that each value is part of: outside the lines, seven on one side, seven rising"
        " or falling, two of three near a line. One cell for each value.",
        lambda result: result.signals,
    ),
    _function(
        "XP_PCHART",
        control_charts.p_chart,
        "Chart of shares such as outcome rates: share, lower line, centre, upper line and signals"
        " of each period, a row each (Laney's p' chart).",
        _rows,
    ),
    _function(
        "XP_UCHART",
        control_charts.u_chart,
        "Chart of rates such as offences per resident: rate, lower line, centre, upper line and"
        " signals of each period, a row each (Laney's u' chart).",
        _rows,
    ),
    _function(
        "XP_GCHART",
        control_charts.g_chart,
        "Chart of rare events such as homicides, from the whole days or cases between them: value,"
        " lower line, centre, upper line and signals, a row each. High is rare.",
        _rows,
    ),
    _function(
        "XP_TCHART",
        control_charts.t_chart,
        "Chart of rare events from the times between them, none of them 0: time, lower line,"
        " centre, upper line and signals, a row each. High is rare.",
        _rows,
    ),
    _function(
        "XP_STEPS",
        series.steps,
        "Lasting steps of monthly counts that are proposed: number of the first month of the new"
        " level, mean before, mean after, and how many of 100 steady series at most show one as"
        " clear. A row each.",
        lambda result: result.rows() or NO_STEP,
    ),
    _function(
        "XP_CHANGE",
        comparisons.change,
        "Ratio of a year to the baseline year, its lower and upper limit, p, and better, worse or"
        " neither. As on the tile when given the same months; from two years alone less is known.",
        lambda result: [[result.ratio, result.lower, result.upper, result.p, str(result.finding)]],
    ),
    _function(
        "XP_PROJECTION",
        series.projection,
        "Twelve-month totals that the four trends give: name, total, and for the halved"
        " year-on-year change lower and upper end of its range. Four rows.",
        lambda result: [[item.label, item.total, item.lower, item.upper] for item in result.trends],
    ),
    _function(
        "XP_OFFENCES",
        comparisons.offences,
        "Colour of offences against the baseline year with their projection: RED, AMBER, GREEN, or"
        " NA and why.",
        lambda result: result.verdict,
        defaults={
            "baseline": SETTINGS_BY_KEY["baseline_year"].default,
            "target": SETTINGS_BY_KEY["target_date"].default,
        },
    ),
    _function(
        "XP_WHATIF",
        other_colours.whatif,
        "Offences in the months to come that would give a colour: least, most (blank: no end), a"
        " month, and per cent against the same months before. Each judged by the rule of"
        " XP_OFFENCES.",
        lambda result: result.in_cells(),
        defaults={
            "baseline": SETTINGS_BY_KEY["baseline_year"].default,
            "target": SETTINGS_BY_KEY["target_date"].default,
        },
    ),
    _function(
        "XP_POSITION",
        groups.position,
        "Place in a group, 1st is best: 5th of 8. Equal figures share the better place.",
        lambda result: result.text,
        without=["lines", "z"],
    ),
    _function(
        "XP_MSG",
        groups.position,
        "Colour of a figure against the lines of its group: RED, AMBER, GREEN, or NA with fewer"
        " than six forces.",
        lambda result: result.verdict,
    ),
    _function(
        "XP_FUNNEL",
        groups.funnel,
        "Areas beside the limits that areas of their size have: rate, lower line, centre, upper"
        " line, and whether it lies outside, a row each.",
        _rows,
    ),
    _function(
        "XP_SURVEY",
        percentages.survey,
        "Colour of a survey percentage against that of the baseline year; AMBER if there is no"
        " evidence either way.",
        lambda result: result.verdict,
    ),
    _function(
        "XP_WILSON",
        percentages.wilson,
        "Wilson's interval of a percentage: lower and upper limit, in per cent.",
        lambda result: [[result.lower, result.upper]],
    ),
    _function(
        "XP_MARGIN",
        percentages.margin,
        "Largest margin, in points, that a percentage of n answers can have.",
        float,
    ),
    _function(
        "XP_ATTAINABLE",
        percentages.attainable,
        "Whether some whole number of n gives this percentage when rounded: TRUE or FALSE.",
        bool,
    ),
    _function(
        "XP_WHY",
        explanations.why,
        "Why a line has its colour, by its name or by words that only it has: the explanation from"
        " the Workings table. A long one goes on in the cells below.",
        str,
    ),
)
BY_NAME = {function.name: function for function in FUNCTIONS}
