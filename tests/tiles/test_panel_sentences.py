"""What a panel reads first is plain: colour, figure, comparison, target; nothing of the analysts'."""

from __future__ import annotations

import re

import pytest

import xlperf
from tests.assessment.casebook import Book, wobbling
from xlperf import config
from xlperf.assessment.caveats import Remark
from xlperf.assessment.rag import Rag
from xlperf.config import SETTINGS
from xlperf.newbook.builder import workbook_bytes
from xlperf.tables.schema import WORKINGS
from xlperf.tiles.caveat_sentences import panel_caveat
from xlperf.tiles.explanations import explain
from xlperf.tiles.wording import DOWN, LEVEL, UP, arrow, trends_leading

LONGEST = 35
"""Words of a sentence."""
MOST = 10
"""Sentences of a line, with its caveats."""
OF_SETTINGS = {setting.key for setting in SETTINGS if "_" in setting.key} | {
    str(choice)
    for name in ("Dispersion", "SpcBasis", "SeasonUse", "PositionLines")
    for choice in getattr(config, name)
    if "_" in str(choice)
}
OF_WORKINGS = {
    title.lower()
    for title in WORKINGS.titles
    if title in ("Dispersion", "Autocorrelation", "Design effect", "Statistic", "Trend OLS 24")
}
OF_METHODS = {
    *("ratio", "interval", "significan", "statistical", "confidence", "correlat", "margin"),
    *("quasi", "newcombe", "e-test", "exact test", "standard deviation", "control limit"),
    *("p =", "p <", "n =", "z =", "95%", "phi", "rho", "ols", "spc", "limits", "variance"),
}
ANALYST_WORDS = OF_SETTINGS | OF_WORKINGS | OF_METHODS

RISING = [*wobbling(100, 54), *(100 + 4 * i for i in range(12))]
FELL = wobbling(100, 54) + wobbling(60, 12)
BOOKS = {
    "better": Book().offences(counts=FELL),
    "worse": Book().offences(counts=wobbling(100, 54) + wobbling(140, 12)),
    "more is better": Book().offences(counts=FELL, direction="up"),
    "neither way": Book().offences(counts=FELL, direction="none"),
    "all are needed": Book(trend_rule="all").offences(
        counts=wobbling(200, 48) + wobbling(90, 6) + wobbling(130, 12), Target_change_percent=-50
    ),
    "more than half are needed": Book(trend_rule="majority").offences(counts=RISING),
    "provisional": Book()
    .measure("crime", "offences")
    .months("crime", RISING, status="provisional"),
    "few": Book().offences(counts=[2, 4] * 33),
    "none before": Book().offences(counts=[0] * 54 + [5] * 12),
    "eighteen months": Book().offences(counts=[90, 110] * 6 + [125] * 6),
    "levels": Book(spc_basis="levels").offences(counts=[90, 110] * 6 + [125] * 6),
    "another baseline": Book(baseline_year="2011/12").offences(counts=wobbling(300, 66)),
    "survey": Book().surveys((300, 400), (340, 400)),
    "survey, worse": Book().surveys((340, 400), (300, 400)),
    "half a year": Book().totals(667, 185, half=True),
    "assumed": Book(totals_variation="assumed").totals(667, 400),
    "year to date": Book().offences(counts=FELL, Compared="year to date"),
    "quarter": Book().offences(counts=FELL, Compared="quarter"),
    "target": Book().offences(counts=FELL, Compared="target", Target=1000),
    "group": Book()
    .offences(counts=RISING, MSG_measure="crime")
    .peers([9300, 5000, 5100, 5200, 5400, 5500, 5600, 5700]),
}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """The shipped workbook, made from its source."""
    path = tmp_path_factory.mktemp("shipped") / "Dashboard.xlsm"
    path.write_bytes(workbook_bytes())
    return path


def sentences(text: str) -> list[str]:
    """Sentences of a text; a colon ends none."""
    return re.split(r"(?<=[.!?])\s+", text)


def faults(panel: str) -> list[str]:
    """What a panel should not have to read: words of analysts, long sentences, too many of them."""
    words = [word for word in ANALYST_WORDS if re.search(rf"\b{re.escape(word)}", panel.lower())]
    of_panel = sentences(panel)
    long = [text for text in of_panel if len(text.split()) > LONGEST]
    return [*words, *long, *(["many"] if len(of_panel) > MOST else [])]


@pytest.mark.parametrize("period", [None, "2014-06"])
def test_a_panel_can_read_every_line_of_the_shipped_workbook(shipped, period):
    assessment = xlperf.assess(shipped, period=period)
    frame = assessment.to_frame()
    found = {line: faults(panel) for line, panel in zip(frame.line, frame.explanation, strict=True)}
    assert len(found) == 62
    assert {line: of_line for line, of_line in found.items() if of_line} == {}


