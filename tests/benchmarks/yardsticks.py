"""The lines and the four rules of control charts, by pandas groupby on a long table.

Written as an analyst who knows pandas would: whole columns, built-in group operations, no Python
function a group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt


def long_table(counts: npt.NDArray[np.float64]) -> pd.DataFrame:
    """Counts, shape (series, months), as one row a month; making it is no part of the
    measurement.
    """
    series, months = counts.shape
    return pd.DataFrame({"series": np.repeat(np.arange(series), months), "count": counts.ravel()})


def lines_and_rules(table: pd.DataFrame) -> pd.DataFrame:
    """Centre, lines at 3 sigma from the mean moving range, and the four signals of each month."""
    key = table["series"]
    centre = table.groupby(key, sort=False)["count"].transform("mean")
    change = table.groupby(key, sort=False)["count"].diff()
    half = 3 / 1.128 * change.abs().groupby(key, sort=False).transform("mean")
    lower, upper = centre - half, centre + half
    outside = (table["count"] > upper).astype("int8") - (table["count"] < lower).astype("int8")
    side = np.sign(table["count"] - centre)
    run = ((side != side.shift()) | (key != key.shift())).cumsum()
    shift = side.where(run.groupby(run, sort=False).transform("size") >= 7, 0)
    step = np.sign(change)
    climb = ((step != step.shift()) | (key != key.shift())).cumsum()
    ends = step.where((climb.groupby(climb, sort=False).transform("size") >= 6) & step.notna(), 0)
    trend = ends.where(ends != 0, ends.groupby(key, sort=False).shift(-1, fill_value=0))
    near = ((table["count"] - centre).abs() > half * (2 / 3)) & (outside == 0)
    flags = pd.DataFrame({"near": near.astype("int8"), "side": side})
    sums = flags.groupby(key, sort=False).rolling(3).sum().reset_index(drop=True)
    window = ((sums["near"] >= 2) & (sums["side"].abs() == 3)).astype("int8")
    later = window.groupby(key, sort=False)
    covered = window + later.shift(-1, fill_value=0) + later.shift(-2, fill_value=0)
    two_of_three = side.where(near & (covered > 0), 0)
    return pd.DataFrame(
        {
            "centre": centre,
            "lower": lower,
            "upper": upper,
            "outside": outside,
            "shift": shift.astype("int8"),
            "trend": trend.astype("int8"),
            "two_of_three": two_of_three.astype("int8"),
        }
    )
