"""Drafted comments: each rule's sentence, what is never said, and how many are to be expected by
chance.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.assessment.casebook import FORCES, Book, wobbling
from xlperf.assessment.assessing import assess
from xlperf.assessment.basis import Basis
from xlperf.assessment.chance_colours import FALSE_BLOCKS
from xlperf.assessment.evidence import Unjudged
from xlperf.assessment.rag import Rag, Reason
from xlperf.excel.file import FileWorkbook
from xlperf.pipeline import assess_workbook
from xlperf.stats import ranks
from xlperf.tables import schema
from xlperf.tables.measure_kinds import LineKind
from xlperf.tables.return_checks import with_overdue
from xlperf.tiles.draft_rules import Draft, DraftRule
from xlperf.tiles.drafts import drafts
from xlperf.tiles.false_alarms import (
    FALSE_ALARMS,
    expected_false_alarms,
    false_alarm_note,
)
from xlperf.tiles.quoted import disagreements

CAUSES = re.compile(
    r"\b(because|due to|thanks|caused|owing|driven|result of|reflects?|following)\b", re.IGNORECASE
)
ADJECTIVES = re.compile(
    r"\b(ever|great|encouraging|worrying|sharp|slight|dramatic|good|bad|poor|strong|significantly|continu\w+)\b"
)


def made(book: Book) -> tuple[Draft, ...]:
    tables, settings, _ = book.read()
    return drafts(assess(tables, settings), Basis(tables, settings))


def texts(book: Book) -> dict[str, str]:
    return {draft.key: draft.text for draft in made(book)}


@pytest.fixture(scope="module")
def shipped(request):
    from tests.shipped import SHIPPED

    return assess_workbook(FileWorkbook.open(SHIPPED))


def test_the_shipped_workbook_has_a_small_set_of_drafts(shipped):
    # By hand, from the sheets: SP12 March to September 2014 are 316, 322, 334, 321, 318, 309, 302,
    # and April 2013 to March 2014 average 349.9; SP10, 1,353 of 1,636 against 1,236 of 1,642. SP13,
    # 4,912 against 4,365, is no evidence of a change: its months are much alike.
    found = {
        draft.key: draft.text
        for draft in drafts(shipped.lines, Basis(shipped.tables, shipped.settings))
    }
    assert set(found) == {
        *(
            "SP1_entrants BASELINE",
            "SP2_offending BASELINE",
            "SP2_reoffending BASELINE",
            "SP3 NOT_AVAILABLE",
        ),
        *("SP6_satisfaction SMALL_NUMBERS", "SP10_confidence SURVEY", "SP12_offences RUN"),
        "SP12_satisfaction_position RANK",
        *("SP17_missing BASELINE", "SP17_absent BASELINE", "SP17_locations BASELINE"),
    }
    assert (
        found["SP12_offences RUN"]
        == "Number of offences: each of the seven months from March 2014 to September 2014 was"
        " below the average of 349.9 a month in the year to March 2014."
    )
    assert "eighth of eight most similar forces" in found["SP12_satisfaction_position RANK"]
    assert "7.4 percentage points higher (95% range 4.6 to 10.2)" in found["SP10_confidence SURVEY"]
    assert (
        "the highest of the seven results in the series, which begins with March 2013"
        in found["SP10_confidence SURVEY"]
    )


def test_every_draft_names_its_comparator_and_keeps_to_its_test(shipped):
    for draft in drafts(shipped.lines, Basis(shipped.tables, shipped.settings)):
        assert draft.comparator in draft.text
        assert draft.text.endswith(".")
        assert "\n" not in draft.text
        assert not ADJECTIVES.search(draft.text.partition(":")[2]), draft.text
        assert not CAUSES.search(draft.text), draft.text


def test_drafts_come_in_the_order_of_the_lines_each_key_once(shipped):
    found = drafts(shipped.lines, Basis(shipped.tables, shipped.settings))
    priorities = list(dict.fromkeys(line.measure.priority for line in shipped.lines))
    assert [priorities.index(draft.priority) for draft in found] == sorted(
        priorities.index(d.priority) for d in found
    )
    assert len({draft.key for draft in found}) == len(found)
    assert found == drafts(shipped.lines, Basis(shipped.tables, shipped.settings))


def test_a_block_below_the_lines_names_the_line_and_the_months_before():
    found = texts(Book().offences(counts=[*wobbling(400, 54), 300, 302, 298, 301, 299, 300]))
    assert found["crime_spc BLOCK"].startswith(
        "Label of crime: 300.0 a month from April 2014 to September 2014 on average, below the"
        " lower line of "
    )
    assert "drawn from 400.0 a month in the year to March 2014" in found["crime_spc BLOCK"]


def test_a_month_outside_the_lines_and_a_record_name_the_start_of_the_series():
    months = wobbling(400, 60)
    months[-1] = 470
    text = texts(Book().offences(counts=months))["crime OUTSIDE"]
    assert text.startswith("Label of crime: 470 in September 2014, above the upper line of ")
    assert "(three sigma from the average of the 24 months to June 2014)" in text
    assert text.endswith("; the highest month in the series, which begins in October 2009.")
    months[3] = 470
    assert "in the series" not in texts(Book().offences(counts=months))["crime OUTSIDE"]


def test_two_months_outside_say_which_is_the_record():
    months = wobbling(400, 60)
    months[-1], months[-2] = 330, 340
    text = texts(Book().offences(counts=months))["crime OUTSIDE"]
    assert text.startswith(
        "Label of crime: 340 in August 2014 and 330 in September 2014, below the lower line of "
    )
    assert text.endswith(
        "; September 2014 is the lowest month in the series, which begins in October 2009."
    )


def test_a_trend_counts_its_steps():
    text = texts(Book().offences(counts=[*wobbling(400, 53), 420, 410, 400, 390, 380, 370, 360]))[
        "crime TREND"
    ]
    assert (
        text
        == "Label of crime: fell six months in a row, from 420 in March 2014 to 360 in September"
        " 2014, each month below the one before."
    )


def test_the_year_before_and_the_baseline_are_compared_apart():
    found = texts(Book().offences(counts=wobbling(400, 48) + wobbling(330, 12)))
    assert (
        "3,960 in the year to September 2014 against 4,800 in the same months a year before,"
        " statistically lower (−18%" in (found["crime YEAR_BEFORE"])
    )
    assert "against 4,800 in 2012/13, statistically lower (−18%" in found["crime BASELINE"]


def test_small_totals_are_compared_by_the_exact_test_and_from_none_without_a_percentage():
    old = Book(change_dispersion="two_years")
    found = texts(old.offences(counts=[2] * 48 + [0] * 12))
    assert found["crime BASELINE"].endswith(
        "0 in the year to September 2014 against 24 in 2012/13, statistically lower (−100%, exact"
        " test)."
    )
    found = texts(Book().totals(0, 30))
    assert found["young BASELINE"].startswith(
        "Label of young: 30 in the year to September 2014 against 0 in 2012/13, statistically"
        " higher (95% range +"
    )


@pytest.mark.parametrize(
    ("before", "now", "says"),
    [
        ((300, 400), (340, 400), "10.0 percentage points higher (95% range 4.5 to 15.5)"),
        ((340, 400), (300, 400), "10.0 percentage points lower (95% range 4.5 to 15.5)"),
        ((340, 400), (338, 400), None),
    ],
)
def test_a_survey_is_named_when_its_interval_leaves_out_no_change(before, now, says):
    found = texts(Book().surveys(before, now))
    if says is None:
        assert found == {}
    else:
        assert says in found["sat SURVEY"]
        assert "(n = 400)" in found["sat SURVEY"]
        assert "in the series" not in found["sat SURVEY"]  # two results are no series


def test_a_small_survey_says_only_that_it_is_small():
    found = texts(Book().surveys((20, 30), (30, 32)))
    assert list(found) == ["sat SMALL_NUMBERS"]
    assert (
        "with n = 30 in 2012/13 the margin can be 17.9 points, above the 10 points allowed"
        in found["sat SMALL_NUMBERS"]
    )


def test_few_a_month_are_said_to_be_too_few_for_lines():
    found = texts(Book().offences(counts=[3, 2, 4, 3, 2, 3] * 10))
    assert found["crime_spc SMALL_NUMBERS"].endswith("below the 5 a month that control lines need.")
    assert "crime_spc BLOCK" not in found


def group(*rates: float, direction: str = "up") -> Book:
    return Book().measure("sat", "survey", direction, MSG_measure="crime").peers(rates, shares=True)


def test_a_position_outside_the_lines_gives_the_place_in_words():
    found = texts(group(60, 84, 85, 85, 84, 85, 84, 85))
    assert (
        "eighth of eight most similar forces (first is the highest), likely eighth; below the lower"
        " line of the group" in (found["sat_position POSITION"])
    )
    assert "sat_position RANK" not in found


def test_the_end_of_the_group_is_named_only_when_the_whole_range_lies_there():
    assert "first of eight" in texts(group(96, 90, 88, 85, 82, 80, 78, 76))["sat_position RANK"]
    assert "RANK" not in str(
        texts(group(86, 85, 85, 84, 84, 85, 84, 85))
    )  # first, but likely first to eighth
    assert "RANK" not in str(texts(group(85, 90, 88, 84, 82, 80, 78, 76)))  # third


def test_data_that_is_not_there_is_named_once_a_priority_and_reason():
    book = Book().measure("a", "total", Priority="SP3").measure("b", "total", Priority="SP3")
    book.measure("c", "survey", Priority="SP3").measure("d", "survey", Priority="SP5").measure(
        "e", "total", Priority="SP5"
    )
    for name in ("a", "b"):
        book.owed(name, "awaited", Owner="Health board", Due=date(2014, 10, 21))
    book.owed("c", "not available", Owner="Ministry").owed("d", "in development", Owner="Police")
    period = "the twelve months to September 2014"
    assert [(draft.key, draft.text) for draft in made(book)] == [
        (
            "SP3 NOT_RECEIVED",
            (
                f"Not received for {period}: Label of a; Label of b (Health board, due 21 October"
                " 2014)."
            ),
        ),
        ("SP3 NOT_AVAILABLE", f"Not available for {period}: Label of c (Ministry)."),
        ("SP5 NO_DATA", f"No figure for {period}: Label of e."),
    ]


def test_a_return_that_is_late_is_overdue_in_its_draft():
    tables, settings, _ = (
        Book().measure("a", "total").owed("a", "awaited", Due=date(2014, 10, 20)).read()
    )
    late = with_overdue(tables, date(2014, 10, 21))
    (draft,) = drafts(assess(late, settings), Basis(late, settings))
    assert draft.text.endswith("(overdue since 20 October 2014).")


def test_a_missing_month_is_named_and_nothing_else_is_said_of_the_line():
    book = (
        Book()
        .measure("crime", "offences")
        .months("crime", wobbling(400, 48) + wobbling(300, 12), leaving_out=["2014-08"])
    )
    assert texts(book) == {
        "crime INSUFFICIENT_DATA": (
            "Label of crime: not judged for the twelve months to September 2014. There is no "
            "complete count for August 2014."
        )
    }


def test_line_breaks_in_labels_do_not_break_a_draft():
    assert "Two lines: " in texts(Book().surveys((300, 400), (340, 400), Line="Two\nlines"))[
        "sat SURVEY"
    ].replace("lines:", "lines: ")


@given(data=st.data())
def test_a_line_without_figures_never_gets_a_sentence_with_figures(data, shipped):
    # Whatever takes the figures away (suppression, a partner, a fault): what is known elsewhere
    # must not come back.
    hidden = {
        line.measure.name
        for line in shipped.lines
        if data.draw(st.booleans()) and line.measure.kind not in ("text", "amount")
    }
    reason = data.draw(
        st.sampled_from([Reason.NOT_RECEIVED, Reason.NO_DATA, Reason.CONFIG, Reason.NOT_ASSESSED])
    )
    lines = [
        (
            replace(
                line, rag=Rag.NA, reason=reason, evidence=Unjudged(line.kind, line.evidence.form)
            )
            if line.measure.name in hidden
            else line
        )
        for line in shipped.lines
    ]
    for draft in drafts(lines, Basis(shipped.tables, shipped.settings)):
        if (
            draft.line in hidden
            or draft.line.removesuffix("_position").removesuffix("_spc") in hidden
        ):
            pytest.fail(draft.text)
        if draft.rule in (DraftRule.NOT_RECEIVED, DraftRule.NO_DATA):
            assert not re.search(
                r"\d", re.sub(r"\d{1,2} \w+ \d{4}|\w+ 2014|\d+–\d+|7pm|7am", "", draft.text)
            ), draft.text


def test_hiding_the_chart_alone_hides_the_months(shipped):
    lines = [
        (
            replace(line, rag=Rag.NA, evidence=Unjudged(LineKind.SPC))
            if line.line == "SP12_offences_spc"
            else line
        )
        for line in shipped.lines
    ]
    assert "SP12_offences RUN" not in {
        draft.key for draft in drafts(lines, Basis(shipped.tables, shipped.settings))
    }


def test_no_draft_contradicts_the_tile_it_speaks_of(shipped):
    from xlperf.tables.data import Comment

    row = shipped.tables.measures[0].row
    said = tuple(
        Comment(draft.priority, "", draft.text, row)
        for draft in drafts(shipped.lines, Basis(shipped.tables, shipped.settings))
    )
    assert (
        disagreements(
            shipped.lines, Basis(replace(shipped.tables, comments=said), shipped.settings)
        )
        == []
    )


def test_the_rates_of_false_drafts_follow_the_readings():
    counts = wobbling(400, 60)
    of = {}
    for key, value in (
        ("spc_basis", "levels"),
        ("spc_basis", "mean"),
        ("change_dispersion", "two_years"),
    ):
        tables, settings, _ = Book(**{key: value}).offences(counts=counts).read()
        of[value] = expected_false_alarms(assess(tables, settings), settings)
    assert of["mean"] - of["levels"] == pytest.approx(
        FALSE_BLOCKS["mean"] - FALSE_BLOCKS["levels"], abs=1e-6
    )
    assert of["two_years"] > of["levels"]


def test_the_expected_number_of_false_drafts_adds_up_the_rules_that_could_speak():
    book = Book().offences(counts=wobbling(400, 60))
    tables, settings, _ = book.read()
    lines = assess(tables, settings)
    of_months = (
        DraftRule.RUN,
        DraftRule.OUTSIDE,
        DraftRule.TREND,
        DraftRule.YEAR_BEFORE,
        DraftRule.BASELINE,
    )
    own = next(line.evidence.chance.chance for line in lines if line.line.endswith("_spc"))
    expected = sum(FALSE_ALARMS[rule] for rule in of_months) + own
    assert expected_false_alarms(lines, settings) == pytest.approx(expected, rel=1e-3)
    assert (
        false_alarm_note(lines, settings)
        == "If nothing had changed anywhere, chance alone would still draft about 0.2 a quarter."
    )
    assert false_alarm_note([], settings) == ""
    tables, settings, _ = book.surveys((300, 400), (340, 400)).totals(667, 185).read()
    more = expected_false_alarms(assess(tables, settings), settings)
    assert more == pytest.approx(
        expected + FALSE_ALARMS[DraftRule.SURVEY] + FALSE_ALARMS[DraftRule.BASELINE], rel=1e-3
    )
    tables, settings, _ = Book(z=2.576).surveys((300, 400), (340, 400)).read()
    assert expected_false_alarms(assess(tables, settings), settings) == pytest.approx(
        0.01, abs=1e-4
    )
    assert "fewer than 0.1 a quarter" in false_alarm_note(assess(tables, settings), settings)


@pytest.mark.parametrize(("n", "share"), [(260, 0.83), (700, 0.90), (1850, 0.84)])
def test_eight_forces_alike_put_one_at_an_end_as_often_as_is_said(n, share):
    rng, number, ends = np.random.default_rng(8), 1000, 0
    for _ in range(number):
        rates = rng.binomial(n, share, len(FORCES)) / n
        low, high = ranks.rank_range(
            rates, np.sqrt(rates * (1 - rates) / n), 0, lower_is_better=False
        )
        place = int(ranks.competition_rank(rates, lower_is_better=False).place[0])
        ends += (place == 1 and high <= 4) or (place == 8 and low >= 5)
    assert ends / number == pytest.approx(FALSE_ALARMS[DraftRule.RANK], abs=0.02)


def test_an_older_figure_that_stands_in_for_one_awaited_is_drafted_as_not_received_only():
    book = Book().surveys((300, 400), None).survey("sat", date(2014, 6, 30), 400, 390)
    assert [draft.rule for draft in made(book)] == [DraftRule.SURVEY]
    assert [draft.rule for draft in made(book.owed("sat", "awaited"))] == [DraftRule.NOT_RECEIVED]


def test_no_drafts_are_made_of_nothing():
    assert made(Book()) == ()
    assert schema.COMMENTS.titles[3:5] == ("Decision", "Draft")


def test_a_run_of_twelve_months_is_written_as_months_too():
    text = texts(Book().offences(counts=[*wobbling(400, 42), *[500] * 6, *[300] * 12]))["crime RUN"]
    assert "each of the twelve months in the year to September 2014 was below the average" in text


def test_a_block_whose_season_matters_says_what_it_would_be_without():
    high_july = (80, 84, 95, 104, 113, 121, 128, 122, 110, 97, 86, 80)
    counts = [high_july[(3 + i) % 12] + (i % 3) for i in range(66)]
    counts[-6:] = [count + 60 for count in counts[-6:]]
    text = texts(Book().offences(counts=counts))["crime_spc BLOCK"]
    assert ". The months of the year differ: with the season taken out the mean is " in text


def test_months_that_do_not_vary_are_no_small_numbers():
    found = texts(Book().offences(counts=[30] * 60))
    assert found == {}


def test_forces_with_one_figure_are_no_exception():
    found = texts(group(*[85] * 8))
    assert [key for key in found if key.startswith("sat_position")] == []


def test_the_end_of_a_group_too_small_for_lines_is_named_without_lines():
    book = (
        Book(smallest_group=8)
        .measure("sat", "survey", "up", MSG_measure="crime")
        .peers([96, 90, 88], shares=True)
    )
    text = texts(book)["sat_position RANK"]
    assert "first of three most similar forces" in text
    assert "lines" not in text


def test_a_place_without_a_range_is_named_only_outside_the_lines():
    book = Book().measure("sat", "survey", "up", MSG_measure="crime")
    for force, percent in zip(FORCES, (60, 84, 85, 85, 84, 85, 84, 85), strict=True):
        book.add(
            schema.PEERS,
            Measure="crime",
            Period_end=date(2014, 9, 30),
            Force=force,
            Percent=percent,
        )
    text = texts(book)["sat_position POSITION"]
    assert "likely" not in text
    assert "RANK" not in str(texts(book))


def test_a_record_needs_every_result_and_to_stand_alone():
    def surveyed(*satisfied: int | None) -> str:
        book = Book().surveys((300, 400), (350, 400))
        for end, number in zip(
            (date(2013, 6, 30), date(2013, 12, 31), date(2014, 3, 31)), satisfied, strict=True
        ):
            book.survey("sat", end, 400, number)
        return texts(book)["sat SURVEY"]

    assert surveyed(310, 320, 330).endswith(
        "the highest of the five results in the series, which begins with March 2013."
    )
    assert "in the series" not in surveyed(310, 350, 330)
    assert "in the series" not in surveyed(310, 360, 330)


def test_a_survey_too_small_to_judge_is_no_chance_of_a_false_alarm():
    book = Book().surveys((20, 32), (29, 32))
    tables, settings, _ = book.read()
    assert expected_false_alarms(assess(tables, settings), settings) == 0
    book = Book().surveys((200, 320), (290, 320))
    assert expected_false_alarms(assess(book.read()[0], settings), settings) == pytest.approx(
        0.05, rel=1e-3
    )
