"""What a refresh keeps of its inputs: all that decides, nothing else, and the same bytes twice."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.assessment.casebook import Book, wobbling
from tests.causes.quarters import Quarters, last
from tests.fake import FakeWorkbook
from xlperf.assessment.assessing import assess
from xlperf.causes.what_changed import (
    NO_CAUSES,
    NO_TABLE,
    REFRESH_BEFORE,
    what_changed,
)
from xlperf.errors import UsageError
from xlperf.excel.port import CellError, Grid, NoResult
from xlperf.pipeline import assess_workbook
from xlperf.tables import schema
from xlperf.tiles.change_causes import Cause
from xlperf.tiles.stored_inputs import (
    LONGEST_TEXT,
    RECENT,
    inputs_edit,
    line_states,
    packed,
    read_store,
    state_of,
    store_rows,
    unpacked,
)

CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(min_size=1),
    st.dates(),
    st.datetimes(),
    st.sampled_from([CellError("#N/A"), *NoResult]),
)


def inputs(quarters: Quarters) -> Grid:
    return FakeWorkbook(quarters.owned).read([schema.INPUTS.name])[schema.INPUTS.name]


def office() -> Quarters:
    book = Book(recipients="someone@example.org").measure(
        "crime", "offences", Owner="A person", Source="A system"
    )
    book.months("crime", wobbling(400, 66)).surveys((300, 400), (340, 400))
    book.add(schema.COMMENTS, Priority="SP1", Author_role="Analyst", Text="Between us.")
    return Quarters(book)


@pytest.fixture
def refreshed() -> Quarters:
    made = office()
    made.refresh("2014-09")
    return made


@given(CELLS)
def test_a_cell_comes_back_as_it_was(cell):
    again = unpacked(packed(cell))
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        cell = cell.date()
    assert again == cell
    assert isinstance(again, bool) is isinstance(cell, bool)


@pytest.mark.parametrize(
    ("one", "other"),
    [(3, 3.0), (date(2014, 9, 30), datetime(2014, 9, 30)), ("", None)],
)
def test_one_cell_has_one_form_however_it_was_read(one, other):
    assert packed(one) == packed(other)


def test_true_and_one_and_their_texts_are_four_things():
    assert len({packed(True), packed(1), packed("1"), packed("True")}) == 4


def test_what_is_kept_gives_the_same_lines(refreshed):
    (state,) = read_store(inputs(refreshed)).states
    lines = assess_workbook(refreshed.workbook()).lines
    assert state.line_states() == line_states(lines)
    assert line_states(assess(*state.data())) == line_states(lines)


def test_a_second_refresh_keeps_nothing_new(refreshed):
    assert inputs_edit(assess_workbook(refreshed.workbook())) is None


def test_texts_and_addresses_that_decide_nothing_are_not_kept(refreshed):
    (state,) = read_store(inputs(refreshed)).states
    kept = repr(state)
    for text in ("someone@example.org", "A person", "A system", "Between us."):
        assert text not in kept
    assert "crime" in kept


def test_a_comment_alone_keeps_nothing_new(refreshed):
    refreshed.book.rows[schema.COMMENTS.name][0]["Text"] = "Otherwise."
    assert inputs_edit(assess_workbook(refreshed.workbook())) is None


def test_the_last_state_of_each_period_is_kept_and_the_latest_of_all():
    made = office()
    for end in ("2014-03", "2014-06"):
        made.refresh(end)
    for number in range(RECENT + 3):
        made.count("crime", "2014-09", 300 + number)
        made.refresh("2014-09")
    states = read_store(inputs(made)).states
    assert len(states) == RECENT + 2
    assert [state.end for state in states[:2]] == [last("2014-03"), last("2014-06")]
    assert {state.end for state in states[2:]} == {last("2014-09")}


def test_a_cell_holds_no_more_than_an_old_excel_takes(refreshed):
    (state,) = read_store(inputs(refreshed)).states
    many = [state._replace(version=f"{number}" * 9000) for number in range(9)]
    rows = store_rows(many)
    assert max(len(str(row["Text"])) for row in rows) <= LONGEST_TEXT + 1
    cells = tuple((row["Part"], row["Text"]) for row in reversed(rows))
    grid = Grid(schema.INPUTS.name, "Inputs", ("Part", "Text"), cells, 4, 1)
    assert read_store(grid).states == tuple(many)


def with_text(made: Quarters, text: str) -> None:
    made.owned[schema.INPUTS.name] = (("Part", "Text"), [(1, text)])


@pytest.mark.parametrize("text", ["", "|", "|abc", "|eJw=", "=1+1", "#REF!"])
def test_texts_that_cannot_be_read_give_no_cause(refreshed, text):
    with_text(refreshed, text)
    store = read_store(inputs(refreshed))
    assert (store.states, store.damaged) == ((), True)
    with pytest.raises(UsageError, match="cannot be read"):
        refreshed.changes(REFRESH_BEFORE)
    refreshed.refresh("2014-09")
    assert len(read_store(inputs(refreshed)).states) == 1


def test_what_a_later_version_wrote_stays(refreshed):
    from base64 import b64encode
    from zlib import compress

    text = "|" + b64encode(compress(b'{"format": 2}')).decode()
    with_text(refreshed, text)
    refreshed.refresh("2014-09")
    assert inputs(refreshed).rows[0][1] == text
    with pytest.raises(UsageError, match="later version"):
        refreshed.changes(REFRESH_BEFORE)


def test_an_older_workbook_names_no_cause():
    made = office()
    made.book.without.add(schema.INPUTS.name)
    for end in ("2014-06", "2014-09"):
        made.refresh(end)
    found = made.changes()
    assert found.unknown == NO_CAUSES.format(NO_TABLE)
    assert found.changes
    for change in found.changes:
        assert [part.cause for part in change.parts] == [Cause.NOT_RECORDED]


def test_a_period_from_before_the_sheet_names_no_cause():
    made = office()
    made.refresh("2014-06")
    made.owned[schema.INPUTS.name] = (("Part", "Text"), [])
    made.refresh("2014-09")
    found = made.changes()
    assert found.unknown == (
        "No causes are known: what the period to 30 June 2014 was made from is not kept."
    )


def test_a_history_that_somebody_edited_names_no_cause_for_the_line(refreshed):
    made = office()
    for end in ("2014-06", "2014-09"):
        made.refresh(end)
    header, rows = made.owned[schema.HISTORY.name]
    line, latest = header.index("Line"), header.index("Latest")
    edited = [
        tuple(
            1 if place == latest and row[line] == "sat" else cell for place, cell in enumerate(row)
        )
        for row in rows
    ]
    made.owned[schema.HISTORY.name] = (header, edited)
    found = what_changed(made.workbook())
    lines = {item.line: item for item in (*found.changes, *found.figures)}
    assert [part.cause for part in lines["sat"].parts] == [Cause.NOT_RECORDED]
    others = [part.cause for name, item in lines.items() if name != "sat" for part in item.parts]
    assert others
    assert Cause.NOT_RECORDED not in others


def test_the_fingerprint_is_of_inputs_alone(refreshed):
    before = state_of(assess_workbook(refreshed.workbook()))
    refreshed.book.rows[schema.COMMENTS.name][0]["Text"] = "Otherwise."
    assert state_of(assess_workbook(refreshed.workbook())).fingerprint == before.fingerprint
    refreshed.count("crime", "2014-09", 399)
    assert state_of(assess_workbook(refreshed.workbook())).fingerprint != before.fingerprint
