"""A workbook that never heard of us is adopted, gets markers, refreshes, and is had back."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

import openpyxl
import pytest
from xlsxwriter import Workbook

from tests.excel.lint import faults
from tests.excel.torture import cells_of, injected, packed, unpacked, without_cells
from tests.live.engine import install, open_book
from tests.shipped import rows_of
from tests.tools import converted, soffice, validate
from xlperf import ribbon
from xlperf.cli import main
from xlperf.ending import DONE, REFUSED, WRONG_USAGE
from xlperf.excel.file import FileWorkbook
from xlperf.excel.live import LiveWorkbook
from xlperf.excel.port import SetRows
from xlperf.newbook.sample_tables import sample_settings, sample_tables
from xlperf.tables import schema
from xlperf.tables.problems import Code

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
LINES = ("SP11_offences", "SP12_offences", "SP13_offences", "SP14A_offences")
MARKERS = tuple(
    f"[[{line}.{f}]]" for line in LINES for f in ("latest", "baseline", "change", "rag")
)
MARKERS += (
    "[[SP11_offences_position.latest]]",
    "[[SP12_offences_position.rag]]",
    "[[SP12.title]]",
    "[[dashboard.period]]",
)
LISTS = {"[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/workbook.xml", "xl/styles.xml"}


def board(name: str = "Our board") -> bytes:
    """A dashboard of somebody else: 20 markers among formats, a chart, rules, merges and heights."""
    memory = BytesIO()
    book = Workbook(memory, {"in_memory": True})
    sheet, other = book.add_worksheet(name), book.add_worksheet("Settings")
    style = book.add_format({"bold": True, "font_name": "Arial", "border": 1, "num_format": "0.0"})
    for place, marker in enumerate(MARKERS):
        sheet.write_string(place + 2, 1, marker, style)
        sheet.set_row(place + 2, 21)
    sheet.merge_range("D1:F2", "Merged words", style)
    sheet.conditional_format("B3:B9", {"type": "3_color_scale"})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": [name, 2, 1, 5, 1]})
    sheet.insert_chart("H2", chart)
    sheet.write_formula("D5", "=B3*2", style, 0)
    other.write_string(0, 0, "Their own settings")
    other.write_formula("A2", f"='{name}'!D5", None, 0)
    book.define_name("their_name", f"='{name}'!$B$3")
    book.close()
    return memory.getvalue()


class Theirs(NamedTuple):
    name: str
    data: bytes
    suffix: str = ".xlsx"


def of_torture() -> bytes:
    """The torture workbook, with markers in some of its cells."""
    parts = unpacked(injected())
    sheet = parts["xl/worksheets/sheet2.xml"]
    sheet = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:Z999"', sheet)
    rows = "".join(
        f'<row r="{900 + place}"><c r="B{900 + place}" t="inlineStr"><is><t>{marker}</t></is></c></row>'
        for place, marker in enumerate(MARKERS)
    )
    parts["xl/worksheets/sheet2.xml"] = sheet.replace(
        b"</sheetData>", rows.encode() + b"</sheetData>"
    )
    return packed({name: data.replace(b"tile_", b"cell_") for name, data in parts.items()})


def of_libreoffice(folder: Path) -> bytes:
    if soffice() is None:
        pytest.skip("LibreOffice is not installed")
    source = folder / "made.xlsx"
    source.write_bytes(board())
    (folder / "out").mkdir()
    return converted(source, "xlsx", folder / "out").read_bytes()


def of_openpyxl() -> bytes:
    book = openpyxl.Workbook()
    for place, marker in enumerate(MARKERS):
        book.active.cell(place + 3, 2, marker)
    memory = BytesIO()
    book.save(memory)
    return memory.getvalue()


@pytest.fixture(scope="module", params=["xlsxwriter", "libreoffice", "openpyxl", "torture"])
def theirs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Theirs:
    folder = tmp_path_factory.mktemp("theirs")
    if request.param == "torture":
        return Theirs("torture", of_torture(), ".xlsm")
    made = {
        "xlsxwriter": board,
        "libreoffice": lambda: of_libreoffice(folder),
        "openpyxl": of_openpyxl,
    }
    return Theirs(request.param, made[request.param]())


def fill(path: Path) -> None:
    """What the owner types: settings, and the figures of some priorities of the sample."""
    book = FileWorkbook.open(path)
    names = {table.name.lower() for table in schema.DATA} & {n.lower() for n in book.table_names()}
    tables = sample_tables()
    filled = {
        table: rows_of(("SP11", "SP12", "SP13", "SP14A"), tables[table.name])
        for table in schema.DATA
        if table.name in tables and table.name.lower() in names
    }
    edits = [
        SetRows(table.name, table.titles, tuple(map(tuple, rows)))
        for table, rows in filled.items()
        if rows
    ]
    given = sample_settings()
    settings = [
        (key, given.get(str(key), value), meaning)
        for key, value, meaning in book.read([schema.SETTINGS.name])[schema.SETTINGS.name].rows
    ]
    edits.append(SetRows(schema.SETTINGS.name, schema.SETTINGS.titles, tuple(settings)))
    book.apply(edits)
    path.write_bytes(book.to_bytes())


def adopted(theirs: Theirs, folder: Path) -> Path:
    path = folder / f"Theirs{theirs.suffix}"
    path.write_bytes(theirs.data)
    assert main(["adopt", str(path)]) == DONE
    return path


def value(path: Path, name: str) -> object:
    return FileWorkbook.open(path).cells([name])[name].value


@pytest.mark.slow
def test_an_adopted_workbook_keeps_every_part_but_its_lists(theirs, tmp_path, capsys):
    path = adopted(theirs, tmp_path)
    before, after = unpacked(theirs.data), unpacked(path.read_bytes())
    assert {name for name in before if before[name] != after[name]} <= LISTS
    out = capsys.readouterr().out
    assert "19 sheets more" in out or "sheets more, at its end" in out
    assert "Every other part of the file keeps its bytes" in out
    assert set(faults(path)) <= {*faults_of(theirs, tmp_path)}
    errors = validate(path)
    if errors is not None:
        assert len(errors) <= len(validate(original(theirs, tmp_path)) or [])


def original(theirs: Theirs, folder: Path) -> Path:
    path = folder / "before" / f"Theirs{theirs.suffix}"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(theirs.data)
    return path


def faults_of(theirs: Theirs, folder: Path) -> list[str]:
    return faults(original(theirs, folder))


def test_twenty_markers_are_filled_by_a_refresh_and_a_second_one_changes_nothing(theirs, tmp_path):
    path = adopted(theirs, tmp_path)
    fill(path)
    before = unpacked(path.read_bytes())
    assert main(["refresh", str(path)]) == DONE
    after = unpacked(path.read_bytes())
    assert value(path, "tile_SP12_offences_latest") == 4253
    assert value(path, "tile_SP12_offences_rag") == "♦ Amber"
    assert value(path, "tile_SP11_offences_position_latest") == "5th of 8"
    assert value(path, "tile_SP12_title") == "Reduce domestic burglary"
    assert value(path, "dash_period") == "Twelve months to September 2014"
    assert len(FileWorkbook.open(path).defined_names("tile_")) == 19
    host = unpacked(theirs.data)
    changed = {name for name in host if before[name] != after.get(name)} - LISTS
    sheets = {name for name in changed if "worksheets/sheet" in name}
    assert len(sheets) == 1
    assert changed <= {*sheets, "xl/calcChain.xml"}
    (sheet,) = sheets
    assert without_cells(before[sheet]) == without_cells(after[sheet])
    old, new = cells_of(before[sheet]), cells_of(after[sheet])
    assert len({at for at in old if old[at] != new[at]}) == 20
    again = path.read_bytes()
    assert main(["refresh", str(path)]) == DONE
    assert path.read_bytes() == again
    assert set(faults(path)) <= {*faults_of(theirs, tmp_path)}


def test_removed_the_workbook_is_what_it_was_part_by_part(theirs, tmp_path, capsys):
    path = adopted(theirs, tmp_path)
    fill(path)
    main(["refresh", str(path)])
    capsys.readouterr()
    assert main(["adopt", str(path), "--remove"]) == DONE
    assert "Every part of the file is what it was." in capsys.readouterr().out
    assert unpacked(path.read_bytes()) == unpacked(theirs.data)


def test_after_another_program_saved_it_sheets_names_and_values_go_all_the_same(tmp_path, capsys):
    path = adopted(Theirs("xlsxwriter", board()), tmp_path)
    fill(path)
    main(["refresh", str(path)])
    book: Any = openpyxl.load_workbook(path)
    book.save(path)
    assert main(["adopt", str(path), "--remove"]) == DONE
    left: Any = openpyxl.load_workbook(path)
    assert left.sheetnames == ["Our board", "Settings"]
    assert left["Our board"]["B3"].value == MARKERS[0]
    assert [*left.defined_names] == ["their_name"]
    assert faults(path) == []


def test_a_preview_says_what_would_be_added_and_writes_nothing(tmp_path, capsys):
    path = tmp_path / "Theirs.xlsx"
    before = board()
    path.write_bytes(before)
    assert main(["adopt", str(path), "--preview"]) == DONE
    out = capsys.readouterr().out
    for text in ("Priorities", "Settings is 'Settings (2)'", MARKERS[0], "nothing was written"):
        assert text in out
    assert "change: [Content_Types].xml, xl/_rels/workbook.xml.rels, xl/styles.xml" in out
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["Theirs.xlsx"]


def test_markers_that_cannot_be_connected_are_checks_with_their_cells(tmp_path):
    memory = BytesIO()
    book = Workbook(memory, {"in_memory": True})
    sheet = book.add_worksheet("Board")
    sheet.write_string("A1", "[[SP12_ofences.latest]]")
    sheet.write_string("A2", "Burglaries: [[SP12_offences.latest]]")
    sheet.write_formula("A3", '="[[SP11_offences.latest]]"', None, "[[SP11_offences.latest]]")
    sheet.merge_range("A4:B4", "[[SP13_offences.latest]]")
    sheet.add_table("A6:A8", {"columns": [{"header": "[[SP12_offences.baseline]]"}]})
    sheet.write_string("A10", "[[SP12_offences.rag]]")
    sheet.write_string("A11", "[[sp12_offences.RAG]]")
    sheet.write_string("A12", " [[ SP12_offences.change ]] ")
    book.close()
    path = adopted(Theirs("made", memory.getvalue()), tmp_path)
    fill(path)
    main(["refresh", str(path)])
    grid = FileWorkbook.open(path).read([schema.CHECKS.name])[schema.CHECKS.name]
    titles = [title.lower() for title in grid.header]
    found = {
        str(
            row[titles.index("where")]
        ): f"{row[titles.index('found')]} {row[titles.index('to do')]}"
        for row in grid.rows
        if row[titles.index("code")] == Code.MARKER
    }
    assert sorted(found) == [f"Board!A{row}" for row in (1, 10, 11, 2, 3, 4, 6)]
    assert "[[SP12_offences.latest]]" in found["Board!A1"]
    assert "fills its cell alone" in found["Board!A2"]
    assert "holds a formula" in found["Board!A3"]
    assert "merged area A4:B4" in found["Board!A4"]
    assert "header of the table" in found["Board!A6"]
    assert "more than once (Board!A11)" in found["Board!A10"]
    assert re.match(r"[+−]", str(value(path, "tile_SP12_offences_change")))
    assert FileWorkbook.open(path).defined_names("tile_") == ("tile_SP12_offences_change",)


def test_it_is_adopted_once_and_removed_once(tmp_path, capsys):
    path = adopted(Theirs("made", board()), tmp_path)
    assert main(["adopt", str(path)]) == WRONG_USAGE
    assert "has the sheets of xlperf already" in capsys.readouterr().err
    assert main(["adopt", str(path), "--remove"]) == DONE
    assert main(["adopt", str(path), "--remove"]) == WRONG_USAGE
    assert "was not adopted" in capsys.readouterr().err


def test_sheets_that_others_use_are_not_removed(tmp_path, capsys):
    path = adopted(Theirs("made", board()), tmp_path)
    parts = unpacked(path.read_bytes())
    sheet = parts["xl/worksheets/sheet1.xml"]
    formula = b'<c r="D5"><f>Monthly!A1</f><v>0</v></c>'
    parts["xl/worksheets/sheet1.xml"] = re.sub(rb'<c r="D5".*?</c>', formula, sheet)
    path.write_bytes(packed(parts))
    before = path.read_bytes()
    assert main(["adopt", str(path), "--remove"]) == REFUSED
    assert "Our board: formulas, charts or links there use sheets" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_names_that_a_refresh_would_fill_are_not_taken_over(tmp_path, capsys):
    path = tmp_path / "Theirs.xlsm"
    path.write_bytes(injected())
    assert main(["adopt", str(path)]) == REFUSED
    err = capsys.readouterr().err
    assert "uses names that xlperf needs: tile_0_rag" in err
    assert path.read_bytes() == injected()


@pytest.mark.slow
def test_the_open_workbook_connects_its_markers_alike(tmp_path):
    path = adopted(Theirs("made", board()), tmp_path)
    fill(path)
    engine = install()
    book = open_book(engine, path)
    ribbon.refresh()
    assert " lines judged (RED " in next(iter(engine.apps)).alerts[-1][1]
    live = LiveWorkbook(book)
    closed = tmp_path / "Closed.xlsx"
    closed.write_bytes(path.read_bytes())
    main(["refresh", str(closed)])
    names = FileWorkbook.open(closed).defined_names("tile_")
    assert live.defined_names("tile_") == names
    for name, state in FileWorkbook.open(closed).cells([*names, "dash_period"]).items():
        there = live.cells([name])[name]
        assert (there.sheet, there.address, there.value) == (
            state.sheet,
            state.address,
            state.value,
        )


@pytest.mark.slow
def test_sheets_of_tiles_that_were_laid_out_in_it_go_too(tmp_path):
    theirs = Theirs("made", board())
    path = adopted(theirs, tmp_path)
    fill(path)
    main(["refresh", str(path)])
    assert main(["layout", str(path)]) == DONE
    assert {"New tiles", "New charts"} <= set(FileWorkbook.open(path).sheet_names())
    assert main(["adopt", str(path), "--remove"]) == DONE
    assert unpacked(path.read_bytes()) == unpacked(theirs.data)


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.skipif(soffice() is None, reason="LibreOffice is not installed")
def test_another_program_shows_their_dashboard_filled_and_still_theirs(tmp_path):
    path = adopted(Theirs("made", board()), tmp_path)
    fill(path)
    main(["refresh", str(path)])
    (tmp_path / "out").mkdir()
    book: Any = openpyxl.load_workbook(converted(path, "xlsx", tmp_path / "out"))
    sheet = book["Our board"]
    assert sheet["B3"].value == 60260
    assert sheet["B6"].value == "♦ Amber"
    assert sheet["B6"].fill.fgColor.rgb == "FFFCBB2E"
    assert sheet["B3"].font.name == "Arial"
    assert sheet.row_dimensions[3].height == pytest.approx(21, abs=1)
    assert "D1:F2" in {str(area) for area in sheet.merged_cells.ranges}
    assert len(sheet._charts) == 1
    assert len(sheet.conditional_formatting) == 1
