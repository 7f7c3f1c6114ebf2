"""Files as they should leave pass; with the list of what they hold too, and nothing else passes
then.
"""

from __future__ import annotations

from io import BytesIO

import pytest

from tests.leaks import clean
from tests.shipped import SHIPPED
from tests.tools import converted, soffice
from xlperf import leaks

TEXTS = frozenset(
    {
        "Performance", "Performance dashboard", "Dashboard", "Notes", "Measure", "Count", "Change", "Domestic burglary",
        "Violence with injury", "Hate crime", "Years end in September. Marked [p]: provisional.", "Where figures come from",
        "https://www.gov.uk/police", "Offences in the year", "Bars of three measures; burglary is 4,253.",
        "The office's mark", "Protective marking: OFFICIAL", "Page of", "OFFICIAL", "Report to the panel", "4,253", "5,466",
        "There were 4,253 domestic burglaries in the year to September 2014.", "The dashboard is attached.",
        "OFFICIAL: performance dashboard, September 2014", "The dashboard is attached. See the source.",
    }
)  # fmt: skip
NUMBERS = frozenset({4253.0, 5466.0, 0.0, 0.081, 0.044})
EXPECTED = leaks.Expected(
    TEXTS,
    NUMBERS,
    recipients=frozenset({"panel@council.example"}),
    allowed=frozenset({"@pcc.example"}),
)
FILES = {
    "Dashboard.xlsx": clean.workbook(),
    "Report.docx": clean.document(),
    "Dashboard.pdf": clean.pdf(),
    "Panel.eml": clean.mail(),
    "Notes.txt": b"Performance\nHate crime\n",
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "expected", [None, EXPECTED], ids=["content not compared", "content compared"]
)
def test_a_clean_file_passes(name, expected):
    assert leaks.check(FILES[name], name, expected=expected) == ()


@pytest.mark.parametrize("name", FILES)
def test_nothing_passes_when_nothing_is_expected(name):
    found = leaks.check(FILES[name], name, expected=leaks.Expected(frozenset()))
    assert {leak.kind for leak in found} == {leaks.LeakKind.UNEXPECTED}


@pytest.mark.parametrize(
    "missing",
    ["Hate crime", "Offences in the year", "Notes", "The office's mark", "Performance dashboard"],
)
def test_a_text_that_is_not_expected_is_found_in_the_workbook(missing):
    expected = leaks.Expected(TEXTS - {missing}, NUMBERS)
    found = leaks.check(FILES["Dashboard.xlsx"], "Dashboard.xlsx", expected=expected)
    assert {leak.found for leak in found} == {missing}
    assert all(leak.blocks for leak in found)


def test_a_number_that_is_not_expected_is_found_in_its_cell_and_its_chart():
    found = leaks.check(
        FILES["Dashboard.xlsx"],
        "Dashboard.xlsx",
        expected=leaks.Expected(TEXTS, NUMBERS - {5466.0}),
    )
    assert [(leak.where, leak.found) for leak in found] == [
        ("Dashboard!B5", "5466"),
        ("xl/charts/chart1.xml on Dashboard", "5466"),
    ]


def test_a_document_filled_in_from_pieces_is_expected_by_its_pieces():
    pieces = {"There were", "4,253", "domestic burglaries in the year to September 2014."}
    texts = TEXTS - {"There were 4,253 domestic burglaries in the year to September 2014."}
    assert (
        leaks.check(FILES["Report.docx"], "Report.docx", expected=leaks.Expected(texts | pieces))
        == ()
    )
    assert leaks.check(FILES["Report.docx"], "Report.docx", expected=leaks.Expected(texts)) != ()


@pytest.mark.libreoffice
@pytest.mark.skipif(soffice() is None, reason="LibreOffice is not installed")
def test_a_pdf_made_by_libreoffice_passes(tmp_path):
    path = tmp_path / "Dashboard.xlsx"
    path.write_bytes(clean.workbook())
    made = converted(path, "pdf", tmp_path).read_bytes()
    assert leaks.check(made, "Dashboard.pdf") == ()
    figures = frozenset(
        f"{value}"
        for value in (
            *range(0, 6001, 1000),
            4253,
            5466,
            "1 of 2",
            "2 of 2",
            "+8.1%",
            "+4.4%",
            "0.0%",
        )
    )
    assert (
        leaks.check(made, "Dashboard.pdf", expected=leaks.Expected(TEXTS | figures, NUMBERS)) == ()
    )
    found = leaks.check(
        made, "Dashboard.pdf", expected=leaks.Expected(TEXTS | figures - {"5466"}, NUMBERS)
    )
    assert [(leak.where, leak.found) for leak in found] == [
        ("page 1, line 5", "Violence with injury 5466 +4.4%")
    ]


def test_a_workbook_made_by_another_library_passes():
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["Measure", "Count"])
    book.active.append(["Hate crime", 12])
    book.properties.creator = ""
    out = BytesIO()
    book.save(out)
    assert leaks.check(out.getvalue(), "Book.xlsx") == ()


def test_the_workbook_of_the_analyst_is_blocked(refreshed):
    found = leaks.check(refreshed.read_bytes(), "Dashboard.xlsm")
    kinds = {leak.kind for leak in found if leak.blocks}
    assert leaks.LeakKind.MACRO in kinds
    assert leaks.LeakKind.CHART_CACHE in kinds
    assert leaks.check(SHIPPED.read_bytes(), "Dashboard.xlsm")[0].blocks
