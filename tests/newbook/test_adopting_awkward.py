"""Workbooks of somebody else that are awkward to adopt, and what their owners do afterwards."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from xlsxwriter import Workbook

from tests.excel.lint import faults
from tests.excel.torture import packed, unpacked
from tests.live.engine import install, open_book
from tests.newbook.test_adopting import Theirs, adopted, fill, value
from xlperf import ribbon
from xlperf.cli import main
from xlperf.ending import DONE, REFUSED
from xlperf.excel.file import FileWorkbook
from xlperf.excel.live import LiveWorkbook
from xlperf.excel.port import SetRows
from xlperf.excel.transplant.adoption import MEMORY
from xlperf.tables import schema
from xlperf.tables.problems import Code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
LATEST, RAG, BASELINE = (f"[[SP12_offences.{field}]]" for field in ("latest", "rag", "baseline"))
SHEET, CONTENTS = "xl/worksheets/sheet1.xml", "[Content_Types].xml"


def made(draw: Callable[[Any, Any], object], texts: Iterable[str] = (LATEST, RAG)) -> bytes:
    """A workbook with some texts in column A of the sheet Board, and what `draw` adds."""
    memory = BytesIO()
    book = Workbook(memory, {"in_memory": True})
    sheet = book.add_worksheet("Board")
    for row, text in enumerate(texts):
        sheet.write_string(row, 0, text)
    draw(book, sheet)
    book.close()
    return memory.getvalue()


def nothing(_book: Any, _sheet: Any) -> None:
    """Add nothing."""


def filled(data: bytes, folder: Path) -> Path:
    path = adopted(Theirs("made", data), folder)
    fill(path)
    assert main(["refresh", str(path)]) == DONE
    return path


def saved_by_another(path: Path) -> None:
    """Leave out what the workbook remembers, as programs do that write all of it anew."""
    parts = unpacked(path.read_bytes())
    del parts[MEMORY]
    parts[CONTENTS] = re.sub(rb'<Override PartName="/xlperf/[^>]*/>', b"", parts[CONTENTS])
    path.write_bytes(packed(parts))


def typed(path: Path, address: str, text: str) -> None:
    parts = unpacked(path.read_bytes())
    cell = f'<c r="{address}" t="inlineStr"><is><t>{text}</t></is></c>'.encode()
    pattern = rb'<c r="%s"[^>]*>.*?</c>' % address.encode()
    parts[SHEET] = re.sub(pattern, cell, parts[SHEET], flags=re.DOTALL)
    path.write_bytes(packed(parts))


def content(path: Path, address: str) -> object:
    book: Any = openpyxl.load_workbook(path)
    return book["Board"][address].value


def checks(path: Path) -> dict[str, str]:
    grid = FileWorkbook.open(path).read([schema.CHECKS.name])[schema.CHECKS.name]
    titles = [title.lower() for title in grid.header]
    rows = [dict(zip(titles, row, strict=True)) for row in grid.rows]
    return {str(r["where"]): f"{r['found']} {r['to do']}" for r in rows if r["code"] == Code.MARKER}


@pytest.mark.parametrize(
    "name",
    ["record_1", "Record_2", "formula_line", "sheet_charts", "sheet_new_1", "Board!tile_SP12_rag"],
)
def test_a_name_of_theirs_that_we_would_write_to_is_refused(name, tmp_path, capsys):
    before = made(lambda book, _: book.define_name(name, "=Board!$D$1"))
    path = tmp_path / "Theirs.xlsx"
    path.write_bytes(before)
    assert main(["adopt", str(path)]) == REFUSED
    err = capsys.readouterr().err.lower()
    assert name.rpartition("!")[2].lower() in err
    assert "nothing was written" in err
    assert path.read_bytes() == before


@pytest.mark.slow
def test_another_marker_typed_over_a_connected_cell_changes_what_it_shows(tmp_path):
    path = filled(made(nothing), tmp_path)
    typed(path, "A1", BASELINE)
    assert main(["refresh", str(path)]) == DONE
    assert content(path, "A1") == 3935
    names = FileWorkbook.open(path).defined_names("tile_")
    assert names == ("tile_SP12_offences_baseline", "tile_SP12_offences_rag")
    again = path.read_bytes()
    main(["refresh", str(path)])
    assert path.read_bytes() == again


@pytest.mark.slow
def test_a_marker_that_cannot_be_filled_is_not_overwritten_by_the_figure_before(tmp_path):
    path = filled(made(nothing), tmp_path)
    typed(path, "A1", "[[SP12_ofences.baseline]]")
    for _ in range(2):
        assert main(["refresh", str(path)]) == DONE
        assert content(path, "A1") == "[[SP12_ofences.baseline]]"
        assert BASELINE in checks(path)["Board!A1"]


@pytest.mark.slow
def test_the_open_workbook_shows_another_marker_too(tmp_path):
    path = filled(made(nothing), tmp_path)
    typed(path, "A1", BASELINE)
    engine = install()
    book = open_book(engine, path)
    ribbon.refresh()
    assert book.sheets["Board"]["A1"].value == 3935
    assert "tile_SP12_offences_latest" not in [item.name for item in book.names]


@pytest.mark.slow
@pytest.mark.parametrize(
    "formula",
    ["=SUM(tblMonthly[Count])", "=ROWS(tblMonthly)", "=tile_SP12_offences_latest*2", "=Monthly!A1"],
)
def test_formulas_that_would_break_keep_xlperf_in(formula, tmp_path, capsys):
    for draw in (
        lambda _book, sheet: sheet.write_formula("D9", formula),
        lambda book, _sheet: book.define_name("theirs", formula),
    ):
        path = filled(made(draw), tmp_path)
        before = path.read_bytes()
        assert main(["adopt", str(path), "--remove"]) == REFUSED
        err = capsys.readouterr().err
        assert "Board: formulas" in err or "the name theirs: formulas" in err
        assert path.read_bytes() == before


def test_links_are_seen_too(tmp_path):
    path = filled(made(lambda _, sheet: sheet.write_url("D9", "internal:Monthly!A1")), tmp_path)
    assert main(["adopt", str(path), "--remove"]) == REFUSED


@pytest.mark.parametrize(
    "formula", ['="Monthly!A1 tblMonthly"', "=[1]Monthly!A1", "=SUM(tblMine[tblMonthly])"]
)
def test_what_only_looks_like_ours_does_not_keep_xlperf_in(formula, tmp_path):
    def draw(_book: Any, sheet: Any) -> None:
        sheet.add_table("F1:F3", {"name": "tblMine", "columns": [{"header": "tblMonthly"}]})
        sheet.write_formula("D9", formula)

    path = filled(made(draw), tmp_path)
    assert main(["adopt", str(path), "--remove"]) == DONE


def test_a_marker_in_the_total_row_of_a_table_is_a_check(tmp_path):
    """The table has the text of that cell too, which a closed workbook would not follow."""
    total = {"total_row": True, "columns": [{"header": "a", "total_string": LATEST}]}
    path = filled(made(lambda _, sheet: sheet.add_table("F1:F4", total), ()), tmp_path)
    assert "total row of the table Table1" in checks(path)["Board!F4"]


def test_after_another_program_saved_it_nobody_claims_that_it_is_what_it_was(tmp_path, capsys):
    path = filled(made(nothing), tmp_path)
    saved_by_another(path)
    assert main(["adopt", str(path), "--remove"]) == DONE
    out = capsys.readouterr().out
    assert "Another program has saved the file" in out
    assert "what it was" not in out
    assert "colour of the last refresh: take it out of Board!A2." in out
    assert content(path, "A2") == RAG


def test_a_cell_that_was_named_by_hand_keeps_a_format_that_is_there(tmp_path, capsys):
    path = adopted(Theirs("made", made(lambda _, sheet: sheet.write(4, 2, 3))), tmp_path)
    fill(path)
    parts = unpacked(path.read_bytes())
    name = b'<definedName name="tile_SP11_offences_rag">Board!$C$5</definedName>'
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        b"<definedNames>", b"<definedNames>" + name
    )
    path.write_bytes(packed(parts))
    main(["refresh", str(path)])
    assert main(["adopt", str(path), "--remove"]) == DONE
    assert "Not as before it was adopted: xl/styles.xml, xl/worksheets" in capsys.readouterr().out
    assert content(path, "C5") == "[[SP11_offences.rag]]"
    assert faults(path) == []


@pytest.mark.slow
def test_cells_of_a_measure_that_is_gone_get_their_markers_back(tmp_path, capsys):
    before = made(nothing)
    path = filled(before, tmp_path)
    book = FileWorkbook.open(path)
    grid = book.read([schema.MEASURES.name])[schema.MEASURES.name]
    place = grid.header.index("Measure")
    rows = tuple(row for row in grid.rows if row[place] != "SP12_offences")
    book.apply([SetRows(schema.MEASURES.name, grid.header, rows)])
    book.save()
    assert main(["layout", str(path)]) == DONE
    assert main(["adopt", str(path), "--remove"]) == DONE
    assert "Every part of the file is what it was." in capsys.readouterr().out
    assert unpacked(path.read_bytes()) == unpacked(before)


def test_their_own_dashboard_is_not_drawn_anew(tmp_path, capsys):
    path = filled(made(nothing), tmp_path)
    before = path.read_bytes()
    assert main(["layout", str(path), "--redraw"]) == REFUSED
    err = capsys.readouterr().err
    assert "dashboard on the sheet 'Board' is your own" in err
    assert "nothing was written" in err
    assert path.read_bytes() == before


@pytest.mark.slow
def test_a_dashboard_that_xlperf_drew_for_them_is_drawn_anew(tmp_path):
    before = made(nothing, ())
    path = adopted(Theirs("made", before), tmp_path)
    fill(path)
    assert main(["layout", str(path)]) == DONE
    assert main(["layout", str(path), "--redraw"]) == DONE
    assert main(["adopt", str(path), "--remove"]) == DONE
    assert FileWorkbook.open(path).sheet_names() == ["Board"]


def test_the_end_of_a_refresh_names_their_sheets(tmp_path, capsys):
    def draw(book: Any, _sheet: Any) -> None:
        book.add_worksheet("Checks")

    path = adopted(Theirs("made", made(draw, ())), tmp_path)
    fill(path)
    main(["refresh", str(path)])
    assert "No cell shows a line: see Workings; 'Checks (2)' says" in capsys.readouterr().out
    path = adopted(Theirs("made", made(draw)), tmp_path)
    fill(path)
    main(["refresh", str(path)])
    assert "See Board; Workings says why, 'Checks (2)' what to correct." in capsys.readouterr().out


def test_a_table_in_any_folder_counts(tmp_path):
    data = made(lambda _, sheet: sheet.add_table("C5:D8", {"name": "tblTheirs"}))
    parts = unpacked(data)
    parts["xl/worksheets/list.xml"] = parts.pop("xl/tables/table1.xml")
    rels = "xl/worksheets/_rels/sheet1.xml.rels"
    parts[rels] = parts[rels].replace(b"../tables/table1.xml", b"list.xml")
    parts[CONTENTS] = parts[CONTENTS].replace(b"/xl/tables/table1.xml", b"/xl/worksheets/list.xml")
    path = adopted(Theirs("made", packed(parts)), tmp_path)
    assert faults(path) == []


def in_utf16(sheet: bytes) -> bytes:
    return sheet.decode().replace("UTF-8", "UTF-16").encode("utf-16")


def in_runs(sheet: bytes) -> bytes:
    text = b"<is><r><t>[</t></r><r><t>[SP12_offences.latest]]</t></r></is>"
    return sheet.replace(b't="s"><v>0</v>', b't="inlineStr">' + text)


def in_references(sheet: bytes) -> bytes:
    text = b"<is><t>&#91;&#x5B;SP12_offences.latest]]</t></is>"
    return sheet.replace(b't="s"><v>0</v>', b't="inlineStr">' + text)


@pytest.mark.parametrize("written", [in_utf16, in_runs, in_references])
def test_a_marker_is_found_however_its_sheet_is_written(written, tmp_path):
    parts = unpacked(made(nothing, (LATEST,)))
    parts[SHEET] = written(parts[SHEET])
    path = filled(packed(parts), tmp_path)
    assert value(path, "tile_SP12_offences_latest") == 4253


def test_a_code_that_a_name_cannot_hold_may_be_written_both_ways(tmp_path):
    path = adopted(Theirs("made", made(nothing, ("[[SP-12.titel]]", "[[SP_12.title]]"))), tmp_path)
    fill(path)
    book = FileWorkbook.open(path)
    for table, title in ((schema.PRIORITIES, "Code"), (schema.MEASURES, "Priority")):
        grid = book.read([table.name])[table.name]
        codes = [
            (
                (
                    "SP-12"
                    if row[grid.header.index(title)] == "SP12"
                    else row[grid.header.index(title)]
                ),
            )
            for row in grid.rows
        ]
        book.apply([SetRows(table.name, (title,), tuple(codes))])
    book.save()
    main(["refresh", str(path)])
    assert content(path, "A2") == "Reduce domestic burglary"
    assert "[[SP_12.title]]" in checks(path)["Board!A1"]


def test_a_marker_in_hundreds_of_cells_names_a_few_of_them(tmp_path):
    path = filled(made(nothing, [LATEST] * 300), tmp_path)
    found = checks(path)
    assert "(Board!A2, Board!A3, Board!A4 and 296 more)" in found["Board!A1"]


@pytest.mark.slow
def test_an_open_workbook_that_refuses_what_is_written_keeps_its_names(tmp_path):
    path = adopted(Theirs("made", made(lambda _, sheet: sheet.protect("secret"))), tmp_path)
    fill(path)
    engine = install()
    book = open_book(engine, path)
    before = sorted(item.name for item in book.names)
    ribbon.refresh()
    assert "nothing was written" in next(iter(engine.apps)).alerts[-1][1]
    assert sorted(item.name for item in book.names) == before


@pytest.mark.slow
def test_an_open_sheet_that_is_too_large_to_search_is_a_check(tmp_path):
    path = adopted(Theirs("made", made(lambda _, sheet: sheet.write("D900000", 1))), tmp_path)
    fill(path)
    book = open_book(install(), path)
    ribbon.refresh()
    grid = LiveWorkbook(book).read([schema.CHECKS.name])[schema.CHECKS.name]
    assert any("was not searched for markers" in str(cell) for row in grid.rows for cell in row)


@pytest.mark.slow
def test_tiles_are_laid_out_beside_markers_that_no_refresh_has_seen(tmp_path):
    path = adopted(Theirs("made", made(nothing)), tmp_path)
    fill(path)
    assert main(["layout", str(path)]) == DONE
    assert content(path, "A1") == 4253
    assert FileWorkbook.open(path).sheet_names()[:2] == ["Board", "New tiles"]


def test_a_marker_on_a_copy_of_the_sheet_gets_a_formula_that_excel_takes(tmp_path):
    def draw(book: Any, _sheet: Any) -> None:
        book.add_worksheet("Board (2)").write_string("A1", RAG)

    path = filled(made(draw, (LATEST,)), tmp_path)
    typed(path, "A1", RAG.lower())
    main(["refresh", str(path)])
    assert "Write ='Board (2)'!A1 here" in checks(path)["Board!A1"]
