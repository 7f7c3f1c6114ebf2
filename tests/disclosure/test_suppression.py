"""What leaves the building: each kind of figure, small and not, and everything made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.assessment.casebook import END, FORCES, MARCH_2013, Book, month, twelve_to, wobbling
from tests.shipped import SHIPPED
from xlperf.assessment.assessing import assess
from xlperf.assessment.basis import Basis
from xlperf.assessment.caveats import Autocorrelated, Note, PartsCountDifferently, Revised
from xlperf.assessment.charts import GroupChart, MonthsChart, charts
from xlperf.assessment.evidence import AtTarget, Unjudged
from xlperf.config import RoundTo
from xlperf.disclosure.issues import IssueLine, State, never_shown
from xlperf.disclosure.suppression import (
    DERIVED,
    PRIMARY,
    ROUNDED,
    SECONDARY,
    TYPED,
    UNCONFIRMED,
    UNKNOWN,
    UNREADABLE,
    disclosable,
)
from xlperf.disclosure.texts import Secrets, clean_line
from xlperf.disclosure.written_numbers import numbers_in, rounded_numbers_in
from xlperf.errors import PackError
from xlperf.excel.file import FileWorkbook
from xlperf.excel.port import CellError
from xlperf.pipeline import assess_workbook
from xlperf.release.publish_requirements import is_of_safeguard, require_sums
from xlperf.tables import schema
from xlperf.tables.checks import check
from xlperf.tables.data import Override, ReportText
from xlperf.tables.report_tables import TextPlace
from xlperf.tables.revisions import check_revisions
from xlperf.tables.rows import NOWHERE
from xlperf.tiles.caveat_sentences import caveat_sentence
from xlperf.tiles.explanations import explain
from xlperf.tiles.layout import fields
from xlperf.tiles.wording import WITHHELD, position_text

if TYPE_CHECKING:
    from xlperf.disclosure.issues import Issue
    from xlperf.disclosure.suppression import Disclosable

JUNE = date(2014, 6, 30)
SMALL_MAY = [*[30] * 61, 2, *[30] * 4]
"""66 months to September 2014, of which May 2014 has two."""


class Published:
    """What the panel gets of a book."""

    def __init__(self, book: Book, ledger: Sequence[Issue] = ()) -> None:
        self.tables, self.settings, _ = book.read()
        self.given = assess(self.tables, self.settings)
        self.found = disclosable(
            self.tables, self.given, self.settings, ledger, texts_confirmed=True
        )
        self.lines = {line.line: line for line in self.found.lines}
        self.charts = charts(self.found.lines, Basis(self.found.tables, self.settings))
        self.why = {(item.measure, item.what): item.why for item in self.found.withheld}

    def months(self, name: str = "crime") -> list[float | None]:
        """Counts of the control chart, oldest first."""
        (chart,) = [
            chart
            for chart in self.charts
            if isinstance(chart, MonthsChart) and chart.measure == name
        ]
        return list(chart.counts)

    def bars(self, name: str = "crime") -> dict[str, float | None]:
        """Figures of the chart of the group, by force."""
        (chart,) = [
            chart
            for chart in self.charts
            if isinstance(chart, GroupChart) and chart.measure == name
        ]
        return dict(zip(chart.forces, chart.values, strict=True))

    def line(self, name: str):
        return self.lines[name]

    def said(self, name: str) -> str:
        return " ".join(filter(None, explain(self.lines[name], self.settings)))

    def verdict(self, name: str) -> tuple[str, str]:
        return str(self.lines[name].rag), str(self.lines[name].reason)

    def figures(self, name: str) -> tuple[object, object]:
        return self.lines[name].figures.baseline, self.lines[name].figures.latest

    def cells(self, why: str) -> list[str]:
        return [what for (_, what), reason in self.why.items() if reason == why]

    def hidden(self, name: str = "crime") -> list[str]:
        return [
            schema_month(m)
            for m in self.tables.monthly[name]
            if m not in self.found.tables.monthly[name]
        ]


def schema_month(number: int) -> str:
    return f"{number // 12}-{number % 12 + 1:02d}"


def totals(
    *rows: tuple[str, str, int], below: int | None = 5, kind: str = "total", **settings: object
) -> Book:
    book = Book(**settings).measure("young", kind, Suppress_below=below)
    for first, last, count in rows:
        book.total("young", first, last, count)
    return book


BASELINE, LATEST, HALF = ("2012-04", "2013-03"), ("2013-10", "2014-09"), ("2014-04", "2014-09")


# -- nothing small
# --------------------------------------------------------------------------------------------------


def test_the_shipped_workbook_comes_out_as_it_is():
    assessed = assess_workbook(FileWorkbook.open(SHIPPED))
    thresholds = {measure.name for measure in assessed.tables.measures if measure.suppress_below}
    assert thresholds == {
        *(
            "SP1_entrants",
            "SP2_offending",
            "SP2_reoffending",
            "SP3_representations",
            "SP17_locations",
        ),
    }
    found = disclosable(assessed.tables, assessed.lines, assessed.settings)
    assert found.lines == assessed.lines
    assert found.tables == assessed.tables
    assert found.withheld == ()


def test_nothing_small_changes_nothing():
    book = (
        Book()
        .offences(counts=wobbling(400, 66), Suppress_below=5, MSG_measure="crime")
        .peers([*range(400, 480, 10)])
    )
    book.surveys((345, 410), (330, 395), Suppress_below=5)
    published = Published(book)
    assert published.found.lines == published.given
    assert published.found.tables == published.tables
    assert published.found.withheld == ()
    assert published.months() == wobbling(400, 66)[-18:]
    bars = published.bars()
    assert list(bars.values()) == [n / 100 for n in range(400, 480, 10)]
    assert "Leicestershire" in bars


def test_without_a_threshold_small_counts_are_shown():
    published = Published(Book().offences(counts=[2] * 66))
    assert published.found.lines == published.given
    assert published.months() == [2] * 18


def test_the_same_workbook_gives_the_same_result():
    one, two = (
        Published(Book().offences(counts=SMALL_MAY, Suppress_below=5)).found for _ in range(2)
    )
    assert one == two


# -- months
# --------------------------------------------------------------------------------------------------


def test_a_small_month_takes_one_other_with_it_and_no_total():
    published = Published(Book().offences(counts=SMALL_MAY, Suppress_below=5))
    assert published.hidden() == [
        "2013-10",
        "2014-05",
    ]  # the oldest month of the only total that May is in
    assert published.why["crime", "month May 2014"] == PRIMARY
    assert published.why["crime", "month Oct 2013"] == SECONDARY
    assert published.why["crime", "colour of crime and what it was made of"] == DERIVED
    assert published.verdict("crime") == ("NA", "SUPPRESSED")
    assert published.figures("crime") == (360, 332)
    assert (
        published.said("crime")
        == "NA: 332 in the year to Sep 2014. Some of the counts behind it are too few to show, so"
        " it is not judged here."
    )
    assert [place for place, count in enumerate(published.months()) if count is None] == [
        month("2013-10") - month("2014-09") + 17,
        month("2014-05") - month("2014-09") + 17,
    ]


def test_a_line_without_colour_keeps_nothing_that_was_made_of_months():
    published = Published(
        Book().offences(counts=SMALL_MAY, Suppress_below=5, Caveat="Counted by hand")
    )
    for name in ("crime", "crime_spc"):
        line = published.line(name)
        assert line.evidence == Unjudged(line.kind, line.evidence.form, line.figures)
        assert (line.figures.n_baseline, line.figures.n_latest) == (None, None)
    assert published.figures("crime_spc") == (None, None)
    assert published.line("crime").caveats == (Note("Counted by hand"),)
    assert fields(published.line("crime_spc")) == {"latest": "too few to show"}
    assert fields(published.line("crime"))["change"] == "−7.8%"


@pytest.mark.parametrize(("count", "hidden"), [(0, True), (4, True), (5, False)])
def test_the_threshold_itself_is_shown_and_none_is_few(count, hidden):
    published = Published(Book().offences(counts=[*[30] * 65, count], Suppress_below=5))
    assert ("2014-09" in published.hidden()) is hidden


@pytest.mark.parametrize("places", [(60, 62, 64), (60, 61, 62)])
def test_what_is_left_of_a_year_is_not_small_either(places):
    # 2, 1 and 1: each could be 0 to 4, but that there were 4 in the three is a small count too.
    for few, hidden in ((1, 4), (2, 3)):
        counts = [30] * 66
        for place, count in zip(places, (2, 1, few), strict=True):
            counts[place] = count
        assert len(Published(Book().offences(counts=counts, Suppress_below=5)).hidden()) == hidden


def test_a_small_month_long_ago_leaves_the_control_chart():
    published = Published(
        Book().offences(counts=[*[30, 31] * 8, 2, *[30, 31] * 24, 30], Suppress_below=5)
    )
    assert published.hidden() == ["2010-08"]  # in no total of the line
    line, given = published.line("crime_spc"), published.given[1]
    assert (line.rag, line.reason) == (given.rag, given.reason)
    assert line.evidence.limits == given.evidence.limits
    # what rests on every month is worked out anew from those that are shown
    assert (line.evidence.test.months, given.evidence.test.months) == (65, 66)
    assert published.verdict("crime") == ("NA", "SUPPRESSED")
    assert None not in published.months()


def test_caveats_of_a_kept_line_that_rest_on_a_withheld_month_are_dropped():
    # Autocorrelated months: said from the complete years, which a small month cuts short; the
    # lines are not.
    level = [round(300 + 250 * ((i // 9) % 2)) for i in range(66)]
    plain = Published(Book().offences(counts=level)).line("crime_spc")
    small = Published(Book().offences(counts=[*level[:34], 1, *level[35:]], Suppress_below=5)).line(
        "crime_spc"
    )
    assert Autocorrelated in map(type, plain.caveats)
    assert Autocorrelated not in map(type, small.caveats)
    assert (small.rag, small.evidence.limits) == (plain.rag, plain.evidence.limits)


def said_of_each(small: int, counts: list[int], **settings: object) -> set[str]:
    """What the panel gets of the chart for each value of a small month; the month that is withheld
    with it keeps their total.
    """
    first = month("2009-04")

    def published(value: int, other: int | None = None) -> Published:
        changed = [*counts[:small], value, *counts[small + 1 :]]
        if other is not None:
            changed[other] -= value
        return Published(Book(**settings).offences(counts=changed, Suppress_below=5))

    hidden = {month(name) - first for name in published(0).hidden()} - {small}
    issues = [published(value, min(hidden, default=None)) for value in range(5)]
    assert len({tuple(issue.hidden()) for issue in issues}) == 1
    lines = [issue.line("crime_spc") for issue in issues]
    return {
        repr((line.rag, line.evidence, line.caveats, issue.said(line.line)))
        for line, issue in zip(lines, issues, strict=True)
    }


@pytest.mark.parametrize("basis", ["points", "mean"])
@pytest.mark.parametrize("season", ["use", "show"])
def test_a_colour_that_is_shown_says_nothing_of_a_month_that_is_withheld(basis, season):
    # Years with a season about as often seen as not: whether it is seen turns on the small month.
    for seed in range(3):
        rng = np.random.default_rng(seed)
        counts = (9 + rng.poisson(9 * (1 + 0.2 * np.sin(np.arange(66) / 6 * np.pi)))).tolist()
        assert len(said_of_each(20, counts, spc_basis=basis, spc_season=season)) == 1


def test_months_that_are_all_small_make_no_chart():
    published = Published(Book().offences(counts=[*[30] * 36, *[1] * 30], Suppress_below=5))
    assert not any(published.months())
    assert (
        published.figures("crime")[1] == 12
    )  # the year is not small, and no month of it can be worked out


def test_a_year_that_is_small_is_withheld():
    published = Published(Book().offences(counts=[*[30] * 54, *[0] * 11, 3], Suppress_below=5))
    assert published.why["crime", "total of the year to Sep 2014"] == PRIMARY
    assert published.figures("crime") == (360, None)
    assert fields(published.line("crime")) | {"outlook": ""} == {
        "baseline": 360,
        "latest": WITHHELD,
        "change": "too few to show",
        "outlook": "",
    }


def test_months_after_the_period_are_of_a_later_issue():
    book = (
        Book(period_end=JUNE)
        .offences(counts=[30] * 66, Suppress_below=5)
        .offences("free", [31] * 66)
    )
    published = Published(book)
    assert published.hidden() == ["2014-07", "2014-08", "2014-09"]
    assert published.hidden("free") == []
    assert published.found.lines == published.given


def test_the_target_year_is_a_total_too():
    # Target reached in March 2014: its verdict rests on twelve months of which one is small.
    counts = [*[30] * 55, 2, *[30] * 10]
    published = Published(
        Book(target_date=date(2014, 3, 31)).offences(counts=counts, Suppress_below=5)
    )
    outlook = published.given[0].evidence.outlook
    assert isinstance(outlook, AtTarget)
    assert outlook.total == 332
    assert isinstance(published.line("crime").evidence, Unjudged)
    assert published.verdict("crime") == ("NA", "SUPPRESSED")


# -- totals
# --------------------------------------------------------------------------------------------------


def test_a_small_total_is_withheld_and_its_line_says_so():
    published = Published(totals((*BASELINE, 40), (*LATEST, 3)))
    assert published.cells(PRIMARY) == ["total of year to Sep 2014"]
    assert published.cells(SECONDARY) == []
    assert published.figures("young") == (40, None)
    assert fields(published.line("young"))["latest"] == WITHHELD
    assert (
        published.said("young")
        == "NA: Some of the counts behind it are too few to show, so it is not judged here."
    )


def test_an_older_total_never_takes_the_place_of_a_withheld_one():
    published = Published(totals((*BASELINE, 40), ("2013-04", "2014-03", 30), (*LATEST, 3)))
    assert published.line("young").figures.period == twelve_to("2014-09")
    assert published.figures("young") == (40, None)


def test_a_half_year_is_not_subtracted_from_its_year():
    published = Published(totals(("2012-04", "2012-09", 97), (*BASELINE, 100), (*LATEST, 80)))
    assert published.cells(SECONDARY) == [
        "total of Apr 2012 to Sep 2012"
    ]  # the year on the tile stays
    assert published.line("young") == published.given[0]


def test_the_year_on_the_tile_is_given_up_after_its_half():
    published = Published(totals((*BASELINE, 100), ("2012-10", "2013-03", 97), (*LATEST, 80)))
    assert published.cells(SECONDARY) == ["total of Oct 2012 to Mar 2013"]


def test_parts_that_leave_a_small_rest_are_withheld():
    quarters = [(f"2012-{m:02d}", f"2012-{m + 2:02d}", 33) for m in (4, 7, 10)]
    assert len(Published(totals(*quarters, (*BASELINE, 101), (*LATEST, 80))).cells(SECONDARY)) == 1
    assert Published(totals(*quarters, (*BASELINE, 104), (*LATEST, 80))).cells(SECONDARY) == []


def test_a_small_half_year_is_protected_by_the_other_half():
    rows = [("2012-04", "2012-09", 4), ("2012-10", "2013-03", 60), (*BASELINE, 64), (*LATEST, 80)]
    published = Published(totals(*rows))
    assert published.cells(PRIMARY) == ["total of Apr 2012 to Sep 2012"]
    assert published.cells(SECONDARY) == ["total of Oct 2012 to Mar 2013"]
    assert published.figures("young") == (64, 80)


def test_totals_that_contradict_each_other_are_not_subtracted():
    published = Published(
        totals(
            ("2012-04", "2012-09", 50), ("2012-10", "2013-03", 91), (*BASELINE, 140), (*LATEST, 80)
        )
    )
    assert published.found.lines == published.given
    assert published.found.withheld == ()


def test_of_totals_that_contradict_each_other_none_follows():
    published = Published(
        totals(
            ("2012-04", "2012-09", 3), ("2012-10", "2013-03", 90), (*BASELINE, 64), (*LATEST, 80)
        )
    )
    assert published.cells(PRIMARY) == ["total of Apr 2012 to Sep 2012"]
    assert published.cells(SECONDARY) == []


def test_an_annualised_half_year_keeps_its_count():
    rows = [(*BASELINE, 60), (*HALF, 20), ("2013-04", "2013-09", 2)]
    published = Published(totals(*rows))
    assert published.cells(PRIMARY) == ["total of Apr 2013 to Sep 2013"]
    assert published.line("young") == published.given[0]
    small = Published(totals((*BASELINE, 3), (*HALF, 20)))
    assert small.figures("young") == (
        None,
        None,
    )  # 40 a year was made with the length of what is withheld


def added_up(*, declared: bool) -> Book:
    """All, left and right by month; of the left August 2014 has two."""
    book = Book()
    left, right = [*[20] * 64, 2, 20], [*[40] * 66]
    whole = {"Part_of": "ALL"} if declared else {}
    book.offences("all", [a + b for a, b in zip(left, right, strict=True)])
    book.offences("left", left, Suppress_below=5, **whole)
    return book.offences("right", right, Priority="SP2", **whole)


def test_the_parts_of_a_declared_sum_are_protected_of_any_priority():
    published = Published(added_up(declared=True))
    hidden = {name: published.hidden(name) for name in ("all", "left", "right")}
    assert hidden == {"all": [], "left": ["2013-10", "2014-08"], "right": ["2013-10", "2014-08"]}
    assert published.figures("all") == (720, 702)
    assert published.line("all") == next(line for line in published.given if line.line == "all")


def test_a_part_that_is_no_measure_any_more_is_protected_by_the_sum_that_it_was_in():
    """The other part's total of 2014 would tell its April, and the sum that of the part."""
    left, right = [*[30] * 60, 3, *[30] * 8], [*[50] * 69]
    both = [a + b for a, b in zip(left, right, strict=True)]
    first = Book().offences("left", left[:66], Suppress_below=5, Part_of="all")
    first.offences("right", right[:66], Part_of="all").offences("all", both[:66])
    later = Book(period_end=date(2014, 12, 31))
    for name, counts, whole in (("right", right, "all"), ("all", both, None)):
        later.measure(name, "offences", Part_of=whole).months(name, counts, last="2014-12")
    second = Published(later, ledger=[Published(first).found.issue])
    hidden = [name for name in second.hidden("right") if name.startswith("2014")]
    assert "2014-04" in hidden
    assert len(hidden) > 1 or second.figures("right")[1] is None
    assert second.found.already_out == ()


