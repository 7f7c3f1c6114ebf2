"""The whole program on a fake workbook: what a refresh writes, keeps, reports and leaves alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.assessment.casebook import Book, wobbling
from tests.fake import FakeWorkbook
from xlperf import message_texts, terminal
from xlperf.errors import SettingsError, UsageError, WorkbookError
from xlperf.pipeline import Refreshed, assess_workbook, refresh
from xlperf.tables import schema
from xlperf.tables.lines import FIELDS
from xlperf.tables.problems import Code, Effect, Problem, Severity
from xlperf.tiles.edits import edits
from xlperf.tiles.wording import STATUS
from xlperf.tiles.written import records

NOW = datetime(2014, 12, 2, 9, 30, tzinfo=UTC)


def book(**settings: object) -> Book:
    made = Book(**settings).measure("crime", "offences", Priority="SP11", MSG_measure="crime")
    made.months("crime", wobbling(400, 54) + wobbling(330, 12)).peers(
        [5300, 5000, 5100, 5200, 5400, 5500, 5600, 5700]
    )
    return made.surveys((300, 400), (340, 400), Priority="SP7").totals(667, 185, half=True)


def run(workbook: FakeWorkbook, **options: object) -> Refreshed:
    return refresh(workbook, now=NOW, who="analyst", seconds=lambda: 0.5, **options)


def again(workbook: FakeWorkbook, made: Book, **changed: object) -> FakeWorkbook:
    """The same workbook after its user changed data, cells or fills."""
    cells = workbook.cells(list(workbook.cells_by_name))
    data = {name: (grid.header, grid.rows) for name, grid in made.grids().items()}
    owned = {
        name: (g.header, g.rows) for name, g in workbook.read(t.name for t in schema.OWNED).items()
    }
    values = {name: state.value for name, state in cells.items()} | changed.pop("values", {})
    fills = {name: state.fill for name, state in cells.items() if state.fill} | changed.pop(
        "fills", {}
    )
    return FakeWorkbook(data | owned, values, sheets=workbook.sheets, fills=fills, **changed)


def rows(workbook: FakeWorkbook, table: schema.Table) -> list[dict]:
    return records(workbook.read([table.name])[table.name], table)


def found(workbook: FakeWorkbook, code: str) -> list[str]:
    return [row["Found"] for row in rows(workbook, schema.CHECKS) if row["Code"] == code]


def status(workbook: FakeWorkbook, line: str) -> str:
    return workbook.cells([f"tile_{line}_rag"])[f"tile_{line}_rag"].value


def test_a_refresh_fills_the_tiles_and_the_sheets_it_owns():
    workbook = book().workbook()
    result = run(workbook)
    assert result.first
    assert result.applied.has_changes
    cells = workbook.cells(
        ["tile_crime_latest", "tile_sat_rag", "tile_crime_position_latest", "dash_period"]
    )
    assert cells["tile_crime_latest"].value == 3960
    assert cells["tile_sat_rag"].value == STATUS["GREEN"]
    assert cells["tile_sat_rag"].fill == "#269B86"
    assert cells["tile_crime_position_latest"].value == "4th of 8"
    assert cells["dash_period"].value == "Twelve months to September 2014"
    assert [row["Line"] for row in rows(workbook, schema.WORKINGS)] == [
        "crime",
        "crime_position",
        "crime_spc",
        "sat",
        "young",
    ]
    assert len(rows(workbook, schema.HISTORY)) == 5
    assert workbook.saves == [None]
    (log,) = rows(workbook, schema.LOG)
    assert (log["Who"], log["Green"], log["Seconds"]) == ("analyst", 3, 0.5)
    assert len(log["Data"]) == 16


def test_a_second_refresh_changes_nothing_and_adds_no_row_to_the_log():
    workbook = book().override("sat", "AMBER").workbook()
    run(workbook)
    result = run(workbook)
    assert not result.applied.has_changes
    assert result.differences == ()
    assert len(rows(workbook, schema.LOG)) == 1
    assert workbook.saves == [None]


def test_applying_the_edits_twice_equals_once():
    workbook = book().workbook()
    made = edits(assess_workbook(workbook))
    assert workbook.apply(made).has_changes
    assert not workbook.apply(made).has_changes


def test_a_dry_run_saves_nothing_and_says_so():
    workbook = book().workbook()
    result = run(workbook, dry_run=True)
    assert workbook.saves == []
    text = terminal.refreshed(result, Path("Dashboard.xlsm"), None, dry_run=True, seconds=0.5)
    assert "Dry run: nothing was written." in text


def test_another_output_is_written_even_when_nothing_changed():
    workbook = book().workbook()
    run(workbook)
    result = run(workbook, output=Path("copy.xlsm"))
    assert (result.written_to, workbook.saves[-1]) == (Path("copy.xlsm"), Path("copy.xlsm"))


def test_a_period_may_be_given_and_is_noted():
    workbook = book().workbook()
    result = run(workbook, period=12 * 2014 + 7)
    assert result.assessed.settings.period_end == date(2014, 8, 31)
    assert len(found(workbook, "PERIOD_GIVEN")) == 1


@pytest.mark.parametrize("period", [12 * 2004, 12 * 2020])
def test_a_period_outside_the_data_is_refused(period):
    workbook = book().workbook()
    with pytest.raises(UsageError, match="goes from 2009-04 to 2014-09"):
        run(workbook, period=period)
    assert workbook.saves == []


def test_history_keeps_other_periods_and_replaces_its_own():
    workbook = book().workbook()
    run(workbook, period=12 * 2014 + 7)
    run(workbook)
    run(workbook)
    ends = [row["Period end"] for row in rows(workbook, schema.HISTORY)]
    assert ends == [date(2014, 8, 31)] * 5 + [date(2014, 9, 30)] * 5
    run(workbook, period=12 * 2014 + 7)
    assert [row["Period end"] for row in rows(workbook, schema.HISTORY)] == ends


def test_the_colours_that_changed_are_told():
    made = book()
    workbook = made.workbook()
    run(workbook)
    later = again(workbook, book().override("sat", "RED"))
    result = run(later)
    assert [(item.line, item.before, item.after) for item in result.differences] == [
        ("sat", "GREEN", "RED")
    ]
    assert not result.first
    text = terminal.refreshed(result, Path("d.xlsm"), None, dry_run=False, seconds=1)
    assert "GREEN -> RED" in text


@pytest.mark.parametrize("month", range(66))
def test_a_slip_of_many_digits_stops_no_refresh_and_is_told_at_its_cell(month):
    made = book()
    rows_of_crime = made.rows[schema.MONTHLY.name]
    rows_of_crime[month]["Count"] = 11_111_111_111
    workbook = made.workbook()
    result = run(workbook)
    assert f"C{month + 2}" in [
        problem.cell for problem in result.assessed.problems if problem.code == "JUMP"
    ]
    text = terminal.explanations(
        [line for line in result.assessed.lines if line.measure.name == "crime"], result.assessed
    )
    assert "inf" not in text.replace("information", "")
    assert not run(workbook).applied.has_changes


# -- cells that are not ours to write
# ----------------------------------------------------------------------------------


def test_a_tile_whose_name_was_deleted_is_judged_in_workings_only():
    made = book()
    names = [name for name in made.workbook().cells_by_name if not name.startswith("tile_sat_")]
    full = made.workbook()
    workbook = FakeWorkbook(full.tables, dict.fromkeys(names), sheets=full.sheets)
    run(workbook)
    assert "sat" in [row["Line"] for row in rows(workbook, schema.WORKINGS)]
    assert found(workbook, "TILE_CELL") == [
        "No cell is named for the status of: sat. They are judged in Workings only."
    ]


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        (("tile_", "dash_"), "Nothing of the dashboard is shown, and it had 5 lines: the "),
        (("tile_sat_",), "Not shown any more: the tile of SP7: the "),
        (("tile_crime_position_",), "Not shown any more: the status of crime_position: the "),
        (
            ("tile_sat_latest", "dash_period"),
            "Not shown any more: tile_sat_latest, dash_period: these ",
        ),
    ],
)
def test_cells_that_were_deleted_are_no_note(gone, said):
    full = book().workbook()
    cells = {name: None for name in full.cells_by_name if not name.startswith(gone)}
    broken = tuple(name for name in full.cells_by_name if name.startswith(gone))
    workbook = FakeWorkbook(full.tables, cells, sheets=full.sheets, broken=broken)
    result = run(workbook)
    (problem,) = [item for item in result.assessed.problems if item.code == "TILE_CELL"]
    assert problem.found.startswith(f"{said}names point to no cell (#REF!), or to several, ")
    assert problem.severity is Severity.WARNING
    assert problem.effect is (Effect.COLOUR if problem.lines else Effect.SHOWN)
    first = "no cell shows a line" if gone[0] == "tile_" else "every tile was filled"
    assert first in terminal.change_lines(result)[0]


@pytest.mark.parametrize(
    "change", [{"Kind": None}, {"Measure": "crime_renamed"}, {"MSG measure": None}]
)
def test_a_tile_without_an_assessment_does_not_keep_its_last_colour(change):
    workbook = book().workbook()
    run(workbook)
    assert status(workbook, "crime_position") == STATUS["AMBER"]
    later = book()
    later.rows[schema.MEASURES.name][0] |= change
    workbook = again(workbook, later)
    run(workbook)
    gone = (
        ["crime_position"] if "MSG measure" in change else ["crime", "crime_position", "crime_spc"]
    )
    for line in gone:
        cells = workbook.cells([f"tile_{line}_{field}" for field in FIELDS])
        assert {
            name.rpartition("_")[2]: state.value
            for name, state in cells.items()
            if state.value is not None
        } == {"rag": STATUS["NA"]}
        assert cells[f"tile_{line}_rag"].fill == "#F2F2F2"
    told = {
        text.partition(",")[0]
        for text in found(workbook, "TILE_CELL")
        if text.startswith("This cell")
    }
    assert told == {f"This cell is named for the status of {line}" for line in gone}
    assert not run(workbook).applied.has_changes


@pytest.mark.parametrize("name", ["tile_rag", "tile__rag"])
def test_a_name_that_only_looks_like_that_of_a_status_is_left_alone(name):
    full = book().workbook()
    workbook = FakeWorkbook(
        full.tables, dict.fromkeys(full.cells_by_name) | {name: "mine"}, sheets=full.sheets
    )
    run(workbook)
    assert workbook.cells([name])[name].value == "mine"


def test_a_measure_of_another_kind_does_not_keep_figures_it_has_no_use_for():
    workbook = book().workbook()
    run(workbook)
    later = book()
    later.rows[schema.MEASURES.name][0] |= {"Kind": "text", "MSG measure": None}
    workbook = again(workbook, later)
    run(workbook)
    cells = workbook.cells(["tile_crime_baseline", "tile_crime_change", "tile_crime_outlook"])
    assert {state.value for state in cells.values()} == {None}


def test_a_cell_that_holds_a_formula_is_reported_and_left():
    workbook = book().workbook(refusals={"tile_crime_latest": "holds a formula"})
    run(workbook)
    assert workbook.cells(["tile_crime_latest"])["tile_crime_latest"].value is None
    assert found(workbook, "TILE_CELL") == [
        "The cell of tile_crime_latest holds a formula, so it was left as it is."
    ]


def test_a_status_under_a_conditional_format_is_told_and_written_all_the_same():
    workbook = book().workbook(covered=frozenset({"tile_sat_rag", "tile_sat_latest"}))
    run(workbook)
    assert status(workbook, "sat") == STATUS["GREEN"]
    (said,) = found(workbook, "STATUS_COVERED")
    assert said.startswith("A conditional format covers the status of sat")


# -- colours changed by hand
# -------------------------------------------------------------------------------------------


def test_a_colour_typed_over_is_reported_replaced_and_kept_in_checks():
    made = book()
    workbook = made.workbook()
    run(workbook)
    touched = again(workbook, made, values={"tile_sat_rag": "■ Red"})
    assert run(touched).applied.has_changes
    assert status(touched, "sat") == STATUS["GREEN"]
    said = [
        (
            "The status said '■ Red' where the last refresh wrote GREEN: typed over by hand, period"
            " 2014-09. It was replaced by the colour worked out."
        )
    ]
    assert found(touched, "COLOUR_TYPED_OVER") == said
    assert not run(
        touched
    ).applied.has_changes  # the finding stays, so a second refresh changes nothing
    assert found(touched, "COLOUR_TYPED_OVER") == said


def test_a_finding_goes_with_its_row_or_with_the_period():
    made = book()
    workbook = made.workbook()
    run(workbook)
    touched = again(workbook, made, values={"tile_sat_rag": "■ Red"})
    run(touched)
    next_period = again(touched, book(period_end=date(2014, 8, 31)))
    run(next_period)
    assert found(next_period, "COLOUR_TYPED_OVER") == []


def test_a_fill_changed_by_hand_is_reported_and_put_right():
    made = book()
    workbook = made.workbook()
    run(workbook)
    touched = again(workbook, made, fills={"tile_sat_rag": "#9D1020"})
    run(touched)
    assert touched.cells(["tile_sat_rag"])["tile_sat_rag"].fill == "#269B86"
    assert found(touched, "COLOUR_TYPED_OVER") == [
        (
            "The fill of the status was #9D1020 where the last refresh wrote GREEN: changed by hand,"
            " period 2014-09. It was replaced by the colour worked out."
        )
    ]
    assert not run(touched).applied.has_changes


def test_a_status_cleared_by_hand_is_reported_and_written_again():
    made = book()
    workbook = made.workbook()
    run(workbook)
    touched = again(workbook, made, values={"tile_sat_rag": None})
    run(touched)
    assert status(touched, "sat") == STATUS["GREEN"]
    assert "cleared by hand" in found(touched, "COLOUR_TYPED_OVER")[0]


def test_a_new_palette_is_not_taken_for_a_hand():
    workbook = book().workbook()
    run(workbook)
    recoloured = again(workbook, book(fill_green="#00AA55"))
    run(recoloured)
    assert found(recoloured, "COLOUR_TYPED_OVER") == []
    assert recoloured.cells(["tile_sat_rag"])["tile_sat_rag"].fill == "#00AA55"


# -- overrides
# --------------------------------------------------------------------------------------------------


def test_an_override_is_shown_with_its_mark_and_its_check():
    workbook = book().override("sat", "RED").workbook()
    run(workbook)
    assert status(workbook, "sat") == "■ Red*"
    assert len(found(workbook, "OVERRIDE")) == 1
    row = next(row for row in rows(workbook, schema.WORKINGS) if row["Line"] == "sat")
    assert (row["Colour"], row["Reason code"]) == ("RED", "BETTER")
    assert row["Override"].startswith("worked out GREEN")
    assert rows(workbook, schema.LOG)[0]["Overrides"] == 1


def test_an_ended_override_shows_the_colour_worked_out_and_is_noted():
    workbook = book().override("sat", "RED", until=date(2014, 6, 30)).workbook()
    run(workbook)
    assert status(workbook, "sat") == STATUS["GREEN"]
    assert len(found(workbook, "OVERRIDE_ENDED")) == 1


def test_an_override_of_an_unknown_line_is_an_error_in_checks():
    workbook = book().override("satisfaction", "RED").workbook()
    run(workbook)
    assert found(workbook, "UNKNOWN_LINE") == [
        "There is no line 'satisfaction'; the override does nothing."
    ]


def test_removing_an_override_is_no_typing_over():
    workbook = book().override("sat", "RED").workbook()
    run(workbook)
    without = again(workbook, book())
    run(without)
    assert status(without, "sat") == STATUS["GREEN"]
    assert found(without, "COLOUR_TYPED_OVER") == []


# -- tables
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "table", [t for t in schema.ALL if t not in schema.NEEDED], ids=lambda t: t.name
)
def test_any_optional_table_may_be_missing(table):
    made = book()
    made.without.add(table.name)
    workbook = made.workbook()
    assert run(workbook).applied.has_changes
    assert not run(workbook).applied.has_changes


@pytest.mark.parametrize("table", schema.NEEDED, ids=lambda t: t.name)
def test_without_a_needed_table_it_is_no_dashboard(table):
    full = book().workbook()
    workbook = FakeWorkbook(
        {name: value for name, value in full.tables.items() if name != table.name},
        full.cells_by_name,
    )
    with pytest.raises(
        WorkbookError, match=f"not an xlperf dashboard: it has no table named {table.name}"
    ) as caught:
        run(workbook)
    assert "tblMonthly" in str(caught.value)
    assert "python -m xlperf new" in str(caught.value)
    assert workbook.saves == []


def test_a_setting_that_cannot_be_read_stops_the_refresh_before_anything_is_written():
    workbook = book().workbook()
    wrong = FakeWorkbook(
        workbook.tables | {"tblSettings": (["Key", "Value"], [["z", "wide"]])},
        workbook.cells_by_name,
        sheets=workbook.sheets,
    )
    with pytest.raises(SettingsError, match="z"):
        run(wrong)
    assert wrong.saves == []


@pytest.mark.parametrize(
    "table", [schema.WORKINGS, schema.HISTORY, schema.LOG], ids=lambda t: t.name
)
def test_what_users_add_to_our_sheets_stays_with_its_row(table):
    made = book()
    workbook = made.workbook()
    run(workbook)
    grid = workbook.read([table.name])[table.name]
    noted = [
        ("my note", *row) if number == 0 else (None, *row) for number, row in enumerate(grid.rows)
    ]
    touched = FakeWorkbook(
        {name: (g.header, g.rows) for name, g in workbook.read(t.name for t in schema.ALL).items()}
        | {table.name: (("Mine", *grid.header), noted)},
        {name: state.value for name, state in workbook.cells(list(workbook.cells_by_name)).items()},
        sheets=workbook.sheets,
        fills={
            n: s.fill for n, s in workbook.cells(list(workbook.cells_by_name)).items() if s.fill
        },
    )
    run(touched, period=12 * 2014 + 7)  # changes figures, so rows are written anew
    run(touched)
    after = touched.read([table.name])[table.name]
    key = grid.header.index("When" if table is schema.LOG else "Line")
    kept = [row for row in after.rows if row[0] == "my note"]
    assert len(kept) == 1
    assert kept[0][key + 1] == grid.rows[0][key]


def test_no_data_at_all_still_fills_every_tile_with_na_and_why():
    workbook = (
        Book()
        .measure("crime", "offences", MSG_measure="crime")
        .measure("sat", "survey", "up")
        .workbook()
    )
    run(workbook)
    assert {row["Colour"] for row in rows(workbook, schema.WORKINGS)} == {"NA"}
    assert status(workbook, "crime") == STATUS["NA"]


# -- fingerprint and report
# --------------------------------------------------------------------------------------------


def fingerprint(made: Book) -> str:
    return assess_workbook(made.workbook()).fingerprint


def test_the_fingerprint_follows_data_and_settings_only():
    same = fingerprint(book())
    assert fingerprint(book()) == same
    assert fingerprint(book(z=2.0)) != same
    assert fingerprint(book().months("crime", [401], last="2009-03")) != same
    workbook = book().workbook()
    run(workbook)
    assert assess_workbook(workbook).fingerprint == same


def test_the_fingerprint_does_not_depend_on_how_numbers_and_dates_were_read():
    assessed = assess_workbook(book().workbook())
    grids = {
        name: replace(
            grid,
            rows=tuple(
                tuple(
                    (
                        float(cell)
                        if isinstance(cell, int)
                        else (
                            datetime(cell.year, cell.month, cell.day)
                            if isinstance(cell, date)
                            else cell
                        )
                    )
                    for cell in row
                )
                for row in grid.rows
            ),
        )
        for name, grid in assessed.grids.items()
    }
    assert replace(assessed, grids=grids).fingerprint == assessed.fingerprint


def test_explanations_show_the_numbers_behind_each_colour():
    assessed = assess_workbook(book().workbook())
    text = terminal.explanations(list(assessed.lines), assessed)
    for words in (
        "To another colour: ",
        "Trends: ",
        "Reading: ",
        "Other readings: ",
        "Numbers: ",
        "Reason code: ",
        "no change 3,960",
    ):
        assert words in text
    assert max(map(len, text.splitlines())) <= message_texts.WIDTH


def test_checks_are_listed_by_what_they_do_to_this_period():
    assessed = assess_workbook(book().override("nowhere", "RED").override("sat", "RED").workbook())
    text = terminal.checked(assessed, Path("d.xlsm"))
    assert (
        text.index("They change a colour of this period")
        < text.index("sat is shown RED")
        < text.index("'nowhere'")
    )


def test_a_report_of_nothing_changed_says_so():
    workbook = book().workbook()
    run(workbook)
    text = terminal.refreshed(run(workbook), Path("d.xlsm"), None, dry_run=False, seconds=0.1)
    assert "Nothing changed since the last refresh." in text
    assert "d.xlsm was left as it is." in text


def test_a_report_of_a_first_refresh_lists_counts_and_the_first_checks():
    made = book()
    for number in range(9):
        made.override(f"nowhere{number}", "RED")
    result = run(made.workbook(has_formulas=True))
    text = terminal.refreshed(
        replace(result, backup=Path("d.xlperf-backup.xlsm")),
        Path("d.xlsm"),
        None,
        dry_run=False,
        seconds=0.5,
    )
    assert "First refresh of this workbook" in text
    assert "■ Red 0   ♦ Amber 2   ● Green 3   – NA 0" in text
    assert "9 like this (UNKNOWN_LINE): Overrides!A2: There is no line 'nowhere0'" in text
    assert "The others: Overrides!A3, A4, A5, A6, A7, A8, A9, A10." in " ".join(text.split())
    assert "kept as d.xlperf-backup.xlsm" in text
    assert "recalculate" in text


def test_a_report_leaves_out_checks_after_the_first_eight_but_none_that_changes_a_colour():
    result = run(book().workbook())
    many = [
        Problem(
            Severity.NOTE,
            Code.JUMP,
            "Monthly",
            f"C{number}",
            f"Found {number}.",
            f"Do {number}.",
            effect=effect,
        )
        for effect in (Effect.COLOUR, Effect.DOUBT)
        for number in range(20)
    ]
    shown = replace(result, assessed=replace(result.assessed, problems=tuple(many)))
    text = terminal.refreshed(shown, Path("d.xlsm"), None, dry_run=False, seconds=0.5)
    assert text.count(": Found") == 28
    assert "… and 12 more, all in the Checks sheet." in text


def test_a_report_without_checks_or_changed_colours_says_so():
    workbook = book().workbook()
    result = run(workbook)
    quiet = replace(result, first=False, assessed=replace(result.assessed, problems=()))
    text = terminal.refreshed(quiet, Path("d.xlsm"), Path("e.xlsm"), dry_run=False, seconds=0.5)
    assert "No colour changed since the last refresh" in text
    assert "No checks raised." in text
    assert "Written to e.xlsm" in text
    assert terminal.checked(quiet.assessed, Path("d.xlsm")) == "d.xlsm: no checks raised."


def test_a_line_that_is_gone_is_among_the_differences():
    workbook = book().workbook()
    run(workbook)
    fewer = Book().surveys((300, 400), (340, 400), Priority="SP7")
    result = run(again(workbook, fewer))
    assert {(item.line, item.after) for item in result.differences} == {
        (line, "gone") for line in ("crime", "crime_position", "crime_spc", "young")
    }
