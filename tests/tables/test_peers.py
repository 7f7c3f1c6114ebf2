"""The group: figures of other forces, populations that cannot be, and who is in it."""

from __future__ import annotations

import pytest

from tests.tables.sheets import read, shown
from xlperf.tables.problems import Code

FORCES = ("Leicestershire", "Kent", "Essex", "Hampshire")
HEAD = """
tblMeasures
Measure       | Priority | Line     | Kind     | Direction | MSG measure
SP11_offences | SP11     | Offences | offences | down      | All crime

tblReturns
Measure       | Status
SP11_offences | in development

tblForces
Force | In group | Valid from
{forces}

tblPeers
Measure | Period end | Force | Count | Denominator | Percent | n
{rows}
"""
PEOPLE = {
    "Leicestershire": 1_017_000,
    "Kent": 1_732_000,
    "Essex": 1_729_000,
    "Hampshire": 1_860_000,
}


def group(*changed: str, forces: str | None = None, end: str = "2014-06-30") -> str:
    """A group of four with 60 offences a thousand; each of `changed` takes the place of its force's
    row, or is added.
    """
    rows = {
        force: f"{force} | {60 * people // 1000} | {people}" for force, people in PEOPLE.items()
    }
    extra = []
    for line in changed:
        force = line.split("|")[0].strip()
        if force in rows and not line.startswith("+"):
            rows[force] = line
        else:
            extra.append(line.removeprefix("+"))
    listed = forces if forces is not None else "\n".join(f"{force} | yes |" for force in FORCES)
    return HEAD.format(
        forces=listed,
        rows="\n".join(f"All crime | {end} | {row}" for row in [*rows.values(), *extra]),
    )


def test_a_good_group_makes_no_row_of_checks():
    tables, problems = read(group())
    assert problems == []
    assert tables.group == FORCES
    assert len(tables.peers["All crime"]) == 4


@pytest.mark.parametrize(
    ("row", "report"),
    [
        ("Kent | | |", ["note BLANK Peers!D3"]),
        ("Kent | 60000 | |", ["error BLANK Peers!E3"]),
        ("Kent | 60000 | many |", ["error NOT_A_NUMBER Peers!E3"]),
        ("Kent | | 1732000 |", ["note BLANK Peers!D3"]),
        ("Kent | 60000 | 1732 |", ["error POPULATION Peers!E3"]),
        ("Kent | 60000 | 0 |", ["error POPULATION Peers!E3"]),
        ("Kent | 0 | -5 |", ["error POPULATION Peers!E3"]),
        ("Kent | -1 | 1732000 |", ["error NEGATIVE Peers!D3"]),
    ],
)
def test_a_row_without_a_rate_is_not_used_and_its_force_is_missed(row, report):
    tables, problems = read(group(row))
    assert [figure.force for figure in tables.peers["All crime"]] == [
        "Leicestershire",
        "Essex",
        "Hampshire",
    ]
    assert shown(problems) == [*report, "warning PEER_MISSING Peers!C2"]


def test_percentages_and_counts_in_one_period_do_not_compare_so_neither_is_used():
    tables, problems = read(group("Kent | | | 84.5 | 410"))
    assert tables.peers == {"All crime": ()}
    assert shown(problems) == ["error WRONG_KIND Peers!C3"]


def test_a_force_there_twice_counts_once_when_the_rows_agree_and_else_not_at_all():
    tables, problems = read(group("+Kent | 103920 | 1732000"))
    assert len(tables.peers["All crime"]) == 4
    assert shown(problems) == ["warning DUPLICATE Peers!C6"]
    tables, problems = read(group("+kent | 103921 | 1732000", "+Kent | 103920 | 1732000"))
    assert "Kent" not in {figure.force for figure in tables.peers["All crime"]}
    assert shown(problems, Code.DUPLICATE) == [
        "error DUPLICATE Peers!C6",
        "error DUPLICATE Peers!C7",
    ]


