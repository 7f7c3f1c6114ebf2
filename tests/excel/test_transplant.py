"""Sheets put into workbooks of other programs: all that was there stays, and can be had back."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

import openpyxl
import pytest
from xlsxwriter import Workbook

from tests.excel.lint import faults
from tests.excel.torture import injected, packed, unpacked
from tests.tools import converted, soffice, validate
from xlperf import outcome
from xlperf.errors import LayoutError, WorkbookError
from xlperf.excel.file import FileWorkbook
from xlperf.excel.new_sheets import NewSheet, NewSheets
from xlperf.excel.transplant.donor import Donor
from xlperf.excel.transplant.host import Host, with_sheets
from xlperf.excel.transplant.removal import remove_sheets, uses
from xlperf.excel.transplant.renaming import rename_sheet, renamed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")


class Theirs(NamedTuple):
    """A workbook of somebody else: what made it, and its bytes."""

    name: str
    data: bytes

    @property
    def file(self) -> str:
        return "Theirs.xlsm" if self.name == "torture" else "Theirs.xlsx"


NEW = ("New board", "New data")
CHANGED = {"[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/workbook.xml", "xl/styles.xml"}
WORKBOOK = "xl/workbook.xml"


def donor() -> bytes:
    """Two sheets with most of what new sheets have: formats, a table, a chart, links, names."""
    memory = BytesIO()
    book = Workbook(memory, {"in_memory": True})
    board, data = (book.add_worksheet(name) for name in NEW)
    bold = book.add_format({"bold": True, "bg_color": "#FF8800", "num_format": "0.0%"})
    board.write_string(0, 0, "Title", book.add_format({"font_color": "#14304F"}))
    board.write_string(1, 0, "plain & simple <text>")
    board.write_number(1, 1, 0.25, bold)
    board.write_rich_string(2, 0, "some ", bold, "bold", " words")
    board.set_row(4, 30, bold)
    board.set_column(3, 3, 20, bold)
    board.write_url(5, 0, "https://example.org/a?b=c&d=e")
    board.write_url(6, 0, "internal:'New data'!A1")
    board.conditional_format(
        "B1:B9",
        {
            "type": "cell",
            "criteria": ">",
            "value": 1,
            "format": book.add_format({"bg_color": "#FF0000", "num_format": "0.000"}),
        },
    )
    board.print_area(0, 0, 20, 10)
    board.activate()
    columns = [{"header": "Month", "header_format": bold}, {"header": "Count"}]
    data.add_table(0, 0, 3, 1, {"name": "tblNew", "columns": columns, "data": [["a", 1], ["b", 2]]})
    data.data_validation("A2:A9", {"validate": "list", "source": ["x", "y"]})
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "='New data'!$B$2:$B$3"})
    board.insert_chart("F2", chart)
    book.close()
    return memory.getvalue()


def planted(data: bytes, at: int | None = None) -> bytes:
    host = Host(data, "Theirs.xlsx")
    host.add(Donor(donor()), NEW, {} if at is None else dict.fromkeys(NEW, at))
    host.lists.set_name("their_new_name", "'New board'!$B$2")
    return host.to_bytes()


def taken_out(data: bytes) -> bytes:
    host = Host(data, "Theirs.xlsx")
    remove_sheets(host, NEW)
    host.lists.remove_names(["their_new_name"])
    return host.to_bytes()


def made_by_xlsxwriter(_folder: Path) -> bytes:
    memory = BytesIO()
    book = Workbook(memory, {"in_memory": True, "date_1904": True})
    sheet = book.add_worksheet("Sheet1")
    sheet.write_formula("A1", "=SUM(B1:B3)", None, 6)
    sheet.add_table("D1:E3", {"name": "Table1"})
    book.add_worksheet("Our own").write_string(0, 0, "x", book.add_format({"italic": True}))
    book.define_name("'Our own'!local", "='Our own'!$A$1")
    book.close()
    return memory.getvalue()


def made_by_openpyxl(_folder: Path) -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    book.create_sheet("More").sheet_view.tabSelected = True
    memory = BytesIO()
    book.save(memory)
    return memory.getvalue()


def made_by_libreoffice(folder: Path) -> bytes:
    if soffice() is None:
        pytest.skip("LibreOffice is not installed")
    source = folder / "made.xlsx"
    source.write_bytes(made_by_xlsxwriter(folder))
    (folder / "out").mkdir()
    return converted(source, "xlsx", folder / "out").read_bytes()


def with_prefix(folder: Path) -> bytes:
    """A workbook whose parts write the main namespace with a prefix, and the relations' late."""
    parts = unpacked(made_by_openpyxl(folder))
    for name in (WORKBOOK, "xl/styles.xml"):
        text = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", parts[name])
        parts[name] = text.replace(b"xmlns=", b"xmlns:x=", 1)
    return packed(parts)