def test_figures_that_happen_to_add_up_are_no_sum():
    published = Published(added_up(declared=False))
    assert published.hidden("left") == ["2013-10", "2014-08"]
    assert published.hidden("right") == published.hidden("all") == []


def parts_of_five(few: int) -> Book:
    book = Book()
    parts = (420, 70, 90, 55, few)
    for name, count in (("all", sum(parts)), *((f"part{i}", n) for i, n in enumerate(parts))):
        cells = {} if name == "all" else {"Part_of": "all", "Suppress_below": 5}
        book.measure(name, "total", **cells)
        book.total(name, *BASELINE, 500 if name == "all" else 100).total(name, *LATEST, count)
    return book


def test_a_small_part_of_five_takes_one_other_with_it():
    assert Published(parts_of_five(9)).found.withheld == ()
    published = Published(parts_of_five(3))
    small = [item for item in published.found.withheld if item.why == PRIMARY]
    others = [item for item in published.found.withheld if item.why == SECONDARY]
    assert [(item.measure, item.what) for item in small] == [("part4", "total of year to Sep 2014")]
    assert len(others) == 1
    assert others[0].measure.startswith("part")


def test_groups_of_a_survey_that_add_up_are_protected():
    # 652 of 738, 285 of 375, 484 of 573 and 160 of 163, of 1,581 of 1,849: three are not satisfied.
    book = Book()
    groups = {"a": (652, 738), "b": (285, 375), "c": (484, 573), "d": (160, 163)}
    for name, (satisfied, n) in ({"all": (1581, 1849)} | groups).items():
        cells = {} if name == "all" else {"Part_of": "all"}
        book.measure(name, "survey", "up", Suppress_below=5, **cells)
        book.survey(name, END, n, satisfied)
    published = Published(book)
    hidden = [name for name in ("all", *groups) if not published.found.tables.surveys[name]]
    assert "d" in hidden
    assert len(hidden) == 2


