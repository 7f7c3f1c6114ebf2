"""Which cells are withheld: first the small ones, then as few others as keep them from being worked
out.

Issues are gone through in the order of their period ends, as the History sheet has them, each made
from the data of today as this module would have made it. What an earlier issue showed stays known;
what it withheld stays withheld. So an issue is safe together with all before it, and not only by
itself: two cannot be subtracted.

The reader is assumed to know this module, the threshold, which withheld cells are small and which
are withheld with them, and that no count is negative. A small count is safe while at least
`LEAST_POSSIBLE` values of it are possible to that reader (all of those below the threshold, if they
are fewer). For a threshold of five that is: nothing is learnt but that the count is below five.

Source of the terms primary and secondary suppression, of the attacker who subtracts, and of
differencing between releases: Hundepool et al., Statistical Disclosure Control (Wiley, 2012),
chapter 4; Government Statistical Service, Guidance on disclosure control for tables produced from
surveys and from administrative sources.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from xlperf.assessment.assessing import assess
from xlperf.disclosure.counts_shown import ORDER, Key, ShownFigure, Sort, at, issued_at, sums
from xlperf.disclosure.inference import Knowledge, Limits, Span, Sum
from xlperf.stats.rounding import same
from xlperf.tables.lines import POSITION, SPC

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from xlperf.config import Settings
    from xlperf.tables.data import Measure, PastLine, Tables

OF_LINES = (Sort.LATEST, Sort.BASELINE)
"""Figures that the History sheet has of a line."""
LEAST_POSSIBLE = 5
"""Values that a small count must keep, to a reader of everything: the usual threshold, so that with
it all values below are possible. This project's choice; the literature asks for an interval of the
office's choosing around each value.
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is withheld of all measures."""

    cells: tuple[ShownFigure, ...]
    """Withheld, in the order of the measures and of their dates."""
    touched: frozenset[tuple[str, date]]
    """Measure and period end of issues, this one and earlier, that withheld something or cannot be
    made again.
    """
    guarded: frozenset[str]
    """Measures with a threshold, and those that add up with one."""


def decide(tables: Tables, settings: Settings) -> Decision:
    """Say what is withheld. Measures of which nothing could be small are not looked at and keep all
    their cells.
    """
    offered = {measure.name: at(settings, measure, tables) for measure in tables.measures}
    adding = sums(tables.measures, offered)
    withheld: dict[Key, ShownFigure] = {}
    touched: set[tuple[str, date]] = set()
    guarded: set[str] = set()
    for group in _groups(tables.measures, adding):
        if not any(cell.threshold for measure in group for cell in offered[measure.name]):
            continue
        names = {measure.name for measure in group}
        guarded |= names
        office = _Office(
            group,
            tables,
            settings,
            [item for item in adding if item.whole.chain[0] in names],
            round_to=round_to(settings),
        )
        office.go_through()
        withheld |= office.withheld
        touched |= office.touched
    now = dict.fromkeys(cell.key for cells in offered.values() for cell in cells)
    return Decision(
        tuple(withheld[key] for key in now if key in withheld),
        frozenset(touched),
        frozenset(guarded),
    )


def round_to(settings: Settings) -> int:
    """Base that counts of measures with a threshold are rounded to; 1: they are not."""
    return int(settings.publish_round_to)


def rounded_count(value: int, base: int) -> int:
    """Round a count to a multiple of the base, halves up: to 5, 7 is 5 and 8 is 10."""
    return (value + base // 2) // base * base


def behind(rounded: int, base: int) -> tuple[int, int]:
    """Least and greatest count that is rounded to this."""
    return rounded - base // 2, rounded + (base - 1) - base // 2


def _groups(measures: Sequence[Measure], adding: Sequence[Sum]) -> list[list[Measure]]:
    """Put measures that add up to each other together."""
    group_of = {measure.name: {measure.name} for measure in measures}
    for item in adding:
        joined = set().union(*(group_of[member.chain[0]] for member in item.members))
        for name in joined:
            group_of[name] = joined
    groups = dict.fromkeys(frozenset(group_of[measure.name]) for measure in measures)
    return [[measure for measure in measures if measure.name in names] for names in groups]


@dataclass(frozen=True, slots=True)
class _Trouble:
    """A count that is not safe."""

    span: Span
    threshold: int
    implied: bool = False
    """It is no cell of its own: it is left when others are subtracted."""


@dataclass(slots=True)
class _Office:
    """Measures that add up to each other, issue by issue."""

    measures: Sequence[Measure]
    tables: Tables
    settings: Settings
    adding: Sequence[Sum]
    round_to: int
    out: dict[Span, Limits] = field(default_factory=dict)
    """What earlier issues showed."""
    withheld: dict[Key, ShownFigure] = field(default_factory=dict)
    touched: set[tuple[str, date]] = field(default_factory=set)
    _offered: dict[Key, ShownFigure] = field(default_factory=dict)
    _known: dict[frozenset[Key], tuple[Knowledge, Knowledge]] = field(default_factory=dict)
    _memory: dict[object, int] = field(default_factory=dict)

    def go_through(self) -> None:
        """Make every issue of the History sheet again, and then this one."""
        past = self._history()
        uncertain: set[tuple[str, date]] = set()
        for end, rows in sorted(past.items(), key=lambda item: item[0]):
            earlier = issued_at(self.settings, end)
            revised = {name for name, row in rows.items() if self._revised(name, row, earlier)}
            self._issue(earlier, revised)
            self.touched |= {
                (cell.measure, end) for key, cell in self.withheld.items() if key in self._offered
            }
            uncertain |= {(name, end) for name in revised}
        self._issue(self.settings, set())
        withholding = {cell.measure for cell in self.withheld.values()}
        self.touched |= {(name, self.settings.period_end) for name in withholding}
        self.touched |= {(name, end) for name, end in uncertain if name in withholding}

    def _history(self) -> dict[date, dict[str, PastLine | None]]:
        """Earlier period ends, with the row of the main line of each measure that has one."""
        names = {
            (measure.name + suffix).lower(): measure.name
            for measure in self.measures
            for suffix in ("", POSITION, SPC)
        }
        rows_of: dict[date, dict[str, PastLine | None]] = {}
        for past in self.tables.history:
            if past.period_end >= self.settings.period_end:
                continue
            measure = names.get(past.line.lower())
            if measure is not None:
                rows = rows_of.setdefault(past.period_end, {})
                rows[measure] = past if past.line.lower() == measure.lower() else rows.get(measure)
        return rows_of

    def _revised(self, name: str, row: PastLine | None, earlier: Settings) -> bool:
        """Whether today's data give other figures for an earlier issue than it had."""
        if row is None:
            return False
        measure = next(measure for measure in self.measures if measure.name == name)
        figures = assess(
            replace(self.tables, measures=(measure,), history=(), overrides=()), earlier
        )[0].figures
        return not all(
            then is None or (now is not None and same(float(then), float(now)))
            for then, now in ((row.baseline, figures.baseline), (row.latest, figures.latest))
        )

    def _issue(self, settings: Settings, revised: set[str]) -> None:
        """Choose what an issue withholds.

        What the issue of a measure revised since then withheld cannot be made again: all its
        figures that are not small now are taken as out, but for the two of its line, which were
        others.
        """
        cells = [cell for measure in self.measures for cell in at(settings, measure, self.tables)]
        self._known.clear()
        for cell in cells:
            if cell.measure in revised and not cell.primary and cell.sort not in OF_LINES:
                self._put_out(cell)
        self._offered = {cell.key: cell for cell in cells if cell.measure not in revised}
        for cell in self._offered.values():
            if cell.primary:
                self.withheld.setdefault(cell.key, cell)
        self._withhold_others()
        for key, cell in self._offered.items():
            if key not in self.withheld:
                self._put_out(cell)

    def _put_out(self, cell: ShownFigure) -> None:
        for span, limits in self._revealed(cell).items():
            self.out[span] = _both(self.out.get(span), limits)

    def _revealed(self, cell: ShownFigure) -> dict[Span, Limits]:
        """What a cell reveals when it is shown: its counts, or what was rounded to them, and that
        none is small.
        """
        base = self.round_to if cell.threshold else 1
        revealed: dict[Span, Limits] = {}
        for count in cell.counts:
            lower, upper = behind(rounded_count(count.value, base), base)
            revealed[count.span] = _both(
                revealed.get(count.span), (max(lower, min(cell.threshold, count.value)), upper)
            )
        return revealed

    # -- choosing
    # ----------------------------------------------------------------------------------------------

    def _withhold_others(self) -> None:
        added: list[Key] = []
        while (trouble := self._trouble(frozenset(self.withheld))) is not None:
            chosen = self._choose(trouble)
            if (
                not chosen
            ):  # what earlier issues showed gives it away: nothing more is said of these measures
                self.withheld |= {
                    key: cell for key, cell in self._offered.items() if key not in self.withheld
                }
                return
            self.withheld |= {key: self._offered[key] for key in chosen}
            added += chosen
        for key in reversed(added):
            if self._trouble(frozenset(self.withheld) - {key}) is None:
                del self.withheld[key]

    def _choose(self, trouble: _Trouble) -> list[Key]:
        """Cells to withhold next: the cheapest that settle the trouble, or those that come nearest
        to it.
        """
        now = frozenset(self.withheld)
        best: tuple[int, list[Key]] = (-1, [])
        for chosen in self._candidates(trouble):
            reached = self._reached(trouble, now | set(chosen))
            if reached >= self._needed(trouble):
                return chosen
            best = max(best, (reached, chosen), key=lambda candidate: candidate[0])
        return best[1]

    def _candidates(self, trouble: _Trouble) -> list[list[Key]]:
        """Cells that could help: those of the totals and sums a count is in, what reveals the
        same together.
        """
        near = self._near([trouble.span])
        return self._cells_near(near) or self._cells_near(self._near(near, far=True))

    def _near(self, spans: Sequence[Span], *, far: bool = False) -> list[Span]:
        """Figures that share months with some, and the sums these are in; if `far`, those of these
        too, and so on.
        """
        revealed = (
            sorted(cell.spans) for key, cell in self._offered.items() if key not in self.withheld
        )
        published = [*self.out, *(span for of_cell in revealed for span in of_cell)]
        near, spans_reached = list(spans), dict.fromkeys(spans)
        while near:
            fresh = [span for span in published if any(span.overlaps(other) for other in near)]
            fresh += [
                member
                for item in self.adding
                if any(_touches(item, span) for span in near)
                for member in item.members
            ]
            near = (
                [span for span in dict.fromkeys(fresh) if span not in spans_reached] if far else []
            )
            spans_reached |= dict.fromkeys(fresh)
        return list(spans_reached)

    def _cells_near(self, near: Sequence[Span]) -> list[list[Key]]:
        together: dict[frozenset[Span], list[Key]] = {}
        for key, cell in sorted(self._offered.items(), key=lambda item: self._cost(item[1])):
            if key in self.withheld or all(span in self.out for span in cell.spans):
                continue
            if any(span.overlaps(other) for span in cell.spans for other in near):
                together.setdefault(cell.spans, []).append(key)
        return sorted(
            together.values(), key=lambda keys: max(self._cost(self._offered[key]) for key in keys)
        )

    def _cost(self, cell: ShownFigure) -> tuple[int, int, int]:
        """What it costs a reader: by sort, a part before the whole it is a part of, older before
        newer.
        """
        whole = any(item.whole.chain[0] == cell.measure for item in self.adding)
        return (
            ORDER.index(cell.sort),
            int(whole),
            max((span.last for span in cell.spans), default=0),
        )

    # -- judging
    # ----------------------------------------------------------------------------------------------

    def _needed(self, trouble: _Trouble) -> int:
        return LEAST_POSSIBLE if trouble.implied else min(LEAST_POSSIBLE, trouble.threshold)

    def _reached(self, trouble: _Trouble, withheld: frozenset[Key]) -> int:
        """How many values a count can have when these cells are withheld, up to those needed."""
        published, kinds = self._knowledge(withheld)
        if trouble.implied:
            return LEAST_POSSIBLE if trouble not in self._implied(published) else 0
        known_kinds = kinds.possible(trouble.span, self._needed(trouble))
        enough = published.possible(trouble.span, LEAST_POSSIBLE) == LEAST_POSSIBLE
        return known_kinds if enough else known_kinds - 1

    def _trouble(self, withheld: frozenset[Key]) -> _Trouble | None:
        """First count that is not safe when these cells are withheld."""
        cells = {**self.withheld, **self._offered}
        for key in sorted(withheld, key=repr):
            for count in cells[key].small:
                trouble = _Trouble(count.span, cells[key].threshold)
                if self._reached(trouble, withheld) < self._needed(trouble):
                    return trouble
        return next(self._implied(self._knowledge(withheld)[0]), None)

    def _implied(self, published: Knowledge) -> Iterator[_Trouble]:
        """Counts that are no cells but are left when cells are subtracted, and are small.

        Where figures contradict each other nothing can be got by subtracting them.
        """
        thresholds: dict[tuple[str, ...], int] = {}
        for cell in self._offered.values():
            for count in cell.counts:
                thresholds[count.span.chain] = max(
                    cell.threshold, thresholds.get(count.span.chain, 0)
                )
        for chain, threshold in thresholds.items():
            if threshold and not published.contradictory(chain):
                small = published.narrow(chain, threshold, LEAST_POSSIBLE)
                left = [
                    span for span, _ in published.totals(chain) if _left(span, published, threshold)
                ]
                yield from (_Trouble(span, threshold, implied=True) for span in (*small, *left))

    def _knowledge(self, withheld: frozenset[Key]) -> tuple[Knowledge, Knowledge]:
        """What follows from all that was shown; and from that and which withheld cells are
        small.
        """
        if withheld not in self._known:
            known = dict(self.out)
            asked = [
                span for cell in {**self.withheld, **self._offered}.values() for span in cell.spans
            ]
            for key, cell in self._offered.items():
                if key not in withheld:
                    for span, limits in self._revealed(cell).items():
                        known[span] = _both(known.get(span), limits)
            kinds = dict(known)
            for key in withheld:
                cell = self._offered.get(key) or self.withheld[key]
                for span, limits in _kind(cell).items():
                    kinds[span] = _both(kinds.get(span), limits)
            self._known[withheld] = (
                Knowledge(known, self.adding, asked, self._memory),
                Knowledge(kinds, self.adding, asked, self._memory),
            )
        return self._known[withheld]


