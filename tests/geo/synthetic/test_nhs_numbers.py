"""Numbers are valid, unique, and all in the range that is never issued."""

import nhs_number
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputError
from geo.synthetic.nhs_numbers import _STRIDE as STRIDE
from geo.synthetic.nhs_numbers import CAPACITY, LEAST, MOST, nhs_numbers
from geo.synthetic.nhs_numbers import _offset as offset_of

INDICES = st.integers(0, CAPACITY - 1)


@given(st.integers(0, 2**32), INDICES)
def test_every_number_is_valid_and_in_the_range_of_synthetic_ones(seed, index):
    number = str(nhs_numbers(seed, [index])[0])

    assert nhs_number.is_valid(number)
    assert nhs_number.is_valid(number, for_region=nhs_number.REGION_SYNTHETIC)


@given(st.integers(0, 2**32), st.lists(INDICES, min_size=2, max_size=50, unique=True))
def test_different_indices_have_different_numbers(seed, indices):
    assert len(set(nhs_numbers(seed, indices).tolist())) == len(indices)


def test_no_number_of_two_million_lies_outside_or_comes_twice():
    found = nhs_numbers(7, np.arange(2_000_000))

    assert found.min() >= LEAST
    assert found.max() <= MOST
    assert len(np.unique(found)) == 2_000_000


def test_the_whole_range_is_reached_and_nothing_beyond():
    """Ranks 0 and 89,999,999, the ends of the closed form, are the first and the last first eight digits; none lies beyond."""
    inverse = pow(STRIDE, -1, CAPACITY)
    offset = int(offset_of(3))

    ends = [int(nhs_numbers(3, [(rank - offset) * inverse % CAPACITY])[0]) for rank in (0, CAPACITY - 1)]

    assert [number // 100 for number in ends] == [90_000_000, 99_999_999]
    assert all(LEAST <= number <= MOST for number in ends)


@pytest.mark.parametrize("index", [CAPACITY, -1])
def test_an_index_beyond_is_refused(index):
    with pytest.raises(InputError, match="90,000,000"):
        nhs_numbers(3, [index])


def test_seeds_give_other_numbers():
    assert (nhs_numbers(1, np.arange(100)) != nhs_numbers(2, np.arange(100))).all()
