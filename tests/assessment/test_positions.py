"""Rules 2 and 5: position in the group of most similar forces."""

from __future__ import annotations

from datetime import date
from statistics import mean, stdev

import pytest

from tests.assessment.casebook import FORCES, Book, wobbling
from xlperf.assessment.caveats import PeersMissing, Proxy, Remark
from xlperf.assessment.evidence import Unjudged
from xlperf.tiles.readings import group_coverage
from xlperf.tiles.wording import position_text

LOW_OWN = [3000, 5100, 5200, 5300, 5400, 5500, 5600, 5700]
MIDDLE = [5300, 5000, 5100, 5200, 5400, 5500, 5600, 5700]


def group(
    rates: list[float | None],
    direction: str = "down",
    *,
    proxy: str | None = None,
    **settings: object,
) -> Book:
    book = Book(**settings).measure(
        "crime", "offences", direction, MSG_measure="crime", Proxy=proxy
    )
    return book.months("crime", wobbling(400, 66)).peers(rates)


def satisfaction(percentages: list[float | None], **settings: object) -> Book:
    book = Book(**settings).surveys((320, 400), (340, 400), MSG_measure="crime")
    return book.peers(percentages, shares=True)


def test_lines_are_mean_and_sd_of_the_group_own_force_included():
    book = group(MIDDLE)
    evidence = book.line("crime_position").evidence
    rates = [rate / 100_000 for rate in MIDDLE]
    assert evidence.lines.centre == pytest.approx(mean(rates))
    assert evidence.lines.upper == pytest.approx(mean(rates) + 1.96 * stdev(rates))
    assert "98.1% line" in book.reading("crime_position")


def test_coverage_of_the_group_lines_equals_that_simulated():
    # docs/methods-evidence.md, Eight forces: with 8 like forces a given force is outside 1.9%
    # of the time; 5 forces can never be.
    assert group_coverage(8, 1.96) == pytest.approx(1 - 0.019, abs=5e-4)
    assert group_coverage(5, 1.96) == 1


@pytest.mark.parametrize(("direction", "colour", "place"), [("down", "GREEN", 1), ("up", "RED", 8)])
def test_below_the_lower_line_is_coloured_by_the_direction(direction, colour, place):
    line = group(LOW_OWN, direction).line("crime_position")
    assert (line.rag, line.reason, line.evidence.place.rank) == (colour, "BELOW_LOWER", place)


def test_satisfaction_is_mirrored():
    line = satisfaction([70, 84, 85, 86, 84, 85, 86, 85]).line("sat_position")
    assert (line.rag, line.reason, line.evidence.place.rank) == ("RED", "BELOW_LOWER", 8)
    line = satisfaction([97, 84, 85, 86, 84, 85, 86, 85]).line("sat_position")
    assert (line.rag, line.reason, line.evidence.place.rank) == ("GREEN", "ABOVE_UPPER", 1)


def test_the_rank_never_decides_the_colour():
    worst_of_eight = group([5700, 5000, 5100, 5200, 5300, 5400, 5500, 5600])
    assert worst_of_eight.line("crime_position").evidence.place.rank == 8
    assert worst_of_eight.verdict("crime_position") == ("AMBER", "BETWEEN_LINES")


@pytest.mark.parametrize("direction", ["", "sideways"])
def test_without_a_direction_no_end_of_the_ranking_is_first(direction):
    line = group(MIDDLE, direction).line("crime_position")
    assert (line.rag, line.reason, type(line.evidence)) == ("NA", "CONFIG", Unjudged)
    assert position_text(line) == "NA"


def test_fewer_than_six_forces_have_a_position_but_no_colour():
    line = group([5000, 5100, 5200, 5300, 9000]).line("crime_position")
    assert (line.rag, line.reason) == ("NA", "TOO_FEW_PEERS")
    assert position_text(line) == "1st of 5"
    assert group([5000, 5100, 5200, 5300, 5400, 9000]).line("crime_position").rag == "AMBER"


