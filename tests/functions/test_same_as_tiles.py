"""The functions give what the tiles give, on the shipped data and under every setting that they
have as an argument.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.shipped import SHIPPED
from tests.tables.sheets import settings
from xlperf import functions
from xlperf.assessment.assessing import assess
from xlperf.assessment.track_record import TrackRecord
from xlperf.config import SETTINGS
from xlperf.excel.file import FileWorkbook
from xlperf.tables import schema
from xlperf.tables.data import Direction
from xlperf.tables.reading import read_tables
from xlperf.tables.settings import read_settings
from xlperf.tiles.explanations import explain
from xlperf.tiles.written import working

OFFENCES = ("SP11", "SP12", "SP13", "SP14A", "SP14B")


@pytest.fixture(scope="module")
def shipped():
    """Tables and assessed lines of the shipped workbook."""
    grids = FileWorkbook.open(SHIPPED).read([table.name for table in schema.ALL])
    tables, _ = read_tables(grids)
    chosen, _ = read_settings(grids[schema.SETTINGS.name])
    return tables, {line.line: line for line in assess(tables, chosen)}


@pytest.mark.parametrize("priority", OFFENCES)
def test_monthly_counts_are_judged_as_on_the_tile(shipped, priority):
    tables, lines = shipped
    months = tables.monthly[f"{priority}_offences"]
    ordered = [months[month].count for month in sorted(months)]
    days = [date(month // 12, month % 12 + 1, 1) for month in sorted(months)]
    assert functions.spc(ordered).colour == lines[f"{priority}_offences_spc"].rag
    assert functions.spc(ordered[-18:]).colour == lines[f"{priority}_offences_spc"].rag
    judged = functions.offences(days, ordered, "2012/13", date(2017, 3, 31))
    line = lines[f"{priority}_offences"]
    assert (judged.colour, judged.reason) == (line.rag, line.reason)
    assert (judged.baseline, judged.latest) == (line.figures.baseline, line.figures.latest)
    assert judged.trends_reaching == line.evidence.outlook.achieving
    assert judged.target_total == line.evidence.outlook.threshold
    chart = lines[f"{priority}_offences_spc"].evidence
    found = functions.spc(ordered)
    assert (found.lower, found.centre, found.upper) == (
        chart.limits.lower,
        chart.centre,
        chart.limits.upper,
    )
    assert (found.mean, found.p) == (chart.mean, chart.test.p)
    trends = [trend.total for trend in functions.projection(ordered, 30).trends]
    assert trends == pytest.approx([trend.total for trend in line.evidence.outlook.trends])


@pytest.mark.parametrize("priority", OFFENCES)
def test_two_years_are_compared_as_on_the_tile_when_the_same_months_are_given(shipped, priority):
    tables, _ = shipped
    name = f"{priority}_offences"
    chosen = settings(**{item.key: item.default for item in SETTINGS})
    test = next(line.evidence.test for line in assess(tables, chosen) if line.line == name)
    months = {month: item.count for month, item in sorted(tables.monthly[name].items())}
    first, last = chosen.baseline.last, chosen.latest.first
    then, now = (
        [months[month] for month in year.months] for year in (chosen.baseline, chosen.latest)
    )
    before = [count for month, count in months.items() if month < chosen.baseline.first]
    between = [count for month, count in months.items() if first < month < last]
    found = functions.change(then, now, before=before or None, between=between)
    assert (found.ratio, found.lower, found.upper, found.p) == pytest.approx(
        (test.ratio, *test.limits, test.p)
    )
    assert found.finding == test.finding


def test_the_explanation_of_every_line_is_found_in_workings(shipped):
    _, lines = shipped
    chosen = settings(**{item.key: item.default for item in SETTINGS})
    titles = schema.WORKINGS.titles
    rows = [
        titles,
        *(
            [working(line, chosen, TrackRecord()).get(title) for title in titles]
            for line in lines.values()
        ),
    ]
    for name, line in lines.items():
        assert functions.why(name, rows) == explain(line, chosen).summary


def test_surveys_are_judged_as_on_the_tile(shipped):
    tables, lines = shipped
    for name, results in tables.surveys.items():
        line = lines[name]
        if line.figures.n_baseline and line.kind == "survey":
            before = next(item for item in results if item.period_end == date(2013, 3, 31))
            now = next(item for item in results if item.period_end == date(2014, 9, 30))
            given = (100 * before.proportion, before.n, 100 * now.proportion, now.n)
            assert functions.survey(*given).colour == line.rag, name


def test_positions_are_judged_as_on_the_tile(shipped):
    tables, lines = shipped
    for measure in tables.measures:
        if measure.msg_measure:
            group = [figure.rate for figure in tables.peers[measure.msg_measure]]
            own = next(
                item.rate
                for item in tables.peers[measure.msg_measure]
                if item.force == "Leicestershire"
            )
            line = lines[f"{measure.name}_position"]
            found = functions.position(own, group, str(measure.direction))
            assert found.colour == line.rag
            place = line.evidence.place
            assert (found.place, found.of, found.tied) == (place.rank, place.of, place.tied)


def test_totals_are_judged_as_on_the_tile(shipped):
    _, lines = shipped
    for name, baseline, latest, months in (
        ("SP1_entrants", 667, 185, 6),
        ("SP2_reoffending", 372, 97, 12),
    ):
        test = lines[name].evidence.test
        assert numbers_of(functions.total(baseline, latest, months)) == pytest.approx(
            (test.ratio, *test.limits, test.p)
        )
        assert functions.total(baseline, latest, months).colour == "GREEN"


def numbers_of(found):
    """Numbers of a change."""
    return (found.ratio, found.lower, found.upper, found.p)


def colours(found):
    """Assert that a comparison saw more than one colour, so that it says something."""
    assert len(set(found)) > 1, found


def assessed(tables, changes=None, **chosen):
    """Lines under other settings, the measures changed."""
    measures = tuple(replace(measure, **(changes or {})) for measure in tables.measures)
    return {
        line.line: line for line in assess(replace(tables, measures=measures), settings(**chosen))
    }


def counts_of(tables, priority):
    """Days and counts of a measure's months."""
    months = tables.monthly[f"{priority}_offences"]
    days = [date(month // 12, month % 12 + 1, 1) for month in sorted(months)]
    return days, [months[month].count for month in sorted(months)]


@pytest.mark.parametrize("basis", ["points", "mean", "xmr"])
def test_the_chart_has_the_options_of_the_settings(shipped, basis):
    tables, _ = shipped
    found = []
    for z in (0.5, 1.96, 4):
        for direction in (Direction.DOWN, Direction.UP):
            lines = assessed(tables, {"direction": direction}, z=z, spc_basis=basis)
            for priority in OFFENCES:
                _, counts = counts_of(tables, priority)
                line = lines[f"{priority}_offences_spc"]
                chart = functions.spc(counts, str(direction), basis, z)
                found.append(chart.colour)
                assert found[-1] == line.rag
                assert (chart.lower, chart.upper) == pytest.approx(line.evidence.limits)
    colours(found)


@pytest.mark.parametrize("rule", ["any", "majority", "all"])
@pytest.mark.parametrize(
    ("wanted", "direction"),
    [
        (0, Direction.DOWN),
        (-3, Direction.DOWN),
        (-12, Direction.DOWN),
        (0, Direction.UP),
        (3, Direction.UP),
    ],
)
def test_offences_have_the_options_of_the_settings(shipped, rule, wanted, direction):
    tables, _ = shipped
    changes = {"direction": direction, "target_change": wanted}
    lines = assessed(
        tables, changes, trend_rule=rule, target_date=date(2016, 3, 31), baseline_year="2011/12"
    )
    for priority in OFFENCES:
        given = (
            *counts_of(tables, priority),
            "2011/12",
            date(2016, 3, 31),
            str(direction),
            wanted,
            rule,
        )
        assert functions.offences(*given).colour == lines[f"{priority}_offences"].rag


def test_the_options_of_offences_change_colours(shipped):
    tables, _ = shipped
    given = [counts_of(tables, priority) for priority in OFFENCES]

    def colours_of(**options):
        plan = {"baseline": "2012/13", "target": date(2017, 3, 31), **options}
        return [functions.offences(*item, **plan).colour for item in given]

    by_rule = [colours_of(rule=rule) for rule in ("any", "all")]
    by_target = [colours_of(target_change=wanted) for wanted in (0, -60)]
    assert by_rule[0] != by_rule[1]
    assert by_target[0] != by_target[1]


def test_projections_have_the_options_of_the_settings(shipped):
    tables, _ = shipped
    for z, drift in ((1.96, 0.10), (1.0, 0.10), (1.96, 0.4)):
        lines = assessed(tables, z=z, drift=drift)
        for priority in OFFENCES:
            found = functions.projection(counts_of(tables, priority)[1], 30, drift, z).trends
            outlook = lines[f"{priority}_offences"].evidence.outlook
            drawn = [trend.total for trend in outlook.trends]
            assert [trend.total for trend in found] == pytest.approx(drawn)
            ranges = [(trend.lower, trend.upper) for trend in found if trend.lower is not None]
            assert ranges == [pytest.approx(tuple(outlook.outlook.limits))]


def test_surveys_have_the_options_of_the_settings(shipped):
    tables, _ = shipped
    found = []
    for z, effect, direction in (
        (0.5, 1, Direction.UP),
        (1.96, 1, Direction.DOWN),
        (1.96, 6, Direction.UP),
    ):
        lines = assessed(tables, {"design_effect": float(effect), "direction": direction}, z=z)
        for name, results in tables.surveys.items():
            if lines[name].figures.n_baseline and lines[name].kind == "survey":
                before = next(item for item in results if item.period_end == date(2013, 3, 31))
                now = next(item for item in results if item.period_end == date(2014, 9, 30))
                given = (
                    100 * before.proportion,
                    before.n,
                    100 * now.proportion,
                    now.n,
                    effect,
                    str(direction),
                    z,
                )
                found.append(functions.survey(*given).colour)
                assert found[-1] == lines[name].rag, name
    colours(found)


@pytest.mark.parametrize("reading", ["group", "peers"])
def test_positions_have_the_options_of_the_settings(shipped, reading):
    tables, _ = shipped
    found = []
    for z in (0.5, 1.96):
        lines = assessed(tables, z=z, position_lines=reading)
        for measure in tables.measures:
            if measure.msg_measure:
                group = [figure.rate for figure in tables.peers[measure.msg_measure]]
                own = next(
                    x.rate for x in tables.peers[measure.msg_measure] if x.force == "Leicestershire"
                )
                judged = functions.position(own, group, str(measure.direction), reading, z)
                found.append(judged.colour)
                assert found[-1] == lines[f"{measure.name}_position"].rag
    colours(found)


def test_totals_have_the_options_of_the_settings(shipped):
    tables, _ = shipped
    for z, dispersion, direction in ((1.0, 4.0, Direction.DOWN), (1.96, 9.0, Direction.UP)):
        assumed = {"totals_variation": "assumed", "assumed_dispersion": dispersion}
        lines = assessed(tables, {"direction": direction}, z=z, **assumed)
        test, rag = lines["SP2_reoffending"].evidence.test, lines["SP2_reoffending"].rag
        expected = pytest.approx((test.ratio, *test.limits, test.p))
        found = functions.total(372, 97, 12, str(direction), dispersion, z)
        assert numbers_of(found) == expected
        assert found.colour == rag
    lines = assessed(tables, {})
    test, rag = lines["SP2_reoffending"].evidence.test, lines["SP2_reoffending"].rag
    for found in (functions.total(372, 97), functions.change(372, 97)):
        assert numbers_of(found) == pytest.approx((test.ratio, *test.limits, test.p))
        assert found.colour == rag


def test_the_change_of_two_years_has_the_width_of_the_limits():
    before, now = [100, 120, 90] * 4, [95, 111, 99] * 4
    narrow, wide = (functions.change(before, now, z=z) for z in (1.0, 3.0))
    assert narrow.ratio == wide.ratio
    assert wide.lower < narrow.lower < narrow.upper < wide.upper
    assert functions.change(100_000, 50_000, "up").finding == "worse"


def test_a_design_effect_counts_as_fewer_answers():
    assert functions.wilson(90, 100, 2) == functions.wilson(90, 50)
    assert functions.wilson(90, 100, z=3).lower < functions.wilson(90, 100).lower
    assert functions.margin(100, 4) == functions.margin(25)
    assert functions.margin(100, z=3) == pytest.approx(15)
