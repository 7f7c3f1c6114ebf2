"""Heavy workbooks: the work grows with what is in them, not with how far their areas reach."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.excel.torture import mended, packed, simple, unpacked
from tests.fuzz import heavy
from tests.shipped import SHIPPED
from xlperf import leaks
from xlperf.errors import WorkbookError
from xlperf.excel import contents, markup
from xlperf.excel.areas import LAST_ROW, Area, Areas
from xlperf.excel.file import FileWorkbook
from xlperf.excel.port import SetRows
from xlperf.leaks import LeakKind, checking, findings
from xlperf.pipeline import assess_workbook
from xlperf.tables import problems, schema

TODAY = date(2014, 11, 3)
CELLS = st.tuples(st.integers(1, 40), st.integers(1, 12))


def shipped_but(*changes) -> FileWorkbook:
    parts = unpacked(SHIPPED.read_bytes())
    for change in changes:
        change(parts)
    return FileWorkbook(packed(parts), "Heavy.xlsm")


def colours(book: FileWorkbook) -> list[object]:
    return [line.rag for line in assess_workbook(book, today=TODAY).lines]


def test_tables_drawn_to_the_last_row_give_the_same_colours_and_few_rows():
    book = shipped_but(heavy.all_tables_to)
    assert colours(book) == colours(shipped_but())
    grids = book.read(table.name for table in schema.DATA)
    assert max(len(grid.rows) for grid in grids.values()) < 10 * contents.BLANK_ROWS


def test_a_table_drawn_to_the_last_row_is_made_as_short_as_its_rows():
    data = mended(
        simple([["a", 1]]),
        "xl/tables/table1.xml",
        lambda part: part.replace(b"A1:B2", b"A1:B1048576"),
    )
    book = FileWorkbook(data, "Book.xlsx")
    book.apply([SetRows("tblA", ("A", "B"), (("b", 2), ("c", 3)))])
    assert FileWorkbook(book.to_bytes(), "Book.xlsx").read(["tblA"])["tblA"].rows == (
        ("b", 2),
        ("c", 3),
    )


def test_merges_to_the_last_row_give_the_same_colours():
    book = shipped_but(lambda parts: heavy.merges(parts, "Dashboard"))
    assert colours(book) == colours(shipped_but())


@given(
    st.lists(st.tuples(CELLS, CELLS), max_size=12).map(
        lambda pairs: [
            Area(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
            for a, b in pairs
        ]
    ),
    CELLS,
)
def test_the_areas_that_hold_a_cell_are_found_as_by_looking_at_each(areas, cell):
    found = Areas(areas).at(*cell)
    assert (found is None) == (not any(cell in area for area in areas))
    assert found is None or cell in found


def test_an_area_to_the_last_row_is_kept_in_few_places():
    assert len(Areas([Area(2, 1, LAST_ROW, 1)])._blocks) <= 2 * LAST_ROW.bit_length()


@pytest.mark.parametrize("change", ["rubbish in a table", "names of unknown status"])
def test_more_faults_than_can_be_listed_are_refused_in_a_sentence(change, monkeypatch):
    monkeypatch.setattr(heavy, "RUBBISH", range(5_000, 16_000))
    monkeypatch.setattr(heavy, "NAMES", range(problems.MOST_PROBLEMS + 1))
    with pytest.raises(WorkbookError, match=r"faults or more, too many to list.*The first: "):
        assess_workbook(shipped_but(heavy.CASES[change]), today=TODAY)


def test_a_cell_keeps_what_excel_allows_of_a_long_text():
    data = mended(
        simple([["a", 1]]),
        "xl/sharedStrings.xml",
        lambda part: part.replace(b"<t>a<", b"<t>%s<" % (b"x" * 100_000)),
    )
    assert FileWorkbook(data, "Book.xlsx").read(["tblA"])["tblA"].rows == (("x" * 32_767, 1),)


def test_a_text_number_beyond_the_texts_is_damage_and_not_blank():
    data = mended(
        simple([["a", 1]]),
        "xl/worksheets/sheet1.xml",
        lambda part: re.sub(rb'(<c r="A2" t="s"><v>)\d+', rb"\g<1>99999", part),
    )
    with pytest.raises(WorkbookError, match="text number '99999'"):
        FileWorkbook(data, "Book.xlsx").read(["tblA"])


def test_two_sheets_of_one_name_are_not_taken_for_each_other():
    parts = unpacked(simple([["a", 1]]))
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b'name="Two"', b'name="One"')
    assert FileWorkbook(packed(parts), "Book.xlsx").read(["tblA"])["tblA"].rows == (("a", 1),)


def test_a_leak_check_says_what_is_too_much_to_look_through(monkeypatch):
    long = mended(
        simple([["a", 1]]),
        "xl/sharedStrings.xml",
        lambda part: part.replace(b"<t>a<", b"<t>%s<" % (b"x" * 100_000)),
    )
    found = leaks.check(long, "Long.xlsx")
    assert any(
        leak.kind is LeakKind.UNREADABLE and "100,000 characters" in leak.found for leak in found
    )
    monkeypatch.setattr(findings, "LONGEST_TEXT", 200_000)
    assert not any(leak.kind is LeakKind.UNREADABLE for leak in leaks.check(long, "Long.xlsx"))
    monkeypatch.setattr(checking, "MOST_MARKUP", 1_000)
    (leak,) = leaks.check(long, "Long.xlsx")
    assert leak.kind is LeakKind.UNREADABLE


def is_read_at_once(rows: str) -> bool:
    part = f'<worksheet xmlns="{markup.MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    changed = mended(simple([["a", 1]]), "xl/worksheets/sheet2.xml", lambda _: part.encode())
    book = contents.WorkbookParts(changed, "Book.xlsx")
    entry = book.workbook.sheets[1]
    read = book.block(entry, Area(1, 1, 1, 1))
    assert (None in read[0]) is not ('r="A1"' in rows)
    return book._grids[entry.part] is not None


def row_with(number: int, *letters: str) -> str:
    cells = "".join(f'<c r="{column}{number}"><v>1</v></c>' for column in letters)
    return f'<row r="{number}">{cells}</row>'


def test_a_sheet_is_read_at_once_only_if_its_rows_are_in_order_and_not_wide_and_empty():
    assert is_read_at_once(row_with(1, "A", "XFD") + row_with(1_048_576, "C"))
    widest = [row_with(number, "A", "XFD") for number in range(1, 307)]
    assert is_read_at_once("".join(widest[:-1]))
    assert not is_read_at_once("".join(widest))
    assert not is_read_at_once(row_with(2, "A") + row_with(1, "A"))
    assert not is_read_at_once(row_with(1, "A", "C", "B"))
