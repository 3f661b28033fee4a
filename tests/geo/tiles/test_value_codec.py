"""Value files: what is written is what is shown, missing is never zero, and every byte says what it means."""

import zlib

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.statuses import Basis, Comparison, Reason, Status, pack
from geo.tiles.blobs import compress
from geo.tiles.value_codec import (
    ESTIMATES,
    LIMITS,
    MAIN,
    About,
    EstimateColumns,
    LimitsColumns,
    MainColumns,
    decode,
    encode_estimates,
    encode_limits,
    encode_main,
    in_words,
    step_of,
)
from geo.tiles.value_plane import rank_values

NONE = float("nan")


def about(**fields):
    values = {
        "tileset": "lsoa21", "tileset_version": "v1", "release": "r1", "indicator": "made-up", "period": "2021-22", "stratum": "all",
        "unit": "proportion", "decimals": 1, "is_synthetic": False,
    }  # fmt: skip
    return About(**{**values, **fields})


def main(values, flags=None, **fields):
    values = np.array(values, dtype=float)
    flags = np.zeros(len(values), np.uint8) if flags is None else np.array(flags, np.uint8)
    return encode_main(MainColumns(values, flags), about(**fields))


def test_metadata_and_columns_are_those_of_the_contract():
    table = pa.ipc.open_stream(main([0.5, NONE, 0.0])).read_all()

    assert [(field.name, str(field.type)) for field in table.schema] == [("value", "uint16"), ("flags", "uint8")]
    assert {key.decode(): value.decode() for key, value in table.schema.metadata.items()} == {
        "tileset": "lsoa21", "tileset_version": "v1", "first_id": "1", "n": "3", "scale": "0.001", "offset": "0.0", "unit": "proportion",
        "release": "r1", "indicator": "made-up", "period": "2021-22", "stratum": "all", "columns": "value,flags", "synthetic": "false",
    }  # fmt: skip
    assert table.column("value").to_pylist() == [500, None, 0]


@given(st.lists(st.one_of(st.just(NONE), st.floats(-1e4, 1e4)), min_size=1, max_size=40), st.integers(0, 3))
def test_values_come_back_rounded_to_the_last_place_shown(values, decimals):
    _, columns = decode(main(values, unit="per_100k", decimals=decimals))

    step = step_of("per_100k", decimals)
    for given_value, found in zip(values, columns["value"], strict=True):
        if given_value != given_value:
            assert found is None
        else:
            assert found == pytest.approx(given_value, abs=step / 2 + 1e-9)


def test_wide_range_takes_four_bytes():
    table = pa.ipc.open_stream(main([0, 70_000], unit="count", decimals=0)).read_all()

    assert str(table.schema.field("value").type) == "uint32"
    assert decode(main([0, 70_000], unit="count", decimals=0))[1]["value"] == [0, 70_000]


def test_all_missing_is_a_file_of_nulls():
    assert decode(main([NONE, NONE]))[1]["value"] == [None, None]


def test_infinite_value_is_refused():
    with pytest.raises(ValueError, match="infinite"):
        main([float("inf")])


def test_json_says_each_flag_in_words():
    flags = [
        pack(Status.ZERO, Basis.MODELLED, Comparison.LOWER, True),
        pack(Status.SUPPRESSED, Basis.OBSERVED, Comparison.NOT_COMPARED, False),
    ]

    document = in_words(MAIN, *decode(main([0.0, NONE], flags)))

    assert document["value"] == [0.0, None]
    assert document["status"] == ["zero", "suppressed"]
    assert document["basis"] == ["modelled", "observed"]
    assert document["comparison"] == ["lower", "not_compared"]
    assert document["is_reliable"] == [True, False]
    assert (document["n"], document["first_id"], document["synthetic"]) == (2, 1, False)


def test_limits_file_has_limits_rank_and_reason():
    columns = LimitsColumns(
        np.array([0.1, NONE]), np.array([0.9, NONE]), np.array([1, 0], np.uint32), np.array([Reason.NONE, Reason.SMALL_NUMBERS], np.uint8)
    )

    document = in_words(LIMITS, *decode(encode_limits(columns, about())))

    assert document["lower"] == [0.1, None]
    assert document["upper"] == [0.9, None]
    assert document["rank"] == [1, None]
    assert document["reason"] == ["none", "small_numbers"]