def test_what_turned_out_not_to_be_needed_is_shown():
    # Overlapping totals that leave small counts when subtracted: the first one given up turns out
    # not to help.
    rows = [
        *(
            ("2012-04", "2012-11", 27),
            (*BASELINE, 35),
            ("2012-05", "2013-02", 29),
            ("2012-07", "2013-01", 24),
        ),
        *(
            ("2012-08", "2013-02", 25),
            ("2012-08", "2013-03", 28),
            ("2012-10", "2012-12", 13),
            (*LATEST, 80),
        ),
    ]
    assert Published(totals(*rows)).cells(SECONDARY) == ["total of Aug 2012 to Feb 2013"]
    halves = (
        ("2012-04", "2012-09"),
        ("2012-10", "2013-03"),
        ("2013-10", "2014-03"),
        ("2014-04", "2014-09"),
    )
    book = Book()
    left, right = (7, 5, 10, 5), (1, 10, 12, 4)
    for name, counts in (
        ("left", left),
        ("right", right),
        ("all", [a + b for a, b in zip(left, right, strict=True)]),
    ):
        book.measure(
            name, "total", **({} if name == "all" else {"Suppress_below": 5, "Part_of": "all"})
        )
        for half, count in zip(halves, counts, strict=True):
            book.total(name, *half, count)
        book.total(name, *BASELINE, counts[0] + counts[1]).total(
            name, *LATEST, counts[2] + counts[3]
        )
    # Three for each small half, and two of five that could have stood in for them.
    assert len([item for item in Published(book).found.withheld if item.why == SECONDARY]) == 8


@pytest.mark.parametrize(("beside", "also"), [(8, 0), (8, 4), (5, 0), (5, 3)])
def test_a_month_near_the_threshold_is_withheld_whatever_the_small_count(beside, also):
    """A reader who sees 8, and a newer month withheld in its place, would know that 8 was too few
    to hide the small count, so that it is 0.
    """
    counts = [*[30] * 54, beside, *[30] * 6, also, *[30] * 4]
    assert "2013-10" in Published(Book().offences(counts=counts, Suppress_below=5)).hidden()


# -- issues
# --------------------------------------------------------------------------------------------------


def past(book: Book, end: date, line: str, baseline: float | None, latest: float | None) -> Book:
    return book.add(
        schema.HISTORY,
        Period_end=end,
        Line=line,
        Baseline=baseline,
        Latest=latest,
        Colour="RED",
        Position="1st of 8",
    )


def earlier(counts: Sequence[int], end: date, **cells: object) -> Issue:
    """Issue of monthly counts from April 2009 at an earlier period end."""
    book = Book(period_end=end).measure("crime", "offences", **({"Suppress_below": 5} | cells))
    known = counts[: 12 * (end.year - 2009) + end.month - 3]
    return Published(book.months("crime", known, last=f"{end:%Y-%m}")).found.issue


def test_what_an_earlier_issue_showed_cannot_be_taken_back():
    # The year to August was shown with the month of September 2013: that to September would give
    # September 2014 away.
    counts = [*[30] * 65, 2]
    alone = Published(Book().offences(counts=counts, Suppress_below=5))
    assert alone.hidden() == ["2013-10", "2014-09"]
    issued = [earlier(counts, date(2014, 8, 31))]
    published = Published(Book().offences(counts=counts, Suppress_below=5), ledger=issued)
    assert published.hidden() == ["2014-09"]
    assert published.cells(SECONDARY) == ["total of the year to Sep 2014"]
    assert published.figures("crime") == (360, None)


def test_what_an_earlier_issue_withheld_stays_withheld():
    counts = [*[30] * 57, 2, *[30] * 8]  # January 2014
    issued = earlier(counts, JUNE)
    states = {figure.key: figure.state for figure in issued.figures}
    hidden = [key for key, state in states.items() if state is not State.SHOWN]
    assert hidden == [f"month | crime | {month(text)}" for text in ("2013-07", "2014-01")]
    published = Published(Book().offences(counts=counts, Suppress_below=5), ledger=[issued])
    # July 2013 is not in the year to September: that total needs a month of its own.
    assert published.hidden() == ["2013-07", "2014-01", "2014-07"]


def test_a_period_that_is_published_late_fits_the_later_one():
    counts = [*[30] * 57, 2, *[30] * 8]
    later = Published(Book().offences(counts=counts, Suppress_below=5)).found.issue
    book = Book(period_end=JUNE).measure("crime", "offences", Suppress_below=5)
    late = Published(book.months("crime", counts[:63], last="2014-06"), ledger=[later])
    assert {"2013-10", "2014-01"} <= set(late.hidden())


def test_a_threshold_that_was_raised_protects_what_was_not_shown():
    counts = [*[30] * 65, 7]
    august = earlier(counts, date(2014, 8, 31))
    raised = Published(Book().offences(counts=counts, Suppress_below=10), ledger=[august])
    assert raised.hidden() == ["2014-09"]
    assert raised.found.already_out == ()
    shown = earlier(counts, END)
    out = Published(Book().offences(counts=counts, Suppress_below=10), ledger=[shown])
    assert "2014-09" in out.hidden()
    assert len(out.found.already_out) == 1
    assert f"month | crime | {month('2014-09')}" in out.found.already_out[0]


def test_a_sum_that_is_declared_later_held_before_too():
    # June showed all and the right one; September says that they add up.
    book = added_up(declared=False)
    undeclared = Published(book).found.issue
    shown = {item.key for item in undeclared.figures if item.state is State.SHOWN}
    assert f"month | right | {month('2014-08')}" in shown
    later = Published(added_up(declared=True), ledger=[undeclared])
    assert any(f"month | left | {month('2014-08')}" in text for text in later.found.already_out)


def test_a_small_month_that_is_revised_stays_protected():
    # The three of May is six now; with the year to June it would follow from the other months.
    then = [*[30] * 61, 3, *[30] * 4]
    june = earlier(then, JUNE)
    now = Published(
        Book().offences(counts=[*[30] * 61, 6, *[30] * 4], Suppress_below=5), ledger=[june]
    )
    partner = next(figure.key for figure in june.figures if figure.state is State.BESIDE)
    assert schema_month(int(partner.rsplit(" ", 1)[-1])) in now.hidden()


def test_rows_of_history_say_what_the_ledger_has_as_shown():
    book = Book().offences(counts=[30] * 66, Suppress_below=5).offences("free", [31] * 66)
    for name in ("crime", "free"):
        past(book, JUNE, name, *((372, 372) if name == "free" else (360, 360)))
    rows = Published(book).found.tables.history
    assert [(row.line, row.colour) for row in rows] == [("crime", "NA"), ("free", "RED")]
    assert (rows[0].baseline, rows[0].reason, rows[0].position) == (None, "SUPPRESSED", "")
    said = IssueLine("crime", "RED", "", "1st of 8", 360, 360)
    issued = [replace(earlier([30] * 66, JUNE), lines=(said,))]
    rows = Published(book, ledger=issued).found.tables.history
    assert [(row.line, row.colour) for row in rows] == [("crime", "RED"), ("free", "RED")]
    others = [replace(issued[0], lines=(replace(said, latest=361),))]
    assert Published(book, ledger=others).found.tables.history[0].latest is None


