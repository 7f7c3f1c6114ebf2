"""Issues as they were published: what each showed and withheld, figure by figure.

They are values. `xlperf.release.ledger` keeps them in a file of the office.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from xlperf.assessment.evidence import Position
from xlperf.stats.rounding import as_written, same
from xlperf.tables.records import SUPPRESS_ALL
from xlperf.tiles.figures import place

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from xlperf.assessment.evidence import Assessment
    from xlperf.disclosure.counts_shown import Count, Key, ShownFigure, Span
    from xlperf.tables.data import PastLine


class State(StrEnum):
    """What became of a figure."""

    SHOWN = "shown"
    SMALL = "withheld, small"
    BESIDE = "withheld with it"


@dataclass(frozen=True, slots=True)
class IssueFigure:
    """One figure of one issue."""

    key: Key
    measure: str
    counts: tuple[Count, ...]
    """The true ones, as the office had them then."""
    threshold: int
    base: int
    """What its counts were rounded to; 1: they were not."""
    state: State
    printed: bool = True
    """False: it stood nowhere, but colours and limits were made of it."""

    @property
    def small(self) -> tuple[Count, ...]:
        """Counts that were below the threshold then."""
        return tuple(count for count in self.counts if count.value < self.threshold)

    def shown_as(self, count: Count) -> int:
        """Give a count as it is printed."""
        return rounded_count(count.value, self.base)

    def limits(self, count: Count) -> tuple[int, int]:
        """Least and greatest count behind one that is shown: one that is not small is not."""
        lower, upper = behind(self.shown_as(count), self.base)
        return max(lower, 0, min(self.threshold, count.value)), upper


@dataclass(frozen=True, slots=True)
class IssueLine:
    """What an issue said of a line."""

    line: str
    colour: str
    reason: str
    position: str
    baseline: float | None
    latest: float | None
    worked_out: str = ""
    """Calculated colour."""

    @classmethod
    def of(cls, line: Assessment) -> IssueLine:
        """Give what is said of a line."""
        position = place(line.evidence.place) if isinstance(line.evidence, Position) else ""
        figures = line.figures
        return cls(
            line.line,
            str(line.shown),
            str(line.reason),
            position,
            as_written(figures.baseline),
            as_written(figures.latest),
            str(line.rag),
        )

    def says(self, past: PastLine) -> bool:
        """Whether a row of History says what was shown then."""
        return (
            self.colour == past.colour
            and self.reason == past.reason
            and self.position == past.position
            and past.worked_out in ("", self.worked_out)
            and _alike(self.baseline, past.baseline)
            and _alike(self.latest, past.latest)
        )


def _alike(one: float | None, other: float | None) -> bool:
    return one is other is None or (
        one is not None and other is not None and same(float(one), float(other))
    )


@dataclass(frozen=True, slots=True)
class Issue:
    """All that an issue showed and withheld."""

    period_end: date
    figures: tuple[IssueFigure, ...]
    sums: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Series that is a sum, and its parts, as declared then."""
    lines: tuple[IssueLine, ...] = ()

    @property
    def values(self) -> dict[Span, int]:
        """True counts of the issue, by their months."""
        return {count.span: count.value for figure in self.figures for count in figure.counts}

    @property
    def room(self) -> dict[Key, int]:
        """How far the least count of each figure is above its threshold."""
        return {
            figure.key: min((count.value for count in figure.counts), default=0) - figure.threshold
            for figure in self.figures
        }

    @property
    def withheld_unread(self) -> bool:
        """Whether a threshold could not be read then, so that too much was withheld."""
        return any(figure.threshold >= SUPPRESS_ALL for figure in self.figures)

    def decided(self, withheld: Collection[Key]) -> Issue:
        """Give the issue with the state of each figure, small ones apart."""
        figures = (
            replace(figure, state=State.BESIDE) if figure.key in withheld else figure
            for figure in self.figures
        )
        return replace(self, figures=tuple(figures))


def judged_again(ledger: Sequence[Issue], present: Issue) -> list[Issue]:
    """Give earlier issues with the thresholds that could not be read then replaced by the highest
    that can be read in any issue, this one included: what was withheld as a whole is small or not
    by that one. Where none can be read an issue stays as it is.
    """
    readable: dict[tuple[str, ...], int] = {}
    for issue in (*ledger, present):
        for figure in issue.figures:
            for name in _judged_by(figure) if figure.threshold < SUPPRESS_ALL else ():
                readable[name] = max(figure.threshold, readable.get(name, 0))
    return [
        replace(issue, figures=tuple(_by_readable(figure, readable) for figure in issue.figures))
        for issue in ledger
    ]


def _judged_by(figure: IssueFigure) -> set[tuple[str, ...]]:
    """Whose thresholds a figure is judged by: that of its measure, or of the group's."""
    chains = {count.span.chain for count in figure.counts}
    return {chain[:2] if chain[0] == "peer" else chain[:1] for chain in chains}


def _by_readable(figure: IssueFigure, readable: Mapping[tuple[str, ...], int]) -> IssueFigure:
    names = _judged_by(figure)
    if figure.threshold < SUPPRESS_ALL or not names or not names <= readable.keys():
        return figure
    again = replace(figure, threshold=max(readable[name] for name in names))
    return replace(again, state=State.SMALL if again.small else State.BESIDE)


def issue_figure(figure: ShownFigure, base: int) -> IssueFigure:
    """Give a figure as an issue offers it: withheld where it is small."""
    state = State.SMALL if figure.primary else State.SHOWN
    base = base if figure.threshold else 1
    return IssueFigure(
        figure.key, figure.measure, figure.counts, figure.threshold, base, state, figure.printed
    )


def latest_states(ledger: Collection[Issue]) -> Mapping[Key, IssueFigure]:
    """Give each figure as the last issue that had it, but for issues that withheld too much."""
    return {
        figure.key: figure
        for issue in ledger
        if not issue.withheld_unread
        for figure in issue.figures
    }


def never_shown(issues: Collection[Issue]) -> list[IssueFigure]:
    """Give the figures that some issue withheld, and none has shown as they were then."""
    figures = [figure for issue in issues for figure in issue.figures]
    shown = {(figure.key, figure.counts) for figure in figures if figure.state is State.SHOWN}
    return [
        figure
        for figure in figures
        if figure.state is not State.SHOWN and (figure.key, figure.counts) not in shown
    ]


def sums_of(issues: Collection[Issue]) -> list[tuple[str, tuple[str, ...]]]:
    """Give each sum that some issue declares. One that lacks parts of another was declared when
    these were no measures any more: it would say what they are.
    """
    declared = dict.fromkeys(item for issue in issues for item in issue.sums)
    return [
        (whole, parts)
        for whole, parts in declared
        if not any(other == whole and set(parts) < set(more) for other, more in declared)
    ]


def rounded_count(value: int, base: int) -> int:
    """Round a count to a multiple of the base, halves up: to 5, 7 is 5 and 8 is 10."""
    return (value + base // 2) // base * base


def behind(rounded: int, base: int) -> tuple[int, int]:
    """Least and greatest count that is rounded to this."""
    return rounded - base // 2, rounded + (base - 1) - base // 2
