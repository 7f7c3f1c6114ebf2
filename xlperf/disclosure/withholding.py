"""Which figures are withheld: first the small ones, then as few others as keep them from being
calculated from everything that this issue and all earlier ones show.

The reader is assumed to have kept every issue, to know this module, the thresholds, which withheld
figures are small and which are withheld with them, which months were revised, and that no count is
negative. A small count is safe while at least `VALUES` values of it are possible to that reader, or
all of those below its threshold, where they are fewer.

Source of the terms primary and secondary suppression, of the attacker who subtracts, and of
differencing between releases: Hundepool et al., Statistical Disclosure Control (Wiley, 2012),
chapter 4; Government Statistical Service, Guidance on disclosure control for tables produced from
surveys and from administrative sources.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from xlperf.disclosure.atoms import Atoms
from xlperf.disclosure.audit import audit
from xlperf.disclosure.choice import choose, passed_over
from xlperf.disclosure.counts_shown import ShownFigure, Sort, Span, at, declared_sums, series_of
from xlperf.disclosure.facts import VALUES, Cell, Fact, Protected, kinds
from xlperf.disclosure.issues import (
    Issue,
    State,
    issue_figure,
    judged_again,
    latest_states,
    sums_of,
)
from xlperf.errors import XlperfError
from xlperf.frozen import NamedTuple
from xlperf.tables.records import SUPPRESS_ALL

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from xlperf.config import Settings
    from xlperf.disclosure.counts_shown import Count, Key
    from xlperf.disclosure.facts import Form
    from xlperf.disclosure.issues import IssueFigure
    from xlperf.tables.data import Tables

COSTS = {
    Sort.MONTH: 1,
    Sort.EARLIER: 3,
    Sort.SURVEY: 4,
    Sort.FAMILIES: 4,
    Sort.PEER: 5,
    Sort.AMOUNT: 5,
    Sort.LATEST: 20,
    Sort.BASELINE: 40,
}
"""What it costs a reader to miss a figure, against a month of a chart: an earlier total before the
latest, and the baseline last, since it comes again in every issue. This project's choice. Values
play no part: a choice by values would tell them.
"""
AGES = 100
"""Steps of a cost for the age of a figure: older ones are given up first."""
WHOLE = 2  #: a sum costs this many times as much as its parts
ROUNDS = 20  #: most times that what is left of totals is looked at again


@dataclass(frozen=True, slots=True)
class Decision:
    """What is withheld of all measures."""

    cells: tuple[ShownFigure, ...]
    """Withheld, in the order of the measures and of their dates."""
    guarded: frozenset[str]
    """Measures with a threshold, now or in an earlier issue, and those that add up with one."""
    issue: Issue
    """Every figure of this issue, with what becomes of it."""
    offered: tuple[ShownFigure, ...] = ()
    """All cells, withheld or not."""
    already_out: tuple[str, ...] = ()
    """Keys of small counts that earlier issues have shown, or left too few values to."""


def round_to(settings: Settings) -> int:
    """Base that counts of measures with a threshold are rounded to; 1: they are not."""
    return int(settings.publish_round_to)


def decide(tables: Tables, settings: Settings, ledger: Sequence[Issue] = ()) -> Decision:
    """Say what is withheld. Measures of which nothing could be small keep all their figures.

    `ledger`: earlier issues, in the order in which they left. Raises `XlperfError` where what
    they showed cannot be true together.
    """
    offered: dict[Key, ShownFigure] = {}
    for measure in tables.measures:
        for figure in at(settings, measure, tables):
            offered[figure.key] = _joined(offered.get(figure.key), figure)
    figures = tuple(issue_figure(figure, round_to(settings)) for figure in offered.values())
    issue = Issue(settings.period_end, figures, declared_sums(tables))
    issues = [*judged_again(ledger, issue), issue]
    reached = _guarded(issues)
    guarded = frozenset(item.name for item in tables.measures if series_of(item.name) in reached)
    own = [_only(item, reached) for item in issues]
    if not any(figure.threshold for item in own for figure in item.figures):
        return Decision((), frozenset(), issue, tuple(offered.values()))
    costs = {key: _cost(figure, issue) for key, figure in offered.items()}
    office = _Office(own, costs, latest_states(ledger))
    withheld, out = office.choice()
    small = {figure.key for figure in figures if figure.state is State.SMALL}
    cells = tuple(offered[key] for key in offered if key in withheld | small)
    return Decision(cells, guarded, issue.decided(withheld - small), tuple(offered.values()), out)


def _joined(before: ShownFigure | None, figure: ShownFigure) -> ShownFigure:
    """Join a figure of the group that two measures are compared by: it reveals what both say."""
    if before is None:
        return figure
    return replace(
        before,
        counts=tuple(dict.fromkeys((*before.counts, *figure.counts))),
        threshold=max(before.threshold, figure.threshold),
        judged=before.judged and figure.judged,
    )


def _guarded(issues: Sequence[Issue]) -> set[str]:
    """Series that have a threshold in some issue, and all that share figures or sums with one."""
    reached = {
        name
        for item in issues
        for figure in item.figures
        if figure.threshold
        for name in _series_of(figure)
    }
    links = [{whole, *parts} for item in issues for whole, parts in item.sums]
    links += [_series_of(figure) for item in issues for figure in item.figures]
    before = 0
    while len(reached) > before:
        before = len(reached)
        for link in links:
            if not link.isdisjoint(reached):
                reached |= link
    return reached


def _series_of(figure: IssueFigure) -> set[str]:
    """Measures that a figure is about; that of a force is also about whom it is compared with."""
    chains = {count.span.chain[0] for count in figure.counts}
    return {series_of(figure.measure), *(chains - {"peer"})}


def _only(issue: Issue, names: set[str]) -> Issue:
    """Give an issue without the figures of other measures."""
    figures = (item for item in issue.figures if not _series_of(item).isdisjoint(names))
    return Issue(issue.period_end, tuple(figures), issue.sums)


def _cost(figure: ShownFigure, issue: Issue) -> int:
    wholes = {whole for whole, _ in issue.sums}
    last = max((count.span.last for count in figure.counts), default=0)
    newest = issue.period_end.year * 12 + issue.period_end.month - 1
    age = min(AGES - 1, max(0, newest - last)) if last else 0
    times = WHOLE if series_of(figure.measure) in wholes else 1
    return COSTS[figure.sort] * times * AGES + AGES - 1 - age


class _Reader(NamedTuple):
    """What a reader knows besides what stands in the issues."""

    knows_kinds: bool
    """Which counts are small."""
    knows_months: bool
    """Months that stand nowhere, but colours are made of."""


@dataclass(slots=True)
class _Office:
    """Issues of measures that must be decided together; the last one is undecided."""

    issues: Sequence[Issue]
    costs: dict[Key, int]
    before: Mapping[Key, IssueFigure]  #: each figure as the last earlier issue had it
    _atoms: Atoms = field(init=False)

    def __post_init__(self) -> None:
        self._atoms = Atoms(self.issues)

    def choice(self) -> tuple[frozenset[Key], tuple[str, ...]]:
        """Choose; gives the keys of figures withheld besides, and of counts that are out."""
        cells = self._cells()
        withheld: set[Hashable] = {cell.key for cell in cells if cell.withheld_before}
        out: tuple[str, ...] = ()
        asked = self._protected(narrowed=True)
        for _ in range(ROUNDS):
            for reader in self._readers(asked):
                chosen, narrow = self._chosen(reader, cells, withheld, asked)
                withheld |= chosen
                out = narrow if reader.knows_kinds else out
                if reader.knows_kinds and not narrow:
                    break
            more = self._rests([cell for cell in cells if cell.key not in withheld], asked)
            if not more:
                withheld |= passed_over(cells, withheld, self._ties(), asked, self.issues[-1].room)
                return frozenset(map(str, withheld)), out
            asked = [*asked, *more]
        return frozenset(str(cell.key) for cell in cells), out

    def _out(
        self, fixed: list[Fact], narrow: set[Hashable], asked: Sequence[Protected]
    ) -> tuple[str, ...]:
        """Counts to which earlier issues, and which counts are small, leave fewer values than their
        threshold allows, whatever is withheld.
        """
        some = [item for item in asked if item.key in narrow]
        few = {item.key: len(item.values) for item in audit(fixed, some, self._atoms.truth).narrow}
        return tuple(
            str(item.key)
            for item in some
            if few.get(item.key, VALUES) < min(VALUES, item.threshold)
        )

    def _readers(self, asked: Sequence[Protected]) -> list[_Reader]:
        """Give the readers that counts are protected against, in turn.

        One who does not know which counts are small: below the usual threshold that one has values
        to lose that others never had. One who knows that, and months too that stand nowhere. Where
        a count is out to that one, one who knows what stands in the issues alone.
        """
        low = any(item.threshold < VALUES for item in asked)
        return [
            *([_Reader(knows_kinds=False, knows_months=True)] if low else []),
            _Reader(knows_kinds=True, knows_months=True),
            _Reader(knows_kinds=True, knows_months=False),
        ]

    def _chosen(
        self,
        reader: _Reader,
        cells: Sequence[Cell],
        withheld: set[Hashable],
        asked: Sequence[Protected],
    ) -> tuple[frozenset[Hashable], tuple[str, ...]]:
        """Choose against a reader; gives what is withheld, and the counts that are out."""
        fixed = list(dict.fromkeys((*self._shown_before(reader), *self._sums(), *self._atoms.ties)))
        if reader.knows_kinds:
            fixed += kinds(self._protected(narrowed=False), self._not_small())
        printed = {figure.key for figure in self.issues[-1].figures if figure.printed}
        read = [
            Cell(cell.key, cell.facts, cell.cost, cell.key in withheld)
            for cell in cells
            if reader.knows_months or cell.key in printed
        ]
        chosen = choose(fixed, read, asked, self._atoms.truth)
        if chosen.audit.contradiction:
            raise XlperfError(_contradiction(chosen.audit.contradiction[0]))
        return chosen.withheld, self._out(fixed, {item.key for item in chosen.already_out}, asked)

    def _shown_before(self, reader: _Reader) -> Iterator[Fact]:
        for place, issue in enumerate(self.issues[:-1]):
            for figure in issue.figures:
                if figure.state is State.SHOWN and (reader.knows_months or figure.printed):
                    yield from self._facts(place, figure)

    def _facts(self, place: int, figure: IssueFigure) -> Iterator[Fact]:
        """What a figure says when it is shown."""
        for count in figure.counts:
            yield Fact(self._form(place, count), *figure.limits(count), figure.key)

    def _form(self, place: int, count: Count) -> Form:
        form = self._atoms.form(place, count.span)
        if form is None:
            raise KeyError(count.span)
        return form

    def _name(self, place: int, figure: IssueFigure, count: Count) -> str:
        end = self.issues[place].period_end.isoformat()
        return " ".join((f"{figure.key}", *count.span.chain[1:], f"(issue {place + 1}, {end})"))

    def _cells(self) -> list[Cell]:
        """Figures of this issue that may be shown; one that was withheld before stays so."""
        place = len(self.issues) - 1
        return [
            Cell(
                figure.key,
                tuple(self._facts(place, figure)),
                self.costs[figure.key],
                (before := self.before.get(figure.key)) is not None
                and before.state is State.BESIDE
                and before.counts == figure.counts,
            )
            for figure in self.issues[place].figures
            if figure.state is State.SHOWN
        ]

    def _small(self) -> Iterator[tuple[int, IssueFigure]]:
        for place, issue in enumerate(self.issues):
            for figure in issue.figures:
                if figure.state is State.SMALL:
                    yield place, figure

    def _protected(self, *, narrowed: bool) -> list[Protected]:
        """Counts that were withheld as small in any issue, each under its highest threshold; for
        what a reader knows of them (not `narrowed`) under each it had.
        """
        listed = [
            Protected(self._name(place, figure, count), self._form(place, count), figure.threshold)
            for place, figure in self._small()
            for count in figure.small
        ]
        if not narrowed:
            return [item for item in listed if item.threshold < SUPPRESS_ALL]
        highest: dict[Form, Protected] = {}
        for item in [*listed, *self._narrowed()]:
            first = highest.get(item.form, item)
            highest[item.form] = replace(first, threshold=max(first.threshold, item.threshold))
        return list(highest.values())

    def _narrowed(self) -> Iterator[Protected]:
        """Small counts that are no figures, but follow from those of the office."""
        thresholds = self._thresholds()
        for number, item in enumerate(self._atoms.narrowed, 1):
            threshold = thresholds.get(item.chain, 0)
            if item.most < threshold < SUPPRESS_ALL:
                yield Protected(f"months of {' '.join(item.chain)}, {number}", item.form, threshold)

    def _thresholds(self) -> dict[tuple[str, ...], int]:
        thresholds: dict[tuple[str, ...], int] = {}
        for issue in self.issues:
            for figure in issue.figures:
                for count in figure.counts:
                    chain = count.span.chain
                    thresholds[chain] = max(figure.threshold, thresholds.get(chain, 0))
        return thresholds

    def _not_small(self) -> list[Protected]:
        """Counts of guarded figures that are not small: withheld or not, a reader knows that."""
        return [
            Protected(self._name(place, figure, count), self._form(place, count), figure.threshold)
            for place, issue in enumerate(self.issues)
            for figure in issue.figures
            if figure.state is not State.SMALL and figure.threshold < SUPPRESS_ALL
            for count in figure.counts
            if figure.threshold
        ]

    def _ties(self) -> Iterator[Fact]:
        yield from self._shown_before(_Reader(knows_kinds=True, knows_months=True))
        yield from self._sums()

    def _sums(self) -> Iterator[Fact]:
        """What declared sums say, for every period that their figures have: they add up but for
        the difference that they have today, which is taken as known.
        """
        for whole, parts in self._sums_of_issues():
            form = (*whole, *((atom, -factor) for part in parts if part for atom, factor in part))
            difference = self._atoms.value(form)
            if all(part is not None for part in parts):
                yield Fact(form, difference, difference, "sum")
            else:
                yield Fact(form, min(0, difference), None, "sum")

    def _sums_of_issues(self) -> Iterator[tuple[Form, list[Form | None]]]:
        """Each period of each issue in which a whole and at least one part have figures; a sum that
        any issue declared held for all.
        """
        sums = sums_of(self.issues)
        for place in range(len(self.issues)):
            by_series: dict[str, list[Span]] = {}
            for span in self._atoms.spans(place):
                by_series.setdefault(span.chain[0], []).append(span)
            for whole, parts in sums:
                for chain, first, last in self._periods(place, whole, parts, by_series):
                    total = self._atoms.form(place, Span((whole, *chain), first, last))
                    of_parts = [
                        self._atoms.form(place, Span((part, *chain), first, last)) for part in parts
                    ]
                    if total is not None and any(of_parts):
                        yield total, of_parts

    def _periods(
        self, place: int, whole: str, parts: Sequence[str], by_series: dict[str, list[Span]]
    ) -> dict[tuple[tuple[str, ...], int, int], None]:
        """Periods that a sum is looked at for: single months, where all are known by month."""
        spans = [span for name in (whole, *parts) for span in by_series.get(name, ())]
        return {
            (span.chain[1:], span.first, span.last): None
            for span in spans
            if span.first == span.last
            or not all(
                self._atoms.monthly(place, (name, *span.chain[1:])) for name in (whole, *parts)
            )
        }

    def _rests(self, shown: Sequence[Cell], asked: Sequence[Protected]) -> list[Protected]:
        """Small counts that are left when shown figures are subtracted from others."""
        reader = _Reader(knows_kinds=True, knows_months=True)
        facts = [*self._shown_before(reader), *(fact for cell in shown for fact in cell.facts)]
        forms = {frozenset(atom for atom, _ in fact.form) for fact in facts}
        thresholds = self._thresholds()
        rests = {
            rest: max((thresholds.get(atom[0], 0) for atom in rest), default=0)
            for rest in (*_left_of_totals(forms), *self._left_of_sums(forms))
        }
        known = {frozenset(atom for atom, _ in item.form) for item in asked}
        return [
            Protected(
                f"rest of a total, {number}", tuple((atom, 1) for atom in sorted(rest)), threshold
            )
            for number, (rest, threshold) in enumerate(rests.items(), len(asked))
            if rest not in known
            and threshold < SUPPRESS_ALL
            and sum(self._atoms.truth[atom] for atom in rest) < threshold
        ]

    def _left_of_sums(self, shown: set[frozenset[Any]]) -> Iterator[frozenset[Any]]:
        for whole, parts in self._sums_of_issues():
            if frozenset(atom for atom, _ in whole) in shown and None not in parts:
                of_parts = [frozenset(atom for atom, _ in part or ()) for part in parts]
                hidden = [part for part in of_parts if part not in shown]
                if len(hidden) > 1:
                    yield frozenset().union(*hidden)


def _left_of_totals(forms: set[frozenset[Any]]) -> Iterator[frozenset[Any]]:
    """What is left of each total without the totals within it, the largest first."""
    by_chain: dict[object, list[frozenset[Any]]] = {}
    for form in sorted(forms, key=lambda form: (-len(form), sorted(map(repr, form)))):
        for chain in {atom[0] for atom in form}:
            by_chain.setdefault(chain, []).append(form)
    for largest in by_chain.values():
        for place, whole in enumerate(largest):
            if len(whole) == 1:
                break
            rest = whole
            for form in largest[place + 1 :]:
                if form <= rest:
                    rest -= form
            if rest and rest != whole:
                yield rest


def _contradiction(fact: Fact) -> str:
    return (
        "What earlier issues have shown and what this one has cannot be true together"
        f" ({fact.source}), so it cannot be said what may be shown."
        " Nothing was published. Look whether the ledger is that of this workbook."
    )