def test_later_issues_say_nothing_of_this_one():
    plain, later = (
        Book(period_end=JUNE).offences(counts=SMALL_MAY, Suppress_below=5) for _ in range(2)
    )
    past(later, END, "crime", 360, 332)
    assert Published(later).hidden() == Published(plain).hidden()


def test_rows_of_lines_that_no_measure_has_are_blank():
    book = past(totals((*BASELINE, 40), (*LATEST, 30)), JUNE, "gone", 3, 2)
    assert Published(past(book, JUNE, "young", 40, 30)).found.tables.history[0].latest is None


def test_a_figure_that_was_small_when_it_was_issued_is_not_told_now():
    book = totals((*BASELINE, 40), (*LATEST, 30))
    past(book, JUNE, "young", 4, 30)
    published = Published(book)
    assert Revised in map(type, published.given[0].caveats)
    assert published.found.tables.history[0].baseline is None
    assert Revised not in map(type, published.line("young").caveats)


# -- surveys, ratings, families
# ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("satisfied", "n"), [(4, 40), (36, 40), (0, 40), (40, 40), (2, 3)])
def test_a_share_that_tells_a_small_count_is_withheld_as_a_whole(satisfied, n):
    published = Published(Book().surveys((345, 410), (satisfied, n), Suppress_below=5))
    assert published.cells(PRIMARY) == ["survey of the year to 30 September 2014"]
    assert published.verdict("sat") == ("NA", "SUPPRESSED")
    assert published.figures("sat") == (345 / 410, None)
    assert published.line("sat").figures.n_latest is None
    assert [result.period_end for result in published.found.tables.surveys["sat"]] == [MARCH_2013]


def in_parts(*, small: bool, **cells: object) -> Book:
    """A survey of two parts in both years; of the smaller one the latest has 3 or 30 satisfied."""
    book = Book().measure("sat", "survey", "up", Suppress_below=5, **cells)
    for end, few in ((MARCH_2013, 40), (END, 3 if small else 30)):
        book.survey("sat", end, 500, 350, Part="City").survey("sat", end, 90, few, Part="County")
    return book


def test_a_result_of_parts_is_withheld_when_a_part_is_small():
    few = Published(in_parts(small=True))
    assert few.cells(PRIMARY) == ["survey of the year to 30 September 2014"]
    assert few.verdict("sat") == ("NA", "SUPPRESSED")
    assert few.figures("sat")[1] is None
    assert not few.line("sat").caveats


def test_a_result_of_large_parts_is_shown_as_one_figure_without_those_of_the_parts():
    shown = Published(in_parts(small=False))
    assert not shown.found.withheld
    assert shown.verdict("sat")[0] != "NA"
    texts = [shown.said("sat"), *map(caveat_sentence, shown.line("sat").caveats)]
    for text in texts:
        assert "City" not in text
        assert "33.3" not in text
    assert all(
        part.row is NOWHERE for result in shown.found.tables.surveys["sat"] for part in result.parts
    )


def test_a_percentage_with_its_n_tells_the_count():
    book = (
        Book().measure("sat", "survey", "up", Suppress_below=5).survey("sat", END, 40, Percent=92.5)
    )
    assert Published(book).cells(PRIMARY) == ["survey of the year to 30 September 2014"]


def test_a_percentage_without_its_n_cannot_be_judged():
    book = Book().measure("sat", "rate", "up", Suppress_below=5).survey("sat", END, Percent=62.5)
    assert Published(book).cells(UNKNOWN) == ["survey of the year to 30 September 2014"]
    free = Book().measure("sat", "rate", "up").survey("sat", END, Percent=62.5)
    assert Published(free).line("sat").figures.latest == 0.625


def test_a_mean_of_few_ratings_is_withheld():
    book = Book().measure("stars", "rating", "up", Suppress_below=5)
    book.survey("stars", MARCH_2013, 40, Mean_score=3.0).survey("stars", END, 4, Mean_score=4.5)
    assert Published(book).figures("stars") == (3.0, None)


def test_results_between_two_others_are_protected_by_a_third():
    # Rolling years: the neighbours leave too little room for the one between them.
    book = Book().measure("sat", "survey", "up", Suppress_below=5, MSG_measure="sat")
    for end, satisfied in ((date(2014, 3, 31), 10), (JUNE, 13), (END, 4), (MARCH_2013, 300)):
        book.survey("sat", end, 2 * satisfied if satisfied != 4 else 30, satisfied)
    published = Published(book)
    assert published.cells(PRIMARY) == ["survey of the year to 30 September 2014"]
    assert published.cells(SECONDARY) == ["survey of the year to 31 March 2014"]
    # March told of the own force among the others is told twice, so June costs less; of another
    # force it is another share.
    for force, given_up in ((FORCES[1], "31 March 2014"), (FORCES[0], "30 June 2014")):
        book.add(
            schema.PEERS, Measure="sat", Period_end=date(2014, 3, 31), Force=force, Percent=50, n=20
        )
        assert Published(book).cells(SECONDARY) == [f"survey of the year to {given_up}"]


def families(
    book: Book, end: date, council: str, engaged: int, asb: int, offending: int, both: int
) -> Book:
    cells = {"ASB_only": asb, "Offending_only": offending, "Both": both, "Engaged": engaged}
    return book.add(
        schema.FAMILIES, Measure="families", Council=council, Period_end=end, Counting="or", **cells
    )


@pytest.mark.parametrize(
    "few", [(300, 4, 60, 60), (300, 60, 4, 60), (300, 60, 60, 4), (184, 60, 60, 60)]
)
def test_families_of_a_council_are_withheld_when_one_of_their_counts_is_small(few):
    book = Book().measure("families", "families", "up", Suppress_below=5)
    for council in ("City", "County"):
        families(book, MARCH_2013, council, 300, 60, 60, 60)
    families(families(book, END, "City", *few), END, "County", 300, 60, 60, 60)
    published = Published(book)
    assert published.cells(PRIMARY) == ["families of City to 30 September 2014"]
    assert published.verdict("families") == ("NA", "SUPPRESSED")
    assert published.line("families").figures.latest is None
    assert fields(published.line("families"))["latest"] == WITHHELD
    assert len(published.found.tables.families["families"]) == 3


# -- the group
# --------------------------------------------------------------------------------------------------


def group(*counts: int, below: int | None = 5, **cells: object) -> Book:
    book = Book().offences(
        counts=wobbling(400, 66), Suppress_below=below, MSG_measure="crime", **cells
    )
    return book.peers(counts)


def test_a_small_count_of_another_force_is_withheld_with_the_place():
    published = Published(group(400, 410, 4, 430, 440, 450, 460, 470))
    assert published.cells(PRIMARY) == ["crime of Essex, year to 30 September 2014"]
    assert set(FORCES[:8]) - set(published.bars()) == {"Essex"}
    position = published.line("crime_position")
    assert (position.reason, type(position.evidence)) == ("SUPPRESSED", Unjudged)
    assert position_text(position) == WITHHELD
    assert published.verdict("crime")[1] != "SUPPRESSED"
    assert FORCES[2] not in {figure.force for figure in published.found.tables.peers["crime"]}


def test_a_group_of_which_all_is_small_makes_no_chart():
    assert Published(group(*[3] * 8)).bars() == {}
    earlier = group(*[3] * 8).peers([400] * 8, end=date(2014, 6, 30))
    assert Published(earlier).bars() == {}  # not those of June, as if they were of September


def test_a_small_denominator_is_small():
    book = group(*[400] * 7)
    book.add(
        schema.PEERS, Measure="crime", Period_end=END, Force=FORCES[7], Count=20, Denominator=30
    )
    assert Published(book).cells(PRIMARY) == []
    book = group(*[400] * 7, below=31)
    book.add(
        schema.PEERS, Measure="crime", Period_end=END, Force=FORCES[7], Count=30, Denominator=30
    )
    assert Published(book).cells(PRIMARY) == ["crime of Staffordshire, year to 30 September 2014"]


def test_the_group_is_held_to_the_highest_threshold_of_its_measures():
    book = group(400, 410, 4, 430, 440, 450, 460, 470, below=None)
    assert Published(book).bars()[FORCES[2]] == 4 / 100
    book.offences("other", wobbling(400, 66), Suppress_below=5, MSG_measure="crime")
    assert FORCES[2] not in Published(book).bars()


def test_the_own_count_in_the_group_is_the_total_of_the_own_months():
    # September 2014 can be worked out of the year only when another month is withheld, wherever the
    # year is told.
    counts = [*[30] * 65, 2]
    book = (
        Book()
        .offences(counts=counts, Suppress_below=5, MSG_measure="crime")
        .peers([332, *[400] * 7])
    )
    published = Published(book, ledger=[earlier(counts, date(2014, 8, 31))])
    assert set(published.cells(SECONDARY)) == {
        *("total of the year to Sep 2014", "crime of Leicestershire, year to 30 September 2014"),
    }
    assert "Leicestershire" not in published.bars()


