"""Formulas in cells of the refreshed workbook, on its own data sheets, beside the tiles that the
refresh filled.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.functions.excel import Cells, Host, cells
from xlperf.assessment.rag import Rag
from xlperf.excel.file import FileWorkbook
from xlperf.tables import schema
from xlperf.tables.lines import cell_name
from xlperf.tiles.wording import STATUS

if TYPE_CHECKING:
    from pathlib import Path

OFFENCES = ("SP11", "SP12", "SP13", "SP14A", "SP14B")
SURVEYS = [f"{priority}_satisfaction" for priority in ("SP7", "SP8", "SP9", *OFFENCES[1:])] + [
    "SP10_confidence"
]
"""Surveys that have a result of the baseline year."""
PEERS = ("Force", "Count", "Denominator", "Percent")


class Dashboard:
    """The refreshed workbook: cells of its tables, and what its tiles show."""

    def __init__(self, path: Path) -> None:
        self.book = FileWorkbook.open(path)
        self.grids = self.book.read([table.name for table in schema.ALL])

    def column(self, table: schema.Table, title: str, **where: Any) -> Cells:
        """Cells of a column, of the rows in which other columns have a value."""
        grid = self.grids[table.name]
        places = {name.lower(): place for place, name in enumerate(grid.header)}
        wanted = [(places[name.replace("_", " ")], value) for name, value in where.items()]
        rows = [row for row in grid.rows if all(row[place] == value for place, value in wanted)]
        return cells(*(row[places[title.lower()]] for row in rows))

    def values(self, table: schema.Table, title: str, **where: Any) -> list[Any]:
        """Values of a column's cells."""
        return [value for (value,) in self.column(table, title, **where).raw_value]

    def whole(self, table: schema.Table) -> Cells:
        """A table with its header."""
        grid = self.grids[table.name]
        return cells(grid.header, *grid.rows)

    def shows(self, line: str, field: str) -> Any:
        """What a cell of a tile shows."""
        name = cell_name(line, field)
        return self.book.cells([name])[name].value


@pytest.fixture(scope="module")
def dashboard(refreshed: Path) -> Dashboard:
    """The shipped workbook after a refresh, to read from."""
    return Dashboard(refreshed)


def test_tiles_that_are_compared_show_more_than_one_colour(dashboard):
    names = [f"{priority}_offences" for priority in OFFENCES]
    assert len({dashboard.shows(name, "rag") for name in [*names, "SP10_confidence"]}) > 2


@pytest.mark.parametrize("priority", OFFENCES)
def test_a_formula_on_the_monthly_sheet_gives_the_colours_of_the_tile(
    excel: Host, dashboard, priority
):
    line = f"{priority}_offences"
    months = dashboard.column(schema.MONTHLY, "Month", measure=line)
    counts = dashboard.column(schema.MONTHLY, "Count", measure=line)
    assert STATUS[Rag(excel.call("XP_OFFENCES", months, counts))] == dashboard.shows(line, "rag")
    assert STATUS[Rag(excel.call("XP_SPC", counts))] == dashboard.shows(f"{line}_spc", "rag")


@pytest.mark.parametrize("measure", SURVEYS)
def test_a_formula_on_the_surveys_sheet_gives_the_colour_of_the_tile(
    excel: Host, dashboard, measure
):
    given = []
    for end in (date(2013, 3, 31), date(2014, 9, 30)):
        found = {"measure": measure, "period_end": end}
        asked = dashboard.column(schema.SURVEYS, "n", **found)
        satisfied = dashboard.column(schema.SURVEYS, "Satisfied", **found)
        given += [100 * satisfied.raw_value / asked.raw_value, asked]
    assert STATUS[Rag(excel.call("XP_SURVEY", *given))] == dashboard.shows(measure, "rag")


def test_a_formula_on_the_peers_sheet_gives_the_position_of_the_tile(excel: Host, dashboard):
    measures = dashboard.whole(schema.MEASURES).raw_value
    titles = measures[0]
    compared = [dict(zip(titles, row, strict=True)) for row in measures[1:]]
    compared = [row for row in compared if row["MSG measure"]]
    assert len(compared) == 12
    for row in compared:
        peers = {
            title: dashboard.values(schema.PEERS, title, measure=row["MSG measure"])
            for title in PEERS
        }
        figures = peers["Percent"]
        if None in figures:
            figures = [
                count / of for count, of in zip(peers["Count"], peers["Denominator"], strict=True)
            ]
        own = figures[peers["Force"].index("Leicestershire")]
        given = (own, cells(*figures), row["Direction"])
        line = f"{row['Measure']}_position"
        assert dashboard.shows(line, "latest").startswith(excel.call("XP_POSITION", *given))
        assert STATUS[Rag(excel.call("XP_MSG", *given))] == dashboard.shows(line, "rag")


def test_a_formula_on_workings_gives_the_explanation_of_every_line(excel: Host, dashboard):
    workings = dashboard.whole(schema.WORKINGS)
    lines, explanations = (
        dashboard.values(schema.WORKINGS, title) for title in ("Line", "Explanation")
    )
    assert len(lines) > 60
    for line, said in zip(lines, explanations, strict=True):
        answer = excel.call("XP_WHY", line, workings)
        assert (answer if isinstance(answer, str) else " ".join(part for (part,) in answer)) == said
