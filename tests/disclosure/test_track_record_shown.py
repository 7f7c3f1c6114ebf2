"""What of the track record leaves the building: nothing of an issue that withheld something."""

from __future__ import annotations

from tests.assessment.casebook import Book, wobbling
from tests.assessment.test_track_record import kept
from tests.disclosure.test_suppression import SMALL_MAY, Published
from xlperf.assessment.basis import Basis
from xlperf.assessment.track_record import RangeOutcome, track_record
from xlperf.disclosure.issues import Issue, IssueLine


def published_before(made: Book) -> Published:
    """The pack of a book whose earlier issues showed all that History says."""
    rows = made.read()[0].history
    said = ("line", "colour", "reason", "position", "baseline", "latest")
    ledger = [
        Issue(row.period_end, (), lines=(IssueLine(*(getattr(row, name) for name in said)),))
        for row in rows
    ]
    return Published(made, ledger=ledger)


def outcomes(made: Book) -> dict[str, set[RangeOutcome]]:
    """Outcomes that a pack could count, by line."""
    published = published_before(made)
    record = track_record(Basis(published.found.tables, published.settings))
    found: dict[str, set[RangeOutcome]] = {}
    for item in record.statements:
        found.setdefault(item.line, set()).add(item.outcome)
    return found


def test_a_measure_without_small_numbers_is_counted():
    made = kept(Book().offences(counts=wobbling(100, 66), Suppress_below=5))
    assert outcomes(made) == {"crime": {RangeOutcome.HELD}}


def test_twelve_months_with_a_withheld_month_are_not_scored():
    cells = {"Made_from": 360, "Expected": 360, "Range_from": 200, "Range_to": 500}
    cells |= {"Year_ahead": 360, "Year_ahead_from": 200, "Year_ahead_to": 500, "Baseline": 360}
    made = kept(Book().offences(counts=SMALL_MAY, Suppress_below=5), Latest=360, **cells)
    assert outcomes(made)["crime"] <= {RangeOutcome.HELD, RangeOutcome.NO_FIGURES}
    published = published_before(made)
    (year,) = (
        item
        for item in track_record(Basis(published.found.tables, published.settings)).statements
        if item.horizon == "year ahead"
    )
    assert (year.outcome, year.total) == (RangeOutcome.NO_FIGURES, None)


def test_a_row_that_the_ledger_does_not_have_states_nothing_outside():
    made = kept(Book().offences(counts=wobbling(100, 66), Suppress_below=5))
    assert track_record(Basis(Published(made).found.tables, made.read()[1])).statements == ()