def test_shares_of_the_group_tell_counts_too():
    book = (
        Book()
        .surveys((345, 410), (330, 395), Suppress_below=5, MSG_measure="crime")
        .peers([80] * 7, shares=True)
    )
    book.add(schema.PEERS, Measure="crime", Period_end=END, Force=FORCES[7], Percent=90, n=40)
    assert Published(book).cells(PRIMARY) == ["crime of Staffordshire, year to 30 September 2014"]
    book = (
        Book()
        .surveys((345, 410), (330, 395), Suppress_below=5, MSG_measure="crime")
        .peers([80] * 7, shares=True)
    )
    book.add(schema.PEERS, Measure="crime", Period_end=END, Force=FORCES[7], Percent=90)
    assert Published(book).cells(UNKNOWN) == ["crime of Staffordshire, year to 30 September 2014"]


def test_the_own_share_in_the_group_is_the_own_survey():
    book = Book().surveys((345, 410), (38, 40), Suppress_below=5, MSG_measure="crime")
    book.peers([None, *[80] * 7], shares=True)
    book.add(schema.PEERS, Measure="crime", Period_end=END, Force=FORCES[0], Percent=95, n=40)
    assert set(Published(book).cells(PRIMARY)) == {
        *(
            "survey of the year to 30 September 2014",
            "crime of Leicestershire, year to 30 September 2014",
        ),
    }


# -- a threshold that cannot be read, money, texts
# --------------------------------------------------------------------


SMALL_AND_BESIDE = ["2013-10", "2014-05"]


def added_to_a_whole(end: date, **cells: object) -> Book:
    """Two measures that add up to a third, by month, up to a period end."""
    known = 63 if end == JUNE else 66
    book = Book(period_end=end).measure("crime", "offences", **cells)
    book.measure("other", "offences", Part_of="whole").measure("whole", "offences")
    for name, counts in (
        ("crime", SMALL_MAY), ("other", [50] * 66), ("whole", [50 + one for one in SMALL_MAY])
    ):  # fmt: skip
        book.months(name, counts[:known], last=f"{end:%Y-%m}")
    return book


def test_a_threshold_that_cannot_be_read_withholds_all_of_its_measure():
    book = Book().measure(
        "crime", "offences", Suppress_below="five or so", Caveat="Counted by hand"
    )
    book.months("crime", wobbling(400, 66)).offences("free", wobbling(300, 66)).override(
        "crime", "RED"
    )
    book.measure("words", "text", "none", Suppress_below="five or so").owed(
        "words", "received", Remark="All is well"
    )
    published = Published(book)
    assert published.found.tables.monthly["crime"] == {}
    assert not any(published.months())
    assert published.figures("crime") == (None, None)
    assert published.line("crime").shown == "NA"
    assert published.said("crime").endswith("so it is not judged here. [c].")
    assert set(published.cells(UNREADABLE)) >= {"month Sep 2014", "total of the year to Sep 2014"}
    assert published.found.tables.measures[0].caveat == WITHHELD
    assert published.said("words") == f"NA: {WITHHELD}. Words are shown, not coloured."
    assert published.why["words", "remark of the return"] == TYPED
    assert published.line("free") == published.given[2]


@pytest.mark.parametrize(("now", "hidden"), [(5, SMALL_AND_BESIDE), (None, [])])
def test_after_a_threshold_can_be_read_again_it_alone_decides(now, hidden):
    """What was withheld as a whole was never shown: nothing of it needs to stay withheld."""
    cells = {"Suppress_below": "five or so", "Part_of": "whole"}
    unread = added_to_a_whole(JUNE, **cells)
    then = Published(unread)
    assert then.found.tables.monthly["crime"] == {}
    assert then.cells(SECONDARY)
    book = added_to_a_whole(END, Suppress_below=now, Part_of="whole")
    published = Published(book, ledger=[then.found.issue])
    assert published.hidden() == hidden
    assert published.hidden("whole") == []
    assert published.found.already_out == ()
    assert published.hidden() == Published(book).hidden()


def test_an_earlier_threshold_holds_though_one_between_could_not_be_read():
    counts = [*[30] * 57, 7, *[30] * 8]
    raised = earlier(counts, date(2014, 3, 31), Suppress_below=10)
    unread = Published(
        Book(period_end=JUNE)
        .measure("crime", "offences", Suppress_below="?")
        .months("crime", counts[:63], last="2014-06"),
        ledger=[raised],
    ).found.issue
    lower = Book().offences(counts=counts, Suppress_below=5)
    assert "2014-01" in Published(lower, ledger=[raised, unread]).hidden()


def test_amounts_are_no_counts_but_add_up():
    book = Book()
    amounts = {"required": "23.0", "realised": "7.8", "identified": "9.5", "to_find": "5.7"}
    for name, value in amounts.items():
        below = "some" if name == "realised" else 10
        whole = {} if name == "required" else {"Part_of": "required"}
        book.measure(name, "amount", "none", Suppress_below=below, **whole)
        book.add(
            schema.AMOUNTS, Measure=name, Item=name.replace("_", " "), pounds_million=float(value)
        )
    published = Published(book)
    shown = [name for name in amounts if published.line(name).figures.latest is not None]
    assert published.line("realised").figures.latest is None
    assert len(shown) == 2
    assert "required" in shown


@pytest.mark.parametrize(
    ("text", "dropped"),
    [
        ("Only 2 in May.", True),
        ("Two of them were repeated.", True),
        ("It happened twice.", True),
        ("The shelter opened on 2 May 2014.", False),
        ("Compared with 2012/13, better.", False),
        ("Down 12 per cent.", False),
        ("30 in October.", True),  # with it May could be worked out
    ],
)
def test_what_people_wrote_is_dropped_where_it_writes_a_withheld_number(text, dropped):
    book = Book().offences(counts=SMALL_MAY, Suppress_below=5, Caveat=text)
    book.add(schema.COMMENTS, Priority="SP1", Author_role="force", Text=text)
    book.add(schema.COMMENTS, Priority="SP2", Author_role="force", Text=text)
    book.owed("crime", "received", Remark=text)
    published = Published(book)
    tables = published.found.tables
    expected = WITHHELD if dropped else text
    assert [comment.text for comment in tables.comments] == [expected, text]
    assert tables.measures[0].caveat == published.line("crime").measure.caveat == expected
    assert tables.returns["crime"].remark == expected
    assert (published.why.get(("crime", "caveat of the measure")) == TYPED) is dropped
    assert (published.why.get(("SP1", "comment of the force")) == TYPED) is dropped
    assert Note(expected) in published.line("crime").caveats


@pytest.mark.parametrize(
    ("text", "in_title", "in_text"),
    [
        ("Only 2 in May", True, True),
        ("It happened twice", False, True),
        ("Better than in 2012/13", False, False),
    ],
)
def test_a_title_and_a_text_of_the_plan_are_dropped_where_they_write_a_withheld_number(
    text, in_title, in_text
):
    book = Book().offences(counts=SMALL_MAY, Suppress_below=5)
    for code in ("sp1", "SP2"):
        book.add(
            schema.PRIORITIES,
            Code=code,
            Title=text,
            Owner=text,
            Board=text,
            Text_for_the_report=text,
        )
    published = Published(book)
    ours, others = published.found.tables.priorities
    title = WITHHELD if in_title else text
    assert (ours.title, ours.owner, ours.board) == (title, title, title)
    assert ours.text == (WITHHELD if in_text else text)
    # It says the title of the first one, so it is about that one's measures.
    assert (others.title, others.text) == ((WITHHELD,) * 2 if in_text else (text, text))
    assert (published.why.get(("sp1", "title of the priority")) == TYPED) is in_title
    assert (published.why.get(("sp1", "text of the priority")) == TYPED) is in_text


@pytest.mark.parametrize(
    ("text", "dropped"), [("2 in May.", True), ("Two of our aims are met.", False)]
)
def test_a_comment_on_everything_is_dropped_where_it_writes_a_withheld_number_in_digits(
    text, dropped
):
    book = Book().offences(counts=SMALL_MAY, Suppress_below=5)
    book.add(schema.COMMENTS, Priority="All", Author_role="force", Text=text)
    assert [comment.text for comment in Published(book).found.tables.comments] == [
        WITHHELD if dropped else text
    ]


def test_a_text_on_one_measure_tells_no_number_of_another_of_its_priority():
    book = Book().offences(counts=SMALL_MAY, Suppress_below=5)
    book.measure("beside", "text", "none", Caveat="Of all, 2 were in May.").owed(
        "beside", "received", Remark="2 in May"
    )
    tables = Published(book).found.tables
    assert (tables.measures[-1].caveat, tables.returns["beside"].remark) == (WITHHELD, WITHHELD)


