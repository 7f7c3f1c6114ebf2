"""Slips that a figure beside others gives away: what is queried, what is not, and how often chance
alone would be.

Figures of forces: Home Office, police recorded crime, rolling years by force (open data), all
offences without fraud.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.excel.torture import packed, unpacked
from tests.shipped import SHIPPED
from tests.tables.sheets import monthly, read, shown
from tests.users import sheet_part
from xlperf.cli import main
from xlperf.excel.file import FileWorkbook
from xlperf.periods import Period, last_day
from xlperf.pipeline import assess_workbook
from xlperf.tables.copies import chance_of_equal, chance_of_equal_counts, chance_of_equal_shares
from xlperf.tables.data import MonthCount, PeerFigure, PeriodTotal
from xlperf.tables.month_checks import check_plausible
from xlperf.tables.peer_figures import check_figures
from xlperf.tables.plausibility import RULES, departure, likely
from xlperf.tables.problems import Code
from xlperf.tables.rows import NOWHERE
from xlperf.tables.series_checks import check_totals

PLAUSIBLE = (
    Code.JUMP,
    Code.ZERO,
    Code.COPIED,
    Code.WRONG_FORCE,
    Code.POPULATION,
    Code.DOES_NOT_ADD,
)
PEOPLE = {"Leicestershire": 1017697, "Bedfordshire": 615061, "Essex": 1724950, "Hampshire": 1897991,
          "Hertfordshire": 1116062, "Kent": 1727665, "Nottinghamshire": 1091482, "Staffordshire": 1097497}  # fmt: skip
SEPTEMBER_2014 = (60260, 38212, 99895, 101458, 54844, 111840, 69678, 59298)
EARLIER = {  # made up: each a few per cent from the year to September 2014, as rolling years are
    "2014-06-30": (60811, 38007, 99102, 102377, 55301, 110215, 69990, 58874),
    "2014-03-31": (61402, 37615, 98733, 103340, 55010, 108004, 70451, 58210),
}
NO_MONTHS = "SP11_offences | SP11 | Offences | offences | down | All crime |"
HEAD = f"""
tblMeasures
Measure | Priority | Line | Kind | Direction | MSG measure
{NO_MONTHS}

tblReturns
Measure | Status
SP11_offences | awaited

tblForces
Force | In group
{{forces}}

