"""The attack: a reader who has kept two issues a quarter apart, knows the rules, and tries every
possibility.

The attacker is written without the product's code: months that lie in the same published totals are
interchangeable, so all that can be worked out follows from the sums of such groups, and these are
tried one by one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.assessment.casebook import Book, month
from xlperf.assessment.assessing import assess
from xlperf.assessment.basis import Basis
from xlperf.assessment.charts import MonthsChart, charts
from xlperf.assessment.evidence import Unjudged
from xlperf.disclosure.suppression import Disclosable, disclosable
from xlperf.disclosure.withholding import LEAST_POSSIBLE
from xlperf.tables import schema
from xlperf.tiles.caveat_sentences import caveats_text
from xlperf.tiles.compared_numbers import numbers_of
from xlperf.tiles.distance import to_next_colour
from xlperf.tiles.explanations import explain
from xlperf.tiles.layout import fields
from xlperf.tiles.written import history_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlperf.config import Settings

pytestmark = pytest.mark.slow
RELAXED = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
FIRST = month("2012-04")
JUNE, SEPTEMBER = date(2014, 6, 30), date(2014, 9, 30)
MONTHS = 30  # April 2012 to September 2014


def issue(
    counts: Sequence[int],
    threshold: int,
    end: date,
    past: Sequence[dict],
    base: int = 1,
    **cells: object,
):
    """What the office publishes for a period end, with the History rows of the issues before; and
    its own rows.
    """
    book = Book(period_end=end, publish_round_to=base)
    book.measure("crime", "offences", Suppress_below=threshold, **cells)
    known = counts[: 12 * (end.year - 2012) + end.month - 3]
    book.months("crime", known, last=f"{end.year}-{end.month:02d}")
    for row in past:
        book.add(schema.HISTORY, **row)
    tables, chosen, _ = book.read()
    lines = assess(tables, chosen)
    rows = [
        {key.replace(" ", "_"): value for key, value in history_row(line, chosen).items()}
        for line in lines
    ]
    return disclosable(tables, lines, chosen), rows, chosen


@dataclass
class Equation:
    """A published total: which months, and within which limits it lies."""

    months: frozenset[int]
    low: int
    high: int


def rounding(value: float, base: int) -> tuple[int, int]:
    """Every whole number that is shown as this value."""
    shown = round(value)
    values = [
        n
        for n in range(max(0, shown - base), shown + base + 1)
        if (2 * n + base) // (2 * base) * base == shown
    ]
    return min(values), max(values)


@cache
def settings_at(end: date) -> Settings:
    """Settings of a book for a period end."""
    return Book(period_end=end).read()[1]


def read(
    found: Disclosable, end: date, base: int
) -> tuple[dict[int, tuple[int, int]], list[Equation]]:
    """All that one issue tells: months, and equations from totals, from averages times their
    months, from trends.
    """
    last = month(f"{end.year}-{end.month:02d}")
    months = {m: rounding(item.count, base) for m, item in found.tables.monthly["crime"].items()}
    drawn_from = Basis(found.tables, settings_at(end))
    (drawn,) = (item for item in charts(found.lines, drawn_from) if isinstance(item, MonthsChart))
    for place, count in enumerate(reversed(drawn.counts)):
        if count is not None:
            months[last - place] = rounding(int(count), base)
    windows = {"baseline": range(FIRST, FIRST + 12), "latest": range(last - 11, last + 1)}
    totals = []
    main, chart = (
        next(line for line in found.lines if line.line == name) for name in ("crime", "crime_spc")
    )
    for name, window in windows.items():
        if (value := getattr(main.figures, name)) is not None:
            totals.append(Equation(frozenset(window), *rounding(value, base)))
    lines = numbers_of(chart.evidence)
    for value, size, ahead in ((lines.centre, 12, 6), (lines.statistic, 6, 0)):
        if value is not None:
            total, stop = round(value * size), last + 1 - ahead
            totals.append(Equation(frozenset(range(stop - size, stop)), total, total))
    assert isinstance(main.evidence, Unjudged) or all(m in months for m in range(FIRST, last + 1))
    return months, totals


def group_sums(
    totals: list[tuple[frozenset, int, int]], sizes: dict[frozenset, tuple[int, int | None]]
) -> Iterator[dict]:
    """Every way to fill the groups so that all totals hold."""
    groups = sorted((name for name in sizes if name), key=sorted)

    def fill(place: int, left: list[tuple[int, int]], chosen: dict) -> Iterator[dict]:
        open_totals = {i for name in groups[place:] for i in name}
        if not all(low <= 0 <= high for i, (low, high) in enumerate(left) if i not in open_totals):
            return
        if place == len(groups):
            yield dict(chosen)
            return
        name = groups[place]
        low, high = sizes[name]
        most = min(left[i][1] for i in name)
        for value in range(low, (most if high is None else min(most, high)) + 1):
            chosen[name] = value
            yield from fill(
                place + 1,
                [(a - value, b - value) if i in name else (a, b) for i, (a, b) in enumerate(left)],
                chosen,
            )

    yield from fill(0, [(low, high) for _, low, high in totals], {})


def values_of(
    target: int, unknown: dict[int, tuple[int, int | None]], months: dict, totals: list[Equation]
) -> set[int]:
    """Values below 40 that an unknown month can have. `unknown` gives what is known of each unknown
    month.
    """
    left = []
    for item in totals:
        seen = [months[m] for m in item.months if m in months]
        if any(m in unknown for m in item.months):
            left.append(
                (
                    item.months,
                    item.low - sum(h for _, h in seen),
                    item.high - sum(least for least, _ in seen),
                )
            )
    if not any(target in item[0] for item in left):
        low, high = unknown[target]
        return set(range(low, (39 if high is None else high) + 1))
    where = {m: frozenset(i for i, item in enumerate(left) if m in item[0]) for m in unknown}
    found = set()
    for value in range(40):
        low, high = unknown[target]
        if value < low or (high is not None and value > high):
            continue
        fixed = unknown | {target: (value, value)}
        sizes: dict[frozenset, tuple[int, int | None]] = {}
        for m, (least, most) in fixed.items():
            low_sum, high_sum = sizes.get(where[m], (0, 0))
            sizes[where[m]] = (
                low_sum + least,
                None if None in (high_sum, most) else high_sum + most,
            )
        if next(group_sums(left, sizes), None) is not None:
            found.add(value)
    return found


def attack(
    issues: Sequence[tuple[Disclosable, date]], counts: Sequence[int], threshold: int, base: int = 1
) -> None:
    """Fail if what was published pins a small month down."""
    months: dict[int, tuple[int, int]] = {}
    totals: list[Equation] = []
    for found, end in issues:
        seen, more = read(found, end, base)
        months |= seen
        totals += more
    small = [FIRST + i for i, count in enumerate(counts) if count < threshold]
    assert not set(small) & set(months)
    hidden = [m for m in range(FIRST, FIRST + len(counts)) if m not in months]
    blind = dict.fromkeys(hidden, (0, None))
    knowing = {m: (0, threshold - 1) if m in small else (threshold, None) for m in hidden}
    alike: dict[object, int] = {}
    for target in small:  # small months in the same totals are interchangeable
        alike.setdefault(tuple(target in item.months for item in totals), target)
    for target in alike.values():
        assert counts[target - FIRST] in values_of(target, knowing, months, totals)
        assert len(values_of(target, blind, months, totals)) >= LEAST_POSSIBLE
        assert len(values_of(target, knowing, months, totals)) >= min(threshold, LEAST_POSSIBLE)


SERIES = st.one_of(
    st.lists(st.integers(0, 9), min_size=MONTHS, max_size=MONTHS),
    st.lists(st.sampled_from([0, 1, 6, 7, 30]), min_size=MONTHS, max_size=MONTHS),
    st.lists(st.sampled_from([5, 6, 8, 8, 8, 20, 4]), min_size=MONTHS, max_size=MONTHS),
)


@RELAXED
@given(counts=SERIES, threshold=st.sampled_from([1, 2, 3, 5, 7]))
@example(counts=[30] * MONTHS, threshold=5)
@example(counts=[*[30] * 29, 0], threshold=5)
@example(counts=[*[30] * 23, 2, *[30] * 5, 3], threshold=5)
@example(counts=[0] * MONTHS, threshold=5)
@example(counts=[4] * MONTHS, threshold=5)
@example(counts=[5, 4] * 15, threshold=5)
@example(counts=[1] * MONTHS, threshold=1)
@example(counts=[*[9] * 15, 0, *[9] * 14], threshold=1)
def test_two_issues_a_quarter_apart_give_no_small_month_away(counts, threshold):
    first, rows, _ = issue(counts, threshold, JUNE, [])
    second, _, _ = issue(counts, threshold, SEPTEMBER, rows)
    attack([(first, JUNE)], counts[:27], threshold)
    attack([(first, JUNE), (second, SEPTEMBER)], counts, threshold)


@RELAXED
@given(counts=SERIES, threshold=st.sampled_from([3, 5]))
def test_issues_of_following_months_give_no_small_month_away(counts, threshold):
    ends = [date(2014, 7, 31), date(2014, 8, 31), SEPTEMBER]
    issues, past = [], []
    for end in ends:
        found, rows, _ = issue(counts, threshold, end, past)
        issues.append((found, end))
        past += rows
    attack(issues, counts, threshold)


@RELAXED
@given(counts=SERIES, threshold=st.sampled_from([3, 5]), base=st.sampled_from([5, 10]))
def test_rounded_issues_give_no_small_month_away(counts, threshold, base):
    first, rows, _ = issue(counts, threshold, JUNE, [], base)
    second, _, _ = issue(counts, threshold, SEPTEMBER, rows, base)
    attack([(first, JUNE), (second, SEPTEMBER)], counts, threshold, base)


def every_text(found: Disclosable, chosen) -> Iterator[str]:
    for line in found.lines:
        yield from explain(line, chosen)
        yield caveats_text(line)
        yield to_next_colour(line, chosen)
        yield from (str(value) for value in fields(line).values())
    yield from (comment.text for comment in found.tables.comments)


@RELAXED
@given(
    st.lists(st.integers(101, 400), min_size=MONTHS, max_size=MONTHS),
    st.integers(0, MONTHS - 1),
    st.integers(53, 99),
)
def test_no_text_and_no_figure_depends_on_a_small_count(counts, place, few):
    # The same workbook with another small count and as many more elsewhere: every word published is
    # the same.
    counts = [*counts[:place], few, *counts[place + 1 :]]
    found, _, chosen = issue(counts, 100, SEPTEMBER, [])
    texts = list(every_text(found, chosen))
    unjudged = replace(
        found, lines=tuple(line for line in found.lines if line.reason == "SUPPRESSED")
    )
    assert unjudged.lines
    # A line that is kept is made of what is shown, and may write the same number by chance; so may
    # a change in per cent.
    assert not any(
        re.search(rf"(?<![\d,.]){few}(?![\d,.]*%|\d|,\d)", text)
        for text in every_text(unjudged, chosen)
    )
    hidden = [
        m - FIRST for m in range(FIRST, FIRST + MONTHS) if m not in found.tables.monthly["crime"]
    ]
    windows = [range(12), range(18, 30)]
    others = [i for i in hidden if i != place and all((i in w) == (place in w) for w in windows)]
    if others:
        moved = list(counts)
        moved[place], moved[others[0]] = few - 1, counts[others[0]] + 1
        again, _, _ = issue(moved, 100, SEPTEMBER, [])
        assert list(every_text(again, chosen)) == texts
        assert again.lines == found.lines


@pytest.mark.parametrize("level", [3, 40])
def test_shares_times_n_tell_no_small_count(level):
    for n in range(level, level + 12):
        for satisfied in range(n + 1):
            book = Book().surveys((60, 100), (satisfied, n), Suppress_below=5)
            tables, chosen, _ = book.read()
            found = disclosable(tables, assess(tables, chosen), chosen)
            (line,) = found.lines
            if min(satisfied, n - satisfied) < 5:
                assert (line.figures.latest, line.figures.n_latest, line.reason) == (
                    None,
                    None,
                    "SUPPRESSED",
                )
                assert all(result.period_end != SEPTEMBER for result in found.tables.surveys["sat"])
            else:
                assert line.figures.latest == satisfied / n


@RELAXED
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=2, max_size=2),
    st.permutations(["whole", "left", "right"]),
)
def test_measures_that_add_up_give_no_small_part_away(parts, order):
    book = Book()
    counts = {
        "whole": [a + b for a, b in parts],
        "left": [a for a, _ in parts],
        "right": [b for _, b in parts],
    }
    for name in order:
        book.measure(name, "total", Suppress_below=None if name == "whole" else 5)
        book.total(name, "2012-04", "2013-03", counts[name][0]).total(
            name, "2013-10", "2014-09", counts[name][1]
        )
    tables, chosen, _ = book.read()
    found = disclosable(tables, assess(tables, chosen), chosen)
    shown = {
        (name, str(item.period)): item.count
        for name, items in found.tables.totals.items()
        for item in items
    }
    for place, period in enumerate(("year to Mar 2013", "year to Sep 2014")):
        small = {name: counts[name][place] < 5 for name in ("left", "right")}
        fits = []
        for left in range(30):
            for right in range(30):
                tried = {"left": left, "right": right, "whole": left + right}
                known = all(
                    shown.get((name, period), value) == value for name, value in tried.items()
                )
                kinds = all(
                    (tried[name] < 5) is small[name]
                    for name in small
                    if (name, period) not in shown
                )
                if known and kinds:
                    fits.append(tried)
        for name in (name for name, few in small.items() if few):
            assert (name, period) not in shown
            assert len({tried[name] for tried in fits}) >= 5