@pytest.mark.parametrize(
    "text",
    ["4.321", "4 321 in all", "4\u00a0321", "4\u202f321", "4'321", "4’321.", "4,321", "4321"],
)
def test_thousands_are_told_apart_in_any_way(text):
    assert 4321 in numbers_in(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Twenty-one in all", 21),
        ("thirty five", 35),
        ("one hundred and four", 104),
        ("Two thousand three hundred and seven.", 2307),
        ("a hundred", 100),
        ("two dozen", 24),
        ("half a dozen", 6),
        ("a pair", 2),
        ("the trio", 3),
        ("the twenty-first", 21),
        ("Neither came.", 0),
        ("③ in May", 3),
        ("th\u00adree in May", 3),
    ],
)
def test_a_number_is_read_however_it_is_written(text, number):
    assert number in numbers_in(text)


@pytest.mark.parametrize("text", ["4.3k", "4.3 K in all", "4.3 thousand", "some 4.3k in May"])
def test_a_number_of_thousands_stands_for_all_it_may_be_rounded_from(text):
    assert rounded_numbers_in(text) == [(4250, 4350)]


@pytest.mark.parametrize("text", ["two, three", "three and four", "one in ten"])
def test_words_of_two_numbers_are_not_one(text):
    assert not numbers_in(text) & {5, 7, 11}


@pytest.mark.parametrize(
    ("text", "dropped"),
    [
        ("A pair in May.", True),
        ("The second in May.", False),  # read by a person, who says that it counts nothing
        ("The twenty-second of June was quiet.", False),
        ("30 in October, thirty too many.", True),
        ("0.03k in October", True),
        ("Twenty of them.", False),
    ],
)
def test_a_comment_is_dropped_however_it_writes_a_withheld_number(text, dropped):
    book = Book().offences(counts=SMALL_MAY, Suppress_below=5)
    book.add(schema.COMMENTS, Priority="SP1", Author_role="force", Text=text)
    assert [comment.text for comment in Published(book).found.tables.comments] == [
        WITHHELD if dropped else text
    ]


@pytest.mark.parametrize("column", ["Line", "Unit", "Source", "Owner"])
@pytest.mark.parametrize(
    ("text", "dropped"),
    [
        ("Crime (2 in May)", True),
        ("Crime, two in May", True),
        ("First and second offences, no further action", False),
        ("Crime", False),
    ],
)
def test_a_name_of_a_measure_is_withheld_where_it_writes_a_withheld_number(column, text, dropped):
    published = Published(Book().offences(counts=SMALL_MAY, Suppress_below=5, **{column: text}))
    field = {"Line": "label"}.get(column, column.lower())
    expected = WITHHELD if dropped else text
    assert getattr(published.found.tables.measures[0], field) == expected
    assert getattr(published.line("crime").measure, field) == expected
    assert (published.why.get(("crime", f"{field} of the measure")) == TYPED) is dropped
    if column == "Line":
        assert published.line("crime").label == expected


def test_owner_and_board_of_a_return_and_who_decided_are_names_too():
    book = Book().offences(counts=SMALL_MAY, Suppress_below=5).override("crime_spc", "RED")
    book.rows[schema.OVERRIDES.name][-1]["Who"] = "Board, on 2 in May"
    book.owed("crime", "received", Owner="Partner of 2", Board="Board of 2")
    tables = Published(book).found.tables
    owed = tables.returns["crime"]
    assert (owed.owner, owed.board, tables.overrides[0].who) == (WITHHELD,) * 3


@pytest.mark.parametrize(
    ("note", "dropped"),
    [
        ("Illustrative data; 2 in May", True),
        ("All thirty of October are provisional", True),
        ("Illustrative data", False),
        ("No figure is final; both quarters may change", False),
    ],
)
def test_the_note_on_the_data_is_withheld_where_it_writes_a_withheld_number(note, dropped):
    published = Published(Book(data_note=note).offences(counts=SMALL_MAY, Suppress_below=5))
    assert published.found.data_note == (WITHHELD if dropped else note)
    assert (published.why.get(("Settings", "data_note")) == TYPED) is dropped


@pytest.mark.parametrize("text", ["4.3", "4.3210", "14 32", "4 321,5", "1 April 2014"])
def test_what_is_no_thousand_is_none(text):
    assert 4321 not in numbers_in(text)


@pytest.mark.parametrize(
    ("remark", "said"), [("2 so far", WITHHELD), ("Some so far", "Some so far")]
)
def test_what_a_return_says_of_a_line_without_data_is_a_text(remark, said):
    book = totals(("2011-04", "2012-03", 2)).owed("young", "awaited", Remark=remark)
    published = Published(book)
    assert published.line("young").reason == "NOT_RECEIVED"
    assert published.line("young").missing == said


def test_a_percentage_that_tells_a_withheld_survey_is_dropped():
    book = Book().surveys((345, 410), (37, 40), Suppress_below=5)
    book.add(
        schema.COMMENTS,
        Priority="SP1",
        Author_role="force",
        Text="92.5% of those asked were satisfied.",
    )
    assert Published(book).found.tables.comments[0].text == WITHHELD


def test_notes_on_recording_and_reasons_of_overrides_are_texts_too():
    book = (
        Book()
        .offences(counts=SMALL_MAY, Suppress_below=5, MSG_measure="crime")
        .peers([*range(400, 480, 10)])
    )
    book.add(schema.BREAKS, Measure="crime", Month=date(2009, 5, 1), Note="2 were moved")
    book.add(
        schema.OVERRIDES,
        Line="crime_position",
        Colour="RED",
        Reason="Two in May",
        Who="Board",
        Until=END,
    )
    tables = Published(book).found.tables
    assert tables.breaks["crime"][0].note == WITHHELD
    assert tables.overrides[0].reason == WITHHELD


def test_a_colour_decided_by_a_person_is_not_shown_on_withheld_figures():
    published = Published(
        Book().offences(counts=SMALL_MAY, Suppress_below=5).override("crime", "RED")
    )
    assert published.line("crime").override is None
    assert published.line("crime").shown == "NA"


# -- rounding
# --------------------------------------------------------------------------------------------------


def test_totals_are_rounded_and_everything_is_made_of_the_rounded():
    published = Published(totals((*BASELINE, 407), (*LATEST, 171), publish_round_to=10))
    assert published.figures("young") == (410, 170)
    assert [total.count for total in published.found.tables.totals["young"]] == [410, 170]
    assert "410" in published.said("young")
    assert "−59%" in published.said("young")
    assert not {"407", "171"} & set(published.said("young").replace(",", " ").split())
    assert published.verdict("young") == (
        str(published.given[0].rag),
        str(published.given[0].reason),
    )
    free = Published(totals((*BASELINE, 407), (*LATEST, 171), below=None, publish_round_to=10))
    assert free.figures("young") == (407, 171)