def estimates(rows, **fields):
    """Rows of (shrunken, lower, upper, smoothed, exceedance, reliability, q, spot, in_window, funnel)."""
    return encode_estimates(EstimateColumns(*np.array(rows, dtype=float).T), about(**fields))


NOBODY = (NONE,) * 10
SOMEBODY = (0.5514, 0.4706, 0.6349, NONE, 0.9876, 0.8044, 0.0213, -1, 1, -3)


def test_estimates_file_has_small_whole_numbers_and_its_own_scale_of_shares():
    table = pa.ipc.open_stream(estimates([SOMEBODY, NOBODY])).read_all()

    types = {field.name: str(field.type) for field in table.schema}
    assert types == {
        "shrunken": "uint16", "shrunken_lower": "uint16", "shrunken_upper": "uint16", "smoothed": "uint16", "exceedance": "uint16",
        "reliability": "uint16", "q": "uint16", "spot": "int8", "in_window": "int8", "funnel": "int8",
    }  # fmt: skip
    metadata = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
    assert (metadata["scale"], metadata["share_scale"], metadata["columns"]) == ("0.001", "0.001", ",".join(types))
    assert (metadata["tileset_version"], metadata["n"], metadata["first_id"]) == ("v1", "2", "1")


def test_estimates_come_back_as_told_and_what_is_not_tested_is_never_a_zero():
    document = in_words(ESTIMATES, *decode(estimates([SOMEBODY, NOBODY, (0.5, 0.4, 0.6, 0.5, 0.0, 1.0, 1.0, 0, 0, 0)])))

    assert document["shrunken"] == [0.551, None, 0.5]
    assert document["shrunken_lower"] == [0.471, None, 0.4]
    assert document["smoothed"] == [None, None, 0.5]
    assert document["exceedance"] == [0.987, None, 0.0]
    assert document["reliability"] == [0.804, None, 1.0]
    assert document["q"] == [0.021, None, 1.0]
    assert document["spot"] == ["low", "not_tested", "neither"]
    assert document["in_window"] == [True, None, False]
    assert document["funnel"] == ["below_99_8", "not_tested", "within"]
    assert "share_scale" not in document


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_probabilities_come_back_within_half_a_thousandth(shares):
    rows = [(NONE, NONE, NONE, NONE, share, share, share, NONE, NONE, NONE) for share in shares]

    _, columns = decode(estimates(rows))

    for name in ("reliability", "q"):
        assert columns[name] == pytest.approx(shares, abs=0.0005 + 1e-9)


@given(st.lists(st.one_of(st.floats(0, 1), st.sampled_from([0.05, 0.2, 0.8, 0.95, 0.94999, 0.05001])), min_size=1, max_size=40))
def test_a_probability_of_being_worse_is_never_told_surer_than_it_is(shares):
    rows = [(NONE, NONE, NONE, NONE, share, NONE, NONE, NONE, NONE, NONE) for share in shares]

    _, columns = decode(estimates(rows))

    for share, told in zip(shares, columns["exceedance"], strict=True):
        assert told == pytest.approx(share, abs=0.001 + 1e-9)
        assert [told >= bound for bound in (0.8, 0.95)] == [share >= bound - 1e-12 for bound in (0.8, 0.95)]
        assert [told <= bound for bound in (0.05, 0.2)] == [share <= bound + 1e-12 for bound in (0.05, 0.2)]


def test_an_infinite_estimate_is_refused():
    with pytest.raises(ValueError, match="infinite"):
        estimates([(float("inf"), *NOBODY[1:])])


def test_england_in_thousandths_is_at_most_50_kb_packed():
    chance = np.random.default_rng(1)
    values = np.clip(chance.normal(0.7, 0.08, 33_755), 0, 1)
    flags = np.full(33_755, pack(Status.VALUE, Basis.MODELLED, Comparison.NOT_COMPARED, True))

    packed = compress(main(values, flags))

    assert len(packed) <= 50_000
    assert zlib.decompress(packed, 31) == main(values, flags)
    assert compress(main(values, flags)) == packed


def test_rank_shares_ties_and_leaves_out_what_cannot_be_ranked():
    values = np.array([3.0, 1.0, 3.0, NONE, 9.0])
    reasons = np.array([0, 0, 0, Reason.NOT_REPORTED, Reason.ALLOCATION_ERROR_UNKNOWN])

    assert rank_values(values, reasons, lowest_first=False).tolist() == [1, 3, 1, 0, 0]
    assert rank_values(values, reasons, lowest_first=True).tolist() == [2, 1, 2, 0, 0]
