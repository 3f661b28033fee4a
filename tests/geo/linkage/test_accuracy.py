"""How right links are on the generator's hard data: twins, people who are on no register, wrong numbers, movers, misspelt names."""

import pyarrow.parquet as pq
import pytest

from geo.linkage.layouts import layouts
from geo.linkage.run import Run, link_extracts
from geo.synthetic.worlds import WorldSpec
from geo.synthetic.writing import synthesise
from tests.geo.linkage.records import KEY
from tests.geo.synthetic.small_country import a_country

LEAST_PRECISION, LEAST_RECALL = 0.9995, 0.995
FAMILIES = [name for name, layout in layouts().items() if layout.link == "person"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """Links that were made, that are right, and that there should be, by extract."""
    folder = tmp_path_factory.mktemp("hard") / "world"
    country = a_country(("nenc",), neighbourhoods=14)
    synthesise(country, WorldSpec(("nenc",), int(country.people.sum()), seed=3), folder)
    link_extracts(Run(folder / "extracts", folder / "work", KEY))
    register = pq.read_table(folder / "extracts" / "gp_register.parquet", columns=["NHS_NUMBER"])["NHS_NUMBER"].to_pylist()
    truth = {
        (row["extract"], row["row_id"]): row["person"] for row in pq.read_table(folder / "answers" / "truth_links.parquet").to_pylist()
    }
    truly = [truth["gp_register", number] for number in register]
    registered = set(truly)
    counts = {name: [0, 0, 0] for name in FAMILIES}
    for row in pq.read_table(folder / "work" / "link.parquet", columns=["extract", "row_id", "person"]).to_pylist():
        if row["extract"] in counts:
            person = truth[row["extract"], row["row_id"]]
            made = row["person"] is not None
            for place, is_so in enumerate((made, made and truly[row["person"]] == person, person in registered)):
                counts[row["extract"]][place] += is_so
    return counts


@pytest.mark.parametrize("extract", FAMILIES)
def test_links_of_each_extract_are_right_and_few_are_missed(judged, extract):
    made, right, should = judged[extract]

    assert made < should  # some are hard
    assert right / made >= LEAST_PRECISION
    assert right / should >= LEAST_RECALL


def test_links_of_all_extracts_together_are_right_and_few_are_missed(judged):
    made, right, should = (sum(column) for column in zip(*judged.values(), strict=True))

    assert right / made >= LEAST_PRECISION
    assert right / should >= LEAST_RECALL