def _kind(cell: ShownFigure) -> dict[Span, Limits]:
    """What follows for a withheld cell from whether it is small."""
    if cell.primary:
        return {count.span: (0, cell.threshold - 1) for count in cell.small}
    return {count.span: (cell.threshold, None) for count in cell.counts}


def _both(one: Limits | None, other: Limits) -> Limits:
    """Limits that hold when both hold."""
    if one is None:
        return other
    uppers = [upper for upper in (one[1], other[1]) if upper is not None]
    return max(one[0], other[0]), min(uppers, default=None)


def _touches(item: Sum, span: Span) -> bool:
    return any(member.overlaps(span) for member in item.members)


def _left(whole: Span, published: Knowledge, threshold: int) -> bool:
    """Whether a published total less the published figures within it leaves a small count for the
    rest together.
    """
    lower, upper = published.known[whole]
    taken: list[Span] = []
    for span, _ in published.totals(whole.chain):
        if (
            whole.covers(span)
            and span != whole
            and not any(span.overlaps(other) for other in taken)
        ):
            taken.append(span)
    if (
        sum(span.last - span.first + 1 for span in taken) == whole.last - whole.first + 1
        or upper is None
    ):
        return False
    limits = [published.known[span] for span in taken]
    least = lower - sum(most or 0 for _, most in limits)
    greatest = upper - sum(least_of for least_of, _ in limits)
    return greatest < threshold and greatest - max(0, least) + 1 < LEAST_POSSIBLE
