"""What a finding does to the colours of this period: a book with one fault, and the effect that its
check says.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pytest

from tests.assessment.casebook import END, Book, wobbling
from tests.fake import FakeWorkbook
from xlperf.pipeline import assess_workbook
from xlperf.tables import schema
from xlperf.tables.problems import Effect, Severity

JUNE = date(2014, 6, 30)
CRIME = ("crime", "crime_spc")


def book() -> Book:
    made = Book().measure("crime", "offences", Priority="SP11", MSG_measure="crime")
    made.months("crime", wobbling(400, 72))
    for end in (END, JUNE):
        made.peers([4800, 5000, 5100, 5200, 5400, 5500, 5600, 5700], end=end)
    for place, row in enumerate(made.rows[schema.PEERS.name]):
        row["Denominator"] = 100_000 + place % 8
    made.surveys((300, 400), (340, 400), Priority="SP7").totals(667, 370)
    return made.measure("savings", "amount", "none").add(
        schema.AMOUNTS, Measure="savings", Item="required", pounds_million=1
    )


def changed(made: Book, table: schema.Table, place: int, **cells: object) -> Book:
    """The book with other content in some cells of one row."""
    made.rows[table.name][place] |= {
        title.replace("_", " "): value for title, value in cells.items()
    }
    return made


def sat(made: Book, end: date, **cells: object) -> Book:
    return made.add(schema.SURVEYS, Measure="sat", Period_end=end, **cells)


def without_column(made: Book, table: schema.Table, title: str) -> FakeWorkbook:
    """The book's workbook after a header was renamed."""
    full = made.workbook()
    header, rows = full.tables[table.name]
    renamed = [f"{name} (old)" if name == title else name for name in header]
    return FakeWorkbook(
        {**full.tables, table.name: (renamed, rows)},
        full.cells_by_name,
        sheets=full.sheets,
        refusals=full.refusals,
    )


class Example(NamedTuple):
    what: str
    made: object
    code: str
    effect: Effect
    lines: tuple[str, ...] = ()


EXAMPLES = [
    Example("a month of the latest year that cannot be read takes both colours of the measure",
            lambda: changed(book(), schema.MONTHLY, 70, Count="n/a"), "NOT_A_NUMBER", Effect.COLOUR, CRIME),
    Example("so does the gap that it leaves", lambda: changed(book(), schema.MONTHLY, 70, Count="n/a"), "GAP",
            Effect.COLOUR, CRIME),
    Example("a month of the baseline year too",
            lambda: changed(book(), schema.MONTHLY, 54 - 3, Count="n/a"), "NOT_A_NUMBER", Effect.COLOUR, CRIME),
    Example("a slip of a digit in a month that is compared leaves its colours in doubt",
            lambda: changed(book(), schema.MONTHLY, 70, Count=4000), "JUMP", Effect.DOUBT, CRIME),
    Example("a slip before a change of recording is history",
            lambda: changed(book(), schema.MONTHLY, 8, Count=4000).recording_changed("crime", "2010-06"),
            "JUMP", Effect.LATER),
    Example("the newest result that its n cannot give leaves the colour in doubt",
            lambda: changed(book(), schema.SURVEYS, 1, n=65, Satisfied=None, Percent=37.5), "IMPOSSIBLE_PERCENTAGE",
            Effect.DOUBT, ("sat",)),
    Example("that of the baseline year too",
            lambda: changed(book(), schema.SURVEYS, 0, n=65, Satisfied=None, Percent=37.5), "IMPOSSIBLE_PERCENTAGE",
            Effect.DOUBT, ("sat",)),
    Example("one of a quarter between is about another period",
            lambda: sat(book(), JUNE, n=65, Percent=37.5), "IMPOSSIBLE_PERCENTAGE", Effect.LATER),
    Example("a blank result takes the colour although it is only a note",
            lambda: changed(book(), schema.SURVEYS, 1, n=None, Satisfied=None), "BLANK", Effect.COLOUR, ("sat",)),
    Example("a result that cannot be read takes the colour, whatever its period",
            lambda: sat(book(), JUNE, n="many", Percent=70), "NOT_A_NUMBER", Effect.COLOUR, ("sat",)),
    Example("a half that does not add up to a year that is not compared", lambda: book().total("young", "2011-04",
            "2012-03", 10).total("young", "2011-04", "2011-09", 4).total("young", "2011-10", "2012-03", 5),
            "DOES_NOT_ADD", Effect.LATER),
    Example("one to the baseline year", lambda: book().total("young", "2012-04", "2012-09", 4).total("young", "2012-10",
            "2013-03", 5), "DOES_NOT_ADD", Effect.DOUBT, ("young",)),
    Example("a force's population in the newest period", lambda: changed(book(), schema.PEERS, 1, Denominator=999),
            "POPULATION", Effect.COLOUR, ("crime_position",)),
    Example("the own force is not in the group", lambda: changed(book(), schema.FORCES, 0, In_group="no"),
            "UNKNOWN_FORCE", Effect.COLOUR, ("crime_position",)),
    Example("a measure without figures", lambda: book().measure("new", "survey", "up", Priority="SP9"), "NO_FIGURES",
            Effect.COLOUR, ("new",)),
    Example("a measure's row that cannot be used has no line at all",
            lambda: book().measure("new", "guess", Priority="SP9"), "NOT_IN_LIST", Effect.COLOUR, ("new",)),
    Example("which way is better is not known", lambda: changed(book(), schema.MEASURES, 1, Direction=None), "BLANK",
            Effect.COLOUR, ("sat",)),
    Example("from when on counts are shown decides no colour",
            lambda: changed(book(), schema.MEASURES, 1, Suppress_below="five"), "NOT_A_NUMBER", Effect.SHOWN, ("sat",)),
    Example("an amount has no colour", lambda: changed(book(), schema.AMOUNTS, 0, Item="wanted"), "NOT_IN_LIST",
            Effect.SHOWN, ("savings",)),
    Example("an override", lambda: book().override("sat", "RED"), "OVERRIDE", Effect.COLOUR, ("sat",)),
    Example("an override that agrees", lambda: book().override("sat", "GREEN"), "OVERRIDE", Effect.SHOWN, ("sat",)),
    Example("an override that does nothing", lambda: book().override("sta", "RED"), "UNKNOWN_LINE", Effect.DOUBT),
    Example("an override that cannot be read", lambda: book().override("sat", "PINK"), "NOT_IN_LIST", Effect.COLOUR,
            ("sat",)),
    Example("a return without which there is no colour",
            lambda: book().measure("new", "survey", "up", Priority="SP9").owed("new", "awaited"), "AWAITED",
            Effect.COLOUR, ("new",)),
    Example("a comment on a priority that is not there", lambda: book().add(schema.COMMENTS, Priority="SP99", Text="x"),
            "UNKNOWN_PRIORITY", Effect.SHOWN),
    Example("a figure after the period", lambda: sat(book(), date(2014, 12, 31), n=400, Satisfied=1), "FUTURE", Effect.LATER),
    Example("months that are provisional", lambda: changed(book(), schema.MONTHLY, 70, Status="provisional"),
            "PROVISIONAL", Effect.INFORMATION),
    Example("rows of a measure that nobody knows may be those of any line",
            lambda: book().survey("sta", END, 400, 300), "UNKNOWN_MEASURE", Effect.DOUBT, ("sat",)),
    Example("... and may be what a line lacks", lambda: changed(book(), schema.SURVEYS, 1, Measure="sta"),
            "UNKNOWN_MEASURE", Effect.COLOUR, ("sat",)),
    Example("a line of History", lambda: book().add(schema.HISTORY, Period_end=JUNE), "BLANK", Effect.LATER),
    Example("a baseline figure that was published as another", lambda: book().add(schema.HISTORY, Period_end=JUNE,
            Line="young", Baseline=700), "REVISED", Effect.DOUBT, ("young",)),
    Example("the latest figure of an earlier issue, which is not compared any more", lambda: book().add(schema.HISTORY,
            Period_end=JUNE, Line="young", Latest=700).total("young", "2013-07", "2014-06", 1), "REVISED", Effect.LATER),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.what)
