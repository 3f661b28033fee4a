"""What goes from the secure side beside protected figures: no sum that nobody serves, no digest that counts can be guessed by."""

import hashlib
import json

import pyarrow as pa
import pytest

from geo.disclosure.protected_files import read_protected
from geo.operations import linking
from geo.operations.linking import about, districts_in_boards, link_world, protect_world
from tests.geo.operations.tiny_world import SPEC, standing_release
from tests.geo.releases.linked_world import FACTS, exact_cells

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def data(django_db_setup, django_db_blocker, tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    with standing_release(django_db_blocker, data):
        yield data


def test_a_sum_that_is_not_served_does_not_leave(tmp_path):
    """What a neighbourhood of two people cost is what its middle area cost less its other neighbourhoods, to the nearest pounds."""
    cells = pa.concat_tables([exact_cells(indicator=slug) for slug in ("bowel-coverage-60-74", "acsc-chronic-cost")])
    cells = cells.append_column("providers", pa.nulls(len(cells), pa.int64())).append_column("largest", pa.nulls(len(cells), pa.float64()))
    measures = {"bowel-coverage-60-74": "proportion", "acsc-chronic-cost": "sum"}

    told = protect_world(cells, tmp_path / FACTS["world"], measures=measures, facts=FACTS)

    assert set(read_protected(tmp_path / FACTS["world"]).table["indicator"].to_pylist()) == {"bowel-coverage-60-74"}
    assert "acsc-chronic-cost" not in json.dumps(told)


def test_no_digest_of_what_stays_can_be_made_outside(data):
    """Clusters that may not leave are so few, and their p so coarse, that all can be tried against a digest without a key."""
    told = (data / "protected" / SPEC.name / "manifest.json").read_text()
    inside = [path for path in (data / "secure" / SPEC.name).rglob("*") if path.suffix in (".json", ".parquet")]

    assert {"cells.parquet", "detected.json", "apc.parquet"} <= {path.name for path in inside}
    assert not [path.name for path in inside if hashlib.sha256(path.read_bytes()).hexdigest() in told]


def test_figures_are_protected_anew_where_the_code_that_protects_has_changed(data, monkeypatch):
    derivations = ("screening-bowel",)
    assert not link_world(data, SPEC.name, derivations=derivations).is_new

    monkeypatch.setattr(linking, "code_version", lambda: "another")

    assert link_world(data, SPEC.name, derivations=derivations).is_new


def test_people_are_told_roughly():
    assert [about(count) for count in (0, 49, 400, 264_229)] == [0, 0, 400, 264_200]


def test_a_district_lies_in_a_board_that_shares_no_district_with_another():
    """L1 and L2 lie in board A; L3 lies partly in B and C, so that no district of theirs is a part of their sums; L4 is all of D."""
    boards = {"L1": "A", "L2": "A", "L3": "BC", "L5": "C", "L4": "D", "L6": ""}
    pairs = [("msoa21", f"M-{district}", "lad24", district) for district in boards]
    for district, held in boards.items():
        pairs += [("lsoa21", f"{district}-{at}", "msoa21", f"M-{district}") for at in range(2)]
        pairs += [("lsoa21", f"{district}-{at}", "icb26", (held * 2)[at]) for at in range(2) if held]

    assert districts_in_boards(pairs) == [("lad24", "L1", "icb26", "A"), ("lad24", "L2", "icb26", "A"), ("lad24", "L4", "icb26", "D")]