def without_lists(folder: Path) -> bytes:
    """A workbook whose styles have no item but one font, and whose names are an empty list."""
    parts = unpacked(made_by_openpyxl(folder))
    styles = b'<fonts count="1"><font><sz val="9"/></font></fonts><cellXfs count="0"/><dxfs/>'
    main = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    parts["xl/styles.xml"] = b"<styleSheet %s>%s</styleSheet>" % (main, styles)
    parts[WORKBOOK] = parts[WORKBOOK].replace(b"<calcPr", b"<definedNames /><calcPr")
    return packed(parts)


HOSTS: tuple[Callable[[Path], bytes], ...] = (
    lambda _folder: injected(),
    made_by_xlsxwriter,
    made_by_openpyxl,
    made_by_libreoffice,
    with_prefix,
    without_lists,
)
NAMES = ("torture", "xlsxwriter", "openpyxl", "libreoffice", "prefix", "no lists")


@pytest.fixture(scope="module", params=zip(NAMES, HOSTS, strict=True), ids=NAMES)
def host(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Theirs:
    name, made = request.param
    return Theirs(name, made(tmp_path_factory.mktemp("host")))


def test_every_part_but_the_lists_and_the_styles_keeps_its_bytes(host: Theirs):
    before, after = unpacked(host.data), unpacked(planted(host.data))
    assert list(after)[: len(before)] == list(before)
    assert {name for name in before if after[name] != before[name]} <= CHANGED
    new = [name for name in after if name not in before]
    assert sum("worksheets/sheet" in name for name in new) == 2
    assert sum("charts/chart" in name for name in new) == 1


def test_sheets_taken_out_again_leave_all_but_formats_as_it_was(host: Theirs):
    before, after = unpacked(host.data), unpacked(taken_out(planted(host.data)))
    different = {name for name in before if after[name] != before[name]} - {"xl/styles.xml"}
    assert list(after) == list(before)
    if re.search(rb"definedNames\s*/>", before[WORKBOOK]):
        different -= {WORKBOOK}  # an empty list of names is left out
    if host.name == "libreoffice":
        different -= {"[Content_Types].xml"}  # the default for relations stays
    assert different == set()


def test_the_workbook_stays_as_valid_as_it_was(host: Theirs, tmp_path: Path):
    old, new = tmp_path / "old" / host.file, tmp_path / "new" / host.file
    for path, data in ((old, host.data), (new, planted(host.data))):
        path.parent.mkdir()
        path.write_bytes(data)
    assert set(faults(new)) <= set(faults(old))
    errors = validate(new)
    if errors is None:
        pytest.skip("the validator is not installed")
    assert len(errors) <= len(validate(old) or [])


def test_what_was_planted_is_read_as_it_was_made(host: Theirs):
    book: Any = openpyxl.load_workbook(BytesIO(planted(host.data)))
    plain: Any = openpyxl.load_workbook(BytesIO(donor()))
    for name in NEW:
        here, there = book[name], plain[name]
        for row in there.iter_rows():
            for cell in row:
                same = here[cell.coordinate]
                assert same.value == cell.value
                assert same.number_format == cell.number_format
                assert same.font.b == cell.font.b
                assert same.fill.fgColor.rgb == cell.fill.fgColor.rgb
    assert book["New data"].tables["tblNew"].ref == "A1:B4"
    assert book["New board"].print_area == "'New board'!$A$1:$K$21"
    assert book.defined_names["their_new_name"].attr_text == "'New board'!$B$2"


def test_planting_the_same_sheets_again_adds_no_format(host: Theirs):
    once = planted(host.data)
    again = planted(taken_out(once))
    assert unpacked(again)["xl/styles.xml"] == unpacked(once)["xl/styles.xml"]


def test_sheets_planted_in_front_leave_names_and_the_active_sheet_where_they_were(
    host: Theirs,
):
    before: Any = openpyxl.load_workbook(BytesIO(host.data))
    after: Any = openpyxl.load_workbook(BytesIO(planted(host.data, at=0)))
    assert after.sheetnames == [*reversed(NEW), *before.sheetnames] or after.sheetnames == [
        *NEW,
        *before.sheetnames,
    ]
    assert after.active.title == before.active.title
    for sheet in before.sheetnames:
        names = getattr(before[sheet], "defined_names", {})
        for name in names:
            assert after[sheet].defined_names[name].attr_text == names[name].attr_text


def test_a_renamed_sheet_takes_all_formulas_along(tmp_path: Path):
    memory = BytesIO()
    book = Workbook(memory, {"in_memory": True})
    one, other = book.add_worksheet("Board"), book.add_worksheet("Other")
    other.write_formula("A1", '=" Board!A1 "&Board!A1')
    other.write_formula("A2", "='Board'!A1")
    other.write_url("A3", "internal:Board!A1", None, "jump")
    other.data_validation("B1", {"validate": "list", "source": "=Board!$A$1:$A$3"})
    other.conditional_format(
        "C1", {"type": "formula", "criteria": "=Board!$A$1>1", "format": book.add_format()}
    )
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Board!$A$1:$A$3"})
    one.insert_chart("F2", chart)
    one.print_area(0, 0, 3, 3)
    book.define_name("somewhere", "=Board!$A$1")
    book.close()
    host = Host(memory.getvalue(), "Theirs.xlsx")
    rename_sheet(host, "Board", "Board (2014)")
    after = host.to_bytes()
    text = b"".join(data for name, data in unpacked(after).items() if "docProps" not in name)
    assert text.replace(b'" Board!A1 "', b"").count(b"Board!") == 0
    assert text.count(b"'Board (2014)'!") == 8
    path = tmp_path / "after.xlsx"
    path.write_bytes(after)
    assert faults(path) == []


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("Board!A1", "'It''s'!A1"),
        ("Board!A1:Board!B2", "'It''s'!A1:'It''s'!B2"),
        ("'board'!$A$1+MyBoard!A1", "'It''s'!$A$1+MyBoard!A1"),
        ('"Board!"&[1]Board!A1', '"Board!"&[1]Board!A1'),
        ("'[Other.xlsx]Board'!A1", "'[Other.xlsx]Board'!A1"),
    ],
)
def test_a_formula_follows_only_where_it_means_the_sheet(formula: str, expected: str):
    assert renamed(formula, "Board", "It's") == expected


