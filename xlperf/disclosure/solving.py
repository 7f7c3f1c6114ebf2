"""Linear and integer programmes, solved again and again with other limits of their rows.

Whatever a solver says is only a proposal here: who asks checks it in integers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

Integers: TypeAlias = "npt.NDArray[np.int64]"
Floats: TypeAlias = "npt.NDArray[np.float64]"
Flags: TypeAlias = "npt.NDArray[np.bool_]"

UNLIMITED = 1 << 60
"""Stands for no limit in arrays of integers; far above any sum of counts, far below 2**63."""
MOST_NODES = 2_000
"""Of the search tree of one integer programme. A number of nodes and no time, so that the same
workbook gives the same result on every computer.
"""


class Solution(NamedTuple):
    """Values of the columns, and whether they are proved to be the cheapest."""

    values: Floats
    is_best: bool

    @property
    def whole(self) -> Integers:
        """The values, rounded."""
        return np.rint(self.values).astype(np.int64)


class Programme:
    """Columns between bounds, and rows whose limits change from time to time."""

    def __init__(self, matrix: Any, lower: Integers, upper: Integers, cost: Floats) -> None:
        """Take the rows as a sparse matrix of SciPy."""
        from scipy.optimize import Bounds

        self._matrix = matrix.tocsc().astype(np.float64)
        self._bounds = Bounds(_open(lower), _open(upper))
        self._cost = cost

    def solve(
        self,
        low: Integers,
        high: Integers,
        whole: Flags | None = None,
        cost: Floats | None = None,
    ) -> Solution | None:
        """Minimise a cost with limits of the rows; some columns may be whole.

        None: there is no solution, or none was met in the first `MOST_NODES` of the search.
        """
        from scipy.optimize import LinearConstraint, milp

        solved = milp(
            self._cost if cost is None else cost,
            integrality=None if whole is None else whole.astype(int),
            bounds=self._bounds,
            constraints=LinearConstraint(self._matrix, _open(low), _open(high)),
            options={"node_limit": MOST_NODES},
        )
        return None if solved.x is None else Solution(np.asarray(solved.x), solved.status == 0)


def _open(limits: Integers) -> Floats:
    """Limits as a solver takes them."""
    numbers = limits.astype(np.float64)
    numbers[limits >= UNLIMITED] = np.inf
    numbers[limits <= -UNLIMITED] = -np.inf
    return numbers
