"""Parts as no office program writes them, but some program might: read, or refused in a sentence;
never the end of it.
"""

from __future__ import annotations

import re
from io import BytesIO

import openpyxl
import pytest

from tests.excel.torture import mended
from tests.openpyxl_books import openpyxl_book
from tests.shipped import few
from tests.users import sheet_part, unpacked
from xlperf.cli import main
from xlperf.ending import DONE, REFUSED
from xlperf.excel.file import FileWorkbook

STYLES = "xl/styles.xml"
MONTHLY = sheet_part(unpacked(few().read_bytes()), "Monthly")


@pytest.fixture
def refresh(tmp_path, capsys):
    """Refresh a workbook with one part changed: exit code, what was said, and where it is."""

    def run(part, change):
        path = tmp_path / "Odd.xlsm"
        path.write_bytes(mended(few().read_bytes(), part, change))
        code = main(["refresh", str(path)])
        return code, " ".join(capsys.readouterr().err.split()), path

    return run


@pytest.mark.parametrize(
    "row",
    [
        b'<row r="400"><c r="ZZ1048576"><v>1</v></c></row>',
        b'<row r="400"><c r="xfd1048576"><v>1</v></c></row>',
        b'<row r="400"><c r = "XFD1048576"><v>1</v></c></row>',
        b'<row r="400"><c\n r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row  r="1048576"><c r="ZZ1048576"><v>1</v></c></row>',
        b'<row r="400"><c r="AAAA1"><v>1</v></c></row>',
        b'<row r="400"><c r="A0"><v>1</v></c></row>',
        b'<row r="99999999"><c r="A99999999"><v>1</v></c></row>',
    ],
)
def test_a_cell_far_away_or_nowhere_is_read_or_refused(refresh, row):
    code, said, path = refresh(
        MONTHLY, lambda part: part.replace(b"</sheetData>", row + b"</sheetData>")
    )
    assert code == DONE or (code == REFUSED and said.startswith("xlperf: "))
    assert FileWorkbook.open(path) is not None


def test_a_cell_with_an_empty_style_has_the_first(refresh):
    code, said, _ = refresh(
        MONTHLY, lambda part: re.sub(rb'(<c r="C10") s="\d+"', rb'\1 s=""', part, count=1)
    )
    assert (code, said) == (DONE, "")


@pytest.mark.parametrize("name", [b"fonts", b"fills"])
def test_styles_without_a_list_are_refused_in_a_sentence(refresh, name):
    pattern = rb"<%s\b.*?</%s>" % (name, name)
    code, said, _ = refresh(STYLES, lambda part: re.sub(pattern, b"", part, flags=re.DOTALL))
    assert code == REFUSED
    assert f"has no list of {name.decode()}, so nothing can be coloured" in said


@pytest.mark.parametrize("empty", [b"<%s/>", b'<%s count="0"/>'])
@pytest.mark.parametrize("name", [b"fonts", b"fills"])
def test_styles_with_an_empty_list_are_filled_so_that_others_can_read_them(refresh, name, empty):
    pattern = rb"<%s\b.*?</%s>" % (name, name)
    code, said, path = refresh(
        STYLES, lambda part: re.sub(pattern, empty % name, part, flags=re.DOTALL)
    )
    assert code == DONE or (code == REFUSED and said.startswith("xlperf: "))
    if code == DONE:
        openpyxl_book(path, keep_vba=True)


def test_a_new_fill_never_takes_the_place_of_the_two_that_are_reserved(refresh):
    def one_fill(part: bytes) -> bytes:
        first = b'<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
        part = re.sub(rb"<fills\b.*?</fills>", first, part, flags=re.DOTALL)
        return re.sub(rb'fillId="\d+"', b'fillId="0"', part)

    code, _, path = refresh(STYLES, one_fill)
    assert code == DONE
    fills = re.search(rb"<fills.*?</fills>", unpacked(path.read_bytes())[STYLES], re.DOTALL).group()
    assert re.findall(rb'patternType="(\w+)"', fills)[:3] == [b"none", b"gray125", b"solid"]


@pytest.mark.parametrize("encoding", [b"UTF-7", b"cp037", b"no-such", b"utf-8-sig"])
def test_a_part_in_an_encoding_of_no_workbook_is_refused(refresh, encoding):
    head = b'<?xml version="1.0" encoding="' + encoding + b'" standalone="yes"?>'
    code, said, _ = refresh(MONTHLY, lambda part: re.sub(rb"^<\?xml.*?\?>", head, part))
    assert code == REFUSED
    assert "encoding" in said or "damaged" in said


def test_so_is_one_whose_declaration_itself_is_in_another_encoding(refresh):
    head = '<?xml version="1.0" encoding="UTF-7"?>'
    code, said, _ = refresh(
        MONTHLY, lambda part: re.sub(r"^<\?xml.*?\?>", head, part.decode()).encode("utf-16-le")
    )
    assert code == REFUSED
    assert "in an encoding that no workbook has" in said


def test_elements_nested_without_end_are_refused(refresh):
    deep = b"<x>" * 5000 + b"</x>" * 5000
    code, said, _ = refresh(
        STYLES, lambda part: part.replace(b"</styleSheet>", deep + b"</styleSheet>")
    )
    assert code == REFUSED
    assert "nests more than 256 elements" in said


def test_a_workbook_that_openpyxl_wrote_with_one_fill_is_read():
    book, out = openpyxl.Workbook(), BytesIO()
    book.save(out)
    assert FileWorkbook(out.getvalue(), "x.xlsx").kind == ".xlsx"
