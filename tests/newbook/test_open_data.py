"""A workbook from open data alone: files as the Home Office and police.uk lay them out."""

from __future__ import annotations

import pytest

from tests.imports.dashboards import text_file
from xlperf.cli import main
from xlperf.excel.file import FileWorkbook
from xlperf.newbook.content import content_of
from xlperf.newbook.open_data import offence_groups
from xlperf.tables import schema

HEADER = "12 months ending,PFA,Region,Offence,Rolling year total number of offences"
YEARS = ("31-03-2012", "31-03-2013", "30-09-2013", "30-09-2014")
FORCES = ("Kent", "Essex", "Sussex", "Surrey")
OFFENCES = {"Domestic burglary": 4000, "Shoplifting": 5000, "Drug offences": 900, "Robbery": 700}


def count(force: str, offence: str, year: str) -> int:
    """A made-up count that differs for each."""
    return OFFENCES[offence] + 97 * FORCES.index(force) + 31 * YEARS.index(year)


def rolling(*more: str) -> str:
    rows = [
        f"{year},{force},South East,{offence},{count(force, offence, year)}"
        for year in YEARS
        for force in FORCES
        for offence in OFFENCES
    ]
    return "\n".join([HEADER, *rows, *more]) + "\n"


def made(tmp_path, text: str, *words: str, force: str = "Kent Police") -> int:
    file = text_file(tmp_path, text, "prc.csv")
    return main(["new", str(tmp_path / "K.xlsm"), "--force", force, "--data", str(file), *words])


def rows(tmp_path, table):
    content = content_of(FileWorkbook.open(tmp_path / "K.xlsm"))
    return [dict(zip(table.titles, row, strict=True)) for row in content.tables[table.name]]


def settings(tmp_path):
    return content_of(FileWorkbook.open(tmp_path / "K.xlsm")).settings


def test_every_tile_is_filled_with_the_figures_of_the_file(tmp_path, capsys):
    assert made(tmp_path, rolling()) == 0
    said = capsys.readouterr().out
    assert "Reported on: the twelve months to September 2014 (period_end)" in said
    assert "Compared with: 2012/13 (baseline_year)" in said
    assert "48 of other forces than Kent" in said
    assert main(["refresh", str(tmp_path / "K.xlsm")]) == 0
    assert "every tile was filled" in capsys.readouterr().out
    book = FileWorkbook.open(tmp_path / "K.xlsm")
    for measure in rows(tmp_path, schema.MEASURES):
        cells = [f"tile_{measure['Measure']}_{name}" for name in ("baseline", "latest")]
        values = [state.value for state in book.cells(cells).values()]
        wanted = [count("Kent", measure["Line"], year) for year in (YEARS[1], YEARS[3])]
        assert values == wanted
    assert len(rows(tmp_path, schema.TOTALS)) == len(YEARS) * len(OFFENCES)


def test_a_priority_is_a_group_of_offences_and_police_work_has_no_direction(tmp_path):
    assert made(tmp_path, rolling()) == 0
    titles = {row["Code"]: row["Title"] for row in rows(tmp_path, schema.PRIORITIES)}
    lines = {
        (titles[row["Priority"]], row["Line"], row["Kind"], row["Direction"])
        for row in rows(tmp_path, schema.MEASURES)
    }
    assert lines == {
        ("Burglary", "Domestic burglary", "total", "down"),
        ("Other theft", "Shoplifting", "total", "down"),
        ("Drug offences", "Drug offences", "total", "none"),
        ("Robbery", "Robbery", "total", "down"),
    }


def test_what_cannot_be_compared_makes_no_measure_and_it_is_said(tmp_path, capsys):
    more = (
        "30-09-2014,Kent,South East,Residential burglary,3000",
        "31-03-2013,Kent,South East,Bicycle theft,8",
        "31-03-2013,Essex,South East,Bicycle theft,8000",
        "30-09-2014,Kent,South East,Bicycle theft,0",
        "30-09-2014,Essex,South East,Bicycle theft,1",
        "31-03-2013,Kent,South East,Other theft,0",
        "30-09-2014,Kent,South East,Other theft,900",
        "30-09-2014,Essex,South East,CIFAS,3",
        "31-03-2013,Kent,South East,Homicide,0",
        "30-09-2014,Kent,South East,Homicide,4",
    )
    assert made(tmp_path, rolling(*more)) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "No measure of 'Residential burglary': no figure for year to Mar 2013." in said
    assert "No measure of 'Bicycle theft': 1 of all forces in the year to Sep 2014" in said
    assert "No measure of 'Other theft': 0 of all forces in the year to Mar 2013" in said
    assert "No measure of 'CIFAS': no figure of this force can be used." in said
    assert "Homicide" in {row["Line"] for row in rows(tmp_path, schema.MEASURES)}


