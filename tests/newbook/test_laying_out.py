"""Tiles follow the plan: what an analyst does to Priorities and Measures, and what layout makes of
it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests.excel.lint import faults
from tests.excel.torture import unpacked
from tests.shipped import of_priorities
from tests.tools import validate
from tests.users import cell, rename
from xlperf.cli import main
from xlperf.ending import DONE, REFUSED
from xlperf.excel.file import FileWorkbook
from xlperf.excel.port import SetRows, SetValue
from xlperf.excel.transplant.host import Host
from xlperf.excel.transplant.removal import remove_sheets
from xlperf.tables import schema
from xlperf.tables.lines import CHART_DATA_SHEET, CHARTS_SHEET, cell_name, title_cell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Row = tuple[Any, ...]
MEASURES, PRIORITIES = schema.MEASURES, schema.PRIORITIES


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "Dashboard.xlsm"
    made.write_bytes(of_priorities("SP2", "SP11", "SP12", "SP13"))
    return made


def rows(path: Path, table: schema.Table) -> list[Row]:
    return list(FileWorkbook.open(path).read([table.name])[table.name].rows)


def give(path: Path, table: schema.Table, new: Sequence[Row]) -> None:
    """What a person types: other rows of a table."""
    book = FileWorkbook.open(path)
    book.apply([SetRows(table.name, table.titles, tuple(new))])
    path.write_bytes(book.to_bytes())


def with_another_plan(path: Path) -> None:
    """SP2 is gone; SP12 has another measure; SP19 is new, with one measure."""
    measures = [row for row in rows(path, MEASURES) if row[1] != "SP2"]
    like = dict(
        zip(MEASURES.titles, next(row for row in measures if row[3] == "offences"), strict=True)
    )
    more = like | {"Measure": "SP12_more", "Priority": "SP12", "Line": "More offences"}
    new = dict.fromkeys(MEASURES.titles) | {
        "Measure": "SP19_new",
        "Priority": "SP19",
        "Line": "A new survey",
        "Kind": "survey",
        "Direction": "up",
    }
    measures += [tuple(more.values()), tuple(new.values())]
    give(path, MEASURES, measures)
    plan = [row for row in rows(path, PRIORITIES) if row[0] != "SP2"]
    give(
        path,
        PRIORITIES,
        [*plan, ("SP19", "A new priority", 99, *(None,) * (len(PRIORITIES.titles) - 3))],
    )


def sheets(path: Path) -> list[str]:
    return FileWorkbook.open(path).sheet_names()


def sheet_of(path: Path, name: str) -> str | None:
    state = FileWorkbook.open(path).cells([name]).get(name)
    return None if state is None else state.sheet


def sound(path: Path) -> None:
    assert faults(path) == []
    assert validate(path) in (None, [])


def test_a_new_workbook_has_the_tiles_of_its_plan_and_nothing_is_written(path, capsys):
    for arguments in ([], ["--redraw"]):
        before = path.read_bytes()
        assert main(["layout", str(path), *arguments]) == DONE
        assert "The tiles are those of the plan" in capsys.readouterr().out
        assert path.read_bytes() == before


@pytest.mark.slow
def test_what_is_new_gets_a_sheet_of_its_own_and_names_of_what_is_gone_are_deleted(path, capsys):
    with_another_plan(path)
    before = path.read_bytes()
    assert main(["layout", str(path)]) == DONE
    out = capsys.readouterr().out
    for text in (
        "New sheets: New tiles, New charts.",
        "Added to SP12: SP12_more",
        "SP12_more_spc",
        "Added to SP19: SP19_new.",
        "Deleted: the names of the cells of SP2_",
        " lines judged",
    ):
        assert text in out
    assert path.with_name("Dashboard.xlperf-backup.xlsm").read_bytes() == before
    assert sheet_of(path, cell_name("SP12_more", "latest")) == "New tiles"
    assert sheet_of(path, title_cell("SP19")) == "New tiles"
    assert sheet_of(path, title_cell("SP12")) == "Dashboard"
    assert sheet_of(path, cell_name("SP12_offences", "latest")) == "Dashboard"
    assert not FileWorkbook.open(path).defined_names("tile_SP2_")
    sound(path)


@pytest.mark.slow
def test_a_second_layout_changes_nothing(path, capsys):
    with_another_plan(path)
    for arguments in ([], ["--redraw"]):
        main(["layout", str(path), *arguments])
        before = path.read_bytes()
        assert main(["layout", str(path), *arguments]) == DONE
        assert "The tiles are those of the plan" in capsys.readouterr().out.splitlines()[-1]
        assert path.read_bytes() == before
        assert main(["refresh", str(path)]) == DONE
        assert path.read_bytes() == before


def test_the_rest_of_the_dashboard_stays_as_it_is(path):
    with_another_plan(path)
    main(["refresh", str(path)])
    before = unpacked(path.read_bytes())
    main(["layout", str(path)])
    after = unpacked(path.read_bytes())
    for part in ("xl/drawings/drawing1.xml", "xl/drawings/drawing2.xml", "xl/vbaProject.bin"):
        assert after[part] == before[part]
    gone = re.compile(rb'<c r="[A-Z]+\d+"[^>]*?(?:/>|>.*?</c>)')
    old, new = before["xl/worksheets/sheet2.xml"], after["xl/worksheets/sheet2.xml"]
    assert gone.sub(b"", old) == gone.sub(b"", new)


@pytest.mark.slow
def test_drawn_anew_only_what_a_person_typed_counts_as_a_colour_by_hand(path):
    with_another_plan(path)
    main(["layout", str(path)])
    book = FileWorkbook.open(path)
    book.apply([SetValue(cell_name("SP13_offences", "rag"), "● Green")])
    path.write_bytes(book.to_bytes())
    assert main(["layout", str(path), "--redraw"]) == DONE
    at = schema.CHECKS.titles.index
    by_hand = [
        row[at("Measure")]
        for row in rows(path, schema.CHECKS)
        if row[at("Code")] == "COLOUR_TYPED_OVER"
    ]
    assert by_hand == ["SP13_offences"]


@pytest.mark.slow
def test_drawn_anew_the_dashboard_is_that_of_the_plan_and_the_old_one_is_kept(path, capsys):
    with_another_plan(path)
    main(["refresh", str(path)])
    old: Any = openpyxl.load_workbook(path)["Dashboard"]
    assert main(["layout", str(path), "--redraw"]) == DONE
    assert "Dashboard is now 'Dashboard (" in capsys.readouterr().out
    order = sheets(path)
    assert order[:3] == ["Guide", "Dashboard", "Charts"]
    kept = order[-2]
    assert re.fullmatch(r"Dashboard \(\d{4}-\d\d-\d\d\)", kept)
    book: Any = openpyxl.load_workbook(path)
    assert book.active.title == "Dashboard"
    labels = {c.value for row in book["Dashboard"].iter_rows() for c in row}
    assert {"More offences", "A new survey", "A new priority"} <= labels
    assert "Reduce reoffending" not in labels
    assert book[kept]["B1"].value == old["B1"].value
    here, there = (
        {(c.coordinate, c.value) for row in sheet.iter_rows() for c in row if c.value}
        for sheet in (old, book[kept])
    )
    assert len(here - there) < 20  # those of SP2, which no measure has now
    for name in FileWorkbook.open(path).defined_names("tile_"):
        assert sheet_of(path, name) == "Dashboard"
    assert sheet_of(path, CHARTS_SHEET) == "Charts"
    assert len(book["Charts"]._charts) == len(book[order[-1]]._charts) + 4
    sound(path)


@pytest.mark.slow
def test_a_redrawn_dashboard_takes_in_the_sheets_of_new_tiles(path):
    with_another_plan(path)
    main(["layout", str(path)])
    main(["layout", str(path), "--redraw"])
    assert sheet_of(path, cell_name("SP12_more", "rag")) == "Dashboard"
    assert [name for name in sheets(path) if name.startswith("New tiles (")]
    assert not FileWorkbook.open(path).defined_names("sheet_new_")
    sound(path)


@pytest.mark.slow
def test_a_renamed_dashboard_keeps_its_name_and_formulas_go_with_the_old_sheet(path):
    main(["refresh", str(path)])
    data = rename(path.read_bytes(), "Dashboard", "Our tiles")
    data = cell(data, "Guide", "B1", b"t='str'><f>'Our tiles'!B1</f><v>0</v>")
    path.write_bytes(data)
    with_another_plan(path)
    main(["layout", str(path), "--redraw"])
    order = sheets(path)
    assert order[1] == "Our tiles"
    old = next(name for name in order if name.startswith("Our tiles ("))
    book: Any = openpyxl.load_workbook(path)
    assert book["Guide"]["B1"].value == f"='{old}'!B1"
    sound(path)


@pytest.mark.slow
def test_a_workbook_without_a_dashboard_gets_one(path):
    main(["refresh", str(path)])
    book = FileWorkbook.open(path)
    host = Host(path.read_bytes(), path.name)
    remove_sheets(host, ["Dashboard", "Charts"])
    host.lists.remove_names([*book.defined_names("tile_"), *book.defined_names("dash_")])
    host.lists.remove_names([CHARTS_SHEET])
    path.write_bytes(host.to_bytes())
    assert main(["layout", str(path)]) == DONE
    assert {"Dashboard", "Charts"} <= set(sheets(path))
    assert sheet_of(path, "dash_period") == "Dashboard"
    assert FileWorkbook.open(path).cells(["dash_counts"])["dash_counts"].value.startswith("1 red")
    sound(path)


def test_nothing_is_deleted_or_drawn_anew_while_a_measure_cannot_be_read(path, capsys):
    with_another_plan(path)
    measures = rows(path, MEASURES)
    wrong = [
        (*row[:3], "offenses", *row[4:]) if row[0] == "SP11_offences" else row for row in measures
    ]
    give(path, MEASURES, wrong)
    before = path.read_bytes()
    assert main(["layout", str(path), "--redraw"]) == REFUSED
    err = capsys.readouterr().err
    assert re.search(r"Measures!A\d+ cannot be read", err)
    assert "nothing was written" in err
    assert path.read_bytes() == before
    assert main(["layout", str(path)]) == DONE
    assert "No names were deleted" in capsys.readouterr().out
    assert FileWorkbook.open(path).defined_names("tile_SP2_")
    assert FileWorkbook.open(path).defined_names("tile_SP11_offences_")


def test_cells_that_stood_elsewhere_are_named_when_a_new_dashboard_takes_their_names(path, capsys):
    main(["refresh", str(path)])
    host = Host(path.read_bytes(), path.name)
    host.lists.set_name("tile_SP11_offences_latest", "Guide!$K$3")
    path.write_bytes(host.to_bytes())
    main(["layout", str(path), "--redraw"])
    assert "No longer filled, since the new dashboard has their names: Guide!K3." in (
        capsys.readouterr().out
    )
    assert sheet_of(path, "tile_SP11_offences_latest") == "Dashboard"


def test_json_names_what_was_done(path, capsys):
    with_another_plan(path)
    assert main(["layout", str(path), "--json"]) == DONE
    told = json.loads(capsys.readouterr().out)
    assert told["added"] == {
        "SP12": ["SP12_more", "SP12_more_position", "SP12_more_spc"],
        "SP19": ["SP19_new"],
    }
    assert told["sheets"] == ["New tiles", "New charts"]
    assert sorted(told["gone"]) == ["SP2_offending", "SP2_reoffending"]


def test_where_only_measures_are_gone_no_sheet_is_added(path, capsys):
    give(path, MEASURES, [row for row in rows(path, MEASURES) if row[1] != "SP2"])
    before = sheets(path)
    assert main(["layout", str(path)]) == DONE
    assert "Their rows are still there and show NA" in capsys.readouterr().out
    assert sheets(path) == before
    assert not FileWorkbook.open(path).defined_names("tile_SP2_offending")
    assert sheet_of(path, title_cell("SP2")) == "Dashboard"  # the plan still lists it
    sound(path)


@pytest.mark.slow
def test_a_workbook_with_earlier_charts_is_refreshed_as_it_is_until_it_is_drawn_anew(path, capsys):
    host = Host(path.read_bytes(), "the workbook")
    remove_sheets(host, [schema.CHART_DATA.sheet])
    host.lists.remove_names([CHART_DATA_SHEET])
    path.write_bytes(host.to_bytes())
    assert main(["refresh", str(path)]) == DONE
    assert not [p for p in rows(path, schema.CHECKS) if "Chart data" in str(p)]
    series = {(row[0], row[1]) for row in rows(path, schema.SERIES)}
    assert ("SP11_offences", "Force") in series
    capsys.readouterr()
    assert main(["layout", str(path)]) == DONE
    assert "The charts are those of an earlier version" in capsys.readouterr().out
    assert schema.CHART_DATA.sheet not in sheets(path)
    assert main(["layout", str(path), "--redraw"]) == DONE
    assert schema.CHART_DATA.sheet in sheets(path)
    drawn = {(row[0], row[1]): row for row in rows(path, schema.CHART_DATA)}
    assert drawn["SP11_offences", "Count"][2] is not None
    assert {(row[0], row[1]) for row in rows(path, schema.SERIES)} == series
    sound(path)


@pytest.mark.slow
def test_charts_whose_sheet_or_figures_were_deleted_are_missed_until_they_are_drawn_anew(
    path, capsys
):
    whole = path.read_bytes()
    for sheet, said in (
        (schema.CHART_DATA.sheet, "The charts show nothing"),
        ("Charts", "no sheet"),
    ):
        host = Host(whole, "the workbook")
        remove_sheets(host, [sheet])
        path.write_bytes(host.to_bytes())
        assert main(["refresh", str(path)]) == DONE
        missed = [row for row in rows(path, schema.CHECKS) if "tblChartData" in str(row)]
        assert len(missed) == (sheet == schema.CHART_DATA.sheet)
        capsys.readouterr()
        assert main(["layout", str(path)]) == DONE
        assert said in capsys.readouterr().out
        assert main(["layout", str(path), "--redraw"]) == DONE
        assert {sheet, "Charts"} <= set(sheets(path))
        assert main(["check", str(path)]) == DONE
        assert "tblChartData" not in capsys.readouterr().out
        sound(path)


@pytest.mark.slow
def test_a_measure_that_is_gone_loses_its_charts_and_the_others_keep_theirs(path):
    def charts() -> set[str]:
        return {
            name
            for part, data in unpacked(path.read_bytes()).items()
            if "drawings/drawing" in part
            for name in re.findall(r'name="((?:Small c|C)hart of [^"]+)"', data.decode())
        }

    before = charts()
    give(path, MEASURES, [row for row in rows(path, MEASURES) if row[0] != "SP12_offences"])
    assert main(["layout", str(path)]) == DONE
    assert before - charts() == {
        f"{size} of SP12_offences{line}"
        for size, line in (
            *(("Chart", line) for line in ("", "_spc", "_position")),
            ("Small chart", "_spc"),
        )
    }
    assert charts() < before
    sound(path)
