"""Counts of issues as sums of unknown whole numbers (atoms), with true values for each.

A month of a monthly series is one atom for each value it ever had: a revised month is another
unknown, one that was not revised is the same in every issue. Of a series that is known by longer
periods only, the atoms are the months between two ends of periods. Issues whose figures fit
together share them. Where figures contradict each other, the later version has atoms of its own; a
figure that is the same in two versions ties them together.
"""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np

from xlperf.disclosure.counts_shown import Span
from xlperf.disclosure.facts import VALUES, Fact, value_of
from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlperf.disclosure.facts import Atom, Form
    from xlperf.disclosure.issues import Issue

Chain = tuple[str, ...]
Values = dict[Span, int]


class Narrowed(NamedTuple):
    """Months whose count follows from the figures of a series, or nearly."""

    form: Form
    chain: Chain
    most: int


class Atoms:
    """The unknown counts behind some issues."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        """Lay out the atoms; the last issue is the present one, and gets the first version."""
        self.truth: dict[Atom, int] = {}
        self.ties: list[Fact] = []
        """Facts: what is the same in two versions."""
        self.narrowed: list[Narrowed] = []
        self._forms: list[dict[Span, Form]] = [{} for _ in issues]
        self._months: list[dict[Chain, Values]] = [{} for _ in issues]
        self._first: dict[tuple[Span, int], Form] = {}
        by_chain: dict[Chain, dict[int, Values]] = {}
        for place, issue in reversed(list(enumerate(issues))):
            for span, value in issue.values.items():
                by_chain.setdefault(span.chain, {}).setdefault(place, {})[span] = value
        for chain, of_issues in by_chain.items():
            longer = {place: v for place, v in of_issues.items() if not _monthly(v)}
            for place, values in of_issues.items():
                if place not in longer:
                    self._lay_months(place, chain, values)
            for number, version in enumerate(_versions(longer)):
                self._lay_version(chain, number, version)

    def form(self, issue: int, span: Span) -> Form | None:
        """Give the sum behind a count of an issue; None: it was not known then."""
        form = self._forms[issue].get(span)
        months = self._months[issue].get(span.chain)
        if form is None and months is not None:
            wanted = [Span(span.chain, month, month) for month in range(span.first, span.last + 1)]
            if all(month in months for month in wanted):
                return tuple(self._forms[issue][month][0] for month in wanted)
        return form

    def value(self, form: Form) -> int:
        """Give the true value of a sum."""
        return value_of(form, self.truth)

    def spans(self, issue: int) -> Iterator[Span]:
        """Months of all counts of an issue."""
        yield from self._forms[issue]

    def monthly(self, issue: int, chain: Chain) -> bool:
        """Whether each month of a series is known."""
        return chain in self._months[issue]

    def _lay_months(self, place: int, chain: Chain, values: Values) -> None:
        months = {span: value for span, value in values.items() if span.first == span.last}
        self._months[place][chain] = months
        for span, value in months.items():
            atom = (chain, span.first, value)
            self.truth[atom] = value
            self._put(place, span, value, ((atom, 1),))
        for span, value in values.items():
            if span not in months:
                atoms = (
                    (chain, month, months[Span(chain, month, month)])
                    for month in range(span.first, span.last + 1)
                )
                self._put(place, span, value, tuple((atom, 1) for atom in atoms))

    def _lay_version(self, chain: Chain, number: int, version: _Version) -> None:
        ends, counts = version.ends, _potentials(version.values)
        if counts is None:
            raise ValueError(f"the figures of {chain} do not fit together")
        for first, after in pairwise(ends):
            self.truth[chain, first, after, number] = counts[after] - counts[first]

        def between(first: int, after: int) -> Form:
            cut = [end for end in ends if first <= end <= after]
            return tuple(((chain, *pair, number), 1) for pair in pairwise(cut))

        for place, span in version.placed:
            value = version.values[span]
            self._put(place, span, value, between(span.first, span.last + 1))
        for (first, after), (least, most) in _implied(version.values, ends).items():
            if most - least + 1 < VALUES:
                self.narrowed.append(Narrowed(between(first, after), chain, most))

    def _put(self, place: int, span: Span, value: int, form: Form) -> None:
        self._forms[place][span] = form
        first = self._first.setdefault((span, value), form)
        if first != form:
            minus = tuple((atom, -factor) for atom, factor in first)
            self.ties.append(Fact((*form, *minus), 0, 0, (span, value)))


def _monthly(values: Mapping[Span, int]) -> bool:
    """Whether every longer period is the sum of months that are known."""
    months = {span.first: value for span, value in values.items() if span.first == span.last}
    return all(
        all(month in months for month in range(span.first, span.last + 1))
        and sum(months[month] for month in range(span.first, span.last + 1)) == value
        for span, value in values.items()
    )


class _Version:
    """Figures of one series that fit together."""

    def __init__(self) -> None:
        self.values: Values = {}
        self.placed: list[tuple[int, Span]] = []

    @property
    def ends(self) -> list[int]:
        return _ends(self.values)

    def takes(self, place: int, values: Values) -> bool:
        """Add the figures of an issue, if they fit."""
        if any(self.values.get(span, value) != value for span, value in values.items()):
            return False
        if _potentials(self.values | values) is None:
            return False
        self.values |= values
        self.placed += [(place, span) for span in values]
        return True


def _versions(of_issues: Mapping[int, Values]) -> list[_Version]:
    """Put the figures of issues together, the first of them first, as far as they fit."""
    versions: list[_Version] = []
    for place, values in of_issues.items():
        if any(version.takes(place, values) for version in versions):
            continue
        left = dict(sorted(values.items(), key=lambda item: item[1]))  # small ones with each other
        while left:
            version = _Version()
            for span, value in left.items():
                version.takes(place, {span: value})
            left = {span: value for span, value in left.items() if span not in version.values}
            versions.append(version)
    return versions


def _ends(values: Mapping[Span, int]) -> list[int]:
    return sorted({end for span in values for end in (span.first, span.last + 1)})


def _edges(values: Mapping[Span, int]) -> Iterator[tuple[int, int, int]]:
    """Differences of running totals: each at most that of another, plus a number."""
    yield from ((after, first, 0) for first, after in pairwise(_ends(values)))
    for span, value in values.items():
        yield span.first, span.last + 1, value
        yield span.last + 1, span.first, -value


def _potentials(values: Mapping[Span, int]) -> dict[int, int] | None:
    """Running totals that give all figures; None: there are none (Bellman and Ford)."""
    totals, edges = dict.fromkeys(_ends(values), 0), list(_edges(values))
    for _ in range(len(totals) + 1):
        changed = False
        for one, other, most in edges:
            if totals[one] + most < totals[other]:
                totals[other], changed = totals[one] + most, True
        if not changed:
            return totals
    return None


def _implied(
    values: Mapping[Span, int], ends: Sequence[int]
) -> dict[tuple[int, int], tuple[int, int]]:
    """Tightest bounds of the count between two ends of periods, both finite (Floyd, Warshall)."""
    place = {end: number for number, end in enumerate(ends)}
    most = np.full((len(ends), len(ends)), np.inf)
    np.fill_diagonal(most, 0)
    for one, other, bound in _edges(values):
        most[place[one], place[other]] = min(most[place[one], place[other]], bound)
    for middle in range(len(ends)):
        most = np.minimum(most, most[:, middle, None] + most[middle])
    return {
        (ends[first], ends[after]): (int(max(0, -most[after, first])), int(most[first, after]))
        for first, after in combinations(range(len(ends)), 2)
        if np.isfinite(most[first, after]) and np.isfinite(most[after, first])
    }