def test_the_group_has_positions_where_populations_are_given(tmp_path, capsys):
    people = "PFA,pop2011\n" + "".join(
        f"{force},{1_000_000 + 1000 * place}\n" for place, force in enumerate(FORCES)
    )
    file = text_file(tmp_path, people, "population.csv")
    group = ("--group", "Essex; Sussex; Surrey")
    assert made(tmp_path, rolling(), str(file), *group) == 0
    peers = rows(tmp_path, schema.PEERS)
    assert len(peers) == 3 * len(FORCES) * len(OFFENCES)  # from the baseline year on
    essex = next(row for row in peers if row["Force"] == "Essex")
    assert essex["Denominator"] == 1_001_000
    assert main(["refresh", str(tmp_path / "K.xlsm")]) == 0
    said = capsys.readouterr().out
    assert "every tile was filled" in said
    assert "8 lines judged" in said


def test_without_populations_there_is_no_position_and_it_is_said(tmp_path, capsys):
    assert made(tmp_path, rolling(), "--group", "Essex") == 0
    assert "No position in the group: it needs" in capsys.readouterr().out
    assert not rows(tmp_path, schema.PEERS)


def test_next_quarter_the_file_finds_its_way(tmp_path, capsys):
    assert made(tmp_path, rolling()) == 0
    later = text_file(
        tmp_path, f"{HEADER}\n31-12-2014,Kent,South East,Robbery,777\n", "prc-2014-12.csv"
    )
    (tmp_path / "prc.csv").write_text(rolling("31-12-2014,Kent,South East,Robbery,777"))
    assert main(["import", str(tmp_path / "K.xlsm"), str(tmp_path / "prc.csv")]) == 0
    assert "1 figure to add, 0 to change, 16 already there" in capsys.readouterr().out
    assert later.exists()


STREET = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Crime type\n"


def test_months_of_street_files_make_measures_by_month(tmp_path, capsys):
    months = [f"{2012 + at // 12}-{at % 12 + 1:02d}" for at in range(3, 33)]
    lines = [
        f",{month},Kent Police,Kent Police,0.5,51,{crime}\n"
        for at, month in enumerate(months)
        for crime in ("Burglary", "Vehicle crime")
        for _ in range(20 + at)
    ]
    assert made(tmp_path, STREET + "".join(lines)) == 0
    kinds = {row["Line"]: row["Kind"] for row in rows(tmp_path, schema.MEASURES)}
    assert kinds["Burglary"] == kinds["Vehicle crime"] == "offences"
    assert main(["refresh", str(tmp_path / "K.xlsm")]) == 0
    assert "every tile was filled" in capsys.readouterr().out


def test_a_plan_of_ones_own_gets_its_figures(tmp_path, capsys):
    plan = text_file(
        tmp_path,
        "Priority,Measure,Line,Kind,Direction\nA,a_homes,Homes,total,down\n"
        "A,a_robbery,Robbery,total,down\n",
        "plan.csv",
    )
    words = ("--plan", str(plan), "--map", "Domestic burglary=a_homes")
    assert made(tmp_path, rolling(), *words) == 0
    assert {row["Measure"] for row in rows(tmp_path, schema.TOTALS)} == {"a_homes", "a_robbery"}
    assert settings(tmp_path)["baseline_year"] == "2012/13"
    assert "Shoplifting" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        (rolling(), ("--blank",), "leave out --blank"),
        (rolling(), ("--map", "A=b"), "--map belongs to --plan"),
        (rolling(), ("--set", "baseline_year=2010/11"), "No label of the files has what"),
        (f"{HEADER}\n30-09-2014,Kent,SE,Robbery,5\n", (), "for the financial year to Mar 2013"),
        (f"{HEADER}\n30-09-2014,Essex,SE,Robbery,5\n", (), "no figure of Kent"),
        (
            "In thousands\nMonth,Force,Robbery\nApr-14,Kent,4\nMay-14,Kent,5\n",
            (),
            "'In thousands' above",
        ),
        ("Some words.\nMore of them.\n", (), "no table was found"),
    ],
)
def test_what_cannot_be_made_is_refused_and_nothing_is(text, words, said, tmp_path, capsys):
    assert made(tmp_path, text, *words) != 0
    assert said in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "K.xlsm").exists()


def test_a_force_is_needed(tmp_path, capsys):
    file = text_file(tmp_path, rolling())
    assert main(["new", str(tmp_path / "K.xlsm"), "--data", str(file)]) != 0
    assert "--data needs --force" in capsys.readouterr().err


def test_an_offence_is_in_one_group():
    assert offence_groups()["shoplifting"] == "Other theft"
    assert all(offence_groups().values())