def test_a_colour_that_rounding_would_change_is_not_shown():
    verdicts = set()
    for count in range(20, 60):
        book = totals((*BASELINE, 60), (*LATEST, count), publish_round_to=10, assumed_dispersion=1)
        published = Published(book)
        exact = (str(published.given[0].rag), str(published.given[0].reason))
        verdicts.add(published.verdict("young"))
        assert published.verdict("young") in {exact, ("NA", "SUPPRESSED")}
        assert published.figures("young") == (60, (count + 5) // 10 * 10)
        if published.verdict("young") != exact:
            assert published.why["young", "colour of young and what it was made of"] == ROUNDED
    assert ("NA", "SUPPRESSED") in verdicts
    assert len(verdicts) > 1


def test_months_are_rounded_and_their_lines_keep_rounded_totals_only():
    book = Book(publish_round_to=5).offences(counts=[*[31] * 65, 33], Suppress_below=5)
    published = Published(book)
    assert {item.count for item in published.found.tables.monthly["crime"].values()} == {30, 35}
    assert published.figures("crime") == (
        370,
        375,
    )  # rounded from 372 and 374, not added up from rounded months
    assert published.verdict("crime") == published.verdict("crime_spc") == ("NA", "SUPPRESSED")
    assert published.months() == [*[30] * 17, 35]


def test_shares_are_those_of_rounded_counts():
    published = Published(
        Book(publish_round_to=5).surveys((345, 410), (338, 394), Suppress_below=5)
    )
    figures = published.line("sat").figures
    assert (figures.latest, figures.n_latest) == (340 / 395, 395)
    assert published.found.tables.surveys["sat"][1].percent is None


def test_families_and_the_group_are_rounded():
    book = Book(publish_round_to=5).measure("families", "families", "up", Suppress_below=5)
    families(book, END, "City", 303, 61, 62, 63)
    row = Published(book).found.tables.families["families"][0]
    assert (row.asb_only, row.offending_only, row.both, row.engaged) == (60, 60, 65, 300)
    book = Book(publish_round_to=10).offences(
        counts=wobbling(400, 66), Suppress_below=5, MSG_measure="crime"
    )
    figure = Published(book.peers([404, *[417] * 7])).found.tables.peers["crime"][1]
    assert (figure.count, figure.rate) == (420, 420 / 100_000)
    book = Book(publish_round_to=10).surveys(
        (345, 410), (330, 395), Suppress_below=5, MSG_measure="crime"
    )
    figure = Published(book.peers([81] * 8, shares=True)).found.tables.peers["crime"][1]
    assert (figure.rate, figure.n) == (320 / 400, 400)


def test_counts_that_round_to_nothing_make_no_share():
    book = Book(publish_round_to=10).surveys((4, 8), (330, 395), Suppress_below=3)
    assert [result.n for result in Published(book).found.tables.surveys["sat"]] == [400]


def test_the_n_of_a_mean_is_rounded():
    book = Book(publish_round_to=10).measure("stars", "rating", "up", Suppress_below=5)
    book.survey("stars", MARCH_2013, 44, Mean_score=3.0).survey("stars", END, 48, Mean_score=4.5)
    figures = Published(book).line("stars").figures
    assert (figures.latest, figures.n_baseline, figures.n_latest) == (4.5, 40, 50)


def test_without_rounding_a_percentage_stays_a_percentage():
    book = Book().measure("sat", "survey", "up", Suppress_below=5).totals(40, 3)
    book.rows[schema.MEASURES.name][-1]["Suppress below"] = 5  # so that something is withheld
    book.survey("sat", MARCH_2013, 400, Percent=80).survey("sat", END, 400, Percent=75)
    published = Published(book)
    assert published.line("sat") == published.given[0]
    assert [result.percent for result in published.found.tables.surveys["sat"]] == [80, 75]


def test_a_percentage_of_another_force_without_n_is_dropped_before_rounding():
    book = Book(publish_round_to=5).surveys(
        (345, 410), (330, 395), Suppress_below=5, MSG_measure="crime"
    )
    book.add(schema.PEERS, Measure="crime", Period_end=END, Force=FORCES[7], Percent=90)
    assert Published(book.peers([80] * 7, shares=True)).cells(UNKNOWN) != []


def test_a_result_without_n_is_not_rounded_but_dropped():
    book = (
        Book(publish_round_to=5)
        .measure("sat", "survey", "up", Suppress_below=5)
        .survey("sat", END, Percent=80)
    )
    assert Published(book).found.tables.surveys["sat"] == ()
    assert str(RoundTo.FIVE) == "5"


# -- nothing leads back
# -----------------------------------------------------------------------------------------------


def everything(value: object, seen: set[int] | None = None):
    """Every value that can be reached from a result, through all fields of all records."""
    seen = set() if seen is None else seen
    if id(value) in seen:
        return
    seen.add(id(value))
    yield value
    if is_dataclass(value):
        for field in dataclass_fields(value):
            yield from everything(getattr(value, field.name), seen)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from everything(key, seen)
            yield from everything(item, seen)
    elif isinstance(value, (tuple, list, set, frozenset)):
        for item in value:
            yield from everything(item, seen)


def test_no_withheld_number_is_anywhere_in_the_result():
    # 73 nowhere else; the threshold of 100 makes it small in every sheet that has counts.
    book = Book().offences(
        counts=[*[500] * 65, 73], Suppress_below=100, MSG_measure="crime", Caveat="73 in all"
    )
    book.peers([500, 73, *[500] * 6]).surveys((345, 1410), (73, 1395), Suppress_below=100)
    book.totals(510, 73)
    book.rows[schema.MEASURES.name][-1]["Suppress below"] = 100
    book.measure("families", "families", "up", Suppress_below=100)
    families(book, END, "City", 973, 300, 300, 73)
    book.add(schema.COMMENTS, Priority="SP1", Author_role="force", Text="73 of them").override(
        "crime", "RED"
    )
    past(past(book, JUNE, "young", 510, 73), END, "young", 510, 73)
    published = Published(book)
    assert len(published.cells(PRIMARY)) == 5
    values = list(everything(replace(published.found, issue=None)))
    assert not [
        value
        for value in values
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value == 73
    ]
    assert not [value for value in values if isinstance(value, str) and "73" in value]


def test_a_kept_override_leads_to_no_sheet():
    published = Published(
        Book().offences(counts=wobbling(400, 66), Suppress_below=5).override("crime", "RED")
    )
    override = published.line("crime").override
    assert isinstance(override, Override)
    assert override.row.frame.grid.rows == ()
    assert published.line("crime").measure.row.frame.grid.rows == ()


def year_to_date(before: int = 28, period_end: date = END, **cells: object) -> Book:
    book = Book(period_end=period_end).measure("young", "total", Compared="year to date", **cells)
    for first, last, count in (
        ("2013-04", "2013-06", 28),
        ("2013-04", "2013-09", 60),
        ("2014-04", "2014-06", 30),
        ("2014-04", "2014-09", 33),
    ):
        book.total("young", first, last, count)
    return past(book, JUNE, "young", before, 30)


def test_of_a_year_to_date_that_is_withheld_the_year_before_is_shown():
    # 33 less the 30 of the issue of June would be the three of July to September.
    june = Published(year_to_date(Suppress_below=5, period_end=JUNE)).found.issue
    published = Published(year_to_date(Suppress_below=5), ledger=[june])
    assert published.cells(SECONDARY) == ["total of Apr 2014 to Sep 2014"]
    assert published.figures("young") == (60, None)


def test_a_year_to_date_is_no_revision_of_that_of_the_issue_before():
    """Each issue has its own two periods: nothing of them was revised."""
    book = year_to_date()
    tables, settings, _ = book.read()
    assert list(check_revisions(tables, settings)) == []
    assert not [item for item in book.caveats("young") if isinstance(item, Revised)]
    tables, settings, _ = year_to_date(before=20).read()
    (problem,) = check_revisions(tables, settings)
    assert "baseline of young was 20" in problem.found


def test_the_name_of_a_chart_is_not_withheld():
    """Its 12 is no count, but stands in the name of every chart."""
    counts = [*[30] * 65, 2]
    lines = Published(Book().offences(counts=[*counts[:-2], 12, 2], Suppress_below=13)).lines
    assert lines["crime_spc"].label == "Latest 6 months v previous 12"


# -- texts that a person confirms
# -------------------------------------------------------------------------------------------------


def with_texts(text: str) -> Book:
    book = Book().offences(counts=SMALL_MAY, Suppress_below=5, Caveat=text)
    book.add(schema.COMMENTS, Priority="SP1", Author_role="force", Text=text)
    return book.owed("crime", "received", Remark=text)


def given_out(book: Book, *, confirmed: bool, note: str = "") -> Disclosable:
    tables, settings, _ = book.read()
    settings = replace(settings, data_note=note)
    return disclosable(tables, assess(tables, settings), settings, texts_confirmed=confirmed)


def test_texts_on_withheld_figures_are_left_out_until_somebody_confirms_them():
    book = with_texts("Far fewer than in April.")
    unread = given_out(book, confirmed=False)
    assert unread.tables.measures[0].caveat == unread.tables.comments[0].text == WITHHELD
    assert {item.what for item in unread.withheld if item.why == UNCONFIRMED} == {
        "caveat of the measure",
        "remark of the return",
        "comment of the force",
    }
    read = given_out(book, confirmed=True)
    assert read.tables.measures[0].caveat == "Far fewer than in April."
    assert len(read.confirmed) == 3
    assert unread.confirmed == ()


TEXTS = (
    "{} of them", "Only {} left.", "{} of 5", "The first {}", "1 May", "No change", "Both", "Once",
    "a trio", "a pair", "a handful", "several", "II", "Part IV", "one", "Type 2", "Under 18s",
    "0.02k", "twice", "Top 3 places", "4 meetings a year", "zero", "Steady",
)  # fmt: skip


@pytest.mark.parametrize("confirmed", [False, True])
def test_what_is_left_out_of_texts_does_not_depend_on_the_small_count(confirmed):
    """A reader who knows a text from elsewhere would learn that it writes the count."""
    shown = set()
    for value in range(5):
        book = Book().measure("crime", "offences", Suppress_below=5, Source="3 of them")
        book.months("crime", [*[30] * 61, value, *[30] * 4])
        for number, text in enumerate(TEXTS):
            book.measure(f"m{number}", "text", "none", Line=text, Caveat=text, Unit=text)
            book.owed(f"m{number}", "received", Remark=text, Owner=text, Board=text)
            for priority in ("SP1", "SP2", "All"):
                book.add(schema.COMMENTS, Priority=priority, Author_role="force", Text=text)
            book.add(schema.PRIORITIES, Code=f"P{number}", Title=text, Text_for_the_report=text)
        given = given_out(book, confirmed=confirmed, note="3 figures are late")
        names = [repr((item.priorities, item.comments)) for item in (given.tables,)]
        names += [repr([(m.label, m.caveat, m.unit, m.source) for m in given.tables.measures])]
        names += [repr([(r.remark, r.owner, r.board) for r in given.tables.returns.values()])]
        shown.add((*names, given.data_note))
    assert len(shown) == 1


@pytest.mark.parametrize(
    ("name", "unread", "read"),
    [
        ("Under 18s", WITHHELD, "Under 18s"),
        ("Under 30s", WITHHELD, "Under 30s"),
        ("Class 1",) + (WITHHELD,) * 2,
    ],
)
def test_a_name_with_a_number_is_left_out_whatever_is_withheld(name, unread, read):
    # 30 is withheld with May: a name that is left out for it would tell it.
    for value, confirmed, expected in ((2, False, unread), (2, True, read), (30, False, name)):
        book = Book().offences(counts=[*[30] * 61, value, *[30] * 4], Suppress_below=5, Line=name)
        assert given_out(book, confirmed=confirmed).tables.measures[0].label == expected


@pytest.mark.parametrize(
    ("text", "confirmed", "shown"),
    [
        ("A trio was left.", False, False),
        ("A handful in May.", False, False),
        ("Both were repeated.", False, False),
        ("Both were repeated.", True, True),
        ("Part II of the plan", False, False),
        ("3 officers more", True, False),
        ("Crime rose by two", True, False),  # it names the measure
        ("Steady", False, True),
    ],
)
def test_general_texts_that_may_count_are_left_out_until_confirmed(text, confirmed, shown):
    book = Book().offences(counts=SMALL_MAY, Suppress_below=5)
    book.add(schema.COMMENTS, Priority="All", Author_role="force", Text=text)
    given = given_out(book, confirmed=confirmed, note=text)
    expected = text if shown else WITHHELD
    assert (given.tables.comments[0].text, given.data_note) == (expected, expected)
    free = Book().offences(counts=[30] * 66, Suppress_below=5)
    free.add(schema.COMMENTS, Priority="All", Author_role="force", Text=text)
    assert given_out(free, confirmed=False).tables.comments[0].text == text


def test_texts_of_measures_of_which_all_is_shown_need_nobody():
    book = Book().offences(counts=[30] * 66, Suppress_below=5, Caveat="Counted by hand")
    assert given_out(book, confirmed=False).tables.measures[0].caveat == "Counted by hand"


@pytest.mark.parametrize(
    "text",
    [
        "A pair of them in May.",
        "II in May",
        "Down by 99.4% on the year",
        "0.6 per cent of the year",
        "A handful, no more.",
    ],
)
def test_a_text_that_writes_a_withheld_number_is_dropped_though_it_is_confirmed(text):
    assert given_out(with_texts(text), confirmed=True).tables.measures[0].caveat == WITHHELD


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Part IV of the plan", {4.0}),
        ("XXIII cases", {23.0}),
        ("chapter iii", {3.0}),
        ("I think so", set()),
        ("MIX and CIVIL", set()),
        ("fifty-eight of them", {58.0, 50.0, 8.0}),
        ("a trio", {3.0}),
    ],
)
def test_roman_numerals_and_words_beyond_twenty_are_numbers(text, numbers):
    assert numbers_in(text) == numbers


