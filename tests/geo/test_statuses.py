"""What a value says about itself survives packing into one byte."""

import itertools

from geo.statuses import Basis, Comparison, Status, pack, word


def test_every_combination_packs_into_its_own_byte():
    combinations = list(itertools.product(Status, Basis, Comparison, (False, True)))
    packed = {pack(*combination) for combination in combinations}

    assert len(packed) == len(combinations)
    assert all(0 <= byte < 256 for byte in packed)


def test_parts_are_read_back_by_their_bits():
    byte = pack(Status.SUPPRESSED, Basis.MODELLED, Comparison.LOWER, True)

    assert (byte & 7, byte >> 3 & 1, byte >> 4 & 7, byte >> 7) == (Status.SUPPRESSED, Basis.MODELLED, Comparison.LOWER, 1)


def test_words_are_those_of_the_api():
    assert [word(s) for s in Status] == ["value", "zero", "suppressed", "missing", "not_collected", "not_applicable"]
