"""Drafts in the Comments sheet over several refreshes, on every engine: people's words and rows
outlive them all.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tests.assessment.casebook import Book, wobbling
from tests.fake import FakeWorkbook
from tests.live.engine import install, open_book
from xlperf.excel.file import FileWorkbook
from xlperf.excel.live import LiveWorkbook
from xlperf.excel.port import SetRows
from xlperf.pipeline import Refreshed, assess_workbook, refresh
from xlperf.tables import schema
from xlperf.tables.comments import Mark, checksum
from xlperf.tiles.draft_rows import TITLES, place_drafts
from xlperf.tiles.draft_rules import Draft, DraftRule

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlperf.excel.port import Scalar, Workbook

OWN: list[list[Scalar]] = [
    ["SP11", "force", "Our words.", None, None],
    ["SP7", "commissioner", "Mine.", None, None],
]
SAT = "sat SURVEY"
LONG = 12 * 2014 + 5
"""June 2014, a period whose data is in the workbook too."""


def data() -> Book:
    """Surveys that differ from the baseline year, and offences that fell against the year
    before.
    """
    book = Book().surveys((300, 400), (340, 400), Priority="SP7", Line="Satisfaction")
    book.survey("sat", date(2014, 6, 30), 400, 344)
    return book.offences(
        "crime", wobbling(400, 48) + wobbling(330, 12), Priority="SP11", Line="Offences"
    )


def workbook_bytes(
    comments: Sequence[Sequence[Scalar]], header: Sequence[str] = TITLES, **options: Any
) -> bytes:
    """A workbook of `data` with these rows of comments; a text that begins with ``=`` is a
    formula.
    """
    grids, out = data().grids(), BytesIO()
    below = options.pop("below", None)
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        dated = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, grid in grids.items():
            sheet = book.add_worksheet(grid.sheet)
            of_comments = name == schema.COMMENTS.name
            titles, rows = (header, comments) if of_comments else (grid.header, grid.rows)
            for place, row in enumerate(rows, 1):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(place, column, value, dated)
                    elif isinstance(value, str) and value.startswith("="):
                        sheet.write_formula(place, column, value, None, value.strip('="'))
                    else:
                        sheet.write(place, column, value)
            for column in (
                column
                for column, title in enumerate(titles)
                if title in ("Period end", "Data as at")
            ):
                sheet.set_column(column, column, None, dated)
                if not rows:
                    sheet.write_blank(1, column, None, dated)
            more = options if of_comments else {}
            last = max(1, len(rows)) + int(bool(more.get("total_row")))
            columns = [{"header": title} for title in titles]
            sheet.add_table(0, 0, last, len(titles) - 1, {"name": name, "columns": columns} | more)
            if of_comments and below:
                sheet.write(last + 2, 2, below)
        board = book.add_worksheet("Dashboard")
        for place in range(1, 15):
            board.write_blank(place, 0, None, book.add_format())
            book.define_name(f"dash_note_{place}", f"=Dashboard!$A${place + 1}")
    return out.getvalue()


ENGINES: dict[str, Callable[[bytes], Workbook]] = {
    "file": lambda content: FileWorkbook(content, "Book.xlsx"),
    "live": lambda content: LiveWorkbook(open_book(install(), BytesIO(content))),
}


@pytest.fixture(params=ENGINES)
def engine(request) -> Callable[[bytes], Workbook]:
    return ENGINES[request.param]


def run(book: Workbook, **options: Any) -> Refreshed:
    return refresh(
        book, now=datetime(2014, 12, 2), who="a", seconds=lambda: 1.0, dry_run=True, **options
    )


def again(book: Workbook) -> Workbook:
    return (
        FileWorkbook(book.to_bytes(), "Book.xlsx")
        if isinstance(book, FileWorkbook)
        else LiveWorkbook(book.book)
    )


def body(book: Workbook) -> list[list[Scalar]]:
    return [list(row) for row in again(book).read(["tblComments"])["tblComments"].rows]


def drafted(book: Workbook) -> dict[str, list[Scalar]]:
    """Rows of drafts by key and period, and the place of each."""
    return {" ".join(str(row[4]).split()[:3]): row for row in body(book) if row[4]}


def put(book: Workbook, changed: dict[int, dict[str, Scalar]]) -> Workbook:
    """Type into rows of Comments, as a person would."""
    rows = body(book)
    for place, cells in changed.items():
        for title, value in cells.items():
            rows[place][TITLES.index(title)] = value
    book = again(book)
    book.apply([SetRows("tblComments", TITLES, tuple(map(tuple, rows)))])
    return again(book)


def at(book: Workbook, key: str, period: str = "2014-09") -> int:
    return [str(row[4]).startswith(f"{key} {period} ") for row in body(book)].index(True)


def notes(book: Workbook) -> str:
    names = [f"dash_note_{place}" for place in range(1, 15)]
    return " ".join(str(state.value or "") for state in again(book).cells(names).values())


def found(result: Refreshed, code: str) -> list[str]:
    return [
        f"{problem.where}: {problem.found}"
        for problem in result.assessed.problems
        if problem.code == code
    ]


def test_drafts_follow_peoples_rows_and_nobody_sees_them_on_the_dashboard(engine):
    book = engine(workbook_bytes(OWN))
    result = run(book)
    assert body(book)[:2] == OWN
    assert next(iter(drafted(book))) == f"{SAT} 2014-09"
    assert {"crime BASELINE 2014-09", "crime YEAR_BEFORE 2014-09"} < set(drafted(book))
    row = drafted(book)[f"{SAT} 2014-09"]
    assert row[:2] == ["SP7", None]
    assert row[2].startswith("Satisfaction: 85.0% (n = 400)")
    assert row[3] is None
    assert "85.0%" not in notes(book)
    assert "Our words. (force)" in notes(book)
    (said,) = found(result, "DRAFTS")
    assert said.startswith("Comments!D4: ")
    assert (
        "for a decision, from here on (a refresh puts them there). If nothing had changed anywhere"
        in said
    )


def test_a_second_refresh_changes_nothing_byte_for_byte(engine):
    book = engine(workbook_bytes(OWN))
    first = run(book)
    book = again(book)
    before = book.to_bytes() if isinstance(book, FileWorkbook) else body(book)
    second = run(book)
    assert not second.applied.has_changes
    assert (book.to_bytes() if isinstance(book, FileWorkbook) else body(book)) == before
    assert second.assessed.fingerprint == first.assessed.fingerprint
    assert second.assessed.problems == first.assessed.problems


@pytest.mark.parametrize("decision", ["accept", "edit"])
def test_an_accepted_draft_keeps_its_words_and_its_period(engine, decision):
    book = engine(workbook_bytes(OWN))
    run(book)
    words = "In our words, 85.0%." if decision == "edit" else body(book)[at(book, SAT)][2]
    book = put(book, {at(book, SAT): {"Decision": decision, "Text": words, "Author role": "force"}})
    run(book)
    assert f"{words} (force)" in notes(book)
    kept = body(book)[at(book, SAT)]
    assert kept[:4] == ["SP7", "force", words, decision]
    assert sum(str(row[4]).startswith(SAT) for row in body(book)) == 1
    book = again(book)
    run(book, period=LONG)  # another period: kept, not shown, and a draft of that period beside it
    assert body(book)[at(book, SAT)] == kept
    assert words not in notes(book)
    assert body(book)[at(book, SAT, "2014-06")][2].startswith("Satisfaction: 86.0%")
    book = again(book)
    run(book)
    assert f"{words} (force)" in notes(book)


def test_a_rejected_draft_stays_rejected_for_its_period(engine):
    book = engine(workbook_bytes(OWN))
    run(book)
    book = put(book, {at(book, SAT): {"Decision": "reject"}})
    rejected = body(book)[at(book, SAT)]
    run(book)
    assert [row for row in body(book) if str(row[4]).startswith(SAT)] == [rejected]
    assert "85.0%" not in notes(book)
    book = again(book)
    run(book, period=LONG)
    assert rejected in body(book)
    assert body(book)[at(book, SAT, "2014-06")][3] is None


def test_an_untouched_draft_is_written_anew_in_its_place(engine):
    book = engine(workbook_bytes(OWN))
    run(book)
    place, before = at(book, SAT), len(body(book))
    book = again(book)
    run(book, period=LONG)
    assert at(book, SAT, "2014-06") == place
    assert len(body(book)) <= before
    book = again(book)
    run(book)
    assert at(book, SAT) == place


def test_a_draft_changed_without_a_decision_is_kept_hidden_and_told(engine):
    book = engine(workbook_bytes(OWN))
    run(book)
    book = put(book, {at(book, SAT): {"Text": "Half written"}})
    result = run(book)
    assert body(book)[at(book, SAT)][2] == "Half written"
    assert "Half written" not in notes(book)
    assert len(found(result, "UNDECIDED")) == 1
    assert sum(str(row[4]).startswith(SAT) for row in body(book)) == 1


def test_rows_between_and_sorted_ones_keep_their_order_and_words(engine):
    book = engine(workbook_bytes(OWN))
    run(book)
    rows = body(book)
    turned = [*reversed(rows), ["SP11", "force", "Later words.", None, None]]
    book.apply([SetRows("tblComments", TITLES, tuple(map(tuple, turned)))])
    book = again(book)
    run(book)
    assert body(book) == turned
    book = again(book)
    run(book, period=LONG)
    own = [row for row in body(book) if row[4] is None and row[2]]
    assert own == [row for row in turned if row[4] is None]
    assert [body(book).index(row) for row in own] == [turned.index(row) for row in own]


def test_a_draft_that_no_longer_holds_leaves_its_row_to_the_next(engine):
    gone = [
        "SP1",
        None,
        "Old words.",
        None,
        str(Mark("gone RUN", "2014-06", checksum("SP1", "", "Old words."))),
    ]
    book = engine(workbook_bytes([OWN[0], gone, OWN[1]]))
    run(book)
    rows = body(book)
    assert (rows[0], rows[2]) == (OWN[0], OWN[1])
    assert str(rows[1][4]).startswith(SAT)
    assert "Old words." not in str(rows)


def test_drafts_that_no_longer_hold_at_the_end_take_their_rows_along(engine):
    gone = [
        "SP1",
        None,
        "Old words.",
        None,
        str(Mark("gone RUN", "2014-06", checksum("SP1", "", "Old words."))),
    ]
    book = engine(workbook_bytes([*OWN, *[gone] * 9]))
    run(book)
    assert body(book)[:2] == OWN
    assert len(body(book)) == 2 + len(drafted(book)) < 11
    assert "Old words." not in str(body(book))


def test_columns_people_added_stay_with_their_rows(engine):
    header = ("Mine", *TITLES[:3], "Ours too", *TITLES[3:])
    gone = str(Mark("gone RUN", "2014-06", checksum("SP1", "", "Old words.")))
    rows = [
        ["a", *OWN[0][:3], "b", None, None],
        [None, "SP1", None, "Old words.", "ask Jo", None, gone],
        [None, *OWN[1][:3], "c", None, None],
    ]
    book = engine(workbook_bytes(rows, header))
    run(book)
    after = body(book)
    assert (after[0], after[2]) == (rows[0], rows[2])
    assert after[1] == [
        None,
        None,
        None,
        None,
        "ask Jo",
        None,
        None,
    ]  # given up; what was noted beside it stays
    assert all(
        row[0] is None and row[4] is None and str(row[6]).split()[2] == "2014-09"
        for row in after[3:]
    )
    assert not run(again(book)).applied.has_changes


def test_a_totals_row_is_not_moved_blank_rows_are_used_and_the_rest_is_told(engine):
    blank: list[Scalar] = [None] * 5
    book = engine(workbook_bytes([*OWN, blank], total_row=True))
    result = run(book)
    assert body(book)[:2] == OWN
    assert str(body(book)[2][4]).startswith(SAT)
    (said,) = found(result, "DRAFTS_NOT_WRITTEN")
    assert "not written." in said
    assert "totals row" in said
    assert result.assessed.lines
    assert not run(again(book)).applied.has_changes


def test_what_stands_below_the_table_is_not_written_over_and_stops_nothing(engine):
    book = engine(workbook_bytes(OWN, below="My notes"))
    result = run(book)
    assert body(book) == OWN
    (said,) = found(result, "DRAFTS_NOT_WRITTEN")
    assert said.startswith("Comments!A1: ")
    assert found(result, "DRAFTS") == []


def test_formulas_among_the_texts_stay_formulas(engine):
    rows = [["SP11", "force", '="Our words."', None, None], *OWN[1:]]
    book = engine(workbook_bytes(rows))
    run(book)
    assert body(book)[0][2] == "Our words."
    assert "Our words. (force)" in notes(book)
    if isinstance(book, FileWorkbook):
        from tests.excel.torture import cells_of, unpacked

        parts = unpacked(book.to_bytes())
        sheet = next(part for part in parts.values() if b"Our words." in part and b"<f>" in part)
        assert b'<f>"Our words."</f>' in cells_of(sheet)["C2"].replace(b"&quot;", b'"')
    else:
        assert book.book.sheets["Comments"].range("C2").formula == '="Our words."'
    assert len(drafted(book)) >= 2


def test_a_workbook_made_before_gets_no_drafts_and_is_told_how_to_have_them(engine):
    book = engine(workbook_bytes([row[:3] for row in OWN], TITLES[:3]))
    result = run(book)
    assert body(book) == [row[:3] for row in OWN]
    assert found(result, "DRAFTS") == [
        (
            "Comments!C1: The table tblComments has no columns 'Decision' and 'Draft', so no comments"
            " are drafted."
        )
    ]
    assert [problem.remedy for problem in result.assessed.problems if problem.code == "DRAFTS"] == [
        (
            "To have drafts, type 'Decision' and 'Draft' into D1 and E1, right of the table's header,"
            " then refresh."
        )
    ]
    assert "Our words. (force)" in notes(book)


def test_a_table_without_any_row_takes_drafts_from_its_first(engine):
    book = engine(workbook_bytes([]))
    run(book)
    assert all(row[4] for row in body(book))


def test_a_workbook_without_the_table_is_refreshed_all_the_same():
    made = data()
    made.without.add(schema.COMMENTS.name)
    assert run(made.workbook()).applied.has_changes


def test_a_slip_in_an_accepted_draft_is_told(engine):
    book = engine(workbook_bytes(OWN))
    run(book)
    book = put(book, {at(book, SAT): {"Decision": "edit", "Text": "85.4% are satisfied."}})
    (said,) = found(run(book), "TEXT_DISAGREES")
    assert said.startswith("Comments!C")
    assert "The text says 85.4%, but ‘Satisfaction’ in the year to Sep 2014 is 85.0%." in said


def test_what_is_carried_over_is_said_at_a_refresh():
    made = data()
    for period in (date(2014, 6, 30), date(2014, 9, 30)):
        made.add(schema.COMMENTS, Priority="SP7", Author_role="force", Text="No.", Period=period)
    (said,) = found(run(made.workbook()), "CARRIED_OVER")
    assert said.startswith("Comments!C")
    assert "This text of SP7 is word for word that of June 2014 (" in said


def test_the_fake_workbook_is_drafted_into_as_well():
    made = data()
    made.rows[schema.COMMENTS.name] = [dict(zip(TITLES, row, strict=True)) for row in OWN]
    workbook = made.workbook()
    assert isinstance(workbook, FakeWorkbook)
    run(workbook)
    assert len(workbook.read(["tblComments"])["tblComments"].rows) > 3
    assert not run(workbook).applied.has_changes


DRAFTS = tuple(Draft("SP1", f"line{i}", DraftRule.RUN, "x", f"Text {i}.") for i in range(4))
PEOPLES = st.tuples(
    st.sampled_from(["SP1", None, "SP2"]),
    st.sampled_from([None, "force"]),
    st.sampled_from([None, "Words.", "Text 1."]),
    st.sampled_from([None, "accept", "edit", "reject", "perhaps"]),
    st.sampled_from([None, "line1 RUN 2014-09 00000000", "line2 RUN 2014-06 00000000", "mine"]),
    st.sampled_from([None, "note"]),
)
UNTOUCHED = st.tuples(
    st.integers(0, 5), st.sampled_from(["2014-09", "2014-06"]), st.sampled_from([None, "note"])
).map(
    lambda made: (
        *("SP1", None, f"Text {made[0]}.", None),
        str(Mark(f"line{made[0]} RUN", made[1], checksum("SP1", "", f"Text {made[0]}."))),
        made[2],
    )
)


@pytest.mark.slow
@given(rows=st.lists(st.one_of(PEOPLES, UNTOUCHED), max_size=9), number=st.integers(0, 4))
def test_whatever_stands_in_the_table_people_lose_nothing_and_the_second_time_changes_nothing(
    rows, number
):
    made = data()
    settings = assess_workbook(made.workbook()).settings
    book = FakeWorkbook({"tblComments": ((*TITLES, "Mine"), rows)})
    grid = book.read(["tblComments"])["tblComments"]
    placed = place_drafts(grid, DRAFTS[:number], settings)
    if placed.edit is not None:
        book.apply([placed.edit])
    after = book.read(["tblComments"])["tblComments"].rows
    ours = [
        row[4] is not None and str(row[4])[-8:] == checksum("SP1", "", str(row[2])) for row in rows
    ]
    ours = [
        mine and row[:4] == ("SP1", None, row[2], None)
        for mine, row in zip(ours, rows, strict=True)
    ]
    for place, row in enumerate(rows):
        blank = all(cell is None for cell in row)
        if not ours[place] and not blank:
            assert after[place] == row
        elif place < len(after):
            assert after[place][5] == row[5]
    keys = [str(row[4]).rsplit(" ", 1)[0] for row in after if row[4]]
    for draft in DRAFTS[:number]:
        assert f"{draft.key} 2014-09" in keys
    second = place_drafts(replace(grid, rows=after), DRAFTS[:number], settings)
    assert second.edit is None
    assert [draft.key for draft in second.waiting.values()] == [
        draft.key for draft in placed.waiting.values()
    ]


def test_a_protected_or_broken_sheet_takes_no_drafts_and_stops_nothing():
    formula = [
        "SP1",
        None,
        '="Old words."',
        None,
        str(Mark("gone RUN", "2014-06", checksum("SP1", "", "Old words."))),
    ]
    for open_with in ENGINES.values():
        book = open_with(
            workbook_bytes([*OWN, formula])
        )  # looks untouched, but its words are a formula
        result = run(book)
        assert body(book)[:2] == OWN
        assert body(book)[2][:4] == ["SP1", None, "Old words.", None]
        (said,) = found(result, "DRAFTS_NOT_WRITTEN")
        assert "formula" in said
        assert result.applied.has_changes
