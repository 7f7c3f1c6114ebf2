"""The data a new workbook ships with: true to the panel report of September 2014 and to the open
data.

Figures called "the report's" are copied from the performance report and dashboard to the
Leicestershire Police and Crime Panel, period ended September 2014. They are written out here a
second time, so that a slip in the files shows.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from tests.shipped import ROOT
from xlperf.assessment.assessing import assess
from xlperf.assessment.rag import Rag, Reason
from xlperf.config import SETTINGS
from xlperf.excel.port import Grid
from xlperf.newbook.sample_tables import PROVENANCE, sample_rows, sample_settings, sample_tables
from xlperf.periods import month_of
from xlperf.tables import schema
from xlperf.tables.checks import check
from xlperf.tables.problems import Code, Severity
from xlperf.tables.reading import read_tables
from xlperf.tables.settings import read_settings
from xlperf.tiles.figures import figure

FOLDER = ROOT / "xlperf" / "newbook" / "sample"
OWN = "Leicestershire"
OFFENCES = {  # the report's: 2012/13, twelve months to September 2014
    "SP11_offences": (58805, 60260),
    "SP12_offences": (3935, 4253),
    "SP13_offences": (4365, 4912),
    "SP14A_offences": (5236, 5466),
    "SP14B_offences": (1051, 1198),
}
OPEN_DATA_FILE = Path(__file__).with_name("open_data.csv")
"""Leicestershire, offences of twelve months to each quarter end. Source: Home Office, police recorded
crime open data tables (Open Government Licence v3.0). Violence: with injury, and death or serious
injury by illegal driving, which the report counts with it. Vehicles: theft from, theft of,
aggravated taking and interference.
"""
with OPEN_DATA_FILE.open(encoding="utf-8", newline="") as file:
    OPEN_DATA = {
        title: tuple(map(int, totals))
        for title, *totals in zip(*list(csv.reader(file)), strict=True)
        if title != "Twelve months to"
    }
OF_VEHICLES = "Vehicle offences"
DISPERSION = {"SP14A_offences": 3, "SP14B_offences": 1.6}
"""Variance of the months of a quarter over their mean, with which they were made up."""
TOTALS = {  # the report's: 2012/13 and latest; entrants: 370 is six months doubled
    "SP1_entrants": (667, 370),
    "SP2_offending": (407, 171),
    "SP2_reoffending": (372, 97),
    "SP17_missing": (5929, 3804),
    "SP17_absent": (5417, 2288),
    "SP17_locations": (1207, 298),
}
SHARES = {  # the report's, in per cent
    "SP5_satisfaction": (None, "91.4"),
    "SP6_satisfaction": (None, "90.6"),
    "SP7_satisfaction": ("84.2", "83.4"),
    "SP8_satisfaction": ("82.9", "80.6"),
    "SP9_satisfaction": ("84.5", "84.0"),
    "SP10_confidence": ("75.3", "82.7"),
    "SP12_satisfaction": ("89.7", "88.3"),
    "SP13_satisfaction": ("78.1", "76.0"),
    "SP14A_satisfaction": ("85.9", "84.5"),
    "SP14B_satisfaction": ("75.5", "81.0"),
}
PLACES = {  # the report's, of eight forces
    "SP7_satisfaction": 3,
    "SP9_satisfaction": 5,
    "SP10_confidence": 3,
    "SP11_offences": 5,
    "SP12_offences": 7,
    "SP12_satisfaction": 8,
    "SP13_offences": 2,
    "SP13_satisfaction": 5,
    "SP14A_offences": 7,
    "SP14A_satisfaction": 4,
    "SP14B_offences": 5,
    "SP14B_satisfaction": 4,
}


@pytest.fixture(scope="module")
def data():
    return sample_tables()


@pytest.fixture(scope="module")
def grids(data):
    given = sample_settings()
    settings = tuple(
        (setting.key, given.get(setting.key, setting.default), setting.sentence)
        for setting in SETTINGS
    )
    rows = {**data, schema.SETTINGS.name: settings}  # the tables that xlperf writes are blank
    return {
        table.name: Grid(table.name, table.sheet, table.titles, rows.get(table.name, ()), 1, 1)
        for table in schema.ALL
    }


@pytest.fixture(scope="module")
def read(grids):
    settings, problems = read_settings(grids[schema.SETTINGS.name])
    tables, found = read_tables(grids)
    return settings, tables, [*problems, *found, *check(tables, settings)]


@pytest.fixture(scope="module")
def lines(read):
    settings, tables, _ = read
    return {line.line: line for line in assess(tables, settings)}


def months_of(data, measure):
    return {row[1]: row[2] for row in data["tblMonthly"] if row[0] == measure}


def year_to(months, year, month):
    last = month_of(date(year, month, 1))
    return sum(count for day, count in months.items() if last - 12 < month_of(day) <= last)


def quarter_ends(data):
    return sorted({row[1] for row in data["tblSurveys"]})


def answers(data, measure):
    """Who answered and who was satisfied, at each quarter end."""
    return [row[2:4] for row in data["tblSurveys"] if row[0] == measure]


# The rows.


def test_every_data_table_but_the_settings_is_there_with_its_columns(data):
    tables = (*schema.DATA, *schema.REPORT)
    assert set(data) == {table.name for table in tables} - {schema.SETTINGS.name}
    for table in tables:
        assert all(len(row) == len(table.columns) for row in data.get(table.name, ())), table.name


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.csv")), ids=lambda file: file.stem)
def test_a_file_has_the_columns_of_its_table_and_says_of_each_row_where_it_comes_from(file):
    with file.open(encoding="utf-8", newline="") as opened:
        header, *rows = csv.reader(opened)
    tables = (*schema.DATA, *schema.REPORT)
    titles = {table.name.removeprefix("tbl").lower(): table.titles for table in tables}
    assert tuple(header) == (*titles[file.stem], PROVENANCE)
    assert rows == list(sample_rows(file.stem))
    sources = (
        "The report",
        "After the report",
        "Made up",
        "Open data",
        "As in Surveys",
        "Facts of the",
    )
    assert all(len(row) == len(header) and row[-1].startswith(sources) for row in rows)


def test_every_priority_has_a_title_and_a_place(data):
    plan = data["tblPriorities"]
    assert {row[1] for row in data["tblMeasures"]} == {row[0] for row in plan}
    assert all(row[1] for row in plan)
    assert [row[2] for row in plan] == [*range(1, 20)]


def test_cells_hold_only_what_a_workbook_can():
    for rows in sample_tables().values():
        for row in rows:
            for cell in row:
                assert cell is None or type(cell) in (int, float, str, date)
                assert not isinstance(cell, datetime)
                assert cell != ""


def test_choices_are_those_of_the_schema(data):
    for table in schema.DATA:
        for place, column in enumerate(table.columns):
            for row in data.get(table.name, ()):
                assert not column.needed or row[place] is not None, (table.name, column.title, row)
                assert not column.choices or row[place] is None or row[place] in column.choices


def test_labels_and_remarks_fit_a_tile(data):
    assert all(len(row[2]) <= 30 for row in data["tblMeasures"])
    remarks = {row[0]: row[7] for row in data["tblReturns"]}
    assert all(len(remarks[name]) <= 60 for name in remarks if name.startswith(("SP4_", "SP16_")))


def test_no_break_and_no_override_is_shipped(data):
    assert data["tblBreaks"] == data["tblOverrides"] == ()


# Lines.


def test_there_are_61_lines_on_the_tiles_of_figures_and_one_on_the_tile_of_words(lines):
    words = lines["SP15_framework"]
    assert (words.rag, words.reason) == (Rag.NA, Reason.IN_DEVELOPMENT)
    per_tile = Counter(line.measure.priority for line in lines.values() if line is not words)
    assert sum(per_tile.values()) == 61
    assert list(per_tile.items()) == [
        *(
            ("SP1", 1),
            ("SP2", 2),
            ("SP3", 4),
            ("SP4", 2),
            ("SP5", 3),
            ("SP6", 3),
            ("SP7", 4),
            ("SP8", 1),
            ("SP9", 2),
        ),
        *(("SP10", 2), ("SP11", 3), ("SP12", 6), ("SP13", 6), ("SP14A", 6), ("SP14B", 6)),
        *(("SP16", 3), ("SP17", 3), ("SP18", 4)),
    ]


def test_nothing_in_the_data_is_an_error_or_needs_a_second_look(read):
    problems = read[2]
    assert [str(problem) for problem in problems if problem.severity is not Severity.NOTE] == []
    assert {problem.code for problem in problems} == {Code.PROVISIONAL}


def test_every_line_without_a_colour_says_why(lines):
    for line in lines.values():
        if line.rag is Rag.NA:
            assert line.reason is Reason.NOT_ASSESSED or line.missing


# Months.


def test_months_go_from_april_2009_to_september_2014(data):
    for measure in OFFENCES:
        days = list(months_of(data, measure))
        assert len(days) == 66
        assert days[0] == date(2009, 4, 1)
        assert days[-1] == date(2014, 9, 1)
        assert all(month_of(after) == month_of(before) + 1 for before, after in pairwise(days))


def test_the_latest_three_months_are_provisional_and_every_month_was_over_when_taken(data):
    for _, month, _, status, taken in data["tblMonthly"]:
        assert status == ("provisional" if month >= date(2014, 7, 1) else "final")
        assert month_of(taken) > month_of(month)
        assert taken <= date(2014, 10, 14)


@pytest.mark.parametrize("measure", OFFENCES)
def test_months_add_up_to_the_figures_of_the_report(data, measure):
    months = months_of(data, measure)
    assert (year_to(months, 2013, 3), year_to(months, 2014, 9)) == OFFENCES[measure]


@pytest.mark.parametrize("measure", [name for name in OPEN_DATA if name != OF_VEHICLES])
def test_twelve_months_to_each_quarter_end_are_those_of_the_open_data(data, measure):
    """Home Office, police recorded crime open data tables. All crime was revised since the report:
    0.2% are allowed.
    """
    months = months_of(data, measure)
    ends = [(2010 + i // 4, 3 * (i % 4) + 3) for i in range(19)]
    assert ends[-1] == (2014, 9)
    found = [year_to(months, *end) for end in ends]
    if measure != "SP11_offences":
        assert tuple(found) == OPEN_DATA[measure]
        return
    for (year, month), total, official in zip(ends, found, OPEN_DATA[measure], strict=True):
        if (year, month) in ((2013, 3), (2014, 3), (2014, 6), (2014, 9)):
            assert abs(total / official - 1) < 0.002
        else:
            assert total == official


def test_theft_from_and_of_vehicles_stay_within_all_vehicle_offences(data):
    for place, official in enumerate(OPEN_DATA[OF_VEHICLES]):
        end = (2010 + place // 4, 3 * (place % 4) + 3)
        parts = [year_to(months_of(data, f"SP14{part}_offences"), *end) for part in "AB"]
        assert 0.9 * official < sum(parts) < official


def test_all_crime_rose_by_three_per_cent_in_2013_14(data):
    """The report, 15.1."""
    assert round(100 * (year_to(months_of(data, "SP11_offences"), 2014, 3) / 58805 - 1)) == 3


def test_all_crime_from_april_2014_is_below_the_year_before_in_each_month_and_falls_from_may(data):
    """The report, 15.1."""
    months = months_of(data, "SP11_offences")
    assert all(months[date(2014, i, 1)] < months[date(2013, i, 1)] for i in range(4, 10))
    falling = [months[date(2014, i, 1)] for i in range(5, 10)]
    assert all(after < before for before, after in pairwise(falling))


def test_burglary_is_high_from_october_2013_to_february_2014_and_below_average_in_the_seven_months_since(
    data,
):
    """The report, 16.1: five months well above the twelve before them, then seven below the
    average.
    """
    months = months_of(data, "SP12_offences")
    high = [months[date(2013, i, 1)] for i in (10, 11, 12)] + [
        months[date(2014, i, 1)] for i in (1, 2)
    ]
    assert min(high) > year_to(months, 2013, 9) / 12
    assert sum(high) / 5 > 1.2 * year_to(months, 2013, 9) / 12
    for i in range(3, 10):
        assert months[date(2014, i, 1)] < year_to(months, 2014, i - 1) / 12


def test_vehicle_crime_shows_no_change_in_2014(data):
    """The report, 18.1 and 18.2: tight control; no significant change in 2014."""
    for measure in ("SP14A_offences", "SP14B_offences"):
        months = months_of(data, measure)
        first, second = (
            sum(months[date(2014, i, 1)] for i in span) for span in (range(1, 5), range(6, 10))
        )
        spread = 2 * (DISPERSION[measure] * (1 / first + 1 / second)) ** 0.5
        assert abs(second / first - 1) < spread


# Surveys, totals, amounts, families.


@pytest.mark.parametrize("measure", SHARES)
def test_shares_print_as_in_the_report(lines, measure):
    form, figures = lines[measure].evidence.form, lines[measure].figures
    before, now = SHARES[measure]
    assert figure(figures.latest, form) == f"{now}%"
    if before is None:
        assert figures.baseline is None
    else:
        assert figure(figures.baseline, form) == f"{before}%"


def test_differences_of_shares_print_as_those_of_the_printed_shares(lines):
    for measure, (before, now) in SHARES.items():
        if before is not None:
            assert (
                f"{100 * lines[measure].evidence.result.estimate:.1f}"
                == f"{Decimal(now) - Decimal(before):.1f}"
            ), measure


def test_numbers_asked_are_those_the_report_gives(lines):
    """The report, 9.3 (footnote i) and 10.2."""
    assert lines["SP5_satisfaction"].figures.n_latest == 105
    assert lines["SP6_satisfaction"].figures.n_latest == 32


def test_all_users_are_the_victims_of_burglary_vehicle_crime_and_violence(data):
    """The report, 13.1."""
    answers = {(row[0], row[1]): row[2:4] for row in data["tblSurveys"]}
    parts = ("SP12_satisfaction", "SP13_satisfaction", "SP14A_satisfaction", "SP14B_satisfaction")
    for end in quarter_ends(data):
        together = tuple(sum(answers[part, end][i] for part in parts) for i in range(2))
        assert answers["SP9_satisfaction", end] == together


def test_burglary_satisfaction_rose_to_91_by_january_2014_and_fell_by_three_points_since(data):
    """The report, 16.2."""
    shares = [satisfied / n for n, satisfied in answers(data, "SP12_satisfaction")]
    peak = quarter_ends(data).index(date(2013, 12, 31))
    assert max(shares) == shares[peak]
    assert round(100 * shares[peak]) == 91
    assert round(100 * shares[-1]) == 88
    assert all(after < before for before, after in pairwise(shares[peak:]))


def test_confidence_rose_at_each_quarter(data):
    """The report, 14.1."""
    shares = [satisfied / n for n, satisfied in answers(data, "SP10_confidence")]
    assert all(after > before for before, after in pairwise(shares))


def percent(part: int, whole: int) -> float:
    """Give a percentage to one decimal, halves up: 29 of 32 is 90.6."""
    return (2_000 * part + whole) // (2 * whole) / 10


def test_satisfaction_of_all_users_is_as_in_the_quarter_before(data):
    """The report, 13.1."""
    *_, before, now = answers(data, "SP9_satisfaction")
    assert percent(before[1], before[0]) == percent(now[1], now[0])


def test_the_own_percentages_in_the_group_are_those_of_the_surveys(data):
    surveyed = {
        (row[6], row[1]): (row[3], row[2])
        for measure in data["tblMeasures"]
        for row in data["tblSurveys"]
        if row[0] == measure[0]
        for row in [(*row[:6], measure[schema.MEASURES.titles.index("MSG measure")])]
    }
    own = [row for row in data["tblPeers"] if row[2] == OWN and row[3] is None]
    assert len(own) == 7
    for measure, end, _, _, _, share, n in own:
        part, whole = surveyed[measure, end]
        assert (share, n) == (percent(part, whole), whole)


@pytest.mark.parametrize("measure", TOTALS)
def test_totals_are_those_of_the_report(lines, measure):
    figures = lines[measure].figures
    assert (figures.baseline, figures.latest) == TOTALS[measure]


def test_night_time_incidents_have_nothing_to_be_compared_with(lines):
    line = lines["SP3_night_economy"]
    assert line.figures.latest == 1633
    assert line.reason is Reason.NO_BASELINE


def test_savings_add_up_in_exact_decimals(read):
    amounts = {item.item: item.value for items in read[1].amounts.values() for item in items}
    assert amounts == {
        "required": Decimal("23.0"),
        "realised": Decimal("7.8"),
        "identified": Decimal("9.5"),
        "to find": Decimal("5.7"),
    }
    assert amounts["realised"] + amounts["identified"] + amounts["to find"] == amounts["required"]


def test_a_quarter_of_over_two_thousand_families_show_a_reduction_and_that_is_no_change(lines):
    """The report, 8.2 and the tile: "No change"."""
    for measure in ("SP4_reoffending", "SP4_asb"):
        line = lines[measure]
        assert line.figures.n_latest > 2000
        assert 0.225 < line.figures.latest < 0.275
        assert line.evidence.text == "No change"
        assert (line.rag, line.reason) == (Rag.AMBER, Reason.NO_EVIDENCE)


# Results.


def test_no_count_of_offences_is_green_and_both_other_colours_occur(lines):
    """Each is above its baseline, so GREEN cannot be."""
    colours = {measure: lines[measure].rag for measure in OFFENCES}
    assert set(colours.values()) == {Rag.RED, Rag.AMBER}


def test_satisfaction_that_fell_is_never_green(lines):
    fell = ("SP7", "SP8", "SP9", "SP12", "SP13", "SP14A")
    assert all(lines[f"{priority}_satisfaction"].rag is not Rag.GREEN for priority in fell)
    assert lines["SP14B_satisfaction"].rag is not Rag.RED


def test_few_answers_about_sexual_offences_are_amber_for_small_numbers(lines):
    """The report, 10.2: amber because of the small number, 32, and a margin of 17 points."""
    line = lines["SP6_satisfaction"]
    assert (line.rag, line.reason) == (Rag.AMBER, Reason.SMALL_N)
    assert round(line.evidence.result.margin) == 17


def test_confidence_is_better(lines):
    assert (lines["SP10_confidence"].rag, lines["SP10_confidence"].reason) == (
        Rag.GREEN,
        Reason.BETTER,
    )


@pytest.mark.parametrize("measure", TOTALS)
def test_totals_improved(lines, measure):
    assert (lines[measure].rag, lines[measure].reason) == (Rag.GREEN, Reason.BETTER)


@pytest.mark.parametrize("measure", PLACES)
def test_positions_are_those_of_the_report(lines, measure):
    place = lines[f"{measure}_position"].evidence.place
    assert (place.rank, place.of, place.tied) == (PLACES[measure], 8, False)


def test_no_other_measure_has_a_position(lines):
    assert {name.removesuffix("_position") for name in lines if name.endswith("_position")} == set(
        PLACES
    )


def test_only_the_position_of_confidence_is_of_june(lines):
    """The report's dashboard: 3rd, June 2014."""
    older = {
        name
        for name, line in lines.items()
        if line.figures.as_at and line.figures.as_at < date(2014, 9, 30)
    }
    assert older == {"SP10_confidence_position"}
    assert lines["SP10_confidence_position"].figures.as_at == date(2014, 6, 30)


def test_what_is_missing_is_missing_for_the_reasons_of_the_report(lines):
    reasons = {name: line.reason for name, line in lines.items() if line.rag is Rag.NA}
    for name in ("SP3_drug_reoffending", "SP3_completions", "SP3_representations"):
        assert reasons[name] is Reason.NOT_AVAILABLE
    for priority in ("SP5", "SP6", "SP7", "SP12", "SP13", "SP14A", "SP14B"):
        assert reasons[f"{priority}_outcome"] is Reason.IN_DEVELOPMENT
    for priority in ("SP5", "SP6", "SP7"):
        assert reasons[f"{priority}_awareness"] is Reason.IN_DEVELOPMENT
    for name in ("SP16_conveyance", "SP16_training", "SP16_policies"):
        assert lines[name].evidence.text
    assert reasons["SP5_satisfaction"] is Reason.NO_BASELINE
