"""What is assumed of programmes is data with a source, and is read strictly."""

import numpy as np
import pytest

from geo.errors import DefinitionError
from geo.planning.programmes import FILE, load_programmes
from geo.planning.requests import DELIVERIES, SITED


def test_every_programme_that_has_stops_is_there_and_names_its_sources():
    sited = {name for name, ways in DELIVERIES.items() if ways[0] in SITED}

    assert set(load_programmes()) == sited
    assert all(words.strip() for one in load_programmes().values() for words in one.sources.values())


def test_half_a_round_makes_half_of_them_due_and_lung_none():
    told = load_programmes()

    assert told["breast"].share_due(78) == 0.5
    assert told["breast"].share_due(400) == 1.0
    assert told["lung"].share_due(52) == 0.0


def test_fewer_come_from_further_and_the_more_deprived_the_fewer():
    coming = load_programmes()["breast"].coming(np.array([0.0, 10.0, 10.0]), np.array([0.0, 0.0, 1.0]))

    assert coming[0] == 1.0
    assert coming[0] > coming[1] > coming[2]


def test_the_range_of_an_area_lies_between_those_of_its_parts():
    low, high = load_programmes()["breast"].need["not_invited"].of(np.array([0.0, 0.5, 1.0]))

    assert low.tolist() == pytest.approx([0.5, 0.45, 0.4])
    assert np.all(low <= high)


@pytest.mark.parametrize(
    ("good", "bad"), [("uptake: {value: 0.65", "uptake: {value: 1.65"), ("low: 0.075, high: 0.22", "low: 0.5, high: 0.22")]
)
def test_a_broken_file_names_its_programme(tmp_path, good, bad):
    file = tmp_path / "programmes.yaml"
    file.write_text(FILE.read_text().replace(good, bad))

    with pytest.raises(DefinitionError, match=r"programmes.yaml: breast"):
        load_programmes(file)
