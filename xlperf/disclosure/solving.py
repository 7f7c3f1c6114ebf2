"""Linear and integer programmes for HiGHS, solved again and again with other limits of their rows.

The simplex method starts each time where it ended, which is some ten times as fast as a new start.
Whatever a solver says is only a proposal here: who asks checks it in integers.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

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


class Programme:
    """Columns between bounds, of which some are whole, and rows whose limits change from time to
    time.
    """

    def __init__(self, matrix: Any, lower: Integers, upper: Integers, cost: Floats) -> None:
        """Take the rows as a sparse matrix of SciPy."""
        self._matrix = matrix.tocsc()
        self._bounds = (_open(lower), _open(upper))
        self._cost = cost
        rows = matrix.shape[0]
        self._limits = (np.full(rows, -np.inf), np.full(rows, np.inf))

    def solve(self, low: Integers, high: Integers) -> Floats | None:
        """Minimise the cost with limits of the rows, as a linear programme; None: no solution."""
        new = (_open(low), _open(high))
        changed = np.flatnonzero((new[0] != self._limits[0]) | (new[1] != self._limits[1]))
        if len(changed):
            self._linear.changeRowsBounds(
                len(changed), changed.astype(np.int32), new[0][changed], new[1][changed]
            )
            self._limits = new
        return _solution(self._linear)

    def solve_whole(
        self, low: Integers, high: Integers, whole: Flags, cost: Floats | None = None
    ) -> Floats | None:
        """Minimise a cost with some columns whole; the best that few nodes of the search find."""
        new = (_open(low), _open(high))
        return _solution(self._new(new, self._cost if cost is None else cost, whole))

    @cached_property
    def _linear(self) -> Any:
        model = self._new(self._limits, self._cost, None)
        model.setOptionValue("presolve", "off")
        return model

    def _new(self, limits: tuple[Floats, Floats], cost: Floats, whole: Flags | None) -> Any:
        import highspy

        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = self._matrix.shape
        model.col_cost_ = cost
        model.col_lower_, model.col_upper_ = self._bounds
        model.row_lower_, model.row_upper_ = limits
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = self._matrix.indptr
        model.a_matrix_.index_ = self._matrix.indices
        model.a_matrix_.value_ = self._matrix.data.astype(np.float64)
        if whole is not None:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            model.integrality_ = [kinds[int(flag)] for flag in whole]
        solver = _silent_solver()()
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("mip_max_nodes", MOST_NODES)
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.passModel(model)
        return solver


@cache
def _silent_solver() -> Any:
    import highspy

    class Silent(highspy.Highs):  # type: ignore[misc, unused-ignore]
        def enableCallbacks(self) -> None:  # noqa: N802  (its own name)
            """Be silent first: this step, of the constructor, prints a banner otherwise."""
            self.setOptionValue("output_flag", False)  # noqa: FBT003  (its own interface)
            super().enableCallbacks()

    return Silent


def _solution(solver: Any) -> Floats | None:
    solver.run()
    found = solver.getInfo().primal_solution_status == 2
    return np.asarray(solver.getSolution().col_value) if found else None


def _open(limits: Integers) -> Floats:
    """Limits as a solver takes them."""
    numbers = limits.astype(np.float64)
    numbers[limits >= UNLIMITED] = np.inf
    numbers[limits <= -UNLIMITED] = -np.inf
    return numbers