@pytest.mark.parametrize("name", BOOKS)
def test_a_panel_can_read_every_line_of_other_workbooks(name):
    book = BOOKS[name]
    settings = book.read()[1]
    for line in book.lines().values():
        assert faults(explain(line, settings).summary) == []


def test_the_words_of_analysts_are_found():
    assert faults("AMBER: ratio 1.1 (p = 0.03), two_years.") != []
    assert faults("word " * (LONGEST + 1)) != []
    assert faults("AMBER: 4,253 in the year to Sep 2014.") == []


def test_red_without_a_change_says_so_and_that_no_trend_reaches_the_target():
    book = Book().offences(counts=wobbling(400, 66), Target_change_percent=-60)
    assert book.verdict("crime") == ("RED", "NOT_IMPROVED_NOT_PROJECTED")
    assert book.explanation("crime").summary == (
        "RED: 4,800 in the year to Sep 2014 against 4,800 in 2012/13 (0.0%). There is no evidence"
        " of a change, and none of the four trends reaches the target by March 2017. The target is"
        " fewer than 1,920, so at least 2,881 fewer than in the latest year."
    )


@pytest.mark.parametrize(
    ("target", "end"),
    [
        (1200, "better than the target, by more than chance alone is likely to explain."),
        (720, "chance alone may explain the difference from the target."),
        (400, "worse than the target, by more than chance alone is likely to explain."),
    ],
)
def test_a_target_is_no_change(target, end):
    book = Book().offences(counts=FELL, Compared="target", Target=target)
    panel = book.explanation("crime").summary
    assert f"720 in the year to Sep 2014 against a target of {target:,}" in panel
    assert f": {end} " in panel
    assert "change" not in panel


def test_too_few_trends_are_only_so_many_and_it_is_said_how_many_are_needed():
    panel = BOOKS["all are needed"].explanation("crime").summary
    assert "but only" in panel
    assert "where all are needed" in panel


def test_trends_that_disagree_are_said_to(shipped):
    lines = xlperf.assess(shipped).lines
    found = [line for line in lines if (leading := trends_leading(line)) and leading.disagree]
    assert [line.line for line in found] == ["SP12_offences"]
    settings = Book().read()[1]
    for line in lines:
        said = "The trends disagree: two lead up and two down." in explain(line, settings).summary
        assert said == (arrow(line) == UP + DOWN) == (line in found)


@pytest.mark.parametrize("period", [None, "2014-06", "2014-03", "2013-12"])
def test_an_arrow_never_points_against_the_trends(shipped, period):
    for line in xlperf.assess(shipped, period=period).lines:
        leading = trends_leading(line)
        if leading is None:
            assert arrow(line) == ""
            continue
        against = {UP: leading.down > leading.up, DOWN: leading.up > leading.down}
        assert arrow(line) in (UP, DOWN, LEVEL, UP + DOWN)
        assert not against.get(arrow(line), False)


def test_people_chosen_for_offending_are_read_with_regression_to_the_mean(shipped):
    lines = [
        line for line in xlperf.assess(shipped).lines if Remark.CHOSEN_FOR_OFFENDING in line.caveats
    ]
    settings = Book().read()[1]
    assert {line.measure.priority for line in lines} == {"SP2"}
    assert all("regression to the mean" in explain(line, settings).summary for line in lines)


def test_what_doubts_a_green_total_stands_beside_it_on_all_lines_of_a_priority(shipped):
    frame = xlperf.assess(shipped).to_frame()
    green = frame[(frame.priority == "SP17") & (frame.colour == "GREEN")]
    assert len(green) == 3
    assert green.explanation.str.contains("ask what 2012/13 counted").all()


def test_chance_that_crosses_a_range_often_stands_beside_its_red_or_green():
    book = Book().offences(counts=wobbling(100, 48) + [90, 110] * 6 + [125] * 6)
    panel = book.explanation("crime_spc").summary
    assert book.line("crime_spc").rag == "RED"
    assert ("Chance alone leaves that range" in panel) == (
        book.line("crime_spc").evidence.chance.kind.name in ("THREE_TO_TEN", "ABOVE_TEN")
    )


def test_a_panel_reads_no_chance_of_drifting_months_that_was_not_measured():
    """What was measured of them is on the page of stated chances: 4 of 100, not 10 to 16."""
    assert "of 100" not in panel_caveat(Remark.WANDERS, Rag.RED)


def test_where_no_way_is_better_and_no_trend_is_known_nothing_is_said_of_colours():
    said = Book().offences(counts=[12, 8] * 9, direction="none").explanation("crime").summary
    assert "RED" not in said
    assert ". ." not in said
