"""Everything from the same records is protected together."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from geo import cores
from geo.disclosure import atoms
from geo.disclosure.atoms import COLUMNS, protect
from geo.disclosure.family import Family
from geo.disclosure.policies import load_policy
from geo.errors import DisclosureError
from tests.families import a_cell, a_family, a_system, by_area, table_of
from tests.oracles.disclosure import intervals, published_form

HES = load_policy("hes")


def test_the_table_has_the_columns_of_the_contract_in_the_order_of_its_keys():
    cells, family = a_system([20, 3, 0, 30, 8])

    table = protect(cells, HES, family).table

    assert tuple(table.column_names) == COLUMNS
    assert by_area(table, "numerator", "status", "reason")["lsoa21-00001"] == (None, "suppressed", "small_numbers")
    assert by_area(table, "numerator", "status", "reason")["lsoa21-00002"] == (0, "zero", "")
    assert by_area(table, "numerator", "status", "reason")["lsoa21-00000"] == (20, "value", "")


def test_the_order_of_rows_does_not_matter_and_twice_is_the_same():
    cells, family = a_system(np.random.default_rng(1).poisson(6, 60))
    mixed = cells.take(np.random.default_rng(2).permutation(cells.num_rows))

    once, again = protect(cells, HES, family), protect(mixed, HES, family)

    assert once.table.equals(again.table)
    assert once.audit.equals(again.audit)
    assert once.facts == again.facts


def test_withheld_counts_have_an_interval_from_their_family():
    cells, family = a_system([10, 10, 10, 10, 1], per_lad=1)

    found = by_area(protect(cells, HES, family).table, "numerator_least", "numerator_most")

    # MSOA 40 stands for 38 to 42, four times 10 for 32 to 48.
    assert found["lsoa21-00004"] == (1, 7)
    assert found["msoa21-00000"] == (38, 42)


@pytest.mark.parametrize("seed", range(12))
def test_intervals_are_those_of_every_table_that_would_be_published_so(seed):
    counts = np.random.default_rng(seed).poisson(np.random.default_rng(seed).choice([2, 5, 9]), 3)
    names = ["lsoa21-00000", "lsoa21-00001", "lsoa21-00002"]
    sums = {"msoa21-00000": tuple(names)}
    cells, family = a_system(counts, per_msoa=3, per_lad=1)
    cells = cells.filter([geography in ("lsoa21", "msoa21") for geography in cells["geography"].to_pylist()])
    published = {area: published_form(value) for area, value in by_area(cells, "numerator").items()}
    truth = intervals(names, sums, published, greatest=24)

    found = by_area(protect(cells, HES, family).table, "numerator_least", "numerator_most", "reason")

    if all(reason != "level_withheld" for _, _, reason in found.values()):
        assert {area: interval[:2] for area, interval in found.items()} == {area: interval[:2] for area, interval in truth.items()}
    else:
        assert min(count for *_, count in truth.values()) < 4


def test_exact_counts_lie_within_their_intervals():
    cells, family = a_system(np.random.default_rng(3).poisson(5, 600))
    exact = by_area(cells, "numerator")

    for area, (least, most) in by_area(protect(cells, HES, family).table, "numerator_least", "numerator_most").items():
        assert least <= exact[area] <= most


def test_a_count_that_its_family_narrows_too_far_is_withheld_with_its_whole_and_its_siblings():
    # Two few counts with the sum 14 (published 15) can only be 7 and 7, or 6 and 7.
    quiet = [40] * 38
    cells, family = a_system([7, 7, *quiet], per_msoa=2, per_lad=20)

    found = by_area(protect(cells, HES, family).table, "numerator", "reason", "numerator_least", "numerator_most")

    for area in ("lsoa21-00000", "lsoa21-00001", "msoa21-00000"):
        assert found[area][:2] == (None, "level_withheld")
        assert found[area][3] - found[area][2] >= 3
    assert found["msoa21-00001"][0] == 80


def test_the_parts_of_a_zero_are_zeros_even_where_few_people_live():
    cells, family = a_system([0, 0, 0, 0, 0], [15, 400, 400, 400, 400], per_lad=1)

    assert by_area(protect(cells, HES, family).table, "status")["lsoa21-00000"] == "zero"


def test_no_withheld_count_keeps_fewer_than_four_candidates():
    for mean in (0.5, 1, 3, 7, 14):
        cells, family = a_system(np.random.default_rng(9).poisson(mean, 900), per_lad=30)

        protected = protect(cells, HES, family)

        assert protected.facts["fewest_candidates"] >= 4
        assert protected.facts["withheld"].get("level_withheld", 0) < 0.2 * cells.num_rows


def test_the_audit_names_every_withheld_cell_and_no_count():
    cells, family = a_system(np.random.default_rng(4).poisson(4, 60))

    protected = protect(cells, HES, family)

    withheld = [row for row in protected.table.to_pylist() if row["numerator"] is None]
    assert protected.audit.num_rows == len(withheld) > 0
    assert protected.audit.column_names == ["indicator", "geography", "area", "period", "dimension", "stratum", "withheld", "rule"]


def test_an_indicator_without_a_kind_is_refused():
    with pytest.raises(DisclosureError, match="asthma"):
        protect(table_of([a_cell()]), HES, a_family(measures={"other": "share"}))


def test_a_cell_that_stands_twice_or_has_no_key_is_refused():
    with pytest.raises(DisclosureError, match="twice"):
        protect(table_of([a_cell(), a_cell()]), HES, a_family())
    with pytest.raises(DisclosureError, match="no stratum"):
        protect(table_of([a_cell(stratum=None)]), HES, a_family())


def test_no_cells_and_no_persons_are_refused():
    with pytest.raises(DisclosureError, match="no cells"):
        protect(table_of([a_cell()]).slice(0, 0), HES, a_family())
    with pytest.raises(DisclosureError, match="persons"):
        protect(table_of([a_cell()]).drop_columns("persons"), HES, a_family())


def _of_several(names):
    """The same areas with other counts of several indicators that nothing connects."""
    systems = [a_system(np.random.default_rng(seed).poisson(5, 40)) for seed in range(len(names))]
    renamed = [
        cells.set_column(cells.column_names.index("indicator"), "indicator", pa.array([name] * cells.num_rows))
        for name, (cells, _) in zip(names, systems, strict=True)
    ]
    return pa.concat_tables(renamed), Family(systems[0][1].nesting, dict.fromkeys(names, "share"))


def test_many_cells_are_protected_on_every_core_and_come_out_the_same(monkeypatch):
    cells, family = _of_several(["one", "two", "three"])
    alone = protect(cells, HES, family)
    begun = []
    monkeypatch.setattr(atoms, "_MANY", 0)
    monkeypatch.setattr(cores, "cores_at_hand", lambda: 2)
    monkeypatch.setattr(cores, "ProcessPoolExecutor", lambda *args, **named: begun.append(args) or ProcessPoolExecutor(*args, **named))

    together = protect(cells, HES, family)

    assert begun == [(2,)]
    assert together.table.equals(alone.table)
    assert together.audit.equals(alone.audit)
    assert together.facts == alone.facts


def test_what_cannot_be_protected_on_another_core_is_said_as_on_this_one(monkeypatch):
    cells, family = _of_several(["one", "two"])
    monkeypatch.setattr(atoms, "_MANY", 0)
    monkeypatch.setattr(cores, "cores_at_hand", lambda: 2)

    with pytest.raises(DisclosureError, match="what kind of measure these are: two"):
        protect(cells, HES, replace(family, measures={"one": "share"}))
