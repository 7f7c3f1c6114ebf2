"""What a judgement rests on, told without judging, agrees with what judging shows: a row that is
not used can go.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.assessment.casebook import MARCH_2013, Book, wobbling
from xlperf.assessment.assessing import assess
from xlperf.assessment.basis import Case
from xlperf.assessment.uses import reads, uses
from xlperf.periods import Period, last_day, month_of
from xlperf.tables import schema

QUARTERS = [
    last_day(month)
    for month in range(month_of(date(2012, 3, 31)), month_of(date(2014, 12, 31)) + 1, 3)
]


def lived_in(**settings: object) -> Book:
    """A book with history of every kind: results of every quarter, totals of every year, peers of
    every quarter.
    """
    book = Book(**settings).offences(
        "crime", wobbling(400, 70) + wobbling(380, 12), MSG_measure="crime"
    )
    book.recording_changed("crime", "2010-06").measure("sat", "survey", "up").measure(
        "stars", "rating", "up"
    )
    book.measure("young", "total").measure("homes", "families", "up").measure(
        "savings", "amount", "none"
    )
    for number, end in enumerate(QUARTERS):
        book.survey("sat", end, 400, 300 + number)
        book.add(
            schema.SURVEYS, Measure="stars", Period_end=end, n=300, Mean_score=4 + number / 100
        )
        book.add(
            schema.FAMILIES,
            Measure="homes",
            Council="City",
            Period_end=end,
            Counting="and",
            Engaged=200,
            ASB_only=5,
            Offending_only=5,
            Both=60 + number,
        )
        book.peers([5300 + number, 5000, 5100, 5200, 5400, 5500, 5600, 5700], end=end)
    for year in range(2010, 2015):
        book.total("young", f"{year}-04", f"{year + 1}-03", 600 + year).total(
            "young", f"{year}-04", f"{year}-09", 300
        )
    return book.add(schema.AMOUNTS, Measure="savings", Item="required", pounds_million=3)


def without(tables, name, place, month):
    """The tables without one figure."""
    of_table = getattr(tables, name)
    of_measure = of_table[place]
    kept = (
        {key: item for key, item in of_measure.items() if key != month}
        if name == "monthly"
        else tuple(item for item in of_measure if item is not month)
    )
    return replace(tables, **{name: of_table | {place: kept}})


def figures(tables):
    """Every figure as (field of Tables, name in it, key of the figure, its months, table)."""
    for month in tables.monthly["crime"]:
        yield "monthly", "crime", month, Period(month, month), schema.MONTHLY.name
    for name, place, table in (
        ("surveys", "sat", schema.SURVEYS),
        ("surveys", "stars", schema.SURVEYS),
        ("families", "homes", schema.FAMILIES),
        ("peers", "crime", schema.PEERS),
    ):
        for item in getattr(tables, name)[place]:
            month = month_of(item.period_end)
            yield name, place, item, Period(month, month), table.name
    for item in tables.totals["young"]:
        yield "totals", "young", item, item.period, schema.TOTALS.name


@pytest.mark.slow
@pytest.mark.parametrize(("lines", "baseline"), [("group", True), ("funnel", False)])
def test_a_figure_that_no_judgement_uses_changes_none_when_it_goes_and_the_newest_and_the_baseline_are_used(
    lines, baseline
):
    book = lived_in(position_lines=lines)
    if not baseline:
        rows = book.rows[schema.TOTALS.name]
        rows[:] = [row for row in rows if row["Period end"] != MARCH_2013]
    tables, settings, _ = book.read()
    before = {line.line: line for line in assess(tables, settings)}
    numbers = {True: 0, False: 0}
    for name, place, key, months, table in figures(tables):
        there = without(tables, name, place, key)
        concerned = tuple(m for m in there.measures if place in (m.name, m.msg_measure))
        changed = {line.line: line for line in assess(replace(there, measures=concerned), settings)}
        for line in map(before.__getitem__, changed):
            case = Case(line.measure, tables, settings)
            if not reads(line.kind, table, case):
                continue
            used = uses(line.kind, table, months, case)
            numbers[used] += 1
            if not used:
                assert changed[line.line] == line, (line.line, table, str(months))
    assert numbers[True] > 60
    assert numbers[False] > 40
    told = [uses(before["sat"].kind, schema.SURVEYS.name, Period(month, month), Case(before["sat"].measure, tables, settings))
            for month in map(month_of, QUARTERS)]  # fmt: skip
    assert [end for end, used in zip(QUARTERS, told, strict=True) if used] == [
        MARCH_2013,
        date(2014, 9, 30),
    ]


def test_a_result_that_cannot_be_read_counts_as_the_newest_if_it_is_as_late():
    tables, settings, _ = (
        Book().measure("sat", "survey", "up").survey("sat", date(2014, 3, 31), 400, 300).read()
    )
    case = Case(tables.measures[0], tables, settings)
    later, earlier = (
        Period(month, month)
        for month in (month_of(date(2014, 6, 30)), month_of(date(2013, 12, 31)))
    )
    (line,) = assess(tables, settings)
    assert uses(line.kind, schema.SURVEYS.name, later, case)
    assert not uses(line.kind, schema.SURVEYS.name, earlier, case)


def test_the_run_of_months_stops_where_one_lacks_but_would_go_on_to_the_change_of_recording():
    book = (
        Book()
        .offences("crime", wobbling(400, 72), Priority="SP11")
        .recording_changed("crime", "2010-06")
    )
    book.rows[schema.MONTHLY.name] = [
        row for row in book.rows[schema.MONTHLY.name] if row["Month"] != date(2011, 1, 1)
    ]
    tables, settings, _ = book.read()
    main, _chart = assess(tables, settings)
    case = Case(tables.measures[0], tables, settings)

    def used(day: date, *, lacking: bool) -> bool:
        return uses(
            main.kind,
            schema.MONTHLY.name,
            Period(month_of(day), month_of(day)),
            case,
            lacking=lacking,
        )

    days = date(2011, 2, 1), date(2011, 1, 1), date(2010, 6, 1), date(2010, 5, 1)
    assert [used(day, lacking=False) for day in days] == [True, False, False, False]
    assert [used(day, lacking=True) for day in days] == [True, True, True, False]
