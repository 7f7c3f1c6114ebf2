"""In Spark a series is judged as it is here, whatever the partition it falls into."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from xlperf.periods import Period
from xlperf.scan.block import FIGURES, WORDS, ScanChoices, judge_block
from xlperf.scan.gathering import TableColumns
from xlperf.tables.data import Direction

pytestmark = [pytest.mark.engine, pytest.mark.filterwarnings("ignore")]
COLUMNS = TableColumns(("Force", "Area"))


@pytest.fixture(scope="module")
def session():
    """Spark on this computer, one thread."""
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
        few = "spark.sql.execution.arrow.maxRecordsPerBatch"
        spark = builder.config(few, "100").getOrCreate()
        yield spark
        spark.stop()


def test_partitions_give_the_answers_of_a_block(session):
    from xlperf.scan import spark

    months, first = 60, 12 * 2010
    counts = np.random.default_rng(3).poisson(30, (50, months)).astype(float)
    rows = [
        (
            "Kent",
            f"Area {row:02d}",
            f"{2010 + at // 12}-{at % 12 + 1:02d}-01",
            str(int(counts[row, at])),
        )
        for row in range(50)
        for at in range(months)
    ]
    rows[5] = (*rows[5][:3], "n/a")
    rows[130] = (*rows[130][:3], "-1")
    rows.append(rows[70])
    counts[0, 5], counts[2, 10], counts[1, 10] = np.nan, np.nan, np.nan
    np.random.default_rng(4).shuffle(rows)
    frame = session.createDataFrame(rows, ["Force", "Area", "Month", "Count"])
    choices = ScanChoices(36, direction=Direction.DOWN, ahead=30)
    period = Period(first, first + months - 1)
    judged = spark.judged_frame(frame, COLUMNS, period, choices, partitions=3, block=4)
    found = judged.collect()
    ours = judge_block(counts, choices)
    assert len(found) == 50
    for row in found:
        place = int(row["Area"][-2:])
        figures = [np.nan if row[name] is None else row[name] for name in FIGURES]
        assert figures == pytest.approx([ours[name][place] for name in FIGURES], nan_ok=True)
        assert [row[name] or "" for name in WORDS] == [ours[name][place] for name in WORDS]
