"""Four quarters of an office with a revision, a definition, a late return, a setting, a version and
a decision: every difference is put down to its cause, and to no other.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.assessment.casebook import FORCES, Book, first_day, month, wobbling
from tests.causes.quarters import Quarters, assert_parts_add_up, by_line, causes_of, last
from xlperf import message_box
from xlperf.causes.what_changed import REFRESH_BEFORE
from xlperf.tables import schema
from xlperf.tiles.change_causes import Cause
from xlperf.tiles.change_sentences import change_groups, change_text
from xlperf.tiles.changes import GONE, NEW, Changes, ColourTurn

STEADY = wobbling(400, 57)
"""Months from April 2009 to December 2013: every twelve sum to 4,800."""
MEASURES = ("steady", "revised", "defined", "late", "overruled", "versioned", "fresh")


def office() -> Quarters:
    book = Book(baseline_year="2012/13", improved_not_sustained="AMBER")
    for name in MEASURES:
        book.measure(name, "offences")
        book.months(name, STEADY, last="2013-12")
    return Quarters(book)


def add_quarter(quarters: Quarters, end: str, **counts: int) -> None:
    """Three months like those of a year before, so that a total stays; `counts`: others."""
    for name in MEASURES:
        months = wobbling(400, 12)
        for number in range(month(end) - 2, month(end) + 1):
            usual = months[(number - month("2009-04")) % 12]
            count = counts.get(name, usual)
            cells = {"Measure": name, "Month": first_day(number), "Count": count}
            quarters.book.add(schema.MONTHLY, **cells, Status="final")


@pytest.fixture(scope="module")
def walk() -> dict[str, Changes]:
    """Changes of each quarter against the one before."""
    quarters, found = office(), {}
    add_quarter(quarters, "2014-03")
    quarters.refresh("2014-03")

    add_quarter(quarters, "2014-06", fresh=900)
    late = quarters.row(schema.MONTHLY, Measure="late", Month=first_day(month("2014-05")))
    quarters.book.rows[schema.MONTHLY.name].remove(late)
    for text in ("2013-08", "2013-09", "2013-10"):
        quarters.count("revised", text, 900)
    quarters.refresh("2014-06")
    found["June"] = quarters.changes()

    add_quarter(quarters, "2014-09")
    quarters.book.rows[schema.MONTHLY.name].append(late)
    quarters.row(schema.MEASURES, Measure="defined")["Target change %"] = -10
    quarters.row(schema.MEASURES, Measure="defined")["Compared"] = "year to date"
    quarters.refresh("2014-09")
    found["September"] = quarters.changes()

    quarters.rewrite(as_older_version)
    header, rows = quarters.owned[schema.HISTORY.name]
    line, colour = header.index("Line"), header.index("Colour")
    worked_out = header.index("Worked out")
    quarters.owned[schema.HISTORY.name] = (
        header,
        [
            tuple(
                "GREEN" if row[line] == "versioned" and place in (colour, worked_out) and
                row[0] == last("2014-09") else cell
                for place, cell in enumerate(row)
            )
            for row in rows
        ],
    )  # fmt: skip
    add_quarter(quarters, "2014-12")
    quarters.book.override("overruled", "GREEN", date(2014, 12, 31))
    quarters.book.settings_given["spc_basis"] = "mean"
    quarters.refresh("2014-12")
    found["December"] = quarters.changes()
    quarters.book.rows[schema.OVERRIDES.name].clear()
    found["withdrawn"] = quarters.changes(REFRESH_BEFORE)
    found["since June"] = quarters.changes(last("2014-06"))
    return found


def as_older_version(state):
    """The state as version 0.1 would have left it, which made the line GREEN."""
    lines = [
        ("'versioned", *row[1:6], "'GREEN", "'GREEN", row[8]) if row[0] == "'versioned" else row
        for row in state.lines
    ]
    return state._replace(version="0.1", lines=tuple(lines))


@pytest.mark.slow
def test_every_part_begins_where_the_one_before_ends(walk):
    for found in walk.values():
        assert found.unknown == ""
        assert_parts_add_up(found)


def test_new_months_and_a_revision_are_told_apart(walk):
    lines = by_line(walk["June"])
    assert causes_of(lines["fresh"]) == [Cause.NEW]
    assert "came in" in lines["fresh"].parts[0].detail
    assert causes_of(lines["revised"]) == [Cause.REVISED]
    assert lines["revised"].parts[0].detail.startswith("Aug 2013 ")
    assert "steady" not in lines


def test_a_colour_that_a_revision_alone_turns_is_said_to_be(walk):
    change = by_line(walk["June"])["revised"]
    assert change.turn is ColourTurn.WORSE
    assert change.turned_by == change.alone == (Cause.REVISED,)
    assert "by revised data alone. No new data was needed" in change_text(change).details[-1]


def test_a_return_that_comes_late_is_late_data(walk):
    lines = by_line(walk["September"])
    assert causes_of(lines["late"])[0] is Cause.LATE
    assert lines["late"].parts[0].detail.startswith("May 2014 ")
    assert set(causes_of(lines["late"])) <= {Cause.LATE, Cause.NEW}


def test_a_definition_names_its_columns(walk):
    lines = by_line(walk["September"])
    part = lines["defined"].parts[0]
    assert part.cause is Cause.DEFINITION
    assert part.detail == "Target change % 0 -> -10; Compared baseline year -> year to date"


def test_a_cause_that_works_only_together_with_another_is_named():
    quarters = Quarters(Book().measure("a", "offences").months("a", wobbling(400, 60)))
    quarters.book.rows[schema.MONTHLY.name].clear()
    quarters.book.months("a", STEADY + wobbling(400, 12)[9:], last="2014-03")
    quarters.refresh("2014-03")
    quarters.book.months("a", [400, 401, 402], last="2014-06")
    quarters.row(schema.MEASURES, Measure="a")["Compared"] = "year to date"
    quarters.refresh("2014-06")
    change = by_line(quarters.changes())["a"]
    assert causes_of(change)[-1] is Cause.NEW
    (partner,) = change.partners
    assert partner == (Cause.DEFINITION, "Compared baseline year -> year to date")
    assert "Only together with a definition: Compared baseline year -> year to date." in (
        change_text(change).details
    )


def test_two_lines_of_one_name_have_their_codes_beside_it(walk):
    texts = [text.headline for group in change_groups(walk["June"]) for text in group.texts]
    assert "SP1 Title of SP1, Label of fresh: AMBER -> RED, 4,800 -> 6,300" in texts
    assert any(
        text.startswith("SP1 Title of SP1, Latest 6 months v previous 12 [fresh_spc]: AMBER -> RED")
        for text in texts
    )


def test_a_setting_a_version_and_a_decision_are_three_causes(walk):
    lines = by_line(walk["December"])
    of_version = lines["versioned"].parts[0]
    assert of_version.cause is Cause.VERSION
    assert of_version.detail.startswith("0.1 -> ")
    assert lines["versioned"].alone == (Cause.VERSION,)
    decided = lines["overruled"]
    assert decided.turn is ColourTurn.OVERRULED
    assert decided.parts[-1].cause is Cause.DECISION
    assert decided.parts[-1].detail.startswith("Performance manager: The board agreed")
    settings = {
        part.detail for line in lines.values() for part in line.parts if part.cause is Cause.SETTING
    }
    assert settings <= {"spc_basis points -> mean"}
    causes = {cause for line in lines.values() for cause in causes_of(line)}
    assert Cause.NOT_RECORDED not in causes
    assert causes <= {Cause.VERSION, Cause.SETTING, Cause.NEW, Cause.DECISION}


def test_a_decision_that_is_withdrawn_is_the_only_difference_since_the_refresh(walk):
    found = walk["withdrawn"]
    assert list(by_line(found)) == ["overruled"]
    (change,) = found.changes
    assert change.turn is ColourTurn.ENDED
    assert causes_of(change) == [Cause.DECISION]
    assert "between the refresh of 2014-12-02 09:30 and the workbook as it is now" in str(found)


def test_an_earlier_period_is_compared_over_the_quarters_between(walk):
    found = walk["since June"]
    assert (found.earlier, found.later) == (last("2014-06"), last("2014-12"))
    assert Cause.LATE in causes_of(by_line(found)["late"])


def test_a_setting_alone_turns_a_colour():
    quarters = Quarters(Book(z=1.96).surveys((300, 400), (330, 400)))
    quarters.refresh("2014-09")
    quarters.book.settings_given["z"] = 3.0
    (change,) = quarters.changes(REFRESH_BEFORE).changes
    assert (change.before, change.after) == ("GREEN", "AMBER")
    assert causes_of(change) == [Cause.SETTING]
    assert message_box.changes_found(quarters.changes(REFRESH_BEFORE)).splitlines()[1:3] == [
        "Worse: SP1 Title of SP1, Label of sat: GREEN -> AMBER",
        "   Setting: z 1.96 -> 3.",
    ]
    assert change_text(change).details == (
        "Setting: z 1.96 -> 3.",
        "The colour turns by a setting alone. No new data was needed for it.",
    )


def test_measures_that_are_new_or_gone_are_definitions():
    quarters = Quarters(Book().measure("a", "offences").months("a", wobbling(400, 66)))
    quarters.refresh("2014-09")
    quarters.book.rows[schema.MEASURES.name][0]["Measure"] = "b"
    for row in quarters.book.rows[schema.MONTHLY.name]:
        row["Measure"] = "b"
    found = quarters.changes(REFRESH_BEFORE)
    assert_parts_add_up(found)
    lines = by_line(found)
    assert {name: (item.before, item.after) for name, item in lines.items() if GONE in item} == {
        "a": ("AMBER", GONE),
        "a_spc": ("AMBER", GONE),
    }
    assert lines["b"].before == NEW
    assert causes_of(lines["b"]) == [Cause.DEFINITION, Cause.LATE]


def test_a_figure_of_another_force_moves_a_position():
    rates = [5300, 5000, 5100, 5200, 5400, 5500, 5600, 5700]
    book = Book().measure("crime", "offences", MSG_measure="crime")
    quarters = Quarters(book.months("crime", wobbling(400, 66)).peers(rates))
    quarters.refresh("2014-09")
    quarters.row(schema.PEERS, Force=FORCES[4])["Count"] = 5250
    (change,) = quarters.changes(REFRESH_BEFORE).changes
    assert (change.line, change.position_before) == ("crime_position", "4th of 8")
    assert change.position_after == "5th of 8"
    assert causes_of(change) == [Cause.REVISED]
    assert change.parts[0].detail == f"{FORCES[4]} to 30 September 2014 5,400 -> 5,250"


def test_two_causes_that_would_each_do_are_both_named():
    quarters = Quarters(Book().measure("a", "offences").months("a", STEADY, last="2013-12"))
    add = quarters.book.months
    add("a", [400] * 3, last="2014-03")
    quarters.refresh("2014-03")
    add("a", [900] * 3, last="2014-06")
    for text in ("2013-08", "2013-09", "2013-10"):
        quarters.count("a", text, 900)
    quarters.refresh("2014-06")
    change = by_line(quarters.changes())["a"]
    assert change.turned_by == (Cause.REVISED,)
    assert change.alone == (Cause.REVISED, Cause.NEW)
    assert "Each alone would give this colour: revised data and new data." in (
        change_text(change).details
    )


def test_a_cell_that_cannot_be_read_is_a_cause_of_its_own():
    quarters = Quarters(Book().measure("a", "offences").months("a", wobbling(400, 66)))
    quarters.refresh("2014-09")
    day = first_day(month("2014-05"))
    quarters.row(schema.MONTHLY, Measure="a", Month=day)["Count"] = "about 400"
    found = quarters.changes(REFRESH_BEFORE)
    assert_parts_add_up(found)
    change = by_line(found)["a"]
    assert change.after == "NA"
    assert set(causes_of(change)) <= {Cause.REVISED, Cause.UNREADABLE}


def test_an_override_that_stays_is_no_cause():
    quarters = Quarters(Book().measure("a", "offences").months("a", wobbling(400, 66)))
    quarters.book.override("a", "RED", date(2015, 3, 31))
    quarters.refresh("2014-09")
    quarters.count("a", "2014-08", 401)
    change = by_line(quarters.changes(REFRESH_BEFORE))["a"]
    assert (change.before, change.after) == ("RED", "RED")
    assert causes_of(change) == [Cause.REVISED]
