"""The quick version of tools/evidence/disclosure.py: sums by fill against the truth, and attacks, on small worlds."""

import importlib.util

import numpy as np
import pytest

from tests.house.tracked import ROOT


@pytest.fixture(scope="module")
def evidence():
    spec = importlib.util.spec_from_file_location("disclosure_evidence", ROOT / "tools" / "evidence" / "disclosure.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def worlds(evidence):
    return {mean: evidence.a_world(mean, parents=600) for mean in (3, 7)}


@pytest.mark.parametrize("kind", ["random", "need", "deprivation", "adversarial"])
def test_sums_that_are_answered_are_unbiased_and_held_by_their_intervals(evidence, worlds, kind):
    random = np.random.default_rng(11)
    row = evidence.judge(worlds[7], evidence.drawn(worlds[7], kind, size=20, random=random), unions=120, only_answered=True)

    assert row.answered > 0.9
    assert abs(row.bias) < 0.02
    assert 0.88 <= row.cover <= 1


def test_sums_of_scattered_areas_are_unbiased_and_those_of_the_neediest_nearly_so(evidence, worlds):
    random = np.random.default_rng(12)
    biases = {}
    for kind in ("random", "need", "deprivation", "adversarial"):
        pool = evidence.scattered(worlds[3], kind, random)
        draw = lambda pool=pool: np.sort(random.choice(pool, 40, replace=False))  # noqa: E731
        biases[kind] = evidence.judge(worlds[3], draw, unions=80, only_answered=False).bias

    assert abs(biases["random"]) < 0.03
    assert all(abs(bias) < 0.12 for bias in biases.values())


def test_sums_of_withheld_areas_alone_are_never_answered(evidence, worlds):
    random = np.random.default_rng(13)
    pool = evidence.scattered(worlds[3], "need, withheld only", random)
    row = evidence.judge(worlds[3], lambda: np.sort(random.choice(pool, 20, replace=False)), unions=20, only_answered=True)

    assert (row.answered, row.judged) == (0, 0)


def test_the_attack_table_is_empty_for_ours_and_not_for_the_others(evidence):
    ours, exact, suppressed = (evidence.attack(7, how=how, areas=600) for how in ("protected", "exact sums", "suppressed"))

    assert (ours.narrowed, ours.few) == (0, 0)
    assert ours.withheld > 0
    assert exact.narrowed > 0
    assert exact.few > 0
    assert suppressed.known > 0
