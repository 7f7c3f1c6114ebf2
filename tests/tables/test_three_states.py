"""A cell has a value, is blank, or cannot be read: every column of every data table, in every way
that can be.

The law of all of them: what cannot be read never gives a line another colour. It has the one it
had, or none.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from tests.tables.sheets import grids, monthly, settings, workbook
from xlperf.assessment.assessing import assess
from xlperf.config import SETTINGS
from xlperf.errors import SettingsError
from xlperf.excel.port import CellError, CellOutside, Grid, NoResult
from xlperf.tables import schema
from xlperf.tables.checks import check
from xlperf.tables.problems import Code, Severity
from xlperf.tables.reading import read_tables
from xlperf.tables.records import SUPPRESS_ALL
from xlperf.tables.schema import Column, Consequence, Holds, Table
from xlperf.tables.settings import read_settings

FORCES = (
    "Leicestershire",
    "Kent",
    "Essex",
    "Hampshire",
    "Staffordshire",
    "Bedfordshire",
    "Hertfordshire",
)
MONTHS = monthly(
    *(f"2012-{month:02d} | 120" for month in range(4, 13)),
    *(f"2014-{month:02d} | 60 | final | 2014-10-10" for month in range(4, 10)),
)
GROUP = "\n".join(f"{force} | yes | 2010-04-01 | us" for force in FORCES)
RATES = "\n".join(
    f"All crime | 2014-09-30 | {force} | {1200 + 300 * at} | 100000 |  |"
    for at, force in enumerate(FORCES)
)
SHARES = "\n".join(
    f"Satisfaction | 2014-09-30 | {force} | | | {80 + at}.0 | 900"
    for at, force in enumerate(FORCES)
)
WORKBOOK = f"""
tblMeasures
Measure          | Priority | Line         | Kind     | Direction | Target change % | MSG measure  | Proxy | Design effect | Suppress below | Unit | Source | Owner | Caveat
SP11_offences    | SP11     | Offences     | offences | down      | -10             | All crime    | no    |               | 5              | n    | ours   | us    | Counted.
SP7_satisfaction | SP7      | Satisfaction | survey   | up        |                 | Satisfaction | yes   | 1.2           |                |      |        |       |
SP9_percent      | SP9      | Confidence   | survey   | up        |                 |              |       |               |                |      |        |       |
SP8_stars        | SP8      | Stars        | rating   | up        |                 |              |       |               |                |      |        |       |
SP1_entrants     | SP1      | Entrants     | total    | down      |                 |              |       |               |                |      |        |       |
SP18_savings     | SP18     | Savings      | amount   | none      |                 |              |       |               |                |      |        |       |
SP4_families     | SP4      | Families     | families | up        |                 |              |       |               |                |      |        |       |

tblPriorities
Code | Title          | Order | Owner | Board | Text for the report
SP11 | Less crime     | 1     | Chief | Ours  | Of all of them.
SP7  | Happy people   | 2     | Chief | Ours  | Of them.
SP9  | Confidence     | 3     | Chief | Ours  | Of them.
SP8  | Stars          | 4     | Chief | Ours  | Of them.
SP1  | Young people   | 5     | Chief | Ours  | Of them.
SP18 | Savings        | 6     | Chief | Ours  | Of them.
SP4  | Families       | 7     | Chief | Ours  | Of them.

tblSurveys
Measure          | Period end | n   | Satisfied | Percent | Mean score | As at
SP7_satisfaction | 2013-03-31 | 900 | 700       |         |            | 2013-04-30
SP7_satisfaction | 2014-09-30 | 900 | 800       |         |            | 2014-10-30
SP9_percent      | 2013-03-31 | 900 |           | 80.0    |            | 2013-04-30
SP9_percent      | 2014-09-30 | 900 |           | 80.0    |            | 2014-10-30
SP8_stars        | 2013-03-31 | 900 |           |         | 2.0        | 2013-04-30
SP8_stars        | 2014-09-30 | 900 |           |         | 4.0        | 2014-10-30

tblTotals
Measure      | Period start | Period end | Count | As at
SP1_entrants | 2012-04-01   | 2013-03-31 | 900   | 2013-04-30
SP1_entrants | 2013-10-01   | 2014-09-30 | 500   | 2014-10-30

tblForces
Force | In group | Valid from | Source
{GROUP}

tblPeers
Measure      | Period end | Force          | Count | Denominator | Percent | n
{RATES}
{SHARES}

tblAmounts
Measure      | Item     | £ million | As at
SP18_savings | required | 23.0      | 2014-09-30

