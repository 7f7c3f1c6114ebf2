"""The shipped workbook after a refresh: what a panel would see, read back by programs that are not
ours.
"""

from __future__ import annotations

import re
import subprocess
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from tests.excel.lint import faults
from tests.openpyxl_books import openpyxl_book
from tests.tools import converted, soffice, validate
from xlperf.tables.lines import cell_name

pytestmark = pytest.mark.filterwarnings(
    "ignore::UserWarning"
)  # openpyxl warns of what it does not know; here it reads
OFFENCES = ("SP11", "SP12", "SP13", "SP14A", "SP14B")
RANKS = {
    # The panel report's dashboard, September 2014.
    "SP7_satisfaction": "3rd of 8",
    "SP9_satisfaction": "5th of 8",
    "SP10_confidence": "3rd of 8 (Jun ’14)",
    "SP11_offences": "5th of 8",
    "SP12_offences": "7th of 8",
    "SP12_satisfaction": "8th of 8",
    "SP13_offences": "2nd of 8",
    "SP13_satisfaction": "5th of 8",
    "SP14A_offences": "7th of 8",
    "SP14A_satisfaction": "4th of 8",
    "SP14B_offences": "5th of 8",
    "SP14B_satisfaction": "4th of 8",
}
FIGURES = {
    # The same: baseline, latest.
    "SP1_entrants": (667, 370),
    "SP2_offending": (407, 171),
    "SP2_reoffending": (372, 97),
    "SP7_satisfaction": (0.842, 0.834),
    "SP8_satisfaction": (0.829, 0.806),
    "SP9_satisfaction": (0.845, 0.840),
    "SP10_confidence": (0.753, 0.827),
    "SP11_offences": (58_805, 60_260),
    "SP12_offences": (3_935, 4_253),
    "SP12_satisfaction": (0.897, 0.883),
    "SP13_offences": (4_365, 4_912),
    "SP13_satisfaction": (0.781, 0.760),
    "SP14A_offences": (5_236, 5_466),
    "SP14A_satisfaction": (0.859, 0.845),
    "SP14B_offences": (1_051, 1_198),
    "SP14B_satisfaction": (0.755, 0.810),
    "SP17_missing": (5_929, 3_804),
    "SP17_absent": (5_417, 2_288),
    "SP17_locations": (1_207, 298),
}


@pytest.fixture(scope="module")
def book(refreshed) -> openpyxl.Workbook:
    return openpyxl_book(refreshed.read_bytes(), keep_vba=True)


@pytest.fixture(scope="module")
def tile(book):
    """Cell of a line's field, found by its name."""

    def cell(line: str, field: str):
        sheet, _, address = book.defined_names[cell_name(line, field)].attr_text.partition("!")
        return book[sheet][address.replace("$", "")]

    return cell


@pytest.fixture(scope="module")
def workings(book) -> dict[str, dict[str, object]]:
    rows = list(book["Workings"].iter_rows(min_row=4, values_only=True))
    return {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}


def test_it_shows_the_figures_of_the_report(tile):
    for line, (baseline, latest) in FIGURES.items():
        digits = 3 if isinstance(baseline, float) else 0
        assert round(tile(line, "baseline").value, digits) == baseline, line
        assert round(tile(line, "latest").value, digits) == latest, line


def test_it_shows_the_ranks_of_the_report(tile):
    assert {line: tile(f"{line}_position", "latest").value for line in RANKS} == RANKS


def test_no_line_of_offences_is_green(workings):
    colours = [workings[f"{priority}_offences"]["Colour"] for priority in OFFENCES]
    assert set(colours) == {"RED", "AMBER"}


def test_sp6_is_amber_for_small_numbers_and_sp10_green_with_its_n(workings, tile):
    assert (
        workings["SP6_satisfaction"]["Colour"],
        workings["SP6_satisfaction"]["Reason code"],
    ) == ("AMBER", "SMALL_N")
    assert workings["SP10_confidence"]["Colour"] == "GREEN"
    assert tile("SP10_confidence", "outlook").value.startswith("n 1,")
    assert (
        workings["SP10_confidence"]["n latest"] > 433
    )  # the least n a period at which it can be GREEN is 233 to 433


def test_savings_add_up(tile):
    amounts = [
        Decimal(repr(tile(f"SP18_{name}", "latest").value))
        for name in ("realised", "identified", "to_find")
    ]
    assert (
        sum(amounts)
        == Decimal("23.0")
        == Decimal(repr(float(tile("SP18_required", "latest").value)))
    )


def test_every_line_says_why(workings):
    assert len(workings) == 62
    for line, row in workings.items():
        assert row["Reason code"], line
        assert str(row["Explanation"]).startswith(f"{row['Colour']}: "), line


def test_colour_is_never_alone(tile, workings):
    fills = {}
    for line, row in workings.items():
        if not line.startswith("SP18_"):
            cell = tile(line, "rag")
            assert cell.value.rstrip("*")[2:].upper() == row["Colour"], line
            fills.setdefault(row["Colour"], set()).add(cell.fill.fgColor.rgb[2:])
    assert fills == {"RED": {"9D1020"}, "AMBER": {"FCBB2E"}, "GREEN": {"269B86"}, "NA": {"F2F2F2"}}


def test_the_lint_finds_nothing(refreshed):
    assert faults(refreshed) == []


@pytest.mark.validator
def test_the_schema_validator_finds_nothing(refreshed):
    found = validate(refreshed)
    if found is None:
        pytest.skip("the Open XML validator is not installed")
    assert found == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_recalculates_without_an_error_value(refreshed, tmp_path):
    if soffice() is None:
        pytest.skip("LibreOffice is not installed")
    saved = converted(refreshed, "xlsx", tmp_path)
    for sheet in openpyxl.load_workbook(BytesIO(saved.read_bytes()), data_only=True):
        for row in sheet.iter_rows(values_only=True):
            for value in row:
                assert not (
                    isinstance(value, str)
                    and re.match(r"#(REF|NAME|VALUE|DIV|N/A|NUM|NULL)", value)
                ), sheet.title


@pytest.mark.slow
@pytest.mark.libreoffice
def test_the_dashboard_prints_on_one_sheet_of_a3(refreshed, tmp_path):
    if soffice() is None:
        pytest.skip("LibreOffice is not installed")
    pdf = converted(refreshed, "pdf", tmp_path)
    info = subprocess.run(
        ["pdfinfo", "-f", "3", "-l", "3", str(pdf)], capture_output=True, text=True, check=True
    ).stdout
    width, height = map(float, re.search(r"Page +3 size: +([\d.]+) x ([\d.]+)", info).groups())
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (420, 297)
    texts = [
        subprocess.run(
            ["pdftotext", "-f", page, "-l", page, "-layout", str(pdf), "-"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for page in "1234"
    ]
    for text in (
        "Police and Crime Plan dashboard",
        "Save more than £20 million",
        "60,260",
        "Twelve months to September 2014",
    ):
        assert text in texts[2]
    assert "What to do" in texts[0]
    assert "Charts" in texts[3]
