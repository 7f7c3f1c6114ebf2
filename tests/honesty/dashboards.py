"""Whole dashboards of which the truth is known: their green and red beside the number stated.

A dashboard has offences by month, each with its control chart and a position in a group, surveys, and
totals without months. Of each kind a share may really have changed; the others have not, and forces of
a group do not differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tests.assessment.casebook import END, FORCES, MARCH_2013, Book
from tests.honesty.series import draw, like_london
from xlperf.assessment.assessing import assess
from xlperf.assessment.chance_colours import by_test, chance_colours, false_rate, is_tested

if TYPE_CHECKING:
    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.excel.port import Scalar

OFFENCES, SURVEYS, TOTALS = 8, 8, 4
"""Measures of each kind on a dashboard; each of offences has three lines."""
MONTHS = 60
FALL, RISE = 0.5, 0.12
"""What a real change does: counts are multiplied, shares of satisfied are added to."""
CHANGED = "changed"
"""Begins the names of measures that have changed."""


def book(rng: np.random.Generator, share: float = 0.0, **settings: Scalar) -> Book:
    """Draw a dashboard; `share` of the offences, surveys and totals have changed."""
    made = Book(**settings)
    for number in range(OFFENCES):
        _offences(made, rng, number, changed=number < share * OFFENCES)
    for number in range(SURVEYS):
        _survey(made, rng, number, changed=number < share * SURVEYS)
    for number in range(TOTALS):
        _total(made, rng, number, changed=number < share * TOTALS)
    return made


def _name(kind: str, number: int, *, changed: bool) -> str:
    return f"{CHANGED if changed else 'same'}_{kind}{number}"


def _offences(made: Book, rng: np.random.Generator, number: int, *, changed: bool) -> None:
    name, group = _name("offences", number, changed=changed), f"group{number}"
    counts = draw(rng, like_london(rng, 1), MONTHS, latest=6 * changed, factor=FALL)[0]
    made.offences(name, counts.astype(int).tolist(), MSG_measure=group)
    made.peers(rng.normal(3000, 300, len(FORCES)).tolist(), name=group)


def _survey(made: Book, rng: np.random.Generator, number: int, *, changed: bool) -> None:
    name, n, share = _name("survey", number, changed=changed), rng.integers(300, 2000), 0.75
    made.measure(name, "survey", "up")
    for end, satisfied in ((MARCH_2013, share), (END, share + RISE * changed)):
        made.survey(name, end, int(n), int(rng.binomial(n, satisfied)))


def _total(made: Book, rng: np.random.Generator, number: int, *, changed: bool) -> None:
    name = _name("total", number, changed=changed)
    months = draw(rng, like_london(rng, 1), 30, latest=12 * changed, factor=FALL)[0]
    made.measure(name, "total", "down")
    made.total(name, "2012-04", "2013-03", int(months[:12].sum()))
    made.total(name, "2013-10", "2014-09", int(months[-12:].sum()))


class Measured(NamedTuple):
    """Means over dashboards."""

    stated: float
    """Colours that chance alone would make, as stated."""
    measured: float
    """Those that it made."""
    held: float
    """Per cent of dashboards with no more than stated as usual."""
    by_kind: dict[str, tuple[float, float]]
    """Stated and measured, by kind of line."""


def unchanged(rng: np.random.Generator, number: int, **settings: Scalar) -> Measured:
    """Count the colours of dashboards in which nothing has changed."""
    stated, measured, held = [], [], []
    kinds: dict[str, list[tuple[float, float]]] = {}
    for _ in range(number):
        lines, chosen = _assessed(book(rng, **settings))
        found = chance_colours(lines, chosen)
        stated.append(found.expected)
        measured.append(found.found)
        held.append(found.found <= found.seldom_above)
        for line in filter(is_tested, lines):
            pair = false_rate(line, chosen), float(by_test(line))
            kinds.setdefault(str(line.kind), []).append(pair)
    means = {kind: tuple(np.mean(pairs, axis=0).tolist()) for kind, pairs in kinds.items()}
    return Measured(
        float(np.mean(stated)), float(np.mean(measured)), float(100 * np.mean(held)), means
    )


def false_share(rng: np.random.Generator, number: int, share: float, rate: float) -> float:
    """Mean share of colours by tests, per cent, that are of lines without a change: 0 where there
    is no colour. Each dashboard is judged with this rate of false discoveries.
    """
    shares = []
    for _ in range(number):
        lines, _chosen = _assessed(book(rng, share, false_discovery=rate))
        coloured = [line for line in lines if by_test(line)]
        false = [line for line in coloured if not _really_changed(line.line)]
        shares.append(len(false) / len(coloured) if coloured else 0.0)
    return float(100 * np.mean(shares))


def _really_changed(line: str) -> bool:
    """Whether what a line shows has changed: forces of a group never differ."""
    return line.startswith(CHANGED) and not line.endswith("_position")


def _assessed(made: Book) -> tuple[tuple[Assessment, ...], Settings]:
    tables, settings, _ = made.read()
    return assess(tables, settings), settings
