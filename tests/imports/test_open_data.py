"""Files as published: recorded crime by force, monthly crime by borough, populations, streets."""

from __future__ import annotations

import gzip
from io import StringIO

import pandas as pd
import pytest

from tests.imports.dashboards import (
    FORCES,
    OPEN_DATA,
    dashboard,
    figures_planned,
    instructions,
    left_out,
    plan_of,
)
from tests.tables import sheets
from xlperf.imports.importing import ImportRequest, carry_out, plan_import
from xlperf.tables import schema

ROLLING = OPEN_DATA / "recorded_crime_by_force_rolling_year.csv.gz"
STREET = sorted((OPEN_DATA / "street").glob("*.csv.gz"))
MEASURES = """
tblMeasures
Measure   | Priority | Line      | Kind     | Direction | MSG measure
burglary  | P1       | Burglary  | total    | down      | Domestic burglary
injury    | P2       | Injury    | total    | down      | Violence
vehicles  | P3       | Vehicles  | offences | down      |
"""
GROUP = FORCES.replace("Kent ", "Leicestershire ", 1)
WITH_INJURY = "Violence with injury + Death or serious injury caused by illegal driving={}"


def book(*blocks, own_force="Leicestershire"):
    made = dashboard(GROUP, *blocks, own_force=own_force)
    measures = sheets.grids(MEASURES)["tblMeasures"]
    return type(made)({**made.tables, "tblMeasures": (measures.header, measures.rows)})


def test_burglary_and_violence_of_the_report_come_out_exactly():
    plan = plan_of(
        book(),
        ROLLING,
        maps=("Domestic burglary=burglary", WITH_INJURY.format("injury")),
    )
    figures = figures_planned(plan)
    assert figures["burglary year to Mar 2013"] == 3935
    assert figures["burglary year to Sep 2014"] == 4253
    assert figures["injury year to Mar 2013"] == 4365
    assert figures["injury year to Sep 2014"] == 4912


def test_the_group_takes_the_same_figures_force_by_force():
    plan = plan_of(book(), ROLLING, maps=(WITH_INJURY.format("Violence"),))
    figures = figures_planned(plan)
    assert figures["Peers: Domestic burglary Leicestershire year to Sep 2014"] == 4253
    assert figures["Peers: Violence Leicestershire year to Sep 2014"] == 4912
    assert "Peers: Violence Metropolitan Police year to Sep 2014" in figures


def test_what_is_odd_in_the_published_file_is_told():
    plan = plan_of(book(), ROLLING, maps=(WITH_INJURY.format("Violence"),))
    said = "\n".join(left_out(plan))
    assert "30 December 2017 is not the last day of a month" in said
    assert "Violence, Leicestershire, year to Sep 2009: -21, which is less than none" in said
    assert "of labels that are mapped to no measure" in said
    assert any("Domestic burglary, year to Mar 2018: 0" in doubt for doubt in plan.doubts)


def test_populations_become_denominators():
    peers = (
        "tblPeers\nMeasure | Period end | Force | Count | Denominator\n"
        "Domestic burglary | 2014-09-30 | Leicestershire | 4253 |\n"
        "Domestic burglary | 2014-09-30 | Metropolitan Police | 60000 | 8000000"
    )
    workbook = book(peers)
    plan = plan_of(
        workbook, OPEN_DATA / "force_population_census2011.csv", maps=("pop2011=Denominator",)
    )
    assert figures_planned(plan) == {
        "Peers: Domestic burglary.Denominator Leicestershire year to Sep 2014": 1017697,
        "Peers: Domestic burglary.Denominator Metropolitan Police year to Sep 2014": 8166566,
    }
    assert [change.before for change in plan.comparison.changed] == [8000000]


def test_boroughs_are_chosen_or_added_up():
    file = OPEN_DATA / "mps_borough_major_monthly.csv"
    own = {"own_force": "Metropolitan Police"}
    frame = pd.read_csv(file).set_index(["offence", "area"])["2014-09"]["VEHICLE OFFENCES"]
    month = "vehicles Sep 2014"
    maps = ("VEHICLE OFFENCES=vehicles",)
    columns = {"measure": "offence"}
    one = plan_of(book(**own), file, maps=maps, only={"area": "Barnet"}, columns=columns)
    assert figures_planned(one)[month] == frame["Barnet"]
    every = plan_of(book(**own), file, maps=maps, sums=("area",), columns=columns)
    assert figures_planned(every)[month] == frame.sum()


@pytest.mark.parametrize("file", STREET, ids=lambda path: path.name[:7])
def test_a_street_month_is_a_plain_count(file):
    frame = pd.read_csv(StringIO(gzip.decompress(file.read_bytes()).decode()))
    plain = frame.groupby("Crime type").size()
    workbook = book()
    plan = plan_of(workbook, file, maps=("Vehicle crime=vehicles", "Burglary + Robbery=burglary"))
    vehicles, burglary = figures_planned(plan).values()
    assert {vehicles, burglary} == {plain["Vehicle crime"], plain["Burglary"] + plain["Robbery"]}
    assert any(f"{len(frame):,} lines" in note for note in plan.notes)


def test_a_second_import_finds_its_way_and_changes_nothing(tmp_path):
    from datetime import date

    workbook = book()
    first = plan_of(workbook, *STREET, maps=("Vehicle crime=vehicles",), source="Streets")
    carry_out(workbook, first, today=date(2014, 12, 1))
    again = plan_import(workbook, ImportRequest(tuple(STREET), "", instructions()))
    assert not again.writes
    assert again.comparison.same == len(first.comparison.added) == 6
    saves = len(workbook.saves)
    assert not carry_out(workbook, again, today=date(2014, 12, 2)).applied.has_changes
    assert len(workbook.saves) == saves
    grid = workbook.read([schema.SOURCES.name])[schema.SOURCES.name]
    assert ("Streets", "file", "*-*-leicestershire-street.csv.gz", None) in grid.rows
