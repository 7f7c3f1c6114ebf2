"""The attack: a reader who has kept every issue, knows the rules and which counts are small, and
looks for what is left of each of them.

Sequences of issues go from tables to the contents of packs through the product; the attacker reads
these contents, or the files of packs, and nothing else (`tests.release.attacker`).
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.assessment.casebook import Book, month
from tests.release.attacker import Row, Solver, month_number
from tests.release.sequences import KINDS, Known, Office, last_month, sequence
from xlperf.assessment.assessing import assess
from xlperf.disclosure.facts import VALUES
from xlperf.disclosure.suppression import Disclosable, disclosable
from xlperf.excel.file import FileWorkbook
from xlperf.newbook.builder import workbook_bytes
from xlperf.newbook.content import Content
from xlperf.release.ledger import ledger_path
from xlperf.release.publish import publish
from xlperf.tables import schema
from xlperf.tiles.caveat_sentences import caveats_text
from xlperf.tiles.distance import to_next_colour
from xlperf.tiles.explanations import explain
from xlperf.tiles.layout import fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

pytestmark = pytest.mark.slow
RELAXED = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
FIRST = month("2012-04")
SEPTEMBER = date(2014, 9, 30)
MONTHS = 30  # April 2012 to September 2014
SEQUENCES = 216 if os.environ.get("XLPERF_LONG") else 18
"""The long form runs all; each seed is a sequence of its own."""
AT_ONCE = 9


def attack(known: Known, out: set[str] | None = None) -> int:
    """Fail where a small count is left with too few values; gives how many were attacked.

    A count may be narrow where the product has named it, and the issues before the last have left
    it no more.
    """
    everything = [*known.rows, *known.sums]
    before = [*known.rows[: known.before], *known.sums, *known.kinds]
    for terms, (key, _) in known.small.items():
        alone = [row for row in known.kinds if row.terms == terms]
        room = min(row.high for row in alone) - max(row.low for row in alone) + 1
        true = sum(factor * known.truth[atom] for atom, factor in terms)
        left: list[int] = []
        for rows, enough in (
            ([*everything, *known.kinds], int(min(VALUES, room))),
            (everything, VALUES),
        ):
            if len(left) >= enough:
                continue  # what more rows leave, fewer leave too
            left = Solver(rows).values(terms, known.truth, enough)
            assert true in left, key
            if len(left) < enough:
                named = out is None or any(item.startswith(f"{key} ") for item in out)
                assert named, (key, left)
                assert len(Solver(before).values(terms, known.truth, enough)) < enough, key
    return len(known.small)


@pytest.mark.parametrize("first", range(0, SEQUENCES, AT_ONCE))
def test_no_sequence_of_issues_narrows_a_small_count(first):
    attacked = dict.fromkeys(KINDS, 0)
    for seed in range(first, first + AT_ONCE):
        office = sequence(seed)
        attacked[office.kind] += attack(office.known, office.out)
    assert sum(attacked.values()) > AT_ONCE


# -- the files of packs
# -------------------------------------------------------------------------------------------------


def published(office: Office, end: date, folder: Path) -> Path:
    """Publish the workbook of an office, and read the files of the pack."""
    book = office.book(end)
    grids = book.grids()
    given_now = {str(row[0]): row[1] for row in grids[schema.SETTINGS.name].rows}
    tables = {
        table.name: list(grids[table.name].rows)
        for table in schema.DATA
        if table is not schema.SETTINGS and table.name in grids
    }
    path = folder / "Office.xlsm"
    path.write_bytes(workbook_bytes(Content(tables, given_now)))
    place = folder / f"Pack {len(list(folder.iterdir()))}"
    publish(
        FileWorkbook.open(path),
        place,
        workbook=path,
        now=datetime(2014, 12, 10, 9, 30, tzinfo=UTC),
        first_issue=not ledger_path(path).exists(),
    )
    return place


def read(office: Office, place: Path, end: date) -> None:
    """Note what the panel workbook of a pack tells, and what is small in it."""
    (path,) = place.glob("*.xlsx")
    sheets = {sheet.title: list(sheet.values) for sheet in openpyxl.load_workbook(path)}
    rows = {(row[0], row[1]): row[2:] for row in sheets["Series"] if row[1]}
    known = office.known
    known.before = len(known.rows)
    for name in office.names:
        labels = rows.get((name, "Month"), ())
        for label, count in zip(labels, rows.get((name, "Count"), ()), strict=True):
            if label and count is not None:
                place_of = month_number(str(label))
                terms = office.terms(name, range(place_of, place_of + 1))
                known.rows.append(Row(terms, count, count))
        for terms, key, value in office.figures(name, end):
            office.note_kind(terms, key, value)
    said = " ".join(str(cell) for row in sheets["RAG explained"] for cell in row if cell)
    for pattern, months in (
        (r"([\d,]+) in the year to", range(last_month(end) - 11, last_month(end) + 1)),
        (r"against ([\d,]+) in 2012/13", range(FIRST, FIRST + 12)),
    ):
        for text in re.findall(pattern, said):
            count = int(text.replace(",", ""))
            known.rows.append(Row(office.terms("all", months), count, count))


@pytest.mark.parametrize("seed", [0, 6, 12])
def test_the_files_of_consecutive_packs_narrow_no_small_count(seed, tmp_path):
    office = Office(seed)
    assert office.kind == "months"
    office.counts["all"][last_month(SEPTEMBER)] = 2
    for end in (date(2014, 6, 30), SEPTEMBER):
        read(office, published(office, end, tmp_path), end)
        office.threshold = office.random.choice([office.threshold, 10])
    assert attack(office.known) > 0


# -- words and figures
# -------------------------------------------------------------------------------------------------


def issue(counts: Sequence[int], threshold: int, end: date):
    """What the office publishes for a period end."""
    book = Book(period_end=end).measure("crime", "offences", Suppress_below=threshold)
    book.months("crime", counts, last=f"{end:%Y-%m}")
    tables, chosen, _ = book.read()
    lines = assess(tables, chosen)
    return disclosable(tables, lines, chosen), chosen


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
    found, chosen = issue(counts, 100, SEPTEMBER)
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
        again, _ = issue(moved, 100, SEPTEMBER)
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