tblPeers
Measure | Period end | Force | Count | Denominator | Percent | n
{{rows}}
"""


def group(
    blocks: dict[str, tuple[object, ...]],
    people: dict[str, int] = PEOPLE,
    measure: str = "All crime",
) -> str:
    """Peers of periods by forces; a figure is a count, or ``percent | n`` as text."""
    rows = []
    for end, figures in blocks.items():
        for (force, heads), figure in zip(people.items(), figures, strict=True):
            cells = f"| | {figure}" if isinstance(figure, str) else f"{figure} | {heads} | |"
            rows.append(f"{measure} | {end} | {force} | {cells}")
    return HEAD.format(forces="\n".join(f"{force} | yes" for force in people), rows="\n".join(rows))


def changed(figures: tuple[object, ...], **by_force: object) -> tuple[object, ...]:
    return tuple(by_force.get(force, figure) for force, figure in zip(PEOPLE, figures, strict=True))


def queried(text: str) -> list[tuple[str, str]]:
    """Rows of Checks on plausibility, each with what it says."""
    problems = [problem for problem in read(text)[1] if problem.code in PLAUSIBLE]
    return list(zip(shown(problems), (problem.found for problem in problems), strict=True))


def only(text: str) -> tuple[str, str]:
    (found,) = queried(text)
    return found


# The two that changed colours of the shipped workbook without a word.


def edited(sheet: str, was: int, becomes: int) -> bytes:
    parts = unpacked(SHIPPED.read_bytes())
    part = sheet_part(parts, sheet)
    assert parts[part].count(f"<v>{was}</v>".encode()) == 1
    parts[part] = parts[part].replace(f"<v>{was}</v>".encode(), f"<v>{becomes}</v>".encode())
    return packed(parts)


@pytest.mark.parametrize(
    ("sheet", "was", "becomes", "where", "says"),
    [
        ("Peers", 111840, 55920, "Peers!D10",
         "32.4 per 1,000, far from the others' (median 57.9). Half a year instead of a year?"),
        ("Totals", 5929, 0, "Totals!D12", "0 for the year to Mar 2013, beside 3,804 for the year to Sep 2014"),
    ],
)  # fmt: skip
def test_a_slip_in_the_shipped_workbook_is_told_at_its_cell(
    tmp_path, capsys, sheet, was, becomes, where, says
):
    path = tmp_path / "Dashboard.xlsm"
    path.write_bytes(edited(sheet, was, becomes))
    problems = assess_workbook(FileWorkbook.open(path)).problems
    (found,) = [problem for problem in problems if problem.severity == "warning"]
    assert found.where == where
    assert says in found.found
    assert main(["check", str(path)]) == 0
    assert where in capsys.readouterr().out


# Peers.


@pytest.mark.parametrize(
    ("kent", "says"),
    [
        (55_920, "it had 110,215 to 30 June 2014 (D15). Half a year instead of a year?"),
        (223_680, "Two years, or a year twice, instead of a year?"),
        (27_960, "A quarter instead of a year?"),
        (9_320, "A month instead of a year or a digit too few?"),
        (1_118_400, "A digit too many"),
        (112, "Thousands instead of units?"),
        (65, "A rate per 1,000 instead of a count?"),
    ],
)
def test_a_count_far_from_the_same_forces_other_periods_is_told_with_what_it_could_be(kent, says):
    row, found = only(group({"2014-09-30": changed(SEPTEMBER_2014, Kent=kent)} | EARLIER))
    assert row == "warning JUMP Peers!D7"
    assert says in found


def test_figures_of_three_quarters_that_moved_as_rolling_years_do_are_not_queried():
    assert queried(group({"2014-09-30": SEPTEMBER_2014} | EARLIER)) == []


def test_a_slip_is_told_in_its_own_period_and_not_in_those_beside_it():
    june = EARLIER | {"2014-06-30": changed(EARLIER["2014-06-30"], Kent=55_107)}
    assert [row for row, _ in queried(group({"2014-09-30": SEPTEMBER_2014} | june))] == [
        "warning JUMP Peers!D15"
    ]
    two = {"2014-09-30": SEPTEMBER_2014, "2014-06-30": june["2014-06-30"]}
    assert [row for row, _ in queried(group(two))] == [
        "warning JUMP Peers!D15"
    ]  # its rate says which of the two


def test_a_zero_among_large_counts_is_told():
    row, found = only(group({"2014-09-30": changed(SEPTEMBER_2014, Kent=0)} | EARLIER))
    assert row == "warning ZERO Peers!D7"
    assert "Kent has 0 offences" in found


def test_what_all_forces_have_in_common_is_told_once():
    halves = tuple(count // 2 for count in SEPTEMBER_2014)
    row, found = only(group({"2014-09-30": halves} | EARLIER))
    assert row == "warning JUMP Peers!D2"
    assert "are about 0.5 times those to 30 June 2014. Half a year instead of a year?" in found
    row, found = only(group({"2014-09-30": EARLIER["2014-06-30"]} | EARLIER))
    assert row == "warning COPIED Peers!D2"
    assert "All 8 forces have the same figures to 30 September 2014 as to 30 June 2014" in found


def test_rates_in_place_of_the_counts_of_all_forces_are_told_once():
    rates = tuple(
        round(1000 * count / heads)
        for count, heads in zip(SEPTEMBER_2014, PEOPLE.values(), strict=True)
    )
    assert [row for row, _ in queried(group({"2014-09-30": rates} | EARLIER))] == [
        "warning JUMP Peers!D2"
    ]


def test_forces_that_all_moved_are_no_slip_of_each_after_a_change_of_recording():
    doubled = tuple(2 * count for count in SEPTEMBER_2014)
    text = group({"2014-09-30": doubled} | EARLIER)
    assert [row for row, _ in queried(text)] == ["warning JUMP Peers!D2"]
    breaks = (
        "\ntblBreaks\nMeasure | Month | Note\nSP11_offences | 2014-09-01 | counted in a new way\n"
    )
    assert queried(text + breaks) == []


@pytest.mark.parametrize("blocks", [{}, EARLIER], ids=["one period", "three periods"])
def test_a_column_that_slipped_by_a_row_is_told_once(blocks):
    down = (SEPTEMBER_2014[-1], *SEPTEMBER_2014[:-1])
    row, found = only(group({"2014-09-30": down} | blocks))
    assert row == "warning WRONG_FORCE Peers!D2"
    assert "one row above" in found
    up = (*SEPTEMBER_2014[1:], SEPTEMBER_2014[0])
    assert "one row below" in only(group({"2014-09-30": up} | blocks))[1]


def test_two_forces_swapped_are_told_as_a_swap():
    swap = changed(SEPTEMBER_2014, Kent=38212, Bedfordshire=111840)
    row, found = only(group({"2014-09-30": swap} | EARLIER))
    assert row == "warning WRONG_FORCE Peers!D3"
    assert "Bedfordshire has 111,840 and Kent 38,212 (D7)" in found


def test_the_count_of_another_force_is_told():
    found = queried(group({"2014-09-30": changed(SEPTEMBER_2014, Kent=101458)} | EARLIER))
    assert [row for row, _ in found] == ["warning COPIED Peers!D7"]
    assert "Kent and Hampshire have the same figure to 30 September 2014 (D5)" in found[0][1]


def test_one_force_whose_figures_of_several_measures_were_copied_is_told_once():
    texts = [group({"2014-09-30": changed(tuple(c // k for c in SEPTEMBER_2014), Kent=EARLIER["2014-06-30"][5] // k),
                    "2014-06-30": tuple(c // k for c in EARLIER["2014-06-30"])}, measure=f"Crime {k}") for k in (50, 60, 70)]  # fmt: skip
    measures = "\n".join(
        f"SP{k}_offences | SP11 | Offences | offences | down | Crime {k}" for k in (50, 60, 70)
    )
    rows = "\n".join(text.partition("Percent | n\n")[2].strip() for text in texts)
    text = HEAD.replace(NO_MONTHS, measures).format(
        forces="\n".join(f"{force} | yes" for force in PEOPLE), rows=rows
    )
    row, found = only(text)
    assert row == "warning COPIED Peers!D7"
    assert "Kent has the same figures" in found
    assert "3 of 3 measures" in found


def test_small_counts_are_left_to_chance():
    block = (6, 4, 9, 11, 5, 12, 7, 8)
    halved = {"2014-09-30": (3, 4, 9, 0, 5, 6, 7, 16), "2014-06-30": block, "2014-03-31": block}
    assert [row for row, _ in queried(group(halved)) if "COPIED" not in row] == []


PERCENT = (
    "83.4 | 277",
    "79.8 | 262",
    "82.8 | 267",
    "84.7 | 255",
    "86.1 | 244",
    "82.1 | 240",
    "81.0 | 242",
    "82.4 | 278",
)
PERCENT_BEFORE = ("83.9 | 281", "80.1 | 256", "81.7 | 279", "84.2 | 260", "87.0 | 238", "81.2 | 245", "80.6 | 248", "82.9 | 269")  # fmt: skip


@pytest.mark.parametrize(
    "before", [{}, {"2014-06-30": PERCENT_BEFORE}], ids=["one period", "two periods"]
)
def test_the_complement_of_a_percentage_is_told(before):
    assert queried(group({"2014-09-30": PERCENT} | before)) == []
    found = queried(group({"2014-09-30": changed(PERCENT, Kent="17.9 | 240")} | before))
    assert [row for row, _ in found] == ["warning JUMP Peers!F7"]
    assert "The share of those who are not: 82.1%?" in found[0][1]


def test_a_number_of_answers_that_jumped_and_a_copied_block_of_percentages_are_told():
    row, found = only(
        group({"2014-09-30": changed(PERCENT, Kent="82.1 | 2400"), "2014-06-30": PERCENT_BEFORE})
    )
    assert row == "warning JUMP Peers!G7"
    assert "2,400 answers" in found
    row, found = only(group({"2014-09-30": PERCENT_BEFORE, "2014-06-30": PERCENT_BEFORE}))
    assert row == "warning COPIED Peers!F2"


def test_denominators_of_another_sort_are_told():
    measures = "\n".join(
        f"SP{k}_offences | SP11 | Offences | offences | down | Crime {k}" for k in (11, 12, 13)
    )
    rows = [
        f"Crime {k} | 2014-09-30 | {force} | {count // k} |"
        f" {heads if (k, force) != (12, 'Kent') else 711847}"
        for k in (11, 12, 13)
        for (force, heads), count in zip(PEOPLE.items(), SEPTEMBER_2014, strict=True)
    ]
    text = HEAD.replace(NO_MONTHS, measures).format(
        forces="\n".join(f"{force} | yes" for force in PEOPLE), rows="\n".join(rows)
    )
    row, found = queried(text)[0]
    assert row == "warning POPULATION Peers!E15"
    assert "711,847 here and about 1,727,665 for other measures" in found
    assert "Households for heads?" in found


def test_denominators_that_all_changed_are_told_once():
    text = group({"2014-09-30": SEPTEMBER_2014})
    households = group(
        {"2014-06-30": EARLIER["2014-06-30"]},
        {force: round(heads / 2.4) for force, heads in PEOPLE.items()},
    )
    both = text + households.partition("Percent | n\n")[2]
    row, found = only(both)
    assert row == "warning POPULATION Peers!E2"
    assert "and 7 more changed likewise. Heads for households?" in found


def test_the_own_figure_beside_its_months_is_told_with_what_it_could_be():
    text = group({"2014-09-30": changed(SEPTEMBER_2014, Leicestershire=30130)})
    months = "\n".join(
        f"SP11_offences | {2013 + (i > 2)}-{(i + 9) % 12 + 1:02d}-01 | {5000 + 40 * i}"
        for i in range(12)
    )
    found = dict(queried(text + "\ntblMonthly\nMeasure | Month | Count\n" + months))
    assert (
        "add up to 62,640. Half a year instead of a year?" in found["warning DOES_NOT_ADD Peers!D2"]
    )


# Totals, surveys, families, amounts.


def totals(*rows: str, history: str = "") -> str:
    lines = "\n".join(f"SP17_missing | {row}" for row in rows)
    past = f"\n\ntblHistory\nPeriod end | Line | Baseline | Latest\n{history}" if history else ""
    return (
        "tblMeasures\nMeasure | Priority | Line | Kind | Direction\nSP17_missing | SP17 | Reports"
        f" | total | down\n\ntblTotals\nMeasure | Period start | Period end | Count\n{lines}{past}"
    )


BASELINE, LATEST = "2012-04-01 | 2013-03-31 | 5929", "2013-10-01 | 2014-09-30 | 3804"


@pytest.mark.parametrize(
    ("rows", "report", "says"),
    [
        ((BASELINE, LATEST), None, ""),
        # both as published in 2014
        (("2012-04-01 | 2013-03-31 | 1207", "2013-10-01 | 2014-09-30 | 298"), None, ""),
        (("2012-04-01 | 2013-03-31 | 0", LATEST), "warning ZERO Totals!D2", "beside 3,804"),
        ((BASELINE, "2013-10-01 | 2014-09-30 | 0"), "warning ZERO Totals!D3", "beside 5,929"),
        (("2012-04-01 | 2013-03-31 | 12", "2013-10-01 | 2014-09-30 | 0"), None, ""),
        ((BASELINE, "2013-10-01 | 2014-09-30 | 494"), "warning JUMP Totals!D3", "A month instead of a year"),
        ((BASELINE, "2013-10-01 | 2014-09-30 | 59"), "warning JUMP Totals!D3", "Two digits too few?"),
        ((BASELINE, "2013-07-01 | 2014-06-30 | 3910", "2013-04-01 | 2014-03-31 | 4012", "2013-10-01 | 2014-09-30 | 1902"),
         "warning JUMP Totals!D5", "Half a year instead of a year?"),
        (("2013-04-01 | 2013-09-30 | 190", "2013-10-01 | 2014-03-31 | 201", "2014-04-01 | 2014-09-30 | 385"),
         "warning JUMP Totals!D4", "A year instead of half a year?"),
        (("2013-10-01 | 2014-09-30 | 370", "2014-04-01 | 2014-09-30 | 370"), "warning COPIED Totals!D3", "stand for both"),
        (("2013-10-01 | 2014-09-30 | 370", "2014-04-01 | 2014-09-30 | 385"), "warning DOES_NOT_ADD Totals!D3", "holds it"),
    ],
)  # fmt: skip
def test_totals_are_compared_with_the_other_periods_of_their_measure(rows, report, says):
    found = queried(totals(*rows))
    assert [row for row, _ in found] == ([report] if report else [])
    assert all(says in text for _, text in found)


def test_a_total_is_compared_with_those_published_before():
    past = "2014-06-30 | SP17_missing | 5929 | 3910\n2014-03-31 | SP17_missing | 5929 | 4012"
    row, found = only(totals(BASELINE, "2013-10-01 | 2014-09-30 | 1902", history=past))
    assert row == "warning JUMP Totals!D3"
    assert "History!D2" in found
    assert queried(totals(BASELINE, LATEST, history=past)) == []


def survey(*rows: str, kind: str = "survey") -> str:
    lines = "\n".join(f"SP7_satisfaction | {row}" for row in rows)
    return (
        "tblMeasures\nMeasure | Priority | Line | Kind | Direction\nSP7_satisfaction | SP7 |"
        f" Satisfied | {kind} | up\n\ntblSurveys\nMeasure | Period end | n | Satisfied | Percent |"
        f" Mean score\n{lines}"
    )


MARCH, JUNE = "2014-03-31 | 279 | 234", "2014-06-30 | 281 | 235"


@pytest.mark.parametrize(
    ("rows", "report", "says"),
    [
        ((MARCH, JUNE, "2014-09-30 | 277 | 231"), None, ""),
        (
            (MARCH, JUNE, "2014-09-30 | 277 | 46"),
            "warning JUMP Surveys!D4",
            "The share of those who are not: 83.4%?",
        ),
        (
            (MARCH, JUNE, "2014-09-30 | 277 | | 16.6"),
            "warning JUMP Surveys!E4",
            "16.6% to 30 September 2014",
        ),
        (
            (MARCH, JUNE, "2014-09-30 | 139 | 116"),
            "warning JUMP Surveys!C4",
            "Half a year instead of a year?",
        ),
        ((MARCH, JUNE, "2014-09-30 | 2770 | 2310"), "warning JUMP Surveys!C4", "A digit too many"),
        ((JUNE, "2014-09-30 | 277 | 46"), "warning JUMP Surveys!D3", "83.4%?"),
        (
            ("2014-06-30 | 1827 | 1535", "2014-09-30 | 1827 | 1535"),
            "warning COPIED Surveys!C3",
            "SP7_satisfaction",
        ),
        (
            ("2014-06-30 | 105 | 96", "2014-09-30 | 105 | 96"),
            None,
            "",
        ),  # 1 in 900 are equal by chance
    ],
)
def test_surveys_are_compared_with_the_other_periods_of_their_measure(rows, report, says):
    found = queried(survey(*rows))
    assert [row for row, _ in found] == ([report] if report else [])
    assert all(says in text for _, text in found)


def test_a_mean_score_on_a_scale_the_other_way_round_is_told():
    rows = [f"2014-0{month} | {n} | | | {score}" for month, n, score in (("3-31", 50, 4.4), ("6-30", 52, 4.5), ("9-30", 55, 1.6))]  # fmt: skip
    row, found = only(survey(*rows, kind="rating"))
    assert row == "warning JUMP Surveys!F4"
    assert "the other way round" in found


def test_families_of_a_council_are_compared_with_its_other_periods():
    rows = ["2013-03-31 | and | 640 | 52 | 47 | 158", "2014-09-30 | and | 11500 | 96 | 84 | 290"]
    text = (
        "tblMeasures\nMeasure | Priority | Line | Kind | Direction\nSP4_asb | SP4 | Families |"
        " families | up\n\ntblFamilies\nMeasure | Council | Period end | Counting | Engaged | ASB"
        " only | Offending only | Both\n"
    )
    assert (
        only(text + "\n".join(f"SP4_asb | Leicester | {row}" for row in rows))[0]
        == "warning JUMP Families!E3"
    )
    assert (
        queried(
            text
            + "\n".join(f"SP4_asb | Leicester | {row}" for row in rows).replace("11500", "1150")
        )
        == []
    )


def amounts(*values: float, history: str = "") -> str:
    items = ("required", "realised", "identified", "to find")
    measures = "\n".join(
        f"SP18_{item[:3].strip()} | SP18 | {item} | amount | none" for item in items
    )
    rows = "\n".join(
        f"SP18_{item[:3].strip()} | {item} | {value}"
        for item, value in zip(items, values, strict=True)
    )
    past = f"\n\ntblHistory\nPeriod end | Line | Baseline | Latest\n{history}" if history else ""
    return (
        f"tblMeasures\nMeasure | Priority | Line | Kind | Direction\n{measures}\n\n"
        f"tblAmounts\nMeasure | Item | £ million\n{rows}{past}"
    )


def test_an_amount_in_other_units_is_told():
    assert queried(amounts(23.0, 7.8, 9.5, 5.7)) == []
    row, found = only(amounts(23.0, 7.8, 9500, 5.7))
    assert row == "warning DOES_NOT_ADD Amounts!C2"
    assert "It would with identified at £9.5 million" in found
    row, found = only(
        amounts(23000000, 7800000, 9500000, 5700000, history="2014-06-30 | SP18_req | 0 | 23")
    )
    assert row == "warning JUMP Amounts!C2"
    assert "beside £23 million when 30 June 2014 was refreshed" in found


# Months.


def test_months_are_compared_with_those_around_them_and_with_their_season():
    seasonal = [
        100 + 120 * (month % 12 in (0, 1)) + month % 5 for month in range(48)
    ]  # high every January and February
    items = [
        MonthCount(12 * 2010 + month, count, False, None, NOWHERE)
        for month, count in enumerate(seasonal)
    ]
    assert list(check_plausible(items)) == []
    row, found = only(monthly("2013-09 | 1200"))
    assert row == "warning JUMP Monthly!C19"
    assert "A year instead of a month" in found
    assert only(monthly("2013-09 | 0"))[0] == "warning ZERO Monthly!C19"


def test_months_that_are_those_of_the_quarter_before_are_told():
    counts = [
        5227,
        5167,
        5220,
        5170,
        5100,
        5137,
        5211,
        4959,
        4712,
        4777,
        5134,
        5040,
        5221,
        5161,
        5080,
        4970,
    ]
    lines = [
        f"20{13 + (5 + i) // 12}-{(5 + i) % 12 + 1:02d} | {count}" for i, count in enumerate(counts)
    ]
    assert queried(monthly(*lines, first=12 * 2013 + 5, count=16)) == []
    copied = [
        *lines[:-3],
        *(
            f"{line.split('|')[0]}| {count}"
            for line, count in zip(lines[-3:], counts[-6:-3], strict=True)
        ),
    ]
    row, found = only(monthly(*copied, first=12 * 2013 + 5, count=16))
    assert row == "warning COPIED Monthly!C15"
    assert "July 2014 to September 2014 are those of April 2014 to June 2014" in found


def test_months_of_another_measure_are_told():
    counts = [446, 442, 452, 481, 498, 488, 459, 527, 456, 377, 359, 512]
    mine = [
        f"SP11_offences | 2013-{month + 1:02d}-01 | {count}" for month, count in enumerate(counts)
    ]
    theirs = [
        f"SP12_offences | 2013-{month + 1:02d}-01 | {count + 40 * (month < 3)}"
        for month, count in enumerate(counts)
    ]
    measures = "\n".join(f"SP{k}_offences | SP{k} | Offences | offences | down" for k in (11, 12))
    text = (
        f"tblMeasures\nMeasure | Priority | Line | Kind | Direction\n{measures}\n\n"
        "tblMonthly\nMeasure | Month | Count\n" + "\n".join([*mine, *theirs])
    )
    row, found = only(text)
    assert row == "warning COPIED Monthly!C17"
    assert "are those of SP11_offences" in found
    same = "\n".join(
        line.replace("SP11", "SP12") for line in mine
    )  # one series in two measures, as some have on purpose
    assert queried(text.replace("\n".join(theirs), same)) == []


def test_nothing_is_compared_across_a_change_of_recording():
    lines = [f"2014-0{month} | {310 + month}" for month in range(4, 10)]
    breaks = (
        "\n\ntblBreaks\nMeasure | Month | Note\nSP11_offences | 2014-04-01 | counted in a new way"
    )
    assert queried(monthly(*lines) + breaks) == []
    cases = totals(
        "2011-04-01 | 2012-03-31 | 60",
        "2012-04-01 | 2013-03-31 | 62",
        "2013-10-01 | 2014-09-30 | 900",
    )
    assert len(queried(cases)) == 1
    assert (
        queried(
            cases + breaks.replace("SP11_offences", "SP17_missing").replace("2014-04", "2013-10")
        )
        == []
    )


# Laws.


def peers(table: np.ndarray, forces: list[str] | None = None) -> list[PeerFigure]:
    """Figures of a table of periods (rows, newest last) by forces, of a million people each."""
    names = forces or [f"Force {i}" for i in range(table.shape[1])]
    return [
        PeerFigure(
            names[i],
            last_day(12 * 2010 + 3 * p + 2),
            int(count) / 1e6,
            int(count),
            1e6,
            None,
            NOWHERE,
        )
        for p, counts in enumerate(table)
        for i, count in enumerate(counts)
    ]


@pytest.mark.parametrize("mean", [3, 30, 300, 30_000])
def test_counts_of_a_constant_mean_are_hardly_ever_queried(mean):
    # Each departs from both neighbours by more than 3.5 standard deviations of a difference: fewer
    # than 1 in 2,150 by the normal distribution, which is near enough for counts of a few; 20
    # blocks × 8 forces × 25 periods = 4,000.
    rng = np.random.default_rng(7)
    found = [
        problem
        for _ in range(20)
        for problem in check_figures(
            peers(rng.poisson(mean, (25, 8))), [f"Force {i}" for i in range(8)], ()
        )
    ]
    assert len(found) <= 4
    months = rng.poisson(mean, 4000).tolist()
    items = [MonthCount(month, count, False, None, NOWHERE) for month, count in enumerate(months)]
    assert len(list(check_plausible(items))) <= 4
    years = [
        PeriodTotal(Period(12 * k, 12 * k + 11), count, None, NOWHERE)
        for k, count in enumerate(months[:400])
    ]
    assert len(list(check_totals(years))) <= 1


@pytest.mark.parametrize("factor", [2, 7, 100])
def test_large_counts_are_queried_alike_in_any_unit(factor):
    rng = np.random.default_rng(8)
    table = rng.lognormal(9, 0.3, 8) * rng.lognormal(0, 0.05, (6, 8))
    table[rng.integers(0, 6, 6), rng.integers(0, 8, 6)] *= rng.choice([0.5, 2, 10, 0.1], 6)
    forces = [f"Force {i}" for i in range(8)]

    def cells(scaled: np.ndarray) -> list[tuple[str, str]]:
        problems = check_figures(peers(scaled), forces, ())
        return [(problem.code, problem.found.split(" has ")[0]) for problem in problems]

    assert cells(table.round() * factor) == cells(table.round())
    assert cells(table)


def test_the_order_of_rows_does_not_matter():
    blocks = {"2014-09-30": changed(SEPTEMBER_2014, Kent=55_920, Essex=998_950)} | EARLIER
    text = group(blocks)
    head, _, rows = text.partition("Percent | n\n")
    lines = rows.strip().splitlines()
    np.random.default_rng(9).shuffle(lines)
    shuffled = head + "Percent | n\n" + "\n".join(lines)

    def names(text: str) -> set[str]:
        return {found.split(" offences")[0] for _, found in queried(text)}

    assert names(shuffled) == names(text) == {"Kent has 55,920", "Essex has 998,950"}


def test_a_departure_is_judged_by_ratio_and_by_chance():
    limit = np.log(1.5)
    assert departure(3, 6, limit) == 0
    assert departure(60, 120, limit) == pytest.approx(-np.log(2))
    assert departure(50, 100, limit, 0.5) == 0  # half of the length
    assert departure(0, 19, limit) == 0
    assert departure(0, 25, limit) < 0
    assert departure(120, 60, limit) == -departure(60, 120, limit)


def test_equal_counts_are_as_likely_as_simulated():
    rng = np.random.default_rng(10)
    for mean in (20, 100, 1000):
        equal = np.mean(rng.poisson(mean, 400_000) == rng.poisson(mean, 400_000))
        assert chance_of_equal(2 * mean) == pytest.approx(equal, rel=0.1)
        assert chance_of_equal_counts(mean, 12) <= chance_of_equal(2 * mean)
    assert chance_of_equal_counts(60_260, 3) < 0.001 < chance_of_equal_counts(1_000, 3)
    assert chance_of_equal_shares(0.834, 277, 12) == pytest.approx(
        0.0126, abs=0.0005
    )  # 1 / √(2π · 2 · 0.1384 / 277 · 10⁶)


def test_each_rule_says_where_it_is_from_and_is_wider_where_others_differ():
    for rule in RULES:
        assert rule.source
        assert rule.limit(0) <= rule.limit(0.2) <= rule.limit(9)
    assert likely(0.5) == " Half a year instead of a year?"
    assert likely(3, 1) == " A quarter instead of a month?"
    assert likely(0.9) == " A slip of a digit, a wrong row, another unit or another period?"
