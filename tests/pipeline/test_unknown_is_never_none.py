"""What cannot be read in a workbook, as analysts leave it: on the command line, and what a pack of
it would show.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl.utils import range_boundaries

from tests.openpyxl_books import openpyxl_book
from tests.shipped import SHIPPED, of_priorities
from xlperf.cli import main
from xlperf.ending import DATA_ERRORS, DONE, REFUSED
from xlperf.errors import PackError
from xlperf.excel.file import FileWorkbook
from xlperf.release.publish import publish

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

NOW = datetime(2014, 12, 10, 9, 30, tzinfo=UTC)


class Typing:
    """Someone at work in a copy of the shipped workbook, or of a part of it."""

    def __init__(self, path: Path, source: Path | bytes) -> None:
        self.path, self.book = path, openpyxl_book(source, keep_vba=True)

    def sheet(self, table: str) -> Worksheet:
        return next(sheet for sheet in self.book if table in sheet.tables)

    def cell(self, table: str, key: str, title: str, value: Any) -> str:
        """Type into the row whose first cell is `key`; gives the address."""
        sheet = self.sheet(table)
        area = sheet[sheet.tables[table].ref]
        place = [cell.value for cell in area[0]].index(title)
        row = next(row for row in area[1:] if row[0].value == key)
        row[place].value = value
        return f"{sheet.title}!{row[place].coordinate}"

    def header(self, table: str, old: str, new: str) -> None:
        sheet = self.sheet(table)
        found = next(cell for cell in sheet[sheet.tables[table].ref][0] if cell.value == old)
        found.value = new
        next(column for column in sheet.tables[table].tableColumns if column.name == old).name = new

    def below(self, table: str, *values: Any) -> str:
        """Type a row just under a table, which does not grow; gives the address of its first
        cell.
        """
        sheet = self.sheet(table)
        left, _, _, bottom = range_boundaries(sheet.tables[table].ref)
        for place, value in enumerate(values):
            sheet.cell(bottom + 1, left + place).value = value
        return f"{sheet.title}!{sheet.cell(bottom + 1, left).coordinate}"

    def rename(self, table: str, name: str) -> None:
        found = self.sheet(table).tables[table]
        found.name = found.displayName = name

    def save(self) -> Path:
        self.book.save(self.path)
        return self.path


@pytest.fixture
def typing(tmp_path) -> Typing:
    some = of_priorities("SP1", "SP9", "SP11", "SP12", "SP17")
    return Typing(tmp_path / "Dashboard.xlsm", some)


@pytest.fixture
def refresh(capsys) -> Callable[[Path], dict[str, Any]]:
    """Refresh, and give what the command says, with lines by name."""

    def run(path: Path) -> dict[str, Any]:
        assert main(["refresh", str(path), "--json"]) == DONE
        said = json.loads(capsys.readouterr().out)
        return said | {"lines": {line["line"]: line for line in said["lines"]}}

    return run


def colours(said: dict[str, Any], *names: str) -> set[tuple[str, str]]:
    return {(said["lines"][name]["colour"], said["lines"][name]["reason_code"]) for name in names}


def errors(said: dict[str, Any]) -> dict[str, str]:
    return {
        f"{check['sheet']}!{check['cell']}": check["code"]
        for check in said["checks"]
        if check["severity"] == "error"
    }


SP12 = ("SP12_offences", "SP12_offences_position", "SP12_offences_spc")


@pytest.mark.slow
def test_a_threshold_column_with_another_title_stops_a_pack_and_names_the_column(
    typing, refresh, tmp_path, capsys
):
    typing.header("tblMeasures", "Suppress below", "Suppress under")
    typing.cell("tblMeasures", "SP1_entrants", "Suppress under", 5)
    path = typing.save()
    assert errors(refresh(path)) == {"Measures!A4": "COLUMN_MISSING"}
    assert main(["publish", str(path), "--to", str(tmp_path / "pack")]) == REFUSED
    said = capsys.readouterr().err
    assert (
        "has no column 'Suppress below', so it is not known which counts must not leave the office"
        in said
    )
    assert not (tmp_path / "pack").exists()


@pytest.mark.parametrize("formula", ["=5", '=""'])
def test_a_threshold_that_is_a_formula_without_a_result_withholds_its_measure(
    refresh, tmp_path, formula
):
    typing = Typing(tmp_path / "Dashboard.xlsm", of_priorities("SP1", "SP17"))
    where = typing.cell("tblMeasures", "SP1_entrants", "Suppress below", formula)
    path = typing.save()
    said = refresh(path)
    assert errors(said) == {where: "NO_RESULT"}
    assert "open and save the workbook in Excel" in next(
        c["remedy"] for c in said["checks"] if c["severity"] == "error"
    )
    made = publish(
        FileWorkbook.open(path), tmp_path / "pack", workbook=path, first_issue=True, now=NOW
    )
    assert {item.measure for item in made.withheld} == {"SP1_entrants"}


@pytest.mark.slow
def test_no_threshold_that_can_be_read_stops_a_pack(typing, tmp_path, refresh):
    for row in list(typing.sheet("tblMeasures").iter_rows(min_row=5, max_col=1, values_only=True)):
        if row[0]:
            typing.cell("tblMeasures", row[0], "Suppress below", "=5")
    path = typing.save()
    refresh(path)
    with pytest.raises(PackError, match=r"'Suppress below' \(Measures!O5\) cannot be read"):
        publish(
            FileWorkbook.open(path),
            tmp_path / "pack",
            workbook=path,
            first_issue=True,
            now=NOW,
        )


@pytest.mark.slow
@pytest.mark.parametrize("key", ["marking", "publish_round_to"])
def test_a_safeguard_without_its_row_stops_a_pack(typing, refresh, tmp_path, key):
    typing.cell("tblSettings", key, "Key", "a note of mine")
    path = typing.save()
    refresh(path)
    with pytest.raises(
        PackError, match=f"has no row for {key}, so it is not known what must not leave"
    ):
        publish(
            FileWorkbook.open(path),
            tmp_path / "pack",
            workbook=path,
            first_issue=True,
            now=NOW,
        )


@pytest.mark.slow
@pytest.mark.parametrize("value", ["=-10", "#N/A"])
def test_a_target_that_cannot_be_read_is_not_no_target(refresh, tmp_path, value):
    typing = Typing(tmp_path / "Dashboard.xlsm", SHIPPED)  # with the figures of others
    where = typing.cell("tblMeasures", "SP12_offences", "Target change %", value)
    said = refresh(typing.save())
    assert list(errors(said)) == [where]
    assert colours(said, "SP12_offences") == {("NA", "CONFIG")}
    assert colours(said, *SP12[1:]) == {("AMBER", "BETWEEN_LINES")}  # these rest on no target


def test_a_design_effect_that_cannot_be_read_is_not_one(typing, refresh):
    where = typing.cell("tblMeasures", "SP9_satisfaction", "Design effect", "=4")
    said = refresh(typing.save())
    assert list(errors(said)) == [where]
    assert colours(said, "SP9_satisfaction", "SP9_satisfaction_position") == {("NA", "CONFIG")}


def test_a_target_column_with_another_title_takes_the_colours_that_need_it(typing, refresh):
    typing.header("tblMeasures", "Target change %", "Target %")
    said = refresh(typing.save())
    assert errors(said) == {"Measures!A4": "COLUMN_MISSING"}
    offences = [line for line in said["lines"] if line.endswith("_offences")]
    assert colours(said, *offences) <= {("NA", "CONFIG")}
    assert colours(said, "SP9_satisfaction") != {("NA", "CONFIG")}


@pytest.mark.parametrize(
    ("table", "values", "lines"),
    [
        ("tblBreaks", ("SP12_offences", datetime(2014, 4, 1), "Recorded anew"), SP12),
        (
            "tblOverrides",
            ("SP12_offences", "GREEN", "Doubt", "Chief", datetime(2015, 1, 31)),
            SP12[:1],
        ),
        (
            "tblSurveys",
            ("SP9_satisfaction", datetime(2014, 9, 30), 900, 700),
            ("SP9_satisfaction",),
        ),
        (
            "tblMonthly",
            ("SP12_offences", datetime(2014, 10, 1), 300, "final", datetime(2014, 11, 3)),
            SP12[::2],
        ),
    ],
)
def test_a_row_below_its_table_takes_the_colours_it_could_change(
    typing, refresh, table, values, lines
):
    where = typing.below(table, *values)
    said = refresh(typing.save())
    assert [(place.split(":")[0], code) for place, code in errors(said).items()] == [
        (where, "OUTSIDE_TABLE")
    ]
    assert colours(said, *lines) == {("NA", "CONFIG")}
    found = next(check for check in said["checks"] if check["severity"] == "error")
    assert f"stands below the table {table} and is not part of it" in found["found"]


def test_a_month_below_its_table_is_not_asked_for(typing, refresh):
    sheet = typing.sheet("tblMonthly")
    table = sheet.tables["tblMonthly"]
    left, top, right, bottom = range_boundaries(table.ref)
    table.ref = table.autoFilter.ref = f"A{top}:E{bottom - 1}"  # its last month is now below it
    said = refresh(typing.save())
    assert set(errors(said).values()) == {"OUTSIDE_TABLE"}
    assert (left, right) == (1, 5)


def test_a_break_that_cannot_be_read_takes_the_colours_of_its_measure(typing, refresh):
    sheet = typing.sheet("tblBreaks")
    for place, value in enumerate(("SP12_offences", "spring 2014", "Recorded anew")):
        sheet.cell(5, 1 + place).value = value
    said = refresh(typing.save())
    assert errors(said) == {"Breaks!B5": "NOT_A_DATE"}
    assert colours(said, *SP12) == {("NA", "CONFIG")}
    assert "'Month' (Breaks!B5) cannot be read" in said["lines"]["SP12_offences"]["explanation"]


@pytest.mark.parametrize("table", ["tblBreaks", "tblOverrides"])
def test_a_table_of_breaks_or_overrides_with_another_name_leaves_no_colour(typing, refresh, table):
    typing.rename(table, "tblSomething")
    said = refresh(typing.save())
    assert set(errors(said).values()) == {"TABLE_MISSING"}
    assert said["counts"] == {"RED": 0, "AMBER": 0, "GREEN": 0, "NA": 15}


def test_a_measures_table_without_a_column_that_every_row_needs_is_refused(typing, capsys):
    typing.header("tblMeasures", "Kind", "Sort")
    path = typing.save()
    before = path.read_bytes()
    assert main(["refresh", str(path)]) == REFUSED
    said = capsys.readouterr().err
    assert "Measures!A4: the table tblMeasures has no column Kind" in said
    assert "Give the column its title again" in said
    assert path.read_bytes() == before


def test_a_check_of_it_ends_with_the_exit_code_for_errors(typing, capsys):
    typing.cell("tblMeasures", "SP12_offences", "Target change %", "=-10")
    assert main(["check", str(typing.save())]) == DATA_ERRORS
    assert "The lines that need it have no colour" in " ".join(capsys.readouterr().out.split())


@pytest.mark.slow
def test_a_pack_with_thresholds_is_not_made_where_nobody_knows_what_was_shown_before(
    typing, refresh, tmp_path
):
    path = typing.save()
    refresh(path)
    with pytest.raises(PackError, match=r"the ledger .*ledger\.jsonl is not there"):
        publish(FileWorkbook.open(path), tmp_path / "pack", workbook=path, now=NOW)
    assert not (tmp_path / "pack").exists()


def test_a_name_to_compare_with_that_cannot_be_read_is_told_with_the_lines_it_takes_the_colour_of(
    typing, refresh
):
    where = typing.cell("tblMeasures", "SP12_offences", "MSG measure", '=""')
    said = refresh(typing.save())
    told = next(check for check in said["checks"] if f"{check['sheet']}!{check['cell']}" == where)
    assert colours(said, "SP12_offences", "SP12_offences_spc") == {("NA", "CONFIG")}
    assert told["effect"] == "colour"
