"""Sequences of issues of an office that changes its mind: sums, surveys, halves, the group, five
parts, thresholds that are raised, periods out of order, revisions, issues made again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from tests.assessment.casebook import FORCES, Book, month
from tests.release.attacker import (
    Row,
    months_shown,
    rates_shown,
    satisfied_of,
    tile,
    whole,
)
from xlperf.disclosure.suppression import Disclosable, disclosable
from xlperf.documents.pack_contents import contents
from xlperf.periods import last_day
from xlperf.pipeline import assess_workbook

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from xlperf.disclosure.issues import Issue
    from xlperf.documents.pack_values import PackContents

FIRST = month("2012-04")
ENDS = (date(2014, 3, 31), date(2014, 6, 30), date(2014, 9, 30))
PEOPLE = 100_000
KINDS = ("months", "sum", "five parts", "surveys", "year to date", "group")
BASELINE = range(FIRST, FIRST + 12)


def last_month(end: date) -> int:
    return 12 * end.year + end.month - 1


def end_of(months: range) -> date:
    return last_day(months[-1])


@dataclass
class Known:
    """What issues have told, and what is true."""

    rows: list[Row] = field(default_factory=list)
    sums: list[Row] = field(default_factory=list)
    before: int = 0
    """Rows told before the last issue."""
    kinds: list[Row] = field(default_factory=list)
    truth: dict[Hashable, int] = field(default_factory=dict)
    small: dict[tuple, tuple[str, int]] = field(default_factory=dict)
    """Terms of each small count, with its key and the highest threshold it had."""

    def atom(self, name: Hashable, value: int) -> Hashable:
        """One unknown; another value is another version."""
        self.truth[name, value] = value
        return (name, value)


@dataclass
class Office:
    """Data of an office, and the issues it has made of them."""

    seed: int
    known: Known = field(default_factory=Known)
    ledger: list[Issue] = field(default_factory=list)
    packs: list[PackContents] = field(default_factory=list)
    out: set[str] = field(default_factory=set)
    withheld: int = 0

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311 - fixed cases
        self.kind = KINDS[self.seed % len(KINDS)]
        self.threshold = self.random.choice([3, 5, 5, 10])
        self.names = ["all"]
        if self.kind in ("sum", "five parts", "surveys"):
            count = 5 if self.kind == "five parts" else self.random.randint(2, 4)
            self.names += [f"part{number}" for number in range(count)]
        self.guard_all = self.random.random() < 0.5
        levels = [4, 8, 30] if self.kind in ("months", "sum", "group") else [0.3, 0.6, 1, 5]
        self.counts = {name: self._counts(self.random.choice(levels)) for name in self.names}
        if len(self.names) > 1:
            self._add_up()
        rounds = self.kind not in ("surveys", "group") and self.random.random() < 0.2
        self.base = self.random.choice([5, 10]) if rounds else 1
        self.declared = self.random.random() < 0.8
        """Whether the sum is declared from the first issue on."""

    # -- data

    def _counts(self, level: float) -> dict[int, int]:
        """Counts by month."""
        draw, spread = self.random, self.random.choice([1, 3])
        return {
            FIRST + place: max(0, round(draw.gauss(level, level / spread)))
            if draw.random() > 0.1 or level < 2
            else draw.randint(0, 9)
            for place in range(30)
        }

    def _add_up(self) -> None:
        parts = self.names[1:]
        self.counts["all"] = {
            place: sum(self.counts[name][place] for name in parts) for place in self.counts["all"]
        }

    def revise(self) -> None:
        """Change some counts, small ones too."""
        for _ in range(self.random.randint(1, 3)):
            name = self.random.choice(self.names[1:] or self.names)
            place = self.random.choice(list(self.counts[name]))
            self.counts[name][place] = max(0, self.counts[name][place] + self.random.randint(-4, 9))
        if len(self.names) > 1:
            self._add_up()

    def sum_of(self, name: str, months: range) -> int:
        return sum(self.counts[name][place] for place in months)

    def survey_of(self, name: str, months: range) -> tuple[int, int]:
        """Satisfied and not: of groups that add up."""
        if name == "all" and len(self.names) > 1:
            both = [self.survey_of(part, months) for part in self.names[1:]]
            return sum(s for s, _ in both), sum(n for _, n in both)
        total = self.sum_of(name, months)
        return total + 40, max(0, total // 7 - 3)

    def guarded(self, name: str) -> bool:
        return self.guard_all or name != "all" or len(self.names) == 1

    def periods(self, end: date) -> list[range]:
        """Periods whose totals are in the workbook."""
        last = last_month(end)
        if self.kind == "year to date":
            since = last - (last - FIRST) % 12
            spans = [range(since, last + 1), range(since - 12, last - 11)]
            return [*spans, range(last - 2, last + 1)]
        return [BASELINE, range(last - 11, last + 1)]

    def book(self, end: date) -> Book:
        """The workbook of the office at a period end."""
        book = Book(period_end=end, publish_round_to=self.base)
        for name in self.names:
            cells: dict[str, object] = {"Priority": self.random.choice(["SP1", "SP2"])}
            if self.guarded(name):
                cells["Suppress_below"] = self.threshold
            if name != "all" and (self.declared or self.ledger):
                cells["Part_of"] = "all"
            self._measure(book, name, end, cells)
        return book

    def _measure(self, book: Book, name: str, end: date, cells: dict) -> None:
        known = [self.counts[name][m] for m in range(FIRST, last_month(end) + 1)]
        match self.kind:
            case "months" | "sum":
                book.measure(name, "offences", **cells).months(name, known, last=f"{end:%Y-%m}")
            case "group":
                book.measure(name, "offences", MSG_measure="crime", **cells)
                book.months(name, known, last=f"{end:%Y-%m}")
                own = self.sum_of(name, self.periods(end)[1])
                book.peers([own, *(own + 20 * place for place in range(1, 8))], end=end)
            case "surveys":
                book.measure(name, "survey", "up", **cells)
                for months in self.periods(end):
                    satisfied, other = self.survey_of(name, months)
                    last = end_of(months)
                    book.survey(name, last, satisfied + other, satisfied)
            case _:
                compared = {"Compared": "year to date"} if self.kind == "year to date" else {}
                book.measure(name, "total", **cells, **compared)
                for months in dict.fromkeys(self.periods(end)):
                    first, last = (f"{m // 12}-{m % 12 + 1:02d}" for m in (months[0], months[-1]))
                    book.total(name, first, last, self.sum_of(name, months))

    # -- issues

    def publish(self, end: date) -> None:
        """Make an issue, and note what it tells."""
        assessed = assess_workbook(self.book(end).workbook())
        public = disclosable(assessed.tables, assessed.lines, assessed.settings, self.ledger)
        shown = replace(assessed, tables=public.tables, lines=public.lines)
        pack = contents(shown, prepared=end, withheld=public.unsaid)
        self.ledger.append(public.issue)
        self.packs.append(pack)
        self.note(pack, public, end)

    def note(self, pack: PackContents, public: Disclosable, end: date) -> None:
        """Take down what a pack tells, and what is small in it."""
        self.withheld += len(public.withheld)
        self.known.before = len(self.known.rows)
        self.out |= set(public.already_out)
        for name in self.names:
            for terms, key, value in self.figures(name, end):
                if self.guarded(name):
                    self.note_kind(terms, key, value)
            self.known.rows += self._told(pack, name, end)
        if len(self.names) > 1:
            self.known.sums += self._sums(end)

    def note_kind(self, terms: tuple, key: str, value: int) -> None:
        if value < self.threshold:
            self.known.kinds.append(Row(terms, 0, self.threshold - 1))
            before = self.known.small.get(terms, (key, 0))[1]
            self.known.small[terms] = (key, max(before, self.threshold))
        else:
            self.known.kinds.append(Row(terms, self.threshold, float("inf")))

    def terms(self, name: str, months: range) -> tuple:
        """Unknowns behind a total."""
        counts = self.counts[name]
        return tuple((self.known.atom((name, m), counts[m]), 1) for m in months)

    def _shares(self, name: str, months: range) -> tuple[tuple, tuple]:
        both = zip(("yes", "no"), self.survey_of(name, months), strict=True)
        yes, no = (((self.known.atom((name, which, months[-1]), v), 1),) for which, v in both)
        return yes, no

    def figures(self, name: str, end: date) -> Iterator[tuple[tuple, str, int]]:
        """Every count that may be shown: its unknowns, the key of its figure, its value."""
        for months in dict.fromkeys(self.periods(end)):
            span = f"{name} | {months[0]} | {months[-1]}"
            if self.kind == "surveys":
                for terms, value in zip(
                    self._shares(name, months), self.survey_of(name, months), strict=True
                ):
                    yield terms, f"survey | {name} | {end_of(months)}", value
                continue
            sort = "year" if self.kind in ("months", "sum", "group") else "total"
            yield self.terms(name, months), f"{sort} | {span}", self.sum_of(name, months)
        if self.kind in ("months", "sum", "group"):
            for place in range(FIRST, last_month(end) + 1):
                one = range(place, place + 1)
                yield self.terms(name, one), f"month | {name} | {place}", self.sum_of(name, one)

    def _told(self, pack: PackContents, name: str, end: date) -> Iterator[Row]:
        row = tile(pack, name)
        if None in (whole(row.baseline), whole(row.latest)) and self.kind != "surveys":
            assert not any(letter.isdigit() for letter in row.change), row
        for months, text in zip(self._compared(end), (row.baseline, row.latest), strict=True):
            if self.kind == "surveys":
                yield from self._told_of_survey(name, months, text, row.why + " " + row.outlook)
            elif (count := whole(text)) is not None:
                yield Row(self.terms(name, months), *self.behind(name, count))
        for place, count in months_shown(pack, name).items():
            yield Row(self.terms(name, range(place, place + 1)), *self.behind(name, count))
        own = rates_shown(pack, name).get(FORCES[0])
        if own is not None:
            low, high = ((own + step) * PEOPLE / 1000 for step in (-0.005, 0.005))
            yield Row(self.terms(name, self.periods(end)[1]), low, high)

    def behind(self, name: str, printed: int) -> tuple[int, int]:
        """Every count that is printed as this one: rounded halves up."""
        base = self.base if self.guarded(name) else 1
        fitting = [
            n
            for n in range(max(0, printed - base), printed + base + 1)
            if (2 * n + base) // (2 * base) * base == printed
        ]
        return min(fitting), max(fitting)

    def _compared(self, end: date) -> tuple[range, range]:
        """Months of the baseline and of the latest figure."""
        first, second, *_ = self.periods(end)
        return (second, first) if self.kind == "year to date" else (first, second)

    def _told_of_survey(self, name: str, months: range, text: str, said: str) -> Iterator[Row]:
        yes, no = self._shares(name, months)
        n = sum(self.survey_of(name, months))
        if text.endswith("%") and text[0].isdigit():
            if re.search(rf"(?<![\d,.]){n:,}(?![\d,.])", said):
                yield Row(yes, *satisfied_of(text, n))
                yield Row((*yes, *no), n, n)
            twice = 2 * round(10 * float(text.rstrip("%")))
            for step, low, high in ((-1, 0, np.inf), (1, -np.inf, 0)):
                (one, _), (other, _) = yes[0], no[0]
                yield Row(((one, 2000 - twice - step), (other, -twice - step)), low, high)

    def _sums(self, end: date) -> Iterator[Row]:
        """Parts add up in every period."""

        def row(whole_terms: tuple, parts: list[tuple]) -> Row:
            minus = [(atom, -factor) for part in parts for atom, factor in part]
            return Row((*whole_terms, *minus), 0, 0)

        periods = dict.fromkeys(self.periods(end))
        if self.kind == "sum":
            periods = {range(m, m + 1): None for m in range(FIRST, last_month(end) + 1)}
        for months in periods:
            if self.kind == "surveys":
                whole_shares, *parts = (self._shares(name, months) for name in self.names)
                for which in (0, 1):
                    yield row(whole_shares[which], [part[which] for part in parts])
            else:
                terms, *of_parts = (self.terms(name, months) for name in self.names)
                yield row(terms, of_parts)


def sequence(seed: int) -> Office:
    """An office after two to four issues."""
    office = Office(seed)
    draw = office.random
    ends = list(ENDS[draw.choice([0, 1]) :])
    if draw.random() < 0.3:
        draw.shuffle(ends)
    if draw.random() < 0.3:
        ends.append(draw.choice(ends))
    for number, end in enumerate(ends):
        if number and draw.random() < 0.35:
            office.revise()
        if number and draw.random() < 0.25:
            office.threshold = draw.choice([3, 5, 10])
        office.publish(end)
    return office