tblFamilies
Measure      | Council | Period end | Counting | Engaged | ASB only | Offending only | Both
SP4_families | City    | 2013-03-31 | and      | 900     | 100      | 100            | 300
SP4_families | City    | 2014-09-30 | and      | 900     | 100      | 100            | 700

tblBreaks
Measure      | Month      | Note
SP9_percent  | 2009-09-01 | New questions

tblReturns
Measure     | Owner | Due        | Received   | Board | Seen by board | Status   | Remark
SP9_percent | City  | 2014-10-15 | 2014-10-10 | Board | 2014-10-12    | received | Fine

tblOverrides
Line        | Colour | Reason | Who   | Until
SP9_percent | RED    | Doubt  | Chief | 2014-12-31

tblAcknowledged
Check          | Place      | Reason | Role  | Until
GAP-0123456789 | Monthly!A2 | Known. | Chief | 2014-12-31

tblComments
Priority | Author role | Text   | Decision | Draft
SP11     | force       | Fewer. | accept   | a draft

{MONTHS}
"""
TABLES = [table for table in schema.DATA if table is not schema.SETTINGS]
CANNOT_BE_READ = {
    "error": CellError("#N/A"),
    "formula": NoResult.NOT_CALCULATED,
    "nothing": NoResult.EMPTY_TEXT,
    "text": "??",
}
COLUMNS = [(table, column) for table in TABLES for column in table.columns if not column.optional]


@cache
def given() -> dict[str, Grid]:
    return workbook(WORKBOOK)


def chosen():
    return settings()


def judged(book):
    """Colours and reasons by line, problems, and the tables."""
    tables, problems = read_tables(book)
    lines = assess(tables, chosen())
    shown = {line.line: line.rag if line.reason == "CONFIG" else line.shown for line in lines}
    colours = {line.line: (str(shown[line.line]), str(line.reason)) for line in lines}
    return colours, problems + check(tables, chosen()), tables


@cache
def before():
    colours, problems, _ = judged(given())
    assert [problem for problem in problems if problem.severity is Severity.ERROR] == []
    assert {colour for colour, _ in colours.values()} >= {"GREEN", "RED", "AMBER"}
    assert sum(colour != "NA" for colour, _ in colours.values()) == 9, colours
    return colours


def without_colour(book) -> set[str]:
    """Lines that have lost their colour; none must have another."""
    after, _, _ = judged(book)
    for line, (colour, _) in after.items():
        assert colour in (before()[line][0], "NA"), (line, before()[line], after[line])
    return {
        line
        for line, (colour, reason) in before().items()
        if line not in after
        or (after[line] != (colour, reason) and after[line] == ("NA", "CONFIG"))
    }


def filled(grid: Grid, column: Column) -> int:
    """The last row that has something in a column: for most tables the latest figure."""
    place = grid.header.index(column.title)
    return max(index for index, row in enumerate(grid.rows) if row[place] is not None)


def with_cell(grid: Grid, index: int, title: str, value) -> Grid:
    place = grid.header.index(title)
    rows = [list(row) for row in grid.rows]
    rows[index][place] = value
    return replace(grid, rows=tuple(map(tuple, rows)))


def of_older_figures(table: Table, column: Column) -> bool:
    """Whether a cell is about measures alone whose newest figure is older than the period: here is
    none.
    """
    return (table, column.title) == (schema.RETURNS, "Measure")


OLDER = {
    "tblTotals": grids(
        "tblTotals\nMeasure | Period start | Period end | Count | As at\n"
        "SP1_entrants | 2012-04-01 | 2013-03-31 | 900 | 2013-04-30\n"
        "SP1_entrants | 2013-07-01 | 2014-06-30 | 500 | 2014-07-30"
    )["tblTotals"]
}
"""A figure three months older than the period."""


def returned(measure, status) -> dict[str, Grid]:
    grid = with_cell(with_cell(given()["tblReturns"], 0, "Measure", measure), 0, "Status", status)
    return given() | OLDER | {"tblReturns": grid}


@pytest.mark.parametrize(
    "measure", [None, CellError("#N/A"), NoResult.NOT_CALCULATED, "SP1_entrant"]
)
@pytest.mark.parametrize("status", ["awaited", "not available", CellError("#N/A")])
def test_a_return_of_nobody_knows_what_takes_the_colour_of_what_it_could_be_awaited_for(
    measure, status
):
    colours, _, _ = judged(returned(measure, status))
    assert colours["SP1_entrants"] == ("NA", "CONFIG")
    assert {line: colour for line, (colour, _) in colours.items() if line != "SP1_entrants"} == {
        line: colour for line, (colour, _) in before().items() if line != "SP1_entrants"
    }


@pytest.mark.parametrize("status", ["received", None])
def test_a_return_that_says_nothing_is_missing_takes_no_colour(status):
    assert judged(returned(CellError("#N/A"), status))[0]["SP1_entrants"][0] == "GREEN"


def test_without_the_table_of_returns_an_older_figure_has_no_colour():
    book = {name: grid for name, grid in (given() | OLDER).items() if name != "tblReturns"}
    assert judged(book)[0]["SP1_entrants"] == ("NA", "CONFIG")


def with_break(name) -> dict[str, Grid]:
    return given() | {"tblBreaks": with_cell(given()["tblBreaks"], 0, "Measure", name)}


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("SP1", {"SP1_entrants"}),
        ("All", "all"),
        ("SP99_else", "all"),
        ("SP1_entrant", {"SP1_entrants"}),
    ],
)
def test_a_break_of_an_unknown_name_takes_the_colours_of_all_it_could_mean(name, lost):
    coloured = {line for line, (colour, _) in before().items() if colour != "NA"}
    assert without_colour(with_break(name)) & coloured == (coloured if lost == "all" else lost)


def test_a_break_of_a_measure_that_is_there_no_more_takes_none():
    past = grids("tblHistory\nPeriod end | Line | Colour\n2014-06-30 | SP99_else_spc | RED")
    assert without_colour(with_break("SP99_else") | past) == set()


@pytest.mark.parametrize("state", CANNOT_BE_READ)
@pytest.mark.parametrize(
    ("table", "column"),
    COLUMNS,
    ids=lambda item: item.name if isinstance(item, Table) else item.title,
)
def test_a_cell_that_cannot_be_read_never_counts_as_blank(table: Table, column: Column, state: str):
    words = column.holds is Holds.TEXT and not column.choices
    if state == "text" and words:
        return  # any text can be read
    grid = given()[table.name]
    index = filled(grid, column)
    book = given() | {table.name: with_cell(grid, index, column.title, CANNOT_BE_READ[state])}
    lost = without_colour(book)
    _, problems, tables = judged(book)
    address = grid.address(index, grid.header.index(column.title))
    reported = [
        problem for problem in problems if (problem.sheet, problem.cell) == (table.sheet, address)
    ]
    if not (words and not column.needed and state == "nothing"):
        assert Severity.ERROR in {problem.severity for problem in reported}
    match column.unreadable:
        case Consequence.NO_COLOUR:
            assert lost or of_older_figures(table, column)
        case Consequence.STRICTEST:
            shown = next((item for item in tables.measures if item.name == "SP11_offences"), None)
            series = tables.monthly["SP11_offences"]
            assert {
                "Suppress below": shown.suppress_below == SUPPRESS_ALL,
                "Proxy": all(
                    item.proxy for item in tables.measures if item.name == "SP7_satisfaction"
                ),
                "Status": series[max(series)].provisional,
                "Decision": tables.comments == (),
                "Draft": tables.comments == (),
                "Until": all(item.fault for item in tables.acknowledged),
            }[column.title]
        case Consequence.NOT_USED:
            assert table is schema.MEASURES or not lost


@pytest.mark.parametrize(
    ("table", "column"),
    COLUMNS,
    ids=lambda item: item.name if isinstance(item, Table) else item.title,
)
def test_a_column_that_is_missing_is_not_a_column_of_blanks(table: Table, column: Column):
    grid = given()[table.name]
    header = tuple(f"{title} now" if title == column.title else title for title in grid.header)
    book = given() | {table.name: replace(grid, header=header)}
    lost = without_colour(book)
    _, problems, tables = judged(book)
    assert [item.sheet for item in problems if item.code is Code.COLUMN_MISSING] == [table.sheet]
    if column.unreadable is Consequence.NO_COLOUR:
        assert lost or of_older_figures(table, column)
    if column.title == "Suppress below":
        assert {item.suppress_below for item in tables.measures} == {SUPPRESS_ALL}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_that_is_missing_is_not_an_empty_one(table: Table):
    book = {name: grid for name, grid in given().items() if name != table.name}
    lost = without_colour(book)
    if table in (schema.BREAKS, schema.OVERRIDES):
        assert lost >= {line for line, (colour, _) in before().items() if colour != "NA"}
    elif table is not schema.MEASURES and table.columns[0].unreadable is Consequence.NO_COLOUR:
        assert lost or of_older_figures(table, table.columns[0])


@pytest.mark.parametrize("totals", [False, True], ids=["below", "totals"])
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_row_below_its_table_is_not_no_row(table: Table, totals: bool):
    grid = given()[table.name]
    *rows, last = grid.rows
    number = grid.header_row + len(grid.rows)
    outside = tuple(
        CellOutside(number, grid.first_column + place, value, totals)
        for place, value in enumerate(last)
        if value is not None
    )
    book = given() | {table.name: replace(grid, rows=tuple(rows), outside=outside)}
    lost = without_colour(book)
    _, problems, _ = judged(book)
    told = [problem for problem in problems if problem.code is Code.OUTSIDE_TABLE]
    assert [(problem.sheet, problem.cell.split(":")[0]) for problem in told] == [
        (table.sheet, f"A{number}")
    ]
    stands = "is the totals row of" if totals else "stands below"
    assert f"Row {number} {stands} the table {table.name}" in told[0].found
    if table not in (schema.PRIORITIES, schema.MEASURES, schema.COMMENTS, schema.ACKNOWLEDGED):
        assert lost
        assert told[0].severity is Severity.ERROR
    assert Code.GAP not in {problem.code for problem in problems}


KEYS = [setting.key for setting in SETTINGS]


@pytest.mark.parametrize("state", ["error", "formula", "nothing"])
@pytest.mark.parametrize(
    ("key", "column"),
    # Whichever setting it is, what is wrong with its key is found in the same way.
    [(key, "Value") for key in KEYS] + [(key, "Key") for key in (KEYS[0], KEYS[9], KEYS[-1])],
)
def test_a_setting_that_cannot_be_read_refuses_the_command(key, state, column):
    index = next(index for index, setting in enumerate(SETTINGS) if setting.key == key)
    rows = tuple((item.key, item.default) for item in SETTINGS)
    grid = with_cell(
        Grid("tblSettings", "Settings", ("Key", "Value"), rows, 1, 1),
        index,
        column,
        CANNOT_BE_READ[state],
    )
    with pytest.raises(
        SettingsError, match=rf"Settings!{'A' if column == 'Key' else 'B'}{index + 2}"
    ):
        read_settings(grid)


def test_a_setting_below_its_table_or_with_a_mistyped_key_is_not_taken_by_default():
    rows = tuple((item.key, item.default) for item in SETTINGS if item.key != "own_force")
    settings = Grid(
        "tblSettings", "Settings", ("Key", "Value"), rows, 1, 1, (CellOutside(99, 1, "own_force"),)
    )
    with pytest.raises(SettingsError, match="A99: the setting 'own_force' stands below the table"):
        read_settings(settings)
    with pytest.raises(SettingsError, match="Is it 'own_force'"):
        read_settings(replace(settings, outside=(), rows=(*rows, ("ownforce", "Kent"))))


def test_a_row_that_waits_for_its_formulas_is_no_row():
    grid = given()["tblTotals"]
    waiting = (NoResult.EMPTY_TEXT, None, NoResult.EMPTY_TEXT, NoResult.EMPTY_TEXT, None, None)
    assert (
        judged(given() | {"tblTotals": replace(grid, rows=(*grid.rows, waiting))})[:2]
        == judged(given())[:2]
    )


@pytest.mark.parametrize(
    ("address", "value", "measures"),
    [
        ((2, 20), 10, {"SP11_offences"}),
        ((2, 20), "10", {"SP11_offences"}),
        ((2, 20), CellError("#REF!"), {"SP11_offences"}),
        ((2, 20), "<10", {"SP11_offences"}),
        ((2, 20), "looked at by Ann", set()),
        ((2, 20), date(2014, 9, 30), set()),
        ((30, 20), 10, set()),
    ],
)
def test_a_number_beside_a_measure_may_be_its_threshold(address, value, measures):
    grid = replace(given()["tblMeasures"], outside=(CellOutside(*address, value),))
    colours, problems, tables = judged(given() | {"tblMeasures": grid})
    assert {
        item.name for item in tables.measures if item.suppress_below == SUPPRESS_ALL
    } == measures
    assert all(colours[name] == ("NA", "CONFIG") for name in measures)
    assert [problem.code for problem in problems if problem.sheet == "Measures"] == [
        Code.OUTSIDE_TABLE
    ]


@pytest.mark.parametrize(
    ("table", "cells", "lost"),
    [
        ("tblBreaks", {(2, 8): "SP1_entrants"}, {"SP1_entrants"}),
        ("tblBreaks", {(9, 1): "SP1_entrant", (9, 2): "soon"}, {"SP1_entrants"}),
        ("tblBreaks", {(9, 2): date(2014, 1, 1)}, "all"),
        ("tblBreaks", {(9, 1): CellError("#N/A")}, "all"),
        ("tblBreaks", {(9, 1): "Source: the force's crime registrar"}, set()),
        ("tblBreaks", {(9, 1): "Entrants, all", (9, 2): date(2014, 1, 1)}, "all"),
        ("tblBreaks", {(9, 1): "Entrants, all", (9, 3): "a note"}, set()),
        ("tblBreaks", {(2, 8): "SP1_entrants from April 2014"}, {"SP1_entrants"}),
        ("tblOverrides", {(9, 1): "SP11_offences_spc to RED"}, {"SP11_offences_spc"}),
        ("tblOverrides", {(2, 9): "SP11_offences_spc"}, {"SP11_offences_spc"}),
        ("tblOverrides", {(9, 2): "GREEN"}, "all"),
        ("tblMonthly", {(2, 9): "SP11_offences", (2, 10): 4100}, set()),
        ("tblMonthly", {(99, 3): 4100}, set()),
        ("tblMonthly", {(99, 1): "Total", (99, 3): 4100}, set()),
    ],
)
def test_what_stands_outside_a_table_takes_the_colours_it_could_decide(table, cells, lost):
    outside = tuple(CellOutside(*place, value) for place, value in cells.items())
    found = without_colour(given() | {table: replace(given()[table], outside=outside)})
    coloured = {line for line, (colour, _) in before().items() if colour != "NA"}
    assert found & coloured == (coloured if lost == "all" else lost)


def test_what_stands_outside_is_told_once_however_many_tables_the_sheet_has():
    both = (CellOutside(40, 1, "Total"), CellOutside(2, 12, "a note"))
    shared = {
        name: replace(given()[name], sheet="Data", outside=both)
        for name in ("tblTotals", "tblAmounts")
    }
    problems = judged(given() | shared)[1]
    assert sorted(problem.where for problem in problems if problem.code is Code.OUTSIDE_TABLE) == [
        "Data!A40:D40",
        "Data!A40:F40",
        "Data!L2",
    ]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
@pytest.mark.parametrize("label", ["Total", None])
def test_a_totals_row_of_sums_decides_nothing(table: Table, label: str | None):
    grid = given()[table.name]
    places = ((0, label), (len(grid.header) - 1, 7))
    outside = tuple(
        CellOutside(99, 1 + place, value, totals=True)
        for place, value in places
        if value is not None
    )
    book = given() | {table.name: replace(grid, outside=outside)}
    assert without_colour(book) == without_colour(given())
    told = [item for item in judged(book)[1] if item.code is Code.OUTSIDE_TABLE]
    assert [item.severity for item in told] == [Severity.NOTE]


def test_neighbouring_rows_below_a_table_are_one_finding():
    grid = given()["tblMonthly"]
    outside = tuple(CellOutside(row, 1, "SP11_offences") for row in (*range(50, 90), 200))
    problems = judged(given() | {"tblMonthly": replace(grid, outside=outside)})[1]
    told = [(item.cell, item.measure) for item in problems if item.code is Code.OUTSIDE_TABLE]
    assert told == [("A50:E89", "SP11_offences"), ("A200:E200", "SP11_offences")]


def test_a_decision_about_a_mistyped_line_takes_the_colour_of_the_line_it_may_mean():
    text = grids(
        "tblOverrides\nLine | Colour | Reason | Who | Until\nSP9_percen | GREEN | Doubt | Chief |"
        " 2014-12-31"
    )
    assert without_colour(given() | text) & {
        "SP9_percent"
    }  # a decision about a line whose name was mistyped


@pytest.mark.parametrize(
    ("table", "title", "shown"), [("tblOverrides", "Reason", "NA"), ("tblSurveys", "n", "RED")]
)
def test_a_decision_holds_over_figures_that_cannot_be_read_but_not_when_it_cannot_be_read_itself(
    table, title, shown
):
    grid = given()[table]
    index = max(index for index, row in enumerate(grid.rows) if row[0] == "SP9_percent")
    tables, _ = read_tables(given() | {table: with_cell(grid, index, title, CellError("#N/A"))})
    (line,) = [line for line in assess(tables, chosen()) if line.line == "SP9_percent"]
    assert (line.rag, line.reason, line.shown) == ("NA", "CONFIG", shown)


def test_a_measure_with_two_rows_has_neither_colour_nor_a_threshold_that_is_known():
    grid = given()["tblMeasures"]
    book = given() | {"tblMeasures": replace(grid, rows=(*grid.rows, grid.rows[0]))}
    assert without_colour(book) == {"SP11_offences", "SP11_offences_position", "SP11_offences_spc"}
    assert judged(book)[2].measures[0].suppress_below == SUPPRESS_ALL
