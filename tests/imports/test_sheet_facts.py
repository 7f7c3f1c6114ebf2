"""How far sheets reach, by their bytes alone."""

from __future__ import annotations

import io
import zipfile

import pytest

from xlperf.errors import WorkbookError
from xlperf.excel.package import Package
from xlperf.imports.sheet_facts import hidden_parts, require_small


def package(name: str, data: bytes) -> Package:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as packed:
        packed.writestr(name, data)
    return Package(memory.getvalue(), "x.xlsx")


def ods(*rows: str) -> Package:
    return package("content.xml", f'<table:table x="">{"".join(rows)}</table:table>'.encode())


FILLED = '<table:table-cell office:value="1"/>'
BLANK = '<table:table-cell table:number-columns-repeated="16384"/>'


def test_blank_cells_to_the_end_of_a_sheet_take_no_memory():
    many = '<table:table-row table:number-rows-repeated="1048576">'
    require_small(ods(f"<table:table-row>{FILLED}{BLANK}</table:table-row>", f"{many}{BLANK}"))
    with pytest.raises(WorkbookError, match="1,048,577 rows by 16,385 columns"):
        require_small(ods(f"<table:table-row>{FILLED}</table:table-row>", f"{many}{BLANK}{FILLED}"))


def test_a_sheet_elsewhere_in_the_package_is_looked_at_too():
    with pytest.raises(WorkbookError, match="1,048,576 rows by 16,384 columns"):
        require_small(package("xl/other/one.xml", b'<x:c t="n" r="XFD1048576"/>'))


@pytest.mark.parametrize("mark", [b"<row r='1' hidden='1'>", b'<col min="2" hidden="true"/>'])
def test_hidden_rows_and_columns_are_seen(mark):
    assert hidden_parts(package("xl/worksheets/sheet1.xml", mark))
    assert not hidden_parts(package("xl/worksheets/sheet1.xml", mark.replace(b"hidden", b"x")))
