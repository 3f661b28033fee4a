"""The solver: least values, whole numbers, what is impossible, and asking again."""

import numpy as np
import pytest
import scipy.sparse as sp

from geo.errors import SolverError
from geo.solving import Solver


def a_knapsack(seed, things=40, **others):
    """Things of which the most valuable are taken that weigh no more than a third of all."""
    random = np.random.default_rng(seed)
    weight, worth = random.integers(10, 99, things).astype(float), random.integers(10, 99, things).astype(float)
    solver = Solver(
        sp.csr_array(weight[None, :]),
        sums=(np.array([-np.inf]), np.array([weight.sum() // 3])),
        variables=(np.zeros(things), np.ones(things)),
        **others,
    )
    return solver, weight, worth


@pytest.mark.parametrize("kind", ["single", "small"])
def test_what_fills_by_worth_is_found_and_asking_again_starts_where_it_ended(kind):
    solver, weight, worth = a_knapsack(1, kind=kind)
    order = np.argsort(-worth / weight)
    room, best = weight.sum() // 3, 0.0
    for at in order:
        taken = min(1.0, room / weight[at])
        room, best = room - taken * weight[at], best + taken * worth[at]

    first, other, again = solver.least(-worth), solver.least(worth), solver.least(-worth)

    assert first.value == pytest.approx(-best)
    assert first.bound == first.value
    assert other.value == 0
    assert again.value == pytest.approx(first.value)


def test_whole_numbers_are_whole_and_never_better():
    loose, _, worth = a_knapsack(2)
    solver, weight, _ = a_knapsack(2, is_whole=np.ones(40, dtype=bool))

    found = solver.least(-worth)

    assert np.allclose(found.values, np.round(found.values))
    assert weight @ found.values <= weight.sum() // 3
    assert loose.least(-worth).value <= found.value == found.bound


def test_what_is_impossible_is_none():
    solver = Solver(sp.csr_array(np.ones((1, 2))), sums=(np.array([3.0]), np.array([3.0])), variables=(np.zeros(2), np.ones(2)))

    assert solver.least(np.ones(2)) is None


def test_no_answer_in_time_is_an_error_and_not_impossible():
    solver, _, worth = a_knapsack(3, things=2_000, is_whole=np.ones(2_000, dtype=bool), seconds=0.0)

    with pytest.raises(SolverError, match="no answer was found in time"):
        solver.least(-worth)


def test_nothing_is_written_to_the_output(capfd):
    a_knapsack(4)[0].least(np.ones(40))

    assert capfd.readouterr() == ("", "")
