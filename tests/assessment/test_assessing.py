"""The whole of an assessment: overrides, order, and that anything that can be read is judged and
explained.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.assessment.casebook import END, FORCES, MARCH_2013, Book, wobbling
from tests.assessment.test_rag import MIRROR
from xlperf.assessment.assessing import assess, check_overrides
from xlperf.assessment.caveats import Caveat, Remark
from xlperf.assessment.rag import Rag, Reason
from xlperf.tables import schema
from xlperf.tiles.caveat_sentences import caveats_text
from xlperf.tiles.distance import to_next_colour
from xlperf.tiles.explanations import explain

LATER = date(2014, 12, 31)


def full(direction: str = "down", **given: object) -> Book:
    book = Book(**given).measure("crime", "offences", direction, MSG_measure="crime")
    book.months("crime", wobbling(500, 54) + wobbling(420, 12)).peers(
        [5300, 5000, 5100, 5200, 5400, 5500, 5600, 5700]
    )
    return book.surveys((300, 400), (340, 400), direction).totals(667, 300, direction)


def test_lines_come_in_the_order_of_the_measures_main_position_chart():
    assert list(full().lines()) == ["crime", "crime_position", "crime_spc", "sat", "young"]


@pytest.mark.parametrize("name", ["crime_position", "crime_spc", "sat", "young"])
def test_flipping_the_direction_mirrors_the_colour(name):
    down, up = full("down").line(name), full("up").line(name)
    assert up.rag is MIRROR[down.rag]


def test_the_order_of_rows_changes_nothing():
    shown = full().lines()
    shuffled = full()
    for table, rows in shuffled.rows.items():
        if table not in ("tblMeasures", "tblForces"):
            rows.reverse()
    assert shuffled.lines() == shown


@pytest.mark.parametrize("key", ["spc_basis", "position_lines"])
def test_a_reading_changes_only_the_lines_it_is_for(key):
    kind = {"spc_basis": "spc", "position_lines": "position"}[key]
    base, other = (
        full().lines(),
        full(**{key: {"spc_basis": "mean", "position_lines": "peers"}[key]}).lines(),
    )
    assert {name for name in base if base[name] != other[name]} == {f"crime_{kind}"}


def test_later_figures_change_nothing_of_this_period():
    book = (
        full()
        .months("crime", [9000], last="2014-10")
        .survey("sat", LATER, 400, 4)
        .total("young", "2014-01", "2014-12", 9)
    )
    assert book.peers([1, 2, 3, 4, 5, 6, 7, 8], end=LATER).lines() == full().lines()


# -- overrides
# --------------------------------------------------------------------------------------------------


def found(book: Book) -> list[tuple[str, str]]:
    tables, given_settings, _ = book.read()
    return [
        (str(problem.code), problem.found)
        for problem in check_overrides(assess(tables, given_settings), tables, given_settings)
    ]


def test_an_override_is_shown_and_the_colour_worked_out_is_kept():
    book = full().override("sat", "AMBER")
    line = book.line("sat")
    assert (line.shown, line.rag, line.reason) == ("AMBER", "RED", "WORSE")
    assert found(book) == [
        ("OVERRIDE", "sat is shown AMBER; worked out: RED. Performance manager: The board agreed.")
    ]
    assert book.sentence("sat").startswith(
        "Shown AMBER by decision of Performance manager: The board agreed. Without it the"
    )


def test_an_override_may_colour_a_line_that_has_none():
    book = full().measure("x", "survey", "up").override("x", "GREEN")
    assert (book.line("x").shown, book.line("x").rag) == ("GREEN", "NA")


def test_an_ended_override_does_nothing():
    assert full().override("sat", "AMBER", date(2014, 6, 30)).line("sat").override is None


def test_an_override_of_an_unknown_line_is_reported():
    assert found(full().override("sta", "RED")) == [
        ("UNKNOWN_LINE", "There is no line 'sta'; the override does nothing.")
    ]


def test_of_two_overrides_for_one_line_the_last_counts():
    book = full().override("sat", "AMBER").override("SAT", "GREEN")
    assert book.line("sat").shown == "GREEN"
    assert [code for code, _ in found(book)] == ["OVERRIDE"]


# -- a measure that cannot be judged
# -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell", [{"Direction": None}, {"Design_effect": 0.01}, {"Design_effect": "some"}]
)
def test_a_measure_whose_settings_cannot_be_read_is_never_coloured(cell):
    book = Book()
    book.add(
        schema.MEASURES,
        **(
            {"Measure": "sat", "Kind": "survey", "Direction": "up", "Priority": "SP7", "Line": "S"}
            | cell
        ),
    )
    book.survey("sat", MARCH_2013, 400, 300).survey("sat", END, 400, 340)
    line = book.line("sat")
    assert (line.rag, line.reason, line.figures.latest) == ("NA", "CONFIG", 0.85)
    assert "see Checks" in book.sentence("sat")


# -- anything that can be read
# -----------------------------------------------------------------------------------------

SMALL = st.integers(0, 60)
DAYS = st.sampled_from([MARCH_2013, END, date(2013, 12, 31), date(2014, 6, 30), date(2012, 3, 31)])
CHOICES = {
    "spc_basis": st.sampled_from(["points", "mean", "xmr"]),
    "spc_season": st.sampled_from(["show", "use"]),
    "trend_rule": st.sampled_from(["any", "majority", "all"]),
    "position_lines": st.sampled_from(["group", "peers", "funnel"]),
    "improved_not_sustained": st.sampled_from(["RED", "AMBER", "GREEN"]),
    "small_survey": st.sampled_from(["amber", "na"]),
    "z": st.sampled_from([1.0, 1.96, 3.0]),
    "smallest_group": st.sampled_from([3, 6, 8]),
    "period_end": st.sampled_from(
        [END, date(2013, 12, 31), date(2014, 3, 31), date(2017, 3, 31), date(2018, 6, 30)]
    ),
}


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Dashboards of every kind of line, with little or much, sensible or odd data."""
    book = Book(**draw(st.fixed_dictionaries(CHOICES)))
    way = st.sampled_from(["down", "up", "none"])
    period_end = book.settings_given["period_end"]
    book.measure("crime", "offences", draw(way), MSG_measure="crime", Target_change_percent=None)
    length = draw(st.sampled_from([0, 1, 11, 12, 17, 18, 24, 36, 66, 100]))
    level, spread = draw(st.sampled_from([0, 1, 4, 80, 5000])), draw(st.integers(0, 3))
    noise = draw(st.lists(st.integers(0, 9), min_size=12, max_size=12))
    months = [level + spread * noise[(i * 7) % 12] for i in range(length)]
    book.months(
        "crime",
        months,
        last=f"{period_end:%Y-%m}",
        status=draw(st.sampled_from(["final", "provisional"])),
    )
    if draw(st.booleans()) and length > 3:
        del book.rows["tblMonthly"][draw(st.integers(0, length - 1))]
    for name in draw(st.lists(st.sampled_from(["crime", "sat", "young", "fam"]), max_size=2)):
        book.recording_changed(
            name, draw(st.sampled_from(["2010-05", "2012-04", "2013-10", "2014-07"]))
        )
    shares = draw(st.booleans())
    rates = draw(
        st.lists(
            st.one_of(st.none(), st.integers(0, 100)), min_size=len(FORCES), max_size=len(FORCES)
        )
    )
    book.peers(rates, shares=shares, end=draw(DAYS))
    book.measure(
        "sat",
        "survey",
        draw(way),
        MSG_measure="crime",
        Design_effect=draw(st.sampled_from([None, 0.5, 2.0])),
    )
    book.measure("stars", "rating", draw(way)).measure("young", "total", draw(way)).measure(
        "fam", "families", draw(way)
    )
    book.measure("money", "amount", "none").measure(
        "words", "text", "none", Caveat=draw(st.sampled_from([None, "Mind"]))
    )
    for _ in range(draw(st.integers(0, 3))):
        n = draw(st.one_of(st.none(), st.integers(1, 3000)))
        book.survey("sat", draw(DAYS), n, None if n is None else draw(st.integers(0, n)))
        book.survey("sat", draw(DAYS), n, None, Percent=draw(st.sampled_from([0, 37.5, 100])))
        book.survey("stars", draw(DAYS), n, None, Mean_score=draw(st.sampled_from([1, 2.5, 5])))
        half = draw(st.booleans())
        book.total("young", "2014-04" if half else "2013-10", "2014-09", draw(SMALL) ** 2)
        book.total("young", "2012-04", "2013-03", draw(SMALL) ** 2)
        asb, offending, both = draw(SMALL), draw(SMALL), draw(SMALL)
        cells = {
            "Engaged": asb + offending + both + draw(SMALL),
            "ASB_only": asb,
            "Offending_only": offending,
            "Both": both,
        }
        counting = draw(st.sampled_from(["and", "or"]))
        book.add(
            schema.FAMILIES,
            Measure="fam",
            Council="City",
            Period_end=draw(DAYS),
            Counting=counting,
            **cells,
        )
    if draw(st.booleans()):
        book.owed(
            draw(st.sampled_from(["sat", "words", "money"])),
            draw(st.sampled_from(schema.RETURN_STATUSES)),
            Remark="x",
        )
    return book


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(books())
def test_whatever_can_be_read_is_judged_and_explained(book):
    tables, given_settings, _ = book.read()
    for line in assess(tables, given_settings):
        sentence = " ".join(filter(None, explain(line, given_settings)))
        assert sentence.startswith(f"{line.rag}: ")
        assert len(sentence) > 8
        assert sentence.rstrip()[-1] in ".!?"
        for fault in ("nan", "None", "inf ", "..", "  ", " .", "( ", "$", "{", "}"):
            assert fault not in sentence, sentence
        assert not re.search(r"−0(\.0+)?(?![\d.])", sentence), sentence
        to_next_colour(line, given_settings)
        caveats_text(line)
        assert isinstance(line.rag, Rag)
        assert isinstance(line.reason, Reason)
        coloured = {Reason.SMALL_N} | set(WITHOUT_COLOUR)
        assert (line.rag is not Rag.NA) or line.reason in coloured


WITHOUT_COLOUR = tuple(Reason)[list(Reason).index(Reason.INSUFFICIENT_DATA) :]


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(books())
def test_a_reason_for_no_colour_never_comes_with_one(book):
    tables, given_settings, _ = book.read()
    for line in assess(tables, given_settings):
        if line.reason in WITHOUT_COLOUR:
            assert line.rag is Rag.NA


def test_every_caveat_is_reached_by_some_test():
    texts = "".join(
        path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")
    )
    names = [*Remark, *(kind.__name__ for kind in get_args(Caveat) if kind is not Remark)]
    unreached = {str(name) for name in names if not re.search(rf"\b{name}\b", texts)}
    assert not unreached


def test_every_reason_is_reached_by_some_test():
    texts = "".join(
        path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")
    )
    assert not {str(reason) for reason in Reason if not re.search(rf"\"{reason}\"", texts)}