def test_the_smallest_group_is_a_setting():
    assert group(LOW_OWN, smallest_group=9).verdict("crime_position") == ("NA", "TOO_FEW_PEERS")


def test_a_force_without_its_own_figure_has_no_colour_though_peers_have():
    line = group([None, *MIDDLE[1:]]).line("crime_position")
    assert (line.rag, line.reason, type(line.evidence)) == ("NA", "NOT_RECEIVED", Unjudged)
    assert "Leicestershire has no figure of its own" in line.missing


def test_a_force_outside_the_group_is_told_so():
    line = group(MIDDLE, own_force="Rutland").line("crime_position")
    assert (line.rag, line.reason) == ("NA", "CONFIG")
    assert "The own force, Rutland, is not in the group" in line.missing


@pytest.mark.parametrize(
    "own", ["  leicestershire", "Leicestershire Police", "the Leicestershire CONSTABULARY"]
)
def test_the_own_force_is_found_however_its_name_is_written(own):
    assert group(MIDDLE, own_force=own).line("crime_position") == group(MIDDLE).line(
        "crime_position"
    )


def test_without_any_force_in_the_group_that_is_the_fault():
    line = group(MIDDLE).forces(()).line("crime_position")
    assert (line.rag, line.reason) == ("NA", "CONFIG")
    assert line.missing == "The Forces sheet has no force in the group."


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("offences", "Position v most similar forces"),
        ("survey", "Survey, position v most similar forces"),
        ("total", "Total, position v most similar forces"),
        ("cohort", "Total, position v most similar forces"),
        ("rate", "Share, position v most similar forces"),
        ("rating", "Rating, position v most similar forces"),
        ("families", "Families, position v most similar forces"),
    ],
)
def test_a_position_is_called_by_the_kind_of_its_measure(kind, label):
    book = (
        Book()
        .measure("m", kind, "down", MSG_measure="crime")
        .peers([50, 40, 45, 50, 55, 60, 65, 70])
    )
    assert book.line("m_position").label == label


def test_equal_ranks_share_the_better_one():
    line = group([5100, 5000, 5100, 5200, 5300, 5400, 5500, 5600]).line("crime_position")
    assert position_text(line) == "2nd= of 8"


def test_all_equal_is_amber_and_all_first():
    line = group([5000] * 8).line("crime_position")
    assert (line.rag, line.reason) == ("AMBER", "SD_ZERO")
    assert position_text(line) == "1st= of 8"


def test_a_proxy_is_judged_and_marked():
    line = group(LOW_OWN, proxy="yes").line("crime_position")
    assert line.rag == "GREEN"
    assert Proxy("crime") in line.caveats


def test_the_group_as_it_was_is_kept_with_the_reading():
    reading = group(MIDDLE).reading("crime_position")
    assert all(force in reading for force in FORCES)
    smaller = (
        Book().forces(FORCES[:7]).measure("crime", "offences", MSG_measure="crime").peers(MIDDLE)
    )
    assert "Staffordshire" not in smaller.reading("crime_position")


def test_a_group_with_a_missing_force_names_it():
    line = group([*MIDDLE[:7], None]).line("crime_position")
    assert position_text(line) == "4th of 7"
    assert PeersMissing(("Staffordshire",)) in line.caveats


def test_every_rank_lies_within_the_group():
    for own in range(4900, 5900, 100):
        place = group([own, *MIDDLE[1:]]).line("crime_position").evidence.place
        assert 1 <= place.low <= place.rank <= place.high <= place.of == 8


def test_older_data_is_judged_and_shows_its_month():
    book = (
        Book().measure("crime", "offences", MSG_measure="crime").months("crime", wobbling(400, 66))
    )
    line = book.peers(MIDDLE, end=date(2014, 6, 30)).line("crime_position")
    assert line.rag == "AMBER"
    assert position_text(line) == "4th of 8 (Jun ’14)"


