"""The same people always get the same noise, and our table look-up is the package's."""

import numpy as np
import pyarrow as pa
import pytest

from geo.disclosure.cell_keys import NoiseTable, perturb, perturb_records, ten_five_table
from geo.errors import DisclosureError


def test_counts_go_through_the_table_as_records_go_through_the_package():
    random = np.random.default_rng(5)
    areas = random.choice(["A", "B", "C", "D"], 60, p=[0.5, 0.3, 0.15, 0.05])
    records = pa.table({"area": areas, "sex": random.choice(["1", "2"], 60), "record_key": random.integers(0, 256, 60)})
    counted = records.group_by(["area", "sex"]).aggregate([("record_key", "count"), ("record_key", "sum")])

    through = {(row["area"], row["sex"]): row["count"] for row in perturb_records(records, ["area"], ["sex"], "record_key").to_pylist()}
    shown, _, _ = perturb(
        counted["record_key_count"].to_numpy().astype(float), counted["record_key_sum"].to_numpy().astype(np.int64), withheld_below=10
    )

    ours = {
        (row["area"], row["sex"]): None if np.isnan(value) else int(value) for row, value in zip(counted.to_pylist(), shown, strict=True)
    }
    assert ours.items() <= through.items()
    assert any(value is not None for value in ours.values())


def test_what_is_shown_may_be_any_count_that_the_table_sends_there():
    shown, least, most = perturb(np.array([0.0, 9, 10, 12, 13, 752]), None, withheld_below=10)

    assert shown[2:].tolist() == [10, 10, 15, 750]
    assert np.isnan(shown[:2]).all()
    assert least.tolist() == [0, 0, 10, 10, 13, 748]
    assert most.tolist() == [9, 9, 12, 12, 17, 752]


def test_a_table_with_real_noise_needs_keys_and_widens_what_a_count_may_be():
    noise = np.zeros((751, 4), dtype=np.int64)
    noise[10:, 1], noise[10:, 2] = 1, -1
    table = NoiseTable(noise)

    shown, least, most = perturb(np.array([20.0, 20, 20]), np.array([0, 5, 6]), withheld_below=10, table=table)

    assert shown.tolist() == [20, 21, 19]
    assert (least.tolist(), most.tolist()) == ([19, 20, 18], [21, 22, 20])
    with pytest.raises(DisclosureError, match="keys"):
        perturb(np.array([20.0]), None, withheld_below=10, table=table)


def test_the_ten_five_table_does_not_depend_on_the_key():
    assert not ten_five_table().depends_on_key


def test_a_missing_count_stays_missing():
    assert all(np.isnan(part[0]) for part in perturb(np.array([np.nan]), None, withheld_below=10))
