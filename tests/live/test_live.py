"""The live engine on the shipped workbook, and where Excel differs from a file: refusals, busy,
texts like dates.
"""

from __future__ import annotations

import re
from contextlib import nullcontext
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

from tests.live.engine import ComError, Engine, install, open_book
from tests.shipped import SHIPPED
from xlperf import outcome
from xlperf.errors import LayoutError, WorkbookBusyError, WorkbookError
from xlperf.excel.areas import split_address
from xlperf.excel.file import FileWorkbook
from xlperf.excel.live import LONGEST_PAUSE, TRIES, LiveWorkbook, quiet, retry_while_busy
from xlperf.excel.live.live_values import incoming, runs
from xlperf.excel.port import CellError, Link, SetFill, SetRows, SetValue
from xlperf.pipeline import Refreshed, refresh
from xlperf.tables import schema
from xlperf.tiles import layout

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlperf.excel.port import Edit, Workbook

NORMAL = {
    "screen_updating": True,
    "enable_events": True,
    "calculation": "automatic",
    "status_bar": False,
}


QUIET_SETTINGS = [("screen_updating", False), ("enable_events", False), ("calculation", "manual")]
SET_BACK = [("calculation", "automatic"), ("enable_events", True), ("screen_updating", True)]


def opened(
    change: Callable[[openpyxl.Workbook], object] = lambda _: None,
) -> tuple[Engine, LiveWorkbook]:
    """A small workbook, changed first: a table of two rows with a name for a cell beside it."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Board"
    for row in (("Name", "Number"), ("a", 1), ("b", 2)):
        sheet.append(row)
    sheet.add_table(Table(displayName="tblSmall", ref="A1:B3"))
    book.defined_names["here"] = DefinedName("here", attr_text="Board!$D$2")
    change(book)
    out = BytesIO()
    book.save(out)
    engine = install()
    return engine, LiveWorkbook(open_book(engine, out))


def cell(book: Workbook, name: str = "here") -> Any:
    return book.cells([name])[name].value


def run(book: Workbook) -> Refreshed:
    return refresh(
        book, now=datetime(2014, 11, 3, 9), who="analyst", seconds=lambda: 1.0, dry_run=True
    )


@pytest.mark.slow
def test_the_shipped_workbook_comes_out_as_from_the_file_engine():
    engine = install()
    live, file = LiveWorkbook(open_book(engine, SHIPPED)), FileWorkbook.open(SHIPPED)
    by_live, by_file = run(live), run(file)
    assert by_live.applied == by_file.applied
    assert by_live.assessed.fingerprint == by_file.assessed.fingerprint
    assert by_live.assessed.lines == by_file.assessed.lines
    names = layout.cell_names(by_file.assessed.lines)
    ours, others = live.cells(names), file.cells(names)
    assert ours.keys() == others.keys()
    for name, mine in ours.items():
        theirs = others[name]
        assert (mine.sheet, mine.address, mine.value, mine.refusal) == (
            theirs.sheet,
            theirs.address,
            theirs.value,
            theirs.refusal,
        )
        assert mine.fill == theirs.fill or not name.endswith("_rag")
    tables = [table.name for table in schema.ALL]
    assert live.read(tables) == file.read(tables)


@pytest.mark.slow
@pytest.mark.parametrize(("macros", "first", "second"), [(True, 54, 15), (False, 1500, 1000)])
def test_cells_are_read_and_written_in_blocks_and_a_second_refresh_writes_nothing(
    macros, first, second
):
    engine = install()
    engine.macros = engine.macros if macros else {}
    book = open_book(engine, SHIPPED)
    changed = run(LiveWorkbook(book)).applied.values
    assert changed > 2000
    assert sum(engine.calls.values()) < first
    engine.calls.clear()
    assert not run(LiveWorkbook(book)).applied.has_changes
    assert sum(engine.calls.values()) < second
    assert not [call for call in engine.calls if call.startswith("write")]


@pytest.mark.slow
def test_the_benchmark_prints_the_crossings(capsys):
    from tests.benchmarks.__main__ import main

    assert main(["--only", "live"]) == 0
    out = capsys.readouterr().out
    first, second = re.findall(r"refresh, open workbook +(\d+) calls", out)
    assert int(first) > int(second) > 0
    assert re.findall(r"of them writes +(\d+) calls", out)[1] == "0"


@pytest.mark.slow
def test_a_refresh_leaves_excel_as_it_was():
    engine = install()
    app = next(iter(engine.apps))
    app.settings["calculation"] = "semiautomatic"
    run(LiveWorkbook(open_book(engine, SHIPPED)))
    assert app.history == [*QUIET_SETTINGS, ("calculation", "semiautomatic"), *SET_BACK[1:]]
    assert app.settings == {**NORMAL, "calculation": "semiautomatic"}


def test_excel_is_put_back_when_writing_fails():
    engine, live = opened()
    app = next(iter(engine.apps))
    engine.broken_writes = {1}
    with pytest.raises(ComError):
        live.apply([SetValue("here", 1)])
    assert app.history[:3] == QUIET_SETTINGS
    assert app.settings == NORMAL


@pytest.mark.parametrize("fails", ["nothing", "between", "in the second", "in the first"])
def test_excel_is_set_once_for_all_that_is_written_and_put_back_whatever_fails(fails):
    engine, live = opened()
    app = next(iter(engine.apps))
    engine.broken_writes = {"in the first": {1}, "in the second": {2}}.get(fails, set())
    with (
        pytest.raises((ComError, KeyboardInterrupt)) if fails != "nothing" else nullcontext(),
        live.writing(),
    ):
        live.apply([SetValue("here", 1)])
        assert app.history == QUIET_SETTINGS
        if fails == "between":
            raise KeyboardInterrupt
        live.apply([SetValue("here", 2)])
    assert app.history == [*QUIET_SETTINGS, *SET_BACK]
    assert app.settings == NORMAL
    engine.broken_writes = set()
    live.put_back()
    assert cell(live) is None
    assert app.settings == NORMAL


def held(live: LiveWorkbook) -> list[Any]:
    book = live.book.impl.book
    cells = [
        (sheet.title, cell.coordinate, cell.value, cell.fill.fill_type and cell.fill.fgColor.rgb)
        for sheet in book
        for row in sheet.iter_rows(max_row=9, max_col=9)
        for cell in row
    ]
    fonts = [cell.font.color.rgb for cell in (book["Board"]["D2"], book["Board"]["D3"])]
    return [cells, fonts, [table.ref for sheet in book for table in sheet.tables.values()]]


def full(book: openpyxl.Workbook) -> None:
    """Cells of every kind beside the table: to be written over, and to be put back."""
    board = book["Board"]
    board["D2"], board["D3"], board["A3"] = (
        "=1+2",
        '=HYPERLINK("#\'Board\'!A2","Board!A2")',
        "Sep 2014",
    )
    board["D2"].data_type = "s"
    for place, colour in (("D2", "FF112233"), ("D3", "FF000000")):
        board[place].font = Font(color=colour)
    board["D3"].fill = PatternFill("solid", fgColor="FFABCDEF")
    for name, area in {"jump": "$D$3", "blank": "$G$7"}.items():
        book.defined_names[name] = DefinedName(name, attr_text=f"Board!{area}")


def test_of_two_values_for_a_cell_the_last_counts_even_if_it_is_the_one_it_holds():
    engine, live = opened(full)
    before = held(live)
    assert not live.apply([SetValue("blank", "new"), SetValue("blank", None)]).has_changes
    assert engine.writes == 0
    assert held(live) == before


@pytest.mark.parametrize("rows", [1, 2, 5])
@pytest.mark.parametrize("failing", range(1, 14))
def test_what_was_written_is_taken_back_when_writing_fails(rows, failing):
    edits: list[Edit] = [SetValue(name, f"new {name}") for name in ("here", "jump", "blank")]
    edits += [SetFill(name, "#C00000", "#FFFFFF") for name in ("here", "jump")]
    edits.append(SetRows("tblSmall", ("Number", "Name"), tuple((i, f"+{i}%") for i in range(rows))))
    engine, live = opened(full)
    before = held(live)
    engine.broken_writes = {failing}
    stopped = False
    try:
        live.apply(edits)
    except ComError:
        stopped = True
        assert held(live) == before
    assert stopped is (failing <= engine.writes)
    assert live.apply(edits).has_changes is stopped
    assert cell(live, "jump") == "new jump"


def test_what_cannot_be_taken_back_is_said():
    engine, live = opened(full)
    engine.broken_writes = {2, 3}
    with pytest.raises(WorkbookError, match="without saving"):
        live.apply([SetValue("here", 1), SetValue("jump", 2), SetValue("blank", 3)])


def test_an_engine_that_knows_no_screen_is_passed_over():
    class Remote:
        calculation = "automatic"

    app = Remote()
    with quiet(app):
        assert app.calculation == "manual"
    assert vars(app) == {"calculation": "automatic"}


class Typing:
    """An Excel in which somebody types while it is set back to how it was, for so many tries."""

    def __init__(self, tries: int) -> None:
        self.__dict__.update(
            screen_updating=True, enable_events=True, calculation="automatic", tries=tries
        )

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "calculation" and value == "automatic" and self.tries:
            self.__dict__["tries"] -= 1
            raise ComError(-2146777998, "busy")
        self.__dict__[name] = value


@pytest.mark.parametrize(("tries", "left"), [(0, "automatic"), (40, "automatic"), (1000, "manual")])
def test_an_excel_that_cannot_be_set_back_is_told_and_what_was_written_stands(
    monkeypatch, tries, left
):
    monkeypatch.setitem(retry_while_busy.__kwdefaults__, "pause", lambda _: None)
    app = Typing(tries)
    with outcome.recording() as record, quiet(app):
        pass
    assert (app.calculation, app.enable_events, app.screen_updating) == (left, True, True)
    told = [
        (
            "Excel could not be set back to how it was. It calculates by hand: choose how in Formulas,"
            " Calculation Options."
        )
    ]
    assert record.faults == (told if left == "manual" else [])


CALLS = 67
"""Calls to Excel of the test below where none is refused: each is refused once."""


@pytest.mark.parametrize("refused", range(CALLS + 1))
def test_a_busy_excel_is_asked_again_whenever_it_is_busy(refused):
    engine, live = opened()
    edits: list[Edit] = [
        SetValue("here", "text"),
        SetFill("here", "#C00000", "#FFFFFF"),
        SetRows("tblSmall", ("Name",), (("c",),)),
    ]
    engine.busy_at = {refused, refused + 1} if refused else set()
    assert live.defined_names("he") == ("here",)
    assert live.table_names() == {"tblSmall"}
    assert len(live.read(["tblSmall"])["tblSmall"].rows) == 2
    assert cell(live) is None
    live.apply(edits)
    assert cell(live) == "text"
    assert [row[0] for row in live.read(["tblSmall"])["tblSmall"].rows] == ["c"]
    assert (sum(engine.calls.values()) == CALLS) == (refused == 0)


class ExcelBusyError(Exception):
    """Named as that of xlwings, which exists on Windows only."""


@pytest.mark.parametrize(
    "error",
    [
        ComError(-2147417846, "The message filter indicated that the application is busy."),
        ComError(
            -2147352567, "Exception occurred.", (0, "Excel", None, None, 0, -2146777998), None
        ),
        ExcelBusyError("Excel application is not responding"),
    ],
)
def test_every_way_of_being_busy_is_known(error):
    answers = iter([error, None])

    def call() -> str:
        if (fault := next(answers)) is not None:
            raise fault
        return "done"

    assert retry_while_busy(call, pause=lambda _: None) == "done"


def test_an_excel_that_stays_busy_is_said_in_a_sentence():
    pauses: list[float] = []

    def busy() -> None:
        raise ComError(-2147418111, "Call was rejected by callee.")

    with pytest.raises(WorkbookBusyError, match="press Enter or Esc"):
        retry_while_busy(busy, pause=pauses.append)
    assert len(pauses) == TRIES
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE


@pytest.mark.parametrize(
    "error",
    [
        ComError(-2147352567, "Exception occurred."),
        ComError(
            -2147352567,
            "Exception occurred.",
            (0, "Excel", "Sheet is protected", None, 0, -2146827284),
            None,
        ),
        ComError(),
        ValueError("x"),
    ],
)
def test_any_other_fault_is_raised_at_once(error):
    def broken() -> None:
        raise error

    with pytest.raises(type(error)):
        retry_while_busy(broken, pause=lambda _: pytest.fail("waited"))


@pytest.mark.parametrize(
    "text", ["Sep 2014", "+2.5%", "12", "'quoted'", "=1+1", "#N/A here", "TRUE"]
)
def test_texts_that_excel_would_turn_into_something_else_stay_texts(text):
    _, live = opened()
    live.apply([SetValue("here", text), SetRows("tblSmall", ("Name",), ((text,),))])
    assert cell(live) == text
    assert live.read(["tblSmall"])["tblSmall"].rows[0][0] == text
    assert live.apply([SetValue("here", text)]).values == 0


@pytest.mark.parametrize(
    ("edit", "sheet"),
    [
        (SetValue("here", 1), True),
        (SetFill("here", "#C00000", "#FFFFFF"), True),
        (SetRows("tblSmall", ("Number",), ((3,), (4,))), True),
        (SetRows("tblSmall", ("Number",), ((1,), (2,))), False),
    ],
)
def test_a_protected_sheet_is_refused_before_anything_is_written_unless_it_stays_as_it_is(
    edit, sheet
):
    def change(book: openpyxl.Workbook) -> None:
        book.create_sheet("Free")
        book.defined_names["free"] = DefinedName("free", attr_text="Free!$A$1")
        book["Board"].protection.sheet = True

    engine, live = opened(change)
    edits: list[Edit] = [SetValue("free", "new"), edit]
    if sheet:
        with pytest.raises(LayoutError, match=r"'Board' is protected.*Unprotect Sheet"):
            live.apply(edits)
        assert not [kind for kind in engine.calls if kind.startswith("write")]
        assert cell(live, "free") is None
    else:
        live.apply(edits)
        assert cell(live, "free") == "new"


def test_merged_areas_are_written_in_their_first_cell_only():
    def change(book: openpyxl.Workbook) -> None:
        book["Board"].merge_cells("D2:E3")
        for name, area in {
            "inside": "$E$3",
            "whole": "$D$2:$E$3",
            "part": "$D$2:$D$3",
            "two": "$G$1:$G$2",
        }.items():
            book.defined_names[name] = DefinedName(name, attr_text=f"Board!{area}")
        book.defined_names["far"] = DefinedName("far", attr_text="Board!$J$40")

    _, live = opened(change)
    found = live.cells(["here", "inside", "whole", "part", "two", "far"])
    assert {name: state.refusal for name, state in found.items()} == {
        "here": None,
        "whole": None,
        "inside": "is inside the merged area D2:E3",
        "far": None,
    }
    with pytest.raises(LayoutError, match=r"Board!E3 \(inside\) is inside the merged area D2:E3"):
        live.apply([SetValue("inside", 1)])


@pytest.mark.parametrize("refers", ["Gone!$A$1", "#REF!", "Board!$A:$A", "1+1"])
def test_names_that_point_to_no_cell_are_absent(refers):
    _, live = opened(
        lambda book: book.defined_names.update({"lost": DefinedName("lost", attr_text=refers)})
    )
    assert live.cells(["lost", "here"]).keys() == {"here"}


def test_a_table_does_not_grow_over_what_stands_below_it():
    _, live = opened(lambda book: book["Board"].__setitem__("B5", "mine"))
    with pytest.raises(LayoutError, match=r"needs A4:B5 of the sheet 'Board', which is not empty"):
        live.apply([SetRows("tblSmall", ("Name",), (("x",),) * 4)])
    assert live.apply([SetRows("tblSmall", ("Name",), (("x",),) * 3)]).has_changes


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda sheet: sheet.merge_cells("B5:C5"), "where cells are merged"),
        (lambda sheet: sheet.__setitem__("A5", '=IF(1=1,"","x")'), "which is not empty"),
    ],
)
def test_a_table_does_not_grow_over_what_cannot_be_seen(change, why):
    _, live = opened(lambda book: change(book["Board"]))
    with pytest.raises(LayoutError, match=why):
        live.apply([SetRows("tblSmall", ("Name",), (("x",),) * 4)])


def test_a_table_does_not_grow_over_another():
    def change(book: openpyxl.Workbook) -> None:
        book["Board"]["A5"] = "Only"
        book["Board"].add_table(Table(displayName="tblBelow", ref="A5:A6"))

    _, live = opened(change)
    with pytest.raises(LayoutError, match="where the table tblBelow stands"):
        live.apply([SetRows("tblSmall", ("Name",), (("x",),) * 4)])


def test_a_totals_row_stays_where_it_is():
    def change(book: openpyxl.Workbook) -> None:
        book["Board"].append(("Total", 3))
        table = book["Board"].tables["tblSmall"]
        table.ref, table.totalsRowCount = "A1:B4", 1

    _, live = opened(change)
    assert live.read(["tblSmall"])["tblSmall"].rows == (("a", 1), ("b", 2))
    live.apply([SetRows("tblSmall", ("Name", "Number"), (("only", 9),))])
    assert live.read(["tblSmall"])["tblSmall"].rows == (("only", 9), (None, None))
    with pytest.raises(LayoutError, match="totals row"):
        live.apply([SetRows("tblSmall", ("Name",), (("x",),) * 3)])


def test_a_table_without_its_header_is_refused():
    def change(book: openpyxl.Workbook) -> None:
        book["Board"].tables["tblSmall"].headerRowCount = 0

    _, live = opened(change)
    with pytest.raises(LayoutError, match=r"shows no header row.*Table Design"):
        live.read(["tblSmall"])


def test_calculated_columns_are_left_alone_and_a_single_formula_is_refused():
    def calculated(book: openpyxl.Workbook) -> None:
        book["Board"]["B2"] = book["Board"]["B3"] = "=1+1"

    _, live = opened(calculated)
    assert live.apply([SetRows("tblSmall", ("Name", "Number"), (("a", 7), ("c", 8)))]).values == 1
    _, live = opened(lambda book: book["Board"].__setitem__("B3", "=1+1"))
    with pytest.raises(LayoutError, match="column 'Number', holds a formula"):
        live.apply([SetRows("tblSmall", ("Name", "Number"), (("a", 7), ("c", 8)))])


def test_a_jump_can_be_written_over():
    _, live = opened()
    edits: list[Edit] = [SetValue("here", Link("Board", "A2"))]
    assert live.apply(edits).values == 1
    assert live.apply(edits).values == 0
    assert live.apply([SetValue("here", "plain")]).values == 1
    assert cell(live) == "plain"


def test_saving_is_left_to_the_person_at_the_keyboard(tmp_path):
    _, live = opened()
    live.apply([SetValue("here", 1)])
    assert live.save(tmp_path / "other.xlsx") is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (Decimal("7.8"), 7.8),
        (-2146826243, CellError("#SPILL!")),
        (-2146826246, CellError("#N/A")),
        (-2146826066, CellError("#ERROR!")),  # a number that no name is known for
        (-2146828289, -2146828289),
        (-2146826246.0, -2146826246.0),
        ("#N/A", CellError("#N/A")),
        ("", None),
        (datetime(2014, 9, 30), date(2014, 9, 30)),
        (datetime(2014, 9, 30, 12), datetime(2014, 9, 30, 12)),
    ],
)
def test_values_come_as_from_the_other_engines(given, read):
    assert incoming(given) == read


@given(st.sets(st.tuples(st.integers(1, 12), st.integers(1, 12))))
def test_blocks_cover_every_cell_once_with_its_own_value(places):
    cells = {place: place for place in places}
    seen: list[tuple[int, int]] = []
    for area, block in runs(cells):
        for row, values in zip(area.rows, block, strict=True):
            for column, value in zip(area.columns, values, strict=True):
                assert value == (row, column)
                seen.append(value)
    assert sorted(seen) == sorted(places)


PLACES = st.sets(st.tuples(st.integers(1, 8), st.integers(1, 8)))


@given(PLACES, PLACES)
def test_blocks_may_go_over_spare_cells_and_give_them_nothing(places, spare):
    cells = {place: place for place in places}
    seen: list[tuple[int, int]] = []
    for area, block in runs(cells, spare):
        for row, values in zip(area.rows, block, strict=True):
            for column, value in zip(area.columns, values, strict=True):
                assert value == cells.get((row, column))
                assert value is not None or (row, column) in spare
                seen += [value] if value is not None else []
    assert sorted(seen) == sorted(places)


@pytest.mark.parametrize(
    ("cells", "spare", "blocks"),
    [
        ("A1 B1 D1", "", "A1:B1 D1"),
        ("A1 B1 D1", "C1", "A1:D1"),
        ("A1 A3", "A2", "A1:A3"),
        ("A1 A3", "", "A1 A3"),
        ("A1 B1 A2", "B2", "A1:B2"),
        ("B1 A2 B2", "A1", "A1:B2"),
        ("A1 B1 C1 B2 A3 B3 C3", "A2 C2", "A1:C3"),
        ("A1 C2", "B1 C1 A2 B2", "A1 C2"),  # side by side, nothing is gained
        ("A1 B1 A2 B2 D1 D2", "", "A1:B2 D1:D2"),
    ],
)
def test_few_blocks_are_made(cells, spare, blocks):
    def places(text: str) -> dict[tuple[int, int], None]:
        return dict.fromkeys(map(split_address, text.split()))

    assert [str(area) for area, _ in runs(places(cells), places(spare))] == blocks.split()


def coloured(
    number: int, change: Callable[[openpyxl.Workbook], object] = lambda _: None
) -> tuple[Engine, LiveWorkbook]:
    """A workbook with that many status cells, every other row, each with its font's colour by
    threes.
    """

    def named(book: openpyxl.Workbook) -> None:
        book["Board"]["D2"].font = book["Board"]["D3"].font = Font(color="FF123456")
        for place in range(number):
            row = 2 * place + 1
            book.defined_names[f"a{place}_rag"] = DefinedName(
                f"a{place}_rag", attr_text=f"Board!$F${row}"
            )
            book["Board"].cell(row, 6).font = Font(
                color=("FF111111", "FF222222", "FF333333")[place % 3]
            )
        change(book)

    return opened(named)


@pytest.mark.parametrize("takes_lists", [True, False])
@pytest.mark.parametrize("number", [1, 2, 60, 200])
def test_cells_of_one_colour_are_coloured_together_as_long_as_excel_takes_their_address(
    number, takes_lists
):
    engine, live = coloured(number)
    engine.takes_lists = takes_lists
    edits = [
        SetFill(f"a{place}_rag", ("#112233", "#445566")[place % 2], "#FFFFFF")
        for place in range(number)
    ]
    assert live.apply(edits).fills == number
    sheet = live.book.impl.book["Board"]
    for place in range(number):
        cell = sheet.cell(2 * place + 1, 6)
        assert cell.fill.fgColor.rgb == ("FF112233", "FF445566")[place % 2]
        assert cell.font.color.rgb == "FFFFFFFF"
    if takes_lists:
        assert engine.calls["write color"] == engine.calls["write font"] <= 2 + number // 40
    fills = {place: state.fill for place, state in live.cells(edit.name for edit in edits).items()}
    assert fills == {edit.name: edit.fill for edit in edits}


@pytest.mark.parametrize("takes_lists", [True, False])
@pytest.mark.parametrize("failing", [2, 3, 4, 5, 6])
def test_colours_are_put_back_cell_by_cell_when_excel_stops(failing, takes_lists):
    engine, live = coloured(12)
    engine.takes_lists = takes_lists
    before = held(live)
    engine.broken_writes = {failing}
    edits = [
        SetFill(f"a{place}_rag", ("#112233", "#445566")[place % 2], "#FFFFFF")
        for place in range(12)
    ]
    edits += [SetFill("here", "#778899", "#000000")]
    with pytest.raises(ComError):
        live.apply(edits)
    assert held(live) == before


def test_a_status_whose_text_has_several_colours_is_coloured():
    engine, live = coloured(2)
    engine.rich = {"F1"}
    engine.broken_writes = {3}
    edits = [SetFill("a0_rag", "#112233", "#FFFFFF"), SetFill("a1_rag", "#445566", "#000000")]
    with pytest.raises(ComError):
        live.apply(edits)
    assert live.book.impl.book["Board"]["F3"].font.color.rgb == "FF222222"
    engine.broken_writes = set()
    assert live.apply(edits).fills == 2


def test_a_block_does_not_go_over_a_table_that_is_written_in_the_same_refresh():
    def named(book: openpyxl.Workbook) -> None:
        for name, place in (
            ("left", "$D$3"),
            ("inside", "$B$3"),
            ("between", "$C$3"),
            ("outside", "$A$3"),
        ):
            book.defined_names[name] = DefinedName(name, attr_text=f"Board!{place}")
        for row in (2, 3):
            book["Board"].cell(row, 2).value = None

    _, live = opened(named)
    live.apply(
        [
            SetRows("tblSmall", ("Number",), ((7,), (8,))),
            *(
                SetValue(name, value)
                for name, value in (("left", "x"), ("between", None), ("inside", None))
            ),
            SetValue("outside", "y"),
        ]
    )
    sheet = live.book.impl.book["Board"]
    assert [sheet.cell(3, column).value for column in range(1, 5)] == ["y", 8, None, "x"]