def test_a_sheet_at_the_end_of_a_range_of_sheets_is_not_renamed():
    with pytest.raises(LayoutError, match="counts over several sheets"):
        renamed("SUM(Jan:Board!A1)", "Board", "Other")


def test_sheets_whose_formulas_use_ours_are_listed():
    memory = BytesIO()
    book = Workbook(memory, {"in_memory": True})
    book.add_worksheet("Free").write_formula("A1", "=1+1")
    book.add_worksheet("Bound").write_formula("A1", "='New data'!B2")
    book.close()
    host = Host(planted(memory.getvalue()), "Theirs.xlsx")
    assert list(uses(host, NEW, ["their_new_name"])) == ["Bound"]
    assert list(uses(host, NEW, ())) == ["Bound", "the name their_new_name"]


def test_no_workbook_is_left_without_a_sheet():
    host = Host(donor(), "Theirs.xlsx")
    with pytest.raises(LayoutError, match="no sheet left"):
        remove_sheets(host, NEW)


def test_what_takes_no_sheets_is_refused_with_the_reason(tmp_path: Path):
    parts = unpacked(made_by_openpyxl(tmp_path))

    def refusal(**changes: bytes) -> str:
        with pytest.raises((LayoutError, WorkbookError)) as caught:
            Host(packed(parts | changes), "Theirs.xlsx")
        return str(caught.value)

    locked = parts[WORKBOOK].replace(
        b"<bookViews>", b'<workbookProtection lockStructure="1"/><bookViews>'
    )
    two = parts["xl/styles.xml"].replace(b"<fonts", b"<!--AlternateContent--><fonts")
    assert "structure of Theirs.xlsx is protected" in refusal(**{WORKBOOK: locked})
    assert "signature" in refusal(**{"_xmlsignatures/origin.sigs": b""})
    assert "shared" in refusal(**{"xl/revisions/revisionHeaders.xml": b"<headers/>"})
    assert "two versions" in refusal(**{"xl/styles.xml": two})
    assert "holds no styles" in refusal(**{"xl/styles.xml": b"<other/>"})


