"""What is stated beside what is measured: sizes, limits, chances, ranks, steps, ranges, dashboards.

    PYTHONPATH=. python -m tests.honesty.stated_and_measured [--monthly FILE] [--rolling FILE] [--fast]

Without files: a grid of simulated series, and a population drawn from a published summary of London's.
``--monthly mps_borough_major_monthly.csv`` (Metropolitan Police, crimes by borough, offence and month,
London Datastore, Open Government Licence): a population made from its five-year windows, and ranges
ahead tried on its boroughs. ``--rolling recorded_crime_by_force_rolling_year.csv.gz`` (Home Office,
police recorded crime, Open Government Licence): the same on police forces. ``--fast``: a tenth of the
series. All draws have a fixed seed. Some twenty minutes on one core.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tests.honesty import back_test, dashboards, measured, series, windows

if TYPE_CHECKING:
    from honesty.series import GridCell, Truth

SEED = 20140930
SERIES, CELL_SERIES, REPEATS, GROUPS, DASHBOARDS = 12_000, 1_200, 400, 250, 200
"""In the population, in a cell of the grid, draws to measure a chance, groups of eight, dashboards."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Stated beside measured.")
    parser.add_argument("--monthly", type=Path)
    parser.add_argument("--rolling", type=Path)
    parser.add_argument("--fast", action="store_true")
    given = parser.parse_args()
    part = 10 if given.fast else 1
    rng = np.random.default_rng(SEED)
    populations = {"series like London's (summary)": series.like_london(rng, SERIES // part)}
    if given.monthly:
        found = windows.five_year_windows(given.monthly)
        name = f"series made from {len(found)} five-year windows"
        populations[name] = series.fitted(rng, found, SERIES // part)
    for name, truth in populations.items():
        print_population(rng, name, truth, part)
    print_grid(rng, CELL_SERIES // part)
    print_ranks(rng, GROUPS // part)
    print_dashboards(rng, DASHBOARDS // part)
    if given.monthly:
        back_test.print_tried("London's boroughs", back_test.boroughs(given.monthly))
        back_test.print_promises(back_test.promises(given.monthly))
    if given.rolling:
        back_test.print_tried("police forces", back_test.forces(given.rolling))


def print_population(rng: np.random.Generator, name: str, truth: Truth, part: int) -> None:
    print(f"\n{name}: {truth.level.size} series, mean latent correlation {truth.rho.mean():.2f}\n")
    print(f"{'stated 5%':44} measured   by thirds of rho   a fall of 10, 20% found")
    for compared in measured.TESTS:
        found = measured.sizes(rng, compared, truth)
        thirds = " ".join(f"{value:5.1f}" for value in found.thirds)
        mark = "" if compared.honest else "  (says otherwise)"
        few = truth.take(np.arange(truth.level.size // 3))
        powers = " ".join(
            f"{measured.power(rng, compared, few, factor):3.0f}" for factor in (0.9, 0.8)
        )
        print(f"{compared.name:44} {found.size:7.1f}    {thirds}   {powers}{mark}")
    print("\nstated 95%: limits of the ratio of two years")
    for months in (24, 60):
        held = [measured.coverage(rng, truth, months, factor) for factor in (1.0, 0.8)]
        print(f"{months} months: {held[0]:.1f} with no change, {held[1]:.1f} after a fall of 20%")
    print("\nchance that the printed lines are crossed, stated and measured, %")
    few = truth.take(np.arange(truth.level.size // 6))
    for months in (36, 60, 96):
        rows = measured.chances(rng, few, months, measured_repeats(part))
        text = "; ".join(
            f"{row.kind} {row.stated:.1f} v {row.measured:.1f} ({row.series})" for row in rows
        )
        print(f"{months} months: {text}")
    print(
        "\nsteps proposed: stated at most 5% without one; a fall of 20, 40% in the latest year found"
    )
    for months in (24, 36, 60, 96):
        shares = " ".join(
            f"{measured.proposed_steps(rng, few, months, factor):5.1f}"
            for factor in (1.0, 0.8, 0.6)
        )
        print(f"{months} months: {shares}")


def measured_repeats(part: int) -> int:
    return max(REPEATS // part, 100)


def print_grid(rng: np.random.Generator, size: int) -> None:
    cells = series.grid()
    print(
        f"\ngrid: {len(cells)} cells of {size} series; stated 5%, measured: least, median, most; rho <= 0.8; worst"
    )
    for compared in measured.TESTS:
        rates = {cell: grid_rate(rng, cell, compared, size) for cell in cells}
        values = np.array(list(rates.values()))
        low = max(rate for cell, rate in rates.items() if cell.rho <= 0.8)
        worst = max(rates, key=lambda cell: rates[cell])
        print(
            f"{compared.name:44} {values.min():5.1f} {np.median(values):5.1f} {values.max():5.1f}   {low:5.1f}   "
            f"level {worst.level:g}, phi {worst.phi:g}, rho {worst.rho:.2f}, season {worst.season:.0%}"
        )


def grid_rate(
    rng: np.random.Generator, cell: GridCell, compared: measured.Compared, size: int
) -> float:
    y = series.draw(rng, cell.truth(rng, size), compared.months)
    return float(100 * (compared.test(y) < measured.LEVEL).mean())


def print_ranks(rng: np.random.Generator, groups: int) -> None:
    print("\nstated 95%: ranges of ranks in groups of eight, % held (places wide)")
    for cell in measured.RANK_CELLS:
        known = measured.rank_ranges(rng, cell, groups, months=True)
        law = measured.rank_ranges(rng, cell, groups, months=False)
        print(
            f"rho {cell.rho}, cv {cell.cv}, spread {cell.spread}, {cell.level:g} a month: "
            f"months known {known.held:.0f} ({known.places:.1f}), totals only {law.held:.0f} ({law.places:.1f})"
        )


def print_dashboards(rng: np.random.Generator, number: int) -> None:
    print(f"\n{number} dashboards without a change: colours by chance alone, stated and measured")
    for basis in ("points", "levels"):
        found = dashboards.unchanged(rng, number, spc_basis=basis)
        kinds = ", ".join(f"{kind} {a:.3f} v {b:.3f}" for kind, (a, b) in found.by_kind.items())
        print(f"{basis}: {found.stated:.2f} v {found.measured:.2f}; a line: {kinds}")
        print(f"no more than stated as usual (97.5%): {found.held:.1f}%")
    print(
        "\nfalse_discovery: mean share of colours that are by chance, %, by share of lines changed"
    )
    for rate in (0.05, 0.10, 0.20):
        shares = [dashboards.false_share(rng, number // 2, share, rate) for share in (0, 0.25)]
        print(
            f"{rate:.2f}: " + ", ".join(f"{value:.1f}" for value in shares) + " (none, a quarter)"
        )


if __name__ == "__main__":
    main()
