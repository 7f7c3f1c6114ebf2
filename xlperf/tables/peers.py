"""The Peers and Forces sheets: figures of other forces, and which forces are in the group."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from xlperf.excel.port import normalised
from xlperf.periods import day_name
from xlperf.tables.duplicates import once_each
from xlperf.tables.problems import Code, Problem, Severity
from xlperf.tables.records import MOST_ASKED, no_figure, period_end, refuse
from xlperf.tables.tables import Force, PeerFigure

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence
    from datetime import date

    from xlperf.tables.records import Problems
    from xlperf.tables.rows import Row

FIGURES = ("Count", "Percent", "Denominator", "n")


def read_forces(rows: Iterable[Row], problems: Problems) -> tuple[Force, ...]:
    """Read the forces, one entry each. One said to be both in the group and not is in none."""
    grouped: dict[str, list[Force]] = defaultdict(list)
    for row in rows:
        force = Force(row.text("Force"), row.flag("In group"), row.day("Valid from"), row)
        grouped[normalised(force.name)].append(force)
    forces = []
    for same in grouped.values():
        first, *others = same
        agree = all(other.in_group == first.in_group for other in others)
        forces.append(first if agree else Force(first.name, in_group=False, valid_from=None, row=first.row))
        for other in others:
            problems.append(
                other.row.problem(
                    Severity.WARNING if agree else Severity.ERROR,
                    Code.DUPLICATE,
                    "In group",
                    f"{first.name} is there again (first in {first.row.cell('Force')}), "
                    + ("and counts once." if agree else "once in the group and once not; it is left out of the group."),
                    "Delete the wrong row.",
                    mentions=(first.row.cell("Force"),),
                )
            )
    return tuple(forces)


def read_peers(
    rows: Sequence[Row], wanted: Iterable[str], forces: Iterable[Force], problems: Problems
) -> dict[str, tuple[PeerFigure, ...]]:
    """Read the figures of the forces, by MSG measure.

    Parameters
    ----------
    wanted
        The MSG measures of the Measures sheet.
    """
    measures = {normalised(name): name for name in wanted}
    names = {normalised(force.name): force.name for force in forces}
    strangers: dict[tuple[str, str], list[Row]] = defaultdict(list)
    grouped: dict[str, list[PeerFigure]] = defaultdict(list)
    for row in rows:
        measure, force = row.text("Measure"), row.text("Force")
        name, known = measures.get(normalised(measure)), names.get(normalised(force))
        if name is None:
            strangers["Measure", measure].append(row)
        elif known is None:
            strangers["Force", force].append(row)
        else:
            figure = _figure(row, known, problems)
            if figure is not None:
                grouped[name].append(figure)
    problems += [_stranger(title, name, found) for (title, name), found in strangers.items()]
    return {name: _settled(figures, problems) for name, figures in grouped.items()}


def _stranger(title: str, name: str, rows: Sequence[Row]) -> Problem:
    """Report rows of a measure or force that is in no other sheet, at the first of them."""
    rows_here = f"its row here is not used ({rows[0].cell(title)})" if len(rows) == 1 else (
        f"its {len(rows):,} rows here are not used"
    )  # fmt: skip
    if title == "Measure":
        return rows[0].problem(
            Severity.NOTE,
            Code.UNKNOWN_MEASURE,
            title,
            f"No measure has the MSG measure '{name}'; {rows_here}.",
            "Correct the name here, or enter it under 'MSG measure' in the Measures sheet.",
            mentions=(rows[0].cell(title),),
        )
    return rows[0].problem(
        Severity.ERROR,
        Code.UNKNOWN_FORCE,
        title,
        f"There is no force '{name}' in the Forces sheet; {rows_here}.",
        "Correct the name, or add the force.",
        mentions=(rows[0].cell(title),),
    )


def _figure(row: Row, force: str, problems: Problems) -> PeerFigure | None:
    end = period_end(row, problems)
    if end is None:
        return None
    return _rate(row, force, end, problems) if row.number("Percent") is None else _share(row, force, end, problems)


def _share(row: Row, force: str, end: date, problems: Problems) -> PeerFigure | None:
    percent, n = row.number("Percent"), row.whole("n")
    if n is not None and not 0 < n <= MOST_ASKED:
        refuse(row, problems, Code.OUT_OF_RANGE, "n", f"n is {n:,}, which no percentage comes from.", "Correct n.")
        return None
    if row.value("Count") is not None or row.value("Denominator") is not None:
        problems.append(
            row.problem(
                Severity.WARNING,
                Code.WRONG_KIND,
                "Percent",
                "There is a percentage and also a count or a denominator; the percentage is used.",
                "Clear what does not belong to the figure.",
            )
        )
    return PeerFigure(force, end, (percent or 0.0) / 100, None, None, n, row)


def _rate(row: Row, force: str, end: date, problems: Problems) -> PeerFigure | None:
    count, denominator = row.whole("Count"), row.number("Denominator")
    if count is None:
        no_figure(
            row,
            problems,
            ("Count", "Percent"),
            f"{force} has neither a count nor a percentage; it counts as missing, not as 0.",
            "Enter it, or delete the row.",
        )
    elif denominator is None:
        if not row.unusable("Denominator"):
            refuse(
                row,
                problems,
                Code.BLANK,
                "Denominator",
                "There is a count but no denominator, so no rate.",
                "Give the population or the households.",
            )
    elif denominator <= 0 or count > denominator:
        refuse(
            row,
            problems,
            Code.POPULATION,
            "Denominator",
            f"{count:,} offences among {denominator:,.0f} cannot be.",
            "Correct the count or the denominator.",
        )
    else:
        return PeerFigure(force, end, count / denominator, count, denominator, None, row)
    return None


def _settled(figures: Sequence[PeerFigure], problems: Problems) -> tuple[PeerFigure, ...]:
    """Take one figure a force and period; rates and percentages in one period do not compare, so neither is used."""

    def of_force(figure: PeerFigure) -> Hashable:
        return normalised(figure.force), figure.period_end

    kept = once_each(
        figures,
        of_force,
        lambda figure: (figure.rate, figure.count, figure.n),
        "Force",
        lambda figure: f"The figure of {figure.force} to {day_name(figure.period_end)}",
        problems,
    )
    by_period: dict[date, list[PeerFigure]] = defaultdict(list)
    for figure in kept:
        by_period[figure.period_end].append(figure)
    mixed = set()
    for end, group in by_period.items():
        shares = [figure for figure in group if figure.count is None]
        if 0 < len(shares) < len(group):
            mixed.add(end)
            counts = [figure for figure in group if figure.count is not None]
            odd = min(shares, counts, key=len)[0]
            refuse(
                odd.row,
                problems,
                Code.WRONG_KIND,
                "Force",
                f"To {day_name(odd.period_end)} {len(shares)} forces have a percentage and {len(counts)} a count; the "
                "two do not compare, so no figure of the period is used.",
                "Give the same sort of figure for every force.",
            )
    return tuple(figure for figure in kept if figure.period_end not in mixed)
