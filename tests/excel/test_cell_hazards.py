"""Cells that must not be written, values that are easily written wrong, styles, formulas that
depend on them.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest
import xlsxwriter

from tests.excel.lint import faults
from tests.excel.torture import cells_of, mended, packed, simple, torture, unpacked
from xlperf.errors import LayoutError
from xlperf.excel.file import FileWorkbook
from xlperf.excel.port import Link, SetFill, SetRows, SetValue

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
BOARD, TWO, STYLES, MAIN = (
    "xl/worksheets/sheet1.xml",
    "xl/worksheets/sheet2.xml",
    "xl/styles.xml",
    "xl/workbook.xml",
)


def opened(data: bytes | None = None) -> FileWorkbook:
    return FileWorkbook(data or torture(), "Torture.xlsm")


def written(value: object, data: bytes | None = None) -> bytes:
    """The cell B2 of the sheet Two after a value was set."""
    book = FileWorkbook(data or simple([["a", 1]]), "x")
    book.apply([SetValue("spot", value)])  # type: ignore[arg-type]
    return cells_of(unpacked(book.to_bytes())[TWO])["B2"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("tile_formula", r"Dash's & 'board!B12 \(tile_formula\) holds a formula"),
        ("tile_inside", "is inside the merged area E3:G4"),
        ("tile_spill", "is part of an array formula, a spill or a data table"),
        ("tile_broken", "points to no single cell"),
        ("rate", "points to no single cell"),
    ],
)
def test_cells_that_are_not_plain_are_refused_with_the_reason(name, why):
    book = opened()
    for edit in (SetValue(name, 1), SetFill(name, "#FF0000", "#000000")):
        with pytest.raises(LayoutError, match=why):
            book.apply([edit])
    assert book.to_bytes() == torture()
    state = book.cells([name]).get(name)
    assert state is None or state.refusal


def test_a_merged_area_is_written_in_its_first_cell():
    book = opened()
    book.apply([SetValue("tile_merged", "new")])
    assert book.cells(["tile_merged"])["tile_merged"].value == "new"
    assert book.cells(["tile_merged"])["tile_merged"].address == "E3"


def test_a_fill_alone_changes_nothing_but_the_style_number():
    book = opened()
    before = cells_of(unpacked(book.to_bytes())[BOARD])["B3"]
    book.apply([SetFill("tile_0_value", "#123456", "#654321")])
    after = cells_of(unpacked(book.to_bytes())[BOARD])["B3"]
    assert re.sub(rb' s="\d+"', b"", before) == re.sub(rb' s="\d+"', b"", after)


def test_protection_stays_and_does_not_stop_an_edit():
    book = opened()
    book.apply([SetValue("tile_0_value", 1)])
    protection = re.compile(rb"<sheetProtection[^>]*>")
    after, before = unpacked(book.to_bytes())[BOARD], unpacked(torture())[BOARD]
    assert protection.findall(after) == protection.findall(before) != []


@pytest.mark.parametrize(("state", "sheet"), [("hidden", "Two"), ("veryHidden", "Two")])
def test_cells_of_hidden_sheets_are_read_and_written_and_stay_hidden(state, sheet):
    data = mended(
        simple([["a", 1]]),
        MAIN,
        lambda part: part.replace(b'name="Two"', b'name="Two" state="%s"' % state.encode()),
    )
    book = FileWorkbook(data, "x")
    assert book.cells(["spot"])["spot"].sheet == sheet
    book.apply([SetValue("spot", "new")])
    assert unpacked(book.to_bytes())[MAIN].count(state.encode()) == 1


def test_a_name_that_points_to_a_chart_sheet_is_no_cell():
    data = mended(torture(), MAIN, lambda part: part.replace(b"Other!$C$2<", b"Chart!$C$2<"))
    assert opened(data).cells(["tile_spill"]) == {}


@pytest.mark.parametrize(
    ("text", "target"),
    [
        (b"Two!$B$2:$B$2", True),
        (b"=Two!$B$2", True),
        (b"two!B2", True),
        (b"'Two'!$B$2", True),
        (b"Two!$B$2:$C$3", False),
        (b"Gone!$B$2", False),
        (b"[1]Two!$B$2", False),
        (b"Two!$B$2,Two!$C$3", False),
        (b"OFFSET(Two!$B$2,0,0)", False),
        (b"#REF!$B$2", False),
        (b"Two!$ZZZ$2", False),
    ],
)
def test_names_are_followed_only_to_one_cell(text, target):
    data = mended(simple([["a", 1]]), MAIN, lambda part: part.replace(b"Two!$B$2<", text + b"<"))
    assert bool(FileWorkbook(data, "x").cells(["spot"])) is target


def test_names_of_one_sheet_are_not_names_of_the_workbook():
    local = b'<definedName name="spot" localSheetId="0">One!$A$1</definedName>'
    data = mended(
        simple([["a", 1]]),
        MAIN,
        lambda part: part.replace(b"<definedNames>", b"<definedNames>" + local),
    )
    assert FileWorkbook(data, "x").cells(["spot"])["spot"].sheet == "Two"
    assert FileWorkbook(data, "x").defined_names("") == ("spot",)


@pytest.mark.parametrize(("date1904", "serial"), [(False, 41912), (True, 40450)])
def test_dates_follow_the_date_system_of_the_workbook(date1904, serial):
    book = FileWorkbook(simple([["a", 1]], date_1904=date1904), "x")
    edits = [
        SetValue("spot", date(2014, 9, 30)),
        SetRows("tblA", ("A",), ((datetime(2014, 9, 30, 6),),)),
    ]
    book.apply(edits)
    parts = unpacked(book.to_bytes())
    assert b"<v>%d</v>" % serial in cells_of(parts[TWO])["B2"]
    assert b"<v>%d.25</v>" % serial in cells_of(parts["xl/worksheets/sheet1.xml"])["A2"]
    assert not book.apply(edits).has_changes


@pytest.mark.parametrize("date1904", [False, True])
def test_dates_are_read_in_the_date_system_of_the_workbook(date1904):
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": date1904}) as book:
        sheet = book.add_worksheet("One")
        sheet.write_datetime("A2", date(2014, 9, 30), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write("A3", 1.5, book.add_format({"num_format": "[h]:mm"}))
        sheet.write("A4", 0.5, book.add_format({"num_format": "hh:mm"}))
        sheet.add_table("A1:A4", {"name": "tblA", "columns": [{"header": "A"}]})
        book.define_name("spot", "=One!$A$2")
    opened_once = FileWorkbook(out.getvalue(), "x")
    rows = opened_once.read(["tblA"])["tblA"].rows
    assert rows == ((date(2014, 9, 30),), (1.5,), (0.5,))
    assert opened_once.cells(["spot"])["spot"].value == date(2014, 9, 30)
    opened_once.apply([SetRows("tblA", ("A",), ((date(2014, 9, 29),), (1.5,), (0.5,)))])
    by_cell = opened_once.read(["tblA"])["tblA"].rows
    assert by_cell[0] == (date(2014, 9, 29),)
    assert by_cell[1] == (1.5,)


@pytest.mark.parametrize(
    ("value", "inner"),
    [
        ("=SUM(A1)", b't="inlineStr"><is><t xml:space="preserve">=SUM(A1)</t></is></c>'),
        ("+44 1", b'<t xml:space="preserve">+44 1</t>'),
        (" a ", b'<t xml:space="preserve"> a </t>'),
        ("_x0041_", b"_x005F_x0041_"),
        ("a\x07b\rc", b"a_x0007_b_x000D_c"),
        ("\ud800", b"_xD800_"),
        (1, b"<v>1</v>"),
        (0.1, b"<v>0.1</v>"),
        (1e-300, b"<v>1e-300</v>"),
        (True, b't="b"><v>1</v>'),
        (
            Link("Monthly", "C14"),
            b't="str"><f>HYPERLINK("#\'Monthly\'!C14","Monthly!C14")</f><v>Monthly!C14</v>',
        ),
        (Link('It\'s "so"', "A1"), b'HYPERLINK("#\'It\'\'s ""so""\'!A1","It\'s ""so""!A1")'),
        (
            Link("&<>", "A1"),
            b'<f>HYPERLINK("#\'&amp;&lt;&gt;\'!A1","&amp;&lt;&gt;!A1")</f><v>&amp;&lt;&gt;!A1</v>',
        ),
        (Link("x" * 300, "A1"), b't="inlineStr"'),
    ],
)
def test_values_are_written_in_the_form_of_the_file(value, inner):
    assert inner in written(value)


def test_text_is_counted_as_excel_counts_it():
    cell = written("\U0001f600" * 20_000)
    assert cell.decode().count("\U0001f600") == 32_767 // 2
    book = FileWorkbook(simple([["a", 1]]), "x")
    edit = SetValue("spot", "\U0001f600" * 20_000)
    book.apply([edit])
    assert not book.apply([edit]).has_changes


def test_a_link_of_ours_may_be_replaced_and_one_of_a_user_may_not():
    book = FileWorkbook(simple([["a", 1]]), "x")
    book.apply([SetValue("spot", Link("One", "A1"))])
    assert book.cells(["spot"])["spot"].refusal is None
    book.apply([SetValue("spot", "plain")])
    assert cells_of(unpacked(book.to_bytes())[TWO])["B2"].count(b"<f") == 0
    for formula in (
        b'HYPERLINK("#\'One\'!A1","Go there")',
        b"HYPERLINK(\"#'One'!A1\",B1)",
        b'HYPERLINK("https://example.org","x")',
    ):
        cell = b'<c r="B2" t="str"><f>' + formula + b"</f><v>x</v></c>"
        data = mended(
            simple([["a", 1]]),
            TWO,
            lambda part, cell=cell: re.sub(rb'<c r="B2".*?</c>', cell, part),
        )
        assert FileWorkbook(data, "x").cells(["spot"])["spot"].refusal == "holds a formula"


def with_chain(data: bytes) -> bytes:
    """A workbook with the calculation chain Excel would have written."""
    parts = unpacked(data)
    cells = b"".join(
        b'<c r="%s" i="%d"/>' % (at.encode(), number)
        for number in range(1, 5)
        for at, cell in cells_of(parts[f"xl/worksheets/sheet{number}.xml"]).items()
        if b"<f" in cell
    )
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/calcChain.xml"] = b'<calcChain xmlns="' + space + b'">' + cells + b"</calcChain>"
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    override = b'<Override PartName="/xl/calcChain.xml" ContentType="' + kind + b'"/>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"</Types>", override + b"</Types>"
    )
    relation = (
        b'<Relationship Id="rIdChain"'
        b' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"'
        b' Target="calcChain.xml"/>'
    )
    rels = "xl/_rels/workbook.xml.rels"
    parts[rels] = parts[rels].replace(b"</Relationships>", relation + b"</Relationships>")
    return packed(parts)


def test_the_calculation_chain_stays_while_no_formula_comes_or_goes():
    data = with_chain(torture())
    book = opened(data)
    book.apply([SetValue("tile_0_value", 5)])
    assert unpacked(book.to_bytes())["xl/calcChain.xml"] == unpacked(data)["xl/calcChain.xml"]


def test_the_calculation_chain_is_dropped_whole_when_formulas_come_or_go(tmp_path):
    path = tmp_path / "Book.xlsm"
    path.write_bytes(with_chain(torture()))
    assert faults(path) == []
    book = FileWorkbook.open(path)
    book.apply([SetRows("tblWritten", ("Where",), ((Link("Data", "A1"),),))])
    book.save()
    assert faults(path) == []
    parts = unpacked(path.read_bytes())
    assert "xl/calcChain.xml" not in parts
    assert b"calcChain" not in parts["[Content_Types].xml"] + parts["xl/_rels/workbook.xml.rels"]
    again = FileWorkbook.open(path)
    assert again.apply([SetRows("tblWritten", ("Where",), (("text",),))]).has_changes
    again.save()
    assert faults(path) == []


@pytest.mark.parametrize(
    "calc", [b"", b'<calcPr calcId="191029"/>', b"<calcPr calcId='1' fullCalcOnLoad='0'></calcPr>"]
)
def test_formulas_are_marked_for_recalculation(calc):
    data = mended(torture(), MAIN, lambda part: re.sub(rb"<calcPr[^>]*/>", calc, part))
    book = opened(data)
    assert book.apply([SetValue("tile_0_value", 99)]).needs_recalculation
    part = unpacked(book.to_bytes())[MAIN]
    assert part.count(b'fullCalcOnLoad="1"') == 1
    assert openpyxl.load_workbook(BytesIO(book.to_bytes())).calculation.fullCalcOnLoad
    assert not book.apply([SetValue("tile_0_value", 99)]).needs_recalculation


def test_a_workbook_without_formulas_needs_no_recalculation():
    data = mended(simple([["a", 1]]), MAIN, lambda part: re.sub(rb"<calcPr[^>]*/>", b"", part))
    book = FileWorkbook(data, "x")
    assert not book.apply(
        [SetValue("spot", 99), SetRows("tblA", ("A",), ((Link("One", "A1"),),))]
    ).needs_recalculation
    assert unpacked(book.to_bytes())[MAIN] == unpacked(data)[MAIN]


def test_of_a_style_only_fill_and_font_colour_change():
    before = openpyxl.load_workbook(BytesIO(torture()))
    book = opened()
    book.apply([SetFill("tile_0_rag", "#C00000", "#FFFFFF")])
    after = openpyxl.load_workbook(BytesIO(book.to_bytes()))
    old, new = before.worksheets[0]["C3"], after.worksheets[0]["C3"]
    assert (new.fill.fgColor.rgb, new.font.color.rgb) == ("FFC00000", "FFFFFFFF")
    for kept in ("border", "alignment", "number_format", "protection"):
        assert repr(getattr(new, kept)) == repr(getattr(old, kept))
    assert (new.font.name, new.font.sz, new.font.b) == (old.font.name, old.font.sz, old.font.b)


@pytest.mark.parametrize(
    ("fill", "shown"),
    [
        (
            (
                b'<fill><patternFill patternType="solid"><fgColor'
                b' rgb="FF00AA00"/></patternFill></fill>'
            ),
            "#00AA00",
        ),
        (b'<fill><patternFill patternType="solid"><fgColor theme="4"/></patternFill></fill>', None),
        (
            (
                b'<fill><patternFill patternType="solid"><fgColor rgb="FF00AA00"'
                b' tint="0.5"/></patternFill></fill>'
            ),
            None,
        ),
        (
            (
                b'<fill><patternFill patternType="lightUp"><fgColor'
                b' rgb="FF00AA00"/></patternFill></fill>'
            ),
            None,
        ),
        (
            (
                b'<fill><gradientFill><stop position="0"><color'
                b' rgb="FF00AA00"/></stop></gradientFill></fill>'
            ),
            None,
        ),
    ],
)
def test_only_a_solid_plain_colour_is_a_fill(fill, shown):
    data = mended(
        torture(),
        STYLES,
        lambda part: re.sub(
            rb'<fill><patternFill patternType="solid"><fgColor rgb="FFC00000"/>.*?</fill>',
            fill,
            part,
        ),
    )
    assert opened(data).cells(["tile_1_rag"])["tile_1_rag"].fill == shown


def test_a_theme_colour_of_a_font_is_replaced_in_the_order_of_the_schema():
    book = FileWorkbook(simple([["a", 1]]), "x")
    book.apply([SetFill("spot", "#112233", "#445566")])
    fonts = unpacked(book.to_bytes())[STYLES].partition(b"<fonts")[2].partition(b"</fonts>")[0]
    assert b'<sz val="11"/><color rgb="FF445566"/><name val="Calibri"/>' in fonts
    assert fonts.startswith(b' count="2"')


def test_a_refused_batch_leaves_no_style_behind():
    book = opened()
    with pytest.raises(LayoutError):
        book.apply([SetFill("tile_0_rag", "#ABCDEF", "#000000"), SetValue("tile_formula", 1)])
    book.apply([SetValue("tile_0_value", 1)])
    assert unpacked(book.to_bytes())[STYLES] == unpacked(torture())[STYLES]
