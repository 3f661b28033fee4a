"""Linear programs, in whole numbers where wanted: what is made least within bounds. The solver is HiGHS."""

from dataclasses import dataclass
from typing import Literal

import highspy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from geo.errors import SolverError

# Its searches for values in whole numbers before and beside parting.
_SEARCHES = ("feasibility_jump", "rens", "rins", "root_reduced_cost")

# Its number of the primal simplex method.
_PRIMAL = 4

# Its own limit of nodes.
_ANY_NODES = 2**31 - 1

Floats = NDArray[np.float64]
Bounds = tuple[Floats, Floats]
Kind = Literal["single", "small"]


@dataclass(frozen=True)
class Answer:
    """values: of the variables; value: of the objective; bound: nothing is below it (the value itself where that is proven least)."""

    values: Floats
    value: float
    bound: float


class _Quiet(highspy.Highs):
    def enableCallbacks(self) -> None:  # noqa: N802
        """None are wanted: enabling them writes a banner to the standard output."""


class Solver:
    """Sums of variables between bounds, asked again and again: each answer begins where the one before ended, which most often is near.

    matrix: shape (sums, variables); sums, variables: their least and greatest. is_whole: variables that are whole numbers. kind:
    single: made smaller before it is solved; small: solved sooner than it is made smaller.
    seconds: an answer in whole numbers is the best of so long.
    """

    def __init__(
        self,
        matrix: sp.csr_array | sp.csc_array,
        *,
        sums: Bounds,
        variables: Bounds,
        is_whole: NDArray[np.bool_] | None = None,
        kind: Kind = "single",
        seconds: float | None = None,
    ) -> None:
        self._is_whole = is_whole is not None
        self._solver = _Quiet()
        self._solver.setOptionValue("output_flag", False)
        self._solver.setOptionValue("presolve", "on" if kind == "single" else "off")
        if kind == "small" and is_whole is None:
            # The answer before, or the values that are known, are possible for the next question as well.
            self._solver.setOptionValue("simplex_strategy", _PRIMAL)
            self._solver.setOptionValue("primal_simplex_bound_perturbation_multiplier", 0.0)
        if seconds is not None:
            self._solver.setOptionValue("time_limit", seconds)
        count, length = matrix.shape
        layout = highspy.MatrixFormat.kRowwise if matrix.format == "csr" else highspy.MatrixFormat.kColwise
        kinds = np.zeros(length, dtype=np.int32) if is_whole is None else is_whole.astype(np.int32)
        # Arrays as they are: as parts of a model each number would be an object on the way.
        self._solver.passModel(
            *(length, count, matrix.nnz, int(layout), int(highspy.ObjSense.kMinimize), 0.0, np.zeros(length), *variables, *sums),
            *(matrix.indptr, matrix.indices, matrix.data, kinds),
        )
        self._columns = np.arange(length, dtype=np.int32)

    def least(self, objective: Floats, *, start: Floats | None = None, gap: float = 0.0, nodes: int | None = None) -> Answer | None:
        """The values that make the objective least; None where no values are possible. Raises SolverError where none were found in time.

        start: values that are known to be possible and good, from which the search in whole numbers begins; it looks for no others then
        but by parting the problem. gap: as near the bound as this share is near enough for whole numbers. nodes: of
        parting, after which the search ends, wherever it then is: unlike seconds they are the same on every machine.
        """
        if self._is_whole:
            self._solver.setOptionValue("mip_rel_gap", gap)
            self._solver.setOptionValue("mip_max_nodes", nodes if nodes is not None else _ANY_NODES)
        self._solver.changeColsCost(len(objective), self._columns, objective)
        if start is not None:
            for search in _SEARCHES:
                self._solver.setOptionValue(f"mip_heuristic_run_{search}", False)
            self._solver.setOptionValue("mip_heuristic_effort", 0.0)
            known = highspy.HighsSolution()
            known.col_value = start.tolist()
            self._solver.setSolution(known)
        self._solver.run()
        status = self._solver.getModelStatus()
        is_proven = status == highspy.HighsModelStatus.kOptimal
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if is_proven and not self._is_whole:
            values = np.array(self._solver.getSolution().col_value)
            value = float(objective @ values)
            return Answer(values, value, value)
        told = self._solver.getInfo()
        if not is_proven and told.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            raise SolverError(f"no answer was found in time ({self._solver.modelStatusToString(status)})")
        value = float(told.objective_function_value)
        bound = value if is_proven and not gap else float(told.mip_dual_bound) if self._is_whole else -np.inf
        return Answer(np.array(self._solver.getSolution().col_value), value, bound)
