"""Files that are wrong without a word: each figure is exact, left out with its reason, or refused."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date, datetime

import pytest
from xlsxwriter import Workbook

from tests.imports.binary_workbook import binary_workbook
from tests.imports.dashboards import (
    archive,
    dashboard,
    figures_planned,
    imported,
    left_out,
    plan_of,
    text_file,
    workbook_file,
)
from xlperf.errors import XlperfError
from xlperf.tables import schema

APRIL, MAY = "burglary Apr 2014", "burglary May 2014"
MONTHS = "Offence,Apr-14,May-14\n"
PLAIN = f"{MONTHS}Domestic burglary,88,90\n"
LONG = "Month,Area,Offence,Count\n"


def bytes_file(folder, data, name="figures.csv"):
    path = folder / name
    path.write_bytes(data)
    return path


def refusal(folder, path, **given):
    with pytest.raises(XlperfError) as caught:
        plan_of(dashboard(), path, **given)
    assert "Traceback" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "cell",
    [
        "1e3", "1E+05", "88b", "88*", "(88)", "88-", "\u22125", "\uff18\uff18", "0x58", "88 / 90", "~88",
        "88.", ".5", "88,0", "8,8", "1,08", "1,0880", "\u0661\u0662", "1/2", "\u00bd", "88 %", "nil", "none",
        "zero", "#REF!", "nan", "inf", "1_000", "'88", "88 (est)", "[low]", "88 [u]", "88 [c]", ":",
        "c", "^", "S", "TBC", "88..", "\u00a388", "88 000", "=88", "=1+1", "5 or fewer", "\u22645", "0-4",
        "<=5", "true", "88?", "[x]", "..", "*", "<5", "n/a", "-", "#N/A", "8.8", "-3", "0.88",
    ],
)  # fmt: skip
def test_what_is_no_count_is_left_out_with_its_cell(cell, tmp_path):
    text = f'{MONTHS}Domestic burglary,"{cell}",90\n'
    plan = plan_of(dashboard(), text_file(tmp_path, text))
    assert figures_planned(plan) == {MAY: 90}
    assert "B2" in "".join(left_out(plan))


@pytest.mark.parametrize(
    "month",
    [
        "Sept 14", "Sept. 2014", "SEP-14", "2014 Sep", "2014 SEPTEMBER", "01-Sep-2014", "1-Sep-14",
        "30-Sep-14", "Sep/14", "Sep\u201114", "Sep '14", "09-2014", "2014-09", "201409", "01/09/2014",
        "30/09/2014", "09/30/2014", "2014-09-30T00:00:00", "20140930", "Sep 2014p",
    ],
)  # fmt: skip
def test_a_month_in_every_usual_spelling(month, tmp_path):
    text = f'Month,Domestic burglary\n"{month}",88\nAug-14,87\n'
    plan = plan_of(dashboard(), text_file(tmp_path, text), span="month")
    assert figures_planned(plan)["burglary Sep 2014"] == 88


@pytest.mark.parametrize(
    "month",
    ["14-Sep", "Setp 2014", "03/04/2014", "31/04/2014", "Q2", "FY14", "14/15", "2014", "Sep-99",
     "w/e 30 Sep 2014", "12 months to 15 Sep 2014", "2014 Q2", "14-Sep-30", "Septembre 2014"],
)  # fmt: skip
def test_what_names_no_month_is_left_out(month, tmp_path):
    rows = "".join(f"{name}-14,1\n" for name in ("Apr", "May", "Jun"))
    text = f'Month,Domestic burglary\n{rows}"{month}",88\n'
    plan = plan_of(dashboard(), text_file(tmp_path, text))
    assert 88 not in figures_planned(plan).values()
    assert plan.left_out


def test_dates_of_a_column_have_one_order(tmp_path):
    weeks = "Month,Domestic burglary\n04/01/2014,88\n11/01/2014,90\n18/01/2014,91\n"
    assert not figures_planned(plan_of(dashboard(), text_file(tmp_path, weeks)))
    either = "Month,Domestic burglary\n01/04/2014,88\n05/01/2014,90\n01/01/2014,1\n"
    plan = plan_of(dashboard(), text_file(tmp_path, either))
    assert figures_planned(plan) == {"burglary Jan 2014": 1}
    assert "may be either way round, as other dates" in "".join(left_out(plan))
    american = "Month,Domestic burglary\n04/01/2014,88\n05/01/2014,90\n"
    assert figures_planned(plan_of(dashboard(), text_file(tmp_path, american))) == {
        APRIL: 88,
        MAY: 90,
    }


@pytest.mark.parametrize(
    "text",
    [
        f'{PLAIN}Violence,5,6\n"Robberies,7,8\nX,1,2\n',
        f'{MONTHS}X,1,"2\nDomestic burglary,88,90\nY,1,"2\n',
    ],
)
def test_a_quotation_mark_takes_no_lines_with_it(text, tmp_path):
    assert "a quotation mark is missing" in refusal(tmp_path, text_file(tmp_path, text))


def test_lines_in_one_cell_are_doubted(tmp_path):
    text = f'{PLAIN}Violence,3,4\nX,1,"2\nY,5,6"\n'
    plan = plan_of(dashboard(), text_file(tmp_path, text))
    assert any("In row 4 of figures.csv a cell runs over several lines" in n for n in plan.notes)


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode("utf-32"),
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-16") + b"\0",
        PLAIN.replace("Dom", "D\x81m").encode("latin-1"),
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"%PDF-1.4",
        b"\xef\xbb\xbf",
        b" \n \n",
    ],
)
def test_what_is_no_text_is_refused(data, tmp_path):
    assert refusal(tmp_path, bytes_file(tmp_path, data)).startswith(("figures.csv", "In figures"))


@pytest.mark.parametrize("total", ["Total", "All areas", "Kent"])
def test_a_row_that_is_the_sum_of_others_is_not_added_to_them(total, tmp_path):
    rows = "".join(
        f"{month},{area},Domestic burglary,{count}\n"
        for month in ("Apr-14", "May-14")
        for area, count in (("East", 40), ("West", 48), (total, 88))
    )
    path = text_file(tmp_path, LONG + rows)
    assert f'--only "Area={total}"' in refusal(tmp_path, path, sums=("Area",))
    plan = plan_of(dashboard(), path, only={"Area": total})
    assert figures_planned(plan) == {APRIL: 88, MAY: 88}


def test_areas_of_which_one_is_as_much_as_the_others_once_are_added(tmp_path):
    rows = "".join(
        f"Apr-14,{area},Domestic burglary,{n}\n" for area, n in (("A", 1), ("B", 2), ("C", 3))
    )
    plan = plan_of(dashboard(), text_file(tmp_path, LONG + rows), sums=("Area",))
    assert figures_planned(plan) == {APRIL: 6}


def test_a_period_that_is_not_over_is_doubted(tmp_path):
    path = text_file(tmp_path, "Month,Domestic burglary\nApr-14,88\nMay-49,90\n")
    plan = plan_of(dashboard(), path, today=date(2014, 12, 1))
    (doubt,) = plan.doubts
    assert "1 of the figures are of periods that were not over on 1 December 2014" in doubt


@pytest.mark.parametrize(
    "text",
    [f"{PLAIN}\nNote: figures are in thousands\n", f"{MONTHS}(000s),,\nDomestic burglary,8,9\n"],
)
def test_a_unit_below_the_heading_is_seen(text, tmp_path):
    (doubt,) = plan_of(dashboard(), text_file(tmp_path, text)).doubts
    assert "Are they numbers one by one?" in doubt


@pytest.mark.parametrize(
    "rows", [[f"Apr-14,x{n},1" for n in range(600)], [f"Apr-14,{'x' * 40_000},1"]]
)
def test_labels_that_nobody_can_read_through_are_not_listed_on_sources(rows, tmp_path):
    text = "\n".join(["Month,Offence,Count", *rows, "Apr-14,Domestic burglary,88"]) + "\n"
    book = dashboard()
    path = text_file(tmp_path, text)
    imported(book, plan_of(book, path), date(2014, 12, 1))
    grid = book.read([schema.SOURCES.name])[schema.SOURCES.name]
    labels = [row[2] for row in grid.rows if row[1] == "label"]
    assert labels == ["Domestic burglary"]
    assert not plan_of(book, path).writes


def made(folder, fill, name="figures.xlsx", **options):
    path = folder / name
    book = Workbook(str(path), options)
    sheet = book.add_worksheet("T")
    sheet.write_row(0, 0, ["Offence", "Apr-14", "May-14"])
    sheet.write_row(1, 0, ["Domestic burglary", 88, 90])
    fill(book, sheet)
    book.close()
    return path


def test_formulas_that_no_program_calculated_are_no_noughts(tmp_path):
    path = made(tmp_path, lambda _, sheet: sheet.write_formula(1, 1, "=40+48"))
    assert "no program has calculated" in refusal(tmp_path, path)
    path = made(tmp_path, lambda _, sheet: sheet.write_formula(1, 1, "=40+48", None, 88))
    assert figures_planned(plan_of(dashboard(), path)) == {APRIL: 88, MAY: 90}


def test_hidden_rows_are_read_and_it_is_said(tmp_path):
    path = made(tmp_path, lambda _, sheet: sheet.set_row(1, None, None, {"hidden": True}))
    plan = plan_of(dashboard(), path)
    assert figures_planned(plan) == {APRIL: 88, MAY: 90}
    assert any("hidden rows or columns" in note for note in plan.notes)


@pytest.mark.parametrize("since_1904", [True, False])
def test_both_date_systems_of_excel(since_1904, tmp_path):
    def fill(book, sheet):
        form = book.add_format({"num_format": "mmm yy"})
        sheet.write_datetime(0, 1, datetime(2014, 4, 1), form)
        sheet.write_datetime(0, 2, datetime(2014, 5, 31), form)

    plan = plan_of(dashboard(), made(tmp_path, fill, date_1904=since_1904))
    assert figures_planned(plan) == {APRIL: 88, MAY: 90}


def test_numbers_of_days_without_a_format_are_no_months(tmp_path):
    rows = [("Month", "Domestic burglary"), (41730, 88), (41760, 90)]
    plan = plan_of(dashboard(), workbook_file(tmp_path, {"T": rows}), maps=("Month=violence",))
    assert not figures_planned(plan)


def test_merged_figures_count_once(tmp_path):
    path = made(tmp_path, lambda _, sheet: sheet.merge_range(2, 1, 2, 2, 178))
    assert figures_planned(plan_of(dashboard(), path)) == {APRIL: 88, MAY: 90}
    rows = [("Offence", "Apr-14", "May-14"), ("Domestic burglary", None, None)]
    path = workbook_file(tmp_path, {"T": rows}, merged=[("T", 1, 1, 1, 2, 178)])
    plan = plan_of(dashboard(), path)
    assert figures_planned(plan) == {APRIL: 178}
    assert "T!C2" in "".join(left_out(plan))


@pytest.mark.parametrize(
    "cell",
    [
        '<c s="0" r="XFD1048576"><v>1</v></c>',
        "<c r='XFD1048576'><v>1</v></c>",
        '<c\nr = "XFD1048576"><v>1</v></c>',
    ],
)
def test_a_cell_far_out_takes_no_memory(cell, tmp_path):
    small = workbook_file(tmp_path, {"T": [("Offence", "Apr-14"), ("Domestic burglary", 88)]})
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(small) as source, zipfile.ZipFile(bomb, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            row = f'<row r="1048576">{cell}</row></sheetData>'.encode()
            target.writestr(name, data.replace(b"</sheetData>", row))
    assert "1,048,576 rows by 16,384 columns" in refusal(tmp_path, bomb)


ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="T"><table:table-row'
    ' table:number-rows-repeated="1048576"><table:table-cell office:value-type="float"'
    ' office:value="1" table:number-columns-repeated="16384"/></table:table-row></table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)


def test_a_cell_that_stands_for_many_takes_no_memory(tmp_path):
    path = tmp_path / "bomb.ods"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", ODS)
    assert "1,048,576 rows by 16,384 columns" in refusal(tmp_path, path)


@pytest.mark.parametrize("kind", ["zip", "gzip"])
def test_archives_in_archives_end(kind, tmp_path):
    data = PLAIN.encode()
    for _ in range(1500):
        if kind == "gzip":
            data = gzip.compress(data, 1)
            continue
        memory = io.BytesIO()
        with zipfile.ZipFile(memory, "w") as packed:
            packed.writestr("x.csv", data)
        data = memory.getvalue()
    assert "packed in one another" in refusal(tmp_path, bytes_file(tmp_path, data))


# Binary workbooks.


ROWS = [("Offence", "Apr-14", "May-14"), ("Domestic burglary", 88, 90.5), ("Violence", "[x]", 1e6)]


def test_a_binary_workbook_gives_its_values(tmp_path):
    path = bytes_file(tmp_path, binary_workbook(ROWS), "figures.xlsb")
    plan = plan_of(dashboard(), path)
    assert figures_planned(plan) == {APRIL: 88, "violence May 2014": 1_000_000}
    said = "\n".join(left_out(plan))
    assert "90.5 is no whole number (Table 1!C2)" in said
    assert "'[x]', not available" in said


def test_a_cell_far_out_in_a_binary_workbook_takes_no_memory(tmp_path):
    far = binary_workbook(ROWS, {(1_048_575, 16_383): 1.0})
    assert "1,048,576 rows by 16,384 columns" in refusal(
        tmp_path, bytes_file(tmp_path, far, "far.xlsb")
    )


def test_a_binary_workbook_that_is_cut_short_is_refused(tmp_path):
    data = binary_workbook(ROWS, cut=40)
    assert refusal(tmp_path, bytes_file(tmp_path, data, "cut.xlsb"))


# Street files.


HEADER = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Crime type,Context\n"
BURGLARY = ("Burglary=burglary",)


def line(month="2014-04", category="Burglary", force="Kent Police", context=""):
    return f"id,{month},{force},{force},0.5,51,{category},{context}\n"


def street(folder, *lines, name="2014-04-kent-street.csv"):
    return text_file(folder, HEADER + "".join(lines), name)


def test_a_comma_at_the_end_of_every_line_moves_no_column(tmp_path):
    path = street(tmp_path, *[line().replace("\n", ",\n")] * 3)
    assert figures_planned(plan_of(dashboard(), path, maps=BURGLARY)) == {APRIL: 3}


def test_spellings_of_one_force_or_category_are_one(tmp_path):
    path = street(tmp_path, line(), line(force="Kent"), line(category="burglary "))
    assert figures_planned(plan_of(dashboard(), path, maps=BURGLARY)) == {APRIL: 3}


def test_lines_without_what_they_are_of_are_said(tmp_path):
    path = street(tmp_path, line(), line(month=""), line(category=" "), "id,2014-04,Kent Pol")
    plan = plan_of(dashboard(), path, maps=BURGLARY)
    assert figures_planned(plan) == {APRIL: 1}
    assert any("3 lines without a month, a force or a category" in note for note in plan.notes)


def test_a_quotation_mark_in_a_street_file_takes_no_lines_with_it(tmp_path):
    lines = [line(), line(context='"oops'), *[line()] * 5, line(context='x"')]
    said = refusal(tmp_path, street(tmp_path, *lines), maps=BURGLARY)
    assert "8 lines, of which 2 can be told apart" in said


def test_a_street_file_without_a_line_or_a_column_is_refused(tmp_path):
    assert "no line to be counted" in refusal(tmp_path, street(tmp_path), maps=BURGLARY)
    text = HEADER.replace("Longitude,", "") + line().replace("0.5,", "")
    said = refusal(tmp_path, text_file(tmp_path, text), maps=BURGLARY)
    assert "street file of police.uk without its column 'Longitude'" in said


def test_months_that_an_archive_lacks_are_said(tmp_path):
    path = archive(
        tmp_path,
        {
            "2014-04/2014-04-kent-street.csv": HEADER + line(),
            "2014-05/2014-05-kent-street.csv": HEADER,
            "2014-06/2014-06-kent-street.csv": HEADER + line("2014-06"),
        },
    )
    notes = plan_of(dashboard(), path, maps=BURGLARY).notes
    assert any("2014-05-kent-street.csv has no line" in note for note in notes)
    assert "No file has May 2014 of Kent." in notes
