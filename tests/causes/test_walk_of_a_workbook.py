"""Four quarters of the shipped workbook, as a file: a revision, a late return, a definition, a
setting, a version and a decision, and every difference put down to its cause.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.causes.quarters import assert_parts_add_up, by_line, causes_of
from tests.openpyxl_books import openpyxl_book
from tests.shipped import of_priorities
from xlperf.causes.what_changed import what_changed
from xlperf.cli import main
from xlperf.ending import DONE
from xlperf.excel.file import FileWorkbook
from xlperf.tables import schema
from xlperf.tiles.change_causes import Cause
from xlperf.tiles.changes import ColourTurn
from xlperf.tiles.stored_inputs import read_store, store_rows

if TYPE_CHECKING:
    from pathlib import Path

    from xlperf.tiles.changes import Changes

JUNE = date(2014, 6, 30)
REVISED, LATE, DEFINED = "SP12_offences", "SP13_offences", "SP11_offences"
VERSIONED, OVERRULED = "SP14A_offences", "SP5_satisfaction"


class Typing:
    """A workbook that a person has open: cells are typed, then it is saved."""

    def __init__(self, path: Path) -> None:
        self.path, self.book = path, openpyxl_book(path, keep_vba=True)

    def rows(self, table: schema.Table) -> list[dict[str, Any]]:
        """Cells of each row of a table by title."""
        sheet = next(sheet for sheet in self.book if table.name in sheet.tables)
        header, *rows = sheet[sheet.tables[table.name].ref]
        titles = [str(cell.value) for cell in header]
        return [dict(zip(titles, row, strict=True)) for row in rows]

    def type(self, table: schema.Table, where: dict[str, Any], **cells: Any) -> Any:
        """Type into the row with some values; gives what stood in the last cell."""
        before = None
        row = next(
            row
            for row in self.rows(table)
            if all(_plain(row[title].value) == value for title, value in where.items())
        )
        for title, value in cells.items():
            cell = row[title.replace("_", " ")]
            before, cell.value = cell.value, value
        return before

    def refresh(self, period: str) -> FileWorkbook:
        """Save and refresh."""
        self.book.save(self.path)
        assert main(["refresh", str(self.path), "--period", period]) == DONE
        return FileWorkbook.open(self.path)


def _plain(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


def month(name: str, day: date) -> dict[str, Any]:
    return {"Measure": name, "Month": day}


def judged_by_an_older_version(typing: Typing) -> None:
    """What March kept, as version 0.0 would have left it, which gave a line another colour."""
    grid = FileWorkbook.open(typing.path).read([schema.INPUTS.name])[schema.INPUTS.name]
    *earlier, march = read_store(grid).states
    lines = [
        (*row[:6], "'GREEN", "'GREEN", row[8]) if row[0] == f"'{VERSIONED}" else row
        for row in march.lines
    ]
    kept = store_rows([*earlier, march._replace(version="0.0", lines=tuple(lines))])
    for row, cells in zip(typing.rows(schema.INPUTS), kept, strict=False):
        for title, cell in row.items():
            cell.value = cells.get(title)
    typing.type(
        schema.HISTORY,
        {"Line": VERSIONED, "Period end": date(2014, 3, 31)},
        **{"Colour": "GREEN", "Worked out": "GREEN"},
    )


@pytest.fixture(scope="module")
def walk(tmp_path_factory) -> dict[str, Changes]:
    """Changes of each quarter against the one before, and of the last against the first."""
    path = tmp_path_factory.mktemp("office") / "Dashboard.xlsm"
    path.write_bytes(of_priorities("SP5", "SP6", "SP11", "SP12", "SP13", "SP14A", "SP17"))
    found = {}
    typing = Typing(path)
    late = typing.type(schema.MONTHLY, month(LATE, date(2013, 11, 1)), Count=None)
    typing.refresh("2013-12")

    typing = Typing(path)
    typing.type(schema.MONTHLY, month(LATE, date(2013, 11, 1)), Count=late)
    typing.type(schema.MONTHLY, month(REVISED, date(2013, 10, 1)), Count=999)
    typing.type(schema.SETTINGS, {"Key": "z"}, Value=1.0)
    found["March"] = what_changed(typing.refresh("2014-03"))

    typing = Typing(path)
    judged_by_an_older_version(typing)
    decision = {"Colour": "RED", "Reason": "Agreed.", "Who": "Board", "Until": JUNE}
    typing.type(schema.OVERRIDES, {"Line": None}, **{"Line": OVERRULED, **decision})
    found["June"] = what_changed(typing.refresh("2014-06"))

    typing = Typing(path)
    typing.type(schema.MEASURES, {"Measure": DEFINED}, Compared="year to date")
    book = typing.refresh("2014-09")
    found["September"] = what_changed(book)
    found["year"] = what_changed(book, date(2013, 12, 31))
    return found


def every_cause(found: Changes) -> set[Cause]:
    return {cause for change in by_line(found).values() for cause in causes_of(change)}


@pytest.mark.slow
def test_every_difference_of_every_quarter_has_causes_that_add_up(walk):
    for found in walk.values():
        assert found.unknown == ""
        assert_parts_add_up(found)
        assert Cause.NOT_RECORDED not in every_cause(found)


def test_a_revision_a_late_return_and_a_setting_are_told_from_new_months(walk):
    lines = by_line(walk["March"])
    assert causes_of(lines[REVISED]) == [Cause.REVISED, Cause.NEW]
    assert lines[REVISED].parts[0].detail.startswith("Oct 2013 411 -> 999")
    assert causes_of(lines[LATE]) == [Cause.LATE, Cause.NEW]
    assert lines[LATE].parts[0].detail.startswith("Nov 2013 ")
    by_setting = lines[f"{DEFINED}_spc"].parts[0]
    assert (by_setting.cause, by_setting.detail) == (Cause.SETTING, "z 1.96 -> 1")
    assert (by_setting.before.colour, by_setting.after.colour) == ("AMBER", "RED")
    others = {name for name in lines if not name.startswith((REVISED, LATE))}
    causes = {cause for name in others for cause in causes_of(lines[name])}
    assert causes == {Cause.NEW, Cause.SETTING}


def test_a_version_and_a_decision_are_no_data(walk):
    lines = by_line(walk["June"])
    version = lines[VERSIONED].parts[0]
    assert version.cause is Cause.VERSION
    assert version.detail.startswith("0.0 -> ")
    assert (version.before.colour, version.after.colour) == ("GREEN", "RED")
    assert lines[VERSIONED].alone == (Cause.VERSION,)
    assert lines[OVERRULED].turn is ColourTurn.OVERRULED
    assert causes_of(lines[OVERRULED])[-1] is Cause.DECISION
    assert every_cause(walk["June"]) == {Cause.VERSION, Cause.NEW, Cause.DECISION}


def test_a_definition_and_the_end_of_a_decision_are_two_causes(walk):
    lines = by_line(walk["September"])
    definition = lines[DEFINED].parts[0]
    assert definition.cause is Cause.DEFINITION
    assert definition.detail == "Compared baseline year -> year to date"
    assert (definition.before.latest, definition.after.latest) == (60842, 15422)
    assert lines[OVERRULED].turn is ColourTurn.ENDED
    assert causes_of(lines[OVERRULED])[0] is Cause.DECISION
    assert every_cause(walk["September"]) == {Cause.DEFINITION, Cause.NEW, Cause.DECISION}


def test_over_the_year_every_cause_that_is_left_is_named(walk):
    lines = by_line(walk["year"])
    assert {Cause.NEW, Cause.REVISED, Cause.LATE, Cause.SETTING, Cause.DEFINITION} == every_cause(
        walk["year"]
    )
    assert causes_of(lines[LATE]) == [Cause.LATE, Cause.NEW]
    assert lines[DEFINED].parts[0].cause is Cause.DEFINITION
