"""Policies are data: every file is checked on load, and a broken one names its key."""

import pytest
import yaml

from geo.disclosure.policies import FOLDER, load_policies, load_policy, load_policy_file
from geo.errors import DefinitionError

FILES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_each_file_is_a_policy(path):
    policy = load_policy_file(path)

    assert policy.name == path.stem
    assert policy.catchments.atoms >= 1


def test_the_rule_of_hospital_episode_statistics_is_the_published_one():
    policy = load_policy("hes")

    assert (policy.primary.least, policy.primary.most, policy.round_to) == (1, 7, 5)
    assert (policy.sums.persons, policy.sums.largest_share, policy.sums.p_percent) == (10, 0.5, 10)
    assert (policy.percentage_points, policy.fewest_candidates) == (2, 4)
    assert (policy.catchments.atoms, policy.catchments.people, policy.catchments.filled) == (3, 5000, 0.5)


def test_all_four_are_there():
    assert list(load_policies()) == ["cell_key", "hes", "midpoint_6", "open"]


def test_an_unknown_policy_names_those_that_exist():
    with pytest.raises(DefinitionError, match="cell_key, hes, midpoint_6, open"):
        load_policy("none")


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        ("name", "other", "name"),
        ("method", "guess", "method"),
        ("title", " ", "title"),
        ("complements", "yes", "complements"),
        ("primary", None, "primary"),
        ("primary", {"least": 5, "most": 2}, "primary"),
        ("primary", {"least": 1}, "primary"),
        ("primary", {"least": 1, "most": 4}, "primary"),
        ("round_to", 4, "round_to"),
        ("round_to", 0, "round_to"),
        ("round_to", True, "round_to"),
        ("smallest_denominator", None, "smallest_denominator"),
        ("fewest_candidates", None, "fewest_candidates"),
        ("fewest_candidates", 0, "fewest_candidates"),
        ("percentage_points", "2", "percentage_points"),
        ("most_withheld", 1.5, "most_withheld"),
        ("sums", {"persons": 0, "largest_share": 0.5, "p_percent": 10, "providers": None}, "sums"),
        ("sums", [], "sums"),
        ("outside", {}, "outside"),
        ("outside", [{"indicator": "*"}], "outside"),
        ("catchments", {"atoms": 0, "people": 0, "filled": 1}, "catchments"),
        ("revised_by", 5, "revised_by"),
        ("unknown", 1, "unknown"),
    ],
)
def test_a_broken_file_names_its_key(tmp_path, key, value, named):
    raw = yaml.safe_load((FOLDER / "hes.yaml").read_text())
    raw[key] = value
    path = tmp_path / "hes.yaml"
    path.write_text(yaml.safe_dump(raw))

    with pytest.raises(DefinitionError, match=rf"hes\.yaml: {named}"):
        load_policy_file(path)


def test_open_data_are_not_protected_again(tmp_path):
    raw = yaml.safe_load((FOLDER / "open.yaml").read_text())
    raw["round_to"] = 5
    path = tmp_path / "open.yaml"
    path.write_text(yaml.safe_dump(raw))

    with pytest.raises(DefinitionError, match="method"):
        load_policy_file(path)
