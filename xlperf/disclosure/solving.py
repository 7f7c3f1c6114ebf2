"""Linear and integer programmes for HiGHS, solved again and again with other limits of their rows.

A linear programme starts where the last one ended, which is several times as fast as a new start.
Whatever a solver says is only a proposal here: who asks checks it in integers.

HiGHS is used through its own package: the copy in SciPy 1.17 writes a line of its developers to the
standard output, whatever is set (jump-dev/HiGHS.jl, issue 312), and cannot start warm.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    import numpy.typing as npt

Integers: TypeAlias = "npt.NDArray[np.int64]"
Floats: TypeAlias = "npt.NDArray[np.float64]"
Flags: TypeAlias = "npt.NDArray[np.bool_]"

UNLIMITED = 1 << 60
"""Stands for no limit in arrays of integers; far above any sum of counts, far below 2**63."""
LARGEST = 1 << 36
"""Of a column of a solution: above any count, and its sums with coefficients stay below 2**63."""
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
        self._matrix = matrix.tocsc()
        self._bounds = (_open(lower), _open(upper))
        self._usual_cost = self._cost = cost
        rows = matrix.shape[0]
        self._limits = (np.full(rows, -np.inf), np.full(rows, np.inf))

    def solve(
        self, low: Integers, high: Integers, whole: Flags | None = None, cost: Floats | None = None
    ) -> Solution | None:
        """Minimise a cost with limits of the rows; some columns may be whole.

        None: there is no solution, or none was met in the first `MOST_NODES` of the search.
        """
        limits = (_open(low), _open(high))
        costs = self._usual_cost if cost is None else cost
        if whole is not None:
            return _solution(self._model(limits, costs, whole))
        changed = np.flatnonzero((limits[0] != self._limits[0]) | (limits[1] != self._limits[1]))
        if len(changed):
            ends = limits[0][changed], limits[1][changed]
            self._linear.changeRowsBounds(len(changed), changed.astype(np.int32), *ends)
            self._limits = limits
        if costs is not self._cost:
            columns = np.arange(len(costs), dtype=np.int32)
            self._linear.changeColsCost(len(costs), columns, costs)
            self._cost = costs
        return _solution(self._linear)

    @cached_property
    def _linear(self) -> Any:
        model = self._model(self._limits, self._cost, None)
        model.setOptionValue("presolve", "off")
        return model

    def _model(self, limits: tuple[Floats, Floats], cost: Floats, whole: Flags | None) -> Any:
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
        options = {"threads": 1, "mip_max_nodes": MOST_NODES, "mip_rel_gap": 0.0}
        for name, value in options.items():
            solver.setOptionValue(name, value)
        solver.passModel(model)
        return solver


@cache
def _silent_solver() -> Any:
    import highspy

    class Silent(highspy.Highs):
        def enableCallbacks(self) -> None:  # noqa: N802  (its own name)
            """Be silent first: this step, of the constructor, prints a banner otherwise."""
            self.setOptionValue("output_flag", False)  # noqa: FBT003  (its own interface)
            super().enableCallbacks()

    return Silent


def _solution(solver: Any) -> Solution | None:
    import highspy

    solver.run()
    if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    values = np.asarray(solver.getSolution().col_value)
    if not (abs(values) <= LARGEST).all():
        return None
    return Solution(values, solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)


def _open(limits: Integers) -> Floats:
    """Limits as a solver takes them."""
    numbers = limits.astype(np.float64)
    numbers[limits >= UNLIMITED] = np.inf
    numbers[limits <= -UNLIMITED] = -np.inf
    return numbers
