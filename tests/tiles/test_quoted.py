"""Numbers in people's words: slips are found where the tile has the figure, and hardly anything
else is.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.assessment.casebook import Book, wobbling
from xlperf.assessment.assessing import assess
from xlperf.assessment.basis import Basis
from xlperf.tables import schema
from xlperf.tiles.quoted import Unit, disagreements, numbers


def book() -> Book:
    """4,800 in 2012/13 and 4,813 now; 84.0% and 84.2% of 400; 5th of 8; £7.8 million."""
    months = wobbling(400, 48) + wobbling(401, 11) + [402]
    made = Book().offences(
        "crime", months, Priority="SP11", Line="Number of offences", MSG_measure="crime"
    )
    made.peers([5400, 5000, 5100, 5200, 5300, 5500, 5600, 5700]).surveys(
        (336, 400), (337, 400), Priority="SP9", Line="Satisfaction"
    )
    made.measure("saved", "amount", "none", Priority="SP18", Line="Realised to date")
    return made.add(schema.AMOUNTS, Measure="saved", Item="realised", pounds_million=7.8)


def said(text: str, priority: str = "SP11", made: Book | None = None) -> list[str]:
    made = made or book()
    made.add(schema.COMMENTS, Priority=priority, Author_role="force", Text=text)
    tables, settings, _ = made.read()
    return [
        problem.found
        for problem in disagreements(assess(tables, settings), Basis(tables, settings))
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("60,206 offences", [("60,206", Unit.COUNT, 60206, 0)]),
        ("60206 offences", [("60206", Unit.COUNT, 60206, 0)]),
        ("60,200 offences", [("60,200", Unit.COUNT, 60200, 50)]),
        (
            "84.2% and 84 per cent",
            [("84.2%", Unit.PERCENT, 84.2, 0.05), ("84 per cent", Unit.PERCENT, 84, 0.5)],
        ),
        (
            "£7.8m, £ 23 million",
            [("£7.8m", Unit.MILLION, 7.8, 0.05), ("£ 23 million", Unit.MILLION, 23, 0.5)],
        ),
        ("fifth of eight", [("fifth of eight", Unit.PLACE, 5, 0)]),
        ("3rd= of 8", [("3rd= of 8", Unit.PLACE, 3, 0)]),
        ("5th April and 12th", []),
        ("in 2014, in 2013/14, on 30 September 2014 at 14:30", []),
        ("about 60,000; nearly 60,206; over 300; fewer than 900", []),
        ("between 4,000-4,500, or 4,000 to 450 points", [("4,000", Unit.COUNT, 4000, 500)]),
        ("95% confidence, a 95% range, 95% confident", []),
        ("2.3 percentage points; +2.5%", []),
        ("32 answers, page 240, 0116", []),
        ("£300 each", []),
    ],
)
def test_numbers_are_found_by_their_kind(text, found):
    assert [(n.written, n.unit, n.value, n.half_step) for n in numbers(text)] == [
        (written, unit, value, pytest.approx(step)) for written, unit, value, step in found
    ]


@pytest.mark.parametrize(
    ("text", "priority", "shown"),
    [
        (
            "There were 4,831 offences.",
            "SP11",
            "says 4,831, but ‘Number of offences’ in the year to Sep 2014 is 4,813.",
        ),
        ("There were 4,850 offences against 4,800.", "SP11", "says 4,850, but"),
        ("There were 4,900 in the year.", "SP11", "says 4,900, but"),
        ("The baseline was 4,080.", "SP11", "in 2012/13 is 4,800"),
        ("Fourth of eight.", "SP11", "the position in the year to Sep 2014 is 5th of 8"),
        ("We are 6th of 8.", "SP11", "says 6th of 8"),
        (
            "84.9% are satisfied.",
            "SP9",
            "says 84.9%, but ‘Satisfaction’ in the year to Sep 2014 is 84.3%.",
        ),
        ("Satisfaction is 85 per cent.", "SP9", "says 85 per cent"),
        ("£8.1m has been saved.", "SP18", "says £8.1m, but ‘Realised to date’ is £7.8 million."),
    ],
)
def test_a_number_near_the_tile_and_not_equal_is_told(text, priority, shown):
    (found,) = said(text, priority)
    assert shown in found


@pytest.mark.parametrize(
    ("text", "priority"),
    [
        ("There were 4,813 offences against 4,800 in 2012/13, up 0.3%.", "SP11"),
        ("There were 4,800 in the year.", "SP11"),  # the baseline, or 4,813 to the nearest hundred
        ("About 4,850 offences; fewer than 4,900.", "SP11"),
        ("In 2011/12 there were 4,790.", "SP11"),  # another time
        ("There were 4,790 in the year to March 2012.", "SP11"),
        ("4,800 in the year before.", "SP11"),
        (
            "The city had 1,204 of them, the county 3,609.",
            "SP11",
        ),  # nothing like a figure of the tile
        ("Fifth of eight, likely 4th to 6th.", "SP11"),
        ("First of seven boards.", "SP11"),
        ("On 5th April 401 were recorded; 402 in September 2014.", "SP11"),
        ("84.3% of 400, 0.3 percentage points more than 84.0%; 84 per cent.", "SP9"),
        ("10% more officers.", "SP9"),
        ("Savings of £17.3m are planned.", "SP18"),
        ("There were 4,831 offences.", "SP99"),
        ("There were 4,831 offences.", "All"),
        ("Nothing to say.", "SP11"),
    ],
)
def test_other_numbers_are_left_alone(text, priority):
    assert said(text, priority) == []


def test_a_result_of_another_quarter_may_be_quoted_by_its_month():
    made = book().survey("sat", date(2014, 6, 30), 400, 340)
    assert said("It was 85.0% in June 2014.", "SP9", made) == []
    assert len(said("It was 85.0%.", "SP9", book().survey("sat", date(2014, 6, 30), 400, 340))) == 1


def test_a_remark_is_held_against_its_own_measure_and_says_where_it_stands():
    made = book().owed("sat", "received", Remark="84.9% of those asked")
    tables, settings, _ = made.read()
    (problem,) = disagreements(assess(tables, settings), Basis(tables, settings))
    assert (problem.where, problem.code, problem.severity) == (
        "Returns!H2",
        "TEXT_DISAGREES",
        "warning",
    )
    assert problem.measure == "sat"
    other = book().owed("crime", "received", Remark="84.9% of those asked")
    tables, settings, _ = other.read()
    assert disagreements(assess(tables, settings), Basis(tables, settings)) == []


def test_a_figure_that_is_not_shown_is_not_told():
    made = Book().measure("sat", "survey", Priority="SP9").owed("sat", "awaited")
    assert said("84.9% are satisfied.", "SP9", made) == []


def test_a_year_before_and_other_totals_may_be_quoted():
    def offences() -> Book:
        return Book().offences(
            "crime", wobbling(400, 36) + wobbling(404, 12) + wobbling(401, 12), Priority="SP11"
        )

    assert said("4,848 in the year before.", "SP11", offences()) == []
    assert said("4,848 in the year to September 2013.", "SP11", offences()) == []
    assert len(said("4,848 now.", "SP11", offences())) == 1
    totals = Book().totals(667, 660).total("young", "2013-07", "2014-06", 655)
    assert said("655 to June.", "SP1", totals) == []
    assert len(said("656 to June.", "SP1", Book().totals(667, 660))) == 1


def test_a_position_that_is_not_known_is_compared_with_nothing():
    made = Book().measure("crime", "offences", Priority="SP11", MSG_measure="crime")
    assert said("Third of eight.", "SP11", made) == []


CHANGED = {"crime": "+23%", "sat": "−2.0 points"}


def changed(text: str, priority: str = "SP11") -> list[str]:
    """What is said of a text on 4,800 burglaries that became 5,904 (+23%), and on 84.0% that became
    82.0%.
    """
    made = Book().offences("crime", wobbling(400, 54) + wobbling(492, 12), Priority="SP11", Line="Number of offences",
                           MSG_measure="Domestic burglary")  # fmt: skip
    made.surveys((336, 400), (328, 400), Priority="SP9", Line="Satisfaction with service")
    return said(text, priority, made)


@pytest.mark.parametrize(
    ("text", "priority", "says"),
    [
        ("Burglary is up 34%.", "SP11", "up 34%"),
        ("Up 34%.", "SP11", "Up 34%"),
        ("Offences rose by 34 per cent.", "SP11", "rose by 34 per cent"),
        ("There was a 34% rise in domestic burglary since 2012/13.", "SP11", "34% rise"),
        ("A reduction of 23% in burglaries.", "SP11", "reduction of 23%"),  # the other way
        ("Burglary is down 23%.", "SP11", "down 23%"),
        ("The force is concerned that burglary is up 34%, and says so.", "SP11", "up 34%"),
        ("Offences are 34% higher against the baseline year.", "SP11", "34% higher"),
        ("Satisfaction is down 12%.", "SP9", "down 12%"),
        ("Burglary +34%.", "SP11", "+34%"),
        ("Burglary (−5%).", "SP11", "−5%"),
        ("The change in burglary was -23%.", "SP11", "-23%"),
        ("Burglary has doubled since 2012/13.", "SP11", "doubled"),
        ("Burglary halved.", "SP11", "halved"),
    ],
)
def test_a_change_in_words_that_is_not_the_tiles_is_told(text, priority, says):
    (found,) = changed(text, priority)
    measure = "crime" if priority == "SP11" else "sat"
    assert found.startswith(f"The text says {says}, but the change of ‘")
    assert found.endswith(f"since 2012/13 is {CHANGED[measure]}.")


@pytest.mark.parametrize(
    "text",
    [
        "Burglary is up 23%.",
        "Burglary rose by 23.0 per cent, a 23% rise.",
        "Burglary is up about 34%, or up to 34%.",
        "Shed burglary is up 34%.",
        "Burglary is up 34% in the north.",
        "Shoplifting, up 34%, is another matter.",
        "Theft and burglary are up 34%.",
        "All crime is up 34%.",
        "Burglary is up 34% on last year.",
        (
            "Burglary fell by 22 percent over the last four years, compared with a reduction of 16"
            " percent elsewhere."
        ),
        "In 2013/14 burglary rose by 34%.",
        "Burglary must fall by 10%; a 10% reduction is the target.",
        "Burglary is up 34-36%, by 34% points, or 3 percentage points.",
        "Burglary is not up 34%.",
        "Burglary +23%.",
        "Burglary rose between 20% -34%, or 20 -34%.",
        "Burglary - 34% of it in sheds.",
        "Burglary has more than doubled, nearly trebled or almost halved.",
        "Repeat burglary doubled.",
        "The margin is 95% lower limit to 23%.",
        "A 60% reduction across the family in the last 6 months is needed.",
    ],
)
def test_a_change_of_something_else_is_never_taken_for_the_tiles(text):
    assert changed(text) == []


def test_a_change_of_a_share_may_be_told_in_points_or_per_cent():
    assert changed("Satisfaction is down 2%.", "SP9") == []
    assert changed("Satisfaction is down 2.4%.", "SP9") == []  # 82 / 84


def test_other_changes_that_are_known_are_no_slip():
    assert changed("Burglary is up 23%: the latest six months on those before.") == []
    made = Book().measure("young", "total", "down", Priority="SP1", Line="Young entrants")
    for first, last, count in (
        ("2012-04", "2013-03", 400),
        ("2013-04", "2014-03", 300),
        ("2013-10", "2014-09", 210),
    ):
        made.total("young", first, last, count)
    assert said("Entrants are down 30%.", "SP1", made) == []  # 210 after 300
    assert said("Entrants are down 30% on the baseline.", "SP1", made) != []


def test_the_text_of_a_priority_is_read_too():
    made = book()
    made.add(schema.PRIORITIES, Code="SP11", Title="All crime", Text_for_the_report="Up 34%.")
    tables, settings, _ = made.read()
    (problem,) = disagreements(assess(tables, settings), Basis(tables, settings))
    assert (problem.sheet, problem.code) == ("Priorities", "TEXT_DISAGREES")
    assert "says Up 34%" in problem.found