def test_the_note_on_the_data_is_left_out_where_it_counts_in_words():
    book = with_texts("")
    assert given_out(book, confirmed=False, note="Two figures are late").data_note == WITHHELD
    assert given_out(book, confirmed=True, note="Two figures are late").data_note != WITHHELD
    assert given_out(book, confirmed=True, note="2 figures are late").data_note == WITHHELD


@pytest.mark.parametrize(
    "text",
    [
        "In May 2 of crime were left.",
        "Label of  crime: a pair.",
        "sp1 had two",
        "As the roof over it all: II.",
    ],
)
@pytest.mark.parametrize("confirmed", [False, True])
def test_a_text_of_another_priority_is_about_the_measures_that_it_names(text, confirmed):
    book = Book().offences(counts=SMALL_MAY, Suppress_below=5)
    book.add(schema.PRIORITIES, Code="SP1", Title="The roof")
    book.measure("young", "total", Priority="SP2", Caveat=text)
    book.add(schema.COMMENTS, Priority="SP2", Author_role="force", Text=text)
    tables = given_out(book, confirmed=confirmed).tables
    assert tables.measures[1].caveat == tables.comments[0].text == WITHHELD


def test_a_text_of_another_priority_with_a_withheld_number_in_digits_is_left_out_until_confirmed():
    text = "In May we were 2 short; one came back."
    book = Book().offences(counts=SMALL_MAY, Suppress_below=5)
    book.add(schema.COMMENTS, Priority="SP2", Author_role="force", Text=text)
    unread, read = (given_out(book, confirmed=confirmed) for confirmed in (False, True))
    assert unread.tables.comments[0].text == WITHHELD
    assert ("SP2", "comment of the force", UNCONFIRMED) in {
        (item.measure, item.what, item.why) for item in unread.withheld
    }
    assert read.tables.comments[0].text == text


def test_headings_and_labels_of_comments_write_no_withheld_number():
    book = Book().measure("crime", "offences", Line="Absent (2 in May)", Suppress_below=5)
    book.months("crime", SMALL_MAY)
    book.add(schema.COMMENTS, Priority="SP1", Text="Steady.", Line="crime")
    tables, settings, _ = book.read()
    texts = (ReportText("Only 2 absent", "Text.", TextPlace.BEFORE),)
    tables = replace(tables, report_texts=texts)
    given = disclosable(tables, assess(tables, settings), settings, texts_confirmed=True)
    (comment,), (text,) = given.tables.comments, given.tables.report_texts
    assert (comment.about, comment.text) == (WITHHELD, "Steady.")
    assert (text.heading, text.text) == (WITHHELD, "Text.")
    assert {"label of a comment", "heading of the report"} <= {
        item.what for item in given.withheld if item.why == TYPED
    }


def test_a_text_writes_no_number_that_an_earlier_issue_withheld():
    """The small month was revised, and nothing of it is small now."""
    before = Published(Book().offences(counts=SMALL_MAY, Suppress_below=5)).found.issue
    for text in ("May was revised from 2.", "May was revised from two to 31."):
        book = with_texts(text)
        book.rows[schema.MONTHLY.name][61]["Count"] = 31
        tables, settings, _ = book.read()
        for confirmed in (False, True):
            given = disclosable(
                tables, assess(tables, settings), settings, [before], texts_confirmed=confirmed
            )
            assert given.tables.measures[0].caveat == given.tables.comments[0].text == WITHHELD


def test_a_figure_that_an_issue_has_shown_since_is_no_secret():
    issue = Published(Book().offences(counts=SMALL_MAY, Suppress_below=5)).found.issue
    shown = replace(
        issue, figures=tuple(replace(item, state=State.SHOWN) for item in issue.figures)
    )
    assert {item.counts[0].value for item in never_shown([issue])} == {2, 30}
    assert never_shown([issue, shown]) == never_shown([shown, issue]) == []


@pytest.mark.parametrize("text", ["3 Marginal cases", "3 Separate incidents", "3 Decisions"])
def test_a_word_that_begins_like_a_month_makes_no_date(text):
    assert numbers_in(text) == {3.0}


def test_what_a_measure_is_part_of_must_be_known():
    book = Book().offences(counts=[30] * 66, Suppress_below=5, Part_of="crime; nothing, crime")
    problems = book.read()[2] + check(*book.read()[:2])
    named = [item for item in problems if item.column == "Part of"]
    assert [item.code for item in named] == ["UNKNOWN_MEASURE"] * 3
    with pytest.raises(PackError, match="crime is part of 'crime'"):
        require_sums(book.read()[0].measures)
    with pytest.raises(PackError, match="is part of 'nothing'"):
        require_sums(
            Book().offences(counts=[], Suppress_below=5, Part_of="nothing").read()[0].measures
        )
    require_sums(Book().offences(counts=[], Part_of="nothing").read()[0].measures)
    unreadable = Book().offences(counts=[30] * 66, Part_of=CellError("#N/A"))
    assert Published(unreadable).found.tables.monthly["crime"] == {}


def test_checks_of_safeguards_are_known_as_such():
    book = Book(publish_round_to="5").offences(counts=[30] * 66, Suppress_below="some")
    found = [item for item in book.read()[2] if is_of_safeguard(item)]
    assert "Suppress below" in {item.column for item in found}


@pytest.mark.parametrize(("below", "shown"), [(None, -2.5), ("some", None)])
def test_an_amount_below_nothing_is_no_count(below, shown):
    book = Book().measure("gap", "amount", "none", Suppress_below=below, Part_of="whole")
    book.measure("whole", "amount", "none", Suppress_below=5)
    for name, value in (("gap", -2.5), ("whole", 7.0)):
        item = "to find" if name == "gap" else "required"
        book.add(schema.AMOUNTS, Measure=name, Item=item, pounds_million=value)
    assert Published(book).line("gap").figures.latest == shown


def test_names_of_parts_and_ways_of_counting_of_a_survey_are_texts_of_people():
    numbers = {"sat": frozenset({3.0})}
    secrets = Secrets(numbers, frozenset(), {}, {}, confirmed=True, named={}, below={"sat": 5})
    line = Book().surveys((80, 100), (82, 100)).line("sat")
    ways = (("Three towns", "as 3 said so"), ("City", "by phone"))
    caveat = PartsCountDifferently(ways)
    (cleaned,) = clean_line(replace(line, caveats=(caveat,)), secrets).caveats
    assert cleaned == PartsCountDifferently((("[c]", "[c]"), ("City", "by phone")))
