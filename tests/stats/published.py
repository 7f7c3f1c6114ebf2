"""Reads the published answers in `data/`, each of which names its source."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cases(name: str) -> list[dict[str, Any]]:
    found: Any = json.loads((DATA / name).read_text(encoding="utf-8"))
    return list(found["cases"] if isinstance(found, dict) else found)


def z_of(row: dict[str, str]) -> float:
    """Normal quantile of the confidence of a row, to all digits: the published figures used that,
    not 1.96.
    """
    from scipy.special import ndtri

    return float(ndtri(0.5 + float(row["conf"]) / 2))