def test_the_file_engine_reads_a_planted_table():
    book = FileWorkbook(planted(injected()), "Torture.xlsm")
    assert book.read(["tblNew"])["tblNew"].rows[0] == ("a", 1)
    assert book.cells(["their_new_name"])["their_new_name"].value == 0.25


def test_a_chosen_sheet_is_the_only_one_selected(tmp_path: Path):
    host = Host(planted(made_by_openpyxl(tmp_path)), "Theirs.xlsx")
    host.activate("New board")
    parts = unpacked(host.to_bytes())
    assert [name for name in parts if b"tabSelected" in parts[name]] == [host.sheet_part(NEW[0])]


def _with(**changes: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    """The torture workbook with some parts written in another way."""
    parts = {
        "workbook": WORKBOOK,
        "styles": "xl/styles.xml",
        "types": "[Content_Types].xml",
        "links": "xl/_rels/workbook.xml.rels",
    }

    def made() -> bytes:
        found = unpacked(injected())
        for key, change in changes.items():
            found[parts[key]] = change(found[parts[key]])
        return packed(found)

    return made


def _utf16(data: bytes) -> bytes:
    return data.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")


def _in_single_quotes(data: bytes) -> bytes:
    return re.sub(rb'="([^"\']*)"', rb"='\1'", data)


def _prefixed(data: bytes) -> bytes:
    return re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1p:", data).replace(b"xmlns=", b"xmlns:p=", 1)


ODD = {
    "UTF-16": _with(workbook=_utf16, styles=_utf16, types=_utf16, links=_utf16),
    "a byte order mark": _with(styles=lambda data: b"\xef\xbb\xbf" + data),
    "lines and spaces": _with(workbook=lambda data: data.replace(b"><", b">\r\n  <")),
    "single quotes": _with(workbook=_in_single_quotes, styles=_in_single_quotes),
    "prefixes": _with(workbook=_prefixed, types=_prefixed, links=_prefixed),
    "a comment at the end": _with(links=lambda data: data + b"\n<!-- </Relationships -->"),
    "a sheet in a comment": _with(
        workbook=lambda data: data.replace(b"<sheets>", b"<sheets><!-- <sheet name='x'/> -->")
    ),
    "absolute targets": _with(links=lambda data: re.sub(rb'Target="(?!/)', b'Target="/xl/', data)),
}


@pytest.mark.parametrize("made", ODD.values(), ids=ODD)
def test_however_a_host_is_written_it_takes_sheets_and_gives_them_back(made):
    data = made()
    new = planted(data)
    assert FileWorkbook(new, "Torture.xlsm").read(["tblNew"])["tblNew"].rows[0] == ("a", 1)
    before, after = unpacked(data), unpacked(taken_out(new))
    decoded = {name for name in before if after[name] != before[name]}
    if made is ODD["UTF-16"]:  # parts that are edited are written as UTF-8
        decoded -= CHANGED
    assert decoded <= {"xl/styles.xml"}


def test_new_sheets_in_a_workbook_with_signed_macros_are_told_of():
    parts = unpacked(injected()) | {"xl/vbaProjectSignature.bin": b"signed"}
    new = NewSheets(donor(), (NewSheet(NEW[0]), NewSheet(NEW[1])), {}, {})
    with outcome.recording() as record:
        with_sheets(packed(parts), "Signed.xlsm", new)
    assert ["sign them again" in note for note in record.notes] == [True]


def test_where_a_formula_counts_over_sheets_their_order_stays():
    memory = BytesIO()
    book = Workbook(memory, {"in_memory": True})
    for name in ("Jan", "Feb", "Dec"):
        book.add_worksheet(name)
    book.add_worksheet("Sum").write_formula("A1", "=SUM(Jan:Dec!A1)", None, 0)
    book.close()
    new = NewSheets(donor(), (NewSheet(NEW[0], after="Jan"), NewSheet(NEW[1])), {}, {})
    host = Host(with_sheets(memory.getvalue(), "Theirs.xlsx", new), "Theirs.xlsx")
    assert host.sheet_names == ["Jan", "Feb", "Dec", "Sum", *NEW]
