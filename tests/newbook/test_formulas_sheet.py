"""The sheet Formulas: what its formulas give by our reckoning, by LibreOffice's, and by IronCalc's,
a third program.

LibreOffice 7.4 has neither FILTER nor LAMBDA; IronCalc has both.
"""

from __future__ import annotations

import re
import zipfile
from datetime import date, timedelta
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter

from tests.excel.lint import faults
from tests.excel.torture import mended
from tests.shipped import of_priorities
from tests.tools import recalculated, soffice, validate
from xlperf.cli import main
from xlperf.errors import FunctionError
from xlperf.excel.areas import address
from xlperf.excel.file import FileWorkbook
from xlperf.excel.port import SetResults, SetValue
from xlperf.functions.registry import BY_NAME
from xlperf.newbook.formulas_sheet import SHEET
from xlperf.newbook.lambdas import NAMED
from xlperf.tiles import formulas

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings(
    "ignore::UserWarning"
)  # openpyxl warns of what it does not know; here it reads

Values = dict[str, Any]


def stored(path: Path) -> tuple[Values, Values]:
    """Results and formulas of the sheet, by address."""
    return _stored(path.read_bytes())


@lru_cache(maxsize=4)
def _stored(data: bytes) -> tuple[Values, Values]:
    shown, written = (
        openpyxl.load_workbook(BytesIO(data), data_only=only)[SHEET] for only in (True, False)
    )
    results = {cell.coordinate: cell.value for row in shown.iter_rows() for cell in row}
    typed = {
        cell.coordinate: getattr(cell.value, "text", cell.value).removeprefix("=")
        for row in written.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
    return results, typed


def at(path: Path, formula: str) -> Any:
    """Stored result of a formula; of one that spills, that of its first cell."""
    results, typed = stored(path)
    (place,) = [place for place, text in typed.items() if text == formula]
    return results[place]


def spilt(path: Path, title: str) -> list[Any]:
    """Stored texts of a list, from its first cell down to the first blank one."""
    results, typed = stored(path)
    (place,) = [place for place, text in typed.items() if text == formulas.listed(title)]
    column, row = re.fullmatch(r"([A-Z]+)(\d+)", place).groups()
    found, number = [], int(row)
    while results.get(f"{column}{number}") is not None:
        found.append(results[f"{column}{number}"])
        number += 1
    return found


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "Dashboard.xlsm"
    path.write_bytes(of_priorities("SP6", "SP11", "SP12", "SP13", "SP14A", "SP14B"))
    return path


@pytest.fixture(scope="module")
def two_periods(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six priorities of the illustrative workbook after refreshes of two quarters."""
    path = tmp_path_factory.mktemp("formulas") / "Dashboard.xlsm"
    path.write_bytes(of_priorities("SP6", "SP11", "SP12", "SP13", "SP14A", "SP14B"))
    assert main(["refresh", str(path), "--period", "2014-06"]) == 0
    assert main(["refresh", str(path)]) == 0
    return path


def choose(path: Path, *, line: str | None = None, colour: str | None = None) -> None:
    """Type into the two cells, as a user would in a program that works nothing out."""
    book = FileWorkbook.open(path)
    chosen = ((formulas.LINE_CELL, line), (formulas.COLOUR_CELL, colour))
    book.apply([SetValue(name, value or None) for name, value in chosen if value is not None])
    book.save()


# --- What is stored
# ------------------------------------------------------------------------------------------------


def test_a_workbook_without_results_says_so_and_shows_no_nought(book):
    results, typed = stored(book)
    assert (
        results[next(place for place, text in typed.items() if text == formulas.found())]
        == formulas.EMPTY
    )
    assert at(book, formulas.how_many()) == formulas.EMPTY
    assert {at(book, formulas.count(colour)) for colour in formulas.COLOURS} == {"not known"}
    assert not [place for place in typed if results[place] in (0, "0")]
    assert all(not (isinstance(value, str) and value.startswith("#")) for value in results.values())


@pytest.mark.slow
def test_after_a_refresh_the_results_are_those_of_the_tables(two_periods):
    workings = rows(two_periods, "Workings")
    line = next(row for row in workings if row["Line"] == "SP11_offences")
    for title in formulas.FIELDS:
        assert at(two_periods, formulas.field(title)) == line[title], title
    counted = {
        colour: sum(row["Colour"] == colour for row in workings) for colour in formulas.COLOURS
    }
    assert {
        colour: at(two_periods, formulas.count(colour)) for colour in formulas.COLOURS
    } == counted
    assert sum(counted.values()) == at(two_periods, formulas.count_all()) == 30
    assert at(two_periods, formulas.count_others()) == 0
    for title in formulas.LISTED:
        reds = [row[title] for row in workings if row["Colour"] == "RED"]
        assert spilt(two_periods, title) == [value for value in reds if value is not None]
    periods = [at(two_periods, formulas.period(place)) for place in range(1, formulas.PERIODS + 1)]
    assert [day.date() for day in periods if day] == [date(2014, 9, 30), date(2014, 6, 30)]
    before = next(row for row in rows(two_periods, "History") if row["Line"] == "SP11_offences")
    assert at(two_periods, formulas.past(2, "Latest")) == before["Latest"]


def rows(path: Path, sheet: str) -> list[Values]:
    table = list(
        openpyxl.load_workbook(path, data_only=True)[sheet].iter_rows(min_row=4, values_only=True)
    )
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]]


def test_a_figure_that_is_not_there_is_never_0(two_periods, tmp_path):
    path = copied(two_periods, tmp_path)
    choose(path, line="sp12_offences_POSITION")  # in any case; a position has no baseline
    main(["refresh", str(path)])
    assert at(path, formulas.field("Colour")) in formulas.COLOURS
    assert at(path, formulas.field("Baseline")) == "no figure"
    assert at(path, formulas.field("Change %")) == "no figure"


def copied(path: Path, folder: Path, name: str = "Dashboard.xlsm") -> Path:
    copy = folder / name
    copy.write_bytes(path.read_bytes())
    return copy


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "said"),
    [("", formulas.CHOOSE_LINE), ("SP11*", formulas.NO_LINE)],
)
def test_a_line_that_is_not_there_is_said(two_periods, tmp_path, line, said):
    path = copied(two_periods, tmp_path)
    choose(path, line=line)
    main(["refresh", str(path)])
    assert at(path, formulas.found()) == said
    assert {at(path, formulas.field(title)) for title in formulas.FIELDS} <= {None, ""}


@pytest.mark.slow
def test_the_list_grows_and_shrinks_with_what_it_lists(two_periods, tmp_path):
    path = copied(two_periods, tmp_path)
    workings = rows(path, "Workings")
    for colour in ("AMBER", "green", "NA", "BLUE", ""):
        choose(path, colour=colour)
        main(["refresh", str(path)])
        lines = [row["Line"] for row in workings if row["Colour"].lower() == colour.lower()]
        assert spilt(path, "Line") == (lines or (["none"] if colour else [])), colour
        assert faults(path) == [], colour


def test_a_second_refresh_changes_no_byte(two_periods, tmp_path):
    path = copied(two_periods, tmp_path)
    main(["refresh", str(path)])
    assert path.read_bytes() == two_periods.read_bytes()


def test_formulas_of_ours_alone_need_no_recalculation_but_one_that_a_user_changed_does(
    two_periods, tmp_path, capsys
):
    path = copied(two_periods, tmp_path)
    main(["refresh", str(path), "--period", "2014-06"])
    assert "Excel will recalculate" not in capsys.readouterr().out
    part = sheet_part(path)
    before = f"<f>{formulas.count('RED')}</f><v>3</v>".encode()
    changed = b"<f>1+" + before.removeprefix(b"<f>")
    path.write_bytes(
        mended(two_periods.read_bytes(), part, lambda data: data.replace(before, changed))
    )
    main(["refresh", str(path), "--period", "2014-06"])
    assert "Excel will recalculate" in capsys.readouterr().out
    with zipfile.ZipFile(path) as package:
        assert changed in package.read(part)


def sheet_part(path: Path) -> str:
    with zipfile.ZipFile(path) as package:
        names = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        return next(name for name in names if formulas.found()[:40].encode() in package.read(name))


def test_a_spill_with_something_in_its_way_is_left_to_excel(two_periods, tmp_path):
    path = copied(two_periods, tmp_path)
    part, place = sheet_part(path), 0
    _, typed = stored(path)
    (anchor,) = [place for place, text in typed.items() if text == formulas.listed("Line")]
    place = int(anchor[1:]) + 5
    row = f'<row r="{place}"><c r="B{place}" t="inlineStr"><is><t>mine</t></is></c></row></sheetData>'.encode()
    path.write_bytes(
        mended(path.read_bytes(), part, lambda data: data.replace(b"</sheetData>", row))
    )
    edit = SetResults(formulas.LINE_CELL, {formulas.listed("Line"): tuple("abcdefgh")})
    book = FileWorkbook.open(path)
    assert not book.apply([edit]).has_changes
    assert book.apply(
        [SetResults(formulas.LINE_CELL, {formulas.listed("Line"): ("a", "b")})]
    ).has_changes


@pytest.mark.slow
def test_a_workbook_without_the_sheet_is_refreshed_without_it(book):
    names = re.compile(rb'<definedName name="formula_[^<]*</definedName>')
    book.write_bytes(
        mended(book.read_bytes(), "xl/workbook.xml", lambda data: names.sub(b"", data))
    )
    assert main(["refresh", str(book)]) == 0
    assert {at(book, formulas.count(colour)) for colour in formulas.COLOURS} == {
        "not known"
    }  # none of ours: untouched


def test_a_cell_of_choice_that_holds_a_formula_is_left_to_excel(two_periods, tmp_path):
    path = copied(two_periods, tmp_path)
    part = sheet_part(path)
    typed = re.compile(rb'<c r="C6"( s="\d+") t="s"><v>\d+</v></c>')
    formula = rb'<c r="C6"\1 t="str"><f>"SP12"&amp;"_offences"</f><v>SP12_offences</v></c>'
    path.write_bytes(mended(path.read_bytes(), part, lambda data: typed.sub(formula, data)))
    main(["refresh", str(path), "--period", "2014-06"])
    assert (
        at(path, formulas.field("Line" if "Line" in formulas.FIELDS else "Label"))
        == "Number of offences"
    )
    assert "formula_line" not in str(rows(path, "Checks"))


def test_the_file_is_valid_and_says_of_its_lists_what_excel_says_of_dynamic_arrays(two_periods):
    assert faults(two_periods) == []
    assert not validate(two_periods)
    with zipfile.ZipFile(two_periods) as package:
        sheet, metadata = package.read(sheet_part(two_periods)), package.read("xl/metadata.xml")
    anchors = re.findall(
        rb'<c r="[B-F](\d+)"[^>]* t="str" cm="1"><f t="array" ref="[B-F]\1:[B-F](\d+)">', sheet
    )
    anchors += re.findall(
        rb'<c r="[B-F](\d+)"[^>]* cm="1" t="str"><f t="array" ref="[B-F]\1:[B-F](\d+)">', sheet
    )
    assert [int(last) - int(first) + 1 for first, last in anchors] == [3] * len(formulas.LISTED)
    assert b"XLDAPR" in metadata


# --- What other programs make of the formulas
# ----------------------------------------------------------------------


def differences(path: Path, saved: Path) -> dict[str, tuple[Any, Any]]:
    """Formulas whose stored result is not what another program saved for their cell."""
    results, typed = stored(path)
    again = openpyxl.load_workbook(saved, data_only=True)[SHEET]
    pairs = {text: (results[place], again[place].value) for place, text in typed.items()}
    return {text: pair for text, pair in pairs.items() if (pair[0] or "") != (pair[1] or "")}


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.skipif(soffice() is None, reason="LibreOffice is not installed")
def test_libreoffice_calculates_the_same_for_each_chosen_line(two_periods, book, tmp_path):
    lines = ("SP11_offences", "SP12_offences_position", "SP11*", "")
    paths = [copied(two_periods, tmp_path, f"{number}.xlsm") for number in range(len(lines))]
    for path, line in zip(paths, lines, strict=True):
        choose(path, line=line)
        main(["refresh", str(path)])
    *again, empty = recalculated([*paths, book], tmp_path / "out")
    for path, line, saved in zip(paths, lines, again, strict=True):
        found = differences(path, saved)
        assert not {text for text in found if "FILTER" not in text}, line
        # It does not know FILTER: no wrong list.
        assert {pair[1] for pair in found.values()} <= {formulas.SEE_NOTE, None}, line
    assert differences(book, empty) == {}, "a workbook without results"


def ironcalc_of(path: Path) -> Callable[[int, str], str]:
    """A workbook worked out by IronCalc: what a cell of a sheet, counted from 0, shows."""
    ironcalc = pytest.importorskip(
        "ironcalc", reason="IronCalc, which knows FILTER and LAMBDA, is not installed"
    )
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()

    def shown(sheet: int, place: str) -> str:
        letters, row = re.fullmatch(r"([A-Z])(\d+)", place).groups()
        return model.get_formatted_cell_value(sheet, int(row), ord(letters) - 64)

    return shown


@pytest.mark.parametrize("colour", ["RED", "NA", "BLUE"])
def test_ironcalc_lists_the_same_lines(two_periods, tmp_path, colour):
    path = copied(two_periods, tmp_path)
    choose(path, colour=colour)
    main(["refresh", str(path)])
    shown = ironcalc_of(path)
    sheet = openpyxl.load_workbook(path, read_only=True).sheetnames.index(SHEET)
    results, typed = stored(path)
    first = {text: place for place, text in typed.items()}
    for title in formulas.LISTED:
        column, row = first[formulas.listed(title)][0], int(first[formulas.listed(title)][1:])
        for number in range(row, row + 70):
            assert shown(sheet, f"{column}{number}") == (results.get(f"{column}{number}") or "")
    for colour_of in formulas.COLOURS:
        assert shown(sheet, first[formulas.count(colour_of)]) == str(
            at(path, formulas.count(colour_of))
        )


# --- Named functions
# ------------------------------------------------------------------------------------------------

GROUP = [1.8, 2.4, 2.7, 3.3, 3.9, 4.1, 4.2, 4.7, 2.7, None]
TIED_BY_ROUNDING = [0.1 + 0.2, 0.3, 1, 2]
CALLS: Mapping[str, list[tuple[Any, ...]]] = {
    "PERF_WILSON": [
        *(
            (90.625, 32),
            (0, 32),
            (100, 5),
            (84.2, 410, 1.5),
            (50, 10_000_000, 2, 3),
            (12.5, 8, 0.25, 0.5),
        ),
        *(
            (0.9, 32),
            (101, 32),
            (-1, 32),
            (50, 0),
            (50, 1.5),
            (50, "many"),
            (50, 32, 0.2),
            (50, 32, 1, 7),
            (None, 32),
        ),
    ],
    "PERF_MARGIN": [
        (32,),
        (1,),
        (395, 1.5),
        (10_000_000, 4, 6),
        (32, 1, 0.4),
        (0,),
        (2.5,),
        (10_000_001,),
        (None,),
    ],
    "PERF_ATTAINABLE": [
        *(
            (37.5, 65),
            (37.5, 64),
            (90, 105),
            (90, 105, 1),
            (90.6, 32),
            (12.5, 8, 0),
            (0, 3),
            (100, 3),
            (33.3, 3),
        ),
        *(
            (62.5, 8, 1),
            (13, 8, 0),
            (12, 8, 0),
            (99.9, 999),
            (1.23456, 9_999_999, 5),
            (37.55, 64, 1),
            (50, 2, 7),
            (0.5, 9),
        ),
    ],
    "PERF_POSITION": [
        *(
            (4.2, GROUP),
            (4.2, GROUP, "up"),
            (2.7, GROUP, "down"),
            (1.8, GROUP),
            (4.7, GROUP, "UP"),
            (5, GROUP),
        ),
        *(
            (0.3, TIED_BY_ROUNDING),
            (1, list(range(1, 23))),
            (12, list(range(1, 23))),
            (21, list(range(1, 23))),
        ),
        *(
            (22, list(range(1, 23))),
            (1, [1]),
            (1, [1, "x"]),
            ("x", [1, 2]),
            (1, [1, 2], "both"),
            (0, [0, 0, -1]),
        ),
    ],
}


@pytest.mark.parametrize("named", NAMED, ids=lambda named: named.name)
def test_a_named_function_gives_what_the_python_function_gives(named, tmp_path):
    path = tmp_path / "named.xlsx"
    sheet_of_calls(path, named)
    shown = ironcalc_of(path)
    for number, arguments in enumerate(CALLS[named.name], 1):
        expected = python(named.like, arguments)
        found = [shown(0, f"{column}{number}") for column in "AB"]
        if expected is None:
            assert found[0].startswith(f"#XLPERF! {named.name}: "), arguments
        elif isinstance(expected, list):
            assert [float(text) for text in found] == pytest.approx(expected, rel=1e-7), arguments
        elif isinstance(expected, float):
            assert float(found[0]) == pytest.approx(expected, rel=1e-7), arguments
        else:
            assert found[0] == (
                str(expected).upper() if isinstance(expected, bool) else expected
            ), arguments


def sheet_of_calls(path: Path, named: Any) -> None:
    """A workbook with the named function and a row for each of its calls; lists stand in cells
    beside.
    """
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet()
        made.define_name(named.name, f"={named.stored}")
        for row, arguments in enumerate(CALLS[named.name]):
            texts = []
            for argument in arguments:
                if isinstance(argument, list) or argument is None:
                    cells = argument if isinstance(argument, list) else [None]
                    for place, value in enumerate(cells):
                        if value is not None:
                            sheet.write(row, 5 + place, value)
                    texts.append(
                        f"{address(row + 1, 6)}:{address(row + 1, 5 + len(cells))}"
                        if len(cells) > 1
                        else address(row + 1, 6)
                    )
                else:
                    texts.append(f'"{argument}"' if isinstance(argument, str) else repr(argument))
            sheet.write_dynamic_array_formula(row, 0, row, 0, f"={named.name}({','.join(texts)})")


def python(name: str, arguments: tuple[Any, ...]) -> Any:
    """Answer of the Python function, one row as a list; None where it refuses."""
    try:
        function = BY_NAME[name]
        found = function.flat(function.behind(*arguments))
    except FunctionError:
        return None
    return found[0] if isinstance(found, list) else found


def test_named_functions_are_stored_with_the_prefixes_of_newer_functions_and_bound_names():
    for named in NAMED:
        bare = re.sub(r'"[^"]*"', "", named.stored)
        assert not re.search(r"(?<![\w.])(LAMBDA|LET|ISOMITTED)\(", bare)
        names = {item.name for item in named.arguments} | set(named.bound)
        assert not [word for word in re.findall(r"(?<![\w.])[a-z]\w*", bare) if word in names]
        assert re.findall(r"_xlop\.(\w+)", bare) == [
            item.name for item in named.arguments if item.optional
        ]
        assert set(re.findall(r"_xlpm\.(\w+)", bare)) <= names
        assert len(named.stored) < 8192  # what Excel takes as a formula


def test_no_cell_of_the_workbook_calls_a_named_function(book):
    # Where Excel has no LAMBDA their names give #NAME?.
    for sheet in openpyxl.load_workbook(book):
        called = [
            cell
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f" and "PERF_" in str(cell.value)
        ]
        assert not called


def test_periods_further_back_than_shown_and_rows_of_other_lines_do_not_matter():
    ends = [date(2014, 9, 30) - timedelta(days=91 * place) for place in range(12)]
    history = [
        {"Period end": end, "Line": line, "Latest": None} for end in ends for line in ("A", "b")
    ]
    found = formulas.results("B", "RED", [], history)
    assert [found[formulas.period(place)] for place in range(1, formulas.PERIODS + 1)] == ends[
        : formulas.PERIODS
    ]
    assert found[formulas.past(3, "Latest")] == "no figure"
    none = formulas.results("C", "RED", [], history)
    assert none[formulas.period(1)] == formulas.NO_HISTORY
    unclear = formulas.results("B", "RED", [], [*history, {"Period end": "June", "Line": "A"}])
    assert (
        formulas.period(1) not in unclear
    )  # Excel makes an error of it, which is for Excel to show
