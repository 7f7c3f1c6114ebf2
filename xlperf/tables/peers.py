"""The Peers and Forces sheets: figures of other forces, and which forces are in the group."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from xlperf.excel.port import normalised
from xlperf.periods import day_name
from xlperf.tables.coercion import NEAR
from xlperf.tables.data import Force, PeerFigure
from xlperf.tables.duplicates import once_each
from xlperf.tables.forces import force_key
from xlperf.tables.problems import Code, Problem, Severity
from xlperf.tables.records import MOST_ASKED, no_figure, period_end, refuse
from xlperf.tables.rows import CannotRead

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
    from datetime import date

    from xlperf.tables.data import Measure
    from xlperf.tables.records import Problems
    from xlperf.tables.rows import DataRow

MOST_STRANGERS = 1_000
"""Most names of measures and forces in no other sheet that are compared with the others."""
FIGURES = ("Count", "Percent", "Denominator", "n")


def read_forces(
    rows: Iterable[DataRow], problems: Problems, doubt: Callable[[str, str, str], None]
) -> tuple[Force, ...]:
    """Read the forces, one entry each. One said to be both in the group and not is in none.

    `doubt` is called for what cannot be read: with an MSG measure (empty: all), place and what.
    """
    grouped: dict[str, list[Force]] = defaultdict(list)
    for row in rows:
        try:
            force = Force(row.text("Force"), row.flag("In group"), row.day("Valid from"), row)
        except CannotRead as fault:
            doubt("", fault.cell.where, str(fault))
            continue
        grouped[force_key(force.name)].append(force)
    forces = []
    for same in grouped.values():
        first, *others = same
        agree = all(other.in_group == first.in_group for other in others)
        forces.append(
            first if agree else Force(first.name, in_group=False, valid_from=None, row=first.row)
        )
        for other in others:
            cell, severity = first.row.cell("Force"), Severity.WARNING if agree else Severity.ERROR
            result = "once in the group and once not; it is left out of the group."
            if agree:
                result = "and counts once."
            found = f"{first.name} is there again (first in {cell}), {result}"
            twice = severity, Code.DUPLICATE, "In group", found, "Delete the wrong row."
            problems.append(other.row.problem(*twice, mentions=(cell,)))
        if not agree:
            doubt("", problems[-1].where, f"{first.name} is in the group and not in it")
    return tuple(forces)


def read_peers(
    rows: Sequence[DataRow],
    compared: Iterable[Measure],
    forces: Iterable[Force],
    problems: Problems,
    doubt: Callable[[str, str, str], None],
) -> dict[str, tuple[PeerFigure, ...]]:
    """Read the figures of the forces, by MSG measure.

    Parameters
    ----------
    compared
        The Measures sheet.
    doubt
        Called for what cannot be read or used: with the MSG measure (empty: all), place and what.
    """
    measures = {
        normalised(measure.msg_measure): measure.msg_measure
        for measure in compared
        if measure.msg_measure
    }
    forces = tuple(forces)
    names = {force_key(force.name): force.name for force in forces}
    strangers: dict[tuple[str, str], list[DataRow]] = defaultdict(list)
    grouped: dict[str, list[PeerFigure]] = defaultdict(list)
    for row in rows:
        name: str | None = ""
        before = len(problems)
        try:
            measure = row.text("Measure")
            name = measures.get(normalised(measure))
            if name is None:
                strangers["Measure", measure].append(row)
                continue
            force = row.text("Force")
            known = names.get(force_key(force))
            if known is None:
                strangers["Force", force].append(row)
                continue
            figure = _figure(row, known, problems)
        except CannotRead as fault:
            doubt(name or "", fault.cell.where, str(fault))
            continue
        if figure is not None:
            grouped[name].append(figure)
        _refused(problems[before:], name, doubt)
    group = {force_key(force.name) for force in forces if force.in_group}
    mistyped = _doubt_mistyped(strangers, measures, group, grouped, doubt)
    problems += [
        _stranger(title, name, found, mistyped=(title, name) in mistyped)
        for (title, name), found in strangers.items()
    ]
    settled = {}
    for name, figures in grouped.items():
        before = len(problems)
        settled[name] = _settled(figures, problems)
        _refused(problems[before:], name, doubt)
    return settled


def _refused(
    problems: Iterable[Problem], msg_measure: str, doubt: Callable[[str, str, str], None]
) -> None:
    """Doubt the positions that rows with an error are of: without them the group is another one."""
    for problem in problems:
        if problem.severity is Severity.ERROR:
            doubt(msg_measure, problem.where, f"{problem.where} cannot be used")


def _doubt_mistyped(
    strangers: Mapping[tuple[str, str], Sequence[DataRow]],
    measures: Mapping[str, str],
    group: Collection[str],
    figures: Mapping[str, Sequence[PeerFigure]],
    doubt: Callable[[str, str, str], None],
) -> set[tuple[str, str]]:
    """Doubt the positions that a figure is missing from, where a row of a name near to it stands
    unused.

    Gives those of `strangers`. Of too many names to compare, each may be any.
    """
    if len(strangers) > MOST_STRANGERS:
        place = next(iter(strangers.values()))[0].where
        names = f"{len(strangers):,} names of measures and forces are in no other sheet"
        doubt("", place, f"from {place} on, {names}")
        return set(strangers)
    mistyped = set()
    pairs = [(name, figure) for name, some in figures.items() for figure in some]
    there = {(name, force_key(figure.force), figure.period_end) for name, figure in pairs}
    for (title, name_typed), rows in strangers.items():
        from difflib import get_close_matches

        of_force = title == "Force"
        wanted = force_key(name_typed) if of_force else normalised(name_typed)
        known, most = group if of_force else measures, len(measures) + len(group) + 1
        near = get_close_matches(wanted, known, n=most, cutoff=NEAR)
        for row in rows if near else ():
            end = row.if_readable(row.day, "Period end")
            for meant in near:
                force = meant if of_force else force_key(row.name("Force"))
                name = measures.get(normalised(row.name("Measure")) if of_force else meant, "")
                if force in group and (name, force, end) not in there:
                    place = f"{row.frame.grid.sheet}!{row.cell(title)}"
                    doubt(name, place, f"{place} names '{name_typed}'")
                    mistyped.add((title, name_typed))
    return mistyped


def _stranger(title: str, name: str, rows: Sequence[DataRow], *, mistyped: bool) -> Problem:
    """Report rows of a measure or force that is in no other sheet, at the first of them."""
    rows_here = f"its row here is not used ({rows[0].cell(title)})" if len(rows) == 1 else (
        f"its {len(rows):,} rows here are not used"
    )  # fmt: skip
    if title == "Measure":
        return rows[0].problem(
            Severity.ERROR if mistyped else Severity.NOTE,
            Code.UNKNOWN_MEASURE,
            title,
            f"No measure has the MSG measure '{name}'; {rows_here}.",
            "Correct the name here, or enter it under 'MSG measure' in the Measures sheet.",
            mentions=(rows[0].cell(title),),
        )
    found = f"There is no force '{name}' in the Forces sheet; {rows_here}."
    remedy = "Correct the name, or add the force."
    return rows[0].problem(
        Severity.ERROR, Code.UNKNOWN_FORCE, title, found, remedy, mentions=(rows[0].cell(title),)
    )


def _figure(row: DataRow, force: str, problems: Problems) -> PeerFigure | None:
    end = period_end(row, problems)
    if end is None:
        return None
    counted = not row.unreadable("Count") and row.value("Count") is not None
    percent = row.if_readable(row.number, "Percent") if counted else row.number("Percent")
    read = _rate if percent is None else _share
    return read(row, force, end, problems)


def _share(row: DataRow, force: str, end: date, problems: Problems) -> PeerFigure | None:
    percent, n = row.number("Percent"), row.whole("n")
    if n is not None and not 0 < n <= MOST_ASKED:
        found = f"n is {n:,}, which no percentage comes from."
        refuse(row, problems, Code.OUT_OF_RANGE, "n", found, "Correct n.")
        return None
    if any(row.if_readable(row.value, title) is not None for title in ("Count", "Denominator")):
        found = "There is a percentage and also a count or a denominator; the percentage is used."
        remedy = "Clear what does not belong to the figure."
        problems.append(row.problem(Severity.WARNING, Code.WRONG_KIND, "Percent", found, remedy))
    return PeerFigure(force, end, (percent or 0.0) / 100, None, None, n, row)


def _rate(row: DataRow, force: str, end: date, problems: Problems) -> PeerFigure | None:
    count, denominator = row.whole("Count"), row.number("Denominator")
    if count is None:
        found = f"{force} has neither a count nor a percentage; it counts as missing, not as 0."
        remedy = "Enter it, or delete the row."
        no_figure(row, problems, ("Count", "Percent"), found, remedy)
    elif denominator is None:
        found = "There is a count but no denominator, so no rate."
        remedy = "Give the population or the households."
        refuse(row, problems, Code.BLANK, "Denominator", found, remedy)
    elif denominator <= 0 or count > denominator:
        found = f"{count:,} offences among {denominator:,.0f} cannot be right."
        remedy = "Correct the count or the denominator."
        refuse(row, problems, Code.POPULATION, "Denominator", found, remedy)
    else:
        return PeerFigure(force, end, count / denominator, count, denominator, None, row)
    return None


def _settled(figures: Sequence[PeerFigure], problems: Problems) -> tuple[PeerFigure, ...]:
    """Take one figure a force and period; rates and percentages in one period do not compare, so
    neither is used.
    """

    def of_force(figure: PeerFigure) -> Hashable:
        return force_key(figure.force), figure.period_end

    unique = once_each(
        figures,
        of_force,
        lambda figure: (figure.rate, figure.count, figure.n),
        "Force",
        lambda figure: f"The figure of {figure.force} to {day_name(figure.period_end)}",
        problems,
    )
    by_period: dict[date, list[PeerFigure]] = defaultdict(list)
    for figure in unique:
        by_period[figure.period_end].append(figure)
    mixed = set()
    for end, group in by_period.items():
        shares = [figure for figure in group if figure.count is None]
        if 0 < len(shares) < len(group):
            mixed.add(end)
            counts = [figure for figure in group if figure.count is not None]
            odd = min(shares, counts, key=len)[0]
            found = (
                f"To {day_name(odd.period_end)} {len(shares)} forces have a percentage and"
                f" {len(counts)} a count; the two do not compare, so no figure of the period is"
                " used."
            )
            remedy = "Give the same sort of figure for every force."
            refuse(odd.row, problems, Code.WRONG_KIND, "Force", found, remedy)
    return tuple(figure for figure in unique if figure.period_end not in mixed)
