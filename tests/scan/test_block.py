"""Series of a scan are judged as the lines of a dashboard, and a block is judged as each alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.shipped import SHIPPED
from xlperf.assessment.assessing import judge_measure
from xlperf.assessment.basis import Basis
from xlperf.assessment.rag import Rag, Reason
from xlperf.config import SpcBasis
from xlperf.excel.file import FileWorkbook
from xlperf.scan.block import FIGURES, WORDS, ScanChoices, judge_block
from xlperf.tables import schema
from xlperf.tables.data import Direction
from xlperf.tables.reading import read_tables
from xlperf.tables.settings import read_settings

OFFENCES = ("SP11", "SP12", "SP13", "SP14A", "SP14B")


@pytest.fixture(scope="module")
def shipped():
    """Tables and settings of the shipped workbook."""
    grids = FileWorkbook.open(SHIPPED).read([table.name for table in schema.ALL])
    return read_tables(grids)[0], read_settings(grids[schema.SETTINGS.name])[0]


def counts_of(tables, settings):
    """Counts of the offences, a row each, from the first month known to the period end."""
    by_measure = [tables.monthly[f"{priority}_offences"] for priority in OFFENCES]
    first = min(min(months) for months in by_measure)
    months = range(first, settings.latest.last + 1)
    counts = [[own[m].count if m in own else np.nan for m in months] for own in by_measure]
    return np.array(counts, dtype=float), first


def scanned(tables, settings, direction):
    counts, first = counts_of(tables, settings)
    choices = ScanChoices(
        settings.baseline.first - first,
        z=settings.z,
        spc_basis=settings.spc_basis,
        direction=direction,
        ahead=settings.target - settings.latest.last,
    )
    return judge_block(counts, choices)


@pytest.mark.parametrize("direction", [Direction.DOWN, Direction.UP])
@pytest.mark.parametrize("basis", SpcBasis)
@pytest.mark.parametrize(
    ("z", "lost"), [(1.96, ()), (0.7, ()), (0.7, (0, 1, 2, 3, 4, 5)), (0.7, (-1,)), (0.7, (-19,))]
)
def test_a_series_has_the_colours_of_the_dashboard(shipped, direction, basis, z, lost):
    tables, settings = shipped
    chosen = replace(settings, z=z, spc_basis=basis)
    measures = tuple(replace(measure, direction=direction) for measure in tables.measures)
    monthly = {
        name: {month: item for month, item in months.items()
               if month not in {sorted(months)[at] for at in lost}}
        for name, months in tables.monthly.items()
    }  # fmt: skip
    changed = replace(tables, measures=measures, monthly=monthly)
    basis_of = Basis(changed, chosen)
    lines = {line.line: line for priority in OFFENCES
             for line in judge_measure(basis_of, f"{priority}_offences")}  # fmt: skip
    found = scanned(changed, chosen, direction)
    for row, priority in enumerate(OFFENCES):
        line, chart = lines[f"{priority}_offences"], lines[f"{priority}_offences_spc"]
        assert (found["colour"][row], found["chart_colour"][row]) == (line.rag, chart.rag), priority
        if line.rag is not Rag.NA:
            test, outlook = line.evidence.test, line.evidence.outlook
            numbers = [found[name][row] for name in ("before", "latest", "lower", "upper")]
            shown = [test.before, test.latest, *test.limits]
            assert numbers == pytest.approx(shown, rel=1e-9)
            assert found["change_p"][row] == pytest.approx(test.p, rel=1e-6, abs=1e-12)
            assert found["trends_reaching"][row] == outlook.achieving
        elif found["change"][row] == "":
            assert found["change_reason"][row] == line.reason
        if chart.rag is not Rag.NA:
            numbers = [
                found[name][row] for name in ("average", "chart_lower", "centre", "chart_upper")
            ]
            shown = [chart.evidence.mean, chart.evidence.limits.lower]
            shown += [chart.evidence.centre, chart.evidence.limits.upper]
            assert numbers == pytest.approx(shown, rel=1e-9)
        else:
            assert found["chart_reason"][row] == chart.reason


def test_a_series_that_cannot_be_judged_says_why():
    counts = np.tile(np.arange(60.0) % 7 + 20, (6, 1))
    counts[0], counts[1, :50], counts[2, -3], counts[3, 40], counts[4] = (
        np.nan,
        np.nan,
        np.nan,
        np.nan,
        0,
    )
    found = judge_block(counts, ScanChoices(36))
    reasons = [Reason.NO_DATA, Reason.TOO_SHORT, Reason.INSUFFICIENT_DATA, Reason.NO_BASELINE]
    assert found["change_reason"].tolist() == [*reasons, Reason.NO_CHANGE_FROM_ZERO, ""]
    assert found["change"].tolist() == ["", "", "", "", "no evidence", "no evidence"]
    assert found["chart_reason"][4] == Reason.SMALL_NUMBERS
    assert np.isnan(found["change_p"][:4]).all()
    assert np.isnan(found["outside"][0])
    assert np.isnan(found["expected"][:3]).all()


def test_a_block_gives_what_each_series_gives_alone():
    rng = np.random.default_rng(1)
    counts = rng.poisson(np.exp(rng.uniform(-1, 6, 90))[:, None], (90, 60)).astype(float)
    counts[rng.random(counts.shape) < 0.002] = np.nan
    choices = ScanChoices(36, direction=Direction.DOWN, ahead=30)
    together = judge_block(counts, choices)
    alone = [judge_block(row[None], choices) for row in counts]
    assert list(together) == [*FIGURES, *WORDS]
    for name in FIGURES:
        assert together[name] == pytest.approx([one[name][0] for one in alone], nan_ok=True), name
    for name in WORDS:
        assert together[name].tolist() == [one[name][0] for one in alone], name


@pytest.mark.parametrize("baseline", [-1, 37])
def test_a_baseline_year_outside_the_months_is_refused(baseline):
    with pytest.raises(ValueError, match="baseline must lie from 0 to 36"):
        judge_block(np.ones((1, 60)), ScanChoices(baseline))