@pytest.mark.parametrize(
    ("row", "report", "says"),
    [
        ("Kent | 60 | 1732", "warning POPULATION Peers!E3", "not thousands"),
        (
            "Kent | 103920 | 1729000",
            "warning POPULATION Peers!E4",
            "Essex and Kent have the same denominator",
        ),
        ("Kent | 1039200 | 1732000", "warning JUMP Peers!D3", "far from the others"),
        ("Kent | 10392 | 1732000", "warning JUMP Peers!D3", "far from the others"),
    ],
)
def test_a_population_that_cannot_be_is_told(row, report, says):
    _, problems = read(group(row))
    assert report in shown(problems)
    assert any(says in item.found or says in item.remedy for item in problems)


def test_a_denominator_that_changes_by_more_than_a_tenth_is_told():
    earlier = (
        "\nAll crime | 2014-03-31 | Kent | 60000 | 720000\nAll crime | 2014-03-31 | Essex | 61000 |"
        " 1700000"
    )
    _, problems = read(group().rstrip() + earlier)
    assert shown(problems) == ["warning POPULATION Peers!E3"]
    assert "it was 720,000 to 31 March 2014" in problems[0].found


def test_a_percentage_of_a_peer_must_be_one_its_n_can_give():
    rows = [
        f"{force} | | | {percent} | 400"
        for force, percent in zip(FORCES, ("34.5", "44.5", "40.5"), strict=False)
    ]
    _, problems = read(group(*rows, "Hampshire | | | 37.5 | 65"))
    assert shown(problems) == ["warning IMPOSSIBLE_PERCENTAGE Peers!F5"]
    assert (
        shown(read(group(*rows, "Hampshire | | | 37.5 | 0"))[1])[0] == "error OUT_OF_RANGE Peers!G5"
    )


@pytest.mark.parametrize(
    ("forces", "own", "says"),
    [
        (
            "Kent | yes\nEssex | yes\nHampshire | yes",
            "Leicestershire",
            "is not in the Forces sheet",
        ),
        (
            "Leicestershire | no\nKent | yes\nEssex | yes\nHampshire | yes",
            "Leicestershire",
            "is not in the group",
        ),
        (
            "Leicestershire | yes\nKent | yes\nEssex | yes\nHampshire | yes",
            "",
            "The own force, blank in Settings, is not in the Forces sheet",
        ),
    ],
)
def test_the_own_force_must_be_in_the_group_by_its_name(forces, own, says):
    _, problems = read(group(forces=forces), own_force=own)
    found = [
        item for item in problems if item.code == Code.UNKNOWN_FORCE and item.sheet == "Settings"
    ]
    assert [(item.cell, says in item.found) for item in found] == [("B5", True)]


@pytest.mark.parametrize(
    "own", ["leicestershire", "Leicestershire Police", " THE LEICESTERSHIRE  CONSTABULARY "]
)
def test_the_own_force_is_known_however_its_name_is_written(own):
    _, problems = read(
        group(forces="Leicestershire | yes\nKent | yes\nEssex | yes\nHampshire | yes"),
        own_force=own,
    )
    assert shown(problems, Code.UNKNOWN_FORCE) == []


def test_a_peer_is_found_however_its_name_is_written():
    forces = "\n".join(f"{force} Police | yes" for force in FORCES)
    tables, problems = read(group(forces=forces))
    assert [figure.force for figure in tables.peers["All crime"]] == [
        f"{force} Police" for force in FORCES
    ]
    assert shown(problems, Code.UNKNOWN_FORCE) == []


def test_a_force_said_to_be_in_the_group_and_not_is_left_out():
    forces = "\n".join(f"{force} | yes" for force in FORCES)
    tables, problems = read(group(forces=forces + "\nkent | no"))
    assert tables.group == ("Leicestershire", "Essex", "Hampshire")
    assert shown(problems) == ["error DUPLICATE Forces!B6"]
    tables, problems = read(group(forces=forces + "\nKENT | yes"))
    assert tables.group == FORCES
    assert shown(problems) == ["warning DUPLICATE Forces!B6"]


def test_a_membership_that_begins_after_the_period_is_told():
    forces = "\n".join(
        f"{force} | yes | {'2014-11-01' if force == 'Kent' else ''}" for force in FORCES
    )
    assert shown(read(group(forces=forces))[1]) == ["warning FUTURE Forces!C3"]


