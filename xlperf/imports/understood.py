"""What was understood of a file, role by role: for people to see before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.frozen import NamedTuple
from xlperf.imports.force_names import known_force
from xlperf.imports.street_archives import CATEGORY_COLUMN, FORCE_COLUMN, MONTH_COLUMN
from xlperf.message_texts import first_few, number_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xlperf.imports.published_figures import ColumnRoles, PublishedFigure
    from xlperf.imports.table_shapes import TableShape

MOST_TITLES = 4
"""Titles of columns that a line names."""


class RoleLine(NamedTuple):
    """One role: what it is, where it stands, what is in it."""

    role: str
    title: str
    content: str


def roles_of_table(
    shape: TableShape, roles: ColumnRoles, figures: Sequence[PublishedFigure]
) -> list[RoleLine]:
    """Roles of a table's columns."""
    return list(_table_roles(shape, roles, figures))


def _table_roles(
    shape: TableShape, roles: ColumnRoles, figures: Sequence[PublishedFigure]
) -> Iterator[RoleLine]:
    titles = shape.titles
    if shape.across:
        where = f"headings in row {shape.heading + 1}"
    elif roles.period is not None:
        where = titles[roles.period]
    elif roles.year is not None and roles.part is not None:
        where = f"{titles[roles.year]}, {titles[roles.part]}"
    elif any(figure.period.period for figure in figures):
        where = "titles above the table"
    else:
        where = "none is named"
    yield RoleLine("period", where, periods_text(figures))
    if roles.force is not None:
        yield RoleLine("force", titles[roles.force], forces_text(figures))
    where = "headings of columns" if roles.measure is None else titles[roles.measure]
    yield RoleLine("measure", where, labels_text(figures))
    if not shape.across and roles.measure is not None:
        yield RoleLine("figure", ", ".join(titles[place] for place in roles.figures), "")
    for place, value in roles.only.items():
        yield RoleLine("only", titles[place], value)
    summed = (*roles.sums, *roles.open_sums)
    if summed:
        yield RoleLine("added up", first_few([titles[place] for place in summed], MOST_TITLES), "")
    rest = [place for place in roles.others if place not in (*summed, *roles.only)]
    if rest or roles.unused:
        unused = [titles[place] for place in (*rest, *roles.unused)]
        yield RoleLine("not used", first_few(unused, MOST_TITLES), "")


def roles_of_street(figures: Sequence[PublishedFigure]) -> list[RoleLine]:
    """Roles of the columns of street files."""
    return [
        RoleLine("period", MONTH_COLUMN, periods_text(figures)),
        RoleLine("force", FORCE_COLUMN, forces_text(figures)),
        RoleLine("measure", CATEGORY_COLUMN, labels_text(figures)),
        RoleLine("figure", "number of lines", ""),
    ]


def periods_text(figures: Iterable[PublishedFigure]) -> str:
    """How many periods there are, from which to which."""
    periods = {figure.period.period for figure in figures} - {None}
    ordered = sorted((item for item in periods if item), key=lambda item: (item.last, item.length))
    if not ordered:
        return ""
    first, last = str(ordered[0]), str(ordered[-1])
    return last if len(ordered) == 1 else f"{len(ordered)}: {first} … {last}"


def forces_text(figures: Iterable[PublishedFigure]) -> str:
    """How many names there are, and how many of them are of forces."""
    names = {figure.force for figure in figures}
    known = {known_force(name) for name in names} - {""}
    if known and len(names) == len(known):
        return f"{len(known)} forces" if len(known) > 1 else next(iter(known))
    return f"{len(known)} forces, {len(names) - len(known)} other names"


def labels_text(figures: Iterable[PublishedFigure]) -> str:
    """How many labels there are."""
    return number_of(len({figure.label for figure in figures}), "label")
