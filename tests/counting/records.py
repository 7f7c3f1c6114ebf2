"""Records of a police force, a query of them, and their counts by a loop that knows no engine."""

from __future__ import annotations

import csv
import random
from typing import TYPE_CHECKING, Any

from xlperf.counting.count_query import read_query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from xlperf.counting.count_query import CountQuery

COLUMNS = ("id", "day", "code", "force", "entered", "status")
QUERY = """
table = "crimes"
date = "day"
code = "code"
area = "force"
record = "id"
entered = "entered"
late_months = 2
only = { status = "rec'orded" }

[[measures]]
name = "SP12_offences"
codes = ["28"]
until = "2013-03"

[[measures]]
name = "SP12_offences"
codes = ["28A", "28B"]
from = "2013-04"

[[measures]]
name = "SP13_offences"
codes = ["3"]
small_counts = true
"""


def query(folder: Path, text: str = QUERY) -> CountQuery:
    """Read a query from a file."""
    path = folder / "niche.toml"
    path.write_text(text, encoding="utf-8")
    return read_query(path)


def records(number: int = 3000) -> list[tuple[str, ...]]:
    """Rows with what goes wrong in records: two rows of one record, blanks, other statuses, codes
    with a blank behind, rows entered late.
    """
    chance = random.Random(7)  # noqa: S311 - no secret
    return [
        (
            str(place // 2 if place < number // 5 else place),
            _day(chance, (2012, 2013, 2014)) if place % 60 else "",
            chance.choice(("28", "28A ", "28B", "3", "9", "")),
            chance.choice(("Kent", "Essex")) if place % 70 else "",
            f"{_day(chance, (2014,))} {place % 24:02}:{place % 60:02}:00",
            "rec'orded" if place % 11 else "cancelled",
        )
        for place in range(number)
    ]


def _day(chance: random.Random, years: Sequence[int]) -> str:
    return f"{chance.choice(years)}-{chance.randint(1, 9):02}-{chance.randint(1, 28):02}"


def write_csv(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """Write rows with their titles."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    return path


def counted_by_hand(rows: Sequence[tuple[str, ...]], as_at: date) -> list[dict[str, Any]]:
    """The counts of `QUERY`, by a loop."""
    last: dict[str, tuple[str, ...]] = {}
    for row in rows:
        if row[4][:10] <= as_at.isoformat():
            rank = (row[4], row[2], row[1])
            kept = last.get(row[0])
            if kept is None or rank > (kept[4], kept[2], kept[1]):
                last[row[0]] = row
    groups: dict[tuple[int | None, str | None], list[int]] = {}
    for _, day, code, force, _, status in last.values():
        if status != "rec'orded":
            continue
        month = 12 * int(day[:4]) + int(day[5:7]) - 1 if day else None
        sums = groups.setdefault((month, force or None), [0, 0, 0])
        for place, counts in enumerate(_counts(code.strip(), day[:7])):
            sums[place] += counts
    return [
        {
            "month": month,
            "area": area,
            "uncoded": uncoded if not uncoded or uncoded >= 5 else None,
            "m0_SP12_offences": first if first >= 5 else None,
            "m1_SP13_offences": second,
        }
        for (month, area), (uncoded, first, second) in sorted(
            groups.items(), key=lambda item: (item[0][0] is None, item[0][0] or 0, item[0][1] or "")
        )
    ]


def _counts(code: str, month: str) -> Iterator[bool]:
    yield not code
    yield (code == "28" and "" < month <= "2013-03") or (
        code in ("28A", "28B") and month >= "2013-04"
    )
    yield code == "3"