def test_names_of_forces_and_measures_are_compared_as_excel_compares_them():
    text = group("+ ").replace("All crime | 2014-06-30 | Kent", "ALL  CRIME | 2014-06-30 | kent ")
    tables, problems = read(text.replace("\nAll crime | 2014-06-30 |  ", ""))
    assert problems == []
    assert [figure.force for figure in tables.peers["All crime"]] == list(FORCES)


def test_two_measures_may_be_compared_by_one_figure_in_two_spellings():
    text = group().replace(
        "\n\ntblReturns",
        "\nSP12_offences | SP12 | Burglary | offences | down | ALL crime\n\ntblReturns",
    )
    tables, _ = read(text)
    assert [measure.msg_measure for measure in tables.measures] == ["All crime", "All crime"]


def test_old_and_future_figures_of_the_group_are_told():
    assert shown(read(group(end="2013-12-31"))[1]) == ["warning STALE Peers!B2"]
    _, problems = read(group(end="2014-12-31"))
    assert shown(problems) == ["note FUTURE Peers!B2"]
    assert "4 rows are for after" in problems[0].found


def test_strangers_are_reported_once_with_the_number_of_their_rows():
    _, problems = read(group("Surrey | 5 | 1100000", "+Surrey | 6 | 1100000"))
    assert [item.found for item in problems] == [
        "There is no force 'Surrey' in the Forces sheet; its 2 rows here are not used."
    ]
    _, problems = read(group().replace("All crime | 2014-06-30", "Robbery | 2014-06-30"))
    assert shown(problems) == ["note UNKNOWN_MEASURE Peers!A2"]


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ("2014-06-30 | Essex", "2014-06-30 | Esex", "C"),
        ("All crime | 2014-06-30 | Essex", "All crim | 2014-06-30 | Essex", "A"),
    ],
)
def test_a_figure_under_a_mistyped_name_takes_the_colour_of_the_positions_that_lack_it(
    right, wrong, place
):
    text = group()
    row = 2 + [
        line
        for line in text.split("tblPeers")[1].split("\n\n")[0].splitlines()
        if "2014-06-30" in line
    ].index(next(line for line in text.splitlines() if right in line))
    tables, problems = read(text.replace(right, wrong))
    assert [doubt.places for doubt in tables.doubts] == [(f"Peers!{place}{row}",)]
    assert f"Peers!{place}{row}" in [
        problem.where for problem in problems if problem.severity == "error"
    ]


def test_a_force_that_is_not_in_the_group_is_no_mistyped_one_where_that_has_its_figure():
    tables, _ = read(group("+Sussex | 6 | 1100000"))
    assert not tables.doubts


def test_the_own_figure_is_compared_with_the_sum_of_its_months():
    months = "\n".join(
        f"SP11_offences | {2013 + (i > 5)}-{(i + 6) % 12 + 1:02d}-01 | 5085" for i in range(12)
    )
    text = group() + "\ntblMonthly\nMeasure | Month | Count\n" + months
    assert shown(read(text)[1], Code.DOES_NOT_ADD) == []  # 12 × 5,085 = 60 × 1,017
    assert shown(read(text.replace("5085", "5090"))[1], Code.DOES_NOT_ADD) == [
        "note DOES_NOT_ADD Peers!D2"
    ]
    assert shown(read(text.replace("5085", "5285"))[1], Code.DOES_NOT_ADD) == [
        "warning DOES_NOT_ADD Peers!D2"
    ]


@pytest.mark.parametrize(
    ("row", "used", "report"),
    [
        ("All crime | 2014-06-29 | Kent | 103920 | 1732000", False, "error PERIOD_ODD Peers!B3"),
        ("All crime | 2014-06-30 | Kent | 103920 |  | 84.5", True, "warning WRONG_KIND Peers!F3"),
    ],
)
def test_a_period_that_is_no_month_end_and_a_percentage_beside_a_count_are_told(row, used, report):
    whole = "\n".join(
        f"All crime | 2014-06-30 | {force} | | | 84.5"
        for force in ("Leicestershire", "Essex", "Hampshire")
    )
    text = HEAD.format(
        forces="\n".join(f"{force} | yes |" for force in FORCES),
        rows=whole.replace("\n", f"\n{row}\n", 1),
    )
    tables, problems = read(text)
    assert report in shown(problems)
    assert ("Kent" in {figure.force for figure in tables.peers["All crime"]}) is used
