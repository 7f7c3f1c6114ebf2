"""An attacker and an optimum that share no code with xlperf but its records."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlperf.disclosure.facts import Cell, Fact, Form, Protected


def dense(forms: Sequence[Form], atoms: Sequence) -> np.ndarray:
    matrix = np.zeros((len(forms), len(atoms)))
    for row, form in enumerate(forms):
        for atom, factor in form:
            matrix[row, atoms.index(atom)] += factor
    return matrix


def extreme(facts: Sequence[Fact], form: Form, sign: int, bound: int) -> int | None:
    """Least (1) or greatest (-1) value of a sum at or beyond a bound, by one integer programme."""
    atoms = sorted({atom for item in (*(fact.form for fact in facts), form) for atom, _ in item})
    matrix = dense([*(fact.form for fact in facts), form], atoms)
    low = [*(fact.low for fact in facts), bound if sign > 0 else -np.inf]
    high = [
        *(np.inf if fact.high is None else fact.high for fact in facts),
        np.inf if sign > 0 else bound,
    ]
    solved = milp(
        sign * matrix[-1],
        integrality=np.ones(len(atoms)),
        constraints=LinearConstraint(matrix, low, high),
    )
    return None if solved.x is None else round(matrix[-1] @ np.rint(solved.x))


def values_left(facts: Sequence[Fact], form: Form, enough: int) -> list[int]:
    """Values of a sum that facts leave, from the least upwards."""
    values: list[int] = []
    bound = -(10**6)
    while len(values) < enough and (value := extreme(facts, form, 1, bound)) is not None:
        values.append(value)
        bound = value + 1
    return values


def by_trial(facts: Sequence[Fact], form: Form, atoms: Sequence, most: int) -> set[int]:
    """Values of a sum that facts leave, by trying all counts up to a most."""
    found = set()
    for counts in product(range(most + 1), repeat=len(atoms)):
        known = dict(zip(atoms, counts, strict=True))
        sums = [sum(factor * known[atom] for atom, factor in fact.form) for fact in facts]
        if all(
            fact.low <= value and (fact.high is None or value <= fact.high)
            for fact, value in zip(facts, sums, strict=True)
        ):
            found.add(sum(factor * known[atom] for atom, factor in form))
    return found


def optimum(
    fixed: Sequence[Fact],
    cells: Sequence[Cell],
    needed: Mapping[Protected, int],
    truth: Mapping,
    most: int = 10,
) -> int:
    """Least cost of cells to withhold so that each count has two data sets as far apart as needed:
    the whole problem as one integer programme. Cells deviate by at most `most` from the truth.
    """
    atoms = sorted(truth)
    here = np.array([truth[atom] for atom in atoms])
    width, copies = len(atoms), 2 * len(needed)
    columns = copies * width + len(cells)
    rows, low, high = [], [], []

    def add(entries: Mapping[int, float], least: float, greatest: float) -> None:
        row = np.zeros(columns)
        for column, factor in entries.items():
            row[column] = factor
        rows.append(row)
        low.append(least)
        high.append(greatest)

    def at(form: Form, copy: int) -> dict[int, float]:
        row = dense([form], atoms)[0]
        return {copy * width + place: row[place] for place in np.flatnonzero(row)}

    for copy in range(copies):
        for fact in fixed:
            add(at(fact.form, copy), fact.low, np.inf if fact.high is None else fact.high)
        for place, cell in enumerate(cells):
            for fact in cell.facts:
                entries, switch = at(fact.form, copy), copies * width + place
                add(entries | {switch: most}, fact.low, np.inf)
                if fact.high is not None:
                    add(entries | {switch: -most}, -np.inf, fact.high)
    for number, (item, count) in enumerate(needed.items()):
        nearer = {place: -factor for place, factor in at(item.form, 2 * number).items()}
        add(nearer | at(item.form, 2 * number + 1), count - 1, np.inf)
    costs = np.array([cell.cost for cell in cells], float)
    solved = milp(
        np.concatenate([np.zeros(copies * width), costs]),
        integrality=np.concatenate([np.zeros(copies * width), np.ones(len(cells))]),
        bounds=Bounds(
            0, np.concatenate([np.tile(here + most, copies).astype(float), np.ones(len(cells))])
        ),
        constraints=LinearConstraint(np.array(rows), low, high),
        options={"mip_rel_gap": 0},
    )
    assert solved.status == 0, solved.message
    return round(solved.fun)
