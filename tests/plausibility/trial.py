"""How often the plausibility checks are wrong about true figures, and how many planted slips they
find.

    python -m tests.plausibility.trial FOLDER

FOLDER holds open data under the Open Government Licence, which is not part of this repository:

``recorded_crime_by_force_rolling_year.csv.gz``
    Home Office, police recorded crime: rolling years by force and offence, every quarter from 2007.
``force_population_census2011.csv``
    Office for National Statistics, usual residents of police force areas, census of 2011.
``mps_borough_major_monthly.csv``
    Metropolitan Police, crimes by borough, offence and month from April 2010.

The checks run as in a refresh: figures are put into rows, and a row that a message points at is
queried. The forces are grouped with the seven most alike by their rates of offences, as groups of
most similar forces are. All draws have a fixed seed, so the same data give the same output.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xlperf.excel.port import Grid
from xlperf.periods import Period, last_day
from xlperf.tables import month_checks, series_checks
from xlperf.tables.data import MonthCount, PeerFigure, PeriodTotal
from xlperf.tables.peer_copies import check_copies
from xlperf.tables.peer_figures import check_figures
from xlperf.tables.rows import DataRow, Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from xlperf.tables.problems import Problem

SEED = 20140930
NO_FORCES = {"Action Fraud", "CIFAS", "UK Finance", "British Transport Police", "City of London"}
"""No police forces, or with so few residents that no group holds them."""
RECORDED_ANEW = {
    "Fraud offences",
    "Domestic burglary",
    "Non-domestic burglary",
    "Residential burglary",
    "Non-residential burglary",
}
"""Passed to a national centre from 2011 to 2013, or divided otherwise from April 2017."""
QUARTER, YEAR = 3, 12
LARGE = 100
"""Slips are planted in counts of at least this many."""


class Slip(NamedTuple):
    name: str
    plant: Callable[[np.ndarray, int], np.ndarray]
    """Takes a table of periods (newest last) by forces and the place of a force; gives one with the
    slip.
    """
    whole: bool = False
    """A message at any force of the period tells it."""


def times(factor: float) -> Callable[[np.ndarray, int], np.ndarray]:
    def plant(table: np.ndarray, place: int) -> np.ndarray:
        made = table.copy()
        made[-1, place] = round(made[-1, place] * factor)
        return made

    return plant


def newest(
    change: Callable[[np.ndarray, int], np.ndarray],
) -> Callable[[np.ndarray, int], np.ndarray]:
    def plant(table: np.ndarray, place: int) -> np.ndarray:
        made = table.copy()
        made[-1] = change(table, place)
        return made

    return plant


def swapped(table: np.ndarray, place: int) -> np.ndarray:
    """The two of the group that the place and the next force down are, exchanged."""
    row = table[-1].copy()
    other = (place + 1) % len(row)
    row[[place, other]] = row[[other, place]]
    return row


def copied(table: np.ndarray, place: int) -> np.ndarray:
    row = table[-1].copy()
    row[place] = table[-2, place]
    return row


def anothers(table: np.ndarray, place: int) -> np.ndarray:
    row = table[-1].copy()
    row[place] = row[(place + 1) % len(row)]
    return row


SLIPS = (
    Slip("halved", times(1 / 2)), Slip("doubled", times(2)), Slip("a quarter of it", times(1 / 4)),
    Slip("a twelfth of it", times(1 / 12)), Slip("12 times", times(12)), Slip("10 times", times(10)),
    Slip("a tenth of it", times(1 / 10)), Slip("1,000 times", times(1000)), Slip("a thousandth of it", times(1 / 1000)),
    Slip("0", times(0)), Slip("copy of the period before", newest(copied)), Slip("another force's figure", newest(anothers)),
    Slip("two forces swapped", newest(swapped), whole=True),
    Slip("column slipped by a row", newest(lambda table, _: np.roll(table[-1], 1)), whole=True),
    Slip("all halved", newest(lambda table, _: table[-1] // 2), whole=True),
    Slip("all copied from the period before", newest(lambda table, _: table[-2]), whole=True),
)  # fmt: skip


ALONE = 10
"""The first of these can be planted in a figure without a group."""


def row(index: int, sheet: str = "Peers") -> DataRow:
    """A row that problems point at by its number: its cells are A1, A2, ..."""
    return DataRow(Frame(Grid("tbl", sheet, (), (), 0, 1), {}, {}, {}), index, ())


def queried(problems: Iterable[Problem]) -> set[int]:
    return {int(problem.cell[1:]) - 1 for problem in problems}


class OpenData(NamedTuple):
    counts: dict[str, dict[int, dict[str, int]]]
    """By offence, month the year ends in, and force."""
    people: dict[str, int]
    groups: list[list[str]]


def read_forces(folder: Path) -> OpenData:
    people = {}
    with (folder / "force_population_census2011.csv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            name = "Metropolitan Police" if line["PFA"] == "Metropolitan" else line["PFA"]
            people[name] = int(line["pop2011"])
    counts: dict[str, dict[int, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    with gzip.open(
        folder / "recorded_crime_by_force_rolling_year.csv.gz", "rt", encoding="utf-8"
    ) as file:
        for line in csv.DictReader(file):
            _, month, year = map(int, line["12 months ending"].split("-"))
            count = int(line["Rolling year total number of offences"])
            if line["PFA"] not in NO_FORCES and count >= 0 and year >= 2007:
                counts[line["Offence"]][12 * year + month - 1][line["PFA"]] = count
                total = counts["All crime"][12 * year + month - 1]
                if "raud" not in line["Offence"]:
                    total[line["PFA"]] = total.get(line["PFA"], 0) + count
    forces = sorted(name for name in people if name not in NO_FORCES)
    offences = [name for name in sorted(counts) if name not in RECORDED_ANEW]
    rates = np.array([[np.log(max(np.median([c.get(f, 1) for c in counts[o].values()]), 1) / people[f]) for o in offences]
                      for f in forces])  # fmt: skip
    rates = (rates - rates.mean(0)) / rates.std(0)
    nearest = [np.argsort(((rates - rates[i]) ** 2).sum(1))[:8] for i in range(0, len(forces), 3)]
    return OpenData(counts, people, [[forces[i] for i in group] for group in nearest])


def tables(
    data: OpenData, periods: Callable[[int], list[int]], offences: Iterable[str], every: int
) -> Iterator[tuple[list[str], list[int], np.ndarray]]:
    """Each group's table of each offence that is complete: forces, months the years end in,
    counts.
    """
    for offence in offences:
        by_month = data.counts[offence]
        for month in sorted(by_month)[::every]:
            months = periods(month)
            if all(other in by_month for other in months):
                for group in data.groups:
                    if all(force in by_month[other] for other in months for force in group):
                        yield (
                            group,
                            months,
                            np.array([[by_month[m][f] for f in group] for m in months]),
                        )


def check_peers(data: OpenData, group: list[str], months: list[int], table: np.ndarray) -> set[int]:
    """Places of the newest period that are queried; below 0 those of the period before."""
    figures = [
        PeerFigure(
            force,
            last_day(month),
            int(count) / data.people[force],
            int(count),
            data.people[force],
            None,
            row(8 * p + i),
        )
        for p, (month, counts) in enumerate(zip(months, table, strict=True))
        for i, (force, count) in enumerate(zip(group, counts, strict=True))
    ]
    first = 8 * (len(months) - 1)
    problems = [*check_figures(figures, group, ()), *check_copies({"a measure": figures})]
    return {place - first for place in queried(problems) if place >= first - 8}


# Totals: one force at a time, no group.


def check_totals(months: list[int], counts: np.ndarray) -> bool:
    """Whether the newest of some rolling years is queried."""
    totals = [
        PeriodTotal(Period(month - YEAR + 1, month), int(count), None, row(place))
        for place, (month, count) in enumerate(zip(months, counts, strict=True))
    ]
    return len(months) - 1 in queried(series_checks.check_totals(totals))


def try_totals(data: OpenData, title: str, periods: Callable[[int], list[int]]) -> None:
    print(f"\nTotals, {title}")
    steady = [offence for offence in data.counts if offence not in RECORDED_ANEW]
    found: dict[str, list[bool]] = defaultdict(list)
    for name, offences in (
        ("all offences", list(data.counts)),
        ("without those recorded anew", steady),
    ):
        alarms = [check_totals(months, table[:, place])
                  for _, months, table in tables(data, periods, offences, 1) for place in (0, 1, 2)]  # fmt: skip
        print(
            f"  false alarms, {name}: {1000 * np.mean(alarms):.2f} per 1,000 of {len(alarms):,}"
            " figures"
        )
    for _, months, table in tables(data, periods, steady, 4):
        for slip in SLIPS[:ALONE]:
            if table[-1, 0] >= LARGE:
                found[slip.name].append(check_totals(months, slip.plant(table, 0)[:, 0]))
    tell(found)


# Months: boroughs of London.


def read_boroughs(folder: Path) -> list[tuple[list[int], list[int]]]:
    """Months and counts of each offence in each borough."""
    with (folder / "mps_borough_major_monthly.csv").open(encoding="utf-8") as file:
        header, *lines = csv.reader(file)
    months = [12 * int(name[:4]) + int(name[5:]) - 1 for name in header[2:]]
    return [(months, [int(cell or 0) for cell in line[2:]]) for line in lines]


def check_months(months: list[int], counts: list[int]) -> set[int]:
    items = [
        MonthCount(month, count, False, None, row(place))
        for place, (month, count) in enumerate(zip(months, counts, strict=True))
    ]
    return queried(month_checks.check_plausible(items))


def try_months(folder: Path) -> None:
    print("\nMonthly: offences in boroughs")
    series = read_boroughs(folder)
    alarms, figures = (
        sum(len(check_months(*one)) for one in series),
        sum(len(counts) for _, counts in series),
    )
    print(
        f"  false alarms, all months: {1000 * alarms / figures:.2f} per 1,000 of {figures:,}"
        " figures"
    )
    newest = [
        (months[end - 30 : end], counts[end - 30 : end])
        for months, counts in series
        for end in range(30, len(months), 5)
    ]
    alarms = sum(29 in check_months(*one) for one in newest)
    print(
        f"  false alarms, the newest of 30: {1000 * alarms / len(newest):.2f} per 1,000 of"
        f" {len(newest):,} figures"
    )
    found: dict[str, list[bool]] = defaultdict(list)
    for months, counts in newest:
        if counts[-1] >= LARGE:
            for slip in SLIPS[:ALONE]:
                made = slip.plant(np.array(counts)[:, None], 0)[:, 0].tolist()
                found[slip.name].append(29 in check_months(months, made))
            found["last quarter copied"].append(
                27 in check_months(months, [*counts[:27], *counts[24:27]])
            )
    tell(found)


def tell(found: dict[str, list[bool]]) -> None:
    for name, results in found.items():
        print(f"  found, {name}: {100 * np.mean(results):.1f}% of {len(results):,}")


def try_peers(data: OpenData, title: str, periods: Callable[[int], list[int]]) -> None:
    print(f"\nPeers: {title}")
    steady = [offence for offence in data.counts if offence not in RECORDED_ANEW]
    for name, offences in (
        ("all offences", list(data.counts)),
        ("without those recorded anew", steady),
    ):
        alarms = figures = 0
        for group, months, table in tables(data, periods, offences, 1):
            alarms += sum(place >= 0 for place in check_peers(data, group, months, table))
            figures += len(group)
        print(
            f"  false alarms, {name}: {1000 * alarms / figures:.2f} per 1,000 of {figures:,}"
            " figures"
        )
    rng = np.random.default_rng(SEED)
    found: dict[str, list[bool]] = defaultdict(list)
    for group, months, table in tables(data, periods, steady, 4):
        place = int(rng.integers(8))
        if table[-1, place] < LARGE:
            continue
        for slip in SLIPS:
            if len(months) == 1 and "before" in slip.name:
                continue
            made = slip.plant(table, place)
            if (made[-1] != table[-1]).any():
                places = check_peers(data, group, months, made)
                # Of two periods the one further from the group is told; the message names the
                # other.
                told = place in places or (len(months) == 2 and place - 8 in places)
                found[slip.name].append(any(p >= 0 for p in places) if slip.whole else told)
    tell(found)


def main() -> None:
    folder = Path(sys.argv[1])
    data = read_forces(folder)
    try_peers(
        data,
        "five quarters, the newest looked at",
        lambda month: [month - 3 * k for k in range(4, -1, -1)],
    )
    try_peers(data, "two quarters", lambda month: [month - 3, month])
    try_peers(data, "three years", lambda month: [month - 24, month - 12, month])
    try_peers(data, "one period only", lambda month: [month])
    all_crime = data._replace(counts={"All crime": data.counts["All crime"]})
    try_peers(all_crime, "one period only, all crime", lambda month: [month])
    try_totals(
        data,
        "five quarters, the newest looked at",
        lambda month: [month - 3 * k for k in range(4, -1, -1)],
    )
    try_totals(
        data, "three years, the newest looked at", lambda month: [month - 24, month - 12, month]
    )
    try_totals(data, "two years", lambda month: [month - 12, month])
    try_months(folder)


if __name__ == "__main__":
    main()
