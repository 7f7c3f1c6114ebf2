"""Sentences: every reason and caveat has one, and a panel member can read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import get_args

import pytest

from tests.assessment.casebook import END, MARCH_2013, Book, month, twelve_to, wobbling
from xlperf.assessment.basis import Basis
from xlperf.assessment.caveats import (
    Annualised,
    AssumedDesignEffect,
    AssumedDispersion,
    Autocorrelated,
    Caveat,
    CountedDifferently,
    FixedMixUsed,
    ImpossiblePercentage,
    LastYear,
    Note,
    PartsCountDifferently,
    PeersMissing,
    PooledVariation,
    Provisional,
    Proxy,
    ReadingMatters,
    Remark,
    Revised,
    Season,
    SmallNumbers,
    Stale,
    TrendsShort,
    among,
)
from xlperf.assessment.evidence import (
    Assessment,
    ChangeTest,
    Figures,
    Limits,
    Total,
    TrendLine,
    TurningFigure,
    Unjudged,
)
from xlperf.assessment.rag import Rag, Reason
from xlperf.periods import Period
from xlperf.stats.change import Method
from xlperf.stats.projection import TrendName
from xlperf.tables import schema
from xlperf.tables.data import Override
from xlperf.tables.measure_kinds import FigureForm, LineKind
from xlperf.tiles.caveat_sentences import caveat_sentence, caveats_text
from xlperf.tiles.distance import to_next_colour
from xlperf.tiles.draft_rules import DraftRule
from xlperf.tiles.drafts import drafts
from xlperf.tiles.explanations import explain
from xlperf.tiles.figures import compared_with, p_text, within
from xlperf.tiles.wording import STATUS, arrow, position_text, status

JUNE = month("2014-06")
CAVEATS = (
    Proxy("crime"),
    Stale(JUNE),
    Provisional(1),
    Revised(58_805, JUNE, 58_900, FigureForm.COUNT),
    Annualised(185, 6),
    LastYear(twelve_to("2013-09")),
    AssumedDispersion(4),
    PooledVariation(0.085),
    SmallNumbers(3, 4, yearly=True),
    Season(Rag.AMBER, 4_900, 4_500, 5_300),
    Autocorrelated(0.62),
    ReadingMatters(Rag.AMBER, Rag.RED),
    TrendsShort(2, 4),
    PeersMissing(("Kent", "Essex")),
    CountedDifferently((("City", "or"), ("County", "and")), 0.12, 0.3),
    FixedMixUsed(2, "2012/13", 0.057, 0.057),
    PartsCountDifferently((("City", "or"), ("County", "and"))),
    AssumedDesignEffect(1.5, Rag.AMBER, Rag.GREEN, Limits(-0.01, 0.08), None),
    ImpossiblePercentage("37.5", 65),
    Note("Telephone only"),
)


def with_trends(line: Assessment, trends: tuple[TrendLine, ...]) -> Assessment:
    """A line of offences with other trends."""
    return replace(
        line, evidence=replace(line.evidence, outlook=line.evidence.outlook._replace(trends=trends))
    )


MARKED = [70, 84, 85, 86, 84, 85, 86, 85]


@pytest.mark.parametrize("caveat", [*CAVEATS, *Remark])
def test_every_caveat_is_a_sentence(caveat):
    sentence = caveat_sentence(caveat)
    assert sentence[-1] in ".!?"
    assert sentence[0].isupper() or sentence[0].isdigit()
    assert "(" not in sentence.replace("(correlation", "").replace(
        "(City", ""
    )  # no value as Python writes it


def test_each_type_of_caveat_has_its_sentence():
    assert {Remark, *map(type, CAVEATS)} == set(get_args(Caveat))


def test_a_caveat_is_among_others_only_where_its_type_is():
    others = (Provisional(4), Note("crime"), Remark.WORSE_NOW)
    assert among([Autocorrelated(4.0), Proxy("crime"), Note("WORSE_NOW")], others) == ()
    assert among([Note("crime"), Provisional(4), Provisional(5), Remark.WORSE_NOW], others) == (
        Note("crime"),
        Provisional(4),
        Remark.WORSE_NOW,
    )


@pytest.mark.parametrize(
    ("was", "now", "form", "said"),
    [
        (
            1_100,
            1_200,
            FigureForm.COUNT,
            "The baseline figure was 1,100 when June 2014 was published; it is 1,200 now.",
        ),
        (
            0.7,
            0.75,
            FigureForm.SHARE,
            "The baseline figure was 70.0 when June 2014 was published; it is 75.0 now.",
        ),
        (
            2.5,
            3.1,
            FigureForm.SCORE,
            "The baseline figure was 2.5 when June 2014 was published; it is 3.1 now.",
        ),
    ],
)
def test_a_revision_is_written_as_its_figures_are(was, now, form, said):
    assert caveat_sentence(Revised(was, JUNE, now, form)) == said


@pytest.fixture(scope="module")
def crime():
    """A line of every number a sentence could want."""
    book = Book().offences(counts=wobbling(400, 66))
    return book.line("crime"), book.read()[1]


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_can_be_said_of_a_line_without_figures(crime, reason):
    line, settings = crime
    for kind in LineKind:
        bare = replace(
            line, rag=Rag.NA, reason=reason, evidence=Unjudged(kind), missing="It is not there."
        )
        panel, analysts = explain(bare, settings)
        assert panel.startswith("NA: ")
        assert panel.endswith(".")
        assert analysts == ""


def test_every_colour_has_a_shape_and_a_word():
    assert (
        len({text[0] for text in STATUS.values()})
        == len({text[2:] for text in STATUS.values()})
        == 4
    )
    assert {text[2:].upper() for text in STATUS.values()} == set(Rag)


def test_an_override_is_marked_on_the_status(crime):
    line, _ = crime
    row = Book().override("crime", "RED").read()[0].overrides[0].row
    assert (
        status(replace(line, override=Override("crime", "RED", "why", "who", END, row))) == "■ Red*"
    )
    assert status(line) == STATUS[line.rag]


@pytest.mark.parametrize(
    ("totals", "sign"),
    [
        ((90, 95, 96, 120), "▼"),
        ((100, 100, 100.5, 101), "►"),
        ((90, 104, 105, 110), "▲"),
        ((90, 95, 104, 120), "▲▼"),
        ((), ""),
    ],
)
def test_the_arrow_shows_where_the_middle_of_the_trends_goes(crime, totals, sign):
    line, _ = crime
    trends = tuple(TrendLine(TrendName.OLS24, total, achieves=False) for total in totals)
    line = replace(
        line, evidence=replace(line.evidence, figures=line.figures._replace(latest=100.0))
    )
    assert arrow(with_trends(line, trends)) == sign


def test_p_values_are_never_zero():
    assert (p_text(0.0), p_text(0.0005), p_text(0.0123), p_text(None)) == (
        "< 0.001",
        "< 0.001",
        "= 0.012",
        "not known",
    )


def test_periods_are_put_into_a_sentence():
    settings = Book().read()[1]
    assert within(twelve_to("2014-09")) == "in the year to Sep 2014"
    assert within(Period(month("2014-04"), month("2014-09"))) == "from Apr 2014 to Sep 2014"
    assert within(None) == ""
    assert compared_with(twelve_to("2013-03"), settings) == "in 2012/13"
    assert compared_with(twelve_to("2013-09"), settings) == "in the year to Sep 2013"


def group(rates: list[float | None], **cells: object) -> Book:
    book = (
        Book()
        .measure("crime", "offences", MSG_measure="crime", **cells)
        .months("crime", wobbling(400, 66))
    )
    return book.peers(rates)


# Whole sentences, written by hand; figures checked against the evidence in tests/assess.
SENTENCES = [
    (
        Book().surveys((345, 410), (330, 395)),
        "sat",
        (
            "AMBER: 83.5% of 395 answers in the year to Sep 2014 against 84.1% of 410 answers in "
            "2012/13 (−0.6 points): no evidence of a change."
        ),
        (
            "Difference −0.6 points, 95% range −5.7 to +4.5. 89.1% or more (+5.0 points) would have"
            " been an improvement."
        ),
        "RED at 78.7%, 19 fewer of the 395; GREEN at 89.1%, 22 more of the 395",
    ),
    (
        Book().surveys((300, 400), (340, 400)),
        "sat",
        (
            "GREEN: 85.0% of 400 answers in the year to Sep 2014 against 75.0% of 400 answers in "
            "2012/13 (+10.0 points): an improvement that chance alone is unlikely to explain."
        ),
        "Difference +10.0 points, 95% range +4.5 to +15.5.",
        "AMBER at 80.8%, 17 fewer of the 400",
    ),
    (
        Book().surveys(None, (29, 32)),
        "sat",
        (
            "AMBER: 90.6% of 32 answers in the year to Sep 2014. Too few answered to say whether "
            "it has changed."
        ),
        "95% range 75.8% to 96.8%. The margin of a survey of that size can be 17.3 points.",
        "a colour needs about 97 answers in each survey",
    ),
    (
        Book().surveys(None, (96, 105)),
        "sat",
        (
            "NA: 91.4% of 105 answers in the year to Sep 2014. There is no result for 2012/13 to "
            "compare with."
        ),
        "95% range 84.5% to 95.4%.",
        "",
    ),
    (
        Book().totals(667, 185, half=True),
        "young",
        (
            "GREEN: 185 from Apr 2014 to Sep 2014, 370 a year, against 667 in 2012/13 (−45%): an "
            "improvement that chance alone is unlikely to explain. The figure for a year is that "
            "of six months scaled up. How far chance moves totals of this size is taken"
            " from other series."
        ),
        "Ratio 0.555, 95% range 0.378 to 0.807.",
        "AMBER at 466 a year, 96 more",
    ),
    (
        Book().totals(20, 12),
        "young",
        (
            "AMBER: 12 in the year to Sep 2014 against 20 in 2012/13 (−40%): no evidence of a "
            "change. The numbers are small, so chance moves them much. How far chance moves totals"
            " of this size is taken from other series."
        ),
        (
            "Ratio 0.600, 95% range 0.270 to 1.313. 8 or fewer (−60%) would have been an"
            " improvement."
        ),
        "GREEN at 8, 4 fewer; RED at 38, 26 more",
    ),
    (
        Book().totals(0, 0),
        "young",
        "AMBER: 0 in the year to Sep 2014 against 0 in 2012/13: none then and none now.",
        "",
        "no other colour while there are none",
    ),
    (
        Book().measure("young", "total").total("young", "2014-04", "2014-09", 1633),
        "young",
        (
            "NA: 1,633 from Apr 2014 to Sep 2014. There is no total for 2012/13, nor for the same"
            " months a year before."
        ),
        "",
        "",
    ),
    (
        Book().offences(counts=[90, 110] * 6 + [125] * 6),
        "crime_spc",
        (
            "RED: an average of 125.0 a month from Apr 2014 to Sep 2014, above the usual range of"
            " the twelve months before, 79.5 to 120.5, which is worse. The average was 100.0 in "
            "the year to Mar 2014 and 100.0 in the same six months a year before."
        ),
        (
            "By 18 months, which cannot tell season, drift and change apart, p = 0.001. Chance "
            "alone crosses such lines in 1 to 3 of 100 cases of series of this kind."
        ),
        "AMBER if 4.5 a month lower, back on the limit",
    ),
    (
        Book().offences(counts=[2, 4] * 6 + [3] * 6),
        "crime_spc",
        (
            "AMBER: an average of 3.0 a month from Apr 2014 to Sep 2014, after 3.0 in the year to"
            " Mar 2014 and 3.0 in the same six months a year before. Fewer than 5 a month are too"
            " few to judge a change."
        ),
        "",
        "no other colour while the twelve months before are so few, or all equal",
    ),
    (
        Book().offences(counts=[0, 2] * 6 + [1] * 6),
        "crime_spc",
        (
            "AMBER: an average of 1.0 a month from Apr 2014 to Sep 2014, after 1.0 in the year to"
            " Mar 2014 and 1.0 in the same six months a year before. Fewer than 5 a month are too"
            " few to judge a change."
        ),
        "Where their dates are known, chart the days between them (XP_GCHART).",
        "no other colour while the twelve months before are so few, or all equal",
    ),
    (
        group([5300, 5000, 5100, 5200, 5400, 5500, 5600, 5700]),
        "crime_position",
        (
            "AMBER: 53.00 per 1,000 in the year to Sep 2014, inside the usual range of the group"
            " (average 53.50), 48.70 to 58.30. The place, 4th of 8 (likely 2nd to 7th; the lowest is 1st), does "
            "not decide the colour."
        ),
        "",
        (
            "RED if more than 9.53 per 1,000 higher; GREEN if more than 8.38 per 1,000 lower, the"
            " other forces as they are"
        ),
    ),
    (
        group([5000, 5100, 5200, 5300, 9000]),
        "crime_position",
        (
            "NA: 1st of 5 (likely 1st to 3rd; the lowest is 1st). Only 5 forces have a figure; at"
            " least 6 are needed for lines. The group has no figure for: Kent, Nottinghamshire, "
            "Staffordshire."
        ),
        "",
        "",
    ),
    (
        Book()
        .measure("sat", "survey", "up")
        .owed("sat", "in development", Owner="Leicestershire Police"),
        "sat",
        "NA: in development: Leicestershire Police.",
        "",
        "",
    ),
    (
        Book()
        .measure("plan", "text", "none")
        .owed("plan", "received", Remark="Training began in May"),
        "plan",
        "NA: Training began in May. Words are shown, not coloured.",
        "",
        "",
    ),
    (
        Book().offences(counts=wobbling(100, 11)),
        "crime",
        "NA: There is no complete count for October 2013.",
        "",
        "",
    ),
]


@pytest.mark.parametrize(
    ("book", "name", "panel", "analysts", "distance"),
    SENTENCES,
    ids=[s[2][:40] for s in SENTENCES],
)
def test_whole_sentences_read_as_written_by_hand(book, name, panel, analysts, distance):
    assert book.explanation(name) == (panel, analysts)
    assert to_next_colour(book.line(name), book.read()[1]) == distance


def test_the_sentence_of_offences_has_figures_test_and_trends():
    book = Book().offences(counts=wobbling(100, 54) + wobbling(60, 12))
    panel, analysts = book.explanation("crime")
    assert panel == (
        "GREEN: 720 in the year to Sep 2014 against 1,200 in 2012/13 (−40%). This is an improvement"
        " that chance alone is unlikely to explain, and all four trends reach the target by March"
        " 2017. The target is fewer than 1,200, which the latest year is already; of 100 such"
        " improvements in London's boroughs 84 were sustained."
    )
    assert analysts.startswith("Ratio 0.600, 95% range ")
    assert analysts.endswith(
        "One trend that reaches the target is enough. Expected are"
        " about 576, 95% range 259 to 1,280; the target is very likely (of 100 such chances 94 came"
        " true in police forces, 92 in London's boroughs)."
    )


@pytest.mark.parametrize(
    ("end", "months", "words"),
    [
        (
            "2017-03",
            wobbling(100, 84) + wobbling(97, 12),
            (
                "1,164 in the twelve months to March 2017 met the target, fewer than 1,200; that"
                " verdict stands."
            ),
        ),
        (
            "2017-03",
            wobbling(100, 84) + wobbling(103, 12),
            (
                "1,236 in the twelve months to March 2017 did not meet the target, fewer than"
                " 1,200; that verdict stands."
            ),
        ),
    ],
)
def test_after_the_target_date_the_sentence_says_met_or_not(end, months, words):
    book = (
        Book(period_end=date(2017, 3, 31))
        .measure("crime", "offences")
        .months("crime", months, last=end)
    )
    assert book.explanation("crime").summary.endswith(words)
    assert to_next_colour(book.line("crime"), book.read()[1]) in (
        "the target was met with 36 to spare",
        "the target was missed by 36",
    )


def test_below_none_no_trend_can_fall():
    book = Book().offences(counts=[0] * 54 + [5] * 12)
    assert book.explanation("crime") == (
        (
            "RED: 60 in the year to Sep 2014 against 0 in 2012/13. This is a change for the worse"
            " that chance alone is unlikely to explain. There were none in 2012/13, so no trend can"
            " fall below that."
        ),
        "p < 0.001.",
    )
    assert (
        to_next_colour(book.line("crime"), book.read()[1])
        == "no other colour while the baseline year has none"
    )


def test_one_trend_reaches_and_several_reach(crime):
    line, settings = crime
    trends = tuple(TrendLine(TrendName.OLS24, 1.0, achieves=i == 0) for i in range(4))
    one = with_trends(line, trends)
    assert "one of the four trends reaches the target" in explain(one, settings).summary
    none = with_trends(one, trends[1:] + trends[3:])
    assert "none of the four trends reaches the target" in explain(none, settings).summary


def test_the_margin_of_a_survey_too_small_is_never_its_difference():
    book = Book().surveys((20, 32), (29, 32), "none")
    assert book.verdict("sat") == ("NA", "NO_DIRECTION")
    assert book.explanation("sat").summary == (
        "NA: 90.6% of 32 answers in the year to Sep 2014. Neither more nor less is better for this"
        " measure, so it is not coloured."
    )
    tables, settings, _ = book.read()
    (draft,) = drafts(tuple(book.lines().values()), Basis(tables, settings))
    assert draft.rule is DraftRule.SMALL_NUMBERS
    assert "17.3 points" in draft.text


def test_another_z_is_another_confidence():
    assert "98.8% range" in Book(z=2.5).surveys((300, 400), (340, 400)).sentence("sat")


def test_an_older_position_shows_its_month():
    book = (
        Book()
        .surveys((300, 400), (340, 400), MSG_measure="crime")
        .peers(MARKED, shares=True, end=date(2014, 6, 30))
    )
    assert position_text(book.line("sat_position")) == "8th of 8 (Jun ’14)"


def test_caveats_are_said_once_each_in_order():
    book = Book().measure("sat", "survey", "up", Caveat="Telephone only", Design_effect=1)
    book.survey("sat", MARCH_2013, 400, None, Percent=75).survey("sat", END, 400, None, Percent=85)
    assert (
        caveats_text(book.line("sat"))
        == "Only the percentage is known, not the number satisfied. Telephone only."
    )


def test_ratings_and_families_have_distances_in_their_own_units():
    book = Book().measure("stars", "rating", "up")
    book.survey("stars", MARCH_2013, 50, None, Mean_score=2.5).survey(
        "stars", END, 60, None, Mean_score=3.1
    )
    assert "stars" in to_next_colour(book.line("stars"), book.read()[1])
    families = Book().measure("fam", "families", "up")
    for end, both in ((MARCH_2013, 80), (END, 90)):
        families.add(
            schema.FAMILIES,
            Measure="fam",
            Council="City",
            Period_end=end,
            Counting="and",
            Engaged=400,
            ASB_only=0,
            Offending_only=0,
            Both=both,
        )
    assert "of the 400" in to_next_colour(families.line("fam"), families.read()[1])


def test_a_turn_is_written_with_its_gap(crime):
    line, settings = crime
    turns = (TurningFigure(Rag.GREEN, 80.0), TurningFigure(Rag.RED, 130.0))
    test = ChangeTest(
        Method.ASSUMED, 90.0, 100.0, p=0.4, ratio=1.1, limits=None, phi=4.0, turns=turns
    )
    total = Total(Figures(latest=100.0, baseline=90.0), test)
    shown = replace(line, evidence=total, rag=Rag.AMBER, reason=Reason.NO_EVIDENCE)
    assert to_next_colour(shown, settings) == "GREEN at 80, 20 fewer; RED at 130, 30 more"


def test_a_reason_without_words_is_never_called_a_matter_of_direction(crime):
    line, settings = crime
    test = ChangeTest(Method.ASSUMED, 90.0, 100.0, p=0.4, ratio=1.1, limits=None, phi=4.0, turns=())
    total = Total(Figures(latest=100.0, baseline=90.0), test)
    wordless = replace(line, evidence=total, rag=Rag.AMBER, reason=Reason.SMALL_N)
    with pytest.raises(KeyError):
        explain(wordless, settings)
