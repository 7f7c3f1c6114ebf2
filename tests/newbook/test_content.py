"""What a new workbook holds: another force and group, and everything of an older workbook."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fake import FakeWorkbook
from tests.openpyxl_books import openpyxl_book
from tests.shipped import SHIPPED
from xlperf.cli import main
from xlperf.errors import UsageError, WorkbookError
from xlperf.excel.file import FileWorkbook
from xlperf.excel.port import CellError
from xlperf.imports.force_names import territorial_forces
from xlperf.newbook.builder import workbook_bytes
from xlperf.newbook.content import content_of, example_content, sample_content, with_force
from xlperf.tables import schema
from xlperf.tables.forces import force_key
from xlperf.tables.lines import title_cell

MEASURES = schema.MEASURES.titles
ONE = ("one", "P1", "One", "total", "down", None, None, None, None)


def old(tables=(), cells=(), **values) -> FakeWorkbook:
    given = {
        schema.SETTINGS.name: (("Key", "Value"), [("office", "Ours"), ("colour_of_tea", "black")]),
        schema.MEASURES.name: (MEASURES, [ONE + (None,) * (len(MEASURES) - len(ONE))]),
    }
    return FakeWorkbook(given | dict(tables), dict(cells), **values)


def test_every_territorial_force_is_there_once():
    names = territorial_forces()
    assert len(names) == len({force_key(name) for name in names}) == 43


@pytest.mark.parametrize("name", ["kent", "Kent Police", "THE KENT CONSTABULARY"])
def test_a_force_is_known_by_every_way_to_write_it(name):
    content = with_force(example_content(), name, ["essex police"])
    rows = {row[0]: row[1] for row in content.tables[schema.FORCES.name]}
    assert content.settings["own_force"] == "Kent"
    assert len(rows) == 43
    assert [force for force, member in rows.items() if member == "yes"] == ["Essex", "Kent"]


def test_a_list_of_forces_that_is_there_stays():
    sample = sample_content()
    content = with_force(sample, "Essex")
    assert len(content.tables[schema.FORCES.name]) == len(sample.tables[schema.FORCES.name])


def test_a_group_that_is_given_takes_the_place_of_the_one_that_was_there():
    content = with_force(sample_content(), "Kent", ["Surrey", "Essex"])
    rows = {row[0]: row for row in content.tables[schema.FORCES.name]}
    group = {name for name, row in rows.items() if row[1] == "yes"}
    assert group == {"Kent", "Surrey", "Essex"}
    assert all("Unverified" not in str(rows[name]) for name in group)


@pytest.mark.parametrize(
    ("short", "own"),
    [
        ("Met", "Metropolitan Police"),
        ("GMP", "Greater Manchester"),
        ("Herts", "Hertfordshire"),
        ("E23000032", "Kent"),
    ],
)
def test_a_short_name_that_publications_use_is_known(short, own):
    assert with_force(example_content(), short).settings["own_force"] == own


@pytest.mark.parametrize(
    ("short", "meant"), [("West Midlnds", "West Midlands"), ("PSNI", "Give one in full")]
)
def test_a_short_name_is_refused_with_what_it_may_mean(short, meant):
    with pytest.raises(UsageError, match=meant):
        with_force(example_content(), short)


def test_a_force_that_was_renamed_is_known_by_both_names():
    content = with_force(example_content(), "Hampshire & Isle of Wight Constabulary")
    assert content.settings["own_force"] == "Hampshire"


def test_a_force_that_does_not_exist_is_refused_with_the_nearest():
    with pytest.raises(UsageError, match="Did you mean Kent"):
        with_force(example_content(), "Kents")


def test_everything_of_an_older_workbook_is_taken_over(tmp_path):
    path = tmp_path / "New.xlsm"
    path.write_bytes(workbook_bytes(content_of(FileWorkbook.open(SHIPPED))))
    again, before = content_of(FileWorkbook.open(path)), content_of(FileWorkbook.open(SHIPPED))
    assert again == before
    assert len(again.tables[schema.MONTHLY.name]) > 300
    assert again.left_out == ()


def test_what_is_left_behind_is_told():
    titles = (*schema.TOTALS.titles, "My notes")
    row = ("one", None, None, 5, None, None, "checked")
    content = content_of(old({schema.TOTALS.name: (titles, [row, (None,) * 7])}))
    assert content.tables[schema.TOTALS.name] == (row[:6],)
    assert content.settings == {"office": "Ours"}
    assert any("My notes" in text for text in content.left_out)
    assert any("colour_of_tea" in text for text in content.left_out)


def test_sheets_of_ones_own_stay_behind_and_are_named_and_revisions_come_along(tmp_path, capsys):
    book: Any = openpyxl_book(SHIPPED, keep_vba=True)
    book.create_sheet("Board paper")["A1"] = "ours"
    book["Revisions"].cell(5, 2).value = "A source"
    old_path, path = tmp_path / "Old.xlsm", tmp_path / "New.xlsm"
    book.save(old_path)
    assert main(["new", str(path), "--from", str(old_path)]) == 0
    assert "Left behind, the sheets of your own: Board paper.\n" in capsys.readouterr().out
    grid = FileWorkbook.open(path).read([schema.REVISIONS.name])[schema.REVISIONS.name]
    assert grid.rows[0][grid.header.index("Source")] == "A source"


def test_a_column_that_an_older_workbook_lacks_is_blank():
    tables = {schema.MEASURES.name: (MEASURES[:5], [ONE[:5]])}
    (row,) = content_of(old(tables)).tables[schema.MEASURES.name]
    assert row == ONE[:5] + (None,) * (len(MEASURES) - 5)


def test_without_priorities_the_titles_of_the_tiles_are_taken():
    content = content_of(old(cells={title_cell("P1"): "Safer roads"}))
    (row,) = content.tables[schema.PRIORITIES.name]
    assert row[:3] == ("P1", "Safer roads", 1)


PRIORITY = ("P1", "Safer roads", "1", *(None,) * (len(schema.PRIORITIES.titles) - 3))


def test_the_plan_is_taken_over_as_it_is_read():
    """*Total* and a number typed as text count in a refresh; so does a workbook drawn from them."""
    row = ("one", "P1", "One", "Total", "Down", *(None,) * (len(MEASURES) - 5))
    other = ("P2", "Other", 2, *PRIORITY[3:])
    content = content_of(
        old(
            {
                schema.MEASURES.name: (MEASURES, [row]),
                schema.PRIORITIES.name: (schema.PRIORITIES.titles, [other, PRIORITY]),
            }
        )
    )
    assert content.tables[schema.MEASURES.name][0][3:5] == ("total", "down")
    assert [row[2] for row in content.tables[schema.PRIORITIES.name]] == [2, 1]
    workbook_bytes(content)


@pytest.mark.parametrize(
    ("column", "value"),
    [("Kind", "poll"), ("Measure", None), ("Measure", "no name"), ("Compared", "last week")],
)
def test_a_plan_with_an_error_is_refused_with_its_cell(column, value):
    row = list(ONE + (None,) * (len(MEASURES) - len(ONE)))
    row[MEASURES.index(column)] = value
    with pytest.raises(WorkbookError, match="Measures!"):
        content_of(old({schema.MEASURES.name: (MEASURES, [tuple(row)])}))


def test_an_order_that_is_no_number_is_refused_with_its_cell():
    row = (*PRIORITY[:2], "first", *PRIORITY[3:])
    with pytest.raises(WorkbookError, match="Priorities!C"):
        content_of(old({schema.PRIORITIES.name: (schema.PRIORITIES.titles, [row])}))


def test_a_cell_without_a_value_is_refused():
    rows = [("one", None, None, CellError("#N/A"), None, None)]
    with pytest.raises(WorkbookError, match="Totals!D"):
        content_of(old({schema.TOTALS.name: (schema.TOTALS.titles, rows)}))


def test_a_new_workbook_of_another_force_says_nothing_of_the_shipped_one(tmp_path):
    path = tmp_path / "Kent.xlsm"
    given = ["--force", "Kent", "--set", "baseline_year=2013/14", "--set", "z=2.5"]
    assert main(["new", str(path), *given]) == 0
    content = content_of(FileWorkbook.open(path))
    settings = content.settings
    assert (settings["own_force"], settings["baseline_year"], settings["z"]) == (
        "Kent",
        "2013/14",
        2.5,
    )
    assert "SP12" not in str(content.tables)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--set", "baseline_year"], "KEY=VALUE"),
        (["--set", "baseline_yaer=2013/14"], "Did you mean baseline_year?"),
        (["--set", "target_date=2017-03-15"], "not the last day of a month"),
        (["--set", "target_date=soon"], "2014-09-30"),
        (["--set", "z=wide"], "not a number"),
        (["--set", "baseline_year=2019/20"], "31 March 2017 is not after the baseline year"),
        (["--force", "Kent", "--group", "Essex, Sussex"], "Put semicolons between names"),
        (["--force", ""], "'' is not the name of a police force"),
        (["--group", "Essex"], "belongs to --force"),
        (["--force", "British Transport Police"], "police force here. Give one in full"),
    ],
)
def test_what_cannot_be_set_is_refused_and_nothing_is_made(arguments, sentence, tmp_path, capsys):
    path = tmp_path / "Kent.xlsm"
    assert main(["new", str(path), *arguments]) != 0
    assert sentence in capsys.readouterr().err
    assert not path.exists()


def test_two_beginnings_are_refused(tmp_path, capsys):
    path = tmp_path / "Kent.xlsm"
    with pytest.raises(SystemExit):
        main(["new", str(path), "--blank", "--from", "x.xlsm"])
    assert "not allowed with" in capsys.readouterr().err


def test_a_workbook_that_is_open_is_not_replaced(tmp_path, capsys):
    path = tmp_path / "Kent.xlsm"
    path.write_bytes(b"theirs")
    owner = tmp_path / "~$Kent.xlsm"
    owner.write_bytes(b"x")
    assert main(["new", str(path), "--blank", "--overwrite"]) != 0
    assert "is open in Excel" in capsys.readouterr().err
    assert path.read_bytes() == b"theirs"
    owner.unlink()
    assert main(["new", str(path), "--blank", "--overwrite"]) == 0
    assert "kept as Kent.xlperf-backup.xlsm" in capsys.readouterr().out


def test_a_name_with_spaces_is_said_so_that_it_can_be_typed(tmp_path, capsys):
    path = tmp_path / "Our dashboard.xlsm"
    assert main(["new", str(path), "--blank"]) == 0
    assert f'refresh "{path}"' in capsys.readouterr().out
