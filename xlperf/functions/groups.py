"""The place of a figure in its group, and areas beside the limits that their sizes allow."""

from __future__ import annotations

from typing import Literal

from xlperf.assessment.evidence import Position
from xlperf.assessment.positions import assess_position
from xlperf.config import PositionLines
from xlperf.errors import FunctionError
from xlperf.functions.arguments import (
    Better,
    Cells,
    better_direction,
    choice,
    group_numbers,
    like_setting,
    number,
    one_for_each,
    whole_numbers,
)
from xlperf.functions.cases import LATEST, evidence_of, make_case, make_measure, make_settings
from xlperf.functions.control_charts import in_place
from xlperf.functions.result_types import FunnelResult, PositionResult
from xlperf.periods import last_day
from xlperf.stats import funnels
from xlperf.stats.defaults import Z
from xlperf.stats.rounding import same
from xlperf.tables.coercion import number_text
from xlperf.tables.data import PeerFigure
from xlperf.tables.measure_kinds import MeasureKind
from xlperf.tables.rows import NOWHERE
from xlperf.tiles.figures import place as place_text


def position(
    own: float,
    group: Cells,
    direction: Better = "down",
    lines: Literal["group", "peers"] = "group",
    z: float = Z,
) -> PositionResult:
    """Find the place of a figure in its group, and judge it against limits of the group (rules 2
    and 5).

    Parameters
    ----------
    own
        The own force's figure.
    group
        Figures of the group, the own force among them; blanks are left out.
    direction
        Which way is better: down or up.
    lines
        group: mean and SD of all; peers: of the others.

        Limits are mean ± z SD; those of the others are widened for a new figure.
    z
        Width in standard deviations.

    Returns
    -------
    PositionResult
        The place, in which 1 is best and equal figures share the better one, and RED, AMBER or
        GREEN. With fewer than six figures the colour is NA.

    Raises
    ------
    FunctionError
        An argument cannot be used.

    Examples
    --------
    >>> result = position(4.2, [1.8, 2.4, 2.7, 3.3, 3.9, 4.1, 4.2, 4.7])
    >>> result.text, result.verdict
    ('7th of 8', 'AMBER')
    """
    reading = choice("lines", lines, PositionLines)
    if reading is PositionLines.FUNNEL:
        raise FunctionError(
            "lines is 'funnel', which needs counts and populations. Give group or peers."
        )
    settings = make_settings(position_lines=reading, z=like_setting("z", z))
    peers = _peers(own, group)
    measure = make_measure(MeasureKind.OFFENCES, better_direction(direction), msg="group")
    line = assess_position(make_case(measure, settings, peers=peers), None)
    result = evidence_of(line, Position)
    return PositionResult(
        colour=line.rag,
        reason=line.reason,
        missing=line.missing,
        place=result.place.rank,
        of=result.place.of,
        tied=result.place.tied,
        lower=result.lines and result.lines.lower,
        centre=result.lines and result.lines.centre,
        upper=result.lines and result.lines.upper,
        text=place_text(result.place),
    )


def _peers(own: object, group: object) -> tuple[PeerFigure, ...]:
    """Figures of the group, that of the own force with its name."""
    figures, figure = group_numbers(group), number("own", own)
    place = next((place for place, value in enumerate(figures) if same(value, figure)), None)
    if place is None:
        raise FunctionError(
            f"own is {number_text(figure)}, which is not in the group. Give the group with the own"
            " force in it."
        )
    names = ("own" if i == place else f"force {i}" for i in range(len(figures)))
    return tuple(
        PeerFigure(name, last_day(LATEST.last), rate, 1, None, None, NOWHERE)
        for name, rate in zip(names, figures, strict=True)
    )


def funnel(events: Cells, exposure: Cells, z: float = Z) -> FunnelResult:
    """Find areas whose rate is further from that of all areas than areas of their size are.

    Areas differ for lasting reasons: where they do, the limits are widened by that (see
    `xlperf.stats.funnels.funnel`). Of 20 ordinary areas about one lies outside 95% limits; ask for
    z 3 where there are many.

    Parameters
    ----------
    events
        Count of each area, whole numbers.

        3 areas or more, without a blank between them.
    exposure
        Residents, dwellings or vehicles of each area, above 0, in any unit.
    z
        Width in standard deviations.

    Returns
    -------
    FunnelResult
        Rates per unit of exposure with their limits, and "above the upper line" or "below the lower
        line" where they lie outside. Its table has a row for each area.

    Raises
    ------
    FunctionError
        An argument cannot be used.

    Examples
    --------
    >>> areas = funnel([10, 10, 10, 40], [1000, 1000, 1000, 1000])
    >>> round(areas.centre[0], 4), areas.signals[3]
    (0.0175, '')
    """
    figures = whole_numbers("events", events, least=3)
    sizes = one_for_each("exposure", exposure, "events", figures)
    found = funnels.funnel(figures.numbers, sizes, z=like_setting("z", z))
    rates, lower, upper = (part.tolist() for part in (found.rates, found.lower, found.upper))
    words = ("", "above the upper line", "below the lower line")  # by 0, 1 and -1
    signals = [
        words[(rate > high) - (rate < low)]
        for rate, low, high in zip(rates, lower, upper, strict=True)
    ]
    return FunnelResult(
        values=in_place(figures, rates, None),
        lower=in_place(figures, lower, None),
        centre=in_place(figures, [found.centre] * len(rates), None),
        upper=in_place(figures, upper, None),
        spread=1.0,
        signals=in_place(figures, signals, ""),
        between=found.between,
        index=figures.index,
    )