def test_figures_after_the_period_are_not_used():
    book = group(MIDDLE).peers([9000, *MIDDLE[1:]], end=date(2014, 12, 31))
    assert position_text(book.line("crime_position")) == "4th of 8"


def test_counts_and_percentages_are_never_ranked_together():
    book = group(MIDDLE[:6])
    for force in FORCES[6:]:
        book.rows["tblPeers"].append(
            {"Measure": "crime", "Period end": date(2014, 9, 30), "Force": force, "Percent": 50}
        )
    assert book.verdict("crime_position") == (
        "NA",
        "CONFIG",
    )  # the reader uses neither, and says so
    assert any("percent" in problem.found for problem in book.read()[2])


@pytest.mark.parametrize("reading", ["group", "peers", "funnel"])
def test_each_reading_of_the_lines_is_a_setting_and_says_so(reading):
    book = group(LOW_OWN, position_lines=reading)
    assert book.line("crime_position").rag == "GREEN"
    printed = "as printed in the report" in book.reading("crime_position").split(";")[0]
    assert printed is (reading == "group")


def test_a_funnel_without_numbers_who_answered_has_a_position_but_no_colour():
    book = Book(position_lines="funnel").surveys((320, 400), (340, 400), MSG_measure="crime")
    for force, percent in zip(FORCES, (80, 81, 82, 83, 84, 85, 86, 87), strict=True):
        book.rows["tblPeers"].append(
            {
                "Measure": "crime",
                "Period end": date(2014, 9, 30),
                "Force": force,
                "Percent": percent,
            }
        )
    assert book.verdict("sat_position") == ("NA", "NO_N")


def test_a_change_of_recording_within_the_twelve_months_leaves_no_colour():
    assert group(MIDDLE).recording_changed("crime", "2014-03").verdict("crime_position") == (
        "NA",
        "BREAK",
    )


def test_without_any_peers_the_return_says_why():
    book = (
        Book().measure("crime", "offences", MSG_measure="crime").months("crime", wobbling(400, 66))
    )
    assert book.verdict("crime_position") == ("NA", "NO_DATA")
    assert book.owed("crime", "not available").verdict("crime_position") == ("NA", "NOT_AVAILABLE")


def test_a_measure_without_msg_data_has_no_position_line():
    assert list(Book().surveys((320, 400), (340, 400)).lines()) == ["sat"]


def test_the_position_without_a_direction_is_not_coloured():
    assert group(LOW_OWN, "none").verdict("crime_position") == ("NA", "NO_DIRECTION")


def test_lines_that_nothing_can_cross_are_said():
    line = satisfaction([95, 70, 99, 72, 98, 75, 97, 80]).line("sat_position")
    assert line.evidence.lines.upper > 1
    assert Remark.NO_UPPER_LINE in line.caveats
    line = group([100, 100, 100, 100, 100, 100, 100, 9000]).line("crime_position")
    assert line.evidence.lines.lower < 0
    assert Remark.NO_LOWER_LINE in line.caveats


def test_the_range_of_the_rank_is_narrower_where_the_own_months_are_known():
    # Without three years of them the year of the own force varies as other totals of its size do.
    rates = [5200, 5000, 5050, 5100, 5300, 5350, 5400, 5450]
    known = group(rates).line("crime_position").evidence
    book = Book().measure("crime", "offences", MSG_measure="crime")
    few = book.months("crime", wobbling(400, 30)).peers(rates).line("crime_position").evidence
    assert known.lines.spread is not None
    assert few.lines.spread is None
    assert known.place.rank == few.place.rank
    assert known.place.high - known.place.low < few.place.high - few.place.low


def test_figures_of_a_later_month_are_not_said_to_be_missing():
    book = Book(period_end=date(2014, 6, 30)).offences(MSG_measure="crime").forces()
    book.peers(range(100, 180, 10))
    said = book.sentence("crime_position")
    assert "There is no row for 'crime' up to June 2014 in the Peers sheet." in said
