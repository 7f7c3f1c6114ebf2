"""The Python interface: workbooks by path, and tables of pandas. (The examples of its page are run by
tests/docs.)
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import xlperf
from tests.shipped import SHIPPED
from xlperf.errors import UsageError, WorkbookError
from xlperf.excel.file import FileWorkbook
from xlperf.tables import schema
from xlperf.tiles.written import records

if TYPE_CHECKING:
    from xlperf.interface import WorkbookAssessment


@pytest.fixture(scope="module")
def assessment() -> WorkbookAssessment:
    """The shipped workbook, assessed by its path."""
    return xlperf.assess(SHIPPED)


def test_a_table_of_lines_has_what_workings_shows(assessment, refreshed):
    grid = FileWorkbook.open(refreshed).read([schema.WORKINGS.name])[schema.WORKINGS.name]
    rows = {str(row["Line"]): row for row in records(grid, schema.WORKINGS) if row["Line"]}
    frame = assessment.to_frame().set_index("line")
    assert list(frame.index) == list(rows)
    columns = {
        "baseline": "Baseline",
        "latest": "Latest",
        "change_percent": "Change %",
        "statistic": "Statistic",
        "lower": "Lower line",
        "upper": "Upper line",
        "p": "p",
    }
    for column, title in columns.items():
        shown = pd.Series([rows[line][title] for line in frame.index], frame.index, dtype=float)
        pd.testing.assert_series_equal(frame[column], shown, check_names=False)
    for line, row in frame.iterrows():
        assert (row.colour, row.reason) == (rows[line]["Colour"], rows[line]["Reason code"])
        assert row.explanation == rows[line]["Explanation"]
        words = rows[line]["Position"] or ""
        assert pd.isna(row.position) == (not words)
        assert pd.isna(row.position) or words.startswith(str(row.position))


def test_columns_have_types(assessment):
    types = assessment.to_frame().dtypes
    assert types["latest"] == types["p"] == "float64"
    assert types["position"] == types["n_latest"] == "Int64"
    assert list(types["colour"].categories) == ["RED", "AMBER", "GREEN", "NA"]


def test_findings_are_a_table(assessment):
    frame = assessment.checks_frame()
    assert len(frame) == len(assessment.problems) > 0
    assert list(frame.code) == [str(problem.code) for problem in assessment.problems]


@pytest.mark.parametrize(
    "period", ["2014-06", date(2014, 6, 30), pd.Period("2014-06"), pd.Timestamp("2014-06-30")]
)
def test_a_period_may_be_given_in_any_way(period):
    assert xlperf.assess(str(SHIPPED), period=period).period_end == date(2014, 6, 30)


def test_a_refresh_writes_what_the_command_writes(tmp_path, refreshed):
    target = Path(shutil.copy(SHIPPED, tmp_path / "Mine.xlsm"))
    dry = xlperf.refresh(target, dry_run=True)
    assert dry.changed
    assert dry.backup is None
    assert target.read_bytes() == SHIPPED.read_bytes()
    done = xlperf.refresh(target)
    assert (done.path, done.changed) == (target, True)
    assert done.backup is not None
    assert done.backup.read_bytes() == SHIPPED.read_bytes()
    names = ["tile_SP12_offences_rag", "tile_SP12_offences_latest"]
    ours, commands = (FileWorkbook.open(path).cells(names) for path in (target, refreshed))
    assert [ours[name].value for name in names] == [commands[name].value for name in names]
    again = xlperf.refresh(target)
    assert (again.changed, again.differences) == (False, ())


def test_a_workbook_that_is_not_there_is_named():
    with pytest.raises(WorkbookError, match=r"There is no file none\.xlsm"):
        xlperf.assess("none.xlsm")


def test_a_pack_needs_a_folder_that_can_be_made(tmp_path):
    with pytest.raises(UsageError, match="There is no folder"):
        xlperf.publish(SHIPPED, tmp_path / "none" / "pack")
