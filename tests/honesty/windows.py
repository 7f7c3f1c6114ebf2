"""Real series from open data, none of which is part of this repository."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pathlib import Path

Floats = npt.NDArray[np.float64]

FIRST, LAST = "2010-04", "2020-03"
"""Ten financial years, all before the pandemic."""
PASSED_ON = ("FRAUD AND FORGERY",)
"""Passed to a national centre within those years: no series of offences any more."""
SMALLEST = 3.0
"""Mean a month below which a window is left out."""


def monthly(path: Path, first: str = FIRST, last: str = LAST) -> dict[tuple[str, str], Floats]:
    """Monthly counts by offence and area from the London Datastore's file, and of all areas together."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        head = next(reader)
        start, end = head.index(first), head.index(last) + 1
        found = {
            (row[0], row[1]): row[start:end]
            for row in reader
            if row[1] != "Unknown" and row[0] not in PASSED_ON
        }
    series = {key: np.array([float(cell) for cell in row]) for key, row in found.items()}
    totals: dict[tuple[str, str], Floats] = {}
    for (offence, _), counts in series.items():
        totals[offence, "all"] = totals.get((offence, "all"), 0.0) + counts
    return series | totals


def five_year_windows(path: Path) -> Floats:
    """Windows of 60 months, two a series, shape (windows, 60)."""
    halves = [half for counts in monthly(path).values() for half in (counts[:60], counts[60:])]
    return np.array([half for half in halves if half.mean() >= SMALLEST])


def rolling_years(path: Path) -> dict[tuple[str, str], dict[int, float]]:
    """Rolling-year totals by offence and force from the Home Office's file, by quarters since year 0."""
    series: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        for ending, force, _, offence, total in reader:
            _, month, year = ending.split("-")
            if total.strip().isdigit():
                series[offence, force][int(year) * 4 + int(month) // 3 - 1] = float(total)
    return series
