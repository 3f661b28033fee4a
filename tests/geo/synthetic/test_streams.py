"""Random numbers are functions of seed, stream and index: a slice alone equals the same rows of the whole."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.synthetic.streams import bits, choice, counts, happens, integers, repeated, uniform

SEEDS = st.integers(0, 2**40)
MANY = np.arange(200_000)


@given(SEEDS, st.integers(0, 10**9), st.integers(1, 300), st.data())
def test_a_slice_alone_equals_the_same_rows_of_the_whole(seed, start, length, data):
    index = np.arange(start, start + length)
    first = data.draw(st.integers(0, length - 1))
    part = index[first:]

    assert (uniform(seed, "a", index)[first:] == uniform(seed, "a", part)).all()
    assert (integers(seed, "a", index, low=0, high=index + 1)[first:] == integers(seed, "a", part, low=0, high=part + 1)).all()
    assert (choice(seed, "a", index, (1, 2, 3))[first:] == choice(seed, "a", part, (1, 2, 3))).all()
    assert (counts(seed, "a", index, np.full(length, 2.0))[first:] == counts(seed, "a", part, np.full(length - first, 2.0))).all()


@given(SEEDS, st.integers(0, 10**9), st.randoms())
def test_the_order_of_indices_does_not_matter(seed, start, random):
    index = np.arange(start, start + 50)
    order = np.array(random.sample(range(50), 50))

    assert (uniform(seed, "a", index)[order] == uniform(seed, "a", index[order])).all()


def test_it_is_splitmix64():
    """The first numbers of the published generator from state 0 (its reference code prints these)."""
    start = int(bits(0, "x", [0])[0])

    def reference(state: int) -> int:
        mask = 2**64 - 1
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return z ^ (z >> 31)

    assert reference(0x9E3779B97F4A7C15) == 0xE220A8397B1DCDAF
    state = int.from_bytes(hashlib.blake2b(b"0/x", digest_size=8).digest(), "little")
    assert reference(state) == start
    assert [int(v) for v in bits(0, "x", [1, 2])] == [reference((state + k * 0x9E3779B97F4A7C15) % 2**64) for k in (1, 2)]


def test_numbers_are_even_and_streams_and_seeds_share_nothing():
    first, other, seeded = uniform(1, "a", MANY), uniform(1, "b", MANY), uniform(2, "a", MANY)

    assert np.histogram(first, bins=20, range=(0, 1))[0] == pytest.approx(np.full(20, 10_000), rel=0.05)
    for another in (other, seeded, np.roll(first, 1)):
        assert abs(np.corrcoef(first, another)[0, 1]) < 0.01


def test_choices_follow_their_weights():
    found = np.bincount(choice(1, "a", MANY, (1, 0, 3, 6)), minlength=4) / len(MANY)

    assert found == pytest.approx([0.1, 0, 0.3, 0.6], abs=0.005)


@pytest.mark.parametrize("mean", [0.02, 0.5, 3.0, 12.0])
def test_counts_are_poisson(mean):
    found = counts(1, "a", MANY, np.full(len(MANY), mean))

    assert found.mean() == pytest.approx(mean, abs=5 * np.sqrt(mean / len(MANY)))
    assert found.var() == pytest.approx(mean, rel=0.05)


def test_counts_of_nothing_are_nothing():
    assert not counts(1, "a", MANY, np.zeros(len(MANY))).any()


def test_whole_numbers_stay_in_their_range_even_where_it_is_empty():
    found = integers(1, "a", MANY, low=5, high=np.where(MANY % 2, 8, 5))

    assert set(found[MANY % 2 == 1]) == {5, 6, 7}
    assert set(found[MANY % 2 == 0]) == {5}


def test_repeats_know_their_row_and_their_number():
    places, numbers = repeated(np.array([2, 0, 3]))

    assert places.tolist() == [0, 0, 2, 2, 2]
    assert numbers.tolist() == [0, 1, 0, 1, 2]


def test_what_is_certain_happens_and_what_is_impossible_does_not():
    assert happens(1, "a", MANY, 1.0).all()
    assert not happens(1, "a", MANY, 0.0).any()
