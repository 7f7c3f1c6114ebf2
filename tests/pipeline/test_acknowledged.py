"""Findings that somebody settled: they stay quiet while nothing changes, come back when something
does, and hide nothing.

The shipped workbook is taken through four quarters with surveys whose percentages no whole number
gives.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.assessment.casebook import END, Book, wobbling
from tests.fake import FakeWorkbook
from tests.shipped import SHIPPED
from tests.users import insert, rename
from xlperf import terminal
from xlperf.excel.file import FileWorkbook
from xlperf.excel.port import SetRows
from xlperf.periods import Month, last_day
from xlperf.pipeline import Refreshed, assess_workbook, refresh
from xlperf.tables import schema
from xlperf.tables.problems import Code, Effect, Problem, Severity
from xlperf.tiles.counting import checks_text, counted, grouped
from xlperf.tiles.edits import edits
from xlperf.tiles.written import records

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlperf.tiles.assessed import Assessed

NOW = datetime(2014, 12, 2, 9, 30, tzinfo=UTC)
JUNE, DECEMBER = date(2014, 6, 30), date(2014, 12, 31)


def run(workbook, period: Month | None = None) -> Refreshed:
    return refresh(workbook, now=NOW, who="analyst", seconds=lambda: 0.5, period=period)


def doubtful(percent: float = 37.5, **settings: object) -> Book:
    """A book with one finding that may be settled: a percentage that n = 65 cannot give (the
    report's own slip).
    """
    made = Book(**settings).surveys((150, 400), None, Priority="SP7")
    return made.survey("sat", END, 65, None, Percent=percent)


def settling(made: Book, check: str, **cells: object) -> Book:
    given = {"Reason": "The supplier weights its answers.", "Role": "Head of research"} | cells
    return made.add(schema.ACKNOWLEDGED, Check=check, Place="Surveys", **given)


def problems(made: Book, code: str = "") -> list[Problem]:
    """What is found, but for the drafts that wait: they have nothing to do with it."""
    found = assess_workbook(made.workbook()).problems
    return [item for item in found if item.code != Code.DRAFTS and code in ("", item.code)]


def identity(made: Book, code: str = "IMPOSSIBLE_PERCENTAGE") -> str:
    (found,) = problems(made, code)
    return found.identity


# -- the life of one acknowledgement
# -----------------------------------------------------------------------------------


def test_a_settled_finding_is_counted_as_settled_stands_last_and_is_not_printed():
    made = settling(doubtful(), identity(doubtful()))
    workbook = made.workbook()
    result = run(workbook)
    *_, last = result.assessed.problems
    assert (last.code, last.settled.role) == ("IMPOSSIBLE_PERCENTAGE", "Head of research")
    text = terminal.refreshed(result, Path("d.xlsm"), None, dry_run=False, seconds=1)
    assert "Checks: 1 note (1 more settled)." in text
    assert "impossible" not in text
    *_, row = records(workbook.read([schema.CHECKS.name])[schema.CHECKS.name], schema.CHECKS)
    assert row["Effect"] == "Settled (Head of research): The supplier weights its answers."
    assert row["Settle with"] == last.identity
    assert "1 settled" in terminal.checked(result.assessed, Path("d.xlsm"))
    assert not run(workbook).applied.has_changes


@pytest.mark.parametrize("written", [str.upper, str.lower, "  {}  ".format])
def test_an_identity_may_be_typed_in_any_case(written):
    made = settling(doubtful(), written(identity(doubtful())))
    assert [item.settled is not None for item in problems(made)] == [True]


def test_one_row_may_settle_several_findings_as_checks_gathers_them():
    both = f"{identity(doubtful())}; {Code.GAP}-0123456789"
    assert [item.settled is not None for item in problems(settling(doubtful(), both))] == [True]
    gone = f"{Code.GAP}-0123456789;{Code.GAP}-0123456780"
    _doubt, note = problems(settling(doubtful(), gone))
    assert note.code == Code.NOT_ACKNOWLEDGED
    assert note.found.startswith("The finding of this row is gone")


CHANGES = {
    "another figure": lambda made: doubtful(37.6),
    "another n": lambda made: made.rows[schema.SURVEYS.name][-1].update(n=67) or made,
    "another period": lambda made: made.rows[schema.SURVEYS.name][-1].update({"Period end": JUNE}) or made,
    "another measure": lambda made: made.measure("new", "survey", "up").rows[schema.SURVEYS.name][-1].update(Measure="new") or made,
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_as_soon_as_something_changes_it_comes_back_and_the_row_is_told_to_have_no_use(change):
    made = settling(CHANGES[change](doubtful()), identity(doubtful()))
    found = problems(made)
    (doubt,) = [item for item in found if item.code == "IMPOSSIBLE_PERCENTAGE"]
    assert doubt.settled is None
    (note,) = [item for item in found if item.code == Code.NOT_ACKNOWLEDGED]
    assert (note.severity, note.cell) == (Severity.NOTE, "A2")
    assert note.found == "The finding of this row is gone, or changed since: what is new is shown."


def test_when_it_was_taken_and_where_it_stands_make_no_difference():
    made = doubtful()
    made.rows[schema.SURVEYS.name].insert(
        0, {"Measure": "sat", "Period end": date(2010, 3, 31), "n": 400, "Satisfied": 9}
    )
    made.rows[schema.SURVEYS.name][-1]["As at"] = date(2014, 11, 2)
    assert identity(made) == identity(doubtful())


def test_an_address_in_the_words_of_a_finding_makes_no_difference():
    twice = doubtful().survey("sat", END, 65, None, Percent=37.5)
    before = identity(twice, "DUPLICATE")
    twice.rows[schema.SURVEYS.name].insert(
        0, {"Measure": "sat", "Period end": date(2010, 3, 31), "n": 400, "Satisfied": 9}
    )
    (found,) = problems(twice, "DUPLICATE")
    assert (found.identity, found.cell) == (before, "B5")


def test_findings_that_are_equal_in_everything_have_one_identity_each():
    made = Book().surveys((300, 400), (340, 400))
    for _ in range(3):
        made.survey("sat", JUNE, 300, 200)
    first, second = problems(made, "DUPLICATE")
    assert first.found == second.found
    assert first.identity != second.identity
    settled = problems(settling(made, first.identity), "DUPLICATE")
    assert [item.settled is None for item in settled] == [True, False]


# -- what does not keep a finding quiet
# --------------------------------------------------------------------------------

UNUSABLE = {
    "no reason": ({"Reason": None}, "error BLANK", "'Reason' is blank, so the row is not used."),
    "no role": ({"Role": None}, "error BLANK", "'Role' is blank, so the row is not used."),
    "an end that is no date": ({"Until": "when it suits"}, "error NOT_ACKNOWLEDGED",
                               "'Until' cannot be read, so the row settles nothing."),
    "an end that has passed": ({"Until": JUNE}, "warning NOT_ACKNOWLEDGED",
                               "It held until 30 June 2014; the finding is shown again."),
    "a text that is no identity": ({"Check": "IMPOSSIBLE_PERCENTAGE"}, "error NOT_ACKNOWLEDGED",
                                   "This names no finding, so the row settles nothing."),
    "nothing": ({"Check": None}, "error BLANK", "'Check' is blank, so the row is not used."),
    "a number": ({"Check": 12}, "error NOT_ACKNOWLEDGED", "This names no finding, so the row settles nothing."),
}  # fmt: skip


@pytest.mark.parametrize("case", UNUSABLE, ids=str)
def test_an_acknowledgement_that_cannot_be_used_keeps_nothing_quiet_and_says_so(case):
    cells, kind, says = UNUSABLE[case]
    made = settling(doubtful(), identity(doubtful()))
    made.rows[schema.ACKNOWLEDGED.name][0] |= cells
    found = problems(made)
    assert [item.settled for item in found if item.code == "IMPOSSIBLE_PERCENTAGE"] == [None]
    told = [
        (f"{item.severity} {item.code}", item.found)
        for item in found
        if item.sheet == schema.ACKNOWLEDGED.sheet
    ]
    assert (kind, says) in told, told
    assert all(
        item.effect in (Effect.SHOWN, Effect.INFORMATION)
        for item in found
        if item.sheet == "Acknowledged"
    )


@pytest.mark.parametrize("until", [END, DECEMBER, None])
def test_an_end_that_has_not_passed_keeps_it_quiet(until):
    assert [
        item.settled is None
        for item in problems(settling(doubtful(), identity(doubtful()), Until=until))
    ] == [False]


@pytest.mark.parametrize("title", ["Check", "Reason", "Role", "Until"])
def test_a_column_that_is_gone_settles_nothing_and_is_told(title):
    full = settling(doubtful(), identity(doubtful())).workbook()
    header, rows = full.tables[schema.ACKNOWLEDGED.name]
    renamed = [f"{name}?" if name == title else name for name in header]
    workbook = FakeWorkbook(
        {**full.tables, schema.ACKNOWLEDGED.name: (renamed, rows)}, full.cells_by_name
    )
    found = assess_workbook(workbook).problems
    assert [item.settled for item in found if item.code == "IMPOSSIBLE_PERCENTAGE"] == [None]
    (told,) = [item for item in found if item.code == "COLUMN_MISSING"]
    assert f"no column '{title}', so" in told.found


def test_a_workbook_made_before_has_neither_the_table_nor_the_columns_and_is_not_told_of_it():
    full = doubtful().workbook()
    new = ("Effect", "Settle with")
    header = [title for title in schema.CHECKS.titles if title not in new]
    tables = {
        name: table for name, table in full.tables.items() if name != schema.ACKNOWLEDGED.name
    }
    workbook = FakeWorkbook(
        {**tables, schema.CHECKS.name: (header, ())}, full.cells_by_name, sheets=full.sheets
    )
    result = run(workbook)
    assert [item.code for item in result.assessed.problems] == ["IMPOSSIBLE_PERCENTAGE", "DRAFTS"]
    assert not run(workbook).applied.has_changes
    item, _ = result.assessed.problems
    assert f"Settle with: {item.identity}" in terminal.checked(result.assessed, Path("d.xlsm"))


NEVER = {
    "an error that takes a colour": (
        lambda: Book().surveys((300, 400), (340, 400)).survey("sat", END, "n/a", 3), "NOT_A_NUMBER", "takes the colour"),
    "an override in force": (lambda: Book().surveys((300, 400), (340, 400)).override("sat", "RED"), "OVERRIDE",
                             "is always shown"),
    "an awaited return": (lambda: Book().measure("sat", "survey", "up").owed("sat", "awaited"), "AWAITED", "is always shown"),
}  # fmt: skip


@pytest.mark.parametrize("case", NEVER, ids=str)
def test_some_findings_cannot_be_settled_and_trying_is_told(case):
    make, code, why = NEVER[case]
    made = make()
    if code == "NOT_A_NUMBER":
        made.rows[schema.SURVEYS.name].pop(1)
    assert identity(made, code) not in terminal.checked(
        assess_workbook(made.workbook()), Path("d.xlsm")
    )
    found = problems(settling(made, identity(made, code)))
    assert [item.settled for item in found if item.code == code] == [None]
    (told,) = [item for item in found if item.code == Code.NOT_ACKNOWLEDGED]
    assert why in told.found
    assert told.severity is Severity.WARNING


def test_acknowledgements_without_a_finding_make_one_note_however_many_they_are():
    made = Book().surveys((300, 400), (340, 400))
    for number in range(40):
        settling(made, f"JUMP-{number:010x}")
    (note,) = problems(made)
    assert (
        note.found
        == "The findings of 40 rows, from here on, are gone, or changed since: what is new is"
        " shown."
    )
    assert (
        note.remedy == "This can be deleted: A2, A3, A4, A5, A6, A7, A8, A9, A10, A11 and 30 more."
    )


# -- what is always shown, and what is folded
# --------------------------------------------------------------------------


def test_overrides_and_awaited_returns_are_printed_however_many_findings_there_are():
    made = (
        Book().offences("crime", wobbling(400, 72)).surveys((300, 400), (340, 400), Priority="SP7")
    )
    for number in range(30):
        made.measure(f"late{number}", "survey", "up").owed(
            f"late{number}", "awaited", Owner=f"Partner {number}"
        )
        made.measure(f"none{number}", "survey", "up")
    made.override("sat", "RED").override("crime", "AMBER")
    result = run(made.workbook())
    text = terminal.refreshed(result, Path("d.xlsm"), None, dry_run=False, seconds=1)
    assert (
        text.index("sat is shown RED")
        < text.index("Partner 0")
        < text.index("has no usable figure")
    )
    assert "crime is shown AMBER; worked out: AMBER" in text  # the tile has its mark, so it is told
    assert all(
        f"The return for late{number} is awaited" in " ".join(text.split()) for number in range(30)
    )


def test_alike_findings_are_told_once_with_their_number_and_every_one_stands_in_check():
    made = Book().surveys((300, 400), (340, 400))
    for year in range(2003, 2013):
        made.survey("sat", date(year, 9, 30), 65, None, Percent=37.5 + (year - 2003) / 1000)
    assessed = assess_workbook(made.workbook())
    assert [len(group.problems) for group in grouped(assessed.problems)] == [10, 1]
    result = Refreshed(
        assessed, FakeWorkbook({}).apply([]), (), first=True, written_to=None, backup=None
    )
    text = " ".join(
        terminal.refreshed(result, Path("d.xlsm"), None, dry_run=False, seconds=1).split()
    )
    assert "Checks: 10 about other periods, 1 note." in text
    assert "WARNING 10 like this (IMPOSSIBLE_PERCENTAGE): Surveys!E4: 37.5% is impossible" in text
    assert text.count("is impossible") == 1
    listed = terminal.checked(assessed, Path("d.xlsm"))
    assert all(item.identity in listed and f"{item.where}:" in listed for item in assessed.problems)


def test_counts_are_in_words_for_one_and_many():
    def some(effect: Effect, number: int) -> list[Problem]:
        return [
            Problem(Severity.NOTE, Code.JUMP, "S", f"A{i}", "F.", "D.", effect=effect)
            for i in range(number)
        ]

    one = [*some(Effect.COLOUR, 1), *some(Effect.SHOWN, 1), *some(Effect.INFORMATION, 1)]
    assert checks_text(one) == "Checks: 1 that changes a colour, 1 to look at, 1 note"
    many = [
        *some(Effect.COLOUR, 2),
        *some(Effect.SHOWN, 1),
        *some(Effect.DOUBT, 1),
        *some(Effect.LATER, 3),
    ]
    assert (
        checks_text(many) == "Checks: 2 that change a colour, 2 to look at, 3 about other periods"
    )
    (item,) = (found.settled for found in problems(settling(doubtful(), identity(doubtful()))))
    settled = [replace(problem, settled=item) for problem in many]
    assert checks_text([*settled, *one[2:]]) == "Checks: 1 note (7 more settled)"
    assert checks_text(settled) == "Checks: 7 settled"
    assert counted(settled) == {
        "change_colour": 0,
        "look_at": 0,
        "other_periods": 0,
        "notes": 0,
        "settled": 7,
    }


# -- four quarters of the shipped workbook
# -----------------------------------------------------------------------------

SURVEYED = ("SP7_satisfaction", "SP8_satisfaction", "SP9_satisfaction", "SP12_satisfaction", "SP13_satisfaction",
            "SP14A_satisfaction", "SP14B_satisfaction")  # fmt: skip


def add(path: Path, table: schema.Table, *rows: dict[str, object]) -> None:
    """Add rows to a table of the file, as an analyst would below its last."""
    book = FileWorkbook.open(path)
    grid = book.read([table.name])[table.name]
    kept = [row for row in grid.rows if any(cell is not None for cell in row)]
    fresh = [tuple(row.get(title) for title in grid.header) for row in rows]
    book.apply([SetRows(table.name, grid.header, (*kept, *fresh))])
    book.save()


def change(
    path: Path, table: schema.Table, new: Callable[[dict[str, object]], dict[str, object] | None]
) -> None:
    """Change each row of a table of the file to what a function makes of it; None takes it away."""
    book = FileWorkbook.open(path)
    grid = book.read([table.name])[table.name]
    rows = [new(dict(zip(grid.header, row, strict=True))) for row in grid.rows]
    book.apply(
        [
            SetRows(
                table.name,
                grid.header,
                tuple(tuple(row.values()) for row in rows if row is not None),
            )
        ]
    )
    book.save()


def quarter(path: Path, month: Month) -> None:
    """Make seven surveys of a quarter such that none gives whole counts."""

    def weighted(row: dict[str, object]) -> dict[str, object]:
        if row["Measure"] not in SURVEYED or row["Period end"] != last_day(month):
            return row
        return row | {"n": 65, "Satisfied": None, "Percent": 80.21}

    change(path, schema.SURVEYS, weighted)


def settle(path: Path, assessed: Assessed) -> int:
    """Settle every percentage that is shown, by what the Checks sheet of the file says."""
    rows = records(
        FileWorkbook.open(path).read([schema.CHECKS.name])[schema.CHECKS.name], schema.CHECKS
    )
    shown = [
        row
        for row in rows
        if row["Code"] == "IMPOSSIBLE_PERCENTAGE" and not row["Effect"].startswith("Settled")
    ]
    add(path, schema.ACKNOWLEDGED, *({"Check": row["Settle with"], "Place": str(row["Where"]), "Reason": "Weighted.",
                                      "Role": "Analyst"} for row in shown))  # fmt: skip
    assert len(shown) == sum(
        item.code == "IMPOSSIBLE_PERCENTAGE" and item.settled is None for item in assessed.problems
    )
    return len(shown)


def impossible(result: Refreshed, *, settled: bool) -> list[Problem]:
    return [
        item
        for item in result.assessed.problems
        if item.code == "IMPOSSIBLE_PERCENTAGE" and (item.settled is not None) is settled
    ]


def test_identities_are_the_same_when_the_table_moves_and_its_sheet_is_renamed(tmp_path):
    path = Path(shutil.copy(SHIPPED, tmp_path / "Dashboard.xlsm"))
    quarter(path, 12 * 2014 + 8)
    before = assess_workbook(FileWorkbook.open(path)).problems
    path.write_bytes(
        rename(insert(path.read_bytes(), "Surveys", rows=4, columns=1), "Surveys", "(our) surveys")
    )
    after = assess_workbook(FileWorkbook.open(path)).problems
    assert {item.identity for item in before} == {item.identity for item in after}
    assert {item.sheet for item in before} != {item.sheet for item in after}


@pytest.mark.slow
def test_four_quarters_of_the_shipped_workbook(tmp_path):
    path = Path(shutil.copy(SHIPPED, tmp_path / "Dashboard.xlsm"))
    colour = {
        "Line": "SP13_offences",
        "Colour": "AMBER",
        "Reason": "The board agreed.",
        "Who": "Analyst",
        "Until": DECEMBER,
    }
    add(path, schema.OVERRIDES, colour)
    december, march, june, september = (12 * 2013 + 11 + 3 * number for number in range(4))

    def refreshed(month: Month) -> tuple[Refreshed, str]:
        result = run(FileWorkbook.open(path), month)
        assert not run(FileWorkbook.open(path), month).applied.has_changes
        text = terminal.refreshed(result, path, None, dry_run=False, seconds=1)
        checks = text[text.index("Checks:") :].splitlines()
        assert any("SP13_offences is shown AMBER" in line for line in checks[1:3]), checks
        return result, text

    quarter(path, december)
    first, _ = refreshed(december)
    shown = {item.effect for item in impossible(first, settled=False)}
    assert shown == {
        Effect.SHOWN
    }  # the year 2013 shares months with the baseline year, so it has no colour to doubt
    assert settle(path, first.assessed) == 7
    settled, text = refreshed(december)
    assert len(impossible(settled, settled=True)) == 7
    assert "7 more settled" in text
    assert "impossible" not in text

    quarter(path, march)
    second, text = refreshed(march)
    assert len(impossible(second, settled=True)) == 7  # they do not come back
    assert [item.effect for item in impossible(second, settled=False)] == [Effect.DOUBT] * 7
    assert text.count("is impossible with n = 65") == 1  # said once, with every place

    quarter(path, june)
    third, text = refreshed(june)  # those of March were not settled: they are of another period now
    assert [item.effect for item in impossible(third, settled=False)] == [Effect.DOUBT] * 7 + [
        Effect.LATER
    ] * 7
    assert settle(path, third.assessed) == 14

    # The last quarter: rows inserted above the table, one settled figure corrected, another taken
    # away.
    path.write_bytes(insert(path.read_bytes(), "Surveys", rows=4, columns=1))

    def corrected(row: dict[str, object]) -> dict[str, object] | None:
        if row["Period end"] != last_day(december) or row["Measure"] not in SURVEYED[:2]:
            return row
        return row | {"n": 66} if row["Measure"] == SURVEYED[0] else None

    change(path, schema.SURVEYS, corrected)
    last, text = refreshed(september)
    assert len(impossible(last, settled=True)) == 19
    (back,) = impossible(last, settled=False)
    assert (back.effect, back.measure, back.cell[0]) == (Effect.LATER, "SP7_satisfaction", "F")
    (note,) = [item for item in last.assessed.problems if item.code == Code.NOT_ACKNOWLEDGED]
    assert note.found.startswith("The findings of 2 rows, from here on, are gone, or changed since")
    assert "(19 more settled)" in text
    assert not FileWorkbook.open(path).apply(edits(last.assessed)).has_changes
