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


COMPARED = [name for name in FILES if not name.endswith(("x", ".eml"))]
"""Files whose content is compared without a form; that of Office files needs one."""


@pytest.mark.parametrize("name", FILES)
def test_a_clean_file_passes(name):
    assert leaks.check(FILES[name], name) == ()


@pytest.mark.parametrize("name", COMPARED)
def test_a_clean_file_passes_with_what_it_may_hold(name):
    assert leaks.check(FILES[name], name, expected=EXPECTED) == ()


@pytest.mark.parametrize("name", ["Dashboard.xlsx", "Report.docx"])
def test_the_content_of_an_office_file_is_never_compared_by_halves(name):
    found = leaks.check(FILES[name], name, expected=EXPECTED)
    assert [leak.kind for leak in found] == [leaks.LeakKind.UNREADABLE]


@pytest.mark.parametrize("name", COMPARED)
def test_nothing_passes_when_nothing_is_expected(name):
    found = leaks.check(FILES[name], name, expected=leaks.Expected(frozenset()))
    assert {leak.kind for leak in found} == {leaks.LeakKind.UNEXPECTED}


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


@pytest.mark.slow
def test_the_workbook_of_the_analyst_is_blocked(refreshed):
    found = leaks.check(refreshed.read_bytes(), "Dashboard.xlsm")
    kinds = {leak.kind for leak in found}
    assert leaks.LeakKind.MACRO in kinds
    assert leaks.LeakKind.HIDDEN_SHEET in kinds
    assert leaks.check(SHIPPED.read_bytes(), "Dashboard.xlsm")