def test_a_finding_says_what_it_does_to_this_period(example):
    found = [
        item
        for item in assess_workbook(example.made().workbook()).problems
        if item.code == example.code
    ]
    assert found, example.code
    assert [(item.effect, item.lines) for item in found][:1] == [(example.effect, example.lines)], (
        found
    )


def test_a_setting_that_nobody_knows_may_have_been_meant_for_any_colour():
    full = book().workbook()
    header, rows = full.tables[schema.SETTINGS.name]
    changed_book = FakeWorkbook(
        {**full.tables, schema.SETTINGS.name: (header, (*rows, ("zz", 1, None)))},
        full.cells_by_name,
    )
    (found,) = [
        item for item in assess_workbook(changed_book).problems if item.code == "SETTING_UNKNOWN"
    ]
    assert (found.effect, found.lines) == (Effect.DOUBT, ())


def test_a_column_that_is_gone_takes_the_colours_that_need_it():
    problems = assess_workbook(without_column(book(), schema.MONTHLY, "Count")).problems
    (column,) = [item for item in problems if item.code == "COLUMN_MISSING"]
    assert (column.effect, column.lines) == (Effect.COLOUR, CRIME)


def test_a_status_that_must_not_be_written_shows_another_colour_than_the_one_worked_out():
    names = {"tile_sat_rag": "holds a formula", "tile_young_latest": "holds a formula"}
    problems = assess_workbook(book().workbook(refusals=names)).problems
    assert [(item.effect, item.lines) for item in problems if item.code == "TILE_CELL"] == [
        (Effect.COLOUR, ("sat",)),
        (Effect.SHOWN, ("young",)),
    ]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.what)
def test_a_check_that_takes_a_colour_away_is_always_before_one_that_does_not(example):
    made = example.made()
    made.override("young", "RED").add(schema.COMMENTS, Priority="SP98", Text="Of nothing.")
    changed(made, schema.MONTHLY, 40, Status="prelim")
    sat(made, date(2013, 12, 31), n=65, Percent=37.5)
    problems = assess_workbook(made.workbook()).problems
    weights = [list(Effect).index(item.effect) for item in problems]
    assert weights == sorted(weights)
    assert weights[0] == 0
    for effect in Effect:
        of_it = [item for item in problems if item.effect is effect]
        ranks = [(not item.standing, list(Severity).index(item.severity)) for item in of_it]
        assert ranks == sorted(ranks)
